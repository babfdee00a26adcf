"""The picture of a lineage: what is drawn, where, and that nothing lies on anything else."""

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
from llmkg.pictures.columns import columns, drawn_days
from llmkg.pictures.folding import fold, under_families
from llmkg.pictures.legend import DASHES
from llmkg.pictures.ordering import crossings, placed, untangled
from llmkg.pictures.text import Box
from llmkg.pictures.timeline import timeline
from llmkg.pictures.words import SURENESS, WORDS, label_of, period, sureness_of
from llmkg.terms import STRATA
from llmkg.views.strata import lineage

SVG = "{http://www.w3.org/2000/svg}"
STATED = "https://w3id.org/llmkg/concept/status/stated-by-developer"
ID = "https://w3id.org/llmkg/id/"


def view_of(edges, dates=(), **attributes):
    """A view from (child, parent, label, stratum, status) rows."""
    view = nx.MultiDiGraph(view="lineage", **attributes)
    for number, (child, parent, label, stratum, status) in enumerate(edges):
        view.add_edge(
            child,
            parent,
            key=f"{ID}claim/{number}",
            child=child,
            parent=parent,
            claim=f"{ID}claim/{number}",
            label=label,
            stratum=stratum,
            status=f"https://w3id.org/llmkg/concept/status/{status}",
            source=f"{ID}source/s",
            source_label="Doe 2023",
            locator="Section 2",
        )
    for node, date in dict(dates).items():
        view.add_node(node, date=date)
    for node in view:
        view.nodes[node].setdefault("label", node)
    return view


SMALL = view_of(
    [
        ("llama", "palm", "SwiGLU", "idea", "stated-by-developer"),
        ("llama", "gpt-3", "Pre-normalization", "idea", "stated-by-developer"),
        ("llama", "corpus", "is trained on", "data", "stated-by-developer"),
        ("alpaca", "llama", "is fine-tuned from", "weights", "unconfirmed"),
        ("vicuna", "llama", "is fine-tuned from", "weights", "refuted"),
    ],
    {"llama": "2023-02-24", "palm": "2022-04", "gpt-3": "2020", "vicuna": "2023-03-30"},
    root="llama",
)


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - of our own making


def groups(svg, attribute):
    """The groups of a picture that say a thing of themselves."""
    return [part for part in parsed(svg) if part.get(f"data-{attribute}")]


def cards(svg):
    """The box of each node."""
    found = {}
    for part in groups(svg, "node"):
        if not part.get("data-folded"):
            rect = part.find(f"{SVG}rect")
            found[part.get("data-node")] = Box(*(float(rect.get(key)) for key in ("x", "y", "width", "height")))
    return found


def points(data):
    """Points along a path of moves, level lines and cubic curves."""
    x = y = 0.0
    for letter, numbers in re.findall(r"([MHC])([^MHC]*)", data):
        values = list(map(float, numbers.split()))
        if letter == "M":
            x, y = values
            yield x, y
        elif letter == "H":
            yield from ((x + (values[0] - x) * step / 20, y) for step in range(1, 21))
            x = values[0]
        else:
            x1, y1, x2, y2, x3, y3 = values
            for t in (step / 40 for step in range(1, 41)):
                u = 1 - t
                yield (
                    u**3 * x + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t**3 * x3,
                    u**3 * y + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t**3 * y3,
                )
            x, y = x3, y3


def drawn_lines(svg):
    """Child, parent and points of each line."""
    for part in groups(svg, "child"):
        yield part.get("data-child"), part.get("data-parent"), list(points(part.find(f"{SVG}path").get("d")))


def assert_tidy(canvas):
    """No two texts overlap, no two cards do, all is on the sheet, and no line touches a card of another."""
    sheet = Box(0, 0, canvas.width, canvas.height)
    for box, text in canvas.boxes:
        assert sheet.grown(0.01).contains(box), text
    for place, (one, text) in enumerate(canvas.boxes, 1):
        inner = one.grown(-0.01)
        for other, text_2 in canvas.boxes[place:]:
            assert not inner.overlaps(other), (text, text_2)
    svg = canvas.svg()
    boxes = cards(svg)
    for one, other in itertools.combinations(boxes.values(), 2):
        assert not one.grown(2).overlaps(other)
    for child, parent, along in drawn_lines(svg):
        for node, box in boxes.items():
            if node not in {child, parent}:
                left, right, top, bottom = box.left, box.right, box.top, box.bottom
                assert not any(left < x < right and top < y < bottom for x, y in along), (child, parent, node)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("name", "depth"), [("llama", 1), ("llama", 0), ("gpt-3", 1), ("palm", 1), ("blip-2", 0)])
def test_nothing_lies_on_anything_else_in_the_pictures_of_the_real_graph(kg, name, depth, lang):
    view = lineage(kg, kg[name].iri, depth=depth)
    canvas = timeline(view, lang=lang)
    assert_tidy(canvas)
    assert len(cards(canvas.svg())) <= 80


DATES = st.sampled_from(["", "2020", "2021-05", "2021-05-03", "2021-11", "2022", "2022-01-01", "2023-02-28"])
NAMES = st.sampled_from("abcdefghijklmnopqr")
EDGES = st.lists(
    st.tuples(
        NAMES,
        NAMES,
        st.sampled_from(
            ["RoPE", "Mixture of experts with auxiliary-loss-free load balancing", "旋转位置编码", "x" * 60]
        ),
        st.sampled_from([*STRATA, "other"]),
        st.sampled_from([status for statuses in SURENESS.values() for status in statuses]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60)
@given(EDGES, st.dictionaries(NAMES, DATES), st.sampled_from("abc"), st.integers(1, 20), st.sampled_from(["en", "zh"]))
def test_nothing_lies_on_anything_else_in_any_picture(edges, dates, root, limit, lang):
    view = view_of(edges, {node: date for node, date in dates.items() if date}, root=root)
    canvas = timeline(view, lang=lang, limit=limit)
    assert_tidy(canvas)
    svg = canvas.svg()
    folded = sum(int(part.get("data-folded")) for part in groups(svg, "folded"))
    assert len(cards(svg)) + folded == len(view)
    assert len(cards(svg)) == min(limit, len(view))


@settings(max_examples=60)
@given(EDGES, st.dictionaries(NAMES, DATES))
def test_what_is_later_never_stands_before_what_is_earlier(edges, dates):
    view = view_of(edges, {node: date for node, date in dates.items() if date})
    view.remove_edges_from(list(nx.selfloop_edges(view)))
    made = columns(view, lambda node: 1, 5)
    at = {node: place for place, column in enumerate(made) for node in column.nodes}
    assert at.keys() == set(view)
    days = drawn_days(view)
    for one, other in itertools.permutations(days, 2):
        assert days[one] >= days[other] or at[one] <= at[other]
    for child, parent in view.edges():
        assert at[child] != at[parent]
        if parent not in days and child in days and nx.is_directed_acyclic_graph(view):
            assert at[parent] < at[child]
    for column in made:
        assert len({view.nodes[node]["date"][:4] for node in column.nodes if "date" in view.nodes[node]}) <= 1


def test_a_thing_without_a_date_stands_before_what_came_from_it_or_last():
    view = view_of(
        [(one, other, "x", "idea", "alleged") for one, other in ["cb", "ba", "bd", "eb", "ec", "fe"]],
        {"b": "2021", "c": "2022", "a": "2020"},
    )
    made = columns(view, lambda node: 1, 10)
    assert [column.nodes for column in made] == [["a", "d"], ["b"], ["c"], ["e"], ["f"]]
    assert [column.year for column in made] == ["2020", "2021", "2022", "", ""]
    assert [column.is_after for column in made] == [False, False, False, True, True]


def test_a_column_that_is_needed_before_an_undated_thing_is_put_in():
    view = view_of([(*pair, "x", "idea", "alleged") for pair in ["cb", "ba"]], {"a": "2020-01", "c": "2020-01"})
    assert [column.nodes for column in columns(view, lambda node: 1, 10)] == [["a"], ["b"], ["c"]]


def test_where_no_column_has_room_an_undated_thing_goes_next_to_what_came_from_it():
    view = view_of([("c", other, "x", "data", "alleged") for other in "abd"], {"a": "2020", "c": "2021"})
    assert [column.nodes for column in columns(view, lambda node: 1, 1)] == [["a", "b", "d"], ["c"]]


def test_an_undated_thing_goes_where_there_is_room_rather_than_next_to_what_came_from_it():
    view = view_of([("c", other, "x", "data", "alleged") for other in "bdef"], {"a": "2020", "b": "2021", "c": "2022"})
    assert [column.nodes for column in columns(view, lambda node: 1, 2)] == [["a", "f"], ["b", "d", "e"], ["c"]]


def test_things_without_dates_that_came_from_each_other_are_drawn():
    view = view_of([(*pair, "x", "idea", "alleged") for pair in ["ab", "ba", "ca"]], {"c": "2020"})
    assert sorted(node for column in columns(view, lambda node: 1, 10) for node in column.nodes) == ["a", "b", "c"]
    assert_tidy(timeline(view))


def test_every_node_and_line_has_a_title_a_link_and_its_source():
    view = nx.relabel_nodes(SMALL, {node: f"{ID}family/{node}" for node in SMALL})
    svg = timeline(view).svg()
    nodes = {part.get("data-node"): part for part in groups(svg, "node")}
    assert nodes.keys() == set(view)
    for node, part in nodes.items():
        assert part.get("href") == node
        assert node in part.find(f"{SVG}title").text
    lines = groups(svg, "child")
    assert {part.get("href") for part in lines} == {key for *_, key in view.edges(keys=True)}
    for part in lines:
        assert part.get("data-source") == f"{ID}source/s"
        assert "Doe 2023, Section 2" in part.find(f"{SVG}title").text
    named = [part for part in groups(svg, "claim") if part.get("data-child") is None]
    assert {part.get("href") for part in named} == {f"{ID}source/s"}
    assert {text.text for part in named for text in part.findall(f"{SVG}text")} >= {"SwiGLU", "is trained on"}


def test_what_is_not_confirmed_looks_so():
    svg = timeline(SMALL).svg()
    lines = {(part.get("data-child"), part.get("data-parent")): part for part in groups(svg, "child")}
    sure, unsure, denied = (
        lines[pair].findall(f"{SVG}path") for pair in [("llama", "palm"), ("alpaca", "llama"), ("vicuna", "llama")]
    )
    assert sure[0].get("opacity") is None
    assert sure[1].get("class").startswith("fill-idea")
    for paths in (unsure, denied):
        assert paths[0].get("opacity") == "0.5"
        assert paths[1].get("class").startswith("fill-paper")
    texts = {text.text for text in parsed(svg).iter(f"{SVG}text")}
    assert {"? is fine-tuned from", "× is fine-tuned from"} <= texts
    struck = [part for part in groups(svg, "claim") if part.find(f"{SVG}line") is not None]
    assert [part.find(f"{SVG}text").text for part in struck] == ["× is fine-tuned from"]


def test_strata_differ_by_more_than_colour():
    assert set(DASHES) == set(STRATA)
    assert len(set(DASHES.values())) == len(DASHES)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_legend_has_what_is_drawn_and_no_more(lang):
    texts = [text for _, text in timeline(SMALL, lang=lang).boxes]
    place = ["en", "zh"].index(lang)
    for key in ("idea", "weights", "data", "sure", "unsure", "denied", "model", "undated-node"):
        assert WORDS[key][place] in texts
    for key in ("code", "architecture", "reported", "disputed", "dataset", "product-node"):
        assert WORDS[key][place] not in texts


def test_a_data_set_and_a_product_have_their_own_boxes():
    view = SMALL.copy()
    view.add_node("corpus", kind="dataset")
    view.add_node("alpaca", kind="product")
    texts = [text for _, text in timeline(view).boxes]
    assert {"data set", "product", "no date known"} <= set(texts)


def test_labels_are_in_the_language_asked_for():
    view = SMALL.copy()
    view.add_node("llama", label="LLaMA", label_zh="羊驼", organization_label="Meta")
    view.graph |= {"title": "All of it", "title_zh": "全部", "as_of": "2024-01-01"}
    texts = {lang: [text for _, text in timeline(view, lang=lang).boxes] for lang in ("en", "zh")}
    assert {"LLaMA", "All of it, as of 2024-01-01", "2023-02-24 · Meta"} <= set(texts["en"])
    assert {"羊驼", "全部（截至 2024-01-01）", "4月"} <= set(texts["zh"])
    assert "羊驼" not in texts["en"]
    view.graph |= {"title": "", "title_zh": ""}
    assert "羊驼 的谱系（截至 2024-01-01）" in [text for _, text in timeline(view, lang="zh").boxes]


def test_the_same_view_gives_the_same_bytes_in_whatever_order_it_is_built():
    edges = list(SMALL.edges(keys=True, data=True))
    other = nx.MultiDiGraph(**SMALL.graph)
    other.add_nodes_from(reversed(list(SMALL.nodes(data=True))))
    other.add_edges_from(reversed(edges))
    assert timeline(other).svg() == timeline(SMALL).svg()


def test_the_same_view_gives_the_same_bytes_in_another_process():
    code = "from test_pictures_timeline import SMALL, timeline; print(timeline(SMALL).svg(), end='')"
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            encoding="utf-8",
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"},
        ).stdout
        for seed in ("1", "2")
    }
    assert made == {timeline(SMALL).svg()}


def test_a_view_without_nodes_cannot_be_drawn():
    with pytest.raises(ValueError, match="nothing to draw"):
        timeline(nx.MultiDiGraph())


def test_a_view_of_one_thing_alone_is_drawn():
    view = nx.MultiDiGraph(root="a")
    view.add_node("a", label="Alone")
    texts = [text for _, text in timeline(view).boxes]
    assert "Alone" in texts
    assert "Lineage of Alone" in texts
    assert_tidy(timeline(view))


def test_what_lies_beyond_the_limit_is_counted_and_named():
    view = view_of([(f"m{n:02}", "hub", "is fine-tuned from", "weights", "inferred") for n in range(45)], root="hub")
    canvas = timeline(view, limit=8)
    (badge,) = groups(canvas.svg(), "folded")
    assert badge.get("data-folded") == "38"
    assert "+38 more" in [text for _, text in canvas.boxes]
    assert "m07, m08" in badge.find(f"{SVG}title").text
    assert badge.find(f"{SVG}title").text.endswith("and 8 more")
    assert_tidy(canvas)


def test_folding_keeps_what_is_near_the_root_and_models_rather_than_data_sets():
    view = nx.MultiDiGraph([("root", "set"), ("child", "root"), ("grandchild", "child")], root="root")
    view.add_node("set", kind="dataset")
    assert fold(view, 3).badges == {"root": ("set",)}
    assert fold(view, 1).badges == {"root": ("child", "grandchild", "set")}
    loose = nx.MultiDiGraph([("b", "a")])
    loose.add_node("alone")
    assert fold(loose, 1).badges == {"a": ("b", "alone")}


def test_sizes_are_drawn_as_their_family_and_what_is_between_them_is_counted():
    view = view_of(
        [
            ("alpaca-7b", "llama-7b", "is fine-tuned from", "weights", "stated-by-developer"),
            ("llama-7b-chat", "llama-7b", "is fine-tuned from", "weights", "stated-by-developer"),
        ],
        root="llama-7b",
    )
    view.add_node("llama", label="LLaMA")
    view.add_node("llama-7b", family="llama", label="LLaMA 7B")
    view.add_node("llama-7b-chat", family="llama-7b")
    view.add_node("lonely", label="Of nothing")
    view.add_node("alpaca", label="Alpaca")
    view.add_node("alpaca-7b", family="alpaca", label="Alpaca 7B")
    whole, inside = under_families(view)
    assert inside == 1
    assert whole.graph["root"] == "llama"
    assert sorted(whole) == ["alpaca", "llama", "lonely"]
    canvas = timeline(view)
    assert "Alpaca 7B ← is fine-tuned from ← LLaMA 7B: Doe 2023" in canvas.svg()
    assert any("not drawn: 1." in text for _, text in canvas.boxes)
    assert set(cards(timeline(view, families=False).svg())) == set(view)


def test_families_that_are_each_other_s_family_do_not_hang_it():
    view = nx.MultiDiGraph()
    view.add_node("a", family="b")
    view.add_node("b", family="a")
    view.add_edge("a", "b", key="c")
    assert len(under_families(view)[0]) + under_families(view)[1] > 0


def test_what_one_source_states_and_another_reports_is_one_line_and_what_is_refuted_another():
    view = view_of(
        [
            ("b", "a", "RoPE", "idea", "reported-by-secondary-source"),
            ("b", "a", "RoPE", "idea", "stated-by-developer"),
            ("b", "a", "RoPE", "idea", "refuted"),
            ("b", "a", "GELU", "idea", "alleged"),
        ]
    )
    made = {bundle.sureness: bundle for bundle in bundles(view)}
    assert list(made) == ["sure", "unsure", "denied"]
    assert made["sure"].claims == (f"{ID}claim/1", f"{ID}claim/0")
    assert made["sure"].title.count("\n") == 1
    assert made["denied"].labels == ("RoPE",)


def test_a_line_of_many_claims_tells_the_first_twelve():
    view = view_of([("b", "a", f"T{n}", "idea", "disputed") for n in range(15)])
    (bundle,) = bundles(view)
    assert bundle.title.endswith("and 3 more")
    texts = [text for _, text in timeline(view).boxes]
    assert any(text.startswith("! T0 · T1") for text in texts)
    assert any(re.search(r"\+\d+$", text) for text in texts)


def test_a_line_against_the_dates_points_back():
    view = view_of([("b", "a", "x", "idea", "stated-by-developer")], {"b": "2020", "a": "2021"})
    svg = timeline(view).svg()
    boxes = cards(svg)
    assert boxes["b"].right < boxes["a"].left
    (line,) = groups(svg, "child")
    head = line.findall(f"{SVG}path")[1].get("d").split()
    assert float(head[1]) == pytest.approx(boxes["b"].right)
    assert float(head[4]) > float(head[1])


def test_a_thing_that_came_from_itself_is_counted_and_not_drawn():
    view = view_of([("a", "a", "x", "idea", "alleged"), ("b", "a", "x", "idea", "alleged")])
    for families in (True, False):
        canvas = timeline(view, families=families)
        assert len(groups(canvas.svg(), "child")) == 1
        assert any("not drawn: 1." in text for _, text in canvas.boxes)


def test_links_that_cross_are_counted_and_untangled():
    links = [("a", "d"), ("b", "c"), ("a", "c"), ("b", "d")]
    assert crossings(["a", "b"], ["c", "d"], links) == 1
    assert crossings(["a", "b"], ["c", "d"], [("a", "c"), ("a", "d"), ("b", "d")]) == 0
    assert untangled([["a", "b", "c"], ["z", "y", "x"]], [[("a", "x"), ("b", "y"), ("c", "z")]]) == [
        ["a", "b", "c"],
        ["x", "y", "z"],
    ]


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(0.1, 10), st.floats(1, 50)), min_size=1, max_size=20))
def test_items_are_placed_in_order_without_overlap_and_in_the_room(items):
    wanted, weights, heights = zip(*items, strict=True)
    room = sum(heights) + 5 * len(heights)
    tops = placed(wanted, weights, heights, 5, room)
    assert tops[0] >= 0
    assert tops[-1] + heights[-1] <= room + 1e-6
    for top, height, below in zip(tops, heights, tops[1:], strict=False):
        assert below - top - height >= 5 - 1e-6


def test_statuses_and_months_are_read():
    assert sureness_of(STATED) == "sure"
    assert sureness_of("https://example.org/who-knows") == "unsure"
    assert label_of({}, f"{ID}family/x", "zh") == "x"
    assert period("2023-02-24", "2023-02", "en") == "Feb"
    assert period("2023", "2023", "en") == ""
    assert period("", "", "zh") == ""
