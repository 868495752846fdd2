"""Days, as people write them and as Excel counts them.

Takes text or a day number, gives a day or None; and the number of a moment for the readers. Forbids
guessing: a text without a year, with two digits of a year or with a day that does not exist gives None.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta

from xlfz.text import half_width

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
"""A day outside of these is a slip, and so is a number in a date column, whatever its format."""

_WRITTEN = re.compile(
    r"(\d{4})\s*[-/.年、\\–—]\s*(\d{1,2})\s*[-/.月、\\–—]\s*(\d{1,2})\s*[日号]?"
    r"(?:[\sT]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_EPOCH = date(1899, 12, 30)
_DATE1904 = 1462
"""How many days the count of the 1904 system is behind."""


def read_day(text: str) -> date | None:
    """`2026-3-12`, `2026年3月12日`, `20260312`, `2026-03-12 00:00:00` -> the day; None unless it exists."""
    plain = half_width(text)
    match = _WRITTEN.fullmatch(plain) or _DIGITS.fullmatch(plain)
    if match is None:
        return None
    try:
        return _sensible(date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        return None


def day_of(serial: float, *, date1904: bool) -> date | None:
    """The day of Excel's number, its time left out; None outside EARLIEST..LATEST."""
    whole = math.floor(serial) + (_DATE1904 if date1904 else 0)
    return _sensible(_EPOCH + timedelta(days=whole)) if 0 < whole < 100_000 else None


def _sensible(day: date) -> date | None:
    return day if EARLIEST <= day <= LATEST else None


def iso_serial(text: str, *, date1904: bool) -> float | None:
    """The serial number of an ISO 8601 date, date and time, or time; None for any other text."""
    try:
        if text[2:3] == ":":
            return _part_of_day(time.fromisoformat(text))
        return serial_of(datetime.fromisoformat(text), date1904=date1904)
    except ValueError:
        return None


def serial_of(moment: date, *, date1904: bool = False) -> float | None:
    """Excel's number for a date or a moment, or None before Excel's calendar begins."""
    if date1904:
        origin = date(1904, 1, 1)
    else:
        # Excel believes that 1900-02-29 existed: before it, days are one less.
        day = moment.date() if isinstance(moment, datetime) else moment
        origin = date(1899, 12, 30 if day >= date(1900, 3, 1) else 31)
    days = moment.toordinal() - origin.toordinal()
    if days < 0:
        return None
    return days + (_part_of_day(moment.time()) if isinstance(moment, datetime) else 0.0)


def _part_of_day(clock: time) -> float:
    return (clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6) / 86_400
