"""Which kind of picture shows a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    import networkx as nx

    from llmkg.pictures.canvas import Canvas
    from llmkg.pictures.words import Lang

__all__ = ["picture"]

_DRAWN = {"borrowing": sankey, "family-tree": tree, "technique-spread": spread}


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
    if isinstance(view, Matrix):
        is_empty, draw = not view.rows, lambda: matrix(view, lang=lang)
    elif isinstance(view, Frontier):
        is_empty, draw = not view.points, lambda: frontier(view, lang=lang)
    else:
        is_empty = not view.number_of_edges() and len(view) < _ALONE
        draw = lambda: _DRAWN.get(view.graph.get("view", ""), timeline)(view, lang=lang)  # noqa: E731
    if is_empty:
        raise NotFoundError(
            "There is nothing to draw: the graph holds no claim for this view. That does not mean that there is none.",
            hint="--all-claims also takes claims that are not confirmed.",
        )
    return draw()


_ALONE = 2
