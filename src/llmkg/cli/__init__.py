"""The command ``llmkg``: parses arguments, calls one function, prints."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from llmkg.cli.asking import ask, query, sparql
from llmkg.cli.comparing import compare, conflicts, path, timeline
from llmkg.cli.drawing import export, view
from llmkg.cli.looking import lineage, search, show, stats, why
from llmkg.cli.publishing import publish
from llmkg.cli.relying import cite, licence
from llmkg.cli.serving import serve
from llmkg.cli.shared import Session, discard, notify
from llmkg.cli.tending import check, diff, format_files, push
from llmkg.errors import LlmkgError
from llmkg.garbage import without_collecting

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["cli", "main"]

_BUG: Final = 70


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--data",
    metavar="FOLDER",
    help="A checkout to work on, instead of the one around this folder or the installed data.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    default="",
    help="A SPARQL endpoint to ask instead of the graph here; names are still looked up here.",
)
@click.version_option(package_name="llm-lineage", prog_name="llmkg")
@click.pass_context
def cli(context: click.Context, data: str | None, endpoint: str) -> None:
    """Ask the knowledge graph of large language and vision-language models.

    Every answer says who said it, where, and how sure it is.

    \b
    Examples:
      llmkg lineage llama             what LLaMA took from whom, and what came from it
      llmkg lineage llama -o l.svg    the same as a picture
      llmkg why llama swiglu          the evidence for one line of that
      llmkg show GPT-4                everything that is claimed about it
      llmkg query                     the saved questions

    Shell completion: see https://click.palletsprojects.com/shell-completion/, or for bash put
    eval "$(_LLMKG_COMPLETE=bash_source llmkg)" into ~/.bashrc.
    """
    context.obj = Session(data, endpoint)


_LOOKING = (show, lineage, why, search, stats)
_ASKING = (query, ask, sparql)
_COMPARING = (compare, conflicts, path, timeline)
_DRAWING = (view, export)
_RELYING = (cite, licence)
_PUBLISHING = (publish, serve)
_TENDING = (check, format_files, diff, push)
for _command in (*_LOOKING, *_ASKING, *_COMPARING, *_DRAWING, *_RELYING, *_PUBLISHING, *_TENDING):
    cli.add_command(_command)


def _refuse_other_encodings(arguments: Sequence[str]) -> None:
    try:
        "".join(arguments).encode()
    except UnicodeEncodeError:
        raise click.UsageError("An argument is not UTF-8.") from None


def _replace_closed_streams() -> None:
    """Give the process the three streams that it was started without, so that no file that it opens becomes one of them."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - until the end


def main() -> NoReturn:
    """Run the command and exit: 0 ok, 1 a check failed, 2 usage, 3 ambiguous, 4 not found, 5 timed out, 70 a bug."""
    try:
        _replace_closed_streams()
        _refuse_other_encodings(sys.argv)
        with without_collecting():  # a command is over before it would help
            code = cli.main(standalone_mode=False)
        sys.exit(code or 0)
    except LlmkgError as error:
        notify(f"llmkg: {error}")
        sys.exit(error.exit_code)
    except click.ClickException as error:
        try:
            error.show()
        except OSError:
            discard(sys.stderr)
        sys.exit(error.exit_code)
    except UnicodeEncodeError as error:
        notify(f"llmkg: This terminal or pipe is not UTF-8 but {error.encoding}. Set PYTHONIOENCODING=utf-8.")
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception:  # noqa: BLE001 - the last resort: say that it is ours, with what is needed to find it
        import traceback

        traceback.print_exc()
        click.echo("llmkg: This is a fault of llmkg itself. Please report it with the lines above.", err=True)
        sys.exit(_BUG)
    finally:
        gc.freeze()  # the process ends: looking through all that it holds once more would take a tenth of a short command
