"""The computer as xlfz has to know it: paths, environment, registry, installed programs and fonts.

Gives one frozen `System`. Everything in it can be set, so that Windows and a Mac can be told of on
Linux; `this_computer()` is the one place that looks at the real one.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import locale
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

Platform = Literal["windows", "mac", "other"]
Registry = Callable[[str, str], "str | int | None"]
"""(key such as `HKCU\\Software\\X`, name of a value, empty for the default) -> its value, or None."""

_POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security"
_OWN_CHOICE = r"HKCU\Software\Microsoft\Office\16.0\Excel\Security"
_APP_PATHS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths"


@dataclass(frozen=True, slots=True)
class System:
    """What computer this is. `root` stands for `/`, below which programs lie on a Mac."""

    platform: Platform
    home: Path
    environ: Mapping[str, str]
    interpreter: str
    version: tuple[int, int, int]
    bits: int
    today: date
    encoding: str
    """Of text files that VBA reads: the system's code page, not UTF-8, on a Chinese Windows."""
    registry: Registry
    which: Callable[[str], str | None]
    package: Callable[[str], str | None]
    """Name of a Python distribution -> its version, or None."""
    fonts: Callable[[], frozenset[str]]
    """Names of installed fonts; on Windows as the registry has them, with their style."""
    free: Callable[[Path], int]
    """Free bytes where a folder lies."""
    xlwings_addin: Path | None
    """xlwings.xlam inside the installed xlwings."""
    root: Path = Path("/")

    @property
    def excel_folder(self) -> Path | None:
        """Where Excel loads add-ins from at its start; None where there is no Excel at all."""
        if self.platform == "windows":
            roaming = self.environ.get("APPDATA")
            folder = Path(roaming) if roaming else self.home / "AppData" / "Roaming"
            return folder / "Microsoft" / "Excel" / "XLSTART"
        if self.platform == "mac":
            content = self.home / "Library/Group Containers/UBF8T346G9.Office/User Content.localized"
            return content / "Startup.localized" / "Excel"
        return None

    @property
    def settings(self) -> Path:
        """xlwings.conf, where the macros of xlwings look for it."""
        if self.platform == "mac":
            return self.home / "Library/Containers/com.microsoft.Excel/Data/xlwings.conf"
        return self.home / ".xlwings" / "xlwings.conf"

    @property
    def interpreter_key(self) -> str:
        """The setting of xlwings that names the Python."""
        return "INTERPRETER_MAC" if self.platform == "mac" else "INTERPRETER_WIN"

    @property
    def excel(self) -> str:
        """Where Excel is, or that its user folder is there; empty when neither is."""
        if self.platform == "windows":
            found = self._app_path("EXCEL.EXE")
            folder = self.excel_folder
            return found or (str(folder.parent) if folder and folder.parent.is_dir() else "")
        return self._application("Microsoft Excel.app")

    @property
    def wps(self) -> str:
        """Where WPS is; empty when it is not."""
        if self.platform == "windows":
            version = self.registry(r"HKCU\Software\Kingsoft\Office\6.0\Common", "Version")
            return (
                self._app_path("et.exe") or self._app_path("wps.exe") or (f"WPS {version}" if version else "")
            )
        if self.platform == "mac":
            return self._application("wpsoffice.app")
        return self.which("et") or ""

    @property
    def libreoffice(self) -> str:
        """Where LibreOffice is; empty when it is not."""
        if self.platform == "windows":
            return self._app_path("soffice.exe")
        return self._application("LibreOffice.app") or self.which("soffice") or ""

    def policy(self, name: str) -> int | None:
        """A macro setting of Excel that the office's administrator has laid down."""
        return _number(self.registry(_POLICY, name))

    def choice(self, name: str) -> int | None:
        """A macro setting of Excel that the person has chosen."""
        return _number(self.registry(_OWN_CHOICE, name))

    def _app_path(self, program: str) -> str:
        for hive in ("HKLM", "HKCU"):
            found = self.registry(rf"{hive}\{_APP_PATHS}\{program}", "")
            if found:
                return str(found)
        return ""

    def _application(self, name: str) -> str:
        for folder in (self.root / "Applications", self.home / "Applications"):
            if self.platform == "mac" and (folder / name).is_dir():
                return str(folder / name)
        return ""


def this_computer() -> System:
    """The computer this runs on."""
    platform: Platform = {"win32": "windows", "darwin": "mac"}.get(sys.platform, "other")  # type: ignore[assignment]
    return System(
        platform=platform,
        home=Path.home(),
        environ=os.environ,
        interpreter=sys.executable,
        version=sys.version_info[:3],
        bits=64 if sys.maxsize > 1 << 32 else 32,
        today=date.today(),
        encoding=locale.getencoding() if platform == "windows" else "utf-8",
        registry=_registry,
        which=shutil.which,
        package=_package,
        fonts=_fonts,
        free=lambda folder: shutil.disk_usage(folder).free,
        xlwings_addin=_xlwings_addin(),
    )


def _number(value: str | int | None) -> int | None:
    return value if isinstance(value, int) else None


def _package(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _xlwings_addin() -> Path | None:
    """Found, not imported: importing xlwings is the add-in's alone."""
    spec = importlib.util.find_spec("xlwings")
    for folder in (spec and spec.submodule_search_locations) or ():
        addin = Path(folder) / "addin" / "xlwings.xlam"
        if addin.is_file():
            return addin
    return None


if sys.platform == "win32":
    import winreg

    _HIVES = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    _FONT_KEY = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts"

    def _registry(key: str, name: str) -> str | int | None:
        hive, _, path = key.partition("\\")
        try:
            with winreg.OpenKey(_HIVES[hive], path) as opened:
                value = winreg.QueryValueEx(opened, name)[0]
        except OSError:  # not there, or not ours to read: both mean that nothing is known
            return None
        return value if isinstance(value, str | int) else None

    def _fonts() -> frozenset[str]:
        names = set()
        for hive in _HIVES.values():
            try:
                with winreg.OpenKey(hive, _FONT_KEY) as opened:
                    count = winreg.QueryInfoKey(opened)[1]
                    names |= {winreg.EnumValue(opened, at)[0] for at in range(count)}
            except OSError:  # a user without fonts of their own has no such key
                continue
        return frozenset(names)

else:

    def _registry(key: str, name: str) -> str | int | None:  # noqa: ARG001 - there is none here
        return None

    def _fonts() -> frozenset[str]:
        lister = shutil.which("fc-list")
        if lister is None:
            folders = (Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library/Fonts")
            return frozenset(p.stem for folder in folders for p in folder.rglob("*.tt[cf]"))
        ran = subprocess.run([lister, ":", "family"], capture_output=True, check=False, timeout=30)
        lines = ran.stdout.decode("utf-8", "replace").replace("\n", ",").split(",")
        return frozenset(name.strip() for name in lines if name.strip())
