"""The buttons of the built workbench, really pressed in a real spreadsheet program.

LibreOffice opens 工作台.xlsm, a button is pressed, VBA runs, it starts the `xlfz` command, Python
works, VBA reads how it ended, writes 首页 and opens the result in the same window. Only effects are
believed: without a screen Basic swallows its errors.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.oracle import libreoffice
from tests.program import office
from tests.program.conftest import ARTEFACTS
from xlfz import controls
from xlfz.excel.writer import write
from xlfz.verbs import VERBS, buttons

if TYPE_CHECKING:
    from pathlib import Path

    from tests.program.conftest import Finished
    from xlfz.verbs import Verb

pytestmark = [pytest.mark.xdist_group("soffice")]


@libreoffice
def test_pressing_sum_up_makes_and_opens_the_summary(program: office.Program, case: Finished) -> None:
    """The recalculated totals are an independent sum; 首页 tells what ran, when and what came of it."""
    from tests.program import buttons as desk
    from tests.program import engine
    from tests.program.test_addin import totals

    workbench = engine.load(program.desktop, str(case.workbench))
    before = case.workbench.read_bytes()
    desk.press(workbench, "汇总")
    summary = desk.wait_for(lambda: desk.open_document(program.desktop, "汇总表.xlsx"), "the summary")
    assert totals(summary) == pytest.approx(case.totals)
    left = desk.wait_for(lambda: (s := desk.state(workbench))["operation"] and s, "the state")
    assert left["operation"] == "汇总"
    assert left["result"].startswith(f"已汇总：应报 {len(case.totals)} 个单位")
    assert (left["reported"], left["missing"], left["errors"]) == (str(len(case.totals)), "0", "0")
    assert left["time"][:2] == "20"
    assert case.workbench.read_bytes() == before, "a workbook that a person owns was written"


@libreoffice
def test_every_button_does_its_work(program: office.Program, case: Finished, tools: Path) -> None:
    """Each of them, one after the other, by what it leaves: a state, an open workbook, a shown folder."""
    from tests.program import buttons as desk
    from tests.program import engine

    workbench = engine.load(program.desktop, str(case.workbench))
    assert desk.captions(workbench) == [verb.caption for verb in buttons()]
    shown = tools / "shown.txt"
    shown.unlink(missing_ok=True)
    opens = {"check": "校验报告.xlsx", "consolidate": "汇总表.xlsx", "open-summary": "汇总表.xlsx"}
    folders = {"generate": case.folder / "下发", "open-folder": case.folder}
    for verb in buttons():
        for document in list(engine.spreadsheets(program.desktop)):
            if desk.file_name(document) != case.workbench.name:
                document.close(True)

        def done(verb: Verb = verb) -> bool:
            name, folder = opens.get(verb.id), folders.get(verb.id)
            if name and desk.open_document(program.desktop, name) is None:
                return False
            if folder and not (shown.exists() and f"{folder}\n" in shown.read_text()):
                return False
            return verb.id.startswith("open-") or desk.state(workbench)["operation"] == verb.caption

        desk.press_until(workbench, verb.caption, done)


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
    desk.wait_for(lambda: desk.state(workbench)["operation"] == "A", "the first end")
    assert "button check" not in starts.read_text()
    desk.forget_state(workbench)
    desk.press_until(workbench, "校验回收件", lambda: desk.state(workbench)["operation"] == "A")
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
    desk.wait_for(lambda: desk.state(workbench)["operation"] == "A", "the state")
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
        summary = desk.wait_for(lambda: desk.open_document(program.desktop, "汇总表.xlsx"), "the summary")
        assert totals(summary) == pytest.approx(finished.totals)
        desk.wait_for(lambda: desk.state(workbench)["operation"] == "汇总", "the state")
        shown.picture(ARTEFACTS / "汇总后.png")
        summary.close(True)
        shown.picture(ARTEFACTS / "首页，汇总后.png")
