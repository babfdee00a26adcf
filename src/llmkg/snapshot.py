"""The embedded store, kept on disk between runs.

The files are the truth and the store is an index that can be rebuilt at any time. It is built once for a content (the
folder's name is the digest of what it holds) in the user's cache, in a folder of its own that is renamed into place when
it is whole: a crash leaves nothing half-built behind, and of two processes that build at once one wins and both end well.
Nobody writes to a finished snapshot, so any number of processes may read it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.cache import BUILDING, cache_folder, mark_used, prune
from llmkg.database import connect, connect_read_only
from llmkg.entries import entries_of
from llmkg.errors import StoreError
from llmkg.garbage import without_collecting
from llmkg.names import Names
from llmkg.records import Records
from llmkg.terms import FILE_GRAPHS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from llmkg.database import Database
    from llmkg.files import Project
    from llmkg.store import EmbeddedStore

__all__ = ["Snapshot", "build_in_memory", "open_snapshot", "read_quads"]

_FORMAT: Final = f"4-{px.__version__}"
"""Part of a snapshot's key: what was written by another format or engine is not opened."""

_DATA: Final = ("CURRENT", "MANIFEST-")
_MANIFEST: Final = "manifest.json"
_RECORDS: Final = "records.sqlite"
_SETTLED_SECONDS: Final = 2


def read_quads(project: Project) -> list[px.Quad]:
    """The ontology and the graph, each file as a named graph, without anything derived.

    Raises:
        ReadError: A file cannot be read or is not Turtle.
    """
    from llmkg.turtle import parse_turtle

    quads = []
    for file in (*project.ontology, *project.graph):
        graph = px.NamedNode(FILE_GRAPHS + file.name.removesuffix(".ttl"))
        triples, _ = parse_turtle(file.text, where=file.name)
        quads += [px.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]
    return quads


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot.

    Attributes:
        open_engine: Opens the store; see :attr:`store`.
        names: What everything is called.
        records: The claims, to be shown.
    """

    open_engine: Callable[[], px.Store]
    names: Names
    records: Records

    @cached_property
    def store(self) -> EmbeddedStore:
        """What answers SPARQL; opened when it is first needed."""
        from llmkg.store import EmbeddedStore

        return EmbeddedStore(self.open_engine())

    def in_memory(self) -> Snapshot:
        """A copy in memory: it takes a moment to make, and then answers several times faster."""
        store = px.Store()
        store.bulk_extend(self.store.engine)
        return Snapshot(lambda: store, self.names, self.records)


def build_in_memory(project: Project, *, as_of: date | None = None) -> Snapshot:
    """A snapshot of the project that leaves nothing on disk.

    Args:
        project: What to read.
        as_of: A day; see :func:`open_snapshot`.

    Raises:
        ReadError: A file cannot be read or is not Turtle.
    """
    store = px.Store()
    database = connect()
    _fill(store, database, project, as_of)
    return Snapshot(lambda: store, Names(database), Records(database))


def open_snapshot(
    project: Project, *, as_of: date | None = None, notify: Callable[[str], None] = lambda _: None
) -> Snapshot:
    """The project's snapshot; it is built first where there is none, or a damaged one.

    Args:
        project: What to open.
        as_of: A day; the snapshot then holds what sources published by that day say.
        notify: Told in a sentence if the cache cannot be written; the store then lives in memory.

    Raises:
        ReadError: A file cannot be read or is not Turtle.
        StoreError: The snapshot that was built cannot be put in place or opened. That a store is damaged inside is told
            when it is first asked.

    >>> from llmkg.files import find_project
    >>> open_snapshot(find_project()).store.query("ASK { ?claim a llmkg:Claim }")
    True
    """
    folder = cache_folder()
    state = f"-{as_of.isoformat()}" if as_of else ""
    digest = _remembered_digest(folder, project)
    opened = _open(folder / f"{_FORMAT}-{digest}{state}") if digest else None
    if opened is not None:
        return opened
    place = folder / f"{_FORMAT}-{project.digest[:32]}{state}"
    opened = _open(place)
    if opened is None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _build_in_place(place, project, as_of)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or error
            notify(f"{folder}: The cache cannot be written ({reason}); the graph is read anew each time.")
            return build_in_memory(project, as_of=as_of)
        opened = _open(place)
    if opened is None:
        raise StoreError(
            "The snapshot that was just built cannot be opened.",
            where=str(place),
            hint="Check the disk; remove the folder.",
        )
    _remember_digest(folder, project)
    return opened


def _remembered_digest(folder: Path, project: Project) -> str:
    """The digest that the files had when they last looked (names, sizes, times) as they look now; empty if unknown."""
    try:
        return (folder / f"{project.appearance()}.digest").read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def _remember_digest(folder: Path, project: Project) -> None:
    """Keep the digest by the look of the files, unless one was changed so lately that its time might not show it."""
    import time

    if time.time() - project.changed() > _SETTLED_SECONDS:
        with contextlib.suppress(OSError):
            (folder / f"{project.appearance()}.digest").write_text(project.digest[:32], encoding="ascii")


def _build_in_place(place: Path, project: Project, as_of: date | None) -> None:
    import shutil
    import tempfile

    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=place.parent))
    try:
        _build(building / "snapshot", project, as_of)
        _put_in_place(building, place)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    prune(place.parent)


def _fill(store: px.Store, database: Database, project: Project, as_of: date | None) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from llmkg.derive import derive

    with without_collecting(), ThreadPoolExecutor(1) as beside:
        quads = read_quads(project)
        if as_of:
            from llmkg.publication import published_by

            quads = published_by(quads, as_of)
        quads += derive(quads)
        once = {quad.triple: quad for quad in reversed(quads)}.values()  # what is stated twice would be counted twice
        text = px.serialize(once, format=px.RdfFormat.N_QUADS)
        loading = beside.submit(store.bulk_load, text, format=px.RdfFormat.N_QUADS)  # needs no Python meanwhile
        Names.write(database, entries_of(quads))
        Records.write(database, quads)
        database.commit()
        loading.result()
    store.optimize()


def _build(place: Path, project: Project, as_of: date | None) -> None:
    place.mkdir()
    store = px.Store(str(place / "store"))
    database = connect(place / _RECORDS)
    _fill(store, database, project, as_of)
    database.close()
    store.flush()
    del store
    manifest = {"digest": project.digest, "sizes": _sizes(place)}
    (place / _MANIFEST).write_text(json.dumps(manifest) + "\n", encoding="utf-8")


def _open(place: Path) -> Snapshot | None:
    """The snapshot, or None if there is none that is whole.

    A store whose files were cut short may open as an empty one without a word, so their sizes are compared first.
    """
    try:
        manifest = json.loads((place / _MANIFEST).read_text(encoding="utf-8"))
        if _sizes(place) != manifest["sizes"]:
            return None
        database = connect_read_only(place / _RECORDS)
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error):
        return None
    mark_used(place)
    return Snapshot(lambda: _engine(place), Names(database), Records(database))


def _engine(place: Path) -> px.Store:
    """The store of a snapshot.

    Raises:
        StoreError: Its content is damaged, or it was removed meanwhile.
    """
    try:
        return px.Store.read_only(str(place / "store"))
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"The snapshot cannot be opened ({str(error).partition(' in /')[0]}).",
            where=str(place),
            hint="Remove the folder; it is built anew.",
        ) from None


def _sizes(place: Path) -> dict[str, int]:
    """Bytes of each file that holds data; logs are not data."""
    with os.scandir(place / "store") as entries:
        sizes = {
            entry.name: entry.stat().st_size
            for entry in entries
            if entry.name.startswith(_DATA) or entry.name.endswith(".sst")
        }
    return {**sizes, _RECORDS: (place / _RECORDS).stat().st_size}


def _put_in_place(building: Path, place: Path) -> None:
    """Rename the finished snapshot into place, unless another process was first with a whole one."""
    if place.exists():
        if _open(place) is not None:
            return
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            place.rename(building / "damaged")
    try:
        (building / "snapshot").rename(place)
    except OSError as error:
        if _open(place) is None:
            raise StoreError(
                f"The snapshot cannot be put in place ({error.strerror}).", where=str(place), hint="Check the disk."
            ) from None
