"""How two things are connected: the shortest way through claims, every hop with its evidence.

A chain of lineage from the one to the other is what people want to know; where there is none, any claims will do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from llmkg.queries import ask
from llmkg.terms import NS, kind_of, shrink

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
        subject: IRI of the one of the two of which the relation is said.
        relation: IRI of the relation.
        technique: IRI of the technique that was taken; empty if the relation is another.
        claim: IRI of the claim; empty for what belongs to a family or a model, which the graph records without one.
        status: IRI of how sure it is; empty without a claim.
        source: IRI of who says it; empty without a claim.
        locator: Where in the source; empty without a claim.
        also: How many other claims connect the two.
    """

    start: str
    end: str
    subject: str
    relation: str
    technique: str
    claim: str
    status: str
    source: str
    locator: str
    also: int

    def record(self) -> dict[str, Any]:
        """The hop as plain data, in the shape that ``llmkg path --format json`` keeps."""
        return {
            "from": self.start,
            "to": self.end,
            "subject": self.subject,
            "relation": shrink(self.relation).removeprefix("llmkg:"),
            "technique": self.technique or None,
            "claim": self.claim or None,
            "status": self.status.rpartition("/")[2] or None,
            "source": self.source or None,
            "locator": self.locator or None,
            "also": self.also,
        }

    def sentence(self, names: Names) -> str:
        """The hop in a line: who to whom, by which relation, and who says so."""
        other = self.end if self.subject == self.start else self.start
        verb = f"took {names.label(self.technique)} from" if self.technique else names.label(self.relation)
        said = f"{names.label(self.subject)} {verb} {names.label(other)}"
        if not self.claim:
            return f"{said} (the graph's own record)"
        also = f", and {self.also} more" if self.also else ""
        status = names.label(self.status).lower()
        return f"{said} ({names.label(self.source)}, {self.locator}) [{status}]{also}"


def connection_graph(
    store: Store, catalogue: Catalogue, *, statuses: Collection[str] | None = None
) -> nx.MultiDiGraph[str]:
    """All claims between things as a graph.

    Args:
        store: The store.
        catalogue: The saved questions.
        statuses: IRIs of the statuses that a claim may have; None for all.

    Returns:
        Nodes are IRIs; an edge goes from the subject, keyed by claim, with its ``cost`` and the :class:`Hop` as ``hop``.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> connection_graph(kg.store, kg.catalogue).number_of_edges() > 1000
    True
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    strata = {row[0].value for row in ask(store, catalogue.text("lineage/relations")).rows if row[0] is not None}
    for row in ask(store, catalogue.text("lineage/links")).records():
        text = {name: term.value if term is not None else "" for name, term in row.items()}
        start, end = text["from"], text["to"]
        if kind_of(start) not in _THINGS or kind_of(end) not in _THINGS or start == end:
            continue
        if statuses is None or text["status"] in statuses:
            hop = Hop(
                *(start, end, start, text["relation"], text["technique"]),
                *(text["claim"], text["status"], text["source"], text["locator"]),
                also=0,
            )
            is_lineage = text["relation"] in strata and {kind_of(start), kind_of(end)} <= _MODELS
            graph.add_edge(start, end, key=text["claim"], cost=_LINEAGE if is_lineage else _OTHER, hop=hop)
    for row in ask(store, catalogue.text("lineage/members")).records():
        member, parent = (term.value if (term := row[name]) is not None else "" for name in ("member", "parent"))
        hop = Hop(member, parent, member, NS + "isVariantOf", "", "", "", "", "", also=0)
        graph.add_edge(member, parent, key="", cost=_MEMBERSHIP, hop=hop)
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
    found.sort(key=lambda data: (data["cost"], data["hop"].claim))
    hop: Hop = found[0]["hop"]
    return replace(hop, start=start, end=end, also=len(found) - 1)
