"""Conditions on a row of a form, declared once: as an Excel formula and as a value.

Takes column ids, gives small frozen expressions. `excel` renders one for a single row (conditional
formats) or for whole columns (inside SUMPRODUCT): the operators work on both alike, which is why
and is `*`, or is `+`, and neither AND() nor IF() is used. `holds` gives the value that Excel would.
Knows nothing of what the columns mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

Scalar = str | float | bool | None
"""A cell's value: dates are Excel's day numbers, None is blank."""

_WHITE = re.compile("[ \u3000\n]")
ITEM_IDS, ITEM_STATUS = "xlfz_items", "xlfz_status"
"""Names of the workbook: the indicators' row ids and their 完成情况, for formulas on other sheets."""


@dataclass(frozen=True, slots=True)
class Ref:
    """How columns are written: `$H6` of one row, or `'自评表'!$H$6:$H$40` of all.

    `letters` maps column id -> column name; `first` and `last` are rows.
    """

    letters: Mapping[str, str]
    first: int
    last: int
    prefix: str = ""
    one_row: bool = False

    def __call__(self, column: str) -> str:
        letter = self.letters[column]
        if self.one_row:
            return f"{self.prefix}${letter}{self.first}"
        return f"{self.prefix}${letter}${self.first}:${letter}${self.last}"


@dataclass(frozen=True, slots=True)
class Values:
    """One row as `holds` sees it. `status` is the 完成情况 of the row's indicator, `today` Excel's day."""

    cells: Mapping[str, Scalar]
    status: str = ""
    today: float = 0.0


class Condition(Protocol):
    """Something that is so or not so in a row."""

    def excel(self, ref: Ref) -> str:
        """The formula, in brackets; TRUE/FALSE or 1/0."""

    def holds(self, row: Values) -> bool:
        """Whether it is so."""


@dataclass(frozen=True, slots=True)
class Blank:
    """Nothing but white space."""

    column: str

    def excel(self, ref: Ref) -> str:
        return f"(LEN({_squeezed(ref(self.column))})=0)"

    def holds(self, row: Values) -> bool:
        return not squeezed(row.cells.get(self.column))


@dataclass(frozen=True, slots=True)
class Longer:
    """A text of more than `limit` 字, white space not counted."""

    column: str
    limit: int

    def excel(self, ref: Ref) -> str:
        return f"(LEN({_squeezed(ref(self.column))})>{self.limit})"

    def holds(self, row: Values) -> bool:
        return len(squeezed(row.cells.get(self.column))) > self.limit


@dataclass(frozen=True, slots=True)
class Is:
    """The text is one of `options`. Excel compares without regard to case."""

    column: str
    options: tuple[str, ...]

    def excel(self, ref: Ref) -> str:
        parts = [f"({ref(self.column)}={quoted(option)})" for option in self.options]
        return parts[0] if len(parts) == 1 else f"(({'+'.join(parts)})>0)"

    def holds(self, row: Values) -> bool:
        value = row.cells.get(self.column)
        return isinstance(value, str) and value.lower() in {o.lower() for o in self.options}


@dataclass(frozen=True, slots=True)
class IsNumber:
    """A number or a date, as Excel has it: not a text that looks like one."""

    column: str

    def excel(self, ref: Ref) -> str:
        return f"ISNUMBER({ref(self.column)})"

    def holds(self, row: Values) -> bool:
        return number(row.cells.get(self.column)) is not None


@dataclass(frozen=True, slots=True)
class Fraction:
    """A number that is not whole. INT() would be an error for a text and spoil the whole count."""

    column: str

    def excel(self, ref: Ref) -> str:
        return f'ISNUMBER(FIND(".",{ref(self.column)}))'

    def holds(self, row: Values) -> bool:
        return "." in general(row.cells.get(self.column))


@dataclass(frozen=True, slots=True)
class Beyond:
    """The number is below (`<`), above (`>`) or at least (`>=`), or equal to (`=`) a bound.

    The bound is a number, the id of a column (blank counts as 0), or `TOMORROW`. Texts never hold.
    """

    column: str
    sign: Literal["<", ">", ">=", "="]
    bound: float | str

    def excel(self, ref: Ref) -> str:
        if isinstance(self.bound, str):
            bound = TOMORROW_TEXT if self.bound == TOMORROW else ref(self.bound)
        else:
            bound = general(self.bound)
        cell = ref(self.column)
        return f"ISNUMBER({cell})*({cell}{self.sign}{bound})"

    def holds(self, row: Values) -> bool:
        value = number(row.cells.get(self.column))
        if value is None:
            return False
        if self.bound == TOMORROW:
            bound = row.today + 1
        elif isinstance(self.bound, str):
            bound = number(row.cells.get(self.bound)) or 0.0
        else:
            bound = self.bound
        return {"<": value < bound, ">": value > bound, ">=": value >= bound, "=": value == bound}[self.sign]


TOMORROW = "明天"
TOMORROW_TEXT = "TODAY()+1"


@dataclass(frozen=True, slots=True)
class IndicatorIs:
    """The 完成情况 of the row's indicator, which stands on another sheet, is `status`."""

    column: str
    """The column that holds the indicator's number."""
    status: str

    def excel(self, ref: Ref) -> str:
        own = ref(self.column)
        if ref.one_row:
            # A conditional format may not name another sheet; Excel 2007 and WPS take a name of the workbook.
            return f"(SUMPRODUCT(({ITEM_IDS}={own})*({ITEM_STATUS}={quoted(self.status)}))>0)"
        # MATCH compares text with text: COUNTIFS would take 1.10 for 1.1. Excel takes * ? ~ for
        # wildcards here and LibreOffice does not, so neither gets to see them.
        wanted = _tame(f"{own}&{quoted(f'|{self.status}')}")
        known = _tame(f'{ITEM_IDS}&"|"&{ITEM_STATUS}')
        return f"ISNUMBER(MATCH({wanted},{known},0))"

    def holds(self, row: Values) -> bool:
        return row.status == self.status


@dataclass(frozen=True, slots=True)
class Not:
    """The condition is not so."""

    condition: Condition

    def excel(self, ref: Ref) -> str:
        return f"(1-{self.condition.excel(ref)})"

    def holds(self, row: Values) -> bool:
        return not self.condition.holds(row)


@dataclass(frozen=True, slots=True, init=False)
class All:
    """Every condition is so."""

    conditions: tuple[Condition, ...]

    def __init__(self, *conditions: Condition) -> None:
        object.__setattr__(self, "conditions", conditions)

    def excel(self, ref: Ref) -> str:
        return f"({'*'.join(c.excel(ref) for c in self.conditions)})"

    def holds(self, row: Values) -> bool:
        return all(c.holds(row) for c in self.conditions)


@dataclass(frozen=True, slots=True, init=False)
class Any:
    """At least one condition is so. Never empty."""

    conditions: tuple[Condition, ...]

    def __init__(self, *conditions: Condition) -> None:
        object.__setattr__(self, "conditions", conditions)

    def excel(self, ref: Ref) -> str:
        return f"(({'+'.join(c.excel(ref) for c in self.conditions)})>0)"

    def holds(self, row: Values) -> bool:
        return any(c.holds(row) for c in self.conditions)


def count_formula(condition: Condition, ref: Ref) -> str:
    """How many rows are so. An error value in a row makes it 0: error values are counted by themselves."""
    return f"IFERROR(SUMPRODUCT({condition.excel(ref)}*1),0)"


def quoted(text: str) -> str:
    """A text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'


def squeezed(value: Scalar) -> str:
    """The value's text without white space, as the formulas see it."""
    return _WHITE.sub("", general(value))


def number(value: Scalar) -> float | None:
    """The number that ISNUMBER sees, or None. A truth value is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def general(value: Scalar) -> str:
    """A value as Excel turns it into text: 9.0 -> 9, 0.1 -> 0.1."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    text = f"{value:.15g}"
    return text.replace("e", "E")


def _squeezed(reference: str) -> str:
    return f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({reference}," ",""),"\u3000",""),CHAR(10),"")'


def _tame(text: str) -> str:
    """A text formula whose wildcards are spelt out: * as {1}."""
    for number, mark in enumerate("*?~", 1):
        text = f'SUBSTITUTE({text},"{mark}","{{{number}}}")'
    return text
