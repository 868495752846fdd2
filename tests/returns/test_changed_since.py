"""What the office changed after sending is not blamed on the unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from xlfz.catalogue import Catalogue, Indicator
from xlfz.check.engine import Context, check
from xlfz.form import generate
from xlfz.office.simulate import Places, fill
from xlfz.roster import Roster, Unit
from xlfz.workbench.model import Settings, Workbench

KEY = b"k" * 32
INDICATORS = tuple(Indicator(str(n), f"第{n}项工作", points=10.0, lead=("甲局",)) for n in range(1, 6))
SENT = Workbench(Settings(title="年度考核", year=2026), Catalogue(INDICATORS), Roster((Unit("B01", "甲局"),)))


def returned() -> bytes:
    """甲局's form as it was sent, filled in without a fault."""
    form = next(generate.forms(SENT, KEY, datetime(2026, 11, 1)))
    duty = SENT.assignment.duties[0]
    return fill(duty, form.data, Places.of(form.data), 1).save()


def codes(workbench: Workbench) -> tuple[str, list[tuple[str, str]]]:
    """Verdict and (code, cell) of checking the return against a workbench."""
    checked = check(returned(), "甲局.xlsx", Context.of(workbench, KEY, date(2026, 11, 20)))
    return checked.verdict, [(f.code, f.cell) for f in checked.findings]


def test_an_unchanged_workbench_finds_nothing() -> None:
    """The form fits."""
    assert codes(SENT) == ("accepted", [])


def test_points_raised_since_are_a_note_and_not_tampering() -> None:
    """分值 in the file is what was sent: the present one applies, and the office is told once."""
    changed = tuple(replace(i, points=12.0) for i in INDICATORS)
    verdict, found = codes(replace(SENT, catalogue=Catalogue(changed)))
    assert (verdict, [c for c, _ in found]) == ("accepted", ["W_BOUND_CHANGED"])


def test_a_row_added_since_asks_for_a_new_form() -> None:
    """The unit cannot have filled in what it never got."""
    more = (*INDICATORS, Indicator("6", "新增工作", points=5.0, lead=("甲局",)))
    assert codes(replace(SENT, catalogue=Catalogue(more))) == ("held", [("E_ROW_NEW", "")])


def test_points_that_the_unit_changed_are_still_tampering() -> None:
    """Neither what was sent nor what holds now."""
    from xlfz.office.typist import Package

    package = Package.open(returned())
    package.type("自评表", {"H6": 99})
    checked = check(package.close(), "甲局.xlsx", Context.of(SENT, KEY, date(2026, 11, 20)))
    assert [f.code for f in checked.findings] == ["E_TEMPLATE_TAMPERED"]
