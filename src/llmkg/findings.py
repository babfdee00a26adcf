"""What a check found: plain data, and the forms in which people and machines read it.

>>> finding = Finding("graph/a.ttl", 3, "error", "dangling-iri", "No file describes family:b.", "Describe it.")
>>> report = Report((finding,), files=1)
>>> print(report.text())
graph/a.ttl:3  error  dangling-iri
    No file describes family:b.
    Describe it.
>>> report.summary()
'1 error in 1 file.'
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, get_args

__all__ = ["LEVELS", "Finding", "Level", "Report"]

Level = Literal["error", "warning", "info"]

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
"""The levels, the worst first. Only an error makes a check fail."""

_GITHUB: Final = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF: Final = {"error": "error", "warning": "warning", "info": "note"}
_SARIF_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong in one place.

    Attributes:
        path: The file, below the project's folder.
        line: The line, from 1.
        level: ``error``, ``warning`` or ``info``.
        rule: Name of the rule: a file rule, a shape or a check query.
        message: What is wrong.
        remedy: What to do about it.
    """

    path: str
    line: int
    level: Level
    rule: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a check found.

    Attributes:
        findings: The findings; kept sorted by place, each once.
        files: How many files were looked at.
    """

    findings: tuple[Finding, ...] = ()
    files: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        """Sort the findings and drop repetitions."""
        object.__setattr__(self, "findings", tuple(sorted(set(self.findings))))

    @property
    def counts(self) -> dict[Level, int]:
        """How many findings there are of each level."""
        return {level: sum(finding.level == level for finding in self.findings) for level in LEVELS}

    @property
    def failed(self) -> bool:
        """Whether there is an error: what the exit code says."""
        return self.counts["error"] > 0

    def summary(self) -> str:
        """The outcome in a sentence.

        >>> Report(files=12).summary()
        'Nothing wrong in 12 files.'
        """
        nouns = {"error": "error", "warning": "warning", "info": "note"}
        found = ", ".join(_count(number, nouns[level]) for level, number in self.counts.items() if number)
        return f"{found or 'Nothing wrong'} in {_count(self.files, 'file')}."

    def text(self) -> str:
        """For a person: the place, then what is wrong, then what to do."""
        return "\n".join(
            f"{finding.path}:{finding.line}  {finding.level}  {finding.rule}\n    {finding.message}\n    {finding.remedy}"
            for finding in self.findings
        )

    def records(self) -> list[dict[str, Any]]:
        """The findings as dictionaries: path, line, level, rule, message, remedy."""
        return [asdict(finding) for finding in self.findings]

    def json(self) -> str:
        """The records as JSON."""
        return json.dumps(self.records(), ensure_ascii=False, indent=2)

    def github(self) -> str:
        """Workflow commands that GitHub shows beside the changed lines.

        >>> print(Report((Finding("a.ttl", 1, "info", "r", "50 % off.", "Buy."),)).github())
        ::notice file=a.ttl,line=1,title=r::50 %25 off. Buy.
        """
        return "\n".join(
            f"::{_GITHUB[finding.level]} file={_escape(finding.path, in_property=True)},line={finding.line},"
            f"title={_escape(finding.rule, in_property=True)}::{_escape(f'{finding.message} {finding.remedy}')}"
            for finding in self.findings
        )

    def sarif(self, *, version: str = "") -> str:
        """A SARIF 2.1.0 log, which code-scanning pages read.

        Args:
            version: Version of llmkg to name as the tool's.

        >>> json.loads(Report().sarif(version="1.0"))["runs"][0]["tool"]["driver"]["version"]
        '1.0'
        """
        rules = sorted({finding.rule for finding in self.findings})
        driver: dict[str, Any] = {
            "name": "llmkg",
            "informationUri": "https://w3id.org/llmkg/",
            "rules": [{"id": rule} for rule in rules],
        }
        if version:
            driver["version"] = version
        results = [
            {
                "ruleId": finding.rule,
                "ruleIndex": rules.index(finding.rule),
                "level": _SARIF[finding.level],
                "message": {"text": f"{finding.message} {finding.remedy}"},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": finding.path, "uriBaseId": "%SRCROOT%"},
                            "region": {"startLine": finding.line},
                        }
                    }
                ],
            }
            for finding in self.findings
        ]
        log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}
        return json.dumps(log, ensure_ascii=False, indent=2)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _escape(text: str, *, in_property: bool = False) -> str:
    """Escape what has a meaning in a workflow command."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if in_property else text
