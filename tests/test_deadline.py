"""A query in a process of its own: stopped in time, and its end told whatever it is."""

from __future__ import annotations

import multiprocessing
import time

import pyoxigraph as px
import pytest

from llmkg.deadline import _answer, query_until
from llmkg.errors import QuerySyntaxError, QueryTimeoutError, ReadError, StoreError
from llmkg.store import Rows, Triples

ENOUGH = 60
HEAVY = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(12)) + " }"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_rows_triples_and_truth_values_come_through(tiny):
    rows = query_until(
        tiny.root, "SELECT ?label { family:alpha skos:prefLabel ?label } ORDER BY ?label", seconds=ENOUGH
    )
    assert rows == Rows(("label",), ((px.Literal("Alpha", language="en"),), (px.Literal("阿尔法", language="zh"),)))
    triples = query_until(tiny.root, "CONSTRUCT WHERE { ?m llmkg:isVariantOf ?f }", seconds=ENOUGH)
    assert isinstance(triples, Triples)
    assert len(triples.triples) == 1
    assert query_until(tiny.root, "ASK { family:alpha a llmkg:ModelFamily }", seconds=ENOUGH) is True


def test_heavy_query_is_stopped_near_the_limit(tiny):
    started = time.monotonic()
    with pytest.raises(QueryTimeoutError, match=r"^The query was stopped after 1\.5 seconds\..*--timeout"):
        query_until(tiny.root, HEAVY, seconds=1.5)
    assert 1.5 <= time.monotonic() - started < 15
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("brackets", ["()", "{}"])
def test_query_that_makes_its_process_die_is_told(tiny, brackets, capfd):
    inner = "(" * 100_000 + "1" + ")" * 100_000 if brackets == "()" else ""
    text = f"ASK {{ FILTER({inner}) }}" if inner else "ASK " + "{" * 100_000 + "}" * 100_000
    with pytest.raises(StoreError, match=r"^The query made its process die\. It may be nested too deeply"):
        query_until(tiny.root, text, seconds=ENOUGH)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("text", ["SELECT * {", "DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"])
def test_mistake_in_the_query_comes_through_with_its_place(tiny, text):
    with pytest.raises(QuerySyntaxError) as told:
        query_until(tiny.root, text, seconds=ENOUGH)
    assert told.value.where.startswith("line 1")
    assert told.value.hint


def test_mistake_in_the_data_comes_through_with_its_place(tiny):
    (tiny.root / "graph" / "bad.ttl").write_text("\nnonsense", encoding="utf-8")
    with pytest.raises(ReadError) as told:
        query_until(tiny.root, "ASK {}", seconds=ENOUGH)
    assert told.value.where == "graph/bad.ttl:2"


@pytest.mark.parametrize(("text", "kind"), [("ASK {}", bool), ("ASK {", QuerySyntaxError)])
def test_worker_sends_an_answer_or_an_error(tiny, text, kind):
    receiver, sender = multiprocessing.Pipe(duplex=False)
    with receiver, sender:
        _answer(sender, tiny.root, text)
        assert isinstance(receiver.recv(), kind)
