"""The releases of a checkout: its git tags that are version numbers, with the day and time of their commits."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from llmkg.files import Project

__all__ = ["Release", "releases_of"]

_VERSION: Final = re.compile(r"v?(?P<name>\d+(?:\.\d+)*)")
_FORMAT: Final = "%(refname:strip=2)%09%(if)%(*committerdate)%(then)%(*committerdate:iso-strict)%(else)%(committerdate:iso-strict)%(end)"


@dataclass(frozen=True, slots=True)
class Release:
    """A release.

    Attributes:
        name: Its version number.
        tag: What git calls it.
        date: When its commit was made, as ``YYYY-MM-DDThh:mm:ssZ``.
    """

    name: str
    tag: str
    date: str


def releases_of(project: Project) -> list[Release]:
    """The releases, oldest version first; none where the project is not a git checkout, as installed data is not.

    Args:
        project: The project.

    >>> from llmkg.files import find_project
    >>> releases_of(find_project("tests/data/mini"))
    []
    """
    top = _git(project, "rev-parse", "--show-toplevel").strip()
    if not top or Path(top).resolve() != project.root.resolve():
        return []
    releases = []
    for line in _git(project, "for-each-ref", f"--format={_FORMAT}", "refs/tags").splitlines():
        tag, _, date = line.partition("\t")
        if (match := _VERSION.fullmatch(tag)) and date:
            moment = datetime.fromisoformat(date).astimezone(UTC)
            releases.append(Release(match["name"], tag, moment.strftime("%Y-%m-%dT%H:%M:%SZ")))
    return sorted(releases, key=lambda release: [int(part) for part in release.name.split(".")])


def _git(project: Project, *arguments: str) -> str:
    """What git says; nothing where there is no git or no checkout."""
    command = ["git", "-C", str(project.root), *arguments]
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - its own words
    except (OSError, subprocess.CalledProcessError):
        return ""
