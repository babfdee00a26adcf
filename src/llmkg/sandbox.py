"""Other people's queries in a process of their own: limited, without a network, and killed at the deadline.

The embedded engine cannot be interrupted, its parser may overflow the stack, and a query may want any amount of memory.
So a worker process (:mod:`llmkg.worker`) opens the project's snapshot read-only, takes away from itself what a query does
not need, and answers one query after another. It sends an answer when it has all of it, so that an answer is never half of
one without saying so; at the deadline it is killed, and the next query has a new process. What it sends is plain JSON:
nothing that it could be made to say runs here.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from queue import Empty, SimpleQueue
from typing import IO, TYPE_CHECKING, Any, Final, Literal, Self

import pyoxigraph as px

from llmkg import errors
from llmkg.errors import LlmkgError, ParameterError, QueryTimeoutError, StoreError
from llmkg.guard import refuse
from llmkg.store import Rows, Triples
from llmkg.worker import read_message, write_message

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from types import TracebackType

__all__ = ["Answered", "Limits", "Worker", "ask_once"]

_COMMAND: Final = "from llmkg.worker import main; main()"
_A_DAY: Final = 86_400
_MOST_MEMORY: Final = 2**63 - 1
_PATIENCE: Final = 1.0
"""Seconds that an idle worker has to end by itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a query may take.

    Attributes:
        seconds: Wall-clock time from the question to the answer, the start of a process included; at most a day.
        memory_bytes: What the worker process may write to, itself included (about 60 MB), below 2 to the power of 63; held on
            Linux only.
        rows: Most rows, or triples, of an answer; it is cut after them.
        bytes: Most bytes of an answer as it travels between the processes, which is about its size as JSON; it is cut
            before the row that does not fit.

    Raises:
        ParameterError: No process can be held to such a time or memory.
    """

    seconds: float = 60
    memory_bytes: int = 2_000_000_000
    rows: int = 100_000
    bytes: int = 50_000_000

    def __post_init__(self) -> None:
        """See that the limits are some."""
        if not 0 < self.seconds <= _A_DAY:
            raise ParameterError(
                f"{self.seconds} seconds are no limit.",
                where="timeout",
                hint=f"More than 0, at most {_A_DAY:,} (a day).",
            )
        if not 0 < self.memory_bytes <= _MOST_MEMORY:
            raise ParameterError(
                f"{self.memory_bytes:,} bytes are no limit.", where="memory", hint="No machine has that much."
            )


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and whether it is all.

    Attributes:
        answer: What the store answers; see :meth:`llmkg.store.Store.query`.
        cut: Which limit cut it (``rows`` or ``bytes``); empty if it is whole.
    """

    answer: Rows | Triples | bool
    cut: Literal["", "rows", "bytes"] = ""


class Worker:
    """A process that answers queries about a project's snapshot, as it was when the process started.

    One thread at a time may ask it.

    Args:
        root: The project's folder.
        limits: How much a query may take.
        as_of: A day; the queries are then about what sources published by that day say.

    >>> from pathlib import Path
    >>> with Worker(Path(), Limits(seconds=30, rows=2)) as worker:
    ...     print(worker.ask("ASK { family:llama a llmkg:ModelFamily }").answer)
    ...     print(worker.ask("SELECT ?claim { ?claim a llmkg:Claim }").cut)
    True
    rows
    """

    def __init__(self, root: Path, limits: Limits | None = None, *, as_of: date | None = None) -> None:
        self.root = root
        self.as_of = as_of
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the process, so that the first query does not wait for it."""
        self._running()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def ask(self, text: str) -> Answered:
        """Ask a query.

        Args:
            text: SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE; llmkg's prefixes need not be declared.

        Raises:
            QuerySyntaxError: It is not such a query, or is refused; see :func:`llmkg.guard.refuse`.
            QueryTimeoutError: It did not end in time.
            ReadError: The folder does not hold a graph, or a file of it cannot be read or is not Turtle.
            StoreError: The process died (it was out of memory, or the query nested too deeply), or the snapshot cannot
                be opened.
        """
        refuse(text)
        deadline = time.monotonic() + self.limits.seconds
        process = self._running()
        replies: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        request = {"text": text, **asdict(self.limits)}
        threading.Thread(target=_exchange, args=(process, request, replies), daemon=True).start()
        try:
            reply = replies.get(timeout=max(deadline - time.monotonic(), 0))
        except BaseException as error:
            process.kill()  # the thread sees that, and clears up
            self._process = None
            if isinstance(error, Empty):
                raise self._late() from None
            raise
        if reply is None:
            self._process = None
            raise self._dead(process.returncode)
        if "error" in reply:
            raise _error_of(reply["error"])
        return _unpacked(reply)

    def close(self) -> None:
        """End the process; a later question starts another."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            paths = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)  # noqa: PTH100 - archives too
            day = self.as_of.isoformat() if self.as_of else ""
            folder = os.path.abspath(self.root)  # noqa: PTH100 - it need not exist
            self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
                [sys.executable, "-P", "-c", _COMMAND, folder, str(self.limits.memory_bytes), day],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                process_group=0 if os.name == "posix" else None,  # ^C is for whoever asks, who then ends this one
                env={**os.environ, "PYTHONPATH": paths},
            )
        return self._process

    def _late(self) -> QueryTimeoutError:
        return QueryTimeoutError(
            f"The query was stopped after {self.limits.seconds:g} seconds.",
            hint="Ask for less (a LIMIT does not always help; a narrower pattern does), or give --timeout SECONDS.",
        )

    def _dead(self, code: int) -> StoreError:
        if code == -signal.SIGSEGV:
            return StoreError(
                "The query made its process die: it is nested too deeply.", hint="Ask in smaller queries."
            )
        return StoreError(
            "The query made its process die.",
            hint=f"It may need more than {self.limits.memory_bytes / 1_000_000:,.0f} MB of memory: ask for less.",
        )


def ask_once(root: Path, text: str, limits: Limits, *, as_of: date | None = None) -> Answered:
    """Ask a project's snapshot one query, in a process of its own.

    Args:
        root: The project's folder.
        text: SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE.
        limits: How much it may take.
        as_of: A day; see :class:`Worker`.

    Raises:
        QuerySyntaxError: It is not such a query, or is refused; see :func:`llmkg.guard.refuse`.
        QueryTimeoutError: It did not end in time.
        ReadError: The folder does not hold a graph, or a file of it cannot be read or is not Turtle.
        StoreError: The process died, or the snapshot cannot be opened.

    >>> from pathlib import Path
    >>> ask_once(Path(), "ASK { family:llama a llmkg:ModelFamily }", Limits(seconds=30))
    Answered(answer=True, cut='')
    """
    worker = Worker(root, limits, as_of=as_of)
    try:
        return worker.ask(text)
    finally:
        worker.close()


def _exchange(
    process: subprocess.Popen[bytes], request: dict[str, Any], replies: SimpleQueue[dict[str, Any] | None]
) -> None:
    """Send a request and put its reply, or None when the process has died."""
    reply = None
    with contextlib.suppress(OSError, ValueError):
        write_message(_pipe(process.stdin), request)
        reply = read_message(_pipe(process.stdout))
    if reply is None:
        process.kill()
        _end(process)
    replies.put(reply)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let a process end, by itself if it does so soon, and give back what it held."""
    with contextlib.suppress(OSError):  # what it was not sent is lost with it
        _pipe(process.stdin).close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _pipe(process.stdout).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError(pipe)
    return pipe


def _error_of(told: dict[str, str]) -> LlmkgError:
    kind = getattr(errors, told["kind"]) if told["kind"] in errors.__all__ else StoreError
    error: LlmkgError = kind(told["what"], where=told["where"], hint=told["hint"])
    return error


def _unpacked(reply: dict[str, Any]) -> Answered:
    if "truth" in reply:
        return Answered(reply["truth"])
    if reply["columns"] is None:
        triples = (px.Triple(*map(_term, triple)) for triple in reply["rows"])
        return Answered(Triples(tuple(triples)), reply["cut"])
    rows = (tuple(map(_term, row)) for row in reply["rows"])
    return Answered(Rows(tuple(reply["columns"]), tuple(rows)), reply["cut"])


def _term(packed: Any) -> Any:
    if packed is None:
        return None
    if isinstance(packed, str):
        return px.BlankNode(packed[2:]) if packed.startswith("_:") else px.NamedNode(packed)
    value, kind = packed
    if kind.startswith("@"):
        return px.Literal(value, language=kind[1:])
    return px.Literal(value, datatype=px.NamedNode(kind))
