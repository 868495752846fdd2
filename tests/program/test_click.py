"""The buttons of the built workbench, really pressed in a real spreadsheet program.

LibreOffice opens 工作台.xlsm, a button is pressed, VBA runs, it starts the `xlfz` command, Python
works, VBA reads how it ended, writes 首页 and opens the result in the same window. Only effects are
believed: without a screen Basic swallows its errors.
"""

from __future__ import annotations

import io
import re
import shutil
import time
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle import libreoffice
from tests.program import office
from tests.program.conftest import ARTEFACTS
from xlfz import controls
from xlfz.excel.writer import write
from xlfz.office.ending import cell_name
from xlfz.report import lists
from xlfz.verbs import VERBS, buttons

if TYPE_CHECKING:
    from pathlib import Path

    from tests.program.conftest import Finished


@libreoffice
def test_pressing_sum_up_makes_and_opens_the_summary(program: office.Program, case: Finished) -> None:
    """The recalculated totals are an independent sum; 首页 tells what ran, when and what came of it."""
    from tests.program import buttons as desk
    from tests.program import engine
    from tests.program.test_addin import totals

    workbench = engine.load(program.desktop, str(case.workbench))
    before = case.workbench.read_bytes()
    desk.press(workbench, "汇总")
    left = desk.wait_for_state(workbench, "汇总")
    summary = desk.wait_for(lambda: desk.open_document(program.desktop, "汇总表.xlsx"), "the summary")
    assert totals(summary) == pytest.approx(case.totals)
    assert left["result"].startswith(f"已汇总：应报 {len(case.totals)} 个单位")
    assert (left["reported"], left["missing"], left["errors"]) == (str(len(case.totals)), "0", "0")
    assert left["time"][:2] == "20"
    assert case.workbench.read_bytes() == before, "a workbook that a person owns was written"


@libreoffice
def test_every_button_starts_its_verb_on_its_own_workbook(
    program: office.Program, case: Finished, tmp_path: Path
) -> None:
    """Each of them, one after the other: the command gets the verb and the path, blanks, brackets and all."""
    from tests.program import buttons as desk
    from tests.program import engine

    workbench = engine.load(program.desktop, str(case.workbench))
    assert desk.captions(workbench) == [verb.caption for verb in buttons()]
    starts = _set_quick_command(workbench, case, tmp_path)
    for verb in buttons():
        desk.forget_state(workbench)
        desk.press(workbench, verb.caption)
        desk.wait_for_state(workbench, "A")
    assert starts.read_text().splitlines() == [f"button {verb.id} {case.workbench}" for verb in buttons()]


@libreoffice
def test_errors_open_the_report_at_the_first(program: office.Program, case: Finished) -> None:
    """Sheet and cell come through the ASCII file: the cursor stands in the row of an error."""
    from tests.program import buttons as desk
    from tests.program import engine

    next((case.folder / "回收").glob("*.xlsx")).write_bytes(b"half a file")
    workbench = engine.load(program.desktop, str(case.workbench))
    desk.press(workbench, "校验回收件")
    left = desk.wait_for_state(workbench, "校验回收件")
    report = desk.wait_for(lambda: desk.open_document(program.desktop, "校验报告.xlsx"), "the report")
    view = desk.wait_for(lambda: report.CurrentController, "its window")
    desk.wait_for(lambda: view.ActiveSheet.Name == lists.PROBLEMS, "the list of problems")
    row = desk.wait_for(lambda: report.CurrentSelection.CellAddress.Row, "the cursor")
    assert "错误" in [view.ActiveSheet.getCellByPosition(column, row).String for column in range(10)]
    assert int(left["errors"]) > 0


@libreoffice
def test_a_folder_is_shown(program: office.Program, case: Finished, tools: Path) -> None:
    """The real command asks the system's file manager for the folder of the workbench."""
    from tests.program import buttons as desk
    from tests.program import engine

    shown = tools / "shown.txt"
    shown.unlink(missing_ok=True)
    workbench = engine.load(program.desktop, str(case.workbench))
    desk.press(workbench, "打开文件夹")
    desk.wait_for(lambda: shown.exists() and f"{case.folder}\n" in shown.read_text(), "the folder")
    desk.wait_for((case.folder / ".xlfz" / "exit.txt").exists, "the end of the command")
    time.sleep(2)  # the macro looks once a second


@libreoffice
def test_a_second_click_while_running_does_nothing(
    program: office.Program, case: Finished, tmp_path: Path
) -> None:
    """The command is started once; the state is the first one's. The third click, later, works again."""
    from tests.program import buttons as desk
    from tests.program import engine

    workbench = engine.load(program.desktop, str(case.workbench))
    starts = _set_quick_command(workbench, case, tmp_path, seconds=3)
    desk.press(workbench, "汇总")
    desk.wait_for(starts.exists, "the first start")
    desk.press(workbench, "校验回收件")
    desk.wait_for_state(workbench, "A")
    assert "button check" not in starts.read_text()
    desk.forget_state(workbench)
    desk.press(workbench, "校验回收件")
    desk.wait_for_state(workbench, "A")
    assert "button check" in starts.read_text()


@libreoffice
@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("/no/such/xlfz", "没有运行成"),
        ("/tmp/a'b", "不能安全地运行"),
        ('/tmp/a"; rm -rf "b', "不能安全地运行"),
    ],
)
def test_a_command_that_cannot_be_run_is_told_on_the_sheet(
    program: office.Program, case: Finished, command: str, told: str
) -> None:
    """Not found: where to write its path down. A quote would end the quoted path: refused, not run."""
    from tests.program import buttons as desk
    from tests.program import engine

    workbench = engine.load(program.desktop, str(case.workbench))
    _set_command(workbench, command)
    desk.press(workbench, "校验回收件")
    desk.wait_for(lambda: told in desk.state(workbench)["result"], "the sentence")


def _set_quick_command(workbench: Any, case: Finished, folder: Path, seconds: int = 0) -> Path:
    """A command that takes notes, takes its time and says OK; the file of its notes."""
    starts, command = folder / "starts.txt", folder / "quick xlfz"
    end = r"0\n79 75\n\noperation=65\n"
    lines = (
        "#!/bin/sh",
        f'echo "$@" >> "{starts}"',
        f"sleep {seconds}",
        f'printf "{end}" > "{case.folder}/.xlfz/end.txt"',
    )
    command.write_text("\n".join(lines) + "\n")
    command.chmod(0o755)
    _set_command(workbench, str(command))
    return starts


def _set_command(workbench: Any, command: str) -> None:
    """Type the command into its cell of 设置 and save, as staff do."""
    named = workbench.NamedRanges.getByName("xlfz_command").ReferredCells
    named.getCellByPosition(0, 0).String = command
    workbench.setModified(False)


@libreoffice
def test_the_ribbon_does_each_controls_verb_on_the_active_workbook(
    program: office.Program, case: Finished, tmp_path: Path
) -> None:
    """The one callback gets a control and starts the command with its id and the active workbook."""
    from tests.program import buttons as desk
    from tests.program import engine

    data = write(controls.addin(datetime(2026, 1, 1)))
    ids = re.findall(r'<button id="([^"]+)"', _member(data, "customUI/customUI14.xml").decode())
    assert set(ids) == {verb.id for verb in VERBS}
    callback = _callback(engine.load(program.desktop, str(_as_workbook(data, tmp_path / "xlfz.xlsm"))))
    workbench = engine.load(program.desktop, str(case.workbench))
    workbench.CurrentController.Frame.activate()
    starts = _set_quick_command(workbench, case, tmp_path)
    for control in ids:
        bag = program.manager.createInstance("com.sun.star.beans.PropertyBag")
        bag.addProperty("ID", 0, control)
        callback.invoke((bag,), (), ())
    desk.wait_for_state(workbench, "A")
    assert starts.read_text().splitlines() == [f"button {control} {case.workbench}" for control in ids]


def _callback(document: Any) -> Any:
    """The add-in's procedure that every control of the ribbon names."""
    document.BasicLibraries.loadLibrary("VBAProject")
    address = "vnd.sun.star.script:VBAProject.XlfzRibbon.XlfzOnAction?language=Basic&location=document"
    return document.getScriptProvider().getScript(address)


def _member(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as members:
        return members.read(name)


def _as_workbook(package: bytes, path: Path) -> Path:
    """The add-in under a workbook's content type: LibreOffice knows no add-ins of Excel's."""
    kinds = b"ms-excel.addin.macroEnabled.main", b"ms-excel.sheet.macroEnabled.main"
    with zipfile.ZipFile(io.BytesIO(package)) as members, zipfile.ZipFile(path, "w") as made:
        for name in members.namelist():
            made.writestr(name, members.read(name).replace(*kinds))
    return path


@libreoffice
def test_a_real_mouse_click_sums_up(
    tmp_path: Path, environment: dict[str, str], case: Finished, finished: Finished
) -> None:
    """The pointer goes to the button on the screen and clicks; the pictures are kept."""
    from tests.program import screen

    missing = [tool for tool in screen.NEEDS if shutil.which(tool) is None]
    if missing or not office.has_uno():
        pytest.skip(f"not here: {'、'.join(missing) or 'uno'}")
    from tests.program import buttons as desk
    from tests.program import engine
    from tests.program.test_addin import totals

    (tmp_path / "screen").mkdir()
    (tmp_path / "soffice").mkdir()
    with (
        screen.screen(tmp_path / "screen") as shown,
        office.Program(tmp_path / "soffice", environment | shown.environment, headless=False) as program,
    ):
        workbench = engine.load(program.desktop, str(case.workbench))
        window = workbench.CurrentController.Frame.ContainerWindow
        window.setPosSize(0, 0, screen.WIDTH, screen.HEIGHT, 15)
        window.toFront()
        desk.wait_for(lambda: desk.place(workbench, "汇总")[0] > 0, "the button on the screen")
        shown.picture(ARTEFACTS / "首页.png")
        shown.click(*desk.place(workbench, "汇总"))
        desk.wait_for_state(workbench, "汇总")
        summary = desk.wait_for(lambda: desk.open_document(program.desktop, "汇总表.xlsx"), "the summary")
        assert totals(summary) == pytest.approx(finished.totals)
        shown.picture(ARTEFACTS / "汇总后.png")
        summary.close(True)
        result = workbench.NamedRanges.getByName(cell_name("errors")).ReferredCells
        workbench.CurrentController.select(result)
        shown.picture(ARTEFACTS / "首页，汇总后.png")
