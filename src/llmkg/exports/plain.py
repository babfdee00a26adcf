"""A graph view made ready for a writer: in a fixed order, with plain values, without the characters a format refuses."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from llmkg.errors import ReadError

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["NO_XML", "SURROGATES", "needed", "plain", "records"]

SURROGATES: Final = re.compile("[\ud800-\udfff]")
"""What no text encoding can hold."""

NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold."""


def plain(graph: nx.MultiDiGraph[str], refused: re.Pattern[str] = SURROGATES) -> tuple[nx.MultiDiGraph[str], list[str]]:
    """A copy with nodes, edges and attributes sorted and plain.

    Args:
        graph: A graph view.
        refused: Characters that the format cannot hold; each becomes U+FFFD.

    Returns:
        The copy, and what was changed in it.

    >>> copy, notes = plain(nx.MultiDiGraph([("a", "b", {"label": chr(0), "edge": object()})]), NO_XML)
    >>> list(copy.edges(data=True)), notes
    ([('a', 'b', {'label': '�'})], ['1 character is not allowed in this format: U+FFFD stands in its place.'])
    """
    count = 0

    def clean(value: Any) -> Any:
        nonlocal count
        if isinstance(value, str):
            value, found = refused.subn("\ufffd", value)
            count += found
        return value

    def kept(data: dict[str, Any]) -> dict[str, Any]:
        return {name: clean(data[name]) for name in sorted(data) if isinstance(data[name], str | int | float)}

    copy: nx.MultiDiGraph[str] = nx.MultiDiGraph(**kept(graph.graph))
    for node in sorted(graph):
        copy.add_node(clean(node), **kept(graph.nodes[node]))
    for child, parent, key in sorted(graph.edges(keys=True), key=lambda edge: tuple(map(str, edge))):
        data = kept(graph.edges[child, parent, key])
        copy.add_edge(clean(child), clean(parent), clean(str(key)), **data)
    if not count:
        return copy, []
    counted = "1 character is" if count == 1 else f"{count} characters are"
    place = "its place" if count == 1 else "their place"
    return copy, [f"{counted} not allowed in this format: U+FFFD stands in {place}."]


def records(graph: nx.MultiDiGraph[str]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The nodes (``id`` and attributes) and edges (``key``, ``from``, ``to`` and attributes) of a graph from :func:`plain`.

    >>> records(nx.MultiDiGraph([("a", "b")]))
    ([{'id': 'a'}, {'id': 'b'}], [{'key': 0, 'from': 'a', 'to': 'b'}])
    """
    nodes = [{"id": node, **data} for node, data in graph.nodes(data=True)]
    edges = [
        {"key": key, "from": child, "to": parent, **data}
        for child, parent, key, data in graph.edges(keys=True, data=True)
    ]
    return nodes, edges


def needed(module: str, package: str, format_: str) -> ModuleType:
    """Import what a format needs.

    Args:
        module: What to import.
        package: What to install where it is missing.
        format_: The format, for the message.

    Raises:
        ReadError: It is not installed.

    >>> needed("json", "json", "d3").__name__
    'json'
    """
    try:
        return import_module(module)
    except ImportError:
        raise ReadError(
            f"The format {format_} needs the package {package}, which is not installed.",
            hint=f"Install it: pip install {package}.",
        ) from None
