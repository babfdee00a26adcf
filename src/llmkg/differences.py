"""What changed between two versions of the graph: which claims, and which saved questions answer differently."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.catalogue import Catalogue
from llmkg.errors import ReadError
from llmkg.files import FOLDERS, find_project
from llmkg.queries import run
from llmkg.snapshot import build_in_memory
from llmkg.terms import NS, RDF, shrink
from llmkg.turtle import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from llmkg.files import Project, TextFile
    from llmkg.queries import Query
    from llmkg.store import Store

__all__ = ["ChangedAnswer", "ChangedClaim", "Difference", "difference", "version"]

_LOCATOR: Final = NS + "locator"


@dataclass(frozen=True, slots=True)
class ChangedClaim:
    """A claim that only one version has, or that says something else.

    Attributes:
        iri: Its IRI.
        kind: ``added``, ``removed`` or ``changed``.
        before: What only the earlier version says, as predicate and value in Turtle.
        after: What only the later version says.
    """

    iri: str
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A saved question that answers differently.

    Attributes:
        question: Its id.
        before: How many rows it had.
        after: How many rows it has.
        gone: How many rows are no longer there.
        new: How many rows were not there.
    """

    question: str
    before: int
    after: int
    gone: int
    new: int


@dataclass(frozen=True)
class Difference:
    """What changed between two versions.

    Attributes:
        claims: The claims, by IRI.
        answers: The questions, by id.
        asked: How many questions were asked of both.
    """

    claims: tuple[ChangedClaim, ...]
    answers: tuple[ChangedAnswer, ...]
    asked: int

    def rows(self) -> list[list[str]]:
        """A row a change: what kind, of what, how much or what."""
        rows = [
            [
                "question",
                answer.question,
                f"{answer.before} rows, now {answer.after}: {answer.gone} gone, {answer.new} new",
            ]
            for answer in self.answers
        ]
        for claim in self.claims:
            told = [*(f"- {line}" for line in claim.before), *(f"+ {line}" for line in claim.after)]
            rows.append([f"claim {claim.kind}", shrink(claim.iri), "\n".join(told) if claim.kind == "changed" else ""])
        return rows

    def record(self) -> dict[str, Any]:
        """The difference as plain data, in the shape that ``llmkg diff --format json`` keeps."""
        from dataclasses import asdict

        return {
            "asked": self.asked,
            "answers": [asdict(answer) for answer in self.answers],
            "claims": [asdict(claim) for claim in self.claims],
        }


@contextmanager
def version(project: Project, reference: str) -> Iterator[Project]:
    """Another version of a project: a folder that holds one, or a commit, branch or tag of the project's repository.

    Args:
        project: The project.
        reference: The folder, or what git calls the version.

    Raises:
        ReadError: There is neither such a folder nor such a version, or it holds no project.
    """
    if reference and Path(reference).is_dir():
        yield find_project(reference)
        return
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / "version.tar"
        command = ["git", "-C", str(project.root), "archive", "--format=tar", f"--output={packed}", "--end-of-options"]
        try:
            subprocess.run([*command, reference, *FOLDERS], check=True, capture_output=True, text=True)  # noqa: S603 - its own words
        except FileNotFoundError:
            raise ReadError("git is not installed.", where=reference, hint="Name a folder instead.") from None
        except subprocess.CalledProcessError as error:
            reason = " ".join(error.stderr.split()).removeprefix("fatal: ")
            raise ReadError(
                f"No such version ({reason}).",
                where=reference,
                hint="Name a commit, branch or tag of this checkout, or a folder.",
            ) from None
        with tarfile.open(packed) as archive:
            archive.extractall(Path(folder) / "version", filter="data")
        yield find_project(Path(folder) / "version")


def difference(earlier: Project, later: Project) -> Difference:
    """What changed between two versions.

    Every question that people ask is asked of both graphs, as the later version asks it: with the examples of its parameters,
    and once more without those that may be left out.

    Args:
        earlier: The one version.
        later: The other.

    Raises:
        ReadError: A file cannot be read or is not what it should be.

    >>> from llmkg.files import find_project
    >>> project = find_project("tests/data/mini")
    >>> difference(project, project).claims
    ()
    """
    stores = build_in_memory(earlier).store, build_in_memory(later).store
    questions = [question for question in Catalogue(later) if "internal" not in question.tags]
    answers = (_changed_answer(stores, question) for question in questions)
    return Difference(
        tuple(_changed_claims(earlier.graph, later.graph)),
        tuple(answer for answer in answers if answer is not None),
        len(questions),
    )


def _changed_claims(earlier: Iterable[TextFile], later: Iterable[TextFile]) -> Iterator[ChangedClaim]:
    texts = {file.name: file.text for file in earlier}
    same = {file.name for file in later if texts.get(file.name) == file.text}
    before, after = (_claims(file for file in files if file.name not in same) for files in (earlier, later))
    for iri in sorted({*before, *after}):
        old, new = before.get(iri, frozenset()), after.get(iri, frozenset())
        if old != new:
            kind = "changed" if old and new else "removed" if old else "added"
            yield ChangedClaim(iri, kind, tuple(sorted(old - new)), tuple(sorted(new - old)))


def _claims(files: Iterable[TextFile]) -> dict[str, frozenset[str]]:
    """What each claim says, as lines of predicate and value."""
    said: dict[str, set[str]] = {}
    claims = set()
    for file in files:
        for triple in parse_turtle(file.text, where=file.name)[0]:
            if isinstance(triple.subject, px.NamedNode):
                said.setdefault(triple.subject.value, set()).add(f"{_short(triple.predicate)} {_short(triple.object)}")
                if triple.predicate.value == _LOCATOR:
                    claims.add(triple.subject.value)
    return {claim: frozenset(said[claim]) for claim in claims}


def _short(term: Any) -> str:
    if isinstance(term, px.NamedNode):
        return "a" if term.value == RDF + "type" else shrink(term.value)
    return str(term)


def _changed_answer(stores: tuple[Store, Store], question: Query) -> ChangedAnswer | None:
    values = {parameter.name: [parameter.term(parameter.example)] for parameter in question.parameters}
    required = {parameter.name: values[parameter.name] for parameter in question.parameters if parameter.required}
    before, after = (
        {row for given in (values, required) for row in run(store, question, given).rows} for store in stores
    )
    if before == after:
        return None
    return ChangedAnswer(question.id, len(before), len(after), len(before - after), len(after - before))
