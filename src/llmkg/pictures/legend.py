"""How the lines and boxes of a lineage picture look, and the legend that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from llmkg.pictures.text import text_width
from llmkg.pictures.words import SURENESS, word
from llmkg.terms import STRATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import networkx as nx

    from llmkg.pictures.bundles import Bundle
    from llmkg.pictures.canvas import Canvas
    from llmkg.pictures.words import Lang

__all__ = ["ARROW", "DASHES", "FAINT", "LEGEND_ROW", "Entry", "arrow_head", "draw_legend", "legend_of"]

DASHES: Final[dict[str, tuple[float, tuple[float, ...]]]] = {
    "idea": (1.4, ()),
    "weights": (3.2, ()),
    "architecture": (1.6, (8, 4)),
    "product": (1.4, (3, 3)),
    "code": (1.6, (8, 3, 2, 3)),
    "data": (2.4, (1.6, 3.6)),
}
"""How thick the line of each stratum is, and its dashes: they tell the strata apart where colours do not."""

FAINT: Final = {"unsure": 0.5, "disputed": 0.5, "denied": 0.5}
"""How opaque the line of what is not sure is."""

ARROW: Final = 7.0
"""How long the head of a line is."""

LEGEND_ROW: Final = 22.0
"""How high a row of the legend is."""

_SAMPLE: Final = 34.0
_BETWEEN: Final = 20.0
_SIZE: Final = 10.0


@dataclass(frozen=True)
class Entry:
    """A sample with its words.

    Attributes:
        what: A stratum, a sureness or a kind of box.
        words: What it means.
        row: Which row of the legend it is in, from 0.
        x: How far from the left end of the legend it is.
    """

    what: str
    words: str
    row: int
    x: float


def arrow_head(x: float, y: float, way: int) -> tuple[str | float, ...]:
    """The path of a head whose point is at (x, y).

    Args:
        x: Where the point is.
        y: Where the point is.
        way: On which side of the point it is: 1 right, -1 left.
    """
    return ("M", x, y, "L", x + way * ARROW, y - 3.6, "L", x + way * ARROW, y + 3.6, "Z")


def legend_of(graph: nx.MultiDiGraph[str], lines: Iterable[Bundle], width: float, lang: Lang) -> list[Entry]:
    """The legend of what is drawn, and of nothing else.

    Args:
        graph: A graph view.
        lines: Its lines.
        width: How wide the legend may be.
        lang: Language of its words.
    """
    drawn = {part for line in lines for part in (line.stratum, line.sureness)}
    kinds = {str(data.get("kind", "")) for _, data in graph.nodes(data=True)}
    shown = [what for what in (*STRATA, *SURENESS) if what in drawn]
    shown += ["model"] + ["dataset"] * ("dataset" in kinds) + ["product-node"] * ("product" in kinds)
    shown += ["undated-node"] * any("date" not in data for _, data in graph.nodes(data=True))
    entries: list[Entry] = []
    row, x = 0, 0.0
    for what in shown:
        words = word(what, lang)
        wide = _SAMPLE + text_width(words, _SIZE)
        if x and x + wide > width:
            row, x = row + 1, 0.0
        entries.append(Entry(what, words, row, x))
        x += wide + _BETWEEN
    return entries


def draw_legend(canvas: Canvas, entries: Sequence[Entry], left: float, top: float) -> None:
    """Draw a legend.

    Args:
        canvas: Where to.
        entries: Its entries.
        left: Where its left end stands.
        top: Where the middle of its first row stands.
    """
    for entry in entries:
        x, y = left + entry.x, top + LEGEND_ROW * entry.row
        if entry.what in STRATA:
            thick, dash = DASHES[entry.what]
            canvas.line(x, y, x + 28, y, stroke=entry.what, stroke_width=thick, dash=dash)
        elif entry.what in SURENESS:
            canvas.line(x, y, x + 22, y, stroke="ink", stroke_width=1.4, opacity=FAINT.get(entry.what, 1))
            canvas.path(arrow_head(x + 28, y, -1), fill="ink" if entry.what == "sure" else "paper", stroke="ink")
        else:
            radius = {"dataset": 0, "product-node": 7}.get(entry.what, 4)
            dash = (3, 2) if entry.what == "undated-node" else ()
            canvas.rect(x + 2, y - 7, 24, 14, fill="panel", stroke="line", radius=radius, dash=dash)
            if entry.what == "dataset":
                canvas.line(x + 5, y - 7, x + 5, y + 7, stroke="line")
        canvas.text(x + _SAMPLE, y + 3.4, entry.words, size=_SIZE)
