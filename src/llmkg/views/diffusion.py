"""How a technique spread: who took it up, when, and from whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkg.adoptions import adoptions_by
from llmkg.lineage import Edge
from llmkg.views.description import described
from llmkg.views.naming import named

if TYPE_CHECKING:
    from collections.abc import Collection

    import networkx as nx

    from llmkg.views.description import Known

__all__ = ["technique_spread"]

_TOOK_FROM = "https://w3id.org/llmkg/ns/adoptedFrom"
_USES = "https://w3id.org/llmkg/ns/usesTechnique"


def technique_spread(known: Known, technique: str, *, statuses: Collection[str] | None = None) -> nx.MultiDiGraph[str]:
    """Who took up a technique: one edge a claim, to whom it was taken from, or to the technique where no source says it.

    Args:
        known: What is known.
        technique: IRI of the technique.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    Returns:
        The view. A taker whose own date is not known has that of the first source that says that it took the technique.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> view = technique_spread(kg, kg["swiglu"].iri)
    >>> view.has_edge(kg["llama"].iri, kg["palm"].iri), view.nodes[kg["swiglu"].iri]["date"]
    (True, '2020-02-12')
    """
    edges = [
        Edge(
            child=one.adopter,
            parent=one.adopted_from or technique,
            stratum="idea",
            relation=_TOOK_FROM if one.adopted_from else _USES,
            technique=technique,
            claim=one.claim,
            status=one.status,
            source=one.source,
            locator=one.locator,
        )
        for one in adoptions_by(known.store, known.catalogue)
        if one.technique == technique
    ]
    what = named(known.names, technique)
    view = described(
        known,
        edges,
        [technique],
        statuses=statuses,
        view="technique-spread",
        root=technique,
        title=f"How {what.label} spread",
        title_zh=f"{what.label_zh or what.label}的传播",
    )
    for taker in view:
        said = [data["date"] for _, _, data in view.out_edges(taker, data=True) if "date" in data]
        if said:
            view.nodes[taker].setdefault("date", min(said))
    return view
