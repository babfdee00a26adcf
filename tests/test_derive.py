"""The preference policy (``ontology/decisions/0003``), point by point, on graphs of a few lines."""

from __future__ import annotations

import random

import pyoxigraph as px
import pytest

from llmkg.derive import derive
from llmkg.terms import DERIVED_GRAPH, PREFIXES, shrink
from llmkg.turtle import parse_turtle

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
ONTOLOGY = """
llmkg:Claim llmkg:subjectRole rdf:subject .
llmkg:TechniqueAdoption llmkg:subjectRole llmkg:adopter .
llmkg:technique llmkg:directProperty llmkg:usesTechnique .
llmkg:adoptedFrom llmkg:directProperty llmkg:borrowsFrom .
llmkg:TechniqueOrigin llmkg:subjectRole llmkg:technique .
llmkg:parameterCount llmkg:isSingleValued true .
llmkg:developedBy llmkg:isInherited true .
llmkg:usesTechnique llmkg:isInherited true .
llmkg:licence llmkg:isSingleValued true ; llmkg:isInherited true .
llmkg:contextLength llmkg:isSingleValued false ; llmkg:isInherited false .
status:first llmkg:rank 1 ; llmkg:isAccepted true .
status:second llmkg:rank 2 ; llmkg:isAccepted true .
status:tenth llmkg:rank 10 ; llmkg:isAccepted true .
status:unranked llmkg:isAccepted true .
status:rumour llmkg:rank 0 ; llmkg:isAccepted false .
status:silent llmkg:rank 0 .
sourcekind:paper llmkg:rank 1 .
sourcekind:blog llmkg:rank 2 .
source:paper llmkg:sourceKind sourcekind:paper ; dcterms:issued "2020-01-01"^^xsd:date .
source:later llmkg:sourceKind sourcekind:paper ; dcterms:issued "2021-06"^^xsd:gYearMonth .
source:latest llmkg:sourceKind sourcekind:paper ; dcterms:issued "2023"^^xsd:gYear .
source:undated llmkg:sourceKind sourcekind:paper .
source:blog llmkg:sourceKind sourcekind:blog ; dcterms:issued "2024-01-01"^^xsd:date .
source:odd dcterms:issued "2025-01-01"^^xsd:date .
"""


def claim(name: str, value: str, status: str = "first", source: str = "paper", more: str = "", **given: str) -> str:
    """A claim about one property of one thing."""
    subject = given.get("subject", "model:a")
    predicate = given.get("predicate", "llmkg:parameterCount")
    return f"""claim:{name} a llmkg:Claim ; rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {value} ;
        llmkg:status status:{status} ; llmkg:source source:{source} ; llmkg:locator "p. 1" {more} .\n"""


def quads_of(graph: str) -> list[px.Quad]:
    triples, _ = parse_turtle(HEAD + ONTOLOGY + graph)
    return [px.Quad(*triple, px.NamedNode("https://example.org/file")) for triple in triples]


def derived(graph: str) -> set[tuple[str, str, str]]:
    """What is derived from claims, in short; without isAbout."""
    short = set()
    for quad in derive(quads_of(graph)):
        assert quad.graph_name == px.NamedNode(DERIVED_GRAPH)
        if quad.predicate.value != f"{PREFIXES['llmkg']}isAbout":
            short.add((shrink(quad.subject.value), shrink(quad.predicate.value), shrink(quad.object.value)))
    return short


def size(graph: str) -> list[str]:
    """The parameter counts that model:a has."""
    return sorted(o for s, p, o in derived(graph) if (s, p) == ("model:a", "llmkg:parameterCount"))


# --- 1. accepted statuses only, 2. no bounds


def test_accepted_claim_gives_its_direct_triple():
    assert derived(claim("x", "7")) == {("model:a", "llmkg:parameterCount", "7")}


@pytest.mark.parametrize("status", ["rumour", "silent", "unknown"])
def test_claim_whose_status_is_not_accepted_gives_none(status):
    assert derived(claim("x", "7", status=status)) == set()
    assert size(claim("x", "7", status=status) + claim("y", "8", status="tenth")) == ["8"]


def test_claim_without_a_status_gives_none():
    assert derived("claim:x a llmkg:Claim ; rdf:subject model:a ; rdf:predicate llmkg:p ; rdf:object 1 .") == set()


def test_claim_with_a_bound_gives_none():
    bound = "; llmkg:bound bound:at-most"
    assert derived(claim("x", "7", more=bound)) == set()
    assert size(claim("x", "7", more=bound) + claim("y", "8", status="tenth", source="odd")) == ["8"]


# --- 3. one value where there is one


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("z", "first", "blog"), ("a", "second", "latest")),  # the rank of the status comes before all else
        (("z", "second", "blog"), ("a", "tenth", "latest")),  # as a number, not as a text
        (("z", "tenth", "blog"), ("a", "unranked", "latest")),
        (("z", "first", "undated"), ("a", "first", "blog")),  # then the rank of the kind of source
        (("z", "first", "blog"), ("a", "first", "odd")),
        (("z", "first", "later"), ("a", "first", "paper")),  # then the later date, whatever its precision
        (("z", "first", "latest"), ("a", "first", "later")),
        (("z", "first", "paper"), ("a", "first", "undated")),
        (("a", "first", "paper"), ("z", "first", "paper")),  # then the IRI of the claim
    ],
)
def test_preferred_claim_wins(better, worse):
    one = claim(better[0], "1", *better[1:])
    two = claim(worse[0], "2", *worse[1:])
    assert size(one + two) == size(two + one) == ["1"]


def test_property_that_may_have_several_values_keeps_all():
    claims = "".join(
        claim(name, value, status, predicate="llmkg:contextLength")
        for name, value, status in (
            ("x", "1", "first"),
            ("y", "2", "tenth"),
            ("z", "2", "second"),
            ("w", "3", "rumour"),
        )
    )
    assert derived(claims) == {("model:a", "llmkg:contextLength", value) for value in "12"}


def test_values_of_different_things_do_not_compete():
    graph = claim("x", "1") + claim("y", "2", "second", subject="model:b")
    assert {(s, o) for s, _, o in derived(graph)} == {("model:a", "1"), ("model:b", "2")}


def test_rank_that_is_no_number_counts_as_none():
    odd = 'status:odd llmkg:rank "best" ; llmkg:isAccepted true .\n'
    assert size(odd + claim("a", "1", "odd") + claim("b", "2", "tenth")) == ["2"]


def test_source_that_nothing_is_said_about():
    assert size(claim("a", "1", source="nowhere") + claim("b", "2", source="blog")) == ["2"]
    assert size(claim("a", "1", source="nowhere")) == ["1"]


# --- 4. families reach variants, variants reach checkpoints

FAMILY = "model:a llmkg:isVariantOf family:f . model:c llmkg:isCheckpointOf model:a .\n"


def reached(graph: str, predicate: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for s, p, o in derived(FAMILY + graph):
        if p == predicate:
            found.setdefault(s, set()).add(o)
    return found


def test_inherited_property_reaches_variants_and_their_checkpoints():
    graph = claim("x", "org:o", subject="family:f", predicate="llmkg:developedBy")
    assert reached(graph, "llmkg:developedBy") == {name: {"org:o"} for name in ("family:f", "model:a", "model:c")}


def test_checkpoint_described_before_its_family_inherits_too():
    graph = "model:c llmkg:isCheckpointOf model:a . model:a llmkg:isVariantOf family:f .\n"
    graph += claim("x", "org:o", subject="family:f", predicate="llmkg:developedBy")
    assert ("model:c", "llmkg:developedBy", "org:o") in derived(graph)


def test_other_property_reaches_nobody():
    graph = claim("x", "2048", subject="family:f", predicate="llmkg:contextLength")
    assert reached(graph, "llmkg:contextLength") == {"family:f": {"2048"}}


def test_nothing_flows_up():
    graph = claim("x", "org:o", subject="model:c", predicate="llmkg:developedBy")
    assert reached(graph, "llmkg:developedBy") == {"model:c": {"org:o"}}


def test_own_value_of_a_single_valued_property_stays_and_is_handed_down():
    graph = claim("x", '"open"', subject="family:f", predicate="llmkg:licence")
    graph += claim("y", '"closed"', "tenth", subject="model:a", predicate="llmkg:licence")
    assert reached(graph, "llmkg:licence") == {"family:f": {"open"}, "model:a": {"closed"}, "model:c": {"closed"}}


def test_unaccepted_value_of_its_own_does_not_keep_the_family_s_out():
    graph = claim("x", '"open"', subject="family:f", predicate="llmkg:licence")
    graph += claim("y", '"closed"', "rumour", subject="model:a", predicate="llmkg:licence")
    assert reached(graph, "llmkg:licence")["model:a"] == {"open"}


def test_own_values_of_another_property_are_added_to_the_family_s():
    graph = claim("x", "technique:t", subject="family:f", predicate="llmkg:usesTechnique")
    graph += claim("y", "technique:u", subject="model:a", predicate="llmkg:usesTechnique")
    assert reached(graph, "llmkg:usesTechnique") == {
        "family:f": {"technique:t"},
        "model:a": {"technique:t", "technique:u"},
        "model:c": {"technique:t", "technique:u"},
    }


# --- 5. roles give properties

ADOPTION = """claim:x a llmkg:TechniqueAdoption ; llmkg:adopter family:f ; llmkg:technique technique:t, technique:u ;
    llmkg:adoptedFrom family:g ; llmkg:replaces technique:v ; llmkg:status status:first ; llmkg:source source:paper .
"""


def test_roles_of_a_typed_claim_become_their_direct_properties():
    assert derived(ADOPTION) == {
        ("family:f", "llmkg:usesTechnique", "technique:t"),
        ("family:f", "llmkg:usesTechnique", "technique:u"),
        ("family:f", "llmkg:borrowsFrom", "family:g"),
    }
    assert derived(ADOPTION.replace("status:first", "status:rumour")) == set()


def test_role_that_is_the_subject_gives_none():
    graph = "claim:o a llmkg:TechniqueOrigin ; llmkg:technique technique:t ; llmkg:status status:first ."
    assert derived(graph) == set()


# --- 6. every step of lineage has one predicate more


def test_a_direct_triple_of_lineage_says_that_it_comes_from_there():
    strata = "llmkg:borrowsFrom llmkg:hasStratum stratum:idea .\n"
    assert ("family:f", "llmkg:comesFrom", "family:g") in derived(strata + ADOPTION)
    assert "llmkg:comesFrom" not in {p for _, p, _ in derived(ADOPTION)}
    assert derived(strata + ADOPTION.replace("status:first", "status:rumour")) == set()


def test_a_member_comes_from_what_it_belongs_to():
    assert reached("", "llmkg:comesFrom") == {"model:a": {"family:f"}, "model:c": {"model:a"}}


# --- isAbout, and the whole


def test_every_claim_is_about_its_subject_whatever_its_status():
    graph = ADOPTION + claim("y", "1", "rumour") + claim("z", "2", more="; llmkg:bound bound:at-most")
    graph += "claim:w a llmkg:Unknown ; llmkg:adopter family:f . claim:v a llmkg:TechniqueAdoption ."
    about = {
        (shrink(quad.subject.value), shrink(quad.object.value))
        for quad in derive(quads_of(graph))
        if quad.predicate.value.endswith("/isAbout")
    }
    assert about == {("claim:x", "family:f"), ("claim:y", "model:a"), ("claim:z", "model:a")}


def test_result_is_sorted_each_once_and_the_same_for_every_order():
    graph = FAMILY + ADOPTION + claim("y", "1") + claim("z", "2", "second") + claim("yy", "org:o", predicate="llmkg:p")
    graph += claim("q", '"open"', subject="family:f", predicate="llmkg:licence")
    quads = quads_of(graph)
    expected = derive(quads)
    assert expected == sorted(set(expected), key=str)
    assert len(expected) > 10
    for seed in range(20):
        shuffled = list(quads)
        random.Random(seed).shuffle(shuffled)  # noqa: S311 - any order will do
        assert derive(shuffled * 2) == expected


def test_statements_about_statements_and_nodes_without_an_iri_are_passed_over():
    nested = px.Triple(*(px.NamedNode(f"https://example.org/{name}") for name in "abc"))
    odd = [
        px.Quad(px.NamedNode(f"{PREFIXES['claim']}x"), px.NamedNode(f"{PREFIXES['rdf']}object"), nested),
        px.Quad(px.BlankNode("b"), px.NamedNode(f"{PREFIXES['rdf']}type"), px.NamedNode(f"{PREFIXES['llmkg']}Claim")),
    ]
    assert derive(quads_of(claim("x", "7")) + odd) == derive(quads_of(claim("x", "7")))


def test_nothing_from_nothing():
    assert derive([]) == []
