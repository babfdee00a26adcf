"""What the commands share: where the data is, how answers are written, what the shell completes."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, Final

import click

from llmkg.errors import ParameterError, ReadError
from llmkg.files import Project, find_project
from llmkg.knowledge import KnowledgeGraph, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from llmkg.answers import Answer

__all__ = [
    "ANSWERS",
    "GRAPHS",
    "ROWS",
    "Session",
    "as_of_option",
    "complete_name",
    "complete_query",
    "complete_value",
    "discard",
    "format_option",
    "notify",
    "status_options",
    "tell",
    "width",
    "write",
]

ROWS: Final = ("table", "json", "csv", "tsv", "md")
"""Forms of what a command tells."""

ANSWERS: Final = (*ROWS, "ndjson", "latex", "srj", "srx", "w3c-csv", "w3c-tsv")
"""Forms of the answer to a query."""

GRAPHS: Final = ("ttl", "jsonld", "nt")
"""Forms of a graph."""


@dataclass(frozen=True)
class Session:
    """Where the data is, and the graph.

    Attributes:
        folder: The folder that ``--data`` names, if any.
        endpoint: The address that ``--endpoint`` names; empty for the graph here.
    """

    folder: str | None
    endpoint: str = ""

    @cached_property
    def graph(self) -> KnowledgeGraph:
        """The graph, opened when it is first needed."""
        return self.at("")

    def at(self, as_of: str) -> KnowledgeGraph:
        """The graph as its sources stood on a day, or as it is now."""
        return load(self.folder, in_memory=False, as_of=as_of or None, endpoint=self.endpoint, notify=notify)

    def project(self, command: str) -> Project:
        """The files, for a command that works on them.

        Raises:
            ParameterError: An endpoint is to be asked.
        """
        if self.endpoint:
            raise ParameterError(
                f"'llmkg {command}' works on the files of the graph.", where="--endpoint", hint="Leave it out."
            )
        return find_project(self.folder)


def notify(text: str) -> None:
    """Tell the person something that is not data; that nobody hears it changes nothing."""
    try:
        click.echo(text, err=True)
    except OSError:
        discard(sys.stderr)


def width() -> int:
    """Columns of the terminal."""
    import shutil

    return shutil.get_terminal_size((120, 24)).columns


def write(text: str) -> None:
    """Print data; a reader that has seen enough (``llmkg ... | head``) ends the command well.

    Raises:
        ReadError: It cannot be written, on a full disk for example.
    """
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        discard(sys.stdout)
        sys.exit(0)
    except OSError as error:
        discard(sys.stdout)
        raise ReadError(
            f"The answer cannot be written ({error.strerror}).", where="output", hint="What is there is not all of it."
        ) from None


def discard(stream: IO[str]) -> None:
    """Send nowhere what a stream still holds, and what is written to it from now on."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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


def as_of_option(command: Any) -> Any:
    """The option ``--as-of``."""
    return click.option(
        "--as-of",
        default="",
        metavar="DATE",
        help="The graph as its sources stood on that day (YYYY-MM-DD, YYYY-MM, YYYY).",
    )(command)


def status_options(command: Any) -> Any:
    """The options ``--status`` and ``--all-claims``."""
    command = click.option(
        "--all-claims", is_flag=True, help="Claims of every status, not only those that the preference policy accepts."
    )(command)
    return click.option(
        "--status", "statuses", multiple=True, metavar="NAME", help="Only claims of this status; may be given again."
    )(command)


def tell(answer: Answer, format_: str) -> None:
    """Print an answer, and tell of rows that are not shown."""
    write(answer.text(format_, width=width()))
    for notice in answer.notices():
        notify(notice)


def complete_name(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Slugs of families, models and products, for the shell."""
    from click.shell_completion import CompletionItem

    from llmkg.folding import fold

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
    return [
        CompletionItem(id_, help=catalogue[id_].summary)
        for id_ in catalogue.ids
        if id_.startswith(incomplete) and "internal" not in catalogue[id_].tags
    ]


def complete_value(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Parameters of a saved question and the slugs that may be their values, for the shell."""
    from click.shell_completion import CompletionItem

    from llmkg.entries import kinds_of_class
    from llmkg.folding import fold

    graph = load((context.find_root().params or {}).get("data"), in_memory=False)
    question = context.params.get("question")
    parameters = graph.catalogue[question].parameters if question in graph.catalogue.ids else ()
    name, equals, begun = incomplete.partition("=")
    if not equals:
        return [CompletionItem(f"{parameter.name}=") for parameter in parameters if parameter.name.startswith(name)]
    kinds = {kind for p in parameters if p.name == name for kind in kinds_of_class(p.class_, p.scheme)}
    slugs = {e.iri.rpartition("/")[2]: e.label for e in graph.names.entries.values() if e.kind in kinds}
    return [
        CompletionItem(f"{name}={slug}", help=label)
        for slug, label in sorted(slugs.items())
        if fold(slug).startswith(fold(begun) if begun else "")
    ]
