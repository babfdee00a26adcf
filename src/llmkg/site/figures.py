"""How large the graph is, as VoID counts it: statements, things, classes and properties."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as px

from llmkg.addresses import path_of
from llmkg.terms import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Figures", "figures_of"]


@dataclass(frozen=True)
class Figures:
    """The figures of a graph, all named graphs taken as one.

    Attributes:
        triples: How many statements there are.
        subjects: How many things something is said of.
        objects: How many things and values are said of something.
        entities: How many of the subjects have an IRI of llmkg's.
        classes: How many subjects each class has, by its IRI.
        properties: How many statements each property has, by its IRI.
        examples: The first thing of each kind, in the order of their IRIs.
    """

    triples: int
    subjects: int
    objects: int
    entities: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    examples: tuple[str, ...]


def figures_of(quads: Iterable[px.Quad]) -> Figures:
    """Count what a graph holds.

    Args:
        quads: The graph, such as an embedded store's ``engine``.

    >>> a, b = px.NamedNode("https://w3id.org/llmkg/id/family/a"), px.NamedNode("urn:b")
    >>> found = figures_of([px.Quad(a, b, b, a), px.Quad(a, b, b, b)])
    >>> found.triples, found.entities, found.examples
    (1, 1, ('https://w3id.org/llmkg/id/family/a',))
    """
    triples = {quad.triple for quad in quads}
    subjects = {triple.subject for triple in triples}
    entities = sorted(
        subject.value for subject in subjects if isinstance(subject, px.NamedNode) and path_of(subject.value)
    )
    firsts: dict[str, str] = {}
    for iri in entities:
        firsts.setdefault(iri.rpartition("/")[0], iri)
    return Figures(
        triples=len(triples),
        subjects=len(subjects),
        objects=len({triple.object for triple in triples}),
        entities=len(entities),
        classes=_counted(triple.object for triple in triples if triple.predicate.value == RDF + "type"),
        properties=_counted(triple.predicate for triple in triples),
        examples=tuple(first for first in firsts.values() if "/id/" in first),
    )


def _counted(terms: Iterable[object]) -> dict[str, int]:
    counts = Counter(term.value for term in terms if isinstance(term, px.NamedNode))
    return dict(sorted(counts.items()))
