"""Whose file it is: the labelled cell in all the ways people write it, and what contradicts it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.returns.build import KEY, SETTINGS, WORKBENCH, Draft
from xlfz.errors import Refused
from xlfz.returns.align import align
from xlfz.returns.expected import Forms

if TYPE_CHECKING:
    from xlfz.returns.model import Return

FORMS = Forms(WORKBENCH, KEY)


def by_content(**cells: str | None) -> Return:
    """The form without its manifest and with these cells on both tables, aligned.

    What follows is a little table in the head of the sheet: B2 label, D2 value.
    """
    draft = Draft.of()
    draft.sheets = draft.sheets[:2]
    for sheet in draft.sheets:
        sheet.merges = [m for m in sheet.merges if m[0] != 2]
        for name, text in ({"B2": None, "C2": None, "D2": None, "I2": None, "F2": None} | cells).items():
            sheet[name] = text
    return align(draft.book(), FORMS)


def codes(found: Return) -> list[str]:
    """The codes of the findings, without the one about the manifest."""
    assert found.findings[0].code == "W_MANIFEST_MISSING"
    return [f.code for f in found.findings[1:]]


@pytest.mark.parametrize(
    "cells",
    [
        {"B2": "填报单位", "D2": "甲镇人民政府"},
        {"B2": "填报单位", "C2": "甲镇人民政府"},
        {"B2": "填报单位：", "D2": "甲镇人民政府"},
        {"B2": "填 报 单 位", "H2": "甲镇人民政府"},
        {"B2": "填　报　单　位:", "D2": "甲 镇 人 民 政 府"},
        {"B2": "填报单位：甲镇人民政府"},
        {"B2": "填报单位:甲镇人民政府"},
        {"B2": "填报单位（盖章）：甲镇人民政府"},
        {"B2": "填报单位（公章）", "D2": "甲镇"},
        {"B2": "填报单位　甲镇人民政府"},
        {"B2": "报送单位：甲镇人民政府　　填报日期：2026年11月3日"},
        {"B2": "填报日期：2026年11月3日；填报单位：甲镇人民政府"},
        {"B2": "单位名称：甲镇人民政府\n联系人：张三"},
        {"B2": "上报单位", "D2": "甲镇", "I2": "期次：2026年度"},
        {"B2": "填报部门：X01"},
        {"K2": "填报单位：甲镇"},
    ],
    ids=lambda cells: "|".join(cells.values()),
)
def test_the_unit_is_found_by_its_label(cells: dict[str, str]) -> None:
    """Label variants, letter-spaced, value beside it or in the same cell, by alias or code."""
    found = by_content(**cells)
    assert codes(found) == []
    assert found.unit == "X01"
    assert found.identified == "content"


@pytest.mark.parametrize(
    ("cells", "code", "cell"),
    [
        ({}, "E_UNIT_MISSING", ""),
        ({"B2": "填报单位"}, "E_UNIT_MISSING", "C2"),
        ({"B2": "填报单位", "D2": " 　"}, "E_UNIT_MISSING", "C2"),
        ({"B2": "填报单位", "D2": "期次：2026年度"}, "E_UNIT_MISSING", "C2"),
        ({"B2": "填报单位", "D2": "联系电话：123"}, "E_UNIT_MISSING", "C2"),
        ({"B2": "单位：万元"}, "E_UNIT_MISSING", ""),
        ({"B2": "填报单位", "D2": "戊县水利局"}, "E_UNIT_UNKNOWN", "D2"),
        ({"B2": "填报单位：戊县水利局"}, "E_UNIT_UNKNOWN", "B2"),
        ({"B2": "填报单位", "D2": "乡镇街道"}, "E_UNIT_UNKNOWN", "D2"),
        ({"B2": "填报单位", "D2": "全体"}, "E_UNIT_UNKNOWN", "D2"),
        ({"B2": "填报单位", "D2": "甲镇人民政府、乙街道办事处"}, "E_UNIT_UNKNOWN", "D2"),
        ({"B2": "填报单位", "D2": "2026"}, "E_UNIT_UNKNOWN", "D2"),
    ],
)
def test_a_name_that_is_not_one_unit_leaves_the_file_without_a_unit(
    cells: dict[str, str], code: str, cell: str
) -> None:
    """Missing, unknown, a group, several units: nobody's file, and nothing of it is aligned."""
    found = by_content(**cells)
    assert codes(found) == [code]
    assert found.unit == ""
    assert found.tables == ()
    assert found.findings[1].cell == cell


def test_an_unknown_name_comes_with_the_nearest_known_one() -> None:
    """So that staff see at once what was meant."""
    found = by_content(B2="填报单位", D2="甲镇政府")
    assert "甲镇" in found.findings[1].message


def test_two_sheets_that_name_two_units_are_nobodys() -> None:
    """Pasted together from two forms."""
    draft = Draft.of()
    draft.sheets = draft.sheets[:2]
    draft.materials["C2"] = draft.materials["D2"] = None
    draft.materials["B2"] = "填报单位：丙县司法局"
    found = align(draft.book(), FORMS)
    assert codes(found) == ["E_UNIT_MISMATCH"]
    assert found.unit == ""


def test_a_renamed_unit_is_known_by_the_code_that_its_form_carries() -> None:
    """The roster has a new name for the code; the form still shows the old one."""
    draft = Draft.of()
    units = (replace(WORKBENCH.roster.units[0], name="甲街道办事处", aliases=()), *WORKBENCH.roster.units[1:])
    forms = Forms(replace(WORKBENCH, roster=replace(WORKBENCH.roster, units=units)), KEY)
    found = align(draft.book(), forms)
    assert found.unit == "X01"
    assert [f.code for f in found.findings if f.severity == "error"] == []


def test_a_code_that_was_given_to_another_unit_is_a_contradiction() -> None:
    """The manifest's name and the roster's name of the code mean two units."""
    first, second, *rest = WORKBENCH.roster.units
    units = (replace(first, code="X02"), replace(second, code="X01"), *rest)
    forms = Forms(replace(WORKBENCH, roster=replace(WORKBENCH.roster, units=units)), KEY)
    found = align(Draft.of().book(), forms)
    assert [f.code for f in found.findings] == ["E_UNIT_MISMATCH"]


def test_a_code_that_is_gone_is_found_by_the_name() -> None:
    """The roster has new codes."""
    units = (replace(WORKBENCH.roster.units[0], code="Y01"), *WORKBENCH.roster.units[1:])
    forms = Forms(replace(WORKBENCH, roster=replace(WORKBENCH.roster, units=units)), KEY)
    found = align(Draft.of().book(), forms)
    assert (found.unit, list(found.findings)) == ("Y01", [])


def test_the_same_wrong_name_on_both_sheets_is_one_finding() -> None:
    """One fault, one finding."""
    draft = Draft.of()
    for sheet in draft.sheets[:2]:
        sheet["D2"] = "戊县水利局"
    draft.materials["B2"] = "填报单位：戊县水利局"
    assert [f.code for f in align(draft.book(), FORMS).findings] == ["E_UNIT_UNKNOWN"]


@pytest.mark.parametrize("round_", ["年度", "第一 季度", "2026-03", "上半年"])
def test_a_round_is_recognised_at_the_head_of_a_form_without_manifest(round_: str) -> None:
    """Rounds with spaces too; another round is refused."""
    workbench = replace(WORKBENCH, settings=replace(SETTINGS, round=round_))
    draft = Draft.of(workbench=workbench)
    draft.sheets = draft.sheets[:2]
    assert align(draft.book(), Forms(workbench, KEY)).unit == "X01"
    others = Forms(replace(WORKBENCH, settings=replace(SETTINGS, round="第四季度")), KEY)
    with pytest.raises(Refused) as refused:
        align(draft.book(), others)
    assert [f.code for f in refused.value.findings] == ["E_OTHER_ROUND"]
