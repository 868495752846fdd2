"""The checks of `doctor` that look at the folder one wants to work in: rights, room, path, marks, locks.

Writes one file of its own and removes it; leaves everything else as it is.
"""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from xlfz.deploy.seen import Check
from xlfz.errors import Refused
from xlfz.findings import finding
from xlfz.office.buttons import BUTTON_LOCK
from xlfz.office.folder import OWN, WORKBENCH_NAMES
from xlfz.office.shelf import ADDIN
from xlfz.storage import RunLock, is_open, reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.deploy.system import System

_MB = 1 << 20
_LITTLE, _TOO_LITTLE = 1024 * _MB, 100 * _MB
_LONGEST = 218
"""Characters of a path that Excel opens, the file's name with it; Windows itself takes more."""
_BELOW = 80
"""What the names of our folders and of a form add to the folder's path."""
_NET, _RESTRICTED = 3, 4
"""Zones of the mark-of-the-web from which Excel blocks macros."""
_CLOUDS = ("onedrive", "wpsdrive", "wps云盘", "wps cloud files", "坚果云", "nutstore", "百度网盘同步空间")


def _rights(_: System, folder: Path) -> Check:
    if not folder.is_dir():
        return Check("写入权限", str(folder), finding("E_DOCTOR_FOLDER", 名=folder))
    try:
        with tempfile.TemporaryFile(dir=folder, prefix=".xlfz-") as file:
            file.write(b"xlfz")
    except OSError as error:
        return Check("写入权限", str(folder), finding("E_DOCTOR_WRITE", 名=folder, 原因=reason(error)))
    return Check("写入权限", f"可写：{folder}")


def _room(system: System, folder: Path) -> Check | None:
    if not folder.is_dir():
        return None
    free = system.free(folder)
    seen = f"剩余 {free // _MB:,} MB"
    found = None
    if free < _TOO_LITTLE:
        found = finding("E_DOCTOR_DISK", MB=free // _MB)
    elif free < _LITTLE:
        found = finding("W_DOCTOR_DISK", MB=free // _MB)
    return Check("磁盘空间", seen, found)


def _length(system: System, folder: Path) -> Check | None:
    if system.platform != "windows":
        return None
    length = len(str(folder))
    long = length + _BELOW > _LONGEST
    found = finding("W_DOCTOR_LONG", n=length, 限=_LONGEST - _BELOW) if long else None
    return Check("路径长度", f"{length} 个字符", found)


def _location(system: System, folder: Path) -> Check:
    where = str(folder)
    synced = [system.environ.get(name, "") for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")]
    parts = [part.lower() for part in where.replace("\\", "/").split("/")]
    if any(root and where.startswith(root) for root in synced) or any(
        part.startswith(cloud) for part in parts for cloud in _CLOUDS
    ):
        return Check("文件夹位置", "云盘同步文件夹", finding("W_DOCTOR_CLOUD"))
    if where.startswith(("\\\\", "//")):
        return Check("文件夹位置", "网络共享", finding("W_DOCTOR_NETWORK"))
    return Check("文件夹位置", "不在已知的云盘或网络共享里")


def _mark(system: System, folder: Path) -> Check | None:
    """Windows notes where a file came from in a stream beside its content."""
    if system.platform != "windows":
        return None
    start = system.excel_folder
    files = [folder / name for name in WORKBENCH_NAMES] + ([start / ADDIN] if start else [])
    marked = [path.name for path in files if path.is_file() and zone(path) in (_NET, _RESTRICTED)]
    if marked:
        return Check("网络标记", "有：" + "、".join(marked), finding("W_DOCTOR_MARK", 列表="、".join(marked)))
    return Check("网络标记", "没有")


def zone(path: Path) -> int | None:
    """The zone a file came from; None for one that was made here."""
    stream = path.with_name(f"{path.name}:Zone.Identifier")
    try:
        text = stream.read_text(encoding="ascii", errors="replace")
    except OSError:  # no mark, or a disk that keeps none
        return None
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key.strip().lower() == "zoneid" and value.strip().isdigit():
            return int(value)
    return None


def _locks(_: System, folder: Path) -> Check:
    """A lock that lets itself be taken was left by nobody who still runs."""
    own = folder / OWN
    for name in ("lock", BUTTON_LOCK):
        if not (own / name).is_file():
            continue
        try:
            with RunLock(own, name):
                pass
        except Refused as refused:
            return Check("运行锁", "有操作正在运行", refused.findings[0].at(severity="warn"))
    opened = [name for name in WORKBENCH_NAMES if is_open(folder / name)]
    if opened:
        return Check("运行锁", f"{opened[0]} 正打开着", finding("W_DOCTOR_OPEN", 名=opened[0]))
    return Check("运行锁", "没有")


PLACE_CHECKS: tuple[tuple[str, Callable[[System, Path], Check | None]], ...] = (
    ("写入权限", _rights),
    ("磁盘空间", _room),
    ("路径长度", _length),
    ("文件夹位置", _location),
    ("网络标记", _mark),
    ("运行锁", _locks),
)
