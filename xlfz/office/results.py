"""What each verb of the office gives back: frozen, printable as JSON, turned into frames elsewhere.

Every result lists its findings; `needs_person` says whether a face should end with exit code 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlfz.findings import Finding, by_weight
from xlfz.office import frames

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from xlfz.check.model import CheckReport, Verdict
    from xlfz.consolidation import Consolidation
    from xlfz.form.spec import TableId
    from xlfz.roster import Unit
    from xlfz.workbench.model import Workbench


@dataclass(frozen=True, slots=True)
class Result:
    """What all results share."""

    findings: tuple[Finding, ...]

    @property
    def needs_person(self) -> bool:
        """True when a finding of severity error waits for a person."""
        return any(f.severity == "error" for f in self.findings)

    def ranked(self) -> list[Finding]:
        """The findings, errors first."""
        return sorted(self.findings, key=by_weight)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"findings": self._findings_json()}

    def _findings_json(self) -> list[dict[str, str]]:
        return [f.as_dict() for f in self.ranked()]


@dataclass(frozen=True, slots=True)
class Made(Result):
    """`new`: a working folder with its workbench."""

    folder: Path
    workbench: Path
    indicators: int
    units: int

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "folder": str(self.folder),
            "workbench": str(self.workbench),
            "indicators": self.indicators,
            "units": self.units,
            "findings": self._findings_json(),
        }


@dataclass(frozen=True, slots=True)
class Imported(Result):
    """`import`: 导入核对.xlsx, to be confirmed by a person."""

    folder: Path
    book: Path
    files: int
    read: int
    """Files that gave tasks."""
    indicators: int
    materials: int
    waiting: int
    """Rows of 导入核对 that a person has to look at; the others are prefilled as 已核对."""

    @property
    def needs_person(self) -> bool:
        """True when something waits to be confirmed, or a file could not be read."""
        return self.waiting > 0 or any(f.severity == "error" for f in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "folder": str(self.folder),
            "book": str(self.book),
            "files": self.files,
            "read": self.read,
            "indicators": self.indicators,
            "materials": self.materials,
            "waiting": self.waiting,
            "findings": self._findings_json(),
        }


@dataclass(frozen=True, slots=True)
class Confirmed(Result):
    """`confirm`: the workbench made of what was confirmed; None when 导入核对 has faults."""

    folder: Path
    workbench: Path | None
    indicators: int
    materials: int
    units: int
    left_out: int
    beside: bool
    """Whether a workbench was there already: then `workbench` is a new file beside it."""

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "folder": str(self.folder),
            "workbench": str(self.workbench) if self.workbench else None,
            "beside": self.beside,
            "indicators": self.indicators,
            "materials": self.materials,
            "units": self.units,
            "left_out": self.left_out,
            "findings": self._findings_json(),
        }


@dataclass(frozen=True, slots=True)
class Generated(Result):
    """`generate`: forms, archives by parent unit and the 责任分工表."""

    forms: tuple[Path, ...]
    archives: tuple[Path, ...]
    duty_table: Path | None
    units: int

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "units": self.units,
            "forms": [str(p) for p in self.forms],
            "archives": [str(p) for p in self.archives],
            "duty_table": str(self.duty_table) if self.duty_table else None,
            "findings": self._findings_json(),
        }


@dataclass(frozen=True, slots=True)
class Checking(Result):
    """`check`: what became of every file, the report, and the marked copies."""

    workbench: Workbench
    report: CheckReport
    report_file: Path | None
    sent_back: tuple[Path, ...]

    def counts(self) -> dict[str, int]:
        """files_found, accepted, held, rejected, skipped; the last four add up to the first."""
        verdicts: tuple[Verdict, ...] = ("accepted", "held", "rejected", "skipped")
        return {"files_found": len(self.report.files)} | {v: self.report.count(v) for v in verdicts}

    def findings_frame(self) -> pd.DataFrame:
        """The findings, errors first, one a row."""
        return frames.findings(self.ranked())

    def files_frame(self) -> pd.DataFrame:
        """The files found, one a row, with their verdicts."""
        return frames.files(self.report, self.workbench)

    def rows_frame(self, table: TableId = "items") -> pd.DataFrame:
        """The validated rows of the accepted files; `table` is items (指标) or materials (资料)."""
        return frames.rows(self.report, self.workbench, table)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`: the counts and the findings, in the published form."""
        return {**self.counts(), "findings": self._findings_json()}


@dataclass(frozen=True, slots=True)
class Reminded(Checking):
    """`remind`: a check, and the notices to the units that owe a return."""

    units: tuple[Unit, ...]
    reminders: tuple[Path, ...]
    orders: tuple[Path, ...]

    def as_dict(self) -> dict[str, Any]:
        """For `--json`: `check`'s counts, the units that owe, and the documents."""
        return {
            **self.counts(),
            "owing": [u.name for u in self.units],
            "reminders": [str(p) for p in self.reminders],
            "orders": [str(p) for p in self.orders],
            "findings": self._findings_json(),
        }


@dataclass(frozen=True, slots=True)
class Consolidated(Checking):
    """`consolidate`: a check, and the summary made of it."""

    consolidation: Consolidation
    summary: Path

    @property
    def reported(self) -> int:
        """Units whose return counts."""
        return len(self.report.accepted())

    @property
    def units(self) -> int:
        """Units that have something to report."""
        return len(self.consolidation.units)

    @property
    def rows(self) -> int:
        """Rows in 明细."""
        return len(self.consolidation.rows)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`: `check`'s fields, and units, reported, missing, rows, summary."""
        return {
            **self.counts(),
            "units": self.units,
            "reported": self.reported,
            "missing": self.units - self.reported,
            "rows": self.rows,
            "summary": str(self.summary),
            "findings": self._findings_json(),
        }


@dataclass(frozen=True, slots=True)
class Announced(Consolidated):
    """`announce`: a summary, the result to each unit that reported, and the 通报."""

    feedback: tuple[Path, ...]
    circular: Path

    def as_dict(self) -> dict[str, Any]:
        """For `--json`: `consolidate`'s fields, feedback and circular."""
        found = Consolidated.as_dict(self)
        return {**found, "feedback": [str(p) for p in self.feedback], "circular": str(self.circular)}


@dataclass(frozen=True, slots=True)
class Status(Result):
    """`status`: who has reported, who has not, and the next step."""

    workbench: Workbench
    report: CheckReport
    units: tuple[Unit, ...]
    reported: tuple[Unit, ...]
    held: tuple[Unit, ...]
    missing: tuple[Unit, ...]
    forms_sent: int
    summary: Path | None
    next_step: str
    teams_missing: tuple[str, ...] = ()
    """The 考核组 whose 考核评分表 was sent and does not count yet."""

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "units": len(self.units),
            "reported": [u.name for u in self.reported],
            "held": [u.name for u in self.held],
            "missing": [u.name for u in self.missing],
            "teams_missing": list(self.teams_missing),
            "forms_sent": self.forms_sent,
            "summary": str(self.summary) if self.summary else None,
            "next_step": self.next_step,
            "findings": self._findings_json(),
        }
