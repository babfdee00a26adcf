import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pyoxigraph as px
import pytest

from llmkg import remote
from llmkg.endpoint import EndpointStore, _form, _with_prefixes
from llmkg.errors import EndpointError, QuerySyntaxError, QueryTimeoutError
from llmkg.output import answer_text
from llmkg.remote import Credentials, check_address, credentials_for, pause
from llmkg.store import EmbeddedStore, Rows, Triples

DATA = """
@prefix m: <https://w3id.org/llmkg/id/model/> . @prefix l: <https://w3id.org/llmkg/ns/> .
m:a l:parameterCount 7 ; l:goal "small \\"and\\" cheap"@en ; l:x [] .
m:b l:goal "plain" .
"""
JSON = "application/sparql-results+json"
ROW = b'{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "typed-literal", "datatype": "%s", "value": "%s"}}]}}'
XSD = b"http://www.w3.org/2001/XMLSchema#"


class Handler(BaseHTTPRequestHandler):
    """A small endpoint over an embedded store, which also misbehaves, by its path."""

    def answer(self, text):
        self.server.requests.append((self.command, self.path, dict(self.headers), text))
        path = self.path.partition("?")[0]
        if path in self.server.replies:
            replies = self.server.replies[path]
            return self.reply(*(replies.pop(0) if len(replies) > 1 else replies[0]))
        if path == "/slow":
            time.sleep(3)
        if path == "/drip":
            return self.drip()
        try:
            answer = self.server.store.query(text)
        except QuerySyntaxError as error:
            return self.reply(400, "text/plain", str(error).encode())
        if isinstance(answer, Triples):
            return self.reply(200, "application/n-triples", px.serialize(answer.triples, format=px.RdfFormat.N_TRIPLES))
        return self.reply(200, JSON, answer_text(answer, "srj", None).encode())

    def reply(self, status, kind, content, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if "Transfer_Encoding" not in headers:
            self.send_header("Content-Length", headers.pop("Content_Length", str(len(content))))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def drip(self):
        self.send_response(200)
        self.end_headers()
        for _ in range(20):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.2)

    def version_string(self):
        return self.server.called

    def do_GET(self):
        self.answer(parse_qs(urlparse(self.path).query).get("query", [""])[0])

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(parse_qs(body)["query"][0])

    def log_message(self, *args):
        pass


def started():
    store = px.Store()
    store.load(DATA, format=px.RdfFormat.TURTLE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.store, server.requests, server.replies, server.called = EmbeddedStore(store), [], {}, "Test/1"
    server.handle_error = lambda *_: None  # a client that stopped waiting is what some tests want
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    return server, thread


@pytest.fixture
def server():
    server, thread = started()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def other():
    server, thread = started()
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
    monkeypatch.setattr("llmkg.endpoint.time.sleep", seen.append)
    return seen


def at(server, path="/sparql", **options):
    return EndpointStore(f"http://127.0.0.1:{server.server_port}{path}", **options)


def replying(monkeypatch, server, content, kind=JSON, status=200, **headers):
    monkeypatch.setattr(Handler, "answer", lambda self, text: self.reply(status, kind, content, **headers))
    return at(server)


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
    assert len(at(server).query(long).rows) == 1
    at(server).query("ASK {}")
    assert [request[0] for request in server.requests] == ["POST", "GET"]


def test_an_address_keeps_its_own_parameters(server):
    at(server, "/sparql?union-default-graph=true").query("ASK {}")
    assert parse_qs(urlparse(server.requests[0][1]).query)["union-default-graph"] == ["true"]


def test_a_request_says_who_sends_it(server):
    at(server).query("ASK {}")
    assert server.requests[0][2]["User-Agent"].startswith("llm-lineage/")


def test_a_query_that_is_none(server):
    with pytest.raises(QuerySyntaxError, match=r"this is no query"):
        at(server).query("SELECT ?s WHERE { ?s ")


@pytest.mark.parametrize("text", ["", "INSERT DATA { model:a a llmkg:B }", "# SELECT", "DELETE WHERE { ?s ?p ?o }"])
def test_what_is_no_question_is_not_sent(server, text):
    with pytest.raises(QuerySyntaxError, match=r"Not a SPARQL query"):
        at(server).query(text)
    assert server.requests == []


def test_service_is_refused_before_anything_is_sent(server):
    with pytest.raises(QuerySyntaxError, match=r"SERVICE"):
        at(server).query("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert server.requests == []


def test_a_form_is_read_and_not_guessed():
    assert _form("PREFIX ask: <http://x/select#> # CONSTRUCT\nselect * { ?s ask:a 'DESCRIBE' }") == "SELECT"


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("ASK { model:a ?p 7 }", ["model"]),
        ("ASK { ?s ?p 'model:a' }", []),
        ('ASK { ?s ?p """llmkg:x""" } # org:x', []),
        ("ASK { ?s ?p <http://x/model:a> }", []),
        ("ASK { ?s a llmkg:Claim ; rdf:subject model:a } # PREFIX llmkg:", ["llmkg", "model", "rdf"]),
        ("PREFIX model: <http://x/> ASK { model:a ?p 'PREFIX llmkg: <x>', llmkg:b }", ["llmkg"]),
        ("PREFIX # of mine\n model: <http://x/> ASK { model:a ?p 7 }", []),
        ("ASK { ?s ?p unknown:a:model:b }", []),
    ],
)
def test_prefixes_are_added_where_they_are_used_and_missing(text, declared):
    begin = _with_prefixes(text).removesuffix(text)
    assert [part.split(":")[0] for part in begin.split("PREFIX ")[1:]] == declared
    assert "\n" not in begin


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "wants credentials .HTTP 401.*LLMKG_ENDPOINT_USER"),
        (403, "wants credentials .HTTP 403"),
        (404, "nothing at this address"),
        (500, "failed .HTTP 500.*out of order"),
        (502, "failed .HTTP 502"),
    ],
)
def test_a_status_of_failure_is_said_plainly(monkeypatch, server, status, message):
    with pytest.raises(EndpointError, match=message):
        replying(monkeypatch, server, b"out of order", "text/plain", status).query("ASK {}")


def test_a_page_that_comes_with_a_failure_is_not_shown(monkeypatch, server):
    with pytest.raises(EndpointError) as caught:
        replying(monkeypatch, server, b"<html>sorry", "text/html", 500).query("ASK {}")
    assert "html" not in str(caught.value)


def test_credentials_that_are_refused(monkeypatch, server):
    monkeypatch.setenv("LLMKG_ENDPOINT_TOKEN", "old")
    with pytest.raises(EndpointError, match=r"refuses the credentials"):
        replying(monkeypatch, server, b"", "text/plain", 401).query("ASK {}")


def test_an_endpoint_that_gives_up(monkeypatch, server):
    with pytest.raises(QueryTimeoutError, match=r"gave up .HTTP 504"):
        replying(monkeypatch, server, b"", "text/plain", 504).query("ASK {}")


def test_a_busy_endpoint_is_asked_again(server, pauses):
    server.replies["/x"] = [(503, "text/plain", b""), (429, "text/plain", b""), (200, JSON, b'{"boolean": true}')]
    assert at(server, "/x").query("ASK {}") is True
    assert pauses == [0.5, 1.0]


def test_a_busy_endpoint_says_when(monkeypatch, server, pauses):
    with pytest.raises(EndpointError, match=r"too busy .HTTP 429, asked 4 times"):
        replying(monkeypatch, server, b"", "text/plain", 429, Retry_After="2").query("ASK {}")
    assert pauses == [2.0, 2.0, 2.0]


def test_nobody_waits_beyond_the_limit(monkeypatch, server, pauses):
    replying(monkeypatch, server, b"", "text/plain", 503, Retry_After="20")
    with pytest.raises(EndpointError, match=r"asked 1 times"):
        at(server, seconds=5).query("ASK {}")
    assert pauses == []


def test_an_endpoint_that_takes_too_long(server):
    with pytest.raises(QueryTimeoutError, match=r"within 0.5 seconds"):
        at(server, "/slow", seconds=0.5).query("ASK {}")
    with pytest.raises(QueryTimeoutError, match=r"within 0.5 seconds"):
        at(server, "/drip", seconds=0.5).query("ASK {}")


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ],
)
def test_nobody_waits_for_an_answer_that_comes_a_letter_at_a_time(monkeypatch, server, head):
    def drip(handler, text):
        handler.wfile.write(head)
        for _ in range(30):
            handler.wfile.write(b"x")
            time.sleep(0.1)

    monkeypatch.setattr(Handler, "answer", drip)
    begin = time.monotonic()
    with pytest.raises((QueryTimeoutError, QuerySyntaxError)):
        at(server, seconds=0.5).query("ASK {}")
    assert time.monotonic() - begin < 2


def test_an_endpoint_that_is_not_there():
    with pytest.raises(EndpointError, match=r"cannot be reached"):
        EndpointStore("http://127.0.0.1:9/sparql").query("ASK {}")


def test_a_web_page_is_no_answer(monkeypatch, server):
    for content, kind in ((b"<p>Hello", "text/html"), (b"<!DOCTYPE html>", JSON)):
        for text in ("ASK {}", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
            with pytest.raises(EndpointError, match=r"looks like a web page"):
                replying(monkeypatch, server, content, kind).query(text)


@pytest.mark.parametrize(
    ("content", "headers", "message"),
    [
        (b'{"head": {"vars": ["n"]}, "results": {"bindings": [{', {}, "its JSON does not end"),
        (b'{"boolean": true}', {"Content_Length": "99"}, "17 of 99 bytes"),
        (b"20\r\n{}", {"Transfer_Encoding": "chunked"}, "cut short"),
        (b"[]", {"Content_Length": "9" * 5_000}, "cut short: 2 of 9"),
        (b"[]", {}, "cannot be read"),
        (b"", {}, "cannot be read"),
        (b'{"boolean": true}', {}, "cannot be read"),
        (b'{"head": {"vars": [1]}, "results": {"bindings": []}}', {}, "cannot be read"),
        (b'{"head": {"vars": "n"}, "results": {"bindings": []}}', {}, "cannot be read"),
        (b'{"head": {"vars": ["n"]}, "results": {"bindings": "x"}}', {}, "cannot be read"),
        (b'{"boolean": 1}', {}, "cannot be read"),
        (ROW % (XSD + b"integer", b"1"), {"X_SPARQL_MaxRows": "1"}, "its limit of 1 rows"),
        (ROW % (XSD + b"integer", b"1"), {"X_SQL_State": "S1000"}, "a part of the answer .S1000"),
    ],
)
def test_a_part_of_an_answer_is_none(monkeypatch, server, content, headers, message):
    monkeypatch.setattr(Handler, "protocol_version", "HTTP/1.1" if "Transfer_Encoding" in headers else "HTTP/1.0")
    monkeypatch.setattr(Handler, "answer", lambda self, text: finish(self, content, headers))
    with pytest.raises(EndpointError, match=message):
        at(server).query("SELECT ?n WHERE {}")


def finish(handler, content, headers):
    handler.reply(200, JSON, content, **headers)
    handler.close_connection = True


def test_what_virtuoso_had_time_for_is_no_answer(monkeypatch, server):
    with pytest.raises(QueryTimeoutError, match=r"ran out of time"):
        replying(monkeypatch, server, ROW % (XSD + b"integer", b"1"), X_SQL_State="S1TAT").query("SELECT ?n WHERE {}")


def test_an_answer_without_end_is_none(monkeypatch, server):
    monkeypatch.setattr("llmkg.results._MOST_BYTES", 1_000_000)
    with pytest.raises(EndpointError, match=r"larger than 1 MB. Ask for less"):
        replying(monkeypatch, server, b" " * 2_000_000).query("SELECT ?n WHERE {}")


def test_a_graph_that_cannot_be_read(monkeypatch, server):
    for kind in ("application/n-triples", "text/plain", JSON):
        with pytest.raises(EndpointError, match=r"cannot be read"):
            replying(monkeypatch, server, b"<a> <b", kind).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


@pytest.mark.parametrize(
    ("called", "datatype", "value", "expected"),
    [
        ("Virtuoso/07", b"boolean", b"1", px.Literal(True)),
        ("Virtuoso/07", b"boolean", b"0", px.Literal(False)),
        ("Virtuoso/07", b"decimal", b"13000000000", px.Literal(13_000_000_000)),
        ("Virtuoso/07", b"decimal", b"93", px.Literal("93", datatype=px.NamedNode(f"{XSD.decode()}decimal"))),
        (
            "Test/1",
            b"decimal",
            b"13000000000",
            px.Literal("13000000000", datatype=px.NamedNode(f"{XSD.decode()}decimal")),
        ),
    ],
)
def test_what_virtuoso_does_to_values_is_undone(monkeypatch, server, called, datatype, value, expected):  # noqa: PLR0913, PLR0917
    server.called = called
    store = replying(monkeypatch, server, ROW % (XSD + datatype, value))
    assert store.query("SELECT ?n WHERE {}") == Rows(("n",), ((expected,),))


def test_in_a_graph_too(monkeypatch, server):
    server.called = "Virtuoso/07"
    line = b'<http://x/s> <http://x/p> "1"^^<%sboolean> .\n<http://x/s> <http://x/p> "1"@en .\n' % XSD
    store = replying(monkeypatch, server, line, "application/n-triples")
    found = {triple.object for triple in store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").triples}
    assert found == {px.Literal(True), px.Literal("1", language="en")}


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("0", False)])
def test_a_truth_value_that_virtuoso_sends_as_a_row(monkeypatch, server, value, expected):
    row = f'{{"head": {{"vars": ["__ASK_RETVAL"]}}, "results": {{"bindings": [{{"__ASK_RETVAL": {{"value": "{value}"}}}}]}}}}'
    assert replying(monkeypatch, server, row.encode()).query("ASK {}") is expected


@pytest.mark.parametrize(
    "content", ['{"boolean": 1}', '{"head": {"vars": ["n"]}, "results": {"bindings": []}}', '{"head": []}']
)
def test_what_is_no_truth_value_answers_no_ask(monkeypatch, server, content):
    with pytest.raises(EndpointError, match=r"cannot be read"):
        replying(monkeypatch, server, content.encode()).query("ASK {}")


def test_a_name_and_password_are_sent(monkeypatch, server):
    monkeypatch.setenv("LLMKG_ENDPOINT_USER", "ada")
    monkeypatch.setenv("LLMKG_ENDPOINT_PASSWORD", "pässword")
    at(server).query("ASK {}")
    kind, value = server.requests[0][2]["Authorization"].split()
    assert (kind, base64.b64decode(value).decode()) == ("Basic", "ada:pässword")


def test_credentials_do_not_follow_a_redirect(monkeypatch, server, other):
    monkeypatch.setenv("LLMKG_ENDPOINT_TOKEN", "secret")
    target = f"http://127.0.0.1:{other.server_port}/sparql?query=ASK%7B%7D"
    monkeypatch.setattr(server, "RequestHandlerClass", redirecting(target))
    assert at(server).query("ASK {}") is True
    assert server.requests[0][2]["Authorization"] == "Bearer secret"
    assert "Authorization" not in other.requests[0][2]


def redirecting(target, status=302):
    class Redirecting(Handler):
        def answer(self, text):
            self.server.requests.append((self.command, self.path, dict(self.headers), text))
            self.reply(status, "text/plain", b"", Location=target)

    return Redirecting


def test_an_endpoint_that_has_moved_and_takes_no_post(monkeypatch, server):
    monkeypatch.setattr(server, "RequestHandlerClass", redirecting("http://127.0.0.1:9/new", 307))
    with pytest.raises(EndpointError, match=r"elsewhere .HTTP 307.*127.0.0.1:9/new"):
        at(server).query("ASK {} #" + "x" * 3_000)


@pytest.mark.parametrize("target", ["http://[bad", "http://a..b/"])
def test_an_endpoint_that_has_moved_to_an_address_that_is_none(monkeypatch, server, target):
    monkeypatch.setattr(server, "RequestHandlerClass", redirecting(target))
    with pytest.raises(EndpointError, match=r"sends us to an address that is none"):
        at(server).query("ASK {}")


@pytest.mark.parametrize("token", ["two\nlines", "tökén"])
def test_a_token_that_no_request_can_carry(token):
    with pytest.raises(EndpointError, match=r"^LLMKG_ENDPOINT_TOKEN: .* Is there a line break"):
        credentials_for("https://example.org/", environment={"LLMKG_ENDPOINT_TOKEN": token})


def test_credentials_come_from_netrc(tmp_path):
    file = tmp_path / "mine"
    file.write_text("machine example.org login ada password secret\n", encoding="utf-8")
    found = credentials_for("https://example.org:8443/sparql", environment={"NETRC": str(file)})
    assert found == Credentials("ada", "secret")
    assert credentials_for("https://example.com/", environment={"NETRC": str(file)}) is None
    assert "secret" not in repr(found)


def test_without_a_netrc_nobody_signs_in():
    assert credentials_for("https://example.org/", environment={}) is None


@pytest.mark.parametrize("content", ["machine", b"\xff\xfe", None])
def test_a_netrc_that_cannot_be_read(tmp_path, content):
    file = tmp_path / "mine"
    if content is None:
        file.mkdir()
    elif isinstance(content, str):
        file.write_text(content, encoding="utf-8")
    else:
        file.write_bytes(content)
    with pytest.raises(EndpointError, match=r"mine"):
        credentials_for("https://example.org/", environment={"NETRC": str(file)})


def test_a_netrc_that_is_not_there(tmp_path):
    with pytest.raises(EndpointError, match=r"no such file"):
        credentials_for("https://example.org/", environment={"NETRC": str(tmp_path / "none")})


def test_half_a_pair_of_credentials():
    with pytest.raises(EndpointError, match=r"only one is set"):
        credentials_for("https://example.org/", environment={"LLMKG_ENDPOINT_USER": "ada"})


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org/",
        "http://",
        "http://x:y/",
        "http://[::1/",
        "http://a..b/",
        "http://x/a\nb",
    ],
)
def test_an_address_that_is_none(url):
    with pytest.raises(EndpointError, match=r"not the address of a server"):
        check_address(url)


def test_a_password_in_an_address_is_refused_and_not_shown():
    with pytest.raises(EndpointError, match=r"must not hold") as caught:
        EndpointStore("https://ada:secret@example.org/sparql")
    assert "secret" not in str(caught.value)


def test_a_busy_server_may_name_a_date():
    assert pause(1, "Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert pause(2, "soon") == 1


def test_a_program_that_is_not_installed_still_says_its_name(monkeypatch):
    from importlib import metadata

    def missing(_name):
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", missing)
    assert remote.user_agent() == "llm-lineage/unknown"


def test_results_as_the_standard_writes_them(server):
    data = json.loads(answer_text(at(server).query("SELECT ?n WHERE { model:a llmkg:parameterCount ?n }"), "srj", None))
    assert data["results"]["bindings"][0]["n"]["value"] == "7"
