"""Where everything in a lineage picture stands.

Cards stand in columns by date. Between two columns is a channel in which lines may run up and down; a line that goes past a
column takes a lane of its own through it, between the cards. So no line touches a card but the two that it joins.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from llmkg.pictures.cards import Card, card_of
from llmkg.pictures.columns import columns
from llmkg.pictures.ordering import placed, untangled
from llmkg.pictures.text import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx

    from llmkg.pictures.bundles import Bundle
    from llmkg.pictures.cards import Row
    from llmkg.pictures.columns import Column
    from llmkg.pictures.words import Lang

__all__ = ["Layout", "Route", "lay_out"]

GAP: Final = 10.0
LANE: Final = 3.0
CHANNEL: Final = 40.0
CHANNEL_PER_LINK: Final = 1.6
WIDEST_CHANNEL: Final = 96.0
PORTS: Final = 6.0
SHAPE: Final = 1.7
"""How much wider than high a picture should be."""

_TALLEST: Final = (260, 360, 480, 620, 780, 960, 1200, 1500, 1900, 2400)
_SWEEPS: Final = 30
_STRAIGHT: Final = (1.0, 3.0, 12.0)


@dataclass(frozen=True, slots=True, order=True)
class _Trunk:
    """Lines from one card that run together until they part: same stratum, equally sure, same direction."""

    left: str
    stratum: str
    sureness: str
    backward: bool


@dataclass(frozen=True, slots=True)
class _Item:
    """What stands in a column: a card, or a lane for a trunk."""

    node: str = ""
    trunk: _Trunk | None = None


@dataclass(frozen=True)
class Route:
    """The way of a line.

    Attributes:
        bundle: The line.
        backward: Whether it runs from right to left: the dates are not in the order of the lineage.
        points: Corners of it from left to right, in pairs: a straight level piece from each first to each second of a
            pair, a curve from one pair to the next.
    """

    bundle: Bundle
    backward: bool
    points: tuple[tuple[tuple[float, float], tuple[float, float]], ...]


@dataclass(frozen=True)
class Layout:
    """A picture's parts and their places; the upper left corner of the columns is (0, 0).

    Attributes:
        columns: From left to right.
        spans: Left and right end of each.
        cards: The boxes, by node.
        boxes: Where each stands.
        routes: The lines.
        width: Of the whole.
        height: Of the whole.
    """

    columns: tuple[Column, ...]
    spans: tuple[tuple[float, float], ...]
    cards: Mapping[str, Card]
    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]
    width: float
    height: float


def lay_out(
    graph: nx.MultiDiGraph[str], lines: Sequence[Bundle], badges: Mapping[str, Sequence[str]], lang: Lang = "en"
) -> Layout:
    """Place the nodes and lines of a view.

    Args:
        graph: A graph view, without loops.
        lines: Its lines, from :func:`llmkg.pictures.bundles.bundles`.
        badges: What is folded into which node.
        lang: Language of the labels.
    """
    ends: dict[str, list[Bundle]] = defaultdict(list)
    for line in lines:
        ends[line.child].append(line)
    guess = {node: card_of(graph, node, ends[node], badges.get(node, ()), lang) for node in graph}
    chosen = _columns(graph, guess)
    return _Sheet(graph, lines, badges, lang, chosen).layout()


def _columns(graph: nx.MultiDiGraph[str], cards: Mapping[str, Card]) -> list[Column]:
    """The columns that give the picture the best shape."""

    def height_of(node: str) -> float:
        return cards[node].height + GAP

    def shape(made: Sequence[Column]) -> tuple[float, int]:
        wide = sum(max(cards[node].width for node in column.nodes) + 1.4 * CHANNEL for column in made)
        high = max(sum(map(height_of, column.nodes)) for column in made)
        ratio = wide / (high + 120) / SHAPE
        return round(max(ratio, 1 / ratio), 3), len(made)

    return min((columns(graph, height_of, tallest) for tallest in _TALLEST), key=shape)


class _Sheet:
    """A layout that is being made."""

    def __init__(
        self,
        graph: nx.MultiDiGraph[str],
        lines: Sequence[Bundle],
        badges: Mapping[str, Sequence[str]],
        lang: Lang,
        chosen: Sequence[Column],
    ) -> None:
        self.columns = chosen
        self.column = {node: place for place, column in enumerate(chosen) for node in column.nodes}
        self.lines = lines
        rows: dict[str, list[Bundle]] = defaultdict(list)
        for line in lines:
            rows[self.right_of(line)].append(line)
        self.cards = {
            node: card_of(graph, node, rows[node], badges.get(node, ()), lang, says_undated=not column.is_after)
            for column in chosen
            for node in column.nodes
        }
        self.links = self._links()
        self.order = untangled(self._layers(), self.links)
        self.top: dict[_Item, float] = {}

    def is_backward(self, line: Bundle) -> bool:
        return self.column[line.child] < self.column[line.parent]

    def left_of(self, line: Bundle) -> str:
        return line.child if self.is_backward(line) else line.parent

    def right_of(self, line: Bundle) -> str:
        return line.parent if self.is_backward(line) else line.child

    def trunk_of(self, line: Bundle) -> _Trunk:
        return _Trunk(self.left_of(line), line.stratum, line.sureness, self.is_backward(line))

    def _links(self) -> list[list[tuple[_Item, _Item]]]:
        found: list[dict[tuple[_Item, _Item], None]] = [{} for _ in self.columns[1:]]
        for line in self.lines:
            way = self.way(line)
            first = self.column[self.left_of(line)]
            for step, link in enumerate(pairwise(way)):
                found[first + step][link] = None
        return [list(between) for between in found]

    def way(self, line: Bundle) -> list[_Item]:
        """The card at the left end of a line, the lanes that it takes, the card at its right end."""
        left, right, trunk = self.left_of(line), self.right_of(line), self.trunk_of(line)
        lanes = self.column[right] - self.column[left] - 1
        return [_Item(left), *[_Item(trunk=trunk, node=str(step)) for step in range(lanes)], _Item(right)]

    def _layers(self) -> list[list[_Item]]:
        layers = [[_Item(node) for node in column.nodes] for column in self.columns]
        for place, between in enumerate(self.links):
            lanes = dict.fromkeys(other for _, other in between if other.trunk)
            layers[place + 1] = [*lanes, *layers[place + 1]]
        return layers

    def height(self, item: _Item) -> float:
        return LANE if item.trunk else self.cards[item.node].height

    def sort_rows(self, rank: Mapping[_Item, float]) -> None:
        """Put the rows of each card in the order of where their lines come from."""
        before = {line: self.way(line)[-2] for line in self.lines}

        def mean(row: Row) -> float:
            return sum(rank[before[line]] for line in row.bundles) / len(row.bundles)

        for node, card in self.cards.items():
            rows = sorted(card.rows, key=mean)
            self.cards[node] = replace(card, rows=tuple(rows))

    def out_ports(self) -> dict[_Trunk, float]:
        """How far below the upper end of its card each trunk begins."""
        aims: dict[_Trunk, list[float]] = defaultdict(list)
        for line in self.lines:
            then = self.way(line)[1]
            aims[self.trunk_of(line)].append(self.top[then] + self.height(then) / 2)
        by_card: dict[str, list[_Trunk]] = defaultdict(list)
        for trunk in sorted(aims, key=lambda trunk: (sum(aims[trunk]) / len(aims[trunk]), trunk)):
            by_card[trunk.left].append(trunk)
        ports: dict[_Trunk, float] = {}
        for node, trunks in by_card.items():
            card = self.cards[node]
            step = min(PORTS, (card.height - 8) / len(trunks))
            first = max(4 + step / 2, card.head / 2 - step * (len(trunks) - 1) / 2)
            ports |= {trunk: first + step * place for place, trunk in enumerate(trunks)}
        return ports

    def in_port(self, line: Bundle) -> float:
        return self.cards[self.right_of(line)].port(line)

    def place(self) -> float:
        """Give every item its height; returns that of the whole."""
        room = max(sum(self.height(item) for item in items) + GAP * (len(items) - 1) for items in self.order if items)
        for items in self.order:
            tops = placed([room / 2] * len(items), [1] * len(items), [self.height(item) for item in items], GAP, room)
            self.top |= dict(zip(items, tops, strict=True))
        self.sort_rows({item: place for items in self.order for place, item in enumerate(items)})
        for sweep in range(_SWEEPS):
            ports = self.out_ports()
            pulls: dict[_Item, list[tuple[float, float]]] = defaultdict(list)
            for line in self.lines:
                way, trunk = self.way(line), self.trunk_of(line)
                for place, (one, other) in enumerate(pairwise(way)):
                    start = ports[trunk] if place == 0 else LANE / 2
                    end = self.in_port(line) if place == len(way) - 2 else LANE / 2
                    weight = _STRAIGHT[bool(one.trunk) + bool(other.trunk)]
                    pulls[one].append((self.top[other] + end - start, weight))
                    pulls[other].append((self.top[one] + start - end, weight))
            turn = self.order if sweep % 2 == 0 else self.order[::-1]
            for items in turn:
                wanted, weights = [], []
                for item in items:
                    mine = pulls.get(item, [(self.top[item], 0.1)])
                    total = sum(weight for _, weight in mine)
                    wanted.append(sum(aim * weight for aim, weight in mine) / total)
                    weights.append(total)
                tops = placed(wanted, weights, [self.height(item) for item in items], GAP, room)
                self.top |= dict(zip(items, tops, strict=True))
            self.sort_rows({item: top + self.height(item) / 2 for item, top in self.top.items()})
        highest = min(self.top.values())
        self.top = {item: top - highest for item, top in self.top.items()}
        return max(top + self.height(item) for item, top in self.top.items())

    def layout(self) -> Layout:
        height = self.place()
        spans: list[tuple[float, float]] = []
        x = 0.0
        for place, column in enumerate(self.columns):
            wide = max(self.cards[node].width for node in column.nodes)
            spans.append((x, x + wide))
            links = len(self.links[place]) if place < len(self.links) else 0
            x += wide + min(WIDEST_CHANNEL, CHANNEL + CHANNEL_PER_LINK * links)
        boxes = {
            node: Box(spans[self.column[node]][0], self.top[_Item(node)], card.width, card.height)
            for node, card in self.cards.items()
        }
        ports = self.out_ports()
        routes = tuple(self._route(line, spans, boxes, ports) for line in self.lines)
        return Layout(tuple(self.columns), tuple(spans), self.cards, boxes, routes, spans[-1][1], height)

    def _route(
        self,
        line: Bundle,
        spans: Sequence[tuple[float, float]],
        boxes: Mapping[str, Box],
        ports: Mapping[_Trunk, float],
    ) -> Route:
        left, right = self.left_of(line), self.right_of(line)
        first = self.column[left]
        start = boxes[left].top + ports[self.trunk_of(line)]
        points = [((boxes[left].right, start), (spans[first][1], start))]
        for step, lane in enumerate(self.way(line)[1:-1]):
            y = self.top[lane] + LANE / 2
            points.append(((spans[first + step + 1][0], y), (spans[first + step + 1][1], y)))
        end = (boxes[right].left, boxes[right].top + self.in_port(line))
        return Route(line, self.is_backward(line), (*points, (end, end)))
