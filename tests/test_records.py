"""Claims by what they mention."""

from __future__ import annotations

import sqlite3

import pyoxigraph as px
import pytest

from llmkg.records import Records
from llmkg.terms import NS, PREFIXES, expand, shrink
from llmkg.turtle import parse_turtle

HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
GRAPH = """
family:f a llmkg:ModelFamily ; skos:prefLabel "F"@en .
model:v a llmkg:ModelVariant ; skos:prefLabel "V"@en ; llmkg:isVariantOf family:f .
model:c a llmkg:Checkpoint ; llmkg:isCheckpointOf model:v ; llmkg:url "https://example.org/c"^^xsd:anyURI .
model:both llmkg:isVariantOf family:f ; llmkg:isCheckpointOf model:v .
metric:m llmkg:hasUnit unit:percent .
source:s llmkg:arxivId "2302.13971" ; llmkg:url "https://example.org/s"^^xsd:anyURI ; dcterms:title "S"@en .
claim:family rdf:subject family:f ; rdf:predicate llmkg:p ; rdf:object "一"@zh-hans, "two", 3, 1.10 ;
    llmkg:source source:s ; llmkg:locator "p. 1" .
claim:variant rdf:subject model:v ; rdf:predicate llmkg:q ; rdf:object family:g ; llmkg:locator "p. 2" .
claim:checkpoint rdf:subject model:c ; rdf:object _:b ; llmkg:locator "p. 3" .
claim:other rdf:subject family:g ; llmkg:locator "p. 4" .
claim:about-claim rdf:subject claim:family ; llmkg:contradicts claim:variant ; llmkg:locator "p. 5" .
claim:no-locator rdf:subject family:f ; rdf:object 1 .
"""


def quads_of(graph: str) -> list[px.Quad]:
    return [px.Quad(*triple, px.NamedNode("https://example.org/file")) for triple in parse_turtle(HEAD + graph)[0]]


@pytest.fixture
def database():
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


@pytest.fixture
def records(database):
    Records.write(database, quads_of(GRAPH))
    return Records(database)


def short(iris) -> list[str]:
    return [shrink(iri) for iri in iris]


def test_facts_of_a_claim_are_all_kept_as_they_were_written(records):
    facts = records.facts(expand("claim:family"))
    assert set(facts[PREFIXES["rdf"] + "object"]) == {
        px.Literal("一", language="zh-hans"),
        px.Literal("two"),
        px.Literal("3", datatype=px.NamedNode(PREFIXES["xsd"] + "integer")),
        px.Literal("1.10", datatype=px.NamedNode(PREFIXES["xsd"] + "decimal")),
    }
    assert facts[PREFIXES["rdf"] + "subject"] == [px.NamedNode(expand("family:f"))]
    assert list(facts) == sorted(facts)


def test_blank_node_stays_one(records):
    (node,) = records.facts(expand("claim:checkpoint"))[PREFIXES["rdf"] + "object"]
    assert isinstance(node, px.BlankNode)


def test_of_other_things_only_links_units_and_addresses_are_kept(records):
    assert short(records.facts(expand("model:c"))) == ["llmkg:isCheckpointOf", "llmkg:url"]
    assert short(records.facts(expand("metric:m"))) == ["llmkg:hasUnit"]
    assert short(records.facts(expand("source:s"))) == ["llmkg:arxivId", "llmkg:url"]
    assert records.facts(expand("family:f")) == {}
    assert records.facts("https://example.org/none") == {}


def test_members_are_variants_and_checkpoints_each_once(records):
    assert short(records.members(expand("family:f"))) == ["family:f", "model:both", "model:v", "model:c"]
    assert short(records.members(expand("model:v"))) == ["model:v", "model:both", "model:c"]
    assert short(records.members(expand("model:c"))) == ["model:c"]
    assert short(records.members(expand("unit:percent"))) == ["unit:percent"]


def test_member_of_one_family_is_not_one_of_another_that_it_mentions(database):
    graph = "model:a llmkg:isVariantOf family:f ; llmkg:isCheckpointOf model:x . model:b llmkg:isCheckpointOf model:a ."
    Records.write(database, quads_of(graph))
    records = Records(database)
    assert short(records.members(expand("model:x"))) == ["model:x", "model:a"]
    assert short(records.members(expand("family:f"))) == ["family:f", "model:a", "model:b"]


def test_claims_of_a_family_are_those_of_its_members_too(records):
    assert sorted(short(records.claims(expand("family:f")))) == ["claim:checkpoint", "claim:family", "claim:variant"]
    assert sorted(short(records.claims(expand("model:v")))) == ["claim:checkpoint", "claim:variant"]
    assert sorted(short(records.claims(expand("family:g")))) == ["claim:other", "claim:variant"]
    assert sorted(short(records.claims(expand("source:s")))) == ["claim:family"]
    assert records.claims(expand("family:none")) == {}


def test_claims_are_told_with_their_facts(records):
    for claim, facts in records.claims(expand("family:f")).items():
        assert facts == records.facts(claim)
        assert f"{NS}locator" in facts


def test_claims_of_a_claim_begin_with_itself(records):
    assert short(records.claims(expand("claim:family"))) == ["claim:family", "claim:about-claim"]
    assert short(records.claims(expand("claim:about-claim"))) == ["claim:about-claim"]


def test_statement_in_two_graphs_is_kept_once(database):
    quads = quads_of(GRAPH)
    Records.write(database, quads + [px.Quad(*quad.triple, px.NamedNode("https://example.org/two")) for quad in quads])
    records = Records(database)
    assert len(records.facts(expand("claim:family"))[PREFIXES["rdf"] + "object"]) == 4
    assert len(records.claims(expand("family:f"))) == 3


def test_order_of_statements_does_not_matter(database, records):
    reverse = sqlite3.connect(":memory:")
    quads = [quad for quad in quads_of(GRAPH) if not isinstance(quad.object, px.BlankNode)]
    Records.write(reverse, quads[::-1])
    forward = sqlite3.connect(":memory:")
    Records.write(forward, quads)
    try:
        assert list(forward.iterdump()) == list(reverse.iterdump())
    finally:
        reverse.close()
        forward.close()


def test_statements_about_statements_and_nodes_without_an_iri_are_passed_over(database):
    nested = px.Triple(*(px.NamedNode(f"https://example.org/{name}") for name in "abc"))
    claim = px.NamedNode(expand("claim:x"))
    locator = px.NamedNode(f"{NS}locator")
    Records.write(
        database,
        [
            px.Quad(claim, px.NamedNode(f"{PREFIXES['rdf']}object"), nested),
            px.Quad(claim, locator, px.Literal("p. 1")),
            px.Quad(px.BlankNode("b"), locator, px.Literal("p. 2")),
        ],
    )
    assert Records(database).facts(expand("claim:x")) == {f"{NS}locator": [px.Literal("p. 1")]}
