"""The pages to explore: the lineage of each family, as a picture in the browser with its table.

They share a script and a style sheet; a family's view is a file that its pages in both languages fetch.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from llmkg.addresses import path_of
from llmkg.explorer import EXPLORER_BODY, explorer_json
from llmkg.site.layout import page, relative
from llmkg.site.scripts import built, is_built, versioned
from llmkg.terms import BASE, shrink
from llmkg.views.strata import lineage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmkg.entries import Entry
    from llmkg.site.sections import Setting

__all__ = ["Exploring"]

_FOLDER: Final = "explore/"
_SCRIPTS: Final = {"assets/explorer.css": "explorer.css", "assets/explorer.js": "explorer.js"}
_LANGUAGES: Final = {".html": "en", ".zh.html": "zh"}


class Exploring:
    """The section of the pages to explore.

    Args:
        setting: The site.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def paths(self) -> Iterable[str]:
        """The list of families, and for each its pages and its view; the latter if the script was built."""
        yield from (f"{_FOLDER}index{ending}" for ending in _LANGUAGES)
        if self._has_scripts:
            yield from _SCRIPTS
            for slug in self._families:
                yield from (f"{_FOLDER}{slug}{ending}" for ending in (*_LANGUAGES, ".json"))

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        if path in _SCRIPTS:
            return built(_SCRIPTS[path]) if self._has_scripts else None
        if not path.startswith(_FOLDER):
            return None
        slug, _, ending = path.removeprefix(_FOLDER).partition(".")
        if slug == "index" and f".{ending}" in _LANGUAGES:
            return self._index(path, _LANGUAGES[f".{ending}"])
        family = self._families.get(slug) if self._has_scripts else None
        if family is None:
            return None
        if ending == "json":
            return self._view(family)
        return self._page(path, family, _LANGUAGES[f".{ending}"]) if f".{ending}" in _LANGUAGES else None

    @cached_property
    def _has_scripts(self) -> bool:
        return is_built(*_SCRIPTS.values())

    @cached_property
    def _families(self) -> dict[str, Entry]:
        """The families by the last part of their address, in the order of the alphabet."""
        families = [entry for entry in self._setting.graph.names.entries.values() if entry.kind == "family"]
        return {entry.iri.rpartition("/")[2]: entry for entry in sorted(families, key=lambda one: one.label.casefold())}

    def _index(self, path: str, lang: str) -> bytes:
        return page(
            self._setting,
            "explore.html",
            path,
            lang=lang,
            title="谱系浏览" if lang == "zh" else "Explore lineage",
            has_scripts=self._has_scripts,
            families=self._families,
        )

    def _page(self, path: str, family: Entry, lang: str) -> bytes:
        label = (family.zh if lang == "zh" else "") or family.label
        return page(
            self._setting,
            "explorer.html",
            path,
            lang=lang,
            title=f"{label}：谱系" if lang == "zh" else f"{label}: lineage",
            body=EXPLORER_BODY,
            base=BASE,
            label=label,
            thing=f"{path_of(family.iri)}{'.zh.html' if lang == 'zh' else '.html'}",
            slug=family.iri.rpartition("/")[2],
            address=lambda target: relative(path, versioned(target, built(_SCRIPTS[target]))),
        )

    def _view(self, family: Entry) -> bytes:
        graph, name = self._setting.graph, shrink(family.iri)
        return explorer_json(
            lineage(graph, family.iri, statuses=graph.accepted),
            graph.names,
            command=f"llmkg lineage {name}",
            python=f'import llmkg\n\nllmkg.load().view("lineage", thing="{name}")',
        ).encode()
