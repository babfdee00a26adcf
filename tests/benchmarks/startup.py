"""How quickly the command answers, against rdflib: importing it, and reading the graph's files with it.

With its snapshot built, a command is to be no slower than the import; the first run, which builds the snapshot, is to take
no longer than rdflib takes to read the same files, however large the graph grows. Whole processes in turns, so
that all of them meet the same machine. Exits with 1 if a limit is not kept.
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
FIRST_EVERY = 10
WARM_LIMIT = 1.0
FIRST_LIMIT = 1.0

ROOT = Path(__file__).parents[2]
LLMKG = str(Path(sys.executable).with_name("llmkg"))
SHOW = [LLMKG, "show", "gpt-4"]
RDFLIB = [sys.executable, "-c", "import rdflib"]
READ = """
import pathlib, rdflib
graph = rdflib.Graph()
for folder in ("ontology", "graph"):
    for path in pathlib.Path(folder).rglob("*.ttl"):
        graph.parse(path)
"""
RDFLIB_READS = [sys.executable, "-c", READ]


def seconds(command: list[str], cache: Path) -> float:
    """Time of one process, from its start to its end."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> int:
    """Measure, print, judge."""
    imports, warm, reads, first = [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "built"
        for command in (SHOW, RDFLIB):  # builds the snapshot, fills the file cache; not counted
            seconds(command, built)
        for run in range(RUNS):
            imports.append(seconds(RDFLIB, built))
            warm.append(seconds(SHOW, built))
            if run % FIRST_EVERY == 0:
                reads.append(seconds(RDFLIB_READS, built))
                first.append(seconds(SHOW, Path(folder) / f"empty-{run}"))
    kept = True
    for peer, unit, name, times, limit in (
        ("import rdflib", imports, "llmkg show gpt-4, snapshot built", warm, WARM_LIMIT),
        ("rdflib reads the files", reads, "llmkg show gpt-4, first run", first, FIRST_LIMIT),
    ):
        base, median = statistics.median(unit), statistics.median(times)
        kept = kept and median / base <= limit
        print(f"{peer:<34}{base * 1000:8.0f} ms   median of {len(unit)}")
        print(
            f"{name:<34}{median * 1000:8.0f} ms   ratio {median / base:5.2f}, limit {limit:g}, median of {len(times)}"
        )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
