"""What the page of a thing tells, apart from how it looks: names, facts, claims, conflicts, and what leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.site.claims import Claims, Group
from llmkg.site.naming import Naming, Shown
from llmkg.site.words import ROLES
from llmkg.terms import BASE, NS, PREFIXES, RDF, SKOS, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from llmkg.names import Names
    from llmkg.site.claims import Row
    from llmkg.site.conflicts import Conflict
    from llmkg.site.statements import Statements
    from llmkg.store import Term

__all__ = ["Linked", "Profile", "Profiles", "shown_claims"]

_MOST: Final = 400
_MOST_OF_CONCEPT: Final = 100
"""How many claims of one role, or links of one property, a page of an entity shows, and one of a concept or term."""

_TOLD_ELSEWHERE: Final = {
    RDF + "type",
    *(SKOS + name for name in ("prefLabel", "altLabel", "definition", "editorialNote")),
}
_FIRST: Final = (RDF + "subject", RDF + "predicate", RDF + "object", f"{PREFIXES['dcterms']}title")
_LAST: Final = tuple(NS + name for name in ("status", "source", "locator", "readIn", "contradicts"))
_NOT_INHERITED: Final = {NS + "isAbout", NS + "comesFrom"}


@dataclass(frozen=True, slots=True)
class Linked:
    """Things that have the page's thing as a value of one property.

    Attributes:
        title: What they are to it.
        things: They, or as many as are shown.
        total: How many there are.
    """

    title: str
    things: tuple[Shown, ...]
    total: int


@dataclass(frozen=True)
class Profile:
    """What a page tells of a thing.

    Attributes:
        title: What it is called.
        other: What it is called in the other language; empty if that is the same.
        classes: What it is.
        definition: What that means, in the page's language where there is such a text.
        notes: Editor's notes.
        aliases: What else it is called.
        facts: What is said of it without a claim, by property.
        conflicts: Claims that differ, with the property in which they do.
        claims: The claims about it, by property or class.
        parents: The families that its inherited facts come from.
        inherited: What its family has, by property.
        mentions: The claims that mention it in another role, by role.
        linked: Other things that have it as a value.
    """

    title: str
    other: str
    classes: tuple[Shown, ...]
    definition: tuple[Shown, ...]
    notes: tuple[Shown, ...]
    aliases: tuple[Shown, ...]
    facts: tuple[tuple[Shown, tuple[Shown, ...]], ...]
    conflicts: tuple[tuple[Shown | None, tuple[Row, ...]], ...]
    claims: tuple[Group, ...]
    parents: tuple[Shown, ...]
    inherited: tuple[tuple[Shown, tuple[Shown, ...]], ...]
    mentions: tuple[Group, ...]
    linked: tuple[Linked, ...]


def shown_claims(statements: Statements, iri: str) -> dict[str, list[str]]:
    """The claims that a thing's page shows, by the role in which they mention it; those about it under no role.

    Args:
        statements: All statements.
        iri: IRI of the thing.
    """
    about = statements.about.get(iri, [])
    known = {*about, iri}
    groups: dict[str, list[str]] = {"": about} if about else {}
    for claim, roles in statements.mentions.get(iri, {}).items():
        if claim not in known:
            groups.setdefault(roles[0], []).append(claim)
    most = _most(iri)
    return {role: claims if not role else claims[:most] for role, claims in groups.items()}


def _most(iri: str) -> int:
    return _MOST if iri.startswith(f"{BASE}id/") else _MOST_OF_CONCEPT


class Profiles:
    """What pages in a language tell.

    Args:
        names: What everything is called.
        statements: All statements.
        conflicts: From :func:`llmkg.site.conflicts.conflicts_of`.
        lang: ``en`` or ``zh``.
    """

    def __init__(
        self, names: Names, statements: Statements, conflicts: Mapping[str, Sequence[Conflict]], lang: str
    ) -> None:
        self.naming = Naming(names, statements, lang)
        self.claims = Claims(names, statements, self.naming)
        self._names = names
        self._statements = statements
        self._conflicts = conflicts
        self._lang = lang

    def profile(self, iri: str) -> Profile:
        """What the page of a thing tells.

        Args:
            iri: Its IRI.
        """
        said = self._statements.said.get(iri, {})
        values = self.naming.values
        is_claim = kind_of(iri) == "claim"
        parents, inherited = self._inherited(iri)
        return Profile(
            title=self.title(iri),
            other=self._other(iri),
            classes=tuple(values(said.get(RDF + "type", ()))),
            definition=tuple(values(said.get(SKOS + "definition", ()))),
            notes=tuple(values(said.get(SKOS + "editorialNote", ()))),
            aliases=tuple(
                self.naming.value(term) for term in _by_language(said.get(SKOS + "altLabel", ()), self._lang)
            ),
            facts=tuple(
                (self.naming.thing(predicate), tuple(values(terms)))
                for predicate, terms in sorted(said.items(), key=lambda item: _place(item[0]))
                if predicate not in _TOLD_ELSEWHERE
            ),
            conflicts=tuple(map(self._sides, self._differing(iri))),
            claims=() if is_claim else tuple(self.claims.by_kind(self._statements.about.get(iri, []))),
            parents=parents,
            inherited=inherited,
            mentions=tuple(self._mentions(iri)),
            linked=tuple(self._linked(iri)),
        )

    def title(self, iri: str) -> str:
        """What a thing is called in a heading."""
        return self.claims.title(iri) if kind_of(iri) == "claim" else self.naming.label(iri)

    def _other(self, iri: str) -> str:
        entry = self._names.entry(iri)
        if entry is None:
            return ""
        other = entry.label if self._lang == "zh" else entry.zh
        return "" if other == self.naming.label(iri) else other

    def _differing(self, iri: str) -> list[Conflict]:
        """The conflicts about a thing or one of its variants, or in which a claim stands."""
        users = self._statements.users.get(iri, ())
        variants = [subject for subject, predicate in users if predicate == NS + "isVariantOf"]
        return [conflict for thing in (iri, *variants) for conflict in self._conflicts.get(thing, ())]

    def _sides(self, conflict: Conflict) -> tuple[Shown | None, tuple[Row, ...]]:
        property_ = self.naming.thing(conflict.property) if conflict.property else None
        return property_, tuple(self.claims.rows(conflict.claims))

    def _inherited(self, iri: str) -> tuple[tuple[Shown, ...], tuple[tuple[Shown, tuple[Shown, ...]], ...]]:
        """What a thing has of its family: what follows of it and no claim about it says."""
        said = self._statements.said
        parents = [*said.get(iri, {}).get(NS + "isVariantOf", ()), *said.get(iri, {}).get(NS + "isCheckpointOf", ())]
        if not parents:
            return (), ()
        own = {
            term
            for claim in self._statements.about.get(iri, ())
            for terms in said.get(claim, {}).values()
            for term in terms
        }
        left = {
            predicate: [term for term in terms if term not in own]
            for predicate, terms in self._statements.derived.get(iri, {}).items()
            if predicate not in _NOT_INHERITED
        }
        found = tuple(
            (self.naming.thing(predicate), tuple(self.naming.values(terms)))
            for predicate, terms in left.items()
            if terms
        )
        return tuple(self.naming.values(parents)), found

    def _mentions(self, iri: str) -> list[Group]:
        groups = shown_claims(self._statements, iri)
        totals: dict[str, int] = {}
        for claim, roles in self._statements.mentions.get(iri, {}).items():
            if claim != iri:
                totals[roles[0]] = totals.get(roles[0], 0) + 1
        return [
            Group(
                Shown(self._role(role)),
                tuple(self.claims.rows(claims)),
                len(claims) if len(claims) < _most(iri) else totals[role],
            )
            for role, claims in groups.items()
            if role
        ]

    def _linked(self, iri: str) -> list[Linked]:
        groups: dict[str, list[str]] = {}
        for subject, predicate in self._statements.users.get(iri, ()):
            groups.setdefault(predicate, []).append(subject)
        return [
            Linked(self._role(predicate), tuple(map(self.naming.thing, subjects[: _most(iri)])), len(subjects))
            for predicate, subjects in groups.items()
        ]

    def _role(self, predicate: str) -> str:
        if predicate in ROLES:
            return ROLES[predicate][self._lang == "zh"]
        label = self.naming.label(predicate)
        return f"作为“{label}”" if self._lang == "zh" else f"As “{label}”"


def _place(predicate: str) -> tuple[int, str]:
    """Where a fact stands: what is said first, who says it last, all else between."""
    if predicate in _FIRST:
        return -1, str(_FIRST.index(predicate))
    return (1, str(_LAST.index(predicate))) if predicate in _LAST else (0, predicate)


def _by_language(terms: Sequence[Term], lang: str) -> list[Term]:
    """Names, those in a language first."""
    return sorted(terms, key=lambda term: not (isinstance(term, px.Literal) and term.language == lang))
