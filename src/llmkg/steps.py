"""Where a walk along lineage goes on to, as one sparse matrix.

Each thing is a row, which holds where edges lead from it and from its variants and checkpoints. Upwards a thing also has what
its family took, but not what another size took. So a family is reached in two ways, which go on differently: for itself (row
``n``), and as the family of what was reached (row ``things + n``, which holds its own edges and its own family).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int32]

__all__ = ["Steps"]

_FEW: Final = 2_000
"""Up to how many rows a walk is faster by hand than by scipy, which looks at all rows that there are."""


@dataclass(frozen=True)
class Steps:
    """Where a walk goes on to from each row.

    Attributes:
        matrix: The steps as scipy's compressed sparse rows, each step once.
        family: What each thing is a variant or checkpoint of, without circles; -1 for what is none.
    """

    matrix: Any
    family: Numbers

    @classmethod
    def of(cls, start: Numbers, end: Numbers, family: Numbers, *, to_families: bool) -> Steps:
        """The steps along edges.

        Args:
            start: Number of the thing where each edge starts.
            end: Number of the thing where it ends.
            family: What each thing is a variant or checkpoint of, without circles; -1 for what is none.
            to_families: Whether a thing also has the steps of its family.
        """
        from scipy.sparse import csr_array

        things = len(family)
        steps = [(start, end)]
        above, ends = start, end
        while len(above):
            is_member = family[above] >= 0
            above, ends = family[above[is_member]], ends[is_member]
            steps.append((above, ends))
        if to_families:
            member = np.flatnonzero(family >= 0).astype(np.int32)
            has_members = np.zeros(things, dtype=bool)
            has_members[family[member]] = True
            between, own = member[has_members[member]], has_members[start]
            steps += [
                (member, things + family[member]),
                (things + between, things + family[between]),
                (things + start[own], end[own]),
            ]
        rows, columns = (np.concatenate(numbers) for numbers in zip(*steps, strict=True))
        size = things * (2 if to_families else 1)
        return cls(csr_array((np.ones(len(rows)), (rows, columns)), shape=(size, size)), family)

    def reached(self, start: int) -> Numbers:
        """The things that are reached in one step or more, in the order of their numbers.

        Args:
            start: Number of the thing to start from.
        """
        few = self._few(start)
        if few is None:
            return np.flatnonzero(self._many(start)[: len(self.family)]).astype(np.int32)
        rows = np.fromiter(few, np.int32, len(few))
        return np.sort(rows[rows < len(self.family)])

    def places(self, start: int) -> NDArray[np.bool_]:
        """Of each thing, whether a walk goes along its edges."""
        few = self._few(start)
        rows = np.flatnonzero(self._many(start)) if few is None else np.fromiter(few, np.int32, len(few))
        things = len(self.family)
        places = np.zeros(things, dtype=bool)
        new = np.append(rows[rows < things], start)
        while len(new):
            places[new] = True
            new = np.flatnonzero(places[self.family] & (self.family >= 0) & ~places)
        places[rows % things] = True
        return places

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview]:
        return memoryview(self.matrix.indptr), memoryview(self.matrix.indices)

    def _few(self, start: int) -> set[int] | None:
        """The rows that are reached, by hand; None if there are many."""
        starts, ends = self._views
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            row = waiting.pop()
            first, last = starts[row], starts[row + 1]
            if last - first + len(seen) > _FEW:
                return None
            for end in ends[first:last]:
                if end not in seen:
                    seen.add(end)
                    waiting.append(end)
        return seen

    def _many(self, start: int) -> NDArray[np.bool_]:
        """Of each row, whether it is reached, by scipy; it counts the start, which is reached only where a step leads back."""
        from scipy.sparse.csgraph import breadth_first_order

        seen = np.zeros(self.matrix.shape[0], dtype=bool)
        seen[breadth_first_order(self.matrix, start, return_predecessors=False)] = True
        back = np.searchsorted(self.matrix.indptr, np.flatnonzero(self.matrix.indices == start), side="right") - 1
        seen[start] = seen[back].any()
        return seen
