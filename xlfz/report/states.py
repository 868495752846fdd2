"""Where every unit and every finding of a check belongs: what the sheets of 校验报告 have in common.

Takes a `CheckReport` and the workbench; gives `States`. A finding belongs to the unit of its file,
else to the unit that it names itself, else to nobody. Forbids dropping any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from xlfz.excel.address import parse
from xlfz.findings import by_weight

if TYPE_CHECKING:
    from xlfz.assignment import Duty
    from xlfz.check.model import CheckReport, FileOutcome
    from xlfz.findings import Finding
    from xlfz.roster import Unit
    from xlfz.workbench.model import Workbench

ACCEPTED, HELD, MISSING, NO_DUTY = "已采用", "已报待改", "未报", "无填报任务"
NOBODY = "（未能识别单位）"


class Located(NamedTuple):
    """A finding, the file it was found in, and the line of its unit on 按单位; 0 for nobody."""

    finding: Finding
    file: FileOutcome
    line: int


@dataclass(frozen=True, slots=True)
class UnitState:
    """One unit: what became of its returns. `duty` is None when nothing was asked of it."""

    unit: Unit
    duty: Duty | None
    state: str
    files: tuple[FileOutcome, ...]

    @property
    def file(self) -> FileOutcome | None:
        """The file that counts, else the first that is held, else the first."""
        verdicts = {f.checked.verdict: f for f in reversed(self.files)}
        return verdicts.get("accepted") or verdicts.get("held") or next(iter(self.files), None)


@dataclass(frozen=True)
class States:
    """Units in the roster's order (those without a duty last), findings by weight and place."""

    report: CheckReport
    workbench: Workbench
    units: tuple[UnitState, ...]
    findings: tuple[Located, ...]

    @classmethod
    def of(cls, report: CheckReport, workbench: Workbench) -> States:
        """Sort a report out."""
        files: dict[str, list[FileOutcome]] = {}
        for file in report.files:
            if file.checked.unit and not file.checked.collection:
                files.setdefault(file.checked.unit, []).append(file)
        duties = {d.unit.code: d for d in workbench.assignment.duties if d.items}
        codes = [*duties, *(code for code in files if code not in duties)]
        by_code = workbench.roster.by_code
        units = tuple(
            _state(by_code[code], duties.get(code), tuple(files.get(code, ())))
            for code in codes
            if code in by_code
        )
        lines = {u.unit.code: n for n, u in enumerate(units, 1)}
        named = {u.unit.name: n for n, u in enumerate(units, 1)}
        found = [
            Located(f, file, lines.get(file.checked.unit) or named.get(f.unit, 0))
            for file in report.files
            for f in file.checked.findings
        ]
        return cls(report, workbench, units, tuple(sorted(found, key=_order)))

    def count(self, state: str) -> int:
        """How many units are in this state."""
        return sum(u.state == state for u in self.units)

    def name(self, located: Located) -> str:
        """The unit of a finding as staff read it; empty for nobody."""
        return self.units[located.line - 1].unit.name if located.line else located.finding.unit


def _state(unit: Unit, duty: Duty | None, files: tuple[FileOutcome, ...]) -> UnitState:
    verdicts = {f.checked.verdict for f in files}
    state = ACCEPTED if "accepted" in verdicts else HELD if "held" in verdicts else MISSING
    return UnitState(unit, duty, state if duty else NO_DUTY, files)


def _order(located: Located) -> tuple[int, str, str, int, int, str]:
    """Errors first, then by file, sheet and cell: H9 before H12."""
    finding = located.finding
    try:
        row, column = parse(finding.cell.partition(":")[0])
    except ValueError:
        row, column = 0, 0
    return by_weight(finding)[0], located.file.path, finding.sheet, row, column, finding.code
