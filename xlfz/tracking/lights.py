"""Lights of tasks: 绿 done or in time, 黄 due soon, 红 overdue.

Takes a deadline, the day it is looked at and how far the task is; gives the day that counts and the light.
Both are formulas of the summary as well, so that the office can look at any day: the texts stand here
beside the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from xlfz.form.progress import LASTING
from xlfz.months import Month
from xlfz.scoring.formula import Declared

if TYPE_CHECKING:
    from datetime import date

    from xlfz.catalogue import Deadline

Light = Literal["绿", "黄", "红"]
LIGHTS: tuple[Light, ...] = ("绿", "黄", "红")
_PERIODS = {"每月": 1, "每季度": 3, "每半年": 6, "每年": 12}
"""Recurrence -> how many months its period has."""

LIGHT: Final = Declared(
    f'IF(任务进度=100,"绿",IF(牵头状态="{LASTING}","绿",IF(到期日="","绿",'
    'IF(截至日期>到期日,"红",IF(到期日-截至日期<=黄灯天数,"黄","绿")))))'
)
"""到期日 empty: no deadline, or 长期 without one; such a task is in time."""


def period(deadline: Deadline) -> int | None:
    """The months of the shortest period of a task without a day of its own; None when it has none."""
    if deadline.day is not None:
        return None
    return min((_PERIODS[word] for word in deadline.recurrence if word in _PERIODS), default=None)


def due(deadline: Deadline, today: date) -> date | None:
    """The day that counts: its own, else the end of the current period; None without either."""
    months = period(deadline)
    if months is None:
        return deadline.day
    return Month(today.year, today.month + (months - 1 - (today.month - 1) % months)).end


def due_formula(months: int, day: str) -> str:
    """`due` of a period of so many months, as Excel has it; `day` is the cell of 截至日期."""
    return f"EOMONTH({day},{months - 1}-MOD(MONTH({day})-1,{months}))"
