"""Questions in words, matched to saved questions, without a language model and without network.

The names, years and numbers in the text are set against the parameters of each saved question, in the order in which a turn
of phrase has them; the rest of the text is compared with turns of phrase and summaries (see :mod:`llmkg.phrasings`). What is left
over on either side lowers the confidence.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from llmkg.entries import kinds_of_class
from llmkg.errors import AmbiguousNameError, NotFoundError
from llmkg.folding import fold
from llmkg.phrasings import is_slot, slot
from llmkg.quantities import Quantity, quantities
from llmkg.repertoire import group_of, kinds_for, repertoire_of
from llmkg.terms import CONCEPT_SCHEMES, shrink

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping

    from llmkg.catalogue import Catalogue
    from llmkg.mentions import Mention
    from llmkg.names import Names
    from llmkg.queries import Parameter
    from llmkg.repertoire import Askable, Repertoire, Template

__all__ = ["THRESHOLD", "Match", "confident", "match"]

THRESHOLD: Final = 0.5
"""A match that is less sure than this is no answer, only a guess to offer."""


@dataclass(frozen=True)
class Match:
    """A saved question that a text may ask.

    Attributes:
        query: Its id.
        values: A value for each parameter that the text fills: an IRI, a lexical form, or, where a name is ambiguous, the name
            as it stands in the text.
        confidence: How sure, from 0 to 1; below :data:`THRESHOLD` nothing fits.
        understood: What of the text this question uses, in its order.
        ignored: Words and names of the text that it does not.
    """

    query: str
    values: Mapping[str, str]
    confidence: float
    understood: tuple[str, ...]
    ignored: tuple[str, ...]

    def command(self) -> str:
        """The question as it is typed.

        >>> Match("lineage/why", {"model": "https://w3id.org/llmkg/id/family/llama"}, 1.0, (), ()).command()
        'llmkg query lineage/why model=family:llama'
        """
        return " ".join(
            ["llmkg query", self.query, *(f"{name}={shrink(value)}" for name, value in self.values.items())]
        )


def match(text: str, catalogue: Catalogue, names: Names, limit: int = 3) -> list[Match]:
    """The saved questions that a text may ask, the surest first.

    Args:
        text: A question in English, Chinese, or both.
        catalogue: The saved questions; those tagged ``internal`` are left out.
        names: What everything is called.
        limit: The most to return.

    Returns:
        Matches whose required parameters are all filled; compare the first one's confidence with :data:`THRESHOLD`.

    >>> import llmkg
    >>> graph = llmkg.load()
    >>> best = match("LLaMA 从哪个模型借用了 SwiGLU?", graph.catalogue, graph.names)[0]
    >>> best.query, best.values["technique"], best.confidence > THRESHOLD
    ('lineage/why', 'https://w3id.org/llmkg/concept/technique/swiglu', True)
    """
    repertoire = repertoire_of(catalogue)
    reading = _Reading(text, repertoire, names)
    found = [best for question in repertoire.questions if (best := reading.best(question)) is not None]
    return sorted(found, key=lambda one: (-one.confidence, one.query))[:limit]


def confident(text: str, catalogue: Catalogue, names: Names) -> list[Match]:
    """The saved questions that a text may ask, the first of which is sure enough to be answered.

    Args:
        text: A question in English, Chinese, or both.
        catalogue: The saved questions.
        names: What everything is called.

    Raises:
        NotFoundError: None is; the hint has the nearest.

    >>> import llmkg
    >>> graph = llmkg.load()
    >>> confident("which models use SwiGLU", graph.catalogue, graph.names)[0].query
    'techniques/adopters-of'
    """
    found = match(text, catalogue, names)
    if found and found[0].confidence >= THRESHOLD:
        return found
    nearest = "; ".join(one.command() for one in found if one.confidence >= _WORTH_OFFERING)
    hint = f"Nearest: {nearest}." if nearest else "'llmkg query' lists what can be asked."
    raise NotFoundError(f"No saved question fits {text!r}.", hint=hint)


_WORTH_OFFERING: Final = 0.05


@dataclass
class _Reading:
    """A text with the names, times and numbers that were found in it."""

    text: str
    repertoire: Repertoire
    names: Names
    _weighed: dict[str, dict[str, float]] = field(default_factory=dict, init=False)
    _values: dict[tuple[int, tuple[str, ...]], str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        mentions = self.names.mentions(self.text, kinds=self.repertoire.kinds)
        slips = self._slips(mentions)
        if slips:
            for wrong, right in slips.items():
                self.text = re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", right, self.text, flags=re.ASCII)
            mentions = self.names.mentions(self.text, kinds=self.repertoire.kinds)
        free = [True] * len(self.text)
        for mention in mentions:
            free[mention.start : mention.end] = [False] * (mention.end - mention.start)
        counted = [one for one in quantities(self.text) if all(free[one.start : one.end]) and not self._is_of_name(one)]
        self.pieces: list[Mention | Quantity] = sorted([*mentions, *counted], key=lambda piece: piece.start)

    def _is_of_name(self, quantity: Quantity) -> bool:
        """Whether a number belongs to a name that nobody bears (``Foo 2``), as the word right before it is not known."""
        before = _LAST_WORD.search(self.text[: quantity.start])
        words = self.repertoire.phrasings.words(before[0]) if before and "decimal" in quantity.values else []
        return bool(words) and words[-1] not in self.repertoire.weights

    def _slips(self, mentions: list[Mention]) -> dict[str, str]:
        """Words that are neither known words nor names, with what they must be slips for."""
        from rapidfuzz import fuzz, process

        rest = self.text
        for mention in reversed(mentions):
            rest = rest[: mention.start] + " " * (mention.end - mention.start) + rest[mention.end :]
        slips = {}
        for word in dict.fromkeys(_LATIN_WORD.findall(rest)):
            known = self.repertoire.phrasings.words(word)
            if not known or known[0] in self.repertoire.weights:
                continue
            words = [
                other for other in self.repertoire.weights if other[0] == known[0][0]
            ]  # a slip spares the first letter
            near = process.extractOne(known[0], words, scorer=fuzz.ratio, score_cutoff=_LEAST_SLIP)
            right = near[0] if near else self.names.like(word, kinds=self.repertoire.kinds)
            if right and fold(word) != f"{right}s":  # llamas are animals
                slips[word] = right
        return slips

    def best(self, question: Askable) -> Match | None:
        """How well a question fits; None if a parameter that it needs cannot be filled."""
        best = None
        for template in question.templates:
            filled = self._fill(question, template)
            if filled is not None:
                score = self._score(question, template, filled)
                if best is None or score > best[0]:
                    best = (score, template, filled)
        return self._match(question, *best) if best else None

    def _fill(self, question: Askable, template: Template) -> dict[str, int] | None:
        """The number of the piece that fills each parameter: first those of a template in its order, then the others.

        Returns:
            The numbers, or None if a parameter that is needed stays empty.
        """
        filled: dict[str, int] = {}
        for name in dict.fromkeys((*template.slots, *question.parameters)):
            if name in template.fixed:
                continue
            parameter = question.parameters[name]
            free = [
                number
                for number in range(len(self.pieces))
                if number not in filled.values() and self._value(number, parameter) is not None
            ]
            if free:
                filled[name] = next((number for number in free if self._is_alike(number, parameter)), free[0])
            elif parameter.required:
                return None
        return filled

    def _is_alike(self, number: int, parameter: Parameter) -> bool:
        """Whether a piece is such a thing as a parameter's example: what a parameter for anything is mostly asked about."""
        piece, group = self.pieces[number], group_of(parameter)
        return isinstance(piece, Quantity) or any(
            group in kinds for entry in piece.entries for kinds in _ALIKE.get(entry.kind, ((entry.kind,),))
        )

    def _value(self, number: int, parameter: Parameter) -> str | None:
        """What a piece is for a parameter, or None if it does not fit."""
        piece = self.pieces[number]
        if isinstance(piece, Quantity):
            return piece.values.get(parameter.type)
        kinds = kinds_for(parameter)
        if self._is_namesake(number, parameter) and not self.names.named_after(piece.name, kinds):
            return None
        key = (number, kinds)
        if key not in self._values:
            try:
                self._values[key] = self.names.resolve(piece.name, kinds=kinds).iri
            except AmbiguousNameError:
                self._values[key] = piece.text
        return self._values[key]

    def _is_namesake(self, number: int, parameter: Parameter) -> bool:
        """Whether nothing with the name of a piece may fill a parameter, only perhaps what is named after it."""
        piece, kinds = self.pieces[number], kinds_for(parameter)
        return not isinstance(piece, Quantity) and not any(entry.kind in kinds for entry in piece.entries)

    def _score(self, question: Askable, template: Template, filled: Mapping[str, int]) -> float:
        groups = {number: slot(group_of(question.parameters[name])) for name, number in filled.items()}
        parts, place = [], 0
        for number, piece in enumerate(self.pieces):
            shown = groups.get(number) or piece.text
            parts += [self.text[place : piece.start], shown]
            place = piece.end
        weighed = self._weigh("\n".join([*parts, self.text[place:]]))
        if all(is_slot(word) for word in weighed) and len(filled) < _LEAST_NAMES:
            return 0.0
        likeness = _OF_TEMPLATE * self.repertoire.weights.likeness(weighed, template.weights)
        likeness += (1 - _OF_TEMPLATE) * self._share(weighed, question.words)
        strange = 1 - self._share(weighed, self.repertoire.weights)
        likeness *= 1 - (_LOSS_OF_STRANGE if filled or template.fixed else _LOSS_WITHOUT_NAME) * strange
        likeness *= _LOSS_OF_SLOT ** len(set(template.slots) - set(filled))
        likeness *= _LOSS_OF_NAMESAKE ** sum(
            self._is_namesake(number, question.parameters[name]) for name, number in filled.items()
        )
        for number, piece in enumerate(self.pieces):
            if number not in groups:
                likeness *= self._loss(piece, question, groups.values())
            elif isinstance(piece, Quantity) and "decimal" in piece.values and self._counts_else(question):
                likeness *= _LOSS_OF_COUNT
        return likeness

    def _counts_else(self, question: Askable) -> bool:
        """Whether the text counts what a question is not about: parameters or tokens where it asks for compute."""
        words = self.repertoire.phrasings.words
        counted = {word for text in _COUNTED for word in words(text) if len(word) > 1}
        return any(word in counted and word not in question.words for word in words(self.text))

    def _weigh(self, text: str) -> dict[str, float]:
        if text not in self._weighed:
            self._weighed[text] = self.repertoire.weights.weigh(self.repertoire.phrasings.words(text))
        return self._weighed[text]

    @staticmethod
    def _share(weighed: Mapping[str, float], known: Container[str]) -> float:
        """How much of a text is in words that are known."""
        total = sum(weighed.values())
        return sum(weight for word, weight in weighed.items() if word in known) / total if total else 0.0

    def _loss(self, piece: Mention | Quantity, question: Askable, groups: Collection[str]) -> float:
        """What is left of the likeness if a piece of the text is not used."""
        if isinstance(piece, Quantity):
            return _LOSS
        words = self.repertoire.phrasings.words(piece.text)
        if words and all(word in question.words for word in words if len(word) > 1 or word.isascii()):
            return 1.0
        is_maker = slot("family") in groups and any(entry.kind == "organization" for entry in piece.entries)
        is_word = all(entry.kind in CONCEPT_SCHEMES for entry in piece.entries)
        return _SMALL_LOSS if is_maker or is_word else _LOSS

    def _match(self, question: Askable, score: float, template: Template, filled: Mapping[str, int]) -> Match:
        values = dict(template.fixed)
        for name, number in filled.items():
            values[name] = str(self._value(number, question.parameters[name]))
        values = {name: values[name] for name in question.parameters if name in values}
        used = set(filled.values())
        understood = [piece.text for number, piece in enumerate(self.pieces) if number in used]
        ignored = [piece.text for number, piece in enumerate(self.pieces) if number not in used]
        rest = self.text
        for piece in reversed(self.pieces):
            rest = rest[: piece.start] + "\n" + rest[piece.end :]
        for word in _WORD.findall(rest):
            parts = self.repertoire.phrasings.words(word)
            if parts:
                (understood if any(part in question.words for part in parts) else ignored).append(word)
        return Match(question.id, values, round(_confidence(score), 3), tuple(understood), tuple(ignored))


def _confidence(score: float) -> float:
    """How often a question with a score is the right one, as a logistic curve that was set by the part "tune" of the test phrasings."""
    return 1 / (1 + math.exp(_STEEPNESS * (_EVEN - score)))


_STEEPNESS: Final = 12
_EVEN: Final = 0.45
_ALIKE: Final = dict.fromkeys(kinds_of_class("Model"), (kinds_of_class("Model"),))
_OF_TEMPLATE: Final = 0.75
_LOSS: Final = 0.6
_LOSS_OF_SLOT: Final = 0.7
_LOSS_OF_STRANGE: Final = 0.6
_LOSS_WITHOUT_NAME: Final = 1.2
_LOSS_OF_COUNT: Final = 0.5
_LOSS_OF_NAMESAKE: Final = 0.6
_SMALL_LOSS: Final = 0.85
_LEAST_NAMES: Final = 2  # without a word they may ask something, as in "GPT-4 MMLU"
_LEAST_SLIP: Final = 85
_COUNTED: Final = (
    "parameters tokens layers experts heads languages hours days dollars",
    "参数 词元 层数 专家 注意力头 语言 小时 美元",
)
_LATIN_WORD: Final = re.compile(r"[A-Za-z]{5,}")
_LAST_WORD: Final = re.compile(r"[A-Za-z]+(?=[ -]?$)")
_WORD: Final = re.compile(r"[^\W_㐀-鿿]+|[㐀-鿿]+")
