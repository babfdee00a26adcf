"""The W3C's tests of SPARQL 1.1 query evaluation, over HTTP against ``llmkg serve --data``.

Run as ``w3c_queries.py FOLDER``, FOLDER being ``sparql/sparql11`` of a checkout of https://github.com/w3c/rdf-tests. Runnable are
the evaluation tests outside entailment and federation: 232. Each is asked in JSON and XML, a SELECT in CSV and TSV too,
and passes if every form is right. Exits with 1 if fewer pass than the engine passes by itself.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pyoxigraph as px

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LIMIT = 221
OTHER = {"entailment", "service"}
"""Folders whose tests ask for what is not claimed: inference, and other endpoints."""

BASE = "https://example.org/w3c/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float")}
FORMS = {
    "json": ("application/sparql-results+json", px.QueryResultsFormat.JSON),
    "xml": ("application/sparql-results+xml", px.QueryResultsFormat.XML),
    "tsv": ("text/tab-separated-values", px.QueryResultsFormat.TSV),
}
GRAPHS = {".ttl": px.RdfFormat.TURTLE, ".rdf": px.RdfFormat.RDF_XML, ".nt": px.RdfFormat.N_TRIPLES}

Row = tuple[tuple[str, str], ...]
"""Variables that are bound, sorted, and their values as texts; a blank node's begins with ``_:``."""


@dataclass(frozen=True)
class Case:
    """A test: what is asked of which data, and the file with the answer."""

    name: str
    query: Path
    data: tuple[str, ...]
    named: tuple[str, ...]
    result: Path


def cases(root: Path) -> Iterator[Case]:
    """The runnable tests below the folder."""
    for manifest in sorted(root.glob("*/manifest.ttl")):
        if manifest.parent.name in OTHER:
            continue
        base = f"{BASE}{manifest.parent.name}/"
        store = px.Store()
        store.load(manifest.read_bytes(), format=px.RdfFormat.TURTLE, base_iri=base)

        def values(node: Any, predicate: str, store: px.Store = store) -> list[Any]:
            return [quad.object for quad in store.quads_for_pattern(node, px.NamedNode(predicate), None)]

        def path(iri: Any) -> Path:
            return root / str(iri.value).removeprefix(BASE)

        tests = store.quads_for_pattern(None, px.NamedNode(RDF + "type"), px.NamedNode(MF + "QueryEvaluationTest"))
        for test in sorted((quad.subject for quad in tests), key=str):
            (action,), (result,) = values(test, MF + "action"), values(test, MF + "result")
            yield Case(
                f"{manifest.parent.name}/{values(test, MF + 'name')[0].value}",
                path(values(action, QT + "query")[0]),
                tuple(sorted(iri.value for iri in values(action, QT + "data"))),
                tuple(sorted(iri.value for iri in values(action, QT + "graphData"))),
                path(result),
            )


def data_set(root: Path, data: Iterable[str], named: Iterable[str]) -> bytes:
    """N-Quads of a test's data."""
    quads: list[px.Quad] = []
    for iris, of in ((data, lambda _: px.DefaultGraph()), (named, px.NamedNode)):
        for iri in iris:
            file = root / iri.removeprefix(BASE)
            parsed = px.parse(file.read_bytes(), format=GRAPHS[file.suffix], base_iri=iri, rename_blank_nodes=True)
            quads += [px.Quad(quad.subject, quad.predicate, quad.object, of(iri)) for quad in parsed]
    return px.serialize(quads, format=px.RdfFormat.N_QUADS) or b""


def text_of(term: Any) -> str:
    """A term as a text; numbers and truth values by their value."""
    if isinstance(term, px.Literal) and term.datatype.value in NUMBERS:
        return f"{_number(term.value)} {term.datatype.value}"
    if isinstance(term, px.Literal) and term.datatype.value == XSD + "boolean":
        return str(px.Literal({"0": "false", "1": "true"}.get(term.value, term.value), datatype=term.datatype))
    return str(term)


def _number(value: str) -> str:
    try:
        return str(Decimal(value).normalize())
    except ArithmeticError:
        return value


def rows_of(solutions: px.QuerySolutions) -> list[Row]:
    """The rows of an answer."""
    names = [variable.value for variable in solutions.variables]
    return [
        tuple(sorted((name, text_of(term)) for name, term in zip(names, row, strict=True) if term is not None))
        for row in solutions
    ]


def expected(case: Case) -> bool | list[Row] | list[px.Triple]:
    """The answer that is right."""
    content = case.result.read_bytes()
    if case.result.suffix in {".srx", ".srj"}:
        form = FORMS["xml" if case.result.suffix == ".srx" else "json"][1]
        found = px.parse_query_results(content, format=form)
        return rows_of(found) if isinstance(found, px.QuerySolutions) else bool(found)
    if case.result.suffix in {".csv", ".tsv"}:
        found = px.parse_query_results(content, format=FORMS["tsv"][1])
        return rows_of(found) if isinstance(found, px.QuerySolutions) else bool(found)
    graph = px.Store()
    graph.load(content, format=GRAPHS[case.result.suffix], base_iri=f"{BASE}{case.result.parent.name}/")
    sets = list(graph.quads_for_pattern(None, px.NamedNode(RDF + "type"), px.NamedNode(RS + "ResultSet")))
    return _described(graph, sets[0].subject) if sets else [quad.triple for quad in graph]


def _described(graph: px.Store, set_: Any) -> bool | list[Row]:
    """Rows or a truth value, told in RDF."""

    def values(node: Any, name: str) -> list[Any]:
        return [quad.object for quad in graph.quads_for_pattern(node, px.NamedNode(RS + name), None)]

    if truth := values(set_, "boolean"):
        return bool(truth[0].value == "true")
    return [
        tuple(sorted((values(b, "variable")[0].value, text_of(values(b, "value")[0])) for b in values(row, "binding")))
        for row in values(set_, "solution")
    ]


def are_same(found: list[Row], right: list[Row]) -> bool:
    """Whether rows are the same in some order, blank nodes whatever they are called."""

    def shape(row: Row) -> Row:
        return tuple((name, "_:" if value.startswith("_:") else value) for name, value in row)

    if Counter(map(shape, found)) != Counter(map(shape, right)):
        return False
    return _matched(sorted(found, key=shape), right, {})


def _matched(found: list[Row], right: list[Row], known: dict[str, str]) -> bool:
    if not found:
        return True
    first, *rest = found
    for place, row in enumerate(right):
        names = _renamed(first, row, known)
        if names is not None and _matched(rest, right[:place] + right[place + 1 :], names):
            return True
    return False


def _renamed(row: Row, other: Row, known: dict[str, str]) -> dict[str, str] | None:
    """The names of blank nodes by which one row is the other, added to those that are known."""
    if [name for name, _ in row] != [name for name, _ in other]:
        return None
    names = dict(known)
    for (_, mine), (_, its) in zip(row, other, strict=True):
        if mine.startswith("_:") and its.startswith("_:"):
            if names.setdefault(mine, its) != its:
                return None
        elif mine != its:
            return None
    return names if len(set(names.values())) == len(names) else None


def plain(value: str) -> str:
    """A value as CSV has it: without its type."""
    number, _, datatype = value.rpartition(" ")
    if datatype in NUMBERS:
        return number
    term = next(px.parse(f"<x:s> <x:p> {value} .", format=px.RdfFormat.N_TRIPLES)).object
    return "_:" if isinstance(term, px.BlankNode) else _number(str(getattr(term, "value", "")))


def failures(case: Case, url: str) -> list[str]:
    """The forms in which an answer is wrong."""
    text = f"BASE <{BASE}{case.query.parent.name}/{case.query.name}>\n{case.query.read_text(encoding='utf-8')}"
    right = expected(case)

    def ask(accept: str) -> httpx.Response:
        response = httpx.post(f"{url}sparql", data={"query": text}, headers={"Accept": accept}, timeout=60)
        response.raise_for_status()
        return response

    wrong = []
    is_graph = isinstance(right, list) and bool(right) and isinstance(right[0], px.Triple)
    if is_graph or re.search(r"^\s*CONSTRUCT", text, re.IGNORECASE | re.MULTILINE):
        for name, media_type, graph_form in (
            ("turtle", "text/turtle", px.RdfFormat.TURTLE),
            ("rdf/xml", "application/rdf+xml", px.RdfFormat.RDF_XML),
        ):
            written = px.parse(ask(media_type).content, format=graph_form)
            if not _isomorphic([quad.triple for quad in written], right):
                wrong.append(name)
        return wrong
    for name, (media_type, form) in FORMS.items():
        if isinstance(right, bool):
            if name != "tsv" and bool(px.parse_query_results(ask(media_type).content, format=form)) != right:
                wrong.append(name)
            continue
        found = px.parse_query_results(ask(media_type).content, format=form)
        if not isinstance(found, px.QuerySolutions) or not are_same(rows_of(found), right):  # type: ignore[arg-type]
            wrong.append(name)
    if not isinstance(right, bool) and not _csv_is_right(ask("text/csv").text, right):  # type: ignore[arg-type]
        wrong.append("csv")
    return wrong


def _csv_is_right(text: str, right: list[Row]) -> bool:
    """Whether CSV has the values that are right; it does not tell an empty text from an unbound variable."""
    head, *lines = csv.reader(io.StringIO(text, newline=""))
    found = Counter(
        tuple(
            sorted((name, "_:" if v.startswith("_:") else _number(v)) for name, v in zip(head, line, strict=False) if v)
        )
        for line in lines
    )
    wanted = Counter(
        tuple((name, value) for name, value in ((name, plain(value)) for name, value in row) if value) for row in right
    )
    return found == wanted


def _isomorphic(found: list[px.Triple], right: Any) -> bool:
    graphs = []
    for triples in (found, right):
        data = px.Dataset(px.Quad(*triple) for triple in triples)
        data.canonicalize(px.CanonicalizationAlgorithm.UNSTABLE)
        graphs.append(set(data))
    return graphs[0] == graphs[1]


def run(root: Path, folder: Path, data: tuple[str, ...], named: tuple[str, ...], asked: list[Case]) -> dict[str, str]:
    """What is wrong with each of the tests of one data set, served by a server of its own."""
    place = folder / "data.nq"
    folder.mkdir()
    place.write_bytes(data_set(root, data, named))
    command = [sys.executable, "-m", "llmkg", "serve", "--port", "0", "--workers", "1", "--data", str(place)]
    outcome = {}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = process.stderr.readline() if process.stderr else ""
            url = line.partition("Serving at ")[2].split()[0]
            for case in asked:
                try:
                    outcome[case.name] = ", ".join(failures(case, url))
                except (httpx.HTTPError, ValueError, SyntaxError) as error:
                    outcome[case.name] = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        finally:
            process.terminate()
    return outcome


def main() -> int:
    """Run, print, judge."""
    root = Path(sys.argv[1])
    by_data: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Case]] = defaultdict(list)
    for case in cases(root):
        by_data[case.data, case.named].append(case)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as beside:
        runs = [
            beside.submit(run, root, Path(folder) / str(number), *key, asked)
            for number, (key, asked) in enumerate(by_data.items())
        ]
        outcome = {name: wrong for one in runs for name, wrong in one.result().items()}
    for name, wrong in sorted(outcome.items()):
        if wrong:
            print(f"{name}: {wrong}")
    passed = sum(not wrong for wrong in outcome.values())
    print(f"{passed} of {len(outcome)} tests pass over HTTP, limit {LIMIT}; {len(by_data)} servers were started")
    return 0 if passed >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
