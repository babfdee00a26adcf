"""A server from its start to its end: the socket, the workers, the signals, and a new graph without a pause."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

import uvicorn

from llmkg.errors import LlmkgError, ParameterError
from llmkg.server.connection import Connection
from llmkg.server.front import Front
from llmkg.server.metrics import Metrics
from llmkg.server.protocol import Limits
from llmkg.server.workers import Sharing, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["Settings", "serve"]

_DRAINING_SECONDS: Final = 5
_BACKLOG: Final = 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What is served, and how.

    Attributes:
        host: Address to listen at.
        port: Port to listen at; 0 for any that is free.
        base: Address by which clients know the server, with a slash at its end; empty for where it listens.
        folder: A checkout of llmkg; empty for the one that is found.
        data: Other RDF, a file or a folder; empty for the graph of llmkg.
        limits: How much a request may take.
        sharing: How the workers are shared out.
        behind_proxy: Whether a proxy on this machine tells in X-Forwarded-For who asks.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    base: str = ""
    folder: str = ""
    data: str = ""
    limits: Limits = field(default_factory=Limits)
    sharing: Sharing = field(default_factory=Sharing)
    behind_proxy: bool = False


def serve(
    settings: Settings, *, log: IO[str] | None, notify: Callable[[str], None], ready: Callable[[str], None]
) -> None:
    """Serve until a signal says to stop: SIGINT or SIGTERM, after which requests that have begun are answered.

    SIGHUP has the files read again; the new state answers when it is loaded, and no request is lost meanwhile.

    Args:
        settings: What is served, and how.
        log: Where a line for each request is written; None for nowhere.
        notify: Told in a sentence what whoever keeps the server should know.
        ready: Told the address when requests are answered.

    Raises:
        ParameterError: The address cannot be listened at, or the system cannot fork processes.
        ReadError: What is to be served cannot be loaded.
    """
    if sys.platform == "win32":
        raise ParameterError(
            "A server needs processes that fork, which Windows has not.", hint="Use WSL, or 'llmkg publish'."
        )
    import uvloop

    gc.collect()
    gc.freeze()  # what is there now stays
    gc.enable()  # what each request leaves does not, and the command had this off
    with _listening(settings) as listening, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(settings, listening, log, notify, ready))


async def _run(
    settings: Settings,
    listening: socket.socket,
    log: IO[str] | None,
    notify: Callable[[str], None],
    ready: Callable[[str], None],
) -> None:
    host, port = listening.getsockname()[:2]
    address = settings.base or f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    metrics = Metrics()
    held = {
        "base": address,
        "folder": settings.folder,
        "data": settings.data,
        "limits": asdict(settings.limits),
    }

    async def loaded() -> Workers:
        workers = Workers(held, settings.sharing, metrics.counts, notify)
        await workers.start()
        return workers

    front = Front(await loaded(), metrics, _writer(log))
    config = uvicorn.Config(
        front,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # a warning for each request that is none would fill a disk
        access_log=False,
        server_header=False,
        proxy_headers=settings.behind_proxy,
        backlog=_BACKLOG,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_DRAINING_SECONDS + int(settings.sharing.seconds),
    )
    server = _Server(config)
    reloading = _Reloading(front, loaded, notify)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGHUP, reloading.begin)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    flushing = asyncio.create_task(_flush(log))
    ready(address)
    try:
        await server.serve(sockets=[listening])
    finally:
        flushing.cancel()
        await reloading.stop()
        await front.workers.close(_DRAINING_SECONDS)
        if log is not None:
            log.flush()


class _Server(uvicorn.Server):
    """uvicorn's server, which leaves signals to us: its own would end the process before what is left to do is done."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class _Reloading:
    """Loading the files again, one time after the other."""

    def __init__(self, front: Front, loaded: Callable[[], Any], notify: Callable[[str], None]) -> None:
        self._front = front
        self._loaded = loaded
        self._notify = notify
        self._task: asyncio.Task[None] | None = None
        self._again = False

    def begin(self) -> None:
        if self._task is not None and not self._task.done():
            self._again = True
            return
        self._task = asyncio.get_running_loop().create_task(self._reload())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _reload(self) -> None:
        while True:
            self._again = False
            try:
                workers = await self._loaded()
            except LlmkgError as error:
                self._notify(f"The graph is not loaded again, and the one from before is served on. {error}")
            else:
                before = self._front.use(workers)
                self._notify(f"Graph {workers.digest[:12]} is served.")
                await before.close(_A_LONG_TIME)
            if not self._again:
                return


_A_LONG_TIME: Final = 86_400.0


def _listening(settings: Settings) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        raise ParameterError(
            f"Nothing can listen at {settings.host}, port {settings.port} ({reason}).",
            where="--port",
            hint="Choose another; 0 takes any that is free.",
        ) from None
    return listening


def _writer(log: IO[str] | None) -> Callable[[str], None]:
    if log is None:
        return lambda _: None

    def write(line: str) -> None:
        try:  # noqa: SIM105 - for every request, and suppress() takes longer than the writing
            log.write(f"{line}\n")
        except (OSError, ValueError):  # a full disk must not end the service
            pass

    return write


async def _flush(log: IO[str] | None) -> None:
    """Let what was written be seen every second."""
    while log is not None:
        await asyncio.sleep(1)
        with contextlib.suppress(OSError, ValueError):
            log.flush()
