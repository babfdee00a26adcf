"""What the commands share: where the data is, how answers are written, what the shell completes."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import click

from llmkg.knowledge import KnowledgeGraph, load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.shell_completion import CompletionItem

    from llmkg.store import Term

__all__ = [
    "GRAPHS",
    "ROWS",
    "Session",
    "as_iri",
    "complete_name",
    "complete_query",
    "described",
    "format_option",
    "notify",
    "width",
    "write",
]

ROWS: Final = ("table", "json", "csv", "tsv", "md")
"""Forms of rows."""

GRAPHS: Final = ("ttl", "jsonld", "nt")
"""Forms of a graph."""


@dataclass(frozen=True)
class Session:
    """Where the data is, and the graph.

    Attributes:
        folder: The folder that ``--data`` names, if any.
    """

    folder: str | None

    @cached_property
    def graph(self) -> KnowledgeGraph:
        """The graph, opened when it is first needed."""
        return load(self.folder, in_memory=False, notify=notify)


def notify(text: str) -> None:
    """Tell the person something that is not data."""
    click.echo(text, err=True)


def width() -> int:
    """Columns of the terminal."""
    import shutil

    return shutil.get_terminal_size((120, 24)).columns


def write(text: str) -> None:
    """Print data; a reader that has seen enough (``llmkg ... | head``) ends the command well."""
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def format_option(*forms: str) -> Callable[[Any], Any]:
    """The option ``--format``; without it a table on a terminal, TSV in a pipe."""
    return click.option(
        "-f",
        "--format",
        "format_",
        type=click.Choice(forms),
        default=lambda: "table" if sys.stdout.isatty() else "tsv",
        help="How to write the answer; by default a table on a terminal, TSV in a pipe.",
    )


def complete_name(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Slugs of families, models and products, for the shell."""
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


def complete_query(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of saved questions, for the shell."""
    from click.shell_completion import CompletionItem

    folder = (context.find_root().params or {}).get("data")
    catalogue = load(folder, in_memory=False).catalogue
    return [CompletionItem(id_, help=catalogue[id_].summary) for id_ in catalogue.ids if id_.startswith(incomplete)]


def as_iri(iri: str) -> Term:
    """An IRI as a term."""
    import pyoxigraph as px

    return px.NamedNode(iri)


def described(graph: KnowledgeGraph, iris: Sequence[str]) -> list[Any]:
    """The triples that describe things, and the claims that mention them."""
    from llmkg.store import Triples

    question = graph.catalogue["entities/describe"]
    answer = (
        graph.store.query(question.bind({"entity": [as_iri(iri) for iri in dict.fromkeys(iris)]})) if iris else None
    )
    return list(answer.triples) if isinstance(answer, Triples) else []
