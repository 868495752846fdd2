"""What was reported month by month, from the files in 回收 alone.

Takes the workbench and the check report; gives for each month which accepted file each unit has, and how
its report stands: 已报, 迟报, 待改 or 未报. Nothing is remembered beside the files and the day each was
first seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xlfz import kinds
from xlfz.form.progress import NAME
from xlfz.kinds.progress import current
from xlfz.months import Month, month
from xlfz.roster import reporting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.check.model import CheckReport, FileOutcome
    from xlfz.workbench.model import Workbench

Reported = Literal["已报", "迟报", "待改", "未报"]
STATES: tuple[Reported, ...] = ("已报", "迟报", "待改", "未报")


@dataclass(frozen=True, slots=True)
class Reports:
    """One month: code -> its accepted file, and how each unit with tasks stands."""

    month: Month
    accepted: Mapping[str, FileOutcome]
    states: Mapping[str, Reported]


def history(workbench: Workbench, report: CheckReport) -> tuple[Reports, ...]:
    """Every month from the first of which a file is there to the one that is collected now."""
    now = current(workbench)
    if now is None:
        return ()
    found: dict[Month, str] = {now: ""}
    for file in report.files:
        collection = file.checked.collection
        told = month(collection.removesuffix(NAME)) if collection.endswith(NAME) else None
        if told is not None:
            found[told] = collection
    months, step = [], min(found)
    while step <= now:
        months.append(step)
        step = step.next
    return tuple(_reports(workbench, report, m, found.get(m, kinds.collection(str(m), NAME))) for m in months)


def _reports(workbench: Workbench, report: CheckReport, which: Month, collection: str) -> Reports:
    accepted = report.accepted(collection)
    held = {f.checked.unit for f in report.files if f.checked.verdict == "held"}
    last = which.due(workbench.settings.report_day)
    states: dict[str, Reported] = {}
    for duty in workbench.assignment.duties:
        code = duty.unit.code
        if not duty.items:
            continue
        if code in accepted:
            first = accepted[code].first
            states[code] = "迟报" if first is not None and first > last else "已报"
        else:
            own = reporting(collection, code) if collection else code
            states[code] = "待改" if own in held else "未报"
    return Reports(which, accepted, states)
