"""What is called something like a text: the label itself, an alias, a beginning, a part, a likeness."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from llmkg.entries import Entry, called
from llmkg.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Hit", "hits"]


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


def hits(entries: Iterable[Entry], text: str) -> list[Hit]:
    """The things that are called something like a text, best first.

    Args:
        entries: The things to choose from.
        text: What to look for, in either language.

    >>> rope = Entry("https://w3id.org/llmkg/concept/technique/rope", "technique", "Rotary embeddings", "旋转位置编码", ("RoPE",))
    >>> [(hit.matched, hit.score) for hit in hits([rope], "rope")], [hit.matched for hit in hits([rope], "旋转")]
    ([('RoPE', 95)], ['旋转位置编码'])
    """
    wanted = fold(text)
    found = []
    for entry in entries:
        best = max(_scored(entry, wanted), key=lambda scored: scored[0], default=None)
        if best is not None:
            found.append(Hit(entry, best[1], best[0]))
    return sorted(found, key=lambda hit: (-hit.score, len(hit.matched), hit.entry.iri))


_LABEL: Final = 100
_ALIAS: Final = 95
_PREFIX: Final = 90
_PART: Final = 80
_LIKE: Final = 70
_LIKE_WORD: Final = 50
_LEAST_LIKENESS: Final = 75
_SHORTEST_PART: Final = 2
_SHORTEST_LIKE_WORD: Final = 5


def _scored(entry: Entry, wanted: str) -> Iterable[tuple[int, str]]:
    """Each name of an entry that matches, with its score."""
    from rapidfuzz import fuzz

    is_part = len(wanted) >= _SHORTEST_PART or not wanted.isascii()  # one Chinese character is a word
    for tier, name, folded, words in _folded(entry):
        if folded == wanted:
            yield (_ALIAS if tier else _LABEL), name
        elif is_part and folded.startswith(wanted):
            yield _PREFIX - _distance(wanted, folded), name
        elif is_part and wanted in folded:
            yield _PART - _distance(wanted, folded), name
        else:
            likeness = fuzz.ratio(wanted, folded, score_cutoff=_LEAST_LIKENESS)
            if likeness:
                yield round(_LIKE * likeness / 100), name
            elif len(wanted) >= _SHORTEST_LIKE_WORD:
                likeness = max(fuzz.ratio(wanted, word, score_cutoff=_LEAST_LIKENESS) for word in words)
                if likeness:
                    yield round(_LIKE_WORD * likeness / 100), name


@lru_cache(maxsize=32_768)
def _folded(entry: Entry) -> tuple[tuple[int, str, str, tuple[str, ...]], ...]:
    """Each name of an entry, with how much it counts, and, folded, the whole of it and its words.

    It is kept: folding takes several times as long as comparing, and a table has many names.
    """
    return tuple(
        (tier, name, fold(name), tuple(dict.fromkeys(fold(word) for word in re.split(r"[\W_]+", name))))
        for tier, name in called(entry)
    )


def _distance(part: str, whole: str) -> int:
    """From 0 to 9: how much of a name is not what was looked for."""
    return round(9 * (1 - len(part) / len(whole)))
