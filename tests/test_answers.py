"""The answers to saved questions: their forms, and rows that they must have, each compared with what it names."""

from __future__ import annotations

import csv
import io
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pyoxigraph as px
import pytest
import rdflib

from llmkg.answers import Answer
from llmkg.catalogue import Catalogue
from llmkg.errors import LlmkgError
from llmkg.evidence import describe
from llmkg.files import find_project
from llmkg.names import Names
from llmkg.output import GRAPH_FORMATS, ROW_FORMATS
from llmkg.queries import run
from llmkg.store import Rows, Triples
from llmkg.terms import expand, shrink

ANSWERS = Path(__file__).parent / "corpus" / "answers.csv"
AUDIENCES = ("survey-writer", "engineer", "governance-analyst", "journalist", "librarian")
CATALOGUE = Catalogue(find_project(Path(__file__).parents[1]))


def rows():
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pairs(text):
    return dict(pair.split("=", 1) for pair in text.split(";") if pair)


def written(term):
    return "" if term is None else shrink(term.value).removesuffix(".0")


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['question']}-{row['row'][:60]}")
def test_row_is_among_the_answers(store, row):
    query, values = CATALOGUE[row["question"]], pairs(row["values"])
    given = {p.name: [p.term(values.pop(p.name))] for p in query.parameters if p.name in values}
    assert values == {}, "not a parameter"
    wanted = pairs(row["row"])
    assert wanted.keys() <= query.returns.keys()
    found = [{name: written(record[name]) for name in wanted} for record in run(store, query, given).records()]
    assert wanted in found
    assert row["checked against"]


def test_each_kind_of_people_has_five_questions_of_its_own():
    questions = {audience: [id_ for id_ in CATALOGUE.ids if audience in CATALOGUE[id_].tags] for audience in AUDIENCES}
    assert {audience: len(ids) for audience, ids in questions.items()} == dict.fromkeys(AUDIENCES, 5)
    assert len({id_ for ids in questions.values() for id_ in ids}) == 25
    assert {row["question"] for row in rows()} == {id_ for ids in questions.values() for id_ in ids}


NAMES = Names.of([])
X = px.NamedNode("https://example.org/x")


@pytest.fixture(scope="module")
def graph(kg):
    return kg


@pytest.fixture(scope="module")
def adopters(graph):
    return graph.query("techniques/adopters-of", technique="swiglu", since=2022, limit=5)


def of(*rows, columns=("a", "b")):
    return Answer(Rows(columns, rows), NAMES)


@pytest.mark.parametrize("format_", ROW_FORMATS)
@pytest.mark.parametrize("why", [False, True])
def test_every_form_of_rows_has_every_row(format_, why, graph):
    answer = graph.query("lineage/why", model="llama", technique="swiglu", why=why)
    text = answer.text(format_)
    assert len(answer) == 2
    assert text.count("2.2") >= 1
    assert text.endswith("\n")
    if format_ == "json":
        assert len(json.loads(text)) == 2
    elif format_ == "ndjson":
        assert [("why" in json.loads(line)) for line in text.splitlines()] == [why, why]
    elif format_ in {"csv", "w3c-csv"}:
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == 2
        assert ("whyClaim" in rows[0]) is why


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
def test_rows_as_a_graph_are_the_claims_behind_them(format_, adopters):
    text = adopters.text(format_)
    assert "adopter" in text
    if format_ == "ttl":
        said = rdflib.Graph().parse(data=text, format="turtle")
        claims = {
            str(claim) for claim in said.subjects(rdflib.RDF.type, rdflib.URIRef(expand("llmkg:TechniqueAdoption")))
        }
        assert claims == {record["claim"] for record in adopters}


def test_a_graph_of_what_has_no_claims_is_refused():
    with pytest.raises(LlmkgError, match="ttl is a form of graphs"):
        of((X, X)).text("ttl")
    with pytest.raises(LlmkgError, match="ttl is a form of graphs"):
        Answer(True, NAMES).text("ttl")
    assert "https://example.org/x" in Answer(Triples((px.Triple(X, X, X),)), NAMES).text("nt")


def test_w3c_forms_are_read_back_as_they_were():
    rows = of(
        (X, px.Literal("1.10", datatype=px.NamedNode(expand("xsd:decimal")))),
        (px.BlankNode("b"), px.Literal('a,"\n', language="en")),
        (None, px.Literal("")),
    )
    for format_, form in {"srj": px.QueryResultsFormat.JSON, "srx": px.QueryResultsFormat.XML}.items():
        found = px.parse_query_results(rows.text(format_).encode(), format=form)
        assert [tuple(row) for row in found] == list(rows.rows)
    assert ET.fromstring(Answer(True, NAMES).text("srx")).findtext("{*}boolean") == "true"  # noqa: S314 - its own text
    assert Answer(False, NAMES).text("w3c-csv") == "false\n"


def test_a_cell_that_a_spreadsheet_would_run_is_made_safe_and_a_number_is_not():
    cells = ["=1+1", "+cmd", "-x", "@SUM(A1)", "\tx", "-15.3", "+5", "1e-5", "x=1", ""]
    answer = of(*((px.Literal(cell), px.Literal("")) for cell in cells))
    safe = [row["a"] for row in csv.DictReader(io.StringIO(answer.text("csv")))]
    assert safe == ["'=1+1", "'+cmd", "'-x", "'@SUM(A1)", "'\tx", "-15.3", "+5", "1e-5", "x=1", ""]
    exact = [row["a"] for row in csv.DictReader(io.StringIO(answer.text("w3c-csv")))]
    assert exact == cells


def test_latex_is_escaped():
    text = of((px.Literal(r"50% \\ a_b & {c}"), None)).text("latex")
    assert r"50\% \textbackslash{}\textbackslash{} a\_b \& \{c\} &  \\" in text
    assert text.startswith("\\begin{tabular}{ll}\n\\toprule\n")


def test_an_answer_is_a_sequence_of_records(graph):
    answer = graph.query("entities/variants-of", family="llama")
    labels = [record["label"] for record in answer]
    assert labels[1:] == ["LLaMA 7B", "LLaMA 13B", "LLaMA 33B", "LLaMA 65B"]
    assert answer[1]["parameters"] == 6_700_000_000
    assert answer[0]["parameters"] is None
    assert answer
    assert not of()
    assert answer.types == ("iri", "literal", "literal", "integer")


def test_a_truth_value_is_itself(graph):
    assert graph.sparql("ASK { ?a ?b ?c }")
    assert not graph.sparql("ASK { ?a a ?a }")
    assert (len(Answer(True, NAMES)), Answer(True, NAMES).columns) == (0, ("answer",))
    assert Answer(True, NAMES).why == ()


def test_a_limit_that_bites_is_visible(graph):
    answer = graph.query("techniques/adopters-of", technique="rope", limit=3)
    assert len(answer) == 3
    assert answer.notices()[0] == f"3 of {answer.total} rows are shown."
    assert "3 of" in answer._repr_html_()
    assert graph.query("entities/variants-of", family="llama", limit=9).notices() == []


def test_a_notebook_shows_a_table_with_links_and_without_what_would_run(graph):
    html = graph.query("lineage/why", model="llama", technique="swiglu")._repr_html_()
    assert '<a href="https://w3id.org/llmkg/id/family/palm">PaLM</a>' in html
    assert "<th>adopter</th>" in html
    evil = of((px.Literal("<script>1</script>"), px.NamedNode("javascript:alert(1)")))._repr_html_()
    assert "<script>" not in evil
    assert "href" not in evil
    many = of(*((px.Literal(n), None) for n in range(150)))
    assert many._repr_html_().count("<tr>") == 101
    assert "100 of 150 rows are shown." in many._repr_html_()
    assert set(many._repr_mimebundle_()) == {"text/plain", "text/html", "text/markdown"}


def test_no_form_of_a_notebook_has_more_rows_than_it_shows_well():
    forms = of(*((px.Literal(f"row {n}"), None) for n in range(150)))._repr_mimebundle_()
    assert {text.count("row ") for text in forms.values()} == {100}
    assert all("100 of 150 rows are shown." in text for text in forms.values())


def test_a_notebook_shows_the_claims_behind_rows_where_they_are_wanted(graph):
    values = {"model": "llama", "technique": "swiglu"}
    assert "whySource" in graph.query("lineage/why", values, why=True)._repr_html_()
    assert "whySource" not in graph.query("lineage/why", values)._repr_html_()


def test_a_notebook_says_that_there_are_no_rows():
    assert "No rows." in of()._repr_html_()


def test_a_column_may_be_called_key():
    row = (px.NamedNode("urn:a"), px.NamedNode("urn:b"), px.Literal(7))
    edges = Answer(Rows(("from", "to", "key"), (row, row)), NAMES).to_networkx().edges(data=True)
    assert list(edges) == [("urn:a", "urn:b", {"key": 7})] * 2


def test_pandas_keeps_whole_numbers_whole_and_what_is_missing_missing(graph):
    answer = graph.query("entities/specification", family="deepseek-v3")
    frame = answer.to_pandas()
    assert list(frame.columns) == list(answer.columns)
    assert len(frame) == len(answer)
    assert str(frame["parameters"].dtype) == "Int64"
    missing = [name for name in answer.columns if any(record[name] is None for record in answer)]
    assert missing
    assert all(frame[name].isna().any() for name in missing)
    results = graph.query("evaluation/results-on", benchmark="gsm8k").to_pandas(labels=True)
    assert str(results["value"].dtype) == "Float64"
    assert "GPT-4" in " ".join(results["evaluated"])


def test_without_pandas_that_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(LlmkgError, match="pandas is not installed"):
        of().to_pandas()


def test_networkx_has_an_edge_for_each_row(graph):
    answer = graph.query("lineage/descendants", model="llama")
    found = answer.to_networkx()
    assert found.number_of_edges() == len(answer)
    assert found.has_edge(answer[0]["descendant"], answer[0]["parent"])
    turned = answer.to_networkx("parent", "descendant")
    assert turned.has_edge(answer[0]["parent"], answer[0]["descendant"])
    assert "claim" in next(iter(turned.edges(data=True)))[2]
    assert of().to_networkx().number_of_edges() == 0
    assert of((X, X), (None, X)).to_networkx().number_of_edges() == 1


def test_an_answer_without_edges_says_so(graph):
    with pytest.raises(LlmkgError, match="has no edges"):
        of((px.Literal("a"), X)).to_networkx()
    with pytest.raises(LlmkgError, match="no column 'c'"):
        of((X, X)).to_networkx("a", "c")


def test_a_page_with_evidence_numbers_the_rows(graph):
    text = graph.query("evaluation/frontier", benchmark="gsm8k", why=True, limit=2).text(width=100)
    lines = text.splitlines()
    assert lines[0].split()[0] == "#"
    assert "[1] Chowdhery et al. 2022, Section 6.3.1, Table 10, 2022-04-05 [stated by the developer]" in text
    assert "claim:flan-palm-540b_gsm8k-accuracy-few-shot_chung-2022" in text
    editorial = graph.query("techniques/taxonomy", technique="activation-function", why=True, limit=1).text()
    assert "[1] the graph's own record" in editorial


def test_describing_nothing_gives_nothing(graph):
    assert describe(graph.store, graph.catalogue, []) == []
    assert describe(graph.store, graph.catalogue, [expand("family:llama")])
