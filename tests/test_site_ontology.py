"""The ontology's documentation: every term has its place, and the data is the files."""

import xml.etree.ElementTree as ET

import html5lib
import pyoxigraph as px
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from llmkg.knowledge import KnowledgeGraph
from llmkg.site.ontology import Ontology
from llmkg.site.sections import Setting

SYNTAX = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}


@pytest.fixture(scope="module")
def graph(project, snapshot):
    return KnowledgeGraph(project, snapshot)


@pytest.fixture(scope="module")
def section(graph):
    return Ontology(Setting(graph, "https://example.org/kg/"))


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request, section):
    path = "ontology/index.zh.html" if request.param == "zh" else "ontology/index.html"
    text = section.render(path).decode()
    html5lib.HTMLParser(strict=True).parse(text)
    return request.param, text, html5lib.parse(text, namespaceHTMLElements=False)


def test_every_term_has_an_anchor_a_label_and_a_definition(page, store):
    lang, _, tree = page
    anchors = {element.get("id") for element in tree.iter() if element.get("id")}
    found = " ".join("".join(tree.itertext()).split())
    rows = store.query(
        "SELECT ?t ?label ?definition { VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty } "
        "?t a ?kind ; skos:prefLabel ?label ; skos:definition ?definition "
        f'FILTER (strstarts(str(?t), str(llmkg:)) && lang(?label) = "{lang}" && lang(?definition) = "{lang}") }}'
    ).rows
    assert len(rows) > 150
    for term, label, definition in rows:
        assert term.value.rpartition("/")[2] in anchors
        assert " ".join(label.value.split()) in found
        assert " ".join(definition.value.split()) in found


def test_every_scheme_shape_and_alignment_has_an_anchor(page, store, project):
    _, _, tree = page
    anchors = {element.get("id") for element in tree.iter() if element.get("id")}
    schemes = [row[0].value for row in store.query("SELECT ?s { ?s a skos:ConceptScheme }").rows]
    assert {f"scheme-{scheme.rpartition('/')[2]}" for scheme in schemes} <= anchors
    files = [file.name for file in project.ontology if "/alignments/" in file.name]
    assert {f"alignment-{name.rpartition('/')[2].removesuffix('.ttl')}" for name in files} <= anchors
    shapes = px.Store()
    for file in project.shapes:
        shapes.load(file.text.encode(), format=px.RdfFormat.TURTLE)
    nodes = shapes.query("SELECT ?s { ?s a <http://www.w3.org/ns/shacl#NodeShape> FILTER isIRI(?s) }")
    assert {f"shape-{row[0].value.rpartition('/')[2]}" for row in nodes} <= anchors


def test_no_anchor_is_there_twice(page):
    anchors = [element.get("id") for element in page[2].iter() if element.get("id")]
    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize("ending", SYNTAX)
@pytest.mark.parametrize("stem", ["ontology/core", "ontology/vocabularies/statuses", "shapes/provenance"])
def test_a_module_as_data_is_its_file(section, root, stem, ending):
    name = stem.replace("shapes/", "ontology/shapes/")
    expected = Graph().parse(root / f"{name}.ttl")
    assert isomorphic(Graph().parse(data=section.render(f"{stem}.{ending}"), format=SYNTAX[ending]), expected)


def test_a_form_is_the_same_each_time(graph, section):
    again = Ontology(Setting(graph))
    for path in ("shapes/core.nt", "shapes/core.jsonld", "shapes/core.rdf", "ontology/classes.svg"):
        assert again.render(path) == section.render(path)


@pytest.mark.parametrize("path", ["ontology/classes.svg", "ontology/classes.zh.svg"])
def test_the_drawing_shows_every_class_and_no_style_attribute(section, store, path):
    svg = section.render(path).decode()
    tree = ET.fromstring(svg)  # noqa: S314 - our own
    texts = {element.text for element in tree.iter("{http://www.w3.org/2000/svg}text")}
    lang = "zh" if ".zh." in path else "en"
    rows = store.query(
        f'SELECT ?l {{ ?c a owl:Class ; skos:prefLabel ?l FILTER (lang(?l) = "{lang}" && strstarts(str(?c), str(llmkg:))) }}'
    ).rows
    assert {row[0].value for row in rows} <= texts
    assert " style=" not in svg


def test_every_path_is_rendered_and_no_other(section):
    assert all(section.render(path) for path in section.paths())
    assert [section.render(path) for path in ("ontology/core", "ontology/core.html", "ontology/none.ttl")] == [None] * 3
