"""The first page, and the lists of everything by kind, date, organisation and vocabulary."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from llmkg.site.datasets import dataset_jsonld
from llmkg.site.layout import page
from llmkg.site.moves import moves_of
from llmkg.site.naming import Naming
from llmkg.site.words import KINDS
from llmkg.terms import BASE, CONCEPT_SCHEMES, NS, PREFIXES, SKOS, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from llmkg.site.naming import Shown
    from llmkg.site.sections import Setting
    from llmkg.site.statements import Statements

__all__ = ["Browsing"]

_ENDINGS: Final = {".zh.html": "zh", ".html": "en"}
_DATES: Final = tuple(
    NS + name for name in ("announcedOn", "paperPublishedOn", "apiReleasedOn", "weightsReleasedOn", "introducedOn")
)
_ISSUED: Final = f"{PREFIXES['dcterms']}issued"


@dataclass(frozen=True, slots=True)
class _Item:
    """A line of a list: what it is, when it came, whose it is, how many claims there are about it."""

    thing: Shown
    date: str
    maker: Shown | None
    claims: int
    below: tuple[_Item, ...] = ()


class Browsing:
    """The section of the first page and the lists.

    Args:
        setting: The site.
        statements: All statements.
    """

    def __init__(self, setting: Setting, statements: Statements) -> None:
        self._setting = setting
        self._statements = statements
        self._naming = {lang: Naming(setting.graph.names, statements, lang) for lang in _ENDINGS.values()}

    def paths(self) -> Iterable[str]:
        """The first page and the lists, in both languages."""
        for path in ("index", "id/index", "browse/dates", "browse/organizations", *self._lists):
            yield from (path + ending for ending in _ENDINGS)

    def render(self, path: str) -> bytes | None:
        """What is at a path; None if the path is not one of the section."""
        ending = next((ending for ending in _ENDINGS if path.endswith(ending)), "")
        place, lang = path.removesuffix(ending), _ENDINGS.get(ending, "")
        if place == "index":
            said = dataset_jsonld(self._setting)
            return self._page("home.html", path, lang, _HOME[lang == "zh"], counts=self._counts(lang), described=said)
        if place == "id/index":
            return self._page("kinds.html", path, lang, _ALL[lang == "zh"], counts=self._counts(lang))
        if place == "browse/dates":
            return self._page("dates.html", path, lang, _BY_DATE[lang == "zh"], years=self._years(lang))
        if place == "browse/organizations":
            return self._page("makers.html", path, lang, _BY_MAKER[lang == "zh"], makers=self._makers(lang))
        return self._list(path, place, lang) if lang and place in self._lists else None

    def _page(self, template: str, path: str, lang: str, title: str, **values: Any) -> bytes:
        return page(self._setting, template, path, lang=lang, title=title, **values)

    @cached_property
    def _members(self) -> dict[str, list[str]]:
        """Everything that there is by kind, in the order of its IRIs."""
        former = moves_of(self._setting.graph.snapshot.store.engine)
        members: dict[str, list[str]] = defaultdict(list)
        for iri in self._statements.triples:
            kind = kind_of(iri)
            if iri != f"{BASE}concept/{kind}" and iri not in former:
                members[kind].append(iri)
        return members

    @cached_property
    def _lists(self) -> dict[str, str]:
        """The kind of each list, by its path without an ending."""
        kinds = {f"id/{kind}/index": kind for kind in KINDS if self._members.get(kind)}
        schemes = {f"concept/{kind}/index": kind for kind in CONCEPT_SCHEMES if self._members.get(kind)}
        terms = {"ns/index": _TERM} if self._members.get(_TERM) else {}
        return kinds | schemes | terms

    def _title(self, kind: str, lang: str) -> str:
        if kind == _TERM:
            return _TERMS[lang == "zh"]
        return KINDS[kind][lang == "zh"] if kind in KINDS else self._naming[lang].label(f"{BASE}concept/{kind}")

    def _counts(self, lang: str) -> dict[str, list[tuple[str, str, int]]]:
        """Path, title and size of each list: of entities, and of concepts."""
        rows = [(path, self._title(kind, lang), len(self._members[kind])) for path, kind in self._lists.items()]
        return {
            "things": [row for row in rows if row[0].startswith("id/")],
            "concepts": [row for row in rows if not row[0].startswith("id/")],
        }

    def _list(self, path: str, place: str, lang: str) -> bytes:
        kind = self._lists[place]
        title = self._title(kind, lang)
        if kind == "claim":
            counts = [(iri, len(self._statements.mentions.get(iri, ()))) for iri in self._members["source"]]
            items = [_Item(self._naming[lang].thing(iri), "", None, count) for iri, count in counts if count]
            return self._page("list.html", path, lang, title, items=_ordered(items), kind=kind, count=0)
        return self._page(
            "list.html", path, lang, title, items=self._items(kind, lang), kind=kind, count=len(self._members[kind])
        )

    def _items(self, kind: str, lang: str) -> list[_Item]:
        """What is in a list; narrower concepts are below their broader ones."""
        members = set(self._members[kind])
        broader: dict[str, list[str]] = defaultdict(list)
        tops = []
        for iri in self._members[kind]:
            above = [term.value for term in self._statements.said.get(iri, {}).get(SKOS + "broader", ())]
            parents = sorted(members.intersection(above))
            for parent in parents:
                broader[parent].append(iri)
            if not parents:
                tops.append(iri)
        shown: set[str] = set()

        def item(iri: str) -> _Item:
            shown.add(iri)
            below = [item(one) for one in broader[iri] if one not in shown]
            return self._item(iri, lang, tuple(_ordered(below)))

        items = [item(iri) for iri in tops]
        items += [item(iri) for iri in self._members[kind] if iri not in shown]  # whatever is its own ancestor
        return _ordered(items)

    def _item(self, iri: str, lang: str, below: tuple[_Item, ...] = ()) -> _Item:
        makers = self._statements.derived.get(iri, {}).get(NS + "developedBy", ())
        return _Item(
            thing=self._naming[lang].thing(iri),
            date=self._date(iri),
            maker=self._naming[lang].thing(makers[0].value) if makers else None,
            claims=len(self._statements.about.get(iri, ())),
            below=below,
        )

    def _date(self, iri: str) -> str:
        """The earliest date that is known of a thing."""
        derived, said = self._statements.derived.get(iri, {}), self._statements.said.get(iri, {})
        dates = [term.value for name in _DATES for term in derived.get(name, ())]
        return min([*dates, *(term.value for term in said.get(_ISSUED, ()))], default="")

    def _years(self, lang: str) -> list[tuple[str, list[_Item]]]:
        """Families and products by year, the latest first."""
        years: dict[str, list[_Item]] = defaultdict(list)
        for kind in ("family", "product"):
            for iri in self._members[kind]:
                item = self._item(iri, lang)
                years[item.date[:4]].append(item)
        return [
            (year, sorted(items, key=lambda item: (item.date, item.thing.text.casefold()), reverse=bool(year)))
            for year, items in sorted(years.items(), reverse=True)
        ]

    def _makers(self, lang: str) -> list[tuple[Shown, list[_Item]]]:
        """Families and products by who developed them."""
        makers: dict[Shown, list[_Item]] = defaultdict(list)
        for kind in ("family", "product"):
            for iri in self._members[kind]:
                for maker in self._statements.derived.get(iri, {}).get(NS + "developedBy", ()):
                    makers[self._naming[lang].thing(maker.value)].append(self._item(iri, lang))
        ordered = sorted(makers.items(), key=lambda pair: pair[0].text.casefold())
        return [
            (maker, sorted(items, key=lambda item: (item.date or "9", item.thing.text))) for maker, items in ordered
        ]


def _ordered(items: Sequence[_Item]) -> list[_Item]:
    return sorted(items, key=lambda item: (item.thing.text.casefold(), item.thing.path))


_HOME: Final = ("Who took what from whom", "谁从谁那里采用了什么")
_ALL: Final = ("Everything in the graph", "图谱中的一切")
_BY_DATE: Final = ("Models by date", "按日期浏览模型")
_BY_MAKER: Final = ("Models by organisation", "按机构浏览模型")
_TERM: Final = "term"
_TERMS: Final = ("Classes and properties", "类与属性")
