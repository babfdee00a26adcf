"""Frozen records of what the graph says: entities and the claims about them."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.terms import NS, RDF, XSD, shrink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from llmkg.entries import Entry
    from llmkg.names import Names
    from llmkg.records import Facts, Records
    from llmkg.store import Term

__all__ = ["Claim", "Entity", "claim_records", "claims_about", "in_words", "plain_value"]

_VALUE_ROLES: Final = {
    "Claim": (RDF + "object",),
    "Derivation": (RDF + "object",),
    **{
        kind: tuple(NS + role for role in roles)
        for kind, roles in {
            "TechniqueAdoption": ("technique",),
            "TechniqueOrigin": ("introducedIn", "introducedBy", "introducedOn"),
            "BenchmarkResult": ("value",),
            "Comparison": ("baseline",),
            "TrainingRun": (
                "tokenCount",
                "hardware",
                "computeFlops",
                "utilization",
                "acceleratorHours",
                "durationDays",
                "energyMegawattHours",
                "carbonTonnes",
                "parallelism",
                "trainedOn",
                "hardwareCount",
            ),
            "RiskDisclosure": ("risk",),
            "Mitigation": ("measure",),
            "Availability": ("artefact",),
            "OrganizationChange": ("resultingOrganization", "newName", "changedOn"),
            "Implementation": ("implementation",),
            "Reception": ("paraphrase",),
            "Withholding": ("aspect",),
        }.items()
    },
}
"""The role that holds what a claim says, by kind of claim; of several, the first that it has."""

_NOT_QUALIFIERS: Final = {
    RDF + "type",
    RDF + "subject",
    RDF + "predicate",
    RDF + "object",
    *(NS + name for name in ("isAbout", "status", "source", "locator", "unit")),
}
_NUMBERS: Final = {XSD + "integer", XSD + "decimal"}
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says what, where, and how sure it is.

    A claim with several values of one role (the aspects that a developer withholds) is several records with one IRI.

    Attributes:
        iri: The claim's IRI.
        type: Its class, without prefix: ``Claim``, ``TechniqueAdoption`` ...
        about: IRI of what it is about.
        property: IRI of the property or role whose value this is.
        value: The value.
        label: The value in words.
        unit: Unit of a number (``percent`` ...); empty if there is none.
        qualifiers: What else it says, by property without prefix.
        status: IRI of how sure it is.
        source: IRI of who says it.
        locator: Where in the source.
    """

    iri: str
    type: str
    about: str
    property: str
    value: Term
    label: str
    unit: str
    qualifiers: Mapping[str, tuple[Term, ...]]
    status: str
    source: str
    locator: str

    def record(self, names: Names, root: str, url: str = "") -> dict[str, Any]:
        """The claim as plain data, in the shape that ``llmkg show --format json`` keeps.

        Args:
            names: Labels of what it mentions.
            root: What is shown; where the claim is about something else, a qualifier ``about`` says so.
            url: Address of the source.
        """
        qualifiers: dict[str, Any] = {}
        if self.about not in {"", root}:
            qualifiers["about"] = _described(px.NamedNode(self.about), names)
        for name, terms in self.qualifiers.items():
            values = [_described(term, names) for term in terms]
            qualifiers[name] = values[0] if len(values) == 1 else values
        return {
            "iri": self.iri,
            "type": self.type,
            "property": self.property,
            "value": plain_value(self.value),
            "label": self.label,
            "unit": self.unit or None,
            "qualifiers": qualifiers,
            "status": self.status.rpartition("/")[2],
            "source": {"iri": self.source, "label": names.label(self.source), "url": url or None},
            "locator": self.locator,
        }


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing and all that is claimed about it.

    Attributes:
        entry: What it is and what it is called.
        claims: The claims that mention it, those about it first.
        members: IRIs of the thing, its variants and its checkpoints.
        urls: Addresses of sources, by IRI.
    """

    entry: Entry
    claims: tuple[Claim, ...]
    members: frozenset[str]
    urls: Mapping[str, str]

    def record(self, names: Names) -> dict[str, Any]:
        """The entity as plain data, in the shape that ``llmkg show --format json`` keeps."""
        return {
            "iri": self.entry.iri,
            "kind": self.entry.kind,
            "label": {"en": self.entry.en, "zh": self.entry.zh},
            "claims": [claim.record(names, self.entry.iri, self.urls.get(claim.source, "")) for claim in self.claims],
        }


def claims_about(records: Records, names: Names, entry: Entry) -> Entity:
    """Everything that is claimed about a thing, its variants and its checkpoints, and every claim that mentions it.

    Args:
        records: The claims.
        names: Labels.
        entry: The thing.

    >>> import llmkg
    >>> graph = llmkg.load()
    >>> entity = claims_about(graph.snapshot.records, graph.names, graph.names.resolve("GPT-4"))
    >>> {claim.status.rpartition("/")[2] for claim in entity.claims if claim.property.endswith("expertCount")}
    {'unconfirmed'}
    """
    members = frozenset(records.members(entry.iri))
    facts_of = cache(records.facts)  # few sources and properties, of many claims
    claims = [
        record
        for iri, facts in records.claims(entry.iri).items()
        for record in claim_records(iri, facts, names, facts_of)
    ]
    claims.sort(key=lambda claim: _order(claim, entry.iri, members))
    urls = {source: _address(records.facts(source)) for source in {claim.source for claim in claims}}
    return Entity(entry, tuple(claims), members, urls)


def _address(source: Facts) -> str:
    """Where a source can be read: its address, or its page on arXiv."""
    for url in source.get(NS + "url", ()):
        return url.value
    return next((f"https://arxiv.org/abs/{arxiv.value}" for arxiv in source.get(NS + "arxivId", ())), "")


def plain_value(term: Term | None) -> str | int | float | bool | None:
    """A term as JSON holds it: an integer, a decimal, a truth value, and all else as text, also what only claims to be one.

    >>> plain_value(px.Literal(3)), plain_value(px.NamedNode("https://example.org/"))
    (3, 'https://example.org/')
    """
    if isinstance(term, px.Literal):
        datatype = term.datatype.value
        if datatype == XSD + "boolean":
            return _TRUTH.get(term.value, term.value)
        with contextlib.suppress(ValueError):
            if datatype == XSD + "integer":
                return int(term.value)
            if datatype in {XSD + "decimal", XSD + "double"} and math.isfinite(number := float(term.value)):
                return number
    return None if term is None else term.value


def claim_records(iri: str, facts: Facts, names: Names, facts_of: Callable[[str], Facts]) -> list[Claim]:
    """A claim as records, one for each value of its main role.

    Args:
        iri: The claim's IRI.
        facts: What is said of it.
        names: Labels.
        facts_of: What is said of a metric or property, by its IRI, as far as its unit.

    >>> from llmkg.names import Names
    >>> said = {RDF + "type": [px.NamedNode(NS + "TechniqueAdoption")], NS + "technique": [px.NamedNode(NS + "x")]}
    >>> [claim.label for claim in claim_records("https://example.org/claim", said, Names.of([]), lambda _: {})]
    ['llmkg:x']
    """
    kind = next((t.value[len(NS) :] for t in facts[RDF + "type"] if t.value[len(NS) :] in _VALUE_ROLES), "Claim")
    role = next((role for role in _VALUE_ROLES[kind] if role in facts), "")
    about = facts.get(NS + "isAbout")
    qualifiers = {
        shrink(predicate).rpartition(":")[2]: tuple(terms)
        for predicate, terms in facts.items()
        if predicate not in _NOT_QUALIFIERS and predicate != role and terms != about
    }
    property_ = _first(facts, RDF + "predicate") if role == RDF + "object" else role
    unit = _unit(facts, property_, facts_of)
    return [
        Claim(
            iri=iri,
            type=kind,
            about=_first(facts, NS + "isAbout"),
            property=property_,
            value=value,
            label=in_words(value, names),
            unit=unit if isinstance(value, px.Literal) and value.datatype.value in _NUMBERS else "",
            qualifiers=qualifiers,
            status=_first(facts, NS + "status"),
            source=_first(facts, NS + "source"),
            locator=_first(facts, NS + "locator"),
        )
        for value in facts.get(role, ())
    ]


def _first(facts: Facts, predicate: str) -> str:
    """A value of a predicate; empty where a claim lacks what every claim should have, which ``llmkg check`` says."""
    terms = facts.get(predicate)
    return terms[0].value if terms else ""


def _unit(facts: Facts, property_: str, facts_of: Callable[[str], Facts]) -> str:
    """The unit of a claim's number: its own, its metric's, or its property's."""
    units = facts.get(NS + "unit", ())
    for term in facts.get(NS + "metric", ()):
        units = units or facts_of(term.value).get(NS + "hasUnit", ())
    units = units or facts_of(property_).get(NS + "hasUnit", ())
    return units[0].value.rpartition("/")[2] if units else ""


def in_words(term: Term | None, names: Names) -> str:
    """A term for people: the label of an IRI, a number with its thousands set off, a text as it is.

    >>> from llmkg.names import Names
    >>> in_words(px.Literal(175000000000), Names.of([]))
    '175,000,000,000'
    """
    if term is None:
        return ""
    if isinstance(term, px.NamedNode):
        return names.label(term.value)
    number = plain_value(term) if isinstance(term, px.Literal) and term.datatype.value == XSD + "integer" else None
    if not isinstance(number, int):
        return term.value
    return f"{number:,}" if abs(number) >= 10_000 else str(number)  # noqa: PLR2004 - years and layers stay as they are


def _described(term: Term, names: Names) -> Any:
    if isinstance(term, px.NamedNode):
        return {"iri": term.value, "label": names.label(term.value)}
    return plain_value(term)


_TYPES: Final = tuple(_VALUE_ROLES)


def _order(claim: Claim, root: str, members: frozenset[str]) -> tuple[Any, ...]:
    """A claim itself first, then claims about the thing itself, its variants', and mentions; by kind and property."""
    return (
        claim.iri != root,
        claim.about not in members,
        claim.about != root,
        claim.about,
        _TYPES.index(claim.type),
        claim.property,
        claim.iri,
        claim.label,
    )
