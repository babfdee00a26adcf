"""The pages: they are HTML, lead only to what there is, and whatever the graph holds stays text."""

import json
import random
import re
import shutil
from collections import Counter
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import pytest

from llmkg.knowledge import KnowledgeGraph
from llmkg.site.sections import Setting
from llmkg.site.whole import sections_of
from llmkg.snapshot import build_in_memory

BASE = "https://example.org/kg/"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<!--<script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "{{ 7*7 }}{% raw %}${7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u2028alert(1)\u2029",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
]


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
    texts = [json.dumps(text, ensure_ascii=False) for text in HOSTILE]
    turtle = []
    for number, text in enumerate(texts):
        turtle.append(f"""
family:h{number} a llmkg:ModelFamily ; skos:prefLabel {text}@en ; skos:altLabel {text}@zh ; skos:definition {text}@en ;
    skos:editorialNote {text}@en ; llmkg:asWritten {text} .
org:o{number} a llmkg:Organization ; skos:prefLabel {text}@en .
source:s{number} a llmkg:Source ; skos:prefLabel {text}@en ; dcterms:title {text} ; llmkg:authorNames {text} ;
    llmkg:sourceKind sourcekind:paper ; llmkg:url {text}^^xsd:anyURI ; llmkg:arxivId {text} .
claim:c{number} a llmkg:Claim ; rdf:subject family:h{number} ; rdf:predicate llmkg:finding ; rdf:object {text}@en ;
    llmkg:status status:stated-by-developer ; llmkg:source source:s{number} ; llmkg:locator {text} ;
    llmkg:readIn {text}^^xsd:anyURI ; skos:editorialNote {text}@en .
claim:d{number} a llmkg:Claim ; rdf:subject family:h{number} ; rdf:predicate llmkg:developedBy ; rdf:object org:o{number} ;
    llmkg:status status:stated-by-developer ; llmkg:source source:s{number} ; llmkg:locator {text} .
claim:e{number} a llmkg:Derivation ; rdf:subject family:h{number} ; rdf:predicate llmkg:isFineTunedFrom ;
    rdf:object family:h{(number + 1) % len(texts)} ; llmkg:status status:stated-by-developer ;
    llmkg:source source:s{number} ; llmkg:locator {text} .
""")
    turtle.append("""
<https://w3id.org/llmkg/id/family/x'onload=alert(1)> a llmkg:ModelFamily ; skos:prefLabel "x"@en .
family:h0 skos:exactMatch <javascript:alert(1)>, <https://example.org/'onclick=alert(1)//> ; rdfs:seeAlso <data:text/html,x> .
""")
    project = project_of("".join(turtle))
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


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_text_is_read_as_it_is_written(hostile, number):
    tree = html5lib.parse(hostile.render(f"id/family/h{number}.html"), namespaceHTMLElements=False)
    text = HOSTILE[number]
    assert "".join(tree.find(".//h1").itertext()).startswith(text)
    assert tree.find(".//meta[@name='description']").get("content") == text
    core = json.loads("".join(tree.find(".//script").itertext()))
    assert core["name"] == [{"@value": text, "@language": "en"}]
    page = hostile.render(f"id/family/h{number}.jsonld")
    assert (
        text in json.dumps(json.loads(page), ensure_ascii=False)
        or json.dumps(text, ensure_ascii=False)[1:-1] in page.decode()
    )


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_nothing_runs_in_a_browser(hostile, tmp_path):
    from playwright.sync_api import sync_playwright

    chosen = [
        path for path in hostile.paths if re.fullmatch(r"id/(?:family|claim|source)/[hcs]\d+\.(?:html|svg)", path)
    ]
    for path in [*chosen, "assets/site.css", "assets/icon.svg"]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(hostile.render(path))
    ran = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page()
        opened.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
        for path in chosen:
            opened.goto((tmp_path / path).as_uri())
        browser.close()
    assert len(chosen) > 3 * len(HOSTILE)
    assert ran == []
