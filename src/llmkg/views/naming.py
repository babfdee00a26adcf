"""What the parts of a view are called, and who says what of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llmkg.names import Names

__all__ = ["Evidence", "Named", "named"]


@dataclass(frozen=True, slots=True)
class Named:
    """A thing and its labels.

    Attributes:
        iri: Its IRI; empty for what a source does not say.
        label: What it is called in English.
        label_zh: What it is called in Chinese; empty if that is not known.
    """

    iri: str
    label: str
    label_zh: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A claim.

    Attributes:
        claim: Its IRI.
        about: What it is said of.
        what: What is said to be used.
        status: IRI of how sure it is.
        source: Who says it.
        locator: Where in the source.
    """

    claim: str
    about: Named
    what: Named
    status: str
    source: Named
    locator: str


def named(names: Names, iri: str) -> Named:
    """A thing with its labels.

    Args:
        names: What everything is called.
        iri: IRI of the thing, or nothing.

    >>> import llmkg
    >>> kg = llmkg.load()
    >>> named(kg.names, kg["rope"].iri).label_zh
    '旋转位置嵌入'
    """
    entry = names.entry(iri) if iri else None
    return Named(iri, names.label(iri) if iri else "", entry.zh if entry else "")
