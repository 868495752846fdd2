"""How a column is filled in from the units one level below: declared in the form, read by the next level.

Takes a column's rule and limit; gives the text that stands in the signed manifest and reads it back.
Forbids reckoning: `xlfz.levels` does that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from xlfz.form.spec import Column, ColumnType

Upward = Literal["留空", "合计", "平均", "完成占比", "汇总状态", "最迟日期", "文本列表"]
UPWARD: tuple[Upward, ...] = get_args(Upward)
OWN: Final = "留空"
"""The rule of a column that every level writes itself."""
FITS: dict[Upward, tuple[ColumnType, ...]] = {
    "合计": ("数字", "整数"),
    "平均": ("数字",),
    "完成占比": ("数字",),
    "汇总状态": ("选择",),
    "最迟日期": ("日期",),
    "文本列表": ("文本",),
}
"""The types of columns that a rule can fill in."""
SHEET = "上报来源"
"""The sheet that a filled form bears: which value came from which unit's file."""


class Declared(NamedTuple):
    """A column's rule as its form declares it, and the 字数上限 of a text."""

    rule: Upward
    limit: int | None = None


def declared(column: Column) -> str:
    """What stands in the manifest: `平均`, `文本列表:500`."""
    return f"{column.upward}:{column.limit}" if column.upward == "文本列表" else column.upward


def read(text: str) -> Declared:
    """A column's rule from the manifest; a rule that this version does not know leaves it to be written."""
    rule, _, limit = text.partition(":")
    if rule not in UPWARD:
        return Declared(OWN)
    return Declared(rule, int(limit) if limit.isascii() and limit.isdigit() else None)
