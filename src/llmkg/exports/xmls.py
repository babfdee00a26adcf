"""GraphML and GEXF, by networkx."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final

import networkx as nx

from llmkg.exports.plain import NO_XML, plain

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_gexf", "write_graphml"]

_DAY: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


def write_graphml(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write GraphML, see :func:`llmkg.exports.write`."""
    copy, notes = plain(graph, NO_XML)
    out = io.BytesIO()
    nx.write_graphml_xml(copy, out, edge_id_from_attribute=None)
    path.write_bytes(out.getvalue().replace(b"\r", b"&#13;"))
    return notes


def write_gexf(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write GEXF 1.2 with a first day for what has a date, see :func:`llmkg.exports.write`.

    A year or month counts from its first day; ``date`` keeps it as the source gives it.
    """
    copy, notes = plain(graph, NO_XML)
    for _, data in copy.nodes(data=True):
        _start(data)
    for _, _, data in copy.edges(data=True):
        _start(data)
        if "source" in data:
            data["claim_source"] = data.pop("source")
    out = io.BytesIO()
    nx.write_gexf(copy, out)
    text = re.sub(rb' lastmodifieddate="[^"]*"', b"", out.getvalue(), count=1)
    path.write_bytes(text.replace(b"\r", b"&#13;"))
    if copy.graph:
        notes.append(f"GEXF has no place for what is said of the whole view: {', '.join(copy.graph)}.")
    return notes


def _start(data: dict[str, object]) -> None:
    date = data.get("date")
    if isinstance(date, str) and _DAY.fullmatch(date):
        data["start"] = date + "-01-01"[len(date) - 10 :] if len(date) < len("2023-01-01") else date
