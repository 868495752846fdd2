"""Cell addresses. Rows and columns count from 1 everywhere in xlfz, as they do in Excel."""

from __future__ import annotations

import re
from functools import cache

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


@cache
def column_name(column: int) -> str:
    """1 -> A, 28 -> AB. Raises ValueError outside 1..16384."""
    if not 1 <= column <= MAX_COLUMN:
        raise ValueError(f"no such column: {column}")
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def column_number(name: str) -> int:
    """A -> 1, AB -> 28. Raises ValueError for anything that is not a column of Excel's."""
    number = 0
    # A longer name is no column, and would cost more than its length.
    for letter in name[:4]:
        if not "A" <= letter <= "Z":
            raise ValueError(f"no such column: {name}")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= MAX_COLUMN:
        raise ValueError(f"no such column: {name}")
    return number


def address(row: int, column: int) -> str:
    """(12, 8) -> H12."""
    return f"{column_name(column)}{row}"


def absolute(row: int, column: int) -> str:
    """(12, 8) -> $H$12."""
    return f"${column_name(column)}${row}"


def area(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    """(5, 1, 9, 3) -> A5:C9."""
    return f"{address(first_row, first_column)}:{address(last_row, last_column)}"


def parse(reference: str) -> tuple[int, int]:
    """H12 or $H$12 -> (12, 8). Raises ValueError when it is not an address of Excel's."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"no such cell: {reference}")
    row = int(match[2])
    if row > MAX_ROW:
        raise ValueError(f"no such cell: {reference}")
    return row, column_number(match[1])


def quote_sheet(name: str) -> str:
    """A sheet name as it stands in a formula: always quoted, so that any name works."""
    return "'" + name.replace("'", "''") + "'"
