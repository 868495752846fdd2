"""A unit's form with its own values in it, and in a marked copy what has to be mended.

Takes a form's rows, spec and heading, the values as the unit typed them and marks; gives a plan
with the same rows, ids and manifest, so that the copy comes back like the form itself. Forbids
values of xlfz's own: a cell that held a formula is left blank, nothing is rounded or corrected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from xlfz.excel import look
from xlfz.excel.address import quote_sheet
from xlfz.excel.blocks import MAX_TEXT
from xlfz.excel.content import Cell
from xlfz.excel.plan import Link, Merge, Page, Protection, Put, Row, Sheet, Style, Value, Workbook
from xlfz.findings import SEVERITY_NAMES, Finding, Severity, by_weight
from xlfz.form.drawing import Mark
from xlfz.form.heading import Heading, due_line
from xlfz.form.layout import grids, plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlfz.form.spec import FormRow, FormSpec
    from xlfz.form.tables import Grid, Typed

LIST_SHEET = "退回修改清单"

Values: TypeAlias = "Mapping[str, Mapping[str, Typed | Cell]]"
"""Row id -> column id -> what the unit typed: a plain value, or the cell as a reader found it."""

_MARKS: dict[Severity, Style] = {
    "error": look.MARK_ERROR.but(fill="FFC7CE"),
    "warn": look.MARK_WARN,
    "info": Style(colour="1F4E79", fill="DDEBF7"),
}
_HEADERS = ("序号", "程度", "工作表", "单元格", "指标或资料", "填写项", "问题", "怎么改")
_WIDTHS = (6, 8, 11, 9, 30, 14, 46, 46)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_COMMENT = 1_000
_EPOCH = date(1899, 12, 30).toordinal()
_MARCH_1900, _LAST = 61, 2_958_465
"""Day numbers that mean the same day everywhere: before March 1900 Excel counts a day that never was."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A finding and the form row and column that it is about; empty ids when it has no cell."""

    finding: Finding
    row: str = ""
    column: str = ""


def filled_plan(rows: tuple[FormRow, ...], spec: FormSpec, heading: Heading, values: Values) -> Workbook:
    """The form with values in its input cells. Values of rows or columns that it has not got are left out."""
    return plan(rows, spec, heading, filled=_typed(rows, spec, values))


def marked_plan(
    rows: tuple[FormRow, ...],
    spec: FormSpec,
    heading: Heading,
    values: Values,
    found: Sequence[Marked],
) -> Workbook:
    """The filled form with its findings in colour and in comments, and 退回修改清单 in front.

    A finding's sheet and cell become those of this copy. Findings without a cell (or about a row or
    column that the form has not got) head the list.
    """
    located = sorted(_located(found, grids(rows, spec)), key=_order)
    marks = _marks(located)
    made = plan(rows, spec, heading, filled=_typed(rows, spec, values), marks=marks)
    sheets = (_list_sheet(located, rows, spec, heading), *made.sheets)
    return replace(made, sheets=sheets, title=f"{made.title}（退回修改）")


def plain(value: Typed | Cell) -> Typed:
    """A value that can stand in an input cell; a formula or an empty cell gives None.

    A text is cut where Excel could not take it, which no column's limit reaches.
    """
    if isinstance(value, Cell):
        if value.formula is not None or value.kind == "blank":
            return None
        if value.kind == "number" and value.format == "date" and isinstance(value.value, float):
            return _day(value.value)
        value = value.value
    if isinstance(value, str):
        return _NOT_XML.sub("", value)[: MAX_TEXT // 2]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _day(days: float) -> date | float:
    """The day that Excel's number shows as; a number that no date shows as stays what it is."""
    whole = int(days)
    return date.fromordinal(_EPOCH + whole) if _MARCH_1900 <= whole == days <= _LAST else days


def _typed(rows: tuple[FormRow, ...], spec: FormSpec, values: Values) -> dict[str, dict[str, Typed]]:
    known = {table.id: {c.id for c in table.columns} for table in spec.tables}
    return {
        row.id: {c: plain(v) for c, v in values.get(row.id, {}).items() if c in known[row.table]}
        for row in rows
    }


def _located(found: Iterable[Marked], placed: tuple[Grid, ...]) -> Iterable[Marked]:
    """Every finding with its sheet and cell in this copy."""
    for one in found:
        grid = next((g for g in placed if one.row in g.numbers and one.column in g.columns), None)
        if grid is None:
            yield Marked(replace(one.finding, cell=""), one.row)
            continue
        cell = grid.cell(one.row, one.column)
        facts = tuple((k, v) for k, v in one.finding.facts if k != "ref")
        yield replace(one, finding=replace(one.finding, sheet=grid.sheet, cell=cell, facts=facts))


def _order(one: Marked) -> tuple[bool, str, int, str]:
    """Findings without a cell first, then down the sheets."""
    weight = by_weight(one.finding)
    digits = re.sub(r"\D", "", one.finding.cell)
    return (
        bool(one.row),
        one.finding.sheet,
        int(digits or 0),
        f"{weight[0]}{one.finding.cell}{one.finding.code}",
    )


def _marks(located: Sequence[Marked]) -> dict[tuple[str, str], Mark]:
    """How each marked cell looks: the colour of its worst finding, and all of them as its comment."""
    cells: dict[tuple[str, str], list[Finding]] = {}
    for one in located:
        if one.column:
            cells.setdefault((one.row, one.column), []).append(one.finding)
    marks = {}
    for place, findings in cells.items():
        ordered = sorted(findings, key=by_weight)
        text = "\n".join(f"【{f.severity_name}】{f.message}{f.remedy_to_unit}" for f in ordered)
        marks[place] = Mark(_MARKS[ordered[0].severity], _NOT_XML.sub("", text)[:_MAX_COMMENT])
    return marks


def _list_sheet(
    located: Sequence[Marked], rows: tuple[FormRow, ...], spec: FormSpec, heading: Heading
) -> Sheet:
    """退回修改清单: what to mend, with a link to each cell."""
    names = {row.id: row.name for row in rows}
    titles = {f.id: f.title for table in spec.tables for f in table.fixed}
    titles |= {column.id: column.title for table in spec.tables for column in table.columns}
    errors = sum(one.finding.severity == "error" for one in located)
    cells = [Put(5, c, title, look.HEADER) for c, title in enumerate(_HEADERS, 1)]
    heights = []
    for at, one in enumerate(located, 6):
        found = one.finding
        link: Value = None
        if one.column:
            link = Link(f"internal:{quote_sheet(found.sheet)}!{found.cell}", found.cell)
        texts: tuple[Value, ...] = (
            at - 5,
            found.severity_name,
            found.sheet if one.column else "整份表",
            link,
            names.get(one.row, ""),
            titles.get(one.column, ""),
            _NOT_XML.sub("", found.message),
            _NOT_XML.sub("", found.remedy_to_unit),
        )
        mark = _MARKS[found.severity]
        styles = (
            look.BODY_CENTER,
            look.BODY_CENTER.but(fill=mark.fill, colour=mark.colour),
            look.BODY_CENTER,
            look.LINK.but(align="center") if link else look.BODY_CENTER,
            *(look.BODY_LEFT for _ in range(4)),
        )
        cells += [Put(at, c, v, s) for c, (v, s) in enumerate(zip(texts, styles, strict=True), 1)]
        fitting = [(v, w) for v, w in zip(texts, _WIDTHS, strict=True) if isinstance(v, str)]
        heights.append(Row(at, look.fit_height(fitting, 10.5, 24)))
    whole = look.merged_width(_WIDTHS)
    told = _told(located, errors)
    due = f"改好后直接报送本文件即可。{due_line(heading)}。"
    merges = (
        Merge(1, 1, 1, len(_HEADERS), LIST_SHEET, look.TITLE),
        Merge(2, 2, 2, len(_HEADERS), heading.unit, look.LABEL.but(align="left", size=12, wrap=True)),
        Merge(3, 1, 3, len(_HEADERS), told, look.PLAIN.but(size=11)),
        Merge(4, 1, 4, len(_HEADERS), due, look.PLAIN.but(size=11)),
    )
    cells.append(Put(2, 1, "单位", look.LABEL.but(align="center", size=11)))
    return Sheet(
        LIST_SHEET,
        cells=tuple(cells),
        merges=merges,
        columns=look.columns(_WIDTHS),
        rows=(
            Row(1, 36),
            Row(2, 24),
            Row(3, look.fit_height([(told, whole)], 11, 22)),
            Row(4, look.fit_height([(due, whole)], 11, 22)),
            Row(5, 24),
            *heights,
        ),
        freeze=(6, 1),
        cursor=(6, 4) if located else (1, 1),
        tab=look.RED,
        protection=Protection(heading.password),
        page=Page(repeat=(5, 5)),
    )


def _told(located: Sequence[Marked], errors: int) -> str:
    """How much there is to mend, as one sentence."""
    if not located:
        return "没有发现需要修改的地方。"
    others = len(located) - errors
    colours = f"表中红色格为{SEVERITY_NAMES['error']}，黄色格为{SEVERITY_NAMES['warn']}，原因见单元格批注。"
    must = f"有 {errors} 处{SEVERITY_NAMES['error']}必须修改" if errors else "没有必须修改的地方"
    rest = f"，另有 {others} 处请核对" if others else ""
    return f"{must}{rest}。点“单元格”一栏可直接跳到该处；{colours}"
