"""What xlwings' Book does not tell: is it saved, is it read-only, is it still open.

Takes an xlwings book; gives facts. The two desktop engines speak differently: COM's properties on
Windows, appscript's on the Mac.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import xlwings as xw

SAVED, READ_ONLY = ("Saved", "saved"), ("ReadOnly", "read_only")


def dirty(book: xw.Book) -> bool:
    """Whether it has changes that are not in its file."""
    return not _flag(book, SAVED)


def read_only(book: xw.Book) -> bool:
    """Whether it was opened read-only, or its file has become so."""
    return _flag(book, READ_ONLY) or not os.access(book.fullname, os.W_OK)


def open_books(app: xw.App, paths: Iterable[Path]) -> list[xw.Book]:
    """Those of these files that this Excel has open."""
    wanted = {os.path.normcase(path) for path in paths}
    return [book for book in app.books if _is_local(book) and os.path.normcase(book.fullname) in wanted]


def is_open(app: xw.App, path: Path) -> bool:
    """Whether this Excel has the file open."""
    return bool(open_books(app, [path]))


def said(error: Exception) -> str:
    """What an engine's exception says; COM's and UNO's are not all worded."""
    words = str(error).strip().rstrip("。.")
    return words or type(error).__name__


def _is_local(book: xw.Book) -> bool:
    """Asking a book from the cloud for its full name raises where it is not synchronised."""
    import xlwings as xw

    try:
        return "://" not in book.fullname
    except xw.XlwingsError:
        return False


def _flag(book: xw.Book, names: tuple[str, str]) -> bool:
    windows, mac = names
    if sys.platform == "darwin":
        return bool(getattr(book.api, mac).get())
    return bool(getattr(book.api, windows))
