"""`xlfz demo`: the whole job in one command, the same bytes every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.acceptance.desk import CONSOLIDATE, hashes, well_formed, xlfz_command, xlfz_process

if TYPE_CHECKING:
    from pathlib import Path


def content(folder: Path) -> dict[str, str]:
    """Every file of an office with its hash; of .xlfz/ only the key, the rest may be rebuilt."""
    found = {name.removeprefix(str(folder)): digest for name, digest in hashes(folder).items()}
    return {n: d for n, d in found.items() if not n.startswith("/.xlfz") or n == "/.xlfz/key"}


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    """Two runs, two folders, two processes: file for file the same, and both say where to look."""
    first = xlfz_command("demo", tmp_path / "甲", "--units", "8", "--defects", "typical", "--seed", "3")
    second = xlfz_process(
        *("demo", "乙", "--units", "8", "--defects", "typical", "--seed", "3"), cwd=tmp_path
    )
    assert first.code == second.code == 0, first.said + second.said
    assert content(tmp_path / "甲") == content(tmp_path / "乙")
    assert "汇总表.xlsx" in first.out
    assert "校验报告.xlsx" in first.out
    assert len(list((tmp_path / "甲" / "下发").glob("*.xlsx"))) == 8


def test_another_seed_gives_other_returns(tmp_path: Path) -> None:
    """The seed reaches the simulated units, not the workbench."""
    for seed in ("3", "4"):
        xlfz_command("demo", tmp_path / seed, "--units", "3", "--defects", "none", "--seed", seed, "--json")
    three, four = content(tmp_path / "3"), content(tmp_path / "4")
    assert three["/工作台.xlsm"] == four["/工作台.xlsm"]
    returns = [n for n in three if n.startswith("/回收/")]
    assert returns
    assert all(three[n] != four[n] for n in returns)


@pytest.mark.parametrize("units", [1, 5])
def test_without_defects_every_file_is_accepted(tmp_path: Path, units: int) -> None:
    """No finding of severity error, every unit reported, exit code 0."""
    ran = xlfz_command("demo", tmp_path / "好", "--units", str(units), "--defects", "none", "--json")
    result = dict(ran.json)
    assert result.pop("returned") == units
    assert result.pop("folder").endswith("好")
    well_formed(result, CONSOLIDATE)
    assert (result["files_found"], result["accepted"], result["reported"], result["missing"]) == (
        units,
    ) * 3 + (0,)
    assert not [f for f in result["findings"] if f["severity"] == "error"]
    assert ran.code == 0, ran.said


def test_typical_defects_are_found_and_counted(tmp_path: Path) -> None:
    """Every file put in is counted once; every held unit has its marked copy."""
    ran = xlfz_command("demo", tmp_path / "坏", "--units", "23", "--seed", "7", "--json")
    result = {k: v for k, v in ran.json.items() if k not in ("returned", "folder")}
    well_formed(result, CONSOLIDATE)
    assert ran.code == 0  # it is meant to show faults
    assert result["files_found"] == ran.json["returned"]
    assert min(result[k] for k in ("accepted", "held", "rejected", "skipped")) > 0
    # Which of two valid files counts is for the office to say: there is nothing to send back.
    twice = sum(f["code"] == "E_DUP_UNIT" for f in result["findings"])
    assert len(list((tmp_path / "坏" / "退回").glob("*.xlsx"))) == result["held"] - twice
