"""What stands at the head of a form: the work, the unit, the round and its dates.

Takes settings; gives `Heading`, the name of a round as people write it (`period`) and dates in
Chinese. Knows nothing of sheets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Heading:
    """Everything that a form says of itself besides its rows and columns.

    `period` is the round as `period()` writes it and part of the form's identity; `code` the unit's
    code. `key` signs the manifest; `created` makes the bytes reproducible. Days are whole days.
    """

    title: str
    organ: str
    unit: str
    code: str
    period: str
    created: datetime
    due: date | None = None
    start: date | None = None
    password: str = ""
    key: bytes = field(default=b"", repr=False)
    corrects: str = ""
    """The sha256 of the file of which this is the marked copy."""


def period(year: int | None, round_: str) -> str:
    """The round as people write it: (2026, 年度) -> 2026年度, (2026, 第一季度) -> 2026年第一季度.

    A round that names its year already is left alone: (2026, 2026-03) -> 2026-03.
    """
    text = round_.strip()
    if year is None or re.match(rf"{year}(?!\d)", text):
        return text or str(year or "")
    return f"{year}{text}" if text.startswith("年") else f"{year}年{text}"


def day(value: date) -> str:
    """2026-03-05 -> 2026年3月5日."""
    return f"{value.year}年{value.month}月{value.day}日"


def due_line(heading: Heading) -> str:
    """When and where to hand in, as one line: `期次：2026年度　请于2026年11月30日前报送某办公室`."""
    by = f"请于{day(heading.due)}前报送" if heading.due else "请按通知要求报送"
    return f"期次：{heading.period}　{by}{heading.organ}"
