"""Signposts: typed links that tell a program what a page is about, where its data is and how to cite it.

The relations are those of Signposting (https://signposting.org/FAIR/), as RFC 8288 has links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote

import pyoxigraph as px

from llmkg.addresses import FORMS, PAGES, address_of, iri_of
from llmkg.site.dumps import DUMPS
from llmkg.terms import BASE, RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmkg.site.sections import Setting

__all__ = ["DATASET", "LICENCE", "Signpost", "link_header", "links"]

DATASET: Final = f"{BASE}void#llmkg"
"""The IRI of the graph as a data set; what is at ``void`` describes it."""

LICENCE: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
"""The licence of the graph, the ontology and the questions."""

_ABOUT: Final = "https://schema.org/AboutPage"
_LANDING: Final = {"data/index.html": "en", "data/index.zh.html": "zh"}
_TAGS: Final = {"en": "en", "zh": "zh-Hans"}


class Signpost(NamedTuple):
    """A link from a path of the site.

    Attributes:
        target: Where it leads, as an IRI.
        rel: The relation, such as ``cite-as``.
        type: Media type of what is there; empty if that is not a document.
        lang: Language tag of what is there; empty if it has none.
    """

    target: str
    rel: str
    type: str = ""
    lang: str = ""


def links(setting: Setting, path: str) -> list[Signpost]:
    """The links from a path.

    Args:
        setting: The site.
        path: A path of the site; of a thing, with or without an ending.

    Returns:
        They are none but the licence for a path that is not about a thing.

    >>> import llmkg
    >>> from llmkg.site.sections import Setting
    >>> found = links(Setting(llmkg.load("tests/data/mini")), "id/family/llama.html")
    >>> next(one.target for one in found if one.rel == "cite-as")
    'https://w3id.org/llmkg/id/family/llama'
    """
    return [*_about(setting, path), Signpost(LICENCE, "license")]


def link_header(signposts: Iterable[Signpost]) -> str:
    """Links as the value of the header ``Link`` (RFC 8288).

    >>> link_header([Signpost("https://example.org/a", "cite-as"), Signpost("b.ttl", "describedby", "text/turtle")])
    '<https://example.org/a>; rel="cite-as", <b.ttl>; rel="describedby"; type="text/turtle"'
    """
    return ", ".join(
        f'<{one.target}>; rel="{one.rel}"'
        + (f'; type="{one.type}"' if one.type else "")
        + (f'; hreflang="{one.lang}"' if one.lang else "")
        for one in signposts
    )


def _about(setting: Setting, path: str) -> Iterator[Signpost]:
    if path in _LANDING:
        yield from _of_the_landing_page(setting, path)
        return
    packed = next((dump for dump in DUMPS if dump.path == path), None)
    if packed is not None:
        yield Signpost(f"{setting.base}data/index.html", "collection", "text/html", "en")
        return
    address = address_of(path)
    kinds = _kinds(setting, iri_of(address.path))
    if kinds:
        yield from _of_a_thing(setting, path, address.path, address.ending, kinds)


def _of_a_thing(setting: Setting, path: str, thing: str, ending: str, kinds: list[str]) -> Iterator[Signpost]:
    address = setting.base + quote(thing)
    yield Signpost(iri_of(quote(thing)), "cite-as")
    if ending:
        yield Signpost(setting.base + quote(path), "canonical")
    if ending in FORMS:
        yield Signpost(f"{address}.html", "describes", "text/html", "en")
    else:
        yield from (Signpost(f"{address}.{form}", "describedby", type_) for form, type_ in FORMS.items())
    if ending in PAGES:
        yield Signpost(_ABOUT, "type")
        yield from (Signpost(kind, "type") for kind in kinds)
    for other, lang in PAGES.items():
        if other != ending:
            yield Signpost(f"{address}.{other}", "alternate", "text/html", _TAGS[lang])
    for other, media_type in FORMS.items():
        if other != ending:
            yield Signpost(f"{address}.{other}", "alternate", media_type)


def _of_the_landing_page(setting: Setting, path: str) -> Iterator[Signpost]:
    yield Signpost(DATASET, "cite-as")
    yield Signpost(setting.base + path, "canonical")
    yield Signpost("https://schema.org/Dataset", "type")
    yield from (Signpost(setting.base + dump.path, "item", "application/gzip") for dump in DUMPS)
    yield Signpost(f"{setting.base}catalog.ttl", "describedby", "text/turtle")
    yield Signpost(f"{setting.base}catalog.jsonld", "describedby", "application/ld+json")
    for other, lang in _LANDING.items():
        if other != path:
            yield Signpost(setting.base + other, "alternate", "text/html", _TAGS[lang])


def _kinds(setting: Setting, iri: str) -> list[str]:
    """The classes of a thing; none for what is no thing of the graph."""
    try:
        subject = px.NamedNode(iri)
    except ValueError:
        return []
    quads = setting.graph.snapshot.store.engine.quads_for_pattern(subject, _TYPE, None)
    return sorted({quad.object.value for quad in quads if isinstance(quad.object, px.NamedNode)})


_TYPE: Final = px.NamedNode(RDF + "type")
