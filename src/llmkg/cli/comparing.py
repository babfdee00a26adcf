"""Commands that put things side by side or in order: compare, conflicts, path, timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from llmkg.cli.shared import (
    ANSWERS,
    GRAPHS,
    ROWS,
    Session,
    as_of_option,
    complete_name,
    format_option,
    notify,
    status_options,
    tell,
    width,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmkg.entries import Entry
    from llmkg.names import Names

__all__ = ["compare", "conflicts", "path", "timeline"]

_MODELS = ("family", "model", "product")


@click.command(short_help="Put models side by side: facts in rows, a source in each cell.")
@click.argument("models", nargs=-1, required=True, shell_complete=complete_name)
@click.option("--only", multiple=True, metavar="PROPERTY", help="Only this property; may be given again.")
@as_of_option
@status_options
@format_option(*ROWS, "latex")
@click.pass_obj
def compare(
    session: Session,
    models: Sequence[str],
    only: Sequence[str],
    as_of: str,
    statuses: Sequence[str],
    all_claims: bool,
    format_: str,
) -> None:
    """Put MODELS side by side: facts in rows, a source in each cell.

    What the graph does not hold is "not known", which is not a no.

    \b
    Examples:
      llmkg compare gpt-3 palm llama
      llmkg compare llama-2-7b mistral-7b --only parameter-count --only licence --format md
    """
    from llmkg import comparison, output

    graph = session.at(as_of)
    entries = list(dict.fromkeys(graph.names.resolve(name, kinds=_MODELS) for name in models))
    chosen = graph.statuses(statuses, all_claims=all_claims)
    properties = [graph.names.resolve(name, kinds=("term",)).iri for name in only]
    found = comparison.compare(graph.store, graph.catalogue, entries, statuses=chosen, properties=properties)
    if format_ == "json":
        write(output.as_json(found.record(graph.names)))
    else:
        columns = ["property", *(entry.label for entry in entries)]
        write(output.table_text(columns, found.rows(graph.names), format_, width=width()))


@click.command(short_help="Show where sources disagree, side by side.")
@click.argument("name", required=False, shell_complete=complete_name)
@click.option("--limit", type=click.IntRange(min=0), default=0, help="The most rows to show; 0 for all.")
@as_of_option
@format_option(*ANSWERS, *GRAPHS)
@click.pass_obj
def conflicts(session: Session, name: str | None, limit: int, as_of: str, format_: str) -> None:
    """Show where sources disagree, about everything or about NAME, side by side with status and date.

    \b
    Examples:
      llmkg conflicts
      llmkg conflicts palm --format md
    """
    graph = session.at(as_of)
    given = {"model": graph.names.resolve(name)} if name else {}
    answer = graph.query("provenance/conflicts", given, limit=limit)
    tell(answer, format_)
    if not answer:
        of = f" about {given['model'].label}" if name else ""
        notify(f"The graph holds no two claims{of} that differ. That does not mean that everybody agrees.")


@click.command(short_help="Show how two things are connected, every hop with its evidence.")
@click.argument("name", shell_complete=complete_name)
@click.argument("other", shell_complete=complete_name)
@as_of_option
@status_options
@format_option(*ROWS, *GRAPHS)
@click.pass_obj
def path(
    session: Session,
    name: str,
    other: str,
    as_of: str,
    statuses: Sequence[str],
    all_claims: bool,
    format_: str,
) -> None:
    """Show how the things NAME and OTHER are connected, every hop with its evidence.

    Steps of lineage are preferred to other claims, such as a technique or a developer that two models share. Where families
    are called after what bears a name, as those of a maker are, it is told which was taken.

    \b
    Examples:
      llmkg path gpt-2 llama
      llmkg path swiglu 通义千问
    """
    from llmkg import connections, output
    from llmkg.evidence import describe

    graph = session.at(as_of)
    start, end = (_taken(graph.names, one) for one in (name, other))
    chosen = graph.statuses(statuses, all_claims=all_claims)
    hops = connections.connection(graph.store, graph.catalogue, start.iri, end.iri, statuses=chosen)
    if not hops:
        notify(f"No claims connect {start.label} with {end.label}. That does not mean that nothing does.")
    if format_ == "json":
        write(output.as_json([hop.record() for hop in hops]))
    elif format_ in GRAPHS:
        claims = [hop.edge.claim for hop in hops if hop.edge.claim]
        write(output.graph_text(describe(graph.store, graph.catalogue, claims), format_))
    elif format_ == "table":
        write("".join(f"{hop.sentence(graph.names)}\n" for hop in hops))
    else:
        records = [hop.record() for hop in hops]
        rows = [["" if value is None else str(value) for value in record.values()] for record in records]
        write(output.table_text(list(records[0]) if records else ["start", "end"], rows, format_))


@click.command(short_help="Show what happened when.")
@click.argument("name", shell_complete=complete_name)
@click.option("--why", is_flag=True, help="Show behind each row the claims that it rests on.")
@as_of_option
@status_options
@format_option(*ANSWERS, *GRAPHS)
@click.pass_obj
def timeline(
    session: Session,
    name: str,
    why: bool,
    as_of: str,
    statuses: Sequence[str],
    all_claims: bool,
    format_: str,
) -> None:
    """Show what happened when to the model NAME and its successors, an organisation's models, or a technique's takers.

    \b
    Examples:
      llmkg timeline gpt
      llmkg timeline mistral-ai --format csv
    """
    graph = session.at(as_of)
    thing = graph.names.resolve(name)
    answer = graph.query("entities/timeline", thing=thing, why=why, statuses=statuses, all_claims=all_claims)
    tell(answer, format_)
    if not answer:
        notify(f"The graph holds no date of {thing.label}. That does not mean that nothing happened.")


def _taken(names: Names, name: str) -> Entry:
    """The thing that a name means; where families are named after it, they are told of."""
    from llmkg.entries import listed
    from llmkg.terms import shrink

    entry = names.resolve(name)
    families = [] if entry.kind in _MODELS else names.named_after(name, ("family",))
    if families:
        notify(
            f"{name!r} is taken for the {entry.kind} {entry.label} ({shrink(entry.iri)}), not for {listed(families)}. "
            f"For a family, say which, for example {shrink(families[0].iri)}."
        )
    return entry
