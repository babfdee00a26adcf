"""All statements of a graph by what they are about, read in one pass: what pages and data documents are made from.

Every statement has one home, the document of its subject. What is said of a blank node is at home where the node is
mentioned first. What is said of other people's terms, or under an IRI that cannot be an address, is at home in a document
of the file that says it; so all documents together are the graph.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.addresses import iri_of, path_of
from llmkg.garbage import without_collecting
from llmkg.terms import DERIVED_GRAPH, FILE_GRAPHS, NS, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from llmkg.records import Facts
    from llmkg.store import Term

__all__ = ["Statements", "is_address"]

_ADDRESS: Final = re.compile(r"[\w~-]+(?:/[\w~-]+)*")
_LONGEST: Final = 200
_ABOUT: Final = NS + "isAbout"


def is_address(path: str) -> bool:
    """Whether a path can be that of a document: letters, digits and hyphens between slashes, and no index of a folder.

    >>> is_address("id/family/llama"), is_address("id/../secret"), is_address("id/family/index")
    (True, False, False)
    """
    parts = path.split("/")
    return (
        _ADDRESS.fullmatch(path) is not None
        and parts[-1] != "index"
        and all(len(part.encode()) <= _LONGEST for part in parts)
    )


class Statements:
    """The statements of a graph.

    Args:
        quads: Every statement, what is derived included.

    Attributes:
        said: What is said of each thing, by its IRI, nothing derived.
        derived: What follows of each thing from claims that the preference policy accepts.
        triples: The statements that are at home with each thing, by its IRI, in an order that depends on nothing else.
        about: The claims about each thing.
        mentions: The claims that mention each thing, with the roles in which they do; those about it too.
        users: What is said with each thing as a value, other than by claims: subjects and predicates.

    >>> import llmkg
    >>> statements = Statements(llmkg.load().store.engine)
    >>> "https://w3id.org/llmkg/id/model/llama-7b" in dict(statements.users["https://w3id.org/llmkg/id/family/llama"])
    True
    """

    def __init__(self, quads: Iterable[px.Quad]) -> None:
        self.said: dict[str, Facts] = {}
        self.derived: dict[str, Facts] = {}
        self.about: dict[str, list[str]] = defaultdict(list)
        self.mentions: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.users: dict[str, list[tuple[str, str]]] = defaultdict(list)
        homes: dict[str, list[px.Triple]] = defaultdict(list)
        with without_collecting():
            ordered = _ordered(quads)
            nodes = _homes_of_nodes(ordered)
            for quad in ordered:
                home = nodes.get(quad.object) if isinstance(quad.object, px.BlankNode) else None
                home = home or nodes.get(quad.subject) or _home(quad)
                homes[home].append(quad.triple)
                if isinstance(quad.subject, px.NamedNode) and not isinstance(quad.object, px.Triple):
                    self._keep(quad.subject.value, quad.predicate.value, quad.object, _is_derived(quad))
        self.triples: Mapping[str, Sequence[px.Triple]] = dict(sorted(homes.items()))

    def has_page(self, iri: str) -> bool:
        """Whether a thing has documents of its own."""
        return iri in self.triples

    def first(self, iri: str, predicate: str) -> str:
        """A value of a thing's, as text; empty if nothing is said."""
        values = self.said.get(iri, {}).get(predicate)
        return values[0].value if values else ""

    def _keep(self, subject: str, predicate: str, value: Term, is_derived: bool) -> None:
        facts = (self.derived if is_derived else self.said).setdefault(subject, {})
        facts.setdefault(predicate, []).append(value)
        if not isinstance(value, px.NamedNode):
            return
        if predicate == _ABOUT:
            self.about[value.value].append(subject)
        elif kind_of(subject) == "claim":
            self.mentions[value.value][subject].append(predicate)
        elif not is_derived:
            self.users[value.value].append((subject, predicate))


def _is_derived(quad: px.Quad) -> bool:
    return isinstance(quad.graph_name, px.NamedNode) and quad.graph_name.value == DERIVED_GRAPH


def _ordered(quads: Iterable[px.Quad]) -> list[px.Quad]:
    """Statements in an order that depends on nothing but them; blank nodes are called after what is said of them."""
    listed = list(quads)
    if any(isinstance(term, px.BlankNode) for quad in listed for term in (quad.subject, quad.object)):
        dataset = px.Dataset(listed)
        dataset.canonicalize(px.CanonicalizationAlgorithm.RDFC_1_0)
        listed = list(dataset)
    return sorted(listed, key=str)


def _homes_of_nodes(quads: Iterable[px.Quad]) -> dict[object, str]:
    """The home of each blank node: that of the first thing that mentions it, or mentions what mentions it."""
    mentioned: dict[object, px.Quad] = {}
    for quad in quads:
        if isinstance(quad.object, px.BlankNode) and quad.object != quad.subject:
            mentioned.setdefault(quad.object, quad)
    homes: dict[object, str] = {}
    for node, quad in mentioned.items():
        seen = {node}
        while isinstance(quad.subject, px.BlankNode) and quad.subject in mentioned and quad.subject not in seen:
            seen.add(quad.subject)
            quad = mentioned[quad.subject]  # noqa: PLW2901 - one step up
        homes[node] = _home(quad)
    return homes


def _home(quad: px.Quad) -> str:
    """The IRI whose document holds a statement, going by its subject, else by the file that says it."""
    if isinstance(quad.subject, px.NamedNode) and _has_address(quad.subject.value):
        return quad.subject.value
    if isinstance(quad.graph_name, px.NamedNode) and _has_address(quad.graph_name.value):
        return quad.graph_name.value
    return f"{FILE_GRAPHS}other"


@lru_cache(maxsize=1000)
def _has_address(iri: str) -> bool:
    path = path_of(iri)
    return path is not None and iri_of(path) == iri and is_address(path)
