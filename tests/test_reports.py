"""What people are told by show, lineage and stats."""

from __future__ import annotations

import pyoxigraph as px
import pytest

from llmkg.adoptions import adoptions_by
from llmkg.catalogue import Catalogue
from llmkg.entities import claims_about
from llmkg.lineage import lineage_graph
from llmkg.queries import run
from llmkg.reports import CLAIM_COLUMNS, EDGE_COLUMNS, claim_rows, edge_rows, entity_page, lineage_page, stats_rows
from llmkg.snapshot import build_in_memory
from llmkg.terms import expand, shrink
from llmkg.walks import lineage_of

STATED = 'llmkg:status status:stated-by-developer ; llmkg:source source:doe-2023 ; llmkg:locator "Section 2" .\n'
GRAPH = f"""
family:crow a llmkg:ModelFamily ; skos:prefLabel "Crow"@en , "乌鸦"@zh ; skos:altLabel "黑鸟"@zh , "CROW"@en .
model:crow-7b a llmkg:ModelVariant ; skos:prefLabel "Crow 7B"@en , "Crow 7B"@zh ; llmkg:isVariantOf family:crow .
family:raven a llmkg:ModelFamily ; skos:prefLabel "Raven"@en , "Raven"@zh .
benchmark:song a llmkg:Benchmark ; skos:prefLabel "Song"@en ; llmkg:hasMetric metric:accuracy .
source:doe-2023 a llmkg:Source ; skos:prefLabel "Doe 2023"@en ; dcterms:issued "2023-02"^^xsd:gYearMonth ; llmkg:sourceKind sourcekind:paper .
claim:size a llmkg:Claim ; rdf:subject model:crow-7b ; rdf:predicate llmkg:parameterCount ; rdf:object 6700000000 ;
    llmkg:asWritten "6.7B" ; llmkg:readIn "a copy" ; skos:editorialNote "Note."@en ; {STATED}
claim:experts a llmkg:Claim ; rdf:subject family:crow ; rdf:predicate llmkg:expertCount ; rdf:object 8 ;
    llmkg:status status:unconfirmed ; llmkg:source source:doe-2023 ; llmkg:locator "Page | 3" .
claim:adoption a llmkg:TechniqueAdoption ; llmkg:adopter family:crow ; llmkg:technique technique:swiglu ;
    llmkg:adoptedFrom family:raven ; llmkg:introducedIn source:doe-2023 ; llmkg:replaces technique:relu ;
    llmkg:modification "Narrower."@en ; llmkg:purpose "speed"@en ; {STATED}
claim:alone a llmkg:TechniqueAdoption ; llmkg:adopter family:crow ; llmkg:technique technique:rope ; {STATED}
claim:credited a llmkg:TechniqueAdoption ; llmkg:adopter family:crow ; llmkg:technique technique:relu ;
    llmkg:introducedIn source:doe-2023 ; {STATED}
claim:score a llmkg:BenchmarkResult ; llmkg:evaluated model:crow-7b ; llmkg:benchmark benchmark:song ; llmkg:metric metric:accuracy ;
    llmkg:value 58.5 ; {STATED}
claim:tuned a llmkg:Derivation ; rdf:subject family:raven ; rdf:predicate llmkg:isFineTunedFrom ; rdf:object model:crow-7b ; {STATED}
claim:kept a llmkg:Withholding ; llmkg:withholdingOf family:crow ; llmkg:aspect aspect:architecture , aspect:model-size ; {STATED}
"""


@pytest.fixture(scope="module")
def small(project_of):
    project = project_of(GRAPH)
    return build_in_memory(project), Catalogue(project)


@pytest.fixture
def crow(small):
    snapshot, _ = small
    return claims_about(snapshot.records, snapshot.names, snapshot.names.resolve("crow")), snapshot.names


def family_lineage(small, curie, **how):
    snapshot, catalogue = small
    graph = lineage_graph(snapshot.store, catalogue)
    adopted = adoptions_by(snapshot.store, catalogue)
    return lineage_of(graph, expand(curie), **how), adopted, snapshot.names


def test_claims_as_rows(crow):
    entity, names = crow
    rows = {row[0]: dict(zip(CLAIM_COLUMNS, row, strict=True)) for row in claim_rows(entity, names)}
    assert rows["claim:size"] == {
        "claim": "claim:size",
        "type": "Claim",
        "about": "model:crow-7b",
        "property": "parameterCount",
        "value": "6700000000",
        "label": "6,700,000,000",
        "unit": "",
        "qualifiers": "editorialNote: Note; asWritten: 6.7B; readIn: a copy",
        "status": "stated-by-developer",
        "source": "source:doe-2023",
        "locator": "Section 2",
    }
    assert rows["claim:adoption"]["qualifiers"] == (
        "from Raven; introduced by Doe 2023; modification: Narrower; purpose: speed; replaces ReLU"
    )
    assert (rows["claim:score"]["value"], rows["claim:score"]["unit"]) == ("58.5", "percent")
    assert [row[4] for row in claim_rows(entity, names) if row[0] == "claim:kept"] == [
        "aspect:architecture",
        "aspect:model-size",
    ]


def test_a_page_says_what_is_shown_and_what_else_it_is_called(crow):
    entity, names = crow
    page = entity_page(entity, names, format_="table").splitlines()
    assert page[0] == "Crow · 乌鸦  (family, family:crow)"
    assert page[1] == "Also called CROW, 黑鸟"


def test_a_name_that_is_one_in_both_languages_is_said_once(small):
    snapshot, _ = small
    raven = claims_about(snapshot.records, snapshot.names, snapshot.names.resolve("raven"))
    page = entity_page(raven, snapshot.names, format_="table").splitlines()
    assert page[:2] == ["Raven  (family, family:raven)", ""]


def test_a_page_groups_own_claims_then_the_variants_then_mentions(crow):
    entity, names = crow
    page = entity_page(entity, names, format_="md").splitlines()
    assert [line for line in page if line.startswith("## ")] == [
        "## Facts",
        "## Techniques",
        "## Withheld",
        "## Facts of Crow 7B",
        "## Results of Crow 7B",
        "## Mentioned in: derived from",
    ]


def test_a_page_tells_each_claim_with_its_source_place_and_status(crow):
    entity, names = crow
    page = entity_page(entity, names, format_="md")
    assert "| what | value | more | who says so, where | status |" in page
    assert "| expert count | 8 |  | Doe 2023, Page \\| 3 | unconfirmed |" in page
    assert "| of | what | value | more | who says so, where | status |" in page
    assert "| Raven | is fine-tuned from | Crow 7B |  | Doe 2023, Section 2 | stated by the developer |" in page


def test_a_page_leaves_notes_for_editors_out(crow):
    entity, names = crow
    page = entity_page(entity, names, format_="md")
    assert "| parameter count | 6,700,000,000 | asWritten: 6.7B |" in page
    assert "a copy" not in page
    assert "Note" not in page


def test_a_page_says_the_unit(crow):
    entity, names = crow
    row = next(line for line in entity_page(entity, names, format_="md").splitlines() if "58.5" in line)
    assert row.split(" | ")[1] == f"58.5 {names.label(expand('unit:percent'))}"


def test_a_page_of_a_claim_is_about_its_subject(small):
    from llmkg.entries import Entry

    snapshot, _ = small
    claim = claims_about(snapshot.records, snapshot.names, Entry(expand("claim:size"), "claim", "", "", ()))
    page = entity_page(claim, snapshot.names, format_="table").splitlines()
    assert page[0] == "claim:size  (claim, claim:size)"
    assert "Facts of Crow 7B" in page


def test_a_page_keeps_to_the_width(crow):
    entity, names = crow
    wide = entity_page(entity, names, format_="table")
    narrow = entity_page(entity, names, format_="table", width=60)
    assert max(map(len, narrow.splitlines())) <= 60 < max(map(len, wide.splitlines()))


def test_edges_as_rows(small):
    lineage, _, _ = family_lineage(small, "family:raven", depth=0)
    rows = [dict(zip(EDGE_COLUMNS, row, strict=True)) for row in edge_rows(lineage)]
    assert len(rows) == len({row["claim"] for row in rows})
    assert rows[0] == {
        "from": "family:raven",
        "to": "model:crow-7b",
        "stratum": "weights",
        "relation": "isFineTunedFrom",
        "technique": "",
        "claim": "claim:tuned",
        "status": "stated-by-developer",
        "source": "source:doe-2023",
        "locator": "Section 2",
    }
    assert {row["technique"] for row in rows} == {"", "technique:swiglu"}


def test_a_lineage_is_told_in_three_parts(small):
    lineage, adopted, names = family_lineage(small, "family:crow")
    alone = [one for one in adopted if not one.adopted_from]
    page = lineage_page(lineage, adopted, alone, names)
    parts = page.split("\n\n")
    assert [part.splitlines()[0] for part in parts] == [
        "What Crow took, and from whom",
        "What Crow uses without naming an earlier model",
        "What came from Crow",
    ]
    told = " ".join(parts[0].splitlines()[-1].split())
    assert told == "idea SwiGLU Raven Doe 2023 Doe 2023, Section 2 stated by the developer"
    assert [line.split("  ")[0] for line in parts[1].splitlines()[3:]] == [
        "ReLU",
        names.label(expand("technique:rope")),
    ]
    down = " ".join(parts[2].splitlines()[-1].split())
    assert down == "weights Raven: is fine-tuned from Crow 7B Doe 2023, Section 2 stated by the developer"


def test_a_lineage_leaves_out_parts_that_are_empty(small):
    lineage, adopted, names = family_lineage(small, "family:crow", down=False)
    assert "What came from" not in lineage_page(lineage, adopted, [], names)
    assert "without naming" not in lineage_page(lineage, adopted, [], names)
    nothing, _, _ = family_lineage(small, "benchmark:song")
    assert lineage_page(nothing, adopted, [], names) == ""


def test_ideas_are_told_before_weights_and_each_once(small):
    lineage, adopted, names = family_lineage(small, "family:crow", depth=0)
    page = lineage_page(lineage, adopted, [], names, width=200)
    for part in page.split("\n\n"):
        strata = [line.split()[0] for line in part.splitlines()[3:]]
        assert strata == sorted(strata)
        assert len(strata) == len(set(strata))


def test_counts_are_told_in_words(small):
    snapshot, catalogue = small
    rows = stats_rows(run(snapshot.store, catalogue["entities/counts"]).rows, snapshot.names)
    counts = {(group, thing): count for group, thing, count in rows}
    assert all(isinstance(cell, str) for row in rows for cell in row)
    assert [count for (_, thing), count in counts.items() if thing == "TechniqueAdoption"] == ["3"]
    assert [count for (_, thing), count in counts.items() if thing == "ModelFamily"] == ["2"]
    unconfirmed = snapshot.names.label(expand("status:unconfirmed"))
    assert [count for (_, thing), count in counts.items() if thing == unconfirmed] == ["1"]


def test_a_count_of_nothing_in_particular_has_no_name(small):
    snapshot, _ = small
    assert stats_rows([(px.Literal("claims"), None, px.Literal(12345))], snapshot.names) == [["claims", "", "12,345"]]


def test_gpt_4s_experts_are_told_as_unconfirmed(snapshot):
    gpt_4 = claims_about(snapshot.records, snapshot.names, snapshot.names.resolve("GPT-4"))
    told = [line for line in entity_page(gpt_4, snapshot.names, format_="md").splitlines() if "8 x 220B" in line]
    assert told
    assert all(line.endswith("| unconfirmed |") for line in told)


def test_every_kind_of_claim_in_the_ontology_can_be_told(snapshot):
    from llmkg.reports import _TITLES

    kinds = snapshot.store.query("SELECT DISTINCT ?kind { ?claim a ?kind ; llmkg:locator ?locator }").rows
    assert {shrink(kind.value).removeprefix("llmkg:") for (kind,) in kinds} <= set(_TITLES)


def test_every_class_of_claims_has_a_value_to_show_and_a_title(store):
    from llmkg.entities import _VALUE_ROLES
    from llmkg.reports import _TITLES

    classes = store.query("SELECT ?class { ?class rdfs:subClassOf* llmkg:Claim }").rows
    names = {shrink(class_.value).removeprefix("llmkg:") for (class_,) in classes}
    assert names == set(_VALUE_ROLES)
    assert names == set(_TITLES)
