"""What a worker does with a request, by its path: one function each, from the graph and the request to the reply."""

from __future__ import annotations

import json
import traceback
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.errors import LlmkgError
from llmkg.server import reconcile
from llmkg.server.description import describe_service
from llmkg.server.messages import Reply
from llmkg.server.negotiation import best_form
from llmkg.server.openapi import openapi
from llmkg.server.problems import Problem, problem_of
from llmkg.server.protocol import GRAPH_FORMS, RESULT_FORMS, Limits, answer_query, query_of
from llmkg.server.questions import FOLDER, answer_question

if TYPE_CHECKING:
    from collections.abc import Callable

    from llmkg.knowledge import KnowledgeGraph
    from llmkg.server.messages import Request
    from llmkg.server.pages import Pages

__all__ = ["Holding", "answer"]


@dataclass(frozen=True)
class Holding:
    """What the workers of a server hold.

    Attributes:
        store: What answers SPARQL.
        union: Whether a query sees all graphs as one.
        graph: The graph of llmkg, or None where other data is served.
        pages: Its site.
        limits: How much an answer may be.
        digest: Digest of the content.
        base: Address of the server, with a slash at its end.
    """

    store: px.Store
    union: bool
    graph: KnowledgeGraph | None
    pages: Pages | None
    limits: Limits
    digest: str
    base: str

    @cached_property
    def counted(self) -> tuple[int, list[str]]:
        """How many triples the default graph has, and the names of the named graphs."""
        named = sorted(graph.value for graph in self.store.named_graphs())
        default = None if self.union else px.DefaultGraph()
        triples = {quad.triple for quad in self.store.quads_for_pattern(None, None, None, default)}
        return len(triples), named


def answer(holding: Holding, request: Request) -> Reply:
    """The reply to a request, whatever it is.

    Args:
        holding: What the worker holds.
        request: The request.
    """
    try:
        return _task(request.path)(holding, request)
    except Problem as problem:
        return problem.reply()
    except LlmkgError as error:
        return problem_of(error).reply()
    except Exception:  # noqa: BLE001 - a fault of ours is told to whoever keeps the server, not to the client
        traceback.print_exc()
        return Problem(500, "This is a fault of the server. It was written down.", lasting=False).reply()


def _task(path: str) -> Callable[[Holding, Request], Reply]:
    return _TASKS.get(path) or _FOLDERS.get(path.partition("/")[0], _page)


def _sparql(holding: Holding, request: Request) -> Reply:
    text = query_of(request)
    if text is not None:
        return answer_query(holding.store, text, request, holding.limits, union=holding.union)
    if holding.pages and best_form(request.accept, ("text/turtle", "text/html", *_MACHINES)) == "text/html":
        return Reply(303, headers=(("Location", "sparql.html"), ("Vary", "Accept")))
    return describe_service(request, f"{holding.base}sparql", *holding.counted, union=holding.union)


def _page(holding: Holding, request: Request) -> Reply:
    if holding.pages is None:
        raise Problem(404, _ONLY_SPARQL)
    return holding.pages.answer(request)


def _question(holding: Holding, request: Request) -> Reply:
    if holding.graph is None or holding.pages is None:
        raise Problem(404, _ONLY_SPARQL)
    return answer_question(holding.graph, request, holding.pages.setting, most_rows=holding.limits.rows)


def _reconcile(holding: Holding, request: Request) -> Reply:
    if holding.graph is None or holding.pages is None:
        raise Problem(404, _ONLY_SPARQL)
    return reconcile.answer_reconciliation(holding.graph, request, holding.pages.setting)


def _openapi(holding: Holding, request: Request) -> Reply:
    if holding.graph is None:
        raise Problem(404, _ONLY_SPARQL)
    if request.query:
        raise Problem(400, "This address has no parameters.")
    return Reply(200, "application/json", json.dumps(openapi(holding.graph, holding.base), ensure_ascii=False).encode())


_ONLY_SPARQL: Final = "There is nothing at this address: this server has data at “sparql” only."
_TASKS: Final = {"sparql": _sparql, "queries.json": _question, "openapi.json": _openapi}
_FOLDERS: Final = {FOLDER: _question, reconcile.FOLDER: _reconcile}
_MACHINES: Final = tuple(dict.fromkeys((*GRAPH_FORMS, *RESULT_FORMS)))
