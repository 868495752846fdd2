"""Consolidation: what reaches the tables, from where, and what never does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.summary.build import COLUMNS, filled, outcome, report, workbench
from xlfz.catalogue import Catalogue, Indicator, Material
from xlfz.check.model import Checked, CheckedRow, CheckReport
from xlfz.consolidation import Carried, CarriedValue, consolidate, row_key
from xlfz.findings import finding
from xlfz.form.spec import Column, form_spec
from xlfz.roster import Roster, Unit
from xlfz.workbench.model import Workbench

if TYPE_CHECKING:
    from xlfz.consolidation import Consolidation

INDICATORS = (
    Indicator("1.1", "清单", "一、履职", points=60.0, lead=("全体",)),
    Indicator("1.10", "决策", "一、履职", points=40.0, lead=("甲镇",), responsible=("乙镇",)),
    Indicator("2", "创新", "二、其他", lead=("全体",)),
)
MATERIALS = (Material("1.1", 1, "清单文本"), Material("1.1", 2, "情况说明"))
UNITS = (Unit("A", "甲镇", team="一组"), Unit("B", "乙镇"), Unit("C", "丙镇", team="一组"), Unit("D", "丁镇"))
BOOK = Workbench(catalogue=Catalogue(INDICATORS, MATERIALS), roster=Roster(UNITS))
DONE = {"status": "已完成", "score": 60.0, "done_on": date(2026, 3, 1)}
ANSWERS = {
    "A": {
        "1.1": DONE,
        "1.10": {"status": "部分完成", "score": 20.0, "reason": "缺人"},
        "2": {"status": "已完成"},
    },
    "B": {"1.1": DONE, "1.10": {"status": "不适用"}},
    "C": {"1.1": {"status": "未完成", "score": 13.37, "reason": "机密原因"}},
}


def case(**changes: object) -> Consolidation:
    """甲 and 乙 accepted, 丙 held, 丁 missing; with what was carried over."""
    return consolidate(BOOK, filled(BOOK, ANSWERS, held=("C",)), Carried(**changes))  # type: ignore[arg-type]


def test_every_row_knows_its_file_sheet_and_cell() -> None:
    """Rows of accepted files only, in the roster's and the catalogue's order."""
    rows = [(r.unit.code, r.item.indicator.number, r.path, r.sheet, r.score_cell) for r in case().rows]
    assert rows == [
        ("A", "1.1", "回收/甲镇.xlsx", "自评表", "I6"),
        ("A", "1.10", "回收/甲镇.xlsx", "自评表", "I7"),
        ("A", "2", "回收/甲镇.xlsx", "自评表", "I8"),
        ("B", "1.1", "回收/乙镇.xlsx", "自评表", "I6"),
        ("B", "1.10", "回收/乙镇.xlsx", "自评表", "I7"),
        ("B", "2", "回收/乙镇.xlsx", "自评表", "I8"),
    ]


def test_units_are_adopted_held_or_missing() -> None:
    """States, totals and who is to be reminded."""
    found = case()
    assert [(u.unit.code, u.state, u.score.state, u.score.total) for u in found.units] == [
        ("A", "已采用", "已评分", 80.0),
        ("B", "已采用", "已评分", 100.0),
        ("C", "已报待改", "已报待改", ""),
        ("D", "未报", "未报", ""),
    ]
    assert [u.unit.code for u in found.missing] == ["C", "D"]


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from("ABC")))
def test_nothing_of_a_held_file_reaches_a_table(held: set[str]) -> None:
    """Whichever units are held, their values are nowhere; the file is in the register."""
    found = consolidate(BOOK, filled(BOOK, ANSWERS, held=tuple(held)))
    shown = repr((found.rows, found.materials, found.shortfalls, [u.score for u in found.units]))
    assert {r.unit.code for r in found.rows} == {"A", "B", "C"} - held
    assert ("13.37" in shown) == ("机密原因" in shown) == ("C" not in held)
    assert len(found.files) == 3


def test_an_indicator_without_points_is_listed_and_not_counted() -> None:
    """Its counted score is a blank, not an empty score that would be waited for."""
    row = case().rows[2]
    assert (row.item.indicator.points, row.status, row.counted) == (None, "已完成", None)


def test_materials_are_counted_and_named() -> None:
    """应报 leaves out what is 不适用; names are joined; shortfalls name what is missing."""
    given_ = (
        CheckedRow("1.1#1", "资料清单", 6, {"provided": "已提供", "file_name": "甲政〔2026〕1号"}),
        CheckedRow("1.1#2", "资料清单", 7, {"provided": "未提供"}),
    )
    file = outcome("回收/甲.xlsx", Checked("accepted", "A", 1, (), given_, COLUMNS))
    found = consolidate(BOOK, CheckReport((file,)))
    row = found.rows[0]
    assert (row.materials_needed, row.materials_given, row.material_names) == (2, 1, "甲政〔2026〕1号")
    assert [(m.material.id, m.provided, m.cell) for m in found.materials] == [
        ("1.1#1", "已提供", "F6"),
        ("1.1#2", "未提供", "F7"),
    ]
    assert found.shortfalls[0].missing == ("情况说明",)


def test_shortfalls_say_what_is_undone_lost_or_missing() -> None:
    """Numbered; a row that is done, full and complete is none; 不适用 is none."""
    found = [(s.number, s.unit.code, s.indicator.number, s.kinds, s.lost_points) for s in case().shortfalls]
    assert found == [
        (1, "A", "1.1", ("缺资料",), None),
        (2, "A", "1.10", ("部分完成", "失分"), 20.0),
        (3, "B", "1.1", ("缺资料",), None),
    ]


def test_what_staff_typed_finds_its_place_again() -> None:
    """By unit and indicator; it is counted, and said how much was carried."""
    found = case(
        values=(
            CarriedValue("明细", "A|1.10", "考核分", 30.0),
            CarriedValue("明细", "A|1.10", "扣分原因", "材料不全"),
            CarriedValue("明细", "A|1.1", "审核意见", "属实"),
        )
    )
    row = found.rows[1]
    assert (row.own, row.assessed, row.deduction, row.counted) == (20.0, 30.0, "材料不全", 30.0)
    assert found.units[0].score.total == 90.0
    assert [(f.code, dict(f.facts)) for f in found.findings] == [("I_CARRIED", {"n": 3})]


def test_what_finds_no_place_is_kept_and_said() -> None:
    """A held unit's assessment waits in 未对应内容, beside what could not be carried at all."""
    held = CarriedValue("明细", "C|1.1", "考核分", 50.0, "丙镇 1.1")
    found = case(values=(held,), lost=(CarriedValue("明细", "", "考核分", "=1+1"),))
    assert [v.value for v in found.lost] == ["=1+1", 50.0]
    assert [f.code for f in found.findings if f.severity == "warn"] == ["W_CARRY_LOST"]


@pytest.mark.parametrize("typed", ["好", 60.5, -1.0, True, date(2026, 1, 1)])
def test_a_score_that_cannot_be_counted_stays_as_typed(typed: object) -> None:
    """It is kept, named in a finding, and the row has no score: the unit's own is not used instead."""
    found = case(values=(CarriedValue("明细", "A|1.1", "考核分", typed),))  # type: ignore[arg-type]
    assert (found.rows[0].assessed, found.rows[0].counted) == (typed, "")
    assert found.units[0].score.state == "待评"
    assert [f.code for f in found.problems if f.code.startswith("E_CARRY")] == ["E_CARRY_VALUE"]
    assert "甲镇第 1.1 项" in found.problems[0].message


def test_findings_of_the_files_come_with_those_of_carrying_over() -> None:
    """`problems` has both, errors first; `findings` only what the report did not say."""
    told = finding("W_EXT_MISMATCH", file="回收/甲.xlsx", 真类型="xls")
    file = outcome("回收/甲.xlsx", Checked("accepted", "A", 1, (), (), COLUMNS, (told,)))
    lost = Carried(lost=(CarriedValue("明细", "", "考核分", "=1"),), findings=(finding("E_CARRY_FORMULA"),))
    found = consolidate(BOOK, CheckReport((file,)), lost)
    assert [f.code for f in found.problems] == ["E_CARRY_FORMULA", "W_CARRY_LOST", "W_EXT_MISMATCH"]
    assert [f.code for f in found.findings] == ["W_CARRY_LOST"]


def test_columns_that_an_office_added_come_along() -> None:
    """In the form's order, after the built-in ones."""
    extra = Column("x1", "items", "责任科室", "文本")
    book = replace(BOOK, form=form_spec((*form_spec().tables[0].columns, extra)))
    answers = {"B": {"1.1": {"status": "已完成", "score": 1.0, "x1": "法规科"}}}
    assert consolidate(book, filled(book, answers)).rows[0].extra == ("法规科",)


def test_keys_hold_no_wildcards() -> None:
    """MATCH would take * and ? for anything: they become full-width."""
    assert row_key("A", "*1?~") == "A|＊1？～"


def test_a_round_of_any_size_adds_up() -> None:
    """Rows = accepted units x indicators; units = adopted + held + missing."""
    book = workbench(20, 12)
    came = report(book)
    found = consolidate(book, came)
    assert len(found.rows) == came.count("accepted") * 12
    assert len(found.units) == 20 == came.count("accepted") + len(found.missing)
