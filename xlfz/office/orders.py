"""What went out for rectification: each batch of 整改回执 with the items as they were issued.

Takes the folder's .xlfz; reads and writes `整改下发.json` there. Receipts that come back are checked
against it, so that it must outlive the summary: like the pins it cannot be made again, a file that
cannot be read stops the run (E_ORDERS_UNREADABLE) and is never overwritten.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xlfz.consolidation import as_text
from xlfz.errors import Refused, refuse
from xlfz.findings import finding
from xlfz.kinds import Given, Order, receipt
from xlfz.ledger import LEDGER, MEMORY, NOTHING_BEFORE
from xlfz.ledger import read as read_ledger
from xlfz.ledger.model import DEADLINE, GOING_ON, MEASURE, UNSTARTED
from xlfz.office.opening import opened
from xlfz.storage import RunLock, reason, write_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from xlfz.ledger import Earlier
    from xlfz.ledger.model import Item
    from xlfz.office.folder import Folder
    from xlfz.office.service import Office
    from xlfz.workbench.model import Workbench

NAME = "整改下发.json"


def given(own: Path) -> Given:
    """What went out so far. Raises Refused (E_ORDERS_UNREADABLE)."""
    try:
        stored = json.loads((own / NAME).read_text(encoding="utf-8"))
        return Given(orders=tuple(Order(**order) for order in stored))
    except FileNotFoundError:
        return Given()
    except OSError as error:
        raise refuse(finding("E_ORDERS_UNREADABLE", file=f".xlfz/{NAME}", 原因=reason(error))) from error
    except (ValueError, TypeError) as error:
        raise refuse(finding("E_ORDERS_UNREADABLE", file=f".xlfz/{NAME}", 原因="内容已损坏")) from error


def receipts(office: Office, workbench: Workbench) -> Workbench | None:
    """The forms for every item that a unit still has to put right; None when there is none.

    What differs from the last batch goes out as a batch of its own; the same once more is the same batch.
    """
    office.folder.make()
    with RunLock(office.folder.own):
        before = given(office.folder.own)
        last = max((o.batch for o in before.orders), default=0)
        owed = [i for i in last_ledger(office.folder).items if i.state in (UNSTARTED, GOING_ON)]
        if not owed:
            return None
        order = {u.code: n for n, u in enumerate(workbench.roster.units)}
        owed.sort(key=lambda i: (order.get(i.code, len(order)), i.number))
        again = tuple(_order(item, last) for item in owed)
        known = again == tuple(o for o in before.orders if o.batch == last)
        batch = last if known else last + 1
        if not known:
            before = Given(orders=(*before.orders, *(_order(item, batch) for item in owed)))
            _save(office.folder.own, before)
    return receipt.project(workbench, before, receipt.batch_period(workbench, batch))


def _order(item: Item, batch: int) -> Order:
    deadline, measure = item.open(DEADLINE), item.open(MEASURE)
    return Order(
        batch,
        item.id,
        item.code,
        item.unit,
        item.text,
        item.problem,
        item.lost,
        "" if deadline is None else as_text(deadline),
        "" if measure is None else as_text(measure),
    )


def last_ledger(folder: Folder) -> Earlier:
    """The ledger of 汇总表, or what is kept when that is gone. Raises Refused (E_SUMMARY_READ)."""
    path = folder.summary
    return _ledger_of(path, folder) if path.is_file() else ledger_kept(folder)


def ledger_kept(folder: Folder) -> Earlier:
    """The ledger of the newest summary in 历史, for when 汇总表 is gone or cannot be read.

    No number is given twice. Raises Refused (E_SUMMARY_READ).
    """
    kept = sorted(folder.history.glob("*.xlsx")) if folder.history.is_dir() else []
    return _ledger_of(kept[-1], folder) if kept else NOTHING_BEFORE


def _ledger_of(path: Path, folder: Folder) -> Earlier:
    own = folder.relative(path)
    _, book = opened(path, "E_SUMMARY_READ", only=lambda name, _: name in (LEDGER, MEMORY), file=own)
    try:
        return read_ledger(book)
    except Refused as refused:
        cause = refused.findings[0].message.rstrip("。")
        raise refuse(finding("E_SUMMARY_READ", file=own, 原因=cause)) from refused


def _save(own: Path, made: Given) -> None:
    lines = ",\n".join(json.dumps(order._asdict(), ensure_ascii=False) for order in made.orders)
    written = write_atomic(own / NAME, f"[\n{lines}\n]\n".encode())
    if written.finding is not None:
        if written.saved:
            written.path.unlink()  # beside the real one it would say nothing
        raise refuse(written.finding.at(file=f".xlfz/{NAME}"))
