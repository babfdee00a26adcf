r"""The words of a SPARQL 1.1 query: where strings, IRIs, names and comments begin and end.

The lexer reads each character a bounded number of times, so that its time grows with the length of the text and with
nothing else. It knows no grammar: what it lets through may still be no query.

Source of the terminals: section 19.8 of the SPARQL 1.1 Query Language recommendation. Two things are narrower than
there: a ``\u`` escape may stand only in a string or an IRI (elsewhere it could write a keyword), and the sign of a number
is a mark of its own.

>>> [(token.kind, token.text) for token in scan("SELECT * { ?s ex:in.service 'SERVICE'@en }")][3:]
[('variable', '?s'), ('name', 'ex:in.service'), ('string', "'SERVICE'"), ('language', '@en'), ('mark', '}')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from llmkg.errors import QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Token", "declared_prefixes", "line_of", "scan"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query.

    Attributes:
        kind: ``comment``, ``iri`` (in angle brackets), ``string``, ``variable``, ``name`` (``ex:a``, ``ex:``, ``:a``),
            ``blank`` (``_:b``), ``language`` (``@en``), ``number``, ``word`` (a keyword, ``a``, ``true``, a function) or
            ``mark`` (a bracket, an operator, punctuation).
        text: As it stands in the query.
        start: Characters before it.
    """

    kind: str
    text: str
    start: int


_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_WORDS = f"{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CHARS = rf"{_WORDS}\-"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_INSIDE = rf"[{_CHARS}:]|{_ESCAPED}"
_NUMBERED = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A name's prefix, the rest of a name, and any other token: compiled when a query is first cut, which most commands never do.

    Every repetition is possessive: nothing is given back, so nothing is tried twice.
    """
    prefix = re.compile(rf"[{_BASE}](?:[{_CHARS}]++|\.++(?=[{_CHARS}]))*+")
    local = re.compile(rf":(?:(?:[{_BASE}_0-9:]|{_ESCAPED})(?:{_INSIDE}|\.++(?={_INSIDE}))*+)?+")
    token = re.compile(
        rf"""
          (?P<blanks>[\ \t\r\n]++)
        | (?P<comment>\#[^\r\n]*+)
        | (?P<variable>[?$][{_BASE}_0-9][{_WORDS}]*+)
        | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]++|{_NUMBERED})*+>)
        | (?P<string>\"{{3}}(?:[^"\\]++|\\.|"(?!""))*+\"{{3}} | '{{3}}(?:[^'\\]++|\\.|'(?!''))*+'{{3}}
            | "(?!"")(?:[^"\\\r\n]++|\\[^\r\n])*+" | '(?!'')(?:[^'\\\r\n]++|\\[^\r\n])*+')
        | (?P<blank>_:[{_BASE}_0-9](?:[{_CHARS}]++|\.++(?=[{_CHARS}]))*+)
        | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)
        | (?P<number>(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)[eE][+-]?+[0-9]++ | [0-9]*+\.[0-9]++ | [0-9]++)
        | (?P<word>[{_BASE}][{_WORDS}]*+)
        | (?P<open><[A-Za-z][A-Za-z0-9+.-]*+://)
        | (?P<mark>\^\^|&&|\|\||!=|<=|>=|[{{}}()\[\].;,<>=!+\-*/|^?~])
        """,
        re.VERBOSE | re.DOTALL,
    )
    return prefix, local, token


def declared_prefixes(tokens: Iterable[Token]) -> set[str]:
    """The prefixes that a query declares.

    Args:
        tokens: The query, cut, without comments.

    >>> declared_prefixes(scan("PREFIX ex: <http://example.org/> ASK { ex:a ?p other:b }"))
    {'ex'}
    """
    return {
        name.text.partition(":")[0]
        for word, name in pairwise(tokens)
        if word.text.casefold() == "prefix" and name.kind == "name"
    }


def line_of(text: str, start: int) -> int:
    """The number of the line, from 1, in which a character stands."""
    return text.count("\n", 0, start) + 1


def scan(text: str) -> list[Token]:
    """Cut a query into tokens, comments included; blanks between them are left out.

    An IRI begins where one can end: ``?a < ?b`` is a comparison, ``?a <b> ?c`` is not, whatever was meant.

    Args:
        text: The query.

    Raises:
        QuerySyntaxError: A string or an IRI is not ended, or a character has no place in a query.

    >>> [token.text for token in scan("ASK { ?a <b> 1. } # end")]
    ['ASK', '{', '?a', '<b>', '1', '.', '}', '# end']
    >>> scan("ASK { ?a ?b 'c }")
    Traceback (most recent call last):
    llmkg.errors.QuerySyntaxError: line 1, column 13: Not a SPARQL query: the string that begins with 'c } is not ended. ...
    """
    prefixes, locals_, others = _patterns()
    tokens = []
    position = 0
    barren = 0  # no name begins before this place: the letters and dots up to it are not followed by a colon
    while position < len(text):
        match = None
        if text[position] == ":":
            match = locals_.match(text, position)
        elif position >= barren and (prefix := prefixes.match(text, position)):
            match = locals_.match(text, prefix.end())
            barren = prefix.end()
        kind = "name"
        if match is None:
            match = others.match(text, position)
            kind = (match.lastgroup or "") if match else ""
        if match is None or kind == "open":
            raise _unreadable(text, position)
        if kind != "blanks":
            tokens.append(Token(kind, text[position : match.end()], position))
        position = match.end()
    return tokens


def _unreadable(text: str, start: int) -> QuerySyntaxError:
    char = text[start]
    piece = re.split(r"[\r\n]", text[start : start + 20], maxsplit=1)[0]
    if char in "\"'":
        what = f"the string that begins with {piece} is not ended"
        hint = "Write the quote mark that ends it; inside, a quote mark or line break needs a backslash or three quote marks."
    elif char == "<":
        what = f"the IRI that begins with {piece} is not ended"
        hint = "Write > after it; blanks and quote marks have no place in an IRI."
    else:
        what = f"{char!r} has no place here"
        hint = "An escape stands in a string or an IRI." if char == "\\" else "Remove it, or write it in a string."
    column = start - text.rfind("\n", 0, start)
    return QuerySyntaxError(
        f"Not a SPARQL query: {what}.", where=f"line {line_of(text, start)}, column {column}", hint=hint
    )
