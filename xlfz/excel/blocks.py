"""Cell values as the XML of a sheet, thousands of rows at a time.

Takes blocks and the numbers of their styles; gives the cells of each row as UTF-8, for `splice` to
put in their place. Knows nothing of styles beyond their number in the file. Forbids whatever Excel
would refuse or change in silence: `fault` says what is wrong with a value, and writer and blocks
both ask it.

Why not cell by cell: XlsxWriter spends 5 to 10 microseconds on a cell. Here a column is made at a
time: its texts are examined, escaped and encoded together, equal values once; the number of the row,
the only thing in which their cells differ, is filled in when the row is joined.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import islice, repeat
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from xlfz.excel.address import address, column_name
from xlfz.excel.plan import Block, Formula, Link, Style, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MAX_TEXT = 32_767
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

_SLICE = 2048
"""Rows whose columns are made at a time: large enough for the calls not to count."""
_SHORT = 1_000
"""A text that is certainly not too long, however its characters are counted."""
_CONTENT = re.compile(b"(?<=>)[A0](?=<)")
_NOTHING = repeat(b"")
_HERE = "\0"
"""Stands for the number of the row. No text brings one along: control characters are escaped."""


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


def escape_markup(text: str) -> str:
    """Formulas and plain parts: markup is named, _xHHHH_ has no meaning there and is left alone."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def cell(value: Value, head: str, number: int, date_number: int) -> str:
    """Any value that may stand in a plan, as a cell of a style, or of its style for dates.

    `head` is the beginning: `<c r="A5`. Raises ValueError for a value that Excel would not take.
    """
    if isinstance(value, Link):
        value = link_formula(value)
    wrong = fault(value)
    if wrong:
        raise ValueError(wrong)
    if isinstance(value, date):
        return f'{head}" s="{date_number}"><v>{_digits(serial(value))}</v></c>'
    head = f'{head}" s="{number}"'
    if value is None or value == "":
        return f"{head}/>"
    if isinstance(value, bool):
        return f'{head} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, str):
        space = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
        return f'{head} t="inlineStr"><is><t{space}>{escape(value)}</t></is></c>'
    if isinstance(value, Formula):
        kind, result = _result(value.value)
        return f"{head}{kind}><f>{escape_markup(value.text)}</f><v>{result}</v></c>"
    return f"{head}><v>{_digits(value)}</v></c>"


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


class _Column:
    """One column of a block: how each kind of value becomes a cell that lacks the row's number.

    `cell` is the one place that spells a cell. For the values that fill tables, what stands around
    them is taken from a sample of it; a column with any that is not plainly harmless goes through
    it value by value.
    """

    def __init__(self, name: str, number: int, date_number: int) -> None:
        self._head, self._number, self._date_number = f'<c r="{name}{_HERE}', number, date_number
        self._makers: dict[type, Callable[[list[Any]], list[bytes]]] = {
            str: self._texts,
            float: self._numbers,
            int: self._numbers,
            Formula: self._formulas,
            date: self._equals,
            type(None): self._equals,
        }

    def cells(self, values: Sequence[Value]) -> list[bytes]:
        """The cells of these values. Raises ValueError without saying which of them is at fault."""
        kinds = set(map(type, values))
        if len(kinds) == 1:
            return self._made(kinds.pop(), list(values))
        # Each kind by itself: 1, 1.0 and True are equal and are not written alike.
        apart = {kind: iter(self._made(kind, [v for v in values if type(v) is kind])) for kind in kinds}
        return [next(apart[type(value)]) for value in values]

    def _made(self, kind: type, values: list[Any]) -> list[bytes]:
        return self._makers.get(kind, self._singly)(values)

    def _any(self, value: Value) -> bytes:
        return cell(value, self._head, self._number, self._date_number).encode()

    def _around(self, sample: Value) -> tuple[bytes, bytes]:
        """What stands before and after the content of a cell like this one, which is A or 0."""
        before, after = _CONTENT.split(self._any(sample), 1)
        return before, after

    def _singly(self, values: list[Value]) -> list[bytes]:
        return list(map(self._any, values))

    def _equals(self, values: list[Value]) -> list[bytes]:
        """Equal values are spelled once."""
        made = {value: self._any(value) for value in set(values)}
        return list(map(made.__getitem__, values))

    def _numbers(self, values: list[float]) -> list[bytes]:
        keys = _keys(values)
        distinct = dict(zip(keys, values, strict=True))
        if not all(isfinite(value) and abs(value) < _MAX_INTEGER for value in distinct.values()):
            return self._singly(values)  # type: ignore[arg-type]
        before, after = self._around(0)
        made = {key: before + repr(value).encode() + after for key, value in distinct.items()}
        return list(map(made.__getitem__, keys))

    def _texts(self, values: list[str]) -> list[bytes]:
        distinct = list(set(values))
        encoded = _harmless(distinct)
        if encoded is None:
            return self._equals(values)  # type: ignore[arg-type]
        before, after = self._around("A")
        made = {text: before + code + after for text, code in zip(distinct, encoded, strict=True)}
        return list(map(made.__getitem__, values))

    def _formulas(self, values: list[Formula]) -> list[bytes]:
        texts, results = [f.text for f in values], [f.value for f in values]
        encoded = _printable(texts)
        if encoded is None or any(text[0] == "=" or len(text) > _MAX_FORMULA for text in texts):
            return self._singly(values)  # type: ignore[arg-type]
        if not set(map(type, results)) <= {float, str}:
            return self._singly(values)  # type: ignore[arg-type]
        keys = _keys(results)
        distinct = dict(zip(keys, results, strict=True))
        around = {key: self._around(Formula("A", result)) for key, result in distinct.items()}
        return [
            before + code + after
            for (before, after), code in zip(map(around.__getitem__, keys), encoded, strict=True)
        ]


def _keys(values: list[Any]) -> list[Any]:
    """What tells values of one type apart, and texts from numbers: 0.0 and -0.0 are equal."""
    return list(map(repr, values)) if 0 in values else values


def _printable(texts: list[str]) -> list[bytes] | None:
    """The texts escaped as markup, unless one is empty or has what may not stand in XML."""
    if not all(texts) or not "".join(texts).isprintable():
        return None
    # What is printable has no line feed of its own.
    return escape_markup("\n".join(texts)).encode().split(b"\n")


def _harmless(texts: list[str]) -> list[bytes] | None:
    """The texts escaped, unless one has more to it than markup: its ends, its length, an _xHHHH_."""
    encoded = _printable(texts)
    if encoded is None or max(map(len, texts)) > _SHORT or "_x" in "".join(texts):
        return None
    return None if any(text[0] == " " or text[-1] == " " for text in texts) else encoded


def rows(
    placed: Placed, sheet: str, before: Iterator[bytes] = _NOTHING, after: bytes = b""
) -> Iterator[bytes]:
    """The cells of each row of a block, between the next of `before` and `after`; \\0 is the row's number.

    Raises ValueError naming sheet and cell.
    """
    block = placed.block
    columns = [
        _Column(column_name(i), number, date_number)
        for i, (number, date_number) in enumerate(
            zip(placed.numbers, placed.date_numbers, strict=True), block.first_column
        )
    ]
    here = _HERE.encode()
    for start in range(0, len(block.rows), _SLICE):
        part = block.rows[start : start + _SLICE]
        first = block.first_row + start
        try:
            made: list[Iterable[bytes]] = [
                column.cells(values) for column, values in zip(columns, zip(*part, strict=True), strict=True)
            ]
        except ValueError:
            _find_fault(part, first, block.first_column, sheet)
            raise
        # Not more of `before` than there are rows: what is left is for the next part.
        made = [islice(before, len(part)), *made, repeat(after, len(part))]
        for row, texts in enumerate(zip(*made, strict=True), first):
            yield b"".join(texts).replace(here, b"%d" % row)


def _find_fault(part: Sequence[Sequence[Value]], first_row: int, first_column: int, sheet: str) -> None:
    """Raises ValueError naming the first cell at fault: columns are made in another order than read."""
    for row, values in enumerate(part, first_row):
        for column, value in enumerate(values, first_column):
            try:
                cell(value, "", 0, 0)
            except ValueError as error:
                raise ValueError(f"{sheet}!{address(row, column)}: {error}") from error
