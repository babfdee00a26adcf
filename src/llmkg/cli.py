"""The command ``llmkg``: parses arguments, calls one function, prints."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from llmkg.errors import LlmkgError, ParameterError, ReadError
from llmkg.files import find_project
from llmkg.knowledge import KnowledgeGraph, load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.shell_completion import CompletionItem

    from llmkg.queries import Parameter, Query
    from llmkg.store import Term

__all__ = ["cli", "main"]

_BUG: Final = 70
_ROWS: Final = ("table", "json", "csv", "tsv", "md")
_GRAPHS: Final = ("ttl", "jsonld", "nt")
_STRATA: Final = "weights, data, idea, architecture, code, product"


@dataclass(frozen=True)
class _Session:
    """What all commands share: where the data is, and the graph, opened when it is first needed."""

    folder: str | None

    @cached_property
    def graph(self) -> KnowledgeGraph:
        return load(self.folder, in_memory=False, notify=_notify)


def _notify(text: str) -> None:
    click.echo(text, err=True)


def _width() -> int:
    import shutil

    return shutil.get_terminal_size((120, 24)).columns


def _print(text: str) -> None:
    click.echo(text, nl=False)


def _format(*forms: str) -> Callable[[Any], Any]:
    """The option ``--format``; without it a table on a terminal, TSV in a pipe."""
    return click.option(
        "-f",
        "--format",
        "format_",
        type=click.Choice(forms),
        default=lambda: "table" if sys.stdout.isatty() else "tsv",
        help="How to write the answer; by default a table on a terminal, TSV in a pipe.",
    )


def _complete_name(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from llmkg.names import fold

    wanted = fold(incomplete) if incomplete else ""
    folder = (context.find_root().params or {}).get("data")
    entries = load(folder, in_memory=False).names.entries.values()
    slugs = {entry.iri.rpartition("/")[2]: entry for entry in entries if entry.kind in {"family", "model", "product"}}
    return [
        CompletionItem(slug, help=entry.label)
        for slug, entry in sorted(slugs.items())
        if fold(slug).startswith(wanted) or fold(entry.label).startswith(wanted)
    ]


def _complete_query(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    folder = (context.find_root().params or {}).get("data")
    catalogue = load(folder, in_memory=False).catalogue
    return [CompletionItem(id_, help=catalogue[id_].summary) for id_ in catalogue.ids if id_.startswith(incomplete)]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--data",
    metavar="FOLDER",
    help="A checkout to work on, instead of the one around this folder or the installed data.",
)
@click.version_option(package_name="llm-lineage", prog_name="llmkg")
@click.pass_context
def cli(context: click.Context, data: str | None) -> None:
    """Ask the knowledge graph of large language and vision-language models.

    Every answer says who said it, where, and how sure it is.

    \b
    Examples:
      llmkg lineage llama             what LLaMA took from whom, and what came from it
      llmkg why llama swiglu          the evidence for one line of that
      llmkg show GPT-4                everything that is claimed about it
      llmkg query                     the saved questions

    Shell completion: see https://click.palletsprojects.com/shell-completion/, or for bash put
    eval "$(_LLMKG_COMPLETE=bash_source llmkg)" into ~/.bashrc.
    """
    context.obj = _Session(data)


@cli.command(short_help="Show everything that is claimed about NAME.")
@click.argument("name", shell_complete=_complete_name)
@_format(*_ROWS, *_GRAPHS)
@click.pass_obj
def show(session: _Session, name: str, format_: str) -> None:
    """Show everything that is claimed about NAME, a name in English or Chinese, or the claim NAME.

    \b
    Examples:
      llmkg show GPT-4
      llmkg show 羊驼 --format json
      llmkg show technique:swiglu --format ttl
    """
    from llmkg import output, reports
    from llmkg.entities import claims_about
    from llmkg.names import Entry
    from llmkg.terms import expand, kind_of

    graph = session.graph
    claim = expand(name) or name
    is_claim = kind_of(claim) == "claim" and graph.records.facts(claim)
    entry = Entry(claim, "claim", "", "", ()) if is_claim else graph.names.resolve(name)
    if format_ in _GRAPHS:
        _print(output.graph_text(_described(graph, [entry.iri]), format_))
        return
    entity = claims_about(graph.records, graph.names, entry)
    if not entity.claims:
        _notify(f"The graph holds no claim about {entry.label}. That it holds none does not make anything false.")
    if format_ == "json":
        _print(output.as_json(entity.record(graph.names)))
    elif format_ in {"csv", "tsv"}:
        _print(output.table_text(reports.CLAIM_COLUMNS, reports.claim_rows(entity, graph.names), format_))
    else:
        _print(reports.entity_page(entity, graph.names, format_=format_, width=_width()))


@cli.command()
@click.argument("name", shell_complete=_complete_name)
@click.option("--up", is_flag=True, help="Only what it came from.")
@click.option("--down", is_flag=True, help="Only what came from it.")
@click.option("--depth", type=click.IntRange(min=0), default=1, show_default=True, help="Steps to go; 0 for all.")
@click.option("--strata", default="", metavar="LIST", help=f"Kinds of lineage, with commas between: {_STRATA}.")
@_format(*_ROWS, *_GRAPHS)
@click.pass_obj
def lineage(session: _Session, name: str, up: bool, down: bool, depth: int, strata: str, format_: str) -> None:
    """Show what NAME took from whom, and what came from it, each line with its source.

    \b
    Examples:
      llmkg lineage llama
      llmkg lineage llama --up --depth 0 --strata idea,weights
      llmkg lineage gpt-2 --down --format json
    """
    from llmkg import lineage as lineages
    from llmkg import output, reports
    from llmkg.queries import ask
    from llmkg.terms import STRATA

    graph = session.graph
    entry = graph.names.resolve(name)
    wanted = [stratum.strip() for stratum in strata.split(",") if stratum.strip()] or list(STRATA)
    unknown = [stratum for stratum in wanted if stratum not in STRATA]
    if unknown:
        raise ParameterError(f"{unknown[0]!r} is not a stratum.", where="--strata", hint=f"Choose from {_STRATA}.")
    whole = lineages.lineage_graph(graph.store, graph.catalogue, strata=wanted)
    found = lineages.lineage_of(whole, entry.iri, up=up or not down, down=down or not up, depth=depth)
    adopted = (
        lineages.adoptions(ask(graph.store, graph.catalogue.text("lineage/adoptions"))) if "idea" in wanted else []
    )
    own = set(graph.records.members(entry.iri)) if up or not down else set()
    without_model = [adoption for adoption in adopted if adoption.adopter in own and not adoption.adopted_from]
    if not found.up and not found.down and not without_model:
        _notify(
            f"The graph holds no lineage of {entry.label} in {', '.join(wanted)}. That does not mean that it has none."
        )
    if format_ == "json":
        _print(output.as_json(found.record(graph.names)))
    elif format_ in _GRAPHS:
        _print(output.graph_text(_described(graph, [edge.claim for edge in (*found.up, *found.down)]), format_))
    elif format_ == "table":
        _print(reports.lineage_page(found, adopted, without_model, graph.names, width=_width()))
    else:
        _print(output.table_text(reports.EDGE_COLUMNS, reports.edge_rows(found), format_))
    if found.further:
        lines = "1 more line lies" if found.further == 1 else f"{found.further} more lines lie"
        _notify(f"{lines} further away: --depth {depth + 1}, or 0 for all.")


@cli.command(short_help="Show the evidence that NAME took a technique, or took something from a model.")
@click.argument("name", shell_complete=_complete_name)
@click.argument("other")
@_format(*_ROWS)
@click.pass_obj
def why(session: _Session, name: str, other: str, format_: str) -> None:
    """Show the evidence that NAME took the technique OTHER, or took something from the model OTHER.

    \b
    Examples:
      llmkg why llama swiglu
      llmkg why llama palm
    """
    from llmkg import lineage as lineages
    from llmkg import output, reports
    from llmkg.entities import plain_value
    from llmkg.queries import run
    from llmkg.terms import shrink

    graph = session.graph
    model = graph.names.resolve(name)
    reason = graph.names.resolve(other)
    if reason.kind != "technique":
        whole = lineages.lineage_graph(graph.store, graph.catalogue)
        edges = tuple(lineages.edges_between(whole, model.iri, reason.iri))
        found = lineages.Lineage(model.iri, edges, (), {}, 0)
        rows, columns = reports.edge_rows(found), reports.EDGE_COLUMNS
        sentences = reports.lineage_page(found, [], [], graph.names, width=_width())
        records: Any = [edge.record() for edge in edges]
    else:
        question = graph.catalogue["lineage/why"]
        answer = run(graph.store, question, {"model": [_iri(model.iri)], "technique": [_iri(reason.iri)]})
        adopted = lineages.adoptions(answer)
        rows = [[shrink(term.value) if term else "" for term in row] for row in answer.rows]
        columns = answer.columns
        sentences = "".join(f"{adoption.sentence(graph.names)}\n" for adoption in adopted)
        records = [{name: plain_value(term) for name, term in row.items()} for row in answer.records()]
    if not rows:
        _notify(
            f"No claim connects {model.label} with {reason.label}. "
            "That the graph holds none does not mean that there is no connection."
        )
    if format_ == "json":
        _print(output.as_json(records))
    elif format_ == "table":
        _print(sentences)
    else:
        _print(output.table_text(columns, rows, format_))


@cli.command()
@click.argument("text")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Only things of this kind (family, technique ...)."
)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most hits to show.")
@_format(*_ROWS)
@click.pass_obj
def search(session: _Session, text: str, kinds: Sequence[str], limit: int, format_: str) -> None:
    """Find things whose name is like TEXT, in English or Chinese.

    \b
    Examples:
      llmkg search rotary
      llmkg search 注意力 --kind technique
    """
    from llmkg import output
    from llmkg.terms import shrink

    names = session.graph.names
    known = {entry.kind for entry in names.entries.values() if entry.kind}
    for kind in kinds:
        if kind not in known:
            raise ParameterError(
                f"{kind!r} is not a kind.", where="--kind", hint=f"Choose from {', '.join(sorted(known))}."
            )
    hits = names.search(text, kinds=kinds, limit=limit)
    if format_ == "json":
        _print(
            output.as_json(
                [
                    {
                        "iri": hit.entry.iri,
                        "kind": hit.entry.kind,
                        "label": {"en": hit.entry.en, "zh": hit.entry.zh},
                        "matched": hit.matched,
                        "score": hit.score,
                    }
                    for hit in hits
                ]
            )
        )
    else:
        rows = [
            [shrink(hit.entry.iri), hit.entry.kind, hit.entry.en, hit.entry.zh, hit.matched, str(hit.score)]
            for hit in hits
        ]
        _print(output.table_text(["name", "kind", "en", "zh", "matched", "score"], rows, format_, width=_width()))
    if not hits:
        _notify(f"Nothing in the graph has a name like {text!r}.")


@cli.command()
@click.argument("question", required=False, shell_complete=_complete_query)
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--sparql", "show_text", is_flag=True, help="Print the query with its parameters set; do not run it.")
@_format(*_ROWS, "srj")
@click.pass_obj
def query(session: _Session, question: str | None, values: Sequence[str], show_text: bool, format_: str) -> None:
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
            _print(output.as_json([dict(zip(("id", "parameters", "summary"), row, strict=True)) for row in rows]))
        else:
            _print(output.table_text(["id", "parameters", "question"], rows, format_, width=_width()))
        return
    asked = graph.catalogue[question]
    terms = _terms(graph, asked, values)
    if show_text:
        _print(asked.bind(terms))
        return
    answer = run(graph.store, asked, terms)
    _print(output.answer_text(answer, format_, graph.names, width=_width()))
    if not answer.rows:
        _notify(_why_empty(graph, asked, terms))


@cli.command(short_help="Run any SPARQL 1.1 query: a text, a file, or - for standard input.")
@click.argument("text")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    help="Seconds until the query is stopped.",
)
@_format(*_ROWS, "srj", *_GRAPHS)
@click.pass_obj
def sparql(session: _Session, text: str, timeout: float, format_: str) -> None:
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
    if format_ in _GRAPHS and not isinstance(answer, Triples):
        raise ParameterError(
            f"{format_} is a form of graphs, and this query answers with rows.",
            where="--format",
            hint="Ask with CONSTRUCT or DESCRIBE, or choose another form.",
        )
    _print(output.answer_text(answer, format_, graph.names, width=_width()))
    if isinstance(answer, Rows) and not answer.rows:
        _notify("No rows. That nothing matched does not make anything false: the graph may not hold it.")


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="How to write the findings.",
)
@click.pass_obj
def check(session: _Session, paths: Sequence[str], format_: str) -> None:
    """Check the ontology, the graph and the queries, or only the files and folders PATHS.

    \b
    Examples:
      llmkg check
      llmkg check graph/families/llama.ttl --format json
    """
    from llmkg.checks import run

    report = run(find_project(session.folder), paths or None)
    text = getattr(report, format_)()
    if text:
        click.echo(text)
    _notify(report.summary())
    if report.failed:
        raise SystemExit(1)


@cli.command(name="format")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; list the files that are not in order and exit with 1."
)
@click.pass_obj
def format_files(session: _Session, paths: Sequence[str], only_check: bool) -> None:
    """Put the Turtle files of the ontology and the graph, or only PATHS, in canonical form.

    \b
    Examples:
      llmkg format
      llmkg format --check
    """
    from llmkg.files import replace_file
    from llmkg.turtle import format_turtle

    project = find_project(session.folder)
    files = project.turtle_files(paths)
    formatted = {file.name: format_turtle(file.text, where=file.name) for file in files}
    changed = [file.name for file in files if formatted[file.name] != file.text]
    for name in changed:
        click.echo(name)
        if not only_check:
            replace_file(project.root / name, formatted[name])
    _notify(f"{len(changed)} of {len(files)} files {'are not' if only_check else 'were not'} in order.")
    if changed and only_check:
        raise SystemExit(1)


@cli.command()
@_format(*_ROWS)
@click.pass_obj
def stats(session: _Session, format_: str) -> None:
    """Count what the graph holds: things by class, claims by kind and by status.

    \b
    Examples:
      llmkg stats
      llmkg --data ../other-checkout stats --format json
    """
    from llmkg import output, reports
    from llmkg.queries import run

    graph = session.graph
    rows = reports.stats_rows(run(graph.store, graph.catalogue["entities/counts"]).rows, graph.names)
    if format_ == "json":
        _print(output.as_json([dict(zip(("group", "thing", "count"), row, strict=True)) for row in rows]))
    else:
        _print(output.table_text(["group", "thing", "count"], rows, format_, width=_width()))
    _notify(f"Graph {graph.project.digest[:12]}, from {graph.project.root}.")


def _iri(iri: str) -> Term:
    import pyoxigraph as px

    return px.NamedNode(iri)


def _described(graph: KnowledgeGraph, iris: Sequence[str]) -> list[Any]:
    """The triples that describe things, and the claims that mention them."""
    from llmkg.store import Triples

    question = graph.catalogue["entities/describe"]
    answer = graph.store.query(question.bind({"entity": [_iri(iri) for iri in dict.fromkeys(iris)]})) if iris else None
    return list(answer.triples) if isinstance(answer, Triples) else []


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
        value = in_words(given[0], graph.names)
        others = len(run(graph.store, question, terms, leave_open=[name]).rows)
        if others:
            parts.append(f"{name}={value} matched nothing; with any {name} there are {others} rows")
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


def _refuse_other_encodings(arguments: Sequence[str]) -> None:
    try:
        "".join(arguments).encode()
    except UnicodeEncodeError:
        raise click.UsageError("An argument is not UTF-8.") from None


def main() -> NoReturn:
    """Run the command and exit: 0 ok, 1 a check failed, 2 usage, 3 ambiguous, 4 not found, 5 timed out, 70 a bug."""
    try:
        _refuse_other_encodings(sys.argv)
        sys.exit(cli.main(standalone_mode=False) or 0)
    except LlmkgError as error:
        click.echo(f"llmkg: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except UnicodeEncodeError as error:
        click.echo(
            f"llmkg: This terminal or pipe is not UTF-8 but {error.encoding}. Set PYTHONIOENCODING=utf-8.", err=True
        )
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception:  # noqa: BLE001 - the last resort: say that it is ours, with what is needed to find it
        import traceback

        traceback.print_exc()
        click.echo("llmkg: This is a fault of llmkg itself. Please report it with the lines above.", err=True)
        sys.exit(_BUG)
