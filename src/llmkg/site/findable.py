"""What pages look things up in: every name in the graph, and every saved question, as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from llmkg.arguments import choices
from llmkg.entries import kinds_of_class
from llmkg.folding import is_chinese, simplify
from llmkg.terms import BASE, CONCEPT_SCHEMES, NS, PREFIXES, shrink

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmkg.knowledge import KnowledgeGraph
    from llmkg.queries import Query

__all__ = ["names_json", "questions_json"]


def names_json(graph: KnowledgeGraph) -> bytes:
    """Everything that has a name: path below llmkg's namespace, kind, English and Chinese label, aliases.

    Args:
        graph: The graph.

    >>> import llmkg
    >>> b'["id/family/llama","family","LLaMA","LLaMA",' in names_json(llmkg.load())
    True
    """
    entries = graph.names.entries.values()
    rows = [[entry.iri.removeprefix(BASE), entry.kind, entry.en, entry.zh, *entry.aliases] for entry in entries]
    kinds = sorted({entry.kind for entry in entries})
    traditional = _traditional(text for row in rows for text in row[2:])
    return _json({
        "base": BASE,
        "kinds": {kind: _kind_labels(graph, kind) for kind in kinds},
        "names": rows,
        "traditional": traditional,
    })  # fmt: skip


def _kind_labels(graph: KnowledgeGraph, kind: str) -> tuple[str, str]:
    if kind in _KINDS:
        return _KINDS[kind]
    iri = f"{BASE}concept/{kind}" if kind in CONCEPT_SCHEMES else NS + _CLASSES.get(kind, kind.capitalize())
    entry = graph.names.entry(iri)
    return (entry.en, entry.zh or entry.en) if entry else (kind, kind)


_KINDS: Final = {"term": ("Classes and properties", "类与属性"), "": ("Vocabularies and modules", "词表与模块")}
_CLASSES: Final = {"family": "ModelFamily"}


def _traditional(texts: Iterable[str]) -> tuple[str, str]:
    """The traditional characters that stand for one which the texts have, and that one for each."""
    wanted = {char for text in texts for char in simplify(text) if is_chinese(char)}
    pairs = [(char, simplify(char)) for char in map(chr, range(ord("\u3400"), ord("\u9fff") + 1))]
    chosen = [(char, simple) for char, simple in pairs if char != simple and simple in wanted]
    return "".join(char for char, _ in chosen), "".join(simple for _, simple in chosen)


def questions_json(graph: KnowledgeGraph) -> bytes:
    """The saved questions, with their texts and parameters, and the prefixes that a query need not declare.

    Args:
        graph: The graph.

    >>> import llmkg
    >>> b'"id":"lineage/borrowed-techniques"' in questions_json(llmkg.load())
    True
    """
    return _json({
        "base": BASE,
        "prefixes": PREFIXES,
        "questions": [_question(graph, query) for query in graph.catalogue],
    })  # fmt: skip


def _question(graph: KnowledgeGraph, query: Query) -> dict[str, Any]:
    lines = query.text.split("\n")
    first = next(number for number, line in enumerate(lines) if not line.startswith("#+"))
    return {
        "id": query.id,
        "en": query.summary,
        "zh": query.summary_zh,
        "description": query.description,
        "text": "\n".join(lines[first:]),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "kinds": kinds_of_class(parameter.class_, parameter.scheme),
                "example": parameter.example,
                "required": parameter.required,
                "default": parameter.default,
                "multiple": parameter.multiple,
                "choices": [shrink(term.value) for term in choices(graph.store, graph.catalogue, parameter)],
            }
            for parameter in query.parameters
        ],
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
