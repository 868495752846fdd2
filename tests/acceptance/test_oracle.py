"""Every workbook of one office, judged from outside: the Open XML SDK's rules, LibreOffice's arithmetic."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

import xlfz
from tests import oracle
from tests.acceptance.desk import edited, place, table, xlfz_command
from tests.oracle import libreoffice
from xlfz.office.demo import DEMO_DAY

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("工作台", "填报表", "责任分工表", "退回副本", "校验报告", "汇总表")

LEDGER = {("总览", "A10"), ("总览", "B10")}
"""Cells of 总览 that count the items of 整改台账."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration in which some returns are good and some are held."""
    folder = tmp_path_factory.mktemp("oracle") / "演示"
    ran = xlfz_command("demo", folder, "--units", "8", "--seed", "3", "--json")
    assert ran.json["accepted"] > 1, ran.said
    assert ran.json["held"] > 1, ran.said
    return folder


@pytest.fixture(scope="module")
def books(office: Path) -> dict[str, bytes]:
    """One workbook of each kind."""
    paths = (
        office / "工作台.xlsm",
        next(iter(sorted((office / "下发").glob("*.xlsx")))),
        office / "责任分工表.xlsx",
        next(iter(sorted((office / "退回").iterdir()))),
        office / "汇总" / "校验报告.xlsx",
        office / "汇总" / "汇总表.xlsx",
    )
    return {kind: path.read_bytes() for kind, path in zip(KINDS, paths, strict=True)}


@pytest.mark.parametrize("kind", KINDS)
def test_excel_would_open_it(books: dict[str, bytes], kind: str) -> None:
    """No rule of the Open XML SDK is broken."""
    assert oracle.audit(books[kind]) == []


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Address -> both values, where they are not the same number or text."""
    found = {}
    for at in one.keys() | other.keys():
        a, b = one.get(at), other.get(at)
        numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
        if a != b and not (numbers and abs(a - b) < 1e-9):
            found[at] = (a, b)
    return found


@libreoffice
@pytest.mark.parametrize("kind", KINDS)
def test_every_cached_value_is_what_libreoffice_calculates(books: dict[str, bytes], kind: str) -> None:
    """All sheets, all formulas."""
    cached, calculated = oracle.values(books[kind]), oracle.recalculate(books[kind])
    assert cached.keys() == calculated.keys()
    assert {s: d for s in cached if (d := differences(cached[s], calculated[s]))} == {}


@libreoffice
def test_typing_into_the_detail_moves_everything_as_consolidating_again_does(office: Path) -> None:
    """考核分 typed in Excel: the live formulas arrive where the next consolidation arrives."""
    summary = office / "汇总" / "汇总表.xlsx"
    before = table(summary, "排名", "单位")
    rng = random.Random(5)
    scored = [r for r in table(summary, "明细", "单位", "编号", "分值") if isinstance(r["分值"], float)]
    typed = {
        place(summary, "明细", "考核分", 单位=r["单位"], 编号=r["编号"]): int(r["分值"] * 100 * rng.random())
        / 100
        for r in rng.sample(scored, 40)
    }
    edited(summary, "明细", typed)
    live = oracle.recalculate(summary.read_bytes())
    made = xlfz.Office.open(office, today=DEMO_DAY).consolidate()
    assert not [f for f in made.findings if f.code.startswith("E_CARRY")]
    again = oracle.values(summary.read_bytes())
    for sheet in ("总览", "排名", "得分", "指标分析"):
        # What the ledger lists is settled by consolidating; a score typed since is no item yet.
        found = {c: d for c, d in differences(live[sheet], again[sheet]).items() if (sheet, c) not in LEDGER}
        assert found == {}, sheet
    assert table(summary, "排名", "单位") != before
