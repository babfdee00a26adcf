"""The graph as its sources stood on a day."""

from __future__ import annotations

from datetime import date

import pyoxigraph as px
import pytest

import llmkg
from llmkg.errors import ParameterError
from llmkg.publication import day_of, published_by
from llmkg.snapshot import read_quads
from llmkg.terms import expand

ISSUED = "http://purl.org/dc/terms/issued"
DAY = date(2022, 12, 31)


@pytest.fixture(scope="module")
def quads(project):
    return read_quads(project)


@pytest.fixture(scope="module")
def then(quads):
    return published_by(quads, DAY)


def values(quads, predicate):
    return {quad.subject.value: quad.object.value for quad in quads if quad.predicate.value == predicate}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2022-12-31", date(2022, 12, 31)),
        ("2022", date(2022, 12, 31)),
        ("2023-02", date(2023, 2, 28)),
        (date(2021, 5, 6), date(2021, 5, 6)),
    ],
)
def test_a_day_may_be_a_month_or_a_year(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize("text", ["", "yesterday", "2022-13", "2022-02-30", "22", "2022-1-1", "2022-12-31T00:00"])
def test_what_is_no_day_is_told(text):
    with pytest.raises(ParameterError, match="is not a day"):
        day_of(text)


def test_no_source_is_later(then):
    issued = values(then, ISSUED)
    assert issued
    assert all(date_ <= "2022-12-31"[: len(date_)] for date_ in issued.values())


def test_every_claim_has_a_source_that_was_there(quads, then):
    sources = {subject for subject in values(then, ISSUED) if "/id/source/" in subject}
    claims = values(then, expand("llmkg:source"))
    assert 0 < len(claims) < len(values(quads, expand("llmkg:source")))
    assert set(claims.values()) <= sources


def test_what_remains_is_unchanged_and_nothing_is_added(quads, then):
    assert set(then) <= set(quads)


def test_nothing_points_at_what_is_gone(quads, then):
    gone = {quad.subject for quad in quads} - {quad.subject for quad in then}
    assert gone
    assert not [quad for quad in then if quad.object in gone]


def test_a_model_of_which_nobody_spoke_yet_is_gone_and_an_older_one_is_there(then):
    families = {quad.subject.value.rpartition("/")[2] for quad in then if "/id/family/" in str(quad.subject)}
    assert {"gpt-3", "palm", "bert"} <= families
    assert not {"gpt-4", "llama", "deepseek-r1"} & families


def test_vocabularies_stay_whole(quads, then):
    def concepts(statements):
        return {quad.subject for quad in statements if "/concept/technique/" in str(quad.subject)}

    assert concepts(then) == concepts(quads)


def test_a_later_day_only_adds_sources(quads, then):
    later = set(values(published_by(quads, date(2023, 12, 31)), ISSUED))
    assert set(values(then, ISSUED)) < later


def test_on_a_late_day_nothing_with_a_date_is_missing(quads):
    last = published_by(quads, date(9999, 12, 31))
    assert values(last, expand("llmkg:source")) == values(quads, expand("llmkg:source"))


def test_a_claim_with_a_source_without_a_date_never_counts():
    claim, source = px.NamedNode(expand("claim:a")), px.NamedNode(expand("source:a"))
    quads = [
        px.Quad(claim, px.NamedNode(expand("llmkg:source")), source),
        px.Quad(source, px.NamedNode(expand("skos:prefLabel")), px.Literal("A")),
    ]
    assert published_by(quads, DAY) == []


def test_the_loaded_graph_of_a_day_answers_for_that_day(root):
    graph = llmkg.load(root, as_of="2022-12-31")
    answer = graph.query("evaluation/frontier", benchmark="gsm8k")
    assert [record["published"] for record in answer] == sorted(record["published"] for record in answer)
    assert answer[len(answer) - 1]["published"] <= "2022-12-31"
    now = llmkg.load(root).query("evaluation/frontier", benchmark="gsm8k")
    assert [tuple(record.items()) for record in answer] == [tuple(record.items()) for record in now][: len(answer)]
    with pytest.raises(llmkg.LlmkgError):
        graph["gpt-4"]


def test_the_policy_is_applied_to_what_was_known(root):
    """A derived fact rests on claims of that day."""
    graph = llmkg.load(root, as_of="2020")
    question = "SELECT ?n { model:gpt-3-175b llmkg:parameterCount ?n }"
    assert [row[0].value for row in graph.sparql(question).rows] == ["175000000000"]
    assert not graph.sparql("ASK { ?m llmkg:parameterCount ?n . model:palm-540b llmkg:parameterCount ?n }")
