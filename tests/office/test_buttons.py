"""What a press of a button does and says, without a spreadsheet program."""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.acceptance.desk import complete, grid, hashes, place, xlfz_command
from tests.office.small import UNITS, filled_forms, send_back, working_folder
from tests.oracle import audit
from xlfz.findings import Finding, codes, finding
from xlfz.office.buttons import BUTTON_LOCK, RUNS, make, press, results
from xlfz.office.desktop import shown
from xlfz.office.ending import KEYS, End, Place, State, as_ascii, in_buttons
from xlfz.office.typist import Package
from xlfz.report import faults_book, lists
from xlfz.storage import RunLock
from xlfz.verbs import VERBS

BY_HAND = {"new", "import", "doctor"}
"""Verbs that are not about a workbench that is there."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three good returns and nothing made of them. Not to be changed."""
    folder = working_folder(tmp_path_factory.mktemp("buttons") / "某县 2025（甲）")
    send_back(folder, filled_forms(folder))
    return folder


@pytest.fixture
def workbench(finished: Path, tmp_path: Path) -> Path:
    """A copy's workbench, for one test."""
    folder = tmp_path / finished.name
    shutil.copytree(finished, folder)
    return folder / "工作台.xlsx"


def spoilt(workbench: Path) -> Path:
    """A workbench with two faults: a unit that nobody knows, and points that are no number."""
    package = Package.open(workbench.read_bytes())
    faults = {"牵头单位": "查无此局", "分值": "很多"}
    package.type("指标", {place(workbench, "指标", h, 编号="1"): value for h, value in faults.items()})
    workbench.write_bytes(package.close())
    return workbench


def sentence(end: End) -> None:
    """What a person is told: Chinese sentences with every gap filled, no code, no traceback."""
    assert re.search(r"[\u4e00-\u9fff]", end.message)
    for wrong in ("Traceback", "{", "未知", "None", "E_", "W_", "xlfz check", "xlfz generate"):
        assert wrong not in end.message, end.message


@pytest.mark.parametrize("verb", [v.id for v in VERBS if v.id not in BY_HAND])
def test_every_verb_ends_with_a_sentence(verb: str, workbench: Path) -> None:
    """Each declared verb does its work on a folder in order; what it opens is there, so is its folder."""
    if verb.startswith("open-"):
        press("consolidate", workbench)
    end = press(verb, workbench)
    sentence(end)
    assert end.code == 0, end.message
    assert (end.state is not None) == (verb in RUNS)
    assert all(p.path.is_file() for p in end.opens)
    assert end.folder is None or end.folder.is_dir()
    for shown_at in end.opens:
        sheets = openpyxl.load_workbook(shown_at.path, read_only=True).sheetnames
        assert not shown_at.sheet or shown_at.sheet in sheets


@pytest.mark.parametrize("verb", [v.id for v in VERBS if v.id not in BY_HAND] + ["no-such-verb", ""])
@pytest.mark.parametrize("damage", ["gone", "not a workbook", "other workbook", "empty"])
def test_an_unreadable_workbench_is_told_in_a_sentence(verb: str, damage: str, tmp_path: Path) -> None:
    """Whatever stands where the workbench should be, a person gets a sentence with its remedy."""
    path = tmp_path / "工作台.xlsx"
    if damage == "other workbook":
        openpyxl.Workbook().save(path)
    elif damage != "gone":
        path.write_bytes(b"" if damage == "empty" else b"not a workbook")
    end = press(verb, path)
    sentence(end)
    if verb in ("open-folder", "help") and damage != "gone":
        assert end.code == 0  # these need no more than that the file is there
    else:
        assert end.code == 2
        assert end.message.count("。") >= 2, "no remedy"


def test_the_verbs_that_ask_where_say_the_command(workbench: Path) -> None:
    """Without a way to choose a folder or a file the command is named instead."""
    for verb in ("new", "import"):
        end = press(verb, workbench)
        assert end.code == 2
        assert f"xlfz {verb} " in end.message


def test_a_faulty_workbench_is_listed_whole_and_opened_at_the_first_fault(workbench: Path) -> None:
    """The button that runs into faults lists them all, each with a link to its cell."""
    end = press("generate", spoilt(workbench))
    sentence(end)
    assert end.code == 1
    (opened,) = end.opens
    assert opened == Place(
        workbench.parent / "汇总" / "工作台检查.xlsx", "工作台检查", faults_book.FIRST_FAULT
    )
    rows = grid(opened.path, "工作台检查")
    told = [row[4] for row in rows if "错误" in row[1:2]]
    cells = {place(workbench, "指标", h, 编号="1") for h in ("牵头单位", "分值")}
    assert {row[3] for row in rows if row[1] == "错误"} == cells
    assert end.state is not None
    assert end.state.errors == len(told) == 2
    assert audit(opened.path.read_bytes()) == []
    formulas = openpyxl.load_workbook(opened.path)["工作台检查"]
    assert formulas[faults_book.FIRST_FAULT].value.startswith('=HYPERLINK("../工作台.xlsx#')


def test_the_list_of_faults_goes_when_there_are_none(workbench: Path) -> None:
    """A list that is no longer true must not lie about; remarks keep one."""
    listed = workbench.parent / "汇总" / "工作台检查.xlsx"
    listed.write_bytes(b"old")
    end = press("workbench-check", workbench)
    if end.opens:
        assert listed.read_bytes() != b"old"
    else:
        assert not listed.exists()


def test_what_cannot_be_placed_in_the_list_is_listed_all_the_same() -> None:
    """A fault without a cell, and a file name that no link can hold."""
    clash = finding("E_WB_DUP", sheet="指标", cell="A5", 值=1, 另处="A4", 列="编号")
    book = faults_book.plan([finding("E_WB_SHEET", 表="单位"), clash], "工作台#1.xlsx", datetime(2026, 1, 1))
    assert [row[3] for row in book.sheets[0].blocks[0].rows] == ["", "A5"]


@pytest.mark.parametrize("damage", ["half a file", "a score too high"])
def test_errors_in_returns_open_the_report_at_the_first(workbench: Path, damage: str) -> None:
    """检查 and 汇总 count them, held or unreadable; the cursor stands in the row of an error."""
    bad = next((workbench.parent / "回收").glob("*.xlsx"))
    if damage == "half a file":
        bad.write_bytes(bad.read_bytes()[:5000])
    else:
        package = Package.open(bad.read_bytes())
        package.type("自评表", {place(bad, "自评表", "自评分 *", 编号="1"): 999})
        bad.write_bytes(package.close())
    for verb in ("check", "consolidate"):
        end = press(verb, workbench)
        sentence(end)
        assert end.code == 1
        at = end.opens[-1]
        assert at.path.name == "校验报告.xlsx"
        assert at.sheet == lists.PROBLEMS
        row = int(re.sub(r"\D", "", at.cell))
        assert "错误" in grid(at.path, at.sheet)[row - 1]
        assert end.state is not None
        assert end.state.reported == len(UNITS) - 1
        assert end.state.missing == 1
        assert end.state.errors
    assert end.opens[0].path.name == "汇总表.xlsx"


def test_reminding_names_who_is_missing(workbench: Path) -> None:
    """The units by name, and the report at the list with their contacts."""
    gone = next((workbench.parent / "回收").glob("*.xlsx"))
    gone.unlink()
    end = press("remind", workbench)
    assert gone.stem in end.message
    assert end.opens[0].sheet == lists.ABSENT
    assert (workbench.parent / "通知" / "催报函" / f"{gone.stem}.docx").is_file()


def test_nothing_returned_is_said(workbench: Path) -> None:
    """An empty 回收 is no error, and no success in silence either."""
    for path in (workbench.parent / "回收").glob("*"):
        path.unlink()
    for verb in ("check", "consolidate"):
        end = press(verb, workbench)
        assert end.code == 0
        assert "还没有文件" in end.message


@pytest.mark.parametrize("verb", ["open-summary", "open-report", "open-sentback", "open-duty"])
def test_what_is_not_made_yet_names_the_button_that_makes_it(verb: str, tmp_path: Path) -> None:
    """A button that has nothing to open says which one to press first."""
    folder = working_folder(tmp_path / "甲")
    (folder / "退回").rmdir()
    end = press(verb, folder / "工作台.xlsx")
    assert end.code == 2
    assert re.search("请先点“(汇总|校验回收件|生成填报表)”", end.message), end.message


def test_a_defect_of_ours_is_a_number_and_the_log(workbench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The traceback is in the log that the sentence names."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("deliberate")

    monkeypatch.setattr("xlfz.office.service.Office.check", broken)
    end = press("check", workbench)
    sentence(end)
    assert end.code == 2
    log = workbench.parent / ".xlfz" / "日志.txt"
    assert str(log) in end.message
    assert "deliberate" in log.read_text(encoding="utf-8")


def test_a_result_that_is_open_elsewhere_is_told(workbench: Path) -> None:
    """The new file's name is in the sentence."""
    press("check", workbench)
    (workbench.parent / "汇总" / "~$校验报告.xlsx").write_bytes(b"")
    end = press("check", workbench)
    assert end.code == 1
    assert end.opens[-1].path.name in end.message
    assert end.opens[-1].path.name != "校验报告.xlsx"


@pytest.mark.parametrize("verb", sorted(RUNS))
@pytest.mark.parametrize("faulty", [False, True])
def test_the_results_are_what_a_run_replaces(verb: str, faulty: bool, workbench: Path) -> None:
    """Every workbook that a verb writes outside 下发 and 退回 is known to be one of its results."""
    if faulty:
        spoilt(workbench)
    before = hashes(workbench.parent)
    press(verb, workbench)
    after = {Path(path): digest for path, digest in hashes(workbench.parent).items()}
    made = {p for p, digest in after.items() if p.suffix == ".xlsx" and before.get(str(p)) != digest}
    assert {p for p in made if p.parent.name not in ("下发", "退回")} <= set(results(verb, workbench))


def test_a_new_folder_is_made_and_one_with_content_left_alone(tmp_path: Path) -> None:
    """From the ribbon: the workbench is opened; a folder with content keeps every byte."""
    end = make(tmp_path / "新")
    assert end.code == 0
    assert end.opens[0].path.is_file()
    (tmp_path / "旧").mkdir()
    (tmp_path / "旧" / "a.txt").write_text("a")
    end = make(tmp_path / "旧")
    assert end.code == 2
    assert [p.name for p in (tmp_path / "旧").iterdir()] == ["a.txt"]


def test_commands_are_named_as_buttons() -> None:
    """Those who press buttons are not told to type; an unknown command is left as it is."""
    assert in_buttons("请先运行 xlfz check，再汇总。") == "请先点“校验回收件”，再汇总。"
    assert in_buttons("请先用 xlfz new 新建。") == "请先点“新建工作台”新建。"
    assert in_buttons("请运行 xlfz demo。") == "请运行 xlfz demo。"
    for code in codes():
        assert "运行 xlfz check" not in in_buttons(codes()[code].remedy)


# --- the file of the plain buttons ---------------------------------------------------------------


def decoded(units: str) -> str:
    """As VBA does it: ChrW of each number."""
    data = b"".join(int(u).to_bytes(2, "little") for u in units.split(" ") if u)
    return data.decode("utf-16-le", "surrogatepass")


@given(
    message=st.text(),
    sheet=st.text(),
    counts=st.tuples(*[st.one_of(st.none(), st.integers(0, 10**6))] * 3),
    path=st.one_of(st.none(), st.text(st.characters(exclude_characters="\0/"), min_size=1)),
)
def test_any_end_can_be_read_back_from_plain_ascii(
    message: str, sheet: str, counts: tuple[int | None, ...], path: str | None
) -> None:
    """Whatever is said and wherever the workbook lies: VBA gets every character, in any code page."""
    opens = (Place(Path("/tmp") / path, sheet, "B2"),) if path else ()
    text = as_ascii(End(1, message, opens, state=State("汇总", message, *counts)))
    assert text.isascii()
    lines = text.splitlines()
    assert len(lines) == 3 + len(KEYS)
    assert lines[0] == "1"
    assert decoded(lines[1]) == message
    assert decoded(lines[2]) == (str(opens[0].path) if opens else "")
    named = dict(line.split("=") for line in lines[3:])
    assert list(named) == list(KEYS)
    assert decoded(named["result"]) == message
    for key, count in zip(("reported", "missing", "errors"), counts, strict=True):
        assert decoded(named[key]) == ("" if count is None else str(count))
    assert decoded(named["sheet"]) == (sheet if opens else "")


def end_of(workbench: Path) -> list[str]:
    """The lines that the macro reads."""
    return (workbench.parent / ".xlfz" / "end.txt").read_text("ascii").splitlines()


def test_the_command_behind_the_button_writes_its_end(workbench: Path) -> None:
    """Exit code, sentence, workbook and state: the same as `press` gives, in a file of ASCII."""
    ran = xlfz_command("button", "consolidate", workbench)
    assert ran.code == 0, ran.said
    lines = end_of(workbench)
    assert lines[0] == "0"
    assert decoded(lines[1]) in ran.said
    assert decoded(lines[2]) == str(workbench.parent / "汇总" / "汇总表.xlsx")
    named = dict(line.split("=") for line in lines[3:])
    assert decoded(named["operation"]) == "汇总"
    assert decoded(named["reported"]) == str(len(UNITS))


@pytest.mark.parametrize("verb", ["no-such-verb", "import"])
def test_the_command_fails_in_a_sentence_and_writes_that_too(verb: str, workbench: Path) -> None:
    """Exit code 2 in the file and of the process."""
    ran = xlfz_command("button", verb, workbench)
    assert ran.code == 2
    assert "Traceback" not in ran.said
    assert end_of(workbench)[0] == "2"


def test_the_command_looks_at_the_computer(workbench: Path) -> None:
    """检查环境: how many things were looked at, and what is not in order with its remedy."""
    ran = xlfz_command("button", "doctor", workbench)
    assert ran.code in (0, 1), ran.said
    assert re.match(r"检查了 \d+ 项：", ran.said)
    assert decoded(end_of(workbench)[1]) in ran.said


def test_looking_at_the_computer_from_a_button_finds_no_fault_in_the_button(workbench: Path) -> None:
    """The lock of the press itself, and that the workbench is open in Excel, are as they have to be."""
    workbench.with_name(f"~${workbench.name}").write_bytes(b"")
    ran = xlfz_command("button", "doctor", workbench)
    assert "正在进行" not in ran.said
    assert "打开" not in ran.said
    with RunLock(workbench.parent / ".xlfz"):
        assert "正在进行" in xlfz_command("button", "doctor", workbench).said


def test_a_second_press_says_so_and_leaves_the_first_ones_end(workbench: Path) -> None:
    """The file belongs to the press that is still running."""
    own = workbench.parent / ".xlfz"
    (own / "end.txt").write_text("first")
    with RunLock(own, BUTTON_LOCK):
        ran = xlfz_command("button", "check", workbench)
    assert ran.code == 2
    assert "正在进行" in ran.said
    assert (own / "end.txt").read_text() == "first"


def test_a_run_from_the_command_line_keeps_the_button_waiting(workbench: Path) -> None:
    """One run at a time on a folder, however it was started."""
    with RunLock(workbench.parent / ".xlfz"):
        end = press("check", workbench)
    assert end.code == 2
    assert "正在进行" in end.message


# --- folders ---------------------------------------------------------------------------------------


def test_a_folder_is_shown_by_the_systems_file_manager(
    workbench: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program gets the path as one argument, spaces and brackets included."""
    seen, tools = tmp_path / "seen", tmp_path / "tools"
    tools.mkdir()
    (tools / "xdg-open").write_text(
        f'#!/bin/sh\nprintf "%s" "$1" > "{seen}.part"; mv "{seen}.part" "{seen}"\n'
    )
    (tools / "xdg-open").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    end = press("open-folder", workbench)
    assert shown("open-folder", end) == end
    for _ in range(200):
        if seen.exists():
            break
        time.sleep(0.02)
    assert seen.read_text() == str(workbench.parent)


def test_without_a_file_manager_the_path_is_told(workbench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that is done stays done; a button that only opens a folder has failed."""
    monkeypatch.setenv("PATH", "")
    only = shown("open-folder", press("open-folder", workbench))
    assert only.code == 2
    assert str(workbench.parent) in only.message
    done = shown("generate", press("generate", workbench))
    assert done.code == 0
    assert str(workbench.parent / "下发") in done.message


def test_more_to_say_makes_an_end_no_better() -> None:
    """An error that comes after the work makes the exit code 1; a warning leaves it."""
    end = End(0, "好了。")
    warned = end.also(finding("W_ADDIN_CLOSED"))
    wrong: Finding = finding("E_ADDIN_OPEN", 名="a", 原因="b", 路径="c")
    assert (warned.code, end.also(wrong).code, End(2, "").also(wrong).code) == (0, 1, 2)
    complete(wrong.message, wrong.remedy)
