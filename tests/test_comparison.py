"""Models side by side."""

from __future__ import annotations

import pytest

from llmkg.comparison import NOT_KNOWN, compare
from llmkg.terms import expand


@pytest.fixture(scope="module")
def graph(kg):
    return kg


def compared(graph, *names, **more):
    return compare(graph.store, graph.catalogue, [graph[name].entry for name in names], **more)


def cell(comparison, graph, property_, place=1):
    return next(row[place] for row in comparison.rows(graph.names) if row[0] == property_)


def test_each_value_stands_with_its_variant_and_its_sources(graph):
    found = compared(graph, "gpt-3", "llama")
    assert "GPT-3 175B: 175,000,000,000 (BimAnt 2023; Brown et al. 2020" in cell(found, graph, "parameter count")
    assert "LLaMA 13B: 13,000,000,000 (Touvron et al. 2023)" in cell(found, graph, "parameter count", 2)
    assert "SwiGLU" in cell(found, graph, "uses technique", 2)


def test_sources_that_differ_stand_side_by_side(graph):
    told = cell(compared(graph, "palm"), graph, "parameter count")
    assert "PaLM 540B: 540,000,000,000 (BimAnt 2023)" in told
    assert "PaLM 540B: 540,350,000,000 (Chowdhery et al. 2022)" in told


def test_what_is_not_known_is_not_a_no(graph):
    found = compared(graph, "gpt-4", "llama", properties=[expand("llmkg:layerCount")])
    assert cell(found, graph, "layer count") == NOT_KNOWN
    record = found.record(graph.names)[0]
    assert record["models"]["family:gpt-4"] is None
    assert record["models"]["family:llama"][0]["value"] > 1


def test_a_variant_has_what_is_said_of_its_family(graph):
    told = cell(compared(graph, "llama-13b"), graph, "uses technique")
    assert "LLaMA: SwiGLU" in told


def test_a_bound_is_no_value(graph):
    assert "65,000,000,000" not in cell(compared(graph, "llama"), graph, "parameter count")


def test_rumours_stay_out_unless_they_are_wanted(graph):
    policy = graph.accepted
    rumour = expand("llmkg:parametersPerExpert")
    assert rumour not in compared(graph, "gpt-4", statuses=policy).properties
    assert rumour in compared(graph, "gpt-4").properties


def test_what_people_look_for_first_comes_first(graph):
    names = [row[0] for row in compared(graph, "llama-2", "mistral-7b").rows(graph.names)]
    assert names[0] == "developed by"
    assert names.index("parameter count") < names.index("licence") < names.index("uses technique")
    assert names == list(dict.fromkeys(names))


def test_licence_and_access_are_those_of_the_weights(graph):
    assert "MIT" in cell(compared(graph, "deepseek-r1"), graph, "licence")


def test_variants_stand_in_the_order_of_their_numbers_and_apart(graph):
    told = cell(compared(graph, "gpt-3"), graph, "parameter count")
    sizes = [line.partition(":")[0] for line in told.split(";\n")]
    assert sizes[:2] + sizes[-1:] == ["GPT-3 125M", "GPT-3 350M", "GPT-3 175B"]


def test_what_is_in_doubt_is_told_so(graph):
    told = cell(compared(graph, "gpt-4"), graph, "parameter count")
    assert "100,000,000,000,000 (My Celebrity Show 2023, refuted)" in told
    assert "refuted" not in cell(compared(graph, "llama"), graph, "parameter count")


def test_each_number_of_a_family_names_its_variant(graph):
    found = compared(graph, "llama", "llama-2", properties=[expand("llmkg:parameterCount")])
    for place in (1, 2):
        lines = cell(found, graph, "parameter count", place).split(";\n")
        assert len(lines) > 3
        assert all(line.startswith(("LLaMA ", "Llama 2 ")) and ": " in line for line in lines)
