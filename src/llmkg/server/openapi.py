"""The interface of the server as an OpenAPI 3.1 document, made from the saved questions."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

from llmkg.arguments import choices
from llmkg.server.operations import COMMON, COMPONENTS, PATHS, REFUSALS
from llmkg.server.questions import FOLDER, FORMS, GRAPHS, common_parameters
from llmkg.terms import shrink

if TYPE_CHECKING:
    from llmkg.knowledge import KnowledgeGraph
    from llmkg.queries import Parameter, Query

__all__ = ["openapi"]

_MOST_CHOICES: Final = 60
_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "iri": {"type": "string"},
    "string": {"type": "string"},
    "langString": {"type": "string", "pattern": "^[^@]*@[a-z]{2}$"},
    "integer": {"type": "integer"},
    "decimal": {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)$"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "gYear": {"type": "string", "pattern": "^[0-9]{4}$"},
}
_CELLS: Final[dict[str, dict[str, Any]]] = {
    "iri": {"type": ["string", "null"]},
    "literal": {"type": ["string", "number", "boolean", "null"]},
    "integer": {"type": ["integer", "string", "null"]},
    "decimal": {"type": ["number", "string", "null"]},
}
_ANY: Final[dict[str, Any]] = {"type": ["string", "number", "boolean", "null"]}
_ENDINGS: Final = (
    "An ending of the path names a form, whatever the header Accept says: "
    f"{', '.join(f'.{ending}' for ending in FORMS)}; where the rows join two things also "
    f"{', '.join(f'.{ending}' for ending in GRAPHS)}."
)
_HEADERS: Final = {
    "Link": {
        "description": "Where the question is described, and the rows before and after.",
        "schema": {"type": "string"},
    },
    "X-Truncated": {"description": "Sent if there are more rows.", "schema": {"const": "rows"}},
}


def openapi(graph: KnowledgeGraph, base: str) -> dict[str, Any]:
    """The document.

    Args:
        graph: The graph whose questions are asked.
        base: Address of the server.

    >>> import llmkg
    >>> document = openapi(llmkg.load(), "http://127.0.0.1:8000/")
    >>> document["openapi"], "/queries/techniques/adopters-of" in document["paths"]
    ('3.1.0', True)
    """
    questions = {
        f"/{FOLDER}/{question.id}": {"get": _operation(graph, question)}
        for question in graph.catalogue
        if "internal" not in question.tags
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "llmkg",
            "version": _version(),
            "summary": "A knowledge graph of language models in which every statement says who said it, where, and how sure it is.",
            "license": {"name": "CC0 1.0 (the data)", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": {**PATHS, **questions},
        "components": COMPONENTS,
    }


def _version() -> str:
    try:
        return version("llm-lineage")
    except PackageNotFoundError:  # run from its source
        return "0"


def _operation(graph: KnowledgeGraph, question: Query) -> dict[str, Any]:
    """A question as an operation."""
    rows = {
        "type": "object",
        "properties": {name: _CELLS.get(kind, _ANY) for name, kind in question.returns.items()},
    }
    answer = {
        "type": "object",
        "required": ["question", "columns", "rows", "total", "truncated"],
        "properties": {
            "question": {"const": question.id},
            "columns": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": rows},
            "total": {"type": "integer", "minimum": 0},
            "offset": {"type": "integer", "minimum": 0},
            "truncated": {"type": "boolean"},
            "leftOutForStatus": {"type": "integer", "minimum": 0},
        },
    }
    others: dict[str, Any] = {media_type: {} for media_type in FORMS.values() if media_type != FORMS["json"]}
    return {
        "operationId": question.id.replace("/", "_").replace("-", "_"),
        "summary": question.summary,
        "description": f"{question.description or question.summary}\n\n{_ENDINGS}",
        "tags": list(question.tags),
        "parameters": [
            *(_parameter(graph, one) for one in question.parameters),
            *(COMMON[name] for name in common_parameters(question)),
        ],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": _HEADERS,
                "content": {FORMS["json"]: {"schema": answer}, **others},
            },
            **REFUSALS,
        },
    }


def _parameter(graph: KnowledgeGraph, parameter: Parameter) -> dict[str, Any]:
    schema = dict(_SCHEMAS[parameter.type])
    allowed = [shrink(term.value) for term in choices(graph.store, graph.catalogue, parameter)]
    if allowed:
        is_few = len(allowed) <= _MOST_CHOICES
        schema = {"type": "string", **({"enum": allowed} if is_few else {"examples": allowed[:3]})}
    if not parameter.required:
        schema = {"anyOf": [schema, {"const": ""}]}  # a form sends what was left empty
    elif schema["type"] == "string" and "enum" not in schema:
        schema["minLength"] = 1
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "schema": {"type": "array", "minItems": 1, "items": schema} if parameter.multiple else schema,
        "example": [parameter.example] if parameter.multiple else parameter.example,
    }
    if parameter.multiple:
        described |= {"style": "form", "explode": True}
    return described
