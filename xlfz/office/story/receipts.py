"""A 整改回执 as a unit fills it in: for the demo and the tests only.

Takes an issued form and a seed; gives the form filled in without a fault. Deterministic.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from xlfz.excel.address import address
from xlfz.excel.reader import read_workbook
from xlfz.kinds.receipt import COMPLETED, GOING_ON, NAME
from xlfz.office.typist import Package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.office.typist import Typed

_SAID = ("已补齐资料并归档。", "已制定整改方案，逐项落实到位。", "已召开专题会议部署，完成整改。")
_NEXT = ("人员调整影响进度，下月底前完成。", "待上级细则印发后十日内完成。")
_OWNERS = ("赵明", "钱华", "孙立", "周宁")


def fill(form: bytes, seed: int, *, day: date, share: float = 0.8) -> bytes:
    """The form with every item answered; about `share` of them as completed before `day`."""
    rng = random.Random(seed)
    package = Package.open(form)
    typed: dict[str, Typed] = {}
    for cells in _rows(form):
        done = rng.random() < share
        answer: dict[str, Typed] = {
            "state": COMPLETED if done else GOING_ON,
            "said": rng.choice(_SAID) if done else "正在整改。",
            "owner": rng.choice(_OWNERS),
        }
        if done:
            answer |= {"done_on": day - timedelta(days=rng.randint(1, 10)), "evidence": "整改情况报告"}
        else:
            answer["next"] = rng.choice(_NEXT)
        typed |= {cells[column]: value for column, value in answer.items()}
    package.type(NAME, typed)
    return package.close()


def _rows(form: bytes) -> Iterator[dict[str, str]]:
    """Of each row: column id -> address, by the form's own hidden ids."""
    sheet = read_workbook(form).sheet(NAME)
    if sheet is None:
        raise KeyError(NAME)
    columns: dict[int, str] = {}
    for number, row in sheet.rows.items():
        texts = {n: str(cell.value) for n, cell in row.items() if cell.kind == "text"}
        if not columns and "state" in texts.values():
            columns = texts
        elif columns and texts.get(1, "_").startswith("整改"):
            yield {id_: address(number, n) for n, id_ in columns.items()}
