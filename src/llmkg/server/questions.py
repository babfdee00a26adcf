"""The saved questions over HTTP: parameters in the address, the answer in the form that its ending names.

``queries/techniques/adopters-of.json?technique=rope`` asks what ``llmkg query techniques/adopters-of technique=rope`` asks.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from llmkg.addresses import path_of
from llmkg.arguments import choices
from llmkg.entities import in_words
from llmkg.errors import LlmkgError, ParameterError, UnknownQueryError
from llmkg.server.messages import Reply
from llmkg.server.negotiation import best_form
from llmkg.server.problems import Problem
from llmkg.store import Rows
from llmkg.terms import shrink

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyoxigraph as px

    from llmkg.answers import Answer
    from llmkg.knowledge import KnowledgeGraph
    from llmkg.queries import Parameter, Query
    from llmkg.server.messages import Request
    from llmkg.site.sections import Setting

__all__ = ["FOLDER", "FORMS", "GRAPHS", "answer_question", "catalogue_of", "common_parameters"]

FOLDER: Final = "queries"
"""The path below which the questions are."""

FORMS: Final = {
    "json": "application/json",
    "html": "text/html",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "srj": "application/sparql-results+json",
    "srx": "application/sparql-results+xml",
    "ndjson": "application/x-ndjson",
    "md": "text/markdown",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
}
"""Ending and media type of each form of an answer, the preferred one first; the last three are the claims behind the rows."""

GRAPHS: Final = {
    "graphml": ("graphml", "application/graphml+xml"),
    "gexf": ("gexf", "application/gexf+xml"),
    "dot": ("dot", "text/vnd.graphviz"),
    "mmd": ("mermaid", "text/vnd.mermaid"),
    "cyjs": ("cyjs", "application/vnd.cytoscape+json"),
}
"""Forms of answers whose rows join two things: the name of the export, and the media type."""

_COMMON: Final = ("status", "all-claims", "why", "limit", "offset", "lang")
_TRUE: Final = {"1": True, "true": True, "0": False, "false": False}
_ENDINGS: Final = {media_type: ending for ending, media_type in FORMS.items()}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What of an answer is wanted."""

    limit: int
    offset: int
    why: bool


def catalogue_of(graph: KnowledgeGraph) -> list[dict[str, Any]]:
    """The questions that people ask, as data.

    Args:
        graph: The graph.
    """
    return [
        {
            "id": question.id,
            "summary": {"en": question.summary, "zh": question.summary_zh},
            "description": question.description,
            "tags": list(question.tags),
            "parameters": [
                {
                    "name": one.name,
                    "type": one.type,
                    "required": one.required,
                    "multiple": one.multiple,
                    "example": one.example,
                    "default": one.default or None,
                }
                for one in question.parameters
            ],
            "returns": dict(question.returns),
            "address": f"{FOLDER}/{question.id}",
        }
        for question in graph.catalogue
        if "internal" not in question.tags
    ]


def common_parameters(question: Query) -> list[str]:
    """The parameters that a question has beside its own: those of every question; a status, where its rows have one.

    >>> import llmkg
    >>> common_parameters(llmkg.load().catalogue["techniques/taxonomy"])
    ['all-claims', 'why', 'limit', 'offset', 'lang']
    """
    taken = {one.name for one in question.parameters}
    if "status" not in question.returns:
        taken.add("status")
    return [name for name in _COMMON if name not in taken]


def answer_question(graph: KnowledgeGraph, request: Request, setting: Setting, *, most_rows: int) -> Reply:
    """The reply to a request for the catalogue, or for the answer to a question.

    Args:
        graph: The graph.
        request: The request, for a path below :data:`FOLDER`.
        setting: The site, for the page of an answer.
        most_rows: Most rows that are sent at once.

    Raises:
        Problem: 404, 406, or 400 for what is no parameter.
        LlmkgError: A parameter is missing or wrong.
    """
    path = request.path.removeprefix(FOLDER).removeprefix("/")
    if path in {"", ".json"}:
        return _catalogue(graph, request, is_negotiated=not path)
    id_, dot, ending = path.partition(".")
    if id_ not in graph.catalogue.ids:
        raise _unknown(graph, id_)
    question = graph.catalogue[id_]
    ending = ending if dot else _negotiated(request)
    if ending not in FORMS and ending not in GRAPHS:
        raise Problem(404, f"There is no form {ending!r} of an answer.", available=[*FORMS, *GRAPHS])
    given, wanted, chosen = _parameters(question, request, most_rows)
    if ending == "html" and any(one.required and one.name not in given for one in question.parameters):
        return replace(_page(graph, question, request, setting, given, None, wanted), headers=(_VARY,))
    answer = graph.query(id_, given, why=wanted.why, **chosen)
    shown = _shown(answer, wanted)
    links = _links(question, request, answer, wanted)
    headers = [_VARY, ("Link", ", ".join(f'<{target}>; rel="{name}"' for name, target in links.items()))]
    more = len(answer) - wanted.offset - len(shown)
    if more > 0:
        headers.append(("X-Truncated", "rows"))
    if ending == "html":
        reply = _page(
            graph, question, request, setting, given, shown, wanted, more=more, total=len(answer), links=links
        )
    elif ending == "json":
        reply = _json(_document(question, shown, answer, wanted, more))
    elif ending in GRAPHS:
        reply = _graph(shown, ending)
    else:
        text = shown.text(ending)
        charset = "; charset=utf-8" if FORMS[ending].startswith("text/") else ""
        reply = Reply(200, FORMS[ending] + charset, text.encode())
    return replace(reply, headers=tuple(headers))


_VARY: Final = ("Vary", "Accept, Accept-Language")


def _catalogue(graph: KnowledgeGraph, request: Request, *, is_negotiated: bool) -> Reply:
    if request.query:
        raise Problem(400, "This address has no parameters.")
    if is_negotiated and _negotiated(request, ("application/json", "text/html")) == "html":
        up = "../" * request.path.count("/")
        return Reply(303, headers=(("Location", f"{up}query/index.html"), _VARY))
    return replace(_json({"questions": catalogue_of(graph)}), headers=(_VARY,))


def _unknown(graph: KnowledgeGraph, id_: str) -> Problem:
    """What is told of a question that there is not: those that it may have been meant for."""
    try:
        near = f"Did you mean {graph.catalogue[id_].id}? "
    except UnknownQueryError as error:
        near = f"{error.hint} " if "Did you mean" in error.hint else ""
    return Problem(404, f"There is no question {id_!r}.", hint=f"{near}/queries.json lists them.")


def _negotiated(request: Request, media_types: tuple[str, ...] = tuple(FORMS.values())) -> str:
    """The ending of the form that a client likes best."""
    media_type = best_form(request.accept, media_types)
    if media_type is None:
        raise Problem(406, f"There are {', '.join(media_types)}.", headers=(_VARY,), available=list(media_types))
    return _ENDINGS[media_type]


def _parameters(
    question: Query, request: Request, most_rows: int
) -> tuple[dict[str, list[str]], _Wanted, dict[str, Any]]:
    """The question's own parameters, and what is wanted of the answer."""
    names = {one.name: one for one in question.parameters}
    common = common_parameters(question)
    given: dict[str, list[str]] = {}
    own: dict[str, list[str]] = {}
    for name, value in request.query:
        if name in names:
            if value:
                given.setdefault(name, []).extend(value.split(",") if names[name].multiple else [value])
        elif name in common:
            own.setdefault(name, []).append(value)
        else:
            raise ParameterError(
                f"{question.id} has no parameter {name!r}.", hint=f"It has {', '.join((*names, *common))}."
            )
    if not {"en", "zh", *own.get("lang", ())} <= {"en", "zh"}:
        raise ParameterError("A page is in English or in Chinese.", where="lang", hint="lang=en or lang=zh")
    limit = _number("limit", own, most_rows)
    wanted = _Wanted(min(limit or most_rows, most_rows), _number("offset", own, 0), _truth("why", own))
    statuses = [one for one in own.get("status", ()) if one]
    chosen = {"statuses": statuses, "all_claims": _truth("all-claims", own) and not statuses}
    return given, wanted, chosen


def _number(name: str, own: dict[str, list[str]], default: int) -> int:
    if name not in own:
        return default
    text = own[name][-1]
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_NUMBER:
        raise ParameterError(f"{text!r} is not a number of rows.", where=name, hint=f"For example {name}=100")
    return int(text)


_LONGEST_NUMBER: Final = 9


def _truth(name: str, own: dict[str, list[str]]) -> bool:
    if name not in own:
        return False
    if (text := own[name][-1]) not in _TRUE:
        raise ParameterError(f"{text!r} is neither true nor false.", where=name, hint=f"For example {name}=1")
    return _TRUE[text]


def _shown(answer: Answer, wanted: _Wanted) -> Answer:
    """The rows of the page that is wanted."""
    if not isinstance(answer.content, Rows):
        return answer
    rows = answer.rows[wanted.offset : wanted.offset + wanted.limit]
    return replace(answer, content=Rows(answer.columns, rows))


def _links(question: Query, request: Request, answer: Answer, wanted: _Wanted) -> dict[str, str]:
    """Where the question is described, and the pages before and after, by the name of the relation."""
    kept = [(name, value) for name, value in request.query if name not in {"offset", "limit"}]
    here = request.path.rpartition("/")[2]
    offsets = {"first": 0, "prev": wanted.offset - wanted.limit, "next": wanted.offset + wanted.limit}
    pages = {
        name: f"{here}?{urlencode([*kept, ('limit', wanted.limit), ('offset', max(0, offset))])}"
        for name, offset in offsets.items()
        if isinstance(answer.content, Rows) and (wanted.offset > 0 if name != "next" else offset < len(answer))
    }
    return {"describedby": f"../../query/{question.id}.html", **pages}


def _document(question: Query, shown: Answer, answer: Answer, wanted: _Wanted, more: int) -> dict[str, Any]:
    """An answer as JSON has it."""
    document: dict[str, Any] = {"question": question.id, "columns": list(shown.columns)}
    if isinstance(shown.content, bool):
        document["answer"] = shown.content
    document["rows"] = json.loads(shown.text("json")) if not isinstance(shown.content, bool) else []
    return {
        **document,
        "total": len(answer),
        "offset": wanted.offset,
        "truncated": more > 0,
        "leftOutForStatus": answer.left_out,
    }


def _json(document: Any) -> Reply:
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return Reply(200, FORMS["json"], text.encode(errors="replace") + b"\n")


def _graph(answer: Answer, ending: str) -> Reply:
    """An answer whose rows join two things, as a graph."""
    from llmkg.exports import write

    format_, media_type = GRAPHS[ending]
    try:
        graph = answer.to_networkx()
    except LlmkgError as error:
        raise Problem(406, f"{error.what} So there is no graph to write.", available=list(FORMS.values())) from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"answer.{ending}"
        write(graph, format_, path)
        return Reply(200, media_type, path.read_bytes())


def _page(  # noqa: PLR0913, PLR0917 - what a page shows
    graph: KnowledgeGraph,
    question: Query,
    request: Request,
    setting: Setting,
    given: dict[str, list[str]],
    answer: Answer | None,
    wanted: _Wanted,
    *,
    more: int = 0,
    total: int = 0,
    links: Mapping[str, str] | None = None,
) -> Reply:
    """The question as a form, with its answer."""
    from llmkg.site.layout import page

    lang = next((value for value in request.values("lang") if value in {"en", "zh"}), request.language)
    ending = ".zh.html" if lang == "zh" else ".html"

    def cell(term: px.NamedNode | px.BlankNode | px.Literal | None) -> tuple[str, str]:
        value = getattr(term, "value", "") if term is not None and not hasattr(term, "datatype") else ""
        path = path_of(value)
        return in_words(term, graph.names), f"{path}{ending}" if path and graph.names.entry(value) else ""

    body = page(
        setting,
        "answer.html",
        f"{FOLDER}/{question.id}.html",
        lang=lang,
        title=(question.summary_zh if lang == "zh" else "") or question.summary,
        twin="",
        question=question,
        fields=[_field(graph, one, given.get(one.name, [])) for one in question.parameters],
        columns=answer.columns if answer else (),
        rows=[[cell(term) for term in row] for row in answer.rows] if answer else [],
        answered=answer is not None,
        more=more,
        total=total,
        links=links or {},
        notices=answer.notices() if answer else [],
        why=[
            [evidence.sentence(graph.names) for evidence in found]
            for found in (answer.why if answer and wanted.why else ())
        ],
        forms=[*FORMS, *GRAPHS],
        address=urlencode([(name, value) for name, value in request.query if value]),
        wanted=wanted,
        all_claims=_truth("all-claims", {"all-claims": request.values("all-claims") or ["0"]}),
    )
    return Reply(200, "text/html; charset=utf-8", body)


def _field(graph: KnowledgeGraph, parameter: Parameter, values: Sequence[str]) -> dict[str, Any]:
    options = [shrink(term.value) for term in choices(graph.store, graph.catalogue, parameter)]
    return {
        "name": parameter.name,
        "required": parameter.required,
        "example": parameter.example,
        "value": ",".join(values),
        "options": options if len(options) <= _MOST_OPTIONS else [],
    }


_MOST_OPTIONS: Final = 60
