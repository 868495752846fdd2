"""The rows of what counts of one unit: details, materials, and the shortfalls that follow from them.

Takes one accepted file, or what was put together from several, and the duty that it answers to; gives
rows with provenance. What staff had typed into the earlier summary finds its row here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.consolidation.tables import (
    ASSESSED,
    DEDUCTED,
    DEDUCTION,
    OPINION,
    CarriedValue,
    DetailRow,
    MaterialRow,
    Placement,
    Shortfall,
    Typed,
    as_cell,
    row_key,
)
from xlfz.form.spec import GIVEN, NOT_APPLICABLE, PARTLY, UNDONE
from xlfz.scoring import formulas
from xlfz.scoring.functions import Result, is_number, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlfz.assignment import Duty, Item
    from xlfz.catalogue import Material
    from xlfz.check.model import Answer, Checked, CheckedRow, FileOutcome
    from xlfz.consolidation.assessed import Score
    from xlfz.form.spec import Column, TableId
    from xlfz.scheme import Scheme
    from xlfz.workbench.model import Workbench


class Placing:
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


class FileRows:
    """The rows of one accepted file."""

    def __init__(
        self,
        workbench: Workbench,
        duty: Duty,
        outcome: FileOutcome,
        placing: Placing,
        scored: Mapping[str, Score] | None = None,
    ) -> None:
        checked = outcome.checked
        self.duty, self.placing = duty, placing
        self.items = {row.id: row for row in checked.items}
        self.given = {row.id: row for row in checked.materials}
        self.extra = [column.id for column in extra_columns(workbench)]
        self.scored = scored or {}
        self.scheme = workbench.scheme
        self.counted = _Counted(workbench.scheme)
        self.files = [
            (f.path, _letter(f.checked, "items", "score"), _letter(f.checked, "materials", "provided"))
            for f in outcome.parts or (outcome,)
        ]
        """Path, column of 自评分 and of 提供情况 of each file that a row may stand in."""

    def all(self) -> tuple[list[DetailRow], list[MaterialRow]]:
        """One row for each indicator of the unit's duty, one for each material that it hands in."""
        details: list[DetailRow] = []
        materials: list[MaterialRow] = []
        for item in self.duty.items:
            own = [self._material(item, material) for material in item.materials]
            materials += own
            details.append(self._detail(item, own))
        return details, materials

    def _material(self, item: Item, material: Material) -> MaterialRow:
        row = self.given.get(material.id)
        get = row.values.get if row else _nothing
        path, _, column = self.files[row.part if row else 0]
        return MaterialRow(
            self.duty.unit,
            item,
            material,
            get("provided"),
            get("file_name"),
            get("words"),
            get("note"),
            path,
            row.sheet if row else "",
            _cell(column, row),
        )

    def _detail(self, item: Item, materials: list[MaterialRow]) -> DetailRow:
        indicator, unit = item.indicator, self.duty.unit
        row = self.items.get(indicator.number)
        get = row.values.get if row else _nothing
        key = row_key(unit.code, indicator.number)
        take = self.placing.take
        assessed = take("明细", key, ASSESSED)
        deducts = self.scheme.deducts(indicator.number, indicator.chapter)
        deducted = take("明细", key, DEDUCTED) if deducts else None
        status, own = get("status"), get("score")
        score = self.scored.get(key) if self.scored else None
        first = score.first if score else None
        path, column, _ = self.files[row.part if row else 0]
        return DetailRow(
            key,
            unit,
            item,
            status,
            own,
            assessed,
            take("明细", key, DEDUCTION),
            take("明细", key, OPINION),
            self.counted.of(indicator.points, status, own, assessed, deducted, first, deducts=deducts),
            get("done_on"),
            get("statement"),
            get("reason"),
            tuple([get(name) for name in self.extra]),
            sum([m.provided != NOT_APPLICABLE for m in materials]),
            sum([m.provided == GIVEN for m in materials]),
            "；".join([str(m.file_name) for m in materials if m.file_name]),
            path,
            row.sheet if row else "",
            row.number if row else 0,
            _cell(column, row),
            deducted,
            first,
            score.source if score else None,
            score.reason if score else None,
        )


def _nothing(_: str) -> None:
    """What an older form says in a row that it does not have."""


class _Counted:
    """采用分 of detail rows; thousands of rows share few combinations, each is computed once."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._named = {"自评权重": scheme.weights[0], "考核权重": scheme.weights[1]}
        self._known: dict[tuple[object, ...], Result] = {}

    def of(
        self,
        points: float | None,
        status: Answer | None,
        own: Answer | None,
        assessed: Typed | None,
        deducted: Typed | None = None,
        first: float | str | None = None,
        *,
        deducts: bool = False,
    ) -> Result | None:
        """The counted score, None for an indicator without points."""
        if points is None:
            return None
        # The type belongs to the key: True equals 1.0 and is no score.
        case = (points, status, own, assessed, type(assessed), deducted, type(deducted), first, deducts)
        known = self._known.get(case)
        if known is None:
            known = self._known[case] = formulas.counted(
                self._scheme.source, first=first is not None, deducts=deducts
            ).value(
                self._named,
                分值=float(points),
                完成情况=as_cell(status),
                自评分=as_cell(own),
                考核分=as_cell(assessed),
                扣分=as_cell(deducted),
                初审分=first,
            )
        return known


def extra_columns(workbench: Workbench, table: TableId = "items") -> tuple[Column, ...]:
    """The columns of a table that an office added to the form; `DetailRow.extra` follows their order."""
    return tuple(c for c in workbench.form.table(table).columns if not c.built_in)


def _letter(checked: Checked, table: TableId, column: str) -> str:
    return (checked.columns or {}).get(table, {}).get(column, "")


def _cell(letter: str, row: CheckedRow | None) -> str:
    return f"{letter}{row.number}" if letter and row else ""


def shortfalls(rows: Iterable[DetailRow], materials: Iterable[MaterialRow]) -> Iterator[Shortfall]:
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
