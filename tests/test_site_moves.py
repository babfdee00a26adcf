"""Old addresses: each leads on, or says why there is nothing."""

import html5lib
import pytest

from llmkg.checks import run
from llmkg.knowledge import load
from llmkg.server.messages import Request
from llmkg.server.pages import Pages
from llmkg.server.problems import Problem
from llmkg.site.moves import Gone, Moved, Moves, moved, moves_of
from llmkg.site.sections import Setting
from llmkg.site.whole import sections_of
from llmkg.turtle import format_turtle

FAMILY = "https://w3id.org/llmkg/id/family/"
REDIRECTS = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix family: <https://w3id.org/llmkg/id/family/> .
@prefix llmkg: <https://w3id.org/llmkg/ns/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

family:lama
    a llmkg:FormerIri ;
    skos:editorialNote "Spelt wrongly."@en ;
    dcterms:isReplacedBy family:llama ;
    llmkg:withdrawnOn "2026-03-04"^^xsd:date ;
    .

family:vapour
    a llmkg:FormerIri ;
    skos:editorialNote "It was <never> made."@en ;
    llmkg:withdrawnOn "2026-05-06"^^xsd:date ;
    .
"""


@pytest.fixture
def moving(mini):
    """The small project, in which one name changed and one went."""
    (mini.root / "graph" / "redirects.ttl").write_text(format_turtle(REDIRECTS), encoding="utf-8")
    return load(mini.root)


def test_what_became_of_an_iri(moving):
    engine = moving.store.engine
    assert moved(engine, FAMILY + "lama") == Moved(FAMILY + "llama")
    assert moved(engine, FAMILY + "vapour") == Gone("It was <never> made.", "2026-05-06")
    assert moved(engine, FAMILY + "llama") is None
    assert moved(engine, "no iri at all") is None
    assert list(moves_of(engine)) == [FAMILY + "lama", FAMILY + "vapour"]


def test_the_checks_find_nothing_wrong_with_a_former_iri(moving):
    report = run(moving.project, ["graph/redirects.ttl"])
    assert [finding.message for finding in report.findings if finding.level == "error"] == []


@pytest.mark.parametrize("ending", ["html", "zh.html"])
def test_the_page_leads_on(moving, ending):
    text = Moves(Setting(moving)).render(f"id/family/lama.{ending}").decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert f'content="0; url=llama.{ending}"' in text
    entry = moving.names.entry(FAMILY + "llama")
    assert f'<a href="llama.{ending}">{entry.zh if ending == "zh.html" else entry.en}</a>' in text


@pytest.mark.parametrize("ending", ["html", "zh.html"])
def test_a_tombstone_says_when_and_why(moving, ending):
    text = Moves(Setting(moving)).render(f"id/family/vapour.{ending}").decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert "It was &lt;never&gt; made." in text
    assert ('<p lang="en">' in text) is (ending == "zh.html")
    assert '<time datetime="2026-05-06">' in text
    assert "refresh" not in text


def test_what_went_is_on_no_list_and_no_map(moving):
    sections = sections_of(Setting(moving))
    lists = ("id/family/index.html", "index.html", "id/index.html", "browse/dates.html", "sitemap.xml")
    bodies = [next(body for section in sections if (body := section.render(path))) for path in lists]
    text = b"".join(bodies)
    assert b"id/family/vapour" not in text
    assert b"id/family/lama" not in text


def test_a_server_sends_on_whoever_asks_for_any_document(moving):
    setting = Setting(moving)
    pages = Pages(setting, sections_of(setting))
    for ending in ("", ".html", ".zh.html", ".ttl", ".rdf"):
        reply = pages.answer(Request("GET", f"id/family/lama{ending}"))
        assert (reply.status, dict(reply.headers)["Location"]) == (301, f"llama{ending}")
    reply = pages.answer(Request("GET", "id/family/vapour.html"))
    assert (reply.status, reply.media_type) == (410, "text/html; charset=utf-8")
    assert b"It was &lt;never&gt; made." in reply.body
    for ending in ("", ".ttl"):
        with pytest.raises(Problem, match="It was <never> made") as refused:
            pages.answer(Request("GET", f"id/family/vapour{ending}"))
        assert refused.value.status == 410


def test_the_paths_are_those_of_old_addresses_alone(moving):
    section = Moves(Setting(moving))
    stems = ("id/family/lama", "id/family/vapour")
    assert list(section.paths()) == [f"{stem}.{ending}" for stem in stems for ending in ("html", "zh.html")]
    for path in ("id/family/lama", "id/family/lama.ttl", "id/family/llama.html"):
        assert section.render(path) is None


def test_the_graph_of_today_has_an_address_for_everything_that_moved(store):
    for what in moves_of(store.engine).values():
        assert not isinstance(what, Moved) or moved(store.engine, what.target) is None
