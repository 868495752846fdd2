"""Addresses: the two spellings of a place are each other's inverse, and nothing else is an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from xlfz.excel.address import (
    MAX_COLUMN,
    MAX_ROW,
    absolute,
    address,
    area,
    column_name,
    column_number,
    parse,
    quote_sheet,
)

rows, columns = st.integers(1, MAX_ROW), st.integers(1, MAX_COLUMN)


@given(rows, columns)
def test_an_address_leads_back_to_its_cell(row: int, column: int) -> None:
    """With dollar signs and without."""
    assert parse(address(row, column)) == parse(absolute(row, column)) == (row, column)


@given(columns)
def test_columns_are_named_as_excel_names_them(column: int) -> None:
    """The same letters as openpyxl's, and back."""
    assert column_name(column) == get_column_letter(column)
    assert column_number(column_name(column)) == column


def test_an_area_is_its_two_corners() -> None:
    """First and last cell."""
    assert area(5, 1, 9, 3) == "A5:C9"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H",
        "12",
        "H0",
        "H012",
        "h12",
        "H1048577",
        "XFE1",
        "AAAA1",
        "A1:B2",
        " A1",
        "A1\n",
        "Ａ1",
        "A１",
        "A1１",
        "#REF!",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """Lower case, full-width digits, rows and columns that Excel has not got."""
    with pytest.raises(ValueError, match="no such"):
        parse(text)


@pytest.mark.parametrize("column", [0, -1, MAX_COLUMN + 1])
def test_there_is_no_column_outside_the_sheet(column: int) -> None:
    """Counting starts with 1 and ends with XFD."""
    with pytest.raises(ValueError, match="no such column"):
        column_name(column)


@pytest.mark.parametrize("name", ["", "XFE", "a", "A1", "甲", "ZZZZ"])
def test_what_is_no_column_is_refused(name: str) -> None:
    """Only A to XFD."""
    with pytest.raises(ValueError, match="no such column"):
        column_number(name)


@pytest.mark.parametrize(("name", "quoted"), [("明细", "'明细'"), ("O'Neil 表", "'O''Neil 表'")])
def test_any_sheet_name_works_in_a_formula(name: str, quoted: str) -> None:
    """Always quoted, apostrophes doubled."""
    assert quote_sheet(name) == quoted
