"""What the graph says, as records."""

from __future__ import annotations

import json

import pyoxigraph as px
import pytest

from llmkg.entities import claims_about, in_words, plain_value
from llmkg.entries import Entry
from llmkg.names import Names
from llmkg.snapshot import build_in_memory
from llmkg.terms import NS, RDF, XSD, expand, shrink

STATED = 'llmkg:status status:stated-by-developer ; llmkg:source source:doe-2023 ; llmkg:locator "Section 2" .\n'
REPORTED = 'llmkg:status status:reported-by-secondary-source ; llmkg:source source:news ; llmkg:locator "Line 1" .\n'
GRAPH = f"""
family:crow a llmkg:ModelFamily ; skos:prefLabel "Crow"@en , "乌鸦"@zh ; skos:altLabel "CROW"@en , "黑鸟"@zh .
model:crow-7b a llmkg:ModelVariant ; skos:prefLabel "Crow 7B"@en , "乌鸦 7B"@zh ; llmkg:isVariantOf family:crow .
model:crow-7b-v2 a llmkg:Checkpoint ; skos:prefLabel "Crow 7B v2"@en ; llmkg:isCheckpointOf model:crow-7b .
family:raven a llmkg:ModelFamily ; skos:prefLabel "Raven"@en , "渡鸦"@zh .
family:dodo a llmkg:ModelFamily ; skos:prefLabel "Dodo"@en , "渡渡鸟"@zh .
org:nest a llmkg:Organization ; skos:prefLabel "Nest"@en , "鸟巢"@zh .
person:jay a llmkg:Person ; skos:prefLabel "Jay"@en .
software:caw a llmkg:Software ; skos:prefLabel "caw"@en .
dataset:seeds a llmkg:Dataset ; skos:prefLabel "Seeds"@en .
hardware:perch a llmkg:Hardware ; skos:prefLabel "Perch"@en .
benchmark:song a llmkg:Benchmark ; skos:prefLabel "Song"@en ; llmkg:hasMetric metric:accuracy .
source:doe-2023 a llmkg:Source ; skos:prefLabel "Doe 2023"@en ; dcterms:issued "2023-02"^^xsd:gYearMonth ;
    llmkg:arxivId "2302.00001" ; llmkg:sourceKind sourcekind:paper .
source:news a llmkg:Source ; skos:prefLabel "News"@en ; dcterms:issued "2023"^^xsd:gYear ;
    llmkg:url "https://example.org/news"^^xsd:anyURI ; llmkg:arxivId "2302.00002" ; llmkg:sourceKind sourcekind:article .

claim:size a llmkg:Claim ; rdf:subject model:crow-7b ; rdf:predicate llmkg:parameterCount ; rdf:object 6700000000 ;
    llmkg:asWritten "6.7B" ; {STATED}
claim:most a llmkg:Claim ; rdf:subject family:crow ; rdf:predicate llmkg:parameterCount ; rdf:object 7000000000 ;
    llmkg:bound bound:maximum ; llmkg:contradicts claim:size ; {REPORTED}
claim:rate a llmkg:Claim ; rdf:subject family:crow ; rdf:predicate llmkg:learningRate ; rdf:object 0.0003 ; {STATED}
claim:day a llmkg:Claim ; rdf:subject family:crow ; rdf:predicate llmkg:announcedOn ; rdf:object "2023-02"^^xsd:gYearMonth ; {STATED}
claim:goal a llmkg:Claim ; rdf:subject family:crow ; rdf:predicate llmkg:goal ; rdf:object "Caw well."@en , "叫得好。"@zh ; {STATED}
claim:maker a llmkg:Claim ; rdf:subject family:crow ; rdf:predicate llmkg:developedBy ; rdf:object org:nest ; {STATED}
claim:experts a llmkg:Claim ; rdf:subject family:crow ; rdf:predicate llmkg:expertCount ; rdf:object 8 ;
    llmkg:asWritten "8 x 220B" ; llmkg:status status:unconfirmed ; llmkg:source source:news ; llmkg:locator "Line 2" .
claim:adoption a llmkg:TechniqueAdoption ; llmkg:adopter family:crow ; llmkg:technique technique:swiglu ;
    llmkg:adoptedFrom family:raven ; llmkg:introducedIn source:news ; llmkg:replaces technique:relu ;
    llmkg:modification "narrower"@en ; llmkg:purpose "speed"@en ; {STATED}
claim:origin a llmkg:TechniqueOrigin ; llmkg:technique technique:swiglu ; llmkg:introducedBy org:nest ;
    llmkg:introducedIn source:news ; llmkg:introducedOn "2020"^^xsd:gYear ; {STATED}
claim:founder a llmkg:TechniqueOrigin ; llmkg:technique technique:swiglu ; llmkg:introducedBy person:jay ; {REPORTED}
claim:tuned a llmkg:Derivation ; rdf:subject model:crow-7b-v2 ; rdf:predicate llmkg:isFineTunedFrom ; rdf:object model:crow-7b ; {STATED}
claim:fed a llmkg:Derivation ; rdf:subject family:crow ; rdf:predicate llmkg:isTrainedOn ; rdf:object dataset:seeds ;
    llmkg:samplingShare 60.0 ; llmkg:epochs 0.44 ; {STATED}
claim:score a llmkg:BenchmarkResult ; llmkg:evaluated model:crow-7b ; llmkg:benchmark benchmark:song ; llmkg:metric metric:accuracy ;
    llmkg:value 58.5 ; llmkg:setting setting:few-shot ; llmkg:shots 5 ; llmkg:split "test" ; {STATED}
claim:level a llmkg:BenchmarkResult ; llmkg:evaluated family:raven ; llmkg:benchmark benchmark:song ; llmkg:metric metric:accuracy ;
    llmkg:value 3 ; llmkg:unit unit:points ; {REPORTED}
claim:beats a llmkg:Comparison ; llmkg:compared family:crow ; llmkg:baseline family:raven ; llmkg:outcome outcome:outperforms ;
    llmkg:benchmark benchmark:song ; llmkg:difference 3.0 ; llmkg:unit unit:percent ; {STATED}
claim:run a llmkg:TrainingRun ; llmkg:trained model:crow-7b ; llmkg:tokenCount 1000000000000 ; llmkg:hardware hardware:perch ;
    llmkg:hardwareCount 64 ; llmkg:parallelism technique:data-parallelism , technique:model-parallelism ; {STATED}
claim:machines a llmkg:TrainingRun ; llmkg:trained family:crow ; llmkg:hardwareCount 60 ; {REPORTED}
claim:risk a llmkg:RiskDisclosure ; llmkg:exposed family:crow ; llmkg:risk risk:toxicity ; llmkg:cause "bad seeds"@en ; {STATED}
claim:cure a llmkg:Mitigation ; llmkg:mitigated family:crow ; llmkg:mitigates risk:toxicity ; llmkg:measure technique:rlhf ;
    llmkg:effect "fewer"@en ; {STATED}
claim:weights a llmkg:Availability ; llmkg:available family:crow ; llmkg:artefact artefact:weights ; llmkg:access access:gated ; {STATED}
claim:code a llmkg:Implementation ; llmkg:implements family:crow ; llmkg:implementation software:caw ; llmkg:isOfficial true ; {STATED}
claim:praise a llmkg:Reception ; llmkg:receptionOf family:crow ; llmkg:speaker person:jay ; llmkg:stance stance:critical ;
    llmkg:paraphrase "It is loud."@en ; {REPORTED}
claim:kept a llmkg:Withholding ; llmkg:withholdingOf family:crow ; llmkg:aspect aspect:architecture , aspect:model-size ;
    llmkg:reason "safety"@en ; {STATED}
"""


@pytest.fixture(scope="module")
def nest(project_of):
    return build_in_memory(project_of(GRAPH))


def entity(snapshot, name):
    return claims_about(snapshot.records, snapshot.names, snapshot.names.resolve(name))


def record(snapshot, name):
    return entity(snapshot, name).record(snapshot.names)


def claims(snapshot, name, claim):
    return [one for one in record(snapshot, name)["claims"] if one["iri"] == expand(f"claim:{claim}")]


def described(snapshot, curie):
    return {"iri": expand(curie), "label": snapshot.names.label(expand(curie))}


DOE = {"iri": expand("source:doe-2023"), "label": "Doe 2023", "url": "https://arxiv.org/abs/2302.00001"}
NEWS = {"iri": expand("source:news"), "label": "News", "url": "https://example.org/news"}


def test_an_entity_becomes_the_documented_record(nest):
    found = record(nest, "crow")
    assert list(found) == ["iri", "kind", "label", "claims"]
    assert found["iri"] == expand("family:crow")
    assert found["kind"] == "family"
    assert found["label"] == {"en": "Crow", "zh": "乌鸦"}
    keys = ["iri", "type", "property", "value", "label", "unit", "qualifiers", "status", "source", "locator"]
    assert all(list(claim) == keys for claim in found["claims"])
    assert all(list(claim["source"]) == ["iri", "label", "url"] for claim in found["claims"])
    assert json.loads(json.dumps(found)) == found


def test_a_simple_fact(nest):
    assert claims(nest, "crow-7b", "size") == [
        {
            "iri": expand("claim:size"),
            "type": "Claim",
            "property": NS + "parameterCount",
            "value": 6700000000,
            "label": "6,700,000,000",
            "unit": None,
            "qualifiers": {"asWritten": "6.7B"},
            "status": "stated-by-developer",
            "source": DOE,
            "locator": "Section 2",
        }
    ]


def test_a_fact_with_a_bound_that_contradicts_another(nest):
    (found,) = claims(nest, "crow", "most")
    assert found["qualifiers"] == {
        "bound": described(nest, "bound:maximum"),
        "contradicts": {"iri": expand("claim:size"), "label": "claim:size"},
    }
    assert found["source"] == NEWS
    assert found["status"] == "reported-by-secondary-source"


@pytest.mark.parametrize(
    ("claim", "property_", "value", "label"),
    [
        ("rate", "learningRate", 0.0003, "0.0003"),
        ("day", "announcedOn", "2023-02", "2023-02"),
        ("maker", "developedBy", expand("org:nest"), "Nest"),
        ("experts", "expertCount", 8, "8"),
        ("tuned", "isFineTunedFrom", expand("model:crow-7b"), "Crow 7B"),
        ("fed", "isTrainedOn", expand("dataset:seeds"), "Seeds"),
        ("adoption", "technique", expand("technique:swiglu"), "SwiGLU"),
        ("score", "value", 58.5, "58.5"),
        ("beats", "baseline", expand("family:raven"), "Raven"),
        ("run", "tokenCount", 1000000000000, "1,000,000,000,000"),
        ("machines", "hardwareCount", 60, "60"),
        ("risk", "risk", expand("risk:toxicity"), "Toxic or harmful content"),
        ("cure", "measure", expand("technique:rlhf"), None),
        ("weights", "artefact", expand("artefact:weights"), None),
        ("code", "implementation", expand("software:caw"), "caw"),
        ("praise", "paraphrase", "It is loud.", "It is loud."),
    ],
)
def test_each_kind_of_claim_has_its_value(nest, claim, property_, value, label):
    (found,) = claims(nest, "crow", claim)
    assert found["property"].rpartition("/")[2] == property_
    assert found["value"] == value
    assert type(found["value"]) is type(value)
    assert found["label"] == (nest.names.label(found["value"]) if label is None or claim == "risk" else label)


@pytest.mark.parametrize(
    ("claim", "type_"),
    [
        ("size", "Claim"),
        ("adoption", "TechniqueAdoption"),
        ("tuned", "Derivation"),
        ("score", "BenchmarkResult"),
        ("beats", "Comparison"),
        ("run", "TrainingRun"),
        ("risk", "RiskDisclosure"),
        ("cure", "Mitigation"),
        ("weights", "Availability"),
        ("code", "Implementation"),
        ("praise", "Reception"),
        ("kept", "Withholding"),
    ],
)
def test_each_kind_of_claim_says_its_kind(nest, claim, type_):
    assert {one["type"] for one in claims(nest, "crow", claim)} == {type_}


def test_an_adoption_has_its_roles_as_qualifiers(nest):
    (found,) = claims(nest, "crow", "adoption")
    assert found["qualifiers"] == {
        "adoptedFrom": described(nest, "family:raven"),
        "introducedIn": described(nest, "source:news"),
        "modification": "narrower",
        "purpose": "speed",
        "replaces": described(nest, "technique:relu"),
    }


def test_an_origin_says_in_what_or_else_by_whom(nest):
    (origin,) = claims(nest, "swiglu", "origin")
    assert (origin["property"], origin["value"]) == (NS + "introducedIn", expand("source:news"))
    assert origin["qualifiers"] == {"introducedBy": described(nest, "org:nest"), "introducedOn": "2020"}
    (founder,) = claims(nest, "swiglu", "founder")
    assert (founder["property"], founder["value"]) == (NS + "introducedBy", expand("person:jay"))
    assert founder["qualifiers"] == {}


def test_several_values_of_a_qualifier_are_a_list(nest):
    (found,) = claims(nest, "crow-7b", "run")
    assert found["qualifiers"] == {
        "hardware": described(nest, "hardware:perch"),
        "hardwareCount": 64,
        "parallelism": [described(nest, "technique:data-parallelism"), described(nest, "technique:model-parallelism")],
    }


def test_what_is_withheld_is_a_record_for_each_aspect(nest):
    found = claims(nest, "crow", "kept")
    assert [one["value"] for one in found] == [expand("aspect:architecture"), expand("aspect:model-size")]
    assert all(one["qualifiers"] == {"reason": "safety"} for one in found)
    assert len(entity(nest, "crow").claims) == len(record(nest, "crow")["claims"])


def test_a_value_in_two_languages_is_two_records(nest):
    assert {one["value"] for one in claims(nest, "crow", "goal")} == {"Caw well.", "叫得好。"}


def test_the_unit_is_the_claims_or_the_metrics_and_only_of_numbers(nest):
    (score,) = claims(nest, "crow-7b", "score")
    assert score["unit"] == "percent"
    assert score["qualifiers"] == {
        "benchmark": described(nest, "benchmark:song"),
        "metric": described(nest, "metric:accuracy"),
        "setting": described(nest, "setting:few-shot"),
        "shots": 5,
        "split": "test",
    }
    (level,) = claims(nest, "raven", "level")
    assert (level["value"], level["unit"]) == (3, "points")
    (beats,) = claims(nest, "crow", "beats")
    assert beats["unit"] is None
    assert beats["qualifiers"]["difference"] == 3.0


def test_the_unit_may_be_the_propertys(project_of):
    text = f'family:a a llmkg:ModelFamily ; skos:prefLabel "A"@en .\nllmkg:speed llmkg:hasUnit unit:percent .\nclaim:a a llmkg:Claim ; rdf:subject family:a ; rdf:predicate llmkg:speed ; rdf:object 3 ; {STATED}'
    snapshot = build_in_memory(project_of(text))
    assert [one["unit"] for one in claims(snapshot, "family:a", "a")] == ["percent"]


def test_claims_about_variants_and_checkpoints_say_whom_they_are_about(nest):
    found = record(nest, "crow")["claims"]
    about = {shrink(one["iri"]): one["qualifiers"].get("about") for one in found}
    assert about["claim:size"] == {"iri": expand("model:crow-7b"), "label": "Crow 7B"}
    assert about["claim:tuned"] == {"iri": expand("model:crow-7b-v2"), "label": "Crow 7B v2"}
    assert about["claim:most"] is None
    assert entity(nest, "crow").members == {expand("family:crow"), expand("model:crow-7b"), expand("model:crow-7b-v2")}
    assert "about" not in claims(nest, "crow-7b", "size")[0]["qualifiers"]


def test_a_variant_does_not_show_what_is_claimed_of_its_family(nest):
    shown = {shrink(one["iri"]) for one in record(nest, "crow-7b")["claims"]}
    assert shown == {"claim:size", "claim:score", "claim:run", "claim:tuned"}


def test_own_claims_come_first_then_those_of_variants_then_mentions(nest):
    found = entity(nest, "crow")
    places = [(claim.about not in found.members, claim.about != found.entry.iri) for claim in found.claims]
    assert places == sorted(places)
    assert (False, True) in places
    raven = entity(nest, "raven").claims
    assert [shrink(claim.iri) for claim in raven] == ["claim:level", "claim:adoption", "claim:beats"]


def test_claims_of_one_thing_are_ordered_by_kind_and_property(nest):
    own = [claim for claim in entity(nest, "crow").claims if claim.about == expand("family:crow")]
    kinds = list(dict.fromkeys(claim.type for claim in own))
    assert kinds == [
        "Claim", "Derivation", "TechniqueAdoption", "Comparison", "TrainingRun", "RiskDisclosure",
        "Mitigation", "Availability", "Implementation", "Reception", "Withholding",
    ]  # fmt: skip
    facts = [claim.property for claim in own if claim.type == "Claim"]
    assert facts == sorted(facts)


def test_anything_can_be_shown(nest):
    assert {shrink(one["iri"]) for one in record(nest, "benchmark:song")["claims"]} == {
        "claim:score",
        "claim:level",
        "claim:beats",
    }
    assert {shrink(one["iri"]) for one in record(nest, "person:jay")["claims"]} == {"claim:praise", "claim:founder"}
    sourced = record(nest, "source:news")["claims"]
    assert {"claim:most", "claim:origin", "claim:adoption"} <= {shrink(one["iri"]) for one in sourced}
    assert all(one["qualifiers"]["about"]["iri"] for one in sourced)


def test_a_thing_without_claims_has_none(nest):
    assert record(nest, "dodo") == {
        "iri": expand("family:dodo"),
        "kind": "family",
        "label": {"en": "Dodo", "zh": "渡渡鸟"},
        "claims": [],
    }


def test_a_claim_itself_can_be_shown(nest):
    iri = expand("claim:size")
    found = claims_about(nest.records, nest.names, Entry(iri, "claim", "", "", ()))
    assert [claim.iri for claim in found.claims] == [iri, expand("claim:most")]
    assert found.record(nest.names)["claims"][0]["qualifiers"]["about"] == {
        "iri": expand("model:crow-7b"),
        "label": "Crow 7B",
    }


def test_a_claim_that_lacks_what_it_should_have_is_shown_with_gaps(project_of):
    text = """
    family:a a llmkg:ModelFamily ; skos:prefLabel "A"@en .
    claim:a a llmkg:Claim ; rdf:subject family:a ; rdf:predicate llmkg:goal ; rdf:object "Win."@en ; llmkg:locator "Page 1" .
    claim:b a llmkg:RiskDisclosure ; llmkg:risk risk:toxicity ; llmkg:technique family:a ; llmkg:locator "Page 2" .
    claim:c a llmkg:Claim ; rdf:subject family:a ; rdf:object 3 ; llmkg:locator "Page 3" .
    claim:d a llmkg:TrainingRun ; llmkg:trained family:a ; llmkg:locator "Page 4" .
    """
    found = record(build_in_memory(project_of(text)), "family:a")["claims"]
    by_claim = {shrink(one["iri"]): one for one in found}
    assert set(by_claim) == {"claim:a", "claim:b", "claim:c"}
    assert (by_claim["claim:a"]["status"], by_claim["claim:a"]["source"]["label"]) == ("", "")
    assert by_claim["claim:b"]["qualifiers"]["technique"]["label"] == "A"
    assert by_claim["claim:c"]["property"] == ""


def test_gpt_4s_experts_are_unconfirmed(snapshot):
    found = {
        (one["property"].rpartition("/")[2], one["value"]): one
        for one in record(snapshot, "GPT-4")["claims"]
        if one["property"] in {NS + "expertCount", NS + "parametersPerExpert"}
    }
    assert set(found) == {("expertCount", 8), ("parametersPerExpert", 220_000_000_000)}
    assert {one["status"] for one in found.values()} == {"unconfirmed"}
    gpt_4 = px.NamedNode(expand("family:gpt-4"))
    for property_ in ("expertCount", "parametersPerExpert", "parameterCount"):
        assert not snapshot.store.query(f"ASK {{ {gpt_4} llmkg:{property_} ?value }}")


def test_every_model_of_the_project_can_be_recorded(snapshot):
    for entry in snapshot.names.entries.values():
        if entry.kind in {"family", "product", "benchmark"}:
            found = claims_about(snapshot.records, snapshot.names, entry).record(snapshot.names)
            assert all(one["source"]["iri"] and one["locator"] and one["status"] for one in found["claims"])


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (px.Literal("12", datatype=px.NamedNode(XSD + "integer")), 12),
        (px.Literal("1.50", datatype=px.NamedNode(XSD + "decimal")), 1.5),
        (px.Literal("3.0e23", datatype=px.NamedNode(XSD + "double")), 3e23),
        (px.Literal("true", datatype=px.NamedNode(XSD + "boolean")), True),
        (px.Literal("false", datatype=px.NamedNode(XSD + "boolean")), False),
        (px.Literal("1", datatype=px.NamedNode(XSD + "boolean")), True),
        (px.Literal("maybe", datatype=px.NamedNode(XSD + "boolean")), "maybe"),
        (px.Literal("many", datatype=px.NamedNode(XSD + "integer")), "many"),
        (px.Literal("much", datatype=px.NamedNode(XSD + "decimal")), "much"),
        (px.Literal("INF", datatype=px.NamedNode(XSD + "double")), "INF"),
        (px.Literal("2020", datatype=px.NamedNode(XSD + "gYear")), "2020"),
        (px.Literal("12"), "12"),
        (px.Literal("羊驼", language="zh"), "羊驼"),
        (px.NamedNode("urn:a"), "urn:a"),
        (px.BlankNode("b"), "b"),
        (None, None),
    ],
)
def test_a_term_as_json_holds_it(term, value):
    assert plain_value(term) == value
    assert type(plain_value(term)) is type(value)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (px.Literal(9999), "9999"),
        (px.Literal(10000), "10,000"),
        (px.Literal(-1234567), "-1,234,567"),
        (px.Literal("many", datatype=px.NamedNode(XSD + "integer")), "many"),
        (px.Literal("175000000000"), "175000000000"),
        (px.Literal("12345.678", datatype=px.NamedNode(XSD + "decimal")), "12345.678"),
        (px.Literal("a\nb"), "a\nb"),
        (px.NamedNode(expand("family:crow")), "Crow"),
        (px.NamedNode(expand("family:bogus")), "family:bogus"),
        (px.NamedNode(RDF + "type"), "rdf:type"),
        (px.BlankNode("b"), "b"),
        (None, ""),
    ],
)
def test_a_term_in_words(term, words):
    assert in_words(term, Names.of([Entry(expand("family:crow"), "family", "Crow", "乌鸦", ())])) == words
