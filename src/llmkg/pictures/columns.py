"""The date axis of a lineage picture: columns of things, each later than the column before it.

The axis is stretched where much happened: a year takes as many columns as it needs, so that nothing stands beside what it
came from. What has no date stands before or after all others, or right behind what it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import networkx as nx

__all__ = ["Column", "columns", "in_order"]

BEFORE: Final = 0
DATED: Final = 1
AFTER: Final = 2

_PASSES: Final = 40


@dataclass
class Column:
    """Things that stand under each other.

    Attributes:
        bucket: Whether they have no date and stand before (0) or after (2) all that has one (1).
        nodes: Their IRIs.
        first: The earliest date among them, as the source gives it; empty if none is known.
        last: The latest one.
    """

    bucket: int
    nodes: list[str] = field(default_factory=list)
    first: str = ""
    last: str = ""

    @property
    def year(self) -> str:
        """The year of the earliest date; empty if none is known."""
        return self.first[:4]


@dataclass(frozen=True)
class _Place:
    bucket: int
    day: str


def in_order(graph: nx.MultiDiGraph[str]) -> dict[str, tuple[int, str]]:
    """All nodes by date, with where they stand: before, among or after what has a date, and the day they are drawn at.

    A date given as a year or a month is drawn as early in it as what the thing came from allows. A thing without a date
    that something dated came from stands where the latest dated thing that it came from does.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph([("b", "a"), ("c", "b")])
    >>> view.add_node("a", date="2023-03-01")
    >>> view.add_node("b", date="2023")
    >>> in_order(view)
    {'a': (1, '2023-03-01'), 'b': (1, '2023-03-01'), 'c': (2, '')}
    """
    places = _dated(graph)
    for node in _undated_between(graph, set(places)):
        days = [places[parent].day for parent in graph.successors(node) if parent in places]
        if days:
            places[node] = _Place(DATED, max(days))
    for node in graph:
        if node not in places:
            places[node] = _Place(AFTER if graph.out_degree(node) else BEFORE, "")
    depth = _depths(graph, places)
    ranked = sorted(
        graph, key=lambda node: (places[node].bucket, places[node].day, depth[node], _label(graph, node), node)
    )
    return {node: (places[node].bucket, places[node].day) for node in ranked}


def columns(
    graph: nx.MultiDiGraph[str], height_of: Callable[[str], float], tallest: float, *, every_year: bool = True
) -> list[Column]:
    """The nodes in columns: each is later than those in the columns before, and related to none in its own.

    Args:
        graph: A graph view.
        height_of: How high a node is drawn, with the gap below it.
        tallest: How high a column may be; a single node may be higher.
        every_year: Whether each year begins a column.
    """
    made: list[Column] = []
    neighbours = {node: {*graph.successors(node), *graph.predecessors(node)} - {node} for node in graph}
    height = 0.0
    for node, (bucket, _) in in_order(graph).items():
        date = str(graph.nodes[node].get("date", ""))
        last = made[-1] if made else None
        if (
            last is None
            or last.bucket != bucket
            or (every_year and last.year and date and last.year != date[:4])
            or height + height_of(node) > tallest
            or not neighbours[node].isdisjoint(last.nodes)
        ):
            last = Column(bucket)
            made.append(last)
            height = 0
        last.nodes.append(node)
        height += height_of(node)
        if date:
            last.first = min(last.first or date, date)
            last.last = max(last.last, date)
    return made


def _dated(graph: nx.MultiDiGraph[str]) -> dict[str, _Place]:
    """The day at which each dated node is drawn."""
    spans: dict[str, tuple[str, str]] = {}
    for node, data in graph.nodes(data=True):
        if date := str(data.get("date", "")):
            spans[node] = (date + "-01-01"[len(date) - 4 :], date + "-12-31"[len(date) - 4 :])
    days = {node: first for node, (first, _) in spans.items()}
    for _ in range(_PASSES):
        changed = False
        for node, (_, last) in spans.items():
            latest = max((days[parent] for parent in graph.successors(node) if parent in days), default="")
            if days[node] < latest <= last:
                days[node] = latest
                changed = True
        if not changed:
            break
    return {node: _Place(DATED, day) for node, day in days.items()}


def _undated_between(graph: nx.MultiDiGraph[str], dated: Collection[str]) -> Sequence[str]:
    """Nodes without a date that came from something and that something dated came from, older ones first."""
    found = [
        node
        for node in sorted(graph)
        if node not in dated and graph.out_degree(node) and any(child in dated for child in graph.predecessors(node))
    ]
    return found


def _depths(graph: nx.MultiDiGraph[str], places: Mapping[str, _Place]) -> dict[str, int]:
    """Among what is drawn at the same day, how many steps each came after the first."""
    depth = dict.fromkeys(graph, 0)
    for _ in range(_PASSES):
        changed = False
        for child, parent in graph.edges():
            if places[child] == places[parent] and child != parent and depth[child] <= depth[parent] < _PASSES:
                depth[child] = depth[parent] + 1
                changed = True
        if not changed:
            break
    return depth


def _label(graph: nx.MultiDiGraph[str], node: str) -> str:
    return str(graph.nodes[node].get("label", node)).casefold()
