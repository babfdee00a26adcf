"""The page to explore, in a real browser, offline."""

from __future__ import annotations

import networkx as nx
import pytest

import llmkg
from llmkg import explorer
from llmkg.errors import ReadError
from llmkg.explorer import explorer_page
from llmkg.lineage import Edge
from llmkg.views.description import described

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
STATUS = "https://w3id.org/llmkg/concept/status/"

try:
    explorer._built("explorer.js")
except ReadError:
    pytest.skip("the page's script is not built: it needs Node", allow_module_level=True)


@pytest.fixture(scope="module")
def pages(kg, tmp_path_factory):
    """Files of a small, a large and a hostile view."""
    folder = tmp_path_factory.mktemp("pages")
    views = {
        "llama": kg.view("lineage", thing="llama", all_claims=True),
        "all": kg.view("lineage"),
        "spread": kg.view("technique-spread", technique="rope"),
    }
    for name, view in views.items():
        told = f"llmkg view {name}"
        (folder / f"{name}.html").write_text(
            explorer_page(view, kg.names, command=told, python="p()"), encoding="utf-8"
        )
    return folder


@pytest.fixture
def opened(browser, pages):
    """Opens a page, and holds that it asks for nothing, logs no error, and fails at nothing."""
    problems, contexts = [], []

    def open_(name, hash_="", **options):
        context = browser.new_context(**{"viewport": {"width": 1300, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "request",
            lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else problems.append(asked.url),
        )
        page.goto(f"{(pages / f'{name}.html').as_uri()}{hash_}")
        page.locator("#said:not(:empty)").wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()
    assert problems == []


def rows(page):
    return page.locator("#table-body tr").count()


def chosen(page):
    return page.locator("#panel-title").inner_text()


def test_the_page_opens_on_what_it_is_about(opened):
    page = opened("llama")
    assert page.title() == "Lineage of LLaMA"
    assert chosen(page) == "LLaMA"
    assert page.locator("#picture canvas").count() > 3
    panel = page.locator("#panel").inner_text()
    assert "Touvron et al. 2023, Section 2.2" in panel
    assert "[Stated by the developer]" in panel
    assert page.locator('#panel a[href="https://arxiv.org/abs/2302.13971"]').count() > 0


@pytest.mark.parametrize("text", ["骆马", "vicuna", "ＶＩＣＵＮＡ chatbot", "小羊驼"])
def test_names_in_both_languages_are_found(opened, text):
    page = opened("llama")
    page.keyboard.press("/")
    page.keyboard.type(text)
    assert page.locator("#hits li").first.is_visible()
    page.keyboard.press("Enter")
    assert chosen(page) == "Vicuna"
    assert "node=family:vicuna" in page.url


def test_hits_are_walked_with_the_keyboard(opened):
    page = opened("llama")
    page.focus("#search")
    page.keyboard.type("lla")
    assert page.locator("#hits li").count() > 2
    second = page.locator("#hits li").nth(1).inner_text().partition(" (")[0]
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#search", "aria-activedescendant") == "hit-1"
    page.keyboard.press("Enter")
    assert chosen(page) == second
    page.focus("#search")
    page.keyboard.type("zzzz")
    assert page.locator("#found").inner_text() == "Nothing is called that here"
    page.keyboard.press("Escape")
    assert page.input_value("#search") == ""


def test_a_click_in_the_picture_chooses(opened):
    page = opened("llama")
    page.wait_for_timeout(600)
    at = page.evaluate("explorerPosition('family:palm')")
    box = page.locator("#picture").bounding_box()
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    assert chosen(page) == "PaLM"


def test_escape_lets_go_of_what_was_chosen(opened):
    page = opened("llama")
    page.keyboard.press("Escape")
    assert page.locator("#panel-title").count() == 0
    assert page.locator("#panel").inner_text().startswith("Choose a thing")


def test_filters_leave_out_claims_and_the_table_tells_the_same(opened):
    page = opened("llama")
    everything = rows(page)
    page.locator('#filters input[value="idea"]').uncheck()
    fewer = rows(page)
    assert 0 < fewer < everything
    assert "idea" not in set(page.locator("#table-body td:nth-child(4)").all_inner_texts())
    assert f"{fewer} claims" in page.locator("#said").inner_text()
    page.locator("#reset").click()
    assert rows(page) == everything


def test_a_status_and_an_organisation_choose(opened):
    page = opened("llama")
    everything = rows(page)
    page.locator('#filters input[value="stated-by-developer"]').uncheck()
    assert rows(page) < everything
    assert "Stated by the developer" not in page.locator("#table-body").inner_text()
    page.locator("#reset").click()
    page.select_option("#organization", label="Google")
    assert 0 < rows(page) < everything


def test_the_slider_leaves_out_what_came_later(opened):
    page = opened("llama")
    everything = rows(page)
    page.locator("#until").evaluate("slider => { slider.value = 4; slider.dispatchEvent(new Event('input')) }")
    assert rows(page) < everything
    assert "until=" in page.url


def test_an_address_shows_the_same_again(opened):
    page = opened("llama")
    page.locator('#filters input[value="data"]').uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("vicuna")
    page.keyboard.press("Enter")
    page.locator("#theme").click()
    page.locator("#lang").click()
    shown, hash_ = rows(page), page.url.partition("#")[2]
    again = opened("llama", f"#{hash_}")
    assert rows(again) == shown
    assert chosen(again) == chosen(page)
    assert again.get_attribute("html", "lang") == "zh-Hans"
    assert again.get_attribute("html", "data-theme") == "dark"
    assert not again.locator('#filters input[value="data"]').is_checked()


def test_the_page_is_dark_for_who_likes_it_dark(opened):
    page = opened("llama", color_scheme="dark")
    assert page.get_attribute("html", "data-theme") == "dark"
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("#theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark


def test_the_page_speaks_chinese(opened):
    page = opened("llama", "#lang=zh")
    assert page.title() == "LLaMA 的谱系"
    assert "来自" in page.locator("#panel").inner_text()
    assert page.locator("#table-head").inner_text().startswith("较晚者")


def test_a_telephone_shows_all_of_it_without_scrolling_sideways(opened):
    page = opened("llama", viewport={"width": 375, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert page.locator("#picture").bounding_box()["width"] > 300
    assert not page.locator("#filters-body").is_visible()


def test_the_table_is_sorted_by_any_column(opened):
    page = opened("llama")
    head = page.locator("#table-head button").nth(6)
    head.click()
    dates = page.locator("#table-body td:nth-child(7)").all_inner_texts()
    assert dates == sorted(dates)
    page.locator("#table-head button").nth(6).click()
    assert page.locator("#table-body td:nth-child(7)").all_inner_texts() == sorted(dates, reverse=True)
    assert page.locator("#table-head th").nth(6).get_attribute("aria-sort") == "descending"


def test_what_is_shown_can_be_asked_elsewhere(opened, kg):
    page = opened("llama")
    texts = [button.get_attribute("data-copy") for button in page.locator(".copies button").all()]
    assert {row["claim"] for row in kg.sparql(texts[0])} >= {
        data["claim"]
        for *_, data in kg.view("lineage", thing="llama", direction="up", strata="idea").edges(data=True)
        if data["child"] == kg["llama"].iri
    }
    assert texts[1] == "llmkg lineage family:llama"
    namespace = {}
    exec(texts[2].replace("llmkg.load()", "found = llmkg.load()"), namespace)  # noqa: S102 - what the page gives to run
    page.locator('#filters input[value="idea"]').uncheck()
    assert "--strata architecture,code,data,product,weights" in page.locator(".copies button").nth(1).get_attribute(
        "data-copy"
    )
    page.keyboard.press("Escape")
    assert page.locator(".copies button").nth(1).get_attribute("data-copy") == "llmkg view llama"


def test_copying_says_that_it_was_done_or_shows_the_text(opened):
    page = opened("llama")
    page.locator(".copies button").first.click()
    page.locator(".told:not(:empty)").wait_for()
    told = page.locator(".told").inner_text()
    assert told == "Copied" or page.locator(".copies textarea").input_value().startswith("PREFIX")


def test_folded_things_can_be_opened_and_are_found_by_search(opened):
    page = opened("all")
    page.keyboard.press("/")
    page.keyboard.type("llama 2")
    page.keyboard.press("Enter")
    before = rows(page), page.locator("#said").inner_text()
    data = page.evaluate("JSON.parse(document.getElementById('data').textContent)")
    under = next(node for node in data["nodes"] if node["under"] >= 0)
    parent = data["nodes"][under["under"]]
    page.goto(page.url.partition("#")[0] + f"#node={parent['id']}")
    page.locator("#unfold").wait_for()
    page.locator("#unfold").click()
    assert f"open={parent['id']}" in page.url
    assert page.locator("#said").inner_text() != before[1]
    page.locator("#unfold").click()
    page.focus("#search")
    page.keyboard.type(under["label"])
    page.keyboard.press("Enter")
    assert chosen(page) == under["label"]


AXE = llmkg.files.find_project().root / "src" / "explorer" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci in src/explorer")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["llama", "spread"])
def test_nothing_keeps_people_out(opened, name, scheme):
    page = opened(name, color_scheme=scheme)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    serious = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in {"serious", "critical"}]
    assert serious == []


def test_no_name_becomes_markup(opened, pages, kg):
    evil = '<img src=x onerror="window.hurt=1"></script><script>window.hurt=1</script>'
    view = nx.MultiDiGraph(view="lineage", title=evil, root="javascript:window.hurt=1")
    said = {"relation": "r", "claim": "javascript:window.hurt=1", "status": f"{STATUS}estimated", "source": "s"}
    texts = dict.fromkeys(("label", "label_zh", "source_label", "locator", "stratum"), evil)
    child = "javascript:window.hurt=1"
    view.add_edge(child, "b", "k", child=child, parent="b", accepted=False, source_url=child, **said, **texts)
    for node in view:
        view.nodes[node].update(kind=evil, label=evil, organization=evil, organization_label=evil)
    (pages / "evil.html").write_text(explorer_page(view, kg.names, command=evil, python=evil), encoding="utf-8")
    page = opened("evil")
    assert page.title() == evil
    assert page.locator("#panel-title").inner_text() == evil
    assert page.locator("#panel a, #table-body a").count() == 0
    page.wait_for_timeout(300)
    assert page.evaluate("window.hurt") is None


def test_five_thousand_things_are_shown_and_searched(opened, pages, kg):
    edges = [
        Edge(f"https://example.org/{n}", f"https://example.org/{n * 7919 % max(n, 1) // 2}", "weights", "r", "", f"c{n}", f"{STATUS}estimated", "https://example.org/s", "p")
        for n in range(1, 5_000)
    ]  # fmt: skip
    view = described(kg, edges, view="lineage", title="Large")
    for number, node in enumerate(sorted(view)):
        view.nodes[node].update(kind="family", label=f"Model {node.rpartition('/')[2]}", date=f"{2015 + number % 11}")
    (pages / "large.html").write_text(explorer_page(view, kg.names), encoding="utf-8")
    page = opened("large")
    page.focus("#search")
    page.keyboard.type("Model 4321")
    page.keyboard.press("Enter")
    assert chosen(page) == "Model 4321"
    assert page.locator("#table-more button").count() == 1
