"""Names as they are compared."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkg.folding import COMMON_WORDS, Written, fold, is_chinese, simplify, singular

CHINESE = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("GPT–4", "gpt4"),
        ("GPT—4", "gpt4"),
        ("Llama 2 7b", "llama27b"),
        ("羊駝", "羊驼"),
        ("旋轉位置嵌入", "旋转位置嵌入"),
        ("書生·浦語", "书生浦语"),
        ("通義千問 2.5", "通义千问25"),
        ("HumanEval+", "humaneval+"),
        ("ＨｕｍａｎＥｖａｌ＋ ", "humaneval+"),
        ("a + b", "ab"),
        ("++", "++"),
    ],
)
def test_a_name_is_folded(text, folded):
    assert fold(text) == folded


@given(CHINESE, CHINESE)
def test_a_part_of_a_chinese_name_is_a_part_of_it_when_folded(one, other):
    assert simplify(one + other) == simplify(one) + simplify(other)


@given(CHINESE)
def test_simplifying_keeps_the_length_and_is_done_once(text):
    assert len(simplify(text)) == len(text)
    assert simplify(simplify(text)) == simplify(text)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_a_character_is_chinese_or_not():
    assert [is_chinese(char) for char in "羊a1。ア"] == [True, False, False, False, False]


def test_names_in_latin_letters_need_no_dictionary():
    code = "import sys; from llmkg.folding import fold; fold('ＧＰＴ－4'); print('opencc' in sys.modules); fold('羊'); print('opencc' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_a_plural_has_a_singular_unless_it_is_short():
    assert singular("transformers") == "transformer"
    assert singular("gpts") == singular("transformer") == ""


def test_a_text_knows_where_its_letters_stood():
    written = Written("E\u0301clair GPT-4！HumanEval+")
    assert written.folded == "éclairgpt4humaneval+"
    first, last = written.places[0][0], written.places[5][1]
    assert written.text[first:last] == "E\u0301clair"


def test_names_stand_from_the_beginning_of_a_word_to_the_end_of_one():
    written = Written("use羊驼GPT 4")
    assert {written.folded[start:end] for start, end in written.spans(5)} == {
        "use", "use羊", "use羊驼", "羊驼", "驼gpt", "驼gpt4", "gpt", "gpt4", "羊驼gpt", "4",
    }  # fmt: skip


def test_common_words_are_folded():
    assert {fold(word) for word in COMMON_WORDS} == COMMON_WORDS


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("GPT-9", True),
        ("GPT 9", True),
        ("GPT–9", True),
        ("GPT.9", True),
        ("GPT9", True),
        ("GPT 9.5?", True),
        ("GPT", False),
        ("GPT 2020", False),
        ("GPT 7B", False),
        ("GPT 30%", False),
        ("GPT, 9", False),
    ],
)
def test_a_name_may_go_on_with_a_number(text, follows):
    assert Written(text).number_follows(3) is follows
