"""Pictures as files: SVG, PNG and PDF."""

from __future__ import annotations

import struct
import sys

import pytest

from llmkg.errors import LlmkgError
from llmkg.pictures import raster
from llmkg.pictures.canvas import Canvas
from llmkg.pictures.raster import as_pdf, as_png, write_picture


def sheet(text="words"):
    canvas = Canvas(40, 20, title="A picture")
    canvas.rect(0, 0, 40, 20, fill="good", pattern="/")
    canvas.text(2, 14, text)
    return canvas


def needs_converter():
    pytest.importorskip("vl_convert", reason="makes PNG and PDF; it is in the extra “pictures”")


def test_svg_is_written_as_the_canvas_has_it(tmp_path):
    path = tmp_path / "a.svg"
    write_picture(sheet(), path)
    assert path.read_bytes().decode() == sheet().svg()
    write_picture(sheet(), path, theme="dark")
    assert path.read_text(encoding="utf-8") == sheet().svg("dark")


def test_png_has_the_size_and_colours_asked_for(tmp_path):
    needs_converter()
    light, dark = tmp_path / "light.PNG", tmp_path / "dark.png"
    write_picture(sheet(), light, scale=3)
    write_picture(sheet(), dark, theme="dark", scale=3)
    assert light.read_bytes().startswith(b"\x89PNG")
    assert struct.unpack(">II", light.read_bytes()[16:24]) == (120, 60)
    assert light.read_bytes() != dark.read_bytes()
    assert as_png(sheet(), scale=3) == light.read_bytes()


def test_pdf_is_the_same_each_time(tmp_path):
    needs_converter()
    path = tmp_path / "a.pdf"
    write_picture(sheet(), path)
    assert path.read_bytes().startswith(b"%PDF")
    assert as_pdf(sheet()) == path.read_bytes()


def test_chinese_asks_for_a_chinese_font_first(monkeypatch):
    monkeypatch.setattr(raster, "_has_chinese", lambda: True)
    canvas = sheet("技术 A")
    canvas.text(2, 18, "plain")
    svg = raster._for_converter(canvas, "auto")
    assert svg.count("font-family=\"'PingFang SC'") == 1
    assert "var(" not in svg


def test_chinese_without_a_font_for_it_is_refused(monkeypatch):
    monkeypatch.setattr(raster, "_has_chinese", lambda: False)
    with pytest.raises(LlmkgError, match="No font on this machine"):
        as_png(sheet("技术"))


def test_whether_there_is_a_chinese_font_is_seen_in_what_is_drawn(monkeypatch):
    needs_converter()

    class Blind:
        @staticmethod
        def svg_to_png(svg):
            return b"a box"

    assert raster._has_chinese.__wrapped__() in {True, False}
    monkeypatch.setattr(raster, "_converter", Blind)
    assert not raster._has_chinese.__wrapped__()


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(LlmkgError, match=r"“\.gif”.*End in \.svg, \.png, \.pdf"):
        write_picture(sheet(), tmp_path / "a.gif")


def test_without_the_converter_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(LlmkgError, match=r"pip install 'llm-lineage\[pictures\]'"):
        write_picture(sheet(), tmp_path / "a.png")
