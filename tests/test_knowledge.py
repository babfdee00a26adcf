"""Opening the graph in one line."""

from __future__ import annotations

import pyoxigraph as px
import pytest

import llmkg
from llmkg.errors import ReadError
from llmkg.knowledge import KnowledgeGraph, load
from llmkg.snapshot import build_in_memory
from llmkg.terms import expand

COUNT = "SELECT (COUNT(*) AS ?n) { ?claim a llmkg:Claim }"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "llmkg"


@pytest.mark.parametrize("in_memory", [True, False])
def test_loaded_graph_answers_names_and_shows(tiny, in_memory):
    graph = load(tiny.root, in_memory=in_memory)
    assert graph.project.root == tiny.root
    assert graph.store.query(COUNT).rows[0][0].value == "1"
    assert graph.names.resolve("阿尔法").iri == expand("family:alpha")
    assert len(graph.records_of(expand("family:alpha")).claims(expand("family:alpha"))) == 1
    assert graph.catalogue.ids == ["entities/example"]
    assert graph.catalogue is graph.catalogue


def test_in_memory_the_store_is_a_copy_that_may_be_written(tiny):
    node = px.NamedNode("https://example.org/x")
    load(tiny.root).store.engine.add(px.Quad(node, node, node))
    ask = "ASK { <https://example.org/x> ?p ?o }"
    assert load(tiny.root).store.query(ask) is False
    with pytest.raises(RuntimeError, match="read-write"):
        load(tiny.root, in_memory=False).store.engine.add(px.Quad(node, node, node))


def test_folder_is_found_as_everywhere(tiny, monkeypatch):
    monkeypatch.setenv("LLMKG_DATA", str(tiny.root))
    assert load().project.root == tiny.root


def test_folder_without_a_graph_is_told(tmp_path):
    with pytest.raises(ReadError, match="No ontology/ folder"):
        load(tmp_path)


def test_cache_that_cannot_be_written_is_told(tiny, cache):
    cache.parent.write_text("a file", encoding="utf-8")
    notices = []
    graph = load(tiny.root, notify=notices.append)
    assert graph.store.query(COUNT).rows[0][0].value == "1"
    assert len(notices) == 1


def test_graph_may_be_put_together_by_hand(tiny):
    snapshot = build_in_memory(tiny)
    graph = KnowledgeGraph(tiny, snapshot)
    assert (graph.store, graph.names, graph.records_of("x")) == (snapshot.store, snapshot.names, snapshot.records)


def test_package_exports_it():
    assert llmkg.load is load
