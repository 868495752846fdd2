"""The command line: typer and rich around the office. Holds no logic of its own.

Exit codes: 0 clean, 1 findings that need a person, 2 could not run. With `--json` nothing but the
result goes to standard output; progress and sentences go to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from xlfz import __version__
from xlfz.cli.button import button
from xlfz.cli.chinese import Command, Group, UsageFault, usage_fault
from xlfz.cli.deploy import addin, doctor
from xlfz.cli.guard import guarded
from xlfz.cli.story import tell
from xlfz.cli.text import chosen, finding_lines, next_steps, unlisted
from xlfz.office import demo as demonstration
from xlfz.office.making import new as make_folder
from xlfz.office.service import Office, no_progress
from xlfz.office.simulate import DEFECTS
from xlfz.workbench import presets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlfz.office.results import Result

_INTERRUPTED = 130

app = typer.Typer(
    name="xlfz",
    help="从指标方案到汇总表：建工作台、生成填报表、校验回收件、汇总。",
    cls=Group,
    add_completion=False,
    rich_markup_mode=None,
)

Target = Annotated[Path, typer.Argument(help="工作文件夹，或其中的工作台文件", show_default="当前文件夹")]
NoMacros = Annotated[bool, typer.Option("--no-macros", help="不要按钮和宏，工作台存成 .xlsx")]
AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON，供其他程序使用")]
Workers = Annotated[int, typer.Option(help="同时使用的进程数，1 到 64，0 为自动", min=0, max=64)]


@app.command(cls=Command, help="新建工作文件夹和工作台。")
def new(
    folder: Annotated[
        Path | None, typer.Argument(help="要新建的文件夹，如 某市2026", show_default=False)
    ] = None,
    preset: Annotated[str, typer.Option(help="预设的指标体系，见 --list", show_default=False)] = "",
    level: Annotated[str, typer.Option(help="只取某一级别，如 国家级、省级、市级", show_default=False)] = "",
    units_from: Annotated[str, typer.Option(help="单位名册取自另一预设", show_default=False)] = "",
    even_split: Annotated[bool, typer.Option("--even-split", help="未设的分值平均分配")] = False,
    everyone: Annotated[bool, typer.Option("--everyone", help="全部指标由全体单位填报")] = False,
    no_macros: NoMacros = False,
    listing: Annotated[bool, typer.Option("--list", help="列出可用的预设")] = False,
    as_json: AsJson = False,
) -> None:
    if listing:
        _list_presets(as_json)
        return
    if folder is None:
        raise typer.BadParameter("缺少文件夹名称")
    if level and not preset:
        raise typer.BadParameter("--level 要与 --preset 一起用")
    make = partial(
        make_folder,
        folder,
        preset=preset,
        level=level,
        units_from=units_from,
        even_split=even_split,
        everyone=everyone,
        macros=not no_macros,
    )
    _finish(guarded(make, as_json), as_json)


@app.command("import", cls=Command, help="读取印发的方案（Word、PDF、网页、文本、表格），写成导入核对表。")
def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="文件", help="方案文件，可以给几个", show_default=False)
    ],
    folder: Annotated[
        Path | None, typer.Option("-o", help="工作文件夹，默认按第一个文件命名新建", show_default=False)
    ] = None,
    as_json: AsJson = False,
    workers: Workers = 0,
) -> None:
    from xlfz.office.importing import import_plan

    with _bars(as_json) as progress:
        read = partial(import_plan, files, folder, workers=workers or None, progress=progress)
        result = guarded(read, as_json, folder)
    _finish(result, as_json)


@app.command(cls=Command, help="把核对好的导入核对表做成工作台。")
def confirm(target: Target = Path(), no_macros: NoMacros = False, as_json: AsJson = False) -> None:
    from xlfz.office.importing import confirm as take

    _finish(guarded(partial(take, target, macros=not no_macros), as_json, target), as_json)


@app.command(cls=Command, help="按分工给每个单位生成填报表，并生成责任分工表。")
def generate(
    target: Target = Path(),
    kind: Annotated[
        str, typer.Option("--kind", help="改为生成这种表，如 考核评分表", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    _verb(target, as_json, 0, partial(Office.generate, kind=kind))


@app.command(cls=Command, help="校验“回收”里的文件，写校验报告和退回副本。")
def check(target: Target = Path(), as_json: AsJson = False, workers: Workers = 0) -> None:
    _verb(target, as_json, workers, Office.check)


@app.command(cls=Command, help="校验并生成汇总表，旧表存入“历史”。")
def consolidate(target: Target = Path(), as_json: AsJson = False, workers: Workers = 0) -> None:
    _verb(target, as_json, workers, Office.consolidate)


@app.command(cls=Command, help="校验，并给未报和待改的单位写催报函和督办单。")
def remind(target: Target = Path(), as_json: AsJson = False, workers: Workers = 0) -> None:
    _verb(target, as_json, workers, Office.remind)


@app.command(cls=Command, help="汇总，并写考核结果反馈和通报。")
def announce(target: Target = Path(), as_json: AsJson = False, workers: Workers = 0) -> None:
    _verb(target, as_json, workers, Office.announce)


@app.command("report-up", cls=Command, help="按上级填报表规定的办法，用下级报来的数填好它，存入“上报”。")
def report_up(
    target: Annotated[Path, typer.Argument(metavar="文件夹", help="本级的工作文件夹", show_default=False)],
    form: Annotated[
        Path, typer.Argument(metavar="上级表", help="上级下发给本级的填报表", show_default=False)
    ],
    as_json: AsJson = False,
    workers: Workers = 0,
) -> None:
    _verb(target, as_json, workers, lambda office: office.report_up(form))


@app.command(cls=Command, help="看哪些单位已报、未报，下一步做什么。")
def status(target: Target = Path(), as_json: AsJson = False, workers: Workers = 0) -> None:
    _verb(target, as_json, workers, Office.status)


@app.command(cls=Command, help="一个单位交来几份时，指定采用哪一份；不写文件则列出各份。")
def pick(
    unit: Annotated[
        str, typer.Argument(metavar="单位", help="单位全称或编码", show_default="列出有几份的单位")
    ] = "",
    file: Annotated[
        str, typer.Argument(metavar="文件", help="路径、文件名或校验码", show_default="列出该单位各份")
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="撤销该单位的指定")] = False,
    who: Annotated[str, typer.Option("--who", help="由谁决定，默认为登录名", show_default=False)] = "",
    folder: Annotated[
        Path, typer.Option("--folder", help="工作文件夹，或其中的工作台文件", show_default="当前文件夹")
    ] = Path(),
    as_json: AsJson = False,
    workers: Workers = 0,
) -> None:
    if undo and (file or not unit):
        raise typer.BadParameter("--undo 要写单位，不写文件")
    if who and not file:
        raise typer.BadParameter("--who 要与单位和文件一起用")
    _verb(folder, as_json, workers, lambda office: office.pick(unit, file, undo=undo, who=who))


@app.command(cls=Command, help="用模拟数据演示全过程。")
def demo(
    folder: Annotated[Path, typer.Argument(help="放演示文件的新文件夹")] = Path("演示"),
    units: Annotated[int, typer.Option(help="单位数，1 到 3000", min=1, max=3000)] = 57,
    defects: Annotated[str, typer.Option(help="none 全部填对；typical 含常见错误")] = "typical",
    seed: Annotated[int, typer.Option(help="随机种子，一个整数，相同则结果相同")] = 1,
    story: Annotated[str, typer.Option("--story", help="演一个完整的年度：year", show_default=False)] = "",
    as_json: AsJson = False,
    workers: Workers = 0,
) -> None:
    if story:
        with _bars(as_json) as progress:
            tell(folder, story, units=units, seed=seed, workers=workers, as_json=as_json, progress=progress)
        return
    chosen = next((d for d in DEFECTS if d == defects), None)
    if chosen is None:
        raise typer.BadParameter(f"--defects 只能是 {' 或 '.join(DEFECTS)}")
    console = Console(stderr=True)
    with _bars(as_json) as progress:
        run = partial(
            demonstration.demo,
            folder,
            units=units,
            defects=chosen,
            seed=seed,
            workers=workers or None,
            progress=progress,
            said=(lambda _: None) if as_json else console.print,
        )
        made = guarded(run, as_json)
    if as_json:
        typer.echo(
            json.dumps(
                {"folder": str(made.folder), "returned": made.returned, **made.consolidated.as_dict()},
                ensure_ascii=False,
            )
        )
        return
    _show(made.consolidated)


app.add_typer(addin, name="addin")
app.command(cls=Command, help="检查这台电脑能不能用 xlfz：程序、加载项、宏、文件夹、字体。")(doctor)
app.command(cls=Command, hidden=True, help="工作台上的按钮用的命令。")(button)


def main() -> None:
    """The console script. A usage fault is told in Chinese; a defect of ours never as a traceback."""
    try:
        code = app(standalone_mode=False)
        if code == _INTERRUPTED:  # typer's own word for Ctrl-C
            raise KeyboardInterrupt
    except typer.Exit as done:
        code = done.exit_code
    except UsageFault as fault:
        Console(stderr=True).print(usage_fault(fault), markup=False, soft_wrap=True)
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        Console(stderr=True).print("已中断，没有写完的文件未保留。")
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


@app.callback(invoke_without_command=True)
def version(
    context: typer.Context,
    shown: Annotated[bool, typer.Option("--version", help="显示版本号。", is_eager=True)] = False,
) -> None:
    if shown:
        typer.echo(f"xlfz {__version__}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _verb(target: Path, as_json: bool, workers: int, verb: Callable[[Office], Result]) -> None:
    with _bars(as_json) as progress:
        options = {"progress": progress, "workers": workers or os.cpu_count() or 1}
        result = guarded(lambda: verb(Office.open(target, **options)), as_json, target)
    _finish(result, as_json)


def _finish(result: Result, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(result.as_dict(), ensure_ascii=False))
    else:
        _show(result)
    raise typer.Exit(1 if result.needs_person else 0)


def _show(result: Result) -> None:
    console = Console()
    if result.findings:
        ranked = result.ranked()
        listed = chosen(ranked)
        for line in finding_lines(listed):
            console.print(line, soft_wrap=True)
        if len(ranked) > len(listed):
            console.print(unlisted(result, len(ranked) - len(listed)))
        console.print()
    for sentence in next_steps(result):
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _bars(as_json: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars on standard error; silent for `--json` and where nobody looks."""
    console = Console(stderr=True)
    if as_json or not console.is_terminal:
        yield no_progress
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    # Its own refreshing thread would keep the workers from being forked.
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bars:
        tasks: dict[str, Any] = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total, refresh=True)

        yield advance


def _list_presets(as_json: bool) -> None:
    known = presets.names()
    if as_json:
        typer.echo(json.dumps([{"id": i, "title": t} for i, t in known], ensure_ascii=False))
        return
    for preset_id, title in known:
        typer.echo(f"{preset_id:<16}{title}")
