"""The commands that draw and export: what they write, and what they say when they cannot."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import networkx as nx
import pyoxigraph as px
import pytest
from click.shell_completion import BashComplete
from commands import fine, refused

from llmkg.cli import cli
from llmkg.exports import DATASET_FORMATS, GRAPH_FORMATS
from llmkg.snapshot import build_in_memory
from llmkg.views.registry import VIEWS

NEEDED = {
    "technique-spread": ["technique=rope"],
    "matrix": ["models=gpt-3,palm,llama"],
    "frontier": ["benchmark=gsm8k"],
    "risk": ["model=chatgpt"],
    "lineage": ["thing=llama"],
    "comparison": ["model=chinchilla"],
}
MARKS = {".svg": b"<svg ", ".png": b"\x89PNG", ".pdf": b"%PDF"}


@pytest.fixture
def here(llmkg, root, tmp_path, monkeypatch):
    """Runs the command on the project's graph, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **more: llmkg(*arguments, data=root, **more)


def titles(path):
    """What a picture is called, and everything that it says when it is pointed at."""
    return [part.text for part in ET.parse(path).iter("{http://www.w3.org/2000/svg}title")]  # noqa: S314 - our own


def test_the_views_are_listed_with_their_parameters(here):
    said = fine(here("view"))
    assert [row[0] for row in said.rows[1:]] == list(VIEWS)
    assert said.rows[2][:2] == ["technique-spread", "technique=technique:rope"]
    assert fine(here("view", "-f", "json")).data[0]["view"] == "lineage"


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_told_and_drawn(here, tmp_path, name):
    values = NEEDED.get(name, [])
    told = fine(here("view", name, *values))
    assert len(told.rows) > 1
    assert fine(here("view", name, *values, "-f", "json")).data
    head, *_ = csv.reader(io.StringIO(fine(here("view", name, *values, "-f", "csv")).out))
    assert head == told.rows[0]
    said = fine(here("view", name, *values, "-o", "x.svg"))
    assert said.out == ""
    assert titles(tmp_path / "x.svg")[0]
    assert [path.name for path in tmp_path.iterdir()] == ["x.svg"]


@pytest.mark.parametrize("ending", MARKS)
def test_the_name_of_the_file_says_what_is_written(here, tmp_path, ending):
    fine(here("lineage", "llama", "-o", f"llama{ending}"))
    assert (tmp_path / f"llama{ending}").read_bytes().startswith(MARKS[ending])


def test_a_lineage_is_drawn_as_it_is_told(here, tmp_path):
    fine(here("lineage", "llama", "-o", "all.svg"))
    fine(here("lineage", "llama", "--up", "--strata", "idea", "-o", "up.svg"))
    drawn, up = ("\n".join(filter(None, titles(tmp_path / name))) for name in ("all.svg", "up.svg"))
    assert "Lineage of LLaMA" in up
    assert "SwiGLU" in up
    assert "Vicuna" in drawn
    assert "Vicuna" not in up


def test_a_picture_speaks_chinese_and_is_dark_where_it_is_told_to(here, tmp_path):
    fine(here("lineage", "llama", "-o", "zh.svg", "--lang", "zh", "--theme", "dark"))
    assert titles(tmp_path / "zh.svg")[0] == "LLaMA 的谱系"
    assert "prefers-color-scheme" not in (tmp_path / "zh.svg").read_text(encoding="utf-8")


def test_a_picture_says_of_which_day_it_is(here, tmp_path):
    fine(here("lineage", "gpt-3", "--as-of", "2021", "-o", "then.svg"))
    assert titles(tmp_path / "then.svg")[0] == "Lineage of GPT-3, as of 2021"
    fine(here("view", "technique-spread", "technique=swiglu", "--as-of", "2023", "-o", "x.svg"))
    assert "as of 2023" in titles(tmp_path / "x.svg")[0]


def test_the_same_picture_is_written_twice(here, tmp_path):
    for name in ("one.svg", "two.svg"):
        fine(here("view", "family-tree", "-o", name))
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_file_that_is_there_keeps_its_mode_and_stays_if_nothing_is_drawn(here, tmp_path):
    file = tmp_path / "x.svg"
    file.write_text("before", encoding="utf-8")
    file.chmod(0o640)
    refused(here("view", "technique-spread", "technique=rope", "--as-of", "2017", "-o", "x.svg"), 4, "nothing to draw")
    assert file.read_text(encoding="utf-8") == "before"
    fine(here("lineage", "llama", "-o", "x.svg"))
    assert file.read_text(encoding="utf-8") != "before"
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["x.svg"]


def page_is_built():
    from llmkg.errors import ReadError
    from llmkg.explorer import _built

    try:
        return bool(_built("explorer.js"))
    except ReadError:
        return False


@pytest.mark.skipif(not page_is_built(), reason="the page's script is not built: it needs Node")
def test_a_page_to_explore_is_written_and_opened(here, tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("click.launch", lambda name: opened.append(name) or 0)
    fine(here("lineage", "llama", "-o", "llama.html", "--open"))
    page = (tmp_path / "llama.html").read_text(encoding="utf-8")
    assert "llmkg lineage family:llama" in page
    assert opened == ["llama.html"]
    monkeypatch.setattr("click.launch", lambda _: 1)
    said = here("view", "borrowing", "-o", "b.html", "--open", "--lang", "zh")
    assert (said.code, said.err) == (0, "No program to open b.html was found; the file is written.\n")
    assert 'lang="zh-Hans"' in (tmp_path / "b.html").read_text(encoding="utf-8")
    refused(here("view", "matrix", "models=llama", "-o", "m.html"), 2, "a table, not a graph", ".svg")


WRONG = [
    (("lineage", "llama", "-o", "x.bmp"), 2, "x.bmp: No picture can be written as “.bmp”"),
    (("lineage", "llama", "-o", "x"), 2, "End in .svg, .png, .pdf, .html"),
    (("lineage", "llama", "--open"), 2, "Name a file"),
    (("lineage", "llama", "-o", "no/x.svg"), 1, "no/x.svg: The file cannot be written"),
    (("view", "tree"), 4, "no view 'tree'"),
    (("view", "matrix"), 2, "needs the parameter 'models'"),
    (("view", "technique-spread", "rope"), 2, "'rope' is not NAME=VALUE. For example technique=technique:rope"),
    (("view", "borrowing", "rope"), 2, "no parameters at all"),
    (("view", "risk", "model=zzzzzz"), 4, "'zzzzzz'"),
    (("export", "graphml", "-o", "no/x"), 1, "no/x: The file cannot be written"),
    (("export", "graphml", "-o", "x", "--view", "matrix", "--root", "llama"), 2, "a table, not a graph"),
    (("export", "graphml", "-o", "x", "--view", "borrowing", "--root", "llama"), 2, "about nothing in particular"),
    (("export", "graphml", "-o", "x", "--view", "nope"), 4, "no view 'nope'"),
    (("export", "cyclonedx", "-o", "x"), 2, "--root MODEL"),
    (("export", "trig", "-o", "x", "--root", "llama"), 2, "holds the whole graph"),
    (("export", "ttl", "-o", "x", "thing=llama"), 2, "holds the whole graph"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), WRONG)
def test_what_cannot_be_drawn_or_written_is_said_in_a_line_and_leaves_nothing(here, tmp_path, arguments, code, message):
    refused(here(*arguments), code, message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
def test_every_graph_format_is_written_and_nothing_beside_it(here, tmp_path, format_):
    said = here("export", format_, "-o", "x.out", "--root", "vicuna")
    assert (said.code, said.out) == (0, "")
    assert "Traceback" not in said.err
    written = {path.name for path in tmp_path.iterdir()}
    assert written in ({"x.out"}, {"x-nodes.out", "x-edges.out"})
    assert all(path.stat().st_size > 100 for path in tmp_path.iterdir())


@pytest.mark.parametrize("format_", DATASET_FORMATS)
def test_the_whole_graph_is_written_as_rdf(llmkg, mini, tmp_path, format_):
    file = tmp_path / "x.rdf"
    said = llmkg("export", format_, "-o", str(file))
    assert (said.code, said.out) == (0, "")
    assert ("no named graphs" in said.err) == (format_ == "ttl")
    names = {
        "nquads": px.RdfFormat.N_QUADS,
        "trig": px.RdfFormat.TRIG,
        "ttl": px.RdfFormat.TURTLE,
        "jsonld": px.RdfFormat.JSON_LD,
    }
    found = px.Dataset(px.parse(path=file, format=names[format_]))
    expected = px.Dataset(build_in_memory(mini).store.engine)
    if format_ == "ttl":
        assert len(found) == len({str(quad.triple) for quad in expected})
        return
    for dataset in (found, expected):
        dataset.canonicalize(px.CanonicalizationAlgorithm.RDFC_1_0)
    assert found == expected


def test_an_export_is_of_the_view_that_is_named(here, tmp_path):
    said = here("export", "d3", "-o", "x.json", "--view", "technique-spread", "--root", "swiglu", "--as-of", "2023")
    assert said.code == 0
    found = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert found["graph"]["as_of"] == "2023"
    assert found["graph"]["title"].startswith("How SwiGLU spread")
    fine(here("export", "graphml", "-o", "x.graphml", "strata=product"))
    assert {data["stratum"] for *_, data in nx.read_graphml(tmp_path / "x.graphml").edges(data=True)} == {"product"}
    fine(here("export", "graphml", "-o", "y.graphml", "--root", "llama", "depth=1"))
    fine(here("export", "graphml", "-o", "z.graphml", "--root", "llama"))
    assert len(nx.read_graphml(tmp_path / "y.graphml")) < len(nx.read_graphml(tmp_path / "z.graphml"))


def test_an_endpoint_does_not_give_the_whole_graph(here):
    said = here("--endpoint", "http://127.0.0.1:9/q", "export", "trig", "-o", "x")
    refused(said, 2, "written from the graph here")


@pytest.mark.parametrize(
    ("words", "expected"),
    [(["view", "tech"], {"technique-spread"}), (["view", "risk", "mo"], {"model="}), (["view", "nope", ""], set())],
)
def test_the_shell_completes_views_and_their_parameters(words, expected):
    complete = BashComplete(cli, {}, "llmkg", "_LLMKG_COMPLETE")
    assert {item.value for item in complete.get_completions(words[:-1], words[-1])} == expected
