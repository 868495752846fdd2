"""导入核对: what was proposed comes back as it was, edits count, and nothing unconfirmed passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.confirming import (
    DAY,
    PROPOSAL,
    Edit,
    accepted,
    at,
    book,
    document,
    doubt,
    faults,
    fields,
    places,
    planned,
    spec,
    sure,
    taken,
    typed,
)
from tests.oracle import audit, libreoffice, recalculate, values
from xlfz.documents.confirm import lay_out, new_draft
from xlfz.documents.confirm.specs import CHECKED, LEFT_OUT, SHEETS
from xlfz.documents.confirm.writing import FIRST
from xlfz.documents.model import Found, Place, Proposal, ProposedRow
from xlfz.excel import look
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.findings import finding
from xlfz.roster import Roster, Unit
from xlfz.text import fold
from xlfz.workbench import reading, writing
from xlfz.workbench.tables import INDICATORS, MATERIALS

if TYPE_CHECKING:
    from xlfz.excel.content import BookContent
    from xlfz.excel.plan import Sheet

ROWS, PAPERS, WHO, SETUP = (s.title for s in SHEETS)


@cache
def small() -> BookContent:
    """The small proposal as the clerk gets it."""
    return book(PROPOSAL)


@cache
def done() -> BookContent:
    """The same with every row confirmed."""
    return accepted(small())


def sheet(title: str, *proposals: Proposal) -> Sheet:
    """One sheet of the plan."""
    return next(s for s in planned(*proposals).sheets if s.name == title)


def cells(title: str, *proposals: Proposal) -> dict[str, Any]:
    """Address -> cell of one sheet of the plan."""
    from xlfz.excel.address import address

    return {address(c.row, c.column): c for c in sheet(title, *proposals).cells}


# What the clerk sees


def test_only_rows_without_any_doubt_are_prefilled() -> None:
    """Row 2 has a doubtful lead unit, the last material is doubtful, a collective name waits."""
    found = places(faults(small()))
    assert found == [
        ("E_IMPORT_UNCONFIRMED", ROWS, at(ROWS, 2, "check")),
        ("E_IMPORT_UNCONFIRMED", PAPERS, at(PAPERS, 3, "check")),
        ("E_IMPORT_UNCONFIRMED", WHO, at(WHO, 3, "check")),
    ]


def test_doubt_is_told_by_colour_in_words_and_beside_the_source() -> None:
    """Yellow for 存疑, red for 缺失, the sentence in 待核对, the place and the text in the same row."""
    missing = Found("", sure="缺失")
    rows = (ProposedRow(fields("1", "甲", lead=doubt("县旧局", "印得不清，请核对。"), deadline=missing)),)
    there = cells(ROWS, Proposal("方案.txt", rows))
    assert there[at(ROWS, 1, "lead")].style.fill == look.AMBER_TINT
    assert there[at(ROWS, 1, "deadline")].style.fill == look.RED_TINT
    assert there[at(ROWS, 1, "text")].style.fill == ""
    asked = there[at(ROWS, 1, "ask")].value
    assert asked.splitlines() == ["牵头单位：印得不清，请核对。", "完成时限：没有读出，请填写。"]
    assert "原文县旧局" in there[at(ROWS, 1, "source")].value
    assert there[at(ROWS, 1, "place")].value == "第3段\n牵头单位 第4段"
    notes = {(c.row, c.column): c.text for c in sheet(ROWS, Proposal("方案.txt", rows)).comments}
    assert notes[FIRST, spec(ROWS).column("lead")] == "印得不清，请核对。 原文（第4段）：原文县旧局"


def test_the_sheet_that_a_person_is_sent_to_is_in_this_workbook() -> None:
    """The reading speaks of the workbench's 单位对照; here that sheet is called 单位核对."""
    lead = doubt("各部门", "没有写明是哪些单位，请在“单位对照”里落实。")
    there = cells(ROWS, Proposal("方案.txt", (ProposedRow(fields("1", "甲", lead=lead)),)))
    assert there[at(ROWS, 1, "ask")].value == "牵头单位：没有写明是哪些单位，请在“单位核对”里落实。"


def test_headings_are_not_repeated_in_every_row() -> None:
    """The source text of a row is its own; a heading stands there only when it is doubtful."""
    heading = {"chapter": sure("一、健全制度"), "section": doubt("（二）公开")}
    there = cells(ROWS, Proposal("方案.txt", (ProposedRow(fields("1", "制定清单", **heading)),)))
    assert there[at(ROWS, 1, "source")].value == "制定清单\n原文（二）公开"


def test_a_finding_of_a_row_is_asked_in_the_row() -> None:
    """What the reading had to say of one row stands in that row, and the row waits."""
    row = replace(PROPOSAL.rows[0], findings=(finding("W_IMPORT_NO_UNITS", n=1),))
    there = cells(ROWS, replace(PROPOSAL, rows=(row,)))
    assert "没有写明由谁负责" in there[at(ROWS, 1, "ask")].value
    assert there[at(ROWS, 1, "check")].value is None


@pytest.mark.parametrize(
    ("field_id", "value", "said"),
    [
        ("number", "第一百二十三条第四款第五项第六目之一", None),
        ("number", "九" * 21, "超过 20 字"),
        ("text", "长" * 2001, "超过 2000 字"),
        ("kind", "重点", "不在可选项内"),
        ("points", -1.0, "不是有效数字"),
    ],
)
def test_what_the_workbench_would_refuse_is_not_prefilled(
    field_id: str, value: object, said: str | None
) -> None:
    """A sure value that cannot stand is doubtful here; what is prefilled can be taken."""
    row = ProposedRow(fields("1", "甲") | {field_id: sure(value)})
    there = cells(ROWS, Proposal("方案.txt", (row,)))
    ask = there[at(ROWS, 1, "ask")].value
    assert (ask is None) == (said is None)
    assert said is None or said in ask


def test_numbers_that_stand_twice_are_asked_about_across_documents() -> None:
    """Both rows are there, the second waits and says which it repeats."""
    other = replace(PROPOSAL, source="另一份.txt")
    there = cells(ROWS, PROPOSAL, other)
    assert [there[at(ROWS, n, "number")].value for n in (1, 4)] == ["1", "1"]
    assert "前面第 1 项已用过" in there[at(ROWS, 4, "ask")].value
    assert there[at(ROWS, 4, "place")].value.startswith("另一份.txt，")


def test_every_finding_and_every_file_is_listed() -> None:
    """读取情况 has a line for each file, also for one that could not be read, and each finding."""
    broken = replace(document(PROPOSAL), name="坏.pdf", proposal=None, findings=(finding("E_IMPORT_BROKEN"),))
    plan = lay_out([document(PROPOSAL), broken], None, DAY).plan
    rows = [row for block in plan.sheets[-1].blocks for row in block.rows]
    assert [row[:2] for row in rows] == [("文件", "方案.docx"), ("文件", "坏.pdf"), ("错误", "坏.pdf")]
    assert rows[1][3] == "没有读出任务。"


def test_the_roster_knows_or_suggests() -> None:
    """A known name needs nothing; an unknown one waits with the nearest name shown, and is not mapped."""
    roster = Roster((Unit("A1", "县财政局", aliases=("财政局",)), Unit("A2", "县司法行政局")))
    there = cells_with(roster)
    assert there[at(WHO, 1, "check")].value == CHECKED
    assert there[at(WHO, 2, "near")].value == "县司法行政局"
    assert [there[at(WHO, 2, i)].value for i in ("check", "register", "targets")] == [None, "否", None]


def test_names_that_only_rows_have_are_listed_too() -> None:
    """Nobody could confirm a unit that 单位核对 does not list."""
    content = accepted(book(replace(PROPOSAL, names={})))
    assert [n.name for n in taken(content).names] == ["县财政局", "县司法局", "各乡镇"]


def test_names_that_are_almost_alike_are_asked_about() -> None:
    """Registered twice they would be two units; names of places are alike by nature."""
    names = (
        "局规划财务和基金科",
        "局规划财务与基金科",
        "县财政局",
        "县民政局",
        "东关镇人民政府",
        "城关镇人民政府",
    )
    there = cells(WHO, replace(PROPOSAL, names={name: sure("") for name in names}))
    asked = {there[at(WHO, n, "name")].value: there[at(WHO, n, "ask")].value for n in range(1, 7)}
    assert [name for name, ask in asked.items() if ask] == ["局规划财务与基金科"]
    assert "局规划财务和基金科" in asked["局规划财务与基金科"]


def cells_with(roster: Roster) -> dict[str, Any]:
    """Address -> cell of 单位核对 in a folder that has a roster."""
    from xlfz.excel.address import address

    plan = planned(PROPOSAL, roster=roster)
    return {address(c.row, c.column): c for c in plan.sheets[2].cells}


# Taken as confirmed


def test_a_confirmed_proposal_comes_back_as_it_was() -> None:
    """Every field in its column, materials with their indicator, names, settings, chapters."""
    found = taken(done())
    assert found.indicators[0] == {
        "编号": "1", "类型": "指标", "状态": "启用", "一级指标": "一、甲", "指标内容": "审批提速",
        "分值": 60.0, "牵头单位": "县财政局", "责任单位": "县司法局、各乡镇",
    }  # fmt: skip
    assert found.indicators[2]["截止日期"] == date(2026, 9, 30)
    assert [(m["指标编号"], m["序号"], m["资料名称"]) for m in found.materials] == [
        ("1", 1, "情况说明"), ("1", 2, "台账"), ("3", 1, "截图"),
    ]  # fmt: skip
    assert [(n.name, n.register, n.targets) for n in found.names] == [
        ("县财政局", True, ()), ("县司法局", True, ()), ("各乡镇", False, ()),
    ]  # fmt: skip
    assert found.settings["工作名称"] == "某县考核方案"
    assert found.settings["声明总分"] == 100
    assert [(c.name, c.points) for c in found.chapters] == [("一、甲", 90.0)]


def test_edits_are_taken_over() -> None:
    """What the clerk types counts, not what was read."""
    edits: list[Edit] = [
        (ROWS, 2, "text", "清单公开并更新"),
        (ROWS, 2, "points", 25),
        (ROWS, 2, "day", date(2026, 7, 1)),
        (ROWS, 2, "lead", "县财政局"),
        (PAPERS, 3, "name", "网页截图"),
        (WHO, 3, "targets", "县财政局、县司法局"),
        (SETUP, 1, "value", "某县二〇二六年考核"),
    ]
    found = taken(typed(done(), *edits))
    row = found.indicators[1]
    assert (row["指标内容"], row["分值"], row["截止日期"], row["牵头单位"]) == (
        "清单公开并更新", 25.0, date(2026, 7, 1), "县财政局",
    )  # fmt: skip
    assert found.materials[2]["资料名称"] == "网页截图"
    assert found.names[2].targets == ("县财政局", "县司法局")
    assert found.settings["工作名称"] == "某县二〇二六年考核"


def test_materials_follow_their_indicator_to_a_new_number() -> None:
    """The number is changed in one place; the formula of the material still shows the old one."""
    found = taken(typed(done(), (ROWS, 1, "number", "★1")))
    assert [m["指标编号"] for m in found.materials] == ["★1", "★1", "3"]


def test_a_material_can_be_moved_to_another_indicator() -> None:
    """A number typed over the formula counts before the mark."""
    found = taken(typed(done(), (PAPERS, 1, "indicator", "2")))
    assert [(m["指标编号"], m["序号"]) for m in found.materials] == [("2", 1), ("1", 1), ("3", 1)]


def test_what_is_left_out_takes_its_materials_along_and_is_not_judged() -> None:
    """不采用 with an impossible value in the row and a doubled number: no fault, and it is counted."""
    edits: list[Edit] = [(ROWS, 1, "check", LEFT_OUT), (ROWS, 1, "number", "2"), (ROWS, 1, "points", "很多")]
    found = taken(typed(done(), *edits))
    assert [row["编号"] for row in found.indicators] == ["2", "3"]
    assert [m["指标编号"] for m in found.materials] == ["3"]
    assert found.left_out == 1


def test_rows_may_be_added_by_hand() -> None:
    """A task that the reading missed, with a material, below the others."""
    edits: list[Edit] = [
        (ROWS, 4, "check", CHECKED), (ROWS, 4, "number", "4"), (ROWS, 4, "text", "补上的任务"),
        (PAPERS, 4, "check", CHECKED), (PAPERS, 4, "indicator", "4"), (PAPERS, 4, "name", "总结"),
    ]  # fmt: skip
    found = taken(typed(done(), *edits))
    assert found.indicators[3]["指标内容"] == "补上的任务"
    assert found.materials[3] == {"指标编号": "4", "序号": 1, "资料名称": "总结", "是否提供": "提供"}


def test_a_cleared_row_is_gone() -> None:
    """Nothing but the hidden mark is left in it."""
    cleared = [(ROWS, 1, f.id, None) for f in spec(ROWS).fields if f.id != "mark"]
    assert [row["编号"] for row in taken(typed(done(), *cleared)).indicators] == ["2", "3"]


# Refused, each at its cell

REFUSALS: list[tuple[list[Edit], tuple[str, str, int, str]]] = [
    ([(ROWS, 1, "check", None)], ("E_IMPORT_UNCONFIRMED", ROWS, 1, "check")),
    ([(ROWS, 1, "check", "好")], ("E_WB_CHOICE", ROWS, 1, "check")),
    ([(PAPERS, 1, "check", None)], ("E_IMPORT_UNCONFIRMED", PAPERS, 1, "check")),
    ([(WHO, 1, "check", None)], ("E_IMPORT_UNCONFIRMED", WHO, 1, "check")),
    ([(SETUP, 1, "check", None)], ("E_IMPORT_UNCONFIRMED", SETUP, 1, "check")),
    ([(ROWS, 2, "number", "１")], ("E_WB_DUP", ROWS, 2, "number")),
    ([(ROWS, 2, "number", None)], ("E_WB_REQUIRED", ROWS, 2, "number")),
    ([(ROWS, 2, "text", None)], ("E_WB_REQUIRED", ROWS, 2, "text")),
    ([(ROWS, 2, "points", "三十多")], ("E_WB_NUMBER", ROWS, 2, "points")),
    ([(ROWS, 2, "day", "六月底")], ("E_WB_DATE", ROWS, 2, "day")),
    ([(ROWS, 2, "text", "=A1")], ("E_WB_FORMULA", ROWS, 2, "text")),
    ([(ROWS, 2, "lead", "县财务局")], ("E_IMPORT_NAME", ROWS, 2, "lead")),
    ([(ROWS, 2, "supporting", "县财政局、县新局")], ("E_IMPORT_NAME", ROWS, 2, "supporting")),
    ([(PAPERS, 1, "lead", "县新局")], ("E_IMPORT_NAME", PAPERS, 1, "lead")),
    ([(PAPERS, 1, "name", None)], ("E_WB_REQUIRED", PAPERS, 1, "name")),
    ([(PAPERS, 1, "indicator", "9")], ("E_IMPORT_MATERIAL", PAPERS, 1, "indicator")),
    ([(PAPERS, 1, "word_limit", "不限")], ("E_WB_NUMBER", PAPERS, 1, "word_limit")),
    ([(WHO, 3, "targets", "县新局")], ("E_IMPORT_TARGET", WHO, 3, "targets")),
    ([(WHO, 3, "targets", "各乡镇")], ("E_IMPORT_TARGET", WHO, 3, "targets")),
    ([(WHO, 1, "targets", "县司法局")], ("E_IMPORT_BOTH", WHO, 1, "targets")),
    ([(WHO, 3, "name", "县司法局")], ("E_WB_DUP", WHO, 3, "name")),
    ([(SETUP, 1, "item", "工作名字")], ("E_WB_SETTING", SETUP, 1, "item")),
    ([(SETUP, 1, "value", None)], ("E_WB_REQUIRED", SETUP, 1, "value")),
    ([(SETUP, 3, "value", "去年")], ("E_WB_NUMBER", SETUP, 3, "value")),
    ([(SETUP, 2, "item", "工作名称")], ("E_WB_DUP", SETUP, 2, "item")),
    ([(SETUP, 6, "target", None)], ("E_WB_REQUIRED", SETUP, 6, "target")),
    ([(SETUP, 6, "value", "很多")], ("E_WB_NUMBER", SETUP, 6, "value")),
]


@pytest.mark.parametrize(("edits", "wanted"), REFUSALS, ids=[f"{w[0]}-{w[1]}-{w[3]}" for _, w in REFUSALS])
def test_a_fault_is_refused_at_its_cell(edits: list[Edit], wanted: tuple[str, str, int, str]) -> None:
    """One thing typed wrong gives exactly that finding there (a name that is gone is missed elsewhere)."""
    code, title, row, field_id = wanted
    found = faults(typed(done(), *edits))
    if edits[0][:3] == (WHO, 3, "name"):
        found = [f for f in found if f.code != "E_IMPORT_NAME"]
    assert places(found) == [(code, title, at(title, row, field_id))]
    assert all("未知" not in f.text for f in found)


def test_all_faults_are_told_at_once_in_reading_order() -> None:
    """A clerk works through one list."""
    edits: list[Edit] = [(SETUP, 1, "check", None), (PAPERS, 1, "name", None), (ROWS, 3, "check", None),
                         (ROWS, 1, "lead", "县新局")]  # fmt: skip
    assert places(faults(typed(done(), *edits))) == [
        ("E_IMPORT_NAME", ROWS, at(ROWS, 1, "lead")),
        ("E_IMPORT_UNCONFIRMED", ROWS, at(ROWS, 3, "check")),
        ("E_WB_REQUIRED", PAPERS, at(PAPERS, 1, "name")),
        ("E_IMPORT_UNCONFIRMED", SETUP, at(SETUP, 1, "check")),
    ]


def test_nothing_adopted_is_no_workbench() -> None:
    """Everything 不采用 is said, not made into an empty workbench."""
    none = typed(done(), *((ROWS, n, "check", LEFT_OUT) for n in (1, 2, 3)))
    assert [f.code for f in faults(none)] == ["E_IMPORT_NONE"]


def test_another_workbook_is_not_mistaken() -> None:
    """A workbook without the sheets is told by the sheets that it lacks."""
    other = replace(small(), sheets=tuple(s for s in small().sheets if s.name != PAPERS))
    (fault,) = faults(other)
    assert fault.code == "E_IMPORT_BOOK"
    assert PAPERS in fault.message


# Any proposal

WORDS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P"), exclude_characters="、，,；;"),
    min_size=1,
    max_size=9,
).filter(lambda text: text.strip() == text)
PEOPLE = ("县财政局", "县司法局", "各区、县级市", "市委办（市档案局）")


@st.composite
def proposals(draw: st.DrawFn) -> Proposal:
    """Rows of any fields, each sure or doubtful, with materials; all names are known to the proposal."""
    rows = []
    for number in draw(st.lists(WORDS, min_size=1, max_size=4, unique_by=fold)):
        given: dict[str, Any] = {"number": number, "text": draw(WORDS)}
        given |= draw(
            st.fixed_dictionaries({}, optional=dict.fromkeys(("chapter", "section", "deadline"), WORDS))
        )
        people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True).map(joined)
        given |= draw(st.fixed_dictionaries({}, optional=dict.fromkeys(("lead", "supporting"), people)))
        given |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "points": st.integers(1, 10000).map(lambda n: n / 100),
                    "day": st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(date.isoformat),
                    "recurrence": st.sampled_from(("每年", "每月、长期")),
                },
            )
        )
        unsure = draw(st.sets(st.sampled_from(sorted(given))))
        marked = {i: doubt(v) if i in unsure else v for i, v in given.items()}
        papers = tuple(
            {"name": (doubt if draw(st.booleans()) else sure)(name)}
            for name in draw(st.lists(WORDS, max_size=2))
        )
        rows.append(ProposedRow(fields(**marked), papers))
    return Proposal("方案.txt", tuple(rows), names={name: sure("") for name in PEOPLE})


def joined(people: list[str]) -> str:
    """Names in one cell; one that contains 、 is kept whole by a semicolon."""
    return "；".join(people) + "；" if any("、" in name for name in people) else "、".join(people)


@given(proposals())
@settings(max_examples=20, deadline=None)
def test_any_proposal_waits_where_it_is_doubtful_and_comes_back_whole(proposal: Proposal) -> None:
    """Exactly the rows with a doubtful field wait; once confirmed, every field is what was proposed."""
    written = book(proposal)
    waiting = [
        at(ROWS, n, "check")
        for n, row in enumerate(proposal.rows, 1)
        if any(f.sure != "确定" for f in row.fields.values())
    ]
    assert [f.cell for f in faults(written) if f.sheet == ROWS] == waiting
    found = taken(accepted(written))
    for row, back in zip(proposal.rows, found.indicators, strict=True):
        for item in INDICATORS.read:
            proposed = row.fields[item.id].value if item.id in row.fields else item.default or None
            came = back.get(item.title)
            shown = came.isoformat() if isinstance(came, date) else came
            assert plain(shown) == plain(proposed)
    papers = [(row, paper) for row in proposal.rows for paper in row.materials]
    for (row, paper), came_back in zip(papers, found.materials, strict=True):
        assert came_back[MATERIALS.field("name").title] == paper["name"].value
        assert came_back["指标编号"] == row.fields["number"].value


def plain(value: object) -> object:
    """A list of names without the semicolon that only keeps a name whole."""
    return value.removesuffix("；") if isinstance(value, str) else value


# Into a workbench


def made(content: BookContent) -> Any:
    """The workbench that the confirmed rows make, and what was said on the way."""
    draft, findings = new_draft(taken(content), 2026)
    return reading.read(read_workbook(write(writing.plan(draft)))), findings


def test_the_workbench_reads_back_with_its_own_warnings_only() -> None:
    """Points, chapters, units and names agree: nothing but what the workbench says of itself."""
    workbench, findings = made(done())
    assert findings == []
    assert [f.code for f in workbench.findings] == []
    assert workbench.scheme.full == 100
    assert dict(workbench.scheme.chapters) == {"一、甲": 90}
    assert [(u.code, u.name) for u in workbench.roster.units] == [("D001", "县财政局"), ("D002", "县司法局")]
    assert workbench.roster.names == (("各乡镇", ()),)


@pytest.mark.parametrize(
    ("edits", "full", "chapters", "codes"),
    [
        ([(ROWS, 1, "points", 50)], 90, {}, ["W_IMPORT_POINTS", "W_IMPORT_POINTS"]),
        ([(ROWS, 1, "points", None)], 100, {"一、甲": 90}, []),
        ([(SETUP, 6, "value", "70")], 100, {}, ["W_IMPORT_POINTS"]),
        ([(SETUP, 6, "target", "三、丙")], 100, {}, ["W_IMPORT_CHAPTER"]),
        ([(SETUP, 5, "check", LEFT_OUT), (ROWS, 3, "points", 40)], 130, {"一、甲": 90}, []),
        ([(ROWS, 1, "kind", "加分"), (ROWS, 1, "points", 5)], 40, {}, ["W_IMPORT_POINTS"] * 2),
    ],
)
def test_points_that_contradict_each_other_are_said_and_still_read(
    edits: list[Edit], full: float, chapters: dict[str, float], codes: list[str]
) -> None:
    """The rows stand; a sum that the source states otherwise is left out with a warning."""
    workbench, findings = made(typed(done(), *edits))
    assert (workbench.scheme.full, dict(workbench.scheme.chapters)) == (full, chapters)
    assert [f.code for f in findings] == codes
    assert all("未知" not in f.text for f in findings)


@given(proposals())
@settings(max_examples=8, deadline=None)
def test_any_confirmed_proposal_makes_a_workbench_without_faults(proposal: Proposal) -> None:
    """Reading it back raises nothing."""
    workbench, _ = made(accepted(book(proposal)))
    assert [i.number for i in workbench.catalogue.indicators] == [
        str(row.fields["number"].value) for row in proposal.rows
    ]


# The file


def test_it_follows_the_rules_of_open_xml_and_is_the_same_each_time() -> None:
    """No errors of the SDK's rules; the same bytes for the same day."""
    data = write(planned(PROPOSAL))
    assert audit(data) == []
    assert write(planned(PROPOSAL)) == data


@libreoffice
def test_the_counts_and_numbers_are_live() -> None:
    """Every formula has the value that LibreOffice reckons."""
    data = write(planned(PROPOSAL, replace(PROPOSAL, source="另一份.txt")))
    assert recalculate(data) == values(data)


def test_texts_that_a_workbook_cannot_hold_do_no_harm() -> None:
    """Control characters from a PDF, endless text, a text like a formula."""
    odd = "\x0c=1+1\x00" + "长" * 40000
    found = Found(odd, Place(page=2), odd)
    content = book(Proposal("方案.pdf", (ProposedRow({"number": sure("1"), "text": found}),)))
    assert [f.code for f in faults(accepted(content)) if f.sheet == ROWS] == ["E_WB_TEXT_LONG"]
