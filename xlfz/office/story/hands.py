"""What people do with files by hand: drop returns into 回收/, type into the open cells of a workbook.

Takes paths and values; changes only the named cells, everything else stays as it was. The office
itself never writes into a person's workbook: the story plays the person.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING

from xlfz.excel.address import MAX_ROW, address
from xlfz.excel.package import Limits
from xlfz.excel.reader import read_workbook
from xlfz.ledger.model import LEDGER, NUMBER
from xlfz.office.typist import Package

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from xlfz.excel.content import SheetContent
    from xlfz.office.typist import Typed

_LIMITS = Limits(file=256 << 20, total=4 << 30, entry=2 << 30, rows=MAX_ROW, cells=40_000_000)
"""For our own summary, which is larger than any return."""
_HEADER_ROWS = 20


def receive(folder: Path, day: date, files: Iterable[tuple[str, bytes]]) -> int:
    """Put what came on a day into 回收/, a sub-folder a day; how many files that were."""
    moment = datetime.combine(day, time(9)).timestamp()
    count = 0
    for count, (name, data) in enumerate(files, 1):  # noqa: B007 - the last number is the count
        path = folder / "回收" / f"{day.month}月{day.day}日" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (moment, moment))
    return count


def type_into(path: Path, sheet: str, key: str, values: Mapping[str, Mapping[str, Typed]]) -> None:
    """Type into a workbook's open cells: value of the column `key` -> header -> what is typed.

    Raises LookupError where the sheet, a header or a row is not there.
    """
    data = path.read_bytes()
    content = read_workbook(data, limits=_LIMITS, name=path.name, only=lambda name, _: name == sheet)
    found = content.sheet(sheet)
    if found is None:
        raise LookupError(sheet)
    package = Package.open(data)
    package.type(sheet, dict(_cells(found, key, values)))
    path.write_bytes(package.close())


def _cells(
    sheet: SheetContent, key: str, values: Mapping[str, Mapping[str, Typed]]
) -> Iterable[tuple[str, Typed]]:
    columns: dict[str, int] = {}
    left = dict(values)
    for number, row in sheet.rows.items():
        if not columns and number <= _HEADER_ROWS:
            headers = {str(cell.value): column for column, cell in row.items()}
            columns = headers if key in headers else {}
        elif columns and columns[key] in row:
            cell = row[columns[key]]
            for header, value in left.pop(cell.raw or str(cell.value), {}).items():
                yield address(number, columns[header]), value
    if left:
        raise LookupError(f"{sheet.name}: {', '.join(left)}")


def ledger_rows(path: Path) -> list[dict[str, str]]:
    """The lines of 整改台账 as they show, by header."""
    content = read_workbook(path.read_bytes(), limits=_LIMITS, only=lambda name, _: name == LEDGER)
    sheet = content.sheet(LEDGER)
    if sheet is None:
        raise LookupError(LEDGER)
    headers: dict[int, str] = {}
    lines = []
    for row in sheet.rows.values():
        shown = {column: str(cell.value) for column, cell in row.items() if cell.value is not None}
        if headers:
            lines.append({headers[c]: value for c, value in shown.items() if c in headers})
        elif NUMBER in shown.values():
            headers = shown
    return lines


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued form as somebody sees it who fills it in: row id -> column id -> address and value."""

    sheet: str
    rows: Mapping[str, Mapping[str, tuple[str, object]]]

    @classmethod
    def of(cls, form: bytes, sheet: str, column: str) -> Paper:
        """Read from the form's hidden ids; `column` is the id of one of its columns."""
        content = read_workbook(form).sheet(sheet)
        if content is None:
            raise LookupError(sheet)
        columns: dict[int, str] = {}
        rows: dict[str, dict[str, tuple[str, object]]] = {}
        for number, row in content.rows.items():
            if not columns:
                texts = {c: str(cell.value) for c, cell in row.items() if cell.kind == "text"}
                columns = texts if column in texts.values() else {}
            elif 1 in row and not str(row[1].value).startswith("_"):
                rows[row[1].raw or str(row[1].value)] = {
                    id_: (address(number, at), row[at].value if at in row else None)
                    for at, id_ in columns.items()
                }
        return cls(sheet, rows)
