"""Checked files as plain JSON values, for the way home from a worker and for the cache, and back again.

`load(dump(checked)) == checked`, for what was checked by itself (`CheckedRow.part` is not kept). JSON and
not pickle: reading a cache must not be able to run code.
A table begins with the shapes of its rows (column ids, and which of them hold a day as ISO text), of which
there are few; each row is a flat list that names its shape. A table without rows is an empty list.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from xlfz.check.model import VERDICT_NAMES, Answer, Checked, CheckedRow, Verdict
from xlfz.findings import SEVERITY_NAMES, Finding, Severity, codes

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = Any
"""Whatever json.loads gives; its shape is this module's own business."""


def dump(checked: Checked) -> Json:
    """A `Checked` as JSON values."""
    return [
        checked.verdict,
        checked.unit,
        checked.version,
        _dump_table(checked.items),
        _dump_table(checked.materials),
        None if checked.columns is None else {t: dict(c) for t, c in checked.columns.items()},
        [_dump_finding(f) for f in checked.findings],
        list(checked.blank),
        checked.wanting,
        checked.corrects,
    ]


def load(record: Json) -> Checked:
    """The `Checked` that `dump` wrote. Raises ValueError, KeyError or TypeError on anything else."""
    verdict, unit, version, items, materials, columns, findings, blank, wanting, corrects = record
    if verdict not in VERDICT_NAMES:
        raise ValueError(f"no such verdict: {verdict}")
    return Checked(
        cast("Verdict", verdict),
        unit,
        version,
        _load_table(items),
        _load_table(materials),
        columns,
        tuple(_load_finding(f) for f in findings),
        tuple(blank),
        wanting,
        corrects,
    )


def _dump_table(rows: tuple[CheckedRow, ...]) -> Json:
    shapes: dict[tuple[tuple[str, ...], tuple[type, ...]], int] = {}
    made: list[Json] = []
    for row_id, sheet, number, answers, _ in rows:
        types = tuple(map(type, answers.values()))
        shape = shapes.setdefault((tuple(answers), types), len(shapes))
        values: Iterable[Json] = answers.values()
        if date in types:
            values = [v.isoformat() if isinstance(v, date) else v for v in values]
        made.append([shape, row_id, sheet, number, *values])
    listed = [[ids, [k for k, t in zip(ids, types, strict=True) if t is date]] for ids, types in shapes]
    return [listed, *made] if made else []


def _load_table(record: Json) -> tuple[CheckedRow, ...]:
    if record == []:
        return ()
    listed, first, *others = record
    shapes = {n: (ids, days) for n, (ids, days) in enumerate(listed)}
    made: list[CheckedRow] = []
    for shape, row_id, sheet, number, *values in (first, *others):
        ids, days = shapes[shape]
        answers: dict[str, Answer] = dict(zip(ids, values, strict=True))
        for day in days:
            answers[day] = date.fromisoformat(cast("str", answers[day]))
        made.append(CheckedRow(row_id, sheet, number, answers))
    return tuple(made)


def _dump_finding(found: Finding) -> Json:
    facts = [[k, v if isinstance(v, (int, float, str)) else str(v)] for k, v in found.facts]
    return [
        found.code,
        found.severity,
        found.file,
        found.sheet,
        found.cell,
        found.unit,
        found.indicator,
        facts,
    ]


def _load_finding(record: Json) -> Finding:
    code, severity, file, sheet, cell, unit, indicator, facts = record
    if code not in codes() or severity not in SEVERITY_NAMES:
        raise ValueError(f"no such finding: {code} {severity}")
    return Finding(
        code, cast("Severity", severity), file, sheet, cell, unit, indicator, tuple((k, v) for k, v in facts)
    )
