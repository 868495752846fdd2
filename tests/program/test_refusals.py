"""What the macros will not do without xlwings: save behind a person's back, or run on another workbook."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from tests.oracle import libreoffice
from tests.program import office
from tests.program.test_click import _as_workbook, _callback, _set_quick_command
from xlfz import controls
from xlfz.excel.writer import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.program.conftest import Finished

pytestmark = [pytest.mark.xdist_group("soffice")]


@libreoffice
def test_a_click_with_changes_not_saved_says_so_and_asks_nothing(
    tmp_path: Path, environment: dict[str, str], case: Finished
) -> None:
    """In a window LibreOffice would ask for the format, and the macro would stand still. What needs no
    saved file works all the same."""
    from tests.program import screen

    missing = [tool for tool in screen.NEEDS if shutil.which(tool) is None]
    if missing or not office.has_uno():
        pytest.skip(f"not here: {'、'.join(missing) or 'uno'}")
    from tests.program import buttons as desk
    from tests.program import engine

    for name in ("screen", "soffice"):
        (tmp_path / name).mkdir()
    with (
        screen.screen(tmp_path / "screen") as shown,
        office.Program(tmp_path / "soffice", environment | shown.environment, headless=False) as program,
    ):
        workbench = engine.load(program.desktop, str(case.workbench))
        starts = _set_quick_command(workbench, case, tmp_path)
        workbench.Sheets.getByName("设置").getCellRangeByName("B5").String = "某县办公室"
        desk.press(workbench, "校验回收件")
        desk.wait_for(lambda: "没有保存" in desk.state(workbench)["result"], "the sentence")
        assert not starts.exists()
        assert workbench.isModified()
        desk.press(workbench, "打开文件夹")
        desk.wait_for_state(workbench, "A")
        assert "button open-folder" in starts.read_text()
        workbench.setModified(False)


@libreoffice
def test_the_ribbon_leaves_another_workbook_alone(
    program: office.Program, case: Finished, tmp_path: Path
) -> None:
    """No command is started for it and no folder of ours laid beside it; a look at the computer needs
    no workbench."""
    from tests.program import engine

    data = write(controls.addin(datetime(2026, 1, 1)))
    callback = _callback(engine.load(program.desktop, str(_as_workbook(data, tmp_path / "xlfz.xlsm"))))
    folder = tmp_path / "别处"
    folder.mkdir()
    shutil.copy(next((case.folder / "回收").glob("*.xlsx")), folder / "别的.xlsx")
    other = engine.load(program.desktop, str(folder / "别的.xlsx"))
    other.CurrentController.Frame.activate()
    bag = program.manager.createInstance("com.sun.star.beans.PropertyBag")
    bag.addProperty("ID", 0, "consolidate")
    callback.invoke((bag,), (), ())
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".~lock")] == ["别的.xlsx"]
    bag.setPropertyValue("ID", "doctor")
    callback.invoke((bag,), (), ())
    assert (folder / ".xlfz" / "end.txt").exists()
