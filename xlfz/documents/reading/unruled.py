"""Tables without rules: columns told by where the words of a header and of the lines below stand.

Takes the lines of one page as pieces with their places on it; gives the same lines, with every run
under a header turned into a grid. A column ends where a strip of the page is left blank by every
line; a line that writes over all strips ends the table, unless it is a heading. What is made here
was never certain: the table says so (`unruled`), and its rows are for a person to confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from xlfz.documents.tables.headers import duty_of
from xlfz.documents.tables.marks import heading
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_Edges = tuple[tuple[float, float], ...]
_APART = 0.9
"""Words further apart than this part of the type's size stand in two cells."""
_LABELS = 3
_LONGEST = 12
"""Characters of a header's label."""
_LONGEST_HEADING = 40
_LOOSE = 1.35
"""Lines this many times further apart than the closest ones begin a new row."""


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a line; positions in points from the page's left."""

    text: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Strips:
    """The blank strips between columns, one fewer than there are columns."""

    edges: _Edges
    numbered: bool
    """Whether the first column holds numbers."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines `first` to `last` of a page as rows of cells; a heading is one cell in a row."""

    first: int
    last: int
    rows: tuple[tuple[str, ...], ...]
    strips: Strips


def words_of(line: dict[str, Any], size: float) -> tuple[Words, ...]:
    """A line of pdfplumber's, cut where the gap is too wide for a space."""
    found: list[Words] = []
    text, left, right = "", 0.0, 0.0
    for char in sorted((c for c in line["chars"] if c["text"].strip()), key=lambda c: c["x0"]):
        if text and char["x0"] - right > _APART * size:
            found.append(Words(text, left, right))
            text = ""
        if not text:
            left = char["x0"]
        text += char["text"]
        right = char["x1"]
    return (*found, Words(text, left, right)) if text else tuple(found)


def grids(lines: Sequence[tuple[Words, ...]], tops: Sequence[float], carried: Strips | None) -> list[Grid]:
    """The tables among the lines of a page. `carried`: the columns of a table that a page break cut."""
    found: list[Grid] = []
    n = 0
    while n < len(lines):
        strips = _header(lines[n])
        goes_on = carried is not None and not found and n < 2 and len(lines[n]) >= _LABELS
        if strips is not None:
            grid = _below(lines, tops, n, n + 1, strips)
        elif goes_on and carried is not None:
            grid = _below(lines, tops, n, n, carried)
        else:
            grid = None
        if grid is not None:
            found.append(grid)
            n = grid.last
        n += 1
    return found


def _header(line: tuple[Words, ...]) -> Strips | None:
    labels = [words for words in line if len(words.text) <= _LONGEST and duty_of(words.text)]
    if len(labels) < _LABELS or len(labels) * 2 < len(line):
        return None
    duties = [duty_of(words.text) for words in line]
    if not {"lead", "responsible", "deadline", "points", "text"} & set(duties):
        return None
    edges = tuple((a.right, b.left) for a, b in pairwise(line))
    return Strips(edges, duties[0] == "number")


def _below(
    lines: Sequence[tuple[Words, ...]], tops: Sequence[float], first: int, start: int, strips: Strips
) -> Grid | None:
    """The table from its header (`first`, the same as `start` without one) to where it ends."""
    taken: list[tuple[int, dict[int, str] | str]] = []
    edges = strips.edges
    n = start
    while n < len(lines):
        line = lines[n]
        narrowed = _narrowed(edges, line)
        if narrowed is not None:
            edges = narrowed
            taken.append((n, {}))
        elif len(line) == 1 and heading(line[0].text) and len(line[0].text) <= _LONGEST_HEADING:
            taken.append((n, line[0].text))
        else:
            break
        n += 1
    cells = [
        (n, what if isinstance(what, str) else {_column(edges, w): w.text for w in lines[n]})
        for n, what in taken
    ]
    rows = _rows(cells, tops, len(edges) + 1, strips.numbered)
    # One line in several cells may be chance; a table has at least one row that fills most of them.
    if not any(len(row) > 1 and sum(map(bool, row)) * 2 > len(row) for row in rows):
        return None
    head = [tuple(words.text for words in lines[first])] if first < start else []
    return Grid(first, n - 1, (*head, *rows), Strips(edges, strips.numbered))


def _narrowed(edges: _Edges, line: tuple[Words, ...]) -> _Edges | None:
    """The strips that this line leaves blank too, None when it writes over one."""
    narrowed = []
    for edge in edges:
        low, high = edge
        for words in line:
            if words.right <= low or words.left >= high:
                continue
            if words.left <= low or (words.right < high and words.left - low < high - words.right):
                low = max(low, words.right)
            else:
                high = min(high, words.left)
        if low >= high:
            return None
        narrowed.append((low, high))
    return tuple(narrowed)


def _column(edges: _Edges, words: Words) -> int:
    return sum(words.left >= high - 0.01 or words.left > (low + high) / 2 for low, high in edges)


def _rows(
    cells: Sequence[tuple[int, dict[int, str] | str]], tops: Sequence[float], width: int, numbered: bool
) -> list[tuple[str, ...]]:
    """Lines put together to rows: by wider gaps where these agree with the numbers, else by numbers."""
    rows: list[tuple[str, ...]] = []
    run: list[tuple[int, dict[int, str]]] = []
    for n, what in cells:
        if isinstance(what, str):
            rows += _run(run, tops, width, numbered)
            rows.append((what,))
            run = []
        else:
            run.append((n, what))
    return rows + _run(run, tops, width, numbered)


def _run(
    run: Sequence[tuple[int, dict[int, str]]], tops: Sequence[float], width: int, numbered: bool
) -> list[tuple[str, ...]]:
    if not run:
        return []
    steps = [tops[b] - tops[a] for (a, _), (b, _) in pairwise(run)]
    closest = min((step for step in steps if step > 0), default=0.0)
    wide = [step > _LOOSE * closest for step in steps]
    groups = _cut(run, wide)
    if not any(wide) or any(sum(0 in cells for _, cells in group) != 1 for group in groups):
        enough = 1 if numbered else (width + 1) // 2
        opens = [0 in cells if numbered else len(cells) > enough for _, cells in run[1:]]
        groups = _cut(run, opens)
    return [
        tuple("\n".join(visible(cells[c]) for _, cells in group if cells.get(c)) for c in range(width))
        for group in groups
    ]


def _cut(
    run: Sequence[tuple[int, dict[int, str]]], opens: Sequence[bool]
) -> list[list[tuple[int, dict[int, str]]]]:
    groups = [[run[0]]]
    for line, new in zip(run[1:], opens, strict=True):
        if new:
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups
