"""The tables of a consolidation: frozen rows, each knowing where it came from.

Takes and gives nothing by itself: these are the types that summary, ledger and scripts read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from xlfz.excel.blocks import serial
from xlfz.scoring.functions import Result, Scalar, is_number

if TYPE_CHECKING:
    from xlfz.assignment import Duty, Item
    from xlfz.catalogue import Indicator, Material
    from xlfz.check.model import Answer, FileOutcome, Gone
    from xlfz.findings import Finding
    from xlfz.roster import Unit
    from xlfz.scoring.units import Board, Reported, UnitScore

Typed = str | float | bool | date
"""What a person typed into an open cell."""
Placement = Literal["明细", "排名", "考核记录"]

ASSESSED, DEDUCTION, OPINION = "考核分", "扣分原因", "审核意见"
DEDUCTED = "扣分"
"""What staff type where indicators are scored by deduction; the column is there only then."""
REVIEW_TEXTS: Final = ("复核意见", "申诉内容", "申诉处理")
REVIEW_DAYS: Final = ("复核日期", "确认日期", "处理日期")
REVIEWED: Final = (
    ("复核意见", "复核人", "复核日期"),
    ("确认", "确认人", "确认日期"),
    ("申诉内容",),
    ("申诉处理", "处理人", "处理日期"),
)
"""The columns of 考核记录 in which staff type, step by step: what, who, when."""
REVIEW_COLUMNS: Final = tuple(column for step in REVIEWED for column in step)
OPEN_COLUMNS: Final = (ASSESSED, DEDUCTION, OPINION)
"""The columns of 明细 in which staff type."""

_WILD = str.maketrans("*?~", "＊？～")


def row_key(code: str, number: str) -> str:
    """Identity of a detail row, as it stands in 明细. Wildcards become full-width: MATCH would use them."""
    return f"{code}|{number}".translate(_WILD)


class CarriedValue(NamedTuple):
    """One value that staff typed into the earlier summary.

    In 明细 `key` is the row's key and `column` an open column; in 排名 `key` is the unit's code and
    `column` the counted fact. `label` is what staff call the place: 甲单位 86.
    """

    sheet: Placement
    key: str
    column: str
    value: Typed
    label: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What the earlier summary held: one value a place, and what cannot be placed whatever comes.

    `lost` are formulas, and different contents for one place.
    """

    values: tuple[CarriedValue, ...] = ()
    lost: tuple[CarriedValue, ...] = ()
    findings: tuple[Finding, ...] = ()


class Source(NamedTuple):
    """A cell of an accepted file."""

    path: str
    sheet: str
    cell: str


class DetailRow(NamedTuple):
    """One indicator of one unit whose return was accepted. None is a blank."""

    key: str
    unit: Unit
    item: Item
    status: Answer | None
    own: Answer | None
    assessed: Typed | None
    deduction: Typed | None
    opinion: Typed | None
    counted: Result | None
    """采用分: a number, 不适用, "" while there is none; None where the indicator has no points."""
    done_on: Answer | None
    statement: Answer | None
    reason: Answer | None
    extra: tuple[Answer | None, ...]
    """The form's own additional columns, in the form's order."""
    materials_needed: int
    materials_given: int
    material_names: str
    path: str
    """The file, relative to the working folder; within an archive its path goes on inside."""
    sheet: str
    number: int
    """The row in that sheet; 0 when the file (an older form) does not have the row."""
    score_cell: str
    deducted: Typed | None = None
    first: float | str | None = None
    """初审分: what the assessors' accepted form says; a text where two groups disagree."""
    source: Source | None = None
    """Where 初审分 stands."""
    first_reason: str | None = None
    """扣分原因 of the assessors."""


class AssessedRow(NamedTuple):
    """One line of 考核记录: what the assessors said of one indicator of one unit that has reported."""

    row: DetailRow
    team: str
    assessor: str
    day: Answer | None
    review: tuple[Typed | None, ...]
    """What staff typed, in the order of REVIEW_COLUMNS."""


class MaterialRow(NamedTuple):
    """One material of one unit whose return was accepted."""

    unit: Unit
    item: Item
    material: Material
    provided: Answer | None
    file_name: Answer | None
    words: Answer | None
    note: Answer | None
    path: str
    sheet: str
    cell: str


class Shortfall(NamedTuple):
    """One line of the plain 整改台账: what one unit still owes on one indicator."""

    number: int
    unit: Unit
    indicator: Indicator
    kinds: tuple[str, ...]
    """Of 未完成, 部分完成, 失分, 缺资料."""
    lost_points: float | None
    missing: tuple[str, ...]
    """Names of the materials that were not handed in."""
    reason: Answer | None
    path: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit that has something to report, and what became of it."""

    unit: Unit
    duty: Duty
    state: Reported
    score: UnitScore
    counts: tuple[Typed | None, ...]
    """Counted facts, one for each ceiling of the scheme, as staff typed them."""
    files: tuple[FileOutcome, ...]
    """Every file that was attributed to the unit."""
    team: str = ""
    """What it is compared within: its 考核组, or its 群组 where the scheme says so."""


@dataclass(frozen=True)
class Consolidation:
    """Everything the summary shows, before it has a shape."""

    units: tuple[UnitRow, ...]
    rows: tuple[DetailRow, ...]
    materials: tuple[MaterialRow, ...]
    shortfalls: tuple[Shortfall, ...]
    board: Board
    teams: tuple[str, ...]
    """考核组 in order; a unit's team number is its place here, from 1."""
    files: tuple[FileOutcome, ...]
    problems: tuple[Finding, ...]
    """All findings of the files and of the carrying over, errors first."""
    lost: tuple[CarriedValue, ...]
    findings: tuple[Finding, ...]
    """What consolidating itself has to say; the report's findings are not repeated."""
    gone: tuple[Gone, ...] = ()
    """Files that were there once."""
    assessed: tuple[AssessedRow, ...] = ()
    """What assessors' accepted forms say, in the order of the rows."""

    @property
    def missing(self) -> tuple[UnitRow, ...]:
        """The units to be reminded: 未报 and 已报待改."""
        return tuple(u for u in self.units if u.state != "已采用")


NOTHING = Carried()


def as_cell(value: Typed | None) -> Scalar:
    """A typed value as formulas see it: a day is a number to them."""
    if isinstance(value, date):
        return serial(value)
    return float(value) if is_number(value) else value


def as_text(value: Typed) -> str:
    """A typed value as staff read it: 8 and not 8.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:.15g}"
