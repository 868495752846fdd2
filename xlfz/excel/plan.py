"""A workbook as a frozen description, before any byte is written.

Holds what xlfz's own workbooks use and nothing more. Stages above compose plans; `writer` turns a
plan into bytes; tests look at plans without opening a file. Knows no indicator.
Rows and columns count from 1. Widths are in Excel's characters, heights in points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Item = TypeVar("Item")

Colour = str
"""RRGGBB without #."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks and whether it may be typed into. `number` is Excel's format code."""

    font: str = "宋体"
    size: float = 10.5
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: Colour = "000000"
    fill: Colour = ""
    border: Colour = ""
    align: Literal["general", "left", "center", "right", "justify"] = "general"
    vertical: Literal["top", "center", "bottom"] = "center"
    wrap: bool = False
    shrink: bool = False
    indent: int = 0
    rotation: int = 0
    number: str = "General"
    locked: bool = True

    def but(self, **changes: object) -> Style:
        """A copy with some attributes changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without its leading `=`, and the value it has now (never left to chance)."""

    text: str
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Link:
    """A hyperlink: `internal:'明细'!A5`, or a path relative to the workbook, `../回收/甲.xlsx`."""

    target: str
    text: str


Value = str | int | float | bool | date | datetime | Formula | Link | None


@dataclass(frozen=True, slots=True)
class Put:
    """One cell. A value of None with a style is an empty formatted cell."""

    row: int
    column: int
    value: Value
    style: Style


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged area; its rows' heights must be given, merged cells do not grow by themselves."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    value: Value
    style: Style


class Later(Sequence[Item]):
    """A sequence of known length that is made when it is first looked at, whole or in parts.

    Rows of long tables are only looked at when they are written, half of them in another process:
    made before, they would all be made here. `make(start, stop)` gives the same whenever it is called.
    """

    def __init__(self, length: int, make: Callable[[int, int], Sequence[Item]]) -> None:
        self._length, self._make = length, make
        self._parts: dict[tuple[int, int], Later[Item]] = {}

    @cached_property
    def made(self) -> Sequence[Item]:
        """The sequence. Raises ValueError when it is not as long as was said."""
        made = self._make(0, self._length)
        if len(made) != self._length:
            raise ValueError(f"{len(made)} instead of {self._length} were made")
        return made

    def part(self, start: int, stop: int) -> Later[Item]:
        """A part, which is made without the rest; the same one each time."""
        if (start, stop) not in self._parts:
            make = self._make
            self._parts[start, stop] = Later(stop - start, lambda a, b: make(start + a, start + b))
        return self._parts[start, stop]

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: Any) -> Any:
        return self.made[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self.made)


@dataclass(frozen=True, slots=True)
class Block:
    """Many rows of one shape, one style a column: what tables of thousands of rows are made of.

    The writer writes a block many times faster than single cells. `heights` is empty (automatic)
    or has one height a row. With `grows` the heights are what the rows need now, and Excel fits a row
    anew when someone types into it; else they are fixed. Rows that are made later need `dates`: for
    each column (from 0) in which days stand though its style is not a date's, one of them.
    """

    first_row: int
    first_column: int
    styles: tuple[Style, ...]
    rows: Sequence[Sequence[Value]]
    heights: Sequence[float] = ()
    grows: bool = False
    dates: Mapping[int, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.rows, Later) and any(len(row) != len(self.styles) for row in self.rows):
            raise ValueError("every row of a block has as many values as the block has styles")

    def part(self, start: int, stop: int) -> Block:
        """The block that these of its rows make, where they stand."""

        def cut(whole: Sequence[Item]) -> Sequence[Item]:
            return whole.part(start, stop) if isinstance(whole, Later) else whole[start:stop]

        first = self.first_row + start
        return replace(self, first_row=first, rows=cut(self.rows), heights=cut(self.heights))


@dataclass(frozen=True, slots=True)
class Columns:
    """Width and visibility of the columns first..last."""

    first: int
    last: int
    width: float
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Height (None: automatic) and visibility of one row."""

    row: int
    height: float | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Validation:
    """A rule that Excel applies while typing. `area` is like D6:D140.

    kind list: `options` (in-cell list, at most 255 characters joined) or `source` (a range);
    whole, decimal, date, length: `minimum`..`maximum` (numbers, or formula text starting with =);
    custom: `source` is the formula. Prompt title at most 32, message 255 characters.
    """

    area: str
    kind: Literal["list", "whole", "decimal", "date", "length", "custom"]
    options: tuple[str, ...] = ()
    source: str = ""
    minimum: float | str | date | None = None
    maximum: float | str | date | None = None
    prompt_title: str = ""
    prompt: str = ""
    error_title: str = ""
    error: str = ""
    stop: bool = True
    """False: Excel warns and lets the value stand."""


@dataclass(frozen=True, slots=True)
class Conditional:
    """A conditional format by formula (relative to the area's first cell); `style` gives fill, colour, bold.

    With `scale` set instead of a formula: a two-colour scale (low, high). With `bar`: a data bar.
    """

    area: str
    formula: str = ""
    style: Style | None = None
    scale: tuple[Colour, Colour] | None = None
    bar: Colour = ""
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """An Excel table over area (header row included): filters, slicers and pivots work on it."""

    area: str
    name: str
    headers: tuple[str, ...]
    style: str = "Table Style Light 1"


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart; the references are like ='总览'!$B$5:$B$12."""

    name: str
    categories: str
    values: str
    colour: Colour = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart, placed with its top left corner on a cell; size in pixels."""

    kind: Literal["bar", "column", "line", "pie", "doughnut"]
    title: str
    row: int
    column: int
    series: tuple[Series, ...]
    width: int = 520
    height: int = 300
    stacked: bool = False
    labels: bool = True
    y_title: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A note on a cell."""

    row: int
    column: int
    text: str
    author: str = "xlfz"


@dataclass(frozen=True, slots=True)
class Button:
    """A button that runs a VBA macro, over the cells from (row, column), `left` and `top` pixels into it."""

    row: int
    column: int
    macro: str
    caption: str
    width: int = 120
    height: int = 32
    left: int = 0
    top: int = 0
    emphasised: bool = False
    """A larger caption in the accent colour."""


@dataclass(frozen=True, slots=True)
class Protection:
    """Sheet protection: cells with `locked` styles cannot be edited. An empty password is none."""

    password: str = ""
    sort: bool = True
    filter: bool = True
    format_columns: bool = True
    format_rows: bool = True
    format_cells: bool = False
    insert_rows: bool = False
    delete_rows: bool = False
    select_locked: bool = True
    objects: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """How a sheet prints: A4, one page wide, `repeat` rows on every page, centred across."""

    landscape: bool = True
    repeat: tuple[int, int] | None = None
    fit_wide: int = 1
    fit_tall: int = 0
    footer: str = "&C第 &P 页 共 &N 页"
    header: str = ""
    margins: tuple[float, float, float, float] = (0.5, 0.5, 0.6, 0.6)
    """left, right, top, bottom in inches."""
    area: str = ""
    breaks: tuple[int, ...] = ()
    """Page breaks after these rows."""
    repeat_columns: tuple[int, int] | None = None
    """Columns on every page of a sheet that is several pages wide."""
    column_breaks: tuple[int, ...] = ()
    """Page breaks after these columns."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `freeze` is the first cell that scrolls; `cursor` the cell selected on opening."""

    name: str
    cells: tuple[Put, ...] = ()
    merges: tuple[Merge, ...] = ()
    blocks: tuple[Block, ...] = ()
    columns: tuple[Columns, ...] = ()
    rows: tuple[Row, ...] = ()
    validations: tuple[Validation, ...] = ()
    conditionals: tuple[Conditional, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    comments: tuple[Comment, ...] = ()
    buttons: tuple[Button, ...] = ()
    filter: str = ""
    freeze: tuple[int, int] | None = None
    cursor: tuple[int, int] = (1, 1)
    zoom: int = 100
    gridlines: bool = False
    tab: Colour = ""
    state: Literal["visible", "hidden", "veryHidden"] = "visible"
    protection: Protection | None = None
    page: Page = Page()
    code_name: str = ""
    default_height: float | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name of the workbook, like 满分 for ='评分办法'!$D$4."""

    name: str
    reference: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """A whole workbook. `created` makes the bytes reproducible; it is also shown as its date."""

    sheets: tuple[Sheet, ...]
    title: str = ""
    author: str = ""
    created: datetime = datetime(2020, 1, 1)
    names: tuple[Name, ...] = ()
    active: int = 0
    """Index of the sheet that is shown on opening."""
    lock_structure: bool = False
    code_name: str = ""
    vba: bytes = b""
    """vbaProject.bin for .xlsm and .xlam; empty for .xlsx."""
    ribbon: str = ""
    """customUI XML of 2009/07, which the older 2006/01 part is made from; empty for none."""
    addin: bool = False
    """An add-in (.xlam): Excel refuses one whose content type says workbook."""
