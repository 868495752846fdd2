"""责任分工表: every duty stands where it belongs, once, and every figure is the assignment's."""

from __future__ import annotations

import io
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import openpyxl
from hypothesis import HealthCheck, given, settings

from tests import oracle
from tests.duty.build import CREATED, everyone, grid, headers, several, with_points, workbenches
from tests.oracle import libreoffice
from xlfz import duty
from xlfz.catalogue import Catalogue, Deadline, Indicator
from xlfz.duty.frame import sheet_names
from xlfz.excel import look
from xlfz.excel.address import column_name
from xlfz.excel.plan import Link
from xlfz.excel.writer import write
from xlfz.roster import Roster, Unit
from xlfz.workbench.model import Workbench

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfz.assignment import Duty
    from xlfz.excel.plan import Sheet
    from xlfz.excel.plan import Workbook as Plan

SIGNS = {"●": "牵头", "○": "责任", "△": "配合"}
FIRST = 4
many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def busy(workbench: Workbench) -> list[Duty]:
    """The duties with something in them."""
    return [d for d in workbench.assignment.duties if d.items]


def unit_sheets(made: Plan, workbench: Workbench) -> Iterable[tuple[Duty, Sheet]]:
    """Each duty with its sheet."""
    return zip(busy(workbench), made.sheets[3:], strict=True)


@many
@given(workbenches())
def test_the_matrix_shows_every_duty_once_and_nothing_else(workbench: Workbench) -> None:
    """Unit and indicator of each sign, read back from the sheet, are the assignment."""
    sheet = duty.plan(workbench, CREATED).sheets[1]
    cells, titles = grid(sheet), headers(sheet)
    left = 2 + ("分值" in titles)
    numbers = {row: str(value) for (row, column), value in cells.items() if column == 1 and row >= FIRST}
    units = {column: d.unit.code for column, d in enumerate(busy(workbench), left + 1)}
    found = [
        (units[column], numbers[row], SIGNS[value])
        for (row, column), value in cells.items()
        if row >= FIRST and column > left
    ]
    wanted = [(d.unit.code, i.indicator.number, i.role) for d in busy(workbench) for i in d.items]
    assert sorted(found) == sorted(wanted)
    assert list(numbers.values()) == [i.number for i in workbench.catalogue.live]
    for column, d in enumerate(busy(workbench), left + 1):
        assert cells[3, column] == d.unit.name


@many
@given(workbenches())
def test_a_units_sheet_lists_its_duties_once_and_in_order(workbench: Workbench) -> None:
    """Numbers, roles and counts of materials are the duty's, row by row."""
    made = duty.plan(workbench, CREATED)
    for one, sheet in unit_sheets(made, workbench):
        cells, titles = grid(sheet), headers(sheet)
        rows = range(FIRST, FIRST + len(one.items))
        shown = [
            (cells[r, titles["编号"]], cells[r, titles["分工"]][2:], cells[r, titles["资料数"]]) for r in rows
        ]
        assert shown == [(i.indicator.number, i.role, len(i.materials)) for i in one.items]
        assert cells[FIRST + len(one.items), 1] == "合计"
        for r, item in zip(rows, one.items, strict=True):
            lines = str(cells.get((r, titles["上报资料"]), "")).count("（")
            assert lines >= sum(bool(m.lead or m.word_limit) for m in item.materials)


@many
@given(workbenches())
def test_the_counts_are_the_assignments(workbench: Workbench) -> None:
    """牵头, 责任, 配合, 合计, 资料数 and 分值 of each unit, counted once more from the assignment."""
    sheet = duty.plan(workbench, CREATED).sheets[2]
    cells, titles = grid(sheet), headers(sheet)
    for row, one in enumerate(busy(workbench), FIRST):
        roles = Counter(i.role for i in one.items)
        wanted = {role: roles[role] for role in ("牵头", "责任", "配合")}
        wanted |= {"合计": len(one.items), "资料数": sum(len(i.materials) for i in one.items)}
        assert {t: cells[row, titles[t]] for t in wanted} == wanted
        if "分值" in titles:
            points = sum(i.indicator.points or 0 for i in one.items if i.indicator.kind in ("指标", "任务"))
            assert cells.get((row, titles["分值"])) == round(points, 10)
    idle = [d.unit.name for d in workbench.assignment.duties if not d.items]
    assert all(name in str(cells[2, 1]) for name in idle)


@many
@given(workbenches())
def test_merged_cells_never_overlap_and_end_with_the_page(workbench: Workbench) -> None:
    """Each row has one name of its chapter and section; no merged cell runs over a page's end."""
    sheet = duty.plan(workbench, CREATED).sheets[0]
    owners: Counter[tuple[int, int]] = Counter((p.row, p.column) for p in sheet.cells)
    for m in sheet.merges:
        area = (
            (r, c)
            for r in range(m.first_row, m.last_row + 1)
            for c in range(m.first_column, m.last_column + 1)
        )
        owners.update(area)
        assert not any(m.first_row <= after < m.last_row for after in sheet.page.breaks)
    assert set(owners.values()) == {1}
    titles, cells = headers(sheet), grid(sheet)
    starts = sorted(r for (r, c) in cells if c == 1 and r >= FIRST)[
        : sum(i.state != "停用" for i in listed(workbench))
    ]
    for row, indicator in zip(starts, listed(workbench), strict=True):
        assert cells[row, 1] == indicator.number
        for title, name in (("一级指标", indicator.chapter), ("二级指标", indicator.section)):
            if title in titles:
                assert owner(sheet, row, titles[title]) == name
    # A section of the same name in the next chapter is another one.
    chapters = dict(zip(starts, (i.chapter for i in listed(workbench)), strict=True))
    for m in sheet.merges:
        if m.first_row >= FIRST and m.first_column == m.last_column == titles.get("二级指标"):
            assert len({c for r, c in chapters.items() if m.first_row <= r <= m.last_row}) == 1


def listed(workbench: Workbench) -> list[Indicator]:
    """The indicators that the table shows."""
    return [i for i in workbench.catalogue.indicators if i.state != "停用"]


def owner(sheet: Sheet, row: int, column: int) -> object:
    """The value of the cell or of the merged area that covers a place."""
    for m in sheet.merges:
        if m.first_row <= row <= m.last_row and m.first_column <= column <= m.last_column:
            return m.value
    return next(p.value for p in sheet.cells if (p.row, p.column) == (row, column))


@many
@given(workbenches())
def test_sheet_names_are_legal_unique_and_linked_both_ways(workbench: Workbench) -> None:
    """What Excel refuses never becomes a sheet's name; every link leads to a sheet that is there."""
    made = duty.plan(workbench, CREATED)
    names = [s.name for s in made.sheets]
    assert len({n.lower() for n in names}) == len(names)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]", name)
        assert name == name.strip(" '")
        assert name.lower() != "history"
    links = {p.value.target for s in made.sheets for p in s.cells if isinstance(p.value, Link)}
    wanted = {f"internal:'{n.replace(chr(39), chr(39) * 2)}'!A1" for n in names[3:]}
    assert links == wanted | ({"internal:'单位统计'!A1"} if wanted else set())
    assert write(made)


def test_names_that_are_cut_alike_are_numbered() -> None:
    """The number stands within the 31 characters, and no half of a character is left."""
    made = sheet_names(["长" * 40, "长" * 41, "𠮷" * 16, "甲", "甲"], ("甲",))
    assert made == ["长" * 31, "长" * 28 + "(2)", "𠮷" * 15, "甲(2)", "甲(3)"]


def test_names_that_excel_takes_for_one_are_told_apart() -> None:
    """Case does not count, nor what stands on the workbook's own sheets or is Excel's."""
    assert sheet_names(["Ab", "aB", "History", "单位统计"], ("单位统计",)) == [
        "Ab",
        "aB(2)",
        "History(2)",
        "单位统计(2)",
    ]
    odd = Workbench(
        catalogue=Catalogue((Indicator("1", lead=("全体",)),)),
        roster=Roster((Unit("A", "责任分工表"), Unit("B", "分工矩阵"), Unit("C", "单位统计"))),
    )
    names = [s.name for s in duty.plan(odd, CREATED).sheets[3:]]
    assert names == ["责任分工表(2)", "分工矩阵(2)", "单位统计(2)"]


@many
@given(workbenches())
def test_the_names_of_the_table_show_whole(workbench: Workbench) -> None:
    """A merged cell does not grow by itself: its rows together are as tall as its name needs."""
    sheet = duty.plan(workbench, CREATED).sheets[0]
    heights = {r.row: r.height or 0.0 for r in sheet.rows}
    widths = {c.first: c.width for c in sheet.columns}
    merged = {
        (m.first_row, m.last_row, m.first_column): m.value
        for m in sheet.merges
        if m.first_column == m.last_column
    }
    merged |= {(p.row, p.row, p.column): p.value for p in sheet.cells if p.row >= FIRST}
    for (first, last, column), value in merged.items():
        if isinstance(value, str):
            need = look.full_height([(value, widths[column])], 10.5)
            assert sum(heights[r] for r in range(first, last + 1)) >= need - 0.01, value
    assert all(0 < h <= 409 for h in heights.values())


def test_open_slots_show_in_the_table_only_and_retired_ones_nowhere() -> None:
    """空缺 is told, not sent out; 停用 is gone."""
    made = duty.plan(several(), CREATED)
    texts = [[str(v) for v in grid(s).values()] for s in made.sheets]
    assert any("暂不下发" in t for t in texts[0])
    assert "★1" in texts[0]
    assert not any("★1" in t for t in texts[1:])
    assert not any("停1" in t for t in texts)


def test_points_on_top_do_not_count() -> None:
    """加分 stands in the column of points as a text, and no sum takes it."""
    made = duty.plan(several(), CREATED)
    table = grid(made.sheets[0])
    assert "加2" in table.values()
    assert 12.0 in table.values()  # 24 indicators of half a point
    assert grid(made.sheets[2])[FIRST, 8] == 12.0


def test_no_points_no_column() -> None:
    """Where nothing has points, no sheet has a column for them."""
    made = duty.plan(with_points(several(), None), CREATED)
    assert not any("分值" in headers(s) for s in made.sheets)


def test_many_units_print_on_pages_of_thirty_with_the_indicators_repeated() -> None:
    """57 units: two pages side by side, vertical names, everything frozen and repeated."""
    made = duty.plan(everyone(57, 12), CREATED)
    sheet = made.sheets[1]
    written = openpyxl.load_workbook(io.BytesIO(write(made)))["分工矩阵"]
    assert (written.print_title_cols, written.print_title_rows) == ("$A:$C", "$3:$3")
    assert [b.id for b in written.col_breaks.brk] == [32]
    assert sheet.page.fit_wide == 2
    assert sheet.page.column_breaks == (3 + 29,)
    assert sheet.page.repeat == (3, 3)
    assert sheet.page.repeat_columns == (1, 3)
    assert sheet.freeze == (4, 4)
    assert {p.style.rotation for p in sheet.cells if p.row == 3 and p.column > 3} == {270}


def test_units_with_the_same_duty_are_told_so_and_share_their_rows() -> None:
    """Everyone reports everything: it is said, no chart compares equals, and rows are made once."""
    made = duty.plan(everyone(57, 12), CREATED)
    assert "57 个单位的任务完全相同：每个单位 12 项（牵头 12）" in str(grid(made.sheets[2])[2, 1])
    assert not made.sheets[2].charts
    assert len(made.sheets) == 60
    assert len({id(s.blocks[0].rows) for s in made.sheets[3:]}) == 1


def test_the_chart_shows_the_twenty_busiest_in_order() -> None:
    """Sorted by formulas; ties in the roster's order."""
    sheet = duty.plan(several(), CREATED).sheets[2]
    cells = grid(sheet)
    right = next(c for (r, c), v in cells.items() if r == 3 and v == "名次")
    ranked = [(cells[r, right + 1], cells[r, right + 5]) for r in range(FIRST, FIRST + 20)]
    counts = {d.unit.name: float(len(d.items)) for d in busy(several())}
    assert ranked == sorted(counts.items(), key=lambda pair: -pair[1])[:20]
    (chart,) = sheet.charts
    assert chart.kind == "bar"
    assert [s.values for s in chart.series] == [
        f"='单位统计'!${column_name(right + k)}$4:${column_name(right + k)}$23" for k in (2, 3, 4)
    ]


def test_pages_repeat_the_name_of_a_long_chapter() -> None:
    """A chapter over several pages is merged anew on each, and no page is overfull."""
    sheet = duty.plan(everyone(2, 60), CREATED).sheets[0]
    heights = {r.row: r.height or 0.0 for r in sheet.rows}
    edges = [3, *sheet.page.breaks, max(heights) - 1]
    assert len(edges) > 3
    for before, after in pairwise(edges):
        assert any(m.first_column == 2 and m.first_row == before + 1 for m in sheet.merges)
        # A4 landscape: 512 points, at the scale of about 0.8 that fits 178 characters to its width.
        assert sum(heights[r] for r in range(before + 1, after + 1)) < 512 / 0.79


@libreoffice
def test_libreoffice_counts_the_same() -> None:
    """Every formula recalculated equals its cached value, and the file keeps to the rules."""
    for workbench in (several(), everyone(6, 30)):
        data = write(duty.plan(workbench, CREATED))
        assert oracle.audit(data) == []
        assert oracle.recalculate(data) == oracle.values(data)


@libreoffice
def test_no_text_is_cut() -> None:
    """LibreOffice needs no row taller than it was planned."""
    data = write(duty.plan(several(8), CREATED))
    made = duty.plan(several(8), CREATED)
    needed = oracle.best_heights(data)
    for sheet in made.sheets:
        planned = {r.row: r.height for r in sheet.rows if r.height}
        for block in sheet.blocks:
            planned |= dict(enumerate(block.heights, block.first_row))
        short = {
            r: (h, needed[sheet.name][r]) for r, h in planned.items() if needed[sheet.name].get(r, 0) > h + 1
        }
        assert not short, (sheet.name, short)


def test_an_empty_workbench_makes_an_empty_table() -> None:
    """No units and no indicators: nothing to say, and nothing breaks."""
    data = write(duty.plan(Workbench(), CREATED))
    assert oracle.audit(data) == []


def test_a_long_deadline_does_not_stand_in_a_narrow_column() -> None:
    """Eight short lines would make every row as tall and leave half of the page empty."""
    text = "有明确时间要求的按要求的时间完成，没有明确时间要求的于2018年年底前完成，" * 2

    def width(deadline: str) -> float:
        indicator = Indicator("1", "工作", deadline=Deadline(deadline), lead=("甲局",))
        book = Workbench(catalogue=Catalogue((indicator,)), roster=Roster((Unit("B01", "甲局"),)))
        sheet = duty.plan(book, CREATED).sheets[0]
        at = headers(sheet)["完成时限"]
        return next(c.width for c in sheet.columns if c.first <= at <= c.last)

    assert width(text) > 1.5 * width("2018年底前")
