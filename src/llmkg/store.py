"""Stores that answer SPARQL: one protocol, two engines.

Every store speaks pyoxigraph's terms, so what asks does not see which engine answers. Reading is all that a store does;
what it holds comes from the files (see :mod:`llmkg.snapshot`). A query sees all named graphs as one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, Protocol

import pyoxigraph as px

from llmkg import guard
from llmkg.errors import QuerySyntaxError, StoreError
from llmkg.mistakes import syntax_error
from llmkg.terms import PREFIXES, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib

__all__ = ["EmbeddedStore", "RdflibStore", "Rows", "Store", "Term", "Triples", "plain_term"]

Term = px.NamedNode | px.BlankNode | px.Literal


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a SELECT.

    Attributes:
        columns: Names of the variables, without ``?``.
        rows: The solutions; None where a variable is unbound.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def records(self) -> list[dict[str, Term | None]]:
        """The rows as dictionaries by column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Triples:
    """The answer to a CONSTRUCT or DESCRIBE.

    Attributes:
        triples: The triples, each once, in the engine's order.
    """

    triples: tuple[px.Triple, ...]

    def rows(self) -> Rows:
        """The triples as rows of subject, predicate and object."""
        rows = ((plain_term(triple.subject), triple.predicate, plain_term(triple.object)) for triple in self.triples)
        return Rows(("subject", "predicate", "object"), tuple(rows))


class Store(Protocol):
    """What answers SPARQL 1.1 queries."""

    def query(self, text: str) -> Rows | Triples | bool:
        """Run a query.

        Args:
            text: SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE.

        Returns:
            Rows for SELECT, triples for CONSTRUCT and DESCRIBE, a truth value for ASK.

        Raises:
            QuerySyntaxError: The text is not such a query, or asks another endpoint (SERVICE).
        """


class EmbeddedStore:
    """The default: an Oxigraph store in this process.

    Args:
        store: An open pyoxigraph store.

    >>> store = EmbeddedStore(px.Store())
    >>> store.query("ASK { ?s ?p ?o }")
    False
    """

    def __init__(self, store: px.Store) -> None:
        self.engine = store

    def query(self, text: str) -> Rows | Triples | bool:
        """Run a query; see :meth:`Store.query`.

        Raises:
            StoreError: What the store holds on disk was damaged since it was opened.
        """
        try:
            answer = self.stream(text)
            if isinstance(answer, px.QuerySolutions):
                rows = tuple(map(tuple, answer))
            elif isinstance(answer, px.QueryTriples):
                return Triples(tuple(dict.fromkeys(answer)))
            else:
                return bool(answer)
        except (OSError, RuntimeError) as error:
            raise StoreError(
                f"The store cannot be read ({str(error).partition(' in /')[0]}).",
                hint="Try again: a damaged snapshot is noticed when it is opened, and built anew.",
            ) from None
        if px.Triple in set(map(type, chain.from_iterable(rows))):
            raise _nested()
        return Rows(tuple(variable.value for variable in answer.variables), rows)

    def stream(self, text: str) -> px.QuerySolutions | px.QueryTriples | px.QueryBoolean:
        """Run a query, and let its answer come as it is read; triples may come more than once.

        Raises:
            QuerySyntaxError: See :meth:`Store.query`.
        """
        guard.refuse_service(text)
        with suppress(SyntaxError):  # most texts declare their prefixes, and ours take as long as a short question
            return self.engine.query(text, use_default_graph_as_union=True)
        try:
            return self.engine.query(text, use_default_graph_as_union=True, prefixes=PREFIXES)
        except SyntaxError as error:
            raise syntax_error(text, str(error)) from None


class RdflibStore:
    """The second engine: rdflib's own SPARQL, for comparison and for those who have an rdflib graph.

    A query with FROM is refused: rdflib would fetch that graph from the web or read it from a file.

    Args:
        graph: The graph to ask.
    """

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph

    @classmethod
    def of(cls, quads: Iterable[px.Quad]) -> RdflibStore:
        """A store that holds the given statements as one graph.

        Sets ``rdflib.NORMALIZE_LITERALS`` to False for the process: rdflib would rewrite numbers otherwise.

        Raises:
            StoreError: A statement is about a statement.
        """
        import rdflib

        rdflib.NORMALIZE_LITERALS = False
        graph = rdflib.Graph()
        for quad in quads:
            graph.add((_to_rdflib(quad.subject), _to_rdflib(quad.predicate), _to_rdflib(quad.object)))
        return cls(graph)

    def query(self, text: str) -> Rows | Triples | bool:
        """Run a query; see :meth:`Store.query`."""
        from pyparsing import ParseException
        from rdflib.plugins.sparql.algebra import translateQuery
        from rdflib.plugins.sparql.parser import expandUnicodeEscapes, parseQuery

        try:
            guard.refuse_words(expandUnicodeEscapes(text))
            parsed = parseQuery(text)
            _refuse_fetching(parsed)
            return _from_result(self.graph.query(translateQuery(parsed, initNs=PREFIXES)))
        except QuerySyntaxError:
            raise
        except ParseException as error:
            raise syntax_error(text, f"error at {error.lineno}:{error.column}: {error.msg}") from None
        except Exception as error:  # noqa: BLE001 - rdflib raises nothing narrower
            raise syntax_error(text, str(error)) from None


def _refuse_fetching(parsed: object) -> None:
    """Refuse what makes rdflib read from the web or from a file."""
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    parts = [parsed]
    while parts:
        part = parts.pop()
        if isinstance(part, CompValue):
            if part.name in _FETCHING:
                raise QuerySyntaxError(
                    f"{_FETCHING[part.name]} is not allowed: rdflib would fetch it.", hint="Leave it out."
                )
            parts.extend(part.values())
        elif isinstance(part, list | ParseResults):
            parts.extend(part)


_FETCHING: Final = {"ServiceGraphPattern": "SERVICE", "DatasetClause": "FROM"}


def _from_result(answer: rdflib.query.Result) -> Rows | Triples | bool:
    if answer.type == "ASK":
        return bool(answer.askAnswer)
    if answer.type == "SELECT":
        variables = answer.vars or []
        rows = (tuple(_from_rdflib(binding.get(name)) for name in variables) for binding in answer.bindings)
        return Rows(tuple(str(name) for name in variables), tuple(rows))
    return Triples(tuple(px.Triple(*(_from_rdflib(term) for term in triple)) for triple in answer.graph or ()))  # type: ignore[arg-type]


def _to_rdflib(term: object) -> rdflib.term.Node:
    import rdflib

    if isinstance(term, px.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, px.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, px.Literal):
        raise StoreError("A statement about a statement; rdflib has no such thing.", hint="Use the embedded store.")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype.value == XSD + "string"
    return rdflib.Literal(term.value, datatype=None if plain else rdflib.URIRef(term.datatype.value))


def _from_rdflib(term: object) -> Term | None:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return px.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return px.BlankNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return px.Literal(str(term), language=term.language)
        return px.Literal(str(term), datatype=px.NamedNode(str(term.datatype)) if term.datatype else None)
    return None


def plain_term(term: object) -> Term | None:
    """A term of an answer.

    Raises:
        QuerySyntaxError: It is a statement.
    """
    if term is None or isinstance(term, px.NamedNode | px.BlankNode | px.Literal):
        return term
    raise _nested()


def _nested() -> QuerySyntaxError:
    return QuerySyntaxError("The answer holds a statement about a statement.", hint="Ask for its parts.")
