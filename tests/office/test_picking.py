"""`xlfz pick` as staff use it: list, pick, see it in the summary, take it back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

import xlfz
from tests.acceptance.desk import filled_in, receive, xlfz_command
from tests.office.small import UNITS, filled_forms, send_back, working_folder
from xlfz.office.pins import NAME as PINS
from xlfz.office.service import Office

if TYPE_CHECKING:
    from pathlib import Path

UNIT = UNITS[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three units; the first handed in two versions that differ, and the first of them twice."""
    folder = working_folder(tmp_path_factory.mktemp("pick") / "某县")
    forms = filled_forms(folder)
    send_back(folder, forms)
    first = forms[UNIT]
    same = first.save()
    row = first.done()
    first.set(row, "statement", "补充修改后的情况说明。")
    receive(folder, {f"{UNIT}（改）.xlsx": first.save(), f"副本 {UNIT}.xlsx": same})
    return folder


@pytest.fixture
def folder(made: Path) -> Path:
    """The folder without a pin and without a register."""
    for name in (PINS, "台账.json"):
        (made / ".xlfz" / name).unlink(missing_ok=True)
    return made


def register(folder: Path) -> dict[str, dict[str, object]]:
    """报送台账 of the summary: file -> its line by header."""
    sheet = openpyxl.load_workbook(folder / "汇总" / "汇总表.xlsx", data_only=True)["报送台账"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[0] == "序号")
    lines = [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :] if row[0]]
    return {str(line["文件"]).rpartition("/")[2]: line for line in lines}


def test_the_command_in_the_finding_is_the_one_that_mends_it(folder: Path) -> None:
    """Two that differ are held; the command that each names makes it count, and the summary says who."""
    office = Office.open(folder, workers=1)
    held = [f for f in office.check().findings if f.code == "E_DUP_UNIT"]
    assert len(held) == 2
    for found in held:
        command = found.remedy.partition("运行 xlfz ")[2].partition("；")[0]
        words = [word for word in command.split('"') if word.strip()]
        assert words[0].strip() == "pick"
        ran = xlfz_command("pick", *words[1:], "--who", "张三", "--folder", folder, "--json")
        assert ran.code == 0, ran.said
        assert [v["file"] for v in ran.json["versions"] if v["pinned"]] == [found.file]
        counted = office.consolidate()
        assert counted.report.accepted()["D01"].path == found.file
        assert counted.reported == len(UNITS)
        line = register(folder)[found.file.rpartition("/")[2]]
        assert (line["结论"], "张三" in str(line["说明"])) == ("已采用", True)


def test_it_is_listed_and_taken_back(folder: Path) -> None:
    """Without a unit only what is in question; --undo gives the two back to the office."""
    listed = xlfz_command("pick", "--folder", folder, "--json").json
    assert {v["unit"] for v in listed["versions"]} == {UNIT}
    assert len(listed["versions"]) == 3
    assert xlfz_command("pick", UNITS[1], "--folder", folder).said.count(UNITS[1]) >= 1
    assert xlfz_command("pick", "D01", f"{UNIT}（改）.xlsx", "--folder", folder).code == 0
    assert "指定采用" in xlfz_command("pick", "--folder", folder).out
    undone = xlfz_command("pick", UNIT, "--undo", "--folder", folder, "--json")
    assert undone.code == 1
    assert {f["code"] for f in undone.json["findings"]} == {"E_DUP_UNIT"}
    assert not any(v["pinned"] for v in undone.json["versions"])


@pytest.mark.parametrize("named", ["path", "below", "name", "whole", "digest", "windows"])
def test_a_file_may_be_named_in_several_ways(folder: Path, named: str) -> None:
    """As a path, a path below 回收, a name, a whole path or the beginning of its sha256."""
    office = xlfz.open(folder)
    version = next(v for v in office.pick(UNIT).versions if "改" in v.file)
    name = version.file.rpartition("/")[2]
    ways = {
        "path": version.file,
        "below": name,
        "name": f"./{version.file}",
        "whole": str(folder.resolve() / version.file),
        "digest": version.sha256[:12].upper(),
        "windows": version.file.replace("/", "\\"),
    }
    picked = office.pick(UNIT, ways[named])
    assert picked.pinned is not None
    assert picked.pinned.file == version.file
    assert picked.pinned.made


@pytest.mark.parametrize(
    ("unit", "file", "code"),
    [
        ("没有局", "", "E_PICK_UNIT"),
        (UNIT, "没有.xlsx", "E_PICK_FILE"),
        (UNIT, f"{UNITS[1]}.xlsx", "E_PICK_FILE"),
        (UNIT, "a", "E_PICK_FILE"),
    ],
)
def test_what_is_not_there_cannot_be_picked(folder: Path, unit: str, file: str, code: str) -> None:
    """No pin is written; another unit's file is not this one's."""
    with pytest.raises(xlfz.Refused) as refused:
        xlfz.open(folder).pick(unit, file)
    assert [f.code for f in refused.value.findings] == [code]
    assert not (folder / ".xlfz" / PINS).exists()


@pytest.mark.parametrize("words", [("--undo",), (UNIT, "a.xlsx", "--undo"), (UNIT, "--who", "张三")])
def test_words_that_contradict_each_other_are_refused(folder: Path, words: tuple[str, ...]) -> None:
    """Exit code 2, and nothing done."""
    assert xlfz_command("pick", *words, "--folder", folder).code == 2
    assert not (folder / ".xlfz" / PINS).exists()


def test_what_was_moved_away_stays_in_the_summary(folder: Path) -> None:
    """报送台账 shows it as 已移走 with the day it came and what had become of it; it is counted nowhere."""
    Office.open(folder, workers=1, today=date(2025, 12, 1)).check()
    path = folder / "回收" / f"{UNITS[2]}.xlsx"
    data = path.read_bytes()
    path.unlink()
    try:
        result = Office.open(folder, workers=1, today=date(2025, 12, 4)).consolidate()
    finally:
        path.write_bytes(data)
    line = register(folder)[path.name]
    assert (line["结论"], line["单位"]) == ("已移走", UNITS[2])
    assert str(line["首次见到"])[:10] == "2025-12-01"
    assert "移走前：已采用" in str(line["说明"])
    assert len(result.report.files) == sum(result.counts().values()) // 2 == 4


def test_a_pin_whose_unit_has_no_file_left_is_told(folder: Path) -> None:
    """Nothing is left to hold, and still nobody may forget it."""
    office = Office.open(folder, workers=1)
    path = folder / "回收" / f"{UNITS[1]}.xlsx"
    assert office.pick(UNITS[1], path.name).pinned is not None
    data = path.read_bytes()
    path.unlink()
    try:
        told = [f for f in office.status().findings if f.code == "E_PICK_GONE"]
        listed = office.pick(UNITS[1])
    finally:
        path.write_bytes(data)
    assert [f.unit for f in told] == [UNITS[1]]
    assert [(v.verdict, v.pinned) for v in listed.versions] == [("gone", True)]


def test_a_picked_version_with_errors_is_held_and_said_at_once(folder: Path) -> None:
    """Exit code 1 at the pick; the copy that goes back says nothing of the office's own matters."""
    unit = UNITS[1]
    duty = next(d for d in Office.open(folder).workbench().assignment.duties if d.unit.name == unit)
    form = next((folder / "下发").glob(f"{unit}_*.xlsx")).read_bytes()
    bad = filled_in(duty, form)
    bad.set(bad.done(), "score", 99.0)
    extra = folder / "回收" / "有错.xlsx"
    extra.write_bytes(bad.save())
    try:
        ran = xlfz_command("pick", unit, extra.name, "--folder", folder, "--json")
        assert ran.code == 1
        assert {f["code"] for f in ran.json["findings"]} == {"E_SCORE_RANGE", "E_PICK_FAULTY"}
        checking = Office.open(folder, workers=1).check()
    finally:
        extra.unlink()
    assert checking.counts()["held"] == 3
    (copy,) = checking.sent_back
    sheets = openpyxl.load_workbook(copy)
    texts = [str(c.value) for s in sheets for row in s.iter_rows() for c in row if c.value is not None]
    texts += [c.comment.text for s in sheets for row in s.iter_rows() for c in row if c.comment]
    assert not [t for t in texts if "xlfz pick" in t]
