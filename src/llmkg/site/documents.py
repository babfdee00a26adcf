"""Data documents: statements as Turtle, JSON-LD, N-Triples and RDF/XML, the same bytes for the same statements."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.terms import PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["document", "fits_xml"]

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff]")
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*")
_NAMESPACES: Final = re.compile(r' xmlns:[^=]+="[^"]*"')


def document(triples: Sequence[px.Triple], ending: str) -> bytes | None:
    r"""Statements in a form.

    Args:
        triples: The statements, in the order in which they are to stand.
        ending: One of :data:`llmkg.addresses.FORMS`.

    Returns:
        The document; None where RDF/XML cannot say it: see :func:`fits_xml`.

    >>> a = px.NamedNode("https://example.org/a")
    >>> document([px.Triple(a, a, px.Literal("1", datatype=px.NamedNode(XSD + "integer")))], "nt")
    b'<https://example.org/a> <https://example.org/a> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    """
    if ending == "nt":
        return "".join(f"{triple} .\n" for triple in triples).encode()
    if ending == "jsonld":
        return _json_ld(triples)
    if ending == "ttl":
        text = (px.serialize(triples, format=px.RdfFormat.TURTLE, prefixes=_prefixes(triples)) or b"").decode()
        lines = text.split("\n")
        declared = [line for line in lines if line.startswith("@prefix")]  # they come in no order
        return "\n".join([*sorted(declared), "", *lines[len(declared) :]]).encode()
    return _rdf_xml(triples) if fits_xml(triples) else None


def fits_xml(triples: Iterable[px.Triple]) -> bool:
    r"""Whether RDF/XML can hold statements: it has no names for some properties, and no signs for control characters.

    >>> a = px.NamedNode("https://example.org/a")
    >>> fits_xml([px.Triple(a, a, px.Literal("A"))]), fits_xml([px.Triple(a, a, px.Literal("\0"))])
    (True, False)
    """
    return all(
        not isinstance(triple.object, px.Triple)
        and _NAME.fullmatch(_parted(triple.predicate.value)[1])
        and not _NOT_XML.search(triple.object.value)
        for triple in triples
    )


def _rdf_xml(triples: Sequence[px.Triple]) -> bytes:
    namespaces = {_parted(triple.predicate.value)[0] for triple in triples}
    prefixes = {prefix: base for prefix, base in PREFIXES.items() if base in namespaces}
    text = (px.serialize(triples, format=px.RdfFormat.RDF_XML, prefixes=prefixes) or b"").decode()
    start, end = text.index("<rdf:RDF"), text.index(">", text.index("<rdf:RDF"))
    declared = "".join(sorted(_NAMESPACES.findall(text[start:end])))  # they come in no order
    return f"{text[:start]}<rdf:RDF{declared}{text[end:]}".encode()


def _json_ld(triples: Sequence[px.Triple]) -> bytes:
    """JSON-LD with its context in it, and numbers as they are written."""
    nodes: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    used: set[str] = set()
    others: set[str] = set()

    def name(iri: str) -> str:
        space, local = _parted(iri)
        prefix = _BY_NAMESPACE.get(space)
        if prefix is None:
            others.add(iri.partition(":")[0])
            return iri
        used.add(prefix)
        return f"{prefix}:{local}"

    for triple in triples:
        node = nodes[_node(triple.subject, name)]
        if triple.predicate.value == RDF + "type" and isinstance(triple.object, px.NamedNode):
            node["@type"].append(name(triple.object.value))
        else:
            node[name(triple.predicate.value)].append(_value(triple.object, name))
    graph = [{"@id": id_, **{key: _alone(values) for key, values in said.items()}} for id_, said in nodes.items()]
    if others & used:  # an address that would be read as a prefixed name
        return px.serialize(triples, format=px.RdfFormat.JSON_LD) or b""
    context = {prefix: PREFIXES[prefix] for prefix in sorted(used)}
    return (json.dumps({"@context": context, "@graph": graph}, ensure_ascii=False, indent=1) + "\n").encode()


def _node(term: Any, name: Any) -> str:
    return name(term.value) if isinstance(term, px.NamedNode) else f"_:{term.value}"


def _value(term: Any, name: Any) -> Any:
    if not isinstance(term, px.Literal):
        return {"@id": _node(term, name)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == XSD + "string":
        return term.value
    return {"@value": term.value, "@type": name(term.datatype.value)}


def _alone(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _parted(iri: str) -> tuple[str, str]:
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:cut], iri[cut:]


def _prefixes(triples: Iterable[px.Triple]) -> dict[str, str]:
    spaces = {
        _parted(part.value)[0]
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object)
        for part in (term, None if getattr(term, "language", None) else getattr(term, "datatype", None))
        if isinstance(part, px.NamedNode)
    }
    return {prefix: base for prefix, base in PREFIXES.items() if base in spaces}


_BY_NAMESPACE: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
