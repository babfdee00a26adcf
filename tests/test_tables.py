"""Texts in rows and columns."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from llmkg.tables import table_text


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_whatever_cells_hold_tsv_and_md_keep_their_rows(rows):
    lines = table_text(["a", "b"], rows, "tsv").split("\n")
    assert len(lines) == len(rows) + 2
    assert all(line.count("\t") == 1 for line in lines[:-1])
    assert len(table_text(["a", "b"], rows, "md").splitlines()) == len(rows) + 2


@given(st.lists(st.lists(st.text(alphabet=st.characters(exclude_characters="\0\r")), min_size=2, max_size=2)))
def test_whatever_cells_hold_csv_can_be_read_back(rows):
    found = list(csv.reader(io.StringIO(table_text(["a", "b"], rows, "csv"), newline="")))
    assert found[0] == ["a", "b"]
    assert [[cell.removeprefix("'") for cell in row] for row in found[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]


def test_a_table_is_no_wider_than_the_terminal_and_loses_nothing():
    name = "a-name-that-is-longer-than-its-column-can-be"
    text = table_text(["what", "note"], [[name, "羊驼" * 30]], "table", width=40)
    assert all(cell_len(line) <= 40 for line in text.splitlines())
    assert text.startswith("what")
    assert "…" not in text
    assert text.count("羊") == text.count("驼") == 30
    assert sum(text.count(char) for char in "-") == name.count("-")


def test_a_table_breaks_no_ordinary_word():
    row = ["Pre-normalization", "is fine-tuned from", "a text that is rather long and goes on and on " * 3]
    for width in (60, 80, 100):
        text = table_text(["technique", "relation", "modification"], [row], "table", width=width)
        assert all(cell_len(line) <= width for line in text.splitlines())
        words = text.split()
        for word in ("technique", "modification", "Pre-normalization", "fine-tuned"):
            assert word in words


def test_where_a_table_would_be_too_narrow_rows_are_told_one_after_the_other():
    columns = ["technique", "modification", "status"]
    rows = [["Pre-normalization", "Each sub-layer has its input normalised.", ""], ["RoPE", "", "不确定" * 12]]
    assert table_text(columns, rows, "table", width=36).splitlines() == [
        "technique      Pre-normalization",
        "modification   Each sub-layer has",
        "               its input normalised.",
        "",
        "technique      RoPE",
        "status         " + "不确定" * 3 + "不",
        "               " + "确定" + "不确定" * 2 + "不确",
        "               " + "定" + "不确定" * 3,
        "               " + "不确定" * 2,
    ]


def test_a_narrow_table_without_rows_is_nothing():
    assert table_text(["a-long-head", "another-long-head"], [], "table", width=10) == ""


def test_chinese_takes_two_columns_each_so_columns_stay_in_line():
    text = table_text(["name", "n"], [["羊驼大模型", "1"], ["llama", "2"], ["ＧＰＴ", "3"]], "table")
    _, _, *lines = text.splitlines()
    assert {cell_len(line) for line in lines} == {cell_len("羊驼大模型") + 4}
    assert [line[-1] for line in lines] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "cell", ["[bold]x[/bold]", "[/]", "a\\[b]", "[link=x]", ":llama:", ":smiley:", "\\", "[[x]]", "[0.5]"]
)
def test_a_table_shows_markup_as_it_is(cell):
    assert table_text(["a"], [[cell]], "table").splitlines()[-1] == cell


def test_lines_of_a_table_do_not_end_in_blanks():
    text = table_text(["a", "b"], [["x", ""], ["y" * 20, "z"]], "table")
    assert all(line == line.rstrip() for line in text.splitlines())


def test_neither_a_head_nor_a_wide_or_broken_sign_starts_a_formula():
    text = table_text(["=HYPERLINK(1)"], [["＝1+1"], ["＠SUM(A1)"], ["\n=1+1"], ["羊驼"]], "csv")
    assert [row[0] for row in csv.reader(io.StringIO(text))] == [
        "'=HYPERLINK(1)",
        "'＝1+1",
        "'＠SUM(A1)",
        "'\n=1+1",
        "羊驼",
    ]


def test_lines_of_a_cell_stay_lines_in_latex():
    text = table_text(["a", "b"], [["x: 1;\ny: 2", "z"]], "latex")
    assert r"\shortstack[l]{x: 1; \\ y: 2} & z \\" in text


@pytest.mark.parametrize("cell", ["[8]", "*"])
def test_a_latex_row_that_begins_with_a_bracket_or_a_star_is_a_row(cell):
    assert table_text(["a"], [["x"], [cell]], "latex").splitlines()[4:6] == [r"x \\", rf"{{}}{cell} \\"]
