"""Realigning: whatever a unit does to the sheet, answers stay with their indicators."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.returns.build import KEY, VALUES, WORKBENCH, Draft, cell_of, form_plan, spec_with, with_form
from xlfz.errors import Refused
from xlfz.excel.content import Cell
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.returns.align import align, wanted
from xlfz.returns.cells import out_of_order
from xlfz.returns.expected import Forms

if TYPE_CHECKING:
    from xlfz.returns.model import Return

FORMS = Forms(WORKBENCH, KEY)


def raw(found: Return) -> dict[str, dict[str, object]]:
    """Row id -> column id -> the cell's value."""
    return {r.row.id: {c: x.value for c, x in r.cells.items()} for t in found.tables for r in t.rows}


PLAIN = raw(align(Draft.of().book(), FORMS))


def codes(found: Return) -> list[str]:
    """The codes of the findings, in order."""
    return [f.code for f in found.findings]


def test_a_draft_is_what_the_reader_finds_in_the_bytes_of_the_form() -> None:
    """The fast path of these tests tells the truth about files."""
    read = read_workbook(write(form_plan()), only=wanted)
    made = Draft.of().book()
    assert [(s.name, s.state, s.merges, s.hidden_rows) for s in made.sheets] == [
        (s.name, s.state, s.merges, s.hidden_rows) for s in read.sheets
    ]
    for one, other in zip(made.sheets, read.sheets, strict=True):
        cells = {(r, c): x._replace(raw="") for r, row in one.rows.items() for c, x in row.items()}
        assert cells == {(r, c): x._replace(raw="") for r, row in other.rows.items() for c, x in row.items()}


def test_every_input_cell_comes_back_with_its_row_column_and_place() -> None:
    """Row and column numbers point at the cell in the file."""
    found = align(Draft.of().book(), FORMS)
    assert found.unit == "X01"
    assert found.identified == "manifest"
    for table in found.tables:
        sheet = Draft.of().sheet(table.sheet)
        for row in table.rows:
            for column, cell in row.cells.items():
                assert sheet.rows[row.number][table.columns[column]] == cell
    assert PLAIN["1"]["score"] == VALUES["1"]["score"]


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(6, 12)), st.booleans())
def test_rows_in_any_order_keep_their_answers(order: list[int], ids: bool) -> None:
    """Sorted with or without their hidden ids."""
    draft = Draft.of()
    moved = dict(zip(range(6, 12), order, strict=True))
    draft.items.map_rows(lambda n: moved.get(n, n))
    if not ids:
        for number in range(6, 12):
            draft.items.rows[number].pop(1)
    found = align(draft.book(), FORMS)
    assert raw(found) == PLAIN
    by_text = [] if ids else ["W_ROW_BY_TEXT"]
    assert codes(found) == [*([] if order == sorted(order) else ["W_ROW_MOVED"]), *by_text]


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(2, 14)), st.booleans())
def test_columns_in_any_order_keep_their_answers(order: list[int], ids: bool) -> None:
    """Moved with or without their hidden ids; only the columns that moved are named."""
    draft = Draft.of()
    draft.items.merges = []
    if not ids:
        draft.items.rows.pop(4)
    for number in (2, 3, 12, 13):
        draft.items.rows.pop(number, None)
    moved = dict(zip(range(2, 14), order, strict=True))
    draft.items.map_columns(lambda n: moved.get(n, n))
    found = align(draft.book(), FORMS)
    assert raw(found) == PLAIN
    assert set(codes(found)) <= {"W_COLUMN_MOVED"}
    assert len(codes(found)) == len(out_of_order(order))


@given(st.permutations(range(9)))
def test_as_few_members_as_possible_are_out_of_order(order: list[int]) -> None:
    """What is left is ascending, and nothing longer is."""
    out = out_of_order(order)
    kept = [p for n, p in enumerate(order) if n not in out]
    assert kept == sorted(kept)
    longest = [1] * len(order)
    for n, p in enumerate(order):
        longest[n] += max((longest[m] for m in range(n) if order[m] < p), default=0)
    assert len(kept) == max(longest)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 6))
def test_rows_put_in_above_move_nothing(row: int, times: int) -> None:
    """Empty rows anywhere, before the title too."""
    draft = Draft.of()
    for _ in range(times):
        draft.items.insert_row(row)
    found = align(draft.book(), FORMS)
    assert (raw(found), codes(found)) == (PLAIN, [])


def test_without_manifest_and_ids_the_contents_are_enough() -> None:
    """Copied into a new workbook: hidden column, hidden row and hidden sheet are gone."""
    draft = Draft.of()
    draft.sheets = draft.sheets[:2]
    for sheet in draft.sheets:
        sheet.rows.pop(4)
        sheet.map_columns(lambda n: n - 1 if n > 1 else None)
        sheet.name += "副本"
    found = align(draft.book(), FORMS)
    assert raw(found) == PLAIN
    assert found.identified == "content"
    assert codes(found) == [
        "W_MANIFEST_MISSING",
        "W_SHEET_RENAMED",
        "W_ROW_BY_TEXT",
        "W_SHEET_RENAMED",
        "W_ROW_BY_TEXT",
    ]


def test_rows_that_look_alike_are_not_told_apart_by_text() -> None:
    """Two materials of the same name without ids: nothing is guessed."""
    twins = tuple(
        replace(m, name="同名资料") if m.indicator == "1" else m for m in WORKBENCH.catalogue.materials
    )
    workbench = replace(WORKBENCH, catalogue=replace(WORKBENCH.catalogue, materials=twins))
    draft = Draft.of(workbench=workbench)
    for number in (6, 7):
        draft.materials.rows[number].pop(1)
    found = align(draft.book(), Forms(workbench, KEY))
    assert sorted(codes(found)) == ["E_ROW_MISSING", "E_ROW_MISSING", "E_ROW_UNKNOWN", "E_ROW_UNKNOWN"]


def test_a_number_alone_does_not_identify_a_row() -> None:
    """An id is gone and the text is another one: the row is named, not guessed."""
    draft = Draft.of()
    draft.items["A7"], draft.items["E7"] = None, "完全不同的工作"
    found = align(draft.book(), FORMS)
    assert [(f.code, f.cell) for f in found.findings] == [("E_ROW_UNKNOWN", "B7"), ("E_ROW_MISSING", "")]
    assert "1.1 清理证明事项" in found.findings[1].message


def test_answers_in_the_line_that_says_there_are_no_rows_are_not_lost() -> None:
    """A unit without materials that types some all the same."""
    catalogue = replace(WORKBENCH.catalogue, materials=())
    workbench = replace(WORKBENCH, catalogue=catalogue)
    draft = Draft.of(workbench=workbench)
    assert codes(align(draft.book(), Forms(workbench, KEY))) == []
    draft.materials.merges = []
    draft.materials["F6"] = "已提供"
    assert codes(align(draft.book(), Forms(workbench, KEY))) == ["E_ROW_UNKNOWN"]


def test_a_new_optional_column_is_not_missed_in_an_old_version() -> None:
    """Only what the unit was asked, or has to be asked again, can be missing."""
    old = with_form(spec_with(note={"strictness": "停用"}))
    draft = Draft.of({r: {c: v for c, v in vs.items() if c != "note"} for r, vs in VALUES.items()}, old)
    now = Forms(with_form(spec_with(version=2)), KEY)
    assert codes(align(draft.book(), now)) == ["W_OLD_VERSION"]
    asked = Forms(with_form(spec_with(version=2, note={"required": True})), KEY)
    assert codes(align(draft.book(), asked)) == ["W_OLD_VERSION", "E_COLUMN_MISSING"]


def test_a_column_that_is_no_longer_asked_is_named_when_it_holds_something() -> None:
    """An old version's column is not read, and not dropped in silence."""
    now = Forms(with_form(spec_with(version=2, reason={"strictness": "停用"})), KEY)
    found = align(Draft.of().book(), now)
    assert [(f.code, f.cell) for f in found.findings] == [("W_OLD_VERSION", ""), ("W_COLUMN_ADDED", "M5")]


def test_a_column_put_in_and_a_column_left_out_move_nothing() -> None:
    """Only what changed its order has moved."""
    draft = Draft.of()
    draft.items.insert_column(9)
    draft.items.map_columns(lambda n: None if n == 6 else n - (n > 6))
    found = align(draft.book(), FORMS)
    assert [(f.code, f.severity) for f in found.findings] == [("E_COLUMN_MISSING", "warn")]
    assert raw(found) == PLAIN


def test_many_hidden_rows_are_one_finding() -> None:
    """A filter left on hides a hundred rows: the finding names the first ones."""
    draft = Draft.of()
    draft.items.hidden_rows |= set(range(6, 12))
    found = align(draft.book(), FORMS)
    assert [f.message for f in found.findings] == ["第 6、7、8、9、10 等 6 行被隐藏，已照常读取。"]


def test_a_merged_area_over_inputs_leaves_them_unjudged() -> None:
    """Neither filled nor blank: what it covers cannot be seen."""
    draft = Draft.of()
    draft.items.merges.append((6, 10, 7, 11))
    found = align(draft.book(), FORMS)
    assert {r.row.id: r.doubtful for r in found.tables[0].rows if r.doubtful} == {
        "1": {"score", "done_on"},
        "1.1": {"score", "done_on"},
    }


def test_a_table_sheet_is_found_under_a_long_preface() -> None:
    """Twenty lines of instructions above the table."""
    draft = Draft.of()
    for number in range(1, 21):
        draft.items.insert_row(number)
        draft.items.rows[number] = {2: Cell("text", f"{number}. 请认真填写编号、自评分")}
    assert (raw(found := align(draft.book(), FORMS)), codes(found)) == (PLAIN, [])


def test_a_workbook_of_another_kind_is_refused_by_name() -> None:
    """A rejection always says what was looked for."""
    draft = Draft.of()
    for sheet in draft.sheets[:2]:
        sheet.rows = {1: {1: Cell("text", "收文登记")}}
    draft.sheets = draft.sheets[:2]
    with pytest.raises(Refused) as refused:
        align(draft.book(), FORMS)
    assert [f.code for f in refused.value.findings] == ["E_NO_FORM"]


def test_numbers_for_ids_are_still_ids() -> None:
    """A spreadsheet turned the ids and numbers into numbers: 1 is 1, but 1.10 is not 1.1."""
    draft = Draft.of()
    for cell in ("A6", "B6", "A10", "B10"):
        text = draft.items[cell]
        assert text is not None
        draft.items[cell] = cell_of(float(str(text.value)))
    assert (raw(found := align(draft.book(), FORMS)), codes(found)) == (PLAIN, [])
