"""导入核对.xlsx in a working folder: whether one waits there, and which one was taken already.

Takes the folder's root; remembers the content that was confirmed in `.xlfz/导入.json`, so that the same
rows are not taken twice and nobody is reminded of what is done. Forbids changing the workbook itself: it
belongs to the clerk.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xlfz.storage import content_key, write_atomic

if TYPE_CHECKING:
    from pathlib import Path

FILE = "导入核对.xlsx"
_OWN, _RECORD, _TAKEN = ".xlfz", "导入.json", "已采用"


def waiting(root: Path) -> bool:
    """Whether there is one that has not been taken into a workbench."""
    try:
        return not is_taken(root, (root / FILE).read_bytes())
    except OSError:
        return False


def is_taken(root: Path, data: bytes) -> bool:
    """Whether these very bytes were taken before."""
    try:
        record = json.loads((root / _OWN / _RECORD).read_bytes())
        return bool(record[_TAKEN] == content_key(data))
    except (OSError, ValueError, KeyError, TypeError):
        return False  # no record, or no sound one


def remember(root: Path, data: bytes) -> None:
    """Remember that these were taken. What cannot be remembered is asked about once more."""
    record = json.dumps({_TAKEN: content_key(data)}, ensure_ascii=False)
    write_atomic(root / _OWN / _RECORD, record.encode())


def free(root: Path, name: str, word: str) -> Path:
    """A name beside `name` that nobody has: 导入核对（旧 1）.xlsx, 导入核对（旧 2）.xlsx …"""
    stem, _, extension = name.rpartition(".")
    number = 1
    while (path := root / f"{stem}（{word} {number}）.{extension}").exists():
        number += 1
    return path
