"""The workbench's sheets as rows of typed values, each with the address it came from.

Takes the content of a workbook and the declared sheets; gives a `Table` of `Record`s and collects
every fault on the way. Finds the header wherever it stands and columns wherever they were moved.
Forbids judging across rows: that is `faults`' business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from xlfz.excel.address import address
from xlfz.findings import Finding, finding
from xlfz.text import fold
from xlfz.workbench.tables import HEADER_ROW, Field, SheetSpec
from xlfz.workbench.values import Value, convert, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xlfz.excel.content import BookContent, Cell, SheetContent

_HEADER_WITHIN = 30
"""The header is looked for in this many rows from the top."""


@dataclass
class Faults:
    """Every fault found so far, in the order of finding."""

    found: list[Finding] = field(default_factory=list)

    def add(self, fault: Finding, sheet: str, cell: str, column: str = "") -> None:
        """Put one fault at its place; 列 and ref are facts that many messages need."""
        facts = dict(fault.facts)
        facts.setdefault("列", column)
        placed = Finding(fault.code, fault.severity, facts=tuple(facts.items()))
        self.found.append(placed.at(sheet=sheet, cell=cell))


@dataclass(frozen=True, slots=True)
class Record:
    """One row. `values` has the fields that hold something, `bad` those with a fault of their own."""

    table: Table
    number: int
    values: Mapping[str, Value]
    bad: frozenset[str] = frozenset()

    def ref(self, field_id: str) -> str:
        """The address of a field in this row, as B12."""
        return address(self.number, self.table.columns.get(field_id, 1))

    def text(self, field_id: str) -> str:
        """A text, empty when there is none."""
        value = self.values.get(field_id)
        return value if isinstance(value, str) else ""

    def number_of(self, field_id: str) -> float | None:
        """A number, None when there is none."""
        value = self.values.get(field_id)
        return float(value) if isinstance(value, int | float) else None

    def whole(self, field_id: str) -> int | None:
        """A whole number, None when there is none."""
        value = self.values.get(field_id)
        return value if isinstance(value, int) else None

    def day(self, field_id: str) -> date | None:
        """A day, None when there is none."""
        value = self.values.get(field_id)
        return value if isinstance(value, date) else None

    def names(self, field_id: str) -> tuple[str, ...]:
        """Names or choices, empty when there are none."""
        value = self.values.get(field_id)
        return value if isinstance(value, tuple) else ()


@dataclass
class Table:
    """One sheet as read: where its header and columns stand, and its rows in order."""

    spec: SheetSpec
    sheet: str = ""
    header: int = HEADER_ROW
    columns: dict[str, int] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    complete: bool = False
    """False when the sheet or one of its columns is missing: what is not there cannot be judged."""

    def header_ref(self, field_id: str) -> str:
        """The address of a column's header."""
        return address(self.header, self.columns.get(field_id, 1))


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as cells by field id; merged cells count for every row that they cover."""

    number: int
    cells: Mapping[str, Cell]


def read_table(content: BookContent, spec: SheetSpec, faults: Faults) -> Table:
    """The sheet as typed records. Faults: missing sheet or column, double column, every bad cell."""
    table = Table(spec, spec.title)
    for raw in raw_rows(content, table, faults):
        values: dict[str, Value] = {}
        bad = set()
        for item in spec.read:
            value = convert(raw.cells.get(item.id), item, date1904=content.date1904)
            if isinstance(value, Finding):
                bad.add(item.id)
                place = address(raw.number, table.columns[item.id])
                faults.add(value, table.sheet, place, item.title)
            elif value is not None:
                values[item.id] = value
            elif item.default:
                values[item.id] = item.default
        record = Record(table, raw.number, values, frozenset(bad))
        table.records.append(record)
        _required(record, faults)
    if table.complete:
        _doubles(table, faults)
    return table


def raw_rows(content: BookContent, table: Table, faults: Faults) -> Iterator[RawRow]:
    """Find sheet, header and columns (set on `table`), then the rows that hold something."""
    sheet = content.sheet(table.spec.title) or next(
        (s for s in content.sheets if fold(s.name) == fold(table.spec.title)), None
    )
    if sheet is None:
        faults.add(finding("E_WB_SHEET", 表=table.spec.title), table.spec.title, "")
        return
    table.sheet = sheet.name
    _columns(sheet, table, faults)
    covered = _covered(sheet)
    wanted = {column: field_id for field_id, column in table.columns.items()}
    last = max([*sheet.rows, *covered], default=0)
    for number in sorted(n for n in {*sheet.rows, *covered} if table.header < n <= last):
        row = {**covered.get(number, {}), **sheet.rows.get(number, {})}
        cells = {wanted[c]: cell for c, cell in row.items() if c in wanted and _holds(cell)}
        if cells:
            yield RawRow(number, cells)


def _columns(sheet: SheetContent, table: Table, faults: Faults) -> None:
    """Where the header and each field stand. Sets `complete`."""
    titles = {fold(f.title): f for f in table.spec.read}
    best, heads = _header(sheet, titles)
    table.header = best or HEADER_ROW
    table.complete = True
    for column, item in heads:
        if item.id in table.columns:
            doubled = finding("E_WB_COLUMN_DUP", 表=table.spec.title, 列=item.title)
            faults.add(doubled, table.sheet, address(table.header, column))
            table.complete = False
        else:
            table.columns[item.id] = column
    missing = [f for f in table.spec.read if f.id not in table.columns and not f.added]
    if missing:
        table.complete = False
    # Without any header every column would be missing: one finding says it.
    for item in missing if heads else missing[:1]:
        lacking = finding("E_WB_COLUMN", 表=table.spec.title, 列=item.title, 行=table.header)
        faults.add(lacking, table.sheet, address(table.header, 1))


def _header(sheet: SheetContent, titles: Mapping[str, Field]) -> tuple[int, list[tuple[int, Field]]]:
    """The row with the most column titles, and (column, field) of each."""
    best: tuple[int, list[tuple[int, Field]]] = (0, [])
    for number, row in sheet.rows.items():
        if number > _HEADER_WITHIN:
            break
        found = [(c, titles[fold(shown(cell))]) for c, cell in row.items() if fold(shown(cell)) in titles]
        if len({f.id for _, f in found}) > len({f.id for _, f in best[1]}):
            best = (number, found)
    # A lone title is a header only where a sheet has few columns.
    return best if len(best[1]) >= min(2, len(titles)) else (0, [])


def _covered(sheet: SheetContent) -> dict[int, dict[int, Cell]]:
    """Cells below the first one of a merged area, in its first column: they hold its value.

    Staff merge 一级指标 over its rows; what is shown there is what counts.
    """
    rows: dict[int, dict[int, Cell]] = {}
    last = max(sheet.rows, default=0)
    for top, left, bottom, _ in sheet.merges:
        value = sheet.cell(top, left)
        if value is not None and _holds(value):
            for number in range(top + 1, min(bottom, last) + 1):
                rows.setdefault(number, {})[left] = value
    return rows


def _holds(cell: Cell) -> bool:
    return cell.formula is not None or cell.kind == "error" or shown(cell) != ""


def _required(record: Record, faults: Faults) -> None:
    for item in record.table.spec.read:
        when = item.required_when
        needed = item.required or (when is not None and record.text(when[0]) == when[1])
        if needed and item.id not in record.values and item.id not in record.bad:
            if item.id not in record.table.columns:
                continue
            missing = finding("E_WB_REQUIRED", 列=item.title)
            faults.add(missing, record.table.sheet, record.ref(item.id))


def _doubles(table: Table, faults: Faults) -> None:
    for ids in table.spec.unique:
        seen: dict[tuple[str, ...], Record] = {}
        for record in table.records:
            if any(i not in record.values for i in ids):
                continue
            key = tuple(fold(str(record.values[i])) for i in ids)
            first = seen.setdefault(key, record)
            if first is not record:
                where = ids[-1]
                doubled = finding(
                    "E_WB_DUP",
                    值="#".join(str(record.values[i]) for i in ids),
                    另处=first.ref(where),
                    列=table.spec.field(where).title,
                )
                faults.add(doubled, table.sheet, record.ref(where))
