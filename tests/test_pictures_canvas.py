"""What every picture is drawn with: colours, text and its measures, escaping, links."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmkg.pictures.canvas import Canvas, number
from llmkg.pictures.colours import COLOURS, THEMES
from llmkg.pictures.text import Box, clip, text_width, wrap

SVG = "{http://www.w3.org/2000/svg}"


def sheet():
    return Canvas(100, 50, title="A title", description="What it shows.")


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - of our own making


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@given(st.text(), st.text())
def test_any_text_gives_xml_that_says_the_same(text, title):
    drawn = sheet()
    with drawn.group(title=title, href='https://example.org/?a=1&b="2"\'<3>', claim=text):
        drawn.text(10, 10, text, title=title)
    parsed(drawn.svg())


def test_text_that_would_be_markup_is_only_text():
    drawn = Canvas(10, 10, title="<script>alert(1)</script>")
    drawn.text(0, 10, "</text><script>&amp;\x00")
    root = parsed(drawn.svg())
    assert not root.findall(f".//{SVG}script")
    assert root.find(f"{SVG}title").text == "<script>alert(1)</script>"
    assert root.find(f"{SVG}text").text == "</text><script>&amp;\ufffd"


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "", " https://x"])
def test_a_link_that_does_not_lead_to_the_web_is_left_out(href):
    drawn = sheet()
    with drawn.group(title="A thing", href=href):
        drawn.circle(5, 5, 2, fill="ink")
    root = parsed(drawn.svg())
    assert not root.findall(f"{SVG}a")
    assert root.find(f"{SVG}g").get("aria-label") == "A thing"


def test_a_linked_group_has_its_title_and_what_a_program_may_want_to_know():
    drawn = sheet()
    with drawn.group(title="A thing", href="https://example.org/a", first_source="https://example.org/s"):
        drawn.line(0, 0, 1, 1, dash=(2, 1.5), stroke="idea", opacity=0.5, title="why")
    link = parsed(drawn.svg()).find(f"{SVG}a")
    assert link.get("href") == "https://example.org/a"
    assert link.get("data-first-source") == "https://example.org/s"
    assert link.find(f"{SVG}title").text == "A thing"
    line = link.find(f"{SVG}line")
    assert line.get("stroke-dasharray") == "2 1.5"
    assert line.find(f"{SVG}title").text == "why"


def test_the_boxes_of_texts_are_kept_and_each_text_is_as_long_as_its_box():
    drawn = sheet()
    left, middle, end = (drawn.text(50, 20, "word", anchor=anchor) for anchor in ("start", "middle", "end"))
    drawn.text(50, 20, "")
    assert [text for _, text in drawn.boxes] == ["word", "word", "word"]
    assert left.left == 50
    assert middle.left + middle.width / 2 == pytest.approx(50)
    assert end.right == pytest.approx(50)
    lengths = [text.get("textLength") for text in parsed(drawn.svg()).findall(f"{SVG}text")]
    assert lengths == [number(left.width)] * 3


def test_a_picture_names_the_colours_of_all_three_themes_and_only_those_it_uses():
    drawn = sheet()
    drawn.rect(0, 0, 10, 10, fill="idea", stroke="ink", stroke_width=2, radius=3)
    drawn.text(0, 10, "word", halo=True, bold=True)
    svg = drawn.svg()
    for place in range(3):
        assert COLOURS["idea"][place] in svg
    assert "prefers-color-scheme:dark" in svg
    assert "@media print" in svg
    assert COLOURS["weights"][0] not in svg
    assert all(f"var(--{name})" in svg for name in ("idea", "ink", "paper"))


@pytest.mark.parametrize("theme", THEMES)
def test_a_picture_in_one_theme_has_no_variables(theme):
    drawn = sheet()
    drawn.path(("M", 0, 0, "L", 10.123, 10, "Z"), fill="good", pattern="/")
    drawn.rect(0, 0, 10, 10, fill="good", pattern="/")
    svg = drawn.svg(theme)
    assert "var(" not in svg
    assert "@media" not in svg
    assert COLOURS["good"][THEMES.index(theme)] in svg
    assert svg.count("<pattern") == 1
    assert 'd="M 0 0 L 10.12 10 Z"' in svg


def test_a_picture_asks_for_nothing_from_the_network():
    svg = sheet().svg()
    assert not re.search(r"@import|<image|<use|xlink|<script|url\((?!#)", svg)


def test_an_unknown_colour_is_a_mistake():
    with pytest.raises(KeyError):
        sheet().rect(0, 0, 1, 1, fill="mauve")


@pytest.mark.parametrize("place", range(3), ids=THEMES)
def test_text_in_any_colour_that_carries_text_can_be_read(place):
    paper = COLOURS["paper"][place]
    for name in COLOURS.keys() - {"paper", "band", "panel", "grid", "line", "unknown"}:
        assert contrast(COLOURS[name][place], paper) >= (3 if name.startswith("series") else 4.5), name
    assert contrast(COLOURS["ink"][place], COLOURS["panel"][place]) >= 7
    assert contrast(COLOURS["muted"][place], COLOURS["panel"][place]) >= 4.5


def test_boxes_that_only_touch_do_not_overlap():
    box = Box(0, 0, 10, 10)
    assert (box.right, box.bottom) == (10, 10)
    assert not box.overlaps(Box(0, 10, 10, 10))
    assert box.overlaps(box)
    assert box.grown(1) == Box(-1, -1, 12, 12)
    assert box.grown(1).contains(box)
    assert not box.contains(box.grown(1))


@pytest.mark.parametrize(
    ("text", "ems"),
    [("", 0), ("技", 1), ("é", 0.556), ("e\u0301", 0.556), ("\u200b", 0), ("…", 1), ("😀", 1), ("Ж", 0.6)],
)
def test_the_width_of_a_text_is_known_without_a_font(text, ems):
    assert text_width(text, 10) == pytest.approx(ems * 10)


@given(st.text(), st.floats(5, 200))
def test_a_clipped_text_is_not_wider_than_its_limit(text, limit):
    short = clip(text, limit, 12)
    assert short in {text, "…"} or text_width(short, 12) <= limit
    assert short == text or short.endswith("…")


@given(st.text(), st.floats(20, 200), st.integers(1, 4))
def test_wrapped_text_keeps_to_its_lines_and_width(text, limit, lines):
    broken = wrap(text, limit, 12, lines=lines)
    assert 1 <= len(broken) <= lines
    assert all(text_width(line, 12) <= limit for line in broken)


def test_chinese_breaks_anywhere_but_before_punctuation():
    assert wrap("旋转位置，编码", 40, 10) == ["旋转位", "置，编码"]
    assert wrap("用 RoPE 编码", 40, 10) == ["用 RoPE", "编码"]
    assert wrap("One two three four", 50, 10) == ["One two", "three four"]
    assert wrap("One two three four five", 50, 10) == ["One two", "three fou…"]
