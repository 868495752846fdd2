"""Result workbooks in Excel: closed before a run replaces them, opened after it at the right cell.

Takes paths and places; works through xlwings alone. A workbook that cannot be opened is told of, the
others are opened all the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.addin.books import said
from xlfz.findings import finding
from xlfz.office.ending import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xlwings as xw

    from xlfz.office.ending import End


def close(books: Iterable[xw.Book]) -> tuple[Path, ...]:
    """Close saved workbooks that a run is going to replace; where they lie."""
    closed = []
    for book in books:
        closed.append(Path(book.fullname))
        book.close()
    return tuple(closed)


def open_all(app: xw.App, end: End, again: Iterable[Path] = ()) -> End:
    """Open what the end opens, the last on top; below it again what had been open before."""
    places = [Place(path) for path in again if path.is_file() and path not in {p.path for p in end.opens}]
    for place in (*places, *end.opens):
        try:
            _open(app, place)
        except Exception as error:  # noqa: BLE001 - the workbook is there; a person can open it
            end = end.also(finding("E_ADDIN_OPEN", 名=place.path.name, 路径=place.path, 原因=said(error)))
    return end


def _open(app: xw.App, place: Place) -> None:
    book = app.books.open(str(place.path))
    book.activate()
    if place.sheet:
        sheet = book.sheets[place.sheet]
        sheet.activate()
        if place.cell:
            sheet.range(place.cell).select()
