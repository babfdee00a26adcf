"""Where a walk along lineage goes on to, as one sparse matrix.

A walk reaches a thing in one of three ways, which go on differently, and each is a row of its own: for itself (row ``n``), as a
member of what was reached (row ``things + n``: on to its own members), and as the family of what was reached (row
``2 * things + n``: on to its own family, but not to its other members). From each it goes on along the edges of the thing.
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

_FEW: Final = 10_000
"""Up to how many rows a walk is faster by hand than by scipy, which looks at all rows that there are."""


@dataclass(frozen=True)
class Steps:
    """Where a walk goes on to from each row.

    Attributes:
        matrix: The steps as scipy's compressed sparse rows, each step once.
        things: How many things there are; rows are this many, or two or three times.
    """

    matrix: Any
    things: int

    @classmethod
    def of(cls, start: Numbers, end: Numbers, family: Numbers, *, has_families: bool) -> Steps:
        """The steps along edges, to members and, if wanted, to families."""
        from scipy.sparse import csr_array

        things = len(family)
        member = np.flatnonzero(family >= 0).astype(np.int32)
        above = family[member]
        is_member = family >= 0
        has_members = np.zeros(things, dtype=bool)
        has_members[above] = True
        steps = [(start, end), (above, things + member)]
        kinds = [(is_member, things, (above, things + member))]
        if has_families:
            steps.append((member, 2 * things + above))
            kinds.append((has_members, 2 * things, (member, 2 * things + above)))
        for chosen, offset, further in kinds:
            for first, second in ((start, end), further):
                steps.append((first[chosen[first]] + offset, second[chosen[first]]))
        rows, columns = (np.concatenate(ends) for ends in zip(*steps, strict=True))
        size = things * (1 + len(kinds))
        return cls(csr_array((np.ones(len(rows)), (rows, columns)), shape=(size, size)), things)

    @cached_property
    def _views(self) -> tuple[memoryview, memoryview]:
        return memoryview(self.matrix.indptr), memoryview(self.matrix.indices)

    def reached(self, start: int) -> Numbers:
        """The rows that are reached in one step or more, in no order."""
        few = self._few(start)
        return self._many(start) if few is None else np.fromiter(few, np.int32, len(few))

    def _few(self, start: int) -> set[int] | None:
        """By hand; None if there are many."""
        starts, ends = self._views
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            row = waiting.pop()
            first, last = starts[row], starts[row + 1]
            if last - first + len(seen) > _FEW:
                return None
            new = set(ends[first:last]) - seen
            seen |= new
            waiting += new
        return seen

    def _many(self, start: int) -> Numbers:
        from scipy.sparse.csgraph import breadth_first_order

        order: Numbers = breadth_first_order(self.matrix, start, return_predecessors=False)
        seen = np.zeros(self.matrix.shape[0], dtype=bool)
        seen[order] = True
        back = np.searchsorted(self.matrix.indptr, np.flatnonzero(self.matrix.indices == start), side="right") - 1
        return order if seen[back].any() else order[1:]
