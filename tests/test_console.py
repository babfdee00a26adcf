"""The console's section: its files, their versions, and what it does where no script was built."""

from __future__ import annotations

import gzip
import hashlib
import json
import re

import pytest

from llmkg.entries import kinds_of_class
from llmkg.queries import fill
from llmkg.site import console, exploring
from llmkg.site.console import DUMP, Console
from llmkg.site.exploring import Exploring
from llmkg.site.scripts import is_built
from llmkg.site.sections import Setting

DUMPED = gzip.compress(b"", mtime=0)
needs_scripts = pytest.mark.skipif(not is_built("console.js"), reason="the scripts are not built: they need Node")


@pytest.fixture(scope="module")
def section(kg):
    return Console(Setting(kg), lambda _: DUMPED)


@pytest.fixture(scope="module")
def exploring_section(kg):
    return Exploring(Setting(kg))


def test_every_path_is_rendered_and_no_other(section, exploring_section):
    for made in (section, exploring_section):
        paths = list(made.paths())
        assert len(paths) == len(set(paths))
        assert made.render("index.html") is made.render("data/no.json") is made.render("explore/no-such.html") is None
    assert None not in [section.render(path) for path in section.paths()]
    for path in ("explore/index.zh.html", "explore/llama.html"):
        assert path in set(exploring_section.paths())
        assert exploring_section.render(path) is not None


@needs_scripts
def test_files_have_the_digest_of_their_content_in_their_address(section):
    text = section.render("sparql.html").decode()
    addresses = re.findall(r'"([\w./-]+)\?v=(\w+)"', text)
    assert {path for path, _ in addresses} >= {"assets/console.js", "assets/oxigraph.wasm", "data/names.json", DUMP}
    for path, version in addresses:
        content = DUMPED if path == DUMP else section.render(path)
        assert hashlib.sha256(content).hexdigest().startswith(version)


@needs_scripts
def test_the_service_worker_changes_with_what_it_keeps(kg, section):
    text = section.render("sw.js").decode()
    told = json.loads(text[text.index("{") : text.index(";\n")])
    assert any(address.startswith(DUMP) for address in told["kept"])
    assert "sparql.zh.html" in told["pages"]
    assert Console(Setting(kg), lambda _: b"other").render("sw.js") != section.render("sw.js")


@needs_scripts
def test_a_live_site_asks_its_server_and_makes_no_dump(kg):
    live = Console(Setting(kg, live=True), pytest.fail)
    assert b'data-backend="remote"' in live.render("sparql.html")
    assert None not in [live.render(path) for path in live.paths()]


def test_no_page_has_script_or_style_of_its_own(section, exploring_section):
    pages = [section.render(path) for path in section.paths() if path.endswith(".html")]
    pages += [exploring_section.render(path) for path in ("explore/index.html", "explore/llama.zh.html")]
    for page in pages:
        text = page.decode()
        assert "<style" not in text
        assert not re.search(r"\s(?:style|on\w+)=", text)
        assert all("src=" in tag or "json" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_without_scripts_the_pages_say_so_and_the_rest_is_published(kg, monkeypatch):
    monkeypatch.setattr(console, "is_built", lambda *_: False)
    monkeypatch.setattr(exploring, "is_built", lambda *_: False)
    section, other = Console(Setting(kg), lambda _: DUMPED), Exploring(Setting(kg))
    assert "sw.js" not in set(section.paths())
    assert section.render("assets/console.js") is None
    assert b"without the script" in section.render("sparql.html")
    assert "未构建" in section.render("search.zh.html").decode()
    assert list(other.paths()) == ["explore/index.html", "explore/index.zh.html"]
    assert b"../id/family/llama.html" in other.render("explore/index.html")
    assert other.render("explore/llama.html") is None


def test_every_name_can_be_looked_up(kg, section):
    found = json.loads(section.render("data/names.json"))
    assert len(found["names"]) == len(kg.names.entries)
    assert all(kind in found["kinds"] for _, kind, *_ in found["names"])
    assert all(all(pair) for pair in found["kinds"].values())
    assert dict(zip(*found["traditional"], strict=True))["駝"] == "驼"


def test_every_question_has_its_text_and_parameters(kg, section):
    found = {one["id"]: one for one in json.loads(section.render("data/questions.json"))["questions"]}
    assert sorted(found) == kg.catalogue.ids
    for query in kg.catalogue:
        told = found[query.id]
        assert query.text.endswith(told["text"])
        assert not told["text"].startswith("#+")
        assert fill(told["text"], {}) == told["text"]
        for parameter, one in zip(query.parameters, told["parameters"], strict=True):
            assert one["kinds"] == list(kinds_of_class(parameter.class_, parameter.scheme))
    assert "benchmark:gsm8k" in found["evaluation/frontier"]["parameters"][0]["choices"]
