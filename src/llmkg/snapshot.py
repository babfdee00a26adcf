"""The embedded store, kept on disk between runs.

The files are the truth and the store is an index that can be rebuilt at any time. It is built once for a content (the
folder's name is the digest of what it holds) in the user's cache, in a folder of its own that is renamed into place when
it is whole: a crash leaves nothing half-built behind, and of two processes that build at once one wins and both end well.
Nobody writes to a finished snapshot, so any number of processes may read it. What is about to be read is compared with the
checksums that were taken when it was built, and a damaged snapshot is built anew.
"""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.cache import building, cache_folder, damage, mark_used, prune, seal
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
    from pathlib import Path
    from typing import NoReturn

    from llmkg.database import Database
    from llmkg.files import Project
    from llmkg.store import EmbeddedStore

__all__ = ["Snapshot", "build_in_memory", "open_snapshot", "read_quads"]

_FORMAT: Final = f"5-{px.__version__}"
"""Part of a snapshot's key: what was written by another format or engine is not opened."""

_RECORDS: Final = "records.sqlite"
_NO_DATA: Final = ("LOG", "LOCK")
"""How the names of the engine's files begin that it may change when it reads."""
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

    The names and the records are compared with their checksum now, the store when it is first asked for.

    Args:
        project: What to open.
        as_of: A day; the snapshot then holds what sources published by that day say.
        notify: Told in a sentence if a snapshot is damaged, or if the cache cannot be written; the store then lives in
            memory.

    Raises:
        ReadError: A file cannot be read or is not Turtle.
        StoreError: The snapshot that was built cannot be put in place or opened.

    >>> from llmkg.files import find_project
    >>> open_snapshot(find_project()).store.query("ASK { ?claim a llmkg:Claim }")
    True
    """
    order = _Order(project, as_of, cache_folder(), notify)
    remembered = order.place(_remembered_digest(order.folder, project))
    is_known = remembered.is_dir()
    place = remembered if is_known else order.place(project.digest[:32])

    def warn(damaged: str) -> None:
        notify(f"{place}: The snapshot is damaged ({damaged}); it is built anew.")

    def store_anew(damaged: str) -> px.Store:
        warn(damaged)
        return _anew(order).open_engine()

    opened = _open(place, warn, store_anew)
    if opened is None:
        return _anew(order)
    if not is_known:
        _remember_digest(order.folder, project)
    return opened


@dataclass(frozen=True)
class _Order:
    """A snapshot that is wanted, and where it is to be."""

    project: Project
    as_of: date | None
    folder: Path
    notify: Callable[[str], None]

    def place(self, digest: str) -> Path:
        state = f"-{self.as_of.isoformat()}" if self.as_of else ""
        return self.folder / f"{_FORMAT}-{digest}{state}"


def _anew(order: _Order) -> Snapshot:
    """The snapshot, built now: in the cache, or in memory if the cache cannot be written.

    Raises:
        ReadError: A file cannot be read or is not Turtle.
        StoreError: It cannot be put in place or opened.
    """
    project = order.project
    place = order.place(project.digest[:32])
    try:
        order.folder.mkdir(parents=True, exist_ok=True)
        _build_in_place(place, project, order.as_of)
    except (OSError, sqlite3.Error) as error:
        reason = (
            getattr(error, "strerror", None) or str(error).rpartition(": ")[2]
        )  # the engine tells its whole way there
        order.notify(f"{order.folder}: The cache cannot be written ({reason}); the graph is read anew each time.")
        return build_in_memory(project, as_of=order.as_of)

    def refuse(damaged: str) -> NoReturn:
        raise StoreError(
            f"The snapshot that was just built cannot be opened ({damaged}).",
            where=str(place),
            hint="Check the disk; remove the folder.",
        )

    opened = _open(place, refuse, refuse) or refuse("it is gone")
    _remember_digest(order.folder, project)
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
    with building(place.parent) as folder:
        _build(folder / "snapshot", place.name, project, as_of)
        _put_in_place(folder, place)
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


def _build(place: Path, key: str, project: Project, as_of: date | None) -> None:
    place.mkdir()
    store = px.Store(str(place / "store"))
    database = connect(place / _RECORDS)
    _fill(store, database, project, as_of)
    database.close()
    store.flush()
    del store
    seal(place, key, without=_NO_DATA)


def _open(place: Path, warn: Callable[[str], None], store_anew: Callable[[str], px.Store]) -> Snapshot | None:
    """The snapshot, its names and records known to be whole; None if there is none such.

    Args:
        place: Its folder.
        warn: Told what is damaged of names and records.
        store_anew: Told what is damaged of the store, when that is first asked for; gives another.
    """
    if not place.is_dir():
        return None
    damaged = damage(place, place.name, _is_record)
    if damaged:
        warn(damaged)
        return None
    try:
        database = connect_read_only(place / _RECORDS)
    except sqlite3.Error:  # it was removed meanwhile
        return None
    mark_used(place)
    return Snapshot(lambda: _engine(place, store_anew), Names(database), Records(database))


def _is_record(name: str) -> bool:
    return name == _RECORDS


def _engine(place: Path, store_anew: Callable[[str], px.Store]) -> px.Store:
    damaged = damage(place, place.name, lambda name: not _is_record(name))
    if not damaged:
        try:
            return px.Store.read_only(str(place / "store"))
        except (OSError, RuntimeError, ValueError) as error:
            damaged = str(error).partition(" in /")[0]
    return store_anew(damaged)


def _put_in_place(folder: Path, place: Path) -> None:
    """Rename the finished snapshot into place, unless another process was first with a whole one."""
    if place.exists():
        if not damage(place, place.name):
            return
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            place.rename(folder / "damaged")
    try:
        (folder / "snapshot").rename(place)
    except OSError as error:
        if damage(place, place.name):
            raise StoreError(
                f"The snapshot cannot be put in place ({error.strerror}).", where=str(place), hint="Check the disk."
            ) from None
