"""What `xlfz doctor` looks at: one small function a check, each with what was seen and what to do.

Takes a `System` and the folder that is to be worked in; gives `Check`s. The functions stand in
`CHECKS`; one that does not apply to this computer gives None.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlfz.deploy import install
from xlfz.deploy.places import PLACE_CHECKS
from xlfz.deploy.seen import Check
from xlfz.errors import Refused
from xlfz.findings import finding
from xlfz.office.shelf import CREATED

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.deploy.system import System

_OLDEST, _NEWEST = (3, 11), (3, 14)
_ASK, _SIGNED, _OFF = 2, 3, 4
"""Values of Excel's VBAWarnings: ask, only signed macros, none without a word."""


@dataclass(frozen=True, slots=True)
class Examination:
    """All checks in their order."""

    checks: tuple[Check, ...]

    @property
    def broken(self) -> bool:
        """Whether something does not work at all."""
        return any(check.state == "不行" for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {"checks": [check.as_dict() for check in self.checks]}


def examine(system: System, folder: Path) -> Examination:
    """Look at everything. A check that fails itself says so and stops no other."""
    done = []
    for name, look in CHECKS:
        try:
            check = look(system, folder)
        except Refused as refused:
            check = Check(name, "没有查成", refused.findings[0])
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            check = Check(name, "没有查成", finding("W_DOCTOR_UNSEEN", 名=name, 原因=type(error).__name__))
        if check is not None:
            done.append(check)
    return Examination(tuple(done))


def _python(system: System, _: Path) -> Check:
    seen = f"{'.'.join(map(str, system.version))}，{system.bits} 位，{system.interpreter}"
    found = None
    if not _OLDEST <= system.version[:2] <= _NEWEST:
        found = finding("E_DOCTOR_PYTHON", 版本=".".join(map(str, system.version)))
    elif system.bits != 64:
        found = finding("W_DOCTOR_BITS", 位=system.bits)
    return Check("Python", seen, found)


def _program(system: System, _: Path) -> Check:
    version = system.package("xlfz")
    return Check("xlfz", version or "没有装进这个 Python", None if version else finding("E_DOCTOR_XLFZ"))


def _command(system: System, _: Path) -> Check:
    """Which command the buttons call without xlwings: the environment, then the path."""
    given = system.environ.get("XLFZ_COMMAND", "")
    seen = given or system.which("xlfz") or ""
    if given and not Path(given).is_file() and system.which(given) is None:
        return Check("xlfz 命令", given, finding("E_DOCTOR_COMMAND", 名=given))
    if not seen:
        beside = _beside(Path(system.interpreter))
        told = finding("W_DOCTOR_NO_COMMAND", 路径=beside or "它的完整路径")
        return Check("xlfz 命令", str(beside or "没有找到"), told)
    return Check("xlfz 命令", seen)


def _beside(python: Path) -> Path | None:
    """The command that pip made for this Python: beside it, or in Scripts/ on Windows."""
    names = ("xlfz", "xlfz.exe", "Scripts/xlfz.exe")
    return next((python.parent / name for name in names if (python.parent / name).is_file()), None)


def _xlwings(system: System, _: Path) -> Check:
    version = system.package("xlwings")
    if version is None:
        return Check("xlwings", "没有安装", finding("W_DOCTOR_XLWINGS"))
    if system.platform == "windows" and system.package("pywin32") is None:
        return Check("xlwings", f"{version}，缺 pywin32", finding("W_DOCTOR_PYWIN32"))
    return Check("xlwings", version)


def _xlwings_addin(system: System, _: Path) -> Check | None:
    if not system.excel:
        return None
    stand = install.status(system)
    if not stand.xlwings:
        return Check("xlwings 加载项", "没有安装，按钮直接调用 xlfz 命令")
    if not stand.xlwings_current:
        other = finding("W_DEPLOY_XLWINGS_OTHER", 名=stand.folder / install.XLWINGS_ADDIN)
        return Check("xlwings 加载项", "与 xlwings 程序的版本不一致", other)
    if not stand.interpreter:
        return Check("xlwings 加载项", "没有设置 Python", finding("W_DOCTOR_NO_INTERPRETER"))
    if not Path(stand.interpreter).is_file():
        gone = finding("E_DOCTOR_INTERPRETER", 名=stand.interpreter)
        return Check("xlwings 加载项", f"Python：{stand.interpreter}", gone)
    return Check("xlwings 加载项", f"版本一致，Python：{stand.interpreter}")


def _addin(system: System, _: Path) -> Check | None:
    if not system.excel:
        return None
    stand = install.status(system)
    if not stand.addin:
        return Check("指标汇总加载项", "没有安装", finding("W_DOCTOR_ADDIN"))
    if not stand.current:
        return Check("指标汇总加载项", "不是当前版本", finding("W_DOCTOR_ADDIN_OLD"))
    return Check("指标汇总加载项", "已安装，版本一致")


def _spreadsheet(system: System, _: Path) -> Check:
    seen = "；".join(f"{name}：{at}" for name, at in (("Excel", system.excel), ("WPS", system.wps)) if at)
    found = None
    if not seen and system.platform != "other":
        found = finding("W_DOCTOR_NO_PROGRAM")
    elif system.wps and not system.excel:
        found = finding("W_DOCTOR_WPS")
    return Check("Excel 或 WPS", seen or "没有找到", found)


def _libreoffice(system: System, _: Path) -> Check:
    return Check("LibreOffice", system.libreoffice or "没有安装（不需要）")


def _macros(system: System, _: Path) -> Check | None:
    """Only what the registry says; a workbook in a trusted place runs whatever it says."""
    if system.platform != "windows" or not system.excel:
        return None
    laid_down, chosen = system.policy("VBAWarnings"), system.choice("VBAWarnings")
    value = laid_down if laid_down is not None else chosen if chosen is not None else _ASK
    words = {1: "全部启用", _ASK: "先询问", _SIGNED: "只运行有签名的", _OFF: "全部禁用"}
    seen = words.get(value, f"未知（{value}）") + ("，由管理员规定" if laid_down is not None else "")
    if value in (_SIGNED, _OFF):
        code = "W_DOCTOR_MACROS_POLICY" if laid_down is not None else "W_DOCTOR_MACROS_OFF"
        return Check("宏", seen, finding(code))
    if system.policy("blockcontentexecutionfrominternet") == 1:
        return Check("宏", seen + "，来自网络的一律禁止", finding("W_DOCTOR_MACROS_NET"))
    return Check("宏", seen)


_FONTS = (
    # Font, what its file or the registry may call it, what stands in for it.
    ("方正小标宋简体", ("方正小标宋", "FZXiaoBiaoSong", "FZXBSJW"), "宋体加粗"),
    ("黑体", ("黑体", "SimHei"), "系统的默认黑体"),
    ("仿宋", ("仿宋", "FangSong"), "宋体"),
    ("宋体", ("宋体", "SimSun"), "系统的默认宋体"),
)


def _fonts(system: System, _: Path) -> Check:
    installed = [name.lower() for name in system.fonts()]
    missing = [
        (font, instead)
        for font, names, instead in _FONTS
        if not any(wanted.lower() in name for wanted in names for name in installed)
    ]
    if not missing:
        return Check("字体", "齐全")
    listed = "、".join(f"{font}（显示成{instead}）" for font, instead in missing)
    seen = "缺" + "、".join(font for font, _ in missing)
    return Check("字体", seen, finding("W_DOCTOR_FONTS", 列表=listed))


def _clock(system: System, _: Path) -> Check:
    seen = f"{system.today:%Y-%m-%d}"
    past = system.today < CREATED.date()
    return Check("日期", seen, finding("W_DOCTOR_CLOCK", 日期=seen) if past else None)


CHECKS: tuple[tuple[str, Callable[[System, Path], Check | None]], ...] = (
    ("Python", _python),
    ("xlfz", _program),
    ("xlfz 命令", _command),
    ("xlwings", _xlwings),
    ("xlwings 加载项", _xlwings_addin),
    ("指标汇总加载项", _addin),
    ("Excel 或 WPS", _spreadsheet),
    ("LibreOffice", _libreoffice),
    ("宏", _macros),
    ("字体", _fonts),
    ("日期", _clock),
    *PLACE_CHECKS,
)
