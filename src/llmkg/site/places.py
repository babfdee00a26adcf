"""The folder that a site is published in: looked at, built beside, and changed for the new one in one step.

Beside the folder ``site`` stands ``.site.publishing`` while a new site is built in it. When that is whole, the two change
names in one system call, so that at every moment ``site`` is the old site or the new one; then the old one is removed. Where
the system has no such call, the old one is first moved away: a crash just then is put right by the next run.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from llmkg.errors import ParameterError, ReadError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["MARKER", "Place", "carry_over", "link", "published_paths", "publishing"]

MARKER: Final = ".llmkg-site"
"""The file that makes a folder a site: it lists all other files that were published."""

_PATIENCE: Final = 10.0
_AT_CURRENT: Final = -100
_EXCHANGE: Final = 2
_NOT_THERE: Final = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


class Place:
    """Where a site is published.

    Attributes:
        folder: The folder.
        beside: Where the new site is built; it becomes the folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._working = folder.with_name(f".{folder.name}.publishing")
        self.beside = self._working / "new"
        self._old = self._working / "old"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others from publishing in the same folder meanwhile, and clear up what a run that was killed has left.

        Raises:
            ReadError: Somebody else is publishing there.
        """
        handle = self._lock()
        try:
            self._clear()
            yield
        finally:
            self._clear()
            with contextlib.suppress(OSError):
                self._working.rmdir()
            if handle is not None:
                os.close(handle)

    def exchange(self) -> None:
        """Put the new site in the folder's place."""
        if not self.folder.exists():
            self.beside.rename(self.folder)
        elif not _exchange(self.beside, self.folder):
            self.folder.rename(self._old)
            self.beside.rename(self.folder)

    def _clear(self) -> None:
        """Remove what was built, as far as it can be; the old site, if it was moved away for nothing, comes back first."""
        if self._old.exists() and not self.folder.exists():
            self._old.rename(self.folder)
        for path in list(self._working.iterdir()) if self._working.exists() else ():
            shutil.rmtree(path, ignore_errors=True)

    def _lock(self) -> int | None:
        """Lock the working folder, which is made for it."""
        try:
            import fcntl
        except ImportError:
            self._working.mkdir(parents=True, exist_ok=True)
            return None
        end = time.monotonic() + _PATIENCE
        while True:
            self._working.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._working, os.O_RDONLY)
            with contextlib.suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(handle).st_ino == self._working.stat().st_ino:
                    return handle
            os.close(handle)
            if time.monotonic() > end:
                raise ReadError(
                    "Another 'llmkg publish' is at work there.", where=str(self.folder), hint="Wait until it has ended."
                )
            time.sleep(0.05)


@contextmanager
def publishing(folder: str | Path) -> Iterator[Place]:
    """A folder to publish in, locked.

    Args:
        folder: The folder; it need not exist.

    Raises:
        ParameterError: It holds something else than a site.
        ReadError: Somebody else is publishing there, or it cannot be written.
    """
    path = Path(folder).resolve()
    if path.exists() and (not path.is_dir() or (not (path / MARKER).is_file() and any(path.iterdir()))):
        raise ParameterError(
            "It holds something that is not a site of llmkg.", where=str(folder), hint="Name a new or empty folder."
        )
    place = Place(path)
    try:
        with place.locked():
            yield place
    except OSError as error:
        raise ReadError(
            f"The site cannot be written ({error.strerror}).",
            where=str(folder),
            hint="What was published there is as it was." if path.exists() else "Nothing was published.",
        ) from None


def published_paths(folder: Path) -> frozenset[str]:
    """The paths that were published in a folder; none where it is no site.

    Args:
        folder: The folder.
    """
    try:
        return frozenset((folder / MARKER).read_text(encoding="utf-8").splitlines())
    except OSError:
        return frozenset()


def carry_over(old: Path, new: Path, ours: Collection[str], coming: Collection[str]) -> None:
    """Keep what other people have put into a site: it is in the new one too.

    Args:
        old: The old site.
        new: The new one.
        ours: Paths that were published.
        coming: Paths that will be.

    Raises:
        ParameterError: Something of theirs is where a file is to be published.
    """
    for folder, folders, files in os.walk(old):
        below = Path(folder).relative_to(old)
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in (*files, *links):
            path = (below / name).as_posix()
            if path in ours or path == MARKER:
                continue
            if path in coming:
                raise ParameterError(
                    "A file that llmkg did not put there is in the way.", where=str(old / path), hint="Move it away."
                )
            (new / below).mkdir(parents=True, exist_ok=True)
            link(old / path, new / path)
        for name in folders:
            if not any(Path(folder, name).iterdir()):
                (new / below / name).mkdir(parents=True, exist_ok=True)


def link(old: Path | str, new: Path | str) -> None:
    """Give a file a second name, or copy it with its times where the file system has no such thing."""
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        shutil.copy2(old, new, follow_symlinks=False)


def _exchange(one: Path, other: Path) -> bool:
    """Change the names of two folders in one step; False where the system cannot."""
    if sys.platform == "win32":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(libc, "renameat2"):
        code = libc.renameat2(_AT_CURRENT, first, _AT_CURRENT, second, _EXCHANGE)
    elif hasattr(libc, "renamex_np"):  # macOS
        code = libc.renamex_np(first, second, _EXCHANGE)
    else:
        return False
    number = ctypes.get_errno()
    if code and number not in _NOT_THERE:
        raise OSError(number, os.strerror(number), str(other))
    return not code
