"""The files for hosts, tried on a real Apache: negotiation, types, headers, old addresses, persistent identifiers."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from servers import free_port, program, running

from llmkg.knowledge import load
from llmkg.server import front
from llmkg.site.discovery import Discovery
from llmkg.site.dumps import Dumps
from llmkg.site.hosts import HEADERS, Hosts
from llmkg.site.moves import Moves
from llmkg.site.sections import Setting

MODULES = "mpm_event authz_core dir mime negotiation rewrite headers setenvif env alias"
LLAMA = "id/family/llama"
FOLDER = "concept/technique"
FORMS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
FIRST = {"index.html": b"In English.\n", "index.zh.html": b"In Chinese.\n"}
REDIRECTS = """\
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix family: <https://w3id.org/llmkg/id/family/> .
@prefix llmkg: <https://w3id.org/llmkg/ns/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
family:lama a llmkg:FormerIri ; dcterms:isReplacedBy family:llama ; llmkg:withdrawnOn "2026-03-04"^^xsd:date .
family:vapour a llmkg:FormerIri ; skos:editorialNote "It was never made."@en ; llmkg:withdrawnOn "2026-05-06"^^xsd:date .
"""


@pytest.fixture(scope="module")
def graph(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("moving") / "mini"
    shutil.copytree(root / "tests" / "data" / "mini", folder)
    (folder / "graph" / "redirects.ttl").write_text(REDIRECTS, encoding="utf-8")
    return load(folder)


def written(folder, setting):
    """A few paths of a site as files; what is about things stands in for them."""
    dumps = Dumps(setting)
    sections = (Moves(setting), Hosts(setting), dumps, Discovery(setting, dumps, ()))
    paths = [".htaccess", "_headers", "robots.txt", ".well-known/void", "data/llmkg.nq.gz", "data/llmkg.ttl.gz"]
    paths += [f"void.{ending}" for ending in (*FORMS, "zh.html")]
    paths += [f"id/family/{slug}.{ending}" for slug in ("lama", "vapour") for ending in ("html", "zh.html")]
    paths += [path for path in Hosts(setting).paths() if path.endswith(".var")]
    files = {path: next(filter(None, (section.render(path) for section in sections))) for path in paths}
    things = [f"{LLAMA}.{ending}" for ending in (*FORMS, "zh.html", "svg")]
    things += [f"{FOLDER}{part}.{ending}" for part in ("", "/swiglu") for ending in (*FORMS, "zh.html")]
    data = [f"id/family/{slug}.{ending}" for slug in ("lama", "vapour") for ending in FORMS if ending != "html"]
    for path, content in (files | dict.fromkeys([*things, *data], b"It stands in.\n") | FIRST).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


@pytest.fixture(scope="module")
def apache(graph):
    """The address of an Apache with the site at /kg/ and the persistent identifiers at /w3id/llmkg/."""
    program_ = shutil.which("apache2") or program("apache2", "apt install apache2")
    modules = Path("/usr/lib/apache2/modules")
    address = f"http://127.0.0.1:{free_port()}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        setting = Setting(graph, f"{address}/kg/")
        written(folder / "root" / "kg", setting)
        (folder / "root" / "w3id" / "llmkg").mkdir(parents=True)
        (folder / "root" / "w3id" / "llmkg" / ".htaccess").write_bytes(Hosts(setting).render("w3id/.htaccess"))
        lines = [
            f"ServerRoot {folder}",
            "ServerName localhost",
            f"Listen {address.removeprefix('http://')}",
            f"PidFile {folder}/pid",
            f"ErrorLog {folder}/errors.txt",
            *(f"LoadModule {name}_module {modules}/mod_{name}.so" for name in MODULES.split()),
            *(["User www-data", "Group www-data"] if os.geteuid() == 0 else []),
            f"DocumentRoot {folder}/root",
            "TypesConfig /dev/null",
            f"<Directory {folder}/root>\nAllowOverride All\nRequire all granted\n</Directory>",
        ]
        (folder / "httpd.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with running([program_, "-X", "-f", f"{folder}/httpd.conf"], folder, f"{address}/kg/robots.txt"):
            yield address


def curl(url, *options):
    """Status, headers by small names, and body of what curl gets."""
    command = ["curl", "-s", "-S", "-i", "--max-time", "20", *options, url]
    said = subprocess.run(command, check=True, capture_output=True).stdout
    head, _, body = said.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(": ")
        headers[name.lower()] = ", ".join(filter(None, (headers.get(name.lower()), value)))
    return int(status.split()[1]), headers, body


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        *((media_type, ending) for ending, media_type in FORMS.items()),
        ("*/*", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.5", "rdf"),
        ("text/html;q=0.3, application/ld+json;q=0.9", "jsonld"),
        ("text/turtle;q=0, application/n-triples", "nt"),
        ("text/html;q=0, text/*", "ttl"),
    ],
)
def test_a_thing_leads_to_the_form_that_is_liked_best(apache, accept, ending):
    status, headers, _ = curl(f"{apache}/kg/{LLAMA}", "-H", f"Accept: {accept}")
    assert status == 303
    assert headers["location"] == f"{apache}/kg/{LLAMA}.{ending}"
    assert {"Accept", "Accept-Language"} <= set(re.split(r",\s*", headers["vary"]))
    assert headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "languages", "ending"),
    [
        *((media_type, "en", ending) for ending, media_type in FORMS.items()),
        ("*/*", "zh", "zh.html"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.5", "en", "rdf"),
        ("text/html;q=0.3, application/ld+json;q=0.9", "en", "jsonld"),
    ],
)
def test_a_thing_whose_path_is_a_folder_too_leads_to_the_form_that_is_liked_best(apache, accept, languages, ending):
    options = ("-H", f"Accept: {accept}", "-H", f"Accept-Language: {languages}")
    status, headers, _ = curl(f"{apache}/kg/{FOLDER}", *options)
    assert (status, headers["location"]) == (303, f"{apache}/kg/{FOLDER}.{ending}")
    assert {"Accept", "Accept-Language"} <= set(re.split(r",\s*", headers["vary"]))


def test_a_form_that_there_is_not_of_a_folder_is_refused(apache):
    assert curl(f"{apache}/kg/{FOLDER}", "-H", "Accept: application/pdf")[0] == 406


def test_what_is_in_a_folder_that_is_a_thing_is_still_there(apache):
    status, headers, _ = curl(f"{apache}/kg/{FOLDER}/swiglu", "-H", "Accept: text/turtle")
    assert (status, headers["location"]) == (303, f"{apache}/kg/{FOLDER}/swiglu.ttl")


@pytest.mark.parametrize("query", ["?x=1", "?next=/a/", "?file=a.html", "?from=/id/family/vapour"])
def test_a_query_after_an_address_changes_nothing(apache, query):
    status, headers, _ = curl(f"{apache}/kg/{LLAMA}{query}", "-H", "Accept: text/turtle")
    assert (status, headers["location"]) == (303, f"{apache}/kg/{LLAMA}.ttl{query}")


@pytest.mark.parametrize(
    ("languages", "ending"), [("zh-CN,zh;q=0.9,en;q=0.5", "zh.html"), ("en", "html"), ("fr", "html")]
)
def test_a_thing_leads_to_the_page_in_the_language_that_is_liked_best(apache, languages, ending):
    options = ("-H", "Accept: text/html", "-H", f"Accept-Language: {languages}")
    _, headers, _ = curl(f"{apache}/kg/{LLAMA}", *options)
    assert headers["location"] == f"{apache}/kg/{LLAMA}.{ending}"


def test_a_form_that_there_is_not_is_refused_with_what_there_is(apache):
    status, headers, body = curl(f"{apache}/kg/{LLAMA}", "-H", "Accept: application/pdf")
    assert status == 406
    assert "accept" in headers["vary"].lower()
    assert b"llama.ttl" in body


@pytest.mark.parametrize("ending", FORMS)
def test_a_document_has_its_type_its_links_and_the_headers_of_all(apache, ending):
    status, headers, body = curl(f"{apache}/kg/{LLAMA}.{ending}")
    assert status == 200
    assert body
    charset = "; charset=utf-8" if FORMS[ending].startswith("text/") else ""
    assert headers["content-type"] == FORMS[ending] + charset
    for name, value in HEADERS.items():
        assert headers[name.lower()] == value
    assert 'rel="license"' in headers["link"]
    assert '<https://w3id.org/llmkg/id/family/llama>; rel="cite-as"' in headers["link"]
    assert ('rel="describedby"' in headers["link"]) == (ending == "html")


def test_a_thing_or_document_that_there_is_not_is_not_found(apache):
    assert [curl(f"{apache}/kg/id/family/nobody{ending}")[0] for ending in ("", ".ttl", "/")] == [404, 404, 404]


@pytest.mark.parametrize("ending", ["", ".ttl", ".html", ".zh.html"])
def test_an_old_address_leads_to_the_new_one(apache, ending):
    status, headers, _ = curl(f"{apache}/kg/id/family/lama{ending}", "-H", "Accept: text/turtle")
    assert (status, headers["location"]) == (301, f"{apache}/kg/{LLAMA}{ending}")


@pytest.mark.parametrize("ending", ["", ".ttl", ".html"])
def test_what_is_gone_says_so_and_why(apache, ending):
    status, headers, body = curl(f"{apache}/kg/id/family/vapour{ending}")
    assert status == 410
    assert b"It was never made." in body
    assert headers["content-type"].startswith("text/html")


def test_dumps_are_packed_files(apache):
    for path in ("data/llmkg.nq.gz", "data/llmkg.ttl.gz"):
        status, headers, body = curl(f"{apache}/kg/{path}", "-H", "Accept-Encoding: gzip")
        assert (status, headers["content-type"]) == (200, "application/gzip")
        assert "content-encoding" not in headers
        assert body.startswith(b"\x1f\x8b")


def test_void_is_turtle_at_its_well_known_place_and_negotiated_at_its_own(apache):
    assert curl(f"{apache}/kg/.well-known/void")[1]["content-type"] == "text/turtle; charset=utf-8"
    status, headers, _ = curl(f"{apache}/kg/void", "-H", "Accept: application/ld+json")
    assert (status, headers["location"]) == (303, f"{apache}/kg/void.jsonld")


@pytest.mark.parametrize("path", ["", "?x=a.html"])
@pytest.mark.parametrize(
    ("accept", "languages", "page"),
    [
        ("*/*", "fr", "index.html"),
        ("text/html,*/*;q=0.8", "zh-CN,zh;q=0.9,en;q=0.5", "index.zh.html"),
        ("text/html", "zh;q=0.3,en;q=0.5", "index.html"),
        ("text/turtle", "zh", "index.html"),
    ],
)
def test_the_first_page_is_at_the_address_of_the_site(apache, path, accept, languages, page):
    status, headers, body = curl(
        f"{apache}/kg/{path}", "-H", f"Accept: {accept}", "-H", f"Accept-Language: {languages}"
    )
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert body == FIRST[page]
    assert "accept-language" in headers["vary"].lower()


@pytest.mark.parametrize(
    ("accept", "ending"),
    [
        ("text/turtle", "ttl"),
        ("application/rdf+xml, text/turtle;q=0.5", "rdf"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "html"),
        ("*/*", "html"),
        ("text/html;q=0, application/ld+json", "jsonld"),
        ("text/turtle;q=0.0", "html"),
    ],
)
def test_a_persistent_identifier_leads_to_the_site(apache, accept, ending):
    status, headers, _ = curl(f"{apache}/w3id/llmkg/{LLAMA}", "-H", f"Accept: {accept}")
    assert (status, headers["location"]) == (303, f"{apache}/kg/{LLAMA}.{ending}")
    assert "Accept" in headers["vary"]


@pytest.mark.parametrize("path", ["", f"{LLAMA}.nt", "sparql.html", "id/family/", "data/llmkg.nq.gz"])
def test_another_persistent_address_leads_to_the_same_path(apache, path):
    status, headers, _ = curl(f"{apache}/w3id/llmkg/{path}")
    assert (status, headers["location"]) == (302, f"{apache}/kg/{path}")


def test_a_persistent_identifier_leads_to_chinese_readers_page(apache):
    options = ("-H", "Accept: text/html", "-H", "Accept-Language: zh-TW")
    assert curl(f"{apache}/w3id/llmkg/{LLAMA}", *options)[1]["location"] == f"{apache}/kg/{LLAMA}.zh.html"


def test_hosts_send_what_the_server_sends():
    assert set(HEADERS.items()) == {*front.SECURITY, *front._OF_ALL}


def test_rules_of_other_hosts_name_the_same(graph):
    hosts = Hosts(Setting(graph, "https://example.org/kg/"))
    headers = hosts.render("_headers").decode()
    assert headers.startswith("/kg/*\n  Content-Security-Policy: default-src 'none'")
    assert "/kg/*.ttl\n  Content-Type: text/turtle; charset=utf-8\n" in headers
    lines = hosts.render("_redirects").decode().splitlines()
    assert "/kg/id/family/lama /kg/id/family/llama 301" in lines
    assert "/kg/id/family/lama.ttl /kg/id/family/llama.ttl 301" in lines
    assert hosts.render(".nojekyll") == b""
    assert hosts.render("nginx.conf") is None
