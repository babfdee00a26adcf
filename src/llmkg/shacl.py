"""The SHACL shapes, run by pyshacl over what the files say.

The shapes are plain SHACL core, so any SHACL engine gives the same answer; this module hands over the triples with
their lexical forms kept, and turns the report into plain data. Two things are added. A shape about a property that
claims state (``sh:targetNode llmkg:developedBy``) reports the property, and here the claim is looked up that has the
wrong value. And what no file describes is not reported again for lacking a class or a place: the check query
``dangling-iri`` says it once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.errors import ReadError
from llmkg.store import RdflibStore
from llmkg.terms import BASE, NS, PREFIXES, RDF, shrink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import rdflib

__all__ = ["Violation", "validate"]

_SH: Final = PREFIXES["sh"]
_SUBCLASS: Final = f"{PREFIXES['rdfs']}subClassOf"
_SHAPES: Final = PREFIXES["shapes"]
_AIMS: Final = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")
_DESCRIBED: Final = (f"{BASE}id/", f"{BASE}concept/", NS)
_BY_DESCRIPTION: Final = frozenset({"Class", "Closed", "In", "Node", "Or"})
"""Constraints that are broken merely because no file describes a value or a property."""


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A node that breaks a shape.

    Attributes:
        node: IRI of the node.
        property: IRI of the property whose value is wrong; empty if it is the node itself, or a path.
        shape: Name of the shape, without its prefix.
        constraint: Name of the constraint (``MinCount``, ``Class`` ...).
        value: The wrong value, an IRI or a literal as in Turtle; empty if a value is missing or there are too many.
        message: The shape's message.
    """

    node: str
    property: str
    shape: str
    constraint: str
    value: str
    message: str


def validate(
    triples: Iterable[px.Triple], shapes: Iterable[px.Triple], *, about: Collection[str] | None = None
) -> list[Violation]:
    """Check triples against shapes.

    Args:
        triples: What the files say: the nodes to check, and the classes and schemes of what they mention.
        shapes: The shapes.
        about: IRIs of the nodes to check; by default all.

    Returns:
        What breaks a shape, sorted, each once.

    Raises:
        ReadError: The shapes are not SHACL.

    >>> from llmkg.turtle import parse_turtle
    >>> prefixes = "".join(f"@prefix {name}: <{iri}> . " for name, iri in PREFIXES.items())
    >>> shapes, _ = parse_turtle(prefixes + '''
    ...     shapes:Person-name a sh:PropertyShape ; sh:path skos:prefLabel ; sh:minCount 1 ; sh:message "No name: add one." ;
    ...         sh:targetClass llmkg:Person .''')
    >>> data, _ = parse_turtle(prefixes + "person:ada a llmkg:Person .")
    >>> [(found.shape, found.constraint) for found in validate(data, shapes)]
    [('Person-name', 'MinCount')]
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError

    data, rules = _graph(triples), _graph(shapes)
    _spread(rules)
    wanted = None if about is None else frozenset(about)
    if wanted is not None:
        _aim_at(wanted, rules, data)
    logging.getLogger("pyshacl-validate").addFilter(_say_nothing)
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=rules, inplace=True)
    except ReportableRuntimeError as error:
        reason = str(error).split("\n", 1)[0].removesuffix(".")
        raise ReadError(f"Not SHACL: {reason}.", where="ontology/shapes", hint="Correct the shape.") from None
    found = {
        violation
        for violation in _read(report, data)
        if (wanted is None or violation.node in wanted) and not _is_undescribed(violation, data)
    }
    return sorted(found)


def _say_nothing(_: logging.LogRecord) -> bool:
    """Keep pyshacl from writing to standard error what it raises as well."""
    return False


def _graph(triples: Iterable[px.Triple]) -> rdflib.Graph:
    return RdflibStore.of(px.Quad(triple.subject, triple.predicate, triple.object) for triple in triples).graph


def _spread(shapes: rdflib.Graph) -> None:
    """Give the property shapes of an aimed shape its aims, and take them out of it: the same results, ten times faster.

    (pyshacl looks at an inner shape once for each node, and at an outer one once for all nodes.)
    """
    from rdflib import BNode, URIRef
    from rdflib.collection import Collection as RdfList

    inner, path = URIRef(f"{_SH}property"), URIRef(f"{_SH}path")
    closed, ignored = URIRef(f"{_SH}closed"), URIRef(f"{_SH}ignoredProperties")
    aims = [(shape, URIRef(_SH + kind), target) for kind in _AIMS for shape, target in _pairs(shapes, kind)]
    for shape in {aim[0] for aim in aims}:
        if shapes.value(shape, closed) is not None:
            allowed = [shapes.value(each, path) for each in shapes.objects(shape, inner)]
            known = shapes.value(shape, ignored)
            listed = [*(RdfList(shapes, known) if known is not None else ()), *allowed]
            shapes.remove((shape, ignored, None))
            shapes.add(
                (shape, ignored, RdfList(shapes, BNode(), [each for each in listed if isinstance(each, URIRef)]).uri)
            )
    for shape, kind, target in aims:
        for each in shapes.objects(shape, inner):
            shapes.add((each, kind, target))
    for shape in {aim[0] for aim in aims}:
        shapes.remove((shape, inner, None))


def _pairs(shapes: rdflib.Graph, name: str) -> list[tuple[rdflib.term.Node, rdflib.term.Node]]:
    from rdflib import URIRef

    return list(shapes.subject_objects(URIRef(_SH + name)))


def _aim_at(wanted: frozenset[str], shapes: rdflib.Graph, data: rdflib.Graph) -> None:
    """Let shapes that aim at classes or properties aim only at the wanted nodes among those.

    (pyshacl has a ``focus_nodes`` argument, but 0.40 applies it to the values in ``sh:node`` too, and so finds less.)
    """
    from rdflib import URIRef

    def hit(kind: str, target: rdflib.term.Node) -> set[rdflib.term.Node]:
        if kind == "targetClass":
            classes = data.transitive_subjects(URIRef(_SUBCLASS), target)
            nodes = {node for each in classes for node in data.subjects(URIRef(f"{RDF}type"), each)}
        elif kind == "targetSubjectsOf":
            nodes = set(data.subjects(target, None))
        else:
            nodes = set(data.objects(None, target))
        return {node for node in nodes if str(node) in wanted}

    for kind in _AIMS[:3]:
        aims = _pairs(shapes, kind)
        nodes = {target: hit(kind, target) for target in {target for _, target in aims}}
        shapes.remove((None, URIRef(_SH + kind), None))
        for shape, target in aims:
            for node in nodes[target]:
                shapes.add((shape, URIRef(_SH + _AIMS[3]), node))


def _read(report: rdflib.Graph, data: rdflib.Graph) -> Iterator[Violation]:
    from rdflib import URIRef

    def one(result: rdflib.term.Node, name: str) -> rdflib.term.Node | None:
        return report.value(result, URIRef(_SH + name), any=True)

    for result in report.objects(None, URIRef(f"{_SH}result")):
        path, value = one(result, "resultPath"), one(result, "value")
        for node, property_ in _places(data, one(result, "focusNode"), path, value):
            yield Violation(
                node=node,
                property=property_,
                shape=str(one(result, "sourceShape")).removeprefix(_SHAPES),
                constraint=str(one(result, "sourceConstraintComponent"))
                .removeprefix(_SH)
                .removesuffix("ConstraintComponent"),
                value=_written(value),
                message=str(one(result, "resultMessage") or ""),
            )


def _places(
    data: rdflib.Graph, focus: rdflib.term.Node | None, path: rdflib.term.Node | None, value: rdflib.term.Node | None
) -> Iterator[tuple[str, str]]:
    """The nodes, and the properties of them, that a result is about."""
    from rdflib import URIRef

    if path is None or isinstance(path, URIRef) or not str(focus).startswith(NS):
        yield str(focus), str(path) if isinstance(path, URIRef) else ""
        return
    predicate = URIRef(f"{RDF}predicate")
    for claim in data.subjects(predicate, focus):
        if claim == value:
            yield str(claim), str(predicate)
        elif value is not None:
            for property_ in data.predicates(claim, value):
                yield str(claim), str(property_)


def _written(value: rdflib.term.Node | None) -> str:
    from rdflib import Literal

    if not isinstance(value, Literal):
        return "" if value is None else str(value)
    datatype = str(value.datatype or "")
    if datatype.removeprefix(PREFIXES["xsd"]) in {"integer", "decimal", "double", "boolean"}:
        return str(value)
    suffix = f"@{value.language}" if value.language else f"^^{shrink(datatype)}" if datatype else ""
    return f'"{value}"{suffix}'


def _is_undescribed(violation: Violation, data: rdflib.Graph) -> bool:
    """Whether something is wrong only because no file describes the value, or the property."""
    from rdflib import URIRef

    name = violation.property if violation.constraint == "Closed" else violation.value
    return (
        violation.constraint in _BY_DESCRIPTION
        and name.startswith(_DESCRIBED)
        and name != violation.node
        and data.value(URIRef(name), URIRef(f"{RDF}type"), any=True) is None
    )
