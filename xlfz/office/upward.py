"""`report-up`: the form that the level above sent, filled in from the returns of the level below.

Takes the office and the path of the received form; gives a copy of it in 上报/ with what the form's own
rules make of the accepted returns, a sheet 上报来源 that names the file and cell behind each value, and a
`ReportedUp`. Rows go by number and text together; what is not positively the same is left empty and
listed. Forbids changing the received file, cells that hold something already, and locked cells.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl

from xlfz.errors import refuse
from xlfz.excel.package import LIMITS
from xlfz.findings import Finding, finding
from xlfz.form import manifest
from xlfz.form.conditions import general
from xlfz.form.spec import FormRow, form_rows
from xlfz.form.tables import FIRST_ROW, HEADER_ROW, ID_ROW, fixed_values
from xlfz.form.upward import OWN
from xlfz.levels import Lower, Place, Reckoned, reckon
from xlfz.office.opening import opened
from xlfz.office.results import Result
from xlfz.office.upward_sheet import Entry, add_sources
from xlfz.storage import RunLock, beside_name, reason, write_atomic
from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from xlfz.check.model import CheckedRow, CheckReport
    from xlfz.form.manifest import Manifest
    from xlfz.form.spec import TableId
    from xlfz.form.upward import Declared
    from xlfz.office.service import Office
    from xlfz.workbench.model import Workbench

UPWARD = "上报"
"""The folder for forms filled in for the level above."""
KIND = "自评表"
_LISTED = 5
_STATES: dict[TableId, str] = {"items": "status", "materials": "provided"}
_SAYS: dict[TableId, str] = {"items": "text", "materials": "material"}
_STAMP = (1980, 1, 1, 0, 0, 0)
_FONT = re.compile(rb"<font>(.*?)</font>", re.DOTALL)
_PART = re.compile(rb"(<(\w+)[^>]*/>)")
_FONT_ORDER = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
    *("sz", "color", "name", "family", "charset", "scheme"),
)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


class Left(NamedTuple):
    """A cell that was not filled in: its row's number or id, its column's title, and why."""

    row: str
    column: str
    cell: str
    why: str


@dataclass(frozen=True, slots=True)
class ReportedUp(Result):
    """`report-up`: the filled form, and what was filled in and what was not."""

    path: Path
    filled: tuple[Entry, ...]
    left: tuple[Left, ...]
    unmatched: tuple[str, ...]
    """Numbers (or material ids) of rows of the form that are no indicator of ours."""
    units: int
    """Units of the level below that have something to report."""
    reported: int

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "form": str(self.path),
            "units": self.units,
            "reported": self.reported,
            "filled": [
                {"row": e.row, "column": e.column, "cell": e.cell, "rule": e.rule,
                 "value": e.shown, "sources": len(e.reckoned.used)}
                for e in self.filled
            ],
            "left": [one._asdict() for one in self.left],
            "unmatched": list(self.unmatched),
            "findings": self._findings_json(),
        }  # fmt: skip


def report_up(office: Office, form: Path) -> ReportedUp:
    """Fill in a received form. Raises Refused (E_UP_OPEN, E_UP_FORM, E_UP_KIND, E_UP_RULES …)."""
    data, made = _received(form)
    workbench = office.workbench()
    office.folder.make()
    with RunLock(office.folder.own):
        report = office.judged(workbench)
        filling = _Filling(workbench, report, made)
        book = openpyxl.load_workbook(io.BytesIO(data))
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                filling.fill(sheet)
        add_sources(book, filling.filled, _title(workbench))
        saved = _saved(book, office.created)
        findings = filling.findings()
        path = _write(office, form, saved, findings)
    return ReportedUp(
        tuple(f if f.file else f.at(file=form.name) for f in findings),
        path,
        tuple(filling.filled),
        tuple(filling.left),
        tuple(filling.unmatched),
        len(filling.units),
        len(filling.units & filling.accepted.keys()),
    )


def _received(form: Path) -> tuple[bytes, Manifest]:
    """The received form and what its manifest says; only the level above can verify its signature."""
    data, book = opened(form, "E_UP_OPEN", limits=LIMITS)
    sheet = book.sheet(manifest.SHEET)
    read = manifest.read(sheet, b"") if sheet is not None and book.format == "xlsx" else None
    if read is None:
        raise refuse(finding("E_UP_FORM", file=form.name))
    made = read[0]
    if made.kind != KIND:
        raise refuse(finding("E_UP_KIND", file=form.name, 名=made.kind))
    if not made.upward:
        raise refuse(finding("E_UP_RULES", file=form.name))
    return data, made


class _Filling:
    """One form while it is being filled in."""

    def __init__(self, workbench: Workbench, report: CheckReport, made: Manifest) -> None:
        self.workbench = workbench
        self.made = made
        self.accepted = report.accepted()
        self.filled: list[Entry] = []
        self.left: list[Left] = []
        self.unmatched: list[str] = []
        self.kept = 0
        self.missing: set[str] = set()
        duties = [d for d in workbench.assignment.duties if d.items]
        self.units = {d.unit.code for d in duties}
        self._rows: dict[tuple[TableId, str], tuple[FormRow, list[tuple[str, str]]]] = {}
        for duty in duties:
            for row in form_rows(duty):
                _, owners = self._rows.setdefault((row.table, row.id), (row, []))
                owners.append((duty.unit.code, duty.unit.name))
        self._returned: dict[str, dict[tuple[TableId, str], CheckedRow]] = {
            code: {("items", r.id): r for r in file.checked.items}
            | {("materials", r.id): r for r in file.checked.materials}
            for code, file in self.accepted.items()
        }

    def fill(self, sheet: Worksheet) -> None:
        """Fill in the sheet if it is one of the form's tables."""
        places = {str(c.value): c.column for c in sheet[ID_ROW] if c.value is not None}
        table = next((t for t, state in _STATES.items() if state in places), None)
        if table is None:
            return
        wanted = set(self.made.row_ids(table))
        rules = self.made.upward_of(table)
        bounds = self.made.bound_of(table)
        for number in range(FIRST_ROW, sheet.max_row + 1):
            row_id = general(sheet.cell(number, 1).value)  # type: ignore[arg-type]
            if row_id not in wanted:
                continue
            if not self._same(table, row_id, sheet, number, places):
                self.unmatched.append(row_id)
                continue
            for column, declared in rules.items():
                if column in places:
                    at = (sheet, number, places[column])
                    self._cell(at, table, row_id, column, declared, bounds.get(row_id, ""))

    def _same(
        self, table: TableId, row_id: str, sheet: Worksheet, number: int, places: Mapping[str, int]
    ) -> bool:
        """Whether the row is one of ours by number and by words."""
        if (table, row_id) not in self._rows:
            return False
        row, _ = self._rows[table, row_id]
        own = fixed_values(row, self.workbench.form.table(table))
        says = {"text", _SAYS[table]} & places.keys()
        return bool(says) and all(
            fold(general(own.get(c))) == fold(general(sheet.cell(number, places[c]).value))  # type: ignore[arg-type]
            for c in says
        )

    def _cell(
        self,
        at: tuple[Worksheet, int, int],
        table: TableId,
        row_id: str,
        column: str,
        declared: Declared,
        bound: str,
    ) -> None:
        sheet, number, place = at
        cell = sheet.cell(number, place)
        title = general(sheet.cell(HEADER_ROW, place).value).removesuffix(" *")  # type: ignore[arg-type]
        if cell.protection.locked:
            return  # nothing is asked here
        if cell.value not in (None, ""):
            self.kept += declared.rule != OWN
            self.left.append(Left(row_id, title, cell.coordinate, "已经填写，没有改动"))
            return
        lower = list(self._lower(table, row_id, column))
        made = self._within(reckon(declared, lower), table, row_id, column, bound)
        if made.missing:
            self.missing |= {one.unit for one in lower if one.place is None}
        if made.value is None:
            self.left.append(Left(row_id, title, cell.coordinate, made.why))
            return
        cell.value = made.value
        if isinstance(made.value, str):
            cell.data_type = "s"  # what begins with = is a text all the same
        self.filled.append(Entry(row_id, title, sheet.title, cell.coordinate, declared.rule, made))

    def _within(self, made: Reckoned, table: TableId, row_id: str, column: str, bound: str) -> Reckoned:
        """Without a score that is out of other points than the form's, or above them."""
        if made.value is None or table != "items" or column != "score":
            return made
        points = self._rows[table, row_id][0].indicator.points
        if general(points) != bound:
            return Reckoned(why=f"本级分值是 {general(points)}，上级表上是 {bound}", missing=made.missing)
        if points is not None and isinstance(made.value, float) and made.value > points:
            return Reckoned(why=f"汇总得 {general(made.value)}，超过分值 {bound}", missing=made.missing)
        return made

    def _lower(self, table: TableId, row_id: str, column: str) -> Iterator[Lower]:
        for code, name in self._rows[table, row_id][1]:
            row = self._returned.get(code, {}).get((table, row_id))
            if row is None:
                yield Lower(name)
                continue
            file = self.accepted[code].holder(row)  # of several offices' parts, the one it stands in
            letter = (file.checked.columns or {}).get(table, {}).get(column, "")
            cell = f"{letter}{row.number}" if letter else ""
            place = Place(file.path, file.digest, row.sheet, cell)
            yield Lower(name, row.values.get(_STATES[table]), row.values.get(column), place)

    def findings(self) -> list[Finding]:
        """What there is to say of the whole form."""
        found = []
        if self.unmatched:
            found.append(finding("W_UP_UNMATCHED", n=len(self.unmatched), 列表=_some(self.unmatched)))
        if self.missing:
            found.append(
                finding(
                    "W_UP_MISSING",
                    n=len(self.units),
                    报=len(self.units & self.accepted.keys()),
                    列表=_some(sorted(self.missing)),
                )
            )
        if self.kept:
            found.append(finding("I_UP_KEPT", n=self.kept))
        found += [
            finding("W_UP_CUT", sheet=e.sheet, cell=e.cell, 列=e.column, indicator=e.row)
            for e in self.filled
            if e.reckoned.cut
        ]
        if not self.filled:
            found.append(finding("E_UP_NOTHING"))
        return found


def _some(names: list[str]) -> str:
    return "、".join(names[:_LISTED]) + (" 等" if len(names) > _LISTED else "")


def _title(workbench: Workbench) -> str:
    return workbench.settings.title


_STRINGS = "xl/sharedStrings.xml"
_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHARED = b'<sst xmlns="%b" count="1" uniqueCount="1"><si><t/></si></sst>' % _MAIN
"""Texts in cells, which is how openpyxl writes them, need a table of shared ones beside them."""
_RELATED = {
    "[Content_Types].xml": (
        b"</Types>",
        (
            b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
            b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
        ),
    ),
    "xl/_rels/workbook.xml.rels": (
        b"</Relationships>",
        (
            b'<Relationship Id="rIdShared" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/'
            b'officeDocument/2006/relationships/sharedStrings"/>'
        ),
    ),
}


def _saved(book: Any, created: datetime) -> bytes:
    """The workbook's bytes; the same content on one day gives the same bytes."""
    book.calculation.fullCalcOnLoad = True  # openpyxl keeps no cached values of formulas
    raw, out = io.BytesIO(), io.BytesIO()
    book.save(raw)
    stamp = rb"\g<1>" + created.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        alone = _STRINGS not in source.namelist()
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "docProps/core.xml":
                data = _MODIFIED.sub(stamp, data)
            elif info.filename == "xl/styles.xml":
                data = _FONT.sub(_in_order, data)
            elif info.filename in _RELATED and alone:
                end, more = _RELATED[info.filename]
                data = data.replace(end, more + end)
            target.writestr(zipfile.ZipInfo(info.filename, _STAMP), data, zipfile.ZIP_DEFLATED)
        if alone:
            target.writestr(zipfile.ZipInfo(_STRINGS, _STAMP), _SHARED, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _in_order(font: re.Match[bytes]) -> bytes:
    """A font's elements in the order of the standard, which openpyxl does not keep."""
    parts = sorted(_PART.findall(font[1]), key=lambda part: _FONT_ORDER.index(part[1].decode()))
    return b"<font>" + b"".join(whole for whole, _ in parts) + b"</font>"


def _write(office: Office, form: Path, data: bytes, findings: list[Finding]) -> Path:
    """Into 上报/; beside what stands there already, in which a person may have written."""
    folder = office.folder.root / UPWARD
    target = folder / f"{form.stem}.xlsx"
    try:
        folder.mkdir(exist_ok=True)
        if target.exists() and target.read_bytes() != data:
            fresh = _free(target, office)
            findings.append(finding("W_UP_BESIDE", file=office.folder.relative(target), 名=fresh.name))
            target = fresh
    except OSError as error:
        raise refuse(finding("E_FORM_WRITE", 名=f"{UPWARD}/{target.name}", 原因=reason(error))) from error
    written = write_atomic(target, data)
    if written.finding is not None:
        found = written.finding.at(file=office.folder.relative(target))
        if not written.saved:
            raise refuse(found)
        findings.append(found)
    return written.path


def _free(target: Path, office: Office) -> Path:
    first = target.with_name(beside_name(target.name, office.created))
    fresh, n = first, 1
    while fresh.exists():
        n += 1
        fresh = first.with_name(f"{first.stem} {n}.xlsx")
    return fresh
