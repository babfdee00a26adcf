"""The page of the data set, and how programs find it: VoID, DCAT, a site map, what robots and language models should know."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from llmkg.addresses import FORMS, PAGES, address_of, path_of
from llmkg.site.datasets import SUMMARY, TITLE, catalogue_of, dataset_jsonld, void_of
from llmkg.site.dumps import DUMPS
from llmkg.site.figures import Figures, figures_of
from llmkg.site.forms import in_form
from llmkg.site.layout import page
from llmkg.site.moves import moves_of
from llmkg.site.signposts import links
from llmkg.terms import BASE, shrink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from llmkg.site.dumps import Dumps
    from llmkg.site.sections import Section, Setting

__all__ = ["MOST_ADDRESSES", "Discovery", "site_maps"]

MOST_ADDRESSES: Final = 50_000
"""How many addresses a site map may hold (https://www.sitemaps.org/protocol.html)."""

_SITE_MAPS: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Discovery:
    """The section of what describes the site to programs.

    Args:
        setting: The site.
        dumps: The section of the dumps.
        others: The other sections whose pages the site map lists.
    """

    def __init__(self, setting: Setting, dumps: Dumps, others: Sequence[Section]) -> None:
        self._setting = setting
        self._dumps = dumps
        self._others = others
        self._files: dict[str, Callable[[], bytes]] = {
            **{f"void.{ending}": lambda ending=ending: self._void(ending) for ending in FORMS},  # type: ignore[misc]
            **{f"void.{ending}": lambda ending=ending: self._page(ending) for ending in PAGES},  # type: ignore[misc]
            **{f"data/index.{ending}": lambda ending=ending: self._data(ending) for ending in PAGES},  # type: ignore[misc]
            ".well-known/void": lambda: self._void("ttl"),
            "catalog.ttl": lambda: self._catalogue("ttl"),
            "catalog.jsonld": lambda: self._catalogue("jsonld"),
            "robots.txt": self._robots,
            "llms.txt": self._llms,
        }

    def paths(self) -> Iterable[str]:
        """The descriptions and the site maps."""
        yield from self._files
        yield from self._maps

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        if path in self._files:
            return self._files[path]()
        return self._maps.get(path) if path.startswith("sitemap") else None

    @cached_property
    def _figures(self) -> Figures:
        return figures_of(self._setting.graph.snapshot.store.engine)

    @cached_property
    def _maps(self) -> dict[str, bytes]:
        """The site maps: of every page but those at old addresses."""
        former = {path_of(iri) for iri in moves_of(self._setting.graph.snapshot.store.engine)}
        paths = {*self._files, *(path for section in self._others for path in section.paths())}
        pages = [path for path in paths if address_of(path).ending in PAGES and address_of(path).path not in former]
        return site_maps(self._setting.base, sorted(pages))

    def _void(self, ending: str) -> bytes:
        return in_form(void_of(self._setting, self._figures), ending)

    def _catalogue(self, ending: str) -> bytes:
        return in_form(catalogue_of(self._setting, self._dumps.sizes()), ending)

    def _page(self, ending: str) -> bytes:
        lang = PAGES[ending]
        named = {iri: shrink(iri) for iri in (*self._figures.classes, *self._figures.properties)}
        return page(
            self._setting,
            "void.html",
            f"void.{ending}",
            lang=lang,
            title="图谱的规模" if lang == "zh" else "How large the graph is",
            figures=self._figures,
            named=named,
            base=BASE,
        )

    def _data(self, ending: str) -> bytes:
        path, lang = f"data/index.{ending}", PAGES[ending]
        signposts = [one for one in links(self._setting, path) if one.rel in {"cite-as", "type", "item", "describedby"}]
        return page(
            self._setting,
            "dumps.html",
            path,
            lang=lang,
            title="完整图谱" if lang == "zh" else "The whole graph",
            dumps=DUMPS,
            sizes=self._dumps.sizes(),
            statements=self._figures.triples,
            signposts=signposts,
            described=dataset_jsonld(self._setting),
        )

    def _robots(self) -> bytes:
        root = quote(urlsplit(self._setting.base).path)
        closed = [f"Disallow: {root}{path}" for path in ("sparql?", "queries/", "reconcile") if self._setting.live]
        lines = ["User-agent: *", *closed, f"Allow: {root}", "", f"Sitemap: {self._setting.base}sitemap.xml"]
        return "\n".join([*lines, ""]).encode()

    def _llms(self) -> bytes:
        return "\n".join([*_told(self._setting, self._figures), ""]).encode()


def site_maps(base: str, paths: Sequence[str], most: int = MOST_ADDRESSES) -> dict[str, bytes]:
    """Site maps by their paths: one, or an index of several where there are more addresses than one may hold.

    Args:
        base: Address of the site, with a slash at its end.
        paths: The pages.
        most: How many addresses one may hold.

    >>> list(site_maps("https://example.org/", ["a.html", "b.html", "c.html"], most=2))
    ['sitemap.xml', 'sitemap-1.xml', 'sitemap-2.xml']
    """
    if len(paths) <= most:
        return {"sitemap.xml": _site_map("urlset", "url", base, paths)}
    parts = {f"sitemap-{start // most + 1}.xml": paths[start : start + most] for start in range(0, len(paths), most)}
    written = {name: _site_map("urlset", "url", base, part) for name, part in parts.items()}
    return {"sitemap.xml": _site_map("sitemapindex", "sitemap", base, list(parts)), **written}


def _site_map(root: str, entry: str, base: str, paths: Iterable[str]) -> bytes:
    entries = "".join(f"<{entry}><loc>{escape(base + quote(path))}</loc></{entry}>\n" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_SITE_MAPS}">\n{entries}</{root}>\n'.encode()


def _told(setting: Setting, figures: Figures) -> Iterator[str]:
    """What a language model should know of the site, as https://llmstxt.org/ has it."""
    base = setting.base
    yield f"# {TITLE['en']}"
    yield ""
    yield f"> {SUMMARY['en']} {figures.triples:,} statements about {figures.entities:,} things, CC0 1.0."
    yield ""
    yield f"- Every thing has an IRI below {BASE}; with {base} in its place it is an address on this site."
    yield (
        f"- At that address with the ending {', '.join(f'.{ending}' for ending in FORMS)} is the thing's data, "
        "with .html its page in English, with .zh.html in Chinese."
    )
    yield "- A claim has a status (how sure it is), a source and a locator. Cite the source with the claim."
    yield "- What is not in the graph is not known to it; that does not make it false. Sources that disagree all stay."
    yield ""
    yield "## Data"
    yield ""
    for dump in DUMPS:
        yield f"- [The whole graph as {dump.name}, packed]({base}{dump.path})"
    yield f"- [Figures of the graph, VoID]({base}void.ttl)"
    yield f"- [The data set and its forms, DCAT]({base}catalog.ttl)"
    yield ""
    yield "## Asking"
    yield ""
    yield f"- [Saved questions]({base}query/index.html): each with its parameters, its SPARQL and an answer"
    if setting.live:
        yield f"- [SPARQL 1.1 endpoint]({base}sparql): GET or POST with `query`"
        yield f"- [The saved questions as an interface for programs, OpenAPI]({base}openapi.json)"
    else:
        yield f"- [SPARQL in the browser]({base}sparql.html): there is no endpoint; load the N-Quads to ask by program"
    yield ""
    yield "## Words"
    yield ""
    yield f"- [The ontology]({base}ontology/index.html): classes, properties, shapes, vocabularies, alignments"
