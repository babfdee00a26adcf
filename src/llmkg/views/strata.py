"""Views of lineage: of one thing, between two, of whole families, of organisations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx

from llmkg.errors import NotFoundError
from llmkg.lineage import lineage_graph
from llmkg.terms import STRATA, kind_of
from llmkg.views.description import described
from llmkg.views.naming import named
from llmkg.walks import lineage_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from llmkg.lineage import Edge
    from llmkg.views.description import Known

__all__ = ["between", "borrowing", "family_tree", "lineage", "whole_lineage"]


def lineage(  # noqa: PLR0913 - what may be chosen of a lineage
    known: Known,
    root: str,
    *,
    up: bool = True,
    down: bool = True,
    depth: int = 1,
    strata: Collection[str] = STRATA,
    statuses: Collection[str] | None = None,
    among: nx.MultiDiGraph[str] | None = None,
) -> nx.MultiDiGraph[str]:
    """What a thing came from, and what came from it.

    Args:
        known: What is known.
        root: IRI of the thing.
        up: Whether to look for what it came from.
        down: Whether to look for what came from it.
        depth: How many steps to go; 0 for as far as it goes.
        strata: The kinds of lineage to take.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.
        among: All lineage of those strata and statuses, from :func:`llmkg.lineage.lineage_graph`, where many views are
            wanted; without it, what is near the thing is asked for.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> view = lineage(kg, kg["llama"].iri, down=False)
    >>> view.has_edge(kg["llama"].iri, kg["palm"].iri)
    True
    """
    ways = {"up": up, "down": down}
    near = among
    if near is None:
        near = lineage_graph(known.store, known.catalogue, strata=strata, statuses=statuses, around=root, **ways)
    found = lineage_of(near, root, **ways, depth=depth)
    what = named(known.names, root)
    return described(
        known,
        (*found.up, *found.down),
        [root],
        view="lineage",
        root=root,
        title=f"Lineage of {what.label}",
        title_zh=f"{what.label_zh or what.label} 的谱系",
    )


def between(
    known: Known,
    younger: str,
    older: str,
    *,
    strata: Collection[str] = STRATA,
    statuses: Collection[str] | None = None,
) -> nx.MultiDiGraph[str]:
    """All ways along which one thing came from another.

    Args:
        known: What is known.
        younger: IRI of the younger one.
        older: IRI of the older one.
        strata: The kinds of lineage to take.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    Raises:
        NotFoundError: The younger one did not come from the older one, as far as the graph knows.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> view = between(kg, kg["vicuna"].iri, kg["palm"].iri)
    >>> kg["llama"].iri in view
    True
    """
    chosen = {"strata": strata, "statuses": statuses}
    above = lineage(known, younger, down=False, depth=0, **chosen)  # type: ignore[arg-type]
    below = lineage(known, older, up=False, depth=0, **chosen)  # type: ignore[arg-type]
    edges = set(above.edges(keys=True)) & set(below.edges(keys=True))
    kept: nx.MultiDiGraph[str] = nx.MultiDiGraph(above.edge_subgraph(edges))
    labels = named(known.names, younger), named(known.names, older)
    if not kept:
        raise NotFoundError(
            f"The graph knows no way along which {labels[0].label} came from {labels[1].label}.",
            hint="'llmkg path' connects two things in either direction.",
        )
    kept.add_nodes_from((node, above.nodes[node] if node in above else below.nodes[node]) for node in (younger, older))
    for node in list(kept):
        while (node := kept.nodes[node].get("family", "")) and node not in kept:
            kept.add_node(node, **(above if node in above else below).nodes[node])
    kept.graph |= {
        "view": "lineage",
        "root": younger,
        "title": f"From {labels[1].label} to {labels[0].label}",
        "title_zh": f"从 {labels[1].label_zh or labels[1].label} 到 {labels[0].label_zh or labels[0].label}",
    }
    return kept


def whole_lineage(
    known: Known, *, strata: Collection[str] = STRATA, statuses: Collection[str] | None = None
) -> nx.MultiDiGraph[str]:
    """All lineage that the graph has.

    Args:
        known: What is known.
        strata: The kinds of lineage to take.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    >>> import llmkg
    >>> len(whole_lineage(llmkg.load(), strata={"product"})) > 10
    True
    """
    edges = _all_edges(known, strata, statuses)
    return described(known, edges, view="lineage", title="Lineage of language models", title_zh="语言模型的谱系")


def family_tree(
    known: Known, *, strata: Collection[str] = STRATA, statuses: Collection[str] | None = None
) -> nx.MultiDiGraph[str]:
    """All families, and what leads from one to another; what holds of a size is drawn at its family.

    Args:
        known: What is known.
        strata: The kinds of lineage to take.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    >>> import llmkg
    >>> view = family_tree(llmkg.load())
    >>> {data["kind"] for _, data in view.nodes(data=True)}
    {'family'}
    """
    graph = lineage_graph(known.store, known.catalogue, strata=strata, statuses=statuses)

    def home(iri: str) -> str:
        while family := graph.nodes[iri].get("family"):
            iri = family
        return iri

    edges = [_moved(data["edge"], home(child), home(parent)) for child, parent, data in graph.edges(data=True)]
    families = [node for node in graph if kind_of(node) == "family"]
    between_families = [
        edge for edge in edges if edge.child != edge.parent and kind_of(edge.child) == kind_of(edge.parent) == "family"
    ]
    view = described(
        known,
        between_families,
        families,
        view="family-tree",
        title="The families of language models",
        title_zh="语言模型各系列的演化",
    )
    for node, data in graph.nodes(data=True):  # a family is as old as the oldest of its members
        own = view.nodes.get(home(node), {})
        if "date" in data and data["date"] < own.get("date", "~"):
            own["date"] = data["date"]
    return view


def borrowing(known: Known, *, statuses: Collection[str] | None = None) -> nx.MultiDiGraph[str]:
    """Whose models took techniques from whose: one edge a claim, from the developer that took to the one that gave.

    Args:
        known: What is known.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> borrowing(kg).has_edge(kg["meta ai"].iri, kg["google"].iri)
    True
    """
    edges = _all_edges(known, {"idea"}, statuses)
    ends = described(known, edges)
    makers = {node: data["organization"] for node, data in ends.nodes(data=True) if "organization" in data}
    return described(
        known,
        [
            _moved(edge, makers[edge.child], makers[edge.parent])
            for edge in edges
            if edge.child in makers and edge.parent in makers
        ],
        view="borrowing",
        title="Who took techniques from whom",
        title_zh="谁从谁那里采用了技术",
    )


def _all_edges(known: Known, strata: Collection[str], statuses: Collection[str] | None) -> list[Edge]:
    graph = lineage_graph(known.store, known.catalogue, strata=strata, statuses=statuses)
    return [data["edge"] for _, _, data in graph.edges(data=True)]


def _moved(edge: Edge, child: str, parent: str) -> Edge:
    return replace(edge, child=child, parent=parent)
