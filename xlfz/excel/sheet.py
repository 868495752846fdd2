"""One worksheet part: the quick way where it is proven to give the same, else the streamed way.

Takes the part and the tables of the workbook, gives a `SheetContent` and findings. Forbids a second
meaning: the quick way (`canonical`) only finds the cells of a row sooner, what they hold is said by
`SheetReader`. It gives no refusal of its own either: whatever it stumbles over is streamed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from xlfz.errors import Refused
from xlfz.excel.address import column_number
from xlfz.excel.canonical import LARGEST, Unusual, cut_rows, parse_cell, split_row
from xlfz.excel.package import guarded_parser
from xlfz.excel.sheets import SheetReader
from xlfz.excel.strings import unescape

if TYPE_CHECKING:
    from xlfz.excel.canonical import Stand
    from xlfz.excel.content import Cell, SheetContent, State
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
        reader = _RowReader(name, tables, package.limits, cut_rows(part))
        reader.run()
        return reader.content(state)
    except (Unusual, Refused, expat.ExpatError, ValueError, LookupError):
        return None


class _RowReader(SheetReader):
    """Reads the stand of a worksheet, and the cells of a row when expat meets its tag."""

    def __init__(self, name: str, tables: Tables, limits: Limits, stand: Stand) -> None:
        super().__init__(name, tables, limits)
        self._stand = stand
        self._count = 0
        self._made_of: dict[str, Cell | None] = {}
        """The rest of a cell -> what it gives: most cells of a form look like another one."""
        self._parser = guarded_parser()
        self._parser.StartElementHandler, self._parser.EndElementHandler = self.start, self.end

    def run(self) -> None:
        """Read all of it. Raises Unusual or what expat and the handlers raise."""
        self._parser.Parse(self._stand.xml, True)
        if self._count < len(self._stand.places):
            raise Unusual

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Expat's start handler: a cell that it meets is none that was cut out."""
        if tag in (self._cell_tag, self._value_tag):
            raise Unusual
        self._start_other(tag, attributes)

    def end(self, tag: str) -> None:
        """Expat's end handler."""
        self._end_other(tag)

    def _start_root(self, tag: str) -> None:
        super()._start_root(tag)
        namespace = tag.rpartition("}")[0]
        # Nothing of a cell may stand outside of the rows that were cut out.
        self._starts.update((f"{namespace}}}{name}", _unusual) for name in ("f", "is", "t", "rPh"))

    def _start_row(self, attributes: dict[str, str]) -> None:
        places = self._stand.places
        # The very row that was cut, not one like it elsewhere in the part.
        if self._count >= len(places) or places[self._count] != self._parser.CurrentByteIndex:
            raise Unusual
        super()._start_row(attributes)
        # A cell holds up to two levels more, which do not stand there any longer.
        if self._cells or self._depth + 2 > self._limits.depth:
            raise Unusual
        self._fill(split_row(self._stand.texts[self._count]))
        self._count += 1

    def _fill(self, texts: list[str]) -> None:
        cells, made_of, ending = self._cells, self._made_of, f'{self._row_text}"'
        previous = 0
        for text in texts:
            letters, _, rest = text.partition(ending)
            column = column_number(letters)
            if column <= previous:
                raise Unusual
            previous = column
            if rest in made_of:
                cell = made_of[rest]
            else:
                self._column = column
                kind, style, value, formula = parse_cell(rest)
                held = value is not None or formula is not None
                formula = None if formula is None else unescape(formula)
                cell = made_of[rest] = self._made(kind, style, value, formula) if held else None
            if cell is not None:
                cells[column] = cell
        self._left -= len(texts)
        if cells and (self._row > self._limits.rows or previous > self._limits.columns):
            raise Unusual


def _unusual(_: dict[str, str]) -> None:
    raise Unusual
