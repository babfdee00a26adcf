"""The whole graph as files: nothing lost, nothing invented, the same bytes each time."""

import gzip
import hashlib

import html5lib
import pyoxigraph as px
import pytest

from llmkg.knowledge import load
from llmkg.site.discovery import Discovery
from llmkg.site.dumps import DUMPS, Dumps
from llmkg.site.sections import Setting

FORMATS = {"nquads": px.RdfFormat.N_QUADS, "trig": px.RdfFormat.TRIG, "ttl": px.RdfFormat.TURTLE}
FORMATS["jsonld"] = px.RdfFormat.JSON_LD


@pytest.fixture(scope="module")
def graph(root):
    return load(root / "tests" / "data" / "mini")


@pytest.fixture(scope="module")
def dumps(graph):
    return Dumps(Setting(graph))


@pytest.fixture(scope="module")
def pages(graph, dumps):
    return Discovery(Setting(graph), dumps, [])


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.format)
def test_a_dump_is_the_graph(graph, dumps, dump):
    read = set(px.parse(gzip.decompress(dumps.render(dump.path)), format=FORMATS[dump.format]))
    held = set(graph.store.engine)
    if dump.format == "ttl":
        assert {quad.triple for quad in read} == {quad.triple for quad in held}
    else:
        assert read == held


@pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.format)
def test_a_dump_depends_on_nothing_but_the_graph(graph, dumps, dump):
    again = Dumps(Setting(graph, "https://elsewhere.example/", live=True)).render(dump.path)
    assert again == dumps.render(dump.path)
    assert again[3:10] == b"\0\0\0\0\0\2\xff"  # no name, no time, no system


@pytest.mark.parametrize("path", ["data/index.html", "data/index.zh.html"])
def test_the_page_tells_sizes_and_digests(graph, dumps, pages, path):
    text = pages.render(path).decode()
    html5lib.HTMLParser(strict=True).parse(text)
    for dump in DUMPS:
        content = dumps.render(dump.path)
        assert f"{len(content):,}" in text
        assert hashlib.sha256(content).hexdigest() in text
    assert f"{len(graph.store.engine):,}" in text
    assert '<link rel="cite-as" href="https://w3id.org/llmkg/void#llmkg">' in text
    assert "creativecommons.org/publicdomain/zero/1.0/" in text


def test_the_code_of_the_page_runs(pages, dumps, tmp_path, monkeypatch, capsys):
    code = pages.render("data/index.html").decode().split("<pre><code>")[1].partition("</code>")[0]
    (tmp_path / "llmkg.nq.gz").write_bytes(dumps.render("data/llmkg.nq.gz"))
    monkeypatch.chdir(tmp_path)
    exec(code.replace("&#34;", '"').replace("&quot;", '"'), {})  # noqa: S102 - the example of the page
    told = int(capsys.readouterr().out)
    assert f"The graph holds {told:,} statements" in pages.render("data/index.html").decode()


def test_what_is_not_of_the_section(dumps):
    assert dumps.render("data/llmkg.nq") is None
    assert {path for path in dumps.paths() if dumps.render(path)} == set(dumps.paths())
