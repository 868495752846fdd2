"""责任分工表: the full table in the catalogue's order, made to be printed.

一级指标 and 二级指标 are merged cells, begun anew on every page with the name repeated: a merged cell
that runs over a page's end shows its name on one page only. For that the pages are reckoned here,
from the heights of the rows, and the breaks set where they were reckoned.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from xlfz.duty.frame import (
    FIRST_ROW,
    HEADER_ROW,
    POINTS_STYLE,
    TABLE,
    deadline_text,
    duty_text,
    material_lines,
    points,
)
from xlfz.excel import look
from xlfz.excel.address import column_name
from xlfz.excel.plan import Formula, Merge, Page, Put, Row, Sheet, Style, Value
from xlfz.text import lines_needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xlfz.catalogue import Indicator
    from xlfz.duty.frame import Plan

_PAGE = Page(margins=(0.5, 0.5, 0.55, 0.6))
_PAPER = (841.9, 595.3)
"""A4 landscape in points."""
_FILL = 0.97
"""How full a reckoned page is: fonts and programs differ by a few points."""
_MOST = 400.0
"""Height of one row in points; an indicator that needs more stands in several rows, merged."""
_TITLE_HEIGHT, _FACTS_HEIGHT = 40.0, 22.0
_SLOT = look.BODY_LEFT.but(colour=look.GREY, italic=True)
_SLOT_TEXT = "（原文未列出内容，暂不下发）"


class _Column(NamedTuple):
    """A column of the table; `keep` False: left out when no row has anything in it."""

    title: str
    width: float
    style: Style
    value: Callable[[Plan, Indicator], Value]
    keep: bool = True
    grows: bool = False
    """True for columns that get the room of those left out."""


def _names(names: Sequence[str]) -> str:
    return "、".join(names)


def _content(indicator: Indicator) -> str:
    if indicator.live:
        return duty_text(indicator)
    return "\n".join(t for t in (duty_text(indicator), _SLOT_TEXT) if t)


def _materials(plan: Plan, indicator: Indicator) -> str:
    return material_lines(plan.workbench.scoring_catalogue.materials_of(indicator.number))


_COLUMNS = (
    _Column("编号", 6.5, look.KEY, lambda _, i: i.number),
    _Column("一级指标", 10.5, look.BODY_CENTER, lambda _, i: i.chapter, keep=False),
    _Column("二级指标", 11.5, look.BODY_CENTER, lambda _, i: i.section, keep=False),
    _Column("指标内容", 32, look.BODY_LEFT, lambda _, i: _content(i), grows=True),
    _Column("量化要求", 22, look.BODY_LEFT, lambda _, i: i.thresholds, keep=False, grows=True),
    _Column("分值", 6, POINTS_STYLE, lambda _, i: points(i), keep=False),
    _Column("上报资料", 36, look.BODY_LEFT, _materials, keep=False, grows=True),
    _Column("牵头单位", 13, look.BODY_CENTER, lambda _, i: _names(i.lead)),
    _Column("责任单位", 14, look.BODY_CENTER, lambda _, i: _names(i.responsible), keep=False),
    _Column("配合单位", 13, look.BODY_CENTER, lambda _, i: _names(i.supporting), keep=False),
    _Column("完成时限", 11, look.BODY_CENTER, lambda _, i: deadline_text(i), keep=False),
)  # fmt: skip
_TALL = 5
"""Lines beyond which a column gets a share of the room to spare."""
_MERGED = ("一级指标", "二级指标")


def table_sheet(plan: Plan) -> Sheet:
    """The sheet 责任分工表."""
    return _Table(plan).sheet()


@dataclass
class _Line:
    """One indicator: its values by column, the height it needs, its sheet rows (first, count)."""

    indicator: Indicator
    values: tuple[Value, ...]
    height: float
    first: int = 0
    rows: int = 1


class _Table:
    """The sheet while it is being made."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        whole = [(c, [c.value(plan, i) for i in plan.listed]) for c in _COLUMNS]
        kept = [(c, values) for c, values in whole if c.keep or any(v not in (None, "") for v in values)]
        self.columns = [c for c, _ in kept]
        self.widths = _spread(kept, sum(c.width for c in _COLUMNS))
        rows = zip(*(values for _, values in kept), strict=True)
        self.lines = [
            _Line(i, tuple(values), self._height(values)) for i, values in zip(plan.listed, rows, strict=True)
        ]
        self.breaks = self._paginate()

    def _height(self, values: Sequence[Value]) -> float:
        texts = [
            (v, w)
            for c, v, w in zip(self.columns, values, self.widths, strict=True)
            if isinstance(v, str) and c.title not in _MERGED
        ]
        return look.full_height(texts, 10.5, 24.0)

    def _paginate(self) -> list[int]:
        """Gives sheet rows to every line; the indexes of lines before which a page begins.

        Rows are made taller where the merged cell that they share would cut its name, which may
        move the pages: repeated until nothing changes. Heights only grow, and only up to a name's need.
        """
        while True:
            breaks = self._pages()
            raised = False
            for column, start, end in self._chunks(breaks):
                name = str(self.lines[start].values[column])
                need = look.full_height([(name, self.widths[column])], 10.5, 24.0)
                missing = need - sum(line.height for line in self.lines[start:end])
                if missing > 0:
                    self.lines[end - 1].height += missing
                    raised = True
            if not raised:
                break
        row = FIRST_ROW
        for line in self.lines:
            line.first, line.rows = row, ceil(line.height / _MOST)
            row += line.rows
        return breaks

    def _pages(self) -> list[int]:
        """Indexes of the lines that begin a new page."""
        room = self._room()
        left = room - _TITLE_HEIGHT - _FACTS_HEIGHT
        breaks = []
        for n, line in enumerate(self.lines):
            if line.height > left and n:
                breaks.append(n)
                left = room
            left -= line.height
        return breaks

    def _room(self) -> float:
        """Points for rows on a page, below the repeated header, at the scale that fits the width."""
        left, right, top, bottom = _PAGE.margins
        # Excel: a column is its characters of 7 pixels and 5 pixels of padding.
        wide = sum(int(w * 7 + 5) for w in self.widths) * 0.75
        scale = min(1.0, (_PAPER[0] - (left + right) * 72) / wide)
        tall = (_PAPER[1] - (top + bottom) * 72) / scale
        return (tall - self._header_height()) * _FILL

    def _header_height(self) -> float:
        texts = ((c.title, w) for c, w in zip(self.columns, self.widths, strict=True))
        return look.fit_height(texts, 11, 30.0)

    def _chunks(self, breaks: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """(column index, first line, line after the last) of each merged cell."""
        cuts = set(breaks)
        for column, declared in enumerate(self.columns):
            if declared.title not in _MERGED:
                continue
            start = 0
            for n in range(1, len(self.lines) + 1):
                if (
                    n == len(self.lines)
                    or n in cuts
                    or self._group(n, declared) != self._group(start, declared)
                ):
                    yield column, start, n
                    start = n

    def _group(self, n: int, column: _Column) -> tuple[str, ...]:
        """What lines must share to share a merged cell; a section ends with its chapter."""
        indicator = self.lines[n].indicator
        return (indicator.chapter, indicator.section)[: 1 + (column.title == "二级指标")]

    def sheet(self) -> Sheet:
        """The sheet as a plan."""
        count = len(self.columns)
        cells = [Put(HEADER_ROW, n, c.title, look.HEADER) for n, c in enumerate(self.columns, 1)]
        merges = [
            Merge(1, 1, 1, count, f"{self.plan.title}{TABLE}", look.TITLE),
            Merge(2, 1, 2, count, self.plan.made_by, look.SUBTITLE.but(align="right")),
        ]
        rows = [
            Row(
                1, look.fit_height([(f"{self.plan.title}{TABLE}", look.merged_width(self.widths))], 20, 40.0)
            ),
            Row(2, _FACTS_HEIGHT),
            Row(HEADER_ROW, self._header_height()),
        ]
        for column, start, end in self._chunks(self.breaks):
            first, last = self.lines[start], self.lines[end - 1]
            _area(
                first.first, last.first + last.rows - 1, column + 1, first.values[column],
                self.columns[column].style, cells, merges,
            )  # fmt: skip
        for line in self.lines:
            for number, (declared, value) in enumerate(zip(self.columns, line.values, strict=True), 1):
                if declared.title in _MERGED:
                    continue
                slot = not line.indicator.live and declared.title == "指标内容"
                style = _SLOT if slot else declared.style
                _area(line.first, line.first + line.rows - 1, number, value, style, cells, merges)
            rows += [Row(line.first + n, line.height / line.rows) for n in range(line.rows)]
        bottom = self.lines[-1].first + self.lines[-1].rows if self.lines else FIRST_ROW
        self._foot(bottom, cells, merges, rows)
        return Sheet(
            TABLE,
            cells=tuple(cells),
            merges=tuple(merges),
            columns=look.columns(self.widths),
            rows=tuple(rows),
            freeze=(FIRST_ROW, 2),
            cursor=(FIRST_ROW, 1),
            tab=look.ACCENT,
            page=Page(
                margins=_PAGE.margins,
                repeat=(HEADER_ROW, HEADER_ROW),
                breaks=tuple(self.lines[n].first - 1 for n in self.breaks),
            ),
        )

    def _foot(self, row: int, cells: list[Put], merges: list[Merge], rows: list[Row]) -> None:
        """The line of totals."""
        count = len(self.columns)
        if not self.lines:
            merges.append(Merge(row, 1, row, count, "没有指标。", look.BODY_CENTER))
            rows.append(Row(row, 28.0))
            return
        slots = len(self.plan.listed) - len(self.plan.live)
        told = f"共 {len(self.plan.live)} 项" + (f"，另有空缺 {slots} 项" if slots else "")
        titles = [c.title for c in self.columns]
        at = titles.index("分值") + 1 if "分值" in titles else 0
        until = (at or count + 1) - 1
        cells.append(Put(row, 1, "合计", look.HEADER))
        _wide(row, 2, until, told, look.HEADER, cells, merges)
        rows.append(Row(row, 26.0))
        if at:
            letter = column_name(at)
            total = round(sum(i.points or 0.0 for i in self.plan.listed if i.scored), 10)
            formula = Formula(f"ROUND(SUM({letter}{FIRST_ROW}:{letter}{row - 1}),10)", total)
            cells.append(Put(row, at, formula, look.TOTAL.but(align="center", number="General")))
            _wide(row, at + 1, count, "", look.HEADER, cells, merges)


def _spread(columns: Sequence[tuple[_Column, Sequence[Value]]], whole: float) -> list[float]:
    """Widths: the room of columns left out goes to those with long texts.

    These are the ones made for it, and any whose longest text would stand in many short lines and
    make every row as tall.
    """

    def grows(column: _Column, values: Sequence[Value]) -> bool:
        return column.grows or any(lines_needed(str(v or ""), column.width) > _TALL for v in values)

    spare = whole - sum(c.width for c, _ in columns)
    growing = [grows(c, values) for c, values in columns]
    share = sum(c.width for (c, _), g in zip(columns, growing, strict=True) if g)
    return [
        round(c.width + (spare * c.width / share if g else 0), 1)
        for (c, _), g in zip(columns, growing, strict=True)
    ]


def _area(
    first: int, last: int, column: int, value: Value, style: Style, cells: list[Put], merges: list[Merge]
) -> None:
    if first == last:
        cells.append(Put(first, column, value, style))
    else:
        merges.append(Merge(first, column, last, column, value, style))


def _wide(
    row: int, first: int, last: int, value: Value, style: Style, cells: list[Put], merges: list[Merge]
) -> None:
    if first == last:
        cells.append(Put(row, first, value, style))
    elif first < last:
        merges.append(Merge(row, first, row, last, value, style))
