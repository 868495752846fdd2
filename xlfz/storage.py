"""Files of one working folder: atomic writes, the run lock, the cache, the log, the history.

Takes paths and bytes; gives what became of them. Knows no indicator and no form. Forbids a target
that is half old and half new, two runs at once, and a cache that could run code when it is read.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging
import os
import secrets
import socket
import sqlite3
import stat
import sys
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from xlfz.errors import Refused, refuse
from xlfz.findings import Finding, finding

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

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


# ---------------------------------------------------------------- atomic writes


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one write.

    `path` is where the new bytes are. With `beside` that is a new file next to the target, which was
    left as it was, and `finding` says why. `path` is None when nothing was written at all.
    """

    path: Path | None
    beside: bool = False
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
        refusal = "E_TARGET_READONLY" if _read_only(path) else "E_TARGET_LOCKED" if _open_elsewhere(path) else ""
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
        return Written(None, finding=_not_written(path, data, error))
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


def _read_only(path: Path) -> bool:
    """By the flag and not by trying: os.replace overwrites a read-only file, and root may write all."""
    return path.is_file() and not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK))


def _open_elsewhere(path: Path) -> bool:
    """Whether Excel (~$name), WPS (.~name) or LibreOffice (.~lock.name#) left its mark beside the file."""
    marks = (f"~${path.name}", f".~{path.name}", f".~lock.{path.name}#")
    return path.is_file() and any(path.with_name(mark).exists() for mark in marks)


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
        temporary.unlink(missing_ok=True)
    except OSError as error:
        _LOGGER.warning("left behind: %s (%s)", temporary, error)


# ---------------------------------------------------------------- the run lock

_FOREIGN_S = 30 * 60.0
"""How long an entry is believed that the system's lock does not vouch for."""
_GUARD_OFFSET = 1 << 30
"""Windows locks bytes against reading too: lock one far behind the text, so that it stays readable."""


class RunLock:
    """One run at a time on a working folder: `with RunLock(folder / ".xlfz"):`.

    The system's own file lock decides, so a run that was killed leaves nothing to clear away: the
    lock went with the process. The file tells the loser who holds it (pid, host, start). Where the
    holder is on another computer or the folder cannot lock, an entry younger than half an hour counts
    as a run. Entering raises Refused: E_ALREADY_RUNNING, or E_FORM_WRITE where nothing can be written.
    """

    def __init__(self, own: Path) -> None:
        self._path = own / "lock"
        self._descriptor = -1

    def __enter__(self) -> RunLock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise refuse(finding("E_FORM_WRITE", 名="运行锁", 原因=reason(error))) from error
        try:
            self._take()
        except BaseException:
            self._close()
            raise
        # A forked worker must not keep the lock when this process dies.
        os_fork = getattr(os, "register_at_fork", None)
        if os_fork is not None:
            os_fork(after_in_child=self._close)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.ftruncate(self._descriptor, 0)
        _unlock(self._descriptor)
        self._close()

    def _take(self) -> None:
        locked = _lock(self._descriptor)
        holder = self._holder()
        if locked is False or (holder is not None and self._believed(holder, vouched=locked is True)):
            raise refuse(finding("E_ALREADY_RUNNING", **(_shown(holder) if holder else {})))
        if holder is not None:
            _sweep(self._path.parent.parent)  # the last run died: it may have left half-written files
        entry = {"pid": os.getpid(), "host": socket.gethostname(), "start": datetime.now().isoformat()}
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, json.dumps(entry).encode())

    def _holder(self) -> dict[str, Any] | None:
        """Who holds the lock or died with it. An entry that cannot be read is nobody's."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        try:
            entry = json.loads(os.read(self._descriptor, 4096))
        except ValueError:
            return None
        return entry if isinstance(entry, dict) else None

    def _believed(self, holder: dict[str, Any], *, vouched: bool) -> bool:
        if vouched and holder.get("host") == socket.gethostname():
            return False
        return time.time() - os.fstat(self._descriptor).st_mtime < _FOREIGN_S

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _shown(holder: dict[str, Any]) -> dict[str, object]:
    start = str(holder.get("start", ""))[:16].replace("T", " ")
    return {"pid": holder.get("pid", "未知"), "时间": start or "未知"}


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool | None:
        """True: ours. False: somebody else's. None: this folder cannot lock."""
        os.lseek(descriptor, _GUARD_OFFSET, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            return False if error.errno in (errno.EACCES, errno.EDEADLK) else None
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _GUARD_OFFSET, os.SEEK_SET)
        with contextlib.suppress(OSError):  # the folder cannot lock; closing frees it anyway
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> bool | None:
        """True: ours. False: somebody else's. None: this folder cannot lock."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            _LOGGER.debug("no locks here: %s", error)
            return None
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _sweep(root: Path) -> None:
    """Remove what a killed write left behind. The names are ours alone."""
    for path in root.rglob(f"{_TEMPORARY}*.tmp"):
        _discard(path)
