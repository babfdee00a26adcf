"""The process from which workers come: it holds the graph in memory and forks a worker whenever it is told to.

A worker shares the memory of the nursery until it writes to it. So one more costs some milliseconds and few bytes, and one
that was killed at the deadline is replaced at once. The nursery has one thread when it forks. The store stands in memory; the
names and records are read by position from a file that nobody writes to any more.

It is told what to do over a socket, in lines of JSON. It says ``{"ready": ...}`` when it holds the graph, or ``{"error":
...}`` and ends. ``{"fork": name}``, sent along with a socket, makes a worker that answers at that socket; the nursery says
``{"forked": name, "process": number}``. When the socket is closed, it ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from llmkg.confinement import deny_network, limit_memory, limit_time
from llmkg.errors import LlmkgError
from llmkg.server.messages import LENGTHS, packed_reply, request_of
from llmkg.server.tasks import answer
from llmkg.worker import end_with_the_asker

if TYPE_CHECKING:
    from llmkg.server.tasks import Holding

__all__ = ["main"]

_LONGEST_LINE: Final = 4096
_PATIENCE: Final = 2.0


def main() -> None:
    """Load what is to be served and fork workers; the arguments are the number of the socket, and the settings in JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started the server is interrupted, and ends this process
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    try:
        from llmkg.server.holdings import hold

        holding = hold(settings)
    except LlmkgError as error:
        _tell(control, {"error": str(error)})
        return
    gc.collect()
    gc.freeze()  # what stays for good is not looked at again, so that workers go on sharing it
    _tell(control, {"ready": holding.digest})
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system clears up after workers
    with contextlib.suppress(OSError):
        while _forked(control, holding):
            pass


def _forked(control: socket.socket, holding: Holding) -> bool:
    """Whether a worker was asked for and made."""
    line, descriptors, _, _ = socket.recv_fds(control, _LONGEST_LINE, 1)
    if not line or not descriptors:
        return False
    process = os.fork()
    if process == 0:
        try:
            control.close()
            _work(holding, descriptors[0])
        finally:
            os._exit(0)
    os.close(descriptors[0])
    _tell(control, {"forked": json.loads(line)["fork"], "process": process})
    return True


def _tell(control: socket.socket, message: dict[str, Any]) -> None:
    control.sendall(json.dumps(message).encode() + b"\n")


def _work(holding: Holding, descriptor: int) -> None:
    """Answer one request after the other, until nobody asks any more."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    deny_network()
    threading.Thread(target=end_with_the_asker, args=(descriptor,), daemon=True).start()
    limit_memory(_written() + holding.limits.memory_bytes)
    os.nice(_LESS_URGENT)
    while head := _read(descriptor, LENGTHS.size):
        first, second = LENGTHS.unpack(head)
        request = request_of(_read(descriptor, first), _read(descriptor, second))
        limit_time(holding.limits.seconds)
        _write(descriptor, packed_reply(answer(holding, request)))


_LESS_URGENT: Final = 5
"""How much a worker steps back for the front, which must answer whatever workers do."""


def _written() -> int:
    """Bytes of memory that this process may already write to; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:"))


def _read(descriptor: int, size: int) -> bytes:
    """So many bytes, or none at the end."""
    pieces = []
    while size:
        piece = os.read(descriptor, size)
        if not piece:
            return b""
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
