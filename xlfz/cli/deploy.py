"""`xlfz addin` and `xlfz doctor`: what is done to and seen on this computer, not a working folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xlfz.cli.chinese import Command, Group
from xlfz.cli.guard import guarded
from xlfz.cli.text import finding_lines
from xlfz.deploy import install
from xlfz.deploy.doctor import examine
from xlfz.deploy.system import this_computer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfz.deploy.doctor import Examination
    from xlfz.deploy.install import Done, Stand

_COLOURS = {"正常": "green", "注意": "yellow", "不行": "red"}

AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON，供其他程序使用")]

addin = typer.Typer(cls=Group, help="Excel 里的“指标汇总”加载项：安装、移除、查看。")


@addin.command("install", cls=Command, help="把加载项装进 Excel，并让 xlwings 使用当前的 Python。")
def addin_install(
    no_xlwings: Annotated[
        bool, typer.Option("--no-xlwings", help="不用 xlwings，按钮直接调用 xlfz 命令")
    ] = False,
    as_json: AsJson = False,
) -> None:
    done = guarded(lambda: install.install(this_computer(), with_xlwings=not no_xlwings), as_json)
    _finish(done, "已安装", as_json, after="重新打开 Excel 后，功能区会出现“指标汇总”选项卡。")


@addin.command("remove", cls=Command, help="撤销安装：删除装进去的文件，恢复 xlwings 的设置。")
def addin_remove(as_json: AsJson = False) -> None:
    done = guarded(lambda: install.remove(this_computer()), as_json)
    _finish(done, "已删除", as_json)


@addin.command("status", cls=Command, help="看加载项装在哪里、是不是当前版本。")
def addin_status(as_json: AsJson = False) -> None:
    stand = guarded(lambda: install.status(this_computer()), as_json)
    if as_json:
        typer.echo(json.dumps(stand.as_dict(), ensure_ascii=False))
    else:
        for line in status_lines(stand):
            typer.echo(line)
    raise typer.Exit(0 if stand.addin and stand.current else 1)


def doctor(
    folder: Annotated[Path, typer.Argument(help="工作文件夹", show_default="当前文件夹")] = Path(),
    as_json: AsJson = False,
) -> None:
    seen = guarded(lambda: examine(this_computer(), _folder(folder)), as_json)
    if as_json:
        typer.echo(json.dumps(seen.as_dict(), ensure_ascii=False))
    else:
        Console().print(table(seen))
    raise typer.Exit(1 if seen.broken else 0)


def table(seen: Examination) -> Table:
    """What was looked at, as a table: what is wrong stands with its remedy."""
    shown = Table(show_lines=True)
    for title in ("项目", "状态", "看到的；怎么办"):
        # Chinese has no spaces to wrap at: folded, or the end of a line would be cut off.
        shown.add_column(title, overflow="fold")
    for check in seen.checks:
        told = Text(check.seen)
        if check.advice:
            told.append(f"\n{check.advice}", style="bold")
        shown.add_row(check.name, Text(check.state, style=_COLOURS[check.state]), told)
    return shown


def _folder(given: Path) -> Path:
    """The working folder, of which the workbench may be named instead. Not resolved: a share stays one."""
    path = Path(os.path.abspath(given))
    return path.parent if path.is_file() else path


def status_lines(stand: Stand) -> Iterable[str]:
    """How the add-in stands, one sentence a line."""
    yield f"Excel：{stand.excel}"
    yield f"加载项文件夹：{stand.folder}"
    yield "xlfz 加载项：" + _state(stand.addin, stand.current)
    yield "xlwings 加载项：" + _state(stand.xlwings, stand.xlwings_current)
    python = "未设置" if not stand.interpreter else stand.interpreter
    yield f"xlwings 使用的 Python：{python}" + ("（当前这个）" if stand.ours else "")
    if not (stand.addin and stand.current):
        yield "下一步：关闭 Excel，运行 xlfz addin install。"


def _state(there: bool, current: bool) -> str:
    return ("已安装，版本一致" if current else "已安装，版本不一致") if there else "未安装"


def _finish(done: Done, said: str, as_json: bool, after: str = "") -> None:
    if as_json:
        typer.echo(json.dumps(done.as_dict(), ensure_ascii=False))
    else:
        console = Console()
        for path in done.files:
            typer.echo(f"{said}：{path}")
        if done.setting:
            typer.echo(f"xlwings 设置：{done.setting}")
        for line in finding_lines(done.findings):
            console.print(line, soft_wrap=True)
        if after:
            typer.echo(after)
    raise typer.Exit(0)
