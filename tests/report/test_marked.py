"""Marked copies: the unit's own values in a fresh form, its faults marked, nothing wrong made right."""

from __future__ import annotations

import functools
import io
import pickle
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests import oracle
from tests.returns.build import KEY, TODAY, VALUES, WORKBENCH, form_plan, rows_of
from xlfz.check.engine import Context, check, read_return
from xlfz.excel.writer import write
from xlfz.form.filled import LIST_SHEET
from xlfz.form.layout import grids
from xlfz.report.marked import marked_copy

if TYPE_CHECKING:
    from xlfz.check.model import Checked

CONTEXT = Context.of(WORKBENCH, KEY, TODAY)
CREATED = datetime(2026, 11, 20)
FORM = write(form_plan())
GRIDS = {row.id: g for g in grids(rows_of(WORKBENCH, "X01"), WORKBENCH.form) for row in g.rows}
Damage = tuple[str, str, Any, str]
"""Row id, column id, what is typed, the cell's number format (empty: as it is)."""

DAMAGES: tuple[Damage, ...] = (
    ("1", "status", "完成啦", ""),
    ("1", "status", "=A1", ""),
    ("1", "score", 99, ""),
    ("1", "score", "九分多", ""),
    ("1", "score", "２分", ""),
    ("1", "score", "=2+3", ""),
    ("1", "score", 0.95, "0%"),
    ("1", "done_on", "去年", ""),
    ("1", "done_on", date(2027, 1, 1), ""),
    ("1.1", "reason", None, ""),
    ("1.1", "statement", "=SUM(1,2)", ""),
    ("1.1", "statement", "#N/A", "error"),
    ("1.10", "statement", "=cmd|'/c calc'!A0", ""),
    ("1.10", "statement", "='[外.xlsx]表'!A1", ""),
    ("3", "score", 3, ""),
    ("加1", "score", "#REF!", "error"),
    ("1#1", "provided", "=TRUE()", ""),
    ("1#1", "words", 50_000, ""),
    ("1#2", "file_name", None, ""),
    ("1.1#1", "note", "字" * 300, ""),
)


def damaged(damages: tuple[Damage, ...], *, date1904: bool = False) -> bytes:
    """The filled form of X01 as a unit might have saved it."""
    book = openpyxl.load_workbook(io.BytesIO(FORM))
    if date1904:
        book.epoch = CALENDAR_MAC_1904
    for row, column, value, number in damages:
        grid = GRIDS[row]
        cell = book[grid.sheet][grid.cell(row, column)]
        cell.value = value
        if number == "error":
            cell.data_type = "e"
        elif number:
            cell.number_format = number
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def copy_of(data: bytes) -> tuple[Checked, bytes]:
    """What the check says of a return, and its marked copy."""
    checked = check(data, "甲镇.xlsx", CONTEXT)
    made = marked_copy(data, "甲镇.xlsx", CONTEXT, checked.findings, CREATED)
    assert made is not None
    return checked, made


def faults(checked: Checked) -> set[tuple[str, str, str]]:
    """(sheet, cell, severity) of each finding that has a cell and is told."""
    return {(f.sheet, f.cell, f.severity) for f in checked.findings if f.cell and f.severity != "info"}


def comments(data: bytes) -> dict[tuple[str, str], str]:
    """(sheet, cell) -> text of each comment."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=6, unique_by=lambda d: d[:2]))
def test_a_copy_keeps_the_units_values_and_marks_exactly_its_faults(chosen: list[Damage]) -> None:
    """Read back it is the same form of the same unit; comments stand at the faulty cells and nowhere else."""
    data = damaged(tuple(chosen))
    checked, made = copy_of(data)
    assert set(comments(made)) == {(sheet, cell) for sheet, cell, _ in faults(checked)}
    before, after = (read_return(d, "甲镇.xlsx", CONTEXT) for d in (data, made))
    assert (after.unit, after.identified, after.version, after.findings) == ("X01", "manifest", 1, ())
    touched = {d[:2] for d in chosen}
    for old, new in zip(before.tables, after.tables, strict=True):
        for row, copied in zip(old.rows, new.rows, strict=True):
            kept = {c: v for c, v in row.cells.items() if (row.row.id, c) not in touched}
            found = {c: v for c, v in copied.cells.items() if (row.row.id, c) not in touched}
            assert {c: (v.kind, v.value, v.format) for c, v in found.items()} == {
                c: (v.kind, v.value, v.format) for c, v in kept.items() if v.kind != "blank"
            }


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: f"{d[0]} {d[1]} {str(d[2])[:12]}")
def test_a_copy_that_is_sent_back_unmended_is_as_faulty_as_before(damage: Damage) -> None:
    """A formula, an error value or a percentage never turns into a value by being copied."""
    checked, made = copy_of(damaged((damage,)))
    again = check(made, "甲镇.xlsx", CONTEXT)
    assert faults(again) == faults(checked)
    assert again.verdict == checked.verdict
    assert (again.items, again.materials) == (checked.items, checked.materials)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=2+3", "=2+3"),
        ("=cmd|'/c calc'!A0", "=公式已删去"),
        ("='[外.xlsx]表'!A1", "=公式已删去"),
        ("九分多", "九分多"),
        (99, 99),
    ],
)
def test_a_formula_stands_there_as_its_text_unless_it_could_do_harm(value: Any, shown: Any) -> None:
    """As a text, not as a formula: nothing is calculated."""
    _, made = copy_of(damaged((("1", "score", value, ""),)))
    cell = openpyxl.load_workbook(io.BytesIO(made))["自评表"][GRIDS["1"].cell("1", "score")]
    assert cell.value == shown
    assert cell.data_type in ("s", "n", "inlineStr")


def test_days_of_the_other_calendar_stay_the_same_days() -> None:
    """A workbook saved on an old Mac counts from 1904."""
    _, made = copy_of(damaged((("1", "score", 99, ""),), date1904=True))
    cell = openpyxl.load_workbook(io.BytesIO(made))["自评表"][GRIDS["1"].cell("1", "done_on")]
    assert cell.value.date() == VALUES["1"]["done_on"]


def test_what_has_no_cell_in_the_form_heads_the_list() -> None:
    """A row of the unit's own and a file-wide fault are told at the top, the others with their cells."""
    book = openpyxl.load_workbook(io.BytesIO(damaged((("1", "score", 99, ""),))))
    sheet = book["自评表"]
    sheet.insert_rows(7)
    sheet["B7"], sheet["I7"] = "没有的指标", "已完成"
    target = io.BytesIO()
    book.save(target)
    checked, made = copy_of(target.getvalue())
    listed = openpyxl.load_workbook(io.BytesIO(made))[LIST_SHEET]
    rows = [[c.value for c in row] for row in listed.iter_rows(min_row=6)]
    told = [f for f in checked.findings if f.severity != "info"]
    assert len(rows) == len(told)
    whole = [r[2] == "整份表" for r in rows]
    assert whole == sorted(whole, reverse=True)
    assert any(whole)
    assert not all(whole)
    assert len(comments(made)) == 1


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", FORM[: len(FORM) // 2]])
def test_a_file_that_cannot_be_read_has_no_copy(data: bytes) -> None:
    """Rejected files: there is nothing to fill in."""
    assert marked_copy(data, "甲镇.xlsx", CONTEXT, (), CREATED) is None


def test_a_file_of_a_unit_without_a_form_has_no_copy() -> None:
    """Without a unit nobody knows which form to make."""
    book = openpyxl.load_workbook(io.BytesIO(FORM))
    del book["_xlfz"]
    for sheet in book.worksheets[:2]:
        for row in sheet.iter_rows(max_row=4):
            for cell in row:
                if isinstance(cell.value, str) and "甲镇" in cell.value:
                    cell.value = "不认识的单位"
    target = io.BytesIO()
    book.save(target)
    assert check(target.getvalue(), "x.xlsx", CONTEXT).unit == ""
    assert marked_copy(target.getvalue(), "x.xlsx", CONTEXT, (), CREATED) is None


def test_the_call_crosses_process_borders_and_keeps_to_the_rules() -> None:
    """Workers get it pickled; the copy is a workbook that Excel takes, the same bytes each time."""
    data = damaged(DAMAGES[:1])
    found = check(data, "甲镇.xlsx", CONTEXT).findings
    sent = pickle.dumps(functools.partial(marked_copy, context=CONTEXT, findings=found, created=CREATED))
    job = pickle.loads(sent)  # noqa: S301 # what a worker does with its own parent's task
    made = job(data, "甲镇.xlsx")
    assert made == marked_copy(data, "甲镇.xlsx", CONTEXT, found, CREATED)
    assert oracle.audit(made) == []
