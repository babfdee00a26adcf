"""A bill of materials of a model (CycloneDX ML-BOM): what it was made from."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import networkx as nx

from llmkg.errors import ParameterError
from llmkg.exports.plain import NO_XML, needed, plain

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_cyclonedx"]

_MADE_FROM: Final = ("weights", "data", "code", "architecture")
_STATED: Final = ("claim", "locator", "relation", "source", "source_label", "status", "stratum")


def write_cyclonedx(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write CycloneDX 1.6 JSON of the graph's root and of what it was made from, see :func:`llmkg.exports.write`.

    Weights, data, code and architecture count as what a model is made from; ideas and products do not. Each claim is
    among the properties of the component that it is about.

    Raises:
        ParameterError: The graph has no root.
    """
    needed("cyclonedx.model.bom", "cyclonedx-python-lib", "cyclonedx")
    from cyclonedx.model import Property
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.bom_ref import BomRef
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6

    copy, notes = plain(graph, NO_XML)
    root = str(copy.graph.get("root", ""))
    if root not in copy:
        raise ParameterError("A bill of materials is that of one model.", hint="Name it: --root MODEL.")
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    made.add_node(root)
    for child, parent, key, data in copy.edges(keys=True, data=True):
        if data.get("stratum") in _MADE_FROM:
            made.add_edge(child, parent, key, **data)
    for node, data in copy.nodes(data=True):
        if data.get("family") in copy:
            made.add_edge(node, data["family"], "family")
    made = nx.MultiDiGraph(made.subgraph({root, *nx.descendants(made, root)}))
    kinds = {"dataset": ComponentType.DATA, "software": ComponentType.LIBRARY}

    def component(node: str) -> Any:
        data = copy.nodes[node]
        said = [Property(name=f"llmkg:{name}", value=str(value)) for name, value in data.items() if name != "label"]
        for _, parent, key, edge in sorted(made.out_edges(node, keys=True, data=True), key=lambda item: item[1:3]):
            stated = "; ".join(f"{name}={edge[name]}" for name in _STATED if edge.get(name))
            said.append(Property(name="llmkg:madeFrom", value=f"{parent} ({key}) {stated}".strip()))
        kind = kinds.get(data.get("kind", ""), ComponentType.MACHINE_LEARNING_MODEL)
        return Component(name=data.get("label") or node, type=kind, bom_ref=BomRef(node), properties=said)

    parts = {node: component(node) for node in sorted(made)}
    bom = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, root))
    bom.metadata.timestamp = None  # type: ignore[assignment]
    bom.metadata.component = parts[root]
    bom.components.update(part for node, part in parts.items() if node != root)
    for node, part in parts.items():
        bom.register_dependency(part, [parts[parent] for parent in sorted(made.successors(node)) if parent != node])
    path.write_text(JsonV1Dot6(bom).output_as_string(indent=1) + "\n", encoding="utf-8", newline="\n")
    left = (copy.number_of_edges() - sum(1 for *_, edge in made.edges(data=True) if edge), len(copy) - len(made))
    if any(left):
        notes.append(
            f"A bill of materials holds what the root is made from: {left[0]} edges and {left[1]} nodes are not."
        )
    return notes
