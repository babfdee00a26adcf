"""Files by which common hosts serve the site as it is meant: types, headers, negotiation, old addresses.

``.htaccess`` is for Apache, ``_headers`` and ``_redirects`` for Netlify and Cloudflare Pages, ``.nojekyll`` for GitHub Pages;
``w3id/.htaccess`` is what the service for persistent identifiers is to have, and sends whoever asks for an IRI to the site.

Apache negotiates by itself (mod_negotiation, q-values and languages included); what it has chosen becomes a 303 to the document.
It looks for documents beside what is asked for, unless that is a folder; so a thing whose path is a folder too, as that of a
vocabulary is, has a list of its documents (``.var``, a type map) to choose from.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import pyoxigraph as px

from llmkg.addresses import FORMS, PAGES, path_of
from llmkg.site.moves import Gone, Moved, moves_of
from llmkg.site.signposts import LICENCE
from llmkg.terms import BASE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from llmkg.site.sections import Setting

__all__ = ["HEADERS", "Hosts"]

_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_PICTURES: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a picture may do that is opened by itself: it has its colours in it."""

HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Access-Control-Allow-Origin": "*",
}
"""The headers of every answer."""

_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    **{ending: f"{type_}; charset=utf-8" if type_.startswith("text/") else type_ for ending, type_ in FORMS.items()},
    "svg": "image/svg+xml",
    "css": "text/css; charset=utf-8",
    "gz": "application/gzip",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "rq": "application/sparql-query",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "xml": "application/xml; charset=utf-8",
}
"""What each ending is; those that may be chosen for a thing come first, the one to prefer before the others."""

_CHOSEN: Final = ("html", *FORMS, "svg")
_ENDING: Final = r"(\.[a-z.]+)?"
_LIST: Final = ".var"


class Hosts:
    """The section of the files for hosts.

    Args:
        setting: The site.

    >>> import llmkg
    >>> from llmkg.site.sections import Setting
    >>> b"MultiViews" in Hosts(Setting(llmkg.load("tests/data/mini"))).render(".htaccess")
    True
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._files: Mapping[str, Callable[[], Iterable[str]]] = {
            ".htaccess": self._apache,
            ".nojekyll": tuple,
            "_headers": self._headers,
            "_redirects": self._redirects,
            "w3id/.htaccess": self._identifiers,
        }

    def paths(self) -> Iterable[str]:
        """The files, and the lists of the documents of things whose paths are folders too."""
        yield from self._files
        yield from (f"{path}{_LIST}" for path in self._folders)

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        if path in self._files:
            lines = self._files[path]()
        elif path.endswith(_LIST) and path.removesuffix(_LIST) in self._folders:
            lines = _documents_of(path.removesuffix(_LIST))
        else:
            return None
        return "".join(f"{line}\n" for line in lines).encode()

    @cached_property
    def _folders(self) -> tuple[str, ...]:
        """The paths of things that are folders of other things too."""
        subjects = {quad.subject for quad in self._setting.graph.snapshot.store.engine}
        iris = {subject.value for subject in subjects if isinstance(subject, px.NamedNode)}
        folders = {iri.rpartition("/")[0] for iri in iris}
        return tuple(sorted(path for iri in iris & folders if (path := path_of(iri))))

    def _moves(self) -> dict[str, Moved | Gone]:
        """What became of old addresses, by their paths."""
        moves = moves_of(self._setting.graph.snapshot.store.engine)
        return {path: what for iri, what in moves.items() if (path := path_of(iri))}

    def _apache(self) -> Iterator[str]:
        yield "# For Apache 2.4 with mod_negotiation, mod_mime, mod_headers and mod_rewrite, and AllowOverride All."
        yield "Options +MultiViews -Indexes"
        yield "DirectoryIndex index index.html"
        yield "LanguagePriority en zh"
        yield "ForceLanguagePriority Prefer Fallback"
        yield "AddLanguage zh .zh"
        yield "RemoveEncoding .gz"
        yield f"AddHandler type-map {_LIST}"
        for ending in _CHOSEN:
            yield f'AddType "{_rated(ending)}" .{ending}'
        yield from _for_files(r"\.html$", "DefaultLanguage en")
        for ending, type_ in _TYPES.items():
            yield from _for_files(rf"\.{ending}$", f'Header set Content-Type "{type_}"')
        yield from _for_files("^void$", f'Header set Content-Type "{_TYPES["ttl"]}"')
        for name, value in HEADERS.items():
            yield f'Header always set {name} "{value}"'
        yield from _for_files(r"\.svg$", f'Header always set Content-Security-Policy "{_PICTURES}"')
        yield from self._apache_links()
        yield "RewriteEngine On"
        yield rf"RewriteRule ^((?:id|concept|ns|ontology|query)/[\w/-]*)\.(?:zh\.)?(?:html|{'|'.join(FORMS)})$ - [E=THING:$1]"
        for path, what in self._moves().items():
            asked = rf'RewriteCond %{{THE_REQUEST}} "^\S+ /([^?\s]*/)?{re.escape(path)}{_ENDING}[?\s]"'
            yield "RewriteCond %{IS_SUBREQ} =false"
            if isinstance(what, Moved):
                yield asked
                yield f"RewriteRule ^ /%1{quote(path_of(what.target) or '')}%2 [R=301,L,NE]"
            else:
                yield 'RewriteCond %{ENV:REDIRECT_STATUS} =""'
                yield asked
                yield f"RewriteRule ^ - [E=TOMBSTONE:%1{quote(path)}.html,G,L]"
        yield 'ErrorDocument 410 "/%{reqenv:TOMBSTONE}"'
        yield "DirectorySlash Off"
        yield "RewriteOptions AllowNoSlash"
        for path in self._folders:
            yield f"RewriteRule ^{re.escape(path)}$ %{{REQUEST_URI}}{_LIST} [L]"
        yield "RewriteCond %{IS_SUBREQ} =false"
        yield "RewriteCond %{REQUEST_FILENAME} -d"
        yield "RewriteRule [^/]$ %{REQUEST_URI}/ [R=301,L]"
        yield "# Whoever asked for a thing is sent to the document that Apache chose."
        yield "RewriteCond %{IS_SUBREQ} =false"
        yield 'RewriteCond %{ENV:REDIRECT_STATUS} "^(200)?$"'
        yield r'RewriteCond %{THE_REQUEST} "!^\S+ [^?\s]*(/|\.[a-z]+)[?\s]"'
        yield rf"RewriteRule \.({'|'.join(_CHOSEN)})$ %{{REQUEST_URI}} [R=303,L,E=NEGOTIATED:1]"
        yield 'Header always set Vary "Accept, Accept-Language" env=NEGOTIATED'
        yield r'Header merge Vary "Accept-Language" "expr=%{THE_REQUEST} =~ m#^\S+ [^?\s]*/[?\s]#"'

    def _apache_links(self) -> Iterator[str]:
        """Signposts: the licence of everything, and of a document about a thing what it is about and where the data is."""
        yield f'Header always set Link "<{LICENCE}>; rel=\\"license\\""'
        cited = f'<{BASE}%{{THING}}e>; rel=\\"cite-as\\"'
        data = [
            f'<{self._setting.base}%{{THING}}e.{ending}>; rel=\\"describedby\\"; type=\\"{type_}\\"'
            for ending, type_ in FORMS.items()
        ]
        yield f'Header set Link "{cited}" env=THING'
        yield from _for_files(r"\.html$", f'Header set Link "{", ".join([cited, *data])}" env=THING')

    def _headers(self) -> Iterator[str]:
        root = quote(urlsplit(self._setting.base).path)
        yield f"{root}*"
        yield from (f"  {name}: {value}" for name, value in HEADERS.items())
        yield f'  Link: <{LICENCE}>; rel="license"'
        for ending, type_ in _TYPES.items():
            if ending not in {"html", "svg", "css", "js", "txt", "xml"}:  # those that every host knows
                yield f"{root}*.{ending}"
                yield f"  Content-Type: {type_}"
        yield f"{root}.well-known/void"
        yield f"  Content-Type: {_TYPES['ttl']}"

    def _redirects(self) -> Iterator[str]:
        """Where a host prefers files to rules, as Netlify does, the page at the old address leads on instead."""
        root = quote(urlsplit(self._setting.base).path)
        for path, what in self._moves().items():
            if isinstance(what, Moved):
                for ending in ("", ".html", ".zh.html", *(f".{form}" for form in FORMS)):
                    yield f"{root}{quote(path)}{ending} {root}{quote(path_of(what.target) or '')}{ending} 301"

    def _identifiers(self) -> Iterator[str]:
        """What https://w3id.org/llmkg/ is to have: the way to the site, to the form that is asked for.

        There are no files to choose among, so of q-values only q=0 counts: who names HTML gets the page, else the first form
        of the data that is named, else the page.
        """
        base = self._setting.base
        thing = r"^((?:id|concept|ns|ontology|query)/[\w/-]*[\w-]|void)$"
        yield f"# Persistent identifiers of llmkg, https://w3id.org/llmkg/; the site is at {base}"
        yield "RewriteEngine On"
        yield 'Header always set Vary "Accept, Accept-Language"'
        yield 'Header always set Access-Control-Allow-Origin "*"'
        for ending, media_type in FORMS.items():
            named = re.escape(media_type)
            yield r"RewriteCond %{HTTP_ACCEPT} !text/html|application/xhtml\+xml [OR]"
            yield r"RewriteCond %{HTTP_ACCEPT} (text/html|application/xhtml\+xml)\s*;\s*q=0(\.0*)?\s*(,|$)"
            yield f"RewriteCond %{{HTTP_ACCEPT}} {named}"
            yield rf"RewriteCond %{{HTTP_ACCEPT}} !{named}\s*;\s*q=0(\.0*)?\s*(,|$)"
            yield rf"RewriteCond %{{HTTP_ACCEPT}} !({_others(ending)}).*{named}"
            yield f"RewriteRule {thing} {base}$1.{ending} [R=303,L]"
        yield "RewriteCond %{HTTP:Accept-Language} ^zh [NC]"
        yield f"RewriteRule {thing} {base}$1.zh.html [R=303,L]"
        yield f"RewriteRule {thing} {base}$1.html [R=303,L]"
        yield f"RewriteRule ^(.*)$ {base}$1 [R=302,L]"


def _documents_of(path: str) -> Iterator[str]:
    """The list of a thing's documents, as Apache's type maps have it."""
    name = quote(path.rpartition("/")[2])
    for ending, lang in PAGES.items():
        yield from (f"URI: {name}.{ending}", f"Content-Type: {_rated('html')}", f"Content-Language: {lang}", "")
    for ending in FORMS:
        yield from (f"URI: {name}.{ending}", f"Content-Type: {_rated(ending)}", "")


def _rated(ending: str) -> str:
    """The media type of an ending with the site's own liking of it."""
    return f"{_TYPES[ending].partition(';')[0]};qs={1 - _CHOSEN.index(ending) / 1000:.3f}"


def _others(ending: str) -> str:
    """The media types of the other forms, as an expression."""
    return "|".join(re.escape(media_type) for other, media_type in FORMS.items() if other != ending)


def _for_files(pattern: str, line: str) -> tuple[str, str, str]:
    return f'<FilesMatch "{pattern}">', line, "</FilesMatch>"
