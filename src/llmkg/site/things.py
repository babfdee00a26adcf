"""The pages and the data of everything that has an IRI."""

from __future__ import annotations

import hashlib
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from llmkg.addresses import FORMS, PAGES, address_of, iri_of, path_of
from llmkg.citations import references
from llmkg.site.conflicts import conflicts_of
from llmkg.site.describing import described
from llmkg.site.documents import document, fits_xml
from llmkg.site.layout import fragment, page
from llmkg.site.profiles import Profiles, shown_claims
from llmkg.site.words import KINDS
from llmkg.terms import BASE, CONCEPT_SCHEMES, PREFIXES, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyoxigraph as px
    from markupsafe import Markup

    from llmkg.citations import Reference
    from llmkg.site.claims import Row
    from llmkg.site.portraits import Portraits
    from llmkg.site.sections import Setting
    from llmkg.site.statements import Statements

__all__ = ["Things"]

_CORE: Final = f"{BASE}ontology/core"


class Things:
    """The section of all things.

    Args:
        setting: The site.
        statements: All statements.
        portraits: The pictures of lineage.
    """

    def __init__(self, setting: Setting, statements: Statements, portraits: Portraits) -> None:
        self._setting = setting
        self._statements = statements
        self._portraits = portraits
        self.triples = lru_cache(maxsize=4)(self._triples)
        self._lines: dict[tuple[int, bool, str, str], Markup] = {}

    def paths(self) -> Iterable[str]:
        """The pages and the data documents of every thing."""
        for iri in self._statements.triples:
            path = path_of(iri)
            yield from (f"{path}.{ending}" for ending in (*PAGES, *self._forms(iri)))

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        address = address_of(path)
        iri = iri_of(address.path)
        if not address.ending or not self._statements.has_page(iri):
            return None
        if address.ending in FORMS:
            return document(self.triples(iri), address.ending)
        return self._page(path, iri, PAGES[address.ending])

    def _triples(self, iri: str) -> tuple[px.Triple, ...]:
        """The statements of a thing's documents: its own, and those of the claims that its page shows."""
        own = self._statements.triples
        claims = [claim for group in shown_claims(self._statements, iri).values() for claim in group]
        return tuple(triple for home in dict.fromkeys([iri, *claims]) for triple in own.get(home, ()))

    def _forms(self, iri: str) -> list[str]:
        """The endings of a thing's data documents; RDF/XML cannot say everything."""
        return [ending for ending in FORMS if ending != "rdf" or self._fits_xml(iri)]

    def _fits_xml(self, iri: str) -> bool:
        if self._all_fit_xml:
            return True
        return fits_xml(self.triples(iri))

    @cached_property
    def _all_fit_xml(self) -> bool:
        return all(map(fits_xml, self._statements.triples.values()))

    @cached_property
    def _profiles(self) -> dict[str, Profiles]:
        conflicts = conflicts_of(self._setting.graph)
        return {lang: Profiles(self._setting.graph.names, self._statements, conflicts, lang) for lang in PAGES.values()}

    @cached_property
    def _references(self) -> dict[str, Reference]:
        graph = self._setting.graph
        sources = [iri for iri in self._statements.triples if kind_of(iri) == "source"]
        return {f"{BASE}id/source/{one.slug}": one for one in references(graph.store, graph.catalogue, sources)}

    def _page(self, path: str, iri: str, lang: str) -> bytes:
        profile = self._profiles[lang].profile(iri)
        kind = kind_of(iri)
        place = path_of(iri) or ""
        reference = self._references.get(iri)
        return page(
            self._setting,
            "thing.html",
            path,
            lang=lang,
            title=profile.title,
            iri=iri,
            place=place,
            kind=kind,
            kinds=self._kinds(kind, lang),
            profile=profile,
            portrait=self._portraits.shown_for(iri),
            forms={ending: FORMS[ending] for ending in self._forms(iri)},
            reference=reference.text() if reference else "",
            bibtex=reference.bibtex() if reference else "",
            version=self._statements.first(_CORE, f"{PREFIXES['owl']}versionInfo"),
            digest=hashlib.sha256(document(self.triples(iri), "nt") or b"").hexdigest()[:12],
            line=partial(self._line, "../" * place.count("/"), lang),
            described=described(self._setting, self._statements, iri, place),
        )

    def _line(self, root: str, lang: str, row: Row, with_about: bool) -> Markup:
        """A claim as a line of a table; many pages have the same."""
        key = (id(row), with_about, lang, root)  # rows are kept as long as the section is
        if key not in self._lines:
            ending = ".zh.html" if lang == "zh" else ".html"
            self._lines[key] = fragment(
                "macros.html", "line", row, lambda target: root + quote(target), ending, with_about
            )
        return self._lines[key]

    def _kinds(self, kind: str, lang: str) -> tuple[str, str]:
        """The list that a thing is in: its path, without an ending, and what it is called."""
        if kind in KINDS:
            return f"id/{kind}/index", KINDS[kind][lang == "zh"]
        if kind in CONCEPT_SCHEMES:
            return f"concept/{kind}/index", self._profiles[lang].naming.label(f"{BASE}concept/{kind}")
        return "", ""
