"""The marked copy of a held return: the unit's own values in a fresh form, its faults marked.

Takes the bytes of a file that was read before and its findings; gives the bytes of a workbook.
Opens the file again, so it is called only in a worker process. The values are the unit's, the wrong
ones too; what was wrong must not come back as right: a formula stands there as its text, an error
value and a percentage likewise, so that an unmended copy is held again.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from xlfz.check.values import formula_fault
from xlfz.errors import Refused
from xlfz.excel.address import parse
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.form.conditions import general
from xlfz.form.filled import Marked, marked_plan
from xlfz.form.generate import heading
from xlfz.form.spec import form_rows
from xlfz.returns.align import align, wanted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from xlfz.check.engine import Context
    from xlfz.excel.content import Cell
    from xlfz.findings import Finding
    from xlfz.returns.model import Return

_TOLD = frozenset(("error", "warn"))
"""What the unit is told: what was only tidied up is no business of its."""
_HARMLESS = "E_FORMULA_IN_INPUT"
_TAKEN_OUT = "=公式已删去"
"""Stands for a formula that calls programs or other files: typed into a cell, it would run again."""
_1904 = 1462.0
"""Days between the two calendars of Excel."""

_Shown: TypeAlias = "Cell | str"


def marked_copy(
    data: bytes, name: str, context: Context, findings: Iterable[Finding], created: datetime
) -> bytes | None:
    """The marked copy, None when the file cannot be aligned or its unit has no form.

    `findings` are the file's own; `created` is the day that the copy bears.
    """
    try:
        book = read_workbook(data, name=name, only=wanted)
        context = context.for_book(book)
        read = align(book, context.forms)
    except Refused:
        return None  # a rejected file: its findings are in the report, and there is nothing to mend
    duty = context.workbench.assignment.of(read.unit)
    if duty is None or not duty.items:
        return None
    values = {
        row.row.id: {id_: _as_typed(cell, date1904=book.date1904) for id_, cell in row.cells.items()}
        for table in read.tables
        for row in table.rows
    }
    told = [f for f in findings if f.severity in _TOLD]
    head = heading(context.workbench.settings, duty.unit, context.key, created)
    # Who sends the copy back says which file it is to stand for: no day has to tell.
    head = replace(head, corrects=hashlib.sha256(data).hexdigest())
    return write(
        marked_plan(form_rows(duty), context.workbench.form, head, values, list(_placed(read, told)))
    )


def _as_typed(cell: Cell, *, date1904: bool) -> _Shown:
    """What stands in the copy for a cell of the return: the same, or a text that is just as wrong."""
    if cell.formula is not None:
        return f"={cell.formula}" if formula_fault(cell).code == _HARMLESS else _TAKEN_OUT
    if cell.kind == "error":
        return f"={cell.value}"
    if cell.kind == "number" and isinstance(cell.value, float):
        if cell.format == "percent":
            return f"{general(cell.value * 100)}%"
        if cell.format == "date" and date1904:
            return cell._replace(value=cell.value + _1904)
    return cell


def _placed(read: Return, findings: Iterable[Finding]) -> Iterable[Marked]:
    """Each finding with the form row and column of its cell, where it has one."""
    rows = {(t.sheet, r.number): r.row.id for t in read.tables for r in t.rows}
    columns = {(t.sheet, number): id_ for t in read.tables for id_, number in t.columns.items()}
    for found in findings:
        place = _cell(found)
        row = rows.get((found.sheet, place[0]), "")
        column = columns.get((found.sheet, place[1]), "")
        yield Marked(found, row, column) if row and column else Marked(found)


def _cell(found: Finding) -> tuple[int, int]:
    """Row and column of a finding's first cell; (0, 0) when it has none."""
    try:
        return parse(found.cell.partition(":")[0])
    except ValueError:
        return 0, 0
