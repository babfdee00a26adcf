"""A made-up graph of any size in the project's own terms, the same for the same seed.

Its shape is that of the Hugging Face model tree: models come one after another, each belongs to a family, and most are made
from an earlier model that is the likelier chosen the more was made from it already, so that bases follow a power law. About
one sixth of all models descend from the most used one. A family states what it uses and from whom it took it; a variant, what it
was made from, its size, its results. The ontology and the vocabularies are the real ones, and what follows from the claims is derived
by the program itself. One model stands for about 50 statements, derived ones included.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.derive import derive
from llmkg.snapshot import read_quads
from llmkg.terms import FILE_GRAPHS, RDF, SKOS, XSD, expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmkg.files import Project

__all__ = ["ontology", "quads", "stated"]

Node = px.NamedNode | px.Literal

FIRST_DAY: Final = date(2018, 1, 1)
DAYS: Final = 3200
NEW_FAMILY: Final = 0.2
HAS_BASE: Final = 0.75
OF_THE_HUB: Final = 0.01
BORROWED: Final = 0.08
WEIGHTS: Final = {
    "llmkg:isFineTunedFrom": 50,
    "llmkg:isQuantizedFrom": 25,
    "llmkg:isAdapterOf": 14,
    "llmkg:isMergedFrom": 5,
    "llmkg:continuesPretrainingOf": 4,
    "llmkg:isDistilledFrom": 2,
}
AMONG_FAMILIES: Final = ("llmkg:hasSameArchitectureAs", "llmkg:succeeds", "llmkg:reusesCodeOf", "llmkg:reimplements")
STATUSES: Final = {
    "status:stated-by-developer": 70,
    "status:reported-by-secondary-source": 20,
    "status:inferred": 5,
    "status:unconfirmed": 5,
}


def ontology(project: Project) -> list[px.Quad]:
    """The ontology, its vocabularies and its alignments."""
    return [quad for quad in read_quads(project) if str(quad.graph_name).startswith(f"<{FILE_GRAPHS}ontology/")]


def quads(project: Project, models: int, seed: int) -> list[px.Quad]:
    """The ontology, what is made up, and what follows from both.

    Args:
        project: Where the ontology is.
        models: How many families and variants together.
        seed: What chance begins with.
    """
    terms = ontology(project)
    result = [*terms, *stated(terms, models, seed)]
    return [*result, *derive(result)]


def stated(terms: list[px.Quad], models: int, seed: int) -> Iterator[px.Quad]:
    """What is made up: things, sources, claims. See :func:`quads`."""
    graph = _Graph(terms, models, random.Random(seed))  # noqa: S311 - no secret
    yield from graph.surroundings()
    for number in range(models):
        yield from graph.model(number)


@dataclass
class _Family:
    iri: px.NamedNode
    file: px.NamedNode
    source: px.NamedNode
    day: date


@dataclass
class _Graph:
    """What was made up so far, as far as later models refer to it."""

    terms: list[px.Quad]
    models: int
    chance: random.Random
    families: list[_Family] = field(default_factory=list)
    bases: list[px.NamedNode] = field(default_factory=list)
    borrowed_from: list[px.NamedNode] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.schemes: dict[str, list[px.NamedNode]] = {}
        for quad in self.terms:
            if (
                quad.predicate.value == SKOS + "inScheme"
                and isinstance(quad.subject, px.NamedNode)
                and isinstance(quad.object, px.NamedNode)
            ):
                self.schemes.setdefault(quad.object.value.rpartition("/")[2], []).append(quad.subject)
        self.organizations = _numbered("org", max(self.models // 100, 5))
        self.benchmarks = _numbered("benchmark", 200)
        self.datasets = _numbered("dataset", max(self.models // 50, 10))
        self.hardware = _numbered("hardware", 20)
        self.products = _numbered("product", max(self.models // 500, 5))

    def surroundings(self) -> Iterator[px.Quad]:
        """Organisations, benchmarks, data sets, machines, products, and who introduced the techniques."""
        file = _n("source:x-surroundings")
        for kind, things in (
            ("llmkg:Organization", self.organizations),
            ("llmkg:Benchmark", self.benchmarks),
            ("llmkg:Dataset", self.datasets),
            ("llmkg:Hardware", self.hardware),
            ("llmkg:Product", self.products),
        ):
            for thing in things:
                yield from _thing(file, thing, kind)
        for benchmark in self.benchmarks:
            yield px.Quad(benchmark, _n("llmkg:hasMetric"), self.concept("metric"), file)
            yield px.Quad(benchmark, _n("llmkg:hasTask"), self.concept("task"), file)
        for number, technique in enumerate(self.schemes["technique"]):
            source = _n(f"source:x-origin-{number}")
            day = FIRST_DAY - timedelta(days=self.chance.randrange(2000))
            yield from self.paper(file, source, day)
            yield from self.claim(
                file,
                f"origin-{number}",
                "llmkg:TechniqueOrigin",
                source,
                {"llmkg:technique": technique, "llmkg:introducedIn": source, "llmkg:introducedOn": _day(day)},
            )

    def model(self, number: int) -> Iterator[px.Quad]:
        """The next model: the first of a new family, or one more variant of a family that is there."""
        if not self.families or self.chance.random() < NEW_FAMILY:
            yield from self.family(number)
        else:
            yield from self.variant(number, self.chance.choice(self.families[-200:]))

    def family(self, number: int) -> Iterator[px.Quad]:
        iri, source = _n(f"family:x-{number}"), _n(f"source:x-{number}")
        file = px.NamedNode(f"{FILE_GRAPHS}graph/families/x-{number}")
        day = FIRST_DAY + timedelta(days=number * DAYS // self.models)
        family = _Family(iri, file, source, day)
        yield from _thing(file, iri, "llmkg:ModelFamily")
        yield from self.paper(file, source, day)
        facts: list[tuple[str, Node]] = [
            ("llmkg:developedBy", self.often(self.organizations)),
            ("llmkg:announcedOn", _day(day)),
            ("llmkg:isOfModelType", self.concept("modeltype")),
        ]
        for predicate, value in facts:
            yield from self.fact(family, f"{number}-{predicate[6:]}", iri, predicate, value)
        for technique in dict.fromkeys(self.concept("technique") for _ in range(4)):
            adoption: dict[str, Node] = {"llmkg:adopter": iri, "llmkg:technique": technique}
            if self.borrowed_from and self.chance.random() < BORROWED:
                adoption["llmkg:adoptedFrom"] = self.lender()
            if self.chance.random() < 0.4:
                adoption["llmkg:modification"] = px.Literal(f"Changed in model {number}.", language="en")
            name = f"{number}-{technique.value.rpartition('/')[2]}"
            yield from self.claim(file, name, "llmkg:TechniqueAdoption", source, adoption)
        if self.families and self.chance.random() < 0.1:
            relation = self.chance.choice(AMONG_FAMILIES)
            yield from self.derivation(family, f"{number}-same", iri, relation, self.chance.choice(self.families).iri)
        if self.chance.random() < 0.02:
            product = self.chance.choice(self.products)
            yield from self.derivation(family, f"{number}-product", product, "llmkg:isPoweredBy", iri)
        if self.chance.random() < 0.2:
            yield from self.risks(family, number)
        self.families.append(family)
        self.bases.append(iri)
        self.borrowed_from.append(iri)

    def variant(self, number: int, family: _Family) -> Iterator[px.Quad]:
        iri, file = _n(f"model:x-{number}"), family.file
        yield from _thing(file, iri, "llmkg:ModelVariant")
        yield px.Quad(iri, _n("llmkg:isVariantOf"), family.iri, file)
        if self.chance.random() < HAS_BASE:
            relation = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            for base in dict.fromkeys(self.base() for _ in range(2 if relation == "llmkg:isMergedFrom" else 1)):
                name = f"{number}-{base.value.rpartition('/')[2]}"
                yield from self.derivation(family, name, iri, relation, base)
                self.bases.append(base)
        size = self.chance.choice((1, 3, 7, 8, 13, 32, 70)) * 10**9
        yield from self.fact(family, f"{number}-size", iri, "llmkg:parameterCount", _integer(size))
        if self.chance.random() < 0.95:
            result: dict[str, Node] = {
                "llmkg:evaluated": iri,
                "llmkg:benchmark": self.often(self.benchmarks),
                "llmkg:metric": self.concept("metric"),
                "llmkg:setting": self.concept("setting"),
                "llmkg:value": px.Literal(f"{self.chance.randrange(10, 99)}.5", datatype=px.NamedNode(XSD + "decimal")),
            }
            yield from self.claim(file, f"{number}-result", "llmkg:BenchmarkResult", family.source, result)
        if self.chance.random() < 0.3:
            run: dict[str, Node] = {
                "llmkg:trained": iri,
                "llmkg:trainedOn": self.often(self.datasets),
                "llmkg:hardware": self.chance.choice(self.hardware),
                "llmkg:tokenCount": _integer(size * 20),
            }
            yield from self.claim(file, f"{number}-run", "llmkg:TrainingRun", family.source, run)
        if self.chance.random() < 0.6:
            access: dict[str, Node] = {
                "llmkg:available": iri,
                "llmkg:access": self.concept("access"),
                "llmkg:artefact": self.concept("artefact"),
                "llmkg:licence": self.concept("licence"),
            }
            yield from self.claim(file, f"{number}-weights", "llmkg:Availability", family.source, access)
        if self.chance.random() < 0.1:
            comparison: dict[str, Node] = {
                "llmkg:compared": iri,
                "llmkg:baseline": self.chance.choice(self.bases),
                "llmkg:outcome": self.concept("outcome"),
            }
            yield from self.claim(file, f"{number}-against", "llmkg:Comparison", family.source, comparison)
        self.bases.append(iri)

    def risks(self, family: _Family, number: int) -> Iterator[px.Quad]:
        risk = self.concept("risk")
        exposure: dict[str, Node] = {"llmkg:exposed": family.iri, "llmkg:risk": risk}
        yield from self.claim(family.file, f"{number}-risk", "llmkg:RiskDisclosure", family.source, exposure)
        measure: dict[str, Node] = {
            "llmkg:mitigated": family.iri,
            "llmkg:mitigates": risk,
            "llmkg:measure": self.concept("mitigation"),
        }
        yield from self.claim(family.file, f"{number}-measure", "llmkg:Mitigation", family.source, measure)

    def base(self) -> px.NamedNode:
        """What a model is made from: the hub now and then, else a model by how often it was taken already."""
        return self.bases[0] if self.chance.random() < OF_THE_HUB else self.chance.choice(self.bases)

    def lender(self) -> px.NamedNode:
        """Whom a technique is taken from: a family by how often others took from it already."""
        lender = self.chance.choice(self.borrowed_from)
        self.borrowed_from.append(lender)
        return lender

    def concept(self, scheme: str) -> px.NamedNode:
        """A concept of a scheme; few are named often, many seldom."""
        return self.often(self.schemes[scheme])

    def often(self, things: list[px.NamedNode]) -> px.NamedNode:
        """One of several things, the first ones more often (by Zipf's law)."""
        return self.chance.choices(things, cum_weights=_zipf(len(things)))[0]

    def paper(self, file: px.NamedNode, source: px.NamedNode, day: date) -> Iterator[px.Quad]:
        yield from _thing(file, source, "llmkg:Source")
        name = source.value.rpartition("/")[2]
        facts: list[tuple[str, Node]] = [
            ("dcterms:issued", _day(day)),
            ("dcterms:title", px.Literal(f"Report {name}", language="en")),
            ("llmkg:authorNames", px.Literal(f"Authors of {name}")),
            ("llmkg:sourceKind", self.concept("sourcekind")),
            ("llmkg:publishedBy", self.often(self.organizations)),
        ]
        for predicate, value in facts:
            yield px.Quad(source, _n(predicate), value, file)

    def fact(self, family: _Family, name: str, subject: px.NamedNode, predicate: str, value: Node) -> Iterator[px.Quad]:
        facts = {"rdf:subject": subject, "rdf:predicate": _n(predicate), "rdf:object": value}
        yield from self.claim(family.file, name, "llmkg:Claim", family.source, facts)

    def derivation(
        self, family: _Family, name: str, child: px.NamedNode, relation: str, parent: px.NamedNode
    ) -> Iterator[px.Quad]:
        facts: dict[str, Node] = {"rdf:subject": child, "rdf:predicate": _n(relation), "rdf:object": parent}
        yield from self.claim(family.file, f"{name}-from", "llmkg:Derivation", family.source, facts)

    def claim(
        self, file: px.NamedNode, name: str, kind: str, source: px.NamedNode, facts: dict[str, Node]
    ) -> Iterator[px.Quad]:
        iri = _n(f"claim:x-{name}")
        yield px.Quad(iri, _n("rdf:type"), _n(kind), file)
        for predicate, value in facts.items():
            yield px.Quad(iri, _n(predicate), value, file)
        status = self.chance.choices(list(STATUSES), list(STATUSES.values()))[0]
        yield px.Quad(iri, _n("llmkg:status"), _n(status), file)
        yield px.Quad(iri, _n("llmkg:source"), source, file)
        yield px.Quad(iri, _n("llmkg:locator"), px.Literal(f"Section {self.chance.randrange(1, 9)}"), file)


def _thing(file: px.NamedNode, iri: px.NamedNode, kind: str) -> Iterator[px.Quad]:
    yield px.Quad(iri, px.NamedNode(RDF + "type"), _n(kind), file)
    label = iri.value.rpartition("/")[2]
    yield px.Quad(iri, px.NamedNode(SKOS + "prefLabel"), px.Literal(f"Thing {label}", language="en"), file)


def _numbered(prefix: str, count: int) -> list[px.NamedNode]:
    return [_n(f"{prefix}:x-{number}") for number in range(count)]


@cache
def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


@lru_cache(maxsize=4096)
def _n(name: str) -> px.NamedNode:
    """A prefixed name as a node."""
    return px.NamedNode(expand(name) or name)


def _day(day: date) -> px.Literal:
    return px.Literal(day.isoformat(), datatype=px.NamedNode(XSD + "date"))


def _integer(number: int) -> px.Literal:
    return px.Literal(str(number), datatype=px.NamedNode(XSD + "integer"))
