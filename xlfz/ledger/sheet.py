"""The sheets of the ledger: 整改台账 as staff see it, and the veryHidden memory of its items.

Takes a `Book` and the day; gives plans. States and lights are live formulas with their values.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.plan import Conditional, Formula, Merge, Put, Sheet, Validation
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
    from datetime import date

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
_LABEL_AT, _DAY_AT = 10, 11
"""截至日期 stands over 整改措施 and 整改期限."""


def listing(book: Book, day: date) -> Listing:
    """整改台账 as a listing: other sheets ask it where its columns are."""
    at = {c.header: f"{chr(64 + n)}{{row}}" for n, c in enumerate(_COLUMNS, 1)}
    state = STATE.template(**{name: at[name] for name in STATE.names})
    alert = ALERT.template(状态=at["状态"], 整改期限=at[DEADLINE], 截至日期="$K$2")
    rows = [_row(item, state(row=n), alert(row=n), day) for n, item in enumerate(book.items, FIRST_ROW)]
    made = Listing(
        LEDGER,
        LEDGER,
        _counts(book, day),
        _COLUMNS,
        rows,
        "没有需要整改的事项。",
        wide=True,
        frozen=4,
        pages_wide=2,
    )
    if rows:
        made.extra["conditionals"] = _marks(made)
        made.extra["validations"] = (
            Validation(made.column_cells(VERDICT), "list", VERDICTS, error="请选“通过”或“不通过”。"),
            *(
                Validation(made.column_cells(c), "date", minimum=_EARLIEST, error="请填日期，如 2026-03-12。")
                for c in DAYS
            ),
        )
    return made


_EARLIEST = "=DATE(2000,1,1)"


def sheets(book: Book, day: date) -> tuple[Sheet, ...]:
    """The visible sheet, and its memory when there are items."""
    made = listing(book, day)
    sheet = made.sheet()
    if not book.items:
        return (sheet,)
    head = [p for p in sheet.cells if (p.row, p.column) != (2, 1)]
    head.append(Put(2, _LABEL_AT, "截至日期", look.LABEL))
    head.append(Put(2, _DAY_AT, day, look.INPUT_DATE))
    counts = Merge(2, 1, 2, _LABEL_AT - 1, Formula(_counting(made), made.note), look.NOTE.but(size=10))
    lines = [
        Put(row, n, text[start : start + memory.PIECE], look.KEY)
        for row, text in enumerate(map(memory.written, book.items), 1)
        for n, start in enumerate(range(0, len(text), memory.PIECE), 1)
    ]
    return (
        replace(sheet, cells=tuple(head), merges=(*sheet.merges, counts)),
        Sheet(MEMORY, cells=tuple(lines), state="veryHidden"),
    )


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


def _counts(book: Book, day: date) -> str:
    states = [i.state for i in book.items]
    parts = [f"{name} {states.count(name)} 项" for name in STATES]
    parts.append(f"{OVERDUE} {sum(i.alert(day) == OVERDUE for i in book.items)} 项")
    return f"共 {len(states)} 项：{'，'.join(parts)}。核验结论“通过”并填核验人、核验日期的才销号。"


def _counting(made: Listing) -> str:
    state, alert = made.column_cells("状态"), made.column_cells("预警")
    parts = [f'"{name} "&COUNTIF({state},"{name}")&" 项，"' for name in STATES]
    parts.append(f'"{OVERDUE} "&COUNTIF({alert},"{OVERDUE}")&" 项。"')
    tail = "核验结论“通过”并填核验人、核验日期的才销号。"
    return f'"共 "&COUNTA({made.column_cells(NUMBER)})&" 项："&{"&".join(parts)}&"{tail}"'


def _marks(made: Listing) -> tuple[Conditional, ...]:
    state, alert = (f"${made.letter(c)}{FIRST_ROW}" for c in ("状态", "预警"))
    return (
        Conditional(made.column_cells("状态"), f'={state}="{CLOSED}"', look.MARK_OK),
        Conditional(made.column_cells("状态"), f'={state}="{WAITING}"', look.MARK_MISSING),
        Conditional(made.column_cells("状态"), f'={state}="{GOING_ON}"', look.MARK_WARN),
        Conditional(made.column_cells("预警"), f'={alert}="{OVERDUE}"', look.MARK_ERROR),
        Conditional(made.column_cells("预警"), f'={alert}="{SOON}"', look.MARK_WARN),
    )
