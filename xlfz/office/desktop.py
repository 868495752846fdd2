"""Showing a folder in the system's file manager.

Takes how a press ended; gives the same end, and where there is no file manager the path in words.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from xlfz.findings import finding
from xlfz.office.ending import failed
from xlfz.storage import reason

if TYPE_CHECKING:
    from pathlib import Path

    from xlfz.office.ending import End


def shown(verb: str, end: End) -> End:
    """The end, its folder opened for the person."""
    if end.folder is None:
        return end
    try:
        _show(end.folder)
    except FileNotFoundError:
        why = "没有找到文件管理器"
    except OSError as error:
        why = reason(error)
    else:
        return end
    found = finding("E_BUTTON_FOLDER", 名=end.folder, 原因=why)
    # Where work was done, the folder is only a courtesy.
    return end.also(found.at(severity="warn")) if end.state else failed(verb, [found])


def _show(folder: Path) -> None:
    """Open a folder for the person, without waiting until it is closed again."""
    if sys.platform == "win32":
        os.startfile(folder)
        return
    command = "open" if sys.platform == "darwin" else "xdg-open"
    subprocess.Popen(
        [command, str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
