"""How many requests a second our server answers, against Oxigraph's server and rdflib-endpoint. Exits with 1 beyond a limit.

All are asked by the same client (wrk, 50 connections kept open) on the same machine, one after the other and in turns. A
small saved question and an ASK are asked again and again, as the users of a service do, so that our server answers from
what it remembers. What it makes of requests that are all different is measured and shown too, and has no limit.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import llmkg
from llmkg.exports import write_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
servers = import_module("servers")

CONNECTIONS = 50
SECONDS = 4
TURNS = 3
ATTEMPTS = 3
LEAST_OF_OXIGRAPH = 0.5
LEAST_OF_RDFLIB = 20
MOST_MS = 250
QUESTION = "techniques/introduced-by"
NAMES = "PREFIX llmkg: <https://w3id.org/llmkg/ns/> PREFIX family: <https://w3id.org/llmkg/id/family/> "
ASK = f"{NAMES}ASK {{ family:llama a llmkg:ModelFamily }}"
OTHERS = """
local number = 0
request = function()
  number = number + 1
  return wrk.format("GET", "%s" .. number)
end
"""


@dataclass(frozen=True)
class Seen:
    """What wrk saw: requests a second, milliseconds of all but one in a hundred, and replies that were no success.

    A server that answered none in the time counts as if it had answered one.
    """

    rate: float
    p99: float
    failed: int


def asked(url: str, script: str = "") -> Seen:
    """Ask an address again and again."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", "--latency", url, *(["-s", script] if script else [])]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", out)
    if rate is None or late is None:
        raise SystemExit(f"wrk said something else than was expected:\n{out}")
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", out)
    failed = sum(int(number) for found in (wrong, lost) if found for number in found.groups())
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[late[2]]
    return Seen(max(float(rate[1]), 1 / SECONDS), float(late[1]) * scale, failed)


@contextlib.contextmanager
def rdflib_endpoint(folder: Path, data: Path) -> Iterator[str]:
    """The server of rdflib-endpoint."""
    port = servers.free_port()
    program = servers.program("rdflib-endpoint", "pip install 'rdflib-endpoint[cli]'")
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), str(data)]
    url = f"http://127.0.0.1:{port}/"
    with servers.running(command, folder, f"{url}?{urlencode({'query': 'ASK {}'})}"):
        yield url


@contextlib.contextmanager
def oxigraph(folder: Path, data: Path) -> Iterator[str]:
    """Oxigraph's server, reading only, from a store that was filled and optimized."""
    program = servers.program("oxigraph", "pip install oxigraph")
    place = str(folder / "oxigraph")
    for step in (["load", "--location", place, "--file", str(data)], ["optimize", "--location", place]):
        subprocess.run([program, *step], capture_output=True, check=True)
    bind = f"127.0.0.1:{servers.free_port()}"
    with servers.running([program, "serve-read-only", "--location", place, "--bind", bind], folder, f"http://{bind}/"):
        yield f"http://{bind}/query"


def folder_in(parent: Path, name: str) -> Path:
    """A folder for a server's log."""
    made = parent / name
    made.mkdir()
    return made


def measure(parent: Path) -> bool:
    """Start the servers, ask them in turns, print, and judge."""
    graph = llmkg.load()
    quads, turtle = parent / "graph.nq", parent / "graph.ttl"
    write_dataset(graph.snapshot.store.engine, "nquads", quads)
    write_dataset(graph.snapshot.store.engine, "ttl", turtle)
    text = graph.catalogue.text(QUESTION)
    example = graph.catalogue[QUESTION].parameters[0]
    with contextlib.ExitStack() as started:
        options = ("--client-seconds", "100000")
        own = started.enter_context(servers.serving(folder_in(parent, "llmkg"), *options, data=ROOT)).url
        theirs = started.enter_context(oxigraph(folder_in(parent, "oxigraph"), quads))
        last = started.enter_context(rdflib_endpoint(folder_in(parent, "rdflib"), turtle))
        addresses: dict[str, dict[str, Any]] = {
            "ASK": {
                "llmkg": f"{own}sparql?{urlencode({'query': ASK})}",
                "oxigraph": f"{theirs}?{urlencode({'query': ASK, 'union-default-graph': 'true'})}",
                "rdflib-endpoint": f"{last}?{urlencode({'query': ASK})}",
            },
            QUESTION: {
                "llmkg": f"{own}queries/{QUESTION}.srj?{urlencode({example.name: example.example})}",
                "oxigraph": f"{theirs}?{urlencode({'query': text, 'union-default-graph': 'true'})}",
                "rdflib-endpoint": f"{last}?{urlencode({'query': text})}",
            },
        }
        is_good = sum(judge(what, by_server) for what, by_server in addresses.items()) == len(addresses)
        different = parent / "different.lua"
        different.write_text(OTHERS % f"/sparql?{urlencode({'query': ASK + ' # '})}", encoding="utf-8")
        seen = asked(own, str(different))
        print(
            f"ASK, every request another: llmkg {seen.rate:,.0f} a second, p99 {seen.p99:.0f} ms, {seen.failed} failed (no limit)"
        )
    return is_good and not seen.failed


def judge(what: str, addresses: dict[str, str]) -> bool:
    """Measure one kind of request on each server, and say whether the limits are kept."""
    for attempt in range(ATTEMPTS):
        turns = [{server: asked(url) for server, url in addresses.items()} for _ in range(TURNS)]
        rates = {server: statistics.median(turn[server].rate for turn in turns) for server in addresses}
        late = statistics.median(turn["llmkg"].p99 for turn in turns)
        failed = sum(turn["llmkg"].failed for turn in turns)
        shares = rates["llmkg"] / rates["oxigraph"], rates["llmkg"] / rates["rdflib-endpoint"]
        told = ", ".join(f"{server} {rate:,.0f}" for server, rate in rates.items())
        print(f"{what}: requests a second: {told}")
        print(
            f"  of oxigraph's {shares[0]:.2f} (at least {LEAST_OF_OXIGRAPH}), of rdflib-endpoint's {shares[1]:.0f} "
            f"(at least {LEAST_OF_RDFLIB}), p99 {late:.1f} ms (at most {MOST_MS}), {failed} failed"
        )
        if shares[0] >= LEAST_OF_OXIGRAPH and shares[1] >= LEAST_OF_RDFLIB and late <= MOST_MS and not failed:
            return True
        if attempt + 1 < ATTEMPTS:
            time.sleep(5)
    return False


def main() -> int:
    """Measure and judge, where the client and the other servers are installed."""
    if shutil.which("wrk") is None:
        print("wrk is not installed (.ci/packages wrk=wrk), so nothing is measured.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return 0 if measure(Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
