"""The ledger of an earlier summary, read back in whatever order staff left its rows.

Takes the content of 汇总表.xlsx; gives `Earlier`: the items as the hidden sheet keeps them, with what
stands in the open cells now. A row that was deleted comes back (W_LEDGER_DELETED); a second row of one
number (E_LEDGER_DUP), a row of no known number (W_LEDGER_STRANGE) and a formula
(E_LEDGER_FORMULA, kept as a text) are
told of. Raises Refused (E_CARRY_LAYOUT) when the sheet cannot be understood: overwriting it would lose
what was typed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from xlfz.consolidation.tables import Typed, as_text
from xlfz.errors import refuse
from xlfz.excel.address import address
from xlfz.findings import Finding, finding
from xlfz.ledger import memory
from xlfz.ledger.model import LEDGER, MEMORY, NUMBER, OPEN, Earlier, Item

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.excel.content import BookContent, Cell, SheetContent

_HEADER_ROWS = 20


def read(content: BookContent) -> Earlier:
    """What the earlier summary says. Nothing, when it has only the plain list of earlier versions."""
    sheet = content.sheet(LEDGER)
    hidden = content.sheet(MEMORY)
    header, columns = _header(sheet) if sheet is not None else (0, {})
    if hidden is None:
        if NUMBER in columns:
            raise refuse(finding("E_CARRY_LAYOUT", 表=MEMORY, 列=NUMBER))
        return Earlier()
    items = _remembered(hidden)
    if sheet is None:
        columns = {}
    elif absent := [name for name in (NUMBER, *OPEN) if name not in columns]:
        raise refuse(finding("E_CARRY_LAYOUT", 表=LEDGER, 列="、".join(absent)))
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    for row, cells in sheet.rows.items() if sheet is not None else ():
        if row <= header:
            continue
        number = _shown(cells.get(columns[NUMBER]))
        typed, faults = _open_cells(row, cells, columns, content.date1904)
        text = "；".join(f"{n}：{as_text(v)}" for n, v in zip(OPEN, typed, strict=True) if v is not None)
        cell = address(row, columns[NUMBER])
        if number in seen:
            if typed != items[number].typed:
                findings.append(
                    finding("E_LEDGER_DUP", sheet=LEDGER, cell=cell, 号=number, 另行=seen[number], 内容=text)
                )
        elif number in items:
            seen[number] = row
            items[number] = replace(items[number], typed=typed)
            findings += [f.at(unit=items[number].unit, indicator=items[number].indicator) for f in faults]
        elif text:
            findings.append(
                finding("W_LEDGER_STRANGE", sheet=LEDGER, cell=cell, 值=number or "空白", 内容=text)
            )
    for number, item in items.items():
        if number not in seen:
            findings.append(
                finding("W_LEDGER_DELETED", sheet=LEDGER, unit=item.unit, indicator=item.indicator, 号=number)
            )
    return Earlier(tuple(items.values()), tuple(findings))


def _remembered(hidden: SheetContent) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for cells in hidden.rows.values():
        try:
            item = memory.read("".join(str(c.value) for _, c in sorted(cells.items())))
        except (ValueError, KeyError, TypeError) as error:
            raise refuse(finding("E_CARRY_LAYOUT", 表=MEMORY, 列=NUMBER)) from error
        items[item.id] = item
    return items


def _header(sheet: SheetContent) -> tuple[int, Mapping[str, int]]:
    for row, cells in sheet.rows.items():
        if row > _HEADER_ROWS:
            break
        columns: dict[str, int] = {}
        for column, cell in cells.items():
            columns.setdefault(_shown(cell), column)
        if NUMBER in columns:
            return row, columns
    return 0, {}


def _open_cells(
    row: int, cells: Mapping[int, Cell], columns: Mapping[str, int], date1904: bool
) -> tuple[tuple[Typed | None, ...], list[Finding]]:
    typed: list[Typed | None] = []
    faults: list[Finding] = []
    for name in OPEN:
        cell = cells.get(columns[name])
        if cell is not None and (cell.formula is not None or cell.kind == "error"):
            text = f"={cell.formula}" if cell.formula is not None else str(cell.value)
            found = finding("E_LEDGER_FORMULA", 列=name, 值=text)
            faults.append(found.at(sheet=LEDGER, cell=address(row, columns[name])))
            typed.append(text)
        else:
            typed.append(_typed(cell, date1904))
    return tuple(typed), faults


def _typed(cell: Cell | None, date1904: bool) -> Typed | None:
    if cell is None or cell.value is None or (isinstance(cell.value, str) and not cell.value.strip()):
        return None
    if cell.format == "date" and isinstance(cell.value, float):
        start = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
        return (start + timedelta(days=int(cell.value))).date()
    return cell.value


def _shown(cell: Cell | None) -> str:
    return "" if cell is None or cell.value is None else str(cell.value).strip()
