"""Years, days and numbers in a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkg.quantities import quantities


@pytest.mark.parametrize(
    ("text", "year", "day"),
    [
        ("since 2022", "2022", "2022-01-01"),
        ("after June 2022", "2022", "2022-06-01"),
        ("2022年以来", "2022", "2022-01-01"),
        ("从 2022 年起", "2022", "2022-01-01"),
        ("by the end of 2022", "2022", "2022-12-31"),
        ("in 2022", "2022", "2022-12-31"),
        ("as of 2022?", "2022", "2022-12-31"),
        ("截至 2022 年底", "2022", "2022-12-31"),
        ("到2022年为止", "2022", "2022-12-31"),
        ("before 2022", "2021", "2021-12-31"),
        ("2022年以前", "2021", "2021-12-31"),
        ("before March 2022", "2022", "2022-02-28"),
        ("prior to January 2022", "2021", "2021-12-31"),
        ("February 2024", "2024", "2024-02-29"),
        ("2023年6月", "2023", "2023-06-30"),
        ("2023年6月5日", "2023", "2023-06-05"),
        ("2023年6月5号以前", "2023", "2023-06-05"),
        ("30 June 2023", "2023", "2023-06-30"),
        ("on the 1st of May, 2021", "2021", "2021-05-01"),
        ("May 3rd, 2021", "2021", "2021-05-03"),
        ("until 2022-11-30", "2022", "2022-11-30"),
    ],
)
def test_a_time_is_read(text, year, day):
    (found,) = quantities(text)
    assert found.values == {"gYear": year, "date": day}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("13 billion", "13000000000"),
        ("7B", "7000000000"),
        ("1.5b models", "1500000000"),
        ("350m", "350000000"),
        ("2 trillion", "2000000000000"),
        ("150亿", "15000000000"),
        ("3万亿", "3000000000000"),
        ("1e25", "10000000000000000000000000"),
        ("10^25", "10000000000000000000000000"),
        ("10**3", "1000"),
        ("1,000,000", "1000000"),
        ("42", "42"),
    ],
)
def test_a_number_is_read(text, number):
    (found,) = quantities(text)
    assert found.values == {"decimal": number, "integer": number}


def test_a_broken_number_is_no_integer():
    assert [found.values for found in quantities("2.5")] == [{"decimal": "2.5"}]


@pytest.mark.parametrize(
    "text", ["", "GPT-4", "no number", "2021-02-30", "2023年13月", "30 February 2021", "10^99", "1e99"]
)
def test_what_is_no_quantity_is_left(text):
    assert not [found for found in quantities(text) if found.text == text]


def test_all_are_found_in_their_order_with_their_places():
    text = "models over 10B since 2021, up to 2023"
    assert [text[found.start : found.end] for found in quantities(text)] == ["10B", "since 2021", "up to 2023"]


@given(st.text())
def test_any_text_is_read(text):
    places = [place for found in quantities(text) for place in (found.start, found.end)]
    assert places == sorted(places)
