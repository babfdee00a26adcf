"""Views of the graph: what they hold, in plain data, and how they are asked for by name."""

from __future__ import annotations

import networkx as nx
import pytest

from llmkg.errors import NotFoundError, ParameterError
from llmkg.lineage import Edge
from llmkg.terms import NS, STRATA
from llmkg.views.description import described, edge_from
from llmkg.views.frontier import Frontier
from llmkg.views.matrix import Matrix
from llmkg.views.registry import VIEWS, view_of
from llmkg.views.strata import between, borrowing, family_tree, lineage, whole_lineage
from llmkg.views.tables import record, table

ID = "https://w3id.org/llmkg/id/"
STATUS = "https://w3id.org/llmkg/concept/status/"
FIELDS = {"child", "parent", "relation", "claim", "status", "source", "locator", "label", "source_label", "accepted"}


@pytest.fixture(scope="module")
def made(kg):
    """Every view, with the examples of its parameters where it needs any."""
    values = {
        "matrix": {"models": ["llama", "gpt-3"]},
        "lineage": {"thing": "llama"},
        "comparison": {"model": "gpt-3"},
        "citation": {"model": "llama"},
        "data-sharing": {"models": ["gpt-3", "llama"]},
    }
    return {
        name: view_of(kg, name, values.get(name, {one.name: one.example for one in view.parameters if one.required}))
        for name, view in VIEWS.items()
    }


GRAPHS = [name for name in VIEWS if name not in {"matrix", "frontier"}]


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_view_is_plain_data(made, name):
    view = made[name]
    assert view.number_of_edges() > 0
    assert view.graph["view"] == name
    assert view.graph["title"]
    assert any("\u4e00" <= char <= "\u9fff" for char in view.graph["title_zh"])
    for data in (
        view.graph,
        *(said for _, said in view.nodes(data=True)),
        *(said for *_, said in view.edges(data=True)),
    ):
        assert all(isinstance(value, str | bool) and value != "" for value in data.values())


@pytest.mark.parametrize("name", GRAPHS)
def test_every_node_and_edge_says_what_it_is_and_who_says_so(made, name):
    view = made[name]
    for node, data in view.nodes(data=True):
        assert {"kind", "label"} <= set(data), node
        if "organization" in data:
            assert data["organization_label"]
        if "family" in data:
            assert data["family"] in view
    for child, parent, key, data in view.edges(keys=True, data=True):
        assert set(data) >= FIELDS, key
        assert (data["claim"], data["accepted"]) == (key, data["accepted"])
        if name not in {"borrowing", "family-tree"}:
            assert (data["child"], data["parent"]) == (child, parent)


def test_llama_took_swiglu_from_palm_and_the_edge_says_who_says_so(kg):
    view = lineage(kg, kg["llama"].iri, down=False)
    (edge,) = [
        data
        for data in view.get_edge_data(kg["llama"].iri, kg["palm"].iri).values()
        if data["technique"] == kg["swiglu"].iri and data["source_label"] == "Touvron et al. 2023"
    ]
    assert (edge["stratum"], edge["label"], edge["locator"], edge["accepted"]) == (
        "idea",
        "SwiGLU",
        "Section 2.2",
        True,
    )
    assert edge["source_url"] == "https://arxiv.org/abs/2302.13971"
    assert edge["date"] == "2023-02-27"
    assert view.nodes[kg["palm"].iri]["date"] <= "2022-04-05"
    assert view.nodes[kg["llama"].iri]["organization_label"] == "Meta AI"


def test_a_lineage_has_the_families_of_its_variants(kg):
    view = lineage(kg, kg["llama-13b"].iri, up=False)
    assert view.nodes[kg["llama-13b"].iri]["family"] == kg["llama"].iri
    assert kg["llama"].iri in view


def test_strata_and_statuses_choose_edges(kg):
    weights = whole_lineage(kg, strata={"weights"})
    assert {data["stratum"] for *_, data in weights.edges(data=True)} == {"weights"}
    accepted = whole_lineage(kg, statuses=kg.accepted)
    everything = whole_lineage(kg)
    assert set(accepted.edges(keys=True)) < set(everything.edges(keys=True))
    assert all(data["accepted"] for *_, data in accepted.edges(data=True))
    assert not all(data["accepted"] for *_, data in everything.edges(data=True))


def test_what_lies_between_two_things_leads_from_the_one_to_the_other(kg):
    view = between(kg, kg["vicuna"].iri, kg["palm"].iri)
    assert kg["llama"].iri in view
    assert kg["gpt-2"].iri not in view
    assert view.graph["title"] == "From PaLM to Vicuna"


def test_nothing_lies_between_a_thing_and_what_came_after_it(kg):
    with pytest.raises(NotFoundError, match=r"no way along which GPT-2 came from LLaMA\. 'llmkg path'"):
        between(kg, kg["gpt-2"].iri, kg["llama"].iri)


def test_the_family_tree_has_families_only_and_no_circle_of_one(kg):
    view = family_tree(kg)
    assert {data["kind"] for _, data in view.nodes(data=True)} == {"family"}
    assert not list(nx.selfloop_edges(view))
    assert view.has_edge(kg["vicuna"].iri, kg["llama"].iri)


def test_a_family_without_a_date_has_that_of_its_oldest_size(kg):
    whole, tree = lineage(kg, kg["codex"].iri, depth=0), family_tree(kg)
    dated = {
        data["date"] for _, data in whole.nodes(data=True) if data.get("family") == kg["codex"].iri and "date" in data
    }
    own = whole.nodes[kg["codex"].iri].get("date")
    assert tree.nodes[kg["codex"].iri].get("date") == min(filter(None, (*dated, own)), default=None)


def test_borrowing_is_between_organisations(kg):
    view = borrowing(kg)
    assert {data["kind"] for _, data in view.nodes(data=True)} == {"organization"}
    taken = view.get_edge_data(kg["meta ai"].iri, kg["org:google"].iri).values()
    assert "SwiGLU" in {data["label"] for data in taken}
    assert {data["stratum"] for data in taken} == {"idea"}


def test_a_technique_spreads_from_its_introduction(kg):
    view = kg.view("technique-spread", technique="swiglu")
    root = kg["swiglu"].iri
    assert view.graph["root"] == root
    assert view.nodes[root]["date"].startswith("2020-02")
    assert view.has_edge(kg["llama"].iri, kg["palm"].iri)
    assert all(parent == root or data["relation"] == NS + "adoptedFrom" for _, parent, data in view.edges(data=True))
    assert all("date" in view.nodes[taker] for taker in set(view) - {root} if view.out_degree(taker))


def test_papers_are_credited_with_techniques(kg):
    view = kg.view("citation", model="llama")
    shazeer = next(node for node, data in view.nodes(data=True) if data["label"] == "Shazeer 2020")
    assert [data["label"] for *_, data in view.in_edges(shazeer, data=True)] == ["SwiGLU"]
    assert len(kg.view("citation")) > len(view)


def test_comparisons_are_of_a_model_or_on_a_benchmark(kg):
    of_model = kg.view("comparison", model="gpt-3")
    members = {
        kg["gpt-3"].iri,
        *(node for node, data in of_model.nodes(data=True) if data.get("family") == kg["gpt-3"].iri),
    }
    assert all({child, parent} & members for child, parent in of_model.edges())
    on = kg.view("comparison", benchmark="mmlu")
    every = kg.view("comparison")
    assert 0 < on.number_of_edges() < every.number_of_edges()
    assert every.graph["title"] == "Who beat whom"
    assert "MMLU" in on.graph["title"]


def test_risks_are_those_of_the_model_and_of_what_it_was_made_from(kg):
    view = kg.view("risk", model="chatgpt")
    exposed = {child for child, _, data in view.edges(data=True) if data["relation"] == NS + "risk"}
    assert kg["gpt-4"].iri in exposed
    own = kg.view("risk", model="gpt-4")
    assert {child for child, parent in own.edges() if own.nodes[parent]["kind"] == "risk"} == {kg["gpt-4"].iri}


def test_data_are_shared_by_two_families_at_least(kg):
    view = kg.view("data-sharing")

    def family(node):
        while "family" in view.nodes[node]:
            node = view.nodes[node]["family"]
        return node

    for node, data in view.nodes(data=True):
        if data["kind"] == "dataset":
            assert len({family(taker) for taker in view.predecessors(node)}) > 1
        else:
            assert view.degree(node) or any(other.get("family") == node for _, other in view.nodes(data=True))
    named = kg.view("data-sharing", models=["gpt-3"])
    assert kg["dataset:english-wikipedia"].iri in named


def test_a_row_of_any_question_becomes_an_edge():
    edge = edge_from(
        {"a": None, "b": None, "claim": None, "status": None, "source": None, "locator": None}, "a", "b", "x"
    )
    assert edge == Edge("", "", "", "x", "", "", "", "", "")


def test_a_view_keeps_the_things_that_it_is_told_to(kg):
    view = described(kg, [], [kg["llama-13b"].iri], view="x", root="")
    assert set(view) == {kg["llama-13b"].iri, kg["llama"].iri}
    assert view.graph == {"view": "x"}


def test_python_asks_for_views_with_the_policy_s_statuses(kg):
    assert set(kg.lineage_graph().edges(keys=True)) < set(kg.lineage_graph(all_claims=True).edges(keys=True))
    refuted = kg.lineage_graph(statuses=["refuted"])
    assert {data["status"] for *_, data in refuted.edges(data=True)} <= {STATUS + "refuted"}


def test_matrix_and_frontier_are_tables(made):
    assert isinstance(made["matrix"], Matrix)
    assert isinstance(made["frontier"], Frontier)


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_a_table_and_plain_data_too(made, name):
    columns, rows = table(made[name])
    assert rows
    assert all(len(row) == len(columns) for row in rows)
    assert all(isinstance(cell, str) for row in rows for cell in row)
    assert record(made[name])


def test_a_table_of_edges_is_sorted_and_says_where(made):
    columns, rows = table(made["lineage"])
    assert columns == ("from", "label", "to", "stratum", "status", "source", "locator", "claim")
    assert rows == sorted(rows)


WRONG = [
    ("trees", {}, NotFoundError, r"There is no view 'trees'\. Choose one of lineage, .*"),
    ("matrix", {}, ParameterError, r"The view matrix needs the parameter 'models'\. For example models=family:llama"),
    ("risk", {"model": ["llama", "palm"]}, ParameterError, r"risk: 'model' takes one value, and 2 were given\."),
    ("risk", {"modell": "llama"}, ParameterError, r"risk has no parameter 'modell'\. It has model\."),
    ("risk", {"model": "xyzzy"}, NotFoundError, r"model: Nothing of kind .* is called 'xyzzy'\..*"),
    ("borrowing", {"model": "llama"}, ParameterError, r"borrowing has no parameter 'model'\. It has none\."),
    ("family-tree", {"strata": "wieghts"}, ParameterError, r"strata: 'wieghts' is not a stratum\. Choose from .*"),
    ("lineage", {"thing": "llama", "direction": "left"}, ParameterError, r"direction: 'left' is no direction\. .*"),
    ("lineage", {"from": "gpt-3"}, ParameterError, r"lineage: 'from' needs 'thing', what came from it\. .*"),
    ("lineage", {"thing": "llama", "depth": "two"}, ParameterError, r"depth: 'two' is not an integer\. .*"),
    ("lineage", {"thing": "llama", "depth": "-1"}, ParameterError, r"depth: A depth is 0 \(all\) or more\. .*"),
]


@pytest.mark.parametrize(("name", "values", "error", "message"), WRONG)
def test_what_is_asked_wrongly_is_refused_in_a_sentence(kg, name, values, error, message):
    with pytest.raises(error, match=rf"^{message}$"):
        view_of(kg, name, values)


@pytest.mark.parametrize(("direction", "other"), [("up", "palm"), ("down", "vicuna")])
def test_a_lineage_goes_up_or_down(kg, direction, other):
    view = view_of(kg, "lineage", {"thing": "llama", "direction": direction})
    assert kg[other].iri in view
    assert kg[{"palm": "vicuna", "vicuna": "palm"}[other]].iri not in view


def test_a_lineage_is_as_deep_as_it_is_asked_for(kg):
    sizes = [
        len(view_of(kg, "lineage", {"thing": "vicuna", "direction": "up", "depth": str(depth)})) for depth in (1, 2, 0)
    ]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]


def test_all_lineage_and_a_way_between_two_are_asked_for_by_name(kg):
    assert len(view_of(kg, "lineage")) > 500
    assert kg["llama"].iri in view_of(kg, "lineage", {"thing": "vicuna", "from": "palm", "strata": list(STRATA)})
