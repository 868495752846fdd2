"""The lists of 校验报告: 问题清单, 按单位, 未报单位, 报送台账, 提示.

Each takes `States` and gives a `Listing`. What stands on 按单位 are live formulas over 问题清单.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from xlfz.check.model import VERDICT_NAMES
from xlfz.excel import look
from xlfz.excel.address import quote_sheet
from xlfz.excel.plan import Conditional, Formula
from xlfz.findings import SEVERITY_NAMES
from xlfz.form.heading import day
from xlfz.listing import CENTER, COUNT, FIRST_ROW, LEFT, LINK, RECEIVED, ListColumn, Listing, source_link
from xlfz.report.states import ACCEPTED, HELD, MISSING, NOBODY
from xlfz.roster import reporter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlfz.check.model import FileOutcome, Verdict
    from xlfz.excel.plan import Style, Value
    from xlfz.findings import Severity
    from xlfz.report.states import Located, States

PROBLEMS, BY_UNIT, ABSENT, REGISTER, NOTES = "问题清单", "按单位", "未报单位", "报送台账", "提示"
_LINE = "单位行"
"""Hidden column of 问题清单 by which 按单位 counts: names may hold what COUNTIF takes for a wildcard."""
_TIME = look.DATE.but(number="yyyy-mm-dd hh:mm")
_CELL_LINK = LINK.but(align="center", wrap=False)
_LATEST = 4_102_444_800.0
"""The year 2100: a file's time beyond it is a broken clock."""
_WORDS: dict[Severity, Style] = {"error": look.MARK_ERROR, "warn": look.MARK_WARN}


def problems(states: States) -> Listing:
    """问题清单: what a person has to look at, errors first."""
    found = [f for f in states.findings if f.finding.severity != "info"]
    errors = sum(f.finding.severity == "error" for f in found)
    note = (
        f"错误 {errors} 处，提醒 {len(found) - errors} 处。有错误的填报表不计入汇总，改正后重新放入“回收”。"
        "点“单元格”可打开收到的文件并跳到该处。"
    )
    tab = "C00000" if errors else ""
    return _findings(PROBLEMS, "校验问题清单", note if found else "", "没有发现问题。", found, states, tab)


def notes(states: States) -> Listing:
    """提示: what was tidied up or passed over; nobody has to do anything."""
    found = [f for f in states.findings if f.finding.severity == "info"]
    note = f"共 {len(found)} 条，均已自动处理，仅供查阅。" if found else ""
    return _findings(NOTES, "提示（已自动处理）", note, "（无）", found, states, "")


def _findings(
    name: str, title: str, note: str, empty: str, found: Sequence[Located], states: States, tab: str
) -> Listing:
    columns = (
        ListColumn(_LINE, 8, COUNT, hidden=True),
        ListColumn("序号", 6, COUNT),
        ListColumn("级别", 7, CENTER),
        ListColumn("单位", 20, LEFT),
        ListColumn("文件", 28, LINK),
        ListColumn("工作表", 10, CENTER),
        ListColumn("单元格", 9, _CELL_LINK),
        ListColumn("指标", 8, look.KEY),
        ListColumn("问题", 46, LEFT),
        ListColumn("怎么改", 40, LEFT),
    )
    rows: list[Sequence[Value]] = []
    for n, located in enumerate(found, 1):
        f, path = located.finding, located.file.path
        cell = f.cell
        rows.append(
            (
                located.line,
                n,
                f.severity_name,
                states.name(located),
                source_link(path),
                f.sheet,
                source_link(path, f.sheet, cell.partition(":")[0], text=cell) if f.sheet and cell else cell,
                f.indicator,
                f.message,
                f.remedy,
            )
        )
    listing = Listing(name, title, note, columns, rows, empty=empty, frozen=5, tab=tab)
    return _coloured(listing, "级别", {SEVERITY_NAMES[s]: style for s, style in _WORDS.items()})


def by_unit(states: States, found: Listing) -> Listing:
    """按单位: has it reported, and how many faults are there. `found` is 问题清单."""
    columns = (
        ListColumn("序号", 6, COUNT),
        ListColumn("单位", 28, LEFT),
        ListColumn("考核组", 14, CENTER),
        ListColumn("状态", 12, CENTER),
        ListColumn("错误", 8, COUNT),
        ListColumn("提醒", 8, COUNT),
        ListColumn("收到文件", 9, COUNT),
        ListColumn("采用或待改的文件", 46, LINK),
    )
    rows: list[Sequence[Value]] = []
    for n, unit in enumerate(states.units, 1):
        shown = unit.file if unit.state in (ACCEPTED, HELD) else None
        link = source_link(shown.path) if shown else ""
        rows.append(
            (n, unit.unit.name, unit.unit.team, unit.state, *_faults(n, states, found), len(unit.files), link)
        )
    nobody = sum(not f.checked.unit for f in states.report.files)
    if nobody:
        rows.append((0, NOBODY, "", "", *_faults(0, states, found), nobody, f"见“{REGISTER}”"))
    asked = sum(u.duty is not None for u in states.units)
    note = (
        f"应报 {asked} 个单位："
        + "，".join(f"{s} {states.count(s)} 个" for s in (ACCEPTED, HELD, MISSING))
        + "。"
    )
    listing = Listing(
        BY_UNIT, "各单位报送情况", note, columns, rows, empty="没有单位需要填报。", frozen=3, landscape=True
    )
    looks = {ACCEPTED: look.MARK_OK, HELD: look.MARK_WARN, MISSING: look.MARK_ERROR}
    return _coloured(listing, "状态", looks)


def _faults(line: int, states: States, found: Listing) -> tuple[Formula, ...]:
    """Errors and warnings of one line of 按单位, counted on 问题清单."""
    sheet = quote_sheet(found.name)
    lines, levels = (f"{sheet}!{_fixed(found, header)}" for header in (_LINE, "级别"))
    return tuple(
        Formula(
            f'COUNTIFS({lines},{line},{levels},"{SEVERITY_NAMES[s]}")',
            float(sum(f.line == line and f.finding.severity == s for f in states.findings)),
        )
        for s in _WORDS
    )


def _fixed(listing: Listing, header: str) -> str:
    letter = listing.letter(header)
    return f"${letter}${FIRST_ROW}:${letter}${listing.last_row}"


def absent(states: States) -> Listing:
    """未报单位: whom to call."""
    due = states.workbench.settings.due
    columns = (
        ListColumn("序号", 6, COUNT),
        ListColumn("单位", 30, LEFT),
        ListColumn("上级单位", 20, LEFT),
        ListColumn("考核组", 14, CENTER),
        ListColumn("联系人", 12, CENTER),
        ListColumn("联系电话", 17, look.KEY),
        ListColumn("应报指标", 9, COUNT),
        ListColumn("应报资料", 9, COUNT),
        ListColumn("说明", 40, LEFT),
    )
    missing = [(line, u) for line, u in enumerate(states.units, 1) if u.state == MISSING]
    tried = _tried(states)
    rows: list[Sequence[Value]] = [
        (
            n,
            u.unit.name,
            u.unit.parent,
            u.unit.team,
            u.unit.contact,
            u.unit.phone,
            len(u.duty.items) if u.duty else 0,
            sum(len(i.materials) for i in u.duty.items) if u.duty else 0,
            tried.get(line, ""),
        )
        for n, (line, u) in enumerate(missing, 1)
    ]
    until = f"，截止日期 {day(due)}" if due else ""
    note = f"共 {len(rows)} 个单位{until}。" if rows else ""
    tab = "C00000" if rows else ""
    return Listing(
        ABSENT, "未报单位名单", note, columns, rows, empty="各单位都已交来填报表。", frozen=3, tab=tab
    )


def _tried(states: States) -> dict[int, str]:
    """Line of a unit -> files that name it and could not be taken, of another round for example."""
    paths: dict[int, dict[str, None]] = {}
    for located in states.findings:
        paths.setdefault(located.line, {})[located.file.path.removeprefix(RECEIVED)] = None
    return {line: f"来过但不能采用：{'、'.join(names)}" for line, names in paths.items()}


def register(states: States) -> Listing:
    """报送台账: every file, what became of it, and why."""
    columns = (
        ListColumn("序号", 6, COUNT),
        ListColumn("文件", 46, LINK),
        ListColumn("大小（KB）", 10, look.COUNT.but(align="center")),
        ListColumn("文件时间", 17, _TIME),
        ListColumn("单位", 24, LEFT),
        ListColumn("结论", 11, CENTER),
        ListColumn("错误", 7, COUNT),
        ListColumn("提醒", 7, COUNT),
        ListColumn("原因", 52, LEFT),
    )
    names = {u.unit.code: u.unit.name for u in states.units}
    rows: list[Sequence[Value]] = [
        (
            n,
            source_link(f.path),
            -(-f.size // 1024),
            _time(f.modified),
            reporter(names, f.checked.unit),
            VERDICT_NAMES[f.checked.verdict],
            *(sum(x.severity == s for x in f.checked.findings) for s in _WORDS),
            _why(f),
        )
        for n, f in enumerate(states.report.files, 1)
    ]
    note = "收到的每个文件都在这里，采用、挂起、未读、跳过之和等于文件总数。文件时间只供参考，不据以取舍。"
    listing = Listing(REGISTER, "报送台账", note, columns, rows, empty="“回收”里还没有文件。", frozen=3)
    looks: dict[Verdict, Style] = {
        "accepted": look.MARK_OK,
        "held": look.MARK_WARN,
        "rejected": look.MARK_ERROR,
    }
    return _coloured(listing, "结论", {VERDICT_NAMES[v]: s for v, s in looks.items()})


def _why(file: FileOutcome) -> str:
    """Why a file was not taken: its gravest finding, and how many more there are."""
    if file.checked.verdict == "accepted":
        return file.why
    errors = [f for f in file.checked.findings if f.severity == "error"]
    told = errors or list(file.checked.findings)
    if not told:
        return ""
    more = f"（另有 {len(told) - 1} 处）" if len(told) > 1 else ""
    return f"{told[0].message}{more}"


def _time(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(int(seconds)) if 0 < seconds < _LATEST else None


def _coloured(listing: Listing, header: str, looks: Mapping[str, Style]) -> Listing:
    """The listing with the words of one column coloured."""
    if listing.rows:
        first, cells = f"${listing.letter(header)}{FIRST_ROW}", listing.column_cells(header)
        listing.extra["conditionals"] = tuple(
            Conditional(cells, f'={first}="{word}"', style) for word, style in looks.items()
        )
    return listing
