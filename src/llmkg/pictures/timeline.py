"""The signature picture: a lineage on a date axis, its lines by stratum, the techniques named where they arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import networkx as nx

from llmkg.pictures.bundles import bundles
from llmkg.pictures.canvas import Canvas
from llmkg.pictures.cards import INDENT, LABEL, LINE, PAD, SMALL
from llmkg.pictures.folding import LIMIT, fold, under_families
from llmkg.pictures.layout import lay_out
from llmkg.pictures.legend import ARROW, DASHES, FAINT, LEGEND_ROW, arrow_head, draw_legend, legend_of
from llmkg.pictures.text import Box, clip, text_width, wrap
from llmkg.pictures.words import SURENESS, label_of, period, tag_of, word
from llmkg.terms import STRATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmkg.pictures.bundles import Bundle
    from llmkg.pictures.cards import Card
    from llmkg.pictures.layout import Layout, Route
    from llmkg.pictures.words import Lang

__all__ = ["timeline"]

MARGIN: Final = 28.0
AXIS: Final = 44.0
TITLE: Final = 50.0
_NAMED: Final = 30


def timeline(graph: nx.MultiDiGraph[str], *, lang: Lang = "en", limit: int = LIMIT, families: bool = True) -> Canvas:
    """Draw a lineage from left to right by date.

    Args:
        graph: A graph view.
        lang: Language of the labels.
        limit: How many things to draw; the others are folded into badges that count them.
        families: Whether variants and checkpoints are drawn as the family that they belong to.

    Returns:
        The picture; its ``svg()`` is the same for the same view.

    Raises:
        ValueError: The view has no nodes.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph(title="Lineage of LLaMA", root="llama")
    >>> view.add_node("llama", label="LLaMA", date="2023-02-24")
    >>> view.add_node("palm", label="PaLM", date="2022-04-05")
    >>> _ = view.add_edge("llama", "palm", key="c", stratum="idea", status="stated-by-developer", label="SwiGLU")
    >>> "SwiGLU" in timeline(view).svg()
    True
    """
    if not graph:
        raise ValueError("There is nothing to draw: the view has no nodes.")
    names = {node: label_of(data, node, lang) for node, data in graph.nodes(data=True)}
    whole, inside = under_families(graph) if families else (nx.MultiDiGraph(graph), 0)
    loops = list(nx.selfloop_edges(whole, keys=True))
    for child, parent, key in loops:
        whole.remove_edge(child, parent, key)
    folded = fold(whole, limit)
    lines = bundles(folded.graph, lang, names)
    layout = lay_out(folded.graph, lines, folded.badges, lang)
    return _Drawing(folded.graph, layout, names, folded.badges, inside + len(loops), lang).drawn()


def _runs(heads: list[str]) -> list[list[int]]:
    """The places of equal heads that stand beside each other."""
    runs: list[list[int]] = []
    for place, head in enumerate(heads):
        if runs and heads[runs[-1][0]] == head:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


class _Drawing:
    """A picture that is being drawn."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a picture is made of
        self,
        graph: nx.MultiDiGraph[str],
        layout: Layout,
        names: dict[str, str],
        badges: Mapping[str, tuple[str, ...]],
        inside: int,
        lang: Lang,
    ) -> None:
        self.graph = graph
        self.layout = layout
        self.names = names
        self.badges = badges
        self.inside = inside
        self.lang = lang
        self.top = TITLE + AXIS
        self.width = max(layout.width, 560.0) + 2 * MARGIN
        self.legend = legend_of(graph, self._lines(), self.width - 2 * MARGIN, lang)
        self.note = self._note()
        below = LEGEND_ROW * (self.legend[-1].row + 1) + 13 * len(self.note) + 28
        self.canvas = Canvas(
            self.width, self.top + layout.height + below + MARGIN, self._title(), self._description(), lang
        )

    def drawn(self) -> Canvas:
        self._axis()
        self.canvas.text(MARGIN, 34, clip(self._title(), self.width - 2 * MARGIN, 18, bold=True), size=18, bold=True)
        for route in sorted(self.layout.routes, key=lambda route: -list(SURENESS).index(route.bundle.sureness)):
            self._line(route)
        for node in self.layout.cards:
            self._card(node)
            self._rows(node)
        self._below()
        return self.canvas

    def _lines(self) -> list[Bundle]:
        return [route.bundle for route in self.layout.routes]

    def _title(self) -> str:
        root = self.graph.graph.get("root")
        data = self.graph.graph
        title = str((data.get("title_zh") if self.lang == "zh" else "") or data.get("title", ""))
        if not title:
            named = word("lineage-of", self.lang).format(self.names[root]) if root in self.names else ""
            title = named or word("lineage", self.lang)
        return word("as-of", self.lang).format(title, data["as_of"]) if data.get("as_of") else title

    def _description(self) -> str:
        dates = sorted(str(data["date"]) for _, data in self.graph.nodes(data=True) if data.get("date"))
        return word("description", self.lang).format(
            nodes=len(self.graph),
            first=dates[0] if dates else word("undated", self.lang),
            last=dates[-1] if dates else word("undated", self.lang),
            edges=len(self.layout.routes),
            more=sum(map(len, self.badges.values())),
        )

    def _note(self) -> list[str]:
        text = word("note", self.lang)
        if self.inside:
            text += ("" if self.lang == "zh" else " ") + word("within", self.lang).format(self.inside)
        return wrap(text, self.width - 2 * MARGIN, SMALL, lines=3)

    def _axis(self) -> None:
        """Years above the columns, months under them, and a rule where a year begins."""
        bottom = self.top + self.layout.height + 8
        spans = [(MARGIN + left, MARGIN + right) for left, right in self.layout.spans]
        heads = self._heads()
        for place, band in enumerate(_runs(heads)):
            first, last = band[0], band[-1]
            left = MARGIN / 2 if first == 0 else (spans[first - 1][1] + spans[first][0]) / 2
            right = self.width - MARGIN / 2 if last == len(spans) - 1 else (spans[last][1] + spans[last + 1][0]) / 2
            if place % 2 == 0:
                self.canvas.rect(left, TITLE, right - left, bottom - TITLE, fill="band")
            self.canvas.text(spans[first][0], TITLE + 19, heads[first], size=13, bold=True, fill="muted")
        for (left, right), column in zip(spans, self.layout.columns, strict=True):
            below = period(column.first, column.last, self.lang)
            if not column.first and not column.is_after:
                below = clip(word("undated", self.lang), right - left, SMALL)
            self.canvas.text(left, TITLE + 34, below, size=SMALL, fill="muted")

    def _heads(self) -> list[str]:
        """What stands above each column: its year; above things without a date, that of what came from them."""
        heads: list[str] = []
        for column in reversed(self.layout.columns):
            undated = heads[-1] if heads and not column.is_after else word("after", self.lang)
            heads.append(column.year or undated)
        return heads[::-1]

    def _line(self, route: Route) -> None:
        bundle = route.bundle
        thick, dash = DASHES.get(bundle.stratum, (1.4, ()))
        path: list[str | float] = []
        before: tuple[float, float] | None = None
        for one, other in route.points:
            (x1, y1), (x2, y2) = self._shift(one), self._shift(other)
            if one == other:
                x1 -= ARROW * 0.6
            if before is None:
                path += ["M", x1, y1]
            else:
                middle = (before[0] + x1) / 2
                path += ["C", middle, before[1], middle, y1, x1, y1]
            if x2 > x1 and one != other:
                path += ["H", x2]
            before = (x2, y2) if one != other else (x1, y1)
        colour = self._colour(bundle.stratum)
        known = {"claim": bundle.claims[0], "source": bundle.source, "child": bundle.child, "parent": bundle.parent}
        with self.canvas.group(title=bundle.title, href=bundle.claims[0], **known):
            self.canvas.path(path, stroke=colour, stroke_width=thick, dash=dash, opacity=FAINT.get(bundle.sureness, 1))
            self._arrow(route, colour)

    def _arrow(self, route: Route, colour: str) -> None:
        """The head at the younger end: full where it is sure, open where it is reported or unsure."""
        x, y = self._shift(route.points[0][0] if route.backward else route.points[-1][1])
        head = arrow_head(x, y, 1 if route.backward else -1)
        self.canvas.path(head, fill=colour if route.bundle.sureness == "sure" else "paper", stroke=colour)

    def _shift(self, point: tuple[float, float]) -> tuple[float, float]:
        return point[0] + MARGIN, point[1] + self.top

    def _colour(self, stratum: str) -> str:
        return stratum if stratum in STRATA else "muted"

    def _card(self, node: str) -> None:
        card = self.layout.cards[node]
        box = self.layout.boxes[node]
        x, y = self._shift((box.left, box.top))
        is_root = node == self.graph.graph.get("root")
        data = self.graph.nodes[node]
        whose = str(data.get("organization_label", ""))
        date = str(data.get("date", "")) or word("undated", self.lang)
        title = "\n".join(filter(None, (self.names.get(node, node), date, whose, node)))
        with self.canvas.group(title=title, href=node, node=node):
            self._frame(card, Box(x, y, box.width, box.height), is_root=is_root, is_dated="date" in data)
            down = y + PAD - 2
            for line in card.name:
                down += card.size
                self.canvas.text(x + PAD, down, line, size=card.size, bold=True)
                down += 1
            self.canvas.text(x + PAD, down + SMALL + 1, card.detail, size=SMALL, fill="muted")
        if card.badge:
            self._badge(node, x + PAD, y + box.height - LINE - 5)

    def _frame(self, card: Card, box: Box, *, is_root: bool, is_dated: bool) -> None:
        stroke, thick = ("ink", 2.0) if is_root else ("line", 1.0)
        radius, dash = {"dataset": 0, "product": 11}.get(card.kind, 4), () if is_dated else (3, 2)
        place = (box.left, box.top, box.width, box.height)
        self.canvas.rect(*place, fill="panel", stroke=stroke, stroke_width=thick, radius=radius, dash=dash)
        if card.kind == "dataset":
            self.canvas.line(box.left + 3, box.top, box.left + 3, box.bottom, stroke=stroke)

    def _badge(self, node: str, x: float, y: float) -> None:
        card, others = self.layout.cards[node], self.badges[node]
        listed = [self.names.get(other, tag_of(other)) for other in others[:_NAMED]]
        if len(others) > _NAMED:
            listed.append(word("and-more", self.lang).format(len(others) - _NAMED))
        title = word("more-title", self.lang).format(len(others), ", ".join(listed))
        with self.canvas.group(title=title, href=node, folded=str(len(others)), node=node):
            wide = text_width(card.badge, SMALL, bold=True) + 12
            self.canvas.rect(x, y, wide, LINE + 1, fill="ink", radius=6.5)
            self.canvas.text(x + 6, y + 9.6, card.badge, size=SMALL, bold=True, fill="paper")

    def _rows(self, node: str) -> None:
        """What the lines are called that end at a card."""
        card, box = self.layout.cards[node], self.layout.boxes[node]
        x, y = self._shift((box.left, box.top))
        for row in card.rows:
            bundle = row.bundles[0]
            title = "\n".join(line.title for line in row.bundles)
            with self.canvas.group(title=title, href=bundle.source, claim=bundle.claims[0], source=bundle.source):
                down = y + card.port(bundle) + LABEL * 0.34
                for line in row.lines:
                    colour = self._colour(bundle.stratum)
                    wide = self.canvas.text(x + INDENT, down, line, size=LABEL, fill=colour).width
                    if bundle.sureness == "denied":
                        self.canvas.line(x + INDENT, down - 3.4, x + INDENT + wide, down - 3.4, stroke=colour)
                    down += LINE

    def _below(self) -> None:
        """The legend, and how to read the picture."""
        top = self.top + self.layout.height + 34
        draw_legend(self.canvas, self.legend, MARGIN, top)
        y = top + LEGEND_ROW * (self.legend[-1].row + 1) - 2
        for place, line in enumerate(self.note):
            self.canvas.text(MARGIN, y + 13 * place, line, size=SMALL, fill="muted")
