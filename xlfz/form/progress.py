"""What a 进展表 asks: where each task stands, month by month.

Gives its columns, its fixed columns and lines of 填表说明. 进展状态, 完成时间, 本期进展 and 存在困难 bear the
ids of their counterparts in the 自评表 (完成情况 …), so that the common checks and the summary know them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.form.conditions import All, Any, Beyond, Is
from xlfz.form.fixed import KEY, NUMBER, TEXT, WORD, Fixed
from xlfz.form.spec import DEFAULT_COLUMNS, DONE, Column, Demand, FormSpec, form_spec

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "进展表"
IDLE, RUNNING, LASTING = "未启动", "推进中", "长期坚持"
STATES = (IDLE, RUNNING, DONE, LASTING)

FIXED = (
    Fixed("number", "编号", 6.5, KEY),
    Fixed("chapter", "领域", 11, TEXT, keep=False),
    Fixed("section", "二级任务", 12, TEXT, keep=False),
    Fixed("text", "任务", 32, TEXT),
    Fixed("thresholds", "量化要求", 30, TEXT, keep=False),
    Fixed("deadline", "时限", 20, TEXT, keep=False),
    Fixed("role", "分工", 6, WORD),
    Fixed("points", "分值", 6, NUMBER, keep=False),
)

_CONTRADICTED = Any(
    All(Is("status", (DONE,)), Beyond("percent", "<", 100)),
    All(Is("status", (IDLE,)), Beyond("percent", ">", 0)),
)

ITEMS = (
    Column("status", "items", "进展状态", "选择", required=True, options=STATES, width=10.5,
           help="从下拉列表中选择。没有终点、每期都做的选“长期坚持”。"),
    Column("percent", "items", "完成进度", "整数", required=True, minimum=0, maximum=100, width=9,
           help="填 0 到 100 的整数，不写“%”。已完成的填 100，未启动的填 0。",
           clash=Demand(_CONTRADICTED, "E_PROGRESS_CLASH")),
    Column("statement", "items", "本期进展", "文本", limit=1000, usual=500, width=34,
           help="写本期做了什么，一般不超过 500 字，最多 1000 字。",
           asked=Demand(Is("status", (RUNNING, LASTING)), "E_PROGRESS_BLANK", "推进中、长期坚持的必填")),
    Column("result", "items", "取得成效", "文本", limit=1000, width=24,
           help="写看得见的结果，如印发的文件、办结的件数，可不填。"),
    Column("next", "items", "下步打算", "文本", limit=500, width=24,
           help="未启动、推进中的必填，写下一步做什么、何时做。",
           asked=Demand(Is("status", (IDLE, RUNNING)), "E_PROGRESS_NEXT", "未启动、推进中的必填")),
    Column("reason", "items", "存在困难", "文本", limit=500, width=24,
           help="未启动的必填，写明原因；其他有困难的也请写明。",
           asked=Demand(Is("status", (IDLE,)), "E_PROGRESS_IDLE", "未启动的必填")),
    Column("done_on", "items", "完成时间", "日期", width=12,
           help="已完成的必填，写实际完成日期，如 2026-03-12，不得晚于报送当天。"),
)  # fmt: skip

COLUMNS = (*ITEMS, *(c for c in DEFAULT_COLUMNS if c.table == "materials"))
_DEMANDS = {c.id: (c.asked, c.clash) for c in ITEMS}

FILLING = (
    "只填浅黄色格；其他格已锁定，不要增删行列、不要改动编号、任务等固定内容。",
    "变成黄色的格还没有填，变成红色的格填得不对，改好后颜色自动消失。",
    "从别处复制内容时，请用“选择性粘贴—数值”，以免带入公式和格式；不要合并单元格。",
    "每项任务每期都报：本期没有变化的，也要选状态、填进度。",
)


def demanding(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The columns with their demands on the row; without any when staff switched 进展状态 off."""
    given = tuple(columns)
    if not any(c.id == "status" and c.strictness != "停用" for c in given):
        return given
    bare = (None, None)
    return tuple(
        replace(c, asked=asked, clash=clash) for c in given for asked, clash in (_DEMANDS.get(c.id, bare),)
    )


def spec(columns: tuple[Column, ...] = COLUMNS, version: int = 1, *, materials: bool = True) -> FormSpec:
    """The form that these columns make; columns switched off (停用) are left out, and so is the sheet of
    materials where the catalogue asks for none."""
    made = form_spec(demanding(columns), NAME, version)
    tables = tuple(
        replace(t, title=NAME, fixed=FIXED, empty="本单位没有需要报进展的任务") if t.id == "items" else t
        for t in made.tables
        if materials or t.id != "materials"
    )
    return replace(made, tables=tables, filling=FILLING)
