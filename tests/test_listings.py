"""The catalogue of saved questions as data."""

from __future__ import annotations

import json

import pyoxigraph as px
import pytest
import rdflib

from llmkg.catalogue import Catalogue
from llmkg.errors import ReadError
from llmkg.listings import listing, page, turtle
from llmkg.terms import PREFIXES

SH = rdflib.Namespace(PREFIXES["sh"])


@pytest.fixture(scope="module")
def catalogue(project):
    return Catalogue(project)


@pytest.fixture(scope="module")
def linked(catalogue):
    return rdflib.Graph().parse(data=turtle(catalogue), format="turtle")


def test_the_page_of_the_folder_is_the_one_that_the_catalogue_gives(catalogue, root):
    assert page(catalogue) == (root / "queries" / "README.md").read_text(encoding="utf-8")


def test_a_folder_without_a_heading_is_told(mini):
    name = mini.root / "queries" / "README.md"
    name.parent.mkdir(exist_ok=True)
    name.write_text("# Nothing\n", encoding="utf-8")
    (mini.root / "queries" / "new").mkdir()
    (mini.root / "queries" / "new" / "one.rq").write_text("#+ summary: One?\nASK {}\n", encoding="utf-8")
    with pytest.raises(ReadError, match="No heading for"):
        page(Catalogue(mini))


def test_every_question_is_an_executable_that_still_runs(catalogue, linked):
    for question in catalogue:
        subject = rdflib.URIRef(f"https://w3id.org/llmkg/query/{question.id}")
        assert (subject, rdflib.RDF.type, SH.SPARQLExecutable) in linked
        text = linked.value(subject, SH.select) or linked.value(subject, SH.construct) or linked.value(subject, SH.ask)
        assert str(text) == question.text
        px.Store().query(str(text))
        comments = {comment.language for comment in linked.objects(subject, rdflib.RDFS.comment)}
        assert comments == {"en", "zh"}


def test_every_parameter_is_described_with_its_type(catalogue, linked):
    for question in catalogue:
        subject = rdflib.URIRef(f"https://w3id.org/llmkg/query/{question.id}")
        found = {
            str(linked.value(parameter, SH.name)): parameter for parameter in linked.objects(subject, SH.parameter)
        }
        assert set(found) == {parameter.name for parameter in question.parameters}
        for parameter in question.parameters:
            node = found[parameter.name]
            assert linked.value(node, SH.optional).toPython() is not parameter.required
            is_iri = linked.value(node, SH.nodeKind) == SH.IRI
            assert is_iri is (parameter.type == "iri")
            assert is_iri or str(linked.value(node, SH.datatype)).endswith(parameter.type)
            assert (linked.value(node, SH.maxCount) is None) is parameter.multiple


def test_the_linked_data_is_the_same_each_time(catalogue):
    assert turtle(catalogue) == turtle(catalogue)


def test_a_question_keeps_default_and_list_of_values_in_its_linked_data(tmp_path, catalogue):
    from llmkg.catalogue import read_query
    from llmkg.files import TextFile
    from llmkg.listings import described

    text = (
        "#+ summary: One?\n#+ params:\n#+   a: {type: integer, example: 1, default: 2, values-from: entities/counts}\n"
        "#+   b: {type: langString, example: x@en}\n"
        'SELECT ?a WHERE { VALUES ?a { 1 } VALUES ?b { "x"@en } }\n'
    )
    said = {
        (str(triple.predicate.value).rpartition("#")[2], triple.object)
        for triple in described(read_query(TextFile("queries/a/one.rq", text)))
    }
    integer = px.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    assert ("defaultValue", px.Literal("2", datatype=integer)) in said
    assert px.NamedNode("https://w3id.org/llmkg/query/entities/counts") in {value for _, value in said}
    assert px.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString") in {value for _, value in said}


def test_the_list_leaves_out_what_the_program_asks_itself(catalogue):
    listed = {row["id"] for row in json.loads(listing(catalogue, "json"))}
    assert listed == {question.id for question in catalogue if "internal" not in question.tags}
    assert "| techniques/adopters-of | technique=technique:pre-normalization [since=2020] |" in listing(catalogue, "md")
