"""Commands that make files for other eyes and other programs: view, export."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from llmkg.cli.shared import ROWS, Session, as_of_option, format_option, notify, status_options, width, write
from llmkg.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

__all__ = ["draw", "drawing_options", "export", "view"]

_THEMES: Final = ("auto", "light", "dark", "print")
_FORMATS: Final = (
    *("graphml", "gexf", "dot", "mermaid", "cyjs", "d3", "csv", "neo4j-csv", "parquet"),
    *("nquads", "trig", "ttl", "jsonld", "xlsx", "cyclonedx"),
)


def drawing_options(command: Any) -> Any:
    """The options ``--output``, ``--lang`` and ``--theme``."""
    command = click.option(
        "--theme",
        type=click.Choice(_THEMES),
        default="auto",
        help="Colours; auto is light or dark as the reader likes in SVG, and light elsewhere.",
    )(command)
    command = click.option(
        "--lang", type=click.Choice(("en", "zh")), default="en", show_default=True, help="Language of the picture."
    )(command)
    return click.option(
        "-o", "--output", default="", metavar="FILE", help="Draw it: a file that ends in .svg, .png or .pdf."
    )(command)


def draw(made: Any, output: str, lang: str, theme: str, as_of: str) -> None:
    """Draw a view into a file.

    Args:
        made: From :func:`llmkg.views.registry.view_of`.
        output: Name of the file.
        lang: Language of the labels.
        theme: Its colours.
        as_of: The day as of which the view is; empty for now.
    """
    from llmkg.pictures.choice import picture
    from llmkg.pictures.raster import check_ending, write_picture

    path = Path(output)
    check_ending(path)
    write_picture(picture(_dated(made, as_of), lang=lang), path, theme=theme)  # type: ignore[arg-type]


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
    output: str,
    lang: str,
    theme: str,
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
    """
    from llmkg import output as outputs
    from llmkg.views.tables import record, table

    if name is None:
        rows = [[one.id, _parameters(one), one.summary] for one in _views()]
        write(outputs.table_text(("view", "parameters", "what it shows"), rows, format_, width=width()))
        return
    if output:
        from llmkg.pictures.raster import check_ending

        check_ending(Path(output))
    made = session.at(as_of).view(name, _given(name, values), statuses=statuses, all_claims=all_claims)
    if output:
        draw(made, output, lang, theme, as_of)
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
