"""The form as a plan: what may be typed where, and that every declared column is there in full."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.form.build import DUTY, HEADING, INDICATORS, ROWS, SPEC, duties, rows_of, spec_with
from xlfz.catalogue import Indicator
from xlfz.excel import look
from xlfz.excel.address import address, parse
from xlfz.excel.archive import members
from xlfz.excel.plan import Formula, Sheet, Style, Value, Workbook
from xlfz.excel.writer import write
from xlfz.findings import finding
from xlfz.form import drawing, tables, watch
from xlfz.form.filled import Marked, marked_plan
from xlfz.form.layout import grids, plan
from xlfz.form.spec import POINTS, form_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.assignment import Duty

SHEETS = ("自评表", "资料清单", "自查", "填表说明", "_xlfz")


def cells(sheet: Sheet) -> Iterator[tuple[str, Value, Style]]:
    """(address, value, style) of everything on a sheet; of a merged area its first cell."""
    for put in sheet.cells:
        yield address(put.row, put.column), put.value, put.style
    for merge in sheet.merges:
        yield address(merge.first_row, merge.first_column), merge.value, merge.style
    for block in sheet.blocks:
        for row, values in enumerate(block.rows, block.first_row):
            for column, (value, style) in enumerate(
                zip(values, block.styles, strict=True), block.first_column
            ):
                yield address(row, column), value, style


def shown(sheet: Sheet) -> dict[str, Value]:
    """address -> what the cell shows."""
    return {at: v.value if isinstance(v, Formula) else v for at, v, _ in cells(sheet)}


def form(duty: Duty = DUTY) -> Workbook:
    return plan(form_rows(duty), SPEC, HEADING)


@given(duties())
@settings(max_examples=25, deadline=None)
def test_only_input_cells_are_unlocked(duty: Duty) -> None:
    """Every input cell that is asked for can be typed into, and nothing else on any sheet."""
    rows = form_rows(duty)
    wanted = {
        (grid.sheet, grid.cell(row.id, column.id))
        for grid in grids(rows, SPEC)
        for row in grid.rows
        for column in grid.table.columns
        if not (column.maximum == POINTS and row.indicator.points is None)
    }
    made = plan(rows, SPEC, HEADING)
    unlocked = {(s.name, at) for s in made.sheets for at, _, style in cells(s) if not style.locked}
    assert unlocked == wanted
    assert all(sheet.protection is not None for sheet in made.sheets)


@given(duties())
@settings(max_examples=10, deadline=None)
def test_any_duty_makes_a_workbook(duty: Duty) -> None:
    """Whatever the texts hold, the writer takes the plan, and the same plan gives the same bytes."""
    made = form(duty)
    assert write(made) == write(made)


def test_sheets_and_what_is_hidden() -> None:
    """Four sheets to see and one that only a program finds; ids out of sight."""
    made = form()
    assert tuple(s.name for s in made.sheets) == SHEETS
    assert [s.state for s in made.sheets] == ["visible"] * 4 + ["veryHidden"]
    for sheet, grid in zip(made.sheets, grids(ROWS, SPEC), strict=False):
        assert sheet.columns[0].first == 1
        assert sheet.columns[0].hidden
        assert any(row.row == tables.ID_ROW and row.hidden for row in sheet.rows)
        values = shown(sheet)
        assert [values[address(n, 1)] for n in grid.numbers.values()] == [r.id for r in grid.rows]
        assert all(values[address(tables.ID_ROW, c)] == id_ for id_, c in grid.columns.items())


@pytest.mark.parametrize("password", ["", "abc"])
def test_protection_leaves_what_people_need(password: str) -> None:
    """Sorting, filtering and sizes are allowed; there is a password only where 设置 gives one."""
    made = plan(ROWS, SPEC, replace(HEADING, password=password))
    for sheet in made.sheets[:4]:
        rule = sheet.protection
        assert rule is not None
        assert rule.password == password
        assert all((rule.sort, rule.filter, rule.format_columns, rule.format_rows))
        assert not any((rule.insert_rows, rule.delete_rows, rule.format_cells))


def test_every_column_is_declared_everywhere() -> None:
    """A column's one declaration shows as header, rule, prompt, line in 自查 and line in 填表说明."""
    made = form()
    by_name = {s.name: s for s in made.sheets}
    checked = list(shown(by_name["自查"]).values())
    told = list(shown(by_name["填表说明"]).values())
    for grid in grids(ROWS, SPEC):
        sheet = by_name[grid.sheet]
        rules = {rule.area: rule for rule in sheet.validations}
        for column in grid.table.columns:
            header = shown(sheet)[address(tables.HEADER_ROW, grid.columns[column.id])]
            assert header == (f"{column.title} *" if column.required else column.title)
            rule = rules[grid.area(column.id)]
            assert rule.prompt_title == column.title
            assert watch.requirement(column) in rule.prompt
            assert column.help[:40] in rule.prompt
            assert watch.requirement(column) in rule.error
            assert column.title in checked
            assert {column.title, watch.requirement(column), column.help} <= set(told)


def test_rules_follow_the_declaration() -> None:
    """Dropdown, the row's own points as the maximum, whole numbers up to the row's limit, lengths, days."""
    made = form()
    items, materials = grids(ROWS, SPEC)
    rules = {r.area: r for r in (*made.sheets[0].validations, *made.sheets[1].validations)}
    status = rules[items.area("status")]
    assert (status.kind, status.options) == ("list", ("已完成", "部分完成", "未完成", "不适用"))
    score = rules[items.area("score")]
    assert (score.kind, score.minimum, score.maximum) == ("decimal", 0, "=$H6")
    assert items.cell("1", "points") == "H6"
    words = rules[materials.area("words")]
    assert (words.kind, words.maximum) == ("whole", "=$E6")
    assert materials.cell("1#1", "limit") == "E6"
    statement = rules[items.area("statement")]
    assert statement.kind == "custom"
    assert "LEN(" in statement.source
    assert ">1000" in statement.source
    assert rules[items.area("done_on")].maximum == "=TODAY()"
    assert all(rule.stop for rule in rules.values())


def test_a_lenient_column_only_warns() -> None:
    """A column of strictness 提醒 warns while typing and counts as a reminder, never as wrong."""
    spec = spec_with(statement={"strictness": "提醒", "required": True})
    made = plan(ROWS, spec, HEADING)
    grid = grids(ROWS, spec)[0]
    rule = next(r for r in made.sheets[0].validations if r.area == grid.area("statement"))
    assert not rule.stop
    one = next(w for w in grid.watches(HEADING.start) if w.column.id == "statement")
    assert one.missing is None
    assert one.wrong is None
    assert one.note is not None


def test_answers_too_long_for_a_rule_stand_on_the_hidden_sheet() -> None:
    """Excel takes 255 characters in a dropdown and no commas: longer lists come from cells."""
    options = tuple(f"情形{n}，" + "很长的说明" * 5 for n in range(12))
    made = plan(ROWS, spec_with(status={"options": options}), HEADING)
    rule = made.sheets[0].validations[0]
    assert rule.source.startswith("'_xlfz'!$C$")
    first, last = rule.source.partition("!")[2].split(":")
    row, left = parse(first)
    assert parse(last) == (row, left + len(options) - 1)
    hidden = shown(made.sheets[-1])
    assert tuple(hidden[address(row, left + n)] for n in range(len(options))) == options
    assert write(made)


def test_the_unit_has_a_cell_of_its_own_beside_its_label() -> None:
    """Whoever reads the form without its manifest finds 填报单位 and, next in the row, the name."""
    for sheet in form().sheets[:3]:
        row = {at: v for at, v in shown(sheet).items() if parse(at)[0] == tables.UNIT_ROW and v}
        texts = [v for _, v in sorted(row.items(), key=lambda pair: parse(pair[0])[1])]
        assert texts[:2] == ["填报单位", HEADING.unit]


def test_an_indicator_without_points_is_not_scored() -> None:
    """Its score cell is locked, empty and grey; the others are open."""
    sheet = form().sheets[0]
    grid = grids(ROWS, SPEC)[0]
    looks = {at: (value, style) for at, value, style in cells(sheet)}
    value, style = looks[grid.cell("1.10", "score")]
    assert value is None
    assert style.locked
    assert style.fill == drawing.BLANK_FILL
    assert not looks[grid.cell("1", "score")][1].locked


def test_a_form_without_points_hides_points_and_scores() -> None:
    """A list of tasks shows no empty 分值 and 自评分 columns; their ids stay."""
    rows = rows_of(Indicator("1", "任务一"), Indicator("2", "任务二"))
    sheet = plan(rows, SPEC, HEADING).sheets[0]
    grid = grids(rows, SPEC)[0]
    hidden = {c.first for c in sheet.columns if c.hidden}
    gone = ("chapter", "section", "thresholds", "points", "score")
    assert hidden == {1, *(grid.columns[c] for c in gone)}


def test_a_unit_without_materials_reads_so() -> None:
    """资料清单 stays, with one line that no program takes for a row."""
    rows = rows_of(INDICATORS[0])
    sheet = plan(rows, SPEC, HEADING).sheets[1]
    values = shown(sheet)
    assert "本单位没有需要单独报送的资料" in values.values()
    ids = [v for at, v in values.items() if parse(at)[1] == 1]
    assert all(str(v).startswith("_") for v in ids)
    assert not sheet.blocks


@given(duties())
@settings(max_examples=25, deadline=None)
def test_no_text_is_cut(duty: Duty) -> None:
    """The height of every data row holds its tallest wrapped text in the size it is set in."""
    for sheet in form(duty).sheets[:2]:
        widths = {c.first: c.width for c in sheet.columns}
        for block in sheet.blocks:
            for values, height in zip(block.rows, block.heights, strict=True):
                texts = [(v, widths[n]) for n, v in enumerate(values[1:], 2) if isinstance(v, str)]
                assert look.fit_height(texts, block.styles[1].size) <= height


def test_a_very_long_text_is_set_smaller_instead_of_cut() -> None:
    """Excel's rows end at 409 points: more text than that is set in smaller letters."""
    rows = rows_of(Indicator("1", "长" * 420))
    (block,) = plan(rows, SPEC, HEADING).sheets[0].blocks
    assert block.styles[1].size < 10.5
    assert block.heights[0] < look.MAX_HEIGHT


def test_rows_grow_while_people_type() -> None:
    """Heights of data rows are given but not fixed, in a marked copy with comments too."""
    marked = marked_plan(ROWS, SPEC, HEADING, {}, [Marked(finding("E_DATE"), "1", "done_on")])
    for made, part in ((form(), 1), (marked, 2)):
        parts = {m.name: m for m in members(write(made))}
        rows = re.findall(r'<row r="(\d+)"([^>]*)>', parts[f"xl/worksheets/sheet{part}.xml"].text())
        data = [attributes for number, attributes in rows if 6 <= int(number) <= 11]
        assert len(data) == len(INDICATORS)
        assert all(" ht=" in a and "customHeight" not in a for a in data)


def test_the_signature_line_cannot_be_taken_for_a_row() -> None:
    """It stands apart from the data, has no row id and leaves every input column empty."""
    for sheet, grid in zip(form().sheets, grids(ROWS, SPEC), strict=False):
        values = shown(sheet)
        foot = next(parse(at)[0] for at, v in values.items() if v == drawing.SIGNATURE)
        assert foot == grid.last_row + 2
        assert values[address(foot, 1)] == tables.FOOT_ID
        assert not any(address(foot, grid.columns[c.id]) in values for c in grid.table.columns)
        assert not any(parse(at)[0] == foot - 1 for at in values)


def test_it_opens_on_the_first_cell_to_fill_in() -> None:
    """Cursor, frozen header, repeated header and one page across, A4 landscape."""
    for sheet, grid in zip(form().sheets, grids(ROWS, SPEC), strict=False):
        assert sheet.cursor == (tables.FIRST_ROW, grid.first_input)
        assert sheet.freeze == (tables.FIRST_ROW, 3)
        assert sheet.page.repeat == (tables.HEADER_ROW, tables.HEADER_ROW)
        assert sheet.page.landscape
        assert sheet.page.fit_wide == 1


def test_the_form_passes_the_open_xml_rules() -> None:
    """Excel opens it without a word."""
    assert oracle.audit(write(form())) == []


@given(st.integers(0, 3))
def test_missing_settings_are_said_plainly(which: int) -> None:
    """Without a due date, start or organ the form still reads as a sentence."""
    bare = replace(HEADING, due=None, start=None, organ="")
    values = [v for v in shown(plan(ROWS, SPEC, bare).sheets[which]).values() if isinstance(v, str)]
    assert not any("None" in v for v in values)


def test_a_row_is_called_by_a_text_that_shows_where_it_was_cut() -> None:
    """In messages and in 退回修改清单: without … the end looks lost."""
    text = "推进证照分离、多证合一，压缩企业开办时间"
    whole, cut = rows_of(Indicator("4", "行政调解"), Indicator("5", text))
    assert (whole.name, cut.name) == ("4 行政调解", f"5 {text[:16]}…")
