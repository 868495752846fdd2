"""What the cells of an area hold in a plan: charts show it before anything is calculated."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from xlfz.excel.address import parse
from xlfz.excel.blocks import serial
from xlfz.excel.plan import Formula, Link, Sheet, Value, Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

_RANGE = re.compile(r"=?(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]+\$?\d+)(?::(\$?[A-Z]+\$?\d+))?")


def current(plan: Workbook, reference: str) -> list[str | float]:
    """The values that the cells of `='总览'!$B$5:$B$12` have in the plan, row by row.

    Raises ValueError for a reference to what is not an area of this workbook.
    """
    match = _RANGE.fullmatch(reference)
    name = (match[1] or match[2]).replace("''", "'") if match else ""
    sheet = next((s for s in plan.sheets if s.name == name), None)
    if match is None or sheet is None:
        raise ValueError(f"a chart refers to what is not an area of this workbook: {reference}")
    box = (*parse(match[3]), *parse(match[4] or match[3]))
    return [_shown(value) for value in _planned(sheet, box)]


def _planned(sheet: Sheet, box: tuple[int, int, int, int]) -> Iterator[Value]:
    """The planned values of an area, row by row; None where nothing is planned."""
    top, left, bottom, right = box
    cells = {(put.row, put.column): put.value for put in sheet.cells}
    cells |= {(merge.first_row, merge.first_column): merge.value for merge in sheet.merges}
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            inside = (
                block.rows[row - block.first_row][column - block.first_column]
                for block in sheet.blocks
                if 0 <= row - block.first_row < len(block.rows)
                and 0 <= column - block.first_column < len(block.styles)
            )
            yield next(inside, cells.get((row, column)))


def _shown(value: Value) -> str | float:
    """A value as the cache of a chart holds it."""
    if isinstance(value, Formula):
        value = value.value
    if isinstance(value, Link):
        return value.text
    if isinstance(value, date):
        return serial(value)
    return "" if value is None else value
