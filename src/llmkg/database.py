"""SQLite databases that close themselves when nobody needs them any more."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Database", "connect", "connect_read_only"]


class Database(sqlite3.Connection):
    """A connection that is closed with its last reference; Python 3.13 warns of one that is merely dropped.

    The last reference may be dropped in any thread, and SQLite itself lets threads take turns.
    """

    def __del__(self) -> None:
        """Close the connection."""
        self.close()


def connect(path: Path | None = None) -> Database:
    """A database in a file, or in memory.

    >>> connect().execute("SELECT 1").fetchone()
    (1,)
    """
    return sqlite3.connect(path or ":memory:", factory=Database, check_same_thread=False)


def connect_read_only(path: Path) -> Database:
    """A database that nobody writes to.

    Raises:
        sqlite3.Error: There is no such file.
    """
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, factory=Database, check_same_thread=False)
