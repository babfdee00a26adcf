"""Where a forest of things stands on a date axis: each in a row, its descendants near it, and nothing on anything else.

A thing is a dot with its name to the right. From the dot a trunk goes up and down to the rows of what came from it; from the
trunk a branch leads along each such row to the right. Rows are shared where there is room.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["BESIDE", "Spot", "rows_of"]

BESIDE: Final = 11.0
"""How far to the right of what it came from a thing stands at least: a trunk goes up and down between them."""

_ASIDE: Final = 5.0
"""How far from a trunk or a dot nothing of another stands."""

_APART: Final = 12.0
"""How far from a tree nothing of another tree stands."""


@dataclass(frozen=True)
class Spot:
    """What a thing takes of its row.

    Attributes:
        x: Where its dot stands.
        right: Where its name ends.
    """

    x: float
    right: float


@dataclass
class _Profile:
    """What is taken of each row, as sorted spans that do not overlap, and where each node stands."""

    spans: dict[int, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, int] = field(default_factory=dict)

    def is_free(self, row: int, start: float, end: float) -> bool:
        spans = self.spans.get(row, [])
        place = bisect_left(spans, (start, start))
        before = place == 0 or spans[place - 1][1] <= start
        return before and (place == len(spans) or end <= spans[place][0])

    def take(self, row: int, start: float, end: float) -> None:
        insort(self.spans[row], (start, end))

    def takes(self, other: _Profile, by: int, *, apart: float = 0) -> bool:
        """Whether another profile fits, so many rows lower."""
        return all(
            self.is_free(row + by, start - apart, end + apart)
            for row, spans in other.spans.items()
            for start, end in spans
        )

    def add(self, other: _Profile, by: int) -> None:
        for row, spans in other.spans.items():
            for start, end in spans:
                self.take(row + by, start, end)
        self.rows |= {node: row + by for node, row in other.rows.items()}


def rows_of(spots: Mapping[str, Spot], parents: Mapping[str, str], order: Sequence[str]) -> dict[str, int]:
    """The row of each thing, from 0.

    A tree is put together from its leaves: each branch goes into the nearest free row, above or below. Then the trees are
    put where there is room, the largest first.

    Args:
        spots: What each takes of its row.
        parents: What each came from; without cycles, and each at least :data:`BESIDE` to the left of what came from it.
        order: All things, in the order in which equals are placed.

    >>> rows_of({"a": Spot(0, 30), "b": Spot(11, 40), "c": Spot(60, 80)}, {"b": "a"}, "abc")
    {'a': 0, 'b': 1, 'c': 0}
    """
    children: dict[str, list[str]] = defaultdict(list)
    for node in order:
        if node in parents:
            children[parents[node]].append(node)
    trees = [_tree(spots, children, node) for node in order if node not in parents]
    whole = _Profile()
    for tree in sorted(trees, key=lambda tree: -len(tree.rows)):
        top = min(tree.spans)
        by = next(by for by in count(-top) if whole.takes(tree, by, apart=_APART))
        whole.add(tree, by)
    return whole.rows


def _tree(spots: Mapping[str, Spot], children: Mapping[str, Sequence[str]], root: str) -> _Profile:
    """A thing with all that came from it; its own row is 0."""
    profiles: dict[str, _Profile] = {}
    waiting = [root]
    ranked = []
    while waiting:
        ranked.append(node := waiting.pop())
        waiting += children.get(node, ())
    for node in reversed(ranked):
        mine = _Profile()
        spot = spots[node]
        mine.take(0, spot.x - _ASIDE, spot.right)
        mine.rows[node] = 0
        reached = {0}
        for child in sorted(children.get(node, ()), key=lambda child: (len(profiles[child].rows), -spots[child].x)):
            _put(mine, reached, spot.x, profiles[child], spots[child].x)
        profiles[node] = mine
    return profiles[root]


def _put(mine: _Profile, reached: set[int], trunk: float, branch: _Profile, end: float) -> None:
    """Put a branch into the nearest row where it, its line and the trunk to it have room."""
    by = next(by for by in _near() if _has_room(mine, reached, trunk, branch, end, by))
    for row in set(range(min(by, 0), max(by, 0) + 1)) - reached - {by}:
        mine.take(row, trunk - _ASIDE, trunk + _ASIDE)
    mine.add(branch, by)
    mine.take(by, *_line(reached, trunk, end, by))
    reached.update(range(min(by, 0), max(by, 0) + 1))


def _line(reached: set[int], trunk: float, end: float, by: int) -> tuple[float, float]:
    """What the line to a branch takes of its row; the trunk may pass there already."""
    return trunk + (_ASIDE if by in reached else -_ASIDE), end - _ASIDE


def _has_room(  # noqa: PLR0913, PLR0917 - what must fit
    mine: _Profile, reached: set[int], trunk: float, branch: _Profile, end: float, by: int
) -> bool:
    passed = set(range(min(by, 0), max(by, 0) + 1)) - reached - {by}
    return (
        mine.is_free(by, *_line(reached, trunk, end, by))
        and all(mine.is_free(row, trunk - _ASIDE, trunk + _ASIDE) for row in passed)
        and mine.takes(branch, by)
    )


def _near() -> Iterator[int]:
    """Rows by their distance: 1 below, 1 above, 2 below ..."""
    return chain.from_iterable((distance, -distance) for distance in count(1))
