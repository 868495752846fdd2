"""导入核对 for the tests: a small proposal, its workbook, and a clerk's edits in it.

`book` gives the workbook as xlfz reads it, `typed` the same with cells typed over, `accepted` with every
row confirmed. Addresses go by sheet, row of data (from 1) and field id, so that columns may move.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from tests.workbench.build import cell_of
from xlfz.documents.confirm import Document, lay_out, read
from xlfz.documents.confirm.specs import CHECKED, SHEETS
from xlfz.documents.confirm.writing import FIRST
from xlfz.documents.model import Found, Place, Proposal, ProposedRow
from xlfz.errors import Refused
from xlfz.excel.address import address
from xlfz.excel.content import Cell
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfz.documents.confirm import Confirmation
    from xlfz.excel.content import BookContent, SheetContent
    from xlfz.excel.plan import Workbook
    from xlfz.findings import Finding
    from xlfz.roster import Roster
    from xlfz.workbench.tables import SheetSpec

DAY = datetime(2026, 3, 12)
Edit = tuple[str, int, str, object]
"""Sheet, row of data from 1, field id, what is typed there (None clears)."""


def sure(value: object, paragraph: int = 3) -> Found:
    """A field that leaves no choice."""
    return Found(value, Place(paragraph=paragraph), str(value))  # type: ignore[arg-type]


def doubt(value: object, why: str = "原文模糊，请核对。") -> Found:
    """A field that a person should look at."""
    return Found(value, Place(paragraph=4), f"原文{value}", "存疑", why)  # type: ignore[arg-type]


def fields(number: str, text: str, **more: object) -> dict[str, Found]:
    """The fields of a row, all sure unless they are `Found` already."""
    given: Mapping[str, object] = {"number": number, "text": text, **more}
    return {i: v if isinstance(v, Found) else sure(v) for i, v in given.items()}


PROPOSAL = Proposal(
    "方案.docx",
    (
        ProposedRow(
            fields(
                "1",
                "审批提速",
                chapter="一、甲",
                points=60.0,
                lead="县财政局",
                responsible="县司法局、各乡镇",
            ),
            ({"name": sure("情况说明"), "word_limit": sure(800.0)}, {"name": sure("台账")}),
        ),
        ProposedRow(
            fields(
                "2",
                "清单公开",
                chapter="一、甲",
                points=30.0,
                lead=doubt("县司法局"),
                deadline="2026年6月底前",
            )
        ),
        ProposedRow(
            fields("3", "信息公开", chapter="二、乙", points=10.0, lead="县财政局", day="2026-09-30"),
            ({"name": doubt("截图")},),
        ),
    ),
    settings={"title": sure("某县考核方案"), "year": sure(2026.0), "declared_points": sure(100.0)},
    names={"县财政局": sure(""), "县司法局": sure(""), "各乡镇": sure("")},
    chapters={"一、甲": sure(90.0)},
)
"""Three indicators, three materials, three names; row 2 and the last material are doubtful."""


def document(proposal: Proposal) -> Document:
    """A proposal as a document of an import."""
    return Document(proposal.source, proposal, proposal.findings)


def planned(*proposals: Proposal, roster: Roster | None = None) -> Workbook:
    """导入核对 as a plan."""
    return lay_out([document(p) for p in proposals], roster, DAY).plan


def book(*proposals: Proposal, roster: Roster | None = None) -> BookContent:
    """导入核对 as xlfz reads it."""
    return read_workbook(write(planned(*proposals, roster=roster)))


def spec(sheet: str) -> SheetSpec:
    """The declaration of a sheet by its title."""
    return next(s for s in SHEETS if s.title == sheet)


def at(sheet: str, row: int, field_id: str) -> str:
    """The address of a field in the nth row of data."""
    return address(FIRST + row - 1, spec(sheet).column(field_id))


def typed(content: BookContent, *edits: Edit) -> BookContent:
    """The workbook with cells typed over."""
    for sheet, row, field_id, value in edits:
        cell = None if value is None else cell_of(value)
        content = _put(content, sheet, [(FIRST + row - 1, spec(sheet).column(field_id), cell)])
    return content


def accepted(content: BookContent) -> BookContent:
    """The workbook with 已核对 in every row that has something and no 核对."""
    for declared in SHEETS:
        sheet = _sheet(content, declared.title)
        waiting = [n for n, row in sheet.rows.items() if n >= FIRST and row and 1 not in row]
        content = _put(content, declared.title, [(n, 1, Cell("text", CHECKED)) for n in waiting])
    return content


def faults(content: BookContent, roster: Roster | None = None) -> list[Finding]:
    """What is wrong with it; empty when it can be taken."""
    try:
        read(content, roster)
    except Refused as refused:
        return list(refused.findings)
    return []


def places(found: Iterable[Finding]) -> list[tuple[str, str, str]]:
    """(code, sheet, cell) of each finding."""
    return [(f.code, f.sheet, f.cell) for f in found]


def taken(content: BookContent, roster: Roster | None = None) -> Confirmation:
    """What was confirmed."""
    return read(content, roster)


def _sheet(content: BookContent, title: str) -> SheetContent:
    sheet = content.sheet(title)
    assert sheet is not None
    return sheet


def _put(content: BookContent, title: str, cells: Iterable[tuple[int, int, Cell | None]]) -> BookContent:
    old = _sheet(content, title)
    rows = {n: dict(row) for n, row in old.rows.items()}
    for row, column, cell in cells:
        rows.setdefault(row, {}).pop(column, None)
        if cell is not None:
            rows[row][column] = cell
    new = replace(old, rows={n: dict(sorted(rows[n].items())) for n in sorted(rows)})
    return replace(content, sheets=tuple(new if s is old else s for s in content.sheets))
