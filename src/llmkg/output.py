"""Answers as text: tables, Markdown and LaTeX for people; CSV, TSV, JSON and the W3C forms for programs; RDF for graphs."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.entities import in_words, plain_value
from llmkg.store import Rows, Triples
from llmkg.terms import PREFIXES, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

    from llmkg.names import Names
    from llmkg.store import Term

__all__ = [
    "GRAPH_FORMATS",
    "ROW_FORMATS",
    "TABLE_FORMATS",
    "answer_text",
    "as_json",
    "escape_latex",
    "graph_text",
    "html_text",
    "json_lines",
    "readable",
    "table_text",
]

TABLE_FORMATS: Final = ("table", "md", "latex", "csv", "tsv")
"""Forms of a table of texts."""

_W3C: Final = {
    "srj": px.QueryResultsFormat.JSON,
    "srx": px.QueryResultsFormat.XML,
    "w3c-csv": px.QueryResultsFormat.CSV,
    "w3c-tsv": px.QueryResultsFormat.TSV,
}

ROW_FORMATS: Final = (*TABLE_FORMATS, "json", "ndjson", *_W3C)
"""Forms of rows; ``srj``, ``srx``, ``w3c-csv`` and ``w3c-tsv`` are the result formats of SPARQL 1.1."""

GRAPH_FORMATS: Final = {
    "ttl": px.RdfFormat.TURTLE,
    "jsonld": px.RdfFormat.JSON_LD,
    "nt": px.RdfFormat.N_TRIPLES,
}
"""Forms of a graph."""


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
    if format_ in _W3C:
        return _w3c_text(answer, format_)
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


def table_text(columns: Sequence[str], rows: Iterable[Sequence[str]], format_: str, *, width: int = 0) -> str:
    r"""Rows of text as a table.

    Args:
        columns: The heads.
        rows: The cells.
        format_: One of :data:`TABLE_FORMATS`. In CSV, a cell that a spreadsheet would take for a formula begins with an
            apostrophe (https://owasp.org/www-community/attacks/CSV_Injection).
        width: Columns of the terminal, for ``table``; 0 for as wide as it gets. Where they are too few, the rows are
            told one after the other.

    >>> print(table_text(["name"], [["a|b"]], "md"), end="")
    | name |
    | --- |
    | a\|b |
    """
    if format_ == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_without_formula(cell) for cell in row] for row in rows)
        return out.getvalue()
    if format_ == "latex":
        return _latex(columns, rows)
    if format_ == "tsv":
        return "".join("\t".join(_one_line(cell) for cell in row) + "\n" for row in (columns, *rows))
    if format_ == "md":
        lines = [columns, ["---"] * len(columns), *rows]
        return "".join(
            "| " + " | ".join(_one_line(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines
        )
    return _rich_table(columns, list(rows), width)


def graph_text(triples: Iterable[px.Triple], format_: str) -> str:
    """Triples as Turtle, JSON-LD or N-Triples, in an order that depends on nothing but them."""
    ordered = sorted(set(triples), key=str)
    text: str = px.serialize(ordered, format=GRAPH_FORMATS[format_], prefixes=_used(ordered)).decode()  # type: ignore[union-attr]
    lines = text.splitlines(keepends=True)
    declared = [line for line in lines if line.startswith("@prefix")]  # they come in no order
    return "".join([*sorted(declared), *lines[len(declared) :]])


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


def _used(triples: Sequence[px.Triple]) -> dict[str, str]:
    iris = {
        part.value
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object)
        for part in (term, None if getattr(term, "language", None) else getattr(term, "datatype", None))
        if isinstance(part, px.NamedNode)
    }
    return {prefix: base for prefix, base in PREFIXES.items() if any(iri.startswith(base) for iri in iris)}


def _w3c_text(answer: Rows | bool, format_: str) -> str:
    """A result format of SPARQL 1.1 (https://www.w3.org/TR/sparql11-overview/), as pyoxigraph writes it."""
    srj = json.dumps(_srj(answer), ensure_ascii=False)
    if format_ == "srj":
        return srj + "\n"
    if isinstance(answer, bool) and format_ != "srx":
        return f"{str(answer).lower()}\n"  # CSV and TSV have no form of a truth value
    written = px.parse_query_results(srj.encode(), format=px.QueryResultsFormat.JSON).serialize(format=_W3C[format_])
    text = written.decode() if isinstance(written, bytes) else ""
    return text if text.endswith("\n") else f"{text}\n"


def _srj(answer: Rows | bool) -> dict[str, Any]:
    """W3C SPARQL 1.1 Query Results JSON, https://www.w3.org/TR/sparql11-results-json/."""
    if isinstance(answer, bool):
        return {"head": {}, "boolean": answer}
    bindings = [
        {name: _srj_term(term) for name, term in zip(answer.columns, row, strict=True) if term is not None}
        for row in answer.rows
    ]
    return {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}


def _srj_term(term: Term) -> dict[str, str]:
    if isinstance(term, px.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, px.BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == XSD + "string":
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?")


def _without_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


_LATEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: f"\\{char}" for char in "&%$#_{}"},
    }
)


def escape_latex(text: str) -> str:
    r"""A text as LaTeX has it.

    >>> print(escape_latex("50% of R&D"))
    50\% of R\&D
    """
    return text.translate(_LATEX)


def _latex(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A tabular with the rules of the package booktabs."""
    lines = [" & ".join(escape_latex(_one_line(cell)) for cell in row) + r" \\" for row in (columns, *rows)]
    head = [rf"\begin{{tabular}}{{{'l' * len(columns)}}}", r"\toprule", lines[0], r"\midrule"]
    return "\n".join([*head, *lines[1:], r"\bottomrule", r"\end{tabular}"]) + "\n"


def _one_line(cell: str) -> str:
    return " ".join(cell.replace("\t", " ").splitlines())


def _rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    widths = _widths(columns, rows, width) if width else [None] * len(columns)
    if widths is None:
        return "\n".join(_record(columns, row, width) for row in rows)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for column, wide in zip(columns, widths, strict=True):
        table.add_column(column, overflow="fold", width=wide)
    for row in rows:
        table.add_row(*map(Text, row))
    return _printed(table, width)


def _record(columns: Sequence[str], row: Sequence[str], width: int) -> str:
    """One row as lines of a name and what it holds, where a table would be too narrow to read."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(width=max(map(len, columns)))
    table.add_column(overflow="fold")
    for column, cell in zip(columns, row, strict=True):
        if cell:
            table.add_row(column, Text(cell))
    return _printed(table, width)


def _printed(table: Table, width: int) -> str:
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=width or 10_000, color_system=None).print(table)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines())


_GAP: Final = 3
_LONGEST_WORD: Final = 20
_LONGEST_WIDE_WORD: Final = 10


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """A width for each column that breaks no word but very long ones; None if the terminal is too narrow for that."""
    from rich.cells import cell_len

    held = list(zip(columns, *rows, strict=True))
    whole = [max(cell_len(line) for cell in cells for line in (cell.splitlines() or [""])) for cells in held]
    widths = [max(_unbroken(word) for cell in cells for word in cell.split()) for cells in held]
    spare = width - _GAP * (len(columns) - 1) - sum(widths)
    if spare < 0:
        return None
    while spare and (growing := [place for place, wide in enumerate(widths) if wide < whole[place]]):
        widths[min(growing, key=widths.__getitem__)] += 1
        spare -= 1
    return widths


def _unbroken(word: str) -> int:
    """How many columns a word takes at least; Chinese may be broken between any two characters."""
    from rich.cells import cell_len

    length = cell_len(word)
    return min(length, _LONGEST_WORD if length == len(word) else _LONGEST_WIDE_WORD)
