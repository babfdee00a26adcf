"""Kills ``publish`` at random moments and looks at the folder each time: ``publish_killed.py FOLDER PROJECT OTHER KILLS``.

Prints the number of kills after which the folder held the old and the new site, or what was wrong.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path

import llmkg
from llmkg.site import publish


def held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def main() -> str:
    folder, *projects, kills = Path(sys.argv[1]), *sys.argv[2:]
    graphs = [llmkg.load(project) for project in projects]
    whole = []
    started = time.monotonic()
    for graph in graphs:
        publish(graph, folder)
        whole.append(held(folder))
    lasts = (time.monotonic() - started) / len(graphs)
    chance = random.Random(6)  # noqa: S311 - moments to kill at
    seen = [0, 0]
    for _ in range(int(kills)):
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            while True:
                for graph in graphs:
                    publish(graph, folder)
        time.sleep(chance.uniform(0, 3 * lasts))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        now = held(folder)
        if now not in whole:
            return "neither the old site nor the new one"
        seen[whole.index(now)] += 1
    for graph, site in zip(graphs, whole, strict=True):
        publish(graph, folder)
        if held(folder) != site or len(list(folder.parent.iterdir())) != 1:
            return "the next run does not work, or leaves something"
    sys.stdout.write(" ".join(map(str, seen)))
    return ""


sys.exit(main() or 0)
