"""The best result on a benchmark over time, by setting, with who measured each."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

import pyoxigraph as px

from llmkg.lineage import about, members
from llmkg.queries import run
from llmkg.statuses import accepted_statuses
from llmkg.terms import kind_of
from llmkg.views.naming import Named, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmkg.catalogue import Catalogue
    from llmkg.names import Names
    from llmkg.store import Store, Term

__all__ = ["Frontier", "Party", "Point", "frontier"]

Party = Literal["first", "third", "secondary"]
"""Who measured: the developer, somebody else, or it is known at second hand only."""

_PARTIES: Final[dict[str, Party]] = {
    "stated-by-developer": "first",
    "measured-by-third-party": "third",
    "reported-by-secondary-source": "secondary",
}


@dataclass(frozen=True)
class Point:
    """A result.

    Attributes:
        model: What was measured.
        value: The result, in the unit of its metric.
        published: When the source came out, as it gives it; or when the model did, if that was later: some sources grow.
        setting: What the model was given before the test; without an IRI if the source does not say.
        shots: How many solved examples it was given; -1 if the source does not say.
        prompting: How it was asked; without an IRI if the source does not say.
        party: Who measured.
        measured_by: The organisation that measured, where that is said.
        claim: IRI of the claim.
        status: IRI of how sure it is.
        source: Who says it.
        locator: Where in the source.
        is_best: Whether no result in the same setting published by then is as good.
    """

    model: Named
    value: Decimal
    published: str
    setting: Named
    shots: int
    prompting: Named
    party: Party
    measured_by: Named
    claim: str
    status: str
    source: Named
    locator: str
    is_best: bool = False


@dataclass(frozen=True)
class Frontier:
    """Results on a benchmark in one metric.

    Attributes:
        benchmark: The benchmark.
        metric: What the values are of.
        unit: Their unit; without an IRI where they have none.
        higher_is_better: Whether a higher value is a better one.
        points: By date.
        undated: How many results were left out because their source has no date.
    """

    benchmark: Named
    metric: Named
    unit: Named
    higher_is_better: bool
    points: tuple[Point, ...]
    undated: int = 0

    def record(self) -> dict[str, Any]:
        """The results as plain data."""
        return {
            "benchmark": self.benchmark.iri,
            "metric": self.metric.iri,
            "unit": self.unit.iri or None,
            "higherIsBetter": self.higher_is_better,
            "points": [asdict(point) | {"value": float(point.value)} for point in self.points],
        }


def frontier(  # noqa: PLR0913 - what may be chosen of results
    store: Store, catalogue: Catalogue, names: Names, benchmark: str, *, metric: str = "", as_of: str = ""
) -> Frontier:
    """How the best result on a benchmark moved.

    Baselines and claims that the preference policy does not accept are left out.

    Args:
        store: The store.
        catalogue: The saved questions.
        names: What everything is called.
        benchmark: IRI of the benchmark.
        metric: IRI of the metric; empty for that of most results.
        as_of: A day; only results published by then count. Empty for all.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> best = [point for point in frontier(kg.store, kg.catalogue, kg.names, kg["gsm8k"].iri).points if point.is_best]
    >>> best[0].model.label, best[0].published
    ('PaLM 540B', '2022-04-05')
    """
    question = catalogue["evaluation/results-on"]
    accepted = accepted_statuses(store, catalogue)
    rows = [
        row
        for row in run(store, question, {"benchmark": [px.NamedNode(benchmark)]}).records()
        if _text(row["status"]) in accepted and kind_of(_text(row["evaluated"])) != "baseline"
    ]
    counted = Counter(_text(row["metric"]) for row in rows)
    metric = metric or min(counted, key=lambda iri: (-counted[iri], iri), default="")
    rows = [row for row in rows if _text(row["metric"]) == metric]
    dates = _dates(store, catalogue, {_text(row[end]) for row in rows for end in ("source", "evaluated")})
    points = [_point(names, row, dates) for row in rows if _text(row["source"]) in dates]
    kept = [point for point in points if not as_of or point.published <= as_of]
    unit, higher = _scale(store, catalogue, benchmark, metric)
    return Frontier(
        named(names, benchmark),
        named(names, metric),
        named(names, unit),
        higher,
        tuple(_marked(kept, higher_is_better=higher)),
        len(rows) - len(points),
    )


def _dates(store: Store, catalogue: Catalogue, things: set[str]) -> dict[str, str]:
    """The earliest date known of each thing; of a size without one, that of its family."""
    family = dict(members(store, catalogue, "member", things))
    rows = about(store, catalogue, "lineage/dates", "thing", things | set(family.values()))
    known = {_text(row["node"]): _text(row["date"]) for row in rows}
    return {size: known[whole] for size, whole in family.items() if whole in known} | known


def _point(names: Names, row: dict[str, Term | None], dates: dict[str, str]) -> Point:
    return Point(
        model=named(names, _text(row["evaluated"])),
        value=Decimal(_text(row["value"])),
        published=max(dates[_text(row["source"])], dates.get(_text(row["evaluated"]), "")),
        setting=named(names, _text(row["setting"])),
        shots=int(_text(row["shots"]) or -1),
        prompting=named(names, _text(row["promptedWith"])),
        party=_PARTIES.get(_text(row["status"]).rpartition("/")[2], "secondary"),
        measured_by=named(names, _text(row["measuredBy"])),
        claim=_text(row["claim"]),
        status=_text(row["status"]),
        source=named(names, _text(row["source"])),
        locator=_text(row["locator"]),
    )


def _marked(points: Iterable[Point], *, higher_is_better: bool) -> list[Point]:
    """Points by date, those that were the best of their setting marked; of equal ones the first."""
    sign = -1 if higher_is_better else 1
    best: dict[str, Decimal] = {}
    marked = []
    for point in sorted(points, key=lambda point: (point.published, sign * point.value, point.model.iri, point.claim)):
        is_best = point.setting.iri not in best or sign * point.value < sign * best[point.setting.iri]
        if is_best:
            best[point.setting.iri] = point.value
        marked.append(replace(point, is_best=is_best))
    return marked


def _scale(store: Store, catalogue: Catalogue, benchmark: str, metric: str) -> tuple[str, bool]:
    """The unit of a metric, and whether more of it is better."""
    rows: Sequence[dict[str, Term | None]] = [
        row
        for row in run(store, catalogue["evaluation/benchmarks"]).records()
        if _text(row["benchmark"]) == benchmark and _text(row["metric"]) == metric
    ]
    first = rows[0] if rows else {"unit": None, "higherIsBetter": None}
    return _text(first["unit"]), _text(first["higherIsBetter"]) != "false"


def _text(term: Term | None) -> str:
    return term.value if term is not None else ""
