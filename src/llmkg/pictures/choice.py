"""Which kind of picture shows a view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmkg.errors import NotFoundError
from llmkg.pictures.frontier import frontier
from llmkg.pictures.matrix import matrix
from llmkg.pictures.sankey import sankey
from llmkg.pictures.spread import spread
from llmkg.pictures.timeline import timeline
from llmkg.pictures.tree import tree
from llmkg.views.frontier import Frontier
from llmkg.views.matrix import Matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    import networkx as nx

    from llmkg.pictures.canvas import Canvas
    from llmkg.pictures.words import Lang

__all__ = ["check_view", "picture"]

_DRAWN: Final[dict[str, Callable[..., Canvas]]] = {"borrowing": sankey, "family-tree": tree, "technique-spread": spread}


def picture(view: nx.MultiDiGraph[str] | Matrix | Frontier, *, lang: Lang = "en") -> Canvas:
    """Draw a view: as its kind is drawn, and what has no kind of its own on a date axis.

    Args:
        view: From :func:`llmkg.views.registry.view_of`.
        lang: Language of the labels.

    Raises:
        NotFoundError: There is nothing in the view to draw.

    >>> import llmkg
    >>> from llmkg.views.registry import view_of
    >>> picture(view_of(llmkg.load(), "borrowing"), lang="zh").title
    '谁从谁那里采用了技术'
    """
    check_view(view)
    if isinstance(view, Matrix):
        return matrix(view, lang=lang)
    if isinstance(view, Frontier):
        return frontier(view, lang=lang)
    kind = view.graph.get("view", "")
    return _DRAWN[kind](view, lang=lang) if kind in _DRAWN else timeline(view, lang=lang)


def check_view(view: nx.MultiDiGraph[str] | Matrix | Frontier) -> None:
    """Refuse a view in which there is nothing to draw.

    Args:
        view: From :func:`llmkg.views.registry.view_of`.

    Raises:
        NotFoundError: There is nothing in it.
    """
    if _is_empty(view):
        raise NotFoundError(
            "There is nothing to draw: the graph holds no claim for this view. That does not mean that there is none.",
            hint="--all-claims also takes claims that are not confirmed.",
        )


def _is_empty(view: nx.MultiDiGraph[str] | Matrix | Frontier) -> bool:
    if isinstance(view, Matrix):
        return not view.rows
    return not view.points if isinstance(view, Frontier) else not view.number_of_edges()
