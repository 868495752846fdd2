"""Spellings of numbers and days: what means exactly one value is read, the rest is not guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.check.spellings import is_percent, read_number
from xlfz.excel.days import day_of, read_day

WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(st.integers(-(10**9), 10**9), st.booleans(), st.booleans(), st.sampled_from(("", "分", " 分")))
def test_a_number_survives_every_way_of_writing_it(cents: int, wide: bool, grouped: bool, unit: str) -> None:
    """Thousands marks, full width, unit."""
    text = f"{cents / 100:,.2f}" if grouped else f"{cents / 100:.2f}"
    text = (text.translate(WIDE) if wide else text) + unit
    assert read_number(text, "score", points=True) == cents / 100


@given(st.text(st.sampled_from("0123456789.,-+eE_ OlI一二％%分万亿²①½٣"), max_size=8))
def test_nothing_is_read_that_python_would_read_otherwise(text: str) -> None:
    """What is read is what the plain digits say; underscores, exponents and other digits are not."""
    number = read_number(text, "score", points=True)
    if number is not None:
        plain = text.strip().removesuffix("分").strip().replace(",", "")
        assert float(plain) == number
        assert not set(plain) & set("eE_OlI一二²①½٣")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "分",
        ".",
        "-",
        "+",
        "1,23",
        "12,34",
        "1,2345",
        ",123",
        "1..2",
        "1.2.3",
        "1 000",
        "9,5",
        "1e3",
        "1_9",
        "O",
        "1O",
        "l0",
        "九",
        "9又1/2",
        "9/10",
        "2000万",
        "3亿",
        "约9",
        "9.5左右",
        "9-10",
        "NaN",
        "inf",
        "0x10",
        "9.5。",
        "￥9",
        "9％",
        "9 分 5",
        "1234567890123456",
    ],
)
def test_what_needs_somebody_to_decide_is_no_number(text: str) -> None:
    """2000万 is not 0, O is not 0, a comma is not a point."""
    assert read_number(text, "score", points=True) is None


@pytest.mark.parametrize(
    ("text", "column", "points", "number"),
    [
        ("480字", "words", False, 480),
        ("480分", "words", False, None),
        ("9字", "score", True, None),
        ("12项", "own1", False, 12),
        ("−5", "own1", False, -5),
        ("12 件", "own1", False, 12),
        ("12项", "score", True, None),
    ],
)
def test_a_unit_is_dropped_only_where_it_belongs(
    text: str, column: str, points: bool, number: float | None
) -> None:
    """分 after a score, 字 after a count of characters, counting words elsewhere."""
    assert read_number(text, column, points=points) == number


@given(
    DAYS,
    st.sampled_from(("-", "/", ".", "年月日", "年月号", "、", " - ", "", "－", "．", "\\")),
    st.booleans(),
    st.booleans(),
    st.sampled_from(("", " 00:00:00", "T00:00:00", " 8:30")),
)
def test_a_day_survives_every_way_of_writing_it(
    day: date, mark: str, padded: bool, wide: bool, clock: str
) -> None:
    """Separators, zeros, full width, a time after it."""
    if not mark:
        text = f"{day:%Y%m%d}"
        clock = ""
    else:
        y, m, d = (
            (f"{day:%Y}", f"{day:%m}", f"{day:%d}")
            if padded
            else (str(day.year), str(day.month), str(day.day))
        )
        text = f"{y}{mark[0]}{m}{mark[1]}{d}{mark[2]}" if mark[0] == "年" else mark.join((y, m, d))
    assert read_day((text.translate(WIDE) if wide else text) + clock) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3月12日",
        "2026年3月",
        "2026",
        "26年3月12日",
        "26-3-12",
        "12/3/2026",
        "2026-02-29",
        "2026-2-30",
        "2026-13-1",
        "2026-0-1",
        "20261301",
        "202631",
        "2026312",
        "三月十二日",
        "1999-12-31",
        "2101-01-01",
        "2026-3-12至3-15",
        "46093",
        "2026年3月12日前",
        "2026-3-12-1",
        "٢٠٢٦-٣-١٢",
    ],
)
def test_what_needs_somebody_to_decide_is_no_day(text: str) -> None:
    """A missing year, two digits, an impossible day, a span."""
    assert read_day(text) is None


@given(DAYS, st.booleans(), st.floats(0, 0.999))
def test_excels_number_of_a_day_gives_the_day(day: date, date1904: bool, part: float) -> None:
    """In both date systems, whatever the time."""
    serial = (day - date(1899, 12, 30)).days - (1462 if date1904 else 0)
    assert day_of(serial + part, date1904=date1904) == day


@pytest.mark.parametrize("serial", [-1.0, 0.0, 1.0, 36525.0, 73416.0, 1e9, -1e300, 1e300])
def test_a_number_outside_the_days_of_a_form_is_no_day(serial: float) -> None:
    """Neither 1900 nor 2101 is a day of completion."""
    assert day_of(serial, date1904=False) is None


@pytest.mark.parametrize(
    ("text", "percent"), [("95%", True), ("９５．５％", True), ("%", False), ("95", False)]
)
def test_a_percentage_is_recognised(text: str, percent: bool) -> None:
    """It gets a message of its own."""
    assert is_percent(text) is percent
