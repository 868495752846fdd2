"""What has to be clear before the office may work: which workbook, where it lies, is it saved.

Takes the calling workbook; gives its path, or what a person refused. Raises Refused with a sentence
of its own for each way in which it cannot go on: nothing open, not a workbench, never saved, opened
from the cloud, its file gone, read-only with changes.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import xlwings as xw

from xlfz.addin.books import dirty, read_only, said
from xlfz.errors import refuse
from xlfz.findings import Finding, finding
from xlfz.verbs import TAB
from xlfz.workbench.tables import FRONT, SETTINGS_SHEET, SHEETS

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOGGER = logging.getLogger("xlfz")


def active_app() -> xw.App | None:
    """The program that is in front; None where xlwings knows of none."""
    return xw.apps.active if len(xw.engines) else None


def caller() -> xw.Book:
    """The workbook whose button was pressed. Raises Refused (E_ADDIN_NO_BOOK)."""
    try:
        book = xw.Book.caller()
        _LOGGER.debug("called from %s", book.name)
    except Exception as error:  # the engines raise whatever theirs is: COM's, appscript's, KeyError
        raise refuse(finding("E_ADDIN_NO_BOOK")) from error
    return book


def path_of(book: xw.Book) -> Path:
    """Where the workbench lies on this machine. Raises Refused when it is none, or lies nowhere."""
    there = {sheet.name for sheet in book.sheets}
    if not {FRONT, SETTINGS_SHEET.title, *(spec.title for spec in SHEETS)} <= there:
        raise refuse(finding("E_ADDIN_NOT_WORKBENCH", 名=book.name))
    try:
        name = book.fullname
    except xw.XlwingsError as error:  # what xlwings says of an address that it cannot place
        raise refuse(finding("E_ADDIN_CLOUD", 名=book.name)) from error
    if "://" in name:
        raise refuse(finding("E_ADDIN_CLOUD", 名=name))
    if not os.path.dirname(name):
        raise refuse(finding("E_ADDIN_UNSAVED", 名=book.name))
    if not os.path.isfile(name):
        raise refuse(finding("E_ADDIN_GONE", 名=name))
    return Path(name)


def folder_of(book: xw.Book) -> Path:
    """Where a workbook of any kind lies; the person's own folder for one that lies nowhere."""
    try:
        folder = Path(book.fullname).parent
    except xw.XlwingsError:
        return Path.home()
    return folder if folder.is_absolute() and folder.is_dir() else Path.home()


def save_first(app: xw.App, books: Iterable[xw.Book]) -> Finding | None:
    """Save what has changes, after asking once; what was said when a person does not want it.

    The office reads files: what is not saved would not count, and nobody would notice.
    """
    changed = [book for book in books if dirty(book)]
    if not changed:
        return None
    for book in changed:
        if read_only(book):
            raise refuse(finding("E_ADDIN_READONLY", 名=book.name))
    names = "、".join(book.name for book in changed)
    question = f"“{names}”有还没有保存的改动，要先保存才能继续。现在保存吗？"
    if app.alert(question, title=TAB, buttons="ok_cancel") != "ok":
        return finding("I_ADDIN_CANCELLED", 名=names)
    for book in changed:
        try:
            book.save()
        except Exception as error:  # whatever the engine raises, it is told in its own words
            raise refuse(finding("E_ADDIN_SAVE", 名=book.name, 原因=said(error))) from error
    return None
