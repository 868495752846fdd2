"""What a story has to tell: its steps with day, figures and where to look.

Takes what each step of a script did; gives frozen records, printable as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from xlfz.months import Month
    from xlfz.office.results import Announced, Consolidated


@dataclass(frozen=True, slots=True)
class Step:
    """One day of the story."""

    day: date
    what: str
    """One Chinese sentence."""
    figures: Mapping[str, int]
    """The files found with their verdicts where the step checked, and what the step counts itself."""
    look: tuple[Path, ...] = ()

    def sentence(self) -> str:
        """The step in one line, as a face shows it."""
        return f"{self.day.month}月{self.day.day}日  {self.what}"


@dataclass(frozen=True, slots=True)
class Assessment:
    """The assessment year as it was played: the last result, and what people did by hand."""

    folder: Path
    steps: tuple[Step, ...]
    announced: Announced
    changed: Mapping[str, Mapping[str, float]]
    """Unit code -> indicator number -> the 考核分 that was typed into 明细 after an appeal."""
    facts: Mapping[str, Mapping[str, int]]
    """Unit code -> counted fact -> what was typed into 排名."""
    silent: tuple[str, ...]
    """Codes of the units that never send a valid return."""
    closed: tuple[str, ...]
    """Numbers of the items of 整改台账 that a verifier closed."""


@dataclass(frozen=True, slots=True)
class Months:
    """Six months of tasks as they were played."""

    folder: Path
    steps: tuple[Step, ...]
    consolidated: Consolidated
    states: Mapping[Month, Mapping[str, str]]
    """Month -> unit code -> 已报, 迟报 or 未报, as it was played."""


@dataclass(frozen=True, slots=True)
class Told:
    """A whole story."""

    root: Path
    assessment: Assessment
    months: Months

    @property
    def steps(self) -> tuple[Step, ...]:
        """Everything that happened, in the one folder and then in the other."""
        return (*self.assessment.steps, *self.months.steps)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "folder": str(self.root),
            "steps": [
                {
                    "day": s.day.isoformat(),
                    "what": s.what,
                    "figures": dict(s.figures),
                    "look": [str(p) for p in s.look],
                }
                for s in self.steps
            ],
        }
