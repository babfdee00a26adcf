"""The evolutionary tree: each family under the earlier one that it came from most closely, on a date axis."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import sqrt
from typing import TYPE_CHECKING, Final

from llmkg.pictures.bundles import bundles
from llmkg.pictures.canvas import Canvas
from llmkg.pictures.captions import MARGIN, NARROWEST, TOP, Key, draw_below, draw_title, is_sure, said, title_of
from llmkg.pictures.columns import drawn_days
from llmkg.pictures.dateaxis import HEAD, draw_years
from llmkg.pictures.folding import under_families
from llmkg.pictures.growth import Leaf, grown, is_vague, line_sample, undated_sample, vague_sample
from llmkg.pictures.text import clip
from llmkg.pictures.words import label_of, word
from llmkg.terms import STRATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import networkx as nx

    from llmkg.pictures.bundles import Bundle
    from llmkg.pictures.growth import Growth
    from llmkg.pictures.words import Lang

__all__ = ["CLOSEST", "parents_of", "tree"]

CLOSEST: Final = ("weights", "product", "architecture", "idea", "code", "data")
"""The kinds of lineage, the closest descent first."""

_HUB: Final = 4
_HUB_NAME: Final = 12.0
_WIDEST: Final = 150.0
_APART: Final = 80.0
_LAST: Final = "9999"

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("How the families came from each other", "各系列的演化"),
    "under": (
        "{nodes} families, {first} to {last}; {edges} of them came from an earlier one, as sources say",
        "{nodes} 个系列（{first} 至 {last}），其中 {edges} 个据来源出自更早的系列",
    ),
    "weights": ("has its weights", "沿用权重"),
    "product": ("succeeds it", "后继"),
    "architecture": ("has its architecture", "沿用架构"),
    "idea": ("took a technique of it", "采用其技术"),
    "code": ("has its code", "沿用代码"),
    "data": ("was trained on its output", "以其输出训练"),
    "other": ("another relation", "其他关系"),
    "unsure": ("? not confirmed or disputed", "？未经证实或有争议"),
    "hub": ("the larger, the more came from it", "越大，由其而来者越多"),
    "vague": ("only its year is known: stands as early in it as what it came from", "仅知年份：置于其来源之后尽早处"),
    "undated": ("no date known: stands beside what it is related to, or last", "日期不详：置于相关者旁，或置于最后"),
    "note": (
        "Each family stands under one earlier family: one whose weights it has; else one that it succeeds, or whose architecture, technique, code or output it took; what is sure goes first. {more} other relations between families are not drawn. A year is as wide as what is in it needs.",
        "每个系列置于一个更早的系列之下：依次为沿用其权重、作为其后继、沿用其架构、采用其技术、代码或输出者，可靠者优先。系列之间另有 {more} 条关系未画出。各年宽度随内容而定。",
    ),
}


def tree(graph: nx.MultiDiGraph[str], *, lang: Lang = "en") -> Canvas:
    """Draw the evolutionary tree of a view.

    Args:
        graph: A graph view; sizes and checkpoints are taken together with the family that they belong to.
        lang: Language of the labels.

    Returns:
        The picture; its ``svg()`` is the same for the same view.

    Raises:
        ValueError: The view has no nodes.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph(title="Families")
    >>> view.add_node("llama", label="LLaMA", date="2023-02-24")
    >>> view.add_node("vicuna", label="Vicuna", date="2023-03-30")
    >>> _ = view.add_edge("vicuna", "llama", key="c", stratum="weights", status="stated-by-developer", label="fine-tuned")
    >>> "Vicuna" in tree(view).svg()
    True
    """
    if not graph:
        raise ValueError("There is nothing to draw: the view has no nodes.")
    names = {node: label_of(data, node, lang) for node, data in graph.nodes(data=True)}
    whole, _ = under_families(graph)
    lines = bundles(whole, lang, names)
    parents = parents_of(whole, lines)
    days = drawn_days(whole)
    order = sorted(whole, key=lambda node: (days.get(node, _LAST), names[node].casefold(), node))
    reach = _reach(parents)
    leaves = {node: _leaf(whole.nodes[node], node, names[node], reach[node], parents.get(node), lang) for node in order}
    growth = grown(leaves, parents, days)
    dates = sorted(str(data["date"]) for _, data in whole.nodes(data=True) if data.get("date"))
    unknown = word("undated", lang)
    is_apart = any(x > growth.axis.right for x in growth.x.values())
    right = max(growth.right, growth.axis.right + (_APART if is_apart else 0))
    canvas = Canvas(
        max(right + MARGIN, NARROWEST), 0, title_of(graph.graph, said(_WORDS, "title", lang), lang), lang=lang
    )
    canvas.description = said(_WORDS, "under", lang).format(
        nodes=len(whole), edges=len(parents), first=dates[0] if dates else unknown, last=dates[-1] if dates else unknown
    )
    draw_title(canvas, canvas.description)
    top = TOP + HEAD + 12
    draw_years(canvas, growth.axis, TOP, top + growth.height, lang)
    if is_apart:
        canvas.text(growth.axis.right + 8, TOP + 15, unknown, size=10, fill="muted")
    growth.draw(canvas, top)
    pairs = {(line.child, line.parent) for line in lines if line.child != line.parent}
    note = said(_WORDS, "note", lang).format(more=len(pairs) - len(parents))
    draw_below(canvas, _keys(growth, reach, lang), note, top + growth.height)
    return canvas


def parents_of(graph: nx.MultiDiGraph[str], lines: Iterable[Bundle]) -> dict[str, Bundle]:
    """The one line to what each thing came from most closely.

    What is sure goes before what is not, then closer kinds of lineage (:data:`CLOSEST`), then more that was taken, then the
    later parent. Nothing comes from what is later, nor by any way from itself.

    Args:
        graph: A graph view.
        lines: Its lines.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph()
    >>> _ = view.add_edge("vicuna", "llama", key="c", stratum="weights", status="stated-by-developer")
    >>> _ = view.add_edge("vicuna", "gpt-4", key="d", stratum="data", status="stated-by-developer")
    >>> parents_of(view, bundles(view))["vicuna"].parent
    'llama'
    """
    days = drawn_days(graph)
    by_child: dict[str, list[Bundle]] = defaultdict(list)
    for line in lines:
        if line.sureness != "denied" and days.get(line.parent, "") <= days.get(line.child, _LAST):
            by_child[line.child].append(line)

    def rank(line: Bundle) -> tuple[bool, int, int]:
        place = CLOSEST.index(line.stratum) if line.stratum in CLOSEST else len(CLOSEST)
        return not is_sure(line), place, -len(line.labels)

    chosen: dict[str, Bundle] = {}
    for child in sorted(by_child, key=lambda node: (days.get(node, _LAST), node)):
        later_first = sorted(by_child[child], key=lambda line: days.get(line.parent, ""), reverse=True)
        possible = [line for line in sorted(later_first, key=rank) if child not in _ancestry(chosen, line.parent)]
        if possible:
            chosen[child] = possible[0]
    return _in_time(chosen, days)


def _in_time(chosen: dict[str, Bundle], days: Mapping[str, str]) -> dict[str, Bundle]:
    """Without lines that lead, by way of things without a date, from what is later."""
    kept: dict[str, Bundle] = {}
    for child, line in chosen.items():
        node = line.parent
        while node not in days and node in chosen:
            node = chosen[node].parent
        if days.get(node, "") <= days.get(child, _LAST):
            kept[child] = line
    return kept


def _ancestry(chosen: Mapping[str, Bundle], node: str) -> set[str]:
    """A thing, what it came from, and so on."""
    seen = {node}
    while node in chosen:
        node = chosen[node].parent
        seen.add(node)
    return seen


def _reach(parents: Mapping[str, Bundle]) -> Counter[str]:
    """How many things stand under each."""
    reach: Counter[str] = Counter()
    for node in parents:
        reach.update(_ancestry(parents, node) - {node})
    return reach


def _leaf(  # noqa: PLR0913, PLR0917 - what a family's name is made of
    data: Mapping[str, object], node: str, name: str, reach: int, line: Bundle | None, lang: Lang
) -> Leaf:
    date = str(data.get("date", "")) or word("undated", lang)
    title = "\n".join(filter(None, (name, date, str(data.get("organization_label", "")), node)))
    size, bold = (_HUB_NAME, True) if reach >= _HUB else (10.0, False)
    mark = "" if line is None or is_sure(line) else "? "
    radius = 2.6 + min(sqrt(reach) * 0.55, 3.8)
    shown = clip(mark + name, _WIDEST, size, bold=bold)
    return Leaf(shown, title, size=size, bold=bold, radius=radius, vague=is_vague(data))


def _keys(growth: Growth, reach: Mapping[str, int], lang: Lang) -> list[Key]:
    drawn = {line.stratum if line.stratum in STRATA else "other" for line in growth.parents.values()}
    if any(not is_sure(line) for line in growth.parents.values()):
        drawn.add("unsure")
    shown = [what for what in (*CLOSEST, "other", "unsure") if what in drawn]
    keys = [Key(said(_WORDS, what, lang), line_sample(what)) for what in shown]
    if max(reach.values(), default=0) >= _HUB:
        keys.append(Key(said(_WORDS, "hub", lang), _dots_sample))
    if any(leaf.vague for leaf in growth.leaves.values()):
        keys.append(Key(said(_WORDS, "vague", lang), vague_sample))
    if len(growth.days) < len(growth.leaves):
        keys.append(Key(said(_WORDS, "undated", lang), undated_sample))
    return keys


def _dots_sample(canvas: Canvas, x: float, y: float) -> None:
    canvas.circle(x + 6, y, 2.6, fill="ink")
    canvas.circle(x + 20, y, 6, fill="ink")
