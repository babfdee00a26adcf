"""Commands for those who rely on the graph: cite, licence."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

from llmkg.cli.shared import ROWS, Session, as_of_option, complete_name, format_option, notify, width, write
from llmkg.errors import NotFoundError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmkg.entries import Entry
    from llmkg.names import Names

__all__ = ["cite", "licence"]


@click.command(short_help="Write the sources of what is said of NAME as references.")
@click.argument("name", required=False, shell_complete=complete_name)
@click.option(
    "--claim", "claims", multiple=True, metavar="ID", help="Only the source of this claim; may be given again."
)
@click.option(
    "--style",
    type=click.Choice(["text", "bibtex", "csl", "ris"]),
    default="text",
    show_default=True,
    help="How to write them; csl is CSL-JSON.",
)
@as_of_option
@click.pass_obj
def cite(session: Session, name: str | None, claims: Sequence[str], style: str, as_of: str) -> None:
    """Write the sources of what is said of NAME as references, those that say most first.

    NAME may be a source itself.

    \b
    Examples:
      llmkg cite llama --style bibtex
      llmkg cite --claim claim:llama_swiglu_touvron-2023
      llmkg cite source:shazeer-2020 --style ris
    """
    from llmkg import citations
    from llmkg.evidence import evidence_for
    from llmkg.terms import expand

    graph = session.at(as_of)
    if claims:
        iris = [expand(claim if ":" in claim else f"claim:{claim}") or claim for claim in claims]
        found = [evidence.source for evidence in evidence_for(graph.store, graph.catalogue, iris)]
    elif name is None:
        raise ParameterError("Nothing is named.", hint="Name a thing, or a claim with --claim ID.")
    else:
        entry = graph.names.resolve(name)
        found = [entry.iri] if entry.kind == "source" else citations.cited(graph.store, graph.catalogue, entry.iri)
    references = citations.references(graph.store, graph.catalogue, found)
    write(citations.STYLES[style](references) if references else "")
    if not references:
        notify("No source speaks of it. That does not mean that none exists.")


@click.command(short_help="Show whether the licences of a model allow a use.")
@click.argument("name", shell_complete=complete_name)
@click.option("--for", "use", required=True, metavar="USE", help="What for: commercial, research, distribution ...")
@as_of_option
@format_option(*ROWS)
@click.pass_obj
def licence(session: Session, name: str, use: str, as_of: str, format_: str) -> None:
    """Show what the licences of the model NAME, and of all that its weights came from, say of a use.

    Of a family, its variants are asked too.

    Exits with 1 if one of them forbids it. "Not known" permits nothing. It is no legal advice.

    \b
    Examples:
      llmkg licence llama-2-7b --for commercial
      llmkg licence deepseek-r1-distill-llama-8b --for "training competing models"
    """
    from llmkg import output
    from llmkg.permissions import COLUMNS, FORBIDDEN, NOT_KNOWN, PERMITTED, permissions

    graph = session.at(as_of)
    model = graph.names.resolve(name, kinds=("family", "model", "product"))
    term = _use(graph.names, use)
    found = permissions(graph.store, graph.catalogue, model.iri, term.iri)
    if format_ == "json":
        write(output.as_json([ruling.record() for ruling in found]))
    else:
        write(output.table_text(COLUMNS, [ruling.row(graph.names) for ruling in found], format_, width=width()))
    verdicts = {ruling.verdict for ruling in found}
    if NOT_KNOWN in verdicts:
        notify(f"Of some it is not known whether they allow {term.label.lower()}: that is no permission.")
    if FORBIDDEN in verdicts:
        notify(f"A licence forbids {term.label.lower()}.")
        if PERMITTED in verdicts:
            notify("Not all of them do: name the variant that you use.")
        raise SystemExit(1)


def _use(names: Names, use: str) -> Entry:
    """What ``--for`` names; the word "use" may be left out."""
    with contextlib.suppress(NotFoundError):
        return names.resolve(f"{use} use", kinds=("licenceterm",))
    return names.resolve(use, kinds=("licenceterm",))
