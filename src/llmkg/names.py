"""Looking things up by what people call them, in English and in Chinese.

Names are compared folded: without case, width, spaces and punctuation, traditional Chinese as simplified, so that ``gpt4``,
``GPT-4`` and ``ＧＰＴ４`` are one name, and ``羊駝`` and ``羊驼``. A look-up never guesses: a name that several things bear is an error that lists them, and a name that nothing bears is
an error that suggests.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.database import connect
from llmkg.errors import AmbiguousNameError, NotFoundError
from llmkg.folding import COMMON_WORDS, Written, fold, singular
from llmkg.terms import BASE, CONCEPT_SCHEMES, ID_KINDS, PREFIXES, SKOS, expand, kind_of, shrink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from llmkg.database import Database


__all__ = ["Entry", "Hit", "Mention", "Names", "entries_of", "kinds_of_class"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing and what it is called.

    Attributes:
        iri: Its IRI.
        kind: ``family``, ``technique``, ``source`` ...; see :func:`llmkg.terms.kind_of`.
        en: Its English label.
        zh: Its Chinese label.
        aliases: What else it is called, in any language.
    """

    iri: str
    kind: str
    en: str
    zh: str
    aliases: tuple[str, ...]

    @property
    def label(self) -> str:
        """The English label, or what comes nearest."""
        return self.en or self.zh or shrink(self.iri)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that a search found.

    Attributes:
        entry: What.
        matched: The name that matched.
        score: How well: 100 the label itself, 95 an alias or the slug, below that beginnings, parts, likenesses, and like words.
    """

    entry: Entry
    matched: str
    score: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands in a longer text.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        text: What stands there.
        name: The name, folded; :meth:`Names.resolve` takes it.
        entries: What is called that: by label first, then by alias, then by slug; several if the name is ambiguous.
    """

    start: int
    end: int
    text: str
    name: str
    entries: tuple[Entry, ...]


_LABEL: Final = 100
_ALIAS: Final = 95
_PREFIX: Final = 90
_PART: Final = 80
_LIKE: Final = 70
_LIKE_WORD: Final = 50
_LEAST_LIKENESS: Final = 75
_SHORTEST_PART: Final = 2
_SHORTEST_LIKE_WORD: Final = 5


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
                [(fold(text), tier, entry.iri) for tier, text in _tiers(entry)],
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
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousNameError(
                f"{name!r} may mean {_listed(found)}.",
                candidates=tuple(entry.iri for entry in found),
                hint=f"Say which, for example {shrink(found[0].iri)}.",
            )
        hits = self.search(name, kinds=kinds, limit=3)
        of_kind = f" {_kinds_listed(kinds)}" if kinds else ""
        raise NotFoundError(
            f"Nothing{of_kind} is called {name!r}.",
            hint=f"Did you mean {_listed(hit.entry for hit in hits)}?" if hits else "'llmkg search' looks wider.",
        )

    def search(self, text: str, *, kinds: Collection[str] = (), limit: int = 20) -> list[Hit]:
        """What is called something like a text, best first.

        Args:
            text: What to look for, in either language.
            kinds: Kinds to choose from; empty for all.
            limit: The most hits to return.
        """
        wanted = fold(text)
        hits = []
        for entry in self.entries.values():
            if kinds and entry.kind not in kinds:
                continue
            best = max(_scored(entry, wanted), key=lambda scored: scored[0], default=None)
            if best is not None:
                hits.append(Hit(entry, best[1], best[0]))
        hits.sort(key=lambda hit: (-hit.score, len(hit.matched), hit.entry.iri))
        return hits[:limit]

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
        written = Written(text)
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for start, end in written.spans(self._longest + len("s")):
            spans[written.folded[start:end]].append((start, end))
        bearers = self._bearers([*spans, *(singular(name) for name in spans if singular(name))], kinds)
        found: list[Mention] = []
        free = [True] * len(written.folded)
        for name in sorted(spans, key=len, reverse=True):
            for start, end in spans[name]:
                mention = self._mention(written, start, end, bearers) if all(free[start:end]) else None
                if mention is not None:
                    free[start:end] = [False] * (end - start)
                    found.append(mention)
        return sorted(found, key=lambda mention: mention.start)

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

    @staticmethod
    def _mention(written: Written, start: int, end: int, bearers: Mapping[str, tuple[Entry, ...]]) -> Mention | None:
        name = written.folded[start:end]
        first, last = written.places[start][0], written.places[end - 1][1]
        entries = bearers.get(name, ())
        if name in COMMON_WORDS:
            entries = tuple(
                entry for entry in entries if written.is_deliberate(start, end, {name for _, name in _tiers(entry)})
            )
        elif not entries and singular(name) not in COMMON_WORDS:
            name = singular(name)
            entries = tuple(entry for entry in bearers.get(name, ()) if entry.kind in CONCEPT_SCHEMES)
        if not entries or name.isdigit() or written.number_follows(last):
            return None
        return Mention(first, last, written.text[first:last], name, entries)


_MOST_VARIABLES: Final = 500
_LEAST_SLIP: Final = 88


_TABLES: Final = """
CREATE TABLE entry (iri TEXT PRIMARY KEY, kind TEXT, en TEXT, zh TEXT, aliases TEXT) WITHOUT ROWID;
CREATE TABLE name (folded TEXT, tier INTEGER, iri TEXT, PRIMARY KEY (folded, tier, iri)) WITHOUT ROWID;
"""


def entries_of(quads: Iterable[px.Quad]) -> list[Entry]:
    """Everything of llmkg's that has an English label, from the graph and the ontology; names in the order of the alphabet."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    aliases: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if not isinstance(quad.object, px.Literal) or not isinstance(quad.subject, px.NamedNode):
            continue
        if quad.predicate.value == SKOS + "prefLabel" and quad.object.language:
            labels[quad.subject.value][quad.object.language] = quad.object.value
        elif quad.predicate.value == SKOS + "altLabel":
            aliases[quad.subject.value].add(quad.object.value)
    return [
        Entry(iri, kind_of(iri), found["en"], found.get("zh", ""), tuple(sorted(aliases[iri])))
        for iri, found in sorted(labels.items())
        if iri.startswith(BASE) and "en" in found
    ]


def _entry(row: Sequence[str]) -> Entry:
    iri, kind, en, zh, aliases = row
    return Entry(iri, kind, en, zh, tuple(aliases.split("\n")) if aliases else ())


def _tiers(entry: Entry) -> list[tuple[int, str]]:
    """Every name of a thing, with how much it counts: labels before aliases before the slug."""
    names = [(0, entry.en), (0, entry.zh), *((1, alias) for alias in entry.aliases), (2, entry.iri.rpartition("/")[2])]
    return [(tier, name) for tier, name in names if name]


def kinds_of_class(class_: str, scheme: str = "") -> tuple[str, ...]:
    """The kinds of thing that may stand for a parameter of a class (and scheme).

    >>> kinds_of_class("https://w3id.org/llmkg/ns/Model"), kinds_of_class("", "technique")
    (('family', 'model', 'product'), ('technique',))
    """
    if scheme:
        return (scheme,)
    name = class_.rpartition("/")[2].rpartition("#")[2]
    if name == "Concept":
        return CONCEPT_SCHEMES
    return _KINDS_OF_CLASS.get(name, ())


_KINDS_OF_CLASS: Final = {
    "Model": ("family", "model", "product"),
    "ModelFamily": ("family",),
    "ModelVariant": ("model",),
    "Checkpoint": ("model",),
    "Organization": (ID_KINDS["org"],),
    **{
        name: (name.lower(),)
        for name in ("Product", "Person", "Software", "Dataset", "Benchmark", "Baseline", "Source", "Hardware", "Claim")
    },
}


def _scored(entry: Entry, wanted: str) -> Iterable[tuple[int, str]]:
    """Each name of an entry that matches, with its score."""
    from rapidfuzz import fuzz

    is_part = len(wanted) >= _SHORTEST_PART or not wanted.isascii()  # one Chinese character is a word
    for tier, name in _tiers(entry):
        folded = fold(name)
        if folded == wanted:
            yield (_ALIAS if tier else _LABEL), name
        elif is_part and folded.startswith(wanted):
            yield _PREFIX - _distance(wanted, folded), name
        elif is_part and wanted in folded:
            yield _PART - _distance(wanted, folded), name
        else:
            likeness = fuzz.ratio(wanted, folded)
            if likeness >= _LEAST_LIKENESS:
                yield round(_LIKE * likeness / 100), name
            elif len(wanted) >= _SHORTEST_LIKE_WORD:
                likeness = max(fuzz.ratio(wanted, fold(word)) for word in re.split(r"[\W_]+", name))
                if likeness >= _LEAST_LIKENESS:
                    yield round(_LIKE_WORD * likeness / 100), name


def _distance(part: str, whole: str) -> int:
    """From 0 to 9: how much of a name is not what was looked for."""
    return round(9 * (1 - len(part) / len(whole)))


def _listed(entries: Iterable[Entry]) -> str:
    texts = [f"{entry.label} ({shrink(entry.iri)})" for entry in entries]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def _kinds_listed(kinds: Collection[str]) -> str:
    known = [kind for kind in kinds if kind in {*ID_KINDS.values(), *PREFIXES}]
    return f"of kind {' or '.join(known)}" if len(known) <= 3 else "of that kind"  # noqa: PLR2004 - more is not read
