"""The saved questions, the OpenAPI document and the reconciliation service, as functions and over HTTP."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest
from openapi_spec_validator import validate

import llmkg
from llmkg.errors import LlmkgError
from llmkg.server.messages import Request
from llmkg.server.openapi import openapi
from llmkg.server.problems import Problem, problem_of
from llmkg.server.questions import FORMS, GRAPHS, answer_question, catalogue_of
from llmkg.server.reconcile import MOST_QUERIES, answer_reconciliation
from llmkg.site.sections import Setting

sys.path.insert(0, str(Path(__file__).parent))
import hostile


@pytest.fixture
def ask(kg):
    """Asks as a worker does; what is refused is a problem."""

    def asked(path, *pairs, most_rows=1000, **values):
        given = (*((name.replace("_", "-"), str(value)) for name, value in values.items()), *pairs)
        request = Request("GET", path, given)
        setting = Setting(kg, "https://example.org/", live=True)
        try:
            if path.startswith("reconcile"):
                return answer_reconciliation(kg, request, setting)
            return answer_question(kg, request, setting, most_rows=most_rows)
        except Problem as problem:
            return problem.reply()
        except LlmkgError as error:
            return problem_of(error).reply()

    return asked


def examples(question):
    """Each parameter of a question with its example."""
    return {one.name: one.example for one in question.parameters}


def test_every_question_has_the_rows_that_it_has_in_python(ask, kg):
    asked = 0
    for described in catalogue_of(kg):
        question = kg.catalogue[described["id"]]
        reply = ask(f"queries/{question.id}.json", *examples(question).items(), most_rows=100_000)
        assert reply.status == 200, (question.id, reply.body)
        document = json.loads(reply.body)
        expected = kg.query(question.id, examples(question))
        assert document["rows"] == list(expected), question.id
        assert document["total"] == len(expected)
        assert document["truncated"] is False
        asked += 1
    assert asked > 60


@pytest.mark.parametrize("ending", [*FORMS, *GRAPHS])
def test_every_form_has_its_own_media_type_and_can_be_read(ask, ending):
    reply = ask(f"queries/lineage/descendants.{ending}", model="gpt-2", limit=5)
    expected = FORMS.get(ending) or GRAPHS[ending][1]
    assert reply.status == 200
    assert reply.media_type.partition(";")[0] == expected
    text = reply.body.decode()
    if ending in {"json", "jsonld", "srj", "cyjs"}:
        assert json.loads(text)
    elif ending == "csv":
        assert len(list(csv.reader(io.StringIO(text)))) == 6
    elif ending in {"graphml", "gexf", "srx"}:
        assert len(ET.fromstring(text)) > 0  # noqa: S314 - our own
    else:
        assert len(text) > 100


def test_an_answer_that_joins_nothing_is_no_graph(ask):
    reply = ask("queries/entities/counts.graphml")
    assert reply.status == 406
    assert "text/csv" in json.loads(reply.body)["available"]


def test_pages_follow_each_other_and_hold_every_row_once(ask):
    address, rows, pages = (("technique", "rope"), ("limit", "40")), [], 0
    offset = 0
    while True:
        reply = ask("queries/techniques/adopters-of.json", *address, offset=offset)
        document, headers = json.loads(reply.body), dict(reply.headers)
        rows += document["rows"]
        pages += 1
        if not document["truncated"]:
            assert "X-Truncated" not in headers
            assert 'rel="next"' not in headers["Link"]
            break
        assert headers["X-Truncated"] == "rows"
        assert f'offset={offset + 40}>; rel="next"' in headers["Link"]
        offset += 40
    assert pages > 1
    assert rows == list(llmkg.load().query("techniques/adopters-of", technique="rope"))


def test_a_server_sends_no_more_rows_than_it_may(ask):
    document = json.loads(ask("queries/techniques/adopters-of.json", technique="rope", limit=999, most_rows=7).body)
    assert (len(document["rows"]), document["truncated"]) == (7, True)


def test_the_claims_behind_rows_are_told_when_asked(ask):
    rows = json.loads(ask("queries/lineage/why.json", model="llama", technique="swiglu", why=1).body)["rows"]
    assert rows[0]["why"][0]["locator"] == "Section 2.2"
    assert "why" not in json.loads(ask("queries/lineage/why.json", model="llama", technique="swiglu").body)["rows"][0]


def test_rumours_come_only_when_asked(ask):
    few, all_ = (
        json.loads(ask("queries/training/tokens.json", *more).body)["total"] for more in ((), (("all-claims", "true"),))
    )
    assert 0 < few <= all_
    chosen = (("all-claims", "true"), ("status", "status:stated-by-developer"))
    stated = json.loads(ask("queries/training/tokens.json", *chosen).body)["rows"]
    assert stated == json.loads(ask("queries/training/tokens.json", chosen[1]).body)["rows"]


@pytest.mark.parametrize(
    ("path", "values", "status", "word"),
    [
        ("queries/no/such.json", {}, 404, "queries.json"),
        ("queries/techniques/adopters-of.", {"technique": "rope"}, 404, "csv"),
        ("queries/techniques/adopters-of.doc", {"technique": "rope"}, 404, "csv"),
        ("queries/techniques/adopters-of.json", {}, 400, "technique"),
        ("queries/techniques/adopters-of.json", {"technique": "rope", "colour": "red"}, 400, "since"),
        ("queries/techniques/adopters-of.json", {"technique": "nothing is called so"}, 404, "technique"),
        ("queries/techniques/adopters-of.json", {"technique": "rope", "since": "soon"}, 400, "since"),
        ("queries/techniques/taxonomy.json", {"status": "estimated"}, 400, "no parameter 'status'"),
        ("queries/techniques/adopters-of.json", {"technique": "rope", "limit": "-1"}, 400, "limit"),
        ("queries/techniques/adopters-of.json", {"technique": "rope", "limit": ""}, 400, "limit"),
        ("queries/techniques/adopters-of.json", {"technique": "rope", "why": ""}, 400, "why"),
        ("queries/techniques/adopters-of.json", {"technique": "rope", "why": "perhaps"}, 400, "why"),
        ("queries/techniques/adopters-of.json", {"technique": "rope", "status": "sure"}, 404, "status"),
    ],
)
def test_what_is_wrong_is_said_with_what_there_is(ask, path, values, status, word):
    reply = ask(path, **values)
    assert reply.status == status
    assert word in reply.body.decode()


@pytest.mark.parametrize("script", hostile.TEXTS)
def test_what_a_client_writes_is_text_on_the_page(ask, script):
    reply = ask("queries/techniques/adopters-of.html", technique=script)
    assert reply.status in {400, 404}
    assert reply.media_type == "application/problem+json"
    page = ask("queries/techniques/adopters-of.html", since="2020", lang="zh").body.decode()
    assert "<html lang=" in page
    page = ask("queries/techniques/adopters-of.html", technique="rope", status="", lang=script).body.decode()
    assert script not in page


def test_a_page_of_rows_links_to_those_before_and_after(ask):
    page = ask("queries/lineage/descendants.html", model="gpt-2", limit=5, offset=5).body.decode()
    assert 'rel="prev" href="descendants.html?model=gpt-2&amp;limit=5&amp;offset=0"' in page
    assert 'rel="next" href="descendants.html?model=gpt-2&amp;limit=5&amp;offset=10"' in page
    assert 'rel="next"' not in ask("queries/lineage/descendants.html", model="gpt-2").body.decode()


def test_a_graph_has_no_pages(ask, kg):
    reply = ask("queries/entities/describe.json", entity="llama", limit=3)
    assert json.loads(reply.body)["total"] == len(kg.query("entities/describe", entity="llama")) > 3
    assert 'rel="next"' not in dict(reply.headers)["Link"]
    assert "X-Truncated" not in dict(reply.headers)


@pytest.mark.parametrize("path", ["queries", "queries/"])
def test_the_catalogue_is_negotiated(kg, path):
    def asked(accept, *pairs):
        request = Request("GET", path, pairs, accept=accept)
        return answer_question(kg, request, Setting(kg, live=True), most_rows=9)

    way = dict(asked("text/html").headers)
    assert urljoin(f"https://example.org/x/{path}", way["Location"]) == "https://example.org/x/query/index.html"
    assert "Accept" in way["Vary"]
    assert "Accept" in dict(asked("application/json").headers)["Vary"]
    with pytest.raises(Problem) as refused:
        asked("application/pdf")
    assert refused.value.status == 406
    with pytest.raises(Problem) as refused:
        asked("", ("colour", "red"))
    assert refused.value.status == 400


def test_a_question_that_there_is_not_is_told_those_that_are_near(ask):
    assert "lineage/descendants" in json.loads(ask("queries/descendants").body)["hint"]
    assert "lineage/why" in json.loads(ask("queries/why").body)["hint"]
    assert json.loads(ask("queries/zzz").body)["hint"] == "/queries.json lists them."


@pytest.mark.parametrize(("name", "value"), [("limit", ""), ("offset", ""), ("why", ""), ("why", "TRUE"), ("lang", "")])
def test_what_is_empty_is_no_number_and_no_truth_value(ask, name, value):
    assert ask("queries/entities/counts.json", (name, value)).status == 400


def test_the_catalogue_lists_what_people_ask(ask, kg):
    listed = json.loads(ask("queries.json").body)["questions"]
    assert {one["id"] for one in listed} == {
        question.id for question in kg.catalogue if "internal" not in question.tags
    }
    assert all(one["summary"]["en"] and one["summary"]["zh"] for one in listed)


def test_the_openapi_document_is_valid_and_names_every_question(kg):
    document = openapi(kg, "http://127.0.0.1:8000/")
    validate(document)
    assert {f"/queries/{one['id']}" for one in catalogue_of(kg)} <= set(document["paths"])
    for path, operations in document["paths"].items():
        for operation in operations.values():
            named = [(one["in"], one["name"]) for one in operation.get("parameters", [])]
            assert len(named) == len(set(named)), path


def test_the_service_says_what_it_can(ask):
    manifest = json.loads(ask("reconcile").body)
    assert manifest["versions"] == ["0.2"]
    assert manifest["view"]["url"] == "https://example.org/{{id}}"
    assert {"id": "family", "name": "Model families"} in manifest["defaultTypes"]


@pytest.mark.parametrize(
    ("query", "first", "match"),
    [
        ({"query": "LLaMA", "type": "family"}, "id/family/llama", True),
        ({"query": "羊驼"}, "id/family/llama", True),
        ({"query": "rotary position embeding", "type": ["technique"]}, "concept/technique/rope", False),
        (
            {"query": "GPT 4", "type": "family", "properties": [{"pid": "developedBy", "v": "OpenAI"}]},
            "id/family/gpt-4",
            True,
        ),
        (
            {"properties": [{"pid": "developedBy", "v": {"id": "id/organization/deepmind"}}], "type": "family"},
            "",
            False,
        ),
    ],
)
def test_names_are_matched(ask, query, first, match):
    results = json.loads(ask("reconcile", ("queries", json.dumps({"q": query}))).body)["q"]["result"]
    assert results
    assert not first or results[0]["id"] == first
    assert results[0]["match"] is match or not first
    assert [one["score"] for one in results] == sorted((one["score"] for one in results), reverse=True)
    kinds = [query["type"]] if isinstance(query.get("type"), str) else query.get("type", [])
    assert all(one["type"][0]["id"] in kinds for one in results if kinds)


def test_a_table_is_extended_with_what_the_graph_accepts(ask):
    asked = {
        "ids": ["id/family/llama", "id/family/nothing"],
        "properties": [{"id": "contextLength"}, {"id": "developedBy"}],
    }
    document = json.loads(ask("reconcile", ("extend", json.dumps(asked))).body)
    assert document["rows"]["id/family/llama"] == {
        "contextLength": [{"int": 2048}],
        "developedBy": [{"id": "id/organization/meta-ai", "name": "Meta AI"}],
    }
    assert document["rows"]["id/family/nothing"] == {"contextLength": [], "developedBy": []}
    assert [one["id"] for one in document["meta"]] == ["contextLength", "developedBy"]


def test_what_may_be_meant_is_suggested(ask):
    def suggested(part, prefix):
        return [one["id"] for one in json.loads(ask(f"reconcile/suggest/{part}", prefix=prefix).body)["result"]]

    assert suggested("entity", "llam")[0].startswith("id/")
    assert suggested("type", "model") == ["family", "model", "modeltype"]
    assert suggested("type", "技术") == ["technique"]
    assert "contextLength" in suggested("property", "context")
    proposed = json.loads(ask("reconcile/properties", type="family", limit=5).body)
    assert len(proposed["properties"]) == 5
    page = ask("reconcile/preview", id="id/family/llama")
    assert page.status == 200
    assert "LLaMA" in page.body.decode()


@pytest.mark.parametrize(
    "queries",
    [
        *("", "[]", "{", "null", '{"q": 1}', '{"q": {}}', '{"q": {"query": 3}}', '{"q": {"query": "a", "limit": "x"}}'),
        *('{"q": {"query": "a", "type": {"a": 1}}}', '{"q": {"query": "a", "properties": [{}]}}'),
        '{"q": {"query": "a", "limit": 0}}',
        '{"q": {"query": "\\ud800"}}',
    ],
)
def test_what_is_no_batch_is_refused(ask, queries):
    reply = ask("reconcile", ("queries", queries)) if queries else ask("reconcile/suggest/entity", cursor="x")
    assert reply.status == 400


def test_a_batch_that_is_too_long_is_refused(ask):
    queries = {str(n): {"query": "a"} for n in range(MOST_QUERIES + 1)}
    assert ask("reconcile", ("queries", json.dumps(queries))).status == 413
    assert ask("reconcile/nothing").status == 404
    assert ask("reconcile/preview", id="nothing").status == 404
