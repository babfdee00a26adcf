"""What changed from release to release: a page each, the same as data, and a feed."""

from __future__ import annotations

import contextlib
import json
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pyoxigraph as px

from llmkg.addresses import PAGES, address_of
from llmkg.differences import Difference, difference, version
from llmkg.errors import LlmkgError
from llmkg.site.cells import Cell, cell_of
from llmkg.site.layout import page
from llmkg.site.releases import Release, releases_of
from llmkg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmkg.site.sections import Setting

__all__ = ["FEED", "FOLDER", "Changes"]

FEED: Final = "feed.xml"
"""Where the feed is."""

FOLDER: Final = "changes"
"""Below which the pages are."""

_DATA: Final = ".json"
_MOST: Final = 200
_KINDS: Final = {"added": ("Added claims", "新增陈述"), "changed": ("Changed claims", "修改的陈述")} | {
    "removed": ("Removed claims", "删除的陈述")
}


class Changes:
    """The section of the releases. Without releases it is one page that says so.

    Args:
        setting: The site.

    >>> import llmkg
    >>> from llmkg.site.sections import Setting
    >>> list(Changes(Setting(llmkg.load("tests/data/mini"))).paths())
    ['changes/index.html', 'changes/index.zh.html']
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._differences: dict[str, Difference | None] = {}

    def paths(self) -> Iterable[str]:
        """The list, the page and the data of each release, and the feed if there is a release."""
        yield from (f"{FOLDER}/index.{ending}" for ending in PAGES)
        for name in self._releases:
            yield from (f"{FOLDER}/{name}.{ending}" for ending in PAGES)
            yield f"{FOLDER}/{name}{_DATA}"
        if self._releases:
            yield FEED

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        if path == FEED:
            return "".join(f"{line}\n" for line in self._feed()).encode() if self._releases else None
        folder, _, rest = path.partition("/")
        if folder != FOLDER:
            return None
        if rest.endswith(_DATA):
            release = self._releases.get(rest.removesuffix(_DATA))
            return self._record(release) if release else None
        address = address_of(rest)
        if address.ending not in PAGES:
            return None
        if address.path == "index":
            return self._index(path, PAGES[address.ending])
        release = self._releases.get(address.path)
        return self._page(release, path, PAGES[address.ending]) if release else None

    @cached_property
    def _releases(self) -> dict[str, Release]:
        return {release.name: release for release in releases_of(self._setting.graph.project)}

    def _before(self, release: Release) -> Release | None:
        ordered = list(self._releases.values())
        place = ordered.index(release)
        return ordered[place - 1] if place else None

    def _difference(self, release: Release) -> Difference | None:
        """What changed since the release before; None for the first, and where one of them cannot be read any more."""
        if release.name not in self._differences:
            before, project = self._before(release), self._setting.graph.project
            found = None
            if before is not None:
                with (
                    contextlib.suppress(
                        LlmkgError
                    ),  # a state so old that it cannot be read is no reason to publish nothing
                    version(project, before.tag) as earlier,
                    version(project, release.tag) as later,
                ):
                    found = difference(earlier, later)
            self._differences[release.name] = found
        return self._differences[release.name]

    def _record(self, release: Release) -> bytes:
        found, before = self._difference(release), self._before(release)
        said = {"release": release.name, "date": release.date, "since": before.name if before else None}
        return (json.dumps(said | (found.record() if found else {}), ensure_ascii=False, indent=1) + "\n").encode()

    def _index(self, path: str, lang: str) -> bytes:
        return page(
            self._setting,
            "changes.html",
            path,
            lang=lang,
            title="更新记录" if lang == "zh" else "What changed",
            folder=FOLDER,
            feed=FEED,
            releases=[(one, self._summary(one, lang)) for one in reversed(self._releases.values())],
        )

    def _page(self, release: Release, path: str, lang: str) -> bytes:
        found = self._difference(release)
        claims = found.claims if found else ()
        groups = {
            words[lang == "zh"]: [claim for claim in claims if claim.kind == kind] for kind, words in _KINDS.items()
        }

        def shown(iri: str) -> Cell:
            return cell_of(self._setting.graph, px.NamedNode(iri), lang)

        return page(
            self._setting,
            "change.html",
            path,
            lang=lang,
            title=f"版本 {release.name}" if lang == "zh" else f"Release {release.name}",
            release=release,
            summary=self._summary(release, lang),
            groups={heading: some for heading, some in groups.items() if some},
            answers=found.answers if found else (),
            is_question=set(self._setting.graph.catalogue.ids).__contains__,
            shown=shown,
            most=_MOST,
            folder=FOLDER,
        )

    def _summary(self, release: Release, lang: str) -> str:
        found, before = self._difference(release), self._before(release)
        if before is None:
            return "首个版本。" if lang == "zh" else "The first release."
        if found is None:
            told = "无法与 {0} 比较。" if lang == "zh" else "It cannot be compared with {0}."
            return told.format(before.name)
        counts = [sum(claim.kind == kind for claim in found.claims) for kind in _KINDS]
        words = (
            "自 {0} 起：新增 {1} 条陈述，修改 {2} 条，删除 {3} 条；{4} 个问题的答案有变化。"
            if lang == "zh"
            else "Since {0}: {1} claims added, {2} changed, {3} removed; {4} questions answer differently."
        )
        return words.format(before.name, *(f"{count:,}" for count in (*counts, len(found.answers))))

    def _feed(self) -> Iterator[str]:
        """The feed, as RFC 4287 has it."""
        base = escape(self._setting.base)
        newest_first = sorted(self._releases.values(), key=lambda release: release.date, reverse=True)
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        yield f"<id>{BASE}{FEED}</id>"
        yield "<title>llmkg: what changed</title>"
        yield f"<updated>{newest_first[0].date}</updated>"
        yield "<author><name>llmkg contributors</name></author>"
        yield f'<link rel="self" type="application/atom+xml" href="{base}{FEED}"/>'
        yield f'<link rel="alternate" type="text/html" href="{base}{FOLDER}/index.html"/>'
        for release in newest_first:
            target = f"{FOLDER}/{quote(release.name)}"
            yield "<entry>"
            yield f"<id>{BASE}{target}</id>"
            yield f"<title>llmkg {release.name}</title>"
            yield f"<updated>{release.date}</updated>"
            yield f'<link rel="alternate" type="text/html" href="{base}{target}.html"/>'
            yield f"<summary>{escape(self._summary(release, 'en'))}</summary>"
            yield "</entry>"
        yield "</feed>"
