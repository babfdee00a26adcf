"""Graph views of the project's own lineage, for tests of what is drawn of them."""

from __future__ import annotations

import networkx as nx

from llmkg.lineage import lineage_graph
from llmkg.queries import ask
from llmkg.terms import kind_of
from llmkg.walks import lineage_of

CHINESE = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing ?label WHERE { ?thing skos:prefLabel ?label FILTER (lang(?label) = "zh") } ORDER BY ?thing ?label
"""
MAKERS = """
PREFIX llmkg: <https://w3id.org/llmkg/ns/>
SELECT ?thing ?maker WHERE { ?thing llmkg:developedBy ?maker } ORDER BY ?thing ?maker
"""


def lineage_view(kg, name, depth=1, statuses=None):
    """What a thing came from and what came from it, in the form of a graph view."""
    root = kg[name].iri
    graph = lineage_graph(kg.store, kg.catalogue, around=root, statuses=statuses)
    lineage = lineage_of(graph, root, depth=depth)
    chinese = {row[0].value: row[1].value for row in ask(kg.store, CHINESE).rows}
    makers = {row[0].value: row[1].value for row in ask(kg.store, MAKERS).rows}
    label = kg.names.label
    view = nx.MultiDiGraph(
        view="lineage", title=f"Lineage of {label(root)}", title_zh=f"{chinese.get(root, label(root))}的谱系", root=root
    )
    edges = list(dict.fromkeys((*lineage.up, *lineage.down)))
    nodes = dict.fromkeys((root, *(end for edge in edges for end in (edge.child, edge.parent))))
    waiting = list(nodes)
    while waiting:
        family = graph.nodes.get(waiting.pop(), {}).get("family", "")
        if family and family not in nodes:
            nodes[family] = None
            waiting.append(family)
    for node in nodes:
        maker = makers.get(node, "")
        known = {
            "kind": kind_of(node),
            "label": label(node),
            "label_zh": chinese.get(node, ""),
            "date": lineage.dates.get(node, ""),
            "organization": maker,
            "organization_label": label(maker) if maker else "",
            "family": graph.nodes[node].get("family", "") if node in graph else "",
        }
        view.add_node(node, **{key: value for key, value in known.items() if value})
    for edge in edges:
        what = edge.technique or edge.relation
        known = {
            key: getattr(edge, key)
            for key in ("child", "parent", "stratum", "relation", "technique", "claim", "status", "source", "locator")
        }
        known |= {"label": label(what), "label_zh": chinese.get(what, ""), "source_label": label(edge.source)}
        view.add_edge(edge.child, edge.parent, key=edge.claim, **{key: value for key, value in known.items() if value})
    return view
