"""考核评分表: one form for each 考核组, with the rows of all its units, scored by the assessors.

Takes the workbench; gives the form's columns and the projection. What a unit said of itself is shown
beside its rows when the forms go out (`shown`) and is not compared when they come back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.assignment import Duty, Item
from xlfz.catalogue import Catalogue
from xlfz.form.conditions import All, Beyond, Blank, Is, Not
from xlfz.form.fixed import KEY, NUMBER, TEXT, WORD, Fixed
from xlfz.form.spec import LABEL, POINTS, Column, Demand, FormSpec, TableSpec
from xlfz.kinds.model import Given, Kind, of_the_round
from xlfz.roster import Roster, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.assignment import Item as Assigned
    from xlfz.workbench.model import Workbench

NAME = "考核评分表"

_GAP = "　" * 6
_SIGNATURE = f"评分人：{_GAP}{_GAP}考核组组长：{_GAP}联系电话：{_GAP}　　年　　月　　日"

Shown = tuple[tuple[str, str | float | None], ...]

FIXED = (
    Fixed("number", "编号", 6.5, KEY),
    Fixed("unit", "被考核单位", 14, TEXT),
    Fixed("text", "指标内容", 26, TEXT),
    Fixed("points", "分值", 6, NUMBER),
    Fixed("status", "完成情况", 9, WORD, compared=False),
    Fixed("own", "自评分", 7, NUMBER, compared=False),
    Fixed("statement", "情况说明", 30, TEXT, keep=False, compared=False),
    Fixed("materials", "上报资料", 24, TEXT, keep=False, compared=False),
)

_LOWER = All(Not(Blank("assessed")), Beyond("assessed", "<", "points"))

SKIPPED = "不参评"
_SKIPPED = Is("skipped", ("是",))

COLUMNS = (
    Column("assessed", "items", "考核分", "数字", minimum=0, maximum=POINTS, width=8,
           help="填 0 到本项分值之间的数字，可带两位小数。本项对该单位不适用的留空，在“不参评”选“是”。",
           asked=Demand(Not(_SKIPPED), "E_ASSESSED_MISSING", "没有选“不参评”的必填"),
           clash=Demand(_SKIPPED, "E_ASSESSED_SKIPPED")),
    Column("deduction", "items", "扣分原因", "文本", limit=500, width=26,
           help="考核分低于分值的必填，写明扣多少分、为什么。扣分由汇总表按分值减考核分算出。",
           asked=Demand(_LOWER, "E_DEDUCTION_NO_REASON", "扣分的必填")),
    Column("skipped", "items", SKIPPED, "选择", options=("是",), width=8,
           help="本项对该单位不适用、不评分的选“是”，考核分留空。"),
    Column("assessor", "items", "评分人", "文本", limit=50, width=10,
           help="写评分人姓名，可以向下填充；不填的，汇总表里写考核组名称。"),
    Column("assessed_on", "items", "评分日期", "日期", width=12,
           help="写评分的日期，如 2026-12-20，可以向下填充。"),
)  # fmt: skip


def spec(version: int = 1) -> FormSpec:
    """What a 考核评分表 asks."""
    table = TableSpec("items", NAME, COLUMNS, FIXED, says="unit", empty="本考核组没有需要评分的单位")
    return FormSpec(NAME, (table,), version, signature=_SIGNATURE)


def project(
    workbench: Workbench, _: Given, period: str, shown: Mapping[str, Shown] | None = None
) -> Workbench | None:
    """The workbench of the assessors' forms; None without 考核组, or of another period.

    `shown`: row id (`row_id`) -> values of the fixed columns that are for the assessors' convenience.
    """
    own = [d for d in workbench.assignment.duties if d.unit.teams and _scored(d)]
    if not own or period != of_the_round(workbench):
        return None
    duties: dict[str, list[Item]] = {}
    for duty in own:
        rows = [_row(duty.unit, item, shown or {}) for item in _scored(duty)]
        for team in duty.unit.teams:
            duties.setdefault(team, []).extend(rows)
    teams = [Unit(team, team) for team in duties]
    made = tuple(Duty(team, tuple(duties[team.code])) for team in teams)
    return replace(
        workbench,
        catalogue=Catalogue(tuple(i.indicator for d in made for i in d.items)),
        roster=Roster(tuple(teams)),
        form=spec(workbench.settings.form_version),
        # The round's due date is the units', not the assessors'.
        settings=replace(workbench.settings, points_mode="留空", due=None),
        findings=(),
        duties=made,
    )


def row_id(code: str, number: str) -> str:
    """The id of the row in which an indicator of a unit is scored."""
    return f"{code}/{number}"


def _scored(duty: Duty) -> list[Assigned]:
    return [item for item in duty.items if item.indicator.points is not None]


def _row(unit: Unit, item: Assigned, shown: Mapping[str, Shown]) -> Item:
    number = item.indicator.number
    id_ = row_id(unit.code, number)
    facts = ((LABEL, f"{unit.name} {number}"), ("number", number), ("unit", unit.name), *shown.get(id_, ()))
    return Item(replace(item.indicator, number=id_), item.role, (), facts)


KIND = Kind(NAME, project)
