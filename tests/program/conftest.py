"""One LibreOffice and one finished working folder for all tests that need a real spreadsheet program."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Tracebacks of these tests without arguments: asking an object of a program that has died for its
    repr ends this process too, and with it every other test."""
    style = item.config.option.tbstyle
    item.config.option.tbstyle = "short"
    try:
        return (yield)
    finally:
        item.config.option.tbstyle = style


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


class Programs:
    """The program that all tests share; another one when a test has ended it."""

    def __init__(self, folders: pytest.TempPathFactory, environment: dict[str, str]) -> None:
        self._folders, self._environment = folders, environment
        self._current: office.Program | None = None
        self._app: App | None = None

    def program(self) -> office.Program:
        """One that is alive."""
        if self._current is None or not self._current.alive:
            self._current = office.Program(self._folders.mktemp("soffice"), self._environment)
            self._app = None
        return self._current

    def app(self) -> App:
        """xlwings' app over it."""
        from tests.program import engine

        program = self.program()
        self._app = self._app or engine.install(program.desktop)
        return self._app

    def end(self) -> None:
        """End it."""
        if self._current is not None:
            self._current.__exit__()


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Programs]:
    """Started when the first test needs it."""
    if not office.has_uno():
        pytest.skip(f"python {sys.version_info.major}.{sys.version_info.minor} cannot load the system's uno")
    made = Programs(tmp_path_factory, environment)
    yield made
    made.end()


@pytest.fixture
def program(programs: Programs) -> Iterator[office.Program]:
    """The program, without a screen, with no document open."""
    program = programs.program()
    program.close_all()
    yield program
    if program.alive:
        time.sleep(0.5)  # see `close_all`
        program.close_all()


@pytest.fixture
def app(programs: Programs, program: office.Program) -> App:
    """xlwings' app over the program, with nothing said yet."""
    app = programs.app()
    app.alerts.clear()
    app.answers.clear()
    app.told.clear()
    return app


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Not to be changed: take `case`."""
    folder = working_folder(tmp_path_factory.mktemp("program") / "某县 2025（甲）", macros=True)
    return Finished(folder, send_back(folder, filled_forms(folder)))


@pytest.fixture
def case(finished: Finished, tmp_path: Path) -> Finished:
    """A copy for one test, under a name with Chinese, a space and brackets."""
    return finished.copy(tmp_path / "某县 2025（甲）")
