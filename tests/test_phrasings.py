"""Turns of phrase, their words, and what each word counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkg.catalogue import Catalogue
from llmkg.errors import ReadError
from llmkg.files import Project
from llmkg.phrasings import FILE, Phrasings, Weights, is_slot, read_phrasings, slot

EMPTY = Phrasings({}, {})
MODEL = slot("family")


@pytest.fixture(scope="module")
def phrasings(project):
    return read_phrasings(project)


def test_only_questions_that_exist_have_templates(project, phrasings):
    assert not set(phrasings.templates) - set(Catalogue(project).ids)


def test_every_question_but_the_internal_ones_has_templates_in_both_languages(project, phrasings):
    for query in Catalogue(project):
        if "internal" not in query.tags:
            by_language = phrasings.templates[query.id]
            assert set(by_language) == {"en", "zh"}, query.id
            assert all(len(texts) >= 4 for texts in by_language.values()), query.id


def test_no_template_is_a_sentence_of_the_tests(root, phrasings):
    import csv

    def bare(text):
        return "".join(filter(str.isalnum, text.casefold()))

    with (root / "tests" / "corpus" / "phrasings.csv").open(encoding="utf-8", newline="") as file:
        asked = {bare(row["text"]) for row in csv.DictReader(file)}
    templates = {bare(text) for by in phrasings.templates.values() for texts in by.values() for text in texts}
    assert not asked & templates


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Which licenses does the model have?", ["licens", "model"]),
        ("models training trained trains", ["model", "train", "train", "train"]),
        ("policies passes stopped downloadable", ["policy", "pass", "stop", "download"]),
        ("the of a", []),
        ("", []),
        ("训练的数据", ["训", "练", "数", "据", "训练", "练数", "数据"]),
        ("訓練", ["训", "练", "训练"]),
        ("请问有哪些？", []),
        (f"results of {MODEL}", ["result", MODEL]),
        (f"from {MODEL} to {MODEL}", ["from", MODEL, f"from1{MODEL}", MODEL, f"to2{MODEL}"]),
        (f"从{MODEL}传到{MODEL}", ["从", MODEL, f"from1{MODEL}", "传", "到", "传到", MODEL, f"to2{MODEL}"]),
    ],
)
def test_a_text_has_words(text, words):
    assert EMPTY.words(text) == words


def test_words_of_a_group_are_one_word():
    known = Phrasings({}, {"en": (("rumour", "gossip"),), "zh": (("词元", "token"), ("传闻", "小道消息"))})
    assert known.words("gossips") == known.words("rumour")
    assert known.words("小道消息") == known.words("传闻")
    assert known.words("多少token") == known.words("多少词元")
    assert known.words("tokenless") == ["tokenles"] or known.words("tokenless") == ["tokenless"]


def test_a_project_may_have_no_templates(mini):
    (mini.root / FILE).unlink(missing_ok=True)
    assert read_phrasings(mini) == EMPTY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[questions", "Not TOML"),
        ("questions = 1", "Not lists of texts"),
        ('[questions]\n"a/b" = 1', "Not lists of texts"),
        ('[questions."a/b"]\nen = 1', "Not lists of texts"),
        ("[synonyms]\nen = [1]", "Not lists of texts"),
    ],
)
def test_a_file_of_another_form_is_refused(mini, text, said):
    (mini.root / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ReadError, match=said) as caught:
        read_phrasings(Project(mini.root))
    assert caught.value.where == FILE


def test_a_slot_is_known():
    assert is_slot(MODEL)
    assert is_slot("from1" + MODEL)
    assert not is_slot("family")


def test_rare_words_count_more_than_frequent_ones_and_strange_ones_count():
    weights = Weights([["token", "train"], ["licence", "train"], ["train"]])
    weighed = weights.weigh(["token", "train", "zebra", MODEL, "from1" + MODEL, "训", "训练"])
    assert weighed["token"] > weighed["train"] > 0
    assert weighed["zebra"] > weighed["train"]
    assert weighed[MODEL] > weighed["from1" + MODEL]
    assert weighed["训"] > weighed["训练"]
    assert "token" in weights
    assert MODEL in weights
    assert "zebra" not in weights
    assert set(weights) == {"token", "licence", "train"}


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0.1, 9), min_size=1),
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0.1, 9)),
)
def test_likeness_is_even_handed_and_between_nothing_and_all(one, other):
    assert Weights.likeness(one, other) == pytest.approx(Weights.likeness(other, one))
    assert 0 <= Weights.likeness(one, other) <= 1 + 1e-9
    assert Weights.likeness(one, one) == pytest.approx(1)
