"""A view as one HTML file to explore: offline, in a browser, with search, filters, a table and every claim's source.

The page's script and style are built from ``src/explorer`` into ``_web/`` (see ``hatch_build.py``); where things stand is
computed here.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_left
from datetime import date as day
from html import escape
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from llmkg.errors import ReadError
from llmkg.publication import day_of
from llmkg.terms import shrink

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from llmkg.names import Names

__all__ = ["EXPLORER_BODY", "FOLD_ABOVE", "explorer_json", "explorer_page"]

FOLD_ABOVE: Final = 80
"""With more things than these, what came from one thing alone, and led to nothing, is folded at first."""

_FEWEST_FOLDED: Final = 2
_YEAR: Final = 365.25
_WIDTH: Final = 1.3
"""How wide the picture is, as many times as it is high."""

_MARK: Final = 0.04
_LETTER: Final = 0.0145
_LONGEST: Final = 26
"""How much of the width a mark takes, and a letter of its label, of which so many count."""

_FEWEST_ROWS: Final = 14

_KINDS: Final = {
    "family": ("family of models", "模型系列"),
    "model": ("model", "模型"),
    "product": ("product", "产品"),
    "dataset": ("data set", "数据集"),
    "organization": ("organisation", "机构"),
    "technique": ("technique", "技术"),
    "risk": ("risk", "风险"),
    "source": ("source", "来源"),
    "software": ("software", "软件"),
    "benchmark": ("benchmark", "基准"),
    "baseline": ("baseline", "基线"),
}


def explorer_page(
    view: nx.MultiDiGraph[str], names: Names, *, lang: str = "en", command: str = "llmkg view lineage", python: str = ""
) -> str:
    """A view as one HTML file that asks for nothing else.

    Args:
        view: A graph view.
        names: What everything is called; aliases can be searched for.
        lang: The language that the page opens in, ``en`` or ``zh``.
        command: The command that shows the same view, to be copied.
        python: The same in Python.

    Returns:
        The page, the same for the same view.

    Raises:
        ReadError: The page's script was not built, as in a checkout without Node.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> page = explorer_page(kg.view("technique-spread", technique="rope"), kg.names)
    >>> page[:15], "How Rotary position embedding spread" in page
    ('<!doctype html>', True)
    """
    title, title_zh = _titles(view)
    text = explorer_json(view, names, command=command, python=python)
    for sign in ("<", ">", "&", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return _PAGE.format(
        lang="zh-Hans" if lang == "zh" else "en",
        data_lang="zh" if lang == "zh" else "en",
        title=escape(title_zh if lang == "zh" else title),
        style=_built("explorer.css"),
        body=EXPLORER_BODY,
        licences=escape(_built("licences.txt")).replace("--", "- -"),
        data=text,
        script=_built("explorer.js").replace("</script", "<\\/script"),
    )


def explorer_json(
    view: nx.MultiDiGraph[str], names: Names, *, command: str = "llmkg view lineage", python: str = ""
) -> str:
    """A view as the page's script reads it, for a page that fetches it.

    Args:
        view: A graph view.
        names: What everything is called; aliases can be searched for.
        command: The command that shows the same view, to be copied.
        python: The same in Python.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> '"title":"Lineage of LLaMA"' in explorer_json(kg.view("lineage", thing="llama"), kg.names)
    True
    """
    title, title_zh = _titles(view)
    data = _data(view, names) | {"title": title, "titleZh": title_zh, "command": command, "python": python}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _titles(view: nx.MultiDiGraph[str]) -> tuple[str, str]:
    """The title in English and in Chinese."""
    title = str(view.graph.get("title", "Lineage"))
    title_zh = str(view.graph.get("title_zh", title))
    if view.graph.get("as_of"):
        return f"{title}, as of {view.graph['as_of']}", f"{title_zh}（截至 {view.graph['as_of']}）"
    return title, title_zh


def _built(name: str) -> str:
    try:
        return files("llmkg").joinpath("_web", name).read_text(encoding="utf-8")
    except OSError:
        raise ReadError(
            "The page's script is not built.",
            where=f"llmkg/_web/{name}",
            hint="In a checkout: install Node 18 or later, run 'npm ci && npm run build' in src/explorer. "
            "Or install the wheel, or write .svg.",
        ) from None


def _data(view: nx.MultiDiGraph[str], names: Names) -> dict[str, Any]:
    """What the page's script reads; sizes and checkpoints are taken together with their family, as in the pictures."""
    homes = {node: _home(view, node) for node in view}
    whole: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    whole.add_nodes_from((node, view.nodes[node]) for node in sorted(view) if homes[node] == node)
    for child, parent, key, said in sorted(view.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        whole.add_edge(homes[child], homes[parent], key=key, **said)
    places = {node: place for place, node in enumerate(whole)}
    root = homes.get(view.graph.get("root", ""), "")
    times = _times(whole)
    xs = _stretched(times)
    rows = _rows(whole, times, xs)
    under = _folded(whole, root) if len(whole) > FOLD_ABOVE else {}
    inside: dict[str, list[str]] = {}
    for node in sorted(view):
        if homes[node] != node:
            inside.setdefault(homes[node], []).append(node)
    kinds = sorted({data["kind"] for _, data in whole.nodes(data=True)} & set(_KINDS))
    return {
        "root": places.get(root, -1),
        "kinds": {kind: _KINDS[kind] for kind in kinds},
        "statuses": {
            _tag(status): _labels(names, status)
            for status in sorted({said["status"] for _, _, said in whole.edges(data=True)})
        },
        "ticks": _ticks(times, xs),
        "nodes": [
            {
                "iri": node,
                "id": shrink(node),
                "kind": said["kind"],
                "label": said["label"],
                "zh": said.get("label_zh", ""),
                "aliases": _aliases(names, node),
                "sizes": [[view.nodes[size]["label"], shrink(size)] for size in inside.get(node, ())],
                "date": said.get("date", ""),
                "organization": said.get("organization", ""),
                "organizationLabel": said.get("organization_label", ""),
                "under": places.get(under.get(node, ""), -1),
                "x": round(xs[node], 4),
                "y": round(rows[node], 4),
            }
            for node, said in whole.nodes(data=True)
        ],
        "edges": [
            {
                "child": places[child],
                "parent": places[parent],
                "sizes": "" if (said["child"], said["parent"]) == (child, parent) else _ends(view, said),
                "stratum": said.get("stratum", ""),
                "label": said["label"],
                "zh": said.get("label_zh", ""),
                "status": _tag(said["status"]),
                "accepted": said["accepted"],
                "claim": said["claim"],
                "source": said["source_label"],
                "sourceIri": said["source"],
                "url": said.get("source_url", ""),
                "locator": said.get("locator", ""),
                "date": said.get("date", ""),
            }
            for child, parent, _, said in whole.edges(keys=True, data=True)
        ],
    }


def _home(view: nx.MultiDiGraph[str], node: str) -> str:
    while (family := view.nodes[node].get("family", "")) in view:
        node = family
    return node


def _ends(view: nx.MultiDiGraph[str], said: Mapping[str, Any]) -> str:
    """Which sizes a claim is about."""
    return f"{view.nodes[said['child']]['label']} ← {view.nodes[said['parent']]['label']}"


def _aliases(names: Names, iri: str) -> list[str]:
    entry = names.entry(iri)
    return [] if entry is None else [name for name in entry.aliases if name not in {entry.en, entry.zh}]


def _tag(iri: str) -> str:
    return iri.rpartition("/")[2]


def _labels(names: Names, iri: str) -> tuple[str, str]:
    entry = names.entry(iri)
    return names.label(iri), (entry.zh if entry else "") or names.label(iri)


def _times(view: nx.MultiDiGraph[str]) -> dict[str, float]:
    """When everything came, in years from 2000 on; what has no date stands half a year from what it is related to."""
    times = {node: _years(day_of(str(date))) for node, date in view.nodes(data="date") if date}
    last = max(times.values(), default=0.0)
    waiting = sorted(set(view) - set(times))
    while waiting:
        placed = {}
        for node in waiting:
            older = [times[parent] for parent in view.successors(node) if parent in times]
            younger = [times[child] for child in view.predecessors(node) if child in times]
            if older:
                placed[node] = max(older) + 0.5
            elif younger:
                placed[node] = min(younger) - 0.5
        times |= placed or dict.fromkeys(waiting, last + 1)
        waiting = [node for node in waiting if node not in times]
    return times


def _stretched(times: Mapping[str, float]) -> dict[str, float]:
    """Where everything stands from left (0) to right (:data:`_WIDTH`): half by time, half by how much came before."""
    first, last = min(times.values(), default=0.0), max(times.values(), default=0.0)
    ordered = sorted(times.values())
    others, span = max(len(ordered) - 1, 1), (last - first) or 1
    return {
        node: _WIDTH * (0.4 * (time - first) / span + 0.6 * bisect_left(ordered, time) / others)
        for node, time in times.items()
    }


def _rows(view: nx.MultiDiGraph[str], times: Mapping[str, float], xs: Mapping[str, float]) -> dict[str, float]:
    """How high everything stands, oldest first: in the free row nearest to what it came from, so that no label is on another."""
    rows: dict[str, int] = {}
    ends: dict[int, float] = {}
    for node in sorted(view, key=lambda one: (times[one], one)):
        near = [rows[other] for other in nx.all_neighbors(view, node) if other in rows]
        wanted = round(sum(near) / len(near)) if near else 0
        row = next(row for row in _outwards(wanted) if ends.get(row, -math.inf) <= xs[node])
        rows[node] = row
        ends[row] = xs[node] + _MARK + _LETTER * min(len(str(view.nodes[node]["label"])), _LONGEST)
    height = max(rows.values(), default=0) - min(rows.values(), default=0)
    return {node: row / max(height, _FEWEST_ROWS) for node, row in rows.items()}


def _outwards(start: int) -> Iterator[int]:
    """A row, those next to it, those next to them, and so on."""
    yield start
    for step in count(1):
        yield start + step
        yield start - step


def _folded(view: nx.MultiDiGraph[str], root: str) -> dict[str, str]:
    """What came from one thing alone and led to nothing, by that thing, where there is more than a few of them."""
    alone: dict[str, list[str]] = {}
    for node in sorted(view):
        older = set(view.successors(node)) - {node}
        if len(older) == 1 and not set(view.predecessors(node)) - {node} and node != root:
            alone.setdefault(older.pop(), []).append(node)
    return {node: parent for parent, nodes in alone.items() if len(nodes) >= _FEWEST_FOLDED for node in nodes}


def _ticks(times: Mapping[str, float], xs: Mapping[str, float]) -> list[tuple[float, str]]:
    """Where years begin: before the first thing that came in each."""
    places: dict[int, float] = {}
    for node, time in times.items():
        year = 2000 + math.floor(time)
        places[year] = min(places.get(year, math.inf), xs[node])
    return [(round(x, 4), str(year)) for year, x in sorted(places.items())]


def _years(date: day) -> float:
    """How many years a day lies after the year 2000 began."""
    return (date - day(2000, 1, 1)).days / _YEAR


EXPLORER_BODY: Final = """<header>
<h1 id="title"></h1>
<div class="searching">
<input id="search" type="search" role="combobox" aria-label="Search" aria-expanded="false" aria-controls="hits" aria-autocomplete="list" autocomplete="off">
<ul id="hits" role="listbox" aria-label="Search" hidden></ul>
<span id="found" class="hidden" role="status"></span>
</div>
<button id="lang" type="button"></button>
<button id="theme" type="button">◐</button>
</header>
<main>
<details id="filters" open><summary id="filters-title">Filters</summary><div id="filters-body"></div></details>
<section id="picture-part" aria-labelledby="picture-title">
<h2 id="picture-title">Picture</h2>
<div id="picture" aria-hidden="true"></div>
<div id="axis" aria-hidden="true"></div>
<div class="zoom"><button id="zoom-in" type="button" aria-label="+">+</button><button id="zoom-out" type="button" aria-label="−">−</button><button id="zoom-fit" type="button" aria-label="□">□</button></div>
<p id="said" role="status"></p>
</section>
<aside id="panel" tabindex="0"><div id="panel-body"></div></aside>
<section id="table-part" aria-labelledby="table-title">
<h2 id="table-title">Claims</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="table-title"><table><thead id="table-head"></thead><tbody id="table-body"></tbody></table></div>
<div id="table-more"></div>
</section>
</main>
"""
"""What the page's script fills; nothing in it is from a graph."""

_PAGE: Final = """<!doctype html>
<html lang="{lang}" data-lang="{data_lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{body}<!--
{licences}
-->
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""
