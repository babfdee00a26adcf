"""The console, the search and the site's pages to explore, in a real browser, from a plain file server with a strict policy."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pyoxigraph as px
import pytest
from pageserver import serving, write

from llmkg.queries import run as run_question
from llmkg.site.assets import Assets
from llmkg.site.console import DUMP, Console
from llmkg.site.exploring import Exploring
from llmkg.site.scripts import is_built
from llmkg.site.sections import Setting
from llmkg.terms import BASE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AXE = Path(__file__).parents[1] / "src" / "explorer" / "node_modules" / "axe-core" / "axe.min.js"

if not is_built("console.js"):
    pytest.skip("the page's script is not built: it needs Node", allow_module_level=True)

EVIL = '<img src=x onerror="window.hurt=1"></script><script>window.hurt=1</script>'
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"


@pytest.fixture(scope="module")
def folder(kg, tmp_path_factory):
    """A site of these sections alone, with one hostile statement more than the graph has."""
    folder = tmp_path_factory.mktemp("site")
    evil = px.Quad(px.NamedNode("javascript:window.hurt=1"), px.NamedNode(f"{BASE}ns/evil"), px.Literal(EVIL))
    dump = gzip.compress(px.serialize([*kg.store.engine, evil], format=px.RdfFormat.N_QUADS), 1, mtime=0)
    setting = Setting(kg)
    write(Console(setting, lambda _: dump), folder)
    write(Exploring(setting), folder, ["assets/explorer.js", "assets/explorer.css", "explore/llama.html", "explore/llama.json"])  # fmt: skip
    (folder / DUMP).write_bytes(dump)
    write(Assets(), folder)
    return folder


@pytest.fixture(scope="module")
def site(folder):
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="module")
def context(browser):
    """What most tests share, so that the graph is fetched once."""
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    yield context
    context.close()


@pytest.fixture
def opened(site, context, browser):
    """Opens a page, and holds that nothing fails, breaks the policy or asks another host."""
    problems, contexts = [], []

    def open_(path, **options):
        if options:
            contexts.append(browser.new_context(**options))
        page = (contexts[-1] if options else context).new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith((site, "data:", "blob:")) else problems.append(asked.url))  # fmt: skip
        page.goto(site + path)
        page.locator("[data-started]").wait_for()
        return page

    yield open_
    for page in context.pages:
        page.close()
    for other in contexts:
        other.close()
    assert problems == []


def write_query(page, text):
    page.locator("#console .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def run(page):
    """Run what the editor holds; what is then said."""
    page.locator("#run").click()
    page.locator("#stop:disabled").wait_for()
    return page.locator("#status").inner_text()


def rows(page):
    return page.locator("#answer tbody tr").evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText))"
    )


def test_a_query_is_answered_in_the_browser(opened):
    page = opened("sparql.html")
    write_query(page, "SELECT ?t ?name { family:llama llmkg:usesTechnique ?t . ?t skos:prefLabel ?name FILTER(lang(?name) = 'zh') }")  # fmt: skip
    page.keyboard.press("Control+Enter")
    page.locator("#answer tbody tr").first.wait_for()
    assert "statements, loaded in" in page.locator(".loading").first.inner_text()
    assert ("SwiGLU", True) in [(row[0], row[1].endswith(" @zh")) for row in rows(page)]
    link = page.locator("#answer a", has_text="SwiGLU").first
    assert link.get_attribute("href") == "concept/technique/swiglu.html"
    assert page.locator("#answer a").first.get_attribute("title").startswith(BASE)


def test_saved_questions_give_what_the_store_gives(opened, kg):
    page = opened("sparql.html")
    for number, question in enumerate(kg.catalogue):
        if number % 6:
            continue
        page.goto(page.url.partition("#")[0] + f"#question={question.id}")
        page.wait_for_function("text => document.querySelector('#question').value === text", arg=question.summary)
        values = {p.name: [p.term(p.example)] for p in question.parameters if p.required}
        expected = run_question(kg.store, question, values)
        said = run(page)
        assert said.startswith(f"{len(expected.rows):,} "), question.id
        if expected.rows:
            assert page.locator("#answer thead").inner_text().split() == list(expected.columns)


def test_a_question_is_chosen_in_words_and_its_values_by_name(opened):
    page = opened("sparql.zh.html")
    page.locator("#question").fill("采用 技术")
    page.locator("#question").fill("adopters-of")
    page.keyboard.press("Enter")
    box = page.locator(".field input[role=combobox]").first
    box.fill("旋轉位置")
    page.locator(".field [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    assert "concept/technique/rope>" in page.locator("#console .cm-content").inner_text()
    assert "行，用时" in run(page)
    assert page.locator("#answer a").first.get_attribute("href").endswith(".zh.html")


def test_what_is_wrong_is_shown_with_its_place(opened):
    page = opened("sparql.html")
    write_query(page, "SELECT *\nWHERE { ?s llmkg:status ?o ")
    said = run(page)
    assert said.startswith("Line 2, column ")
    page.locator("#console .cm-lintRange-error, #console .cm-lintPoint-error").first.wait_for(state="attached")
    write_query(page, "SELECT * { ?s family:llama ?o FILTER nonsense }")
    assert run(page).startswith("Line 1, column 48")
    write_query(page, "SELECT * { ?s nope:x ?o }")
    assert "a prefix that is not declared" in run(page)
    write_query(page, "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    assert run(page).startswith("No answer: ")


def test_a_runaway_query_is_stopped_and_the_next_one_answered(opened):
    page = opened("sparql.html")
    page.locator(".loading[data-state=ready]").wait_for()
    write_query(page, RUNAWAY)
    page.locator("#run").click()
    page.wait_for_timeout(500)
    page.locator("#stop").click()
    page.locator("#stop:disabled").wait_for()
    assert page.locator("#status").inner_text() == "Stopped."
    page.evaluate("document.querySelector('#limit').append(new Option('1', '1', true, true))")
    page.locator(".loading[data-state=ready]").wait_for()
    assert run(page) == "Stopped at the time limit of 1 s."
    write_query(page, "ASK { family:llama a llmkg:ModelFamily }")
    page.select_option("#limit", "60")
    assert run(page).startswith("1 rows")
    assert rows(page) == [["true"]]


def test_a_query_that_needs_too_much_memory_is_given_up_and_the_next_one_answered(opened):
    page = opened("sparql.html")
    write_query(page, f"SELECT * {{ {'{' * 50_000}{'}' * 50_000} }}")
    assert "more memory than a page has" in run(page)
    write_query(page, "ASK {}")
    assert run(page).startswith("1 rows")


def test_many_rows_are_capped_visibly_and_sorted_and_turned(opened):
    page = opened("sparql.html")
    write_query(page, "SELECT ?claim ?locator { ?claim llmkg:locator ?locator }")
    assert "The first 10,000 are shown" in run(page)
    assert len(rows(page)) == 100
    page.get_by_role("button", name="Next").click()
    assert "Rows 101 to 200" in page.locator(".turning").inner_text()
    page.locator("#answer thead button").nth(0).click()
    assert page.locator("#answer th").first.get_attribute("aria-sort") == "ascending"
    first = rows(page)[0][0]
    page.locator("#answer thead button").nth(0).click()
    assert page.locator("#answer th").first.get_attribute("aria-sort") == "descending"
    assert first < rows(page)[0][0]


@pytest.mark.parametrize(
    ("query", "format_", "begin"),
    [
        ("SELECT ?l { family:llama skos:prefLabel ?l FILTER(lang(?l) = 'en') }", "csv", "l\r\nLLaMA\r\n"),
        ("SELECT ?l { family:llama skos:prefLabel ?l FILTER(lang(?l) = 'en') }", "tsv", '?l\n"LLaMA"@en\n'),
        ("SELECT ?l { family:llama skos:prefLabel ?l FILTER(lang(?l) = 'en') }", "json", '{"head":{"vars":["l"]}'),
        ("CONSTRUCT WHERE { family:llama a ?t }", "ttl", f"<{BASE}id/family/llama>"),
    ],
)
def test_answers_are_downloaded(opened, query, format_, begin):
    page = opened("sparql.html")
    write_query(page, query)
    run(page)
    with page.expect_download() as download:
        page.locator(f".downloads [data-format={format_}]").click()
    assert download.value.suggested_filename == f"answer.{format_}"
    assert download.value.path().read_bytes().decode().startswith(begin)


def test_a_link_shows_the_query_again_and_does_not_run_it(opened):
    page = opened("sparql.html")
    page.locator("#share").click()
    page.wait_for_function("location.hash.startsWith('#question=')")
    assert "question=lineage/borrowed-techniques&value.model=family:llama" in page.url
    write_query(page, "ASK { ?s ?p '#&%羊驼' }")
    page.locator("#share").click()
    page.wait_for_function("location.hash.startsWith('#query=')")
    again = opened(page.url.removeprefix(page.url.partition("sparql.html")[0]))
    assert again.locator("#console .cm-content").inner_text().strip() == "ASK { ?s ?p '#&%羊驼' }"
    assert again.locator("#status").inner_text() == ""


def test_what_was_asked_is_kept_in_the_browser_until_it_is_forgotten(opened):
    page = opened("sparql.html")
    write_query(page, "ASK { <a:b> <a:c> 'kept' }")
    run(page)
    page.reload()
    page.locator(".past summary").click()
    page.locator(".past li button", has_text="kept").click()
    assert "'kept'" in page.locator("#console .cm-content").inner_text()
    page.locator("#forget").click()
    assert not page.locator(".past").is_visible()


def test_terms_are_completed(opened):
    page = opened("sparql.html")
    write_query(page, "SELECT * { ?s llmkg:usesTec")
    page.wait_for_timeout(200)
    page.keyboard.press("Control+Space")
    page.locator("#console .cm-tooltip-autocomplete li", has_text="usesTechnique").first.wait_for()


def test_no_name_becomes_markup(opened):
    page = opened("sparql.html")
    write_query(page, f"SELECT ?s ?o {{ ?s <{BASE}ns/evil> ?o }}")
    assert run(page).startswith("1 rows")
    assert rows(page)[0] == ["javascript:window.hurt=1", EVIL]
    assert page.locator("#answer tbody a").count() == 0
    page.goto(page.url.partition("#")[0] + f"#query={EVIL}")
    page.goto(page.url.replace("sparql.html", "search.html").partition("#")[0] + "?q=" + EVIL)
    page.locator("#search[data-started]").wait_for()
    assert EVIL in page.locator("#search-status").inner_text()
    page.wait_for_timeout(200)
    assert page.evaluate("window.hurt") is None


def test_it_works_without_a_network_after_the_first_load_and_a_new_version_replaces_the_old(opened, folder):
    page = opened("sparql.html", viewport={"width": 900, "height": 900})
    page.locator("#offline", has_text="works offline").wait_for()
    first = page.evaluate("caches.keys()")
    page.context.set_offline(True)
    page.reload()
    assert run(page).startswith("7 rows")
    page.goto(page.url.replace("sparql.html", "search.html"))
    page.locator("#search[data-started]").wait_for()
    page.context.set_offline(False)
    worker = folder / "sw.js"
    text = worker.read_text(encoding="utf-8")
    worker.write_text(text.replace('"version": "', '"version": "new'), encoding="utf-8")
    try:
        page.evaluate("navigator.serviceWorker.getRegistration().then(found => found.update())")
        page.wait_for_function("old => caches.keys().then(keys => keys.length === 1 && keys[0] !== old[0])", arg=first)
    finally:
        worker.write_text(text, encoding="utf-8")


def test_the_first_answer_comes_soon(opened):
    page = opened("sparql.html", viewport={"width": 900, "height": 900})
    began = time.perf_counter()
    assert run(page).startswith("7 rows")
    assert time.perf_counter() - began < 10  # how long it takes on a quiet machine: tests/benchmarks/browser_query.py


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("骆马", "Vicuna"),
        ("羊駝", "LLaMA"),
        ("transfomer", "Transformer"),
        ("ＬＬＡＭＡ", "LLaMA"),
        ("llama1", "LLaMA"),
    ],
)
def test_names_are_found_in_both_languages_and_misspelt(opened, text, first):
    page = opened(f"search.html?q={text}")
    page.locator("#search-hits a").first.wait_for()
    assert first in page.locator("#search-hits section").first.inner_text()
    page.locator("#search-text").press("ArrowDown")
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_a_search_for_nothing_that_is_there_says_so(opened):
    page = opened("search.zh.html?q=zzzzzzzz")
    assert page.locator("#search-status").inner_text() == "没有名为“zzzzzzzz”的条目，也没有相近的。"
    page.fill("#search-text", "PaLM")
    assert page.locator("#search-hits a").first.get_attribute("href") == "id/family/palm.zh.html"
    assert page.url.endswith("?q=PaLM")


def test_without_javascript_a_sentence_says_what_to_do(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for path, words in {"sparql.html": "needs JavaScript", "search.zh.html": "需要 JavaScript"}.items():
        page.goto(site + path)
        assert words in page.locator("body").inner_text()
    context.close()


def test_the_lineage_of_a_family_is_explored(site, browser):
    problems = []
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(f"{site}explore/llama.html")
    page.locator("#said:not(:empty)").wait_for()
    assert page.locator("#panel-title").inner_text() == "LLaMA"
    assert page.locator("#panel a").first.get_attribute("href") == "../id/family/llama.html"
    assert page.locator("#picture canvas").count() > 3
    page.locator("#lang").click()
    assert page.locator("#panel a").first.get_attribute("href") == "../id/family/llama.zh.html"
    context.close()
    assert problems == []


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci in src/explorer")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["sparql.html", "search.zh.html?q=llama"])
def test_nothing_keeps_people_out(opened, folder, path, scheme):
    page = opened(path, color_scheme=scheme, bypass_csp=True, viewport={"width": 375, "height": 800})
    if path.startswith("sparql"):
        run(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}]
    assert serious == []


def test_the_server_is_asked_where_there_is_one(browser, kg, tmp_path):
    write(Console(Setting(kg, live=True), pytest.fail), tmp_path)
    write(Assets(), tmp_path)
    problem = {"title": "Not SPARQL", "detail": "line 2, column 3: Not a SPARQL query.", "status": 400}
    bodies = []

    def answer(route):
        bodies.append((route.request.headers["accept"], route.request.post_data))
        if "wrong" in route.request.post_data:
            route.fulfill(status=400, content_type="application/problem+json", body=json.dumps(problem))
        elif "CONSTRUCT" in route.request.post_data:
            route.fulfill(content_type="application/n-triples", body='<a:s> <a:p> "x\\u7F8A\\n\\"y\\""@zh .\n' * 2)
        else:
            cell = {"type": "uri", "value": f"{BASE}id/family/llama"}
            route.fulfill(content_type="application/sparql-results+json", body=json.dumps({"head": {"vars": ["m"]}, "results": {"bindings": [{"m": cell}]}}))  # fmt: skip

    with serving(tmp_path) as address:
        context = browser.new_context()
        page = context.new_page()
        page.route("**/sparql", answer)
        page.goto(f"{address}sparql.html")
        page.locator("[data-started]").wait_for()
        assert page.locator(".loading").first.inner_text() == "The server answers."
        assert run(page).startswith("1 rows")
        assert rows(page) == [["LLaMA"]]
        write_query(page, "SELECT\nwrong")
        assert run(page) == "Line 2, column 3: line 2, column 3: Not a SPARQL query."
        write_query(page, "CONSTRUCT WHERE { ?s ?p ?o }")
        assert run(page).startswith("1 statements")
        assert rows(page) == [["a:s", "a:p", 'x羊\n"y" @zh']]
        context.close()
    assert bodies[0][0] == "application/sparql-results+json"
    assert bodies[2] == ("application/n-triples", "CONSTRUCT WHERE { ?s ?p ?o }")
