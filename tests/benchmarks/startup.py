"""How quickly the command answers, against the time that importing rdflib takes.

Whole processes in turns, so that all of them meet the same machine. Exits with 1 if a limit is not kept.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 21
FIRST_EVERY = 3
WARM_LIMIT = 1.0
FIRST_LIMIT = 10.0

ROOT = Path(__file__).parents[2]
LLMKG = str(Path(sys.executable).with_name("llmkg"))
SHOW = [LLMKG, "show", "gpt-4"]
RDFLIB = [sys.executable, "-c", "import rdflib"]


def seconds(command: list[str], cache: Path) -> float:
    """Time of one process, from its start to its end."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> int:
    """Measure, print, judge."""
    rdflib, warm, first = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "built"
        for command in (SHOW, RDFLIB):  # builds the snapshot, fills the file cache; not counted
            seconds(command, built)
        for run in range(RUNS):
            rdflib.append(seconds(RDFLIB, built))
            warm.append(seconds(SHOW, built))
            if run % FIRST_EVERY == 0:
                first.append(seconds(SHOW, Path(folder) / f"empty-{run}"))
    unit = statistics.median(rdflib)
    kept = True
    print(f"{'import rdflib':<34}{unit * 1000:8.0f} ms   median of {RUNS}")
    for name, times, limit in (
        ("llmkg show gpt-4, snapshot built", warm, WARM_LIMIT),
        ("llmkg show gpt-4, first run", first, FIRST_LIMIT),
    ):
        median = statistics.median(times)
        kept = kept and median / unit <= limit
        print(
            f"{name:<34}{median * 1000:8.0f} ms   ratio {median / unit:5.2f}, limit {limit:g}, median of {len(times)}"
        )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
