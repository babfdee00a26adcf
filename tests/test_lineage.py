"""Lineage as graphs: what came from what, and who says so."""

from __future__ import annotations

import json

import pytest

from llmkg.adoptions import Adoption, adoptions, adoptions_by
from llmkg.catalogue import Catalogue
from llmkg.lineage import lineage_graph
from llmkg.queries import run
from llmkg.snapshot import build_in_memory
from llmkg.terms import NS, STRATA, expand, shrink
from llmkg.walks import edges_between, lineage_of

STATED = 'llmkg:status status:stated-by-developer ; llmkg:source source:doe-2023 ; llmkg:locator "Section 2" .\n'


def derived(name, child, relation, parent):
    return f"claim:{name} a llmkg:Derivation ; rdf:subject {child} ; rdf:predicate llmkg:{relation} ; rdf:object {parent} ; {STATED}"


def adopted(name, child, technique, parent):
    return f"claim:{name} a llmkg:TechniqueAdoption ; llmkg:adopter {child} ; llmkg:technique technique:{technique} ; llmkg:adoptedFrom {parent} ; {STATED}"


GRAPH = f"""
family:a a llmkg:ModelFamily ; skos:prefLabel "A"@en .
family:b a llmkg:ModelFamily ; skos:prefLabel "B"@en .
family:c a llmkg:ModelFamily ; skos:prefLabel "C"@en .
family:d a llmkg:ModelFamily ; skos:prefLabel "D"@en .
model:b-1 a llmkg:ModelVariant ; skos:prefLabel "B 1"@en ; llmkg:isVariantOf family:b .
model:b-2 a llmkg:ModelVariant ; skos:prefLabel "B 2"@en ; llmkg:isVariantOf family:b .
model:b-1-x a llmkg:Checkpoint ; skos:prefLabel "B 1 x"@en ; llmkg:isCheckpointOf model:b-1 .
product:p a llmkg:Product ; skos:prefLabel "P"@en .
dataset:s a llmkg:Dataset ; skos:prefLabel "S"@en .
source:doe-2023 a llmkg:Source ; skos:prefLabel "Doe 2023"@en ; dcterms:issued "2023-02"^^xsd:gYearMonth ; llmkg:sourceKind sourcekind:paper .
claim:date-a a llmkg:Claim ; rdf:subject family:a ; rdf:predicate llmkg:announcedOn ; rdf:object "2020-05"^^xsd:gYearMonth ; {STATED}
claim:date-a-2 a llmkg:Claim ; rdf:subject family:a ; rdf:predicate llmkg:paperPublishedOn ; rdf:object "2020-01-07"^^xsd:date ; {STATED}
claim:from a llmkg:TechniqueAdoption ; llmkg:adopter family:b ; llmkg:technique technique:relu ;
    llmkg:introducedIn source:doe-2023 ; llmkg:modification "Halved."@en ; {STATED}
""" + "".join(
    (
        adopted("b-a-rope", "family:b", "rope", "family:a"),
        adopted("b-a-swiglu", "family:b", "swiglu", "family:a"),
        derived("b-a-architecture", "family:b", "hasSameArchitectureAs", "family:a"),
        derived("b1-a", "model:b-1", "isInitializedFrom", "family:a"),
        derived("b2-data", "model:b-2", "isTrainedOn", "dataset:s"),
        adopted("x-d", "model:b-1-x", "rope", "family:d"),
        derived("c-b1", "family:c", "isFineTunedFrom", "model:b-1"),
        derived("p-c", "product:p", "isPoweredBy", "family:c"),
        adopted("a-c", "family:a", "relu", "family:c"),
    )
)


@pytest.fixture(scope="module")
def small(project_of):
    project = project_of(GRAPH)
    snapshot = build_in_memory(project)
    return snapshot, Catalogue(project)


@pytest.fixture(scope="module")
def graph(small):
    snapshot, catalogue = small
    return lineage_graph(snapshot.store, catalogue)


def lines(edges):
    return [shrink(edge.claim).removeprefix("claim:") for edge in edges]


def up(graph, curie, depth=1):
    return lines(lineage_of(graph, expand(curie), down=False, depth=depth).up)


def down(graph, curie, depth=1):
    return lines(lineage_of(graph, expand(curie), up=False, depth=depth).down)


def test_the_graph_has_an_edge_for_each_claim(graph):
    assert {shrink(claim) for _, _, claim in graph.edges(keys=True)} == {
        f"claim:{name}"
        for name in ("b-a-rope", "b-a-swiglu", "b-a-architecture", "b1-a", "b2-data", "x-d", "c-b1", "p-c", "a-c")
    }
    assert graph.number_of_edges(expand("family:b"), expand("family:a")) == 3


def test_an_edge_points_to_what_was_there_before_and_says_who_says_so(graph):
    data = graph.edges[expand("family:b"), expand("family:a"), expand("claim:b-a-rope")]
    edge = data["edge"]
    assert edge.record() == {
        "from": expand("family:b"),
        "to": expand("family:a"),
        "stratum": "idea",
        "relation": "borrowsFrom",
        "technique": expand("technique:rope"),
        "claim": expand("claim:b-a-rope"),
        "status": "stated-by-developer",
        "source": expand("source:doe-2023"),
        "locator": "Section 2",
    }
    assert (data["child"], data["stratum"], data["locator"]) == (edge.child, "idea", "Section 2")
    assert data["relation"] == NS + "borrowsFrom"


def test_nodes_know_their_family_and_their_earliest_date(graph):
    assert graph.nodes[expand("model:b-1")]["family"] == expand("family:b")
    assert graph.nodes[expand("model:b-1-x")]["family"] == expand("model:b-1")
    assert "family" not in graph.nodes[expand("family:b")]
    assert graph.nodes[expand("family:a")]["date"] == "2020-01-07"
    assert "date" not in graph.nodes[expand("family:b")]
    assert expand("source:doe-2023") not in graph


@pytest.mark.parametrize(
    ("stratum", "wanted"),
    [
        ("idea", {"b-a-rope", "b-a-swiglu", "x-d", "a-c"}),
        ("weights", {"b1-a", "c-b1"}),
        ("architecture", {"b-a-architecture"}),
        ("data", {"b2-data"}),
        ("product", {"p-c"}),
        ("code", set()),
    ],
)
def test_a_stratum_holds_its_edges_and_no_others(small, stratum, wanted):
    snapshot, catalogue = small
    graph = lineage_graph(snapshot.store, catalogue, strata=[stratum])
    assert {shrink(claim).removeprefix("claim:") for _, _, claim in graph.edges(keys=True)} == wanted


def test_strata_can_be_asked_for_together_and_make_up_the_whole(small, graph):
    snapshot, catalogue = small
    whole = sum(lineage_graph(snapshot.store, catalogue, strata=[one]).number_of_edges() for one in STRATA)
    assert whole == graph.number_of_edges()
    two = lineage_graph(snapshot.store, catalogue, strata={"idea", "data"})
    assert {data["stratum"] for _, _, data in two.edges(data=True)} == {"idea", "data"}


def test_a_family_has_what_its_variants_and_checkpoints_took(graph):
    assert set(up(graph, "family:b")) == {"b-a-architecture", "b-a-rope", "b-a-swiglu", "b1-a", "b2-data", "x-d"}


def test_a_variant_has_what_its_family_took_but_not_what_its_sister_did(graph):
    assert set(up(graph, "model:b-1")) == {"b1-a", "x-d", "b-a-architecture", "b-a-rope", "b-a-swiglu"}
    assert set(up(graph, "model:b-2")) == {"b2-data", "b-a-architecture", "b-a-rope", "b-a-swiglu"}


def test_a_checkpoint_has_what_its_variant_and_its_family_took(graph):
    assert set(up(graph, "model:b-1-x")) == {"x-d", "b1-a", "b-a-architecture", "b-a-rope", "b-a-swiglu"}


def test_what_came_from_a_variant_came_from_its_family(graph):
    assert down(graph, "family:b") == ["c-b1"]
    assert down(graph, "model:b-1") == ["c-b1"]


def test_what_came_from_a_family_did_not_come_from_its_variant(graph):
    assert set(down(graph, "family:a")) == {"b-a-architecture", "b-a-rope", "b-a-swiglu", "b1-a"}
    assert down(graph, "model:b-2") == []


def test_edges_of_one_thing_are_ordered_by_stratum_and_technique(graph):
    own = [line for line in up(graph, "family:b") if line.startswith("b-a")]
    assert own == ["b-a-rope", "b-a-swiglu", "b-a-architecture"]


def test_the_nearest_comes_first(graph):
    steps = [down(graph, "model:b-1", depth=depth) for depth in (1, 2, 3)]
    assert steps[0] == ["c-b1"]
    assert set(steps[1]) == {"c-b1", "p-c", "a-c"}
    assert steps[1] == steps[2][: len(steps[1])]


def test_depth_counts_what_lies_further_away(graph):
    near = lineage_of(graph, expand("model:b-1"), up=False, depth=1)
    whole = lineage_of(graph, expand("model:b-1"), up=False, depth=0)
    assert whole.further == 0
    assert near.further == len(whole.down) - len(near.down) > 0
    both = lineage_of(graph, expand("family:b"), depth=1)
    everything = lineage_of(graph, expand("family:b"), depth=0)
    assert both.further == len(everything.up) + len(everything.down) - len(both.up) - len(both.down)


def test_a_cycle_ends(graph):
    for curie in ("family:a", "family:b", "family:c", "model:b-1"):
        found = lineage_of(graph, expand(curie), depth=0)
        assert len(found.up) == len(set(found.up))
        assert len(found.down) == len(set(found.down))
    assert set(up(graph, "family:c", depth=0)) >= {"c-b1", "b1-a", "a-c"}


def test_only_one_direction_is_walked_where_one_is_asked_for(graph):
    assert lineage_of(graph, expand("family:b"), up=False).up == ()
    assert lineage_of(graph, expand("family:b"), down=False).down == ()
    neither = lineage_of(graph, expand("family:b"), up=False, down=False)
    assert (neither.up, neither.down, neither.further) == ((), (), 0)


def test_what_is_not_in_the_graph_has_no_lineage(graph):
    found = lineage_of(graph, "https://example.org/else", depth=0)
    assert (found.up, found.down, found.further) == ((), (), 0)
    assert up(graph, "technique:rope", depth=0) == []


def test_a_lineage_becomes_the_documented_record(small, graph):
    snapshot, _ = small
    record = lineage_of(graph, expand("family:c"), depth=1).record(snapshot.names)
    assert record == {
        "root": expand("family:c"),
        "nodes": [
            {"iri": expand("family:c"), "kind": "family", "label": "C", "date": None},
            {"iri": expand("model:b-1"), "kind": "model", "label": "B 1", "date": None},
            {"iri": expand("family:a"), "kind": "family", "label": "A", "date": "2020-01-07"},
            {"iri": expand("product:p"), "kind": "product", "label": "P", "date": None},
        ],
        "edges": [
            {
                "from": expand(child),
                "to": expand(parent),
                "stratum": stratum,
                "relation": relation,
                "technique": technique and expand(technique),
                "claim": expand(claim),
                "status": "stated-by-developer",
                "source": expand("source:doe-2023"),
                "locator": "Section 2",
            }
            for child, parent, stratum, relation, technique, claim in (
                ("family:c", "model:b-1", "weights", "isFineTunedFrom", None, "claim:c-b1"),
                ("family:a", "family:c", "idea", "borrowsFrom", "technique:relu", "claim:a-c"),
                ("product:p", "family:c", "product", "isPoweredBy", None, "claim:p-c"),
            )
        ],
    }
    assert json.loads(json.dumps(record)) == record


def test_an_edge_that_goes_up_and_down_is_recorded_once(small, graph):
    snapshot, _ = small
    record = lineage_of(graph, expand("family:b"), depth=0).record(snapshot.names)
    claims = [edge["claim"] for edge in record["edges"]]
    assert len(claims) == len(set(claims)) == graph.number_of_edges()
    assert len({node["iri"] for node in record["nodes"]}) == len(record["nodes"])


def test_what_one_size_took_from_another_is_told_once(project_of):
    project = project_of(
        """
family:e a llmkg:ModelFamily ; skos:prefLabel "E"@en .
model:e-1 a llmkg:ModelVariant ; skos:prefLabel "E 1"@en ; llmkg:isVariantOf family:e .
model:e-2 a llmkg:ModelVariant ; skos:prefLabel "E 2"@en ; llmkg:isVariantOf family:e .
source:doe-2023 a llmkg:Source ; skos:prefLabel "Doe 2023"@en .
"""
        + derived("e2-e1", "model:e-2", "isFineTunedFrom", "model:e-1")
    )
    graph = lineage_graph(build_in_memory(project).store, Catalogue(project))
    both = lineage_of(graph, expand("family:e"))
    assert (lines(both.up), lines(both.down)) == (["e2-e1"], [])
    assert lines(lineage_of(graph, expand("family:e"), up=False).down) == ["e2-e1"]
    assert lines(lineage_of(graph, expand("model:e-1")).down) == ["e2-e1"]


def test_the_root_is_a_node_though_it_has_no_edges(small, graph):
    snapshot, _ = small
    record = lineage_of(graph, expand("model:b-2"), up=False).record(snapshot.names)
    assert [node["iri"] for node in record["nodes"]] == [expand("model:b-2")]
    assert record["edges"] == []


@pytest.mark.parametrize(
    ("child", "parent", "wanted"),
    [
        ("family:b", "family:a", {"b-a-rope", "b-a-swiglu", "b-a-architecture", "b1-a"}),
        ("model:b-1", "family:a", {"b-a-rope", "b-a-swiglu", "b-a-architecture", "b1-a"}),
        ("model:b-2", "family:a", {"b-a-rope", "b-a-swiglu", "b-a-architecture"}),
        ("family:c", "family:b", {"c-b1"}),
        ("family:c", "model:b-1", {"c-b1"}),
        ("family:c", "model:b-2", set()),
        ("family:c", "family:a", set()),
        ("family:a", "family:b", set()),
        ("family:b", "family:bogus", set()),
        ("family:bogus", "family:b", set()),
    ],
)
def test_edges_between_two_things(graph, child, parent, wanted):
    assert set(lines(edges_between(graph, expand(child), expand(parent)))) == wanted


def test_edges_to_a_checkpoint_are_edges_to_its_family(project_of):
    project = project_of(GRAPH + derived("c-x", "family:c", "isFineTunedFrom", "model:b-1-x"))
    graph = lineage_graph(build_in_memory(project).store, Catalogue(project))
    assert set(lines(edges_between(graph, expand("family:c"), expand("family:b")))) == {"c-b1", "c-x"}


@pytest.mark.parametrize("ways", [{}, {"up": False}, {"down": False}])
@pytest.mark.parametrize(
    "curie", ["family:a", "family:b", "family:c", "model:b-1", "model:b-2", "model:b-1-x", "product:p"]
)
def test_a_lineage_read_step_by_step_is_the_same(small, graph, curie, ways):
    snapshot, catalogue = small
    root = expand(curie)
    near = lineage_graph(snapshot.store, catalogue, around=root, **ways)
    one, other = lineage_of(near, root, **ways, depth=0), lineage_of(graph, root, **ways, depth=0)
    assert (one.up, one.down) == (other.up, other.down)
    assert {node: graph.nodes[node] for node in near} == dict(near.nodes(data=True))


def test_a_lineage_read_step_by_step_keeps_to_strata_and_statuses(small):
    snapshot, catalogue = small
    root = expand("family:c")
    weights = lineage_graph(snapshot.store, catalogue, around=root, strata=["weights"])
    assert {shrink(claim).removeprefix("claim:") for _, _, claim in weights.edges(keys=True)} == {"b1-a", "c-b1"}
    assert not lineage_graph(snapshot.store, catalogue, around=root, statuses=frozenset()).edges


def test_the_lineage_of_what_the_graph_lacks_is_empty(small):
    snapshot, catalogue = small
    assert not lineage_graph(snapshot.store, catalogue, around="https://example.org/else")


def test_real_lineages_read_step_by_step_are_the_same(snapshot, project):
    catalogue = Catalogue(project)
    whole = lineage_graph(snapshot.store, catalogue)
    for curie in ("family:llama", "family:gpt-2", "model:llama-7b", "family:alpaca", "family:transformer"):
        root = expand(curie)
        near = lineage_graph(snapshot.store, catalogue, around=root)
        one, other = lineage_of(near, root, depth=2), lineage_of(whole, root, depth=2)
        assert (one.up, one.down, one.further) == (other.up, other.down, other.further)


def test_more_things_than_one_question_takes_are_asked_about_in_groups(snapshot, project):
    catalogue = Catalogue(project)
    everything = adoptions_by(snapshot.store, catalogue)
    by_name = adoptions_by(snapshot.store, catalogue, {one.adopter for one in everything})
    assert len({one.adopter for one in everything}) > 200
    assert by_name == everything


def test_adoptions_are_read_from_both_questions(small):
    snapshot, catalogue = small
    everything = adoptions_by(snapshot.store, catalogue)
    assert {shrink(one.claim) for one in everything} == {
        "claim:b-a-rope",
        "claim:b-a-swiglu",
        "claim:x-d",
        "claim:a-c",
        "claim:from",
    }
    question = catalogue["lineage/why"]
    model, technique = question.parameters
    rows = run(
        snapshot.store, question, {"model": [model.term("model:b-2")], "technique": [technique.term("technique:relu")]}
    )
    (one,) = adoptions(rows)
    assert one == Adoption(
        adopter=expand("family:b"),
        technique=expand("technique:relu"),
        adopted_from="",
        introduced_in=expand("source:doe-2023"),
        replaces="",
        modification="Halved.",
        purpose="",
        claim=expand("claim:from"),
        status=expand("status:stated-by-developer"),
        source=expand("source:doe-2023"),
        locator="Section 2",
    )
    assert one in everything
    assert one.sentence(snapshot.names) == (
        "B uses ReLU (Doe 2023, Section 2); introduced by Doe 2023; changed: Halved [Stated by the developer]"
    )


def test_an_adoption_is_told_in_one_sentence(small):
    snapshot, _ = small
    whole = Adoption(
        adopter=expand("family:b"),
        technique=expand("technique:swiglu"),
        adopted_from=expand("family:a"),
        introduced_in=expand("source:doe-2023"),
        replaces=expand("technique:relu"),
        modification="narrower",
        purpose="speed",
        claim=expand("claim:x"),
        status=expand("status:unconfirmed"),
        source=expand("source:doe-2023"),
        locator="Table 1",
    )
    assert whole.sentence(snapshot.names) == (
        "B took SwiGLU from A (Doe 2023, Table 1); introduced by Doe 2023; replaces ReLU; changed: narrower; for: speed [Unconfirmed]"
    )


def test_llama_took_swiglu_from_palm(snapshot, project):
    graph = lineage_graph(snapshot.store, Catalogue(project), strata=["idea"])
    found = edges_between(graph, expand("family:llama"), expand("family:palm"))
    assert expand("technique:swiglu") in {edge.technique for edge in found}
    assert all(edge.stratum == "idea" and edge.source and edge.locator for edge in found)


def test_every_lineage_of_the_project_ends(snapshot, project):
    graph = lineage_graph(snapshot.store, Catalogue(project))
    for node in graph:
        found = lineage_of(graph, node, depth=0)
        assert len(found.up) <= graph.number_of_edges() >= len(found.down)
