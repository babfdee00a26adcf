"""The pages: they are HTML, lead only to what there is, and whatever the graph holds stays text."""

import json
import random
import re
import sys
from collections import Counter
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import pytest

from llmkg.knowledge import KnowledgeGraph
from llmkg.site.sections import Setting
from llmkg.site.whole import sections_of
from llmkg.snapshot import build_in_memory

sys.path.insert(0, str(Path(__file__).parent))
import hostile as texts

BASE = "https://example.org/kg/"


class Links(HTMLParser):
    """The addresses in a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in {"href", "src"}:
                self.found.append((tag, value))


class Site:
    def __init__(self, graph):
        self.sections = sections_of(Setting(graph, BASE))
        self.paths = list(dict.fromkeys(path for section in self.sections for path in section.paths()))

    def render(self, path):
        return next(body for section in self.sections if (body := section.render(path)) is not None)

    def pages(self):
        return [path for path in self.paths if path.endswith(".html")]

    def dangling(self, path):
        """Links of a page that lead to nothing on the site."""
        links = Links()
        links.feed(self.render(path).decode())
        wrong = []
        for _, address in links.found:
            target = urljoin(BASE + path, address)
            if target.startswith(BASE):
                place = unquote(urlsplit(target).path).removeprefix("/kg/")
                if place not in self.known:
                    wrong.append(address)
        return wrong

    @cached_property
    def known(self):
        return frozenset(self.paths)


@pytest.fixture(scope="module")
def small(request):
    from llmkg.files import find_project

    root = request.config.rootpath
    project = find_project(root / "tests" / "data" / "mini")
    return Site(KnowledgeGraph(project, build_in_memory(project)))


@pytest.fixture(scope="module")
def whole(project, snapshot):
    return Site(KnowledgeGraph(project, snapshot))


def check(body):
    html5lib.HTMLParser(strict=True).parse(body)


def test_every_link_of_a_small_site_leads_somewhere(small):
    assert {path: wrong for path in small.pages() if (wrong := small.dangling(path))} == {}


def test_every_page_of_a_small_site_is_html(small):
    chosen = random.Random(1).sample(small.pages(), 150)  # noqa: S311 - pages to look at
    for path in [*chosen, "index.html", "index.zh.html"]:
        check(small.render(path))


def test_pages_of_the_whole_graph_are_html_and_lead_somewhere(whole):
    by_kind = {}
    for path in whole.pages():
        by_kind.setdefault(path.rpartition("/")[0], []).append(path)
    chance = random.Random(2)  # noqa: S311 - pages to look at
    chosen = [path for paths in by_kind.values() for path in chance.sample(paths, min(2, len(paths)))]
    assert len(chosen) > 70
    for path in chosen:
        assert whole.dangling(path) == [], path
        check(whole.render(path))


def test_no_page_is_at_two_paths_and_nothing_is_outside_the_site(whole):
    listed = Counter(path for section in whole.sections for path in section.paths())
    assert {path.partition("/")[0] for path, times in listed.items() if times > 1} <= {
        "ontology"
    }  # a module is more than its term
    assert not [path for path in whole.paths if ".." in path or path.startswith("/") or "//" in path]


def test_a_page_says_what_it_is_to_programs(whole):
    body = whole.render("id/family/llama.zh.html").decode()
    head = body[: body.index("</head>")]
    place = f"{BASE}id/family/llama"
    assert f'<link rel="canonical" href="{place}.zh.html">' in head
    assert f'<link rel="alternate" hreflang="en" href="{place}.html">' in head
    assert '<link rel="alternate" type="text/turtle" href="llama.ttl">' in head
    assert '<link rel="describedby" type="text/turtle" href="llama.ttl">' in head
    assert '<link rel="cite-as" href="https://w3id.org/llmkg/id/family/llama">' in head
    assert '<link rel="license" href="https://creativecommons.org/publicdomain/zero/1.0/">' in head
    assert '<meta property="og:title" content="LLaMA">' in head
    core = json.loads(re.search(r'<script type="application/ld\+json">(.*)</script>', head)[1])
    assert core["@id"] == "https://w3id.org/llmkg/id/family/llama"
    assert {"@value": "羊驼", "@language": "zh"} in core["alternateName"]


def test_every_statement_of_a_family_is_there_with_source_locator_and_status(whole):
    body = whole.render("id/family/gpt-4.html").decode()
    assert "100,000,000,000,000" in body
    assert '<tr class="wrong">' in body
    assert '<a href="../../concept/status/refuted.html" class="status wrong">Refuted</a>' in body
    assert '<a href="../../id/source/mycelebrityshow-2023.html">My Celebrity Show 2023</a>' in body
    assert '<span class="locator">Paragraph 2</span>' in body
    sides = body[body.index("Where sources differ") : body.index("What is claimed about it")]
    assert "The Hamden Journal 2023" in sides
    assert "My Celebrity Show 2023" in sides


def test_a_variant_shows_its_family_and_what_it_has_of_it(whole):
    body = whole.render("id/model/llama-7b.html").decode()
    assert '<img src="../family/llama.svg" alt="Lineage of LLaMA 7B' in body
    assert "What holds of its family" in body
    assert whole.render("id/family/llama.svg").startswith(b"<svg")
    assert whole.render("id/family/llama.svg") != whole.render("id/family/llama.zh.svg")


def test_a_long_list_is_cut_and_says_so(whole):
    body = whole.render("concept/status/stated-by-developer.html").decode()
    assert re.search(r"These are the first 100 of 1\d,\d{3}\.", body)
    assert body.count("<tr") < 150


def test_a_source_is_cited_in_full(whole):
    body = whole.render("id/source/touvron-2023.html").decode()
    assert "LLaMA: Open and Efficient Foundation Language Models" in body
    assert "@article{touvron-2023," in body
    assert "What it says" in body


def test_the_first_page_counts_what_there_is(whole):
    body = whole.render("index.html").decode()
    assert re.search(r'href="id/claim/index.html">Claims</a> <span class="count">1\d,\d{3}</span>', body)


def test_only_pages_about_what_changed_change(small):
    """The digest of the whole graph stands on no page of a thing."""
    digest = small.sections[0]._setting.graph.project.digest
    assert not [path for path in small.pages() if digest[:8].encode() in small.render(path)]


@pytest.fixture(scope="module")
def hostile(project_of):
    project = project_of(texts.turtle())
    return Site(KnowledgeGraph(project, build_in_memory(project)))


def hostile_pages(site):
    told = re.compile(r"(?:id/(?:family|claim|source|organization)/|browse/|index|file/graph).*\.html")
    return [path for path in site.pages() if told.fullmatch(path)]


def test_what_the_graph_holds_stays_text(hostile):
    pages = hostile_pages(hostile)
    assert len(pages) > 250
    for path in pages:
        body = hostile.render(path)
        check(body)
        tree = html5lib.parse(body, namespaceHTMLElements=False)
        for element in tree.iter():
            if not isinstance(element.tag, str):
                continue
            assert element.tag not in {"iframe", "style", "base", "svg", "math", "object", "embed"}, path
            assert element.tag != "script" or element.get("type") == "application/ld+json", path
            assert element.tag != "meta" or not element.get("http-equiv"), path
            assert not [name for name in element.attrib if name.startswith("on") or name == "style"], path
            address = element.get("href") or element.get("src") or ""
            assert urlsplit(address).scheme in {"", "http", "https"}, (path, address)


@pytest.mark.parametrize("number", range(len(texts.TEXTS)))
def test_a_hostile_text_is_read_as_it_is_written(hostile, number):
    tree = html5lib.parse(hostile.render(f"id/family/h{number}.html"), namespaceHTMLElements=False)
    text = texts.TEXTS[number]
    assert "".join(tree.find(".//h1").itertext()).startswith(text)
    assert tree.find(".//meta[@name='description']").get("content") == text
    core = json.loads("".join(tree.find(".//script").itertext()))
    assert core["name"] == [{"@value": text, "@language": "en"}]
    page = hostile.render(f"id/family/h{number}.jsonld")
    assert (
        text in json.dumps(json.loads(page), ensure_ascii=False)
        or json.dumps(text, ensure_ascii=False)[1:-1] in page.decode()
    )
