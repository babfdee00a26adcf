"""Walks along a graph of lineage: what a thing came from and what came from it, step by step, with the evidence of each step.

Going up, a variant also has what its family took; going down, a family also has what came from its variants.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmkg.terms import STRATA, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import networkx as nx

    from llmkg.lineage import Edge
    from llmkg.names import Names

__all__ = ["Lineage", "edges_between", "evidence_paths", "lineage_of"]


@dataclass(frozen=True)
class Lineage:
    """Where a thing came from and what came from it.

    Attributes:
        root: Its IRI.
        up: Edges towards what it came from, nearest first.
        down: Edges from what came from it, nearest first.
        dates: Earliest date known of each node, as the sources give it.
        further: How many edges lie beyond the depth that was asked for.
    """

    root: str
    up: tuple[Edge, ...]
    down: tuple[Edge, ...]
    dates: dict[str, str]
    further: int

    def record(self, names: Names) -> dict[str, Any]:
        """The lineage as plain data, in the shape that ``llmkg lineage --format json`` keeps."""
        edges = list(dict.fromkeys((*self.up, *self.down)))
        nodes = dict.fromkeys((self.root, *(node for edge in edges for node in (edge.child, edge.parent))))
        return {
            "root": self.root,
            "nodes": [
                {
                    "iri": node,
                    "kind": kind_of(node),
                    "label": names.label(node),
                    "date": self.dates.get(node),
                }
                for node in nodes
            ],
            "edges": [edge.record() for edge in edges],
        }


def lineage_of(
    graph: nx.MultiDiGraph[str], root: str, *, up: bool = True, down: bool = True, depth: int = 1
) -> Lineage:
    """Where a thing came from and what came from it, nearest first.

    Args:
        graph: From :func:`lineage_graph`.
        root: IRI of the thing; it need not be in the graph.
        up: Whether to look for what it came from.
        down: Whether to look for what came from it.
        depth: How many steps to go; 0 for as far as it goes.

    >>> import llmkg
    >>> from llmkg.lineage import lineage_graph
    >>> kg = llmkg.load()
    >>> llama = kg.names.resolve("LLaMA").iri
    >>> lineage = lineage_of(lineage_graph(kg.store, kg.catalogue), llama)
    >>> "https://w3id.org/llmkg/id/family/palm" in {edge.parent for edge in lineage.up}
    True
    """
    towards = list(_walk(graph, root, upwards=True)) if up else []
    away = list(_walk(graph, root, upwards=False)) if down else []
    if up:  # what one size took from another of the same family is told once
        own = set(_places(graph, _members(graph), root, upwards=True))
        away = [(edge, steps) for edge, steps in away if not {edge.child, edge.parent} <= own]
    shown = (
        [edge for edge, steps in towards if not depth or steps <= depth],
        [edge for edge, steps in away if not depth or steps <= depth],
    )
    dates = {node: data["date"] for node, data in graph.nodes(data=True) if "date" in data}
    further = len(towards) + len(away) - len(shown[0]) - len(shown[1])
    return Lineage(root, tuple(shown[0]), tuple(shown[1]), dates, further)


def _walk(graph: nx.MultiDiGraph[str], root: str, *, upwards: bool) -> Iterator[tuple[Edge, int]]:
    """Every edge that can be reached, with the number of steps to it, breadth first."""
    members = _members(graph)
    seen: set[str] = set()
    waiting = deque([(root, 1)])
    while waiting:
        node, steps = waiting.popleft()
        for place in _places(graph, members, node, upwards=upwards):
            if place in seen:
                continue
            seen.add(place)
            near = graph.out_edges(place, data=True) if upwards else graph.in_edges(place, data=True)
            edges: list[Edge] = [data["edge"] for _, _, data in near]
            for edge in sorted(edges, key=_edge_order):
                yield edge, steps
                waiting.append((edge.parent if upwards else edge.child, steps + 1))


def _members(graph: nx.MultiDiGraph[str]) -> dict[str, list[str]]:
    """The variants of each family, and the checkpoints of each variant."""
    members: dict[str, list[str]] = {}
    for node, data in graph.nodes(data=True):
        if "family" in data:
            members.setdefault(data["family"], []).append(node)
    return members


def _places(graph: nx.MultiDiGraph[str], members: dict[str, list[str]], node: str, *, upwards: bool) -> Iterator[str]:
    """The nodes whose edges count as a node's own."""
    if node not in graph:
        return
    yield node
    below = deque(sorted(members.get(node, ())))
    while below:
        member = below.popleft()
        yield member
        below.extend(sorted(members.get(member, ())))
    above = graph.nodes[node].get("family")
    while upwards and above:
        yield above
        above = graph.nodes[above].get("family")


def _edge_order(edge: Edge) -> tuple[int, str, str, str]:
    return STRATA.index(edge.stratum), edge.technique, edge.parent, edge.claim


def evidence_paths(graph: nx.MultiDiGraph[str], root: str, *, up: bool = True) -> dict[str, tuple[Edge, ...]]:
    """Everything that a thing came from, or that came from it, each with the shortest chain of claims that says so.

    Args:
        graph: From :func:`llmkg.lineage.lineage_graph`.
        root: IRI of the thing.
        up: Whether to look for what it came from; else for what came from it.

    Returns:
        By IRI, nearest first, the edges from the root on. One edge may begin at another size or at the family of the thing
        that the one before led to.

    >>> import llmkg
    >>> from llmkg.lineage import lineage_graph
    >>> kg = llmkg.load()
    >>> paths = evidence_paths(lineage_graph(kg.store, kg.catalogue, strata={"weights"}), kg["vicuna"].iri)
    >>> [(edge.status.rpartition("/")[2], edge.locator) for edge in paths[kg["llama-13b"].iri]]
    [('stated-by-developer', 'Vicuna Weights, table; How to Apply Delta Weights, Vicuna-13B')]
    """
    below = _members(graph)
    paths: dict[str, tuple[Edge, ...]] = {root: ()}
    waiting = deque([root])
    while waiting:
        node = waiting.popleft()
        for place in _places(graph, below, node, upwards=up):
            near = graph.out_edges(place, data=True) if up else graph.in_edges(place, data=True)
            edges: list[Edge] = [data["edge"] for _, _, data in near]
            for edge in sorted(edges, key=_edge_order):
                other = edge.parent if up else edge.child
                if other not in paths:
                    paths[other] = (*paths[node], edge)
                    waiting.append(other)
    del paths[root]
    return paths


def edges_between(graph: nx.MultiDiGraph[str], child: str, parent: str) -> Iterable[Edge]:
    """The edges from one thing, its variants and family to another and its variants, in the order of the strata."""
    lineage = lineage_of(graph, child, down=False)
    ends = set(_places(graph, _members(graph), parent, upwards=False))
    return [edge for edge in lineage.up if edge.parent in ends]
