"""The add-in in Excel: install, status and remove, on computers that are told of."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.acceptance.desk import complete, xlfz_command
from tests.deploy.computers import WPS, computer, mac, windows
from xlfz.deploy.install import addin, install, remove, status
from xlfz.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.deploy.system import System

EITHER = pytest.mark.parametrize("kind", [windows, mac])


def files(home: Path) -> dict[str, bytes]:
    """Everything below a home, by its path."""
    return {p.relative_to(home).as_posix(): p.read_bytes() for p in home.rglob("*") if p.is_file()}


def refused(work: Callable[[], object]) -> str:
    """The code with which it is refused; message and remedy are whole."""
    with pytest.raises(Refused) as caught:
        work()
    (found,) = caught.value.findings
    complete(found.message, found.remedy)
    return found.code


@EITHER
def test_install_puts_the_addin_where_excel_looks(kind: Callable[[Path], System], tmp_path: Path) -> None:
    """The same bytes as on the shelf, xlwings' own beside it, and the Python of this program."""
    here = kind(tmp_path)
    done = install(here)
    assert here.excel_folder is not None
    assert {p.name: p.parent for p in done.files} == dict.fromkeys(
        ["xlfz.xlam", "xlwings.xlam"], here.excel_folder
    )
    assert (here.excel_folder / "xlfz.xlam").read_bytes() == addin()
    key = "INTERPRETER_MAC" if here.platform == "mac" else "INTERPRETER_WIN"
    assert here.settings.read_text() == f'"{key}","{here.interpreter}"\n'
    stand = status(here)
    assert (stand.addin, stand.current, stand.xlwings, stand.xlwings_current, stand.ours) == (True,) * 5


def test_the_places_are_excels_own(tmp_path: Path) -> None:
    """As Microsoft and xlwings document them."""
    assert windows(tmp_path).excel_folder == tmp_path / "Roaming/Microsoft/Excel/XLSTART"
    assert windows(tmp_path, environ={}).excel_folder == (
        tmp_path / "AppData/Roaming/Microsoft/Excel/XLSTART"
    )
    assert mac(tmp_path).excel_folder == (
        tmp_path / "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
    )
    assert windows(tmp_path).settings == tmp_path / ".xlwings/xlwings.conf"
    assert mac(tmp_path).settings == tmp_path / "Library/Containers/com.microsoft.Excel/Data/xlwings.conf"


@settings(max_examples=12, deadline=None)
@given(
    before=st.sampled_from(
        [None, b'"PYTHONPATH","C:\\x"\r\n', b'"interpreter_win","C:\\py\\python.exe"\n"A","1"\n']
    ),
    times=st.integers(1, 3),
    with_xlwings=st.booleans(),
    theirs=st.sampled_from([None, b"an older add-in of xlwings"]),
)
def test_remove_undoes_install_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory,
    before: bytes | None,
    times: int,
    with_xlwings: bool,
    theirs: bytes | None,
) -> None:
    """However often it was installed, and whatever was there: the same files with the same content."""
    here = windows(tmp_path_factory.mktemp("home"))
    assert here.excel_folder is not None
    if before is not None:
        here.settings.parent.mkdir()
        here.settings.write_bytes(before)
    if theirs is not None:
        here.excel_folder.mkdir(parents=True)
        (here.excel_folder / "xlwings.xlam").write_bytes(theirs)
    at_first = files(here.home)
    for _ in range(times):
        done = install(here, with_xlwings=with_xlwings)
        codes = [f.code for f in done.findings]
        assert codes == (["W_DEPLOY_XLWINGS_OTHER"] if with_xlwings and theirs else [])
    assert files(here.home) != at_first
    remove(here)
    assert files(here.home) == at_first


def test_what_somebody_changed_since_stays(tmp_path: Path) -> None:
    """A file and a setting that are no longer as install left them are told of, not touched."""
    here = windows(tmp_path)
    (ours, _) = install(here).files
    ours.write_bytes(b"changed in Excel")
    here.settings.write_bytes(b'"INTERPRETER_WIN","C:\\other.exe"\n')
    done = remove(here)
    assert sorted(f.code for f in done.findings) == ["W_DEPLOY_KEPT", "W_DEPLOY_SETTING_KEPT"]
    assert ours.read_bytes() == b"changed in Excel"
    assert here.settings.read_bytes() == b'"INTERPRETER_WIN","C:\\other.exe"\n'


def test_a_newer_version_is_installed_over_the_older(tmp_path: Path) -> None:
    """Status tells the difference; xlwings' add-in that install brought is renewed with it."""
    here = windows(tmp_path)
    install(here)
    assert here.excel_folder is not None
    assert here.xlwings_addin is not None
    (here.excel_folder / "xlfz.xlam").write_bytes(b"of an older version")
    here.xlwings_addin.write_bytes(b"the add-in of xlwings 0.38")
    assert (status(here).current, status(here).xlwings_current) == (False, False)
    assert install(here).findings == ()
    assert (status(here).current, status(here).xlwings_current) == (True, True)


def test_without_xlwings_its_settings_are_left_alone(tmp_path: Path) -> None:
    """The buttons call the command then."""
    here = windows(tmp_path)
    done = install(here, with_xlwings=False)
    assert ([p.name for p in done.files], done.setting) == (["xlfz.xlam"], "")
    assert not here.settings.exists()


@pytest.mark.parametrize("work", [install, remove], ids=["install", "remove"])
def test_excel_must_be_closed(work: Callable[[System], object], tmp_path: Path) -> None:
    """Excel would load a file that is written beside one it holds: nothing is written at all."""
    here = windows(tmp_path)
    install(here)
    assert here.excel_folder is not None
    (here.excel_folder / "~$xlfz.xlam").write_bytes(b"")
    before = files(tmp_path)
    assert refused(lambda: work(here)) == "E_DEPLOY_OPEN"
    assert files(tmp_path) == before


def test_what_failed_halfway_can_be_undone(tmp_path: Path) -> None:
    """Windows lets nobody replace a file that Excel holds: the older one is still ours to remove."""
    here = windows(tmp_path)
    at_first = files(tmp_path)
    (_, held) = install(here).files
    assert here.xlwings_addin is not None
    shipped = here.xlwings_addin.read_bytes()
    here.xlwings_addin.write_bytes(b"a newer one")
    held.chmod(0o444)
    assert refused(lambda: install(here)) == "E_DEPLOY_OPEN"
    assert [p.name for p in sorted(held.parent.iterdir())] == ["xlfz.xlam", "xlwings.xlam"]
    assert held.read_bytes() == shipped
    held.chmod(0o644)
    assert remove(here).findings == ()
    here.xlwings_addin.write_bytes(shipped)
    assert files(tmp_path) == at_first


def test_a_chinese_path_is_written_as_excel_reads_it(tmp_path: Path) -> None:
    """In the system's code page; what that cannot hold is refused before anything is written."""
    here = windows(tmp_path, interpreter="C:\\用户\\python.exe")
    install(here)
    assert "用户".encode("gb18030") in here.settings.read_bytes()
    western = windows(tmp_path / "b", interpreter="C:\\用户\\python.exe", encoding="cp1252")
    before = files(tmp_path)
    assert refused(lambda: install(western)) == "E_DEPLOY_PATH"
    assert files(tmp_path) | {"b/xlwings/xlwings.xlam": b""} == before | {"b/xlwings/xlwings.xlam": b""}


def test_without_excel_nothing_is_done(tmp_path: Path) -> None:
    """On Linux, and on a Windows that has WPS only."""
    for here in (computer(tmp_path / "a"), windows(tmp_path / "b", registry=WPS)):
        before = files(here.home)
        assert refused(lambda here=here: install(here)) == "E_DEPLOY_NO_EXCEL"  # type: ignore[misc]
        assert refused(lambda here=here: status(here)) == "E_DEPLOY_NO_EXCEL"  # type: ignore[misc]
        assert files(here.home) == before


def test_remove_takes_only_what_install_brought(tmp_path: Path) -> None:
    """Nothing installed, and an add-in that somebody copied there by hand."""
    here = windows(tmp_path)
    assert refused(lambda: remove(here)) == "E_DEPLOY_NOT_THERE"
    assert here.excel_folder is not None
    here.excel_folder.mkdir(parents=True)
    (here.excel_folder / "xlfz.xlam").write_bytes(b"by hand")
    assert refused(lambda: remove(here)) == "E_DEPLOY_STRAY"
    assert (here.excel_folder / "xlfz.xlam").read_bytes() == b"by hand"


def test_a_record_that_cannot_be_read_undoes_nothing(tmp_path: Path) -> None:
    """Rather too little than a file that is somebody's."""
    here = windows(tmp_path)
    install(here)
    (here.settings.parent / "xlfz-addin.json").write_text('{"files": 3}')
    before = files(tmp_path)
    assert refused(lambda: remove(here)) == "E_DEPLOY_STRAY"
    assert files(tmp_path) == before


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there may be an Excel here")
@pytest.mark.parametrize("verb", ["install", "remove", "status"])
def test_the_command_says_so_and_exits_2(verb: str) -> None:
    """On a computer without Excel, as the one that tests this is."""
    ran = xlfz_command("addin", verb, "--json")
    assert ran.code == 2
    (found,) = json.loads(ran.out)["findings"]
    assert found["code"] == "E_DEPLOY_NO_EXCEL"
    assert xlfz_command("addin").code == 2
    assert "缺少子命令" in xlfz_command("addin").err
