"""The sheets of tracking: 任务进展, 亮灯统计, 月度趋势, 单位报送.

Takes the workbench, its history and the day; gives the summary's plan with these sheets behind its first.
Lights, counts and trends are live formulas; 截至日期 is a cell, so that the office can look at any day and
the figures of a workbook never change by being opened.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlfz.catalogue import ROLES
from xlfz.excel import look
from xlfz.excel.address import column_name
from xlfz.excel.blocks import serial
from xlfz.excel.days import EARLIEST, LATEST
from xlfz.excel.plan import Chart, Conditional, Formula, Name, Put, Series, Validation
from xlfz.listing import CENTER, COUNT, FIRST_ROW, LEFT, LINK, ListColumn, Listing, rounded, source_link
from xlfz.scoring.formula import Declared
from xlfz.scoring.functions import is_number
from xlfz.tracking import lights
from xlfz.tracking.history import STATES, Reports, history

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from xlfz.assignment import Item
    from xlfz.catalogue import Indicator
    from xlfz.check.model import Answer, CheckedRow, CheckReport
    from xlfz.excel.plan import Sheet, Value, Workbook
    from xlfz.roster import Unit
    from xlfz.workbench.model import Workbench

TASKS, LIGHTS, TREND, REPORTS = "任务进展", "亮灯统计", "月度趋势", "单位报送"
_OF_SCORES = ("排名", "得分", "指标分析", "评分办法")
AS_OF, NEAR = "截至日期", "黄灯天数"
_LIGHT_STYLES = {"绿": look.MARK_OK, "黄": look.MARK_WARN, "红": look.MARK_ERROR}
_REPORT_STYLES = dict(
    zip(STATES, (look.MARK_OK, look.MARK_WARN, look.MARK_WARN, look.MARK_ERROR), strict=True)
)
_ELSEWHERE = "（未分领域）"
_MOVES = Declared('IF(OR(上月="",本月=""),"",IF(本月>上月,"上升",IF(本月<上月,"下降","持平")))')
_PROGRESS = Declared('IFERROR(AVERAGEIF(分工,牵头,进度),"")')
_OPEN = look.DATE.but(fill="FFF2CC")


@dataclass(frozen=True, slots=True)
class Share:
    """One unit's part in a task: who, in what role, and its row of the month, None if not reported."""

    unit: Unit
    role: str
    row: CheckedRow | None
    path: str
    state: str

    def said(self, column: str) -> Answer | None:
        """What the unit answered."""
        return self.row.values.get(column) if self.row is not None else None


@dataclass(frozen=True, slots=True)
class Task:
    """One task with its units, the lead ones first."""

    indicator: Indicator
    shares: tuple[Share, ...]

    @property
    def progress(self) -> float | None:
        """The mean of what the units in the strongest role reported; None when none did."""
        roles = [s.role for s in self.shares]
        said = [s.said("percent") for s in self.shares]
        given = [v if isinstance(v, float) else None for v in said]
        mean = _PROGRESS.value(分工=roles, 牵头=roles[0], 进度=given)
        return mean if is_number(mean) else None

    @property
    def status(self) -> str:
        """What the first lead says."""
        return str(self.shares[0].said("status") or "")


def tasks(workbench: Workbench, month: Reports) -> tuple[Task, ...]:
    """The tasks that somebody reports, as they stood in a month."""
    rows = {code: {r.id: r for r in file.checked.items} for code, file in month.accepted.items()}
    parts: dict[str, list[tuple[Unit, Item]]] = {}
    for duty in workbench.assignment.duties:
        for item in duty.items:
            parts.setdefault(item.indicator.number, []).append((duty.unit, item))
    made = []
    for indicator in workbench.catalogue.live:
        own = sorted(parts.get(indicator.number, ()), key=lambda part: ROLES.index(part[1].role))
        shares = tuple(
            Share(
                unit,
                item.role,
                row := rows.get(unit.code, {}).get(indicator.number),
                month.accepted[unit.code].holder(row).path if row is not None else "",
                month.states[unit.code],
            )
            for unit, item in own
        )
        if shares:
            made.append(Task(indicator, shares))
    return tuple(made)


def extended(plan: Workbook, workbench: Workbench, report: CheckReport, today: date) -> Workbook:
    """The summary with the sheets of tracking; unchanged when the workbench follows no months."""
    months = history(workbench, report)
    if not months:
        return plan
    found = tasks(workbench, months[-1])
    board, names = _board(workbench, found, today)
    sheets = (
        board,
        _counts(found, workbench.settings.near_days, today),
        _trend(workbench, months).sheet(),
        _reports(workbench, months).sheet(),
    )
    others = plan.sheets[1:]
    if all(i.points is None for i in workbench.scoring_catalogue.live):
        # Nothing is scored: what would show scores is out of the way, and its names still stand.
        others = tuple(replace(s, state="hidden") if s.name in _OF_SCORES else s for s in others)
    return replace(plan, sheets=(plan.sheets[0], *sheets, *others), names=(*plan.names, *names))


_COLUMNS = (
    ListColumn("编号", 8, look.KEY),
    ListColumn("领域", 14, LEFT),
    ListColumn("任务", 34, LEFT),
    ListColumn("时限", 24, LEFT),
    ListColumn("到期日", 12, look.DATE),
    ListColumn("灯", 6, CENTER),
    ListColumn("任务进度", 9, rounded(COUNT, 1)),
    ListColumn("单位", 20, LEFT),
    ListColumn("分工", 7, CENTER),
    ListColumn("报送", 8, CENTER),
    ListColumn("进展状态", 10, CENTER),
    ListColumn("完成进度", 9, COUNT),
    ListColumn("本期进展", 36, LEFT),
    ListColumn("取得成效", 24, LEFT),
    ListColumn("下步打算", 24, LEFT),
    ListColumn("存在困难", 24, LEFT),
    ListColumn("完成时间", 12, look.DATE),
    ListColumn("来源文件", 34, LINK),
)
_SAID = ("status", "percent", "statement", "result", "next", "reason", "done_on")


def _board(workbench: Workbench, found: Sequence[Task], today: date) -> tuple[Sheet, tuple[Name, ...]]:
    rows: list[Sequence[Value]] = []
    for task in found:
        rows += _block(task, FIRST_ROW + len(rows), workbench.settings.near_days, today)
    note = "每项任务一组，牵头单位在前；任务进度取牵头单位的平均，没有牵头的取排在最前的分工。"
    listing = Listing(
        TASKS, "任务进展", note, _COLUMNS, rows, empty="没有任务。", wide=True, frozen=4, pages_wide=2
    )
    at = listing.number("取得成效")
    if rows:
        listing.extra["conditionals"] = tuple(
            Conditional(
                listing.column_cells(header), f'=${listing.letter(header)}{FIRST_ROW}="{word}"', style
            )
            for header, styles in (("灯", _LIGHT_STYLES), ("报送", _REPORT_STYLES))
            for word, style in styles.items()
        )
    place = f"{listing.letter('下步打算')}1"
    listing.extra["validations"] = (
        Validation(place, "date", minimum=EARLIEST, maximum=LATEST,
                   error_title=AS_OF, error="请填日期，如 2026-03-31。"),
    )  # fmt: skip
    sheet = listing.sheet()
    extra = (
        Put(1, at, AS_OF, look.HEADER),
        Put(1, at + 1, today, _OPEN),
        Put(2, at, NEAR, look.HEADER),
        Put(2, at + 1, workbench.settings.near_days, _OPEN.but(number="General")),
    )
    letter = listing.letter("下步打算")
    names = (Name(AS_OF, f"={TASKS}!${letter}$1"), Name(NEAR, f"={TASKS}!${letter}$2"))
    return replace(sheet, cells=(*sheet.cells, *extra)), names


def light(task: Task, near: int, today: date) -> str:
    """The light of a task on a day."""
    due = lights.due(task.indicator.deadline, today)
    return str(
        lights.LIGHT.value(
            任务进度="" if task.progress is None else task.progress,
            牵头状态=task.status,
            到期日="" if due is None else serial(due),
            截至日期=serial(today),
            黄灯天数=float(near),
        )
    )


def _block(task: Task, first: int, near: int, today: date) -> Iterator[Sequence[Value]]:
    """The rows of one task; what is said of the task stands in the first."""
    last = first + len(task.shares) - 1
    due = lights.due(task.indicator.deadline, today)
    progress = task.progress
    months = lights.period(task.indicator.deadline)
    until: Value = due
    if months is not None and due is not None:
        until = Formula(lights.due_formula(months, AS_OF), serial(due))
    heads: tuple[Value, ...] = (
        task.indicator.chapter or _ELSEWHERE,
        task.indicator.text,
        task.indicator.deadline.text,
        until,
        Formula(
            lights.LIGHT.text(任务进度=f"G{first}", 牵头状态=f"K{first}", 到期日=f"E{first}"),
            light(task, near, today),
        ),
        Formula(
            _PROGRESS.text(分工=f"I{first}:I{last}", 牵头=f"I{first}", 进度=f"L{first}:L{last}"),
            "" if progress is None else progress,
        ),
    )
    for n, share in enumerate(task.shares):
        said = tuple(share.said(c) for c in _SAID)
        yield (
            task.indicator.number,
            *(heads if n == 0 else (None,) * len(heads)),
            share.unit.name,
            share.role,
            share.state,
            *said,
            source_link(share.path, share.row.sheet, f"A{share.row.number}") if share.row else "",
        )


def _counts(found: Sequence[Task], near: int, today: date) -> Sheet:
    """亮灯统计: tasks by area and light, with a chart."""
    areas = dict.fromkeys(t.indicator.chapter for t in found)
    known = Counter((t.indicator.chapter, light(t, near, today)) for t in found)
    letters = {c.header: column_name(n) for n, c in enumerate(_COLUMNS, 1)}
    last = FIRST_ROW - 1 + max(1, sum(len(t.shares) for t in found))

    def cells(header: str) -> str:
        return f"{TASKS}!${letters[header]}${FIRST_ROW}:${letters[header]}${last}"

    rows: list[Sequence[Value]] = [
        (
            area or _ELSEWHERE,
            *(
                Formula(
                    f'COUNTIFS({cells("领域")},A{n},{cells("灯")},"{word}")',
                    float(known[area, word]),
                )
                for word in lights.LIGHTS
            ),
            Formula(f"SUM(B{n}:D{n})", float(sum(known[area, word] for word in lights.LIGHTS))),
        )
        for n, area in enumerate(areas, FIRST_ROW)
    ]
    columns = (ListColumn("领域", 34, LEFT), *(ListColumn(f"{w}灯", 9, COUNT) for w in lights.LIGHTS))
    listing = Listing(
        LIGHTS,
        "各领域任务亮灯统计",
        f"按“{TASKS}”表上的截至日期计算：绿灯为已完成或未到期，黄灯为临近时限，红灯为已过时限。",
        (*columns, ListColumn("合计", 9, COUNT)),
        rows,
        empty="没有任务。",
    )
    sheet = listing.sheet()
    if not rows:
        return sheet

    def column(letter: str) -> str:
        return f"='{LIGHTS}'!${letter}${FIRST_ROW}:${letter}${listing.last_row}"

    series = tuple(
        Series(f"{w}灯", column("A"), column(letter), colour)
        for w, letter, colour in zip(lights.LIGHTS, "BCD", ("70AD47", "FFC000", "C00000"), strict=True)
    )
    height = max(300, 34 * len(rows) + 90)
    chart = Chart("bar", "各领域任务亮灯", 3, 7, series, width=620, height=height, stacked=True, labels=False)
    return replace(sheet, charts=(chart,))


def _trend(workbench: Workbench, months: Sequence[Reports]) -> Listing:
    """月度趋势: the progress of each task month by month, and whether it moves."""
    by_month = [{t.indicator.number: t.progress for t in tasks(workbench, m)} for m in months]
    last = column_name(2 + len(months))
    before = column_name(1 + len(months))
    rows: list[Sequence[Value]] = []
    for line, task in enumerate(tasks(workbench, months[-1]), FIRST_ROW):
        given = [one.get(task.indicator.number) for one in by_month]
        moves: Value = ""
        if len(months) > 1:
            values: dict[str, float | None] = {"上月": given[-2], "本月": given[-1]}
            moves = Formula(
                _MOVES.text(上月=f"{before}{line}", 本月=f"{last}{line}"),
                _MOVES.value(values),
            )
        rows.append((task.indicator.number, task.indicator.text, *given, moves))
    return Listing(
        TREND,
        "任务进度月度趋势",
        "各月为任务进度（牵头单位的平均）；空白是当月没有采用的进展表。趋势比较最近两个月，缺一个月的不比较。",
        (
            ListColumn("编号", 8, look.KEY),
            ListColumn("任务", 44, LEFT),
            *(ListColumn(str(m.month), 12, rounded(COUNT, 1)) for m in months),
            ListColumn("趋势", 9, CENTER),
        ),
        rows,
        empty="没有任务。",
        frozen=3,
    )


def _reports(workbench: Workbench, months: Sequence[Reports]) -> Listing:
    """单位报送: how each unit stands in each month."""
    units = [d.unit for d in workbench.assignment.duties if d.items]
    rows = [(u.name, *(m.states[u.code] for m in months)) for u in units]
    listing = Listing(
        REPORTS,
        "各单位按月报送情况",
        f"每月的进展在下月 {workbench.settings.report_day} 日前报送；首次收到晚于当日的为迟报。",
        (ListColumn("单位", 28, LEFT), *(ListColumn(str(m.month), 12, CENTER) for m in months)),
        rows,
        empty="没有需要报送的单位。",
        frozen=2,
    )
    if rows:
        listing.extra["conditionals"] = tuple(
            Conditional(
                listing.column_cells(str(m.month)), f'={listing.letter(str(m.month))}{FIRST_ROW}="{w}"', st
            )
            for m in months
            for w, st in _REPORT_STYLES.items()
        )
    return listing
