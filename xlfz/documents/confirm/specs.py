"""导入核对: the columns of its sheets, each declared once, for writing them and for reading them back.

The fields of 指标 and 上报资料 are the workbench's own declarations in an order that suits reading
beside the source text. Derived columns (待核对, 来源, 原文 …) are for the eye and never read. Knows
nothing of cells.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.workbench.tables import INDICATORS, MATERIALS, NAMES, NO, YES, Field, SheetSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKED, LEFT_OUT = "已核对", "不采用"
CHAPTER_POINTS = "章节分值"
"""The item of 设置核对 that is no setting: the points that a chapter's heading states."""

FIRST_OF_BOOK = "导入核对"
READ = "读取情况"

_WIDTHS = {
    "number": 8, "chapter": 14, "section": 15, "text": 30, "requirement": 52, "lead": 16, "responsible": 20,
    "supporting": 16, "deadline": 18, "day": 12, "recurrence": 9, "points": 7, "thresholds": 24, "kind": 7,
    "level": 8, "state": 7, "note": 18, "name": 40, "word_limit": 10, "needed": 10,
}  # fmt: skip

CHECK = Field(
    "check", "核对", "choice", choices=(CHECKED, LEFT_OUT), width=9,
    help="看过、改好的选“已核对”；不要的行选“不采用”。空着的行没有核对，不能采用。",
)  # fmt: skip
ASK = Field("ask", "待核对", width=32, derived=True)
SOURCE = Field("source", "原文", width=50, derived=True)
PLACE = Field("place", "来源", width=17, derived=True)
MARK = Field("mark", "行标识", "id", limit=20, width=8, hidden=True)
"""Ties materials to their indicator, so that a changed number takes them along."""


def _of(spec: SheetSpec, ids: Iterable[str]) -> tuple[Field, ...]:
    return tuple(replace(spec.field(i), width=_WIDTHS[i]) for i in ids)


INDICATOR_ROWS = SheetSpec(
    "indicators", FIRST_OF_BOOK,
    "逐行对照原文，黄色格存疑、红色格缺失，要决定什么写在“待核对”里。直接在格里改，改好后在“核对”选“已核对”，不要的行选“不采用”。"
    "原文漏读的任务可在表后添行。各表都没有空着的“核对”后保存、关闭，运行 xlfz confirm。",
    (
        CHECK, ASK, *_of(INDICATORS, ("number",)), SOURCE, PLACE,
        *_of(INDICATORS, (
            "chapter", "section", "text", "requirement", "lead", "responsible", "supporting", "deadline",
            "day", "recurrence", "points", "thresholds", "kind", "level", "state", "note",
        )),
        MARK,
    ),
    unique=(("number",),), fixed_columns=3,
)  # fmt: skip

MATERIAL_ROWS = SheetSpec(
    "materials", "资料核对",
    "一行一份要报的资料。指标编号跟着“导入核对”的编号变；要改到别的指标下，直接填那个编号。指标不采用的，它的资料也不采用。",
    (
        CHECK, ASK,
        Field("indicator", "指标编号", "id", limit=20, width=10, help="“导入核对”表里的编号。"),
        SOURCE, PLACE, Field("owner", "所属指标", width=26, derived=True),
        *_of(MATERIALS, ("name", "lead", "responsible", "word_limit", "needed", "note")),
        MARK,
    ),
    fixed_columns=3,
)  # fmt: skip

NAME_ROWS = SheetSpec(
    "names", "单位核对",
    "文件里的每个叫法是谁。自己就是填报单位的，“登记为单位”选“是”；是简称、统称的选“否”，在“对应单位”写明是哪些单位，还定不下来的可留空。"
    "工作台名册里已有的不用再登记。",
    (
        CHECK, ASK,
        Field("name", "名称", "id", required=True, limit=100, width=30, help="文件里的叫法。"),
        SOURCE, PLACE,
        Field("register", "登记为单位", "choice", choices=(YES, NO), default=NO, width=9,
              help="是：采用时登记到“单位”表，单位编码自动编。留空按“否”。"),
        replace(NAMES.field("targets"), width=36,
                help="对应的单位名称（已在名册，或在本表登记），多个用“、”隔开；全部单位写“全体”。"),
        Field("near", "名册中最接近的", width=22, derived=True),
        replace(NAMES.field("note"), width=24),
    ),
    unique=(("name",),), fixed_columns=3,
)  # fmt: skip

SETTING_ROWS = SheetSpec(
    "settings", "设置核对",
    "工作名称、年度等，和文件写明的数。工作台已有的设置不会被改。章节分值是一级指标标题里写的分值。",
    (
        CHECK, ASK,
        Field("item", "项目", "id", required=True, limit=40, width=18),
        SOURCE, PLACE,
        Field("target", "对象", limit=200, width=28, help="章节分值的一级指标，照“导入核对”里的写法。"),
        Field("value", "内容", limit=400, width=40),
        Field("about", "说明", width=46, derived=True),
    ),
    fixed_columns=3,
)  # fmt: skip

SHEETS = (INDICATOR_ROWS, MATERIAL_ROWS, NAME_ROWS, SETTING_ROWS)
"""In the order of the workbook; 读取情况 comes last and is not read."""
