"""Rows that the questions for five kinds of people must have among their answers; each was compared with what it names."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from llmkg.catalogue import Catalogue
from llmkg.files import find_project
from llmkg.queries import run
from llmkg.terms import shrink

ANSWERS = Path(__file__).parent / "corpus" / "answers.csv"
AUDIENCES = ("survey-writer", "engineer", "governance-analyst", "journalist", "librarian")
CATALOGUE = Catalogue(find_project(Path(__file__).parents[1]))


def rows():
    with ANSWERS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pairs(text):
    return dict(pair.split("=", 1) for pair in text.split(";") if pair)


def written(term):
    return "" if term is None else shrink(term.value).removesuffix(".0")


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['question']}-{row['row'][:60]}")
def test_row_is_among_the_answers(store, row):
    query, values = CATALOGUE[row["question"]], pairs(row["values"])
    given = {p.name: [p.term(values.pop(p.name))] for p in query.parameters if p.name in values}
    assert values == {}, "not a parameter"
    wanted = pairs(row["row"])
    assert wanted.keys() <= query.returns.keys()
    found = [{name: written(record[name]) for name in wanted} for record in run(store, query, given).records()]
    assert wanted in found
    assert row["checked against"]


def test_each_kind_of_people_has_five_questions_of_its_own():
    questions = {audience: [id_ for id_ in CATALOGUE.ids if audience in CATALOGUE[id_].tags] for audience in AUDIENCES}
    assert {audience: len(ids) for audience, ids in questions.items()} == dict.fromkeys(AUDIENCES, 5)
    assert len({id_ for ids in questions.values() for id_ in ids}) == 25
    assert {row["question"] for row in rows()} == {id_ for ids in questions.values() for id_ in ids}
