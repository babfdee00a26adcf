"""The date axis of a lineage picture: columns of things, each later than the column before it.

The axis is stretched where much happened: a year takes as many columns as it needs, so that nothing stands beside what it
came from. What has no date stands before the earliest thing that came from it, or after all others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Column", "columns", "drawn_days"]

_PASSES: Final = 40
_YEAR: Final = 4
_SPARE: Final = 1.5
"""How much higher a column may get so that what has no date stands next to what came from it."""


@dataclass
class Column:
    """Things that stand under each other.

    Attributes:
        nodes: Their IRIs.
        first: The earliest date among them, as the source gives it; empty if none is known.
        last: The latest one.
        is_after: Whether it stands after all that has a date.
    """

    nodes: list[str] = field(default_factory=list)
    first: str = ""
    last: str = ""
    is_after: bool = False

    @property
    def year(self) -> str:
        """The year of their dates; empty if none is known."""
        return self.first[:_YEAR]


def drawn_days(graph: nx.MultiDiGraph[str]) -> dict[str, str]:
    """The day at which each thing with a date is drawn.

    A date given as a year or a month is drawn as early in it as what the thing came from allows.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph([("b", "a")])
    >>> view.add_node("a", date="2023-03-01")
    >>> view.add_node("b", date="2023")
    >>> drawn_days(view)
    {'b': '2023-03-01', 'a': '2023-03-01'}
    """
    dates = {node: str(data["date"]) for node, data in graph.nodes(data=True) if data.get("date")}
    days = {node: date + "-01-01"[len(date) - _YEAR :] for node, date in dates.items()}
    for _ in range(_PASSES):
        for node, date in dates.items():
            latest = max((days[parent] for parent in graph.successors(node) if parent in days), default="")
            if days[node] < latest <= date + "-12-31"[len(date) - _YEAR :]:
                days[node] = latest
    return days


def columns(graph: nx.MultiDiGraph[str], height_of: Callable[[str], float], tallest: float) -> list[Column]:
    """The nodes in columns: each is later than those in the columns before, of one year, and related to none in its own.

    Args:
        graph: A graph view, without loops.
        height_of: How high a node is drawn, with the gap below it.
        tallest: How high a column may be; a single node may be higher.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph([("b", "a"), ("c", "b")])
    >>> view.add_node("b", date="2023")
    >>> [column.nodes for column in columns(view, lambda node: 1, 10)]
    [['a'], ['b'], ['c']]
    """
    days = drawn_days(graph)
    close = _close(graph, days)
    depth = _depths(close, days)
    neighbours = {node: {*close.successors(node), *close.predecessors(node)} for node in graph}

    def order(node: str) -> tuple[str, int, str, str]:
        return days.get(node, ""), depth[node], _label(graph, node), node

    def filled(nodes: Iterable[str], *, is_after: bool) -> list[Column]:
        made: list[Column] = []
        height = 0.0
        for node in sorted(nodes, key=order):
            date = str(graph.nodes[node].get("date", ""))
            if (
                not made
                or (date and date[:_YEAR] != made[-1].year)
                or height + height_of(node) > tallest
                or not neighbours[node].isdisjoint(made[-1].nodes)
            ):
                made.append(Column(is_after=is_after))
                height = 0.0
            column = made[-1]
            column.nodes.append(node)
            column.first = min(column.first or date, date)
            column.last = max(column.last, date)
            height += height_of(node)
        return made

    made = filled(days, is_after=False)
    before = {node for child in days for node in nx.descendants(graph, child)} - days.keys()
    for node in _younger_first(graph.subgraph(before)):
        _put_before(node, made, graph, height_of, tallest)
    return made + filled(graph.nodes - days.keys() - before, is_after=True)


def _put_before(
    node: str, made: list[Column], graph: nx.MultiDiGraph[str], height_of: Callable[[str], float], tallest: float
) -> None:
    """Put what has no date in the latest column before what came from it that has room, or in a new one."""
    at = {other: place for place, column in enumerate(made) for other in column.nodes}
    end = min(at[child] for child in graph.predecessors(node) if child in at)
    start = max((at[parent] + 1 for parent in graph.successors(node) if at.get(parent, end) < end), default=0)
    beside = {*graph.successors(node), *graph.predecessors(node)}
    free = [place for place in range(start, end) if beside.isdisjoint(made[place].nodes)]
    roomy = [place for place in free if sum(map(height_of, (*made[place].nodes, node))) <= _SPARE * tallest]
    if not free:
        made.insert(end, Column([node]))
    else:
        made[max(roomy or free)].nodes.append(node)


def _younger_first(graph: nx.MultiDiGraph[str]) -> list[str]:
    """All nodes, each before what it came from unless they came from each other."""
    whole = nx.condensation(nx.DiGraph(graph))
    members = whole.nodes(data="members")
    first = {part: min(nodes) for part, nodes in members}
    ranked = nx.lexicographical_topological_sort(whole, key=first.__getitem__)
    return [node for part in ranked for node in sorted(members[part])]


def _close(graph: nx.MultiDiGraph[str], days: Mapping[str, str]) -> nx.DiGraph[str]:
    """What came from what, directly or by way of things without a date."""
    close: nx.DiGraph[str] = nx.DiGraph(graph)
    for node in days:
        seen: set[str] = set()
        waiting = [parent for parent in graph.successors(node) if parent not in days]
        while waiting:
            between = waiting.pop()
            if between not in seen:
                seen.add(between)
                close.add_edges_from((node, parent) for parent in graph.successors(between) if parent != node)
                waiting += [parent for parent in graph.successors(between) if parent not in days]
    return close


def _depths(graph: nx.DiGraph[str], days: Mapping[str, str]) -> dict[str, int]:
    """Among what is drawn at the same day, how many steps each came after the first."""
    depth = dict.fromkeys(graph, 0)
    for _ in range(_PASSES):
        for child, parent in graph.edges():
            if days.get(child) == days.get(parent) and depth[child] <= depth[parent] < _PASSES:
                depth[child] = depth[parent] + 1
    return depth


def _label(graph: nx.MultiDiGraph[str], node: str) -> str:
    return str(graph.nodes[node].get("label", node)).casefold()
