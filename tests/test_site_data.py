import json

import pyoxigraph as px
import pytest

from llmkg.addresses import FORMS
from llmkg.knowledge import KnowledgeGraph
from llmkg.site.documents import document, fits_xml
from llmkg.site.sections import Setting
from llmkg.site.statements import Statements, is_address
from llmkg.site.things import Things
from llmkg.site.whole import sections_of
from llmkg.snapshot import build_in_memory

FORMATS = {
    "ttl": px.RdfFormat.TURTLE,
    "jsonld": px.RdfFormat.JSON_LD,
    "nt": px.RdfFormat.N_TRIPLES,
    "rdf": px.RdfFormat.RDF_XML,
}
A, B, P = (px.NamedNode(f"https://w3id.org/llmkg/{name}") for name in ("id/family/a", "id/family/b", "ns/p"))


def parsed(body, ending):
    return {quad.triple for quad in px.parse(body, format=FORMATS[ending])}


@pytest.fixture(scope="module")
def statements(snapshot):
    return Statements(snapshot.store.engine)


@pytest.mark.parametrize("ending", FORMS)
def test_all_documents_of_the_graph_together_are_the_graph(snapshot, statements, ending):
    found = set()
    for triples in statements.triples.values():
        found |= parsed(document(triples, ending), ending)
    assert found == {quad.triple for quad in snapshot.store.engine}


def things_of(graph):
    """The section of the pages and data of things."""
    return next(section for section in sections_of(Setting(graph)) if isinstance(section, Things))


def test_every_statement_has_one_home(snapshot, statements):
    listed = [triple for triples in statements.triples.values() for triple in triples]
    assert len(listed) == len({quad.triple for quad in snapshot.store.engine})


def test_a_document_holds_the_claims_that_its_page_shows_in_every_form(project, snapshot):
    things = things_of(KnowledgeGraph(project, snapshot))
    path = "id/family/gpt-4"
    said = {ending: parsed(things.render(f"{path}.{ending}"), ending) for ending in FORMS}
    assert said["ttl"] == said["jsonld"] == said["nt"] == said["rdf"]
    claims = {t.subject.value for t in said["nt"] if "/id/claim/" in t.subject.value}
    page = things.render(f"{path}.html").decode()
    assert len(claims) > 100
    assert all(claim.rpartition("/")[2] in page for claim in claims)


def test_documents_are_the_same_bytes_however_the_statements_come():
    quads = [
        px.Quad(A, P, px.BlankNode("x"), px.NamedNode("https://w3id.org/llmkg/file/f")),
        px.Quad(px.BlankNode("x"), P, px.Literal("deep", language="en")),
        px.Quad(B, P, A),
        px.Quad(A, P, px.Literal("07.50", datatype=px.NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))),
    ]
    other = [
        px.Quad(*[px.BlankNode("y") if isinstance(term, px.BlankNode) else term for term in quad]) for quad in quads
    ]
    first, second = Statements(quads).triples, Statements(reversed(other)).triples
    for ending in FORMS:
        assert [document(t, ending) for t in first.values()] == [document(t, ending) for t in second.values()]
    assert b"07.50" in document(first[A.value], "jsonld")


def test_a_blank_node_is_at_home_in_one_document():
    x = px.BlankNode("x")
    quads = [px.Quad(A, P, x), px.Quad(B, P, x), px.Quad(x, P, px.Literal("1"))]
    homes = Statements(quads).triples
    assert [iri for iri, triples in homes.items() if triples] == [A.value]
    assert len(homes[A.value]) == 3


@pytest.mark.parametrize(
    "iri",
    [
        "https://w3id.org/llmkg/id/../../etc/passwd",
        "https://w3id.org/llmkg/id/family/index",
        "https://w3id.org/llmkg/id/family/a.html",
        "https://w3id.org/llmkg/id//a",
        "https://w3id.org/llmkg/id/family/a?b",
        "https://w3id.org/llmkg/id/family/%2e%2e",
        "https://w3id.org/llmkg/.htaccess",
        "https://w3id.org/llmkg/id/family/a/",
        f"https://w3id.org/llmkg/id/family/{'a' * 300}",
        "https://example.org/a",
        "urn:x:y",
    ],
)
def test_what_cannot_be_an_address_is_at_home_with_the_file_that_says_it(iri):
    file = px.NamedNode("https://w3id.org/llmkg/file/graph/things")
    homes = Statements([px.Quad(px.NamedNode(iri), P, A, file)]).triples
    assert list(homes) == [file.value]
    assert all(is_address(home.removeprefix("https://w3id.org/llmkg/")) for home in homes)


@pytest.mark.parametrize("text", ["\0", "\x0b", "\ufffe", "a\rb"])
def test_a_text_that_xml_cannot_hold_has_no_xml_document(tmp_path, project_of, text):
    triples = [px.Triple(A, P, px.Literal(text))]
    assert not fits_xml(triples)
    assert document(triples, "rdf") is None
    for ending in ("ttl", "jsonld", "nt"):
        assert parsed(document(triples, ending), ending) == set(triples)


def test_a_property_without_a_local_name_has_no_xml_document():
    assert document([px.Triple(A, px.NamedNode("https://example.org/1"), B)], "rdf") is None


def test_a_page_names_only_the_forms_that_there_are(project_of):
    project = project_of('family:odd a llmkg:ModelFamily ; skos:prefLabel "O\\u0001dd"@en .\n')
    things = things_of(KnowledgeGraph(project, build_in_memory(project)))
    assert "id/family/odd.rdf" not in set(things.paths())
    assert "id/family/odd.ttl" in set(things.paths())
    assert things.render("id/family/odd.rdf") is None
    assert b"odd.rdf" not in things.render("id/family/odd.html")


def test_an_address_that_looks_like_a_prefixed_name_stays_itself():
    triples = [px.Triple(A, P, px.NamedNode("family:x")), px.Triple(A, P, B)]
    assert parsed(document(triples, "jsonld"), "jsonld") == set(triples)


def test_the_context_of_json_ld_is_in_it():
    said = json.loads(document([px.Triple(A, P, B)], "jsonld"))
    assert said["@context"] == {
        "family": "https://w3id.org/llmkg/id/family/",
        "llmkg": "https://w3id.org/llmkg/ns/",
    }
