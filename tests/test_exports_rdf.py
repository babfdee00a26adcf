"""RDF exports, read by rdflib."""

import pyoxigraph as px
import pytest
import rdflib
from rdflib.compare import isomorphic

from llmkg.errors import ParameterError, ReadError
from llmkg.exports import DATASET_FORMATS, write_dataset

NASTY = 'a "b" <c>\n\t\\ \r\x07 🦙 עברית 中文 =1+1'
SYNTAX = {"jsonld": "json-ld", "nquads": "nquads", "trig": "trig", "ttl": "turtle"}


def quads():
    one, two, p = px.NamedNode("urn:g/1"), px.NamedNode("urn:g/2"), px.NamedNode("urn:p")
    blank = px.BlankNode()
    return [
        px.Quad(px.NamedNode("urn:a"), p, px.Literal(NASTY), one),
        px.Quad(px.NamedNode("urn:a"), p, px.Literal("中文", language="zh"), two),
        px.Quad(
            px.NamedNode("urn:a"),
            p,
            px.Literal("1.50", datatype=px.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
            one,
        ),
        px.Quad(px.NamedNode("urn:a"), p, blank, one),
        px.Quad(blank, p, px.NamedNode("urn:b"), one),
    ]


@pytest.mark.parametrize("format_", DATASET_FORMATS)
def test_rdflib_reads_every_statement(tmp_path, format_):
    notes = write_dataset(quads(), format_, tmp_path / "x")
    read = rdflib.Dataset(default_union=True)
    read.parse(tmp_path / "x", format=SYNTAX[format_])
    expected = rdflib.Dataset(default_union=True)
    expected.parse(data=px.serialize(quads(), format=px.RdfFormat.N_QUADS), format="nquads")
    flat = [rdflib.Graph(), rdflib.Graph()]
    for graph, dataset in zip(flat, (read, expected), strict=True):
        for triple in dataset.triples((None, None, None)):
            graph.add(triple)
    assert isomorphic(*flat)
    names = {str(quad[3]) for quad in read.quads()}
    assert bool(notes) == (format_ == "ttl")
    assert format_ == "ttl" or names == {"urn:g/1", "urn:g/2"}


@pytest.mark.parametrize("format_", DATASET_FORMATS)
def test_the_bytes_depend_neither_on_the_order_nor_on_blank_names(tmp_path, format_):
    write_dataset(quads(), format_, tmp_path / "a")
    write_dataset(reversed(quads()), format_, tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_turtle_without_named_graphs_loses_nothing(tmp_path):
    a = px.NamedNode("urn:a")
    assert write_dataset([px.Quad(a, a, a)], "ttl", tmp_path / "x") == []


def test_an_unknown_rdf_format_is_named(tmp_path):
    with pytest.raises(ParameterError, match="rdfxml"):
        write_dataset([], "rdfxml", tmp_path / "x")


def test_an_rdf_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(ReadError, match="cannot be written"):
        write_dataset([], "ttl", tmp_path / "missing" / "x")
