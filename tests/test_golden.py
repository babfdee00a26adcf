"""The answers of saved questions on the small graph, kept in files: who changes a question sees what it changes.

``python tests/test_golden.py`` writes them anew; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from llmkg.catalogue import Catalogue
from llmkg.files import find_project
from llmkg.queries import run
from llmkg.snapshot import build_in_memory
from llmkg.terms import shrink

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "corpus" / "golden"
CATALOGUE = Catalogue(find_project(ROOT))
KEPT = sorted(str(path.relative_to(GOLDEN).with_suffix("")) for path in GOLDEN.rglob("*.tsv"))


def answer(store, id_):
    """The answer with the examples of the parameters and, in a graph, its triples in order, as lines."""
    query = CATALOGUE[id_]
    given = {p.name: [p.term(p.example)] for p in query.parameters}
    required = {p.name: given[p.name] for p in query.parameters if p.required}
    found = run(store, query, given)
    if not found.rows and required != given:
        found = run(store, query, required)
    rows = ["\t".join("-" if term is None else shrink(term.value) for term in row) for row in found.rows]
    return "\n".join(["\t".join(found.columns), *(rows if "SELECT" in query.text else sorted(rows)), ""])


@pytest.fixture(scope="module")
def small():
    return build_in_memory(find_project(ROOT / "tests" / "data" / "mini")).store


@pytest.mark.parametrize("id_", KEPT)
def test_the_answer_is_the_one_that_was_kept(small, id_):
    assert answer(small, id_) == (GOLDEN / f"{id_}.tsv").read_text(encoding="utf-8")


def test_most_questions_keep_an_answer():
    assert len(KEPT) >= 0.6 * len(CATALOGUE)
    assert set(KEPT) <= set(CATALOGUE.ids)


def write():
    """Write every answer that has a row."""
    store = build_in_memory(find_project(ROOT / "tests" / "data" / "mini")).store
    for id_ in CATALOGUE.ids:
        text = answer(store, id_)
        if text.count("\n") > 1:
            path = GOLDEN / f"{id_}.tsv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
