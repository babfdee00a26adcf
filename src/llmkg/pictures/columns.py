"""The date axis of a lineage picture: columns of things, each later than the column before it.

The axis is stretched where much happened: a year takes as many columns as it needs, so that nothing stands beside what it
came from. What has no date stands right before the earliest thing that came from it, or after all others.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import networkx as nx

__all__ = ["Column", "columns", "in_order"]

DATED: Final = 0
AFTER: Final = 1

_PASSES: Final = 40
_YEAR: Final = 4
_ISO: Final = 10


@dataclass
class Column:
    """Things that stand under each other.

    Attributes:
        bucket: 0, or 1 where they have no date and nothing dated came from them: they stand after all others.
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


def in_order(graph: nx.MultiDiGraph[str]) -> dict[str, tuple[int, str]]:
    """All nodes by date, with where they stand: among (0) or after (1) what has a date, and the day they are drawn at.

    A date given as a year or a month is drawn as early in it as what the thing came from allows.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph([("b", "a"), ("c", "b"), ("b", "set")])
    >>> view.add_node("a", date="2023-03-01")
    >>> view.add_node("b", date="2023")
    >>> in_order(view)
    {'a': (0, '2023-03-01'), 'set': (0, '2023-03-01'), 'b': (0, '2023-03-01'), 'c': (1, '')}
    """
    days = _days(graph)
    places = {node: (DATED, days[node]) if node in days else (AFTER, "") for node in graph}
    depth = _depths(graph, places)
    ranked = sorted(graph, key=lambda node: (*places[node], depth[node], _label(graph, node), node))
    return {node: places[node] for node in ranked}


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


def _days(graph: nx.MultiDiGraph[str]) -> dict[str, str]:
    """The day at which each node is drawn that has a date, or that something with a date came from."""
    spans = {
        node: (f"{date}-01-01"[:_ISO] if len(date) == _YEAR else f"{date}-01"[:_ISO], _last_day(date))
        for node, data in graph.nodes(data=True)
        if (date := str(data.get("date", "")))
    }
    days = {node: first for node, (first, _) in spans.items()}
    for _ in range(_PASSES):
        for node, (_, last) in spans.items():
            latest = max((days[parent] for parent in graph.successors(node) if parent in spans), default="")
            if days[node] < latest <= last:
                days[node] = latest
    waiting = deque(sorted(spans, key=lambda node: (days[node], node)))
    while waiting:
        node = waiting.popleft()
        for parent in sorted(graph.successors(node)):
            if parent not in spans and days[node] < days.get(parent, "~"):
                days[parent] = days[node]
                waiting.append(parent)
    return days


def _last_day(date: str) -> str:
    return date + "-12-31"[len(date) - _YEAR :]


def _depths(graph: nx.MultiDiGraph[str], places: Mapping[str, tuple[int, str]]) -> dict[str, int]:
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
