"""指标分析 and 分工: what the units did indicator by indicator, and who has how much to do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.catalogue import ROLES
from xlfz.excel import look
from xlfz.excel.plan import Conditional, Formula, Protection, Put, Value
from xlfz.form.spec import DONE, NOT_APPLICABLE, PARTLY, UNDONE
from xlfz.listing import (
    CENTER,
    COUNT,
    FIRST_ROW,
    LEFT,
    RATE,
    SCORE,
    TOTAL,
    ListColumn,
    Listing,
    rounded,
)
from xlfz.scoring import formulas
from xlfz.scoring.functions import Column, round_half_up
from xlfz.summary.matrix import TOP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.catalogue import Indicator
    from xlfz.consolidation import Consolidation
    from xlfz.excel.plan import Sheet
    from xlfz.summary.matrix import Matrix
    from xlfz.workbench.model import Workbench

ANALYSIS, DUTIES = "指标分析", "分工"
_COUNTED = (DONE, PARTLY, UNDONE, NOT_APPLICABLE)


def analysis(matrix: Matrix) -> Listing:
    """指标分析: all figures live."""
    columns = (
        ListColumn("序号", 6, COUNT, hidden=True),
        ListColumn("编号", 8, look.KEY),
        ListColumn("一级指标", 20, LEFT),
        ListColumn("指标内容", 44, LEFT),
        ListColumn("分值", 7, SCORE),
        ListColumn("应报单位", 7, COUNT),
        ListColumn("已评单位", 7, COUNT),
        ListColumn("平均分", 8, rounded(TOTAL, matrix.workbench.scheme.decimals)),
        ListColumn("最高分", 8, SCORE),
        ListColumn("最低分", 8, SCORE),
        ListColumn("得分率", 9, RATE),
        ListColumn("亮灯", 7, CENTER),
        *(ListColumn(status, 9, COUNT) for status in _COUNTED),
    )
    listing = Listing(
        ANALYSIS,
        "指标完成情况分析",
        "各项数字随“明细”自动更新。得分率＝平均分÷分值；不适用和未打分的不计入平均。",
        columns,
        list(_analysed(matrix, columns)),
        frozen=4,
        extra={"protection": Protection()},
    )
    if listing.rows:
        light, undone = (f"${listing.letter(h)}{FIRST_ROW}" for h in ("亮灯", UNDONE))
        lights = listing.column_cells("亮灯")
        listing.extra["conditionals"] = (
            Conditional(lights, f'={light}="{formulas.GREEN}"', look.MARK_OK),
            Conditional(lights, f'={light}="{formulas.AMBER}"', look.MARK_WARN),
            Conditional(lights, f'={light}="{formulas.RED}"', look.MARK_ERROR),
            Conditional(listing.column_cells(UNDONE), f"={undone}>0", look.MARK_WARN),
        )
    return listing


def _analysed(matrix: Matrix, columns: tuple[ListColumn, ...]) -> Iterator[list[Value]]:
    consolidation, workbench = matrix.consolidation, matrix.workbench
    statuses = Counter((r.item.indicator.number, r.status) for r in consolidation.rows)
    units = Counter(item.indicator.number for u in consolidation.units for item in u.duty.items)
    places = {i.number: n for n, i in enumerate(consolidation.board.columns)}
    for line, indicator in enumerate(workbench.scoring_catalogue.live, 1):
        number = indicator.number
        yield [
            line,
            number,
            indicator.chapter,
            indicator.text,
            indicator.points,
            units[number],
            *_figures(matrix, indicator, places.get(number), FIRST_ROW + line - 1, columns),
            *(
                Formula(f'COUNTIFS(指标序列,{line},完成情况列,"{status}")', float(statuses[number, status]))
                for status in _COUNTED
            ),
        ]


def _figures(
    matrix: Matrix, indicator: Indicator, place: int | None, row: int, columns: tuple[ListColumn, ...]
) -> list[Value]:
    """已评单位, 平均分, 最高分, 最低分, 得分率, 亮灯; empty for an indicator without points."""
    if place is None:
        return [""] * 6
    cells = matrix.scores(place, place + 1, TOP, matrix.last)
    values = Column(row[place] for row in matrix.values)
    at = Listing(ANALYSIS, "", "", columns, ()).letter
    points = float(indicator.points or 0)
    given = formulas.parameters(matrix.workbench.scheme)
    rate = formulas.SCORE_RATE.value(得分=values, 分值=points)
    figures = (formulas.NUMBERS, formulas.MEAN, formulas.HIGHEST, formulas.LOWEST)
    return [
        *(Formula(f.text(得分=cells), f.value(given, 得分=values)) for f in figures),
        Formula(formulas.SCORE_RATE.text(得分=cells, 分值=f"${at('分值')}{row}"), rate),
        Formula(
            formulas.LIGHT.text(得分率=f"${at('得分率')}{row}"), formulas.LIGHT.value(given, 得分率=rate)
        ),
    ]


def duties(consolidation: Consolidation, workbench: Workbench) -> Sheet:
    """分工: how many indicators each unit has in each role."""
    columns = (
        ListColumn("序号", 7, COUNT),
        ListColumn("单位", 30, LEFT),
        ListColumn("考核组", 16, CENTER),
        *(ListColumn(role, 10, COUNT) for role in ROLES),
        ListColumn("合计", 10, TOTAL),
        ListColumn("分值", 10, SCORE),
        ListColumn("应报资料", 11, COUNT),
        ListColumn("报送状态", 12, CENTER),
    )
    rows: list[list[Value]] = []
    for line, unit in enumerate(consolidation.units, 1):
        roles = Counter(item.role for item in unit.duty.items)
        materials = sum(len(item.materials) for item in unit.duty.items)
        row = FIRST_ROW + line - 1
        rows.append(
            [
                line,
                unit.unit.name,
                unit.unit.team,
                *(roles[role] for role in ROLES),
                Formula(f"SUM(D{row}:F{row})", float(len(unit.duty.items))),
                unit.score.points,
                materials,
                unit.state,
            ]
        )
    listing = Listing(
        DUTIES,
        "责任分工统计",
        f"{workbench.settings.title}各单位承担的指标项数；分值为计分指标的合计。",
        columns,
        rows,
        empty="没有需要填报的单位。",
        frozen=3,
        landscape=False,
    )
    sheet = listing.sheet()
    if not rows:
        return sheet
    last = listing.last_row
    sums: list[Put] = [Put(last + 1, 2, "合计", TOTAL.but(align="left")), Put(last + 1, 1, None, TOTAL)]
    sums += [Put(last + 1, column, None, TOTAL) for column in (3, len(columns))]
    for column in range(4, len(columns)):
        letter = listing.letter(columns[column - 1].header)
        value = sum(_plain(row[column - 1]) for row in rows)
        text = f"ROUND(SUM({letter}{FIRST_ROW}:{letter}{last}),10)"
        sums.append(Put(last + 1, column, Formula(text, round_half_up(value, 10)), TOTAL))
    return replace(sheet, cells=(*sheet.cells, *sums))


def _plain(value: Value) -> float:
    if isinstance(value, Formula):
        value = value.value
    return float(value) if isinstance(value, int | float) else 0.0
