"""自查 and the fill-in count: what they count is what is wrong, in Python and in LibreOffice alike."""

from __future__ import annotations

import io
import random
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.form.build import CREATED, HEADING, INDICATORS, ROWS, SPEC, rows_of, spec_with
from tests.oracle import libreoffice, recalculate, values
from xlfz.catalogue import Indicator, Material
from xlfz.excel.address import address
from xlfz.excel.plan import Formula
from xlfz.excel.writer import write
from xlfz.form import selfcheck, tables
from xlfz.form.filled import filled_plan
from xlfz.form.layout import grids, plan
from xlfz.form.spec import PROVISIONS, STATUSES, FormSpec

if TYPE_CHECKING:
    from xlfz.excel.plan import Workbook
    from xlfz.form.spec import FormRow

Typed = dict[str, dict[str, Any]]

GOOD: Typed = {
    "1": {"status": "已完成", "score": 4.5, "done_on": date(2026, 3, 12), "statement": "办结 120 件"},
    "1.1": {"status": "部分完成", "score": 2, "reason": "还差两项，12 月完成"},
    "1.10": {"status": "未完成", "reason": "正在筹备"},
    "★2": {"status": "不适用"},
    "*2": {"status": "已完成", "score": 1, "done_on": date(2026, 11, 2)},
    "加1": {"status": "已完成", "score": 0, "done_on": date(2026, 1, 1)},
    "1#1": {"provided": "已提供", "file_name": "甲政〔2026〕3号"},
    "1#2": {"provided": "不适用"},
    "1.1#1": {"provided": "未提供"},
    "1.10#1": {"provided": "未提供"},
    "*2#1": {"provided": "已提供", "file_name": "台账.xlsx", "words": 500},
}
"""A form without a fault; every rule has a row that it lets pass."""


def with_(row: str, **cells: Any) -> Typed:
    """The good form with some cells of one row typed differently; None empties a cell."""
    return GOOD | {row: {k: v for k, v in (GOOD[row] | cells).items() if v is not None}}


def counts(book: dict[str, dict[str, Any]]) -> dict[str, tuple[int, int, int]]:
    """填写项 -> (未填, 填错, 提醒) where any of them is not 0, read from the 自查 sheet."""
    sheet = book[selfcheck.SHEET]
    found = {}
    for row in range(1, 60):
        cells = [sheet.get(address(row, c)) for c in range(1, 6)]
        if cells[0] in ("自评表", "资料清单") and any(cells[2:5]):
            found[str(cells[1])] = (int(cells[2] or 0), int(cells[3] or 0), int(cells[4] or 0))
    return found


def cached(made: Workbook) -> dict[str, dict[str, Any]]:
    """sheet -> address -> cached value of a plan."""
    return values(write(made))


def verdict(book: dict[str, dict[str, Any]]) -> str:
    return str(book[selfcheck.SHEET]["A3"])


def filled(typed: Typed, rows: tuple[FormRow, ...] = ROWS, spec: FormSpec = SPEC) -> Workbook:
    return filled_plan(rows, spec, HEADING, typed)


CASES: list[tuple[str, Typed, dict[str, tuple[int, int, int]]]] = [
    ("a good form", GOOD, {}),
    ("no status", with_("1.10", status=None), {"完成情况": (1, 0, 0)}),
    ("an unknown status", with_("1.10", status="完成了"), {"完成情况": (0, 1, 0)}),
    ("no score", with_("1", score=None), {"自评分": (1, 0, 0)}),
    ("a blank of spaces is blank", with_("1", score=" 　"), {"自评分": (1, 0, 0)}),
    ("a score in words", with_("1", score="4.5分"), {"自评分": (0, 1, 0)}),
    ("a truth value is no score", with_("1", score=True), {"自评分": (0, 1, 0)}),
    ("a score above the points", with_("1", score=5.01), {"自评分": (0, 1, 0)}),
    ("a score below zero", with_("1", score=-0.5), {"自评分": (0, 1, 0)}),
    ("a score where it does not apply", with_("★2", score=1), {"自评分": (0, 1, 0)}),
    ("a score where there are no points", with_("1.10", score=1), {"自评分": (0, 1, 0)}),
    ("full marks for half the work", with_("1.1", score=3.5), {"自评分": (0, 0, 1)}),
    ("done without a day", with_("1", done_on=None), {"完成时间": (1, 0, 0)}),
    ("done after today", with_("1", done_on=date(2090, 1, 1)), {"完成时间": (0, 1, 0)}),
    ("done before the round", with_("1", done_on=date(2025, 12, 31)), {"完成时间": (0, 1, 0)}),
    ("a day in words", with_("1", done_on="三月中旬"), {"完成时间": (0, 1, 0)}),
    ("a day as a plain number", with_("1", done_on=20260312), {"完成时间": (0, 1, 0)}),
    ("a long statement", with_("1", statement="长" * 501), {"情况说明": (0, 0, 1)}),
    ("white space does not count", with_("1", statement="长 　\n" * 500), {}),
    ("too long a statement", with_("1", statement="长" * 1001), {"情况说明": (0, 1, 0)}),
    ("undone without a reason", with_("1.10", reason=None), {"未完成原因及下一步打算": (1, 0, 0)}),
    ("too long a reason", with_("1.10", reason="长" * 501), {"未完成原因及下一步打算": (0, 1, 0)}),
    ("no provision", with_("1.1#1", provided=None), {"提供情况": (1, 0, 0)}),
    ("an unknown provision", with_("1.1#1", provided="有"), {"提供情况": (0, 1, 0)}),
    ("done but not handed in", with_("1#1", provided="未提供", file_name=None), {"提供情况": (0, 1, 0)}),
    ("a number like another", with_("1.10", status="已完成", reason=None, done_on=date(2026, 5, 1)),
     {"提供情况": (0, 1, 0)}),
    ("no wildcard in a number", with_("★2", status="已完成", score=2, done_on=date(2026, 5, 1)), {}),
    ("handed in without a name", with_("1#1", file_name=None), {"文件名称或文号": (1, 0, 0)}),
    ("more words than the row allows", with_("*2#1", words=1001), {"字数": (0, 1, 0)}),
    ("more words than usual", with_("*2#1", words=501), {"字数": (0, 0, 1)}),
    ("the row's own limit", with_("1#2", words=2000), {}),
    ("half a word", with_("*2#1", words=10.5), {"字数": (0, 1, 0)}),
    ("several at once", with_("1", score=9, done_on=None, statement="长" * 1001),
     {"自评分": (0, 1, 0), "完成时间": (1, 0, 0), "情况说明": (0, 1, 0)}),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_each_fault_is_counted_once(typed: Typed, expected: dict[str, tuple[int, int, int]]) -> None:
    """One mistake in a good form shows in exactly its own line, and in the verdict."""
    book = cached(filled(typed))
    assert counts(book) == expected
    faults = sum(missing + wrong for missing, wrong, _ in expected.values())
    assert verdict(book).startswith(f"还有 {faults} 处要改" if faults else "可以报送")


@libreoffice
def test_libreoffice_counts_the_same() -> None:
    """The good form, one with a mistake in every row and column, and numbers that hold wildcards."""
    done = {"status": "已完成", "score": 2, "done_on": date(2026, 5, 1)}
    wild = GOOD | {"★2": done, "*2": {"status": "不适用"}, "*2#1": {"provided": "未提供"}}
    assert counts(cached(filled(wild))) == {}
    wilder = GOOD | {"*2#1": {"provided": "未提供"}}
    assert counts(cached(filled(wilder))) == {"提供情况": (0, 1, 0)}
    for typed in (GOOD, _merged(CASES), wild, wilder):
        data = write(filled(typed))
        assert recalculate(data) == values(data)


def _merged(cases: list[tuple[str, Typed, dict[str, tuple[int, int, int]]]]) -> Typed:
    """A form with the last mistake of every row and column."""
    merged: Typed = {row: dict(cells) for row, cells in GOOD.items()}
    for _, typed, _ in cases:
        for row, cells in typed.items():
            merged[row] |= {k: v for k, v in cells.items() if GOOD[row].get(k) != v}
    return merged


ANSWERS: tuple[Any, ...] = (
    *(None, *STATUSES, *PROVISIONS, " ", "　", "9.5分", "已完成 ", "=1", "2026-03-12", "a.b"),
    *(0, 0.5, 1, 2.0, 3.5, 9.99, -1, 1000, 1001, 46000, 46327.5, 80000),
    *(date(2026, 3, 12), date(2025, 1, 1), date(2099, 1, 1), "字 " * 501, "字\n" * 1001),
)


@libreoffice
@pytest.mark.parametrize("seed", range(2))
def test_any_answers_count_alike(seed: int) -> None:
    """120 indicators with any answers at all: cached values are LibreOffice's (truth values apart)."""
    chance = random.Random(seed)
    indicators = [
        replace(one, number=f"{one.number}{'.0' * turn}") for turn in range(20) for one in INDICATORS
    ]
    materials = [Material(i.number, n, f"资料{n}") for i in indicators[::3] for n in (1, 2)]
    rows = rows_of(*indicators, materials=materials)
    typed = {row.id: {c.id: chance.choice(ANSWERS) for c in SPEC.table(row.table).columns} for row in rows}
    book = write(filled(typed, rows))
    assert recalculate(book) == values(book)


@libreoffice
def test_an_empty_form_shows_what_libreoffice_shows() -> None:
    """Every formula of a form as it is sent out has the value that it would get on opening."""
    for spec in (
        SPEC,
        spec_with(statement={"required": True, "strictness": "提醒"}, note={"required": True}),
    ):
        data = write(plan(ROWS, spec, HEADING))
        assert recalculate(data) == values(data)


@libreoffice
def test_a_form_filled_in_by_another_program_is_counted() -> None:
    """Typed with openpyxl into the sent form, error values included, and counted by LibreOffice."""
    book = openpyxl.load_workbook(io.BytesIO(write(plan(ROWS, SPEC, HEADING))))
    items, materials = grids(ROWS, SPEC)
    typed = with_("1", score=9, done_on=None, statement="长" * 1001)
    for grid in (items, materials):
        for row in grid.rows:
            for column, value in typed[row.id].items():
                book[grid.sheet][grid.cell(row.id, column)] = value
    book["自评表"][items.cell("1.1", "reason")] = "#N/A"
    book["自评表"][items.cell("1.1", "reason")].data_type = "e"
    out = io.BytesIO()
    book.save(out)
    seen = recalculate(out.getvalue())
    assert counts(seen) == {
        "自评分": (0, 1, 0),
        "完成时间": (1, 0, 0),
        "情况说明": (0, 1, 0),
        "未完成原因及下一步打算": (0, 1, 0),
    }
    assert verdict(seen).startswith("还有 4 处要改")
    assert str(seen["自评表"]["B3"]) == "已填 6 项 / 共 6 项，还有 0 项未填"


def test_the_count_goes_up() -> None:
    """A row counts as filled when nothing required of it is missing."""
    at = address(tables.COUNT_ROW, 2)
    assert cached(plan(ROWS, SPEC, HEADING))["自评表"][at] == "已填 0 项 / 共 6 项，还有 6 项未填"
    half = {row: GOOD[row] for row in ("1", "★2", "1#1")}
    book = cached(filled(half))
    assert book["自评表"][at] == "已填 2 项 / 共 6 项，还有 4 项未填"
    assert book["资料清单"][at] == "已填 1 份 / 共 5 份，还有 4 份未填"


def test_scores_against_points() -> None:
    """Own score, points, points that do not apply and what is left, 加分 apart from the rest."""
    book = cached(filled(GOOD))[selfcheck.SHEET]
    table = {book[f"B{r}"]: [book[f"{c}{r}"] for c in "CDEF"] for r in (7, 8)}
    assert table == {"指标得分": [7.5, 11.5, 2, 9.5], "加分项": [0, 2, 0, 2]}


def test_a_form_without_points_shows_no_scores() -> None:
    """Nothing is scored, nothing is shown."""
    book = cached(plan(rows_of(Indicator("1", "任务")), SPEC, HEADING))[selfcheck.SHEET]
    assert "应得满分" not in book.values()


def test_switched_off_columns_leave_no_rules_behind() -> None:
    """Without 完成情况 nothing refers to it, and the workbook is still whole."""
    spec = spec_with(status={"strictness": "停用"}, provided={"strictness": "停用"})
    made = plan(ROWS, spec, HEADING)
    assert made.names == ()
    formulas = [p.value.text for s in made.sheets for p in s.cells if isinstance(p.value, Formula)]
    assert not any("xlfz_" in text for text in formulas)
    assert write(made)


def test_done_asks_for_materials_even_where_they_are_optional() -> None:
    """With 提供情况 optional, it is still missing for an indicator that is done."""
    spec = spec_with(provided={"required": False})
    typed = GOOD | {"1#1": {}, "1.1#1": {}}
    assert counts(cached(filled(typed, spec=spec))) == {"提供情况": (1, 0, 0)}


@pytest.mark.parametrize("moment", [CREATED, CREATED + timedelta(hours=23.9)])
def test_today_is_not_the_future(moment: datetime) -> None:
    """Work finished today counts, at any hour."""
    made = filled_plan(ROWS, SPEC, replace(HEADING, created=moment), with_("1", done_on=date(2026, 11, 2)))
    assert counts(cached(made)) == {}


def test_only_functions_that_every_office_has() -> None:
    """Formulas and conditional formats use what Excel 2010, WPS and LibreOffice share."""
    allowed = {
        *("SUM", "SUMIF", "SUMPRODUCT", "IF", "MATCH", "LEN", "ISNUMBER", "TODAY"),
        *("SUBSTITUTE", "CHAR", "FIND", "IFERROR", "ISERROR", "ROUND"),
    }
    made = filled(GOOD)
    texts = [
        *(p.value.text for s in made.sheets for p in (*s.cells, *s.merges) if isinstance(p.value, Formula)),
        *(c.formula for s in made.sheets for c in s.conditionals),
        *(v.source for s in made.sheets for v in s.validations),
    ]
    used = {name for text in texts for name in re.findall(r"([A-Z]+)\(", re.sub(r'"[^"]*"', "", text))}
    assert used <= allowed
