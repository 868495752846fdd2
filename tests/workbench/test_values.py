"""A cell as a value of its field: what means one thing is read, the rest is a fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.excel.content import Cell
from xlfz.excel.days import read_day
from xlfz.findings import Finding
from xlfz.workbench.tables import SHEETS, Field
from xlfz.workbench.values import convert, read_number

TEXT = Field("a", "甲", limit=10)
ID = Field("a", "甲", "id")
NUMBER = Field("a", "甲", "number", minimum=0, maximum=100, unit="分")
WHOLE = Field("a", "甲", "whole", minimum=1)
DATE = Field("a", "甲", "date")
CHOICE = Field("a", "甲", "choice", choices=("启用", "停用"))


@pytest.mark.parametrize(
    "text", ["十", "1O", "9,5", "1.2.3", "①", "9²", "1e3", "10%", "2000万", "-", ".", "", "1 0"]
)
def test_what_may_mean_something_else_is_no_number(text: str) -> None:
    """Nothing is guessed."""
    assert read_number(text, "分") is None


@pytest.mark.parametrize(
    "text", ["3月12日", "26-3-12", "2026-13-1", "2026-2-30", "1999-12-31", "12/3/2026", "2026", ""]
)
def test_what_may_mean_another_day_is_no_day(text: str) -> None:
    """Nor a day that does not exist, or lies outside 2000..2100."""
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("cell", "field", "code"),
    [
        (Cell("number", 3.0, formula="1+2"), NUMBER, "E_WB_FORMULA"),
        (Cell("text", "", formula='""'), TEXT, "E_WB_FORMULA"),
        (Cell("error", "#N/A"), TEXT, "E_WB_FORMULA"),
        (Cell("number", 101.0), NUMBER, "E_WB_NUMBER"),
        (Cell("number", 0.5, format="percent"), NUMBER, "E_WB_NUMBER"),
        (Cell("number", 46093.0, format="date"), NUMBER, "E_WB_NUMBER"),
        (Cell("number", 1.5), WHOLE, "E_WB_NUMBER"),
        (Cell("number", 0.0), WHOLE, "E_WB_NUMBER"),
        (Cell("number", 46093.0), DATE, "E_WB_DATE"),
        (Cell("number", 0.5, format="time"), DATE, "E_WB_DATE"),
        (Cell("bool", True), DATE, "E_WB_DATE"),
        (Cell("text", "启"), CHOICE, "E_WB_CHOICE"),
        (Cell("text", "甲" * 11), TEXT, "E_WB_TEXT_LONG"),
        (Cell("number", 46093.0, format="date"), ID, "E_WB_TEXT_DATE"),
        (Cell("number", 4.2e17), ID, "E_ID_PRECISION"),
    ],
)
def test_a_cell_that_cannot_stand_gives_its_fault(cell: Cell, field: Field, code: str) -> None:
    """One code for each kind."""
    found = convert(cell, field)
    assert isinstance(found, Finding)
    assert found.code == code


@pytest.mark.parametrize("cell", [None, Cell("blank", None), Cell("text", " \u3000\u200b"), Cell("text", "")])
@pytest.mark.parametrize("field", [TEXT, ID, NUMBER, DATE, CHOICE])
def test_a_cell_without_visible_content_is_blank(cell: Cell | None, field: Field) -> None:
    """Whatever its field."""
    assert convert(cell, field) is None


@given(st.sampled_from([f for s in SHEETS for f in s.read]), st.text(max_size=30))
def test_any_text_gives_a_value_or_a_fault(field: Field, text: str) -> None:
    """Never an exception; a fault has its message."""
    found = convert(Cell("text", text), field)
    if isinstance(found, Finding):
        assert found.message
        assert found.remedy


@given(st.floats(0, 100).map(lambda n: round(n, 2)))
def test_a_number_is_read_as_text_and_as_number_alike(number: float) -> None:
    """With and without its unit."""
    for cell in (Cell("number", number), Cell("text", f"{number}"), Cell("text", f" {number}分")):
        assert convert(cell, NUMBER) == number
