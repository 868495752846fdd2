"""What a process remembers of earlier files makes it quicker and changes nothing.

The long way is the reference: the same file in a process that has seen no other one and remembers
nothing, neither fixed cells nor verdicts nor patterns of rows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.check.mutations import MUTATIONS
from tests.returns.build import KEY, TODAY, WORKBENCH, Draft, rows_of, spec_with, with_form
from xlfz.catalogue import Catalogue, Indicator, Material
from xlfz.check import engine, judging
from xlfz.check.engine import Context, check_book
from xlfz.check.values import About, validate
from xlfz.check.verdicts import judge_of
from xlfz.errors import Refused
from xlfz.excel.content import Cell
from xlfz.form.spec import DEFAULT_COLUMNS, PROVISIONS, STATUSES, Column
from xlfz.returns.expected import ExpectedRow, Forms

if TYPE_CHECKING:
    from xlfz.excel.content import BookContent
    from xlfz.form.tables import Typed
    from xlfz.workbench.model import Workbench

CONTEXT = Context.of(WORKBENCH, KEY, TODAY)

ODD = (
    Cell("number", 0.0, "0"),
    Cell("number", -0.0, "-0"),
    Cell("number", 0.0),
    Cell("number", -0.0),
    Cell("number", 5.0, "5.00"),
    Cell("number", 5.0, "5", "2+3"),
    Cell("number", 3.5, "3.5", None, "percent"),
    Cell("number", 46093.0, "46093", None, "date"),
    Cell("number", 46093.0, "46093"),
    Cell("bool", True),
    Cell("error", "#REF!"),
    Cell("blank", None),
    Cell("text", ""),
    Cell("text", "1"),
    Cell("text", " 1.10 "),
    Cell("text", "１．１"),
    Cell("text", "5", "", None, "text"),
    Cell("text", "已完成 "),
    Cell("text", "合计"),
    Cell("text", "_foot"),
)


def outcome(book: BookContent, context: Context) -> str:
    """Everything that is told of a file, minus signs and the order of values included."""
    try:
        return repr(check_book(book, context))
    except Refused as problem:
        return repr(problem.findings)


def newcomer(context: Context) -> Context:
    """The context in a process that has seen nothing."""
    engine._KNOWN.clear()
    return replace(context)


def the_long_way(book: BookContent, context: Context) -> str:
    """The outcome where nothing is remembered, not even within the file."""
    known, engine._KNOWN = engine._KNOWN, {}
    try:
        with (
            mock.patch.object(ExpectedRow, "remember", return_value=None),
            mock.patch.object(judging, "judge_of", lambda c, about: lambda cell: validate(cell, c, about)),
            mock.patch.object(engine, "pattern", return_value=None),
        ):
            return outcome(book, replace(context))
    finally:
        engine._KNOWN = known


@pytest.mark.parametrize("backwards", [False, True])
def test_files_after_many_damaged_ones_are_judged_as_if_they_were_the_first(backwards: bool) -> None:
    """Every damage there is, one after the other in one process, and back."""
    context = newcomer(CONTEXT)
    for mutation in reversed(MUTATIONS) if backwards else MUTATIONS:
        for damaged in (True, False):
            draft = Draft.of()
            own = mutation(draft).context if damaged else None
            book = draft.book()
            assert outcome(book, own or context) == the_long_way(book, own or CONTEXT), mutation.__name__


@st.composite
def damaged(draw: st.DrawFn) -> BookContent:
    """A form in which cells were overwritten, moved about and merged, rows swapped."""
    draft = Draft.of()
    for _ in range(draw(st.integers(0, 4))):
        sheet = draw(st.sampled_from(draft.sheets[:2]))
        row, other = draw(st.tuples(st.integers(4, 12), st.integers(6, 12)))
        column = draw(st.integers(1, 13))
        what = draw(
            st.sampled_from(("type", "type", "copy", "swap", "swap all but the ids", "merge", "clear"))
        )
        cells, others = sheet.rows.setdefault(row, {}), sheet.rows.setdefault(other, {})
        if what == "type":
            cells[column] = draw(st.sampled_from(ODD))
        elif what == "copy" and column in others:
            cells[column] = others[column]
        elif what == "swap":
            sheet.rows[row], sheet.rows[other] = others, cells
        elif what == "swap all but the ids":
            sheet.rows[row] = {c: x for c, x in cells.items() if c == 1} | {
                c: x for c, x in others.items() if c != 1
            }
            sheet.rows[other] = {c: x for c, x in others.items() if c == 1} | {
                c: x for c, x in cells.items() if c != 1
            }
        elif what == "merge":
            sheet.merges.append((min(row, other), column, max(row, other), column))
        else:
            cells.pop(column, None)
    return draft.book()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(damaged(), min_size=1, max_size=3))
def test_a_file_is_judged_alike_whatever_came_before_it(books: list[BookContent]) -> None:
    """Among them files whose cells stand where others stood, and numbers that equal each other."""
    context = newcomer(CONTEXT)
    for book in (Draft.of().book(), *books, *books):
        assert outcome(book, context) == the_long_way(book, CONTEXT)


def many_rows(draw: st.DrawFn) -> Workbench:
    """A form with many rows that are alike, its columns required or not."""
    indicators = tuple(
        Indicator(str(n), "同一件事", points=draw(st.sampled_from((2.0, None))), lead=("全体",))
        for n in range(1, 13)
    )
    materials = tuple(Material(i.number, 1, "台账") for i in indicators)
    changes = {c.id: {"required": draw(st.booleans())} for c in DEFAULT_COLUMNS}
    workbench = replace(WORKBENCH, catalogue=Catalogue(indicators, materials))
    return with_form(spec_with(**changes), workbench)  # type: ignore[arg-type]


CELLS: dict[str, tuple[Cell | Typed, ...]] = {
    "status": (*STATUSES, "做了"),
    "score": (2.0, 1.0, "满分"),
    "done_on": (TODAY, "昨天"),
    "reason": ("待批复", Cell("number", 5.0, "5", "2+3")),
    "provided": (*PROVISIONS, "有"),
    "file_name": ("某政发〔2026〕3号", Cell("error", "#N/A")),
}
"""Column -> what is typed into it, the last of which is no answer: whatever makes a difference to a rule."""


@st.composite
def filled_without_care(draw: st.DrawFn) -> tuple[Workbench, BookContent]:
    """A form in which some rows break a rule that others, which look much alike, keep."""
    workbench = many_rows(draw)
    draft = Draft.of({}, workbench)
    usual = {id_: draw(st.sampled_from(cells[:-1])) for id_, cells in CELLS.items()}
    for row in rows_of(workbench, "X01"):
        ids = [c.id for c in workbench.form.table(row.table).columns if c.id in CELLS]
        other = draw(st.sampled_from(ids))
        for id_ in ids:
            cells = st.sampled_from((None, *CELLS[id_]))
            draft.set(row.id, id_, draw(cells) if id_ == other else usual[id_])
    return workbench, draft.book()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(filled_without_care())
def test_rows_of_one_pattern_are_judged_alike(made: tuple[Workbench, BookContent]) -> None:
    """The rules find what they find when they are asked about every row."""
    workbench, book = made
    context = Context.of(workbench, KEY, TODAY)
    assert outcome(book, newcomer(context)) == the_long_way(book, context)


def test_a_form_seen_before_takes_no_second_look_at_fixed_cells() -> None:
    """Otherwise these tests would compare the long way with itself."""
    context = newcomer(CONTEXT)
    check_book(Draft.of().book(), context)
    form = context.forms.of("X01")
    assert form is not None
    assert all(len(row.seen) == 1 for table in form.tables for row in table.rows)
    with mock.patch("xlfz.returns.rows._equal", side_effect=AssertionError):
        check_book(Draft.of().book(), context)


def test_a_row_forgets_the_oldest_way_of_writing_it() -> None:
    """Memory is bounded, whatever the files write; a number without its text is not remembered at all."""
    form = Forms(WORKBENCH, KEY).of("X01")
    assert form is not None
    row = form.tables[0].rows[0]
    for n in range(9):
        row.remember((Cell("text", str(n)),))
    assert [cells[0].value for cells in row.seen if cells[0]] == ["5", "6", "7", "8"]
    row.remember((Cell("number", 0.0),))
    assert row.seen[-1] == (Cell("text", "8"),)


def test_numbers_without_their_text_are_not_remembered() -> None:
    """0.0 and -0.0 are equal, and a message shows them differently."""
    judge = judge_of(Column("own", "items", "件数", "数字", minimum=1), About(minimum=1))
    for zero, said in ((0.0, "0"), (-0.0, "-0")):
        assert dict(judge(Cell("number", zero)).findings[0].facts)["值"] == said
