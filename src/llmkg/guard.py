"""What a query must not hold: a call of another server, an update, and what only a bomb is made of.

Two things are refused, each by whoever runs a text that others may have written:

- *SERVICE*, in every store: :func:`refuse_service`. The keyword is looked for among the tokens of the text, and where the
  word stands anywhere at all, even in a string, the engine's own parser has the last word: with another word in its place
  the text must still be a query. So it does not matter where the engine thinks that words end.
- *Updates, and texts that are too long or too deep*, before a stranger's text reaches any parser: :func:`refuse`. The
  parsers of SPARQL descend into brackets and chains of operators on the stack, and a stack that overflows ends the process.

FROM and FROM NAMED are let through: the embedded store fetches nothing, and sees all its graphs as one whatever FROM names.
Where rdflib answers they are refused (see :class:`llmkg.store.RdflibStore`), because it reads them from the web or from a file.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.errors import QuerySyntaxError
from llmkg.mistakes import syntax_error
from llmkg.terms import PREFIXES
from llmkg.tokens import line_of, scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmkg.tokens import Token

__all__ = ["DEEPEST", "LONGEST_CHAIN", "MOST_BYTES", "MOST_TOKENS", "refuse", "refuse_service", "refuse_words"]

MOST_BYTES: Final = 100_000
"""Longest query of others, in bytes of UTF-8."""

MOST_TOKENS: Final = 4_000
"""Most tokens in a query of others, comments not counted."""

DEEPEST: Final = 64
"""Most brackets, of any kind, that may be open at once."""

LONGEST_CHAIN: Final = 200
"""Most operators in one pair of brackets between two of the marks ``.``, ``;`` and ``,``.

The marks of a datatype (``"1"^^xsd:integer``) are none, nor is the sign of a number in a list of VALUES.
"""

_SERVICE: Final = "service"
_UPDATES: Final = frozenset({"add", "clear", "copy", "create", "delete", "drop", "insert", "load", "move", "with"})
_OPENING: Final = frozenset("([{")
_CLOSING: Final = frozenset(")]}")
_SEPARATING: Final = frozenset(".;,")


def refuse(text: str) -> None:
    """Refuse a stranger's query that could do more than ask this store, or is too large to be parsed safely.

    Args:
        text: The query.

    Raises:
        QuerySyntaxError: It is longer than :data:`MOST_BYTES` or :data:`MOST_TOKENS`, deeper than :data:`DEEPEST`, has a
            chain of operators longer than :data:`LONGEST_CHAIN`, is an update, holds the keyword SERVICE, or cannot be
            cut into tokens.

    >>> refuse("SELECT * { ?load ex:insert 'DELETE' } # DROP ALL")
    >>> refuse("DROP ALL")
    Traceback (most recent call last):
    llmkg.errors.QuerySyntaxError: line 1: Not a SPARQL query: DROP is for changing a graph. Ask with SELECT, ASK, ...
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise QuerySyntaxError(
            "A character is not Unicode.", where=f"line {line_of(text, error.start)}", hint="Send the query as UTF-8."
        ) from None
    if size > MOST_BYTES:
        raise _too_much(f"{size:,} bytes", MOST_BYTES)
    tokens = [token for token in scan(text) if token.kind != "comment"]
    if len(tokens) > MOST_TOKENS:
        raise _too_much(f"{len(tokens):,} words and marks", MOST_TOKENS)
    _refuse_bomb(text, tokens)
    _refuse_updates(text, tokens)
    _refuse_keyword(text)


@lru_cache(maxsize=256)
def refuse_service(text: str) -> None:
    """Refuse a query that would make the store ask another server.

    Texts that were let through are remembered, so that asking one again costs next to nothing.

    Args:
        text: The query.

    Raises:
        QuerySyntaxError: The keyword SERVICE stands in the query, or the word does and it is no query.

    >>> refuse_service('SELECT * { ?s llmkg:service "SERVICE" } # SERVICE')
    >>> refuse_service("SELECT * { SERVICE <http://x/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    llmkg.errors.QuerySyntaxError: line 1: SERVICE is not allowed. Ask the other endpoint yourself and join the rows.
    """
    if _SERVICE in text.casefold() or ("\\" in text and _SERVICE in _unescaped(text).casefold()):
        _refuse_keyword(text)
        _refuse_unless_name(text)


def refuse_words(text: str) -> None:
    """Refuse a query that holds the keyword SERVICE, as far as its tokens tell; see :func:`refuse_service`.

    Args:
        text: The query, escapes of characters taken as they stand.

    Raises:
        QuerySyntaxError: The keyword stands in it, or it holds the word and cannot be cut into tokens.
    """
    if _SERVICE not in text.casefold():
        return
    for token in scan(text):
        if token.kind == "word" and _SERVICE in token.text.casefold():  # also 5SERVICE and trueSERVICE
            raise QuerySyntaxError(
                "SERVICE is not allowed.",
                where=f"line {line_of(text, token.start)}",
                hint="Ask the other endpoint yourself and join the rows.",
            )


def _refuse_keyword(text: str) -> None:
    """Refuse the keyword in both readings: some parsers replace escapes of characters first, some in strings and IRIs only."""
    refuse_words(text)
    if "\\" in text:
        refuse_words(_unescaped(text))


def _refuse_updates(text: str, tokens: Iterable[Token]) -> None:
    for token in tokens:
        if token.kind == "word" and token.text.casefold() in _UPDATES:
            raise QuerySyntaxError(
                f"Not a SPARQL query: {token.text} is for changing a graph.",
                where=f"line {line_of(text, token.start)}",
                hint="Ask with SELECT, ASK, CONSTRUCT or DESCRIBE; nothing can be changed.",
            )


def _refuse_unless_name(text: str) -> None:
    """Refuse a query that holds the word, if without it it is none: then the word may be more than a part of a name or string."""
    letters = (chr(ord("a") + byte % 26) for byte in sha256(text.encode(errors="replace")).digest())
    other = "zz" + "".join(next(letters) for _ in _SERVICE[2:])  # no keyword begins so, and no text knows its own
    try:
        _parse(re.sub(_SERVICE, other, text, flags=re.IGNORECASE))
    except SyntaxError as error:
        raise syntax_error(text, str(error)) from None


def _parse(text: str) -> None:
    """Let the embedded engine parse a query, and not run it: it parses first, and then sees that its options exclude each other.

    Raises:
        SyntaxError: It is no query.
    """
    with suppress(ValueError):
        px.Store().query(text, prefixes=PREFIXES, use_default_graph_as_union=True, default_graph=px.DefaultGraph())


def _unescaped(text: str) -> str:
    """The text with every escape of a character replaced, as before lexing."""
    return _ESCAPE.sub(lambda match: chr(min(int(match[1] or match[2], 16), 0x10FFFF)), text)


_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def _refuse_bomb(text: str, tokens: Sequence[Token]) -> None:
    chains, brackets = [0], [""]
    for place, token in enumerate(tokens):
        if token.kind != "mark":
            continue
        if token.text in _OPENING:
            chains.append(0)
            brackets.append(token.text)
            if len(chains) > DEEPEST + 1:
                raise _too_much("too many brackets in brackets", DEEPEST, line_of(text, token.start))
        elif token.text in _CLOSING:
            if len(chains) > 1:
                chains.pop()
                brackets.pop()
        elif token.text in _SEPARATING:
            chains[-1] = 0
        elif not _is_of_a_value(tokens, place, brackets[-1]):
            chains[-1] += 1
            if chains[-1] > LONGEST_CHAIN:
                raise _too_much("too many operators in a row", LONGEST_CHAIN, line_of(text, token.start))


def _is_of_a_value(tokens: Sequence[Token], place: int, bracket: str) -> bool:
    """Whether a mark stands before a datatype, or is the sign of a number where an expression has no place."""
    if tokens[place].text == "^^":
        return tokens[place - 1].kind == "string"
    follows = tokens[place + 1].kind if place + 1 < len(tokens) else ""
    return tokens[place].text in {"+", "-"} and bracket == "{" and follows == "number"


def _too_much(what: str, most: int, line: int | None = None) -> QuerySyntaxError:
    return QuerySyntaxError(
        f"The query has {what}, more than the {most:,} that are allowed.",
        where=f"line {line}" if line else "",
        hint="Ask in several smaller queries.",
    )
