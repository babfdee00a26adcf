"""Why an answer is empty."""

from __future__ import annotations

import pyoxigraph as px
import pytest

from llmkg.absence import explain, first_without_match, patterns
from llmkg.catalogue import Catalogue
from llmkg.files import find_project
from llmkg.terms import expand

CATALOGUE = Catalogue(find_project("."))


@pytest.fixture(scope="module")
def graph(kg):
    return kg


def texts(query):
    return [" ".join(pattern.text.split()) for pattern in patterns(query)[1]]


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("SELECT * { ?a ?b ?c }", ["?a ?b ?c"]),
        ("ASK WHERE { ?a a ?b ; <p> 1.5 , 2 ; . ?c ?d 'x.y;z' }", ["?a a ?b", "?a <p> 1.5 , 2", "?c ?d 'x.y;z'"]),
        ("SELECT * { ?a ?b [ <p> 1 ; <q> 2 ] ; <r> (1 2) }", ["?a ?b [ <p> 1 ; <q> 2 ]", "?a <r> (1 2)"]),
        ("SELECT * { { ?a ?b 1 } UNION { ?a ?b 2 } ?a <p> ?c }", ["{ ?a ?b 1 } UNION { ?a ?b 2 }", "?a <p> ?c"]),
        (
            "SELECT * { VALUES ?a { 1 2 } { SELECT ?b { ?b ?c ?d } } }",
            ["VALUES ?a { 1 2 }", "{ SELECT ?b { ?b ?c ?d } }"],
        ),
        ("SELECT * { VALUES (?a ?b) { (1 2) } ?a ?b ?c }", ["VALUES (?a ?b) { (1 2) }", "?a ?b ?c"]),
        (
            "SELECT * { ?a <p> ?b OPTIONAL { ?a <q> ?c } FILTER (?b > 1) FILTER NOT EXISTS { ?a <r> ?d } BIND (1 AS ?e) }",
            [
                "?a <p> ?b",
                "OPTIONAL { ?a <q> ?c }",
                "FILTER (?b > 1)",
                "FILTER NOT EXISTS { ?a <r> ?d }",
                "BIND (1 AS ?e)",
            ],
        ),
        ("SELECT * { FILTER regex(?b, 'x') ?a <p> ?b }", ["FILTER regex(?b, 'x')", "?a <p> ?b"]),
        ("SELECT * { ?a <p>/<q>* ?b # ; . {\n . MINUS { ?a <r> 1 } }", ["?a <p>/<q>* ?b", "MINUS { ?a <r> 1 }"]),
        ("CONSTRUCT { ?a <p> ?b } WHERE { ?a <q> ?b }", ["?a <q> ?b"]),
        ("SELECT (COUNT(?a) AS ?n) WHERE { ?a ?b ?c } GROUP BY ?b", ["?a ?b ?c"]),
        ("SELECT * {}", []),
    ],
)
def test_a_query_is_cut_into_its_parts(query, parts):
    assert texts(query) == parts


@pytest.mark.parametrize("id_", CATALOGUE.ids)
def test_the_parts_of_a_saved_question_can_stand_together(id_):
    prologue, found = patterns(CATALOGUE[id_].text)
    assert found
    for place in range(1, len(found) + 1):
        together = px.Store().query(f"{prologue} ASK {{ {' . '.join(pattern.text for pattern in found[:place])} }}")
        assert isinstance(together, px.QueryBoolean)


@pytest.mark.parametrize("id_", CATALOGUE.ids)
def test_a_part_stands_on_its_line(id_):
    lines = CATALOGUE[id_].text.split("\n")
    for pattern in patterns(CATALOGUE[id_].text)[1]:
        assert pattern.text.split("\n", 1)[0].split()[-1] in lines[pattern.line - 1]


def test_the_first_part_without_a_match_is_found_and_filters_come_last():
    store = px.Store()
    store.add(px.Quad(px.NamedNode("urn:a"), px.NamedNode("urn:p"), px.Literal(1)))

    def ask(text):
        return bool(store.query(text))

    query = "SELECT * {\n FILTER (?b > 1)\n ?a <urn:p> ?b ;\n <urn:q> ?c }"
    assert first_without_match(ask, query).text == "?a <urn:q> ?c"
    assert first_without_match(ask, query).line == 4
    assert first_without_match(ask, "SELECT * {\n FILTER (?b > 1)\n ?a <urn:p> ?b }").line == 2
    assert first_without_match(ask, "SELECT * { ?a <urn:p> ?b } HAVING (COUNT(?b) > 1)") is None


def test_a_parameter_that_is_the_reason_is_named_with_what_else_there_is(graph):
    question = graph.catalogue["evaluation/results-of"]
    terms = {"model": [px.NamedNode(expand("family:gpt-3"))], "benchmark": [px.NamedNode(expand("benchmark:mmmu"))]}
    told = explain(graph.store, question, terms, graph.names)
    others = len(graph.query("evaluation/results-of", model="gpt-3", all_claims=True))
    assert f"benchmark=MMMU matched nothing; with any benchmark there are {others} rows" in told
    assert "nothing fits ?claim llmkg:benchmark ?benchmark (queries/evaluation/results-of.rq:" in told


def test_where_every_part_matches_that_is_told(graph, monkeypatch):
    monkeypatch.setattr("llmkg.absence.first_without_match", lambda *_: None)
    question = graph.catalogue["evaluation/results-of"]
    nothing = px.NamedNode("https://example.org/nothing")
    told = explain(graph.store, question, {"model": [nothing], "benchmark": [nothing]}, graph.names)
    assert told == "each part matches something, and no row is left of them."
