"""A static site: every path of every section as a file, put in place whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from llmkg.errors import ParameterError
from llmkg.garbage import without_collecting
from llmkg.site.dumps import Dumps
from llmkg.site.places import MARKER, carry_over, published_paths, publishing
from llmkg.site.rendering import Rendering
from llmkg.site.sections import Setting
from llmkg.site.whole import sections_of
from llmkg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from llmkg.knowledge import KnowledgeGraph
    from llmkg.site.sections import Section

__all__ = ["Published", "base_of", "publish"]


@dataclass(frozen=True, slots=True)
class Published:
    """What was published.

    Attributes:
        files: How many files the site has.
        new: How many it did not have before.
        changed: How many were rewritten.
        removed: How many it had before and has no more.
    """

    files: int
    new: int
    changed: int
    removed: int


def publish(
    graph: KnowledgeGraph,
    folder: str | Path,
    *,
    base: str = BASE,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Published:
    """Publish a graph as a static site, which any web host can serve.

    The folder holds the old site until the new one is whole. Files that stay the same keep their times. What others have
    put into the folder stays there.

    Args:
        graph: The graph.
        folder: Where to; a folder that does not exist, is empty, or holds a site.
        base: Address at which the site will be.
        tell: Told now and then how many files are done, and of how many.

    Raises:
        ParameterError: The folder holds something else, or the address is none of the web.
        ReadError: The folder cannot be written; what was there is as it was.
    """
    with publishing(folder) as place:
        setting = Setting(graph, base_of(base))
        with without_collecting():
            sections = sections_of(setting)
            paths = _paths(sections)
        for section in sections:
            if isinstance(section, Dumps):
                section.sizes()  # made once, before there are several processes
        old = published_paths(place.folder)
        place.beside.mkdir()
        carry_over(place.folder, place.beside, old, paths)
        for parent in sorted({str(PurePosixPath(path).parent) for path in paths}):
            (place.beside / parent).mkdir(parents=True, exist_ok=True)
        done = 0

        def more(count: int) -> None:
            nonlocal done
            done += count
            tell(done, len(paths))

        def rendered(path: str) -> bytes:
            content = paths[path].render(path)
            if content is None:
                raise AssertionError(f"{type(paths[path]).__name__} does not render its own path {path}.")
            return content

        found = Rendering(rendered, place.folder, place.beside).run(list(paths), more)
        (place.beside / MARKER).write_text(
            "".join(f"{path}\n" for path in sorted(paths)), encoding="utf-8", newline="\n"
        )
        place.exchange()
    return Published(len(paths), found["new"], found["changed"], len(old - paths.keys()))


def base_of(address: str) -> str:
    """The address of a site, with a slash at its end.

    Raises:
        ParameterError: It is no address of the web.

    >>> base_of("https://example.org/llmkg")
    'https://example.org/llmkg/'
    """
    try:
        parts = urlsplit(address)
        is_good = parts.scheme in {"http", "https"} and parts.hostname and not parts.query and not parts.fragment
    except ValueError:
        is_good = False
    if not is_good or any(sign in address for sign in ' "<>\\'):
        raise ParameterError(
            f"{address!r} is no address of a site.", where="--base", hint="Write https://example.org/llmkg/."
        )
    return f"{address.rstrip('/')}/"


def _paths(sections: Sequence[Section]) -> dict[str, Section]:
    """The section that renders each path: the first that has it."""
    paths: dict[str, Section] = {}
    for section in sections:
        for path in section.paths():
            paths.setdefault(path, section)
    return paths
