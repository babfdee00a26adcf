"""The claims behind the rows of an answer."""

from __future__ import annotations

import pytest

from llmkg.catalogue import Catalogue
from llmkg.errors import NotFoundError
from llmkg.evidence import evidence_for
from llmkg.files import find_project
from llmkg.terms import expand, kind_of

CATALOGUE = Catalogue(find_project("."))
ASKED = [question.id for question in CATALOGUE if "internal" not in question.tags]
EDITORIAL = {"evaluation/benchmarks", "techniques/taxonomy", "provenance/reviews"}
"""Questions about what the graph records without a claim: labels and kinds, and second readings."""


@pytest.fixture(scope="module")
def graph(kg):
    return kg


def with_examples(graph, id_, **more):
    values = {parameter.name: parameter.example for parameter in graph.catalogue[id_].parameters}
    return graph.query(id_, values, all_claims=True, **more)


@pytest.mark.parametrize("id_", ASKED)
def test_any_question_has_claims_behind_its_rows(id_, graph):
    answer = with_examples(graph, id_, limit=25)
    assert len(answer.why) == len(answer)
    assert any(answer.why) is (id_ not in EDITORIAL)
    for record, found in zip(answer, answer.why, strict=True):
        for evidence in found:
            assert kind_of(evidence.claim) == "claim"
            assert evidence.locator
            assert kind_of(evidence.source) == "source"
        if record.get("claim"):
            assert record["claim"] in {evidence.claim for evidence in found}
            assert {record.get("source", found[0].source)} <= {evidence.source for evidence in found}


@pytest.mark.parametrize("id_", [id_ for id_ in CATALOGUE.ids if CATALOGUE[id_].why])
def test_a_question_that_says_why_names_another_and_its_parameters(id_):
    question = CATALOGUE[id_]
    behind = CATALOGUE[question.why["question"]]
    names = {parameter.name for parameter in behind.parameters}
    assert set(question.why) - {"question"} <= names
    assert {parameter.name for parameter in behind.parameters if parameter.required} <= set(question.why)
    known = {*question.returns, *(parameter.name for parameter in question.parameters)}
    assert {column for name, column in question.why.items() if name != "question"} <= known
    assert "claim" in behind.returns


def test_the_figures_of_a_variant_rest_on_claims_with_these_figures(graph):
    answer = graph.query("entities/specification", family="llama")
    place = [record["variant"] for record in answer].index(expand("model:llama-13b"))
    claims = {evidence.claim.rpartition("/")[2] for evidence in answer.why[place]}
    assert "llama-13b_parameter-count_touvron-2023" in claims
    assert not any("llama-7b" in claim or "swiglu" in claim for claim in claims)


def test_a_count_rests_on_as_many_claims(graph):
    answer = graph.query("techniques/spread", limit=10)
    assert [record["claims"] for record in answer] == [len(found) for found in answer.why]
    answer = graph.query("provenance/coverage", limit=40)
    assert [record["count"] for record in answer] == [len(found) for found in answer.why]
    answer = graph.query("provenance/sources-about", model="llama", all_claims=True)
    assert [record["claims"] for record in answer] == [len(found) for found in answer.why]


def test_evidence_says_who_where_when_and_how_sure(graph):
    evidence = graph.query("lineage/why", model="llama", technique="swiglu").why[0][0]
    assert evidence.record(graph.names) == {
        "claim": expand("claim:llama_swiglu_touvron-2023"),
        "source": {"iri": expand("source:touvron-2023"), "label": "Touvron et al. 2023"},
        "locator": "Section 2.2",
        "status": "stated-by-developer",
        "date": "2023-02-27",
        "readIn": None,
    }


def test_a_claim_that_is_none_is_told(graph):
    with pytest.raises(NotFoundError, match="No claim is called 'claim:nothing'"):
        evidence_for(graph.store, graph.catalogue, [expand("claim:nothing")])
    assert evidence_for(graph.store, graph.catalogue, []) == []
