"""Triples in the forms of a site's data documents, the same bytes for the same triples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.exports.rdf import in_order
from llmkg.serializations import GRAPH_FORMATS, graph_text
from llmkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["in_form"]

_MORE: Final = {
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
}


def in_form(triples: Iterable[px.Triple], ending: str) -> bytes:
    r"""Triples as a document; blank nodes are named by what is said of them.

    Args:
        triples: The triples.
        ending: One of :data:`llmkg.addresses.FORMS`.

    >>> a = px.NamedNode("https://example.org/a")
    >>> in_form([px.Triple(a, a, a)], "nt")
    b'<https://example.org/a> <https://example.org/a> <https://example.org/a> .\n'
    """
    ordered = [quad.triple for quad in in_order(px.Quad(*triple) for triple in triples)]
    if ending in GRAPH_FORMATS:
        return graph_text(ordered, ending).encode()
    return px.serialize(ordered, format=px.RdfFormat.RDF_XML, prefixes=PREFIXES | _MORE) or b""
