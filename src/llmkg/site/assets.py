"""The files that pages share: the style sheet and the icon."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Assets"]

_FILES: Final = {"assets/site.css": "site.css", "assets/icon.svg": "icon.svg"}


class Assets:
    """The section of the files that pages share."""

    def paths(self) -> Sequence[str]:
        """Their paths."""
        return tuple(_FILES)

    def render(self, path: str) -> bytes | None:
        """One of them."""
        name = _FILES.get(path)
        return files("llmkg.site").joinpath("assets", name).read_bytes() if name else None
