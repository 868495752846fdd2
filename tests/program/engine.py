"""An xlwings engine over LibreOffice, so that the add-in's code runs unmodified where there is no Excel.

Takes a UNO desktop; gives an `xw.Engine` with as much of the Windows engine's surface as the add-in
uses, and nothing more. Message boxes are answered from `App.answers` and kept in `App.alerts`; texts on
the status bar are kept in `App.told`. A test's own: xlwings has no engine for Linux without a licence.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import uno  # type: ignore[import-not-found] # the system's, see `office.py`
import xlwings as xw
from xlwings import base_classes, utils

if TYPE_CHECKING:
    from collections.abc import Iterator

Uno = Any
"""An object of the other process; UNO has no types."""

Grid = list[list[Any]]


def properties(**values: object) -> tuple[Uno, ...]:
    """UNO's property values."""
    made = []
    for name, value in values.items():
        item = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        item.Name, item.Value = name, value
        made.append(item)
    return tuple(made)


def load(desktop: Uno, path: str, *, read_only: bool = False) -> Uno:
    """Open a workbook as a person does: in a window, with its macros allowed."""
    address = uno.systemPathToFileUrl(os.path.realpath(path))
    options = properties(MacroExecutionMode=4, ReadOnly=read_only)
    document = desktop.loadComponentFromURL(address, "_blank", 0, options)
    if document is None:
        raise OSError(f"LibreOffice does not open {path}")
    return document


def spreadsheets(desktop: Uno) -> Iterator[Uno]:
    """The documents that are open."""
    components = desktop.Components.createEnumeration()
    while components.hasMoreElements():
        component = components.nextElement()
        if component.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            yield component


class Engine:
    """The engine: one program, and how values cross its border."""

    name, type = "excel", "desktop"

    def __init__(self, desktop: Uno) -> None:
        self.desktop = desktop
        self.app = App(self)
        self.apps = Apps(self.app)

    @staticmethod
    def prepare_xl_data_element(value: Any, options: object) -> Any:
        """A value on its way into a cell."""
        return "" if value is None else value

    @staticmethod
    def clean_value_data(
        data: Grid, datetime_builder: object, empty_as: object, number_builder: object, err_to_str: object
    ) -> Grid:
        """Values on their way out; the add-in reads neither dates nor errors."""
        return [[empty_as if value == "" else value for value in row] for row in data]


class Apps(base_classes.Apps):
    """One program only."""

    def __init__(self, app: App) -> None:
        self._app = app

    def keys(self) -> list[int]:
        return [self._app.pid]

    def __iter__(self) -> Iterator[App]:
        return iter([self._app])

    def __len__(self) -> int:
        return 1

    def __getitem__(self, pid: int) -> App:
        return self._app


class App(base_classes.App):
    """The program. `answers` are given to questions in order; without one a question is agreed to."""

    pid = 1

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.alerts: list[tuple[str, str]] = []
        """(mode or buttons, text) of every message box."""
        self.answers: list[str] = []
        self.told: list[str | bool] = []

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def api(self) -> App:
        return self

    @property
    def books(self) -> Books:
        return Books(self)

    display_alerts = True  # xlwings turns them off while it saves; there are none here

    def activate(self, steal_focus: bool = False) -> None:
        """Nothing to bring to the front without a screen."""

    @property
    def status_bar(self) -> str | bool:
        return self.told[-1] if self.told else False

    @status_bar.setter
    def status_bar(self, text: str | bool) -> None:
        self.told.append(text)

    def alert(
        self, prompt: str, title: str | None, buttons: str | None, mode: str | None, callback: object
    ) -> str:
        self.alerts.append((mode or buttons or "ok", prompt))
        if buttons in (None, "ok"):
            return "ok"
        return self.answers.pop(0) if self.answers else "ok"


class Books(base_classes.Books):
    """The workbooks that are open."""

    def __init__(self, app: App) -> None:
        self._app = app

    @property
    def app(self) -> App:
        return self._app

    def __iter__(self) -> Iterator[Book]:
        return (Book(self._app, document) for document in list(spreadsheets(self._app.engine.desktop)))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __call__(self, key: int | str) -> Book:
        if isinstance(key, int):
            return list(self)[key - 1]
        for book in self:
            if key.lower() in (book.name.lower(), book.fullname.lower()):
                return book
        raise KeyError(key)

    @property
    def active(self) -> Book:
        return Book(self._app, self._app.engine.desktop.CurrentComponent)

    def open(
        self, fullname: str, update_links: object = None, read_only: bool | None = None, *rest: object
    ) -> Book:
        return Book(self._app, load(self._app.engine.desktop, fullname, read_only=bool(read_only)))


class Book(base_classes.Book):
    """One workbook. `api` speaks like COM's Workbook, as far as the add-in asks."""

    def __init__(self, app: App, document: Uno) -> None:
        self._app, self.document = app, document

    @property
    def app(self) -> App:
        return self._app

    @property
    def api(self) -> Book:
        return self

    @property
    def Saved(self) -> bool:  # noqa: N802 - COM's word
        return not self.document.isModified()

    @property
    def ReadOnly(self) -> bool:  # noqa: N802 - COM's word
        return bool(self.document.isReadonly())

    @property
    def fullname(self) -> str:
        return self._location()

    @property
    def name(self) -> str:
        return os.path.basename(self._location())

    def _location(self) -> str:
        address = self.document.URL
        return str(uno.fileUrlToSystemPath(address) if address else self.document.Title)

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    def activate(self) -> None:
        self.document.CurrentController.Frame.activate()

    def close(self) -> None:
        self.document.close(True)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        assert path is None, "the add-in saves a workbook where it lies"
        self.document.store()


class Sheets(base_classes.Sheets):
    """The sheets of a workbook, in order."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @property
    def active(self) -> Sheet:
        return Sheet(self._book, self._book.document.CurrentController.ActiveSheet)

    def __len__(self) -> int:
        return int(self._book.document.Sheets.Count)

    def __iter__(self) -> Iterator[Sheet]:
        return (self(number) for number in range(1, len(self) + 1))

    def __call__(self, key: int | str) -> Sheet:
        sheets = self._book.document.Sheets
        if isinstance(key, int):
            return Sheet(self._book, sheets.getByIndex(key - 1))
        if not sheets.hasByName(key):
            raise xw.NoSuchObjectError(key)
        return Sheet(self._book, sheets.getByName(key))


class Sheet(base_classes.Sheet):
    """One sheet."""

    def __init__(self, book: Book, sheet: Uno) -> None:
        self._book, self.sheet = book, sheet

    @property
    def book(self) -> Book:
        return self._book

    @property
    def name(self) -> str:
        return str(self.sheet.Name)

    @property
    def index(self) -> int:
        return int(self.sheet.RangeAddress.Sheet) + 1

    def activate(self) -> None:
        self._book.document.CurrentController.setActiveSheet(self.sheet)

    def range(self, address: str, last: object = None) -> Range:
        first, end = utils.a1_to_tuples(address.replace("$", ""))
        return Range(self, *first, *(end or first))


class Names(base_classes.Names):
    """The defined names of a workbook."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def __call__(self, key: str) -> Name:
        names = self._book.document.NamedRanges
        if not names.hasByName(key):
            raise xw.NoSuchObjectError(key)
        return Name(self._book, names.getByName(key))

    def contains(self, key: str) -> bool:
        return bool(self._book.document.NamedRanges.hasByName(key))


class Name(base_classes.Name):
    """One defined name."""

    def __init__(self, book: Book, named: Uno) -> None:
        self._book, self._named = book, named

    @property
    def name(self) -> str:
        return str(self._named.Name)

    @property
    def refers_to_range(self) -> Range:
        at = self._named.ReferredCells.RangeAddress
        sheet = Sheet(self._book, self._book.document.Sheets.getByIndex(at.Sheet))
        return Range(sheet, at.StartRow + 1, at.StartColumn + 1, at.EndRow + 1, at.EndColumn + 1)


class Range(base_classes.Range):
    """A rectangle of cells, by its first and last row and column, from 1."""

    def __init__(self, sheet: Sheet, row: int, column: int, last_row: int, last_column: int) -> None:
        self._sheet, self._row, self._column = sheet, row, column
        self._shape = (last_row - row + 1, last_column - column + 1)

    @property
    def sheet(self) -> Sheet:
        return self._sheet

    @property
    def api(self) -> Range:
        return self

    @property
    def row(self) -> int:
        return self._row

    @property
    def column(self) -> int:
        return self._column

    @property
    def shape(self) -> tuple[int, int]:
        return self._shape

    def __len__(self) -> int:
        return self._shape[0] * self._shape[1]

    @property
    def address(self) -> str:
        return str(self._cells.AbsoluteName).rpartition(".")[2]

    @property
    def raw_value(self) -> Any:
        data = [list(row) for row in self._cells.DataArray]
        return data[0][0] if len(self) == 1 else data

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        rows = value if isinstance(value, list) else [[value]]
        cells = Range(
            self._sheet, self._row, self._column, self._row + len(rows) - 1, self._column + len(rows[0]) - 1
        )._cells
        # UNO's numbers are doubles, as Excel's are.
        cells.setDataArray(tuple(tuple(v if isinstance(v, str) else float(v) for v in r) for r in rows))

    def select(self) -> None:
        self._sheet.book.document.CurrentController.select(self._cells)

    @property
    def _cells(self) -> Uno:
        (rows, columns), row, column = self._shape, self._row - 1, self._column - 1
        return self._sheet.sheet.getCellRangeByPosition(column, row, column + columns - 1, row + rows - 1)


def install(desktop: Uno) -> App:
    """Make xlwings use this program; the app whose alerts and status a test looks at."""
    engine = Engine(desktop)
    made = xw.main.Engine(impl=engine)
    xw.engines.add(made)
    xw.engines.active = made
    return engine.app
