"""A little two-sheet workbook for the tests of the office, and a plain look into one."""

from __future__ import annotations

import io
from datetime import date

import openpyxl

from xlfz.excel.plan import Formula, Name, Put, Sheet, Style, Workbook
from xlfz.excel.writer import write

PLAIN, DAY = Style(), Style(number="yyyy-mm-dd", locked=False)
INPUT = Style(fill="FFF9E5", locked=False)


def book() -> bytes:
    """自评表 with inputs in B2:D3 (one of them filled), 自查 with a formula over them, a name."""
    inputs = [Put(row, column, None, DAY if column == 4 else INPUT) for row in (2, 3) for column in (2, 3, 4)]
    items = Sheet(
        "自评表",
        cells=(
            *(Put(1, column, title, PLAIN) for column, title in enumerate(("编号", "分", "情况", "时间"), 1)),
            Put(2, 1, "1", PLAIN),
            Put(3, 1, "2", PLAIN),
            *inputs,
            Put(4, 4, date(2026, 1, 1), DAY),
        ),
    )
    count = Sheet("自查", cells=(Put(1, 1, Formula("COUNTA('自评表'!B2:B3)", 0), PLAIN),))
    return write(Workbook((items, count), names=(Name("编号", "'自评表'!$A$2:$A$3"),)))


def cells(data: bytes) -> dict[str, dict[str, object]]:
    """sheet -> address -> value, formulas as text."""
    found = openpyxl.load_workbook(io.BytesIO(data))
    return {
        sheet.title: {c.coordinate: c.value for row in sheet.iter_rows() for c in row if c.value is not None}
        for sheet in found.worksheets
    }
