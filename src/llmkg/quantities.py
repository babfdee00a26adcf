"""Years, days and numbers in a question, in English and in Chinese."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

__all__ = ["Quantity", "quantities"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A year, a day or a number that stands in a text.

    Attributes:
        start: Where it begins in the text, with the word before it that belongs to it (``since``).
        end: Where it ends.
        text: What stands there.
        values: Its lexical form for each type of parameter that it may fill: ``gYear`` and ``date``, or ``decimal`` and perhaps ``integer``.
    """

    start: int
    end: int
    text: str
    values: dict[str, str]


def quantities(text: str) -> list[Quantity]:
    """The years, days and numbers in a text, in its order.

    A day that ends a time is its last one: ``by the end of 2022`` and ``in 2022`` are 2022-12-31, ``before 2022`` is
    2021-12-31, ``since 2022`` is 2022-01-01.

    Args:
        text: A question.

    >>> [quantity.values["date"] for quantity in quantities("by the end of 2022, 2023年6月, since May 3, 2021")]
    ['2022-12-31', '2023-06-30', '2021-05-03']
    >>> [quantity.values["decimal"] for quantity in quantities("13 billion, 7B, 150亿, 1e25, 10^26")][:3]
    ['13000000000', '7000000000', '15000000000']
    """
    read = (
        (match, _number_values(match) if match["number"] else _day_values(match)) for match in _PATTERN.finditer(text)
    )
    return [Quantity(match.start(), match.end(), match[0], values) for match, values in read if values]


_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR: Final = r"(?:19|20)\d\d"
_SCALES: Final = {
    "k": 3,
    "thousand": 3,
    "m": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "billion": 9,
    "t": 12,
    "trillion": 12,
    "千": 3,
    "万": 4,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "十亿": 9,
    "百亿": 10,
    "千亿": 11,
    "万亿": 12,
}
_MOST_POWER: Final = 60
_PATTERN: Final = re.compile(
    rf"""
    (?P<head>
      (?P<before>\b(?:before|prior\ to|earlier\ than)\s+(?:the\ )?)?
      (?P<since>\b(?:since|from|after|starting\ in|beginning\ in)\s+(?:the\ )?|自从?|从)?
      (?:\b(?:by|until|till|up\ to|as\ of|at|in|on)\s+)?(?:the\ )?(?:end\ of\s+)?(?:(?:截至|截止到?|直到|到)\s*)?
    )
    (?:
      (?<![\w.-])(?P<iso>{_YEAR}-\d\d-\d\d)(?![\w-])
      | \b(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month1>{_MONTH}),?\s+(?P<year1>{_YEAR})\b
      | \b(?P<month2>{_MONTH})\s+(?:(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<year2>{_YEAR})\b
      | (?P<year3>{_YEAR})\s*年(?:\s*(?P<month3>\d{{1,2}})\s*月(?:\s*(?P<day3>\d{{1,2}})\s*[日号])?)?
        (?P<tail3>[年月]?[末底]|以来|以后|之后|后|以前|之前|前|为止|起)?
      | (?<![\w.-])(?P<year4>{_YEAR})(?![\w.-]*\w)
    )
    |
    (?<![\w.-])(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?)
      (?:\s*[eE]\+?(?P<power>\d{{1,2}})|\s*(?:\^|\*\*)\s*(?P<exponent>\d{{1,2}})
       | \s*(?P<scale>thousand|million|billion|trillion|万亿|千亿|百亿|十亿|千万|百万|亿|万|千|bn|[kmbt](?![a-z])))?
      (?![\d^])
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def _day_values(match: re.Match[str]) -> dict[str, str]:
    """The year and the day that a match means; nothing if there is no such day."""
    group = {name: match[name] or "" for name in match.re.groupindex}
    if group["iso"]:
        year, month, day = (int(part) for part in group["iso"].split("-"))
    else:
        year = int(next(group[name] for name in ("year1", "year2", "year3", "year4") if group[name]))
        named = group["month1"] or group["month2"]
        month = _MONTHS.index(named[:3].casefold()) + 1 if named else int(group["month3"] or 0)
        day = int(group["day1"] or group["day2"] or group["day3"] or 0)
    if month > len(_MONTHS) or (day and day > monthrange(year, month)[1]):
        return {}
    tail = group["tail3"]
    if not day and (group["before"] or tail in {"以前", "之前", "前"}):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    elif not day and (group["since"] or tail in {"以来", "以后", "之后", "后", "起"}):
        month, day = month or 1, 1
    month = month or len(_MONTHS)
    return {"gYear": str(year), "date": f"{year}-{month:02}-{day or monthrange(year, month)[1]:02}"}


def _number_values(match: re.Match[str]) -> dict[str, str]:
    """The number that a match means; nothing if it is out of all reason."""
    number = Decimal(match["number"].replace(",", ""))
    if match["exponent"]:
        number **= int(match["exponent"])
    power = int(match["power"] or 0) + (_SCALES[match["scale"].casefold()] if match["scale"] else 0)
    if power > _MOST_POWER or number.adjusted() > _MOST_POWER:
        return {}
    number = number.scaleb(power)
    if number != number.to_integral_value():
        return {"decimal": f"{number:f}"}
    return {"decimal": f"{int(number)}", "integer": f"{int(number)}"}
