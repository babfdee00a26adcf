"""The nursery as the front sees it: a process that is told to fork workers; see :mod:`llmkg.server.nursery`."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any, Final

from llmkg.errors import ReadError

__all__ = ["Nursery"]

_COMMAND: Final = "from llmkg.server.nursery import main; main()"
_START_SECONDS: Final = 600.0


@dataclass(eq=False)
class Nursery:
    """The process that makes workers."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    lines: asyncio.StreamReader
    writer: asyncio.StreamWriter
    digest: str = ""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _count: int = 0

    @classmethod
    async def start(cls, settings: str) -> Nursery:
        """Start one that holds what the settings say.

        Args:
            settings: See :func:`llmkg.server.holdings.hold`; in JSON.

        Raises:
            ReadError: It cannot be loaded; the message says why.
        """
        mine, its = socket.socketpair()
        process = subprocess.Popen(  # noqa: ASYNC220, S603 - this very interpreter; it is started at once
            [sys.executable, "-P", "-c", _COMMAND, str(its.fileno()), settings],
            stdin=subprocess.DEVNULL,
            pass_fds=(its.fileno(),),
            process_group=0,  # ^C is for the front, which then ends this one
            env={**os.environ, "PYTHONPATH": _path()},
        )
        its.close()
        mine.setblocking(False)
        lines, writer = await asyncio.open_connection(sock=mine.dup())
        nursery = cls(process, mine, lines, writer)
        try:
            told = await asyncio.wait_for(nursery.hear(), _START_SECONDS)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            await nursery.close()
            raise ReadError("The process that loads the graph ended.", hint="See what it wrote.") from None
        if "error" in told:
            await nursery.close()
            raise ReadError(told["error"])
        nursery.digest = told["ready"]
        return nursery

    async def hear(self) -> dict[str, Any]:
        """What it says next.

        Raises:
            IncompleteReadError: It ended.
        """
        heard: dict[str, Any] = json.loads(await self.lines.readuntil())
        return heard

    async def fork(self) -> tuple[socket.socket, int]:
        """A new worker: our end of the socket to it, and the number of its process.

        Raises:
            OSError: The nursery ended, or there cannot be one more process.
            IncompleteReadError: The nursery ended.
        """
        async with self._turn:
            self._count += 1
            mine, its = socket.socketpair()
            try:
                socket.send_fds(self.control, [json.dumps({"fork": self._count}).encode()], [its.fileno()])
                told = await self.hear()
            except BaseException:
                mine.close()
                raise
            finally:
                its.close()
            mine.setblocking(False)
            return mine, told["process"]

    def has_ended(self) -> bool:
        """Whether it makes no more workers."""
        return self.process.poll() is not None or self.lines.at_eof()

    async def close(self) -> None:
        """End it; workers that it made go on."""
        self.control.close()
        self.writer.close()
        self.process.kill()
        await asyncio.to_thread(self.process.wait)


def _path() -> str:
    """Where this process finds its modules, archives too."""
    return os.pathsep.join(os.path.abspath(path) for path in sys.path if path)  # noqa: PTH100 - an archive is no folder
