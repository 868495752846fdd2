"""A returned workbook to rows and cells of its form.

Takes what the reader found and the round's `Forms`; gives a `Return`: every cell that the unit
filled in, by row id and column id, and everything that had to be repaired or could not be placed.
Raises Refused when there is nothing to align. Passes no judgement on values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xlfz.errors import Refused, refuse
from xlfz.findings import finding
from xlfz.form import filled as marked
from xlfz.form import guide, manifest, selfcheck, upward
from xlfz.returns.cells import filled
from xlfz.returns.columns import find_header, place
from xlfz.returns.identify import extra_sheets, identify
from xlfz.returns.model import Return, ReturnTable
from xlfz.returns.rows import align_rows
from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.excel.content import BookContent, SheetContent, State
    from xlfz.findings import Finding
    from xlfz.form.spec import TableId
    from xlfz.returns.columns import Header
    from xlfz.returns.expected import ExpectedTable, Forms, UnitForm
    from xlfz.returns.identify import Identity

UNREAD = frozenset((selfcheck.SHEET, guide.SHEET, marked.LIST_SHEET, upward.SHEET))
"""Sheets of a form, a marked copy or a form filled in from below that hold nothing to read."""


def wanted(name: str, _: State) -> bool:
    """Which sheets the reader has to read for `align`."""
    return name not in UNREAD


class _Job(NamedTuple):
    """What every table of one file needs."""

    placed: Sequence[tuple[SheetContent, Header]]
    form: UnitForm
    identity: Identity
    forms: Forms


class _Aligned(NamedTuple):
    """One table of the form as one sheet has it."""

    table: ReturnTable
    findings: list[Finding]


def align(book: BookContent, forms: Forms) -> Return:
    """Identify a workbook and realign its tables.

    Raises Refused when no table of the form is in it (E_NO_FORM, E_SHEET_MISSING) or when it is a
    form of another round (E_OTHER_ROUND).
    """
    placed = _placed(book, forms)
    if not placed:
        if book.sheet(manifest.SHEET) is not None:
            raise Refused(finding("E_SHEET_MISSING", 表=t.title) for t in forms.spec.tables)
        raise refuse(finding("E_NO_FORM", 表=forms.spec.kind))
    identity = identify(book, placed, forms)
    found = list(identity.findings)
    tables: list[ReturnTable] = []
    form = forms.of(identity.unit.code) if identity.unit is not None else None
    if form is not None:
        job = _Job(placed, form, identity, forms)
        for expected in form.tables:
            tables += _table(job, expected, found)
    names = [sheet.name for sheet, _ in placed]
    found += extra_sheets(book, names)
    code = identity.unit.code if identity.unit is not None else ""
    name = identity.unit.name if identity.unit is not None else ""
    return Return(
        code,
        identity.how,
        identity.version,
        tuple(tables),
        tuple(f.at(unit=name) for f in found),
        identity.manifest.corrects if identity.manifest is not None else "",
    )


def likeness(book: BookContent, forms: Forms) -> int:
    """How many headers of these forms a workbook has: by which a form without its manifest is told."""
    return sum(header.hits for _, header in _placed(book, forms))


def _placed(book: BookContent, forms: Forms) -> list[tuple[SheetContent, Header]]:
    """Every sheet that has a table of the form on it."""
    shapes = list(forms.shapes.values())
    return [
        (sheet, header)
        for sheet in book.sheets
        if sheet.name != manifest.SHEET and (header := find_header(sheet, shapes)) is not None
    ]


def _table(job: _Job, expected: ExpectedTable, found: list[Finding]) -> list[ReturnTable]:
    """One table of the form, as a list of one; empty when it is missing and nothing was to be in it."""
    spec = expected.spec
    sheets = [(s, h) for s, h in job.placed if h.shape.spec.id == spec.id]
    if not sheets:
        if expected.rows:
            found.append(finding("E_SHEET_MISSING", 表=spec.title))
        return []
    aligned = [_align_sheet(job, sheet, header, expected) for sheet, header in sheets]
    chosen = _choose(aligned, spec.title, found)
    sheet = sheets[chosen][0]
    table, findings = aligned[chosen]
    if fold(sheet.name) != fold(spec.title):
        found.append(finding("W_SHEET_RENAMED", sheet=sheet.name, 名=sheet.name))
    if sheet.state != "visible":
        found.append(finding("W_HIDDEN_TABLE", sheet=sheet.name, 表=sheet.name))
    found += findings
    return [table]


def _align_sheet(job: _Job, sheet: SheetContent, header: Header, expected: ExpectedTable) -> _Aligned:
    sent = job.identity.manifest
    columns: dict[TableId, tuple[str, ...]] | None = None
    if sent is not None:
        columns = {t.id: sent.column_ids(t.id) for t in job.forms.spec.tables}
    rows = sent.bound_of(expected.spec.id) if sent is not None else {}
    return _Aligned(*align_rows(place(sheet, header, columns), expected, rows, unit=job.form.unit.name))


def _choose(aligned: Sequence[_Aligned], title: str, found: list[Finding]) -> int:
    """Which of several sheets with the same table is meant: one that is filled in, if all such agree.

    A copy of the sheet that says something else is an error: nobody can tell which one counts.
    """
    if len(aligned) == 1:
        return 0
    contents = [_contents(a.table) for a in aligned]
    filled_in = [n for n, content in enumerate(contents) if content] or [0]
    named = [n for n in filled_in if fold(aligned[n].table.sheet) == fold(title)]
    chosen = (named or filled_in)[0]
    others = [n for n in range(len(aligned)) if n != chosen]
    if any(contents[n] and contents[n] != contents[chosen] for n in others):
        names = "、".join(a.table.sheet for a in aligned)
        found.append(finding("E_SHEET_DUP", sheet=aligned[chosen].table.sheet, 表=title, 列表=names))
    else:
        names_ = [aligned[n].table.sheet for n in others]
        found += [finding("I_SHEET_EXTRA", sheet=name, 名=name) for name in names_]
    return chosen


def _contents(table: ReturnTable) -> dict[tuple[str, str], object]:
    """What is filled in, by row and column id; formats are no difference."""
    return {
        (r.row.id, id_): (c.kind, c.value, c.formula)
        for r in table.rows
        for id_, c in r.cells.items()
        if filled(c)
    }
