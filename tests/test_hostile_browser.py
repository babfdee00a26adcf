"""Whatever a graph holds and a reader sends, nothing of it runs: every kind of page of a live server, in chromium.

The browser is told to disregard the content security policy, so that only what the pages do themselves holds.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from llmkg.knowledge import KnowledgeGraph
from llmkg.site.sections import Setting
from llmkg.site.whole import sections_of
from llmkg.snapshot import build_in_memory

sys.path.insert(0, str(Path(__file__).parent))
import hostile
import servers

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.xdist_group("browser")]

ADDRESSES = (
    "{0}",
    "id/family/{0}.html",
    "id/claim/c0.html?{0}={0}",
    "sparql?query={0}",
    "queries/{0}.html",
    "queries/techniques/adopters-of.html?technique={0}",
    "queries/techniques/adopters-of.html?technique=rope&lang={0}",
    "queries/entities/describe.html?entity=family:h0&limit={0}",
    "reconcile/preview?id={0}",
    "reconcile/suggest/entity?prefix={0}",
)
"""Where a reader may write what is hostile to the server."""

SCRIPTED = {
    "sparql.html?query={0}": "[data-started]",
    "sparql.html#question={0}": "[data-started]",
    "search.html?q={0}": "[data-started]",
    "explore/h0.html#{0}": "#said:not(:empty)",
}
"""Where a reader may write what is hostile to a page's own script, and what shows that it has run."""

OF_A_TEXT = re.compile(r"id/\w+/[hcso]\d+\.(?:html|svg)")
PAGES_A_KIND = 2

SCHEMES = """found => found.map((one) => {
    const written = one.getAttribute("href") ?? one.getAttribute("xlink:href");
    return new URL(written, document.baseURI).protocol;
})"""


@pytest.fixture(scope="module")
def project(project_of):
    return project_of(hostile.turtle())


@pytest.fixture(scope="module")
def server(project, tmp_path_factory):
    with servers.serving(tmp_path_factory.mktemp("hostile"), "--workers", "2", data=project.root) as served:
        yield served


@pytest.fixture
def page(browser):
    """A page that fails the test if a script that was not ours opened a box."""
    ran = []
    context = browser.new_context(bypass_csp=True)
    opened = context.new_page()
    opened.on("dialog", lambda dialog: (ran.append(opened.url), dialog.dismiss()))
    yield opened
    context.close()
    assert ran == []


def pages_of(project):
    """The pages about what has a hostile text, and some of every other kind."""
    kinds = {}
    for section in sections_of(Setting(KnowledgeGraph(project, build_in_memory(project)), live=True)):
        for path in section.paths():
            if path.endswith((".html", ".svg")):
                kind = path if OF_A_TEXT.fullmatch(path) else path.rpartition("/")[0]
                kinds.setdefault(kind, []).append(path)
    return [path for paths in kinds.values() for path in paths[:PAGES_A_KIND]]


def test_nothing_of_the_graph_runs(project, server, page):
    paths = pages_of(project)
    assert len([path for path in paths if OF_A_TEXT.fullmatch(path)]) >= 5 * len(hostile.TEXTS)
    kinds = {path.rpartition("/")[0] for path in paths}
    assert {"id/family", "id/claim", "id/source", "id/organization", "browse", "explore", "query", "ns"} <= kinds
    for path in paths:
        reply = page.goto(server.url + quote(path))
        assert reply.ok, path
        assert set(page.locator("a[*|href]").evaluate_all(SCHEMES)) <= {"http:", "https:"}, path


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_nothing_that_a_reader_sends_runs(server, page, text):
    for address in ADDRESSES:
        reply = page.goto(server.url + address.format(quote(text, safe="")))
        assert reply is None or reply.status < 500, address
    for address, started in SCRIPTED.items():
        page.goto("about:blank")  # another fragment alone would not load the page anew
        page.goto(server.url + address.format(quote(text, safe="")))
        page.locator(started).wait_for(state="attached")


def test_a_script_that_does_run_is_noticed(server, browser):
    context = browser.new_context(bypass_csp=True)
    opened, ran = context.new_page(), []
    opened.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    opened.goto(f"{server.url}index.html")
    opened.evaluate("document.body.innerHTML = '<img src=x onerror=alert(1)>'")
    opened.wait_for_event("dialog") if not ran else None
    context.close()
    assert ran == ["1"]
