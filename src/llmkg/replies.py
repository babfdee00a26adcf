"""Asks a saved question and gives its answer, with what is known about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkg.answers import Answer
from llmkg.evidence import describe, evidence_of
from llmkg.store import Rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.queries import Query
    from llmkg.store import Store, Term

__all__ = ["reply"]


def reply(  # noqa: PLR0913 - what may be chosen of an answer
    store: Store,
    catalogue: Catalogue,
    names: Names,
    question: Query,
    terms: Mapping[str, Sequence[Term]],
    *,
    statuses: Collection[str] | None = None,
    with_why: bool = False,
    limit: int = 0,
) -> Answer:
    """Ask a saved question.

    Args:
        store: The store.
        catalogue: The saved questions.
        names: Labels.
        question: The question.
        terms: Its parameters.
        statuses: IRIs of the statuses that the claim of a row may have; None for all. A row without a status stays.
        with_why: Whether text shows the claims behind each row too.
        limit: The most rows to give; 0 for all.

    Raises:
        ParameterError: A parameter is missing or unknown, or has more values than it may.
    """
    values = dict(terms)
    content = store.query(question.bind(values))
    found, total = content, 0
    if isinstance(content, Rows):
        found = _of_status(content, statuses)
        total = len(found.rows)
    return Answer(
        found,
        names,
        types=tuple(question.returns.get(name, "any") for name in found.columns) if isinstance(found, Rows) else (),
        total=total,
        left_out=len(content.rows) - total if isinstance(content, Rows) else 0,
        with_why=with_why,
        find_evidence=lambda rows: evidence_of(store, catalogue, question, values, rows),
        describe=lambda iris: describe(store, catalogue, iris),
    ).limited(limit)


def _of_status(rows: Rows, statuses: Collection[str] | None) -> Rows:
    if statuses is None or "status" not in rows.columns:
        return rows
    place = rows.columns.index("status")
    kept = (row for row in rows.rows if (status := row[place]) is None or status.value in statuses)
    return Rows(rows.columns, tuple(kept))
