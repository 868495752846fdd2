"""The sheets of the ledger: 整改台账 as staff see it, and the veryHidden memory of its items.

Takes a `Book` and the day; gives plans. States and lights are live formulas with their values.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.address import column_name
from xlfz.excel.plan import Block, Conditional, Formula, Later, Merge, Put, Sheet, Validation
from xlfz.ledger import memory
from xlfz.ledger.model import (
    ALERT,
    CLOSED,
    DAYS,
    DEADLINE,
    GOING_ON,
    LEDGER,
    MEASURE,
    MEMORY,
    NOTE,
    NUMBER,
    OPEN,
    OVERDUE,
    OWNER,
    SOON,
    STATE,
    STATES,
    VERDICT,
    VERDICTS,
    VERIFIED,
    VERIFIER,
    WAITING,
)
from xlfz.listing import CENTER, FIRST_ROW, LEFT, LINK, SCORE, ListColumn, Listing, source_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.excel.plan import Value
    from xlfz.ledger.model import Book, Item

_COLUMNS = (
    ListColumn(NUMBER, 10, look.KEY),
    ListColumn("单位", 20, LEFT),
    ListColumn("编号", 8, look.KEY),
    ListColumn("指标内容", 32, LEFT),
    ListColumn("问题", 28, LEFT),
    ListColumn("失分", 7, SCORE),
    ListColumn("状态", 9, CENTER),
    ListColumn("预警", 7, CENTER),
    ListColumn(OWNER, 10, look.INPUT_CHOICE, open=True),
    ListColumn(MEASURE, 28, look.INPUT, open=True),
    ListColumn(DEADLINE, 12, look.INPUT_DATE, open=True),
    ListColumn("回执状态", 9, CENTER),
    ListColumn("回执内容", 36, LEFT),
    ListColumn("佐证材料", 22, LEFT),
    ListColumn(VERDICT, 9, look.INPUT_CHOICE, open=True),
    ListColumn(VERIFIER, 10, look.INPUT_CHOICE, open=True),
    ListColumn(VERIFIED, 12, look.INPUT_DATE, open=True),
    ListColumn(NOTE, 18, look.INPUT, open=True),
    ListColumn("本次汇总", 10, CENTER),
    ListColumn("列入日期", 12, look.DATE),
    ListColumn("经过", 44, LEFT),
    ListColumn("回执文件", 30, LINK),
    ListColumn("来源文件", 30, LINK),
)
_CLOSING = "核验结论“通过”并填核验人、核验日期的才销号。"
_LABEL_AT, _DAY_AT = 10, 11
"""截至日期 stands over 整改措施 and 整改期限."""


_EARLIEST = "=DATE(2000,1,1)"


@dataclass(frozen=True)
class Drawn:
    """整改台账 of one run as of a day, before it is a plan: other sheets ask it where things stand."""

    book: Book
    day: date

    @cached_property
    def states(self) -> Counter[str]:
        """How many items are in each state."""
        return Counter(item.state for item in self.book.items)

    @cached_property
    def overdue(self) -> int:
        """How many items are 逾期."""
        return sum(item.alert(self.day) == OVERDUE for item in self.book.items)

    @cached_property
    def listing(self) -> Listing:
        """The visible sheet as a listing."""
        items = self.book.items
        made = Listing(
            LEDGER,
            LEDGER,
            self._counts(),
            _COLUMNS,
            Later(len(items), self._rows),
            "没有需要整改的事项。",
            wide=True,
            frozen=4,
            pages_wide=2,
            dates=_dates(items),
        )
        if items:
            made.extra["conditionals"] = _marks(made)
            wanted = "请填日期，如 2026-03-12。"
            made.extra["validations"] = (
                Validation(made.column_cells(VERDICT), "list", VERDICTS, error="请选“通过”或“不通过”。"),
                *(Validation(made.column_cells(c), "date", minimum=_EARLIEST, error=wanted) for c in DAYS),
            )
        return made

    def sheet(self) -> Sheet:
        """The visible sheet."""
        made = self.listing
        sheet = made.sheet()
        if not self.book.items:
            return sheet
        head = [p for p in sheet.cells if (p.row, p.column) != (2, 1)]
        head.append(Put(2, _LABEL_AT, "截至日期", look.LABEL))
        head.append(Put(2, _DAY_AT, self.day, look.INPUT_DATE))
        counts = Merge(2, 1, 2, _LABEL_AT - 1, Formula(_counting(made), made.note), look.NOTE.but(size=10))
        return replace(sheet, cells=tuple(head), merges=(*sheet.merges, counts))

    def memory(self) -> tuple[Sheet, ...]:
        """The hidden sheet with every item, when there are any."""
        texts = [memory.written(item) for item in self.book.items]
        if not texts:
            return ()
        starts = range(0, max(map(len, texts)), memory.PIECE)
        rows = [tuple(text[at : at + memory.PIECE] or None for at in starts) for text in texts]
        block = Block(1, 1, (look.KEY,) * len(starts), rows)
        return (Sheet(MEMORY, blocks=(block,), state="veryHidden"),)

    def _rows(self, start: int, stop: int) -> list[Sequence[Value]]:
        at = {c.header: f"{column_name(n)}{{row}}" for n, c in enumerate(_COLUMNS, 1)}
        state = STATE.template(**{name: at[name] for name in STATE.names})
        alert = ALERT.template(状态=at["状态"], 整改期限=at[DEADLINE], 截至日期="$K$2")
        return [
            _row(item, state(row=n), alert(row=n), self.day)
            for n, item in enumerate(self.book.items[start:stop], FIRST_ROW + start)
        ]

    def _counts(self) -> str:
        parts = [f"{name} {self.states[name]} 项" for name in STATES]
        parts.append(f"{OVERDUE} {self.overdue} 项")
        return f"共 {len(self.book.items)} 项：{'，'.join(parts)}。{_CLOSING}"


def _dates(items: Sequence[Item]) -> dict[int, date]:
    """A day of each open column that is no column of days but has one."""
    places = {c.header: n for n, c in enumerate(_COLUMNS) if c.open and c.header not in DAYS}
    found: dict[int, date] = {}
    for item in items:
        for column, value in zip(OPEN, item.typed, strict=True):
            if column in places and isinstance(value, date):
                found.setdefault(places[column], value)
    return found


def _row(item: Item, state: str, alert: str, day: date) -> Sequence[Value]:
    said = item.said
    told: list[str] = []
    if said is not None:
        told = [
            said.said,
            f"完成时间：{said.finished:%Y-%m-%d}" if said.finished else "",
            f"下步打算：{said.next}" if said.next else "",
            f"责任人：{said.owner}" if said.owner else "",
        ]
    typed = dict(zip(OPEN, item.typed, strict=True))
    return (
        item.id,
        item.unit,
        item.indicator,
        item.text,
        item.problem,
        item.lost,
        Formula(state, item.state),
        Formula(alert, item.alert(day)),
        typed[OWNER],
        typed[MEASURE],
        typed[DEADLINE],
        said.state if said else None,
        "\n".join(filter(None, told)),
        said.evidence if said else "",
        typed[VERDICT],
        typed[VERIFIER],
        typed[VERIFIED],
        typed[NOTE],
        "仍存在" if item.present else "已无此项",
        item.listed,
        "\n".join(item.history),
        source_link(said.path, said.sheet, said.cell) if said else "",
        source_link(item.path),
    )


def _counting(made: Listing) -> str:
    state, alert = made.column_cells("状态"), made.column_cells("预警")
    parts = [f'"{name} "&COUNTIF({state},"{name}")&" 项，"' for name in STATES]
    parts.append(f'"{OVERDUE} "&COUNTIF({alert},"{OVERDUE}")&" 项。"')
    return f'"共 "&COUNTA({made.column_cells(NUMBER)})&" 项："&{"&".join(parts)}&"{_CLOSING}"'


def _marks(made: Listing) -> tuple[Conditional, ...]:
    state, alert = (f"${made.letter(c)}{FIRST_ROW}" for c in ("状态", "预警"))
    return (
        Conditional(made.column_cells("状态"), f'={state}="{CLOSED}"', look.MARK_OK),
        Conditional(made.column_cells("状态"), f'={state}="{WAITING}"', look.MARK_MISSING),
        Conditional(made.column_cells("状态"), f'={state}="{GOING_ON}"', look.MARK_WARN),
        Conditional(made.column_cells("预警"), f'={alert}="{OVERDUE}"', look.MARK_ERROR),
        Conditional(made.column_cells("预警"), f'={alert}="{SOON}"', look.MARK_WARN),
    )
