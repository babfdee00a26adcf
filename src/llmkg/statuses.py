"""The statuses that a claim may have to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmkg.errors import ParameterError
from llmkg.queries import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.queries import Query
    from llmkg.store import Store

__all__ = ["accepted_statuses", "statuses_of"]


def accepted_statuses(store: Store, catalogue: Catalogue) -> frozenset[str]:
    """IRIs of the statuses that the preference policy accepts.

    Args:
        store: The store.
        catalogue: The saved questions.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> sorted(iri.rpartition("/")[2] for iri in accepted_statuses(kg.store, kg.catalogue))
    ['measured-by-third-party', 'reported-by-secondary-source', 'stated-by-developer']
    """
    rows = ask(store, catalogue.text("provenance/accepted-statuses")).rows
    return frozenset(term.value for (term,) in rows if term is not None)


def statuses_of(
    accepted: frozenset[str],
    names: Names,
    wanted: Sequence[str] = (),
    *,
    all_claims: bool = False,
    question: Query | None = None,
) -> frozenset[str] | None:
    """The statuses that a claim may have to be shown.

    Args:
        accepted: Those that the preference policy accepts; the default.
        names: What the statuses are called.
        wanted: Names of statuses to show instead.
        all_claims: Whether claims of every status are shown.
        question: What is asked, if it is a saved question; one about claims of any status has all by default.

    Returns:
        IRIs of statuses; None for all.

    Raises:
        ParameterError: Statuses are named and all are wanted too, or the rows of the question have no status.
        NotFoundError: No status has a name that was given.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> statuses_of(kg.accepted, kg.names, ["估计"])
    frozenset({'https://w3id.org/llmkg/concept/status/estimated'})
    """
    if all_claims and wanted:
        raise ParameterError("All claims are wanted and those of some statuses.", where="--status", hint="Choose one.")
    if wanted and question is not None and "status" not in question.returns:
        raise ParameterError(
            f"The rows of {question.id} have no status to choose by.", where="--status", hint="Leave it out."
        )
    if wanted:
        return frozenset(names.resolve(name, kinds=("status",)).iri for name in wanted)
    is_about_all = question is not None and question.statuses == "all"
    return None if all_claims or is_about_all else accepted
