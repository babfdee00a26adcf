"""Finds and reads ``ontology/``, ``graph/`` and ``queries/``, in a checkout or in the installed package.

A file's path has no meaning to the program; it is kept, with the lines, so that messages can say where a thing stands.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from llmkg.errors import ReadError
from llmkg.terms import shrink

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["FOLDERS", "Project", "TextFile", "find_project", "read_file", "replace_file", "replacing"]

FOLDERS: Final = ("ontology", "graph", "queries")
"""The folders that make a project."""

_INSTALLED: Final = Path(__file__).parent / "_data"
_CHECKOUT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class TextFile:
    """A file that was read.

    Attributes:
        name: Path below the project's folder, with ``/``.
        text: What it holds.
    """

    name: str
    text: str

    def line_of(self, iri: str, predicate: str = "") -> int:
        r"""The line (from 1) on which a subject's block begins, or on which it has a predicate.

        Args:
            iri: The subject.
            predicate: A predicate of it; the block's first line is given where the block has none such.

        Returns:
            The line; 1 where the file does not have the subject.

        >>> file = TextFile("a.ttl", "\nfamily:a\n    a llmkg:ModelFamily ;\n    .\n")
        >>> file.line_of("https://w3id.org/llmkg/id/family/a")
        2
        """
        names = {shrink(iri), f"<{iri}>"}
        verbs = {shrink(predicate), f"<{predicate}>"} if predicate else set()
        found = 0
        for number, line in enumerate(self.text.split("\n"), 1):
            words = line.split(maxsplit=2)
            if not found and words and words[0] in names:
                found = number
                words = words[1:]
            if found and words and words[0] in verbs:
                return number
            if found and (not verbs or _END_OF_BLOCK.search(line)):
                return found
        return found or 1


_END_OF_BLOCK = re.compile(r"(?:^|\s)\.\s*$")


@dataclass(frozen=True)
class Project:
    """A folder that holds an ontology, a graph and queries.

    Attributes:
        root: The folder.
    """

    root: Path

    @cached_property
    def ontology(self) -> tuple[TextFile, ...]:
        """The ontology, its vocabularies and its alignments, without the shapes."""
        return tuple(file for file in self._read("ontology", ".ttl") if not file.name.startswith("ontology/shapes/"))

    @cached_property
    def shapes(self) -> tuple[TextFile, ...]:
        """The SHACL shapes."""
        return self._read("ontology/shapes", ".ttl")

    @cached_property
    def graph(self) -> tuple[TextFile, ...]:
        """The graph."""
        return self._read("graph", ".ttl")

    @cached_property
    def digest(self) -> str:
        """What the ontology and the graph hold, as 64 hexadecimal digits: the same content, the same digest."""
        total = hashlib.sha256()
        for file in (*self.ontology, *self.graph):
            content = file.text.encode()
            total.update(f"{file.name}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()

    def turtle_files(self, paths: Iterable[str | Path] = ()) -> tuple[TextFile, ...]:
        """The Turtle files of the ontology, the shapes and the graph.

        Args:
            paths: Files and folders to keep to; all without any.

        Raises:
            ReadError: A path is not in the project, or a file cannot be read.
        """
        chosen = self.names_of(paths)
        names = (name for folder in ("ontology", "graph") for name in self.names(folder, ".ttl"))
        return tuple(read_file(self.root, name) for name in names if chosen is None or name in chosen)

    def names_of(self, paths: Iterable[str | Path]) -> frozenset[str] | None:
        """Names below the project's folder of the files that paths stand for; None without any path.

        Args:
            paths: Files and folders, below the project's folder or the current one, or absolute.

        Raises:
            ReadError: A path is not in the project.
        """
        root = self.root.resolve()
        names: set[str] = set()
        given = list(paths)
        for path in given:
            place = next((p for p in (root / path, Path(path).resolve()) if p.exists()), None)
            if place is None or not place.resolve().is_relative_to(root):
                raise ReadError(
                    "No such file or folder in the project.", where=str(path), hint=f"Name one below {self.root}."
                )
            below = place.resolve().rglob("*") if place.is_dir() else [place.resolve()]
            names.update(found.relative_to(root).as_posix() for found in below)
        return frozenset(names) if given else None

    def appearance(self) -> str:
        """How the ontology and the graph look from outside: names, sizes and times of their files, as 32 hexadecimal digits."""
        looks = ((name, stat.st_size, stat.st_mtime_ns) for name, stat in self._stats)
        return hashlib.sha256(repr((str(self.root.resolve()), *looks)).encode()).hexdigest()[:32]

    def changed(self) -> float:
        """When a file of the ontology or the graph was last changed, in seconds since 1970."""
        return max((stat.st_mtime for _, stat in self._stats), default=0)

    @cached_property
    def _stats(self) -> list[tuple[str, os.stat_result]]:
        names = [*self.names("ontology", ".ttl"), *self.names("graph", ".ttl")]
        root = str(self.root)
        return [(name, _stat(root, name)) for name in names]

    def _read(self, folder: str, suffix: str) -> tuple[TextFile, ...]:
        return tuple(read_file(self.root, name) for name in self.names(folder, suffix))

    def names(self, folder: str, suffix: str) -> list[str]:
        """Paths of the files below a folder of the project that end in *suffix*, sorted.

        Raises:
            ReadError: A folder cannot be listed.
        """
        found: list[str] = []
        pending = [folder]
        while pending:
            here = pending.pop()
            try:
                with os.scandir(self.root / here) as entries:
                    for entry in entries:
                        if entry.name.startswith("."):
                            continue
                        if entry.is_dir():
                            pending.append(f"{here}/{entry.name}")
                        elif entry.name.endswith(suffix):
                            found.append(f"{here}/{entry.name}")
            except OSError as error:
                raise ReadError(
                    f"The folder cannot be read ({error.strerror}).",
                    where=here,
                    hint="Check that it is there and who may read it.",
                ) from None
        return sorted(found)


def read_file(root: Path, name: str) -> TextFile:
    """Read one file as UTF-8.

    Args:
        root: The project's folder.
        name: Path of the file below it.

    Raises:
        ReadError: It cannot be read, or is not UTF-8; the message has the line.
    """
    try:
        content = (root / name).read_bytes()
    except OSError as error:
        raise _unreadable(name, error) from None
    try:
        return TextFile(name, content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ReadError(
            f"Not UTF-8: byte 0x{content[error.start]:02X}.", where=f"{name}:{line}", hint="Save the file as UTF-8."
        ) from None


def _stat(root: str, name: str) -> os.stat_result:
    try:
        return os.stat(f"{root}/{name}")  # noqa: PTH116 - of a thousand files, before anything is shown
    except OSError as error:
        raise _unreadable(name, error) from None


def _unreadable(name: str, error: OSError) -> ReadError:
    return ReadError(
        f"The file cannot be read ({error.strerror}).", where=name, hint="Check that it is there and who may read it."
    )


def replace_file(path: Path, text: str) -> None:
    """Write a file so that it holds either what it held or the whole new text, whatever happens.

    Raises:
        ReadError: It cannot be written; it is then as it was.
    """
    import shutil
    import tempfile

    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=path.parent, delete=False) as new:
            try:
                new.write(text)
                new.close()
                shutil.copymode(path, new.name)
                Path(new.name).replace(path)
            except BaseException:
                Path(new.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ReadError(
            f"The file cannot be written ({error.strerror}).", where=str(path), hint="Check who may write it."
        ) from None


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write a file, and others beside it, so that each is put in place whole and only if all went well.

    Args:
        path: The file.

    Yields:
        A path of the same name in a new folder beside it.

    Raises:
        ReadError: It cannot be written; everything is then as it was.
    """
    import shutil
    import tempfile

    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".") as folder:
            yield Path(folder) / path.name
            for new in sorted(Path(folder).iterdir()):
                old = path.with_name(new.name)
                if old.exists():
                    shutil.copymode(old, new)
                new.replace(old)
    except OSError as error:
        raise ReadError(
            f"The file cannot be written ({error.strerror}).",
            where=str(path),
            hint="Check the folder, and who may write it.",
        ) from None


def find_project(folder: str | Path | None = None) -> Project:
    """The project to work on.

    Args:
        folder: Its folder. Without it: the folder that the environment variable ``LLMKG_DATA`` names; else the
            checkout around the current folder; else the data that the package was installed with.

    Raises:
        ReadError: The folder does not hold ``ontology/``, ``graph/`` and ``queries/``.

    >>> find_project().root.joinpath("ontology", "core.ttl").is_file()
    True
    """
    named = folder or os.environ.get("LLMKG_DATA")
    if named:
        root = Path(named)
        missing = [name for name in FOLDERS if not (root / name).is_dir()]
        if missing:
            raise ReadError(
                f"No {missing[0]}/ folder in it.", where=str(root), hint="Name the folder of a checkout of llmkg."
            )
        return Project(root)
    here = Path.cwd()
    for candidate in (here, *here.parents):
        if (candidate / "ontology" / "core.ttl").is_file() and all((candidate / name).is_dir() for name in FOLDERS):
            return Project(candidate)
    return Project(_INSTALLED if _INSTALLED.is_dir() else _CHECKOUT)
