"""Every namespace, prefix and constant IRI of llmkg, once.

>>> expand("family:llama")
'https://w3id.org/llmkg/id/family/llama'
>>> shrink("https://w3id.org/llmkg/concept/technique/swiglu")
'technique:swiglu'
"""

from __future__ import annotations

import re
from typing import Final

__all__ = [
    "BASE",
    "CONCEPT_SCHEMES",
    "DERIVED_GRAPH",
    "FILE_GRAPHS",
    "ID_KINDS",
    "NS",
    "PREFIXES",
    "RDF",
    "SKOS",
    "STRATA",
    "XSD",
    "expand",
    "kind_of",
    "shrink",
]

BASE: Final = "https://w3id.org/llmkg/"
NS: Final = f"{BASE}ns/"
DERIVED_GRAPH: Final = f"{BASE}graph/derived"
FILE_GRAPHS: Final = f"{BASE}file/"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"

ID_KINDS: Final = {
    "baseline": "baseline",
    "benchmark": "benchmark",
    "claim": "claim",
    "dataset": "dataset",
    "family": "family",
    "hardware": "hardware",
    "model": "model",
    "org": "organization",
    "person": "person",
    "product": "product",
    "review": "review",
    "software": "software",
    "source": "source",
}
"""Prefix of each kind of entity, and the name of the kind in its IRI."""

CONCEPT_SCHEMES: Final = (
    "access",
    "application",
    "artefact",
    "aspect",
    "bound",
    "datakind",
    "industry",
    "licence",
    "licenceterm",
    "metric",
    "mitigation",
    "modality",
    "modeltype",
    "orgchange",
    "outcome",
    "risk",
    "setting",
    "sourcekind",
    "stance",
    "status",
    "stratum",
    "task",
    "technique",
    "unit",
)
"""Each SKOS scheme; its name is its prefix too."""

STRATA: Final = ("idea", "weights", "architecture", "product", "code", "data")
"""The kinds of lineage, which are never merged, in the order in which people want them."""

PREFIXES: Final[dict[str, str]] = dict(
    sorted(
        {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dcterms": "http://purl.org/dc/terms/",
            "llmkg": NS,
            "owl": "http://www.w3.org/2002/07/owl#",
            "prov": "http://www.w3.org/ns/prov#",
            "query": f"{BASE}query/",
            "rdf": RDF,
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "schema": "https://schema.org/",
            "sh": "http://www.w3.org/ns/shacl#",
            "shapes": f"{BASE}shapes/",
            "skos": SKOS,
            "xsd": XSD,
            **{prefix: f"{BASE}id/{kind}/" for prefix, kind in ID_KINDS.items()},
            **{scheme: f"{BASE}concept/{scheme}/" for scheme in CONCEPT_SCHEMES},
        }.items()
    )
)
"""Every prefix that llmkg writes and understands, sorted."""

_CURIE = re.compile(r"([a-z]+):([A-Za-z0-9_/-]*)")
_INSTANCE = re.compile(re.escape(BASE) + r"(?:id|concept)/([a-z]+)/")


def expand(curie: str) -> str | None:
    """The IRI of a prefixed name, or None if it is not one with a known prefix.

    >>> expand("model:llama-13b")
    'https://w3id.org/llmkg/id/model/llama-13b'
    >>> expand("LLaMA") is None
    True
    """
    match = _CURIE.fullmatch(curie)
    if match is None or match[1] not in PREFIXES:
        return None
    return PREFIXES[match[1]] + match[2]


def shrink(iri: str) -> str:
    """The prefixed name of an IRI, or the IRI itself where no prefix fits.

    >>> shrink("https://example.org/x")
    'https://example.org/x'
    """
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _BY_NAMESPACE.get(iri[:cut])
    return f"{prefix}:{iri[cut:]}" if prefix else iri


def kind_of(iri: str) -> str:
    """The kind of thing that an llmkg IRI names: ``family``, ``organization``, ``technique`` ...

    Returns:
        The kind, ``"term"`` for a class or property of the ontology, ``""`` for another's IRI.

    >>> kind_of("https://w3id.org/llmkg/id/family/llama"), kind_of(NS + "Model"), kind_of("https://schema.org/name")
    ('family', 'term', '')
    """
    match = _INSTANCE.match(iri)
    if match:
        return match[1]
    return "term" if iri.startswith(NS) else ""


_BY_NAMESPACE: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
