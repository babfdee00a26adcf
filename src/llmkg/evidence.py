"""The claims behind the rows of an answer: who says so, where, when, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as px

from llmkg.errors import NotFoundError
from llmkg.queries import run
from llmkg.store import Triples
from llmkg.terms import kind_of, shrink

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.queries import Query
    from llmkg.store import Rows, Store, Term

__all__ = ["Evidence", "describe", "evidence_for", "evidence_of"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim and who makes it.

    Attributes:
        claim: Its IRI.
        status: IRI of how sure it is.
        source: IRI of who says it.
        locator: Where in the source.
        issued: When the source was published, as precisely as it is known; empty if it is not.
        read_in: Where the words were read, if not in the source itself; empty otherwise.
    """

    claim: str
    status: str
    source: str
    locator: str
    issued: str
    read_in: str

    def record(self, names: Names) -> dict[str, Any]:
        """The evidence as plain data, in the shape that ``llmkg query --why --format json`` keeps."""
        return {
            "claim": self.claim,
            "source": {"iri": self.source, "label": names.label(self.source)},
            "locator": self.locator,
            "status": self.status.rpartition("/")[2],
            "date": self.issued or None,
            "readIn": self.read_in or None,
        }

    def sentence(self, names: Names) -> str:
        """Who says so, where, when, and how sure it is, in a line."""
        date = f", {self.issued}" if self.issued else ""
        status = names.label(self.status).lower()
        return f"{names.label(self.source)}, {self.locator}{date} [{status}] {shrink(self.claim)}"


def evidence_of(
    store: Store, catalogue: Catalogue, question: Query, values: Mapping[str, Sequence[Term]], rows: Rows
) -> tuple[tuple[Evidence, ...], ...]:
    """The claims behind each row.

    They are those that the row names; where a row counts or draws together, those that the question's ``why`` finds.

    Args:
        store: The store.
        catalogue: The saved questions.
        question: What was asked.
        values: Its parameters.
        rows: Its answer.

    Returns:
        For each row the evidence, in the order of the row; none for what the graph records without a claim (labels, kinds
        of techniques, second readings).

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> question = kg.catalogue["techniques/spread"]
    >>> found = evidence_of(kg.store, kg.catalogue, question, {}, run(kg.store, question))
    >>> len(found[0]) > 20
    True
    """
    claims = [
        _claims(store, catalogue, question, values, dict(zip(rows.columns, row, strict=True))) for row in rows.rows
    ]
    known: dict[str, list[Evidence]] = {}
    for evidence in _evidence(store, catalogue, [iri for found in claims for iri in found]):
        known.setdefault(evidence.claim, []).append(evidence)
    return tuple(tuple(evidence for iri in found for evidence in known.get(iri, ())) for found in claims)


def evidence_for(store: Store, catalogue: Catalogue, claims: Sequence[str]) -> list[Evidence]:
    """Who makes some claims.

    Args:
        store: The store.
        catalogue: The saved questions.
        claims: IRIs of claims.

    Raises:
        NotFoundError: One of them is no claim.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> evidence_for(kg.store, kg.catalogue, ["https://w3id.org/llmkg/id/claim/llama_swiglu_touvron-2023"])[0].locator
    'Section 2.2'
    """
    found = _evidence(store, catalogue, claims)
    missing = [claim for claim in claims if claim not in {evidence.claim for evidence in found}]
    if missing:
        raise NotFoundError(
            f"No claim is called {shrink(missing[0])!r}.", hint="'llmkg show NAME --format tsv' lists claims."
        )
    return found


def describe(store: Store, catalogue: Catalogue, iris: Iterable[str]) -> list[px.Triple]:
    """The triples that describe things, and the claims that mention them; of claims themselves, the claims.

    Args:
        store: The store.
        catalogue: The saved questions.
        iris: The things.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> len(describe(kg.store, kg.catalogue, ["https://w3id.org/llmkg/id/claim/llama_swiglu_touvron-2023"])) > 5
    True
    """
    entities = [px.NamedNode(iri) for iri in dict.fromkeys(iris)]
    if not entities:
        return []
    found = store.query(catalogue["entities/describe"].bind({"entity": entities}))
    return list(found.triples) if isinstance(found, Triples) else []


def _evidence(store: Store, catalogue: Catalogue, claims: Iterable[str]) -> list[Evidence]:
    asked = [px.NamedNode(iri) for iri in dict.fromkeys(claims)]
    if not asked:
        return []
    rows = run(store, catalogue["provenance/evidence"], {"claim": asked}).rows
    return [Evidence(*(term.value if term is not None else "" for term in row)) for row in rows]


def _claims(
    store: Store,
    catalogue: Catalogue,
    question: Query,
    values: Mapping[str, Sequence[Term]],
    row: Mapping[str, Term | None],
) -> list[str]:
    named = [term.value for term in row.values() if term is not None and kind_of(term.value) == "claim"]
    if named or not question.why:
        return list(dict.fromkeys(named))
    behind = catalogue[question.why["question"]]
    given: dict[str, Sequence[Term]] = {}
    for parameter, column in question.why.items():
        if parameter == "question":
            continue
        term = row.get(column)
        given[parameter] = values.get(column, ()) if column not in row else [term] if term is not None else ()
    found = run(store, behind, given)
    place = found.columns.index("claim")
    return list(dict.fromkeys(cells[place].value for cells in found.rows if cells[place] is not None))  # type: ignore[union-attr]
