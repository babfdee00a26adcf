"""Views of the project's own graph in the form that the charts take, for tests of what is drawn of them."""

from __future__ import annotations

import networkx as nx
from lineages import CHINESE, MAKERS

from llmkg.adoptions import adoptions_by
from llmkg.lineage import about, lineage_graph
from llmkg.queries import ask, run
from llmkg.terms import kind_of

_FIELDS = ("child", "parent", "stratum", "relation", "technique", "claim", "status", "source", "locator")


class Described:
    """What nodes and edges are called, when they came, and of whom."""

    def __init__(self, kg):
        self.kg = kg
        self.chinese = {row[0].value: row[1].value for row in ask(kg.store, CHINESE).rows}
        self.makers = {row[0].value: row[1].value for row in ask(kg.store, MAKERS).rows}
        self.graph = lineage_graph(kg.store, kg.catalogue)

    def node(self, iri):
        maker = self.makers.get(iri, "")
        known = {
            "kind": kind_of(iri),
            "label": self.kg.names.label(iri),
            "label_zh": self.chinese.get(iri, ""),
            "date": self.date(iri),
            "organization": maker,
            "organization_label": self.kg.names.label(maker) if maker else "",
        }
        return {key: value for key, value in known.items() if value}

    def date(self, iri):
        """The earliest date of a thing or, if it has none, of its members."""
        data = self.graph.nodes.get(iri, {})
        if "date" in data:
            return data["date"]
        return min(
            (d["date"] for _, d in self.graph.nodes(data=True) if d.get("family") == iri and "date" in d), default=""
        )

    def home(self, iri):
        while family := self.graph.nodes.get(iri, {}).get("family"):
            iri = family
        return iri

    def edge(self, edge):
        what = edge.technique or edge.relation
        known = {key: getattr(edge, key) for key in _FIELDS}
        known |= {
            "label": self.kg.names.label(what),
            "label_zh": self.chinese.get(what, ""),
            "source_label": self.kg.names.label(edge.source),
            "date": self.graph.nodes.get(edge.source, {}).get("date", ""),
        }
        return {key: value for key, value in known.items() if value}


def borrowing_view(kg):
    """Which organisation's models took techniques from which."""
    described = Described(kg)
    view = nx.MultiDiGraph(view="borrowing", title="Who took techniques from whom", title_zh="谁从谁那里采用了技术")
    for child, parent, key, data in described.graph.edges(keys=True, data=True):
        taker, giver = described.makers.get(child), described.makers.get(parent)
        if data["stratum"] == "idea" and taker and giver:
            view.add_edge(taker, giver, key=key, **described.edge(data["edge"]))
    for node in view:
        view.nodes[node].update(described.node(node))
    return view


def tree_view(kg):
    """All families, and what leads from one to another."""
    described = Described(kg)
    view = nx.MultiDiGraph(view="family-tree", title="The families of language models", title_zh="语言模型各系列的演化")
    for node in described.graph:
        if kind_of(node) == "family":
            view.add_node(node, **described.node(node))
    for child, parent, key, data in described.graph.edges(keys=True, data=True):
        ends = described.home(child), described.home(parent)
        if ends[0] != ends[1] and set(ends) <= set(view):
            view.add_edge(*ends, key=key, **described.edge(data["edge"]))
    return view


def spread_view(kg, technique):
    """Who took up a technique, and from whom."""
    described = Described(kg)
    root = kg.names.resolve(technique).iri
    label = kg.names.label(root)
    chinese = described.chinese.get(root, label)
    view = nx.MultiDiGraph(view="technique-spread", title=f"How {label} spread", title_zh=f"{chinese}的传播", root=root)
    view.add_node(root, **introduction(kg, root))
    taken = [adoption for adoption in adoptions_by(kg.store, kg.catalogue) if adoption.technique == root]
    dates = {
        row["node"].value: row["date"].value
        for row in about(kg.store, kg.catalogue, "lineage/dates", "thing", [one.source for one in taken])
    }
    for one in taken:
        parent = one.adopted_from or root
        known = {key: getattr(one, key) for key in ("technique", "claim", "status", "source", "locator")}
        known |= {"child": one.adopter, "parent": parent, "stratum": "idea", "label": label, "label_zh": chinese}
        known |= {"source_label": kg.names.label(one.source), "date": dates.get(one.source, "")}
        view.add_edge(one.adopter, parent, key=one.claim, **{key: value for key, value in known.items() if value})
    for node in list(view):
        family = described.home(node)
        if family != node:
            view.add_node(node, family=family)
            view.add_node(family)
    for node in view:
        view.nodes[node].update(described.node(node))
        said = [data["date"] for _, _, data in view.out_edges(node, data=True) if data.get("date")]
        if said:
            view.nodes[node].setdefault("date", min(said))
    return view


def introduction(kg, technique):
    """When a technique was introduced."""
    rows = run(kg.store, kg.catalogue["techniques/timeline"]).records()
    dates = [row["introduced"].value for row in rows if row["technique"].value == technique and row["introduced"]]
    return {"date": min(dates)} if dates else {}
