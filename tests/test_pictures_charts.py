"""Charts of graph views: who took from whom, the tree of families, and how a technique spread."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkg.pictures.bundles import bundles
from llmkg.pictures.canvas import Canvas
from llmkg.pictures.captions import Key, draw_below
from llmkg.pictures.dateaxis import date_axis, middle_of
from llmkg.pictures.flows import OTHERS, Flow, flow_layout, under_others
from llmkg.pictures.forest import BESIDE, Spot, rows_of
from llmkg.pictures.sankey import sankey
from llmkg.pictures.spread import spread
from llmkg.pictures.text import Box
from llmkg.pictures.tree import parents_of, tree
from llmkg.pictures.words import SURENESS
from llmkg.terms import STRATA

SVG = "{http://www.w3.org/2000/svg}"
ID = "https://w3id.org/llmkg/id/"
STATUS = "https://w3id.org/llmkg/concept/status/"


def view_of(edges, dates=(), **attributes):
    """A view from (child, parent, label, stratum, status) rows."""
    view = nx.MultiDiGraph(**attributes)
    for number, (child, parent, label, stratum, status) in enumerate(edges):
        claim = f"{ID}claim/{number}"
        said = {"label": label, "stratum": stratum, "status": STATUS + status, "claim": claim}
        source = {"source": f"{ID}source/s", "source_label": "Doe 2023", "locator": "Section 2"}
        view.add_edge(child, parent, key=claim, child=child, parent=parent, **said, **source)
    for node, date in dict(dates).items():
        view.add_node(node, **({"date": date} if date else {}))
    for node in view:
        view.nodes[node]["label"] = node
    return view


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - of our own making


def groups(canvas, attribute):
    """The groups of a picture that say a thing of themselves, with what they say."""
    return [(part.get(f"data-{attribute}"), part) for part in parsed(canvas.svg()) if part.get(f"data-{attribute}")]


def title(part):
    return part.find(f"{SVG}title").text


def assert_tidy(canvas):
    """No two texts overlap, and each is on the sheet."""
    sheet = Box(0, 0, canvas.width, canvas.height)
    for box, text in canvas.boxes:
        assert sheet.grown(0.01).contains(box), text
    for (one, text), (other, text_2) in itertools.combinations(canvas.boxes, 2):
        assert not one.grown(-0.01).overlaps(other), (text, text_2)


def branch(part):
    """The parts of a branch of a forest: the corner and the line along its row, as thin boxes."""
    numbers = [float(word) for word in part.find(f"{SVG}path").get("d").split() if not word.isalpha()]
    x, y, _, row, _, _, end = numbers
    return [Box(x - 0.5, min(y, row), 1, abs(row - y)), Box(x, row - 0.5, max(end - x, 0), 1)]


def assert_no_line_through_a_name(canvas):
    """No branch and no trunk of a forest runs through a name, or a dot of another."""
    names = [(box, text) for box, text in canvas.boxes if box.top > 80]
    lines = [box for _, part in groups(canvas, "child") for box in branch(part)]
    for part in parsed(canvas.svg()).findall(f"{SVG}line"):
        if part.get("stroke-width") == "1.2":
            x1, y1, x2, y2 = (float(part.get(key)) for key in ("x1", "y1", "x2", "y2"))
            lines.append(Box(min(x1, x2) - 0.5, min(y1, y2), 1, abs(y2 - y1)))
    for box, text in names:
        assert not any(line.overlaps(box) for line in lines), text


@pytest.fixture(scope="module")
def views(kg):
    every = {"all_claims": True}
    return {"borrowing": kg.view("borrowing", **every), "tree": kg.view("family-tree", **every)} | {
        name: kg.view("technique-spread", technique=name, **every)
        for name in ("rope", "swiglu", "rlhf", "mixture-of-experts")
    }


DRAWN = [("borrowing", sankey), ("tree", tree)] + [
    (name, spread) for name in ("rope", "swiglu", "rlhf", "mixture-of-experts")
]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "draw"), DRAWN)
def test_nothing_lies_on_anything_else_in_the_charts_of_the_real_graph(views, name, draw, lang):
    canvas = draw(views[name], lang=lang)
    assert_tidy(canvas)
    if draw is not sankey:
        assert_no_line_through_a_name(canvas)
    root = parsed(canvas.svg())
    assert root.get("lang") == lang
    assert all(title(part) for part in root.findall(f"{SVG}a"))
    assert all(part.get("href").startswith("https://w3id.org/llmkg/") for part in root.findall(f"{SVG}a"))


@pytest.mark.parametrize(("name", "draw"), DRAWN)
def test_a_chart_is_the_same_whatever_the_order_of_its_view(views, name, draw):
    view = views[name]
    other = nx.MultiDiGraph(**view.graph)
    other.add_nodes_from(reversed(list(view.nodes(data=True))))
    other.add_edges_from(reversed(list(view.edges(keys=True, data=True))))
    assert draw(view).svg() == draw(other).svg()


def test_a_chart_is_the_same_in_another_process():
    code = (
        "import networkx as nx;from llmkg.pictures.tree import tree;"
        "v=nx.MultiDiGraph();[v.add_node(str(n),date=str(2017+n%9)) for n in range(60)];"
        "[v.add_edge(str(n),str(n//3),key=str(n),stratum='idea',status='stated-by-developer') for n in range(60)];"
        "print(tree(v).svg())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert b"<svg" in runs[0]


NAMES = st.sampled_from("abcdefghijklmnopqr")
DATES = st.sampled_from(["", "2017", "2020", "2021-05", "2021-05-03", "2021-11", "2022-01-01", "2023-02-28"])
EDGES = st.lists(
    st.tuples(
        NAMES,
        NAMES,
        st.sampled_from(["RoPE", "Mixture of experts", "旋转位置编码", "x" * 60]),
        st.sampled_from([*STRATA, "other"]),
        st.sampled_from([status for statuses in SURENESS.values() for status in statuses]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(EDGES, st.dictionaries(NAMES, DATES), st.sampled_from(["en", "zh"]))
def test_nothing_lies_on_anything_else_in_any_tree(edges, dates, lang):
    view = view_of(edges, dates)
    canvas = tree(view, lang=lang)
    assert_tidy(canvas)
    assert_no_line_through_a_name(canvas)
    assert sorted(node for node, _ in groups(canvas, "node")) == sorted(view)


def test_several_without_a_date_stand_one_before_the_other_on_the_sheet():
    stated = ("RoPE", "idea", "stated-by-developer")
    chain = [(child, parent, *stated) for child, parent in zip("abcdef", "bcdefg", strict=True)]
    assert_tidy(spread(view_of(chain, {"a": "2017-01-01"}, root="z")))


@settings(max_examples=60, deadline=None)
@given(EDGES, st.dictionaries(NAMES, DATES), st.sampled_from("abcz"), st.sampled_from(["en", "zh"]))
def test_nothing_lies_on_anything_else_in_any_spread(edges, dates, root, lang):
    view = view_of(edges, dates, root=root)
    said = [line for line in bundles(view) if line.child != line.parent and line.sureness != "denied"]
    if not said:
        with pytest.raises(ValueError, match="nobody"):
            spread(view, lang=lang)
        return
    canvas = spread(view, lang=lang)
    assert_tidy(canvas)
    assert_no_line_through_a_name(canvas)
    assert {line.child for line in said} <= {node for node, _ in groups(canvas, "node")}


@settings(max_examples=60, deadline=None)
@given(EDGES, st.integers(2, 20), st.sampled_from(["en", "zh"]))
def test_nothing_lies_on_anything_else_in_any_flow_picture(edges, limit, lang):
    view = view_of(edges)
    drawn = [line for line in bundles(view) if line.child != line.parent and line.sureness != "denied"]
    if not drawn:
        with pytest.raises(ValueError, match="nobody"):
            sankey(view, lang=lang, limit=limit)
        return
    canvas = sankey(view, lang=lang, limit=limit)
    assert_tidy(canvas)
    shown = sum(
        float(title(part).splitlines()[0].replace("：", ":").rpartition(":")[2]) for _, part in groups(canvas, "taker")
    )
    behind = sum(len(line.claims) for line in drawn)
    assert (
        shown
        + sum(float(title(part).splitlines()[0].replace("：", ":").rpartition(":")[2]) for part in folded_bands(canvas))
        == behind
    )


def folded_bands(canvas):
    """Bands of takers that are not drawn by themselves."""
    return [part for part in parsed(canvas.svg()) if part.get("data-claim") and not part.get("data-taker")]


SMALL = view_of(
    [
        ("meta", "google", "SwiGLU", "idea", "stated-by-developer"),
        ("meta", "google", "RMSNorm", "idea", "unconfirmed"),
        ("meta", "openai", "Pre-normalization", "idea", "stated-by-developer"),
        ("meta", "meta", "AdamW", "idea", "stated-by-developer"),
        ("xai", "openai", "RLHF", "idea", "refuted"),
    ]
)


def test_a_flow_picture_says_of_each_band_what_was_taken_and_who_says_so():
    canvas = sankey(SMALL)
    bands = {(taker, part.get("data-giver")): [] for taker, part in groups(canvas, "taker")}
    for taker, part in groups(canvas, "taker"):
        bands[taker, part.get("data-giver")].append(part)
    sure, unsure = bands["meta", "google"]
    assert title(sure) == "meta ← google: 1\nmeta ← SwiGLU ← google: Doe 2023, Section 2 [stated by developer]"
    assert "RMSNorm" in title(unsure)
    assert "hatch" in unsure.find(f"{SVG}path").get("fill")
    assert sure.get("href") == sure.get("data-claim") == f"{ID}claim/0"
    assert sure.get("data-source") == f"{ID}source/s"
    assert ("xai", "openai") not in bands
    svg = canvas.svg()
    assert "Within one organisation, not drawn: 1." in svg
    assert "Refuted or retracted, not drawn: 1." in svg


def test_the_smallest_are_drawn_as_one_that_names_them():
    view = view_of([(f"t{n}", "g", f"x{m}", "idea", "alleged") for n in range(5) for m in range(n + 1)])
    canvas = sankey(view, limit=3)
    others = next(part for node, part in groups(canvas, "node") if node == "others")
    assert title(others) == "3 others: 6 taken by it\nt2, t1, t0"
    assert "t4 · 5" in [text for _, text in canvas.boxes]
    many = sankey(view_of([("t", "g", f"x{n}", "idea", "alleged") for n in range(20)]))
    assert "and 12 more" not in many.svg()
    assert title(groups(many, "taker")[0][1]).splitlines()[-1] == "and 5 more"


def test_weights_of_a_view_count():
    view = SMALL.copy()
    view.edges["meta", "google", f"{ID}claim/0"]["weight"] = 2.5
    assert "meta ← google: 2.5" in sankey(view).svg()


@given(st.lists(st.tuples(NAMES, NAMES, st.booleans(), st.integers(1, 50)), min_size=1, unique_by=lambda row: row[:3]))
def test_the_bands_at_a_bar_fill_it_without_gaps(rows):
    layout = flow_layout([Flow(*row) for row in rows])
    for bars, end, begin in ((layout.givers, "giver", "left"), (layout.takers, "taker", "right")):
        for bar, below in itertools.pairwise(bars):
            assert bar.top + bar.height < below.top
        for bar in bars:
            spans = sorted(
                (getattr(band, begin), band.height) for band in layout.bands if getattr(band.flow, end) == bar.node
            )
            y = bar.top
            for top, height in spans:
                assert top == pytest.approx(y)
                y += height
            assert y == pytest.approx(bar.top + bar.height)


def test_few_bands_cross():
    layout = flow_layout([Flow("x", "b", True, 5), Flow("y", "a", True, 6), Flow("z", "b", True, 1)])
    assert [bar.node for bar in layout.takers] in (["y", "x", "z"], ["x", "z", "y"])
    assert under_others({"a": 1, "b": 2}, 5) == {"b": "b", "a": "a"}
    assert OTHERS not in under_others({"a": 1, "b": 2}, 2).values()


def test_a_family_stands_under_what_it_came_from_most_closely():
    rows = [
        ("alpaca", "llama", "is fine-tuned from", "weights", "stated-by-developer"),
        ("alpaca", "gpt-3", "is trained on output of", "data", "stated-by-developer"),
        ("gpt-4", "gpt-3", "succeeds", "product", "stated-by-developer"),
        ("gpt-4", "glam", "is fine-tuned from", "weights", "alleged"),
        ("llama", "later", "SwiGLU", "idea", "stated-by-developer"),
        ("llama", "palm", "SwiGLU", "idea", "refuted"),
        ("opt", "gpt-2", "a", "idea", "stated-by-developer"),
        ("opt", "gpt-3", "a", "idea", "stated-by-developer"),
        ("bloom", "gpt-2", "a", "idea", "stated-by-developer"),
        ("bloom", "gpt-2", "b", "idea", "stated-by-developer"),
        ("bloom", "gpt-3", "b", "idea", "stated-by-developer"),
        ("mine", "gpt-2", "b", "own", "stated-by-developer"),
        ("round", "about", "b", "idea", "stated-by-developer"),
        ("about", "round", "b", "idea", "stated-by-developer"),
    ]
    dates = {"llama": "2023-02", "later": "2024", "gpt-2": "2019", "gpt-3": "2020", "opt": "2022", "bloom": "2022"}
    view = view_of(rows, dates)
    parents = {node: line.parent for node, line in parents_of(view, bundles(view)).items()}
    about = parents.pop("about")
    assert about == "round"
    assert parents == {"alpaca": "llama", "gpt-4": "gpt-3", "opt": "gpt-3", "bloom": "gpt-2", "mine": "gpt-2"}


def test_nothing_comes_by_way_of_what_has_no_date_from_what_is_later():
    rows = [("b", "x", "t", "idea", "stated-by-developer"), ("x", "a", "t", "idea", "stated-by-developer")]
    view = view_of(rows, {"a": "2024-05-01", "b": "2020-01-01"})
    assert list(parents_of(view, bundles(view))) == ["x"]


def test_what_has_no_date_stands_between_what_it_came_from_and_what_came_from_it():
    rows = [
        ("b", "x", "t", "idea", "stated-by-developer"),
        ("x", "a", "t", "idea", "stated-by-developer"),
        ("y", "b", "t", "idea", "stated-by-developer"),
        ("z", "y", "t", "idea", "inferred"),
        ("c", "w", "t", "idea", "stated-by-developer"),
    ]
    canvas = tree(view_of(rows, {"a": "2020-01-01", "b": "2020-02-01", "c": "2020-03", "lone": "", "year": "2021"}))
    dots = {node: part.find(f"{SVG}circle") for node, part in groups(canvas, "node")}
    x = {node: float(dot.get("cx")) for node, dot in dots.items()}
    assert x["a"] < x["x"] < x["b"] < x["y"] < x["z"]
    assert x["w"] < x["c"]
    assert x["lone"] == max(x.values())
    assert {node for node, dot in dots.items() if dot.get("stroke-dasharray")} == {"x", "y", "z", "w", "lone"}
    assert dots["year"].get("class") == "fill-paper stroke-ink"
    assert "? z" in [text for _, text in canvas.boxes]
    assert "no date known" in title(dict(groups(canvas, "node"))["lone"])
    told = next(part for child, part in groups(canvas, "child") if child == "b")
    assert told.get("href") == told.get("data-claim") == f"{ID}claim/0"
    assert title(told) == "b ← t ← x: Doe 2023, Section 2 [stated by developer]"


def test_a_thousand_families_are_drawn_with_nothing_on_anything_else():
    rows = [
        (f"family {n}", f"family {n // 40 * 35}", "t", STRATA[n % 6], "stated-by-developer") for n in range(1, 1000)
    ]
    dates = {f"family {n}": f"{2015 + n // 100}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(1000)}
    canvas = tree(view_of(rows, dates))
    assert_tidy(canvas)
    assert len(groups(canvas, "node")) == 1000
    assert canvas.height < 15 * 1000


def test_sizes_are_drawn_as_their_family():
    view = view_of([("b-7b", "a-7b", "t", "weights", "stated-by-developer")], {"a": "2020", "b": "2021"})
    view.nodes["a-7b"]["family"], view.nodes["b-7b"]["family"] = "a", "b"
    for draw in (tree, spread):
        canvas = draw(view)
        assert [node for node, _ in groups(canvas, "node")] == ["a", "b"]
        assert "b-7b ← t ← a-7b" in canvas.svg()


def test_there_is_nothing_to_draw_in_an_empty_tree():
    with pytest.raises(ValueError, match="no nodes"):
        tree(nx.MultiDiGraph())


def test_a_spread_says_who_took_it_when_and_from_whom():
    rows = [
        ("llama", "palm", "SwiGLU", "idea", "stated-by-developer"),
        ("llama", "t5", "SwiGLU", "idea", "stated-by-developer"),
        ("qwen", "swiglu", "SwiGLU", "idea", "unconfirmed"),
        ("bert", "swiglu", "SwiGLU", "idea", "refuted"),
    ]
    dates = {"llama": "2023-02-24", "palm": "2022-04-05", "t5": "2020", "qwen": "2023-08", "swiglu": "2020-02"}
    view = view_of(rows, dates, root="swiglu", title="How SwiGLU spread")
    view.nodes["llama"]["organization_label"] = "Meta AI"
    canvas = spread(view)
    texts = [text for _, text in canvas.boxes]
    assert "Meta AI · also from t5" in texts
    assert "? qwen" in texts
    assert "introduced 2020-02" in texts
    assert "2 took it, 2023-02-24 to 2023-08-01; of 1 a source says from whom" in texts
    assert "Refuted or retracted, not drawn: 1." in canvas.svg()
    nodes = dict(groups(canvas, "node"))
    assert nodes.keys() == {"llama", "palm", "t5", "qwen"}
    assert "llama ← SwiGLU ← t5: Doe 2023" in title(nodes["llama"])
    assert "2 by 2023-08-01" in canvas.svg()
    assert "已被驳倒或撤回而未画出：1条。" in "".join(text for _, text in spread(view, lang="zh").boxes).replace(
        " ", ""
    )
    view.remove_nodes_from(["llama", "palm", "t5"])
    assert "took it from" not in [text for _, text in spread(view).boxes]


def test_a_spread_without_any_date_has_no_curve():
    canvas = spread(view_of([("a", "b", "t", "idea", "stated-by-developer")], root="t"))
    assert "1 took it, no date known to no date known" in canvas.description
    assert not re.search(r"1 by ", canvas.svg())


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(5, 60), st.integers(0, 20)), min_size=1, max_size=40))
def test_the_rows_of_a_forest_hold_names_that_do_not_overlap(rows):
    rows.sort(key=lambda row: row[0])
    spots = {str(n): Spot(x, x + 5 + wide) for n, (x, wide, _) in enumerate(rows)}
    above = {n: n - back for n, (_, _, back) in enumerate(rows) if 0 < back <= n}
    parents = {str(n): str(m) for n, m in above.items() if rows[n][0] - rows[m][0] >= BESIDE}
    placed = rows_of(spots, parents, list(spots))
    assert min(placed.values()) == 0
    for one, other in itertools.combinations(spots, 2):
        if placed[one] == placed[other]:
            assert spots[one].right <= spots[other].x or spots[other].right <= spots[one].x
    for node, parent in parents.items():
        between = range(min(placed[node], placed[parent]) + 1, max(placed[node], placed[parent]))
        assert placed[node] != placed[parent]
        for other, spot in spots.items():
            if placed[other] in between:
                assert not spot.x < spots[parent].x < spot.right
            if placed[other] == placed[node] and other != node:
                assert spot.right <= spots[parent].x or spot.x >= spots[node].x


def test_the_days_of_an_axis_are_in_order_and_within_their_year():
    axis = date_axis({2020: 366, 2022: 40}, 10, 100)
    assert axis.edges == {2020: 10, 2021: 376, 2022: 476, 2023: 576}
    assert (axis.left, axis.right) == (10, 576)
    assert axis.x("2020-12-31") == pytest.approx(375)
    assert axis.x("2022-07-01") > axis.x("2022-06-30") > axis.x("2021-12-31")
    assert [middle_of(written) for written in ("2020", "2020-02", "2020-02-03")] == [
        "2020-07-01",
        "2020-02-15",
        "2020-02-03",
    ]


def test_what_stands_below_a_chart_keeps_to_its_width():
    canvas = Canvas(300, 0, "A chart")
    drawn = []
    keys = [Key("words " * 5, lambda canvas, x, y: drawn.append((x, y))) for _ in range(4)]
    draw_below(canvas, keys, "A note that says how to read it. " * 4, 100)
    assert_tidy(canvas)
    assert len({y for _, y in drawn}) > 1
    bare = Canvas(300, 0, "A chart")
    draw_below(bare, [], "", 100)
    assert bare.height < 150
