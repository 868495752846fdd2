"""Consolidation: checked returns -> tables in which every value knows where it came from.

Takes the workbench, the report of the checks and what staff had typed into the earlier summary;
gives frozen rows: units with their results, details, materials, shortfalls, findings, files.
Forbids any value of a file that was not accepted: of a held file there are its findings and its
line in the register, nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from xlfz.consolidation.assessed import records, review_faults, scores_of
from xlfz.consolidation.rows import FileRows, Placing, extra_columns, shortfalls
from xlfz.consolidation.tables import (
    ASSESSED,
    DEDUCTED,
    DEDUCTION,
    NOTHING,
    OPEN_COLUMNS,
    OPINION,
    REVIEW_COLUMNS,
    REVIEW_DAYS,
    REVIEW_TEXTS,
    AssessedRow,
    Carried,
    CarriedValue,
    Consolidation,
    DetailRow,
    MaterialRow,
    Placement,
    Shortfall,
    Typed,
    UnitRow,
    as_cell,
    as_text,
    row_key,
)
from xlfz.findings import Finding, by_weight, finding
from xlfz.scoring.functions import Scalar, is_number
from xlfz.scoring.units import Entry, Reported, board, score_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlfz.assignment import Duty
    from xlfz.check.model import CheckReport, FileOutcome
    from xlfz.roster import Unit
    from xlfz.scheme import TeamBy
    from xlfz.workbench.model import Workbench

__all__ = [
    "ASSESSED",
    "DEDUCTED",
    "DEDUCTION",
    "NOTHING",
    "OPEN_COLUMNS",
    "OPINION",
    "REVIEW_COLUMNS",
    "REVIEW_DAYS",
    "REVIEW_TEXTS",
    "AssessedRow",
    "Carried",
    "CarriedValue",
    "Consolidation",
    "DetailRow",
    "MaterialRow",
    "Placement",
    "Shortfall",
    "Typed",
    "UnitRow",
    "as_text",
    "consolidate",
    "extra_columns",
    "row_key",
    "team_of",
    "with_findings",
]


def consolidate(workbench: Workbench, report: CheckReport, carried: Carried = NOTHING) -> Consolidation:
    """All tables of one round. Units come in the roster's order, their rows in the catalogue's."""
    duties = [d for d in workbench.assignment.duties if d.items]
    accepted = report.accepted()
    placing = Placing(carried.values)
    plan = board(workbench.scoring_catalogue)
    by = workbench.scheme.team_by
    teams = tuple(dict.fromkeys(t for d in duties if (t := team_of(d.unit, by))))
    facts = tuple(c.fact for c in workbench.scheme.ceilings)
    assessed = scores_of(workbench, report, duties, accepted)
    rows: list[DetailRow] = []
    materials: list[MaterialRow] = []
    entries: list[Entry] = []
    counts: list[tuple[Typed | None, ...]] = []
    positions = {indicator.number: i for i, indicator in enumerate(plan.columns)}
    for duty in duties:
        outcome = accepted.get(duty.unit.code)
        own: list[DetailRow] = []
        if outcome is not None:
            own, handed_in = FileRows(workbench, duty, outcome, placing, assessed.scores).all()
            rows += own
            materials += handed_in
        counts.append(tuple(placing.take("排名", duty.unit.code, fact) for fact in facts))
        own_team = team_of(duty.unit, by)
        team = teams.index(own_team) + 1 if own_team else 0
        entries.append(_entry(duty, _state(duty, report, outcome), team, own, positions, counts=counts[-1]))
    scores = score_units(workbench.scheme, plan, entries)
    files: dict[str, list[FileOutcome]] = {}
    for file in report.files:
        files.setdefault(file.checked.unit, []).append(file)
    units = tuple(
        UnitRow(d.unit, d, e.reported, s, c, tuple(files.get(d.unit.code, ())), team_of(d.unit, by))
        for d, e, s, c in zip(duties, entries, scores, counts, strict=True)
    )
    reviewed = records(rows, assessed.scores, placing)
    lost = (*carried.lost, *placing.left())
    told = [*assessed.findings, *review_faults(reviewed), *_value_faults(rows), *_count_faults(units, facts)]
    if placing.placed:
        told.append(finding("I_CARRIED", n=placing.placed))
    if lost:
        told.append(finding("W_CARRY_LOST", n=len(lost)))
    problems = (*report.findings, *carried.findings, *(f for f in told if f.severity != "info"))
    return Consolidation(
        units=units,
        rows=tuple(rows),
        materials=tuple(materials),
        shortfalls=tuple(shortfalls(rows, materials)),
        board=plan,
        teams=teams,
        files=report.files,
        problems=tuple(sorted(problems, key=by_weight)),
        lost=lost,
        findings=tuple(told),
        gone=report.gone,
        assessed=reviewed,
    )


def with_findings(consolidation: Consolidation, more: tuple[Finding, ...]) -> Consolidation:
    """The same with what a later stage has to say; what needs a person stands among the problems."""
    if not more:
        return consolidation
    told = (f for f in more if f.severity != "info")
    problems = tuple(sorted((*consolidation.problems, *told), key=by_weight))
    return replace(consolidation, findings=(*consolidation.findings, *more), problems=problems)


def team_of(unit: Unit, by: TeamBy) -> str:
    """What a unit is compared within: its first 考核组, or its first group (群组); empty for none."""
    teams = unit.teams if by == "考核组" else unit.groups
    return next(iter(teams), "")


def _state(duty: Duty, report: CheckReport, accepted: FileOutcome | None) -> Reported:
    if accepted is not None:
        return "已采用"
    code = duty.unit.code
    held = any(f.checked.unit == code and f.checked.verdict == "held" for f in report.files)
    return "已报待改" if held else "未报"


def _entry(
    duty: Duty,
    reported: Reported,
    team: int,
    rows: Iterable[DetailRow],
    positions: Mapping[str, int],
    *,
    counts: tuple[Typed | None, ...],
) -> Entry:
    assigned = [False] * len(positions)
    for item in duty.items:
        if item.indicator.number in positions:
            assigned[positions[item.indicator.number]] = True
    scores: list[Scalar] = [None] * len(positions)
    for row in rows:
        if row.item.indicator.number in positions:
            scores[positions[row.item.indicator.number]] = row.counted
    return Entry(reported, team, tuple(assigned), scores, tuple(map(as_cell, counts)))


def _value_faults(rows: Iterable[DetailRow]) -> Iterator[Finding]:
    """考核分 and 扣分 that cannot be counted: they stay in their cell as typed."""
    for row in rows:
        if row.assessed is not None:
            yield from _value_fault(row, ASSESSED, row.assessed)
        if row.deducted is not None:
            yield from _value_fault(row, DEDUCTED, row.deducted)


def _value_fault(row: DetailRow, column: str, value: Typed) -> Iterator[Finding]:
    points = row.item.indicator.points
    if points is None or (isinstance(value, str) and not value.strip(" ")):
        return
    if isinstance(value, date) or not is_number(value):
        reason = "不是数字"
    elif not 0 <= value <= points:
        reason = f"应为 0–{points:g} 的数字"
    else:
        return
    number = row.item.indicator.number
    yield finding(
        "E_CARRY_VALUE",
        sheet="明细",
        unit=row.unit.name,
        indicator=number,
        ref=f"“明细”{row.unit.name}第 {number} 项“{column}”",
        值=as_text(value),
        原因=reason,
        列=column,
    )


def _count_faults(units: Iterable[UnitRow], facts: tuple[str, ...]) -> Iterator[Finding]:
    """Counted facts that are no numbers: the grade of the unit is 待核 until they are."""
    for unit in units:
        for fact, value in zip(facts, unit.counts, strict=True):
            if value is not None and (isinstance(value, date) or not is_number(value)):
                yield finding(
                    "E_CARRY_VALUE",
                    sheet="排名",
                    unit=unit.unit.name,
                    ref=f"“排名”{unit.unit.name}“{fact}”",
                    值=as_text(value),
                    原因="不是数字",
                    列=fact,
                )
