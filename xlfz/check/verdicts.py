"""Verdicts that were given before: `validate`, asked once about cells that recur.

Takes a column and its `About`; gives a function from cell to `Value`. Every file of a round has the
same choices, the same points and the same few hundred days in it, and a `Value` bears no place.
Forbids judging: what is not remembered is validated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.check.values import Value, validate
from xlfz.excel.content import Cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.check.values import About
    from xlfz.form.spec import Column

_KEPT = 2000
"""So many cells of one column are remembered; a column with more different ones has few that recur."""


def judge_of(column: Column, about: About) -> Callable[[Cell], Value]:
    """`validate` for the cells of one column, with a memory unless the column takes free text."""
    if column.type == "文本":
        return lambda cell: validate(cell, column, about)
    return _Verdicts(column, about).__getitem__


class _Verdicts(dict[Cell, Value]):
    """The values of the cells seen; asked for another one, it has it validated."""

    def __init__(self, column: Column, about: About) -> None:
        super().__init__()
        self._column = column
        self._about = about

    def __missing__(self, cell: Cell) -> Value:
        value = validate(cell, self._column, self._about)
        # 0.0 equals -0.0, which reads otherwise: only the text of a number tells them apart.
        if cell.raw or cell.kind != "number":
            if len(self) >= _KEPT:
                self.clear()
            self[cell] = value
        return value
