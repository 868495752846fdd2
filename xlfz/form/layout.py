"""A form as a plan: the two tables, 自查, 填表说明 and the manifest.

Takes rows, the spec and a heading; gives a `Workbook` plan. Who fills it with values (marked
copies, the demo) gives them as `Filled`; the cached results of all formulas follow from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.address import absolute, area, quote_sheet
from xlfz.excel.blocks import serial
from xlfz.excel.plan import Columns, Name, Protection, Put, Sheet, Workbook
from xlfz.form import manifest
from xlfz.form.conditions import ITEM_IDS, ITEM_STATUS
from xlfz.form.drawing import table_sheet
from xlfz.form.guide import guide_sheet
from xlfz.form.selfcheck import selfcheck_sheet
from xlfz.form.tables import FIRST_ROW, Filled, Grid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.form.drawing import Mark
    from xlfz.form.heading import Heading
    from xlfz.form.spec import FormRow, FormSpec
    from xlfz.form.tables import Typed

_OPTION = "选项"
_LIST_LIMIT = 255


def grids(rows: tuple[FormRow, ...], spec: FormSpec) -> tuple[Grid, ...]:
    """Where the tables of a form stand, in the form's order."""
    return tuple(Grid(spec, table, tuple(r for r in rows if r.table == table.id)) for table in spec.tables)


def plan(
    rows: tuple[FormRow, ...],
    spec: FormSpec,
    heading: Heading,
    *,
    filled: Mapping[str, Mapping[str, Typed]] | None = None,
    marks: Mapping[tuple[str, str], Mark] | None = None,
    signature: str = "",
) -> Workbook:
    """The plan of one unit's form.

    `filled`: row id -> column id -> what is typed there already; `marks`: (row id, column id) ->
    how the cell is marked; `signature`: stands in for the one made with the heading's key.
    """
    placed = grids(rows, spec)
    typed = Filled(filled or {}, serial(heading.created.date()))
    made = manifest.manifest(rows, spec, heading.period, heading.code, heading.unit, heading.corrects)
    hidden, options = _manifest_sheet(made, signature or manifest.sign(made, heading.key), placed)
    tables = [table_sheet(g, heading, typed, options.get(g.table.id, {}), marks or {}) for g in placed]
    return Workbook(
        sheets=(*tables, selfcheck_sheet(placed, heading, typed), guide_sheet(placed, heading), hidden),
        title=f"{heading.title}{spec.kind}",
        author=heading.organ,
        created=heading.created,
        names=_names(placed),
    )


def _manifest_sheet(
    made: manifest.Manifest, signature: str, placed: tuple[Grid, ...]
) -> tuple[Sheet, dict[str, dict[str, str]]]:
    """The hidden sheet, and table id -> column id -> range of the answers that a rule cannot hold."""
    rows = list(manifest.sheet_rows(made, signature))
    options: dict[str, dict[str, str]] = {}
    for grid in placed:
        for column in grid.table.columns:
            if len(",".join(column.options)) <= _LIST_LIMIT and not any("," in o for o in column.options):
                continue
            rows.append((_OPTION, f"{grid.table.id}.{column.id}", *column.options))
            cells = f"{absolute(len(rows), 3)}:{absolute(len(rows), 2 + len(column.options))}"
            options.setdefault(grid.table.id, {})[column.id] = f"{quote_sheet(manifest.SHEET)}!{cells}"
    style = look.NOTE.but(wrap=False, number="@")
    cells_ = tuple(Put(r, c, text, style) for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1))
    sheet = Sheet(
        manifest.SHEET,
        cells=cells_,
        columns=(Columns(1, 2, 14),),
        state="veryHidden",
        protection=Protection(),
    )
    return sheet, options


def _names(placed: tuple[Grid, ...]) -> tuple[Name, ...]:
    """The names that formulas on 资料清单 and 自查 use for the indicators."""
    items = next((g for g in placed if g.table.id == "items"), None)
    if items is None or not items.rows or "status" not in items.columns:
        return ()
    sheet = quote_sheet(items.sheet)
    status = items.ref(sheet=True)("status")
    ids = area(FIRST_ROW, 1, items.last_row, 1).replace("A", "$A$")
    return (Name(ITEM_IDS, f"{sheet}!{ids}"), Name(ITEM_STATUS, status))
