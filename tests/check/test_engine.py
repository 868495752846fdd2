"""The engine: verdicts, refusals, contexts that travel between processes."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.returns.build import (
    KEY,
    SETTINGS,
    TODAY,
    UNITS,
    VALUES,
    WORKBENCH,
    Draft,
    form_plan,
    spec_with,
    with_form,
)
from xlfz.check.engine import Context, check, check_book, read_return
from xlfz.check.rules import RULES
from xlfz.errors import Refused
from xlfz.excel.writer import write
from xlfz.form.spec import NOT_GIVEN
from xlfz.returns.expected import Forms

if TYPE_CHECKING:
    from xlfz.check.model import Checked

CONTEXT = Context.of(WORKBENCH, KEY, TODAY)
FORM = write(form_plan())


def codes(checked: Checked) -> list[str]:
    """The codes of the findings, in order."""
    return [f.code for f in checked.findings]


def test_a_good_file_is_accepted_with_its_unit_version_and_columns() -> None:
    """From the bytes: values, places and column letters."""
    checked = check(FORM, "甲镇.xlsx", CONTEXT)
    assert (checked.verdict, checked.unit, checked.version, codes(checked)) == ("accepted", "X01", 1, [])
    assert {r.id: dict(r.values) for r in (*checked.items, *checked.materials)} == VALUES
    assert checked.columns is not None
    assert checked.columns["items"]["score"] == "J"
    first = checked.items[0]
    assert (first.sheet, first.number) == ("自评表", 6)


def test_a_blank_form_is_not_filled_in() -> None:
    """One finding, as sent out."""
    assert codes(check(write(form_plan({})), "甲镇.xlsx", CONTEXT)) == ["E_NOT_FILLED"]


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "E_EMPTY_FILE"), (b"%PDF-1.4", "E_NOT_SPREADSHEET_PDF"), (FORM[: len(FORM) // 2], "E_ZIP_BROKEN")],
)
def test_what_cannot_be_read_is_rejected_with_its_reason(data: bytes, code: str) -> None:
    """Nothing is raised: a bad file is a result."""
    checked = check(data, "甲镇.xlsx", CONTEXT)
    assert (checked.verdict, codes(checked)) == ("rejected", [code])


def test_what_the_reader_saw_is_kept_when_the_form_is_refused() -> None:
    """A wrong extension and a wrong round are two things to say."""
    other = Context.of(replace(WORKBENCH, settings=replace(SETTINGS, year=2027)), KEY, TODAY)
    checked = check(FORM, "甲镇.xls", other)
    assert (checked.verdict, codes(checked)) == ("rejected", ["W_EXT_MISMATCH", "E_OTHER_ROUND"])


def test_warnings_do_not_hold_a_file() -> None:
    """Only errors do."""
    draft = Draft.of()
    draft.set("1", "score", "5分")
    assert check_book(draft.book(), CONTEXT).verdict == "accepted"
    draft.set("1", "score", "6分")
    assert check_book(draft.book(), CONTEXT).verdict == "held"


def test_findings_name_sheet_cell_unit_and_indicator() -> None:
    """So that a clerk can read them out on the phone."""
    draft = Draft.of()
    cell = draft.set("3#1", "provided", NOT_GIVEN)
    draft.materials.name = "附件"
    found = check_book(draft.book(), CONTEXT).findings
    done = next(f for f in found if f.code == "E_DONE_NO_MATERIAL")
    assert (done.sheet, done.cell, done.unit, done.indicator) == ("附件", cell, UNITS[0].name, "3")
    assert "应诉台账" in done.message


def test_a_context_survives_pickling_and_checks_the_same() -> None:
    """It travels to worker processes, its tables do not."""
    check_book(Draft.of().book(), CONTEXT)
    copy = pickle.loads(pickle.dumps(CONTEXT))  # noqa: S301 - our own bytes
    assert copy == CONTEXT
    assert "forms" not in copy.__dict__
    assert check(FORM, "甲镇.xlsx", copy) == check(FORM, "甲镇.xlsx", CONTEXT)


@pytest.mark.parametrize(
    "other",
    [
        Context.of(WORKBENCH, b"x" * 32, TODAY),
        Context.of(WORKBENCH, KEY, date(2026, 11, 21)),
        Context.of(with_form(spec_with(version=2)), KEY, TODAY),
        Context.of(replace(WORKBENCH, settings=replace(SETTINGS, start=None)), KEY, TODAY),
        Context.of(replace(WORKBENCH, settings=replace(SETTINGS, title="改名")), KEY, TODAY),
    ],
)
def test_the_fingerprint_changes_with_all_that_decides(other: Context) -> None:
    """Key, day, form, settings: a cached outcome of another context is never taken."""
    assert other.fingerprint != CONTEXT.fingerprint
    assert Context.of(WORKBENCH, KEY, TODAY).fingerprint == CONTEXT.fingerprint


def test_contexts_do_not_share_their_forms() -> None:
    """Two rounds checked in one process."""
    other = Context.of(with_form(spec_with(version=2)), KEY, TODAY)
    assert codes(check(FORM, "", other)) == ["W_OLD_VERSION"]
    assert codes(check(FORM, "", Context.of(WORKBENCH, KEY, TODAY))) == []


def test_a_return_can_be_had_unjudged() -> None:
    """For the marked copy: the raw cells, also of what the checks would not take."""
    draft = {row: dict(values) for row, values in VALUES.items()}
    draft["1"]["score"] = "六分"
    found = read_return(write(form_plan(draft)), "甲镇.xlsx", CONTEXT)
    assert found.tables[0].rows[0].cells["score"].value == "六分"
    with pytest.raises(Refused):
        read_return(b"", "", CONTEXT)


def test_a_unit_that_has_the_same_rows_in_another_role_gets_its_own() -> None:
    """Rows are shared between units only where they are the same."""
    forms = Forms(WORKBENCH, KEY)
    first, second = forms.of("X01"), forms.of("X02")
    assert first is not None
    assert second is not None
    assert len(first.tables[0].rows) == 6
    assert len(second.tables[0].rows) == 4
    assert second.tables[0].rows[0] is first.tables[0].rows[0]


def test_a_dangerous_formula_holds_the_file_in_a_column_that_only_reminds() -> None:
    """提醒 turns errors into reminders, but not this one."""
    context = Context.of(with_form(spec_with(statement={"strictness": "提醒"})), KEY, TODAY)
    draft = Draft.of()
    draft.set("1", "statement", draft.items["J6"]._replace(formula="cmd|'/c calc'!A1"))  # type: ignore[union-attr]
    assert check_book(draft.book(), context).verdict == "held"
    draft.set("1", "statement", draft.items["J6"]._replace(formula="1+1"))  # type: ignore[union-attr]
    assert check_book(draft.book(), context).verdict == "accepted"


@pytest.mark.parametrize(("table", "name"), [(t, n) for t, rules in RULES.items() for n in rules])
def test_every_rule_has_a_docstring_that_says_what_it_asks(table: str, name: str) -> None:
    """The registry is the list of rules that people read."""
    assert RULES[table][name].__doc__
