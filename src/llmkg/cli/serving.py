"""The command that serves: serve."""

from __future__ import annotations

import os
from typing import IO

import click

from llmkg.cli.shared import Session, notify
from llmkg.errors import ReadError

__all__ = ["serve"]


@click.command(short_help="Serve pages, data, SPARQL and the saved questions over HTTP.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any that is free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for all.")
@click.option(
    "--base", default="", metavar="URL", help="Address by which clients know it, if a proxy stands before it."
)
@click.option(
    "--data",
    metavar="PATH",
    help="Other RDF to serve at /sparql, instead of the graph: a file, or a folder of files.",
)
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that answer; twice the processors by default.")
@click.option(
    "--timeout", type=click.FloatRange(0.05, 3600), default=30, show_default=True, help="Seconds a request may take."
)
@click.option(
    "--memory", type=click.IntRange(50, 1_000_000), default=1000, show_default=True, help="Megabytes that one may take."
)
@click.option(
    "--client-seconds",
    type=click.FloatRange(1, 100_000),
    default=120,
    show_default=True,
    help="Seconds of work that one client may ask for in a minute.",
)
@click.option("--behind-proxy", is_flag=True, help="A proxy on this machine says in X-Forwarded-For who asks.")
@click.option(
    "--log",
    default="",
    metavar="FILE",
    help="A file for a line on each request; - for the screen.",
)
@click.option("--open", "show_it", is_flag=True, help="Open it in a browser.")
@click.pass_obj
def serve(
    session: Session,
    port: int,
    host: str,
    base: str,
    data: str | None,
    workers: int | None,
    timeout: float,
    memory: int,
    client_seconds: float,
    behind_proxy: bool,
    log: str,
    show_it: bool,
) -> None:
    """Serve the graph until ^C: the pages and data of 'llmkg publish', live, SPARQL, and the saved questions.

    The addresses: the page of anything that has an IRI, its data under the same address with .ttl, .jsonld, .nt or .rdf,
    /sparql, /queries, /reconcile, /openapi.json, /health, /metrics. Nothing can be changed. SIGHUP loads the files anew.

    \b
    Examples:
      llmkg serve --open
      llmkg serve --port 80 --host 0.0.0.0 --base https://example.org/llmkg/ --log access.log
      llmkg serve --data things.ttl
    """
    from llmkg.server.protocol import Limits
    from llmkg.server.running import Settings
    from llmkg.server.running import serve as run
    from llmkg.server.workers import Sharing
    from llmkg.site.building import base_of

    count = workers or 2 * (os.cpu_count() or 1)

    def ready(address: str) -> None:
        notify(f"Serving at {address} (^C ends it).")
        if show_it:
            click.launch(address)

    run(
        Settings(
            host=host,
            port=port,
            base=base and base_of(base),
            folder=session.folder or "",
            data=data or "",
            limits=Limits(seconds=timeout, memory_bytes=memory * 1_000_000),
            sharing=Sharing(
                workers=count,
                per_client=max(1, count // 2),
                seconds=timeout,
                spent_seconds=client_seconds,
            ),
            behind_proxy=behind_proxy,
        ),
        log=_log(log),
        notify=notify,
        ready=ready,
    )


def _log(name: str) -> IO[str] | None:
    """The file for the lines on requests; None for no file."""
    try:
        return click.open_file(name, "a", encoding="utf-8") if name else None
    except OSError as error:
        raise ReadError(f"It cannot be written ({error.strerror}).", where=name, hint="Name another file.") from None
