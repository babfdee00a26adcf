"""Charts of tables: models against techniques, and the best results on a benchmark over time; and the views that they draw."""

from __future__ import annotations

import itertools
import json
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkg.adoptions import Adoption
from llmkg.pictures.frontier import frontier as frontier_chart
from llmkg.pictures.labels import along, placed_beside, spread_out, ticks
from llmkg.pictures.matrix import matrix as matrix_chart
from llmkg.pictures.text import Box, text_width
from llmkg.queries import run
from llmkg.terms import expand
from llmkg.views.frontier import Frontier, Point, frontier
from llmkg.views.matrix import Cell, Matrix, TechniqueRow, _meant, matrix
from llmkg.views.naming import Evidence, Named, named

SVG = "{http://www.w3.org/2000/svg}"
STATED = expand("status:stated-by-developer")
NOTHING = Named("", "")


def parsed(canvas):
    return ET.fromstring(canvas.svg())  # noqa: S314 - of our own making


def groups(canvas, attribute):
    return [(part.get(f"data-{attribute}"), part) for part in parsed(canvas) if part.get(f"data-{attribute}")]


def title(part):
    return part.find(f"{SVG}title").text


def assert_tidy(canvas):
    """No two texts overlap, and each is on the sheet."""
    sheet = Box(0, 0, canvas.width, canvas.height)
    for box, text in canvas.boxes:
        assert sheet.grown(0.01).contains(box), text
    for (one, text), (other, text_2) in itertools.combinations(canvas.boxes, 2):
        assert not one.grown(-0.01).overlaps(other), (text, text_2)


def table_of(kg, models, techniques=()):
    iris = [[kg[name].iri for name in names] for names in (models, techniques)]
    return matrix(kg.store, kg.catalogue, kg.names, *iris)


def thing(name):
    return Named(f"https://w3id.org/llmkg/id/x/{name}", name, f"{name}模型")


def claim(name, status=STATED):
    return Evidence(
        f"https://w3id.org/llmkg/id/claim/{name}", thing("LLaMA"), thing("SwiGLU"), status, thing("Doe"), "Section 2"
    )


def small_table():
    models = tuple(map(thing, ["yes", "unsure", "no", "both", "unknown"]))
    row = TechniqueRow(thing("SwiGLU"), thing("Activation function"))
    said = {
        "yes": Cell((claim("a"), *(claim(f"more-{n}") for n in range(6)))),
        "unsure": Cell((claim("b", expand("status:alleged")),)),
        "no": Cell((), (claim("c"),)),
        "both": Cell((claim("d"),), (claim("e"),)),
    }
    cells = {(thing(name).iri, row.technique.iri): cell for name, cell in said.items()}
    return Matrix(models, (row,), cells, frozenset({STATED}))


def test_a_label_is_that_of_the_names_in_both_languages(kg):
    assert named(kg.names, "") == NOTHING
    assert named(kg.names, kg["llama 2"].iri).label == "Llama 2"


def test_a_matrix_tells_yes_from_stated_no_from_not_known(kg):
    table = table_of(kg, ["llama", "gpt-3", "llama 2", "palm"], ["swiglu", "relu", "multi-head-attention"])
    llama, gpt, llama_2, palm = (model.iri for model in table.models)
    swiglu, relu, heads = (row.technique.iri for row in table.rows)
    assert table.cell(llama, swiglu).state == "yes"
    assert table.cell(llama, relu).state == "no"
    assert table.cell(gpt, swiglu).state == "unknown"
    assert table.cell(llama_2, heads).state == "both"
    assert {evidence.what.label for evidence in table.cell(palm, relu).no} == {"SwiGLU"}
    assert json.loads(json.dumps(table.record()))["models"] == [llama, gpt, llama_2, palm]


def test_a_size_uses_what_its_family_uses_and_a_narrower_technique_counts_for_the_broader(kg):
    table = table_of(kg, ["model:llama-13b", "llama"], ["swiglu", "technique:activation-function"])
    size, family = (model.iri for model in table.models)
    swiglu, kind = (row.technique.iri for row in table.rows)
    assert [table.cell(size, swiglu).state, table.cell(family, kind).state] == ["yes", "yes"]
    assert table.rows[0].group.iri == kind == table.rows[1].group.iri


@pytest.mark.parametrize(
    ("status", "meant"),
    [
        ("stated-by-developer", {("swiglu", True), ("gated", True), ("relu", False)}),
        ("alleged", {("swiglu", True), ("gated", True)}),
        ("refuted", {("swiglu", False)}),
    ],
)
def test_what_replaced_another_or_is_refuted_says_no_where_it_is_sure(status, meant):
    texts = dict.fromkeys(
        ("adopted_from", "introduced_in", "modification", "purpose", "claim", "source", "locator"), ""
    )
    adoption = Adoption(
        adopter="llama", technique="swiglu", replaces="relu", status=expand(f"status:{status}"), **texts
    )
    assert set(_meant(adoption, {"swiglu": ["gated"]}, {STATED})) == meant


def test_without_techniques_those_that_most_of_the_models_use_are_chosen(kg):
    table = table_of(kg, ["llama", "llama 2", "qwen2.5"])
    assert 2 <= len(table.rows) <= 40
    groups_in_order = [row.group.label for row in table.rows]
    assert groups_in_order == sorted(groups_in_order, key=str.casefold)
    for row in table.rows:
        assert sum(table.cell(model.iri, row.technique.iri).state in {"yes", "both"} for model in table.models) >= 2
    alone = matrix(kg.store, kg.catalogue, kg.names, [kg["llama"].iri], limit=3)
    assert len(alone.rows) == 3


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_marks_of_a_matrix_differ_in_shape(kg, lang):
    canvas = matrix_chart(small_table(), lang=lang)
    assert_tidy(canvas)
    cells = dict(groups(canvas, "state"))
    shapes = {
        state: [
            (mark.tag, mark.get("d") and len(mark.get("d")), mark.get("stroke-dasharray")) for mark in list(part)[2:]
        ]
        for state, part in cells.items()
    }
    assert len({str(shape) for shape in shapes.values()}) == len(cells) == 5


def test_a_cell_says_who_says_so_and_leads_to_the_claim():
    canvas = matrix_chart(small_table(), title="Mine")
    cells = dict(groups(canvas, "state"))
    lines = title(cells["yes"]).splitlines()
    assert lines[0] == "yes · SwiGLU: yes: a source says so"
    assert lines[1] == "yes: LLaMA · SwiGLU: Doe, Section 2 [stated by developer]"
    assert lines[-1] == "and 1 more"
    assert cells["yes"].get("href") == "https://w3id.org/llmkg/id/claim/a"
    assert cells["no"].get("data-source") == "https://w3id.org/llmkg/id/x/Doe"
    assert "no: LLaMA" in title(cells["both"])
    assert cells["unknown"].get("href") is None
    assert canvas.title == "Mine"
    assert "SwiGLU模型" in [text for _, text in matrix_chart(small_table(), lang="zh").boxes]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_matrix_of_the_real_graph_is_tidy_and_the_same_each_time(kg, lang):
    table = table_of(kg, ["gpt-3", "palm", "bloom", "llama", "llama 2", "mistral 7b", "deepseek-v3", "gpt-4"])
    canvas = matrix_chart(table, lang=lang)
    assert_tidy(canvas)
    assert len(groups(canvas, "state")) == len(table.models) * len(table.rows)
    assert canvas.svg() == matrix_chart(table, lang=lang).svg()


def test_a_matrix_needs_models_and_techniques():
    for empty in (Matrix((), ()), Matrix((thing("a"),), ())):
        with pytest.raises(ValueError, match="needs models and techniques"):
            matrix_chart(empty)


def point(**given):
    known = {
        "model": thing("PaLM"),
        "value": Decimal(58),
        "published": "2022-04-05",
        "setting": thing("Few-shot"),
        "shots": 8,
        "prompting": NOTHING,
        "party": "first",
        "measured_by": NOTHING,
        "claim": "https://w3id.org/llmkg/id/claim/a",
        "status": STATED,
        "source": thing("Doe"),
        "locator": "Table 2",
        "is_best": True,
    }
    return Point(**known | given)


def results(*points, **given):
    known = {"benchmark": thing("GSM8K"), "metric": thing("Accuracy"), "unit": NOTHING, "higher_is_better": True}
    return Frontier(**known | given, points=points)


def test_the_best_results_are_those_that_were_better_than_all_before_in_their_setting(kg):
    found = frontier(kg.store, kg.catalogue, kg.names, kg["gsm8k"].iri)
    assert (found.metric.label, found.unit.label, found.higher_is_better) == ("Accuracy", "Percent", True)
    assert [p.published for p in found.points] == sorted(p.published for p in found.points)
    for one in found.points:
        before = [p for p in found.points if p.setting == one.setting and p.published < one.published]
        if one.is_best:
            assert all(p.value < one.value for p in before)
    labels = [p.model.label for p in found.points if p.is_best and p.setting.label == "Few-shot"]
    assert labels[:3] == ["PaLM 540B", "Flan-PaLM 540B", "GPT-4 base"]
    assert {p.party for p in found.points} == {"first", "third", "secondary"}
    assert "SOTA" not in " ".join(p.model.label for p in found.points)
    assert json.loads(json.dumps(found.record()))["points"][0]["value"] == float(found.points[0].value)


def test_a_result_is_not_older_than_the_model_that_got_it(kg):
    found = frontier(kg.store, kg.catalogue, kg.names, kg["mmlu"].iri)
    late = [p for p in found.points if p.model.label == "o3-mini"]
    assert late
    assert all(p.published >= "2025" for p in late)


def test_only_what_was_published_by_a_day_counts(kg):
    found = frontier(kg.store, kg.catalogue, kg.names, kg["gsm8k"].iri, as_of="2022-12-31")
    assert found.points
    assert max(p.published for p in found.points) <= "2022-12-31"


def test_a_benchmark_without_results_has_none(kg):
    found = frontier(kg.store, kg.catalogue, kg.names, expand("benchmark:none"), metric=expand("metric:perplexity"))
    assert found.points == ()
    with pytest.raises(ValueError, match="no results"):
        frontier_chart(found)


def test_lower_may_be_better(kg):
    lower = [
        row
        for row in run(kg.store, kg.catalogue["evaluation/benchmarks"]).records()
        if row["higherIsBetter"] is not None and row["higherIsBetter"].value == "false"
    ]
    for row in lower:
        found = frontier(kg.store, kg.catalogue, kg.names, row["benchmark"].value, metric=row["metric"].value)
        assert not found.higher_is_better
        for setting in {p.setting for p in found.points}:
            values = [p.value for p in found.points if p.is_best and p.setting == setting]
            assert values == sorted(values, reverse=True)
    assert lower


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["gsm8k", "mmlu", "humaneval", "math", "c-eval"])
def test_a_frontier_of_the_real_graph_is_tidy_and_the_same_each_time(kg, name, lang):
    found = frontier(kg.store, kg.catalogue, kg.names, kg[name].iri)
    canvas = frontier_chart(found, lang=lang)
    assert_tidy(canvas)
    assert canvas.svg() == frontier_chart(found, lang=lang).svg()
    best = [p for p in found.points if p.is_best]
    assert len(groups(canvas, "model")) == len(best)
    assert {setting for setting, _ in groups(canvas, "setting")} == {p.setting.iri or "unsaid" for p in found.points}


def test_a_mark_says_what_was_measured_how_and_by_whom():
    zero, unsaid = thing("Zero-shot"), NOTHING
    canvas = frontier_chart(
        results(
            point(),
            point(
                published="2023",
                value=Decimal("92.05"),
                setting=zero,
                party="third",
                measured_by=thing("HELM"),
                shots=-1,
            ),
            point(published="2023-05", value=Decimal(80), setting=unsaid, party="secondary", prompting=thing("CoT")),
            point(published="2023-06", value=Decimal(50), is_best=False),
            point(published="2023-06", value=Decimal(90), is_best=False, setting=zero, party="third"),
            unit=thing("percent"),
            undated=2,
        )
    )
    assert_tidy(canvas)
    marks = [part for _, part in groups(canvas, "party")]
    told = {title(part) for part in marks}
    assert "PaLM: 92.05 percent\n2023 · Zero-shot\nmeasured by HELM\nDoe, Table 2 [stated by developer]" in told
    assert (
        "PaLM: 80 percent\n2023-05 · setting not stated, 8-shot, CoT\nreported at second hand\nDoe, Table 2 [stated by developer]"
        in told
    )
    assert len(marks) == 4
    below = " ".join(text for _, text in canvas.boxes)
    assert "Beyond the lower end of the scale, not drawn: 1." in below
    assert "Without a date, not drawn: 2." in below
    shapes = {part.get("data-party"): [child.tag for child in part][1:] for part in marks if part.get("data-model")}
    assert shapes["first"] == [f"{SVG}circle"]
    paths = {
        part.get("data-party"): part.find(f"{SVG}path").get("d").count("L")
        for part in marks
        if part.find(f"{SVG}path") is not None
    }
    assert paths == {"third": 3, "secondary": 2}
    assert marks[0].get("href") == "https://w3id.org/llmkg/id/claim/a"


def test_a_single_result_is_drawn():
    canvas = frontier_chart(results(point(value=Decimal(0)), higher_is_better=False), title="Mine")
    assert_tidy(canvas)
    assert canvas.title == "Mine"
    assert "lower is better" in canvas.description
    assert "not the best when it came out" not in canvas.svg()


VALUES = st.decimals(-100, 100, places=2)
POINTS = st.lists(
    st.tuples(
        VALUES,
        st.sampled_from(["2021", "2022-03", "2022-03-04", "2023-12-31"]),
        st.sampled_from(["", *"abcdefghij"]),
        st.sampled_from(["PaLM", "A model with a long name indeed", "通义千问第一代模型"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(POINTS)
def test_nothing_lies_on_anything_else_in_any_frontier(rows):
    points = [
        point(
            value=value,
            published=day,
            setting=thing(setting) if setting else NOTHING,
            model=thing(name),
            claim=f"https://x/{n}",
        )
        for n, (value, day, setting, name, _) in enumerate(sorted(rows, key=lambda row: row[1]))
    ]
    canvas = frontier_chart(results(*points))
    assert_tidy(canvas)
    assert len(groups(canvas, "model")) == len(points)


SPOTS = st.tuples(st.floats(0, 400), st.floats(0, 200))


@given(SPOTS, st.floats(5, 120), st.lists(SPOTS, max_size=30), st.booleans())
def test_a_label_lies_on_nothing_and_stays_on_the_sheet(mark, width, others, far):
    sheet = Box(0, 0, 400, 200)
    taken = [Box(x, y, 30, 12) for x, y in others]
    spot = placed_beside(mark, width, 10, sheet, taken[::2], taken[1::2], far=far)
    if spot is None:
        return
    assert sheet.grown(0.01).contains(spot.box)
    assert not any(spot.box.overlaps(box) for box in taken)
    assert far or not spot.far
    if spot.far:
        assert not any(part.overlaps(box) for part in along(mark, spot.foot(mark[0])) for box in taken[1::2])


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 100), min_size=1, max_size=8))
def test_heights_that_are_spread_out_keep_their_order_and_their_distance(heights):
    placed = spread_out(heights, 14, 0, 200)
    ranked = sorted(heights, key=lambda name: (heights[name], name))
    assert all(placed[other] - placed[one] >= 14 - 1e-9 for one, other in itertools.pairwise(ranked))
    assert all(-1e-9 <= value <= 200 for value in placed.values())


@given(VALUES, st.decimals("0.01", 500, places=2))
def test_ticks_are_round_numbers_within_the_scale(low, span):
    found = ticks(low, low + span)
    assert 2 <= len(found) <= 9
    assert all(low <= tick <= low + span for tick in found)
    assert len({other - one for one, other in itertools.pairwise(found)}) <= 1
    assert text_width(str(found[0]), 10) < 60
