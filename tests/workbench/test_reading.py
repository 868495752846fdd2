"""What clerks do to a workbench, and what is still read: moved, inserted, retyped, merged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from openpyxl.styles import PatternFill

from tests.workbench.build import (
    DRAFT,
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
from xlfz.catalogue import Deadline, Indicator, Material
from xlfz.excel.blocks import serial
from xlfz.form.spec import DEFAULT_COLUMNS, form_spec
from xlfz.scheme import Ceiling, Scheme
from xlfz.workbench.draft import Draft
from xlfz.workbench.model import Settings
from xlfz.workbench.reading import read
from xlfz.workbench.tables import HEADER_ROW


def test_the_small_workbook_is_read_as_it_was_meant() -> None:
    """Every sheet becomes its part of the model."""
    found = read(content(DRAFT))
    assert found.settings == Settings(
        "某县考核", "某县司法局", 2026, "年度", "自评表", date(2026, 1, 1), date(2026, 11, 15)
    )
    assert found.catalogue.indicators[:2] == (
        Indicator(
            "1",
            "审批提速",
            "一、甲",
            "1.子",
            level="国家级",
            points=60,
            lead=("县财政局",),
            supporting=("各部门",),
            deadline=Deadline("2026年6月底前", date(2026, 6, 30)),
        ),
        Indicator(
            "1.10",
            "清单公开",
            "一、甲",
            "1.子",
            kind="任务",
            points=30,
            lead=("乡镇街道",),
            responsible=("财政局", "司法局"),
            deadline=Deadline(recurrence=("每年", "长期")),
        ),
    )
    assert [(i.number, i.kind, i.state) for i in found.catalogue.indicators[2:]] == [
        ("★1", "指标", "启用"),
        ("★2", "指标", "空缺"),
        ("加1", "加分", "启用"),
        ("旧1", "指标", "停用"),
    ]
    assert found.catalogue.materials == (
        Material("1", 1, "情况说明", word_limit=2000),
        Material("1", 2, "台账", lead=("县司法局",)),
        Material("1.10", 1, "不需提供", needed=False),
    )
    assert [(u.code, u.active, u.groups) for u in found.roster.units] == [
        ("X01", True, ("乡镇街道",)),
        ("X02", True, ("乡镇街道",)),
        ("B01", True, ("县直部门",)),
        ("B02", True, ("县直部门",)),
        ("B03", False, ()),
    ]
    assert found.roster.names == (
        ("各部门", ("县直部门",)),
        ("有关单位", ("各部门", "城关镇")),
        ("待定单位", ()),
    )
    assert found.form == form_spec(DEFAULT_COLUMNS)
    assert found.scheme == Scheme(
        chapters=(("一、甲", 90.0),), ceilings=(Ceiling("败诉案件数", 2.0, "优秀"),)
    )
    assert (found.declared.indicators, found.declared.first_level, found.declared.points) == (4, 2, 100)


def test_an_empty_workbench_is_in_order() -> None:
    """It only says that there are no units."""
    assert warned(read(content(Draft()))) == ["W_WB_NO_UNITS"]
    assert read(content(Draft())).form == form_spec()
    assert read(content(Draft())).scheme == Scheme()


def test_clerks_edits_change_nothing() -> None:
    """Blank rows, rows above the header, moved and added columns, notes aside, formatted empty rows."""
    before = read(content(DRAFT))
    book = opened()
    items, units, names = book["指标"], book["单位"], book["单位对照"]
    for merged in list(units.merged_cells.ranges):
        units.unmerge_cells(str(merged))
    items.insert_rows(HEADER_ROW + 2, 3)
    units.insert_rows(1, 2)
    names.insert_cols(1)
    names["A3"] = "科室自己的列"
    names["A5"] = "随手写的"
    number = units.max_column + 1
    for row in range(1, units.max_row + 1):
        units.cell(row, number).value = units.cell(row, 2).value
        units.cell(row, 2).value = None
    items.cell(400, 3).fill = PatternFill("solid", fgColor="FFFF00")
    items.cell(401, 3).value = "   "
    assert read(saved(book)) == replace(before, findings=read(saved(book)).findings)
    assert warned(read(saved(book))) == ["W_WB_OPEN_SLOT"]


def test_rows_are_named_right_after_blank_rows() -> None:
    """The address of a fault is the address in the file."""
    book = opened()
    book["指标"].insert_rows(HEADER_ROW + 1, 4)
    book["指标"]["J8"] = "很多"
    assert faults(saved(book)) == [("E_WB_NUMBER", "指标", "J8")]


def test_a_sheet_may_be_renamed_with_spaces_and_a_title_written_full_width() -> None:
    """单 位 and 编　号 are what they were."""
    book = opened()
    book["单位"].title = "单 位"
    book["指标"]["A3"] = "编　号"
    assert warned(read(saved(book))) == ["W_WB_OPEN_SLOT"]


def test_merged_chapters_count_for_every_row_they_cover() -> None:
    """What is shown there is what counts."""
    book = opened()
    sheet = book["指标"]
    column = spec("指标").column("chapter")
    sheet.cell(5, column).value = None
    sheet.merge_cells(start_row=4, end_row=5, start_column=column, end_column=column)
    assert read(saved(book)).catalogue == read(content(DRAFT)).catalogue


@pytest.mark.parametrize("value", [60, 60.0, "60", "６０", " 60 分", "60.0", "+60", "60分"])
def test_points_typed_in_ways_that_mean_one_number_are_read(value: object) -> None:
    """And nothing is said of it."""
    found = read(typed(("指标", cell("指标", 1, "points"), value)))
    assert found.catalogue.by_number["1"].points == 60


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 3, 12),
        "2026-03-12",
        "2026-3-12",
        "2026年3月12日",
        "2026年03月12日",
        "2026.3.12",
        "2026/3/12",
        "20260312",
        20260312,
        "２０２６－３－１２",
        "2026-03-12 00:00:00",
    ],
)
def test_days_typed_in_ways_that_mean_one_day_are_read(value: object) -> None:
    """Real days and texts."""
    found = read(typed(("指标", cell("指标", 1, "day"), value)))
    assert found.catalogue.by_number["1"].deadline.day == date(2026, 3, 12)


def test_a_workbook_that_counts_from_1904_has_the_same_days() -> None:
    """As saved by an old Mac."""
    days = serial(date(2026, 3, 12)) - 1462
    book = replace(typed(("指标", cell("指标", 1, "day"), days)), date1904=True)
    row = HEADER_ROW + 1
    column = spec("指标").column("day")
    sheet = book.sheet("指标")
    assert sheet is not None
    day = sheet.rows[row][column]._replace(format="date")
    rows = {**sheet.rows, row: {**sheet.rows[row], column: day}}
    dated = replace(
        book,
        sheets=tuple(replace(s, rows=rows) if s is sheet else s for s in book.sheets if s.name != "设置")
        + tuple(s for s in typed(*cleared_days()).sheets if s.name == "设置"),
    )
    assert read(dated).catalogue.by_number["1"].deadline.day == date(2026, 3, 12)


def cleared_days() -> list[tuple[str, str, object]]:
    """设置 without its days, which would be others counted from 1904."""
    return [("设置", setting_cell(title), None) for title in ("开始日期", "截止日期")]


@pytest.mark.parametrize(("written", "read_as"), [("启　用", "启用"), (" 停 用", "停用"), ("空缺 ", "空缺")])
def test_choices_with_stray_spaces_are_read(written: str, read_as: str) -> None:
    """Full-width and half-width."""
    found = read(typed(("指标", cell("指标", 5, "state"), written)))
    assert found.catalogue.by_number["加1"].state == read_as


def test_numbers_that_are_ids_stay_what_they_show() -> None:
    """编号 1 typed as a number is 1, not 1.0; the material finds it however it is typed."""
    edits = [("指标", cell("指标", 1, "number"), 1), ("上报资料", cell("上报资料", 1, "indicator"), " １ ")]
    found = read(typed(*edits))
    assert found.catalogue.indicators[0].number == "1"
    assert found.catalogue.materials[0].indicator == "1"


def test_a_renamed_column_of_the_form_keeps_its_id() -> None:
    """列名 may change, 标识 is what counts."""
    found = read(typed(("填报项", cell("填报项", 4, "title"), "工作情况")))
    column = found.form.table("items").column("statement")
    assert column is not None
    assert column.title == "工作情况"


def test_a_column_switched_off_is_not_in_the_form() -> None:
    """停用."""
    found = read(typed(("填报项", cell("填报项", 4, "strictness"), "停用")))
    assert found.form.table("items").column("statement") is None


def test_the_settings_word_limits_are_those_of_the_form() -> None:
    """In the limit, in the customary length and in the words of the help."""
    edits = [("设置", setting_cell("默认字数上限"), 800), ("设置", setting_cell("最高字数上限"), "1500字")]
    found = read(typed(*edits)).form
    for table, column_id in (("items", "statement"), ("materials", "words")):
        column = found.table(table).column(column_id)  # type: ignore[arg-type]
        assert column is not None
        assert (column.usual, column.limit) == (800, 1500)
    statement = found.table("items").column("statement")
    assert statement is not None
    assert "800 字" in statement.help
    assert "1500 字" in statement.help


def test_what_a_column_says_wins_over_the_settings() -> None:
    """A limit typed in 填报项."""
    found = read(typed(("填报项", cell("填报项", 4, "limit"), 300))).form.table("items").column("statement")
    assert found is not None
    assert (found.usual, found.limit) == (300, 300)


def test_an_empty_cell_means_its_default() -> None:
    """类型, 状态, 是否提供 and the settings with defaults."""
    edits = [("设置", setting_cell(t), None) for t in ("期次", "默认字数上限", "最高字数上限", "分值分配")]
    assert read(typed(*edits)).settings == read(content(DRAFT)).settings


@pytest.mark.parametrize(
    ("sheet", "row", "field_id", "value", "code", "words"),
    [
        ("指标", 1, "lead", None, "W_WB_NO_LEAD", "有 1 项没有牵头单位（1）"),
        ("指标", 5, "lead", None, "W_WB_NOBODY", "有 1 项没有任何单位填报（加1）"),
        ("指标", 1, "points", None, "W_WB_POINTS", "有 1 项未设分值"),
        ("指标", 1, "deadline", "届时另行通知", "W_WB_DEADLINE", "完成时限“届时另行通知”读不出"),
        ("设置", 13, "value", 5, "W_WB_COUNT", "声明有 5 项指标，表中有 4 项"),
        ("设置", 14, "value", 3, "W_WB_COUNT", "声明有 3 项一级指标，表中有 2 项"),
        ("设置", 15, "value", 2, "W_WB_COUNT", "声明有 2 项二级指标，表中有 1 项"),
        ("设置", 17, "value", "国家级2、省级3", "W_WB_COUNT", "声明有 2 项指标（到国家级），表中有 1 项"),
    ],
)
def test_what_is_worth_knowing_is_warned_of(
    sheet: str, row: int, field_id: str, value: object, code: str, words: str
) -> None:
    """One cell changed, the warning with its words; the workbench is still in order."""
    found = [f for f in read(typed((sheet, cell(sheet, row, field_id), value))).findings if f.code == code]
    assert found
    assert words in found[0].message
    assert all(f.severity == "warn" for f in found)


def test_the_warning_of_missing_points_offers_the_share() -> None:
    """60 of the chapter's 90 are left for the one without points."""
    found = read(typed(("指标", cell("指标", 1, "points"), None))).findings
    assert [f.remedy for f in found if f.code == "W_WB_POINTS"] == [
        "请在“指标”表填写分值；或把“设置”中的“分值分配”改为“平均分配”（每项约 60 分）。"
    ]


def test_a_deadline_warning_names_its_cell() -> None:
    """Explicit 截止日期 or 频次 makes it silent."""
    where = cell("指标", 1, "deadline")
    edit = ("指标", where, "届时另行通知")
    found = [f for f in read(typed(edit)).findings if f.code == "W_WB_DEADLINE"]
    assert [(f.sheet, f.cell) for f in found] == [("指标", where)]
    dated = typed(edit, ("指标", cell("指标", 1, "day"), "2026-6-30"))
    assert warned(read(dated)) == ["W_WB_OPEN_SLOT"]


def test_long_lists_are_cut_at_ten() -> None:
    """Ten numbers and 等."""
    rows = tuple({"编号": str(n), "指标内容": "甲"} for n in range(1, 13))
    draft = replace(DRAFT, indicators=rows, materials=(), scheme=Draft().scheme)
    found = {f.code: f.message for f in read(content(draft)).findings}
    assert found["W_WB_NO_LEAD"] == "有 12 项没有牵头单位（1、2、3、4、5、6、7、8、9、10 等）。"
    assert "城关镇人民政府、" in found["W_WB_IDLE_UNIT"]


def test_a_name_may_wait_for_its_group() -> None:
    """单位对照 without units is no clash once a unit has that group, and then means the group."""
    waiting = typed(("指标", cell("指标", 1, "lead"), "待定单位"))
    assert read(waiting).assignment.duties
    filled = typed(
        ("指标", cell("指标", 1, "lead"), "待定单位"),
        ("单位", cell("单位", 1, "groups"), "待定单位、乡镇街道"),
    )
    first = read(filled).assignment.of("X01")
    assert first is not None
    assert first.items[0].indicator.number == "1"
