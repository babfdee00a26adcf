"""The scripts of pages that run in the browser, as they were built into the package, and their addresses with versions."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from llmkg.errors import ReadError

__all__ = ["HINT", "built", "is_built", "versioned"]

HINT: Final = "In a checkout: install Node 18 or later, and run 'npm ci && npm run build' in src/explorer."


@lru_cache(maxsize=32)
def built(name: str) -> bytes:
    """A file that was built from ``src/explorer``.

    Args:
        name: Name of the file, as ``console.js``.

    Raises:
        ReadError: It was not built, as in a checkout without Node.
    """
    try:
        return files("llmkg").joinpath("_web", name).read_bytes()
    except OSError:
        raise ReadError("The page's script is not built.", where=f"llmkg/_web/{name}", hint=HINT) from None


def is_built(*names: str) -> bool:
    """Whether files were built.

    >>> is_built("no-such-script.js")
    False
    """
    try:
        return all(built(name) for name in names)
    except ReadError:
        return False


def versioned(path: str, content: bytes) -> str:
    """The address of a file whose content never changes under it, so that a browser may keep it.

    >>> versioned("assets/console.js", b"")
    'assets/console.js?v=e3b0c44298fc'
    """
    return f"{path}?v={sha256(content).hexdigest()[:12]}"
