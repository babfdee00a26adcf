"""Builds the scripts of the pages before a package is made, where Node is there to do it.

Without Node the package is made without what needs them, and says so; a wheel or an sdist that is published has them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path(__file__).parent / "src" / "explorer"
BUILT = Path(__file__).parent / "src" / "llmkg" / "_web"
FILES = (
    "console.css",
    "console.js",
    "engine.js",
    "explorer.css",
    "explorer.js",
    "licences.txt",
    "oxigraph.wasm",
    "search.js",
    "site-licences.txt",
    "sw.js",
)


class ExplorerBuildHook(BuildHookInterface[Any]):
    """Runs npm, if what it makes is missing or older than what it is made from."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's interface
        """Build what is missing."""
        if is_current():
            return
        npm = shutil.which("npm")
        if npm is None:
            say("Node is not installed")
            return
        for command in (["ci", "--omit=dev", "--ignore-scripts"], ["run", "build"]):
            if subprocess.run([npm, *command, "--silent"], cwd=SOURCE, check=False).returncode:  # noqa: S603 - our own scripts
                say(f"'npm {' '.join(command)}' failed in src/explorer")
                return


def say(why: str) -> None:
    """Say that something is left out, in what pip shows with -v."""
    print(  # noqa: T201 - there is nobody else to say it
        f"llmkg: {why}, so that pages to explore (.html), and the console and the search of a site, are left out. "
        "With Node 18 or later, install again to have them.",
        file=sys.stderr,
    )


def is_current() -> bool:
    """Whether everything is built, after the last change of what it is built from."""
    if not all((BUILT / name).is_file() for name in FILES):
        return False
    built = min((BUILT / name).stat().st_mtime for name in FILES)
    sources = [path for part in ("*.*", "src/**/*") for path in SOURCE.glob(part)]
    return built >= max((path.stat().st_mtime for path in sources), default=0)
