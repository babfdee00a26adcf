"""A connection to a client, with limits: on the size of what comes before the body, and on the time that it takes.

uvicorn's own, over llhttp, reads a head of any length for as long as it takes, and keeps a reply until it is taken. Here a
head that is too long is answered with 431 and one that does not come with 408; a body that nobody waits for any more, and a
client that does not take its reply, end the connection. An address has so many connections, and no more.
"""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from llmkg.server.front import Front
from llmkg.server.problems import Problem

if TYPE_CHECKING:
    import asyncio

    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

__all__ = ["LONGEST_HEAD", "MOST_CONNECTIONS", "MOST_UNSENT", "Connection"]

LONGEST_HEAD: Final = 32_768
"""Most bytes of the request line and the headers."""

MOST_CONNECTIONS: Final = 512
"""Most connections of one address; behind a proxy there is only one address, and no such limit."""

MOST_UNSENT: Final = 500_000_000
"""Most bytes of replies that clients are yet to take, all together."""

_HEAD_SECONDS: Final = 10.0
_BODY_SECONDS: Final = 11.0
"""Longer than the front waits, which can still say so."""

_TAKING_SECONDS: Final = 10.0
_LEAST_TAKEN: Final = 100_000


class Connection(HttpToolsProtocol):
    """A connection that ends when a request is too long or too slow, or its reply is not taken."""

    _opened: ClassVar[Counter[str]] = Counter()
    _unsent_in_all: ClassVar[int] = 0

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head = 0
        self._most = 0
        self._in_head = True
        self._patience: asyncio.TimerHandle | None = None
        self._unsent = 0
        self._taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head, unless the address has connections enough."""
        super().connection_made(transport)
        self._opened[self._address()] += 1
        if self._opened[self._address()] > MOST_CONNECTIONS and not self.config.proxy_headers:
            transport.abort()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._opened[self._address()] -= 1
        if not self._opened[self._address()]:
            del self._opened[self._address()]
        self._stop_waiting()
        self._stop_watching()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Watch whether the client takes its reply; where too much waits already, it does not get it."""
        super().pause_writing()
        self._hold(self.transport.get_write_buffer_size())
        if Connection._unsent_in_all > MOST_UNSENT:
            self.loop.call_soon(self.transport.abort)
        else:
            self._taking = self.loop.call_later(_TAKING_SECONDS, self._watch)

    def resume_writing(self) -> None:
        """Watch no longer: the reply is taken."""
        self._stop_watching()
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head that is not whole yet."""
        self._most = len(data)
        if self._in_head:
            self._head += self._most
            self._most = max(self._most, self._head)
        super().data_received(data)
        if not self._in_head:
            if self._patience is None:
                self._patience = self.loop.call_later(_BODY_SECONDS, self.transport.close)
        elif self._head > LONGEST_HEAD:
            self._refuse(431)
        elif self._head and self._patience is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """Refuse a head that came whole and is too long; else let the body come, which the front counts.

        Raises:
            ValueError: The head is too long. It ends the parsing; the refusal is sent already.
        """
        if self._most > LONGEST_HEAD:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > LONGEST_HEAD:
                self._refuse(431)
                raise ValueError(size)
        self._in_head = False
        self._head = 0
        self._stop_waiting()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count from the start for the next head."""
        super().on_message_complete()
        self._in_head = True
        self._stop_waiting()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Write a remembered reply at once: a task, and all that a reply of any kind needs, would take most of its time.

        An application behind a proxy's middleware is not asked, nor where the reply has to wait for something.
        """
        has_to_wait = self.pipeline or self.flow.write_paused or cycle.waiting_for_100_continue or not cycle.keep_alive
        scope: Any = cycle.scope
        reply = app.remembered(scope) if isinstance(app, Front) and not has_to_wait else None
        if reply is None:
            super()._start_asgi_task(cycle, app)
            return
        cycle.response_started = cycle.response_complete = True
        head, body = reply
        more = b"".join([b"%b: %b\r\n" % pair for pair in cycle.default_headers])
        self.transport.writelines((head, more, b"\r\n", body))
        self.on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Say that what came is not HTTP, as every other refusal is said."""
        self._refuse(400, msg)

    def _wait(self) -> None:
        self._patience = self.loop.call_later(_HEAD_SECONDS, self._refuse, 408)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _watch(self) -> None:
        """End the connection unless the client took something since it was looked at."""
        left = self.transport.get_write_buffer_size()
        if left > self._unsent - _LEAST_TAKEN:
            self.transport.abort()
            return
        self._hold(left)
        self._taking = self.loop.call_later(_TAKING_SECONDS, self._watch)

    def _stop_watching(self) -> None:
        self._hold(0)
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _hold(self, unsent: int) -> None:
        Connection._unsent_in_all += unsent - self._unsent
        self._unsent = unsent

    def _refuse(self, status: int, detail: str = "") -> None:
        """Say why, unless a reply is being sent, and close the connection."""
        self._stop_waiting()
        if self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            reply = Problem(status, detail or _DETAILS[status]).reply()
            phrase = HTTPStatus(status).phrase
            head = (
                f"HTTP/1.1 {status} {phrase}\r\nContent-Type: {reply.media_type}\r\nContent-Length: {len(reply.body)}"
            )
            self.transport.write(f"{head}\r\nConnection: close\r\n\r\n".encode() + reply.body)
        self.transport.close()


_DETAILS: Final = {
    408: f"The head of the request did not come within {_HEAD_SECONDS:g} seconds.",
    431: f"The head of the request has more than {LONGEST_HEAD:,} bytes.",
}
