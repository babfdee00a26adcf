"""Questions in words, matched to saved questions.

The sentences of ``corpus/phrasings.csv`` were written before any template was; those of the part ``held-out`` were not looked at while
templates and weights were set.
"""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkg.catalogue import Catalogue
from llmkg.entries import Entry
from llmkg.errors import NotFoundError
from llmkg.matching import THRESHOLD, confident, match
from llmkg.names import Names
from llmkg.phrasings import FILE
from llmkg.repertoire import group_of, kinds_for, repertoire_of
from llmkg.terms import expand, shrink

LEAST_SHARE = 0.85
LEAST_PHRASINGS = 70
LEAST_OUT_OF_SCOPE = 35


@pytest.fixture(scope="module")
def ask(project, snapshot):
    catalogue = Catalogue(project)
    return lambda text, limit=3: match(text, catalogue, snapshot.names, limit)


def rows(root, name):
    with (root / "tests" / "corpus" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def curies(found):
    return {name: shrink(value) for name, value in found.values.items()}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_most_phrasings_reach_the_right_question_with_the_right_values(ask, root, language, record_property):
    asked, reached, right, wrong = Counter(), Counter(), Counter(), []
    for row in rows(root, "phrasings.csv"):
        if row["language"] == language:
            best = next(iter(ask(row["text"], 1)), None)
            values = dict(value.split("=") for value in row["values"].split())
            asked[row["part"]] += 1
            reached[row["part"]] += bool(best and best.query == row["query"])
            if best and best.confidence >= THRESHOLD and best.query == row["query"] and curies(best) == values:
                right[row["part"]] += 1
            else:
                wrong.append((row["text"], best))
    for part, count in asked.items():
        told = f"{reached[part]} of {count} reach the question, {right[part]} with the values and surely"
        record_property(f"{language} {part}", told)
        print(f"{language} {part}: {told}")  # noqa: T201 - pytest -rP shows it
    assert asked.total() >= LEAST_PHRASINGS
    assert right.total() >= LEAST_SHARE * asked.total(), wrong
    assert all(reached[part] >= LEAST_SHARE * count for part, count in asked.items()), wrong


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_out_of_scope_gets_a_sure_answer(ask, root, language):
    texts = [row["text"] for row in rows(root, "out-of-scope.csv") if row["language"] == language]
    sure = {text: found[0] for text in texts if (found := ask(text, 1)) and found[0].confidence >= THRESHOLD}
    assert not sure


def test_enough_is_out_of_scope(root):
    assert len(rows(root, "out-of-scope.csv")) >= LEAST_OUT_OF_SCOPE


@pytest.mark.parametrize(
    ("text", "query", "values"),
    [
        (
            "LLaMA 从哪个模型借用了 SwiGLU?",
            "lineage/why",
            {"model": "family:llama", "technique": "technique:swiglu"},
        ),
        (
            "from which model did LLaMA take SwiGLU",
            "lineage/why",
            {"model": "family:llama", "technique": "technique:swiglu"},
        ),
        ("which models use RoPE and who introduced it", "techniques/adopters-of", {"technique": "technique:rope"}),
        ("羊駝的許可證允許什麼？", "licences/terms-of", {"model": "family:llama"}),
        ("what did LLaMA take from earlier models?", "lineage/borrowed-techniques", {"model": "family:llama"}),
        ("what came out of LLaMA?", "lineage/descendants", {"model": "family:llama"}),
        ("models that can be used commercially", "licences/models-allowing", {"term": "licenceterm:commercial-use"}),
    ],
)
def test_a_question_is_understood(ask, text, query, values):
    best = ask(text)[0]
    assert (best.query, curies(best)) == (query, values)
    assert best.confidence >= THRESHOLD


@pytest.mark.parametrize(
    ("text", "giver", "taker"),
    [
        ("which techniques did Google borrow from OpenAI?", "org:openai", "org:google"),
        ("which techniques did OpenAI borrow from Google?", "org:google", "org:openai"),
        ("from Google, what did Meta AI take?", "org:google", "org:meta-ai"),
        ("techniques that went from OpenAI to Google", "org:openai", "org:google"),
        ("哪些技术从 OpenAI 传到了谷歌", "org:openai", "org:google"),
        ("谷歌从 OpenAI 借用了什么", "org:openai", "org:google"),
    ],
)
def test_who_gave_and_who_took_are_told_apart(ask, text, giver, taker):
    best = ask(text)[0]
    assert (best.query, curies(best)) == ("techniques/between-organizations", {"giver": giver, "taker": taker})


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("what did RMSNorm replace", "techniques/adopters-of"),
        ("what replaced LayerNorm", "techniques/replacements-of"),
        ("Which techniques replaced ReLU?", "techniques/replacements-of"),
        ("RMSNorm 取代了什么?", "techniques/adopters-of"),
        ("什么取代了 LayerNorm", "techniques/replacements-of"),
        ("哪些技术替代了 ReLU", "techniques/replacements-of"),
    ],
)
def test_what_replaced_and_what_was_replaced_are_told_apart(ask, text, query):
    assert ask(text)[0].query == query


def test_two_models_keep_their_order(ask):
    values = {"model": "family:gpt-3", "other": "family:palm"}
    assert curies(ask("compare GPT-3 with PaLM")[0]) == values
    assert curies(ask("compare PaLM with GPT-3")[0]) == dict(zip(values, reversed(values.values()), strict=True))


def test_what_was_understood_and_what_not_is_told(ask):
    best = ask("where did falcon get multi-query attention from, Google?")[0]
    assert best.query == "lineage/why"
    assert {"falcon", "multi-query attention"} <= set(best.understood)
    assert "Google" in best.ignored


def test_a_slip_of_the_pen_is_forgiven(ask):
    best = ask("how many paramters does chincilla have")[0]
    assert (best.query, curies(best)) == ("entities/sizes-of", {"model": "family:chinchilla"})


@pytest.mark.parametrize(
    "text",
    [
        "models with more than 100 billion parameters",
        "models trained on more than 15 trillion tokens",
        "参数超过 100 亿的模型",
        "lama 2 licence comercial",
        "Write me a poem about llamas",
        "Who works at OpenAI?",
    ],
)
def test_what_no_question_is_about_gets_no_sure_answer(ask, text):
    assert all(one.confidence < THRESHOLD for one in ask(text))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("How many parameters does Mistral have?", "entities/sizes-of"),
        ("DeepSeek 的上下文长度是多少?", "entities/sizes-of"),
        ("which models did Mistral develop", "entities/models-of"),
    ],
)
def test_a_makers_name_is_its_models_where_a_model_is_asked_about(ask, text, query):
    best = ask(text)[0]
    assert (best.query, best.confidence >= THRESHOLD) == (query, True)


def test_a_question_that_nothing_comes_near_is_offered_nothing(project, snapshot):
    with pytest.raises(NotFoundError) as caught:
        confident("what is the weather", Catalogue(project), snapshot.names)
    assert caught.value.hint == "'llmkg query' lists what can be asked."


def test_the_name_of_several_families_stays_as_it_was_written(ask):
    assert ask("How many parameters does Mistral have?")[0].values == {"model": "Mistral"}


def test_of_the_passive_too_giver_and_taker_are_told_apart(ask):
    best = ask("谷歌的哪些技术被 Meta 采用了?")[0]
    assert curies(best) == {"giver": "org:google", "taker": "org:meta-ai"}


def test_the_best_come_first_and_as_many_as_wanted(ask):
    found = ask("which models use RoPE", 5)
    assert len(found) == 5
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)
    assert all(0 <= one.confidence <= 1 for one in found)


@pytest.mark.parametrize("text", ["", "?", "  ", "\x00", "的", "12345", "\ue000family\ue001"])
def test_a_text_that_asks_nothing_gets_no_sure_answer(ask, text):
    assert all(one.confidence < THRESHOLD for one in ask(text))


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_is_read(ask, text):
    assert all(0 <= one.confidence <= 1 for one in ask(text))


def question(summary, params, body):
    header = "".join(f"#+   {name}: {{{spec}}}\n" for name, spec in params.items())
    lines = "".join(f"VALUES ?{name} {{ UNDEF }} " for name in params)
    return (
        f"#+ summary: {summary}\n#+ summary-zh: {body}\n"
        + (f"#+ params:\n{header}" if params else "")
        + f"SELECT * {{ {lines} }}\n"
    )


QUESTIONS = {
    "queries/t/adopters.rq": question(
        "Who took up a technique?",
        {
            "technique": "type: iri, class: skos:Concept, scheme: technique, example: technique:rope",
            "since": "type: gYear, example: 2020, required: false",
        },
        "谁采用了某项技术？",
    ),
    "queries/t/known.rq": question(
        "What was known of a thing by a day?",
        {"model": "type: iri, example: family:llama", "date": "type: date, example: 2022-12-31"},
        "截至某日知道什么？",
    ),
    "queries/t/large.rq": question(
        "Which are larger than a number?", {"least": "type: integer, example: 5"}, "哪些大于某数？"
    ),
    "queries/t/secret.rq": question("Which rumours are there?", {}, "有哪些传闻？").replace(
        "#+ summary-zh", "#+ tags: [internal]\n#+ summary-zh"
    ),
}
PHRASINGS = """\
[questions."t/adopters"]
en = ["who took up {technique}", "who uses {technique} since {since}", "adopters of {technique}, {bogus}"]
zh = ["谁采用了 {technique}"]
"""


def thing(curie, en, *aliases):
    from llmkg.terms import ID_KINDS

    kind = curie.partition(":")[0]
    return Entry(expand(curie), ID_KINDS.get(kind, kind), en, "", aliases)


@pytest.fixture
def small(tiny):
    for name, text in QUESTIONS.items():
        (tiny.root / name).parent.mkdir(parents=True, exist_ok=True)
        (tiny.root / name).write_text(text, encoding="utf-8")
    (tiny.root / FILE).write_text(PHRASINGS, encoding="utf-8")
    return Catalogue(tiny)


NAMES = [
    thing("technique:rope", "RoPE"),
    thing("technique:swan", "Swan attention"),
    thing("technique:goose", "Goose attention", "Swan attention"),
    thing("technique:one", "Bird"),
    thing("technique:two", "Bird"),
    thing("family:llama", "LLaMA"),
    thing("org:meta", "Meta"),
]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("who took up RoPE since 2022", {"technique": "technique:rope", "since": "2022"}),
        ("since 2022, who took up RoPE", {"technique": "technique:rope", "since": "2022"}),
        ("2022年以来谁采用了 RoPE", {"technique": "technique:rope", "since": "2022"}),
        ("who took up RoPE", {"technique": "technique:rope"}),
        ("who took up swan attention", {"technique": "technique:swan"}),
    ],
)
def test_a_year_fills_a_parameter_that_may_be_left_out(small, text, values):
    best = match(text, small, Names.of(NAMES))[0]
    assert (best.query, curies(best)) == ("t/adopters", values)
    assert best.confidence >= THRESHOLD


def test_a_name_that_several_things_bear_stays_a_name(small):
    assert match("who took up Bird", small, Names.of(NAMES))[0].values == {"technique": "Bird"}


def test_a_parameter_for_anything_prefers_what_its_example_is(small):
    found = {one.query: curies(one) for one in match("what was known of LLaMA by 2021", small, Names.of(NAMES))}
    assert found["t/known"] == {"model": "family:llama", "date": "2021-12-31"}
    found = {one.query: curies(one) for one in match("what of Meta was known of LLaMA by 2021", small, Names.of(NAMES))}
    assert found["t/known"]["model"] == "family:llama"
    found = {one.query: curies(one) for one in match("what was known of Meta by 2021", small, Names.of(NAMES))}
    assert found["t/known"]["model"] == "org:meta"


def test_a_question_without_templates_is_found_by_its_summary(small):
    best = match("which are larger than 7?", small, Names.of(NAMES))[0]
    assert (best.query, best.values) == ("t/large", {"least": "7"})
    assert best.confidence >= THRESHOLD


def test_a_question_whose_parameters_cannot_be_filled_is_not_offered(small):
    assert "t/adopters" not in {one.query for one in match("who took up it", small, Names.of(NAMES))}


def test_the_programs_own_questions_are_not_offered(small):
    assert "t/secret" not in {question.id for question in repertoire_of(small).questions}


def test_what_is_left_over_makes_less_sure(small):
    names = Names.of(NAMES)
    plain = match("who took up RoPE", small, names)[0].confidence
    for more in ("who took up RoPE LLaMA", "who took up RoPE 17", "who took up RoPE Bird", "who took up RoPE zebra"):
        assert match(more, small, names)[0].confidence < plain


def test_each_parameter_has_a_group_and_kinds(small):
    parameters = {name: value for one in repertoire_of(small).questions for name, value in one.parameters.items()}
    assert {name: group_of(value) for name, value in parameters.items()} == {
        "technique": "technique",
        "since": "time",
        "model": "family",
        "date": "time",
        "least": "number",
    }
    assert kinds_for(parameters["least"]) == ()
    assert kinds_for(parameters["technique"]) == ("technique",)
    assert "organization" in kinds_for(parameters["model"])
