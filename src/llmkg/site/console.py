"""The pages that ask: a console for SPARQL and a search, which need no server.

On a static site the whole graph is loaded into the browser and answers there; on a live one the server is asked. The scripts
are built from ``src/explorer``; where they were not, the pages say so.
"""

from __future__ import annotations

import json
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from llmkg.site.findable import names_json, questions_json
from llmkg.site.layout import page, relative
from llmkg.site.scripts import built, is_built, versioned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from llmkg.site.sections import Setting

__all__ = ["DUMP", "Console"]

DUMP: Final = "data/llmkg.nq.gz"
"""The dump that is loaded into the browser."""

_SCRIPTS: Final = {
    "assets/console.css": "console.css",
    "assets/console.js": "console.js",
    "assets/engine.js": "engine.js",
    "assets/oxigraph.wasm": "oxigraph.wasm",
    "assets/search.js": "search.js",
    "assets/licences.txt": "site-licences.txt",
}
_WORKER: Final = "sw.js"
_NAMES: Final = "data/names.json"
_QUESTIONS: Final = "data/questions.json"

_PAGES: Final = {
    "sparql.html": ("sparql.html", "en", "SPARQL"),
    "sparql.zh.html": ("sparql.html", "zh", "SPARQL 查询"),
    "search.html": ("search.html", "en", "Search"),
    "search.zh.html": ("search.html", "zh", "搜索"),
}


class Console:
    """The section of the console and the search.

    Args:
        setting: The site.
        dump: Gives what is at a path, for :data:`DUMP`; not called on a live site.
    """

    def __init__(self, setting: Setting, dump: Callable[[str], bytes | None]) -> None:
        self._setting = setting
        self._dump = dump

    def paths(self) -> Iterable[str]:
        """The pages, what they look up, and the scripts if they were built."""
        yield from (*_PAGES, _NAMES, _QUESTIONS)
        if self._has_scripts:
            yield from (*_SCRIPTS, _WORKER)

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        if path in _PAGES:
            return self._page(path)
        if path == _NAMES:
            return self._names
        if path == _QUESTIONS:
            return self._questions
        if not self._has_scripts:
            return None
        if path == _WORKER:
            return self._worker()
        return built(_SCRIPTS[path]) if path in _SCRIPTS else None

    @cached_property
    def _has_scripts(self) -> bool:
        return is_built(*_SCRIPTS.values(), _WORKER)

    @cached_property
    def _names(self) -> bytes:
        return names_json(self._setting.graph)

    @cached_property
    def _questions(self) -> bytes:
        return questions_json(self._setting.graph)

    @cached_property
    def _addresses(self) -> dict[str, str]:
        """The address of every file that a script fetches, with its version, by path."""
        contents = {path: built(name) for path, name in _SCRIPTS.items()} if self._has_scripts else {}
        contents |= {_NAMES: self._names, _QUESTIONS: self._questions}
        return {path: versioned(path, content) for path, content in contents.items()} | {DUMP: self._dumped[0]}

    @cached_property
    def _dumped(self) -> tuple[str, int]:
        """The dump's address with its version, and its size in bytes."""
        if self._setting.live:
            return "", 0
        content = self._dump(DUMP) or b""
        return versioned(DUMP, content), len(content)

    def _page(self, path: str) -> bytes:
        template, lang, title = _PAGES[path]
        return page(
            self._setting,
            template,
            path,
            lang=lang,
            title=title,
            has_scripts=self._has_scripts,
            address=lambda target: relative(path, self._addresses[target]),
            dump_bytes=self._dumped[1],
        )

    def _worker(self) -> bytes:
        """The service worker: it begins with what it keeps, so that it changes when that does."""
        kept = sorted(address for address in self._addresses.values() if address)
        told = {
            "version": sha256("\n".join(kept).encode()).hexdigest()[:12],
            "kept": kept,
            "pages": [*_PAGES, "assets/icon.svg", "assets/site.css"],
        }
        return f"self.llmkg = {json.dumps(told)};\n".encode() + built(_WORKER)
