"""Old addresses: where what they named is now, or why nothing is there any more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.addresses import PAGES, address_of, iri_of, path_of
from llmkg.site.layout import page
from llmkg.terms import NS, PREFIXES, RDF, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmkg.site.sections import Setting

__all__ = ["Gone", "Moved", "Moves", "moved", "moves_of"]

_FORMER: Final = px.NamedNode(NS + "FormerIri")
_TYPE: Final = px.NamedNode(RDF + "type")
_REPLACED: Final = px.NamedNode(PREFIXES["dcterms"] + "isReplacedBy")
_NOTE: Final = px.NamedNode(SKOS + "editorialNote")
_DAY: Final = px.NamedNode(NS + "withdrawnOn")


@dataclass(frozen=True, slots=True)
class Moved:
    """What is named by another IRI now.

    Attributes:
        target: That IRI, one of llmkg's.
    """

    target: str


@dataclass(frozen=True, slots=True)
class Gone:
    """What is named no more.

    Attributes:
        reason: Why, in English; empty if nobody says.
        date: The day, ``YYYY-MM-DD``; empty if nobody says.
    """

    reason: str
    date: str


def moved(engine: px.Store, iri: str) -> Moved | Gone | None:
    """What became of an IRI.

    Args:
        engine: The graph.
        iri: The IRI, one of llmkg's.

    Returns:
        None if it is no former IRI.

    >>> moved(px.Store(), "https://w3id.org/llmkg/id/family/llama") is None
    True
    """
    try:
        node = px.NamedNode(iri)
    except ValueError:
        return None
    if next(engine.quads_for_pattern(node, _TYPE, _FORMER), None) is None:
        return None
    for target in _values(engine, node, _REPLACED):
        if path_of(target):
            return Moved(target)
    return Gone(next(iter(_values(engine, node, _NOTE)), ""), next(iter(_values(engine, node, _DAY)), ""))


def moves_of(engine: px.Store) -> dict[str, Moved | Gone]:
    """All former IRIs that have an address, in their order, and what became of each.

    Args:
        engine: The graph.
    """
    subjects = [quad.subject for quad in engine.quads_for_pattern(None, _TYPE, _FORMER)]
    found = {subject.value for subject in subjects if isinstance(subject, px.NamedNode)}
    became = ((iri, moved(engine, iri)) for iri in sorted(found) if path_of(iri))
    return {iri: what for iri, what in became if what is not None}


class Moves:
    """The section of the pages at old addresses, for hosts that know no rules. It comes before that of things.

    Args:
        setting: The site.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def paths(self) -> Iterable[str]:
        """The pages of each old address."""
        return (f"{path_of(iri)}.{ending}" for iri in self._moves for ending in PAGES)

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        address = address_of(path)
        what = self._moves.get(iri_of(address.path))
        if what is None or address.ending not in PAGES:
            return None
        lang = PAGES[address.ending]
        target = path_of(what.target) if isinstance(what, Moved) else ""
        return page(
            self._setting,
            "moved.html",
            path,
            lang=lang,
            title=(_TITLES_MOVED if target else _TITLES_GONE)[lang],
            iri=iri_of(address.path),
            label=self._label(what.target, lang) if isinstance(what, Moved) else "",
            target=target,
            gone=what,
        )

    def _label(self, iri: str, lang: str) -> str:
        entry = self._setting.graph.names.entry(iri)
        return (entry.zh if entry and lang == "zh" else "") or self._setting.graph.names.label(iri)

    @cached_property
    def _moves(self) -> Mapping[str, Moved | Gone]:
        return moves_of(self._setting.graph.snapshot.store.engine)


_TITLES_MOVED: Final = {"en": "This address has changed", "zh": "地址已变更"}
_TITLES_GONE: Final = {"en": "There is nothing here any more", "zh": "此处内容已撤下"}


def _values(engine: px.Store, node: px.NamedNode, predicate: px.NamedNode) -> list[str]:
    """The values of a property."""
    objects = (quad.object for quad in engine.quads_for_pattern(node, predicate, None))
    return sorted(term.value for term in objects if isinstance(term, px.NamedNode | px.Literal))
