"""Terms as a reader sees them: a text in the reader's language, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.addresses import path_of
from llmkg.entities import in_words
from llmkg.pictures.words import SURENESS
from llmkg.site.layout import safe_link
from llmkg.site.words import STATUS_LOOKS, TERMS
from llmkg.terms import PREFIXES, SKOS, XSD, shrink

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmkg.names import Names
    from llmkg.site.statements import Statements
    from llmkg.store import Term

__all__ = ["Naming", "Shown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A term as a reader sees it.

    Attributes:
        text: What is read.
        path: Path of its page on the site, without an ending; empty if there is none.
        url: Its address elsewhere; empty if there is none to follow.
        lang: Language of the text where it is another than the page's; else empty.
        look: How it looks; empty for all but statuses.
    """

    text: str
    path: str = ""
    url: str = ""
    lang: str = ""
    look: str = ""


class Naming:
    """What pages in a language call things.

    Args:
        names: What everything is called.
        statements: All statements.
        lang: ``en`` or ``zh``.
    """

    def __init__(self, names: Names, statements: Statements, lang: str) -> None:
        self.lang = lang
        self._names = names
        self._statements = statements
        self._shown: dict[str, Shown] = {}

    def label(self, iri: str) -> str:
        """What to call a thing."""
        return self.thing(iri).text

    def thing(self, iri: str) -> Shown:
        """A thing, with where its page or its address is."""
        if iri not in self._shown:
            path = path_of(iri) if self._statements.has_page(iri) else None
            url = "" if path else safe_link(iri)
            self._shown[iri] = Shown(self._label(iri), path or "", url, look=self._looks.get(iri, ""))
        return self._shown[iri]

    def value(self, term: Term, unit: str = "") -> Shown:
        """A value.

        Args:
            term: The value.
            unit: Slug of its unit; empty if it has none.
        """
        if isinstance(term, px.NamedNode):
            return self.thing(term.value)
        text = in_words(term, self._names)
        if unit and unit != "count":
            text = f"{text} {self._unit(unit)}"
        if isinstance(term, px.Literal):
            if term.language:
                return Shown(text, lang="" if term.language == self.lang else term.language)
            if term.datatype.value == XSD + "anyURI":
                return Shown(text, url=safe_link(term.value))
        return Shown(text)

    def values(self, terms: Iterable[Term]) -> list[Shown]:
        """Values; of texts in several languages those in the reader's, if there are any."""
        found = list(terms)
        own = [term for term in found if isinstance(term, px.Literal) and term.language == self.lang]
        return [self.value(term) for term in (own or found)]

    def _label(self, iri: str) -> str:
        if iri in TERMS:
            return TERMS[iri][self.lang == "zh"]
        entry = self._names.entry(iri)
        if entry is not None:
            return entry.zh if self.lang == "zh" and entry.zh else entry.label
        said = self._statements.said.get(iri, {})
        for predicate in (SKOS + "prefLabel", *_TITLES):
            texts = {
                term.language or "" if isinstance(term, px.Literal) else "": term.value
                for term in said.get(predicate, ())
            }
            if texts:
                return texts.get(self.lang) or texts.get("en") or next(iter(texts.values()))
        return shrink(iri)

    def _unit(self, unit: str) -> str:
        """A unit behind its number."""
        return "%" if unit == "percent" else self.label(f"{_UNITS}{unit}").lower()

    @cached_property
    def _looks(self) -> dict[str, str]:
        return {f"{_STATUSES}{name}": STATUS_LOOKS[sure] for sure, names in SURENESS.items() for name in names}


_TITLES: Final = ("http://purl.org/dc/terms/title",)
_UNITS: Final = PREFIXES["unit"]
_STATUSES: Final = PREFIXES["status"]
