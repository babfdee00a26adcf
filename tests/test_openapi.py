"""The OpenAPI document: that it is one, that it says what the server does, and nothing that it does not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from llmkg.server.openapi import openapi
from llmkg.server.questions import FORMS, GRAPHS

sys.path.insert(0, str(Path(__file__).parent))
import servers

ROOT = Path(__file__).parents[1]
FIXED = ("/id/", "/health$", "/metrics$", "/openapi", "/sparql$", "/reconcile", "/queries$", "/queries[.]")
"""The addresses that are not questions, as schemathesis is told which to ask."""


def _chosen(kg):
    """Those, and a question for each kind of parameter."""
    kinds = {}
    for question in kg.catalogue:
        if "internal" not in question.tags:
            for one in question.parameters:
                kind = (one.type, one.required, one.multiple, bool(one.values_from), one.name == "status")
                kinds.setdefault(kind, question.id)
            kinds.setdefault(not question.parameters, question.id)
    return f"^({'|'.join([*FIXED, *(f'/queries/{id_}$' for id_ in sorted(set(kinds.values())))])})"


@pytest.fixture(scope="module")
def document(kg):
    return openapi(kg, "https://example.org/")


def operations(document):
    for path, of_path in document["paths"].items():
        for method, operation in of_path.items():
            yield path, method, operation


def test_it_is_a_document_of_openapi(document):
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    assert json.loads(json.dumps(document)) == document


def test_every_parameter_of_every_question_is_described(kg, document):
    for question in kg.catalogue:
        if "internal" in question.tags:
            continue
        described = document["paths"][f"/queries/{question.id}"]["get"]
        parameters = {one["name"]: one for one in described["parameters"]}
        for parameter in question.parameters:
            one = parameters[parameter.name]
            assert one["required"] is parameter.required
            schema = one["schema"]["items"] if parameter.multiple else one["schema"]
            for form in schema.get("anyOf", [schema]):
                assert re.search(form.get("pattern", ""), parameter.example)
        rows = described["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["rows"]
        assert set(rows["items"]["properties"]) == set(question.returns)
        assert all(f".{ending}" in described["description"] for ending in (*FORMS, *GRAPHS))


def test_every_refusal_is_a_problem(document):
    for path, method, operation in operations(document):
        refusals = {status: told for status, told in operation["responses"].items() if status >= "400"}
        assert {*("400", "404", "405", "406", "408", "413", "414", "415", "422", "429", "431", "503")} <= set(refusals)
        assert all(told == {"$ref": "#/components/responses/Problem"} for told in refusals.values()), (path, method)


@pytest.mark.servers
def test_the_server_does_what_the_document_says(tmp_path, kg):
    """All checks of schemathesis, with texts of SPARQL and of the reconciliation service where such are wanted."""
    with servers.serving(tmp_path, "--client-seconds", "100000", data=ROOT) as server:
        done = subprocess.run(
            [
                *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{server.url}openapi.json"),
                *("--checks", "all", "--max-examples", "2", "--seed", "1", "--request-timeout", "60", "--no-color"),
                *("--include-path-regex", _chosen(kg)),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "schemas", "PYTHONPATH": _path(ROOT / "tests")},
        )
        assert done.returncode == 0, done.stdout[-6000:]
        assert "Traceback" not in server.words


def _path(folder):
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
