"""Graph views and the data set as files that other tools open.

Every writer gives the same bytes for the same graph, and returns, sentence by sentence, what its format cannot hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmkg.errors import ParameterError
from llmkg.exports import boms, drawings, objects, rdf, tables, xmls
from llmkg.exports.rdf import write_dataset
from llmkg.files import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import networkx as nx

__all__ = ["DATASET_FORMATS", "GRAPH_FORMATS", "write", "write_dataset"]

GRAPH_FORMATS: Final[Mapping[str, Callable[[nx.MultiDiGraph[str], Path], list[str]]]] = {
    "csv": tables.write_csv,
    "cyclonedx": boms.write_cyclonedx,
    "cyjs": objects.write_cyjs,
    "d3": objects.write_d3,
    "dot": drawings.write_dot,
    "gexf": xmls.write_gexf,
    "graphml": xmls.write_graphml,
    "mermaid": drawings.write_mermaid,
    "neo4j-csv": tables.write_neo4j,
    "parquet": tables.write_parquet,
    "xlsx": tables.write_xlsx,
}
"""The formats of a graph view, with what writes them."""

DATASET_FORMATS: Final = tuple(rdf.FORMATS)
"""The formats of the whole data set, see :func:`write_dataset`."""


def write(graph: nx.MultiDiGraph[str], format_: str, path: Path) -> list[str]:
    """Write a graph view to a file, or to two beside it where the format is a pair of tables.

    Args:
        graph: A graph view.
        format_: One of :data:`GRAPH_FORMATS`.
        path: The file.

    Returns:
        What a person must know: what the format cannot hold, and where else something was written.

    Raises:
        ParameterError: There is no such format, or the graph is not one that it can hold.
        ReadError: The file cannot be written, or a package for the format is missing.

    >>> import networkx, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "x.graphml"
    >>> write(networkx.MultiDiGraph([("a", "b")]), "graphml", path)
    []
    >>> sorted(networkx.read_graphml(path))
    ['a', 'b']
    """
    if format_ not in GRAPH_FORMATS:
        raise ParameterError(
            f"There is no graph format {format_!r}.", hint=f"Choose one of {', '.join(sorted(GRAPH_FORMATS))}."
        )
    with replacing(path) as new:
        return GRAPH_FORMATS[format_](graph, new)
