"""How two things are connected."""

from __future__ import annotations

import random
from itertools import pairwise

import networkx as nx
import pytest

from llmkg.connections import connection
from llmkg.queries import run
from llmkg.terms import kind_of


@pytest.fixture(scope="module")
def graph(kg):
    return kg


def way(graph, start, end):
    return connection(graph.store, graph.catalogue, graph[start].iri, graph[end].iri, statuses=graph.accepted)


def labels(graph, hops):
    return [graph.names.label(hop.start) for hop in hops[:1]] + [graph.names.label(hop.end) for hop in hops]


def test_a_chain_of_lineage_is_preferred_to_what_two_models_share(graph):
    hops = way(graph, "gpt-2", "llama")
    assert labels(graph, hops) == ["GPT-2", "GPT-3", "LLaMA"]
    assert all(hop.edge.technique for hop in hops)
    assert hops[0].edge.child == graph["gpt-3"].iri


def test_the_way_back_is_the_same_way(graph):
    there, back = way(graph, "gpt-2", "llama"), way(graph, "llama", "gpt-2")
    assert labels(graph, there) == labels(graph, back)[::-1]
    assert [hop.edge.claim for hop in there] == [hop.edge.claim for hop in back][::-1]


def test_every_hop_but_belonging_has_a_claim_and_says_who_says_so(graph):
    for start, end in (("openai", "deepmind"), ("alpaca", "gpt-4"), ("swiglu", "通义千问"), ("llama-13b", "bert")):
        hops = way(graph, start, end)
        assert hops
        for one, other in pairwise(hops):
            assert one.end == other.start
        for hop in hops:
            assert bool(hop.edge.claim) == bool(hop.edge.source) == bool(hop.edge.locator)
            assert bool(hop.edge.claim) is not hop.edge.relation.endswith("isVariantOf")
            assert (f"({graph.names.label(hop.edge.source)}, " if hop.edge.claim else "own record") in hop.sentence(
                graph.names
            )


def test_the_sentence_names_technique_place_and_status(graph):
    hops = way(graph, "palm", "llama")
    assert len(hops) == 1
    sentence = hops[0].sentence(graph.names)
    assert sentence.startswith("LLaMA took SwiGLU from PaLM (")
    assert hops[0].also >= 1
    assert sentence.endswith(f", and {hops[0].also} more")
    record = hops[0].record()
    assert record["relation"] == "borrowsFrom"
    assert record["technique"].endswith("/swiglu")


def test_a_claim_of_another_status_is_no_way(graph):
    def by_nothing(start, end):
        return connection(graph.store, graph.catalogue, graph[start].iri, graph[end].iri, statuses=frozenset())

    assert not by_nothing("palm", "llama")
    assert by_nothing("llama-13b", "llama")[0].edge.claim == ""


def test_what_nothing_connects_has_no_way(graph):
    palm, nothing = graph["palm"].iri, "https://example.org/nothing"
    for start, end in ((palm, nothing), (nothing, palm), (palm, palm)):
        assert connection(graph.store, graph.catalogue, start, end) == ()


def test_the_way_is_the_cheapest_of_all(graph):
    """As networkx finds it in the whole graph, where belonging costs 1, a step of lineage 2, another claim 5."""
    things = {"family", "model", "product", "organization", "person", "dataset", "benchmark", "software", "hardware"}
    whole, lineage = nx.Graph(), nx.DiGraph()
    for row in run(graph.store, graph.catalogue["lineage/links"], leave_open=["from", "to"]).records():
        start, end = row["from"].value, row["to"].value
        kinds = {kind_of(start), kind_of(end)}
        if kinds <= things | {"technique", "source"} and start != end:
            is_lineage = row["stratum"] is not None and kinds <= {"family", "model", "product"}
            cost = 2 if is_lineage else min(5, whole.get_edge_data(start, end, {"cost": 5})["cost"])
            whole.add_edge(start, end, cost=cost)
            if is_lineage:
                lineage.add_edge(start, end, cost=cost)
    for row in run(graph.store, graph.catalogue["lineage/members"], leave_open=["member", "parent"]).records():
        start, end = row["member"].value, row["parent"].value
        for ways in (whole, lineage):
            ways.add_edge(start, end, cost=1)
        lineage.add_edge(end, start, cost=1)
    chance = random.Random(4)  # noqa: S311 - no secret
    for start, end in [chance.sample(sorted(whole), 2) for _ in range(25)]:
        ends = [(lineage, end, start), (lineage, start, end), (whole, start, end)]
        possible = [each for each in ends if {each[1], each[2]} <= set(each[0]) and nx.has_path(*each)]
        hops = connection(graph.store, graph.catalogue, start, end)
        assert bool(hops) is bool(possible)
        if hops:
            assert sum(whole[hop.start][hop.end]["cost"] for hop in hops) == nx.dijkstra_path_length(
                *possible[0], weight="cost"
            )
