"""The fields of a plan: numbers, units and roles, deadlines, points and figures, each with its doubt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.documents import fields
from xlfz.documents.model import Place
from xlfz.text import names

WHERE = Place(paragraph=7)

OFFICES = (
    "市委办公室", "市教育局", "市文化和旅游局", "市人力资源和社会保障局", "市住房和城乡建设局",
    "市纪委（市监委）", "县发展改革委", "人民银行某市中心支行", "市自然资源和规划局",
    "区城市管理和综合行政执法局",
    "各县（市、区）人民政府", "各县市区（含开发区、高新区）政府", "市科学技术局", "经开区管委会",
)  # fmt: skip
COLLECTIVES = (
    "各区、县级市人民政府", "各市、州、县人民政府", "各省、自治区、直辖市人民政府", "各乡镇、街道办事处",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "label", "ordinal", "rest"),
    [
        ("一、总体要求", "一", 1, "总体要求"),
        ("（十二）其他事项", "（十二）", 12, "其他事项"),
        ("(3) 报告", "(3)", 3, "报告"),
        ("3．加强领导", "3", 3, "加强领导"),
        ("１２、加强领导", "12", 12, "加强领导"),
        ("⒈ 改革", "1", 1, "改革"),
        ("⒛ 改革", "20", 20, "改革"),
        ("⑴甲", "⑴", 1, "甲"),
        ("①乙", "①", 1, "乙"),
        ("第十条 应当", "第十条", 10, "应当"),
        ("第一章　总则", "第一章", 1, "总则"),
        ("★4 落实", "★4", 4, "落实"),
        ("三是抓落实", "3", 3, "抓落实"),
        ("1.2 加强管理", "1.2", 2, "加强管理"),
        ("5 深化改革", "5", 5, "深化改革"),
        ("1、2021年底前完成", "1", 1, "2021年底前完成"),
    ],
)
def test_a_number_is_read_as_printed(text: str, label: str, ordinal: int, rest: str) -> None:
    """Its label, its place in the sequence, and where the text goes on."""
    number = fields.number_at(text)
    assert number is not None
    assert (number.label, number.ordinal, text[number.end :]) == (label, ordinal, rest)


@pytest.mark.parametrize("text", ["2021年目标", "1.5万吨", "3、4月份", "2.0版", "100%覆盖", "三农"])
def test_a_figure_is_no_number(text: str) -> None:
    """A year, a decimal or a pair of months numbers nothing."""
    assert fields.number_at(text) is None


def test_a_gap_behind_a_figure_numbers_only_where_a_sentence_begins() -> None:
    """每年 1 月 of a PDF numbers nothing, nor does 12 条."""
    text = "每年 1 月底前补齐 12 条内河，完成 8 个系统。2 严格执法"
    assert [n.label for n in fields.numbers_inside(text)] == ["2"]
    assert fields.number_at("1 月底前") is None


@given(st.integers(1, 99))
def test_chinese_numbers_count(number: int) -> None:
    """Every number up to ninety-nine is read back from its Chinese form."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    text = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
    assert fields.chinese_number(text) == number


@given(
    st.lists(st.sampled_from(OFFICES), min_size=1, max_size=6, unique=True),
    st.sampled_from("、，,；;"),
    st.sampled_from(["", "负责", "按职责分工负责", "分别负责。", "按照职责分工分别负责", "共同负责"]),
)
def test_any_list_of_offices_is_split_into_its_names(listed: list[str], mark: str, tail: str) -> None:
    """Whatever separates them and whatever words follow, no name is cut and none is joined."""
    found = fields.units(mark.join(listed) + tail, WHERE)
    assert [f.value for f in found] == listed
    assert all(f.sure == "确定" and f.place == WHERE for f in found)


@given(
    st.lists(st.sampled_from(OFFICES), min_size=1, max_size=3, unique=True),
    st.sampled_from(COLLECTIVES),
    st.lists(st.sampled_from(OFFICES), max_size=2, unique=True),
)
def test_a_collective_with_separators_stays_whole(
    before: list[str], collective: str, after: list[str]
) -> None:
    """各市、州、县人民政府 is one name, and stays one in the workbench's cell."""
    listed = list(dict.fromkeys([*before, collective, *after]))
    found = [str(f.value) for f in fields.units("、".join(listed))]
    assert found == listed
    assert list(names(fields.cell_of(found))) == listed


def test_one_collective_alone_stays_one_name_in_the_cell() -> None:
    """The cell's own separator would cut it, so that a semicolon stands behind it."""
    assert names(fields.cell_of(["各区、县级市政府"])) == ("各区、县级市政府",)


@given(st.sampled_from(OFFICES), st.sampled_from(["和", "及", "与", "以及"]), st.sampled_from(OFFICES))
def test_a_joining_word_joins_two_offices_only_between_them(first: str, word: str, second: str) -> None:
    """和 between two names splits, 和 inside a name does not."""
    expected = list(dict.fromkeys([first, second]))
    assert [f.value for f in fields.units(first + word + second)] == expected


@pytest.mark.parametrize(
    "text", ["各有关部门", "市直有关部门", "相关单位", "其他成员单位", "各相关行政执法部门", "有关部门"]
)
def test_an_open_ended_name_is_marked(text: str) -> None:
    """It names nobody, and somebody has to say who is meant."""
    (found,) = fields.units(f"{text}按职责分工负责", WHERE)
    assert (found.value, found.sure) == (text, "存疑")
    assert found.why


@pytest.mark.parametrize("tail", ["等有关部门", "等部门", "等相关单位", "等单位"])
def test_an_unfinished_list_ends_in_an_open_name(tail: str) -> None:
    """`甲局等有关部门` names 甲局 and others whom nobody has named."""
    first, others = fields.units(f"市教育局{tail}按职责分工负责")
    assert (first.value, first.sure) == ("市教育局", "确定")
    assert others.sure == "存疑"


def test_a_bare_etc_puts_the_list_in_doubt() -> None:
    """Nothing is invented for 等, and the gap is said."""
    (found,) = fields.units("市教育局等负责")
    assert (found.value, found.sure) == ("市教育局", "存疑")


def roles(text: str, **options: bool) -> dict[str, list[str]]:
    found = fields.duties(text, "责任", **options)
    return {role: [u.name for u in found.of(role)] for role in ("牵头", "责任", "配合") if found.of(role)}


def test_roles_come_from_the_words() -> None:
    """牵头, 负责 and 配合 each say the role of the names before them, over commas too."""
    text = "市司法局牵头，市教育局，各县（市、区）政府按职责分工负责，市财政局配合，2021年6月底前完成"
    assert roles(text) == {
        "牵头": ["市司法局"],
        "责任": ["市教育局", "各县（市、区）政府"],
        "配合": ["市财政局"],
    }
    assert fields.duties(text).deadline == "2021年6月底前完成"


@pytest.mark.parametrize(
    "rule",
    ["列第一位者为牵头单位，下同", "排在第一位的为牵头单位", "首位为牵头单位", "排名第一的单位为牵头单位"],
)
def test_the_standing_rule_makes_the_first_one_lead(rule: str) -> None:
    """Said in a bracket behind the first list, or once for all."""
    assert fields.first_leads(rule)
    led = {"牵头": ["市教育局"], "责任": ["市财政局"]}
    assert roles(f"市教育局、市财政局（{rule}）") == led
    assert roles("市教育局、市财政局", first_lead=True) == led


def test_an_office_that_acts_with_others_leads_with_a_doubt() -> None:
    """会同 does not say who leads in so many words."""
    found = fields.duties("由市教育局会同市财政局负责")
    assert [(u.name, u.role, bool(u.why)) for u in found.names] == [
        ("市教育局", "牵头", True),
        ("市财政局", "责任", True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017年6月底前", {"day": ("2017-06-30", "确定")}),
        ("2019年年底前完成。", {"day": ("2019-12-31", "确定")}),
        ("2021年1月16日—4月底", {"day": ("2021-04-30", "确定")}),
        ("年底前", {"day": ("2021-12-31", "存疑")}),
        ("20176月底前", {"day": ("2017-06-30", "存疑")}),
        ("长期坚持", {"recurrence": ("长期", "确定")}),
        ("每季度", {"recurrence": ("每季度", "确定")}),
        ("6月前", {"day": ("", "缺失")}),
        ("有明确时间要求的，按要求的时间完成", {}),
    ],
)
def test_a_deadline_keeps_its_words_and_says_how_sure_its_day_is(
    text: str, expected: dict[str, tuple[str, str]]
) -> None:
    """A year that is not in the text puts the day in doubt."""
    found = fields.deadline(text, WHERE, 2021)
    assert found.pop("deadline").value == text.rstrip("。")
    assert {k: (f.value, f.sure) for k, f in found.items()} == expected
    assert all(f.why for f in found.values() if f.sure != "确定")


def test_no_words_are_no_deadline() -> None:
    """An empty text gives nothing, not an empty field."""
    assert fields.deadline("  ") == {}


@pytest.mark.parametrize(
    "text",
    [
        "2021年6月底前完成",
        "长期坚持",
        "每年12月底前",
        "2020年年底前",
        "每季度",
        "2021年1月16日—4月底",
        "持续推进",
    ],
)
def test_a_clause_that_is_only_a_deadline_is_told(text: str) -> None:
    """It is then no unit."""
    assert fields.is_deadline(text)


@pytest.mark.parametrize("text", ["市教育局", "各县市区政府", "2021年市教育局组织一次培训", "年"])
def test_other_clauses_are_no_deadlines(text: str) -> None:
    """A name or a sentence with a year in it."""
    assert not fields.is_deadline(text)


def test_deadlines_are_found_in_running_text() -> None:
    """Each once, in order."""
    text = "2021年6月底前出台办法，年底前建成平台，2022年年底前全面推行；2021年6月底前报告。"
    assert fields.deadlines_in(text) == ("2021年6月底前", "年底前", "2022年年底前")


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("一、依法行政（17分）", 17, "确定"),
        ("一、依法行政 (17分 ", 17, "确定"),
        ("分值：2.5", 2.5, "确定"),
        ("５分", 5, "确定"),
        ("组织领导5分", 5, "存疑"),
        ("（5分）（6分）", 5, "存疑"),
    ],
)
def test_points_are_read_from_brackets_labels_and_cells(text: str, value: float, sure: str) -> None:
    """A figure that is neither is in doubt; the text is as it stands in the source."""
    found = fields.points(text, WHERE)
    assert found is not None
    assert (found.value, found.sure) == (value, sure)
    assert found.text in text


@pytest.mark.parametrize("text", ["每项2分", "加强领导", "2021年", "三分之一", "5分钟内", "十分重要"])
def test_what_is_no_points_gives_none(text: str) -> None:
    """Shares, minutes, and points of something else."""
    assert fields.points(text) is None


def test_points_of_every_item_are_told_apart() -> None:
    """每项2分 belongs to what stands below."""
    found = fields.points_each("（每项2分）")
    assert found is not None
    assert found.value == 2
    assert fields.without_points("一、依法行政（17分）") == "一、依法行政"


@pytest.mark.parametrize(
    ("text", "value", "sure"),
    [
        ("字数不超过1500字", 1500, "确定"),
        ("（2000字以内）", 2000, "确定"),
        ("不超过两千字", 2000, "确定"),
        ("字数不超  2000", 2000, "存疑"),
        ("甲不超过500字，乙不超过800字", 500, "存疑"),
    ],
)
def test_word_limits_are_read(text: str, value: int, sure: str) -> None:
    """With a doubt where characters were lost or two limits stand together."""
    found = fields.word_limit(text)
    assert found is not None
    assert (found.value, found.sure) == (value, sure)


@pytest.mark.parametrize("text", ["不超过5个工作日", "培训40学时", "1500元以内"])
def test_other_limits_are_no_word_limits(text: str) -> None:
    """Days, hours and money."""
    assert fields.word_limit(text) is None


def test_thresholds_are_the_clauses_with_binding_figures() -> None:
    """In the source's own words, without the clauses around them."""
    text = "健全制度，审核率不低于80%，5个工作日内办结。每年培训不少于40学时；每年至少1次检查。不超过1500字。"
    found = fields.thresholds(text, WHERE)
    assert found is not None
    assert found.value == "审核率不低于80%；5个工作日内办结；每年培训不少于40学时；每年至少1次检查"
    assert found.text == text
    assert fields.thresholds("健全制度，长期坚持。") is None
