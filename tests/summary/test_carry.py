"""Carrying over: what staff typed into one summary stands in the next."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.summary.build import filled, report, workbench
from xlfz.consolidation import consolidate
from xlfz.errors import Refused
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.summary import carry, located, plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook as Opened
    from openpyxl.worksheet.worksheet import Worksheet

    from xlfz.consolidation import Carried, CarriedValue, Consolidation

BOOK = workbench(4, 6)
REPORT = report(BOOK, spoilt=False)
CREATED = datetime(2026, 11, 23)


def summary(carried: Carried = carry.NOTHING) -> bytes:
    """The summary of four invented units."""
    return write(plan(consolidate(BOOK, REPORT, carried), BOOK, CREATED))


FRESH = summary()


def edited(edit: Callable[[Opened], object], data: bytes = FRESH) -> Carried:
    """What is read back after staff did something to the summary."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return carry.read(read_workbook(out.getvalue()))


def column(sheet: Worksheet, header: str) -> int:
    """The column of a header in row 3."""
    return next(c.column for c in sheet[3] if c.value == header)


def typed(**values: object) -> Callable[[Opened], None]:
    """Types into row 5 of 明细 (unit X001, indicator 2) by column header."""

    def edit(book: Opened) -> None:
        sheet = book["明细"]
        for header, value in values.items():
            sheet.cell(5, column(sheet, header)).value = value  # type: ignore[assignment]

    return edit


def places(values: tuple[CarriedValue, ...]) -> list[tuple[object, ...]]:
    """(sheet, key, column, value), for comparing."""
    return [(v.sheet, v.key, v.column, v.value) for v in values]


def test_an_untouched_summary_carries_nothing() -> None:
    """Formulas and what xlfz wrote are not what staff typed."""
    assert edited(lambda _: None) == carry.NOTHING


def test_open_cells_come_back_with_their_types() -> None:
    """Numbers, texts, days; spaces are nothing."""
    found = edited(typed(考核分=0.5, 扣分原因="材料不全", 审核意见=date(2026, 11, 1)))
    assert places(found.values) == [
        ("明细", "X001|2", "考核分", 0.5),
        ("明细", "X001|2", "扣分原因", "材料不全"),
        ("明细", "X001|2", "审核意见", date(2026, 11, 1)),
    ]
    assert edited(typed(考核分="  ")) == carry.NOTHING


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_sorting_and_inserting_columns_lose_nothing(rng: object) -> None:
    """Rows in any order, a column of their own in between, a row above the table."""

    def edit(book: Opened) -> None:
        typed(考核分=0.5)(book)
        sheet = book["明细"]
        rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=4)]
        rng.shuffle(rows)  # type: ignore[attr-defined]
        for number, row in enumerate(rows, 4):
            for place, value in enumerate(row, 1):
                sheet.cell(number, place).value = value
        sheet.tables.clear()
        sheet.insert_cols(4, 2)
        sheet.insert_rows(1)

    assert places(edited(edit).values) == [("明细", "X001|2", "考核分", 0.5)]


def test_counted_facts_come_back_by_unit() -> None:
    """The open columns of 排名, whatever the order of its rows."""

    def edit(book: Opened) -> None:
        sheet = book["排名"]
        row = next(c.row for c in sheet["A"] if c.value == "X003")
        sheet.cell(row, column(sheet, "年度败诉案件数")).value = 2
        sheet.cell(row, column(sheet, "应出庭未出庭次数")).value = "无"

    found = edited(edit)
    assert places(found.values) == [
        ("排名", "X003", "年度败诉案件数", 2.0),
        ("排名", "X003", "应出庭未出庭次数", "无"),
    ]
    again = consolidate(BOOK, REPORT, found)
    assert again.units[2].counts == (2.0, "无")
    assert again.units[2].score.grade == "待核"


def test_what_cannot_be_counted_is_named_with_its_cell() -> None:
    """E_CARRY_VALUE points at the cell where the value stands in the summary that is written."""

    def edit(book: Opened) -> None:
        typed(考核分="优")(book)
        sheet = book["排名"]
        row = next(c.row for c in sheet["A"] if c.value == "X003")
        sheet.cell(row, column(sheet, "年度败诉案件数")).value = "无"

    again = located(consolidate(BOOK, REPORT, edited(edit)), BOOK)
    out = openpyxl.load_workbook(io.BytesIO(write(plan(again, BOOK, CREATED))))
    faults = [f for f in again.findings if f.code == "E_CARRY_VALUE"]
    assert [(f.sheet, out[f.sheet][f.cell].value) for f in faults] == [("明细", "优"), ("排名", "无")]
    assert all(f.cell in f.message and f in again.problems for f in faults)


@pytest.mark.parametrize("value", ["=0.5+0.1", '=HYPERLINK("x")', "#N/A"])
def test_formulas_and_errors_are_not_carried_but_kept_in_sight(value: str) -> None:
    """E_CARRY_FORMULA at the cell; the text goes to 未对应内容 and stays there run after run."""
    found = edited(typed(扣分原因=value))
    assert found.values == ()
    assert [(f.code, f.sheet, f.cell) for f in found.findings] == [("E_CARRY_FORMULA", "明细", "N5")]
    assert str(found.lost[0].value).startswith(value[:4])
    again = edited(lambda _: None, summary(found))
    assert (again.values, [v.value for v in again.lost]) == ((), [v.value for v in found.lost])


@pytest.mark.parametrize("value", ["=0.5+0.1", "#N/A"])
def test_a_formula_as_a_score_keeps_the_unit_waiting(value: str) -> None:
    """It stays where it was typed, as text: the self score does not step in, on no later run either."""
    found = edited(typed(考核分=value))
    assert [(v.column, str(v.value)[:4]) for v in found.values] == [("考核分", value[:4])]
    again = consolidate(BOOK, REPORT, found)
    assert "E_CARRY_VALUE" in [f.code for f in again.findings]
    row = next(r for r in again.rows if r.key == "X001|2")
    assert row.counted == ""


def test_a_percentage_is_no_score() -> None:
    """90% is kept as it looks: 0.9 would be counted as a score."""

    def edit(book: Opened) -> None:
        typed(考核分=0.9)(book)
        sheet = book["明细"]
        sheet.cell(5, column(sheet, "考核分")).number_format = "0%"

    assert places(edited(edit).values) == [("明细", "X001|2", "考核分", "90%")]


def test_two_contents_for_one_place_are_not_chosen_between() -> None:
    """A row that staff copied and changed: neither is placed, both are kept and named."""

    def edit(book: Opened) -> None:
        typed(考核分=0.5)(book)
        sheet = book["明细"]
        last = sheet.max_row + 1
        for place, cell in enumerate(list(sheet[5]), 1):
            sheet.cell(last, place).value = cell.value
        sheet.cell(last, column(sheet, "考核分")).value = 0.25

    found = edited(edit)
    assert found.values == ()
    assert sorted(v.value for v in found.lost) == [0.25, 0.5]
    assert [f.code for f in found.findings] == ["E_CARRY_DUP"]


def test_a_row_of_ones_own_is_not_lost() -> None:
    """Something typed beside a row without a key goes to 未对应内容."""

    def edit(book: Opened) -> None:
        sheet = book["明细"]
        sheet.cell(sheet.max_row + 1, column(sheet, "审核意见")).value = "另查"

    assert [v.value for v in edited(edit).lost] == ["另查"]


@pytest.mark.parametrize(
    ("sheet", "header"), [("明细", "考核分"), ("明细", "单位编码|编号"), ("排名", "年度败诉案件数")]
)
def test_a_renamed_column_refuses_rather_than_loses(sheet: str, header: str) -> None:
    """What staff typed under a header that is gone could not be found: E_CARRY_LAYOUT."""

    def edit(book: Opened) -> None:
        book[sheet].tables.clear()
        book[sheet].cell(3, column(book[sheet], header)).value = "别的"

    with pytest.raises(Refused) as refused:
        edited(edit)
    assert [f.code for f in refused.value.findings] == ["E_CARRY_LAYOUT"]
    assert header in refused.value.findings[0].message


@pytest.mark.parametrize("sheet", ["明细", "排名", "评分办法"])
def test_a_deleted_sheet_refuses_too(sheet: str) -> None:
    """The same for a whole sheet."""
    with pytest.raises(Refused):
        edited(lambda book: book.remove(book[sheet]))


def test_a_unit_that_comes_back_finds_its_assessment_again() -> None:
    """Held for one round, its scores wait in 未对应内容 and return to 明细 with its file."""
    answers = {
        u.unit.code: {"2": {"status": "已完成", "score": 0.5}} for u in consolidate(BOOK, REPORT).units
    }
    found = edited(typed(考核分=0.25, 审核意见="属实"))

    def run(carried: Carried, *held: str) -> tuple[Consolidation, Carried]:
        made = consolidate(BOOK, filled(BOOK, answers, held=held), carried)
        return made, carry.read(read_workbook(write(plan(made, BOOK, CREATED))))

    away, waiting = run(found, "X001")
    assert [v.value for v in away.lost] == [0.25, "属实"]
    back, again = run(waiting)
    assert (back.lost, back.rows[1].assessed, back.rows[1].opinion) == ((), 0.25, "属实")
    assert places(again.values) == places(found.values)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 23), st.sampled_from(["考核分", "扣分原因", "审核意见"])),
        st.one_of(
            st.floats(-1, 20, allow_nan=False).map(lambda n: round(n, 3)),
            st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20),
        ),
        max_size=8,
    )
)
def test_whatever_is_typed_survives_a_round(cells: dict[tuple[int, str], object]) -> None:
    """Typed values, valid or not, are in the next summary's carry-over again, each once."""
    rows = consolidate(BOOK, REPORT).rows
    values = tuple(
        carry.CarriedValue("明细", rows[n].key, name, value)  # type: ignore[arg-type]
        for (n, name), value in cells.items()
        if not isinstance(value, str) or value.strip()
    )
    again = carry.read(read_workbook(summary(carry.Carried(values=values))))
    assert sorted(places(again.values), key=repr) == sorted(places(values), key=repr)
