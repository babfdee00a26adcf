import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import llmkg as package
from llmkg.errors import ParameterError, ReadError
from llmkg.site import Published, places, publish
from llmkg.site.places import MARKER

ROOT = Path(__file__).parents[1]
KILLS = os.environ.get("LLMKG_TEST_KILLS", "15")


def held(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def tiny(tiny):
    """The smallest project, with all saved questions."""
    shutil.rmtree(tiny.root / "queries")
    shutil.copytree(ROOT / "queries", tiny.root / "queries")
    return tiny


@pytest.fixture
def graph(tiny):
    return package.load(tiny.root)


def renamed(tiny):
    """The tiny graph with another label of one model, and a family more."""
    file = tiny.root / "graph/families/alpha.ttl"
    text = file.read_text("utf-8").replace('"Alpha 7B"', '"Alpha seven"')
    file.write_text(text + '\nfamily:beta a llmkg:ModelFamily ; skos:prefLabel "Beta"@en .\n', "utf-8")
    return package.load(tiny.root)


def test_a_site_has_the_pages_and_data_of_everything(graph, tmp_path):
    told = publish(graph, tmp_path / "site", base="https://example.org/kg")
    files = held(tmp_path / "site")
    assert told == Published(files=len(files) - 1, new=len(files) - 1, changed=0, removed=0)
    assert {f"id/family/alpha.{ending}" for ending in ("html", "zh.html", "ttl", "jsonld", "nt", "rdf")} <= files.keys()
    assert {"index.html", "index.zh.html", "assets/site.css", "id/claim/index.html"} <= files.keys()
    assert b'href="https://example.org/kg/id/family/alpha.html"' in files["id/family/alpha.html"]


def test_the_same_graph_makes_the_same_bytes(graph, tmp_path):
    publish(graph, tmp_path / "one")
    code = f"import llmkg, llmkg.site; llmkg.site.publish(llmkg.load({str(graph.project.root)!r}), {str(tmp_path / 'two')!r})"
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": "77"})
    assert held(tmp_path / "one") == held(tmp_path / "two")


def test_only_what_changed_is_rewritten(tiny, graph, tmp_path):
    site = tmp_path / "site"
    publish(graph, site)
    before = {name: (site / name).stat() for name in held(site)}
    told = publish(renamed(tiny), site)
    added = set(held(site)) - before.keys()
    assert (told.new, told.removed) == (len(added), 0)
    assert added >= {"id/family/beta.html", "id/family/beta.ttl"}
    assert all("beta" in path for path in added)
    assert 0 < told.changed < told.files / 2
    same = site / "assets/site.css"
    assert (same.stat().st_ino, same.stat().st_mtime_ns) == (
        before["assets/site.css"].st_ino,
        before["assets/site.css"].st_mtime_ns,
    )
    assert b"Alpha seven" in (site / "id/model/alpha-7b.html").read_bytes()
    assert publish(graph, site).removed == len(added)


def test_publishing_again_changes_nothing(graph, tmp_path):
    publish(graph, tmp_path / "site")
    told = publish(graph, tmp_path / "site")
    assert (told.new, told.changed, told.removed) == (0, 0, 0)


def test_what_others_put_there_stays(graph, tmp_path):
    site = tmp_path / "site"
    publish(graph, site)
    (site / "CNAME").write_text("example.org")
    (site / "id/own").mkdir()
    (site / "id/own/deep.txt").write_text("mine")
    (site / "empty").mkdir()
    (site / "link").symlink_to("CNAME")
    publish(graph, site)
    assert (site / "CNAME").read_text() == "example.org"
    assert (site / "id/own/deep.txt").read_text() == "mine"
    assert (site / "empty").is_dir()
    assert (site / "link").is_symlink()


def test_a_file_of_others_in_the_way_is_not_overwritten(tiny, graph, tmp_path):
    site = tmp_path / "site"
    publish(graph, site)
    (site / "id/family/beta.html").write_text("mine")
    with pytest.raises(ParameterError, match="in the way"):
        publish(renamed(tiny), site)
    assert (site / "id/family/beta.html").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".site")] == []


def test_a_folder_that_holds_something_else_is_refused(graph, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ParameterError, match="not a site"):
        publish(graph, tmp_path)
    with pytest.raises(ParameterError, match="not a site"):
        publish(graph, tmp_path / "notes.txt")
    assert [path.name for path in tmp_path.iterdir() if path.name != "tiny"] == ["notes.txt"]


def test_an_empty_folder_and_a_link_to_one_are_filled(graph, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    publish(graph, tmp_path / "link")
    assert (tmp_path / "empty" / MARKER).is_file()
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(
    "base", ["", "example.org", "ftp://example.org/", "https://", "https://e.org/?a", 'https://e.org/"']
)
def test_a_base_that_is_no_address_is_refused(graph, tmp_path, base):
    with pytest.raises(ParameterError, match="no address of a site"):
        publish(graph, tmp_path / "site", base=base)
    assert not (tmp_path / "site").exists()


def test_a_full_disk_leaves_the_old_site(tiny, graph, tmp_path, monkeypatch):
    site = tmp_path / "site"
    publish(graph, site)
    before = held(site)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("llmkg.site.rendering.link", full)
    with pytest.raises(ReadError, match=r"No space left on device.*as it was"):
        publish(renamed(tiny), site)
    assert held(site) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".site")] == []


def test_a_fault_while_rendering_leaves_the_old_site(tiny, graph, tmp_path, monkeypatch):
    site = tmp_path / "site"
    publish(graph, site)
    before = held(site)
    monkeypatch.setattr("llmkg.site.things.Things.render", lambda *_: os._exit(9))
    with pytest.raises(ReadError, match="ended early"):
        publish(renamed(tiny), site)
    assert held(site) == before


def test_an_error_of_another_process_is_told_as_it_is(tiny, graph, tmp_path, monkeypatch):
    def refuse(*_):
        raise ReadError("It cannot be read.", where="graph/x.ttl", hint="Look at it.")

    monkeypatch.setattr("llmkg.site.things.Things.render", refuse)
    with pytest.raises(ReadError, match="It cannot be read") as told:
        publish(graph, tmp_path / "site")
    assert (told.value.where, told.value.hint) == ("graph/x.ttl", "Look at it.")


def test_two_at_once_do_not_meet(graph, tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_PATIENCE", 0.1)
    with places.publishing(tmp_path / "site"), pytest.raises(ReadError, match="Another"):
        publish(graph, tmp_path / "site")


@pytest.mark.parametrize("moment", ["before", "between"])
def test_without_the_system_call_a_crash_is_put_right(graph, tmp_path, monkeypatch, moment):
    site = tmp_path / "site"
    publish(graph, site)
    before = held(site)
    monkeypatch.setattr(places, "_exchange", lambda *_: False)
    publish(graph, site)
    assert held(site) == before
    left = tmp_path / ".site.publishing"  # as a run that was killed leaves it
    (left / "new").mkdir(parents=True)
    if moment == "between":
        site.rename(left / "old")
    publish(graph, site)
    assert held(site) == before
    assert not left.exists()


def test_a_move_that_fails_leaves_the_old_site(graph, tiny, tmp_path, monkeypatch):
    site = tmp_path / "site"
    publish(graph, site)
    before = held(site)
    rename = Path.rename

    def refuse(path, target):
        if path.name == "new":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return rename(path, target)

    monkeypatch.setattr(places, "_exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(ReadError, match=r"Permission denied.*as it was"):
        publish(renamed(tiny), site)
    assert held(site) == before


def test_a_site_is_rendered_by_one_process_where_there_is_no_other(graph, tmp_path, monkeypatch):
    publish(graph, tmp_path / "together")
    monkeypatch.delattr(os, "fork")
    publish(graph, tmp_path / "alone")
    assert held(tmp_path / "alone") == held(tmp_path / "together")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes")
def test_a_site_is_whole_whenever_publishing_is_killed(tiny, graph, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(tiny.root, other)
    renamed(type(tiny)(other))
    (tmp_path / "published").mkdir()
    run = subprocess.run(
        [sys.executable, ROOT / "tests/publish_killed.py", tmp_path / "published/site", tiny.root, other, KILLS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert sum(map(int, run.stdout.split())) == int(KILLS)


def test_the_command_says_what_it_did(llmkg, tiny, tmp_path):
    said = llmkg("publish", str(tmp_path / "site"), "--base", "https://example.org/kg", data=tiny.root)
    assert said.code == 0
    assert "new, 0 changed, 0 removed." in said.err
    again = llmkg("publish", str(tmp_path / "site"), "--base", "https://example.org/kg", data=tiny.root)
    assert "0 new, 0 changed, 0 removed." in again.err
    other = llmkg("publish", str(tmp_path), data=tiny.root)
    assert (other.code, "Traceback" in other.err) == (2, False)
