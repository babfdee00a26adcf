"""Commands that ask queries: query, sparql."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmkg.cli.shared import (
    GRAPHS,
    ROWS,
    Session,
    complete_query,
    format_option,
    notify,
    width,
    write,
)
from llmkg.errors import ParameterError, ReadError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmkg.knowledge import KnowledgeGraph
    from llmkg.queries import Parameter, Query
    from llmkg.store import Term

__all__ = ["query", "sparql"]


@click.command()
@click.argument("question", required=False, shell_complete=complete_query)
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--sparql", "show_text", is_flag=True, help="Print the query with its parameters set; do not run it.")
@format_option(*ROWS, "srj")
@click.pass_obj
def query(session: Session, question: str | None, values: Sequence[str], show_text: bool, format_: str) -> None:
    """List the saved questions, or ask one: QUESTION is its id, then its parameters.

    \b
    Examples:
      llmkg query
      llmkg query techniques/adopters-of technique=rope
      llmkg query evaluation/results-on benchmark=gsm8k --format csv
    """
    from llmkg import output
    from llmkg.queries import run

    graph = session.graph
    if question is None:
        rows = [
            [q.id, " ".join(_example(p) for p in q.parameters), q.summary]
            for q in graph.catalogue
            if "internal" not in q.tags
        ]
        if format_ == "json":
            write(output.as_json([dict(zip(("id", "parameters", "summary"), row, strict=True)) for row in rows]))
        else:
            write(output.table_text(["id", "parameters", "question"], rows, format_, width=width()))
        return
    asked = graph.catalogue[question]
    terms = _terms(graph, asked, values)
    if show_text:
        write(asked.bind(terms))
        return
    answer = run(graph.store, asked, terms)
    write(output.answer_text(answer, format_, graph.names, width=width()))
    if not answer.rows:
        notify(_why_empty(graph, asked, terms))


@click.command(short_help="Run any SPARQL 1.1 query: a text, a file, or - for standard input.")
@click.argument("text")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="Seconds until the query is stopped.",
)
@format_option(*ROWS, "srj", *GRAPHS)
@click.pass_obj
def sparql(session: Session, text: str, timeout: float, format_: str) -> None:
    """Run a SPARQL 1.1 query: TEXT is the query, a file that holds it, or - for standard input.

    The prefixes of llmkg need not be declared. Nothing can be changed, and no other server is asked.

    \b
    Examples:
      llmkg sparql 'SELECT ?m WHERE { ?m llmkg:usesTechnique technique:rope }'
      llmkg sparql query.rq --format srj
    """
    from llmkg import output
    from llmkg.deadline import query_until
    from llmkg.store import Rows, Triples

    graph = session.graph
    answer = query_until(graph.project.root, _sparql_text(text), seconds=timeout)
    if format_ in GRAPHS and not isinstance(answer, Triples):
        raise ParameterError(
            f"{format_} is a form of graphs, and this query answers with rows.",
            where="--format",
            hint="Ask with CONSTRUCT or DESCRIBE, or choose another form.",
        )
    write(output.answer_text(answer, format_, graph.names, width=width()))
    if isinstance(answer, Rows) and not answer.rows:
        notify("No rows. That nothing matched does not make anything false: the graph may not hold it.")


def _terms(graph: KnowledgeGraph, question: Query, values: Sequence[str]) -> dict[str, list[Term]]:
    """Parameter values from the command line; names are looked up."""
    from llmkg.names import kinds_of_class

    parameters = {parameter.name: parameter for parameter in question.parameters}
    terms: dict[str, list[Term]] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals:
            raise ParameterError(f"{value!r} is not NAME=VALUE.", hint=f"For example {_examples(question)}.")
        parameter = parameters.get(name)
        if parameter is None:
            has = f"It has {', '.join(parameters)}." if parameters else "It has none."
            raise ParameterError(f"{question.id} has no parameter {name!r}.", hint=has)
        if parameter.type == "iri":
            text = graph.names.resolve(text, kinds=kinds_of_class(parameter.class_, parameter.scheme)).iri
        terms.setdefault(name, []).append(parameter.term(text))
    return terms


def _examples(question: Query) -> str:
    return " ".join(map(_example, question.parameters)) or "no parameters at all"


def _example(parameter: Parameter) -> str:
    """A parameter as it is typed, in brackets if it may be left out."""
    text = f"{parameter.name}={parameter.example}"
    return text if parameter.required else f"[{text}]"


def _why_empty(graph: KnowledgeGraph, question: Query, terms: dict[str, list[Term]]) -> str:
    """Which part of a question matched nothing."""
    from llmkg.entities import in_words
    from llmkg.queries import run

    parts = []
    for name, given in terms.items():
        value = " or ".join(in_words(term, graph.names) for term in given)
        others = len(run(graph.store, question, terms, leave_open=[name]).rows)
        if others:
            parts.append(
                f"{name}={value} matched nothing; with any {name} there {'is 1 row' if others == 1 else f'are {others} rows'}"
            )
    reason = "; ".join(parts) or "no parameter alone is the reason"
    return f"No rows: {reason}. That the graph holds nothing does not make it false."


def _sparql_text(text: str) -> str:
    """A query from standard input, a file, or the command line itself."""
    try:
        if text == "-":
            return sys.stdin.buffer.read().decode()
        if not any(char in text for char in "{}\n?*") and (text.endswith((".rq", ".sparql")) or os.path.exists(text)):  # noqa: PTH110 - any text may be asked about
            return Path(text).read_text(encoding="utf-8")
    except OSError as error:
        raise ReadError(f"The file cannot be read ({error.strerror}).", where=text, hint="Check its name.") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ReadError("Not UTF-8.", where=f"{text}:{line}", hint="Save the query as UTF-8.") from None
    return text
