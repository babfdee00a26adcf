"""Claims as rows of a page: what is said of what, how sure it is, who says it and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from llmkg.entities import claim_records
from llmkg.site.layout import safe_link
from llmkg.terms import BASE, NS, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmkg.entities import Claim
    from llmkg.names import Names
    from llmkg.site.naming import Naming, Shown
    from llmkg.site.statements import Statements

__all__ = ["Claims", "Group", "Row"]

_LEADING: Final = {"BenchmarkResult": "benchmark", "Availability": "licence", "OrganizationChange": "changeKind"}
"""The role that says what the value of a claim of a class is of."""

_UNTOLD: Final = {"readIn", "editorialNote", "contradicts"}
_STATEMENTS: Final = {"Claim", "Derivation"}
_SELF_EVIDENT: Final = {"technique", "value"}


@dataclass(frozen=True, slots=True)
class Row:
    """A claim.

    Attributes:
        claim: Path of its page, without an ending.
        kind: IRI of the property that it gives a value of, or of its class.
        what: The same as a reader sees it.
        about: What it is about.
        role: The role whose value is told, where its kind does not say that; else None.
        leading: What the value is of, as a benchmark; else None.
        value: What is said.
        qualifiers: What else it says.
        notes: Editor's notes.
        status: How sure it is.
        source: Who says it.
        url: Where that can be read.
        locator: Where in the source.
    """

    claim: str
    kind: str
    what: Shown
    about: Shown | None
    role: Shown | None
    leading: Shown | None
    value: Shown
    qualifiers: tuple[tuple[Shown, tuple[Shown, ...]], ...]
    notes: tuple[Shown, ...]
    status: Shown
    source: Shown
    url: str
    locator: str


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that have something in common.

    Attributes:
        title: What that is.
        rows: The claims, or as many as are shown.
        total: How many there are.
    """

    title: Shown
    rows: tuple[Row, ...]
    total: int


class Claims:
    """The claims of a graph, as rows in a language.

    Args:
        names: What everything is called.
        statements: All statements.
        naming: What the language calls things.
    """

    def __init__(self, names: Names, statements: Statements, naming: Naming) -> None:
        self._names = names
        self._statements = statements
        self._naming = naming
        self._rows: dict[str, tuple[Row, ...]] = {}

    def rows(self, claims: Iterable[str]) -> list[Row]:
        """Claims as rows; one with several values of its main role is several.

        Args:
            claims: IRIs of claims.
        """
        found: list[Row] = []
        for claim in claims:
            if claim not in self._rows:
                self._rows[claim] = tuple(map(self._row, self._records(claim)))
            found += self._rows[claim]
        return found

    def title(self, claim: str) -> str:
        """A claim in a line."""
        row = next(iter(self.rows([claim])), None)
        if row is None:
            return self._naming.label(claim)
        colon = "：" if self._naming.lang == "zh" else ": "
        about = f"{row.about.text}{colon}" if row.about else ""
        said = f"{row.what.text}{colon}" if row.role is None else f"{row.role.text}{colon}"
        leading = f"{row.leading.text} " if row.leading else ""
        return f"{about}{said}{leading}{row.value.text}"

    def by_kind(self, claims: Sequence[str]) -> list[Group]:
        """Claims by the property that they give a value of, or by their class, in the order of the alphabet.

        Args:
            claims: IRIs of claims.
        """
        groups: dict[str, list[Row]] = {}
        for row in self.rows(claims):
            groups.setdefault(row.kind, []).append(row)
        naming = self._naming
        ordered = sorted(groups.items(), key=lambda item: (naming.label(item[0]).casefold(), item[0]))
        return [Group(naming.thing(kind), tuple(rows), len(rows)) for kind, rows in ordered]

    def _records(self, claim: str) -> list[Claim]:
        facts = {**self._statements.said.get(claim, {}), **self._statements.derived.get(claim, {})}
        if RDF + "type" not in facts:
            return []
        return claim_records(claim, facts, self._names, lambda iri: self._statements.said.get(iri, {}))

    def _row(self, claim: Claim) -> Row:
        naming, said = self._naming, claim.qualifiers
        leading = _LEADING.get(claim.type, "")
        role = claim.property.removeprefix(NS)
        is_statement = claim.type in _STATEMENTS
        kind = claim.property if is_statement else NS + claim.type
        return Row(
            claim=claim.iri.removeprefix(BASE),
            kind=kind,
            what=naming.thing(kind),
            about=naming.thing(claim.about) if claim.about else None,
            role=None if is_statement or role in _SELF_EVIDENT else naming.thing(claim.property),
            leading=naming.value(said[leading][0]) if said.get(leading) else None,
            value=naming.value(claim.value, claim.unit),
            qualifiers=tuple(
                (naming.thing(f"{NS}{name}"), tuple(naming.values(terms)))
                for name, terms in said.items()
                if name not in _UNTOLD and name != leading and terms[0].value != claim.about
            ),
            notes=tuple(naming.values(said.get("editorialNote", ()))),
            status=naming.thing(claim.status),
            source=naming.thing(claim.source),
            url=self._url(claim.source),
            locator=claim.locator,
        )

    def _url(self, source: str) -> str:
        """Where a source can be read."""
        first = self._statements.first
        arxiv, doi = first(source, NS + "arxivId"), first(source, NS + "doi")
        found = first(source, NS + "url") or (arxiv and f"https://arxiv.org/abs/{arxiv}")
        return safe_link(found or (doi and f"https://doi.org/{doi}"))
