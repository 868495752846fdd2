"""The ledger's sheets hold everything, in whatever order staff leave the rows."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from xlfz import ledger
from xlfz.excel.plan import Workbook
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.ledger.model import OPEN, Book, Item, Said

if TYPE_CHECKING:
    import random

DAY = date(2025, 12, 1)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
TEXTS = st.text("甲乙丙通过 12", min_size=1, max_size=8).map(str.strip).filter(bool)
TYPED = st.one_of(st.none(), TEXTS, DAYS)
ITEMS = st.lists(
    st.builds(
        Item, st.just(0), TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, st.none() | st.just(2.5),
        st.just("回收/甲.xlsx"),
        DAYS, TEXTS, st.booleans(),
        st.none() | st.builds(Said, st.sampled_from(["整改中", "已完成"]), TEXTS, st.none() | DAYS),
        st.tuples(*[TYPED] * len(OPEN)), st.tuples(TEXTS, TEXTS),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def numbered(items: list[Item]) -> list[Item]:
    """With numbers from 1."""
    return [replace(item, number=n) for n, item in enumerate(items, 1)]


def book(items: list[Item]) -> bytes:
    """A workbook with the ledger's sheets."""
    drawn = ledger.Drawn(Book(tuple(items)), DAY)
    return write(
        Workbook((drawn.sheet(), *drawn.memory()), title="台账", author="", created=datetime(2025, 12, 1))
    )


def shuffled(data: bytes, rng: random.Random) -> bytes:
    """The visible rows in another order, with a row above and a column among them."""
    opened = openpyxl.load_workbook(io.BytesIO(data))
    sheet = opened[ledger.LEDGER]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    rows = [[(c.value, c.number_format) for c in row] for row in sheet.iter_rows(min_row=4, max_col=18)]
    rng.shuffle(rows)
    for n, row in enumerate(rows, 4):
        for m, (value, shape) in enumerate(row, 1):
            sheet.cell(n, m).value = value
            sheet.cell(n, m).number_format = shape
    sheet.insert_cols(5)
    sheet.insert_rows(3)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


@settings(max_examples=25, deadline=None)
@given(ITEMS.map(numbered), st.randoms(use_true_random=False))
def test_items_survive_sorting_and_inserting(items: list[Item], rng: random.Random) -> None:
    """What was written and typed is read back, by number, with nothing to say of it."""
    found = ledger.read(read_workbook(shuffled(book(items), rng), name="汇总表.xlsx"))
    assert list(found.items) == items
    assert found.findings == ()


def test_a_book_without_the_sheets_has_no_ledger() -> None:
    """So has the plain list that earlier versions wrote."""
    plain = openpyxl.Workbook()
    plain.active.title = ledger.LEDGER
    plain.active.append(["序号", "单位", "编号"])
    out = io.BytesIO()
    plain.save(out)
    assert ledger.read(read_workbook(out.getvalue(), name="汇总表.xlsx")) == ledger.NOTHING_BEFORE
