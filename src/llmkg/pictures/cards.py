"""The boxes of a lineage picture: what a thing is called, when it came, and a row for each line that ends at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from llmkg.pictures.text import clip, text_width, wrap
from llmkg.pictures.words import label_of, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    import networkx as nx

    from llmkg.pictures.bundles import Bundle
    from llmkg.pictures.words import Lang

__all__ = ["Card", "Row", "card_of"]

NAME: Final = 12.0
ROOT_NAME: Final = 14.0
SMALL: Final = 9.5
LABEL: Final = 10.0
PAD: Final = 7.0
LINE: Final = 12.0
INDENT: Final = 9.0
NARROWEST: Final = 84.0
WIDEST: Final = 156.0
ROOT_WIDEST: Final = 190.0


@dataclass(frozen=True)
class Row:
    """Where lines that say the same end at a card.

    Attributes:
        bundles: The lines.
        lines: What they are called, broken into lines.
    """

    bundles: tuple[Bundle, ...]
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """How high it is."""
        return len(self.lines) * LINE + 2


@dataclass(frozen=True)
class Card:
    """A box that is not placed yet.

    Attributes:
        node: IRI of the thing.
        kind: What it is.
        name: What it is called, broken into lines.
        size: Of the font of the name.
        detail: When it came, and of whom.
        rows: Where lines end at it, from top to bottom.
        badge: How many are folded into it, in words; empty if none.
        width: How wide it is.
    """

    node: str
    kind: str
    name: tuple[str, ...]
    size: float
    detail: str
    rows: tuple[Row, ...]
    badge: str
    width: float

    @property
    def head(self) -> float:
        """How high the part above the rows is."""
        return 2 * PAD - 3 + len(self.name) * (self.size + 1) + (LINE if self.detail else 0)

    @property
    def height(self) -> float:
        """How high it is."""
        rows = sum(row.height for row in self.rows)
        return self.head + (rows + 4 if rows else 0) + (LINE + 4 if self.badge else 0)

    def port(self, bundle: Bundle) -> float:
        """How far below the upper end of the card a line ends at it."""
        place = next(place for place, row in enumerate(self.rows) if bundle in row.bundles)
        return self.head + sum(row.height for row in self.rows[:place]) + LINE / 2


def card_of(  # noqa: PLR0913 - what is written on a card
    graph: nx.MultiDiGraph[str],
    node: str,
    lines: Sequence[Bundle],
    folded: Sequence[str],
    lang: Lang,
    *,
    says_undated: bool = True,
) -> Card:
    """The box of a node.

    Args:
        graph: A graph view.
        node: IRI of the node.
        lines: The lines that end at it; those that say the same share a row.
        folded: IRIs of what is folded into it.
        lang: Language of the labels.
        says_undated: Whether it says so if it has no date.
    """
    data = graph.nodes[node]
    is_root = node == graph.graph.get("root")
    size = ROOT_NAME if is_root else NAME
    widest = ROOT_WIDEST if is_root else WIDEST
    inner = widest - 2 * PAD
    name = wrap(label_of(data, node, lang), inner, size, lines=2, bold=True)
    undated = word("undated", lang) if says_undated else ""
    detail = " · ".join(filter(None, (data.get("date", undated), data.get("organization_label", ""))))
    same: dict[tuple[object, ...], list[Bundle]] = {}
    for line in lines:
        same.setdefault((line.stratum, line.sureness, line.labels, line.child == node), []).append(line)
    rows = [
        Row(tuple(row), _shortened(row[0], inner - INDENT, 5 if is_root else 3, _BETWEEN[lang]))
        for row in same.values()
    ]
    badge = word("more", lang).format(len(folded)) if folded else ""
    needed = max(
        NARROWEST - 2 * PAD,
        *(text_width(line, size, bold=True) for line in name),
        min(inner, text_width(detail, SMALL)),
        *(text_width(line, LABEL) + INDENT for row in rows for line in row.lines),
        text_width(badge, SMALL, bold=True) + 12,
    )
    width = min(widest, needed + 2 * PAD)
    return Card(
        node,
        str(data.get("kind", "")),
        tuple(name),
        size,
        clip(detail, width - 2 * PAD, SMALL),
        tuple(rows),
        badge,
        width,
    )


_BETWEEN: Final = {"en": "\u00a0· ", "zh": "、"}
_MARKS: Final = {"unsure": "? ", "disputed": "! ", "denied": "× "}


def _shortened(bundle: Bundle, limit: float, most: int, between: str) -> tuple[str, ...]:
    """As many of the labels as fit into some lines, and the number of the others."""
    mark = _MARKS.get(bundle.sureness, "")
    for kept in range(len(bundle.labels), 0, -1):
        left = len(bundle.labels) - kept
        text = mark + between.join(bundle.labels[:kept]) + (f"{between}+{left}" if left else "")
        lines = wrap(text, limit, LABEL, lines=most)
        if not any(line.endswith("…") for line in lines):
            return tuple(lines)
    more = f"{between}+{len(bundle.labels) - 1}" if len(bundle.labels) > 1 else ""
    first = mark + bundle.labels[0]
    lines = wrap(first, limit - text_width(more, LABEL), LABEL, lines=most)
    return (*lines[:-1], lines[-1] + more)
