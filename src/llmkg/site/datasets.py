"""The graph, described as a data set: in VoID, in DCAT, and in the words of schema.org."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.addresses import FORMS
from llmkg.site.describing import script_json
from llmkg.site.dumps import DUMPS
from llmkg.site.signposts import DATASET, LICENCE
from llmkg.terms import BASE, PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from llmkg.site.figures import Figures
    from llmkg.site.sections import Setting

__all__ = ["SUMMARY", "TITLE", "catalogue_of", "dataset_jsonld", "version_of", "void_of"]

TITLE: Final = {"en": "llmkg: a knowledge graph of large language models", "zh": "llmkg：大语言模型知识图谱"}
SUMMARY: Final = {
    "en": "Language models, who made them, what they were trained on and measured at, and which technique came from whom. "
    "Every statement says who said it, where, and how sure it is.",
    "zh": "语言模型、其制作者、训练数据与评测结果，以及哪项技术来自哪里。每条陈述都注明出处、位置和可靠程度。",
}
_KEYWORDS: Final = {
    "en": ("large language models", "knowledge graph", "provenance", "model lineage", "linked data"),
    "zh": ("大语言模型", "知识图谱", "出处", "模型谱系", "关联数据"),
}
_CREATOR: Final = "llmkg contributors"

_VOID: Final = "http://rdfs.org/ns/void#"
_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_SPDX: Final = "http://spdx.org/rdf/terms#"
_DCAT: Final = PREFIXES["dcat"]
_TERMS: Final = PREFIXES["dcterms"]
_LANGUAGES: Final = {lang: f"http://id.loc.gov/vocabulary/iso639-1/{lang}" for lang in ("en", "zh")}
_FORMATS: Final = {"text/turtle": "Turtle", "application/ld+json": "JSON-LD"} | {
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
}
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"


def version_of(setting: Setting) -> str:
    """The version of the data, which is that of the core of the ontology; empty where it has none."""
    core, version = px.NamedNode(f"{BASE}ontology/core"), px.NamedNode(PREFIXES["owl"] + "versionInfo")
    found = setting.graph.snapshot.store.engine.quads_for_pattern(core, version, None)
    return min((quad.object.value for quad in found if isinstance(quad.object, px.Literal)), default="")


def void_of(setting: Setting, figures: Figures) -> list[px.Triple]:
    """The data set in VoID (https://www.w3.org/TR/void/), with its figures.

    Args:
        setting: The site.
        figures: The figures of the graph.
    """
    written = _Writer()
    written.say(DATASET, RDF + "type", _iri(_VOID + "Dataset"))
    _tell(written, setting, DATASET)
    written.say(DATASET, _FOAF + "homepage", _iri(f"{setting.base}index.html"))
    written.say(DATASET, _VOID + "uriSpace", px.Literal(BASE))
    for name, count in (
        ("triples", figures.triples),
        ("entities", figures.entities),
        ("distinctSubjects", figures.subjects),
        ("distinctObjects", figures.objects),
        ("classes", len(figures.classes)),
        ("properties", len(figures.properties)),
    ):
        written.say(DATASET, _VOID + name, _integer(count))
    for dump in DUMPS:
        written.say(DATASET, _VOID + "dataDump", _iri(setting.base + dump.path))
    for media_type in FORMS.values():
        written.say(DATASET, _VOID + "feature", _iri(f"http://www.w3.org/ns/formats/{_FORMATS[media_type]}"))
    for iri in figures.examples:
        written.say(DATASET, _VOID + "exampleResource", _iri(iri))
    for space in sorted({term[: max(map(term.rfind, "/#")) + 1] for term in (*figures.classes, *figures.properties)}):
        written.say(DATASET, _VOID + "vocabulary", _iri(space))
    if setting.live:
        written.say(DATASET, _VOID + "sparqlEndpoint", _iri(f"{setting.base}sparql"))
    _partition(written, "class", "entities", figures.classes)
    _partition(written, "property", "triples", figures.properties)
    return written.triples


def catalogue_of(setting: Setting, sizes: Mapping[str, tuple[int, str]]) -> list[px.Triple]:
    """A catalogue of the data set, its dumps and its service, in DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/).

    Args:
        setting: The site.
        sizes: Bytes and SHA-256 of each dump, by path.
    """
    written = _Writer()
    catalogue = f"{setting.base}catalog.ttl"
    written.say(catalogue, RDF + "type", _iri(_DCAT + "Catalog"))
    _tell(written, setting, catalogue)
    written.say(catalogue, _FOAF + "homepage", _iri(f"{setting.base}index.html"))
    written.say(catalogue, _DCAT + "dataset", _iri(DATASET))
    written.say(DATASET, RDF + "type", _iri(_DCAT + "Dataset"))
    _tell(written, setting, DATASET)
    written.say(DATASET, _DCAT + "landingPage", _iri(f"{setting.base}data/index.html"))
    for lang, words in _KEYWORDS.items():
        for word in words:
            written.say(DATASET, _DCAT + "keyword", px.Literal(word, language=lang))
    for dump in DUMPS:
        iri = f"{catalogue}#{dump.format}"
        size, digest = sizes[dump.path]
        written.say(DATASET, _DCAT + "distribution", _iri(iri))
        written.say(iri, RDF + "type", _iri(_DCAT + "Distribution"))
        written.say(iri, _TERMS + "title", px.Literal(f"llmkg, {dump.name}", language="en"))
        written.say(iri, _TERMS + "license", _iri(LICENCE))
        written.say(iri, _DCAT + "accessURL", _iri(f"{setting.base}data/index.html"))
        written.say(iri, _DCAT + "downloadURL", _iri(setting.base + dump.path))
        written.say(iri, _DCAT + "mediaType", _iri(_MEDIA + dump.media_type))
        written.say(iri, _DCAT + "compressFormat", _iri(f"{_MEDIA}application/gzip"))
        written.say(iri, _DCAT + "byteSize", px.Literal(str(size), datatype=_iri(XSD + "nonNegativeInteger")))
        written.say(iri, _SPDX + "checksum", _iri(f"{iri}-checksum"))
        written.say(f"{iri}-checksum", RDF + "type", _iri(_SPDX + "Checksum"))
        written.say(f"{iri}-checksum", _SPDX + "algorithm", _iri(_SPDX + "checksumAlgorithm_sha256"))
        written.say(f"{iri}-checksum", _SPDX + "checksumValue", px.Literal(digest, datatype=_iri(XSD + "hexBinary")))
    if setting.live:
        service = f"{catalogue}#sparql"
        written.say(catalogue, _DCAT + "service", _iri(service))
        written.say(service, RDF + "type", _iri(_DCAT + "DataService"))
        written.say(service, _TERMS + "title", px.Literal("SPARQL", language="en"))
        written.say(service, _TERMS + "conformsTo", _iri("https://www.w3.org/TR/sparql11-protocol/"))
        written.say(service, _DCAT + "endpointURL", _iri(f"{setting.base}sparql"))
        written.say(service, _DCAT + "servesDataset", _iri(DATASET))
    return written.triples


def dataset_jsonld(setting: Setting) -> Markup:
    """The data set as schema.org has it, for search engines: what the first page and that of the data hold as JSON-LD.

    Args:
        setting: The site.

    Returns:
        JSON without a sign that ends a script or begins markup, to be put into a page as it is.

    >>> import llmkg
    >>> from llmkg.site.sections import Setting
    >>> import json
    >>> json.loads(dataset_jsonld(Setting(llmkg.load("tests/data/mini"))))["distribution"][0]["contentUrl"]
    'https://w3id.org/llmkg/data/llmkg.nq.gz'
    """
    version = version_of(setting)
    said = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": DATASET,
        "name": [{"@language": lang, "@value": text} for lang, text in TITLE.items()],
        "description": [{"@language": lang, "@value": text} for lang, text in SUMMARY.items()],
        "url": f"{setting.base}index.html",
        "sameAs": BASE,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "inLanguage": list(TITLE),
        "keywords": [word for words in _KEYWORDS.values() for word in words],
        "creator": {"@type": "Organization", "name": _CREATOR},
        **({"version": version} if version else {}),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": dump.name,
                "contentUrl": setting.base + dump.path,
                "encodingFormat": [dump.media_type, "application/gzip"],
            }
            for dump in DUMPS
        ],
    }
    return script_json(said)


class _Writer:
    """Collects triples."""

    def __init__(self) -> None:
        self.triples: list[px.Triple] = []

    def say(self, subject: str, predicate: str, value: px.NamedNode | px.Literal) -> None:
        self.triples.append(px.Triple(_iri(subject), _iri(predicate), value))


def _tell(written: _Writer, setting: Setting, subject: str) -> None:
    """What is said of the data set and of its catalogue alike."""
    for predicate, texts in (("title", TITLE), ("description", SUMMARY)):
        for lang, text in texts.items():
            written.say(subject, _TERMS + predicate, px.Literal(text, language=lang))
    for language in _LANGUAGES.values():
        written.say(subject, _TERMS + "language", _iri(language))
    written.say(subject, _TERMS + "license", _iri(LICENCE))
    for role in ("creator", "publisher"):
        written.say(subject, _TERMS + role, _iri(f"{DATASET}-contributors"))
    if version := version_of(setting):
        written.say(subject, _DCAT + "version", px.Literal(version))
    if subject == DATASET:
        written.say(f"{DATASET}-contributors", RDF + "type", _iri(_FOAF + "Group"))
        written.say(f"{DATASET}-contributors", _FOAF + "name", px.Literal(_CREATOR))


def _partition(written: _Writer, of: str, counted: str, counts: Mapping[str, int]) -> None:
    for number, (term, count) in enumerate(counts.items(), 1):
        part = f"{DATASET}-{of}-{number}"
        written.say(DATASET, f"{_VOID}{of}Partition", _iri(part))
        written.say(part, _VOID + of, _iri(term))
        written.say(part, _VOID + counted, _integer(count))


def _iri(value: str) -> px.NamedNode:
    return px.NamedNode(value)


def _integer(value: int) -> px.Literal:
    return px.Literal(str(value), datatype=_iri(XSD + "integer"))
