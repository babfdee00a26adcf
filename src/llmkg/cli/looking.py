"""Commands that show what the graph holds of something: show, lineage, why, search, stats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from llmkg.cli.drawing import Drawing, draw, drawing_options
from llmkg.cli.shared import (
    GRAPHS,
    ROWS,
    Session,
    as_of_option,
    complete_name,
    format_option,
    notify,
    status_options,
    width,
    write,
)
from llmkg.errors import ParameterError
from llmkg.terms import STRATA, shrink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmkg.knowledge import KnowledgeGraph

__all__ = ["lineage", "search", "show", "stats", "why"]


@click.command(short_help="Show everything that is claimed about NAME.")
@click.argument("name", shell_complete=complete_name)
@as_of_option
@click.option(
    "--status", "statuses", multiple=True, metavar="NAME", help="Only claims of this status; may be given again."
)
@format_option(*ROWS, *GRAPHS)
@click.pass_obj
def show(session: Session, name: str, as_of: str, statuses: Sequence[str], format_: str) -> None:
    """Show everything that is claimed about NAME, a name in English or Chinese, or the claim NAME.

    \b
    Examples:
      llmkg show GPT-4
      llmkg show 羊驼 --format json
      llmkg show technique:swiglu --format ttl
    """
    from llmkg import reports
    from llmkg.entities import claims_about
    from llmkg.entries import Entry
    from llmkg.tables import table_text
    from llmkg.terms import expand, kind_of

    graph = session.at(as_of)
    claim = expand(name) or name
    is_claim = kind_of(claim) == "claim" and graph.records_of(claim).facts(claim)
    entry = Entry(claim, "claim", "", "", ()) if is_claim else graph.names.resolve(name)
    if format_ in GRAPHS:
        from llmkg.evidence import describe
        from llmkg.serializations import graph_text

        write(graph_text(describe(graph.store, graph.catalogue, [entry.iri]), format_))
        return
    entity = claims_about(graph.records_of(entry.iri), graph.names, entry)
    if statuses:
        from dataclasses import replace

        wanted = graph.statuses(statuses) or ()
        entity = replace(entity, claims=tuple(claim for claim in entity.claims if claim.status in wanted))
    if not entity.claims:
        notify(f"The graph holds no claim about {entry.label}. That it holds none does not make anything false.")
    if format_ == "json":
        from llmkg.output import as_json

        write(as_json(entity.record(graph.names)))
    elif format_ in {"csv", "tsv"}:
        write(table_text(reports.CLAIM_COLUMNS, reports.claim_rows(entity, graph.names), format_))
    else:
        write(reports.entity_page(entity, graph.names, format_=format_, width=width()))


@click.command()
@click.argument("name", shell_complete=complete_name)
@click.option("--up", is_flag=True, help="Only what it came from.")
@click.option("--down", is_flag=True, help="Only what came from it.")
@click.option("--depth", type=click.IntRange(min=0), default=1, show_default=True, help="Steps to go; 0 for all.")
@click.option(
    "--strata", default="", metavar="LIST", help=f"Kinds of lineage, with commas between: {', '.join(STRATA)}."
)
@drawing_options
@as_of_option
@status_options
@format_option(*ROWS, *GRAPHS)
@click.pass_obj
def lineage(
    session: Session,
    name: str,
    up: bool,
    down: bool,
    depth: int,
    strata: str,
    drawing: Drawing,
    as_of: str,
    statuses: Sequence[str],
    all_claims: bool,
    format_: str,
) -> None:
    """Show what NAME took from whom, and what came from it, each line with its source.

    \b
    Examples:
      llmkg lineage llama
      llmkg lineage llama -o llama.svg
      llmkg lineage llama -o llama.html --open
      llmkg lineage llama --up --depth 0 --strata idea,weights
      llmkg lineage gpt-2 --down --format json
    """
    from llmkg import output as outputs
    from llmkg import reports
    from llmkg.adoptions import adoptions_by
    from llmkg.evidence import describe
    from llmkg.lineage import lineage_graph
    from llmkg.walks import lineage_of

    graph = session.at(as_of)
    entry = graph.names.resolve(name)
    wanted = [stratum.strip() for stratum in strata.split(",") if stratum.strip()] or list(STRATA)
    unknown = [stratum for stratum in wanted if stratum not in STRATA]
    if unknown:
        raise ParameterError(
            f"{unknown[0]!r} is not a stratum.", where="--strata", hint=f"Choose from {', '.join(STRATA)}."
        )
    chosen = graph.statuses(statuses, all_claims=all_claims)
    ways = {"up": up or not down, "down": down or not up}
    if drawing.output:
        from llmkg.views.strata import lineage as view_lineage

        made = view_lineage(
            graph, entry.iri, up=ways["up"], down=ways["down"], depth=depth, strata=wanted, statuses=chosen
        )
        slug = shrink(entry.iri)
        draw(graph, made, drawing, as_of, f"llmkg lineage {slug}", f'import llmkg\n\nllmkg.load()["{slug}"].lineage()')
        return
    near = lineage_graph(graph.store, graph.catalogue, strata=wanted, statuses=chosen, around=entry.iri, **ways)
    found = lineage_of(near, entry.iri, **ways, depth=depth)
    own = set(graph.records_of(entry.iri).members(entry.iri)) if ways["up"] else set()
    adopters = own | {edge.child for edge in (*found.up, *found.down) if edge.technique}
    adopted = adoptions_by(graph.store, graph.catalogue, adopters) if "idea" in wanted else []
    without_model = [
        adoption
        for adoption in adopted
        if adoption.adopter in own and not adoption.adopted_from and (chosen is None or adoption.status in chosen)
    ]
    if not found.up and not found.down and not without_model:
        notify(
            f"The graph holds no lineage of {entry.label} in {', '.join(wanted)}. That does not mean that it has none."
        )
    if format_ == "json":
        write(outputs.as_json(found.record(graph.names)))
    elif format_ in GRAPHS:
        write(
            outputs.graph_text(
                describe(graph.store, graph.catalogue, [edge.claim for edge in (*found.up, *found.down)]), format_
            )
        )
    elif format_ == "table":
        write(reports.lineage_page(found, adopted, without_model, graph.names, width=width()))
    else:
        write(outputs.table_text(reports.EDGE_COLUMNS, reports.edge_rows(found), format_))
    if found.further:
        lines = "1 more line lies" if found.further == 1 else f"{found.further} more lines lie"
        notify(f"{lines} further away: --depth {depth + 1}, or 0 for all.")


@click.command(short_help="Show the evidence that NAME took a technique, or took something from a model.")
@click.argument("name", shell_complete=complete_name)
@click.argument("other")
@as_of_option
@format_option(*ROWS)
@click.pass_obj
def why(session: Session, name: str, other: str, as_of: str, format_: str) -> None:
    """Show the evidence that NAME took the technique OTHER, or took something from the model OTHER.

    \b
    Examples:
      llmkg why llama swiglu
      llmkg why llama palm
    """
    from llmkg import output, reports
    from llmkg.adoptions import adoptions
    from llmkg.lineage import lineage_graph
    from llmkg.store import Rows
    from llmkg.walks import Lineage, edges_between

    graph = session.at(as_of)
    model = graph.names.resolve(name)
    reason = graph.names.resolve(other)
    if reason.kind != "technique":
        near = lineage_graph(graph.store, graph.catalogue, around=model.iri, down=False)
        edges = tuple(edges_between(near, model.iri, reason.iri))
        found = Lineage(model.iri, edges, (), {}, 0)
        rows, columns = reports.edge_rows(found), reports.EDGE_COLUMNS
        sentences = reports.lineage_page(found, [], [], graph.names, width=width())
        records: Any = [edge.record() for edge in edges]
    else:
        answer = graph.query("lineage/why", model=model, technique=reason)
        adopted = adoptions(Rows(answer.columns, answer.rows))
        rows = [[shrink(term.value) if term else "" for term in row] for row in answer.rows]
        columns = answer.columns
        sentences = "".join(f"{adoption.sentence(graph.names)}\n" for adoption in adopted)
        records = list(answer)
    if not rows:
        notify(
            f"No claim connects {model.label} with {reason.label}. "
            "That the graph holds none does not mean that there is no connection."
        )
    if format_ == "json":
        write(output.as_json(records))
    elif format_ == "table":
        write(sentences)
    else:
        write(output.table_text(columns, rows, format_))


@click.command()
@click.argument("text")
@click.option(
    "--kind", "kinds", multiple=True, metavar="KIND", help="Only things of this kind (family, technique ...)."
)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most hits to show.")
@as_of_option
@format_option(*ROWS)
@click.pass_obj
def search(session: Session, text: str, kinds: Sequence[str], limit: int, as_of: str, format_: str) -> None:
    """Find things whose name is like TEXT, in English or Chinese.

    \b
    Examples:
      llmkg search rotary
      llmkg search 注意力 --kind technique
    """
    from llmkg import output

    names = session.at(as_of).names
    known = {entry.kind for entry in names.entries.values() if entry.kind}
    for kind in kinds:
        if kind not in known:
            raise ParameterError(
                f"{kind!r} is not a kind.", where="--kind", hint=f"Choose from {', '.join(sorted(known))}."
            )
    hits = names.search(text, kinds=kinds, limit=limit)
    if format_ == "json":
        write(
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
        write(output.table_text(["name", "kind", "en", "zh", "matched", "score"], rows, format_, width=width()))
    if not hits:
        notify(f"Nothing in the graph has a name like {text!r}.")


@click.command()
@click.option(
    "--coverage", is_flag=True, help="By family: claims by kind, how far they were checked, what is not known."
)
@as_of_option
@format_option(*ROWS)
@click.pass_obj
def stats(session: Session, coverage: bool, as_of: str, format_: str) -> None:
    """Count what the graph holds: things by class, claims by kind and by status.

    \b
    Examples:
      llmkg stats
      llmkg stats --coverage
      llmkg --data ../other-checkout stats --format json
    """
    from llmkg import output, reports
    from llmkg.queries import run

    graph = session.at(as_of)
    if coverage:
        write(_coverage(graph, format_))
    else:
        rows = reports.stats_rows(run(graph.store, graph.catalogue["entities/counts"]).rows, graph.names)
        if format_ == "json":
            write(output.as_json([dict(zip(("group", "thing", "count"), row, strict=True)) for row in rows]))
        else:
            write(output.table_text(["group", "thing", "count"], rows, format_, width=width()))
    notify(f"Graph {graph.project.digest[:12]}, from {graph.project.root}.")


def _coverage(graph: KnowledgeGraph, format_: str) -> str:
    from dataclasses import asdict

    from llmkg import coverage, output

    found = coverage.measure(graph.store, graph.catalogue)
    if format_ == "json":
        return output.as_json([{**asdict(each), "claims": each.claims, "reviewed": each.reviewed} for each in found])
    if format_ in {"table", "md"}:
        return coverage.page(found, graph.names, format_=format_, width=width())
    return output.table_text(coverage.COLUMNS, coverage.rows(found, graph.names), format_)
