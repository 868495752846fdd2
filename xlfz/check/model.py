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

_TOLD_OF_ACCEPTED = ("I_PICKED", "I_PARTS_MERGED")

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
    part: int = 0
    """In which of the files that were put together it stands: an index of `FileOutcome.parts`."""


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
    blank: tuple[str, ...] = ()
    """Ids of the form's rows in which nothing is filled in, or that are not there."""
    wanting: int = 0
    """How many of these must be filled in."""
    corrects: str = ""
    """The sha256 of the file of which this was the marked copy (退回)."""

    @property
    def touched(self) -> frozenset[str]:
        """Ids of the form's rows in which something is filled in."""
        return frozenset(row.id for row in (*self.items, *self.materials)).difference(self.blank)

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
    parts: tuple[FileOutcome, ...] = ()
    """Of what was put together from several files: these, in the order of `CheckedRow.part`."""

    def holder(self, row: CheckedRow) -> FileOutcome:
        """The file in which a row stands."""
        return self.parts[row.part] if self.parts else self

    @property
    def why(self) -> str:
        """Its gravest finding in words; of an accepted file, whether a person picked it."""
        told = [f for f in self.checked.findings if f.severity == "error"] or list(self.checked.findings)
        if self.checked.verdict == "accepted":
            told = [f for f in told if f.code in _TOLD_OF_ACCEPTED]
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
    merged: tuple[FileOutcome, ...] = ()
    """What was put together from several accepted files of one unit. Its path is that of its first part;
    the parts are among `files` with the rows that are theirs."""

    def count(self, verdict: Verdict) -> int:
        """How many files have this verdict."""
        return sum(f.checked.verdict == verdict for f in self.files)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of all files, in the files' order."""
        return tuple(finding for f in self.files for finding in f.checked.findings)

    def accepted(self, collection: str = "") -> dict[str, FileOutcome]:
        """Code -> what counts of that unit or team, of the own forms or of a collection: one file, or
        what was put together from several."""
        return {
            f.checked.unit.rpartition(COLLECTION)[2]: f
            for f in (*self.files, *self.merged)
            if f.checked.verdict == "accepted" and f.checked.collection == collection
        }
