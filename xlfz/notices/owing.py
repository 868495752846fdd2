"""Which units still owe a return, and what exactly: from a check report and the workbench.

Gives one `Owing` a unit that has a duty and no accepted file, in the roster's order. A finding belongs
to the unit of its file, else to the unit that it names. Knows no document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xlfz.findings import by_weight

if TYPE_CHECKING:
    from datetime import date

    from xlfz.assignment import Duty
    from xlfz.check.model import CheckReport
    from xlfz.findings import Finding
    from xlfz.workbench.model import Workbench

Colour = Literal["绿", "黄", "红"]
COLOURS: tuple[Colour, ...] = ("绿", "黄", "红")
"""From the mildest to the gravest."""
NEAR_DAYS = 5
"""So many days before the deadline the colour turns from 绿 to 黄."""
YELLOW_FAULTS, RED_FAULTS = 10, 50
"""So many errors in what came back turn the colour to 黄 and to 红."""
DAYS_GIVEN = {"绿": 5, "黄": 3, "红": 1}
"""How many days a unit is given from today, never less than its deadline leaves it."""


@dataclass(frozen=True, slots=True)
class Owing:
    """One unit that owes a return. `errors` are what must be put right in the files that came."""

    duty: Duty
    files: tuple[str, ...]
    errors: tuple[Finding, ...]
    held: bool
    """已报待改; otherwise 未报."""

    @property
    def state(self) -> str:
        """已报待改 or 未报."""
        return "已报待改" if self.held else "未报"


def owing(report: CheckReport, workbench: Workbench) -> tuple[Owing, ...]:
    """Every unit that has to be reminded."""
    accepted = set(report.accepted())
    names = {d.unit.name: d.unit.code for d in workbench.assignment.duties}
    files: dict[str, list[str]] = {}
    errors: dict[str, list[Finding]] = {}
    held: set[str] = set()
    for outcome in report.files:
        checked = outcome.checked
        if checked.verdict == "skipped":
            continue
        if checked.unit:
            files.setdefault(checked.unit, []).append(outcome.path)
        if checked.verdict == "held":
            held.add(checked.unit)
        for found in checked.findings:
            code = checked.unit or names.get(found.unit, "")
            if code and found.severity == "error":
                errors.setdefault(code, []).append(found.at(file=outcome.path))
    return tuple(
        Owing(
            duty,
            tuple(files.get(duty.unit.code, ())),
            tuple(sorted(errors.get(duty.unit.code, ()), key=by_weight)),
            duty.unit.code in held,
        )
        for duty in workbench.assignment.duties
        if duty.items and duty.unit.code not in accepted
    )


def colour(owed: Owing, due: date | None, today: date) -> Colour:
    """The graver of two: how near the deadline is or how long past, and how many errors there are."""
    by_time = by_faults = 0
    if due is not None:
        left = (due - today).days
        by_time = 2 if left < 0 else 1 if left <= NEAR_DAYS else 0
    faults = len(owed.errors)
    by_faults = 2 if faults >= RED_FAULTS else 1 if faults >= YELLOW_FAULTS else 0
    return COLOURS[max(by_time, by_faults)]
