"""The forms of the W3C."""

from __future__ import annotations

import pyoxigraph as px
import pytest
import rdflib
import rdflib.compare

from llmkg.serializations import GRAPH_FORMATS, graph_text
from llmkg.store import Triples
from llmkg.terms import NS, PREFIXES, XSD, expand

LLAMA = px.NamedNode(expand("family:llama"))


def typed(value, datatype):
    return px.Literal(value, datatype=px.NamedNode(XSD + datatype))


TRIPLES = Triples(
    (
        px.Triple(LLAMA, px.NamedNode(NS + "usesTechnique"), px.NamedNode(expand("technique:swiglu"))),
        px.Triple(LLAMA, px.NamedNode(NS + "parameterCount"), typed("65000000000", "integer")),
        px.Triple(px.NamedNode("urn:x"), px.NamedNode("urn:p"), px.Literal('"羊驼"\n', language="zh")),
        px.Triple(px.NamedNode("urn:x"), px.NamedNode("urn:p"), px.BlankNode("b")),
    )
)


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
def test_a_graph_can_be_read_back(format_):
    text = graph_text(TRIPLES.triples, format_)
    ours = rdflib.Graph().parse(data=text, format={"ttl": "turtle", "jsonld": "json-ld", "nt": "nt"}[format_])
    theirs = rdflib.Graph().parse(
        data=px.serialize(TRIPLES.triples, format=px.RdfFormat.N_TRIPLES).decode(), format="nt"
    )
    assert rdflib.compare.isomorphic(ours, theirs)


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
def test_a_graphs_text_does_not_depend_on_the_order(format_):
    assert graph_text(reversed(TRIPLES.triples), format_) == graph_text([*TRIPLES.triples, *TRIPLES.triples], format_)


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
def test_an_empty_graph_is_an_empty_document(format_):
    assert list(px.parse(graph_text([], format_), format=GRAPH_FORMATS[format_])) == []


def test_turtle_declares_the_prefixes_that_it_uses_and_no_others():
    text = graph_text(TRIPLES.triples, "ttl")
    declared = {line.split()[1].removesuffix(":") for line in text.splitlines() if line.startswith("@prefix")}
    assert declared == {"family", "llmkg", "technique", "xsd"}
    assert "family:llama" in text
    assert set(declared) <= set(PREFIXES)
