"""Every fault of a workbench is found at its cell, alone and together with all others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.workbench.build import (
    DRAFT,
    Edit,
    cell,
    content,
    faults,
    opened,
    saved,
    setting_cell,
    spec,
    typed,
    warned,
)
from xlfz.errors import Refused
from xlfz.workbench.reading import read

SCHEME_ROWS = ["满分", "取分", "缺项折算", "排名", "小数位数", "优秀", "良好", "合格", "最低", "章节", "限制"]
ITEM_ROWS = ["status", "score", "done_on", "statement", "reason", "provided", "file_name", "words", "note"]


def scheme(row: str, field_id: str) -> str:
    """A cell of 评分办法 in the small workbook."""
    return cell("评分办法", SCHEME_ROWS.index(row) + 1, field_id)


def item(row: str, field_id: str) -> str:
    """A cell of 填报项."""
    return cell("填报项", ITEM_ROWS.index(row) + 1, field_id)


SINGLE = [
    # 设置
    ("E_WB_REQUIRED", "设置", setting_cell("工作名称"), None),
    ("E_WB_NUMBER", "设置", setting_cell("年度"), "二〇二六"),
    ("E_WB_NUMBER", "设置", setting_cell("年度"), 26),
    ("E_WB_NUMBER", "设置", setting_cell("年度"), 2026.5),
    ("E_WB_CHOICE", "设置", setting_cell("分值分配"), "平均"),
    ("E_WB_CHOICE", "设置", setting_cell("表单类型"), "评分表"),
    ("E_WB_DATE", "设置", setting_cell("截止日期"), "11月15日"),
    ("E_WB_DATE", "设置", setting_cell("截止日期"), 46341),
    ("E_WB_SETTING", "设置", setting_cell("截止日期"), "2025-11-15"),
    ("E_WB_SETTING", "设置", setting_cell("默认字数上限"), 1200),
    ("E_WB_SETTING", "设置", setting_cell("声明总分"), 90),
    ("E_WB_SETTING", "设置", setting_cell("声明分级指标数"), "国家级若干"),
    ("E_WB_SETTING", "设置", "A10", "没有的设置"),
    ("E_WB_DUP", "设置", "A10", "工作名称"),
    ("E_WB_FORMULA", "设置", setting_cell("主办单位"), "=A1"),
    ("E_WB_TEXT_LONG", "设置", setting_cell("主办单位"), "局" * 61),
    # 指标
    ("E_WB_REQUIRED", "指标", cell("指标", 1, "number"), None),
    ("E_WB_REQUIRED", "指标", cell("指标", 3, "text"), None),
    ("E_WB_DUP", "指标", cell("指标", 3, "number"), "1"),
    ("E_WB_DUP", "指标", cell("指标", 3, "number"), "１"),
    ("E_WB_CHOICE", "指标", cell("指标", 1, "kind"), "指标项"),
    ("E_WB_CHOICE", "指标", cell("指标", 1, "state"), "作废"),
    ("E_WB_CHOICE", "指标", cell("指标", 1, "recurrence"), "每年、每周"),
    ("E_WB_NUMBER", "指标", cell("指标", 1, "points"), "六十"),
    ("E_WB_NUMBER", "指标", cell("指标", 1, "points"), -1),
    ("E_WB_NUMBER", "指标", cell("指标", 1, "points"), "60%"),
    ("E_WB_NUMBER", "指标", cell("指标", 1, "points"), True),
    ("E_WB_FORMULA", "指标", cell("指标", 1, "points"), "=50+10"),
    ("E_WB_FORMULA", "指标", cell("指标", 1, "note"), "#REF!"),
    ("E_WB_DATE", "指标", cell("指标", 1, "day"), "2026-02-30"),
    ("E_WB_TEXT_LONG", "指标", cell("指标", 1, "number"), "9" * 21),
    ("E_WB_UNIT", "指标", cell("指标", 1, "lead"), "县财政厅"),
    ("E_WB_UNIT", "指标", cell("指标", 1, "responsible"), "县财政局、县审计局"),
    ("E_WB_UNIT", "指标", cell("指标", 1, "supporting"), "各科室"),
    # 上报资料
    ("E_WB_MATERIAL", "上报资料", cell("上报资料", 1, "indicator"), "99"),
    ("E_WB_REQUIRED", "上报资料", cell("上报资料", 1, "name"), None),
    ("E_WB_DUP", "上报资料", cell("上报资料", 2, "index"), 1),
    ("E_WB_NUMBER", "上报资料", cell("上报资料", 1, "index"), 0),
    ("E_WB_NUMBER", "上报资料", cell("上报资料", 1, "word_limit"), "若干"),
    ("E_WB_CHOICE", "上报资料", cell("上报资料", 1, "needed"), "否"),
    ("E_WB_UNIT", "上报资料", cell("上报资料", 2, "lead"), "市司法局机关"),
    ("E_WB_UNIT", "上报资料", cell("上报资料", 2, "responsible"), "某局"),
    # 单位
    ("E_WB_REQUIRED", "单位", cell("单位", 5, "code"), None),
    ("E_WB_REQUIRED", "单位", cell("单位", 2, "name"), None),
    ("E_WB_DUP", "单位", cell("单位", 2, "code"), "x01"),
    ("E_WB_DUP", "单位", cell("单位", 5, "name"), "县财政局"),
    ("E_WB_CHOICE", "单位", cell("单位", 1, "state"), "在用"),
    ("E_WB_NAME_CLASH", "单位", cell("单位", 2, "aliases"), "城关"),
    ("E_WB_NAME_CLASH", "单位", cell("单位", 2, "aliases"), "县 司法局"),
    ("E_WB_NAME_CLASH", "单位", cell("单位", 2, "aliases"), "全体"),
    ("E_WB_NAME_CLASH", "单位", cell("单位", 5, "groups"), "财政局"),
    ("E_WB_NAME_CLASH", "单位", cell("单位", 5, "groups"), "所有单位"),
    ("E_WB_NAME_CLASH", "单位", cell("单位", 5, "code"), "城关镇人民政府"),
    ("E_WB_PARENT", "单位", cell("单位", 3, "parent"), "县司法局"),
    ("E_WB_PARENT", "单位", cell("单位", 1, "parent"), "城关镇"),
    # 单位对照
    ("E_WB_DUP", "单位对照", cell("单位对照", 2, "name"), "各 部门"),
    ("E_WB_NAME_CLASH", "单位对照", cell("单位对照", 3, "name"), "财政局"),
    ("E_WB_UNIT", "单位对照", cell("单位对照", 1, "targets"), "县直单位"),
    ("E_WB_NAME_LOOP", "单位对照", cell("单位对照", 1, "targets"), "有关单位"),
    ("E_WB_NAME_LOOP", "单位对照", cell("单位对照", 3, "targets"), "待定单位"),
    # 填报项
    ("E_WB_ITEM", "填报项", item("status", "table"), "资料清单"),
    ("E_WB_ITEM", "填报项", item("status", "type"), "文本"),
    ("E_WB_ITEM", "填报项", item("status", "options"), "完成、没完成"),
    ("E_WB_ITEM", "填报项", item("score", "maximum"), 100),
    ("E_WB_ITEM", "填报项", item("score", "limit"), 100),
    ("E_WB_ITEM", "填报项", item("statement", "usual"), 2000),
    ("E_WB_ITEM", "填报项", item("note", "title"), "提供情况"),
    ("E_WB_ITEM", "填报项", item("note", "minimum"), 3),
    ("E_WB_ITEM", "填报项", item("note", "help"), "一般〔一般字数〕字。"),
    ("E_WB_ITEM", "填报项", item("status", "upward"), "平均"),
    ("E_WB_ITEM", "填报项", item("note", "upward"), "合计"),
    ("E_WB_CHOICE", "填报项", item("note", "upward"), "求和"),
    ("E_WB_CHOICE", "填报项", item("note", "type"), "文字"),
    ("E_WB_CHOICE", "填报项", item("note", "strictness"), "警告"),
    ("E_WB_DUP", "填报项", cell("填报项", 10, "id"), "note"),
    # 评分办法
    ("E_WB_CHOICE", "评分办法", scheme("满分", "rule"), "总分"),
    ("E_WB_NUMBER", "评分办法", scheme("满分", "value"), "一百"),
    ("E_WB_SCHEME", "评分办法", scheme("满分", "value"), None),
    ("E_WB_SCHEME", "评分办法", scheme("满分", "target"), "全部"),
    ("E_WB_SCHEME", "评分办法", scheme("取分", "result"), "平均"),
    ("E_WB_SCHEME", "评分办法", scheme("缺项折算", "result"), "对"),
    ("E_WB_SCHEME", "评分办法", scheme("小数位数", "value"), 1.5),
    ("E_WB_SCHEME", "评分办法", scheme("小数位数", "value"), 9),
    ("E_WB_SCHEME", "评分办法", scheme("良好", "condition"), "<"),
    ("E_WB_SCHEME", "评分办法", scheme("良好", "value"), 90),
    ("E_WB_SCHEME", "评分办法", scheme("良好", "target"), "优秀"),
    ("E_WB_SCHEME", "评分办法", scheme("最低", "target"), "合格"),
    ("E_WB_SCHEME", "评分办法", scheme("章节", "target"), "三、丙"),
    ("E_WB_SCHEME", "评分办法", scheme("限制", "result"), "特优"),
    # 分值
    ("E_WB_SUM", "指标", cell("指标", 0, "points"), (cell("指标", 3, "points"), 11)),
    ("E_WB_SUM", "指标", cell("指标", 0, "points"), (cell("指标", 1, "points"), 59)),
]


@pytest.mark.parametrize(("code", "sheet", "where", "value"), SINGLE)
def test_one_fault_is_found_at_its_cell_and_nothing_else(
    code: str, sheet: str, where: str, value: object
) -> None:
    """One cell is typed over; where the fault lies elsewhere, `value` is (typed cell, value)."""
    place, new = value if isinstance(value, tuple) else (where, value)
    further = custom() if (sheet, where) == ("填报项", cell("填报项", 10, "id")) else []
    assert faults(typed(*further, (sheet, place, new))) == [(code, sheet, where)]


CUSTOM = {"table": "自评表", "id": "leader", "title": "分管领导", "type": "文本", "limit": 20}


def custom(**changes: object) -> list[Edit]:
    """A column of the office's own below the built-in ones."""
    return [("填报项", cell("填报项", 10, i), value) for i, value in (CUSTOM | changes).items()]


@pytest.mark.parametrize(
    ("changes", "field_id"),
    [
        ({"id": "分管"}, "id"),
        ({"id": "9a"}, "id"),
        ({"id": "points"}, "id"),
        ({"type": "选择", "limit": None}, "options"),
        ({"type": "选择", "options": "是、否、是", "limit": None}, "options"),
        ({"options": "是、否"}, "options"),
        ({"type": "数字", "limit": None, "minimum": 5, "maximum": 3}, "maximum"),
        ({"type": "数字", "limit": None, "maximum": "很大"}, "maximum"),
        ({"type": "整数", "limit": None, "maximum": "分值"}, "maximum"),
        ({"maximum": 10}, "maximum"),
        ({"title": "自 评分"}, "title"),
    ],
)
def test_an_own_column_that_cannot_be_is_refused(changes: dict[str, object], field_id: str) -> None:
    """At the cell that is wrong."""
    where = cell("填报项", 10, field_id)
    assert faults(typed(*custom(**changes))) == [("E_WB_ITEM", "填报项", where)]


def test_a_workbench_from_before_the_rules_upward_is_read() -> None:
    """Without that column the built-in columns have their usual rules; with it, what staff say."""
    place = cell("填报项", 1, "upward")
    header = f"{place.rstrip('0123456789')}{int(place.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')) - 1}"
    older = read(typed(("填报项", header, "自己的列"))).form.table("items")
    assert [c.upward for c in older.columns] == ["汇总状态", "平均", "最迟日期", "留空", "文本列表"]
    changed = read(typed(("填报项", item("score", "upward"), "合计"))).form.table("items").column("score")
    assert changed is not None
    assert changed.upward == "合计"


def test_an_own_column_becomes_a_column_of_the_form() -> None:
    """With what the sheet says of it."""
    column = read(typed(*custom())).form.table("items").column("leader")
    assert column is not None
    assert (column.title, column.type, column.limit, column.required) == ("分管领导", "文本", 20, False)


def test_another_workbook_is_told_in_one_sentence() -> None:
    """Not sheet by sheet: most likely somebody named the wrong file."""
    book = typed()
    other = replace(book, sheets=tuple(s for s in book.sheets if s.name in ("首页", "设置")))
    assert faults(other) == [("E_NOT_WORKBENCH", "", "")]


def test_what_is_missing_as_a_whole_is_named() -> None:
    """Sheets, columns, rows that must be there."""
    book = typed()
    without = replace(book, sheets=tuple(s for s in book.sheets if s.name != "单位对照"))
    assert faults(without) == [("E_WB_SHEET", "单位对照", "")]
    assert faults(typed(("指标", cell("指标", 0, "lead"), "牵头"))) == [("E_WB_COLUMN", "指标", "A3")]
    assert faults(typed(*cleared("填报项", 1))) == [("E_WB_ITEM", "填报项", cell("填报项", 0, "id"))]
    assert faults(typed(*cleared("评分办法", 1))) == [("E_WB_SCHEME", "评分办法", "A3")]
    assert faults(typed(*cleared("设置", 1))) == [("E_WB_REQUIRED", "设置", "A3")]
    assert faults(typed(("单位", "L3", "单位名称"))) == [("E_WB_COLUMN_DUP", "单位", "L3")]
    second = [("评分办法", "A40", "满分"), ("评分办法", "D40", 100)]
    assert faults(typed(*second)) == [("E_WB_SCHEME", "评分办法", "A40")]


def cleared(sheet: str, row: int) -> list[Edit]:
    """Every cell of a data row emptied."""
    return [(sheet, cell(sheet, row, f.id), None) for f in spec(sheet).fields]


def test_a_sheet_without_a_header_gives_one_finding() -> None:
    """Not one for each column."""
    assert faults(typed(*cleared("单位对照", 0))) == [("E_WB_COLUMN", "单位对照", "A3")]


def test_a_number_that_became_a_date_is_told() -> None:
    """编号 1-2 typed into a cell that was not text."""
    where = cell("指标", 3, "number")
    assert faults(typed(("指标", where, date(2026, 1, 2)))) == [("E_WB_TEXT_DATE", "指标", where)]


def test_a_row_added_beyond_the_full_marks_is_a_fault_of_the_sum() -> None:
    """Even while other rows have no points yet."""
    edits = [
        ("指标", cell("指标", 1, "points"), None),
        ("指标", cell("指标", 2, "points"), 90.5),
    ]
    assert faults(typed(*edits)) == [("E_WB_SUM", "指标", cell("指标", 0, "points"))]


def test_all_faults_come_at_once_in_the_order_of_the_workbook() -> None:
    """Several sheets, one run."""
    several = [
        case
        for case in SINGLE
        if case[:2] in {("E_WB_CHOICE", "设置"), ("E_WB_UNIT", "指标"), ("E_WB_DUP", "上报资料")}
        or (case[0], case[1]) in {("E_WB_PARENT", "单位"), ("E_WB_CHOICE", "评分办法")}
    ]
    chosen = {(sheet, where): (code, value) for code, sheet, where, value in several}
    found = faults(typed(*((sheet, where, value) for (sheet, where), (_, value) in chosen.items())))
    wanted = [(code, sheet, where) for (sheet, where), (code, _) in chosen.items()]
    # A rule that cannot be read may be any: 满分 is not asked for a second time.
    assert sorted(found) == sorted(wanted)
    order = ["设置", "指标", "上报资料", "单位", "单位对照", "填报项", "评分办法"]
    assert [order.index(sheet) for _, sheet, _ in found] == sorted(order.index(s) for _, s, _ in found)


def test_every_fault_says_what_to_do() -> None:
    """Message and remedy have every fact filled in (`faults` asserts it) and name the nearest unit."""
    with pytest.raises(Refused) as refused:
        read(typed(("指标", cell("指标", 1, "lead"), "县财政厅")))
    (found,) = refused.value.findings
    assert "最接近的是“县财政局”" in found.message
    assert found.remedy


def test_without_units_unknown_names_are_not_told_one_by_one() -> None:
    """Only that there are no units yet."""
    empty = read(content(replace(DRAFT, units=(), names=())))
    assert "W_WB_NO_UNITS" in warned(empty)
    assert "W_WB_NOBODY" not in warned(empty)


def test_the_small_workbook_is_in_order() -> None:
    """So that each test above provokes what it says."""
    assert faults(content(DRAFT)) == []
    assert warned(read(content(DRAFT))) == ["W_WB_OPEN_SLOT"]
    assert faults(saved(opened())) == []
