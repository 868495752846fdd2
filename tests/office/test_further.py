"""Forms of a further kind go out and come back by the same code as the round's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import oracle
from tests.acceptance.desk import receive
from tests.office.small import filled_forms, send_back, working_folder
from tests.office.typed import row_ids, shown, typed
from xlfz.errors import Refused
from xlfz.office.service import Office

if TYPE_CHECKING:
    from pathlib import Path

KIND = "考核评分表"
COLLECTION = f"2025年度{KIND}"
FIRST, SECOND = "第一考核组", "第二考核组"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the returns of three units of two 考核组."""
    made = working_folder(tmp_path / "某县", teams=(FIRST, FIRST, SECOND))
    send_back(made, filled_forms(made))
    return made


def sent(folder: Path) -> dict[str, bytes]:
    """考核组 -> its form."""
    made = Office.open(folder, workers=1).generate(KIND)
    return {p.name.partition("_")[0]: p.read_bytes() for p in made.forms}


def scored(form: bytes, score: float = 10.0, **also: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Full marks in every row, but for what `also` says by the last part of the id."""
    return {i: {"assessed": score} | also.get(f"n{i.rpartition('/')[2]}", {}) for i in row_ids(form)}


def test_each_team_gets_its_units_with_what_they_said(folder: Path) -> None:
    """One form a 考核组, a row a unit and indicator, the unit's own words beside it."""
    forms = sent(folder)
    assert list(forms) == [FIRST, SECOND]
    rows = shown(forms[FIRST])
    assert len(rows) == 20
    assert {r["unit"] for r in rows} == {"县教育局", "县财政局"}
    report = Office.open(folder, workers=1).check().report
    own = report.accepted()["D01"].checked
    assert [r["own"] for r in rows[:10]] == [row.values.get("score") for row in own.items]
    assert [r["status"] for r in rows[:10]] == [row.values.get("status") for row in own.items]


def test_scored_forms_come_back_beside_the_returns(folder: Path) -> None:
    """They are counted, attributed to their team, and no unit's return becomes another for them."""
    before = Office.open(folder, workers=1).check()
    forms = sent(folder)
    receive(folder, {f"考核/{t}.xlsx": typed(f, scored(f)) for t, f in forms.items()})
    after = Office.open(folder, workers=1).check()
    assert after.counts() == before.counts() | {"files_found": 5, "accepted": 5}
    assert after.report.accepted() == before.report.accepted()
    assessed = after.report.accepted(COLLECTION)
    assert list(assessed) == [FIRST, SECOND]
    assert [r.values["assessed"] for r in assessed[SECOND].checked.items] == [10.0] * 10


def test_a_deduction_needs_a_reason_at_its_cell(folder: Path) -> None:
    """The finding names the unit's indicator, and the team gets a marked copy."""
    form = sent(folder)[SECOND]
    receive(folder, {"二组.xlsx": typed(form, scored(form, n3={"assessed": 8}))})
    checking = Office.open(folder, workers=1).check()
    (found,) = [f for f in checking.findings if f.severity == "error"]
    assert (found.code, found.cell, found.indicator) == ("E_DEDUCTION_NO_REASON", "K8", "柳溪镇 3")
    assert found.unit == SECOND
    assert [p.name for p in checking.sent_back] == [f"{SECOND}{COLLECTION}_退回修改.xlsx"]
    receive(folder, {"二组.xlsx": typed(form, scored(form, n3={"assessed": 8, "deduction": "扣 2 分"}))})
    assert not Office.open(folder, workers=1).check().needs_person


def test_a_score_above_the_points_is_held(folder: Path) -> None:
    """By the rule of every score."""
    form = sent(folder)[SECOND]
    receive(folder, {"二组.xlsx": typed(form, scored(form, n1={"assessed": 10.5}))})
    errors = [f.code for f in Office.open(folder, workers=1).check().findings if f.severity == "error"]
    assert errors == ["E_SCORE_RANGE"]


def test_a_form_without_its_manifest_is_known_by_its_headers(folder: Path) -> None:
    """And its team by the name on the sheet."""
    form = sent(folder)[SECOND]
    receive(folder, {"二组.xlsx": typed(form, scored(form), manifest=False)})
    checking = Office.open(folder, workers=1).check()
    assert list(checking.report.accepted(COLLECTION)) == [SECOND]


def test_what_a_unit_changed_since_is_nobody_s_fault(folder: Path) -> None:
    """The self score shown beside a row is for reading: a newer one makes no finding."""
    forms = sent(folder)
    receive(folder, {f"{t}.xlsx": typed(f, scored(f)) for t, f in forms.items()})
    for path in (folder / "回收").glob("县*.xlsx"):
        path.unlink()
    checking = Office.open(folder, workers=1).check()
    assert sorted(checking.report.accepted(COLLECTION)) == sorted(forms)
    assert not checking.findings


def test_a_kind_that_is_not_there_is_refused_in_words(folder: Path, tmp_path: Path) -> None:
    """An unknown name, and a workbench that has nothing for the kind."""
    with pytest.raises(Refused) as unknown:
        Office.open(folder, workers=1).generate("考核表")
    assert [f.code for f in unknown.value.findings] == ["E_KIND_UNKNOWN"]
    plain = working_folder(tmp_path / "无组")
    with pytest.raises(Refused) as none:
        Office.open(plain, workers=1).generate(KIND)
    assert [f.code for f in none.value.findings] == ["E_KIND_NONE"]


def test_a_team_s_version_can_be_picked(folder: Path) -> None:
    """As a unit's: two that differ are held until a person says which."""
    form = sent(folder)[SECOND]
    receive(folder, {"甲.xlsx": typed(form, scored(form)), "乙.xlsx": typed(form, scored(form, 9, n1={}))})
    receive(folder, {"乙.xlsx": typed(form, {i: {"assessed": 9, "deduction": "少"} for i in row_ids(form)})})
    office = Office.open(folder, workers=1)
    assert SECOND not in office.check().report.accepted(COLLECTION)
    office.pick(SECOND, "乙.xlsx")
    assert office.check().report.accepted(COLLECTION)[SECOND].path == "回收/乙.xlsx"


def test_two_assessors_of_a_team_may_share_its_form(folder: Path) -> None:
    """Each scores one unit; what counts of the team is both, and each row knows its file."""
    form = sent(folder)[FIRST]
    ids = row_ids(form)
    halves = {"甲.xlsx": ids[:10], "乙.xlsx": ids[10:]}
    receive(folder, {n: typed(form, {i: {"assessed": 10.0} for i in own}) for n, own in halves.items()})
    report = Office.open(folder, workers=1).check().report
    assert [report.count(v) for v in ("accepted", "held")] == [5, 0]
    whole = report.accepted(COLLECTION)[FIRST]
    assert [(r.id, whole.holder(r).path) for r in whole.checked.items] == [
        *((i, "回收/甲.xlsx") for i in ids[:10]),
        *((i, "回收/乙.xlsx") for i in ids[10:]),
    ]


def test_an_assessors_form_passes_the_sdk_s_rules(folder: Path) -> None:
    """Every kind of workbook does."""
    assert oracle.audit(sent(folder)[FIRST]) == []


@oracle.libreoffice
def test_an_assessors_form_recalculates_to_what_it_says(folder: Path) -> None:
    """自查 and the count of rows left."""
    form = sent(folder)[FIRST]
    assert oracle.recalculate(form) == oracle.values(form)
