"""Views as rows to read and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llmkg.views.frontier import Frontier
from llmkg.views.matrix import Matrix

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["record", "table"]

_EDGE_COLUMNS = ("from", "label", "to", "stratum", "status", "source", "locator", "claim")
_POINT_COLUMNS = ("published", "model", "value", "setting", "shots", "best", "party", "source", "locator", "claim")
_STATES = {"yes": "yes", "no": "stated no", "both": "disputed", "unknown": "not known"}


def table(view: nx.MultiDiGraph[str] | Matrix | Frontier) -> tuple[tuple[str, ...], list[list[str]]]:
    """The columns of a view and its rows: of a graph one an edge, of a matrix one a technique, of a frontier one a result.

    Args:
        view: From :func:`llmkg.views.registry.view_of`.

    >>> import llmkg
    >>> from llmkg.views.registry import view_of
    >>> columns, rows = table(view_of(llmkg.load(), "matrix", {"models": ["llama", "gpt-3"], "techniques": ["swiglu"]}))
    >>> columns, rows
    (('technique', 'LLaMA', 'GPT-3'), [['SwiGLU', 'yes', 'not known']])
    """
    if isinstance(view, Matrix):
        states = [
            [row.technique.label, *(_STATES[view.cell(model.iri, row.technique.iri).state] for model in view.models)]
            for row in view.rows
        ]
        return ("technique", *(model.label for model in view.models)), states
    if isinstance(view, Frontier):
        points = [
            [
                *(point.published, point.model.label, str(point.value), point.setting.label),
                "" if point.shots < 0 else str(point.shots),
                "yes" if point.is_best else "",
                *(point.party, point.source.label, point.locator, point.claim),
            ]
            for point in view.points
        ]
        return _POINT_COLUMNS, points
    rows = [
        [
            view.nodes[child]["label"],
            data["label"],
            view.nodes[parent]["label"],
            data.get("stratum", ""),
            data["status"].rpartition("/")[2],
            data["source_label"],
            data["locator"],
            data["claim"],
        ]
        for child, parent, data in view.edges(data=True)
    ]
    return _EDGE_COLUMNS, sorted(rows)


def record(view: nx.MultiDiGraph[str] | Matrix | Frontier) -> dict[str, Any]:
    """A view as plain data; a graph with its ``nodes`` and ``edges`` and all that is known of them.

    Args:
        view: From :func:`llmkg.views.registry.view_of`.

    >>> import llmkg
    >>> from llmkg.views.registry import view_of
    >>> sorted(record(view_of(llmkg.load(), "borrowing")))
    ['edges', 'nodes', 'title', 'title_zh', 'view']
    """
    if isinstance(view, Matrix | Frontier):
        return view.record()
    return {
        **view.graph,
        "nodes": [{"iri": node, **view.nodes[node]} for node in sorted(view)],
        "edges": [data for *_, data in sorted(view.edges(keys=True, data=True), key=lambda edge: edge[:3])],
    }
