"""明细 and 资料: one row for each unit and indicator, one for each unit and material.

明细 is the sheet in which staff work: unprotected, so that they may sort, filter and pivot; what
they type stands in 考核分, 扣分原因 and 审核意见. 采用分 is the formula from which all else follows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from xlfz.consolidation import ASSESSED, DEDUCTED, DEDUCTION, OPINION, extra_columns
from xlfz.excel import look
from xlfz.excel.plan import Conditional, Formula, Later, Validation, Value
from xlfz.form.spec import NOT_APPLICABLE, PARTLY, UNDONE
from xlfz.listing import CENTER, COUNT, FIRST_ROW, LEFT, LINK, SCORE, TOTAL, ListColumn, Listing, source_link
from xlfz.scoring import formulas

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.consolidation import Consolidation, DetailRow, Typed
    from xlfz.scoring.formula import Declared
    from xlfz.workbench.model import Workbench

DETAIL: Final = "明细"
MATERIALS = "资料"
KEY, PLACE, COUNTED_SCORE = "单位编码|编号", "指标序", "采用分"
FIRST_SCORE, FIRST_SOURCE = "初审分", "初审来源"
_FIRST_NOTE = "“初审分”是考核组评的分；复核、申诉后改分的填考核分，以考核分为准。"
_INPUT_SCORE = look.INPUT_NUMBER.but(align="center")


def detail(consolidation: Consolidation, workbench: Workbench) -> Listing:
    """明细."""
    extra = extra_columns(workbench)
    deducts = bool(workbench.scheme.deducting)
    scored = bool(consolidation.assessed)
    columns = (
        ListColumn(KEY, 14, CENTER, hidden=True),
        ListColumn(PLACE, 8, COUNT, hidden=True),
        ListColumn("序号", 7, COUNT),
        ListColumn("单位", 22, LEFT),
        ListColumn("考核组", 13, CENTER),
        ListColumn("编号", 7, look.KEY),
        ListColumn("一级指标", 18, LEFT),
        ListColumn("指标内容", 40, LEFT),
        ListColumn("分值", 7, SCORE),
        ListColumn("分工", 7, CENTER),
        ListColumn("完成情况", 10, CENTER),
        ListColumn("自评分", 8, SCORE),
        *((ListColumn(FIRST_SCORE, 8, SCORE),) if scored else ()),
        ListColumn(ASSESSED, 8, _INPUT_SCORE, open=True),
        *((ListColumn(DEDUCTED, 8, _INPUT_SCORE, open=True),) if deducts else ()),
        ListColumn(DEDUCTION, 24, look.INPUT, open=True),
        ListColumn(OPINION, 24, look.INPUT, open=True),
        ListColumn(COUNTED_SCORE, 8, TOTAL),
        ListColumn("完成时间", 12, look.DATE),
        ListColumn("情况说明", 42, LEFT),
        ListColumn("未完成原因", 26, LEFT),
        ListColumn("资料应报", 7, COUNT),
        ListColumn("资料已报", 7, COUNT),
        ListColumn("资料名称", 34, LEFT),
        *(ListColumn(f"填报：{c.title}", c.width, LEFT) for c in extra),
        ListColumn("来源文件", 44, LINK),
        ListColumn("工作表", 9, CENTER),
        ListColumn("单元格", 8, CENTER),
        *((ListColumn(FIRST_SOURCE, 44, LINK),) if scored else ()),
    )
    note = (
        f"浅黄色各列（考核分、{'扣分、' if deducts else ''}扣分原因、审核意见）由工作人员填写，"
        f"填后各表自动更新；重新汇总时沿用。{_FIRST_NOTE if scored else ''}"
        "可以排序、筛选；按“序号”升序排序即恢复原来的次序。"
    )
    listing = Listing(
        DETAIL,
        f"{workbench.settings.title}明细",
        note,
        columns,
        Later(len(consolidation.rows), partial(_rows, consolidation, workbench, columns)),
        empty="还没有采用的填报表。",
        wide=True,
        table="明细表",
        frozen=7,
        pages_wide=2,
        tab=look.ACCENT,
        dates=_dates(consolidation, columns),
    )
    if listing.rows:
        rules = [_score_rule(listing), *([_deduction_rule(listing)] if deducts else [])]
        listing.extra.update(validations=tuple(rules), conditionals=_marks(listing))
    return listing


def _rows(
    consolidation: Consolidation,
    workbench: Workbench,
    columns: tuple[ListColumn, ...],
    start: int,
    stop: int,
) -> list[tuple[Value, ...]]:
    shape = Listing(DETAIL, "", "", columns, ())
    scheme = workbench.scheme
    scored = bool(consolidation.assessed)
    texts = [_counted(shape, formulas.counted(scheme.source, first=scored))]
    if scheme.deducting:
        texts.append(_counted(shape, formulas.counted(scheme.source, first=scored, deducts=True)))
    places = {indicator.number: i for i, indicator in enumerate(workbench.catalogue.live, 1)}
    made: list[tuple[Value, ...]] = []
    for line, row in enumerate(consolidation.rows[start:stop], start):
        indicator = row.item.indicator
        text = texts[scheme.deducts(indicator.number, indicator.chapter)]
        values = (
            row.key,
            places[indicator.number],
            line + 1,
            row.unit.name,
            row.unit.team,
            indicator.number,
            indicator.chapter,
            indicator.text,
            indicator.points,
            row.item.role,
            row.status,
            row.own,
            *((row.first,) if scored else ()),
            row.assessed,
            *((row.deducted,) if scheme.deducting else ()),
            row.deduction,
            row.opinion,
            None if row.counted is None else Formula(text(FIRST_ROW + line), row.counted),
            row.done_on,
            row.statement,
            row.reason,
            row.materials_needed,
            row.materials_given,
            row.material_names,
            *row.extra,
            source_link(row.path, row.sheet, row.score_cell or _first_cell(row)),
            row.sheet,
            row.score_cell,
            *((source_link(*row.source) if row.source else "",) if scored else ()),
        )
        made.append(values)
    return made


def _counted(shape: Listing, declared: Declared) -> Callable[..., str]:
    """The formula of 采用分 for any row."""
    headers = ("完成情况", "自评分", FIRST_SCORE, ASSESSED, DEDUCTED, "分值")
    return declared.template(**{h: f"{shape.letter(h)}{{0}}" for h in headers if h in declared.names})


def _dates(consolidation: Consolidation, columns: tuple[ListColumn, ...]) -> dict[int, date]:
    """A day of each column that is no column of days but has some, typed or asked for by the office."""
    found: dict[int, date] = {}
    places = {c.header: i for i, c in enumerate(columns)}
    extra = places["资料名称"] + 1
    for row in consolidation.rows:
        for header, value in _typed(row):
            if isinstance(value, date):
                found.setdefault(places[header], value)
        for i, answer in enumerate(row.extra, extra):
            if isinstance(answer, date):
                found.setdefault(i, answer)
    return found


def _typed(row: DetailRow) -> tuple[tuple[str, Typed | None], ...]:
    """What staff typed, by column."""
    first = (ASSESSED, row.assessed), (DEDUCTED, row.deducted)
    return (*first, (DEDUCTION, row.deduction), (OPINION, row.opinion))


def _first_cell(row: DetailRow) -> str:
    return f"A{row.number}" if row.number else ""


def _score_rule(listing: Listing) -> Validation:
    points = f"=${listing.letter('分值')}{FIRST_ROW}"
    return Validation(
        listing.column_cells(ASSESSED),
        "decimal",
        minimum=0.0,
        maximum=points,
        prompt_title="考核分",
        prompt="填 0 到本项分值之间的数字；没有分值、选“不适用”的不填。",
        error_title="考核分有误",
        error="请填 0 到本项分值之间的数字。",
    )


def _deduction_rule(listing: Listing) -> Validation:
    return replace(
        _score_rule(listing),
        area=listing.column_cells(DEDUCTED),
        prompt_title="扣分",
        prompt="扣分制的指标填扣多少分，得分为分值减扣分；不扣的填 0。其他指标不填。",
        error_title="扣分有误",
    )


def _marks(listing: Listing) -> tuple[Conditional, ...]:
    def at(header: str) -> str:
        return f"${listing.letter(header)}{FIRST_ROW}"

    score, points, status = at(ASSESSED), at("分值"), at("完成情况")
    wrong = f"=AND(NOT(ISBLANK({score})),NOT(AND(ISNUMBER({score}),N({score})>=0,N({score})<=N({points}))))"
    return (
        Conditional(listing.column_cells(ASSESSED), wrong, look.MARK_ERROR),
        Conditional(listing.column_cells("完成情况"), f'={status}="{UNDONE}"', look.MARK_ERROR),
        Conditional(listing.column_cells("完成情况"), f'={status}="{PARTLY}"', look.MARK_WARN),
        Conditional(
            listing.column_cells(COUNTED_SCORE),
            f'=AND(ISNUMBER({points}),{at(COUNTED_SCORE)}="")',
            look.MARK_MISSING,
        ),
        Conditional(
            listing.column_cells("资料已报"),
            f'=AND({at("资料已报")}<{at("资料应报")},{status}<>"{NOT_APPLICABLE}")',
            look.MARK_WARN,
        ),
    )


def materials(consolidation: Consolidation) -> Listing:
    """资料."""
    columns = (
        ListColumn("序号", 7, COUNT),
        ListColumn("单位", 24, LEFT),
        ListColumn("编号", 8, look.KEY),
        ListColumn("资料", 6, COUNT),
        ListColumn("资料名称", 40, LEFT),
        ListColumn("提供情况", 10, CENTER),
        ListColumn("文件名称或文号", 40, LEFT),
        ListColumn("字数", 8, COUNT),
        ListColumn("备注", 16, LEFT),
        ListColumn("来源文件", 44, LINK),
    )
    rows = Later(len(consolidation.materials), partial(_material_rows, consolidation))
    listing = Listing(
        MATERIALS,
        "上报资料清单",
        f"共 {len(rows)} 项资料；只列已采用的填报表。",
        columns,
        rows,
        empty="没有需要上报的资料。",
        frozen=3,
    )
    if rows:
        state = f"${listing.letter('提供情况')}{FIRST_ROW}"
        mark = Conditional(listing.column_cells("提供情况"), f'={state}="未提供"', look.MARK_WARN)
        listing.extra["conditionals"] = (mark,)
    return listing


def _material_rows(consolidation: Consolidation, start: int, stop: int) -> list[tuple[Value, ...]]:
    return [
        (
            line,
            row.unit.name,
            row.item.indicator.number,
            row.material.index,
            row.material.name,
            row.provided,
            row.file_name,
            row.words,
            row.note,
            source_link(row.path, row.sheet, row.cell),
        )
        for line, row in enumerate(consolidation.materials[start:stop], start + 1)
    ]


def names(listing: Listing) -> dict[str, str]:
    """The defined names over 明细 that other sheets' formulas use."""
    return {
        "明细键": listing.column_area(KEY),
        "采用分列": listing.column_area(COUNTED_SCORE),
        "指标序列": listing.column_area(PLACE),
        "完成情况列": listing.column_area("完成情况"),
    }
