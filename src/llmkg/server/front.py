"""The front of the server: one process that speaks HTTP and leaves all work to the workers.

It reads a request within its limits, looks whether the reply is known, asks a worker if it is not, and sends the reply with
the headers that every reply has. It never looks into the graph, so nothing that a request holds can keep it busy.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from functools import lru_cache
from hashlib import blake2b
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from llmkg.server.memory import Memory
from llmkg.server.messages import Reply, Request
from llmkg.server.negotiation import best_language
from llmkg.server.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from llmkg.server.metrics import Metrics
    from llmkg.server.workers import Workers

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

__all__ = ["LONGEST_BODY", "LONGEST_TARGET", "Front"]

LONGEST_TARGET: Final = 16_384
"""Most bytes of a path with its parameters."""

LONGEST_BODY: Final = 1_000_000
"""Most bytes of a body."""

_MOST_PARAMETERS: Final = 200
_BODY_SECONDS: Final = 10.0
_MEMORY_BYTES: Final = 100_000_000
_FORM: Final = "application/x-www-form-urlencoded"
_POSTED: Final = re.compile(r"sparql|reconcile/?")
_GET: Final = ("GET", "HEAD")
_FRONT: Final = ("health", "metrics")
_UNWANTED: Final = re.compile(r"[\x00-\x1f\x7f\\]")

_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
SECURITY: Final = (
    ("Content-Security-Policy", _POLICY),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
"""Headers that keep a browser from doing with a document what nobody wants."""

_OF_ALL: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Access-Control-Allow-Origin", "*"),
)
_NAMED: Final = "ETag, Link, Location, Retry-After, X-Truncated"
"""Headers that a script of another site may read."""

_NEVER_SHOWN: Final = ("application/sparql-results", "text/csv", "text/tab", "text/turtle", "application/n-triples")
"""Beginnings of the media types that no browser takes for a document."""

_PREFLIGHT: Final = (
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, OPTIONS"),
    ("Access-Control-Allow-Headers", "Accept, Accept-Language, Content-Type, If-None-Match"),
    ("Access-Control-Max-Age", "86400"),
)
_BARE: Final = tuple((name.lower().encode(), value.encode()) for name, value in _OF_ALL)
_ALWAYS: Final = (
    *(
        (name.lower().encode(), value.encode())
        for name, value in (*SECURITY, ("Access-Control-Expose-Headers", _NAMED))
    ),
    *_BARE,
)
_FRAMED: Final = (
    (b"content-security-policy", _POLICY.replace("frame-ancestors 'none'", "frame-ancestors *").encode()),
    *(pair for pair in _ALWAYS if pair[0] not in {b"content-security-policy", b"x-frame-options"}),
)
"""Headers of what is made to be shown within pages of others: it may do no more than another page."""

_Key = tuple[bytes, bytes, bytes, bytes]
_Headers = list[tuple[bytes, bytes]]


class Front:
    """The application that a server of ASGI runs.

    Args:
        workers: Who answers.
        metrics: Where is counted what happens.
        log: Told a line for each request.
    """

    def __init__(self, workers: Workers, metrics: Metrics, log: Callable[[str], None]) -> None:
        self.metrics = metrics
        self._workers = workers
        self._log = log
        self._memory = _new_memory()

    @property
    def workers(self) -> Workers:
        """Who answers now."""
        return self._workers

    def use(self, workers: Workers) -> Workers:
        """Let others answer from now on.

        Returns:
            Those who did before; they still answer what they were asked.
        """
        before, self._workers = self._workers, workers
        self._memory = _new_memory()
        return before

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return
        begun = time.perf_counter()
        try:
            status, headers, body = await self._answered(scope, receive)
        except Problem as problem:
            status, headers, body = _finished(problem.reply(), self._workers.digest)
        is_head = scope["method"] == "HEAD"
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if is_head else body})
        self._note(scope, status, len(body), begun)

    def remembered(self, scope: Scope) -> tuple[bytes, bytes] | None:
        """The reply to a GET request, if it is known already; the request then counts as answered.

        Args:
            scope: The request, as an application of ASGI is told of it.

        Returns:
            The status line with the headers, to which others may be added, and the body. None if the application is to be
            called.
        """
        if scope["method"] != "GET":
            return None
        begun = time.perf_counter()
        accept = language = b""
        for name, value in scope["headers"]:
            if name == b"accept":
                accept = value
            elif name == b"accept-language":
                language = value
            elif name == b"if-none-match":
                return None
        known = self._memory.get((scope["raw_path"], scope["query_string"], accept, language))
        if known is None:
            return None
        status, _, body, head = known
        self.metrics.remembered += 1
        self._note(scope, status, len(body), begun)
        return head, body

    def _note(self, scope: Scope, status: int, size: int, begun: float) -> None:
        seconds = time.perf_counter() - begun
        self.metrics.note(scope["method"], _lane(scope["path"]), status, seconds)
        self._log(_line(scope, status, size, seconds))

    async def _answered(self, scope: Scope, receive: Receive) -> tuple[int, _Headers, bytes]:
        headers = dict(scope["headers"])
        accept, language = headers.get(b"accept", b""), headers.get(b"accept-language", b"")
        key = (scope["raw_path"], scope["query_string"], accept, language)
        reads = scope["method"] in _GET
        memory = self._memory
        known = memory.get(key) if reads else None
        if known is None:
            workers = self._workers
            reply = await self._reply(scope, receive, headers, workers)
            status, sent, body = _finished(reply, workers.digest)
            if reads and reply.lasting and reply.status < _SERVER_FAULT:
                size = len(body) + sum(map(len, key)) + _OVERHEAD
                memory.keep(key, (status, sent, body, _head(status, sent)), size)
        else:
            status, sent, body, _ = known
            self.metrics.remembered += 1
        wanted = headers.get(b"if-none-match")
        if status == _OK and wanted is not None and _matches(wanted, sent):
            return 304, [pair for pair in sent if pair[0] not in _OF_BODY], b""
        return status, sent, body

    async def _reply(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes], workers: Workers) -> Reply:
        if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_TARGET:
            raise Problem(414, f"The address has more than {LONGEST_TARGET:,} bytes. Send the query as a form by POST.")
        path = _path(scope["raw_path"])
        method = scope["method"]
        allowed = (*_GET, "POST", "OPTIONS") if _POSTED.fullmatch(path) else (*_GET, "OPTIONS")
        if method == "OPTIONS":
            return Reply(204, headers=(("Allow", ", ".join(allowed)), *_PREFLIGHT), lasting=False)
        if method not in allowed:
            raise Problem(405, f"{_shown(method)} is not for this address.", headers=(("Allow", ", ".join(allowed)),))
        if path in _FRONT:
            return self._health() if path == "health" else self._metrics()
        media_type, _, more = headers.get(b"content-type", b"").decode("latin-1").partition(";")
        media_type = media_type.strip().lower()
        body = b"" if method in _GET else await _body(receive, headers)
        form: tuple[tuple[str, str], ...] = ()
        if method == "POST":
            _refuse_charset(more)
            if media_type == _FORM:
                form, body = _parameters(body), b""
        request = Request(
            "GET" if method == "HEAD" else method,
            path,
            _parameters(scope["query_string"]),
            form,
            body,
            media_type,
            headers.get(b"accept", b"").decode("latin-1"),
            best_language(headers.get(b"accept-language", b"").decode("latin-1")),
        )
        return await workers.ask(request, scope["client"][0] if scope["client"] else "")

    def _health(self) -> Reply:
        workers = self._workers
        told = {"status": "ok" if workers.alive else "no workers", "graph": workers.digest, "workers": workers.alive}
        return Reply(
            200 if workers.alive else 503, "application/json", json.dumps(told).encode() + b"\n", lasting=False
        )

    def _metrics(self) -> Reply:
        media_type, text = self.metrics.text(self._workers)
        return Reply(200, media_type, text, lasting=False)


_OK: Final = 200
_SERVER_FAULT: Final = 500
_OVERHEAD: Final = 1024
_OF_BODY: Final = (b"content-length", b"content-type")


def _new_memory() -> Memory[_Key, tuple[int, _Headers, bytes, bytes]]:
    return Memory(_MEMORY_BYTES)


def _finished(reply: Reply, digest: str) -> tuple[int, _Headers, bytes]:
    """A reply with the headers that it is sent with."""
    headers = [
        (name.lower().encode(), _CONTROL.sub("", value).encode("latin-1", "replace")) for name, value in reply.headers
    ]
    if reply.media_type:
        headers.append((b"content-type", reply.media_type.encode()))
    if reply.status != _NO_CONTENT:
        headers.append((b"content-length", str(len(reply.body)).encode()))
    if reply.status == _OK and reply.lasting:
        tag = blake2b(reply.body, digest_size=8, key=reply.media_type.encode()[:64]).hexdigest()
        headers += [(b"etag", f'"{digest[:12]}-{tag}"'.encode()), (b"cache-control", b"public, max-age=60")]
    elif not reply.lasting:
        headers.append((b"cache-control", b"no-store"))
    if reply.media_type == _PICTURE:
        headers.append((b"content-security-policy", _OF_PICTURES))
        headers += [pair for pair in _ALWAYS if pair[0] != b"content-security-policy"]
        return reply.status, headers, reply.body
    if reply.framed:
        return reply.status, [*headers, *_FRAMED], reply.body
    headers += _BARE if reply.status == _OK and reply.media_type.startswith(_NEVER_SHOWN) else _ALWAYS
    return reply.status, headers, reply.body


def _head(status: int, headers: _Headers) -> bytes:
    """The status line and the headers as HTTP/1.1 has them; more may follow."""
    lines = b"".join([b"%b: %b\r\n" % pair for pair in headers])
    return b"HTTP/1.1 %d %b\r\n%b" % (status, HTTPStatus(status).phrase.encode(), lines)


_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NO_CONTENT: Final = 204
_PICTURE: Final = "image/svg+xml"
_OF_PICTURES: Final = b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
"""What a picture may do that is opened by itself: it brings its own style, and no script."""


def _matches(wanted: bytes, headers: _Headers) -> bool:
    """Whether a client already has what would be sent."""
    tag = next((value for name, value in headers if name == b"etag"), None)
    tags = {one.strip().removeprefix(b"W/") for one in wanted.split(b",")}
    return tag is not None and (tag in tags or b"*" in tags)


def _path(raw: bytes) -> str:
    """The path below the server's address, decoded."""
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise Problem(400, "The path is not UTF-8.") from None
    if _UNWANTED.search(path) or ".." in path.split("/"):
        raise Problem(400, "The path has a part that no path here has.")
    return path.removeprefix("/")


def _parameters(encoded: bytes) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(
            parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
        )
    except UnicodeDecodeError:
        raise Problem(400, "The parameters are not UTF-8, or not percent-encoded.") from None
    except ValueError:
        raise Problem(400, f"There are more than {_MOST_PARAMETERS} parameters.") from None


def _refuse_charset(parameters: str) -> None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().lower().partition("=")
        if name == "charset" and value.strip('" ') not in {"utf-8", "utf8", "us-ascii"}:
            raise Problem(415, "Send the body as UTF-8.")


async def _body(receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    """The body, if it is not too long and comes in time."""
    length = headers.get(b"content-length", b"0")
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise Problem(415, "Send the body without a content coding.")
    if (length.isdigit() and len(length) < _LONG_NUMBER and int(length) > LONGEST_BODY) or len(length) >= _LONG_NUMBER:
        raise _too_long()
    pieces, size = [], 0
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Problem(400, "The body did not come whole.", lasting=False)
                piece = message.get("body", b"")
                size += len(piece)
                if size > LONGEST_BODY:
                    raise _too_long()
                pieces.append(piece)
                if not message.get("more_body", False):
                    return b"".join(pieces)
    except TimeoutError:
        raise Problem(408, f"The body did not come within {_BODY_SECONDS:g} seconds.", lasting=False) from None


_LONG_NUMBER: Final = 12


def _too_long() -> Problem:
    return Problem(413, f"The body has more than {LONGEST_BODY:,} bytes.", headers=(("Connection", "close"),))


def _lane(path: str) -> str:
    """The part of the server that a path is of, for counting."""
    first = path.strip("/").partition("/")[0]
    return first if first in _LANES else "pages"


_LANES: Final = frozenset({"sparql", "queries", "reconcile", "health", "metrics"})


def _line(scope: Scope, status: int, size: int, seconds: float) -> str:
    """A line of the access log, in the common form with the seconds at its end."""
    client = scope["client"][0] if scope["client"] else "-"
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    moment = _moment(int(time.time()))
    return (
        f'{client} - - [{moment}] "{scope["method"]} {_shown(target.decode("latin-1"))}" {status} {size} {seconds:.4f}'
    )


@lru_cache(maxsize=1)
def _moment(seconds: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(seconds))


def _shown(text: str) -> str:
    """A text of a client that keeps to its line."""
    text = text[:_LONGEST_SHOWN]
    if text.isascii() and text.isprintable() and '"' not in text:
        return text
    return text.encode("unicode_escape").decode("ascii").replace('"', '\\"')


_LONGEST_SHOWN: Final = 2000
