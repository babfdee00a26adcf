"""Claims by what they mention, kept in an SQLite database: showing one thing needs no query engine.

It holds nothing that the store does not hold; like the store it is an index of the files.
"""

from __future__ import annotations

import zlib
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
CREATE TABLE node (id INTEGER PRIMARY KEY, iri TEXT UNIQUE, facts BLOB);
CREATE TABLE mention (thing INTEGER, id INTEGER, PRIMARY KEY (thing, id)) WITHOUT ROWID;
"""
_MENTIONING: Final = (
    "SELECT iri, facts FROM mention JOIN node USING (id) WHERE thing = (SELECT id FROM node WHERE iri = ?)"
)
_LINKS: Final = (NS + "isVariantOf", NS + "isCheckpointOf")
_LOCATOR: Final = NS + "locator"
_KEPT: Final = {f"<{predicate}>" for predicate in (*_LINKS, *(NS + name for name in ("hasUnit", "url", "arxivId")))}


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
        text = str(px.serialize((quad.triple for quad in quads), format=px.RdfFormat.N_TRIPLES) or b"", "utf-8")
        said = [(line, *line.split(" ", 2)) for line in text.split("\n") if line and line[0] != "_"]
        claims = {subject for _, subject, predicate, _ in said if predicate == f"<{_LOCATOR}>"}
        statements, mentions = defaultdict(set), set()
        for line, subject, predicate, value in said:
            if (subject in claims or predicate in _KEPT) and not value.startswith("<<"):
                statements[subject[1:-1]].add(line)
                if value[0] == "<":
                    mentions.add((value[1:-3], subject[1:-1]))
        known = {iri: number for number, iri in enumerate(sorted({*statements, *(thing for thing, _ in mentions)}))}
        rows = ((number, iri, _packed(statements[iri]) if iri in statements else None) for iri, number in known.items())
        database.executemany("INSERT INTO node VALUES (?, ?, ?)", rows)
        pairs = sorted((known[thing], known[node]) for thing, node in mentions)
        database.executemany("INSERT INTO mention VALUES (?, ?)", pairs)

    def facts(self, node: str) -> Facts:
        """What is said of a claim, or the few facts that are kept of another thing: its links, unit and address."""
        row = self._database.execute("SELECT facts FROM node WHERE iri = ?", (node,)).fetchone()
        return _said([row[0]])[node] if row and row[0] else {}

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
        packed = dict(self._database.execute("SELECT iri, facts FROM node WHERE iri = ?", (thing,)))
        for member in self.members(thing):
            packed.update(self._database.execute(_MENTIONING, (member,)))
        said = _said(filter(None, packed.values()))
        return {node: facts for node, facts in said.items() if _LOCATOR in facts}

    def _mentioning(self, thing: str) -> list[str]:
        return [node for node, _ in self._database.execute(_MENTIONING, (thing,)) if "/claim/" not in node]


def _packed(lines: Iterable[str]) -> bytes:
    """N-Triples, small: a snapshot's records are read whole, to see that they are, before anything is shown of them."""
    return zlib.compress("\n".join(sorted(lines)).encode(), 1)


def _said(packed: Iterable[bytes]) -> dict[str, Facts]:
    """What packed N-Triples say, by subject."""
    said: dict[str, Facts] = defaultdict(lambda: defaultdict(list))
    for quad in px.parse(b"\n".join(map(zlib.decompress, packed)), format=px.RdfFormat.N_TRIPLES):
        said[str(quad.subject)[1:-1]][quad.predicate.value].append(quad.object)
    return {node: dict(facts) for node, facts in said.items()}
