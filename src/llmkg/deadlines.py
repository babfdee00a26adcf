"""A moment after which nobody waits for a server any more, whatever it does meanwhile.

The time limit of a socket counts anew with every byte: a server that sends one now and then would be waited for without
end. Here the connections are cut at the moment itself.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.request import HTTPHandler, HTTPSHandler, build_opener

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPConnection, HTTPResponse
    from urllib.request import Request

__all__ = ["Deadline"]


class Deadline:
    """A moment some seconds from now, and the connections that are cut then, if the block has not ended before.

    Args:
        seconds: How long from now; more than a million count as a million.

    >>> with Deadline(5) as deadline:
    ...     deadline.left() > 4, deadline.has_passed()
    (True, False)
    """

    def __init__(self, seconds: float) -> None:
        seconds = min(seconds, _LONGEST)
        self._moment = time.monotonic() + seconds
        self._connections: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Let the time count."""
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Cut nothing any more."""
        self._timer.cancel()

    def left(self) -> float:
        """Seconds until the moment; negative after it."""
        return self._moment - time.monotonic()

    def has_passed(self) -> bool:
        """Whether the moment is over."""
        return self.left() <= 0

    def open(self, request: Request) -> HTTPResponse:
        """Send a request, as :func:`urllib.request.urlopen` does.

        Args:
            request: The request, to an address of http or https.

        Raises:
            HTTPError: The status is not one of success.
            OSError: The server cannot be reached, or the moment came.
            HTTPException: What it sends is not HTTP.
        """
        opener = build_opener(_Plain(self._watched), _Secure(self._watched))
        response: HTTPResponse = opener.open(request, timeout=max(self.left(), _SHORTEST))
        return response

    def _watched(self, kind: Callable[..., HTTPConnection]) -> Callable[..., HTTPConnection]:
        """A way to make connections that are cut at the moment."""

        def make(*given: Any, **more: Any) -> HTTPConnection:
            connection = kind(*given, **more)
            connect = connection.connect

            def connect_and_watch() -> None:
                connect()
                self._connections.append(connection.sock)
                if self.has_passed():
                    self._cut()

            connection.connect = connect_and_watch  # type: ignore[method-assign]
            return connection

        return make

    def _cut(self) -> None:
        for connection in self._connections:
            with contextlib.suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # not TLS's own, which another thread may be using


_SHORTEST: Final = 0.001
_LONGEST: Final = 1_000_000


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Whom the system trusts, read once: it takes longer than many a query."""
    return ssl.create_default_context()


class _Plain(HTTPHandler):
    def __init__(self, watched: Callable[..., Any]) -> None:
        super().__init__()
        self._watched = watched

    def do_open(self, http_class: Any, req: Request, **more: Any) -> HTTPResponse:
        return super().do_open(self._watched(http_class), req, **more)


class _Secure(HTTPSHandler):
    def __init__(self, watched: Callable[..., Any]) -> None:
        super().__init__(context=_certificates())
        self._watched = watched

    def do_open(self, http_class: Any, req: Request, **more: Any) -> HTTPResponse:
        return super().do_open(self._watched(http_class), req, **more)
