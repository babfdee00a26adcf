"""Adoptions: which model uses which technique, from whom it took it, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmkg.lineage import about

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.store import Rows, Store, Term

__all__ = ["Adoption", "adoptions", "adoptions_by"]


@dataclass(frozen=True, slots=True)
class Adoption:
    """A model uses a technique, and a claim says from whom it took it.

    Attributes:
        adopter: IRI of the model.
        technique: IRI of the technique.
        adopted_from: IRI of the model that it was taken from; empty if the claim does not say.
        introduced_in: IRI of the source that the claim credits with the technique; empty if it does not say.
        replaces: IRI of the technique that it replaces; empty if the claim does not say.
        modification: What was changed; empty if the claim does not say.
        purpose: What for; empty if the claim does not say.
        claim: IRI of the claim.
        status: IRI of how sure it is.
        source: IRI of who says it.
        locator: Where in the source.
    """

    adopter: str
    technique: str
    adopted_from: str
    introduced_in: str
    replaces: str
    modification: str
    purpose: str
    claim: str
    status: str
    source: str
    locator: str

    def sentence(self, names: Names) -> str:
        """The adoption in one English sentence, with who says it and where."""
        evidence = f"{names.label(self.source)}, {self.locator}"
        origin = f" from {names.label(self.adopted_from)}" if self.adopted_from else ""
        parts = [
            f"{names.label(self.adopter)} {'took' if origin else 'uses'} {names.label(self.technique)}{origin} ({evidence})"
        ]
        if self.introduced_in:
            parts.append(f"introduced by {names.label(self.introduced_in)}")
        if self.replaces:
            parts.append(f"replaces {names.label(self.replaces)}")
        if self.modification:
            parts.append(f"changed: {self.modification.removesuffix('.')}")
        if self.purpose:
            parts.append(f"for: {self.purpose.removesuffix('.')}")
        return "; ".join(parts) + f" [{names.label(self.status)}]"


def adoptions(rows: Rows) -> list[Adoption]:
    """The rows of the saved question ``lineage/why`` as records."""
    return [_adoption(row) for row in rows.records()]


def adoptions_by(store: Store, catalogue: Catalogue, adopters: Iterable[str] | None = None) -> list[Adoption]:
    """What some models adopted themselves, the surest claims about each technique first.

    Args:
        store: The store.
        catalogue: The saved questions.
        adopters: IRIs of models; None for all that the graph has.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> {"SwiGLU", "RMSNorm"} <= {kg.names.label(one.technique) for one in adoptions_by(kg.store, kg.catalogue, [kg["llama"].iri])}
    True
    """
    return [_adoption(row) for row in about(store, catalogue, "lineage/adoptions", "adopter", adopters)]


def _adoption(row: dict[str, Term | None]) -> Adoption:
    return Adoption(
        adopter=_text(row["adopter"]),
        technique=_text(row["technique"]),
        adopted_from=_text(row["adoptedFrom"]),
        introduced_in=_text(row["introducedIn"]),
        replaces=_text(row["replaces"]),
        modification=_text(row["modification"]),
        purpose=_text(row["purpose"]),
        claim=_text(row["claim"]),
        status=_text(row["status"]),
        source=_text(row["source"]),
        locator=_text(row["locator"]),
    )


def _text(term: Term | None) -> str:
    return term.value if term is not None else ""
