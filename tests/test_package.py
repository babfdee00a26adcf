"""The package as it is handed out: what is in it, what it exports, what it imports."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import entry_points, requires, version
from pathlib import Path

import pytest

import llmkg

DATA = ("ontology", "graph", "queries")
MODULES = sorted(
    info.name for info in pkgutil.walk_packages(llmkg.__path__, "llmkg.") if not info.name.endswith("__main__")
)
HEAVY = ("networkx", "owlrl", "pyshacl", "rdflib", "rich", "SPARQLWrapper", "yaml")


@pytest.fixture(scope="module")
def pyproject(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    """The wheel's files by name."""
    from hatchling.builders.wheel import WheelBuilder

    (path,) = WheelBuilder(str(root)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def sdist(root, tmp_path_factory):
    """Names of the files in the source distribution, without its first folder."""
    from hatchling.builders.sdist import SdistBuilder

    (path,) = SdistBuilder(str(root)).build(directory=str(tmp_path_factory.mktemp("sdist")), versions=["standard"])
    with tarfile.open(path) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def files_below(root, *folders):
    return [
        path
        for folder in folders
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
        and not any(part.startswith((".", "__")) or part == "node_modules" for part in path.relative_to(root).parts)
    ]


def test_the_wheel_holds_the_data_byte_for_byte(root, wheel):
    paths = files_below(root, *DATA)
    assert paths
    for path in paths:
        assert wheel[f"llmkg/_data/{path.relative_to(root).as_posix()}"] == path.read_bytes()


def test_the_wheel_holds_the_program_and_says_that_it_is_typed(root, wheel):
    for path in (*(root / "src" / "llmkg").glob("*.py"), root / "src" / "llmkg" / "py.typed"):
        assert f"llmkg/{path.name}" in wheel


def test_the_wheel_holds_the_licences(root, wheel):
    held = {name.rpartition("/")[2]: content for name, content in wheel.items() if "/licenses/" in name}
    for name in ("LICENSE", "LICENSE-DATA", "THIRD-PARTY.md"):
        assert held[name] == (root / name).read_bytes()


def test_the_wheel_holds_nothing_else(wheel):
    tops = {name.partition("/")[0] for name in wheel}
    assert tops == {"llmkg", f"llm_lineage-{version('llm-lineage')}.dist-info"}


def test_the_sdist_holds_what_the_tests_need(root, sdist):
    named = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "LICENSE-DATA", "THIRD-PARTY.md", "conftest.py")
    wanted = {path.relative_to(root).as_posix() for path in files_below(root, *DATA, "src", "tests")}
    wanted |= {*named, "pyproject.toml", ".ci/run", ".ci/setup"}
    assert not wanted - sdist


def test_the_sdist_holds_nothing_that_a_tool_left(sdist):
    left = re.compile(r"(^|/)(\.venv|__pycache__|\.mypy_cache|\.pytest_cache|\.ruff_cache|\.hypothesis|\.coverage)")
    assert not [name for name in sdist if left.search(name)]


def test_both_commands_are_installed():
    found = {entry.name: entry.value for entry in entry_points(group="console_scripts")}
    assert found["llmkg"] == found["llm-lineage"] == "llmkg.cli:main"


def test_the_versions_agree(root, pyproject):
    number = pyproject["project"]["version"]
    newest = re.search(r"^## \[(\d[^]]*)\]", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert version("llm-lineage") == number, "install again: the installed package is of another version"
    assert newest is not None
    assert newest[1] == number
    assert f"\nversion: {number}\n" in (root / "CITATION.cff").read_text(encoding="utf-8")


def test_the_installed_package_is_this_checkout(root):
    """Otherwise everything here would test something else."""
    installed = Path(llmkg.__file__).parent
    for path in (root / "src" / "llmkg").glob("*.py"):
        assert (installed / path.name).read_bytes() == path.read_bytes(), f"install again: {path.name} has changed"


@pytest.mark.parametrize("name", MODULES)
def test_a_module_lists_what_it_exports(name):
    module = importlib.import_module(name)
    assert not [item for item in module.__all__ if not hasattr(module, item)]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_exports_every_public_class_and_function(name):
    module = importlib.import_module(name)
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and not node.decorator_list)
    }
    assert not {item for item in defined if not item.startswith("_")} - set(module.__all__)


def test_the_package_exports_names_that_exist():
    assert llmkg.__all__
    assert not [name for name in llmkg.__all__ if not hasattr(llmkg, name)]


def test_imports_keep_the_order_of_the_layers(root):
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["show", "gpt-4"], ["search", "rotary"]])
def test_a_quick_command_imports_nothing_heavy(root, arguments):
    code = (
        "import json, sys; from llmkg.cli import cli\n"
        "cli.main(sys.argv[1:], standalone_mode=False)\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    assert not set(json.loads(done.stderr.splitlines()[-1])).intersection(HEAVY)


def test_third_party_names_every_dependency(root):
    text = (root / "THIRD-PARTY.md").read_text(encoding="utf-8").lower()
    wanted = {re.split(r"[^A-Za-z0-9._-]", line)[0] for line in requires("llm-lineage") or () if "extra ==" not in line}
    assert wanted
    assert not {name for name in wanted if f"\n| {name.lower()} |" not in text}


def test_third_party_names_what_the_dependencies_ask_for(root):
    """Followed from package to package, as they are installed here."""
    from packaging.requirements import Requirement

    text = (root / "THIRD-PARTY.md").read_text(encoding="utf-8").lower()
    pending = [(Requirement(line), "") for line in requires("llm-lineage") or ()]
    seen = set()
    while pending:
        needed, extra = pending.pop()
        if (needed.marker and not needed.marker.evaluate({"extra": extra})) or needed.name.lower() in seen:
            continue
        seen.add(needed.name.lower())
        pending += [(Requirement(line), wish) for line in requires(needed.name) or () for wish in ("", *needed.extras)]
    assert not {name for name in seen if f"\n| {name} |" not in text}
