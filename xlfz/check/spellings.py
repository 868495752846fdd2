"""How people write numbers and days: the spellings that mean exactly one value.

Takes text, gives a number or a day, or None. Forbids guessing: `3月12日`, `26年3月12日`, `9,5`, `九点五`,
`2000万` and the letter O for 0 give None, because they need somebody to decide.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from xlfz.form.watch import EARLIEST, LATEST
from xlfz.text import visible

_HALF_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}
"""Full-width ASCII and the minus sign only: NFKC would also read 9² as 92 and ① as 1."""
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d{1,15})?(\.\d{1,15})?", re.ASCII)
_SCORE_UNITS, _WORD_UNITS = ("分",), ("字",)
_COUNT_UNITS = ("分", "字", "个", "项", "件", "次", "人", "份", "篇", "条")

_DATE = re.compile(
    r"(?P<y>\d{4})\s*[-/.年、\\–—]\s*(?P<m>\d{1,2})\s*[-/.月、\\–—]\s*(?P<d>\d{1,2})\s*[日号]?"
    r"(?:[\sT]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)
_DIGITS = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", re.ASCII)

_EPOCH = date(1899, 12, 30)
SERIALS = range(36_526, 73_051)
"""Day numbers that are taken for days without a date's format: 2000-01-01 to 2099-12-31."""
_DATE1904 = 1462


def half_width(text: str) -> str:
    """The text with full-width ASCII made half-width, invisible characters and outer space removed."""
    return visible(text).translate(_HALF_WIDTH).strip()


def read_number(text: str, column: str, *, points: bool) -> float | None:
    """`９．５`, `9.5分`, `1,234` -> the number. `points`: the column holds a score."""
    plain = half_width(text)
    units = _SCORE_UNITS if points else _WORD_UNITS if column == "words" else _COUNT_UNITS
    if plain.endswith(units):
        plain = plain[:-1].rstrip()
    match = _NUMBER.fullmatch(plain)
    # At least one digit, before the point or after it.
    if match is None or (match[1] is None and match[3] is None):
        return None
    return float(plain.replace(",", ""))


def is_percent(text: str) -> bool:
    """Whether a text is a percentage: `95%`, `95％`."""
    plain = half_width(text)
    return plain.endswith("%") and read_number(plain[:-1], "", points=True) is not None


def read_day(text: str) -> date | None:
    """`2026-3-12`, `2026年3月12日`, `20260312`, `2026-03-12 00:00:00` -> the day; None unless it exists."""
    plain = half_width(text)
    match = _DATE.fullmatch(plain) or _DIGITS.fullmatch(plain)
    if match is None:
        return None
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def day_of(serial: float, *, date1904: bool) -> date | None:
    """The day of Excel's number, its time left out; None outside the days that a form may hold."""
    whole = int(serial) + (_DATE1904 if date1904 else 0)
    if not 0 < whole < 100_000:
        return None
    day = _EPOCH + timedelta(days=whole)
    return day if EARLIEST <= day <= LATEST else None
