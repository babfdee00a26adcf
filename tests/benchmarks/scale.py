"""How long the saved questions take on a made-up graph of five million statements, and on half a million beside plain rdflib.

Usage: ``scale.py`` prints a table of all questions; ``scale.py --ci`` asks only those under ``queries/lineage/``, at five
million, and exits with 1 if the median of one is two seconds or more. Every question runs in a process of its own that is
ended at a limit, on a store on disk that is opened read-only.
"""

from __future__ import annotations

import gc
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as px
import synthetic

from llmkg.catalogue import Catalogue
from llmkg.files import find_project
from llmkg.store import EmbeddedStore, RdflibStore, Rows, Triples
from llmkg.terms import NS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection

    from llmkg.queries import Parameter, Query
    from llmkg.store import Store, Term

ROOT = Path(__file__).parents[2]
SEED = 7
LARGE, SMALL = 100_000, 10_000
RUNS = 3
LIMIT_SECONDS = 2.0
EMBEDDED_ENDS_AFTER, RDFLIB_ENDS_AFTER = 20.0, 30.0
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Measured:
    """What one question took.

    Attributes:
        seconds: The median; None if it did not end.
        rows: How many rows it gave.
    """

    seconds: float | None
    rows: int


@dataclass(frozen=True)
class Built:
    """A graph on disk.

    Attributes:
        folder: Of the store.
        statements: How many it holds.
        common: For a class or scheme of concepts, its things by how often claims name them, the most named first.
    """

    folder: str
    statements: int
    common: dict[str, list[str]]

    def open(self) -> Store:
        """The store, for reading."""
        return EmbeddedStore(px.Store.read_only(self.folder))


def build(folder: str, models: int) -> Built:
    """Make up a graph and load it. A process of its own gives its memory back when it ends."""
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_build, args=(folder, models, sender))
    process.start()
    built: Built = receiver.recv()
    process.join()
    return built


def _build(folder: str, models: int, answer: Connection) -> None:
    gc.disable()
    statements = synthetic.quads(find_project(ROOT), models, SEED)
    store = px.Store(folder)
    store.bulk_extend(statements)
    store.flush()
    answer.send(Built(folder, len(store), _common(statements)))


def _common(statements: Iterable[px.Quad]) -> dict[str, list[str]]:
    """See :class:`Built`. A model counts for its family, so that a family is as common as all of it."""
    kinds: dict[str, list[str]] = {}
    whole: dict[str, str] = {}
    named: Counter[str] = Counter()
    for quad in statements:
        if not isinstance(quad.object, px.NamedNode) or not isinstance(quad.subject, px.NamedNode):
            continue
        predicate, value = quad.predicate.value, quad.object.value
        if predicate.endswith(("#type", "/inScheme")):
            kinds.setdefault(value, []).append(quad.subject.value)
        elif predicate == NS + "isVariantOf":
            whole[quad.subject.value] = value
        else:
            named[value] += 1
    for model, family in whole.items():
        named[family] += named[model]
    return {kind: sorted(things, key=lambda thing: (-named[thing], thing)) for kind, things in kinds.items()}


def choose(built: Built, parameter: Parameter, place: float) -> list[Term]:
    """The value of a parameter.

    Args:
        built: The graph.
        parameter: The parameter.
        place: 0 for the most named thing of its kind, 0.5 for the one in the middle.
    """
    kind = parameter.class_
    if parameter.scheme:
        kind = f"https://w3id.org/llmkg/concept/{parameter.scheme}"
    elif kind == NS + "Model" or (parameter.type == "iri" and parameter.name in {"model", "entity", "thing"}):
        kind = NS + "ModelFamily"
    things = built.common.get(kind)
    if things is None:
        return [parameter.term(parameter.example)]
    return [px.NamedNode(things[int(place * len(things)) + (parameter.name in {"other", "taker"})])]


def asked(built: Built, query: Query) -> list[tuple[str, str]]:
    """Texts to ask for a question: with the most named things, and about a middling model too."""
    texts = []
    takes_model = any(parameter.class_ == NS + "Model" for parameter in query.parameters)
    for words, place in (("hub", 0), ("middling", 0.5)) if takes_model else (("", 0),):
        values = {p.name: choose(built, p, place if p.class_ == NS + "Model" else 0) for p in query.parameters}
        texts.append((words, query.bind(values)))
    return texts


def measure(open_store: Callable[[], Store], text: str, ends_after: float) -> Measured:
    """Ask in a process of its own, three times or until it is clear that it is slow; end it when its time is up."""
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_ask, args=(open_store, text, sender))
    process.start()
    sender.close()
    times: list[float] = []
    rows = 0
    while len(times) < RUNS and sum(times) < ends_after and receiver.poll(ends_after):
        try:
            took, rows = receiver.recv()
        except EOFError:
            break
        times.append(took)
    process.kill()
    process.join()
    return Measured(statistics.median(times) if times else None, rows)


def _ask(open_store: Callable[[], Store], text: str, answers: Connection) -> None:
    gc.disable()
    store = open_store()
    while True:
        started = time.perf_counter()
        answer = store.query(text)
        took = time.perf_counter() - started
        found = (
            answer.rows if isinstance(answer, Rows) else answer.triples if isinstance(answer, Triples) else (answer,)
        )
        answers.send((took, len(found)))
        del answer, found


def written(measured: Measured, ends_after: float) -> str:
    """Milliseconds, or that there is no end."""
    return f"> {ends_after * 1000:,.0f}" if measured.seconds is None else f"{measured.seconds * 1000:,.1f}"


def judge_lineage(large: Built, catalogue: Catalogue) -> int:
    """Ask what is under ``queries/lineage/``; 1 if something is slow."""
    slow = []
    for query in catalogue:
        if not query.id.startswith("lineage/"):
            continue
        for words, text in asked(large, query):
            measured = measure(large.open, text, EMBEDDED_ENDS_AFTER)
            name = f"{query.id} {words}".strip()
            print(f"{name:<44}{measured.rows:>10,}{written(measured, EMBEDDED_ENDS_AFTER):>12}", flush=True)
            if measured.seconds is None or measured.seconds >= LIMIT_SECONDS:
                slow.append(name)
    print(f"two seconds or more: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


def print_table(large: Built, small: Built, catalogue: Catalogue) -> None:
    """All questions at both sizes, and plain rdflib at the smaller, as Markdown."""
    second = RdflibStore.of({quad.triple: quad for quad in px.Store.read_only(small.folder)}.values())
    gc.freeze()
    millions = large.statements / 1e6, small.statements / 1e6
    print(f"| question | rows at {millions[0]:.2f}M | ms at {millions[0]:.2f}M | ms at {millions[1]:.2f}M "
          f"| ms, rdflib at {millions[1]:.2f}M | rdflib / embedded |\n|---|--:|--:|--:|--:|--:|")  # fmt: skip
    for query in catalogue:
        pairs = zip(asked(large, query), asked(small, query), strict=True)
        for (words, text), (_, smaller) in pairs:
            at_large = measure(large.open, text, EMBEDDED_ENDS_AFTER)
            at_small = measure(small.open, smaller, EMBEDDED_ENDS_AFTER)
            rdflib = measure(lambda: second, smaller, RDFLIB_ENDS_AFTER)
            ratio = ""
            if at_small.seconds:
                factor = (rdflib.seconds or RDFLIB_ENDS_AFTER) / at_small.seconds
                ratio = f"{'' if rdflib.seconds else '> '}{factor:,.{0 if factor >= 10 else 1}f}"
            name = f"`{query.id}`" + (f", {words}" if words else "")
            print(f"| {name} | {at_large.rows:,} | {written(at_large, EMBEDDED_ENDS_AFTER)} "
                  f"| {written(at_small, EMBEDDED_ENDS_AFTER)} | {written(rdflib, RDFLIB_ENDS_AFTER)} | {ratio} |", flush=True)  # fmt: skip


def main() -> int:
    """Build, ask, print, judge."""
    catalogue = Catalogue(find_project(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        large = build(f"{folder}/large", LARGE)
        print(f"{large.statements:,} statements built in {time.perf_counter() - started:.0f} s\n", flush=True)
        if "--ci" in sys.argv[1:]:
            return judge_lineage(large, catalogue)
        print_table(large, build(f"{folder}/small", SMALL), catalogue)
    return 0


if __name__ == "__main__":
    sys.exit(main())
