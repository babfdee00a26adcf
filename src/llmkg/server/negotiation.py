"""Which of the forms that there are a client wants: the headers Accept and Accept-Language (RFC 9110, section 12)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["best_form", "best_language"]

_QUALITY: Final = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
_MOST_RANGES: Final = 50


@lru_cache(maxsize=1024)
def best_form(accept: str, forms: Sequence[str]) -> str | None:
    """The form that a client likes best.

    Args:
        accept: The header Accept; empty if there is none.
        forms: Media types that there are, the one to prefer first; as a tuple.

    Returns:
        One of them, or None if the client takes none.

    >>> best_form("text/html;q=0.5, text/*", ("text/turtle", "text/html"))
    'text/turtle'
    >>> best_form("application/pdf", ("text/turtle",)) is None
    True
    """
    ranges = _ranges(accept) if accept.strip() else [("*/*", 1.0)]
    liked = [(_liking(form, ranges), -place, form) for place, form in enumerate(forms)]
    quality, _, form = max(liked)
    return form if quality > 0 else None


@lru_cache(maxsize=1024)
def best_language(accept_language: str, languages: Sequence[str] = ("en", "zh")) -> str:
    """The language that a reader likes best; the first where none is asked for.

    >>> best_language("zh-CN,zh;q=0.9,en;q=0.8"), best_language("fr"), best_language("")
    ('zh', 'en', 'en')
    """
    ranges = _ranges(accept_language)
    best, best_quality = languages[0], 0.0
    for language in languages:
        quality = max((q for tag, q in ranges if tag == language or tag.startswith(f"{language}-")), default=0.0)
        if quality > best_quality:
            best, best_quality = language, quality
    return best


def _ranges(header: str) -> list[tuple[str, float]]:
    """What a header names, with its quality; what is not understood counts as not said."""
    ranges = []
    for part in header.split(",")[:_MOST_RANGES]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                quality = float(parameter[2:]) if _QUALITY.fullmatch(parameter[2:]) else 0.0
        if name:
            ranges.append((name, quality))
    return ranges


def _liking(form: str, ranges: list[tuple[str, float]]) -> float:
    """How much a form is liked: the narrowest range that it is in decides."""
    kind = form.partition("/")[0]
    for wanted in (form, f"{kind}/*", "*/*"):
        qualities = [quality for name, quality in ranges if name == wanted]
        if qualities:
            return max(qualities)
    return 0.0
