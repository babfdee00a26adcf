"""Answers as text: tables, Markdown and LaTeX for people; CSV, TSV, JSON and the W3C forms for programs; RDF for graphs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.entities import in_words, plain_value
from llmkg.serializations import GRAPH_FORMATS, RESULT_FORMATS, graph_text, result_text
from llmkg.store import Rows, Triples
from llmkg.tables import TABLE_FORMATS, table_text
from llmkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmkg.names import Names
    from llmkg.store import Term

__all__ = [
    "GRAPH_FORMATS",
    "ROW_FORMATS",
    "TABLE_FORMATS",
    "answer_text",
    "as_json",
    "graph_text",
    "html_text",
    "json_lines",
    "readable",
    "table_text",
]

ROW_FORMATS: Final = (*TABLE_FORMATS, "json", "ndjson", *RESULT_FORMATS)
"""Forms of rows; ``srj``, ``srx``, ``w3c-csv`` and ``w3c-tsv`` are the result formats of SPARQL 1.1."""


def answer_text(answer: Rows | Triples | bool, format_: str, names: Names, *, width: int = 0) -> str:
    """The answer to a query as text.

    Args:
        answer: What a store answered.
        format_: One of :data:`ROW_FORMATS` or :data:`GRAPH_FORMATS`. A graph has no rows form but its triples; rows and
            truth values have no graph form.
        names: Labels, for the forms that people read (table, md, latex). A table leaves out columns that are empty or hold
            nothing but claims' IRIs.
        width: Columns of the terminal, for a table.

    Raises:
        ValueError: The form does not fit the answer.

    >>> from llmkg.names import Names
    >>> print(answer_text(Rows(("n",), ((px.Literal(7),),)), "csv", Names.of([])), end="")
    n
    7
    """
    if isinstance(answer, Triples):
        if format_ in GRAPH_FORMATS:
            return graph_text(answer.triples, format_)
        answer = answer.rows()
    elif format_ in GRAPH_FORMATS:
        raise ValueError(f"The form {format_} is for graphs (CONSTRUCT, DESCRIBE); this answer has rows.")
    if format_ in RESULT_FORMATS:
        return result_text(answer, format_)
    if isinstance(answer, bool):
        return as_json(answer) if format_ == "json" else f"{str(answer).lower()}\n"
    if format_ in {"json", "ndjson"}:
        records = [dict(zip(answer.columns, map(plain_value, row), strict=True)) for row in answer.rows]
        return as_json(records) if format_ == "json" else json_lines(records)
    if format_ == "table":
        answer = readable(answer)
    if format_ in {"table", "md", "latex"}:
        texts = [[in_words(term, names) for term in row] for row in answer.rows]
    else:
        texts = [[term.value if term is not None else "" for term in row] for row in answer.rows]
    return table_text(answer.columns, texts, format_, width=width)


def html_text(rows: Rows, names: Names, notes: Sequence[str] = ()) -> str:
    """Rows as a table of HTML, with links, for a notebook.

    Args:
        rows: The rows.
        names: Labels.
        notes: Sentences to put below it.

    >>> from llmkg.names import Names
    >>> html_text(Rows(("a",), ((px.Literal("<b>"),),)), Names.of([]))
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    from html import escape

    def cell(term: Term | None) -> str:
        words = escape(in_words(term, names))
        if isinstance(term, px.NamedNode) and term.value.startswith(("http://", "https://")):
            return f'<td><a href="{escape(term.value, quote=True)}">{words}</a></td>'
        return f"<td>{words}</td>"

    shown = readable(rows)
    head = "".join(f"<th>{escape(name)}</th>" for name in shown.columns)
    body = "".join("<tr>" + "".join(map(cell, row)) + "</tr>" for row in shown.rows)
    below = f"<p>{escape(' '.join(notes))}</p>" if notes else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def as_json(data: Any) -> str:
    """Data as indented JSON, characters as they are."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def json_lines(records: Iterable[Any]) -> str:
    """Records as JSON, one a line (https://github.com/ndjson/ndjson-spec)."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def readable(rows: Rows) -> Rows:
    """The columns that a person needs: without those that are empty or hold nothing but claims' IRIs."""
    kept = [
        place
        for place, _ in enumerate(rows.columns)
        if not rows.rows
        or any(row[place] is not None and not str(row[place]).startswith(f"<{PREFIXES['claim']}") for row in rows.rows)
    ]
    return Rows(
        tuple(rows.columns[place] for place in kept), tuple(tuple(row[place] for place in kept) for row in rows.rows)
    )
