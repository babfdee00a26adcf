"""The promises of THREAT_MODEL.md: each names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| Promise")]
NAMED = re.compile(r"T`(test_\w+\.py)::(test_\w+)`")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:60])
def test_a_promise_names_tests_that_are_there(row):
    named = NAMED.findall(row)
    assert named
    for file, test in named:
        assert f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_there_are_promises_to_all():
    assert len(ROWS) >= 15
