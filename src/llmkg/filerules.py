"""The rules about files: what can be said of a file before it is known what it says.

Everything that can be wrong with a file becomes a finding, and the files that can be read are handed on.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.catalogue import read_query
from llmkg.errors import LlmkgError, ReadError
from llmkg.files import read_file
from llmkg.findings import LEVELS, Finding, Level
from llmkg.store import EmbeddedStore
from llmkg.terms import PREFIXES, expand, shrink
from llmkg.turtle import find_comment, parse_turtle, write_turtle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from llmkg.files import Project, TextFile
    from llmkg.queries import Query

__all__ = ["Inventory", "Levels", "TurtleFile", "take_stock"]

SHAPES: Final = "ontology/shapes/"
CHECKS: Final = "queries/checks/"
ACCEPTED_FILE: Final = "graph/accepted.toml"
_LEVELS_FILE: Final = "queries/levels.toml"
_MAPPINGS: Final = frozenset(
    [
        *(f"{PREFIXES['skos']}{name}Match" for name in ("exact", "close", "broad", "narrow", "related")),
        *(f"{PREFIXES['owl']}{name}" for name in ("equivalentClass", "equivalentProperty", "sameAs")),
        *(f"{PREFIXES['rdfs']}{name}" for name in ("subClassOf", "subPropertyOf", "seeAlso")),
    ]
)
"""Predicates that link a thing to others' vocabularies; that is not describing it."""


@dataclass(frozen=True)
class Levels:
    """How bad a finding is, by rule (``queries/levels.toml``); an error where nothing is said.

    >>> Levels({"checks": {"source-without-claims": "warning"}}).of("checks", "source-without-claims")
    'warning'
    """

    table: dict[str, Any] = field(default_factory=dict)

    def of(self, part: str, rule: str) -> Level:
        """The level of a rule of ``files``, ``shapes`` or ``checks``."""
        levels = self.table.get(part, {})
        level = levels.get(rule, levels.get("default", "error"))
        return level if level in LEVELS else "error"


@dataclass(frozen=True)
class TurtleFile:
    """A Turtle file that could be read.

    Attributes:
        file: Its text.
        triples: What it says.
        prefixes: The prefixes that it declares.
    """

    file: TextFile
    triples: Sequence[px.Triple]
    prefixes: dict[str, str]

    @cached_property
    def described(self) -> frozenset[str]:
        """IRIs of what it describes."""
        return frozenset(
            triple.subject.value
            for triple in self.triples
            if isinstance(triple.subject, px.NamedNode) and triple.predicate.value not in _MAPPINGS
        )


@dataclass
class Inventory:
    """What a project holds, and what is wrong with its files.

    Attributes:
        levels: How bad findings are.
        accepted: Why the finding of a check about a node stays: the reason, by rule and IRI (``graph/accepted.toml``).
        turtle: The Turtle files that could be read, sorted by path.
        checks: The check queries that could be read.
        findings: What is wrong with files.
        files: How many files were looked at.
        complete: Whether every file could be read, and every Turtle file is Turtle.
    """

    levels: Levels = field(default_factory=Levels)
    accepted: dict[tuple[str, str], str] = field(default_factory=dict)
    turtle: list[TurtleFile] = field(default_factory=list)
    checks: list[Query] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    complete: bool = True

    def add(self, rule: str, error: LlmkgError, path: str) -> None:
        """Note an error as a finding of a file rule."""
        line = error.where.rpartition(":")[2] if error.where.startswith(f"{path}:") else "1"
        self.find(rule, path, int(line) if line.isdigit() else 1, error.what, error.hint)

    def find(self, rule: str, path: str, line: int, message: str, remedy: str) -> None:
        """Note a finding of a file rule."""
        self.findings.append(Finding(path, line, self.levels.of("files", rule), rule, message, remedy))


def take_stock(project: Project, wanted: Collection[str] | None = None) -> Inventory:
    """Read every file of a project and apply the file rules.

    Args:
        project: What to read.
        wanted: Paths of the files to apply the rules to; by default all. A file that cannot be read is always told.
    """
    stock = Inventory()
    stock.levels = Levels(_read_toml(project, stock, _LEVELS_FILE))
    stock.accepted = _read_accepted(project, stock)
    for file in _read_all(project, stock, ".ttl", ("ontology", "graph")):
        chosen = wanted is None or file.name in wanted
        stock.files += chosen
        _take_turtle(file, stock, chosen=chosen)
    for file in _read_all(project, stock, ".rq", ("queries",)):
        chosen = wanted is None or file.name in wanted
        stock.files += chosen
        _take_query(file, stock, chosen=chosen)
    _find_described_twice(stock, wanted)
    return stock


def _read_toml(project: Project, stock: Inventory, name: str) -> dict[str, Any]:
    """What a file holds; nothing, and a finding, if it cannot be read."""
    try:
        return tomllib.loads(read_file(project.root, name).text)
    except ReadError as error:
        stock.add("unreadable", error, name)
    except tomllib.TOMLDecodeError as error:
        stock.find("unreadable", name, 1, f"Not TOML: {error}.", "Correct the line.")
    return {}


def _read_accepted(project: Project, stock: Inventory) -> dict[tuple[str, str], str]:
    if not (project.root / ACCEPTED_FILE).exists():
        return {}
    entries = _read_toml(project, stock, ACCEPTED_FILE).get("accepted", [])
    try:
        return {(each["rule"], expand(each["node"]) or each["node"]): each["reason"] for each in entries}
    except (KeyError, TypeError):
        what = "An entry of [[accepted]] is not complete."
        stock.find("unreadable", ACCEPTED_FILE, 1, what, "Give each entry a rule, a node and a reason.")
        return {}


def _read_all(project: Project, stock: Inventory, suffix: str, folders: Sequence[str]) -> Iterator[TextFile]:
    for folder in folders:
        try:
            names = project.names(folder, suffix)
        except ReadError as error:
            stock.add("unreadable", error, error.where)
            stock.complete = False
            continue
        for name in names:
            try:
                yield read_file(project.root, name)
            except ReadError as error:
                stock.add("unreadable", error, name)
                stock.complete = False


def _take_turtle(file: TextFile, stock: Inventory, *, chosen: bool) -> None:
    try:
        triples, prefixes = parse_turtle(file.text, where=file.name)
    except ReadError as error:
        stock.add("not-turtle", error, file.name)
        stock.complete = False
        return
    stock.turtle.append(TurtleFile(file, triples, prefixes))
    if not chosen:
        return
    comment = find_comment(file.text)
    if comment is not None:
        what = "A comment; it would be lost when the file is put in order."
        stock.find(
            "comment", file.name, comment, what, "Say it with skos:editorialNote on the subject that it is about."
        )
        return
    if file.name.startswith("graph/") and any(isinstance(triple.subject, px.BlankNode) for triple in triples):
        line = next((n for n, text in enumerate(file.text.split("\n"), 1) if "[" in text or "_:" in text), 1)
        stock.find("blank-node", file.name, line, "A node without an IRI.", "Give the node an IRI.")
    try:
        canonical = write_turtle(triples, prefixes=prefixes, where=file.name)
    except ReadError as error:
        stock.add("not-canonical", error, file.name)
        return
    if canonical != file.text:
        line = _first_difference(file.text, canonical)
        what = "Not in the canonical form, from this line on."
        stock.find("not-canonical", file.name, line, what, f"Run 'llmkg format {file.name}'.")


def _first_difference(text: str, canonical: str) -> int:
    """The line from which two texts differ."""
    ours, theirs = text.split("\n"), canonical.split("\n")
    pairs = zip(ours, theirs, strict=False)
    return next((n for n, (a, b) in enumerate(pairs, 1) if a != b), min(len(ours), len(theirs)))


def _take_query(file: TextFile, stock: Inventory, *, chosen: bool) -> None:
    is_check = file.name.startswith(CHECKS)
    if not (chosen or is_check):
        return
    try:
        query = read_query(file)
    except ReadError as error:
        stock.add("query-header", error, file.name)
        return
    try:
        EmbeddedStore(px.Store()).query(query.text)
    except LlmkgError as error:
        line = error.where.removeprefix("line ").partition(",")[0]
        stock.find("query-syntax", file.name, int(line) if line.isdigit() else 1, error.what, error.hint)
        return
    if is_check:
        missing = next((key for key in ("message", "remedy") if not isinstance(query.header.get(key), str)), None)
        if missing is None:
            stock.checks.append(query)
        else:
            stock.find("query-header", file.name, 1, f"The header has no {missing}.", f"Add '#+ {missing}: ...' to it.")


def _find_described_twice(stock: Inventory, wanted: Collection[str] | None) -> None:
    """Say once, in the last of the files, that several describe one thing."""
    homes: dict[str, list[TextFile]] = defaultdict(list)
    for turtle in stock.turtle:
        for iri in turtle.described:
            homes[iri].append(turtle.file)
    for iri, files in homes.items():
        here = [file for file in files if wanted is None or file.name in wanted]
        if len(files) == 1 or not here:
            continue
        place = here[-1]
        other = next(file for file in files if file is not place)
        what = f"{shrink(iri)} is described in {other.name}:{other.line_of(iri)} too."
        stock.find("described-twice", place.name, place.line_of(iri), what, "Keep one description, in one file.")
