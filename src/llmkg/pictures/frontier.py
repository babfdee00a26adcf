"""The best result on a benchmark over time: a step line for each setting, and marks that say who measured."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from llmkg.pictures.canvas import Canvas, number
from llmkg.pictures.captions import MARGIN, TOP, Key, called, draw_below, draw_title, said
from llmkg.pictures.dateaxis import HEAD, date_axis, draw_years, middle_of
from llmkg.pictures.labels import along, placed_beside, spread_out, ticks
from llmkg.pictures.text import Box, clip, text_width
from llmkg.pictures.words import tag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from llmkg.pictures.words import Lang
    from llmkg.views.frontier import Frontier, Party, Point

__all__ = ["frontier"]

_WIDTH: Final = 940.0
_HEIGHT: Final = 440.0
_AXIS: Final = 46.0
_ENDS: Final = 120.0
_NAME: Final = 10.0
_SMALL: Final = 9.5
_MARK: Final = 4.6
_FAINT: Final = 2.4
_SPAN: Final = Decimal("0.12")

_LINES: Final[tuple[tuple[str, tuple[float, ...]], ...]] = (
    ("series-1", ()),
    ("series-2", (8, 4)),
    ("series-3", (2, 3)),
    ("series-4", (9, 3, 2, 3)),
    ("series-5", (14, 4)),
    ("series-6", (4, 2)),
    ("series-7", (12, 3, 2, 3, 2, 3)),
    ("series-8", (1.5, 2)),
)
"""The colour and dashes of each setting, those with most results first; more settings begin anew."""

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Best results on {} over time", "{} 最好成绩的变化"),
    "under": (
        "{metric}, {way}; {points} results, {best} of them the best of their setting when they came out",
        "{metric}，{way}；共 {points} 项成绩，其中 {best} 项发表时为同一设定下最好",
    ),
    "higher": ("higher is better", "越高越好"),
    "lower": ("lower is better", "越低越好"),
    "unsaid": ("setting not stated", "设定未说明"),
    "first": ("measured by the developer", "开发者测得"),
    "third": ("measured by a third party", "第三方测得"),
    "secondary": ("reported at second hand", "二手来源报道"),
    "others": ("not the best when it came out", "发表时并非最好"),
    "shots": ("{}-shot", "{} 样本"),
    "measured": ("measured by {}", "由 {} 测得"),
    "note": (
        "Results are as published, and differ in prompt, harness and data even within one setting. The title of each mark tells the shots, and the name where it had no room.",
        "成绩按发表值给出；即使同一设定，提示、评测框架与数据也可能不同；样本数及写不下的名称见各标记的标题。",
    ),
    "below": ("Beyond the lower end of the scale, not drawn: {}.", "超出刻度下端而未画出：{} 项。"),
    "undated": ("Without a date, not drawn: {}.", "日期不详而未画出：{} 项。"),
}


def frontier(results: Frontier, *, title: str = "", lang: Lang = "en") -> Canvas:
    """Draw how the best result on a benchmark moved.

    Args:
        results: The view.
        title: Of the picture; empty for one that names the benchmark.
        lang: Language of the labels.

    Returns:
        The picture; its ``svg()`` is the same for the same view.

    Raises:
        ValueError: The view has no results.

    >>> import llmkg
    >>> from llmkg.views import frontier as view
    >>> kg = llmkg.load()
    >>> "PaLM 540B" in frontier(view.frontier(kg.store, kg.catalogue, kg.names, kg["gsm8k"].iri)).svg()
    True
    """
    if not results.points:
        raise ValueError("There is nothing to draw: the view has no results.")
    return _Drawing(results, title, lang).drawn()


class _Drawing:
    """A picture that is being drawn."""

    def __init__(self, results: Frontier, title: str, lang: Lang) -> None:
        self.results = results
        self.lang: Lang = lang
        self.best = [point for point in results.points if point.is_best]
        counts: dict[str, int] = {}
        for point in results.points:
            counts[point.setting.iri] = counts.get(point.setting.iri, 0) + 1
        ranked = sorted(counts, key=lambda iri: (not iri, -counts[iri], iri))
        self.looks = {iri: _LINES[place % len(_LINES)] for place, iri in enumerate(ranked)}
        self.settings = {point.setting.iri: called(point.setting, lang) for point in results.points}
        if "" in self.settings:
            self.settings[""] = self._said("unsaid")
        self.low, self.high, self.ticks = self._scale()
        years = {int(point.published[:4]) for point in results.points}
        self.right = _WIDTH - MARGIN - _ENDS
        self.axis = date_axis(
            dict.fromkeys(years, 0.0), MARGIN + _AXIS, (self.right - MARGIN - _AXIS) / (max(years) - min(years) + 1)
        )
        self.top = TOP + HEAD + 10
        heading = title or self._said("title", called(results.benchmark, lang))
        self.canvas = Canvas(_WIDTH, 0, heading, lang=lang)

    def drawn(self) -> Canvas:
        results, bottom = self.results, self.top + _HEIGHT
        unit = called(results.unit, self.lang) if results.unit.iri else ""
        self.canvas.description = said(_WORDS, "under", self.lang).format(
            metric=" · ".join(filter(None, (called(results.metric, self.lang), unit))),
            way=self._said("higher" if results.higher_is_better else "lower"),
            points=len(results.points),
            best=len(self.best),
        )
        draw_title(self.canvas, self.canvas.description)
        draw_years(self.canvas, self.axis, TOP, bottom, self.lang)
        for tick in self.ticks:
            y = self._y(tick)
            self.canvas.line(self.axis.left, y, self.axis.right, y, stroke="grid")
            self.canvas.text(self.axis.left - 6, y + 3.4, number(float(tick)), size=_SMALL, anchor="end", fill="muted")
        drawn = [point for point in results.points if self.low <= point.value <= self.high]
        for point in drawn:
            if not point.is_best:
                self._mark(point, self._x(point), self._y(point.value), _FAINT)
        at = self._places()
        lines = self._steps(at)
        for point, (x, y) in at.items():
            self._mark(point, x, y, _MARK)
        self._names(at, lines)
        left_out = {"below": len(results.points) - len(drawn), "undated": results.undated}
        note = [self._said("note"), *(self._said(key, count) for key, count in left_out.items() if count)]
        draw_below(self.canvas, self._keys(drawn), (" " if self.lang == "en" else "").join(note), bottom)
        return self.canvas

    def _scale(self) -> tuple[Decimal, Decimal, list[Decimal]]:
        """The ends of the scale: all that was ever the best, with some room, and the round numbers between."""
        values = [point.value for point in self.best]
        span = (max(values) - min(values)) or abs(values[0]) or Decimal(1)
        rounded = ticks(min(values) - _SPAN * span, max(values) + _SPAN * span)
        return min(values) - _SPAN * span, max(values) + _SPAN * span, rounded

    def _x(self, point: Point) -> float:
        return self.axis.x(middle_of(point.published))

    def _y(self, value: Decimal) -> float:
        return self.top + _HEIGHT * float((self.high - value) / (self.high - self.low))

    def _places(self) -> dict[Point, tuple[float, float]]:
        """Where each best result stands, never to the left of the one before it in its setting."""
        reached: dict[str, float] = {}
        at = {}
        for point in self.best:
            x = max(self._x(point), reached.get(point.setting.iri, 0.0))
            reached[point.setting.iri] = x
            at[point] = (x, self._y(point.value))
        return at

    def _steps(self, at: Mapping[Point, tuple[float, float]]) -> list[Box]:
        """Draw a step line for each setting, named at its end; returns what the lines take."""
        taken, ends = [], {}
        for setting, (colour, dash) in self.looks.items():
            mine = [place for point, place in at.items() if point.setting.iri == setting]
            path: list[str | float] = ["M", *mine[0]]
            for (x1, y1), (x2, y2) in zip(mine, [*mine[1:], (self.axis.right, mine[-1][1])], strict=True):
                path += ["H", x2, "V", y2]
                taken += [Box(x1, y1 - 1, x2 - x1, 2), Box(x2 - 1, min(y1, y2), 2, abs(y2 - y1))]
            with self.canvas.group(title=self.settings[setting], setting=setting or "unsaid"):
                self.canvas.path(path, stroke=colour, stroke_width=1.8, dash=dash)
            ends[setting] = mine[-1][1]
        heights = spread_out(ends, 14, self.top, self.top + _HEIGHT)
        for setting, y in heights.items():
            colour, dash = self.looks[setting]
            x = self.axis.right
            self.canvas.path(("M", x, ends[setting], "L", x + 12, y), stroke=colour)
            self.canvas.text(x + 16, y + 3.5, clip(self.settings[setting], _ENDS - 16, _NAME), size=_NAME)
        return taken

    def _names(self, at: Mapping[Point, tuple[float, float]], lines: Sequence[Box]) -> None:
        """Write beside each best result whose it is, where there is room."""
        sheet = Box(self.axis.left, self.top, self.axis.right - self.axis.left, _HEIGHT)
        marks = [Box(x - 6, y - 6, 12, 12) for x, y in at.values()]
        texts = [box for box, _ in self.canvas.boxes]
        waiting = dict(at)
        for far in (False, True):
            for point, (x, y) in list(waiting.items()):
                name = f"{called(point.model, self.lang)} {number(float(point.value))}"
                wide = text_width(name, _NAME)
                spot = placed_beside((x, y), wide, _NAME, sheet, [*marks, *lines], texts, far=far)
                if spot is None:
                    continue
                del waiting[point]
                if spot.far:
                    self.canvas.line(x, y, *spot.foot(x), stroke="line", stroke_width=0.8)
                    texts += along((x, y), spot.foot(x))
                texts.append(self.canvas.text(spot.left, spot.base, name, size=_NAME, halo=True))

    def _mark(self, point: Point, x: float, y: float, size: float) -> None:
        colour = self.looks[point.setting.iri][0]
        known: dict[str, str] = {"claim": point.claim, "source": point.source.iri, "party": point.party}
        if point.is_best:
            known["model"] = point.model.iri
        with self.canvas.group(title=self._title(point), href=point.claim, **known):
            _shape(self.canvas, point.party, (x, y), size, colour, faint=not point.is_best)

    def _title(self, point: Point) -> str:
        unit = called(self.results.unit, self.lang) if self.results.unit.iri else ""
        value = f"{number(float(point.value))} {unit}".strip()
        how = [self.settings[point.setting.iri], self._said("shots", point.shots) if point.shots >= 0 else ""]
        how.append(called(point.prompting, self.lang) if point.prompting.iri else "")
        party = self._said(point.party)
        if point.measured_by.iri:
            party = self._said("measured", called(point.measured_by, self.lang))
        where = ", ".join(filter(None, (called(point.source, self.lang), point.locator)))
        status = tag_of(point.status).replace("-", " ")
        return "\n".join(
            (
                f"{called(point.model, self.lang)}: {value}",
                f"{point.published} · {', '.join(filter(None, how))}",
                party,
                f"{where} [{status}]",
            )
        )

    def _keys(self, drawn: Sequence[Point]) -> list[Key]:
        keys = [Key(name, self._line_sample(iri)) for iri, name in sorted(self.settings.items(), key=self._rank)]
        parties = {point.party for point in drawn}
        keys += [Key(self._said(party), _mark_sample(party)) for party in _PARTIES if party in parties]
        if len(drawn) > len(self.best):
            keys.append(Key(self._said("others"), _faint_sample))
        return keys

    def _rank(self, setting: tuple[str, str]) -> int:
        return list(self.looks).index(setting[0])

    def _line_sample(self, setting: str) -> Callable[[Canvas, float, float], None]:
        colour, dash = self.looks[setting]

        def draw(canvas: Canvas, x: float, y: float) -> None:
            canvas.line(x, y, x + 28, y, stroke=colour, stroke_width=1.8, dash=dash)

        return draw

    def _said(self, key: str, *counted: Any) -> str:
        return said(_WORDS, key, self.lang).format(*counted)


_PARTIES: Final[tuple[Party, ...]] = ("first", "third", "secondary")


def _shape(  # noqa: PLR0913 - how a mark looks
    canvas: Canvas, party: Party, place: tuple[float, float], size: float, colour: str, *, faint: bool = False
) -> None:
    """A full dot for the developer, an open diamond for a third party, an open triangle for what is told at second hand."""
    x, y = place
    opacity = 0.4 if faint else 1
    thick = 1.0 if faint else 1.7
    if party == "first":
        canvas.circle(x, y, size, fill=colour, stroke="paper" if not faint else "", opacity=opacity)
        return
    reach = size * 1.25
    corners: tuple[str | float, ...] = ("M", x, y - reach, "L", x + reach, y, "L", x, y + reach, "L", x - reach, y, "Z")
    if party == "secondary":
        corners = ("M", x, y - reach, "L", x + reach, y + size * 0.9, "L", x - reach, y + size * 0.9, "Z")
    canvas.path(corners, fill="paper", stroke=colour, stroke_width=thick, opacity=opacity)


def _mark_sample(party: Party) -> Callable[[Canvas, float, float], None]:
    def draw(canvas: Canvas, x: float, y: float) -> None:
        _shape(canvas, party, (x + 18, y), _MARK, "ink")

    return draw


def _faint_sample(canvas: Canvas, x: float, y: float) -> None:
    _shape(canvas, "first", (x + 18, y), _FAINT, "ink", faint=True)
