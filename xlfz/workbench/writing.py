"""A draft as the plan of a workbench: every sheet of it, in order.

Takes a `Draft`, gives a `plan.Workbook` for the writer. What a draft holds is written as it is,
right or wrong: `reading` judges it. Nothing is protected, staff own this workbook.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from xlfz import controls
from xlfz.excel import look
from xlfz.excel.address import address
from xlfz.excel.plan import Name, Put, Row, Sheet, Style, Workbook
from xlfz.workbench.draft import Draft
from xlfz.workbench.front import front
from xlfz.workbench.guide import guide
from xlfz.workbench.proposal import proposals
from xlfz.workbench.sheets import (
    FIRST,
    Grid,
    grid,
    heading,
    heading_rows,
    sheet,
    style,
    validation,
    written,
)
from xlfz.workbench.tables import COMMAND_NAME, HEADER_ROW, SETTINGS, SETTINGS_SHEET, SHEETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.excel.plan import Formula, Value
    from xlfz.workbench.tables import Field

__all__ = ["Draft", "plan"]

_TABS = {
    "settings": look.ACCENT,
    "indicators": "2E75B6",
    "materials": "2E75B6",
    "units": "548235",
    "names": "548235",
    "items": "BF8F00",
    "scheme": "BF8F00",
}
_VALUE_COLUMN = 2


def plan(draft: Draft, created: datetime = datetime(2020, 1, 1), *, macros: bool = False) -> Workbook:
    """The workbook. `created` is shown as its date; the same draft and date give the same bytes.

    With `macros` 首页 has buttons: the file is an .xlsm then.
    """
    grids = {spec.id: grid(spec, draft.rows(spec.id)) for spec in SHEETS if spec is not SETTINGS_SHEET}
    settings = {
        f.id: written(f, draft.settings[f.title]) for f in SETTINGS if draft.settings.get(f.title, "") != ""
    }
    first, names = front(grids, settings, macros=macros)
    row = FIRST + next(n for n, f in enumerate(SETTINGS) if f.id == "command")
    command = Name(COMMAND_NAME, f"='{SETTINGS_SHEET.title}'!${address(1, _VALUE_COLUMN)[0]}${row}")
    made = Workbook(
        sheets=(
            first,
            _settings(settings),
            *(sheet(g, _formulas(g, grids), _TABS[spec_id]) for spec_id, g in grids.items()),
            guide(draft.notes),
        ),
        title=str(settings.get("title", "")),
        created=created,
        names=(*names, command),
    )
    return controls.with_macros(made) if macros else made


def _formulas(made: Grid, grids: Mapping[str, Grid]) -> dict[str, list[Formula]]:
    return proposals(made, grids["scheme"]) if made.spec.id == "indicators" else {}


def _settings(values: Mapping[str, Value]) -> Sheet:
    """设置: one setting a row, each value cell with the rule of its own."""
    spec = SETTINGS_SHEET
    widths = [f.width for f in spec.fields]
    cells = [Put(HEADER_ROW, c, f.title, look.HEADER) for c, f in enumerate(spec.fields, 1)]
    heights = []
    rules = []
    for row, item in enumerate(SETTINGS, FIRST):
        cells.append(Put(row, 1, item.title, look.BODY_LEFT.but(font=look.HEITI)))
        cells.append(Put(row, _VALUE_COLUMN, values.get(item.id), _value_style(item)))
        cells.append(Put(row, 3, item.help, look.BODY_LEFT.but(colour="595959")))
        texts = [(str(values.get(item.id, "")), widths[1]), (item.help, widths[2])]
        heights.append(Row(row, look.fit_height(texts, 10.5, 24)))
        rule = validation(item, address(row, _VALUE_COLUMN))
        if rule is not None:
            rules.append(rule)
    return Sheet(
        spec.title,
        cells=tuple(cells),
        merges=heading(spec.title, spec.note, len(widths)),
        columns=look.columns(widths),
        rows=(*heading_rows(spec.note, widths), *heights),
        validations=tuple(rules),
        freeze=(FIRST, 1),
        cursor=(FIRST, _VALUE_COLUMN),
        tab=_TABS[spec.id],
    )


def _value_style(item: Field) -> Style:
    """A value cell looks like a cell to fill in, with the format of its own type."""
    return style(item).but(align="left", fill=look.CREAM, wrap=True)
