"""The two tables of a form, 自评表 and 资料清单: where everything stands, and the sheets themselves.

Takes rows, a `TableSpec` and a heading; gives a `Grid` (addresses of rows and columns) and a
`Sheet`. The fixed columns and what stands in them are declared here once (`FIXED`, `fixed_values`):
whoever reads a form back compares with the same. Values of the inputs may be given, for marked
copies and for the cached results of the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from xlfz.excel import look
from xlfz.excel.address import address, area, column_name, quote_sheet
from xlfz.excel.blocks import serial
from xlfz.excel.plan import (
    Block,
    Columns,
    Comment,
    Conditional,
    Formula,
    Merge,
    Page,
    Protection,
    Put,
    Row,
    Sheet,
    Style,
    Validation,
    Value,
)
from xlfz.form import watch
from xlfz.form.conditions import Condition, Ref, Scalar, Values, count_formula
from xlfz.form.heading import Heading, due_line
from xlfz.form.spec import POINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.form.spec import Column, FormRow, FormSpec, TableId, TableSpec

TITLE_ROW, UNIT_ROW, COUNT_ROW, ID_ROW, HEADER_ROW, FIRST_ROW = range(1, 7)
FOOT_ID, NONE_ID = "_foot", "_none"
"""What stands in the hidden id column of the signature line, and of the line that says there are no rows.

A row id never begins with `_`: such a row holds no data.
"""
UNIT_LABEL = "填报单位"
_GAP = "　" * 8
SIGNATURE = f"填表人：{_GAP}联系电话：{_GAP}审核人：{_GAP}单位（盖章）：{_GAP}　　年　　月　　日"
NO_ROWS: dict[TableId, str] = {
    "items": "本单位没有需要填报的指标",
    "materials": "本单位没有需要单独报送的资料",
}
_COUNTED: dict[TableId, str] = {"items": "项", "materials": "份"}

BLANK_FILL = "F2F2F2"
INPUT_HINT = "浅黄色格由本单位填写，带 * 的必填。黄色＝还没填，红色＝填得不对；填完请看“自查”表。"


class Fixed(NamedTuple):
    """A column that is not filled in. `keep` False: out of sight when no row has anything in it."""

    id: str
    title: str
    width: float
    style: Style
    keep: bool = True


_KEY = look.KEY
_TEXT = look.BODY_LEFT
_POINTS = look.BODY_CENTER.but(wrap=False, number="General")

FIXED: dict[TableId, tuple[Fixed, ...]] = {
    "items": (
        Fixed("number", "编号", 6.5, _KEY),
        Fixed("chapter", "一级指标", 11, _TEXT, keep=False),
        Fixed("section", "二级指标", 12, _TEXT, keep=False),
        Fixed("text", "指标内容", 29, _TEXT),
        Fixed("thresholds", "量化要求", 25, _TEXT, keep=False),
        Fixed("role", "分工", 6, look.BODY_CENTER),
        Fixed("points", POINTS, 6, _POINTS, keep=False),
    ),
    "materials": (
        Fixed("number", "编号", 10, _KEY),
        Fixed("text", "指标内容", 34, _TEXT),
        Fixed("material", "资料名称", 40, _TEXT),
        Fixed("limit", "字数上限", 10, _POINTS, keep=False),
    ),
}
_LABEL_ENDS: dict[TableId, str] = {"items": "chapter", "materials": "number"}
_NAME_ENDS: dict[TableId, str] = {"items": "points", "materials": "limit"}
_NARROW_KEY, _WIDE_KEY = 6.5, 10.0
_MIN_HEIGHT = 26.25
_AIR = 6.0
"""Points between the text of a row and its borders, besides what the text needs."""
_SIZES = (10.5, 9.0, 8.0, 7.0)

_INPUT_STYLES: dict[str, Style] = {
    "文本": look.INPUT,
    "数字": look.INPUT_NUMBER.but(align="center"),
    "整数": look.INPUT_NUMBER.but(align="center"),
    "日期": look.INPUT_DATE,
    "选择": look.INPUT_CHOICE,
}
_LOCKED = look.BODY_CENTER.but(fill=BLANK_FILL)
_HIDDEN = look.NOTE.but(wrap=False)

_WRONG = look.MARK_ERROR
_MISSING = look.MARK_MISSING.but(fill="FFEB84")
_NOTE = look.MARK_WARN.but(fill="FBE4D5")


def fixed_values(row: FormRow, table: TableSpec) -> dict[str, str | float | None]:
    """What stands in the fixed columns of a row, by column id; None where the cell is empty."""
    indicator = row.indicator
    if row.material is None:
        kind = f"【{indicator.kind}项】" if not indicator.scored else ""
        due = f"时限：{indicator.deadline.text}" if indicator.deadline.text else ""
        return {
            "number": indicator.number,
            "chapter": indicator.chapter,
            "section": indicator.section,
            "text": _lines(kind + indicator.text, indicator.requirement),
            "thresholds": _lines(indicator.thresholds, due),
            "role": row.role,
            "points": indicator.points,
        }
    words = table.column("words")
    return {
        "number": indicator.number,
        "text": indicator.text,
        "material": row.material.name,
        "limit": row.material.word_limit or (words.limit if words else None),
    }


def locked(row: FormRow, column: Column) -> bool:
    """True for a cell that is not filled in: a score where the indicator has no points."""
    return column.maximum == POINTS and row.indicator.points is None


class Mark(NamedTuple):
    """How one cell of a marked copy looks: a style over its own, and the text of its comment."""

    style: Style
    comment: str


Typed = str | float | int | bool | date | None
"""What a unit typed; a day as a date or, in a cell without a date's format, as a number."""


@dataclass(frozen=True)
class Grid:
    """Where a table stands on its sheet: rows and columns from 1, the ids in column A and row ID_ROW."""

    spec: FormSpec
    table: TableSpec
    rows: tuple[FormRow, ...]

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return self.table.title

    @property
    def fixed(self) -> tuple[Fixed, ...]:
        """The fixed columns, in order."""
        return FIXED[self.table.id]

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Column number by column id, fixed ones first."""
        ids = [*(f.id for f in self.fixed), *(c.id for c in self.table.columns)]
        return {id_: number for number, id_ in enumerate(ids, 2)}

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Row number by row id."""
        return {row.id: number for number, row in enumerate(self.rows, FIRST_ROW)}

    @property
    def first_input(self) -> int:
        """Column number of the first input."""
        return 2 + len(self.fixed)

    @property
    def last_column(self) -> int:
        return 1 + len(self.columns)

    @property
    def last_row(self) -> int:
        """The last row with data; FIRST_ROW when there are none."""
        return FIRST_ROW + max(0, len(self.rows) - 1)

    def cell(self, row: str, column: str) -> str:
        """Address of a cell by ids, like H12. Raises KeyError."""
        return address(self.numbers[row], self.columns[column])

    def ref(self, *, one_row: bool = False, sheet: bool = False) -> Ref:
        """How conditions name the columns: of the first row, or of all; with the sheet's name or without."""
        letters = {id_: column_name(number) for id_, number in self.columns.items()}
        prefix = f"{quote_sheet(self.sheet)}!" if sheet else ""
        return Ref(letters, FIRST_ROW, self.last_row, prefix, one_row)

    def area(self, column: str) -> str:
        """The cells of a column, like H6:H40."""
        number = self.columns[column]
        return area(FIRST_ROW, number, self.last_row, number)

    @property
    def inputs(self) -> str:
        """All input cells, like H6:L40."""
        return area(FIRST_ROW, self.first_input, self.last_row, self.last_column)

    def watches(self, start: date | None) -> tuple[watch.Watch, ...]:
        """What to look for in each column; `start` is the first day of the round."""
        linked = self.spec.table("items").column("status") is not None
        return watch.watches(watch.Around(self.table, "points" in self.columns, linked, start))


@dataclass(frozen=True, slots=True)
class Filled:
    """What has been typed into a form: row id -> column id -> value, and today as Excel's day number."""

    values: Mapping[str, Mapping[str, Typed]]
    today: float

    def row(self, grid: Grid, row: FormRow) -> Values:
        """One row as the conditions see it."""
        typed = self.values.get(row.id, {})
        cells: dict[str, Scalar] = {id_: scalar(v) for id_, v in typed.items()}
        status = self.values.get(row.indicator.number, {}).get("status")
        return Values(
            fixed_values(row, grid.table) | cells, status if isinstance(status, str) else "", self.today
        )

    def count(self, grid: Grid, condition: Condition) -> int:
        """In how many rows of the table the condition holds: the cached value of `count_formula`."""
        return sum(condition.holds(self.row(grid, row)) for row in grid.rows)


def scalar(value: Typed) -> Scalar:
    """A typed value as Excel holds it: days are numbers."""
    return serial(value) if isinstance(value, date) else value


def table_sheet(
    grid: Grid,
    heading: Heading,
    filled: Filled,
    options: Mapping[str, str],
    marks: Mapping[tuple[str, str], Mark],
) -> Sheet:
    """The sheet of one table. `options` column id -> range of answers too long for a rule; `marks` by ids."""
    hidden = _out_of_sight(grid)
    widths = _widths(grid, hidden)
    comments = tuple(
        Comment(grid.numbers[row], grid.columns[column], mark.comment)
        for (row, column), mark in marks.items()
        if row in grid.numbers and column in grid.columns and mark.comment
    )
    head, head_merges, head_heights = _head(grid, heading, filled, widths, hidden)
    foot_cells, foot_merges, foot_rows = _foot(grid, widths)
    watched = grid.watches(heading.start)
    return Sheet(
        grid.sheet,
        cells=(*head, *foot_cells),
        merges=(*head_merges, *foot_merges),
        blocks=_blocks(grid, filled, marks, widths),
        columns=(
            Columns(1, 1, 8, hidden=True),
            *(Columns(n, n, widths[n], hidden=n in hidden) for n in sorted(widths)),
        ),
        rows=(*head_heights, *foot_rows),
        validations=_validations(grid, options) if grid.rows else (),
        conditionals=_conditionals(grid, watched) if grid.rows else (),
        comments=comments,
        filter=area(HEADER_ROW, 2, grid.last_row, grid.last_column) if grid.rows else "",
        freeze=(FIRST_ROW, 3),
        cursor=_first_to_fill(grid),
        zoom=100,
        tab=look.ACCENT,
        protection=Protection(heading.password),
        page=Page(repeat=(HEADER_ROW, HEADER_ROW), margins=(0.4, 0.4, 0.5, 0.55)),
    )


def _head(
    grid: Grid, heading: Heading, filled: Filled, widths: Mapping[int, float], hidden: frozenset[int]
) -> tuple[list[Put], list[Merge], list[Row]]:
    """Title, unit and due date, fill-in count, hidden ids and the header."""
    table, last = grid.table, grid.last_column
    label_end, name_end = grid.columns[_LABEL_ENDS[table.id]], grid.columns[_NAME_ENDS[table.id]]
    first_input = grid.first_input
    due = due_line(heading)
    right = look.PLAIN.but(align="right")
    title = sheet_title(heading.title, grid.spec.kind if table.id == "items" else MATERIALS_TITLE)
    label = look.LABEL.but(align="center", size=11)
    name = look.LABEL.but(align="left", size=12, wrap=True)
    merges = [
        Merge(TITLE_ROW, 2, TITLE_ROW, last, title, look.TITLE),
        Merge(UNIT_ROW, 2, UNIT_ROW, label_end, UNIT_LABEL, label),
        Merge(UNIT_ROW, label_end + 1, UNIT_ROW, name_end, heading.unit, name),
        Merge(UNIT_ROW, first_input, UNIT_ROW, last, due, right),
        Merge(COUNT_ROW, 2, COUNT_ROW, name_end, _count(grid, heading, filled), _COUNT_STYLE),
        Merge(COUNT_ROW, first_input, COUNT_ROW, last, INPUT_HINT, look.NOTE.but(align="right", size=10)),
    ]
    cells = [Put(ID_ROW, number, id_, _HIDDEN) for id_, number in grid.columns.items()]
    titles = [*(f.title for f in grid.fixed), *(_header(c) for c in table.columns)]
    inputs = look.HEADER.but(fill="FFF2CC")
    cells += [
        Put(HEADER_ROW, number, text, look.HEADER if number < first_input else inputs)
        for number, text in enumerate(titles, 2)
    ]
    visible = {n: w for n, w in widths.items() if n not in hidden}
    whole = look.merged_width(list(visible.values()))
    side = look.merged_width([w for n, w in visible.items() if n >= first_input])
    heights = [
        Row(TITLE_ROW, look.fit_height([(title, whole)], look.TITLE.size, 36)),
        Row(UNIT_ROW, look.fit_height([(due, side)], 10.5, 24)),
        Row(COUNT_ROW, look.fit_height([(INPUT_HINT, side)], 10, 22)),
        Row(ID_ROW, hidden=True),
        Row(HEADER_ROW, look.fit_height([(t, widths[n] - 2) for n, t in enumerate(titles, 2)], 11, 34)),
    ]
    return cells, merges, heights


_COUNT_STYLE = look.LABEL.but(align="left", colour=look.ACCENT, size=11)


def sheet_title(work: str, sheet: str) -> str:
    """The title of a sheet: the work's name and the sheet's, not said twice."""
    return work if work.endswith(sheet) else f"{work}{sheet}"


MATERIALS_TITLE = "上报资料清单"


def _header(column: Column) -> str:
    return f"{column.title} *" if column.required else column.title


def _count(grid: Grid, heading: Heading, filled: Filled) -> Value:
    """已填 n 项 / 共 N 项，还有 m 项未填: goes up as they type."""
    condition = watch.unfilled(grid.watches(heading.start))
    word, total = _COUNTED[grid.table.id], len(grid.rows)
    if not grid.rows:
        return f"共 0 {word}"
    if condition is None:
        return f"共 {total} {word}，均为选填"
    left = filled.count(grid, condition)
    count = count_formula(condition, grid.ref())
    text = f'"已填 "&({total}-{count})&" {word} / 共 {total} {word}，还有 "&{count}&" {word}未填"'
    return Formula(text, f"已填 {total - left} {word} / 共 {total} {word}，还有 {left} {word}未填")


def _foot(grid: Grid, widths: Mapping[int, float]) -> tuple[list[Put], list[Merge], list[Row]]:
    """The signature line, two rows below the data; its id says that it is none of them."""
    last = grid.last_column
    none = [] if grid.rows else [FIRST_ROW]
    foot = grid.last_row + 2
    style = look.PLAIN.but(align="center")
    cells = [Put(foot, 1, FOOT_ID, _HIDDEN), *(Put(n, 1, NONE_ID, _HIDDEN) for n in none)]
    merges = [Merge(foot, 2, foot, last, SIGNATURE, look.PLAIN.but(size=11))]
    merges += [Merge(n, 2, n, last, NO_ROWS[grid.table.id], style.but(border=look.GRID)) for n in none]
    whole = look.merged_width(list(widths.values()))
    rows = [Row(foot - 1, 12), Row(foot, look.fit_height([(SIGNATURE, whole)], 11, 36))]
    return cells, merges, [*(Row(n, 36) for n in none), *rows]


def _blocks(
    grid: Grid, filled: Filled, marks: Mapping[tuple[str, str], Mark], widths: Mapping[int, float]
) -> tuple[Block, ...]:
    """The data rows: neighbours of the same looks make one block."""
    made = [_data_row(grid, row, filled, marks, widths) for row in grid.rows]
    blocks = []
    at = FIRST_ROW
    for styles, group in groupby(made, key=lambda m: m.styles):
        members = list(group)
        values = tuple(m.values for m in members)
        blocks.append(Block(at, 1, styles, values, tuple(m.height for m in members), grows=True))
        at += len(members)
    return tuple(blocks)


class _DataRow(NamedTuple):
    styles: tuple[Style, ...]
    values: tuple[Value, ...]
    height: float


def _data_row(
    grid: Grid,
    row: FormRow,
    filled: Filled,
    marks: Mapping[tuple[str, str], Mark],
    widths: Mapping[int, float],
) -> _DataRow:
    fixed = fixed_values(row, grid.table)
    typed = filled.values.get(row.id, {})
    styles = [_HIDDEN, *(f.style for f in grid.fixed)]
    values: list[Value] = [row.id, *(fixed[f.id] for f in grid.fixed)]
    for column in grid.table.columns:
        value = typed.get(column.id)
        style = _input_style(column, value)
        if locked(row, column):
            # What has been pasted there must be possible to take out again.
            style = _LOCKED.but(locked=value is None)
        styles.append(style)
        values.append(value)
    for id_, number in grid.columns.items():
        mark = marks.get((row.id, id_))
        if mark is not None:
            styles[number - 1] = styles[number - 1].but(fill=mark.style.fill, colour=mark.style.colour)
    texts = [(v, widths[n]) for n, v in enumerate(values[1:], 2) if isinstance(v, str)]
    size, height = _fitting(texts)
    if size < _SIZES[0]:
        styles = [style.but(size=size) for style in styles]
    return _DataRow(tuple(styles), tuple(values), height)


def _fitting(texts: list[tuple[str, float]]) -> tuple[float, float]:
    """(font size, height) of a row: a text too long for the highest row that Excel has is set smaller."""
    for size in _SIZES:
        height = look.fit_height(texts, size, _MIN_HEIGHT) + _AIR
        if height <= look.MAX_HEIGHT:
            return size, height
    return _SIZES[-1], look.MAX_HEIGHT


def _input_style(column: Column, value: Typed) -> Style:
    style = _INPUT_STYLES[column.type]
    if column.type == "日期" and isinstance(value, int | float) and not isinstance(value, date):
        # Shown as the number that it is: as a date 20260312 would be a row of #.
        return style.but(number="General")
    return style


def _validations(grid: Grid, options: Mapping[str, str]) -> tuple[Validation, ...]:
    ref = grid.ref(one_row=True)
    return tuple(
        watch.validation(column, grid.area(column.id), ref, options.get(column.id, ""))
        for column in grid.table.columns
    )


def _conditionals(grid: Grid, watched: tuple[watch.Watch, ...]) -> tuple[Conditional, ...]:
    """Wrong before missing before doubtful; error values are wrong everywhere."""
    ref = grid.ref(one_row=True)
    first = address(FIRST_ROW, grid.first_input)
    made = [Conditional(grid.inputs, f"ISERROR({first})", _WRONG)]
    for one in watched:
        for condition, style in ((one.wrong, _WRONG), (one.missing, _MISSING), (one.note, _NOTE)):
            if condition is not None:
                made.append(Conditional(grid.area(one.column.id), condition.excel(ref), style))
    return tuple(made)


def _out_of_sight(grid: Grid) -> frozenset[int]:
    """Fixed columns without content, and the score where no row has points."""
    hidden = set()
    for fixed in grid.fixed:
        empty = all(fixed_values(row, grid.table)[fixed.id] in (None, "") for row in grid.rows)
        if grid.rows and empty and not fixed.keep:
            hidden.add(grid.columns[fixed.id])
    for column in grid.table.columns:
        if grid.rows and all(locked(row, column) for row in grid.rows):
            hidden.add(grid.columns[column.id])
    return frozenset(hidden)


def _widths(grid: Grid, hidden: frozenset[int]) -> dict[int, float]:
    """Column number -> width. The first one makes room for the label 填报单位 where it stands alone."""
    widths = {n: f.width for n, f in enumerate(grid.fixed, 2)}
    widths |= {n: c.width for n, c in enumerate(grid.table.columns, grid.first_input)}
    if grid.table.id == "items" and grid.columns["chapter"] in hidden:
        widths[2] = _WIDE_KEY
    return widths


def _first_to_fill(grid: Grid) -> tuple[int, int]:
    """The first input cell that is not locked."""
    for number, row in enumerate(grid.rows, FIRST_ROW):
        for at, column in enumerate(grid.table.columns, grid.first_input):
            if not locked(row, column):
                return number, at
    return 1, 2


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
