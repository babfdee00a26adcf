"""How long ``llmkg publish`` takes of the whole graph, into an empty folder and again. Exits with 1 if the limit is not kept."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
LLMKG = str(Path(sys.executable).with_name("llmkg"))
LIMIT = 90.0


def seconds(folder: str) -> float:
    """Time of one process, from its start to its end."""
    started = time.perf_counter()
    subprocess.run([LLMKG, "publish", folder], cwd=ROOT, check=True)
    return time.perf_counter() - started


def main() -> int:
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory() as folder:
        site = str(Path(folder) / "site")
        times = [seconds(site), seconds(site)]
    for what, took in zip(("anew", "unchanged"), times, strict=True):
        print(f"llmkg publish, {what:<10}{took:7.1f} s   limit {LIMIT:g} s")
    return 0 if max(times) < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
