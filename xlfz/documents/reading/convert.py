"""Old and foreign documents (.doc, .rtf, .odt, .wps) as .docx, through LibreOffice.

Takes bytes and their kind; gives the bytes of a .docx. LibreOffice is a program of its own with a
profile of its own: it is stopped when it takes too long, and nothing of it stays. Raises Refused.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from xlfz.errors import refuse
from xlfz.findings import finding

_SECONDS = 90
_FIRST_START = 81
"""What soffice gives when it has only just made its profile: start it again."""
_PROGRAMS = (
    "soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)


def program() -> str | None:
    """LibreOffice's command, None where there is none."""
    return next((found for name in _PROGRAMS if (found := shutil.which(name))), None)


def as_docx(data: bytes, kind: str) -> bytes:
    """The document as .docx. Raises Refused: E_IMPORT_NO_OFFICE, E_IMPORT_BROKEN, E_TIMEOUT."""
    soffice = program()
    if soffice is None:
        raise refuse(finding("E_IMPORT_NO_OFFICE", 格式=kind))
    with tempfile.TemporaryDirectory(prefix="xlfz-", ignore_cleanup_errors=True) as folder:
        source = Path(folder) / f"in.{kind}"
        source.write_bytes(data)
        command = [
            *(
                soffice,
                "--headless",
                "--norestore",
                f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            ),
            *("--convert-to", "docx", "--outdir", folder, str(source)),
        ]
        try:
            if _run(command) == _FIRST_START:
                _run(command)
        except subprocess.TimeoutExpired as late:
            raise refuse(finding("E_TIMEOUT", 秒=_SECONDS)) from late
        except OSError as missing:
            raise refuse(finding("E_IMPORT_NO_OFFICE", 格式=kind)) from missing
        made = Path(folder) / "in.docx"
        if not made.is_file():
            raise refuse(finding("E_IMPORT_BROKEN"))
        return made.read_bytes()


def _run(command: list[str]) -> int:
    """Run LibreOffice to its end; when time is up, it ends with everything that it started."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=os.name == "posix"
    ) as running:
        try:
            return running.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            # soffice is a shell of the program proper, which would live on and keep the profile.
            if sys.platform == "win32":
                subprocess.run(
                    ("taskkill", "/F", "/T", "/PID", str(running.pid)), check=False, capture_output=True
                )
            else:
                os.killpg(running.pid, signal.SIGKILL)
            raise
