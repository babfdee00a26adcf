"""The forms of the W3C: RDF for graphs, the result formats of SPARQL 1.1 for rows and truth values."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.terms import PREFIXES, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmkg.store import Rows, Term

__all__ = ["GRAPH_FORMATS", "RESULT_FORMATS", "graph_text", "result_text"]

GRAPH_FORMATS: Final = {
    "ttl": px.RdfFormat.TURTLE,
    "jsonld": px.RdfFormat.JSON_LD,
    "nt": px.RdfFormat.N_TRIPLES,
}
"""Forms of a graph."""


RESULT_FORMATS: Final = {
    "srj": px.QueryResultsFormat.JSON,
    "srx": px.QueryResultsFormat.XML,
    "w3c-csv": px.QueryResultsFormat.CSV,
    "w3c-tsv": px.QueryResultsFormat.TSV,
}
"""The result formats of SPARQL 1.1."""


def graph_text(triples: Iterable[px.Triple], format_: str) -> str:
    """Triples as Turtle, JSON-LD or N-Triples, in an order that depends on nothing but them.

    Args:
        triples: The triples.
        format_: One of :data:`GRAPH_FORMATS`.

    >>> a = px.NamedNode("https://example.org/a")
    >>> print(graph_text([px.Triple(a, a, px.Literal(1))], "nt"), end="")
    <https://example.org/a> <https://example.org/a> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .
    """
    ordered = sorted(set(triples), key=str)
    text: str = px.serialize(ordered, format=GRAPH_FORMATS[format_], prefixes=_used(ordered)).decode()  # type: ignore[union-attr]
    lines = text.splitlines(keepends=True)
    declared = [line for line in lines if line.startswith("@prefix")]  # they come in no order
    return "".join([*sorted(declared), *lines[len(declared) :]])


def result_text(answer: Rows | bool, format_: str) -> str:
    """Rows or a truth value in a result format of SPARQL 1.1 (https://www.w3.org/TR/sparql11-overview/).

    Args:
        answer: The rows, or the truth value.
        format_: One of :data:`RESULT_FORMATS`.

    >>> from llmkg.store import Rows
    >>> print(result_text(Rows(("n",), ((px.Literal(7),),)), "w3c-tsv"), end="")
    ?n
    7
    """
    srj = json.dumps(_srj(answer), ensure_ascii=False)
    if format_ == "srj":
        return srj + "\n"
    if isinstance(answer, bool) and format_ != "srx":
        return f"{str(answer).lower()}\n"  # CSV and TSV have no form of a truth value
    written = px.parse_query_results(srj.encode(), format=px.QueryResultsFormat.JSON).serialize(
        format=RESULT_FORMATS[format_]
    )
    text = written.decode() if isinstance(written, bytes) else ""
    return text if text.endswith("\n") else f"{text}\n"


def _srj(answer: Rows | bool) -> dict[str, Any]:
    """W3C SPARQL 1.1 Query Results JSON, https://www.w3.org/TR/sparql11-results-json/."""
    if isinstance(answer, bool):
        return {"head": {}, "boolean": answer}
    bindings = [
        {name: _srj_term(term) for name, term in zip(answer.columns, row, strict=True) if term is not None}
        for row in answer.rows
    ]
    return {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}


def _srj_term(term: Term) -> dict[str, str]:
    if isinstance(term, px.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, px.BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == XSD + "string":
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def _used(triples: Sequence[px.Triple]) -> dict[str, str]:
    iris = {
        part.value
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object)
        for part in (term, None if getattr(term, "language", None) else getattr(term, "datatype", None))
        if isinstance(part, px.NamedNode)
    }
    return {prefix: base for prefix, base in PREFIXES.items() if any(iri.startswith(base) for iri in iris)}
