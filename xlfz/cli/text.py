"""What the command line says: lines and sentences from results. Prints nothing itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.text import Text

from xlfz.office.picking import Picked
from xlfz.office.results import (
    Announced,
    Checking,
    Confirmed,
    Consolidated,
    Generated,
    Imported,
    Made,
    Reminded,
    Result,
    Status,
)
from xlfz.office.upward import ReportedUp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlfz.findings import Finding

LISTED = 30
"""How many findings the console lists; all of them are in 校验报告."""

OF_ONE_FILE = 5
"""How many of them may come from one file: a form half filled in must not hide the others."""

_COLOURS = {"error": "red", "warn": "yellow", "info": "dim"}


def chosen(ranked: Iterable[Finding]) -> list[Finding]:
    """The findings that the console lists, in their order."""
    seen: Counter[str] = Counter()
    listed: list[Finding] = []
    for found in ranked:
        seen[found.file] += bool(found.file)
        if seen[found.file] <= OF_ONE_FILE and len(listed) < LISTED:
            listed.append(found)
    return listed


def unlisted(result: Result, number: int) -> str:
    """How many findings are not listed, and where they are."""
    if isinstance(result, Imported):
        return f"……另有 {number} 条（一个文件最多列 {OF_ONE_FILE} 条），见“导入核对”的“读取情况”表。"
    if isinstance(result, Confirmed):
        return f"……另有 {number} 条（一个文件最多列 {OF_ONE_FILE} 条），加 --json 可看全部。"
    if isinstance(result, Picked):
        return f"……另有 {number} 条，运行 xlfz check 后见校验报告。"
    where = "见校验报告" if isinstance(result, Checking) else "运行 xlfz check 后见校验报告"
    return f"……另有 {number} 条（一个文件最多列 {OF_ONE_FILE} 条），{where}。"


def finding_lines(found: Iterable[Finding]) -> Iterator[Text]:
    """Findings as lines: severity and where, then what is wrong and what to do."""
    for f in found:
        place = " ".join(part for part in (f.unit, f.file, f.sheet, f.cell) if part)
        line = Text(f"{f.severity_name}  ", style=_COLOURS[f.severity])
        line.append(place or f.code, style="bold")
        line.append(f"\n      {f.message}{f.remedy}", style="default")
        yield line


def next_steps(result: Result) -> Iterator[str]:
    """What was done and where to look, one sentence a line."""
    match result:
        case Made():
            yield f"已建立工作文件夹：{result.folder}"
            yield f"工作台里有 {result.indicators} 行指标、{result.units} 个单位。"
            yield "下一步：用 Excel 打开工作台核对指标和单位，保存关闭后运行 xlfz generate。"
        case Imported():
            yield f"读出 {result.indicators} 项指标或任务、{result.materials} 份资料。"
            yield f"导入核对：{result.book}"
            yield (
                f"下一步：用 Excel 打开它，把待核对的 {result.waiting} 行对照原文改好、选“已核对”或“不采用”，"
                "保存关闭后运行 xlfz confirm。"
                if result.waiting
                else "下一步：用 Excel 打开它看一遍，保存关闭后运行 xlfz confirm。"
            )
        case Confirmed():
            yield from _confirmed(result)
        case Generated():
            yield from _generated(result)
        case Announced():
            yield _counted(result)
            yield f"应报 {result.units} 个单位，已采用 {result.reported} 个，明细 {result.rows} 行。"
            yield f"汇总表：{result.summary}"
            yield f"考核结果反馈 {len(result.feedback)} 份，在“通知”文件夹；通报：{result.circular}"
            yield "请核对、修改文字后按程序印发。"
        case Consolidated():
            yield _counted(result)
            yield f"应报 {result.units} 个单位，已采用 {result.reported} 个，明细 {result.rows} 行。"
            yield f"汇总表：{result.summary}"
            yield f"校验报告：{result.report_file}"
            if result.sent_back:
                yield f"退回副本 {len(result.sent_back)} 份，在“退回”文件夹，请发回有关单位修改。"
        case ReportedUp():
            yield from _reported_up(result)
        case Reminded():
            yield from _reminded(result)
        case Checking():
            yield _counted(result)
            yield f"校验报告：{result.report_file}"
            if result.sent_back:
                yield f"退回副本 {len(result.sent_back)} 份，在“退回”文件夹，请发回有关单位修改。"
            if result.report.files:
                yield "下一步：运行 xlfz consolidate 生成汇总表。"
        case Picked():
            yield from _picked(result)
        case Status():
            yield from _status(result)


def _generated(result: Generated) -> Iterator[str]:
    if result.duty_table is None:
        kind = result.forms[0].parent.name if result.forms else ""
        yield f"已生成 {len(result.forms)} 份{kind}，在“下发/{kind}”文件夹。"
        yield "下一步：发给填表的单位或考核组，收到后同样放进“回收”，运行 xlfz consolidate。"
        return
    yield f"已为 {result.units} 个单位生成填报表，在“下发”文件夹。"
    if result.archives:
        yield f"另按上级单位打成 {len(result.archives)} 个压缩包。"
    yield f"责任分工表：{result.duty_table}"
    yield "下一步：把填报表发给各单位，收到后放进“回收”，运行 xlfz check。"


def _status(result: Status) -> Iterator[str]:
    reported, held, missing = len(result.reported), len(result.held), len(result.missing)
    yield f"应报 {len(result.units)} 个单位：已报 {reported}，待改 {held}，未报 {missing}。"
    for word, units in (("待改", result.held), ("未报", result.missing)):
        if units:
            yield f"{word}：{'、'.join(u.name for u in units)}"
    if result.teams_missing:
        yield f"考核评分表未采用的考核组：{'、'.join(result.teams_missing)}"
    yield f"下一步：{result.next_step}"


def _picked(result: Picked) -> Iterator[str]:
    for version in result.versions:
        seen = f"，{version.first} 首次见到" if version.first else ""
        made = f"，指定采用（{version.made}）" if version.pinned else ""
        code = version.sha256[:12]
        yield f"{version.unit}  {version.file}  {version.verdict_name}{seen}{made}  校验码 {code}"
    pinned = result.pinned
    match result.done:
        case "picked" if pinned is not None:
            yield f"已指定{result.unit}采用“{pinned.file}”，目前的结论：{pinned.verdict_name}。"
            yield "下一步：运行 xlfz consolidate 更新汇总表。"
        case "undone":
            yield f"{result.unit}现在没有指定采用。下一步：运行 xlfz consolidate 更新汇总表。"
        case _ if not result.versions:
            yield "还没有收到这个单位的文件。" if result.unit else "没有哪个单位交来几份，也没有指定采用的。"
        case _:
            yield "要指定采用哪一份：xlfz pick 单位 文件；要撤销：xlfz pick 单位 --undo。"


def _reminded(result: Reminded) -> Iterator[str]:
    yield _counted(result)
    if not result.units:
        yield "各单位都已报齐，不用催报。"
        return
    yield f"{len(result.units)} 个单位未报或待改：{'、'.join(u.name for u in result.units)}"
    yield f"催报函 {len(result.reminders)} 份、督办单 {len(result.orders)} 份，在“通知”文件夹。"


def _reported_up(result: ReportedUp) -> Iterator[str]:
    cells = f"填入 {len(result.filled)} 格，留空 {len(result.left)} 格"
    yield f"下级应报 {result.units} 个单位，已采用 {result.reported} 个。"
    yield f"{cells}，对不上的 {len(result.unmatched)} 行。"
    yield f"上报表：{result.path}"
    yield "下一步：打开它写好情况说明等留空的格，看“自查”可以报送后报上级；各格来历见“上报来源”。"


def _confirmed(result: Confirmed) -> Iterator[str]:
    if result.workbench is None:
        waiting = sum(f.code == "E_IMPORT_UNCONFIRMED" for f in result.findings)
        if waiting:
            yield f"还有 {waiting} 行没有核对（“核对”一列空着的黄色格）。"
        yield "没有生成工作台。下一步：在导入核对.xlsx 里按清单改好，保存关闭后再运行 xlfz confirm。"
        return
    left = f"，不采用 {result.left_out} 项" if result.left_out else ""
    yield f"已采用 {result.indicators} 项指标、{result.materials} 份资料，登记 {result.units} 个单位{left}。"
    yield f"工作台：{result.workbench}"
    if result.beside:
        yield "下一步：打开它核对，把原工作台移走，再把它改名为工作台.xlsx。"
    else:
        yield "下一步：用 Excel 打开工作台核对指标和单位，保存关闭后运行 xlfz generate。"


def _counted(result: Checking) -> str:
    n = result.counts()
    return (
        f"共找到 {n['files_found']} 个文件：已采用 {n['accepted']}，挂起待改 {n['held']}，"
        f"未能读取 {n['rejected']}，已跳过 {n['skipped']}。"
    )
