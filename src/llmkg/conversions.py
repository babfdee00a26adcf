"""Rows as what other libraries work with: data frames of pandas, graphs of networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmkg.entities import in_words, plain_value
from llmkg.errors import LlmkgError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import networkx as nx
    import pandas as pd

    from llmkg.names import Names
    from llmkg.store import Rows, Term

__all__ = ["data_frame", "edge_graph"]


def data_frame(rows: Rows, types: Sequence[str], names: Names, *, labels: bool = False) -> pd.DataFrame:
    """Rows as a pandas data frame; whole numbers are of type Int64, so that a missing one stays missing.

    Args:
        rows: The rows.
        types: What each column holds (``integer``, ``decimal``, all else).
        names: Labels.
        labels: Whether IRIs are replaced by English labels.

    Raises:
        LlmkgError: pandas is not installed.

    >>> import pyoxigraph as px
    >>> from llmkg.names import Names
    >>> from llmkg.store import Rows
    >>> data_frame(Rows(("n",), ((px.Literal(7),), (None,))), ("integer",), Names.of([]))["n"].tolist()
    [7, <NA>]
    """
    try:
        import pandas as pd
    except ImportError:
        raise LlmkgError("pandas is not installed.", hint="pip install 'llm-lineage[pandas]'") from None
    convert = (lambda term: in_words(term, names)) if labels else plain_value
    frame = pd.DataFrame(
        [[_of_type(term, convert) for term in row] for row in rows.rows], columns=list(rows.columns), dtype=object
    )
    for column, type_ in zip(rows.columns, types, strict=False):
        if type_ == "integer":
            frame[column] = frame[column].astype("Int64")
        elif type_ == "decimal":
            frame[column] = frame[column].astype("Float64")
    return frame


def edge_graph(rows: Rows, source: str = "", target: str = "") -> nx.MultiDiGraph[str]:
    """Rows as a networkx graph: an edge a row, with the other columns as attributes.

    Args:
        rows: The rows.
        source: Column of where an edge begins; by default the first that holds IRIs.
        target: Column of where it ends; by default the second. A row without either gives no edge.

    Raises:
        LlmkgError: There is no such column, or there are not two that hold IRIs.

    >>> import pyoxigraph as px
    >>> from llmkg.store import Rows
    >>> row = (px.NamedNode("https://example.org/a"), px.NamedNode("https://example.org/b"))
    >>> list(edge_graph(Rows(("from", "to"), (row,))).edges())
    [('https://example.org/a', 'https://example.org/b')]
    """
    import networkx as nx
    import pyoxigraph as px

    named = [
        name
        for place, name in enumerate(rows.columns)
        if any(isinstance(row[place], px.NamedNode) for row in rows.rows)
    ]
    wanted = [source or next(iter(named), ""), target or next(iter(named[1:]), "")]
    if not rows.rows:
        return nx.MultiDiGraph()
    for name in wanted:
        if name not in rows.columns:
            raise LlmkgError(
                f"The answer has no column {name!r} to make edges of." if name else "The answer has no edges.",
                hint=f"Columns that hold IRIs: {', '.join(named) or 'none'}.",
            )
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in rows.rows:
        record: dict[str, Any] = dict(zip(rows.columns, map(plain_value, row), strict=True))
        start, end = (record.pop(name) for name in wanted)
        if start is not None and end is not None:
            graph.add_edges_from([(start, end, {name: value for name, value in record.items() if value is not None})])
    return graph


def _of_type(term: Term | None, convert: Callable[[Term | None], Any]) -> Any:
    return None if term is None else convert(term)
