"""Other people's queries in a process of their own: limited in every way, ended in time, and their end told as it is."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path

import pyoxigraph as px
import pytest

from llmkg import confinement, sandbox
from llmkg.errors import LlmkgError, ParameterError, QuerySyntaxError, QueryTimeoutError, ReadError, StoreError
from llmkg.files import find_project
from llmkg.sandbox import Answered, Limits, Worker, ask_once
from llmkg.snapshot import open_snapshot
from llmkg.store import EmbeddedStore, Rows, Triples
from llmkg.worker import answer, end_with_the_asker, main, read_message, write_message

LINUX = sys.platform == "linux"
ENOUGH = Limits(seconds=60)
SECONDS = 0.6
GRACE = 0.25
"""Seconds after its limit within which a query must have ended."""


@pytest.fixture(scope="module")
def here(root, tmp_path_factory):
    """The checkout, with a snapshot in a cache of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        open_snapshot(find_project(root))
        yield root


@pytest.fixture(scope="module")
def worker(here):
    with Worker(here, ENOUGH) as worker:
        yield worker


@pytest.fixture
def quick(here):
    """A worker that has little time, started."""
    with Worker(here, Limits(seconds=SECONDS)) as worker:
        worker.limits = ENOUGH
        worker.ask("ASK {}")
        worker.limits = Limits(seconds=SECONDS)
        yield worker


# --- answers


def test_rows_triples_and_truth_values_come_through(tiny):
    with Worker(tiny.root, ENOUGH) as worker:
        assert worker.ask("SELECT ?label { family:alpha skos:prefLabel ?label } ORDER BY ?label") == Answered(
            Rows(("label",), ((px.Literal("Alpha", language="en"),), (px.Literal("阿尔法", language="zh"),)))
        )
        triples = worker.ask("CONSTRUCT WHERE { ?m llmkg:isVariantOf ?f }").answer
        assert isinstance(triples, Triples)
        assert len(triples.triples) == 1
        assert worker.ask("ASK { family:alpha a llmkg:ModelFamily }") == Answered(True)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?p ?o { VALUES ?s { family:llama } ?s ?p ?o } ORDER BY ?p STR(?o) LANG(?o)",
        'SELECT * { VALUES (?a ?b ?c) { (1 1.5 true) (UNDEF "_:x"@en-GB "a\\n\\"\\\\\\u0001阿"^^<a:b>) ("" "2020"^^xsd:gYear <a:é>) } }',
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT * {}",
        "SELECT ?x { FILTER(false) }",
        "CONSTRUCT { <a:a> <a:b> ?o } { VALUES ?o { 1 1 'a'@en <a:c> } }",
        "DESCRIBE family:llama",
        "ASK { ?a ?b ?b }",
    ],
)
def test_answer_is_the_one_of_the_store(worker, here, text):
    answered = worker.ask(text)
    assert answered == Answered(open_snapshot(find_project(here)).store.query(text))


def test_blank_nodes_come_through(worker):
    rows = worker.ask("SELECT ?a ?b { BIND(BNODE() AS ?a) BIND(?a AS ?b) }").answer.rows
    assert isinstance(rows[0][0], px.BlankNode)
    assert rows[0][0] == rows[0][1]


def test_answer_of_one_query_is_ended_with_its_process(here):
    assert ask_once(here, "ASK {}", ENOUGH) == Answered(True)
    assert multiprocessing.active_children() == []


def test_terms_travel_as_plain_json():
    reply = _ask("SELECT * { VALUES (?a ?b ?c) { (<a:a> 'x'@en UNDEF) } BIND(BNODE() AS ?d) }")
    row = dict(zip(reply["columns"], reply["rows"][0], strict=True))
    assert row.pop("d").startswith("_:")
    assert row == {"a": "a:a", "b": ["x", "@en"], "c": None}


# --- cut


@pytest.mark.parametrize(("most", "cut"), [(1, "rows"), (4, "rows"), (5, ""), (6, "")])
@pytest.mark.parametrize(
    "text", ["SELECT ?x {{ VALUES ?x {{ {} }} }}", "CONSTRUCT {{ <a:a> <a:b> ?x }} {{ VALUES ?x {{ {} }} }}"]
)
def test_answer_is_cut_after_so_many_rows_and_says_so(text, most, cut):
    reply = _ask(text.format("1 2 3 4 5"), rows=most)
    assert len(reply["rows"]) == min(most, 5)
    assert reply["cut"] == cut


def test_triples_that_come_again_are_not_counted():
    store = px.Store()
    thing = px.NamedNode("a:a")
    store.extend(px.Quad(thing, thing, thing, px.NamedNode(graph)) for graph in ("a:g", "a:h"))
    reply = _ask("DESCRIBE <a:a>", store, rows=1)
    assert reply["rows"] == [["a:a", "a:a", "a:a"]]
    assert reply["cut"] == ""


def test_answer_is_cut_before_the_row_that_does_not_fit(worker):
    reply = _ask(f"SELECT ?x {{ VALUES ?x {{ '{'é' * 100}' '{'x' * 200}' 'x' }} }}", bytes=300)
    assert [len(row[0][0]) for row in reply["rows"]] == [100]
    assert reply["cut"] == "bytes"


def test_cut_reaches_whoever_asks(here):
    with Worker(here, Limits(rows=3)) as worker:
        answered = worker.ask("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        assert len(answered.answer.rows) == 3
        assert answered.cut == "rows"


def _ask(text, store=None, **limits):
    content = answer(EmbeddedStore(store or px.Store()), {"text": text, "rows": 100, "bytes": 10_000, **limits})
    return read_message(BytesIO(len(content).to_bytes(8) + content))


# --- runaway queries

NUMBERS = " ".join(map(str, range(100)))
DOUBLED = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(40))
RUNAWAY = {
    "product of all": "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(12)) + " }",
    "product of VALUES": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{n} {{ {NUMBERS} }}" for n in range(9))
    + " }",
    "long path": "SELECT (COUNT(*) AS ?n) { ?a (!<x:y>|^!<x:z>)* ?b . ?b (!<x:y>|^!<x:z>)* ?c }",
    "doubling": f"SELECT (STRLEN(?a40) AS ?n) {{ BIND('aaaaaaaa' AS ?a0) {DOUBLED} }}",
    "replacing": "SELECT (STRLEN(?a20) AS ?n) { BIND('aaaaaaaa' AS ?a0) "
    + " ".join(f"BIND(REPLACE(?a{n}, 'a', 'aaaaaaaa') AS ?a{n + 1})" for n in range(20))
    + " }",
    "regular expression": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c FILTER(REGEX(CONCAT(STR(?o), STR(?c)), '(x+x+)+y(.*a){12}')) }",
    "CONSTRUCT": "CONSTRUCT { ?a ?b ?a } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "DESCRIBE": "DESCRIBE ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "ORDER BY": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f LIMIT 1",
    "GROUP_CONCAT": "SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "DISTINCT": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } OFFSET 100000000",
    "MINUS": "SELECT * { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?y . ?y ?z ?w . ?v ?u ?d } } OFFSET 1000000000",
    "EXISTS": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?d = ?i && ?a = ?h) } }",
    "triples without end": "SELECT * { " + "?a ?b ?c . " * 900 + "}",
}


@pytest.mark.parametrize("text", RUNAWAY.values(), ids=RUNAWAY.keys())
def test_runaway_query_is_ended_at_its_limit_and_the_next_one_works(quick, text):
    before = _resident()
    late = []
    for _ in range(3):  # the machine may be busy with something else
        started = time.monotonic()
        with pytest.raises((QueryTimeoutError, StoreError)):
            quick.ask(text)
        late.append(time.monotonic() - started - SECONDS)
        quick.limits = ENOUGH
        assert quick.ask("ASK { family:llama a llmkg:ModelFamily }") == Answered(True)
        quick.limits = Limits(seconds=SECONDS)
        if late[-1] < GRACE:
            break
    assert min(late) < GRACE
    assert _resident() - before < 20_000_000


def _resident():
    """Bytes of memory that this process holds; 0 where nobody says."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 1e10])
def test_time_that_is_no_limit_is_told(seconds):
    with pytest.raises(ParameterError, match=r"^timeout: .* seconds are no limit. More than 0, at most 86,400"):
        Limits(seconds=seconds)


@pytest.mark.parametrize("size", [0, 2**63])
def test_memory_that_is_no_limit_is_told(size):
    with pytest.raises(ParameterError, match=r"^memory: .* bytes are no limit"):
        Limits(memory_bytes=size)


def test_longest_time_and_most_memory_are_limits(here):
    assert ask_once(here, "ASK {}", Limits(seconds=86_400, memory_bytes=2**63 - 1)) == Answered(True)


def test_query_that_is_stopped_is_told_with_its_limit(quick):
    with pytest.raises(QueryTimeoutError, match=r"^The query was stopped after 0\.6 seconds\..*--timeout") as told:
        quick.ask(RUNAWAY["product of all"])
    assert told.value.exit_code == 5


@pytest.mark.skipif(not LINUX, reason="no limit of memory elsewhere")
@pytest.mark.parametrize("kind", ["doubling", "ORDER BY"])
def test_query_that_wants_too_much_memory_is_ended(here, kind):
    with Worker(here, Limits(memory_bytes=300_000_000)) as worker:
        with pytest.raises(StoreError, match=r"^The query made its process die\. It may need more than 300 MB"):
            worker.ask(RUNAWAY[kind])
        assert worker.ask("ASK {}") == Answered(True)


# --- bombs

AT_THE_LIMITS = {
    "braces": "ASK " + "{" * 64 + "}" * 64,
    "brackets": "SELECT * { ?a ?b " + "[?p " * 63 + "1" + "]" * 63 + "} LIMIT 1",
    "lists": "SELECT * { ?a ?b " + "(" * 63 + "1" + ")" * 63 + "} LIMIT 1",
    "parentheses": "SELECT * { BIND(" + "(" * 62 + "1" + ")" * 62 + " AS ?x) }",
    "operators": "SELECT * { BIND(" + "1+" * 200 + "1 AS ?x) }",
    "!!!": "ASK { FILTER(" + "!" * 200 + "true) }",
    "path": "SELECT * { ?a " + "<x:b>/" * 200 + "<x:b> ?c } LIMIT 1",
    "subselects": "SELECT * " + "{ SELECT * " * 63 + "{}" + "}" * 63,
    "functions": "SELECT * { BIND(" + "IF(true,1," * 62 + "1" + ")" * 62 + " AS ?x) }",
    "groups": "SELECT * { " + "{}" * 1_900 + " }",
    "UNION": "SELECT * { " + " UNION ".join(["{ ?a <x:y> ?c }"] * 600) + " } LIMIT 1",
}


@pytest.mark.parametrize("text", AT_THE_LIMITS.values(), ids=AT_THE_LIMITS.keys())
def test_query_at_the_limits_of_the_guard_is_answered(worker, text):
    assert worker.ask(text).cut == ""


OVERFLOWING = {
    "braces": "ASK " + "{" * 100_000 + "}" * 100_000,
    "parentheses": "ASK { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
    "brackets": "ASK { ?a ?b " + "[?p " * 100_000 + "1" + "]" * 100_000 + "}",
    "lists": "ASK { ?a ?b " + "(" * 100_000 + "1" + ")" * 100_000 + "}",
    "!!!": "ASK { FILTER(" + "!" * 300_000 + "true) }",
    "1+1+1": "ASK { FILTER(" + "1+" * 300_000 + "1) }",
    "NOT EXISTS": "ASK " + "{ FILTER NOT EXISTS " * 50_000 + "{}" + "}" * 50_000,
}


@pytest.mark.parametrize("text", OVERFLOWING.values(), ids=OVERFLOWING.keys())
def test_bomb_ends_nothing_but_its_process_even_without_the_guard(worker, monkeypatch, capfd, text):
    with pytest.raises(QuerySyntaxError, match="that are allowed"):
        worker.ask(text)
    monkeypatch.setattr(sandbox, "refuse", lambda text: None)
    with pytest.raises(StoreError, match=r"^The query made its process die(\.|: it is nested too deeply\.) "):
        worker.ask(text)
    assert worker.ask("ASK {}") == Answered(True)
    assert capfd.readouterr() == ("", "")


# --- mistakes


@pytest.mark.parametrize("text", ["SELECT * {", "DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"])
def test_mistake_in_the_query_comes_through_with_its_place(worker, text):
    with pytest.raises(QuerySyntaxError) as told:
        worker.ask(text)
    assert told.value.where.startswith("line 1")
    assert told.value.hint


def test_mistake_in_the_data_comes_through_with_its_place(tiny):
    (tiny.root / "graph" / "bad.ttl").write_text("\nnonsense", encoding="utf-8")
    with pytest.raises(ReadError) as told:
        ask_once(tiny.root, "ASK {}", ENOUGH)
    assert told.value.where == "graph/bad.ttl:2"


def test_statement_about_a_statement_is_told():
    store = px.Store()
    store.load(b"<a:a> <a:b> <<( <a:c> <a:d> <a:e> )>> .", format=px.RdfFormat.TURTLE)
    reply = answer(EmbeddedStore(store), {"text": "SELECT ?o { ?s ?p ?o }", "rows": 9, "bytes": 999})
    assert b'"kind": "QuerySyntaxError"' in reply


def test_failure_of_the_engine_is_told():
    class Broken:
        def stream(self, text):
            raise OSError("the disk is gone")

    reply = answer(Broken(), {"text": "ASK {}", "rows": 9, "bytes": 999})
    error = sandbox._error_of(read_message(BytesIO(len(reply).to_bytes(8) + reply))["error"])
    assert isinstance(error, StoreError)
    assert str(error) == "The store cannot answer: the disk is gone."


def test_unknown_kind_of_error_is_one_of_the_store():
    assert type(sandbox._error_of({"kind": "system", "what": "a", "where": "", "hint": ""})) is StoreError


# --- the life of a process


def test_process_that_died_between_two_queries_is_replaced(here):
    with Worker(here, ENOUGH) as worker:
        assert worker.ask("ASK {}") == Answered(True)
        worker._process.kill()
        worker._process.wait()
        assert worker.ask("ASK {}") == Answered(True)


def test_process_that_dies_at_a_query_is_told(here):
    with Worker(here, ENOUGH) as worker:
        worker.ask("ASK {}")
        threading.Timer(0.2, worker._process.kill).start()
        with pytest.raises(StoreError, match=r"^The query made its process die\. It may need more than 2,000 MB"):
            worker.ask(RUNAWAY["product of all"])


def test_closed_worker_may_be_asked_again(here):
    worker = Worker(here)
    worker.close()
    assert worker.ask("ASK {}") == Answered(True)
    worker.close()
    assert worker.ask("ASK {}") == Answered(True)
    worker.close()


def test_worker_that_does_not_end_by_itself_is_ended(here, monkeypatch):
    monkeypatch.setattr(sandbox, "_PATIENCE", 0.01)
    worker = Worker(here, Limits(seconds=SECONDS))
    process = worker._running()
    worker.close()
    assert process.returncode is not None


def test_interrupted_question_leaves_no_process(here, monkeypatch):
    class Interrupted(sandbox.SimpleQueue):
        def get(self, *_args, **_more):
            raise KeyboardInterrupt

    with Worker(here, ENOUGH) as worker:
        worker.ask("ASK {}")
        process = worker._process
        with monkeypatch.context() as patch:
            patch.setattr(sandbox, "SimpleQueue", Interrupted)
            with pytest.raises(KeyboardInterrupt):
                worker.ask(RUNAWAY["product of all"])
        process.wait(10)
        assert worker.ask("ASK {}") == Answered(True)


@pytest.mark.skipif(os.name != "posix", reason="no groups of processes elsewhere")
def test_interrupt_of_the_terminal_does_not_reach_the_process(here):
    with Worker(here, ENOUGH) as worker:
        process = worker._running()
        assert os.getpgid(process.pid) == process.pid


@pytest.mark.skipif(os.name != "posix", reason="nobody looks elsewhere")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL])
def test_process_ends_in_the_middle_of_a_query_when_its_asker_is_gone(here, sign):
    code = """
import sys
from pathlib import Path
from llmkg.sandbox import Limits, Worker
worker = Worker(Path(sys.argv[1]), Limits(seconds=60))
worker.ask("ASK {}")
print(worker._process.pid, flush=True)
worker.ask(sys.argv[2])
"""
    text = RUNAWAY["product of all"]
    with subprocess.Popen([sys.executable, "-c", code, str(here), text], stdout=subprocess.PIPE, text=True) as asker:
        process = int(asker.stdout.readline())
        time.sleep(0.3)
        assert _is_running(process)
        asker.send_signal(sign)
    until = time.monotonic() + 10
    while _is_running(process) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_running(process)


def _is_running(process):
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return found.stdout.strip()[:1] not in {"", "Z"}


@pytest.mark.parametrize("content", [b"", b"\0\0", (9).to_bytes(8) + b"short", (0).to_bytes(8)])
def test_what_is_no_whole_message_is_none(content):
    assert read_message(BytesIO(content)) is None


def test_message_is_read_as_it_was_written():
    pipe = BytesIO()
    write_message(pipe, {"text": "阿\n"})
    pipe.seek(0)
    assert read_message(pipe) == {"text": "阿\n"}
    assert read_message(pipe) is None


def test_pipe_that_is_not_there_is_no_pipe():
    with pytest.raises(ValueError, match="None"):
        sandbox._pipe(None)


# --- the worker's side, in this process


@pytest.mark.parametrize("broken", [False, True])
def test_worker_answers_until_nobody_asks(tiny, monkeypatch, broken):
    if broken:
        (tiny.root / "graph" / "bad.ttl").write_text("nonsense", encoding="utf-8")
    requests, replies = BytesIO(), BytesIO()
    replies.close, requests.fileno = lambda: None, lambda: 0
    for _ in range(2):
        write_message(requests, {"text": "ASK {}", "seconds": 1, "rows": 1, "bytes": 1_000})
    requests.seek(0)
    limited = []
    monkeypatch.setattr("llmkg.worker.signal.signal", lambda *_: None)
    monkeypatch.setattr("llmkg.worker.os.fdopen", lambda _, mode: requests if mode == "rb" else replies)
    monkeypatch.setattr("llmkg.worker.os.dup2", lambda *_: None)
    monkeypatch.setattr("llmkg.worker.deny_network", lambda: limited.append("network"))
    monkeypatch.setattr("llmkg.worker.limit_memory", limited.append)
    monkeypatch.setattr("llmkg.worker.limit_time", limited.append)
    monkeypatch.setattr("llmkg.worker.end_with_the_asker", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["-c", str(tiny.root), "1000", ""])
    main()
    assert limited == ["network", 1000, 1, 1]
    replies.seek(0)
    for _ in range(2):
        reply = read_message(replies)
        assert reply["error"]["kind"] == "ReadError" if broken else reply == {"truth": True}


@pytest.mark.skipif(os.name != "posix", reason="nobody looks elsewhere")
def test_worker_ends_when_nobody_can_ask_any_more(monkeypatch):
    ended = []
    monkeypatch.setattr("llmkg.worker.os._exit", ended.append)
    requests, asker = os.pipe()
    os.write(asker, b"a request that nobody has read")
    os.close(asker)
    end_with_the_asker(requests)
    os.close(requests)
    assert ended == [0]


def test_worker_is_left_to_itself_where_nobody_can_look(monkeypatch):
    monkeypatch.setattr("llmkg.worker.select", None)
    with monkeypatch.context() as patch:
        patch.setattr("llmkg.worker.os.name", "other")
        assert end_with_the_asker(0) is None


# --- confinement


def _alone(code, *arguments):
    """What a process of its own prints."""
    found = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    return found.stdout.split(), found.returncode


@pytest.mark.skipif(not LINUX, reason="no filter elsewhere")
def test_no_socket_and_no_program_is_started_after_the_network_is_denied():
    code = """
import os, socket, subprocess, sys
from llmkg.confinement import deny_network
print(deny_network())
for tried in (lambda: socket.socket(), lambda: socket.socketpair(), lambda: os.execv("/bin/true", ["true"])):
    try:
        tried()
    except PermissionError:
        print("denied")
print(len(open(os.devnull).read()))
"""
    assert _alone(code) == (["True", "denied", "denied", "denied", "0"], 0)


@pytest.mark.skipif(not LINUX, reason="no filter elsewhere")
def test_engine_reaches_nobody_after_the_network_is_denied():
    code = """
import sys
import pyoxigraph as px
from llmkg.confinement import deny_network
deny_network()
try:
    list(px.Store().query(f"SELECT * {{ SERVICE <{sys.argv[1]}> {{ ?s ?p ?o }} }}"))
except OSError:
    print("failed")
"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        assert _alone(code, f"http://127.0.0.1:{server.getsockname()[1]}/") == (["failed"], 0)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.skipif(not LINUX, reason="no such limit elsewhere")
def test_memory_is_limited():
    code = """
from llmkg.confinement import limit_memory
print(limit_memory(200_000_000))
try:
    bytearray(300_000_000)
except MemoryError:
    print("refused")
print(limit_memory(10**18))
"""
    assert _alone(code)[0] == ["True", "refused", "True"]


@pytest.mark.skipif(os.name != "posix", reason="no such limit elsewhere")
def test_process_that_nobody_stops_is_ended_by_the_system():
    code = """
import resource
from llmkg.confinement import limit_time
resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
limit_time(100)
while True:
    pass
"""
    assert _alone(code)[1] in {-signal.SIGXCPU, -signal.SIGKILL}


@pytest.mark.skipif(os.name != "posix", reason="no such limit elsewhere")
@pytest.mark.parametrize(("hard", "soft"), [(-1, 210), (150, 150)])
def test_system_is_told_more_time_than_a_query_has(monkeypatch, hard, soft):
    import resource

    told = []
    monkeypatch.setattr(resource, "getrusage", lambda _: (0.25, 0.25, 9))
    monkeypatch.setattr(resource, "getrlimit", lambda _: (5, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda *given: told.append(given))
    confinement.limit_time(100)
    assert told == [(resource.RLIMIT_CPU, (soft, hard))]


def test_system_without_such_limits_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(confinement.sys, "platform", "other")
    assert not confinement.deny_network()
    assert not confinement.limit_memory(1)
    with monkeypatch.context() as patch:
        patch.setattr(confinement.os, "name", "other")
        confinement.limit_time(0)


def test_processor_that_is_not_known_has_no_filter(monkeypatch):
    monkeypatch.setattr(confinement.platform, "machine", lambda: "mips")
    assert not confinement.deny_network()


def test_errors_of_the_project_keep_their_kind():
    error = sandbox._error_of({"kind": "LlmkgError", "what": "a", "where": "b", "hint": "c"})
    assert type(error) is LlmkgError
    assert str(error) == "b: a c"
