"""Filled forms in memory, for tests that damage them: a plan as the reader would find it.

`Draft` is a filled form that can be changed cell by cell, row by row, column by column; `book()`
freezes it. A test proves that the bytes of the same form read back alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from xlfz.catalogue import Catalogue, Indicator, Material
from xlfz.excel.address import parse
from xlfz.excel.blocks import serial
from xlfz.excel.content import BookContent, Cell, SheetContent
from xlfz.excel.plan import Formula, Link
from xlfz.excel.styles import classify
from xlfz.form.conditions import general
from xlfz.form.heading import Heading, period
from xlfz.form.layout import grids, plan
from xlfz.form.spec import DONE, GIVEN, NOT_APPLICABLE, PARTLY, UNDONE, form_rows, form_spec
from xlfz.returns.align import wanted
from xlfz.roster import Roster, Unit
from xlfz.workbench.model import Settings, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xlfz.excel.content import State
    from xlfz.excel.plan import Sheet, Style, Value, Workbook
    from xlfz.form.spec import FormRow, FormSpec
    from xlfz.form.tables import Grid, Typed

KEY = b"k" * 32
TODAY = date(2026, 11, 20)
START = date(2026, 1, 1)

INDICATORS = (
    Indicator(
        "1", "公开权责清单", "一、依法履职", "1.清单", points=5.0, thresholds="公开率100%", lead=("全体",)
    ),
    Indicator("1.1", "清理证明事项", "一、依法履职", "1.清单", "逐项列明依据", points=3.5, lead=("全体",)),
    Indicator("1.10", "听取公众意见", "一、依法履职", "2.决策", points=4.0, lead=("全体",)),
    Indicator("★2", "行政调解", "二、化解矛盾", points=2.0, lead=("全体",)),
    Indicator("3", "行政复议应诉", "二、化解矛盾", points=None, lead=("甲镇",)),
    Indicator("加1", "典型经验", "三、加分", kind="加分", points=2.0, lead=("甲镇",)),
)
MATERIALS = (
    Material("1", 1, "清单文本"),
    Material("1", 2, "清单情况说明", word_limit=2000),
    Material("1.1", 1, "清理目录"),
    Material("1.10", 1, "意见采纳说明"),
    Material("3", 1, "应诉台账"),
)
UNITS = (
    Unit("X01", "甲镇人民政府", aliases=("甲镇",), groups=("乡镇街道",)),
    Unit("X02", "乙街道办事处", groups=("乡镇街道",)),
    Unit("X03", "丙县司法局"),
    Unit("X04", "丁县档案局", active=False),
)
SETTINGS = Settings(
    title="法治政府建设考核", organ="县依法治县办", year=2026, start=START, due=date(2026, 11, 30)
)
WORKBENCH = Workbench(SETTINGS, Catalogue(INDICATORS, MATERIALS), Roster(UNITS))

Values = dict[str, dict[str, "Typed"]]

VALUES: Values = {
    "1": {
        "status": DONE,
        "score": 5.0,
        "done_on": date(2026, 3, 12),
        "statement": "清单已公开。\n每季度更新一次。",
    },
    "1.1": {"status": PARTLY, "score": 2.5, "reason": "两项待上级答复，12月底前完成。"},
    "1.10": {"status": UNDONE, "score": 0.0, "reason": "细则未印发。"},
    "★2": {"status": NOT_APPLICABLE},
    "3": {"status": DONE, "done_on": date(2026, 10, 9), "statement": "应诉2件。"},
    "加1": {"status": DONE, "score": 1.25, "done_on": date(2026, 5, 6)},
    "1#1": {"provided": GIVEN, "file_name": "某政发〔2026〕3号", "words": 480.0},
    "1#2": {"provided": GIVEN, "file_name": "情况说明.docx", "words": 1800.0, "note": "附图"},
    "1.1#1": {"provided": "未提供"},
    "1.10#1": {"provided": NOT_APPLICABLE},
    "3#1": {"provided": GIVEN, "file_name": "台账.xlsx"},
}
"""A valid filling of the form of X01: every answer of each choice, texts with several lines."""


def heading(workbench: Workbench, unit: Unit, key: bytes = KEY) -> Heading:
    """The heading of a unit's form."""
    s = workbench.settings
    return Heading(
        s.title,
        s.organ,
        unit.name,
        unit.code,
        period(s.year, s.round),
        datetime(2026, 11, 2),
        s.due,
        s.start,
        key=key,
    )


def rows_of(workbench: Workbench, code: str) -> tuple[FormRow, ...]:
    """The rows of a unit's form."""
    duty = workbench.assignment.of(code)
    assert duty is not None
    return form_rows(duty)


def form_plan(
    values: Mapping[str, Mapping[str, Typed]] = VALUES,
    workbench: Workbench = WORKBENCH,
    code: str = "X01",
    key: bytes = KEY,
) -> Workbook:
    """The plan of a unit's form with these values in it."""
    unit = workbench.roster.by_code[code]
    return plan(rows_of(workbench, code), workbench.form, heading(workbench, unit, key), filled=values)


def with_form(spec: FormSpec, workbench: Workbench = WORKBENCH) -> Workbench:
    """The workbench with another form."""
    return replace(workbench, form=spec)


def spec_with(*, version: int = 1, **changes: dict[str, object]) -> FormSpec:
    """The default form with some columns changed: `spec_with(note={"required": True})`."""
    columns = [replace(c, **changes.get(c.id, {})) for t in form_spec().tables for c in t.columns]  # type: ignore[arg-type]
    return form_spec(tuple(columns), version=version)


def cell_of(value: Value | Typed, number: str = "General") -> Cell | None:
    """A planned value as the reader finds it."""
    form = classify(number)
    if value is None or value == "":
        return None
    if isinstance(value, Formula):
        inner = cell_of(value.value, number) or Cell("text", "")
        return inner._replace(formula=value.text)
    if isinstance(value, Link):
        return Cell("text", value.text, format=form)
    if isinstance(value, bool):
        return Cell("bool", value, format=form)
    if isinstance(value, date):
        return Cell("number", float(serial(value)), general(float(serial(value))), None, "date")
    if isinstance(value, int | float):
        return Cell("number", float(value), general(float(value)), None, form)
    return Cell("text", value, "", None, form)


@dataclass
class DraftSheet:
    """One sheet, open to change."""

    name: str
    rows: dict[int, dict[int, Cell]]
    merges: list[tuple[int, int, int, int]]
    state: State = "visible"
    hidden_rows: set[int] = field(default_factory=set)

    def __getitem__(self, cell: str) -> Cell | None:
        row, column = parse(cell)
        return self.rows.get(row, {}).get(column)

    def __setitem__(self, cell: str, value: Cell | Typed) -> None:
        row, column = parse(cell)
        made = value if isinstance(value, Cell) else cell_of(value)
        self.rows.setdefault(row, {}).pop(column, None)
        if made is not None:
            self.rows[row][column] = made

    def map_rows(self, moved: Callable[[int], int | None]) -> None:
        """Put every row where `moved` says; None drops it."""
        self.rows = {new: cells for old, cells in self.rows.items() if (new := moved(old)) is not None}
        merges = [(moved(t), left, moved(b), right) for t, left, b, right in self.merges]
        self.merges = [m for m in merges if None not in m]  # type: ignore[misc]

    def map_columns(self, moved: Callable[[int], int | None]) -> None:
        """Put every column where `moved` says; None drops it."""
        self.rows = {
            n: {new: cell for old, cell in cells.items() if (new := moved(old)) is not None}
            for n, cells in self.rows.items()
        }
        merges = [(t, moved(left), b, moved(right)) for t, left, b, right in self.merges]
        self.merges = [m for m in merges if None not in m]  # type: ignore[misc]

    def insert_row(self, row: int) -> None:
        """Make room for a row."""
        self.map_rows(lambda n: n + (n >= row))

    def insert_column(self, column: int) -> None:
        """Make room for a column."""
        self.map_columns(lambda n: n + (n >= column))

    def content(self) -> SheetContent:
        """As the reader gives it."""
        rows = {n: dict(sorted(cells.items())) for n, cells in sorted(self.rows.items()) if cells}
        return SheetContent(self.name, self.state, rows, tuple(self.merges), frozenset(self.hidden_rows))


@dataclass
class Draft:
    """A filled form, open to damage."""

    sheets: list[DraftSheet]
    grids: dict[str, Grid]
    date1904: bool = False
    faithful: bool = True

    @classmethod
    def of(
        cls,
        values: Mapping[str, Mapping[str, Typed]] = VALUES,
        workbench: Workbench = WORKBENCH,
        code: str = "X01",
        key: bytes = KEY,
    ) -> Draft:
        """The form of a unit, filled in."""
        made = form_plan(values, workbench, code, key)
        placed = {g.sheet: g for g in grids(rows_of(workbench, code), workbench.form)}
        return cls([_sheet(s) for s in made.sheets if wanted(s.name, s.state)], placed)

    def sheet(self, name: str) -> DraftSheet:
        """The sheet of that name."""
        return next(s for s in self.sheets if s.name == name)

    @property
    def items(self) -> DraftSheet:
        """自评表."""
        return self.sheets[0]

    @property
    def materials(self) -> DraftSheet:
        """资料清单."""
        return self.sheets[1]

    @property
    def manifest(self) -> DraftSheet:
        """The hidden sheet."""
        return self.sheet("_xlfz")

    def at(self, row: str, column: str) -> str:
        """The address of a cell by ids, as the form was sent out."""
        return next(g.cell(row, column) for g in self.grids.values() if row in g.numbers)

    def set(self, row: str, column: str, value: Cell | Typed) -> str:
        """Type into a cell by ids; gives its address."""
        grid = next(g for g in self.grids.values() if row in g.numbers)
        place = grid.cell(row, column)
        self.sheet(grid.sheet)[place] = value
        return place

    def book(self) -> BookContent:
        """As the reader gives it."""
        sheets = tuple(s.content() for s in self.sheets)
        return BookContent("xlsx", sheets, self.date1904, self.faithful)


def _sheet(sheet: Sheet) -> DraftSheet:
    rows: dict[int, dict[int, Cell]] = {}

    def put(row: int, column: int, value: Value, style: Style) -> None:
        cell = cell_of(value, style.number)
        if cell is not None:
            rows.setdefault(row, {})[column] = cell

    for one in sheet.cells:
        put(one.row, one.column, one.value, one.style)
    for merge in sheet.merges:
        put(merge.first_row, merge.first_column, merge.value, merge.style)
    for block in sheet.blocks:
        for n, values in enumerate(block.rows, block.first_row):
            for c, (value, style) in enumerate(zip(values, block.styles, strict=True), block.first_column):
                put(n, c, value, style)
    merges = [
        (m.first_row, m.first_column, m.last_row, m.last_column)
        for m in sheet.merges
        if (m.first_row, m.first_column) != (m.last_row, m.last_column)
    ]
    hidden = {r.row for r in sheet.rows if r.hidden}
    return DraftSheet(sheet.name, rows, merges, sheet.state, hidden)
