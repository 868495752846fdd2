"""What the macros themselves can meet with: it is told on 首页, where somebody sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.oracle import libreoffice
from tests.program.test_click import _set_quick_command

if TYPE_CHECKING:
    from pathlib import Path

    from tests.program import office
    from tests.program.conftest import Finished

pytestmark = [pytest.mark.xdist_group("soffice")]


@libreoffice
def test_what_could_not_be_saved_is_told_and_nothing_runs(
    program: office.Program, case: Finished, tmp_path: Path
) -> None:
    """The command would work on another workbench than staff see. Without a window LibreOffice cannot
    ask in which format to save, so it does not save, and does not say so."""
    from tests.program import buttons as desk
    from tests.program import engine

    workbench = engine.load(program.desktop, str(case.workbench))
    starts = _set_quick_command(workbench, case, tmp_path)
    workbench.Sheets.getByName("设置").getCellRangeByName("B5").String = "某县办公室"
    assert workbench.isModified()
    desk.press(workbench, "校验回收件")
    desk.wait_for(lambda: "没有保存" in desk.state(workbench)["result"], "the sentence")
    assert not starts.exists()


@libreoffice
def test_a_result_that_does_not_open_is_named(
    program: office.Program, case: Finished, tmp_path: Path
) -> None:
    """It was made and somebody took it away, or another program holds it: its path is on 首页."""
    from tests.program import buttons as desk
    from tests.program import engine

    workbench = engine.load(program.desktop, str(case.workbench))
    _set_quick_command(workbench, case, tmp_path)
    command = tmp_path / "quick xlfz"
    gone = " ".join(str(ord(c)) for c in "/没有/汇总表.xlsx")
    command.write_text(command.read_text().replace(r"79 75\n\n", rf"79 75\n{gone}\n"))
    desk.press(workbench, "汇总")
    desk.wait_for(lambda: "/没有/汇总表.xlsx" in desk.state(workbench)["result"], "the sentence")
    assert desk.state(workbench)["operation"] == "A"
