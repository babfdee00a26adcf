"""Looking things up by what people call them, in English and in Chinese.

Names are compared folded: without case, width, spaces and punctuation, so that ``gpt4``, ``GPT-4`` and ``ＧＰＴ４`` are one
name. A look-up never guesses: a name that several things bear is an error that lists them, and a name that nothing bears is
an error that suggests.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.database import connect
from llmkg.errors import AmbiguousNameError, NotFoundError
from llmkg.terms import BASE, CONCEPT_SCHEMES, ID_KINDS, PREFIXES, SKOS, expand, kind_of, shrink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from opencc import OpenCC

    from llmkg.database import Database


__all__ = ["Entry", "Hit", "Names", "entries_of", "fold", "kinds_of_class", "simplified"]


def fold(text: str) -> str:
    """A name without case, width, spaces and punctuation, and in simplified characters.

    >>> fold("ＧＰＴ－3.5"), fold("Q-Former"), fold("羊駝")
    ('gpt35', 'qformer', '羊驼')
    """
    plain = simplified(unicodedata.normalize("NFKC", text)).casefold()
    return "".join(char for char in plain if char.isalnum()) or text.strip().casefold()


def simplified(text: str) -> str:
    """A text with traditional Chinese characters simplified, as OpenCC does it (https://github.com/BYVoid/OpenCC).

    >>> simplified("旋轉位置編碼 of LLaMA")
    '旋转位置编码 of LLaMA'
    """
    return text if text.isascii() or not _CHINESE.search(text) else _converter().convert(text)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


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


_CHINESE: Final = re.compile(r"[㐀-鿿豈-﫿]")
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
