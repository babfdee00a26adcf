"""Answers as text."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as px
import pytest
import rdflib
import rdflib.compare

from llmkg.entries import Entry
from llmkg.names import Names
from llmkg.output import GRAPH_FORMATS, ROW_FORMATS, answer_text, as_json
from llmkg.store import Rows, Triples
from llmkg.terms import NS, XSD, expand

LLAMA = px.NamedNode(expand("family:llama"))
NAMES = Names.of([Entry(LLAMA.value, "family", "LLaMA", "LLaMA", ("羊驼",))])


def typed(value, datatype):
    return px.Literal(value, datatype=px.NamedNode(XSD + datatype))


ROWS = Rows(
    ("model", "size", "note"),
    (
        (
            LLAMA,
            typed("65000000000", "integer"),
            px.Literal('says "hi", then\tleaves\nby | the \\ door', language="en"),
        ),
        (px.NamedNode("https://example.org/x"), typed("6.70", "decimal"), None),
        (px.BlankNode("b0"), typed("2020", "gYear"), px.Literal("羊驼")),
        (None, typed("true", "boolean"), px.Literal("")),
    ),
)
TRIPLES = Triples(
    (
        px.Triple(LLAMA, px.NamedNode(NS + "usesTechnique"), px.NamedNode(expand("technique:swiglu"))),
        px.Triple(LLAMA, px.NamedNode(NS + "parameterCount"), typed("65000000000", "integer")),
        px.Triple(px.NamedNode("urn:x"), px.NamedNode("urn:p"), px.Literal('"羊驼"\n', language="zh")),
        px.Triple(px.NamedNode("urn:x"), px.NamedNode("urn:p"), px.BlankNode("b")),
    )
)


def test_csv_can_be_read_back():
    text = answer_text(ROWS, "csv", NAMES)
    assert list(csv.reader(io.StringIO(text))) == [
        ["model", "size", "note"],
        [LLAMA.value, "65000000000", 'says "hi", then\tleaves\nby | the \\ door'],
        ["https://example.org/x", "6.70", ""],
        ["b0", "2020", "羊驼"],
        ["", "true", ""],
    ]
    assert "\r" not in text


def test_tsv_has_one_line_for_each_row():
    lines = answer_text(ROWS, "tsv", NAMES).splitlines()
    assert lines == [
        "model\tsize\tnote",
        f'{LLAMA.value}\t65000000000\tsays "hi", then leaves by | the \\ door',
        "https://example.org/x\t6.70\t",
        "b0\t2020\t羊驼",
        "\ttrue\t",
    ]


def test_markdown_escapes_what_would_end_a_cell():
    assert answer_text(ROWS, "md", NAMES).splitlines() == [
        "| model | size | note |",
        "| --- | --- | --- |",
        r'| LLaMA | 65,000,000,000 | says "hi", then leaves by \| the \ door |',
        "| https://example.org/x | 6.70 |  |",
        "| b0 | 2020 | 羊驼 |",
        "|  | true |  |",
    ]


def test_json_has_values_as_json_holds_them():
    assert json.loads(answer_text(ROWS, "json", NAMES)) == [
        {"model": LLAMA.value, "size": 65000000000, "note": 'says "hi", then\tleaves\nby | the \\ door'},
        {"model": "https://example.org/x", "size": 6.7, "note": None},
        {"model": "b0", "size": "2020", "note": "羊驼"},
        {"model": None, "size": True, "note": ""},
    ]
    assert "羊驼" in answer_text(ROWS, "json", NAMES)


def test_srj_is_what_the_w3c_says():
    found = json.loads(answer_text(ROWS, "srj", NAMES))
    assert found["head"] == {"vars": ["model", "size", "note"]}
    assert found["results"]["bindings"] == [
        {
            "model": {"type": "uri", "value": LLAMA.value},
            "size": {"type": "literal", "value": "65000000000", "datatype": XSD + "integer"},
            "note": {"type": "literal", "value": 'says "hi", then\tleaves\nby | the \\ door', "xml:lang": "en"},
        },
        {
            "model": {"type": "uri", "value": "https://example.org/x"},
            "size": {"type": "literal", "value": "6.70", "datatype": XSD + "decimal"},
        },
        {
            "model": {"type": "bnode", "value": "b0"},
            "size": {"type": "literal", "value": "2020", "datatype": XSD + "gYear"},
            "note": {"type": "literal", "value": "羊驼"},
        },
        {
            "size": {"type": "literal", "value": "true", "datatype": XSD + "boolean"},
            "note": {"type": "literal", "value": ""},
        },
    ]


def test_srj_can_be_read_by_others():
    text = answer_text(ROWS, "srj", NAMES)
    read = px.parse_query_results(text, px.QueryResultsFormat.JSON)
    assert [variable.value for variable in read.variables] == list(ROWS.columns)
    assert [tuple(row) for row in read] == list(ROWS.rows)
    result = rdflib.query.Result.parse(io.BytesIO(text.encode()), format="json")
    assert len(result.bindings) == 4


@pytest.mark.parametrize("truth", [True, False])
@pytest.mark.parametrize("format_", ROW_FORMATS)
def test_a_truth_value_in_every_form(truth, format_):
    text = answer_text(truth, format_, NAMES)
    assert text.endswith("\n")
    if format_ == "srj":
        assert json.loads(text) == {"head": {}, "boolean": truth}
        assert px.parse_query_results(text, px.QueryResultsFormat.JSON).__bool__() is truth
    elif format_ == "srx":
        assert px.parse_query_results(text, px.QueryResultsFormat.XML).__bool__() is truth
    else:
        assert text.strip() == json.dumps(truth)


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
@pytest.mark.parametrize("answer", [True, ROWS])
def test_rows_and_truths_have_no_graph_form(format_, answer):
    with pytest.raises(ValueError, match=f"The form {format_} is for graphs"):
        answer_text(answer, format_, NAMES)


def test_a_graph_as_rows_is_its_triples():
    lines = answer_text(TRIPLES, "tsv", NAMES).splitlines()
    assert lines[0] == "subject\tpredicate\tobject"
    assert len(lines) == 5
    assert "LLaMA" in answer_text(TRIPLES, "table", NAMES)
    assert json.loads(answer_text(TRIPLES, "srj", NAMES))["head"]["vars"] == ["subject", "predicate", "object"]


def test_rows_without_rows_are_their_heads():
    nothing = Rows(("a", "b"), ())
    assert answer_text(nothing, "tsv", NAMES) == "a\tb\n"
    assert answer_text(nothing, "csv", NAMES) == "a,b\n"
    assert answer_text(nothing, "md", NAMES) == "| a | b |\n| --- | --- |\n"
    assert json.loads(answer_text(nothing, "json", NAMES)) == []
    assert json.loads(answer_text(nothing, "srj", NAMES)) == {"head": {"vars": ["a", "b"]}, "results": {"bindings": []}}
    assert answer_text(nothing, "table", NAMES).splitlines()[0].split() == ["a", "b"]


def test_a_table_has_labels_and_grouped_digits():
    head, rule, *lines = answer_text(ROWS, "table", NAMES).splitlines()
    assert head.split() == ["model", "size", "note"]
    assert set(rule) == {"─"}
    assert lines[0].startswith("LLaMA                   65,000,000,000   says")


def test_a_table_leaves_out_what_a_person_does_not_need():
    claim = px.NamedNode(expand("claim:x"))
    rows = Rows(("model", "split", "claim"), ((LLAMA, None, claim), (LLAMA, None, None)))
    assert answer_text(rows, "table", NAMES).split("\n")[0].split() == ["model"]
    assert answer_text(rows, "tsv", NAMES).split("\n")[0].split("\t") == ["model", "split", "claim"]


def test_json_keeps_characters_and_ends_its_last_line():
    assert as_json({"羊": "驼"}) == '{\n  "羊": "驼"\n}\n'
