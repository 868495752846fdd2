"""One LibreOffice for the tests that need a real spreadsheet program: started, spoken to, ended.

Gives a `Program`: a process with a profile and a port of its own, macros allowed, every formula
calculated anew on loading. It is killed at the end of its `with`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SYSTEM_PACKAGES = "/usr/lib/python3/dist-packages"
"""Where Debian puts uno.py and the compiled pyuno."""

_FIRST_START = 81
_PATIENCE_S = 90.0
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="FirstRun" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Office">
<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Help/Registration">
<prop oor:name="ReminderDate" oor:op="fuse"><value>Never</value></prop></item>
</oor:items>
"""


def has_uno() -> bool:
    """Whether this interpreter can load the system's UNO: it must be of the same version."""
    if SYSTEM_PACKAGES not in sys.path and os.path.isdir(SYSTEM_PACKAGES):
        sys.path.append(SYSTEM_PACKAGES)  # last: what is installed for this interpreter comes first
    try:
        import uno  # type: ignore[import-not-found] # noqa: F401
    except ImportError:
        return False
    return True


class Program:
    """A running LibreOffice with a profile in `folder`; `with` ends it.

    `environment` is added to this process's own. A class and not a generator: what UNO raises cannot
    pass through one.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], *, headless: bool = True) -> None:
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        port = _free_port()
        command = [
            *("soffice", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            f"-env:UserInstallation={profile.as_uri()}",
            f"--accept=socket,host=127.0.0.1,port={port};urp;",
            *(["--headless"] if headless else []),
        ]
        self._process, self.manager = _connected(command, environment, port)
        """UNO's service manager in that process."""
        self.desktop: Any = self.manager.createInstance("com.sun.star.frame.Desktop")

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        if self.alive:
            self.close_all()  # killed with a document open it would leave a .~lock file
        _end(self._process)

    @property
    def alive(self) -> bool:
        """False after it crashed."""
        return self._process.poll() is None

    def close_all(self) -> None:
        """Close every document without saving.

        No macro may be waiting for its command: LibreOffice does not survive that its document goes.
        What comes after the effect that a test waited for takes a moment.
        """
        from tests.program.engine import spreadsheets

        for document in list(spreadsheets(self.desktop)):
            document.setModified(False)
            document.close(True)


def _start(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def _connected(
    command: list[str], environment: Mapping[str, str], port: int
) -> tuple[subprocess.Popen[bytes], Any]:
    """Its service manager, as soon as it answers. The first start of a profile may end with 81: once more."""
    import uno

    process = _start(command, environment)
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    address = f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext"
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if process.poll() == _FIRST_START:
            process = _start(command, environment)
        try:
            context = resolver.resolve(address)
        except Exception:  # noqa: BLE001 - UNO's own NoConnectException is made at run time
            time.sleep(0.2)
            continue
        return process, context.ServiceManager
    _end(process)
    raise TimeoutError(f"soffice did not answer, exit code {process.poll()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """soffice is a script that starts soffice.bin: end the whole session that we started."""
    if process.poll() is None:
        os.killpg(process.pid, 9)
    process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
