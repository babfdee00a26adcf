"""Models side by side: what is claimed of each, with who says so. What is not known is not a no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from llmkg.entities import in_words, plain_value
from llmkg.queries import run
from llmkg.terms import NS, PREFIXES, shrink

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from llmkg.catalogue import Catalogue
    from llmkg.entries import Entry
    from llmkg.names import Names
    from llmkg.store import Store, Term

__all__ = ["NOT_KNOWN", "Comparison", "Statement", "compare"]

NOT_KNOWN: Final = "not known"
"""What stands where the graph holds no claim."""

_FIRST: Final = (
    *("developedBy", "announcedOn", "paperPublishedOn", "apiReleasedOn", "weightsReleasedOn", "trainingDataCutoff"),
    *("parameterCount", "activeParameterCount", "layerCount", "modelWidth", "attentionHeadCount", "keyValueHeadCount"),
    *("expertCount", "activeExpertCount", "vocabularySize", "contextLength", "trainingTokenCount", "trainingCompute"),
    *("usesHardware", "isTrainedOn", "access", "licence", "usesTechnique", "borrowsFrom"),
)
"""The properties that people look for first, in that order; the others follow by name."""


_PLAIN: Final = {
    f"{PREFIXES['status']}{name}"
    for name in ("stated-by-developer", "measured-by-third-party", "reported-by-secondary-source")
}
"""The statuses that a cell does not tell; any other is a doubt that it does."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One value in a cell.

    Attributes:
        about: IRI of the model, variant or family of which it is said.
        value: What is said.
        claim: IRI of the claim.
        source: IRI of who says it.
        locator: Where in the source.
        status: IRI of how sure it is.
    """

    about: str
    value: Term
    claim: str
    source: str
    locator: str
    status: str


@dataclass(frozen=True)
class Comparison:
    """Models and facts about them.

    Attributes:
        models: The models.
        properties: IRIs of the properties that any of them has.
        cells: The statements by property and model; there is none where nothing is known.
    """

    models: tuple[Entry, ...]
    properties: tuple[str, ...]
    cells: dict[tuple[str, str], tuple[Statement, ...]]

    def rows(self, names: Names) -> list[list[str]]:
        """A row a property, a cell a model, in words: value, of which variant, who says so, and if it is in doubt.

        Args:
            names: Labels.
        """
        return [
            [names.label(property_), *(self._cell(property_, model, names) for model in self.models)]
            for property_ in self.properties
        ]

    def record(self, names: Names) -> list[dict[str, Any]]:
        """The comparison as plain data; a model of which nothing is known has null."""
        return [
            {
                "property": shrink(property_).removeprefix("llmkg:"),
                "models": {
                    shrink(model.iri): [_record(statement, names) for statement in found] or None
                    for model in self.models
                    for found in [self.cells.get((property_, model.iri), ())]
                },
            }
            for property_ in self.properties
        ]

    def _cell(self, property_: str, model: Entry, names: Names) -> str:
        told: dict[tuple[str, str], list[str]] = {}
        for statement in self.cells.get((property_, model.iri), ()):
            of = "" if statement.about == model.iri else names.label(statement.about)
            doubt = "" if statement.status in _PLAIN else f", {names.label(statement.status).lower()}"
            source = names.label(statement.source) + doubt
            sources = told.setdefault((of, in_words(statement.value, names)), [])
            if source not in sources:
                sources.append(source)
        texts = [f"{f'{of}: ' if of else ''}{value} ({'; '.join(sources)})" for (of, value), sources in told.items()]
        return ";\n".join(texts) or NOT_KNOWN


def compare(
    store: Store,
    catalogue: Catalogue,
    models: Sequence[Entry],
    *,
    statuses: Collection[str] | None = None,
    properties: Collection[str] = (),
) -> Comparison:
    """Put models side by side.

    Args:
        store: The store.
        catalogue: The saved questions.
        models: Families, variants or products.
        statuses: IRIs of the statuses that a claim may have; None for all.
        properties: IRIs of the properties to show; all without any.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> found = compare(kg.store, kg.catalogue, [kg["llama"].entry, kg["gpt-4"].entry])
    >>> found.rows(kg.names)[0][0]
    'developed by'
    """
    import pyoxigraph as px

    question = catalogue["entities/facts-of"]
    cells: dict[tuple[str, str], list[Statement]] = {}
    for row in run(store, question, {"model": [px.NamedNode(model.iri) for model in models]}).records():
        texts = {name: term.value if term is not None else "" for name, term in row.items()}
        value = row["value"]
        is_wanted = not properties or texts["property"] in properties
        if value is not None and is_wanted and (statuses is None or texts["status"] in statuses):
            statement = Statement(
                texts["about"], value, texts["claim"], texts["source"], texts["locator"], texts["status"]
            )
            cells.setdefault((texts["property"], texts["model"]), []).append(statement)
    found = {property_ for property_, _ in cells} | set(properties)
    return Comparison(
        tuple(models),
        tuple(sorted(found, key=_order)),
        {place: tuple(sorted(statements, key=_size)) for place, statements in cells.items()},
    )


def _order(property_: str) -> tuple[int, str]:
    name = property_.removeprefix(NS)
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST)), name


def _size(statement: Statement) -> float:
    """Numbers from the least to the most; all else stays in its order."""
    number = plain_value(statement.value)
    return number if isinstance(number, int | float) else 0


def _record(statement: Statement, names: Names) -> dict[str, Any]:
    return {
        "about": shrink(statement.about),
        "value": plain_value(statement.value),
        "label": in_words(statement.value, names),
        "claim": statement.claim,
        "source": {"iri": statement.source, "label": names.label(statement.source)},
        "locator": statement.locator,
        "status": statement.status.rpartition("/")[2],
    }
