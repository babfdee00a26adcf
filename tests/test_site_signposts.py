"""Typed links: what each path of the site says of itself."""

import pytest

from llmkg.knowledge import load
from llmkg.site.sections import Setting
from llmkg.site.signposts import Signpost, link_header, links

BASE = "https://example.org/kg/"
LLAMA = "id/family/llama"


@pytest.fixture(scope="module")
def setting(root):
    return Setting(load(root / "tests" / "data" / "mini"), BASE)


def targets(found, rel):
    return [one.target for one in found if one.rel == rel]


@pytest.mark.parametrize("ending", ["", ".html", ".zh.html", ".ttl", ".jsonld", ".nt", ".rdf"])
def test_every_document_of_a_thing_says_how_to_cite_it_and_its_licence(setting, ending):
    found = links(setting, LLAMA + ending)
    assert targets(found, "cite-as") == ["https://w3id.org/llmkg/" + LLAMA]
    assert targets(found, "license") == ["https://creativecommons.org/publicdomain/zero/1.0/"]
    assert targets(found, "canonical") == ([BASE + LLAMA + ending] if ending else [])
    everything = {f"{BASE}{LLAMA}{one}" for one in (".html", ".zh.html", ".ttl", ".jsonld", ".nt", ".rdf")}
    assert set(targets(found, "alternate")) == everything - {f"{BASE}{LLAMA}{ending}"}


def test_a_page_says_what_it_is_about_and_where_the_data_is(setting):
    found = links(setting, f"{LLAMA}.html")
    assert targets(found, "type") == ["https://schema.org/AboutPage", "https://w3id.org/llmkg/ns/ModelFamily"]
    described = [one for one in found if one.rel == "describedby"]
    assert Signpost(f"{BASE}{LLAMA}.ttl", "describedby", "text/turtle") in described
    assert len(described) == 4


def test_data_says_which_page_it_describes(setting):
    found = links(setting, f"{LLAMA}.jsonld")
    assert targets(found, "describes") == [f"{BASE}{LLAMA}.html"]
    assert not targets(found, "describedby")
    assert not targets(found, "type")


def test_the_dumps_and_their_page_name_each_other(setting):
    items = targets(links(setting, "data/index.html"), "item")
    assert f"{BASE}data/llmkg.nq.gz" in items
    for item in items:
        assert targets(links(setting, item.removeprefix(BASE)), "collection") == [f"{BASE}data/index.html"]


@pytest.mark.parametrize("path", ["", "robots.txt", "id/family/nobody.html", "id/family/no one.html", 'a"<b>.ttl'])
def test_what_is_no_thing_has_a_licence_alone(setting, path):
    assert [one.rel for one in links(setting, path)] == ["license"]


def test_a_header_is_one_line_of_what_urls_may_hold(setting):
    value = link_header(links(setting, f"{LLAMA}.zh.html"))
    assert value.isascii()
    assert "\n" not in value
    assert f'<{BASE}{LLAMA}.html>; rel="alternate"; type="text/html"; hreflang="en"' in value
