"""How a technique spread: how many had taken it by when, and below who took it, when and from whom."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from llmkg.pictures.bundles import bundles
from llmkg.pictures.canvas import Canvas
from llmkg.pictures.captions import MARGIN, NARROWEST, TOP, Key, draw_below, draw_title, is_sure, said, title_of
from llmkg.pictures.columns import drawn_days
from llmkg.pictures.dateaxis import HEAD, draw_years, middle_of
from llmkg.pictures.folding import under_families
from llmkg.pictures.growth import Leaf, grown, is_vague, line_sample, undated_sample, vague_sample
from llmkg.pictures.text import clip, text_width
from llmkg.pictures.tree import parents_of
from llmkg.pictures.words import label_of, word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from llmkg.pictures.bundles import Bundle
    from llmkg.pictures.canvas import Anchor
    from llmkg.pictures.growth import Growth
    from llmkg.pictures.words import Lang

__all__ = ["spread"]

_SMALL: Final = 9.5
_CURVE: Final = 84.0
_WIDEST: Final = 140.0
_LAST: Final = "9999"
_TICKS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_MOST_TICKS: Final = 4

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("How {} spread", "{} 的传播"),
    "under": (
        "{takers} took it, {first} to {last}; of {stated} a source says from whom",
        "{takers} 个采用方（{first} 至 {last}），其中 {stated} 个有来源说明取自何者",
    ),
    "introduced": ("introduced {}", "提出于 {}"),
    "also": ("also from {}", "另取自 {}"),
    "idea": ("took it from", "取自"),
    "giver": ("gave it; no claim here says that it took it", "为来源方；此处无陈述说明其采用"),
    "unsure": ("? not confirmed or disputed", "？未经证实或有争议"),
    "vague": ("only the year is known", "仅知年份"),
    "undated": ("no date known", "日期不详"),
    "by": ("{n} by {day}", "截至 {day} 共 {n} 个"),
    "note": (
        "Read from left to right: each stands at its date, or at that of the source that says it took the technique. The curve above counts those with a date.",
        "从左向右读：各项按其日期排列，日期不详者取陈述来源的日期。上方曲线只计有日期者。",
    ),
    "denied": ("Refuted or retracted, not drawn: {}.", "已被驳倒或撤回而未画出：{} 条。"),
}


def spread(graph: nx.MultiDiGraph[str], *, lang: Lang = "en") -> Canvas:
    """Draw how a technique spread.

    Args:
        graph: A graph view whose edges point from who took the technique to whom it was taken from, or to the technique itself (the
            view's ``root``) where nobody says from whom; sizes are taken together with the family that they belong to.
        lang: Language of the labels.

    Returns:
        The picture; its ``svg()`` is the same for the same view.

    Raises:
        ValueError: Nobody in the view took the technique.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph(title="How SwiGLU spread", root="swiglu")
    >>> view.add_node("llama", label="LLaMA", date="2023-02-24")
    >>> view.add_node("palm", label="PaLM", date="2022-04-05")
    >>> _ = view.add_edge("llama", "palm", key="c", stratum="idea", status="stated-by-developer", label="SwiGLU")
    >>> "LLaMA" in spread(view).svg()
    True
    """
    whole, _ = under_families(graph)
    names = {node: label_of(data, node, lang) for node, data in graph.nodes(data=True)}
    lines = [line for line in bundles(whole, lang, names) if line.child != line.parent]
    root = str(graph.graph.get("root", ""))
    taken = {line.child: line for line in reversed(lines) if line.sureness != "denied"}
    if not taken:
        raise ValueError("There is nothing to draw: nobody in the view took the technique.")
    return _Drawing(whole, root, lines, names, lang).drawn()


class _Drawing:
    """A picture that is being drawn."""

    def __init__(
        self,
        graph: nx.MultiDiGraph[str],
        root: str,
        lines: Sequence[Bundle],
        names: Mapping[str, str],
        lang: Lang,
    ) -> None:
        self.lang: Lang = lang
        self.names = names
        self.root = root
        self.introduced = str(graph.nodes[root].get("date", "")) if root in graph else ""
        self.denied = sum(len(line.claims) for line in lines if line.sureness == "denied")
        self.said = [line for line in lines if line.sureness != "denied"]
        self.takers = {line.child for line in self.said}
        shown = self.takers | {line.parent for line in self.said} - {root}
        whole: nx.MultiDiGraph[str] = nx.MultiDiGraph(graph.subgraph(shown))
        between = [line for line in self.said if line.parent != root]
        parents = parents_of(whole, between)
        self.stated = {line.child for line in between}
        days = drawn_days(whole)
        order = sorted(whole, key=lambda node: (days.get(node, _LAST), names[node].casefold(), node))
        leaves = {node: self._leaf(whole.nodes[node], node, parents.get(node)) for node in order}
        self.growth: Growth = grown(leaves, parents, days, aspect=1.9, first=self.introduced, even=True)
        default = self._said("title", names.get(root, ""))
        title = title_of(graph.graph, default, lang)
        right = max(self.growth.right, self.growth.axis.right)
        self.canvas = Canvas(max(right + MARGIN, NARROWEST), 0, title, lang=lang)

    def drawn(self) -> Canvas:
        days = sorted(day for node, day in self.growth.days.items() if node in self.takers)
        unknown = word("undated", self.lang)
        first, last = (days[0], days[-1]) if days else (unknown, unknown)
        self.canvas.description = said(_WORDS, "under", self.lang).format(
            takers=len(self.takers), first=first, last=last, stated=len(self.stated)
        )
        draw_title(self.canvas, self.canvas.description)
        top = TOP + HEAD + _CURVE + 24
        bottom = top + self.growth.height
        draw_years(self.canvas, self.growth.axis, TOP, bottom, self.lang)
        self._curve(days, TOP + HEAD + 8, TOP + HEAD + 8 + _CURVE)
        self.growth.draw(self.canvas, top)
        note = said(_WORDS, "note", self.lang)
        if self.denied:
            note += ("" if self.lang == "zh" else " ") + self._said("denied", self.denied)
        draw_below(self.canvas, self._keys(), note, bottom)
        return self.canvas

    def _leaf(self, data: Mapping[str, Any], node: str, parent: Bundle | None) -> Leaf:
        mine = [line for line in self.said if line.child == node]
        whose = str(data.get("organization_label", ""))
        date = str(data.get("date", "")) or word("undated", self.lang)
        title = "\n".join(filter(None, (self.names[node], date, whose, *(line.title for line in mine), node)))
        others = [line.parent for line in mine if parent and line.parent not in {parent.parent, self.root}]
        also = self._said("also", ", ".join(self.names[other] for other in dict.fromkeys(others))) if others else ""
        mark = "" if not mine or any(map(is_sure, mine)) else "? "
        aside = clip(" · ".join(filter(None, (whose, also))), _WIDEST, 8.5)
        radius = 3.2 if node in self.takers else 2
        return Leaf(clip(mark + self.names[node], _WIDEST, 10), title, aside, radius=radius, vague=is_vague(data))

    def _curve(self, days: Sequence[str], top: float, bottom: float) -> None:
        """How many had taken it by each day."""
        if not days:
            return
        axis = self.growth.axis
        scale = (bottom - top) / len(days)
        step = next((tick for tick in _TICKS if len(days) / tick <= _MOST_TICKS), len(days))
        for count in range(0, len(days) + 1, step):
            y = bottom - count * scale
            self.canvas.line(axis.left, y, axis.right, y, stroke="grid")
            self.canvas.text(axis.left - 5, y + 3.3, str(count), size=_SMALL, anchor="end", fill="muted")
        path: list[str | float] = ["M", axis.left, bottom]
        count = 0
        for day, same in groupby(days):
            count += len(list(same))
            path += ["H", axis.x(day), "V", bottom - count * scale]
        path += ["H", axis.right]
        with self.canvas.group(title=self._said("by", n=len(days), day=days[-1])):
            self.canvas.path([*path, "V", bottom, "Z"], fill="idea", opacity=0.12)
            self.canvas.path(path, stroke="idea", stroke_width=2)
        if self.introduced:
            x = axis.x(middle_of(self.introduced))
            self.canvas.line(x, top, x, bottom, stroke="ink", dash=(3, 2))
            words = self._said("introduced", self.introduced)
            fits = x + 5 + text_width(words, _SMALL) < self.canvas.width - MARGIN
            anchor: Anchor = "start" if fits else "end"
            self.canvas.text(x + (5 if fits else -5), top + 8, words, size=_SMALL, anchor=anchor)

    def _keys(self) -> list[Key]:
        growth = self.growth
        keys = []
        if growth.parents:
            keys.append(Key(self._said("idea"), line_sample("idea")))
        if any(not is_sure(line) for line in self.said):
            keys.append(Key(self._said("unsure"), line_sample("unsure")))
        if growth.leaves.keys() - self.takers:
            keys.append(Key(self._said("giver"), _giver_sample))
        if any(leaf.vague for leaf in growth.leaves.values()):
            keys.append(Key(self._said("vague"), vague_sample))
        if len(growth.days) < len(growth.leaves):
            keys.append(Key(self._said("undated"), undated_sample))
        return keys

    def _said(self, key: str, *counted: object, **given: object) -> str:
        return said(_WORDS, key, self.lang).format(*counted, **given)


def _giver_sample(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x + 14, y, 2, fill="ink")
