"""Finding a project and reading its files."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from llmkg import files
from llmkg.errors import ReadError
from llmkg.files import Project, TextFile, find_project, read_file, replace_file

ALPHA = "https://w3id.org/llmkg/id/family/alpha"
LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
SOURCE = "https://w3id.org/llmkg/ns/source"


def again(project: Project) -> Project:
    """The same folder, read anew."""
    return Project(project.root)


# --- which project


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The data of an installed package, in place of this checkout."""
    folder = tmp_path / "site-packages" / "llmkg" / "_data"
    folder.mkdir(parents=True)
    monkeypatch.setattr(files, "_INSTALLED", folder)
    return folder


def test_argument_comes_before_environment_and_current_folder(tiny, tmp_path, monkeypatch):
    other = shutil.copytree(tiny.root, tmp_path / "other")
    third = shutil.copytree(tiny.root, tmp_path / "third")
    monkeypatch.chdir(third)
    assert find_project().root == third
    monkeypatch.setenv("LLMKG_DATA", str(other))
    assert find_project().root == other
    assert find_project(tiny.root).root == tiny.root
    assert find_project(str(tiny.root)).root == tiny.root


def test_checkout_is_found_from_any_folder_in_it(tiny, installed, monkeypatch):
    inside = tiny.root / "graph" / "families"
    monkeypatch.chdir(inside)
    assert find_project().root == tiny.root


@pytest.mark.parametrize("lacking", ["ontology/core.ttl", "graph", "queries"])
def test_folder_that_lacks_something_is_no_checkout(tiny, installed, monkeypatch, lacking):
    place = tiny.root / lacking
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink()
    monkeypatch.chdir(tiny.root)
    assert find_project().root == installed


def test_outside_of_a_checkout_it_is_what_the_package_brings(installed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_project().root == installed
    installed.rmdir()
    assert find_project().root == Path(files.__file__).parents[2]


@pytest.mark.parametrize("lacking", ["ontology", "graph", "queries"])
def test_named_folder_must_hold_a_project(tiny, monkeypatch, lacking):
    shutil.rmtree(tiny.root / lacking)
    with pytest.raises(ReadError) as told:
        find_project(tiny.root)
    assert (told.value.where, told.value.what) == (str(tiny.root), f"No {lacking}/ folder in it.")
    monkeypatch.setenv("LLMKG_DATA", str(tiny.root))
    with pytest.raises(ReadError, match=f"No {lacking}/ folder"):
        find_project()


# --- reading


def test_files_by_what_they_are_for(tiny):
    (tiny.root / "graph" / ".hidden.ttl").write_text("not Turtle", encoding="utf-8")
    (tiny.root / "graph" / ".git").mkdir()
    (tiny.root / "graph" / ".git" / "a.ttl").write_text("not Turtle", encoding="utf-8")
    (tiny.root / "graph" / "README.md").write_text("# Graph", encoding="utf-8")
    (tiny.root / "graph" / "b.ttl").write_text("", encoding="utf-8")
    assert [file.name for file in tiny.ontology] == ["ontology/core.ttl"]
    assert [file.name for file in tiny.shapes] == ["ontology/shapes/core.ttl"]
    assert [file.name for file in tiny.graph] == ["graph/b.ttl", "graph/families/alpha.ttl"]
    assert tiny.graph[1].text == (tiny.root / "graph/families/alpha.ttl").read_text(encoding="utf-8")
    assert tiny.names("queries", ".rq") == ["queries/entities/example.rq"]


def test_invalid_utf8_is_told_with_its_line(tiny):
    (tiny.root / "graph" / "bad.ttl").write_bytes(b"one\ntwo \xc3\xa9\nthree \xff\n")
    with pytest.raises(ReadError) as told:
        _ = tiny.graph
    assert told.value.where == "graph/bad.ttl:3"
    assert told.value.what == "Not UTF-8: byte 0xFF."


def test_line_endings_are_kept(tiny):
    (tiny.root / "graph" / "dos.ttl").write_bytes(b"a\r\nb\r\n")
    assert read_file(tiny.root, "graph/dos.ttl").text == "a\r\nb\r\n"


@pytest.mark.parametrize("name", ["graph/none.ttl", "graph"])
def test_file_that_cannot_be_read_is_told(tiny, name):
    with pytest.raises(ReadError, match=rf"^{name}: The file cannot be read \(.+\)\. Check that it is there"):
        read_file(tiny.root, name)


def test_unreadable_folder_is_told(tiny, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "families":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    for read in (lambda: tiny.graph, tiny.turtle_files, lambda: tiny.digest, tiny.appearance):
        with pytest.raises(ReadError) as told:
            read()
        assert told.value.where == "graph/families"
        assert told.value.what == "The folder cannot be read (Permission denied)."


def test_look_of_a_file_that_vanished_is_told(tiny):
    (tiny.root / "graph/lost.ttl").symlink_to("nowhere")
    for read in (tiny.appearance, lambda: tiny.digest):
        with pytest.raises(ReadError, match=r"^graph/lost\.ttl: The file cannot be read \(No such file"):
            read()


# --- some of the files


def test_all_turtle_files_without_paths(tiny):
    assert [file.name for file in tiny.turtle_files()] == [
        "ontology/core.ttl",
        "ontology/shapes/core.ttl",
        "graph/families/alpha.ttl",
    ]
    assert tiny.names_of([]) is None


def test_paths_may_be_below_the_project_below_the_current_folder_or_absolute(tiny, monkeypatch):
    monkeypatch.chdir(tiny.root / "graph" / "families")
    for path in ("graph/families/alpha.ttl", "alpha.ttl", tiny.root / "graph/families/alpha.ttl", "../families", "."):
        assert "graph/families/alpha.ttl" in (tiny.names_of([path]) or ())
    assert [file.name for file in tiny.turtle_files(["alpha.ttl", "ontology/shapes"])] == [
        "ontology/shapes/core.ttl",
        "graph/families/alpha.ttl",
    ]


def test_files_that_are_not_turtle_are_named_but_not_read(tiny):
    assert tiny.names_of(["queries"]) == {"queries/entities", "queries/entities/example.rq"}
    assert tiny.turtle_files(["queries"]) == ()


@pytest.mark.parametrize("path", ["graph/none.ttl", "/etc/passwd", "..", "/"])
def test_path_outside_of_the_project_is_refused(tiny, path, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReadError) as told:
        tiny.turtle_files(["graph", path])
    assert (told.value.where, told.value.what) == (path, "No such file or folder in the project.")


def test_project_and_paths_through_links(tiny, tmp_path):
    (tmp_path / "link").symlink_to(tiny.root, target_is_directory=True)
    (tmp_path / "elsewhere.ttl").write_text("", encoding="utf-8")
    (tiny.root / "graph" / "linked.ttl").symlink_to(tmp_path / "elsewhere.ttl")
    linked = find_project(tmp_path / "link")
    wanted = ["graph/families/alpha.ttl", "graph/linked.ttl"]
    for project in (tiny, linked):
        assert [file.name for file in project.turtle_files([tmp_path / "link" / "graph"])] == wanted
        assert [file.name for file in project.turtle_files([tiny.root / "graph"])] == wanted


# --- lines

BLOCKS = TextFile(
    "graph/a.ttl",
    """\
@prefix family: <https://w3id.org/llmkg/id/family/> .

family:alphabet
    llmkg:source family:alpha ;
    .

family:alpha
    a llmkg:ModelFamily ;
    skos:prefLabel "Alpha"@en ;
    .

<https://example.org/x>
    llmkg:source family:alpha ;
    .

family:short llmkg:source family:alpha .
family:other skos:prefLabel "O" .
""",
)


@pytest.mark.parametrize(
    ("iri", "predicate", "line"),
    [
        (ALPHA, "", 7),
        (ALPHA, LABEL, 9),
        (ALPHA, SOURCE, 7),  # it has none: not the one of the next block
        ("https://example.org/x", "", 12),
        ("https://example.org/x", SOURCE, 13),
        ("https://w3id.org/llmkg/id/family/short", SOURCE, 16),
        ("https://w3id.org/llmkg/id/family/short", LABEL, 16),
        ("https://w3id.org/llmkg/id/family/none", "", 1),
        ("https://w3id.org/llmkg/id/family/none", SOURCE, 1),
    ],
)
def test_line_of_a_subject_or_of_a_predicate_of_it(iri, predicate, line):
    assert BLOCKS.line_of(iri, predicate) == line


def test_line_of_a_block_that_the_file_ends_in():
    assert TextFile("a.ttl", "\nfamily:alpha a family:x").line_of(ALPHA, SOURCE) == 2


# --- has it changed


def test_digest_follows_content_and_not_times(tiny):
    first = tiny.digest
    assert len(first) == 64
    path = tiny.root / "graph/families/alpha.ttl"
    os.utime(path, (1, 1))
    assert again(tiny).digest == first
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("7B", "8B"), encoding="utf-8")
    assert again(tiny).digest != first
    path.write_text(text, encoding="utf-8")
    assert again(tiny).digest == first


@pytest.mark.parametrize("name", ["ontology/core.ttl", "graph/families/alpha.ttl"])
def test_digest_covers_all_that_a_snapshot_is_made_from(tiny, name):
    first = tiny.digest
    (tiny.root / name).write_text((tiny.root / name).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert again(tiny).digest != first


def test_digest_covers_names_and_where_files_end(tiny):
    digests = {tiny.digest}
    for one, two in (("ab", "c"), ("a", "bc"), ("", "abc")):
        (tiny.root / "graph/x.ttl").write_text(one, encoding="utf-8")
        (tiny.root / "graph/y.ttl").write_text(two, encoding="utf-8")
        digests.add(again(tiny).digest)
    (tiny.root / "graph/y.ttl").rename(tiny.root / "graph/z.ttl")
    digests.add(again(tiny).digest)
    assert len(digests) == 5


def test_digest_ignores_shapes_and_queries(tiny):
    first = tiny.digest, tiny.appearance()
    (tiny.root / "queries/entities/other.rq").write_text("", encoding="utf-8")
    assert (again(tiny).digest, again(tiny).appearance()) == first
    (tiny.root / "ontology/shapes/core.ttl").write_text("", encoding="utf-8")
    assert again(tiny).digest == first[0]


def test_appearance_follows_times_sizes_names_and_the_folder(tiny, tmp_path, monkeypatch):
    path = tiny.root / "graph/families/alpha.ttl"
    first = tiny.appearance()
    assert len(first) == 32
    assert again(tiny).appearance() == first
    monkeypatch.chdir(tiny.root)
    assert Project(Path()).appearance() == first
    now = path.stat()
    os.utime(path, ns=(now.st_atime_ns, now.st_mtime_ns + 1))
    seen = {first, again(tiny).appearance()}
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    os.utime(path, ns=(now.st_atime_ns, now.st_mtime_ns))
    seen.add(again(tiny).appearance())
    path.rename(path.with_name("beta.ttl"))
    seen.add(again(tiny).appearance())
    copy = shutil.copytree(tiny.root, tmp_path / "copy")
    monkeypatch.chdir(copy)
    seen.add(Project(Path()).appearance())
    assert len(seen) == 5


def test_changed_is_the_time_of_the_youngest_file(tiny):
    for number, name in enumerate(("ontology/core.ttl", "ontology/shapes/core.ttl", "graph/families/alpha.ttl")):
        os.utime(tiny.root / name, (1_000 + number, 1_000 + number))
    assert tiny.changed() == 1_002


# --- writing


def listing(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_file_is_replaced_whole_and_keeps_its_mode(tmp_path):
    path = tmp_path / "a.ttl"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    replace_file(path, "new é\r\n\n")
    assert path.read_bytes() == "new é\r\n\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert listing(tmp_path) == ["a.ttl"]


@pytest.mark.parametrize("step", ["copymode", "replace"])
def test_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    def fail(*_arguments):
        raise OSError(28, "No space left on device")

    path = tmp_path / "a.ttl"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(*((shutil, "copymode") if step == "copymode" else (Path, "replace")), fail)
    with pytest.raises(ReadError) as told:
        replace_file(path, "new")
    assert told.value.where == str(path)
    assert told.value.what == "The file cannot be written (No space left on device)."
    assert path.read_text(encoding="utf-8") == "old"
    assert listing(tmp_path) == ["a.ttl"]


def test_text_that_cannot_be_written_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.ttl"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        replace_file(path, "a lone surrogate: \ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert listing(tmp_path) == ["a.ttl"]


def test_file_in_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ReadError, match=r"cannot be written \(No such file or directory\)"):
        replace_file(tmp_path / "none" / "a.ttl", "new")
