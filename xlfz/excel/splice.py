"""Blocks on a sheet: whether there is room, and their rows put between what XlsxWriter wrote.

Takes the XML of a sheet that XlsxWriter has finished and the blocks that belong on it; gives the
same sheet with the blocks' rows in place, as a stream of bytes. Forbids two things in one cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import dropwhile, repeat, takewhile
from math import ceil
from operator import itemgetter

from xlfz.excel.address import MAX_ROW, address, area, column_number, parse
from xlfz.excel.blocks import Placed, dated, rows
from xlfz.excel.plan import Block, Later, Sheet, Style

MAX_HEIGHT = 409.5
_ROW = re.compile(r'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
_FIXED = ' customHeight="1"'
_SPANS = re.compile(r' spans="[^"]*"')
_DIMENSION = re.compile(r'<dimension ref="([^"]*)"/>')
_SHEET_DATA = re.compile(r"<sheetData/>|<sheetData>(.*)</sheetData>", re.DOTALL)


_CUT = b""
"""Stands among the pieces of a sheet for the rows of a block that is left out."""


def divided(xml: str, one: Placed, sheet: str, at: int) -> tuple[Iterator[bytes], Iterator[bytes]] | None:
    """What `spliced` gives for one block, up to its row `at` (from 0) and from there on.

    Either is made without the rows of the other. None when the block shares rows with something else.
    """
    found = _SHEET_DATA.search(xml)
    existing = [int(m[1]) for m in _ROW.finditer(found[1] or "")] if found else []
    if not _alone(one.block, existing, [one]):
        return None
    above = one._replace(block=one.block.part(0, at))
    below = one._replace(block=one.block.part(at, len(one.block.rows)))
    first = spliced(xml, [above, below], sheet, without=below)
    second = spliced(xml, [above, below], sheet, without=above)
    return (
        takewhile(lambda piece: piece is not _CUT, first),
        dropwhile(lambda piece: piece is _CUT, dropwhile(lambda piece: piece is not _CUT, second)),
    )


def spliced(xml: str, blocks: Sequence[Placed], sheet: str, without: Placed | None = None) -> Iterator[bytes]:
    """The sheet with the rows of its blocks, in order, as UTF-8 in pieces.

    Cells that XlsxWriter wrote beside a block keep their place; where it wrote attributes of a row
    (a height, hidden) they stand. The caller has made sure that no two things share a cell.
    """
    found = _SHEET_DATA.search(xml)
    if found is None:
        raise ValueError(f"{sheet}: the sheet has no data element")
    written = found[1] or ""
    head = _DIMENSION.sub(
        lambda m: f'<dimension ref="{_grown(m[1] if written else "", blocks)}"/>', xml[: found.start()]
    )
    yield f"{head}<sheetData>".encode()
    yield from _rows(written, blocks, sheet, without)
    yield f"</sheetData>{xml[found.end() :]}".encode()


def _rows(written: str, blocks: Sequence[Placed], sheet: str, without: Placed | None) -> Iterator[bytes]:
    """The rows in order: those of blocks beside which nothing stands, and the others one by one."""
    existing = {int(m[1]): (m[2], m[3] or "") for m in _ROW.finditer(written)}
    ahead = sorted(blocks, key=lambda placed: placed.block.first_row, reverse=True)
    alone: list[Placed] = []
    beside: list[Placed] = []
    for placed in ahead:
        (alone if _alone(placed.block, existing, blocks) else beside).append(placed)
    for row, text in _shared(existing, beside, sheet):
        while alone and alone[-1].block.first_row < row:
            placed = alone.pop()
            yield from (_CUT,) if placed is without else _whole(placed, sheet)
        yield text
    while alone:
        placed = alone.pop()
        yield from (_CUT,) if placed is without else _whole(placed, sheet)


def _alone(block: Block, existing: Iterable[int], blocks: Sequence[Placed]) -> bool:
    top, _, bottom, _ = box(block)
    others = (box(other.block) for other in blocks if other.block is not block)
    return not any(top <= row <= bottom for row in existing) and not any(
        top <= other[2] and other[0] <= bottom for other in others
    )


def _whole(placed: Placed, sheet: str) -> Iterator[bytes]:
    """The rows of a block that has them to itself."""
    before = (b'<row r="\0"%b>' % height for height in _heights(placed.block))
    return rows(placed, sheet, before, b"</row>")


def _shared(
    existing: Mapping[int, tuple[str, str]], blocks: Sequence[Placed], sheet: str
) -> Iterator[tuple[int, bytes]]:
    """The rows that XlsxWriter wrote, with the cells of the blocks beside them."""
    streams: dict[int, list[tuple[Block, Iterator[bytes], Iterator[bytes]]]] = {}
    for placed in blocks:
        block = placed.block
        stream = block, _heights(block), rows(placed, sheet)
        for row in range(block.first_row, block.first_row + len(block.rows)):
            streams.setdefault(row, []).append(stream)
    for row in sorted(existing.keys() | streams.keys()):
        here = streams.get(row, ())
        heights = [next(tall).decode() for _, tall, _ in here]
        attributes, inner = existing.get(row, ("", ""))
        pieces = [(block.first_column, next(cells)) for block, _, cells in here]
        pieces += [(column_number(m[1]), m[0].encode()) for m in _CELL.finditer(inner)]
        pieces.sort()
        attributes = _SPANS.sub("", attributes)
        if " ht=" not in attributes:
            attributes += max(heights, default="", key=_ht)
        elif here and all(block.grows for block, _, _ in here):
            # XlsxWriter knows no height that grows.
            attributes = attributes.replace(_FIXED, "")
        text = b"".join(text for _, text in pieces)
        yield row, b'<row r="%d"%b>%b</row>' % (row, attributes.encode(), text)


def _heights(block: Block) -> Iterator[bytes]:
    """The attribute of each row's height."""
    check_heights(block)
    if not block.heights:
        return repeat(b"", len(block.rows))
    fixed = "" if block.grows else _FIXED
    attributes = {height: f' ht="{pixels(height):g}"{fixed}'.encode() for height in set(block.heights)}
    return map(attributes.__getitem__, block.heights)


def pixels(height: float) -> float:
    """A height as Excel keeps it, in whole pixels of 0.75 points; upwards, or text would be cut."""
    return min(ceil(height / 0.75) * 0.75, MAX_HEIGHT)


def _ht(attribute: str) -> float:
    """The height in a row's attribute; blocks side by side take the taller one."""
    return float(attribute.split('"')[1]) if attribute else 0.0


def _grown(reference: str, blocks: Sequence[Placed]) -> str:
    """The used area of the sheet: what XlsxWriter found, and the blocks."""
    boxes = [box(placed.block) for placed in blocks]
    if reference:
        first, _, last = reference.partition(":")
        boxes.append((*parse(first), *parse(last or first)))
    tops, lefts, bottoms, rights = zip(*boxes, strict=True)
    return area(min(tops), min(lefts), max(bottoms), max(rights))


def box(block: Block) -> tuple[int, int, int, int]:
    """(first row, first column, last row, last column) of a block with at least one row."""
    last_row = block.first_row + len(block.rows) - 1
    if last_row > MAX_ROW:
        raise ValueError(f"a block ends in row {last_row}, Excel has {MAX_ROW}")
    return block.first_row, block.first_column, last_row, block.first_column + len(block.styles) - 1


def check_heights(block: Block) -> None:
    """Raises ValueError unless there is a possible height for every row, or none at all."""
    if block.heights and len(block.heights) != len(block.rows):
        raise ValueError(f"a block of {len(block.rows)} rows has {len(block.heights)} heights")
    if any(not 0 < height <= MAX_HEIGHT for height in set(block.heights)):
        raise ValueError(f"a row height must be above 0 and at most {MAX_HEIGHT} points")


StyleNumber = Callable[[Style], int]


def placed(block: Block, number_of: StyleNumber) -> Placed:
    """A block with its styles' numbers; the style for dates is asked for only where dates stand."""
    numbers = tuple(map(number_of, block.styles))
    date_numbers = list(numbers)
    if isinstance(block.rows, Later):
        for column, day in block.dates.items():
            date_numbers[column] = number_of(dated(block.styles[column], day))
        return Placed(block, numbers, tuple(date_numbers))
    check_heights(block)
    for i, style in enumerate(block.styles):
        if style.number == "General" and any(issubclass(kind, date) for kind in _kinds(block, i)):
            sample = next(row[i] for row in block.rows if isinstance(row[i], date))
            date_numbers[i] = number_of(dated(style, sample))  # type: ignore[arg-type]
    return Placed(block, numbers, tuple(date_numbers))


def _kinds(block: Block, column: int) -> set[type]:
    return set(map(type, map(itemgetter(column), block.rows)))


def check_room(sheet: Sheet) -> None:
    """Raises ValueError when two things of a sheet share a cell: one would silently win."""
    taken: dict[tuple[int, int], str] = {}
    for merge in sheet.merges:
        for row in range(merge.first_row, merge.last_row + 1):
            for column in range(merge.first_column, merge.last_column + 1):
                _take(taken, sheet, row, column, "a merged area")
    for put in sheet.cells:
        _take(taken, sheet, put.row, put.column, "a cell")
    boxes = [box(block) for block in sheet.blocks if block.rows]
    for table in sheet.tables:
        top, left, _, right = corners(table.area)
        # Headers without a cell of their own are written by the table.
        taken |= {(top, column): "a table's header" for column in range(left, right + 1)}
    for index, (top, left, bottom, right) in enumerate(boxes):
        for row, column in taken:
            if top <= row <= bottom and left <= column <= right:
                raise ValueError(f"{sheet.name}!{address(row, column)}: {taken[row, column]} lies in a block")
        for other in boxes[:index]:
            if top <= other[2] and other[0] <= bottom and left <= other[3] and other[1] <= right:
                raise ValueError(f"{sheet.name}!{address(top, left)}: two blocks overlap")


def _take(taken: dict[tuple[int, int], str], sheet: Sheet, row: int, column: int, what: str) -> None:
    if (row, column) in taken:
        raise ValueError(f"{sheet.name}!{address(row, column)}: {what} where there is {taken[row, column]}")
    taken[row, column] = what


def corners(reference: str) -> tuple[int, int, int, int]:
    """A5:C9 -> (5, 1, 9, 3); a single cell is an area too."""
    first, _, last = reference.partition(":")
    return (*parse(first), *parse(last or first))
