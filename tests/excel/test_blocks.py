"""Blocks: thousands of rows as text, equal to what the plan says."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests import oracle
from xlfz.excel import look
from xlfz.excel.address import column_name
from xlfz.excel.archive import pack_stream
from xlfz.excel.blocks import Placed, cell, escape, link_formula, rows, serial
from xlfz.excel.plan import (
    Block,
    Chart,
    Comment,
    Formula,
    Link,
    Merge,
    Put,
    Row,
    Series,
    Sheet,
    Table,
    Value,
    Workbook,
)
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write

FIRST = datetime(1900, 3, 1)
LAST = datetime(9999, 12, 31)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["_x0041_x0042_", "_x005F_", " 前后 ", "a\r\nb", "<&>\"'", "]]>", "\x00\x1f\ufffe\uffff", "=1", "𠮷"]
)
numbers = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False) | st.integers(
    -(10**14), 10**14
)
dates = st.dates(FIRST.date(), LAST.date()) | st.datetimes(FIRST, LAST).map(
    lambda d: d.replace(microsecond=0)
)
formulas = st.builds(
    Formula, st.sampled_from(["A1", '"a"&"<b>"', "IF(1>0,1,2)", "B2*2"]), texts | numbers | st.booleans()
)
values = st.none() | texts | numbers | st.booleans() | dates | formulas


def block(
    rows: list[tuple[Value, ...]], first_row: int = 3, first_column: int = 2, **sheet: object
) -> Workbook:
    """A workbook with one block on the sheet 表."""
    body = Block(first_row, first_column, (look.PLAIN,) * len(rows[0]), rows)
    return Workbook((Sheet("表", blocks=(body,), **sheet),))  # type: ignore[arg-type]


def xml(data: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    """A part's text."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.tuples(*[values] * n), min_size=1, max_size=8)))
@settings(max_examples=120, deadline=None)
def test_a_block_reads_back_as_planned(rows: list[tuple[Value, ...]]):
    """Text, numbers to the last digit, truth values, dates and formulas with their values."""
    data = write(block(rows))
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["表"]
    strict = read_workbook(data).sheets[0]
    for r, row in enumerate(rows, 3):
        for c, value in enumerate(row, 2):
            shown = value.value if isinstance(value, Formula) else value
            cell = strict.cell(r, c)
            if shown is None or shown == "":
                assert sheet.cell(r, c).value in (None, "")
            elif isinstance(shown, str):
                assert cell is not None
                assert (cell.kind, cell.value) == ("text", shown)
            elif isinstance(shown, date):
                midnight = shown if isinstance(shown, datetime) else datetime.combine(shown, FIRST.time())
                assert abs(sheet.cell(r, c).value - midnight) < timedelta(seconds=1)
            else:
                got = sheet.cell(r, c).value
                assert (got, isinstance(got, bool)) == (shown, isinstance(shown, bool))
            if isinstance(value, Formula):
                assert cell is not None
                assert cell.formula == value.text


alike = st.sampled_from([0, 0.0, -0.0, False, 1, 1.0, True, "", " ", "1", "A", "0", None, Formula("A0", 0)])
"""Values that are equal, or nearly, and must not be written for one another."""


@given(
    st.integers(1, 3).flatmap(
        lambda n: st.lists(
            st.tuples(*[values | alike | dates | st.just(Link("#A1", "<甲>"))] * n), max_size=12
        )
    ),
    st.sampled_from([1, 2, 2048]),
)
@example([(0.0,), (-0.0,), (0,), (False,), (1,), (1.0,), (True,), ("1",)], 2048)
@example([(0.0,), (-0.0,), (0.0,)], 2048)
@example([(Formula("A1", 0.0),), (Formula("A1", -0.0),), (Formula("A1", False),)], 2048)
@settings(max_examples=300, deadline=None)
def test_a_column_spells_each_value_as_a_single_cell(table: list[tuple[Value, ...]], piece: int):
    """Whatever it has met before, and wherever a piece of the block ends."""
    width = len(table[0]) if table else 1
    styles, dated = tuple(range(3, 3 + width)), tuple(range(30, 30 + width))
    block_ = Placed(Block(99, 26, (look.PLAIN,) * width, table), styles, dated)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xlfz.excel.blocks._SLICE", piece)
        made = [row.decode() for row in rows(block_, "表")]
    assert made == [
        "".join(
            cell(value, f'<c r="{column_name(26 + i)}{row}', styles[i], dated[i])
            for i, value in enumerate(cells)
        )
        for row, cells in enumerate(table, 99)
    ]


@pytest.mark.parametrize("size", [0, 1, 3 << 20, 30 << 20])
def test_a_stream_is_the_same_in_whatever_pieces_it_comes(size: int):
    """Deflated in a thread, more pieces than may wait: in order, nothing lost, the same bytes."""
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    step = 700_001
    pieces = pack_stream("a", (content[at : at + step] for at in range(0, size, step)))
    assert pieces == pack_stream("a", [content])
    assert pieces.content() == content


def test_what_fails_while_a_stream_is_made_is_told():
    """The fault of a cell in row 100,000 comes out of the writer, not out of its thread."""

    def chunks():
        yield b"x" * (5 << 20)
        raise ValueError("表!A9")

    with pytest.raises(ValueError, match="表!A9"):
        pack_stream("a", chunks())


def rows_of(count: int) -> list[tuple[Value, ...]]:
    """Rows like those of 明细: 16 columns, five of them formulas."""
    return [
        (
            *(f"U{i % 200:03d}", f"某某单位{i % 200}", f"{i % 13}.{i % 7}", "一级指标"),
            *(f"三级指标名称{i % 130}", f"完成情况说明 {i}", "../回收/甲.xlsx", i * 0.37),
            *(float(i % 11), None, i),
            Formula(f'IF(J{i + 2}="",I{i + 2},J{i + 2})', float(i % 11)),
            Formula(f"H{i + 2}*L{i + 2}", i * 0.37 * (i % 11)),
            Formula(f"ROUND(M{i + 2},2)", round(i * 0.37 * (i % 11), 2)),
            Formula(f'IF(L{i + 2}>=5,"达标","未达标")', "达标" if i % 11 >= 5 else "未达标"),
            Formula(f"L{i + 2}/10", (i % 11) / 10),
        )
        for i in range(count)
    ]


@oracle.libreoffice
def test_a_block_calculates():
    """LibreOffice's results are the cached ones, and both judges take the file."""
    data = write(block(rows_of(60), 2, 1))
    assert oracle.audit(data) == []
    calculated, cached = oracle.recalculate(data)["表"], oracle.values(data)["表"]
    assert calculated.keys() == cached.keys()
    assert all(calculated[k] == (pytest.approx(v) if isinstance(v, float) else v) for k, v in cached.items())


def test_cells_beside_and_between_blocks_keep_their_place():
    """
    A    B  C    D  E
    左   x  1    y  右     one row: cells of XlsxWriter's around two blocks
    """
    sheet = Sheet(
        "表",
        cells=(Put(3, 1, "左", look.BODY), Put(3, 5, "右", look.BODY), Put(9, 2, "下", look.BODY)),
        merges=(Merge(4, 5, 4, 6, "并", look.BODY),),
        blocks=(
            Block(3, 4, (look.BODY,), [("y",), ("y",)], (20, 20)),
            Block(3, 2, (look.BODY, look.BODY), [("x", 1), ("x", 2), ("x", 3)], (30, 18, 18)),
        ),
        rows=(Row(4, hidden=True),),
        comments=(Comment(5, 3, "注"),),
    )
    data = write(Workbook((sheet,)))
    text = xml(data)
    assert re.findall(r'<c r="(\w+)"', text) == [
        "A3",
        "B3",
        "C3",
        "D3",
        "E3",
        "B4",
        "C4",
        "D4",
        "E4",
        "F4",
        "B5",
        "C5",
        "B9",
    ]
    assert re.findall(r'<row r="(\d+)"', text) == ["3", "4", "5", "9"]
    read = openpyxl.load_workbook(io.BytesIO(data))["表"]
    assert [read.row_dimensions[r].height for r in (3, 4, 5)] == [30, 20.25, 18], "the taller block counts"
    assert read.row_dimensions[4].hidden
    assert read.dimensions == "A3:F9"
    assert oracle.audit(data) == []


def test_long_blocks_keep_their_heights_and_their_order():
    """
    9      a cell
    11 -   a block of 5,000 rows, every other row taller
    6000 - a block that shares its first row with a cell
    """
    tall = [20.25, 30.0] * 2500
    sheet = Sheet(
        "表",
        cells=(Put(9, 1, "上", look.BODY), Put(6000, 2, "旁", look.BODY), Put(6003, 1, "下", look.BODY)),
        blocks=(
            Block(6000, 1, (look.BODY,), [("x",), ("y",)], (33, 33)),
            Block(11, 1, (look.BODY,), [(n,) for n in range(5000)], tall),
        ),
    )
    text = xml(write(Workbook((sheet,))))
    found = re.findall(r'<row r="(\d+)"(?: [^>]*?ht="([\d.]+)")?', text)
    assert [int(row) for row, _ in found] == [9, *range(11, 5011), 6000, 6001, 6003]
    assert [float(height or 0) for _, height in found] == [0, *tall, 33, 33, 0]
    assert re.findall(r'<c r="A(\d+)" s="\d+"><v>(\d+)</v>', text) == [
        (str(n + 11), str(n)) for n in range(5000)
    ]


@pytest.mark.parametrize("comments", [(), (Comment(1, 1, "注"),)])
def test_rows_that_grow_are_not_fixed(comments: tuple[Comment, ...]):
    """They have a height now and get another one when someone types; fixed ones keep theirs."""
    styles, rows = (look.INPUT,), [("a",)]
    grows = Block(2, 1, styles, rows, (30,), grows=True)
    fixed = Block(3, 1, styles, rows, (30,))
    text = xml(write(Workbook((Sheet("表", blocks=(grows, fixed), comments=comments),))))
    assert re.findall(r'<row r="[23]"([^>]*)>', text) == [' ht="30"', ' ht="30" customHeight="1"']


def test_the_styles_of_a_block_are_those_of_single_cells():
    """A style has one number in the file, whoever writes the cell."""
    plan = Workbook(
        (Sheet("表", (Put(1, 1, "a", look.INPUT),), blocks=(Block(2, 1, (look.INPUT,), [("b",)]),)),)
    )
    first, second = re.findall(r'<c r="A\d" s="(\d+)"', xml(write(plan)))
    assert first == second != "0"


def test_links_of_a_block_are_formulas():
    """A sheet may have 65,530 links; a formula is sorted with its row and has no such limit."""
    assert link_formula(Link("../回收/甲.xlsx#'自评表'!H12", '说"明"')) == Formula(
        'HYPERLINK("../回收/甲.xlsx#\'自评表\'!H12","说""明""")', '说"明"'
    )
    assert link_formula(Link("internal:'明细'!A5", "x")).text == 'HYPERLINK("#\'明细\'!A5","x")'


def test_a_table_and_a_chart_may_stand_on_a_block():
    """The table covers the whole block, the chart knows its values."""
    plan = Workbook(
        (
            Sheet(
                "表",
                blocks=(Block(2, 1, (look.BODY, look.NUMBER), [("甲", 1.5), ("乙", 2.5)]),),
                tables=(Table("A1:B3", "数据", ("单位", "分")),),
                charts=(Chart("bar", "分", 5, 1, (Series("分", "'表'!$A$2:$A$3", "'表'!$B$2:$B$3"),)),),
            ),
        )
    )
    data = write(plan)
    assert openpyxl.load_workbook(io.BytesIO(data))["表"].tables["数据"].ref == "A1:B3"
    assert "<c:v>2.5</c:v>" in xml(data, "xl/charts/chart1.xml")
    assert oracle.audit(data) == []


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (float("nan"), "表!C4: nan"),
        (float("inf"), "表!C4: inf"),
        ("x" * 32_768, "表!C4: a text of 32768"),
        ("\udfff", "表!C4: half a surrogate"),
        (Formula("=A1", 1.0), "表!C4: a formula is written without"),
        (Formula("A1", float("nan")), "表!C4: nan"),
        (Formula("A\x01", 1.0), "表!C4: a control character"),
        (Formula("A" * 8193, 1.0), "表!C4: a formula of 8193"),
        (10**15, "表!C4: 1000000000000000"),
        (date(1899, 1, 1), "表!C4: 1899-01-01"),
        (Link("x" * 256, "x"), "表!C4: a link in a block has 256"),
        (b"x", "表!C4: a bytes"),
    ],
)
def test_faults_name_sheet_and_cell(value: object, says: str):
    """The same faults as for single cells."""
    rows: list[tuple[Value, ...]] = [("a", "b"), ("a", value)]  # type: ignore[list-item]
    with pytest.raises(ValueError, match=re.escape(says)):
        write(block(rows))


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        ((Block(1, 1, (look.BODY,), [("x",)], (20, 20)),), "1 rows has 2 heights"),
        ((Block(1, 1, (look.BODY,), [("x",)], (500,)),), "a row height"),
        (
            (Block(1, 1, (look.BODY,), [("x",), ("x",)]), Block(2, 1, (look.BODY,), [("x",)])),
            "表!A2: two blocks overlap",
        ),
        ((Block(1_048_576, 1, (look.BODY,), [("x",), ("x",)]),), "ends in row 1048577"),
    ],
)
def test_a_block_that_does_not_fit_is_an_error(blocks: tuple[Block, ...], says: str):
    """Heights, overlaps and the end of the sheet."""
    with pytest.raises(ValueError, match=re.escape(says)):
        write(Workbook((Sheet("表", blocks=blocks),)))


def test_dates_count_as_excel_counts_them():
    """Source: Excel's own 29 February 1900."""
    assert [serial(d) for d in (date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1))] == [1, 59, 61]
    assert serial(date(2026, 11, 23)) == 46349
    assert serial(datetime(2026, 11, 23, 18)) == 46349.75


def test_numpy_numbers_are_written_as_numbers():
    """Their repr names the type, which is not a number."""
    numpy = pytest.importorskip("numpy")
    data = write(block([(numpy.float64(1.5), 2.0)]))
    assert "<v>1.5</v>" in xml(data)


def test_spaces_at_the_ends_are_kept():
    """Excel trims a text that does not say that its spaces matter."""
    text = xml(write(block([(" a", "b ", "c\nd", "e f")])))
    assert re.findall(r"<t([^>]*)>", text) == [' xml:space="preserve"'] * 3 + [""]


def test_escapes_do_not_overlap():
    """_x0041_x0042_ holds two escapes that share an underscore."""
    assert escape("_x0041_x0042_") == "_x005F_x0041_x005F_x0042_"
    assert escape("a<b\x07") == "a&lt;b_x0007_"


@pytest.mark.bench
def test_a_long_block_is_written_fast():
    """26,000 rows x 16 columns, a third formulas: measured under half a second on two cores."""
    rows = rows_of(26_000)
    start = time.perf_counter()
    data = write(block(rows, 2, 1))
    spent = time.perf_counter() - start
    print(f"\n26,000 rows x 16 columns: {spent:.2f} s, {len(data) / 1e6:.1f} MB")
    assert spent < 2
