"""What changed between two versions of the graph."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from llmkg.differences import difference, version
from llmkg.errors import ReadError
from llmkg.files import find_project
from llmkg.terms import expand

CLAIM = "claim:llama-13b_parameter-count_touvron-2023"


@pytest.fixture
def changed(mini, tmp_path, root):
    """A copy of the small project in which one claim says something else, one is gone and one is new."""
    copy = tmp_path / "copy"
    shutil.copytree(mini.root, copy)
    for file in sorted((copy / "graph").rglob("*.ttl")):
        text = file.read_text(encoding="utf-8")
        if CLAIM in text:
            file.write_text(text.replace("13000000000", "13015864320"), encoding="utf-8")
    return find_project(copy)


def run_git(folder, *arguments):
    subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
        check=True,
        capture_output=True,
    )


def test_a_version_does_not_differ_from_itself(mini):
    found = difference(mini, mini)
    assert (found.claims, found.answers) == ((), ())
    assert found.asked > 50


def test_a_changed_claim_is_told_with_both_values(mini, changed):
    found = difference(mini, changed)
    (claim,) = found.claims
    assert (claim.iri, claim.kind) == (expand(CLAIM), "changed")
    assert [line.split()[0] for line in (*claim.before, *claim.after)] == ["rdf:object", "rdf:object"]
    assert "13000000000" in claim.before[0]
    assert "13015864320" in claim.after[0]


def test_the_questions_that_answer_differently_are_told(mini, changed):
    answers = {answer.question: answer for answer in difference(mini, changed).answers}
    assert "entities/specification" in answers
    assert answers["entities/specification"].gone == answers["entities/specification"].new == 1
    assert "techniques/taxonomy" not in answers


def test_a_claim_that_only_one_version_has_is_added_or_removed(mini, changed):
    for file in (changed.root / "graph").rglob("*.ttl"):
        text = file.read_text(encoding="utf-8")
        if CLAIM in text:
            begin = text.index(f"\n{CLAIM}\n")
            end = text.index("\n    .\n", begin) + len("\n    .\n")
            file.write_text(text[:begin] + text[end:], encoding="utf-8")
    later = find_project(changed.root)
    assert [claim.kind for claim in difference(mini, later).claims] == ["removed"]
    assert [claim.kind for claim in difference(later, mini).claims] == ["added"]
    assert difference(mini, later).rows()[-1] == ["claim removed", CLAIM, ""]
    assert difference(mini, later).record()["claims"][0]["kind"] == "removed"


def test_a_version_is_what_git_calls_one(mini):
    run_git(mini.root, "init", "-q")
    run_git(mini.root, "add", ".")
    run_git(mini.root, "commit", "-qm", "One")
    with version(mini, "HEAD") as earlier:
        assert earlier.root != mini.root
        assert earlier.digest == mini.digest
    assert not earlier.root.exists()


def test_a_version_may_be_a_folder(mini, changed):
    with version(mini, str(changed.root)) as earlier:
        assert earlier.root == changed.root


@pytest.mark.parametrize("reference", ["nothing", "--output=x", ""])
def test_a_version_that_is_none_is_told(mini, reference):
    run_git(mini.root, "init", "-q")
    with pytest.raises(ReadError, match="No such version"), version(mini, reference):
        pass


def test_without_git_a_folder_is_asked_for(mini, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ReadError, match="git is not installed"), version(mini, "HEAD"):
        pass
