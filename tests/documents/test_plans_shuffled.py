"""Invented plans printed in every manner: what a plan says does not hang on how it is printed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.documents.plans import writers
from tests.documents.plans.judge import judge
from tests.documents.plans.model import gapped
from tests.documents.plans.shapes import Style
from tests.documents.plans.shelf import PROSE, TABLES, TORN
from xlfz.documents import propose
from xlfz.documents.reading import read_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.documents.plans.model import Document

    Write = Callable[[Document], bytes]

NUMBERS = ("1.", "1、", "1．", "１．", "⒈", "（1）", "(1)", "①", "⑴", "（一）", "(一)")
"""The first of each kind of number; the kinds end at 20 at the earliest."""

STYLES = st.builds(
    Style,
    chapter=st.sampled_from(["一、", "（一）", "(一)", "第一部分 ", "一．"]),
    number=st.sampled_from(NUMBERS),
    colon=st.sampled_from(["：", ":", "： "]),
    brackets=st.sampled_from(["（）", "()", "【】"]),
    between=st.sampled_from(["、", "，", ",", "、 "]),
    lead=st.sampled_from(["牵头单位", "牵头部门", "主办单位"]),
    responsible=st.sampled_from(["责任单位", "责任部门", "负责单位"]),
    supporting=st.sampled_from(["配合单位", "配合部门", "协办单位"]),
    term=st.sampled_from(["完成时限", "完成时间", "时间节点", "时限要求"]),
    task=st.sampled_from(["工作任务", "重点任务", "任务内容", "主要任务"]),
    points=st.sampled_from(["分值", "标准分", "分数"]),
    material=st.sampled_from(["上报资料", "佐证材料", "申报材料", "报送材料"]),
    spaced=st.booleans(),
    indent=st.sampled_from(["", "　　", "    "]),
    wide_digits=st.booleans(),
    order=st.permutations([0, 1, 2]).map(tuple),
)
PROSE_WRITERS = (writers.text, lambda d: writers.text(d, "gb18030"), writers.page, writers.page_of_breaks,
                 writers.word, lambda d: writers.word(d, automatic=True), writers.workbook)  # fmt: skip
TABLE_WRITERS = (writers.page, writers.word, writers.workbook)
FAST = settings(max_examples=30, deadline=None)


def clashing(style: Style) -> bool:
    """Whether chapters and tasks would bear the same kind of number."""
    return style.chapter[0] in "（(" and style.number[0] in "（(" and "一" in style.number


@FAST
@given(
    style=STYLES,
    shape=st.sampled_from(sorted(PROSE)),
    write=st.sampled_from(PROSE_WRITERS),
    gaps=st.booleans(),
)
def test_prose_says_the_same_however_it_is_printed(
    style: Style, shape: str, write: Write, gaps: bool
) -> None:
    """Numbers, brackets, widths, separators, labels, spaces and the order of labels may be any."""
    assume(not clashing(style))
    if shape in ("verbs", "joint", "several"):  # a comma parts the roles there
        style = replace(style, between="、")
    document = PROSE[shape](style)
    document = gapped(document) if gaps else document

    verdict = judge(document, propose(read_document(write(document), "方案")))
    assert not verdict.dishonest
    assert not verdict.wrong


@FAST
@given(
    style=STYLES,
    shape=st.sampled_from(sorted(TABLES)),
    write=st.sampled_from(TABLE_WRITERS),
    gaps=st.booleans(),
)
def test_a_table_says_the_same_however_it_is_printed(
    style: Style, shape: str, write: Write, gaps: bool
) -> None:
    """Header words, letter-spacing, widths, separators and the numbers of chapters may be any."""
    document = TABLES[shape](style)
    document = gapped(document) if gaps else document

    verdict = judge(document, propose(read_document(write(document), "分工表")))
    assert not verdict.dishonest
    assert not verdict.wrong


@settings(max_examples=15, deadline=None)
@given(style=STYLES, shape=st.sampled_from(sorted(TORN)))
def test_a_torn_table_is_honest_however_it_is_printed(style: Style, shape: str) -> None:
    """Nearly all is right, and nothing wrong passes for sure."""
    document = TORN[shape](style)

    verdict = judge(document, propose(read_document(writers.text(document), "复制.txt")))
    assert not verdict.dishonest
    assert len(verdict.wrong) <= len(document.wants) // 6
