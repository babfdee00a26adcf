"""Questions about views that need an algorithm, on small graphs made by hand and on the real one."""

from __future__ import annotations

import networkx as nx
import pytest

import llmkg
from llmkg.lineage import Edge, lineage_graph
from llmkg.views.algorithms import common_ancestors, communities, cycles, reduced, time_inversions
from llmkg.walks import evidence_paths


def graph_of(*pairs, families=()):
    """A lineage graph: child, parent, stratum."""
    graph = nx.MultiDiGraph()
    for number, (child, parent, stratum) in enumerate(pairs):
        edge = Edge(child, parent, stratum, "r", "", f"claim-{number}", "s", "source", "p. 1")
        graph.add_edge(child, parent, key=edge.claim, edge=edge, stratum=stratum)
    for member, family in families:
        graph.add_node(member, family=family)
        graph.add_node(family)
    return graph


def test_a_path_says_every_step_and_is_the_shortest():
    graph = graph_of(("c", "b", "idea"), ("b", "a", "weights"), ("c", "a", "data"), ("a", "z", "idea"))
    paths = evidence_paths(graph, "c")
    assert {thing: [edge.claim for edge in path] for thing, path in paths.items()} == {
        "b": ["claim-0"],
        "a": ["claim-2"],
        "z": ["claim-2", "claim-3"],
    }
    assert [edge.child for edge in evidence_paths(graph, "a", up=False)["b"]] == ["b"]


def test_a_variant_also_has_what_its_family_took_but_not_what_another_size_took():
    graph = graph_of(
        ("family", "a", "idea"),
        ("large", "b", "weights"),
        ("taker", "small", "weights"),
        families=[("small", "family"), ("large", "family")],
    )
    assert set(evidence_paths(graph, "taker")) == {"small", "a"}


def test_a_thing_is_not_its_own_ancestor_even_in_a_circle():
    graph = graph_of(("a", "b", "idea"), ("b", "a", "idea"))
    assert set(evidence_paths(graph, "a")) == {"b"}


def test_what_several_came_from_is_found_nearest_first():
    graph = graph_of(("x", "m", "idea"), ("y", "m", "idea"), ("m", "r", "idea"), ("y", "q", "idea"))
    found = common_ancestors(graph, ["x", "y"])
    assert [(one.iri, one.steps) for one in found] == [("m", 2), ("r", 4)]
    assert [(one.iri, one.steps) for one in common_ancestors(graph, ["x", "m"])] == [("m", 1), ("r", 3)]
    assert common_ancestors(graph, ["x", "nothing"]) == []
    assert common_ancestors(graph, []) == []


def test_things_that_came_from_each_other_are_named_together():
    graph = graph_of(("a", "b", "idea"), ("b", "c", "idea"), ("c", "a", "idea"), ("d", "a", "idea"))
    assert cycles(graph) == [["a", "b", "c"]]


DATED = [
    ("2020-05", "2023", True),
    ("2023", "2023-02-24", False),
    ("2023-02-24", "2023-02", False),
    ("2023-02-24", "2023-03", True),
    ("2024-01-01", "2023-12-31", False),
    ("", "2023", False),
]


@pytest.mark.parametrize(("child", "parent", "inverted"), DATED)
def test_dates_are_compared_as_far_as_both_are_known(child, parent, inverted):
    view = nx.MultiDiGraph([("child", "parent", "claim")])
    for node, date in (("child", child), ("parent", parent)):
        view.nodes[node].update({"date": date} if date else {})
    assert time_inversions(view) == ([("child", "parent", "claim")] if inverted else [])


def test_what_a_longer_way_says_is_left_out_stratum_by_stratum():
    graph = graph_of(("c", "b", "idea"), ("b", "a", "idea"), ("c", "a", "idea"), ("c", "a", "weights"))
    kept = {(child, parent, data["stratum"]) for child, parent, data in reduced(graph).edges(data=True)}
    assert kept == {("c", "b", "idea"), ("b", "a", "idea"), ("c", "a", "weights")}


def test_edges_in_a_circle_stay_and_so_do_things_without_edges():
    graph = graph_of(("a", "b", "idea"), ("b", "a", "idea"), ("c", "a", "idea"), ("c", "b", "idea"))
    graph.add_node("alone")
    graph.graph["title"] = "x"
    smaller = reduced(graph)
    assert {("a", "b"), ("b", "a")} <= set(smaller.edges())
    assert "alone" in smaller
    assert smaller.graph["title"] == "x"


def test_a_reduced_view_of_the_real_graph_reaches_what_the_whole_one_reaches():
    view = llmkg.load().view("family-tree")
    smaller = reduced(view)
    assert smaller.number_of_edges() < view.number_of_edges()
    assert nx.transitive_closure(nx.DiGraph(smaller)).edges == nx.transitive_closure(nx.DiGraph(view)).edges


def test_groups_are_the_same_each_time_and_hold_everything():
    view = llmkg.load().view("family-tree")
    groups = communities(view)
    assert groups == communities(view)
    assert sorted(node for group in groups for node in group) == sorted(view)
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)


def test_vicuna_came_from_llama_weights_as_its_makers_say():
    kg = llmkg.load()
    graph = lineage_graph(kg.store, kg.catalogue, strata={"weights"}, statuses=kg.accepted)
    (edge,) = evidence_paths(graph, kg["vicuna-13b"].iri)[kg["llama-13b"].iri]
    assert kg.names.label(edge.relation) == "is fine-tuned from"
