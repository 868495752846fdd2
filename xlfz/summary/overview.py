"""总览: the key figures, three charts, when and by which scheme."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.plan import Chart, Columns, Formula, Merge, Page, Put, Row, Series, Sheet, Style, Value
from xlfz.form.heading import period
from xlfz.form.spec import STATUSES
from xlfz.ledger.model import NUMBER, OVERDUE, STATES
from xlfz.listing import CENTER, COUNT, LEFT, NOTE, RATE, SCORE, TOTAL, rounded
from xlfz.scoring import formulas
from xlfz.scoring.functions import is_number, round_half_up
from xlfz.summary.matrix import TOP

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from xlfz.ledger import Drawn
    from xlfz.scoring.formula import Declared
    from xlfz.scoring.functions import Area, Result
    from xlfz.scoring.functions import Value as CellValue
    from xlfz.summary.matrix import Matrix
    from xlfz.summary.ranking import Ranking

OVERVIEW = "总览"
_WIDTHS = (25.0, 9.0, 9.0, 9.0, 3.0, 8.0, 19.0, 19.0, 19.0)
"""Six cards of about one width; tables stand on the first four columns, charts on the last four."""
_CARD = look.LABEL.but(align="center", fill=look.TINT, border=look.GRID)
_FIGURE = look.FIGURE.but(border=look.GRID)
_CHART_WIDTH, _CHART_HEIGHT = 500, 250
_ROW_HEIGHT = 15.0
_POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True, slots=True)
class _Table:
    """A small table: headers over columns A to D, and how wide its chart's figures stand."""

    title: str
    headers: tuple[str, ...]
    styles: tuple[Style, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class Overview:
    """The sheet 总览."""

    matrix: Matrix
    ranking: Ranking
    created: datetime
    ledger: Drawn

    def sheet(self) -> Sheet:
        """The sheet as a plan."""
        settings = self.matrix.workbench.settings
        round_ = period(settings.year, settings.round)
        facts = [settings.organ, round_, f"汇总日期 {self.created:%Y-%m-%d}"]
        if settings.due:
            facts.append(f"截止日期 {settings.due:%Y-%m-%d}")
        last = len(_WIDTHS)
        cells: list[Put] = []
        merges = [
            Merge(1, 1, 1, last, f"{settings.title}汇总表", look.TITLE),
            Merge(2, 1, 2, last, "　".join(f for f in facts if f), look.SUBTITLE),
            Merge(3, 1, 3, last, self._by(), NOTE.but(align="center")),
        ]
        heights = {1: 40.0, 2: 22.0, 3: 32.0}
        row = 5
        for line in self._cards():
            self._card_line(row, line, cells, merges)
            heights |= {row: 22.0, row + 1: 36.0}
            row += 2
        row += 1
        charts: list[Chart] = []
        for table, chart in self._tables():
            top = row
            bottom = self._put(table, top, cells, heights)
            if chart is not None:
                charts.append(self._chart(chart, top, top + 2, bottom))
                bottom = max(bottom, _below(charts[-1], top, heights))
            row = bottom + 2
        return Sheet(
            name=OVERVIEW,
            cells=tuple(cells),
            merges=tuple(merges),
            columns=tuple(Columns(i, i, width) for i, width in enumerate(_WIDTHS, 1)),
            rows=tuple(Row(number, height) for number, height in heights.items()),
            charts=tuple(charts),
            tab=look.ACCENT,
            page=Page(landscape=False),
        )

    def _put(self, table: _Table, top: int, cells: list[Put], heights: dict[int, float]) -> int:
        """A table from row `top` on; gives its last row."""
        cells.append(Put(top, 1, table.title, look.SECTION))
        heights |= {top: 24.0, top + 1: 22.0}
        for column, header in enumerate(table.headers, 1):
            cells.append(Put(top + 1, column, header, look.HEADER))
        for number, values in enumerate(table.rows, top + 2):
            for column, (value, style) in enumerate(zip(values, table.styles, strict=True), 1):
                cells.append(Put(number, column, value, style))
            heights[number] = look.fit_height([(str(values[0]), _WIDTHS[0])], minimum=21.0)
        return top + 1 + len(table.rows)

    def _by(self) -> str:
        if not self.matrix.consolidation.board.columns:
            return "未设分值，不计分、不排名。各项数字随“明细”自动更新。"
        scheme = self.matrix.workbench.scheme
        parts = [f"满分 {scheme.full:g} 分", f"取分：{scheme.source}"]
        parts.append("缺项折算" if scheme.rescale else "不折算")
        parts.append(f"排名：{scheme.ranking}")
        parts += [f"{g.name} {g.minimum:g} 分以上" for g in scheme.grades]
        return f"评分办法：{'，'.join(parts)}。各项数字随“明细”自动更新。"

    @cached_property
    def _states(self) -> Counter[str]:
        return Counter(u.score.state for u in self.matrix.consolidation.units)

    @cached_property
    def _totals(self) -> Area:
        return [u.score.total for u in self.matrix.consolidation.units]

    def _cards(self) -> tuple[tuple[tuple[str, Value, Style], ...], ...]:
        consolidation, matrix = self.matrix.consolidation, self.matrix
        reported = matrix.column("报送")
        sent = Counter(u.state for u in consolidation.units)
        units, totals = len(consolidation.units), matrix.column("总分")
        given = formulas.parameters(matrix.workbench.scheme)

        def tally(where: str, what: str, value: int) -> Formula:
            return Formula(f'COUNTIF({where},"{what}")', float(value))

        def figure(declared: Declared) -> Formula:
            return Formula(declared.text(得分=totals), declared.value(given, 得分=self._totals))

        share = round_half_up(sent["已采用"] / units, 10) if units else ""
        return (
            (
                ("应报单位", Formula(f"COUNTA({matrix.column('单位编码')})", float(units)), _FIGURE),
                ("已采用", tally(reported, "已采用", sent["已采用"]), _FIGURE),
                ("已报待改", tally(reported, "已报待改", sent["已报待改"]), _FIGURE),
                ("未报", tally(reported, "未报", sent["未报"]), _FIGURE),
                (
                    "报送率",
                    Formula(
                        f'IFERROR(ROUND(COUNTIF({reported},"已采用")/COUNTA({matrix.column("单位编码")}),10),"")',
                        share,
                    ),
                    _FIGURE.but(number="0.0%"),
                ),
                ("明细行数", len(consolidation.rows), _FIGURE),
            ),
            *self._scores(figure, tally),
            *self._ledger_cards(),
        )

    def _scores(
        self, figure: Callable[[Declared], Formula], tally: Callable[[str, str, int], Formula]
    ) -> tuple[tuple[tuple[str, Value, Style], ...], ...]:
        """The line of scores, where something is scored."""
        consolidation, matrix = self.matrix.consolidation, self.matrix
        if not consolidation.board.columns:
            return ()
        points, state = rounded(_FIGURE, matrix.workbench.scheme.decimals), matrix.column("状态")
        return (
            (
                ("平均分", figure(formulas.MEAN), points),
                ("最高分", figure(formulas.HIGHEST), points),
                ("最低分", figure(formulas.LOWEST), points),
                ("已评分单位", tally(state, formulas.SCORED, self._states[formulas.SCORED]), _FIGURE),
                ("待评单位", tally(state, formulas.PENDING, self._states[formulas.PENDING]), _FIGURE),
                ("问题（错误）", sum(f.severity == "error" for f in consolidation.problems), _FIGURE),
            ),
        )

    def _ledger_cards(self) -> tuple[tuple[tuple[str, Value, Style], ...], ...]:
        count = len(self.ledger.book.items)
        if not count:
            return ()
        made, told = self.ledger.listing, self.ledger.states
        states, alerts = made.column_area("状态"), made.column_area("预警")
        return (
            (
                ("整改事项", Formula(f"COUNTA({made.column_area(NUMBER)})", float(count)), _FIGURE),
                *(
                    (name, Formula(f'COUNTIF({states},"{name}")', float(told[name])), _FIGURE)
                    for name in STATES
                ),
                ("整改逾期", Formula(f'COUNTIF({alerts},"{OVERDUE}")', float(self.ledger.overdue)), _FIGURE),
            ),
        )

    def _card_line(
        self, row: int, line: tuple[tuple[str, Value, Style], ...], cells: list[Put], merges: list[Merge]
    ) -> None:
        spans = ((1, 1), (2, 3), (4, 6), (7, 7), (8, 8), (9, 9))
        for (first, last), (label, value, style) in zip(spans, line, strict=True):
            if first == last:
                cells += [Put(row, first, label, _CARD), Put(row + 1, first, value, style)]
            else:
                merges += [
                    Merge(row, first, row, last, label, _CARD),
                    Merge(row + 1, first, row + 1, last, value, style),
                ]

    def _tables(self) -> tuple[tuple[_Table, Chart | None], ...]:
        made: list[tuple[_Table, Chart | None]] = []
        if self.matrix.consolidation.board.scored:
            made.append((self._grades(), Chart("column", "等级分布（单位数）", 1, 6, ())))
        made.append((self._statuses(), Chart("doughnut", "指标完成情况", 1, 6, ())))
        if self.matrix.consolidation.board.chapters:
            made.append((self._chapters(), Chart("bar", "一级指标得分率", 1, 6, ())))
        if self.matrix.consolidation.teams:
            made.append((self._teams(), None))
        return tuple(made)

    def _chart(self, chart: Chart, row: int, first: int, last: int) -> Chart:
        column = "C" if chart.kind == "bar" else "B"
        colour = "" if chart.kind == "doughnut" else look.ACCENT
        categories, values = (f"='{OVERVIEW}'!${c}${first}:${c}${last}" for c in ("A", column))
        height = max(_CHART_HEIGHT, 30 * (last - first + 1)) if chart.kind == "bar" else _CHART_HEIGHT
        return replace(
            chart,
            row=row,
            series=(Series(chart.title, categories, values, colour),),
            width=_CHART_WIDTH,
            height=height,
        )

    def _grades(self) -> _Table:
        scheme = self.matrix.workbench.scheme
        grades = Counter(str(u.score.grade) for u in self.matrix.consolidation.units)
        cells = self.ranking.listing.column_area("等级")
        ranked = sum(is_number(u.score.total) for u in self.matrix.consolidation.units)
        names = [*(g.name for g in scheme.grades), scheme.lowest]
        names += [formulas.UNCLEAR] if scheme.ceilings else []
        rows: list[tuple[Value, ...]] = []
        for n, name in enumerate(names):
            named = f"INDEX(等级名称,{n + 1})" if name != formulas.UNCLEAR else f'"{name}"'
            count = f"COUNTIF({cells},{named})"
            share: Result = round_half_up(grades[name] / ranked, 10) if ranked else ""
            rows.append(
                (
                    name,
                    Formula(count, float(grades[name])),
                    Formula(f'IFERROR(ROUND({count}/COUNT({self.matrix.column("总分")}),10),"")', share),
                )
            )
        return _Table("一、等级分布", ("等级", "单位数", "占比"), (CENTER, COUNT, RATE), tuple(rows))

    def _statuses(self) -> _Table:
        column = self.matrix.workbench.form.table("items").column("status")
        statuses = Counter(str(r.status) for r in self.matrix.consolidation.rows)
        total = len(self.matrix.consolidation.rows)
        rows = tuple(
            (
                status,
                Formula(f'COUNTIF(完成情况列,"{status}")', float(statuses[status])),
                Formula(
                    f'IFERROR(ROUND(COUNTIF(完成情况列,"{status}")/COUNTA(明细键),10),"")',
                    round_half_up(statuses[status] / total, 10) if total else "",
                ),
            )
            for status in (column.options if column else STATUSES)
        )
        number = "二" if self.matrix.consolidation.board.scored else "一"
        return _Table(f"{number}、指标完成情况", ("完成情况", "项数", "占比"), (CENTER, COUNT, RATE), rows)

    def _chapters(self) -> _Table:
        matrix, board = self.matrix, self.matrix.consolidation.board
        rows: list[tuple[Value, ...]] = []
        for (name, members), (first, after) in zip(board.chapters, board.spans, strict=True):
            block = matrix.scores(first, after, TOP, matrix.last)
            points = [float(i.points or 0) for i in members]
            values = [v for row in matrix.values for v in row[first:after]]
            possible = sum(
                p
                for row in matrix.values
                for v, p in zip(row[first:after], points, strict=True)
                if is_number(v)
            )
            asked = f"SUMPRODUCT(ISNUMBER({block})*{matrix.points(first, after)})"
            rows.append(
                (
                    name,
                    round_half_up(sum(points), 10),
                    Formula(
                        formulas.CHAPTER_RATE.text(得分=block, 应得=asked),
                        formulas.CHAPTER_RATE.value(得分=values, 应得=possible),
                    ),
                    len(members),
                )
            )
        return _Table(
            "三、一级指标得分率",
            ("一级指标", "分值", "得分率", "指标项数"),
            (LEFT, SCORE, RATE, COUNT),
            tuple(rows),
        )

    def _teams(self) -> _Table:
        matrix, consolidation = self.matrix, self.matrix.consolidation
        given = formulas.parameters(matrix.workbench.scheme)
        totals, teams = matrix.column("总分"), matrix.column("组别")
        numbers = [
            float(consolidation.teams.index(u.team) + 1) if u.team else 0.0 for u in consolidation.units
        ]
        rows: list[tuple[Value, ...]] = []
        for n, name in enumerate(consolidation.teams, 1):
            addresses = {"全部组别": teams, "全部总分": totals, "组别": str(n)}
            values: dict[str, CellValue] = {"全部组别": numbers, "全部总分": self._totals, "组别": float(n)}
            members = [u for u in consolidation.units if u.team == name]
            rows.append(
                (
                    name,
                    Formula(f"COUNTIF({teams},{n})", float(len(members))),
                    Formula(
                        f'COUNTIFS({teams},{n},{matrix.column("报送")},"已采用")',
                        float(sum(u.state == "已采用" for u in members)),
                    ),
                    Formula(formulas.TEAM_MEAN.text(**addresses), formulas.TEAM_MEAN.value(given, **values)),
                )
            )
        title = "四、各考核组" if consolidation.board.chapters else "二、各考核组"
        return _Table(
            title,
            ("考核组", "单位数", "已采用", "平均分"),
            (LEFT, COUNT, COUNT, rounded(TOTAL, self.matrix.workbench.scheme.decimals)),
            tuple(rows),
        )


def _below(chart: Chart, top: int, heights: dict[int, float]) -> int:
    """The last row that a chart placed on row `top` covers."""
    row, left = top, chart.height * _POINTS_PER_PIXEL
    while (left := left - heights.get(row, _ROW_HEIGHT)) > 0:
        row += 1
    return row
