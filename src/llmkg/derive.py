"""The direct triples and the inherited facts, made from claims.

A claim says that somebody says something; a direct triple just says it. Which claims become direct triples is the
preference policy (``ontology/decisions/``), and the ontology holds it as data: the accepted statuses and their rank, the
rank of each kind of source, which property a role stands for, which properties have one value, and which are inherited.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.terms import DERIVED_GRAPH, NS, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["derive"]

_TYPE: Final = RDF + "type"
_NO_RANK: Final = 1_000
_ISSUED: Final = "http://purl.org/dc/terms/issued"

_MEMBERSHIP: Final = (NS + "isVariantOf", NS + "isCheckpointOf")

Node = px.NamedNode | px.BlankNode | px.Literal
Facts = dict[str, dict[str, list[Node]]]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A fact that an accepted claim states, with what the policy prefers by."""

    status: int
    source_kind: int
    issued: str
    claim: str
    value: Node

    def preference(self, later_first: dict[str, int]) -> tuple[int, int, int, str]:
        return self.status, self.source_kind, later_first[self.issued], self.claim


def derive(quads: Iterable[px.Quad]) -> list[px.Quad]:
    """The statements that follow from the claims.

    Args:
        quads: The ontology and the graph.

    Returns:
        Quads of the derived graph: ``llmkg:isAbout`` from every claim to its subject; the direct triple of every
        accepted claim without a bound, the preferred one where a property has a single value; for every variant
        and checkpoint the inherited facts of its family or model that it does not state itself; and ``llmkg:comesFrom``
        beside every direct triple of lineage and from every member to its family. Sorted, each once.

    >>> from llmkg.files import find_project
    >>> from llmkg.snapshot import read_quads
    >>> derived = derive(read_quads(find_project()))
    >>> any("usesTechnique" in str(quad.predicate) for quad in derived)
    True
    """
    facts: Facts = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        if isinstance(quad.subject, px.NamedNode) and not isinstance(quad.object, px.Triple):
            facts[quad.subject.value][quad.predicate.value].append(quad.object)
    ontology = _Ontology(facts)
    about: list[tuple[str, str]] = []
    candidates: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
    for claim, claim_facts in facts.items():
        role = next((ontology.subject_role[c] for c in _iris(claim_facts, _TYPE) if c in ontology.subject_role), None)
        if role is None:
            continue
        for subject in _iris(claim_facts, role):
            about.append((claim, subject))
            for predicate, candidate in ontology.facts_of(claim, claim_facts, role):
                candidates[subject, predicate].append(candidate)
    direct = _choose(candidates, ontology.single_valued)
    _inherit(direct, facts, ontology)
    _join_lineage(direct, facts, ontology)
    graph = px.NamedNode(DERIVED_GRAPH)
    result = [
        px.Quad(px.NamedNode(claim), px.NamedNode(NS + "isAbout"), px.NamedNode(subject), graph)
        for claim, subject in about
    ]
    result += [
        px.Quad(px.NamedNode(subject), px.NamedNode(predicate), value, graph)
        for (subject, predicate), values in direct.items()
        for value in values
    ]
    return sorted(dict.fromkeys(result), key=str)


class _Ontology:
    """What the ontology and its vocabularies say about deriving."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.subject_role: dict[str, str] = {}
        self.direct: dict[str, str] = {}
        self.single_valued: set[str] = set()
        self.inherited: set[str] = set()
        self.of_lineage: set[str] = set()
        self.rank: dict[str, int] = {}
        self.accepted: set[str] = set()
        for term, term_facts in facts.items():
            for role in _iris(term_facts, NS + "subjectRole"):
                self.subject_role[term] = role
            for predicate in _iris(term_facts, NS + "directProperty"):
                self.direct[term] = predicate
            for rank in term_facts.get(NS + "rank", ()):
                if rank.value.isdecimal():  # a shape finds what is not
                    self.rank[term] = int(rank.value)
            if _is_true(term_facts, NS + "isSingleValued"):
                self.single_valued.add(term)
            if _is_true(term_facts, NS + "isInherited"):
                self.inherited.add(term)
            if NS + "hasStratum" in term_facts:
                self.of_lineage.add(term)
            if _is_true(term_facts, NS + "isAccepted"):
                self.accepted.add(term)

    def facts_of(self, claim: str, claim_facts: dict[str, list[Node]], role: str) -> Iterator[tuple[str, _Candidate]]:
        """The direct predicates and values of one claim, if the policy accepts it."""
        status = next(iter(_iris(claim_facts, NS + "status")), "")
        if status not in self.accepted or NS + "bound" in claim_facts:
            return
        source = next(iter(_iris(claim_facts, NS + "source")), "")
        source_facts = self.facts.get(source, {})
        source_kind = next(iter(_iris(source_facts, NS + "sourceKind")), "")
        issued = next((date.value for date in source_facts.get(_ISSUED, ())), "")
        if role == RDF + "subject":
            stated = [
                (p, value) for p in _iris(claim_facts, RDF + "predicate") for value in claim_facts[RDF + "object"]
            ]
        else:
            stated = [
                (self.direct[p], value)
                for p, values in claim_facts.items()
                if p in self.direct and p != role
                for value in values
            ]
        ranks = self.rank.get(status, _NO_RANK), self.rank.get(source_kind, _NO_RANK)
        for predicate, value in stated:
            yield predicate, _Candidate(*ranks, issued, claim, value)


def _choose(candidates: dict[tuple[str, str], list[_Candidate]], single: set[str]) -> dict[tuple[str, str], list[Node]]:
    dates = {candidate.issued for found in candidates.values() for candidate in found}
    later_first = {date: place for place, date in enumerate(sorted(dates, reverse=True))}
    chosen: dict[tuple[str, str], list[Node]] = {}
    for key, found in candidates.items():
        found.sort(key=lambda candidate: candidate.preference(later_first))
        values = list(dict.fromkeys(candidate.value for candidate in found))
        chosen[key] = values[:1] if key[1] in single else values
    return chosen


def _inherit(direct: dict[tuple[str, str], list[Node]], facts: Facts, ontology: _Ontology) -> None:
    """Hand a family's facts down to its variants, then a model's to its checkpoints."""
    for link in _MEMBERSHIP:
        for child, child_facts in facts.items():
            for parent in _iris(child_facts, link):
                for predicate in ontology.inherited:
                    inherited = direct.get((parent, predicate))
                    if inherited is None:
                        continue
                    own = direct.get((child, predicate), [])
                    if own and predicate in ontology.single_valued:
                        continue
                    direct[child, predicate] = list(dict.fromkeys([*own, *inherited]))


def _join_lineage(direct: dict[tuple[str, str], list[Node]], facts: Facts, ontology: _Ontology) -> None:
    """Give all steps of lineage one predicate besides their own, so that a path over it is walked quickly."""
    steps: dict[str, list[Node]] = defaultdict(list)
    for (subject, predicate), values in direct.items():
        if predicate in ontology.of_lineage:
            steps[subject] += values
    for member, member_facts in facts.items():
        for link in _MEMBERSHIP:
            if link in member_facts:
                steps[member] += member_facts[link]
    for subject, values in steps.items():
        direct[subject, NS + "comesFrom"] = values


def _iris(facts: dict[str, list[Node]], predicate: str) -> list[str]:
    return [term.value for term in facts.get(predicate, ()) if isinstance(term, px.NamedNode)]


def _is_true(facts: dict[str, list[Node]], predicate: str) -> bool:
    return any(isinstance(term, px.Literal) and term.value == "true" for term in facts.get(predicate, ()))
