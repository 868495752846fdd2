"""The presets hold what their sources count, and each is a workbench in order."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.workbench.build import content, faults, warned
from xlfz.errors import Refused
from xlfz.workbench import presets
from xlfz.workbench.reading import read

if TYPE_CHECKING:
    from xlfz.workbench.draft import Draft
    from xlfz.workbench.model import Workbench

IDS = ["bijie-59", "loudi-45", "luohe-plan", "puyang-130", "puyang-annual", "shangcai-57"]


def workbench(draft: Draft) -> Workbench:
    """A draft as it is read back."""
    return read(content(draft))


def test_every_preset_is_listed_with_its_title() -> None:
    """By id."""
    listed = presets.names()
    assert [preset_id for preset_id, _ in listed] == IDS
    assert all(title for _, title in listed)


@pytest.mark.parametrize("preset_id", IDS)
def test_every_preset_is_a_workbench_in_order(preset_id: str) -> None:
    """It declares nothing that it does not hold (what bijie's source leaves open apart)."""
    found = workbench(presets.load(preset_id))
    counts = [f.message for f in found.findings if f.code == "W_WB_COUNT"]
    assert counts == (["声明有 16 项二级指标，表中有 0 项。"] if preset_id == "bijie-59" else [])
    assert found.settings.title == presets.about(preset_id).title


@pytest.mark.parametrize("preset_id", IDS)
def test_every_preset_can_be_given_to_everyone_and_split_evenly(preset_id: str) -> None:
    """With the roster of the county; the points of live indicators add up to the full marks."""
    draft = presets.load(preset_id, units_from="shangcai-57", even_split=True).for_everyone()
    found = workbench(draft)
    assert len(found.roster.active) == 57
    live = [i for i in found.scoring_catalogue.live if i.scored]
    if live:
        assert round(sum(i.points or 0 for i in live), 2) == 100
        assert all(d.items for d in found.assignment.duties)
        assert not {"W_WB_POINTS", "W_WB_NOBODY", "W_WB_NO_LEAD"} & set(warned(found))


@pytest.mark.parametrize(("level", "count"), [("国家级", 100), ("省级", 125), ("市级", 130)])
def test_puyang_counts_cumulatively_by_level(level: str, count: int) -> None:
    """100 national, 125 with the province's, 130 with the city's; the open slot ★1 is the city's."""
    found = workbench(presets.load("puyang-130", level=level))
    scored = [i for i in found.catalogue.indicators if i.scored]
    assert len(scored) == count
    assert Counter(i.kind for i in found.catalogue.indicators if not i.scored) == {"加分": 2, "减分": 2}
    assert [i.number for i in scored if i.state == "空缺"] == (["★1"] if level == "市级" else [])
    assert "W_WB_COUNT" not in warned(found)
    assert found.settings.level == level
    assert found.declared.indicators == count
    assert {m.indicator for m in found.catalogue.materials} <= set(found.catalogue.by_number)


def test_puyang_has_its_chapters_and_word_limits() -> None:
    """Eight chapters and 附加项; 1500, 2000 and 12000 字 beside the usual 500."""
    found = workbench(presets.load("puyang-130"))
    assert len({i.chapter for i in found.catalogue.indicators if i.level == "国家级"}) == 8
    # The province adds two chapters of its own, (一) and (二), between those of the state.
    whole = [name for name in found.catalogue.chapters if not name.startswith("(")]
    assert [name[0] for name in whole] == list("一二三四五六七八九")
    assert whole[-1] == "九、附加项"
    assert {1500, 2000, 12000} <= {m.word_limit for m in found.catalogue.materials}
    assert (found.settings.word_usual, found.settings.word_limit) == (500, 1000)


def test_puyang_annual_has_ten_chapters_of_a_hundred_points() -> None:
    """The figures that the source prints."""
    found = workbench(presets.load("puyang-annual"))
    assert [points for _, points in found.scheme.chapters] == [17, 4, 5, 10, 16, 6, 11, 13, 8, 10]
    assert [name for name, _ in found.scheme.chapters] == list(found.catalogue.chapters)
    assert found.scheme.full == 100


def test_loudi_has_45_tasks() -> None:
    """Each with a lead unit that the roster knows."""
    found = workbench(presets.load("loudi-45"))
    assert Counter(i.kind for i in found.catalogue.indicators) == {"任务": 45}
    assert found.settings.form_kind == "进展表"
    assert "W_WB_NO_LEAD" not in warned(found)


def test_luohe_has_25_tasks_in_seven_areas() -> None:
    """Without lead units."""
    found = workbench(presets.load("luohe-plan"))
    assert Counter(i.kind for i in found.catalogue.indicators) == {"任务": 25}
    assert len(found.catalogue.chapters) == 7


def test_bijie_declares_what_it_does_not_print() -> None:
    """6, 16 and 59, and 59 open slots."""
    found = workbench(presets.load("bijie-59"))
    declared = found.declared
    assert (declared.first_level, declared.second_level, declared.indicators) == (6, 16, 59)
    assert Counter(i.state for i in found.catalogue.indicators) == {"空缺": 59}


def test_shangcai_has_57_units_and_its_barred_grades() -> None:
    """26 townships, 31 departments, three groups; two lost cases bar 优秀."""
    found = workbench(presets.load("shangcai-57"))
    assert {g: len(found.roster.groups[g]) for g in ("乡镇街道", "县直部门")} == {
        "乡镇街道": 26,
        "县直部门": 31,
    }
    assert len(found.roster.active) == 57
    assert len({u.team for u in found.roster.active}) == 3
    assert len(found.catalogue.chapters) == 10
    first = found.scheme.ceilings[0]
    assert (first.fact, first.limit, first.barred) == ("年度败诉案件数", 2.0, "优秀")


def test_unknown_presets_and_levels_name_what_there_is() -> None:
    """In message and remedy."""
    with pytest.raises(Refused) as refused:
        presets.load("puyang")
    assert "puyang-130、puyang-annual" in refused.value.findings[0].remedy
    with pytest.raises(Refused) as refused:
        presets.load("puyang-130", level="县级")
    assert refused.value.findings[0].code == "E_LEVEL_UNKNOWN"
    assert "国家级、省级、市级" in refused.value.findings[0].remedy
    with pytest.raises(Refused) as refused:
        presets.load("loudi-45", level="市级")
    assert refused.value.findings[0].text.endswith("可用的级别：无。")


def test_another_roster_puts_unknown_names_into_the_names_sheet() -> None:
    """Known, but nobody yet: to be filled in, nothing is guessed."""
    found = workbench(presets.load("puyang-130", units_from="shangcai-57"))
    waiting = [name for name, targets in found.roster.names if not targets]
    assert "局法规调研科" in waiting
    assert "W_WB_NOBODY" in warned(found)


@pytest.mark.parametrize("count", [1, 5, 57, 60, 200])
def test_a_draft_can_have_any_number_of_units(count: int) -> None:
    """The roster's first ones, and invented ones beyond it."""
    draft = presets.load("puyang-130", units_from="shangcai-57").for_everyone().first_units(count)
    found = workbench(draft)
    assert len(found.roster.active) == count
    assert len({u.name for u in found.roster.units}) == count
    assert faults(content(draft)) == []


def test_a_changed_draft_leaves_the_first_one_as_it_was() -> None:
    """Every change gives a copy."""
    draft = presets.load("luohe-plan")
    before = (draft.settings, draft.indicators, draft.units, draft.names)
    draft.for_everyone().first_units(1).with_setting("年度", 2026)
    assert (draft.settings, draft.indicators, draft.units, draft.names) == before
    assert draft.with_setting("年度", 2026).with_setting("年度", "").settings == draft.settings
    with pytest.raises(KeyError):
        draft.with_setting("没有的设置", 1)


@pytest.mark.parametrize("preset_id", ["loudi-45", "luohe-plan"])
def test_a_list_of_tasks_asks_for_progress(preset_id: str) -> None:
    """Its own columns, no sheet of materials where none are asked for, and a month as its round."""
    found = workbench(presets.load(preset_id))
    (table,) = found.form.tables
    assert table.title == "进展表"
    assert [c.title for c in table.columns] == [
        "进展状态", "完成进度", "本期进展", "取得成效", "下步打算", "存在困难", "完成时间",
    ]  # fmt: skip
    assert "W_WB_MONTH" in warned(found)
    assert "W_WB_MONTH" not in warned(workbench(presets.load(preset_id).with_setting("期次", "2026-03")))


def test_staff_s_own_columns_stay_when_the_kind_of_form_changes() -> None:
    """Only the columns that nobody touched are exchanged."""
    draft = presets.load("loudi-45")
    assert draft.with_setting("表单类型", "自评表").items == presets.empty().items
    own = replace(draft, items=draft.items[:3])
    assert own.with_setting("表单类型", "自评表").items == own.items
