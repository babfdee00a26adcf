"""Reads what a SPARQL endpoint sends: a whole answer, or an error that says why it is none.

Servers send parts of answers as if they were whole: Virtuoso with a header, Oxigraph with a body that stops. Neither is
an answer here.
"""

from __future__ import annotations

import json
import re
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.errors import EndpointError, QueryTimeoutError
from llmkg.remote import looks_like_a_page
from llmkg.store import Rows, Triples
from llmkg.terms import XSD

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from llmkg.deadlines import Deadline
    from llmkg.store import Term

__all__ = ["GRAPHS", "answer_of", "body_of"]

GRAPHS: Final = frozenset({"CONSTRUCT", "DESCRIBE"})
"""The forms of a query that a graph answers."""

_PIECE: Final = 65_536
_MOST_BYTES: Final = 500_000_000
_MOST_DIGITS: Final = 20
_AGAIN: Final = "Ask again; if it stays so, tell whoever runs the endpoint."


def body_of(response: HTTPResponse, deadline: Deadline, *, where: str) -> bytes:
    """All of an answer's content.

    Args:
        response: The answer, open.
        deadline: When it must be there.
        where: What an error names.

    Raises:
        TimeoutError: It did not come in time.
        EndpointError: It stopped before its end, or is larger than 500 MB.
    """
    pieces, size = [], 0
    try:
        while piece := response.read1(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > _MOST_BYTES:
                raise EndpointError(
                    f"The answer is larger than {_MOST_BYTES / 1_000_000:,.0f} MB.", where=where, hint="Ask for less."
                )
    except (HTTPException, ConnectionError) as error:
        if deadline.has_passed():
            raise TimeoutError from None
        raise EndpointError(f"The answer was cut short ({type(error).__name__}).", where=where, hint=_AGAIN) from None
    if deadline.has_passed():
        raise TimeoutError
    content = b"".join(pieces)
    announced = response.headers.get("Content-Length", "")[:_MOST_DIGITS]
    if announced.isdecimal() and len(content) < int(announced):
        raise EndpointError(
            f"The answer was cut short: {len(content)} of {announced} bytes came.", where=where, hint=_AGAIN
        )
    return content


def answer_of(response: HTTPResponse, content: bytes, *, form: str, where: str) -> Rows | Triples | bool:
    """What an answer holds.

    Args:
        response: The answer, for its headers.
        content: Its content.
        form: What was asked: SELECT, ASK, CONSTRUCT or DESCRIBE.
        where: What an error names.

    Raises:
        QueryTimeoutError: The endpoint ran into its own limit of time.
        EndpointError: It is not a whole answer.
    """
    kind = response.headers.get_content_type()
    if response.headers.get("X-SQL-State") == "S1TAT":
        raise QueryTimeoutError(
            "The endpoint ran out of time and sent a part of the answer.", where=where, hint="Ask for less."
        )
    if state := response.headers.get("X-SQL-State"):
        raise EndpointError(f"The endpoint sent a part of the answer ({state}).", where=where, hint=_AGAIN)
    if limit := response.headers.get("X-SPARQL-MaxRows"):
        raise EndpointError(
            f"The endpoint cut the answer at its limit of {limit} rows.", where=where, hint="Ask for less."
        )
    if looks_like_a_page(content, kind):
        raise EndpointError(
            "What came looks like a web page, not an answer.",
            where=where,
            hint="Is it a SPARQL endpoint? They often end in /sparql or /query.",
        )
    is_graph = form in GRAPHS
    read = _Terms(from_virtuoso=response.headers.get("Server", "").startswith("Virtuoso"))
    try:
        if is_graph:
            return read.graph(content, kind)
        return read.truth(json.loads(content)) if form == "ASK" else read.rows(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError, SyntaxError, RecursionError):
        pass
    start, end = content.lstrip()[:1], content.rstrip()[-1:]
    if not is_graph and start == b"{" and end != b"}":
        raise EndpointError("The answer was cut short: its JSON does not end.", where=where, hint=_AGAIN)
    raise EndpointError(
        f"What the endpoint sent as {kind} cannot be read.", where=where, hint="Is it a SPARQL endpoint?"
    )


class _Terms:
    """Reads terms, with what Virtuoso does to them undone (see ``ontology/decisions/``)."""

    def __init__(self, *, from_virtuoso: bool) -> None:
        self._from_virtuoso = from_virtuoso

    def truth(self, data: dict[str, Any]) -> bool:
        """What W3C SPARQL 1.1 Query Results JSON, or Virtuoso's row of one, answers to an ASK."""
        if data.get("head", {}).get("vars") == [_ASKED]:
            return any(row[_ASKED]["value"] == "1" for row in data["results"]["bindings"])
        truth = data["boolean"]
        if not isinstance(truth, bool):
            raise TypeError(truth)
        return truth

    def rows(self, data: dict[str, Any]) -> Rows:
        """What W3C SPARQL 1.1 Query Results JSON answers to a SELECT."""
        columns, bindings = data["head"]["vars"], data["results"]["bindings"]
        if not _are(columns, str) or not _are(bindings, dict):
            raise TypeError(columns)
        rows = ([self._term(row[name]) if name in row else None for name in columns] for row in bindings)
        return Rows(tuple(columns), tuple(tuple(row) for row in rows))

    def graph(self, content: bytes, kind: str) -> Triples:
        """A graph in one of the RDF formats."""
        form = px.RdfFormat.from_media_type(kind)
        if form is None:
            raise ValueError(kind)
        found = (quad.triple for quad in px.parse(content, format=form))
        return Triples(tuple(dict.fromkeys(px.Triple(t.subject, t.predicate, self._plain(t.object)) for t in found)))

    def _plain(self, term: Any) -> Any:
        if isinstance(term, px.Literal) and not term.language:
            return self._literal(term.value, term.datatype.value)
        return term

    def _term(self, cell: dict[str, str]) -> Term:
        if cell["type"] == "uri":
            return px.NamedNode(cell["value"])
        if cell["type"] == "bnode":
            return px.BlankNode(cell["value"])
        if "xml:lang" in cell:
            return px.Literal(cell["value"], language=cell["xml:lang"])
        return self._literal(cell["value"], cell.get("datatype", XSD + "string"))

    def _literal(self, value: str, datatype: str) -> px.Literal:
        if self._from_virtuoso and datatype == XSD + "boolean":
            value = _BOOLEANS.get(value, value)
        if self._from_virtuoso and datatype == XSD + "decimal" and _WHOLE.fullmatch(value):
            datatype = _INTEGER if abs(int(value)) >= _FIRST_LARGE else datatype
        return px.Literal(value, datatype=px.NamedNode(datatype))


def _are(values: object, kind: type) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


_ASKED: Final = "__ASK_RETVAL"
_BOOLEANS: Final = {"1": "true", "0": "false"}
_WHOLE: Final = re.compile(r"-?[0-9]+")
_INTEGER: Final = XSD + "integer"
_FIRST_LARGE: Final = 2**31
