"""CSV, Neo4j's CSV, Parquet and Excel: a table of nodes and a table of edges."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from llmkg.exports.plain import NO_XML, needed, plain, records

if TYPE_CHECKING:
    from pathlib import Path

    import networkx as nx

__all__ = ["write_csv", "write_neo4j", "write_parquet", "write_xlsx"]

_FORMULA: Final = re.compile(r"[=+\-@\t\r']")
_LONGEST_CELL: Final = 32_767
_EPOCH: Final = datetime(1980, 1, 1)  # noqa: DTZ001 - the format has no time zone


def write_csv(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write two files, ``NAME-nodes.csv`` and ``NAME-edges.csv``, see :func:`llmkg.exports.write`.

    What a spreadsheet would run as a formula begins with an apostrophe, and so does what begins with one itself.
    """
    copy, notes = plain(graph)
    guarded = 0
    for part, rows in zip(("nodes", "edges"), records(copy), strict=True):
        for row in rows:
            for name, value in row.items():
                if isinstance(value, str) and _FORMULA.match(value):
                    row[name] = "'" + value
                    guarded += 1
        _csv(_beside(path, part), _columns(part, rows), rows)
    if guarded:
        notes.append(f"An apostrophe stands before {guarded} cells that a spreadsheet might run as formulas.")
    return [*notes, *_unheld(copy), _two(path)]


def write_neo4j(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write two files for ``neo4j-admin database import``, see :func:`llmkg.exports.write`."""
    copy, notes = plain(graph)
    nodes, edges = records(copy)
    special = (
        {"id": "id:ID", "kind": ":LABEL"},
        {"from": ":START_ID", "to": ":END_ID", "stratum": ":TYPE"},
    )
    for part, rows, renamed in zip(("nodes", "edges"), (nodes, edges), special, strict=True):
        for row in rows:
            row.setdefault("kind" if part == "nodes" else "stratum", "")
            if part == "edges":
                row["stratum"] = row["stratum"] or "related"
        columns = {name: renamed.get(name, name) for name in _columns(part, rows)}
        _csv(_beside(path, part), list(columns.values()), [{columns[name]: row[name] for name in row} for row in rows])
    notes.append("A value may hold line ends: import with --multiline-fields=true.")
    return [*notes, *_unheld(copy), _two(path)]


def write_parquet(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write two files, ``NAME-nodes.parquet`` and ``NAME-edges.parquet``, see :func:`llmkg.exports.write`."""
    arrow = needed("pyarrow", "pyarrow", "parquet")
    parquet = needed("pyarrow.parquet", "pyarrow", "parquet")
    copy, notes = plain(graph)
    for part, rows in zip(("nodes", "edges"), records(copy), strict=True):
        table = {name: _column([row.get(name) for row in rows]) for name in _columns(part, rows)}
        typed = {name: arrow.array(values, None if rows else arrow.string()) for name, values in table.items()}
        metadata = {name: str(value) for name, value in copy.graph.items()}
        parquet.write_table(arrow.table(typed).replace_schema_metadata(metadata), _beside(path, part))
    return [*notes, _two(path)]


def write_xlsx(graph: nx.MultiDiGraph[str], path: Path) -> list[str]:
    """Write a workbook with the sheets view, nodes and edges, see :func:`llmkg.exports.write`."""
    openpyxl = needed("openpyxl", "openpyxl", "xlsx")
    copy, notes = plain(graph, NO_XML)
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.created = _EPOCH
    about = [{"name": name, "value": value} for name, value in copy.graph.items()]
    cut = 0
    for part, rows in zip(("view", "nodes", "edges"), (about, *records(copy)), strict=True):
        sheet = book.create_sheet(part)
        columns = _columns(part, rows)
        lines: list[list[Any]] = [list(columns), *([row.get(name) for name in columns] for row in rows)]
        for line, values in enumerate(lines, 1):
            for place, value in enumerate(values, 1):
                cell = sheet.cell(line, place)
                cut += isinstance(value, str) and len(value) > _LONGEST_CELL
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
        sheet.freeze_panes = "A2"
    if cut:
        notes.append(f"A cell of a workbook holds {_LONGEST_CELL} characters: {cut} cells are cut to that.")
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(_undated(out))
    return notes


def _undated(book: io.BytesIO) -> bytes:
    """The same workbook without the time at which it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(book) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in sorted(before.namelist()):
            data = before.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", data)
            after.writestr(zipfile.ZipInfo(name, _EPOCH.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _columns(part: str, rows: list[dict[str, Any]]) -> list[str]:
    first = {"nodes": ["id"], "edges": ["key", "from", "to"], "view": ["name", "value"]}[part]
    return [*first, *sorted({name for row in rows for name in row} - set(first))]


def _column(values: list[Any]) -> list[Any]:
    """The values if they are of one type, else as text."""
    types = {type(value) for value in values if value is not None}
    return values if len(types) == 1 else [value if value is None else str(value) for value in values]


def _csv(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _beside(path: Path, part: str) -> Path:
    return path.with_name(f"{path.stem}-{part}{path.suffix}")


def _two(path: Path) -> str:
    return f"Two files were written: {_beside(path, 'nodes').name} and {_beside(path, 'edges').name}."


def _unheld(graph: nx.MultiDiGraph[str]) -> list[str]:
    return (
        [f"The tables have no place for what is said of the whole view: {', '.join(graph.graph)}."]
        if graph.graph
        else []
    )
