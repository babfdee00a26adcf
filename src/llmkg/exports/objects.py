"""JSON for Cytoscape and D3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from llmkg.exports.plain import plain, records

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

__all__ = ["write_cyjs", "write_d3"]


def write_cyjs(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write Cytoscape's JSON, see :func:`llmkg.exports.write`; the source of a claim is ``claim_source``."""
    copy, notes = plain(graph)
    nodes, edges = records(copy)
    elements = {
        "nodes": [{"data": {"name": node.get("label", node["id"]), "value": node["id"], **node}} for node in nodes],
        "edges": [{"data": {"id": f"e{number}", **_link(edge)}} for number, edge in enumerate(edges)],
    }
    _write(path, {"data": dict(copy.graph), "directed": True, "multigraph": True, "elements": elements})
    return notes


def write_d3(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write D3's node-link JSON, see :func:`llmkg.exports.write`; the source of a claim is ``claim_source``."""
    copy, notes = plain(graph)
    nodes, edges = records(copy)
    links = [_link(edge) for edge in edges]
    _write(path, {"directed": True, "multigraph": True, "graph": dict(copy.graph), "nodes": nodes, "links": links})
    return notes


def _link(edge: dict[str, Any]) -> dict[str, Any]:
    renamed = {"from": "source", "to": "target", "source": "claim_source"}
    return {renamed.get(name, name): value for name, value in edge.items()}


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
