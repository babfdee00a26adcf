"""Models against techniques: which model is said to use which, which is said not to, and of which nothing is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from llmkg.adoptions import adoptions_by
from llmkg.lineage import members
from llmkg.queries import run
from llmkg.statuses import accepted_statuses
from llmkg.views.naming import Evidence, Named, named

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from llmkg.adoptions import Adoption
    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.store import Store

__all__ = ["Cell", "Matrix", "State", "TechniqueRow", "matrix"]

State = Literal["yes", "no", "both", "unknown"]
"""What is known of a model and a technique; ``both`` where one claim says yes and another no, of whatever size."""

LIMIT: Final = 40
"""How many techniques are chosen if none are named."""

_DENIED: Final = ("refuted", "retracted")
_SHARED: Final = 2


@dataclass(frozen=True)
class Cell:
    """What is said of a model and a technique.

    Attributes:
        yes: Claims that it uses the technique or a narrower one.
        no: Claims that it put another in its place, or that are refuted.
    """

    yes: tuple[Evidence, ...] = ()
    no: tuple[Evidence, ...] = ()

    @property
    def state(self) -> State:
        """What is known."""
        if self.yes and self.no:
            return "both"
        return "yes" if self.yes else "no" if self.no else "unknown"


@dataclass(frozen=True)
class TechniqueRow:
    """A technique.

    Attributes:
        technique: The technique.
        group: The kind of technique that it belongs to; itself if it belongs to none.
    """

    technique: Named
    group: Named


@dataclass(frozen=True)
class Matrix:
    """Models against techniques.

    Attributes:
        models: The models, in the order in which they were asked for.
        rows: The techniques, by group.
        cells: What is said, by the IRIs of a model and a technique; nothing is known of the others.
        accepted: IRIs of the statuses that the preference policy accepts.
    """

    models: tuple[Named, ...]
    rows: tuple[TechniqueRow, ...]
    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()

    def cell(self, model: str, technique: str) -> Cell:
        """What is said of a model and a technique, given by their IRIs."""
        return self.cells.get((model, technique), Cell())

    def record(self) -> dict[str, Any]:
        """The matrix as plain data."""
        return {
            "models": [model.iri for model in self.models],
            "techniques": [row.technique.iri for row in self.rows],
            "cells": [
                {
                    "model": model,
                    "technique": technique,
                    "state": cell.state,
                    "claims": [evidence.claim for evidence in (*cell.yes, *cell.no)],
                }
                for (model, technique), cell in self.cells.items()
            ],
        }


def matrix(  # noqa: PLR0913 - what may be chosen of a matrix
    store: Store,
    catalogue: Catalogue,
    names: Names,
    models: Sequence[str],
    techniques: Sequence[str] = (),
    *,
    limit: int = LIMIT,
) -> Matrix:
    """Which of some models use which techniques.

    A model also uses what its family uses, and a family what any of its sizes uses; who uses a narrower technique uses the
    broader one. That something else replaced a technique says that the technique is not used.

    Args:
        store: The store.
        catalogue: The saved questions.
        names: What everything is called.
        models: IRIs of the models.
        techniques: IRIs of the techniques; none for those that most of the models use.
        limit: How many techniques to choose if none are given.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> models = [kg[name].iri for name in ("llama", "gpt-3")]
    >>> table = matrix(kg.store, kg.catalogue, kg.names, models, [kg["swiglu"].iri])
    >>> [table.cell(model, kg["swiglu"].iri).state for model in models]
    ['yes', 'unknown']
    """
    broader = _broader(store, catalogue)
    accepted = accepted_statuses(store, catalogue)
    said: dict[tuple[str, str], dict[bool, list[Evidence]]] = defaultdict(lambda: {True: [], False: []})
    own: dict[str, set[str]] = {}
    for model in models:
        adoptions = adoptions_by(store, catalogue, sorted(_places(store, catalogue, model)))
        own[model] = {adoption.technique for adoption in adoptions if adoption.status in accepted}
        for adoption in adoptions:
            for technique, uses in _meant(adoption, broader, accepted):
                evidence = said[model, technique][uses]
                evidence.append(_evidence(names, adoption))
    chosen = list(dict.fromkeys(techniques)) or _most_used(own, limit)
    rows = [TechniqueRow(named(names, technique), named(names, _top(broader, technique))) for technique in chosen]
    if not techniques:
        rows.sort(key=lambda row: (row.group.label.casefold(), row.technique.label.casefold(), row.technique.iri))
    cells = {
        (model, technique): Cell(tuple(said[model, technique][True]), tuple(said[model, technique][False]))
        for model in models
        for technique in chosen
        if (model, technique) in said
    }
    return Matrix(tuple(named(names, model) for model in models), tuple(rows), cells, accepted)


def _places(store: Store, catalogue: Catalogue, model: str) -> set[str]:
    """A model, its sizes and their checkpoints, and its family."""
    places = {model}
    for end in ("parent", "member"):
        new = {model}
        while new:
            pairs = members(store, catalogue, end, new)
            new = {pair[0] if end == "parent" else pair[1] for pair in pairs} - places
            places |= new
    return places


def _meant(
    adoption: Adoption, broader: Mapping[str, Collection[str]], accepted: Collection[str]
) -> Iterator[tuple[str, bool]]:
    """The techniques of which an adoption speaks, each with whether it says that it is used."""
    if adoption.status.rpartition("/")[2] in _DENIED:
        yield adoption.technique, False
        return
    used = {adoption.technique, *_above(broader, adoption.technique)}
    yield from ((technique, True) for technique in sorted(used))
    if adoption.replaces and adoption.replaces not in used and adoption.status in accepted:
        yield adoption.replaces, False


def _evidence(names: Names, adoption: Adoption) -> Evidence:
    return Evidence(
        claim=adoption.claim,
        about=named(names, adoption.adopter),
        what=named(names, adoption.technique),
        status=adoption.status,
        source=named(names, adoption.source),
        locator=adoption.locator,
    )


def _most_used(own: Mapping[str, Collection[str]], limit: int) -> list[str]:
    """The techniques that most of the models use, and at least two of them if there are as many models."""
    count: dict[str, int] = defaultdict(int)
    for used in own.values():
        for technique in used:
            count[technique] += 1
    least = min(_SHARED, len(own))
    return [
        technique
        for technique in sorted(count, key=lambda technique: (-count[technique], technique))
        if count[technique] >= least
    ][:limit]


def _broader(store: Store, catalogue: Catalogue) -> dict[str, list[str]]:
    """What each technique is a kind of, one level up."""
    broader: dict[str, set[str]] = defaultdict(set)
    for row in run(store, catalogue["techniques/taxonomy"], leave_open=["technique"]).rows:
        narrower, above, *_ = (term.value if term else "" for term in row)
        broader[narrower].add(above)
    return {technique: sorted(above) for technique, above in broader.items()}


def _above(broader: Mapping[str, Iterable[str]], technique: str) -> set[str]:
    """All that a technique is a kind of."""
    seen: set[str] = set()
    waiting = [technique]
    while waiting:
        new = set(broader.get(waiting.pop(), ())) - seen
        seen |= new
        waiting += new
    return seen


def _top(broader: Mapping[str, Sequence[str]], technique: str) -> str:
    """The outermost kind that a technique is of."""
    seen = {technique}
    while technique in broader and broader[technique][0] not in seen:
        technique = broader[technique][0]
        seen.add(technique)
    return technique
