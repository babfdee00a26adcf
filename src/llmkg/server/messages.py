"""What the front of the server and its workers tell each other: plain data, never code.

A message is two lengths (four bytes of the head, eight of the body), a head in JSON, and the body as it is.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["LENGTHS", "Reply", "Request", "packed_reply", "packed_request", "reply_of", "request_of"]

LENGTHS: Final = struct.Struct(">IQ")
"""The two lengths before a message."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks.

    Attributes:
        method: ``GET`` (for HEAD too) or ``POST``.
        path: Path below the server's address, decoded, without a slash before it.
        query: Parameters of the address, decoded, in their order.
        form: Those of an urlencoded body.
        body: Another body, as it is.
        media_type: The body's media type, in lower case; empty if there is none.
        accept: The header of that name; empty if there is none.
        language: The language of pages: ``en`` or ``zh``.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    media_type: str = ""
    accept: str = ""
    language: str = "en"

    def values(self, name: str) -> list[str]:
        """The values of a parameter, those of the address first.

        >>> Request("GET", "queries", (("limit", "3"),)).values("limit")
        ['3']
        """
        return [value for key, value in (*self.query, *self.form) if key == name]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered.

    Attributes:
        status: The status of HTTP.
        media_type: Media type of the body, with its charset.
        body: The body.
        headers: More headers.
        lasting: Whether the same question has the same answer as long as the graph stays.
        framed: Whether pages of others may show it within them.
    """

    status: int
    media_type: str = ""
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    lasting: bool = True
    framed: bool = False


def packed_request(request: Request) -> bytes:
    """A request as a message.

    >>> request = Request("POST", "sparql", body=b"ASK {}")
    >>> head, _ = LENGTHS.unpack(packed_request(request)[: LENGTHS.size])
    >>> request_of(packed_request(request)[LENGTHS.size :][:head], b"ASK {}") == request
    True
    """
    head = [request.method, request.path, request.query, request.form]
    return _packed([*head, request.media_type, request.accept, request.language], request.body)


def request_of(head: bytes, body: bytes) -> Request:
    """A request, from the parts of a message."""
    method, path, query, form, media_type, accept, language = json.loads(head)
    return Request(method, path, _pairs(query), _pairs(form), body, media_type, accept, language)


def packed_reply(reply: Reply) -> bytes:
    """A reply as a message."""
    return _packed([reply.status, reply.media_type, reply.headers, reply.lasting, reply.framed], reply.body)


def reply_of(head: bytes, body: bytes) -> Reply:
    """A reply, from the parts of a message."""
    status, media_type, headers, lasting, framed = json.loads(head)
    return Reply(status, media_type, body, _pairs(headers), lasting, framed)


def _packed(head: list[Any], body: bytes) -> bytes:
    written = json.dumps(head).encode()
    return b"".join((LENGTHS.pack(len(written), len(body)), written, body))


def _pairs(read: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in read)
