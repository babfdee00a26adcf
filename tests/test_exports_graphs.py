"""Every export is opened by a program that had no part in writing it, and holds what the view holds."""

import csv
import json
import os
import shutil
import subprocess
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmkg.errors import ParameterError, ReadError
from llmkg.exports import GRAPH_FORMATS, write
from llmkg.exports.drawings import EDGE_LIMIT
from llmkg.exports.plain import NO_XML, needed

NASTY = "a \"b\" <c> & 'd'\n\ttwo \\ back\\ 🦙 עברית 中文 =1+1 \r end"
TEXT = st.text(st.characters(), max_size=12) | st.sampled_from(
    [NASTY, "=1+1", "'x", "@x", "-1", "\x00\x07", "\ud800", "\\", '\\"']
)
ROOT = Path(__file__).parents[1]
MODULES = Path(os.environ.get("LLMKG_NODE_MODULES", ROOT / "src/explorer/node_modules"))
CHECKED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def view(label="LLaMA", locator="Section 2.2"):
    graph = nx.MultiDiGraph(view="lineage", root="urn:llama", title=label)
    graph.add_node("urn:llama", kind="family", label=label, date="2023-02-24")
    graph.add_node("urn:palm", kind="family", label="PaLM", date="2022-04")
    graph.add_node("urn:data", kind="dataset", label="C4", date="2019")
    graph.add_node("urn:lone", kind="family", label="")
    for key, technique, stratum, parent in (
        ("claim:1", "SwiGLU", "idea", "urn:palm"),
        ("claim:2", "RoPE", "idea", "urn:palm"),
        ("claim:3", "", "data", "urn:data"),
    ):
        graph.add_edge(
            "urn:llama", parent, key, edge=object(), claim=key, technique=technique, stratum=stratum, label=technique,
            source="source:touvron", locator=locator, weight=1.5,
        )  # fmt: skip
    return graph


def expected_edges(label="Section 2.2"):
    return {
        ("urn:llama", "urn:palm", "claim:1", "source:touvron", label),
        ("urn:llama", "urn:palm", "claim:2", "source:touvron", label),
        ("urn:llama", "urn:data", "claim:3", "source:touvron", label),
    }


def clean(text):
    return NO_XML.sub("\ufffd", text)


def valid(text):
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@given(label=TEXT, locator=TEXT)
@CHECKED
def test_networkx_reads_graphml_with_every_node_edge_claim_source_and_label(tmp_path, label, locator):
    path = tmp_path / "x.graphml"
    write(view(label, locator), "graphml", path)
    read = nx.read_graphml(path, force_multigraph=True)
    assert (read.nodes["urn:llama"].get("label") or "", len(read)) == (clean(label), 4)
    found = {(a, b, data["claim"], data["source"], data.get("locator") or "") for a, b, data in read.edges(data=True)}
    assert found == expected_edges(clean(locator))


def test_igraph_reads_graphml(tmp_path):
    igraph = pytest.importorskip("igraph")
    write(view(NASTY), "graphml", tmp_path / "x.graphml")
    read = igraph.Graph.Read_GraphML(str(tmp_path / "x.graphml"))
    assert (read.vcount(), read.ecount(), set(read.es["claim"])) == (4, 3, {"claim:1", "claim:2", "claim:3"})
    assert NASTY in read.vs["label"]


@given(label=TEXT, locator=TEXT)
@CHECKED
def test_networkx_reads_gexf_with_every_node_edge_claim_source_label_and_date(tmp_path, label, locator):
    path = tmp_path / "x.gexf"
    notes = write(view(label, locator), "gexf", path)
    read = nx.read_gexf(path)
    assert (read.nodes["urn:llama"]["label"], len(read)) == (clean(label), 4)
    found = {(a, b, data["claim"], data["claim_source"], data["locator"]) for a, b, data in read.edges(data=True)}
    assert found == expected_edges(clean(locator))
    assert [read.nodes[f"urn:{name}"]["start"] for name in ("llama", "palm", "data")] == [
        "2023-02-24",
        "2022-04-01",
        "2019-01-01",
    ]
    assert "whole view" in notes[-1]


def test_gexf_is_dynamic_so_that_gephi_shows_the_timeline(tmp_path):
    write(view(), "gexf", tmp_path / "x.gexf")
    text = (tmp_path / "x.gexf").read_text()
    assert 'mode="dynamic"' in text
    assert 'timeformat="date"' in text
    assert "lastmodifieddate" not in text


@given(label=TEXT)
@CHECKED
def test_networkx_reads_cytoscapes_json(tmp_path, label):
    write(view(label), "cyjs", tmp_path / "x.cyjs")
    read = nx.cytoscape_graph(json.loads((tmp_path / "x.cyjs").read_text("utf-8")))
    assert read.nodes["urn:llama"]["label"] == valid(label)
    found = {(a, b, data["claim"], data["claim_source"], data["locator"]) for a, b, data in read.edges(data=True)}
    assert found == expected_edges()


@given(label=TEXT)
@CHECKED
def test_networkx_reads_d3s_json(tmp_path, label):
    write(view(label), "d3", tmp_path / "x.json")
    read = nx.node_link_graph(json.loads((tmp_path / "x.json").read_text("utf-8")), edges="links")
    assert (read.nodes["urn:llama"]["label"], read.graph["view"]) == (valid(label), "lineage")
    found = {(a, b, key, data["claim_source"], data["locator"]) for a, b, key, data in read.edges(keys=True, data=True)}
    assert found == expected_edges()


@given(label=TEXT)
@CHECKED
def test_csv_gives_every_text_back_and_none_is_a_formula(tmp_path, label):
    write(view(label), "csv", tmp_path / "x.csv")
    nodes, edges = rows(tmp_path / "x-nodes.csv"), rows(tmp_path / "x-edges.csv")
    written = next(row["label"] for row in nodes if row["id"] == "urn:llama")
    assert written[:1] not in set("=+-@\t\r")
    assert (written[1:] if written[:1] == "'" else written) == valid(label)
    assert {(row["from"], row["to"], row["claim"], row["source"], row["locator"]) for row in edges} == expected_edges()


def test_neo4j_csv_names_its_columns_as_the_import_wants_them(tmp_path):
    notes = write(view("=x"), "neo4j-csv", tmp_path / "x.csv")
    nodes, edges = rows(tmp_path / "x-nodes.csv"), rows(tmp_path / "x-edges.csv")
    assert {(row["id:ID"], row[":LABEL"]) for row in nodes} >= {("urn:llama", "family"), ("urn:data", "dataset")}
    assert {row[":TYPE"] for row in edges} == {"idea", "data"}
    assert "=x" in {row["label"] for row in nodes}
    assert any("multiline" in note for note in notes)


@given(label=TEXT)
@CHECKED
def test_duckdb_reads_parquet(tmp_path, label):
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    write(view(label), "parquet", tmp_path / "x.parquet")
    with duckdb.connect() as base:
        edges = (
            base.read_parquet(str(tmp_path / "x-edges.parquet"))
            .select('"from", "to", claim, source, locator')
            .fetchall()
        )
        nodes = base.read_parquet(str(tmp_path / "x-nodes.parquet")).filter("id = 'urn:llama'")
        labels = nodes.select("label").fetchall()
    assert (set(edges), labels) == (expected_edges(), [(valid(label),)])


@given(label=TEXT)
@CHECKED
def test_openpyxl_reads_the_workbook_and_finds_no_formula(tmp_path, label):
    openpyxl = pytest.importorskip("openpyxl")
    write(view(label), "xlsx", tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["view", "nodes", "edges"]
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    nodes = list(book["nodes"].values)
    found = next(row[nodes[0].index("label")] for row in nodes if row[0] == "urn:llama") or ""
    assert found.replace("\r\n", "\n").replace("\r", "\n") == clean(label).replace("\r\n", "\n").replace("\r", "\n")
    assert book["edges"].max_row == 4


def test_a_text_too_long_for_a_cell_is_cut_with_a_message(tmp_path):
    pytest.importorskip("openpyxl")
    graph = nx.MultiDiGraph()
    graph.add_node("a", label="x" * 40_000)
    assert any("1 cells are cut" in note for note in write(graph, "xlsx", tmp_path / "y.xlsx"))


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("label", [NASTY, "\\", '\\"', "\x00", "&amp;", "<b>", ""])
def test_graphviz_reads_dot(tmp_path, label):
    write(view(label), "dot", tmp_path / "x.dot")
    done = subprocess.run(["dot", "-Tjson", str(tmp_path / "x.dot")], capture_output=True, check=True)
    read = json.loads(done.stdout)
    assert {node["name"] for node in read["objects"]} == {"urn:llama", "urn:palm", "urn:data", "urn:lone"}
    assert {(edge["claim"], edge["source"]) for edge in read["edges"]} == {
        (f"claim:{number}", "source:touvron") for number in (1, 2, 3)
    }
    assert done.stderr == b""


def test_mermaid_over_its_edge_limit_is_cut_with_a_message(tmp_path):
    graph = nx.MultiDiGraph([("a", f"b{number:03}") for number in range(EDGE_LIMIT + 7)])
    notes = write(graph, "mermaid", tmp_path / "x.mmd")
    text = (tmp_path / "x.mmd").read_text()
    assert text.count("-->") == EDGE_LIMIT
    assert f"{EDGE_LIMIT} of {EDGE_LIMIT + 7} edges" in notes[0]


def test_mermaid_too_long_to_read_is_cut_too(tmp_path):
    graph = nx.MultiDiGraph([("a", str(number) + "x" * 1000) for number in range(100)])
    notes = write(graph, "mermaid", tmp_path / "x.mmd")
    assert len((tmp_path / "x.mmd").read_text()) <= 50_000
    assert "of 100 edges" in notes[0]


def test_mermaid_text_holds_no_sign_with_a_meaning(tmp_path):
    write(view(NASTY + "`]|%%{init}"), "mermaid", tmp_path / "x.mmd")
    line = next(
        line for line in (tmp_path / "x.mmd").read_text("utf-8").splitlines() if "🦙" in line or "129433" in line
    )
    assert not set("<>`|%{}&") & set(line)
    assert line.count('"') == 2


@pytest.mark.parametrize("format_", sorted(GRAPH_FORMATS))
def test_the_same_view_gives_the_same_bytes_in_whatever_order_it_was_made(tmp_path, format_):
    for package in ("pyarrow", "openpyxl", "cyclonedx"):
        pytest.importorskip(package)
    graph = view(NASTY)
    other = nx.MultiDiGraph(**dict(reversed(graph.graph.items())))
    other.add_nodes_from(reversed(list(graph.nodes(data=True))))
    other.add_edges_from(reversed(list(graph.edges(keys=True, data=True))))
    for name, one in (("a", graph), ("b", other)):
        (tmp_path / name).mkdir()
        write(one, format_, tmp_path / name / "x.out")
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "ab")
    assert first == second
    assert first


@pytest.mark.parametrize("format_", sorted(set(GRAPH_FORMATS) - {"cyclonedx"}))
def test_an_empty_view_is_written(tmp_path, format_):
    write(nx.MultiDiGraph(), format_, tmp_path / "x.out")
    assert list(tmp_path.iterdir())


def test_an_unknown_format_is_named(tmp_path):
    with pytest.raises(ParameterError, match="no graph format 'pptx'"):
        write(view(), "pptx", tmp_path / "x")


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(ReadError, match="cannot be written"):
        write(view(), "d3", tmp_path / "missing" / "x")


def test_a_missing_package_is_named_with_what_to_install():
    with pytest.raises(ReadError, match="pip install nothing-here"):
        needed("nothing_here", "nothing-here", "parquet")


def test_a_bill_of_materials_is_valid_and_says_what_the_root_is_made_from(tmp_path):
    pytest.importorskip("cyclonedx")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    graph = view(NASTY)
    graph.add_node("urn:7b", kind="model", label="7B", family="urn:llama")
    graph.graph["root"] = "urn:7b"
    notes = write(graph, "cyclonedx", tmp_path / "x.json")
    text = (tmp_path / "x.json").read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    read = json.loads(text)
    assert read["metadata"]["component"]["bom-ref"] == "urn:7b"
    assert {part["bom-ref"]: part["type"] for part in read["components"]} == {
        "urn:llama": "machine-learning-model",
        "urn:data": "data",
    }
    assert {one["ref"]: one.get("dependsOn", []) for one in read["dependencies"]} == {
        "urn:7b": ["urn:llama"],
        "urn:llama": ["urn:data"],
        "urn:data": [],
    }
    assert "claim:3" in text
    assert "source:touvron" in text
    assert notes == ["A bill of materials holds what the root is made from: 2 edges and 2 nodes are not."]


def test_a_bill_of_materials_needs_a_root(tmp_path):
    pytest.importorskip("cyclonedx")
    with pytest.raises(ParameterError, match="--root"):
        write(nx.MultiDiGraph([("a", "b")]), "cyclonedx", tmp_path / "x.json")


def test_a_bill_of_materials_of_a_view_that_holds_nothing_else_leaves_nothing_out(tmp_path):
    pytest.importorskip("cyclonedx")
    graph = nx.MultiDiGraph(root="a")
    graph.add_edge("a", "b", "claim:1", stratum="weights")
    assert write(graph, "cyclonedx", tmp_path / "x.json") == []


@pytest.mark.skipif(
    shutil.which("node") is None or not all((MODULES / name).exists() for name in ("mermaid", "jsdom")),
    reason="Node with the packages mermaid and jsdom is not installed",
)
@pytest.mark.parametrize("label", [NASTY, "`]|%%{init}", "end", "#quot;", "1. a", ""])
def test_mermaid_reads_its_file(tmp_path, label):
    write(view(label), "mermaid", tmp_path / "x.mmd")
    command = ["node", str(ROOT / "tests/data/mermaid.mjs"), str(MODULES), str(tmp_path / "x.mmd")]
    done = subprocess.run(command, capture_output=True, check=True)
    assert json.loads(done.stdout) == {"nodes": 4, "edges": 3}
