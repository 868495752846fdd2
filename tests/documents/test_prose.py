"""Plans in running text: which items are tasks, and what each of them says.

Every plan here is invented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlfz.documents.model import Paragraph, Place, Source
from xlfz.documents.prose import propose_prose
from xlfz.text import names

if TYPE_CHECKING:
    from xlfz.documents.model import Proposal, ProposedRow


def plan(*lines: str, kind: str = "docx") -> Proposal:
    """The proposal for a document of these paragraphs."""
    blocks = tuple(Paragraph(line, Place(paragraph=n)) for n, line in enumerate(lines, 1) if line)
    proposed = propose_prose(Source("方案", kind, blocks))
    assert proposed is not None
    return proposed


def value(row: ProposedRow, field: str) -> str:
    return str(row.fields[field].value) if field in row.fields else ""


def table(proposed: Proposal, *fields: str) -> list[tuple[str, ...]]:
    """The rows as a little table of these fields."""
    return [tuple(value(row, field) for field in fields) for row in proposed.rows]


def codes(proposed: Proposal) -> set[str]:
    return {found.code for found in proposed.findings}


# --- every style of number, label and bracket -------------------------------------------------

CHAPTERS = ("一、{}", "第{}章 {}", "（{}）{}", "第{}部分 {}", "{}. {}")
OFFICES = (
    "市农机局",
    "市文化和旅游局",
    "各县（市、区）人民政府",
    "市水务局",
    "市委办公室",
    "市粮食和物资储备局",
)
TIMES = {
    "2031年6月底前": "2031-06-30",
    "2031年年底前完成": "2031-12-31",
    "长期坚持": "",
    "2031年3月15日—9月底": "2031-09-30",
}
CN = "一二三四五六七八九十"
HEADINGS = ("修好乡间道路", "办好村里学校", "看好山上林木", "管好河里清水", "用好仓里余粮", "开好夜间门诊")


def chapter_of(style: int, n: int, title: str) -> str:
    return (f"{CN[n]}、{title}", f"第{CN[n]}章 {title}", f"（{CN[n]}）{title}", f"第{CN[n]}部分 {title}")[
        style
    ]


def number_of(style: int, n: int) -> str:
    shapes = (
        f"{n}.",
        f"{n}、",
        chr(0x2487 + n),
        f"({n})",
        f"（{n}）",
        f"第{CN[n - 1]}条 ",
        f"{n}．",
        f"★{n} ",
    )
    return shapes[style]


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, ...]]]:
    """Paragraphs of a plan in one style, and what its tasks are."""
    chapter_style = draw(st.integers(0, 3))
    style = draw(st.integers(0, 7))
    colon = draw(st.sampled_from("：:"))
    shape = draw(st.sampled_from(["lines", "bracket", "boxes", "words"]))
    between = draw(st.sampled_from("、，；"))
    last = draw(st.sampled_from(["", "。"]))
    bullet = draw(st.sampled_from(["", "●", "　　"]))
    lead_word = draw(st.sampled_from(["牵头单位", "牵头部门", "主办单位", "牵 头 单 位"]))
    duty_word = draw(st.sampled_from(["责任单位", "责任部门", "承办单位", "负责部门"]))
    time_word = draw(st.sampled_from(["完成时限", "完成时间", "时限要求"]))
    lines = ["为办好实事，制定本方案。"]
    due: list[tuple[str, ...]] = []
    for chapter in range(draw(st.integers(1, 2))):
        title = ("乡村建设", "社会事业")[chapter]
        lines.append(chapter_of(chapter_style, chapter, title))
        for _ in range(draw(st.integers(2, 3))):
            n = len(due) + 1
            head = HEADINGS[len(due)]
            lead = draw(st.sampled_from(OFFICES))
            others = draw(st.lists(st.sampled_from(OFFICES), min_size=1, max_size=3, unique=True))
            others = [o for o in others if o != lead] or ["市总工会"]
            when = draw(st.sampled_from(sorted(TIMES)))
            text = f"{number_of(style, n)}{head}。逐处查看，逐项登记，办结率不低于9{n}%。"
            rest = between.join(others)
            if shape == "lines":
                lines += [
                    text,
                    f"{bullet}{lead_word}{colon}{lead}{last}",
                    f"{bullet}{duty_word}{colon}{rest}按职责分工负责{last}",
                    f"{bullet}{time_word}{colon}{when}{last}",
                ]
            elif shape == "boxes":
                lines += [text, f"【{lead_word}】{lead}", f"【{duty_word}】{rest}", f"【{time_word}】{when}"]
            elif shape == "bracket":
                lines.append(
                    f"{text}（{lead_word}{colon}{lead}；{duty_word}{colon}{rest}；{time_word}{colon}{when}）"
                )
            else:
                lines.append(f"{text}（{lead}牵头，{'、'.join(others)}按职责分工负责，{when}）")
            due.append((head, lead, "|".join(others), when, TIMES[when]))
    return [*lines, "某市人民政府办公室", "2030年1月2日"], due


@given(plans())
@settings(max_examples=60, deadline=None)
def test_any_style_of_number_label_and_bracket_gives_the_same_tasks(
    made: tuple[list[str], list[tuple[str, ...]]],
) -> None:
    """Text, lead, responsible units and deadline of every task, whatever the plan looks like."""
    lines, due = made
    rows = plan(*lines).rows
    got = [
        (
            value(r, "text"),
            "|".join(names(value(r, "lead"))),
            "|".join(names(value(r, "responsible"))),
            value(r, "deadline"),
            value(r, "day"),
        )
        for r in rows
    ]
    assert got == due
    for n, row in enumerate(rows, 1):
        assert f"办结率不低于9{n}%" in value(row, "thresholds")
        assert "单位" not in value(row, "requirement")
        assert {row.fields[f].sure for f in ("lead", "responsible", "deadline")} == {"确定"}


@given(plans())
@settings(max_examples=40, deadline=None)
def test_a_plan_on_one_line_gives_the_same_tasks_or_doubts(
    made: tuple[list[str], list[tuple[str, ...]]],
) -> None:
    """Pasted without line ends, what is read for sure is right."""
    lines, due = made
    for row in plan(" ".join(lines[:-2])).rows:
        heads = [d for d in due if d[0] == value(row, "text")]
        if row.fields["lead"].sure == "确定" and heads:
            assert names(value(row, "lead")) == (heads[0][1],)


# --- which items are tasks ---------------------------------------------------------------------

SAFEGUARDS = ("三、保障措施", "（一）加强领导。层层落实责任。", "（二）加强督查。定期通报。")


def test_chapters_of_aims_and_safeguards_are_left_out_and_named() -> None:
    """What was not taken is told with its number of items."""
    found = plan(
        "一、总体要求",
        "（一）指导思想。以实干为先。",
        "二、重点任务",
        "（一）修桥。把桥修好。（市交通局负责）",
        "（二）铺路。把路铺平。",
        *SAFEGUARDS,
    )
    assert table(found, "text", "responsible") == [("修桥", "市交通局"), ("铺路", "")]
    assert found.rows[1].fields["lead"].sure == "缺失"
    left = {dict(f.facts)["章"]: dict(f.facts)["n"] for f in found.findings if f.code == "I_IMPORT_LEFT"}
    assert left == {"一、总体要求": 1, "三、保障措施": 2}


def test_without_any_unit_the_deepest_items_of_the_task_chapter_are_tasks() -> None:
    """Numbers that begin anew get the chapter's before them; that nobody is named is told."""
    found = plan(
        "一、工作目标",
        "建成样板。",
        "二、重点任务",
        "（一）修路",
        "1.修县道。年内修完，合格率达到98%。",
        "2.修村道。",
        "（二）种树",
        "1.种杨树。",
        "2.种柳树。",
        *SAFEGUARDS,
    )
    assert table(found, "number", "chapter", "text") == [
        ("（一）1", "（一）修路", "修县道"),
        ("（一）2", "（一）修路", "修村道"),
        ("（二）1", "（二）种树", "种杨树"),
        ("（二）2", "（二）种树", "种柳树"),
    ]
    assert {"W_IMPORT_NO_UNITS", "I_IMPORT_RENUMBERED", "I_IMPORT_LEFT"} <= codes(found)
    assert value(found.rows[0], "thresholds") == "合格率达到98%"


def test_an_assignment_behind_the_last_point_is_the_whole_tasks() -> None:
    """The points are then the task's text, and the reading is in doubt."""
    found = plan(
        "（一）预案",
        "1.完善预案体系",
        "(1)编好预案。",
        "(2)练好队伍。",
        "(责任单位:市应急局、各乡镇人民政府)",
        "2.健全值守",
        "(1)排好班次。",
        "(2)记好台账。",
        "(责任单位:市政府办)",
    )
    assert table(found, "number", "text", "responsible", "requirement") == [
        ("1", "完善预案体系", "市应急局、各乡镇人民政府", "(1)编好预案。\n(2)练好队伍。"),
        ("2", "健全值守", "市政府办", "(1)排好班次。\n(2)记好台账。"),
    ]
    assert {row.fields["responsible"].sure for row in found.rows} == {"存疑"}


def test_units_under_a_chapters_heading_are_those_of_its_tasks_with_a_doubt() -> None:
    """A task's own units come before them."""
    found = plan(
        "一、企业开办",
        "牵头单位：市市场监管局",
        "1.压缩时间。一天办结。",
        "2.免费刻章。（责任单位：市公安局）",
        "二、水电气",
        "牵头单位：市住建局",
        "1.接水。",
        "2.接电。",
    )
    assert table(found, "text", "lead", "responsible") == [
        ("压缩时间", "市市场监管局", ""),
        ("免费刻章", "市市场监管局", "市公安局"),
        ("接水", "市住建局", ""),
        ("接电", "市住建局", ""),
    ]
    assert {row.fields["lead"].sure for row in found.rows} == {"存疑"}


def test_a_list_by_unit_gives_each_task_to_the_unit_above_it_with_a_doubt() -> None:
    """一、市水务局 1. 2. 二、市林业局 1. 2.: the headings say who."""
    found = plan(
        "一、市水务局", "1.修好水渠。", "2.管好水闸。", "二、市林业局", "1.种好杨树。", "2.种好柳树。"
    )
    assert table(found, "text", "responsible") == [
        ("修好水渠", "市水务局"),
        ("管好水闸", "市水务局"),
        ("种好杨树", "市林业局"),
        ("种好柳树", "市林业局"),
    ]
    assert {row.fields["responsible"].sure for row in found.rows} == {"存疑"}
    assert "W_IMPORT_NO_UNITS" not in codes(found)
    assert list(found.names) == ["市水务局", "市林业局"]


def test_every_name_that_a_row_uses_is_among_the_names() -> None:
    """Open-ended ones in doubt; those of headings and of general rules too."""
    found = plan(
        "各项任务均由各县人民政府落实，不再列出。",
        "一、治水",
        "牵头单位：市水务局",
        "1.修渠。（责任单位：各有关部门）",
        "2.修闸。",
    )
    used = {name for r in found.rows for f in ("lead", "responsible") for name in names(value(r, f))}
    assert used == set(found.names) == {"市水务局", "各有关部门", "各县人民政府"}
    assert {name for name, known in found.names.items() if known.sure == "存疑"} == {"各有关部门"}


def test_tasks_without_numbers_are_told_by_their_labels() -> None:
    """Numbers are given in order, with a doubt."""
    found = plan(
        "查燃气。逐户检查。",
        "牵头单位：区住建局",
        "完成时限：2031年6月底",
        "查电梯。逐台检验。",
        "牵头单位：区市场监管局",
        "完成时限：长期",
    )
    assert table(found, "number", "text", "requirement", "lead") == [
        ("1", "查燃气", "逐户检查。", "区住建局"),
        ("2", "查电梯", "逐台检验。", "区市场监管局"),
    ]
    assert {row.fields["number"].sure for row in found.rows} == {"存疑"}


def test_a_report_gives_its_measures_with_a_doubt_and_says_so() -> None:
    """一是…二是… of most chapters are listed one by one, and none of them passes for sure."""
    found = plan(
        "一、道路",
        "一是修了县道。全长十里。二是修了村道。全长五里。",
        "二、林业",
        "一是种了杨树。二是种了柳树。三是砍了枯树。",
    )
    assert table(found, "number", "text") == [
        ("一.1", "修了县道"),
        ("一.2", "修了村道"),
        ("二.1", "种了杨树"),
        ("二.2", "种了柳树"),
        ("二.3", "砍了枯树"),
    ]
    assert {row.fields["text"].sure for row in found.rows} == {"存疑"}
    assert "W_IMPORT_MEASURES" in codes(found)


def test_a_text_without_numbers_and_labels_gives_nothing() -> None:
    """None, so that the import can say that it found nothing."""
    blocks = (Paragraph("今天天气很好，大家都很高兴。", Place(paragraph=1)),)
    assert propose_prose(Source("日记", "txt", blocks)) is None


def test_one_clause_that_names_somebody_does_not_make_the_other_items_less() -> None:
    """Of six items without units, all are tasks though the text of one says who does it."""
    lines = [f"（{CN[n]}）{HEADINGS[n]}。逐处查看。" for n in range(5)]
    found = plan("一、重点任务", *lines, "（六）收好山货。逐户登记，由市供销社负责落实。")
    assert [value(r, "text") for r in found.rows] == [*HEADINGS[:5], "收好山货"]
    assert value(found.rows[5], "responsible") == "市供销社"


def test_the_plan_behind_its_notice_stands_under_no_chapter_of_the_notice() -> None:
    """A signature ends one document; the list of attachments numbers nothing."""
    found = plan(
        "各县人民政府：",
        "一、高度重视。认真落实。",
        "二、加强督查。定期通报。",
        "附件：1.修路分工方案",
        "2.联系表",
        "某市人民政府办公室",
        "2031年1月5日",
        "附件1",
        "修路分工方案",
        "1.修桥。（牵头单位：市交通局）",
        "2.铺路。（牵头单位：市公路局）",
    )
    assert table(found, "number", "chapter", "text") == [("1", "", "修桥"), ("2", "", "铺路")]


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("牵头责任单位", "lead"),
        ("总牵头单位", "lead"),
        ("市级责任部门", "responsible"),
        ("具体承办科室", "responsible"),
        ("协同责任单位", "supporting"),
        ("配 合 单 位", "supporting"),
    ],
)
def test_labels_put_together_from_known_words_are_read(label: str, field: str) -> None:
    """No list holds every label in use."""
    (row, _) = plan("1.修桥。", f"{label}：市交通局", "2.铺路。", "责任单位：市公路局").rows
    assert value(row, field) == "市交通局"


def test_a_number_that_stands_twice_in_one_list_is_kept_and_told() -> None:
    """Nothing is renumbered where the source is wrong."""
    found = plan(
        "1.修桥。（市交通局负责）",
        "2.铺路。（市公路局负责）",
        "2.种树。（市林业局负责）",
        "3.挖渠。（市水务局负责）",
    )
    assert [(r.fields["number"].value, r.fields["number"].sure) for r in found.rows] == [
        ("1", "确定"),
        ("2", "存疑"),
        ("2", "存疑"),
        ("3", "确定"),
    ]
    assert "W_IMPORT_NUMBER_TWICE" in codes(found)


# --- units --------------------------------------------------------------------------------------


def test_the_standing_rule_holds_for_every_task() -> None:
    """Said in the first bracket with 下同, the first unit of each list leads."""
    found = plan(
        "1.修桥。（市交通局、市财政局，列第一位者为牵头单位，下同）",
        "2.铺路。（市公路局、市交通局）",
        "3.种树。（市林业局）",
    )
    assert table(found, "lead", "responsible") == [
        ("市交通局", "市财政局"),
        ("市公路局", "市交通局"),
        ("市林业局", ""),
    ]


def test_who_answers_for_everything_is_added_with_a_doubt() -> None:
    """以下均需…落实，不再列出 holds for the tasks that do not name them."""
    found = plan(
        "1.治水。市水务局牵头，市农机局参与，各县人民政府负责落实。以下均需各县人民政府落实，不再列出。",
        "2.治沙。市林业局牵头，市农机局参与。",
    )
    assert table(found, "lead", "responsible", "supporting") == [
        ("市水务局", "各县人民政府", "市农机局"),
        ("市林业局", "各县人民政府", "市农机局"),
    ]
    assert found.rows[1].fields["responsible"].sure == "存疑"


def test_several_assignments_of_one_task_are_put_together_with_a_doubt() -> None:
    """Who does which part stays in the text."""
    (row,) = plan("1.育苗。建好苗圃。（市林业局负责）管好苗圃。（市农机局负责）").rows
    assert names(value(row, "responsible")) == ("市林业局", "市农机局")
    assert row.fields["responsible"].sure == "存疑"
    assert value(row, "requirement") == "建好苗圃。管好苗圃。"


def test_a_clause_can_say_who() -> None:
    """由…会同…负责落实 at the end of a sentence; the sentence stays whole."""
    (row,) = plan("（一）关于修桥铺路的问题，由市交通局会同市公路局负责落实。").rows
    assert (value(row, "lead"), value(row, "responsible")) == ("市交通局", "市公路局")
    assert row.fields["lead"].sure == "存疑"
    assert value(row, "text").startswith("关于修桥铺路的问题，由")


def test_a_name_in_the_middle_of_a_sentence_is_no_assignment() -> None:
    """Brackets that explain, abbreviate or quote assign nobody."""
    (first, _) = plan(
        "1.报市纪委（市监委）备案。按《修桥办法（2016—2020年）》（以下简称《办法》）办理（详见附件1）。（市交通局负责）",
        "2.铺路。（市公路局负责）",
    ).rows
    assert value(first, "responsible") == "市交通局"
    assert "（市监委）" in value(first, "text")
    assert "（2016—2020年）" in value(first, "requirement")
    assert "deadline" not in first.fields


@pytest.mark.parametrize(
    "words",
    ["按五年规划（2016—2020年）办理。", "按《修桥规定（2021年6月底前）》办理。", "参照旧例（2019年）办理。"],
)
def test_a_time_that_names_something_is_no_deadline(words: str) -> None:
    """A span of years, and what stands in a title."""
    (row, _) = plan(f"1.修桥。{words}（市交通局负责）", "2.铺路。（市公路局负责）").rows
    assert row.fields.get("day") is None or row.fields["day"].sure != "确定"
    assert value(row, "requirement") == words


def test_a_number_inside_a_paragraph_counts_only_in_its_turn() -> None:
    """9. behind a full stop is no item after 1."""
    rows = plan(
        "1.修桥。逐孔验收。9.号桥先修。（市交通局负责）2.铺路。（市公路局负责）", "3.种树。（市林业局负责）"
    ).rows
    assert [value(r, "text") for r in rows] == ["修桥", "铺路", "种树"]
    assert value(rows[0], "requirement") == "逐孔验收。9.号桥先修。"


def test_the_next_task_may_begin_right_behind_a_labels_value() -> None:
    """As in PDF whose paragraphs ran together."""
    found = plan(
        "1.修桥。", "责任单位：市交通局 完成时限：2031年6月底前2.铺路。逐段铺平。", "责任单位：市公路局"
    )
    assert table(found, "text", "responsible", "deadline") == [
        ("修桥", "市交通局", "2031年6月底前"),
        ("铺路", "市公路局", ""),
    ]


def test_a_label_that_lost_a_character_is_read_with_a_doubt() -> None:
    """任单位 where the others say 责任单位."""
    rows = plan("1.修桥。", "责任单位：市交通局", "2.铺路。", "任单位：市公路局").rows
    assert [value(r, "responsible") for r in rows] == ["市交通局", "市公路局"]
    assert rows[0].fields["responsible"].sure == "确定"
    assert rows[1].fields["responsible"].sure == "存疑"
    assert "任单位" in rows[1].fields["responsible"].why


@pytest.mark.parametrize(
    "lines",
    [
        ("责任单位", "市交通局、市公路局"),
        ("责任单位：市交通局、", "市公路局"),
        ("责任单位：", "市交通局、市公路局"),
    ],
)
def test_a_value_may_stand_or_go_on_in_the_next_line(lines: tuple[str, ...]) -> None:
    """After a label alone, and after a list that is not at its end."""
    (row, _) = plan("1.修桥。", *lines, "2.铺路。", "责任单位：市公路局").rows
    assert value(row, "responsible") == "市交通局、市公路局"


@pytest.mark.parametrize("cut", ["单位：市", "市公", "；完成", "（市、", "2031年"])
def test_a_bracket_over_a_line_end_is_one_bracket(cut: str) -> None:
    """As PDF and hard-wrapped text have it, wherever the line ends."""
    text = "1.修桥。（牵头单位：市交通局；责任单位：市公路局、各县（市、区）政府；完成时限：2031年6月底前）"
    at = text.index(cut) + len(cut)
    (row, _) = plan(text[:at], text[at:], "2.铺路。").rows
    assert names(value(row, "responsible")) == ("市公路局", "各县（市、区）政府")
    assert (value(row, "lead"), value(row, "day")) == ("市交通局", "2031-06-30")


def test_lines_cut_at_a_width_are_put_together() -> None:
    """A text file whose lines all end at the same width has no paragraphs of its own."""
    text = "修好乡间道路。把县道乡道村道逐条查看逐段登记逐处修补，做到路面平整边沟畅通标志齐全。" * 3
    lines = [f"1.{text}"[n : n + 24] for n in range(0, len(text) + 2, 24)]
    found = plan(*lines, "责任单位：市交通局", "2.铺路。", "责任单位：市公路局", kind="txt")
    assert [value(r, "text") for r in found.rows] == ["修好乡间道路", "铺路"]
    assert value(found.rows[0], "requirement") == text.removeprefix("修好乡间道路。")


# --- deadlines, points, materials ----------------------------------------------------------------


def test_the_general_deadline_fills_what_a_task_leaves_open() -> None:
    """With a doubt, and where it stands; 长期坚持 needs none."""
    found = plan(
        "各项任务除本方案有明确时间要求外，原则上应当在2031年年底前完成。",
        "1.修桥。（市交通局负责）",
        "2.铺路。（市公路局负责，2030年6月底前）",
        "3.种树。（市林业局负责，长期坚持）",
    )
    assert table(found, "deadline", "day") == [
        ("2031年年底前", "2031-12-31"),
        ("2030年6月底前", "2030-06-30"),
        ("长期坚持", ""),
    ]
    general = found.rows[0].fields["day"]
    assert (general.sure, general.place) == ("存疑", Place(paragraph=1))
    assert found.rows[1].fields["day"].sure == "确定"


def test_a_deadline_in_the_text_is_a_doubt() -> None:
    """It may govern a part of the task only."""
    (row, _) = plan("1.修桥。2031年6月底前修好。（市交通局负责）", "2.铺路。（市公路局负责）").rows
    assert (value(row, "deadline"), row.fields["day"].sure) == ("2031年6月底前", "存疑")


def test_points_of_items_and_chapters_are_read() -> None:
    """In brackets, and taken out of the headings."""
    found = plan(
        "一、道路（60分）", "1.修桥（25分）。修好。责任单位：市交通局", "2.铺路（35分）。责任单位：市公路局"
    )
    assert table(found, "chapter", "text", "points") == [
        ("一、道路", "修桥", "25.0"),
        ("一、道路", "铺路", "35.0"),
    ]
    assert {k: v.value for k, v in found.chapters.items()} == {"一、道路": 60}


def test_a_chapter_whose_points_do_not_add_up_is_told() -> None:
    """Both figures stay as printed."""
    found = plan(
        "一、道路（60分）", "1.修桥（25分）。责任单位：市交通局", "2.铺路（30分）。责任单位：市公路局"
    )
    assert "W_IMPORT_SUM" in codes(found)
    assert {k: v.value for k, v in found.chapters.items()} == {"一、道路": 60}


def test_labels_side_by_side_end_where_the_next_one_begins() -> None:
    """完成 before a gap belongs to the deadline, not to 责任单位."""
    (row, _) = plan(
        "1.修桥。", "牵头单位：市交通局　　完成时限：2031年3月底前完成　　责任单位：市公路局", "2.铺路。"
    ).rows
    assert (value(row, "deadline"), value(row, "responsible")) == ("2031年3月底前完成", "市公路局")


def test_labelled_texts_go_to_their_fields() -> None:
    """Materials one by one with their limits, requirement, notes; persons are no units."""
    (row, _) = plan(
        "1.修桥。",
        "工作要求：先看后修。",
        "上报资料：①修桥照片；②情况说明（不超过800字）。",
        "责任领导：张三",
        "责任单位：市交通局",
        "2.铺路。",
        "责任单位：市公路局",
    ).rows
    assert value(row, "requirement") == "先看后修。"
    assert [m["name"].value for m in row.materials] == ["修桥照片", "情况说明（不超过800字）"]
    assert [float(m["word_limit"].value) for m in row.materials if "word_limit" in m] == [800]
    assert (value(row, "note"), value(row, "responsible")) == ("责任领导：张三", "市交通局")


def test_a_text_too_long_for_its_cell_is_cut_with_a_doubt() -> None:
    """The workbench takes 2,000 characters; the source keeps the rest."""
    (row, _) = plan(f"1.修桥。{'看一看修一修。' * 400}（市交通局负责）", "2.铺路。（市公路局负责）").rows
    assert len(value(row, "requirement")) == 2000
    assert row.fields["requirement"].sure == "存疑"


def test_title_organ_and_year_are_told() -> None:
    """The year of the title is sure, that of a date is not."""
    found = plan(
        "某市财政局关于印发2031年修桥方案的通知", "1.修桥。（市交通局负责）", "2.铺路。（市公路局负责）"
    )
    assert (found.settings["organ"].value, found.settings["year"].value) == ("某市财政局", 2031)
    dated = plan("修桥方案", "1.修桥。（市交通局负责）", "2.铺路。（市公路局负责）", "2030年1月2日").settings
    assert (dated["year"].value, dated["year"].sure) == (2030, "存疑")


def test_a_range_of_years_in_the_title_is_no_year() -> None:
    """A plan over five years was issued in one of them, or before."""
    found = plan("某市修桥方案（2016—2020年）", "1.修桥。（市交通局负责）", "2.铺路。（市公路局负责）")
    assert "year" not in found.settings
