"""Looking things up by what people call them, in English and in Chinese.

Names are compared folded: without case, width, spaces and punctuation, traditional Chinese as simplified, so that ``gpt4``,
``GPT-4`` and ``ＧＰＴ４`` are one name, and ``羊駝`` and ``羊驼``. A look-up never guesses: a name that several things bear is an
error that lists them, and a name that nothing bears is an error that suggests.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

from llmkg.database import connect
from llmkg.entries import Entry, called, listed
from llmkg.errors import AmbiguousNameError, NotFoundError
from llmkg.folding import fold
from llmkg.terms import ID_KINDS, PREFIXES, expand, shrink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from llmkg.database import Database
    from llmkg.hits import Hit
    from llmkg.mentions import Mention

__all__ = ["Names"]


class Names:
    """All names in a graph, kept in an SQLite database so that one look-up does not read them all.

    Args:
        database: What :meth:`write` has filled.

    >>> llama = Entry("https://w3id.org/llmkg/id/family/llama", "family", "LLaMA", "LLaMA", ("羊驼",))
    >>> names = Names.of([llama])
    >>> names.resolve("羊驼").label
    'LLaMA'
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Entry | None] = {}

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Names:
        """Names that live in memory."""
        database = connect()
        cls.write(database, entries)
        return cls(database)

    @staticmethod
    def write(database: Database, entries: Iterable[Entry]) -> None:
        """Fill an empty database."""
        database.executescript(_TABLES)
        for entry in entries:
            aliases = "\n".join(entry.aliases)
            database.execute(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?)", (entry.iri, entry.kind, entry.en, entry.zh, aliases)
            )
            database.executemany(
                "INSERT OR IGNORE INTO name VALUES (?, ?, ?)",
                [(fold(text), tier, entry.iri) for tier, text in called(entry)],
            )

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """Everything that has a name, by IRI."""
        return {row[0]: _entry(row) for row in self._database.execute("SELECT * FROM entry ORDER BY iri")}

    def entry(self, iri: str) -> Entry | None:
        """The thing with an IRI, or None if it has no name here."""
        if iri not in self._known:
            row = self._database.execute("SELECT * FROM entry WHERE iri = ?", (iri,)).fetchone()
            self._known[iri] = _entry(row) if row else None
        return self._known[iri]

    def label(self, iri: str) -> str:
        """What to call an IRI: its English label, or its prefixed name where it has none."""
        entry = self.entry(iri)
        return entry.label if entry else shrink(iri)

    def resolve(self, name: str, *, kinds: Collection[str] = ()) -> Entry:
        """The thing that a name means.

        A name that only a thing of another kind bears means the families that are named after it: ``Mistral``, a company,
        is Mistral 7B or Mistral Large where a model is wanted.

        Args:
            name: A label, alias or slug in either language, a prefixed name, or an IRI.
            kinds: Kinds to choose from; empty for all.

        Raises:
            NotFoundError: Nothing is called that; the hint suggests.
            AmbiguousNameError: Several things are called that.
        """
        entry = self.entry(expand(name) or name)
        if entry is not None and (not kinds or entry.kind in kinds):
            return entry
        rows = self._database.execute(
            "SELECT tier, entry.* FROM name JOIN entry USING (iri) WHERE folded = ? ORDER BY tier, iri", (fold(name),)
        ).fetchall()
        matching = [(row[0], _entry(row[1:])) for row in rows if not kinds or row[2] in kinds]
        found = [entry for tier, entry in matching if tier == matching[0][0]]
        found = found or self.named_after(name, kinds)
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousNameError(
                f"{name!r} may mean {listed(found)}.",
                candidates=tuple(entry.iri for entry in found),
                hint=f"Say which, for example {shrink(found[0].iri)}.",
            )
        of_kind = f" {_kinds_listed(kinds)}" if kinds else ""
        raise NotFoundError(f"Nothing{of_kind} is called {name!r}.", hint=self._advice(name, kinds))

    def _advice(self, name: str, kinds: Collection[str]) -> str:
        """What to do about a name that nothing bears: take one that is near, or, of a few, any."""
        near = self.search(name, kinds=kinds, limit=3)
        if near:
            return f"Did you mean {listed([hit.entry for hit in near])}?"
        choices = sorted(entry.label for entry in self.entries.values() if entry.kind in kinds)
        if 0 < len(choices) <= _MOST_CHOICES:
            return f"Choose from: {', '.join(choices)}."
        return "'llmkg search' looks wider."

    def named_after(self, name: str, kinds: Collection[str]) -> list[Entry]:
        """The families whose label begins with a name that only things of other kinds bear.

        Args:
            name: The name: ``Mistral`` for Mistral 7B and Mistral Large, which the company Mistral made.
            kinds: Kinds to choose from; none is found unless families are among them.
        """
        if "family" not in kinds:
            return []
        if name not in self._named:
            begins = re.compile(rf"(?i:{re.escape(name.strip())})(?![^\W\d_A-Z])")
            is_borne = fold(name) in self._bearers([fold(name)], ())
            self._named[name] = [
                one for one in self._families if begins.match(one.en) or begins.match(one.zh)
            ] * is_borne
        return self._named[name]

    @cached_property
    def _named(self) -> dict[str, list[Entry]]:
        """The families named after what was asked for; a question in words asks for the same name again and again."""
        return {}

    @cached_property
    def _families(self) -> list[Entry]:
        rows = self._database.execute("SELECT * FROM entry WHERE kind = 'family' ORDER BY iri")
        return list(map(_entry, rows))

    def search(self, text: str, *, kinds: Collection[str] = (), limit: int = 20) -> list[Hit]:
        """What is called something like a text, best first.

        Args:
            text: What to look for, in either language.
            kinds: Kinds to choose from; empty for all.
            limit: The most hits to return.
        """
        from llmkg.hits import hits

        return hits((entry for entry in self.entries.values() if not kinds or entry.kind in kinds), text)[:limit]

    def mentions(self, text: str, *, kinds: Collection[str] = ()) -> list[Mention]:
        """The names that stand in a longer text, in its order; where names overlap, the longest.

        Names in Latin letters must be whole words, Chinese ones need not. Of concepts the plural in -s is read too. A name
        that is a common word counts only as it is written itself (``DROP``, not ``drop``), and none counts that goes
        on with a number (no ``GPT`` in ``GPT-9``).

        Args:
            text: A text in English, Chinese, or both.
            kinds: Kinds to look for; empty for all but the words of the ontology.

        >>> llama = Entry("https://w3id.org/llmkg/id/family/llama", "family", "LLaMA", "LLaMA", ("羊驼",))
        >>> [mention.text for mention in Names.of([llama]).mentions("Is llama 羊駝? Ollama is not.")]
        ['llama', '羊駝']
        """
        from llmkg.mentions import mentions

        return mentions(text, self._longest, lambda names: self._bearers(names, kinds))

    def like(self, word: str, *, kinds: Collection[str] = ()) -> str | None:
        """The one name, folded, that a word must be a slip for; None if there is none or several.

        Args:
            word: A word of at least five letters that is no name.
            kinds: Kinds to choose from; empty for all.
        """
        from rapidfuzz import fuzz, process

        wanted = fold(word)
        if len(wanted) < _SHORTEST_LIKE_WORD:
            return None
        rows = self._database.execute(
            "SELECT DISTINCT folded, kind FROM name JOIN entry USING (iri) WHERE length(folded) BETWEEN ? AND ?",
            (len(wanted) - 1, len(wanted) + 1),
        )
        names = sorted({folded for folded, kind in rows if not kinds or kind in kinds})
        best = process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=_LEAST_SLIP, limit=2)
        return best[0][0] if best and (len(best) == 1 or best[0][1] > best[1][1]) else None

    @cached_property
    def _longest(self) -> int:
        """Length of the longest name."""
        return int(self._database.execute("SELECT coalesce(max(length(folded)), 0) FROM name").fetchone()[0])

    def _bearers(self, names: Sequence[str], kinds: Collection[str]) -> dict[str, tuple[Entry, ...]]:
        """Who bears each of some folded names."""
        bearers: dict[str, dict[str, Entry]] = defaultdict(dict)
        for start in range(0, len(names), _MOST_VARIABLES):
            chunk = names[start : start + _MOST_VARIABLES]
            marks = ", ".join("?" * len(chunk))
            rows = self._database.execute(
                f"SELECT folded, entry.* FROM name JOIN entry USING (iri) WHERE folded IN ({marks}) ORDER BY tier, iri",  # noqa: S608 - only marks
                chunk,
            )
            for row in rows:
                if row[2] in kinds or (not kinds and row[2] not in {"", "term"}):
                    bearers[row[0]].setdefault(row[1], _entry(row[1:]))
        return {name: tuple(entries.values()) for name, entries in bearers.items()}


_MOST_VARIABLES: Final = 500
_LEAST_SLIP: Final = 88
_SHORTEST_LIKE_WORD: Final = 5
_MOST_CHOICES: Final = 40

_TABLES: Final = """
CREATE TABLE entry (iri TEXT PRIMARY KEY, kind TEXT, en TEXT, zh TEXT, aliases TEXT) WITHOUT ROWID;
CREATE TABLE name (folded TEXT, tier INTEGER, iri TEXT, PRIMARY KEY (folded, tier, iri)) WITHOUT ROWID;
"""


def _entry(row: Sequence[str]) -> Entry:
    iri, kind, en, zh, aliases = row
    return Entry(iri, kind, en, zh, tuple(aliases.split("\n")) if aliases else ())


def _kinds_listed(kinds: Collection[str]) -> str:
    known = [kind for kind in kinds if kind in {*ID_KINDS.values(), *PREFIXES}]
    return f"of kind {' or '.join(known)}" if 0 < len(known) <= 3 else "of that kind"  # noqa: PLR2004 - more is not read
