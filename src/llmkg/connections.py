"""How two things are connected: the shortest way through claims, every hop with its evidence.

A chain of lineage from the one to the other is what people want to know; where there is none, any claims will do.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from llmkg.lineage import Edge, about, edge_of, members
from llmkg.terms import NS, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.store import Store

__all__ = ["Hop", "connection"]

_MODELS: Final = {"family", "model", "product"}
_THINGS: Final = {
    *_MODELS,
    *("organization", "person", "dataset", "benchmark", "software", "hardware"),
    *("technique", "source"),
}
_MEMBERSHIP: Final = 0.5
_LINEAGE: Final = 1.0
_OTHER: Final = 2.5
"""What a hop costs: belonging to a family less than a step of lineage, and any other claim more than two of those."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A step from one thing to the next.

    Attributes:
        start: IRI of where the step begins.
        end: IRI of where it leads.
        edge: What connects the two, in whichever direction; without a claim for what belongs to a family or a model, which
            the graph records itself.
        also: How many other claims connect the two.
    """

    start: str
    end: str
    edge: Edge
    also: int

    def record(self) -> dict[str, Any]:
        """The hop as plain data, in the shape that ``llmkg path --format json`` keeps."""
        said = {name: value or None for name, value in self.edge.record().items()}
        return {"start": self.start, "end": self.end, **said, "also": self.also}

    def sentence(self, names: Names) -> str:
        """The hop in a line: who to whom, by which relation, and who says so."""
        edge = self.edge
        verb = f"took {names.label(edge.technique)} from" if edge.technique else names.label(edge.relation)
        said = f"{names.label(edge.child)} {verb} {names.label(edge.parent)}"
        if not edge.claim:
            return f"{said} (the graph's own record)"
        also = f", and {self.also} more" if self.also else ""
        status = names.label(edge.status).lower()
        return f"{said} ({names.label(edge.source)}, {edge.locator}) [{status}]{also}"


def connection(
    store: Store, catalogue: Catalogue, start: str, end: str, *, statuses: Collection[str] | None = None
) -> tuple[Hop, ...]:
    """The cheapest way from one thing to another: by lineage alone if the one came from the other, or else by any claims.

    Claims are read step by step from both ends, so a short way is found soon in a large graph.

    Args:
        store: The store.
        catalogue: The saved questions.
        start: IRI of the one.
        end: IRI of the other.
        statuses: IRIs of the statuses that a claim may have; None for all.

    Returns:
        The hops; none if nothing connects the two, or they are the same.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> hops = connection(kg.store, kg.catalogue, kg["gpt-2"].iri, kg["llama"].iri)
    >>> [kg.names.label(hop.end) for hop in hops]
    ['GPT-3', 'LLaMA']
    """
    claims = _Claims(store, catalogue, statuses)
    nodes: list[str] = [start] if start == end else []
    if not nodes and {kind_of(start), kind_of(end)} <= _MODELS:
        nodes = _cheapest(_Reach(end, claims.upwards), _Reach(start))[::-1]
        nodes = nodes or _cheapest(_Reach(start, claims.upwards), _Reach(end))
    nodes = nodes or _cheapest(_Reach(start, claims.around), _Reach(end, claims.around))
    graph = claims.between(nodes)
    return tuple(_hop(graph, one, other) for one, other in pairwise(nodes))


Way = tuple[str, str, float]
"""From where, to where, at what cost."""


@dataclass(frozen=True)
class _Claims:
    """Reads claims between things, and what belongs to what."""

    store: Store
    catalogue: Catalogue
    statuses: Collection[str] | None

    def read(self, id_: str, name: str, nodes: Collection[str]) -> list[Edge]:
        """The edges of a question about some nodes, of the statuses and between the kinds of things that count."""
        edges = [edge_of(row) for row in about(self.store, self.catalogue, id_, name, nodes)]
        return [
            edge
            for edge in edges
            if {kind_of(edge.child), kind_of(edge.parent)} <= _THINGS
            and edge.child != edge.parent
            and (self.statuses is None or edge.status in self.statuses)
        ]

    def belonging(self, nodes: Collection[str]) -> Iterator[Way]:
        """From members to what they are one of, and back."""
        for end in ("member", "parent"):
            for member, parent in members(self.store, self.catalogue, end, nodes):
                yield (member, parent, _MEMBERSHIP) if end == "member" else (parent, member, _MEMBERSHIP)

    def upwards(self, nodes: Collection[str]) -> Iterator[Way]:
        """By lineage to what came before."""
        yield from self.belonging(nodes)
        for edge in self.read("lineage/edges", "from", nodes):
            if _cost(edge) == _LINEAGE:
                yield edge.child, edge.parent, _LINEAGE

    def around(self, nodes: Collection[str]) -> Iterator[Way]:
        """By any claim."""
        yield from self.belonging(nodes)
        for edge in self.read("lineage/links", "from", nodes):
            yield edge.child, edge.parent, _cost(edge)
        for edge in self.read("lineage/links", "to", nodes):
            yield edge.parent, edge.child, _cost(edge)

    def between(self, nodes: Collection[str]) -> nx.MultiDiGraph[str]:
        """All claims that connect any of a few nodes, keyed by claim, with the :class:`Edge` as ``edge`` and its ``cost``."""
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for edge in self.read("lineage/links", "from", nodes):
            if edge.parent in nodes:
                graph.add_edge(edge.child, edge.parent, key=edge.claim, edge=edge, cost=_cost(edge))
        for member, parent in members(self.store, self.catalogue, "member", nodes):
            edge = Edge(member, parent, "", NS + "isVariantOf", "", claim="", status="", source="", locator="")
            graph.add_edge(member, parent, key="", edge=edge, cost=_MEMBERSHIP)
        return graph


def _cost(edge: Edge) -> float:
    return _LINEAGE if edge.stratum and {kind_of(edge.child), kind_of(edge.parent)} <= _MODELS else _OTHER


class _Reach:
    """What was reached from one end, by Dijkstra's method; all nodes of the same cost are asked about at once.

    Attributes:
        ways: Asks about nodes; None for an end that is only waited for.
        cost: Of the nodes reached.
        before: From where each was reached.
        waiting: What was reached and not asked about yet.
    """

    def __init__(self, root: str, ways: Callable[[Collection[str]], Iterator[Way]] | None = None) -> None:
        self.ways = ways
        self.cost = {root: 0.0}
        self.before: dict[str, str] = {}
        self.waiting = {root}

    @property
    def least(self) -> float:
        """The least cost of what waits; without end if nothing does."""
        return min((self.cost[node] for node in self.waiting), default=math.inf)

    def grow(self) -> list[str]:
        """Ask about the nearest nodes; what was reached now, or at less cost than before."""
        least = self.least
        near = {node for node in self.waiting if self.cost[node] == least}
        self.waiting -= near
        better = []
        for start, end, cost in sorted(self.ways(near)) if self.ways else ():
            if self.cost[start] + cost < self.cost.get(end, math.inf):
                self.cost[end] = self.cost[start] + cost
                self.before[end] = start
                self.waiting.add(end)
                better.append(end)
        return better

    def way(self, node: str) -> list[str]:
        """The nodes from the root to a node."""
        nodes = [node]
        while nodes[-1] in self.before:
            nodes.append(self.before[nodes[-1]])
        return nodes[::-1]


def _cheapest(one: _Reach, other: _Reach) -> list[str]:
    """The nodes on the cheapest way from the root of the one to that of the other; none if there is no way."""
    meeting, best = "", math.inf
    while one.least + other.least < best:
        side, opposite = (one, other) if other.ways is None or one.least <= other.least else (other, one)
        for node in side.grow():
            if node in opposite.cost and side.cost[node] + opposite.cost[node] < best:
                meeting, best = node, side.cost[node] + opposite.cost[node]
    return [*one.way(meeting), *other.way(meeting)[-2::-1]] if meeting else []


def _hop(graph: nx.MultiDiGraph[str], start: str, end: str) -> Hop:
    found: list[dict[str, Any]] = [
        *(graph[start][end].values() if graph.has_edge(start, end) else ()),
        *(graph[end][start].values() if graph.has_edge(end, start) else ()),
    ]
    best = min(found, key=lambda data: (data["cost"], data["edge"].claim))
    return Hop(start, end, best["edge"], also=len(found) - 1)
