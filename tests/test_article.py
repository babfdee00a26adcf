"""Every one of the 162 statements of the article is in the graph, cites it, and has its values."""

import csv
import re
from decimal import Decimal
from pathlib import Path

import pyoxigraph as px
import pytest

from llmkg.folding import fold
from llmkg.terms import NS, RDF, expand

ARTICLE = "https://w3id.org/llmkg/id/source/bimant-2023"
LIST = Path(__file__).parent / "corpus" / "article_claims.csv"
ROWS = list(csv.DictReader(LIST.read_text(encoding="utf-8").splitlines()))
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e\d+)?")
VALUE = re.compile(r"[<>]?\s*\d[\d.,e/x-]*\s*%?\s*x?(?:\s*(?:tasks|prompts))?|top \d+ %")
NO_ROLE = {"stage"}
"""Qualifiers that are said in words: no role of a claim holds them."""


def facts_of(records, curie):
    return records.facts(expand(curie))


def literals(facts):
    return [term for terms in facts.values() for term in terms if isinstance(term, px.Literal)]


def mentioned(snapshot, facts):
    """IRIs that a claim mentions, with the family of each variant."""
    iris = {term.value for terms in facts.values() for term in terms if isinstance(term, px.NamedNode)}
    for iri in tuple(iris):
        iris |= {term.value for term in snapshot.records.facts(iri).get(NS + "isVariantOf", ())}
    return iris


def numbers(text):
    return {Decimal(number) for number in NUMBER.findall(text.replace(",", ""))}


def stated_numbers(all_facts):
    found = set()
    for facts in all_facts:
        for literal in literals(facts):
            if re.fullmatch(r"[+-]?\d+(?:\.\d+)?(?:-\d\d)?(?:-\d\d)?", literal.value):
                found.add(Decimal(literal.value.split("-")[0] or 0))
    return found


def is_named(snapshot, all_facts, text):
    """Whether the claims mention a thing of that name, or say it in words."""
    wanted = fold(text)
    for facts in all_facts:
        for iri in mentioned(snapshot, facts):
            entry = snapshot.names.entry(iri)
            if entry and wanted in {fold(name) for name in (entry.en, entry.zh, *entry.aliases)}:
                return True
        if any(wanted in fold(literal.value) for literal in literals(facts)):
            return True
    return False


def test_the_list_is_whole():
    assert len(ROWS) == 162
    assert len({row["id"] for row in ROWS}) == 162
    assert all(row["claims"].split() for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_statement(snapshot, row):
    all_facts = [facts_of(snapshot.records, claim) for claim in row["claims"].split()]
    for claim, facts in zip(row["claims"].split(), all_facts, strict=True):
        assert facts, f"{claim} is not in the graph"
        assert [term.value for term in facts[NS + "source"]] == [ARTICLE], claim
        assert facts[NS + "locator"][0].value.startswith(("Introduction", "Section")), claim
        assert facts[RDF + "type"], claim
    assert is_named(snapshot, all_facts, row["subject"]) or row["subject"] in {"LLM", "VLM"}, row["subject"]
    stated = stated_numbers(all_facts)
    for part in filter(None, row["value"].split(";")):
        value = part.partition("=")[2] or part
        if VALUE.fullmatch(value):
            assert numbers(value) <= stated, f"{value} is not in {sorted(stated)}"
        else:
            assert is_named(snapshot, all_facts, value), f"nothing is called {value!r}"
    for part in filter(None, row["qualifiers"].split(";")):
        name, _, value = part.partition("=")
        if name in NO_ROLE:
            assert is_named(snapshot, all_facts, f"{name} {value}"), part
        elif VALUE.fullmatch(value):
            assert numbers(value) <= stated, f"{value} is not in {sorted(stated)}"
        else:
            assert is_named(snapshot, all_facts, value), f"nothing is called {value!r}"
