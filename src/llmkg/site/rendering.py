"""Paths of a site rendered into files by several processes at once."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from llmkg.errors import LlmkgError, ReadError
from llmkg.site.places import link

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["Rendering"]

_AT_ONCE: Final = 60
"""How many paths, those of ten things, go to one process before the next has its turn."""


@dataclass(frozen=True)
class Rendering:
    """What is to be rendered.

    Attributes:
        render: Gives the content of a path.
        old: Folder of the old site; files that stay the same are taken from there.
        new: Folder to write into; the folders in it exist.
    """

    render: Callable[[str], bytes]
    old: Path
    new: Path

    def run(self, paths: Sequence[str], tell: Callable[[int], None]) -> Counter[str]:
        """Render paths on all processors.

        Args:
            paths: The paths.
            tell: Told now and then how many more are done.

        Returns:
            How many are ``new``, ``changed`` and ``kept``.

        Raises:
            OSError: A file cannot be written.
            ReadError: A process died.
        """
        count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        parts = [paths[start : start + _AT_ONCE] for start in range(0, len(paths), _AT_ONCE)]
        if count == 1 or not hasattr(os, "fork"):
            return self._alone(parts, tell)
        gc.collect()
        gc.freeze()  # so that the processes share what they do not change
        try:
            return self._together([parts[place::count] for place in range(count)], tell)
        finally:
            gc.unfreeze()

    def _alone(self, parts: Sequence[Sequence[str]], tell: Callable[[int], None]) -> Counter[str]:
        total: Counter[str] = Counter()
        for part in parts:
            total += self._part(part)
            tell(len(part))
        return total

    def _together(self, shares: Sequence[Sequence[Sequence[str]]], tell: Callable[[int], None]) -> Counter[str]:
        workers: dict[int, int] = {}
        total: Counter[str] = Counter()
        try:
            with selectors.DefaultSelector() as selector:
                for share in shares:
                    reader, process = self._fork(share)
                    workers[reader] = process
                    selector.register(reader, selectors.EVENT_READ, os.fdopen(reader, "rb", closefd=False))
                while selector.get_map():
                    for key, _ in selector.select():
                        said = json.loads(key.data.readline() or b"null")
                        if not _hear(said, total, tell):
                            selector.unregister(key.fd)
                            os.close(key.fd)
                            os.waitpid(workers.pop(key.fd), 0)
        finally:
            for process in workers.values():
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
        return total

    def _fork(self, share: Sequence[Sequence[str]]) -> tuple[int, int]:
        """Start a process that renders a share, and says so part by part."""
        reader, writer = os.pipe()
        process = os.fork()
        if not process:
            try:
                os.close(reader)
                self._work(share, writer)
            finally:
                os._exit(1)  # it must not go on as the parent, whatever happens
        os.close(writer)
        return reader, process

    def _work(self, share: Sequence[Sequence[str]], writer: int) -> None:
        gc.disable()
        try:
            for part in share:
                _say(writer, self._part(part))
            _say(writer, {"done": True})
        except OSError as error:
            with contextlib.suppress(OSError):
                _say(writer, {"errno": error.errno, "file": str(error.filename or "")})
        except LlmkgError as error:
            _say(writer, {"error": error.what, "where": error.where, "hint": error.hint})
        except Exception:  # noqa: BLE001 - a fault of ours is shown
            import traceback

            traceback.print_exc()

    def _part(self, paths: Sequence[str]) -> Counter[str]:
        found: Counter[str] = Counter()
        for path in paths:
            found[self._write(path, self.render(path))] += 1
        return found

    def _write(self, path: str, content: bytes) -> str:
        old, new = f"{self.old}/{path}", f"{self.new}/{path}"
        try:
            with open(old, "rb") as file:  # noqa: PTH123 - of a hundred thousand files
                was = "kept" if file.read() == content else "changed"
        except (FileNotFoundError, NotADirectoryError):
            was = "new"
        if was == "kept":
            link(old, new)
        else:
            with open(new, "xb") as file:  # noqa: PTH123 - of a hundred thousand files
                file.write(content)
        return was


def _say(writer: int, what: dict[str, Any]) -> None:
    os.write(writer, json.dumps(what).encode() + b"\n")


def _hear(said: dict[str, Any] | None, total: Counter[str], tell: Callable[[int], None]) -> bool:
    """Take in what a process says; False when it has said all."""
    if said is None:
        raise ReadError(
            "A process that rendered pages ended early.", hint="It may have run out of memory; publish again."
        )
    if "errno" in said:
        raise OSError(said["errno"], os.strerror(said["errno"] or 0), said["file"])
    if "error" in said:
        raise ReadError(said["error"], where=said["where"], hint=said["hint"])
    if "done" in said:
        return False
    total.update(said)
    tell(sum(said.values()))
    return True
