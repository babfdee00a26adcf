"""What of the server's interface is the same whatever the saved questions are, in the words of OpenAPI 3.1."""

from __future__ import annotations

from typing import Any, Final

from llmkg.addresses import FORMS as DATA
from llmkg.addresses import PAGES
from llmkg.server.protocol import GRAPH_FORMS, RESULT_FORMS
from llmkg.terms import ID_KINDS

__all__ = ["COMMON", "COMPONENTS", "PATHS", "REFUSALS"]

_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}
REFUSALS: Final = {str(status): _PROBLEM for status in (400, 404, 405, 406, 408, 413, 414, 415, 422, 429, 431, 503)}
"""How a request may be refused, whatever it asks for."""

_TEXT: Final = {"type": "string"}
_TRUTH: Final = {"type": "string", "enum": ["true", "false", "1", "0"]}
_COUNT: Final = {"type": "integer", "minimum": 0, "maximum": 999_999}


def _own(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


_LISTED: Final = (
    _own("limit", {"type": "integer", "minimum": 0, "maximum": 999_999_999}, "Most rows; 0 for as many as may be."),
    _own("offset", {"type": "integer", "minimum": 0, "maximum": 999_999_999}, "Rows to leave out first."),
    _own("why", _TRUTH, "Whether the claims behind each row are told."),
    _own("all-claims", _TRUTH, "Whether rows of claims of every status are given, where none is chosen."),
    _own("status", {"type": "string"}, "Only rows of claims of this status."),
    _own("lang", {"enum": ["en", "zh"]}, "Language of the page."),
)
COMMON: Final[dict[str, dict[str, Any]]] = {one["name"]: one for one in _LISTED}
"""The parameters of every question, by name."""


def _plain(summary: str, content: dict[str, Any], parameters: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    answer = {"description": summary, "content": content}
    return {"summary": summary, "parameters": list(parameters), "responses": {"200": answer, **REFUSALS}}


_OBJECT: Final[dict[str, Any]] = {"schema": {"type": "object"}}
_ANSWERS: Final[dict[str, Any]] = {name: {} for name in dict.fromkeys((*RESULT_FORMS, *GRAPH_FORMS))}
_SPARQL: Final = {
    "responses": {
        "200": {"description": "The answer.", "content": _ANSWERS},
        "303": {"description": "The page for people, for a browser that asks nothing."},
        "403": _PROBLEM,
        **REFUSALS,
    },
}
_DIRECT: Final = {"type": "string", "format": "sparql-query"}
_QUERY: Final = {**_DIRECT, "examples": ["ASK {}"]}
_GRAPHS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string", "format": "uri"}}
_DATA_SET: Final = (
    _own("default-graph-uri", _GRAPHS, "Graphs that are asked as one."),
    _own("named-graph-uri", _GRAPHS, "Graphs that can be asked by name."),
)
_THING: Final = (
    {"name": "kind", "in": "path", "required": True, "schema": {"type": "string", "enum": sorted(ID_KINDS.values())}},
    {
        "name": "slug",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,80}$"},
    },
)
_ENDING: Final = {
    "name": "ending",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": [*PAGES, *DATA]},
}
_OF_THING: Final[dict[str, Any]] = {
    "200": {"description": "The document.", "content": {"text/html": {}, **{one: {} for one in DATA.values()}}},
    "301": {"description": "The thing has another address now."},
    "410": _PROBLEM,
    **REFUSALS,
}
_BATCH: Final = {
    "type": "string",
    "format": "reconciliation-queries",
    "contentMediaType": "application/json",
    "examples": ['{"q0": {"query": "LLaMA", "type": "family"}}'],
}
_EXTENSION: Final = {
    "type": "string",
    "format": "reconciliation-extension",
    "contentMediaType": "application/json",
    "examples": ['{"ids": ["id/family/llama"], "properties": [{"id": "contextLength"}]}'],
}
_FOUND: Final = {"application/json": _OBJECT}


def _suggesting(what: str) -> dict[str, Any]:
    more = (_own("prefix", _TEXT, "How it begins."), _own("cursor", _COUNT, "How many to leave out first."))
    return {"get": _plain(f"{what} that may be meant.", _FOUND, more)}


_RECONCILING: Final[dict[str, Any]] = {
    "/reconcile": {
        "get": _plain(
            "The manifest of the reconciliation service; with a parameter, what a form is answered with.",
            _FOUND,
            (_own("queries", _BATCH, "Names to match."), _own("extend", _EXTENSION, "Properties to fetch.")),
        ),
        "post": {
            "summary": "A batch of names to match, or properties to fetch.",
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {
                            "type": "object",
                            "properties": {"queries": _BATCH, "extend": _EXTENSION},
                            "anyOf": [{"required": ["queries"]}, {"required": ["extend"]}],
                        }
                    }
                },
            },
            "responses": {"200": {"description": "What was found.", "content": _FOUND}, **REFUSALS},
        },
    },
    "/reconcile/suggest/entity": _suggesting("Things"),
    "/reconcile/suggest/property": _suggesting("Properties"),
    "/reconcile/suggest/type": _suggesting("Kinds of things"),
    "/reconcile/properties": {
        "get": _plain(
            "The properties that things of a kind have, the commonest first.",
            _FOUND,
            (_own("type", _TEXT, "The kind."), _own("limit", _COUNT, "The most properties; 0 for all.")),
        )
    },
    "/reconcile/preview": {
        "get": _plain(
            "A few words about a thing, to be shown within a page.",
            {"text/html": {}},
            ({**_own("id", {"type": "string", "minLength": 1}, "Its identifier."), "required": True},),
        )
    },
}
PATHS: Final[dict[str, Any]] = {
    "/sparql": {
        "get": {
            "summary": "A SPARQL 1.1 query; without one, the description of the service.",
            "parameters": [_own("query", _QUERY, "The query; needed where a data set is named."), *_DATA_SET],
            **_SPARQL,
        },
        "post": {
            "summary": "A SPARQL 1.1 query.",
            "parameters": list(_DATA_SET),
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "required": ["query"], "properties": {"query": _QUERY}}
                    },
                    "application/sparql-query": {"schema": _DIRECT},
                },
            },
            **_SPARQL,
        },
    },
    "/queries": {"get": _plain("The saved questions.", {"application/json": _OBJECT, "text/html": {}})},
    "/queries.json": {
        "get": _plain("The saved questions, whatever the client likes best.", {"application/json": _OBJECT})
    },
    **_RECONCILING,
    "/id/{kind}/{slug}.{ending}": {
        "get": {
            "summary": "The document about a thing in the form that its ending names.",
            "parameters": [*_THING, _ENDING],
            "responses": _OF_THING,
        }
    },
    "/id/{kind}/{slug}": {
        "get": {
            "summary": "The way to the document about a thing that the client likes best.",
            "parameters": list(_THING),
            "responses": {"303": {"description": "The address of the document."}, **_OF_THING},
        }
    },
    "/openapi.json": {"get": _plain("This document.", {"application/json": _OBJECT})},
    "/health": {"get": _plain("Whether the server answers, and with which graph.", {"application/json": _OBJECT})},
    "/metrics": {"get": _plain("What the server counts, for Prometheus.", {"text/plain": {}})},
}
"""The addresses that do not depend on the questions, with what is done at each."""

COMPONENTS: Final[dict[str, Any]] = {
    "responses": {
        "Problem": {
            "description": "What is wrong (RFC 9457).",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    },
    "schemas": {
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer", "minimum": 400, "maximum": 599},
                "detail": {"type": "string"},
                "where": {"type": "string"},
                "hint": {"type": "string"},
            },
        }
    },
}
"""What the paths refer to."""
