"""Terms as cells of a table: a text in the reader's language, and where it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as px

from llmkg.addresses import path_of
from llmkg.entities import in_words
from llmkg.site.layout import safe_link
from llmkg.terms import XSD, shrink

if TYPE_CHECKING:
    from llmkg.knowledge import KnowledgeGraph
    from llmkg.store import Term

__all__ = ["Cell", "cell_of"]


class Cell(NamedTuple):
    """What a cell shows.

    Attributes:
        text: What is read.
        path: Path of a thing of the site, without an ending; empty if there is none.
        url: An address elsewhere; empty if there is none to follow.
    """

    text: str
    path: str = ""
    url: str = ""


def cell_of(graph: KnowledgeGraph, term: Term | None, lang: str) -> Cell:
    """A term as a cell.

    Args:
        graph: The graph.
        term: The term; None for an empty cell.
        lang: ``en`` or ``zh``.

    >>> import llmkg
    >>> cell_of(llmkg.load(), px.NamedNode("https://w3id.org/llmkg/id/family/llama"), "en")
    Cell(text='LLaMA', path='id/family/llama', url='')
    """
    if not isinstance(term, px.NamedNode):
        is_address = isinstance(term, px.Literal) and term.datatype.value == XSD + "anyURI"
        return Cell(in_words(term, graph.names), url=safe_link(term.value) if term and is_address else "")
    entry = graph.names.entry(term.value)
    text = (entry.zh if lang == "zh" else "") or entry.label if entry else shrink(term.value)
    path = path_of(term.value)
    is_here = path and next(graph.snapshot.store.engine.quads_for_pattern(term, None, None), None) is not None
    return Cell(text, path=path or "") if is_here else Cell(text, url=safe_link(term.value) if not path else "")
