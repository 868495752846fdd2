"""A workbench with changes that are not on disk: the command would work on another one than staff see."""

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
    """Without a window LibreOffice cannot ask in which format to save, so it does not: the macro sees it."""
    from tests.program import buttons as desk
    from tests.program import engine

    workbench = engine.load(program.desktop, str(case.workbench))
    starts = _set_quick_command(workbench, case, tmp_path)
    workbench.Sheets.getByName("设置").getCellRangeByName("B5").String = "某县办公室"
    assert workbench.isModified()
    desk.press(workbench, "校验回收件")
    desk.wait_for(lambda: "没有保存" in desk.state(workbench)["result"], "the sentence")
    assert not starts.exists()
