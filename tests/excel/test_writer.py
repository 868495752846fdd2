"""Plans to bytes: what Excel will see, and what is refused before it could."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, time
from typing import Literal

import openpyxl
import pytest

from tests import oracle
from xlfz.excel import archive, look
from xlfz.excel.plan import (
    Block,
    Button,
    Chart,
    Columns,
    Comment,
    Conditional,
    Formula,
    Link,
    Merge,
    Name,
    Page,
    Protection,
    Put,
    Row,
    Series,
    Sheet,
    Style,
    Table,
    Validation,
    Value,
    Workbook,
)
from xlfz.excel.writer import write

START = datetime(2026, 5, 1, 8)
NOON = datetime(2026, 3, 1, 12, 30)
VBA = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1528)
"""Enough of a compound file to be taken for one; what is in it is another module's matter."""
HEADERS = ("序号", "责任单位", "指标\n名称", "自评分", "得分", "完成时间", "说明")
UI = "http://schemas.microsoft.com/office/2009/07/customui"
RIBBON = (
    f'<customUI xmlns="{UI}"><ribbon><tabs><tab id="x" label="责任分工"><group id="g" label="汇总">'
    '<button id="b" label="汇总" onAction="Run"/></group></tab></tabs></ribbon></customUI>'
)


def one(value: object, style: Style = look.BODY, **sheet: object) -> Workbook:
    """A workbook of one sheet 表 with one value in A1."""
    return Workbook((replace(Sheet("表", cells=(Put(1, 1, value, style),)), **sheet),))


def part(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    """A part's text."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


def parts(data: bytes) -> list[str]:
    """The names of all parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.namelist()


def kitchen_sink() -> Workbook:
    """Everything a plan can say, in one workbook."""
    names = [f"第{i}单位" if i % 3 else f"  <市&区>第{i}局\n(筹)" for i in range(1, 13)]
    rows = [
        (
            float(i),
            name,
            Link(f"../回收/{i:02d} 单位.xlsx", f"{i}.1 落实责任"),
            i * 0.75,
            Formula(
                f'IF(D{i + 4}>=5,ROUND(D{i + 4}*1.5,2),"")', round(i * 0.75 * 1.5 + 1e-9, 2) if i >= 7 else ""
            ),
            date(2026, 1, i),
            None if i % 2 else "=不是公式",
        )
        for i, name in enumerate(names, 1)
    ]
    widths = (8.0, 22.0, 18.0, 10.0, 10.0, 14.0, 30.0)
    styles = (
        look.COUNT,
        look.BODY_LEFT,
        look.LINK,
        look.INPUT_NUMBER,
        look.NUMBER,
        look.INPUT_DATE,
        look.INPUT,
    )
    main = Sheet(
        "明细",
        merges=(
            Merge(1, 1, 1, 7, "某市2026年度责任分工汇总表", look.TITLE),
            Merge(2, 1, 2, 7, Formula('"共"&COUNTA(B5:B16)&"家"', "共12家"), look.SUBTITLE),
            Merge(20, 1, 20, 1, "单格", look.NOTE),
        ),
        cells=(
            *(Put(4, i, header, look.HEADER) for i, header in enumerate(HEADERS, 1)),
            Put(5, 9, "旁", look.BODY),
            Put(6, 9, Formula("1=1", True), look.OK),
            Put(7, 9, Link("internal:'总览'!A1", "总览"), look.LINK),
        ),
        blocks=(Block(5, 1, styles, rows, tuple(30.0 + i for i in range(12))),),
        columns=(*look.columns(widths), Columns(8, 8, 3, hidden=True)),
        rows=(
            Row(1, look.fit_height([("某市2026年度责任分工汇总表", 80)], 20)),
            Row(3, hidden=True),
            Row(4, look.fit_height([(header, 18) for header in HEADERS], 11)),
            Row(7, 44.5),
        ),
        tables=(Table("A4:G16", "明细表", HEADERS),),
        validations=(
            Validation(
                "G5:G16", "list", options=("是", "否", "不适用"), prompt_title="说明", prompt="请选择"
            ),
            Validation("I5:I6", "list", source="='总览'!$A$2:$A$5"),
            Validation("D5:D16", "decimal", minimum=0, maximum="=满分", error_title="超出", error="0 到满分"),
            Validation("F5:F16", "date", minimum=date(2026, 1, 1), maximum=date(2026, 12, 31), stop=False),
            Validation("B5:B16", "length", maximum=50),
            Validation("A5:A16", "whole", minimum=1),
            Validation("I7", "custom", source="LEN(I7)>0"),
        ),
        conditionals=(
            Conditional("G5:G16", "=LEN(G5)=0", look.MARK_MISSING, stop=True),
            Conditional("D5:D16", "$D5>满分", look.MARK_ERROR.but(bold=True)),
            Conditional("D5:D16", bar="7F9DB9"),
            Conditional("E5:E16", scale=("FFFFFF", "7F9DB9")),
        ),
        comments=(Comment(4, 4, "自评分：不超过满分。\n没有的写“不适用”，不要留空。", "办公室"),),
        buttons=(Button(2, 10, "Run", "汇总"),),
        freeze=(5, 3),
        cursor=(5, 4),
        zoom=85,
        tab=look.ACCENT,
        protection=Protection(password="abc"),
        page=Page(repeat=(4, 4), area="A1:I20", breaks=(10,), header="&L密级：内部"),
        code_name="Detail",
    )
    groups = (("已报", 9), ("未报", 2), ("退回", 1), ("待核", 3))
    kinds: tuple[Literal["bar", "column", "line", "pie", "doughnut"], ...] = (
        "bar",
        "column",
        "line",
        "pie",
        "doughnut",
    )
    counts = Series("家数", "='总览'!$A$2:$A$5", "='总览'!$B$2:$B$5")
    scores = (
        Series("自评", "'明细'!B5:B16", "'明细'!D5:D16"),
        Series("='明细'!$E$4", "'明细'!B5:B16", "'明细'!E5:E16", "C8A04A"),
    )
    overview = Sheet(
        "总览",
        cells=(
            Put(1, 1, "状态", look.HEADER),
            Put(1, 2, "家数", look.HEADER),
            Put(1, 3, "占比", look.HEADER),
            *(
                put
                for row, (name, count) in enumerate(groups, 2)
                for put in (
                    Put(row, 1, name, look.BODY_CENTER),
                    Put(row, 2, count, look.COUNT),
                    Put(row, 3, Formula(f"B{row}/SUM($B$2:$B$5)", count / 15), look.PERCENT),
                )
            ),
            Put(6, 1, NOON, Style(border=look.GRID)),
            Put(7, 1, True, look.BODY),
            Put(8, 1, "http://example.com/", look.BODY),
            Put(9, 1, "007", look.KEY),
            Put(10, 1, Formula("1/0", "#DIV/0!"), look.ERROR),
            Put(11, 1, Formula("'明细'!E5", ""), look.NUMBER),
        ),
        charts=(
            *(
                Chart(kind, f"{kind} 各状态家数", 1 + 16 * (i // 2), 5 + 8 * (i % 2), (counts,))
                for i, kind in enumerate(kinds)
            ),
            Chart("column", "得分", 33, 13, scores, stacked=True, labels=False, y_title="分"),
        ),
        filter="A1:C5",
        gridlines=True,
        default_height=18,
        page=Page(landscape=False, fit_wide=0, footer=""),
    )
    hidden = Sheet("清单", cells=(Put(1, 1, "密", look.BODY),), state="veryHidden")
    other = Sheet("辅助", cells=(Put(1, 1, 10, look.NUMBER),), state="hidden", code_name="Helper")
    return Workbook(
        (hidden, main, overview, other),
        title="汇总 <1>",
        author="xlfz",
        created=START,
        names=(Name("满分", "='辅助'!$A$1"),),
        active=1,
        lock_structure=True,
        code_name="ThisWorkbook",
    )


def planned(plan: Workbook) -> dict[str, dict[str, Value]]:
    """sheet -> address -> the value the plan says is shown there; empty ones left out."""
    from xlfz.excel.address import address

    found: dict[str, dict[str, Value]] = {}
    for sheet in plan.sheets:
        cells = {(put.row, put.column): put.value for put in sheet.cells}
        cells |= {(merge.first_row, merge.first_column): merge.value for merge in sheet.merges}
        for block in sheet.blocks:
            for r, row in enumerate(block.rows, block.first_row):
                cells |= {(r, c): value for c, value in enumerate(row, block.first_column)}
        shown = {address(*place): getattr(v, "value", getattr(v, "text", v)) for place, v in cells.items()}
        found[sheet.name] = {
            place: datetime.combine(v, time()) if type(v) is date else v
            for place, v in shown.items()
            if v not in (None, "")
        }
    return found


def test_everything_a_plan_can_say_passes_the_open_xml_rules():
    """0 errors for the kitchen sink as workbook, and as add-in with macros, buttons and ribbon."""
    assert oracle.audit(write(kitchen_sink())) == []
    macros = replace(kitchen_sink(), vba=VBA, ribbon=RIBBON)
    assert oracle.audit(write(macros)) == []
    assert oracle.audit(write(replace(macros, addin=True))) == []


@oracle.libreoffice
def test_cached_values_are_what_libreoffice_calculates():
    """Every value shown is the one that a recalculation gives."""
    plan = kitchen_sink()
    expected = planned(plan)
    got = oracle.recalculate(write(plan))
    for sheet, cells in expected.items():
        assert {k: pytest.approx(v) if isinstance(v, float) else v for k, v in cells.items()} == got[sheet], (
            sheet
        )


@oracle.libreoffice
def test_the_judges_do_not_repeat_what_they_are_told():
    """A wrong cached value and a misplaced element are both seen."""
    assert oracle.recalculate(write(one(Formula("1+1", 3.0)))) == {"表": {"A1": 2}}
    parts_ = [
        archive.pack(p.name, p.text().replace("<sheetData>", "<pageMargins/><sheetData>").encode())
        for p in archive.members(write(one("x")))
    ]
    assert oracle.audit(archive.assemble(parts_))


def test_openpyxl_reads_what_was_planned():
    """Values, states, merges, names, heights, freeze and page setup arrive."""
    plan = kitchen_sink()
    data = write(plan)
    got = oracle.values(data)
    for sheet, cells in planned(plan).items():
        assert {k: pytest.approx(v) if isinstance(v, float) else v for k, v in cells.items()} == got[sheet], (
            sheet
        )
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [s.sheet_state for s in book.worksheets] == ["veryHidden", "visible", "visible", "hidden"]
    assert book.active.title == "明细"
    assert book.defined_names["满分"].attr_text == "'辅助'!$A$1"
    assert book.security.lockStructure
    assert book.properties.title == "汇总 <1>"
    assert book.properties.created == book.properties.modified == START
    sheet = book["明细"]
    assert {str(m) for m in sheet.merged_cells.ranges} == {"A1:G1", "A2:G2"}
    assert sheet.freeze_panes == "C5"
    assert [s.sqref for s in sheet.sheet_view.selection if s.pane == "bottomRight"] == ["D5"]
    assert sheet.sheet_view.zoomScale == 85
    assert sheet.row_dimensions[5].height == 30
    assert sheet.row_dimensions[7].height == 45, "a Row before the block, whole pixels up"
    assert sheet.row_dimensions[16].height == 41.25
    assert sheet.row_dimensions[3].hidden
    assert sheet.column_dimensions["H"].hidden
    assert sheet.dimensions == "A1:I20"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.print_area == "'明细'!$A$1:$I$20"
    assert [b.id for b in sheet.row_breaks.brk] == [10]
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.print_options.horizontalCentered
    assert sheet.tables["明细表"].ref == sheet.tables["明细表"].autoFilter.ref == "A4:G16"
    assert sheet.tables["明细表"].column_names == list(HEADERS)
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules["G5:G16"].formula1 == '"是,否,不适用"'
    assert (rules["D5:D16"].formula1, rules["D5:D16"].formula2) == ("0", "满分")
    assert (rules["F5:F16"].formula1, rules["F5:F16"].errorStyle) == ("46023", "warning")
    assert (rules["B5:B16"].type, rules["B5:B16"].operator) == ("textLength", "lessThanOrEqual")
    assert (rules["I7"].type, rules["I7"].formula1) == ("custom", "LEN(I7)>0")
    formats = [(str(f.sqref), rule.type) for f in sheet.conditional_formatting for rule in f.rules]
    assert ("G5:G16", "expression") in formats
    assert ("E5:E16", "colorScale") in formats
    assert ("D5:D16", "dataBar") in formats
    assert sheet["D4"].comment.text == "自评分：不超过满分。\n没有的写“不适用”，不要留空。"
    assert sheet["F5"].number_format == "yyyy-mm-dd"
    assert book["总览"]["A6"].number_format == "yyyy-mm-dd hh:mm"
    assert len(book["总览"]._charts) == 6


def test_the_same_plan_gives_the_same_bytes():
    """Twice written, equal to the last byte; another date, other bytes."""
    plan = replace(kitchen_sink(), vba=VBA, ribbon=RIBBON)
    assert write(plan) == write(replace(kitchen_sink(), vba=VBA, ribbon=RIBBON))
    assert write(plan) != write(replace(plan, created=NOON))


def test_protection_says_in_the_file_what_the_plan_allows():
    """The file's flags are inverted: 0 is allowed, 1 is forbidden, none is the default (forbidden)."""
    plan = one("x", protection=Protection(password="abc", insert_rows=True, sort=False, select_locked=False))
    (tag,) = re.findall("<sheetProtection[^>]*>", part(write(plan)))
    flags = dict(re.findall(r'(\w+)="(\w+)"', tag))
    assert flags.pop("password") == "CC1A"
    assert flags == {
        "sheet": "1",
        "objects": "1",
        "scenarios": "1",
        "autoFilter": "0",
        "formatColumns": "0",
        "formatRows": "0",
        "insertRows": "0",
        "selectLockedCells": "1",
    }
    assert "sheetProtection" not in part(write(one("x")))


def test_only_unlocked_styles_can_be_typed_into():
    """Cells are locked unless their style says otherwise, in cells and in blocks."""
    sheet = Sheet(
        "表",
        cells=(Put(1, 1, "a", look.BODY), Put(1, 2, None, look.INPUT)),
        blocks=(Block(2, 1, (look.BODY, look.INPUT), [("a", None)]),),
        protection=Protection(),
    )
    read = openpyxl.load_workbook(io.BytesIO(write(Workbook((sheet,)))))["表"]
    assert [read[a].protection.locked for a in ("A1", "B1", "A2", "B2")] == [True, False, True, False]
    assert read["B2"].fill.fgColor.rgb == "FF" + look.CREAM


@pytest.mark.parametrize(
    "text", ["=1+1", "http://a.b/", "internal:A1", "12", "{=1}", "+1", " x ", "a\nb", "\x07_x0007_"]
)
def test_text_stays_text(text: str):
    """Nothing that looks like a formula, a link or a number becomes one."""
    from xlfz.excel.reader import read_workbook

    data = write(one(text))
    cell = read_workbook(data).sheets[0].cell(1, 1)
    assert cell is not None
    assert (cell.kind, cell.value, cell.formula) == ("text", text, None)
    assert "hyperlink" not in part(data)


def test_an_empty_text_result_is_a_text():
    """Not a number without digits, which some readers take for 0."""
    xml = part(write(one(Formula('IF(1=1,"","x")', ""))))
    assert 't="str"><f>IF(1=1,"","x")</f><v></v></c>' in xml


def test_links_lead_where_they_say():
    """Paths keep forward slashes, which every office reads; a place in the file needs no relation."""
    data = write(one(Link("../回收/甲 乙.xlsx#'自评表'!H12", "甲")))
    assert 'Target="../回收/甲%20乙.xlsx"' in part(data, "xl/worksheets/_rels/sheet1.xml.rels")
    assert "location=\"'自评表'!H12\"" in part(data)
    assert "location=\"'表'!A9\"" in part(write(one(Link("internal:'表'!A9", "x"))))


def test_charts_carry_their_values_and_a_chinese_font():
    """Viewers that do not calculate draw from the cache, also when the cells are in a block."""
    data = write(kitchen_sink())
    chart = part(data, "xl/charts/chart6.xml")
    assert "<c:v>第1单位</c:v>" in chart
    assert "<c:v>8.25</c:v>" in chart
    assert '<a:ea typeface="宋体"/>' in chart


def test_a_conditional_format_says_only_what_changes():
    """A cell keeps its own font: the difference holds colour, fill and bold, nothing else."""
    styles = part(write(one(1, conditionals=(Conditional("A1", "A1>1", look.MARK_ERROR),))), "xl/styles.xml")
    (dxf,) = re.findall("<dxf>.*</dxf>", styles)
    assert 'rgb="FF9C0006"' in dxf
    assert "name" not in dxf
    assert "sz" not in dxf


def test_macros_buttons_and_ribbon_are_in_the_package():
    """Both ribbon parts are related from the root; without VBA the buttons are left out."""
    plan = replace(kitchen_sink(), vba=VBA, ribbon=RIBBON)
    data = write(plan)
    assert {"xl/vbaProject.bin", "customUI/customUI14.xml", "customUI/customUI.xml"} <= set(parts(data))
    rels = part(data, "_rels/.rels")
    assert "2007/relationships/ui/extensibility" in rels
    assert "2006/relationships/ui/extensibility" in rels
    assert "2006/01/customui" in part(data, "customUI/customUI.xml")
    assert "[0]!Run" in part(data, "xl/drawings/vmlDrawing1.vml")
    assert 'codeName="ThisWorkbook"' in part(data, "xl/workbook.xml")
    assert 'codeName="Detail"' in part(data, "xl/worksheets/sheet2.xml")
    assert "sheet.macroEnabled" in part(data, "[Content_Types].xml")
    assert "addin.macroEnabled" in part(write(replace(plan, addin=True)), "[Content_Types].xml")
    assert "[0]!Run" not in part(write(replace(plan, vba=b"")), "xl/drawings/vmlDrawing1.vml")


def _rule(**changes: object) -> Workbook:
    return one(1, validations=(replace(Validation("A1:A9", "list", options=("是",)), **changes),))


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (one("x" * 32_768), "表!A1: a text of 32768"),
        (one(float("nan")), "表!A1: nan"),
        (one(float("-inf")), "表!A1: -inf"),
        (one(10**15), "表!A1: 1000000000000000 has more than 15 digits"),
        (one("\ud800"), "表!A1: half a surrogate"),
        (one(Formula("A2", float("nan"))), "表!A1: nan"),
        (one(Formula("=A2", 1)), "表!A1: a formula is written without"),
        (one(Formula("A" * 8193, 1)), "表!A1: a formula of 8193"),
        (one(Formula("A2", None)), "表!A1: the value of a formula"),
        (one(date(1899, 12, 31)), "表!A1: 1899-12-31 is before 1900"),
        (one(Link("", "x")), "表!A1: a link needs"),
        (one(b"x"), "表!A1: a bytes is not a value"),
        (
            one(1, cells=(Put(1, 1, 1, look.BODY), Put(1, 1, 2, look.BODY))),
            "表!A1: a cell where there is a cell",
        ),
        (one(1, merges=(Merge(1, 1, 2, 2, "x", look.BODY),)), "表!A1: a cell where there is a merged area"),
        (one(1, blocks=(Block(1, 1, (look.BODY,), [("x",)]),)), "表!A1: a cell lies in a block"),
        (one(1, cells=(Put(1_048_577, 1, 1, look.BODY),)), "1048577"),
        (one(1, rows=(Row(1, 500.0),)), "row 1: a height"),
        (one(1, zoom=5), "zoom of 5"),
        (one(1, style=Style(fill="red")), "not a colour"),
        (one(1, tables=(Table("A1:A1", "t", ("x",)),)), "at least one row of data"),
        (one("x", tables=(Table("A1:B3", "t", ("x", "X")),)), "the same header"),
        (one("x", tables=(Table("A1:B3", "t", ("x",)),)), "1 headers for 2 columns"),
        (one("y", tables=(Table("A1:A3", "t", ("x",)),)), "the cell of 'x' says 'y'"),
        (_rule(options=("甲" * 100, "乙" * 155)), "A1:A9: the options have 256"),
        (_rule(options=("a,b",)), "cannot be empty, hold a comma"),
        (_rule(options=()), "either options or a source"),
        (_rule(prompt="x" * 256), "the prompt has 256"),
        (_rule(prompt_title="x" * 33), "the prompt title has 33"),
        (_rule(error="x" * 256), "the error message has 256"),
        (_rule(kind="whole"), "needs a minimum or a maximum"),
        (_rule(kind="whole", minimum="A1"), "starts with ="),
        (one(1, conditionals=(Conditional("A1"),)), "either a formula, a scale or a bar"),
        (one(1, conditionals=(Conditional("A1", "1=1", Style()),)), "changes nothing"),
        (one(1, protection=Protection(password="密码")), "must be ASCII"),
        (one(1, name="a/b"), "a/b"),
        (one(1, state="hidden"), "is hidden"),
        (replace(one(1), active=1), "a sheet to show"),
        (replace(one(1), ribbon="<customUI/>"), "namespace of 2009/07"),
        (replace(one(1), names=(Name("A1", "=1"),)), "the name A1"),
        (one(1, charts=(Chart("bar", "x", 1, 1, (Series("a", "='无'!A1", "='表'!A1"),)),)), "not an area"),
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_excel_would_refuse_or_repair_is_an_error(plan: Workbook, says: str):
    """The error names sheet and cell, or the rule it is about."""
    with pytest.raises(ValueError, match=re.escape(says)):
        write(plan)
