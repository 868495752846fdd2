"""One LibreOffice and one finished working folder for all tests that need a real spreadsheet program."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import xlfz
from tests.office.small import filled_forms, send_back, working_folder
from tests.program import office

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.program.engine import App

ARTEFACTS = Path(__file__).resolve().parents[2] / "build" / "artefacts"
"""Where pictures are kept; ignored by git."""


@dataclass(frozen=True)
class Finished:
    """A working folder with good returns of which nothing is made, and what they add up to."""

    folder: Path
    totals: dict[str, float]

    def copy(self, target: Path) -> Finished:
        """The same in another place."""
        shutil.copytree(self.folder, target)
        return Finished(target, self.totals)

    @property
    def workbench(self) -> Path:
        """Its workbench with macros."""
        return self.folder / "工作台.xlsm"


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the `xlfz` command of this interpreter, and a file manager that takes notes."""
    folder = tmp_path_factory.mktemp("tools of the office")  # spaces: the macros must quote
    root = Path(xlfz.__file__).parent.parent
    scripts = {
        "xlfz": f'PYTHONPATH="{root}" exec "{sys.executable}" -c "from xlfz.cli import main; main()" "$@"',
        "xdg-open": f'printf "%s\\n" "$1" >> "{folder}/shown.txt"',
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(stat.S_IRWXU)
    return folder


@pytest.fixture(scope="session")
def environment(tools: Path) -> dict[str, str]:
    """What LibreOffice, and what it starts, finds in its environment."""
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    return {"XLFZ_COMMAND": str(tools / "xlfz"), "PATH": path}


@pytest.fixture(scope="session")
def running(
    tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> Iterator[office.Program]:
    """The program, without a screen."""
    if not office.has_uno():
        pytest.skip(f"python {sys.version_info.major}.{sys.version_info.minor} cannot load the system's uno")
    with office.program(tmp_path_factory.mktemp("soffice"), environment) as made:
        yield made


@pytest.fixture
def program(running: office.Program) -> Iterator[office.Program]:
    """The program with no document open, before and after."""
    running.close_all()
    yield running
    running.close_all()


@pytest.fixture(scope="session")
def _app(running: office.Program) -> App:
    from tests.program import engine

    return engine.install(running.desktop)


@pytest.fixture
def app(_app: App, program: office.Program) -> App:
    """xlwings' app over it, with nothing said yet."""
    _app.alerts.clear()
    _app.answers.clear()
    _app.told.clear()
    return _app


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Not to be changed: take `case`."""
    folder = working_folder(tmp_path_factory.mktemp("program") / "某县 2025（甲）", macros=True)
    return Finished(folder, send_back(folder, filled_forms(folder)))


@pytest.fixture
def case(finished: Finished, tmp_path: Path) -> Finished:
    """A copy for one test, under a name with Chinese, a space and brackets."""
    return finished.copy(tmp_path / "某县 2025（甲）")
