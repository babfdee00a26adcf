"""What a site is made of: sections, each of which knows its paths and renders any of them.

A path's content depends on nothing but the graph and the site's settings. So a static site is every path written to a
file (:mod:`llmkg.site.building`), and a server renders a path when it is asked for it (:mod:`llmkg.server`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from llmkg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmkg.knowledge import KnowledgeGraph

__all__ = ["Section", "Setting"]


@dataclass(frozen=True)
class Setting:
    """What the pages of a site have in common.

    Attributes:
        graph: The graph that is published.
        base: Address of the site, with a slash at its end.
        live: Whether a server answers queries at ``sparql`` and ``queries``; else the pages ask the dump in the browser.
    """

    graph: KnowledgeGraph
    base: str = BASE
    live: bool = False


class Section(Protocol):
    """A part of a site."""

    def paths(self) -> Iterable[str]:
        """Every path of the section, below the site's address, in an order that depends on nothing but the graph."""
        ...

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        ...
