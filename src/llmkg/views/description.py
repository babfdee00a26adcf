"""A lineage in plain data: every node and edge with what a reader of a picture or a file wants to know of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import networkx as nx

from llmkg.terms import kind_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from llmkg.lineage import Lineage
    from llmkg.names import Names

__all__ = ["described"]


def described(lineage: Lineage, names: Names, accepted: Collection[str]) -> nx.MultiDiGraph[str]:
    """A lineage as a graph of plain values.

    Args:
        lineage: From :func:`llmkg.lineage.lineage_of`.
        names: What everything is called.
        accepted: IRIs of the statuses that the preference policy accepts.

    Returns:
        Nodes are IRIs with ``kind``, ``label``, ``label_zh``, ``date`` and ``family``; edges point from child to parent,
        keyed by claim, with the fields of :class:`llmkg.lineage.Edge`, ``label`` and ``label_zh`` of the technique or
        relation, ``source_label``, and ``accepted``. What is not known is left out.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> graph = described(kg["llama"].lineage(), kg.names, kg.accepted)
    >>> graph.nodes[kg["palm"].iri]["label_zh"], graph.nodes[kg["palm"].iri]["kind"]
    ('PaLM', 'family')
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(view="lineage", root=lineage.root)
    edges = dict.fromkeys((*lineage.up, *lineage.down))
    nodes = dict.fromkeys((lineage.root, *(node for edge in edges for node in (edge.child, edge.parent))))
    above = [lineage.families[node] for node in nodes if node in lineage.families]
    for node in dict.fromkeys((*nodes, *above)):
        known = {**_labels(names, node), "date": lineage.dates.get(node), "family": lineage.families.get(node)}
        graph.add_node(node, kind=kind_of(node), **{name: value for name, value in known.items() if value})
    for edge in edges:
        graph.add_edge(
            edge.child,
            edge.parent,
            key=edge.claim,
            **asdict(edge),
            **_labels(names, edge.technique or edge.relation),
            source_label=names.label(edge.source),
            accepted=edge.status in accepted,
        )
    return graph


def _labels(names: Names, iri: str) -> dict[str, str]:
    entry = names.entry(iri)
    return {"label": names.label(iri), **({"label_zh": entry.zh} if entry and entry.zh else {})}
