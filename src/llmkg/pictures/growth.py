"""A forest on a date axis, drawn: dots with names, trunks up and down from them, and branches to what came from them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

from llmkg.pictures.captions import MARGIN, is_sure
from llmkg.pictures.dateaxis import date_axis
from llmkg.pictures.forest import BESIDE, Spot, rows_of
from llmkg.pictures.legend import DASHES
from llmkg.pictures.text import text_width
from llmkg.terms import STRATA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from llmkg.pictures.bundles import Bundle
    from llmkg.pictures.canvas import Canvas
    from llmkg.pictures.dateaxis import DateAxis

__all__ = ["ROW", "Growth", "Leaf", "grown", "is_vague", "line_sample", "undated_sample", "vague_sample"]

ROW: Final = 15.0
"""How high the row of a thing is."""

_STEP: Final = 26.0
_FILLED: Final = 0.36
_NARROWEST_YEAR: Final = 48.0
_CORNER: Final = 5.0
_GAP: Final = 4.0
_THINNER: Final = 0.8
_ASIDE: Final = 8.5
_SOME_YEAR: Final = 2020
_BREAKS: Final = (2.0, 1.5)


@dataclass(frozen=True)
class Leaf:
    """How a thing is drawn.

    Attributes:
        name: What is written beside its dot.
        title: What is shown when it is pointed at.
        aside: What is written after its name, smaller.
        size: Of the font of the name.
        bold: Whether the name is bold.
        radius: Of the dot.
        vague: Whether no more than the year of it is known.
    """

    name: str
    title: str
    aside: str = ""
    size: float = 10.0
    bold: bool = False
    radius: float = 2.6
    vague: bool = False

    @property
    def width(self) -> float:
        """How wide what is written is."""
        aside = text_width(self.aside, _ASIDE) + _GAP if self.aside else 0.0
        return text_width(self.name, self.size, bold=self.bold) + aside


@dataclass(frozen=True)
class Growth:
    """A forest with its place.

    Attributes:
        leaves: How each thing is drawn, in the order of drawing.
        parents: The line to what each came from.
        days: The day at which each is drawn, of those whose date is known.
        axis: The years.
        x: Where each dot stands.
        rows: In which row, from 0.
        right: Where the last name ends.
    """

    leaves: Mapping[str, Leaf]
    parents: Mapping[str, Bundle]
    days: Mapping[str, str]
    axis: DateAxis
    x: Mapping[str, float]
    rows: Mapping[str, int]
    right: float

    @property
    def height(self) -> float:
        """How high it is."""
        return ROW * (max(self.rows.values()) + 1)

    def draw(self, canvas: Canvas, top: float) -> None:
        """Draw it.

        Args:
            canvas: Where to.
            top: Where its first row begins.
        """
        y = {node: top + ROW * row + ROW / 2 for node, row in self.rows.items()}
        self._draw_trunks(canvas, y)
        for node in self.leaves:
            if node in self.parents:
                self._draw_branch(canvas, node, y)
        for node in self.leaves:
            self._draw_leaf(canvas, node, y[node])

    def _draw_trunks(self, canvas: Canvas, y: Mapping[str, float]) -> None:
        ends: dict[str, list[float]] = defaultdict(list)
        for node, line in self.parents.items():
            ends[line.parent].append(y[node])
        for node in self.leaves:
            for end in sorted({min([*ends[node], y[node]]), max([*ends[node], y[node]])} - {y[node]}):
                x, stop = self.x[node], end - _CORNER if end > y[node] else end + _CORNER
                canvas.line(x, y[node], x, stop, stroke="line", stroke_width=1.2)

    def _draw_branch(self, canvas: Canvas, node: str, y: Mapping[str, float]) -> None:
        """The line along the row of a thing, from the trunk of what it came from."""
        line = self.parents[node]
        start, end, here = self.x[line.parent], self.x[node], y[node]
        before = here - _CORNER if here > y[line.parent] else here + _CORNER
        path = ("M", start, before, "Q", start, here, start + min(_CORNER, end - start), here, "H", end)
        thick, dash = DASHES.get(line.stratum, (1.4, ()))
        known = {"child": node, "parent": line.parent, "claim": line.claims[0], "source": line.source}
        with canvas.group(title=line.title, href=line.claims[0], **known):
            canvas.path(
                path,
                stroke=line.stratum if line.stratum in STRATA else "muted",
                stroke_width=thick * _THINNER,
                dash=dash,
                opacity=1 if is_sure(line) else 0.5,
            )

    def _draw_leaf(self, canvas: Canvas, node: str, y: float) -> None:
        leaf, x = self.leaves[node], self.x[node]
        with canvas.group(title=leaf.title, href=node, node=node):
            if leaf.vague:
                canvas.circle(x, y, leaf.radius, fill="paper", stroke="ink")
            elif node in self.days:
                canvas.circle(x, y, leaf.radius, fill="ink", stroke="paper")
            else:
                canvas.circle(x, y, leaf.radius, fill="paper", stroke="ink", dash=_BREAKS)
            left, base = x + leaf.radius + _GAP, y + leaf.size * 0.35
            box = canvas.text(left, base, leaf.name, size=leaf.size, bold=leaf.bold)
            canvas.text(box.right + _GAP, base, leaf.aside, size=_ASIDE, fill="muted")


def grown(  # noqa: PLR0913 - what a forest is made of
    leaves: Mapping[str, Leaf],
    parents: Mapping[str, Bundle],
    days: Mapping[str, str],
    aspect: float = 1.5,
    *,
    first: str = "",
    even: bool = False,
) -> Growth:
    """Place a forest on a date axis.

    Args:
        leaves: How each thing is drawn, in the order in which equals are placed.
        parents: The line to what each came from; without cycles, and none of them later.
        days: The day of each thing whose date is known, as YYYY-MM-DD. What has none stands before what came from it, or else
            after what it came from, or else after all others.
        aspect: How much wider than high the whole should be, about.
        first: A day that the axis must have.
        even: Whether all years are of one width; else each is as wide as what is in it needs.
    """
    wide: Counter[int] = Counter()
    for node, day in days.items():
        wide[int(day[:4])] += round(leaves[node].width + 30)
    rows = max(1.0, sqrt(sum(wide.values()) * ROW / _FILLED / aspect) / ROW)
    needs = {year: taken / (rows * _FILLED) for year, taken in wide.items()} or {_SOME_YEAR: 0.0}
    if first:
        needs.setdefault(int(first[:4]), 0.0)
    years = max(needs) - min(needs) + 1
    narrowest = max(_NARROWEST_YEAR, sum(needs.values()) / years if even else 0)
    needs = dict.fromkeys(needs, narrowest) if even else needs
    above = {node: line.parent for node, line in parents.items()}
    axis = date_axis(needs, MARGIN + _STEP, narrowest)
    x = _columns(list(leaves), above, days, axis)
    short = MARGIN - min(x.values(), default=MARGIN)
    if short > 0:  # several without a date stand one before the other
        axis = date_axis(needs, MARGIN + _STEP + short, narrowest)
        x = _columns(list(leaves), above, days, axis)
    spots = {node: Spot(x[node], x[node] + leaf.radius + _GAP + leaf.width + _GAP + 3) for node, leaf in leaves.items()}
    placed = rows_of(spots, above, list(leaves))
    return Growth(leaves, parents, days, axis, x, placed, max(spot.right for spot in spots.values()))


def _columns(
    order: Sequence[str], above: Mapping[str, str], days: Mapping[str, str], axis: DateAxis
) -> dict[str, float]:
    """Where each dot stands: at its day, but always to the right of what it came from."""
    x = {node: axis.x(day) for node, day in days.items()}
    below: dict[str, list[str]] = defaultdict(list)
    for node in order:
        if node in above:
            below[above[node]].append(node)
    ranked = _older_first(order, below, above)
    for node in reversed(ranked):
        first = min((x[child] for child in below[node] if child in x), default=None)
        if node not in x and first is not None:
            x[node] = first - _STEP
    for node in ranked:
        last = x[above[node]] if node in above else None
        if last is None:
            x.setdefault(node, axis.right + _STEP / 2)
        else:
            x[node] = max(x.get(node, last + _STEP), last + BESIDE)
    return x


def _older_first(order: Iterable[str], below: Mapping[str, Sequence[str]], above: Mapping[str, str]) -> list[str]:
    ranked: list[str] = []
    waiting = [node for node in order if node not in above]
    while waiting:
        ranked.append(node := waiting.pop())
        waiting += below.get(node, ())
    return ranked


def is_vague(data: Mapping[str, object]) -> bool:
    """Whether no more than the year of a node of a view is known.

    >>> is_vague({"date": "2023"}), is_vague({"date": "2023-02"}), is_vague({})
    (True, False, False)
    """
    return len(str(data.get("date", ""))) == len("2023")


def line_sample(what: str) -> Callable[[Canvas, float, float], None]:
    """Draws a sample of a branch of some stratum, or of one that is not sure."""
    thick, dash = DASHES.get(what, (1.4, ()))
    colour, opacity = what if what in STRATA else "muted", 0.5 if what == "unsure" else 1

    def draw(canvas: Canvas, x: float, y: float) -> None:
        canvas.line(x, y, x + 28, y, stroke=colour, stroke_width=thick * _THINNER, dash=dash, opacity=opacity)

    return draw


def vague_sample(canvas: Canvas, x: float, y: float) -> None:
    """Draws a sample of a thing of which no more than the year is known."""
    canvas.circle(x + 14, y, 3.2, fill="paper", stroke="ink")


def undated_sample(canvas: Canvas, x: float, y: float) -> None:
    """Draws a sample of a thing without a date."""
    canvas.circle(x + 14, y, 3.5, fill="paper", stroke="ink", dash=_BREAKS)
