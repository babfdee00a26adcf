"""The exceptions of llmkg.

::

    LlmkgError                  where, what is wrong, what to do
    ├── ReadError               a file or folder that cannot be read or written, or is not what it should be
    ├── QueryError
    │   ├── UnknownQueryError   no saved question has that name
    │   ├── ParameterError      a parameter is missing, unknown or of the wrong type
    │   ├── QuerySyntaxError    not SPARQL, or SPARQL that is refused
    │   └── QueryTimeoutError   stopped at the time limit
    ├── NotFoundError           no entity has that name
    ├── AmbiguousNameError      several entities have that name
    └── StoreError              the store cannot be built or opened
        └── EndpointError       a SPARQL endpoint did not answer as it should

Bad *data* is never an exception: it is a :class:`llmkg.findings.Finding`.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "AmbiguousNameError",
    "EndpointError",
    "LlmkgError",
    "NotFoundError",
    "ParameterError",
    "QueryError",
    "QuerySyntaxError",
    "QueryTimeoutError",
    "ReadError",
    "StoreError",
    "UnknownQueryError",
]


class LlmkgError(Exception):
    """Something that the user can put right.

    Args:
        what: What is wrong, one sentence.
        where: The place: ``path``, ``path:line``, a query's or a parameter's name. Empty if there is none.
        hint: What to do about it. Empty if there is nothing to say.

    >>> print(LlmkgError("It holds no graph/ folder.", where="/tmp/x", hint="Name a checkout of llmkg."))
    /tmp/x: It holds no graph/ folder. Name a checkout of llmkg.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """Where, what and what to do, on one line."""
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.hint}" if self.hint else ""
        return f"{place}{self.what}{advice}"


class ReadError(LlmkgError):
    """A file or folder cannot be read or written, or is not what it should be."""


class QueryError(LlmkgError):
    """A query cannot be run."""

    exit_code = 2


class UnknownQueryError(QueryError):
    """No saved question has that name."""

    exit_code = 4


class ParameterError(QueryError):
    """A parameter is missing, unknown or of the wrong type."""


class QuerySyntaxError(QueryError):
    """The text is not SPARQL, or is SPARQL that llmkg refuses."""


class QueryTimeoutError(QueryError):
    """The query was stopped at its time limit."""

    exit_code = 5


class NotFoundError(LlmkgError):
    """No entity has that name."""

    exit_code = 4


class AmbiguousNameError(LlmkgError):
    """Several entities have that name.

    Args:
        what: What is wrong.
        candidates: The IRIs that the name may stand for.
        hint: What to do about it.
    """

    exit_code = 3

    def __init__(self, what: str, *, candidates: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.candidates = candidates


class StoreError(LlmkgError):
    """The store cannot be built or opened."""


class EndpointError(StoreError):
    """A SPARQL endpoint did not answer as it should."""
