"""The SPARQL 1.1 Protocol, its query part: the 20 cases that the W3C's suite has, in requests of our own.

The names are those of the suite (https://github.com/w3c/rdf-tests, sparql/sparql11/protocol), so that a list of failures can be
compared; requests, data and expectations are ours, after the text of the recommendation.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pyoxigraph as px
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import servers

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
GRAPH = "https://example.org/graphs/"
DATA = "".join(f"<{GRAPH}{name}> {{ <{GRAPH}{name}> a <{GRAPH}Graph> }}\n" for name in ("one", "two", "three"))
BOTH = f"ASK {{ <{GRAPH}one> a ?kind . <{GRAPH}two> a ?kind }}"
EACH = f"GRAPH ?g {{ <{GRAPH}one> a ?kind }} GRAPH ?h {{ <{GRAPH}two> a ?kind }}"


def data_set(*default, named=()):
    """Parameters that name a data set."""
    pairs = [("default-graph-uri", GRAPH + name) for name in default]
    return urlencode([*pairs, *(("named-graph-uri", GRAPH + name) for name in named)])


def posted(body, media_type=DIRECT, target=""):
    headers = {"Content-Type": media_type} if media_type else {}
    content = body.encode() if isinstance(body, str) else body
    return {"method": "POST", "url": f"sparql?{target}" if target else "sparql", "content": content, "headers": headers}


def got(query, more=""):
    return {"method": "GET", "url": f"sparql?query={quote(query)}{more and '&'}{more}"}


TRUE, ROWS, TRIPLES, REFUSED = "true", "rows", "triples", "refused"
CASES = {
    "query_get": (got("ASK {}", data_set("nothing")), TRUE),
    "query_post_form": (posted(f"query={quote('ASK {}')}", FORM, data_set("nothing")), TRUE),
    "query_post_direct": (posted("ASK {}"), TRUE),
    "query_dataset_default_graphs_get": (got(BOTH, data_set("one", "two")), TRUE),
    "query_dataset_default_graphs_post": (posted(BOTH, target=data_set("one", "two")), TRUE),
    "query_dataset_named_graphs_get": (got(f"ASK {{ {EACH} }}", data_set(named=("one", "two"))), TRUE),
    "query_dataset_named_graphs_post": (posted(f"ASK {{ {EACH} }}", target=data_set(named=("one", "two"))), TRUE),
    "query_dataset_full": (
        posted(f"ASK {{ <{GRAPH}three> a ?kind {EACH} }}", target=data_set("three", named=("one", "two"))),
        TRUE,
    ),
    "query_multiple_dataset": (
        posted(f"ASK FROM <{GRAPH}three> {{ {EACH} }}", target=data_set(named=("one", "two"))),
        TRUE,
    ),
    "query_content_type_select": (posted("SELECT (1 AS ?n) {}"), ROWS),
    "query_content_type_ask": (posted("ASK {}"), TRUE),
    "query_content_type_describe": (posted(f"DESCRIBE <{GRAPH}one>", target=data_set("one")), TRIPLES),
    "query_content_type_construct": (posted("CONSTRUCT { <urn:s> <urn:p> 1 } {}"), TRIPLES),
    "bad_query_method": ({**got("ASK {}"), "method": "PUT", "headers": {"Content-Type": FORM}}, REFUSED),
    "bad_multiple_queries": (got("ASK {}", f"query={quote('SELECT * {}')}"), REFUSED),
    "bad_query_wrong_media_type": (posted("ASK {}", "text/plain"), REFUSED),
    "bad_query_missing_form_type": (posted(f"query={quote('ASK {}')}", ""), REFUSED),
    "bad_query_missing_direct_type": (posted("ASK {}", ""), REFUSED),
    "bad_query_non_utf8": (posted("ASK {}".encode("utf-16"), f"{DIRECT}; charset=UTF-16"), REFUSED),
    "bad_query_syntax": (got("ASK {"), REFUSED),
}
"""Requests and what is to come of them, by the names of the suite."""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("protocol")
    (folder / "data.trig").write_text(DATA, encoding="ascii")
    with (
        servers.serving(folder, "--workers", "1", "--data", str(folder / "data.trig")) as server,
        httpx.Client(base_url=server.url, timeout=30, follow_redirects=True) as opened,
    ):
        yield opened


@pytest.mark.parametrize("name", CASES)
def test_protocol(client, name):
    request, wanted = CASES[name]
    response = client.request(**request)
    media_type = response.headers["content-type"].partition(";")[0]
    if wanted == REFUSED:
        assert 400 <= response.status_code < 500
        assert media_type == "application/problem+json"
        return
    assert response.status_code == 200
    if wanted == TRUE:
        assert media_type == "application/sparql-results+json"
        assert response.json()["boolean"] is True
    elif wanted == ROWS:
        found = px.parse_query_results(response.content, format=px.QueryResultsFormat.from_media_type(media_type))
        assert [row["n"].value for row in found] == ["1"]
    else:
        assert len(list(px.parse(response.content, format=px.RdfFormat.from_media_type(media_type)))) == 1


def test_all_cases_of_the_query_part_are_here():
    assert len(CASES) == 20
