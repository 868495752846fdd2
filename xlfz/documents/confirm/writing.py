"""导入核对.xlsx as a plan: what was understood, beside the source text, for a person to confirm.

Takes documents with their proposals and the roster where there is one; gives a `plan.Workbook`.
Doubtful cells are yellow, missing ones red, each with a note of its own source; the column 待核对 says
in words what is to be decided. Nothing is protected: the clerk edits all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from xlfz.documents.confirm.lines import Document, Line, indicator_lines
from xlfz.documents.confirm.names import name_lines, setting_lines
from xlfz.documents.confirm.specs import (
    CHECK,
    CHECKED,
    INDICATOR_ROWS,
    LEFT_OUT,
    MARK,
    MATERIAL_ROWS,
    NAME_ROWS,
    READ,
    SETTING_ROWS,
)
from xlfz.excel import look
from xlfz.excel.address import address, area, column_name, quote_sheet
from xlfz.excel.plan import (
    Block,
    Columns,
    Comment,
    Conditional,
    Formula,
    Merge,
    Page,
    Put,
    Row,
    Sheet,
    Style,
    Workbook,
)
from xlfz.findings import by_weight
from xlfz.listing import ListColumn, Listing
from xlfz.text import shorten
from xlfz.workbench.sheets import style, validation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from xlfz.excel.plan import Value
    from xlfz.roster import Roster
    from xlfz.workbench.tables import Field, SheetSpec

TITLE_ROW, NOTE_ROW, COUNT_ROW, HEADER_ROW = 1, 2, 3, 4
FIRST = HEADER_ROW + 1
_SPARE = 200
"""Rows below the lines that have dropdowns and count: for what the reading missed."""
_BORDERED = 12
_DOUBTFUL = look.AMBER_TINT
_MISSING = look.RED_TINT
_LEFT_ROW = Style(colour=look.GREY, fill="EDEDED")
_TABS = {"indicators": "2E75B6", "materials": "2E75B6", "names": "548235", "settings": look.ACCENT}
_USED = {"indicators": ("number", "text", "mark"), "materials": ("name", "mark"), "names": ("name",),
         "settings": ("item",)}  # fmt: skip
"""A row counts when one of these holds something."""
_ROW = 22.0
_SMALL = 9.5
_NOTE = 400
_NARROW = 10.0
_ALWAYS_WIDE = {"check", "ask", "source", "place", "targets"}


@dataclass(frozen=True)
class _Table:
    """One sheet and its lines."""

    spec: SheetSpec
    lines: Sequence[Line]

    @property
    def last(self) -> int:
        """The last row that counts."""
        return HEADER_ROW + len(self.lines) + _SPARE

    def span(self, field_id: str) -> str:
        """The column of a field, absolute."""
        letter = column_name(self.spec.column(field_id))
        return f"${letter}${FIRST}:${letter}${self.last}"

    def outside(self, field_id: str) -> str:
        """The same with the sheet's name."""
        return f"{quote_sheet(self.spec.title)}!{self.span(field_id)}"

    @cached_property
    def widths(self) -> Mapping[str, float]:
        """Field id -> width; a column in which nothing stands leaves its room to the others."""
        held = {i for line in self.lines for i in (*line.values, *line.doubts)} | _ALWAYS_WIDE
        return {f.id: f.width if f.id in held else min(f.width, _NARROW) for f in self.spec.fields}

    def waiting(self) -> Formula:
        """How many rows have not been confirmed."""
        used = "+".join(f"LEN({self.outside(i)})" for i in _USED[self.spec.id])
        count = sum(not line.sure for line in self.lines)
        return Formula(f"SUMPRODUCT((({used})>0)*(LEN({self.outside('check')})=0))", count)

    def chosen(self, word: str) -> Formula:
        """How many rows have that word in 核对."""
        count = sum(line.sure for line in self.lines) if word == CHECKED else 0
        return Formula(f'COUNTIF({self.outside("check")},"{word}")', count)


@dataclass(frozen=True, slots=True)
class Written:
    """The workbook as a plan, and what stands in it."""

    plan: Workbook
    rows: int
    materials: int
    waiting: int
    """Rows of all sheets that a person has to look at."""


def lay_out(documents: Sequence[Document], roster: Roster | None, created: datetime) -> Written:
    """导入核对.xlsx; the same documents and day give the same bytes."""
    rows, materials = indicator_lines(documents)
    tables = (
        _Table(INDICATOR_ROWS, rows),
        _Table(MATERIAL_ROWS, materials),
        _Table(NAME_ROWS, name_lines(documents, roster)),
        _Table(SETTING_ROWS, setting_lines(documents, created.date())),
    )
    first = _sheet(tables[0], _overview(tables), tables[0])
    others = (_sheet(t, [(1, 3, _said(t))], tables[0]) for t in tables[1:])
    read = _read(documents, rows, materials).sheet()
    return Written(
        Workbook((first, *others, read), INDICATOR_ROWS.title, created=created),
        len(rows),
        len(materials),
        sum(not line.sure for table in tables for line in table.lines),
    )


def _overview(tables: Sequence[_Table]) -> list[tuple[int, int, Formula]]:
    """First and last column, and what is said there: this sheet's counts, then those of the others."""
    return [
        (1, 3, _said(tables[0])),
        (4, 8, _joined([(f"{t.spec.title}：待核对 ", t.waiting()) for t in tables[1:]])),
    ]


def _said(table: _Table) -> Formula:
    """待核对 n 行，已核对 n 行，不采用 n 行."""
    return _joined(
        [
            ("待核对 ", table.waiting()),
            (f"{CHECKED} ", table.chosen(CHECKED)),
            (f"{LEFT_OUT} ", table.chosen(LEFT_OUT)),
        ]
    )


def _joined(parts: Sequence[tuple[str, Formula]]) -> Formula:
    text = '&"，"&'.join(f'"{label}"&{formula.text}&" 行"' for label, formula in parts)
    return Formula(text, "，".join(f"{label}{formula.value} 行" for label, formula in parts))


def _sheet(table: _Table, counts: Sequence[tuple[int, int, Formula]], first: _Table) -> Sheet:
    spec, lines = table.spec, table.lines
    visible = [f for f in spec.fields if not f.hidden]
    width = len(visible)
    base = {f.id: _style(f) for f in spec.fields}
    cells = [Put(HEADER_ROW, c, f.title, _header(f)) for c, f in enumerate(spec.fields, 1)]
    comments: list[Comment] = []
    heights: list[Row] = []
    for row, line in enumerate(lines, FIRST):
        values = _values(table, line, row, first)
        for column, item in enumerate(spec.fields, 1):
            doubt = line.doubts.get(item.id)
            look_of = base[item.id]
            if doubt is not None:
                look_of = look_of.but(fill=_MISSING if doubt.sure == "缺失" else _DOUBTFUL)
                comments.append(Comment(row, column, _comment(doubt.why, doubt.text, str(doubt.place))))
            cells.append(Put(row, column, values[item.id], look_of))
        heights.append(Row(row, _height(visible, values, table.widths)))
    note_width = look.merged_width([table.widths[f.id] for f in visible][:8])
    blank: list[tuple[Value, ...]] = [(None,) * len(spec.fields)] * _BORDERED
    return Sheet(
        spec.title,
        cells=tuple(cells),
        merges=(
            Merge(TITLE_ROW, 1, TITLE_ROW, min(8, width), spec.title, look.TITLE.but(align="left", size=18)),
            Merge(NOTE_ROW, 1, NOTE_ROW, min(8, width), spec.note, look.NOTE.but(size=10)),
            *(Merge(COUNT_ROW, a, COUNT_ROW, b, formula, _COUNT) for a, b, formula in counts),
        ),
        blocks=(Block(FIRST + len(lines), 1, tuple(base.values()), blank),),
        columns=tuple(
            Columns(n, n, table.widths[f.id], hidden=f.hidden) for n, f in enumerate(spec.fields, 1)
        ),
        rows=(
            Row(TITLE_ROW, 32),
            Row(NOTE_ROW, look.fit_height([(spec.note, note_width)], 10, 20)),
            Row(COUNT_ROW, 24),
            Row(HEADER_ROW, 32),
            *heights,
        ),
        validations=tuple(
            rule
            for column, f in enumerate(spec.fields, 1)
            if not (f.derived or f.hidden)
            and (rule := validation(f, area(FIRST, column, table.last, column)))
        ),
        conditionals=tuple(_marks(table, width)),
        comments=tuple(comments),
        filter=area(HEADER_ROW, 1, HEADER_ROW + max(1, len(lines)), width),
        freeze=(FIRST, spec.fixed_columns + 1),
        cursor=(_first_waiting(lines), 1),
        zoom=90,
        tab=_TABS[spec.id],
        page=Page(repeat=(HEADER_ROW, HEADER_ROW), margins=(0.3, 0.3, 0.5, 0.55)),
    )


_COUNT = look.PLAIN.but(font=look.HEITI, size=12, colour=look.ACCENT, wrap=False)


def _first_waiting(lines: Sequence[Line]) -> int:
    """The row that the clerk begins with."""
    return FIRST + next((n for n, line in enumerate(lines) if not line.sure), 0)


def _values(table: _Table, line: Line, row: int, first: _Table) -> dict[str, Value]:
    """Field id -> value of each cell of a line."""
    values: dict[str, Value] = {f.id: line.values.get(f.id) for f in table.spec.fields}
    values["check"] = CHECKED if line.sure else None
    values["ask"] = line.ask(table.spec) or None
    values["source"], values["place"] = line.source or None, line.place or None
    if table.spec is MATERIAL_ROWS:
        values["indicator"] = _number(table, line, row, first)
    return values


def _number(table: _Table, line: Line, row: int, first: _Table) -> Formula:
    """The number that the indicator of this material has now."""
    mark = address(row, table.spec.column(MARK.id))
    place = f"MATCH({mark},{first.outside(MARK.id)},0)"
    text = f'IFERROR(INDEX({first.outside("number")},{place})&"","")'
    return Formula(text, str(line.values.get("indicator", "")))


def _style(item: Field) -> Style:
    if item.derived:
        return look.BODY_LEFT.but(size=_SMALL, colour="404040", fill="F7F7F7", vertical="top")
    base = style(item).but(wrap=True)
    return base if item is CHECK else base.but(vertical="top")


def _height(visible: Sequence[Field], values: Mapping[str, Value], widths: Mapping[str, float]) -> float:
    """The height in which every text of a row shows whole; derived columns have smaller letters."""
    texts = [(f, v) for f in visible if isinstance(v := values[f.id], str)]
    own = [(v, widths[f.id]) for f, v in texts if not f.derived]
    small = [(v, widths[f.id]) for f, v in texts if f.derived]
    return max(look.fit_height(own, 10.5, _ROW), look.fit_height(small, _SMALL, _ROW))


def _header(item: Field) -> Style:
    return look.HEADER.but(fill="F2F2F2", colour="595959") if item.derived else look.HEADER


def _comment(why: str, text: str, place: str) -> str:
    """The note of a doubtful cell: what to decide, and the words that it was read from."""
    parts = [why or "请核对。"]
    if text:
        parts.append(f"原文（{place}）：{text}" if place else f"原文：{text}")
    return shorten("　".join(parts), _NOTE)


def _marks(table: _Table, width: int) -> Iterator[Conditional]:
    """Grey for rows that are left out, yellow for a row that is not confirmed."""
    check = f"${address(FIRST, 1)}"
    whole = area(FIRST, 1, table.last, width)
    yield Conditional(whole, formula=f'{check}="{LEFT_OUT}"', style=_LEFT_ROW, stop=True)
    used = "+".join(f"LEN(${address(FIRST, table.spec.column(i))})" for i in _USED[table.spec.id])
    waiting = f"AND(LEN({check})=0,{used}>0)"
    yield Conditional(area(FIRST, 1, table.last, 1), formula=waiting, style=look.MARK_WARN)


def _read(documents: Sequence[Document], rows: Sequence[Line], materials: Sequence[Line]) -> Listing:
    """读取情况: each file, what was read of it, and every finding."""
    listed: list[tuple[str, ...]] = []
    for document in documents:
        proposal = document.proposal
        if proposal is None or not proposal.rows:
            said = "没有读出任务。"
        else:
            count = sum(len(row.materials) for row in proposal.rows)
            said = f"读出 {len(proposal.rows)} 项指标或任务、{count} 份资料。"
        listed.append(("文件", document.name, "", said, ""))
        for f in sorted(document.findings, key=by_weight):
            where = "!".join(part for part in (f.sheet, f.cell) if part)
            listed.append((f.severity_name, f.file or document.name, where, f.message, f.remedy))
    waiting = sum(not line.sure for line in rows)
    note = f"共读出 {len(rows)} 项、{len(materials)} 份资料，导入时 {waiting} 项待核对。本表只供查看。"
    columns = (
        ListColumn("级别", 8, look.BODY_CENTER),
        ListColumn("文件", 30),
        ListColumn("位置", 14),
        ListColumn("情况", 62),
        ListColumn("怎么办", 52),
    )
    return Listing(READ, READ, note, columns, listed, tab=look.GREY)
