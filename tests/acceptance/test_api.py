"""`import xlfz`: every public name does what its docstring says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

import xlfz
from tests.acceptance.desk import FINDING, hashes, receive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.assignment import Duty
    from xlfz.office.simulate import Filled

COLUMNS = ["完成情况", "自评分", "完成时间", "情况说明", "未完成原因及下一步打算"]


def test_the_public_names_are_pinned() -> None:
    """Adding or dropping one is a decision, not an accident; all of them are documented."""
    assert xlfz.__all__ == [
        "Finding",
        "Office",
        "Refused",
        "XlfzError",
        "confirm",
        "demo",
        "import_plan",
        "new",
        "open",
        "read_returns",
    ]
    for name in xlfz.__all__:
        assert getattr(xlfz, name).__doc__
    assert xlfz.__version__.count(".") == 2


def test_the_example_of_the_module_works(tmp_path: Path) -> None:
    """new, open, generate, check, consolidate, read_returns, in this order, on one folder."""
    folder = tmp_path / "某市2026"
    made = xlfz.new(folder, preset="puyang-annual", units_from="shangcai-57", everyone=True, even_split=True)
    assert made.workbench.is_file()
    assert (made.units, made.folder) == (57, folder.resolve())
    office = xlfz.open(folder)
    assert isinstance(office, xlfz.Office)
    generated = office.generate()
    assert generated.units == len(generated.forms) == 57
    checking = office.check()
    assert checking.counts() == {"files_found": 0, "accepted": 0, "held": 0, "rejected": 0, "skipped": 0}
    frame = checking.findings_frame()
    assert set(frame.columns) == FINDING
    result = office.consolidate()
    assert result.summary == folder.resolve() / "汇总" / "汇总表.xlsx"
    assert (result.units, result.reported, result.rows) == (57, 0, 0)
    assert office.status().next_step


def test_a_script_that_only_merges(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled], tmp_path: Path
) -> None:
    """`read_returns` gives validated rows of accepted files only, and writes nothing anywhere."""
    good, bad = fill_in(units[0]), fill_in(units[1])
    bad.set(bad.done(), "score", "满分")
    paths = {tmp_path / "甲.xlsx": good.save(), tmp_path / "乙.xlsx": bad.save()}
    for path, data in paths.items():
        path.write_bytes(data)
    before = hashes(tmp_path)
    frame = xlfz.read_returns(paths, office)
    assert hashes(tmp_path) == before
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == ["单位编码", "单位", "编号", *COLUMNS, "文件", "工作表", "行"]
    assert len(frame) == len(units[0].items)
    assert set(frame["单位"]) == {units[0].unit.name}
    files = frame.attrs["files"]
    assert list(files["结论"]) == ["accepted", "held"]
    assert list(frame.attrs["findings"]["code"]) == ["E_NUM_TEXT"]


def test_a_blank_is_missing_and_never_zero(
    office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled], tmp_path: Path
) -> None:
    """What the unit left blank is NaN, NaT or None; what it filled in is there with its type."""
    filled = fill_in(units[0])
    (tmp_path / "甲.xlsx").write_bytes(filled.save())
    frame = xlfz.read_returns([tmp_path / "甲.xlsx"], office / "工作台.xlsm", workers=1)
    assert pd.api.types.is_numeric_dtype(frame["自评分"])
    assert pd.api.types.is_datetime64_any_dtype(frame["完成时间"])
    titles = dict(zip(("status", "score", "done_on", "statement", "reason"), COLUMNS, strict=True))
    for row in frame.to_dict("records"):
        for column, title in titles.items():
            typed: Any = filled.values.get(("items", row["编号"], column))
            if typed is None:
                assert pd.isna(row[title])
            elif column == "done_on":
                assert row[title].date() == typed
            else:
                assert row[title] == typed
    assert frame["自评分"].isna().any() or (frame["自评分"] == 0).sum() == sum(
        v == 0 for k, v in filled.values.items() if k[2] == "score"
    )
    materials = xlfz.read_returns([tmp_path / "甲.xlsx"], office, table="materials")
    assert "文件名称或文号" in materials.columns
    assert len(materials) == sum(len(i.materials) for i in units[0].items)


def test_the_frames_of_a_check(office: Path, units: list[Duty], fill_in: Callable[[Duty], Filled]) -> None:
    """Findings, files and rows as DataFrames that agree with the counts."""
    bad = fill_in(units[1])
    bad.clear(bad.given(), "file_name")
    receive(office, {"甲.xlsx": fill_in(units[0]).save(), "乙.xlsx": bad.save(), "空.xlsx": b""})
    checking = xlfz.open(office).check()
    assert list(checking.findings_frame()["code"]) == [f.code for f in checking.ranked()]
    assert checking.files_frame()["结论"].value_counts().to_dict() == {
        "accepted": 1,
        "held": 1,
        "rejected": 1,
    }
    assert set(checking.rows_frame()["单位"]) == {units[0].unit.name}
    assert set(checking.rows_frame("materials")["单位"]) == {units[0].unit.name}
    assert checking.needs_person


def test_what_cannot_go_on_raises_refused(tmp_path: Path) -> None:
    """One exception type, which lists findings with code, message and remedy."""
    with pytest.raises(xlfz.Refused) as refused:
        xlfz.open(tmp_path)
    assert isinstance(refused.value, xlfz.XlfzError)
    (found,) = refused.value.findings
    assert isinstance(found, xlfz.Finding)
    assert (found.code, found.severity) == ("E_NO_WORKBENCH", "error")
    assert found.message
    assert found.remedy
    (tmp_path / "a.txt").write_text("x")
    for call in (lambda: xlfz.new(tmp_path), lambda: xlfz.demo(tmp_path, units=1)):
        with pytest.raises(xlfz.Refused) as refused:
            call()
        assert refused.value.findings[0].code == "E_FOLDER_EXISTS"
    with pytest.raises(xlfz.Refused) as refused:
        xlfz.new(tmp_path / "新", preset="没有")
    assert refused.value.findings[0].code == "E_PRESET_UNKNOWN"
    assert not (tmp_path / "新").exists()


def test_a_path_that_cannot_be_read_is_reported(office: Path, tmp_path: Path) -> None:
    """A script that names a missing file hears of it, and gets the rows of the others."""
    frame = xlfz.read_returns([tmp_path / "没有.xlsx"], office)
    assert frame.empty
    assert list(frame.attrs["files"]["结论"]) == ["rejected"]
    assert list(frame.attrs["findings"]["code"]) == ["E_FILE_UNREADABLE"]


def test_the_demonstration_says_what_it_does(tmp_path: Path) -> None:
    """`demo` gives its results and tells each step."""
    said: list[str] = []
    steps: list[tuple[str, int, int]] = []
    made = xlfz.demo(
        tmp_path / "演示",
        units=2,
        defects="none",
        seed=5,
        said=said.append,
        progress=lambda *s: steps.append(s),
    )
    assert made.returned == made.consolidated.reported == made.generated.units == 2
    assert len(said) >= 3
    assert all(s.endswith("。") for s in said)
    assert {s for s, _, _ in steps} >= {"生成填报表", "校验回收件", "汇总"}
    assert all(0 <= done <= total for _, done, total in steps)
