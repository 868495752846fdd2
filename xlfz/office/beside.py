"""New files beside locked ones: of one day's only the newest is kept.

Takes where a new file was put because its target was open or read-only; removes the one that an
earlier run of the same day put there. Forbids deleting what a person may have changed or has open:
only a file that is byte for byte what xlfz wrote, as `.xlfz/另存.json` remembers, is removed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xlfz.storage import content_key, is_open, write_atomic

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

_RECORD = "另存.json"


def keep_newest(own: Path, target: Path, made: Path, data: bytes, today: date) -> None:
    """Remember `made`, the new file beside `target`, and remove the one it takes the place of.

    `own` is the folder's .xlfz. What cannot be removed or remembered stays: a file too many harms
    nobody.
    """
    record = _read(own / _RECORD)
    earlier = record.get(target.name)
    day = today.isoformat()
    if earlier is not None and earlier[0] == day and earlier[1] != made.name:
        _remove(target.with_name(earlier[1]), earlier[2])
    record[target.name] = (day, made.name, content_key(data))
    write_atomic(own / _RECORD, json.dumps(record, ensure_ascii=False).encode())


def _remove(path: Path, digest: str) -> None:
    try:
        if path.is_file() and not is_open(path) and content_key(path.read_bytes()) == digest:
            path.unlink()
    except OSError:
        return  # in use or out of reach


def _read(path: Path) -> dict[str, tuple[str, str, str]]:
    """Target's name -> (day, name, sha256); nothing when there is no record, or no sound one."""
    try:
        found = json.loads(path.read_bytes())
        return {
            str(target): (str(day), str(name), str(digest))
            for target, (day, name, digest) in found.items()
            if not {"/", "\\"} & set(str(name))
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
