"""Marks that tables carry: numbers that stand alone, headings, totals, page marks.

Takes the text of one cell or line; says what it is by its form alone. Which of several candidates
counts is for the sequence to say (`sequence`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xlfz.documents.fields.numbering import chinese_number, number_at
from xlfz.text import fold, half_width, visible

_ALONE = re.compile(
    r"(?P<noise>[A-Za-z])?"
    r"(?:(?P<star>[★☆*※◆▲△●○])\s*(?P<starred>\d{1,3})"
    r"|[(\[](?P<both>\d{1,3})[)\]]|[(\[](?P<left>\d{1,3})|(?P<right>\d{1,3})[)\]]"
    r"|(?P<multi>\d{1,3}(?:[-.]\d{1,3}){1,3})"
    r"|(?P<plain>\d{1,3}))[.、]?"
)
_CIRCLED = {chr(0x2460 + n): n + 1 for n in range(20)}
_TOTAL = re.compile(
    r"(合计|总计|小计|总分|共计|分值合计|得分合计|合计得分|合计分值)(\(.*\)|[:：]?\d+(\.\d+)?分?)?"
)
_PAGE = re.compile(
    r"[-—–_一·.]{1,3}\d{1,4}[-—–_一·.]{0,3}|\d{1,4}[-—–_一·]{1,3}|第\d{1,4}页(共\d{1,4}页)?|共\d{1,4}页第\d{1,4}页|\d{1,4}/\d{1,4}"
)
_LEVELS = {"部分": 1, "章": 1, "一、": 2, "节": 2, "(一)": 3}
_ORDINAL_START = re.compile(r"^(?:[(（][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．])")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that stands alone: `86`, `(1)`, `★2`, with the bracket or star as its style.

    `whole` is False where a part is lost or wrong: `(14`, `Q1)`.
    """

    printed: str
    style: str
    value: int
    whole: bool = True

    @property
    def proper(self) -> str:
        """As it should read: `(14)` for `(14`, `★5` for `☆5`."""
        if self.style == "(":
            return f"({self.value})"
        if self.style == "★":
            return f"★{self.value}"
        return self.printed.rstrip(".、")


def numeral(text: str) -> Numeral | None:
    """The number that the text is, None when it is anything else or more."""
    plain = "".join(half_width(text).split())
    if len(plain) == 1 and plain in _CIRCLED:
        return Numeral(plain, "①", _CIRCLED[plain])
    match = _ALONE.fullmatch(plain)
    if match is None:
        cn = re.fullmatch(r"[(]?([一二三四五六七八九十]{1,3})[)]?[、.]?", plain)
        value = chinese_number(cn[1]) if cn else None
        return Numeral(plain.rstrip("、."), "一", value) if value else None
    noise = match["noise"] is None
    shown = plain.rstrip("、.")
    if match["star"]:
        return Numeral(
            shown,
            "★" if match["star"] in "★☆" else match["star"],
            int(match["starred"]),
            noise and match["star"] != "☆",
        )
    for name in ("both", "left", "right"):
        if match[name]:
            return Numeral(shown, "(", int(match[name]), noise and name == "both")
    if match["multi"]:
        return Numeral(shown, "1.1", int(re.split(r"[-.]", match["multi"])[-1]), noise)
    return Numeral(shown, "1", int(match["plain"]), noise)


def is_number(text: str) -> bool:
    """True for a number that stands alone."""
    return numeral(text) is not None


def is_total(text: str) -> bool:
    """True for the first cell of a row that adds up."""
    return bool(_TOTAL.fullmatch(fold(text)))


def is_page_mark(text: str) -> bool:
    """True for a page number with its dashes: `— 14 —`, `一 2 一`, `第3页`."""
    plain = fold(text)
    return bool(_PAGE.fullmatch(plain)) and not plain.isdecimal()


def heading(text: str) -> int:
    """The level of a chapter heading: 1 for 第一章, 2 for 一、, 3 for （一）; 0 for no heading."""
    number = number_at(visible(text))
    if number is None:
        return 0
    if number.style == "一是" or not visible(text)[number.end :].strip():
        return 0
    return _LEVELS.get(number.style, 0)


def ordinal_of(text: str) -> int | None:
    """The number of a heading: 3 for 三、…"""
    number = number_at(visible(text))
    return number.ordinal if number and number.style in _LEVELS else None


def without_ordinal(text: str) -> str:
    """A heading's words."""
    return _ORDINAL_START.sub("", visible(text)).strip()
