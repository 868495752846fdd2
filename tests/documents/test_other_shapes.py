"""Shapes met in documents issued elsewhere, on invented texts: each was once read wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from xlfz.documents import propose
from xlfz.documents.confirm.lines import Document
from xlfz.documents.confirm.names import name_lines
from xlfz.documents.fields import duties, is_deadline
from xlfz.documents.reading import read_document

if TYPE_CHECKING:
    from xlfz.documents.model import Proposal


def read(text: str, name: str = "方案.txt") -> Proposal:
    """What is understood of a text."""
    return propose(read_document(text.encode(), name))


def values(proposal: Proposal, field: str) -> list[str]:
    """One field of every row, empty where a row has none."""
    return [str(row.fields[field].value) if field in row.fields else "" for row in proposal.rows]


@pytest.mark.parametrize(
    "clause",
    [
        "年内持续推进",
        "持续实施",
        "全年持续推进",
        "6月底前出台相关政策",
        "2023年9月底前取得阶段性成果",
        "11月15日前印发实施细则",
    ],
)
def test_a_time_with_what_is_done_by_then_is_a_deadline(clause: str) -> None:
    """It is no unit behind the last unit of a bracket."""
    assert is_deadline(clause)
    told = duties(f"甲山县财政局牵头，甲山县税务局负责，{clause}")
    assert [unit.name for unit in told.names] == ["甲山县财政局", "甲山县税务局"]
    assert told.deadline == clause


@pytest.mark.parametrize("clause", ["市发展改革委", "各镇", "年度考核办公室", "持续改进办公室"])
def test_a_unit_is_no_deadline(clause: str) -> None:
    """However much its name speaks of time."""
    assert not is_deadline(clause)


def test_two_deadlines_of_one_bracket_are_kept_both() -> None:
    """The first names a day, the second goes on for the year."""
    told = duties("甲山县财政局牵头，4月底前出台办法，年内持续推进")
    assert told.deadline == "4月底前出台办法，年内持续推进"


@pytest.mark.parametrize("how", ["分别牵头", "共同牵头", "联合牵头", "分别牵头负责"])
def test_units_that_lead_side_by_side_keep_their_names(how: str) -> None:
    """分别 belongs to the word of the role, not to the last name."""
    told = duties(f"市粮食局、市农机局{how}", "责任")
    assert [(u.name, u.role) for u in told.names] == [("市粮食局", "牵头"), ("市农机局", "牵头")]


def test_a_joint_role_in_a_bracket_is_that_of_every_name_before_it() -> None:
    """甲、乙（共同牵头），丙: both lead; a bracket that nobody understands is doubted."""
    told = duties("市粮食局、市农机局（共同牵头），市档案馆", "责任")
    assert [(u.name, u.role) for u in told.names] == [
        ("市粮食局", "牵头"),
        ("市农机局", "牵头"),
        ("市档案馆", "责任"),
    ]
    odd = duties("市粮食局、市农机局（前期牵头）", "责任")
    assert odd.names[-1].why


def test_a_label_behind_an_assignment_in_words_shares_its_bracket() -> None:
    """（甲牵头，乙配合；完成时限：…）: words assign, then a label gives the deadline."""
    proposal = read(
        "甲山县2025年水利工作要点\n一、河道\n"
        "1.清理主干渠。全线疏通。（县水务局牵头负责，县财政局、各镇政府配合；完成时限：2025年5月20日前）\n"
        "2.加固堤防。补齐缺口。（县水务局牵头，县应急局配合；完成时限：2025年7月31日前）\n"
    )
    assert values(proposal, "lead") == ["县水务局", "县水务局"]
    assert values(proposal, "supporting") == ["县财政局、各镇政府", "县应急局"]
    assert values(proposal, "responsible") == ["", ""]
    assert values(proposal, "day") == ["2025-05-20", "2025-07-31"]


def test_labels_that_no_list_holds_end_the_list_of_units_before_them() -> None:
    """All on one line, with labels of people and of progress between those of units."""
    proposal = read(
        "甲山县实事项目推进情况 1.改造农贸市场2处。 牵头领导:石某某 责任单位:县商务局 项目责任人:田某某 "
        "现场督导员:白某某 配合单位:县城管局、各镇 当前形象进度:主体完工，正在装修。 "
        "2.新建书屋5间。 牵头领导:石某某 责任单位:县文旅局 项目责任人:江某某 配合单位:县财政局 "
        "当前形象进度:已开工。"
    )
    assert values(proposal, "responsible") == ["县商务局", "县文旅局"]
    assert values(proposal, "supporting") == ["县城管局、各镇", "县财政局"]
    assert "现场督导员：白某某" in values(proposal, "note")[0]


TORN_HEADERS = ["民生实事", "为民实事", "惠民事"]


@pytest.mark.parametrize("header", TORN_HEADERS)
def test_a_short_torn_table_whose_tasks_have_a_name_of_their_own(header: str) -> None:
    """序号, then the task under any name, units one per line, and the deadline."""
    rows = [
        ("改造老旧供水管线12公里。", ["县水务局", "县住建局"], "11月底前"),
        ("新建公共停车位300个。", ["县城管局"], "9月底前"),
        ("建成镇级养老服务站4处。", ["县民政局", "县财政局"], "12月底前"),
        ("修缮乡村桥梁6座。", ["县交通局"], "10月底前"),
    ]
    lines = ["甲山县2025年实事分解表", "序号", header, "责任单位", "完成时限"]
    for n, (text, units, when) in enumerate(rows, 1):
        lines += [str(n), text, *units, when]
    proposal = read("\n\n".join(lines))
    assert values(proposal, "number") == ["1", "2", "3", "4"]
    assert values(proposal, "text") == [text for text, _, _ in rows]
    assert values(proposal, "responsible") == ["、".join(units) for _, units, _ in rows]
    assert values(proposal, "deadline") == [when for _, _, when in rows]


@pytest.mark.parametrize("header", TORN_HEADERS)
def test_a_table_whose_task_column_has_a_name_of_its_own(header: str) -> None:
    """The same header in a proper table of a web page."""
    page = (
        f"<table><tr><th>序号</th><th>{header}</th><th>责任单位</th><th>完成时限</th></tr>"
        "<tr><td>1</td><td>改造管线12公里</td><td>县水务局</td><td>2025年11月底前</td></tr>"
        "<tr><td>2</td><td>新建停车位300个</td><td>县城管局</td><td>2025年9月底前</td></tr></table>"
    )
    proposal = read(page, "方案.html")
    assert values(proposal, "text") == ["改造管线12公里", "新建停车位300个"]
    assert values(proposal, "responsible") == ["县水务局", "县城管局"]


def test_a_list_of_people_is_no_table_of_tasks() -> None:
    """An unknown label that names people or places makes no task column."""
    page = (
        "<table><tr><th>序号</th><th>姓名</th><th>单位</th><th>时间</th></tr>"
        "<tr><td>1</td><td>石某某</td><td>县水务局</td><td>5月</td></tr>"
        "<tr><td>2</td><td>田某某</td><td>县城管局</td><td>6月</td></tr></table>"
    )
    assert not read(page, "名单.html").rows


def test_names_of_a_kind_below_one_another_are_names_of_their_own() -> None:
    """东河街道 over 西关街道 in one cell: two units, not one name over two lines."""
    page = (
        "<table><tr><th>序号</th><th>工作任务</th><th>牵头单位</th><th>配合单位</th></tr>"
        "<tr><td>1</td><td>整治背街小巷</td><td>县城管局</td><td>东河街道<br>西关街道<br>北苑街道</td></tr>"
        "<tr><td>2</td><td>更新路灯</td><td>县住建局</td><td>甲山供热公司<br>甲山燃气公司</td></tr></table>"
    )
    assert values(read(page, "方案.html"), "supporting") == [
        "东河街道、西关街道、北苑街道",
        "甲山供热公司、甲山燃气公司",
    ]


def test_a_deadline_with_a_sentence_in_it_is_doubted() -> None:
    """A row of two tasks, torn: what got between its deadlines is for a person to see."""
    lines = ["甲山县2025年实事分解表", "序号", "民生实事", "责任单位", "完成时限"]
    lines += ["1", "改造供水管线12公里。", "县水务局", "11月底前"]
    lines += ["2", "开工建设县福利院。", "县民政局", "5月底前", "开工建设养老院。", "12月底前"]
    lines += ["3", "新建停车位300个。", "县城管局", "9月底前"]
    proposal = read("\n".join(lines))
    (mixed,) = (row for row in proposal.rows if "养老院" in str(row.fields["deadline"].value))
    assert mixed.fields["deadline"].sure == "存疑"
    assert values(proposal, "number") == ["1", "2", "3"]


def papers(proposal: Proposal) -> list[list[str]]:
    """The names of the materials of every row."""
    return [[str(material["name"].value) for material in row.materials] for row in proposal.rows]


LISTS = [
    ("1.培训名册；2.演练照片。", "1.巡查台账；2.整改通知。"),
    ("①培训名册②演练照片", "①巡查台账②整改通知"),
    ("\n1.培训名册\n2.演练照片", "\n1.巡查台账\n2.整改通知"),
    ("\n（1）培训名册；\n（2）演练照片。", "\n（1）巡查台账；\n（2）整改通知。"),
]


@pytest.mark.parametrize("lists", LISTS)
def test_a_labels_own_list_is_no_list_of_tasks(lists: tuple[str, str]) -> None:
    """报送材料：1.…；2.… on its line or below it, numbered as the tasks are or otherwise."""
    proposal = read(
        "甲山县2025年防汛考核要点\n一、准备\n"
        f"1.组织培训（8分）。全员参加。\n报送材料：{lists[0]}\n责任单位：县应急局\n"
        f"2.汛前巡查（12分）。（1）巡查水库的，得6分；（2）巡查河道的，得6分。\n报送材料：{lists[1]}\n责任单位：县水务局\n"
        "二、处置\n3.转移安置（10分）。按时到位。\n责任单位：县民政局\n"
    )
    assert values(proposal, "number") == ["1", "2", "3"]
    assert papers(proposal) == [["培训名册", "演练照片"], ["巡查台账", "整改通知"], []]
    assert values(proposal, "responsible") == ["县应急局", "县水务局", "县民政局"]
    assert values(proposal, "points") == ["8.0", "12.0", "10.0"]


def test_points_listed_on_a_line_of_their_own_belong_to_the_task_above() -> None:
    """（1）…；（2）… below its heading: one task with its points, not its first point alone."""
    proposal = read(
        "甲山县2025年防汛考核要点\n一、准备\n1.汛前巡查（12分）。\n"
        "（1）巡查水库的，得6分；（2）巡查河道的，得6分。\n责任单位：县水务局\n"
        "2.组织培训（8分）。\n（1）培训到村的，得5分；（2）有记录的，得3分。\n责任单位：县应急局\n"
    )
    assert values(proposal, "number") == ["1", "2"]
    assert values(proposal, "text") == ["汛前巡查", "组织培训"]
    assert values(proposal, "points") == ["12.0", "8.0"]


@pytest.mark.parametrize("brackets", ["［］", "【】", "〔〕", "[]", "（）"])
def test_assignments_in_any_brackets(brackets: str) -> None:
    """Full-width square ones too, with the standing rule said in the first of them."""
    before, after = brackets
    proposal = read(
        "甲山县2025年供水工程实施方案\n（一）规划\n"
        f"1.摸底调查。逐镇登记。{before}责任单位：县水务局、县住建局。列首位的为牵头单位，下同{after}\n"
        f"2.编制规划。{before}责任单位：县资源局、县水务局{after}\n"
    )
    assert values(proposal, "lead") == ["县水务局", "县资源局"]
    assert values(proposal, "responsible") == ["县住建局", "县水务局"]
    assert values(proposal, "requirement")[0] == "逐镇登记。"


def test_the_standing_rule_as_a_sentence_within_a_bracket() -> None:
    """（甲牵头，乙参与。列在首位的为牵头部门，…除外，下同）: the bracket still assigns."""
    proposal = read(
        "甲山县2025年医疗工作任务\n一、统筹\n"
        "（一）加强协调。及时总结。（县卫健局牵头，县财政局、县医保局参与。列在首位的为牵头部门，有时间要求的除外，下同）\n"
        "（二）推进采购。（县医保局、县卫健局负责）\n"
    )
    assert values(proposal, "lead") == ["县卫健局", "县医保局"]
    assert values(proposal, "supporting") == ["县财政局、县医保局", ""]
    assert values(proposal, "responsible") == ["", "县卫健局"]


def test_a_table_of_lines_with_one_space_between_cells() -> None:
    """Copied row by row: each line is as wide as the header; a line of another width is doubted."""
    proposal = read(
        "甲山县2025年任务清单\n序号 任务类别 工作任务 牵头单位 配合单位 完成时限\n"
        "1 制度 制定管理办法 县环境局 县司法局、县城管局 2025年6月\n"
        "2 制度 建立会商机制 县环境局 各镇政府 2025年3月\n"
        "3 工程 新建处理站 2座 县水务局 县财政局 2025年9月\n"
        "4 工程 改造管网8公里 县住建局 县水务局 2025年10月\n"
    )
    assert values(proposal, "number") == ["1", "2", "3", "4"]
    assert [values(proposal, "lead")[n] for n in (0, 1, 3)] == ["县环境局", "县环境局", "县住建局"]
    odd = proposal.rows[2].fields
    assert all(odd[field].sure != "确定" for field in ("lead", "supporting", "deadline") if field in odd)


def test_cells_that_say_who_leads_are_not_read_by_the_standing_rule() -> None:
    """A label or a mark in the cell wins over 列首位的为牵头单位; a cell without any follows it."""
    page = (
        "<p>（列首位的为牵头单位）</p><table><tr><th>序号</th><th>重点任务</th><th>责任分工</th></tr>"
        "<tr><td>1</td><td>推行联办</td><td>牵头单位：县审批局<br>责任单位：县公安局、县税务局</td></tr>"
        "<tr><td>2</td><td>走访企业</td><td>县人社局（牵头）<br>县工信局<br>各镇政府</td></tr>"
        "<tr><td>3</td><td>供应土地</td><td>县资源局、县发改局</td></tr></table>"
    )
    proposal = read(page, "方案.html")
    assert values(proposal, "lead") == ["县审批局", "县人社局", "县资源局"]
    assert values(proposal, "responsible") == ["县公安局、县税务局", "县工信局、各镇政府", "县发改局"]


def test_headers_of_civic_assessments_and_cells_that_name_nobody() -> None:
    """测评项目, 测评内容, 材料要求, 协同 under 责任单位; a dash is no unit."""
    page = (
        "<table><tr><th rowspan=2>测评项目</th><th rowspan=2>测评内容</th><th rowspan=2>材料要求</th>"
        "<th colspan=2>责任单位</th></tr><tr><th>牵头</th><th>协同</th></tr>"
        "<tr><td>公共环境</td><td>市容整洁</td><td>巡查记录</td><td>市城管局</td><td>各区</td></tr>"
        "<tr><td>公共环境</td><td>道路通畅</td><td>整治照片</td><td>市交警支队</td><td>—</td></tr></table>"
    )
    proposal = read(page, "体系.html")
    assert values(proposal, "chapter") == ["公共环境", "公共环境"]
    assert papers(proposal) == [["巡查记录"], ["整治照片"]]
    assert values(proposal, "supporting") == ["各区", ""]


def test_a_list_by_unit_whose_headings_stand_below_full_lines() -> None:
    """Units as headings without numbers: a short line below a whole sentence is no rest of it."""
    proposal = read(
        "甲山县2025年重点工作责任清单（按责任单位排列）\n县发改局\n1.编制“十五五”规划纲要初稿，12月底前完成。\n"
        "2.争取上级资金8亿元以上。\n县教育局\n1.新建幼儿园2所，8月底前投入使用。\n"
        "2.开展校外培训专项督查，每学期两次。\n县住建局\n1.改造老旧小区15个，11月底前全部完工。\n"
    )
    assert values(proposal, "responsible") == ["县发改局"] * 2 + ["县教育局"] * 2 + ["县住建局"]


def test_parts_of_a_sentence_with_units_of_their_own() -> None:
    """甲事（一局、二局）；乙事（三局、四局）。: nobody is lost, and what no word says is doubted."""
    proposal = read(
        "甲山县2025年养老工作任务\n1.发展社区养老。新建食堂5个。（县民政局、县住建局）\n"
        "2.完成投资12亿元，其中工业投资5亿元（县发改局、县工信局）；房地产投资3亿元（县住建局、县资源局）；\n"
    )
    second = proposal.rows[1].fields["responsible"]
    assert second.value == "县发改局、县工信局、县住建局、县资源局"
    assert second.sure == "存疑"


def test_role_words_divided_by_the_mark_that_divides_names() -> None:
    """甲牵头、乙配合: two assignments."""
    told = duties("县民政局牵头、县市监局和县卫健局配合")
    assert [(u.name, u.role) for u in told.names] == [
        ("县民政局", "牵头"),
        ("县市监局", "配合"),
        ("县卫健局", "配合"),
    ]


def test_a_chapter_above_the_header_and_the_year_of_a_sheets_title() -> None:
    """一、… across the first row is the chapter of the rows below the header."""
    head = "<tr><td>序号</td><td>任务</td><td>主办</td><td>协办</td><td>时限</td></tr>"
    page = (
        "<table><tr><td colspan=5>一、2025年项目建设</td></tr>"
        f"{head}<tr><td>1</td><td>新开工项目20个</td><td>县发改局</td><td>各镇</td><td>12月底</td></tr>"
        f"<tr><td colspan=5>二、乡村建设</td></tr>{head}"
        "<tr><td>2</td><td>改厕300户</td><td>县农业局</td><td>县财政局</td><td>9月底</td></tr></table>"
    )
    proposal = read(page, "分解表.html")
    assert values(proposal, "chapter") == ["一、2025年项目建设", "二、乡村建设"]
    assert values(proposal, "lead") == ["县发改局", "县农业局"]
    assert values(proposal, "supporting") == ["各镇", "县财政局"]
    assert values(proposal, "day") == ["2025-12-31", "2025-09-30"]


def test_a_name_of_one_of_several_documents_says_of_which() -> None:
    """第2段 alone leads nowhere where two documents were imported together."""
    first = read("甲山县2025年水利要点\n1.清渠。责任单位：县水务局\n2.修堤。责任单位：县水务局\n", "水利.txt")
    second = read(
        "甲山县2025年粮食要点\n1.储粮。责任单位：县粮食局\n2.检斤。责任单位：县粮食局\n", "粮食.txt"
    )
    lines = name_lines([Document("水利.txt", first), Document("粮食.txt", second)], None)
    assert [line.place.partition("，")[0] for line in lines] == ["水利.txt", "粮食.txt"]
    assert [line.place for line in name_lines([Document("水利.txt", first)], None)] == ["第2段"]
