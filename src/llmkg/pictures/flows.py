"""Where the bars and bands of a flow picture stand: givers in one column, takers in another, as high as what they gave or took."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["OTHERS", "Band", "Bar", "Flow", "FlowLayout", "flow_layout", "under_others"]

OTHERS: Final = ""
"""Stands for all that are not drawn by themselves."""

_HEIGHT: Final = 520.0
_SLOT: Final = 16.0
_GAP: Final = 5.0
_SWEEPS: Final = 12


@dataclass(frozen=True)
class Flow:
    """What one took from another.

    Attributes:
        taker: Who took it; :data:`OTHERS` for several.
        giver: From whom.
        sure: Whether it is sure.
        weight: How much.
    """

    taker: str
    giver: str
    sure: bool
    weight: float


@dataclass(frozen=True)
class Bar:
    """A giver or a taker.

    Attributes:
        node: Who it is.
        top: Where it begins, from the top of the chart.
        height: How high it is.
        weight: How much it gave or took.
    """

    node: str
    top: float
    height: float
    weight: float


@dataclass(frozen=True)
class Band:
    """A flow with its place.

    Attributes:
        flow: The flow.
        left: Where it begins on the side of the givers, from the top of the chart.
        right: Where it begins on the side of the takers.
        height: How wide it is.
    """

    flow: Flow
    left: float
    right: float
    height: float


@dataclass(frozen=True)
class FlowLayout:
    """Where everything stands.

    Attributes:
        givers: From top to bottom.
        takers: From top to bottom.
        bands: In an order that depends on nothing but the flows.
        height: How high the chart is.
    """

    givers: tuple[Bar, ...]
    takers: tuple[Bar, ...]
    bands: tuple[Band, ...]
    height: float


def under_others(weights: Mapping[str, float], limit: int) -> dict[str, str]:
    """Who is drawn as whom: those with the largest weights as themselves, and the rest as :data:`OTHERS`.

    Args:
        weights: The weight of each.
        limit: How many to draw, the others counted as one.

    >>> under_others({"a": 3, "b": 1, "c": 2}, 2)
    {'a': 'a', 'c': '', 'b': ''}
    """
    ranked = sorted(weights, key=lambda node: (-weights[node], node))
    kept = limit if len(ranked) <= limit else limit - 1
    return {node: node if place < kept else OTHERS for place, node in enumerate(ranked)}


def flow_layout(flows: Sequence[Flow]) -> FlowLayout:
    """Place flows so that few of them cross: givers from the greatest down, takers near those they took from.

    The order of the takers is that of the weighted means of their givers' places and back again, as in Sugiyama, Tagawa
    and Toda, "Methods for visual understanding of hierarchical system structures" (1981), https://doi.org/10.1109/TSMC.1981.4308636.

    Args:
        flows: No two of them the same taker, giver and sureness.

    >>> layout = flow_layout([Flow("b", "a", True, 3), Flow("c", "a", True, 1)])
    >>> [bar.node for bar in layout.takers], layout.givers[0].weight
    (['b', 'c'], 4.0)
    """
    gave, took = _weights(flows, "giver"), _weights(flows, "taker")
    givers = sorted(gave, key=lambda node: (node == OTHERS, -gave[node], node))
    takers = sorted(took, key=lambda node: (node == OTHERS, -took[node], node))
    best = (_crossings(flows, givers, takers), givers, takers)
    for _ in range(_SWEEPS):
        takers = _near(flows, "taker", takers, "giver", givers)
        givers = _near(flows, "giver", givers, "taker", takers)
        crossed = _crossings(flows, givers, takers)
        if crossed < best[0]:
            best = (crossed, givers, takers)
    _, givers, takers = best
    scale = _HEIGHT / sum(flow.weight for flow in flows)
    left, right = _bars(givers, gave, scale), _bars(takers, took, scale)
    height = max(_end(left), _end(right))
    left, right = (_lowered(bars, (height - _end(bars)) / 2) for bars in (left, right))
    starts = _starts(flows, left, givers, takers, of_giver=True)
    ends = _starts(flows, right, givers, takers, of_giver=False)
    ordered = sorted(flows, key=lambda flow: (-flow.weight, flow.giver, flow.taker, not flow.sure))
    bands = tuple(Band(flow, starts[flow], ends[flow], flow.weight * scale) for flow in ordered)
    return FlowLayout(left, right, bands, height)


def _weights(flows: Iterable[Flow], end: str) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for flow in flows:
        weights[getattr(flow, end)] += flow.weight
    return dict(weights)


def _near(flows: Iterable[Flow], end: str, nodes: Sequence[str], other: str, others: Sequence[str]) -> list[str]:
    """One side in the order of the weighted means of where the other ends of their flows are; what is folded stays last."""
    at = {node: place for place, node in enumerate(others)}
    sums: dict[str, float] = defaultdict(float)
    for flow in flows:
        sums[getattr(flow, end)] += at[getattr(flow, other)] * flow.weight
    weights = _weights(flows, end)
    before = {node: place for place, node in enumerate(nodes)}
    return sorted(nodes, key=lambda node: (node == OTHERS, sums[node] / weights[node], before[node]))


def _crossings(flows: Sequence[Flow], givers: Sequence[str], takers: Sequence[str]) -> float:
    """How much of the flows cross: the products of the weights of those that do."""
    left = {node: place for place, node in enumerate(givers)}
    right = {node: place for place, node in enumerate(takers)}
    ends = [(left[flow.giver], right[flow.taker], flow.weight) for flow in flows]
    return sum(
        one[2] * two[2]
        for place, one in enumerate(ends)
        for two in ends[place + 1 :]
        if (one[0] - two[0]) * (one[1] - two[1]) < 0
    )


def _bars(nodes: Iterable[str], weights: Mapping[str, float], scale: float) -> tuple[Bar, ...]:
    """Bars under each other, each with room for a line of text."""
    bars = []
    y = 0.0
    for node in nodes:
        height = weights[node] * scale
        slot = max(height, _SLOT)
        bars.append(Bar(node, y + (slot - height) / 2, height, weights[node]))
        y += slot + _GAP
    return tuple(bars)


def _end(bars: Sequence[Bar]) -> float:
    last = bars[-1]
    return last.top + last.height + max(0.0, _SLOT - last.height) / 2


def _lowered(bars: Iterable[Bar], by: float) -> tuple[Bar, ...]:
    return tuple(Bar(bar.node, bar.top + by, bar.height, bar.weight) for bar in bars)


def _starts(
    flows: Iterable[Flow], bars: Iterable[Bar], givers: Sequence[str], takers: Sequence[str], *, of_giver: bool
) -> dict[Flow, float]:
    """Where each flow begins at its bar, in the order of the bars at the other ends."""
    down = {bar.node: bar.top for bar in bars}
    left = {node: place for place, node in enumerate(givers)}
    right = {node: place for place, node in enumerate(takers)}
    scale = _HEIGHT / sum(flow.weight for flow in flows)
    begins = {}
    for flow in sorted(flows, key=lambda flow: (left[flow.giver], right[flow.taker], not flow.sure)):
        node = flow.giver if of_giver else flow.taker
        begins[flow] = down[node]
        down[node] += flow.weight * scale
    return begins
