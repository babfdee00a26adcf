"""Snapshots: built once, whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as px
import pytest
from commands import fine

from llmkg import snapshot as module
from llmkg.cache import cache_folder, damage, prune
from llmkg.errors import ReadError, StoreError
from llmkg.files import Project
from llmkg.records import Records
from llmkg.snapshot import build_in_memory, open_snapshot, read_quads
from llmkg.terms import DERIVED_GRAPH, FILE_GRAPHS, expand

SIZE = "SELECT ?n { model:alpha-7b llmkg:parameterCount ?n }"
GRAPH_FILE = "graph/families/alpha.ttl"
OPEN = """
import sys, time
from pathlib import Path
from llmkg.files import find_project
from llmkg.snapshot import open_snapshot
project = find_project(sys.argv[1])
print("ready", flush=True)
while not Path(sys.argv[2]).exists():
    time.sleep(0.001)
opened = open_snapshot(project, notify=lambda text: print("notice", text))
print(opened.store.query("SELECT ?n { model:alpha-7b llmkg:parameterCount ?n }").rows[0][0].value)
print(opened.names.resolve("阿尔法").en)
print(len(opened.records.claims("https://w3id.org/llmkg/id/family/alpha")))
"""
HANG = """
import sys, time
from llmkg import snapshot
from llmkg.files import find_project
from llmkg.records import Records
def hang(*arguments):
    print("building", flush=True)
    time.sleep(60)
Records.write = staticmethod(hang)
snapshot.open_snapshot(find_project(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "llmkg"


@pytest.fixture
def built(monkeypatch):
    """How often a snapshot was filled."""
    calls = []
    fill = module._fill

    def counted(*arguments):
        calls.append(arguments)
        fill(*arguments)

    monkeypatch.setattr(module, "_fill", counted)
    return calls


def again(project: Project) -> Project:
    """The same folder, as another process would see it."""
    return Project(project.root)


def age(project: Project, seconds: float = 3600) -> None:
    """Let the project's files look as if nobody had touched them lately."""
    then = time.time() - seconds
    for path in project.root.rglob("*"):
        os.utime(path, (then, then))


def edit(project: Project, old: str, new: str) -> None:
    path = project.root / GRAPH_FILE
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def size(opened) -> str:
    return opened.store.query(SIZE).rows[0][0].value


def snapshots(cache: Path) -> list[Path]:
    return sorted(path for path in cache.iterdir() if path.is_dir())


def digests(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.digest"))


def fail(*_arguments):
    raise AssertionError("called")


def start(script: str, *arguments: object, env: dict[str, str] | None = None) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=env,
    )


# --- what is in it


def test_each_file_is_a_graph_and_shapes_are_left_out(tiny):
    graphs = {quad.graph_name.value for quad in read_quads(tiny)}
    assert graphs == {f"{FILE_GRAPHS}ontology/core", f"{FILE_GRAPHS}graph/families/alpha"}


def test_derived_statements_are_in_a_graph_of_their_own(tiny):
    store = build_in_memory(tiny).store
    rows = store.query(f"SELECT ?s ?p {{ GRAPH <{DERIVED_GRAPH}> {{ ?s ?p ?o }} }} ORDER BY ?p")
    found = [predicate.value.rpartition("/")[2] for _, predicate in rows.rows]
    assert found == ["comesFrom", "isAbout", "parameterCount"]


def test_statement_in_two_files_is_one_statement(tiny):
    shutil.copy(tiny.root / GRAPH_FILE, tiny.root / "graph" / "copy.ttl")
    counted = build_in_memory(tiny).store.query("SELECT (COUNT(*) AS ?n) { ?claim a llmkg:Claim }")
    assert counted.rows[0][0].value == "1"


def test_snapshot_in_memory_leaves_nothing_on_disk(tiny, cache):
    opened = build_in_memory(tiny)
    assert size(opened) == "7000000000"
    assert opened.names.resolve("阿尔法").iri == expand("family:alpha")
    assert list(opened.records.claims(expand("family:alpha")))
    assert not cache.exists()


def test_snapshot_on_disk_copied_into_memory_and_built_there_are_equal(tiny):
    everything = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p str(?o)"
    on_disk = open_snapshot(tiny)
    answers = [kind.store.query(everything) for kind in (on_disk, on_disk.in_memory(), build_in_memory(tiny))]
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0].rows) == len(read_quads(tiny)) + 3
    entries = [kind.names.entries for kind in (on_disk, on_disk.in_memory(), build_in_memory(tiny))]
    assert entries[0] == entries[1] == entries[2]


def test_nobody_writes_to_a_snapshot_on_disk(tiny):
    opened = open_snapshot(tiny)
    node = px.NamedNode("https://example.org/x")
    with pytest.raises(RuntimeError, match="read-write"):
        opened.store.engine.add(px.Quad(node, node, node))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened.records._database.execute("DELETE FROM node")


# --- when it is built


def test_second_opening_builds_nothing(tiny, cache, built):
    open_snapshot(tiny)
    (place,) = snapshots(cache)
    before = place.stat().st_ino
    assert size(open_snapshot(again(tiny))) == "7000000000"
    assert len(built) == 1
    assert [path.stat().st_ino for path in snapshots(cache)] == [before]


def test_files_that_look_the_same_are_not_even_read(tiny, cache, monkeypatch):
    age(tiny)
    open_snapshot(tiny)
    assert len(digests(cache)) == 1
    monkeypatch.setattr(Project, "digest", property(fail))
    assert size(open_snapshot(again(tiny))) == "7000000000"


def test_changed_content_is_built_beside_the_old_one(tiny, cache, built):
    age(tiny)
    first = open_snapshot(tiny)
    edit(tiny, "7000000000", "8000000000")
    assert size(open_snapshot(again(tiny))) == "8000000000"
    assert size(first) == "7000000000"
    assert len(snapshots(cache)) == len(built) == 2
    edit(tiny, "8000000000", "7000000000")
    assert size(open_snapshot(again(tiny))) == "7000000000"
    assert len(built) == 2


def test_touched_files_are_read_but_nothing_is_built(tiny, cache, built):
    age(tiny)
    open_snapshot(tiny)
    age(tiny, 1800)
    open_snapshot(again(tiny))
    assert len(built) == 1
    assert len(digests(cache)) == 2


def test_queries_and_shapes_are_not_part_of_the_key(tiny, built):
    open_snapshot(tiny)
    for path in (*tiny.root.rglob("*.rq"), *(tiny.root / "ontology" / "shapes").iterdir()):
        path.write_text("", encoding="utf-8")
    assert size(open_snapshot(again(tiny))) == "7000000000"
    assert len(built) == 1


def test_look_of_files_that_were_changed_just_now_is_not_trusted(tiny, cache):
    path = tiny.root / GRAPH_FILE
    open_snapshot(tiny)
    assert digests(cache) == []
    before = path.stat()
    edit(tiny, "7000000000", "9000000000")  # as long as before, and within the tick of a coarse clock
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert size(open_snapshot(again(tiny))) == "9000000000"


def test_look_is_remembered_from_two_seconds_on(tiny, cache):
    age(tiny, 1.0)
    open_snapshot(tiny)
    assert digests(cache) == []
    age(tiny, 2.5)
    open_snapshot(again(tiny))
    assert len(digests(cache)) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"nonsense", b"../../etc"])
def test_damaged_memory_of_the_look_does_no_harm(tiny, cache, content, built):
    age(tiny)
    open_snapshot(tiny)
    (remembered,) = digests(cache)
    whole = remembered.read_bytes()
    remembered.write_bytes(content)
    assert size(open_snapshot(again(tiny))) == "7000000000"
    assert remembered.read_bytes() == whole
    assert len(built) == 1


# --- where it is kept


@pytest.mark.parametrize("named", [None, "", "relative/cache"])
def test_cache_is_in_the_home_folder_unless_an_absolute_path_is_named(monkeypatch, tmp_path, named):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    if named is None:
        monkeypatch.delenv("XDG_CACHE_HOME")
    else:
        monkeypatch.setenv("XDG_CACHE_HOME", named)
    assert cache_folder() == tmp_path / "home" / ".cache" / "llmkg"


def test_named_cache(cache):
    assert cache_folder() == cache


def test_without_a_place_to_write_the_store_lives_in_memory(tiny, cache):
    cache.parent.write_text("a file", encoding="utf-8")
    notices = []
    opened = open_snapshot(tiny, notify=notices.append)
    assert size(opened) == "7000000000"
    (notice,) = notices
    assert notice.startswith(f"{cache}: The cache cannot be written (")
    assert notice.endswith("); the graph is read anew each time.")
    assert "None" not in notice
    assert cache.parent.read_text(encoding="utf-8") == "a file"
    assert size(open_snapshot(again(tiny))) == "7000000000"  # nobody has to listen


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full"),
    ],
)
def test_full_disk_is_told_and_leaves_nothing(tiny, cache, monkeypatch, error, reason):
    write = Records.write

    def full(database, quads):
        if database.execute("PRAGMA database_list").fetchone()[2]:
            raise error
        write(database, quads)

    monkeypatch.setattr(Records, "write", staticmethod(full))
    notices = []
    assert size(open_snapshot(tiny, notify=notices.append)) == "7000000000"
    assert notices == [f"{cache}: The cache cannot be written ({reason}); the graph is read anew each time."]
    assert list(cache.iterdir()) == []


FILL = """
import resource, sys
from llmkg.files import find_project
from llmkg.snapshot import open_snapshot
if sys.argv[2] != "none":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
opened = open_snapshot(find_project(sys.argv[1]), notify=print)
print(len(opened.store.engine), len(opened.names.entries))
"""


def filled(project: Project, limit: object = "none") -> list[str]:
    """What a process prints that opens a project where too little can be written."""
    untraced = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}  # it writes too
    with start(FILL, project.root, limit, env=untraced) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    return out.splitlines()


def in_memory(project: Project) -> str:
    opened = build_in_memory(project)
    return f"{len(opened.store.engine)} {len(opened.names.entries)}"


@pytest.mark.skipif(os.name != "posix", reason="limits of files' sizes")
@pytest.mark.parametrize("limit", [0, 1_000, 50_000, 150_000, 400_000])
def test_file_that_cannot_grow_is_told_and_leaves_nothing(mini, cache, limit):
    notice, answer = filled(mini, limit)
    assert re.fullmatch(
        rf"{cache}: The cache cannot be written \([\w /]+\); the graph is read anew each time\.", notice
    )
    assert answer == in_memory(mini)
    assert list(cache.iterdir()) == []


@pytest.fixture
def small_disk(cache):
    """Mounts a disk of a size for the cache; the test is skipped where that is not allowed."""

    def mount(size):
        cache.parent.mkdir(exist_ok=True)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", cache.parent], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip("no file system can be mounted here")

    yield mount
    subprocess.run(["umount", cache.parent], capture_output=True, check=False)


@pytest.mark.skipif(shutil.which("mount") is None or os.name != "posix" or os.geteuid() != 0, reason="needs root")
@pytest.mark.parametrize("size", ["4k", "40k", "200k", "400k", "1500k", "2m", "4m"])
def test_really_full_disk_is_told_and_leaves_nothing(mini, cache, small_disk, size):
    small_disk(size)
    notice, answer = filled(mini)
    reason = "(No space left on device|database or disk is full)"
    assert re.fullmatch(
        rf"{cache}: The cache cannot be written \({reason}\); the graph is read anew each time\.", notice
    )
    assert answer == in_memory(mini)
    assert [path for path in cache.rglob("*") if path.is_file()] == []


# --- when something goes wrong


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_crash_while_building_leaves_nothing_and_the_next_one_builds(tiny, cache, monkeypatch, error):
    def crash(*_arguments):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Records, "write", staticmethod(crash))
        with pytest.raises(error):
            open_snapshot(tiny)
    assert list(cache.iterdir()) == []
    assert size(open_snapshot(again(tiny))) == "7000000000"


def test_process_killed_while_building_leaves_no_snapshot_and_the_next_one_builds(tiny, cache):
    with start(HANG, tiny.root) as process:
        assert process.stdout.readline() == "building\n"
        process.kill()
    (left,) = cache.iterdir()
    assert left.name.startswith("building-")
    notices = []
    assert size(open_snapshot(tiny, notify=notices.append)) == "7000000000"
    assert notices == []
    assert len([path for path in snapshots(cache) if path != left]) == 1


def test_broken_file_is_told_with_its_line_and_leaves_nothing(tiny, cache):
    edit(tiny, "7000000000 ;", "7000000000 nonsense")
    with pytest.raises(ReadError) as told:
        open_snapshot(tiny)
    assert told.value.where.startswith(f"{GRAPH_FILE}:")
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("pattern", ["store/MANIFEST-*", "store/*.sst", "store/CURRENT", "records.sqlite"])
@pytest.mark.parametrize("left", ["half", "nothing", "gone"])
def test_file_that_was_cut_short_is_noticed_and_built_again(tiny, cache, built, pattern, left):
    if left != "half":  # that it is known by its look must not matter
        age(tiny)
    open_snapshot(tiny)
    (place,) = snapshots(cache)
    victim = next(iter(place.glob(pattern)))
    content = victim.read_bytes()
    if left == "gone":
        victim.unlink()
    else:
        victim.write_bytes(content[: len(content) // 2 if left == "half" else 0])
    notices = []
    opened = open_snapshot(again(tiny), notify=notices.append)
    assert size(opened) == "7000000000"
    assert list(opened.records.claims(expand("family:alpha")))
    assert len(built) == 2
    assert notices == [told(place, victim.relative_to(place))]
    assert snapshots(cache) == [place]


def told(place: Path, name: object) -> str:
    """What a person is told of a damaged file."""
    return f"{place}: The snapshot is damaged ({name}); it is built anew."


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{}", b'{"files": {}}', b"\xff", b'{"files"', b"4"])
def test_damaged_list_of_checksums_is_noticed(tiny, cache, built, content):
    open_snapshot(tiny)
    (place,) = snapshots(cache)
    whole = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    (place / "manifest.json").write_bytes(content)
    notices = []
    assert size(open_snapshot(again(tiny), notify=notices.append)) == "7000000000"
    assert len(built) == 2
    assert notices == [told(place, "manifest.json")]
    assert json.loads((place / "manifest.json").read_text(encoding="utf-8")).keys() == whole.keys()


@pytest.mark.parametrize("look", [None, [], [1], "ab", {}])
def test_nonsense_in_the_list_of_checksums_is_noticed(tiny, cache, built, look):
    open_snapshot(tiny)
    (place,) = snapshots(cache)
    listed = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    listed["files"]["records.sqlite"] = look
    (place / "manifest.json").write_text(json.dumps(listed), encoding="utf-8")
    assert size(open_snapshot(again(tiny))) == "7000000000"
    assert len(built) == 2


def test_snapshot_of_other_files_under_this_name_is_noticed(tiny, cache, built):
    open_snapshot(tiny)
    (place,) = snapshots(cache)
    edit(tiny, "7000000000", "8000000000")
    place.rename(cache / module_key(again(tiny)))
    assert size(open_snapshot(again(tiny))) == "8000000000"
    assert len(built) == 2


FLIPS = 25
"""Bits flipped in each file."""


def test_one_flipped_bit_in_any_file_never_changes_an_answer(mini, cache, monkeypatch):
    """Neither fewer rows nor other ones: a snapshot that is not as it was written is not read, whatever its times say."""

    def everything(opened):
        claims = opened.records.claims(expand("family:llama"))
        return len(opened.store.engine), opened.names.entries, claims

    memory = build_in_memory(mini)
    whole = everything(open_snapshot(mini))
    assert whole == everything(memory)
    (place,) = snapshots(cache)
    monkeypatch.setattr(module, "_anew", lambda _order: memory)
    chance = random.Random(6)  # noqa: S311 - nothing is secret
    noticed, harmless = set(), set()
    for path in sorted(path for path in place.rglob("*") if path.is_file() and path.stat().st_size):
        content, before = path.read_bytes(), path.stat()
        for _ in range(FLIPS):
            flipped = bytearray(content)
            flipped[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            path.write_bytes(flipped)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            notices = []
            opened = open_snapshot(again(mini), notify=notices.append)
            assert everything(opened) == whole, path
            (noticed if notices else harmless).add(path.relative_to(place).as_posix())
            assert notices in ([], [told(place, path.relative_to(place).as_posix())]) or path.name == "manifest.json"
        path.write_bytes(content)
    names = {path.relative_to(place).as_posix() for path in place.rglob("*.sst")}
    assert noticed >= {"records.sqlite", "manifest.json", "store/CURRENT", *names}
    assert harmless <= {"store/LOG", "manifest.json"}


def test_a_snapshot_that_is_damaged_inside_is_built_anew_when_its_store_is_asked(tiny, cache, built):
    open_snapshot(tiny)
    (place,) = snapshots(cache)
    for path in place.glob("store/*.sst"):
        path.write_bytes(b"\xff" * path.stat().st_size)
    notices = []
    opened = open_snapshot(again(tiny), notify=notices.append)
    assert opened.names.resolve("Alpha").iri == expand("family:alpha")
    assert (notices, len(built)) == ([], 1)
    assert size(opened) == "7000000000"
    (notice,) = notices
    assert notice.startswith(f"{place}: The snapshot is damaged (store/0")
    assert damage(place, place.name) == ""
    assert size(open_snapshot(again(tiny), notify=notices.append)) == "7000000000"
    assert len(notices) == 1


def test_damage_that_the_command_meets_is_one_sentence_beside_the_answer(llmkg, mini, cache):
    asked = ("query", "lineage/ancestors", "model=llama")
    whole = fine(llmkg(*asked, data=mini.root))
    (place,) = snapshots(cache)
    path = max(place.glob("store/*.sst"), key=lambda path: path.stat().st_size)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    said = llmkg(*asked, data=mini.root)
    assert (said.code, said.out) == (whole.code, whole.out)
    assert said.err == told(place, path.relative_to(place)) + "\n"
    assert llmkg(*asked, data=mini.root).err == ""


def test_store_that_is_damaged_while_it_is_open_is_told(mini, cache):
    store = open_snapshot(mini).store
    (place,) = snapshots(cache)
    for path in place.glob("store/*.sst"):
        path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(StoreError, match=r"^The store cannot be read \(Corruption: [^/]*\)\. Try again: a damaged"):
        store.query("SELECT * { ?s ?p ?o }")


def test_snapshot_that_is_gone_when_its_store_is_asked_is_built_anew(tiny, cache, built):
    opened = open_snapshot(tiny)
    (place,) = snapshots(cache)
    shutil.rmtree(place)
    with pytest.raises(StoreError, match="just built cannot be opened"):  # who built it says so at once
        _ = opened.store
    opened = open_snapshot(again(tiny))
    opened = open_snapshot(again(tiny))
    shutil.rmtree(place)
    assert size(opened) == "7000000000"
    assert len(built) == 3


def test_snapshot_that_cannot_be_opened_after_building_is_an_error(tiny, cache, monkeypatch):
    monkeypatch.setattr(module, "damage", lambda *_arguments: "store/CURRENT")
    with pytest.raises(StoreError, match=r"just built cannot be opened \(store/CURRENT\)\. Check the disk") as error:
        open_snapshot(tiny)
    assert str(cache) in error.value.where


# --- killed while it is built

KILLS = int(os.environ.get("LLMKG_TEST_KILLS", "15"))
"""How often a process that builds is killed."""

BUILD = """
import sys
from llmkg import snapshot
from llmkg.files import find_project
project = find_project(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
snapshot.open_snapshot(project)
print("built", flush=True)
"""


def test_builder_that_is_killed_at_any_moment_leaves_the_old_or_the_new_one_whole(tiny, cache):
    """Each round changes the files, kills who builds their snapshot, and opens them."""
    chance = random.Random(9)  # noqa: S311 - nothing is secret
    value = 7_000_000_000
    started = time.monotonic()
    open_snapshot(tiny)
    longest, ended = time.monotonic() - started, 0
    for _ in range(KILLS):
        edit(tiny, str(value), str(value + 1))
        value += 1
        with start(BUILD, tiny.root) as process:
            assert process.stdout.readline() == "ready\n"
            process.stdin.write("go\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0, longest))
            process.kill()
            ended += process.stdout.read() == "built\n"
        for place in snapshots(cache):
            assert place.name.startswith("building-") or damage(place, place.name) == ""
        notices = []
        assert size(open_snapshot(again(tiny), notify=notices.append)) == str(value)
        assert notices == []
    assert ended < KILLS


def test_what_a_killed_builder_left_is_removed_after_a_minute(tiny, cache):
    with start(HANG, tiny.root) as process:
        assert process.stdout.readline() == "building\n"
        (left,) = cache.iterdir()
        make(left, 2 / 24)
        open_snapshot(tiny)
        assert left.exists()
        process.kill()
    make(left, 30 / 86_400)
    edit(tiny, "7000000000", "8000000000")
    open_snapshot(again(tiny))
    assert left.exists()
    make(left, 2 / 24)
    edit(tiny, "8000000000", "9000000000")
    open_snapshot(again(tiny))
    assert not left.exists()


# --- two at once


@pytest.mark.parametrize("damaged", [False, True])
def test_processes_that_build_at_once_all_end_well(tiny, cache, tmp_path, damaged):
    if damaged:
        open_snapshot(tiny)
        (place,) = snapshots(cache)
        (place / "records.sqlite").write_bytes(b"")
    processes = [start(OPEN, tiny.root, tmp_path / "go") for _ in range(3)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    (tmp_path / "go").touch()
    for process in processes:
        out, err = process.communicate(timeout=60)
        notice, _, rest = out.rpartition("built anew.\n")
        assert (rest, err, process.returncode) == ("7000000000\nAlpha\n1\n", "", 0)
        assert not notice or damaged
    (place,) = snapshots(cache)
    assert damage(place, place.name) == ""


def test_who_comes_second_takes_what_is_there(tiny, cache, monkeypatch):
    build = module._build

    def overtaken(place, *order):
        build(place, *order)
        shutil.copytree(place, cache / module_key(tiny))
        (cache / module_key(tiny) / "first").touch()

    monkeypatch.setattr(module, "_build", overtaken)
    assert size(open_snapshot(tiny)) == "7000000000"
    (place,) = snapshots(cache)
    assert (place / "first").exists()


def module_key(project: Project) -> str:
    return f"{module._FORMAT}-{project.digest[:32]}"


def test_who_is_overtaken_at_the_last_moment_takes_what_is_there(tiny, cache, monkeypatch):
    def overtaken(self, target):
        shutil.copytree(self, target)
        raise OSError(39, "Directory not empty")

    monkeypatch.setattr(Path, "rename", overtaken)
    assert size(open_snapshot(tiny)) == "7000000000"
    assert len(snapshots(cache)) == 1


def test_who_finds_the_damaged_one_already_moved_puts_its_own_there(tiny, cache, monkeypatch):
    open_snapshot(tiny)
    (place,) = snapshots(cache)
    (place / "manifest.json").unlink()
    rename = Path.rename

    def overtaken(self, target):
        if self == place:
            shutil.rmtree(place)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", overtaken)
    notices = []
    assert size(open_snapshot(again(tiny), notify=notices.append)) == "7000000000"
    assert notices == [told(place, "manifest.json")]
    assert snapshots(cache) == [place]


def test_snapshot_that_cannot_be_put_in_place_is_an_error(tiny, cache, monkeypatch):
    def refuse(*_arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StoreError, match=r"cannot be put in place \(Permission denied\)\. Check the disk\."):
        open_snapshot(tiny)
    assert list(cache.iterdir()) == []


# --- pruning


def make(path: Path, days: float) -> Path:
    if not path.is_dir() and path.suffix:
        path.write_text("", encoding="utf-8")
    else:
        (path / "inner").mkdir(parents=True, exist_ok=True)
    then = time.time() - days * 86_400
    os.utime(path, (then, then))
    return path


def test_building_removes_what_was_not_touched_for_a_month(tiny, cache):
    cache.mkdir(parents=True)
    old = [make(cache / name, 31) for name in ("0-old", "building-x", "a.digest")]
    young = [make(cache / name, 29) for name in ("0-young", "b.digest")]
    open_snapshot(tiny)
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in young)
    assert size(open_snapshot(again(tiny))) == "7000000000"


def test_the_eight_snapshots_that_were_used_last_are_kept(tiny, cache):
    cache.mkdir(parents=True)
    others = [make(cache / f"0-{days}", days) for days in range(1, 9)]
    open_snapshot(tiny)
    assert [path.exists() for path in others] == [True] * 7 + [False]
    assert len(snapshots(cache)) == 8


def test_who_is_killed_while_it_removes_a_snapshot_leaves_none_by_half(tiny, cache, monkeypatch):
    open_snapshot(tiny)
    (place,) = snapshots(cache)
    make(place, 31)

    def half(path, **_options):
        (path / "manifest.json").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", half)
        with pytest.raises(KeyboardInterrupt):
            prune(cache)
    (left,) = cache.iterdir()
    assert left.name.startswith("building-")
    make(left, 1)
    prune(cache)
    assert list(cache.iterdir()) == []
    assert size(open_snapshot(again(tiny))) == "7000000000"


def test_a_snapshot_that_is_opened_counts_as_used(tiny, cache):
    open_snapshot(tiny)
    (place,) = snapshots(cache)
    then = time.time() - 29 * 86_400
    os.utime(place, (then, then))
    open_snapshot(again(tiny))
    assert time.time() - place.stat().st_mtime < 3600


@pytest.mark.parametrize("error", [PermissionError, FileNotFoundError])
def test_what_cannot_be_removed_stays_and_hinders_nobody(tiny, cache, monkeypatch, error):
    cache.mkdir(parents=True)
    old = make(cache / "a.digest", 31)

    def refuse(*_arguments, **_options):
        raise error

    notices = []
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        assert size(open_snapshot(tiny, notify=notices.append)) == "7000000000"
    assert old.exists()
    assert notices == []
