"""Where sources differ, as the saved question finds it: claims that stand side by side on a page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from llmkg.queries import run

if TYPE_CHECKING:
    from llmkg.knowledge import KnowledgeGraph

__all__ = ["Conflict", "conflicts_of"]

_QUESTION: Final = "provenance/conflicts"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims that differ.

    Attributes:
        about: IRI of what they are about.
        property: IRI of the property or role in which they differ; empty if no value tells.
        claims: Their IRIs.
    """

    about: str
    property: str
    claims: tuple[str, ...]


def conflicts_of(graph: KnowledgeGraph) -> dict[str, list[Conflict]]:
    """Conflicts by what they are about, and by each of their claims.

    Args:
        graph: The graph.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> {len(conflict.claims) > 1 for conflict in conflicts_of(kg)[kg["gpt-4"].iri]}
    {True}
    """
    groups: dict[tuple[str, str], list[set[str]]] = defaultdict(list)
    for row in run(graph.store, graph.catalogue[_QUESTION]).records():
        text = {name: term.value if term is not None else "" for name, term in row.items()}
        apart = groups[text["about"], text["property"]]
        joined = {text["claim"], text["otherClaim"]}
        touching = [group for group in apart if group & joined]
        apart[:] = [group for group in apart if not group & joined] + [joined.union(*touching)]
    found: dict[str, list[Conflict]] = defaultdict(list)
    for (about, property_), apart in sorted(groups.items()):
        for group in sorted(map(sorted, apart)):
            conflict = Conflict(about, property_, tuple(group))
            for place in (about, *group):
                found[place].append(conflict)
    return dict(found)
