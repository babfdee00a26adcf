"""How two things are connected: the shortest way through claims, every hop with its evidence.

A chain of lineage from the one to the other is what people want to know; where there is none, any claims will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from llmkg.lineage import Edge, edge_of
from llmkg.queries import ask
from llmkg.terms import NS, kind_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.store import Store

__all__ = ["Hop", "connection", "connection_graph"]

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


def connection_graph(
    store: Store, catalogue: Catalogue, *, statuses: Collection[str] | None = None
) -> nx.MultiDiGraph[str]:
    """All claims between things as a graph.

    Args:
        store: The store.
        catalogue: The saved questions.
        statuses: IRIs of the statuses that a claim may have; None for all.

    Returns:
        Nodes are IRIs; an edge goes from the subject, keyed by claim, with its ``cost`` and the :class:`llmkg.lineage.Edge` as ``edge``.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> connection_graph(kg.store, kg.catalogue).number_of_edges() > 1000
    True
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in ask(store, catalogue.text("lineage/links")).records():
        edge = edge_of(row)
        kinds = {kind_of(edge.child), kind_of(edge.parent)}
        is_wanted = kinds <= _THINGS and edge.child != edge.parent
        if is_wanted and (statuses is None or edge.status in statuses):
            cost = _LINEAGE if edge.stratum and kinds <= _MODELS else _OTHER
            graph.add_edge(edge.child, edge.parent, key=edge.claim, cost=cost, edge=edge)
    for row in ask(store, catalogue.text("lineage/members")).records():
        member, parent = (term.value if (term := row[name]) is not None else "" for name in ("member", "parent"))
        edge = Edge(member, parent, "", NS + "isVariantOf", "", claim="", status="", source="", locator="")
        graph.add_edge(member, parent, key="", cost=_MEMBERSHIP, edge=edge)
    return graph


def connection(graph: nx.MultiDiGraph[str], start: str, end: str) -> tuple[Hop, ...]:
    """The cheapest way from one thing to another: by lineage alone if the one came from the other, or else by any claims.

    Args:
        graph: From :func:`connection_graph`.
        start: IRI of the one.
        end: IRI of the other.

    Returns:
        The hops; none if nothing connects the two, or they are the same.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> hops = connection(connection_graph(kg.store, kg.catalogue), kg["gpt-2"].iri, kg["llama"].iri)
    >>> [kg.names.label(hop.end) for hop in hops]
    ['GPT-3', 'LLaMA']
    """
    if start not in graph or end not in graph:
        return ()
    lineage: nx.DiGraph[str] = nx.DiGraph()
    for one, other, data in graph.edges(data=True):
        if data["cost"] <= _LINEAGE:
            lineage.add_edge(one, other, cost=data["cost"])
            if data["cost"] == _MEMBERSHIP:
                lineage.add_edge(other, one, cost=data["cost"])
    down, up = _cheapest(lineage, end, start), _cheapest(lineage, start, end)
    nodes = [*reversed(down)] or up or _cheapest(graph.to_undirected(as_view=True), start, end)
    return tuple(_hop(graph, one, other) for one, other in pairwise(nodes))


def _cheapest(graph: nx.Graph[str], start: str, end: str) -> list[str]:
    """The nodes on the cheapest way; none if there is no way."""
    try:
        return list(nx.dijkstra_path(graph, start, end, weight=_cost))
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return []


def _cost(_: str, __: str, data: dict[str, Any]) -> float:
    """The cost between two nodes; of several claims, the least."""
    return float(data["cost"] if "cost" in data else min(claim["cost"] for claim in data.values()))


def _hop(graph: nx.MultiDiGraph[str], start: str, end: str) -> Hop:
    found: list[dict[str, Any]] = [
        *(graph[start][end].values() if graph.has_edge(start, end) else ()),
        *(graph[end][start].values() if graph.has_edge(end, start) else ()),
    ]
    best = min(found, key=lambda data: (data["cost"], data["edge"].claim))
    return Hop(start, end, best["edge"], also=len(found) - 1)
