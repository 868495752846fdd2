"""Long tables that look alike, and links to the files they speak of: for the summary and the reports.

Takes column declarations and rows of values; gives `plan.Sheet`s with title, note, header, computed
row heights, filter or Excel table, print setup. Knows widths and looks, nothing of what the rows mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.address import area, column_name
from xlfz.excel.plan import (
    Block,
    Columns,
    Formula,
    Later,
    Link,
    Merge,
    Page,
    Put,
    Row,
    Sheet,
    Style,
    Table,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1
"""Every listing has its title in row 1, a note in row 2, the header in row 3."""
LEAST_HEIGHT = 20.0

NOTE = look.NOTE.but(size=10, vertical="center")
TITLE_LEFT = look.TITLE.but(align="left", wrap=False)
NOTE_LEFT = NOTE.but(wrap=False)
CENTER = look.BODY_CENTER
LEFT = look.BODY_LEFT
LINK = look.LINK
SCORE = look.NUMBER.but(number="General", align="center")
"""Scores as they were given: 9.5 and not 9.50; the rounding is the formula's business."""
COUNT = SCORE
TOTAL = SCORE.but(font=look.HEITI)


def rounded(style: Style, decimals: int) -> Style:
    """A style whose numbers show a fixed number of decimals, so that they stand in line."""
    return style.but(number="0." + "0" * decimals if decimals > 0 else "0")


RATE = look.PERCENT.but(align="center")


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One column of a listing. Texts of a wrapping style make their rows taller."""

    header: str
    width: float
    style: Style = LEFT
    hidden: bool = False
    open: bool = False
    """True where staff type: the header says so by its colour."""


RECEIVED = "回收/"
_LINK_LIMIT = 255
"""Characters of a text in a formula."""
_ESCAPED = re.compile("#|%[0-9A-Fa-f]{2}")
_ARCHIVE = ".zip"

OPEN_HEADER = look.HEADER.but(fill="FFF2CC")


@dataclass(frozen=True)
class Listing:
    """A sheet that is one long table.

    `wide` tables keep their title at the left, where it is seen; others centre it over the table.
    `empty` is the line shown when there are no rows.
    """

    name: str
    title: str
    note: str
    columns: tuple[ListColumn, ...]
    rows: Sequence[Sequence[Value]]
    empty: str = "（无）"
    wide: bool = False
    table: str = ""
    frozen: int = 1
    """First column that scrolls."""
    tab: str = ""
    landscape: bool = True
    pages_wide: int = 1
    extra: dict[str, object] = field(default_factory=dict)
    """Other attributes of the sheet: validations, conditionals, protection."""
    dates: Mapping[int, date] = field(default_factory=dict)
    """For rows made later, see `plan.Block`."""

    def letter(self, header: str) -> str:
        """The column letter of a header."""
        return column_name(self.number(header))

    def number(self, header: str) -> int:
        """The column number of a header. Raises ValueError when there is none."""
        return next(i for i, c in enumerate(self.columns, 1) if c.header == header)

    @property
    def last_row(self) -> int:
        """The last row of data; at least one row is reserved for the line that says there is none."""
        return FIRST_ROW + max(1, len(self.rows)) - 1

    def column_area(self, header: str) -> str:
        """The cells of a column, absolute, with the sheet's name: for defined names and ranges."""
        letter = self.letter(header)
        return f"{self.name}!${letter}${FIRST_ROW}:${letter}${self.last_row}"

    def column_cells(self, header: str) -> str:
        """The cells of a column within the sheet: K4:K133."""
        letter = self.letter(header)
        return f"{letter}{FIRST_ROW}:{letter}{self.last_row}"

    def sheet(self) -> Sheet:
        """The sheet as a plan."""
        count = len(self.columns)
        first = next(i for i, c in enumerate(self.columns, 1) if not c.hidden)
        widths = [c.width for c in self.columns[first - 1 :] if not c.hidden]
        cells: list[Put] = []
        merges: list[Merge] = []
        heights = [Row(1, 34.0), Row(2, 20.0), Row(HEADER_ROW, header_height(self.columns))]
        if self.wide:
            cells += [Put(1, first, self.title, TITLE_LEFT), Put(2, first, self.note, NOTE_LEFT)]
        else:
            merges += [
                Merge(1, first, 1, count, self.title, look.TITLE),
                Merge(2, first, 2, count, self.note, NOTE),
            ]
            room = look.merged_width(widths)
            heights[1] = Row(2, look.fit_height([(self.note, room)], 10))
        for i, column in enumerate(self.columns, 1):
            style = OPEN_HEADER if column.open else look.HEADER
            cells.append(Put(HEADER_ROW, i, column.header, style))
        whole = area(HEADER_ROW, first, self.last_row, count)
        blocks: tuple[Block, ...] = ()
        tables: tuple[Table, ...] = ()
        filtered = ""
        if self.rows:
            styles = tuple(c.style for c in self.columns)
            heights_: Sequence[float]
            if isinstance(self.rows, Later):
                heights_ = Later(len(self.rows), partial(_part_heights, self.columns, self.rows))
            else:
                heights_ = row_heights(self.columns, self.rows)
            blocks = (Block(FIRST_ROW, 1, styles, self.rows, heights_, dates=self.dates),)
            if self.table:
                headers = tuple(c.header for c in self.columns)
                tables = (Table(area(HEADER_ROW, 1, self.last_row, count), self.table, headers),)
            else:
                filtered = whole
        else:
            merges.append(Merge(FIRST_ROW, first, FIRST_ROW, count, self.empty, CENTER))
            heights.append(Row(FIRST_ROW, 28.0))
        return Sheet(
            name=self.name,
            cells=tuple(cells),
            merges=tuple(merges),
            blocks=blocks,
            columns=tuple(Columns(i, i, c.width, c.hidden) for i, c in enumerate(self.columns, 1)),
            rows=tuple(heights),
            tables=tables,
            filter=filtered,
            freeze=(FIRST_ROW, self.frozen),
            cursor=(FIRST_ROW, max(first, self.frozen)),
            zoom=90 if self.wide else 100,
            tab=self.tab,
            page=Page(
                landscape=self.landscape,
                repeat=(HEADER_ROW if self.wide else 1, HEADER_ROW),
                fit_wide=self.pages_wide,
            ),
            **self.extra,  # type: ignore[arg-type]
        )


def header_height(columns: Sequence[ListColumn]) -> float:
    """The height of a header row in which every header shows whole."""
    return look.fit_height([(c.header, c.width) for c in columns if not c.hidden], 11, 26.0)


def row_heights(columns: Sequence[ListColumn], rows: Sequence[Sequence[Value]]) -> list[float]:
    """The height of each row. Equal texts are measured once, short ones not at all."""
    heights = [LEAST_HEIGHT] * len(rows)
    for i, column in enumerate(columns):
        if not column.style.wrap or column.hidden:
            continue
        values = list(map(itemgetter(i), rows))
        kinds = set(map(type, values))
        if kinds <= _WORDLESS:
            continue
        texts = values if kinds <= {str, type(None)} else list(map(_shown, values))
        # No character is wider than two columns: this many fit on one line for sure.
        short = int(column.width / 2) - 1
        long = {text for text in set(texts) if text and (len(text) > short or "\n" in text)}
        tall = {
            text: height
            for text, height in look.heights(long, column.width, LEAST_HEIGHT).items()
            if height > LEAST_HEIGHT
        }
        if tall:
            heights = list(map(max, heights, map(tall.get, texts, repeat(LEAST_HEIGHT))))
    return heights


def _part_heights(
    columns: Sequence[ListColumn], rows: Later[Sequence[Value]], start: int, stop: int
) -> list[float]:
    whole = (start, stop) == (0, len(rows))
    return row_heights(columns, rows if whole else rows.part(start, stop))


_WORDLESS = {int, float, bool, date, type(None)}
"""Kinds of values that have no text to wrap."""


def _shown(value: Value) -> str:
    if isinstance(value, Formula):
        value = value.value
    if isinstance(value, str):
        return value
    return value.text if isinstance(value, Link) else ""


def source_link(path: str, sheet: str = "", cell: str = "", *, text: str = "") -> Formula | str:
    """A link from 汇总/ to a file of the working folder, at a cell; its text is the path below 回收/.

    `text` shows instead of the path. A member of an archive links to the archive. A name that Excel
    would not follow (it contains # or %41) or that is too long for a formula is given as plain text.
    """
    target, own, inside = _target(path)
    text = text or own
    if not target:
        return text
    if sheet and cell and not inside:
        target = f"{target}#'{sheet}'!{cell}" if "'" not in sheet else target
    shown = text.replace('"', '""')
    if len(target) > _LINK_LIMIT or len(shown) > _LINK_LIMIT:
        return text
    return Formula(f'HYPERLINK("{target}","{shown}")', text)


@lru_cache(maxsize=64)
def _target(path: str) -> tuple[str, str, bool]:
    """(where the link leads, its text, whether the file is inside an archive); nowhere is empty."""
    text = path.removeprefix(RECEIVED)
    end = path.lower().find(f"{_ARCHIVE}/")
    target = f"../{path if end < 0 else path[: end + len(_ARCHIVE)]}"
    if not path or _ESCAPED.search(target) or '"' in target:
        return "", text, False
    return target, text, end >= 0
