"""What only the whole folder can tell: corrected copies, doubles, names of other units."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from xlfz.catalogue import Catalogue, Indicator
from xlfz.check.engine import Context
from xlfz.form import generate
from xlfz.office.checking import Pool, check_all
from xlfz.office.intake import Arrival
from xlfz.office.simulate import Filled, Places, fill
from xlfz.roster import Roster, Unit
from xlfz.workbench.model import Settings, Workbench

if TYPE_CHECKING:
    from xlfz.check.model import CheckReport

KEY = b"k" * 32
NAMES = {"B01": "甲局", "B02": "乙局"}
WORKBENCH = Workbench(
    Settings(title="年度考核", year=2026),
    Catalogue(tuple(Indicator(str(n), f"第{n}项工作", points=10.0, lead=("全体",)) for n in range(1, 4))),
    Roster(tuple(Unit(code, name) for code, name in NAMES.items())),
)
FORMS = {f.unit.code: f.data for f in generate.forms(WORKBENCH, KEY, datetime(2026, 11, 1))}


def filled(code: str, seed: int = 1) -> Filled:
    """A unit's form, filled in without a fault."""
    duty = WORKBENCH.assignment.of(code)
    assert duty is not None
    return fill(duty, FORMS[code], Places.of(FORMS[code]), seed)


def faulty(code: str) -> bytes:
    """The same with a score out of range."""
    made = filled(code)
    made.set(made.rows[0], "score", 99.0)
    made.set(made.rows[0], "status", "已完成")
    made.set(made.rows[0], "done_on", date(2026, 3, 1))
    return made.save()


def checked(**files: bytes) -> CheckReport:
    """The report on these files; __ stands for a dot in a name."""
    found = [Arrival(f"回收/{n.replace('__', '.')}", len(d), 0.0, d) for n, d in files.items()]
    context = Context.of(WORKBENCH, KEY, date(2026, 11, 20))
    return check_all(found, context, pool=Pool(1), cache=None, progress=lambda *_: None, names=NAMES)


def told(report: CheckReport) -> list[tuple[str, str]]:
    """(verdict, codes) of each file."""
    return [(f.checked.verdict, " ".join(x.code for x in f.checked.findings)) for f in report.files]


def test_a_corrected_copy_closes_the_matter() -> None:
    """The faulty original beside it is passed over with a reminder and holds nobody up."""
    report = checked(甲局__xlsx=faulty("B01"), 甲局改__xlsx=filled("B01").save())
    assert told(report) == [("skipped", "W_SUPERSEDED"), ("accepted", "")]
    assert not any(f.severity == "error" for f in report.findings)


def test_a_faulty_file_alone_is_held() -> None:
    """Nothing valid of the unit is there."""
    assert told(checked(甲局__xlsx=faulty("B01"))) == [("held", "E_SCORE_RANGE")]


def test_two_valid_files_that_differ_are_both_held() -> None:
    """Nobody decides by the time of a file which of two counts."""
    report = checked(一__xlsx=filled("B01").save(), 二__xlsx=filled("B01", 2).save())
    assert told(report) == [("held", "E_DUP_UNIT"), ("held", "E_DUP_UNIT")]


def test_a_file_named_for_another_unit_is_questioned() -> None:
    """The form inside decides, and the office is told."""
    report = checked(乙局_年度考核__xlsx=filled("B01").save())
    assert told(report) == [("accepted", "W_NAME_OTHER_UNIT")]
    assert report.files[0].checked.unit == "B01"


@pytest.mark.parametrize("name", ["甲局_年度考核__xlsx", "甲局和乙局__xlsx", "报表__xlsx"])
def test_a_name_that_says_nothing_else_is_not_questioned(name: str) -> None:
    """The unit's own name, several names or none."""
    assert told(checked(**{name: filled("B01").save()})) == [("accepted", "")]


def test_a_file_that_cannot_be_read_is_told_of_under_the_name_it_bears() -> None:
    """A hint for the one who telephones; the file is not attributed."""
    report = checked(甲局_年度考核__xlsx=filled("B01").save()[:-400])
    assert told(report) == [("rejected", "E_ZIP_BROKEN")]
    assert report.files[0].checked.unit == ""
    assert report.findings[0].unit == "甲局"


def test_every_file_has_exactly_one_verdict() -> None:
    """accepted + held + rejected + skipped = files found."""
    good = filled("B02").save()
    report = checked(a__xlsx=faulty("B01"), b__xlsx=good, c__xlsx=good, d__pdf=b"%PDF-1.4", e__xlsx=b"")
    verdicts = ("accepted", "held", "rejected", "skipped")
    assert sum(report.count(v) for v in verdicts) == len(report.files) == 5
    assert [report.count(v) for v in verdicts] == [1, 1, 2, 1]
