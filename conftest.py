"""Runs the examples of README.md and CONTRIBUTING.md as tests, in a copy of the project's data.

In a document, in order and in one folder:

- a ``console`` block is typed at a terminal of 100 columns, and what it prints is compared (``...`` stands for anything);
- a ``turtle PATH`` block is written to that file, or added at its end where it has no ``@prefix`` lines of its own;
- a ``python`` block is run, a session with ``>>>`` compared.

Other blocks (``sh``, ``text``, ``turtle``, ``sparql``) are for reading only.
"""

from __future__ import annotations

import doctest
import os
import pty
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sybil import Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.markdown.lexers import FencedCodeBlockLexer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sybil import Document

ROOT = Path(__file__).parent
FOLDERS = ("ontology", "graph", "queries")
COLUMNS = 100
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_COMMAND = re.compile(r"^\$ (?P<command>.+(?:\\\n.+)*)\n?(?P<output>(?:(?!\$ ).*\n?)*)", re.MULTILINE)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Snapshots go to a folder of this run, never to the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("LLMKG_DATA", raising=False)
        yield


@pytest.fixture(scope="module")
def document_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's data in which a document's examples are run."""
    folder = tmp_path_factory.mktemp("document")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name)
    return folder


def type_at_terminal(command: str, folder: Path) -> tuple[str, int]:
    """What a terminal shows after a command, without colours, and the exit code."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
        "COLUMNS": str(COLUMNS),
        "LINES": "50",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm",
    }
    terminal, end = pty.openpty()
    with subprocess.Popen(
        command, shell=True, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=end, stderr=end
    ) as process:
        os.close(end)
        shown = b""
        while True:
            try:
                part = os.read(terminal, 65536)
            except OSError:  # how Linux says that nobody holds the other end any more
                break
            if not part:
                break
            shown += part
    os.close(terminal)
    return _CONTROL.sub("", shown.decode()).replace("\r\n", "\n"), process.returncode


def check_console(example: Example) -> str | None:
    """Type a block's commands and compare what they print; a command that fails on purpose ends in ``|| true``."""
    for match in _COMMAND.finditer(example.parsed):
        wanted = match["output"]
        shown, code = type_at_terminal(match["command"], example.namespace["document_folder"])
        if code or not doctest.OutputChecker().check_output(wanted, shown, FLAGS):
            return f"$ {match['command']}\n\nexpected:\n{wanted}\nshown, exit code {code}:\n{shown}"
    return None


def write_turtle(example: Example) -> None:
    """Write or extend the file that a block names."""
    name, text = example.parsed
    path = example.namespace["document_folder"] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    before = "" if text.startswith("@prefix") else path.read_text(encoding="utf-8") + "\n"
    path.write_text(before + text, encoding="utf-8")


def turtle_files(document: Document) -> Iterable[Region]:
    """The ``turtle PATH`` blocks of a document."""
    for region in FencedCodeBlockLexer(language=r"turtle \S+", mapping={"language": "info", "source": "text"})(
        document
    ):
        region.parsed = (region.lexemes["info"].split()[1], str(region.lexemes["text"]))
        region.evaluator = write_turtle
        yield region


pytest_collect_file = Sybil(
    parsers=[
        CodeBlockParser("console", check_console),
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        SkipParser(),
        turtle_files,
    ],
    patterns=["README.md", "CONTRIBUTING.md"],
    fixtures=["document_folder"],
).pytest()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One process a file: a document's examples follow from each other."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)
