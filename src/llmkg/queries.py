"""Saved questions: what they ask for, how they are bound, and their answers.

A file runs as it stands in any SPARQL editor. A parameter is a ``VALUES ?name { example }`` line; binding replaces what
the braces hold, wherever that line stands, with escaped terms, and never touches the text otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.errors import ParameterError
from llmkg.store import Rows, Store, Term, Triples
from llmkg.terms import XSD, expand

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

__all__ = ["TYPES", "Parameter", "Query", "ask", "fill", "parameter_places", "run"]

TYPES: Final = ("iri", "string", "langString", "integer", "decimal", "boolean", "date", "gYear")
"""Types of parameters."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a saved question.

    Attributes:
        name: Its name, without ``?``.
        type: One of :data:`TYPES`.
        class_: What an iri must be an instance of, as an IRI; empty for any.
        scheme: The SKOS scheme that a concept must be in (``technique`` ...); empty for any.
        example: A value, as a term.
        required: Whether a value must be given.
        default: The value where none is given; empty for none.
        multiple: Whether several values may be given, of which any will do.
        values_from: Id of the saved question whose column of the same name holds the values to choose from; empty for any
            value.
    """

    name: str
    type: str
    class_: str = ""
    scheme: str = ""
    example: str = ""
    required: bool = True
    default: str = ""
    multiple: bool = False
    values_from: str = ""

    def term(self, value: str) -> Term:
        """The term that a text means for this parameter.

        Args:
            value: An IRI or prefixed name for an iri; a text, ``@`` and its language for a langString; else the lexical form.

        Raises:
            ParameterError: The text is not of the parameter's type.

        >>> Parameter("since", "gYear").term("2022")
        <Literal value=2022 datatype=<NamedNode value=http://www.w3.org/2001/XMLSchema#gYear>>
        """
        if self.type == "iri":
            try:
                return px.NamedNode(expand(value) or value)
            except ValueError:
                raise self._wrong(value) from None
        if self.type == "string":
            return px.Literal(value)
        if self.type == "langString":
            text, at, language = value.rpartition("@")
            try:
                return px.Literal(text, language=language if at else "")
            except ValueError:
                raise self._wrong(value) from None
        if not _LEXICAL[self.type].fullmatch(value) or not _exists(self.type, value):
            raise self._wrong(value)
        return px.Literal(value, datatype=px.NamedNode(XSD + self.type))

    def _wrong(self, value: str) -> ParameterError:
        return ParameterError(
            f"{value!r} is not {_ARTICLED[self.type]}.", where=self.name, hint=f"For example {self.name}={self.example}"
        )


_LEXICAL: Final = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"),
    "boolean": re.compile(r"true|false"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "gYear": re.compile(r"[0-9]{4}"),
}
_ARTICLED: Final = {
    "iri": "an IRI or a known name",
    "string": "a text",
    "langString": "a text with its language (text@en)",
    "integer": "an integer",
    "decimal": "a decimal number",
    "boolean": "true or false",
    "date": "a date (YYYY-MM-DD)",
    "gYear": "a year (YYYY)",
}


@dataclass(frozen=True)
class Query:
    """A saved question.

    Attributes:
        id: ``topic/stem``.
        path: The file below the project's folder.
        text: The SPARQL, header included.
        summary: The question in English.
        summary_zh: The question in Chinese.
        description: More about it; empty if there is nothing to say.
        tags: Its tags.
        parameters: Its parameters, in the order of the header.
        returns: Columns and what each holds.
        header: Everything in the header, for what else a kind of query keeps there.
        statuses: ``policy`` if rows whose status the preference policy does not accept are left out unless they are asked
            for; ``all`` for a question that is about claims of any status.
        why: Where a row has no claim of its own, the saved question whose claims stand behind it (``question``), and its
            parameters: each a column of this question.
    """

    id: str
    path: str
    text: str
    summary: str
    summary_zh: str
    description: str
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    returns: Mapping[str, str]
    header: Mapping[str, Any] = field(repr=False)
    statuses: str = "policy"
    why: Mapping[str, str] = field(default_factory=dict)

    def bind(self, values: Mapping[str, Sequence[Term]], *, leave_open: Collection[str] = ()) -> str:
        """The SPARQL with its parameters set.

        Args:
            values: Terms by parameter. A parameter left out has its default, or else restricts nothing.
            leave_open: Parameters that restrict nothing this time, whatever their value and though required.

        Raises:
            ParameterError: A parameter is unknown, a required one is missing, or one has more values than it may.
        """
        names = [parameter.name for parameter in self.parameters]
        unknown = sorted(set(values) - set(names))
        if unknown:
            has = f"It has {', '.join(names)}." if names else "It has none."
            raise ParameterError(f"{self.id} has no parameter {unknown[0]!r}.", hint=has)
        fillings = {}
        for parameter in self.parameters:
            is_open = parameter.name in leave_open
            terms = () if is_open else values.get(parameter.name, ())
            if not terms and parameter.default and not is_open:
                terms = (parameter.term(parameter.default),)
            if not terms and parameter.required and not is_open:
                raise ParameterError(
                    f"{self.id} needs the parameter {parameter.name!r}.",
                    hint=f"For example {parameter.name}={parameter.example}",
                )
            if len(terms) > 1 and not parameter.multiple:
                raise ParameterError(
                    f"{parameter.name!r} takes one value, and {len(terms)} were given.",
                    where=self.id,
                    hint="Ask once for each.",
                )
            fillings[parameter.name] = _written(terms) or "UNDEF"

        return fill(self.text, fillings)


def run(
    store: Store,
    query: Query,
    values: Mapping[str, Sequence[Term]] | None = None,
    *,
    leave_open: Collection[str] = (),
) -> Rows:
    """Ask a store a saved question.

    Args:
        store: The store.
        query: The question.
        values: Terms by parameter.
        leave_open: Parameters that restrict nothing this time, whatever their value and though required.

    Raises:
        ParameterError: A parameter is unknown, or a required one is missing.

    >>> import llmkg
    >>> graph = llmkg.load()
    >>> question = graph.catalogue["lineage/borrowed-techniques"]
    >>> answer = run(graph.store, question, {"model": [question.parameters[0].term("family:llama")]})
    >>> answer.columns[0]
    'technique'
    """
    result = store.query(query.bind(values or {}, leave_open=leave_open))
    if isinstance(result, bool):
        return Rows(("answer",), ((px.Literal(result),),))
    return result.rows() if isinstance(result, Triples) else result


def ask(store: Store, text: str, **values: Iterable[Term]) -> Rows:
    """Ask one of the program's own questions, whose parameters are known, without reading its header.

    Args:
        store: The store.
        text: Text of the question, a SELECT.
        values: Terms by parameter.

    Raises:
        TypeError: The text is not a SELECT.
    """
    result = store.query(fill(text, {name: _written(terms) for name, terms in values.items()}))
    if not isinstance(result, Rows):
        raise TypeError("Not a SELECT.")
    return result


def _written(terms: Iterable[Term]) -> str:
    r"""Terms as SPARQL has them.

    In rdflib's reading ``\\u0022`` holds the number of a character though its backslash is escaped, and the number in
    ``\u00010022`` has eight digits. So a u after a backslash is written by its number, and every number in eight digits.
    """
    return " ".join(_ESCAPE.sub(_rewritten, str(term)) for term in terms)


def _rewritten(match: re.Match[str]) -> str:
    if match["number"]:
        return f"\\U0000{match['number']}"
    return f"\\\\\\U{ord(match['u']):08X}" if match["u"] else match[0]


_ESCAPE: Final = re.compile(r"\\\\(?P<u>[uU])|\\u(?P<number>[0-9A-Fa-f]{4})|\\.")


def fill(text: str, fillings: Mapping[str, str]) -> str:
    """A query with what its VALUES lines hold replaced.

    Args:
        text: The query.
        fillings: Escaped terms, with blanks between, by variable. Lines of other variables stay as they are.

    >>> fill("SELECT * { VALUES ?m { <a:x> } ?m ?p 'VALUES ?m { <a:x> }' }", {"m": "<a:y>"})
    "SELECT * { VALUES ?m { <a:y> } ?m ?p 'VALUES ?m { <a:x> }' }"
    """
    return _filled(text, tuple(fillings.items()))


@lru_cache(maxsize=128)
def _filled(text: str, items: tuple[tuple[str, str], ...]) -> str:
    """A query filled; the same text again for the same values, of which the engine and the guard know the bytes already."""
    fillings = dict(items)
    return "".join(
        f"{head}{{ {fillings[name]} }}" if name in fillings else whole for whole, head, name in _pieces(text)
    )


@lru_cache(maxsize=512)
def _pieces(text: str) -> tuple[tuple[str, str, str], ...]:
    """A query cut at its VALUES lines: each piece as it stands, and of a line its head and variable."""
    pieces, end = [], 0
    for match in _VALUES.finditer(text):
        if match["name"]:
            pieces += [(text[end : match.start()], "", ""), (match[0], match["head"], match["name"])]
            end = match.end()
    return (*pieces, (text[end:], "", ""))


def parameter_places(text: str) -> dict[str, int]:
    """Where in a query the VALUES line of each variable stands, the last of several.

    >>> parameter_places("SELECT * { VALUES ?m { <a:x> } ?m ?p ?o }")
    {'m': 11}
    """
    return {match["name"]: match.start("head") for match in _VALUES.finditer(text) if match["name"]}


_VALUES = re.compile(
    r"""
    \#[^\n]* | <[^<>\s]*> | "{3}(?:\\.|[^\\])*?"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'
    | (?P<head>\bVALUES\s*\?(?P<name>\w+)\s*)
      \{(?: <[^<>\s]*> | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | [^}"'<] )*\}
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def _exists(type_: str, value: str) -> bool:
    """Whether a value of the right form is one (2021-02-30 is not)."""
    if type_ != "date":
        return True
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
