"""What each colour is on a light page, on a dark one and in a grey print, by what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["COLOURS", "THEMES", "Theme", "style"]

Theme = Literal["auto", "light", "dark", "print"]
"""Which colours a picture has; ``auto`` is light, dark where the reader prefers that, and grey on paper."""

THEMES: Final = ("light", "dark", "print")
"""The themes that stand for themselves, in the order of :data:`COLOURS`."""

COLOURS: Final[dict[str, tuple[str, str, str]]] = {
    "paper": ("#ffffff", "#14171c", "#ffffff"),
    "band": ("#f7f8fa", "#191d24", "#f5f5f5"),
    "panel": ("#f4f5f7", "#22272f", "#ffffff"),
    "ink": ("#16191d", "#eceff3", "#000000"),
    "muted": ("#596069", "#a3acb8", "#404040"),
    "line": ("#a9b0ba", "#59626f", "#707070"),
    "grid": ("#e6e8ec", "#2b313a", "#d8d8d8"),
    "accent": ("#0b57d0", "#8ab4f8", "#000000"),
    "good": ("#0a7a4b", "#4fcf93", "#303030"),
    "bad": ("#b3261e", "#f2857d", "#606060"),
    "unknown": ("#8a929c", "#7d8794", "#9a9a9a"),
    "weights": ("#b4380b", "#f58a5c", "#000000"),
    "data": ("#0a7a4b", "#4fcf93", "#404040"),
    "idea": ("#0b57d0", "#7fb0ff", "#202020"),
    "architecture": ("#7a3db8", "#c49bf5", "#505050"),
    "code": ("#8a6100", "#e0b341", "#303030"),
    "product": ("#596069", "#a3acb8", "#606060"),
    "series-1": ("#0072b2", "#5fb4ea", "#000000"),
    "series-2": ("#c24e00", "#f28e4b", "#333333"),
    "series-3": ("#00795c", "#35c79f", "#555555"),
    "series-4": ("#a8437f", "#e58fc1", "#777777"),
    "series-5": ("#7a5c00", "#dcb53c", "#222222"),
    "series-6": ("#5b4bc4", "#a99df5", "#444444"),
    "series-7": ("#3c6e8f", "#8cc3e0", "#666666"),
    "series-8": ("#9b2c2c", "#ee8f8f", "#888888"),
}
"""What each colour is in a light, a dark and a printed picture. Text in any of them but ``band``, ``grid``, ``line``, ``unknown``,
``paper`` and ``panel`` has a contrast of at least 4.5 to ``paper`` (WCAG 2.2, 1.4.3)."""


def style(used: Iterable[tuple[str, str]], theme: Theme) -> str:
    """The rules of CSS that give a picture its colours.

    Args:
        used: Pairs of what is painted (``fill``, ``stroke`` or ``halo``) and the colour.
        theme: Which colours; in ``auto`` they are custom properties, each after the light one for programs that know none.

    >>> print(style([("fill", "ink")], "dark"), end="")
    .fill-ink{fill:#eceff3}
    """
    pairs = sorted(set(used))
    names = sorted({colour for _, colour in pairs}, key=list(COLOURS).index)
    rules = []
    for kind, colour in pairs:
        what = "fill" if kind == "fill" else "stroke"
        plain = COLOURS[colour][0 if theme == "auto" else THEMES.index(theme)]
        paint = f"{what}:{plain}" + (f";{what}:var(--{colour})" if theme == "auto" else "")
        around = ";stroke-width:3px;stroke-linejoin:round;paint-order:stroke" if kind == "halo" else ""
        rules.append(f".{kind}-{colour}{{{paint}{around}}}\n")
    if theme != "auto":
        return "".join(rules)

    def variables(place: int) -> str:
        return "svg{" + ";".join(f"--{name}:{COLOURS[name][place]}" for name in names) + "}"

    return (
        f"{variables(0)}\n@media (prefers-color-scheme:dark){{{variables(1)}}}\n@media print{{{variables(2)}}}\n"
        f"{''.join(rules)}a:hover,a:focus{{opacity:.7}}\n"
    )
