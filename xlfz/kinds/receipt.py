"""整改回执: one form for each unit with the items that it has to put right.

Takes the orders as they were issued (`Given.orders`); gives the form's columns and the projection.
Each batch of orders is a collection of its own (`2025年度第2批整改回执`): a later batch has other rows,
and a receipt of an earlier one stays what it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.assignment import Duty, Item
from xlfz.catalogue import Catalogue, Indicator
from xlfz.form.conditions import Is
from xlfz.form.fixed import KEY, NUMBER, TEXT, WORD, Fixed
from xlfz.form.spec import Column, Demand, FormSpec, TableSpec
from xlfz.kinds.model import Given, Kind, Order, of_the_round
from xlfz.roster import Roster, Unit

if TYPE_CHECKING:
    from xlfz.workbench.model import Workbench

NAME = "整改回执"
GOING_ON, COMPLETED = "整改中", "已完成"

FIXED = (
    Fixed("number", "整改号", 10, KEY),
    Fixed("text", "指标内容", 28, TEXT),
    Fixed("problem", "存在问题", 26, TEXT, compared=False),
    Fixed("lost", "失分", 6, NUMBER, keep=False, compared=False),
    Fixed("measure", "整改要求", 20, TEXT, keep=False, compared=False),
    Fixed("deadline", "整改期限", 11.5, WORD, keep=False, compared=False),
)

COLUMNS = (
    Column("state", "items", "整改状态", "选择", required=True, options=(GOING_ON, COMPLETED), width=10,
           help="从下拉列表中选择。"),
    Column("said", "items", "整改情况", "文本", required=True, limit=1000, usual=500, width=32,
           help="简要写明采取的措施和效果。"),
    Column("done_on", "items", "完成时间", "日期", width=12,
           help="整改状态为“已完成”的必填，不得晚于报送当天。",
           asked=Demand(Is("state", (COMPLETED,)), "E_RECTIFY_ASKED", "已完成的必填")),
    Column("evidence", "items", "佐证材料", "文本", limit=500, width=22,
           help="整改状态为“已完成”的必填，写所附文件的名称或文号。",
           asked=Demand(Is("state", (COMPLETED,)), "E_RECTIFY_ASKED", "已完成的必填")),
    Column("owner", "items", "责任人", "文本", required=True, limit=50, width=10, help="写姓名。"),
    Column("next", "items", "未完成原因及下步打算", "文本", limit=500, width=24,
           help="整改状态为“整改中”的必填，写明原因和计划完成时间。",
           asked=Demand(Is("state", (GOING_ON,)), "E_RECTIFY_ASKED", "整改中的必填")),
)  # fmt: skip


def spec(version: int = 1) -> FormSpec:
    """What a 整改回执 asks."""
    table = TableSpec("items", NAME, COLUMNS, FIXED, empty="本单位没有需要整改的事项")
    return FormSpec(NAME, (table,), version)


def batch_period(workbench: Workbench, batch: int) -> str:
    """What a batch is called on its forms."""
    return f"{of_the_round(workbench)}第{batch}批"


def project(workbench: Workbench, given: Given, period: str) -> Workbench | None:
    """The workbench of the batch of that name; None when none such went out."""
    orders = [o for o in given.orders if batch_period(workbench, o.batch) == period]
    if not orders:
        return None
    duties: dict[str, list[Item]] = {}
    units: dict[str, Unit] = {}
    for order in orders:
        known = workbench.roster.by_code.get(order.code)
        # Who was told to put something right may still answer after having left the roster.
        units[order.code] = replace(known, active=True) if known else Unit(order.code, order.unit)
        duties.setdefault(order.code, []).append(_row(order))
    made = tuple(Duty(unit, tuple(duties[code])) for code, unit in units.items())
    round_ = f"{workbench.settings.round}第{orders[0].batch}批"
    return replace(
        workbench,
        catalogue=Catalogue(tuple(i.indicator for d in made for i in d.items)),
        roster=Roster(tuple(units.values())),
        form=spec(),
        # The round's due date has passed; each item has its own.
        settings=replace(workbench.settings, round=round_, points_mode="留空", due=None),
        findings=(),
        duties=made,
    )


def _row(order: Order) -> Item:
    facts = (
        ("number", order.number),
        ("problem", order.problem),
        ("lost", order.lost),
        ("measure", order.measure),
        ("deadline", order.deadline),
    )
    return Item(Indicator(order.number, order.text), "责任", (), facts)


KIND = Kind(NAME, project)
