"""The strict reader: every cell as the file has it, and every oddity said."""

from __future__ import annotations

import datetime
import io
import random
import shutil
import subprocess
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.excel import build
from xlfz.errors import Refused
from xlfz.excel.content import BookContent, Cell, SheetContent
from xlfz.excel.days import iso_serial
from xlfz.excel.package import Limits
from xlfz.excel.reader import read_workbook
from xlfz.excel.strings import unescape
from xlfz.excel.styles import classify

if TYPE_CHECKING:
    from pathlib import Path


MACRO_TYPE = '<Types><Override ContentType="application/vnd.ms-excel.macrosheet+xml"/></Types>'
BOOK_RELS = "xl/_rels/workbook.xml.rels"
LINK = "xl/externalLinks/externalLink1.xml"


def refused(data: bytes, **options: object) -> tuple[str, str]:
    """Code and cell with which the reader refuses these bytes."""
    with pytest.raises(Refused) as caught:
        read_workbook(data, **options)
    (finding,) = caught.value.findings
    assert finding.remedy
    return finding.code, finding.cell or dict(finding.facts).get("ref", "")


def sheet(rows: str = build.ROW, **inside: str) -> SheetContent:
    """The one sheet of a hand-made workbook that gives no finding."""
    book = read_workbook(build.book(rows, **inside))
    assert book.findings == ()
    return book.sheets[0]


def one(cell: str, **inside: str) -> Cell | None:
    """The cell A1, given as XML."""
    return sheet(f'<row r="1">{cell}</row>', **inside).cell(1, 1)


def codes(book: BookContent) -> list[tuple[str, str, str]]:
    """Code, sheet and cell of every finding."""
    return [(f.code, f.sheet, f.cell) for f in book.findings]


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        ('<c r="A1"><v>9.50</v></c>', Cell("number", 9.5, "9.50")),
        ('<c r="A1" t="n"><v> -1.5E3 </v></c>', Cell("number", -1500.0, "-1.5E3")),
        ('<c r="A1" s="1"><v>46093</v></c>', Cell("number", 46093.0, "46093", None, "date")),
        ('<c r="A1" s="2"><v>0.5</v></c>', Cell("number", 0.5, "0.5", None, "percent")),
        ('<c r="A1" t="b"><v>1</v></c>', Cell("bool", True)),
        ('<c r="A1" t="b"><v>0</v></c>', Cell("bool", False)),
        ('<c r="A1" t="e"><v>#REF!</v></c>', Cell("error", "#REF!")),
        ('<c r="A1" t="str"><v>甲&#x4E59;</v></c>', Cell("text", "甲乙")),
        ('<c r="A1" t="inlineStr"><is><t>甲</t></is></c>', Cell("text", "甲")),
        ('<c r="A1" t="inlineStr"><is><r><t>党</t></r><r><t>建</t></r></is></c>', Cell("text", "党建")),
        (
            '<c r="A1" t="inlineStr"><is><t>党</t><rPh sb="0" eb="1"><t>dang</t></rPh></is></c>',
            Cell("text", "党"),
        ),
        ('<c r="A1" t="d"><v>2026-03-12</v></c>', Cell("number", 46093.0, "46093", None, "date")),
        ('<c r="A1" t="d"><v>12:00:00</v></c>', Cell("number", 0.5, "0.5", None, "time")),
        ('<c r="A1" t="d"><v>三月</v></c>', Cell("error", "三月")),
        ('<c r="A1"><f>1+1</f><v>2</v></c>', Cell("number", 2.0, "2", "1+1")),
        ('<c r="A1"><f>NOW()</f></c>', Cell("blank", None, "", "NOW()")),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', Cell("text", "", "", '""')),
        ('<c r="A1"><f/><v>3</v></c>', Cell("number", 3.0, "3", "")),
        ("<c><v>7</v></c>", Cell("number", 7.0, "7")),
        ('<c r="A1" s="1"/>', None),
        ('<c r="A1"><v></v></c>', None),
        ('<c r="A1" t="inlineStr"><is><t></t></is></c>', None),
    ],
)
def test_a_cell_reads_as_the_file_has_it(xml: str, cell: Cell | None) -> None:
    """Types, cached values, formulas, formats; a cell that holds nothing is not there."""
    assert one(xml) == cell


@pytest.mark.parametrize("value", ["NaN", "INF", "1_9", "９", "1e999", "0x10", "1 2", "9.5分"])
def test_what_is_no_number_is_an_error_cell(value: str) -> None:
    """Python would read some of them; Excel would not. The file is not lost for one cell."""
    assert one(f'<c r="A1"><v>{value}</v></c>') == Cell("error", value)


def test_shared_strings_join_runs_and_leave_out_phonetics() -> None:
    """Rich text is one text; 拼音 is not part of it; spaces and line ends stay."""
    strings = (
        "<si><r><t>党</t></r><r><t>建</t></r></si> "
        "<si><t>重庆</t><rPh sb='0' eb='1'><t>chong</t></rPh></si>"
        "<si><t xml:space='preserve'> a\nb </t></si><si><t>x_x000D_y_x005F_x000D_</t></si><si/>"
    )
    cells = "".join(f'<c r="{c}1" t="s"><v>{n}</v></c>' for n, c in enumerate("ABCDE"))
    row = sheet(f'<row r="1">{cells}</row>', strings=strings).rows[1]
    assert [cell.value for cell in row.values()] == ["党建", "重庆", " a\nb ", "x\ry_x000D_"]


@pytest.mark.parametrize(
    ("text", "plain"), [("_xD83D__xDE00_", "😀"), ("_xD83D_", "\ufffd"), ("_x12_", "_x12_"), ("a_xb", "a_xb")]
)
def test_escapes_never_make_text_that_cannot_be_written(text: str, plain: str) -> None:
    """Two halves make a character; half of one does not survive."""
    assert unescape(text) == plain


@pytest.mark.parametrize("index", ["2", "-1", "x", "1.0", "１"])
def test_a_wrong_index_of_a_string_refuses_the_file(index: str) -> None:
    """Every text after it might be another cell's."""
    row = f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>'
    assert refused(build.book(row, strings="<si><t>a</t></si><si><t>b</t></si>")) == ("E_SST_INDEX", "A1")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "general"),
        ("G/通用格式", "general"),
        ("0.00E+00", "general"),
        ('0"日"', "general"),
        ("[Red]#,##0;[$-804]-0", "general"),
        ("yyyy/m/d;@", "date"),
        ('yyyy"年"m"月"', "date"),
        ("[$-804]aaaa", "date"),
        ("mmm", "date"),
        ("m/d h:mm", "date"),
        ("h:mm AM/PM", "time"),
        ("[h]:mm", "time"),
        ("[m]", "time"),
        ("mm:ss.0", "time"),
        ('上午/下午h"时"', "time"),
        ("0.0%", "percent"),
        ('"%"0', "general"),
        ("@", "text"),
        ("\\d0", "general"),
        ("e年", "date"),
    ],
)
def test_number_formats_are_told_apart(code: str, kind: str) -> None:
    """By what they show, not by letters in quotes or brackets."""
    assert classify(code) == kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (0, "general"),
        (10, "percent"),
        (14, "date"),
        (20, "time"),
        (22, "date"),
        (27, "date"),
        (31, "date"),
        (32, "time"),
        (36, "date"),
        (46, "time"),
        (49, "text"),
        (50, "date"),
        (56, "time"),
        (58, "date"),
    ],
)
def test_built_in_formats_need_no_code(number: int, kind: str) -> None:
    """Chinese Excel writes 27-36 and 50-58 by number only."""
    styles = f'<styleSheet xmlns="{build.MAIN}"><cellXfs><xf numFmtId="{number}"/></cellXfs></styleSheet>'
    book = read_workbook(build.book(parts={"xl/styles.xml": styles}))
    assert book.sheets[0].rows[1][1].format == kind


def test_shared_formulas_mark_their_children() -> None:
    """A child never looks like a typed number, even before its master."""
    content = sheet(
        '<row r="1"><c r="A1"><f t="shared" si="1"/><v>0</v></c>'
        '<c r="B1"><f t="shared" ref="B1:C1" si="0">A1*2</f><v>2</v></c>'
        '<c r="C1"><f t="shared" si="0"/><v>4</v></c></row>'
    )
    assert [cell.formula for cell in content.rows[1].values()] == ["", "A1*2", "A1*2"]


def test_array_formulas_mark_every_cell_they_fill() -> None:
    """The file writes the formula on the first cell only."""
    content = sheet(
        '<row r="1"><c r="A1"><f t="array" ref="A1:B1">X</f><v>1</v></c>'
        '<c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>'
    )
    assert [cell.formula for cell in content.rows[1].values()] == ["X", "X", None]


def test_rows_and_columns_that_are_hidden_or_merged_are_known() -> None:
    """Hidden by flag or by size nought."""
    content = sheet(
        '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="3" ht="0"/><row r="4" ht="9"/>',
        before='<cols><col min="2" max="3" hidden="1"/><col min="5" max="5" width="0"/></cols>',
        after='<mergeCells><mergeCell ref="B2:C4"/><mergeCell ref="A9"/></mergeCells>',
    )
    assert content.hidden_rows == {1, 3}
    assert content.hidden_columns == {2, 3, 5}
    assert content.merges == ((2, 2, 4, 3),)


def test_rows_and_cells_without_references_follow_one_another() -> None:
    """The r attributes are optional."""
    content = sheet("<row><c><v>1</v></c><c/><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>")
    assert {row: list(cells) for row, cells in content.rows.items()} == {1: [1, 3], 3: [1]}


def test_cells_out_of_order_are_sorted_and_that_is_said() -> None:
    """W_CELL_ORDER, once."""
    rows = (
        '<row r="2"><c r="B2"><v>4</v></c><c r="A2"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'
    )
    book = read_workbook(build.book(rows))
    assert codes(book) == [("W_CELL_ORDER", "填报", "")]
    assert [(row, list(cells)) for row, cells in book.sheets[0].rows.items()] == [(1, [1]), (2, [1, 2])]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>',
    ],
)
def test_a_cell_that_comes_twice_refuses_the_file(rows: str) -> None:
    """Which of the two was meant cannot be known."""
    assert refused(build.book(rows)) == ("E_CELL_DUP", "A1")


@pytest.mark.parametrize(
    ("rows", "ref"),
    [
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "XFE1"),
        ('<row r="1"><c r="a1"><v>1</v></c></row>', "a1"),
        ('<row r="1"><c r="A2"><v>1</v></c></row>', "A2"),
        ('<row r="1"><c r="1"><v>1</v></c></row>', "1"),
        ('<row r="1048577"/>', "1048577"),
        ('<row r="0"/>', "0"),
        ('<row r="x"/>', "x"),
        ('<row r="1_0"/>', "1_0"),
    ],
)
def test_an_address_that_does_not_exist_refuses_the_file(rows: str, ref: str) -> None:
    """The cell cannot be placed, so the file cannot be trusted."""
    assert refused(build.book(rows)) == ("E_CELL_REF", ref)


def test_a_merged_area_that_does_not_exist_refuses_the_file() -> None:
    """The same for areas."""
    after = '<mergeCells><mergeCell ref="A1:ZZZZ9"/></mergeCells>'
    assert refused(build.book(after=after)) == ("E_CELL_REF", "A1:ZZZZ9")


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><c r="B1"/></c></row>',
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><v>1</v><is><t>2</t></is></c></row>',
        '<row r="1"><c r="A1" t="magic"><v>1</v></c></row>',
    ],
)
def test_a_cell_that_contradicts_itself_is_broken(rows: str) -> None:
    """Cells in cells, two values, unknown types."""
    assert refused(build.book(rows))[0] == "E_XML_BROKEN"


def test_too_many_cells_are_refused_over_all_sheets() -> None:
    """Empty cells count: they cost time."""
    rows = '<row r="1"><c r="A1"/><c r="B1"/><c r="C1"/></row>'
    assert refused(build.book(rows), limits=Limits(cells=2))[0] == "E_TOO_MANY_CELLS"


@pytest.mark.parametrize("ref", ["A20001", "SS1", "XFD1048576"])
def test_far_cells_are_left_out_and_the_first_is_named(ref: str) -> None:
    """W_FAR_CELL; far cells that hold nothing are not worth a word."""
    row = ref.lstrip("ASXFD")
    far = f'<c r="{ref}"><v>5</v></c>'
    book = read_workbook(build.book(f'<row r="{row}">{far}</row>'))
    assert codes(book) == [("W_FAR_CELL", "填报", ref)]
    assert book.sheets[0].rows == {}
    assert codes(read_workbook(build.book(f'<row r="{row}">{far.replace("<v>5</v>", "")}</row>'))) == []


def test_a_huge_merge_is_left_out_and_said() -> None:
    """W_MERGE_HUGE."""
    book = read_workbook(build.book(after='<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells>'))
    assert codes(book) == [("W_MERGE_HUGE", "填报", "A1:A1048576")]
    assert book.sheets[0].merges == ()


@pytest.mark.parametrize("ref", ["B2:C3", "A2", "nonsense"])
def test_a_false_dimension_loses_no_cell(ref: str) -> None:
    """W_DIM."""
    book = read_workbook(build.book(before=f'<dimension ref="{ref}"/>'))
    assert codes(book) == [("W_DIM", "填报", "")]
    assert book.sheets[0].rows[1][1].value == 1.0


def test_missing_styles_are_said() -> None:
    """W_NO_STYLES: dates cannot be told from numbers."""
    parts = {BOOK_RELS: build.relations(("rId1", "worksheet", "worksheets/sheet1.xml"))}
    assert codes(read_workbook(build.book(parts=parts, drop="xl/styles.xml"))) == [("W_NO_STYLES", "", "")]


def test_a_style_out_of_range_is_said_for_the_first_cell() -> None:
    """W_STYLE_INDEX names the cell."""
    book = read_workbook(
        build.book('<row r="1"><c r="A1" s="9"><v>1</v></c><c r="B1" s="8"><v>1</v></c></row>')
    )
    assert codes(book) == [("W_STYLE_INDEX", "填报", "A1")]


def test_strict_open_xml_is_read_and_said() -> None:
    """W_STRICT_OOXML: other namespaces, ISO dates, the same content."""
    parts = {
        "xl/workbook.xml": build.workbook_xml(strict=True),
        build.SHEET: build.sheet_xml(
            '<row r="1"><c r="A1" t="d"><v>2026-03-12</v></c></row>', namespace=build.STRICT
        ),
        "xl/styles.xml": build.STYLES.replace(build.MAIN, build.STRICT),
        BOOK_RELS: build.relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "styles", "styles.xml"),
            office=build.STRICT_OFFICE,
        ),
    }
    book = read_workbook(build.book(parts=parts))
    assert codes(book) == [("W_STRICT_OOXML", "", "")]
    assert book.sheets[0].rows[1][1] == Cell("number", 46093.0, "46093", None, "date")


def test_prefixed_namespaces_read_the_same() -> None:
    """The prefix means nothing."""
    row = '<x:row r="1"><x:c r="A1"><x:v>4</x:v></x:c></x:row>'
    part = f'<x:worksheet xmlns:x="{build.MAIN}"><x:sheetData>{row}</x:sheetData></x:worksheet>'
    assert read_workbook(build.book(parts={build.SHEET: part})).sheets[0].rows[1][1].value == 4.0


def test_the_1904_calendar_is_known() -> None:
    """Serial numbers stay in the workbook's own calendar."""
    parts = {"xl/workbook.xml": build.workbook_xml(before='<workbookPr date1904="1"/>')}
    book = read_workbook(build.book('<row r="1"><c r="A1" t="d"><v>1904-01-02</v></c></row>', parts=parts))
    assert book.date1904
    assert book.sheets[0].rows[1][1].value == 1.0


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("1900-01-01", 1.0),
        ("1900-02-28", 59.0),
        ("1900-03-01", 61.0),
        ("2026-03-12T06:00:00Z", 46093.25),
        ("1899-01-01", None),
        ("24:00", None),
    ],
)
def test_iso_dates_become_excels_numbers(text: str, serial: float | None) -> None:
    """With Excel's 29 February 1900."""
    assert iso_serial(text, date1904=False) == serial


def main_part(name: str) -> build.Parts:
    """A package whose main part is this one."""
    return {"_rels/.rels": build.relations(("rId1", "officeDocument", name)), name: "<a/>"}


def link(what: str) -> build.Parts:
    """An external link that calls a program."""
    return {LINK: f'<externalLink xmlns="{build.MAIN}"><{what}/></externalLink>'}


SECOND = '<sheet name="二" sheetId="2" state="{}" r:id="rId1"/>'
FIRST = '<sheet name="填报" sheetId="1" r:id="rId1"/>'


def test_hidden_sheets_come_with_their_state_and_can_be_left_out() -> None:
    """The caller decides."""
    sheets = FIRST + SECOND.format("veryHidden")
    data = build.book(parts={"xl/workbook.xml": build.workbook_xml(sheets)})
    assert [(s.name, s.state) for s in read_workbook(data).sheets] == [
        ("填报", "visible"),
        ("二", "veryHidden"),
    ]
    assert [s.name for s in read_workbook(data, only=lambda _, state: state == "visible").sheets] == ["填报"]


def test_chart_sheets_hold_no_cells() -> None:
    """They keep their place among the sheets."""
    rels = build.relations(("rId1", "chartsheet", "worksheets/sheet1.xml"))
    book = read_workbook(build.book(parts={BOOK_RELS: rels, build.SHEET: "<chartsheet/>"}))
    assert book.sheets == (SheetContent("填报", "visible", {}),)


@pytest.mark.parametrize(
    ("parts", "drop", "code"),
    [
        ({}, build.SHEET, "E_PKG_BROKEN"),
        ({}, "xl/workbook.xml", "E_PKG_BROKEN"),
        ({}, BOOK_RELS, "E_PKG_BROKEN"),
        ({}, "[Content_Types].xml", "E_PKG_BROKEN"),
        ({"xl/workbook.xml": build.workbook_xml("")}, "", "E_PKG_BROKEN"),
        ({"xl/workbook.xml": build.sheet_xml()}, "", "E_PKG_BROKEN"),
        ({build.SHEET: build.sheet_xml(namespace="urn:other")}, "", "E_PKG_BROKEN"),
        ({"xl/workbook.xml": build.workbook_xml(FIRST + FIRST)}, "", "E_ZIP_DUPNAME"),
        ({"xl/workbook.xml": build.workbook_xml(SECOND.format("lost"))}, "", "E_XML_BROKEN"),
        ({BOOK_RELS: build.relations(*[("rId1", "worksheet", "x.xml")] * 2)}, "", "E_PKG_BROKEN"),
        (
            {
                BOOK_RELS: build.relations(
                    ("rId1", "worksheet", "worksheets/sheet1.xml"),
                    ("rId2", "styles", "styles.xml"),
                    ("rId3", "styles", "workbook.xml"),
                )
            },
            "",
            "E_PKG_BROKEN",
        ),
        ({build.SHEET: f'<xm:macrosheet xmlns:xm="{build.MAIN}"/>'}, "", "E_XLM_MACRO"),
        ({"xl/macrosheets/sheet1.xml": "<x/>"}, "", "E_XLM_MACRO"),
        ({"[Content_Types].xml": MACRO_TYPE}, "", "E_XLM_MACRO"),
        (link("ddeLink"), "", "E_DDE_LINK"),
        (link("oleLink"), "", "E_DDE_LINK"),
        (main_part("word/a.xml"), "", "E_NOT_SPREADSHEET_WORD"),
        (main_part("ppt/a.xml"), "", "E_NOT_SPREADSHEET_OTHER"),
    ],
)
def test_a_package_that_is_no_safe_workbook_is_refused(parts: build.Parts, drop: str, code: str) -> None:
    """Missing, foreign, ambiguous and dangerous parts."""
    assert refused(build.book(parts=parts, drop=drop))[0] == code


def test_a_zip_of_anything_else_is_an_archive() -> None:
    """Pictures in a zip with a workbook's name."""
    assert refused(build.pack({"a.txt": "x"}))[0] == "E_NOT_SPREADSHEET_ARCHIVE"


@pytest.mark.parametrize(
    "rels",
    [
        build.relations(("rId1", "worksheet", "http://evil/s.xml"), extra='TargetMode="External"'),
        build.relations(("rId1", "worksheet", "../../etc/passwd")),
        build.relations(("rId1", "worksheet", "..\\..\\etc\\passwd")),
    ],
)
def test_a_sheet_outside_the_package_is_refused(rels: str) -> None:
    """E_PKG_REL."""
    assert refused(build.book(parts={BOOK_RELS: rels}))[0] == "E_PKG_REL"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("表.xlsx", ["W_MACRO_HIDDEN"]),
        ("表.xlsm", ["W_MACRO"]),
        ("", ["W_MACRO"]),
        ("表.xls", ["W_MACRO", "W_EXT_MISMATCH"]),
    ],
)
def test_macros_are_said(name: str, found: list[str]) -> None:
    """And said louder when the extension hides them."""
    book = read_workbook(build.book(parts={"xl/vbaProject.bin": b"vba"}), name=name)
    assert book.format == "xlsm"
    assert [f.code for f in book.findings] == found


@pytest.mark.parametrize(("name", "found"), [("表.et", []), ("表.XLSX", []), ("表.xls", ["W_EXT_MISMATCH"])])
def test_a_wrong_extension_is_said(name: str, found: list[str]) -> None:
    """The content decides; .et may be either."""
    assert [f.code for f in read_workbook(build.book(), name=name).findings] == found


# Files that others wrote.

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
    max_size=9,
).filter(lambda text: not text.startswith("="))
VALUE = st.one_of(
    st.none(),
    TEXT,
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4)),
    st.dates(datetime.date(1901, 1, 1), datetime.date(2099, 12, 31)),
)
GRID = st.lists(st.lists(VALUE, min_size=1, max_size=5), min_size=1, max_size=6)


def by_openpyxl(grid: list[list[object]]) -> bytes:
    """The grid saved by openpyxl."""
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row, values in enumerate(grid, 1):
        for column, value in enumerate(values, 1):
            book.active.cell(row, column).value = value
            if isinstance(value, str):
                book.active.cell(row, column).data_type = "s"
    book.save(target)
    return target.getvalue()


def by_xlsxwriter(grid: list[list[object]]) -> bytes:
    """The grid written by XlsxWriter."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    writers = {str: page.write_string, bool: page.write_boolean, datetime.date: page.write_datetime}
    for row, values in enumerate(grid):
        for column, value in enumerate(values):
            if value is not None:
                writers.get(type(value), page.write_number)(row, column, value)
    book.close()
    return target.getvalue()


def expected(grid: list[list[object]]) -> dict[tuple[int, int], tuple[str, object]]:
    """(row, column) -> kind and value, as the reader should give them."""
    found: dict[tuple[int, int], tuple[str, object]] = {}
    for row, values in enumerate(grid, 1):
        for column, value in enumerate(values, 1):
            if isinstance(value, bool):
                found[row, column] = ("bool", value)
            elif isinstance(value, datetime.date):
                found[row, column] = ("date", float(value.toordinal() - 693594))
            elif isinstance(value, int | float):
                found[row, column] = ("number", float(value))
            elif value:
                found[row, column] = ("text", value)
    return found


def got(content: SheetContent) -> dict[tuple[int, int], tuple[str, object]]:
    """What was read, in the same shape."""
    return {
        (row, column): ("date" if cell.format == "date" else cell.kind, cell.value)
        for row, cells in content.rows.items()
        for column, cell in cells.items()
    }


@settings(max_examples=40, deadline=None)
@given(GRID)
def test_what_openpyxl_and_xlsxwriter_write_reads_back_equal(grid: list[list[object]]) -> None:
    """Any grid of text, numbers, booleans, dates and blanks."""
    for data in (by_openpyxl(grid), by_xlsxwriter(grid)):
        book = read_workbook(data)
        assert got(book.sheets[0]) == expected(grid)
        assert book.findings == ()


SAMPLE: list[list[object]] = [
    ["单位", "得分", "日期", "完成"],
    ["城关街道办事处", 9.5, datetime.date(2026, 3, 12), True],
    [None, -3, None, "第一行\n第二行"],
]


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter])
def test_damage_is_refused_or_does_no_harm(write: object) -> None:
    """A flipped byte never gives other cells, nor another exception."""
    data = write(SAMPLE)  # type: ignore[operator]
    cells = [(s.name, s.rows) for s in read_workbook(data).sheets]
    chance = random.Random(7)
    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 9))):
            damaged[chance.randrange(len(data))] = chance.randrange(256)
        try:
            book = read_workbook(bytes(damaged))
        except Refused:
            continue
        assert [(s.name, s.rows) for s in book.sheets] == cells


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_libreoffice_saves_reads_the_same(kind: str, tmp_path: Path) -> None:
    """One workbook, saved in three formats."""
    source = tmp_path / "表.xlsx"
    source.write_bytes(by_xlsxwriter(SAMPLE))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        "soffice",
        "--headless",
        "--norestore",
        profile,
        "--convert-to",
        kind,
        "--outdir",
        f"{tmp_path}/out",
    ]
    for _ in range(2):  # a fresh profile's first start may end with 81
        subprocess.run([*command, str(source)], capture_output=True, timeout=120)
    book = read_workbook((tmp_path / "out" / f"表.{kind}").read_bytes(), name=f"表.{kind}")
    assert book.format == kind
    assert book.faithful == (kind == "xlsx")
    cells = expected(SAMPLE)
    if kind == "ods":
        cells[2, 4] = ("number", 1.0)  # LibreOffice saves a truth value as the number of TRUE()
    assert got(book.sheets[0]) == cells
