"""Parts of one form, put together: what several offices of one unit filled in, as one outcome.

Takes the bytes of files that belong to one unit; gives one `Checked` for each, with the rows that are
its own, and the order of all rows. Cell by cell: what one file fills in and the others leave blank is
taken, equal answers agree, different ones are an error at both cells. The rows are then judged as
those of one file. Forbids preferring one file to another: which of them come together is the office's
matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from xlfz.check.engine import absent, settled
from xlfz.check.judging import TableJudge
from xlfz.check.model import CheckedRow
from xlfz.check.rules import RULES, STATE, RowState
from xlfz.excel.address import column_name
from xlfz.excel.reader import read_workbook
from xlfz.findings import finding
from xlfz.returns.align import align, wanted
from xlfz.returns.cells import filled, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlfz.check.engine import Context
    from xlfz.check.model import Checked
    from xlfz.check.rules import Fault
    from xlfz.excel.content import BookContent
    from xlfz.findings import Finding
    from xlfz.form.spec import FormRow, TableId, TableSpec
    from xlfz.returns.model import Return, ReturnRow

_ABSENT = frozenset(("E_ROW_MISSING", "E_ROW_NEW"))
"""A row that one part has not got is no fault when another part has it."""


class Source(NamedTuple):
    """One file to be put together with others. `path` is how the others' findings call it."""

    data: bytes
    path: str


class Together(NamedTuple):
    """What was put together: one outcome a file, in the files' order, and the form's order of the rows.

    All are accepted, or all are held; one that has no error of its own says which of the others have.
    """

    files: tuple[Checked, ...]
    order: tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Part:
    """One file on the way. `mine` are the rows whose source it is."""

    path: str
    aligned: Return
    judges: dict[TableId, TableJudge]
    rows: dict[tuple[TableId, str], ReturnRow]
    absent: frozenset[tuple[TableId, str]]
    findings: list[Finding]
    mine: dict[TableId, list[CheckedRow]] = field(default_factory=lambda: {"items": [], "materials": []})


@dataclass(slots=True)
class _Held:
    """One row of the form in one part: its cells, and what was found in them."""

    part: _Part
    row: ReturnRow
    state: RowState
    findings: list[Finding]

    def says(self, column: str) -> bool:
        """Whether it has anything in a column."""
        return column in self.state.unsure or filled(self.row.cells.get(column))


def put_together(sources: Sequence[Source], context: Context) -> Together:
    """Read several files of one unit and check them as one form. Raises Refused as `check` does."""
    books = [read_workbook(s.data, name=s.path.rpartition("/")[2], only=wanted) for s in sources]
    return put_books_together(books, [s.path for s in sources], context)


def put_books_together(books: Sequence[BookContent], paths: Sequence[str], context: Context) -> Together:
    """Align and check workbooks that were read already. Raises Refused."""
    own = context.for_book(books[0])
    parts = [_part(*one, own) for one in zip(books, paths, strict=True)]
    form = own.forms.of(parts[0].aligned.unit)
    order: list[str] = []
    items: dict[str, RowState] = {}
    blank: dict[str, bool] = {}
    for expected in form.tables if form is not None else ():
        for one in expected.rows:
            order.append(one.row.id)
            _row(one.row, expected.spec, parts, items, blank)
    for part in parts:
        for table in part.aligned.tables:
            if kept := part.judges[table.id].full_kept:
                part.findings.append(finding("W_FULL_KEPT", sheet=table.sheet, 表=table.sheet, n=kept))
    supplied = {key for part in parts for key in part.rows}
    for part in parts:
        part.findings[:] = _without_supplied(part, supplied, own)
    faulty = [p for p in parts if any(f.severity == "error" for f in p.findings)]
    for part in parts:
        if faulty and part not in faulty:
            listed = "、".join(p.path for p in faulty)
            part.findings.append(finding("E_PART_HELD", 名=listed))
    files = tuple(settled(p.aligned, own, _tuples(p), p.findings, blank) for p in parts)
    return Together(files, tuple(order))


def _part(book: BookContent, path: str, context: Context) -> _Part:
    read = align(book, context.forms)
    spec = context.forms.spec
    judges = {t.id: TableJudge(t, spec.table(t.id).columns, context, book.date1904) for t in read.tables}
    rows = {(t.id, r.row.id): r for t in read.tables for r in t.rows}
    gone = frozenset(absent(read, context))
    return _Part(path, read, judges, rows, gone, [*book.findings, *read.findings])


def _row(
    row: FormRow, spec: TableSpec, parts: list[_Part], items: dict[str, RowState], blank: dict[str, bool]
) -> None:
    """One row of the form from all parts: into the part that is its source, faults where they stand."""
    held = list(_held(row, spec, parts))
    if not held:
        blank[row.id] = True
        return
    merged = _merged(row, spec, held)
    if spec.id == "items":
        items[row.id] = merged
    else:
        merged.item = items.get(row.indicator.number)
    faults = [fault for rule in RULES[spec.id].values() for fault in rule(merged)]
    givers = {c.id: [h for h in held if h.says(c.id)] for c in spec.columns}
    for fault in faults:
        for one in _concerned(fault, held, givers[fault.column]):
            one.findings.append(one.part.judges[spec.id].fault(one.row, fault))
    anchors = ("score", STATE[spec.id], *(c.id for c in spec.columns))
    source = next((givers[a][0] for a in anchors if givers.get(a)), None)
    if source is None:
        blank[row.id] = bool(faults)
        source = held[0]
    sheet = next(t.sheet for t in source.part.aligned.tables if t.id == spec.id)
    source.part.mine[spec.id].append(CheckedRow(row.id, sheet, source.row.number, merged.values))
    for one in held:
        one.part.findings += one.findings


def _held(row: FormRow, spec: TableSpec, parts: list[_Part]) -> Iterator[_Held]:
    for part in parts:
        found = part.rows.get((spec.id, row.id))
        if found is not None:
            judge = part.judges[spec.id]
            one = _Held(part, found, RowState(row, spec, found.cells, judge.present), [])
            judge.cells(found, one.state, one.findings)
            yield one


def _merged(row: FormRow, spec: TableSpec, held: list[_Held]) -> RowState:
    """The row of all parts; where they contradict each other nothing is sure."""
    merged = RowState(row, spec, {}, {id_ for h in held for id_ in h.state.present})
    cells = {}
    for column in spec.columns:
        givers = [h for h in held if h.says(column.id)]
        if not givers:
            continue
        first = givers[0]
        if column.id in first.row.cells:
            cells[column.id] = first.row.cells[column.id]
        against = [[o for o in givers if _contradict(column.id, h, o)] for h in givers]
        for one, others in zip(givers, against, strict=True):
            if others:
                one.findings.append(_contradiction(column.id, column.title, one, others[0]))
        if any(against) or any(column.id in h.state.unsure for h in givers):
            merged.unsure.add(column.id)
        elif column.id in first.state.values:
            merged.values[column.id] = first.state.values[column.id]
    merged.cells = cells
    return merged


def _contradict(column: str, one: _Held, other: _Held) -> bool:
    """Whether two filled cells say different things. What is wrong by itself is told of as that."""
    mine, theirs = one.state.values.get(column), other.state.values.get(column)
    if mine is not None and theirs is not None:
        return mine != theirs
    told = (_wrong(column, one), _wrong(column, other))
    return not any(told) and _raw(column, one) != _raw(column, other)


def _wrong(column: str, one: _Held) -> bool:
    return column in one.row.doubtful or any(
        f.severity == "error" and f.cell == _address(column, one) for f in one.findings
    )


def _raw(column: str, one: _Held) -> tuple[object, ...] | None:
    cell = one.row.cells.get(column)
    return (cell.kind, cell.value, cell.formula) if cell is not None else None


def _address(column: str, one: _Held) -> str:
    number = one.part.judges[one.state.table.id].present.get(column)
    return f"{column_name(number)}{one.row.number}" if number else ""


def _contradiction(column: str, title: str, one: _Held, other: _Held) -> Finding:
    table = next(t for t in one.part.aligned.tables if t.id == one.state.table.id)
    return finding(
        "E_PARTS_CONTRADICT",
        sheet=table.sheet,
        cell=_address(column, one),
        indicator=one.row.row.label,
        列=title,
        值=quote(one.row.cells.get(column)),
        名=other.part.path,
        格=_address(column, other),
        另值=quote(other.row.cells.get(column)),
    )


def _concerned(fault: Fault, held: list[_Held], givers: list[_Held]) -> list[_Held]:
    """Whom a fault concerns: who filled the cell, else who began the row, else everybody."""
    if givers:
        return givers
    able = [h for h in held if fault.column in h.state.present]
    begun = [h for h in able if any(map(filled, h.row.cells.values())) or h.state.unsure]
    return begun or able


def _without_supplied(part: _Part, supplied: set[tuple[TableId, str]], context: Context) -> list[Finding]:
    """Its findings without those about rows and tables that it has not got and another part has."""
    form = context.forms.of(part.aligned.unit)
    if form is None:
        return part.findings
    rows: set[tuple[str, str, str]] = set()
    tables: set[str] = set()
    for expected in form.tables:
        title = expected.spec.title
        missing = [r.row for r in expected.rows if (expected.spec.id, r.row.id) in part.absent]
        there = [r for r in missing if (expected.spec.id, r.id) in supplied]
        rows |= {(title, r.indicator.number, r.name) for r in there}
        if missing and len(there) == len(missing):
            tables.add(title)
    return [f for f in part.findings if not _is_supplied(f, rows, tables)]


def _is_supplied(found: Finding, rows: set[tuple[str, str, str]], tables: set[str]) -> bool:
    facts = {k: str(v) for k, v in found.facts}
    if found.code in _ABSENT:
        return (facts.get("表", ""), found.indicator, facts.get("名", "")) in rows
    return found.code == "E_SHEET_MISSING" and facts.get("表") in tables


def _tuples(part: _Part) -> dict[str, tuple[CheckedRow, ...]]:
    return {table: tuple(rows) for table, rows in part.mine.items()}
