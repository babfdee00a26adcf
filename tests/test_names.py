"""Looking things up by what people call them."""

from __future__ import annotations

import sqlite3

import pyoxigraph as px
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkg.entries import Entry, entries_of, kinds_of_class
from llmkg.errors import AmbiguousNameError, NotFoundError
from llmkg.folding import fold
from llmkg.names import Names
from llmkg.terms import CONCEPT_SCHEMES, ID_KINDS, NS, SKOS, expand


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


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("GPT-4", "gpt4"),
        ("gpt 4", "gpt4"),
        ("ＧＰＴ－４", "gpt4"),
        ("GPT-3.5", "gpt35"),
        ("Q-Former", "qformer"),
        ("Straße", "strasse"),
        ("  旋转，位置 嵌入。", "旋转位置嵌入"),
        ("Éclair", "éclair"),
        ("E\u0301clair", "éclair"),
        ("①", "1"),
        ("", ""),
        (" ?! ", "?!"),
    ],
)
def test_a_name_is_folded(text, folded):
    assert fold(text) == folded


@given(st.text(alphabet=st.characters(codec="ascii", categories=("L", "N")), min_size=1))
def test_case_blanks_and_hyphens_do_not_count(text):
    assert fold(" - ".join(text.upper())) == fold(text) == text.lower()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("GPT-4", GPT_4),
        ("gpt4", GPT_4),
        ("Gpt 4", GPT_4),
        ("ＧＰＴ４", GPT_4),
        ("第四代GPT", GPT_4),
        ("gpt-3-5", GPT_3_5),
        ("gpt 3.5", GPT_3_5),
        ("羊驼", LLAMA),
        ("大 羊驼", LLAMA),
        ("旋转位置嵌入", ROPE),
        ("rope", ROPE),
        ("fair", META),
        ("family:llama", LLAMA),
        ("software:llama", LLAMA_CODE),
        ("GPT–4", GPT_4),
        ("羊駝", LLAMA),
        ("旋轉位置嵌入", ROPE),
        ("org:meta-ai", META),
        ("https://w3id.org/llmkg/id/organization/meta-ai", META),
        ("https://w3id.org/llmkg/concept/technique/rope", ROPE),
    ],
)
def test_a_name_is_found_however_it_is_written(names, name, wanted):
    assert names.resolve(name) == wanted


def test_a_label_counts_more_than_an_alias_and_an_alias_more_than_a_slug():
    by_label = entry("family:one", "Swan")
    by_alias = entry("family:two", "Two", "二", "swan", "goose")
    by_slug = entry("family:swan", "Three")
    also_by_slug = entry("model:goose", "Four")
    names = Names.of([by_slug, by_alias, by_label, also_by_slug])
    assert names.resolve("swan") == by_label
    assert names.resolve("goose") == by_alias
    assert names.resolve("family:swan") == by_slug
    assert names.resolve("swan", kinds=["model", "family"]) == by_label


def test_a_chinese_label_counts_as_much_as_an_english_one():
    names = Names.of([entry("family:one", "Swan", "天鹅"), entry("family:two", "Goose", "鹅", "天鹅")])
    assert names.resolve("天鹅").en == "Swan"


def test_a_name_that_several_things_bear_lists_them_and_is_never_guessed():
    names = Names.of([LLAMA, ALPACA, GPT_4])
    with pytest.raises(AmbiguousNameError) as caught:
        names.resolve("羊驼")
    assert caught.value.exit_code == 3
    assert caught.value.candidates == (ALPACA.iri, LLAMA.iri)
    assert str(caught.value) == (
        "'羊驼' may mean Alpaca (family:alpaca) or LLaMA (family:llama). Say which, for example family:alpaca."
    )


def test_three_candidates_are_listed_in_a_sentence():
    names = Names.of([entry(f"family:{slug}", "Swan") for slug in ("a", "b", "c")])
    with pytest.raises(AmbiguousNameError, match=r"Swan \(family:a\), Swan \(family:b\) or Swan \(family:c\)\."):
        names.resolve("SWAN")


def test_kinds_settle_what_would_be_ambiguous():
    names = Names.of([entry("family:palm", "PaLM"), entry("software:palm", "PaLM"), entry("model:palm", "PaLM")])
    assert names.resolve("palm", kinds=["software"]).kind == "software"
    with pytest.raises(AmbiguousNameError) as caught:
        names.resolve("palm", kinds=["family", "model"])
    assert len(caught.value.candidates) == 2


def test_kinds_lift_an_alias_over_the_label_of_another_kind():
    names = Names.of([entry("family:falcon", "Falcon"), entry("technique:bird", "Bird", "鸟", "falcon")])
    assert names.resolve("falcon", kinds=["technique"]).en == "Bird"


def test_a_makers_name_means_the_families_named_after_it():
    maker, company = entry("org:swan-ai", "Swan AI", "天鹅智能", "Swan"), entry("org:goose", "Goose")
    one, two, near = (
        entry("family:swan-1", "Swan-1"),
        entry("family:swan-2", "Swan 2"),
        entry("family:swanky", "Swanky"),
    )
    names = Names.of([maker, company, one, two, near, entry("family:goosemath", "GooseMath")])
    assert names.resolve("swan") == maker
    with pytest.raises(AmbiguousNameError) as caught:
        names.resolve("Swan", kinds=["family", "model"])
    assert caught.value.candidates == (one.iri, two.iri)
    assert names.resolve("goose", kinds=["family"]).en == "GooseMath"
    with pytest.raises(NotFoundError):
        names.resolve("swan", kinds=["model"])


def test_of_many_candidates_the_first_are_listed_and_the_others_counted():
    names = Names.of([entry(f"family:{number}", "Swan") for number in range(11)])
    with pytest.raises(AmbiguousNameError, match=r"\(family:6\) or 3 more\.") as caught:
        names.resolve("swan")
    assert len(caught.value.candidates) == 11


def test_a_prefixed_name_of_another_kind_is_refused(names):
    with pytest.raises(NotFoundError, match=r"Nothing of kind technique is called 'family:llama'\."):
        names.resolve("family:llama", kinds=["technique"])


def test_an_unknown_name_suggests(names):
    with pytest.raises(NotFoundError) as caught:
        names.resolve("llamma")
    assert caught.value.exit_code == 4
    assert caught.value.what == "Nothing is called 'llamma'."
    assert caught.value.hint.startswith("Did you mean LLaMA (family:llama)")


def test_of_a_few_kinds_of_thing_all_are_listed():
    names = Names.of([entry("status:a", "Stated"), entry("status:b", "Refuted"), META])
    with pytest.raises(NotFoundError) as caught:
        names.resolve("zzzzzz", kinds=["status"])
    assert caught.value.hint == "Choose from: Refuted, Stated."


def test_suggestions_keep_to_the_kinds(names):
    with pytest.raises(NotFoundError, match=r"of kind software .* mean LLaMA repository \(software:llama\)\?$"):
        names.resolve("lama", kinds=["software"])


@pytest.mark.parametrize("name", ["zzzzzzzz", "", "   ", "?", "\x00", "' OR 1=1 --", "%", "a\nb"])
def test_a_name_like_nothing_is_not_found_and_says_where_to_look(names, name):
    with pytest.raises(NotFoundError) as caught:
        names.resolve(name)
    assert str(caught.value) == f"Nothing is called {name!r}. 'llmkg search' looks wider."


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (["family"], "Nothing of kind family is"),
        (["family", "model", "product"], "Nothing of kind family or model or product is"),
        (CONCEPT_SCHEMES, "Nothing of that kind is"),
        (["term"], "Nothing of that kind is"),
    ],
)
def test_the_kinds_asked_for_are_named(names, kinds, said):
    with pytest.raises(NotFoundError, match=said):
        names.resolve("zzzz", kinds=kinds)


def test_an_iri_or_a_prefixed_name_that_is_not_there_is_not_found(names):
    for name in ("family:bogus", "https://w3id.org/llmkg/id/family/bogus", "https://example.org/"):
        with pytest.raises(NotFoundError):
            names.resolve(name)


@pytest.mark.parametrize(
    ("text", "matched", "low", "high"),
    [
        ("GPT-4", "GPT-4", 100, 100),
        ("gpt4", "GPT-4", 100, 100),
        ("第四代GPT", "第四代 GPT", 95, 95),
        ("GPT", "GPT-4", 81, 90),
        ("四代", "第四代 GPT", 71, 80),
        ("gqt4", "GPT-4", 50, 70),
    ],
)
def test_a_search_scores_what_matched(text, matched, low, high):
    (hit,) = Names.of([GPT_4]).search(text)
    assert hit.entry == GPT_4
    assert hit.matched == matched
    assert low <= hit.score <= high


def test_a_slug_scores_like_an_alias():
    (hit,) = Names.of([entry("technique:moe", "Mixture of experts")]).search("moe")
    assert (hit.matched, hit.score) == ("moe", 95)


def test_a_search_gives_the_best_first_then_the_shortest_then_by_iri(names):
    hits = names.search("gpt-4")
    assert [hit.entry for hit in hits[:2]] == [GPT_4, GPT_4_32K]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    twins = Names.of([entry(f"family:{slug}", "Swan") for slug in ("c", "a", "b")])
    assert [hit.entry.iri[-1] for hit in twins.search("swan")] == ["a", "b", "c"]


def test_a_search_reads_both_languages(names):
    assert names.search("rotary")[0].entry == ROPE
    assert names.search("位置")[0].entry == ROPE
    assert names.search("研究院")[0].entry == META


def test_a_search_forgives_the_spelling_of_one_word_of_a_longer_name():
    names = Names.of(
        [entry("technique:rope", "Rotary position embedding"), entry("technique:pre", "Pre-normalization")]
    )
    assert [(hit.entry.en, hit.score < 50) for hit in names.search("rotry")] == [("Rotary position embedding", True)]
    assert [hit.matched for hit in names.search("normalizaton")] == ["Pre-normalization"]


def test_a_search_keeps_to_kinds_and_to_the_limit(names):
    assert {hit.entry.kind for hit in names.search("llama")} == {"family", "software"}
    assert [hit.entry for hit in names.search("llama", kinds=["software"])] == [LLAMA_CODE]
    assert len(names.search("gpt", limit=2)) == 2
    assert names.search("gpt", kinds=["technique"]) == []


@pytest.mark.parametrize("text", ["", " ", "zzzzzzzz", "g"])
def test_a_search_may_find_nothing(names, text):
    assert names.search(text) == []


def test_one_letter_finds_only_what_is_called_so():
    names = Names.of([entry("technique:c", "C"), entry("technique:cc", "C code")])
    assert [hit.matched for hit in names.search("c")] == ["C"]


def test_a_name_with_a_plus_is_another_name():
    names = Names.of([entry("benchmark:h", "HumanEval"), entry("benchmark:h-plus", "HumanEval+")])
    assert names.resolve("human eval").en == "HumanEval"
    assert names.resolve("humaneval+").en == "HumanEval+"
    assert [mention.text for mention in names.mentions("HumanEval and HumanEval+.")] == ["HumanEval", "HumanEval+"]


@pytest.mark.parametrize(
    ("word", "name"), [("llamma", "llama"), ("lamas", None), ("gpt", None), ("zzzzzz", None), ("metaai", "metaai")]
)
def test_a_slip_is_one_names_or_nobodys(names, word, name):
    assert names.like(word) == name


def test_a_slip_keeps_to_kinds_and_never_guesses():
    names = Names.of([entry("family:swanswana", "Swanswana"), entry("risk:swanswanb", "Swanswanb")])
    assert names.like("swanswanc") is None
    assert names.like("swanswanc", kinds=["risk"]) == "swanswanb"
    assert Names.of([]).mentions("swan") == []


def test_a_label_is_english_or_what_comes_nearest(names):
    assert names.label(ROPE.iri) == "Rotary position embedding"
    assert entry("family:x", "", "天鹅").label == "天鹅"
    assert entry("family:x").label == "family:x"
    assert names.label("https://w3id.org/llmkg/id/claim/x") == "claim:x"
    assert names.label("https://example.org/x") == "https://example.org/x"
    assert names.entry("https://example.org/x") is None
    assert names.entry("https://example.org/x") is None


def test_the_entries_can_all_be_read(names):
    assert list(names.entries) == sorted(names.entries)
    assert names.entries[LLAMA.iri] == LLAMA


def test_names_live_on_in_a_file(tmp_path):
    with sqlite3.connect(tmp_path / "names.sqlite") as database:
        Names.write(database, [GPT_4, LLAMA])
    database.close()
    database = sqlite3.connect(tmp_path / "names.sqlite")
    assert Names(database).resolve("第四代 gpt") == GPT_4
    database.close()


def test_labels_become_entries():
    def say(iri, predicate, value, language):
        return px.Quad(px.NamedNode(iri), px.NamedNode(SKOS + predicate), px.Literal(value, language=language))

    quads = [
        say(NS + "Model", "prefLabel", "model", "en"),
        say(LLAMA.iri, "altLabel", "羊驼", "zh"),
        say(LLAMA.iri, "altLabel", "大羊驼", "zh"),
        say(LLAMA.iri, "altLabel", "羊驼", "en"),
        say(LLAMA.iri, "prefLabel", "LLaMA", "zh"),
        say(LLAMA.iri, "prefLabel", "LLaMA", "en"),
        say(LLAMA.iri, "definition", "A family.", "en"),
        say(NS + "nameless", "prefLabel", "无名", "zh"),
        say("https://example.org/x", "prefLabel", "elsewhere", "en"),
    ]
    llama = Entry(LLAMA.iri, "family", "LLaMA", "LLaMA", tuple(sorted(["羊驼", "大羊驼"])))
    assert entries_of(quads) == [llama, Entry(NS + "Model", "term", "model", "", ())]


@pytest.mark.parametrize(
    ("class_", "scheme", "kinds"),
    [
        (NS + "Model", "", ("family", "model", "product")),
        (NS + "ModelFamily", "", ("family",)),
        (NS + "ModelVariant", "", ("model",)),
        (NS + "Checkpoint", "", ("model",)),
        (NS + "Organization", "", ("organization",)),
        (NS + "Benchmark", "", ("benchmark",)),
        (NS + "Source", "", ("source",)),
        ("http://www.w3.org/2004/02/skos/core#Concept", "technique", ("technique",)),
        ("http://www.w3.org/2004/02/skos/core#Concept", "", CONCEPT_SCHEMES),
        ("", "risk", ("risk",)),
        ("", "", ()),
        ("https://example.org/Else", "", ()),
    ],
)
def test_a_class_stands_for_kinds(class_, scheme, kinds):
    assert kinds_of_class(class_, scheme) == kinds


def test_every_kind_of_a_class_is_one_that_iris_have(store):
    kinds = {
        kind
        for class_ in ("Model", "Organization", "Person", "Dataset", "Hardware", "Baseline", "Software")
        for kind in kinds_of_class(NS + class_)
    }
    assert kinds <= set(ID_KINDS.values())


def test_the_graph_of_the_project_is_found_in_both_languages(snapshot):
    names = snapshot.names
    assert names.resolve("羊驼").iri == names.resolve("llama").iri == LLAMA.iri
    for found in names.entries.values():
        assert names.resolve(found.iri) == found
