"""Orders and heights in a drawing of columns: few crossings, straight lines, nothing on anything else.

After the layered drawing of Sugiyama, Tagawa and Toda (1981), https://doi.org/10.1109/TSMC.1981.4308636, with heights by
isotonic regression (pool adjacent violators, Ayer et al. 1955, https://doi.org/10.1214/aoms/1177728423).
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

__all__ = ["crossings", "placed", "untangled"]

T = TypeVar("T", bound="Hashable")

_SWEEPS: Final = 24


def crossings(left: Sequence[T], right: Sequence[T], links: Iterable[tuple[T, T]]) -> int:
    """How many pairs of links cross between two columns.

    Args:
        left: The items of one column, from top to bottom.
        right: Those of the next.
        links: Pairs of an item on the left and one on the right.

    >>> crossings(["a", "b"], ["c", "d"], [("a", "d"), ("b", "c")])
    1
    """
    here = {item: place for place, item in enumerate(left)}
    there = {item: place for place, item in enumerate(right)}
    seen: list[int] = []
    count = 0
    for _, end in sorted((here[one], there[other]) for one, other in links):
        count += len(seen) - bisect_right(seen, end)
        insort(seen, end)
    return count


def untangled(layers: Sequence[Sequence[T]], links: Sequence[Sequence[tuple[T, T]]]) -> list[list[T]]:
    """The items of each column in an order in which few links cross: by the mean place of what each is linked to.

    Args:
        layers: The items of each column, in the order to begin with.
        links: Of each column but the last, its links to the next.

    >>> untangled([["a", "b"], ["c", "d"]], [[("a", "d"), ("b", "c")]])
    [['a', 'b'], ['d', 'c']]
    """
    order = [list(layer) for layer in layers]
    best, fewest = [list(layer) for layer in order], _total(order, links)
    for sweep in range(_SWEEPS):
        rightwards = sweep % 2 == 0
        for place in range(1, len(order)) if rightwards else range(len(order) - 2, -1, -1):
            beside = order[place - 1 if rightwards else place + 1]
            at = {item: number / max(1, len(beside) - 1) for number, item in enumerate(beside)}
            means: dict[T, list[float]] = {}
            for one, other in links[place - 1 if rightwards else place]:
                item, neighbour = (other, one) if rightwards else (one, other)
                means.setdefault(item, []).append(at[neighbour])
            own = {item: number / max(1, len(order[place]) - 1) for number, item in enumerate(order[place])}
            key = {item: sum(means[item]) / len(means[item]) if item in means else own[item] for item in own}
            order[place].sort(key=key.__getitem__)
        count = _total(order, links)
        if count < fewest:
            best, fewest = [list(layer) for layer in order], count
    return best


def _total(order: Sequence[Sequence[T]], links: Sequence[Sequence[tuple[T, T]]]) -> int:
    return sum(crossings(order[place], order[place + 1], between) for place, between in enumerate(links))


def placed(
    wanted: Sequence[float], weights: Sequence[float], heights: Sequence[float], gap: float, room: float
) -> list[float]:
    """Upper ends of items under each other, as near as can be to where they are wanted.

    Args:
        wanted: Where the upper end of each should be, in the order of the items from top to bottom.
        weights: How much it matters for each.
        heights: How high each is.
        gap: What stays free between two.
        room: How high the column is; at least as much as the items and gaps take.

    >>> placed([0, 0, 50], [1, 1, 1], [10, 10, 10], 2, 100)
    [0.0, 12.0, 50.0]
    """
    before = [0.0]
    for height in heights:
        before.append(before[-1] + height + gap)
    most = max(0.0, room - (before[-1] - gap))
    blocks: list[tuple[float, float, int]] = []  # mean, weight, number of items
    for aim, weight, above in zip(wanted, weights, before, strict=False):
        mean, total, number = aim - above, weight, 1
        while blocks and blocks[-1][0] >= mean:
            other, more, items = blocks.pop()
            mean, total, number = (mean * total + other * more) / (total + more), total + more, number + items
        blocks.append((mean, total, number))
    free = [min(max(mean, 0.0), most) for mean, _, number in blocks for _ in range(number)]
    return [above + shift for above, shift in zip(before, free, strict=False)]
