"""The saved questions: what their headers promise, the same answers from both engines, and answers checked by hand."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from pathlib import Path

import pyoxigraph as px
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from llmkg.catalogue import Catalogue
from llmkg.derive import derive
from llmkg.files import find_project
from llmkg.queries import TYPES, run
from llmkg.snapshot import read_quads
from llmkg.store import EmbeddedStore, RdflibStore, Rows
from llmkg.terms import FILE_GRAPHS, PREFIXES, expand, shrink
from llmkg.tokens import scan

ROOT = Path(__file__).parents[1]
MINI = find_project(ROOT / "tests" / "data" / "mini")
CATALOGUE = Catalogue(find_project(ROOT))
IDS = CATALOGUE.ids
WITH_PARAMETERS = [id_ for id_ in IDS if CATALOGUE[id_].parameters]
WITH_OPTIONAL = [id_ for id_ in IDS if any(not parameter.required for parameter in CATALOGUE[id_].parameters)]
COLUMN_TYPES = {"iri", "literal", "integer", "decimal", "any"}
EVIDENCE = {"status", "source", "locator"}


def all_quads(project):
    quads = read_quads(project)
    return [*quads, *derive(quads)]


def embedded(quads):
    store = px.Store()
    store.extend(quads)
    return EmbeddedStore(store)


@pytest.fixture(scope="module")
def quads(project):
    return all_quads(project)


@pytest.fixture(scope="module")
def real(quads):
    return embedded(quads)


@pytest.fixture(scope="module")
def part_quads(project):
    """The graph without most families: those stay that an example names, and every sixteenth.

    rdflib needs minutes for the whole graph, on which ``test_servers.py`` compares two other engines.
    """
    named = {p.example.partition(":")[2] for id_ in IDS for p in CATALOGUE[id_].parameters}
    families = sorted(name.removesuffix(".ttl") for name in project.names("graph/families", ".ttl"))
    kept = {
        family
        for place, family in enumerate(families)
        if place % 16 == 0 or any(f"{name}-".startswith(f"{Path(family).name}-") for name in named)
    }
    left_out = {FILE_GRAPHS + family for family in set(families) - kept}
    quads = [quad for quad in read_quads(project) if quad.graph_name.value not in left_out]
    return [*quads, *derive(quads)]


@pytest.fixture(scope="module")
def part(part_quads):
    return embedded(part_quads)


@pytest.fixture(scope="module")
def part_in_rdflib(part_quads):
    return RdflibStore.of(part_quads)


@pytest.fixture(scope="module")
def small_quads():
    return all_quads(MINI)


@pytest.fixture(scope="module")
def small(small_quads):
    return embedded(small_quads)


@pytest.fixture(scope="module")
def small_in_rdflib(small_quads):
    return RdflibStore.of(small_quads)


def examples(query):
    return {parameter.name: [parameter.term(parameter.example)] for parameter in query.parameters}


def comparable(term):
    """A term, a number by its value: the engines write 93.0 differently."""
    if isinstance(term, px.Literal) and shrink(term.datatype.value) in {"xsd:decimal", "xsd:integer"}:
        return Decimal(term.value).normalize(), term.datatype.value
    return term


def answer(store, query, values=None):
    result = run(store, query, examples(query) if values is None else values)
    rows = [tuple(map(comparable, row)) for row in result.rows]
    return rows if "SELECT" in query.text else sorted(rows, key=str)


def other_values(store, query, parameter, count=3):
    """Other things that the parameter may stand for."""
    if parameter.scheme:
        pattern = f"?v skos:inScheme <https://w3id.org/llmkg/concept/{parameter.scheme}>"
    elif parameter.class_ == expand("llmkg:Model"):
        pattern = "?v a ?class . FILTER (?class IN (llmkg:ModelFamily, llmkg:ModelVariant))"
    elif parameter.class_:
        pattern = f"?v a <{parameter.class_}>"
    elif parameter.type == "iri":
        pattern = "?claim llmkg:isAbout ?v"
    else:
        return []
    found = store.query(f"SELECT DISTINCT ?v WHERE {{ {pattern} }} ORDER BY ?v")
    assert isinstance(found, Rows)
    values = [row[0] for row in found.rows]
    return random.Random(query.id).sample(values, min(count, len(values)))  # noqa: S311 - no secret


def substituted(query, values):
    """The text with each parameter replaced by its term wherever it stands, in place of a VALUES line."""
    body, order, rest = query.text.rpartition("ORDER BY")
    for name, term in values.items():
        body = re.sub(rf" *VALUES \?{name} \{{[^}}]*\}}\n", "", body)
        body = re.sub(rf"bound\(\?{name}\)", "true", body)
        selected = rf"(?<=SELECT )([^{{]*?)\?{name}\b(?=[^{{]*WHERE)"
        kept = f"\\1(__{name} AS __var__{name})"
        body = re.sub(rf"SELECT DISTINCT ([^{{]*?)\?{name}\b(?=[^{{]*WHERE)", f"SELECT DISTINCT {kept}", body)
        body = re.sub(selected, kept, body)
        body = re.sub(rf"\?{name}\b", str(term).replace("\\", r"\\"), body)
        body = body.replace(f"__var__{name}", f"?{name}").replace(f"__{name}", str(term))
    return body + order + rest


@pytest.mark.parametrize("id_", IDS)
def test_parses_in_pyoxigraph_as_it_stands(id_):
    answer = px.Store().query(CATALOGUE[id_].text)
    columns = [variable.value for variable in getattr(answer, "variables", ())]
    assert (columns or ["subject", "predicate", "object"]) == list(CATALOGUE[id_].returns)


@pytest.mark.parametrize("id_", IDS)
def test_parses_in_rdflib_as_it_stands(id_):
    from rdflib.plugins.sparql import prepareQuery

    query = prepareQuery(CATALOGUE[id_].text)
    columns = [str(variable) for variable in query.algebra.PV or ()]
    assert (columns or ["subject", "predicate", "object"]) == list(CATALOGUE[id_].returns)


@pytest.mark.parametrize("id_", IDS)
def test_the_header_tells_what_is_needed(id_):
    query = CATALOGUE[id_]
    assert query.summary.endswith("?")
    assert re.search(r"[\u4e00-\u9fff]", query.summary_zh)
    assert query.tags
    assert set(query.returns.values()) <= COLUMN_TYPES
    assert set(query.header) <= {"summary", "summary-zh", "description", "tags", "params", "returns", "statuses", "why"}
    for parameter in query.parameters:
        assert parameter.type in TYPES
        assert not parameter.class_ or parameter.class_.startswith("http")


@pytest.mark.parametrize("id_", IDS)
def test_the_header_is_the_only_comment(id_):
    without = re.sub(r"<[^<>\s]*>|\"[^\"\n]*\"", "", CATALOGUE[id_].text.split("\nPREFIX", 1)[1])
    assert "#" not in without


@pytest.mark.parametrize("id_", IDS)
def test_prefixes_are_declared_where_used_and_as_everywhere(id_):
    text = CATALOGUE[id_].text
    declared = dict(re.findall(r"^PREFIX (\w+): <(.*)>$", text, re.MULTILINE))
    assert declared.items() <= PREFIXES.items()
    body = re.sub(r"<[^<>\s]*>|\"[^\"\n]*\"|^#.*$|^PREFIX.*$", "", text, flags=re.MULTILINE)
    assert set(re.findall(r"(?<![\w?:-])([a-z]+):", body)) == set(declared)


@pytest.mark.parametrize("id_", IDS)
def test_returns_the_columns_that_it_declares(id_, small):
    query = CATALOGUE[id_]
    assert list(run(small, query, examples(query)).columns) == list(query.returns)


@pytest.mark.parametrize("id_", IDS)
def test_holds_in_each_column_what_it_declares(id_, real):
    query = CATALOGUE[id_]
    for row in run(real, query, examples(query)).rows:
        for term, type_ in zip(row, query.returns.values(), strict=True):
            if term is not None and type_ != "any":
                assert isinstance(term, px.NamedNode) == (type_ == "iri")
            if term is not None and type_ in {"integer", "decimal"}:
                assert term.datatype.value in {expand("xsd:integer"), expand(f"xsd:{type_}")}


@pytest.mark.parametrize("id_", IDS)
def test_a_row_with_a_claim_says_who_says_so_and_where(id_):
    query = CATALOGUE[id_]
    if query.returns.get("claim") == "iri":
        assert {*query.returns, *(parameter.name for parameter in query.parameters)} >= EVIDENCE


@pytest.mark.parametrize("id_", IDS)
def test_the_example_has_an_answer(id_, real):
    query = CATALOGUE[id_]
    assert bool(answer(real, query)) is ("expects-empty" not in query.tags)


NASTY = st.text() | st.text(st.sampled_from("\"'\\{}\n\r#\0<>@^_:?$.;, uU0227羊🦙"))
"""Texts, and texts of what might end a string, a group or a line."""


def algebra(text):
    """What rdflib understands, with each text literal put as itself."""
    from rdflib.plugins.sparql import prepareQuery

    return str(prepareQuery(text).algebra)


@pytest.mark.parametrize("id_", WITH_PARAMETERS)
@settings(max_examples=15)
@given(value=NASTY)
def test_whatever_a_parameter_holds_only_one_term_of_the_query_changes(id_, value):
    query = CATALOGUE[id_]
    for parameter in query.parameters:
        others = examples(query)
        plain = query.bind({**others, parameter.name: [px.Literal("plain")]})
        nasty = query.bind({**others, parameter.name: [px.Literal(value)]})
        kept = [(token.kind, token.text) for token in scan(plain)]
        told = [(token.kind, token.text) for token in scan(nasty)]
        changed = [(one, other) for one, other in zip(kept, told, strict=True) if one != other]
        assert {one for one, _ in changed} <= {("string", '"plain"')}
        assert len({other for _, other in changed}) <= 1
        assert all(other[0] == "string" for _, other in changed)
        px.Store().query(nasty)


@pytest.mark.parametrize("id_", WITH_PARAMETERS)
@settings(max_examples=2)
@given(value=NASTY)
def test_in_rdflib_too_only_one_term_of_the_query_changes(id_, value):
    query = CATALOGUE[id_]
    parameter = query.parameters[-1]
    kept = algebra(query.bind({**examples(query), parameter.name: [px.Literal("plain")]}))
    told = algebra(query.bind({**examples(query), parameter.name: [px.Literal(value)]}))
    assert told == kept.replace(repr(rdflib.Literal("plain")), repr(rdflib.Literal(value)))


@pytest.mark.parametrize("id_", WITH_PARAMETERS)
def test_the_file_holds_its_example(id_, real):
    query = CATALOGUE[id_]
    stands = real.query(query.text)
    bound = real.query(query.bind(examples(query)))
    assert stands == bound


@pytest.mark.parametrize("id_", IDS)
def test_both_engines_give_the_same_rows_in_the_same_order(id_, part, part_in_rdflib):
    query = CATALOGUE[id_]
    found = answer(part, query)
    assert bool(found) is ("expects-empty" not in query.tags)
    assert answer(part_in_rdflib, query) == found


@pytest.mark.parametrize("id_", IDS)
def test_both_engines_agree_on_the_small_graph(id_, small, small_in_rdflib):
    query = CATALOGUE[id_]
    assert answer(small_in_rdflib, query) == answer(small, query)


@pytest.mark.parametrize("id_", WITH_OPTIONAL)
def test_an_optional_parameter_left_out_restricts_nothing(id_, small, small_in_rdflib):
    query = CATALOGUE[id_]
    required = {p.name: [p.term(p.example)] for p in query.parameters if p.required}
    everything = answer(small, query, required)
    assert everything == answer(small_in_rdflib, query, required)
    assert set(everything) >= set(answer(small, query))
    for parameter in query.parameters:
        if not parameter.required:
            for value in other_values(small, query, parameter):
                assert set(everything) >= set(answer(small, query, {**required, parameter.name: [value]}))


@pytest.mark.parametrize("id_", IDS)
def test_the_order_does_not_depend_on_how_the_graph_was_loaded(id_, shuffled, real):
    query = CATALOGUE[id_]
    assert answer(shuffled, query) == answer(real, query)


@pytest.fixture(scope="module")
def shuffled(quads):
    mixed = list(quads)
    random.Random(7).shuffle(mixed)  # noqa: S311 - no secret
    return embedded(mixed)


@pytest.mark.parametrize("id_", WITH_PARAMETERS)
def test_binding_gives_what_plain_substitution_gives(id_, real):
    query = CATALOGUE[id_]
    if "SELECT" not in query.text:
        pytest.skip("builds a graph")
    sets = [examples(query)]
    for parameter in query.parameters:
        sets += [{**examples(query), parameter.name: [value]} for value in other_values(real, query, parameter)]
    for values in sets:
        plain = real.query(substituted(query, {name: terms[0] for name, terms in values.items()}))
        assert isinstance(plain, Rows)
        assert answer(real, query, values) == [tuple(map(comparable, row)) for row in plain.rows]


def test_the_steps_of_lineage_are_all_that_have_a_stratum(real):
    stated = real.query("""SELECT DISTINCT ?from ?to WHERE {
        { ?from ?step ?to . ?step llmkg:hasStratum ?stratum } UNION { ?from llmkg:isVariantOf|llmkg:isCheckpointOf ?to } }""")
    derived = real.query("SELECT DISTINCT ?from ?to WHERE { ?from llmkg:comesFrom ?to }")
    assert stated.rows
    assert set(derived.rows) == set(stated.rows)
    for id_ in ("lineage/ancestors", "lineage/descendants"):
        assert "llmkg:comesFrom*" in CATALOGUE[id_].text
    weights = real.query("SELECT ?p WHERE { ?p llmkg:hasStratum stratum:weights }")
    text = CATALOGUE["lineage/built-from"].text
    assert {shrink(row[0].value) for row in weights.rows} <= set(re.findall(r"llmkg:\w+", text))


def test_the_readme_lists_every_question():
    readme = (ROOT / "queries" / "README.md").read_text(encoding="utf-8")
    assert not [id_ for id_ in IDS if f"`{id_}`" not in readme]


def written(store, id_, columns, **values):
    """Rows of an answer, some columns, as a person writes them."""
    query = CATALOGUE[id_]
    given = {p.name: [p.term(values[p.name])] for p in query.parameters if p.name in values}
    result = run(store, query, given)
    return [tuple(_written(row[column]) for column in columns.split()) for row in result.records()]


def _written(term):
    if term is None:
        return "-"
    return shrink(term.value) if isinstance(term, px.NamedNode) else term.value


def claim_of(rows):
    return [row[-1].removeprefix("claim:") for row in rows]


def test_what_llama_took_from_earlier_models(small):
    rows = written(
        small, "lineage/borrowed-techniques", "technique adoptedFrom introducedIn replaces status", model="family:llama"
    )
    assert rows == [
        (
            "technique:pre-normalization",
            "family:gpt-3",
            "-",
            "technique:post-normalization",
            "status:stated-by-developer",
        ),
        ("technique:swiglu", "family:palm", "-", "technique:relu", "status:reported-by-secondary-source"),
        ("technique:swiglu", "family:palm", "source:shazeer-2020", "technique:relu", "status:stated-by-developer"),
    ]


def test_a_size_of_llama_took_what_its_family_took(small):
    family = written(small, "lineage/borrowed-techniques", "technique adopter claim", model="family:llama")
    assert written(small, "lineage/borrowed-techniques", "technique adopter claim", model="model:llama-13b") == family


def test_why_llama_uses_swiglu(small):
    rows = written(
        small,
        "lineage/why",
        "adopter adoptedFrom modification locator",
        model="family:llama",
        technique="technique:swiglu",
    )
    assert rows == [
        ("family:llama", "family:palm", "two thirds of the width that PaLM uses", "Section 2.2"),
        ("family:llama", "family:palm", "-", "Section 6, architecture"),
    ]


def test_the_chain_of_pre_normalization_to_llama(small):
    columns = "link step adopter adoptedFrom"
    rows = written(
        small, "lineage/chain-to-introduction", columns, model="family:llama", technique="technique:pre-normalization"
    )
    assert rows == [
        ("adoption", "1", "family:llama", "family:gpt-3"),
        ("adoption", "2", "family:gpt-3", "family:gpt-2"),
        ("adoption", "3", "family:gpt-2", "-"),
    ]


def test_the_chain_of_swiglu_ends_at_the_paper_that_introduced_it(small):
    columns = "link step adopter introducedIn introducedBy"
    family = written(
        small, "lineage/chain-to-introduction", columns, model="family:llama", technique="technique:swiglu"
    )
    size = written(
        small, "lineage/chain-to-introduction", columns, model="model:llama-7b", technique="technique:swiglu"
    )
    assert family == size
    assert family == [
        ("adoption", "1", "family:llama", "-", "-"),
        ("adoption", "1", "family:llama", "source:shazeer-2020", "-"),
        ("adoption", "2", "family:palm", "source:shazeer-2020", "-"),
        ("origin", "-", "-", "source:shazeer-2020", "person:noam-shazeer"),
    ]


def test_the_ancestors_of_alpaca_go_through_weights_data_and_ideas(small):
    rows = written(small, "lineage/ancestors", "ancestor child stratum", model="family:alpaca")
    assert set(rows) == {
        ("model:llama-7b", "model:alpaca-7b", "stratum:weights"),
        ("model:gpt-3-175b", "model:alpaca-7b", "stratum:data"),
        ("family:gpt-3", "family:llama", "stratum:idea"),
        ("family:palm", "family:llama", "stratum:idea"),
        ("family:transformer", "family:palm", "stratum:idea"),
        ("family:gpt-2", "family:gpt-3", "stratum:idea"),
        ("family:gpt-2", "family:gpt-3", "stratum:architecture"),
        ("family:sparse-transformer", "family:gpt-3", "stratum:idea"),
        ("dataset:common-crawl", "family:gpt-3", "stratum:data"),
        ("dataset:wikipedia", "family:gpt-3", "stratum:data"),
        ("family:transformer", "family:gpt-2", "stratum:idea"),
    }


def test_the_descendants_of_gpt_2(small):
    rows = written(small, "lineage/descendants", "descendant parent stratum", model="family:gpt-2")
    assert set(rows) == {
        ("family:gpt-3", "family:gpt-2", "stratum:idea"),
        ("family:gpt-3", "family:gpt-2", "stratum:architecture"),
        ("family:llama", "family:gpt-3", "stratum:idea"),
        ("model:alpaca-7b", "model:gpt-3-175b", "stratum:data"),
        ("model:alpaca-7b", "model:llama-7b", "stratum:weights"),
    }


def test_flamingo_is_built_from_chinchilla(small):
    rows = written(small, "lineage/built-from", "ancestor child relation component", model="family:flamingo")
    assert rows == [("model:chinchilla-70b", "model:flamingo-80b", "llmkg:incorporates", "language model")]


def test_swiglu_went_from_google_to_meta(small):
    columns = "giver taker technique claim"
    rows = written(small, "techniques/between-organizations", columns, giver="org:google", taker="org:meta-ai")
    assert claim_of(rows) == ["llama_swiglu_bimant-2023", "llama_swiglu_touvron-2023"]
    rows = written(small, "techniques/between-organizations", "giver taker technique")
    assert sorted(set(rows)) == [
        ("org:google", "org:meta-ai", "technique:swiglu"),
        ("org:google", "org:openai", "technique:transformer-architecture"),
        ("org:openai", "org:meta-ai", "technique:pre-normalization"),
    ]


def test_who_took_up_pre_normalization(small):
    rows = written(small, "techniques/adopters-of", "adopter adoptedFrom", technique="technique:pre-normalization")
    assert rows == [("family:gpt-2", "-"), ("family:gpt-3", "family:gpt-2"), ("family:llama", "family:gpt-3")]


def test_the_best_result_is_the_lowest_where_lower_is_better(small):
    rows = written(small, "evaluation/best-on", "evaluated value", benchmark="benchmark:penn-treebank")
    assert rows == [("model:gpt-3-175b", "20.5")]


def test_the_best_result_of_a_model_leaves_baselines_out(small):
    rows = written(small, "evaluation/best-on", "evaluated value", benchmark="benchmark:coqa")
    assert rows == [("model:gpt-3-175b", "85.5")]


def test_results_of_gpt_3_on_coqa_by_setting(small):
    columns = "setting shots value source"
    rows = written(small, "evaluation/results-of", columns, model="family:gpt-3", benchmark="benchmark:coqa")
    assert rows == [
        ("setting:few-shot", "-", "85", "source:brown-2020"),
        ("setting:few-shot", "-", "85.5", "source:bimant-2023"),
        ("setting:one-shot", "1", "84", "source:brown-2020"),
        ("setting:zero-shot", "0", "81.5", "source:brown-2020"),
    ]


def test_the_difference_between_two_models_is_computed(small):
    columns = "benchmark value otherValue difference"
    rows = written(small, "evaluation/head-to-head", columns, model="family:gpt-3", other="model:gpt-2-1-5b")
    assert rows == [("benchmark:penn-treebank", "20.5", "35.8", "-15.3")]


def test_comparisons_name_both_sides(small):
    rows = written(small, "evaluation/comparisons", "compared outcome baseline difference ratio", model="family:gpt-3")
    assert rows == [
        ("model:llama-13b", "outcome:outperforms", "model:gpt-3-175b", "-", "-"),
        ("model:llama-13b", "outcome:smaller", "model:gpt-3-175b", "-", "10"),
        ("model:palm-540b", "outcome:outperforms", "model:gpt-3-175b", "3", "-"),
    ]


def test_sources_differ_on_a_size_a_result_and_a_count(small):
    rows = written(small, "provenance/conflicts", "about property value otherValue")
    assert rows == [
        ("model:gpt-3-175b", "llmkg:value", "85.5", "85"),
        ("model:llama-7b", "llmkg:parameterCount", "7000000000", "6700000000"),
        ("model:palm-540b", "llmkg:hardwareCount", "6000", "6144"),
    ]


def test_only_the_rumour_is_unconfirmed(small):
    rows = written(small, "provenance/unconfirmed", "about property value status")
    assert rows == [
        ("family:gpt-4", "llmkg:expertCount", "8", "status:unconfirmed"),
        ("family:gpt-4", "llmkg:parametersPerExpert", "220000000000", "status:unconfirmed"),
    ]


def test_what_only_the_article_says_of_gpt_3(small):
    rows = written(small, "provenance/secondary-only", "property claim", model="family:gpt-3")
    assert sorted(set(claim_of(rows))) == [
        "gpt-3-175b_coqa_few-shot_bimant-2023",
        "gpt-3_code_bimant-2023",
        "gpt-3_gary-marcus_bimant-2023",
        "gpt-3_goal_bimant-2023",
        "gpt-3_reversible-tokenization_bimant-2023",
    ]


def test_what_the_article_and_the_paper_agree_on(small):
    rows = written(small, "provenance/agreement", "primaryClaim claim", model="family:gpt-3")
    assert claim_of(rows) == [
        "gpt-3_developed-by_bimant-2023",
        "gpt-3_alternating-dense-and-banded-sparse-attention_bimant-2023",
        "gpt-3-175b_parameter-count_bimant-2023",
    ]


def test_a_claim_is_either_agreed_on_or_said_by_the_article_alone(small):
    article = written(small, "provenance/claims-of-source", "about claim", source="source:bimant-2023")
    for model in ("family:gpt-3", "family:llama", "family:palm", "family:gpt-4"):
        about = {model, *(row[0] for row in written(small, "entities/variants-of", "variant", family=model))}
        alone = set(claim_of(written(small, "provenance/secondary-only", "claim", model=model)))
        agreed = set(claim_of(written(small, "provenance/agreement", "claim", model=model)))
        rumours = set(claim_of(written(small, "provenance/unconfirmed", "claim", model=model)))
        said = {claim.removeprefix("claim:") for subject, claim in article if subject in about}
        assert said == alone | agreed | rumours
        assert not alone & agreed


def test_a_risk_stands_beside_what_mitigates_it(small):
    rows = written(small, "risk/disclosed", "exposed risk measure", model="family:gpt-4")
    assert rows == [("family:gpt-4", "risk:hallucination", "technique:rlhf")]
    assert written(small, "risk/unmitigated", "exposed risk") == [
        ("modeltype:large-language-model", "risk:misinformation"),
        ("family:gpt-3", "risk:bias-and-discrimination"),
        ("model:llama-13b", "risk:toxicity"),
    ]


def test_what_vision_language_models_are_for(small):
    rows = written(small, "access/uses-of", "about use", modeltype="modeltype:vision-language-model")
    assert set(rows) == {
        ("family:flamingo", "application:visual-question-answering"),
        ("modeltype:vision-language-model", "application:visual-impairment-assistance"),
    }


def test_which_code_is_official(small):
    assert written(small, "access/implementations", "implemented implementation isOfficial url") == [
        ("family:llama", "software:llama", "true", "https://github.com/facebookresearch/llama"),
        ("family:palm", "software:palm-pytorch", "false", "-"),
    ]


def test_what_was_known_of_gpt_3_by_the_end_of_2021(small):
    rows = written(small, "provenance/known-by", "issued source", model="family:gpt-3", date="2021-12-31")
    assert set(rows) == {("2020-05-28", "source:brown-2020")}


def test_every_role_in_which_a_thing_is_named_is_found(small):
    rows = written(small, "entities/claims", "role claim", entity="family:transformer")
    assert set(rows) == {
        ("rdf:subject", "claim:transformer_developed-by_vaswani-2017"),
        ("llmkg:adoptedFrom", "claim:gpt-2_transformer-architecture_radford-2019"),
        ("llmkg:adoptedFrom", "claim:palm_transformer-architecture_chowdhery-2022"),
        ("llmkg:adoptedFrom", "claim:gpt-4_transformer-architecture_openai-2023"),
    }


def test_a_bound_is_shown_beside_the_number(small):
    rows = written(small, "entities/sizes-of", "sized value bound", model="family:llama")
    assert ("family:llama", "65000000000", "bound:maximum") in rows
    assert ("family:llama", "7000000000", "bound:minimum") in rows
    assert ("model:llama-13b", "13000000000", "-") in rows
