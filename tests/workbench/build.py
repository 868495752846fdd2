"""A small workbench in order, and how a test edits it as a clerk would: in the file, with openpyxl."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import openpyxl

from xlfz.errors import Refused
from xlfz.excel.address import address, parse
from xlfz.excel.blocks import serial
from xlfz.excel.content import Cell
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.workbench import tables
from xlfz.workbench.draft import Draft
from xlfz.workbench.reading import read
from xlfz.workbench.rules import default_rows, merged
from xlfz.workbench.writing import plan

if TYPE_CHECKING:
    from openpyxl import Workbook as Book

    from xlfz.excel.content import BookContent
    from xlfz.workbench.model import Workbench

SETTINGS = {
    "工作名称": "某县考核",
    "主办单位": "某县司法局",
    "年度": 2026,
    "期次": "年度",
    "开始日期": date(2026, 1, 1),
    "截止日期": date(2026, 11, 15),
    "默认字数上限": 500,
    "最高字数上限": 1000,
    "声明指标数": 4,
    "声明一级指标数": 2,
    "声明总分": 100,
}
INDICATORS = (
    {
        "编号": "1",
        "级别": "国家级",
        "类型": "指标",
        "状态": "启用",
        "一级指标": "一、甲",
        "二级指标": "1.子",
        "指标内容": "审批提速",
        "分值": 60,
        "牵头单位": "县财政局",
        "配合单位": "各部门",
        "完成时限": "2026年6月底前",
    },
    {
        "编号": "1.10",
        "类型": "任务",
        "一级指标": "一、甲",
        "二级指标": "1.子",
        "指标内容": "清单公开",
        "分值": 30,
        "牵头单位": "乡镇街道",
        "责任单位": "财政局、司法局",
        "频次": "每年、长期",
    },
    {"编号": "★1", "一级指标": "二、乙", "指标内容": "信息公开", "分值": 10, "牵头单位": "全体"},
    {"编号": "★2", "类型": "指标", "状态": "空缺", "一级指标": "二、乙"},
    {"编号": "加1", "类型": "加分", "指标内容": "受到表彰", "分值": 5, "牵头单位": "全体"},
    {"编号": "旧1", "状态": "停用"},
)
MATERIALS = (
    {"指标编号": "1", "序号": 1, "资料名称": "情况说明", "字数上限": 2000},
    {"指标编号": "1", "序号": 2, "资料名称": "台账", "牵头单位": "县司法局"},
    {"指标编号": "1.10", "序号": 1, "资料名称": "不需提供", "是否提供": "不需提供"},
)
UNITS = (
    {
        "单位编码": "X01",
        "单位名称": "城关镇人民政府",
        "简称别名": "城关镇、城关",
        "群组": "乡镇街道",
        "上级单位": "东片区",
    },
    {"单位编码": "X02", "单位名称": "白马镇人民政府", "群组": "乡镇街道", "考核组": "第一考核组"},
    {"单位编码": "B01", "单位名称": "县财政局", "简称别名": "财政局", "群组": "县直部门"},
    {
        "单位编码": "B02",
        "单位名称": "县司法局",
        "简称别名": "司法局",
        "群组": "县直部门",
        "上级单位": "财政局",
    },
    {"单位编码": "B03", "单位名称": "县旧局", "状态": "停用"},
)
NAMES = (
    {"名称": "各部门", "对应单位": "县直部门"},
    {"名称": "有关单位", "对应单位": "各部门、城关镇"},
    {"名称": "待定单位"},
)
RULES = (
    {"规则": "章节分值", "对象": "一、甲", "数值": 90},
    {"规则": "等级限制", "对象": "败诉案件数", "条件": ">=", "数值": 2, "结果": "优秀"},
)
Edit = tuple[str, str, object]
DRAFT = Draft(
    settings=SETTINGS,
    indicators=INDICATORS,
    materials=MATERIALS,
    units=UNITS,
    names=NAMES,
    scheme=merged(default_rows(), RULES),
)
"""Its only warning is the open slot ★2."""


def content(draft: Draft) -> BookContent:
    """The draft written and read as a workbook."""
    return read_workbook(write(plan(draft)))


def opened(draft: Draft = DRAFT) -> Book:
    """The written workbook as openpyxl, to be edited."""
    return openpyxl.load_workbook(io.BytesIO(write(plan(draft))))


def saved(book: Book) -> BookContent:
    """The edited workbook as xlfz reads it."""
    stream = io.BytesIO()
    book.save(stream)
    return read_workbook(stream.getvalue())


@cache
def _small() -> BookContent:
    return content(DRAFT)


def typed(*edits: Edit) -> BookContent:
    """The small workbook as read, with cells typed over: (sheet, address, value), None clears."""
    book = _small()
    for sheet, where, value in edits:
        row, column = parse(where)
        old = book.sheet(sheet)
        assert old is not None
        rows = {n: dict(cells) for n, cells in old.rows.items()}
        rows.setdefault(row, {}).pop(column, None)
        if value is not None:
            rows[row][column] = cell_of(value)
        new = replace(old, rows={n: dict(sorted(rows[n].items())) for n in sorted(rows)})
        book = replace(book, sheets=tuple(new if s is old else s for s in book.sheets))
    return book


def cell_of(value: object) -> Cell:
    """A value as the reader would give it: `=A1` is a formula, `#REF!` an error, a day a dated number."""
    if isinstance(value, bool):
        return Cell("bool", value)
    if isinstance(value, date):
        return Cell("number", float(serial(value)), format="date")
    if isinstance(value, int | float):
        return Cell("number", float(value), f"{value:g}")
    text = str(value)
    if text.startswith("="):
        return Cell("number", 0.0, formula=text[1:])
    return Cell("error", text) if text.startswith("#") else Cell("text", text)


def spec(sheet: str) -> tables.SheetSpec:
    """The declaration of a sheet by its title."""
    return next(s for s in tables.SHEETS if s.title == sheet)


def cell(sheet: str, row: int, field_id: str) -> str:
    """The address of a field in the nth data row, from 1. In 设置, `row` is the setting's own number."""
    return address(tables.HEADER_ROW + row, spec(sheet).column(field_id))


def setting_cell(title: str) -> str:
    """The address of a setting's value."""
    return cell("设置", next(n for n, f in enumerate(tables.SETTINGS, 1) if f.title == title), "value")


def faults(found: BookContent) -> list[tuple[str, str, str]]:
    """(code, sheet, cell) of everything for which a workbook is refused; empty when it is not."""
    try:
        read(found)
    except Refused as refused:
        for f in refused.findings:
            assert "{" not in f.text, f.text
            assert "未知" not in f.text, f.text
        return [(f.code, f.sheet, f.cell) for f in refused.findings]
    return []


def warned(workbench: Workbench) -> list[str]:
    """The codes of a workbench's warnings."""
    return [f.code for f in workbench.findings]
