"""The reconciliation service: what it finds, how fast, and that pages of others can show its previews."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from llmkg.server.messages import Request
from llmkg.server.reconcile import MOST_QUERIES, answer_reconciliation
from llmkg.site.sections import Setting

sys.path.insert(0, str(Path(__file__).parent))
import hostile
import servers


@pytest.fixture
def ask(kg):
    """Asks as a worker does, by an address or by a form."""

    def asked(path, *pairs, method="GET"):
        given = {"query" if method == "GET" else "form": pairs}
        return answer_reconciliation(kg, Request(method, path, **given), Setting(kg, "https://example.org/"))

    return asked


def batch(**queries):
    return ("queries", json.dumps(queries))


def found(reply, name="q"):
    return json.loads(reply.body)[name]["result"]


@pytest.mark.parametrize("text", ["family:llama", "id/family/llama", "https://w3id.org/llmkg/id/family/llama"])
def test_an_identifier_means_the_thing_that_has_it(ask, text):
    (only,) = found(ask("reconcile", batch(q={"query": text})))
    assert (only["id"], only["score"], only["match"]) == ("id/family/llama", 100.0, True)
    assert found(ask("reconcile", batch(q={"query": text, "type": "technique"}))) == []
    (other,) = found(ask("reconcile", batch(q={"query": text, "type": "technique", "type_strict": "should"})))
    assert other["match"] is False


@pytest.mark.parametrize("text", ["nothing:llama", "family:nothing", "id/family/", "id/", "//", "::"])
def test_what_names_no_thing_is_no_identifier(ask, text):
    assert not [one for one in found(ask("reconcile", batch(q={"query": text}))) if one["match"]]


def test_a_form_says_what_an_address_says(ask):
    asked = batch(a={"query": "LLaMA"}, b={"query": "RoPE", "type": "technique"})
    assert ask("reconcile", asked, method="POST").body == ask("reconcile", asked).body


def test_every_label_finds_its_thing(ask, kg):
    families = [entry for entry in kg.names.entries.values() if entry.kind == "family"][:MOST_QUERIES]
    asked = {str(n): {"query": entry.en, "type": "family"} for n, entry in enumerate(families)}
    results = json.loads(ask("reconcile", ("queries", json.dumps(asked))).body)
    first = [results[str(n)]["result"][0]["id"] for n in range(len(families))]
    assert first == [entry.iri.removeprefix("https://w3id.org/llmkg/") for entry in families]


def test_the_largest_batch_is_matched(ask):
    asked = {str(n): {"query": f"another model's name {n}"} for n in range(MOST_QUERIES)}
    assert len(json.loads(ask("reconcile", ("queries", json.dumps(asked))).body)) == MOST_QUERIES


def test_a_value_says_what_it_is(ask):
    asked = {
        "ids": ["id/family/albert", "id/family/llama"],
        "properties": [{"id": name} for name in ("weightsReleasedOn", "vocabularySize", "developedBy", "goal")],
    }
    rows = json.loads(ask("reconcile", ("extend", json.dumps(asked))).body)["rows"]
    assert rows["id/family/albert"]["weightsReleasedOn"] == [{"str": "2019-10-09"}]
    assert rows["id/family/albert"]["vocabularySize"] == [{"int": 30000}]
    assert {key for row in rows.values() for cells in row.values() for cell in cells for key in cell} <= {
        *("id", "name", "int", "float", "str")
    }


def test_suggestions_go_on_where_they_ended(ask):
    def ids(cursor):
        reply = ask("reconcile/suggest/entity", ("prefix", "gpt"), ("cursor", str(cursor)))
        return [one["id"] for one in json.loads(reply.body)["result"]]

    first, second = ids(0), ids(20)
    assert len(first) == 20
    assert second
    assert not set(first) & set(second)
    assert ids(10)[:10] == first[10:]


@pytest.mark.parametrize("script", hostile.TEXTS)
def test_a_script_is_a_name_that_nothing_has(ask, script):
    assert not [one for one in found(ask("reconcile", batch(q={"query": script}))) if one["match"]]
    assert json.loads(ask("reconcile/suggest/type", ("prefix", script)).body) == {"result": []}
    extended = ask("reconcile", ("extend", json.dumps({"ids": [script], "properties": [{"id": script}]})))
    assert json.loads(extended.body)["rows"] == {script: {script: []}}


@pytest.mark.servers
def test_pages_of_others_may_show_a_preview_and_nothing_else(tmp_path):
    root = Path(__file__).parents[1]
    with servers.serving(tmp_path, data=root) as server:
        address = f"{server.url}reconcile/preview?{urlencode({'id': 'id/family/llama'})}"
        for url, framed in ((address, True), (address, True), (f"{server.url}id/family/llama.html", False)):
            with urlopen(url, timeout=30) as answer:  # noqa: S310 - loopback
                policy = answer.headers.get_all("Content-Security-Policy")
                assert len(policy) == 1
                assert ("frame-ancestors *" in policy[0]) is framed
                assert ("frame-ancestors 'none'" in policy[0]) is not framed
                assert "script-src 'self'" in policy[0]
                assert (answer.headers["X-Frame-Options"] is None) is framed
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
