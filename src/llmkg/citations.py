"""Sources as references: BibTeX, CSL-JSON, RIS, and a line of text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as px

from llmkg.output import as_json
from llmkg.queries import run
from llmkg.tables import escape_latex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from llmkg.catalogue import Catalogue
    from llmkg.store import Store

__all__ = ["STYLES", "Reference", "cited", "references"]

_PAPERS: Final = {"paper"}
_REPORTS: Final = {"technical-report", "system-card", "model-card", "documentation"}
_CSL: Final = {
    "paper": "article",
    "technical-report": "report",
    "system-card": "report",
    "model-card": "report",
    "code-repository": "software",
    "blog-post": "post-weblog",
    "article": "article",
    "news": "article-newspaper",
    "encyclopedia": "entry-encyclopedia",
    "licence": "legislation",
}
_RIS: Final = {"paper": "JOUR", "code-repository": "COMP", "blog-post": "BLOG", "news": "NEWS", "encyclopedia": "ENCYC"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A source, as one cites it.

    Attributes:
        slug: The last part of its IRI; it serves as the key.
        title: Its title.
        authors: Their names as the source gives them; ``and others`` is left to the style.
        is_cut: Whether there are more authors than are named.
        issued: Date, month or year; empty if it is not known.
        kind: Slug of the kind of source (``paper``, ``model-card`` ...).
        publisher: Label of who published it; empty if the graph does not say.
        url: Its address; empty if there is none.
        arxiv: Its number at arXiv; empty if it has none.
        doi: Its DOI; empty if it has none.
    """

    slug: str
    title: str
    authors: tuple[str, ...]
    is_cut: bool
    issued: str
    kind: str
    publisher: str
    url: str
    arxiv: str
    doi: str

    @property
    def year(self) -> str:
        """The year; empty if it is not known."""
        return self.issued[:4]

    def text(self) -> str:
        """The reference as a line.

        >>> Reference("a-2020", "On A", ("Ann A",), False, "2020-05", "paper", "", "", "2005.00001", "").text()
        'Ann A (2020). On A. arXiv:2005.00001.'
        """
        authors = ", ".join(self.authors) + (" et al." if self.is_cut else "")
        place = f"arXiv:{self.arxiv}" if self.arxiv else self.url
        doi = f"https://doi.org/{self.doi}" if self.doi else ""
        parts = [
            f"{authors} ({self.year or 'n.d.'}).",
            f"{self.title}.",
            f"{self.publisher}." if self.publisher else "",
        ]
        ends = [f"{part}." if not part.startswith("http") else part for part in (doi or place,) if part]
        return " ".join(part for part in (*parts, *ends) if part)

    def bibtex(self) -> str:
        r"""The reference as a BibTeX entry; names of organisations in braces, so that they are not taken apart.

        >>> print(Reference("a-2020", "On A & B", ("Ann A",), False, "2020-05", "paper", "", "", "2005.00001", "").bibtex())
        @article{a-2020,
          title = {{On A \& B}},
          author = {Ann A},
          year = {2020},
          month = {5},
          eprint = {2005.00001},
          archiveprefix = {arXiv},
        }
        """
        authors = [escape_latex(name) if _is_person(name) else f"{{{escape_latex(name)}}}" for name in self.authors]
        month, day = self.issued[5:7].lstrip("0"), self.issued[8:10]
        fields = {
            "title": f"{{{escape_latex(self.title)}}}",
            "author": " and ".join([*authors, *(["others"] if self.is_cut else [])]),
            "year": self.year,
            "month": month,
            "day": day.lstrip("0"),
            "publisher": escape_latex(self.publisher),
            "eprint": self.arxiv,
            "archiveprefix": "arXiv" if self.arxiv else "",
            "doi": self.doi,
            "url": self.url,
        }
        type_ = "article" if self.kind in _PAPERS else "techreport" if self.kind in _REPORTS else "misc"
        if type_ == "techreport":
            fields["institution"] = fields.pop("publisher")
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@{type_}{{{self.slug},", *lines, "}"])

    def csl(self) -> dict[str, Any]:
        """The reference as CSL-JSON, https://citationstyles.org/."""
        parts = [int(part) for part in self.issued.split("-")] if self.issued else []
        authors = [_csl_name(name) for name in self.authors] + ([{"literal": "et al."}] if self.is_cut else [])
        fields: dict[str, Any] = {
            "id": self.slug,
            "type": _CSL.get(self.kind, "webpage"),
            "title": self.title,
            "author": authors,
            "issued": {"date-parts": [parts]} if parts else None,
            "publisher": self.publisher,
            "number": f"arXiv:{self.arxiv}" if self.arxiv else "",
            "DOI": self.doi,
            "URL": self.url,
        }
        return {name: value for name, value in fields.items() if value}

    def ris(self) -> str:
        """The reference in RIS, as reference managers read it."""
        fields = [
            ("TY", _RIS.get(self.kind, "RPRT" if self.kind in _REPORTS else "ELEC")),
            ("ID", self.slug),
            ("TI", self.title),
            *(("AU", _inverted(name)) for name in self.authors),
            ("PY", self.year),
            ("DA", self.issued.replace("-", "/")),
            ("PB", self.publisher),
            ("M1", f"arXiv:{self.arxiv}" if self.arxiv else ""),
            ("DO", self.doi),
            ("UR", self.url),
        ]
        return "".join(f"{tag}  - {value}\n" for tag, value in fields if value) + "ER  - \n"


STYLES: Final = {
    "bibtex": lambda found: "\n\n".join(reference.bibtex() for reference in found) + "\n",
    "csl": lambda found: as_json([reference.csl() for reference in found]),
    "ris": lambda found: "\n".join(reference.ris() for reference in found),
    "text": lambda found: "".join(f"{reference.text()}\n" for reference in found),
}
"""What writes references, by the name of the style."""


def cited(store: Store, catalogue: Catalogue, thing: str) -> list[str]:
    """IRIs of the sources of the claims about a thing, its variants and checkpoints, the most cited first.

    Args:
        store: The store.
        catalogue: The saved questions.
        thing: IRI of the thing.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> cited(kg.store, kg.catalogue, kg["llama"].iri)[0].rpartition("/")[2]
    'touvron-2023'
    """
    rows = run(store, catalogue["provenance/cited-for"], {"thing": [px.NamedNode(thing)]}).records()
    counts = Counter(row["source"].value for row in rows if row["source"] is not None)
    return [source for source, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def references(store: Store, catalogue: Catalogue, sources: Iterable[str]) -> list[Reference]:
    """Sources as references, in the order in which they are given.

    Args:
        store: The store.
        catalogue: The saved questions.
        sources: IRIs of sources.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> references(kg.store, kg.catalogue, [kg["source:shazeer-2020"].iri])[0].year
    '2020'
    """
    wanted = list(dict.fromkeys(sources))
    if not wanted:
        return []
    found: dict[str, Reference] = {}
    question = catalogue["provenance/references"]
    for row in run(store, question, {"source": [px.NamedNode(source) for source in wanted]}).records():
        text = {name: term.value if term is not None else "" for name, term in row.items()}
        names = [name.strip() for name in text["authors"].split(";")]
        found[text["source"]] = Reference(
            slug=text["source"].rpartition("/")[2],
            title=text["title"],
            authors=tuple(name for name in names if name != "and others"),
            is_cut="and others" in names,
            issued=text["issued"],
            kind=text["kind"].rpartition("/")[2],
            publisher=text["publisher"],
            url=text["url"],
            arxiv=text["arxivId"],
            doi=text["doi"],
        )
    return [found[source] for source in wanted if source in found]


_GIVEN: Final = re.compile(r"^\S+(?: \S+){1,3}$")
_BODIES: Final = re.compile(
    r"(?i)^the |[&\d]|\b(?:AI|team|research|google|openai|meta|institute|foundation|group|inc|lab|labs|laboratory|wiki|cloud|face"
    r"|center|university|initiative|collaboration|project|commons|estate|license|associated|times|today|journal|turing post|news|stats|market"
    r"|show|systems|computer|compute|technology)\b"
)


def _is_person(name: str) -> bool:
    """Whether a name is a person's rather than an organisation's; the graph keeps names as the sources write them."""
    return bool(_GIVEN.match(name)) and not _BODIES.search(name)


def _parted(name: str) -> tuple[str, str]:
    """The given and the family name of a person, the latter with its particles (``van der``); no given name for others."""
    words = name.split(" ")
    place = next((place for place, word in enumerate(words) if place and word[:1].islower()), len(words) - 1)
    return (" ".join(words[:place]), " ".join(words[place:])) if _is_person(name) else ("", name)


def _inverted(name: str) -> str:
    given, family = _parted(name)
    return f"{family}, {given}" if given else name


def _csl_name(name: str) -> dict[str, str]:
    given, family = _parted(name)
    return {"family": family, "given": given} if given else {"literal": name}
