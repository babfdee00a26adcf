"""What the licences of a model, and of all that it came from, say of a use."""

from __future__ import annotations

import pytest

from llmkg.permissions import FORBIDDEN, NOT_KNOWN, PERMITTED, permissions


@pytest.fixture(scope="module")
def graph(kg):
    return kg


def rulings(graph, model, use="commercial use"):
    term = graph.names.resolve(use, kinds=["licenceterm"]).iri
    return permissions(graph.store, graph.catalogue, graph[model].iri, term)


def test_a_licence_that_forbids_is_told_with_its_clause(graph):
    (ruling,) = rulings(graph, "llama")
    assert ruling.verdict == FORBIDDEN
    assert ruling.row(graph.names)[-2:] == ["LLaMA licence", ruling.locator]
    assert ruling.locator
    assert ruling.record()["claim"].startswith("https://w3id.org/llmkg/id/claim/")


def test_what_the_weights_came_from_is_asked_too(graph):
    found = rulings(graph, "deepseek-r1-distill-llama-8b")
    models = [graph.names.label(ruling.model) for ruling in found]
    assert models[0] == "DeepSeek-R1-Distill-Llama-8B"
    assert any("Llama 3.1" in model for model in models[1:])
    assert PERMITTED in {ruling.verdict for ruling in found}


def test_a_model_without_a_known_licence_permits_nothing(graph):
    (ruling,) = rulings(graph, "gpt-4")
    assert (ruling.licence, ruling.verdict) == ("", NOT_KNOWN)
    assert ruling.row(graph.names)[1:] == [NOT_KNOWN, NOT_KNOWN, "", "", ""]
    assert ruling.record()["licence"] is None


def test_a_clause_on_another_use_is_no_answer(graph):
    verdicts = {ruling.verdict for ruling in rulings(graph, "mistral-7b", "military use")}
    assert verdicts == {NOT_KNOWN}


def test_what_the_variants_of_a_family_came_from_is_asked_too(graph):
    found = {(graph.names.label(ruling.model), ruling.verdict) for ruling in rulings(graph, "vicuna")}
    assert {("Vicuna", NOT_KNOWN), ("Vicuna 7B v1.5", PERMITTED), ("LLaMA 13B", FORBIDDEN)} <= found


def test_a_variant_with_a_licence_of_its_own_is_told_apart(graph):
    found = {(graph.names.label(ruling.model), ruling.verdict) for ruling in rulings(graph, "family:qwen2-5")}
    assert {("Qwen2.5 7B", PERMITTED), ("Qwen2.5 3B", FORBIDDEN)} <= found


def test_of_a_family_all_whose_variants_have_a_licence_none_is_missing(graph):
    assert "DeepSeek LLM" not in {graph.names.label(ruling.model) for ruling in rulings(graph, "deepseek-llm")}
