"""The keystone: a valid form gives no finding, and each single damage gives exactly its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.check.mutations import MUTATIONS
from tests.check.strategies import filled_forms
from tests.returns.build import KEY, TODAY, UNITS, VALUES, WORKBENCH, Draft
from xlfz.check.engine import Context, check_book
from xlfz.errors import Refused
from xlfz.excel.content import Cell
from xlfz.findings import codes

if TYPE_CHECKING:
    from tests.check.mutations import Mutation
    from tests.check.strategies import FilledForm
    from xlfz.check.model import Answer, Checked

CONTEXT = Context.of(WORKBENCH, KEY, TODAY)


def answers(checked: Checked) -> dict[str, dict[str, Answer]]:
    """Row id -> column id -> answer, as they came back."""
    return {row.id: dict(row.values) for row in (*checked.items, *checked.materials)}


def places(checked: Checked) -> list[tuple[str, str, str]]:
    """(code, sheet, cell) of each finding."""
    return [(f.code, f.sheet, f.cell) for f in checked.findings]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(filled_forms())
def test_any_form_filled_with_valid_data_gives_no_finding_and_the_same_values(form: FilledForm) -> None:
    """Whatever the form asks, what it asks for is accepted, and comes back exactly."""
    context = Context.of(form.workbench, KEY, TODAY)
    draft = Draft.of(form.values, form.workbench)
    checked = check_book(draft.book(), context)
    assert [f.text for f in checked.findings] == []
    assert checked.verdict == "accepted"
    assert checked.unit == UNITS[0].code
    assert answers(checked) == form.values


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(filled_forms(), st.data())
def test_any_filled_cell_turned_into_a_formula_gives_one_finding_there(
    form: FilledForm, data: st.DataObject
) -> None:
    """One fault, one finding: the rules that need the lost value stay silent."""
    context = Context.of(form.workbench, KEY, TODAY)
    draft = Draft.of(form.values, form.workbench)
    cells = [(r, c) for r, row in form.values.items() for c in row]
    row, column = data.draw(st.sampled_from(cells))
    cell = draft.set(row, column, Cell("number", 5.0, "5", "2+3"))
    checked = check_book(draft.book(), context)
    assert [(f.code, f.cell) for f in checked.findings] == [("E_FORMULA_IN_INPUT", cell)]
    declared = next(t.column(column) for t in form.workbench.form.tables if t.column(column))
    assert declared is not None
    assert checked.verdict == ("accepted" if declared.strictness == "提醒" else "held")
    assert answers(checked) == {
        r: {c: v for c, v in vs.items() if (r, c) != (row, column)} for r, vs in form.values.items()
    }


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
def test_a_single_damage_gives_exactly_its_finding(mutation: Mutation) -> None:
    """Exactly the expected code at exactly the expected cell, nothing else, and no other value changed."""
    draft = Draft.of()
    expected = mutation(draft)
    context = expected.context or CONTEXT
    if expected.refused:
        with pytest.raises(Refused) as refused:
            check_book(draft.book(), context)
        assert [(f.code, f.sheet, f.cell) for f in refused.value.findings] == list(expected.places)
        return
    checked = check_book(draft.book(), context)
    assert places(checked) == list(expected.places)
    errors = any(codes()[code].severity == "error" for code, _, _ in expected.places)
    assert checked.verdict == ("held" if errors and not expected.warns else "accepted")
    if expected.values is not None:
        assert answers(checked) == expected.values


def test_the_form_that_the_damages_start_from_is_in_order() -> None:
    """Otherwise the damages would prove nothing."""
    checked = check_book(Draft.of().book(), CONTEXT)
    assert places(checked) == []
    assert answers(checked) == VALUES


def test_every_finding_says_what_to_do_with_all_facts_filled_in() -> None:
    """No message shows 未知 where a fact should stand."""
    for mutation in MUTATIONS:
        draft = Draft.of()
        expected = mutation(draft)
        try:
            found = check_book(draft.book(), expected.context or CONTEXT).findings
        except Refused as problem:
            found = problem.findings
        for one in found:
            assert "未知" not in one.text, (mutation.__name__, one.text)
            assert one.remedy
