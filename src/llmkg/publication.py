"""The graph as its sources stood on a day."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.errors import ParameterError
from llmkg.terms import ID_KINDS, NS, kind_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["day_of", "published_by"]

_ISSUED: Final = "http://purl.org/dc/terms/issued"
_THINGS: Final = {*ID_KINDS.values()} - {"claim", "review", "source"}
_DAY: Final = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")


def day_of(text: str | date) -> date:
    """A day from its text; of a year or a month, the last day.

    Args:
        text: ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``.

    Raises:
        ParameterError: It is no such day.

    >>> day_of("2022"), day_of("2024-02")
    (datetime.date(2022, 12, 31), datetime.date(2024, 2, 29))
    """
    if isinstance(text, date):
        return text
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)  # noqa: TRY301 - one message for both
        year, month = int(match["year"]), int(match["month"] or 12)
        return date(year, month, int(match["day"] or calendar.monthrange(year, month)[1]))
    except ValueError:
        raise ParameterError(
            f"{text!r} is not a day.", where="as-of", hint="Write YYYY-MM-DD, YYYY-MM or YYYY."
        ) from None


def published_by(quads: Iterable[px.Quad], day: date) -> list[px.Quad]:
    """The graph as its sources stood on a day: claims of later sources are left out, and what then nobody speaks of.

    A source of which only the year or the month is known counts from its beginning; one without a date never counts.

    Args:
        quads: The ontology and the graph, without anything derived.
        day: The day.

    Returns:
        The statements that remain, in their order. The vocabularies stay whole.

    >>> from llmkg.files import find_project
    >>> from llmkg.snapshot import read_quads
    >>> then = published_by(read_quads(find_project()), date(2019, 12, 31))
    >>> {"gpt-2", "gpt-3"} & {quad.subject.value.rpartition("/")[2] for quad in then if "/id/family/" in str(quad.subject)}
    {'gpt-2'}
    """
    quads = list(quads)
    facts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        if not isinstance(quad.object, px.Triple) and not isinstance(quad.subject, px.Triple):
            facts[quad.subject.value][quad.predicate.value].append(quad.object.value)
    gone = {node for node, said in facts.items() if _is_later(node, said, facts, day)}
    gone |= _unmentioned(facts, gone)
    return [
        quad
        for quad in quads
        if getattr(quad.subject, "value", "") not in gone
        and not (isinstance(quad.object, px.NamedNode) and quad.object.value in gone)
    ]


def _is_later(node: str, said: dict[str, list[str]], facts: dict[str, dict[str, list[str]]], day: date) -> bool:
    kind = kind_of(node)
    if kind == "source":
        return not _is_published(said, day)
    if kind == "claim":
        return not any(_is_published(facts[source], day) for source in said.get(NS + "source", ()))
    return kind == "review" and any(reviewed > day.isoformat() for reviewed in said.get(NS + "reviewedOn", ()))


def _is_published(source: dict[str, list[str]], day: date) -> bool:
    """Whether a date that the source has lies on or before the day, as precisely as it is known."""
    return any(issued <= day.isoformat()[: len(issued)] for issued in source.get(_ISSUED, ()))


def _unmentioned(facts: dict[str, dict[str, list[str]]], gone: Collection[str]) -> set[str]:
    """Things that no claim and no source left speaks of, directly or by what is said of a thing that stays."""
    things = {node for node in facts if kind_of(node) in _THINGS}
    waiting = [
        value
        for node, said in facts.items()
        if node not in gone and node not in things and kind_of(node) in {"claim", "source"}
        for values in said.values()
        for value in values
        if value in things
    ]
    kept: set[str] = set()
    while waiting:
        thing = waiting.pop()
        if thing not in kept:
            kept.add(thing)
            waiting += [value for values in facts[thing].values() for value in values if value in things]
    return things - kept
