"""Findings and the forms of a report."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from llmkg.findings import Finding, Report

LATER = Finding("graph/b.ttl", 2, "error", "dangling-iri", "No file describes family:x.", "Describe it.")
EARLIER = Finding("graph/a.ttl", 10, "warning", "source-without-claims", "Nothing cites source:x.", "Remove it.")
NOTE = Finding("graph/a.ttl", 9, "info", "rule", "One: two, 100 %\nthree.", "Four.")
REPORT = Report((LATER, EARLIER, NOTE, LATER), files=3)


def test_findings_are_sorted_by_place_and_each_is_there_once() -> None:
    assert REPORT.findings == (NOTE, EARLIER, LATER)


def test_finding_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        LATER.line = 3  # type: ignore[misc]


def test_report_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        REPORT.files = 3  # type: ignore[misc]


def test_only_an_error_fails() -> None:
    assert REPORT.failed
    assert not Report((EARLIER, NOTE)).failed
    assert not Report().failed


def test_counts() -> None:
    assert REPORT.counts == {"error": 1, "warning": 1, "info": 1}


@pytest.mark.parametrize(
    ("report", "summary"),
    [
        (REPORT, "1 error, 1 warning, 1 note in 3 files."),
        (Report((LATER, Finding("x", 1, "error", "r", "m", "r")), files=1), "2 errors in 1 file."),
        (Report(files=2), "Nothing wrong in 2 files."),
    ],
)
def test_summary(report: Report, summary: str) -> None:
    assert report.summary() == summary


def test_text_says_where_then_what_then_what_to_do() -> None:
    assert Report((LATER, EARLIER)).text() == (
        "graph/a.ttl:10  warning  source-without-claims\n    Nothing cites source:x.\n    Remove it.\n"
        "graph/b.ttl:2  error  dangling-iri\n    No file describes family:x.\n    Describe it."
    )


def test_text_of_an_empty_report_is_empty() -> None:
    assert Report().text() == ""


def test_json_has_the_promised_keys_in_order() -> None:
    records = json.loads(REPORT.json())
    assert records == REPORT.records()
    assert [list(record) for record in records] == [["path", "line", "level", "rule", "message", "remedy"]] * 3
    assert records[2]["path"] == "graph/b.ttl"


def test_json_keeps_chinese_readable() -> None:
    assert "羊驼" in Report((Finding("a", 1, "info", "r", "羊驼", "x"),)).json()


def test_github_commands_are_one_line_each_and_escaped() -> None:
    assert REPORT.github().split("\n") == [
        "::notice file=graph/a.ttl,line=9,title=rule::One: two, 100 %25%0Athree. Four.",
        "::warning file=graph/a.ttl,line=10,title=source-without-claims::Nothing cites source:x. Remove it.",
        "::error file=graph/b.ttl,line=2,title=dangling-iri::No file describes family:x. Describe it.",
    ]


def test_github_properties_are_escaped() -> None:
    finding = Finding("a,b:c.ttl", 1, "error", "r", "m.", "d.")
    assert Report((finding,)).github() == "::error file=a%2Cb%3Ac.ttl,line=1,title=r::m. d."


def test_sarif_has_what_the_standard_requires() -> None:
    log = json.loads(REPORT.sarif(version="1.2"))
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    assert (driver["name"], driver["version"]) == ("llmkg", "1.2")
    assert [rule["id"] for rule in driver["rules"]] == ["dangling-iri", "rule", "source-without-claims"]
    assert [result["level"] for result in run["results"]] == ["note", "warning", "error"]
    for result, finding in zip(run["results"], REPORT.findings, strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        assert place["artifactLocation"]["uri"] == finding.path
        assert place["region"]["startLine"] == finding.line
        assert finding.remedy in result["message"]["text"]


def test_sarif_without_a_version_names_none() -> None:
    assert "version" not in json.loads(Report().sarif())["runs"][0]["tool"]["driver"]
