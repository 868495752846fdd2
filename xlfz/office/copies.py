"""Marked copies: for every held return, the unit's own values in a fresh form, faults marked.

Takes a check report; gives file names below 退回/ and bytes. The returned files are opened again
in the workers, never here: what was dangerous to read before is dangerous to read now.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from xlfz.form.generate import safe_name
from xlfz.office.intake import arrivals
from xlfz.report.marked import marked_copy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from xlfz.check.engine import Context
    from xlfz.check.model import CheckReport, FileOutcome
    from xlfz.findings import Finding
    from xlfz.office.checking import Pool, Progress
    from xlfz.office.folder import Folder

SUFFIX = "_退回修改.xlsx"
_OURS = ("E_DUP_UNIT", "E_PICK_GONE", "E_PICK_FAULTY", "E_PART_HELD")
"""Which file counts is the office's matter: the unit cannot mend it, and is not told."""


def marked_copies(
    report: CheckReport,
    folder: Folder,
    names: Mapping[str, str],
    context: Context,
    created: datetime,
    pool: Pool,
    progress: Progress,
    findings: list[Finding],
) -> list[tuple[Path, bytes]]:
    """(path below 退回/, bytes) of each held file whose unit is known, in the report's order.

    A unit with several held files gets a numbered copy of each. What goes wrong in a worker is
    added to `findings`.
    """
    held = [f for f in report.files if f.checked.verdict == "held" and f.checked.unit in names]
    held = [f for f in held if _for_the_unit(f)]
    if not held:
        return []
    wanted = {f.path for f in held}
    data = {
        a.path: a.data
        for a in arrivals(folder.received, folder.root)
        if a.path in wanted and a.data is not None
    }
    held = [f for f in held if f.path in data]
    count = 0
    progress("生成退回副本", 0, len(held))

    def advance(*_: object) -> None:
        nonlocal count
        count += 1
        progress("生成退回副本", count, len(held))

    outcomes = pool.run(
        functools.partial(_job, context=context, created=created),
        [(data[f.path], f.path, tuple(x for x in f.checked.findings if x.code not in _OURS)) for f in held],
        advance,
    )
    made: list[tuple[Path, bytes]] = []
    for file, name, outcome in zip(held, _names(held, names), outcomes, strict=True):
        if outcome.finding is not None:
            findings.append(outcome.finding.at(file=file.path, unit=names[file.checked.unit]))
        elif outcome.refused is None and outcome.value is not None:
            made.append((folder.sent_back / name, outcome.value))
    return made


def _for_the_unit(file: FileOutcome) -> bool:
    """Whether there is something in it that the unit can mend."""
    return any(f.severity == "error" and f.code not in _OURS for f in file.checked.findings)


def _job(item: tuple[bytes, str, tuple[Finding, ...]], context: Context, created: datetime) -> bytes | None:
    data, path, findings = item
    return marked_copy(data, path.rpartition("/")[2], context, findings, created)


def _names(held: Sequence[FileOutcome], names: Mapping[str, str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for file in held:
        unit = f"{names[file.checked.unit]}{file.checked.collection}"
        seen[unit] = seen.get(unit, 0) + 1
        number = f"({seen[unit]})" if seen[unit] > 1 else ""
        result.append(f"{safe_name(unit)}{number}{SUFFIX}")
    return result
