"""The coverage report: counted by hand on small graphs, and whole on the real one."""

from __future__ import annotations

import pytest

from llmkg.catalogue import Catalogue
from llmkg.coverage import COLUMNS, KINDS, FamilyCoverage, measure, page, rows
from llmkg.names import Names
from llmkg.snapshot import build_in_memory
from llmkg.terms import NS, expand

SAID = 'llmkg:source source:s ; llmkg:locator "Table 1" ; llmkg:status status:'
GRAPH = f"""
family:crow a llmkg:ModelFamily ; skos:prefLabel "Crow"@en ; skos:prefLabel "乌鸦"@zh .
family:finch a llmkg:ModelFamily ; skos:prefLabel "Finch"@en ; skos:prefLabel "雀"@zh .
model:crow-1b a llmkg:ModelVariant ; llmkg:isVariantOf family:crow ; skos:prefLabel "Crow 1B"@en .
model:crow-1b-final a llmkg:Checkpoint ; llmkg:isCheckpointOf model:crow-1b ; skos:prefLabel "Crow 1B final"@en .
source:s a llmkg:Source ; llmkg:sourceKind sourcekind:paper .
claim:a a llmkg:Claim ; rdf:subject family:crow ; rdf:predicate llmkg:announcedOn ; rdf:object "2020"^^xsd:gYear ; {SAID}stated-by-developer .
claim:b a llmkg:Claim ; rdf:subject model:crow-1b ; rdf:predicate llmkg:layerCount ; rdf:object 8 ; {SAID}unconfirmed .
claim:c a llmkg:TechniqueAdoption ; llmkg:adopter model:crow-1b-final ; llmkg:technique technique:rope ; {SAID}reported-by-secondary-source .
claim:d a llmkg:Derivation ; rdf:subject model:crow-1b ; rdf:predicate llmkg:isTrainedOn ; rdf:object dataset:c4 ; {SAID}stated-by-developer .
claim:e a llmkg:BenchmarkResult ; llmkg:evaluated model:crow-1b ; llmkg:value 3 ; {SAID}measured-by-third-party .
claim:f a llmkg:Availability ; llmkg:available model:crow-1b ; llmkg:licence licence:mit ; {SAID}stated-by-developer .
claim:g a llmkg:Claim ; rdf:subject family:crow ; rdf:predicate llmkg:goal ; rdf:object "To fly."@en ; {SAID}stated-by-developer .
claim:h a llmkg:Withholding ; llmkg:withholdingOf family:crow ; llmkg:aspect aspect:model-size ; {SAID}stated-by-developer .
review:crow_2026-01-01 a llmkg:Review ; llmkg:reviews family:crow ; llmkg:reviewedOn "2026-01-01"^^xsd:date ;
  llmkg:claimsRead 2 ; llmkg:claimsCorrected 1 ; llmkg:claimsRemoved 0 .
review:crow_2026-02-01 a llmkg:Review ; llmkg:reviews family:crow ; llmkg:reviewedOn "2026-02-01"^^xsd:date ;
  llmkg:claimsRead 4 ; llmkg:claimsCorrected 0 ; llmkg:claimsRemoved 0 .
"""


@pytest.fixture(scope="module")
def birds(project_of):
    snapshot = build_in_memory(project_of(GRAPH))
    return snapshot, measure(snapshot.store, Catalogue(project_of(GRAPH)))


def test_claims_of_a_family_and_of_what_belongs_to_it_are_counted_by_kind(birds):
    crow, finch = birds[1]
    assert (crow.family, finch.family) == (expand("family:crow"), expand("family:finch"))
    assert crow.kinds == {kind: 1 for kind in KINDS if kind not in {"lineage", "risks"}} | {
        "lineage": 0,
        "risks": 0,
        "other": 2,
    }
    assert (crow.claims, crow.primary) == (8, 6)
    assert finch.claims == 0


def test_the_last_second_reading_counts(birds):
    assert (birds[1][0].reviewed_on, birds[1][0].reviewed) == ("2026-02-01", 4)
    assert (birds[1][1].reviewed_on, birds[1][1].reviewed) == ("", 0)


def test_no_more_claims_were_read_again_than_there_are():
    assert FamilyCoverage("f", kinds={"dates": 3}, read=5).reviewed == 3


def test_what_is_not_known_is_told_apart_from_what_is_kept_back(birds):
    crow, finch = birds[1]
    assert {iri.removeprefix(NS) for iri in crow.withheld} == {"parameterCount"}
    assert {iri.removeprefix(NS) for iri in crow.unknown} == {
        "contextLength",
        "layerCount",
        "trainingTokenCount",
        "usesHardware",
    }
    assert len(finch.unknown) == 8


def test_rows_and_page(birds):
    snapshot, found = birds
    told = rows(found, snapshot.names)
    assert all(len(row) == len(COLUMNS) for row in told)
    assert told[0][:2] == ["family:crow", "8"]
    assert told[0][-4:-2] == ["75", "50"]
    assert told[0][-1] == "parameter count"
    text = page(found, snapshot.names, format_="md")
    assert "8 claims about 2 families: 75 % from primary sources, 50 % read again by somebody else." in text
    assert "Fewer than 20 claims: crow, finch." in text
    assert "Never read again: finch." in text
    assert "0 claims about 0 families: 0 % from" in page([], Names.of([]), format_="table")


def test_every_family_of_the_real_graph_is_measured(store, project):
    found = measure(store, Catalogue(project))
    families = store.query("SELECT (COUNT(?f) AS ?n) { ?f a llmkg:ModelFamily }").rows[0][0]
    assert len(found) == int(families.value)
    for each in found:
        assert sum(each.kinds.values()) >= each.primary
        assert each.kinds["other"] <= 60
