"""Replies that are kept, so that what is asked often is worked out once for a state of the graph."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

__all__ = ["Memory"]

Key = TypeVar("Key")
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """A table that forgets what was asked for longest ago when it is full.

    Args:
        size: Bytes that it may hold.

    >>> memory = Memory[str, str](size=10)
    >>> memory.keep("a", "first", 6)
    >>> memory.keep("b", "second", 6)
    >>> memory.get("a") is None, memory.get("b")
    (True, 'second')
    """

    def __init__(self, size: int) -> None:
        self._left = size
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._largest = size // 8

    def get(self, key: Key) -> Value | None:
        """What is kept under a key."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: Key, value: Value, size: int) -> None:
        """Keep something, unless it is very large.

        Args:
            key: The key.
            value: What to keep.
            size: Its bytes.
        """
        if size > max(self._largest, _ALWAYS) or key in self._kept:
            return
        self._kept[key] = (value, size)
        self._left -= size
        while self._left < 0:
            _, (_, freed) = self._kept.popitem(last=False)
            self._left += freed


_ALWAYS = 4096
