"""The turns of phrase in which people ask the saved questions, and how alike a text is to them.

Templates stand in ``queries/phrasings.toml``. A text is compared by its words: English ones by a light stem, Chinese ones by
characters and pairs of characters, the rarer the weightier (TF-IDF), by the cosine of the angle between the two.

Source: G. Salton and C. Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing & Management
24 (1988), for the weights.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from llmkg.errors import ReadError
from llmkg.files import read_file
from llmkg.folding import is_chinese, simplify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from llmkg.files import Project

__all__ = ["FILE", "Phrasings", "Weights", "is_slot", "read_phrasings", "slot"]

FILE: Final = "queries/phrasings.toml"
"""Where the templates stand."""


@dataclass(frozen=True)
class Phrasings:
    """What ``queries/phrasings.toml`` holds.

    Attributes:
        templates: Templates of each question, by its id and then by language (``en``, ``zh``).
        synonyms: Groups of words that count as one, by language.
    """

    templates: Mapping[str, Mapping[str, tuple[str, ...]]]
    synonyms: Mapping[str, tuple[tuple[str, ...], ...]]

    @cached_property
    def _stems(self) -> dict[str, str]:
        groups = [[_stem(word) for word in group] for group in self.synonyms.get("en", ())]
        return {word: group[0] for group in groups for word in group}

    @cached_property
    def _chinese(self) -> tuple[re.Pattern[str], dict[str, str]]:
        first = {word: group[0] for group in self.synonyms.get("zh", ()) for word in group}
        parts = [
            re.escape(word) if is_chinese(word[0]) else rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])"
            for word in sorted(first, key=len, reverse=True)
        ]
        return re.compile("|".join(parts) or r"(?!)"), first

    def words(self, text: str) -> list[str]:
        """What a text is compared by: stems, characters, pairs of characters, and slots.

        >>> Phrasings({}, {"en": (("licence", "license"),)}).words("Which licenses has it? 許可證")
        ['licenc', '许', '可', '证', '许可', '可证']
        """
        plain = simplify(unicodedata.normalize("NFKC", text).casefold())
        if any(map(is_chinese, plain)):
            pattern, first = self._chinese
            plain = pattern.sub(lambda match: first[match[0]], plain)
        found: list[str] = []
        before = ""
        slots: Counter[str] = Counter()
        for part in _PART.findall(plain):
            ends = (before, before[-1:], before.removesuffix("了")[-2:])
            direction = next((_DIRECTIONS[end] for end in ends if end in _DIRECTIONS), "")
            before = before if part in _BETWEEN else part
            if is_chinese(part[0]):
                run = _EMPTY_CHINESE.sub("", part)
                found += run
                found += [run[place : place + 2] for place in range(len(run) - 1)]
            elif is_slot(part):
                slots[part] += 1
                found += [part, f"{direction}{slots[part]}{part}"] if direction else [part]
            elif part not in _EMPTY:
                stem = _stem(part)
                found.append(self._stems.get(stem, stem))
        return found


def read_phrasings(project: Project) -> Phrasings:
    """Read the templates of a project; there are none where the file is missing.

    Raises:
        ReadError: The file is not TOML, or not of the form that it must have.

    >>> from llmkg.files import find_project
    >>> sorted(read_phrasings(find_project()).templates["lineage/why"])
    ['en', 'zh']
    """
    if FILE not in project.names("queries", ".toml"):
        return Phrasings({}, {})
    try:
        content: dict[str, Any] = tomllib.loads(read_file(project.root, FILE).text)
        return Phrasings(
            {
                id_: {language: tuple(map(str, texts)) for language, texts in by_language.items()}
                for id_, by_language in content.get("questions", {}).items()
            },
            {
                language: tuple(tuple(group.casefold().split()) for group in groups)
                for language, groups in content.get("synonyms", {}).items()
            },
        )
    except tomllib.TOMLDecodeError as error:
        raise ReadError(f"Not TOML: {error}.", where=FILE, hint="Correct it there.") from None
    except (AttributeError, TypeError):
        raise ReadError(
            "Not lists of texts by question and language.",
            where=FILE,
            hint='Write [questions."lineage/why"], then en = ["..."] and zh = ["..."].',
        ) from None


def slot(group: str) -> str:
    """The word that stands for a value of a group (``family``, ``technique`` ...) in a text."""
    return f"\ue000{group}\ue001"


def is_slot(word: str) -> bool:
    """Whether a word is one that stands for a value, perhaps with the way to it (``from``, ``to``)."""
    return "\ue000" in word


class Weights:
    """How much each word counts, learnt from all that a question is asked by.

    Args:
        documents: The words of each question.

    >>> counting = Weights([["tokens", "train"], ["licence", "train"]])
    >>> counting.likeness(counting.weigh(["tokens"]), counting.weigh(["tokens", "train"])) > 0.8
    True
    """

    def __init__(self, documents: Iterable[Iterable[str]]) -> None:
        sets = [set(document) for document in documents]
        spread = Counter(word for document in sets for word in document)
        self._rarest = math.log(len(sets) + 1)
        self._weights = {word: math.log((len(sets) + 1) / count) for word, count in spread.items()}

    def __contains__(self, word: object) -> bool:
        """Whether any question has a word, or whether it stands for a value."""
        return word in self._weights or is_slot(str(word))

    def __iter__(self) -> Iterator[str]:
        """All known words."""
        return iter(self._weights)

    def weigh(self, words: Iterable[str]) -> dict[str, float]:
        """Each word with its weight; one that no question has counts as the rarest."""
        return {word: self._weight(word) for word in words}

    def _weight(self, word: str) -> float:
        if is_slot(word):
            return _SLOT_WEIGHT if word[0] == "\ue000" else _WAY_WEIGHT
        weight = self._weights.get(word, self._rarest * _STRANGE)
        if is_chinese(word[0]):
            if len(word) == 1:
                return weight * _CHARACTER
            return weight * (_PAIR if word in self._weights else _STRANGE_PAIR)
        return weight

    @staticmethod
    def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
        """The cosine of two weighed texts, from 0 to 1."""
        shared = sum(weight * other[word] for word, weight in one.items() if word in other)
        if not shared:
            return 0.0
        return shared / math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))


_SLOT_WEIGHT: Final = 1.5
_WAY_WEIGHT: Final = 0.7
_DIRECTIONS: Final = {
    "from": "from",
    "to": "to",
    "into": "to",
    "从": "from",
    "自": "from",
    "到": "to",
    "给": "to",
    "向": "to",
    "at": "to",
    "instead": "over",
    "replace": "over",
    "replaced": "over",
    "replaces": "over",
    "取代": "over",
}
_BETWEEN: Final = frozenset({"of", "the"})
_STRANGE: Final = 0.8
_CHARACTER: Final = 0.5
_PAIR: Final = 0.9
_STRANGE_PAIR: Final = 0.2

_PART: Final = re.compile(r"\ue000\w+\ue001|[㐀-鿿]+|[^\W_㐀-鿿\ue000\ue001]+(?:-[^\W_㐀-鿿]+)*")
_EMPTY_CHINESE: Final = re.compile(
    "请问|请|告诉我|一下|到底|目前|如今|现在|究竟|大概|分别|都|也|哪些|哪个|什么|某个|某项|某类|某种|[的了吗呢吧啊呀是在有个里之些么]"
)
_EMPTY_WORDS: Final = """
a an the of to in on at for by with and or is are was were be been being do does did has have had it its this that these
those there i me my we us our you your they them their which what please tell show give list all any every some so as s t
through inside into within got gets went goes along don doesn isn didn re ve ll yet still even then now today here much
would could should will shall may might can really truly actually just exactly according also ever far people days
"""
_EMPTY: Final = frozenset(_EMPTY_WORDS.split())
_ENDINGS: Final = (
    ("able", ""),
    ("ies", "y"),
    ("sses", "ss"),
    ("ing", ""),
    ("ed", ""),
    ("es", ""),
    ("s", ""),
    ("e", ""),
)
_SHORTEST_STEM: Final = 3


def _stem(word: str) -> str:
    """An English word without its commonest endings."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM and not word.endswith("ss"):
            stem = word[: -len(ending)] + instead
            if ending in {"ing", "ed"} and len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2]:
                return stem[:-1]
            return stem[:-1] if stem.endswith("e") and ending != "e" else stem
    return word
