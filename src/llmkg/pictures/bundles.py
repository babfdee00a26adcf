"""The lines of a lineage picture: claims that say the same kind of thing about the same two, drawn as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from llmkg.pictures.words import SURENESS, label_of, sureness_of, tag_of, word
from llmkg.terms import STRATA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx

    from llmkg.pictures.words import Lang

__all__ = ["Bundle", "bundles"]

_TOLD = 12


@dataclass(frozen=True)
class Bundle:
    """Claims drawn as one line: same child, same parent, same stratum, equally sure.

    Attributes:
        child: IRI of what came from the other.
        parent: IRI of what it came from.
        stratum: Which kind of lineage.
        sureness: How sure, one of :data:`llmkg.pictures.words.SURENESS`.
        labels: What was taken: techniques, or the relation; each once.
        claims: IRIs of the claims, the surest first.
        source: IRI of the source of the first.
        title: What each claim says, who says it and where.
    """

    child: str
    parent: str
    stratum: str
    sureness: str
    labels: tuple[str, ...]
    claims: tuple[str, ...]
    source: str
    title: str


def bundles(graph: nx.MultiDiGraph[str], lang: Lang = "en", names: Mapping[str, str] | None = None) -> list[Bundle]:
    """The lines to draw of a view.

    What one source states and another repeats is one line, as sure as the surest; what is refuted is never one with what
    is stated.

    Args:
        graph: A graph view.
        lang: Language of the labels.
        names: What to call things that the graph does not have, such as sizes taken together with their family.

    Returns:
        In an order that depends on nothing but the view.

    >>> import networkx as nx
    >>> view = nx.MultiDiGraph()
    >>> _ = view.add_edge("b", "a", key="c1", stratum="idea", status="stated-by-developer", label="RoPE", source_label="S")
    >>> _ = view.add_edge("b", "a", key="c2", stratum="idea", status="stated-by-developer", label="SwiGLU", source_label="S")
    >>> [(bundle.labels, bundle.claims) for bundle in bundles(view)]
    [(('RoPE', 'SwiGLU'), ('c1', 'c2'))]
    """
    groups: dict[tuple[str, str, str, bool], list[tuple[str, Mapping[str, Any]]]] = {}
    for child, parent, key, data in sorted(graph.edges(keys=True, data=True), key=lambda edge: edge[:3]):
        denied = sureness_of(data.get("status", "")) == "denied"
        groups.setdefault((child, parent, data.get("stratum", ""), denied), []).append((key, data))
    made = []
    for (child, parent, stratum, _), claims in groups.items():
        surest: dict[str, str] = {}
        for key, said in claims:
            label, how = label_of(said, key, lang), sureness_of(said.get("status", ""))
            surest[label] = min(surest.get(label, how), how, key=_rank)
        for how in sorted(set(surest.values()), key=_rank):
            mine = [(key, said) for key, said in claims if surest[label_of(said, key, lang)] == how]
            mine.sort(key=lambda claim: _rank(sureness_of(claim[1].get("status", ""))))
            labels = sorted({label_of(said, key, lang) for key, said in mine}, key=lambda text: (text.casefold(), text))
            made.append(
                Bundle(
                    child,
                    parent,
                    stratum,
                    how,
                    tuple(labels),
                    tuple(key for key, _ in mine),
                    str(mine[0][1].get("source", "")),
                    _title(graph, child, parent, mine, lang, names or {}),
                )
            )
    return sorted(made, key=_order)


def _rank(sureness: str) -> int:
    return list(SURENESS).index(sureness)


def _order(bundle: Bundle) -> tuple[str, str, int, int]:
    place = STRATA.index(bundle.stratum) if bundle.stratum in STRATA else len(STRATA)
    return bundle.child, bundle.parent, place, _rank(bundle.sureness)


def _title(  # noqa: PLR0913, PLR0917 - what a sentence is made of
    graph: nx.MultiDiGraph[str],
    child: str,
    parent: str,
    claims: Sequence[tuple[str, Mapping[str, Any]]],
    lang: Lang,
    names: Mapping[str, str],
) -> str:
    lines = []
    for key, data in claims[:_TOLD]:
        ends = [
            names.get(end) or label_of(graph.nodes[end] if end in graph else {}, end, lang)
            for end in (str(data.get("child", child)), str(data.get("parent", parent)))
        ]
        said = word("from", lang).format(child=ends[0], label=label_of(data, key, lang), parent=ends[1])
        where = [str(data.get("source_label") or tag_of(str(data.get("source", "")))), str(data.get("locator", ""))]
        status = tag_of(str(data.get("status", ""))).replace("-", " ")
        lines.append(f"{said}: {', '.join(filter(None, where))} [{status}]")
    if len(claims) > _TOLD:
        lines.append(word("and-more", lang).format(len(claims) - _TOLD))
    return "\n".join(lines)
