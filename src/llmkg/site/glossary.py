"""The words of the ontology, as its documentation has them: classes, properties, vocabularies, alignments, shapes."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.terms import BASE, FILE_GRAPHS, NS, PREFIXES, RDF, SKOS
from llmkg.turtle import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from llmkg.files import Project

__all__ = ["Glossary", "Shape", "Term", "glossary_of", "shapes_of"]

_OWL: Final = PREFIXES["owl"]
_SH: Final = PREFIXES["sh"]
_KINDS: Final = (
    (_OWL, "Class"),
    (_OWL, "ObjectProperty"),
    (_OWL, "DatatypeProperty"),
    (_OWL, "AnnotationProperty"),
    (_OWL, "Ontology"),
    (SKOS, "ConceptScheme"),
)
_MATCHES: Final = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_ALIGNMENTS: Final = f"{FILE_GRAPHS}ontology/alignments/"
_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")


@dataclass
class Term:
    """A class, property, scheme or module.

    Attributes:
        iri: Its IRI.
        kind: ``Class``, ``ObjectProperty`` ..., ``ConceptScheme`` or ``Ontology``.
        said: What is said of it: values by predicate.
        used: How many statements or things it is used in.
        example: The first statement that uses it, as subject and object; of a class, a thing of it twice.
    """

    iri: str
    kind: str
    said: Mapping[str, list[px.NamedNode | px.Literal]]
    used: int = 0
    example: tuple[px.NamedNode, px.NamedNode | px.Literal] | None = None

    @property
    def name(self) -> str:
        """The last part of its IRI."""
        return self.iri.rpartition("/")[2]

    def text(self, predicate: str, lang: str) -> str:
        """A text in a language, else in English, else nothing."""
        texts = {term.language: term.value for term in self.said.get(predicate, ()) if isinstance(term, px.Literal)}
        return texts.get(lang) or texts.get("en", "")

    def iris(self, predicate: str) -> list[str]:
        """The things that it is related to."""
        return [term.value for term in self.said.get(predicate, ()) if isinstance(term, px.NamedNode)]


@dataclass
class Glossary:
    """All words of an ontology.

    Attributes:
        terms: Classes, properties, schemes and modules, by kind and then by IRI.
        matches: Of each alignment, by its name: term of llmkg, relation, term of another's.
    """

    terms: Mapping[str, list[Term]]
    matches: Mapping[str, list[tuple[str, str, str]]]


@dataclass
class Shape:
    """A shape of a node.

    Attributes:
        name: The last part of its IRI.
        module: The file that it is in.
        messages: What it says where it is broken, its properties' shapes included.
        targets: What it looks at.
    """

    name: str
    module: str
    messages: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)


def glossary_of(engine: px.Store) -> Glossary:
    """Read the ontology.

    Args:
        engine: The graph, with what is derived.
    """
    uses, firsts = _uses(engine)
    terms: dict[str, list[Term]] = {}
    for space, kind in _KINDS:
        iris = {quad.subject.value for quad in _with(engine, RDF + "type", space + kind)}
        terms[kind] = [
            Term(iri, kind, _facts(engine, iri), uses[iri], _example(firsts.get(iri), kind))
            for iri in sorted(iris)
            if iri.startswith(BASE)
        ]
    matches: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for name in _MATCHES:
        for quad in _with(engine, SKOS + name):
            if quad.graph_name.value.startswith(_ALIGNMENTS):
                alignment = quad.graph_name.value.removeprefix(_ALIGNMENTS)
                matches[alignment].append((quad.subject.value, name, quad.object.value))
    return Glossary(terms, {name: sorted(rows) for name, rows in sorted(matches.items())})


def _with(engine: px.Store, predicate: str, value: str = "") -> Iterator[Any]:
    """The statements of named things with a property, and a value if one is given."""
    wanted = px.NamedNode(value) if value else None
    quads = engine.quads_for_pattern(None, px.NamedNode(predicate), wanted)
    return (quad for quad in quads if isinstance(quad.subject, px.NamedNode))


def _facts(engine: px.Store, iri: str) -> dict[str, list[px.NamedNode | px.Literal]]:
    facts: dict[str, list[px.NamedNode | px.Literal]] = defaultdict(list)
    for quad in engine.quads_for_pattern(px.NamedNode(iri), None, None):
        if isinstance(quad.object, px.NamedNode | px.Literal):
            facts[quad.predicate.value].append(quad.object)
    return {predicate: sorted(values, key=str) for predicate, values in facts.items()}


def _uses(engine: px.Store) -> tuple[Counter[str], dict[str, px.Quad]]:
    """How often each word is used, and the first statement that uses it."""
    uses: Counter[str] = Counter()
    firsts: dict[str, tuple[str, str, px.Quad]] = {}
    for quad in engine:
        is_kind = quad.predicate.value == RDF + "type" and isinstance(quad.object, px.NamedNode)
        word = quad.object.value if is_kind else quad.predicate.value
        if word.startswith(NS):
            uses[word] += 1
            told = (str(quad.subject), str(quad.object), quad)
            firsts[word] = min(firsts.get(word, told), told, key=itemgetter(0, 1))
    return uses, {word: quad for word, (_, _, quad) in firsts.items()}


def _example(quad: px.Quad | None, kind: str) -> tuple[px.NamedNode, px.NamedNode | px.Literal] | None:
    """The ends of a statement; of what a thing is, the thing twice."""
    if quad is None or not isinstance(quad.subject, px.NamedNode):
        return None
    shown = quad.subject if kind == "Class" else quad.object
    return (quad.subject, shown) if isinstance(shown, px.NamedNode | px.Literal) else None


def shapes_of(project: Project) -> list[Shape]:
    """The shapes of nodes, by their files and names.

    Args:
        project: The project.
    """
    shapes = []
    for file in project.shapes:
        triples = parse_turtle(file.text, where=file.name)[0]
        said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if isinstance(triple.subject, px.NamedNode) and isinstance(triple.object, px.NamedNode | px.Literal):
                said[triple.subject.value][triple.predicate.value].append(triple.object.value)
        for iri, facts in sorted(said.items()):
            if f"{_SH}NodeShape" in facts[RDF + "type"]:
                parts = [iri, *sorted(facts[f"{_SH}property"])]
                shapes.append(
                    Shape(
                        iri.rpartition("/")[2],
                        file.name.rpartition("/")[2].removesuffix(".ttl"),
                        [message for part in parts if part in said for message in said[part][f"{_SH}message"]],
                        [target for name in _TARGETS for target in sorted(facts[_SH + name])],
                    )
                )
    return shapes
