"""The pictures of lineage on the pages: one of each family and product, which the pages of its variants show too."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from llmkg.addresses import path_of
from llmkg.lineage import lineage_graph
from llmkg.pictures.choice import picture
from llmkg.terms import BASE, NS, kind_of
from llmkg.views.strata import lineage
from llmkg.walks import lineage_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

    from llmkg.site.sections import Setting
    from llmkg.site.statements import Statements

__all__ = ["Portraits"]

_KINDS: Final = ("family", "product")
_ENDINGS: Final = {".zh.svg": "zh", ".svg": "en"}


class Portraits:
    """The section of the pictures.

    Args:
        setting: The site.
        statements: All statements.
    """

    def __init__(self, setting: Setting, statements: Statements) -> None:
        self._graph = setting.graph
        self._statements = statements

    def paths(self) -> Iterable[str]:
        """The pictures, in both languages."""
        for path in self._drawn:
            yield from (path + ending for ending in _ENDINGS)

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        for ending, lang in _ENDINGS.items():
            thing = path.removesuffix(ending)
            if thing != path:
                return self._picture(BASE + thing, lang) if thing in self._drawn else None
        return None

    def shown_for(self, iri: str) -> str:
        """Path of the picture on a thing's page, without its ending: its own or its family's; empty if there is none."""
        seen = set()
        while iri and iri not in seen:
            seen.add(iri)
            if (path := path_of(iri) or "") in self._drawn:
                return path
            first = self._statements.first
            iri = first(iri, NS + "isVariantOf") or first(iri, NS + "isCheckpointOf")
        return ""

    @cached_property
    def _whole(self) -> nx.MultiDiGraph[str]:
        return lineage_graph(self._graph.store, self._graph.catalogue, statuses=self._graph.accepted)

    @cached_property
    def _drawn(self) -> dict[str, None]:
        """The paths of what has a lineage to draw."""
        things = [iri for iri in self._statements.triples if kind_of(iri) in _KINDS]
        found = ((iri, lineage_of(self._whole, iri)) for iri in things)
        return {iri.removeprefix(BASE): None for iri, lineage in found if lineage.up or lineage.down}

    def _picture(self, iri: str, lang: str) -> bytes:
        view = lineage(self._graph, iri, statuses=self._graph.accepted, among=self._whole)
        return picture(view, lang="zh" if lang == "zh" else "en").svg().encode()
