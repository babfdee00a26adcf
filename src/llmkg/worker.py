"""The process that answers other people's queries; :mod:`llmkg.sandbox` starts it and asks it.

It reads requests from its standard input and writes replies to its standard output, each a length in eight bytes and then
JSON in UTF-8. A request is ``{text, seconds, rows, bytes}``; a reply is ``{truth}``, ``{columns, rows, cut}`` (columns null
for triples) or ``{error: {kind, what, where, hint}}``. A term is its IRI, ``_:`` and the name of a blank node, or a pair of
a literal's text and its datatype or, after ``@``, language.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.confinement import deny_network, limit_memory, limit_time
from llmkg.errors import LlmkgError
from llmkg.files import find_project
from llmkg.snapshot import open_snapshot
from llmkg.store import plain_term

if TYPE_CHECKING:
    from collections.abc import Iterator

    from llmkg.store import EmbeddedStore

__all__ = ["answer", "end_with_the_asker", "main", "read_message", "write_message"]

_LENGTH: Final = 8
_STREAMS: Final = (0, 1, 2)


def write_message(pipe: IO[bytes], message: dict[str, Any]) -> None:
    """Write a message, whole.

    Raises:
        OSError: Nobody reads any more.
    """
    _write(pipe, json.dumps(message, ensure_ascii=False).encode())


def read_message(pipe: IO[bytes]) -> dict[str, Any] | None:
    """The next message, or None if there is no whole one any more.

    Raises:
        ValueError: It is not JSON.
    """
    length = int.from_bytes(pipe.read(_LENGTH))
    content = pipe.read(length)
    return json.loads(content) if length and len(content) == length else None


def _write(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(_LENGTH))
    pipe.write(content)
    pipe.flush()


def main() -> None:
    """Answer until nobody asks any more: the arguments are the project's folder, the bytes of memory, and a day or nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks is interrupted, and ends this process
    while (nothing := os.open(os.devnull, os.O_RDWR)) in _STREAMS:
        pass  # it stands in for a stream without which this process was started
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    for stream in _STREAMS:  # the engine's last words are no answer, and no message for a person
        os.dup2(nothing, stream)
    deny_network()
    threading.Thread(target=end_with_the_asker, args=(requests.fileno(),), daemon=True).start()
    store: EmbeddedStore | LlmkgError
    try:
        day = date.fromisoformat(sys.argv[3]) if sys.argv[3] else None
        store = open_snapshot(find_project(Path(sys.argv[1])), as_of=day).store
    except LlmkgError as error:
        store = error
    limit_memory(int(sys.argv[2]))
    while (request := read_message(requests)) is not None:
        limit_time(request["seconds"])
        _write(replies, _told(store) if isinstance(store, LlmkgError) else answer(store, request))


def end_with_the_asker(pipe: int) -> None:
    """Wait until nobody can ask any more, and end this process, whatever it is doing; on POSIX systems only.

    Args:
        pipe: The descriptor from which requests are read.
    """
    if os.name != "posix":
        return
    waiting = select.poll()
    waiting.register(pipe, 0)  # nothing but the end of the other side
    waiting.poll()
    os._exit(0)


def answer(store: EmbeddedStore, request: dict[str, Any]) -> bytes:
    """The reply to a request.

    Args:
        store: What answers.
        request: ``text`` of the query, and the most ``rows`` and ``bytes`` of the answer.

    >>> from llmkg.store import EmbeddedStore
    >>> answer(EmbeddedStore(px.Store()), {"text": "SELECT (1 AS ?n) {}", "rows": 9, "bytes": 999})
    b'{"columns": ["n"], "cut": "", "rows": [[["1", "http://www.w3.org/2001/XMLSchema#integer"]]]}'
    """
    try:
        found = store.stream(request["text"])
        if isinstance(found, px.QueryBoolean):
            return json.dumps({"truth": bool(found)}).encode()
        columns = [variable.value for variable in found.variables] if isinstance(found, px.QuerySolutions) else None
        rows, cut = _capped(_rows(found), request["rows"], request["bytes"])
    except LlmkgError as error:
        return _told(error)
    except Exception as error:  # noqa: BLE001 - the engine's are of many kinds, and each is told
        return _told(LlmkgError(f"The store cannot answer: {str(error) or type(error).__name__}."), "StoreError")
    head = json.dumps({"columns": columns, "cut": cut}, ensure_ascii=False).encode()
    return head[:-1] + b', "rows": [' + b", ".join(rows) + b"]}"


def _rows(found: px.QuerySolutions | px.QueryTriples) -> Iterator[bytes]:
    """The rows, or the triples once each, packed."""
    if isinstance(found, px.QuerySolutions):
        for solution in found:
            yield json.dumps([_packed(term) for term in solution], ensure_ascii=False).encode()
    else:
        seen = set()
        for triple in found:
            packed = json.dumps([_packed(term) for term in triple], ensure_ascii=False).encode()
            if packed not in seen:
                seen.add(packed)
                yield packed


def _capped(rows: Iterator[bytes], most_rows: int, most_bytes: int) -> tuple[list[bytes], str]:
    """As many rows as may be sent, and which limit left some out."""
    kept: list[bytes] = []
    size = 0
    for row in rows:
        size += len(row)
        if len(kept) == most_rows:
            return kept, "rows"
        if size > most_bytes:
            return kept, "bytes"
        kept.append(row)
    return kept, ""


def _packed(term: object) -> str | tuple[str, str] | None:
    plain = plain_term(term)
    if isinstance(plain, px.Literal):
        return plain.value, f"@{plain.language}" if plain.language else plain.datatype.value
    if isinstance(plain, px.BlankNode):
        return f"_:{plain.value}"
    return plain.value if plain else None


def _told(error: LlmkgError, kind: str = "") -> bytes:
    told = {"kind": kind or type(error).__name__, "what": error.what, "where": error.where, "hint": error.hint}
    return json.dumps({"error": told}, ensure_ascii=False).encode()
