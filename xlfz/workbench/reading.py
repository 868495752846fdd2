"""The workbench read back: strict, every fault at once.

Takes the content of a workbook; gives a `Workbench` with its warnings, or raises `Refused` with all
faults, each with sheet, cell and remedy. Nothing is generated from a faulty workbench.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

from xlfz.catalogue import Catalogue, Declared, Indicator, Material
from xlfz.errors import Refused
from xlfz.findings import Finding, finding
from xlfz.form.spec import form_spec
from xlfz.roster import Roster, Unit
from xlfz.text import fold, names
from xlfz.workbench import tables
from xlfz.workbench.deadline import read_deadline
from xlfz.workbench.faults import cross_check, warnings
from xlfz.workbench.items import read_items
from xlfz.workbench.model import Settings, Workbench
from xlfz.workbench.rows import Faults, Table, raw_rows, read_table
from xlfz.workbench.rules import read_scheme
from xlfz.workbench.values import Value, convert, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.catalogue import Kind, State
    from xlfz.excel.content import BookContent
    from xlfz.workbench.model import PointsMode
    from xlfz.workbench.rows import Record

_LEVEL_COUNT = re.compile(r"(?P<level>.*?\D)\s*[:：=]?\s*(?P<count>\d{1,6})\s*项?")


def read(content: BookContent) -> Workbench:
    """The workbench that a workbook holds. Raises Refused with all its faults."""
    faults = Faults()
    settings, declared = _read_settings(content, faults)
    read_in = {
        spec.id: read_table(content, spec, faults)
        for spec in tables.SHEETS
        if spec is not tables.SETTINGS_SHEET
    }
    catalogue = _catalogue(read_in, settings)
    roster = _roster(read_in)
    columns = read_items(read_in["items"], settings, faults)
    scheme = read_scheme(read_in["scheme"], catalogue.chapters, faults)
    workbench = Workbench(
        settings, catalogue, roster, form_spec(columns, settings.form_kind), scheme, declared
    )
    cross_check(workbench, read_in, faults)
    if faults.found:
        raise Refused(sorted(faults.found, key=_in_order))
    return replace(workbench, findings=tuple(warnings(workbench, read_in)))


def _in_order(found: Finding) -> tuple[int, int, str]:
    """By sheet, row and column, as a person works through the workbook."""
    titles = [spec.title for spec in tables.SHEETS]
    row = int("".join(filter(str.isdigit, found.cell)) or 0)
    sheet = next((n for n, title in enumerate(titles) if fold(title) == fold(found.sheet)), len(titles))
    return sheet, row, found.cell.rjust(12)


def _read_settings(content: BookContent, faults: Faults) -> tuple[Settings, Declared]:
    """设置: one value a row, each read by the declaration of its own setting."""
    table = Table(tables.SETTINGS_SHEET, tables.SETTINGS_SHEET.title)
    fields = {fold(f.title): f for f in tables.SETTINGS}
    values: dict[str, Value] = {}
    places: dict[str, str] = {}
    bad: set[str] = set()
    for raw in raw_rows(content, table, faults):
        name_ref, value_ref = (_ref(table, raw.number, i) for i in ("name", "value"))
        name = shown(raw.cells["name"]) if "name" in raw.cells else ""
        known = fields.get(fold(name))
        if known is None:
            unknown = finding(
                "E_WB_SETTING", 名=name, 值=name, 原因="没有这项设置", 范围="“说明”表列出的设置项"
            )
            faults.add(unknown, table.sheet, name_ref)
            continue
        if known.id in places:
            doubled = finding("E_WB_DUP", 值=known.title, 另处=places[known.id], 列="设置项")
            faults.add(doubled, table.sheet, name_ref)
            continue
        places[known.id] = name_ref
        value = convert(raw.cells.get("value"), known, date1904=content.date1904)
        if isinstance(value, Finding):
            faults.add(value, table.sheet, value_ref, known.title)
            bad.add(known.id)
        elif value is not None:
            values[known.id] = value
        elif known.required:
            faults.add(finding("E_WB_REQUIRED", 列=known.title), table.sheet, value_ref)
    if table.complete:
        for item in tables.SETTINGS:
            if item.required and item.id not in places:
                faults.add(finding("E_WB_REQUIRED", 列=item.title), table.sheet, table.header_ref("name"))
    refs = {i: "B" + ref[1:] if not table.columns else ref for i, ref in places.items()}
    levels = _levels(values, table, refs, faults)
    settings = _settings(values)
    _settings_agree(settings, values, bad, table, refs, faults)
    declared = Declared(
        indicators=_whole(values, "declared_indicators"),
        first_level=_whole(values, "declared_first"),
        second_level=_whole(values, "declared_second"),
        points=cast("float | None", values.get("declared_points")),
        levels=levels,
    )
    return settings, declared
