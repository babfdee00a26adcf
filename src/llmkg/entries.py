"""Things and what they are called: labels, aliases and slugs, and which kinds a class has."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.terms import BASE, CONCEPT_SCHEMES, ID_KINDS, SKOS, kind_of, shrink

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Entry", "called", "entries_of", "kinds_of_class", "listed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing and what it is called.

    Attributes:
        iri: Its IRI.
        kind: ``family``, ``technique``, ``source`` ...; see :func:`llmkg.terms.kind_of`.
        en: Its English label.
        zh: Its Chinese label.
        aliases: What else it is called, in any language.
    """

    iri: str
    kind: str
    en: str
    zh: str
    aliases: tuple[str, ...]

    @property
    def label(self) -> str:
        """The English label, or what comes nearest."""
        return self.en or self.zh or shrink(self.iri)


def entries_of(quads: Iterable[px.Quad]) -> list[Entry]:
    """Everything of llmkg's that has an English label, from the graph and the ontology; names in the order of the alphabet."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    aliases: dict[str, set[str]] = defaultdict(set)
    for quad in quads:
        if not isinstance(quad.object, px.Literal) or not isinstance(quad.subject, px.NamedNode):
            continue
        if quad.predicate.value == SKOS + "prefLabel" and quad.object.language:
            labels[quad.subject.value][quad.object.language] = quad.object.value
        elif quad.predicate.value == SKOS + "altLabel":
            aliases[quad.subject.value].add(quad.object.value)
    return [
        Entry(iri, kind_of(iri), found["en"], found.get("zh", ""), tuple(sorted(aliases[iri])))
        for iri, found in sorted(labels.items())
        if iri.startswith(BASE) and "en" in found
    ]


def called(entry: Entry) -> list[tuple[int, str]]:
    """Every name of a thing, with how much it counts: labels (0) before aliases (1) before the slug (2).

    >>> called(Entry("https://w3id.org/llmkg/id/family/llama", "family", "LLaMA", "", ("羊驼",)))
    [(0, 'LLaMA'), (1, '羊驼'), (2, 'llama')]
    """
    names = [(0, entry.en), (0, entry.zh), *((1, alias) for alias in entry.aliases), (2, entry.iri.rpartition("/")[2])]
    return [(tier, name) for tier, name in names if name]


def listed(entries: Sequence[Entry]) -> str:
    """Things to choose from, for a sentence; the first eight, and how many more there are.

    >>> listed([Entry("https://w3id.org/llmkg/id/family/llama", "family", "LLaMA", "", ())])
    'LLaMA (family:llama)'
    """
    texts = [f"{entry.label} ({shrink(entry.iri)})" for entry in entries[:_MOST_LISTED]]
    if len(entries) > len(texts):
        texts.append(f"{len(entries) - len(texts)} more")
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


_MOST_LISTED: Final = 8


def kinds_of_class(class_: str, scheme: str = "") -> tuple[str, ...]:
    """The kinds of thing that may stand for a parameter of a class (and scheme).

    >>> kinds_of_class("https://w3id.org/llmkg/ns/Model"), kinds_of_class("", "technique")
    (('family', 'model', 'product'), ('technique',))
    """
    if scheme:
        return (scheme,)
    name = class_.rpartition("/")[2].rpartition("#")[2]
    if name == "Concept":
        return CONCEPT_SCHEMES
    return _KINDS_OF_CLASS.get(name, ())


_KINDS_OF_CLASS: Final = {
    "Model": ("family", "model", "product"),
    "ModelFamily": ("family",),
    "ModelVariant": ("model",),
    "Checkpoint": ("model",),
    "Organization": (ID_KINDS["org"],),
    **{
        name: (name.lower(),)
        for name in ("Product", "Person", "Software", "Dataset", "Benchmark", "Baseline", "Source", "Hardware", "Claim")
    },
}
