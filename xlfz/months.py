"""Months as rounds: `3月`, `2026年3月`, `2026-03`.

Takes the year and 期次 of the settings, or a period as forms write it; gives a `Month`. Forbids guessing:
a month without a year is none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import NamedTuple

from xlfz.text import half_width

_WRITTEN = re.compile(r"(?:(?P<year>\d{4})\s*[年\-./])?\s*(?P<month>\d{1,2})\s*(?P<sign>月份?)?", re.ASCII)


class Month(NamedTuple):
    """One month of one year; months are in order of time."""

    year: int
    month: int

    @property
    def end(self) -> date:
        """Its last day."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def next(self) -> Month:
        """The month after it."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def due(self, day: int) -> date:
        """The day of the following month by which it is to be reported, its last where it is shorter."""
        after = self.next
        return date(after.year, after.month, min(day, after.end.day))

    def __str__(self) -> str:
        return f"{self.year}年{self.month}月"


def month(text: str, year: int | None = None) -> Month | None:
    """The month that a text writes, `year` completing one without; None when it is no month."""
    match = _WRITTEN.fullmatch(half_width(text).strip())
    if match is None or not (match["year"] or match["sign"]):
        return None
    which = int(match["year"]) if match["year"] else year
    number = int(match["month"])
    return Month(which, number) if which and 1 <= number <= 12 else None
