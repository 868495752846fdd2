"""The form and the checks agree: what 自查 finds in order is accepted, what it marks is named."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.check.strategies import texts, workbenches
from tests.returns.build import KEY, START, TODAY, UNITS, VALUES, WORKBENCH, Draft, Values, rows_of
from xlfz.check.engine import Context, check_book
from xlfz.excel.blocks import serial
from xlfz.form.layout import grids
from xlfz.form.tables import Filled
from xlfz.form.watch import unfilled

if TYPE_CHECKING:
    from xlfz.form.spec import Column
    from xlfz.form.tables import Typed
    from xlfz.workbench.model import Workbench


def anything(column: Column) -> st.SearchStrategy[Typed]:
    """A value of the column's type that may or may not be valid."""
    if column.type == "选择":
        # The form asks on when 完成情况 itself is wrong; the checks say one thing at a time.
        others = () if column.id in ("status", "provided") else ("别的",)
        return st.sampled_from((*column.options, *others))
    if column.type == "日期":
        return st.dates(START, date(2027, 3, 1))
    if column.type == "文本":
        length = st.sampled_from((column.limit or 10, column.usual or 10))
        return st.one_of(texts(), length.flatmap(lambda n: st.sampled_from(("字" * n, "字" * (n + 1)))))
    whole = st.integers(-3, 5100).map(float)
    return (
        whole if column.type == "整数" else st.one_of(whole, st.integers(-100, 1100).map(lambda n: n / 100))
    )


@st.composite
def carelessly_filled(draw: st.DrawFn) -> tuple[Workbench, Values]:
    """A form in which anything may be blank or wrong."""
    workbench = draw(workbenches())
    values: Values = {}
    for row in rows_of(workbench, UNITS[0].code):
        columns = workbench.form.table(row.table).columns
        values[row.id] = {c.id: draw(anything(c)) for c in columns if draw(st.integers(0, 3))}
    assume(any(values.values()))
    return workbench, values


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(carelessly_filled())
def test_the_cells_that_the_form_marks_are_the_cells_that_the_check_names(
    filled: tuple[Workbench, Values],
) -> None:
    """Missing and wrong are errors, notes are reminders: cell by cell the same on both sides."""
    workbench, values = filled
    marked: dict[tuple[str, str], str] = {}
    typed = Filled(values, float(serial(TODAY)))
    for grid in grids(rows_of(workbench, UNITS[0].code), workbench.form):
        for one in grid.watches(START):
            for row in grid.rows:
                seen = typed.row(grid, row)
                if (one.missing and one.missing.holds(seen)) or (one.wrong and one.wrong.holds(seen)):
                    marked[grid.sheet, grid.cell(row.id, one.column.id)] = "error"
                elif one.note and one.note.holds(seen):
                    marked[grid.sheet, grid.cell(row.id, one.column.id)] = "warn"
    checked = check_book(Draft.of(values, workbench).book(), Context.of(workbench, KEY, TODAY))
    named: dict[tuple[str, str], str] = {}
    for found in sorted(checked.findings, key=lambda f: f.severity == "error"):
        named[found.sheet, found.cell] = found.severity
    assert named == marked
    assert (checked.verdict == "accepted") == ("error" not in marked.values())


def test_the_fill_in_count_of_a_valid_form_says_that_nothing_is_left() -> None:
    """The form's own count and the checks' demand for answers are one declaration."""
    typed = Filled(VALUES, float(serial(TODAY)))
    for grid in grids(rows_of(WORKBENCH, "X01"), WORKBENCH.form):
        condition = unfilled(grid.watches(START))
        assert condition is not None
        assert typed.count(grid, condition) == 0
