"""The ontology parses, stays in its profile, keeps its style, agrees with the graph, and its alignments hold."""

from __future__ import annotations

import json
import os
from collections import Counter
from functools import cache
from pathlib import Path

import pyhornedowl
import pyoxigraph as px
import pyshacl
import pytest
import rdflib
from pyhornedowl import profile
from rdflib import DCAT, OWL, PROV, RDF, RDFS, SDO, SKOS, XSD, URIRef

from llmkg.files import find_project
from llmkg.store import RdflibStore
from llmkg.terms import BASE, NS, PREFIXES, shrink
from llmkg.turtle import parse_turtle

MODULES = ("provenance", "core", "techniques", "evaluation", "training", "risk")
SCHEMES = {prefix for prefix, iri in PREFIXES.items() if iri.startswith(f"{BASE}concept/")}
CHARACTERISTICS = {OWL.AsymmetricProperty, OWL.IrreflexiveProperty, OWL.SymmetricProperty, OWL.TransitiveProperty}
PROPERTIES = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
DECLARATIONS = {OWL.Class, OWL.Ontology, *PROPERTIES}
RL_DATATYPES = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean, XSD.anyURI, XSD.gYear, XSD.gYearMonth, XSD.date}
OTHERS = {
    *(RDF.type, RDF.subject, RDF.predicate, RDF.object),
    *(SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.editorialNote, SKOS.broader, SKOS.inScheme),
    *(rdflib.DCTERMS.title, rdflib.DCTERMS.issued, rdflib.DCTERMS.language, rdflib.DCTERMS.isReplacedBy),
}
"""Properties of other vocabularies that the graph may use."""
STYLE = "ontology/shapes/house-style.ttl"
ALIGNMENTS = [file for file in find_project().ontology if file.name.startswith("ontology/alignments/")]
REALDATA = os.environ.get("LLMKG_REALDATA", "")


def triples_of(*files) -> list[px.Triple]:
    return [triple for file in files for triple in parse_turtle(file.text, where=file.name)[0]]


def graph_of(*files) -> rdflib.Graph:
    return RdflibStore.of(triples_of(*files)).graph


@cache
def module_files():
    return [file for file in find_project().ontology if file.name in {f"ontology/{name}.ttl" for name in MODULES}]


@cache
def vocabulary_files():
    return [file for file in find_project().ontology if file.name.startswith("ontology/vocabularies/")]


@cache
def modules() -> rdflib.Graph:
    return graph_of(*module_files())


@cache
def vocabularies() -> rdflib.Graph:
    return graph_of(*vocabulary_files())


def merged_modules() -> rdflib.Graph:
    """All modules under one header, as a reader sees them that follows the imports."""
    merged = rdflib.Graph()
    headers = set(modules().subjects(RDF.type, OWL.Ontology))
    for triple in modules():
        if triple[0] not in headers:
            merged.add(triple)
    merged.add((URIRef(f"{BASE}ontology"), RDF.type, OWL.Ontology))
    return merged


def declared(*kinds: URIRef) -> set[URIRef]:
    return {term for kind in kinds for term in modules().subjects(RDF.type, kind)}


# OWL


def test_there_is_a_file_for_each_module():
    assert len(module_files()) == len(MODULES)


def test_modules_parse_as_owl_without_losing_an_axiom():
    merged = merged_modules()
    ontology = pyhornedowl.open_ontology_from_string(merged.serialize(format="turtle"), serialization="ttl")
    read = Counter(type(part.component).__name__ for part in ontology.get_components())
    written = {
        "DeclareClass": len(declared(OWL.Class)),
        "DeclareObjectProperty": len(declared(OWL.ObjectProperty)),
        "DeclareDataProperty": len(declared(OWL.DatatypeProperty)),
        "DeclareAnnotationProperty": len(declared(OWL.AnnotationProperty)),
        "SubClassOf": len(list(merged.triples((None, RDFS.subClassOf, None)))),
        "DisjointClasses": len(list(merged.triples((None, OWL.disjointWith, None)))),
    }
    assert {name: read[name] for name in written} == written
    assert sum(read.values()) == len(merged)


@pytest.mark.parametrize("name", ["RL", "DL"])
def test_modules_are_in_the_profile(name):
    ontology = pyhornedowl.open_ontology_from_string(merged_modules().serialize(format="turtle"), serialization="ttl")
    report = profile.check_profile(ontology, name)
    assert [violation.message for violation in report.violations] == []
    assert report.conformant


def outside_rl(graph: rdflib.Graph) -> list[tuple[str, ...]]:
    """The triples of an ontology that are not of the few forms that ours is made of, all of them in OWL 2 RL."""
    classes, objects, data, annotations, headers = (
        set(graph.subjects(RDF.type, kind))
        for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.Ontology)
    )
    forms = {
        RDF.type: [(classes | objects | data | annotations | headers, DECLARATIONS), (objects, CHARACTERISTICS)],
        RDFS.subClassOf: [(classes, classes)],
        OWL.disjointWith: [(classes, classes)],
        RDFS.domain: [(objects | data, classes)],
        RDFS.range: [(objects, classes), (data, RL_DATATYPES)],
        RDFS.isDefinedBy: [(classes | objects | data | annotations, headers)],
        OWL.imports: [(headers, headers)],
    }

    def is_allowed(s: rdflib.term.Node, p: rdflib.term.Node, o: rdflib.term.Node) -> bool:
        if p in forms:
            return any(s in subjects and o in values for subjects, values in forms[p])
        is_note = p in annotations or p == OWL.deprecated or (s in headers and p in {OWL.versionIRI, OWL.versionInfo})
        return is_note and not isinstance(s, rdflib.BNode) and not isinstance(o, rdflib.BNode)

    wrong = [triple for triple in graph if not is_allowed(*triple)]
    not_simple = set(graph.subjects(RDF.type, OWL.TransitiveProperty))
    needs_simple = declared(OWL.AsymmetricProperty, OWL.IrreflexiveProperty)
    wrong += [(s, RDF.type, OWL.TransitiveProperty) for s in not_simple & needs_simple]
    return sorted(tuple(map(str, triple)) for triple in wrong)


def test_modules_use_only_forms_of_the_rl_profile():
    assert outside_rl(modules()) == []


def test_a_form_outside_the_rl_profile_is_seen():
    graph = rdflib.Graph() + modules()
    union, members = rdflib.BNode(), rdflib.BNode()
    graph.add((union, OWL.unionOf, members))
    graph.add((URIRef(f"{NS}Model"), RDFS.subClassOf, union))
    assert len(outside_rl(graph)) == 2


def test_no_term_has_two_kinds():
    kinds = Counter(term for kind in (OWL.Class, *PROPERTIES) for term in declared(kind))
    assert [term for term, count in kinds.items() if count > 1] == []


def test_imports_are_modules_and_have_no_circle():
    imports = {
        header: set(modules().objects(header, OWL.imports)) for header in modules().subjects(RDF.type, OWL.Ontology)
    }
    seen: set[rdflib.term.Node] = set()
    while ready := [header for header, needed in imports.items() if header not in seen and needed <= seen]:
        seen.update(ready)
    assert seen == set(imports)


def test_a_module_uses_only_its_own_terms_and_those_it_imports():
    home = dict(modules().subject_objects(RDFS.isDefinedBy))
    reach = {
        header: set(modules().transitive_objects(header, OWL.imports))
        for header in modules().subjects(RDF.type, OWL.Ontology)
    }
    astray = {
        (shrink(str(s)), shrink(str(o)))
        for s, p, o in modules()
        if p != RDFS.isDefinedBy and s in home and o in home and home[o] not in reach[home[s]]
    }
    assert astray == set()


# Consistency


def reasoned(graph: rdflib.Graph) -> list[str]:
    """The contradictions that OWL 2 RL finds. Texts in a language are left out: no axiom speaks of them."""
    import owlrl

    closure = rdflib.Graph()
    for triple in graph:
        if not (isinstance(triple[2], rdflib.Literal) and triple[2].language):
            closure.add(triple)
    semantics = owlrl.OWLRL_Semantics(closure, False, False, False)
    semantics.closure()
    return sorted(semantics.error_messages)


def test_ontology_and_graph_are_consistent():
    project = find_project()
    assert reasoned(graph_of(*module_files(), *vocabulary_files(), *project.graph)) == []


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ("model:a llmkg:isVariantOf family:a . family:a a llmkg:Organization .", "Disjoint"),
        ("claim:a llmkg:adopter family:a ; a llmkg:Comparison .", "Disjoint"),
        ("claim:a llmkg:source family:a . family:a a llmkg:ModelFamily .", "Disjoint"),
        ("model:a llmkg:isFineTunedFrom model:a .", "Irreflexive"),
        ("product:a llmkg:succeeds product:b . product:b llmkg:succeeds product:a .", "Asymmetric|asymmetric"),
    ],
)
def test_a_contradiction_is_found(statements, found):
    prefixes = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items())
    graph = rdflib.Graph() + modules() + RdflibStore.of(parse_turtle(prefixes + statements)[0]).graph
    errors = reasoned(graph)
    assert errors
    assert any(word in error for error in errors for word in found.split("|"))


# Style


@cache
def style() -> list[px.Triple]:
    return triples_of(*(file for file in find_project().shapes if file.name == STYLE))


def faults(triples: list[px.Triple]) -> set[tuple[str, str, str]]:
    """Node, shape and message of everything that breaks the house style."""
    sh = rdflib.SH
    _, report, _ = pyshacl.validate(RdflibStore.of(triples).graph, shacl_graph=RdflibStore.of(style()).graph)
    return {
        tuple(shrink(str(report.value(result, p, any=True))) for p in (sh.focusNode, sh.sourceShape, sh.resultMessage))
        for result in report.objects(None, sh.result)
    }


def test_house_style_holds():
    assert faults(triples_of(*find_project().ontology)) == set()


BROKEN = {
    "Term-prefLabel": 'llmkg:Model skos:prefLabel "Network"@en .',
    "Term-definition": 'llmkg:Model skos:definition "R\u00e9seau."@fr .',
    "Term-altLabel": 'llmkg:Model skos:altLabel "Model"@en .',
    "Term-isDefinedBy": "llmkg:Model rdfs:isDefinedBy <https://w3id.org/llmkg/ontology/risk> .",
    "Term-label": 'llmkg:Model rdfs:label "Model" .',
    "Term-comment": 'llmkg:Model rdfs:comment "A model" .',
    "Text-stop": 'llmkg:Model skos:definition "Network"@en .',
    "Text-subject": 'llmkg:Model skos:definition "A network."@en .',
    "TermHome": "llmkg:Gadget a owl:Class .",
    "ClassName": "llmkg:gadget a owl:Class .",
    "PropertyName": "llmkg:HasGadget a owl:DatatypeProperty .",
    "ObjectPropertyName": "llmkg:gadget a owl:ObjectProperty .",
    "ObjectPropertyText-definition": 'llmkg:gadget a owl:ObjectProperty ; skos:definition "Gadget."@en .',
    "ClaimClass": "llmkg:Rumour rdfs:subClassOf llmkg:Claim .",
    "Lineage-hasStratum": "llmkg:borrowsFrom llmkg:hasStratum stratum:code .",
    "Module-license": "<https://w3id.org/llmkg/ontology/new> a owl:Ontology .",
    "Module-versionIRI": "<https://w3id.org/llmkg/ontology/new> a owl:Ontology .",
    "ConceptText": "technique:rope skos:broader metric:f1 .",
    "RankedConcept": "status:sure a skos:Concept ; skos:inScheme <https://w3id.org/llmkg/concept/status> .",
    "RankedSourceKind": "sourcekind:leaf a skos:Concept ; skos:inScheme <https://w3id.org/llmkg/concept/sourcekind> .",
}


@pytest.mark.parametrize("shape", BROKEN)
def test_house_style_sees_a_fault(shape):
    prefixes = "".join(f"@prefix {prefix}: <{iri}> . " for prefix, iri in PREFIXES.items())
    fault = parse_turtle(prefixes + BROKEN[shape])[0]
    node = shrink(fault[0].subject.value)
    mentioned = {node for triple in fault for node in (triple.subject, triple.object)}
    context = [triple for triple in triples_of(*module_files(), *vocabulary_files()) if triple.subject in mentioned]
    found = faults([*context, *fault])
    assert (node, f"shapes:{shape}") in {fault[:2] for fault in found}


def test_every_shape_of_the_house_style_has_a_fault_that_it_sees():
    sh = PREFIXES["sh"]
    with_message = {
        shrink(triple.subject.value).removeprefix("shapes:")
        for triple in style()
        if triple.predicate.value == f"{sh}message"
    }
    assert with_message == set(BROKEN)


def test_every_scheme_has_its_file_and_its_prefix():
    schemes = {str(scheme).rsplit("/", 1)[1] for scheme in vocabularies().subjects(RDF.type, SKOS.ConceptScheme)}
    assert schemes == SCHEMES


def test_a_file_of_concepts_holds_one_scheme():
    for file in vocabulary_files():
        graph = graph_of(file)
        assert set(graph.objects(None, SKOS.inScheme)) == set(graph.subjects(RDF.type, SKOS.ConceptScheme)), file.name


def test_broader_concepts_exist_and_have_no_circle():
    graph = vocabularies()
    for narrow, broad in graph.subject_objects(SKOS.broader):
        assert (broad, RDF.type, SKOS.Concept) in graph, narrow
        assert narrow not in set(graph.transitive_objects(broad, SKOS.broader)), narrow


# Agreement with the graph, the shapes and the policy


def test_the_graph_uses_only_declared_terms():
    graph = rdflib.Graph() + vocabularies() + graph_of(*find_project().graph)
    properties = {p for _, p, _ in graph}
    kinds = set(graph.objects(None, RDF.type))
    named = {*graph.objects(None, RDF.predicate), *graph.objects(None, URIRef(f"{NS}comparedProperty"))}
    assert {shrink(str(p)) for p in properties - declared(*PROPERTIES) - OTHERS} == set()
    assert {shrink(str(kind)) for kind in kinds - declared(OWL.Class) - {SKOS.ConceptScheme}} == set()
    assert {shrink(str(p)) for p in named - declared(*PROPERTIES)} == set()


def test_the_shapes_use_only_declared_terms():
    mentioned = {
        URIRef(node.value)
        for triple in triples_of(*find_project().shapes)
        for node in (triple.subject, triple.object)
        if isinstance(node, px.NamedNode) and node.value.startswith(NS)
    }
    assert {shrink(str(term)) for term in mentioned - declared(OWL.Class, *PROPERTIES)} == set()


def test_what_drives_the_deriving_exists():
    graph = modules()
    known = declared(*PROPERTIES) | {RDF.subject}
    for annotation in ("subjectRole", "directProperty"):
        assert {shrink(str(o)) for o in set(graph.objects(None, URIRef(NS + annotation))) - known} == set()
    strata = set(graph.objects(None, URIRef(f"{NS}hasStratum")))
    assert strata == set(vocabularies().subjects(SKOS.inScheme, URIRef(f"{BASE}concept/stratum")))


def test_ranks_are_an_order():
    for scheme in ("status", "sourcekind"):
        concepts = vocabularies().subjects(SKOS.inScheme, URIRef(f"{BASE}concept/{scheme}"))
        ranks = sorted(int(str(vocabularies().value(concept, URIRef(f"{NS}rank")))) for concept in concepts)
        assert ranks == list(range(1, len(ranks) + 1)), scheme


# Alignments


@pytest.mark.parametrize("file", ALIGNMENTS, ids=lambda file: Path(file.name).stem)
def test_an_alignment_starts_from_terms_that_exist(file):
    graph = graph_of(file)
    header = URIRef(f"{BASE}ontology/alignments/{Path(file.name).stem}")
    known = declared(OWL.Class, *PROPERTIES) | set(vocabularies().subjects(RDF.type, SKOS.Concept)) | {header}
    assert {str(s) for s in set(graph.subjects()) - known} == set()


@pytest.mark.parametrize("file", ALIGNMENTS, ids=lambda file: Path(file.name).stem)
def test_an_alignment_adds_no_axiom(file):
    matches = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}
    graph = graph_of(file)
    header = next(graph.subjects(RDF.type, OWL.Ontology))
    assert {p for s, p, _ in graph if s != header} <= matches


def test_nothing_imports_an_alignment():
    assert not [o for o in modules().objects(None, OWL.imports) if "alignments" in str(o)]


def targets(stem: str) -> set[str]:
    graph = graph_of(*(file for file in ALIGNMENTS if Path(file.name).stem == stem))
    header = next(graph.subjects(RDF.type, OWL.Ontology))
    return {str(o) for s, _, o in graph if s != header}


@pytest.mark.parametrize(("stem", "namespace"), [("schema-org", SDO), ("prov-o", PROV), ("dcat", DCAT)])
def test_an_alignment_ends_at_terms_that_exist(stem, namespace):
    base = str(namespace)
    assert {
        iri for iri in targets(stem) if not iri.startswith(base) or iri.removeprefix(base) not in namespace
    } == set()


def terms_in(folder: Path, name: str) -> set[str]:
    path = folder / name
    if path.suffix == ".jsonld":
        document = json.loads(path.read_text(encoding="utf-8"))
        context = document["@context"]
        names = (node["@id"] for node in document["@graph"])
        return {context[name.split(":")[0]] + name.split(":", 1)[1] for name in names if name.split(":")[0] in context}
    return {quad.subject.value for quad in px.parse(path=str(path)) if isinstance(quad.subject, px.NamedNode)}


@pytest.mark.realdata
@pytest.mark.skipif(not REALDATA, reason="LLMKG_REALDATA does not name a folder of outside data")
@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("fair4ml", "fair4ml-0.1.0.jsonld"),
        ("ml-schema", "MLSchema.ttl"),
        ("airo", "airo.ttl"),
        ("dpv-ai", "dpv-ai.ttl"),
        ("dpv-risk", "dpv-risk.ttl"),
    ],
)
def test_an_alignment_ends_at_terms_of_the_published_file(stem, name):
    assert targets(stem) - terms_in(Path(REALDATA) / "ontologies", name) == set()
