"""Old and foreign workbooks: xls, xlsb and ods, values only, through python-calamine.

Takes bytes whose kind is already known, gives a `BookContent` with `faithful=False`. Formulas,
formats, hidden rows and the text of numbers cannot be seen. Error cells read as empty: calamine
gives '' for both, so they cannot be told apart and are missing from the result.

**Call this only in a worker process that may die.** calamine aborts the whole process, without an
exception, on some damaged files, and takes memory for every cell between the first and the last.
"""

from __future__ import annotations

import io
import struct
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Literal

import olefile
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from xlfz.errors import refuse
from xlfz.excel.content import BookContent, Cell, SheetContent
from xlfz.excel.days import serial_of
from xlfz.excel.package import LIMITS
from xlfz.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from python_calamine import CalamineSheet

    from xlfz.excel.content import State
    from xlfz.excel.package import Limits

LegacyFormat = Literal["xls", "xlsb", "ods"]

_FILEPASS, _BOUNDSHEET, _EOF = 0x2F, 0x85, 0x0A


def check_ole(data: bytes) -> bool:
    """Whether the compound file with a BIFF workbook also holds VBA macros.

    Raises Refused: E_ENCRYPTED (also an .xlsx with a password, which is a compound file),
    E_XLM_MACRO, E_NOT_SPREADSHEET_WORD, E_NOT_SPREADSHEET_OLE, E_LEGACY_BROKEN.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            streams = {path[0].lower(): path for path in compound.listdir(streams=True, storages=True)}
            book = streams.get("workbook") or streams.get("book")
            biff = compound.openstream(book).read() if book else b""
    except Exception as problem:  # olefile raises whatever a damaged structure makes it trip over
        raise refuse(finding("E_LEGACY_BROKEN")) from problem
    if "encryptedpackage" in streams:
        raise refuse(finding("E_ENCRYPTED"))
    if "worddocument" in streams:
        raise refuse(finding("E_NOT_SPREADSHEET_WORD"))
    if not book:
        raise refuse(finding("E_NOT_SPREADSHEET_OLE"))
    _check_biff(biff)
    return "_vba_project_cur" in streams


def _check_biff(biff: bytes) -> None:
    """Walk the records of the workbook globals: a password or a macro sheet is declared there."""
    at = 0
    while at + 4 <= len(biff):
        record, size = struct.unpack_from("<HH", biff, at)
        if record == _FILEPASS:
            raise refuse(finding("E_ENCRYPTED"))
        if record == _BOUNDSHEET and biff[at + 9 : at + 10] == b"\x01":
            raise refuse(finding("E_XLM_MACRO"))
        if record == _EOF:
            return
        at += 4 + size
    raise refuse(finding("E_LEGACY_BROKEN"))


def read_legacy(
    data: bytes,
    kind: LegacyFormat,
    *,
    limits: Limits = LIMITS,
    only: Callable[[str, State], bool] | None = None,
) -> BookContent:
    """The values of an xls, xlsb or ods workbook. Raises Refused.

    Dates become numbers (1900 system) of format "date", times and durations parts of a day of
    format "time". `only` chooses sheets by name and state. See the module about processes.
    """
    return BookContent(
        kind,
        _sheets(data, limits, only),
        faithful=False,
        findings=(finding("W_LEGACY_VALUES", 真类型=kind),),
    )


def _sheets(
    data: bytes, limits: Limits, only: Callable[[str, State], bool] | None
) -> tuple[SheetContent, ...]:
    found: list[tuple[str, State, CalamineSheet]] = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not book.sheets_metadata:
            raise ValueError("no sheets: calamine gives none for a table that it does not understand")
        for at, metadata in enumerate(book.sheets_metadata):
            state = _state(metadata.visible)
            if only is None or only(metadata.name, state):
                found.append((metadata.name, state, book.get_sheet_by_index(at)))
    except BaseException as problem:
        # A panic in calamine is a BaseException of its own; everything that is not an Exception
        # and not a panic (a keyboard interrupt) goes on its way.
        if not isinstance(problem, Exception) and type(problem).__name__ != "PanicException":
            raise
        raise refuse(finding("E_LEGACY_BROKEN")) from problem
    return tuple(_sheet(name, state, sheet, limits) for name, state, sheet in found)


def _state(visible: SheetVisibleEnum) -> State:
    # The enumeration cannot be hashed, so no table.
    if visible == SheetVisibleEnum.Visible:
        return "visible"
    return "veryHidden" if visible == SheetVisibleEnum.VeryHidden else "hidden"


def _sheet(name: str, state: State, sheet: CalamineSheet, limits: Limits) -> SheetContent:
    if sheet.height * sheet.width > limits.cells:
        raise refuse(finding("E_TOO_MANY_CELLS", sheet=name, n=limits.cells))
    rows: dict[int, dict[int, Cell]] = {}
    top, left = sheet.start or (0, 0)
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
        cells = {
            column: cell
            for column, value in enumerate(values, left + 1)
            if (cell := _cell(value)) is not None
        }
        if cells:
            rows[row] = cells
    return SheetContent(name, state, rows, _merges(sheet))


def _merges(sheet: CalamineSheet) -> tuple[tuple[int, int, int, int], ...]:
    """Merged areas as Excel counts; an .ods does not tell."""
    areas = sheet.merged_cell_ranges or []
    return tuple((top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in areas)


def _cell(value: object) -> Cell | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return Cell("bool", value)
    if isinstance(value, int | float):
        return _number(float(value))
    if isinstance(value, date):
        return _date(value)
    if isinstance(value, time):
        return _duration(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
    if isinstance(value, timedelta):
        return _duration(value)
    return Cell("text", str(value))


def _number(value: float) -> Cell:
    return Cell("number", value, f"{value:.15g}")


def _date(moment: date) -> Cell:
    serial = serial_of(moment)
    if serial is None:
        return Cell("text", str(moment))
    return _number(serial)._replace(format="date")


def _duration(span: timedelta) -> Cell:
    return _number(span / timedelta(days=1))._replace(format="time")
