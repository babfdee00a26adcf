"""How wide text is, without a font: enough to place it, and to break or shorten what is too long.

Widths are those of Helvetica, whose metrics Arial and Liberation Sans share. A Chinese character is as wide as the text is
high. The canvas writes each text with the length measured here, so that another font is squeezed and not let run over.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

__all__ = ["Box", "clip", "is_wide", "text_width", "wrap"]


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, in the units of the picture, y downwards.

    Attributes:
        left: Its smaller x.
        top: Its smaller y.
        width: How wide it is.
        height: How high it is.

    >>> Box(0, 0, 10, 10).overlaps(Box(9, 9, 5, 5)), Box(0, 0, 10, 10).overlaps(Box(10, 0, 5, 5))
    (True, False)
    """

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its larger x."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its larger y."""
        return self.top + self.height

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def grown(self, by: float) -> Box:
        """The same with a margin on all four sides; a negative one shrinks it."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def contains(self, other: Box) -> bool:
        """Whether all of the other lies within."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is.

    Widths are from Adobe's font metrics of the 14 standard PDF fonts, Helvetica and Helvetica-Bold; characters of full
    width are those of Unicode Standard Annex 11 (https://www.unicode.org/reports/tr11/).

    Args:
        text: One line.
        size: Of the font, in the units of the picture.
        bold: Whether it is set bold.

    Returns:
        The width, in the units of the picture.

    >>> text_width("LLaMA", 10), text_width("技术", 10)
    (31.68, 20.0)
    """
    table = _BOLD if bold else _REGULAR
    return sum(_advance(char, table) for char in text) * size / 1000


def clip(text: str, limit: float, size: float, *, bold: bool = False) -> str:
    """A line of text, shortened with an ellipsis where it is wider than a limit.

    Args:
        text: One line.
        limit: The widest that it may be, in the units of the picture.
        size: Of the font.
        bold: Whether it is set bold.

    >>> clip("Rotary position embedding", 80, 10)
    'Rotary position…'
    """
    if text_width(text, size, bold=bold) <= limit:
        return text
    while text and text_width(f"{text}…", size, bold=bold) > limit:
        text = text[:-1].rstrip()
    return f"{text}…"


def wrap(text: str, limit: float, size: float, *, lines: int = 2, bold: bool = False) -> list[str]:
    """Text broken into lines, the last one shortened where there is more than fits.

    Args:
        text: What to break: between words, or before any Chinese character.
        limit: The widest that a line may be, in the units of the picture.
        size: Of the font.
        lines: How many lines there may be.
        bold: Whether it is set bold.

    >>> wrap("Rotary position embedding", 80, 10)
    ['Rotary position', 'embedding']
    >>> wrap("旋转位置编码", 40, 10)
    ['旋转位置', '编码']
    """
    parts = _parts(_SPACES.sub(" ", text).strip())
    broken = [""]
    for place, part in enumerate(parts):
        if broken[-1].strip() and text_width((broken[-1] + part).rstrip(), size, bold=bold) > limit:
            if len(broken) == lines:
                broken[-1] += "".join(parts[place:])
                break
            broken.append("")
        broken[-1] += part
    return [clip(line.strip(), limit, size, bold=bold) for line in broken]


def _parts(text: str) -> list[str]:
    """What may not be broken, each with the space after it."""
    parts = [""]
    for char in text:
        before = parts[-1][-1:]
        if before and not _holds(before, char) and (before == " " or is_wide(before) or is_wide(char)):
            parts.append("")
        parts[-1] += char
    return parts


def _holds(before: str, char: str) -> bool:
    """Whether no line ends between two characters: after an opening bracket, before a closing one, at a space."""
    closes = unicodedata.category(char) in {"Pe", "Pf", "Po"} and (is_wide(char) or before != " ")
    return char in {" ", _NO_BREAK} or before == _NO_BREAK or unicodedata.category(before) == "Ps" or closes


def is_wide(char: str) -> bool:
    """Whether a character is as wide as it is high, as Chinese ones are.

    >>> is_wide("技"), is_wide("a")
    (True, False)
    """
    return unicodedata.east_asian_width(char) in {"W", "F"}


_SPACES: Final = re.compile(r"[ \t\r\n]+")
_NO_BREAK: Final = "\u00a0"
_OTHER: Final = 600
_WIDE: Final = 1000
_ELLIPSIS: Final = "…"


def _advance(char: str, table: dict[str, int]) -> int:
    if char in table:
        return table[char]
    if unicodedata.category(char) in {"Mn", "Me", "Cf", "Cc"}:
        return 0
    if is_wide(char) or char == _ELLIPSIS:
        return _WIDE
    return table.get(unicodedata.normalize("NFD", char)[0], _OTHER)


def _table(widths: str) -> dict[str, int]:
    """Advances of the printable ASCII characters, in thousandths of the size."""
    return dict(zip(map(chr, range(32, 127)), map(int, widths.split()), strict=True))


_REGULAR: Final = _table(
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 "
    "556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 "
    "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 "
    "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 "
    "556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)

_BOLD: Final = _table(
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 "
    "556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611 "
    "975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 "
    "333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 "
    "611 611 389 556 333 611 556 778 556 556 500 389 280 389 584"
)
