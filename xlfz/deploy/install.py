"""The add-in in Excel: installed, removed, and how it stands.

Takes a `System`; gives what was done as data. What install did is written down beside xlwings' own
settings, and remove undoes that and nothing else: a file that somebody changed since, and a setting
that somebody set since, stay.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlfz import controls
from xlfz.deploy import settings
from xlfz.errors import refuse
from xlfz.excel.writer import write
from xlfz.findings import Finding, finding
from xlfz.office.shelf import ADDIN, CREATED
from xlfz.storage import content_key, is_open, reason, write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfz.deploy.system import System

XLWINGS_ADDIN = "xlwings.xlam"
_RECORD = "xlfz-addin.json"


@dataclass(frozen=True, slots=True)
class Done:
    """What install or remove did: files written or deleted, and what a person should know."""

    files: tuple[Path, ...]
    setting: str
    """The line of xlwings.conf that was set or restored, empty when it stayed as it was."""
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "files": [str(p) for p in self.files],
            "setting": self.setting,
            "findings": [f.as_dict() for f in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Stand:
    """How the add-in stands on this computer."""

    excel: str
    folder: Path
    addin: bool
    current: bool
    """Whether the installed add-in is the one of this version."""
    xlwings: bool
    xlwings_current: bool
    interpreter: str
    """The Python that xlwings would start; empty when none is set."""
    ours: bool
    """Whether that is the Python this runs in."""

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "excel": self.excel,
            "folder": str(self.folder),
            "addin": self.addin,
            "addin_current": self.current,
            "xlwings_addin": self.xlwings,
            "xlwings_addin_current": self.xlwings_current,
            "interpreter": self.interpreter,
            "interpreter_current": self.ours,
        }


@cache
def addin() -> bytes:
    """The add-in, made from macros/: the same bytes as on the shelf."""
    return write(controls.addin(CREATED))


def install(system: System, *, with_xlwings: bool = True) -> Done:
    """Put the add-in where Excel loads it, and tell xlwings which Python to start.

    xlwings' own add-in goes with it where it is not there yet: without it the buttons call the
    command. Raises Refused (E_DEPLOY_NO_EXCEL, E_DEPLOY_OPEN, E_FORM_WRITE …).
    """
    folder = _folder(system)
    record = _Record.read(system)
    wanted = {ADDIN: addin()}
    found: list[Finding] = []
    if with_xlwings and system.xlwings_addin is not None:
        theirs = system.xlwings_addin.read_bytes()
        there = folder / XLWINGS_ADDIN
        if not there.is_file() or record.made(there):
            wanted[XLWINGS_ADDIN] = theirs
        elif there.read_bytes() != theirs:
            found.append(finding("W_DEPLOY_XLWINGS_OTHER", 名=there))
    _closed(folder / name for name in wanted)
    before = _read(system.settings)
    after = _set(system, before) if with_xlwings else before
    # First the record: what is written after it can always be undone, also if it fails halfway.
    fresh = {str(folder / name): (content_key(data),) for name, data in wanted.items()}
    settled = {**record.files, **fresh}
    record = record.with_files({name: record.files.get(name, ()) + keys for name, keys in fresh.items()})
    if after != before or record.key:
        old = settings.get(before, system.interpreter_key, system.encoding)
        record = record.with_setting(system.interpreter_key, old, system.interpreter)
    record.write(system)
    for name, data in wanted.items():
        _put(folder / name, data)
    if after != before:
        _put(system.settings, after)
    record.with_files(settled).write(system)
    line = f'"{system.interpreter_key}","{system.interpreter}"' if after != before else ""
    return Done(tuple(folder / name for name in wanted), line, tuple(found))


def remove(system: System) -> Done:
    """Undo what install did, Excel or no Excel. Raises Refused (E_DEPLOY_NOT_THERE, E_DEPLOY_OPEN …)."""
    folder = system.excel_folder or _folder(system)
    record = _Record.read(system)
    if not record.files and not record.key:
        stray = folder / ADDIN
        raise refuse(
            finding("E_DEPLOY_STRAY", 名=stray) if stray.is_file() else finding("E_DEPLOY_NOT_THERE")
        )
    ours = [Path(name) for name in record.files if Path(name).is_file()]
    _closed(ours)
    deleted, found = [], []
    for path in ours:
        if not record.made(path):
            found.append(finding("W_DEPLOY_KEPT", 名=path))
            continue
        try:
            path.unlink()
        except OSError as error:
            raise refuse(finding("E_DEPLOY_DELETE", 名=path, 原因=reason(error))) from error
        deleted.append(path)
    line = _restore(system, record, found)
    record.path(system).unlink(missing_ok=True)
    home = system.settings.parent
    if home.name == ".xlwings" and not any(home.iterdir()):
        home.rmdir()
    return Done(tuple(deleted), line, tuple(found))


def status(system: System) -> Stand:
    """How the add-in stands. Raises Refused (E_DEPLOY_NO_EXCEL)."""
    folder = _folder(system)
    ours, theirs = folder / ADDIN, folder / XLWINGS_ADDIN
    source = system.xlwings_addin
    interpreter = settings.get(_read(system.settings), system.interpreter_key, system.encoding) or ""
    return Stand(
        excel=system.excel,
        folder=folder,
        addin=ours.is_file(),
        current=ours.is_file() and ours.read_bytes() == addin(),
        xlwings=theirs.is_file(),
        xlwings_current=theirs.is_file()
        and source is not None
        and theirs.read_bytes() == source.read_bytes(),
        interpreter=interpreter,
        ours=bool(interpreter) and interpreter == system.interpreter,
    )


@dataclass(frozen=True, slots=True)
class _Record:
    """What install did: file -> keys of what it put there, and the setting with what it was before.

    Two keys where an older content may still be there: Excel held the file when it was to be replaced.
    """

    files: dict[str, tuple[str, ...]]
    key: str = ""
    before: str | None = None
    after: str = ""

    @staticmethod
    def path(system: System) -> Path:
        return system.settings.with_name(_RECORD)

    @classmethod
    def read(cls, system: System) -> _Record:
        """A record that is not there or cannot be read is an empty one: then nothing is undone."""
        try:
            kept = json.loads(cls.path(system).read_bytes())
            files = {str(name): tuple(keys) for name, keys in kept["files"].items()}
            return cls(files, kept["key"], kept["before"], kept["after"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls({})

    def made(self, path: Path) -> bool:
        """Whether this file is as install left it."""
        return content_key(path.read_bytes()) in self.files.get(str(path), ())

    def with_files(self, files: dict[str, tuple[str, ...]]) -> _Record:
        return _Record(self.files | files, self.key, self.before, self.after)

    def with_setting(self, key: str, before: str | None, after: str) -> _Record:
        """Installed twice, what was before the first time counts, unless somebody set it in between."""
        if self.key and before == self.after:
            before = self.before
        return _Record(self.files, key, before, after)

    def write(self, system: System) -> None:
        kept = {"files": self.files, "key": self.key, "before": self.before, "after": self.after}
        _put(self.path(system), json.dumps(kept, indent=1).encode())


def _folder(system: System) -> Path:
    folder = system.excel_folder
    if folder is None or not system.excel:
        raise refuse(finding("E_DEPLOY_NO_EXCEL"))
    return folder


def _set(system: System, before: bytes) -> bytes:
    try:
        return settings.put(before, system.interpreter_key, system.interpreter, system.encoding)
    except UnicodeEncodeError as error:
        raise refuse(finding("E_DEPLOY_PATH", 名=system.interpreter)) from error


def _restore(system: System, record: _Record, found: list[Finding]) -> str:
    if not record.key:
        return ""
    now = _read(system.settings)
    if settings.get(now, record.key, system.encoding) != record.after:
        found.append(finding("W_DEPLOY_SETTING_KEPT", 名=system.settings))
        return ""
    if record.before is not None:
        _put(system.settings, settings.put(now, record.key, record.before, system.encoding))
        return f'"{record.key}","{record.before}"'
    left = settings.drop(now, record.key)
    if left.strip():
        _put(system.settings, left)
    else:
        system.settings.unlink()
    return f'"{record.key}"'


def _closed(paths: Iterable[Path]) -> None:
    """Excel holds loaded add-ins open; a file written beside one would be loaded as well."""
    for path in paths:
        if is_open(path):
            raise refuse(finding("E_DEPLOY_OPEN", 名=path.name))


def _put(path: Path, data: bytes) -> None:
    written = write_atomic(path, data)
    if written.beside:
        written.path.unlink()
        raise refuse(finding("E_DEPLOY_OPEN", 名=path.name))
    if written.finding is not None:
        raise refuse(written.finding)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError as error:
        raise refuse(finding("E_DEPLOY_READ", 名=path, 原因=reason(error))) from error
