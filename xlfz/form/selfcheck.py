"""自查: the sheet on which a unit sees what is missing or wrong before it sends the form back.

Takes the grids and what is filled in; gives a sheet of formulas with the values they have now, one
line for each column, the scores against the points, and one verdict. Works without macros. Forbids
rules of its own: it counts what `watch` declares.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from xlfz.excel import look
from xlfz.excel.address import address, area, column_name, quote_sheet
from xlfz.excel.plan import (
    Conditional,
    Formula,
    Link,
    Merge,
    Page,
    Protection,
    Put,
    Row,
    Sheet,
    Value,
)
from xlfz.form import watch
from xlfz.form.conditions import count_formula, number, quoted
from xlfz.form.spec import NOT_APPLICABLE, POINTS
from xlfz.form.tables import FIRST_ROW, UNIT_LABEL, Filled, Grid, scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlfz.excel.plan import Style
    from xlfz.form.conditions import Condition
    from xlfz.form.heading import Heading

SHEET = "自查"
READY = "可以报送"
_HEADERS = ("工作表", "填写项", "未填", "填错", "提醒", "结果", "填写要求", "去填写")
_WIDTHS = (11, 26, 9, 9, 9, 14, 56, 10)
_SHEET, _ITEM, _MISSING, _WRONG, _NOTE, _RESULT, _ASKS, _GO = range(1, 9)
_HINT = "本页自动计算，不用填写。“未填”“填错”都为 0 才能报送；“提醒”请核对，确认无误可以不改。"
_FINE, _TO_MEND, _TO_LOOK = "无问题", "请补填或改正", "请核对"
_NO_DECIMALS = 1e13
"""From here on Excel's 15 digits leave none for two decimals."""
_MEND_CELL = look.COUNT.but(align="center")


class _Line(NamedTuple):
    """One column of one table, counted."""

    grid: Grid
    watch: watch.Watch


def selfcheck_sheet(grids: Sequence[Grid], heading: Heading, filled: Filled) -> Sheet:
    """The 自查 sheet of a form."""
    lines = [_Line(grid, one) for grid in grids if grid.rows for one in grid.watches(heading.start)]
    cells: list[Put] = []
    scores = _scores(grids, filled)
    top = 6 + (len(scores) + 2 if scores else 0)
    first, last = top + 1, top + len(lines)
    for at, line in enumerate(lines, first):
        cells += _counted(at, line, filled)
    mend = _sum(cells, (_MISSING, _WRONG))
    noted = _sum(cells, (_NOTE,))
    cells += _header(top)
    cells += _total(last + 1, first, last, cells)
    cells += _score_cells(6, scores)
    heights = [
        Row(n, look.fit_height([(watch.requirement(line.watch.column), _WIDTHS[_ASKS - 1])], 10.5, 24))
        for n, line in enumerate(lines, first)
    ]
    merges = (
        Merge(1, 1, 1, len(_HEADERS), "填报自查", look.TITLE),
        Merge(2, 2, 2, _ASKS, heading.unit, look.LABEL.but(align="left", size=12, wrap=True)),
        Merge(3, 1, 3, len(_HEADERS), _verdict(last + 1, mend, noted), look.FIGURE),
        Merge(4, 1, 4, len(_HEADERS), _HINT, look.PLAIN.but(align="center")),
    )
    cells.append(Put(2, 1, UNIT_LABEL, look.LABEL.but(align="center", size=11)))
    return Sheet(
        SHEET,
        cells=tuple(cells),
        merges=merges,
        columns=look.columns(_WIDTHS),
        rows=(
            Row(1, 36),
            Row(2, 24),
            Row(3, 40),
            Row(4, 22),
            Row(5, 8),
            *(Row(n, 24) for n in range(6, first)),
            *heights,
            Row(last + 1, 24),
        ),
        conditionals=_colours(first, last, last + 1),
        freeze=(5, 1),
        cursor=(1, 1),
        tab="548235",
        protection=Protection(heading.password),
        page=Page(repeat=None, margins=(0.5, 0.5, 0.6, 0.6)),
    )


def _header(top: int) -> list[Put]:
    return [Put(top, n, title, look.HEADER) for n, title in enumerate(_HEADERS, 1)]


def _counted(at: int, line: _Line, filled: Filled) -> list[Put]:
    grid, column = line.grid, line.watch.column
    ref = grid.ref(sheet=True)

    def count(condition: Condition | None) -> Value:
        if condition is None:
            return 0
        return Formula(count_formula(condition, ref), filled.count(grid, condition))

    errors = Formula(f"SUMPRODUCT(ISERROR({ref(column.id)})*1)", 0)
    wrong = count(line.watch.wrong)
    if isinstance(wrong, Formula):
        errors = Formula(f"{wrong.text}+{errors.text}", wrong.value)
    missing, note = count(line.watch.missing), count(line.watch.note)
    faulty, doubtful = value_of(missing) + value_of(errors), value_of(note)
    m, w, n = (address(at, c) for c in (_MISSING, _WRONG, _NOTE))
    verdict = Formula(
        f"IF({m}+{w}>0,{quoted(_TO_MEND)},IF({n}>0,{quoted(_TO_LOOK)},{quoted(_FINE)}))",
        _TO_MEND if faulty else _TO_LOOK if doubtful else _FINE,
    )
    target = f"internal:{quote_sheet(grid.sheet)}!{address(FIRST_ROW, grid.columns[column.id])}"
    asks = f"{watch.needed_words(column)}；{watch.requirement(column)}"
    values: tuple[tuple[Value, Style], ...] = (
        (grid.sheet, look.BODY_CENTER),
        (column.title, look.BODY_LEFT),
        (missing, _MEND_CELL),
        (errors, _MEND_CELL),
        (note, _MEND_CELL),
        (verdict, look.BODY_CENTER),
        (asks, look.BODY_LEFT),
        (Link(target, "去填写"), look.LINK.but(align="center")),
    )
    return [Put(at, c, value, style) for c, (value, style) in enumerate(values, 1)]


def value_of(value: Value) -> float:
    """The number that a planned cell shows."""
    shown = value.value if isinstance(value, Formula) else value
    return float(shown) if isinstance(shown, int | float) else 0.0


def _sum(cells: Iterable[Put], columns: tuple[int, ...]) -> int:
    return int(sum(value_of(put.value) for put in cells if put.column in columns))


def _total(at: int, first: int, last: int, cells: list[Put]) -> list[Put]:
    """The 合计 line; with no lines at all there is nothing to sum."""
    style = look.TOTAL.but(align="center", number="0")
    made = [Put(at, c, "合计" if c == 1 else None, style) for c in range(1, len(_HEADERS) + 1)]
    for column in (_MISSING, _WRONG, _NOTE):
        value: Value = 0
        if last >= first:
            value = Formula(f"SUM({area(first, column, last, column)})", _sum(cells, (column,)))
        made[column - 1] = Put(at, column, value, style)
    return made


def _verdict(total: int, mend: int, noted: int) -> Formula:
    """可以报送, or how many places are still to be mended; doubtful ones are mentioned."""
    m, w, n = (address(total, c) for c in (_MISSING, _WRONG, _NOTE))
    told = f'IF({n}>0,"（另有 "&{n}&" 处提醒，请核对）","")'
    text = f'IF({m}+{w}=0,{quoted(READY)},"还有 "&({m}+{w})&" 处要改")&{told}'
    shown = f"还有 {mend} 处要改" if mend else READY
    return Formula(text, shown + (f"（另有 {noted} 处提醒，请核对）" if noted else ""))


def _colours(first: int, last: int, total: int) -> tuple[Conditional, ...]:
    mend = "+".join(f"${column_name(c)}${total}" for c in (_MISSING, _WRONG))
    made = [
        Conditional("A3:H3", f"({mend})>0", look.MARK_ERROR),
        Conditional("A3:H3", f"({mend})=0", look.MARK_OK),
    ]
    if last >= first:
        result = area(first, _RESULT, last, _RESULT)
        for column, style in ((_MISSING, look.MARK_WARN), (_WRONG, look.MARK_ERROR), (_NOTE, look.MARK_WARN)):
            cells = area(first, column, last, column)
            made.append(Conditional(cells, f"{address(first, column)}>0", style))
        for words, style in ((_TO_MEND, look.MARK_ERROR), (_TO_LOOK, look.MARK_WARN), (_FINE, look.MARK_OK)):
            made.append(Conditional(result, f"{address(first, _RESULT)}={quoted(words)}", style))
    return tuple(made)


class _Score(NamedTuple):
    """Self scores against points for one kind of indicators: title, and formula or value of each figure."""

    title: str
    own: Formula
    points: Formula
    not_applicable: Formula


_KINDS = (("指标得分", ("指标", "任务")), ("加分项", ("加分",)), ("减分项", ("减分",)))


def _scores(grids: Sequence[Grid], filled: Filled) -> list[_Score]:
    """One line a kind; empty where the form is not scored."""
    grid = next((g for g in grids if g.table.id == "items"), None)
    if grid is None or grid.table.column("score") is None:
        return []
    made = []
    for title, kinds in _KINDS:
        rows = [row for row in grid.rows if row.indicator.kind in kinds and row.indicator.points is not None]
        if rows:
            made.append(_score(title, grid, [row.id for row in rows], filled))
    return made


def _score(title: str, grid: Grid, ids: list[str], filled: Filled) -> _Score:
    # Runs of neighbouring rows: no helper column, and a form has few of them.
    numbers = sorted(grid.numbers[i] for i in ids)
    runs = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [n for _, n in group]
        runs.append((members[0], members[-1]))

    def cells(column: str, run: tuple[int, int]) -> str:
        letter = column_name(grid.columns[column])
        return f"{quote_sheet(grid.sheet)}!${letter}${run[0]}:${letter}${run[1]}"

    def total(column: str) -> str:
        return f"ROUND({'+'.join(f'SUM({cells(column, run)})' for run in runs)},2)"

    own = [number(scalar(filled.values.get(i, {}).get("score"))) or 0.0 for i in ids]
    points = {row.id: row.indicator.points or 0.0 for row in grid.rows}
    status = {i: filled.values.get(i, {}).get("status") for i in ids}
    out = [points[i] for i in ids if status[i] == NOT_APPLICABLE]
    left_out = "0"
    if "status" in grid.columns:
        parts = [f'SUMIF({cells("status", r)},"{NOT_APPLICABLE}",{cells("points", r)})' for r in runs]
        left_out = f"ROUND({'+'.join(parts)},2)"
    return _Score(
        title,
        Formula(f"IFERROR({total('score')},0)", rounded(sum(own))),
        Formula(total("points"), rounded(sum(points[i] for i in ids))),
        Formula(left_out, rounded(sum(out)) if "status" in grid.columns else 0.0),
    )


def rounded(value: float) -> float:
    """Two decimals, half away from zero, as Excel's ROUND does; 0 for what is past Excel's numbers."""
    if not isfinite(value):
        return 0.0
    if abs(value) >= _NO_DECIMALS:
        return value
    return float(Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _score_cells(top: int, scores: list[_Score]) -> list[Put]:
    if not scores:
        return []
    titles = ("", "得分", "自评分", POINTS, NOT_APPLICABLE, "应得满分")
    cells = [Put(top, c, t, look.HEADER) for c, t in enumerate(titles, 1) if t]
    for at, score in enumerate(scores, top + 1):
        base = Formula(
            f"ROUND({address(at, 4)}-{address(at, 5)},2)",
            rounded(value_of(score.points) - value_of(score.not_applicable)),
        )
        style = _MEND_CELL.but(number="General")
        cells.append(Put(at, 2, score.title, look.BODY_LEFT))
        figures = (score.own, score.points, score.not_applicable, base)
        cells += [Put(at, c, figure, style) for c, figure in enumerate(figures, 3)]
    return cells
