"""Questions in words, matched to saved questions: by templates, summaries and the names that stand in the text.

No language model and no network: what was typed and each template are cut into words, names become slots, and the templates
nearest by the angle between their weighted words are kept (Salton and Buckley 1988: term frequency times inverse document
frequency, https://doi.org/10.1016/0306-4573(88)90021-0). Names must fit the parameters, and a name that is not used costs.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from llmkg.errors import ReadError
from llmkg.mentions import Mention, mentions
from llmkg.names import fold, kinds_of_class, simplified
from llmkg.terms import shrink

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.queries import Parameter, Query

__all__ = ["CONFIDENT", "Match", "match", "read_phrasings"]

CONFIDENT: Final = 0.4
"""From here on a match is good enough to be answered; below it, it is only something to suggest."""

_TEMPLATE: Final = 0.55
_UNUSED_NAME: Final = 0.6
_UNUSED_MAKER: Final = 0.9
_UNFILLED_SLOT: Final = 0.65
_SUMMARY: Final = 0.85
_CJK: Final = "㐀-鿿豈-﫿"
_WORDS: Final = re.compile(rf"@\w+|[{_CJK}]+|[a-z]+(?:'[a-z]+)?|[0-9]+")
_SLOT: Final = re.compile(r"\{(\w+)\}")
_YEAR: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_DATE: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])")
_NUMBER: Final = re.compile(
    r"(?P<number>10\^[0-9]+|[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)\s*(?P<unit>billion|million|trillion|[bmt](?![a-z])|亿|万)?",
    re.IGNORECASE,
)
_UNITS: Final = {"b": 9, "billion": 9, "m": 6, "million": 6, "t": 12, "trillion": 12, "亿": 8, "万": 4}
_MODELS: Final = {"family", "model", "product"}
_ANYTHING: Final = ("family", "model", "product", "technique", "organization", "benchmark", "dataset")
_PLAIN: Final = {"gYear", "date", "decimal", "integer"}
_NAMED: Final = {*_MODELS, "technique", "benchmark", "organization"}
_STRONG: Final = {*_MODELS, "organization", "technique", "benchmark", "dataset", "person", "source", "risk", "licence"}
"""Kinds whose names are not words of every day: one that stands in the text and is not used counts against a match."""


@dataclass(frozen=True, slots=True)
class Match:
    """A saved question that a text may mean.

    Attributes:
        question: Its id.
        values: Its parameters, as texts or IRIs.
        confidence: From 0 to 1; see :data:`CONFIDENT`.
        unused: Names in the text that it has no use for.
    """

    question: str
    values: Mapping[str, str]
    confidence: float
    unused: tuple[str, ...]

    def command(self) -> str:
        """The question as it is typed.

        >>> Match("lineage/why", {"model": "https://w3id.org/llmkg/id/family/llama"}, 1.0, ()).command()
        'llmkg query lineage/why model=family:llama'
        """
        values = [f"{name}={shrink(value)}" for name, value in self.values.items()]
        return " ".join(["llmkg query", self.question, *values])


@dataclass(frozen=True, slots=True)
class _Template:
    question: Query
    slots: tuple[str, ...]
    weights: Mapping[str, float]
    factor: float


def match(text: str, catalogue: Catalogue, names: Names, *, limit: int = 3) -> list[Match]:
    """The saved questions that a question in words may mean, the best first.

    Args:
        text: The question, in English or Chinese, or both.
        catalogue: The saved questions.
        names: What everything is called.
        limit: The most matches to return.

    Returns:
        Each question once. An answer should be given only if the first is confident (:data:`CONFIDENT`).

    Raises:
        ReadError: The file of phrasings cannot be read or is not TOML.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> match("LLaMA 从哪个模型借用了 SwiGLU?", kg.catalogue, kg.names)[0].command()
    'llmkg query lineage/why model=family:llama technique=technique:swiglu'
    """
    book = _book(catalogue)
    kinds = frozenset(kind for q in book.questions for p in q.parameters for kind in _kinds(p)) | _STRONG
    found = [each for each in mentions(names, text, kinds=kinds) if not _is_everyday(each, text)]
    found = _with_likely(found, text, book, names, kinds)
    best: dict[str, Match] = {}
    for readable in _readings(found):
        words = book.words(_with_slots(text, readable))
        weights, covered = book.weighted(words), book.covered(words)
        for template in book.templates:
            similarity = sum(weight * weights.get(word, 0.0) for word, weight in template.weights.items())
            nearness = _TEMPLATE * similarity * template.factor + (1 - _TEMPLATE) * covered[template.question.id]
            matched = _fit(template, nearness, text, readable, names)
            if matched and matched.confidence > best.get(template.question.id, _NOTHING).confidence:
                best[template.question.id] = matched
    return sorted(best.values(), key=lambda each: (-each.confidence, each.question))[:limit]


_NOTHING: Final = Match("", {}, 0.0, ())


def read_phrasings(catalogue: Catalogue) -> dict[str, dict[str, list[str]]]:
    """The templates by question and language, and the synonyms.

    Args:
        catalogue: The saved questions, beside which they stand.

    Raises:
        ReadError: The file cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(catalogue.page("phrasings.toml"))
    except tomllib.TOMLDecodeError as error:
        raise ReadError(f"Not TOML: {error}.", where="queries/phrasings.toml", hint="Mend the line.") from None


class _Book:
    """All templates, weighted."""

    def __init__(self, catalogue: Catalogue) -> None:
        phrasings = read_phrasings(catalogue)
        self._synonyms = {
            fold(word): fold(head) for head, words in phrasings.pop("synonyms", {}).items() for word in words
        }
        self.questions = [question for question in catalogue if "internal" not in question.tags]
        texts = [
            (question, template, factor)
            for question in self.questions
            for template, factor in (
                *((text, 1.0) for texts in phrasings.get(question.id, {}).values() for text in texts),
                (question.summary, _SUMMARY),
                (question.summary_zh, _SUMMARY),
            )
        ]
        self._rarity: dict[str, float] = {}
        self._latin: list[str] = []
        cut = [
            (question, template, factor, self.words(_slotted(template, question)))
            for question, template, factor in texts
        ]
        seen = Counter(word for _, _, _, words in cut for word in set(words))
        self._rarity.update(
            {
                word: (math.log(len(cut) / count) + 1) * (_FUNCTION_WORD if word in _FUNCTION_WORDS else 1.0)
                for word, count in seen.items()
            }
        )
        self._latin = [word for word in self._rarity if word.isascii() and word.isalpha()]
        self._unknown = math.log(len(cut)) + 1
        self.templates = [
            _Template(question, tuple(_SLOT.findall(template)), self.weighted(words), factor)
            for question, template, factor, words in cut
        ]
        self._words_of: dict[str, set[str]] = {}
        for question, _, _, words in cut:
            self._words_of.setdefault(question.id, set()).update(words)

    def words(self, text: str) -> list[str]:
        """The words of a text, pairs of them, and of Chinese the characters and pairs of them."""
        words: list[str] = []
        for piece in _WORDS.findall(simplified(text).casefold()):
            if re.match(rf"[{_CJK}]", piece):
                words += _characters(self._replaced(piece))
            else:
                words.append(piece if piece.startswith("@") else self._stemmed(piece))
        single = [word for word in words if not re.match(rf"[{_CJK}]", word)]
        return [*words, *(f"{one} {other}" for one, other in pairwise(single))]

    def knows(self, word: str) -> bool:
        """Whether a word stands in a template or a summary."""
        return self._known(word.casefold()) in self._rarity

    def covered(self, words: Sequence[str]) -> dict[str, float]:
        """For each question, how much of some words stands in what is asked for it; rare words count more."""
        weights = {word: self._rarity.get(word, self._unknown) for word in set(words) if " " not in word}
        whole = sum(weights.values()) or 1.0
        return {
            question: sum(weight for word, weight in weights.items() if word in known) / whole
            for question, known in self._words_of.items()
        }

    def _known(self, word: str) -> str:
        """The stem of a word, or of the word for which it stands."""
        return _stem(self._synonyms.get(word) or self._synonyms.get(_stem(word)) or word)

    def _stemmed(self, word: str) -> str:
        stem = self._known(word)
        if stem in self._rarity or len(stem) < _SHORTEST_CORRECTED or not self._rarity:
            return stem
        return self._corrected(stem)

    def _corrected(self, stem: str) -> str:
        """The known word that a misspelled one is nearest to, if any is near."""
        from rapidfuzz import process

        near = process.extractOne(stem, self._latin, score_cutoff=_LEAST_LIKENESS_OF_WORDS)
        return str(near[0]) if near else stem

    def _replaced(self, piece: str) -> str:
        for word, head in self._synonyms.items():
            if not word.isascii():
                piece = piece.replace(word, head)
        return piece

    def weighted(self, words: Sequence[str]) -> dict[str, float]:
        counts = Counter(words)
        weights = {
            word: (1 + math.log(count)) * self._rarity.get(word, self._unknown) * (_PAIR if " " in word else 1.0)
            for word, count in counts.items()
            if " " not in word or word in self._rarity
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {word: weight / length for word, weight in weights.items()}


_PAIR: Final = 0.5
_FUNCTION_WORD: Final = 0.4
_FUNCTION_WORDS: Final = frozenset(
    {
        *[
            "what",
            "are",
            "the",
            "of",
            "is",
            "how",
            "do",
            "doe",
            "in",
            "on",
            "a",
            "an",
            "to",
            "for",
            "and",
            "be",
            "by",
            "it",
            "that",
            "with",
            "from",
            "did",
            "ha",
            "have",
            "been",
            "was",
            "were",
        ],
        *"的了是有在",
    }
)
"""Words, as they are stemmed, that say how a sentence is made and little of what it is about."""
_ENDINGS: Final = ("ing", "ied", "ies", "ed", "es", "s", "e")
_SHORTEST_STEM: Final = 3
_SHORTEST_CORRECTED: Final = 6
_LEAST_LIKENESS_OF_WORDS: Final = 84


def _stem(word: str) -> str:
    """A word without its ending, so that uses, used and using are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def _characters(piece: str) -> list[str]:
    """Chinese characters, and pairs of them, which are written like pairs of words."""
    return [*piece, *(f"{one} {other}" for one, other in pairwise(piece))]


@lru_cache(maxsize=4)
def _book(catalogue: Catalogue) -> _Book:
    return _Book(catalogue)


def _kinds(parameter: Parameter) -> tuple[str, ...]:
    if parameter.type != "iri":
        return ()
    return kinds_of_class(parameter.class_, parameter.scheme) or _ANYTHING


def _token(kinds: Iterable[str]) -> str:
    """The word that stands for a name of some kinds; of any kind of model the same."""
    kinds = set(kinds)
    return " @model " if kinds & _MODELS else f" @{min(kinds, default='thing')} "


def _slotted(template: str, question: Query) -> str:
    by_name = {parameter.name: parameter for parameter in question.parameters}

    def replacement(found: re.Match[str]) -> str:
        parameter = by_name[found[1]]
        return " @number " if parameter.type in _PLAIN else _token(_kinds(parameter))

    return _SLOT.sub(replacement, template)


def _with_likely(found: list[Mention], text: str, book: _Book, names: Names, kinds: frozenset[str]) -> list[Mention]:
    """The names of a text, and what a word that means nothing else is nearly a name of."""
    likely = []
    for word in _LATIN.finditer(text):
        taken = any(mention.start < word.end() and word.start() < mention.end for mention in found)
        if not taken and not book.knows(word[0]):
            hits = names.search(word[0], kinds=kinds & _NAMED, limit=3)
            near = [hit for hit in hits if _LEAST_LIKENESS <= hit.score <= _MOST_LIKENESS][:1]
            likely += [Mention(word.start(), word.end(), (hit.entry,)) for hit in near]
    return sorted([*found, *likely], key=lambda mention: mention.start)


_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{5,}")
_LEAST_LIKENESS: Final = 60
_MOST_LIKENESS: Final = 70
"""Scores of a name that is spelled with a mistake; see :class:`llmkg.names.Hit`."""


def _is_everyday(mention: Mention, text: str) -> bool:
    """Whether a name is a short word such as use, which hardly ever means the concept of that name."""
    word = text[mention.start : mention.end]
    return word.isascii() and len(word) < _SHORTEST_CONCEPT and not any(e.kind in _STRONG for e in mention.entries)


_SHORTEST_CONCEPT: Final = 4


def _readings(found: list[Mention]) -> list[list[Mention]]:
    """All names, and only those that are no words of every day."""
    strong = [mention for mention in found if any(entry.kind in _STRONG for entry in mention.entries)]
    return [found] if len(strong) == len(found) else [found, strong]


def _with_slots(text: str, found: Iterable[Mention]) -> str:
    parts, place = [], 0
    for mention in found:
        strong = [entry.kind for entry in mention.entries if entry.kind in _STRONG]
        parts += [text[place : mention.start], _token(strong[:1] or [mention.entries[0].kind])]
        place = mention.end
    return _YEAR.sub(" @number ", "".join([*parts, text[place:]]))


def _fit(template: _Template, nearness: float, text: str, found: Sequence[Mention], names: Names) -> Match | None:
    """A template's question with its parameters, or None if a required one cannot be filled."""
    by_name = {parameter.name: parameter for parameter in template.question.parameters}
    order = [*template.slots, *(name for name in by_name if name not in template.slots)]
    free = list(found)
    values: dict[str, str] = {}
    for name in order:
        parameter = by_name[name]
        value = _value(parameter, text, free)
        if value:
            values[name] = value
        elif parameter.required:
            return None
        elif name in template.slots:
            nearness *= _UNFILLED_SLOT
    unused = [mention for mention in free if any(entry.kind in _STRONG for entry in mention.entries)]
    makers = sum(mention.of_kind({"organization"}) is not None for mention in unused) if values else 0
    confidence = nearness * _UNUSED_NAME ** (len(unused) - makers) * _UNUSED_MAKER**makers
    ordered = {name: values[name] for name in by_name if name in values}
    labels = tuple(names.label(mention.entries[0].iri) for mention in unused)
    return Match(template.question.id, ordered, round(confidence, 3), labels)


def _value(parameter: Parameter, text: str, free: list[Mention]) -> str:
    """What the text says for a parameter; a name that is taken is no longer free."""
    if parameter.type == "iri":
        kinds = _kinds(parameter)
        for wanted in (_MODELS & set(kinds), set(kinds)):
            for mention in free:
                entry = mention.of_kind(wanted)
                if entry:
                    free.remove(mention)
                    return entry.iri
        return ""
    if parameter.type == "gYear":
        return next(iter(_YEAR.findall(text)), "")
    if parameter.type == "date":
        days = _DATE.findall(text)
        return days[0] if days else next((f"{year}-12-31" for year in _YEAR.findall(text)), "")
    return _amount(text) if parameter.type in _PLAIN else ""


def _amount(text: str) -> str:
    """The first number in a text, written out; years are none."""
    for found in _NUMBER.finditer(text):
        if _YEAR.fullmatch(found["number"]):
            continue
        number = Decimal(found["number"].replace("10^", "1e"))
        return f"{int(number.scaleb(_UNITS.get((found['unit'] or '').casefold(), 0)))}"
    return ""
