"""Claims by what they mention, kept in an SQLite database: showing one thing needs no query engine.

It holds nothing that the store does not hold; like the store it is an index of the files.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.terms import NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmkg.database import Database
    from llmkg.store import Term

__all__ = ["Facts", "Records"]

Facts = dict[str, list["Term"]]
"""What is said of one thing: values by predicate."""

_TABLES: Final = """
CREATE TABLE statement (node TEXT PRIMARY KEY, facts TEXT) WITHOUT ROWID;
CREATE TABLE mention (thing TEXT, node TEXT, PRIMARY KEY (thing, node)) WITHOUT ROWID;
"""
_LINKS: Final = (NS + "isVariantOf", NS + "isCheckpointOf")
_KEPT: Final = {*_LINKS, *(NS + name for name in ("hasUnit", "url", "arxivId"))}


class Records:
    """The claims of a graph, with what is needed to show them.

    Args:
        database: What :meth:`write` has filled.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @staticmethod
    def write(database: Database, quads: Iterable[px.Quad]) -> None:
        """Fill an empty database.

        Args:
            database: The database.
            quads: The graph, with what is derived from it.
        """
        database.executescript(_TABLES)
        found: dict[str, dict[str, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
        for quad in quads:
            if isinstance(quad.subject, px.NamedNode) and not isinstance(quad.object, px.Triple):
                cell = _pack(quad.object)
                if cell not in found[quad.subject.value][quad.predicate.value]:
                    found[quad.subject.value][quad.predicate.value].append(cell)
        for node, facts in found.items():
            is_claim = NS + "locator" in facts
            kept = facts if is_claim else {predicate: cells for predicate, cells in facts.items() if predicate in _KEPT}
            if not kept:
                continue
            ordered = {predicate: sorted(kept[predicate]) for predicate in sorted(kept)}
            database.execute("INSERT INTO statement VALUES (?, ?)", (node, json.dumps(ordered, ensure_ascii=False)))
            mentioned = {cell[0] for predicate, cells in kept.items() for cell in cells if len(cell) == 1}
            database.executemany("INSERT INTO mention VALUES (?, ?)", [(thing, node) for thing in mentioned])

    def facts(self, node: str) -> Facts:
        """What is said of a claim, or the few facts that are kept of another thing: its links, unit and address."""
        row = self._database.execute("SELECT facts FROM statement WHERE node = ?", (node,)).fetchone()
        return _facts(row[0]) if row else {}

    def members(self, thing: str) -> list[str]:
        """A thing, its variants and its checkpoints."""
        members = [thing]
        for link in _LINKS:
            for member in tuple(members):
                parent = px.NamedNode(member)
                found = [node for node in self._mentioning(member) if parent in self.facts(node).get(link, ())]
                members += [node for node in found if node not in members]
        return members

    def claims(self, thing: str) -> dict[str, Facts]:
        """What every claim says that mentions a thing, one of its variants or one of its checkpoints, by the claim's IRI."""
        found = {}
        for member in self.members(thing):
            rows = self._database.execute(
                "SELECT node, facts FROM mention JOIN statement USING (node) WHERE thing = ?", (member,)
            )
            for node, text in rows:
                facts = _facts(text)
                if NS + "locator" in facts:
                    found[node] = facts
        own = self.facts(thing)
        return {thing: own, **found} if NS + "locator" in own else found

    def _mentioning(self, thing: str) -> list[str]:
        rows = self._database.execute("SELECT node FROM mention WHERE thing = ?", (thing,))
        return [node for (node,) in rows if "/claim/" not in node]


def _pack(term: object) -> list[str]:
    if isinstance(term, px.Literal):
        return [term.value, "@" + term.language] if term.language else [term.value, term.datatype.value]
    if isinstance(term, px.NamedNode):
        return [term.value]
    return [str(term), ""]


def _facts(text: str) -> Facts:
    return {predicate: [_unpack(cell) for cell in cells] for predicate, cells in json.loads(text).items()}


def _unpack(cell: list[str]) -> Term:
    if len(cell) == 1:
        return px.NamedNode(cell[0])
    value, kind = cell
    if kind.startswith("@"):
        return px.Literal(value, language=kind[1:])
    return px.Literal(value, datatype=px.NamedNode(kind)) if kind else px.BlankNode(value.removeprefix("_:"))
