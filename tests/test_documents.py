"""The documents: their links, the commands that they name, and a README for every folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in ROOT.rglob("*.md")
    if not any(part.startswith(".") or part == "node_modules" for part in path.relative_to(ROOT).parts)
)
FOLDERS = sorted(
    path.name
    for path in ROOT.iterdir()
    if path.is_dir() and not path.name.startswith((".", "__")) and path.name not in {"src", "build", "dist", "venv"}
)

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?:`|^\$ |bin/|&& )llmkg ([a-z][a-z-]*)([^`\n]*)", re.MULTILINE)
_OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]*")
_PATH = re.compile(r"`((?:ontology|graph|queries|tests|src|\.ci)/[\w./-]*)`")


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(name):
    """The anchors that a Markdown page gets from its headings."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", text_of(name)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.fixture(scope="module")
def commands():
    from llmkg.cli import cli

    return cli.commands


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_resolve(name):
    for target, anchor in _LINK.findall(_FENCE.sub("", text_of(name))):
        place = (ROOT / name).parent / target if target else ROOT / name
        assert place.exists(), f"{name} links to {target}, which is not there"
        if anchor:
            assert anchor in anchors(place.resolve().relative_to(ROOT).as_posix())


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if "/decisions/" not in name])
def test_paths_that_are_named_exist(name):
    missing = [path for path in _PATH.findall(_FENCE.sub("", text_of(name))) if not (ROOT / path).exists()]
    assert not missing


@pytest.mark.parametrize("name", DOCUMENTS)
def test_commands_and_options_that_are_named_exist(name, commands):
    for command, rest in _COMMAND.findall(text_of(name)):
        assert command in commands, f"{name} names llmkg {command}"
        known = {
            option for parameter in commands[command].params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert not set(_OPTION.findall(rest)) - known - {"--help"}, f"{name}: llmkg {command}{rest}"


def test_the_readme_names_every_command(commands):
    named = {command for command, _ in _COMMAND.findall(text_of("README.md"))}
    assert not {name for name, command in commands.items() if not command.hidden} - named


def test_the_readme_fits_on_one_screen():
    assert text_of("README.md").count("\n") < 100


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_has_a_readme_that_names_what_is_in_it(folder):
    readme = text_of(f"{folder}/README.md")
    inside = [path for path in (ROOT / folder).iterdir() if path.is_dir() and not path.name.startswith((".", "__"))]
    assert not [path.name for path in inside if f"{path.name}/" not in readme]


def test_ci_runs_the_tests_as_the_readme_does():
    (command,) = re.findall(r"^.*\.venv/bin/(pytest.*)$", text_of("README.md"), re.MULTILINE)
    assert f"\n{command} " in text_of(".ci/run")


def test_ci_is_executable():
    assert not [name for name in (".ci/run", ".ci/setup") if not (ROOT / name).stat().st_mode & 0o100]


def test_every_benchmark_is_run_and_described():
    scripts = {path.stem for path in (ROOT / "tests" / "benchmarks").glob("*.py")}
    listed = " ".join(re.findall(r"^for script in (.*); do$", text_of(".ci/run"), re.MULTILINE))
    named = {name.removesuffix(".py") for name in re.findall(r"[a-z_]+(?:\.py)?", listed.replace("--ci", ""))}
    by_hand = {"synthetic", "w3c_queries"}  # what the largest are made by; what needs the W3C's files
    assert named == scripts - by_hand
    assert not {name for name in scripts if f"`{name}.py" not in text_of("tests/benchmarks/README.md")}


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_the_graph_is_as_large_as_the_documents_say(name, store):
    kinds = {"claims": "?thing llmkg:locator ?locator", "families": "?thing a llmkg:ModelFamily"}
    told = re.findall(r"more\s+than ([\d,]+)\s+(claims|families)", text_of(name).lower())
    assert {kind for _, kind in told} == set(kinds)
    for number, kind in told:
        held = store.query(f"SELECT (COUNT(DISTINCT ?thing) AS ?n) {{ {kinds[kind]} }}").rows[0][0]
        assert int(number.replace(",", "")) < int(held.value)


def test_the_picture_of_the_readme_is_what_its_command_writes(root):
    import llmkg
    from llmkg.pictures.choice import picture
    from llmkg.views.strata import lineage

    assert "(docs/llama.svg)" in text_of("README.md")
    kg = llmkg.load(root)
    drawn = picture(lineage(kg, kg["llama"].iri, statuses=kg.accepted)).svg("auto")
    assert (root / "docs" / "llama.svg").read_text(encoding="utf-8") == drawn, "llmkg lineage llama -o docs/llama.svg"
