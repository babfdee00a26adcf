"""What a client is told when it cannot have what it asked for: ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from llmkg.errors import (
    AmbiguousNameError,
    LlmkgError,
    NotFoundError,
    QueryError,
    QueryTimeoutError,
    UnknownQueryError,
)
from llmkg.server.messages import Reply

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MEDIA_TYPE", "Problem", "problem_of"]

MEDIA_TYPE: Final = "application/problem+json"

_RETRY: Final = "1"


class Problem(Exception):  # noqa: N818 - it is called so in RFC 9457
    r"""A request that is not answered.

    Args:
        status: The status of HTTP.
        detail: What is wrong, and what to do.
        headers: More headers of the reply.
        lasting: Whether it stays so as long as the graph does.
        **more: More members of the document, such as ``line``.

    >>> Problem(404, "There is nothing here.").reply().body.decode()
    '{"type": "about:blank", "title": "Not Found", "status": 404, "detail": "There is nothing here."}\n'
    """

    def __init__(
        self, status: int, detail: str, *, headers: Iterable[tuple[str, str]] = (), lasting: bool = True, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = tuple(headers)
        self.lasting = lasting
        self.more = more

    def reply(self) -> Reply:
        """The problem as a reply."""
        told = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        body = json.dumps(told, ensure_ascii=False).encode(errors="replace") + b"\n"
        return Reply(self.status, MEDIA_TYPE, body, self.headers, self.lasting)


def problem_of(error: LlmkgError) -> Problem:
    """The problem that an error of the program is for a client.

    >>> from llmkg.errors import NotFoundError
    >>> problem_of(NotFoundError("Nothing is called x.")).status
    404
    """
    more: dict[str, Any] = {}
    if error.where:
        more["where"] = error.where
    if error.hint:
        more["hint"] = error.hint
    if isinstance(error, AmbiguousNameError):
        more["candidates"] = list(error.candidates)
    if isinstance(error, QueryTimeoutError):
        return Problem(503, error.what, headers=(("Retry-After", _RETRY),), lasting=False, **more)
    if isinstance(error, NotFoundError | UnknownQueryError):
        return Problem(404, error.what, **more)
    if isinstance(error, QueryError | AmbiguousNameError):
        return Problem(400, error.what, **more)
    return Problem(500, error.what, lasting=False, **more)
