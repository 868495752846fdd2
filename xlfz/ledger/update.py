"""The ledger of this run: the earlier one, this run's shortfalls and the accepted receipts together.

Takes `Earlier`, a consolidation, the report of the checks, the round and the day; gives a `Book`.
Nothing is ever taken out, and no number is given twice. The last accepted word of a unit on an item
counts until a later one is accepted. A closed item whose shortfall had gone, or belongs to an earlier
round, and is there again, is opened again (W_LEDGER_REOPENED).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from xlfz.consolidation.tables import as_text
from xlfz.findings import Finding, finding
from xlfz.kinds import receipt
from xlfz.ledger.model import (
    CLOSED,
    DAYS,
    LEDGER,
    OPEN,
    PASSED,
    VERDICT,
    VERDICTS,
    VERIFIED,
    VERIFIER,
    Book,
    Item,
    Said,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.check.model import Answer, CheckReport
    from xlfz.consolidation import Consolidation, Shortfall
    from xlfz.ledger.model import Earlier

Place = tuple[str, str]
"""(unit's code, indicator's number): where a shortfall is."""


def updated(
    earlier: Earlier, consolidation: Consolidation, report: CheckReport, period: str, day: date
) -> Book:
    """The items by number, and what is to be said of them."""
    reasons = {
        (r.unit.code, r.item.indicator.number): r.deduction or r.first_reason for r in consolidation.rows
    }
    found = {(s.unit.code, s.indicator.number): s for s in consolidation.shortfalls}
    known = {u.unit.code for u in consolidation.units if u.state == "已采用"}
    said = dict(_said(report))
    findings: list[Finding] = list(earlier.findings)
    items: list[Item] = []
    placed: set[Place] = set()
    for old in sorted(earlier.items, key=lambda i: i.number):
        place = (old.code, old.indicator)
        placed.add(place)
        short = found.get(place)
        item = old
        if short is not None:
            again = old.state == CLOSED and (not old.present or old.period != period)
            if again:
                item = _reopened(item, day)
                findings.append(
                    finding(
                        "W_LEDGER_REOPENED", sheet=LEDGER, unit=old.unit, indicator=old.indicator, 号=old.id
                    )
                )
            problem = _problem(short, reasons.get(place))
            changed = problem != item.problem or short.lost_points != item.lost
            item = replace(item, problem=problem, lost=short.lost_points, path=short.path, present=True)
            if again or item.state != CLOSED:
                item = replace(item, period=period)
            if changed and not again:
                item = _noted(item, day, f"问题变为：{problem}{_points(short.lost_points)}")
            elif not old.present and not again:
                item = _noted(item, day, "问题再次出现")
        elif old.present and old.code in known:
            item = _noted(replace(item, present=False), day, "本次汇总已无此项")
        if item.id in said and said[item.id] != item.said:
            item = replace(item, said=said[item.id])
            item = _noted(item, day, f"收到回执：{said[item.id].state}")
        items.append(item)
    last = max((i.number for i in items), default=0)
    for place, short in found.items():
        if place not in placed:
            last += 1
            items.append(_listed(last, short, _problem(short, reasons.get(place)), period, day))
    noted = tuple(_state_noted(item, day) for item in items)
    for item in noted:
        findings += _faults(item)
    return Book(noted, tuple(findings))


def _listed(number: int, short: Shortfall, problem: str, period: str, day: date) -> Item:
    return Item(
        number,
        short.unit.code,
        short.unit.name,
        short.indicator.number,
        short.indicator.text,
        problem,
        short.lost_points,
        short.path,
        day,
        period,
        history=(_line(day, f"列入台账：{problem}{_points(short.lost_points)}"),),
    )


def _problem(short: Shortfall, reason: object) -> str:
    """The kinds of a shortfall, what is missing, and what the assessors say."""
    text = "、".join(short.kinds)
    if short.missing:
        text += f"（{'；'.join(short.missing)}）"
    return f"{text}。扣分原因：{reason}" if isinstance(reason, str) and reason.strip() else text


def _points(lost: float | None) -> str:
    return f"，失 {as_text(lost)} 分" if lost else ""


def _said(report: CheckReport) -> Iterator[tuple[str, Said]]:
    """整改号 -> what the accepted receipts say, those of later batches last."""
    files = [
        f
        for f in report.files
        if f.checked.verdict == "accepted" and f.checked.collection.endswith(receipt.NAME)
    ]
    for file in sorted(files, key=lambda f: (len(f.checked.collection), f.checked.collection)):
        letter = (file.checked.columns or {}).get("items", {}).get("state", "")
        for row in file.checked.items:
            get = row.values.get
            finished = get("done_on")
            yield (
                row.id,
                Said(
                    _text(get("state")),
                    _text(get("said")),
                    finished if isinstance(finished, date) else None,
                    _text(get("evidence")),
                    _text(get("owner")),
                    _text(get("next")),
                    file.holder(row).path,
                    row.sheet,
                    f"{letter}{row.number}" if letter else "",
                ),
            )


def _text(answer: Answer | None) -> str:
    return "" if answer is None else as_text(answer)


def _noted(item: Item, day: date, what: str) -> Item:
    return replace(item, history=(*item.history, _line(day, what)))


def _line(day: date, what: str) -> str:
    return f"{day.isoformat()} {what}"


_STATE = "状态："


def _state_noted(item: Item, day: date) -> Item:
    """The item, its state written down when it is another than the one last written down."""
    lines = [line.partition(_STATE)[2] for line in item.history if _STATE in line]
    state = item.state
    if state == CLOSED:
        state += f"（{as_text(item.open(VERIFIER) or '')}，{as_text(item.open(VERIFIED) or '')} 核验通过）"
    return item if lines and lines[-1] == state else _noted(item, day, f"{_STATE}{state}")


def _reopened(item: Item, day: date) -> Item:
    """Open again: the verification stays in the history, its cells are empty anew."""
    emptied = (VERDICT, VERIFIER, VERIFIED)
    typed = tuple(None if name in emptied else item.open(name) for name in OPEN)
    # Before its line is written, what staff typed since the last run is written down too.
    closed = _state_noted(item, day)
    return _noted(replace(closed, typed=typed, said=None), day, "销号后问题再次出现，重新列入")


def _at(item: Item, found: Finding) -> Finding:
    return found.at(sheet=LEDGER, unit=item.unit, indicator=item.indicator)


def _faults(item: Item) -> Iterator[Finding]:
    """What is wrong in the open cells."""
    for column in DAYS:
        value = item.open(column)
        if value is not None and not isinstance(value, date):
            yield _at(item, finding("E_LEDGER_DATE", 号=item.id, 列=column, 值=as_text(value)))
    verdict = item.open(VERDICT)
    if verdict is not None and verdict not in VERDICTS:
        yield _at(item, finding("E_LEDGER_VERDICT", 号=item.id, 值=as_text(verdict)))
    if verdict == PASSED and item.state != CLOSED:
        yield _at(item, finding("E_LEDGER_UNSIGNED", 号=item.id))
