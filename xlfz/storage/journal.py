"""The log that staff send to whoever maintains xlfz: .xlfz/日志.txt.

Takes text, tracebacks mostly; gives the number that the person saw. Forbids growing without end,
and failing: it is written when something else has failed already.
"""

from __future__ import annotations

import logging
import os
import platform
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "日志.txt"
_EARLIER = "日志（旧）.txt"
_FILE_LIMIT = 1 << 20
_ENTRY_LIMIT = 20_000
_LOGGER = logging.getLogger("xlfz")


def log(own: Path, text: str, *, number: str = "") -> str:
    """Append an entry to the log below `own` (.xlfz) and give its number, a new one by default.

    Past 1 MiB the log becomes 日志（旧）.txt and a new one begins. A very long entry keeps its
    beginning and its end, where a traceback says what and where.
    """
    number = number or uuid.uuid4().hex[:8]
    if len(text) > _ENTRY_LIMIT:
        text = f"{text[: _ENTRY_LIMIT // 2]}\n…\n{text[-_ENTRY_LIMIT // 2 :]}"
    entry = f"{datetime.now():%Y-%m-%d %H:%M:%S} [{number}] {_versions()}\n{text.rstrip()}\n\n"
    path = own / _NAME
    try:
        own.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size + len(entry.encode()) > _FILE_LIMIT:
            os.replace(path, own / _EARLIER)
        with path.open("a", encoding="utf-8") as file:
            file.write(entry)
    except OSError as error:
        _LOGGER.warning("cannot write %s: %s\n%s", path, error, text)
    return number


def _versions() -> str:
    from importlib import metadata  # brings the mail package along

    try:
        ours = metadata.version("xlfz")
    except metadata.PackageNotFoundError:
        ours = "from source"
    return f"xlfz {ours}, Python {platform.python_version()}, {platform.platform(terse=True)}"
