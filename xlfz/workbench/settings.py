"""设置: one value a row, each read by the declaration of its own setting.

Takes the content of a workbook; gives `Settings`, `Declared` and where each value stands. Forbids
settings that nobody knows: a mistyped name would silently do nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from xlfz.catalogue import Declared
from xlfz.excel.address import address
from xlfz.findings import Finding, finding
from xlfz.text import fold, names
from xlfz.workbench.model import Settings
from xlfz.workbench.rows import Faults, RawRow, Record, Table, raw_rows
from xlfz.workbench.tables import SETTINGS, SETTINGS_SHEET, Field
from xlfz.workbench.values import Value, convert, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.excel.content import BookContent
    from xlfz.workbench.model import PointsMode

_LEVEL_COUNT = re.compile(r"(?P<level>.*?\D)\s*[:：=]?\s*(?P<count>\d{1,6})\s*项?", re.ASCII)
_FIELDS = {fold(f.title): f for f in SETTINGS}


@dataclass(frozen=True)
class SettingsRead:
    """设置 as read. `places` has the address of the value of each setting that is there."""

    settings: Settings
    declared: Declared
    table: Table
    places: Mapping[str, str]


def read_settings(content: BookContent, faults: Faults) -> SettingsRead:
    """The settings; on faults the defaults stand in."""
    table = Table(SETTINGS_SHEET, SETTINGS_SHEET.title)
    rows: dict[str, RawRow] = {}
    values: dict[str, Value] = {}
    bad: set[str] = set()
    for raw in raw_rows(content, table, faults):
        item = _named(raw, rows, table, faults)
        if item is None:
            continue
        rows[item.id] = raw
        value = convert(raw.cells.get("value"), item, date1904=content.date1904)
        if isinstance(value, Finding):
            bad.add(item.id)
            faults.add(value, table.sheet, _at(table, raw, "value"), item.title)
        elif value is not None:
            values[item.id] = value
        elif item.required:
            faults.add(finding("E_WB_REQUIRED", 列=item.title), table.sheet, _at(table, raw, "value"))
    for item in SETTINGS if table.complete else ():
        if item.required and item.id not in rows:
            faults.add(finding("E_WB_REQUIRED", 列=item.title), table.sheet, table.header_ref("name"))
    places = {item_id: _at(table, raw, "value") for item_id, raw in rows.items()}
    record = Record(table, 0, values, frozenset(bad))
    settings = _settings(record)
    levels = _levels(record, places, faults)
    _agree(settings, record, places, faults)
    return SettingsRead(settings, _declared(record, levels), table, places)


def _named(raw: RawRow, rows: Mapping[str, RawRow], table: Table, faults: Faults) -> Field | None:
    """The setting that a row names; None with a fault when there is none, or it was named before."""
    name = shown(raw.cells["name"]) if "name" in raw.cells else ""
    item = _FIELDS.get(fold(name))
    if item is not None and item.id not in rows:
        return item
    if item is not None:
        fault = finding("E_WB_DUP", 值=item.title, 另处=_at(table, rows[item.id], "name"), 列="设置项")
    else:
        known = "“说明”表列出的设置项"
        fault = finding("E_WB_SETTING", 名=name, 值=name, 原因="没有这项设置", 范围=known)
    faults.add(fault, table.sheet, _at(table, raw, "name"))
    return None


def _at(table: Table, raw: RawRow, field_id: str) -> str:
    return address(raw.number, table.columns.get(field_id, 1))


def _settings(record: Record) -> Settings:
    default = Settings()
    limit = record.whole("word_limit") or default.word_limit
    return Settings(
        title=record.text("title") or default.title,
        organ=record.text("organ"),
        year=record.whole("year"),
        round=record.text("round") or default.round,
        form_kind=record.text("form_kind") or default.form_kind,
        start=record.day("start"),
        due=record.day("due"),
        report_day=record.whole("report_day") or default.report_day,
        near_days=default.near_days if record.whole("near_days") is None else record.whole("near_days") or 0,
        points_mode=cast("PointsMode", record.text("points_mode") or default.points_mode),
        word_usual=record.whole("word_usual") or min(default.word_usual, limit),
        word_limit=limit,
        password=record.text("password"),
        level=record.text("level"),
        form_version=record.whole("form_version") or default.form_version,
    )


def _declared(record: Record, levels: dict[str, int]) -> Declared:
    return Declared(
        indicators=record.whole("declared_indicators"),
        first_level=record.whole("declared_first"),
        second_level=record.whole("declared_second"),
        points=record.number_of("declared_points"),
        levels=levels,
    )


def _levels(record: Record, places: Mapping[str, str], faults: Faults) -> dict[str, int]:
    """`国家级100、省级125` -> level -> cumulative count."""
    levels: dict[str, int] = {}
    for part in names(record.text("declared_levels")):
        match = _LEVEL_COUNT.fullmatch(part)
        if match is None or match["level"].strip() in levels:
            _fault(
                record, "declared_levels", part, "写法读不懂", "如 国家级100、省级125 的写法", places, faults
            )
            return {}
        levels[match["level"].strip()] = int(match["count"])
    return levels


def _agree(settings: Settings, record: Record, places: Mapping[str, str], faults: Faults) -> None:
    """Settings that contradict each other."""
    if settings.start and settings.due and settings.start > settings.due:
        wanted = f"{settings.start} 或以后的日期"
        _fault(record, "due", str(settings.due), "早于开始日期", wanted, places, faults)
    if settings.word_usual > settings.word_limit and not record.bad & {"word_usual", "word_limit"}:
        wanted = f"不超过 {settings.word_limit} 的数字"
        _fault(record, "word_usual", str(settings.word_usual), "大于最高字数上限", wanted, places, faults)


def _fault(
    record: Record,
    item_id: str,
    value: str,
    reason: str,
    wanted: str,
    places: Mapping[str, str],
    faults: Faults,
) -> None:
    title = next(f.title for f in SETTINGS if f.id == item_id)
    # A limit that is left out has its default: then the other one's cell is the place.
    place = places.get(item_id) or places.get("word_limit", "")
    fault = finding("E_WB_SETTING", 名=title, 值=value, 原因=reason, 范围=wanted)
    faults.add(fault, record.table.sheet, place)
