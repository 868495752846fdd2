"""校验报告: what came back, what is wrong with it and what to do, as a workbook.

Takes a `CheckReport` and the workbench; gives a plan. It belongs into 汇总/: its links are relative.
Errors come first; what was only tidied up stands on a sheet of its own, so that it drowns nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from xlfz.check.model import VERDICT_NAMES
from xlfz.excel import look
from xlfz.excel.address import area, quote_sheet
from xlfz.excel.plan import Chart, Conditional, Formula, Merge, Page, Put, Row, Series, Sheet, Workbook
from xlfz.findings import by_weight
from xlfz.listing import CENTER, COUNT, FIRST_ROW, LEFT, LINK, ListColumn, Listing, source_link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.check.model import CheckReport, FileOutcome, Verdict
    from xlfz.excel.plan import Value
    from xlfz.findings import Finding
    from xlfz.roster import Unit
    from xlfz.workbench.model import Workbench

OVERVIEW, PROBLEMS, NOTES, BY_UNIT, REGISTER = "概况", "问题清单", "提示", "按单位", "报送台账"
_STATES = ("已采用", "已报待改", "未报")
_VERDICTS: tuple[Verdict, ...] = ("accepted", "held", "rejected", "skipped")
_TIME = look.DATE.but(number="yyyy-mm-dd hh:mm")


def plan(report: CheckReport, workbench: Workbench, created: datetime) -> Workbook:
    """校验报告.xlsx as a plan; `created` is the day that it bears."""
    names = {u.code: u.name for u in workbench.roster.units}
    findings = sorted(report.findings, key=by_weight)
    grave = [f for f in findings if f.severity != "info"]
    units = _by_unit(report, workbench)
    files = _register(report, names)
    sheets = (
        _overview(report, workbench, units, files, created),
        _problems(PROBLEMS, "问题清单", grave, "没有需要处理的问题。").sheet(),
        units.sheet(),
        files.sheet(),
        _problems(NOTES, "已自动处理的情况", [f for f in findings if f.severity == "info"], "（无）").sheet(),
    )
    title = f"{workbench.settings.title}校验报告"
    return Workbook(sheets, title=title, author=workbench.settings.organ, created=created)


def _problems(name: str, title: str, found: Sequence[Finding], empty: str) -> Listing:
    columns = (
        ListColumn("序号", 6, COUNT),
        ListColumn("级别", 7, CENTER),
        ListColumn("单位", 22, LEFT),
        ListColumn("位置", 14, LINK),
        ListColumn("指标", 8, look.KEY),
        ListColumn("问题", 52, LEFT),
        ListColumn("怎么改", 44, LEFT),
        ListColumn("文件", 34, LEFT),
    )
    rows: list[Sequence[Value]] = [
        (n, f.severity_name, f.unit, _place(f), f.indicator, f.message, f.remedy, f.file.removeprefix("回收/"))
        for n, f in enumerate(found, 1)
    ]
    errors = sum(f.severity == "error" for f in found)
    note = f"共 {len(found)} 条，其中错误 {errors} 条。点“位置”打开该文件的单元格。" if found else ""
    listing = Listing(name, title, note, columns, rows, empty=empty, frozen=4, tab="C00000" if errors else "")
    if rows:
        level = f"${listing.letter('级别')}{FIRST_ROW}"
        listing.extra["conditionals"] = (
            Conditional(listing.column_cells("级别"), f'{level}="错误"', look.MARK_ERROR),
            Conditional(listing.column_cells("级别"), f'{level}="提醒"', look.MARK_WARN),
        )
    return listing


def _place(found: Finding) -> Value:
    """A link to the cell; its text names sheet and cell."""
    link = source_link(found.file, found.sheet, found.cell.partition(":")[0])
    shown = " ".join(part for part in (found.sheet, found.cell) if part) or "整个文件"
    if isinstance(link, Formula):
        target = link.text.partition('","')[0]
        text = shown.replace('"', '""')
        return Formula(f'{target}","{text}")', shown)
    return shown


def _by_unit(report: CheckReport, workbench: Workbench) -> Listing:
    files: dict[str, list[FileOutcome]] = {}
    for file in report.files:
        if file.checked.unit:
            files.setdefault(file.checked.unit, []).append(file)
    columns = (
        ListColumn("序号", 6, COUNT),
        ListColumn("单位", 28, LEFT),
        ListColumn("考核组", 13, CENTER),
        ListColumn("状态", 12, CENTER),
        ListColumn("错误", 8, COUNT),
        ListColumn("提醒", 8, COUNT),
        ListColumn("联系人", 12, CENTER),
        ListColumn("联系电话", 16, look.KEY),
        ListColumn("来文件", 44, LINK),
    )
    due = [d.unit for d in workbench.assignment.duties if d.items]
    rows: list[Sequence[Value]] = [_unit_row(n, unit, files.get(unit.code, ())) for n, unit in enumerate(due, 1)]
    listing = Listing(BY_UNIT, "各单位报送情况", f"应报 {len(due)} 个单位。", columns, rows, frozen=3)
    if rows:
        state = f"${listing.letter('状态')}{FIRST_ROW}"
        looks = (look.MARK_OK, look.MARK_WARN, look.MARK_ERROR)
        listing.extra["conditionals"] = tuple(
            Conditional(listing.column_cells("状态"), f'{state}="{word}"', style)
            for word, style in zip(_STATES, looks, strict=True)
        )
    return listing


def _unit_row(number: int, unit: Unit, files: Sequence[FileOutcome]) -> Sequence[Value]:
    counted = [f for f in files if f.checked.verdict in ("accepted", "held")]
    accepted = any(f.checked.verdict == "accepted" for f in files)
    state = _STATES[0] if accepted else _STATES[1] if counted else _STATES[2]
    found = [x for f in counted for x in f.checked.findings]
    return (
        number,
        unit.name,
        unit.team,
        state,
        sum(x.severity == "error" for x in found),
        sum(x.severity == "warn" for x in found),
        unit.contact,
        unit.phone,
        source_link(counted[0].path) if counted else "",
    )


def _register(report: CheckReport, names: dict[str, str]) -> Listing:
    columns = (
        ListColumn("序号", 6, COUNT),
        ListColumn("文件", 52, LINK),
        ListColumn("单位", 26, LEFT),
        ListColumn("结论", 11, CENTER),
        ListColumn("原因", 56, LEFT),
        ListColumn("大小（KB）", 10, COUNT),
        ListColumn("文件时间", 17, _TIME),
    )
    rows: list[Sequence[Value]] = [
        (
            n,
            source_link(f.path),
            names.get(f.checked.unit, ""),
            VERDICT_NAMES[f.checked.verdict],
            _why(f),
            -(-f.size // 1024),
            datetime.fromtimestamp(f.modified) if f.modified else None,
        )
        for n, f in enumerate(report.files, 1)
    ]
    listing = Listing(
        REGISTER, "报送台账", "收到的每个文件都在这里，文件时间只作参考，不据以取舍。", columns, rows,
        empty="“回收”里还没有文件。", frozen=3,
    )  # fmt: skip
    if rows:
        verdict = f"${listing.letter('结论')}{FIRST_ROW}"
        cells = listing.column_cells("结论")
        looks = {"accepted": look.MARK_OK, "held": look.MARK_WARN, "rejected": look.MARK_ERROR}
        listing.extra["conditionals"] = tuple(
            Conditional(cells, f'{verdict}="{VERDICT_NAMES[v]}"', looks[v]) for v in _VERDICTS if v in looks
        )
    return listing


def _why(file: FileOutcome) -> str:
    """The gravest finding, and how many more there are."""
    found = sorted((f for f in file.checked.findings if f.severity != "warn"), key=by_weight)
    if not found:
        return ""
    more = f"（另有 {len(found) - 1} 处）" if len(found) > 1 else ""
    return f"{found[0].message}{more}"


def _overview(
    report: CheckReport, workbench: Workbench, units: Listing, files: Listing, created: datetime
) -> Sheet:
    """Counts as live formulas over the lists, and what to do next."""
    settings = workbench.settings
    states = _cells(units, "状态")
    verdicts = _cells(files, "结论")
    counted = {s: sum(row[3] == s for row in units.rows) for s in _STATES}
    left = [
        *((f"单位：{s}", _count(states, s, counted[s])) for s in _STATES),
        ("单位：应报", _total([counted[s] for s in _STATES], 5)),
    ]
    right = [
        *((f"文件：{VERDICT_NAMES[v]}", _count(verdicts, VERDICT_NAMES[v], report.count(v))) for v in _VERDICTS),
        ("文件：共找到", _total([report.count(v) for v in _VERDICTS], 5 + len(left) + 1)),
    ]
    cells: list[Put] = []
    rows = [Row(1, 40.0), Row(2, 22.0), Row(3, 10.0), Row(4, 26.0)]
    cells += [Put(4, 2, "项目", look.HEADER), Put(4, 3, "数量", look.HEADER)]
    at = 5
    for label, formula in (*left, ("", None), *right):
        if formula is not None:
            cells += [
                Put(at, 2, label, look.BODY_LEFT),
                Put(at, 3, formula, look.BODY_CENTER.but(font=look.HEITI, size=12, number="0")),
            ]
        rows.append(Row(at, 24.0 if formula is not None else 10.0))
        at += 1
    advice = _advice(counted, report)
    merges = [
        Merge(1, 2, 1, 9, f"{settings.title}校验报告", look.TITLE),
        Merge(2, 2, 2, 9, f"{settings.organ}　{created:%Y年%m月%d日}".strip(), look.SUBTITLE),
        Merge(at + 1, 2, at + 1, 9, advice, look.PLAIN.but(font=look.HEITI, size=12, colour=look.ACCENT)),
    ]
    rows.append(Row(at + 1, look.fit_height([(advice, 100)], 12, 40)))
    sheet = quote_sheet(OVERVIEW)
    chart = Chart(
        "column", "各单位报送情况（个）", 4, 5,
        (Series("单位数", f"={sheet}!$B$5:$B$7", f"={sheet}!$C$5:$C$7", look.ACCENT),), 460, 300,
    )  # fmt: skip
    return Sheet(
        OVERVIEW,
        cells=tuple(cells),
        merges=tuple(merges),
        columns=look.columns((3, 24, 12, 4, 13, 13, 13, 13, 13)),
        rows=tuple(rows),
        charts=(chart,),
        cursor=(4, 2),
        tab=look.ACCENT,
        page=Page(fit_tall=1),
    )


def _cells(listing: Listing, header: str) -> str:
    return f"{quote_sheet(listing.name)}!{listing.column_cells(header)}"


def _count(cells: str, word: str, value: int) -> Formula:
    return Formula(f'COUNTIF({cells},"{word}")', float(value))


def _total(parts: list[int], first: int) -> Formula:
    return Formula(f"SUM({area(first, 3, first + len(parts) - 1, 3)})", float(sum(parts)))


def _advice(counted: dict[str, int], report: CheckReport) -> str:
    """One sentence: what to do now."""
    steps = []
    if counted["已报待改"]:
        steps.append(f"把“退回”文件夹里的副本发给 {counted['已报待改']} 个待改单位，改好后放进“回收”")
    if report.count("rejected"):
        steps.append(f"请 {report.count('rejected')} 个读不出的文件的报送单位重发（见“报送台账”）")
    if counted["未报"]:
        steps.append(f"催 {counted['未报']} 个未报单位")
    steps.append("运行 xlfz consolidate 生成汇总表")
    return f"下一步：{'；'.join(steps)}。"
