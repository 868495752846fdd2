"""A form with its unit's values, and the marked copy that goes back to be mended."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.form.build import HEADING, KEY, ROWS, SPEC
from tests.oracle import libreoffice, recalculate, values
from xlfz.excel.content import BookContent, Cell
from xlfz.excel.plan import Link
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.findings import finding
from xlfz.form import manifest
from xlfz.form.filled import LIST_SHEET, Marked, filled_plan, marked_plan, plain
from xlfz.form.layout import grids, plan

ITEMS, MATERIALS = grids(ROWS, SPEC)
TYPED: dict[str, dict[str, Any]] = {
    "1": {"status": "已完成", "score": 9, "done_on": date(2026, 3, 12), "statement": "=1+1"},
    "1.1": {"score": Cell("text", "２分")},
    "1#1": {"provided": "已提供"},
}
FOUND = (
    Marked(
        finding("E_MATERIAL_UNNAMED", 名="清单文本", 状态="已提供", sheet="资料清单", cell="Z9"),
        "1#1",
        "file_name",
    ),
    Marked(
        finding("E_SCORE_RANGE", 列="自评分", 值=9, 范围="0–5", ref="Z8", sheet="旧名", cell="Z8"),
        "1",
        "score",
    ),
    Marked(finding("W_NUM_TEXT", 值="２分", 数=2, sheet="自评表", cell="Z7"), "1.1", "score"),
    Marked(finding("W_MANIFEST_MISSING", 表="自评表", unit="甲镇人民政府")),
    Marked(finding("I_TRIMMED", sheet="自评表", cell="Z8"), "1", "score"),
    Marked(finding("E_TEMPLATE_TAMPERED", 应="5", 实="50", sheet="自评表", cell="H6"), "1", "points"),
    Marked(finding("E_ROW_UNKNOWN", 行=40, 值="x", sheet="自评表", cell="A40"), "没有的行", "score"),
)
MADE = marked_plan(ROWS, SPEC, HEADING, TYPED, FOUND)


def read(made: Any) -> BookContent:
    return read_workbook(write(made))


def test_values_stand_where_they_were_typed() -> None:
    """Each value comes back from its cell as it was typed, and nothing else is filled in."""
    book = read(filled_plan(ROWS, SPEC, HEADING, TYPED))
    empty = read(plan(ROWS, SPEC, HEADING))
    for grid in (ITEMS, MATERIALS):
        sheet, blank = book.sheet(grid.sheet), empty.sheet(grid.sheet)
        assert sheet is not None
        assert blank is not None
        for row, number in grid.numbers.items():
            for column, at in grid.columns.items():
                cell = sheet.cell(number, at)
                wanted = TYPED.get(row, {}).get(column)
                if wanted is None:
                    assert cell == blank.cell(number, at)
                elif not isinstance(wanted, date):
                    assert cell is not None
                    assert cell.value == (wanted.value if isinstance(wanted, Cell) else wanted)
                    assert cell.formula is None
    day = book.sheets[0].cell(ITEMS.numbers["1"], ITEMS.columns["done_on"])
    assert day is not None
    assert (day.kind, day.value, day.format) == ("number", 46093, "date")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell("number", 46093.0, format="date"), date(2026, 3, 12)),
        (Cell("number", 46093.0), 46093.0),
        (Cell("number", 20260312.0, format="date"), 20260312.0),
        (Cell("number", 9.5, formula="SUM(A1)"), None),
        (Cell("error", "#REF!"), "#REF!"),
        (Cell("bool", True), True),
        (Cell("blank", None), None),
        (Cell("text", "甲\x00\ud800"), "甲"),
        ("x" * 40_000, "x" * 16_383),
    ],
)
def test_cells_are_copied_as_the_unit_sees_them(cell: Any, expected: Any) -> None:
    """Dates stay dates, formulas leave a blank to be filled in, nothing breaks the file."""
    assert plain(cell) == expected


@given(
    st.dictionaries(
        st.sampled_from([r.id for r in ROWS]),
        st.dictionaries(
            st.sampled_from([c.id for t in SPEC.tables for c in t.columns]),
            st.one_of(
                st.text(),
                st.floats(allow_nan=False, allow_infinity=False),
                st.integers(-(10**20), 10**20),
                st.dates(date(1900, 1, 1)),
            ),
        ),
    )
)
@settings(max_examples=25, deadline=None)
def test_whatever_was_typed_makes_a_workbook(typed: dict[str, dict[str, Any]]) -> None:
    """A marked copy can always be written."""
    assert write(marked_plan(ROWS, SPEC, HEADING, typed, FOUND))


def test_the_list_leads_and_is_in_order() -> None:
    """First sheet: what has no cell on top, then down the sheets, naming the cells of this copy."""
    sheet = MADE.sheets[0]
    assert sheet.name == LIST_SHEET
    table: dict[int, dict[int, Any]] = {}
    for put in sheet.cells:
        if put.row > 5:
            table.setdefault(put.row, {})[put.column] = put.value
    rows = [tuple(line.get(c) for c in range(1, 8)) for line in table.values()]
    score = ITEMS.cell("1", "score")
    assert [r[0] for r in rows] == list(range(1, 8))
    assert [r[2] for r in rows[:2]] == ["整份表", "整份表"]
    assert {r[1] for r in rows[:2]} == {"错误", "提醒"}
    cells = [r[3].text for r in rows[2:]]
    assert cells == ["H6", score, score, ITEMS.cell("1.1", "score"), MATERIALS.cell("1#1", "file_name")]
    assert rows[3][1:6] == (
        "错误",
        "自评表",
        Link(f"internal:'自评表'!{score}", score),
        "1 公开权责清单",
        "自评分",
    )
    assert rows[3][6].startswith(f"{score} 自评分“9”超出 0–5")
    assert rows[6][4] == "1 资料1 清单文本"


def test_marked_cells_have_colour_and_comment() -> None:
    """The worst finding gives the colour, the comment holds them all with what to do."""
    sheet = MADE.sheets[1]
    comments = {(c.row, c.column): c.text for c in sheet.comments}
    at = (ITEMS.numbers["1"], ITEMS.columns["score"])
    assert comments[at].startswith("【错误】")
    assert "请核对后改填" in comments[at]
    assert "【提示】" in comments[at]
    looks = {
        (row, column): style
        for block in sheet.blocks
        for row, _ in enumerate(block.rows, block.first_row)
        for column, style in enumerate(block.styles, 1)
    }
    assert looks[at].fill == "FFC7CE"
    assert looks[ITEMS.numbers["1.1"], ITEMS.columns["score"]].fill == "FFEB9C"
    assert not looks[at].locked
    assert looks[ITEMS.numbers["1"], ITEMS.columns["points"]].locked


def test_what_was_pasted_into_a_locked_cell_can_be_taken_out() -> None:
    """A score where there are no points is shown, and the cell is open so that it can be cleared."""
    sheet = filled_plan(ROWS, SPEC, HEADING, {"1.10": {"score": 1}}).sheets[0]
    styles = {b.first_row + n: b.styles for b in sheet.blocks for n, _ in enumerate(b.rows)}
    assert not styles[ITEMS.numbers["1.10"]][ITEMS.columns["score"] - 1].locked


def test_the_copy_comes_back_like_the_form() -> None:
    """Same manifest, same sheets at the same addresses behind the list."""
    book = read(MADE)
    hidden = book.sheet(manifest.SHEET)
    assert hidden is not None
    expected = manifest.manifest(ROWS, SPEC, HEADING.period, HEADING.code, HEADING.unit)
    assert manifest.read(hidden, KEY) == (expected, True)
    form = read(plan(ROWS, SPEC, HEADING))
    assert [s.name for s in book.sheets[1:]] == [s.name for s in form.sheets]
    for copied, sent in zip(book.sheets[1:3], form.sheets, strict=False):
        for grid in (ITEMS, MATERIALS):
            if grid.sheet == copied.name:
                ids = [copied.cell(n, 1) for n in grid.numbers.values()]
                assert ids == [sent.cell(n, 1) for n in grid.numbers.values()]


def test_a_copy_without_findings_says_so() -> None:
    """Nothing to mend is said, not left blank."""
    texts = [m.value for m in marked_plan(ROWS, SPEC, HEADING, TYPED, ()).sheets[0].merges]
    assert "没有发现需要修改的地方。" in texts


def test_the_copy_passes_the_open_xml_rules() -> None:
    """Comments and links included."""
    assert oracle.audit(write(MADE)) == []


@libreoffice
def test_cached_values_of_the_copy_are_libreoffices() -> None:
    """The copy opens with the counts that its values give."""
    data = write(MADE)
    assert recalculate(data) == values(data)
