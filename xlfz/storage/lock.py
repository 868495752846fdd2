"""The run lock: one run at a time on a working folder.

Takes the folder's .xlfz; gives a context manager. Forbids a lock that outlives its process.
"""

from __future__ import annotations

import contextlib
import errno
import json
import logging
import os
import socket
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from xlfz.errors import refuse
from xlfz.findings import Finding, finding
from xlfz.storage.atomic import reason, sweep

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_LOGGER = logging.getLogger("xlfz")
_FOREIGN_S = 30 * 60.0
"""How long an entry is believed that the system's lock does not vouch for."""
_GUARD_OFFSET = 1 << 30
"""Windows locks bytes against reading too: lock one far behind the text, so that it stays readable."""


_HELD: set[int] = set()
"""Descriptors of the locks this process holds."""


def _forget_in_child() -> None:
    """A forked worker must not keep the lock alive when this process dies."""
    for descriptor in _HELD:
        os.close(descriptor)
    _HELD.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)


class RunLock:
    """One run at a time on a working folder: `with RunLock(folder / ".xlfz"):`.

    The system's own file lock decides, so a run that was killed leaves nothing to clear away: the
    lock went with the process. The file tells the loser who holds it (pid, host, start). Where the
    holder is on another computer or the folder cannot lock, an entry younger than half an hour counts
    as a run. `name` is the file's: the buttons hold one of their own, from the click to what is shown.
    Entering raises Refused: E_ALREADY_RUNNING, or E_FORM_WRITE where nothing can be written.
    """

    def __init__(self, own: Path, name: str = "lock") -> None:
        self._path = own / name
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
        _HELD.add(self._descriptor)
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
            raise refuse(_running(holder))
        if holder is not None:
            sweep(self._path.parent.parent)  # the last run died: it may have left half-written files
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
        _HELD.discard(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = -1


def _running(holder: dict[str, Any] | None) -> Finding:
    entry = holder or {}
    start = str(entry.get("start", ""))[:16].replace("T", " ")
    return finding("E_ALREADY_RUNNING", pid=entry.get("pid", "未知"), 时间=start or "未知")


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
