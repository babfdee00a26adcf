"""The server over real HTTP: what a client may rely on."""

from __future__ import annotations

import re
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph as px
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import servers

ROOT = Path(__file__).parents[1]
MINI = ROOT / "tests" / "data" / "mini"
ASK = "ASK { ?s a llmkg:ModelFamily }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SECONDS = 1.5


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with servers.serving(folder, "--timeout", str(SECONDS), "--workers", "2", data=MINI) as served:
        yield served


@pytest.fixture
def client(server):
    with httpx.Client(base_url=server.url, timeout=30) as opened:
        yield opened


def problem(response, status):
    """A refusal as it should be: with the type of problems, its own status, and a sentence."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status
    assert told["detail"].endswith(".")
    return told


def test_a_query_is_asked_in_three_ways(client):
    form = {"Content-Type": "application/sparql-query"}
    answers = [
        client.get("sparql", params={"query": ASK}),
        client.post("sparql", data={"query": ASK}),
        client.post("sparql", content=ASK, headers=form),
    ]
    assert [answer.json()["boolean"] for answer in answers] == [True, True, True]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/csv;q=0.1, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
    ],
)
def test_rows_come_in_the_form_that_the_client_likes(client, accept, media_type):
    response = client.get("sparql", params={"query": "SELECT ?n { VALUES ?n { 1 2 } }"}, headers={"Accept": accept})
    assert response.headers["content-type"] == media_type
    assert response.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("media_type", "format_"),
    [
        ("text/turtle", px.RdfFormat.TURTLE),
        ("application/n-triples", px.RdfFormat.N_TRIPLES),
        ("application/ld+json", px.RdfFormat.JSON_LD),
        ("application/rdf+xml", px.RdfFormat.RDF_XML),
    ],
)
def test_triples_come_in_every_form_of_rdf(client, media_type, format_):
    query = "CONSTRUCT WHERE { ?family a llmkg:ModelFamily }"
    response = client.post("sparql", data={"query": query}, headers={"Accept": media_type})
    assert response.headers["content-type"].startswith(media_type)
    assert len(set(px.parse(response.content, format=format_))) >= 2


def test_a_form_that_nobody_writes_is_refused_with_those_that_there_are(client):
    told = problem(client.get("sparql", params={"query": ASK}, headers={"Accept": "image/png"}), 406)
    assert "text/csv" in told["available"]


def test_the_form_can_stand_in_the_address(client):
    assert client.get("sparql", params={"query": "SELECT ?n { VALUES ?n { 7 } }", "format": "csv"}).text == "n\r\n7\r\n"
    problem(client.get("sparql", params={"query": ASK, "format": "pdf"}), 406)


def test_what_is_no_query_is_told_with_line_and_column(client):
    told = problem(client.get("sparql", params={"query": "SELECT *\nWHERE { ?s ?p }"}), 400)
    assert told["where"].startswith("line 2, column ")


@pytest.mark.parametrize(
    ("send", "status"),
    [
        ({"method": "POST", "data": {"update": "CLEAR ALL"}}, 403),
        ({"method": "POST", "content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}, 403),
        ({"method": "GET", "params": {"update": "CLEAR ALL"}}, 403),
        ({"method": "GET", "params": {"query": "DROP ALL"}}, 400),
        ({"method": "GET", "params": {"query": "ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"}}, 400),
        ({"method": "GET", "params": [("query", ASK), ("query", ASK)]}, 400),
        ({"method": "GET", "params": {"query": ""}}, 400),
        ({"method": "POST", "data": {"other": "x"}}, 400),
        ({"method": "POST", "content": ASK, "headers": {"Content-Type": "text/plain"}}, 415),
        ({"method": "POST", "content": ASK}, 415),
        ({"method": "POST", "content": b"\xff", "headers": {"Content-Type": "application/sparql-query"}}, 400),
        (
            {
                "method": "POST",
                "content": ASK.encode("utf-16"),
                "headers": {"Content-Type": "application/sparql-query; charset=utf-16"},
            },
            415,
        ),
        ({"method": "PUT", "content": ASK}, 405),
        ({"method": "DELETE"}, 405),
        ({"method": "POST", "content": b"x" * 1_000_001, "headers": {"Content-Type": "application/sparql-query"}}, 413),
        ({"method": "GET", "params": {"query": "x" * 20_000}}, 414),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_own_status(client, send, status):
    problem(client.request(url="sparql", **send), status)


def test_what_is_not_allowed_says_what_is(client):
    assert client.put("sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.post("health").headers["allow"] == "GET, HEAD, OPTIONS"


def test_head_has_the_headers_of_get_and_no_body(client):
    got, head = (client.request(method, "sparql", params={"query": ASK}) for method in ("GET", "HEAD"))
    assert head.content == b""
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


def test_what_a_client_has_already_is_not_sent_again(client):
    first = client.get("sparql", params={"query": ASK})
    again = client.get("sparql", params={"query": ASK}, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = client.get("sparql", params={"query": ASK}, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200
    assert first.headers["etag"].startswith(f'"{client.get("health").json()["graph"][:12]}-')


@pytest.mark.parametrize("function", ["RAND()", "NOW()", "UUID()", "STRUUID()"])
def test_an_answer_that_changes_is_not_kept(client, function):
    asked = {"query": f"SELECT ({function} AS ?x) {{}}"}
    first, second = (client.get("sparql", params=asked) for _ in range(2))
    assert first.headers["cache-control"] == "no-store"
    assert "etag" not in first.headers
    assert first.text != second.text


def test_a_data_set_can_be_named(client):
    graphs = client.get("sparql", params={"query": "SELECT DISTINCT ?g { GRAPH ?g {} }", "format": "tsv"})
    name = graphs.text.splitlines()[1].strip("<>")
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def counted(query=count, **named):
        response = client.post("sparql", data={"query": query, **named}, headers={"Accept": "text/csv"})
        return int(response.text.splitlines()[1])

    assert 0 < counted(**{"default-graph-uri": name}) < counted()
    assert counted(count.replace("{ ?s", f"FROM <{name}> {{ ?s")) == counted(**{"default-graph-uri": name})
    assert counted(**{"named-graph-uri": name}) == 0
    problem(client.get("sparql", params={"query": ASK, "default-graph-uri": "no IRI"}), 400)


def test_the_service_describes_itself_and_claims_no_update(client):
    response = client.get("sparql", headers={"Accept": "text/turtle"})
    said = {str(triple.object) for triple in px.parse(response.content, format=px.RdfFormat.TURTLE)}
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert {f"<{sd}SPARQL11Query>", f"<{sd}UnionDefaultGraph>"} <= said
    assert not any("Update" in one for one in said)
    assert f"<{client.base_url}sparql>" in said


def test_any_site_may_ask_and_none_with_credentials(client):
    response = client.options("sparql", headers={"Origin": "https://example.org"})
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (204, "*")
    assert "access-control-allow-credentials" not in response.headers
    assert "POST" in response.headers["access-control-allow-methods"]


def test_a_query_that_does_not_end_is_stopped_at_the_limit(client):
    begun = time.monotonic()
    response = client.post("sparql", data={"query": RUNAWAY})
    took = time.monotonic() - begun
    problem(response, 503)
    assert response.headers["retry-after"] == "1"
    assert SECONDS <= took < SECONDS + 1  # how exact it is, tests/test_server_attack.py measures
    assert client.get("sparql", params={"query": ASK}).json()["boolean"] is True


def test_an_answer_that_is_too_large_is_refused_and_never_cut(tmp_path):
    data = tmp_path / "many.nt"
    data.write_text("".join(f'<urn:s> <urn:p> "{n:0>1000}" .\n' for n in range(4000)), encoding="ascii")
    with servers.serving(tmp_path, "--data", str(data)) as server:
        query = "SELECT * { ?s ?p ?o . ?s ?q ?r } LIMIT 100000"
        told = problem(httpx.post(f"{server.url}sparql", data={"query": query}, timeout=60), 422)
        assert "50,000,000 bytes" in told["detail"]
        assert httpx.get(server.url, timeout=30).status_code == 404


def test_a_query_that_wants_too_much_memory_ends_alone(tmp_path):
    data = tmp_path / "numbers.nt"
    data.write_text("".join(f'<urn:s> <urn:p> "{n:0>300}" .\n' for n in range(3000)), encoding="ascii")
    with servers.serving(tmp_path, "--data", str(data), "--memory", "60", "--workers", "1") as server:
        query = "SELECT (GROUP_CONCAT(CONCAT(?o, ?r, ?x)) AS ?all) { ?s ?p ?o . ?s ?q ?r . ?s ?y ?x }"
        problem(httpx.post(f"{server.url}sparql", data={"query": query}, timeout=60), 503)
        assert httpx.get(f"{server.url}sparql", params={"query": "ASK {}"}, timeout=30).json()["boolean"] is True


def test_other_data_is_served_as_it_is(tmp_path):
    (tmp_path / "a.ttl").write_text("<#a> <urn:p> 1 .", encoding="ascii")
    (tmp_path / "b.trig").write_text("<urn:g> { <urn:b> <urn:p> 2 }", encoding="ascii")
    with servers.serving(tmp_path, "--data", str(tmp_path)) as server:

        def values(query):
            asked = httpx.get(f"{server.url}sparql", params={"query": query, "format": "csv"}, timeout=30)
            return asked.text.split()[1:]

        assert values("SELECT ?o { ?s <urn:p> ?o }") == ["1"]
        assert values("SELECT ?o { GRAPH ?g { ?s <urn:p> ?o } }") == ["2"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bad.ttl", "<urn:a> <urn:b", ("bad.ttl", "It is not what its name says")),
        ("what.doc", "", ("what.doc", "Its name does not say which RDF it is")),
    ],
)
def test_data_that_cannot_be_served_is_told_in_a_line(tmp_path, llmkg, name, content, words):
    (tmp_path / name).write_text(content, encoding="ascii")
    said = llmkg("serve", "--port", "0", "--data", str(tmp_path / name))
    assert said.code == 1
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err


def test_a_port_that_is_taken_is_told_in_a_line(llmkg):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = llmkg("serve", "--port", str(taken.getsockname()[1]))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "Choose another" in said.err


@pytest.mark.parametrize("path", ["%00", "..%2f..%2fetc/passwd", "a/../b", "%ff", "a%5cb", "a%0ab"])
def test_a_path_that_no_path_is_like_is_refused(server, path):
    problem(_raw(server, f"GET /{path} HTTP/1.1"), 400)


def test_a_head_that_is_too_long_is_refused(server):
    assert _raw(server, "GET / HTTP/1.1", f"X: {'x' * 40_000}").status_code == 431


def _raw(server, *lines):
    """The answer to a request that no client would send."""
    host, _, port = server.url.removeprefix("http://").strip("/").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall("\r\n".join([*lines, "Host: x", "Connection: close", "", ""]).encode("latin-1"))
        received = b""
        while piece := connection.recv(65536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    first, *others = head.decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in others if not line.lower().startswith("transfer-encoding"))
    return httpx.Response(int(first.split()[1]), headers=headers, content=body)


def test_one_client_does_not_keep_the_others_waiting(server):
    def attack():
        httpx.post(f"{server.url}sparql", data={"query": RUNAWAY}, timeout=30)

    attackers = [threading.Thread(target=attack) for _ in range(3)]
    for attacker in attackers:
        attacker.start()
    time.sleep(0.3)
    begun = time.monotonic()
    transport = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(transport=transport, timeout=30) as honest:
        answers = [honest.get(f"{server.url}sparql", params={"query": f"ASK {{}} # {n}"}) for n in range(20)]
    took = time.monotonic() - begun
    for attacker in attackers:
        attacker.join()
    assert {answer.status_code for answer in answers} == {200}
    assert took < SECONDS


def test_what_happens_is_counted_and_written_down(server, client):
    client.get("sparql", params={"query": "ASK {} # to be counted"})
    told = client.get("metrics")
    assert told.headers["content-type"].startswith("text/plain")
    assert 'llmkg_requests_total{method="GET",part="sparql",status="200"}' in told.text
    assert "llmkg_workers 2.0" in told.text
    time.sleep(1.2)
    line = next(line for line in server.access.read_text(encoding="utf-8").splitlines() if "counted" in line)
    assert line.startswith("127.0.0.1 - - [")
    assert '" 200 ' in line


def test_files_are_loaded_again_without_a_lost_request(tmp_path):
    import shutil

    shutil.copytree(MINI, tmp_path / "mini")
    with servers.serving(tmp_path, "--workers", "2", data=tmp_path / "mini") as server:
        stop, failed, asked = threading.Event(), [], []

        def ask():
            with httpx.Client(base_url=server.url, timeout=30) as client:
                number = 0
                while not stop.is_set():
                    number += 1
                    response = client.get("sparql", params={"query": f"ASK {{ ?s ?p {number} }}"})
                    (asked if response.status_code == 200 else failed).append(response.status_code)

        asking = [threading.Thread(target=ask) for _ in range(3)]
        for one in asking:
            one.start()
        before = httpx.get(f"{server.url}health", timeout=30).json()["graph"]
        (tmp_path / "mini" / "graph" / "more.ttl").write_text(MORE, encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 60
        while httpx.get(f"{server.url}health", timeout=30).json()["graph"] == before and time.monotonic() < end:
            time.sleep(0.1)
        stop.set()
        for one in asking:
            one.join()
        query = 'ASK { family:newcomer skos:prefLabel "Newcomer"@en }'
        assert httpx.get(f"{server.url}sparql", params={"query": query}, timeout=30).json()["boolean"] is True
        assert not failed
        assert len(asked) > 20
        (tmp_path / "mini" / "graph" / "more.ttl").write_text("no Turtle", encoding="utf-8")
        server.process.send_signal(signal.SIGHUP)
        while "is not loaded again" not in server.words and time.monotonic() < end:
            time.sleep(0.1)
        assert httpx.get(f"{server.url}sparql", params={"query": query}, timeout=30).json()["boolean"] is True


MORE = """\
@prefix family: <https://w3id.org/llmkg/id/family/> .
@prefix llmkg: <https://w3id.org/llmkg/ns/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

family:newcomer
    a llmkg:ModelFamily ;
    skos:prefLabel "Newcomer"@en ;
    .
"""


def _wire(server, requests):
    """What comes back over one connection until the server closes it, for requests that are sent at once."""
    host, port = server.url.removeprefix("http://").rstrip("/").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(requests)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_what_is_remembered_is_the_same_reply(server, client):
    target = "/sparql?query=" + quote("ASK { ?remembered ?p ?o }")
    request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n".encode()
    last = request + b"Connection: close\r\n\r\n"
    anew = _wire(server, last)
    remembered = re.compile(r"^llmkg_remembered\w* ([0-9.]+)", re.MULTILINE)
    before = float(remembered.search(client.get("metrics").text)[1])
    first, second = re.findall(rb"HTTP/1.1 200.*?boolean\W+true}", _wire(server, request + b"\r\n" + last), re.DOTALL)
    assert float(remembered.search(client.get("metrics").text)[1]) == before + 2
    assert anew.strip() == second.strip()
    closing = b"connection: close\r\n"
    assert sorted(first.splitlines()) == sorted(second.replace(closing, b"").splitlines())


def test_replies_come_in_the_order_of_the_requests(server):
    def request(n, more=b""):
        query = quote(f"SELECT ({n} AS ?order) {{}}")
        return f"GET /sparql?query={query} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n".encode() + more + b"\r\n"

    order = [1, 1, 2, 1, 2, 3, 3, 1, *[2] * 2000, 4, 1]  # what is known stands behind what is not
    asked = [request(n) for n in order]
    asked[-1] = request(order[-1], b"Connection: close\r\n")
    got = _wire(server, b"".join(asked))
    assert [int(n) for n in re.findall(rb"order\r\n(\d)", got)] == order


def test_a_body_that_nobody_asked_for_is_no_request(server, client):
    client.get("sparql", params={"query": "ASK {}"}, headers={"Accept": "*/*"})
    target = str(httpx.URL("/sparql", params={"query": "ASK {}"}))
    body = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    first = f"GET {target} HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    last = f"GET {target} HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nConnection: close\r\n\r\n".encode()
    assert _wire(server, first + last).count(b"HTTP/1.1 200") == 2


def test_what_has_begun_is_answered_before_the_end(tmp_path):
    with servers.serving(tmp_path, "--timeout", "2", "--workers", "1", data=MINI) as server:
        replies = []
        asking = threading.Thread(
            target=lambda: replies.append(httpx.post(f"{server.url}sparql", data={"query": RUNAWAY}, timeout=30))
        )
        asking.start()
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        asking.join()
        assert problem(replies[0], 503)
        assert server.process.wait(20) == 0
        assert "Traceback" not in server.words
