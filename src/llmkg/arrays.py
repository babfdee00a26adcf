"""Lineage as arrays: the questions about all of it, on a graph of millions of models.

What came from what means here what it means in :func:`llmkg.lineage.lineage_of`: going up, a thing also has what its
variants, its checkpoints and its family took; going down, it also has what came from its variants and checkpoints. Arrays
answer for the whole graph; what a person looks at comes back as a networkx graph.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING, cast

import networkx as nx
import numpy as np

from llmkg.lineage import about, edge_of, members
from llmkg.publication import day_of
from llmkg.steps import Steps
from llmkg.terms import STRATA

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from numpy.typing import NDArray

    from llmkg.catalogue import Catalogue
    from llmkg.lineage import Edge
    from llmkg.store import Store

    Numbers = NDArray[np.int32]

__all__ = [
    "LineageArrays",
    "ancestors",
    "arrays_of",
    "descendants",
    "lineage_arrays",
    "only",
    "subgraph",
]


@dataclass(frozen=True)
class LineageArrays:
    """All lineage, or some strata of it, with a number for each thing.

    Attributes:
        things: IRIs by number.
        family: What each thing is a variant or checkpoint of, by number; -1 for what is none, or is said to be one of itself.
        dates: Earliest date known of things, as the sources give it.
        edges: The claims, in the order of the arrays that follow.
        child: Number of the younger thing of each edge.
        parent: Number of what it came from.
        stratum: Place of its stratum in :data:`llmkg.terms.STRATA`.
        published: Day on which its source was published: of a month or year the first; NaT where it is not known.
    """

    things: tuple[str, ...]
    family: Numbers
    dates: Mapping[str, str] = field(repr=False)
    edges: tuple[Edge, ...] = field(repr=False)
    child: Numbers
    parent: Numbers
    stratum: NDArray[np.int8]
    published: NDArray[np.datetime64]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of each thing by IRI."""
        return {iri: number for number, iri in enumerate(self.things)}

    @cached_property
    def iris(self) -> NDArray[np.object_]:
        """IRIs by number, as an array, from which many are taken at once."""
        return np.array(self.things, dtype=object)

    @cached_property
    def upwards(self) -> Steps:
        """The steps from each thing to what it came from."""
        return Steps.of(self.child, self.parent, self.family, to_families=True)

    @cached_property
    def downwards(self) -> Steps:
        """The steps from each thing to what came from it."""
        return Steps.of(self.parent, self.child, self.family, to_families=False)

    @cached_property
    def top(self) -> Numbers:
        """The family of each thing that is itself no variant; of what has none, the thing."""
        top = np.where(self.family < 0, np.arange(len(self.family), dtype=np.int32), self.family)
        for _ in range(len(top).bit_length()):
            top = top[top]
        return top


def lineage_arrays(
    store: Store,
    catalogue: Catalogue,
    *,
    strata: Collection[str] = STRATA,
    statuses: Collection[str] | None = None,
) -> LineageArrays:
    """All lineage as arrays.

    Args:
        store: The store.
        catalogue: The saved questions.
        strata: The kinds of lineage to take.
        statuses: IRIs of the statuses that an edge's claim may have; None for all.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> arrays = lineage_arrays(kg.store, kg.catalogue, strata={"idea"})
    >>> kg["palm"].iri in ancestors(arrays, kg["llama"].iri)
    True
    """
    edges = map(edge_of, about(store, catalogue, "lineage/edges", "", None))
    dates = {
        row["node"].value: row["date"].value
        for row in about(store, catalogue, "lineage/dates", "", None)
        if row["node"] is not None and row["date"] is not None
    }
    wanted = (e for e in edges if e.stratum in strata and (statuses is None or e.status in statuses))
    return arrays_of(wanted, members(store, catalogue), dates)


def arrays_of(
    edges: Iterable[Edge], belonging: Iterable[tuple[str, str]] = (), dates: Mapping[str, str] | None = None
) -> LineageArrays:
    """Edges as arrays.

    Args:
        edges: The edges, each of a stratum.
        belonging: IRIs of variants and checkpoints, each with what it is one of.
        dates: Earliest date known of things, and day of publication of sources: YYYY, YYYY-MM or YYYY-MM-DD.
    """
    edges = tuple(edges)
    dates = dates or {}
    numbers: dict[str, int] = {}
    sources: dict[str, int] = {}
    strata = {stratum: place for place, stratum in enumerate(STRATA)}

    def number(iri: str) -> int:
        return numbers.setdefault(iri, len(numbers))

    child = np.fromiter((number(edge.child) for edge in edges), np.int32, len(edges))
    parent = np.fromiter((number(edge.parent) for edge in edges), np.int32, len(edges))
    source = np.fromiter((sources.setdefault(edge.source, len(sources)) for edge in edges), np.int32, len(edges))
    families = {number(member): number(above) for member, above in belonging}
    family = np.full(len(numbers), -1, np.int32)
    family[list(families)] = list(families.values())
    family[_in_circles(family)] = -1
    days = np.array([dates.get(iri, "NaT") for iri in sources], dtype="datetime64[D]")
    return LineageArrays(
        things=tuple(numbers),
        family=family,
        dates={iri: dates[iri] for iri in numbers if iri in dates},
        edges=edges,
        child=child,
        parent=parent,
        stratum=np.fromiter((strata[edge.stratum] for edge in edges), np.int8, len(edges)),
        published=days[source],
    )


def _in_circles(family: Numbers) -> NDArray[np.bool_]:
    """What is, or is a member of, something that is said to be a member of itself; each jump goes twice as far as the last."""
    last = np.append(family, np.int32(-1))
    for _ in range(len(family).bit_length()):
        last = last[last]
    return last[:-1] >= 0


def only(arrays: LineageArrays, *, strata: Collection[str] = STRATA, as_of: str | date | None = None) -> LineageArrays:
    """Some of the edges, between the same things.

    Args:
        arrays: The lineage.
        strata: The kinds of lineage to take.
        as_of: A day (``YYYY-MM-DD``, or a month or a year for its last day); claims of sources that were published later, or
            nobody knows when, are left out.

    Raises:
        ParameterError: There is no such day.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> arrays = lineage_arrays(kg.store, kg.catalogue)
    >>> len(only(arrays, as_of="2019").edges) < len(only(arrays, as_of="2023-06").edges) < len(arrays.edges)
    True
    """
    kept = np.isin(arrays.stratum, [place for place, stratum in enumerate(STRATA) if stratum in strata])
    if as_of is not None:
        kept &= arrays.published <= np.datetime64(day_of(as_of))
    columns = {name: getattr(arrays, name)[kept] for name in ("child", "parent", "stratum", "published")}
    return replace(arrays, edges=tuple(compress(arrays.edges, kept)), **columns)


def ancestors(arrays: LineageArrays, root: str) -> list[str]:
    """What a thing came from, directly or by what it came from: the parents of the edges that ``lineage_of`` finds upwards.

    Args:
        arrays: The lineage.
        root: IRI of the thing; it need not be in the graph. It is among its ancestors only where claims go in a circle.

    Returns:
        IRIs in the order of ``arrays.things``.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> arrays = lineage_arrays(kg.store, kg.catalogue, strata={"weights"})
    >>> "LLaMA 13B" in {kg.names.label(iri) for iri in ancestors(arrays, kg["vicuna"].iri)}
    True
    """
    return _things(arrays, arrays.upwards, root)


def descendants(arrays: LineageArrays, root: str) -> list[str]:
    """What came from a thing, directly or by what came from it: the children of the edges that ``lineage_of`` finds downwards.

    Args:
        arrays: The lineage.
        root: IRI of the thing; it need not be in the graph. It is among its descendants only where claims go in a circle.

    Returns:
        IRIs in the order of ``arrays.things``.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> arrays = lineage_arrays(kg.store, kg.catalogue, strata={"weights"})
    >>> "Vicuna 13B" in {kg.names.label(iri) for iri in descendants(arrays, kg["llama"].iri)}
    True
    """
    return _things(arrays, arrays.downwards, root)


def _things(arrays: LineageArrays, steps: Steps, root: str) -> list[str]:
    number = arrays.numbers.get(root)
    return [] if number is None else cast("list[str]", arrays.iris[steps.reached(number)].tolist())


def subgraph(arrays: LineageArrays, root: str, *, up: bool = True, down: bool = True) -> nx.MultiDiGraph[str]:
    """The lineage of one thing as a graph to be shown.

    Args:
        arrays: The lineage.
        root: IRI of the thing; it need not be in the graph.
        up: Whether what it came from is wanted.
        down: Whether what came from it is wanted.

    Returns:
        A graph as from :func:`llmkg.lineage.lineage_graph`, in which :func:`llmkg.lineage.lineage_of` finds for this root and
        these directions what it finds in the whole.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> arrays = lineage_arrays(kg.store, kg.catalogue)
    >>> graph = subgraph(arrays, kg["vicuna"].iri, down=False)
    >>> "LLaMA 13B" in {kg.names.label(iri) for iri in graph}
    True
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    number = arrays.numbers.get(root)
    if number is None:
        return graph
    shown = np.zeros(len(arrays.edges), dtype=bool)
    for steps, ends in [(arrays.upwards, arrays.child)] * up + [(arrays.downwards, arrays.parent)] * down:
        shown |= steps.places(number)[ends]
    for place in np.flatnonzero(shown).tolist():
        edge = arrays.edges[place]
        graph.add_edge(edge.child, edge.parent, key=edge.claim, edge=edge, **asdict(edge))
    waiting = [root, *graph]
    while waiting:
        thing = waiting.pop()
        above = int(arrays.family[arrays.numbers[thing]])
        graph.add_node(thing, **({"date": arrays.dates[thing]} if thing in arrays.dates else {}))
        if above >= 0 and "family" not in graph.nodes[thing]:
            graph.nodes[thing]["family"] = arrays.things[above]
            waiting.append(arrays.things[above])
    return graph
