"""Names that stand in a longer text."""

from __future__ import annotations

import pytest

from llmkg.entries import Entry
from llmkg.names import Names
from llmkg.terms import ID_KINDS, NS, expand, shrink


def entry(curie, en="", zh="", *aliases):
    kind = curie.partition(":")[0]
    return Entry(expand(curie), ID_KINDS.get(kind, kind), en, zh, aliases)


GPT_4 = entry("family:gpt-4", "GPT-4", "GPT-4", "GPT4", "第四代 GPT")
GPT_4_32K = entry("model:gpt-4-32k", "GPT-4 32K", "GPT-4 32K")
GPT_3_5 = entry("family:gpt-3-5", "GPT-3.5", "GPT-3.5")
LLAMA = entry("family:llama", "LLaMA", "LLaMA", "羊驼", "大羊驼")
LLAMA_CODE = entry("software:llama", "LLaMA repository", "LLaMA 代码库")
ALPACA = entry("family:alpaca", "Alpaca", "Alpaca", "羊驼")
ROPE = entry("technique:rope", "Rotary position embedding", "旋转位置嵌入", "RoPE", "rotary embeddings")
META = entry("org:meta-ai", "Meta AI", "Meta AI 研究院", "FAIR")


@pytest.fixture
def names():
    return Names.of([GPT_4, GPT_4_32K, GPT_3_5, LLAMA, LLAMA_CODE, ROPE, META])


def found_in(names, text, **more):
    return [
        (mention.text, [shrink(entry.iri) for entry in mention.entries]) for mention in names.mentions(text, **more)
    ]


DROP = entry("benchmark:drop", "DROP", "DROP", "Discrete Reasoning Over Paragraphs")
YI = entry("family:yi", "Yi", "零一万物 Yi")
ATTENTION = entry("technique:attention", "Attention mechanism", "注意力机制", "attention")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Which techniques did LLaMA take?", [("LLaMA", ["family:llama", "software:llama"])]),
        ("LLaMA's ropes", [("LLaMA", ["family:llama", "software:llama"])]),
        ("gpt4, gpt 4 and GPT–4", [(text, ["family:gpt-4"]) for text in ("gpt4", "gpt 4", "GPT–4")]),
        ("GPT-4 32K and GPT-4", [("GPT-4 32K", ["model:gpt-4-32k"]), ("GPT-4", ["family:gpt-4"])]),
        ("大羊駝用旋轉位置嵌入嗎", [("大羊駝", ["family:llama"]), ("旋轉位置嵌入", ["technique:rope"])]),
        ("Does大羊驼use RoPE?", [("大羊驼", ["family:llama"]), ("RoPE", ["technique:rope"])]),
        ("ROTARY POSITION EMBEDDINGS", [("ROTARY POSITION EMBEDDINGS", ["technique:rope"])]),
        ("GPT-4s", []),
        ("xGPT-4", []),
        ("GPT-45", []),
        ("GPT-4.7", []),
        ("no names", []),
        ("", []),
    ],
)
def test_names_are_found_in_a_text(names, text, found):
    assert found_in(names, text) == found


def test_a_common_word_is_a_name_only_as_the_name_is_written():
    names = Names.of([DROP, YI, ATTENTION, entry("unit:tokens", "Tokens", "词元", "token")])
    assert found_in(names, "drop DROP Drop") == [("DROP", ["benchmark:drop"])]
    assert found_in(names, "Yi is one. Yi is it; is Yi? yi") == [("Yi", ["family:yi"])]
    assert found_in(names, "DROP it") == [("DROP", ["benchmark:drop"])]
    assert found_in(names, "tokens and token") == []
    assert found_in(names, "attention") == [("attention", ["technique:attention"])]


def test_a_mention_lists_all_that_bear_the_name_and_keeps_to_kinds():
    names = Names.of([LLAMA, ALPACA, entry("software:x", "X", "X", "羊驼"), Entry(NS + "y", "term", "羊驼", "", ())])
    (mention,) = names.mentions("问羊驼")
    assert [shrink(entry.iri) for entry in mention.entries] == ["family:alpaca", "family:llama", "software:x"]
    assert (mention.start, mention.end, mention.name) == (1, 3, "羊驼")
    assert found_in(names, "羊驼", kinds=["software"]) == [("羊驼", ["software:x"])]
    assert found_in(names, "羊驼", kinds=["risk"]) == []


def test_a_long_text_is_read_too(names):
    assert len(names.mentions("GPT-4 und andere Wörter dazu, verschieden genug 1 2 3 4 5 6 7 8 9; " * 40)) == 40
