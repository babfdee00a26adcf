"""Commands that make files for other eyes and other programs: view, export."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from llmkg.cli.shared import ROWS, Session, as_of_option, format_option, notify, status_options, width, write
from llmkg.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from click.shell_completion import CompletionItem

    from llmkg.knowledge import KnowledgeGraph

__all__ = ["Drawing", "check_output", "draw", "drawing_options", "export", "view"]

_PAGE: Final = ".html"
_THEMES: Final = ("auto", "light", "dark", "print")
_FORMATS: Final = (
    *("graphml", "gexf", "dot", "mermaid", "cyjs", "d3", "csv", "neo4j-csv", "parquet"),
    *("nquads", "trig", "ttl", "jsonld", "xlsx", "cyclonedx"),
)


@dataclass(frozen=True)
class Drawing:
    """How a view is to be drawn.

    Attributes:
        output: Name of the file; empty if nothing is to be drawn.
        lang: Language of the labels.
        theme: Colours of a picture.
        show_it: Whether to open the file.
    """

    output: str
    lang: str
    theme: str
    show_it: bool


def drawing_options(command: Callable[..., Any]) -> Any:
    """The options ``--output``, ``--lang``, ``--theme`` and ``--open``, which come as one :class:`Drawing`."""

    @wraps(command)
    def drawn(*args: Any, output: str, lang: str, theme: str, show_it: bool, **more: Any) -> Any:
        if show_it and not output:
            raise ParameterError(
                "Nothing is drawn that could be opened.", where="--open", hint="Name a file: -o FILE.html"
            )
        check_output(output)
        return command(*args, drawing=Drawing(output, lang, theme, show_it), **more)

    for option in (
        click.option("--open", "show_it", is_flag=True, help="Open the file when it is written."),
        click.option(
            "--theme",
            type=click.Choice(_THEMES),
            default="auto",
            help="Colours; auto is light or dark as the reader likes in SVG, and light elsewhere.",
        ),
        click.option(
            "--lang", type=click.Choice(("en", "zh")), default="en", show_default=True, help="Language of the picture."
        ),
        click.option(
            "-o",
            "--output",
            default="",
            metavar="FILE",
            help="Draw it: a file that ends in .svg, .png or .pdf, or in .html for a page to explore.",
        ),
    ):
        drawn = option(drawn)
    return drawn


def check_output(output: str) -> None:
    """Refuse a file that nothing can be drawn into, before anything is asked.

    Args:
        output: Name of the file; empty for none.

    Raises:
        ParameterError: Its name ends in something else.
    """
    from llmkg.pictures.raster import ENDINGS

    if output and Path(output).suffix.lower() not in {*ENDINGS, _PAGE}:
        raise ParameterError(
            f"No picture can be written as “{Path(output).suffix or output}”.",
            where=output,
            hint=f"End in {', '.join((*ENDINGS, _PAGE))}.",
        )


def draw(graph: KnowledgeGraph, made: Any, drawing: Drawing, as_of: str, command: str, python: str) -> None:
    """Draw a view into a file.

    Args:
        graph: What the view is of.
        made: From :func:`llmkg.views.registry.view_of`.
        drawing: How it is to be drawn, and where to.
        as_of: The day as of which the view is; empty for now.
        command: The command that shows the view, for the page.
        python: The same in Python.
    """
    import networkx as nx

    from llmkg.pictures.choice import check_view, picture
    from llmkg.pictures.raster import write_picture

    path = Path(drawing.output)
    made = _dated(made, as_of)
    if path.suffix.lower() == _PAGE:
        from llmkg.explorer import explorer_page
        from llmkg.files import replacing

        if not isinstance(made, nx.MultiDiGraph):
            raise ParameterError("The view is a table, not a graph.", where=drawing.output, hint="Draw it as .svg.")
        check_view(made)
        page = explorer_page(made, graph.names, lang=drawing.lang, command=command, python=python)
        with replacing(path) as new:
            new.write_text(page, encoding="utf-8", newline="\n")
    else:
        write_picture(picture(made, lang=drawing.lang), path, theme=drawing.theme)  # type: ignore[arg-type]
    if drawing.show_it and click.launch(str(path)):
        notify(f"No program to open {path} was found; the file is written.")


def _complete_view(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from llmkg.views.registry import VIEWS

    return [CompletionItem(name, help=view.summary) for name, view in VIEWS.items() if name.startswith(incomplete)]


def _complete_value(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from llmkg.views.registry import VIEWS

    name = context.params.get("name") or ""
    parameters = VIEWS[name].parameters if name in VIEWS else ()
    return [CompletionItem(f"{one.name}=") for one in parameters if one.name.startswith(incomplete)]


@click.command(short_help="List the views, or show or draw one.")
@click.argument("name", required=False, shell_complete=_complete_view)
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...", shell_complete=_complete_value)
@drawing_options
@as_of_option
@status_options
@format_option(*ROWS)
@click.pass_obj
def view(
    session: Session,
    name: str | None,
    values: Sequence[str],
    drawing: Drawing,
    as_of: str,
    statuses: Sequence[str],
    all_claims: bool,
    format_: str,
) -> None:
    """List the views, or show one: NAME, then its parameters. With -o it is drawn.

    Several values of a parameter have commas between, or the parameter is given again.

    \b
    Examples:
      llmkg view
      llmkg view technique-spread technique=rope -o rope.svg
      llmkg view matrix models=gpt-3,palm,llama -o matrix.svg
      llmkg view frontier benchmark=gsm8k --format csv
      llmkg view family-tree -o tree.svg --lang zh
      llmkg view lineage -o all.html --open
    """
    from llmkg import output as outputs
    from llmkg.views.tables import record, table

    if name is None:
        columns: tuple[str, ...] = ("view", "parameters", "summary")
        rows = [[one.id, _parameters(one), one.summary] for one in _views()]
        if format_ == "json":
            write(outputs.as_json([dict(zip(columns, row, strict=True)) for row in rows]))
        else:
            write(outputs.table_text(columns, rows, format_, width=width()))
        return
    graph, given = session.at(as_of), _given(name, values)
    made = graph.view(name, given, statuses=statuses, all_claims=all_claims)
    if drawing.output:
        told = shlex.join(["llmkg", "view", name, *values])
        draw(graph, made, drawing, as_of, told, f"import llmkg\n\nllmkg.load().view({name!r}, {given!r})")
    elif format_ == "json":
        write(outputs.as_json(record(made)))
    else:
        columns, rows = table(made)
        write(outputs.table_text(columns, rows, format_, width=width()))
        if not rows:
            notify("The graph holds no claim for this view. That does not mean that there is none.")


@click.command(short_help="Write the graph, or a view of it, for another program.")
@click.argument("format_", metavar="FORMAT", type=click.Choice(_FORMATS))
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("-o", "--output", required=True, metavar="FILE", help="The file; tables of nodes and edges get one each.")
@click.option("--view", "name", default="", metavar="VIEW", help="The view to write; lineage without it.")
@click.option(
    "--root", default="", metavar="NAME", help="What the view is about; of a lineage, all that led to and from it."
)
@as_of_option
@status_options
@click.pass_obj
def export(
    session: Session,
    format_: str,
    values: Sequence[str],
    output: str,
    name: str,
    root: str,
    as_of: str,
    statuses: Sequence[str],
    all_claims: bool,
) -> None:
    """Write a view as FORMAT for another program, or the whole graph as RDF (nquads, trig, ttl, jsonld).

    What a format cannot hold is said on standard error. FORMAT is one of: graphml (yEd, igraph), gexf (Gephi, with dates),
    dot (Graphviz), mermaid, cyjs (Cytoscape), d3, csv, neo4j-csv, parquet, xlsx, cyclonedx (bill of materials), or RDF.

    \b
    Examples:
      llmkg export graphml -o lineage.graphml
      llmkg export gexf -o llama.gexf --root llama
      llmkg export csv -o spread.csv --view technique-spread --root rope
      llmkg export cyclonedx -o vicuna.cdx.json --root vicuna
      llmkg export trig -o llmkg.trig
    """
    import networkx as nx

    from llmkg import exports

    path = Path(output)
    if format_ in exports.DATASET_FORMATS:
        if name or root or values or statuses or all_claims or session.endpoint:
            raise ParameterError(
                f"{format_} holds the whole graph, and is written from the graph here.",
                where="export",
                hint="Leave the view, the statuses and the endpoint out, or choose another format.",
            )
        notes = exports.write_dataset(session.at(as_of).snapshot.store.engine, format_, path)
    else:
        name = name or "lineage"
        given = _given(name, values)
        if root:
            given.update(_rooted(name, root, given))
        made = _dated(session.at(as_of).view(name, given, statuses=statuses, all_claims=all_claims), as_of)
        if not isinstance(made, nx.MultiDiGraph):
            raise ParameterError(
                f"The view {name} is a table, not a graph.",
                where="export",
                hint=f"'llmkg view {name}' writes CSV and JSON.",
            )
        notes = exports.write(made, format_, path)
    for note in notes:
        notify(note)


def _views() -> Sequence[Any]:
    from llmkg.views.registry import VIEWS

    return tuple(VIEWS.values())


def _parameters(one: Any) -> str:
    from llmkg.arguments import example_of

    return " ".join(map(example_of, one.parameters))


def _given(name: str, values: Sequence[str]) -> dict[str, list[str]]:
    """Parameters as they were typed, by name."""
    from llmkg.views.registry import VIEWS

    several = {one.name for one in VIEWS[name].parameters if one.multiple} if name in VIEWS else set()
    given: dict[str, list[str]] = {}
    for value in values:
        key, equals, text = value.partition("=")
        if not equals:
            examples = _parameters(VIEWS[name]) if name in VIEWS else ""
            raise ParameterError(
                f"{value!r} is not NAME=VALUE.", hint=f"For example {examples or 'no parameters at all'}."
            )
        given.setdefault(key, []).extend(text.split(",") if key in several else [text])
    return given


def _rooted(name: str, root: str, given: dict[str, list[str]]) -> dict[str, list[str]]:
    """The parameters that say what a view is about; a lineage is then as deep as it goes."""
    from llmkg.views.registry import VIEWS

    parameter = VIEWS[name].root if name in VIEWS else "root"
    if not parameter:
        raise ParameterError(f"The view {name} is about nothing in particular.", where="--root", hint="Leave it out.")
    depth = {"depth": ["0"]} if name == "lineage" and "depth" not in given else {}
    return {parameter: [root], **depth}


def _dated(made: Any, as_of: str) -> Any:
    """A view that says of which day it is."""
    import networkx as nx

    if as_of and isinstance(made, nx.MultiDiGraph):
        made.graph["as_of"] = as_of
    return made
