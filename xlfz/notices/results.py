"""考核结果反馈: score, rank and grade of one unit, its parts, and every point lost with the reason.

Takes a consolidation; gives one `Notice` a unit whose return counts. A unit that has not reported has
no result, and gets a 催报函 instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.consolidation import as_text
from xlfz.notices.figures import NONE, points, shared, total, why_lowered
from xlfz.notices.model import Grid, Notice, Para
from xlfz.notices.templates import FEEDBACK
from xlfz.scoring.functions import is_number, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from xlfz.consolidation import Consolidation, DetailRow, Shortfall, UnitRow
    from xlfz.notices.model import Block
    from xlfz.workbench.model import Workbench


def feedback(table: Consolidation, workbench: Workbench, today: date) -> Iterator[Notice]:
    """One notice for each unit whose return counts, in the roster's order."""
    rows: dict[str, list[DetailRow]] = {}
    for row in table.rows:
        rows.setdefault(row.unit.code, []).append(row)
    lost = {(s.unit.code, s.indicator.number): s for s in table.shortfalls}
    for unit in table.units:
        if unit.state != "已采用":
            continue
        texts = {
            **shared(workbench.settings, today),
            "标题": f"{workbench.settings.title}考核结果：{unit.unit.name}",
            "单位名称": unit.unit.name,
            "总分": total(unit.score.total, workbench.scheme.decimals),
            "名次": points(unit.score.rank),
            "等级": points(unit.score.grade),
            "结果综述": _result(unit, table, workbench.scheme.decimals),
        }
        losses = _losses(unit, rows.get(unit.unit.code, []), lost)
        yield Notice(
            FEEDBACK, unit.unit.name, texts, {"分项得分": (_parts(unit, table),), "失分情况": losses}
        )


def _result(unit: UnitRow, table: Consolidation, decimals: int) -> str:
    score = unit.score
    if not is_number(score.total):
        waiting = f"，待评{points(score.waiting)}项" if is_number(score.waiting) else ""
        return f"你单位目前为“{score.state}”{waiting}，暂无总分和名次。"
    ranked = sum(is_number(u.score.total) for u in table.units)
    text = f"你单位总分{total(score.total, decimals)}分，在有总分的{ranked}个单位中列第{points(score.rank)}名"
    if unit.team and is_number(score.team_rank):
        text += f"，在{unit.team}列第{points(score.team_rank)}名"
    return f"{text}，等级为{points(score.grade)}{why_lowered(unit)}。"


def _parts(unit: UnitRow, table: Consolidation) -> Grid:
    """Chapter by chapter, what was to be had and what was scored; then what is added and taken off."""
    mine = {item.indicator.number for item in unit.duty.items}
    rows: list[tuple[str, str, str]] = []
    for (name, members), subtotal in zip(table.board.chapters, unit.score.subtotals, strict=True):
        assigned = [i.points or 0.0 for i in members if i.number in mine]
        if assigned:
            rows.append((name, points(round_half_up(sum(assigned), 10)), points(subtotal)))
    for name, members, value in (
        ("加分", table.board.bonus, unit.score.bonus),
        ("减分", table.board.penalty, unit.score.penalty),
    ):
        if any(i.number in mine for i in members):
            rows.append((name, NONE, points(value)))
    return Grid(("项目", "分值", "得分"), tuple(rows), (60, 20, 20), frozenset({1, 2}))


def _losses(
    unit: UnitRow, rows: list[DetailRow], lost: dict[tuple[str, str], Shortfall]
) -> tuple[Block, ...]:
    """Every row with a shortfall, or on which an assessor remarked something."""
    lines: list[tuple[str, ...]] = []
    for row in rows:
        shortfall = lost.get((unit.unit.code, row.item.indicator.number))
        if shortfall is None and not row.deduction and not row.first_reason and not row.opinion:
            continue
        indicator = row.item.indicator
        lines.append(
            (
                indicator.number,
                indicator.text,
                points(indicator.points),
                points(row.counted),
                points(shortfall.lost_points or None) if shortfall else NONE,
                "\n".join(_reasons(row, shortfall)) or NONE,
                as_text(row.opinion) if row.opinion else NONE,
            )
        )
    if not lines:
        return (Para("没有失分，也没有审核意见。"),)
    headers = ("编号", "指标内容", "分值", "得分", "失分", "原因", "审核意见")
    return (Grid(headers, tuple(lines), (11, 27, 9, 9, 9, 20, 15), frozenset({0, 2, 3, 4})),)


def _reasons(row: DetailRow, shortfall: Shortfall | None) -> Iterator[str]:
    """扣分原因, what is not finished and what was not handed in, the unit's own explanation."""
    if row.deduction:
        yield as_text(row.deduction)
    if row.first_reason:
        yield f"考核组：{row.first_reason}"
    if shortfall is not None:
        yield from (kind for kind in shortfall.kinds if kind not in ("失分", "缺资料"))
        if shortfall.missing:
            yield f"缺资料：{'、'.join(shortfall.missing)}"
        if shortfall.reason:
            yield f"单位说明：{as_text(shortfall.reason)}"
