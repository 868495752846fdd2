"""Workbooks as plan documents: each sheet one table, or paragraphs where it has only one column.

Takes the bytes of any workbook; gives a `Source`. Values are what the cell shows: dates as days,
percentages with their sign. Hidden sheets are read and said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.documents.model import Block, Paragraph, Place, Source, SourceCell, SourceTable
from xlfz.errors import refuse
from xlfz.excel.address import address
from xlfz.excel.days import day_of
from xlfz.excel.reader import read_workbook
from xlfz.findings import finding
from xlfz.form.conditions import general
from xlfz.text import visible

if TYPE_CHECKING:
    from xlfz.excel.content import BookContent, Cell, SheetContent
    from xlfz.findings import Finding

_MAX_CELLS = 400_000
"""A plan has thousands of cells; formatted rows without end are not the plan."""


def read_sheets(data: bytes, name: str) -> Source:
    """All sheets of a workbook that hold anything."""
    book = read_workbook(data, name=name)
    blocks: list[Block] = []
    findings = [f for f in book.findings if f.severity != "info"]
    for sheet in book.sheets:
        made = list(_blocks(sheet, book, findings))
        if made and sheet.state != "visible":
            findings.append(finding("W_IMPORT_HIDDEN", sheet=sheet.name, 表=sheet.name))
        blocks += made
    if not blocks:
        raise refuse(finding("E_IMPORT_EMPTY"))
    return Source(name, book.format, tuple(blocks), tuple(findings))


def _blocks(sheet: SheetContent, book: BookContent, findings: list[Finding]) -> list[Block]:
    texts = {
        (r, c): text
        for r, cells in sheet.rows.items()
        for c, cell in cells.items()
        if (text := shown(cell, date1904=book.date1904))
    }
    if not texts:
        return []
    errors = [
        address(r, c) for r, cells in sheet.rows.items() for c, cell in cells.items() if cell.kind == "error"
    ]
    if errors:
        listed = "、".join(errors[:5])
        findings.append(finding("W_IMPORT_CELL_ERROR", sheet=sheet.name, cell=errors[0], 列表=listed))
    origins: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in sheet.merges:
        if (bottom - top + 1) * (right - left + 1) <= _MAX_CELLS and (top, left) in texts:
            for r in range(top, bottom + 1):
                for c in range(left, right + 1):
                    origins[r, c] = (top, left)
    columns = {c for _, c in texts}
    if len(columns) == 1 and not any(o != at for at, o in origins.items()):
        return [
            Paragraph(text, Place(paragraph=r, sheet=sheet.name, cell=address(r, c)))
            for (r, c), text in sorted(texts.items())
        ]
    rows = sorted({r for r, _ in texts} | {r for r, _ in origins})
    first, last = min(columns), max(*columns, *(c for _, c in origins), 0)
    if len(rows) * (last - first + 1) > _MAX_CELLS:
        raise refuse(finding("E_TOO_MANY_CELLS", sheet=sheet.name, n=_MAX_CELLS))
    grid = tuple(tuple(_cell(sheet.name, r, c, texts, origins) for c in range(first, last + 1)) for r in rows)
    return [SourceTable(grid, Place(sheet=sheet.name, cell=address(rows[0], first)), sheet.name)]


def _cell(
    sheet: str,
    row: int,
    column: int,
    texts: dict[tuple[int, int], str],
    origins: dict[tuple[int, int], tuple[int, int]],
) -> SourceCell:
    at = origins.get((row, column), (row, column))
    place = Place(sheet=sheet, cell=address(*at))
    return SourceCell(texts.get(at, ""), place, at == (row, column))


def shown(cell: Cell, *, date1904: bool = False) -> str:
    """What a cell shows, as text."""
    if cell.kind == "text":
        return visible(str(cell.value))
    if cell.kind == "number" and isinstance(cell.value, float):
        if cell.format == "date" and (day := day_of(cell.value, date1904=date1904)) is not None:
            return day.isoformat()
        if cell.format == "percent":
            return f"{general(round(cell.value * 100, 10))}%"
        return general(cell.value)
    return "" if cell.kind in ("blank", "error") else general(cell.value)
