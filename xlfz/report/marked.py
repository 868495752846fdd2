"""The marked copy of a held return: the unit's own values in a fresh form, its faults marked.

Takes the bytes of a file that was read before and its findings; gives the bytes of a workbook.
Opens the file again, so it is called only in a worker process. The values are the unit's, also the
wrong ones; formulas are left out (`form.filled`). Raises Refused when the file cannot be aligned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.check.engine import read_return
from xlfz.excel.address import parse
from xlfz.excel.writer import write
from xlfz.form.filled import Marked, marked_plan
from xlfz.form.generate import heading
from xlfz.form.spec import form_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from xlfz.check.engine import Context
    from xlfz.excel.content import Cell
    from xlfz.findings import Finding
    from xlfz.returns.model import Return

_TOLD = frozenset(("error", "warn"))
"""What the unit is told: what was only tidied up is no business of its."""


def marked_copy(
    data: bytes, name: str, context: Context, findings: Iterable[Finding], created: datetime
) -> bytes | None:
    """The marked copy, None when the unit has no form. `findings` are the file's own."""
    read = read_return(data, name, context)
    duty = context.workbench.assignment.of(read.unit)
    if duty is None or not duty.items:
        return None
    values: dict[str, Mapping[str, Cell]] = {r.row.id: r.cells for t in read.tables for r in t.rows}
    told = [f for f in findings if f.severity in _TOLD]
    head = heading(context.workbench.settings, duty.unit, context.key, created)
    return write(marked_plan(form_rows(duty), context.workbench.form, head, values, list(_placed(read, told))))


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
