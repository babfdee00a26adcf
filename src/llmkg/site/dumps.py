"""The whole graph as files, packed: the same bytes for the same graph."""

from __future__ import annotations

import gzip
import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from llmkg.exports.rdf import in_order, serialized

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as px

    from llmkg.site.sections import Setting

__all__ = ["DUMPS", "Dump", "Dumps"]


@dataclass(frozen=True, slots=True)
class Dump:
    """A form of the whole graph.

    Attributes:
        path: Where it is.
        format: One of :data:`llmkg.exports.rdf.FORMATS`.
        name: What the form is called.
        media_type: Its media type, unpacked.
    """

    path: str
    format: str
    name: str
    media_type: str


DUMPS: Final = (
    Dump("data/llmkg.nq.gz", "nquads", "N-Quads", "application/n-quads"),
    Dump("data/llmkg.trig.gz", "trig", "TriG", "application/trig"),
    Dump("data/llmkg.ttl.gz", "ttl", "Turtle", "text/turtle"),
    Dump("data/llmkg.jsonld.gz", "jsonld", "JSON-LD", "application/ld+json"),
)
"""Every form, the most exact first; Turtle does not keep which file says what."""

_BY_PATH: Final = {dump.path: dump for dump in DUMPS}


class Dumps:
    """The section of the dumps.

    Args:
        setting: The site.

    >>> import llmkg
    >>> from llmkg.site.sections import Setting
    >>> list(Dumps(Setting(llmkg.load("tests/data/mini"))).paths())[:2]
    ['data/llmkg.nq.gz', 'data/llmkg.trig.gz']
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._packed: dict[str, bytes] = {}

    def paths(self) -> Iterable[str]:
        """The dumps."""
        return tuple(_BY_PATH)

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section. A dump is made once and kept."""
        return self._dump(_BY_PATH[path]) if path in _BY_PATH else None

    def sizes(self) -> dict[str, tuple[int, str]]:
        """The bytes of each dump and their SHA-256, by path."""
        packed = {dump.path: self._dump(dump) for dump in DUMPS}
        return {path: (len(content), hashlib.sha256(content).hexdigest()) for path, content in packed.items()}

    @cached_property
    def _ordered(self) -> list[px.Quad]:
        return in_order(self._setting.graph.snapshot.store.engine)

    def _dump(self, dump: Dump) -> bytes:
        if dump.path not in self._packed:
            self._packed[dump.path] = _packed(serialized(self._ordered, dump.format))
        return self._packed[dump.path]


def _packed(content: bytes) -> bytes:
    """Packed without a name or a time. :func:`gzip.compress` would tell the system and, in some versions, the time."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", filename="", compresslevel=9, mtime=0) as file:
        file.write(content)
    return packed.getvalue()
