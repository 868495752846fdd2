"""Atomic writes: a target is old or new, never half of each, whatever happens in between.

Takes a path and bytes; gives what became of them, or a Chinese reason why not. Forbids touching a
target that is read-only or that somebody has open.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import secrets
import stat
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from xlfz.errors import Refused, refuse
from xlfz.findings import Finding, finding

if TYPE_CHECKING:
    from pathlib import Path

_TEMPORARY = ".xlfz-"
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.ENOENT: "找不到文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "有同名的文件夹",
    errno.EEXIST: "有同名的文件",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EIO: "磁盘读写出错",
}
_LOGGER = logging.getLogger("xlfz")


def content_key(data: bytes) -> str:
    """sha256 of the bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def reason(error: OSError) -> str:
    """Why the system refused, in Chinese where it is one of the usual reasons."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one write.

    `path` is where the new bytes are. With `beside` that is a new file next to the target, which was
    left as it was, and `finding` says why. Without `saved` nothing was written at all.
    """

    path: Path
    beside: bool = False
    saved: bool = True
    finding: Finding | None = None


def write_atomic(path: Path, data: bytes, *, durable: bool = True) -> Written:
    """Put `data` at `path` so that at every moment either the old or the new file is whole.

    A target that is read-only or open in Excel, WPS or LibreOffice is left alone and the new file is
    put beside it (E_TARGET_READONLY, E_TARGET_LOCKED). With a full disk (E_DISK_FULL), or where
    writing is not possible at all (E_FORM_WRITE), nothing changes. `durable=False` does not wait for
    the disk: for the many forms that can be made again after a power cut.
    """
    temporary = path.with_name(f"{_TEMPORARY}{secrets.token_hex(6)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        refusal = _refusal(path)
        _write_new(temporary, data, durable=durable)
        if not refusal:
            if path.is_file():
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            try:
                _replace(temporary, path)
            except PermissionError:
                if not path.is_file():
                    raise
                refusal = "E_TARGET_LOCKED"  # Windows, where a program has it open
        target = path
        if refusal:
            target = _free(path)
            _replace(temporary, target)
        if durable:
            _sync_folder(path.parent)
    except OSError as error:
        _discard(temporary)
        return Written(path, saved=False, finding=_not_written(path, data, error))
    if refusal:
        return Written(target, beside=True, finding=finding(refusal, 目标=path.name, 名=target.name))
    return Written(target)


def beside_name(name: str, now: datetime) -> str:
    """The name of a new file beside one that must not be touched: 汇总表（新 2026-03-12 1530）.xlsx."""
    return _suffixed(name, f"（新 {now:%Y-%m-%d %H%M}）")


def keep_history(target: Path, folder: Path, now: datetime) -> Path | None:
    """Copy `target` into the folder of earlier ones before it is replaced; None when there is no target.

    Raises Refused when it cannot be kept: then the target must not be replaced.
    """
    if not target.is_file():
        return None
    kept = _unused(folder, _suffixed(target.name, f" {now:%Y-%m-%d %H%M%S}"))
    try:
        data = target.read_bytes()
    except OSError as error:
        raise refuse(finding("E_FORM_WRITE", 名=kept.name, 原因=reason(error))) from error
    written = write_atomic(kept, data)
    if written.finding is not None:
        raise Refused((written.finding,))
    return kept


def _not_written(path: Path, data: bytes, error: OSError) -> Finding:
    if error.errno in _DISK_FULL:
        return finding("E_DISK_FULL", 目标=path.name, MB=(len(data) >> 20) + 1)
    return finding("E_FORM_WRITE", 名=path.name, 原因=reason(error))


def _suffixed(name: str, suffix: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return f"{stem}{suffix}.{extension}" if dot and stem else f"{name}{suffix}"


def _free(path: Path) -> Path:
    return _unused(path.parent, beside_name(path.name, datetime.now()))


def _unused(folder: Path, name: str) -> Path:
    """`name` in `folder`, numbered if it is taken: two runs in one minute keep both results."""
    path, number = folder / name, 2
    while path.exists():
        path, number = folder / _suffixed(name, f" {number}"), number + 1
    return path


def _refusal(path: Path) -> str:
    """The code that says why this target must be left alone, or nothing."""
    if not path.is_file():
        return ""
    if _read_only(path):
        return "E_TARGET_READONLY"
    return "E_TARGET_LOCKED" if is_open(path) else ""


def _read_only(path: Path) -> bool:
    """By the flag and not by trying: os.replace overwrites a read-only file, and root may write all."""
    return not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK))


def is_open(path: Path) -> bool:
    """Whether Excel (~$name), WPS (.~name) or LibreOffice (.~lock.name#) left its mark beside the file."""
    marks = (f"~${path.name}", f".~{path.name}", f".~lock.{path.name}#")
    return any(path.with_name(mark).exists() for mark in marks)


def _write_new(path: Path, data: bytes, *, durable: bool) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, 0o666), "wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())


def _replace(source: Path, target: Path) -> None:
    """os.replace, tried a few times: on Windows a virus scanner may hold a new file for a moment."""
    for pause in (0.05, 0.2):
        try:
            os.replace(source, target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    os.replace(source, target)


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut; Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # The file is in place and whole. Some network folders cannot do this.
        _LOGGER.debug("fsync of %s: %s", folder, error)
    finally:
        os.close(descriptor)


def _discard(temporary: Path) -> None:
    try:
        if temporary.exists():
            temporary.unlink()
    except OSError as error:
        _LOGGER.warning("left behind: %s (%s)", temporary, error)


def sweep(root: Path) -> None:
    """Remove what a killed write left behind. The names are ours alone."""
    for path in root.rglob(f"{_TEMPORARY}*.tmp"):
        _discard(path)
