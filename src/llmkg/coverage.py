"""How much the graph says about each family, how far it can be relied on, and what it does not say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from llmkg.queries import run
from llmkg.tables import table_text
from llmkg.terms import NS, shrink

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.store import Store, Term

__all__ = ["COLUMNS", "KINDS", "THIN", "FamilyCoverage", "measure", "page", "rows"]

KINDS: Final = ("dates", "sizes", "techniques", "lineage", "training", "results", "access", "risks", "other")
"""Kinds of claims, as the report counts them."""

THIN: Final = 20
"""A family with fewer claims than this is called thin."""

COLUMNS: Final[tuple[str, ...]] = ("family", "claims", *KINDS, "primary", "reviewed", "unknown", "withheld")
"""Columns of ``stats --coverage``; primary and reviewed are percentages of the claims."""

_KIND_OF_CLASS: Final = {
    "TechniqueAdoption": "techniques",
    "Derivation": "lineage",
    "TrainingRun": "training",
    "BenchmarkResult": "results",
    "Comparison": "results",
    "Availability": "access",
    "Implementation": "access",
    "RiskDisclosure": "risks",
    "Mitigation": "risks",
}
_KIND_OF_PROPERTY: Final = {
    **dict.fromkeys(("announcedOn", "paperPublishedOn", "apiReleasedOn", "weightsReleasedOn", "retiredOn"), "dates"),
    **dict.fromkeys(("isTrainedOn", "isTrainedOnDataKind", "isTrainedOnModality", "isTrainedWith"), "training"),
    **dict.fromkeys(("trainingDataCutoff", "batchTokenCount", "learningRate"), "training"),
    **dict.fromkeys(("evaluatedTaskCount", "isEvaluatedOn", "isEvaluatedOnTask"), "results"),
    "limitation": "risks",
}
_SIZES: Final = ("Count", "Width", "Size", "Length", "parametersPerExpert")


@dataclass(frozen=True, slots=True)
class FamilyCoverage:
    """What the graph says about one family with its variants and checkpoints.

    Attributes:
        family: Its IRI.
        kinds: How many claims there are of each of :data:`KINDS`.
        primary: How many of them the developer states, or who measured.
        read: How many claims were kept in a second reading by somebody else.
        reviewed_on: Day of the last such reading; empty without one.
        unknown: Properties that people ask about first and no accepted claim gives, without those withheld.
        withheld: Those of them that the developer is known to keep back.
    """

    family: str
    kinds: Mapping[str, int] = field(default_factory=dict)
    primary: int = 0
    read: int = 0
    reviewed_on: str = ""
    unknown: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return sum(self.kinds.values())

    @property
    def reviewed(self) -> int:
        """How many of today's claims were read again: what was added since does not count."""
        return min(self.read, self.claims)


def measure(store: Store, catalogue: Catalogue) -> list[FamilyCoverage]:
    """The coverage of every family, the one with most claims first.

    Args:
        store: The graph.
        catalogue: The saved questions; ``provenance/coverage``, ``reviews`` and ``gaps`` are asked.

    >>> import llmkg
    >>> graph = llmkg.load()
    >>> next(each.primary for each in measure(graph.store, graph.catalogue) if each.family.endswith("/gpt-3")) > 100
    True
    """
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in _rows(store, catalogue, "provenance/coverage"):
        facts, count = found[row["family"]], int(row["count"])
        kinds = facts.setdefault("kinds", dict.fromkeys(KINDS, 0))
        kinds[_kind(row["type"], row["property"])] += count
        facts["primary"] = facts.get("primary", 0) + count * (row["primary"] == "true")
    for row in _rows(store, catalogue, "provenance/reviews"):  # in the order of days: the last one counts
        found[row["family"]].update(read=int(row["read"]), reviewed_on=row["reviewedOn"])
    for row in _rows(store, catalogue, "provenance/gaps"):
        group = "withheld" if row["claim"] else "unknown"
        known = found[row["family"]].get(group, ())
        found[row["family"]][group] = tuple(dict.fromkeys((*known, row["unknown"])))
    families = [FamilyCoverage(family, **facts) for family, facts in found.items()]
    return sorted(families, key=lambda each: (-each.claims, each.family))


def rows(coverage: Iterable[FamilyCoverage], names: Names) -> list[list[str]]:
    """The coverage of families as rows of :data:`COLUMNS`."""
    return [
        [
            shrink(each.family),
            str(each.claims),
            *(str(each.kinds.get(kind, 0)) for kind in KINDS),
            _percent(each.primary, each.claims),
            _percent(each.reviewed, each.claims),
            ", ".join(map(names.label, each.unknown)),
            ", ".join(map(names.label, each.withheld)),
        ]
        for each in coverage
    ]


def page(coverage: Sequence[FamilyCoverage], names: Names, *, format_: str, width: int = 0) -> str:
    """The coverage of families for a person, closing with what is thin.

    Args:
        coverage: What was measured.
        names: Labels.
        format_: ``table`` or ``md``.
        width: Columns of the terminal; 0 for as wide as it gets.
    """
    table = table_text(COLUMNS, rows(coverage, names), format_, width=width)
    claims = sum(each.claims for each in coverage)
    primary, read = sum(each.primary for each in coverage), sum(each.reviewed for each in coverage)
    thin = [shrink(each.family).partition(":")[2] for each in coverage if each.claims < THIN]
    unread = [shrink(each.family).partition(":")[2] for each in coverage if not each.reviewed_on]
    shares = (
        f"{_percent(primary, claims)} % from primary sources, {_percent(read, claims)} % read again by somebody else"
    )
    lines = [
        f"{claims:,} claims about {len(coverage)} families: {shares}.",
        f"Fewer than {THIN} claims: {', '.join(thin) or 'none'}.",
        f"Never read again: {', '.join(unread) or 'none'}.",
    ]
    return table + "\n" + "\n".join(lines) + "\n"


def _rows(store: Store, catalogue: Catalogue, question: str) -> Iterable[dict[str, str]]:
    for row in run(store, catalogue[question]).records():
        yield {name: _text(term) for name, term in row.items()}


def _text(term: Term | None) -> str:
    return "" if term is None else term.value


def _kind(class_: str, property_: str) -> str:
    name = property_.removeprefix(NS)
    if name in _KIND_OF_PROPERTY:
        return _KIND_OF_PROPERTY[name]
    if name.endswith(_SIZES):
        return "sizes"
    return _KIND_OF_CLASS.get(class_.removeprefix(NS), "other")


def _percent(part: int, whole: int) -> str:
    return str(round(100 * part / whole)) if whole else "0"
