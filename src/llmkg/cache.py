"""The folder of the user that holds what can be made anew: how it is built, kept whole, and thrown away.

A finished folder is sealed: a list of its files, their sizes and checksums lies beside them, and says later whether they are
what was written. That is against accidents (a disk, a crash, a hand), not against somebody who may write to the cache.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["building", "cache_folder", "damage", "mark_used", "prune", "seal"]

_BUILDING: Final = "building-"
_SEAL: Final = "manifest.json"
_CHUNK: Final = 1 << 18
_KEPT: Final = 8
_KEPT_DAYS: Final = 30
_STARTING_SECONDS: Final = 60
_SECONDS_A_DAY: Final = 86_400


def cache_folder() -> Path:
    """Where snapshots are kept: ``$XDG_CACHE_HOME/llmkg``, by default ``~/.cache/llmkg``."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "llmkg"


@contextlib.contextmanager
def building(folder: Path) -> Iterator[Path]:
    """A folder to build in, which nobody takes away meanwhile; it is removed in the end with what is left in it.

    What a killed process leaves is removed by :func:`prune`: the folder is locked as long as its process lives.

    Args:
        folder: The cache.

    Raises:
        OSError: The cache cannot be written.
    """
    import shutil
    import tempfile

    place = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=folder))
    with contextlib.ExitStack() as held:
        held.callback(shutil.rmtree, place, ignore_errors=True)
        with contextlib.suppress(OSError):
            held.callback(os.close, _lock(place))
        yield place


def seal(place: Path, key: str, *, without: tuple[str, ...] = ()) -> None:
    """Write down what the files of a finished folder are.

    Args:
        place: The folder.
        key: What the folder holds.
        without: How the names of files begin that are no data.

    Raises:
        OSError: A file cannot be read, or the list cannot be written.
    """
    names = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
    files = {name: _checksum(place / name) for name in names if not name.rpartition("/")[2].startswith(without)}
    (place / _SEAL).write_text(json.dumps({"key": key, "files": files}) + "\n", encoding="utf-8")


def damage(place: Path, key: str, part: Callable[[str], bool] = lambda _: True) -> str:
    """What is wrong with a sealed folder: the name of a file that is not as it was written, empty if there is none.

    Args:
        place: The folder.
        key: What it is to hold.
        part: Which names to look at; all without it.

    >>> import tempfile
    >>> place = Path(tempfile.mkdtemp())
    >>> _ = (place / "a").write_bytes(b"written")
    >>> seal(place, "example")
    >>> damage(place, "example")
    ''
    >>> _ = (place / "a").write_bytes(b"writuen")
    >>> damage(place, "example")
    'a'
    """
    try:
        sealed = json.loads((place / _SEAL).read_text(encoding="utf-8"))
        if sealed["key"] != key or not sealed["files"]:
            return _SEAL
        files = {name: tuple(look) for name, look in sealed["files"].items() if part(name)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return _SEAL
    return next((name for name, look in files.items() if not _is_as(place / name, look)), "")


def _is_as(path: Path, look: tuple[int, int]) -> bool:
    try:
        return path.stat().st_size == look[0] and _checksum(path) == look
    except (OSError, ValueError, IndexError):
        return False


def _checksum(path: Path) -> tuple[int, int]:
    """Bytes of a file, and their CRC-32: the quickest sum at hand, which no changed bit or run of bits escapes."""
    chunk = memoryview(bytearray(_CHUNK))
    size = total = 0
    with path.open("rb", buffering=0) as file:
        while length := file.readinto(chunk):
            size += length
            total = zlib.crc32(chunk[:length], total)
    return size, total


def mark_used(place: Path) -> None:
    """Let a snapshot count as used now, where the cache can be written."""
    with contextlib.suppress(OSError):
        os.utime(place)


def prune(folder: Path) -> None:
    """Remove what is not needed any more.

    That is all snapshots but the eight that were used last (one takes some fifty megabytes, and each change of a file and
    each day of ``as-of`` makes another), what a killed process left, and whatever has not been used for a month.

    Args:
        folder: The cache.
    """
    used = {}
    for entry in folder.iterdir():
        with contextlib.suppress(OSError):  # another process was quicker
            used[entry] = entry.stat().st_mtime
    newest_first = sorted(used, key=lambda entry: used[entry], reverse=True)
    snapshots = [entry for entry in newest_first if entry.is_dir() and not entry.name.startswith(_BUILDING)]
    for entry, moment in used.items():
        seconds = time.time() - moment
        if entry.name.startswith(_BUILDING):
            is_needed = seconds < _STARTING_SECONDS or (seconds < _SECONDS_A_DAY and _is_locked(entry))
        else:
            is_needed = seconds < _KEPT_DAYS * _SECONDS_A_DAY and entry not in snapshots[_KEPT:]
        if not is_needed:
            _remove(entry)


def _lock(place: Path) -> int:
    """A descriptor that holds a folder's lock until it is closed, or until its process ends.

    Raises:
        OSError: Somebody else holds it, or there are no such locks here.
    """
    try:
        import fcntl
    except ImportError:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP)) from None
    held = os.open(place, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(held)
        raise
    return held


def _is_locked(place: Path) -> bool:
    try:
        os.close(_lock(place))
    except OSError:
        return True
    return False


def _remove(entry: Path) -> None:
    import shutil

    with contextlib.suppress(OSError):  # another process was quicker, or it belongs to somebody else
        if not entry.is_dir():
            entry.unlink()
            return
        going = entry.with_name(f"{_BUILDING}{os.getpid()}-{entry.name}")
        entry.rename(going)  # a folder that is gone by half must not be taken for a snapshot
        shutil.rmtree(going, ignore_errors=True)
