"""Questions about graph views that need an algorithm.

Ancestors and descendants with their evidence are :func:`llmkg.walks.evidence_paths`, the shortest explained path between any
two things :func:`llmkg.connections.connection`, influence over all lineage :func:`llmkg.influence.influence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from llmkg.walks import evidence_paths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from llmkg.lineage import Edge

__all__ = ["CommonAncestor", "common_ancestors", "communities", "cycles", "reduced", "time_inversions"]

_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class CommonAncestor:
    """What several things came from.

    Attributes:
        iri: IRI of it.
        paths: For each of the things, the edges that lead to it.
    """

    iri: str
    paths: Mapping[str, tuple[Edge, ...]]

    @property
    def steps(self) -> int:
        """How many steps away it is from all of them together."""
        return sum(map(len, self.paths.values()))


def common_ancestors(graph: nx.MultiDiGraph[str], things: Sequence[str]) -> list[CommonAncestor]:
    """What several things all came from, the nearest first.

    Args:
        graph: From :func:`llmkg.lineage.lineage_graph`.
        things: IRIs of the things. One of them may itself be what the others came from; its own path is then empty.

    >>> import llmkg
    >>> from llmkg.lineage import lineage_graph
    >>> kg = llmkg.load()
    >>> found = common_ancestors(lineage_graph(kg.store, kg.catalogue), [kg["vicuna"].iri, kg["alpaca"].iri])
    >>> [(kg.names.label(one.iri), one.steps) for one in found][:3]
    [('Alpaca', 1), ('LLaMA 13B', 2), ('LLaMA 7B', 2)]
    """
    paths = {thing: {thing: (), **evidence_paths(graph, thing)} for thing in things}
    shared = set.intersection(*map(set, paths.values())) if paths else set()
    found = [CommonAncestor(iri, {thing: paths[thing][iri] for thing in things}) for iri in shared]
    return sorted(found, key=lambda one: (one.steps, one.iri))


def cycles(view: nx.MultiDiGraph[str]) -> list[list[str]]:
    """Things that came from each other: what no true lineage has, and so where claims cannot all be right.

    Args:
        view: A graph view.

    Returns:
        Groups of IRIs, each a strongly connected component (Tarjan 1972) of more than one thing; sorted.

    >>> cycles(nx.MultiDiGraph([("b", "a"), ("a", "b"), ("c", "b")]))
    [['a', 'b']]
    """
    return sorted(sorted(group) for group in nx.strongly_connected_components(view) if len(group) > 1)


def time_inversions(view: nx.MultiDiGraph[str]) -> list[tuple[str, str, str]]:
    """Edges whose younger end is dated before the older one.

    Args:
        view: A graph view; its dates are compared as far as both are given (2023 and 2023-02-24 do not differ).

    Returns:
        Child, parent and key of each such edge, sorted.

    >>> view = nx.MultiDiGraph([("a", "b", "claim")])
    >>> view.add_node("a", date="2020-05")
    >>> view.add_node("b", date="2023")
    >>> time_inversions(view)
    [('a', 'b', 'claim')]
    """
    dates = {node: str(date) for node, date in view.nodes(data="date") if date}

    def is_before(child: str, parent: str) -> bool:
        both = min(len(dates[child]), len(dates[parent]))
        return dates[child][:both] < dates[parent][:both]

    return sorted(
        (child, parent, str(key))
        for child, parent, key in view.edges(keys=True)
        if child in dates and parent in dates and is_before(child, parent)
    )


def reduced(view: nx.MultiDiGraph[str]) -> nx.MultiDiGraph[str]:
    """The view without what longer ways say already, for drawing: its transitive reduction (Aho, Garey and Ullman 1972).

    Strata are reduced one by one, since an idea that came by another way says nothing of weights. Edges in a cycle stay.

    Args:
        view: A graph view.

    >>> view = nx.MultiDiGraph([("c", "b", "1"), ("b", "a", "2"), ("c", "a", "3")])
    >>> sorted(reduced(view).edges(keys=True))
    [('b', 'a', '2'), ('c', 'b', '1')]
    """
    kept: list[tuple[str, str, Any]] = []
    edges = sorted(
        view.edges(keys=True, data="stratum", default=""), key=lambda edge: (edge[3], edge[0], edge[1], str(edge[2]))
    )
    for _, group in groupby(edges, key=lambda edge: edge[3]):
        mine = [(child, parent, key) for child, parent, key, _ in group]
        plain = nx.DiGraph((child, parent) for child, parent, _ in mine)
        circle = {node: place for place, nodes in enumerate(nx.strongly_connected_components(plain)) for node in nodes}
        inside = [pair for pair in plain.edges if circle[pair[0]] == circle[pair[1]]]
        plain.remove_edges_from(inside)
        pairs = set(nx.transitive_reduction(plain).edges) | set(inside)
        kept += [edge for edge in mine if edge[:2] in pairs]
    smaller: nx.MultiDiGraph[str] = nx.MultiDiGraph(view.edge_subgraph(kept))  # type: ignore[arg-type]
    smaller.add_nodes_from(view.nodes(data=True))
    smaller.graph |= view.graph
    return smaller


def communities(view: nx.MultiDiGraph[str]) -> list[list[str]]:
    """Groups of things that have more to do with each other than with the rest (Blondel et al. 2008, the Louvain method).

    Each edge counts once, whichever way it points; the seed is fixed, so that the same view has the same groups.

    Args:
        view: A graph view.

    Returns:
        Groups of IRIs, the largest first.

    >>> communities(nx.MultiDiGraph([("a", "b"), ("b", "c"), ("c", "a"), ("x", "y")]))
    [['a', 'b', 'c'], ['x', 'y']]
    """
    weighted: nx.Graph[str] = nx.Graph()
    weighted.add_nodes_from(sorted(view))
    for child, parent in sorted(view.edges()):
        before = weighted.get_edge_data(child, parent, {"weight": 0})["weight"]
        weighted.add_edge(child, parent, weight=before + 1)
    groups = nx.community.louvain_communities(weighted, seed=_SEED)
    return sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))
