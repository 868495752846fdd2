"""A plan as the bytes of a workbook: the one importer of xlsxwriter.

Takes a `plan.Workbook`, gives the bytes of an .xlsx, .xlsm or .xlam; the same plan gives the same
bytes. XlsxWriter writes every part of the format; this module hands it the plan, turns what it
would drop with a warning into errors, lets `blocks` fill in the long tables, and adds what it does
not know (ribbon, locked structure, the Chinese font of charts).

Forbids in silence: text never becomes a formula, a number or a link; nothing is cut; two things
never share a cell. Whatever Excel would refuse or repair raises ValueError naming sheet and cell.
"""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from xlfz.excel import archive, formats
from xlfz.excel.address import address
from xlfz.excel.aside import aside
from xlfz.excel.blocks import dated, fault, serial
from xlfz.excel.current import current
from xlfz.excel.pages import lay_out, show
from xlfz.excel.plan import (
    Chart,
    Formula,
    Link,
    Merge,
    Put,
    Sheet,
    Style,
    Table,
    Value,
    Workbook,
)
from xlfz.excel.splice import MAX_HEIGHT, check_room, corners, divided, pixels, placed, spliced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlfz.excel.blocks import Placed

_MANY = 100_000
"""Cells in blocks from which a second process is worth its start."""
_SCHEME = re.compile(r"^(internal:|external:|https?://|mailto:)")


def write(plan: Workbook) -> bytes:
    """The workbook's bytes. Raises ValueError for a plan that Excel would refuse, repair or cut."""
    if not plan.sheets or not 0 <= plan.active < len(plan.sheets):
        raise ValueError("a workbook needs a sheet to show on opening")
    if plan.sheets[plan.active].state != "visible":
        raise ValueError(f"the sheet shown on opening is hidden: {plan.sheets[plan.active].name}")
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    try:
        writer = _Writer(plan, book)
        writer.write()
        book.close()
    except XlsxWriterException as error:
        raise ValueError(str(error)) from error
    return archive.assemble(list(_finished(plan, writer, archive.members(target.getvalue()))))


class _Writer:
    """One plan on its way into one XlsxWriter workbook."""

    def __init__(self, plan: Workbook, book: Any) -> None:
        self.plan = plan
        self.book = book
        self.formats: dict[Style, Any] = {}
        self.differences: dict[Style, Any] = {}
        self.edits: dict[str, tuple[Callable[[str], str], ...]] = {}
        """Part name -> what is done to the part once XlsxWriter has written it."""
        self.fills: dict[str, tuple[list[Placed], str]] = {}
        """Part name of a sheet -> its blocks, and what it is called."""
        self.weights: dict[str, int] = {}
        """Part name of such a sheet -> how many cells are in its blocks."""
        self.tables = 0

    def write(self) -> None:
        plan, book = self.plan, self.book
        book.set_properties({"title": plan.title, "author": plan.author, "created": plan.created})
        if plan.vba:
            _ok(book.add_vba_project(io.BytesIO(plan.vba), True), "the VBA project")
        if plan.vba or plan.code_name:
            book.set_vba_name(plan.code_name or "ThisWorkbook")
        sheets = [(sheet, book.add_worksheet(sheet.name)) for sheet in plan.sheets]
        for index, (sheet, target) in enumerate(sheets):
            try:
                self._sheet(index, sheet, target)
            except ValueError as error:
                # Faults of one cell already begin with the sheet's name.
                text = str(error)
                place = text if text.startswith(f"{sheet.name}!") else f"{sheet.name}: {text}"
                raise ValueError(place) from error
        if self.fills and not book.str_table.count:
            # Inline texts alone, with no table of shared texts, are against the SDK's rules.
            book.str_table._get_shared_string_index("")
        for name in plan.names:
            _ok(book.define_name(name.name, formats.equals(name.reference)), f"the name {name.name}")
        sheets[plan.active][1].activate()
        if plan.lock_structure:
            self.edits["xl/workbook.xml"] = (archive.locked_structure,)
        if plan.addin:
            self.edits["[Content_Types].xml"] = (archive.as_addin,)
        if plan.ribbon:
            self.edits["_rels/.rels"] = (archive.with_ribbon,)

    def format(self, style: Style) -> Any:
        """The format of a style; equal styles share one."""
        found = self.formats.get(style)
        if found is None:
            found = self.formats[style] = self.book.add_format(formats.properties(style))
        return found

    def difference(self, style: Style) -> Any:
        """The format that a conditional format applies."""
        found = self.differences.get(style)
        if found is None:
            found = self.differences[style] = self.book.add_format(formats.difference(style))
        return found

    def number(self, style: Style) -> int:
        """The number of a style in the file, which the rows of blocks refer to.

        XlsxWriter gives it out when a cell is written; blocks need it without one.
        """
        return int(self.format(style)._get_xf_index())

    def _sheet(self, index: int, sheet: Sheet, target: Any) -> None:
        check_room(sheet)
        if sheet.default_height is not None:
            target.set_default_row(sheet.default_height)
        for columns in sheet.columns:
            hidden = {"hidden": True} if columns.hidden else {}
            code = target.set_column(columns.first - 1, columns.last - 1, columns.width, None, hidden)
            _ok(code, f"columns {columns.first} to {columns.last}")
        self._rows(sheet, target)
        # Before the cells: the table writes its headers, and a planned cell gives them their look.
        for table in sheet.tables:
            self._table(sheet, table, target)
        for put in sheet.cells:
            self._put(sheet, put, target)
        for merge in sheet.merges:
            self._merge(sheet, merge, target)
        part = f"xl/worksheets/sheet{index + 1}.xml"
        values = [put.value for put in sheet.cells] + [merge.value for merge in sheet.merges]
        if any(isinstance(value, Formula) and value.value == "" for value in values):
            self.edits[part] = (archive.empty_results,)
        if any(isinstance(value, Link) for value in values):
            self.edits[f"xl/worksheets/_rels/sheet{index + 1}.xml.rels"] = (archive.forward_slashes,)
        blocks = [placed(block, self.number) for block in sheet.blocks if block.rows]
        if blocks:
            self.fills[part] = blocks, sheet.name
            self.weights[part] = sum(len(p.block.rows) * len(p.block.styles) for p in blocks)
        self._rules(sheet, target)
        for chart in sheet.charts:
            self._chart(chart, target)
        for comment in sheet.comments:
            code = target.write_comment(
                comment.row - 1, comment.column - 1, comment.text, formats.comment(comment)
            )
            _ok(code, f"the comment on {address(comment.row, comment.column)}")
        if self.plan.vba:
            for button in sheet.buttons:
                what = {"macro": button.macro, "caption": button.caption}
                size = {"width": button.width, "height": button.height}
                offset = {"x_offset": button.left, "y_offset": button.top}
                code = target.insert_button(button.row - 1, button.column - 1, what | size | offset)
                _ok(code, f"the button on {address(button.row, button.column)}")
        show(sheet, target)
        lay_out(sheet.page, target)

    def _rows(self, sheet: Sheet, target: Any) -> None:
        heights: dict[int, float] = {}
        for block in sheet.blocks:
            if block.heights and (sheet.charts or sheet.comments or sheet.buttons):
                # Drawings are placed in pixels: they need every height above them.
                for row, tall in enumerate(block.heights, block.first_row):
                    heights[row] = max(tall, heights.get(row, 0.0))
        hidden = {row.row for row in sheet.rows if row.hidden}
        heights |= {row.row: row.height for row in sheet.rows if row.height is not None}
        for number in sorted(heights.keys() | hidden):
            height = heights.get(number)
            if height is not None and not 0 < height <= MAX_HEIGHT:
                raise ValueError(f"row {number}: a height must be above 0 and at most {MAX_HEIGHT} points")
            options = {"hidden": True} if number in hidden else {}
            exact = None if height is None else pixels(height)
            _ok(target.set_row(number - 1, exact, None, options), f"row {number}")

    def _put(self, sheet: Sheet, put: Put, target: Any) -> None:
        place = f"{sheet.name}!{address(put.row, put.column)}"
        value, style = put.value, put.style
        wrong = fault(value)
        if wrong:
            raise ValueError(f"{place}: {wrong}")
        if isinstance(value, date):
            style = dated(style, value)
            value = serial(value)
        code = _write_value(target, put.row - 1, put.column - 1, value, self.format(style))
        _ok(code, f"{place}: the value {value!r}")

    def _merge(self, sheet: Sheet, merge: Merge, target: Any) -> None:
        first = Put(merge.first_row, merge.first_column, merge.value, merge.style)
        area = merge.first_row - 1, merge.first_column - 1, merge.last_row - 1, merge.last_column - 1
        if area[:2] != area[2:]:
            place = f"the merged area from {address(merge.first_row, merge.first_column)}"
            _ok(target.merge_range(*area, "", self.format(merge.style)), place)
        # Written again, because merge_range guesses what kind of value a text is.
        self._put(sheet, first, target)

    def _table(self, sheet: Sheet, table: Table, target: Any) -> None:
        top, left, bottom, right = corners(table.area)
        if bottom <= top:
            raise ValueError(f"table {table.name}: a table needs at least one row of data")
        looks = {(put.row, put.column): put for put in sheet.cells}
        options = formats.table(table, right - left + 1)
        for column, entry in enumerate(options["columns"], left):
            put = looks.get((top, column))
            if put is not None:
                if put.value != entry["header"]:
                    raise ValueError(
                        f"table {table.name}: the cell of {entry['header']!r} says {put.value!r}"
                    )
                entry["header_format"] = self.format(put.style)
        # XlsxWriter visits every cell of a table; the part gets the true area when it is finished.
        _ok(target.add_table(top - 1, left - 1, top, right - 1, options), f"table {table.name}")
        self.tables += 1
        self.edits[f"xl/tables/table{self.tables}.xml"] = (archive.table_area(table.area),)

    def _rules(self, sheet: Sheet, target: Any) -> None:
        for validation in sheet.validations:
            with _named(f"the rule on {validation.area}"):
                _ok(target.data_validation(validation.area, formats.validation(validation)), "not accepted")
        for rule in sheet.conditionals:
            with _named(f"the conditional format on {rule.area}"):
                options = formats.conditional(rule, self.difference)
                _ok(target.conditional_format(rule.area, options), "not accepted")
        if sheet.filter:
            target.autofilter(sheet.filter)
        if sheet.protection is not None:
            target.protect(sheet.protection.password, formats.protection(sheet.protection))

    def _chart(self, chart: Chart, target: Any) -> None:
        made = self.book.add_chart(formats.chart_kind(chart))
        for index, item in enumerate(chart.series):
            categories, values = (current(self.plan, area) for area in (item.categories, item.values))
            made.add_series(formats.series(chart, index, item, categories, values))
        made.set_title({"name": chart.title, "name_font": formats.chart_font(12, "#1F1F1F", bold=True)})
        if chart.kind == "pie" or (len(chart.series) == 1 and chart.kind != "doughnut"):
            made.set_legend({"none": True})
        else:
            made.set_legend({"position": "bottom", "font": formats.chart_font(9)})
        if chart.kind not in ("pie", "doughnut"):
            across, up = formats.category_axis(chart), formats.value_axis(chart)
            if chart.kind == "bar":
                # XlsxWriter's x axis is the one that lies flat, whichever it is.
                across, up = up, across
            made.set_x_axis(across)
            made.set_y_axis(up)
        made.set_chartarea({"border": {"color": "#D9D9D9"}})
        made.set_size({"width": chart.width, "height": chart.height})
        _ok(target.insert_chart(chart.row - 1, chart.column - 1, made), f"the chart {chart.title}")


def _write_value(target: Any, row: int, column: int, value: Value | float, form: Any) -> int:
    """Writes one checked value with its own method: `write()` would guess. Gives XlsxWriter's code."""
    if value is None or value == "":
        code = target.write_blank(row, column, None, form)
    elif isinstance(value, bool):
        code = target.write_boolean(row, column, value, form)
    elif isinstance(value, str):
        code = target.write_string(row, column, value, form)
    elif isinstance(value, Formula):
        code = target.write_formula(row, column, value.text, form, value.value)
    elif isinstance(value, Link):
        link = value.target if _SCHEME.match(value.target) else f"external:{value.target}"
        code = target.write_url(row, column, link, form, value.text)
    else:
        code = target.write_number(row, column, value, form)
    return int(code or 0)


def _ok(code: int | None, what: str) -> None:
    """XlsxWriter warns, returns a negative code and leaves the thing out: here that is an error."""
    if code is not None and code < 0:
        raise ValueError(f"{what} was not accepted (XlsxWriter code {code})")


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Faults found inside say what they are about."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from error


def _finished(plan: Workbook, writer: _Writer, parts: list[archive.Member]) -> Iterator[archive.Member]:
    """The parts with what XlsxWriter does not know; untouched ones stay as they were deflated."""
    filled = _filled(writer, {part.name: part for part in parts if part.name in writer.fills})
    for part in parts:
        edits = writer.edits.get(part.name, ())
        if part.name.startswith("xl/charts/chart"):
            edits = (archive.chart_fonts,)
        elif part.name.startswith("xl/drawings/vmlDrawing"):
            large = {b.caption for sheet in plan.sheets for b in sheet.buttons if b.emphasised}
            edits = (partial(archive.button_fonts, emphasised=large),)
        if part.name in filled:
            yield filled[part.name]
        else:
            yield archive.pack(part.name, _edited(part, edits).encode()) if edits else part
    if plan.ribbon:
        yield from archive.ribbon_parts(plan.ribbon)


def _edited(part: archive.Member, edits: tuple[Callable[[str], str], ...]) -> str:
    text = part.text()
    for edit in edits:
        text = edit(text)
    return text


def _filled(writer: _Writer, parts: dict[str, archive.Member]) -> dict[str, archive.Member]:
    """The sheets with their blocks; of many cells, half is made beside the other half."""
    texts = {name: _edited(part, writer.edits.get(name, ())) for name, part in parts.items()}

    def packed(names: list[str]) -> list[archive.Member]:
        return [archive.pack_stream(n, spliced(texts[n], *writer.fills[n])) for n in names]

    total = sum(writer.weights.values())
    if total < _MANY:
        return {member.name: member for member in packed(list(parts))}
    here, there = _shared_out({name: writer.weights[name] for name in parts})
    largest = here[0]
    halves = None
    if 2 * writer.weights[largest] > total and len(writer.fills[largest][0]) == 1:
        ((one,), sheet) = writer.fills[largest]
        rows = len(one.block.rows)
        halves = divided(texts[largest], one, sheet, rows * total // (2 * writer.weights[largest]))
    if halves is None:
        beside = aside(partial(packed, there))
        return {member.name: member for member in (*packed(here), *beside())}
    head = aside(partial(archive.pack_head, halves[0]))
    others = packed([name for name in parts if name != largest])
    return {member.name: member for member in (*others, archive.pack_rest(largest, halves[1], head))}


def _shared_out(weights: dict[str, int]) -> tuple[list[str], list[str]]:
    """Names in two lists of about equal weight, the heaviest in the first."""
    lists: tuple[list[str], list[str]] = ([], [])
    sums = [0, 0]
    for name in sorted(weights, key=lambda n: (-weights[n], n)):
        lighter = 0 if sums[0] <= sums[1] else 1
        lists[lighter].append(name)
        sums[lighter] += weights[name]
    return lists
