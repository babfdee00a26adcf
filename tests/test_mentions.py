"""Names of things inside a longer text."""

from __future__ import annotations

import pytest

from llmkg.mentions import Mention, mentions
from llmkg.names import Entry, Names

ID = "https://w3id.org/llmkg/id/"
LLAMA = Entry(f"{ID}family/llama", "family", "LLaMA", "LLaMA", ("羊驼",))
LLAMA_2 = Entry(f"{ID}family/llama-2", "family", "Llama 2", "Llama 2", ())
LLAMA_2_7B = Entry(f"{ID}model/llama-2-7b", "model", "Llama 2 7B", "Llama 2 7B", ())
ROPE = Entry(f"{ID}technique/rope", "technique", "Rotary position embedding", "旋转位置编码", ("RoPE",))
NAMES = Names.of([LLAMA, LLAMA_2, LLAMA_2_7B, ROPE])


def found(text, **more):
    return [mention.entries[0].en for mention in mentions(NAMES, text, **more)]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("does llama use rope?", ["LLaMA", "Rotary position embedding"]),
        ("Llama-2-7b and LLaMA", ["Llama 2 7B", "LLaMA"]),
        ("llama 2 took it", ["Llama 2"]),
        ("rotary position embeddings", ["Rotary position embedding"]),
        ("羊驼用了旋转位置编码吗", ["LLaMA", "Rotary position embedding"]),
        ("羊駝用了旋轉位置編碼嗎", ["LLaMA", "Rotary position embedding"]),
        ("LLaMA从哪里来", ["LLaMA"]),
        ("European llamadrama", []),
        ("", []),
    ],
)
def test_the_longest_name_is_found_at_the_edges_of_words(text, labels):
    assert found(text) == labels


def test_only_things_of_the_wanted_kinds_are_found():
    assert found("llama with rope", kinds={"technique"}) == ["Rotary position embedding"]


def test_a_mention_says_where_it_stands():
    (mention,) = mentions(NAMES, "does Llama 2 count")
    assert "does Llama 2 count"[mention.start : mention.end] == "Llama 2"


def test_a_family_is_preferred_to_its_variant_of_the_same_name():
    family = Entry(f"{ID}family/falcon", "family", "Falcon", "Falcon", ())
    variant = Entry(f"{ID}model/falcon-1", "model", "Falcon", "Falcon", ())
    mention = Mention(0, 6, (variant, family))
    assert mention.of_kind({"family", "model"}) is family
    assert mention.of_kind({"model"}) is variant
    assert mention.of_kind({"technique"}) is None
