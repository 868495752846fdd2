"""Parts of one form put together: like the whole form, or held where they contradict each other."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.check.strategies import filled_forms
from tests.returns.build import KEY, TODAY, VALUES, WORKBENCH, Draft
from xlfz.check.engine import Context, check_book
from xlfz.check.parts import put_books_together
from xlfz.excel.content import Cell
from xlfz.form.spec import DONE, PARTLY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.check.strategies import FilledForm
    from tests.returns.build import Values
    from xlfz.check.model import Checked
    from xlfz.check.parts import Together
    from xlfz.workbench.model import Workbench

CONTEXT = Context.of(WORKBENCH, KEY, TODAY)
CELLS = [(row, column) for row, cells in VALUES.items() for column in cells]
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def together(*values: Values, workbench: Workbench = WORKBENCH) -> Together:
    """Forms with these values in them, put together."""
    return put(*(Draft.of(v, workbench) for v in values), context=Context.of(workbench, KEY, TODAY))


def put(*drafts: Draft, context: Context = CONTEXT) -> Together:
    """Drafts put together; they are called 1.xlsx, 2.xlsx …"""
    books = [draft.book() for draft in drafts]
    return put_books_together(books, [f"{n}.xlsx" for n in range(1, len(books) + 1)], context)


def rows(*values: str, **others: Mapping[str, Any]) -> Values:
    """These rows of the filled form."""
    return {row: dict(VALUES[row]) for row in values} | {k: dict(v) for k, v in others.items()}


def said(made: Together) -> list[list[tuple[str, str]]]:
    """(code, cell) of each finding of each part."""
    return [[(f.code, f.cell) for f in checked.findings] for checked in made.files]


def answers(*files: Checked) -> dict[str, object]:
    """What was answered, by table, row and column."""
    return {
        f"{table} {row.id} {column}": value
        for checked in files
        for table, found in (("items", checked.items), ("materials", checked.materials))
        for row in found
        for column, value in row.values.items()
    }


def split(data: st.DataObject, values: Values, count: int) -> list[Values]:
    """The cells dealt out to so many parts; some to several."""
    hands: list[Values] = [{} for _ in range(count)]
    for row, cells in values.items():
        for column, value in cells.items():
            for n in data.draw(st.sets(st.integers(0, count - 1), min_size=1)):
                hands[n].setdefault(row, {})[column] = value
    return hands


@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(filled_forms(), st.integers(2, 3), st.data())
def test_parts_of_a_valid_form_are_worth_the_whole_form(
    form: FilledForm, count: int, data: st.DataObject
) -> None:
    """However its cells are dealt out, and whatever of it several parts repeat."""
    hands = split(data, form.values, count)
    made = together(*hands, workbench=form.workbench)
    whole = check_book(Draft.of(form.values, form.workbench).book(), Context.of(form.workbench, KEY, TODAY))
    assert said(made) == [[]] * count
    assert {f.verdict for f in made.files} == {"accepted"}
    assert answers(*made.files) == answers(whole)
    order = {id_: n for n, id_ in enumerate(made.order)}
    ids = sorted((r.id for f in made.files for r in (*f.items, *f.materials)), key=order.__getitem__)
    assert ids == [r.id for r in (*whole.items, *whole.materials)]
    for hand, checked in zip(hands, made.files, strict=True):
        assert all(r.id in hand for r in (*checked.items, *checked.materials) if r.values)


OTHER: dict[tuple[str, str], object] = {
    ("1", "status"): PARTLY,
    ("1", "score"): 4.5,
    ("1", "done_on"): date(2026, 3, 13),
    ("1", "statement"): "清单尚未公开。",
    ("1.1", "reason"): "一项待上级答复。",
    ("1.10", "score"): 1.0,
    ("★2", "status"): DONE,
    ("1#1", "provided"): "未提供",
    ("1#1", "words"): 481.0,
    ("1#2", "note"): "无附图",
    ("3#1", "file_name"): "台账2.xlsx",
}
"""A valid answer that differs from the one in `VALUES`."""


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(st.sampled_from(sorted(OTHER)), st.integers(2, 3), st.data())
def test_one_contradiction_is_an_error_at_both_cells_and_nothing_else(
    place: tuple[str, str], count: int, data: st.DataObject
) -> None:
    """Both name the other file, its cell and both answers; all parts are held."""
    row, column = place
    hands = split(data, VALUES, count)
    one, other = data.draw(st.permutations(range(count)))[:2]
    for n, hand in enumerate(hands):
        hand.get(row, {}).pop(column, None)
        if n in (one, other):
            hand.setdefault(row, {})[column] = VALUES[row][column] if n == one else OTHER[place]  # type: ignore[assignment]
    made = together(*hands)
    cell = Draft.of({}).at(row, column)
    expected = [("E_PARTS_CONTRADICT", cell)]
    assert said(made) == [expected if n in (one, other) else [("E_PART_HELD", "")] for n in range(count)]
    assert {f.verdict for f in made.files} == {"held"}
    for mine, theirs in ((one, other), (other, one)):
        (found,) = made.files[mine].findings
        assert f"“{theirs + 1}.xlsx”在 {cell} " in found.message


def test_what_several_write_in_different_ways_agrees() -> None:
    """Answers are compared, not their spelling: 5分 is 5."""
    drafts = [Draft.of(VALUES), Draft.of(rows("1", "1#1"))]
    cell = drafts[1].set("1", "score", Cell("text", "5分", "5分"))
    made = put(*drafts)
    assert made.files[0].findings == ()
    assert [(f.severity, f.cell) for f in made.files[1].findings] == [("warn", cell)]


def test_a_wrong_answer_is_told_of_where_it_stands_and_holds_all() -> None:
    """Whoever filled in nothing wrong is told who did."""
    wrong = rows("1", "1#1", "1#2", **{"1": {**VALUES["1"], "score": 99.0}})
    made = together(wrong, rows(*[r for r in VALUES if not r.startswith("1#") and r != "1"]))
    assert [[c for c, _ in codes] for codes in said(made)] == [["E_SCORE_RANGE"], ["E_PART_HELD"]]
    assert "1.xlsx" in made.files[1].findings[0].message


def test_a_wrong_answer_beside_a_right_one_is_one_fault() -> None:
    """It has to be mended as what it is; whether it then agrees is seen then."""
    wrong = rows("1", "1#1", **{"1": {**VALUES["1"], "score": 99.0}})
    assert [[c for c, _ in codes] for codes in said(together(wrong, VALUES))] == [
        ["E_SCORE_RANGE"],
        ["E_PART_HELD"],
    ]


def test_a_rule_over_two_parts_is_told_of_at_the_cell_that_must_change() -> None:
    """One office says 已完成, the other has not given the material: the cell of the other."""
    items = rows("1", "1.1", "1.10", "★2", "3", "加1", "1.10#1", "1.1#1", "3#1", "1#2")
    made = together(items, rows(**{"1#1": {"provided": "未提供"}}))
    cell = Draft.of({}).at("1#1", "provided")
    assert said(made) == [[("E_PART_HELD", "")], [("E_DONE_NO_MATERIAL", cell)]]


def test_what_is_blank_everywhere_is_told_to_whoever_began_the_row_else_to_all() -> None:
    """A row half filled in is one office's matter; one that nobody touched may be anybody's."""
    first = rows("1", "1#1", "1#2", "1.10", "1.10#1", "★2", **{"1.1": {"status": PARTLY, "score": 2.5}})
    made = together(first, rows("1.1#1", "3", "加1"))
    at = Draft.of({}).at
    nobody = ("E_REQUIRED", at("3#1", "provided"))
    assert said(made) == [[("E_UNDONE_NO_REASON", at("1.1", "reason")), nobody], [nobody]]
    assert {f.wanting for f in made.files} == {1}


def test_rows_that_one_office_deleted_are_the_other_offices() -> None:
    """Whoever deletes what is not his has sent a part; a row that is nowhere is missing in all."""
    drafts = [Draft.of(rows("1", "1.1", "1#1", "1#2", "1.1#1")), Draft.of(VALUES)]
    for row in ("1.10", "加1"):
        line = int("".join(filter(str.isdigit, drafts[0].at(row, "score"))))
        drafts[0].items.rows.pop(line)
    assert said(put(*drafts)) == [[], []]
    for row in ("1.10", "加1"):
        line = int("".join(filter(str.isdigit, drafts[1].at(row, "score"))))
        drafts[1].items.rows.pop(line)
    made = put(*drafts)
    assert [[c for c, _ in codes].count("E_ROW_MISSING") for codes in said(made)] == [2, 2]


def test_a_sheet_that_one_office_deleted_is_the_other_offices() -> None:
    """Scores from one, materials from the other."""
    drafts = [Draft.of({k: v for k, v in VALUES.items() if "#" not in k}), Draft.of(VALUES)]
    drafts[0].sheets.remove(drafts[0].materials)
    assert said(put(*drafts)) == [[], []]
    assert [[c for c, _ in codes] for codes in said(put(drafts[0], drafts[0]))] == [["E_SHEET_MISSING"]] * 2


@pytest.mark.parametrize("days", [0, 1462])
def test_the_calendar_of_each_file_is_its_own(days: int) -> None:
    """A day of Excel for Mac beside one of Windows is the same day."""
    drafts = [Draft.of(VALUES), Draft.of(rows("1", "1#1"))]
    drafts[1].date1904 = bool(days)
    cell = drafts[1].items[drafts[1].at("1", "done_on")]
    assert cell is not None
    assert isinstance(cell.value, float)
    number = cell.value - days
    drafts[1].set("1", "done_on", cell._replace(value=number, raw=f"{number:g}"))
    assert said(put(*drafts)) == [[], []]
