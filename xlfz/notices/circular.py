"""通报: who reported, totals and ranks, a chart, and what went wrong most often.

Takes a consolidation; gives one `Notice`. Every figure comes from the same tables as the summary. A
unit without a total has no rank, and is named as such.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xlfz.notices.figures import NONE, points, share, shared, total, why_lowered
from xlfz.notices.model import Chart, Grid, Notice, Para
from xlfz.notices.templates import CIRCULAR
from xlfz.scoring.functions import is_number, round_half_up

if TYPE_CHECKING:
    from datetime import date

    from xlfz.consolidation import Consolidation, UnitRow
    from xlfz.notices.model import Block
    from xlfz.scheme import Scheme
    from xlfz.workbench.model import Workbench

COMMON = 5
"""So many of the most frequent problems are listed."""


def circular(table: Consolidation, workbench: Workbench, today: date) -> Notice:
    """The 通报 of one round."""
    texts = shared(workbench.settings, today)
    ranked = _ranked(table)
    texts |= {
        "标题": f"{texts['工作名称']}{texts['期次']}情况的通报",
        "应报单位数": str(len(table.units)),
        "已报单位数": str(_count(table, "已采用")),
        "待改单位数": str(_count(table, "已报待改")),
        "未报单位数": str(_count(table, "未报")),
        "报送率": share(_count(table, "已采用"), len(table.units)),
        "结果综述": _overview(table, ranked, workbench.scheme),
    }
    name = f"{workbench.settings.title}{texts['期次']}情况的通报"
    blocks = {
        "报送情况": _reporting(table),
        "排名表": _ranking(ranked, workbench.scheme.decimals, teams=bool(table.teams)),
        "得分图": _charts(table, ranked, workbench.scheme),
        "共性问题": _common(table),
    }
    return Notice(CIRCULAR, name, texts, blocks)


def _ranked(table: Consolidation) -> list[UnitRow]:
    """The units with a total, by rank; the roster's order where they tie."""
    with_total = [u for u in table.units if is_number(u.score.rank)]
    return sorted(with_total, key=lambda u: u.score.rank)


def _count(table: Consolidation, state: str) -> int:
    return sum(u.state == state for u in table.units)


def _names(units: list[UnitRow]) -> str:
    return "、".join(u.unit.name for u in units)


def _reporting(table: Consolidation) -> tuple[Block, ...]:
    reported = _count(table, "已采用")
    blocks: list[Block] = [
        Para(
            f"应报单位{len(table.units)}个，已采用{reported}个，报送率{share(reported, len(table.units))}；"
            f"已报待改{_count(table, '已报待改')}个，未报{_count(table, '未报')}个。"
        )
    ]
    for state in ("已报待改", "未报"):
        units = [u for u in table.units if u.state == state]
        if units:
            blocks.append(Para(f"{state}的单位：{_names(units)}。"))
    return tuple(blocks)


def _overview(table: Consolidation, ranked: list[UnitRow], scheme: Scheme) -> str:
    if not ranked:
        return "目前没有单位有总分，暂不排名。"
    totals = [float(u.score.total) for u in ranked]
    best, worst = max(totals), min(totals)
    # As the summary rounds: the tenth decimal first, or a tie is lost to the binary fraction.
    mean = total(round_half_up(sum(totals) / len(totals), 10), scheme.decimals)
    text = f"有总分的单位{len(ranked)}个，平均{mean}分"
    text += f"，最高{total(best, scheme.decimals)}分，最低{total(worst, scheme.decimals)}分。"
    grades = Counter(str(u.score.grade) for u in ranked)
    text += "其中" + "，".join(f"{name}{grades[name]}个" for name in _grades(ranked, scheme)) + "。"
    waiting = [u for u in table.units if u.state == "已采用" and not is_number(u.score.rank)]
    text += f"已报送但暂无总分的单位：{_names(waiting)}。" if waiting else ""
    lowered = [f"{u.unit.name}{why_lowered(u)}" for u in ranked if u.score.lowered]
    return text + (f"等级受限的单位：{'、'.join(lowered)}。" if lowered else "")


def _grades(ranked: list[UnitRow], scheme: Scheme) -> tuple[str, ...]:
    """The scheme's grades from the highest down, then whatever else there is (待核)."""
    named = (*(g.name for g in scheme.grades), scheme.lowest)
    return tuple(dict.fromkeys((*named, *(str(u.score.grade) for u in ranked))))


def _ranking(ranked: list[UnitRow], decimals: int, *, teams: bool) -> tuple[Block, ...]:
    if not ranked:
        return ()
    rows = tuple(
        (
            points(u.score.rank),
            u.unit.name,
            *((u.team or NONE, points(u.score.team_rank)) if teams else ()),
            total(u.score.total, decimals),
            points(u.score.grade),
        )
        for u in ranked
    )
    if teams:
        headers: tuple[str, ...] = ("名次", "单位", "考核组", "组内名次", "总分", "等级")
        return (Grid(headers, rows, (10, 34, 17, 13, 13, 13), frozenset({0, 2, 3, 4, 5})),)
    return (Grid(("名次", "单位", "总分", "等级"), rows, (12, 52, 18, 18), frozenset({0, 2, 3})),)


def _charts(table: Consolidation, ranked: list[UnitRow], scheme: Scheme) -> tuple[Block, ...]:
    """How many units have each grade, and what share of its points each chapter got."""
    charts: list[Block] = []
    if ranked:
        grades = Counter(str(u.score.grade) for u in ranked)
        names = _grades(ranked, scheme)
        charts.append(Chart("各等级单位数（个）", names, tuple(float(grades[n]) for n in names)))
    scored = [
        (name, got, full)
        for name, members in table.board.chapters
        for got, full in [_chapter(table, {i.number for i in members})]
        if full
    ]
    if scored:
        rates = tuple(round_half_up(round_half_up(got / full, 10), 3) for _, got, full in scored)
        charts.append(Chart("各部分得分率（已评各项）", tuple(name for name, _, _ in scored), rates, "0.0%"))
    return tuple(charts)


def _chapter(table: Consolidation, numbers: set[str]) -> tuple[float, float]:
    """What all units got in these indicators, and the points of what was scored."""
    counted = [
        (float(row.counted), float(row.item.indicator.points or 0))
        for row in table.rows
        if row.item.indicator.number in numbers and is_number(row.counted)
    ]
    return sum(got for got, _ in counted), sum(full for _, full in counted)


def _common(table: Consolidation) -> tuple[Block, ...]:
    """The findings that most units share, and the indicators on which most units fell short."""
    parts = [
        (title, grid)
        for title, grid in (("填报中的常见问题", _findings(table)), ("短板较多的指标", _shortfalls(table)))
        if grid is not None
    ]
    blocks: list[Block] = []
    for number, (title, grid) in zip("一二", parts, strict=False):
        blocks += (Para(f"（{number}）{title}", "GwSecond"), grid)
    return tuple(blocks) or (Para("没有发现共性问题。"),)


def _findings(table: Consolidation) -> Grid | None:
    found: dict[str, list[tuple[str, str]]] = {}
    for file in table.files:
        if file.checked.verdict == "skipped":
            continue  # another version of it counts
        for f in file.checked.findings:
            if f.severity != "info":
                found.setdefault(f.code, []).append((file.checked.unit or file.path, f.message))
    if not found:
        return None
    ordered = sorted(found.values(), key=lambda of: (-len({unit for unit, _ in of}), -len(of)))[:COMMON]
    rows = tuple(
        (str(n), of[0][1], str(len({unit for unit, _ in of})), str(len(of)))
        for n, of in enumerate(ordered, 1)
    )
    headers = ("序号", "问题（举一例）", "涉及单位", "处数")
    return Grid(headers, rows, (10, 58, 16, 16), frozenset({0, 2, 3}))


def _shortfalls(table: Consolidation) -> Grid | None:
    units: Counter[str] = Counter()
    lost: dict[str, float] = {}
    text: dict[str, str] = {}
    for s in table.shortfalls:
        units[s.indicator.number] += 1
        lost[s.indicator.number] = lost.get(s.indicator.number, 0.0) + (s.lost_points or 0.0)
        text[s.indicator.number] = s.indicator.text
    if not units:
        return None
    rows = tuple(
        (number, text[number], str(count), points(lost[number] or None))
        for number, count in units.most_common(COMMON)
    )
    headers = ("编号", "指标内容", "短板单位", "合计失分")
    return Grid(headers, rows, (14, 54, 16, 16), frozenset({0, 2, 3}))
