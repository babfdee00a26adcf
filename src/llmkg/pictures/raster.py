"""A picture as a file: SVG as it is, PNG and PDF by vl-convert, which needs neither a browser nor a display.

PNG and PDF know no reader who prefers dark, so that a theme is named for them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from llmkg.errors import LlmkgError, ParameterError
from llmkg.files import replacing
from llmkg.pictures.canvas import FONTS
from llmkg.pictures.text import is_wide

if TYPE_CHECKING:
    from pathlib import Path

    from llmkg.pictures.canvas import Canvas
    from llmkg.pictures.colours import Theme

__all__ = ["ENDINGS", "as_pdf", "as_png", "write_picture"]

ENDINGS: Final = (".svg", ".png", ".pdf")
"""What the name of a picture's file may end in."""

_TEXT: Final = re.compile(r"<text ([^>]*)>([^<]*)")


def write_picture(canvas: Canvas, path: Path, *, theme: Theme = "auto", scale: float = 2) -> None:
    """Write a picture into a file, in the form that its name ends in.

    Args:
        canvas: The picture.
        path: Where to; its name ends in one of :data:`ENDINGS`.
        theme: The colours; ``auto`` is light in PNG and PDF.
        scale: How many dots of a PNG are one unit of the picture.

    Raises:
        ParameterError: The name ends in something else.
        LlmkgError: What makes PNG and PDF is missing.
        ReadError: The file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ParameterError(
            f"No picture can be written as “{ending or path.name}”.",
            where=str(path),
            hint=f"End in {', '.join(ENDINGS)}.",
        )
    if ending == ".svg":
        data = canvas.svg(theme).encode()
    else:
        data = as_png(canvas, theme=theme, scale=scale) if ending == ".png" else as_pdf(canvas, theme=theme)
    with replacing(path) as new:
        new.write_bytes(data)


def as_png(canvas: Canvas, *, theme: Theme = "light", scale: float = 2) -> bytes:
    """A picture as PNG.

    Args:
        canvas: The picture.
        theme: Its colours; ``auto`` is light.
        scale: How many dots are one unit of the picture.

    Raises:
        LlmkgError: vl-convert is missing, or no font has the Chinese characters of the picture.
    """
    png: bytes = _converter().svg_to_png(_for_converter(canvas, theme), scale=scale)
    return png


def as_pdf(canvas: Canvas, *, theme: Theme = "light") -> bytes:
    """A picture as PDF, its text as text. The arguments and errors are those of :func:`as_png`."""
    pdf: bytes = _converter().svg_to_pdf(_for_converter(canvas, theme))
    return pdf


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError as error:
        raise LlmkgError(
            "PNG and PDF need the package vl-convert-python, which is not installed.",
            hint="Install it with `pip install 'llm-lineage[pictures]'`, or write SVG.",
        ) from error
    return vl_convert


def _for_converter(canvas: Canvas, theme: Theme) -> str:
    """SVG without CSS variables, in which Chinese asks for a Chinese font first: the converter takes any that has it."""
    if any(map(is_wide, "".join(text for _, text in canvas.boxes))) and not _has_chinese():
        raise LlmkgError(
            "No font on this machine has the Chinese characters of the picture.",
            hint="Install one (Debian: fonts-noto-cjk), write SVG, or draw it in English (lang=en).",
        )

    def chosen(match: re.Match[str]) -> str:
        return f'<text font-family="{_CHINESE}" {match[1]}>{match[2]}' if any(map(is_wide, match[2])) else match[0]

    return _TEXT.sub(chosen, canvas.svg("light" if theme == "auto" else theme))


_CHINESE: Final = ",".join(name for name in FONTS.split(",") if any(part in name for part in ("SC", "YaHei", "Quan")))


@cache
def _has_chinese() -> bool:
    """Whether a Chinese character looks other than one that no font has."""

    def drawn(char: str) -> bytes:
        text = f'<text x="2" y="16" font-size="16" font-family="{_CHINESE}">{char}</text>'
        png: bytes = _converter().svg_to_png(
            f'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{text}</svg>'
        )
        return png

    return drawn("技") != drawn("\U000f1234")
