"""The catalogue of saved questions as data: linked data, the page ``queries/README.md``, and a list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.arguments import example_of
from llmkg.errors import ReadError
from llmkg.files import read_file
from llmkg.output import as_json
from llmkg.serializations import graph_text
from llmkg.tables import table_text
from llmkg.terms import BASE, PREFIXES, RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmkg.catalogue import Catalogue
    from llmkg.queries import Parameter, Query

__all__ = ["described", "listing", "page", "turtle"]

_SH: Final = PREFIXES["sh"]
_SCHEMA: Final = PREFIXES["schema"]
_DCTERMS: Final = PREFIXES["dcterms"]
_FORMS: Final = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}
_DATATYPES: Final = {"langString": RDF + "langString"}


def turtle(catalogue: Catalogue) -> str:
    """All saved questions as linked data: SHACL's SPARQL executables, as SIB's collections of example queries use them.

    Vocabulary: https://www.w3.org/TR/shacl-af/#SPARQLExecutable and ``sh:Parameter``; keywords by schema.org.

    Args:
        catalogue: The saved questions.

    >>> import llmkg
    >>> "sh:SPARQLSelectExecutable" in turtle(llmkg.load().catalogue)
    True
    """
    return graph_text([triple for question in catalogue for triple in described(question)], "ttl")


def page(catalogue: Catalogue) -> str:
    """The page of the questions' folder, its tables made anew from the questions.

    Args:
        catalogue: The saved questions.

    Raises:
        ReadError: The page has no heading for a folder of questions.

    >>> import llmkg
    >>> "lineage/descendants" in page(llmkg.load().catalogue)
    True
    """
    text = read_file(catalogue.project.root, "queries/README.md").text
    topics: dict[str, list[Query]] = {}
    for question in catalogue:
        topics.setdefault(question.id.rpartition("/")[0], []).append(question)
    for topic, questions in topics.items():
        rows = [[_summary(q), f"`{q.id}`", " ".join(f"`{p.name}`" for p in q.parameters)] for q in questions]
        table = table_text(["question", "id", "parameters"], rows, "md")
        heading = re.compile(rf"(^### `{re.escape(topic)}/`[^\n]*\n\n)(?:\|[^\n]*\n)*", re.MULTILINE)
        text, found = heading.subn(lambda match, table=table: match[1] + table, text)  # type: ignore[misc]
        if not found:
            raise ReadError(
                f"No heading for {topic}/.", where="queries/README.md", hint=f"Add '### `{topic}/`: what it is about'."
            )
    return text


def listing(catalogue: Catalogue, format_: str, *, width: int = 0) -> str:
    """The questions that people ask, with their parameters.

    Args:
        catalogue: The saved questions.
        format_: ``json``, ``ndjson`` or one of :data:`llmkg.output.TABLE_FORMATS`.
        width: Columns of the terminal, for a table; 0 for as wide as it gets.

    >>> import llmkg
    >>> "[benchmark=benchmark:coqa]" in listing(llmkg.load().catalogue, "tsv")
    True
    """
    rows = [
        [question.id, " ".join(map(example_of, question.parameters)), question.summary]
        for question in catalogue
        if "internal" not in question.tags
    ]
    if format_ == "json":
        return as_json([dict(zip(("id", "parameters", "summary"), row, strict=True)) for row in rows])
    return table_text(["id", "parameters", "question"], rows, format_, width=width)


def _summary(question: Query) -> str:
    return f"{question.summary} (internal)" if "internal" in question.tags else question.summary


def described(question: Query) -> Iterator[px.Triple]:
    """A saved question as linked data; see :func:`turtle`.

    Args:
        question: The question.

    >>> import llmkg
    >>> {str(triple.subject) for triple in described(llmkg.load().catalogue["entities/counts"])}
    {'<https://w3id.org/llmkg/query/entities/counts>'}
    """
    subject = f"{BASE}query/{question.id}"
    match = re.search(r"^\s*(SELECT|ASK|CONSTRUCT)\b", question.text, re.MULTILINE)
    class_, property_ = _FORMS[match[1] if match else "SELECT"]
    said: list[tuple[str, Any]] = [
        (RDF + "type", px.NamedNode(_SH + "SPARQLExecutable")),
        (RDF + "type", px.NamedNode(_SH + class_)),
        (_SH + property_, px.Literal(question.text)),
        (PREFIXES["rdfs"] + "comment", px.Literal(question.summary, language="en")),
        (PREFIXES["rdfs"] + "comment", px.Literal(question.summary_zh, language="zh")),
        (_DCTERMS + "identifier", px.Literal(question.id)),
        *((_SCHEMA + "keywords", px.Literal(tag)) for tag in question.tags),
    ]
    if question.description:
        said.append((_DCTERMS + "description", px.Literal(question.description, language="en")))
    for order, parameter in enumerate(question.parameters):
        said.append((_SH + "parameter", px.NamedNode(f"{subject}#{parameter.name}")))
        yield from _triples(f"{subject}#{parameter.name}", _parameter(parameter, f"{subject}#{parameter.name}", order))
    yield from _triples(subject, said)


def _parameter(parameter: Parameter, iri: str, order: int) -> Iterator[tuple[str, Any]]:
    yield RDF + "type", px.NamedNode(_SH + "Parameter")
    yield _SH + "path", px.NamedNode(iri)
    yield _SH + "name", px.Literal(parameter.name)
    yield _SH + "order", px.Literal(order)
    yield _SH + "optional", px.Literal(not parameter.required)
    if not parameter.multiple:
        yield _SH + "maxCount", px.Literal(1)
    if parameter.type == "iri":
        yield _SH + "nodeKind", px.NamedNode(_SH + "IRI")
    else:
        yield _SH + "datatype", px.NamedNode(_DATATYPES.get(parameter.type, XSD + parameter.type))
    if parameter.class_:
        yield _SH + "class", px.NamedNode(parameter.class_)
    if parameter.scheme:
        yield PREFIXES["skos"] + "inScheme", px.NamedNode(f"{BASE}concept/{parameter.scheme}")
    if parameter.default:
        yield _SH + "defaultValue", parameter.term(parameter.default)
    if parameter.values_from:
        yield _DCTERMS + "source", px.NamedNode(f"{BASE}query/{parameter.values_from}")
    yield PREFIXES["skos"] + "example", parameter.term(parameter.example)


def _triples(subject: str, said: Iterable[tuple[str, Any]]) -> Iterator[px.Triple]:
    return (px.Triple(px.NamedNode(subject), px.NamedNode(predicate), value) for predicate, value in said)
