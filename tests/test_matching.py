"""Questions in words, matched to saved questions.

The corpus was written before the templates; its part ``held-out`` was not looked at while they were tuned.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import llmkg
from llmkg.catalogue import Catalogue
from llmkg.errors import NotFoundError, ReadError
from llmkg.matching import CONFIDENT, Match, match, read_phrasings
from llmkg.terms import expand

CORPUS = Path(__file__).parent / "corpus"
LEAST_SHARE = 0.85


def rows(name):
    with (CORPUS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PHRASINGS = rows("phrasings.csv")
OUT_OF_SCOPE = rows("out-of-scope.csv")


@pytest.fixture(scope="module")
def graph(root):
    return llmkg.load(root)


def best(graph, text):
    found = match(text, graph.catalogue, graph.names)
    return found[0] if found else Match("", {}, 0.0, ())


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("part", ["tune", "held-out"])
def test_most_phrasings_reach_the_right_question(graph, language, part, record_property):
    asked = [row for row in PHRASINGS if (row["language"], row["part"]) == (language, part)]
    found = [(row, best(graph, row["text"])) for row in asked]
    right = [(row, matched) for row, matched in found if matched.question == row["query"]]
    answered = [matched for _, matched in right if matched.confidence >= CONFIDENT]
    filled = [
        row
        for row, matched in right
        if dict(matched.values) == {k: expand(v) or v for k, _, v in (p.partition("=") for p in row["values"].split())}
    ]
    shares = {"right": len(right), "answered": len(answered), "filled": len(filled)}
    for name, count in shares.items():
        record_property(f"{language} {part} {name}", f"{count / len(asked):.3f} of {len(asked)}")
    assert len(asked) >= 40
    assert shares["right"] >= LEAST_SHARE * len(asked)
    assert shares["answered"] >= LEAST_SHARE * len(asked)
    assert shares["filled"] >= LEAST_SHARE * len(asked)


def test_there_are_enough_phrasings_of_every_question_and_none_is_a_template(graph):
    said = {row["text"] for row in PHRASINGS}
    assert all(sum(row["language"] == language for row in PHRASINGS) >= 60 for language in ("en", "zh"))
    templates = {text for texts in read_phrasings(graph.catalogue).values() for each in texts.values() for text in each}
    summaries = {text for question in graph.catalogue for text in (question.summary, question.summary_zh)}
    assert not said & (templates | summaries)
    assert {row["query"] for row in PHRASINGS} <= set(graph.catalogue.ids)


@pytest.mark.parametrize("row", OUT_OF_SCOPE, ids=lambda row: row["text"][:40])
def test_what_is_out_of_scope_gets_no_confident_answer(graph, row):
    assert best(graph, row["text"]).confidence < CONFIDENT
    assert len(OUT_OF_SCOPE) >= 30


def test_every_question_that_people_ask_has_templates_in_both_languages(graph):
    phrasings = read_phrasings(graph.catalogue)
    asked = {question.id for question in graph.catalogue if "internal" not in question.tags}
    assert set(phrasings) - {"synonyms"} == asked
    assert all(set(texts) == {"en", "zh"} and all(texts.values()) for id_, texts in phrasings.items() if id_ in asked)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        (
            "LLaMA 从哪个模型借用了 SwiGLU?",
            "llmkg query lineage/why model=family:llama technique=technique:swiglu",
        ),
        ("羊駝從哪個模型借用了 SwiGLU", "llmkg query lineage/why model=family:llama technique=technique:swiglu"),
        ("which models use RoPE and who introduced it", "llmkg query techniques/adopters-of technique=technique:rope"),
        (
            "who uses rope since 2023?",
            "llmkg query techniques/adopters-of technique=technique:rope since=2023",
        ),
        (
            "what did Meta AI take from Google",
            "llmkg query techniques/between-organizations giver=org:google taker=org:meta-ai",
        ),
        (
            "models below 15B parameters that permit commercial use",
            "llmkg query licences/models-allowing term=licenceterm:commercial-use most=15000000000",
        ),
        (
            "which models were trained with more than 10^25 FLOPs",
            "llmkg query training/compute least=10000000000000000000000000",
        ),
        ("what was known of GPT-4 by 2023-06-30", "llmkg query provenance/known-by model=family:gpt-4 date=2023-06-30"),
    ],
)
def test_names_years_days_and_amounts_fill_the_parameters(graph, text, command):
    assert best(graph, text).command() == command


def test_a_misspelled_word_and_a_misspelled_name_are_understood(graph):
    assert best(graph, "which tehcniques does Chinchila use").command() == (
        "llmkg query techniques/used-by model=family:chinchilla"
    )


def test_a_name_that_is_of_no_use_costs_and_is_told(graph):
    with_name = best(graph, "which models use RoPE, SwiGLU and GSM8K")
    assert with_name.unused
    assert with_name.confidence < best(graph, "which models use RoPE").confidence


def test_each_question_is_suggested_once_and_the_best_first(graph):
    found = match("which models use RoPE", graph.catalogue, graph.names, limit=5)
    assert len({each.question for each in found}) == len(found) == 5
    assert [each.confidence for each in found] == sorted((each.confidence for each in found), reverse=True)


def test_a_text_without_words_matches_nothing_well(graph):
    assert best(graph, "").confidence < CONFIDENT
    assert best(graph, "?!").confidence < CONFIDENT


def test_asking_in_python_answers_or_refuses(graph):
    answer = graph.ask("which models use SwiGLU")
    assert answer.columns[0] == "adopter"
    with pytest.raises(NotFoundError, match="No saved question fits"):
        graph.ask("how do I bake bread")


def test_a_file_of_phrasings_that_is_not_toml_is_told(mini):
    path = mini.root / "queries"
    path.mkdir(exist_ok=True)
    (path / "phrasings.toml").unlink(missing_ok=True)
    (path / "phrasings.toml").write_text("a = \n", encoding="utf-8")
    with pytest.raises(ReadError, match="Not TOML"):
        read_phrasings(Catalogue(mini))
