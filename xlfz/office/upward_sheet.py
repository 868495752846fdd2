"""上报来源: the sheet of a form filled in from below that names the file and cell behind each value.

Takes an openpyxl workbook (the received form) and what was filled in; adds or replaces the sheet. The
links hold in the working folder; elsewhere file name, cell and sha256 say which return it was.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from xlfz.excel import look
from xlfz.excel.address import quote_sheet
from xlfz.form.conditions import general
from xlfz.form.upward import SHEET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from xlfz.check.model import Answer
    from xlfz.levels import Reckoned

_HEADERS = (
    "编号",
    "栏目",
    "汇总方式",
    "填入值",
    "未报单位数",
    "下级单位",
    "下级填报",
    "来源文件",
    "单元格",
    "文件校验码",
)
_WIDTHS = (8, 18, 11, 22, 8, 18, 30, 36, 16, 20)
_LINKED = 9
_DIGITS = 16
"""Of a sha256: enough to name a file by it."""
_HEAD = 3


class Entry(NamedTuple):
    """One cell that was filled in."""

    row: str
    column: str
    sheet: str
    cell: str
    rule: str
    reckoned: Reckoned

    @property
    def shown(self) -> str:
        """Its value as text."""
        return said(self.reckoned.value)


def said(value: Answer | None) -> str:
    """A value as text; a day as 2026-03-12."""
    return value.isoformat() if isinstance(value, date) else general(value)


def add_sources(book: Any, filled: Sequence[Entry], title: str) -> None:
    """Put the sheet at the end of the workbook's visible ones, in place of an earlier one."""
    if SHEET in book.sheetnames:
        del book[SHEET]
    sheet: Worksheet = book.create_sheet(SHEET)
    sheet["A1"] = f"{title} {SHEET}"
    sheet["A1"].font = Font(name=look.XIAOBIAOSONG, size=18)
    sheet["A2"] = "各格的值由下列下级填报按上级表规定的汇总方式得出；链接在汇总单位的工作文件夹里有效。"
    sheet["A2"].font = Font(name=look.SONGTI, size=10.5)
    edge = Side(style="thin", color=look.GRID)
    border = Border(edge, edge, edge, edge)
    for column, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True), 1):
        cell = sheet.cell(_HEAD, column, header)
        cell.font = Font(name=look.HEITI, size=11)
        cell.fill = PatternFill("solid", fgColor=look.TINT)
        cell.border, cell.alignment = border, Alignment("center", "center", wrap_text=True)
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.row_dimensions[1].height, sheet.row_dimensions[_HEAD].height = 36, 32
    body, link = (
        Font(name=look.SONGTI, size=10.5),
        Font(name=look.SONGTI, size=10.5, color="0563C1", u="single"),
    )
    at = _HEAD
    for entry in filled:
        for one in entry.reckoned.used:
            at += 1
            place = one.place
            texts: tuple[str | int, ...] = (
                entry.row, entry.column, entry.rule, entry.shown, entry.reckoned.missing, one.unit,
                said(one.value) if one.value is not None else said(one.state),
                place.file if place else "", f"{place.sheet}!{place.cell}" if place else "",
                place.sha256[:_DIGITS] if place else "",
            )  # fmt: skip
            fitting = [(str(t), w) for t, w in zip(texts, _WIDTHS, strict=True)]
            sheet.row_dimensions[at].height = look.fit_height(fitting, 10.5, 21)
            for column, text in enumerate(texts, 1):
                cell = sheet.cell(at, column, text)
                if isinstance(text, str):
                    cell.data_type = "s"
                cell.font, cell.border = body, border
                cell.alignment = Alignment("left", "center", wrap_text=True)
            if (
                place
                and place.cell
                and place.file.lower().endswith((".xlsx", ".xlsm"))
                and ".zip/" not in place.file
            ):
                linked = sheet.cell(at, _LINKED)
                linked.hyperlink = Hyperlink(
                    ref=linked.coordinate,
                    target=f"../{quote(place.file)}",
                    location=f"{quote_sheet(place.sheet)}!{place.cell}",
                )
                linked.font = link
    sheet.freeze_panes = f"A{_HEAD + 1}"
    sheet.auto_filter.ref = f"A{_HEAD}:J{max(at, _HEAD + 1)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{_HEAD}:{_HEAD}"
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.sort = sheet.protection.formatColumns = False
