"""单位统计: how much each unit has to do, by live formulas over 分工矩阵, and a chart of the busiest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.duty.frame import COUNTS, FIRST_ROW, HEADER_ROW, SYMBOLS
from xlfz.duty.units import materials_area
from xlfz.excel import look
from xlfz.excel.address import column_name, quote_sheet
from xlfz.excel.plan import Chart, Columns, Formula, Link, Merge, Page, Put, Row, Series, Sheet, Style, Value

if TYPE_CHECKING:
    from xlfz.catalogue import Role
    from xlfz.duty.frame import Part, Plan

_ROLES: tuple[Role, ...] = ("牵头", "责任", "配合")
_COLOURS = {"牵头": look.ACCENT, "责任": "5B9BD5", "配合": "BDD7EE"}
_TOP = 20
_BESIDE = (3.0, 6.0, 26.0, 7.0, 7.0, 7.0, 7.0)
"""Widths of a gap and of the ranking beside the table."""
_PAGE = 500.0
"""Points that a page surely holds."""
_COUNT = look.COUNT.but(align="center")
_WHOLE = _COUNT.but(font=look.HEITI)
_SUM = look.TOTAL.but(align="center", number="General")
_TIE = 1_000_000
"""A row number divided by it tells units with equal counts apart."""


def counts_sheet(plan: Plan) -> Sheet:
    """The sheet 单位统计."""
    return _Counts(plan).sheet()


class _Counts:
    """The sheet while it is being made."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.titles = ["序号", "单位", *_ROLES, "合计", "资料数"] + ["分值"] * plan.has_points
        self.last = FIRST_ROW + len(plan.parts) - 1
        self.cells = [Put(HEADER_ROW, n, title, look.HEADER) for n, title in enumerate(self.titles, 1)]
        self.right = len(self.titles) + 2
        """First column of the ranking beside the table."""

    def sheet(self) -> Sheet:
        """The sheet as a plan."""
        plan, wide = self.plan, len(self.titles)
        widths = [6.0, 30.0, *(8.0 for _ in self.titles[2:])]
        for row, part in enumerate(plan.parts, FIRST_ROW):
            self._unit(row, part)
        rows = [
            Row(row, look.fit_height([(p.name, widths[1])], minimum=22.0))
            for row, p in enumerate(plan.parts, FIRST_ROW)
        ]
        merges: list[Merge] = []
        charts: tuple[Chart, ...] = ()
        hidden: tuple[Columns, ...] = ()
        if plan.parts:
            self._total()
            rows.append(Row(self.last + 1, 26.0))
        else:
            merges.append(Merge(FIRST_ROW, 1, FIRST_ROW, wide, "没有单位有任务。", look.BODY_CENTER))
        if plan.parts and not plan.alike:
            charts = (self._ranking(),)
            hidden = (Columns(self._keys, self._keys, 9, True),)
            widths += _BESIDE
        title, told = f"{plan.title}{COUNTS}", self._told()
        whole = look.merged_width(widths)
        merges += [
            Merge(1, 1, 1, len(widths), title, look.TITLE.but(size=18)),
            Merge(2, 1, 2, len(widths), told, look.PLAIN),
        ]
        rows += [
            Row(1, look.fit_height([(title, whole)], 18, 36.0)),
            Row(2, look.fit_height([(told, whole)])),
            Row(HEADER_ROW, 26.0),
        ]
        ranked = min(_TOP, len(plan.parts))
        above = sum(r.height or 0.0 for r in rows if r.row <= HEADER_ROW + ranked)
        # A chart that would run over the page's end begins the next one.
        breaks = (HEADER_ROW + ranked + 1,) if charts and above + _chart_height(ranked) * 0.75 > _PAGE else ()
        return Sheet(
            COUNTS,
            cells=tuple(self.cells),
            merges=tuple(merges),
            columns=(*look.columns(widths), *hidden),
            rows=tuple(rows),
            charts=charts,
            freeze=(FIRST_ROW, 3),
            cursor=(FIRST_ROW, 2),
            page=Page(landscape=bool(charts), repeat=(HEADER_ROW, HEADER_ROW), breaks=breaks),
        )

    def _told(self) -> str:
        plan = self.plan
        if plan.alike:
            one = plan.parts[0]
            roles = "、".join(f"{role} {one.count(role)}" for role in _ROLES if one.count(role))
            told = (
                f"{len(plan.parts)} 个单位的任务完全相同：每个单位 {len(one.duty.items)} 项（{roles}），"
                f"上报资料 {one.materials} 份。"
            )
        else:
            told = (
                f"共 {len(plan.parts)} 个单位有任务。数字由“分工矩阵”自动统计，点单位名称可看该单位的清单。"
            )
        return told + (f"没有任务的单位：{'、'.join(plan.idle)}。" if plan.idle else "")

    def _unit(self, row: int, part: Part) -> None:
        signs = self.plan.matrix(part.column)
        first, last = column_name(3), column_name(2 + len(_ROLES))
        values: list[tuple[Value, Style]] = [
            (row - HEADER_ROW, _COUNT),
            (Link(f"internal:{quote_sheet(part.sheet)}!A1", part.name), look.LINK),
            *((Formula(f'COUNTIF({signs},"{SYMBOLS[r]}")', float(part.count(r))), _COUNT) for r in _ROLES),
            (
                Formula(f"SUM({first}{row}:{last}{row})", float(len(part.duty.items))),
                _WHOLE,
            ),
            (Formula(self._materials(part), float(part.materials)), _COUNT),
        ]
        if self.plan.has_points:
            marks = self.plan.matrix(3)
            # The comma form takes the texts among the points (加2) for nothing.
            formula = f'ROUND(SUMPRODUCT(--({signs}<>""),{marks}),10)'
            values.append((Formula(formula, part.points), _COUNT.but(number="General")))
        self.cells += [Put(row, n, value, style) for n, (value, style) in enumerate(values, 1)]

    def _materials(self, part: Part) -> str:
        return f"SUM({materials_area(self.plan, part)})"

    def _total(self) -> None:
        row, plan = self.last + 1, self.plan
        sums: list[float] = [float(sum(p.count(role) for p in plan.parts)) for role in _ROLES]
        sums += [
            float(sum(len(p.duty.items) for p in plan.parts)),
            float(sum(p.materials for p in plan.parts)),
        ]
        sums += [round(sum(p.points for p in plan.parts), 10)] * plan.has_points
        self.cells += [Put(row, 1, "", look.TOTAL), Put(row, 2, "合计", look.TOTAL.but(align="center"))]
        for n, value in enumerate(sums, 3):
            letter = column_name(n)
            formula = f"ROUND(SUM({letter}{FIRST_ROW}:{letter}{self.last}),10)"
            self.cells.append(Put(row, n, Formula(formula, value), _SUM))

    @property
    def _keys(self) -> int:
        """The hidden column by which the ranking sorts."""
        return self.right + 6

    def _ranking(self) -> Chart:
        """The busiest units beside the table, sorted by formulas, and the chart over them."""
        plan, right = self.plan, self.right
        count = min(_TOP, len(plan.parts))
        titles = ("名次", "单位", *_ROLES, "合计")
        self.cells += [Put(HEADER_ROW, right + n, t, look.HEADER) for n, t in enumerate(titles)]
        whole = column_name(3 + len(_ROLES))
        keys = column_name(self._keys)
        area = f"${keys}${FIRST_ROW}:${keys}${self.last}"
        sorted_: list[tuple[float, Part]] = []
        for row, part in enumerate(plan.parts, FIRST_ROW):
            key = len(part.duty.items) - row / _TIE
            self.cells.append(Put(row, self._keys, Formula(f"{whole}{row}-ROW()/{_TIE}", key), look.NOTE))
            sorted_.append((key, part))
        sorted_.sort(key=lambda pair: -pair[0])
        for n, (_, part) in enumerate(sorted_[:count], 1):
            row = HEADER_ROW + n
            at = f"MATCH(LARGE({area},{n}),{area},0)"
            figures: list[tuple[str, str | float, Style]] = [("B", part.name, look.BODY_LEFT)]
            figures += [(column_name(3 + k), float(part.count(r)), _COUNT) for k, r in enumerate(_ROLES)]
            figures.append((whole, float(len(part.duty.items)), _WHOLE))
            self.cells.append(Put(row, right, n, _COUNT))
            for k, (letter, value, style) in enumerate(figures, 1):
                formula = f"INDEX(${letter}${FIRST_ROW}:${letter}${self.last},{at})"
                self.cells.append(Put(row, right + k, Formula(formula, value), style))
        last = HEADER_ROW + count

        def cells(offset: int) -> str:
            letter = column_name(right + offset)
            return f"={quote_sheet(COUNTS)}!${letter}${FIRST_ROW}:${letter}${last}"

        series = tuple(Series(r, cells(1), cells(2 + k), _COLOURS[r]) for k, r in enumerate(_ROLES))
        title = f"任务最多的 {count} 个单位（项）" if len(plan.parts) > _TOP else "各单位任务数（项）"
        return Chart(
            "bar", title, last + 2, right, series,
            width=450, height=_chart_height(count), stacked=True, labels=False,
        )  # fmt: skip


def _chart_height(count: int) -> int:
    """Pixels in which every bar has room for its name."""
    return 100 + 26 * count
