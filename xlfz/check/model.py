"""The outcome of checking one returned file: values that were positively validated, and findings.

Frozen, small and made of plain values, so that it crosses process borders and is cached cheaply.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from xlfz.roster import COLLECTION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.findings import Finding

Verdict = Literal["accepted", "held", "rejected", "skipped"]
VERDICT_NAMES: dict[Verdict, str] = {
    "accepted": "已采用",
    "held": "挂起待改",
    "rejected": "未能读取",
    "skipped": "已跳过",
}

Answer = str | float | date
"""A validated value: text, a number (分, 字), or a day. A blank has no entry."""


class CheckedRow(NamedTuple):
    """One form row's validated values by column id, and where they stand in the file.

    A named tuple, because a return holds hundreds of them.
    """

    id: str
    sheet: str
    number: int
    values: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Checked:
    """One returned file after all checks.

    accepted: no finding of severity error; `items` and `materials` may be consolidated.
    held: it could be read, but something needs a person; its valid values are kept for the marked
    copy (退回) and never consolidated. rejected: it could not be read. skipped: nothing to read
    (lock file, the same bytes again, not a workbook). `columns` maps table id -> column id -> column
    letter in the file.
    """

    verdict: Verdict
    unit: str = ""
    """The roster's code, behind the name of a further collection (`roster.reporting`); empty when the
    file could not be attributed."""
    version: int = 0
    items: tuple[CheckedRow, ...] = ()
    materials: tuple[CheckedRow, ...] = ()
    columns: Mapping[str, Mapping[str, str]] | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def collection(self) -> str:
        """The further collection that the file belongs to; empty for the round's own forms."""
        return self.unit.rpartition(COLLECTION)[0]


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """One file found under 回收/ and what became of it. `path` is relative to the working folder.

    A member of an archive has a path like `回收/乡镇.zip/甲镇.xlsx`. `digest` is the sha256 of its bytes.
    """

    path: str
    digest: str
    size: int
    modified: float
    """Seconds since the epoch; shown in the register, never used to decide."""
    checked: Checked
    first: date | None = None
    """The day on which this content was first found, at whatever path; None without a register."""
    came: date | None = None
    """The day on which it was first found at this path."""

    @property
    def why(self) -> str:
        """Its gravest finding in words; of an accepted file, whether a person picked it."""
        told = [f for f in self.checked.findings if f.severity == "error"] or list(self.checked.findings)
        if self.checked.verdict == "accepted":
            told = [f for f in told if f.code == "I_PICKED"]
        return told[0].message if told else ""


@dataclass(frozen=True, slots=True)
class Gone:
    """One file that was once under 回收/ and is there no more, or no more with this content."""

    path: str
    digest: str
    size: int
    first: date
    unit: str
    """The roster's code; empty when the file could not be attributed."""
    verdict: Verdict
    """What had become of it when it was last there, and `why`."""
    why: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything under 回收/ after checking: accepted + held + rejected + skipped = files found."""

    files: tuple[FileOutcome, ...]
    gone: tuple[Gone, ...] = ()
    """What was there once; counted nowhere."""

    def count(self, verdict: Verdict) -> int:
        """How many files have this verdict."""
        return sum(f.checked.verdict == verdict for f in self.files)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of all files, in the files' order."""
        return tuple(finding for f in self.files for finding in f.checked.findings)

    def accepted(self, collection: str = "") -> dict[str, FileOutcome]:
        """Code -> the one accepted file of that unit or team, of the own forms or of a collection."""
        return {
            f.checked.unit.rpartition(COLLECTION)[2]: f
            for f in self.files
            if f.checked.verdict == "accepted" and f.checked.collection == collection
        }
