"""The sheets of the two tables, drawn: heads, rows, rules, colours, foot.

Takes a `Grid`, a heading and what is filled in; gives a `Sheet`. Marked copies say how single cells
look (`Mark`). Forbids a look or a rule of its own: styles are `look`'s, rules are `watch`'s.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from xlfz.excel import look
from xlfz.excel.address import address, area
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
from xlfz.form.conditions import count_formula
from xlfz.form.heading import due_line
from xlfz.form.tables import (
    COUNT_ROW,
    FIRST_ROW,
    FOOT_ID,
    HEADER_ROW,
    ID_ROW,
    NONE_ID,
    TITLE_ROW,
    UNIT_LABEL,
    UNIT_ROW,
    Filled,
    Grid,
    Typed,
    fixed_values,
    locked,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.form.heading import Heading
    from xlfz.form.spec import Column, FormRow

_GAP = "　" * 8
SIGNATURE = f"填表人：{_GAP}联系电话：{_GAP}审核人：{_GAP}单位（盖章）：{_GAP}　　年　　月　　日"
_COUNT_STYLE = look.LABEL.but(align="left", colour=look.ACCENT, size=11)
BLANK_FILL = "F2F2F2"
INPUT_HINT = "浅黄色格由本单位填写，带 * 的必填。黄色＝还没填，红色＝填得不对；填完请看“自查”表。"
_WIDE_KEY = 10.0
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


class Mark(NamedTuple):
    """How one cell of a marked copy looks: a style over its own, and the text of its comment."""

    style: Style
    comment: str


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
        filter=area(HEADER_ROW, 1, grid.last_row, grid.last_column) if grid.rows else "",
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
    first_input = grid.first_input
    label_end, name_end = _label_end(grid), first_input - 1
    due = due_line(heading)
    right = look.PLAIN.but(align="right")
    title = sheet_title(heading.title, table.heading or grid.spec.kind)
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


def sheet_title(work: str, sheet: str) -> str:
    """The title of a sheet: the work's name and the sheet's, not said twice."""
    said = next((n for n in range(len(sheet), 1, -1) if work.endswith(sheet[:n])), 0)
    return f"{work}{sheet[said:]}"


def _header(column: Column) -> str:
    return f"{column.title} *" if column.required else column.title


def _count(grid: Grid, heading: Heading, filled: Filled) -> Value:
    """已填 n 项 / 共 N 项，还有 m 项未填: goes up as they type."""
    condition = watch.unfilled(grid.watches(heading.start))
    word, total = grid.table.counted, len(grid.rows)
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
    signature = grid.spec.signature or SIGNATURE
    merges = [Merge(foot, 2, foot, last, signature, look.PLAIN.but(size=11))]
    merges += [Merge(n, 2, n, last, grid.table.empty, style.but(border=look.GRID)) for n in none]
    whole = look.merged_width(list(widths.values()))
    rows = [Row(foot - 1, 12), Row(foot, look.fit_height([(signature, whole)], 11, 36))]
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
    if _label_end(grid) in hidden:
        widths[2] = _WIDE_KEY
    return widths


def _label_end(grid: Grid) -> int:
    """The column in which the label 填报单位 ends: a narrow first one has no room for it."""
    return 2 if grid.fixed[0].width >= _WIDE_KEY else 3


def _first_to_fill(grid: Grid) -> tuple[int, int]:
    """The first input cell that is not locked."""
    for number, row in enumerate(grid.rows, FIRST_ROW):
        for at, column in enumerate(grid.table.columns, grid.first_input):
            if not locked(row, column):
                return number, at
    return 1, 2
