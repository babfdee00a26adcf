"""Where things are published: the path below a site's address that an IRI names, and the forms under it.

A thing's IRI, with the site's address in place of llmkg's namespace, names the thing; the thing's documents have the same
address and an ending: ``.html`` and ``.zh.html`` for people, the endings of :data:`FORMS` for programs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from llmkg.terms import BASE

__all__ = ["FORMS", "PAGES", "Address", "address_of", "iri_of", "path_of"]

FORMS: Final = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
"""Ending and media type of each form of a thing's data."""

PAGES: Final = {"html": "en", "zh.html": "zh"}
"""Ending and language of each page about a thing."""

_PATH: Final = re.compile(r"[A-Za-z0-9_~-]+(?:/[A-Za-z0-9_~-]+)*")
_ENDING: Final = re.compile(r"(?P<path>.+?)\.(?P<ending>zh\.html|html|ttl|jsonld|nt|rdf)")


@dataclass(frozen=True, slots=True)
class Address:
    """A path of a site, taken apart.

    Attributes:
        path: The path of the thing, without an ending.
        ending: ``ttl``, ``zh.html`` ...; empty for the thing itself.
    """

    path: str
    ending: str = ""


def path_of(iri: str) -> str | None:
    """The path that an IRI names, below the address of a site; None for an IRI that is not llmkg's or names no path.

    Only letters of ASCII, digits, ``-``, ``_`` and ``~`` make a path, so that it is the same in an address and on any disk.

    >>> path_of("https://w3id.org/llmkg/id/family/llama")
    'id/family/llama'
    >>> path_of("https://schema.org/name") is None
    True
    """
    path = iri.removeprefix(BASE).rstrip("/#")
    return path if iri.startswith(BASE) and _PATH.fullmatch(path) else None


def iri_of(path: str) -> str:
    """The IRI that a path names.

    >>> iri_of("id/family/llama")
    'https://w3id.org/llmkg/id/family/llama'
    """
    return BASE + path


def address_of(path: str) -> Address:
    """A path, taken apart.

    >>> address_of("id/family/llama.zh.html")
    Address(path='id/family/llama', ending='zh.html')
    >>> address_of("id/family/llama")
    Address(path='id/family/llama', ending='')
    """
    match = _ENDING.fullmatch(path)
    return Address(match["path"], match["ending"]) if match else Address(path)
