"""The page to explore: what is in its file."""

from __future__ import annotations

import itertools
import json
import re

import networkx as nx
import pytest

from llmkg import explorer
from llmkg.errors import ReadError
from llmkg.explorer import FOLD_ABOVE, explorer_page

MOST_BYTES = 300_000
STATUS = "https://w3id.org/llmkg/concept/status/"

try:
    explorer._built("explorer.js")
except ReadError:
    pytest.skip("the page's script is not built: it needs Node", allow_module_level=True)


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def view_of(*edges, dates=(), **attributes):
    """A small view: child, parent; sizes have their family in front of an @."""
    view = nx.MultiDiGraph(title="A view", title_zh="视图", **attributes)
    for number, (child, parent) in enumerate(edges):
        said = {
            "child": child,
            "parent": parent,
            "relation": "r",
            "claim": f"c{number}",
            "status": f"{STATUS}estimated",
        }
        view.add_edge(child, parent, f"c{number}", stratum="idea", label="RoPE", source="s", source_label="S", locator="p. 1", accepted=False, **said)  # fmt: skip
    for node in list(view):
        family = node.partition("@")[0]
        view.add_node(family)
        if family != node:
            view.nodes[node]["family"] = family
    for node in view:
        view.nodes[node].update(
            kind="family", label=node, **({"date": dict(dates)[node]} if node in dict(dates) else {})
        )
    return view


def test_the_page_without_its_data_is_small(kg):
    page = explorer_page(view_of(("b", "a")), kg.names)
    assert len(page.encode()) < MOST_BYTES


def test_the_page_asks_for_nothing(kg):
    page = explorer_page(kg.view("lineage", thing="llama"), kg.names)
    head = page[: page.index('id="data"')]
    assert not re.search(r'(?:src|href)="(?!data:)', head)
    assert "default-src 'none'" in head
    assert "@import" not in head
    assert not re.search(r"url\((?!data:)", head)


def test_the_page_is_the_same_for_the_same_view(kg):
    view = kg.view("lineage", thing="llama")
    other = nx.MultiDiGraph(**view.graph)
    other.add_nodes_from(reversed(list(view.nodes(data=True))))
    other.add_edges_from(reversed(list(view.edges(keys=True, data=True))))
    assert explorer_page(view, kg.names) == explorer_page(other, kg.names)


EVIL = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    '"><img src=x onerror=alert(1)>',
    "{title}",
    "a\u2028b",
    "名\n字",
    "&lt;",
]


@pytest.mark.parametrize("text", EVIL)
def test_what_a_thing_is_called_stays_text(kg, text):
    view = view_of((text, "a"))
    view.graph["title"] = text
    page = explorer_page(view, kg.names)
    data = data_of(page)
    assert text in {node["label"] for node in data["nodes"]}
    assert data["title"] == text
    if "<" in text:
        assert text not in page


def test_no_claim_is_lost(kg):
    view = kg.view("lineage", thing="llama")
    assert sorted(edge["claim"] for edge in data_of(explorer_page(view, kg.names))["edges"]) == sorted(
        key for *_, key in view.edges(keys=True)
    )


def test_sizes_stand_with_their_family_and_each_claim_names_its_sizes(kg):
    data = data_of(explorer_page(view_of(("vicuna@13b", "llama@13b"), ("llama", "palm"), root="vicuna@13b"), kg.names))
    labels = [node["label"] for node in data["nodes"]]
    assert labels == ["llama", "palm", "vicuna"]
    assert data["root"] == labels.index("vicuna")
    assert [edge["sizes"] for edge in data["edges"]] == ["", "vicuna@13b ← llama@13b"]
    assert data["nodes"][0]["sizes"] == [["llama@13b", "llama@13b"]]


def test_things_can_be_found_by_their_aliases(kg):
    data = data_of(explorer_page(kg.view("lineage", thing="llama"), kg.names))
    (llama,) = [node for node in data["nodes"] if node["id"] == "family:llama"]
    assert "羊驼" in llama["aliases"]
    assert llama["organizationLabel"] == "Meta AI"


def test_what_is_younger_stands_further_right(kg):
    dates = {"a": "2020", "b": "2021-05", "c": "2022-01-01"}
    data = data_of(explorer_page(view_of(("c", "b"), ("b", "a"), ("x", "b"), ("b", "y"), dates=dates), kg.names))
    x = {node["label"]: node["x"] for node in data["nodes"]}
    assert x["y"] < x["b"] < x["x"]
    assert x["a"] < x["b"] < x["c"]
    assert [text for _, text in data["ticks"]] == sorted(text for _, text in data["ticks"])


def test_a_view_without_dates_has_a_place_for_everything(kg):
    data = data_of(explorer_page(view_of(("b", "a"), ("c", "a")), kg.names))
    assert len({(node["x"], node["y"]) for node in data["nodes"]}) == 3


def test_no_label_stands_on_another(kg):
    data = data_of(explorer_page(kg.view("lineage"), kg.names))
    rows = {}
    for node in data["nodes"]:
        rows.setdefault(node["y"], []).append((node["x"], node["label"]))
    for row in rows.values():
        row.sort()
        for (one, label), (other, _) in itertools.pairwise(row):
            assert other - one >= 0.0145 * min(len(label), 26)


def test_many_that_came_from_one_alone_are_folded(kg):
    many = [(f"child-{number:03}", "root") for number in range(FOLD_ABOVE)]
    data = data_of(explorer_page(view_of(*many, ("root", "old"), root="root"), kg.names))
    labels = [node["label"] for node in data["nodes"]]
    under = {node["label"]: node["under"] for node in data["nodes"]}
    assert {under[child] for child, _ in many} == {labels.index("root")}
    assert under["old"] == under["root"] == -1
    few = data_of(explorer_page(view_of(*many[:10], ("root", "old")), kg.names))
    assert {node["under"] for node in few["nodes"]} == {-1}


def test_a_page_says_of_which_day_it_is_in_its_language(kg):
    view = view_of(("b", "a"), as_of="2022-12-31")
    assert "<title>A view, as of 2022-12-31</title>" in explorer_page(view, kg.names)
    assert "<title>视图（截至 2022-12-31）</title>" in explorer_page(view, kg.names, lang="zh")


def test_a_checkout_without_node_says_what_is_missing(kg, monkeypatch, tmp_path):
    monkeypatch.setattr(explorer, "files", lambda _: tmp_path)
    with pytest.raises(
        ReadError, match=r"^llmkg/_web/.*: The page's script is not built\. In a checkout: install Node"
    ):
        explorer_page(view_of(("b", "a")), kg.names)
