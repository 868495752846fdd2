"""The buttons of the built workbench, really pressed in a real spreadsheet program.

LibreOffice opens 工作台.xlsm, a button is pressed, VBA runs, it starts the `xlfz` command, Python
works, VBA reads how it ended, writes 首页 and opens the result in the same window. Only effects are
believed: without a screen Basic swallows its errors.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.oracle import libreoffice
from tests.program import office
from tests.program.conftest import ARTEFACTS
from xlfz.verbs import buttons

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
        office.program(tmp_path / "soffice", environment | shown.environment, headless=False) as program,
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
        workbench.CurrentController.Frame.activate()
        workbench.CurrentController.Frame.ContainerWindow.toFront()
        shown.picture(ARTEFACTS / "首页，汇总后.png")
