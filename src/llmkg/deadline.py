"""Runs a query in a process of its own, which can be stopped: the embedded engine itself cannot."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

from llmkg.errors import LlmkgError, QueryTimeoutError, StoreError
from llmkg.files import find_project
from llmkg.snapshot import open_snapshot

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from llmkg.store import Rows, Triples

__all__ = ["query_until"]


def query_until(root: Path, text: str, *, seconds: float) -> Rows | Triples | bool:
    """Ask the project's embedded store a query, and stop it at a time limit.

    Args:
        root: The project's folder.
        text: SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE.
        seconds: The limit, start of the process included.

    Returns:
        What the store answers; see :meth:`llmkg.store.Store.query`.

    Raises:
        QuerySyntaxError: The text is not such a query.
        QueryTimeoutError: It did not end in time.
        ReadError: The folder does not hold a graph, or a file of it cannot be read or is not Turtle.
        StoreError: The process died (out of memory, or nested too deeply), or the snapshot cannot be opened.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_answer, args=(sender, root, text), daemon=True)
    worker.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise QueryTimeoutError(
                f"The query was stopped after {seconds:g} seconds.",
                hint="Ask for less (a LIMIT does not always help; a narrower pattern does), or give --timeout SECONDS.",
            )
        answer: Rows | Triples | bool | LlmkgError = receiver.recv()
    except EOFError:
        raise StoreError(
            "The query made its process die.", hint="It may be nested too deeply or need too much memory."
        ) from None
    finally:
        worker.kill()
        worker.join()
        receiver.close()
    if isinstance(answer, LlmkgError):
        raise answer
    return answer


def _answer(sender: Connection, root: Path, text: str) -> None:
    try:
        sender.send(open_snapshot(find_project(root)).store.query(text))
    except LlmkgError as error:
        sender.send(error)
