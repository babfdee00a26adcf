"""Names as they are compared: without case, width, spaces and punctuation, traditional Chinese as simplified."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["COMMON_WORDS", "Written", "fold", "is_chinese", "simplify", "singular"]


def fold(text: str) -> str:
    """A name without case, width, spaces and punctuation, traditional Chinese as simplified; a plus at the end stays.

    >>> fold("ＧＰＴ－3.5"), fold("Q-Former"), fold("羊駝"), fold("HumanEval+")
    ('gpt35', 'qformer', '羊驼', 'humaneval+')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    folded = "".join(char for char in plain if char.isalnum())
    if not folded:
        return simplify(text.strip().casefold())
    return simplify(folded + "+" if plain.rstrip().endswith("+") else folded)


def simplify(text: str) -> str:
    """A text with each traditional Chinese character as the simplified one; others stay, and so does the length.

    Characters are taken one by one, so that a part of a name is still a part of it afterwards.

    Source: OpenCC's table of characters, t2s.

    >>> simplify("羊駝 and 嵌入")
    '羊驼 and 嵌入'
    """
    return text if text.isascii() else "".join(_simplified(char) if is_chinese(char) else char for char in text)


def is_chinese(char: str) -> bool:
    """Whether a character is a Chinese one.

    >>> is_chinese("羊"), is_chinese("a")
    (True, False)
    """
    return "\u3400" <= char <= "\u9fff"


@cache
def _simplified(char: str) -> str:
    return str(_converter().convert(char))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def singular(name: str) -> str:
    """A folded name without the -s of the plural; empty if it has none.

    >>> singular("transformers"), singular("gpts")
    ('transformer', '')
    """
    return name[:-1] if name.endswith("s") and len(name) > _SHORTEST_PLURAL else ""


_SHORTEST_PLURAL: Final = 5


class Written:
    """A text, folded letter by letter, so that one knows where each letter stood.

    Args:
        text: The text.

    Attributes:
        text: The text.
        folded: The text, folded.
        places: Where each letter of the folded text begins and ends in the text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: list[tuple[int, int]] = []
        letters: list[str] = []
        for match in _LETTER.finditer(text):
            for char in "+" if match[0] == "+" else fold(match[0]):
                letters.append(char)
                self.places.append(match.span())
        self.folded = "".join(letters)

    def spans(self, longest: int) -> Iterable[tuple[int, int]]:
        """Where in the folded text a name may stand: from the beginning of a word to the end of one.

        Args:
            longest: Length of the longest name.

        >>> list(Written("Is GPT-4").spans(4))
        [(0, 2), (2, 5), (2, 6), (5, 6)]
        """
        edges = [place for place in range(len(self.folded) + 1) if self._is_edge(place)]
        for number, start in enumerate(edges):
            for end in edges[number + 1 :]:
                if end - start > longest:
                    break
                if end - start > 1 or not is_chinese(self.folded[start]):
                    yield start, end

    def _is_edge(self, place: int) -> bool:
        if place in {0, len(self.folded)}:
            return True
        return (
            self.places[place - 1][1] < self.places[place][0]
            or is_chinese(self.folded[place - 1])
            or is_chinese(self.folded[place])
        )

    def is_deliberate(self, start: int, end: int, names: Collection[str]) -> bool:
        """Whether a common word is written as one of some names: in its capitals, which no beginning of a sentence asks for."""
        first, last = self.places[start][0], self.places[end - 1][1]
        shown = self.text[first:last]
        if shown not in names or shown == shown.casefold():
            return False
        begins = not self.text[:first].strip() or self.text[:first].rstrip()[-1] in ".!?。！？"
        return not begins or shown[1:] != shown[1:].casefold()

    def number_follows(self, place: int) -> bool:
        """Whether a name that ends at a place of the text goes on with a number, as one that is not known may."""
        return _NUMBER_FOLLOWS.match(self.text, place) is not None


_LETTER: Final = re.compile(r"[^\W_][\u0300-\u036f]*|(?<=[^\W_])\+(?![^\W_])")
_NUMBER_FOLLOWS: Final = re.compile(r"(?:[-‐-― ]?|\.)\d{1,2}(?:\.\d+)?(?![\w%]|[.-]\d)", re.ASCII)

_COMMON_WORDS: Final = """
about above access accuracy acquired adept align alleged ambivalent apps approximately arctic around article articles
attribution audio average beats begins below bigger bit bits blog book books chips chip closed composer count
credit critical day days demonstration disputed distribution docs drop estimate estimated exceeds fair fewer from
gated glue greater h haiku hour hours idea image images inference inferred ironic joking lamb language larger less ling
luminous magneto manual match matches math maximum mean media minimum mixed modification moonlight more mt negative news
nope nova number open over overview parameter parameters partial pathways pi point points pope positive
preferred press product public quality race ratio react refuted report retracted retrieval roots ruler rumor rumour
samples seed sift size smaller sound speech star stories supervised supportive text times titan token tokens
translation unavailable under unit up use video videos vision withdrawn x yarn yi zero
不足 更多 更少 更大 更小 较多 较少 最大值 最小值 大于 小于 少于 多于 大约 左右 使用 修改 公开 开放 关闭 成立 合并 估计 推断
支持 批评 文章 新闻 图书 书籍 文本 文字 图像 图片 参数 个数 数量 百分比 分数 比率 芯片 小时 超过 优于 相当 指称 存疑 概述
"""
COMMON_WORDS: Final = frozenset(_COMMON_WORDS.split())
"""Words that mean something else in most sentences: names in Latin letters that are such a word are read only as they are written."""
