"""Tables and running text of one document as one proposal, and what it says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlfz.documents import propose
from xlfz.documents.model import Paragraph, Place, Source, SourceCell, SourceTable
from xlfz.findings import finding
from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.model import Block, Proposal


def source(*blocks: str | Sequence[Sequence[str]], kind: str = "docx") -> Source:
    """A document of paragraphs (texts) and tables (lists of rows)."""
    made: list[Block] = []
    tables = 0
    for n, block in enumerate(blocks, 1):
        if isinstance(block, str):
            made.append(Paragraph(block, Place(paragraph=n)))
            continue
        tables += 1
        rows = tuple(
            tuple(SourceCell(text, Place(table=tables, row=r, column=c)) for c, text in enumerate(row, 1))
            for r, row in enumerate(block, 1)
        )
        made.append(SourceTable(rows, Place(table=tables, row=1)))
    return Source("方案", kind, tuple(made))


HEADER = ["序号", "工作任务", "责任单位"]
TABLE = [HEADER, ["1", "修好县道", "市交通局"], ["2", "修好村道", "市公路局"]]


def texts(proposed: Proposal) -> list[str]:
    return [str(row.fields["text"].value) for row in proposed.rows]


def codes(proposed: Proposal) -> set[str]:
    return {found.code for found in proposed.findings}


def test_a_table_wins_over_the_prose_that_introduces_it() -> None:
    """The prose is counted, and its lack of units is not held against the plan."""
    found = propose(source("一、重点任务", "（一）修路。把路修好。", "（二）养路。把路养好。", TABLE))
    assert texts(found) == ["修好县道", "修好村道"]
    assert "I_IMPORT_PROSE" in codes(found)
    assert "W_IMPORT_NO_UNITS" not in codes(found)


def test_the_same_tasks_in_prose_and_in_a_table_are_there_once() -> None:
    """A plan and the table behind it that divides it up."""
    found = propose(source("1.修好县道。（市交通局负责）", "2.修好村道。（市公路局负责）", TABLE))
    assert texts(found) == ["修好县道", "修好村道"]


def test_other_tasks_with_units_in_prose_are_kept_beside_the_table() -> None:
    """A number that both have is in doubt; nothing is lost."""
    found = propose(source("1.种好杨树。（市林业局负责）", "2.种好柳树。（市农机局负责）", TABLE))
    assert sorted(texts(found)) == sorted(["修好县道", "修好村道", "种好杨树", "种好柳树"])
    clashing = [row for row in found.rows if str(row.fields["text"].value).startswith("种好")]
    assert {row.fields["number"].sure for row in clashing} == {"存疑"}
    assert {"市林业局", "市农机局"} <= set(found.names)


def test_nothing_found_is_an_error_that_says_what_was_looked_for() -> None:
    """Never zero tasks in silence."""
    found = propose(source("今天天气很好。"))
    (error,) = [f for f in found.findings if f.code == "E_IMPORT_NOTHING"]
    assert found.rows == ()
    assert "责任单位：" in error.message


def test_what_the_reader_said_is_kept() -> None:
    """A page that could not be read is still told of."""
    made = source("1.修桥。（市交通局负责）", "2.铺路。（市公路局负责）")
    told = finding("W_IMPORT_PICTURES", n=2)
    assert told in propose(Source(made.name, made.format, made.blocks, (told,))).findings


@pytest.mark.parametrize(
    ("declared", "told"), [("共2项任务", False), ("共45项任务", True), ("共分解为3项重点任务", True)]
)
def test_a_declared_count_that_differs_is_told(declared: str, told: bool) -> None:
    """The document's own number of tasks against those that were read."""
    found = propose(source(f"本方案{declared}。", "1.修桥。（市交通局负责）", "2.铺路。（市公路局负责）"))
    assert ("W_IMPORT_COUNT" in codes(found)) is told
    assert "declared_indicators" in found.settings


@pytest.mark.parametrize(("points", "told"), [("40", False), ("35", True)])
def test_points_that_do_not_add_up_to_the_declared_total_are_told(points: str, told: bool) -> None:
    """And kept as they are."""
    found = propose(
        source(
            "考核满分100分。",
            "1.修桥（60分）。责任单位：市交通局",
            f"2.铺路（{points}分）。责任单位：市公路局",
        )
    )
    assert ("W_IMPORT_SUM" in codes(found)) is told
    assert [row.fields["points"].value for row in found.rows] == [60, float(points)]


WORDS = (
    *("一、", "（一）", "1.", "⒈", "①", "一是", "★1", "第三条", "修桥", "市交通局", "各有关部门"),
    *("责任单位：", "牵头单位", "（", "）", "负责", "牵头", "，", "。", "；", "、", "2031年6月底前"),
    *("（17分）", "【", "】", "——", "附件", "下同", "100%", "不再列出"),
)


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map("".join), min_size=1, max_size=8)
)
@settings(max_examples=150, deadline=None)
def test_any_text_gives_rows_that_can_be_looked_up_or_findings(lines: list[str]) -> None:
    """Whatever the words: nothing fails, nothing is silent, and what is sure stands where it says."""
    made = source(*lines)
    found = propose(made)
    assert found.rows or found.findings
    texts = {block.place: fold(block.text) for block in made.blocks if isinstance(block, Paragraph)}
    for row in found.rows:
        for known in row.fields.values():
            if known.sure == "确定" and known.value != "":
                assert fold(known.text)[:1] in texts[known.place]
            assert known.sure == "确定" or known.why


def test_the_same_document_gives_the_same_proposal() -> None:
    """Nothing depends on the order of sets."""
    made = source("1.修桥。（市交通局、市公路局负责）", "2.铺路。（各有关部门负责）", TABLE)
    assert propose(made) == propose(made)
