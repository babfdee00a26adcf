"""The check queries, and ``run`` on projects with something wrong in them.

A folder of ``tests/checks`` is a check query; it finds something in each ``bad*.ttl`` and nothing in each ``ok*.ttl``. What the
files mention is in ``tests/shapes/world.ttl``.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as px
import pytest

from llmkg.catalogue import read_query
from llmkg.checks import run
from llmkg.derive import derive
from llmkg.errors import ReadError
from llmkg.filerules import take_stock
from llmkg.files import Project, find_project, read_file
from llmkg.queries import Query
from llmkg.queries import run as ask
from llmkg.store import EmbeddedStore, RdflibStore, Store
from llmkg.terms import FILE_GRAPHS, PREFIXES
from llmkg.turtle import parse_turtle

if TYPE_CHECKING:
    from llmkg.findings import Finding, Report

FOLDER = Path(__file__).parent / "checks"
WORLD = Path(__file__).parent / "shapes" / "world.ttl"
FILES = sorted(FOLDER.glob("*/*.ttl"))
WORDS = {PREFIXES["skos"] + name for name in ("prefLabel", "altLabel", "definition", "editorialNote")}


@cache
def rules() -> dict[str, Query]:
    project = find_project()
    files = [read_file(project.root, name) for name in project.names("queries/checks", ".rq")]
    return {query.id.removeprefix("checks/"): query for query in map(read_query, files)}


@cache
def levels() -> dict[str, str]:
    """The rules that have a level, in ``queries/levels.toml``."""
    return take_stock(find_project(), ()).levels.table["checks"]


@cache
def background() -> list[px.Quad]:
    """The ontology without its words, and the world."""
    ontology = [triple for file in find_project().ontology for triple in parse_turtle(file.text)[0]]
    triples = [triple for triple in ontology if triple.predicate.value not in WORDS]
    triples += parse_turtle(WORLD.read_text(encoding="utf-8"))[0]
    return [px.Quad(*triple, px.NamedNode(f"{FILE_GRAPHS}background")) for triple in triples]


def stores(path: Path) -> tuple[Store, Store, set[str]]:
    """A file and what follows from it in both engines, and what the file describes."""
    triples = parse_turtle(path.read_text(encoding="utf-8"))[0]
    quads = [*background(), *(px.Quad(*triple, px.NamedNode(f"{FILE_GRAPHS}file")) for triple in triples)]
    quads += derive(quads)
    engine = px.Store()
    engine.bulk_extend(quads)
    described = {triple.subject.value for triple in triples if isinstance(triple.subject, px.NamedNode)}
    return EmbeddedStore(engine), RdflibStore.of(quads), described


def rows(store: Store, rule: Query, about: set[str]) -> list[dict[str, str]]:
    """What a rule finds about the given things."""
    found = [
        {name: str(getattr(term, "value", "")) for name, term in row.items()} for row in ask(store, rule).records()
    ]
    return sorted((row for row in found if about & {row["node"], row.get("other")}), key=str)


def file_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=file_id)
def test_rule_finds_what_is_wrong_and_nothing_else_in_both_engines(path: Path) -> None:
    rule = rules()[path.parent.name]
    embedded, second, about = stores(path)
    found = rows(embedded, rule, about)
    assert bool(found) is path.stem.startswith("bad")
    assert rows(second, rule, about) == found
    for row in found:
        assert "{" not in rule.header["message"].format_map(row)
        assert all(row.values())


def test_every_rule_has_a_file_to_accept_and_one_to_reject() -> None:
    for kind in ("ok", "bad"):
        assert {path.parent.name for path in FILES if path.stem.startswith(kind)} == set(rules())


@pytest.mark.parametrize("name", sorted(rules()))
def test_rule_is_told_in_full(name: str) -> None:
    rule = rules()[name]
    assert "check" in rule.tags
    assert rule.description
    assert rule.header["message"].endswith(".")
    assert rule.header["remedy"].endswith(".")
    assert name in levels()
    assert ask(EmbeddedStore(px.Store()), rule).columns == tuple(rule.returns)


def test_levels_name_only_rules_that_exist() -> None:
    assert set(levels()) == set(rules())


# --- projects with something wrong in them

GAMMA = """\
@prefix family: <https://w3id.org/llmkg/id/family/> .
@prefix llmkg: <https://w3id.org/llmkg/ns/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

family:gamma
    a llmkg:ModelFamily ;
    skos:prefLabel "Gamma"@en ;
    skos:prefLabel "伽马"@zh ;
    .
"""
CLAIM = """\
@prefix claim: <https://w3id.org/llmkg/id/claim/> .
@prefix family: <https://w3id.org/llmkg/id/family/> .
@prefix llmkg: <https://w3id.org/llmkg/ns/> .
@prefix org: <https://w3id.org/llmkg/id/organization/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix source: <https://w3id.org/llmkg/id/source/> .
@prefix status: <https://w3id.org/llmkg/concept/status/> .

claim:alpha_developed-by_doe-2023
    a llmkg:Claim ;
    rdf:subject family:alpha ;
    rdf:predicate llmkg:developedBy ;
    rdf:object org:acme ;
    llmkg:status status:stated-by-developer ;
    llmkg:source source:doe-2023 ;
    llmkg:locator "Section 1" ;
    .
"""
QUERY = "#+ summary: Which models are there?\n\nSELECT ?model WHERE { ?model ?p ?o }\nORDER BY ?model\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project with the real ontology, shapes and checks, and nothing worse than a warning in it."""
    root = find_project().root
    shutil.copytree(root / "ontology", tmp_path / "ontology")
    (tmp_path / "queries").mkdir()
    shutil.copytree(root / "queries" / "checks", tmp_path / "queries" / "checks")
    shutil.copy(root / "queries" / "levels.toml", tmp_path / "queries" / "levels.toml")
    (tmp_path / "graph").mkdir()
    shutil.copy(WORLD, tmp_path / "graph" / "world.ttl")
    (tmp_path / "graph" / "claim.ttl").write_text(CLAIM, encoding="utf-8")
    return Project(tmp_path)


def write(project: Project, name: str, text: str | bytes) -> None:
    place = project.root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(text if isinstance(text, bytes) else text.encode())


def errors(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.level == "error"]


def only_error(project: Project) -> tuple[str, int, str, str]:
    """The one error in the ``graph/`` and ``queries/`` of a project; nothing on disk is changed by looking for it."""
    before = contents(project)
    found = errors(run(project, ["graph", "queries"]))
    assert contents(project) == before
    assert len(found) == 1, found
    return found[0].path, found[0].line, found[0].rule, found[0].message


def contents(project: Project) -> dict[Path, bytes]:
    files = (path for path in project.root.rglob("*") if path.is_file() and os.access(path, os.R_OK))
    return {path: path.read_bytes() for path in files}


def test_small_project_is_right(project: Project) -> None:
    report = run(project, ["graph", "queries"])
    assert errors(report) == []
    assert not report.failed
    assert report.files == len(list((project.root / "graph").iterdir())) + len(rules())


def test_broken_turtle(project: Project) -> None:
    write(project, "graph/gamma.ttl", GAMMA.replace('"Gamma"@en ;', '"Gamma"@en'))
    path, line, rule, message = only_error(project)
    assert (path, line, rule) == ("graph/gamma.ttl", 8, "not-turtle")
    assert message.startswith("Not Turtle: ")


def test_claim_without_a_source(project: Project) -> None:
    write(
        project,
        "graph/claim.ttl",
        CLAIM.replace("    llmkg:source source:doe-2023 ;\n", "").replace(_prefix("source"), ""),
    )
    assert only_error(project) == (
        "graph/claim.ttl",
        8,
        "AnyClaim-source",
        "A claim cites exactly one source; claim:alpha_developed-by_doe-2023 lacks llmkg:source.",
    )


def test_dangling_iri(project: Project) -> None:
    write(project, "graph/claim.ttl", CLAIM.replace("org:acme", "org:nobody"))
    assert only_error(project) == ("graph/claim.ttl", 13, "dangling-iri", "No file describes org:nobody.")


def test_iri_described_in_two_files(project: Project) -> None:
    write(project, "graph/one.ttl", GAMMA)
    write(project, "graph/two/again.ttl", GAMMA)
    assert only_error(project) == (
        "graph/two/again.ttl",
        5,
        "described-twice",
        "family:gamma is described in graph/one.ttl:5 too.",
    )


def test_iri_described_in_two_files_is_told_for_the_one_that_is_asked_about(project: Project) -> None:
    write(project, "graph/one.ttl", GAMMA)
    write(project, "graph/two/again.ttl", GAMMA)
    (finding,) = errors(run(project, [project.root / "graph" / "one.ttl"]))
    assert (finding.path, finding.rule) == ("graph/one.ttl", "described-twice")


@pytest.mark.parametrize(
    "value",
    ['"13 billion"', "13.5", "1.3e10", "013000000000", '"13000000000"^^<http://www.w3.org/2001/XMLSchema#long>'],
)
def test_wrong_datatype(project: Project, value: str) -> None:
    text = CLAIM.replace("org:acme", value).replace("developedBy", "parameterCount").replace(_prefix("org"), "")
    write(
        project,
        "graph/claim.ttl",
        text.replace("family:alpha", "family:beta").replace(f'"^^<{PREFIXES["xsd"]}long>', '"^^xsd:long'),
    )
    if "long" in value:
        lines = (project.root / "graph/claim.ttl").read_text(encoding="utf-8")
        write(
            project,
            "graph/claim.ttl",
            lines.replace("\n\nclaim:", f"\n@prefix xsd: <{PREFIXES['xsd']}> .\n\nclaim:", 1),
        )
    path, line, rule, message = only_error(project)
    assert (path, rule) == ("graph/claim.ttl", "SizeFact-object")
    assert "rdf:object" in (project.root / path).read_text(encoding="utf-8").split("\n")[line - 1]
    assert message.startswith(
        "A size or count is a whole number above 0; claim:alpha_developed-by_doe-2023 has rdf:object "
    )


def test_comment(project: Project) -> None:
    write(project, "graph/gamma.ttl", GAMMA.replace("ModelFamily ;", "ModelFamily ; # the third"))
    assert only_error(project)[:3] == ("graph/gamma.ttl", 6, "comment")


def test_not_canonical(project: Project) -> None:
    write(project, "graph/gamma.ttl", GAMMA.replace("    a llmkg", "  a llmkg"))
    assert only_error(project)[:3] == ("graph/gamma.ttl", 6, "not-canonical")


def test_canonical_but_for_the_end(project: Project) -> None:
    write(project, "graph/gamma.ttl", GAMMA + "\n")
    assert only_error(project)[2] == "not-canonical"


@pytest.mark.parametrize(
    "statement",
    [
        "<<( family:gamma a llmkg:ModelFamily )>> llmkg:source family:gamma .",
        "family:gamma llmkg:source <<( family:gamma a llmkg:ModelFamily )>> .",
        "<< family:gamma a llmkg:ModelFamily >> llmkg:source family:gamma .",
    ],
)
def test_statement_about_a_statement(project: Project, statement: str) -> None:
    write(project, "graph/gamma.ttl", f"{GAMMA}\n{statement}\n")
    assert only_error(project)[:3] == ("graph/gamma.ttl", GAMMA.count("\n") + 2, "not-turtle")


def test_blank_node(project: Project) -> None:
    write(
        project,
        "graph/gamma.ttl",
        GAMMA.replace(
            '    skos:prefLabel "伽马"@zh ;\n',
            '    skos:prefLabel "伽马"@zh ;\n    skos:note [\n        skos:example "x" ;\n    ] ;\n',
        ),
    )
    found = {(finding.rule, finding.line) for finding in errors(run(project, ["graph"]))}
    assert ("blank-node", 9) in found


def test_blank_nodes_that_are_not_a_tree(project: Project) -> None:
    name = "ontology/shapes/risk.ttl"
    text = (project.root / name).read_text(encoding="utf-8")
    write(project, name, text + "\nshapes:A\n    sh:node _:b ;\n    .\n\nshapes:B\n    sh:node _:b ;\n    .\n")
    found = {finding.rule: finding.message for finding in errors(run(project, [name]))}
    assert found["not-canonical"] == "Blank nodes that do not form a tree."


def test_file_that_cannot_be_read(project: Project) -> None:
    (project.root / "graph" / "gone.ttl").symlink_to(project.root / "nowhere.ttl")
    assert only_error(project)[:3] == ("graph/gone.ttl", 1, "unreadable")


def test_query_with_an_undeclared_parameter(project: Project) -> None:
    write(project, "queries/models/all.rq", QUERY.replace("{ ?model", "{ VALUES ?model { family:alpha } ?model"))
    path, line, rule, message = only_error(project)
    assert (path, line, rule) == ("queries/models/all.rq", 3, "query-header")
    assert message == "VALUES ?model is not declared as a parameter."


def test_query_without_a_header(project: Project) -> None:
    write(project, "queries/models/all.rq", "SELECT * { ?s ?p ?o }")
    assert only_error(project)[:3] == ("queries/models/all.rq", 1, "query-header")


def test_query_that_is_not_sparql(project: Project) -> None:
    write(project, "queries/models/all.rq", QUERY.replace("?o }", "?o"))
    path, line, rule, _ = only_error(project)
    assert (path, rule) == ("queries/models/all.rq", "query-syntax")
    assert line > 1


def test_check_query_without_a_message(project: Project) -> None:
    write(project, "queries/checks/new.rq", QUERY)
    assert only_error(project) == ("queries/checks/new.rq", 1, "query-header", "The header has no message.")


def test_shape_that_is_not_shacl(project: Project) -> None:
    name = "ontology/shapes/core.ttl"
    text = (project.root / name).read_text(encoding="utf-8")
    write(project, name, text.replace("sh:maxCount 2 ;", 'sh:maxCount "two" ;'))
    path, line, rule, message = only_error(project)
    assert (path, line, rule) == ("ontology/shapes", 1, "not-shacl")
    assert message.startswith("Not SHACL: ")


def test_invalid_utf_8(project: Project) -> None:
    write(project, "graph/gamma.ttl", GAMMA.encode().replace(b"Gamma", b"Gamm\xe9"))
    assert only_error(project) == ("graph/gamma.ttl", 7, "unreadable", "Not UTF-8: byte 0xE9.")


def test_unreadable_folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = project.root / "graph" / "closed"
    closed.mkdir()
    scan = os.scandir

    def refuse(path: os.PathLike[str]) -> object:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (finding,) = errors(run(project, ["graph/world.ttl"]))
    assert (finding.path, finding.line, finding.rule) == ("graph/closed", 1, "unreadable")
    assert finding.message == "The folder cannot be read (Permission denied)."


def test_levels_that_are_not_toml(project: Project) -> None:
    write(project, "queries/levels.toml", "[files\n")
    found = [finding for finding in run(project, ["queries"]).findings if finding.rule == "unreadable"]
    assert [(finding.path, finding.line) for finding in found] == [("queries/levels.toml", 1)]


BEFORE_ITS_SOURCE = """
claim:alpha_announced-on_doe-2023
    a llmkg:Claim ;
    rdf:subject family:alpha ;
    rdf:predicate llmkg:parameterCount ;
    rdf:object 70 ;
    llmkg:status status:refuted ;
    llmkg:source source:doe-2023 ;
    llmkg:locator "Section 1" ;
    .
"""


def accept(project: Project, entry: str) -> None:
    write(project, "graph/accepted.toml", f"[[accepted]]\n{entry}\n")


def test_accepted_finding_is_a_note_with_the_reason(project: Project) -> None:
    head, _, rest = CLAIM.partition("\n\n")
    write(project, "graph/claim.ttl", f"{head}\n{BEFORE_ITS_SOURCE}\n{rest}")
    node = "claim:alpha_announced-on_doe-2023"
    assert only_error(project)[2] == "refuted-without-refuter"
    accept(project, f'rule = "refuted-without-refuter"\nnode = "{node}"\nreason = "Nobody wrote it down."')
    report = run(project)
    assert not report.failed
    found = [finding for finding in report.findings if finding.rule == "refuted-without-refuter"]
    assert [(finding.level, finding.remedy) for finding in found] == [("info", "Accepted: Nobody wrote it down.")]


def test_accepted_finding_that_there_is_not(project: Project) -> None:
    accept(project, 'rule = "licence-conflict"\nnode = "claim:a"\nreason = "So it is."')
    found = [finding for finding in run(project).findings if finding.rule == "accepted-in-vain"]
    assert [(finding.path, finding.level) for finding in found] == [("graph/accepted.toml", "warning")]
    assert "licence-conflict about claim:a" in found[0].message
    assert not [finding for finding in run(project, ["graph"]).findings if finding.rule == "accepted-in-vain"]


@pytest.mark.parametrize("entry", ['rule = "licence-conflict"\nnode = "claim:a"', "", "node = 3\nrule = 2\nreason = 1"])
def test_accepted_finding_without_a_reason(project: Project, entry: str) -> None:
    accept(project, entry)
    found = [finding for finding in run(project).findings if finding.path == "graph/accepted.toml"]
    assert [(finding.rule, finding.level) for finding in found] == [("unreadable", "error")]


def test_missing_levels_make_everything_an_error(project: Project) -> None:
    (project.root / "queries" / "levels.toml").unlink()
    found = run(project, ["graph"])
    assert {finding.level for finding in found.findings} == {"error"}
    assert "unreadable" in {finding.rule for finding in found.findings}


def test_level_of_a_rule_can_be_changed(project: Project) -> None:
    write(project, "queries/levels.toml", '[shapes]\nAnyClaim-locator = "warning"\n\n[checks]\ndefault = "info"\n')
    write(project, "graph/claim.ttl", CLAIM.replace('    llmkg:locator "Section 1" ;\n', ""))
    report = run(project, ["graph"])
    assert {finding.level for finding in report.findings if finding.rule == "AnyClaim-locator"} == {"warning"}
    assert not report.failed


def test_only_the_files_that_are_asked_about(project: Project) -> None:
    write(project, "graph/gamma.ttl", GAMMA.replace('    skos:prefLabel "伽马"@zh ;\n', ""))
    write(project, "graph/claim.ttl", CLAIM.replace("org:acme", "org:nobody"))
    assert [finding.rule for finding in errors(run(project, ["graph/world.ttl"]))] == []
    assert [finding.rule for finding in errors(run(project, ["graph/gamma.ttl"]))] == ["Entity-prefLabel"]
    assert [finding.rule for finding in errors(run(project, ["graph/claim.ttl"]))] == ["dangling-iri"]
    assert [finding.rule for finding in errors(run(project, ["graph"]))] == ["dangling-iri", "Entity-prefLabel"]


@pytest.mark.parametrize("path", ["graph/nothing.ttl", "/"])
def test_path_that_is_not_in_the_project(project: Project, path: str) -> None:
    with pytest.raises(ReadError, match="No such file or folder in the project"):
        run(project, [path])


def test_what_is_wrong_with_a_node_is_told_in_words(project: Project) -> None:
    wrong = GAMMA.replace("family:gamma", "family:Gamma").replace(
        '"伽马"@zh ;', '"伽马"@zh ;\n    skos:prefLabel "G"@en ;'
    )
    write(project, "graph/gamma.ttl", wrong.replace('"Gamma"@en', '"' + "Gamma" * 20 + '"@en'))
    messages = {finding.message for finding in errors(run(project, ["graph"]))}
    assert (
        "A thing that people search for has exactly one English and one Chinese name; family:Gamma has skos:prefLabel too often."
        in messages
    )
    assert any(message.endswith("family:Gamma is not so.") for message in messages)


def _prefix(name: str) -> str:
    return f"@prefix {name}: <{PREFIXES[name]}> .\n"
