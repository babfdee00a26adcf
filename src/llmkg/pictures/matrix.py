"""Models against techniques: yes, stated no, and not known, as three marks that differ in shape."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from llmkg.pictures.canvas import Canvas
from llmkg.pictures.captions import MARGIN, NARROWEST, TOP, Key, called, draw_below, draw_title, said
from llmkg.pictures.text import clip, text_width, wrap
from llmkg.pictures.words import tag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from llmkg.pictures.words import Lang
    from llmkg.views.matrix import Cell, Matrix, TechniqueRow
    from llmkg.views.naming import Evidence

__all__ = ["matrix"]

_COLUMN: Final = 76.0
_ROW: Final = 19.0
_GROUP: Final = 22.0
_NAME: Final = 10.5
_HEAD: Final = 10.0
_HEAD_LINES: Final = 3
_LABEL: Final = 250.0
_MARK: Final = 5.2
_TOLD: Final = 6

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Which model uses which technique", "各模型采用的技术"),
    "under": ("{models} models, {techniques} techniques", "{models} 个模型，{techniques} 项技术"),
    "yes": ("yes: a source says so", "是：有来源说明"),
    "unsure": ("yes, but not confirmed or disputed", "是，但未经证实或有争议"),
    "no": ("no: a source says so", "否：有来源说明"),
    "both": ("yes and no: sources or sizes differ", "是与否并存：来源或规模不同"),
    "unknown": ("not known: no source read says so", "不详：所读来源均未说明"),
    "uses": ("yes", "是"),
    "lacks": ("no", "否"),
    "more": ("and {} more", "以及另外 {} 条"),
    "note": (
        "A model counts as using what its family uses, a family what any of its sizes uses, and who uses a narrower technique uses the broader one. No means that another technique took its place, or that the claim was refuted. Nothing follows from a dash.",
        "模型视为采用其系列所采用的技术，系列视为采用其任一规模所采用的技术；采用较窄技术者视为采用较宽者。否表示被其他技术取代，或相关陈述已被驳倒。短横不作任何推断。",
    ),
}


def matrix(table: Matrix, *, title: str = "", lang: Lang = "en") -> Canvas:
    """Draw models against techniques.

    Args:
        table: The view.
        title: Of the picture; empty for one that fits any.
        lang: Language of the labels.

    Returns:
        The picture; its ``svg()`` is the same for the same view.

    Raises:
        ValueError: The view has no models, or no techniques.

    >>> from llmkg.views.matrix import Matrix, TechniqueRow
    >>> from llmkg.views.naming import Named
    >>> swiglu = TechniqueRow(Named("t", "SwiGLU"), Named("g", "Activation function"))
    >>> "SwiGLU" in matrix(Matrix((Named("m", "LLaMA"),), (swiglu,))).svg()
    True
    """
    if not table.models or not table.rows:
        raise ValueError("There is nothing to draw: the view needs models and techniques.")
    groups = [(called(group, lang), list(rows)) for group, rows in groupby(table.rows, key=lambda row: row.group)]
    names = [called(row.technique, lang) for row in table.rows]
    label = min(max(text_width(name, _NAME) for name in names) + 14, _LABEL)
    width = max(2 * MARGIN + label + _COLUMN * len(table.models), NARROWEST)
    canvas = Canvas(width, 0, title or said(_WORDS, "title", lang), lang=lang)
    canvas.description = said(_WORDS, "under", lang).format(models=len(table.models), techniques=len(table.rows))
    draw_title(canvas, canvas.description)
    left = MARGIN + label
    y = _draw_head(canvas, table, left, lang)
    for group, rows in groups:
        canvas.text(
            MARGIN, y + 15, clip(group, width - 2 * MARGIN, _HEAD, bold=True), size=_HEAD, bold=True, fill="muted"
        )
        y += _GROUP
        for place, row in enumerate(rows):
            _draw_row(canvas, table, row, (left, y), lang, shaded=place % 2 == 0)
            y += _ROW
    states = {_state(table, table.cell(model.iri, row.technique.iri)) for model in table.models for row in table.rows}
    keys = [Key(said(_WORDS, state, lang), _sample(state)) for state in _MARKS if state in states]
    draw_below(canvas, keys, said(_WORDS, "note", lang), y + 2)
    return canvas


def _draw_head(canvas: Canvas, table: Matrix, left: float, lang: Lang) -> float:
    """The names of the models, standing on one line; returns where the first row begins."""
    heads = [wrap(called(model, lang), _COLUMN - 6, _HEAD, lines=_HEAD_LINES, bold=True) for model in table.models]
    bottom = TOP + 12 * max(map(len, heads)) + 4
    for place, (model, lines) in enumerate(zip(table.models, heads, strict=True)):
        middle = left + _COLUMN * (place + 0.5)
        with canvas.group(title=f"{called(model, lang)}\n{model.iri}", href=model.iri, node=model.iri):
            for back, line in enumerate(reversed(lines)):
                canvas.text(middle, bottom - 4 - 12 * back, line, size=_HEAD, bold=True, anchor="middle")
    canvas.line(MARGIN, bottom + 2, left + _COLUMN * len(table.models), bottom + 2)
    return bottom + 4


def _draw_row(  # noqa: PLR0913 - what a row is made of
    canvas: Canvas, table: Matrix, row: TechniqueRow, place: tuple[float, float], lang: Lang, *, shaded: bool
) -> None:
    left, top = place
    middle = top + _ROW / 2
    if shaded:
        canvas.rect(MARGIN, top, left + _COLUMN * len(table.models) - MARGIN, _ROW, fill="band")
    name = called(row.technique, lang)
    with canvas.group(title=f"{name}\n{row.technique.iri}", href=row.technique.iri, node=row.technique.iri):
        canvas.text(MARGIN + 6, middle + 3.6, clip(name, left - MARGIN - 12, _NAME), size=_NAME)
    for column, model in enumerate(table.models):
        cell = table.cell(model.iri, row.technique.iri)
        state = _state(table, cell)
        head = f"{called(model, lang)} · {name}: {said(_WORDS, state, lang)}"
        known: dict[str, str] = {"state": state, "model": model.iri, "technique": row.technique.iri}
        first = next(iter((*cell.yes, *cell.no)), None)
        if first:
            known |= {"claim": first.claim, "source": first.source.iri}
        title = "\n".join([head, *_told(cell.yes, "uses", lang), *_told(cell.no, "lacks", lang)])
        with canvas.group(title=title, href=first.claim if first else "", **known):
            canvas.rect(left + _COLUMN * column, top, _COLUMN, _ROW, fill="paper", opacity=0)
            _MARKS[state](canvas, left + _COLUMN * (column + 0.5), middle)


def _state(table: Matrix, cell: Cell) -> str:
    if cell.state == "yes" and not any(evidence.status in table.accepted for evidence in cell.yes):
        return "unsure"
    return cell.state


def _told(claims: Sequence[Evidence], answer: str, lang: Lang) -> list[str]:
    lines = []
    for evidence in claims[:_TOLD]:
        status = tag_of(evidence.status).replace("-", " ")
        what = f"{called(evidence.about, lang)} · {called(evidence.what, lang)}"
        where = ", ".join(filter(None, (called(evidence.source, lang), evidence.locator)))
        lines.append(f"{said(_WORDS, answer, lang)}: {what}: {where} [{status}]")
    if len(claims) > _TOLD:
        lines.append(said(_WORDS, "more", lang).format(len(claims) - _TOLD))
    return lines


def _draw_yes(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x, y, _MARK, fill="good")


def _draw_unsure(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x, y, _MARK - 0.7, fill="paper", stroke="good", stroke_width=1.4, dash=(2.4, 1.8))


def _draw_no(canvas: Canvas, x: float, y: float) -> None:
    arm = _MARK - 1
    canvas.path(
        ("M", x - arm, y - arm, "L", x + arm, y + arm, "M", x - arm, y + arm, "L", x + arm, y - arm),
        stroke="bad",
        stroke_width=2,
    )


def _draw_both(canvas: Canvas, x: float, y: float) -> None:
    canvas.path(("M", x, y - _MARK, "A", _MARK, _MARK, 0, 0, 0, x, y + _MARK, "Z"), fill="good")
    arm = _MARK - 1
    canvas.path(("M", x + 1.4, y - arm, "L", x + 1.4 + arm, y, "L", x + 1.4, y + arm), stroke="bad", stroke_width=1.8)


def _draw_unknown(canvas: Canvas, x: float, y: float) -> None:
    canvas.line(x - 3, y, x + 3, y, stroke="unknown")


_MARKS: Final[dict[str, Callable[[Canvas, float, float], None]]] = {
    "yes": _draw_yes,
    "unsure": _draw_unsure,
    "no": _draw_no,
    "both": _draw_both,
    "unknown": _draw_unknown,
}


def _sample(state: str) -> Callable[[Canvas, float, float], None]:
    """Draws a mark as the legend has it."""

    def draw(canvas: Canvas, x: float, y: float) -> None:
        _MARKS[state](canvas, x + 18, y)

    return draw
