"""The plain lists: 未报催报, 问题, 报送台账, 未对应内容.

The only sheets on which a held file shows: by its name, its findings and its line in the register.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from xlfz.check.model import VERDICT_NAMES
from xlfz.consolidation import CarriedValue, row_key
from xlfz.excel import look
from xlfz.excel.plan import Conditional, Link, Style
from xlfz.findings import SEVERITY_NAMES
from xlfz.listing import CENTER, COUNT, FIRST_ROW, LEFT, LINK, ListColumn, Listing, source_link
from xlfz.roster import reporter
from xlfz.summary.detail import DETAIL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlfz.consolidation import Consolidation, UnitRow
    from xlfz.excel.plan import Value
    from xlfz.findings import Finding
    from xlfz.workbench.model import Workbench

REMINDERS, PROBLEMS, REGISTER, LOST = "未报催报", "问题", "报送台账", "未对应内容"
GONE = "已移走"
"""What stands for the verdict on a file that is there no more, or with another content."""
_TOLD = 3
"""Faults that 未报催报 spells out for one unit; the rest is counted."""
_TIME = look.DATE.but(number="yyyy-mm-dd hh:mm")


def reminders(consolidation: Consolidation, workbench: Workbench) -> Listing:
    """未报催报: who is missing or held, whom to call, and what is wrong."""
    due = workbench.settings.due
    unread = {
        f.unit: f"收到的“{f.file.rpartition('/')[2]}”未能读取：{f.message}{f.remedy}"
        for file in consolidation.files
        if file.checked.verdict == "rejected" and not file.checked.unit
        for f in file.checked.findings
        if f.unit and f.severity == "error"
    }
    columns = (
        ListColumn("序号", 7, COUNT),
        ListColumn("单位", 26, LEFT),
        ListColumn("考核组", 13, CENTER),
        ListColumn("联系人", 11, CENTER),
        ListColumn("联系电话", 15, look.KEY),
        ListColumn("状态", 12, CENTER),
        ListColumn("应报项数", 9, COUNT),
        ListColumn("存在问题", 64, LEFT),
        ListColumn("来文件", 34, LINK),
    )
    rows: list[Sequence[Value]] = [
        (
            line,
            unit.unit.name,
            unit.unit.team,
            unit.unit.contact,
            unit.unit.phone,
            unit.state,
            len(unit.duty.items),
            _faults(unit, unread),
            source_link(unit.files[0].path) if unit.files else "",
        )
        for line, unit in enumerate(consolidation.missing, 1)
    ]
    listing = Listing(
        REMINDERS,
        "未报和待改单位名单",
        f"共 {len(rows)} 个单位，截止日期 {due:%Y-%m-%d}。" if due else f"共 {len(rows)} 个单位。",
        columns,
        rows,
        empty="各单位都已报送并采用。",
        frozen=3,
        tab="C00000",
    )
    if rows:
        state = f"${listing.letter('状态')}{FIRST_ROW}"
        cells = listing.column_cells("状态")
        listing.extra["conditionals"] = (
            Conditional(cells, f'={state}="未报"', look.MARK_ERROR),
            Conditional(cells, f'={state}="已报待改"', look.MARK_WARN),
        )
    return listing


def _faults(unit: UnitRow, unread: Mapping[str, str]) -> str:
    """What is wrong, spelled out. `unread`: unit name -> what became of files that bear its name."""
    errors = [f for file in unit.files for f in file.checked.findings if f.severity == "error"]
    if not errors:
        return "" if unit.files else unread.get(unit.unit.name, "尚未收到填报表。")
    # Two versions of one form are told of in both files: once is enough here.
    texts = tuple(dict.fromkeys(map(_placed, errors)))
    told = "\n".join(f"{n}. {text}" for n, text in enumerate(texts[:_TOLD], 1))
    rest = len(texts) - _TOLD
    return f"{told}\n另有 {rest} 处，见“问题”表。" if rest > 0 else told


def _placed(found: Finding) -> str:
    where = f"{found.sheet}{found.cell}：" if found.sheet and found.cell not in found.message else ""
    return f"{where}{found.message}"


def problems(consolidation: Consolidation) -> Listing:
    """问题: every finding, with a link to its cell."""
    columns = (
        ListColumn("序号", 7, COUNT),
        ListColumn("级别", 8, CENTER),
        ListColumn("单位", 22, LEFT),
        ListColumn("指标", 8, look.KEY),
        ListColumn("问题", 56, LEFT),
        ListColumn("怎么办", 40, LEFT),
        ListColumn("文件", 30, LINK),
        ListColumn("工作表", 10, CENTER),
        ListColumn("单元格", 9, CENTER),
        ListColumn("代码", 22, look.NOTE.but(border=look.GRID, wrap=False)),
    )
    lines = {row.key: line for line, row in enumerate(consolidation.rows, FIRST_ROW)}
    codes = {unit.unit.name: unit.unit.code for unit in consolidation.units}
    rows: list[Sequence[Value]] = []
    for number, found in enumerate(consolidation.problems, 1):
        link: Value = source_link(found.file, found.sheet, found.cell)
        line = lines.get(row_key(codes.get(found.unit, ""), found.indicator))
        if found.sheet == DETAIL and not found.file and line:
            link = Link(f"internal:'{DETAIL}'!A{line}", f"本表“{DETAIL}”第 {line} 行")
        rows.append(
            (
                number,
                found.severity_name,
                found.unit,
                found.indicator,
                found.message,
                found.remedy,
                link,
                found.sheet,
                found.cell,
                found.code,
            )
        )
    counts = {s: sum(f.severity == s for f in consolidation.problems) for s in SEVERITY_NAMES}
    note = "，".join(f"{SEVERITY_NAMES[s]} {n} 条" for s, n in counts.items())
    listing = Listing(
        PROBLEMS,
        "校验发现的问题",
        f"{note}。有“错误”的填报表不计入汇总，改正后重新放入“回收”即可。",
        columns,
        rows,
        empty="没有发现问题。",
        frozen=4,
        tab="C00000",
    )
    if rows:
        level = f"${listing.letter('级别')}{FIRST_ROW}"
        cells = listing.column_cells("级别")
        listing.extra["conditionals"] = (
            Conditional(cells, f'={level}="{SEVERITY_NAMES["error"]}"', look.MARK_ERROR),
            Conditional(cells, f'={level}="{SEVERITY_NAMES["warn"]}"', look.MARK_WARN),
        )
    return listing


def register(consolidation: Consolidation) -> Listing:
    """报送台账: every file that ever came, and what became of it; those there no more stand last."""
    columns = (
        ListColumn("序号", 7, COUNT),
        ListColumn("文件", 46, LINK),
        ListColumn("单位", 26, LEFT),
        ListColumn("结论", 12, CENTER),
        ListColumn("错误", 7, COUNT),
        ListColumn("提醒", 7, COUNT),
        ListColumn("说明", 44, LEFT),
        ListColumn("大小(KB)", 10, look.COUNT.but(align="center")),
        ListColumn("首次见到", 12, look.DATE),
        ListColumn("文件时间", 17, _TIME),
        ListColumn("校验码", 16, look.NOTE.but(border=look.GRID, wrap=False)),
    )
    names = {u.unit.code: u.unit.name for u in consolidation.units}
    rows: list[Sequence[Value]] = []
    for line, file in enumerate(consolidation.files, 1):
        findings = file.checked.findings
        rows.append(
            (
                line,
                source_link(file.path),
                reporter(names, file.checked.unit),
                VERDICT_NAMES[file.checked.verdict],
                sum(f.severity == "error" for f in findings),
                sum(f.severity == "warn" for f in findings),
                file.why,
                -(-file.size // 1024),
                file.first,
                _local_time(file.modified),
                file.digest[:12],
            )
        )
    for line, gone in enumerate(consolidation.gone, len(rows) + 1):
        told = f"移走前：{VERDICT_NAMES[gone.verdict]}。{gone.why}"
        size = -(-gone.size // 1024)
        rows.append(
            (
                line,
                gone.path,
                reporter(names, gone.unit),
                GONE,
                None,
                None,
                told,
                size,
                gone.first,
                None,
                gone.digest[:12],
            )
        )
    counts = "，".join(
        f"{name} {sum(f.checked.verdict == verdict for f in consolidation.files)} 个"
        for verdict, name in VERDICT_NAMES.items()
    )
    listing = Listing(
        REGISTER,
        "报送台账",
        f"“回收”中共 {len(consolidation.files)} 个文件：{counts}。"
        + (f"另有 {len(consolidation.gone)} 个已移走，不计入。" if consolidation.gone else ""),
        columns,
        rows,
        empty="“回收”里还没有文件。",
        frozen=3,
    )
    if rows:
        verdict = f"${listing.letter('结论')}{FIRST_ROW}"
        cells = listing.column_cells("结论")
        listing.extra["conditionals"] = (
            Conditional(cells, f'={verdict}="{VERDICT_NAMES["accepted"]}"', look.MARK_OK),
            Conditional(cells, f'={verdict}="{VERDICT_NAMES["held"]}"', look.MARK_WARN),
            Conditional(cells, f'={verdict}="{VERDICT_NAMES["rejected"]}"', look.MARK_ERROR),
            # Its name is no link any more, and must not look like one.
            Conditional(listing.column_cells("文件"), f'={verdict}="{GONE}"', Style(colour=look.GREY)),
        )
    return listing


def _local_time(seconds: float) -> datetime | None:
    if seconds <= 0:
        return None
    local = datetime.fromtimestamp(seconds, tz=UTC).astimezone()
    return local.replace(tzinfo=None, microsecond=0)


def lost(values: Sequence[CarriedValue]) -> Listing:
    """未对应内容: what staff typed into the earlier summary and no cell of this one can hold."""
    columns = (
        ListColumn("原表", 10, CENTER),
        ListColumn("键", 18, look.KEY),
        ListColumn("位置", 40, LEFT),
        ListColumn("列", 20, CENTER),
        ListColumn("内容", 60, LEFT),
    )
    return Listing(
        LOST,
        "未对应内容",
        "以下是上次汇总表中手填、这次找不到对应位置的内容。单位重新报送后会自动放回；确认不要的，可删去该行。",
        columns,
        [(v.sheet, v.key, v.label, v.column, v.value) for v in values],
        tab="C00000",
    )
