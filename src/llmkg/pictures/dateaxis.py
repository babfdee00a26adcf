"""A date axis on which a year is as wide as it needs to be, with the years written above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmkg.pictures.canvas import Canvas
    from llmkg.pictures.words import Lang

__all__ = ["HEAD", "DateAxis", "date_axis", "draw_years", "middle_of"]

HEAD: Final = 22.0
"""How high the names of the years are."""

_QUARTERED: Final = 130.0
_YEAR: Final = 4
_MONTH: Final = 7


@dataclass(frozen=True)
class DateAxis:
    """Where each day stands.

    Attributes:
        edges: Where each year begins, and after the last one where it ends, from left to right.

    >>> axis = DateAxis({2022: 0, 2023: 100, 2024: 300})
    >>> axis.x("2023-01-01"), axis.x("2023-07-02") > 195
    (100.0, True)
    """

    edges: Mapping[int, float]

    @property
    def left(self) -> float:
        """Where the first year begins."""
        return min(self.edges.values())

    @property
    def right(self) -> float:
        """Where the last year ends."""
        return max(self.edges.values())

    def x(self, day: str) -> float:
        """Where a day stands.

        Args:
            day: As YYYY-MM-DD, within the years of the axis.
        """
        when = date.fromisoformat(day)
        start, end = self.edges[when.year], self.edges[when.year + 1]
        days = (date(when.year + 1, 1, 1) - date(when.year, 1, 1)).days
        return start + (end - start) * (when.timetuple().tm_yday - 1) / days


def date_axis(needs: Mapping[int, float], left: float, narrowest: float) -> DateAxis:
    """An axis over all years from the first to the last.

    Args:
        needs: How wide some years need to be.
        left: Where it begins.
        narrowest: How wide a year is at least.

    >>> date_axis({2020: 50, 2022: 10}, 0, 20).edges
    {2020: 0, 2021: 50, 2022: 70, 2023: 90}
    """
    edges = {min(needs): left}
    for year in range(min(needs), max(needs) + 1):
        edges[year + 1] = edges[year] + max(needs.get(year, 0), narrowest)
    return DateAxis(edges)


def middle_of(written: str) -> str:
    """The day in the middle of what a date leaves open.

    >>> middle_of("2023"), middle_of("2023-05"), middle_of("2023-05-02")
    ('2023-07-01', '2023-05-15', '2023-05-02')
    """
    if len(written) == _YEAR:
        return f"{written}-07-01"
    return f"{written}-15" if len(written) == _MONTH else written


def draw_years(canvas: Canvas, axis: DateAxis, top: float, bottom: float, lang: Lang) -> None:
    """Draw a band for every other year, a line for each quarter of a wide one, and the year's name above it.

    Args:
        canvas: Where to.
        axis: The axis.
        top: Where the names of the years stand; the chart begins :data:`HEAD` lower.
        bottom: Where the chart ends.
        lang: Language of the names.
    """
    for place, ((year, start), (_, end)) in enumerate(pairwise(sorted(axis.edges.items()))):
        if place % 2 == 0:
            canvas.rect(start, top, end - start, bottom - top, fill="band")
        quarters = (1, 2, 3) if end - start > _QUARTERED else ()
        for quarter in quarters:
            x = axis.x(date(year, 3 * quarter + 1, 1).isoformat())
            canvas.line(x, top + HEAD, x, bottom, stroke="grid")
        canvas.text(start + 5, top + 15, f"{year}年" if lang == "zh" else str(year), size=12, bold=True, fill="muted")
