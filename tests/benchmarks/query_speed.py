"""How long every saved question takes, on the embedded store and on rdflib's engine. Exits with 1 beyond a limit.

The limit is 40 ms for 36,000 statements, as many as the first graph had. A question about the whole graph looks at all of it, so it
grows with the graph, and no faster.

rdflib's engine has a second for a question. Where it needs more, a second is what counts as its time, so the ratio is
at least what is shown, and so is the mean of all ratios.
"""

from __future__ import annotations

import math
import signal
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as px

from llmkg.catalogue import Catalogue
from llmkg.derive import derive
from llmkg.files import find_project
from llmkg.snapshot import read_quads
from llmkg.store import EmbeddedStore, RdflibStore

if TYPE_CHECKING:
    from typing import NoReturn

    from llmkg.store import Store

ROOT = Path(__file__).parents[2]
RUNS = 7
ATTEMPTS = 5
SECONDS_FOR_RDFLIB = 0.2
MOST_SECONDS_FOR_RDFLIB = 1.0
LIMIT_MS_PER_STATEMENT = 40 / 36_000
LEAST_RATIO = 10.0


def seconds(store: Store, text: str) -> float:
    """Time of one answer, all its rows read."""
    started = time.perf_counter()
    store.query(text)
    return time.perf_counter() - started


class TimeIsUpError(BaseException):
    """Ends an answer that takes too long; no Exception, so that nothing on the way takes it for a fault of the question."""


def end(*_: object) -> NoReturn:
    """What the clock's signal does."""
    raise TimeIsUpError


def seconds_at_most(store: Store, text: str, most: float) -> float:
    """Time of one answer, or the most that it may take, when it is stopped."""
    before = signal.signal(signal.SIGALRM, end)
    try:
        signal.setitimer(signal.ITIMER_REAL, most)
        taken = seconds(store, text)
        signal.setitimer(signal.ITIMER_REAL, 0)
    except TimeIsUpError:
        taken = most
    finally:
        signal.signal(signal.SIGALRM, before)
    return min(taken, most)


def median_ms(store: Store, text: str, limit: float) -> float:
    """The median time of one answer. A busy moment of a shared machine is not the question's: over the limit, look again."""
    medians: list[float] = []
    for attempt in range(ATTEMPTS):
        time.sleep(attempt)
        medians.append(statistics.median(seconds(store, text) for _ in range(RUNS)) * 1000)
        if medians[-1] <= limit:
            break
    return min(medians)


def main() -> int:
    """Measure every question on both engines in turns, print, judge."""
    project = find_project(ROOT)
    quads = read_quads(project)
    quads += derive(quads)
    engine = px.Store()
    engine.bulk_extend(quads)
    embedded, second = EmbeddedStore(engine), RdflibStore.of(quads)
    limit = LIMIT_MS_PER_STATEMENT * len(engine)
    print(f"{len(engine)} statements; medians of at most {RUNS} runs, in milliseconds\n")
    print(f"{'question':<38}{'embedded':>10}{'rdflib':>10}{'ratio':>8}")
    ratios, slow, stopped = [], [], 0
    for query in Catalogue(project):
        text = query.bind({p.name: [p.term(p.example)] for p in query.parameters})
        seconds(embedded, text)
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(RUNS):
            ours.append(seconds(embedded, text))
            if sum(theirs) < SECONDS_FOR_RDFLIB:
                theirs.append(seconds_at_most(second, text, MOST_SECONDS_FOR_RDFLIB))
        mine, its = statistics.median(ours) * 1000, statistics.median(theirs) * 1000
        ratios.append(its / mine)
        if mine > limit and median_ms(embedded, text, limit) > limit:
            slow.append(query.id)
        stopped += (is_stopped := its >= MOST_SECONDS_FOR_RDFLIB * 1000)
        print(
            f"{query.id:<38}{mine:>10.2f}{'>' * is_stopped + f'{its:.1f}':>10}{'>' * is_stopped + f'{its / mine:.0f}':>8}"
        )
    mean = math.exp(statistics.fmean(map(math.log, ratios)))
    print(f"\n{len(ratios)} questions; geometric mean of the ratios {mean:.1f}, at least {LEAST_RATIO:g}")
    print(f"rdflib stopped after {MOST_SECONDS_FOR_RDFLIB * 1000:g} ms: {stopped} questions")
    print(f"over {limit:.0f} ms: {', '.join(slow) or 'none'}")
    return 1 if slow or mean < LEAST_RATIO else 0


if __name__ == "__main__":
    sys.exit(main())
