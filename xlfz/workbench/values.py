"""One cell of the workbench as a value of its field, or a fault.

Takes a `Cell` as the reader found it and a `Field`; gives text, a number, a day, a choice or names.
Accepts what can mean one thing only (`１０分`, `2026年3月12日`, choices with stray spaces); everything
else is a `Finding` without its place. Forbids guessing and formulas.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING

from xlfz.excel.days import day_of, read_day
from xlfz.findings import Finding, finding
from xlfz.text import fold, half_width, names, visible

if TYPE_CHECKING:
    from xlfz.excel.content import Cell
    from xlfz.workbench.tables import Field

Value = str | float | int | date | tuple[str, ...] | None
"""None: nothing is written there."""

_NUMBER = re.compile(r"[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3})+)(?:\.\d{1,15})?", re.ASCII)
_EXACT = 1e15
"""A number from here on has lost digits."""


def read_number(text: str, unit: str = "") -> float | None:
    """`10`, `１０`, `10分` (with unit 分), `1,200.5` -> the number; None for anything else."""
    plain = half_width(text)
    if unit and plain.endswith(unit):
        plain = plain[: -len(unit)].rstrip()
    return float(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None


def shown(cell: Cell, *, date1904: bool = False) -> str:
    """A cell as text, the way Excel shows a general number; a date as 2026-03-12."""
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if cell.format == "date" and (day := day_of(value, date1904=date1904)):
            return day.isoformat()
        return f"{value:.15g}"
    return visible(value) if isinstance(value, str) else ""


def convert(cell: Cell | None, field: Field, *, date1904: bool = False) -> Value | Finding:
    """The value of a cell for its field; None when it is blank; a Finding when it cannot stand."""
    if cell is None:
        return None
    if cell.formula is not None or cell.kind == "error":
        text = f"={cell.formula}" if cell.formula is not None else str(cell.value)
        return finding("E_WB_FORMULA", 值=text[:60])
    if cell.kind == "blank" or shown(cell) == "":
        return None
    if field.type in ("number", "whole"):
        return _number(cell, field)
    if field.type == "date":
        return _date(cell, date1904=date1904)
    if isinstance(cell.value, float):
        if cell.format in ("date", "time") and field.type in ("id", "names"):
            return finding("E_WB_TEXT_DATE", 列=field.title, 值=shown(cell, date1904=date1904))
        if abs(cell.value) >= _EXACT:
            return finding("E_ID_PRECISION")
    text = shown(cell, date1904=date1904)
    if len(text) > field.limit:
        return finding("E_WB_TEXT_LONG", n=len(text), 上限=field.limit)
    if field.type == "choice":
        return _choice(text, field)
    if field.type == "choices":
        return _choices(text, field)
    return names(text) if field.type == "names" else text


def _number(cell: Cell, field: Field) -> float | int | Finding:
    fault = finding("E_WB_NUMBER", 值=shown(cell)[:40], 范围=field.range_text)
    if cell.format in ("date", "time", "percent") or isinstance(cell.value, bool):
        return fault
    number = cell.value if isinstance(cell.value, float) else read_number(shown(cell), field.unit)
    if number is None or not math.isfinite(number) or abs(number) >= _EXACT:
        return fault
    low = -math.inf if field.minimum is None else field.minimum
    high = math.inf if field.maximum is None else field.maximum
    if not low <= number <= high or (field.type == "whole" and not number.is_integer()):
        return fault
    return int(number) if field.type == "whole" else number


def _date(cell: Cell, *, date1904: bool) -> date | Finding:
    day: date | None = None
    if isinstance(cell.value, float) and cell.format == "date":
        day = day_of(cell.value, date1904=date1904)
    elif cell.format in ("general", "text") and not isinstance(cell.value, bool):
        day = read_day(shown(cell))
    return day or finding("E_WB_DATE", 值=shown(cell)[:40])


def _choice(text: str, field: Field) -> str | Finding:
    for choice in field.choices:
        if fold(choice) == fold(text):
            return choice
    return finding("E_WB_CHOICE", 值=text[:40], 选项="、".join(field.choices))


def _choices(text: str, field: Field) -> tuple[str, ...] | Finding:
    found = [_choice(part, field) for part in names(text)]
    for part in found:
        if isinstance(part, Finding):
            return part
    return tuple(dict.fromkeys(str(part) for part in found))
