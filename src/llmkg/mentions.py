"""Names that stand in a longer text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmkg.entries import Entry, called
from llmkg.folding import COMMON_WORDS, Written, singular
from llmkg.terms import CONCEPT_SCHEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["Mention", "mentions"]


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


def mentions(
    text: str, longest: int, bearers_of: Callable[[Sequence[str]], Mapping[str, tuple[Entry, ...]]]
) -> list[Mention]:
    """The names that stand in a text, in its order; where names overlap, the longest. See :meth:`llmkg.names.Names.mentions`.

    Args:
        text: A text in English, Chinese, or both.
        longest: Length of the longest name, folded.
        bearers_of: Tells who bears each of some folded names.

    >>> llama = Entry("https://w3id.org/llmkg/id/family/llama", "family", "LLaMA", "LLaMA", ())
    >>> [mention.start for mention in mentions("Is LLaMA open?", 5, lambda names: {"llama": (llama,)})]
    [3]
    """
    written = Written(text)
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for start, end in written.spans(longest + len("s")):
        spans[written.folded[start:end]].append((start, end))
    bearers = bearers_of([*spans, *(singular(name) for name in spans if singular(name))])
    found: list[Mention] = []
    free = [True] * len(written.folded)
    for name in sorted(spans, key=len, reverse=True):
        for start, end in spans[name]:
            mention = _mention(written, start, end, bearers) if all(free[start:end]) else None
            if mention is not None:
                free[start:end] = [False] * (end - start)
                found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def _mention(written: Written, start: int, end: int, bearers: Mapping[str, tuple[Entry, ...]]) -> Mention | None:
    name = written.folded[start:end]
    first, last = written.places[start][0], written.places[end - 1][1]
    entries = bearers.get(name, ())
    if name in COMMON_WORDS:
        entries = tuple(
            entry for entry in entries if written.is_deliberate(start, end, {name for _, name in called(entry)})
        )
    elif not entries and singular(name) not in COMMON_WORDS:
        name = singular(name)
        entries = tuple(entry for entry in bearers.get(name, ()) if entry.kind in CONCEPT_SCHEMES)
    if not entries or name.isdigit() or written.number_follows(last):
        return None
    return Mention(first, last, written.text[first:last], name, entries)
