"""One sheet of the workbench that is a table, written from its declaration.

Takes a `SheetSpec` and raw rows; gives a plan of the sheet with header, dropdowns, prompts, marks
for what is missing, and empty rows to go on with. Nothing is protected: these sheets belong to the
staff.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from xlfz.excel import look
from xlfz.excel.address import address, area
from xlfz.excel.days import EARLIEST, LATEST, read_day
from xlfz.excel.plan import (
    Block,
    Columns,
    Conditional,
    Formula,
    Merge,
    Page,
    Put,
    Row,
    Sheet,
    Style,
    Validation,
)
from xlfz.workbench.tables import HEADER_ROW, NOTE_ROW, SPARE_ROWS, TITLE_ROW, Field, SheetSpec
from xlfz.workbench.values import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlfz.excel.plan import Value
    from xlfz.workbench.draft import Raw

_MARGINS = (0.3, 0.3, 0.5, 0.55)
_GREY_ROW = Style(colour=look.GREY, fill="EDEDED")
_MISSING = look.MARK_MISSING.but(fill="FFEB84")
_ROW = 22.0
_PROMPT = 250
FIRST = HEADER_ROW + 1


@dataclass(frozen=True)
class Grid:
    """Where the rows of a sheet stand, and their values as they are written."""

    spec: SheetSpec
    rows: tuple[Mapping[str, Value], ...]
    """Field id -> value of each row."""

    @property
    def last(self) -> int:
        """The last row with dropdowns; formulas over a column reach down to it."""
        spare = SPARE_ROWS if self.spec.starter_rows else 0
        return HEADER_ROW + max(1, len(self.rows)) + spare

    @property
    def bordered(self) -> int:
        """The last row with borders: the data and some rows to go on with."""
        return HEADER_ROW + max(1, len(self.rows) + self.spec.starter_rows)

    def span(self, field_id: str) -> str:
        """The whole column of a field, `$J$4:$J$640`."""
        column = self.spec.column(field_id)
        first, last = address(FIRST, column), address(self.last, column)
        return f"${first[:-1]}${FIRST}:${last.rstrip('0123456789')}${self.last}"

    def outside(self, field_id: str) -> str:
        """The same for another sheet's formula."""
        return f"'{self.spec.title}'!{self.span(field_id)}"


def grid(spec: SheetSpec, rows: Sequence[Mapping[str, Raw]]) -> Grid:
    """The raw rows as they will be written: numbers and days as such where they are one."""
    return Grid(
        spec,
        tuple(
            {f.id: written(f, row[f.title]) for f in spec.read if row.get(f.title, "") != ""} for row in rows
        ),
    )


def written(field: Field, raw: Raw) -> Value:
    """A raw value as the cell of its field; what cannot be read stays text, for the reading to judge."""
    if field.type in ("number", "whole"):
        number = read_number(raw, field.unit) if isinstance(raw, str) else raw
        return raw if number is None else number
    if field.type == "date":
        return (read_day(raw) or raw) if isinstance(raw, str) else raw
    if isinstance(raw, date):
        return raw.isoformat()
    return f"{raw:.15g}" if isinstance(raw, int | float) else raw


def sheet(made: Grid, formulas: Mapping[str, Sequence[Formula]], tab: str) -> Sheet:
    """The sheet. `formulas` are the derived columns: field id -> one formula for each bordered row."""
    spec = made.spec
    visible = [f for f in spec.fields if not f.hidden]
    width = len(visible)
    rows = [_values(spec, row, formulas, n) for n, row in enumerate(made.rows)]
    blank = [_values(spec, {}, formulas, n) for n in range(len(rows), made.bordered - HEADER_ROW)]
    styles = tuple(style(f) for f in spec.fields)
    blocks = [
        Block(FIRST, 1, styles, rows, [_height(spec, row) for row in rows]),
        Block(FIRST + len(rows), 1, styles, blank),
        Block(
            made.bordered + 1,
            1,
            tuple(s.but(border="", fill="") for s in styles),
            [(None,) * len(styles)] * (made.last - made.bordered),
        ),
    ]
    return Sheet(
        spec.title,
        cells=tuple(Put(HEADER_ROW, c, f.title, _header(f)) for c, f in enumerate(spec.fields, 1)),
        merges=heading(spec.title, spec.note, width),
        blocks=tuple(block for block in blocks if block.rows),
        columns=tuple(Columns(n, n, f.width, hidden=f.hidden) for n, f in enumerate(spec.fields, 1)),
        rows=heading_rows(spec.note, [f.width for f in visible]),
        validations=tuple(
            rule
            for column, f in enumerate(spec.fields, 1)
            if not f.derived and (rule := validation(f, area(FIRST, column, made.last, column)))
        ),
        conditionals=tuple(_marks(made, width)),
        filter=area(HEADER_ROW, 1, made.bordered, width),
        freeze=(FIRST, spec.fixed_columns + 1),
        cursor=(FIRST, 1),
        tab=tab,
        page=Page(repeat=(HEADER_ROW, HEADER_ROW), margins=_MARGINS),
        default_height=_ROW,
    )


def heading(title: str, note: str, width: int) -> tuple[Merge, ...]:
    """Title and note over the visible columns."""
    return (
        Merge(TITLE_ROW, 1, TITLE_ROW, width, title, look.TITLE.but(align="left", size=18)),
        Merge(NOTE_ROW, 1, NOTE_ROW, width, note, look.NOTE.but(size=10)),
    )


def heading_rows(note: str, widths: Sequence[float]) -> tuple[Row, ...]:
    """Heights of title, note and header."""
    return (
        Row(TITLE_ROW, 32),
        Row(NOTE_ROW, look.fit_height([(note, look.merged_width(widths))], 10, 20)),
        Row(HEADER_ROW, 32),
    )


def style(field: Field) -> Style:
    """How a field's cells look. Only ids are text cells: 1.10 stays 1.10 there."""
    if field.derived:
        return look.NUMBER.but(colour=look.GREY, fill="F7F7F7", align="center", number="General")
    if field.type == "id":
        return (look.BODY_CENTER if field.width <= 16 else look.BODY_LEFT).but(number="@")
    if field.type in ("number", "whole"):
        return look.NUMBER.but(align="center", number="General")
    if field.type == "date":
        return look.DATE
    return look.BODY_CENTER if field.type == "choice" or field.width <= 8 else look.BODY_LEFT


def validation(field: Field, where: str) -> Validation | None:
    """The rule and the prompt while typing."""
    title = f"{field.title}（{field.needed_words}）"[:32]
    words = field.help[:_PROMPT]
    if field.choices:
        return Validation(
            where,
            "list",
            options=field.choices,
            prompt_title=title,
            prompt=words,
            error_title=field.title,
            error=f"请选择：{'、'.join(field.choices)}"[:_PROMPT],
            stop=field.type == "choice",
        )
    if field.type == "date":
        low, high = EARLIEST, LATEST
        return Validation(
            where, "date", minimum=low, maximum=high, prompt_title=title, prompt=words,
            error_title=field.title, error="请填日期，如 2026-03-12。", stop=False,
        )  # fmt: skip
    if field.type in ("number", "whole"):
        kind: Literal["whole", "decimal"] = "whole" if field.type == "whole" else "decimal"
        return Validation(
            where, kind, minimum=-1e9 if field.minimum is None else field.minimum, maximum=field.maximum,
            prompt_title=title, prompt=words, error_title=field.title,
            error=f"请填数字，{field.range_text}。",
        )  # fmt: skip
    if not field.help:
        return None
    return Validation(
        where, "length", minimum=0, maximum=field.limit, prompt_title=title, prompt=words,
        error_title=field.title, error=f"最多 {field.limit} 字。",
    )  # fmt: skip


def _values(
    spec: SheetSpec, row: Mapping[str, Value], formulas: Mapping[str, Sequence[Formula]], index: int
) -> tuple[Value, ...]:
    return tuple(formulas[f.id][index] if f.id in formulas else row.get(f.id) for f in spec.fields)


def _height(spec: SheetSpec, row: Sequence[Value]) -> float:
    texts = [(v, f.width) for v, f in zip(row, spec.fields, strict=True) if isinstance(v, str)]
    return look.fit_height(texts, 10.5, _ROW)


def _header(field: Field) -> Style:
    return look.HEADER.but(fill="F2F2F2", colour=look.GREY) if field.derived else look.HEADER


def _marks(made: Grid, width: int) -> list[Conditional]:
    """Grey for rows that take no part, yellow for what is missing in rows that have something."""
    spec = made.spec
    marks = []
    column, values = spec.dimmed
    if column:
        state = f"${address(FIRST, spec.column(column))}"
        tests = ",".join(f'{state}="{value}"' for value in values)
        whole = area(FIRST, 1, made.last, width)
        marks.append(Conditional(whole, formula=f"OR({tests})", style=_GREY_ROW, stop=True))
    used = f"SUMPRODUCT(--(LEN($A{FIRST}:${address(FIRST, width)})>0))>0"
    for field in spec.read:
        further = _needed(spec, field)
        if further is None:
            continue
        number = spec.column(field.id)
        cell = address(FIRST, number)
        formula = f"AND({used},{further}LEN(TRIM({cell}))=0)"
        marks.append(Conditional(area(FIRST, number, made.last, number), formula=formula, style=_MISSING))
    return marks


def _needed(spec: SheetSpec, field: Field) -> str | None:
    """The further test for a required cell, empty when it is always required; None: not required."""
    if field.required:
        return ""
    if field.required_when is None:
        return None
    other, value = field.required_when
    cell = f"${address(FIRST, spec.column(other))}"
    # An empty cell means the default.
    blank = f",LEN({cell})=0" if spec.field(other).default == value else ""
    return f'OR({cell}="{value}"{blank}),'
