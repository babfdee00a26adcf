"""Lineage as arrays: the same answers as the walk over a networkx graph, and as networkx's own algorithms."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkg import steps
from llmkg.arrays import ancestors, arrays_of, descendants, lineage_arrays, only, subgraph
from llmkg.catalogue import Catalogue
from llmkg.errors import ParameterError
from llmkg.influence import Influence, influence
from llmkg.lineage import Edge, lineage_graph
from llmkg.terms import STRATA, kind_of
from llmkg.walks import lineage_of

THINGS = [f"https://example.org/{letter}" for letter in "abcdefghij"]
SOURCES = {"s:2019": "2019", "s:2020-06": "2020-06", "s:2021": "2021-03-09", "s:undated": ""}
LAST = {"2018": "2018-12-31", "2019-05": "2019-05-31", "2020": "2020-12-31"}


def edge(number, child, parent, stratum="idea", source="s:2019"):
    return Edge(child, parent, stratum, "r:x", "", f"claim:{number}", "status:x", source, "Section 1")


@st.composite
def graphs(draw):
    """Edges in any direction and in circles, several between the same two, and variants of variants."""
    ends = st.sampled_from(THINGS)
    rows = draw(st.lists(st.tuples(ends, ends, st.sampled_from(STRATA[:3]), st.sampled_from([*SOURCES])), max_size=25))
    edges = [edge(number, *row) for number, row in enumerate(rows)]
    above = draw(st.lists(st.none() | st.integers(0, len(THINGS)), min_size=len(THINGS), max_size=len(THINGS)))
    order = draw(st.permutations(THINGS))
    members = [(order[n], order[place]) for n, place in enumerate(above) if place is not None and place < n]
    return edges, members


def networkx_of(edges, members):
    graph = nx.MultiDiGraph()
    for one in edges:
        graph.add_edge(one.child, one.parent, key=one.claim, edge=one)
    for member, family in members:
        graph.add_node(member, family=family)
        graph.add_node(family)
    return graph


def dates():
    return {source: day for source, day in SOURCES.items() if day}


@pytest.fixture(params=[steps._FEW, -1], ids=["by hand", "by scipy"])
def few(request, monkeypatch):
    monkeypatch.setattr(steps, "_FEW", request.param)


def assert_same(arrays, graph, root):
    up = lineage_of(graph, root, down=False, depth=0).up
    down = lineage_of(graph, root, up=False, depth=0).down
    assert set(ancestors(arrays, root)) == {one.parent for one in up}
    assert set(descendants(arrays, root)) == {one.child for one in down}


@pytest.mark.parametrize("limit", [steps._FEW, 3, -1])
def test_arrays_find_what_the_walk_finds(limit):
    @given(graphs(), st.sampled_from(THINGS))
    def holds(found, root):
        assert_same(arrays_of(*found), networkx_of(*found), root)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "_FEW", limit)
        holds()


@given(graphs(), st.sampled_from(THINGS))
def test_without_families_arrays_find_what_networkx_finds(found, root):
    edges, _ = found
    arrays, graph = arrays_of(edges), nx.DiGraph((one.child, one.parent) for one in edges)
    graph.add_node(root)
    on_circle = (
        {root}
        if any(root in circle for circle in nx.strongly_connected_components(graph) if len(circle) > 1)
        else set()
    )
    on_circle |= {root} if graph.has_edge(root, root) else set()
    assert set(ancestors(arrays, root)) == nx.descendants(graph, root) | on_circle
    assert set(descendants(arrays, root)) == nx.ancestors(graph, root) | on_circle


@given(graphs(), st.sampled_from(THINGS), st.sampled_from([(True, True), (True, False), (False, True)]))
def test_a_subgraph_has_the_lineage_of_its_root(found, root, ways):
    up, down = ways
    edges, members = found
    part = subgraph(arrays_of(edges, members), root, up=up, down=down)
    one = lineage_of(part, root, up=up, down=down, depth=0)
    other = lineage_of(networkx_of(edges, members), root, up=up, down=down, depth=0)
    assert (one.up, one.down) == (other.up, other.down)
    assert {data["edge"] for _, _, data in part.edges(data=True)} <= set(edges)


@given(
    graphs(),
    st.sets(st.sampled_from(STRATA)),
    st.sampled_from([None, "2018", "2019-05", "2020", "2021-03-08", "2021-03-09"]),
)
def test_strata_and_day_choose_edges(found, strata, day):
    edges, members = found
    arrays = only(arrays_of(edges, members, dates()), strata=strata, as_of=day)
    kept = [
        one
        for one in edges
        if one.stratum in strata
        and (day is None or (SOURCES[one.source] and SOURCES[one.source] <= LAST.get(day, day)))
    ]
    assert arrays.edges == tuple(kept)
    graph = networkx_of(kept, members)
    for root in THINGS:
        assert_same(arrays, graph, root)


def top_of(members):
    above = dict(members)

    def top(thing):
        return top(above[thing]) if thing in above else thing

    return top


@given(graphs())
def test_ranks_are_those_of_networkx(found):
    edges, members = found
    top = top_of(members)
    graph = nx.DiGraph((top(one.child), top(one.parent)) for one in edges if top(one.child) != top(one.parent))
    wanted = nx.pagerank(graph, tol=1e-14, max_iter=1000) if graph else {}
    assert {one.thing: one.rank for one in influence(arrays_of(edges, members))} == pytest.approx(wanted, abs=1e-9)


@given(graphs())
def test_reach_counts_what_came_from_a_family_but_not_its_own(found):
    edges, members = found
    top, graph = top_of(members), networkx_of(edges, members)
    for one in influence(arrays_of(edges, members)):
        down = lineage_of(graph, one.thing, up=False, depth=0).down
        assert one.reach == len({found.child for found in down if top(found.child) != one.thing})


def test_who_is_taken_from_most_comes_first():
    a, b, c, d, *_ = THINGS
    edges = [edge(1, b, a), edge(2, c, a), edge(3, c, b), edge(4, c, b), edge(5, d, d)]
    found = influence(arrays_of(edges))
    assert [(one.thing, one.reach) for one in found] == [(a, 2), (b, 1), (c, 0)]
    assert sum(one.rank for one in found) == pytest.approx(1)


def test_equal_ranks_are_in_the_order_of_their_names():
    a, b, c, *_ = THINGS
    found = influence(arrays_of([edge(1, c, b), edge(2, c, a)]))
    assert [one.thing for one in found] == [a, b, c]


def test_nothing_has_no_influence():
    assert influence(arrays_of([])) == []
    assert influence(arrays_of([], [(THINGS[0], THINGS[1])])) == []


def test_influence_is_plain_data():
    (first, _) = influence(arrays_of([edge(1, THINGS[1], THINGS[0])]))
    assert first == Influence(THINGS[0], pytest.approx(0.649, abs=1e-3), 1)
    assert (type(first.rank), type(first.reach)) == (float, int)


def test_what_is_not_in_the_graph_has_no_lineage():
    arrays = arrays_of([edge(1, THINGS[1], THINGS[0])])
    assert ancestors(arrays, "https://example.org/else") == descendants(arrays, "https://example.org/else") == []
    assert not subgraph(arrays, "https://example.org/else")


def test_a_circle_leads_back_to_its_start(few):
    a, b, c, *_ = THINGS
    arrays = arrays_of([edge(1, a, b), edge(2, b, c), edge(3, c, a)])
    assert ancestors(arrays, a) == descendants(arrays, a) == [a, b, c]


def test_what_has_no_circle_is_not_among_its_own(few):
    a, b, c, *_ = THINGS
    arrays = arrays_of([edge(1, a, b), edge(2, b, c)])
    assert (ancestors(arrays, a), descendants(arrays, a)) == ([b, c], [])


def test_a_variant_has_what_its_family_took_but_not_what_another_size_took(few):
    family, small, large, x, y, *_ = THINGS
    arrays = arrays_of([edge(1, family, x), edge(2, large, y)], [(small, family), (large, family)])
    assert ancestors(arrays, small) == [x]
    assert set(ancestors(arrays, family)) == {x, y}
    assert (descendants(arrays, x), descendants(arrays, y)) == ([family], [large])


def test_a_long_chain_is_walked_to_its_end(few):
    chain = [f"https://example.org/{number}" for number in range(5_000)]
    arrays = arrays_of(edge(n, later, earlier) for n, (earlier, later) in enumerate(pairwise(chain)))
    assert len(descendants(arrays, chain[0])) == len(ancestors(arrays, chain[-1])) == 4_999


def test_what_is_said_to_be_a_variant_of_itself_is_none():
    a, b, c, d, e, x, *_ = THINGS
    arrays = arrays_of([edge(1, a, x)], [(a, b), (b, a), (c, a), (d, d), (e, x)])
    assert {arrays.things[number] for number in np.flatnonzero(arrays.family >= 0)} == {e}
    assert (ancestors(arrays, a), ancestors(arrays, c), descendants(arrays, e)) == ([x], [], [])


def test_dates_are_read_as_precisely_as_they_are_known():
    edges = [edge(n, *THINGS[:2], source=source) for n, source in enumerate(SOURCES)]
    published = arrays_of(edges, dates=dates()).published
    assert published[:3].astype(date).tolist() == [date(2019, 1, 1), date(2020, 6, 1), date(2021, 3, 9)]
    assert np.isnat(published[3])


def test_a_day_that_there_is_not_is_refused():
    with pytest.raises(ParameterError, match="not a day"):
        only(arrays_of([]), as_of="2023-02-30")


def test_what_the_arrays_were_made_from_is_not_changed_by_a_choice():
    arrays = arrays_of([edge(1, THINGS[1], THINGS[0]), edge(2, THINGS[2], THINGS[0], "weights")])
    assert descendants(arrays, THINGS[0]) == [THINGS[1], THINGS[2]]
    assert descendants(only(arrays, strata={"weights"}), THINGS[0]) == [THINGS[2]]
    assert descendants(arrays, THINGS[0]) == [THINGS[1], THINGS[2]]


@pytest.fixture(scope="module")
def real(snapshot, project):
    catalogue = Catalogue(project)
    return lineage_graph(snapshot.store, catalogue), lineage_arrays(snapshot.store, catalogue)


def test_every_real_lineage_is_the_same(real, few):
    graph, arrays = real
    assert set(arrays.things) == set(graph)
    assert sum(kind_of(thing) == "family" for thing in arrays.things) > 100
    for root in arrays.things:
        assert_same(arrays, graph, root)


def test_real_subgraphs_are_the_same(real):
    graph, arrays = real
    for root in [thing for thing in arrays.things if kind_of(thing) == "family"][::10]:
        part = subgraph(arrays, root)
        one, other = lineage_of(part, root, depth=0), lineage_of(graph, root, depth=0)
        assert (one.up, one.down) == (other.up, other.down)
        assert {node: graph.nodes[node] for node in part} == dict(part.nodes(data=True))
        assert all(graph.edges[key] == data for *key, data in part.edges(keys=True, data=True))


def test_real_lineage_as_of_a_day_is_that_of_the_graph_of_that_day(real, project):
    from llmkg.publication import published_by
    from llmkg.snapshot import read_quads

    quads = published_by(read_quads(project), date(2021, 6, 30))
    claims = {quad.subject.value for quad in quads if kind_of(getattr(quad.subject, "value", "")) == "claim"}
    _, arrays = real
    then = only(arrays, as_of="2021-06")
    assert {one.claim for one in then.edges} == {one.claim for one in arrays.edges} & claims
    assert 0 < len(then.edges) < len(arrays.edges)


def test_strata_and_statuses_choose_what_is_read(snapshot, project, real):
    _, arrays = real
    statuses = {"https://w3id.org/llmkg/concept/status/stated-by-developer"}
    chosen = lineage_arrays(snapshot.store, Catalogue(project), strata={"idea"}, statuses=statuses)
    wanted = {one.claim for one in only(arrays, strata={"idea"}).edges if one.status in statuses}
    assert {one.claim for one in chosen.edges} == wanted
    assert chosen.edges
