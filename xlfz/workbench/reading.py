"""The workbench read back: strict, every fault at once.

Takes the content of a workbook; gives a `Workbench` with its warnings, or raises `Refused` with all
faults, each with sheet, cell and remedy. Nothing is generated from a faulty workbench.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from xlfz.catalogue import Catalogue, Deadline, Indicator, Material
from xlfz.errors import Refused, refuse
from xlfz.findings import finding
from xlfz.roster import Roster, Unit
from xlfz.text import fold
from xlfz.workbench.deadline import read_deadline
from xlfz.workbench.faults import Sources, cross_check
from xlfz.workbench.items import form_of, read_items
from xlfz.workbench.model import Workbench
from xlfz.workbench.rows import Faults, read_table
from xlfz.workbench.rules import read_scheme
from xlfz.workbench.settings import read_settings
from xlfz.workbench.tables import ACTIVE, INDICATORS, ITEMS, MATERIALS, NAMES, PROVIDED, SCHEME, SHEETS, UNITS
from xlfz.workbench.warnings import warnings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfz.catalogue import Kind, State
    from xlfz.excel.content import BookContent
    from xlfz.findings import Finding
    from xlfz.workbench.rows import Record


def read(content: BookContent) -> Workbench:
    """The workbench that a workbook holds. Raises Refused with all its faults.

    A workbook with hardly any of the sheets is another one: one sentence says so (E_NOT_WORKBENCH).
    """
    absent = _absent(content)
    if len(absent) > len(SHEETS) // 2:
        listed = "、".join(f"“{title}”" for title in absent[:3])
        raise refuse(finding("E_NOT_WORKBENCH", 列表=listed, n=len(absent)))
    faults = Faults()
    settings = read_settings(content, faults)
    tables = [
        read_table(content, spec, faults) for spec in (INDICATORS, MATERIALS, UNITS, NAMES, ITEMS, SCHEME)
    ]
    sources = Sources(settings, *tables)
    catalogue = _catalogue(sources)
    scheme = read_scheme(sources.scheme, catalogue, faults)
    columns = read_items(sources.items, settings.settings, faults)
    workbench = Workbench(
        settings.settings,
        catalogue,
        _roster(sources),
        form_of(
            settings.settings.form_kind,
            columns,
            settings.settings.form_version,
            materials=bool(catalogue.materials),
        ),
        scheme,
        settings.declared,
    )
    cross_check(workbench, sources, faults)
    if faults.found:
        raise Refused(sorted(faults.found, key=_place))
    return replace(workbench, findings=tuple(warnings(workbench, sources)))


def _absent(content: BookContent) -> list[str]:
    there = {fold(sheet.name) for sheet in content.sheets}
    return [spec.title for spec in SHEETS if fold(spec.title) not in there]


def _place(found: Finding) -> tuple[int, int, str]:
    """By sheet, row and column, as a person works through the workbook."""
    sheets = [fold(spec.title) for spec in SHEETS]
    sheet = sheets.index(fold(found.sheet)) if fold(found.sheet) in sheets else len(sheets)
    row = int("0" + "".join(filter(str.isdigit, found.cell)))
    return sheet, row, found.cell.rjust(12)


def _catalogue(sources: Sources) -> Catalogue:
    year = sources.settings.settings.year
    indicators = tuple(_indicator(r, year) for r in sources.indicators.records if r.text("number"))
    numbers = {fold(i.number): i.number for i in indicators}
    return Catalogue(
        indicators,
        tuple(_materials(sources.materials.records, numbers)),
        sources.settings.settings.title,
    )


def _indicator(record: Record, year: int | None) -> Indicator:
    return Indicator(
        number=record.text("number"),
        text=record.text("text"),
        chapter=record.text("chapter"),
        section=record.text("section"),
        requirement=record.text("requirement"),
        thresholds=record.text("thresholds"),
        level=record.text("level"),
        kind=cast("Kind", record.text("kind") or "指标"),
        state=cast("State", record.text("state") or "启用"),
        points=record.number_of("points"),
        lead=record.names("lead"),
        responsible=record.names("responsible"),
        supporting=record.names("supporting"),
        deadline=_deadline(record, year),
        note=record.text("note"),
    )


def _deadline(record: Record, year: int | None) -> Deadline:
    """As written, with what the columns 截止日期 and 频次 say before what the text says."""
    written = read_deadline(record.text("deadline"), year)
    return Deadline(
        written.text, record.day("day") or written.day, record.names("recurrence") or written.recurrence
    )


def _materials(records: Iterable[Record], numbers: dict[str, str]) -> Iterable[Material]:
    for record in records:
        index = record.whole("index")
        if not record.text("indicator") or index is None:
            continue
        yield Material(
            # （1） finds (1): the number is the one that the 指标 sheet prints.
            indicator=numbers.get(fold(record.text("indicator")), record.text("indicator")),
            index=index,
            name=record.text("name"),
            lead=record.names("lead"),
            responsible=record.names("responsible"),
            word_limit=record.whole("word_limit"),
            needed=record.text("needed") == PROVIDED,
            note=record.text("note"),
        )


def _roster(sources: Sources) -> Roster:
    units = tuple(
        Unit(
            code=r.text("code"),
            name=r.text("name"),
            aliases=r.names("aliases"),
            groups=r.names("groups"),
            parent=r.text("parent"),
            team=r.text("team"),
            contact=r.text("contact"),
            phone=r.text("phone"),
            active=r.text("state") == ACTIVE,
            note=r.text("note"),
        )
        for r in sources.units.records
        if r.text("name") and r.text("code")
    )
    names = tuple((r.text("name"), r.names("targets")) for r in sources.names.records if r.text("name"))
    return Roster(units, names)
