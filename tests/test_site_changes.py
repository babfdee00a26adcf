"""What changed from release to release, in a small git repository with two tags."""

import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET

import html5lib
import pytest

from llmkg.knowledge import load
from llmkg.site.changes import Changes
from llmkg.site.releases import Release, releases_of
from llmkg.site.sections import Setting

BASE = "https://example.org/a&b/"
ATOM = "{http://www.w3.org/2005/Atom}"
CLAIM = "claim:llama_swiglu_touvron-2023"
QUESTIONS = ("entities/counts.rq", "techniques/adopters-of.rq")


def git(folder, *arguments, date="2026-01-02T03:04:05+08:00"):
    people = {f"GIT_{who}_{what}": "a@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, env=os.environ | people | dates | alone
    )


@pytest.fixture(scope="module")
def setting(root, tmp_path_factory):
    """A checkout with two releases, and a tag that is none."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(root / "tests" / "data" / "mini" / "graph", folder / "graph")
    shutil.copytree(root / "ontology", folder / "ontology")
    for name in QUESTIONS:
        (folder / "queries" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / "queries" / name, folder / "queries" / name)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Begin")
    git(folder, "tag", "v0.9.0")
    family = folder / "graph" / "families" / "llama.ttl"
    text = family.read_text(encoding="utf-8")
    start = text.index(f"\n{CLAIM}\n")
    family.write_text(text[:start] + text[text.index("\n    .\n", start) + len("\n    .\n") :], encoding="utf-8")
    git(folder, "commit", "-q", "-a", "-m", "Take a claim out", date="2026-02-03T04:05:06Z")
    git(folder, "tag", "-a", "v0.10.0", "-m", "The second", date="2026-09-09T09:09:09Z")
    git(folder, "tag", "before-lunch")
    return Setting(load(folder), BASE)


@pytest.fixture(scope="module")
def changes(setting):
    return Changes(setting)


def test_releases_are_the_tags_with_version_numbers_in_their_order(setting):
    assert releases_of(setting.graph.project) == [
        Release("0.9.0", "v0.9.0", "2026-01-01T19:04:05Z"),
        Release("0.10.0", "v0.10.0", "2026-02-03T04:05:06Z"),
    ]


def test_a_release_says_what_changed(changes):
    said = json.loads(changes.render("changes/0.10.0.json"))
    assert (said["since"], said["date"]) == ("0.9.0", "2026-02-03T04:05:06Z")
    assert [(claim["iri"], claim["kind"]) for claim in said["claims"]] == [
        ("https://w3id.org/llmkg/id/claim/llama_swiglu_touvron-2023", "removed")
    ]
    for path, words in (("0.10.0.html", "1 removed"), ("0.10.0.zh.html", "删除 1 条")):
        text = changes.render(f"changes/{path}").decode()
        html5lib.HTMLParser(strict=True).parse(text)
        assert words in text
        assert CLAIM in text
        assert "entities/counts" in text


def test_the_first_release_has_nothing_to_compare_with(changes):
    assert json.loads(changes.render("changes/0.9.0.json"))["since"] is None
    assert "The first release." in changes.render("changes/0.9.0.html").decode()


def test_the_list_has_the_newest_first(changes):
    text = changes.render("changes/index.html").decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert 0 < text.index('href="0.10.0.html"') < text.index('href="0.9.0.html"')


def test_the_feed_is_atom(changes):
    feed = ET.fromstring(changes.render("feed.xml"))  # noqa: S314 - our own
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}updated") == "2026-02-03T04:05:06Z"
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"{BASE}feed.xml"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["llmkg 0.10.0", "llmkg 0.9.0"]
    for entry in entries:
        assert entry.findtext(f"{ATOM}id").startswith("https://w3id.org/llmkg/changes/")
        assert entry.findtext(f"{ATOM}updated").endswith("Z")
        assert entry.findtext(f"{ATOM}summary")
        assert entry.find(f"{ATOM}link").get("href").startswith(f"{BASE}changes/")


def test_every_path_is_rendered_and_no_other(changes, setting):
    again = Changes(setting)
    for path in changes.paths():
        assert changes.render(path) == again.render(path) != b""
    for path in ("changes/0.8.0.html", "changes/0.8.0.json", "changes/0.9.0.ttl", "changes/0.9.0", "feed"):
        assert changes.render(path) is None


def test_without_releases_the_page_says_so_and_there_is_no_feed(mini):
    section = Changes(Setting(load(mini.root)))
    assert list(section.paths()) == ["changes/index.html", "changes/index.zh.html"]
    text = section.render("changes/index.html").decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert "no history of releases" in text
    assert section.render("feed.xml") is None


def test_a_folder_inside_of_another_checkout_has_no_releases(setting):
    inner = setting.graph.project.root / "inner"
    for name in ("ontology", "graph", "queries"):
        (inner / name).mkdir(parents=True)
    project = type(setting.graph.project)(inner)
    assert releases_of(project) == []
