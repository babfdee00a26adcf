"""Texts in rows and columns: a table for a terminal, Markdown and LaTeX for people, CSV and TSV for programs."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

__all__ = ["TABLE_FORMATS", "escape_latex", "table_text"]

TABLE_FORMATS: Final = ("table", "md", "latex", "csv", "tsv")
"""Forms of a table of texts."""


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
        writer.writerows([_without_formula(cell) for cell in row] for row in (columns, *rows))
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


_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_NUMBER: Final = r"[+-]?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?"


def _without_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) and not re.fullmatch(_NUMBER, cell) else cell


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
    lines = [" & ".join(map(_latex_cell, row)) + r" \\" for row in (columns, *rows)]
    head = [rf"\begin{{tabular}}{{{'l' * len(columns)}}}", r"\toprule", lines[0], r"\midrule"]
    return "\n".join([*head, *lines[1:], r"\bottomrule", r"\end{tabular}"]) + "\n"


def _latex_cell(cell: str) -> str:
    r"""A cell without blank lines; ``{}`` keeps a bracket or a star that begins it from being read as part of ``\\``."""
    lines = [escape_latex(_one_line(line)) for line in cell.splitlines()]
    kept = [f"{{}}{line}" if line.startswith(("[", "*")) else line for line in lines]
    return r"\shortstack[l]{" + r" \\ ".join(kept) + "}" if len(kept) > 1 else "".join(kept)


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
