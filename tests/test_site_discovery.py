"""How programs find the site; the figures are what SPARQL counts."""

import json
import xml.etree.ElementTree as ET
from urllib import robotparser

import html5lib
import pyoxigraph as px
import pytest

from llmkg.knowledge import KnowledgeGraph, load
from llmkg.site.datasets import dataset_jsonld, void_of
from llmkg.site.discovery import Discovery, site_maps
from llmkg.site.dumps import DUMPS, Dumps
from llmkg.site.figures import figures_of
from llmkg.site.sections import Setting

BASE = "https://example.org/kg/"
VOID = "PREFIX void: <http://rdfs.org/ns/void#> "
FORMATS = {"ttl": px.RdfFormat.TURTLE, "nt": px.RdfFormat.N_TRIPLES, "rdf": px.RdfFormat.RDF_XML}
FORMATS["jsonld"] = px.RdfFormat.JSON_LD


class Few:
    """A section of a few pages."""

    def paths(self):
        return ["a.html", "a.zh.html", "a.ttl", "b & c.html"]


@pytest.fixture(scope="module")
def setting(root):
    return Setting(load(root / "tests" / "data" / "mini"), BASE)


@pytest.fixture(scope="module")
def discovery(setting):
    return Discovery(setting, Dumps(setting), [Few()])


def read(discovery, path, format_):
    store = px.Store()
    store.load(discovery.render(path), format=format_)
    return store


def values(store, query):
    return [tuple(term and term.value for term in row) for row in store.query(query)]


@pytest.fixture(scope="module")
def void(project, snapshot):
    """VoID of the whole graph."""
    whole = Setting(KnowledgeGraph(project, snapshot), BASE)
    store = px.Store()
    store.extend(px.Quad(*triple) for triple in void_of(whole, figures_of(snapshot.store.engine)))
    return store


@pytest.mark.parametrize(
    ("property_", "pattern"),
    [
        ("triples", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        ("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        ("distinctObjects", "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }"),
        ("classes", "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }"),
        ("properties", "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
        (
            "entities",
            'SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o FILTER (strstarts(str(?s), "https://w3id.org/llmkg/")) }',
        ),
    ],
)
def test_void_says_what_sparql_counts(void, store, property_, pattern):
    told = values(void, f"{VOID} SELECT ?n {{ <https://w3id.org/llmkg/void#llmkg> void:{property_} ?n }}")
    assert told == [(store.query(pattern).rows[0][0].value,)]


@pytest.mark.parametrize(
    ("of", "counted", "pattern"),
    [
        ("class", "entities", "SELECT ?of (COUNT(DISTINCT ?s) AS ?n) { ?s a ?of } GROUP BY ?of"),
        ("property", "triples", "SELECT ?of (COUNT(*) AS ?n) { ?s ?of ?o } GROUP BY ?of"),
    ],
)
def test_partitions_say_what_sparql_counts(void, store, of, counted, pattern):
    told = values(void, f"{VOID} SELECT ?of ?n {{ ?d void:{of}Partition ?p . ?p void:{of} ?of ; void:{counted} ?n }}")
    assert sorted(told) == sorted((row[0].value, row[1].value) for row in store.query(pattern).rows)


def test_void_is_the_same_in_every_form(discovery):
    forms = [set(read(discovery, f"void.{ending}", format_)) for ending, format_ in FORMATS.items()]
    assert all(form == forms[0] for form in forms)
    assert discovery.render(".well-known/void") == discovery.render("void.ttl")


@pytest.mark.parametrize("live", [False, True])
def test_an_endpoint_is_named_only_where_there_is_one(setting, live):
    site = Setting(setting.graph, BASE, live)
    found = Discovery(site, Dumps(site), [])
    said = "".join(found.render(path).decode() for path in ("void.ttl", "catalog.ttl"))
    assert (f"{BASE}sparql>" in said) == live
    assert (f"({BASE}sparql)" in found.render("llms.txt").decode()) == live
    assert (b"Disallow" in found.render("robots.txt")) == live


@pytest.mark.parametrize("ending", ["ttl", "jsonld"])
def test_dcat_names_every_dump_with_its_size_type_and_digest(setting, discovery, ending):
    query = """
        PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX spdx: <http://spdx.org/rdf/terms#>
        SELECT ?url ?size ?type ?digest { ?catalogue a dcat:Catalog ; dcat:dataset ?dataset .
          ?dataset dcat:distribution ?d ; dcat:version ?version ; dcterms:license ?licence .
          ?d dcat:downloadURL ?url ; dcat:byteSize ?size ; dcat:mediaType ?type ; dcterms:license ?licence ;
            spdx:checksum/spdx:checksumValue ?digest }"""
    told = values(read(discovery, f"catalog.{ending}", FORMATS[ending]), query)
    sizes = Dumps(setting).sizes()
    assert sorted(told) == sorted(
        (
            BASE + dump.path,
            str(sizes[dump.path][0]),
            f"https://www.iana.org/assignments/media-types/{dump.media_type}",
            sizes[dump.path][1],
        )
        for dump in DUMPS
    )


def test_the_site_map_lists_every_page_and_nothing_else(discovery):
    tree = ET.fromstring(discovery.render("sitemap.xml"))  # noqa: S314 - our own
    told = [loc.text for loc in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    pages = [
        "a.html",
        "a.zh.html",
        "b%20%26%20c.html",
        "data/index.html",
        "data/index.zh.html",
        "void.html",
        "void.zh.html",
    ]
    assert told == [BASE + page for page in pages]


def test_a_long_site_map_becomes_an_index(discovery):
    maps = site_maps(BASE, [f"{number}.html" for number in range(5)], most=2)
    index = ET.fromstring(maps.pop("sitemap.xml"))  # noqa: S314 - our own
    assert index.tag.endswith("}sitemapindex")
    assert [loc.text.removeprefix(BASE) for loc in index.iter() if loc.tag.endswith("}loc")] == list(maps)
    assert [text.count(b"<loc>") for text in maps.values()] == [2, 2, 1]


def test_robots_may_read_pages_but_not_ask(setting):
    live = Setting(setting.graph, BASE, live=True)
    rules = robotparser.RobotFileParser()
    rules.parse(Discovery(live, Dumps(live), []).render("robots.txt").decode().split("\n"))
    assert rules.can_fetch("any", f"{BASE}id/family/llama.html")
    assert not rules.can_fetch("any", f"{BASE}queries/lineage/why?model=llama")
    assert rules.site_maps() == [f"{BASE}sitemap.xml"]


def test_llms_txt_has_a_title_a_summary_and_links_of_the_site(discovery):
    lines = discovery.render("llms.txt").decode().split("\n")
    assert lines[0].startswith("# ")
    assert lines[2].startswith("> ")
    assert f"]({BASE}data/llmkg.nq.gz)" in "\n".join(lines)


def test_schema_org_knows_the_dumps(setting):
    page = Discovery(setting, Dumps(setting), []).render("data/index.html").decode()
    said = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert said["@type"] == "Dataset"
    assert [one["contentUrl"] for one in said["distribution"]] == [BASE + dump.path for dump in DUMPS]
    hostile = Setting(setting.graph, "https://example.org/</script>&/")
    assert not set(dataset_jsonld(hostile)) & set("<>&")
    assert said["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"


def test_every_path_is_rendered_and_pages_are_html(discovery):
    for path in discovery.paths():
        content = discovery.render(path)
        assert content
        if path.endswith(".html"):
            html5lib.HTMLParser(strict=True).parse(content.decode())
    assert discovery.render("sitemap-1.xml") is None
    assert discovery.render("void") is None
