"""Cell values as the XML of a sheet, thousands of rows at a time.

Takes the XML of a sheet that XlsxWriter has finished and the blocks that belong on it; gives the
same sheet with the blocks' rows in place, as a stream of bytes. Knows nothing of styles beyond
their number in the file. Forbids whatever Excel would refuse or change in silence: `fault` says
what is wrong with a value, and writer and blocks both ask it.

Why not cell by cell: XlsxWriter spends 5 to 10 microseconds on a cell, text made here under one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from math import ceil, isfinite
from typing import Any, NamedTuple

from xlfz.excel.address import MAX_ROW, address, area, column_name, column_number, parse
from xlfz.excel.plan import Block, Formula, Link, Sheet, Style, Value

MAX_TEXT = 32_767
MAX_HEIGHT = 409.5
_MAX_FORMULA = 8_192
_MAX_LITERAL = 255
_MAX_INTEGER = 10**15
"""Excel keeps 15 digits: a longer whole number is an identifier and has to be text."""

_ERRORS = frozenset(("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"))
_SPECIAL = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9a-fA-F]{4}_)")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_EPOCH = date(1899, 12, 30).toordinal()
_LEAP_BUG = 61
"""1 March 1900: Excel counts a 29 February 1900 before it, which never was."""

_ROW = re.compile(r'<row r="(\d+)"([^>]*?)(?:/>|>(.*?)</row>)', re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
_FIXED = ' customHeight="1"'
_SPANS = re.compile(r' spans="[^"]*"')
_DIMENSION = re.compile(r'<dimension ref="([^"]*)"/>')
_SHEET_DATA = re.compile(r"<sheetData/>|<sheetData>(.*)</sheetData>", re.DOTALL)
_CHUNK = 512
"""Rows deflated at a time: large enough for the calls not to count, small enough for the cache."""


class Placed(NamedTuple):
    """A block and the number in the file of each column's style, and of its style for dates."""

    block: Block
    numbers: tuple[int, ...]
    date_numbers: tuple[int, ...]


def fault(value: Value) -> str:
    """What is wrong with a value; empty when Excel will take and keep it as it is."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        return _text_fault(value)
    if isinstance(value, int):
        return "" if abs(value) < _MAX_INTEGER else f"{value} has more than 15 digits: write it as text"
    if isinstance(value, float):
        return "" if isfinite(value) else f"{value} is not a number that Excel knows"
    if isinstance(value, date):
        return _date_fault(value)
    if isinstance(value, Formula):
        return _formula_fault(value)
    if isinstance(value, Link):
        return "" if value.target and value.text else "a link needs a target and a text"
    return f"a {type(value).__name__} is not a value of a plan"


def _text_fault(text: str) -> str:
    if len(text) * 2 > MAX_TEXT and len(text.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
        return f"a text of {len(text)} characters, a cell holds {MAX_TEXT}"
    return "half a surrogate pair in a text" if _SURROGATE.search(text) else ""


def _date_fault(value: date) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return "a time with a time zone"
    return "" if value.year >= 1900 else f"{value} is before 1900, where Excel's dates begin"


def _formula_fault(formula: Formula) -> str:
    if not formula.text or formula.text.startswith("="):
        return "a formula is written without its leading = and cannot be empty"
    if len(formula.text) > _MAX_FORMULA:
        return f"a formula of {len(formula.text)} characters, Excel takes {_MAX_FORMULA}"
    if _NOT_XML.search(formula.text):
        return "a control character in a formula"
    if not isinstance(formula.value, str | bool | int | float):
        return f"the value of a formula is text, a number or a truth value, not {formula.value!r}"
    return fault(formula.value)


def serial(value: date) -> float:
    """A date or a time as Excel counts it: days since the end of 1899."""
    days = value.toordinal() - _EPOCH
    if days < _LEAP_BUG:
        days -= 1
    if not isinstance(value, datetime):
        return days
    seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return days + seconds / 86400


def dated(style: Style, value: date) -> Style:
    """The style for a date: a date in a General cell would show as a number."""
    if style.number != "General":
        return style
    return style.but(number="yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd")


def escape(text: str) -> str:
    """Text as it stands in a sheet: markup named, control characters as _xHHHH_ like Excel does."""
    return _SPECIAL.sub(_escaped, text) if _SPECIAL.search(text) else text


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return _NAMED.get(character) or f"_x{ord(character):04X}_"


def link_formula(link: Link) -> Formula:
    """A link as a formula: cells of a block outnumber the 65,530 links a sheet may have, and are sorted."""
    target = link.target
    target = "#" + target.removeprefix("internal:") if target.startswith("internal:") else target
    for part in (target, link.text):
        if len(part) > _MAX_LITERAL:
            raise ValueError(f"a link in a block has {len(part)} characters, Excel takes {_MAX_LITERAL}")
    quoted = (part.replace('"', '""') for part in (target, link.text))
    return Formula('HYPERLINK("{}","{}")'.format(*quoted), link.text)


def _inline(text: str) -> str:
    """The rest of a text cell, after its style number."""
    wrong = _text_fault(text)
    if wrong:
        raise ValueError(wrong)
    if not text:
        return '"/>'
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f'" t="inlineStr"><is><t{space}>{escape(text)}</t></is></c>'


def _result(value: str | float | bool) -> tuple[str, str]:
    """The type attribute and the content of a formula's cached value."""
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, str):
        return (' t="e"' if value in _ERRORS else ' t="str"'), escape(value)
    return "", _digits(value)


def _digits(value: float) -> str:
    # The base class's repr, because a numpy number's own one spells its type.
    return int.__repr__(value) if isinstance(value, int) else float.__repr__(value)


def _other(value: Value, number: int, date_number: int) -> str:
    """The rest of a cell from its style number on, for any value that may stand in a plan."""
    if isinstance(value, Link):
        value = link_formula(value)
    wrong = fault(value)
    if wrong:
        raise ValueError(wrong)
    if value is None:
        return f'{number}"/>'
    if isinstance(value, bool):
        return f'{number}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        return f"{number}{_inline(value)}"
    if isinstance(value, Formula):
        kind, result = _result(value.value)
        return f'{number}"{kind}><f>{escape_markup(value.text)}</f><v>{result}</v></c>'
    if isinstance(value, date):
        return f'{date_number}"><v>{_digits(serial(value))}</v></c>'
    return f'{number}"><v>{_digits(value)}</v></c>'


def escape_markup(text: str) -> str:
    """Formulas and plain parts: markup is named, _xHHHH_ has no meaning there and is left alone."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def cells(placed: Placed, sheet: str) -> Iterator[str]:
    """The cells of each row of a block as XML. Raises ValueError naming sheet and cell."""
    block = placed.block
    columns = [
        (f'<c r="{column_name(block.first_column + i)}', number, date_number, f'" s="{number}')
        for i, (number, date_number) in enumerate(zip(placed.numbers, placed.date_numbers, strict=True))
    ]
    known: dict[str, str] = {}
    not_xml = _NOT_XML.search
    # Any: the checks below look at the exact type, which a type checker does not narrow by.
    rows: Sequence[Sequence[Any]] = block.rows
    for row, values in enumerate(rows, block.first_row):
        made = []
        try:
            for (head, number, date_number, tail), value in zip(columns, values, strict=True):
                kind = type(value)
                # The four kinds that fill big tables come first and are spelled out; calls cost more
                # than the work they do here.
                if kind is str:
                    rest = known.get(value)
                    if rest is None:
                        rest = known[value] = _inline(value)
                    made.append(f"{head}{row}{tail}{rest}")
                elif kind is float and isfinite(value):
                    made.append(f'{head}{row}{tail}"><v>{value!r}</v></c>')
                elif value is None:
                    made.append(f'{head}{row}{tail}"/>')
                elif kind is Formula and type(value.value) is float and isfinite(value.value):
                    text = value.text
                    if text[:1] in ("", "=") or len(text) > _MAX_FORMULA or not_xml(text):
                        raise ValueError(_formula_fault(value))
                    if "&" in text or "<" in text or ">" in text:
                        text = escape_markup(text)
                    made.append(f'{head}{row}{tail}"><f>{text}</f><v>{value.value!r}</v></c>')
                else:
                    made.append(f'{head}{row}" s="{_other(value, number, date_number)}')
        except ValueError as error:
            place = address(row, block.first_column + len(made))
            raise ValueError(f"{sheet}!{place}: {error}") from error
        yield "".join(made)


def spliced(xml: str, blocks: Sequence[Placed], sheet: str) -> Iterator[bytes]:
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
    pending: list[str] = []
    for row in _rows(written, blocks, sheet):
        pending.append(row)
        if len(pending) == _CHUNK:
            yield "".join(pending).encode()
            pending.clear()
    yield f"{''.join(pending)}</sheetData>{xml[found.end() :]}".encode()


def _rows(written: str, blocks: Sequence[Placed], sheet: str) -> Iterator[str]:
    existing = {int(m[1]): (m[2], m[3] or "") for m in _ROW.finditer(written)}
    streams: dict[int, list[tuple[Block, Iterator[str]]]] = {}
    for placed in blocks:
        block = placed.block
        stream = cells(placed, sheet)
        for row in range(block.first_row, block.first_row + len(block.rows)):
            streams.setdefault(row, []).append((block, stream))
    for row in sorted(existing.keys() | streams.keys()):
        here = streams.get(row, ())
        if row not in existing and len(here) == 1:
            block, stream = here[0]
            yield f'<row r="{row}"{_height(block, row)}>{next(stream)}</row>'
            continue
        attributes, inner = existing.get(row, ("", ""))
        pieces = [(block.first_column, next(stream)) for block, stream in here]
        pieces += [(column_number(m[1]), m[0]) for m in _CELL.finditer(inner)]
        pieces.sort()
        attributes = _SPANS.sub("", attributes)
        if " ht=" not in attributes:
            attributes += max((_height(block, row) for block, _ in here), default="", key=_ht)
        elif here and all(block.grows for block, _ in here):
            # XlsxWriter knows no height that grows.
            attributes = attributes.replace(_FIXED, "")
        yield f'<row r="{row}"{attributes}>{"".join(text for _, text in pieces)}</row>'


def _height(block: Block, row: int) -> str:
    if not block.heights:
        return ""
    fixed = "" if block.grows else _FIXED
    return f' ht="{pixels(block.heights[row - block.first_row]):g}"{fixed}'


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
    if any(not 0 < height <= MAX_HEIGHT for height in block.heights):
        raise ValueError(f"a row height must be above 0 and at most {MAX_HEIGHT} points")


StyleNumber = Callable[[Style], int]


def placed(block: Block, number_of: StyleNumber) -> Placed:
    """A block with its styles' numbers; the style for dates is asked for only where dates stand."""
    check_heights(block)
    numbers = tuple(map(number_of, block.styles))
    date_numbers = list(numbers)
    for i, style in enumerate(block.styles):
        if style.number == "General":
            sample = next((row[i] for row in block.rows if isinstance(row[i], date)), None)
            if isinstance(sample, date):
                date_numbers[i] = number_of(dated(style, sample))
    return Placed(block, numbers, tuple(date_numbers))


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
