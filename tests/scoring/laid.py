"""Formulas laid into a workbook with their inputs beside them, for LibreOffice to calculate.

One sheet a formula, one row a case: scalars in one cell each, areas in as many as they need. Takes
(formula, cases), gives the workbook's bytes and what every formula cell should show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.excel.address import address, area
from xlfz.excel.plan import Formula, Put, Sheet, Style, Workbook
from xlfz.excel.writer import write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlfz.scoring.formula import Declared
    from xlfz.scoring.functions import Scalar, Value

Case = dict[str, "Value"]
_STYLE = Style()


def laid(
    formulas: Mapping[str, tuple[Declared, Sequence[Case]]],
) -> tuple[bytes, dict[tuple[str, str], Scalar]]:
    """The workbook, and (sheet, address) -> expected value."""
    sheets: list[Sheet] = []
    expected: dict[tuple[str, str], Scalar] = {}
    for name, (declared, cases) in formulas.items():
        cells: list[Put] = []
        for row, case in enumerate(cases, 1):
            column, addresses = 2, {}
            for key, value in case.items():
                if key not in declared.names:
                    continue
                values = list(value) if isinstance(value, list | tuple) else [value]
                for offset, single in enumerate(values):
                    cells.append(Put(row, column + offset, cell(single), _STYLE))
                last = column + max(1, len(values)) - 1
                single_cell = len(values) == 1 and not isinstance(value, list | tuple)
                addresses[key] = address(row, column) if single_cell else area(row, column, row, last)
                column = last + 1
            expected[name, address(row, 1)] = declared.value(case)
            # A wrong cache on purpose: only a value that was calculated can be right.
            cells.append(Put(row, 1, Formula(declared.text(**addresses), "不对"), _STYLE))
        sheets.append(Sheet(name, cells=tuple(cells)))
    return write(Workbook(tuple(sheets))), expected


def cell(value: Scalar) -> Scalar | Formula:
    """A value as a cell: an empty text is what a formula gives, a blank is nothing."""
    return Formula('""', "") if value == "" else value


def differences(
    expected: Mapping[tuple[str, str], Scalar], got: Mapping[str, Mapping[str, object]]
) -> list[tuple[str, str, object, object]]:
    """(sheet, address, expected, calculated) wherever the two disagree."""
    return [
        (sheet, where, want, have)
        for (sheet, where), want in expected.items()
        if not same(want, have := got.get(sheet, {}).get(where, ""))
    ]


def same(want: object, have: object) -> bool:
    """Equal, numbers to nine digits behind the point; nothing equals the empty text."""
    if isinstance(want, bool) or isinstance(have, bool):
        return want is have
    if isinstance(want, int | float) and isinstance(have, int | float):
        return abs(want - have) < 1e-9
    return (want or "") == (have or "") and type(want) is type(have)
