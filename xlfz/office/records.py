"""Checked files as plain JSON values, for the cache, and back again.

`load(dump(checked)) == checked`. JSON and not pickle: reading a cache must not be able to run code.
A day is written as a list of one ISO text, to tell it from text.
"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from xlfz.check.model import VERDICT_NAMES, Answer, Checked, CheckedRow, Verdict
from xlfz.findings import SEVERITY_NAMES, Finding, Severity, codes

Json = Any
"""Whatever json.loads gives; its shape is this module's own business."""


def dump(checked: Checked) -> Json:
    """A `Checked` as JSON values."""
    return [
        checked.verdict,
        checked.unit,
        checked.version,
        [_dump_row(r) for r in checked.items],
        [_dump_row(r) for r in checked.materials],
        None if checked.columns is None else {t: dict(c) for t, c in checked.columns.items()},
        [_dump_finding(f) for f in checked.findings],
    ]


def load(record: Json) -> Checked:
    """The `Checked` that `dump` wrote. Raises ValueError, KeyError or TypeError on anything else."""
    verdict, unit, version, items, materials, columns, findings = record
    if verdict not in VERDICT_NAMES:
        raise ValueError(f"no such verdict: {verdict}")
    return Checked(
        cast("Verdict", verdict),
        unit,
        version,
        tuple(_load_row(r) for r in items),
        tuple(_load_row(r) for r in materials),
        columns,
        tuple(_load_finding(f) for f in findings),
    )


def _dump_row(row: CheckedRow) -> Json:
    values = {k: [v.isoformat()] if isinstance(v, date) else v for k, v in row.values.items()}
    return [row.id, row.sheet, row.number, values]


def _load_row(record: Json) -> CheckedRow:
    row_id, sheet, number, values = record
    back: dict[str, Answer] = {
        k: date.fromisoformat("".join(v)) if type(v) is list else v for k, v in dict(values).items()
    }
    return CheckedRow(row_id, sheet, number, back)


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
