"""Where the header of a proper table stands, how deep it is, and what its columns hold.

Takes the rows of a table with its merges resolved; gives a `Header`. Knows nothing of the rows below
but whether they are headers too, or show that 具体措施 are the rows and 重点任务 their heading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from xlfz.documents.tables.headers import Column, columns, duty_of, label, sure_label
from xlfz.documents.tables.marks import heading, is_number
from xlfz.text import fold, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.model import SourceCell
    from xlfz.documents.tables.headers import Duty

Row = tuple["SourceCell", ...]

HEADER_SEARCH, HEADER_DEPTH = 12, 5
"""How many rows may stand above a header, and how deep it may be."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where a header stands and what its columns hold. `last` is its last row, from 0."""

    first: int
    last: int
    columns: tuple[Column, ...]


def find_header(rows: Sequence[Row], start: int = 0, search: int = HEADER_SEARCH) -> Header | None:
    """The first header at or below row `start`; None when no row looks like one."""
    for n in range(start, min(len(rows), start + search)):
        if _labels_known(rows[n]) >= 2 and not _sentence_in(rows[n]):
            last = _depth(rows, n)
            titles = [_title(rows, n, last, c) for c in range(len(rows[n]))]
            found = columns(titles)
            if any(c.duty == "text" for c in found) or sum(c.duty != "other" for c in found) >= 3:
                return Header(n, last, found)
    return None


def measures_as_rows(rows: Sequence[Row], header: Header) -> tuple[Column, ...]:
    """重点任务 merged over 具体措施 that have units of their own: the measures are the rows."""
    duties = [column.duty for column in header.columns]
    if "text" not in duties or "requirement" not in duties:
        return header.columns
    task, measure = duties.index("text"), duties.index("requirement")
    own = [c for c, column in enumerate(header.columns) if column.holds_units or column.duty == "deadline"]
    body = rows[header.last + 1 :]
    apart = sum(
        1 for above, row in pairwise(body)
        if visible(row[measure].text) and not same_cell(row[measure], above[measure])
        and same_cell(row[task], above[task])
        and any(visible(row[c].text) and not same_cell(row[c], above[c]) for c in own)
    )  # fmt: skip
    if apart < 2 or apart < 0.25 * len(body):
        return header.columns
    path: Duty = "section" if "chapter" in duties else "chapter"
    changed = list(header.columns)
    changed[task] = replace(changed[task], duty=path)
    changed[measure] = replace(changed[measure], duty="text")
    return tuple(changed)


def same_cell(cell: SourceCell, above: SourceCell) -> bool:
    """True for a cell merged with the one above."""
    return not cell.origin and cell.text == above.text


def distinct(row: Row) -> list[str]:
    """The texts of a row, a merged cell once."""
    texts: list[str] = []
    for n, cell in enumerate(row):
        text = visible(cell.text)
        if text and not (n and not cell.origin and row[n - 1].text == cell.text):
            texts.append(text)
    return texts


def _labels_known(row: Row) -> int:
    return len({label(text) for text in distinct(row) if duty_of(text)})


def _sentence_in(row: Row) -> bool:
    """True when a cell holds what no header holds: then it is data that happens to hold two labels."""
    return any(len(fold(text)) > 24 or "。" in text for text in distinct(row)) or any(
        is_number(text) for text in distinct(row)
    )


def _depth(rows: Sequence[Row], first: int) -> int:
    """The last row of a header that begins at `first`."""
    last = first
    for n in range(first + 1, min(len(rows), first + HEADER_DEPTH)):
        row, above = rows[n], rows[n - 1]
        fresh = [
            cell
            for c, cell in enumerate(row)
            if visible(cell.text) and (cell.origin or cell.text != above[c].text)
        ]
        carried = any(
            not cell.origin and cell.text == above[c].text and visible(cell.text)
            for c, cell in enumerate(row)
        )
        if not fresh and carried:
            last = n
            continue
        if not fresh or _sentence_in(row) or any(heading(visible(c.text)) for c in fresh):
            break
        known = sum(bool(duty_of(cell.text)) for cell in fresh)
        under = _under_one_label(rows, first, n)
        if (known and known * 2 >= len(fresh) and (carried or under)) or (
            carried and under and all(len(label(cell.text)) <= 8 for cell in fresh)
        ):
            last = n
        else:
            break
    return last


def _under_one_label(rows: Sequence[Row], first: int, n: int) -> bool:
    """True when the row divides a label of the row above that spans several columns."""
    above = rows[n - 1]
    spans = any(
        not above[c].origin and above[c].text == above[c - 1].text and visible(above[c].text)
        for c in range(1, len(above))
    )
    blanks = any(not visible(cell.text) for cell in above)
    return n > first and (spans or blanks)


def _title(rows: Sequence[Row], first: int, last: int, c: int) -> str:
    """The label of a column: the lowest that is known, alone or with the one above it."""
    steps: list[str] = []
    for n in range(first, last + 1):
        text = visible(rows[n][c].text)
        if text and (not steps or fold(steps[-1]) != fold(text)):
            steps.append(text)
    for n in range(len(steps) - 1, -1, -1):
        tries = [steps[n]]
        if n:
            # 牵头 under 责任单位, 一级 under 指标.
            tries = [steps[n], steps[n] + steps[n - 1], steps[n - 1] + steps[n]]
        for text in tries:
            if sure_label(text):
                return text
    for text in reversed(steps):
        if duty_of(text):
            return text
    return steps[-1] if steps else ""
