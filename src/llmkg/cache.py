"""The folder of the user that holds what can be made anew, and what is kept there."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import Final

__all__ = ["BUILDING", "cache_folder", "mark_used", "prune"]

BUILDING: Final = "building-"
"""How the names of folders begin in which something is being built."""

_KEPT: Final = 8
_KEPT_DAYS: Final = 30
_BUILDING_DAYS: Final = 1
_SECONDS_A_DAY: Final = 86_400


def cache_folder() -> Path:
    """Where snapshots are kept: ``$XDG_CACHE_HOME/llmkg``, by default ``~/.cache/llmkg``."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "llmkg"


def mark_used(place: Path) -> None:
    """Let a snapshot count as used now, where the cache can be written."""
    with contextlib.suppress(OSError):
        os.utime(place)


def prune(folder: Path) -> None:
    """Remove what is not needed any more.

    That is all snapshots but the eight that were used last (one takes some hundred megabytes, and each change of a file and
    each day of ``as-of`` makes another), what a crash left a day ago, and whatever has not been used for a month.

    Args:
        folder: The cache.
    """
    used = {}
    for entry in folder.iterdir():
        with contextlib.suppress(OSError):  # another process was quicker
            used[entry] = entry.stat().st_mtime
    newest_first = sorted(used, key=lambda entry: used[entry], reverse=True)
    snapshots = [entry for entry in newest_first if entry.is_dir() and not entry.name.startswith(BUILDING)]
    for entry, moment in used.items():
        days = (time.time() - moment) / _SECONDS_A_DAY
        is_left_over = entry.name.startswith(BUILDING) and days > _BUILDING_DAYS
        if is_left_over or days > _KEPT_DAYS or entry in snapshots[_KEPT:]:
            _remove(entry)


def _remove(entry: Path) -> None:
    if entry.is_dir():
        shutil.rmtree(entry, ignore_errors=True)
        return
    with contextlib.suppress(OSError):  # another process was quicker, or it belongs to somebody else
        entry.unlink()
