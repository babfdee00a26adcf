"""The saved questions and the push, on real servers: the answers are those of the embedded store, row by row."""

from __future__ import annotations

import random
import sys
from decimal import Decimal
from pathlib import Path

import pyoxigraph as px
import pytest

from llmkg.catalogue import Catalogue
from llmkg.endpoint import EndpointStore
from llmkg.errors import EndpointError, QueryTimeoutError
from llmkg.files import find_project
from llmkg.push import PUSHED_GRAPH, Pushed, push
from llmkg.queries import run
from llmkg.store import Rows
from llmkg.terms import expand, shrink

sys.path.insert(0, str(Path(__file__).parent))
import servers

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[1]
CATALOGUE = Catalogue(find_project(ROOT))
SERVERS = ("oxigraph", "virtuoso")
OPTIONAL = [id_ for id_ in CATALOGUE.ids if any(not parameter.required for parameter in CATALOGUE[id_].parameters)]
WITH_MODELS = [
    id_ for id_ in CATALOGUE.ids if any("Model" in parameter.class_ for parameter in CATALOGUE[id_].parameters)
]


@pytest.fixture(scope="module", autouse=True)
def signed_in():
    """The name and password of Virtuoso's administrator; Oxigraph asks for none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMKG_ENDPOINT_USER", "dba")
        patch.setenv("LLMKG_ENDPOINT_PASSWORD", "dba")
        yield


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory, signed_in):
    with servers.oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory, signed_in):
    with servers.virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture(scope="module")
def pushed(project):
    """Pushes the graph into a server, once."""
    done = {}

    def make(server):
        if server.name not in done:
            done[server.name] = push(project, server.store_url, query_url=server.query_url)
        return done[server.name]

    return make


@pytest.fixture
def server(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def remote(server, pushed):
    pushed(server)
    return EndpointStore(server.query_url, seconds=120)


def every(ids):
    """Each server with each question."""
    return [pytest.param(server, id_, id=f"{server}-{id_}") for server in SERVERS for id_ in ids]


def examples(query, *, required_only=False):
    return {
        parameter.name: [parameter.term(parameter.example)]
        for parameter in query.parameters
        if parameter.required or not required_only
    }


def comparable(term):
    """A term, a number by its value."""
    if isinstance(term, px.Literal) and shrink(term.datatype.value) in {"xsd:decimal", "xsd:integer"}:
        return Decimal(term.value).normalize(), term.datatype.value
    return term


def answer(store, query, values):
    rows = [tuple(map(comparable, row)) for row in run(store, query, values).rows]
    return rows if "SELECT" in query.text else sorted(rows, key=str)


@pytest.mark.parametrize(("server", "id_"), every(CATALOGUE.ids), indirect=["server"])
def test_a_saved_question_has_the_same_rows_in_the_same_order(remote, id_, store):
    query = CATALOGUE[id_]
    assert answer(remote, query, examples(query)) == answer(store, query, examples(query))


@pytest.mark.parametrize(("server", "id_"), every(OPTIONAL), indirect=["server"])
def test_a_parameter_left_out_restricts_nothing(remote, id_, store):
    query = CATALOGUE[id_]
    values = examples(query, required_only=True)
    assert answer(remote, query, values) == answer(store, query, values)


@pytest.mark.parametrize(("server", "id_"), every(WITH_MODELS), indirect=["server"])
def test_a_question_about_another_model_has_the_same_rows(remote, id_, store):
    query = CATALOGUE[id_]
    (parameter, *_) = [each for each in query.parameters if "Model" in each.class_]
    kinds = (
        "llmkg:ModelFamily"
        if parameter.class_ == expand("llmkg:ModelFamily")
        else "llmkg:ModelFamily, llmkg:ModelVariant"
    )
    found = store.query(f"SELECT DISTINCT ?v WHERE {{ ?v a ?class . FILTER (?class IN ({kinds})) }} ORDER BY ?v")
    assert isinstance(found, Rows)
    for (model,) in random.Random(id_).sample(found.rows, 2):  # noqa: S311 - no secret
        values = {**examples(query), parameter.name: [model]}
        assert answer(remote, query, values) == answer(store, query, values)


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_second_push_sends_nothing(server, pushed, project):
    first = pushed(server)
    assert first.sent > 1_000
    again = push(project, server.store_url, query_url=server.query_url)
    assert again == Pushed(sent=0, skipped=first.sent, removed=0, statements=first.statements)


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_the_digests_are_a_graph_that_nothing_else_touches(remote):
    answer = remote.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{PUSHED_GRAPH}> {{ ?graph ?p ?digest }} }}")
    assert int(answer.rows[0][0].value) > 1_000


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_graph_comes_back_as_a_graph(remote, store):
    text = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { model:llama-13b benchmark:gsm8k } ?s ?p ?o }"
    assert set(remote.query(text).triples) == set(store.query(text).triples)


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_long_question_is_posted_and_answered(remote):
    assert remote.query(f"ASK {{ ?claim a llmkg:Claim }} #{'x' * 5_000}") is True
    assert remote.query("ASK { ?claim a llmkg:NoSuchClass }") is False


def test_what_virtuoso_cuts_at_its_limit_of_time_is_no_answer(virtuoso, pushed):
    pushed(virtuoso)
    slow = EndpointStore(f"{virtuoso.query_url}?timeout=1000")
    with pytest.raises(QueryTimeoutError, match="ran out of time"):
        slow.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o . ?a ?b ?c . ?d ?e ?o }")


def test_what_virtuoso_cuts_at_its_limit_of_rows_is_no_answer(tmp_path):
    with servers.virtuoso(tmp_path, rows=10) as small:
        store = EndpointStore(small.query_url)
        assert len(store.query("SELECT * WHERE { ?s ?p ?o } LIMIT 9").rows) == 9
        with pytest.raises(EndpointError, match="at its limit of 10 rows"):
            store.query("SELECT * WHERE { ?s ?p ?o }")
