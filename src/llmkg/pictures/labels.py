"""Room for the labels of a chart: beside a mark where nothing else is, one above another at the ends of lines, and round numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Final

from llmkg.pictures.text import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Spot", "along", "placed_beside", "spread_out", "ticks"]

_ASCENT: Final = 0.76
_DESCENT: Final = 0.22
_BESIDE: Final = 8.0
_FAR: Final = (22.0, 36.0, 52.0, 70.0, 90.0, 112.0, 136.0)
_ASIDE: Final = 24.0
_MOST_TICKS: Final = 9
_GAP: Final = 5.0
_STEP: Final = 3.5


@dataclass(frozen=True)
class Spot:
    """Where a label stands.

    Attributes:
        left: Where it begins.
        base: Where its base line is.
        box: What it takes.
        far: Whether it stands so far from its mark that a line should lead there.
        above: Whether it stands above its mark.
    """

    left: float
    base: float
    box: Box
    far: bool
    above: bool

    def foot(self, x: float) -> tuple[float, float]:
        """Where a line from a mark ends, given where the mark stands."""
        return min(max(x, self.box.left), self.box.right), self.box.bottom if self.above else self.box.top


def placed_beside(  # noqa: PLR0913, PLR0917 - what a label must keep clear of
    mark: tuple[float, float],
    width: float,
    size: float,
    sheet: Box,
    taken: Sequence[Box],
    texts: Sequence[Box] = (),
    *,
    far: bool = True,
) -> Spot | None:
    """The first place near a mark where a label lies on nothing: to its upper left, above, below, and then farther away.

    A line that leads farther away runs through no other label.

    Args:
        mark: Where the mark stands.
        width: How wide the label is.
        size: Of its font.
        sheet: What it must keep within.
        taken: What it must not lie on.
        texts: Labels, and what else neither it nor a line to it may lie on.
        far: Whether it may stand farther away.

    >>> placed_beside((50, 50), 20, 10, Box(0, 0, 100, 100), []).box.right
    44
    """
    x, y = mark
    height = (_ASCENT + _DESCENT) * size
    lefts = (x - width - 6, x - width / 2, x + 6)
    near = [(left, top) for top in (y - _BESIDE - height, y + _BESIDE) for left in lefts]
    near += [(x - width - 9, y - height / 2), (x + 9, y - height / 2)]
    asides = (*lefts, x - width - _ASIDE, x + _ASIDE)
    away = [(left, y + way * by - (height if way < 0 else 0)) for by, way, left in product(_FAR, (-1, 1), asides)]
    for place, (wanted, top) in enumerate((*near, *(away if far else ()))):
        left = max(sheet.left, min(wanted, sheet.right - width))
        box = Box(left, top, width, height)
        room = Box(left - _GAP, top - 1, width + 2 * _GAP, height + 2)
        spot = Spot(left, top + _ASCENT * size, box, place >= len(near), top < y)
        if not sheet.contains(box) or any(room.overlaps(other) for other in (*taken, *texts)):
            continue
        leader = along(mark, spot.foot(x)) if spot.far else []
        if not any(part.overlaps(text) for part in leader for text in texts):
            return spot
    return None


def along(start: tuple[float, float], end: tuple[float, float]) -> list[Box]:
    """Small boxes along a straight line.

    >>> len(along((0, 0), (0, 12)))
    5
    """
    (x1, y1), (x2, y2) = start, end
    steps = 1 + int(max(abs(x2 - x1), abs(y2 - y1)) / _STEP)
    return [
        Box(x1 + (x2 - x1) * step / steps - 1, y1 + (y2 - y1) * step / steps - 1, 2, 2) for step in range(steps + 1)
    ]


def spread_out(heights: Mapping[str, float], gap: float, top: float, bottom: float) -> dict[str, float]:
    """Heights moved apart so that no two are nearer than a gap, in the same order.

    Args:
        heights: Where each should be.
        gap: How far apart they are at least.
        top: The least height, unless there is not room for all.
        bottom: The greatest one.

    >>> spread_out({"a": 10, "b": 12, "c": 95}, 10, 0, 90)
    {'a': 10, 'b': 20, 'c': 90}
    """
    ranked = sorted(heights, key=lambda name: (heights[name], name))
    placed: dict[str, float] = {}
    least = top
    for name in ranked:
        placed[name] = max(heights[name], least)
        least = placed[name] + gap
    most = bottom
    for name in reversed(ranked):
        placed[name] = min(placed[name], most)
        most = placed[name] - gap
    return placed


def ticks(low: Decimal, high: Decimal) -> list[Decimal]:
    """Round numbers between two others, at most nine of them: multiples of 1, 2 or 5 times a power of ten.

    >>> [str(tick) for tick in ticks(Decimal("12.3"), Decimal("47"))]
    ['15', '20', '25', '30', '35', '40', '45']
    """
    power = Decimal(10) ** ((high - low).adjusted() - 1)
    step = next(power * times for times in (1, 2, 5, 10, 20) if (high - low) / (power * times) <= _MOST_TICKS - 1)
    first = -(-low // step) if low >= 0 else -(abs(low) // step)
    first = first if first * step >= low else first + 1
    return [(first + place) * step for place in range(_MOST_TICKS) if (first + place) * step <= high]
