"""One sheet for each unit: its indicators, its role in each, the materials it hands in.

Units with the same duty share their rows, so that 57 units with one list are no slower than a few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlfz.duty.frame import (
    COUNTS,
    FIRST_ROW,
    HEADER_ROW,
    POINTS_STYLE,
    SYMBOLS,
    deadline_text,
    duty_text,
    material_lines,
    points,
    same,
)
from xlfz.excel import look
from xlfz.excel.address import absolute, column_name, quote_sheet
from xlfz.excel.plan import Block, Formula, Link, Merge, Page, Put, Row, Sheet, Style, Value
from xlfz.form.heading import day

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.assignment import Item
    from xlfz.duty.frame import Part, Plan

_MATERIALS = "资料数"
_BACK = f"← 返回{COUNTS}"
_BACK_STYLE = look.LINK.but(border="", align="right", wrap=True)


class _Column(NamedTuple):
    """A column of a unit's sheet."""

    title: str
    width: float
    style: Style
    value: Callable[[Item], Value]


_COLUMNS = (
    _Column("编号", 6.5, look.KEY, lambda i: i.indicator.number),
    _Column("一级指标", 15, look.BODY_LEFT, lambda i: i.indicator.chapter),
    _Column("指标内容", 42, look.BODY_LEFT, lambda i: duty_text(i.indicator)),
    _Column("量化要求", 26, look.BODY_LEFT, lambda i: i.indicator.thresholds),
    _Column("分工", 8, look.BODY_CENTER.but(wrap=False), lambda i: f"{SYMBOLS[i.role]} {i.role}"),
    _Column("分值", 7, POINTS_STYLE, lambda i: points(i.indicator)),
    _Column("上报资料", 44, look.BODY_LEFT, lambda i: material_lines(i.materials)),
    _Column(_MATERIALS, 7, look.COUNT.but(align="center"), lambda i: len(i.materials)),
    _Column("完成时限", 13, look.BODY_CENTER, lambda i: deadline_text(i.indicator)),
)
_SUM = look.TOTAL.but(align="center", number="General")


class _Rows(NamedTuple):
    """The rows of a duty and the height of each."""

    values: list[list[Value]]
    heights: list[float]


class UnitSheets:
    """Makes the sheets of the units of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.columns = columns(plan)
        self.titles = [c.title for c in self.columns]
        self.widths = [c.width for c in self.columns]
        self._known: dict[tuple[object, ...], _Rows] = {}
        self._tall: dict[tuple[tuple[str, float], ...], float] = {}

    def sheet(self, part: Part) -> Sheet:
        """The sheet of one unit."""
        count = len(self.columns)
        rows = self._rows(part)
        last = FIRST_ROW + len(rows.values) - 1
        whole = look.merged_width(self.widths)
        title = f"{part.name}责任清单"
        told = self._told(part)
        cells = [Put(HEADER_ROW, n, title, look.HEADER) for n, title in enumerate(self.titles, 1)]
        cells += [
            Put(last + 1, n, value, style) for n, (value, style) in enumerate(self._sums(part, last), 1)
        ]
        cells.append(Put(2, count, Link(f"internal:{quote_sheet(COUNTS)}!A1", _BACK), _BACK_STYLE))
        merges = [Merge(1, 1, 1, count, title, look.TITLE), Merge(2, 1, 2, count - 1, told, look.PLAIN)]
        return Sheet(
            part.sheet,
            cells=tuple(cells),
            merges=tuple(merges),
            blocks=(Block(FIRST_ROW, 1, tuple(c.style for c in self.columns), rows.values, rows.heights),),
            columns=look.columns(self.widths),
            rows=(
                Row(1, look.fit_height([(title, whole)], 20, 36.0)),
                Row(2, look.fit_height([(told, whole - self.widths[-1]), (_BACK, self.widths[-1])])),
                Row(HEADER_ROW, 26.0),
                Row(last + 1, 24.0),
            ),
            freeze=(FIRST_ROW, 2),
            cursor=(FIRST_ROW, 1),
            page=Page(repeat=(HEADER_ROW, HEADER_ROW)),
        )

    def _told(self, part: Part) -> str:
        roles = "、".join(f"{role} {part.count(role)} 项" for role in SYMBOLS if part.count(role))
        settings = self.plan.workbench.settings
        told = f"{settings.title}：共 {len(part.duty.items)} 项（{roles}），上报资料 {part.materials} 份"
        told += f"，分值 {part.points:g} 分" if self.plan.has_points else ""
        return told + (f"。截止日期：{day(settings.due)}" if settings.due else "") + "。"

    def _rows(self, part: Part) -> _Rows:
        key = same(part.duty)
        if key not in self._known:
            values = [[c.value(item) for c in self.columns] for item in part.duty.items]
            self._known[key] = _Rows(values, [self._height(row) for row in values])
        return self._known[key]

    def _height(self, row: list[Value]) -> float:
        """Height of a row; equal rows of several units are measured once."""
        texts = tuple((v, w) for v, w in zip(row, self.widths, strict=True) if isinstance(v, str))
        if texts not in self._tall:
            self._tall[texts] = look.fit_height(texts, minimum=24.0)
        return self._tall[texts]

    def _sums(self, part: Part, last: int) -> list[tuple[Value, Style]]:
        """The line of totals."""
        made: list[tuple[Value, Style]] = []
        for n, title in enumerate(self.titles, 1):
            letter = column_name(n)
            formula = f"ROUND(SUM({letter}{FIRST_ROW}:{letter}{last}),10)"
            if title == _MATERIALS:
                made.append((Formula(formula, float(part.materials)), _SUM))
            elif title == "分值":
                made.append((Formula(formula, part.points), _SUM))
            else:
                made.append(("合计" if n == 1 else "", look.HEADER))
        return made


def columns(plan: Plan) -> list[_Column]:
    """The columns of every unit's sheet: those that the catalogue has something for."""
    needed = {
        "一级指标": any(i.chapter for i in plan.live),
        "量化要求": any(i.thresholds for i in plan.live),
        "分值": plan.has_points,
        "完成时限": any(deadline_text(i) for i in plan.live),
    }
    return [c for c in _COLUMNS if needed.get(c.title, True)]


def materials_area(plan: Plan, part: Part) -> str:
    """The cells of a unit's sheet that count its materials, with the sheet's name."""
    number = [c.title for c in columns(plan)].index(_MATERIALS) + 1
    first, last = absolute(FIRST_ROW, number), absolute(FIRST_ROW + len(part.duty.items) - 1, number)
    return f"{quote_sheet(part.sheet)}!{first}:{last}"
