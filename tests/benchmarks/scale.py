"""How long the saved questions take on a made-up graph of five million statements, and on half a million beside plain rdflib.

Usage: ``scale.py`` prints a table of all questions; ``scale.py --ci`` asks only those under ``queries/lineage/``, at five
million, and exits with 1 if the median of one is two seconds or more. Every question runs in a process of its own that is
ended at a limit, on a store on disk that is opened read-only. A question about a model is asked about two families: the one
with the longest answer to be expected (the hub), and the one in the middle.
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
ENDS_AFTER = 5.0
UPWARDS = {"ancestors", "borrowed-techniques", "built-from", "chain-to-introduction", "in-stratum", "why"}
"""Questions about what a model came from; its hub is the family with the most ancestors, of all others that with the most descendants."""
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
        by_descendants: Families, those with the most descendants first.
        by_ancestors: Families, those with the most ancestors first, their variants' included.
    """

    folder: str
    statements: int
    common: dict[str, list[str]]
    by_descendants: list[str]
    by_ancestors: list[str]

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
    store.optimize()
    answer.send(describe(folder, len(store), statements))


def describe(folder: str, count: int, statements: Iterable[px.Quad]) -> Built:
    """What :class:`Built` says of the statements of a graph."""
    kinds: dict[str, list[str]] = {}
    members: dict[str, list[str]] = {}
    parents: dict[str, list[str]] = {}
    children: dict[str, list[str]] = {}
    named: Counter[str] = Counter()
    for quad in statements:
        if not isinstance(quad.object, px.NamedNode) or not isinstance(quad.subject, px.NamedNode):
            continue
        subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object.value
        if predicate.endswith(("#type", "/inScheme")):
            kinds.setdefault(value, []).append(subject)
        elif predicate == NS + "comesFrom":
            parents.setdefault(subject, []).append(value)
            children.setdefault(value, []).append(subject)
        elif predicate == NS + "isVariantOf":
            members.setdefault(value, []).append(subject)
        else:
            named[value] += 1
    families = sorted(kinds[NS + "ModelFamily"])
    down = {family: _reached(children, [family]) for family in families}
    up = {family: _reached(parents, [family, *members.get(family, ())]) for family in families}
    return Built(
        folder,
        count,
        {kind: sorted(things, key=lambda thing: (-named[thing], thing)) for kind, things in kinds.items()},
        sorted(families, key=lambda family: -down[family]),
        sorted(families, key=lambda family: -up[family]),
    )


def _reached(steps: dict[str, list[str]], start: list[str]) -> int:
    """How many things can be reached."""
    seen = set(start)
    waiting = list(start)
    while waiting:
        new = [thing for thing in steps.get(waiting.pop(), ()) if thing not in seen]
        seen.update(new)
        waiting += new
    return len(seen)


def choose(built: Built, query: Query, parameter: Parameter, place: float) -> list[Term]:
    """The value of a parameter.

    Args:
        built: The graph.
        query: Whose parameter it is.
        parameter: The parameter.
        place: 0 for the hub or the most named thing of its kind, 0.5 for the one in the middle.
    """
    kind = parameter.class_
    if parameter.scheme:
        kind = f"https://w3id.org/llmkg/concept/{parameter.scheme}"
    if is_model(parameter):
        is_upwards = query.id.partition("/")[2] in UPWARDS or parameter.name in {"from", "member", "adopter"}
        things = built.by_ancestors if is_upwards else built.by_descendants
    elif kind in built.common:
        things = built.common[kind]
    else:
        return [parameter.term(parameter.example)]
    return [px.NamedNode(things[int(place * len(things)) + (parameter.name in {"other", "taker"})])]


def is_model(parameter: Parameter) -> bool:
    """Whether a family can be its value."""
    names = {"model", "entity", "thing", "node", "from", "to"}
    return parameter.class_ in {NS + "Model", NS + "ModelFamily"} or (
        parameter.type == "iri" and not parameter.scheme and parameter.name in names
    )


def asked(built: Built, query: Query) -> list[tuple[str, str]]:
    """Texts to ask for a question: about the hub, and about a middling model too; the program's own, about one end at a time."""
    models = [parameter for parameter in query.parameters if is_model(parameter)]
    texts = []
    for end in models if "internal" in query.tags and len(models) > 1 else [None]:
        for words, place in (("hub", 0), ("middling", 0.5)) if models else (("", 0),):
            taken = [p for p in query.parameters if end is None or p not in models or p is end]
            values = {p.name: choose(built, query, p, place if is_model(p) else 0) for p in taken}
            rest = [p.name for p in query.parameters if p not in taken]
            texts.append((f"{end.name} {words}" if end else words, query.bind(values, leave_open=rest)))
    return texts


def measure(open_store: Callable[[], Store], text: str) -> Measured:
    """Ask in a process of its own, three times or until it is clear that it is slow; end it when its time is up."""
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_ask, args=(open_store, text, sender))
    process.start()
    sender.close()
    times: list[float] = []
    rows = 0
    while len(times) < RUNS and sum(times) < ENDS_AFTER and receiver.poll(ENDS_AFTER):
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


def written(measured: Measured) -> str:
    """Milliseconds, or that there is no end."""
    return f"> {ENDS_AFTER * 1000:,.0f}" if measured.seconds is None else f"{measured.seconds * 1000:,.1f}"


def judge_lineage(large: Built, catalogue: Catalogue) -> int:
    """Ask what is under ``queries/lineage/``; 1 if something is slow."""
    slow = []
    for query in catalogue:
        if not query.id.startswith("lineage/"):
            continue
        for words, text in asked(large, query):
            measured = measure(large.open, text)
            name = f"{query.id} {words}".strip()
            print(f"{name:<44}{measured.rows:>10,}{written(measured):>12}", flush=True)
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
            at_large = measure(large.open, text)
            at_small = measure(small.open, smaller)
            rdflib = measure(lambda: second, smaller)
            ratio = ""
            if at_small.seconds:
                factor = (rdflib.seconds or ENDS_AFTER) / at_small.seconds
                ratio = f"{'' if rdflib.seconds else '> '}{factor:,.{0 if factor >= 10 else 1}f}"
            name = f"`{query.id}`" + (f", {words}" if words else "")
            print(f"| {name} | {at_large.rows:,} | {written(at_large)} "
                  f"| {written(at_small)} | {written(rdflib)} | {ratio} |", flush=True)  # fmt: skip


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
