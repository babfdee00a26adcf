"""What is wrong with a project: file rules, then SHACL shapes, then check queries.

Bad data is a finding and never an exception. Nothing is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.derive import derive
from llmkg.errors import ReadError
from llmkg.filerules import ACCEPTED_FILE, SHAPES, TurtleFile, take_stock
from llmkg.findings import Finding, Report
from llmkg.garbage import without_collecting
from llmkg.queries import run as ask
from llmkg.shacl import validate
from llmkg.store import EmbeddedStore
from llmkg.terms import FILE_GRAPHS, PREFIXES, RDF, shrink

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from llmkg.filerules import Inventory
    from llmkg.files import Project, TextFile
    from llmkg.shacl import Violation
    from llmkg.store import Term

__all__ = ["run"]

_CONTEXT: Final = frozenset({f"{RDF}type", f"{PREFIXES['skos']}inScheme", f"{PREFIXES['rdfs']}subClassOf"})
"""What shapes need to know of things that other files describe."""


def run(project: Project, paths: Iterable[str | Path] | None = None) -> Report:
    """Check a project.

    The check queries are about the whole, so they are asked only if every file can be read.

    Args:
        project: What to check.
        paths: Files and folders, below the project's folder or absolute, to tell about; all without any.

    Returns:
        The report. A file that cannot be read is in it, whatever the paths.

    Raises:
        ReadError: A path is not in the project.

    >>> from llmkg.files import find_project
    >>> run(find_project(), ["ontology/vocabularies/stances.ttl"]).failed
    False
    """
    wanted = project.names_of(paths or ())
    with without_collecting():
        stock = take_stock(project, wanted)
        findings = [*stock.findings, *_break_shapes(stock, wanted)]
        if stock.complete:
            findings += _answer_checks(stock, wanted)
    return Report(tuple(findings), files=stock.files)


def _break_shapes(stock: Inventory, wanted: Collection[str] | None) -> Iterator[Finding]:
    """What the shapes find."""
    shapes = [triple for turtle in stock.turtle if turtle.file.name.startswith(SHAPES) for triple in turtle.triples]
    data = [turtle for turtle in stock.turtle if not turtle.file.name.startswith(SHAPES)]
    chosen = data if wanted is None else [turtle for turtle in data if turtle.file.name in wanted]
    if not chosen:
        return
    about = None if wanted is None else frozenset[str]().union(*(turtle.described for turtle in chosen))
    homes = _homes(chosen)
    told = set()
    try:
        violations = validate(_what_is_said(data, wanted), shapes, about=about)
    except ReadError as error:
        yield Finding(error.where, 1, stock.levels.of("files", "not-shacl"), "not-shacl", error.what, error.hint)
        return
    for found in violations:
        file = homes.get(found.node)
        same = found.node, found.shape, found.property, found.value
        if file is None or same in told:
            continue
        told.add(same)
        what, _, remedy = found.message.partition(": ")
        yield Finding(
            file.name,
            file.line_of(found.node, found.property),
            stock.levels.of("shapes", found.shape),
            found.shape,
            f"{what.removesuffix('.')}; {_plight(found)}.",
            f"{remedy[:1].upper()}{remedy[1:]}" or f"Make it conform to shapes:{found.shape}.",
        )


def _what_is_said(data: list[TurtleFile], wanted: Collection[str] | None) -> Iterator[px.Triple]:
    """Everything; or what the wanted files say, and the classes and schemes of what the other files describe."""
    with_ontology = wanted is not None and any(name.startswith("ontology/") for name in wanted)
    for turtle in data:
        whole = wanted is None or turtle.file.name in wanted
        whole = whole or (with_ontology and turtle.file.name.startswith("ontology/"))
        for triple in turtle.triples:
            if whole or triple.predicate.value in _CONTEXT:
                yield triple


def _plight(found: Violation) -> str:
    """What is the matter with a node, as the end of a sentence."""
    node, property_ = shrink(found.node), shrink(found.property)
    if found.constraint in {"MinCount", "HasValue"}:
        return f"{node} lacks {property_ or 'it'}"
    if found.constraint == "MaxCount":
        return f"{node} has {property_ or 'it'} too often"
    if not found.property:
        return f"{node} is not so"
    return f"{node} has {property_} {_short(shrink(found.value))}"


def _short(text: str) -> str:
    longest = 80
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def _answer_checks(stock: Inventory, wanted: Collection[str] | None) -> Iterator[Finding]:
    """What the check queries find, told where ``?node`` is described, or else where ``?other`` is."""
    store = _fill_store(stock)
    homes = _homes(turtle for turtle in stock.turtle if not turtle.file.name.startswith(SHAPES))
    unused = dict(stock.accepted)
    for query in stock.checks:
        rule = query.id.rpartition("/")[2]
        for row in ask(store, query).records():
            place = next((iri for iri in _places(row) if wanted is None or _name(homes.get(iri)) in wanted), None)
            if place is None:
                continue
            file, property_ = homes.get(place), row.get("property")
            words = {name: _word(term) for name, term in row.items()}
            keys = [(rule, iri) for iri in _places(row)]
            reason = next((stock.accepted[key] for key in keys if key in stock.accepted), "")
            for key in keys:
                unused.pop(key, None)
            yield Finding(
                file.name if file else query.path,
                file.line_of(place, property_.value if isinstance(property_, px.NamedNode) else "") if file else 1,
                "info" if reason else stock.levels.of("checks", rule),
                rule,
                query.header["message"].format_map(words),
                f"Accepted: {reason}" if reason else query.header["remedy"],
            )
    if wanted is None:
        for rule, node in unused:
            what = f"The finding of {rule} about {shrink(node)} is accepted, and there is none."
            level = stock.levels.of("files", "accepted-in-vain")
            yield Finding(ACCEPTED_FILE, 1, level, "accepted-in-vain", what, "Remove the entry of [[accepted]].")


def _places(row: dict[str, Term | None]) -> list[str]:
    """IRIs of what a row can be told about, the best first."""
    return [term.value for term in (row.get("node"), row.get("other")) if isinstance(term, px.NamedNode)]


def _name(file: TextFile | None) -> str:
    return file.name if file else ""


def _fill_store(stock: Inventory) -> EmbeddedStore:
    """A store in memory of everything that the files say and that follows from it."""
    quads = []
    for turtle in stock.turtle:
        if not turtle.file.name.startswith(SHAPES):
            graph = px.NamedNode(FILE_GRAPHS + turtle.file.name.removesuffix(".ttl"))
            quads += [px.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in turtle.triples]
    store = px.Store()
    store.bulk_extend(quads)
    store.bulk_extend(derive(quads))
    return EmbeddedStore(store)


def _homes(files: Iterable[TurtleFile]) -> dict[str, TextFile]:
    """The file of each IRI that is described."""
    return {iri: turtle.file for turtle in files for iri in turtle.described}


def _word(term: Term | None) -> str:
    return shrink(term.value) if isinstance(term, px.NamedNode) else _short(str(getattr(term, "value", "")))
