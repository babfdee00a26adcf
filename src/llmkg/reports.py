"""What ``show``, ``lineage`` and ``stats`` say to a person, and the rows behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmkg.entities import in_words
from llmkg.tables import table_text
from llmkg.terms import PREFIXES, STRATA, kind_of, shrink

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from llmkg.adoptions import Adoption
    from llmkg.entities import Claim, Entity
    from llmkg.lineage import Edge
    from llmkg.names import Names
    from llmkg.store import Term
    from llmkg.walks import Lineage

__all__ = ["CLAIM_COLUMNS", "EDGE_COLUMNS", "claim_rows", "edge_rows", "entity_page", "lineage_page", "stats_rows"]

CLAIM_COLUMNS: Final[tuple[str, ...]] = (
    "claim",
    "type",
    "about",
    "property",
    "value",
    "label",
    "unit",
    "qualifiers",
    "status",
    "source",
    "locator",
)
"""Columns of ``show`` as TSV and CSV."""

EDGE_COLUMNS: Final[tuple[str, ...]] = (
    "from",
    "to",
    "stratum",
    "relation",
    "technique",
    "claim",
    "status",
    "source",
    "locator",
)
"""Columns of ``lineage`` as TSV and CSV."""

_TITLES: Final = {
    "Claim": "Facts",
    "TechniqueAdoption": "Techniques",
    "TechniqueOrigin": "Introduced",
    "Derivation": "Derived from",
    "BenchmarkResult": "Results",
    "Comparison": "Comparisons",
    "TrainingRun": "Training",
    "RiskDisclosure": "Risks",
    "Mitigation": "Mitigations",
    "Availability": "Availability",
    "Implementation": "Implementations",
    "Reception": "Reception",
    "Withholding": "Withheld",
    "OrganizationChange": "History",
}
_HIDDEN: Final = {"readIn", "editorialNote"}
"""Qualifiers that a page leaves to the other forms."""
_RELATIONS: Final = {"adoptedFrom": "from", "introducedIn": "introduced by", "replaces": "replaces"}


def claim_rows(entity: Entity, names: Names) -> list[list[str]]:
    """The claims as rows of :data:`CLAIM_COLUMNS`, IRIs as prefixed names."""
    return [
        [
            shrink(claim.iri),
            claim.type,
            shrink(claim.about),
            _property(claim.property),
            shrink(claim.value.value),
            claim.label,
            claim.unit,
            _qualifiers(claim.qualifiers, names),
            claim.status.rpartition("/")[2],
            shrink(claim.source),
            claim.locator,
        ]
        for claim in entity.claims
    ]


def entity_page(entity: Entity, names: Names, *, format_: str, width: int = 0) -> str:
    """An entity and its claims, grouped, for a person.

    Args:
        entity: What to show.
        names: Labels.
        format_: ``table`` or ``md``.
        width: Columns of the terminal; 0 for as wide as it gets.
    """
    entry = entity.entry
    label = entry.label if entry.zh in {"", entry.label} else f"{entry.label} · {entry.zh}"
    head = [f"{label}  ({entry.kind}, {shrink(entry.iri)})"]
    if entry.aliases:
        head.append(f"Also called {', '.join(entry.aliases)}")
    parts = ["\n".join(head) + "\n"]
    groups: dict[tuple[bool, str, str], list[Claim]] = {}
    for claim in entity.claims:
        mentions = _is_mention(claim, entity)
        groups.setdefault((mentions, "" if mentions else claim.about, claim.type), []).append(claim)
    for (mentions, about, type_), claims in sorted(groups.items(), key=lambda item: _group_order(item[0], entry.iri)):
        title = _TITLES[type_]
        if mentions:
            title = f"Mentioned in: {title.lower()}"
        elif about != entry.iri:
            title = f"{title} of {names.label(about)}"
        rows = [_page_row(claim, names, with_subject=mentions) for claim in claims]
        columns = [*(["of"] if mentions else []), "what", "value", "more", "who says so, where", "status"]
        heading = f"## {title}\n\n" if format_ == "md" else f"{title}\n"
        parts.append(heading + table_text(columns, rows, format_, width=width))
    return "\n".join(parts)


def lineage_page(
    lineage: Lineage, adopted: Iterable[Adoption], without_model: Sequence[Adoption], names: Names, *, width: int = 0
) -> str:
    """Where a thing came from and what came from it, for a person.

    Args:
        lineage: The lineage.
        adopted: Adoptions, to say of the techniques taken who introduced them.
        without_model: Adoptions by the thing that name no earlier model.
        names: Labels.
        width: Columns of the terminal; 0 for as wide as it gets.
    """
    name = names.label(lineage.root)
    introduced = {adoption.claim: adoption.introduced_in for adoption in adopted}
    parts = []
    if lineage.up:
        parts.append(
            f"What {name} took, and from whom\n" + _edge_table(lineage.root, lineage.up, introduced, names, width)
        )
    if without_model:
        rows = [
            [
                names.label(adoption.technique),
                names.label(adoption.introduced_in) if adoption.introduced_in else "",
                f"{names.label(adoption.source)}, {adoption.locator}",
                names.label(adoption.status).lower(),
            ]
            for adoption in without_model
        ]
        columns = ["what", "introduced by", "who says so, where", "status"]
        parts.append(
            f"What {name} uses without naming an earlier model\n" + table_text(columns, rows, "table", width=width)
        )
    if lineage.down:
        parts.append(f"What came from {name}\n" + _edge_table(lineage.root, lineage.down, introduced, names, width))
    return "\n".join(parts)


def edge_rows(lineage: Lineage) -> list[list[str]]:
    """The edges as rows of :data:`EDGE_COLUMNS`, IRIs as prefixed names."""
    return [
        [
            shrink(edge.child),
            shrink(edge.parent),
            edge.stratum,
            _property(edge.relation),
            shrink(edge.technique),
            shrink(edge.claim),
            edge.status.rpartition("/")[2],
            shrink(edge.source),
            edge.locator,
        ]
        for edge in dict.fromkeys((*lineage.up, *lineage.down))
    ]


def _edge_table(root: str, edges: Iterable[Edge], introduced: Mapping[str, str], names: Names, width: int) -> str:
    """Edges for a person: the root is not repeated on every line, nor a column that is empty."""
    rows = []
    for edge in sorted(dict.fromkeys(edges), key=lambda edge: STRATA.index(edge.stratum)):
        origin = introduced.get(edge.claim, "")
        what = names.label(edge.technique or edge.relation)
        rows.append(
            [
                edge.stratum,
                what if edge.child == root else f"{names.label(edge.child)}: {what}",
                "" if edge.parent == root else names.label(edge.parent),
                names.label(origin) if origin else "",
                f"{names.label(edge.source)}, {edge.locator}",
                names.label(edge.status).lower(),
            ]
        )
    columns = ["stratum", "what", "from", "introduced by", "who says so, where", "status"]
    kept = [place for place, _ in enumerate(columns) if any(row[place] for row in rows)]
    return table_text(
        [columns[place] for place in kept], [[row[place] for place in kept] for row in rows], "table", width=width
    )


def _is_mention(claim: Claim, entity: Entity) -> bool:
    """Whether a claim is not the entity itself, and about something else than it, its variants and its checkpoints."""
    return claim.about not in entity.members and claim.iri != entity.entry.iri


def _page_row(claim: Claim, names: Names, *, with_subject: bool) -> list[str]:
    value = f"{claim.label} {names.label(PREFIXES['unit'] + claim.unit)}" if claim.unit else claim.label
    more = {name: terms for name, terms in claim.qualifiers.items() if name not in _HIDDEN}
    evidence = f"{names.label(claim.source)}, {claim.locator}"
    row = [names.label(claim.property), value, _qualifiers(more, names), evidence, names.label(claim.status).lower()]
    return [names.label(claim.about), *row] if with_subject else row


def _qualifiers(qualifiers: Mapping[str, tuple[Term, ...]], names: Names) -> str:
    shown = []
    for name, terms in qualifiers.items():
        values = ", ".join(in_words(term, names).removesuffix(".") for term in terms)
        shown.append(f"{_RELATIONS.get(name, name)} {values}" if name in _RELATIONS else f"{name}: {values}")
    return "; ".join(shown)


def _property(iri: str) -> str:
    return shrink(iri).removeprefix("llmkg:")


def _group_order(group: tuple[bool, str, str], root: str) -> tuple[bool, bool, str, int]:
    mentions, about, type_ = group
    return mentions, about != root, about, list(_TITLES).index(type_)


def stats_rows(counts: Iterable[Sequence[Term | None]], names: Names) -> list[list[str]]:
    """Rows of the saved question ``entities/counts`` (group, thing, count) in words."""
    rows = []
    for group, thing, count in counts:
        what = in_words(thing, names)
        if thing is not None and kind_of(thing.value) == "term":
            what = shrink(thing.value).removeprefix("llmkg:")
        rows.append([in_words(group, names), what, in_words(count, names)])
    return rows
