"""What the licences of a model, and of all that its weights came from, say of a use. It is no legal advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.queries import run
from llmkg.terms import NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.store import Store

__all__ = ["COLUMNS", "FORBIDDEN", "NOT_KNOWN", "PERMITTED", "Ruling", "permissions"]

PERMITTED: Final = "permitted"
FORBIDDEN: Final = "forbidden"
NOT_KNOWN: Final = "not known"

COLUMNS: Final = ("model", "licence", "verdict", "remark", "says so", "where")
"""Columns of ``llmkg licence``."""

_VERDICTS: Final = {NS + "forbids": FORBIDDEN, NS + "requires": "required", NS + "permits": PERMITTED}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What one licence on the way says of a use.

    Attributes:
        model: IRI of the model, or of one that its weights came from.
        licence: IRI of the licence of those weights; empty if none is known.
        verdict: ``permitted``, ``forbidden``, ``required`` or ``not known``.
        remark: A limit that the text sets; empty if there is none.
        claim: IRI of the claim about the licence; empty if nothing is known.
        source: IRI of the source of that; empty if nothing is known.
        locator: The clause; empty if nothing is known.
    """

    model: str
    licence: str
    verdict: str
    remark: str
    claim: str
    source: str
    locator: str

    def row(self, names: Names) -> list[str]:
        """The ruling as a row of :data:`COLUMNS`, in words."""
        return [
            names.label(self.model),
            names.label(self.licence) if self.licence else NOT_KNOWN,
            self.verdict,
            self.remark,
            names.label(self.source) if self.source else "",
            self.locator,
        ]

    def record(self) -> dict[str, Any]:
        """The ruling as plain data, in the shape that ``llmkg licence --format json`` keeps."""
        return {
            "model": self.model,
            "licence": self.licence or None,
            "verdict": self.verdict,
            "remark": self.remark or None,
            "claim": self.claim or None,
            "source": self.source or None,
            "locator": self.locator or None,
        }


def permissions(store: Store, catalogue: Catalogue, model: str, term: str) -> list[Ruling]:
    """What the licences of a model's weights, and of those that they came from, say of a use.

    Of a family, its variants are asked too: often they have the licence, or came from weights that have one.

    Args:
        store: The store.
        catalogue: The saved questions.
        model: IRI of a model or family.
        term: IRI of the use, a concept of the scheme ``licenceterm``.

    Returns:
        The model's own licences first, then those of variants that have another, then those of what they came from. One
        that says nothing of the use is ``not known``, which permits nothing.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> use = kg.names.resolve("commercial use", kinds=["licenceterm"]).iri
    >>> {ruling.verdict for ruling in permissions(kg.store, kg.catalogue, kg["llama"].iri, use)}
    {'forbidden'}
    """
    found = _licensed(store, catalogue, model)
    licences = [px.NamedNode(licence) for licence in dict.fromkeys(licence for _, licence in found) if licence]
    said: dict[str, list[tuple[str, str, str, str, str]]] = {}
    if licences:
        question = catalogue["licences/clauses-on"]
        for row in run(store, question, {"licence": licences, "term": [px.NamedNode(term)]}).records():
            rule, remark, claim, source, locator = (
                _text(row[name]) for name in ("rule", "remark", "claim", "source", "locator")
            )
            said.setdefault(_text(row["licence"]), []).append((_VERDICTS[rule], remark, claim, source, locator))
    nothing: Sequence[tuple[str, str, str, str, str]] = [(NOT_KNOWN, "", "", "", "")]
    return [Ruling(model, licence, *clause) for model, licence in found for clause in said.get(licence, nothing)]


def _licensed(store: Store, catalogue: Catalogue, model: str) -> list[tuple[str, str]]:
    """A model, its variants and all that their weights came from, each with a licence; the licence is empty if none is known."""
    variants = run(store, catalogue["entities/variants-of"], {"family": [px.NamedNode(model)]}).records()
    members = [model, *dict.fromkeys(_text(row["variant"]) for row in variants)]
    ways = {member: _way(store, catalogue, member) for member in members}
    own = {licence for ancestor, licence in ways[model] if ancestor == model}
    known = {ancestor for way in ways.values() for ancestor, licence in way if licence}
    if set(members[1:]) and known.issuperset(members[1:]):
        ways[model] = [pair for pair in ways[model] if pair != (model, "")]
    found = dict.fromkeys(
        (ancestor, licence)
        for member, way in ways.items()
        for ancestor, licence in way
        if member == model or ancestor not in members or licence not in own
    )
    return sorted(found, key=lambda pair: (pair[0] != model, pair[0] not in members))


def _way(store: Store, catalogue: Catalogue, model: str) -> list[tuple[str, str]]:
    rows = run(store, catalogue["licences/along-lineage"], {"model": [px.NamedNode(model)]}).records()
    return [(_text(row["ancestor"]), _text(row["licence"])) for row in rows]


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))
