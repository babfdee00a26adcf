"""Names of things inside a longer text, in English and in Chinese."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from llmkg.names import fold

if TYPE_CHECKING:
    from collections.abc import Collection

    from llmkg.names import Entry, Names

__all__ = ["Mention", "mentions"]

_WORDS: Final = re.compile(r"[㐀-鿿豈-﫿]|[^\W㐀-鿿豈-﫿_]+")
"""A Chinese character is a word; else letters and digits that stand together are."""

_LONGEST: Final = 10
_SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stands in a text.

    Attributes:
        start: Characters before it.
        end: Characters up to its end.
        entries: What bears the name; several if it is ambiguous.
    """

    start: int
    end: int
    entries: tuple[Entry, ...]

    def of_kind(self, kinds: Collection[str]) -> Entry | None:
        """What of a kind bears the name, a family before its variants; None if nothing does."""
        found = [entry for entry in self.entries if entry.kind in kinds]
        return min(found, key=lambda entry: (entry.kind != "family", len(entry.iri)), default=None)


def mentions(names: Names, text: str, *, kinds: Collection[str] = ()) -> list[Mention]:
    """The names of things in a text, from left to right; the longest wins, and none overlap.

    Args:
        names: What everything is called.
        text: The text.
        kinds: Kinds of thing to look for; empty for all.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> found = mentions(kg.names, "LLaMA 从哪个模型借用了 SwiGLU?", kinds={"family", "technique"})
    >>> [mention.entries[0].label for mention in found]
    ['LLaMA', 'SwiGLU']
    """
    known = _by_folded_name(names, frozenset(kinds))
    words = [(match.start(), match.end()) for match in _WORDS.finditer(text)]
    found = []
    place = 0
    while place < len(words):
        for end in range(min(place + _LONGEST, len(words)), place, -1):
            piece = text[words[place][0] : words[end - 1][1]]
            entries = known.get(fold(piece)) or known.get(fold(piece.removesuffix("s")))
            if entries and len(piece) >= _SHORTEST and (words[end - 1][1] - words[place][0]) < _MOST_CHARACTERS:
                found.append(Mention(words[place][0], words[end - 1][1], entries))
                place = end - 1
                break
        place += 1
    return found


_MOST_CHARACTERS: Final = 80


@lru_cache(maxsize=4)
def _by_folded_name(names: Names, kinds: frozenset[str]) -> dict[str, tuple[Entry, ...]]:
    """What bears each name, labels and aliases alike."""
    known: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in names.entries.values():
        if not kinds or entry.kind in kinds:
            for name in (entry.en, entry.zh, *entry.aliases, entry.iri.rpartition("/")[2]):
                if name:
                    known[fold(name)][entry.iri] = entry
    return {name: tuple(entries.values()) for name, entries in known.items()}
