import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pyoxigraph as px
import pytest

from llmkg.endpoint import EndpointStore
from llmkg.errors import EndpointError, QuerySyntaxError, QueryTimeoutError
from llmkg.output import answer_text
from llmkg.store import EmbeddedStore, Triples

DATA = """
@prefix m: <https://w3id.org/llmkg/id/model/> . @prefix l: <https://w3id.org/llmkg/ns/> .
m:a l:parameterCount 7 ; l:goal "small \\"and\\" cheap"@en ; l:x [] .
m:b l:goal "plain" .
"""


class Handler(BaseHTTPRequestHandler):
    """A small endpoint over an embedded store, which can also misbehave."""

    def answer(self, text):
        self.server.methods.append(self.command)
        mode = self.path.partition("?")[0]
        if mode == "/slow":
            time.sleep(3)
        if mode == "/broken":
            return self.reply(500, "text/plain", b"out of order")
        if mode == "/html":
            return self.reply(200, "text/html", b"<html>")
        try:
            answer = self.server.store.query(text)
        except QuerySyntaxError as error:
            return self.reply(400, "text/plain", str(error).encode())
        if isinstance(answer, Triples):
            return self.reply(200, "application/n-triples", px.serialize(answer.triples, format=px.RdfFormat.N_TRIPLES))
        return self.reply(200, "application/sparql-results+json", answer_text(answer, "srj", None).encode())

    def reply(self, status, kind, content):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        self.answer(parse_qs(urlparse(self.path).query)["query"][0])

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(parse_qs(body)["query"][0])

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    store = px.Store()
    store.load(DATA, format=px.RdfFormat.TURTLE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.store = EmbeddedStore(store)
    server.methods = []
    server.handle_error = lambda *_: None  # a client that stopped waiting is what one test wants
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def at(server, path="/sparql", **options):
    return EndpointStore(f"http://127.0.0.1:{server.server_port}{path}", **options)


def test_answers_are_those_of_the_store_behind_it(server):
    for text in (
        "SELECT ?s ?o WHERE { ?s llmkg:goal ?o } ORDER BY ?o",
        "SELECT ?n ?missing WHERE { model:a llmkg:parameterCount ?n }",
        "ASK { model:a ?p 7 }",
        "ASK { model:a ?p 8 }",
        "CONSTRUCT { ?s llmkg:goal ?o } WHERE { ?s llmkg:goal ?o }",
    ):
        assert at(server).query(text) == server.store.query(text)


def test_blank_nodes_come_as_blank_nodes(server):
    (row,) = at(server).query("SELECT ?o WHERE { model:a llmkg:x ?o }").rows
    assert isinstance(row[0], px.BlankNode)


def test_long_queries_are_posted(server):
    long = "SELECT ?s WHERE { ?s llmkg:parameterCount 7 } #" + "x" * 3_000
    server.methods.clear()
    assert len(at(server).query(long).rows) == 1
    at(server).query("ASK {}")
    assert server.methods == ["POST", "GET"]


def test_a_query_that_is_none(server):
    with pytest.raises(QuerySyntaxError, match="this is no query"):
        at(server).query("SELECT ?s WHERE { ?s ")


def test_service_is_refused_before_anything_is_sent(server):
    server.methods.clear()
    with pytest.raises(QuerySyntaxError, match="SERVICE"):
        at(server).query("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert server.methods == []


def test_an_endpoint_that_fails(server):
    with pytest.raises(EndpointError, match="failed"):
        at(server, "/broken").query("ASK {}")
    with pytest.raises(EndpointError, match="text/html cannot be read"):
        at(server, "/html").query("ASK {}")
    with pytest.raises(EndpointError, match="text/html cannot be read"):
        at(server, "/html").query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def test_an_endpoint_that_takes_too_long(server):
    with pytest.raises(QueryTimeoutError, match=r"within 1 seconds"):
        at(server, "/slow", seconds=1).query("ASK {}")


def test_an_endpoint_that_is_not_there():
    with pytest.raises(EndpointError, match="cannot be reached"):
        EndpointStore("http://127.0.0.1:9/sparql").query("ASK {}")


def test_results_as_the_standard_writes_them(server):
    data = json.loads(answer_text(at(server).query("SELECT ?n WHERE { model:a llmkg:parameterCount ?n }"), "srj", None))
    assert data["results"]["bindings"][0]["n"]["value"] == "7"
