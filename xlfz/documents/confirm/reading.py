"""导入核对.xlsx as a person left it: strict, every fault at once, each at its sheet and cell.

Takes the content of the workbook and the roster of the folder's workbench where there is one; gives a
`Confirmation` of what was confirmed, or raises Refused: rows without 核对, values that the workbench
would refuse, doubled numbers, names that nobody confirmed. Rows marked 不采用 are not judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlfz.documents.confirm.specs import (
    CHAPTER_POINTS,
    CHECK,
    INDICATOR_ROWS,
    LEFT_OUT,
    MARK,
    MATERIAL_ROWS,
    NAME_ROWS,
    SETTING_ROWS,
    SHEETS,
)
from xlfz.errors import Refused, refuse
from xlfz.excel.address import parse
from xlfz.excel.content import Cell
from xlfz.findings import Finding, finding
from xlfz.roster import Roster, Unit, means_everyone
from xlfz.text import fold
from xlfz.workbench.draft import raw, typed
from xlfz.workbench.rows import Faults, Record, Table, read_table
from xlfz.workbench.tables import INDICATORS, MATERIALS, SCHEME, YES, SheetSpec, setting
from xlfz.workbench.values import convert, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from xlfz.excel.content import BookContent, SheetContent
    from xlfz.workbench.draft import Raw, Row

_UNITS = ("lead", "responsible", "supporting")
_HEADER_WITHIN = 30


@dataclass(frozen=True, slots=True)
class Name:
    """One confirmed name of 单位核对."""

    name: str
    register: bool
    targets: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """The confirmed points of a chapter, and the cell that says so."""

    name: str
    points: float
    cell: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person confirmed, as rows for a workbench's draft (column title -> value)."""

    indicators: tuple[Row, ...]
    materials: tuple[Row, ...]
    names: tuple[Name, ...]
    settings: Mapping[str, Raw]
    chapters: tuple[Chapter, ...]
    cells: Mapping[str, str]
    """Folded number -> the cell of 导入核对 that has it."""
    left_out: int = 0
    """Indicators marked 不采用."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet: the rows that are taken, and the marks of those left out."""

    table: Table
    taken: tuple[Record, ...]
    left: tuple[Record, ...]
    waiting: tuple[Record, ...] = ()
    """Rows of `taken` that nobody has confirmed: faults already."""


def read(content: BookContent, roster: Roster | None) -> Confirmation:
    """What was confirmed. Raises Refused: E_IMPORT_BOOK, E_IMPORT_UNCONFIRMED and all other faults."""
    there = {fold(sheet.name) for sheet in content.sheets}
    absent = [spec.title for spec in SHEETS if fold(spec.title) not in there]
    if absent:
        raise refuse(finding("E_IMPORT_BOOK", 列表="、".join(f"“{title}”" for title in absent)))
    faults = Faults()
    content = _without_formulas(content, MATERIAL_ROWS, "indicator")
    rows = _sheet(content, INDICATOR_ROWS, faults)
    owners = _Owners(rows)
    materials = _sheet(content, MATERIAL_ROWS, faults, owners.is_left)
    names = _sheet(content, NAME_ROWS, faults)
    settings = _sheet(content, SETTING_ROWS, faults)
    given = tuple(_materials(materials, owners, faults))
    known = Roster() if roster is None else roster
    confirmed = tuple(_names(names, known, faults))
    _check_names((rows, materials), names, known, faults)
    values, chapters = _settings(settings, faults)
    if not rows.taken and not faults.found:
        faults.add(finding("E_IMPORT_NONE"), rows.table.sheet, rows.table.header_ref("check"))
    if faults.found:
        raise Refused(sorted(faults.found, key=_place))
    return Confirmation(
        tuple(typed(INDICATORS, record.values) for record in rows.taken),
        given,
        confirmed,
        values,
        tuple(chapters),
        {fold(r.text("number")): r.ref("number") for r in rows.taken},
        len(rows.left),
    )


def _place(found: Finding) -> tuple[int, int, int]:
    """By sheet, row and column, as a person works through the workbook."""
    titles = [spec.title for spec in SHEETS]
    row, column = parse(found.cell) if found.cell else (0, 0)
    return titles.index(found.sheet) if found.sheet in titles else len(titles), row, column


def _without_formulas(content: BookContent, spec: SheetSpec, field_id: str) -> BookContent:
    """The workbook without the formulas of one column: they repeat what is looked up by the mark.

    What a person types over such a formula stays and counts.
    """
    title = fold(spec.field(field_id).title)
    return replace(
        content,
        sheets=tuple(
            _bare(sheet, title) if fold(sheet.name) == fold(spec.title) else sheet for sheet in content.sheets
        ),
    )


def _bare(sheet: SheetContent, title: str) -> SheetContent:
    columns = {
        column
        for number, row in sheet.rows.items()
        if number <= _HEADER_WITHIN
        for column, cell in row.items()
        if fold(shown(cell)) == title
    }
    rows = {
        number: {c: cell for c, cell in row.items() if c not in columns or cell.formula is None}
        for number, row in sheet.rows.items()
    }
    return replace(sheet, rows=rows)


def _sheet(
    content: BookContent, spec: SheetSpec, faults: Faults, left_with: Callable[[Record], bool] | None = None
) -> _Sheet:
    """The rows of a sheet that count; `left_with` says which go with something that is left out."""
    own = Faults()
    table = read_table(content, replace(spec, unique=()), own)
    used = [r for r in table.records if _used(r)]
    left = [r for r in used if r.text("check") == LEFT_OUT or (left_with is not None and left_with(r))]
    out = {r.number for r in left} | {r.number for r in table.records if not _used(r)}
    taken = [r for r in used if r.number not in out]
    faults.found += [f for f in own.found if not f.cell or parse(f.cell)[0] not in out]
    waiting = [r for r in taken if "check" not in r.values and "check" not in r.bad]
    if "check" in table.columns:
        for record in waiting:
            faults.add(finding("E_IMPORT_UNCONFIRMED"), table.sheet, record.ref("check"), CHECK.title)
    for ids in spec.unique:
        _doubles(taken, ids[0], faults)
    return _Sheet(table, tuple(taken), tuple(left), tuple(waiting))


def _used(record: Record) -> bool:
    """Whether a row holds more than marks and defaults: a row that was cleared is gone."""
    spec = record.table.spec
    typed_in = [
        i for i, v in record.values.items() if i not in (MARK.id, CHECK.id) and v != spec.field(i).default
    ]
    return bool(typed_in) or bool(record.bad - {CHECK.id})


def _doubles(records: Iterable[Record], field_id: str, faults: Faults) -> None:
    seen: dict[str, Record] = {}
    for record in records:
        if field_id not in record.values:
            continue
        first = seen.setdefault(fold(record.text(field_id)), record)
        if first is not record:
            title = record.table.spec.field(field_id).title
            doubled = finding("E_WB_DUP", 值=record.text(field_id), 另处=first.ref(field_id), 列=title)
            faults.add(doubled, record.table.sheet, record.ref(field_id))


class _Owners:
    """Which indicator a material belongs to: by what was typed, else by its mark."""

    def __init__(self, rows: _Sheet) -> None:
        self.numbers = {fold(r.text("number")): r.text("number") for r in rows.taken if r.text("number")}
        self.marks = {r.text(MARK.id): r for r in reversed(rows.taken) if r.text(MARK.id)}
        self.left = {r.text(MARK.id): fold(r.text("number")) for r in rows.left if r.text(MARK.id)}

    def is_left(self, record: Record) -> bool:
        """Whether its indicator is left out or was deleted."""
        mark, written = record.text(MARK.id), fold(record.text("indicator"))
        if not mark or mark in self.marks:
            return False
        return not written or self.left.get(mark) == written

    def number(self, record: Record) -> str | None:
        """The number of its indicator; empty when that one has none, None when there is no such one."""
        written = record.text("indicator")
        if written:
            return self.numbers.get(fold(written))
        owner = self.marks.get(record.text(MARK.id))
        return owner.text("number") if owner else None


def _materials(sheet: _Sheet, owners: _Owners, faults: Faults) -> Iterator[Row]:
    counted: dict[str, int] = {}
    for record in sheet.taken:
        number = owners.number(record)
        if number is None:
            fault = finding("E_IMPORT_MATERIAL", 值=record.text("indicator"))
            faults.add(fault, sheet.table.sheet, record.ref("indicator"))
        if number:
            counted[number] = counted.get(number, 0) + 1
            row = typed(MATERIALS, record.values)
            yield {**row, "指标编号": number, "序号": counted[number]}


def _names(sheet: _Sheet, roster: Roster, faults: Faults) -> Iterator[Name]:
    """The confirmed names; a target that nobody knows is a fault at its cell."""
    found = [
        (r, Name(r.text("name"), r.text("register") == YES, r.names("targets"), r.text("note")))
        for r in sheet.taken
        if r.text("name")
    ]
    registered = tuple(Unit(f"导入{n}", name.name) for n, (_, name) in enumerate(found, 1) if name.register)
    mapped = tuple((name.name, name.targets) for _, name in found if not name.register)
    whole = Roster((*roster.units, *registered), (*roster.names, *mapped))
    for record, name in found:
        if name.register and name.targets:
            faults.add(finding("E_IMPORT_BOTH", 值=name.name), sheet.table.sheet, record.ref("targets"))
        for target in name.targets:
            if not whole.resolve(target).known:
                fault = finding("E_IMPORT_TARGET", 值=target, 近似=whole.nearest(target))
                faults.add(fault, sheet.table.sheet, record.ref("targets"))
        yield name


def _check_names(sheets: Iterable[_Sheet], names: _Sheet, roster: Roster, faults: Faults) -> None:
    """Units that rows name and that nobody confirmed."""
    known = {fold(r.text("name")): r.text("name") for r in names.taken}
    for sheet in sheets:
        for record in sheet.taken:
            for field_id in _UNITS:
                for name in record.names(field_id):
                    if fold(name) in known or means_everyone(name) or roster.resolve(name).known:
                        continue
                    fault = finding("E_IMPORT_NAME", 值=name, 近似=_nearest(name, known.values(), roster))
                    faults.add(fault, sheet.table.sheet, record.ref(field_id))


def _nearest(name: str, known: Iterable[str], roster: Roster) -> str:
    """The confirmed or registered name most like this one."""
    return Roster(roster.units, (*roster.names, *((n, ()) for n in known))).nearest(name)


def _settings(sheet: _Sheet, faults: Faults) -> tuple[dict[str, Raw], list[Chapter]]:
    values: dict[str, Raw] = {}
    chapters: list[Chapter] = []
    seen: dict[str, str] = {}
    for record in sheet.taken:
        item, text = record.text("item"), record.text("value")
        known = setting(item)
        is_chapter = fold(item) == fold(CHAPTER_POINTS)
        where, title = record.ref("value"), sheet.table.sheet
        if not item:
            continue  # a fault already
        if known is None and not is_chapter:
            wanted = "“设置”表里的项目，或“章节分值”"
            fault = finding("E_WB_SETTING", 名=item, 值=item, 原因="没有这项设置", 范围=wanted)
            faults.add(fault, title, record.ref("item"))
            continue
        key = fold(item + record.text("target") if is_chapter else item)
        if key in seen:
            doubled = finding("E_WB_DUP", 值=record.text("target") or item, 另处=seen[key], 列="项目")
            faults.add(doubled, title, record.ref("item"))
            continue
        seen[key] = record.ref("item")
        if not text:
            if is_chapter or (known is not None and known.required):
                faults.add(finding("E_WB_REQUIRED", 列="内容"), title, where)
            continue
        value = convert(Cell("text", text), SCHEME.field("value") if known is None else known)
        if isinstance(value, Finding):
            faults.add(value, title, where, item)
        elif known is not None:
            values[known.title] = raw(value)
        elif isinstance(value, int | float):
            if not record.text("target"):
                faults.add(finding("E_WB_REQUIRED", 列="对象"), title, record.ref("target"))
            else:
                chapters.append(Chapter(record.text("target"), float(value), record.ref("target")))
    return values, chapters
