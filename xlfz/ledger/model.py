"""One item of the 整改台账, and the two formulas that say how it stands.

Takes and gives nothing by itself. An item's number is given once and never again; `typed` is what
staff wrote into its open cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from xlfz.consolidation.tables import Typed, as_cell
from xlfz.kinds.receipt import COMPLETED
from xlfz.scoring.formula import Declared

if TYPE_CHECKING:
    from datetime import date

    from xlfz.findings import Finding
    from xlfz.scoring.functions import Scalar

LEDGER, MEMORY = "整改台账", "_整改"
"""The sheet that staff see, and the veryHidden one with every item as it was last written."""
NUMBER = "整改号"
OWNER, MEASURE, DEADLINE, VERDICT, VERIFIER, VERIFIED, NOTE = OPEN = (
    "责任人", "整改措施", "整改期限", "核验结论", "核验人", "核验日期", "备注",
)  # fmt: skip
DAYS: Final = (DEADLINE, VERIFIED)
PASSED, FAILED = VERDICTS = ("通过", "不通过")
UNSTARTED, GOING_ON, WAITING, CLOSED = STATES = ("未启动", "整改中", "待核验", "已销号")
OVERDUE, SOON = "逾期", "临期"

STATE = Declared(
    f'IF(AND(核验结论="{PASSED}",TRIM(核验人)<>"",ISNUMBER(核验日期)),"{CLOSED}",'
    f'IF(AND(回执状态="{COMPLETED}",核验结论<>"{FAILED}"),"{WAITING}",'
    f'IF(OR(回执状态<>"",TRIM(整改措施)<>"",核验结论<>""),"{GOING_ON}","{UNSTARTED}")))'
)
ALERT = Declared(
    f'IF(状态="{CLOSED}","",IF(ISNUMBER(整改期限),'
    f'IF(整改期限<截至日期,"{OVERDUE}",IF(整改期限-截至日期<=5,"{SOON}","")),""))'
)


class Said(NamedTuple):
    """What a unit's accepted 整改回执 says of one item, and where."""

    state: str
    said: str = ""
    finished: date | None = None
    evidence: str = ""
    owner: str = ""
    next: str = ""
    path: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One unit's shortfall on one indicator; several kinds of it are one item."""

    number: int
    code: str
    unit: str
    indicator: str
    text: str
    problem: str
    lost: float | None
    path: str
    """The file that shows the shortfall."""
    listed: date
    period: str
    """The round in which it was listed, or listed again."""
    present: bool = True
    """Whether the last consolidation still had the shortfall."""
    said: Said | None = None
    typed: tuple[Typed | None, ...] = (None,) * len(OPEN)
    """What stands in the open cells, in the order of `OPEN`."""
    history: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """整改001, as it stands on sheets and receipts."""
        return f"整改{self.number:03d}"

    def open(self, column: str) -> Typed | None:
        """What staff typed into an open column."""
        return self.typed[OPEN.index(column)]

    @property
    def state(self) -> str:
        """未启动, 整改中, 待核验 or 已销号: what the cell shows."""
        verdict, verifier, verified, measure = (
            as_cell(self.open(name)) for name in (VERDICT, VERIFIER, VERIFIED, MEASURE)
        )
        return _state(verdict, verifier, verified, measure, self.said.state if self.said else None)

    def alert(self, day: date) -> str:
        """逾期, 临期 or nothing, as of a day."""
        return _alert(self.state, as_cell(self.open(DEADLINE)), as_cell(day))


# Thousands of items share few cases; the type belongs to a case, for TRUE is no day.
@lru_cache(maxsize=1 << 14, typed=True)
def _state(verdict: Scalar, verifier: Scalar, verified: Scalar, measure: Scalar, said: Scalar) -> str:
    given = {VERDICT: verdict, VERIFIER: verifier, VERIFIED: verified, MEASURE: measure}
    return str(STATE.value(given, 回执状态=said))


@lru_cache(maxsize=1 << 14, typed=True)
def _alert(state: str, deadline: Scalar, day: Scalar) -> str:
    return str(ALERT.value(状态=state, 整改期限=deadline, 截至日期=day))


@dataclass(frozen=True, slots=True)
class Earlier:
    """The ledger of the earlier summary as staff left it."""

    items: tuple[Item, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """The ledger of one run, by number."""

    items: tuple[Item, ...] = ()
    findings: tuple[Finding, ...] = ()


NOTHING_BEFORE, NO_ITEMS = Earlier(), Book()
