"""A store on another machine: any endpoint that speaks the SPARQL 1.1 Protocol."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError, URLError

import pyoxigraph as px

from llmkg.errors import EndpointError, QuerySyntaxError, QueryTimeoutError
from llmkg.store import Rows, Triples, refuse_service
from llmkg.terms import PREFIXES, XSD

if TYPE_CHECKING:
    from llmkg.store import Term

__all__ = ["EndpointStore"]

_LONGEST_GET: Final = 2_000


class EndpointStore:
    """A SPARQL 1.1 endpoint as a store, through SPARQLWrapper.

    Args:
        url: Address of the endpoint.
        seconds: How long to wait for an answer.

    >>> EndpointStore("http://127.0.0.1:9/sparql").query("ASK {}")
    Traceback (most recent call last):
    llmkg.errors.EndpointError: http://127.0.0.1:9/sparql: The endpoint cannot be reached ... Check the address and ...
    """

    def __init__(self, url: str, *, seconds: int = 60) -> None:
        self.url = url
        self.seconds = seconds

    def query(self, text: str) -> Rows | Triples | bool:
        """Run a query; see :meth:`llmkg.store.Store.query`. The prefixes of llmkg need not be declared.

        Raises:
            QuerySyntaxError: The endpoint refuses the query as not SPARQL.
            QueryTimeoutError: No answer came in time.
            EndpointError: It cannot be reached, or what it sends is not an answer.
        """
        from SPARQLWrapper import JSON, POST, SPARQLWrapper
        from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed, SPARQLWrapperException

        refuse_service(text)
        wrapper = SPARQLWrapper(self.url)
        wrapper.setTimeout(self.seconds)
        wrapper.setOnlyConneg(True)
        wrapper.setQuery(_with_prefixes(text))
        is_graph = wrapper.queryType in {"CONSTRUCT", "DESCRIBE"}
        if is_graph:
            wrapper.addCustomHttpHeader("Accept", "application/n-triples, text/turtle;q=0.9")
        else:
            wrapper.setReturnFormat(JSON)
        if len(text) > _LONGEST_GET:
            wrapper.setMethod(POST)
        try:
            response = wrapper.query().response
            kind = response.headers.get_content_type()
            content = response.read()
        except QueryBadFormed as error:
            raise QuerySyntaxError(
                "The endpoint says that this is no query.", where=self.url, hint=_first(error)
            ) from None
        except TimeoutError:
            raise self._late() from None
        except (EndPointInternalError, SPARQLWrapperException, HTTPError) as error:
            raise EndpointError("The endpoint failed.", where=self.url, hint=_first(error)) from None
        except (URLError, OSError) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise self._late() from None
            reason = getattr(error, "reason", error)
            raise EndpointError(
                f"The endpoint cannot be reached ({reason}).", where=self.url, hint="Check the address and the network."
            ) from None
        try:
            return _graph(content, kind) if is_graph else _rows(json.loads(content))
        except (ValueError, KeyError, TypeError, SyntaxError):
            raise EndpointError(
                f"What the endpoint sent as {kind} cannot be read.", where=self.url, hint="Is it a SPARQL endpoint?"
            ) from None

    def _late(self) -> QueryTimeoutError:
        return QueryTimeoutError(
            f"No answer within {self.seconds} seconds.", where=self.url, hint="Ask for less, or wait longer."
        )


def _with_prefixes(text: str) -> str:
    """The query with the prefixes of llmkg that it uses and does not declare."""
    declared = text.lower()
    missing = [p for p in PREFIXES if f"{p}:" in text and f"prefix {p}:" not in declared]
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in missing) + text


def _first(error: Exception) -> str:
    return " ".join(str(error.args[-1] if error.args else error).split())[:200]


def _graph(content: bytes, kind: str) -> Triples:
    form = px.RdfFormat.from_media_type(kind)
    if form is None:
        raise ValueError(kind)
    return Triples(tuple(dict.fromkeys(quad.triple for quad in px.parse(content, format=form))))


def _rows(data: dict[str, Any]) -> Rows | bool:
    """W3C SPARQL 1.1 Query Results JSON as an answer."""
    if "boolean" in data:
        return bool(data["boolean"])
    columns = tuple(data["head"]["vars"])
    rows = (
        [_term(binding[name]) if name in binding else None for name in columns]
        for binding in data["results"]["bindings"]
    )
    return Rows(columns, tuple(tuple(row) for row in rows))


def _term(cell: dict[str, str]) -> Term:
    if cell["type"] == "uri":
        return px.NamedNode(cell["value"])
    if cell["type"] == "bnode":
        return px.BlankNode(cell["value"])
    if "xml:lang" in cell:
        return px.Literal(cell["value"], language=cell["xml:lang"])
    v=cell["value"]; d=cell.get("datatype", XSD + "string")
    if d==XSD+"boolean": v={"1":"true","0":"false"}.get(v,v)
    if d==XSD+"decimal" and v.lstrip("-").isdigit() and abs(int(v))>=2**31: d=XSD+"integer"
    return px.Literal(v, datatype=px.NamedNode(d))
