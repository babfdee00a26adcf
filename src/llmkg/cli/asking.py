"""Commands that ask: query, ask, sparql."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from llmkg.cli.shared import (
    ANSWERS,
    GRAPHS,
    Session,
    as_of_option,
    complete_query,
    complete_value,
    format_option,
    notify,
    status_options,
    tell,
    width,
    write,
)
from llmkg.errors import LlmkgError, ParameterError, ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from llmkg.answers import Answer
    from llmkg.knowledge import KnowledgeGraph
    from llmkg.queries import Query

__all__ = ["ask", "query", "sparql"]


@click.command()
@click.argument("question", required=False, shell_complete=complete_query)
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=complete_value)
@click.option("--sparql", "show_text", is_flag=True, help="Print the query with its parameters set; do not run it.")
@click.option("--why", is_flag=True, help="Show behind each row the claims that it rests on.")
@click.option("--limit", type=click.IntRange(min=0), default=0, help="The most rows to show; 0 for all.")
@click.option(
    "--catalogue", type=click.Choice(["ttl", "md"]), help="Print all saved questions as linked data or as a page."
)
@as_of_option
@status_options
@format_option(*ANSWERS, *GRAPHS)
@click.pass_obj
def query(
    session: Session,
    question: str | None,
    values: Sequence[str],
    show_text: bool,
    why: bool,
    limit: int,
    catalogue: str | None,
    as_of: str,
    statuses: Sequence[str],
    all_claims: bool,
    format_: str,
) -> None:
    """List the saved questions, or ask one: QUESTION is its id, then its parameters.

    A thing is named by label, alias or slug, in English or Chinese. as-of=DATE is the same as --as-of DATE.

    \b
    Examples:
      llmkg query
      llmkg query techniques/adopters-of technique=rope since=2022 --format csv
      llmkg query lineage/descendants model=llama --why
      llmkg query evaluation/frontier benchmark=gsm8k as-of=2022-12-31
    """
    from llmkg import listings
    from llmkg.arguments import terms_of

    given = _given(session, question, values)
    graph = session.at(_one_day([*given.pop("as-of", []), *filter(None, [as_of])]))
    if catalogue is not None:
        write(listings.turtle(graph.catalogue) if catalogue == "ttl" else listings.page(graph.catalogue))
    elif question is None:
        write(listings.listing(graph.catalogue, format_, width=width()))
    elif show_text:
        asked = graph.catalogue[question]
        write(asked.bind(terms_of(graph.store, graph.catalogue, graph.names, asked, given)))
    else:
        answer = graph.query(question, given, statuses=statuses, all_claims=all_claims, why=why, limit=limit)
        tell(answer, format_)
        if not answer:
            notify(_why_empty(graph, graph.catalogue[question], given, answer))


@click.command(short_help="Run any SPARQL 1.1 query: a text, a file, or - for standard input.")
@click.argument("text")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="Seconds until the query is stopped.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=100_000, show_default=True, help="The most rows of the answer."
)
@click.option(
    "--memory",
    type=click.IntRange(min=100),
    default=2_000,
    show_default=True,
    metavar="MB",
    help="The most memory of the query; held on Linux only.",
)
@as_of_option
@format_option(*ANSWERS, *GRAPHS)
@click.pass_obj
def sparql(session: Session, text: str, timeout: float, limit: int, memory: int, as_of: str, format_: str) -> None:
    """Run a SPARQL 1.1 query: TEXT is the query, a file that holds it, or - for standard input.

    The prefixes of llmkg need not be declared. Nothing can be changed, and no other server is asked. A query that takes too
    long is stopped, and an answer that is too large is cut; both exit with 5.

    \b
    Examples:
      llmkg sparql 'SELECT ?m WHERE { ?m llmkg:usesTechnique technique:rope }'
      llmkg sparql query.rq --format srj
    """
    from llmkg import answers
    from llmkg.publication import day_of
    from llmkg.sandbox import Answered, Limits, ask_once
    from llmkg.store import Rows

    graph = session.at(as_of)
    asked = _sparql_text(text)
    until = time.monotonic() + timeout

    def answered_to(query_: str, seconds: float) -> Answered:
        limits = Limits(seconds=seconds, rows=limit, memory_bytes=memory * 1_000_000)
        if session.endpoint:
            from llmkg.endpoint import EndpointStore

            return Answered(EndpointStore(session.endpoint, seconds=seconds).query(query_))
        return ask_once(graph.project.root, query_, limits, as_of=day_of(as_of) if as_of else None)

    def has_match(query_: str) -> bool:
        return answered_to(query_, until - time.monotonic()).answer is True

    answered = answered_to(asked, timeout)
    total = len(answered.answer.rows) if isinstance(answered.answer, Rows) else 0
    answer = answers.Answer(answered.answer, graph.names, total=total).limited(limit)
    tell(answer, format_)
    if answered.cut:
        notify(
            f"This is not all: the answer was cut at the limit of {answered.cut}. Ask for less, or with LIMIT and OFFSET."
        )
        raise SystemExit(_CUT)
    if isinstance(answer.content, Rows) and not answer:
        reason = _first_without_match(has_match, asked)
        notify(f"No rows{reason}. That nothing matched does not make anything false: the graph may not hold it.")


@click.command(short_help="Answer a question in words, in English or Chinese.")
@click.argument("text", nargs=-1, required=True)
@click.option("--why", is_flag=True, help="Show behind each row the claims that it rests on.")
@click.option("--limit", type=click.IntRange(min=0), default=0, help="The most rows to show; 0 for all.")
@as_of_option
@status_options
@format_option(*ANSWERS, *GRAPHS)
@click.pass_obj
def ask(
    session: Session,
    text: Sequence[str],
    why: bool,
    limit: int,
    as_of: str,
    statuses: Sequence[str],
    all_claims: bool,
    format_: str,
) -> None:
    """Answer the question TEXT in words, by the saved question that fits it best.

    No language model is asked, and nothing is sent anywhere: the words and names of TEXT are compared with those of the saved
    questions. Which one was chosen, how sure that is, and the next two are told first.

    \b
    Examples:
      llmkg ask "LLaMA 从哪个模型借用了 SwiGLU?"
      llmkg ask which models use RoPE and who introduced it
    """
    from llmkg.matching import confident

    graph = session.at(as_of)
    found = confident(" ".join(text), graph.catalogue, graph.names)
    notify(f"Asked as: {found[0].command()}  ({found[0].confidence:.0%} sure)")
    if found[0].ignored:
        notify(f"Not used: {', '.join(found[0].ignored)}")
    if found[1:]:
        others = [f"  {each.command()}  ({each.confidence:.0%})" for each in found[1:]]
        notify("\n".join(["Or did you mean:", *others]))
    answer = graph.query(
        found[0].query, found[0].values, statuses=statuses, all_claims=all_claims, why=why, limit=limit
    )
    tell(answer, format_)
    if not answer:
        given = {name: [value] for name, value in found[0].values.items()}
        notify(_why_empty(graph, graph.catalogue[found[0].query], given, answer))


_CUT: Final = 5


def _first_without_match(ask: Callable[[str], bool], text: str) -> str:
    """Which part of a query matched nothing; nothing is said where that takes too long to find out."""
    from llmkg.absence import first_without_match

    try:
        found = first_without_match(ask, text)
    except LlmkgError:
        return ""
    return f": nothing fits {' '.join(found.text.split())} (line {found.line})" if found else ""


def _given(session: Session, question: str | None, values: Sequence[str]) -> dict[str, list[str]]:
    """Parameters as they were typed, by name."""
    from llmkg.arguments import example_of

    given: dict[str, list[str]] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals:
            examples = " ".join(map(example_of, session.graph.catalogue[str(question)].parameters))
            raise ParameterError(
                f"{value!r} is not NAME=VALUE.", hint=f"For example {examples or 'no parameters at all'}."
            )
        given.setdefault(name, []).append(text)
    return given


def _one_day(days: Sequence[str]) -> str:
    """The day that ``--as-of`` or ``as-of=`` names; empty for none."""
    if len(set(days)) > 1:
        raise ParameterError(f"Several days are given: {', '.join(days)}.", where="as-of", hint="Ask once for each.")
    if "" in days:
        raise ParameterError("No day is given.", where="as-of", hint="Write YYYY-MM-DD, YYYY-MM or YYYY.")
    return days[0] if days else ""


def _why_empty(graph: KnowledgeGraph, question: Query, given: dict[str, list[str]], answer: Answer) -> str:
    """Which part of a question matched nothing."""
    from llmkg.absence import explain
    from llmkg.arguments import terms_of

    if answer.left_out:
        return "Other rows there are: --all-claims shows them."
    terms = terms_of(graph.store, graph.catalogue, graph.names, question, given)
    reason = explain(graph.store, question, terms, graph.names)
    return f"No rows: {reason} That the graph holds nothing does not make it false."


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
