"""Whose models took from whose: a band from each giver on the left to each taker on the right, as wide as what was taken."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from llmkg.pictures.bundles import bundles
from llmkg.pictures.canvas import Canvas, number
from llmkg.pictures.captions import MARGIN, TOP, Key, draw_below, draw_title, is_sure, said, title_of
from llmkg.pictures.flows import OTHERS, Flow, flow_layout, under_others
from llmkg.pictures.text import clip
from llmkg.pictures.words import label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import networkx as nx

    from llmkg.pictures.bundles import Bundle
    from llmkg.pictures.canvas import Anchor
    from llmkg.pictures.flows import Band, Bar
    from llmkg.pictures.words import Lang

__all__ = ["LIMIT", "sankey"]

LIMIT: Final = 30
"""How many givers, and how many takers, are drawn by themselves."""

_WIDTH: Final = 920.0
_LABEL: Final = 196.0
_BAR: Final = 12.0
_NAME: Final = 11.0
_HEAD: Final = 24.0
_TOLD: Final = 8
_NAMED: Final = 30
_SERIES: Final = tuple(f"series-{place}" for place in range(1, 9))

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Who took from whom", "谁从谁那里采用"),
    "under": (
        "{taken} claims: from {givers} givers to {takers} takers",
        "{taken} 条陈述：{givers} 个来源方，{takers} 个采用方",
    ),
    "givers": ("whose it was", "来源方"),
    "takers": ("who took it", "采用方"),
    "others": ("{} others", "其他 {} 个"),
    "flow": ("{taker} ← {giver}: {weight}", "{taker} ← {giver}：{weight}"),
    "gave": ("{name}: {weight} taken from it", "{name}：被采用 {weight} 条"),
    "took": ("{name}: {weight} taken by it", "{name}：采用 {weight} 条"),
    "sure": ("stated or reported", "已声明或报道"),
    "unsure": ("not confirmed or disputed", "未经证实或有争议"),
    "note": (
        "A band is as wide as the number of claims behind it, which says how often a taking was written down, not how much it mattered.",
        "带宽为背后陈述的条数，表示被记录的次数，而非重要程度。",
    ),
    "inside": ("Within one organisation, not drawn: {}.", "同一机构内部未画出：{} 条。"),
    "denied": ("Refuted or retracted, not drawn: {}.", "已被驳倒或撤回而未画出：{} 条。"),
    "and-more": ("and {} more", "以及另外 {} 条"),
}


def sankey(graph: nx.MultiDiGraph[str], *, lang: Lang = "en", limit: int = LIMIT) -> Canvas:
    """Draw who took from whom.

    Args:
        graph: A graph view whose edges point from the taker to the giver; an edge without ``weight`` counts as one.
        lang: Language of the labels.
        limit: How many givers, and how many takers, to draw by themselves; the smallest are drawn as one.

    Returns:
        The picture; its ``svg()`` is the same for the same view.

    Raises:
        ValueError: Nobody in the view took anything from another.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph(title="Borrowing")
    >>> view.add_node("org/meta-ai", label="Meta AI")
    >>> view.add_node("org/google", label="Google")
    >>> _ = view.add_edge("org/meta-ai", "org/google", key="c", stratum="idea", status="stated-by-developer", label="SwiGLU")
    >>> "Meta AI ← Google: 1" in sankey(view).svg()
    True
    """
    names = {node: label_of(data, node, lang) for node, data in graph.nodes(data=True)}
    weights = {(*ends, key): float(data.get("weight", 1)) for *ends, key, data in graph.edges(keys=True, data=True)}
    drawn: list[Bundle] = []
    left_out = {"inside": 0.0, "denied": 0.0}
    for line in bundles(graph, lang, names):
        if line.child == line.parent:
            left_out["inside"] += _weight(line, weights)
        elif line.sureness == "denied":
            left_out["denied"] += _weight(line, weights)
        else:
            drawn.append(line)
    if not drawn:
        raise ValueError("There is nothing to draw: nobody in the view took anything from another.")
    return _Drawing(graph, drawn, weights, names, left_out, limit, lang).drawn()


def _weight(line: Bundle, weights: Mapping[tuple[str, ...], float]) -> float:
    return sum(weights[line.child, line.parent, claim] for claim in line.claims)


class _Drawing:
    """A picture that is being drawn."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a picture is made of
        self,
        graph: nx.MultiDiGraph[str],
        lines: Sequence[Bundle],
        weights: Mapping[tuple[str, ...], float],
        names: Mapping[str, str],
        left_out: Mapping[str, float],
        limit: int,
        lang: Lang,
    ) -> None:
        self.names = names
        self.left_out = left_out
        self.lang = lang
        gave: dict[str, float] = defaultdict(float)
        took: dict[str, float] = defaultdict(float)
        for line in lines:
            gave[line.parent] += _weight(line, weights)
            took[line.child] += _weight(line, weights)
        self.givers = under_others(gave, limit)
        self.takers = under_others(took, limit)
        self.behind: dict[tuple[str, str, bool], list[Bundle]] = defaultdict(list)
        for line in lines:
            self.behind[self.takers[line.child], self.givers[line.parent], is_sure(line)].append(line)
        flows = [Flow(*ends, sum(_weight(line, weights) for line in mine)) for ends, mine in self.behind.items()]
        self.layout = flow_layout(flows)
        ranked = sorted(self.layout.givers, key=lambda bar: (bar.node == OTHERS, -bar.weight, bar.node))
        self.colours = {bar.node: colour for bar, colour in zip(ranked, _SERIES, strict=False) if bar.node != OTHERS}
        self.canvas = Canvas(_WIDTH, 0, title_of(graph.graph, said(_WORDS, "title", lang), lang), lang=lang)
        taken = sum(flow.weight for flow in flows)
        self.under = self._said("under", taken=number(taken), takers=len(took), givers=len(gave))
        self.canvas.description = self.under

    def drawn(self) -> Canvas:
        draw_title(self.canvas, self.under)
        left, right = MARGIN + _LABEL, _WIDTH - MARGIN - _LABEL
        top = TOP + _HEAD
        self.canvas.text(left, TOP + 12, self._said("givers"), size=_NAME, anchor="end", fill="muted")
        self.canvas.text(right, TOP + 12, self._said("takers"), size=_NAME, fill="muted")
        for band in self.layout.bands:
            self._band(band, left + _BAR, right - _BAR, top)
        for bar in self.layout.givers:
            self._bar(bar, left, top, "gave", self.givers)
        for bar in self.layout.takers:
            self._bar(bar, right - _BAR, top, "took", self.takers)
        keys = [Key(self._said("sure"), _sample("")), Key(self._said("unsure"), _sample("/"))]
        has = {band.flow.sure for band in self.layout.bands}
        note = [self._said("note"), *(self._said(key, number(n)) for key, n in self.left_out.items() if n)]
        shown = [key for key, sure in zip(keys, (True, False), strict=True) if sure in has]
        draw_below(self.canvas, shown, (" " if self.lang == "en" else "").join(note), top + self.layout.height)
        return self.canvas

    def _band(self, band: Band, left: float, right: float, top: float) -> None:
        flow = band.flow
        mine = self.behind[flow.taker, flow.giver, flow.sure]
        ends = {"taker": self._name(flow.taker, self.takers), "giver": self._name(flow.giver, self.givers)}
        told = [line for bundle in mine for line in bundle.title.splitlines()]
        more = [self._said("and-more", len(told) - _TOLD)] if len(told) > _TOLD else []
        title = "\n".join([self._said("flow", weight=number(flow.weight), **ends), *told[:_TOLD], *more])
        colour = self.colours.get(flow.giver, "muted")
        middle = (left + right) / 2
        y1, y2, thick = top + band.left, top + band.right, band.height
        edge: list[str | float] = ["M", left, y1, "C", middle, y1, middle, y2, right, y2, "V", y2 + thick]
        edge += ["C", middle, y2 + thick, middle, y1 + thick, left, y1 + thick, "Z"]
        known = {"taker": flow.taker, "giver": flow.giver, "source": mine[0].source, "claim": mine[0].claims[0]}
        with self.canvas.group(title=title, href=mine[0].claims[0], **known):
            if flow.sure:
                self.canvas.path(edge, fill=colour, stroke="paper", stroke_width=0.6, opacity=0.55)
            else:
                self.canvas.path(edge, fill=colour, pattern="/", stroke=colour, stroke_width=0.6, dash=(3, 2))

    def _bar(self, bar: Bar, x: float, top: float, side: str, drawn_as: Mapping[str, str]) -> None:
        name = self._name(bar.node, drawn_as)
        title = self._said(side, name=name, weight=number(bar.weight))
        if bar.node == OTHERS:
            folded = [self.names[node] for node, shown in drawn_as.items() if shown == OTHERS]
            title += "\n" + ", ".join(folded[:_NAMED]) + (" …" if len(folded) > _NAMED else "")
        colour = self.colours.get(bar.node, "muted") if side == "gave" else "ink"
        anchor: Anchor = "end" if side == "gave" else "start"
        at = x - 6 if side == "gave" else x + _BAR + 6
        with self.canvas.group(title=title, href=bar.node, node=bar.node or "others"):
            self.canvas.rect(x, top + bar.top, _BAR, bar.height, fill=colour)
            count = f" · {number(bar.weight)}"
            text = clip(name, _LABEL - 40, _NAME) + count
            self.canvas.text(at, top + bar.top + bar.height / 2 + 4, text, size=_NAME, anchor=anchor)

    def _name(self, node: str, drawn_as: Mapping[str, str]) -> str:
        if node == OTHERS:
            return self._said("others", sum(shown == OTHERS for shown in drawn_as.values()))
        return self.names[node]

    def _said(self, key: str, *counted: object, **given: object) -> str:
        return said(_WORDS, key, self.lang).format(*counted, **given)


def _sample(pattern: str) -> Callable[[Canvas, float, float], None]:
    """Draws how sure a band is."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.rect(x, y - 6, 28, 12, fill="muted", pattern=pattern, opacity=1 if pattern else 0.55)

    return draw
