"""Consolidation: checked returns -> tables in which every value knows where it came from.

Takes the workbench, the report of the checks and what staff had typed into the earlier summary;
gives frozen rows: units with their results, details, materials, shortfalls, findings, files.
Forbids any value of a file that was not accepted: of a held file there are its findings and its
line in the register, nothing else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from xlfz.excel.blocks import serial
from xlfz.findings import Finding, by_weight, finding
from xlfz.form.spec import GIVEN, NOT_APPLICABLE, PARTLY, UNDONE
from xlfz.scoring.formulas import COUNTED
from xlfz.scoring.functions import Result, Scalar, is_number, round_half_up
from xlfz.scoring.units import Board, Entry, Reported, UnitScore, board, score_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlfz.assignment import Duty, Item
    from xlfz.catalogue import Indicator, Material
    from xlfz.check.model import Answer, Checked, CheckedRow, CheckReport, FileOutcome
    from xlfz.form.spec import Column, TableId
    from xlfz.roster import Unit
    from xlfz.scheme import Scheme
    from xlfz.workbench.model import Workbench

Typed = str | float | bool | date
"""What a person typed into an open cell."""
Placement = Literal["明细", "排名"]

ASSESSED, DEDUCTION, OPINION = "考核分", "扣分原因", "审核意见"
OPEN_COLUMNS: Final = (ASSESSED, DEDUCTION, OPINION)
"""The columns of 明细 in which staff type."""

_WILD = str.maketrans("*?~", "＊？～")


def row_key(code: str, number: str) -> str:
    """Identity of a detail row, as it stands in 明细. Wildcards become full-width: MATCH would use them."""
    return f"{code}|{number}".translate(_WILD)


class CarriedValue(NamedTuple):
    """One value that staff typed into the earlier summary.

    In 明细 `key` is the row's key and `column` an open column; in 排名 `key` is the unit's code and
    `column` the counted fact. `label` is what staff call the place: 甲单位 86.
    """

    sheet: Placement
    key: str
    column: str
    value: Typed
    label: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What the earlier summary held: one value a place, and what cannot be placed whatever comes.

    `lost` are formulas, and different contents for one place.
    """

    values: tuple[CarriedValue, ...] = ()
    lost: tuple[CarriedValue, ...] = ()
    findings: tuple[Finding, ...] = ()


class DetailRow(NamedTuple):
    """One indicator of one unit whose return was accepted. None is a blank."""

    key: str
    unit: Unit
    item: Item
    status: Answer | None
    own: Answer | None
    assessed: Typed | None
    deduction: Typed | None
    opinion: Typed | None
    counted: Result | None
    """采用分: a number, 不适用, "" while there is none; None where the indicator has no points."""
    done_on: Answer | None
    statement: Answer | None
    reason: Answer | None
    extra: tuple[Answer | None, ...]
    """The form's own additional columns, in the form's order."""
    materials_needed: int
    materials_given: int
    material_names: str
    path: str
    """The file, relative to the working folder; within an archive its path goes on inside."""
    sheet: str
    number: int
    """The row in that sheet; 0 when the file (an older form) does not have the row."""
    score_cell: str


class MaterialRow(NamedTuple):
    """One material of one unit whose return was accepted."""

    unit: Unit
    item: Item
    material: Material
    provided: Answer | None
    file_name: Answer | None
    words: Answer | None
    note: Answer | None
    path: str
    sheet: str
    cell: str


class Shortfall(NamedTuple):
    """One line of the plain 整改台账: what one unit still owes on one indicator."""

    number: int
    unit: Unit
    indicator: Indicator
    kinds: tuple[str, ...]
    """Of 未完成, 部分完成, 失分, 缺资料."""
    lost_points: float | None
    missing: tuple[str, ...]
    """Names of the materials that were not handed in."""
    reason: Answer | None
    path: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit that has something to report, and what became of it."""

    unit: Unit
    duty: Duty
    state: Reported
    score: UnitScore
    counts: tuple[Typed | None, ...]
    """Counted facts, one for each ceiling of the scheme, as staff typed them."""
    files: tuple[FileOutcome, ...]
    """Every file that was attributed to the unit."""


@dataclass(frozen=True)
class Consolidation:
    """Everything the summary shows, before it has a shape."""

    units: tuple[UnitRow, ...]
    rows: tuple[DetailRow, ...]
    materials: tuple[MaterialRow, ...]
    shortfalls: tuple[Shortfall, ...]
    board: Board
    teams: tuple[str, ...]
    """考核组 in order; a unit's team number is its place here, from 1."""
    files: tuple[FileOutcome, ...]
    problems: tuple[Finding, ...]
    """All findings of the files and of the carrying over, errors first."""
    lost: tuple[CarriedValue, ...]
    findings: tuple[Finding, ...]
    """What consolidating itself has to say; the report's findings are not repeated."""

    @property
    def missing(self) -> tuple[UnitRow, ...]:
        """The units to be reminded: 未报 and 已报待改."""
        return tuple(u for u in self.units if u.state != "已采用")


NOTHING = Carried()


def consolidate(workbench: Workbench, report: CheckReport, carried: Carried = NOTHING) -> Consolidation:
    """All tables of one round. Units come in the roster's order, their rows in the catalogue's."""
    duties = [d for d in workbench.assignment.duties if d.items]
    accepted = report.accepted()
    placing = _Placing(carried.values)
    plan = board(workbench.scoring_catalogue)
    teams = tuple(dict.fromkeys(d.unit.team for d in duties if d.unit.team))
    facts = tuple(c.fact for c in workbench.scheme.ceilings)
    rows: list[DetailRow] = []
    materials: list[MaterialRow] = []
    entries: list[Entry] = []
    counts: list[tuple[Typed | None, ...]] = []
    positions = {indicator.number: i for i, indicator in enumerate(plan.columns)}
    for duty in duties:
        outcome = accepted.get(duty.unit.code)
        own: list[DetailRow] = []
        if outcome is not None:
            reader = _Reader(workbench, duty, outcome, placing)
            materials += (found := list(reader.materials()))
            own = list(reader.details(found))
            rows += own
        counts.append(tuple(placing.take("排名", duty.unit.code, fact) for fact in facts))
        team = teams.index(duty.unit.team) + 1 if duty.unit.team else 0
        entries.append(_entry(duty, _state(duty, report, outcome), team, own, positions, counts=counts[-1]))
    scores = score_units(workbench.scheme, plan, entries)
    files: dict[str, list[FileOutcome]] = {}
    for file in report.files:
        files.setdefault(file.checked.unit, []).append(file)
    units = tuple(
        UnitRow(d.unit, d, e.reported, s, c, tuple(files.get(d.unit.code, ())))
        for d, e, s, c in zip(duties, entries, scores, counts, strict=True)
    )
    lost = (*carried.lost, *placing.left())
    told = [*_value_faults(rows), *_count_faults(units, facts)]
    if placing.placed:
        told.append(finding("I_CARRIED", n=placing.placed))
    if lost:
        told.append(finding("W_CARRY_LOST", n=len(lost)))
    problems = (*report.findings, *carried.findings, *(f for f in told if f.severity != "info"))
    return Consolidation(
        units=units,
        rows=tuple(rows),
        materials=tuple(materials),
        shortfalls=tuple(_shortfalls(rows, materials)),
        board=plan,
        teams=teams,
        files=report.files,
        problems=tuple(sorted(problems, key=by_weight)),
        lost=lost,
        findings=tuple(told),
    )


class _Placing:
    """Carried values on their way to their new places; each is used once, the rest is left."""

    def __init__(self, values: Iterable[CarriedValue]) -> None:
        self._waiting = {(v.sheet, v.key, v.column): v for v in values}
        self.placed = 0

    def take(self, sheet: Placement, key: str, column: str) -> Typed | None:
        """The value for one open cell, None when nothing was typed there."""
        value = self._waiting.pop((sheet, key, column), None) if self._waiting else None
        if value is None:
            return None
        self.placed += 1
        return value.value

    def left(self) -> tuple[CarriedValue, ...]:
        """What found no place."""
        return tuple(self._waiting.values())


class _Reader:
    """The rows of one accepted file."""

    def __init__(self, workbench: Workbench, duty: Duty, outcome: FileOutcome, placing: _Placing) -> None:
        checked = outcome.checked
        self.duty, self.path, self.placing = duty, outcome.path, placing
        self.items = {row.id: row for row in checked.items}
        self.given = {row.id: row for row in checked.materials}
        self.extra = extra_columns(workbench)
        self.counted = _Counted(workbench.scheme)
        self.score_column = _letter(checked, "items", "score")
        self.provided_column = _letter(checked, "materials", "provided")

    def materials(self) -> Iterator[MaterialRow]:
        """One row for each material that the unit hands in."""
        for item in self.duty.items:
            for material in item.materials:
                row = self.given.get(material.id)
                values: Mapping[str, Answer] = row.values if row else {}
                yield MaterialRow(
                    self.duty.unit,
                    item,
                    material,
                    values.get("provided"),
                    values.get("file_name"),
                    values.get("words"),
                    values.get("note"),
                    self.path,
                    row.sheet if row else "",
                    _cell(self.provided_column, row),
                )

    def details(self, materials: Iterable[MaterialRow]) -> Iterator[DetailRow]:
        """One row for each indicator of the unit's duty."""
        needed: Counter[str] = Counter()
        given: Counter[str] = Counter()
        named: dict[str, list[str]] = {}
        for material in materials:
            number = material.item.indicator.number
            needed[number] += material.provided != NOT_APPLICABLE
            given[number] += material.provided == GIVEN
            if material.file_name:
                named.setdefault(number, []).append(str(material.file_name))
        unit, take = self.duty.unit, self.placing.take
        for item in self.duty.items:
            number = item.indicator.number
            row = self.items.get(number)
            values: Mapping[str, Answer] = row.values if row else {}
            key = row_key(unit.code, number)
            assessed, deduction, opinion = (
                take("明细", key, ASSESSED),
                take("明细", key, DEDUCTION),
                take("明细", key, OPINION),
            )
            yield DetailRow(
                key,
                unit,
                item,
                values.get("status"),
                values.get("score"),
                assessed,
                deduction,
                opinion,
                self.counted.of(item.indicator.points, values.get("status"), values.get("score"), assessed),
                values.get("done_on"),
                values.get("statement"),
                values.get("reason"),
                tuple(values.get(column.id) for column in self.extra),
                needed[number],
                given[number],
                "；".join(named.get(number, ())),
                self.path,
                row.sheet if row else "",
                row.number if row else 0,
                _cell(self.score_column, row),
            )


class _Counted:
    """采用分 of detail rows; thousands of rows share few combinations, each is computed once."""

    def __init__(self, scheme: Scheme) -> None:
        self._formula = COUNTED[scheme.source]
        self._known: dict[tuple[object, ...], Result] = {}

    def of(
        self, points: float | None, status: Answer | None, own: Answer | None, assessed: Typed | None
    ) -> Result | None:
        """The counted score, None for an indicator without points."""
        if points is None:
            return None
        # The type belongs to the key: True equals 1.0 and is no score.
        case = (points, status, own, assessed, type(assessed))
        known = self._known.get(case)
        if known is None:
            known = self._known[case] = self._formula.value(
                分值=float(points), 完成情况=as_cell(status), 自评分=as_cell(own), 考核分=as_cell(assessed)
            )
        return known


def as_cell(value: Typed | None) -> Scalar:
    """A typed value as formulas see it: a day is a number to them."""
    if isinstance(value, date):
        return serial(value)
    return float(value) if is_number(value) else value


def as_text(value: Typed) -> str:
    """A typed value as staff read it: 8 and not 8.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.15g}"


def extra_columns(workbench: Workbench, table: TableId = "items") -> tuple[Column, ...]:
    """The columns of a table that an office added to the form; `DetailRow.extra` follows their order."""
    return tuple(c for c in workbench.form.table(table).columns if not c.built_in)


def _letter(checked: Checked, table: TableId, column: str) -> str:
    return (checked.columns or {}).get(table, {}).get(column, "")


def _cell(letter: str, row: CheckedRow | None) -> str:
    return f"{letter}{row.number}" if letter and row else ""


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


def _shortfalls(rows: Iterable[DetailRow], materials: Iterable[MaterialRow]) -> Iterator[Shortfall]:
    lacking: dict[tuple[str, str], list[str]] = {}
    for material in materials:
        if material.provided not in (GIVEN, NOT_APPLICABLE):
            place = (material.unit.code, material.item.indicator.number)
            lacking.setdefault(place, []).append(material.material.name)
    number = 0
    for row in rows:
        indicator = row.item.indicator
        missing = lacking.get((row.unit.code, indicator.number), [])
        if row.status == NOT_APPLICABLE:
            missing = []
        lost = 0.0
        if indicator.points is not None and is_number(row.counted) and indicator.kind != "加分":
            # Points that might have been earned on top (加分) are no shortfall.
            lost = row.counted if indicator.kind == "减分" else indicator.points - row.counted
        kinds = [str(row.status)] if row.status in (PARTLY, UNDONE) else []
        kinds += ["失分"] if lost else []
        kinds += ["缺资料"] if missing else []
        if kinds:
            number += 1
            yield Shortfall(
                number,
                row.unit,
                indicator,
                tuple(kinds),
                round_half_up(lost, 10) or None,
                tuple(missing),
                row.reason,
                row.path,
            )


def _value_faults(rows: Iterable[DetailRow]) -> Iterator[Finding]:
    """考核分 that cannot be counted: they stay in their cell as typed."""
    for row in rows:
        value, points = row.assessed, row.item.indicator.points
        if value is None or points is None or (isinstance(value, str) and not value.strip(" ")):
            continue
        if isinstance(value, date) or not is_number(value):
            reason = "不是数字"
        elif not 0 <= value <= points:
            reason = f"应为 0–{points:g} 的数字"
        else:
            continue
        number = row.item.indicator.number
        yield finding(
            "E_CARRY_VALUE",
            sheet="明细",
            unit=row.unit.name,
            indicator=number,
            ref=f"“明细”{row.unit.name}第 {number} 项“{ASSESSED}”",
            值=as_text(value),
            原因=reason,
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
                )
