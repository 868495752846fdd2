"""A form filled in by openpyxl, as any script of an office would: by the hidden ids of row and column."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl

from xlfz.form.tables import FIRST_ROW, ID_ROW

if TYPE_CHECKING:
    from collections.abc import Mapping


def row_ids(data: bytes) -> list[str]:
    """The ids of the rows on the first sheet."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    ids = (sheet.cell(n, 1).value for n in range(FIRST_ROW, sheet.max_row + 1))
    return [str(i) for i in ids if i and not str(i).startswith("_")]


def typed(data: bytes, values: Mapping[str, Mapping[str, Any]], *, manifest: bool = True) -> bytes:
    """The form with values typed into its first sheet: row id -> column id -> value."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    columns = {sheet.cell(ID_ROW, n).value: n for n in range(1, sheet.max_column + 1)}
    lines = {sheet.cell(n, 1).value: n for n in range(FIRST_ROW, sheet.max_row + 1)}
    for row, cells in values.items():
        for column, value in cells.items():
            sheet.cell(lines[row], columns[column], value)
    if not manifest:
        del book["_xlfz"]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def shown(data: bytes) -> list[dict[str, Any]]:
    """What stands in the rows of the first sheet, by column id."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    columns = {n: sheet.cell(ID_ROW, n).value for n in range(2, sheet.max_column + 1)}
    return [
        {str(id_): sheet.cell(line, n).value for n, id_ in columns.items() if id_}
        for line in range(FIRST_ROW, sheet.max_row + 1)
        if sheet.cell(line, 1).value and not str(sheet.cell(line, 1).value).startswith("_")
    ]
