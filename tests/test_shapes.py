"""Every shape accepts what is right and rejects what is wrong, by itself.

A folder of ``tests/shapes`` is a shape. ``ok*.ttl`` breaks nothing; ``bad-<property>-<constraint>[-<more>].ttl`` breaks one
property shape of it and ``bad-<constraint>[-<more>].ttl`` the shape itself, and nothing else. What the files mention is
in ``world.ttl``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as px
import pytest

from llmkg.files import find_project
from llmkg.shacl import validate
from llmkg.terms import PREFIXES, RDF, shrink
from llmkg.turtle import format_turtle, parse_turtle

FOLDER = Path(__file__).parent / "shapes"
FILES = sorted(FOLDER.glob("*/*.ttl"))
SH = PREFIXES["sh"]
CONTEXT = {f"{RDF}type", PREFIXES["skos"] + "inScheme", PREFIXES["rdfs"] + "subClassOf"}
OTHERS = "house-style.ttl"


def read(path: Path) -> list[px.Triple]:
    return parse_turtle(path.read_text(encoding="utf-8"), where=path.name)[0]


@cache
def shapes() -> list[px.Triple]:
    files = [file for file in find_project().shapes if not file.name.endswith(OTHERS)]
    return [triple for file in files for triple in parse_turtle(file.text, where=file.name)[0]]


@cache
def context() -> list[px.Triple]:
    """The classes and schemes of everything in the ontology and in ``world.ttl``."""
    ontology = [triple for file in find_project().ontology for triple in parse_turtle(file.text)[0]]
    return [triple for triple in [*ontology, *read(FOLDER / "world.ttl")] if triple.predicate.value in CONTEXT]


@cache
def names(predicate: str, value: str) -> frozenset[str]:
    """Names of the shapes that have a predicate, and a value if one is given."""
    return frozenset(
        shrink(triple.subject.value).removeprefix("shapes:")
        for triple in shapes()
        if isinstance(triple.subject, px.NamedNode)
        and triple.predicate.value == predicate
        and (not value or getattr(triple.object, "value", "") == value)
    )


def expected(path: Path) -> tuple[str, str]:
    """Shape and constraint that a bad file's name promises."""
    shape = path.parent.name
    _, first, *more = path.stem.split("-")
    if f"{shape}-{first}" in names(f"{RDF}type", f"{SH}PropertyShape"):
        shape, first = f"{shape}-{first}", more[0]
    return shape, first[0].upper() + first[1:]


def broken_by(path: Path) -> set[tuple[str, str]]:
    triples = read(path)
    about = {triple.subject.value for triple in triples if isinstance(triple.subject, px.NamedNode)}
    return {(found.shape, found.constraint) for found in validate([*context(), *triples], shapes(), about=about)}


def file_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", [path for path in FILES if path.stem.startswith("ok")], ids=file_id)
def test_accepts(path: Path) -> None:
    assert broken_by(path) == set()


@pytest.mark.parametrize("path", [path for path in FILES if path.stem.startswith("bad-")], ids=file_id)
def test_rejects_by_that_shape_alone(path: Path) -> None:
    shape, constraint = expected(path)
    found = broken_by(path)
    assert (shape, constraint) in found
    assert {name for name, _ in found} == {shape}


def test_world_is_right() -> None:
    triples = read(FOLDER / "world.ttl")
    about = {triple.subject.value for triple in triples if isinstance(triple.subject, px.NamedNode)}
    assert validate([*context(), *triples], shapes(), about=about) == []


def test_every_shape_with_a_message_has_a_file_to_accept_and_one_to_reject() -> None:
    accepting = {path.parent.name for path in FILES if path.stem.startswith("ok")}
    rejected = {expected(path)[0] for path in FILES if path.stem.startswith("bad-")}
    shapes_ = names(f"{SH}message", "")
    assert shapes_ - rejected == set()
    assert {shape.partition("-")[0] for shape in shapes_} - accepting == set()
    assert {path.parent.name for path in FILES} <= {shape.partition("-")[0] for shape in shapes_}


def test_every_property_shape_has_one_message_of_one_sentence() -> None:
    messages = [triple for triple in shapes() if triple.predicate.value == f"{SH}message"]
    subjects = [triple.subject for triple in messages]
    assert names(f"{RDF}type", f"{SH}PropertyShape") <= names(f"{SH}message", "")
    assert len(subjects) == len(set(subjects))
    for triple in messages:
        what, _, remedy = triple.object.value.partition(": ")
        assert triple.object.language == "en"
        assert what[0].isupper()
        assert remedy.endswith("."), triple
        assert remedy[0].islower()


def test_every_entity_and_claim_class_has_a_shape() -> None:
    classes = {
        triple.subject.value
        for triple in context()
        if triple.predicate.value == f"{RDF}type"
        and getattr(triple.object, "value", "") == PREFIXES["owl"] + "Class"
        and triple.subject.value.startswith(PREFIXES["llmkg"])
    }
    aimed = {triple.object.value for triple in shapes() if triple.predicate.value == f"{SH}targetClass"}
    assert {shrink(name) for name in classes - aimed} == set()


@pytest.mark.parametrize("path", [FOLDER / "world.ttl", *FILES], ids=file_id)
def test_files_are_written_canonically(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert format_turtle(text) == text
