"""What a picture of a lineage says of its own, in English and Chinese."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGS", "SURENESS", "WORDS", "Lang", "label_of", "period", "sureness_of", "tag_of", "word"]

Lang = Literal["en", "zh"]
"""The language of the labels."""

LANGS: Final = ("en", "zh")

SURENESS: Final[dict[str, tuple[str, ...]]] = {
    "sure": ("stated-by-developer", "measured-by-third-party"),
    "reported": ("reported-by-secondary-source",),
    "unsure": ("estimated", "unconfirmed", "alleged", "inferred"),
    "disputed": ("disputed",),
    "denied": ("refuted", "retracted"),
}
"""How sure a drawn line is, surest first, and the statuses of claims that look so."""

WORDS: Final[dict[str, tuple[str, str]]] = {
    "idea": ("idea: technique taken", "思想：采用技术"),
    "weights": ("weights", "权重"),
    "architecture": ("architecture", "架构"),
    "product": ("product", "产品"),
    "code": ("code", "代码"),
    "data": ("data", "数据"),
    "sure": ("stated by the developer, or measured", "开发者声明或第三方测得"),
    "reported": ("reported by a secondary source", "二手来源报道"),
    "unsure": ("? not confirmed", "？未经证实"),
    "disputed": ("! disputed", "！有争议"),
    "denied": ("× refuted or retracted", "×已被驳倒或撤回"),
    "model": ("model", "模型"),
    "dataset": ("data set", "数据集"),
    "product-node": ("product", "产品"),
    "more": ("+{} more", "另有 {} 个"),
    "more-title": ("{} more, not drawn: {}", "另有 {} 个未画出：{}"),
    "and-more": ("and {} more", "以及另外 {} 个"),
    "undated": ("no date known", "日期不详"),
    "after": ("No date known", "日期不详"),
    "undated-node": (
        "no date known: stands before what came from it, or last",
        "日期不详：置于由它而来者之前，或置于最后",
    ),
    "as-of": ("{}, as of {}", "{}（截至 {}）"),
    "lineage": ("Lineage", "谱系"),
    "lineage-of": ("Lineage of {}", "{} 的谱系"),
    "from": ("{child} ← {label} ← {parent}", "{child} ← {label} ← {parent}"),
    "within": ("Relations within one family, not drawn: {}.", "同一系列内部未画出的关系：{} 条。"),
    "description": (
        "{nodes} things by date, from {first} to {last}, with {edges} relations; {more} more are folded.",
        "按日期排列的 {nodes} 个条目（{first} 至 {last}），{edges} 条关系；另有 {more} 个已折叠。",
    ),
    "note": (
        "Read from left to right: each line runs from an older thing to what came from it. A line between families may hold for some of their sizes only; its title names them.",
        "从左向右读：每条线由较早者指向由它而来者。系列之间的线可能只涉及其中部分规模，详见线的标题。",
    ),
}
"""Each text in English and in Chinese."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def word(key: str, lang: Lang) -> str:
    """A text of :data:`WORDS` in one language.

    >>> word("data", "zh")
    '数据'
    """
    return WORDS[key][LANGS.index(lang)]


def label_of(data: Mapping[str, Any], iri: str, lang: Lang) -> str:
    """What a node or an edge of a view is called; the end of its IRI where it has no label.

    >>> label_of({"label": "Rotary embedding", "label_zh": "旋转位置编码"}, "x", "zh")
    '旋转位置编码'
    """
    label = (data.get("label_zh") if lang == "zh" else "") or data.get("label")
    return str(label) if label else tag_of(iri)


def tag_of(iri: str) -> str:
    """The last part of an IRI.

    >>> tag_of("https://w3id.org/llmkg/concept/status/inferred")
    'inferred'
    """
    return iri.rpartition("/")[2]


def sureness_of(status: str) -> str:
    """How a claim of a status looks; one that is not known looks unsure.

    Args:
        status: IRI of the status.

    >>> sureness_of("https://w3id.org/llmkg/concept/status/alleged")
    'unsure'
    """
    return next((name for name, statuses in SURENESS.items() if tag_of(status) in statuses), "unsure")


def period(first: str, last: str, lang: Lang) -> str:
    """The months from one date to another of the same year; empty where either is given as no more than a year.

    >>> period("2023-02-24", "2023-03", "en"), period("2023-02", "2023-02-24", "zh"), period("2023", "2023-02", "en")
    ('Feb – Mar', '2月', '')
    """
    months = sorted({int(date[5:7]) for date in (first, last) if date[5:7]})
    if not (first[5:7] and last[5:7]):
        return ""
    if lang == "zh":
        return "–".join(map(str, months)) + "月"
    return " – ".join(_MONTHS[month - 1] for month in months)
