"""The state of things on 首页, written through Excel: what ran, when, what came of it.

Takes how the press ended; writes the named cells of the workbench that is open in Excel and saves
it, so that the next press finds it saved. Never touches its file.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from xlfz.addin.books import dirty, is_open, read_only, said
from xlfz.findings import finding
from xlfz.office.ending import cell_name
from xlfz.storage import log

if TYPE_CHECKING:
    from pathlib import Path

    import xlwings as xw

    from xlfz.office.ending import End


def leave(app: xw.App, book: xw.Book, path: Path, end: End) -> End:
    """Write the state of the end into its cells; the end says so where that could not be done."""
    if end.state is None:
        return end
    try:
        if not is_open(app, path):
            return end.also(finding("W_ADDIN_CLOSED"))
        if read_only(book):
            return end.also(finding("W_ADDIN_STATE", 原因="工作台是只读的"))
        was_saved = not dirty(book)
        for key, value in end.state.values().items():
            if value is not None:
                book.names[cell_name(key)].refers_to_range.value = value
        if was_saved:
            book.save()
    except Exception as error:  # noqa: BLE001 - the work is done; that its state is not shown is said
        log(path.parent / ".xlfz", traceback.format_exc())
        return end.also(finding("W_ADDIN_STATE", 原因=said(error)))
    return end
