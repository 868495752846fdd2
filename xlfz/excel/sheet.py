"""One worksheet part: the quick way where it is proven to give the same, else the streamed way.

Takes the part and the tables of the workbook, gives a `SheetContent` and findings. Forbids a second
meaning: the quick way (`canonical`) only finds the cells of a row sooner, what they hold is said by
`SheetReader`. It gives no refusal of its own either: whatever it stumbles over is streamed.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.parsers import expat

from xlfz.errors import Refused
from xlfz.excel.address import column_number
from xlfz.excel.canonical import LARGEST, Texts, Unusual, cut_rows, parse_cell, split_row
from xlfz.excel.content import Cell
from xlfz.excel.package import guarded_parser
from xlfz.excel.sheets import SheetReader
from xlfz.excel.strings import unescape

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.excel.canonical import Row
    from xlfz.excel.content import Format, SheetContent, State
    from xlfz.excel.package import Limits, Package
    from xlfz.excel.sheets import Tables


def read_sheet(package: Package, key: str, name: str, state: State, tables: Tables) -> SheetContent:
    """The content of the worksheet in part `key`. Raises Refused."""
    content = read_quickly(package, key, name, state, tables)
    return read_streamed(package, key, name, state, tables) if content is None else content


def read_streamed(package: Package, key: str, name: str, state: State, tables: Tables) -> SheetContent:
    """The content of any worksheet. Raises Refused."""
    reader = SheetReader(name, tables, package.limits)
    package.parse(key, reader.start, reader.end, reader.pieces.append, counts_depth=True)
    return reader.content(state)


def read_quickly(package: Package, key: str, name: str, state: State, tables: Tables) -> SheetContent | None:
    """The content of a worksheet of the plain form, else None. Raises Refused for a damaged part."""
    if package.size(key) > LARGEST:
        return None
    part = package.read(key)
    try:
        reader = _RowReader(name, tables, package.limits)
        reader.run(*cut_rows(part))
        return reader.content(state)
    except (Unusual, Refused, expat.ExpatError, ValueError, LookupError):
        return None


class _RowReader(SheetReader):
    """Reads the stand of a worksheet, and the cells of a row when expat meets its tag."""

    def __init__(self, name: str, tables: Tables, limits: Limits) -> None:
        super().__init__(name, tables, limits)
        self._rest: deque[Row] = deque()
        self._parser: expat.XMLParserType | None = None
        self._row_tag = ""
        self._row_like = ""
        self._row_attributes: dict[str, str] = {}
        self._tags: dict[str, dict[str, str]] = {}
        """What is like in rows -> their attributes as expat gave them."""
        self._columns_of = _Columns()
        self._known = _known(tuple(tables.formats.items()), tables.date1904)
        self._cell_of = _Cells(self._known, self._new_cell)
        self._shared_text: dict[str, Format] = {}
        """Cells with a shared string, up to their value -> format."""
        self._text_of = Texts()

    def run(self, stand: bytes, rows: list[Row]) -> None:
        """Read all of it. Raises Unusual or what expat and the handlers raise."""
        self._rest.extend(rows)
        parser = self._parser = guarded_parser()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        try:
            parser.Parse(stand, True)
        finally:
            # These hold each other: what is left to the garbage collector slows everything down.
            self._parser = None
            self._cell_of.forget()
        if self._rest:
            raise Unusual

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Expat's start handler: a cell that it meets is none that was cut out."""
        if tag == self._row_tag:
            self._start_row(attributes)
        elif tag in (self._cell_tag, self._value_tag):
            raise Unusual
        else:
            self._start_other(tag, attributes)

    def end(self, tag: str) -> None:
        """Expat's end handler."""
        if tag == self._row_tag:
            self._end_row()
            self._tags[self._row_like] = self._row_attributes
            while self._rest and self._rest[0].place < 0:
                row = self._rest.popleft()
                attributes = self._tags[row.like]
                attributes["r"] = row.number
                self._take(row, attributes)
                self._end_row()
        else:
            self._end_other(tag)

    def _start_root(self, tag: str) -> None:
        super()._start_root(tag)
        namespace = tag.rpartition("}")[0]
        self._row_tag = f"{namespace}}}row"
        # Nothing of a cell may stand outside of the rows that were cut out.
        self._starts.update((f"{namespace}}}{name}", _unusual) for name in ("f", "is", "t", "rPh"))

    def _start_row(self, attributes: dict[str, str]) -> None:
        # The very row that was cut, not one like it elsewhere in the part.
        if self._parser is None or not self._rest or self._rest[0].place != self._parser.CurrentByteIndex:
            raise Unusual
        # A row and what its cells hold are up to three levels, which do not stand there any longer.
        if self._depth + 3 > self._limits.depth:
            raise Unusual
        row = self._rest.popleft()
        self._row_like, self._row_attributes = row.like, attributes
        self._take(row, attributes)

    def _take(self, row: Row, attributes: dict[str, str]) -> None:
        super()._start_row(attributes)
        if self._cells:
            raise Unusual
        if row.inside:
            self._fill(split_row(row.inside))

    def _fill(self, texts: list[str]) -> None:
        ending = f'{self._row_text}"'
        # A text without this ending has no rest, which is no cell.
        letters, _, rests = zip(*[text.partition(ending) for text in texts], strict=True)
        columns = self._columns_of[letters]
        held = map(self._cell_of.__getitem__, rests)
        self._cells = {column: cell for column, cell in zip(columns, held, strict=True) if cell is not None}
        self._left -= len(texts)
        if self._cells and (self._row > self._limits.rows or columns[-1] > self._limits.columns):
            raise Unusual

    def _new_cell(self, rest: str) -> Cell | None:
        """The cell that was not met yet."""
        opening, _, ending = rest.partition("<v>")
        # The grammar took this beginning before, and what is an index needs no grammar.
        form = self._shared_text.get(opening) if ending.endswith(_VALUE_END) else None
        if form and (text := self._tables.strings.get(ending[: -len(_VALUE_END)])):
            return Cell("text", text, "", None, form)
        kind, style, value, formula = parse_cell(rest)
        cell = None
        if value is not None or formula is not None:
            cell = self._made(
                kind,
                style,
                None if value is None else self._text_of(value),
                None if formula is None else unescape(self._text_of(formula)),
            )
        form = self._tables.formats.get(style)
        if kind == "s":
            if form and formula is None:
                self._shared_text[opening] = form
        elif form and len(rest) <= _LONG:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[rest] = cell
        return cell

    def _unknown_format(self, style: str) -> Format:
        # To be reported with its place, which is not known here.
        if self._tables.styled and style != "0":
            raise Unusual
        return "general"


class _Cells(dict[str, "Cell | None"]):
    """The rest of a cell -> what it holds. Most cells look like another one, here or in another file."""

    def __init__(self, known: dict[str, Cell | None], new: Callable[[str], Cell | None]) -> None:
        super().__init__(known)
        self._new: Callable[[str], Cell | None] | None = new

    def __missing__(self, rest: str) -> Cell | None:
        if self._new is None:
            raise KeyError(rest)
        cell = self[rest] = self._new(rest)
        return cell

    def forget(self) -> None:
        """Make no more cells."""
        self._new = None


class _Columns(dict[tuple[str, ...], tuple[int, ...]]):
    """The letters of a row -> its columns, ascending: most rows of a form have the same."""

    def __missing__(self, letters: tuple[str, ...]) -> tuple[int, ...]:
        columns = tuple(map(column_number, letters))
        if any(left >= right for left, right in pairwise(columns)):
            raise Unusual
        self[letters] = columns
        return columns


_VALUE_END = "</v></c>"
_LONG, _MOST = 1_000, 8_192
"""Longer cells are not remembered from file to file, nor more than so many."""


@lru_cache(maxsize=4)
def _known(_formats: tuple[tuple[str, Format], ...], _date1904: bool) -> dict[str, Cell | None]:
    """The rest of a cell -> what it holds in every workbook with these formats.

    The fixed cells of a form come back in every return. Holds no shared string and no unknown style.
    """
    return {}


def _unusual(_: dict[str, str]) -> None:
    raise Unusual
