"""Sources as references."""

from __future__ import annotations

import json
import re

import pytest

from llmkg.citations import STYLES, Reference, cited, references
from llmkg.tables import escape_latex
from llmkg.terms import expand


@pytest.fixture(scope="module")
def graph(kg):
    return kg


@pytest.fixture(scope="module")
def everything(graph):
    sources = [entry.iri for entry in graph.names.entries.values() if entry.kind == "source"]
    return references(graph.store, graph.catalogue, sources)


def reference(graph, slug):
    return references(graph.store, graph.catalogue, [expand(f"source:{slug}")])[0]


def fields(bibtex):
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", bibtex, re.MULTILINE))


def test_a_paper_has_its_authors_date_and_number(graph):
    found = fields(reference(graph, "touvron-2023").bibtex())
    assert found["author"].startswith("Hugo Touvron and Thibaut Lavril and ")
    assert (found["year"], found["month"], found["day"]) == ("2023", "2", "27")
    assert (found["eprint"], found["archiveprefix"]) == ("2302.13971", "arXiv")
    assert found["title"] == "{LLaMA: Open and Efficient Foundation Language Models}"


def test_an_organisation_is_not_taken_apart(graph):
    found = reference(graph, "meta-2023-model-card")
    assert fields(found.bibtex())["author"] == "{FAIR team of Meta AI}"
    assert found.csl()["author"] == [{"literal": "FAIR team of Meta AI"}]
    assert "AU  - FAIR team of Meta AI\n" in found.ris()


def test_a_person_has_a_family_name(graph):
    found = reference(graph, "shazeer-2020")
    assert found.csl()["author"] == [{"family": "Shazeer", "given": "Noam"}]
    assert "AU  - Shazeer, Noam\n" in found.ris()


@pytest.mark.parametrize(
    "name",
    ["Associated Press", "Weights & Biases", "The New York Times", "Business 365", "Creative Commons", "Turing Post"],
)
def test_a_newspaper_a_company_or_a_project_is_no_person(name):
    found = Reference("a", "T", (name,), False, "2020", "news", "", "", "", "")
    assert fields(found.bibtex())["author"] == f"{{{escape_latex(name)}}}"
    assert found.csl()["author"] == [{"literal": name}]
    assert f"AU  - {name}\n" in found.ris()


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ("Oskar van der Wal", "Oskar", "van der Wal"),
        ("Cyprien de Masson d'Autume", "Cyprien", "de Masson d'Autume"),
        ("Ofir Press", "Ofir", "Press"),
        ("José M. F. Moura", "José M. F.", "Moura"),
    ],
)
def test_a_family_name_keeps_its_particles(name, given, family):
    found = Reference("a", "T", (name,), False, "2020", "paper", "", "", "", "")
    assert found.csl()["author"] == [{"family": family, "given": given}]
    assert f"AU  - {family}, {given}\n" in found.ris()


def test_authors_that_are_not_all_named_are_told_as_others():
    cut = Reference("a-2018", "On A", ("Liu",), True, "2018-01", "paper", "", "", "1801.10198", "")
    assert fields(cut.bibtex())["author"].endswith(" and others")
    assert cut.csl()["author"][-1] == {"literal": "et al."}
    assert cut.text() == "Liu et al. (2018). On A. arXiv:1801.10198."


def test_a_doi_is_preferred_in_a_line():
    found = Reference("a", "T", ("A B",), False, "", "news", "P", "https://example.org/", "", "10.1/x")
    assert found.text() == "A B (n.d.). T. P. https://doi.org/10.1/x"
    assert "issued" not in found.csl()


def test_what_bibtex_takes_for_a_command_is_escaped():
    found = Reference("a", r"50% & $x_1$ {\o}", ("A B",), False, "2020", "paper", "", "", "", "")
    assert r"{50\% \& \$x\_1\$ \{\textbackslash{}o\}}" in found.bibtex()


@pytest.mark.parametrize("style", STYLES)
def test_every_source_of_the_graph_can_be_cited(style, everything):
    text = STYLES[style](everything)
    assert len(everything) > 400
    if style == "csl":
        items = json.loads(text)
        assert len({item["id"] for item in items}) == len(everything)
        assert all(item["title"] and item["author"] for item in items)
    elif style == "ris":
        assert text.count("TY  - ") == text.count("ER  - \n") == len(everything)
        assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*|", line) for line in text.split("\n"))
    elif style == "bibtex":
        assert len(re.findall(r"^@\w+\{", text, re.MULTILINE)) == len(everything)
        for entry in text.strip().split("\n\n"):
            plain = re.sub(r"\\[{}]", "", entry)
            assert plain.count("{") == plain.count("}")
    else:
        assert text.count("\n") == len(everything)


def test_the_source_that_says_most_comes_first(graph):
    found = cited(graph.store, graph.catalogue, graph["llama"].iri)
    assert found[0] == expand("source:touvron-2023")
    assert len(found) == len(set(found)) > 3


def test_nothing_asked_nothing_answered(graph):
    assert references(graph.store, graph.catalogue, []) == []
    assert cited(graph.store, graph.catalogue, "https://example.org/nothing") == []
