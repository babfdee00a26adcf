"""The graph, opened: what most programs begin with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from llmkg.files import Project, find_project
from llmkg.snapshot import open_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.records import Records
    from llmkg.snapshot import Snapshot
    from llmkg.store import Store

__all__ = ["KnowledgeGraph", "load"]


@dataclass(frozen=True)
class KnowledgeGraph:
    """An opened graph; a record of its parts, which the functions of the other modules take.

    Attributes:
        project: Where its files are.
        snapshot: The store, the names and the records of it.
    """

    project: Project
    snapshot: Snapshot

    @property
    def store(self) -> Store:
        """What answers SPARQL."""
        return self.snapshot.store

    @property
    def names(self) -> Names:
        """What everything is called."""
        return self.snapshot.names

    @property
    def records(self) -> Records:
        """The claims, to be shown."""
        return self.snapshot.records

    @cached_property
    def catalogue(self) -> Catalogue:
        """The saved questions."""
        from llmkg.catalogue import Catalogue

        return Catalogue(self.project)


def load(
    folder: str | Path | None = None, *, in_memory: bool = True, notify: Callable[[str], None] = lambda _: None
) -> KnowledgeGraph:
    """Open the graph; the first time, its snapshot is built in the user's cache.

    Args:
        folder: A checkout of llmkg; see :func:`llmkg.files.find_project` for what is taken without it.
        in_memory: Whether to copy the snapshot into memory, which pays from the second question on.
        notify: Told in a sentence if the cache cannot be written.

    Raises:
        ReadError: The folder does not hold a graph, or a file of it cannot be read or is not Turtle.
        StoreError: The snapshot cannot be put in place or opened.

    >>> import llmkg
    >>> llmkg.load().names.resolve("羊驼").en
    'LLaMA'
    """
    project = find_project(folder)
    snapshot = open_snapshot(project, notify=notify)
    if in_memory:
        snapshot = snapshot.in_memory()
    return KnowledgeGraph(project, snapshot)
