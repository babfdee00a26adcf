"""The documentation of the ontology, and its modules and shapes as data."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyoxigraph as px

from llmkg.addresses import FORMS, PAGES
from llmkg.site.cells import Cell, cell_of
from llmkg.site.drawing import class_drawing
from llmkg.site.forms import in_form
from llmkg.site.glossary import Glossary, Shape, glossary_of, shapes_of
from llmkg.site.layout import page
from llmkg.terms import PREFIXES, SKOS, shrink
from llmkg.turtle import parse_turtle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmkg.files import TextFile
    from llmkg.site.sections import Setting
    from llmkg.store import Term as Value

__all__ = ["Ontology"]

_PAGE: Final = "ontology/index"
_PICTURES: Final = {"ontology/classes.svg": "en", "ontology/classes.zh.svg": "zh"}
_RDFS: Final = PREFIXES["rdfs"]
_SHAPES: Final = "ontology/shapes/"


class Ontology:
    """The section of the ontology. It comes before that of things: a module's address gives the whole module as data.

    Args:
        setting: The site.

    >>> import llmkg
    >>> from llmkg.site.sections import Setting
    >>> b"llmkg:Model" in Ontology(Setting(llmkg.load())).render("ontology/core.ttl")
    True
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def paths(self) -> Iterable[str]:
        """The pages, the drawings, and the modules, alignments, vocabularies and shapes as data."""
        yield from (f"{_PAGE}.{ending}" for ending in PAGES)
        yield from _PICTURES
        yield from (f"{stem}.{ending}" for stem in self._files for ending in FORMS)

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        if path in _PICTURES:
            return class_drawing(self._glossary, _PICTURES[path]).encode()
        stem, _, ending = path.partition(".")
        if stem == _PAGE and ending in PAGES:
            return self._page(path, PAGES[ending])
        if stem not in self._files or ending not in FORMS:
            return None
        file = self._files[stem]
        return file.text.encode() if ending == "ttl" else in_form(parse_turtle(file.text, where=file.name)[0], ending)

    @cached_property
    def _files(self) -> Mapping[str, TextFile]:
        """The files of the ontology by the paths of their data; those of shapes are below ``shapes/``."""
        project = self._setting.graph.project
        named = [(file.name.removesuffix(".ttl"), file) for file in project.ontology]
        return dict([*named, *((f"shapes/{_stem(file)}", file) for file in project.shapes)])

    @cached_property
    def _glossary(self) -> Glossary:
        return glossary_of(self._setting.graph.snapshot.store.engine)

    @cached_property
    def _shapes(self) -> list[Shape]:
        return shapes_of(self._setting.graph.project)

    def _page(self, path: str, lang: str) -> bytes:
        graph = self._setting.graph

        def shown(value: str | Value) -> Cell:
            return cell_of(graph, px.NamedNode(value) if isinstance(value, str) else value, lang)

        return page(
            self._setting,
            "ontology.html",
            path,
            lang=lang,
            title="本体" if lang == "zh" else "The ontology",
            terms=self._glossary.terms,
            matches=self._glossary.matches,
            shapes=self._shapes,
            shown=shown,
            shrink=shrink,
            concepts=self._concepts,
            picture="ontology/classes.zh.svg" if lang == "zh" else "ontology/classes.svg",
            files=[stem for stem in self._files if not stem.startswith("shapes/")],
            shape_files=[stem for stem in self._files if stem.startswith("shapes/")],
            forms=FORMS,
            label=f"{SKOS}prefLabel",
            definition=f"{SKOS}definition",
            domain=f"{_RDFS}domain",
            range=f"{_RDFS}range",
            parents=(f"{_RDFS}subClassOf", f"{_RDFS}subPropertyOf"),
        )

    def _concepts(self, scheme: str) -> int:
        """How many concepts are in a scheme."""
        engine = self._setting.graph.snapshot.store.engine
        quads = engine.quads_for_pattern(None, px.NamedNode(f"{SKOS}inScheme"), px.NamedNode(scheme))
        return len({quad.subject for quad in quads})


def _stem(file: TextFile) -> str:
    return file.name.removeprefix(_SHAPES).removesuffix(".ttl")
