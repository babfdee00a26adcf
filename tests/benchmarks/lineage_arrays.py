"""How long questions about all lineage take on a million models: on arrays, in scipy alone and in networkx.

Usage: ``lineage_arrays.py`` makes up a graph, measures, prints, and exits with 1 beyond a limit. Arrays and networkx each have a
process of their own, and so a peak of memory of their own, what was made up included; scipy's own search takes turns with the
arrays in theirs, on the plain matrix of the same steps. Both give numbers of things; what it takes to name them all is told too. ``lineage_arrays.py --store FOLDER`` shows instead how long it takes to
read a store on disk into arrays.

The graph has the shape of ``synthetic.py`` and its shares, without what is no lineage: models come one after another, and most
are made from an earlier one that is the likelier chosen the more was made from it already; families take techniques from
families by the same law; half of the variants were trained on a data set, few of which are used often. The hub is what most came
from, among the twenty things that most edges lead to.
"""

from __future__ import annotations

import hashlib
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import synthetic

from llmkg.arrays import ancestors, arrays_of, descendants, lineage_arrays, only
from llmkg.influence import influence
from llmkg.lineage import Edge
from llmkg.terms import NS, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from llmkg.arrays import LineageArrays

MODELS: Final = 1_000_000
SEED: Final = 7
RUNS: Final = 9
SAMPLE: Final = 5_000
TECHNIQUES: Final = 4
TRAINED_ON: Final = 0.5
MERGED: Final = synthetic.WEIGHTS["llmkg:isMergedFrom"] / sum(synthetic.WEIGHTS.values())
STRATA: Final = (("weights", "idea", "data"), ("weights",))
"""All that is made up, and one stratum."""

TIMES_SCIPY: Final = 3.0
TIMES_NETWORKX: Final = 30.0
ANCESTORS_MS: Final = 1.0
PEAK_MB: Final = 1_500.0


def made_up() -> tuple[list[Edge], list[tuple[str, str]]]:
    """The edges, each with a claim of its own as the store gives them, and each variant with its family."""
    chance = random.Random(SEED)  # noqa: S311 - no secret
    datasets = [f"{PREFIXES['dataset']}x-{number}" for number in range(MODELS // 50)]
    often = list(accumulate(1 / rank for rank in range(1, len(datasets) + 1)))
    edges: list[Edge] = []
    members: list[tuple[str, str]] = []
    families: list[str] = []
    bases: list[str] = []
    lenders: list[str] = []
    for number in range(MODELS):
        if families and chance.random() >= synthetic.NEW_FAMILY:
            model = f"{PREFIXES['model']}x-{number}"
            source = families[-1]
            members.append((model, chance.choice(families[-200:])))
            if chance.random() < synthetic.HAS_BASE:
                for _ in range(2 if chance.random() < MERGED else 1):
                    base = bases[0] if chance.random() < synthetic.OF_THE_HUB else chance.choice(bases)
                    edges.append(edge(len(edges), model, base, "weights", source))
                    bases.append(base)
            if chance.random() < TRAINED_ON:
                dataset = chance.choices(datasets, cum_weights=often)[0]
                edges.append(edge(len(edges), model, dataset, "data", source))
        else:
            model = source = f"{PREFIXES['family']}x-{number}"
            for _ in range(TECHNIQUES):
                if lenders and chance.random() < synthetic.BORROWED:
                    lenders.append(chance.choice(lenders))
                    edges.append(edge(len(edges), model, lenders[-1], "idea", source))
            families.append(model)
            lenders.append(model)
        bases.append(model)
    return edges, members


def edge(number: int, child: str, parent: str, stratum: str, source: str) -> Edge:
    """An edge with a claim of its own."""
    claim, place = f"{PREFIXES['claim']}x-{number}_from", f"Section {number % 9}"
    return Edge(child, parent, stratum, RELATIONS[stratum], "", claim, STATUS, source, place)


RELATIONS: Final = {"weights": f"{NS}isFineTunedFrom", "idea": f"{NS}borrowsFrom", "data": f"{NS}isTrainedOn"}
STATUS: Final = f"{PREFIXES['status']}stated-by-developer"


def seconds(action: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def peak() -> float:
    """The most memory that this process had, in MB of a million bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def digest(things: Iterable[str]) -> str:
    """What is the same for the same things."""
    return hashlib.sha256("\n".join(sorted(things)).encode()).hexdigest()[:16]


def measure_arrays() -> dict[str, Any]:
    """What arrays and scipy take."""
    edges, members = made_up()
    peak_made_up = peak()
    started = time.perf_counter()
    arrays = arrays_of(edges, members)
    _ = arrays.numbers, arrays.iris, arrays.upwards, arrays.downwards
    loaded = time.perf_counter() - started
    del edges, members
    hubs = [measure_hub(only(arrays, strata=strata)) | {"strata": strata} for strata in STRATA]
    near = measure_ancestors(arrays)
    peak_lineage = peak()
    return {
        "things": len(arrays.things),
        "edges": len(arrays.edges),
        "members": int((arrays.family >= 0).sum()),
        "loaded": loaded,
        "hubs": hubs,
        "ancestors": near,
        "peak made up": peak_made_up,
        "peak": peak_lineage,
        "influence": seconds(lambda: influence(arrays)),
        "peak influence": peak(),
    }


def measure_hub(arrays: LineageArrays) -> dict[str, Any]:
    """The descendants of the hub, by us and by scipy in turns."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    candidates = np.bincount(arrays.parent).argsort()[-20:].tolist()
    hub = max((arrays.things[number] for number in candidates), key=lambda iri: len(descendants(arrays, iri)))
    number, things = arrays.numbers[hub], len(arrays.things)
    member = np.flatnonzero(arrays.family >= 0)
    ends = np.concatenate([arrays.parent, arrays.family[member]]), np.concatenate([arrays.child, member])
    plain = csr_array((np.ones(len(ends[0])), ends), shape=(things, things))

    def search() -> Any:
        return breadth_first_order(plain, number, return_predecessors=False)

    steps = arrays.downwards
    pairs = [(seconds(lambda: steps.reached(number)), seconds(search)) for _ in range(RUNS)]
    reached = [arrays.things[place] for place in search().tolist()]
    if {arrays.things[place] for place in np.flatnonzero(arrays.downwards.places(number)).tolist()} != set(reached):
        sys.exit("What scipy finds is not what we find.")
    return {
        "hub": hub,
        "descendants": len(descendants(arrays, hub)),
        "digest": digest(reached),
        "named": statistics.median(seconds(lambda: descendants(arrays, hub)) for _ in range(RUNS)),
        "ours": statistics.median(pair[0] for pair in pairs),
        "scipy": statistics.median(pair[1] for pair in pairs),
    }


def measure_ancestors(arrays: LineageArrays) -> dict[str, float]:
    """The ancestors of models, the best of three each, in milliseconds."""
    sample = random.Random(SEED).sample(arrays.things, SAMPLE)  # noqa: S311 - no secret
    times = sorted(min(seconds(lambda: ancestors(arrays, iri)) for _ in range(3)) * 1000 for iri in sample)  # noqa: B023
    return {
        "median": times[SAMPLE // 2],
        "9 of 10": times[SAMPLE * 9 // 10],
        "slowest": times[-1],
        "most": max(len(ancestors(arrays, iri)) for iri in sample),
    }


def measure_networkx(hubs: list[str]) -> dict[str, Any]:
    """What networkx takes for the hubs."""
    import networkx as nx

    edges, members = made_up()
    found = []
    for strata, hub in zip(STRATA, hubs, strict=True):
        started = time.perf_counter()
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_edges_from((edge.child, edge.parent) for edge in edges if edge.stratum in strata)
        graph.add_edges_from(members)
        built = time.perf_counter() - started
        took = [seconds(lambda: nx.ancestors(graph, hub)) for _ in range(2)]  # noqa: B023
        found.append({"built": built, "took": min(took), "digest": digest({hub, *nx.ancestors(graph, hub)})})
    return {"hubs": found, "peak": peak()}


def in_own_process(*arguments: str) -> dict[str, Any]:
    """What this script measures when started with some arguments."""
    done = subprocess.run([sys.executable, __file__, *arguments], stdout=subprocess.PIPE, check=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def compare() -> int:
    """Measure all and judge; 1 if a limit is passed."""
    ours = in_own_process("--arrays")
    networkx = in_own_process("--networkx", *(hub["hub"] for hub in ours["hubs"]))
    print(f"{ours['things']:,} things, {ours['edges']:,} edges, {ours['members']:,} variants; "
          f"arrays made of them in {ours['loaded']:.1f} s")  # fmt: skip
    rows: list[tuple[str, float, float, bool]] = []
    for hub, theirs in zip(ours["hubs"], networkx["hubs"], strict=True):
        name = f"{hub['hub'].rpartition('/')[2]} by {', '.join(hub['strata'])}"
        print(f"\ndescendants of {name}: {hub['descendants']:,}; ours {hub['ours'] * 1000:,.1f} ms "
              f"({hub['named'] * 1000:,.1f} with their IRIs), scipy's search "
              f"{hub['scipy'] * 1000:,.1f} ms, networkx {theirs['took'] * 1000:,.0f} ms (graph built in {theirs['built']:.1f} s)")  # fmt: skip
        if hub["digest"] != theirs["digest"]:
            print("networkx finds others")
            return 1
        rows.append((f"times scipy's search, {name}", hub["ours"] / hub["scipy"], TIMES_SCIPY, True))
        rows.append((f"times faster than networkx, {name}", theirs["took"] / hub["ours"], TIMES_NETWORKX, False))
    near = ours["ancestors"]
    print(f"\nancestors of one thing, ms, {SAMPLE:,} taken by chance: "
          + ", ".join(f"{name} {took:.3f}" for name, took in near.items() if name != "most") + f"; at most {near['most']:,}")  # fmt: skip
    print(f"influence of everything: {ours['influence']:.1f} s")
    print(f"peak MB: {ours['peak']:,.0f} ({ours['peak made up']:,.0f} before there were arrays, "
          f"{ours['peak influence']:,.0f} with influence); networkx {networkx['peak']:,.0f}\n")  # fmt: skip
    rows.append(("ms for one thing's ancestors, 9 of 10", near["9 of 10"], ANCESTORS_MS, True))
    rows.append(("MB at most, influence included", ours["peak influence"], PEAK_MB, True))
    failed = False
    for name, value, limit, is_most in rows:
        holds = value <= limit if is_most else value >= limit
        failed |= not holds
        print(
            f"{'ok  ' if holds else 'NOT '} {value:>10,.2f}  {'at most' if is_most else 'at least'} {limit:,g}  {name}"
        )
    return int(failed)


def read(folder: str) -> None:
    """Show how long it takes to read a store on disk."""
    import pyoxigraph as px

    from llmkg.catalogue import Catalogue
    from llmkg.files import find_project
    from llmkg.store import EmbeddedStore

    started = time.perf_counter()
    store = EmbeddedStore(px.Store.read_only(folder))
    arrays = lineage_arrays(store, Catalogue(find_project(Path(__file__).parents[2])))
    _ = arrays.numbers, arrays.iris, arrays.upwards, arrays.downwards
    took = time.perf_counter() - started
    print(f"{len(arrays.things):,} things, {len(arrays.edges):,} edges in {took:.1f} s; peak {peak():,.0f} MB")


def main(arguments: list[str]) -> int:
    """Measure what is asked for."""
    match arguments:
        case ["--arrays"]:
            print(json.dumps(measure_arrays()))
        case ["--networkx", *hubs]:
            print(json.dumps(measure_networkx(hubs)))
        case ["--store", folder]:
            read(folder)
        case _:
            return compare()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
