"""Intake: every file under 回收/, archives opened, each with its bytes or the reason why not.

Takes a folder; gives `Arrival`s in a stable order. An archive that opens is represented by its
members, one that does not by itself. Nothing is written to disk, nothing is executed, nothing
that was found is left out of the list.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.findings import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_LIMIT = 20 << 20
ARCHIVE_LIMIT = 200 << 20
MEMBER_LIMIT = 5_000
EXPANDED_LIMIT = 1 << 30
RATIO_LIMIT = 100
RATIO_GRACE = 10 << 20
DEPTH_LIMIT = 2
_WORKBOOK_PART = "xl/workbook.xml"
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})
_PROGRAMS = (".exe", ".scr", ".com", ".bat", ".cmd", ".js", ".vbs", ".lnk", ".pif", ".hta", ".ps1")
_ENCRYPTED_FLAG = 0x1
_UTF8_FLAG = 0x800
_MIB = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # also NotImplementedError, and a member that says too late that it has a password
    ValueError,
)
"""Everything that zipfile and the unpackers raise for bytes that are not what they say."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file found. `data` is None when it was not read; then `findings` says why.

    `path` is relative to the working folder, with forward slashes; a member of an archive has the
    archive as a folder in its path.
    """

    path: str
    size: int
    modified: float
    data: bytes | None
    findings: tuple[Finding, ...] = ()

    @property
    def digest(self) -> str:
        """sha256 of the bytes, empty when they were not read."""
        return hashlib.sha256(self.data).hexdigest() if self.data is not None else ""

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rpartition("/")[2]


def arrivals(received: Path, root: Path) -> Iterator[Arrival]:
    """Everything under `received`, ordered by path. A link is reported, never followed.

    A folder that cannot be listed is one arrival: what is in it nobody knows.
    """
    closed: list[OSError] = []
    for folder, folders, files in os.walk(received, onerror=closed.append):
        inside = received.__class__(folder)
        folders.sort()
        linked = [name for name in folders if (inside / name).is_symlink()]
        for name in sorted([*files, *linked]):
            path = inside / name
            yield from _file(path, path.relative_to(root).as_posix())
    for error in (e for e in closed if not isinstance(e, FileNotFoundError)):
        shown = received.__class__(error.filename).relative_to(root).as_posix()
        yield Arrival(shown, 0, 0.0, None, (_unreadable(error),))


def single(path: Path) -> Iterator[Arrival]:
    """One file named by a script, or the members of the archive that it is; `path` as given."""
    yield from _file(path, path.as_posix())


def _file(path: Path, shown: str) -> Iterator[Arrival]:
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            yield Arrival(shown, 0, status.st_mtime, None, (finding("E_FILE_UNREADABLE", 原因="这是链接"),))
            return
        if (note := _skipped(path.name)) is not None:
            yield Arrival(shown, status.st_size, status.st_mtime, None, (note,))
            return
        if status.st_size > ARCHIVE_LIMIT:
            yield Arrival(
                shown, status.st_size, status.st_mtime, None, (_too_big(status.st_size, ARCHIVE_LIMIT),)
            )
            return
        data = path.read_bytes()
    except OSError as error:
        yield Arrival(shown, 0, 0.0, None, (_unreadable(error),))
        return
    yield from _open(data, shown, status.st_mtime, 1, _Budget())


class _Budget:
    """What one archive on disk may still yield, over all its levels."""

    def __init__(self) -> None:
        self.members = MEMBER_LIMIT
        self.expanded = EXPANDED_LIMIT


def _open(data: bytes, shown: str, modified: float, depth: int, budget: _Budget) -> Iterator[Arrival]:
    """The file itself, or the members of the archive that it is."""
    archive = _archive(data)
    if archive is None:
        if len(data) > FILE_LIMIT:
            yield Arrival(shown, len(data), modified, None, (_too_big(len(data), FILE_LIMIT),))
        else:
            yield Arrival(shown, len(data), modified, data)
        return
    with archive:
        refused = _refusal(archive, depth, budget)
        if refused is not None:
            yield Arrival(shown, len(data), modified, None, (refused,))
            return
        members = [m for m in archive.infolist() if not _member_name(m).endswith("/")]
        if not members:
            yield Arrival(shown, len(data), modified, None, (finding("E_ARCHIVE_EMPTY"),))
        for member in members:
            yield from _member(archive, member, shown, modified, depth, budget)


def _archive(data: bytes) -> zipfile.ZipFile | None:
    """The archive, or None for anything else: a workbook is a zip as well, and stays whole."""
    if data[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        return None
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE:
        return None  # the package guard says what is wrong with it
    names = {n.replace("\\", "/").lower() for n in archive.namelist()}
    if "[content_types].xml" in names or _WORKBOOK_PART in names or "content.xml" in names:
        archive.close()
        return None
    return archive


def _refusal(archive: zipfile.ZipFile, depth: int, budget: _Budget) -> Finding | None:
    """Why the whole archive is refused, None when it may be opened."""
    members = archive.infolist()
    if depth > DEPTH_LIMIT:
        return finding("E_ARCHIVE_DEPTH", n=depth)
    if any(m.flag_bits & _ENCRYPTED_FLAG for m in members):
        return finding("E_ARCHIVE_ENCRYPTED")
    budget.members -= len(members)
    budget.expanded -= sum(m.file_size for m in members)
    if budget.members < 0:
        return finding("E_ARCHIVE_BOMB", n=f"{len(members)} 个文件")
    if budget.expanded < 0:
        return finding("E_ARCHIVE_BOMB", n=f"{sum(m.file_size for m in members) // _MIB} MB")
    return None


def _member(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    shown: str,
    modified: float,
    depth: int,
    budget: _Budget,
) -> Iterator[Arrival]:
    name = _member_name(member)
    path = f"{shown}/{name.lstrip('/')}"

    def failed(*found: Finding) -> Arrival:
        return Arrival(path, member.file_size, modified, None, found)

    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0]:
        yield failed(finding("E_ARCHIVE_PATH", 名=name))
    elif stat.S_ISLNK(member.external_attr >> 16):
        yield failed(finding("E_ARCHIVE_SYMLINK", 名=name))
    elif "\u202e" in name or name.lower().endswith(_PROGRAMS):
        yield failed(finding("E_ARCHIVE_NAME", 名=name))
    elif (note := _skipped(parts[-1])) is not None or "__MACOSX" in parts:
        yield failed(note or finding("I_NOT_TABLE"))
    elif member.file_size > RATIO_GRACE and member.file_size > RATIO_LIMIT * max(1, member.compress_size):
        yield failed(finding("E_ZIP_RATIO", 倍数=member.file_size // max(1, member.compress_size)))
    elif member.file_size > ARCHIVE_LIMIT:
        yield failed(_too_big(member.file_size, ARCHIVE_LIMIT))
    else:
        try:
            data = _inflate(archive, member)
        except _DAMAGE:
            yield failed(finding("E_ZIP_BROKEN"))
            return
        if data is None:
            yield failed(finding("E_ZIP_SIZE_LIE"))
            return
        yield from _open(data, path, modified, depth + 1, budget)


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | None:
    """The member's bytes, None when it holds more than it declares."""
    with archive.open(member) as stream:
        data = stream.read(member.file_size + 1)
    return data if len(data) == member.file_size else None


def _member_name(member: zipfile.ZipInfo) -> str:
    """The member's name; older Chinese tools write it in GBK without saying so."""
    name = member.orig_filename if "\\" in member.orig_filename else member.filename
    if not member.flag_bits & _UTF8_FLAG and not name.isascii():
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _skipped(name: str) -> Finding | None:
    if name.startswith(("~$", ".~")):
        return finding("I_LOCKFILE")
    if name.lower() in _SYSTEM_FILES or name.startswith("._"):
        return finding("I_NOT_TABLE")
    return None


def _unreadable(error: OSError) -> Finding:
    return finding("E_FILE_UNREADABLE", 原因=error.strerror or type(error).__name__)


def _too_big(size: int, limit: int) -> Finding:
    return finding("E_FILE_SIZE", MB=-(-size // _MIB), 上限=limit // _MIB)
