"""What schemathesis cannot know of our interface: texts that have a grammar of their own."""

from __future__ import annotations

import json

import schemathesis
from hypothesis import strategies as st

QUERIES = (
    "ASK {}",
    "ASK { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } LIMIT 3",
    "SELECT (COUNT(*) AS ?n) { ?s a llmkg:ModelFamily }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2",
    "DESCRIBE family:llama",
)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)
VALUES = st.one_of(NAMES, st.integers(), st.booleans(), st.fixed_dictionaries({"id": NAMES}))
PROPERTIES = st.lists(st.fixed_dictionaries({"pid": NAMES, "v": VALUES | st.lists(VALUES, max_size=3)}), max_size=3)
QUERY = st.fixed_dictionaries(
    {"query": NAMES},
    optional={
        "type": NAMES | st.lists(NAMES, max_size=3),
        "type_strict": st.sampled_from(["any", "should", "all"]),
        "limit": st.integers(1, 1000),
        "properties": PROPERTIES,
    },
)
EXTENSION = st.fixed_dictionaries(
    {
        "ids": st.lists(NAMES, max_size=5),
        "properties": st.lists(st.fixed_dictionaries({"id": NAMES}), max_size=3),
    }
)

schemathesis.openapi.format("sparql-query", st.sampled_from(QUERIES))
schemathesis.openapi.format(
    "reconciliation-queries", st.dictionaries(st.text("qr01", min_size=1), QUERY, max_size=3).map(json.dumps)
)
schemathesis.openapi.format("reconciliation-extension", EXTENSION.map(json.dumps))


@schemathesis.serializer("application/sparql-query")
def sparql_query(context, value):
    return str(value).encode()


@schemathesis.hook
def filter_case(context, case):
    """OpenAPI cannot say that a data set is named only with a query."""
    given = dict(case.query or {})
    return case.operation.path != "/sparql" or case.method != "GET" or "query" in given or not given
