"""What the office changed after sending is not blamed on the unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from xlfz.catalogue import Catalogue, Indicator
from xlfz.check.engine import Context, check
from xlfz.form import generate
from xlfz.office.simulate import Places, fill
from xlfz.office.typist import Package
from xlfz.roster import Roster, Unit
from xlfz.workbench.model import Settings, Workbench

if TYPE_CHECKING:
    from xlfz.check.model import Checked

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


def scored(score: float, points: float) -> Checked:
    """甲局's form with one score typed over, against points that were 10 when it was sent."""
    package = Package.open(returned())
    package.type("自评表", {"H6": 10.0, "I6": "已完成", "J6": score, "K6": date(2026, 5, 6)})
    first = replace(INDICATORS[0], points=points)
    lowered = replace(SENT, catalogue=Catalogue((first, *INDICATORS[1:])))
    return check(package.close(), "甲局.xlsx", Context.of(lowered, KEY, date(2026, 11, 20)))


def test_full_marks_of_the_form_as_sent_are_full_marks_now() -> None:
    """The office lowered the points: the unit did nothing wrong, and nothing above them is counted."""
    checked = scored(10.0, 9.99)
    assert checked.verdict == "accepted"
    assert checked.items[0].values["score"] == 9.99
    assert [f.code for f in checked.findings] == ["W_BOUND_CHANGED", "W_FULL_KEPT"]
    assert "1 行" in checked.findings[1].message


def test_a_score_between_the_points_now_and_as_sent_is_held() -> None:
    """What it would be worth now nobody can tell."""
    checked = scored(9.995, 9.99)
    assert checked.verdict == "held"
    assert "score" not in checked.items[0].values
    (found,) = [f for f in checked.findings if f.severity == "error"]
    assert (found.code, found.cell) == ("E_SCORE_LOWERED", "J6")
    assert "下发时为 10" in found.message


def test_a_score_above_the_points_as_sent_is_out_of_range() -> None:
    """It never was right."""
    checked = scored(10.01, 9.99)
    assert [f.code for f in checked.findings if f.severity == "error"] == ["E_SCORE_RANGE"]


def test_a_score_below_the_points_now_counts_as_it_is() -> None:
    """Lowered points take nothing from it."""
    checked = scored(9.0, 9.99)
    assert (checked.verdict, checked.items[0].values["score"]) == ("accepted", 9.0)
    assert [f.code for f in checked.findings] == ["W_BOUND_CHANGED"]


def test_a_row_added_since_asks_for_a_new_form() -> None:
    """The unit cannot have filled in what it never got."""
    more = (*INDICATORS, Indicator("6", "新增工作", points=5.0, lead=("甲局",)))
    assert codes(replace(SENT, catalogue=Catalogue(more))) == ("held", [("E_ROW_NEW", "")])


def test_points_that_the_unit_changed_are_still_tampering() -> None:
    """Neither what was sent nor what holds now."""
    package = Package.open(returned())
    package.type("自评表", {"H6": 99})
    checked = check(package.close(), "甲局.xlsx", Context.of(SENT, KEY, date(2026, 11, 20)))
    assert [f.code for f in checked.findings] == ["E_TEMPLATE_TAMPERED"]
