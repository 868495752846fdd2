"""A workbench as it stands, as a draft again: its rows kept as typed, to be written with more.

Takes the content of a workbook that reads without a fault; gives a `Draft`, and the columns that staff
added for themselves, which a draft does not know. Forbids judging: that is `reading`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.excel.days import day_of
from xlfz.text import fold
from xlfz.workbench.draft import Draft
from xlfz.workbench.rows import Faults, Table, raw_rows
from xlfz.workbench.tables import (
    INDICATORS,
    ITEMS,
    MATERIALS,
    NAMES,
    SCHEME,
    SETTINGS,
    SETTINGS_SHEET,
    SHEETS,
    UNITS,
)
from xlfz.workbench.values import shown

if TYPE_CHECKING:
    from xlfz.excel.content import BookContent, Cell
    from xlfz.workbench.draft import Raw, Row
    from xlfz.workbench.tables import SheetSpec


def redraft(content: BookContent) -> tuple[Draft, tuple[str, ...]]:
    """The draft that writes this workbench again, and `表.列` for each column of the staff's own."""
    titles = {fold(f.title): f.title for f in SETTINGS}
    settings = {
        titles[fold(str(row["设置项"]))]: row["填写内容"]
        for row in _rows(content, SETTINGS_SHEET)
        if "填写内容" in row and fold(str(row.get("设置项", ""))) in titles
    }
    draft = Draft(
        settings=settings,
        indicators=_rows(content, INDICATORS),
        materials=_rows(content, MATERIALS),
        units=_rows(content, UNITS),
        names=_rows(content, NAMES),
        items=_rows(content, ITEMS),
        scheme=_rows(content, SCHEME),
    )
    return draft, tuple(_added(content))


def _rows(content: BookContent, spec: SheetSpec) -> tuple[Row, ...]:
    table = Table(spec, spec.title)
    return tuple(
        {
            spec.field(i).title: value
            for i, cell in row.cells.items()
            if (value := _raw(cell, date1904=content.date1904)) != ""
        }
        for row in raw_rows(content, table, Faults())
    )


def _raw(cell: Cell, *, date1904: bool) -> Raw:
    if isinstance(cell.value, float) and cell.format == "date":
        return day_of(cell.value, date1904=date1904) or cell.value
    return cell.value if isinstance(cell.value, float) else shown(cell)


def _added(content: BookContent) -> list[str]:
    found = []
    for spec in SHEETS:
        table = Table(spec, spec.title)
        list(raw_rows(content, table, Faults()))
        sheet = content.sheet(table.sheet)
        known = {fold(f.title) for f in spec.fields}
        for cell in sheet.rows.get(table.header, {}).values() if sheet else ():
            if shown(cell) and fold(shown(cell)) not in known:
                found.append(f"{spec.title}.{shown(cell)}")
    return found
