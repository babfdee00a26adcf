"""Views of what is not lineage: who beat whom, what is credited to whom, risks, and training data in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.adoptions import adoptions_by
from llmkg.lineage import Edge, members
from llmkg.queries import run
from llmkg.terms import NS
from llmkg.views.description import described, edge_from
from llmkg.views.naming import named
from llmkg.views.strata import lineage

if TYPE_CHECKING:
    from collections.abc import Collection

    import networkx as nx

    from llmkg.views.description import Known

__all__ = ["citations", "comparisons", "data_sharing", "risks"]


def comparisons(
    known: Known, benchmark: str = "", model: str = "", *, statuses: Collection[str] | None = None
) -> nx.MultiDiGraph[str]:
    """Who beat whom: an edge from what is said to be better to what it was compared with.

    Args:
        known: What is known.
        benchmark: IRI of the benchmark on which; empty for all, and for comparisons on none.
        model: IRI of a model that is one of the two, with its variants; empty for all.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    Returns:
        The view; the relation of an edge is its outcome (``outperforms``, ``matches``, ...).

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> view = comparisons(kg, model=kg["chinchilla"].iri)
    >>> {data["label"] for _, _, data in view.edges(data=True)} != set()
    True
    """
    values = {"model": [px.NamedNode(model)]} if model else {}
    rows = [
        row
        for row in run(known.store, known.catalogue["evaluation/comparisons"], values).records()
        if not benchmark or (row["benchmark"] is not None and row["benchmark"].value == benchmark)
    ]
    about = [named(known.names, iri) for iri in (model, benchmark) if iri]
    return described(
        known,
        [edge_from(row, "compared", "baseline", "outcome") for row in rows],
        [model] if model else [],
        statuses=statuses,
        view="comparison",
        root=model,
        title=" on ".join(("Who beat whom", *(one.label for one in about))) if about else "Who beat whom",
        title_zh="：".join(("谁胜过谁", *(one.label_zh or one.label for one in about))),
    )


def citations(known: Known, model: str = "", *, statuses: Collection[str] | None = None) -> nx.MultiDiGraph[str]:
    """Which papers are credited with what models took: an edge from the model to the paper that a source credits.

    Args:
        known: What is known.
        model: IRI of a model, whose variants and checkpoints count too; empty for all.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> view = citations(kg, kg["llama"].iri)
    >>> {"Shazeer 2020", "Su et al. 2021"} <= {data["label"] for _, data in view.nodes(data=True)}
    True
    """
    adopters = _with_members(known, model) if model else None
    edges = [
        Edge(
            child=one.adopter,
            parent=one.introduced_in,
            stratum="",
            relation=NS + "introducedIn",
            technique=one.technique,
            claim=one.claim,
            status=one.status,
            source=one.source,
            locator=one.locator,
        )
        for one in adoptions_by(known.store, known.catalogue, adopters)
        if one.introduced_in
    ]
    what = named(known.names, model)
    return described(
        known,
        edges,
        [model] if model else [],
        statuses=statuses,
        view="citation",
        root=model,
        title=f"Papers that {what.label or 'models'} took techniques from",
        title_zh=f"{what.label_zh or what.label or '各模型'}所采用技术的来源论文",
    )


def risks(known: Known, model: str, *, statuses: Collection[str] | None = None) -> nx.MultiDiGraph[str]:
    """Risks disclosed for a model and for all that it came from by weights, data, code or architecture.

    That a risk is disclosed for an ancestor does not say that the model has it: it says where to look.

    Args:
        known: What is known.
        model: IRI of the model.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    Returns:
        The model's lineage, with an edge from each thing to each risk disclosed for it.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> view = risks(kg, kg["chatgpt"].iri)
    >>> "risk" in {data["kind"] for _, data in view.nodes(data=True)}
    True
    """
    made_from = lineage(
        known,
        model,
        down=False,
        depth=0,
        strata=("weights", "data", "code", "architecture", "product"),
        statuses=statuses,
    )
    places = set(made_from) | set(_with_members(known, model))
    disclosed = [
        edge_from(row, "exposed", "risk", NS + "risk")
        for row in run(known.store, known.catalogue["risk/disclosed"]).records()
    ]
    fields = Edge.__slots__
    edges = [Edge(**{name: data.get(name, "") for name in fields}) for _, _, data in made_from.edges(data=True)]
    what = named(known.names, model)
    return described(
        known,
        [*edges, *(edge for edge in disclosed if edge.child in places)],
        [model],
        statuses=statuses,
        view="risk",
        root=model,
        title=f"Risks disclosed for {what.label} and what it was made from",
        title_zh=f"{what.label_zh or what.label} 及其来源所披露的风险",
    )


def data_sharing(
    known: Known, models: Collection[str] = (), *, statuses: Collection[str] | None = None
) -> nx.MultiDiGraph[str]:
    """Training data in common: an edge from each model to each data set that it was trained on.

    Args:
        known: What is known.
        models: IRIs of models, whose variants and checkpoints count too; none for all.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    Returns:
        The view; a data set that only one family was trained on is left out unless models are named.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> view = data_sharing(kg, [kg["gpt-3"].iri, kg["llama"].iri])
    >>> view.in_degree(kg["dataset:english-wikipedia"].iri) > 0
    True
    """
    wanted = {place for model in models for place in _with_members(known, model)}
    edges = [
        edge_from(row, "trained", "dataset", "relation")
        for row in run(known.store, known.catalogue["training/data-links"]).records()
    ]
    edges = [edge for edge in edges if not models or edge.child in wanted]
    attributes = {"view": "data-sharing", "title": "Training data in common", "title_zh": "共同的训练数据"}
    view = described(known, edges, models, statuses=statuses, **attributes)
    if models:
        return view
    alone = [
        node
        for node, data in view.nodes(data=True)
        if data["kind"] == "dataset" and len({_family(view, taker) for taker in view.predecessors(node)}) < _SHARED
    ]
    view.remove_nodes_from(alone)
    kept = {node for node in view if view.degree(node)}
    for node in list(kept):
        while node := view.nodes[node].get("family", ""):
            kept.add(node)
    view.remove_nodes_from([node for node in view if node not in kept])
    return view


_SHARED: Final = 2


def _family(view: nx.MultiDiGraph[str], node: str) -> str:
    while family := view.nodes[node].get("family"):
        node = family
    return node


def _with_members(known: Known, model: str) -> list[str]:
    """A model, its variants, and their checkpoints."""
    found = {model}
    new = {model}
    while new:
        new = {member for member, _ in members(known.store, known.catalogue, "parent", new)} - found
        found |= new
    return sorted(found)
