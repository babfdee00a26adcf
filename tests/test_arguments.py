"""What people give as parameters, as terms."""

from __future__ import annotations

from datetime import date

import pyoxigraph as px
import pytest

from llmkg.arguments import choices, example_of, terms_of
from llmkg.errors import AmbiguousNameError, NotFoundError, ParameterError
from llmkg.queries import Parameter
from llmkg.terms import expand


@pytest.fixture(scope="module")
def graph(kg):
    return kg


def terms(graph, question, **given):
    return terms_of(graph.store, graph.catalogue, graph.names, graph.catalogue[question], given)


@pytest.mark.parametrize(
    "name",
    [
        "llama",
        "LLaMA",
        "羊驼",
        "family:llama",
        "https://w3id.org/llmkg/id/family/llama",
        px.NamedNode("https://w3id.org/llmkg/id/family/llama"),
    ],
)
def test_a_thing_is_given_by_any_name(graph, name):
    found = terms(graph, "lineage/descendants", model=name)
    assert found == {"model": [px.NamedNode(expand("family:llama"))]}


def test_a_thing_and_its_entry_are_names_too(graph):
    thing = graph["llama"]
    assert terms(graph, "lineage/descendants", model=thing) == terms(graph, "lineage/descendants", model=thing.entry)


def test_values_of_python_are_written_as_the_query_wants_them(graph):
    found = terms(graph, "techniques/adopters-of", technique="rope", since=2022)
    assert found["since"] == [px.Literal("2022", datatype=px.NamedNode(expand("xsd:gYear")))]
    found = terms(graph, "provenance/known-by", model="gpt-3", date=date(2022, 12, 31))
    assert found["date"][0].value == "2022-12-31"
    assert terms(graph, "provenance/claims-of-family", primary=True)["primary"][0].value == "true"


def test_several_values_are_given_as_a_list(graph):
    found = terms(graph, "entities/facts-of", model=["llama", "palm"])
    assert [term.value.rpartition("/")[2] for term in found["model"]] == ["llama", "palm"]


def test_a_name_that_nothing_has_is_told_with_the_parameter_and_suggestions(graph):
    with pytest.raises(NotFoundError) as caught:
        terms(graph, "techniques/adopters-of", technique="ropee")
    assert caught.value.where == "technique"
    assert "rope" in caught.value.hint


def test_a_name_that_several_things_have_is_never_guessed(graph):
    with pytest.raises(AmbiguousNameError):
        terms(graph, "entities/describe", entity="acceptable use policy")


def test_an_unknown_parameter_is_told_with_those_there_are(graph):
    with pytest.raises(ParameterError, match="has no parameter 'technik'"):
        terms(graph, "techniques/adopters-of", technik="rope")
    with pytest.raises(ParameterError, match="It has none"):
        terms(graph, "entities/counts", of="x")


def test_the_values_to_choose_from_are_those_of_the_other_question(graph):
    allowed = choices(graph.store, graph.catalogue, graph.catalogue["evaluation/frontier"].parameters[0])
    assert px.NamedNode(expand("benchmark:gsm8k")) in allowed
    assert choices(graph.store, graph.catalogue, Parameter("x", "string")) == []


def test_a_value_that_another_question_does_not_list_is_refused(graph, monkeypatch):
    monkeypatch.setattr("llmkg.arguments.choices", lambda *_: [px.NamedNode(expand("benchmark:mmlu"))])
    with pytest.raises(ParameterError) as caught:
        terms(graph, "evaluation/frontier", benchmark="gsm8k")
    assert str(caught.value) == (
        "benchmark: 'gsm8k' is not one of the 1 values that it may have. "
        "Did you mean benchmark:mmlu? evaluation/benchmarks lists them."
    )


def test_an_example_shows_what_may_be_left_out():
    assert example_of(Parameter("a", "iri", example="family:llama")) == "a=family:llama"
    assert example_of(Parameter("a", "iri", example="family:llama", required=False)) == "[a=family:llama]"
