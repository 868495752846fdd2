"""What a reader found in a workbook: frozen, complete, unjudged.

Gives the types that the strict reader and the legacy reader both return. Forbids interpretation:
a number typed as text stays text, a formula keeps its text and its cached value, a date is a
number whose format is a date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from xlfz.findings import Finding

Kind = Literal["text", "number", "bool", "error", "blank"]
Format = Literal["general", "date", "time", "percent", "text"]
State = Literal["visible", "hidden", "veryHidden"]


class Cell(NamedTuple):
    """One cell that holds something. A named tuple, because a return holds thousands of them.

    `value` is str for text and error (`#REF!`), float for number, bool for bool, None for a
    formula without a cached value. `raw` is the text of a number as the file has it (`9.50`), so that
    precision is not lost; empty otherwise. `formula` is the formula's text without `=`, or None.
    """

    kind: Kind
    value: str | float | bool | None
    raw: str = ""
    formula: str | None = None
    format: Format = "general"


@dataclass(frozen=True, slots=True)
class SheetContent:
    """One sheet. `rows` maps row -> column -> cell, both from 1, in ascending order."""

    name: str
    state: State
    rows: dict[int, dict[int, Cell]]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    """(first row, first column, last row, last column) of each merged area."""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell at (row, column), or None when it holds nothing."""
        return self.rows.get(row, {}).get(column)


@dataclass(frozen=True, slots=True)
class BookContent:
    """One workbook. `faithful` is False when formulas, formats and hidden rows could not be seen."""

    format: str
    """xlsx, xlsm, xls, xlsb, ods: what the bytes are, not what the name says."""
    sheets: tuple[SheetContent, ...]
    date1904: bool = False
    faithful: bool = True
    findings: tuple[Finding, ...] = ()

    def sheet(self, name: str) -> SheetContent | None:
        """The sheet of that name, or None."""
        return next((s for s in self.sheets if s.name == name), None)
