"""What can be asked: each saved question with its parameters and turns of phrase, ready to be compared with a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from llmkg.entries import kinds_of_class
from llmkg.phrasings import Phrasings, Weights, read_phrasings, slot
from llmkg.terms import ID_KINDS, expand, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from llmkg.catalogue import Catalogue
    from llmkg.queries import Parameter, Query

__all__ = ["Askable", "Repertoire", "Template", "group_of", "kinds_for", "repertoire_of"]


@dataclass(frozen=True)
class Template:
    """A turn of phrase.

    Attributes:
        slots: The parameters that it names, in its order.
        fixed: The values that it implies: ``commercially`` is commercial use.
        weights: Its words with their weights.
    """

    slots: tuple[str, ...]
    fixed: Mapping[str, str]
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Askable:
    """A saved question, as it is asked in words.

    Attributes:
        id: Its id.
        parameters: Its parameters, by name.
        templates: Its turns of phrase; its summary where it has none.
        words: All words that it is asked by.
    """

    id: str
    parameters: Mapping[str, Parameter]
    templates: tuple[Template, ...]
    words: frozenset[str]


@dataclass(frozen=True)
class Repertoire:
    """All saved questions that can be asked in words.

    Attributes:
        phrasings: What their words are taken by.
        weights: What each word counts.
        questions: The questions.
        kinds: The kinds of thing that they are asked about.
    """

    phrasings: Phrasings
    weights: Weights
    questions: tuple[Askable, ...]
    kinds: frozenset[str]


@lru_cache(maxsize=4)
def repertoire_of(catalogue: Catalogue) -> Repertoire:
    """What can be asked of a catalogue in words; questions tagged ``internal`` cannot. It is worked out once.

    Raises:
        ReadError: A question or the file of templates cannot be read.

    >>> from llmkg.catalogue import Catalogue
    >>> from llmkg.files import find_project
    >>> "technique" in repertoire_of(Catalogue(find_project())).kinds
    True
    """
    phrasings = read_phrasings(catalogue.project)
    queries = [query for query in catalogue if "internal" not in query.tags]
    templates = {query.id: _templates(query, phrasings) for query in queries}
    words = {
        query.id: frozenset(
            [
                *phrasings.words(f"{query.summary} {query.summary_zh}"),
                *(word for template in templates[query.id] for word in template[2]),
            ]
        )
        for query in queries
    }
    weights = Weights(words.values())
    questions = tuple(
        Askable(
            query.id,
            {parameter.name: parameter for parameter in query.parameters},
            tuple(Template(slots, fixed, weights.weigh(known)) for slots, fixed, known in templates[query.id]),
            words[query.id],
        )
        for query in queries
    )
    kinds = {kind for query in queries for parameter in query.parameters for kind in kinds_for(parameter)}
    return Repertoire(phrasings, weights, questions, frozenset(kinds))


def kinds_for(parameter: Parameter) -> tuple[str, ...]:
    """The kinds of thing that may fill a parameter; none if it is not for things."""
    if parameter.type != "iri":
        return ()
    return kinds_of_class(parameter.class_, parameter.scheme) or tuple(ID_KINDS.values())


def group_of(parameter: Parameter) -> str:
    """What the values of a parameter are in a template: ``family``, ``technique``, ``time``, ``number`` ...

    A parameter for any thing is mostly asked about things like its example.
    """
    if parameter.type != "iri":
        return "time" if parameter.type in {"date", "gYear"} else "number"
    kinds = kinds_of_class(parameter.class_, parameter.scheme)
    return kinds[0] if kinds else kind_of(expand(parameter.example) or parameter.example)


def _templates(query: Query, phrasings: Phrasings) -> list[tuple[tuple[str, ...], dict[str, str], list[str]]]:
    """Slots, implied values and words of each turn of phrase; a slot that is no parameter is left out."""
    groups = {parameter.name: slot(group_of(parameter)) for parameter in query.parameters}

    def shown(found: re.Match[str]) -> str:
        return "" if found["value"] else groups.get(found["name"], "")

    texts = [text for texts in phrasings.templates.get(query.id, {}).values() for text in texts]
    return [
        (
            tuple(found["name"] for found in _SLOT.finditer(text) if found["name"] in groups and not found["value"]),
            {
                found["name"]: expand(found["value"]) or found["value"]
                for found in _SLOT.finditer(text)
                if found["value"]
            },
            phrasings.words(_SLOT.sub(shown, text)),
        )
        for text in texts or (query.summary, query.summary_zh)
    ]


_SLOT: Final = re.compile(r"\{(?P<name>\w+)(?:=(?P<value>[^{}]+))?\}")
