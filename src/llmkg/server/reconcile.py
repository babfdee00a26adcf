"""Matching names in a table to things of the graph: the Reconciliation Service API 0.2, which OpenRefine speaks.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/. A thing's identifier is the path of its IRI
(``id/family/llama``), a type is a kind of thing, a property is one of the ontology. Values are those of the direct
statements, so of claims that the preference policy accepts.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.addresses import iri_of, path_of
from llmkg.entities import in_words, plain_value
from llmkg.folding import fold
from llmkg.server.messages import Reply
from llmkg.server.problems import Problem
from llmkg.site.layout import page
from llmkg.site.words import KINDS
from llmkg.terms import BASE, NS, expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmkg.entries import Entry
    from llmkg.knowledge import KnowledgeGraph
    from llmkg.server.messages import Request
    from llmkg.site.sections import Setting

__all__ = ["FOLDER", "answer_reconciliation"]

FOLDER: Final = "reconcile"
"""The path of the service."""

MOST_QUERIES: Final = 100
"""Most queries in a batch, and most things in a data extension."""

_MOST_CANDIDATES: Final = 50
_CANDIDATES: Final = 10
_SUGGESTED: Final = 20
_LONGEST_NAME: Final = 300
_DEFAULT_KINDS: Final = ("family", "model", "technique", "organization", "benchmark", "dataset")
_CERTAIN: Final = 95
_SHARE_OF_NAME: Final = 0.7
_OTHER_KIND: Final = 10


def answer_reconciliation(graph: KnowledgeGraph, request: Request, setting: Setting) -> Reply:
    """The reply to a request of the service.

    Args:
        graph: The graph.
        request: The request, for :data:`FOLDER` or a path below it.
        setting: The site.

    Raises:
        Problem: 400 for what is not as the interface says, 404.

    >>> import llmkg
    >>> from llmkg.server.messages import Request
    >>> from llmkg.site.sections import Setting
    >>> graph = llmkg.load()
    >>> asked = Request("GET", "reconcile", (("queries", '{"a": {"query": "羊驼", "type": "family"}}'),))
    >>> json.loads(answer_reconciliation(graph, asked, Setting(graph)).body)["a"]["result"][0]["id"]
    'id/family/llama'
    """
    part = request.path.removeprefix(FOLDER).strip("/")
    if part == "":
        return _json(_service(graph, request, setting))
    if part in _SUGGEST:
        prefix, start = _one(request, "prefix")[:_LONGEST_NAME], _whole(request, "cursor")
        return _json({"result": _SUGGEST[part](graph, prefix)[start : start + _SUGGESTED]})
    if part == "properties":
        kind, limit = _one(request, "type"), _whole(request, "limit") or None
        proposed = [_named(graph, NS + name, name) for name in _properties_of(graph, kind)[:limit]]
        return _json({"type": kind, "properties": proposed, **({"limit": limit} if limit else {})})
    if part == "preview":
        return _preview(graph, request, setting)
    raise Problem(404, "There is nothing at this address.")


def _service(graph: KnowledgeGraph, request: Request, setting: Setting) -> dict[str, Any]:
    if queries := request.values("queries"):
        batch = _mapping(queries[-1], "queries")
        _few(batch)
        return {name: {"result": _candidates(graph, query)} for name, query in batch.items()}
    if extend := request.values("extend"):
        return _extended(graph, _mapping(extend[-1], "extend"))
    if request.method == "POST":
        raise Problem(400, "Send a form with the parameter “queries” or “extend”.")
    return _manifest(setting)


def _manifest(setting: Setting) -> dict[str, Any]:
    service = f"{setting.base}{FOLDER}"
    return {
        "versions": ["0.2"],
        "name": "llmkg",
        "identifierSpace": BASE,
        "schemaSpace": NS,
        "documentation": setting.base,
        "view": {"url": f"{setting.base}{{{{id}}}}"},
        "defaultTypes": [_type(setting.graph, kind) for kind in _DEFAULT_KINDS],
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": 420, "height": 220},
        "suggest": {
            kind: {"service_url": service, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
    }


def _candidates(graph: KnowledgeGraph, query: Any) -> list[dict[str, Any]]:
    """The things that a query may mean, the likeliest first."""
    text, properties = _checked(query)
    kinds = _kinds(query.get("type"))
    is_soft = query.get("type_strict") == "should"
    limit = query.get("limit", _CANDIDATES)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 < limit < _MOST_LIMIT:
        raise Problem(400, f"{limit!r} is not a number of candidates.", where="limit")
    if (identified := _identified(graph, text)) is not None:
        scored = [(identified, 100.0)] if is_soft or not kinds or identified.kind in kinds else []
    elif text:
        found = graph.names.search(text, kinds=() if is_soft else kinds, limit=_MOST_CANDIDATES)
        scored = [(hit.entry, float(hit.score)) for hit in found if hit.entry.kind]
    else:
        scored = [(entry, 100.0) for entry in _having(graph, properties, kinds)]
    results = []
    for entry, name_score in scored:
        share = _share(graph, entry, properties)
        score = name_score * (_SHARE_OF_NAME + (1 - _SHARE_OF_NAME) * share) if properties else name_score
        if is_soft and kinds and entry.kind not in kinds:
            score -= _OTHER_KIND
        features = [{"id": "name", "value": name_score}]
        if properties:
            features.append({"id": "properties", "value": round(100 * share, 1)})
        kind = _type(graph, entry.kind)
        results.append({**_thing(entry), "score": round(score, 1), "features": features, "type": [kind]})
    results.sort(key=lambda result: (-result["score"], result["id"]))
    certain = [result for result in results if result["score"] >= _CERTAIN]
    for result in results:
        result["match"] = certain == [result]
    return results[: min(int(limit) or 1, _MOST_CANDIDATES)]


_MOST_LIMIT: Final = 1_000_000


def _identified(graph: KnowledgeGraph, text: str) -> Entry | None:
    """The thing that has a text as its identifier: an IRI, a prefixed name, or the path of an IRI."""
    entry = graph.names.entry(expand(text) or text) or graph.names.entry(iri_of(text))
    return entry if entry and entry.kind else None


def _checked(query: Any) -> tuple[str, list[tuple[str, list[str]]]]:
    """The name and the properties that a query gives."""
    if not isinstance(query, dict):
        raise Problem(400, "A query is an object.", where="queries")
    text, given = query.get("query", ""), query.get("properties", [])
    if not isinstance(text, str) or not isinstance(given, list):
        raise Problem(400, "A query has a text “query” and a list “properties”.", where="queries")
    properties = []
    for one in given:
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise Problem(400, "A property has a text “pid” and a value “v”.", where="properties")
        values = one["v"] if isinstance(one["v"], list) else [one["v"]]
        texts = [str(value.get("id", "") if isinstance(value, dict) else value) for value in values]
        properties.append((one["pid"], [value for value in texts if value]))
    if not text.strip() and not properties:
        raise Problem(400, "A query has a “query” or “properties”.", where="queries")
    return text.strip()[:_LONGEST_NAME], properties


def _kinds(given: Any) -> tuple[str, ...]:
    kinds = [given] if isinstance(given, str) else [] if given is None else given
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise Problem(400, "A type is a text, or a list of texts.", where="type")
    return tuple(kind for kind in kinds if kind)


def _having(graph: KnowledgeGraph, properties: Sequence[tuple[str, list[str]]], kinds: Sequence[str]) -> list[Entry]:
    """The things that have the value of the first property."""
    name, values = properties[0]
    wanted = {fold(value) for value in values}
    entries = (entry for entry in graph.names.entries.values() if not kinds or entry.kind in kinds)
    return [entry for entry in entries if entry.kind and wanted & set(_texts(graph, entry.iri, name))][
        :_MOST_CANDIDATES
    ]


def _share(graph: KnowledgeGraph, entry: Entry, properties: Sequence[tuple[str, list[str]]]) -> float:
    """How many of the properties a thing has as they are wanted, from 0 to 1."""
    if not properties:
        return 1.0
    same = sum(bool({fold(v) for v in values} & set(_texts(graph, entry.iri, name))) for name, values in properties)
    return same / len(properties)


def _texts(graph: KnowledgeGraph, thing: str, name: str) -> Iterable[str]:
    """Everything that the values of a property are called."""
    for term in _values(graph, thing, name):
        yield fold(in_words(term, graph.names))
        yield fold(term.value)
        entry = graph.names.entry(term.value) if isinstance(term, px.NamedNode) else None
        if entry:
            yield from (fold(one) for one in (entry.en, entry.zh, *entry.aliases, path_of(entry.iri) or ""))


def _values(graph: KnowledgeGraph, thing: str, name: str) -> list[px.NamedNode | px.Literal]:
    engine = graph.snapshot.store.engine
    try:
        found = engine.quads_for_pattern(px.NamedNode(thing), px.NamedNode(NS + name), None)
    except ValueError:
        return []
    terms = {quad.object for quad in found}
    return sorted((term for term in terms if isinstance(term, px.NamedNode | px.Literal)), key=str)


def _extended(graph: KnowledgeGraph, asked: dict[str, Any]) -> dict[str, Any]:
    """Values of properties of things."""
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise Problem(400, "“ids” is a list of texts.", where="extend")
    if not isinstance(properties, list) or not all(
        isinstance(p, dict) and isinstance(p.get("id"), str) for p in properties
    ):
        raise Problem(400, "“properties” is a list of objects with a text “id”.", where="extend")
    _few(ids)
    _few(properties)
    names = [one["id"] for one in properties]
    return {
        "meta": [_named(graph, NS + name, name) for name in names],
        "rows": {
            thing: {name: [_cell(graph, term) for term in _values(graph, iri_of(thing), name)] for name in names}
            for thing in ids
        },
    }


def _cell(graph: KnowledgeGraph, term: px.NamedNode | px.Literal) -> dict[str, Any]:
    if isinstance(term, px.NamedNode):
        path = path_of(term.value)
        return {"id": path, "name": graph.names.label(term.value)} if path else {"str": term.value}
    value = plain_value(term)
    if isinstance(value, int) and not isinstance(value, bool):
        return {"int": value}
    if isinstance(value, float):
        return {"float": value}
    return {
        "str": term.value
    }  # also a day: what the interface calls a date has a time of day; and there are no truth values


def _suggested_things(graph: KnowledgeGraph, prefix: str) -> list[dict[str, Any]]:
    found = graph.names.search(prefix, limit=10 * _SUGGESTED) if prefix.strip() else []
    return [{**_thing(hit.entry), "notable": [_type(graph, hit.entry.kind)]} for hit in found if hit.entry.kind]


def _suggested_types(graph: KnowledgeGraph, prefix: str) -> list[dict[str, Any]]:
    wanted = fold(prefix)
    kinds = sorted({entry.kind for entry in graph.names.entries.values()} - {""})
    return [
        _type(graph, kind) for kind in kinds if any(wanted in fold(name) for name in (kind, *_kind_names(graph, kind)))
    ]


def _suggested_properties(graph: KnowledgeGraph, prefix: str) -> list[dict[str, Any]]:
    wanted = fold(prefix)
    terms = [
        entry for entry in graph.names.entries.values() if entry.kind == "term" and entry.iri[len(NS) :][:1].islower()
    ]
    named = [(entry, (entry.en, entry.zh, entry.iri[len(NS) :])) for entry in terms]
    return [
        _named(graph, entry.iri, entry.iri[len(NS) :])
        for entry, names in named
        if any(wanted in fold(one) for one in names)
    ]


_SUGGEST: Final = {
    "suggest/entity": _suggested_things,
    "suggest/property": _suggested_properties,
    "suggest/type": _suggested_types,
}


@lru_cache(maxsize=64)
def _properties_of(graph: KnowledgeGraph, kind: str) -> list[str]:
    """The properties that things of a kind have, the commonest first."""
    engine = graph.snapshot.store.engine
    counts: Counter[str] = Counter()
    for entry in graph.names.entries.values():
        if entry.kind == kind:
            found = engine.quads_for_pattern(px.NamedNode(entry.iri), None, None)
            counts.update({quad.predicate.value for quad in found if quad.predicate.value.startswith(NS)})
    return [iri[len(NS) :] for iri, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _preview(graph: KnowledgeGraph, request: Request, setting: Setting) -> Reply:
    """A few words about a thing."""
    iri = iri_of(_one(request, "id"))
    entry = graph.names.entry(iri)
    if entry is None:
        raise Problem(404, "Nothing has this identifier.")
    definitions = {
        quad.object.language: quad.object.value
        for quad in graph.snapshot.store.engine.quads_for_pattern(px.NamedNode(iri), _DEFINITION, None)
        if isinstance(quad.object, px.Literal)
    }
    lang = request.language
    body = page(
        setting,
        "preview.html",
        f"{FOLDER}/preview",
        lang=lang,
        title=(entry.zh if lang == "zh" else "") or entry.label,
        twin="",
        kind=_kind_names(graph, entry.kind)[lang == "zh"],
        aliases=entry.aliases,
        definition=definitions.get(lang) or definitions.get("en", ""),
        thing=f"{path_of(iri)}{'.zh.html' if lang == 'zh' else '.html'}",
    )
    return Reply(200, "text/html; charset=utf-8", body, (("Vary", "Accept-Language"),), framed=True)


_DEFINITION: Final = px.NamedNode("http://www.w3.org/2004/02/skos/core#definition")


def _thing(entry: Entry) -> dict[str, Any]:
    others = [name for name in (entry.zh, *entry.aliases) if name and name != entry.label]
    return {"id": path_of(entry.iri) or entry.iri, "name": entry.label, "description": ", ".join(others[:3])}


def _type(graph: KnowledgeGraph, kind: str) -> dict[str, str]:
    return {"id": kind, "name": _kind_names(graph, kind)[0]}


def _kind_names(graph: KnowledgeGraph, kind: str) -> tuple[str, str]:
    """What the things of a kind are called together, in English and in Chinese."""
    if kind in KINDS:
        return KINDS[kind]
    scheme = graph.names.entry(iri_of(f"concept/{kind}"))
    return (scheme.en, scheme.zh) if scheme else (kind, kind)


def _named(graph: KnowledgeGraph, iri: str, name: str) -> dict[str, str]:
    return {"id": name, "name": graph.names.label(iri)}


def _one(request: Request, name: str) -> str:
    return request.values(name)[-1] if request.values(name) else ""


def _whole(request: Request, name: str) -> int:
    text = _one(request, name) if request.values(name) else "0"
    if not (text.isascii() and text.isdigit() and len(text) < len(str(_MOST_LIMIT))):
        raise Problem(400, f"{text!r} is not a number.", where=name)
    return int(text)


def _mapping(text: str, where: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
        json.dumps(
            read, ensure_ascii=False
        ).encode()  # half a character of UTF-16 can be escaped in JSON, but is no text
    except (ValueError, RecursionError):
        raise Problem(400, "It is not JSON.", where=where) from None
    if not isinstance(read, dict):
        raise Problem(400, "It is not an object of JSON.", where=where)
    return read


def _few(asked: Sequence[Any] | dict[str, Any]) -> None:
    if len(asked) > MOST_QUERIES:
        raise Problem(413, f"There are more than {MOST_QUERIES} at once.")


def _json(document: Any) -> Reply:
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return Reply(200, "application/json", text.encode(errors="replace") + b"\n")
