"""Deadlines as documents write them: `2017年6月底前`, `每季度`, `长期坚持`, `2021年1月16日—4月底`.

Takes the text and the year of the settings; gives a `Deadline` with the last day that the text
allows and its recurrences. Forbids guessing: a day without a year gets one only from the same text
or from the settings, and what is ambiguous (`6月前`) gives no day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from xlfz.catalogue import Deadline
from xlfz.text import half_width, visible

_RECURRENCES: tuple[tuple[str, str], ...] = (
    ("每月", r"每个?月|按月|逐月"),
    ("每季度", r"每个?季度?|按季度?|逐季"),
    ("每半年", r"每半年|半年一次|按半年"),
    ("每年", r"每年|每一年|按年度|逐年"),
    ("长期", r"长期|持续(?!到|至)|常态化|常年|经常性|全年坚持|坚持不懈"),
    ("一次性", r"一次性"),
)

_YEAR = r"(?:(?P<year>\d{4})\s*年\s*|(?P<this>当年|本年|今年)\s*)?"
_WHEN = re.compile(
    r"(?P<y>\d{4})\s*[-./]\s*(?P<m>\d{1,2})\s*[-./]\s*(?P<d>\d{1,2})(?!\d)"
    rf"|{_YEAR}(?:"
    r"(?<!\d)(?P<month>\d{1,2})\s*月\s*(?:份\s*)?(?:(?P<day>\d{1,2})\s*[日号]|(?P<monthend>月?[底末])|(?P<third>[上中下])旬)?"
    r"|(?P<quarter>(?:第\s*)?[一二三四1-4]\s*季度)"
    r"|(?P<half>[上下]半年)"
    r"|(?P<yearend>(?:年度?|(?<=年)度?)[底末])"
    r")"
    r"|(?P<whole>\d{4})\s*年(?=\s*(?:内|全年|期间|完成|$|[,，。;；、]))"
)
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_BEFORE = re.compile(r"\s*(?:以前|之前|前)")


def read_deadline(text: str, year: int | None = None) -> Deadline:
    """The deadline that `text` writes; `year` completes a day that has none.

    Of several days the last one counts: it is the last day that the text allows.
    """
    shown = visible(text)
    plain = half_width(shown)
    recurrence = tuple(word for word, pattern in _RECURRENCES if re.search(pattern, plain))
    return Deadline(shown, max(_days(plain, year), default=None), recurrence)


def _days(plain: str, year: int | None) -> list[date]:
    """Every day that the text names, in its order."""
    found: list[date] = []
    last: date | None = None
    for match in _WHEN.finditer(plain):
        own = match["y"] or match["year"] or match["whole"]
        # The end of a range takes the year of its beginning: 2021年1月16日—4月底.
        inherited = last.year if last and not match["this"] else year
        which = int(own) if own else inherited
        if which is None:
            continue
        day = _day(match, which, plain[match.end() :])
        if day is None or (not own and last and day < last):
            continue
        found.append(day)
        last = day
    return found


def _day(match: re.Match[str], year: int, rest: str) -> date | None:
    """The last day that one mention allows; None when it does not exist or means two things."""
    try:
        if match["y"]:
            return date(year, int(match["m"]), int(match["d"]))
        if match["day"]:
            return date(year, int(match["month"]), int(match["day"]))
        if match["month"]:
            # 6月前 may mean before June or before its end, 6月中旬前 the 10th or the 20th.
            if not match["monthend"] and _BEFORE.match(rest):
                return None
            if match["third"] in ("上", "中"):
                return date(year, int(match["month"]), 10 if match["third"] == "上" else 20)
            return _month_end(year, int(match["month"]))
        if match["quarter"]:
            number = _QUARTERS[re.sub(r"[第\s季度]", "", match["quarter"])]
            return _month_end(year, 3 * number)
        if match["half"]:
            return _month_end(year, 6 if match["half"][0] == "上" else 12)
        return date(year, 12, 31)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError(month)
    return date(year, month, monthrange(year, month)[1])
