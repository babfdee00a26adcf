"""Influence: what most came from, on the arrays of all lineage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from llmkg.arrays import LineageArrays

__all__ = ["Influence", "influence"]

_DAMPING: Final = 0.85
_EXACT: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Influence:
    """How much came from a thing.

    Attributes:
        thing: Its IRI; a family stands for its variants and checkpoints too.
        rank: Its PageRank, a share of 1.
        reach: How many things came from it, directly or by others, its own variants and checkpoints not counted.
    """

    thing: str
    rank: float
    reach: int


def influence(arrays: LineageArrays) -> list[Influence]:
    """What most came from, in the strata and as of the day that the arrays are of; see :func:`llmkg.arrays.only`.

    PageRank (Page, Brin, Motwani and Winograd 1999, "The PageRank Citation Ranking: Bringing Order to the Web", damping 0.85) of
    the graph in which each family is one node with its variants and checkpoints, and an edge says that one came from the other,
    however many claims say so. Who adopts from few gives each more than who adopts from many.

    Args:
        arrays: The lineage.

    Returns:
        Each family, product, data set ... that has such an edge, the highest rank first.

    >>> import llmkg
    >>> from llmkg.arrays import lineage_arrays, only
    >>> kg = llmkg.load()
    >>> first = influence(only(lineage_arrays(kg.store, kg.catalogue), strata={"idea"}, as_of="2023"))[0]
    >>> kg.names.label(first.thing)
    'Transformer'
    """
    top = arrays.top
    ends = np.stack([top[arrays.child], top[arrays.parent]])
    ends = ends[:, ends[0] != ends[1]]
    things, numbers = np.unique(ends, return_inverse=True)
    child, parent = numbers.reshape(ends.shape)
    ranks = _page_ranks(child, parent, len(things))
    steps = arrays.downwards
    found = []
    for number, rank in zip(things.tolist(), ranks.tolist(), strict=True):
        reach = int(np.count_nonzero(top[steps.reached(number)] != number))
        found.append(Influence(arrays.things[number], rank, reach))
    return sorted(found, key=lambda one: (-one.rank, one.thing))


def _page_ranks(child: NDArray[np.intp], parent: NDArray[np.intp], things: int) -> NDArray[np.float64]:
    """By iteration until nothing changes: each round brings the ranks nearer by the damping factor at least."""
    from scipy.sparse import csr_array

    matrix = csr_array((np.ones(len(child)), (child, parent)), shape=(things, things))
    matrix.data[:] = 1
    given = np.maximum(np.diff(matrix.indptr), 1)
    ends = np.diff(matrix.indptr) == 0
    towards = matrix.T.tocsr()
    ranks = np.full(things, 1 / max(things, 1))
    change = 1.0
    while change > _EXACT and things:
        spread = _DAMPING * ranks[ends].sum() + 1 - _DAMPING
        new = _DAMPING * (towards @ (ranks / given)) + spread / things
        change = float(np.abs(new - ranks).sum())
        ranks = new
    return ranks
