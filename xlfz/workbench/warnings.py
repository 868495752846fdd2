"""What is worth knowing of a workbench that is in order: gaps, idle units, counts that differ.

Takes the workbench and the sheets it was read from; yields findings of severity warn, many rows in
one finding each, so that they do not drown anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.catalogue import Deadline, even_split
from xlfz.findings import finding
from xlfz.form.progress import NAME as PROGRESS
from xlfz.months import month
from xlfz.workbench.tables import INDICATORS, SETTINGS_SHEET, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xlfz.catalogue import Indicator
    from xlfz.findings import Finding
    from xlfz.workbench.faults import Sources
    from xlfz.workbench.model import Workbench

_LISTED = 10
"""How many numbers or names one finding lists."""


def warnings(workbench: Workbench, sources: Sources) -> Iterator[Finding]:
    """Every warning, in the order of the sheets."""
    yield from _counts(workbench, sources)
    yield from _month(workbench, sources)
    if workbench.settings.form_kind != PROGRESS:
        yield from _points(workbench)
    yield from _gaps(workbench, sources)
    yield from _units(workbench, sources)


def _counts(workbench: Workbench, sources: Sources) -> Iterator[Finding]:
    """What the source says of itself against what is there."""
    declared, catalogue = workbench.declared, workbench.catalogue
    rows = [i for i in catalogue.indicators if i.scored and i.state != "停用"]
    counted: list[tuple[str, str, int | None, int]] = [
        ("declared_indicators", "指标", declared.indicators, len(rows)),
        ("declared_first", "一级指标", declared.first_level, len({i.chapter for i in rows if i.chapter})),
        (
            "declared_second",
            "二级指标",
            declared.second_level,
            len({(i.chapter, i.section) for i in rows if i.section}),
        ),
    ]
    below: set[str] = set()
    for level, count in declared.levels.items():
        below.add(level)
        present = sum(i.level in below for i in rows)
        counted.append(("declared_levels", f"指标（到{level}）", count, present))
    for setting, name, wanted, present in counted:
        if wanted is not None and wanted != present:
            place = sources.settings.places.get(setting, "")
            found = finding("W_WB_COUNT", 应=wanted, 名=name, 实=present)
            yield found.at(sheet=SETTINGS_SHEET.title, cell=place)


def _month(workbench: Workbench, sources: Sources) -> Iterator[Finding]:
    """A 进展表 whose round is no month has no history."""
    settings = workbench.settings
    if settings.form_kind == PROGRESS and month(settings.round, settings.year) is None:
        place = sources.settings.places.get("round", "")
        yield finding("W_WB_MONTH", 值=settings.round, sheet=SETTINGS_SHEET.title, cell=place)


def _points(workbench: Workbench) -> Iterator[Finding]:
    blank = [i for i in workbench.scoring_catalogue.live if i.scored and i.points is None]
    if blank:
        shares = even_split(workbench.catalogue, workbench.scheme.full, dict(workbench.scheme.chapters))
        few, most = min(shares.values(), default=0.0), max(shares.values(), default=0.0)
        share = f"{few:g}" if few == most else f"{few:g}–{most:g}"
        yield finding("W_WB_POINTS", n=len(blank), 均分=share, sheet=INDICATORS.title)


def _gaps(workbench: Workbench, sources: Sources) -> Iterator[Finding]:
    catalogue = workbench.catalogue
    slots = [i for i in catalogue.indicators if i.state == "空缺"]
    if slots:
        yield _listed("W_WB_OPEN_SLOT", slots)
    leaderless = [i for i in catalogue.live if not i.lead]
    if leaderless:
        yield _listed("W_WB_NO_LEAD", leaderless)
    if workbench.roster.active:
        reported = workbench.assignment.reported
        if orphans := [i for i in catalogue.live if i.number not in reported]:
            yield _listed("W_WB_NOBODY", orphans)
    for record in sources.indicators.records:
        deadline = catalogue.by_number[record.text("number")].deadline
        if deadline == Deadline(deadline.text) and deadline.text:
            place = record.ref("deadline")
            yield finding("W_WB_DEADLINE", 值=deadline.text, sheet=INDICATORS.title, cell=place)


def _units(workbench: Workbench, sources: Sources) -> Iterator[Finding]:
    if not workbench.roster.active:
        yield finding("W_WB_NO_UNITS", sheet=sources.units.sheet)
        return
    idle = [d.unit.name for d in workbench.assignment.duties if not d.items]
    if idle:
        yield finding("W_WB_IDLE_UNIT", n=len(idle), 列表=_some(idle), sheet=UNITS.title)


def _listed(code: str, rows: Sequence[Indicator]) -> Finding:
    numbers = _some([i.number for i in rows])
    return finding(code, n=len(rows), 列表=numbers, sheet=INDICATORS.title)


def _some(words: Iterable[str]) -> str:
    """The first ten, and 等 when there are more."""
    every = list(words)
    return "、".join(every[:_LISTED]) + (" 等" if len(every) > _LISTED else "")
