"""DOT and Mermaid: texts from which a picture is drawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from llmkg.exports.plain import NO_XML, plain

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

__all__ = ["EDGE_LIMIT", "write_dot", "write_mermaid"]

EDGE_LIMIT: Final = 500
"""How many edges Mermaid draws unless told otherwise (its setting ``maxEdges``)."""

_TEXT_LIMIT: Final = 50_000
"""How many characters Mermaid reads unless told otherwise (its setting ``maxTextSize``)."""

_SPECIAL: Final = re.compile(r"[^\w\s.,:()/+-]|\d\.\s")


def write_dot(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write Graphviz's DOT, see :func:`llmkg.exports.write`; a backslash is written as Graphviz's labels want it, twice."""
    copy, notes = plain(graph, NO_XML)
    lines = ["digraph llmkg {", '  graph [rankdir="BT", charset="UTF-8"];']
    lines += [f"  {_quoted(name)}={_quoted(value)};" for name, value in copy.graph.items()]
    lines += [f"  {_quoted(node)} [{_attributes(data)}];" for node, data in copy.nodes(data=True)]
    lines += [
        f"  {_quoted(child)} -> {_quoted(parent)} [{_attributes({'key': key, **data})}];"
        for child, parent, key, data in copy.edges(keys=True, data=True)
    ]
    path.write_text("\n".join([*lines, "}"]) + "\n", encoding="utf-8", newline="\n")
    return notes


def _attributes(data: dict[str, Any]) -> str:
    return ", ".join(f"{_quoted(name)}={_quoted(value)}" for name, value in data.items())


def _quoted(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return '"' + text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n") + '"'


def write_mermaid(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write a Mermaid flowchart, cut to what Mermaid draws, see :func:`llmkg.exports.write`."""
    copy, notes = plain(graph, NO_XML)
    edges = list(copy.edges(keys=True, data=True))
    kept = edges[:EDGE_LIMIT]
    lines = _flowchart(copy, kept, whole=len(kept) == len(edges))
    while kept and sum(map(len, lines)) + len(lines) > _TEXT_LIMIT:
        kept = kept[: len(kept) * 9 // 10]
        lines = _flowchart(copy, kept, whole=False)
    if len(kept) < len(edges):
        notes.append(
            f"Mermaid draws at most {EDGE_LIMIT} edges and {_TEXT_LIMIT} characters: {len(kept)} of {len(edges)} edges "
            "are in the file. Ask for a smaller view."
        )
    notes.append("Mermaid holds labels only: no addresses, dates, claims or sources.")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return notes


def _flowchart(graph: nx.MultiDiGraph[str], edges: list[Any], *, whole: bool) -> list[str]:
    nodes = list(graph) if whole else sorted({node for edge in edges for node in edge[:2]})
    ids = {node: f"n{number}" for number, node in enumerate(nodes)}
    lines = ["flowchart BT"]
    lines += [f'  {id_}["{_entities(graph.nodes[node].get("label", node))}"]' for node, id_ in ids.items()]
    for child, parent, _, data in edges:
        label = f'|"{_entities(data["label"])}"|' if data.get("label") else ""
        lines.append(f"  {ids[child]} -->{label} {ids[parent]}")
    return lines


def _entities(text: str) -> str:
    lines = " ".join(text.split()) or " "
    return _SPECIAL.sub(lambda match: "".join(f"#{ord(sign)};" for sign in match[0]), lines)
