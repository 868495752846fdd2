"""`xlfz doctor`: each fault of a computer is seen, and a computer without faults gets none."""

from __future__ import annotations

import dataclasses
import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from tests.acceptance.desk import complete, xlfz_command
from tests.deploy.computers import EXCEL, WPS, computer, mac, windows
from xlfz.cli.deploy import table
from xlfz.deploy.doctor import CHECKS, Examination, examine
from xlfz.deploy.install import install
from xlfz.storage import RunLock

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.deploy.system import System

SECURITY = r"HKCU\Software{}\Microsoft\Office\16.0\Excel\Security"
POLICY, CHOICE = SECURITY.format(r"\Policies"), SECURITY.format("")


def found(system: System, folder: Path) -> dict[str, str]:
    """Code -> state, of all that is not 正常; every sentence is whole."""
    seen = examine(system, folder)
    for check in seen.checks:
        assert check.name
        assert check.seen
        if check.found:
            complete(check.found.message, check.found.remedy)
    return {check.found.code: check.state for check in seen.checks if check.found}


def healthy(kind: Callable[..., System], home: Path, **changes: Any) -> System:
    """A computer with everything in its place."""
    system = kind(home, **changes)
    if system.excel:
        install(system)
    return system


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with a workbench."""
    made = tmp_path / "某市2026"
    made.mkdir()
    (made / "工作台.xlsm").write_bytes(b"PK")
    return made


@pytest.mark.parametrize("kind", [windows, mac, computer])
def test_a_computer_without_faults_gets_none(
    kind: Callable[..., System], tmp_path: Path, folder: Path
) -> None:
    """Windows, Mac and Linux; and looking leaves the folder as it was."""
    before = sorted(p.name for p in folder.rglob("*"))
    assert found(healthy(kind, tmp_path / "home"), folder) == {}
    assert sorted(p.name for p in folder.rglob("*")) == before


FAULTS: dict[str, dict[str, Any]] = {
    "E_DOCTOR_PYTHON": {"version": (3, 10, 2)},
    "W_DOCTOR_BITS": {"bits": 32},
    "E_DOCTOR_XLFZ": {"packages": {"xlwings": "0.37.8", "pywin32": "311"}},
    "W_DOCTOR_XLWINGS": {"packages": {"xlfz": "0.1.0"}},
    "W_DOCTOR_PYWIN32": {"packages": {"xlfz": "0.1.0", "xlwings": "0.37.8"}},
    "W_DOCTOR_NO_COMMAND": {"programs": {}},
    "W_DOCTOR_MACROS_POLICY": {"registry": EXCEL | {(POLICY, "VBAWarnings"): 4}},
    "W_DOCTOR_MACROS_OFF": {"registry": EXCEL | {(CHOICE, "VBAWarnings"): 3}},
    "W_DOCTOR_MACROS_NET": {"registry": EXCEL | {(POLICY, "blockcontentexecutionfrominternet"): 1}},
    "W_DOCTOR_FONTS": {"fonts": frozenset({"SimSun & NSimSun (TrueType)"})},
    "W_DOCTOR_CLOCK": {"today": date(2015, 1, 1)},
    "E_DOCTOR_DISK": {"room": 50 << 20},
    "W_DOCTOR_DISK": {"room": 500 << 20},
}


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_of_the_computer_is_seen(code: str, tmp_path: Path, folder: Path) -> None:
    """One fault gives one finding, whose state follows its severity."""
    system = healthy(windows, tmp_path / "home", **FAULTS[code])
    assert found(system, folder) == {code: "不行" if code.startswith("E_") else "注意"}


def test_what_the_administrator_laid_down_counts_first(tmp_path: Path, folder: Path) -> None:
    """A person's own choice cannot change it, in either direction."""
    for laid_down, chosen, codes in ((1, 4, {}), (4, 1, {"W_DOCTOR_MACROS_POLICY": "注意"})):
        registry = EXCEL | {(POLICY, "VBAWarnings"): laid_down, (CHOICE, "VBAWarnings"): chosen}
        assert found(healthy(windows, tmp_path / str(chosen), registry=registry), folder) == codes


def test_wps_alone_is_told_of_and_needs_no_addin(tmp_path: Path, folder: Path) -> None:
    """No check of Excel's add-in or macros then; neither program is another finding."""
    assert found(windows(tmp_path / "a", registry=WPS), folder) == {"W_DOCTOR_WPS": "注意"}
    assert found(windows(tmp_path / "b", registry={}), folder) == {"W_DOCTOR_NO_PROGRAM": "注意"}


def test_the_addins_are_compared_with_this_version(tmp_path: Path, folder: Path) -> None:
    """Missing, older, another xlwings, a Python that is gone."""
    system = windows(tmp_path / "home")
    assert found(system, folder) == {"W_DOCTOR_ADDIN": "注意"}
    ours, theirs = install(system).files
    ours.write_bytes(b"older")
    theirs.write_bytes(b"older")
    assert found(system, folder) == {"W_DOCTOR_ADDIN_OLD": "注意", "W_DEPLOY_XLWINGS_OTHER": "注意"}
    install(windows(tmp_path / "c", interpreter=r"C:\gone\python.exe"))
    gone = windows(tmp_path / "c", interpreter=r"C:\gone\python.exe")
    assert found(gone, folder) == {"E_DOCTOR_INTERPRETER": "不行"}
    gone.settings.unlink()
    assert found(gone, folder) == {"W_DOCTOR_NO_INTERPRETER": "注意"}


def test_the_command_in_the_environment_must_exist(tmp_path: Path, folder: Path) -> None:
    """It comes before the path, so a wrong one breaks the buttons."""
    wrong = {"APPDATA": str(tmp_path / "home" / "Roaming"), "XLFZ_COMMAND": r"C:\gone\xlfz.exe"}
    assert found(healthy(windows, tmp_path / "home", environ=wrong), folder) == {"E_DOCTOR_COMMAND": "不行"}
    right = wrong | {"XLFZ_COMMAND": str(folder / "工作台.xlsm")}
    assert found(healthy(windows, tmp_path / "home", environ=right, programs={}), folder) == {}


@pytest.mark.parametrize("name", ["xlfz", "xlfz.exe", "Scripts/xlfz.exe"])
def test_a_command_that_is_not_on_the_path_is_named(name: str, tmp_path: Path, folder: Path) -> None:
    """As it lies beside the Python: the remedy is a path to copy."""
    system = healthy(windows, tmp_path / "home", programs={})
    command = Path(system.interpreter).parent / name
    command.parent.mkdir(exist_ok=True)
    command.write_bytes(b"")
    (check,) = (c for c in examine(system, folder).checks if c.found)
    assert check.seen == str(command)
    assert f"填写{command}，" in check.advice


@pytest.mark.skipif(os.name == "nt", reason="writes the stream's name as a file, which Windows does not")
@pytest.mark.parametrize(("zone", "codes"), [("3", {"W_DOCTOR_MARK": "注意"}), ("0", {}), ("", {})])
def test_the_mark_of_the_web_is_seen(zone: str, codes: dict[str, str], tmp_path: Path, folder: Path) -> None:
    """From the net: macros are blocked. From this computer, or without a zone: they are not."""
    stream = folder / "工作台.xlsm:Zone.Identifier"
    stream.write_text(f"[ZoneTransfer]\r\nZoneId={zone}\r\nReferrerUrl=某网盘\r\n", encoding="utf-8")
    assert found(healthy(windows, tmp_path / "home"), folder) == codes


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("OneDrive - 某局/某市2026", "W_DOCTOR_CLOUD"),
        ("WPSDrive/123/某市2026", "W_DOCTOR_CLOUD"),
        ("深" * 70 + "/" + "深" * 80, "W_DOCTOR_LONG"),
    ],
)
def test_a_bad_place_is_seen(where: str, code: str, tmp_path: Path) -> None:
    """Clouds hold files open; Excel opens no path that is too long."""
    folder = tmp_path / where
    folder.mkdir(parents=True)
    assert found(healthy(windows, tmp_path / "home"), folder) == {code: "注意"}


def test_a_share_is_seen(tmp_path: Path) -> None:
    """By its two leading strokes; that it is not there is another finding."""
    codes = found(healthy(windows, tmp_path / "home"), Path("//server/share/某市2026"))
    assert codes == {"W_DOCTOR_NETWORK": "注意", "E_DOCTOR_FOLDER": "不行"}


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder in which not even root may write")
def test_a_folder_without_rights_is_seen(tmp_path: Path) -> None:
    """Nothing else is concluded from it."""
    assert found(healthy(windows, tmp_path / "home"), Path("/proc/self")) == {"E_DOCTOR_WRITE": "不行"}


def test_a_run_and_an_open_workbench_are_seen(tmp_path: Path, folder: Path) -> None:
    """A lock that nobody holds any more is nothing."""
    system = healthy(windows, tmp_path / "home")
    with RunLock(folder / ".xlfz"):
        assert found(system, folder) == {"E_ALREADY_RUNNING": "注意"}
    assert found(system, folder) == {}
    (folder / "~$工作台.xlsm").write_bytes(b"")
    assert found(system, folder) == {"W_DOCTOR_OPEN": "注意"}


def test_a_check_that_fails_itself_stops_no_other(tmp_path: Path, folder: Path) -> None:
    """It is named, and all others are there."""

    def broken() -> frozenset[str]:
        raise TimeoutError

    system = dataclasses.replace(healthy(computer, tmp_path / "home"), fonts=broken)
    seen = examine(system, folder)
    assert [c.name for c in seen.checks if c.found] == ["字体"]
    assert len(seen.checks) == len(examine(healthy(computer, tmp_path / "home"), folder).checks)


def test_every_check_is_shown_with_its_remedy(tmp_path: Path, folder: Path) -> None:
    """Nothing of a Chinese sentence is cut off, however narrow the window."""
    system = windows(tmp_path / "home", packages={}, programs={}, version=(3, 9, 0))
    seen = examine(system, folder)
    for width in (50, 100):
        console = Console(width=width, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        console.print(table(seen))
        shown = "".join(c for c in console.export_text() if c not in "│┃├┤┼─ \n")
        for check in seen.checks:
            assert check.advice.replace(" ", "") in shown.replace(" ", "") or width < 60, check.name
        assert "…" not in shown
    assert seen.broken


def test_the_names_are_the_tables(tmp_path: Path, folder: Path) -> None:
    """What a failing check is called is what it calls itself."""
    seen = examine(healthy(windows, tmp_path / "home"), folder)
    assert [c.name for c in seen.checks] == [name for name, _ in CHECKS]
    assert Examination(()).broken is False


def test_the_command_prints_a_table_or_json(folder: Path) -> None:
    """On this computer; the workbench may be named instead of its folder."""
    for target in (folder, folder / "工作台.xlsm"):
        ran = xlfz_command("doctor", target, "--json")
        assert ran.code in (0, 1)
        checks = ran.json["checks"]
        assert {tuple(c) for c in checks} == {("name", "state", "seen", "code", "message", "remedy")}
        assert ran.code == any(c["state"] == "不行" for c in checks)
    assert "写入权限" in xlfz_command("doctor", folder).out
    assert xlfz_command("doctor", folder / "没有").code == 1
