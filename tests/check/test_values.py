"""One cell at a time: what the form's declaration of its column makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.check.values import About, Value, clean_text, validate
from xlfz.excel.content import Cell
from xlfz.form.spec import DEFAULT_COLUMNS, Column

COLUMNS = {c.id: c for c in DEFAULT_COLUMNS}
ABOUT = About(minimum=0, maximum=5, today=date(2026, 11, 20), start=date(2026, 1, 1))
KINDS = {
    "文本": COLUMNS["note"],
    "数字": COLUMNS["score"],
    "整数": COLUMNS["words"],
    "日期": COLUMNS["done_on"],
    "选择": COLUMNS["status"],
}

CELLS = st.one_of(
    st.builds(Cell, st.just("text"), st.text(max_size=12)),
    st.builds(
        lambda x, f: Cell("number", x, repr(x), None, f),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(("general", "date", "time", "percent", "text")),
    ),
    st.builds(Cell, st.just("bool"), st.booleans()),
    st.builds(Cell, st.just("error"), st.sampled_from(("#REF!", "#N/A", "1_9"))),
    st.just(Cell("blank", None)),
)


def codes(value: Value) -> list[str]:
    """The codes of the findings."""
    return [f.code for f in value.findings]


@given(CELLS, st.sampled_from(sorted(KINDS)), st.booleans(), st.sampled_from((None, "1+1", "[1]A!B2")))
def test_a_cell_is_an_answer_or_blank_or_has_an_error(
    cell: Cell, kind: str, date1904: bool, formula: str | None
) -> None:
    """Never two of them, never none: nothing is dropped in silence, nothing doubtful is taken."""
    cell = cell._replace(formula=formula)
    value = validate(cell, KINDS[kind], ABOUT._replace(date1904=date1904))
    errors = [f for f in value.findings if f.severity == "error"]
    assert [value.answer is not None, value.blank, bool(errors)].count(True) == 1
    if formula is not None or cell.kind == "error":
        assert errors


@given(st.text(max_size=30))
def test_a_text_is_taken_as_it_is_but_for_its_ends_and_what_cannot_be_seen(text: str) -> None:
    """Cleaning twice changes nothing, and what was taken can be seen."""
    value = clean_text(text) if text else Value(blank=True)
    if isinstance(value.answer, str):
        assert clean_text(value.answer) == Value(value.answer)
        assert value.answer == value.answer.strip()
        kept = [c for c in text if c in value.answer and not c.isspace()]
        assert [c for c in value.answer if not c.isspace()] == kept


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("- 已办", True),
        ("-已办", True),
        ("——已办", True),
        ("-- 一是", True),
        ("－已办", True),
        ("-", True),
        ("-5", False),
        ("- 5", False),
        ("-A1", False),
        ("－５", False),
        ("-(1)", False),
        ("-=1", False),
        ("=", False),
        ("＝已办", False),
        ("＋", False),
        ("﹢1", False),
        ("@", False),
        ("＠甲", False),
        ("①=1", True),
        ("1=1", True),
    ],
)
def test_what_a_spreadsheet_would_take_for_a_formula_is_refused(text: str, fine: bool) -> None:
    """A dash in front of Chinese text is a list."""
    assert codes(clean_text(text)) == ([] if fine else ["E_TEXT_FORMULA_LIKE"])


@pytest.mark.parametrize(
    ("value", "format_", "answer", "code"),
    [
        (3.0, "general", "3", []),
        (0.5, "general", "0.5", []),
        (0.5, "percent", "50%", ["W_TEXT_DATE"]),
        (46090.0, "date", "2026-03-09", ["W_TEXT_DATE"]),
        (12345678901234.0, "general", "12345678901234", []),
        (411522199001012345.0, "general", None, ["E_ID_PRECISION"]),
        (-5.0, "general", "-5", []),
    ],
)
def test_a_number_in_a_text_column_is_its_text(
    value: float, format_: str, answer: str | None, code: list[str]
) -> None:
    """Long numbers have lost their last digits; dates and percentages are said."""
    cell = Cell("number", value, f"{value:g}", None, format_)  # type: ignore[arg-type]
    made = validate(cell, COLUMNS["note"], About())
    assert (made.answer, codes(made)) == (answer, code)


@pytest.mark.parametrize(
    ("serial", "format_", "date1904", "day", "code"),
    [
        (46090, "date", False, date(2026, 3, 9), []),
        (44628, "date", True, date(2026, 3, 9), []),
        (44628, "general", True, date(2026, 3, 9), ["W_DATE_SERIAL"]),
        (46090.25, "date", False, date(2026, 3, 9), ["W_DATE_TIME"]),
        (46090.25, "time", False, date(2026, 3, 9), ["W_DATE_SERIAL"]),
        (0.5, "time", False, None, ["E_DATE"]),
        (46090, "percent", False, None, ["E_DATE"]),
        (20260309, "date", False, date(2026, 3, 9), ["W_DATE_TEXT"]),
        (2026.3, "general", False, None, ["E_DATE"]),
        (36525, "general", False, None, ["E_DATE"]),
        (20260230, "general", False, None, ["E_DATE"]),
        (-46090, "date", False, None, ["E_DATE"]),
    ],
)
def test_a_number_in_a_date_column(
    serial: float, format_: str, date1904: bool, day: date | None, code: list[str]
) -> None:
    """Excel's numbers with and without a date's format, in both date systems, and digits of a date."""
    cell = Cell("number", float(serial), f"{serial:g}", None, format_)  # type: ignore[arg-type]
    made = validate(cell, replace(COLUMNS["done_on"], id="own"), About(date1904=date1904))
    assert (made.answer, codes(made)) == (day, code)


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("A1+B1", "E_FORMULA_IN_INPUT"),
        ("SUM(表[得分])", "E_FORMULA_IN_INPUT"),
        ("", "E_FORMULA_IN_INPUT"),
        ("[2]表!A1", "E_EXTERNAL_REF"),
        ("'C:\\[得分.xlsx]表'!A1", "E_EXTERNAL_REF"),
        ("'file:///a.ods'#$表.A1", "E_EXTERNAL_REF"),
        ("cmd|'/c calc'!A1", "E_FORMULA_DANGEROUS"),
        ("webservice(A1)", "E_FORMULA_DANGEROUS"),
        ('CALL("a")', "E_FORMULA_DANGEROUS"),
        ("REGISTER.ID(1)", "E_FORMULA_DANGEROUS"),
        ('RTD("a",,"b")', "E_FORMULA_DANGEROUS"),
        ("MSEXCEL|'\\a'!x", "E_FORMULA_DANGEROUS"),
        ("RECALL(1)", "E_FORMULA_IN_INPUT"),
    ],
)
def test_a_formula_is_never_an_answer(formula: str, code: str) -> None:
    """Not even when its cached value would be fine; the dangerous ones by their own name."""
    for column in KINDS.values():
        assert codes(validate(Cell("number", 3.0, "3", formula), column, ABOUT)) == [code]


def test_limits_count_characters_without_white_space() -> None:
    """字数 as an office counts it."""
    column = Column("own", "items", "说明", "文本", limit=10, usual=5)
    about = About(limit=10, usual=5)
    assert codes(validate(Cell("text", "一 二 三 四 五"), column, about)) == []
    assert codes(validate(Cell("text", "一 二 三 四 五 六"), column, about)) == ["W_TEXT_USUAL"]
    assert codes(validate(Cell("text", "一二三四五六七八九十\n　十一"), column, about)) == ["E_TEXT_LIMIT"]


def test_line_ends_are_one_kind() -> None:
    """Whichever program saved the file."""
    assert clean_text("甲\r\n乙\r丙") == Value("甲\n乙\n丙")
