"""What a form asks: its tables and columns, each declared once.

A `Column` is the one declaration behind the dropdown, the range, the lock, the prompt, the line in
填表说明, the check of what comes back and the words of the error. Gives the default 自评表 and the
`FormSpec` that staff's 填报项 sheet makes of it. Forbids layout: where a column stands on the sheet
is `form.layout`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from xlfz.form.fixed import FIXED
from xlfz.text import shorten

if TYPE_CHECKING:
    from xlfz.assignment import Duty
    from xlfz.catalogue import Indicator, Material, Role
    from xlfz.form.conditions import Condition
    from xlfz.form.fixed import Fixed
    from xlfz.form.upward import Upward

ColumnType = Literal["文本", "数字", "整数", "日期", "选择"]
Strictness = Literal["错误", "提醒", "停用"]
TableId = Literal["items", "materials"]

COLUMN_TYPES: tuple[ColumnType, ...] = ("文本", "数字", "整数", "日期", "选择")
STRICTNESS: tuple[Strictness, ...] = ("错误", "提醒", "停用")

DONE, PARTLY, UNDONE, NOT_APPLICABLE = "已完成", "部分完成", "未完成", "不适用"
STATUSES = (DONE, PARTLY, UNDONE, NOT_APPLICABLE)
GIVEN, NOT_GIVEN = "已提供", "未提供"
PROVISIONS = (GIVEN, NOT_GIVEN, NOT_APPLICABLE)
_NAMED = 17
"""Characters of a row's text by which messages call it, … included."""
LABEL: Final = "_label"
"""The fact that says what staff call a row whose id is no number of theirs."""
POINTS: Final = "分值"
"""As a column's maximum: the points of the row's indicator."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand on a column that looks at the rest of its row, declared once for Excel and the check.

    `when` is a condition over the row's columns, fixed ones too; `code` the finding that says so, with
    the facts 列 (the column's title) and 值 (what stands there); `words` when the column must be
    filled in, as staff read it.
    """

    when: Condition
    code: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column that a unit fills in.

    `id` is stable and hidden in the form, `title` is what staff call it. `maximum` of a number may
    be POINTS. `limit` is the hard limit and `usual` the customary one, in 字; for the materials'
    `words` column they apply to the number itself unless the material states its own limit.
    """

    id: str
    table: TableId
    title: str
    type: ColumnType
    required: bool = False
    options: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | Literal["分值"] | None = None
    limit: int | None = None
    usual: int | None = None
    strictness: Strictness = "错误"
    help: str = ""
    width: float = 14.0
    asked: Demand | None = None
    """When it must be filled in although it is not required always."""
    clash: Demand | None = None
    """When what stands there contradicts the rest of the row; a reminder if its code is one."""
    upward: Upward = "留空"
    """How `report-up` fills it in from the returns of the level below."""

    @property
    def built_in(self) -> bool:
        """True for the columns that cross-field rules and the summary know by id."""
        return self.id in BUILT_IN

    @property
    def range_text(self) -> str:
        """The range of a number as staff read it: `0–分值`, `不小于 0`; empty when unbounded."""
        low = "" if self.minimum is None else f"{self.minimum:g}"
        high = (
            ""
            if self.maximum is None
            else self.maximum
            if isinstance(self.maximum, str)
            else f"{self.maximum:g}"
        )
        if low and high:
            return f"{low}–{high}"
        return f"不小于 {low}" if low else f"不大于 {high}" if high else ""


DEFAULT_COLUMNS: tuple[Column, ...] = (
    Column("status", "items", "完成情况", "选择", required=True, options=STATUSES, width=10.5,
           upward="汇总状态", help="从下拉列表中选择。选“不适用”的，自评分留空。"),
    Column("score", "items", "自评分", "数字", required=True, minimum=0, maximum=POINTS, width=8.5,
           upward="平均", help="填 0 到本项分值之间的数字，可带两位小数，不写“分”字。本项未设分值的不填。"),
    Column("done_on", "items", "完成时间", "日期", width=12,
           upward="最迟日期", help="已完成的必填，写实际完成日期，如 2026-03-12，不得晚于报送当天。"),
    Column("statement", "items", "情况说明", "文本", limit=1000, usual=500, width=40,
           help="简要写明做法、数据和成效，一般不超过 500 字，最多 1000 字。"),
    Column("reason", "items", "未完成原因及下一步打算", "文本", limit=500, width=24,
           upward="文本列表", help="部分完成、未完成的必填，写明原因和计划完成时间。"),
    Column("provided", "materials", "提供情况", "选择", required=True, options=PROVISIONS, width=11,
           upward="汇总状态", help="从下拉列表中选择。指标填“已完成”的，各项资料应为“已提供”或“不适用”。"),
    Column("file_name", "materials", "文件名称或文号", "文本", limit=200, width=36,
           upward="文本列表", help="已提供的必填，写所附文件的名称或文号，多个用“；”隔开。"),
    Column("words", "materials", "字数", "整数", minimum=0, limit=1000, usual=500, width=9,
           help="情况说明类资料填字数，不得超过本行的字数上限；其他资料可不填。"),
    Column("note", "materials", "备注", "文本", limit=200, width=20, help="需要说明的其他事项，可不填。"),
)  # fmt: skip

BUILT_IN = frozenset(c.id for c in DEFAULT_COLUMNS)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table of a form: the sheet's title, the columns to fill in, and what stands beside them.

    `says` is the fixed column that, with the number, tells which row it is; `bound` the one that
    bounds what may be filled in and is signed. `heading` is what the sheet's title ends with (the
    kind of the form, when empty), `counted` the measure word of its rows, `empty` what it says
    without any.
    """

    id: TableId
    title: str
    columns: tuple[Column, ...]
    fixed: tuple[Fixed, ...] = FIXED["items"]
    says: str = "text"
    bound: str = "points"
    heading: str = ""
    counted: str = "项"
    empty: str = "本单位没有需要填报的指标"

    def column(self, column_id: str) -> Column | None:
        """The column of that id, None when it is switched off."""
        return next((c for c in self.columns if c.id == column_id), None)


@dataclass(frozen=True, slots=True)
class FormSpec:
    """What a form asks. `version` rises whenever rows or columns change.

    `filling` and `sending` stand for the common lines of 填表说明 where they are given.
    """

    kind: str
    tables: tuple[TableSpec, ...]
    version: int = 1
    filling: tuple[str, ...] = ()
    sending: tuple[str, ...] = ()
    signature: str = ""
    """The line for signatures, where it is not the common one."""

    def table(self, table_id: TableId) -> TableSpec:
        """The table of that id. A 自评表 has both, `materials` maybe without rows."""
        return next(t for t in self.tables if t.id == table_id)


TABLE_TITLES: dict[TableId, str] = {"items": "自评表", "materials": "资料清单"}


def form_spec(
    columns: tuple[Column, ...] = DEFAULT_COLUMNS, kind: str = "自评表", version: int = 1
) -> FormSpec:
    """The form that these columns make; columns switched off (停用) are left out."""
    items, materials = (
        tuple(c for c in columns if c.strictness != "停用" and c.table == t) for t in TABLE_TITLES
    )
    return FormSpec(
        kind,
        (
            TableSpec("items", TABLE_TITLES["items"], items),
            TableSpec(
                "materials",
                TABLE_TITLES["materials"],
                materials,
                FIXED["materials"],
                says="material",
                bound="limit",
                heading="上报资料清单",
                counted="份",
                empty="本单位没有需要单独报送的资料",
            ),
        ),
        version,
    )


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of a form. `id` is the indicator's number (items) or the material's id (`86#2`)."""

    id: str
    table: TableId
    indicator: Indicator
    role: Role
    material: Material | None = None
    facts: tuple[tuple[str, str | float | None], ...] = ()
    """(fixed column id, value) of what a further kind of form shows beside the indicator's own."""

    @property
    def label(self) -> str:
        """What staff call the row in a word: the number, or what a further kind of form says instead."""
        return next((str(v) for id_, v in self.facts if id_ == LABEL), self.indicator.number)

    @property
    def name(self) -> str:
        """What staff call the row, for messages: `86 行政调解`, `86 资料2 行政调解情况说明`."""
        if self.material is None:
            return f"{self.label} {shorten(self.indicator.text, _NAMED)}".strip()
        return f"{self.indicator.number} 资料{self.material.index} {shorten(self.material.name, _NAMED)}"


def form_rows(duty: Duty) -> tuple[FormRow, ...]:
    """The rows of a unit's form: its indicators, then its materials, in the catalogue's order."""
    items = [FormRow(i.indicator.number, "items", i.indicator, i.role, None, i.facts) for i in duty.items]
    materials = [FormRow(m.id, "materials", i.indicator, i.role, m) for i in duty.items for m in i.materials]
    return (*items, *materials)
