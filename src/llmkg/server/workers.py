"""The workers of a server, as its front sees them: started, asked, killed at the deadline, replaced.

A request waits in the queue of its client; clients take turns, and none may have more than its share of the workers, so
that one who asks for much does not keep the others waiting. A queue holds so many and no more. Time counts from the moment
a request is given here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from llmkg.errors import ReadError
from llmkg.server.forks import Nursery
from llmkg.server.messages import LENGTHS, packed_request, reply_of
from llmkg.server.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from llmkg.server.messages import Reply, Request

__all__ = ["Counts", "Sharing", "Workers"]

_MOST_ANSWERED: Final = 20_000
_MOST_CLIENTS: Final = 10_000
_PAUSE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Sharing:
    """How workers are shared out.

    Attributes:
        workers: How many there are.
        per_client: Most requests of one client that are worked on at a time.
        waiting: Most requests of one client that wait.
        waiting_in_all: Most requests that wait.
        seconds: Seconds from a request to its reply.
        spent_seconds: Seconds of work that a client may have asked for in the last minute.
    """

    workers: int = 4
    per_client: int = 2
    waiting: int = 64
    waiting_in_all: int = 512
    seconds: float = 30
    spent_seconds: float = 120


@dataclass
class Counts:
    """What happened, for those who watch."""

    killed: int = 0
    died: int = 0
    started: int = 0
    refused: int = 0


@dataclass(eq=False, slots=True)
class _Ticket:
    """A request that waits for its reply."""

    client: str
    message: bytes
    reply: asyncio.Future[Reply]
    timer: asyncio.TimerHandle | None = None
    worker: _Worker | None = None
    begun: float = 0.0


class _Worker(asyncio.Protocol):
    """One worker: its socket, its process, and the request that it works on."""

    def __init__(self, workers: Workers) -> None:
        self.workers = workers
        self.ticket: _Ticket | None = None
        self.transport: asyncio.Transport | None = None
        self.process = 0
        self.handle = -1
        self.answered = 0
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket."""
        self.transport = transport  # type: ignore[assignment]

    def ask(self, ticket: _Ticket) -> None:
        """Send a request."""
        self.ticket = ticket
        ticket.worker = self
        ticket.begun = time.monotonic()
        if self.transport is not None:
            self.transport.write(ticket.message)

    def data_received(self, data: bytes) -> None:
        """Read the reply, when all of it is there."""
        received = self._received
        received += data
        if len(received) < LENGTHS.size:
            return
        first, second = LENGTHS.unpack_from(received)
        start = LENGTHS.size + first
        if len(received) < start + second:
            return
        reply = reply_of(bytes(received[LENGTHS.size : start]), bytes(received[start:]))
        received.clear()
        self.answered += 1
        self.workers.answered(self, reply)

    def connection_lost(self, _: Exception | None) -> None:
        """The process has ended."""
        self.workers.lost(self)

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        with contextlib.suppress(OSError):
            if self.handle >= 0:
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)
            else:
                os.kill(self.process, signal.SIGKILL)

    def close(self) -> None:
        """Give back what is held of the process."""
        if self.transport is not None:
            self.transport.abort()
        if self.handle >= 0:
            os.close(self.handle)
            self.handle = -1


class Workers:
    """The workers that hold one state of a graph.

    Args:
        settings: What they are to hold; see :func:`llmkg.server.holdings.hold`.
        sharing: How they are shared out.
        counts: Where is counted what happens.
        notify: Told in a sentence what whoever keeps the server should know.
    """

    def __init__(
        self, settings: Mapping[str, Any], sharing: Sharing, counts: Counts, notify: Callable[[str], None]
    ) -> None:
        self.digest = ""
        self.busy = 0
        self.waiting_in_all = 0
        self._settings = json.dumps(dict(settings))
        self._sharing = sharing
        self._counts = counts
        self._notify = notify
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._queues: dict[str, deque[_Ticket]] = {}
        self._running: Counter[str] = Counter()
        self._debts: dict[str, tuple[float, float]] = {}
        self._nursery: Nursery | None = None
        self._closing = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Load what is to be held and start the workers.

        Raises:
            ReadError: It cannot be loaded; the message says why.
        """
        self._nursery = await Nursery.start(self._settings)
        self.digest = self._nursery.digest
        for _ in range(self._sharing.workers):
            await self._add()

    async def ask(self, request: Request, client: str) -> Reply:
        """The reply to a request.

        Args:
            request: The request.
            client: Who asks: requests of the same client share what a client may have.

        Raises:
            Problem: 429 if too much waits or the client asked for too much, 503 at the time limit or if the worker died.
        """
        queue = self._queues.get(client)
        self._refuse_too_much(client, len(queue) if queue else 0)
        loop = asyncio.get_running_loop()
        ticket = _Ticket(client, packed_request(request), loop.create_future())
        ticket.timer = loop.call_later(self._sharing.seconds, self._expire, ticket)
        if self._idle and self._running[client] < self._sharing.per_client and not queue:
            self._give(ticket)
        else:
            if queue is None:
                queue = self._queues[client] = deque()
            queue.append(ticket)
            self.waiting_in_all += 1
        try:
            return await ticket.reply
        finally:
            ticket.timer.cancel()

    async def close(self, patience: float) -> None:
        """End the workers, when they have answered what they were asked, and at the latest after some seconds."""
        end = time.monotonic() + patience
        while (self.busy or self.waiting_in_all) and time.monotonic() < end:  # noqa: ASYNC110 - once in a life
            await asyncio.sleep(0.02)
        self._closing = True
        for task in self._tasks:
            task.cancel()
        for worker in list(self._workers):
            worker.kill()
            worker.close()
        if self._nursery is not None:
            await self._nursery.close()

    @property
    def alive(self) -> int:
        """How many workers there are."""
        return len(self._workers)

    def answered(self, worker: _Worker, reply: Reply) -> None:
        """Give the reply to whoever waits for it, and the worker the next request."""
        self._settle(worker, reply)
        if worker.answered >= _MOST_ANSWERED:
            worker.kill()  # what it may have piled up goes with it
        else:
            self._idle.append(worker)
            self._dispatch()

    def lost(self, worker: _Worker) -> None:
        """Clear up after a worker that ended, and start another."""
        if worker.ticket is not None:
            self._counts.died += not worker.ticket.reply.done()
            self._settle(
                worker,
                Problem(
                    503,
                    "The request made its process die: it may need too much memory, or nest too deeply. Ask for less.",
                    headers=(("Retry-After", "1"),),
                    lasting=False,
                ),
            )
        self._workers.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        worker.close()
        if not self._closing:
            task = asyncio.get_running_loop().create_task(self._replace())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _refuse_too_much(self, client: str, waiting: int) -> None:
        sharing = self._sharing
        if waiting >= sharing.waiting or self.waiting_in_all >= sharing.waiting_in_all:
            self._counts.refused += 1
            raise Problem(
                429, "Too many requests wait already. Ask again later.", headers=(("Retry-After", "1"),), lasting=False
            )
        debt = self._debt(client)
        if debt > sharing.spent_seconds:
            self._counts.refused += 1
            after = max(1, int(debt - sharing.spent_seconds) + 1)
            raise Problem(
                429,
                f"Your requests took more than {sharing.spent_seconds:g} seconds of work in the last minute. Ask again later.",
                headers=(("Retry-After", str(after)),),
                lasting=False,
            )

    def _debt(self, client: str) -> float:
        """Seconds of work that a client asked for lately; they are forgotten at the rate at which a minute allows them."""
        debt, moment = self._debts.get(client, (0.0, 0.0))
        return max(0.0, debt - (time.monotonic() - moment) * self._sharing.spent_seconds / 60)

    def _give(self, ticket: _Ticket) -> None:
        self._running[ticket.client] += 1
        self.busy += 1
        self._idle.pop().ask(ticket)

    def _settle(self, worker: _Worker, outcome: Reply | Problem) -> None:
        """Note that a worker is done with its request, and tell whoever waits."""
        ticket, worker.ticket = worker.ticket, None
        if ticket is None:
            return
        self.busy -= 1
        self._running[ticket.client] -= 1
        if not self._running[ticket.client]:
            del self._running[ticket.client]
        now = time.monotonic()
        self._debts[ticket.client] = (self._debt(ticket.client) + now - ticket.begun, now)
        if len(self._debts) > _MOST_CLIENTS:
            self._debts = {client: said for client, said in self._debts.items() if self._debt(client) > 0}
        if ticket.reply.done():
            return
        if isinstance(outcome, Problem):
            ticket.reply.set_exception(outcome)
        else:
            ticket.reply.set_result(outcome)

    def _expire(self, ticket: _Ticket) -> None:
        """End a request at the time limit."""
        if ticket.worker is not None and ticket.worker.ticket is ticket:
            self._counts.killed += 1
            ticket.worker.kill()
        else:
            self._unqueue(ticket)
        if not ticket.reply.done():
            ticket.reply.set_exception(
                Problem(
                    503,
                    f"The request was stopped after {self._sharing.seconds:g} seconds. Ask for less.",
                    headers=(("Retry-After", "1"),),
                    lasting=False,
                )
            )

    def _unqueue(self, ticket: _Ticket) -> None:
        queue = self._queues.get(ticket.client)
        if queue and ticket in queue:
            queue.remove(ticket)
            self.waiting_in_all -= 1
            if not queue:
                del self._queues[ticket.client]

    def _dispatch(self) -> None:
        """Give idle workers what waits, each client in turn."""
        while self._idle:
            client = next((name for name in self._queues if self._running[name] < self._sharing.per_client), None)
            if client is None:
                return
            queue = self._queues.pop(client)
            ticket = queue.popleft()
            self.waiting_in_all -= 1
            if queue:
                self._queues[client] = queue  # behind the others
            if not ticket.reply.done():
                self._give(ticket)

    async def _replace(self) -> None:
        """Start another worker; where that fails, the nursery too."""
        while not self._closing:
            try:
                await self._add()
            except (OSError, ReadError, asyncio.IncompleteReadError) as error:
                self._notify(f"A worker cannot be started ({error}); trying again.")
                await asyncio.sleep(_PAUSE)
                await self._renew()
            else:
                return

    async def _renew(self) -> None:
        if self._nursery is None or not self._nursery.has_ended():
            return
        with contextlib.suppress(OSError, ReadError):
            self._nursery = await Nursery.start(self._settings)

    async def _add(self) -> None:
        if self._nursery is None:
            raise ReadError("There is no nursery.")
        worker = _Worker(self)
        mine, process = await self._nursery.fork()
        worker.process = process
        if sys.platform == "linux":
            try:
                worker.handle = os.pidfd_open(process)
            except OSError:
                mine.close()
                raise
        await asyncio.get_running_loop().create_connection(lambda: worker, sock=mine)
        self._workers.add(worker)
        self._idle.append(worker)
        self._counts.started += 1
        self._dispatch()
