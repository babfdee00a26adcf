"""Commands that tend the files: check, format, diff, push."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from llmkg.cli.shared import ROWS, Session, format_option, notify, width, write

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["check", "diff", "format_files", "push"]


@click.command()
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
def check(session: Session, paths: Sequence[str], format_: str) -> None:
    """Check the ontology, the graph and the queries, or only the files and folders PATHS.

    \b
    Examples:
      llmkg check
      llmkg check graph/families/llama.ttl --format json
    """
    from llmkg.checks import run

    report = run(session.project("check"), paths or None)
    text = getattr(report, format_)()
    if text:
        write(f"{text}\n")
    notify(report.summary())
    if report.failed:
        raise SystemExit(1)


@click.command(name="format", short_help="Put the Turtle files of the ontology and the graph in canonical form.")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; list the files that are not in order and exit with 1."
)
@click.pass_obj
def format_files(session: Session, paths: Sequence[str], only_check: bool) -> None:
    """Put the Turtle files of the ontology and the graph, or only PATHS, in canonical form.

    \b
    Examples:
      llmkg format
      llmkg format --check
    """
    from llmkg.files import replace_file
    from llmkg.turtle import format_turtle

    project = session.project("format")
    files = project.turtle_files(paths)
    formatted = {file.name: format_turtle(file.text, where=file.name) for file in files}
    changed = [file.name for file in files if formatted[file.name] != file.text]
    for name in () if only_check else changed:
        replace_file(project.root / name, formatted[name])
    write("".join(f"{name}\n" for name in changed))
    notify(f"{len(changed)} of {len(files)} files {'are not' if only_check else 'were not'} in order.")
    if changed and only_check:
        raise SystemExit(1)


@click.command(short_help="Show which claims and answers changed since another version.")
@click.argument("reference")
@format_option(*ROWS)
@click.pass_obj
def diff(session: Session, reference: str, format_: str) -> None:
    """Show what changed since REFERENCE: which saved questions answer differently, and which claims changed.

    REFERENCE is a commit, branch or tag of the checkout, or a folder that holds another version. The questions are asked with
    the examples of their parameters.

    \b
    Examples:
      llmkg diff HEAD~1
      llmkg diff ../other-checkout --format json
    """
    from llmkg import output
    from llmkg.differences import difference, version

    project = session.project("diff")
    with version(project, reference) as earlier:
        found = difference(earlier, project)
    if format_ == "json":
        write(output.as_json(found.record()))
    else:
        write(output.table_text(["what", "name", "change"], found.rows(), format_, width=width()))
    notify(f"{len(found.answers)} of {found.asked} questions answer differently; {len(found.claims)} claims changed.")


@click.command(short_help="Load the graph into a remote store.")
@click.argument("store_url")
@click.option("--query-url", required=True, metavar="URL", help="The store's SPARQL endpoint, by which it is checked.")
@click.pass_obj
def push(session: Session, store_url: str, query_url: str) -> None:
    """Load the graph into the remote store STORE_URL by the Graph Store Protocol, graph by graph, and check the counts.

    What the store holds already is not sent again, so a push that was interrupted goes on where it stopped. A name and a
    password are read from LLMKG_ENDPOINT_USER and LLMKG_ENDPOINT_PASSWORD, a token from LLMKG_ENDPOINT_TOKEN, or from netrc.

    \b
    Examples:
      llmkg push http://127.0.0.1:7878/store --query-url http://127.0.0.1:7878/query
    """
    from llmkg.push import push as push_project

    pushed = push_project(session.project("push"), store_url, query_url=query_url, notify=notify)
    notify(
        f"{pushed.sent} graphs sent, {pushed.skipped} were there, {pushed.removed} removed; {pushed.statements} statements."
    )
