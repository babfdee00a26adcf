"""The SPARQL 1.1 Protocol, its query part (https://www.w3.org/TR/sparql11-protocol/): one request, one reply.

Nothing can be changed: an update is refused with 403 wherever it stands. An answer is sent when it is whole; one that
would be larger than the limit is refused, never cut.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.guard import refuse
from llmkg.mistakes import syntax_error
from llmkg.serializations import graph_text
from llmkg.server.messages import Reply
from llmkg.server.negotiation import best_form
from llmkg.server.problems import Problem
from llmkg.terms import PREFIXES
from llmkg.tokens import scan

if TYPE_CHECKING:
    from llmkg.server.messages import Request

__all__ = ["GRAPH_FORMS", "RESULT_FORMS", "Limits", "answer_query", "query_of"]

RESULT_FORMS: Final = {
    "application/sparql-results+json": px.QueryResultsFormat.JSON,
    "application/sparql-results+xml": px.QueryResultsFormat.XML,
    "text/csv": px.QueryResultsFormat.CSV,
    "text/tab-separated-values": px.QueryResultsFormat.TSV,
    "application/json": px.QueryResultsFormat.JSON,
    "application/xml": px.QueryResultsFormat.XML,
    "text/xml": px.QueryResultsFormat.XML,
    "text/plain": px.QueryResultsFormat.TSV,
}
"""Media types of rows and truth values, the preferred one first; the last four are other names of the first."""

GRAPH_FORMS: Final = {
    "text/turtle": px.RdfFormat.TURTLE,
    "application/n-triples": px.RdfFormat.N_TRIPLES,
    "application/ld+json": px.RdfFormat.JSON_LD,
    "application/rdf+xml": px.RdfFormat.RDF_XML,
    "text/plain": px.RdfFormat.N_TRIPLES,
}
"""Media types of triples."""

_SHORT: Final = {
    "json": "application/sparql-results+json",
    "srj": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "srx": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
_SHORTEST_TRIPLE: Final = 12
_FORM: Final = "application/x-www-form-urlencoded"
_DIRECT: Final = "application/sparql-query"
_CHANGING: Final = frozenset({"rand", "now", "uuid", "struuid"})
_NOTABLE: Final = re.compile("from|rand|now|uuid", re.IGNORECASE)
_NOT_UPDATED: Final = "Nothing can be changed here: there is no update."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may take.

    Attributes:
        seconds: Wall-clock time, from the arrival of the request to the reply.
        memory_bytes: What a worker may write to beyond what it starts with; held on Linux only.
        rows: Most rows of the answer to a saved question.
        bytes: Most bytes of an answer.
    """

    seconds: float = 30
    memory_bytes: int = 1_000_000_000
    rows: int = 10_000
    bytes: int = 50_000_000


def query_of(request: Request) -> str | None:
    """The query that a request holds; None if it asks for the service's description.

    Raises:
        Problem: 400 for several queries or none, 403 for an update, 415 for a body that is neither a form nor a query.
    """
    if request.values("update") or request.media_type == "application/sparql-update":
        raise Problem(403, _NOT_UPDATED)
    given = request.values("query")
    if request.method == "POST" and request.media_type == _DIRECT:
        if given:
            raise Problem(400, "The query is given twice, as the body and as a parameter.")
        try:
            given = [request.body.decode()]
        except UnicodeDecodeError:
            raise Problem(400, "The query is not UTF-8.") from None
    elif request.method == "POST" and request.media_type != _FORM:
        raise Problem(415, f"Send a query as {_FORM} or {_DIRECT}.", headers=(("Accept-Post", f"{_FORM}, {_DIRECT}"),))
    if len(given) > 1:
        raise Problem(400, "More than one query is given.")
    if not given and (request.method == "POST" or request.query):
        raise Problem(400, "There is no parameter “query”.")
    return given[0] if given else None


def answer_query(store: px.Store, text: str, request: Request, limits: Limits, *, union: bool) -> Reply:
    """The answer to a query.

    Args:
        store: What answers.
        text: The query; the prefixes of llmkg need not be declared.
        request: The request, for the forms that it takes and the data set that it names.
        limits: How large the answer may be.
        union: Whether a query that names no data set sees all graphs as one.

    Raises:
        Problem: 406 if there is no form that the client takes, 422 if the answer is too large.
        QuerySyntaxError: It is no query, or is refused.

    >>> from llmkg.server.messages import Request
    >>> answer_query(px.Store(), "ASK {}", Request("GET", "sparql"), Limits(), union=True).body
    b'{"head":{},"boolean":true}'
    """
    refuse(text)
    words = {token.text.casefold() for token in scan(text) if token.kind == "word"} if _NOTABLE.search(text) else set()
    found = _found(store, text, _dataset(request, words, union=union))
    forms = GRAPH_FORMS if isinstance(found, px.QueryTriples) else RESULT_FORMS
    media_type = _media_type(request, tuple(forms))
    kept = _Capped(limits.bytes)
    try:
        if isinstance(found, px.QueryTriples):
            _write_graph(found, GRAPH_FORMS[media_type], kept)
        else:
            found.serialize(kept, format=RESULT_FORMS[media_type])  # type: ignore[arg-type]
    except _TooLargeError:
        raise Problem(
            422, f"The answer has more than {limits.bytes:,} bytes. Ask for less, with LIMIT and OFFSET for example."
        ) from None
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return Reply(200, media_type + charset, b"".join(kept.pieces), (("Vary", "Accept"),), not words & _CHANGING)


def _found(
    store: px.Store, text: str, dataset: dict[str, Any]
) -> px.QuerySolutions | px.QueryTriples | px.QueryBoolean:
    with suppress(SyntaxError):  # most texts declare their prefixes, and ours take as long as a short question
        return store.query(text, **dataset)
    try:
        return store.query(text, prefixes=PREFIXES, **dataset)
    except SyntaxError as error:
        raise syntax_error(text, str(error)) from None


def _dataset(request: Request, words: set[str], *, union: bool) -> dict[str, Any]:
    """The data set that a query is about: the one that the request names, or the query, or all that there is."""
    try:
        default = [px.NamedNode(iri) for iri in request.values("default-graph-uri")]
        named = [px.NamedNode(iri) for iri in request.values("named-graph-uri")]
    except ValueError as error:
        raise Problem(400, f"A graph's name is no IRI: {error}.") from None
    if default or named:
        return {"default_graph": default, "named_graphs": named}
    return {"use_default_graph_as_union": union and "from" not in words}


def _media_type(request: Request, forms: tuple[str, ...]) -> str:
    wanted = request.values("format")[-1:]
    if wanted:
        media_type = _SHORT.get(wanted[0], wanted[0])
        if media_type in forms:
            return media_type
    elif best := best_form(request.accept, forms):
        return best
    raise Problem(406, f"There are {', '.join(forms)}.", headers=(("Vary", "Accept"),), available=list(forms))


def _write_graph(found: px.QueryTriples, format_: px.RdfFormat, kept: _Capped) -> None:
    """Write triples, each once, in an order that depends on nothing but them."""
    triples = set()
    for triple in found:
        triples.add(triple)
        if len(triples) * _SHORTEST_TRIPLE > kept.left:
            raise _TooLargeError
    if format_ == px.RdfFormat.TURTLE:
        kept.write(graph_text(triples, "ttl").encode())
    else:
        px.serialize(sorted(triples, key=str), kept, format=format_)  # type: ignore[arg-type]


class _TooLargeError(Exception):
    """More is written than may be."""


class _Capped:
    """A file that takes so many bytes and no more."""

    def __init__(self, most: int) -> None:
        self.pieces: list[bytes] = []
        self.left = most

    def write(self, piece: bytes) -> int:
        self.left -= len(piece)
        if self.left < 0:
            raise _TooLargeError
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""
