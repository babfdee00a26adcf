"""The push, against a small Graph Store that keeps its graphs in this process and misbehaves when asked to."""

from __future__ import annotations

import hashlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pyoxigraph as px
import pytest

from llmkg.errors import EndpointError
from llmkg.graphstore import GraphStore
from llmkg.output import answer_text
from llmkg.push import PUSHED_GRAPH, Pushed, _digest, push
from llmkg.store import EmbeddedStore
from llmkg.terms import DERIVED_GRAPH, FILE_GRAPHS

NTRIPLES = px.RdfFormat.N_TRIPLES
SEEN = "https://example.org/somebody-elses"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        parameters = parse_qs(urlparse(self.path).query)
        if "query" in parameters:
            answer = EmbeddedStore(self.server.store).query(parameters["query"][0])
            return self.reply(200, answer_text(answer, "srj", None).encode(), "application/sparql-results+json")
        return self.change(parameters)

    def change(self, parameters=None):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        name = (parameters or parse_qs(urlparse(self.path).query))["graph"][0]
        graph = px.NamedNode(name)
        self.server.requests.append((self.command, name, self.headers.get("Authorization", "")))
        misbehaviour = self.server.misbehave(self)
        if misbehaviour:
            return self.reply(*misbehaviour)
        store = self.server.store
        there = list(store.quads_for_pattern(None, None, None, graph))
        if self.command == "GET" or (self.command == "DELETE" and not there):
            triples = [quad.triple for quad in there]
            content = px.serialize(triples, format=NTRIPLES)
            return self.reply(200 if there else 404, content, "application/n-triples")
        store.remove_graph(graph)
        if self.command == "PUT":
            store.extend(px.Quad(q.subject, q.predicate, q.object, graph) for q in px.parse(body, format=NTRIPLES))
        return self.reply(204, b"", "text/plain")

    do_PUT = do_DELETE = change  # noqa: N815 - the library's names

    def reply(self, status, content, kind="text/plain", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.store, server.requests, server.misbehave = px.Store(), [], lambda _: None
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("LLMKG_ENDPOINT_USER", "LLMKG_ENDPOINT_PASSWORD", "LLMKG_ENDPOINT_TOKEN", "NETRC"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def pauses(monkeypatch):
    seen = []
    monkeypatch.setattr("llmkg.graphstore.time.sleep", seen.append)
    return seen


def pushed(project, server, **options):
    return push(project, f"{server.url}/store", query_url=f"{server.url}/query", **options)


def puts(server):
    return [name for method, name, _ in server.requests if method == "PUT" and name != PUSHED_GRAPH]


def graphs(server):
    return {graph.value for graph in server.store.named_graphs()}


def test_every_file_becomes_a_graph(tiny, server):
    told = []
    result = pushed(tiny, server, notify=told.append)
    files = {f"{FILE_GRAPHS}{name}" for name in ("ontology/core", "ontology/shapes/core", "graph/families/alpha")}
    assert graphs(server) - {PUSHED_GRAPH, DERIVED_GRAPH} <= files
    assert result == Pushed(result.sent, 0, 0, len(server.store) - result.sent)
    assert told == [f"{result.sent} of {result.sent} graphs are sent."]


def test_what_has_not_changed_is_not_sent_again(tiny, server):
    first = pushed(tiny, server)
    server.requests.clear()
    assert pushed(tiny, server) == Pushed(0, first.sent, 0, first.statements)
    assert not puts(server)


def test_an_interrupted_push_goes_on_where_it_stopped(mini, server, monkeypatch):
    monkeypatch.setattr("llmkg.push._BATCH", 1)
    server.misbehave = lambda request: (500, b"disk full") if len(puts(server)) > 3 else None
    with pytest.raises(EndpointError, match=r"failed .HTTP 500.*disk full"):
        pushed(mini, server)
    done = set(puts(server)[:3])
    server.misbehave = lambda _: None
    server.requests.clear()
    result = pushed(mini, server)
    assert (result.skipped, result.sent) == (3, len(puts(server)))
    assert not done & set(puts(server))


def test_a_graph_that_is_no_longer_ours_is_removed_and_others_stay(tiny, server):
    pushed(tiny, server)
    gone = FILE_GRAPHS + "graph/gone"
    for name in (gone, SEEN):
        server.store.add(px.Quad(*[px.NamedNode("https://example.org/x")] * 3, px.NamedNode(name)))
    assert pushed(tiny, server).removed == 1
    assert SEEN in graphs(server)
    assert gone not in graphs(server)


def test_a_graph_that_lost_statements_is_sent_again(tiny, server):
    pushed(tiny, server)
    server.requests.clear()
    server.store.remove_graph(px.NamedNode(DERIVED_GRAPH))
    assert pushed(tiny, server).sent == 1
    assert puts(server) == [DERIVED_GRAPH]


def test_a_store_that_loses_statements_is_told_by_name(tiny, server):
    def forget(request):
        return (204, b"") if request.command == "PUT" and "derived" in request.path else None

    server.misbehave = forget
    with pytest.raises(EndpointError, match=r"graph/derived has 0 statements, not [1-9]"):
        pushed(tiny, server)
    server.misbehave = lambda _: None
    assert pushed(tiny, server).sent == 1


def test_a_store_that_keeps_nothing(tiny, mini, server, monkeypatch):
    server.misbehave = lambda request: (204, b"") if request.command == "PUT" else None
    monkeypatch.setattr("llmkg.push._MOST_NAMED", 1)
    with pytest.raises(EndpointError, match=r"; \d+ more\."):
        pushed(mini, server)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ((401, b""), "wants credentials"),
        ((403, b""), "wants credentials"),
        ((405, b""), "no Graph Store at this address"),
        ((500, b"out of order"), "out of order"),
        ((200, b"<html>", "text/html"), "as text/html is no graph"),
        ((200, b"<a> <b", "application/n-triples"), "is no graph"),
    ],
)
def test_a_store_that_is_none_or_refuses(tiny, server, reply, message):
    server.misbehave = lambda _: reply
    with pytest.raises(EndpointError, match=message):
        pushed(tiny, server)


def test_a_store_that_has_moved(server):
    server.misbehave = lambda request: request.reply(302, b"", Location="http://127.0.0.1:9/new?x") or (302, b"")
    with (
        GraphStore(f"{server.url}/store") as store,
        pytest.raises(EndpointError, match=r"Push to http://127.0.0.1:9/new$"),
    ):
        store.remove(SEEN)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "nonsense://127.0.0.1:9"])
def test_a_proxy_that_is_none(monkeypatch, proxy):
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setitem(sys.modules, "socksio", None)
    with pytest.raises(EndpointError, match=r"^http://127.0.0.1:9/: The proxy .* unset HTTP_PROXY"):
        GraphStore("http://127.0.0.1:9/")


def test_a_busy_store_is_asked_again(tiny, server, pauses):
    server.misbehave = lambda _: (503, b"") if len(server.requests) < 3 else None
    pushed(tiny, server)
    assert pauses == [0.5, 1.0]


def test_a_store_that_stays_busy(tiny, server, pauses):
    server.misbehave = lambda _: (429, b"")
    with pytest.raises(EndpointError, match=r"too busy .HTTP 429.*goes on where it stopped"):
        pushed(tiny, server)
    assert len(pauses) == 3


def test_a_store_that_does_not_answer(server, monkeypatch):
    import time

    monkeypatch.setattr("llmkg.graphstore._SECONDS", 0.2)
    server.misbehave = lambda _: time.sleep(1)
    with (
        GraphStore(f"{server.url}/store") as store,
        pytest.raises(EndpointError, match=r"No answer within 0.2 seconds"),
    ):
        store.get(SEEN)


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
def test_a_name_and_password_are_sent_as_the_store_asks(monkeypatch, server, scheme):
    monkeypatch.setenv("LLMKG_ENDPOINT_USER", "ada")
    monkeypatch.setenv("LLMKG_ENDPOINT_PASSWORD", "secret")
    challenge = f'{scheme} realm="here", nonce="1", qop="auth"' if scheme == "Digest" else 'Basic realm="here"'
    monkeypatch.setattr(Handler, "change", challenging(challenge))
    monkeypatch.setattr(Handler, "do_DELETE", Handler.change)
    with GraphStore(f"{server.url}/store") as store:
        store.remove(SEEN)
        store.remove(SEEN)
    sent = [authorization.partition(" ")[0] for *_, authorization in server.requests]
    assert set(sent) == {"", scheme}
    assert sent[-2:] == [scheme, scheme]


def challenging(challenge):
    def change(handler, _parameters=None):
        authorization = handler.headers.get("Authorization", "")
        handler.server.requests.append((handler.command, "", authorization))
        if not authorization:
            return handler.reply(401, b"", WWW_Authenticate=challenge)
        return handler.reply(204, b"")

    return change


@pytest.mark.parametrize("challenge", ["Negotiate", ""])
def test_a_store_that_asks_for_something_else(monkeypatch, server, challenge):
    monkeypatch.setenv("LLMKG_ENDPOINT_USER", "ada")
    monkeypatch.setenv("LLMKG_ENDPOINT_PASSWORD", "secret")
    monkeypatch.setattr(Handler, "do_DELETE", challenging(challenge))
    with GraphStore(f"{server.url}/store") as store, pytest.raises(EndpointError, match=r"refuses the credentials"):
        store.remove(SEEN)


@pytest.mark.parametrize("challenge", ["Digest nonsense", 'Digest realm="a", nonce="b", algorithm=MINE'])
def test_a_store_that_asks_for_credentials_in_a_way_of_its_own(monkeypatch, server, challenge):
    monkeypatch.setenv("LLMKG_ENDPOINT_USER", "ada")
    monkeypatch.setenv("LLMKG_ENDPOINT_PASSWORD", "secret")
    monkeypatch.setattr(Handler, "do_DELETE", challenging(challenge))
    with (
        GraphStore(f"{server.url}/store") as store,
        pytest.raises(EndpointError, match=r"asks for credentials in a way that is not known"),
    ):
        store.remove(SEEN)


@pytest.mark.parametrize(
    "content",
    [
        b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "1"}}]}}',
        (
            b'{"head": {"vars": ["graph", "count"]}, "results": {"bindings": ['
            b'{"graph": {"type": "uri", "value": "a:b"}, "count": {"type": "literal", "value": "many"}}]}}'
        ),
    ],
)
def test_an_endpoint_that_counts_something_else(tiny, server, monkeypatch, content):
    monkeypatch.setattr("llmkg.endpoint.body_of", lambda *_, **__: content)
    with pytest.raises(EndpointError, match=r"does not answer what it is asked.* Is it the SPARQL endpoint of that"):
        pushed(tiny, server)


def test_a_token_is_sent_at_once(monkeypatch, server):
    monkeypatch.setenv("LLMKG_ENDPOINT_TOKEN", "secret")
    with GraphStore(f"{server.url}/store") as store:
        store.remove(SEEN)
    assert [authorization for *_, authorization in server.requests] == ["Bearer secret"]


def test_a_digest_is_the_same_however_blank_nodes_are_called():
    turtle = "<http://x/s> <http://x/p> [ <http://x/q> 1 ] ."
    one, other = ([quad.triple for quad in px.parse(turtle, format=px.RdfFormat.TURTLE)] for _ in range(2))
    assert _digest(one) == _digest(other) != hashlib.sha256(b"").hexdigest()
