"""One worksheet part, streamed into cells.

Takes the events of the part and the tables of the workbook (`Tables`), gives a `SheetContent` and
findings. `sheet` chooses between this and the quick way, which takes the meaning of cells from here.
Forbids losing a cell in silence: a cell outside the limits is reported, a cell that cannot be
placed refuses the file, a value that cannot be read is kept as an error cell with its text.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlfz.errors import refuse
from xlfz.excel.address import MAX_ROW, address, column_number, parse
from xlfz.excel.content import Cell, SheetContent
from xlfz.excel.days import iso_serial
from xlfz.excel.strings import MAIN, unescape
from xlfz.findings import finding

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xlfz.excel.content import Format, State
    from xlfz.excel.package import Limits
    from xlfz.findings import Finding

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_TRUE = ("1", "true")
_TEXTS = ("s", "str", "inlineStr")
_BOOLEANS = {"1": True, "true": True, "0": False, "false": False}


@dataclass(slots=True)
class Tables:
    """What every sheet of one workbook shares; `cells` counts down how many may still be read."""

    strings: Mapping[str, str]
    formats: Mapping[str, Format]
    styled: bool
    """Whether the workbook has a styles part at all."""
    date1904: bool
    cells: int
    findings: list[Finding] = field(default_factory=list)


class SheetReader:
    """Expat handlers for one worksheet.

    `start` and `end` are called about five times for each cell, thousands of cells to a return, so
    they treat cells and values themselves and everything else through a table. Only everything else
    counts as depth: a cell inside a cell, or a second value, is refused, so neither can nest.
    """

    def __init__(self, name: str, tables: Tables, limits: Limits) -> None:
        self.pieces: list[str] = []
        self._name = name
        self._tables = tables
        self._limits = limits
        self._rows: dict[int, dict[int, Cell]] = {}
        self._merges: list[tuple[int, int, int, int]] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._dimension = ""
        self._reported: set[str] = set()
        self._ordered = True
        self._depth = 0
        self._left = tables.cells
        self._findings: list[Finding] = []
        self._columns: dict[str, int] = {}
        # The row and the cell being read; no attributes means not inside a cell.
        self._row = self._column = 0
        self._row_text = ""
        self._cut = 0
        self._cells: dict[int, Cell] = {}
        self._attributes: dict[str, str] | None = None
        self._value: str | None = None
        self._formula: str | None = None
        self._formula_attributes: dict[str, str] = {}
        self._inline: list[str] = []
        self._phonetic = 0
        self._shared: dict[str, str] = {}
        self._arrays: list[tuple[tuple[int, int, int, int], str]] = []
        # Tags, known once the root has shown which namespace the part uses.
        self._cell_tag = self._value_tag = ""
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {}
        self._ends: dict[str, Callable[[], None]] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Expat's start handler."""
        if tag == self._cell_tag:
            if self._attributes is not None:
                raise ValueError("cell inside a cell")
            self._attributes = attributes
            self._left -= 1
            ref = attributes.get("r")
            if ref is None:
                column = self._column + 1
            else:
                column = self._columns.get(ref[: self._cut], 0)
                if not column or ref[self._cut :] != self._row_text:
                    column = self._new_column(ref)
            if column <= self._column:
                self._ordered = False
            self._column = column
        elif tag == self._value_tag:
            self.pieces.clear()
        else:
            self._start_other(tag, attributes)

    def end(self, tag: str) -> None:
        """Expat's end handler."""
        if tag == self._value_tag:
            if self._value is not None:
                raise ValueError("two values in a cell")
            self._value = "".join(self.pieces)
        elif tag == self._cell_tag:
            if self._value is not None or self._formula is not None:
                self._keep()
                self._value = self._formula = None
            self._attributes = None
        else:
            self._end_other(tag)

    def _end_other(self, tag: str) -> None:
        self._depth -= 1
        handler = self._ends.get(tag)
        if handler is not None:
            handler()

    def _start_other(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self._limits.depth:
            raise refuse(finding("E_XML_DEPTH", sheet=self._name))
        if self._depth == 1:
            self._start_root(tag)
        handler = self._starts.get(tag)
        if handler is not None:
            handler(attributes)

    def content(self, state: State) -> SheetContent:
        """What was read, in ascending order. Only now do the tables learn of it."""
        rows = self._rows
        self._tables.cells = self._left
        if not self._ordered:
            self._report("W_CELL_ORDER")
            rows = {row: dict(sorted(rows[row].items())) for row in sorted(rows)}
        for area, formula in self._arrays:
            _mark_array(rows, area, formula)
        self._check_dimension(rows)
        self._tables.findings.extend(self._findings)
        return SheetContent(
            self._name,
            state,
            rows,
            tuple(self._merges),
            frozenset(self._hidden_rows),
            frozenset(self._hidden_columns),
        )

    def _report(self, code: str, ref: str = "") -> None:
        """A warning of this sheet, once."""
        if code not in self._reported:
            self._reported.add(code)
            self._findings.append(finding(code, sheet=self._name, cell=ref, ref=ref))

    def _bad_reference(self, ref: str) -> Exception:
        return refuse(finding("E_CELL_REF", sheet=self._name, ref=ref))

    def _start_root(self, tag: str) -> None:
        namespace, _, name = tag.rpartition("}")
        if namespace not in MAIN:
            raise refuse(finding("E_PKG_BROKEN", sheet=self._name))
        if name != "worksheet":
            raise refuse(finding("E_XLM_MACRO" if name == "macrosheet" else "E_PKG_BROKEN", sheet=self._name))
        self._cell_tag, self._value_tag = f"{namespace}}}c", f"{namespace}}}v"
        starts = {
            "row": self._start_row,
            "f": self._start_formula,
            "is": self._start_inline,
            "t": lambda _: self.pieces.clear(),
            "rPh": self._start_phonetic,
            "col": self._start_col,
            "mergeCell": self._start_merge,
            "dimension": self._start_dimension,
        }
        ends = {
            "row": self._end_row,
            "f": self._end_formula,
            "is": self._end_inline,
            "t": self._end_text,
            "rPh": self._end_phonetic,
        }
        self._starts = {f"{namespace}}}{name}": handler for name, handler in starts.items()}
        self._ends = {f"{namespace}}}{name}": handler for name, handler in ends.items()}

    def _start_row(self, attributes: dict[str, str]) -> None:
        text = attributes.get("r")
        row = self._row + 1
        if text is not None:
            if not (text.isascii() and text.isdigit() and len(text) < 9):
                raise self._bad_reference(text)
            row = int(text)
        if not 1 <= row <= MAX_ROW:
            raise self._bad_reference(str(row))
        if row <= self._row:
            self._ordered = False
        self._row, self._column = row, 0
        self._row_text = str(row)
        self._cut = -len(self._row_text)
        self._cells = self._rows.get(row, {})
        if row <= self._limits.rows and (attributes.get("hidden") in _TRUE or attributes.get("ht") == "0"):
            self._hidden_rows.add(row)

    def _end_row(self) -> None:
        if self._cells:
            self._rows[self._row] = self._cells
        if self._left < 0:
            raise refuse(finding("E_TOO_MANY_CELLS", sheet=self._name, n=self._limits.cells))

    def _new_column(self, ref: str) -> int:
        """The column of a reference whose column was not met yet, or that is not of this row."""
        name = ref[: self._cut]
        if ref[self._cut :] != self._row_text:
            raise self._bad_reference(ref)
        try:
            column = self._columns[name] = column_number(name)
        except ValueError as problem:
            raise self._bad_reference(ref) from problem
        return column

    def _keep(self) -> None:
        """The cell that ends here holds a value or a formula."""
        attributes, column = self._attributes or {}, self._column
        if self._row > self._limits.rows or column > self._limits.columns:
            if self._value or self._formula is not None:
                self._report("W_FAR_CELL", address(self._row, column))
            return
        kind, style = attributes.get("t", "n"), attributes.get("s", "0")
        cell = self._made(kind, style, self._value, self._formula)
        if cell is None:
            return
        if column in self._cells:
            raise refuse(finding("E_CELL_DUP", sheet=self._name, ref=address(self._row, column)))
        self._cells[column] = cell

    def _made(self, kind: str, style: str, value: str | None, formula: str | None) -> Cell | None:
        """The cell of these, one of the two not None; None when it holds nothing."""
        text = value or ""
        form = self._tables.formats.get(style) or self._unknown_format(style)
        shared = self._tables.strings.get(text) if kind == "s" else None
        cell = Cell("text", shared, "", None, form) if shared else self._cell(kind, text, form)
        if formula is not None:
            # Only a formula may give an empty text and still hold something.
            empty = cell.kind == "blank" and value is not None and kind in _TEXTS
            return Cell("text", "", "", formula, form) if empty else cell._replace(formula=formula)
        return None if cell.kind == "blank" else cell

    def _cell(self, kind: str, text: str, form: Format) -> Cell:
        """A cell without its formula; blank when it holds nothing."""
        if kind in ("str", "inlineStr"):
            text = unescape(text)
        else:
            text = text.strip()
            if kind == "s" and text:
                if text not in self._tables.strings:
                    place = address(self._row, self._column)
                    raise refuse(finding("E_SST_INDEX", sheet=self._name, cell=place))
                text = self._tables.strings[text]
        if not text:
            return Cell("blank", None, "", None, form)
        if kind == "n":
            number = float(text) if _NUMBER.fullmatch(text) else math.nan
            if math.isfinite(number):
                return Cell("number", number, text, None, form)
        elif kind in _TEXTS:
            return Cell("text", text, "", None, form)
        elif kind == "b" and text in _BOOLEANS:
            return Cell("bool", _BOOLEANS[text], "", None, form)
        elif kind == "d":
            serial = iso_serial(text, date1904=self._tables.date1904)
            if serial is not None:
                form = form if form in ("date", "time") else "time" if text[2:3] == ":" else "date"
                return Cell("number", serial, f"{serial:.15g}", None, form)
        elif kind not in ("b", "e"):
            raise ValueError(f"no such cell type: {kind}")
        return Cell("error", text, "", None, form)

    def _unknown_format(self, style: str) -> Format:
        if self._tables.styled and style != "0":
            self._report("W_STYLE_INDEX", address(self._row, self._column))
        return "general"

    def _start_formula(self, attributes: dict[str, str]) -> None:
        self.pieces.clear()
        self._formula_attributes = attributes

    def _end_formula(self) -> None:
        if self._attributes is None:
            return
        text = unescape("".join(self.pieces))
        attributes = self._formula_attributes
        kind = attributes.get("t", "normal")
        if kind == "shared":
            group = attributes.get("si", "")
            if text:
                self._shared[group] = text
            # A child shows its master's text: it says what the cell computes, not on which cells.
            text = text or self._shared.get(group, "")
        elif kind in ("array", "dataTable") and "ref" in attributes:
            self._arrays.append((self._area(attributes["ref"]), text))
        self._formula = text

    def _start_inline(self, _: dict[str, str]) -> None:
        self._inline = []

    def _end_text(self) -> None:
        if not self._phonetic:
            self._inline.extend(self.pieces)

    def _end_inline(self) -> None:
        if self._value is not None:
            raise ValueError("two values in a cell")
        self._value = "".join(self._inline)

    def _start_phonetic(self, _: dict[str, str]) -> None:
        self._phonetic += 1

    def _end_phonetic(self) -> None:
        self._phonetic -= 1

    def _start_col(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE or attributes.get("width") == "0":
            first, last = int(attributes["min"]), int(attributes["max"])
            self._hidden_columns.update(range(max(1, first), min(last, self._limits.columns) + 1))

    def _start_merge(self, attributes: dict[str, str]) -> None:
        ref = attributes["ref"]
        area = self._area(ref)
        size = (area[2] - area[0] + 1) * (area[3] - area[1] + 1)
        if size > self._limits.merge:
            self._report("W_MERGE_HUGE", ref)
        elif size > 1:
            self._merges.append(area)

    def _start_dimension(self, attributes: dict[str, str]) -> None:
        self._dimension = attributes.get("ref", "")

    def _area(self, ref: str) -> tuple[int, int, int, int]:
        first, _, last = ref.partition(":")
        try:
            (top, left), (bottom, right) = parse(first), parse(last or first)
        except ValueError as problem:
            raise self._bad_reference(ref) from problem
        return min(top, bottom), min(left, right), max(top, bottom), max(left, right)

    def _check_dimension(self, rows: dict[int, dict[int, Cell]]) -> None:
        """The declared area is a hint that nobody needs; a false one says something about its writer."""
        if not (self._dimension and rows):
            return
        first, _, last = self._dimension.partition(":")
        try:
            (top, left), (bottom, right) = parse(first), parse(last or first)
        except ValueError:
            self._report("W_DIM")
            return
        inside = top <= min(rows) and max(rows) <= bottom
        if not inside or any(min(cells) < left or max(cells) > right for cells in rows.values()):
            self._report("W_DIM")


def _mark_array(rows: dict[int, dict[int, Cell]], area: tuple[int, int, int, int], formula: str) -> None:
    """Give every cell of an array formula its formula: the file writes it on the first cell only."""
    top, left, bottom, right = area
    for row, cells in rows.items():
        if top <= row <= bottom:
            for column, cell in cells.items():
                if left <= column <= right and cell.formula is None:
                    cells[column] = cell._replace(formula=formula)
