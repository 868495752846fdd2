"""The summary: its formulas against LibreOffice, staff's changes, and what must not be in it."""

from __future__ import annotations

import io
import random
import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests import oracle
from tests.scoring.laid import same
from tests.summary.build import SCHEME, filled, report, workbench
from xlfz.catalogue import Catalogue
from xlfz.check.model import CheckReport
from xlfz.consolidation import Carried, CarriedValue, consolidate
from xlfz.excel.plan import Formula
from xlfz.excel.writer import write
from xlfz.listing import source_link
from xlfz.scheme import Scheme
from xlfz.summary import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from openpyxl.workbook import Workbook as Opened

    from xlfz.consolidation import Consolidation
    from xlfz.excel.plan import Value, Workbook
    from xlfz.workbench.model import Workbench

CREATED = datetime(2026, 11, 23)
BOOK = workbench(24, 12)
CAME = report(BOOK, seed=3)
Sheets = dict[str, dict[str, object]]

# fmt: off
SHARED = {
    "ABS", "AND", "AVERAGE", "AVERAGEIF", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "HYPERLINK", "IF",
    "IFERROR", "INDEX", "ISNUMBER", "MATCH", "MAX", "MIN", "OR", "RANK", "ROUND", "SUM", "SUMIF",
    "SUMPRODUCT", "TRIM",
}
# fmt: on
"""What Excel 2010, WPS and LibreOffice all have."""


def made(
    book: Workbench = BOOK, came: CheckReport = CAME, *values: CarriedValue
) -> tuple[Consolidation, Workbook]:
    """A consolidation and its plan."""
    table = consolidate(book, came, Carried(values))
    return table, plan(table, book, CREATED)


def values_of(workbook: Workbook) -> Iterator[tuple[str, Value]]:
    """(sheet, value) of every cell."""
    for sheet in workbook.sheets:
        for cell in (*sheet.cells, *sheet.merges):
            yield sheet.name, cell.value
        for block in sheet.blocks:
            for row in block.rows:
                for value in row:
                    yield sheet.name, value


def unlike(
    have: Mapping[str, Mapping[str, object]], want: Mapping[str, Mapping[str, object]]
) -> list[object]:
    """(sheet, address, have, want) where two readings of a workbook differ."""
    return [
        (sheet, where, have.get(sheet, {}).get(where), want[sheet].get(where))
        for sheet in want
        for where in {**want[sheet], **have.get(sheet, {})}
        if not same(have.get(sheet, {}).get(where, ""), want[sheet].get(where, ""))
    ]


def changed(data: bytes, edit: Callable[[Opened], object]) -> Sheets:
    """What the workbook shows after staff changed something in it and everything was recalculated."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return oracle.recalculate(out.getvalue())


def table(
    sheet: Mapping[str, object], key: str, *headers: str, header_row: int = 3
) -> dict[str, tuple[object, ...]]:
    """Rows of a sheet by the text in the column `key`: the values under `headers`."""
    columns = {
        str(v): re.sub(r"\d", "", w) for w, v in sheet.items() if re.fullmatch(rf"[A-Z]+{header_row}", w)
    }
    rows = {w: v for w, v in sheet.items() if re.fullmatch(rf"{columns[key]}\d+", w)}
    found = {}
    for where, value in rows.items():
        row = int(where.removeprefix(columns[key]))
        if row > header_row:
            found[str(value)] = tuple(sheet.get(f"{columns[h]}{row}", "") for h in headers)
    return found


def standings(sheets: Sheets) -> dict[str, tuple[object, ...]]:
    """单位编码 -> 总分, 排名, 组内排名, 等级, 状态, as 排名 shows them."""
    return table(sheets["排名"], "单位编码", "总分", "排名", "组内排名", "等级", "状态")


def expected(table_: Consolidation) -> dict[str, tuple[object, ...]]:
    """The same from the Python side."""
    return {
        u.unit.code: (u.score.total, u.score.rank, u.score.team_rank, u.score.grade, u.score.state)
        for u in table_.units
    }


VARIANTS = {
    "as usual": (BOOK, CAME),
    "dense ranks, own scores, no rescaling": (
        replace(BOOK, scheme=Scheme(ranking="并列不占位", source="自评", rescale=False, decimals=0)),
        CAME,
    ),
    "nobody assessed yet": (replace(BOOK, scheme=replace(SCHEME, source="考核")), CAME),
    "nothing came": (BOOK, CheckReport(())),
    "no points, no teams": (
        replace(
            BOOK,
            catalogue=Catalogue(tuple(replace(i, points=None) for i in BOOK.catalogue.indicators)),
            roster=replace(BOOK.roster, units=tuple(replace(u, team="") for u in BOOK.roster.units)),
            scheme=Scheme(),
        ),
        CAME,
    ),
    "nobody has a duty": (replace(BOOK, catalogue=Catalogue()), CheckReport(())),
}


@oracle.libreoffice
@pytest.mark.parametrize("name", VARIANTS)
def test_every_formula_recalculates_to_what_we_cached(name: str) -> None:
    """In every sheet, for every kind of scheme and however little came."""
    data = write(made(*VARIANTS[name])[1])
    assert unlike(oracle.recalculate(data), oracle.values(data)) == []
    assert oracle.audit(data) == []


@oracle.libreoffice
def test_what_staff_type_moves_totals_ranks_and_grades() -> None:
    """考核分 in 明细 and counts in 排名: LibreOffice and the Python side agree on what follows."""
    rng = random.Random(5)
    before, workbook = made()
    picked = rng.sample([r for r in before.rows if r.item.indicator.points], 40)
    typed = {
        r.key: rng.choice([0.0, r.item.indicator.points or 0.0, round((r.item.indicator.points or 0) / 3, 2)])
        for r in picked
    }
    typed[picked[0].key] = "好"  # type: ignore[assignment]
    typed[picked[1].key] = 99.0
    counts = {"X001": 2.0, "X002": 1.0, "X005": 5.0}

    def edit(book: Opened) -> None:
        detail, ranking = book["明细"], book["排名"]
        score = next(c.column for c in detail[3] if c.value == "考核分")
        fact = next(c.column for c in ranking[3] if c.value == "年度败诉案件数")
        for row in range(4, detail.max_row + 1):
            if detail.cell(row, 1).value in typed:
                detail.cell(row, score).value = typed[str(detail.cell(row, 1).value)]
        for row in range(4, ranking.max_row + 1):
            if ranking.cell(row, 1).value in counts:
                ranking.cell(row, fact).value = counts[str(ranking.cell(row, 1).value)]

    got = changed(write(workbook), edit)
    values = [CarriedValue("明细", key, "考核分", value) for key, value in typed.items()]
    values += [CarriedValue("排名", code, "年度败诉案件数", count) for code, count in counts.items()]
    after, again = made(BOOK, CAME, *values)
    assert expected(after) != expected(before)
    assert {k: tuple(v) for k, v in standings(got).items()} == expected(after)
    # The overview of the workbook that staff changed is that of one made with these values.
    fresh = oracle.values(write(again))
    figures = [f"{c}{r}" for r in range(1, 40) for c in "ABCDFGHI" if (c, r) != ("I", 8)]
    assert [got["总览"].get(f) for f in figures] == [fresh["总览"].get(f) for f in figures]


@oracle.libreoffice
def test_sorting_the_details_changes_no_score() -> None:
    """Rows of 明细 in any order, and 排名 sorted by name: the same scores, totals, ranks."""
    rng = random.Random(7)
    _, workbook = made()
    data = write(workbook)

    def edit(book: Opened) -> None:
        for name in ("明细", "排名"):
            sheet = book[name]
            numbers = list(range(4, sheet.max_row + 1))
            rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=4)]
            order = rng.sample(range(len(rows)), len(rows))
            for target, place in zip(numbers, order, strict=True):
                for column, value in enumerate(rows[place], 1):
                    # As Excel's sort does it: relative references move with the row, absolute ones stay.
                    moved = (
                        re.sub(rf"(?<![$\d])(\$?[A-Z]{{1,2}}){place + 4}(?!\d)", rf"\g<1>{target}", value)
                        if isinstance(value, str) and value.startswith("=")
                        else value
                    )
                    sheet.cell(target, column).value = moved

    got, want = changed(data, edit), oracle.values(data)
    assert unlike({"得分": got["得分"]}, {"得分": want["得分"]}) == []
    assert standings(got) == standings(want)  # type: ignore[arg-type]
    assert unlike({"总览": got["总览"]}, {"总览": want["总览"]}) == []


@oracle.libreoffice
def test_the_scheme_can_be_tried_out_in_the_summary() -> None:
    """Full marks, lines, caps and decimals changed in 评分办法 act at once."""
    before, workbook = made()

    def edit(book: Opened) -> None:
        cells = {str(row[0].value): row[1] for row in book["评分办法"].iter_rows()}
        for label, value in {
            "满分": 120,
            "缺项折算": "否",
            "小数位数": 1,
            "优秀": 75,
            "加分上限": 0.5,
        }.items():
            cells[label].value = value

    got = changed(write(workbook), edit)
    grades = (replace(SCHEME.grades[0], minimum=75.0), *SCHEME.grades[1:])
    scheme = replace(SCHEME, full=120.0, rescale=False, decimals=1, grades=grades, bonus_cap=0.5)
    after, _ = made(replace(BOOK, scheme=scheme))
    assert expected(after) != expected(before)
    assert standings(got) == expected(after)


def test_only_functions_that_all_programs_share_are_used() -> None:
    """No XLOOKUP, no IFS: Excel 2010, WPS and LibreOffice calculate every formula."""
    used = {
        name
        for variant in VARIANTS.values()
        for _, value in values_of(made(*variant)[1])
        if isinstance(value, Formula)
        for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", re.sub(r'"[^"]*"', "", value.text))
    }
    assert used <= SHARED


def test_a_held_file_shows_only_where_it_is_reported() -> None:
    """Its values are nowhere; its name only in 问题, 未报催报 and 报送台账."""
    secret = {"1": {"status": "未完成", "score": 3.1415, "reason": "不得外传"}}
    came = filled(BOOK, {"X001": secret, "X002": {"1": {"status": "已完成", "score": 1.0}}}, held=("X001",))
    _, workbook = made(BOOK, came)
    name = came.files[0].path.removeprefix("回收/")
    shown = [(sheet, repr(value)) for sheet, value in values_of(workbook)]
    assert not [where for where in shown if "3.1415" in where[1] or "不得外传" in where[1]]
    assert {sheet for sheet, text in shown if name in text} == {"未报催报", "报送台账"}
    detail = next(s for s in workbook.sheets if s.name == "明细")
    assert {row[3] for row in detail.blocks[0].rows} == {came.files[1].path[3:-5]}


def test_units_without_a_usable_return_are_unranked_and_never_zero() -> None:
    """Their cells in 排名 and 得分 are empty, not 0."""
    found, workbook = made()
    away = {u.unit.code for u in found.missing}
    assert away
    for sheet in workbook.sheets:
        if sheet.name == "排名":
            for row in sheet.blocks[0].rows:
                if row[0] in away:
                    shown = [v.value if isinstance(v, Formula) else v for v in row[4:9]]
                    assert shown == ["", "", "", "", ""]


def test_big_tables_are_blocks() -> None:
    """No big table is made of single cells: they cost ten times as much to write."""
    for sheet in made()[1].sheets:
        assert len(sheet.cells) < 200


def test_the_same_input_gives_the_same_bytes() -> None:
    """Nothing depends on the clock or on the order of a set."""
    assert write(made()[1]) == write(made()[1])


@pytest.mark.parametrize(
    ("path", "sheet", "cell", "link"),
    [
        ("回收/甲.xlsx", "自评表", "I6", "../回收/甲.xlsx#'自评表'!I6"),
        ("回收/东片/甲.xlsx", "", "", "../回收/东片/甲.xlsx"),
        ("回收/乡镇.zip/甲.xlsx", "自评表", "I6", "../回收/乡镇.zip"),
        ("回收/完成100%.xlsx", "表 1", "A1", "../回收/完成100%.xlsx#'表 1'!A1"),
        ("回收/3#楼.xlsx", "自评表", "I6", None),
        ("回收/a%41.xlsx", "自评表", "I6", None),
        (f"回收/{'长' * 250}.xlsx", "自评表", "I6", None),
        ("", "", "", None),
    ],
)
def test_links_lead_to_the_file_and_cell(path: str, sheet: str, cell: str, link: str | None) -> None:
    """Relative to 汇总/; a name that Excel would misread, or too long, is shown without a link."""
    made_ = source_link(path, sheet, cell)
    text = path.removeprefix("回收/")
    if link is None:
        assert made_ == text
    else:
        assert made_ == Formula(f'HYPERLINK("{link}","{text}")', text)


@oracle.libreoffice
def test_no_wrapped_text_is_cut() -> None:
    """Every row is at least as high as LibreOffice makes it."""
    small = workbench(5, 9)
    data = write(made(small, report(small))[1])
    planned = {
        sheet.title: {row: size.height for row, size in sheet.row_dimensions.items() if size.height}
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets
    }
    best = oracle.best_heights(data)
    short = [
        (sheet, row, planned[sheet][row], height)
        for sheet, rows in best.items()
        for row, height in rows.items()
        if row in planned[sheet] and planned[sheet][row] < height - 1
    ]
    assert short == []
