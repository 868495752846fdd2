"""Installs xlfz from this folder for the person who runs it: no administrator, no net.

Started by install.bat with whatever Python is there, before xlfz is: it uses the standard library
alone, and what staff see is in Chinese. Everything goes into one folder of the user, and `--remove`
takes it away again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = sys.platform == "win32"
OURS = ("python", "venv", "workbooks")
PACKAGES = ["xlfz"] + (["pywin32"] if WINDOWS else [])


def fit(wheels: Path) -> bool:
    """Whether there are wheels for the Python that runs this."""
    tag = "cp{}{}".format(*sys.version_info[:2])
    return sys.maxsize > 1 << 32 and any(f"-{tag}-{tag}-" in p.name for p in wheels.glob("*.whl"))


def own_python(target: Path) -> Path:
    """A Python of our own under the target: the embeddable one copied, else a venv of the installed one."""
    bundled = HERE / "python"
    if Path(sys.executable).resolve().parent == bundled.resolve():
        shutil.copytree(bundled, target / "python")
        open_up(target / "python")
        return target / "python" / Path(sys.executable).name
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(target / "venv")], check=True)
    return target / "venv" / ("Scripts/python.exe" if WINDOWS else "bin/python")


def open_up(python: Path) -> None:
    """Let the embeddable Python see its site-packages: by default it sees nothing but itself."""
    for path in python.glob("python*._pth"):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        kept = [line for line in lines if line and not line.startswith("#") and line != "import site"]
        if "Lib\\site-packages" not in kept:
            kept.append("Lib\\site-packages")
        path.write_text("\n".join([*kept, "import site", ""]), encoding="utf-8")


def command_of(python: Path) -> Path:
    """The xlfz command that pip made beside this Python."""
    if not WINDOWS:
        return python.with_name("xlfz")
    folder = python.parent if python.parent.name == "Scripts" else python.parent / "Scripts"
    return folder / "xlfz.exe"


def install(target: Path, *, xlwings: bool) -> int:
    """Everything, in its order. An earlier installation goes first."""
    remove(target)
    target.mkdir(parents=True, exist_ok=True)
    print(f"正在安装到 {target} ……", flush=True)
    python = own_python(target)
    pip = next((HERE / "wheels").glob("pip-*.whl")) / "pip"
    quiet = ["--no-index", "--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    links = ["--find-links", str(HERE / "wheels")]
    subprocess.run([str(python), str(pip), "install", *quiet, *links, *PACKAGES], check=True)
    command = command_of(python)
    shutil.copytree(HERE / "workbooks", target / "workbooks")
    if WINDOWS:
        subprocess.run(["setx", "XLFZ_COMMAND", str(command)], check=True, stdout=subprocess.DEVNULL)
    os.environ["XLFZ_COMMAND"] = str(command)
    tab = subprocess.run(
        [str(command), "addin", "install", *([] if xlwings else ["--no-xlwings"])], check=False
    )
    subprocess.run([str(command), "doctor", str(target)], check=False)
    print(f"安装完成。命令：{command}")
    if tab.returncode:
        print("“指标汇总”选项卡没有装上，原因见上；工作台的按钮和 xlfz 命令可以用。")
    return 1 if tab.returncode else 0


def remove(target: Path) -> None:
    """Take away what install put there, and nothing else that lies there."""
    for python in (
        target / "python/python.exe",
        target / "venv/Scripts/python.exe",
        target / "venv/bin/python",
    ):
        if command_of(python).exists():
            subprocess.run(
                [str(command_of(python)), "addin", "remove"], check=False, stdout=subprocess.DEVNULL
            )
    for name in OURS:
        if (target / name).exists():
            shutil.rmtree(target / name)
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()


def main() -> int:
    """What install.bat was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fit", action="store_true", help="only say whether this Python will do")
    parser.add_argument("--remove", action="store_true")
    parser.add_argument("--no-xlwings", action="store_true")
    asked = parser.parse_args()
    if asked.fit:
        return 0 if fit(HERE / "wheels") else 1
    target = Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "xlfz"
    try:
        if not asked.remove:
            if not fit(HERE / "wheels"):
                version = "{}.{}".format(*sys.version_info[:2])
                print(
                    f"没有安装：包里没有 Python {version}（64 位）用的库。请按说明.txt 换一个 Python。",
                    file=sys.stderr,
                )
                return 2
            return install(target, xlwings=not asked.no_xlwings)
        remove(target)
        if WINDOWS:
            key = ["reg", "delete", r"HKCU\Environment", "/v", "XLFZ_COMMAND", "/f"]
            subprocess.run(key, check=False, capture_output=True)
        print("已卸载，工作文件夹没有动。")
    except (OSError, subprocess.CalledProcessError) as error:
        told = "请关闭所有 Excel 窗口后重新运行；仍不行的，把这一行发给维护人员"
        print(f"没有完成：{error}。{told}。", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
