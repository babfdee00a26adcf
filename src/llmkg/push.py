"""Loads the graph into a store on another machine, by the SPARQL 1.1 Graph Store HTTP Protocol.

Each file is a named graph there, as it is here, and so are the derived statements. One more graph keeps the digest of
each: what has not changed is not sent again, and a push that was interrupted goes on where it stopped. A digest is
taken out before its graph is replaced and put back after, so that none ever speaks for what is not there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.derive import derive
from llmkg.endpoint import EndpointStore
from llmkg.errors import EndpointError
from llmkg.graphstore import GraphStore
from llmkg.snapshot import read_quads
from llmkg.store import Rows
from llmkg.terms import BASE, DERIVED_GRAPH, FILE_GRAPHS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from llmkg.files import Project

__all__ = ["PUSHED_GRAPH", "Pushed", "push"]

PUSHED_GRAPH: Final = f"{BASE}graph/pushed"
"""The graph that holds the digests."""

_DIGEST: Final = px.NamedNode("https://schema.org/sha256")
_BATCH: Final = 100
_SECONDS: Final = 300
_MOST_NAMED: Final = 5

_COUNTS: Final = """\
SELECT ?graph (COUNT(*) AS ?count) WHERE {
  GRAPH ?graph { ?s ?p ?o }
  FILTER (strstarts(str(?graph), "https://w3id.org/llmkg/"))
}
GROUP BY ?graph
"""

Graphs = dict[str, list[px.Triple]]


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did.

    Attributes:
        sent: Graphs that were sent.
        skipped: Graphs that were there already.
        removed: Graphs of ours that are no longer part of the project, and were removed.
        statements: Statements in all graphs.
    """

    sent: int
    skipped: int
    removed: int
    statements: int


def push(project: Project, store_url: str, *, query_url: str, notify: Callable[[str], None] = lambda _: None) -> Pushed:
    """Make a remote store hold the graph of a project, and check that it does.

    Args:
        project: The project.
        store_url: Address of the store's Graph Store Protocol (Oxigraph: ``/store``, Virtuoso:
            ``/sparql-graph-crud-auth``). Who the user is comes from the environment or netrc.
        query_url: Address of the SPARQL endpoint of the same store.
        notify: Told in a sentence how far it is.

    Returns:
        What was done.

    Raises:
        ReadError: A file cannot be read or is not Turtle.
        QueryTimeoutError: The store does not count its statements in time.
        EndpointError: The store refuses, cannot be reached, or in the end does not hold what was sent.
    """
    endpoint = EndpointStore(query_url, seconds=_SECONDS)
    with GraphStore(store_url) as remote:
        graphs = _graphs(project)
        digests = {name: _digest(triples) for name, triples in graphs.items()}
        recorded, counts = _recorded(remote), _counts(endpoint)
        done = {
            name: digest
            for name, digest in digests.items()
            if recorded.get(name) == digest and counts.get(name) == len(graphs[name])
        }
        stale = sorted(name for name in {*recorded, *counts} if _is_ours(name) and name not in graphs)
        if done != recorded:
            _record(remote, done)
        for name in stale:
            remote.remove(name)
        waiting = [name for name in graphs if name not in done]
        result = Pushed(len(waiting), len(done), len(stale), sum(map(len, graphs.values())))
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            for name in batch:
                remote.put(name, graphs[name])
            done |= {name: digests[name] for name in batch}
            _record(remote, done)
            notify(f"{len(done) - result.skipped:,} of {result.sent:,} graphs are sent.")
        _compare(remote, graphs, done, _counts(endpoint))
    if endpoint.query("ASK { ?claim a llmkg:Claim }") is False:
        notify(
            "The store does not show its named graphs to queries that name none: start it so that its default graph is "
            "the union of all (oxigraph serve --union-default-graph)."
        )
    return result


def _graphs(project: Project) -> Graphs:
    """The triples by graph; what several graphs state, in the first of them, for no engine then counts it twice."""
    quads = read_quads(project)
    quads += derive(quads)
    once = {quad.triple: quad for quad in reversed(quads)}
    graphs: Graphs = {}
    for quad in reversed(once.values()):
        if isinstance(quad.graph_name, px.NamedNode):
            graphs.setdefault(quad.graph_name.value, []).append(quad.triple)
    return graphs


def _digest(triples: Collection[px.Triple]) -> str:
    """A digest that depends neither on the order of the triples nor on the names of blank nodes."""
    dataset = px.Dataset(px.Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    if any(isinstance(term, px.BlankNode) for triple in triples for term in (triple.subject, triple.object)):
        dataset.canonicalize(px.CanonicalizationAlgorithm.RDFC_1_0)
    return hashlib.sha256("\n".join(sorted(map(str, dataset))).encode()).hexdigest()


def _recorded(remote: GraphStore) -> dict[str, str]:
    """The digests that the remote store keeps, by graph."""
    return {
        triple.subject.value: triple.object.value
        for triple in remote.get(PUSHED_GRAPH)
        if triple.predicate == _DIGEST
        and isinstance(triple.subject, px.NamedNode)
        and isinstance(triple.object, px.Literal)
    }


def _record(remote: GraphStore, digests: Mapping[str, str]) -> None:
    """Have the remote store keep these digests, and no others."""
    if not digests:
        remote.remove(PUSHED_GRAPH)
        return
    remote.put(PUSHED_GRAPH, [px.Triple(px.NamedNode(name), _DIGEST, px.Literal(d)) for name, d in digests.items()])


def _is_ours(name: str) -> bool:
    return name.startswith(FILE_GRAPHS) or name == DERIVED_GRAPH


def _counts(endpoint: EndpointStore) -> dict[str, int]:
    """How many statements each graph of ours has in the remote store.

    Raises:
        EndpointError: What the endpoint answers is something else.
    """
    answer = endpoint.query(_COUNTS)
    try:
        found = answer.records() if isinstance(answer, Rows) else []
        counts = ((row["graph"], row["count"]) for row in found)
        return {graph.value: int(number.value) for graph, number in counts if graph and number}
    except (KeyError, ValueError):
        raise EndpointError(
            "The endpoint does not answer what it is asked: how many statements each graph has.",
            where=endpoint.url,
            hint="Is it the SPARQL endpoint of that store?",
        ) from None


def _compare(remote: GraphStore, graphs: Graphs, done: Mapping[str, str], counts: Mapping[str, int]) -> None:
    """Check the counts; what differs loses its digest, so that the next push sends it again."""
    here = {name: len(triples) for name, triples in graphs.items()}
    there = {name: number for name, number in counts.items() if _is_ours(name)}
    wrong = sorted(name for name in {*here, *there} if here.get(name, 0) != there.get(name, 0))
    if not wrong:
        return
    _record(remote, {name: digest for name, digest in done.items() if name not in wrong})
    named = "; ".join(
        f"{name.removeprefix(BASE)} has {there.get(name, 0):,} statements, not {here.get(name, 0):,}"
        for name in wrong[:_MOST_NAMED]
    )
    more = f"; {len(wrong) - _MOST_NAMED:,} more" if len(wrong) > _MOST_NAMED else ""
    raise EndpointError(
        f"The store does not hold what was sent: {named}{more}.",
        where=remote.url,
        hint="Push again. If it stays so, see that both addresses are those of one store, and that nobody else writes.",
    )
