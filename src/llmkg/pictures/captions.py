"""What stands round a chart: its title above it; below it what its marks mean, and how to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from llmkg.pictures.text import clip, text_width, wrap
from llmkg.pictures.words import LANGS, tag_of, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from llmkg.pictures.bundles import Bundle
    from llmkg.pictures.canvas import Canvas
    from llmkg.pictures.words import Lang
    from llmkg.views.naming import Named

__all__ = ["MARGIN", "NARROWEST", "TOP", "Key", "called", "draw_below", "draw_title", "is_sure", "said", "title_of"]

MARGIN: Final = 28.0
"""How far a chart stands from the edges of its sheet."""

TOP: Final = 58.0
"""How much of the sheet the title takes."""

NARROWEST: Final = 560.0
"""How wide a sheet is at least, so that its title and legend have room."""

_SIZE: Final = 10.0
_SMALL: Final = 9.5
_ROW: Final = 22.0
_SAMPLE: Final = 34.0
_BETWEEN: Final = 20.0
_LINE: Final = 13.0


@dataclass(frozen=True)
class Key:
    """A mark of a chart, and what it means.

    Attributes:
        words: What it means.
        draw: Draws a sample of it, 28 wide, given the canvas, its left end and its middle line.
    """

    words: str
    draw: Callable[[Canvas, float, float], None]


def said(words: Mapping[str, tuple[str, str]], key: str, lang: Lang) -> str:
    """A text in one of the languages.

    >>> said({"one": ("one", "一")}, "one", "zh")
    '一'
    """
    return words[key][LANGS.index(lang)]


def called(thing: Named, lang: Lang) -> str:
    """What a part of a view is called; the end of its IRI where it has no label.

    >>> from llmkg.views.naming import Named
    >>> called(Named("metric/accuracy", "Accuracy", "准确率"), "zh"), called(Named("x/y", ""), "en")
    ('准确率', 'y')
    """
    return (thing.label_zh if lang == "zh" else "") or thing.label or tag_of(thing.iri)


def title_of(data: Mapping[str, Any], otherwise: str, lang: Lang) -> str:
    """The title of a view, with the day as of which it is.

    Args:
        data: The attributes of the view's graph.
        otherwise: The title if the view has none.
        lang: Language of the title.

    >>> title_of({"title": "Borrowing", "as_of": "2023-01-01"}, "", "en")
    'Borrowing, as of 2023-01-01'
    """
    title = str((data.get("title_zh") if lang == "zh" else "") or data.get("title") or otherwise)
    return word("as-of", lang).format(title, data["as_of"]) if data.get("as_of") else title


def draw_title(canvas: Canvas, under: str = "") -> None:
    """Write the title of a canvas into it, and a line under it."""
    wide = canvas.width - 2 * MARGIN
    canvas.text(MARGIN, 34, clip(canvas.title, wide, 18, bold=True), size=18, bold=True)
    canvas.text(MARGIN, 50, clip(under, wide, _SIZE), size=_SIZE, fill="muted")


def draw_below(canvas: Canvas, keys: Iterable[Key], note: str, top: float) -> None:
    """Draw a legend and a note at the lower end of a canvas, which becomes as high as that needs.

    Args:
        canvas: Where to.
        keys: The entries of the legend.
        note: How to read the chart.
        top: Where the chart ends.
    """
    wide = canvas.width - 2 * MARGIN
    x, y = 0.0, top + 20
    for key in keys:
        words = clip(key.words, wide - _SAMPLE, _SIZE)
        needed = _SAMPLE + text_width(words, _SIZE)
        if x and x + needed > wide:
            x, y = 0.0, y + _ROW
        key.draw(canvas, MARGIN + x, y)
        canvas.text(MARGIN + x + _SAMPLE, y + 3.4, words, size=_SIZE)
        x += needed + _BETWEEN
    y += _ROW if x else 0
    for line in wrap(note, wide, _SMALL, lines=6):
        canvas.text(MARGIN, y, line, size=_SMALL, fill="muted")
        y += _LINE
    canvas.height = y + MARGIN - _LINE


def is_sure(line: Bundle) -> bool:
    """Whether what a line says is stated, measured or reported, and not in doubt."""
    return line.sureness in {"sure", "reported"}
