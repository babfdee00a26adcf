"""The site, live: the paths of its sections, and which document of a thing a client is sent to."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from llmkg.addresses import FORMS, PAGES, address_of, iri_of, path_of
from llmkg.server.messages import Reply
from llmkg.server.negotiation import best_form
from llmkg.server.problems import Problem
from llmkg.site.layout import relative
from llmkg.site.moves import Gone, Moved, moved
from llmkg.site.signposts import link_header, links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmkg.server.messages import Request
    from llmkg.site.sections import Section, Setting

__all__ = ["Pages", "media_type_of"]

_OFFERED: Final = ("text/html", *FORMS.values())
_ENDINGS: Final = {media_type: ending for ending, media_type in FORMS.items()}
_TYPES: Final = {
    **{f".{ending}": media_type for ending, media_type in FORMS.items()},
    ".atom": "application/atom+xml",
    ".gz": "application/gzip",
    ".js": "text/javascript",
    ".json": "application/json",
    ".nq": "application/n-quads",
    ".rq": "application/sparql-query",
    ".svg": "image/svg+xml",
    ".trig": "application/trig",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
}
_ARE_TEXT: Final = ("text/", "application/xml", "application/atom+xml")


def media_type_of(path: str) -> str:
    """The media type of what is at a path of a site, by its ending.

    >>> media_type_of("id/family/llama.zh.html"), media_type_of("data/llmkg.nq.gz")
    ('text/html; charset=utf-8', 'application/gzip')
    """
    ending = path[path.rfind(".") :] if "." in path.rpartition("/")[2] else ""
    known = _TYPES.get(ending) or mimetypes.types_map.get(ending) or "application/octet-stream"
    if path == ".well-known/void":
        known = "text/turtle"
    return f"{known}; charset=utf-8" if known.startswith(_ARE_TEXT) else known


class Pages:
    """A site whose paths are rendered when they are asked for.

    Args:
        setting: What the pages have in common.
        sections: Its parts.
    """

    def __init__(self, setting: Setting, sections: Sequence[Section]) -> None:
        self.setting = setting
        self._sections = sections

    def answer(self, request: Request) -> Reply:
        """What is at a path: a document, or the way to it.

        Raises:
            Problem: 404, 406, or 410 for what was there once.
        """
        path = request.path
        if not path or path.endswith("/"):
            for ending in ("index.zh.html", "index.html")[request.language != "zh" :]:
                if (body := self._render(path + ending)) is not None:
                    return self._document(path + ending, body, (("Vary", "Accept-Language"),))
        elif (became := moved(self.setting.graph.snapshot.store.engine, iri_of(address_of(path).path))) is not None:
            return self._moved(path, became)
        elif (body := self._render(path)) is not None:
            return self._document(path, body)
        elif not address_of(path).ending and self._render(f"{path}.nt") is not None:
            return self._see_other(request)
        elif self._render(f"{path}/index.html") is not None:
            return Reply(301, headers=(("Location", f"{path.rpartition('/')[2]}/"),))
        raise Problem(404, "There is nothing at this address.")

    def _render(self, path: str) -> bytes | None:
        return next((body for section in self._sections if (body := section.render(path)) is not None), None)

    def _document(self, path: str, body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
        return Reply(200, media_type_of(path), body, (*headers, self._link(path)))

    def _link(self, path: str) -> tuple[str, str]:
        return "Link", link_header(links(self.setting, path))

    def _moved(self, path: str, became: Moved | Gone) -> Reply:
        """The way to what an old address names now, or why there is none: to people as a page."""
        ending = address_of(path).ending
        if isinstance(became, Moved):
            target = relative(path, quote(path_of(became.target) or ""))
            return Reply(301, headers=(("Location", f"{target}.{ending}" if ending else target),))
        page = self._render(path) if ending in PAGES else None
        if page is not None:
            return Reply(410, media_type_of(path), page)
        why = f" {became.reason}" if became.reason else ""
        raise Problem(410, f"What was here is gone.{why}", date=became.date)

    def _see_other(self, request: Request) -> Reply:
        """The way from a thing to the document about it that the client likes best."""
        vary = ("Vary", "Accept, Accept-Language")
        media_type = best_form(request.accept, _OFFERED)
        if media_type is None:
            raise Problem(406, f"There are {', '.join(_OFFERED)}.", headers=(vary,), available=list(_OFFERED))
        ending = _ENDINGS.get(media_type) or ("zh.html" if request.language == "zh" else "html")
        return Reply(
            303,
            headers=(
                ("Location", f"{quote(request.path.rpartition('/')[2])}.{ending}"),
                vary,
                self._link(request.path),
            ),
        )
