"""A sheet to draw on, which becomes SVG: escaped, with links and titles, light, dark and in print, the same bytes each time.

A colour is named for what it means (:data:`llmkg.pictures.colours.COLOURS`) and never written as a number, so that one picture serves a light page,
a dark one and a grey print. Draw from back to front::

    sheet = Canvas(200, 40, title="Two models")
    with sheet.group(title="LLaMA, 2023", href="https://w3id.org/llmkg/id/family/llama"):
        box = sheet.rect(10, 8, 80, 24, fill="panel", stroke="line", radius=4)
        sheet.text(50, 24, "LLaMA", anchor="middle")
    Path("two.svg").write_text(sheet.svg(), encoding="utf-8")
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final, Literal

from llmkg.pictures.colours import COLOURS, style
from llmkg.pictures.text import Box, text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from llmkg.pictures.colours import Theme

__all__ = ["FONTS", "Anchor", "Canvas", "number"]

Anchor = Literal["start", "middle", "end"]
"""Which part of a text stands where it is put."""

FONTS: Final = (
    "Helvetica,Arial,'Liberation Sans',Arimo,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',"
    "'Source Han Sans SC','WenQuanYi Micro Hei','WenQuanYi Zen Hei',sans-serif"
)
"""Latin fonts of one width, then Chinese ones."""

_ASCENT: Final = 0.76
_DESCENT: Final = 0.22


def number(value: float) -> str:
    """A number as the picture holds it: to a hundredth, without zeros that say nothing.

    >>> number(3.0), number(-0.001), number(2.506)
    ('3', '0', '2.51')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass
class Canvas:
    """A picture that is being drawn.

    Attributes:
        width: How wide it is, in CSS pixels.
        height: How high it is.
        title: What it shows, in a few words.
        description: The same in a sentence or two, for who cannot see it.
        lang: Language tag of its text.
        boxes: Where each text stands, with the text, in the order of drawing: for tests that no two overlap.

    >>> sheet = Canvas(100, 20, title="One <word>")
    >>> sheet.text(50, 14, "R&D", anchor="middle").width
    25.332
    >>> "R&amp;D" in sheet.svg() and "One &lt;word&gt;" in sheet.svg()
    True
    """

    width: float
    height: float
    title: str
    description: str = ""
    lang: str = "en"
    boxes: list[tuple[Box, str]] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _definitions: list[str] = field(default_factory=list)
    _used: set[tuple[str, str]] = field(default_factory=set)

    def text(  # noqa: PLR0913 - how a text looks
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        anchor: Anchor = "start",
        fill: str = "ink",
        bold: bool = False,
        halo: bool = False,
        title: str = "",
    ) -> Box:
        """Write one line.

        Args:
            x: Where its anchor stands.
            y: Where its base line stands.
            text: What to write.
            size: Of the font.
            anchor: Which end of it stands at ``x``.
            fill: Its colour, one of :data:`~llmkg.pictures.colours.COLOURS`.
            bold: Whether it is bold.
            halo: Whether it is outlined in the colour of the paper, to stand on a line.
            title: What to show when it is pointed at.

        Returns:
            The box that it takes, whatever the font.
        """
        text = _one_line(text)
        wide = text_width(text, size, bold=bold)
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        box = Box(left, y - _ASCENT * size, wide, (_ASCENT + _DESCENT) * size)
        if not text:
            return box
        self.boxes.append((box, text))
        attributes = {
            "class": self._classes(("fill", fill), *([("halo", "paper")] if halo else [])),
            "x": number(x),
            "y": number(y),
            "font-size": number(size),
            "font-weight": "600" if bold else "",
            "text-anchor": "" if anchor == "start" else anchor,
            "textLength": number(wide),
            "lengthAdjust": "spacingAndGlyphs",
        }
        self._add("text", attributes, text, title)
        return box

    def rect(  # noqa: PLR0913 - how a rectangle looks
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "",
        stroke: str = "",
        stroke_width: float = 1,
        dash: Sequence[float] = (),
        radius: float = 0,
        opacity: float = 1,
        pattern: str = "",
        title: str = "",
    ) -> Box:
        """Draw a rectangle; ``x`` and ``y`` are its upper left corner. The other arguments are those of :meth:`path`."""
        shape = {"x": number(x), "y": number(y), "width": number(width), "height": number(height)}
        if radius:
            shape["rx"] = number(radius)
        self._shape("rect", shape, fill, stroke, stroke_width, dash, opacity, pattern, title)
        return Box(x, y, width, height)

    def circle(  # noqa: PLR0913 - how a circle looks
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = "",
        stroke: str = "",
        stroke_width: float = 1,
        dash: Sequence[float] = (),
        opacity: float = 1,
        title: str = "",
    ) -> Box:
        """Draw a circle round a point. The other arguments are those of :meth:`path`."""
        shape = {"cx": number(x), "cy": number(y), "r": number(radius)}
        self._shape("circle", shape, fill, stroke, stroke_width, dash, opacity, "", title)
        return Box(x - radius, y - radius, 2 * radius, 2 * radius)

    def line(  # noqa: PLR0913 - how a line looks
        self,
        x1: float,
        y1: float,
        x2: float,
        y2: float,
        *,
        stroke: str = "line",
        stroke_width: float = 1,
        dash: Sequence[float] = (),
        opacity: float = 1,
        title: str = "",
    ) -> None:
        """Draw a straight line from one point to another. The other arguments are those of :meth:`path`."""
        shape = {"x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2)}
        self._shape("line", shape, "", stroke, stroke_width, dash, opacity, "", title)

    def path(  # noqa: PLR0913 - how a path looks
        self,
        commands: Sequence[str | float],
        *,
        fill: str = "",
        stroke: str = "",
        stroke_width: float = 1,
        dash: Sequence[float] = (),
        opacity: float = 1,
        pattern: str = "",
        title: str = "",
    ) -> None:
        r"""Draw a path.

        Args:
            commands: Letters and numbers of an SVG path, such as ``("M", 0, 0, "L", 10, 10)``.
            fill: The colour inside, one of :data:`~llmkg.pictures.colours.COLOURS`; empty for none.
            stroke: The colour of the line; empty for none.
            stroke_width: How thick the line is.
            dash: Lengths of dashes and gaps, in turn; empty for a solid line.
            opacity: From 0 to 1.
            pattern: Hatch the inside in the colour ``fill`` instead: ``"/"``, ``"\"``, ``"x"``, ``"."`` or ``"-"``.
            title: What to show when it is pointed at.
        """
        data = " ".join(part if isinstance(part, str) else number(part) for part in commands)
        self._shape("path", {"d": data}, fill, stroke, stroke_width, dash, opacity, pattern, title)

    @contextmanager
    def group(self, *, title: str = "", href: str = "", **data: str) -> Iterator[None]:
        """What is drawn inside belongs together.

        Args:
            title: What to show when it is pointed at, and what is read to who cannot see it.
            href: Where a click leads; what is no address on the web (http, https or ``#``) is left out.
            data: More to say of it to a program: ``claim="..."`` becomes ``data-claim``.
        """
        leads = _one_line(href) if _is_safe(href) else ""
        tag = "a" if leads else "g"
        attributes = {"href": leads} | {f"data-{key.replace('_', '-')}": value for key, value in data.items()}
        if title and not leads:
            attributes |= {"role": "img", "aria-label": _one_line(title)}
        self._parts.append(f"<{tag}{_written(attributes)}>")
        if title:
            self._parts.append(f"<title>{_escaped(title)}</title>")
        yield
        self._parts.append(f"</{tag}>\n")

    def svg(self, theme: Theme = "auto") -> str:
        """The picture as text.

        Args:
            theme: Its colours. For programs that know no CSS variables (most that make PNG or PDF), name one of
                :data:`~llmkg.pictures.colours.THEMES`.

        Returns:
            SVG 1.1 with plain ``href``; it asks for nothing from the network.
        """
        size = {"width": number(self.width), "height": number(self.height)}
        root = {
            "xmlns": "http://www.w3.org/2000/svg",
            **size,
            "viewBox": f"0 0 {size['width']} {size['height']}",
            "lang": self.lang,
            "xml:lang": self.lang,
            "role": "graphics-document",
            "aria-label": _one_line(self.title),
            "font-family": FONTS,
        }
        definitions = f"<defs>{''.join(self._definitions)}</defs>\n" if self._definitions else ""
        described = f"<desc>{_escaped(self.description)}</desc>\n" if self.description else ""
        return (
            f"<svg{_written(root)}>\n<title>{_escaped(self.title)}</title>\n{described}"
            f"<style>\n{style(self._used | {('fill', 'paper')}, theme)}</style>\n{definitions}"
            f'<rect class="fill-paper" {_written(size).strip()}/>\n{"".join(self._parts)}</svg>\n'
        )

    def _add(self, tag: str, attributes: dict[str, str], inside: str = "", title: str = "") -> None:
        told = f"<title>{_escaped(title)}</title>" if title else ""
        held = told + _escaped(inside)
        written = _written(attributes)
        self._parts.append(f"<{tag}{written}>{held}</{tag}>\n" if held else f"<{tag}{written}/>\n")

    def _shape(  # noqa: PLR0913, PLR0917 - what all shapes share
        self,
        tag: str,
        shape: dict[str, str],
        fill: str,
        stroke: str,
        stroke_width: float,
        dash: Sequence[float],
        opacity: float,
        pattern: str,
        title: str,
    ) -> None:
        paints = []
        if pattern:
            shape["fill"] = f"url(#{self._pattern(pattern, fill)})"
        elif fill:
            paints.append(("fill", fill))
        elif tag != "line":
            shape["fill"] = "none"
        if stroke:
            paints.append(("stroke", stroke))
            shape["stroke-width"] = "" if stroke_width == 1 else number(stroke_width)
            shape["stroke-dasharray"] = " ".join(map(number, dash))
        shape["opacity"] = "" if opacity == 1 else number(opacity)
        self._add(tag, {"class": self._classes(*paints)} | shape, title=title)

    def _classes(self, *paints: tuple[str, str]) -> str:
        for _, colour in paints:
            COLOURS[colour]
        self._used.update(paints)
        return " ".join(f"{kind}-{colour}" for kind, colour in paints)

    def _pattern(self, pattern: str, colour: str) -> str:
        name = f"hatch-{_PATTERNS[pattern][0]}-{colour}"
        stroke = self._classes(("stroke", colour))
        drawn = (
            f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<path class="{stroke}" fill="none" stroke-width="1.2" d="{_PATTERNS[pattern][1]}"/></pattern>'
        )
        if drawn not in self._definitions:
            self._definitions.append(drawn)
        return name


_PATTERNS: Final = {
    "/": ("rising", "M-1 7 7 -1M-1 1 1 -1M5 7 7 5"),
    "\\": ("falling", "M-1 -1 7 7M5 -1 7 1M-1 5 1 7"),
    "x": ("crossed", "M0 6 6 0M0 0 6 6"),
    ".": ("dotted", "M2.2 3h1.6"),
    "-": ("level", "M0 3h6"),
}

_UNSPEAKABLE: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, section 2.2."""


def _escaped(text: str) -> str:
    return escape(_UNSPEAKABLE.sub("\ufffd", text), quote=False)


def _written(attributes: dict[str, str]) -> str:
    return "".join(
        f' {name}="{escape(_UNSPEAKABLE.sub(chr(0xFFFD), value), quote=True)}"'
        for name, value in attributes.items()
        if value
    )


def _one_line(text: str) -> str:
    return " ".join(_UNSPEAKABLE.sub("\ufffd", text).split())


def _is_safe(href: str) -> bool:
    return href.startswith(("https://", "http://", "#"))
