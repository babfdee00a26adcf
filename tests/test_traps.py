"""What is often got wrong in the field, and must stay right in the graph.

``corpus/facts.csv`` has direct statements that hold, or must not (with an empty value: none at all). The other tests hold
what one statement cannot say.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from llmkg.catalogue import Catalogue
from llmkg.queries import run
from llmkg.terms import NS, shrink

FACTS = Path(__file__).parent / "corpus" / "facts.csv"


def rows():
    with FACTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def ask(store):
    """Answers to SPARQL as tuples of prefixed names and texts."""

    def answers(text):
        return [tuple("" if term is None else shrink(term.value) for term in row) for row in store.query(text).rows]

    return answers


@pytest.fixture
def answer(store, project):
    """Answers to a saved question as dictionaries of prefixed names and texts."""
    catalogue = Catalogue(project)

    def answers(id_, **values):
        query = catalogue[id_]
        given = {p.name: [p.term(values[p.name])] for p in query.parameters if p.name in values}
        return [
            {name: "" if term is None else shrink(term.value) for name, term in row.items()}
            for row in run(store, query, given).records()
        ]

    return answers


def access_of(ask, model, artefact):
    """Status, access and licence that are claimed of an artefact."""
    return ask(
        f"SELECT DISTINCT ?status ?access ?licence {{ ?claim llmkg:available {model} ; llmkg:artefact artefact:{artefact} ; "
        "llmkg:access ?access ; llmkg:status ?status . OPTIONAL { ?claim llmkg:licence ?licence } }"
    )


@pytest.mark.parametrize("row", rows(), ids=lambda row: "-".join([row["subject"], row["property"], row["value"]]))
def test_direct_statement(ask, row):
    values = [value for (value,) in ask(f"SELECT ?value {{ {row['subject']} llmkg:{row['property']} ?value }}")]
    assert ask(f"SELECT ?class {{ {row['subject']} a ?class }}"), "there is no such thing"
    if row["value"]:
        assert (row["value"] in values) is (row["holds"] == "yes")
    else:
        assert row["holds"] == "no"
        assert values == []


def test_code_that_is_reused_is_no_ancestor_of_weights(ask, answer):
    reused = ask("SELECT ?s ?o { ?claim rdf:predicate llmkg:reusesCodeOf ; rdf:subject ?s ; rdf:object ?o }")
    models = [(child, parent) for child, parent in reused if child.startswith(("family:", "model:"))]
    assert models
    for child, parent in models:
        assert parent not in {row["ancestor"] for row in answer("lineage/built-from", model=child)}


def test_licences_of_sizes_differ(ask):
    licences = {
        size: {licence for _, _, licence in access_of(ask, f"model:qwen2-5-{size}", "weights") if licence}
        for size in ("3b", "7b", "72b")
    }
    assert licences == {"3b": {"licence:qwen-research"}, "7b": {"licence:apache-2-0"}, "72b": {"licence:qwen"}}


def test_a_licence_that_was_changed_is_kept_as_retracted(ask):
    said = access_of(ask, "model:falcon-7b", "weights")
    assert ("status:retracted", "access:open", "licence:falcon-llm-tii") in said
    assert ("status:stated-by-developer", "access:open", "licence:apache-2-0") in said


def test_weights_that_one_must_ask_for_are_not_open(ask):
    for model in ("family:llama", "model:llama-2-7b", "family:gemma"):
        assert {access for _, access, _ in access_of(ask, model, "weights")} <= {"access:gated", "access:partial"}


def test_zero_shot_is_kept_apart_from_few_shot(answer):
    found = {
        (row["setting"], row["value"])
        for row in answer("evaluation/results-of", model="model:gpt-3-175b")
        if row["benchmark"] == "benchmark:coqa"
    }
    assert {("setting:zero-shot", "81.5"), ("setting:one-shot", "84"), ("setting:few-shot", "85")} <= {
        (setting, value.removesuffix(".0")) for setting, value in found
    }


def test_base_and_tuned_models_have_results_of_their_own(ask):
    pairs = ask(
        "SELECT DISTINCT ?tuned ?base { ?tuned llmkg:isFineTunedFrom ?base . ?a llmkg:evaluated ?tuned . ?b llmkg:evaluated ?base }"
    )
    assert len(pairs) >= 20
    assert not [pair for pair in pairs if pair[0] == pair[1]]
    shared = ask("SELECT ?claim { ?claim llmkg:evaluated ?one , ?other . FILTER (?one != ?other) }")
    assert shared == []


def test_who_measured_a_third_party_result_is_not_the_developer(ask):
    wrong = ask(
        "SELECT ?claim { ?claim llmkg:status status:measured-by-third-party ; llmkg:measuredBy ?by ; llmkg:evaluated ?model . "
        "{ ?model llmkg:developedBy ?by } UNION { ?model llmkg:isVariantOf ?family . ?family llmkg:developedBy ?by } }"
    )
    assert wrong == []


def test_first_and_third_party_results_stand_beside_each_other(ask):
    found = ask(
        "SELECT ?status { ?claim llmkg:evaluated model:claude-3-opus ; llmkg:benchmark benchmark:gpqa-diamond ; llmkg:status ?status }"
    )
    assert {status for (status,) in found} >= {"status:stated-by-developer", "status:measured-by-third-party"}


def test_what_a_paper_credits_is_not_what_introduced_it(answer):
    found = [
        row
        for row in answer("lineage/why", model="family:llama", technique="technique:swiglu")
        if row["source"] == "source:touvron-2023"
    ]
    assert [(row["adoptedFrom"], row["introducedIn"]) for row in found] == [("family:palm", "source:shazeer-2020")]


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("GQA", "benchmark:gqa"),
        ("grouped-query attention", "technique:grouped-query-attention"),
        ("Transformer", "family:transformer"),
        ("Transformer architecture", "technique:transformer-architecture"),
        ("Perceiver resampler", "technique:perceiver-resampler"),
        ("Perceiver", "family:perceiver"),
        ("MATH", "benchmark:math"),
        ("CoCa", "family:coca"),
        ("CoQA", "benchmark:coqa"),
        ("GLM", "family:glm"),
        ("GLaM", "family:glam"),
    ],
)
def test_things_with_like_names_are_different_things(snapshot, text, iri):
    assert shrink(snapshot.names.resolve(text).iri) == iri


def test_what_is_commonly_said_and_wrong_is_found_with_who_refutes_it(answer):
    found = answer("provenance/misconceptions")
    assert len({row["refutedClaim"] for row in found}) >= 15
    assert all(row["saidBy"] for row in found)
    refuted = {row["refutedClaim"] for row in found if row["claim"] and row["reason"]}
    assert len(refuted) >= 15
    about = {row["about"] for row in answer("provenance/misconceptions", model="family:gpt-4")}
    assert about == {"family:gpt-4"}


def test_a_refuted_claim_gives_no_direct_statement(ask):
    wrong = ask(
        "SELECT ?claim { ?claim llmkg:status status:refuted ; rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . ?s ?p ?o . "
        "FILTER NOT EXISTS { ?other rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; llmkg:status ?status . ?status llmkg:isAccepted true } }"
    )
    assert wrong == []


def test_what_is_estimated_is_no_direct_statement(ask):
    estimated = ask(
        "SELECT ?model { ?claim llmkg:trained ?model ; llmkg:computeFlops ?value ; llmkg:status status:estimated . "
        f"?model <{NS}trainingCompute> ?value }}"
    )
    assert estimated == []
