"""The tables of a form: what stands where.

Takes rows and a `TableSpec`; gives a `Grid` (addresses of rows and columns) and `Filled` (what has
been typed in, as the conditions see it). The fixed columns and what stands in them are declared
here once (`TableSpec.fixed`, `fixed_values`): whoever reads a form back compares with the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from xlfz.excel.address import address, area, column_name, quote_sheet
from xlfz.excel.blocks import serial
from xlfz.form import watch
from xlfz.form.conditions import Ref, Values
from xlfz.form.spec import POINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.form.conditions import Condition, Scalar
    from xlfz.form.fixed import Fixed
    from xlfz.form.spec import Column, FormRow, FormSpec, TableSpec

TITLE_ROW, UNIT_ROW, COUNT_ROW, ID_ROW, HEADER_ROW, FIRST_ROW = range(1, 7)
FOOT_ID, NONE_ID = "_foot", "_none"
"""What stands in the hidden id column of the signature line, and of the line that says there are no rows.

A row id never begins with `_`: such a row holds no data.
"""
UNIT_LABEL = "填报单位"


def fixed_values(row: FormRow, table: TableSpec) -> dict[str, str | float | None]:
    """What stands in the fixed columns of a row, by column id; None where the cell is empty."""
    indicator = row.indicator
    if row.facts:
        own = {"number": indicator.number, "text": indicator.text, "points": indicator.points}
        shown = own | dict(row.facts)
        return {f.id: shown.get(f.id) for f in table.fixed}
    if row.material is None:
        kind = f"【{indicator.kind}项】" if not indicator.scored else ""
        until = indicator.deadline.text
        apart = any(f.id == "deadline" for f in table.fixed)
        due = f"时限：{until}" if until and not apart else ""
        return {
            "number": indicator.number,
            "chapter": indicator.chapter,
            "section": indicator.section,
            "text": _lines(kind + indicator.text, indicator.requirement),
            "thresholds": _lines(indicator.thresholds, due),
            "role": row.role,
            "points": indicator.points,
            **({"deadline": until} if apart else {}),
        }
    words = table.column("words")
    return {
        "number": indicator.number,
        "text": indicator.text,
        "material": row.material.name,
        "limit": row.material.word_limit or (words.limit if words else None),
    }


def locked(row: FormRow, column: Column) -> bool:
    """True for a cell that is not filled in: a score where the indicator has no points."""
    return column.maximum == POINTS and row.indicator.points is None


Typed = str | float | int | bool | date | None
"""What a unit typed; a day as a date or, in a cell without a date's format, as a number."""


@dataclass(frozen=True)
class Grid:
    """Where a table stands on its sheet: rows and columns from 1, the ids in column A and row ID_ROW."""

    spec: FormSpec
    table: TableSpec
    rows: tuple[FormRow, ...]

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return self.table.title

    @property
    def fixed(self) -> tuple[Fixed, ...]:
        """The fixed columns, in order."""
        return self.table.fixed

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Column number by column id, fixed ones first."""
        ids = [*(f.id for f in self.fixed), *(c.id for c in self.table.columns)]
        return {id_: number for number, id_ in enumerate(ids, 2)}

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Row number by row id."""
        return {row.id: number for number, row in enumerate(self.rows, FIRST_ROW)}

    @property
    def first_input(self) -> int:
        """Column number of the first input."""
        return 2 + len(self.fixed)

    @property
    def last_column(self) -> int:
        return 1 + len(self.columns)

    @property
    def last_row(self) -> int:
        """The last row with data; FIRST_ROW when there are none."""
        return FIRST_ROW + max(0, len(self.rows) - 1)

    def cell(self, row: str, column: str) -> str:
        """Address of a cell by ids, like H12. Raises KeyError."""
        return address(self.numbers[row], self.columns[column])

    def ref(self, *, one_row: bool = False, sheet: bool = False) -> Ref:
        """How conditions name the columns: of the first row, or of all; with the sheet's name or without."""
        letters = {id_: column_name(number) for id_, number in self.columns.items()}
        prefix = f"{quote_sheet(self.sheet)}!" if sheet else ""
        return Ref(letters, FIRST_ROW, self.last_row, prefix, one_row)

    def area(self, column: str) -> str:
        """The cells of a column, like H6:H40."""
        number = self.columns[column]
        return area(FIRST_ROW, number, self.last_row, number)

    @property
    def inputs(self) -> str:
        """All input cells, like H6:L40."""
        return area(FIRST_ROW, self.first_input, self.last_row, self.last_column)

    def watches(self, start: date | None) -> tuple[watch.Watch, ...]:
        """What to look for in each column; `start` is the first day of the round."""
        linked = any(t.id == "items" and t.column("status") is not None for t in self.spec.tables)
        return watch.watches(watch.Around(self.table, "points" in self.columns, linked, start))


@dataclass(frozen=True, slots=True)
class Filled:
    """What has been typed into a form: row id -> column id -> value, and today as Excel's day number."""

    values: Mapping[str, Mapping[str, Typed]]
    today: float

    def row(self, grid: Grid, row: FormRow) -> Values:
        """One row as the conditions see it."""
        typed = self.values.get(row.id, {})
        cells: dict[str, Scalar] = {id_: scalar(v) for id_, v in typed.items()}
        status = self.values.get(row.indicator.number, {}).get("status")
        return Values(
            fixed_values(row, grid.table) | cells, status if isinstance(status, str) else "", self.today
        )

    def count(self, grid: Grid, condition: Condition) -> int:
        """In how many rows of the table the condition holds: the cached value of `count_formula`."""
        return sum(condition.holds(self.row(grid, row)) for row in grid.rows)


def scalar(value: Typed) -> Scalar:
    """A typed value as Excel holds it: days are numbers."""
    return serial(value) if isinstance(value, date) else value


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
