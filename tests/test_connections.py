"""How two things are connected."""

from __future__ import annotations

from itertools import pairwise

import pytest

import llmkg
from llmkg.connections import connection, connection_graph


@pytest.fixture(scope="module")
def graph(root):
    return llmkg.load(root)


@pytest.fixture(scope="module")
def whole(graph):
    policy = graph.accepted
    return connection_graph(graph.store, graph.catalogue, statuses=policy)


def way(graph, whole, start, end):
    return connection(whole, graph[start].iri, graph[end].iri)


def labels(graph, hops):
    return [graph.names.label(hop.start) for hop in hops[:1]] + [graph.names.label(hop.end) for hop in hops]


def test_a_chain_of_lineage_is_preferred_to_what_two_models_share(graph, whole):
    hops = way(graph, whole, "gpt-2", "llama")
    assert labels(graph, hops) == ["GPT-2", "GPT-3", "LLaMA"]
    assert all(hop.edge.technique for hop in hops)
    assert hops[0].edge.child == graph["gpt-3"].iri


def test_the_way_back_is_the_same_way(graph, whole):
    there, back = way(graph, whole, "gpt-2", "llama"), way(graph, whole, "llama", "gpt-2")
    assert labels(graph, there) == labels(graph, back)[::-1]
    assert [hop.edge.claim for hop in there] == [hop.edge.claim for hop in back][::-1]


def test_every_hop_but_belonging_has_a_claim_and_says_who_says_so(graph, whole):
    for start, end in (("openai", "deepmind"), ("alpaca", "gpt-4"), ("swiglu", "通义千问"), ("llama-13b", "bert")):
        hops = way(graph, whole, start, end)
        assert hops
        for one, other in pairwise(hops):
            assert one.end == other.start
        for hop in hops:
            assert bool(hop.edge.claim) == bool(hop.edge.source) == bool(hop.edge.locator)
            assert bool(hop.edge.claim) is not hop.edge.relation.endswith("isVariantOf")
            assert (f"({graph.names.label(hop.edge.source)}, " if hop.edge.claim else "own record") in hop.sentence(
                graph.names
            )


def test_the_sentence_names_technique_place_and_status(graph, whole):
    hops = way(graph, whole, "palm", "llama")
    assert len(hops) == 1
    sentence = hops[0].sentence(graph.names)
    assert sentence.startswith("LLaMA took SwiGLU from PaLM (")
    assert hops[0].also >= 1
    assert sentence.endswith(f", and {hops[0].also} more")
    record = hops[0].record()
    assert record["relation"] == "borrowsFrom"
    assert record["technique"].endswith("/swiglu")


def test_a_claim_of_another_status_is_no_way(graph):
    nothing = connection_graph(graph.store, graph.catalogue, statuses=frozenset())
    assert not connection(nothing, graph["palm"].iri, graph["llama"].iri)
    assert connection(nothing, graph["llama-13b"].iri, graph["llama"].iri)[0].edge.claim == ""


def test_what_nothing_connects_has_no_way(graph, whole):
    assert connection(whole, graph["palm"].iri, "https://example.org/nothing") == ()
    assert connection(whole, "https://example.org/nothing", graph["palm"].iri) == ()
    assert connection(whole, graph["palm"].iri, graph["palm"].iri) == ()
    lonely = whole.copy()
    lonely.add_node("https://example.org/lonely")
    assert connection(lonely, graph["palm"].iri, "https://example.org/lonely") == ()
