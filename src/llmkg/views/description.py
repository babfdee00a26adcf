"""Views in plain data: every node and edge with what a reader of a picture or a file wants to know of it.

A *graph view* is a :class:`networkx.MultiDiGraph` whose edges point from what is younger to what it came from, keyed by the
IRI of the claim. What is not known is left out, never None. Its attributes:

- of the view: ``view`` (its kind), ``title``, ``title_zh``, and ``root`` where it is about one thing;
- of a node: ``kind``, ``label``, ``label_zh``, ``date`` (the earliest known, as the source gives it), ``organization`` and
  ``organization_label`` (who developed it; of several, the first of the alphabet), and ``family`` (what a variant or checkpoint belongs to);
- of an edge: the fields of :class:`llmkg.lineage.Edge`, ``label`` and ``label_zh`` (the technique's or the relation's),
  ``source_label``, ``source_url`` (where it can be read), ``date`` (of the source), and ``accepted`` (whether the preference policy accepts the claim's status).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

import networkx as nx

from llmkg.lineage import Edge, about, members
from llmkg.terms import kind_of
from llmkg.views.naming import named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.store import Store, Term

__all__ = ["Known", "described", "edge_from"]


class Known(Protocol):
    """What a view is made from; a :class:`llmkg.KnowledgeGraph` is one."""

    @property
    def store(self) -> Store:
        """Answers questions."""

    @property
    def catalogue(self) -> Catalogue:
        """The saved questions."""

    @property
    def names(self) -> Names:
        """What everything is called."""

    @property
    def accepted(self) -> frozenset[str]:
        """IRIs of the statuses that the preference policy accepts."""


def described(
    known: Known,
    edges: Iterable[Edge],
    nodes: Iterable[str] = (),
    *,
    statuses: Collection[str] | None = None,
    **attributes: str,
) -> nx.MultiDiGraph[str]:
    """A graph view of some edges and nodes.

    Args:
        known: What is known.
        edges: The edges.
        nodes: IRIs of things to show even if no edge does.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.
        **attributes: Of the view; what is empty is left out.

    Returns:
        The view, with the families of its variants and checkpoints.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> view = described(kg, kg["llama"].lineage().up, view="lineage", root=kg["llama"].iri)
    >>> view.nodes[kg["palm"].iri]["kind"], view.nodes[kg["palm"].iri]["organization_label"]
    ('family', 'Google')
    """
    view: nx.MultiDiGraph[str] = nx.MultiDiGraph(**_known(attributes))
    view.add_nodes_from(nodes)
    for edge in dict.fromkeys(edges):
        if statuses is None or edge.status in statuses:
            view.add_edge(edge.child, edge.parent, key=edge.claim, **_known(asdict(edge)))
    _add_families(known, view)
    sources = {data["source"] for _, _, data in view.edges(data=True)}
    dates = _dates(known, {*view, *sources})
    addresses = _addresses(known, sources)
    makers = _texts(known, "lineage/makers", view, "organization")
    for node, data in view.nodes(data=True):
        named_ = named(known.names, node)
        maker = makers.get(node, "")
        data.update(
            _known(
                {
                    "kind": kind_of(node),
                    "label": named_.label,
                    "label_zh": named_.label_zh,
                    "date": dates.get(node, ""),
                    "organization": maker,
                    "organization_label": known.names.label(maker) if maker else "",
                }
            )
        )
    for _, _, data in view.edges(data=True):
        what = named(known.names, data.get("technique") or data["relation"])
        data.update(
            _known(
                {
                    "label": what.label,
                    "label_zh": what.label_zh,
                    "source_label": known.names.label(data["source"]),
                    "source_url": addresses.get(data["source"], ""),
                    "date": dates.get(data["source"], ""),
                }
            )
        )
        data["accepted"] = data["status"] in known.accepted
    return view


def edge_from(row: Mapping[str, Term | None], child: str, parent: str, relation: str = "", technique: str = "") -> Edge:
    """A row of a saved question about claims as an edge without a stratum.

    Args:
        row: The row, with ``claim``, ``status``, ``source`` and ``locator``.
        child: The column whose thing is the younger, the better, the one that uses.
        parent: The column of the other.
        relation: IRI of the relation, or the column that holds it.
        technique: The column of a technique, if there is one.
    """

    def text(column: str) -> str:
        term = row.get(column)
        return term.value if term is not None else ""

    return Edge(
        child=text(child),
        parent=text(parent),
        stratum="",
        relation=text(relation) if relation in row else relation,
        technique=text(technique),
        claim=text("claim"),
        status=text("status"),
        source=text("source"),
        locator=text("locator"),
    )


def _known(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value}


def _add_families(known: Known, view: nx.MultiDiGraph[str]) -> None:
    """Add what the variants and checkpoints belong to, and what that belongs to."""
    new = {node for node in view if kind_of(node) == "model"}
    while new:
        pairs = members(known.store, known.catalogue, "member", new)
        for member, parent in pairs:
            view.nodes[member]["family"] = parent
        new = {parent for _, parent in pairs} - set(view)
        view.add_nodes_from(sorted(new))


def _dates(known: Known, things: Collection[str]) -> dict[str, str]:
    """The earliest date of each thing, and of each technique that of its introduction."""
    dates = _texts(known, "lineage/dates", things, "date")
    if any(kind_of(thing) == "technique" for thing in things):
        from llmkg.queries import run

        for row in run(known.store, known.catalogue["techniques/timeline"]).records():
            technique, date = row["technique"], row["introduced"]
            if technique is not None and date is not None and technique.value in things:
                dates[technique.value] = min(dates.get(technique.value, date.value), date.value)
    return dates


def _addresses(known: Known, sources: Collection[str]) -> dict[str, str]:
    """Where each source can be read on the web."""
    rows = about(known.store, known.catalogue, "provenance/references", "source", sources)
    addresses: dict[str, str] = {}
    for row in rows:
        source = row["source"]
        for column, before in (("url", ""), ("arxivId", "https://arxiv.org/abs/"), ("doi", "https://doi.org/")):
            value = row[column]
            if source is not None and value is not None:
                addresses.setdefault(source.value, before + value.value)
    return addresses


def _texts(known: Known, question: str, things: Iterable[str], column: str) -> dict[str, str]:
    """What a saved question says of each thing in a column, in the first of its rows."""
    said: dict[str, str] = {}
    for row in about(known.store, known.catalogue, question, "thing", things):
        thing, value = row["node"], row[column]
        if thing is not None and value is not None:
            said.setdefault(thing.value, value.value)
    return said
