"""The ontology as a drawing: its classes in a row each, and the main properties that join them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from llmkg.pictures.canvas import Canvas
from llmkg.pictures.text import text_width
from llmkg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from llmkg.site.glossary import Glossary, Term

__all__ = ["class_drawing"]

_LABEL: Final = PREFIXES["skos"] + "prefLabel"
_PARENT: Final = PREFIXES["rdfs"] + "subClassOf"
_DOMAIN: Final = PREFIXES["rdfs"] + "domain"
_RANGE: Final = PREFIXES["rdfs"] + "range"
_WIDTH: Final = 940
_SIZE: Final = 12
_LINE: Final = 19
_INDENT: Final = 22
_GAP: Final = 16


def class_drawing(glossary: Glossary, lang: str) -> str:
    """The drawing as SVG, the same bytes for the same ontology.

    Args:
        glossary: The words of the ontology.
        lang: ``en`` or ``zh``.
    """
    classes = glossary.terms.get("Class", [])
    joins = {
        term.iri: [
            (one.text(_LABEL, lang), one.iris(_RANGE))
            for one in glossary.terms.get("ObjectProperty", [])
            if term.iri in one.iris(_DOMAIN)
        ]
        for term in classes
    }
    labels = {term.iri: term.text(_LABEL, lang) or term.name for term in classes}
    ordered = _in_order(classes)
    lines = [(depth, term, _wrapped(joins[term.iri], labels, depth)) for depth, term in ordered]
    height = sum(_GAP + _LINE * (1 + len(joined)) for _, _, joined in lines) + 40
    title = "本体的类及其主要属性" if lang == "zh" else "The classes of the ontology and the properties that join them"
    sheet = Canvas(_WIDTH, height, title=title, lang="zh-Hans" if lang == "zh" else "en")
    y = 20.0
    for depth, term, joined in lines:
        x = 16.0 + depth * _INDENT
        if depth:
            sheet.path(("M", x - 12, y - _GAP, "L", x - 12, y + 10, "L", x - 2, y + 10), stroke="line")
        with sheet.group(title=labels[term.iri]):
            width = text_width(labels[term.iri], _SIZE, bold=True) + 16
            sheet.rect(x, y, width, 20, fill="panel", stroke="line", radius=4)
            sheet.text(x + 8, y + 14, labels[term.iri], bold=True)
        for place, line in enumerate(joined, 1):
            sheet.text(x + 18, y + 14 + place * _LINE, line, size=11, fill="muted")
        y += _GAP + _LINE * (1 + len(joined))
    return sheet.svg()


def _in_order(classes: Sequence[Term]) -> list[tuple[int, Term]]:
    """Each class under the one that it is a kind of, with how deep it stands."""
    known = {term.iri for term in classes}
    found: list[tuple[int, Term]] = []

    def place(parent: str, depth: int) -> None:
        for term in classes:
            parents = [iri for iri in term.iris(_PARENT) if iri in known]
            if (parent in parents) if parent else not parents:
                found.append((depth, term))
                place(term.iri, depth + 1)

    place("", 0)
    return found


def _wrapped(joins: Sequence[tuple[str, list[str]]], labels: dict[str, str], depth: int) -> list[str]:
    """The properties of a class, in as many lines as they need."""
    lines: list[str] = []
    for name, targets in joins:
        to = ", ".join(labels[target] for target in targets if target in labels)
        text = f"{name} → {to}" if to else name
        wide = _WIDTH - 60 - depth * _INDENT
        if lines and text_width(f"{lines[-1]} · {text}", 11) <= wide:
            lines[-1] = f"{lines[-1]} · {text}"
        else:
            lines.append(text)
    return lines
