"""Small questions about cells of a returned sheet: what it shows, whether it holds anything.

Takes `Cell` and `SheetContent`; gives texts. Forbids judgement on what a value means.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from xlfz.form.conditions import general
from xlfz.text import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlfz.excel.content import Cell, SheetContent

EMPTY = "空白"
"""How an empty cell is called in messages."""


def shown(cell: Cell | None) -> str:
    """What a cell shows, as text: 86.0 -> 86; empty for nothing."""
    if cell is None:
        return ""
    return cell.value if isinstance(cell.value, str) else general(cell.value)


def filled(cell: Cell | None) -> bool:
    """Whether a cell holds anything but white space. A formula always does."""
    if cell is None or (cell.kind == "blank" and cell.formula is None):
        return False
    return cell.kind != "text" or cell.formula is not None or bool(visible(str(cell.value)))


def quote(cell: Cell | None) -> str:
    """What a cell shows, for a message: on one line, shortened, a formula with its `=`."""
    if cell is not None and cell.formula is not None:
        return shorten(f"={cell.formula}")
    return shorten(visible(shown(cell))) or EMPTY


def holds_something(sheet: SheetContent) -> bool:
    """Whether any cell of the sheet is filled."""
    return any(filled(cell) for row in sheet.rows.values() for cell in row.values())


def out_of_order(positions: Sequence[int]) -> frozenset[int]:
    """Indexes of the members that have to be taken out to leave the rest ascending: as few as possible."""
    if all(a < b for a, b in pairwise(positions)):
        return frozenset()
    # Patience sorting: `tails[n]` is the index that ends the lowest ascending run of n + 1 members.
    tails: list[int] = []
    before: list[int] = []
    for index, position in enumerate(positions):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if positions[tails[middle]] < position:
                low = middle + 1
            else:
                high = middle
        before.append(tails[low - 1] if low else -1)
        tails[low:] = [index] if low == len(tails) else [index, *tails[low + 1 :]]
    kept: set[int] = set()
    index = tails[-1]
    while index >= 0:
        kept.add(index)
        index = before[index]
    return frozenset(range(len(positions))) - kept


def first_text(cells: Iterable[Cell]) -> str:
    """The first text among the cells that says anything."""
    return next((text for text in (visible(shown(c)) for c in cells) if text), "")
