"""The command that publishes: publish."""

from __future__ import annotations

import sys

import click

from llmkg.cli.shared import Session, notify

__all__ = ["publish"]


@click.command(short_help="Write pages and data as a static site.")
@click.argument("folder", type=click.Path())
@click.option(
    "--base", default="https://w3id.org/llmkg/", show_default=True, metavar="URL", help="Where the site will be."
)
@click.pass_obj
def publish(session: Session, folder: str, base: str) -> None:
    """Write the graph as a site into FOLDER: pages in English and Chinese, and data, for any web host.

    FOLDER holds the old site until the new one is whole. Only files that changed are rewritten. What is not llmkg's in the
    folder stays there.

    \b
    Examples:
      llmkg publish site --base https://example.org/llmkg/
      python -m http.server --directory site
    """
    from llmkg import site

    session.project("publish")
    graph = session.graph
    with click.progressbar(length=1, label="Publishing", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        told = site.publish(graph, folder, base=base, tell=tell)
    notify(f"{told.files:,} files: {told.new:,} new, {told.changed:,} changed, {told.removed:,} removed.")
