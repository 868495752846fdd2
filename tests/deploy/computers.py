"""Computers that are not here: Windows and a Mac under a folder, for the parts that look at the system."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

from xlfz.deploy.system import System

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

APP_PATHS = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths"
EXCEL = {(rf"{APP_PATHS}\EXCEL.EXE", ""): r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"}
WPS = {(rf"{APP_PATHS}\et.exe", ""): r"C:\Program Files\Kingsoft\WPS Office\office6\et.exe"}
ALL_FONTS = frozenset(
    {"方正小标宋简体 (TrueType)", "SimHei (TrueType)", "FangSong (TrueType)", "SimSun & NSimSun (TrueType)"}
)
PACKAGES = {"xlfz": "0.1.0", "xlwings": "0.37.8", "pywin32": "311"}


def computer(home: Path, **changes: Any) -> System:
    """A Linux without anything, changed as told. `registry`, `packages` and `fonts` are given as data."""
    registry: Mapping[tuple[str, str], str | int] = changes.pop("registry", {})
    packages: Mapping[str, str] = changes.pop("packages", PACKAGES)
    fonts: frozenset[str] = changes.pop("fonts", ALL_FONTS)
    programs: Mapping[str, str] = changes.pop("programs", {"xlfz": "/bin/xlfz"})
    room: int = changes.pop("room", 50 << 30)
    (home / "xlwings").mkdir(parents=True, exist_ok=True)
    shipped = home / "xlwings" / "xlwings.xlam"
    shipped.write_bytes(b"the add-in of xlwings 0.37.8")
    plain = System(
        platform="other",
        home=home,
        environ={},
        interpreter=str(shipped),  # any file that is there
        version=(3, 11, 9),
        bits=64,
        today=date(2026, 3, 2),
        encoding="utf-8",
        registry=lambda key, name: registry.get((key, name)),
        which=programs.get,
        package=packages.get,
        fonts=lambda: fonts,
        free=lambda _: room,
        xlwings_addin=shipped,
        root=home / "root",
    )
    return dataclasses.replace(plain, **changes)


def windows(home: Path, **changes: Any) -> System:
    """A Chinese Windows with Excel."""
    told: dict[str, Any] = {
        "platform": "windows",
        "environ": {"APPDATA": str(home / "Roaming")},
        "encoding": "gb18030",
        "registry": EXCEL,
    }
    return computer(home, **(told | changes))


def mac(home: Path, **changes: Any) -> System:
    """A Mac with Excel."""
    (home / "root" / "Applications" / "Microsoft Excel.app").mkdir(parents=True, exist_ok=True)
    return computer(home, platform="mac", **changes)
