"""What of a large lineage is drawn: sizes under their family, and the rest as a number on what it came from."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["LIMIT", "Folded", "fold", "under_families"]

LIMIT: Final = 80
"""How many nodes a person can look at in one picture."""

_BEHIND: Final = 2


@dataclass(frozen=True)
class Folded:
    """The part of a graph that is drawn.

    Attributes:
        graph: That part.
        badges: For each drawn node with others folded into it, their IRIs, nearest first.
        inside: How many edges were left out because they run within one family.
    """

    graph: nx.MultiDiGraph[str]
    badges: Mapping[str, tuple[str, ...]]
    inside: int = 0


def under_families(graph: nx.MultiDiGraph[str]) -> tuple[nx.MultiDiGraph[str], int]:
    """The graph with variants and checkpoints taken together with the family that it has them in.

    Args:
        graph: A graph view, whose variants have the attribute ``family``.

    Returns:
        A new graph, whose edges keep ``child`` and ``parent`` as they were; and the number of edges within one family,
        which it does not have.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph()
    >>> view.add_node("llama-7b", family="llama")
    >>> view.add_node("llama")
    >>> _ = view.add_edge("alpaca", "llama-7b", key="claim", child="alpaca", parent="llama-7b")
    >>> list(under_families(view)[0].edges)
    [('alpaca', 'llama', 'claim')]
    """
    home = {node: _home(graph, node) for node in graph}
    whole: nx.MultiDiGraph[str] = nx.MultiDiGraph(**graph.graph)
    inside = 0
    for node in sorted(graph):
        if home[node] == node:
            whole.add_node(node, **graph.nodes[node])
    for child, parent, key, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        if home[child] == home[parent]:
            inside += 1
        else:
            whole.add_edge(home[child], home[parent], key=key, **{"child": child, "parent": parent} | data)
    root = graph.graph.get("root")
    if root in home:
        whole.graph["root"] = home[root]
    return whole, inside


def fold(graph: nx.MultiDiGraph[str], limit: int = LIMIT) -> Folded:
    """Keep the nodes that matter most, and count each of the others on one that is kept.

    Kept are the root, then what is fewest steps away from it; of those as many steps away, what more came from. A data set
    counts as two steps further away than it is. Without a root, what most came from comes first.

    Args:
        graph: A graph view.
        limit: How many nodes to keep, at least 1.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph([("b", "a"), ("c", "a"), ("d", "c")], root="a")
    >>> fold(view, 2).badges
    {'a': ('b',), 'c': ('d',)}
    """
    steps = _steps(graph)
    far = len(graph) + 1

    def rank(node: str) -> tuple[int, int, int, str]:
        behind = _BEHIND if graph.nodes[node].get("kind") == "dataset" else 0
        return steps.get(node, far) + behind, -graph.in_degree(node), -graph.out_degree(node), node

    ranked = sorted(graph, key=rank)
    kept = set(ranked[:limit])
    holder = {node: node for node in ranked[:limit]}
    waiting = deque(ranked[:limit])
    while waiting:
        node = waiting.popleft()
        for other in _around(graph, node):
            if other not in holder:
                holder[other] = holder[node]
                waiting.append(other)
    badges: dict[str, list[str]] = {}
    for node in ranked[limit:]:
        badges.setdefault(holder.get(node, ranked[0]), []).append(node)
    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph(graph.subgraph(kept))
    return Folded(drawn, {node: tuple(others) for node, others in badges.items()})


def _steps(graph: nx.MultiDiGraph[str]) -> dict[str, int]:
    """How many steps each node is away from the root."""
    root = str(graph.graph.get("root", ""))
    if root not in graph:
        return {}
    around: nx.Graph[str] = nx.Graph(graph)
    return dict(nx.single_source_shortest_path_length(around, root))


def _around(graph: nx.MultiDiGraph[str], node: str) -> Iterable[str]:
    """What came from a node, then what it came from."""
    yield from sorted(set(graph.predecessors(node)))
    yield from sorted(set(graph.successors(node)))


def _home(graph: nx.MultiDiGraph[str], node: str) -> str:
    """The outermost family of a node that the graph has."""
    seen = {node}
    while (family := str(graph.nodes[node].get("family", ""))) in graph and family not in seen:
        seen.add(family)
        node = family
    return node
