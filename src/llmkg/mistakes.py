"""What is wrong with a query, in words: one clear message out of an engine's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from llmkg.errors import QuerySyntaxError
from llmkg.terms import PREFIXES
from llmkg.tokens import declared_prefixes, line_of, scan

if TYPE_CHECKING:
    from llmkg.tokens import Token

__all__ = ["syntax_error"]

_POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_LONGEST_REASON: Final = 90


def syntax_error(text: str, message: str) -> QuerySyntaxError:
    """The error to raise for a query that an engine refuses.

    Args:
        text: The query.
        message: What the engine says.

    >>> print(syntax_error("ASK { ?s nope:p ?o }", "error at 1:13: expected something"))
    line 1: The prefix nope: is not declared. Begin with PREFIX nope: <...>.
    >>> print(syntax_error("ASK { ?s ?p", "error at 1:12: expected one of a, b"))
    line 1, column 12: Not a SPARQL query: expected one of a, b. Ask with SELECT, ASK, CONSTRUCT or DESCRIBE; nothing ...
    """
    try:
        tokens = [token for token in scan(text) if token.kind != "comment"]
    except QuerySyntaxError as error:
        return error
    unknown = _undeclared(text, tokens)
    if unknown:
        prefix = unknown.text.partition(":")[0]
        return QuerySyntaxError(
            f"The prefix {prefix}: is not declared.",
            where=f"line {line_of(text, unknown.start)}",
            hint=f"Begin with PREFIX {prefix}: <...>.",
        )
    position = _POSITION.search(message)
    where = f"line {position[1]}, column {position[2]}" if position else ""
    reason = " ".join((position[3] if position else message).split()).removesuffix(".")
    if len(reason) > _LONGEST_REASON:
        reason = reason[:_LONGEST_REASON].rsplit(",", 1)[0] + " .."  # the full stop is the third dot
    return QuerySyntaxError(
        f"Not a SPARQL query: {reason}.",
        where=where,
        hint="Ask with SELECT, ASK, CONSTRUCT or DESCRIBE; nothing can be changed.",
    )


def _undeclared(text: str, tokens: list[Token]) -> Token | None:
    """The first name whose prefix nobody declares; an address without angle brackets is none."""
    names = [token for token in tokens if token.kind == "name"]
    known = {"", *declared_prefixes(tokens), *PREFIXES}
    return next(
        (
            name
            for name in names
            if name.text.partition(":")[0] not in known and not text.startswith("//", name.start + len(name.text))
        ),
        None,
    )
