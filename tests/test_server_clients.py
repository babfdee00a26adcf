"""Clients that have no part in llmkg ask the server every saved question: the rows are those of the embedded store."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as px
import pytest

from llmkg.catalogue import Catalogue
from llmkg.files import find_project
from llmkg.store import Rows, Triples

sys.path.insert(0, str(Path(__file__).parent))
import servers

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[1]
CLIENTS = ROOT / "tests" / "clients"
CATALOGUE = Catalogue(find_project(ROOT))
IDS = CATALOGUE.ids
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
RESULTS = "application/sparql-results+json"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with servers.serving(folder, "--timeout", "60", "--client-seconds", "3000", data=ROOT) as served:
        yield served


@pytest.fixture(scope="module")
def expected(store):
    """The rows of each question, and the triples of those that have none."""
    return {id_: said_by_store(store.query(CATALOGUE.text(id_))) for id_ in IDS}


def said_by_store(answer):
    if isinstance(answer, Triples):
        rows = answer.rows()
    elif isinstance(answer, Rows):
        rows = answer
    else:
        return answer
    return Counter(frozenset((name, told(term)) for name, term in row.items() if term) for row in rows.records())


def told(term):
    if isinstance(term, px.NamedNode):
        return ("NamedNode", term.value, "", "")
    if isinstance(term, px.BlankNode):
        return ("BlankNode", "", "", "")
    return ("Literal", term.value, term.language or "", LANG_STRING if term.language else term.datatype.value)


def said_by_json(results):
    """What a document of SPARQL's results in JSON says."""
    if "boolean" in results:
        return results["boolean"]

    def one(term):
        if term["type"] == "uri":
            return ("NamedNode", term["value"], "", "")
        if term["type"] == "bnode":
            return ("BlankNode", "", "", "")
        language = term.get("xml:lang", "")
        return ("Literal", term["value"], language, LANG_STRING if language else term.get("datatype", XSD_STRING))

    return Counter(frozenset((name, one(term)) for name, term in row.items()) for row in results["results"]["bindings"])


def said_by_triples(content):
    triples = set(px.parse(content, format=px.RdfFormat.N_TRIPLES))
    return said_by_store(Triples(tuple(quad.triple for quad in triples)))


def is_graph(id_):
    return "CONSTRUCT" in CATALOGUE.text(id_).split("SELECT")[0]


def test_curl(server, expected):
    for id_ in IDS:
        accept = "application/n-triples" if is_graph(id_) else RESULTS
        command = ["curl", "-sS", "--fail-with-body", "-H", f"Accept: {accept}", "--data-urlencode", "query@-"]
        done = subprocess.run(
            [*command, f"{server.url}sparql"], input=CATALOGUE.text(id_).encode(), capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout
        said = said_by_triples(done.stdout) if is_graph(id_) else said_by_json(json.loads(done.stdout))
        assert said == expected[id_], id_


def test_sparqlwrapper(server, expected):
    from SPARQLWrapper import JSON, POST, SPARQLWrapper

    wrapper = SPARQLWrapper(f"{server.url}sparql")
    wrapper.setMethod(POST)
    wrapper.setReturnFormat(JSON)
    for id_ in IDS:
        if not is_graph(id_):
            wrapper.setQuery(CATALOGUE.text(id_))
            assert said_by_json(wrapper.queryAndConvert()) == expected[id_], id_


def test_rdflibs_store(server, expected, monkeypatch):
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    graph = rdflib.Graph(SPARQLStore(f"{server.url}sparql", method="POST", returnFormat="json"))

    def one(term):
        if isinstance(term, rdflib.URIRef):
            return ("NamedNode", str(term), "", "")
        if isinstance(term, rdflib.BNode):
            return ("BlankNode", "", "", "")
        datatype = LANG_STRING if term.language else str(term.datatype or XSD_STRING)
        return ("Literal", str(term), term.language or "", datatype)

    for id_ in IDS:
        if is_graph(id_):
            continue
        answer = graph.query(CATALOGUE.text(id_))
        said = (
            answer.askAnswer
            if answer.type == "ASK"
            else Counter(frozenset((str(name), one(term)) for name, term in row.items()) for row in answer.bindings)
        )
        assert said == expected[id_], id_


def test_comunica(server, expected):
    node = shutil.which("node")
    if node is None or not (CLIENTS / "node_modules").is_dir():
        pytest.skip("Comunica is not installed (npm ci --ignore-scripts in tests/clients)")
    asked = json.dumps([{"id": id_, "text": CATALOGUE.text(id_)} for id_ in IDS])
    done = subprocess.run(
        [node, "comunica.mjs", f"{server.url}sparql"],
        input=asked.encode(),
        cwd=CLIENTS,
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answers = {line["id"]: line["rows"] for line in map(json.loads, done.stdout.splitlines())}
    assert set(answers) == set(IDS)
    for id_, rows in answers.items():
        said = rows
        if isinstance(rows, list):
            said = Counter(
                frozenset(
                    (name, ("BlankNode", "", "", "") if term[0] == "BlankNode" else tuple(term))
                    for name, term in row.items()
                )
                for row in rows
            )
        assert said == expected[id_], id_


@pytest.mark.browser
def test_a_browser(server, expected, browser):
    asked = [[id_, CATALOGUE.text(id_)] for id_ in IDS if not is_graph(id_)]
    page = browser.new_page()
    page.goto(f"{server.url}health")
    answers = page.evaluate(ASK, asked)
    page.close()
    for id_, answer in answers:
        assert said_by_json(answer) == expected[id_], id_


ASK = """async (asked) => {
    const answers = [];
    for (const [id, text] of asked) {
        const body = new URLSearchParams({ query: text });
        const response = await fetch("sparql", { method: "POST", body, headers: { Accept: "application/sparql-results+json" } });
        answers.push([id, await response.json()]);
    }
    return answers;
}"""
