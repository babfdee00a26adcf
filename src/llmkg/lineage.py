"""Lineage as networkx graphs: what came from what, in strata that are never merged, with the claim behind every edge.

An edge points from what is younger to what it came from. A family and its variants are different nodes: what holds of one
size need not hold of another. Going up, a variant also has what its family took; going down, a family also has what came
from its variants.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import networkx as nx
import pyoxigraph as px

from llmkg.queries import run
from llmkg.terms import STRATA, shrink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from llmkg.catalogue import Catalogue
    from llmkg.store import Store, Term

__all__ = ["Edge", "about", "edge_of", "lineage_graph", "members"]

_AT_ONCE: Final = 200
"""How many things one question is about: with more, the engine takes longer for each."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One thing came from another, as one claim says.

    Attributes:
        child: IRI of the younger one.
        parent: IRI of what it came from.
        stratum: Which kind of lineage, one of :data:`llmkg.terms.STRATA`; empty for another relation.
        relation: IRI of the relation.
        technique: IRI of the technique taken; empty outside the stratum ``idea``.
        claim: IRI of the claim.
        status: IRI of how sure it is.
        source: IRI of who says it.
        locator: Where in the source.
    """

    child: str
    parent: str
    stratum: str
    relation: str
    technique: str
    claim: str
    status: str
    source: str
    locator: str

    def record(self) -> dict[str, Any]:
        """The edge as plain data, in the shape that ``llmkg lineage --format json`` keeps."""
        return {
            "from": self.child,
            "to": self.parent,
            "stratum": self.stratum,
            "relation": shrink(self.relation).removeprefix("llmkg:"),
            "technique": self.technique or None,
            "claim": self.claim,
            "status": self.status.rpartition("/")[2],
            "source": self.source,
            "locator": self.locator,
        }


def lineage_graph(  # noqa: PLR0913 - what may be chosen of a lineage
    store: Store,
    catalogue: Catalogue,
    *,
    strata: Collection[str] = STRATA,
    statuses: Collection[str] | None = None,
    around: str = "",
    up: bool = True,
    down: bool = True,
) -> nx.MultiDiGraph[str]:
    """All lineage as a graph, or that of one thing.

    The lineage of one thing is read step by step, so that it takes as long as it is large, however large the graph is.

    Args:
        store: The store.
        catalogue: The saved questions.
        strata: The kinds of lineage to take.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.
        around: IRI of the thing whose lineage is wanted; empty for all.
        up: Whether what ``around`` came from is wanted.
        down: Whether what came from it is wanted.

    Returns:
        Nodes are IRIs, with ``family`` (IRI) on variants and ``date`` where one is known. Edges point from child to
        parent, keyed by claim, with the :class:`Edge` as ``edge`` and its fields as attributes.

    >>> import llmkg
    >>> graph = llmkg.load()
    >>> lineage = lineage_graph(graph.store, graph.catalogue, strata={"idea"})
    >>> {data["stratum"] for _, _, data in lineage.edges(data=True)}
    {'idea'}
    """
    reader = _Reader(store, catalogue, frozenset(strata), statuses)
    if around:
        for upwards in [True] * up + [False] * down:
            reader.read_around(around, upwards=upwards)
        reader.read_above([node for node, data in reader.graph.nodes(data=True) if "family" not in data])
        reader.read_dates(list(reader.graph))
    else:
        reader.read_edges()
        reader.read_members()
        reader.read_dates()
    return reader.graph


@dataclass(frozen=True)
class _Reader:
    """Fills a graph with answers."""

    store: Store
    catalogue: Catalogue
    strata: Collection[str]
    statuses: Collection[str] | None
    graph: nx.MultiDiGraph[str] = field(default_factory=nx.MultiDiGraph)

    def read_edges(self, end: str = "", nodes: Iterable[str] | None = None) -> list[Edge]:
        """The edges ``from`` or ``to`` some nodes, or all."""
        edges = [edge_of(row) for row in about(self.store, self.catalogue, "lineage/edges", end, nodes)]
        wanted = [e for e in edges if e.stratum in self.strata and (self.statuses is None or e.status in self.statuses)]
        for edge in wanted:
            self.graph.add_edge(edge.child, edge.parent, key=edge.claim, edge=edge, **asdict(edge))
        return wanted

    def read_members(self, end: str = "", nodes: Iterable[str] | None = None) -> list[tuple[str, str]]:
        """Who is a ``member`` of what, or has as ``parent`` one of some nodes, or all."""
        pairs = members(self.store, self.catalogue, end, nodes)
        for member, parent in pairs:
            self.graph.add_node(member, family=parent)
            self.graph.add_node(parent)
        return pairs

    def read_dates(self, nodes: Iterable[str] | None = None) -> None:
        """The dates of some nodes, or all that the graph has."""
        for row in about(self.store, self.catalogue, "lineage/dates", "thing", nodes):
            if _text(row["node"]) in self.graph:
                self.graph.nodes[_text(row["node"])]["date"] = _text(row["date"])

    def read_below(self, nodes: Iterable[str]) -> set[str]:
        """Members of the nodes, their members, and so on."""
        found: set[str] = set()
        while nodes := {member for member, _ in self.read_members("parent", nodes)} - found:
            found |= nodes
        return found

    def read_above(self, nodes: Iterable[str]) -> set[str]:
        """What the nodes are members of, what that is a member of, and so on."""
        found: set[str] = set()
        while nodes := {parent for _, parent in self.read_members("member", nodes)} - found:
            found |= nodes
        return found

    def read_around(self, root: str, *, upwards: bool) -> None:
        """All that :func:`lineage_of` walks from a root in one direction."""
        reached: set[str] = set()
        asked: set[str] = set()
        new = {root}
        while new:
            reached |= new
            places = (new | self.read_below(new) | (self.read_above(new) if upwards else set())) - asked
            asked |= places
            edges = self.read_edges("from" if upwards else "to", places)
            new = {edge.parent if upwards else edge.child for edge in edges} - reached


def about(
    store: Store, catalogue: Catalogue, id_: str, name: str, nodes: Iterable[str] | None
) -> Iterator[dict[str, Term | None]]:
    """Ask one of the program's questions about some things, some at a time.

    Args:
        store: The store.
        catalogue: The saved questions.
        id_: Of the question.
        name: The parameter that takes the things; its other parameters are left open.
        nodes: IRIs of the things; None to leave the parameter open too.

    Returns:
        The rows by column, those about the first things first.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> [row["date"].value for row in about(kg.store, kg.catalogue, "lineage/dates", "thing", [kg["llama"].iri])]
    ['2023-02-24']
    """
    question = catalogue[id_]
    names = [parameter.name for parameter in question.parameters]
    if nodes is None:
        yield from run(store, question, leave_open=names).records()
        return
    terms = [px.NamedNode(node) for node in sorted(nodes)]
    others = [other for other in names if other != name]
    for start in range(0, len(terms), _AT_ONCE):
        yield from run(store, question, {name: terms[start : start + _AT_ONCE]}, leave_open=others).records()


def members(
    store: Store, catalogue: Catalogue, end: str = "", nodes: Iterable[str] | None = None
) -> list[tuple[str, str]]:
    """Variants and checkpoints, each with what it is one of.

    Args:
        store: The store.
        catalogue: The saved questions.
        end: ``member`` or ``parent``, whichever the nodes are; it does not matter without them.
        nodes: IRIs of things; None for all that the graph has.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> [member.rpartition("/")[2] for member, _ in members(kg.store, kg.catalogue, "parent", [kg["llama"].iri])][:2]
    ['llama-13b', 'llama-33b']
    """
    rows = about(store, catalogue, "lineage/members", end, nodes)
    return [(_text(row["member"]), _text(row["parent"])) for row in rows]


def edge_of(row: dict[str, Term | None]) -> Edge:
    """A row of the saved questions ``lineage/edges`` and ``lineage/links`` as a record; what is no lineage has no stratum."""
    return Edge(
        child=_text(row["from"]),
        parent=_text(row["to"]),
        stratum=_text(row["stratum"]).rpartition("/")[2],
        relation=_text(row["relation"]),
        technique=_text(row["technique"]),
        claim=_text(row["claim"]),
        status=_text(row["status"]),
        source=_text(row["source"]),
        locator=_text(row["locator"]),
    )


def _text(term: Term | None) -> str:
    return term.value if term is not None else ""
