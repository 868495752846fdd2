"""Torn tables are put together again: every cell under its column, every doubt marked."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xlfz.documents.model import Paragraph, Place, Proposal, Source
from xlfz.documents.tables import propose_tables
from xlfz.documents.tables.assemble import assembled
from xlfz.documents.tables.decode import CLOSE, Decoded
from xlfz.documents.tables.headers import columns
from xlfz.documents.tables.lines import lines_of
from xlfz.documents.tables.regions import regions

OFFICES = ("办公室", "政策法规科", "人事教育科", "规划财务科", "信息化中心", "执法监督科")
ACTIONS = (
    "公布本级全部审批事项清单,逐项编制办事指南并向社会公开",
    "清理没有法律依据的证明事项,对保留的事项实行清单管理",
    "对规范性文件开展合法性审核,未经审核的不得提交集体讨论",
    "每年组织两次行政执法案卷评查,评查结果在全市范围内通报",
    "建立法律顾问选聘和考核制度,重大合同签订之前应当听取其意见",
    "推行执法全过程记录,音像资料保存期限不少于两年",
    "对公众提出的意见逐条研究,采纳情况在网站上反馈",
    "把法治培训列入年度计划,新录用人员培训不少于四十学时",
    "行政机关负责人按规定出庭应诉,出庭率达到百分之百",
    "对信访事项依法分类处理,按期办结率不低于九成",
)
PAPERS = (
    "事项清单及网址",
    "组织培训的情况说明",
    "评查通报",
    "会议记录复印件",
    "公示网页截图",
    "年度工作报告",
)
CHAPTERS = ("一、全面履行政府职能", "二、完善制度体系", "三、严格规范公正执法")
SECTIONS = (
    "1.深化审批改革",
    "2.加强事中监管",
    "1.规范文件管理",
    "2.公众参与决策",
    "1.推行执法公示",
    "2.加强人员培训",
)


@dataclass
class Row:
    """One indicator as its document means it."""

    number: str
    chapter: str
    section: str
    text: str
    papers: list[str]
    office: str


@dataclass
class Torn:
    """Lines with how far each stands below the one before."""

    lines: list[tuple[str, int]] = field(default_factory=list)

    def add(self, text: str, gap: int) -> None:
        """One more line."""
        self.lines.append((text, gap))

    def source(self) -> Source:
        """The document as its reader gives it: blank lines counted, not kept."""
        number = 0
        blocks = []
        for text, gap in self.lines:
            number += gap
            blocks.append(Paragraph(text, Place(paragraph=number)))
        return Source("plan.txt", "txt", tuple(blocks))


def invented(size: int, seed: int) -> list[Row]:
    """A list of indicators with chapters, sections, materials and offices."""
    pick = random.Random(seed)
    rows = []
    for n in range(size):
        section = SECTIONS[n * len(SECTIONS) // size]
        chapter = CHAPTERS[n * len(CHAPTERS) // size]
        papers = pick.sample(PAPERS, pick.randint(1, 2))
        texts = ACTIONS[n % len(ACTIONS)]
        rows.append(Row(f"{n + 1}", chapter, section, f"{texts}。", papers, f"局{pick.choice(OFFICES)}"))
    return rows


def pieces(text: str, width: int, pick: random.Random) -> list[str]:
    """A cell as it comes out of the copy: broken at its width, by gaps or by lines."""
    parts = [text[n : n + width] for n in range(0, len(text), width)]
    if pick.random() < 0.75:
        return [(" " * pick.randint(1, 3)).join(parts)]
    return parts


def torn(
    rows: list[Row],
    seed: int,
    *,
    header: bool = True,
    page: int = 6,
    widths: tuple[int, int, int] = (6, 24, 13),
) -> Torn:
    """The table of these rows, one cell or one line of a cell on each line, cut into pages."""
    pick = random.Random(seed)
    out = Torn()
    out.add("某局重点指标责任分工表", 1)
    titles = ["一级指标", "二级指标", "三级指标", "上报资料", "牵头单位"]
    short, wide, middle = widths
    chapter = section = ""
    for n, row in enumerate(rows):
        if n % page == 0:
            if n:
                out.add(f"— {n // page} —", 4)
            for title in titles if header or n == 0 else []:
                out.add(title, 2)
            chapter = section = ""
        cells: list[tuple[str, int]] = []
        if row.chapter != chapter:
            cells.append((row.chapter, short))
        if row.section != section:
            cells.append((row.section, short))
        chapter, section = row.chapter, row.section
        listed = "".join(f"({k}){name};" for k, name in enumerate(row.papers, 1))
        paper = f"{row.papers[0]}。" if len(row.papers) == 1 else listed
        cells += [(row.number, 9), (row.text, wide), (paper, middle), (row.office, 12)]
        for text, width in cells:
            for k, part in enumerate(pieces(text, width, pick)):
                out.add(part, 2 if k else pick.choice((2, 4)))
    return out


def read(document: Torn) -> Proposal:
    """What is understood of it."""
    proposal = propose_tables(document.source())
    assert proposal is not None
    return proposal


def bare(text: object) -> str:
    """Without white space and stops."""
    return re.sub(r"[\s。;；]", "", str(text))


def wrong(rows: list[Row], proposal: Proposal) -> tuple[list[str], list[str]]:
    """Fields that are not as meant: all of them, and those that nothing marks."""
    everything, unmarked = [], []
    by_number = {str(r.fields["number"].value): r for r in proposal.rows}
    for row in rows:
        got = by_number.get(row.number)
        if got is None:
            everything.append(f"{row.number} missing")
            unmarked.append(f"{row.number} missing")
            continue
        papers = [bare(m["name"].value) for m in got.materials]
        checks = {
            "chapter": bare(row.chapter), "section": bare(row.section), "text": bare(row.text),
            "lead": bare(row.office),
        }  # fmt: skip
        for name, meant in checks.items():
            found = got.fields.get(name)
            if found is None or bare(found.value) != meant:
                everything.append(f"{row.number} {name}: {found and found.value!r}, not {meant!r}")
                if found is None or found.sure == "确定":
                    unmarked.append(everything[-1])
        if papers != [bare(name) for name in row.papers]:
            everything.append(f"{row.number} materials: {papers}, not {row.papers}")
            if not any(m["name"].sure != "确定" for m in got.materials) and "note" not in got.fields:
                unmarked.append(everything[-1])
    return everything, unmarked


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    size=st.integers(6, 24),
    seed=st.integers(0, 10_000),
    header=st.booleans(),
    page=st.integers(4, 9),
    widths=st.sampled_from([(5, 22, 12), (6, 24, 13), (7, 33, 17), (9, 28, 15)]),
)
def test_a_torn_table_is_read_as_it_was_before_it_was_torn(
    size: int, seed: int, header: bool, page: int, widths: tuple[int, int, int]
) -> None:
    """However wide the columns are and wherever pages and lines break, rows come back whole."""
    rows = invented(size, seed)
    proposal = read(torn(rows, seed, header=header, page=page, widths=widths))
    everything, unmarked = wrong(rows, proposal)
    assert len(proposal.rows) == size
    assert not unmarked
    assert len(everything) <= max(2, size // 6)


def torn_of(text: str) -> Torn:
    """Lines as written here; an empty line between two of them widens the gap."""
    out = Torn()
    gap = 1
    for line in text.strip().splitlines():
        if line.strip():
            out.add(line.strip(), gap)
            gap = 1
        else:
            gap += 2
    return out


TASKS = """
序号
重点任务
责任单位
完成时限
1
制定年度立法计划并向社会公布。
市司法局
2026年3月底前
2
开展行政执法案卷评查。
市司法局、市市场监管局
每半年
4
修订应急预案并组织演练。
市应急局
2026年6月底前
"""


def test_a_list_of_tasks_with_deadlines_is_read() -> None:
    """序号 first, units and times recognised by what they are; a gap in the numbers is told."""
    proposal = read(torn_of(TASKS))
    got = [
        tuple(row.fields[name].value for name in ("number", "text", "responsible", "deadline"))
        for row in proposal.rows
    ]
    assert got == [
        ("1", "制定年度立法计划并向社会公布。", "市司法局", "2026年3月底前"),
        ("2", "开展行政执法案卷评查。", "市司法局、市市场监管局", "每半年"),
        ("4", "修订应急预案并组织演练。", "市应急局", "2026年6月底前"),
    ]
    assert [f.code for f in proposal.findings if f.code == "W_IMPORT_NUMBER_GAP"]


def test_points_in_headings_are_the_chapter_s_even_when_torn_off() -> None:
    """（10分 on a line of its own, its bracket lost, belongs to the heading above."""
    proposal = read(
        torn_of("""
        一级指标
        工作任务
        工作要求
        责任单位

        一、提高决策质量
        (10分

        公开决策草案。
        征求意见的期限不少于三十天,意见采纳情况对外公布。
        局办公室

        组织专家论证。
        论证报告存档备查,并作为集体讨论的依据。
        局办公室

        二、规范执法行为(6分)

        公示执法结果。
        作出决定之日起七天之内在网站公布。
        局执法监督科
    """)
    )
    assert {name: found.value for name, found in proposal.chapters.items()} == {
        "一、提高决策质量": 10.0,
        "二、规范执法行为": 6.0,
    }
    assert [row.fields["chapter"].value for row in proposal.rows] == [
        "一、提高决策质量", "一、提高决策质量", "二、规范执法行为",
    ]  # fmt: skip


def test_a_number_that_lost_its_brackets_is_put_right_and_marked() -> None:
    """(1) (2) 3 (4): the sequence says what 3 is, and a person is asked."""
    lines = ["三级指标", "上报资料", "牵头单位"]
    for mark in ("(1)", "(2)", "3", "(4)", "(5"):
        lines += [mark, f"落实第{mark.strip('()')}类制度并向社会公开执行情况。", "情况说明。", "局办公室"]
    proposal = read(torn_of("\n".join(lines)))
    numbers = [row.fields["number"] for row in proposal.rows]
    assert [n.value for n in numbers] == ["(1)", "(2)", "(3)", "(4)", "(5)"]
    assert [n.sure for n in numbers] == ["确定", "确定", "存疑", "确定", "存疑"]


def test_page_numbers_are_never_indicators() -> None:
    """A lone 7 that fits no sequence, and — 8 —, are left out and told."""
    lines = ["三级指标", "上报资料", "牵头单位"]
    for n in range(1, 7):
        lines += [str(n), f"按规定公开第{n}类信息并接受社会监督。", "网页截图。", "局办公室"]
        lines += {2: ["— 8 —"], 4: ["19"]}.get(n, [])
    proposal = read(torn_of("\n".join(lines)))
    assert [row.fields["number"].value for row in proposal.rows] == ["1", "2", "3", "4", "5", "6"]
    told = next(f for f in proposal.findings if f.code == "I_IMPORT_SKIPPED")
    assert "— 8 —" in told.message
    assert "19" in told.message


def test_a_unit_torn_in_two_is_one_unit() -> None:
    """局规划财务与基金 | 监督科 is one name, wherever its line ends."""
    lines = ["三级指标", "上报资料", "牵头单位"]
    units = [["局办公室"], ["局人事科"], ["局规划财务与基金", "监督科"], ["局办公室"], ["局人事科"]]
    for n, unit in enumerate(units, 1):
        lines += [str(n), f"按规定公开第{n}类信息并接受社会监督。", "网页截图。", *unit]
    proposal = read(torn_of("\n".join(lines)))
    assert proposal.rows[2].fields["lead"].value == "局规划财务与基金监督科"
    assert len(proposal.rows) == len(units)


def test_a_material_for_several_rows_goes_to_each_and_is_marked() -> None:
    """根据2、3项…: the row names whose material it is."""
    lines = ["三级指标", "上报资料", "牵头单位"]
    papers = ["网页截图。", "根据2、3项要求提供工作情况说明,不超过1500字。", "", "会议记录。"]
    for n, paper in enumerate(papers, 1):
        lines += [str(n), f"按规定公开第{n}类信息并接受社会监督。", *([paper] if paper else []), "局办公室"]
    second, third = read(torn_of("\n".join(lines))).rows[1:3]
    assert second.materials[0]["word_limit"].value == 1500
    assert third.materials[0]["name"].sure == "存疑"
    assert third.materials[0]["word_limit"].value == 1500


def test_a_row_without_material_asks_whether_it_shares_the_one_above() -> None:
    """Nothing printed may mean nothing needed or a merged cell: a person decides."""
    lines = ["三级指标", "上报资料", "牵头单位"]
    for n, paper in enumerate(("网页截图。", "会议记录。", "", "情况说明。"), 1):
        lines += [str(n), f"按规定公开第{n}类信息并接受社会监督。", *([paper] if paper else []), "局办公室"]
    row = read(torn_of("\n".join(lines))).rows[2]
    assert not row.materials
    assert row.fields["note"].sure == "存疑"


def test_a_header_that_changes_its_label_is_told() -> None:
    """责任单位 on the first page and 分值 above the same column later: both are named."""
    header = ["一级指标", "二级指标", "工作任务", "工作要求", "责任单位"]
    lines = [*header]
    for n, title in enumerate(("一、规范决策", "二、规范执法")):
        lines += [] if n == 0 else [*header[:-1], "分值"]
        for k in range(4):
            lines += [title] if k == 0 else []
            lines += [
                f"加强第{k + 1}类管理",
                "公开办理结果。",
                "在网站公布并保存三年以上,接受查询。",
                "局办公室",
            ]
    proposal = read(torn_of("\n".join(lines)))
    assert len(proposal.rows) == 8
    told = next(f for f in proposal.findings if f.code == "W_IMPORT_HEADER_CHANGES")
    assert "责任单位" in told.message
    assert "分值" in told.message


@pytest.mark.parametrize(
    "lines",
    [
        ["一级指标", "二级指标", "三级指标", "牵头单位"],
        ["一级指标 二级指标", "三级指标 牵头单位"],
        ["一级", "指标", "二级指标", "三级指标", "牵头", "单位"],
        ["一 级 指 标", "二 级 指 标", "三 级 指 标", "牵 头 单 位"],
    ],
)
def test_a_header_is_found_however_its_labels_are_broken(lines: list[str]) -> None:
    """One label a line, several on one, or a label cut in two."""
    found = regions([Paragraph(text, Place(paragraph=n)) for n, text in enumerate([*lines, "正文"], 1)])
    assert [[c.duty for c in region.columns] for region in found] == [["chapter", "section", "text", "lead"]]


def test_two_labels_in_running_text_are_no_table() -> None:
    """A form's 责任单位： and 完成时限： under a task are prose."""
    lines = ["(一)推进改革。", "责任单位", "完成时限", "(二)加强监管。"]
    assert not regions([Paragraph(text, Place(paragraph=n)) for n, text in enumerate(lines, 1)])


def test_numbers_may_begin_again() -> None:
    """Each part of a table may count from 1; the numbers are kept as printed."""
    printed = [1, 2, 3, 4, 1, 2, 3]
    paragraphs = []
    for n in printed:
        paragraphs += [Paragraph(str(n), Place(paragraph=len(paragraphs) + 1))]
        paragraphs += [Paragraph("落实制度并公开结果。", Place(paragraph=len(paragraphs) + 1))]
    lines, left = lines_of(paragraphs)
    assert [line.number.value for line in lines if line.number] == printed
    assert not left


def test_columns_of_a_torn_header_are_settled_as_in_a_proper_one() -> None:
    """The same names mean the same in both shapes."""
    found = columns(["一级指标", "二级指标", "工作任务", "工作要求", "责任单位"])
    assert [c.duty for c in found] == ["chapter", "section", "text", "requirement", "responsible"]


def test_a_number_that_is_not_printed_is_concluded_from_its_neighbours_and_marked() -> None:
    """Nothing, 2, 3, nothing, 5: the gaps hold one row each, so they are 1 and 4."""
    lines = ["三级指标", "上报资料", "牵头单位"]
    for n in range(1, 7):
        lines += [*([str(n)] if n not in (1, 4) else []), f"按规定公开第{n}类信息并接受社会监督。"]
        lines += ["网页截图。", "局办公室"]
    numbers = [row.fields["number"] for row in read(torn_of("\n".join(lines))).rows]
    assert [n.value for n in numbers] == ["1", "2", "3", "4", "5", "6"]
    assert [n.sure for n in numbers] == ["存疑", "确定", "确定", "存疑", "确定", "确定"]


def test_a_close_call_marks_the_line_and_the_cells_beside_it() -> None:
    """Where the next best column is nearly as good, a person is asked, about both cells."""
    titles = ["三级指标", "上报资料", "牵头单位"]
    texts = ["公开信息。", "网页截图。", "局办公室", "接受监督。", "会议记录。", "局办公室"]
    paragraphs = [Paragraph(text, Place(paragraph=n)) for n, text in enumerate([*titles, *texts], 1)]
    region = regions(paragraphs)[0]
    lines, left = lines_of(region.paragraphs)
    labels, margins = (0, 1, 2, 0, 1, 2), (9.0, CLOSE - 0.1, 9.0, 9.0, 9.0, 9.0)
    records = assembled(region, lines, Decoded(labels, margins, 0.0), left).records
    sure = [[piece.sure for pieces in record.cells.values() for piece in pieces] for record in records]
    assert sure == [["存疑", "存疑", "存疑"], ["确定", "确定", "确定"]]


def test_another_header_begins_another_table() -> None:
    """Two torn tables in one text keep their own columns."""
    lines = ["三级指标", "上报资料", "牵头单位"]
    for n in range(1, 4):
        lines += [str(n), f"按规定公开第{n}类信息并接受社会监督。", "网页截图。", "局办公室"]
    lines += ["序号", "工作任务", "完成时限", "责任单位"]
    for n in range(1, 4):
        lines += [str(n), f"组织第{n}次督查并通报结果。", "每季度", "局人事科"]
    rows = read(torn_of("\n".join(lines))).rows
    assert ["lead" in row.fields for row in rows] == [True] * 3 + [False] * 3
    assert [row.fields["responsible"].value for row in rows[3:]] == ["局人事科"] * 3
    assert [row.fields["deadline"].value for row in rows[3:]] == ["每季度"] * 3


def test_a_chapter_s_number_that_is_misread_stays_and_is_marked() -> None:
    """一、 仁、 三、: the order says what 仁 is, a person decides."""
    lines = ["一级指标", "工作任务", "责任单位"]
    for chapter in ("一、规范决策", "仁、规范执法", "三、政务公开"):
        lines += [chapter, "健全各项制度并公开结果。", "局办公室", "开展自查并限期整改。", "局人事科"]
    chapters = [row.fields["chapter"] for row in read(torn_of("\n".join(lines))).rows]
    assert [c.value for c in chapters[1:3]] == ["一、规范决策", "仁、规范执法"]
    assert [c.sure for c in chapters] == ["确定"] * 2 + ["存疑"] * 2 + ["确定"] * 2
