"""Proper tables of a plan document become rows: headers, merges, headings, totals, pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlfz.documents.model import Paragraph, Place, Proposal, Source, SourceCell, SourceTable
from xlfz.documents.tables import propose_tables
from xlfz.documents.tables.headers import columns, duty_of, known_names

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT, ABOVE = "<", "^"
"""In the little tables: merged with the cell to the left, or above."""


def table(text: str, n: int = 1) -> SourceTable:
    """A little table: a line a row, | between cells, \\n for a line end inside a cell."""
    lines = [line.strip().split("|") for line in text.strip().splitlines()]
    return grid([[cell.strip().replace("\\n", "\n") for cell in line] for line in lines], n)


def grid(rows: Sequence[Sequence[str]], n: int = 1) -> SourceTable:
    """A resolved grid as the readers give it."""
    made: list[tuple[SourceCell, ...]] = []
    width = max(map(len, rows))
    for r, row in enumerate(rows, 1):
        cells: list[SourceCell] = []
        for c in range(width):
            text = row[c] if c < len(row) else ""
            shown = {LEFT: cells[-1].text if cells else "", ABOVE: made[-1][c].text if made else ""}
            cells.append(
                SourceCell(shown.get(text, text), Place(table=n, row=r, column=c + 1), text not in shown)
            )
        made.append(tuple(cells))
    return SourceTable(tuple(made), Place(table=n))


def read(*tables: SourceTable | str) -> Proposal:
    """The proposal of a document of these tables."""
    blocks = tuple(t if isinstance(t, SourceTable) else table(t, n) for n, t in enumerate(tables, 1))
    proposal = propose_tables(Source("计划.docx", "docx", blocks))
    assert proposal is not None
    return proposal


def values(proposal: Proposal, *names: str) -> list[tuple[object, ...]]:
    """These fields of every row, None where a row has none."""
    return [
        tuple(row.fields[name].value if name in row.fields else None for name in names)
        for row in proposal.rows
    ]


def codes(proposal: Proposal) -> list[str]:
    """The codes of the findings."""
    return [found.code for found in proposal.findings]


PLAIN = """
    序号 | 工作任务 | 牵头单位 | 配合单位 | 完成时限
    1 | 公布事项清单。 | 市司法局 | 市财政局、市文化和旅游局 | 2026年6月底前
    2 | 清理证明事项。 | 市民政局 | 各区、县级市 | 长期坚持
"""


def test_a_plain_table_gives_a_row_for_each_line() -> None:
    """Number, text, units by role and deadline come from their columns, all beyond doubt."""
    proposal = read(PLAIN)
    assert values(proposal, "number", "text", "lead", "supporting", "deadline", "day", "recurrence") == [
        ("1", "公布事项清单。", "市司法局", "市财政局、市文化和旅游局", "2026年6月底前", "2026-06-30", None),
        ("2", "清理证明事项。", "市民政局", "各区、县级市；", "长期坚持", None, "长期"),
    ]
    assert all(found.sure == "确定" for row in proposal.rows for found in row.fields.values())
    assert not proposal.findings


def test_every_field_says_in_which_cell_it_stands() -> None:
    """The place names the row and column whose text the field was read from."""
    source = table(PLAIN)
    for row in read(source).rows:
        for name, found in row.fields.items():
            if name != "kind":
                cell = source.rows[found.place.row - 1][found.place.column - 1]
                assert found.text in cell.text, name


def test_a_header_may_be_three_rows_deep_below_a_title() -> None:
    """The lowest label of a column counts; a title above and letter-spaced labels do not disturb."""
    proposal = read("""
        某市重点任务分解表 | < | < | < | <
        序 号 | 责 任 分 工 | < | < | 时间节点
        ^ | 任务 | 单 位 | < | ^
        ^ | ^ | 牵 头 | 配 合 | ^
        1 | 公布清单 | 甲局 | 乙局 | 年底前
    """)
    assert values(proposal, "number", "text", "lead", "supporting", "deadline") == [
        ("1", "公布清单", "甲局", "乙局", "年底前")
    ]


def test_a_heading_across_the_table_is_the_chapter_and_its_points_are_kept() -> None:
    """一、 opens a chapter, （一） below it a section; (17分) belongs to the chapter."""
    proposal = read("""
        序号 | 考核内容 | 责任单位 | 分值
        一、改革（17分） | < | < | <
        （一）审批 | < | < | <
        1 | 公布清单 | 甲局 | 10
        2 | 压缩时限 | 甲局 | 7
        二、监管（4分） | < | < | <
        3 | 双随机 | 乙局 | 4分
    """)
    assert values(proposal, "number", "chapter", "section", "points") == [
        ("1", "一、改革", "（一）审批", 10.0),
        ("2", "一、改革", "（一）审批", 7.0),
        ("3", "二、监管", None, 4.0),
    ]
    assert {name: found.value for name, found in proposal.chapters.items()} == {
        "一、改革": 17.0,
        "二、监管": 4.0,
    }
    assert not proposal.findings


def test_merged_cells_give_their_text_to_every_row_they_span() -> None:
    """一级 and 二级 cells span rows; a merged unit cell answers for all of them."""
    proposal = read("""
        一级指标 | 二级指标 | 三级指标 | 牵头单位
        一、职能 | 1.审批 | (1)公布清单 | 甲局
        ^ | ^ | (2)压缩时限 | ^
        ^ | 2.服务 | ★1网办 | 乙局
    """)
    assert values(proposal, "number", "chapter", "section", "text", "lead") == [
        ("(1)", "一、职能", "1.审批", "公布清单", "甲局"),
        ("(2)", "一、职能", "1.审批", "压缩时限", "甲局"),
        ("★1", "一、职能", "2.服务", "网办", "乙局"),
    ]


def test_an_indicator_over_several_rows_keeps_each_material_with_its_unit() -> None:
    """Rows below a merged indicator add materials; where units differ, each material has its own."""
    proposal = read("""
        序号 | 指标内容 | 佐证材料 | 责任单位
        1 | 公布清单 | 1.清单；2.说明，不超过1500字 | 甲局
        ^ | ^ | 3.照片 | 乙局
        2 | 网办 | 不需提供材料 | 丙局
    """)
    assert values(proposal, "number", "responsible") == [("1", "甲局、乙局"), ("2", "丙局")]
    first, second = (row.materials for row in proposal.rows)
    assert [(m["name"].value, m["responsible"].value) for m in first] == [
        ("清单", "甲局"), ("说明，不超过1500字", "甲局"), ("照片", "乙局"),
    ]  # fmt: skip
    assert first[1]["word_limit"].value == 1500
    assert second[0]["needed"].value == "不需提供"


def test_a_table_goes_on_over_pages_with_or_without_its_header() -> None:
    """The next table with the same columns is the same table; a cell cut by the page is put together."""
    proposal = read(
        """
        序号 | 工作任务 | 责任单位
        1 | 公布清单。 | 甲局
        2 | 清理各类没有法律依据的 | 乙局
        """,
        """
         | 证明事项。 |
        3 | 网办。 | 甲局
        """,
        """
        序号 | 工作任务 | 责任单位
        4 | 督查。 | 丙局
        """,
    )
    assert values(proposal, "number", "text", "responsible") == [
        ("1", "公布清单。", "甲局"),
        ("2", "清理各类没有法律依据的证明事项。", "乙局"),
        ("3", "网办。", "甲局"),
        ("4", "督查。", "丙局"),
    ]


def test_repeated_headers_totals_and_signatures_are_no_tasks_and_are_told() -> None:
    """A header in mid-table is passed over in silence; what is left out for another reason is named."""
    proposal = read("""
        序号 | 工作任务 | 责任单位 | 分值
        1 | 公布清单 | 甲局 | 5
        序号 | 工作任务 | 责任单位 | 分值
        2 | 网办 | 乙局 | 5
        合计 | < | < | 12
        填表人：张三 | < | 联系电话：1 | <
    """)
    assert values(proposal, "number") == [("1",), ("2",)]
    assert codes(proposal) == ["W_IMPORT_SUM", "I_IMPORT_SKIPPED"]
    assert "10" in proposal.findings[0].message
    assert "12" in proposal.findings[0].message


def test_numbers_that_stand_twice_are_kept_and_marked_and_missing_ones_told() -> None:
    """Nothing is renumbered: a double is 存疑 in both rows, a gap is a finding."""
    proposal = read("""
        序号 | 工作任务 | 责任单位
        1 | 甲事 | 甲局
        2 | 乙事 | 甲局
        2 | 丙事 | 甲局
        4 | 丁事 | 甲局
    """)
    assert values(proposal, "number") == [("1",), ("2",), ("2",), ("4",)]
    assert [row.fields["number"].sure for row in proposal.rows] == ["确定", "存疑", "存疑", "确定"]
    assert codes(proposal) == ["W_IMPORT_NUMBER_GAP"]


def test_a_table_without_numbers_is_counted_through_and_says_so() -> None:
    """The order is the number, and a finding tells that nobody printed it."""
    proposal = read("""
        工作任务 | 责任单位
        公布清单 | 甲局
        网办 | 乙局
    """)
    assert values(proposal, "number") == [("1",), ("2",)]
    assert codes(proposal) == ["I_IMPORT_COUNTED"]


def test_a_number_lost_among_numbered_rows_is_missing_not_made_up() -> None:
    """A row without a number where others have one gets none."""
    proposal = read("""
        序号 | 工作任务 | 责任单位
        1 | 甲事。 | 甲局
         | 乙事。 | 甲局
    """)
    assert proposal.rows[1].fields["number"].value == ""
    assert proposal.rows[1].fields["number"].sure == "缺失"


def test_a_row_without_any_unit_says_that_it_is_missing() -> None:
    """An empty cell under 牵头单位 is 缺失 with what to decide, not silence."""
    row = read("""
        序号 | 工作任务 | 牵头单位
        1 | 甲事。 |
    """).rows[0]
    assert row.fields["lead"].sure == "缺失"
    assert row.fields["lead"].why


def test_roles_inside_a_cell_win_over_the_column() -> None:
    """Labels and 牵头 in brackets say more than the header 责任单位."""
    proposal = read("""
        序号 | 工作任务 | 责任单位
        1 | 甲事。 | 牵头单位：甲局\\n配合单位：乙局、丙局
        2 | 乙事。 | 甲局（牵头）、乙局
        3 | 丙事。 | 甲局牵头，乙局、丙局配合
    """)
    assert values(proposal, "lead", "responsible", "supporting") == [
        ("甲局", None, "乙局、丙局"),
        ("甲局", "乙局", None),
        ("甲局", None, "乙局、丙局"),
    ]


def test_a_unit_name_cut_by_the_width_of_its_cell_is_put_together() -> None:
    """A line that is no name by itself goes on in the next."""
    proposal = read("""
        序号 | 工作任务 | 责任单位
        1 | 甲事。 | 市规划财务和基\\n金监督科、市\\n办公室
    """)
    assert values(proposal, "responsible") == [("市规划财务和基金监督科、市办公室",)]


def test_columns_to_fill_in_are_left_out_and_strange_ones_kept_in_the_note() -> None:
    """自评得分 is the unit's; what no field takes stays under its own title."""
    proposal = read("""
        序号 | 考核内容 | 自评得分 | 市级领导 | 颜色 | 责任单位
        1 | 甲事 |  | 张某 | 红 | 甲局
    """)
    assert values(proposal, "note") == [("市级领导：张某；颜色：红",)]


def test_a_table_that_is_no_plan_is_named() -> None:
    """Neither an unknown header nor a list of telephones passes in silence."""
    names = read("""
        姓名 | 职务 | 电话
        张三 | 科长 | 1
        李四 | 科员 | 2
    """)
    assert not names.rows
    assert codes(names) == ["W_IMPORT_NO_HEADER"]


def test_a_document_without_tables_gives_nothing() -> None:
    """None, so that the prose shapes may try."""
    assert propose_tables(Source("a.txt", "txt", ())) is None


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ("一级指标 二级指标 三级指标 上报资料 牵头单位", "chapter section text material lead"),
        ("一级指标 二级指标 工作任务 工作要求 责任单位", "chapter section text requirement responsible"),
        ("序号 考核项目 考核内容 评分标准 分值", "number chapter text requirement points"),
        ("序号 重点任务 具体措施 责任单位 完成时限", "number text requirement responsible deadline"),
        ("一级指标 二级指标 评分标准 权重", "chapter text requirement points"),
        ("项次 类别 重点工作 具体任务 主办单位 协办单位", "number chapter section text lead supporting"),
        ("序号 问题 整改措施 整改时限 责任科室（单位）", "number text requirement deadline responsible"),
    ],
)
def test_columns_are_known_by_their_names_and_their_order(titles: str, expected: str) -> None:
    """The deepest content column is the indicator, what stands left of it is its path."""
    assert [c.duty for c in columns(titles.split())] == expected.split()


@given(st.sampled_from(sorted(known_names())), st.sampled_from(["", " ", "　", "\n"]), st.booleans())
def test_a_header_name_is_known_however_it_is_spaced(name: str, gap: str, bracket: bool) -> None:
    """Letter spacing, line ends and a bracket behind the name change nothing."""
    shown = gap.join(name) + ("（100分）" if bracket else "")
    assert duty_of(shown) == known_names()[name]


CELL = st.text("推进清单公布网办督查落实改革", min_size=4, max_size=12)


@settings(max_examples=60)
@given(
    rows=st.lists(st.tuples(CELL, st.sampled_from(["甲局", "市财政局", "县教育局"])), min_size=1, max_size=8),
    order=st.permutations(["序号", "工作任务", "牵头单位"]),
    titles=st.integers(0, 3),
    blanks=st.integers(0, 2),
)
def test_any_order_of_columns_and_any_title_above_gives_the_same_rows(
    rows: list[tuple[str, str]], order: list[str], titles: int, blanks: int
) -> None:
    """What a cell means is its header's to say, not its place's."""
    lines = [["某市任务表", LEFT, LEFT]] * titles + [["", "", ""]] * blanks + [order]
    for n, (task, unit) in enumerate(rows, 1):
        cells = {"序号": str(n), "工作任务": task, "牵头单位": unit}
        lines.append([cells[title] for title in order])
    expected = [(str(n), task, unit) for n, (task, unit) in enumerate(rows, 1)]
    assert values(read(grid(lines)), "number", "text", "lead") == expected


def lines(text: str) -> Source:
    """A text file as its reader gives it."""
    shown = [line.strip("\n") for line in text.strip("\n").splitlines()]
    blocks = [Paragraph(line, Place(paragraph=n)) for n, line in enumerate(shown, 1) if line.strip()]
    return Source("计划.txt", "txt", tuple(blocks))


@pytest.mark.parametrize("separator", [" | ", "\t", "|", "｜", "    "])
def test_a_row_on_each_line_is_a_table_whatever_separates_its_cells(separator: str) -> None:
    """Lines of cells between | or tabs or wide gaps are read as a proper table."""
    rows = [
        ["序号", "工作任务", "责任单位", "完成时限"],
        ["1", "公布事项清单", "市司法局", "2026年6月底前"],
        ["2", "清理证明事项", "市民政局", "长期坚持"],
    ]
    proposal = propose_tables(lines("现将任务印发。\n" + "\n".join(separator.join(row) for row in rows)))
    assert proposal is not None
    assert values(proposal, "number", "text", "responsible", "deadline") == [tuple(row) for row in rows[1:]]


def test_a_line_with_too_few_cells_is_laid_under_the_columns_it_looks_like_and_marked() -> None:
    """A web page's merged cells are not printed again: the line is short, and a person is asked."""
    proposal = propose_tables(
        lines("""
        | 序号 | 一级指标 | 三级指标 | 牵头单位 |
        |---|---|---|---|
        | 1 | 一、政务公开 | 公布全部事项清单并及时更新。 | 市司法局 |
        | 2 | 清理没有依据的证明事项。 | 市民政局 |
        """)
    )
    assert proposal is not None
    assert values(proposal, "number", "chapter", "text", "lead") == [
        ("1", "一、政务公开", "公布全部事项清单并及时更新。", "市司法局"),
        ("2", "一、政务公开", "清理没有依据的证明事项。", "市民政局"),
    ]
    assert [row.fields["text"].sure for row in proposal.rows] == ["确定", "存疑"]


def test_measures_with_units_of_their_own_are_rows_below_a_merged_task() -> None:
    """重点任务 over several 具体措施, each with its unit: what each unit does must not be lost."""
    proposal = read("""
        序号 | 重点任务 | 具体措施 | 责任单位 | 完成时限
        1 | 优化服务 | 公布清单 | 甲局 | 3月底前
        ^ | ^ | 压缩时限 | 乙局 | 6月底前
        ^ | ^ | 网上办理 | 丙局 | 9月底前
        2 | 规范执法 | 公示结果 | 甲局 | 6月底前
        ^ | ^ | 全程记录 | 丁局 | 年底前
    """)
    assert values(proposal, "number", "chapter", "text", "responsible") == [
        ("1-1", "优化服务", "公布清单", "甲局"),
        ("1-2", "优化服务", "压缩时限", "乙局"),
        ("1-3", "优化服务", "网上办理", "丙局"),
        ("2-1", "规范执法", "公示结果", "甲局"),
        ("2-2", "规范执法", "全程记录", "丁局"),
    ]
    assert all(row.fields["number"].sure == "存疑" for row in proposal.rows)


def test_a_heading_right_above_a_table_is_its_chapter() -> None:
    """One table for each chapter, the chapter's name and points in the text above it."""
    tables = [table("序号 | 考核内容 | 责任单位\n1 | 甲事 | 甲局\n2 | 乙事 | 乙局", n) for n in (1, 2)]
    texts = [
        Paragraph(text, Place(paragraph=n))
        for n, text in enumerate(("一、改革（8分）", "二、监管（6分）"), 1)
    ]
    blocks = tuple(block for pair in zip(texts, tables, strict=True) for block in pair)
    proposal = propose_tables(Source("计划.docx", "docx", blocks))
    assert proposal is not None
    assert [row.fields["chapter"].value for row in proposal.rows] == ["一、改革"] * 2 + ["二、监管"] * 2
    assert [found.value for found in proposal.chapters.values()] == [8.0, 6.0]


def test_units_one_below_the_other_in_a_narrow_cell_are_told_apart() -> None:
    """A line that ends early ends a name; a name that fills its line may go on below, and is marked."""
    proposal = read("""
        序号 | 工作任务 | 责任单位（列第一位\\n的为牵头单\\n位）
        1 | 甲事。 | 市应急管理\\n局\\n市司法局\\n市卫生健康\\n委员会\\n高新技术产\\n业开发区管\\n委会
        2 | 乙事。 | 市司法局\\n市财政局
    """)
    assert values(proposal, "lead", "responsible") == [
        ("市应急管理局", "市司法局、市卫生健康委员会、高新技术产业开发区管委会"),
        ("市司法局", "市财政局"),
    ]


def test_a_row_cut_by_the_page_gets_the_rest_of_every_cell() -> None:
    """Material and unit names go on in the first row of the next table, whatever cell they are in."""
    proposal = read(
        """
        序号 | 工作任务 | 佐证材料 | 责任单位
        1 | 公布清单。 | 会议纪要。 | 市司法局
        2 | 修复水毁路段，十日内修 | (1)人员名册；(2)工作总 | 市应急管理
        """,
        """
         | 复。 | 结及照片。 | 局、市财政局
        3 | 巡查。 | 记录。 | 市司法局
        """,
    )
    second = proposal.rows[1]
    assert second.fields["text"].value == "修复水毁路段，十日内修复。"
    assert second.fields["responsible"].value == "市应急管理局、市财政局"
    assert [m["name"].value for m in second.materials] == ["人员名册", "工作总结及照片"]


def test_a_text_that_the_end_of_the_table_cuts_is_marked() -> None:
    """Every other text has its stop: the last one goes on where nobody can read it."""
    rows = "\n".join(f"{n} | 落实第{n}项制度。 | 甲局" for n in range(1, 6))
    proposal = read(f"序号 | 工作任务 | 责任单位\n{rows}\n6 | 每周开放时间不 | 甲局")
    assert [row.fields["text"].sure for row in proposal.rows] == ["确定"] * 5 + ["存疑"]


def test_points_of_a_merged_cell_are_asked_for_not_counted_twice() -> None:
    """5 over two rows may be 5 together or 5 each."""
    proposal = read("""
        序号 | 考核内容 | 责任单位 | 分值
        1 | 甲事 | 甲局 | 5
        2 | 乙事 | 甲局 | ^
    """)
    first, second = (row.fields["points"] for row in proposal.rows)
    assert (first.value, first.sure) == (5.0, "确定")
    assert (second.value, second.sure) == ("", "存疑")


def test_a_bracket_in_a_unit_s_name_may_be_cut_by_the_line() -> None:
    """市纪委（市 | 监委） is one name: its bracket is open at the line's end."""
    proposal = read("""
        序号 | 工作任务 | 责任单位
        1 | 甲事。 | 市纪委（市\\n监委）\\n市司法局
    """)
    assert values(proposal, "responsible") == [("市纪委（市监委）、市司法局",)]


def test_numbers_that_go_on_do_not_hide_a_new_heading() -> None:
    """Tables under their own headings are chapters of their own, even when they count through."""
    first = table("序号 | 考核内容 | 责任单位\n1 | 甲事 | 甲局\n2 | 乙事 | 乙局", 1)
    second = table("序号 | 考核内容 | 责任单位\n3 | 丙事 | 甲局\n4 | 丁事 | 乙局", 2)
    above = [Paragraph(text, Place(paragraph=n)) for n, text in enumerate(("一、改革", "二、监管"), 1)]
    proposal = propose_tables(Source("计划.docx", "docx", (above[0], first, above[1], second)))
    assert proposal is not None
    assert [row.fields["chapter"].value for row in proposal.rows] == ["一、改革"] * 2 + ["二、监管"] * 2
