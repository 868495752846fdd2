"""校验报告: what came back, what is wrong with it and what to do, as a workbook.

Takes a `CheckReport` and the workbench; gives a plan. It belongs into 汇总/: its links are relative.
Errors come first; what was only tidied up stands on a sheet of its own, so that it drowns nothing.
Every finding of the report is listed exactly once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.check.model import VERDICT_NAMES, Verdict
from xlfz.excel import look
from xlfz.excel.address import address, quote_sheet
from xlfz.excel.plan import Chart, Formula, Link, Merge, Page, Put, Row, Series, Sheet, Workbook
from xlfz.findings import SEVERITY_NAMES, Severity
from xlfz.form.heading import day
from xlfz.report import lists
from xlfz.report.states import ACCEPTED, HELD, MISSING, States

if TYPE_CHECKING:
    from datetime import datetime

    from xlfz.check.model import CheckReport
    from xlfz.listing import Listing
    from xlfz.workbench.model import Workbench

OVERVIEW = "概况"
_WIDTHS = (12.0, 15.0, 15.0, 15.0, 15.0, 15.0)
_CARD = look.LABEL.but(align="center", fill=look.TINT, border=look.GRID)
_FIGURE = look.FIGURE.but(border=look.GRID, number="0")
_STEP = look.PLAIN.but(font=look.HEITI, size=12, colour=look.ACCENT)
_LINES = (
    (lists.PROBLEMS, "要处理的问题，错误在前；点“单元格”可打开收到的文件。"),
    (lists.BY_UNIT, "每个单位报没报、有几处错误。"),
    (lists.ABSENT, "还没有交来可用填报表的单位和联系方式。"),
    (lists.REGISTER, "收到的每个文件和处理结论。"),
    (lists.NOTES, "已自动处理的情况，不必处理。"),
)
_FIGURES = 5
"""Row of the first line of figures; each line takes two rows."""


def plan(report: CheckReport, workbench: Workbench, created: datetime) -> Workbook:
    """校验报告.xlsx as a plan; `created` is the day that it bears."""
    states = States.of(report, workbench)
    problems = lists.problems(states)
    notes = lists.notes(states)
    by_unit = lists.by_unit(states, problems)
    register = lists.register(states)
    sheets = (
        _Overview(states, problems, by_unit, register, notes).sheet(created),
        problems.sheet(),
        by_unit.sheet(),
        lists.absent(states).sheet(),
        register.sheet(),
        notes.sheet(),
    )
    settings = workbench.settings
    return Workbook(sheets, f"{settings.title}校验报告", settings.organ, created)


class _Overview:
    """概况: the figures as live formulas over the lists, and the next step."""

    def __init__(
        self, states: States, problems: Listing, by_unit: Listing, register: Listing, notes: Listing
    ) -> None:
        self.states = states
        self.lists = {"文件": register, "单位": by_unit, "问题": problems, "提示": notes}

    def sheet(self, created: datetime) -> Sheet:
        """The sheet as a plan."""
        settings = self.states.workbench.settings
        last = len(_WIDTHS)
        facts = [settings.organ, f"校验日期 {day(created)}"]
        facts += [f"截止日期 {day(settings.due)}"] if settings.due else []
        title, step = f"{settings.title}校验报告", f"下一步：{self._step()}"
        whole = look.merged_width(_WIDTHS)
        merges = [
            Merge(1, 1, 1, last, title, look.TITLE),
            Merge(2, 1, 2, last, "　".join(f for f in facts if f), look.SUBTITLE),
            Merge(3, 1, 3, last, step, _STEP),
        ]
        rows = [
            Row(1, look.fit_height([(title, whole)], 20, 40.0)),
            Row(2, 22.0),
            Row(3, look.fit_height([(step, whole)], 12, 34.0)),
            Row(4, 10.0),
        ]
        cells: list[Put] = []
        at = _FIGURES
        for name, figures in self._figures().items():
            merges.append(Merge(at, 1, at + 1, 1, name, look.HEADER))
            for column, (label, formula) in enumerate(figures, 2):
                cells += [Put(at, column, label, _CARD), Put(at + 1, column, formula, _FIGURE)]
            rows += [Row(at, 22.0), Row(at + 1, 34.0)]
            at += 2
        rows.append(Row(at, 12.0))
        for n, (name, told) in enumerate(_LINES, at + 1):
            cells.append(Put(n, 1, Link(f"internal:{quote_sheet(name)}!A1", name), look.LINK))
            merges.append(Merge(n, 2, n, last, told, look.BODY_LEFT))
            rows.append(Row(n, 21.0))
        return Sheet(
            OVERVIEW,
            cells=tuple(cells),
            merges=tuple(merges),
            columns=look.columns(_WIDTHS),
            rows=tuple(rows),
            charts=(self._chart(at + len(_LINES) + 2),),
            tab=look.ACCENT,
            page=Page(landscape=False),
        )

    def _figures(self) -> dict[str, list[tuple[str, Formula]]]:
        """Line -> (label, figure); the first of a line is the sum of the others."""
        report = self.states.report
        files = [
            (VERDICT_NAMES[v], self._count("文件", "结论", VERDICT_NAMES[v], report.count(v)))
            for v in _VERDICTS
        ]
        units = [(s, self._count("单位", "状态", s, self.states.count(s))) for s in (ACCEPTED, HELD, MISSING)]
        found = [
            (SEVERITY_NAMES[s], self._count("提示" if s == "info" else "问题", "级别", SEVERITY_NAMES[s], n))
            for s, n in self._severities().items()
        ]
        lines = {"文件": ("找到", files), "单位": ("应报", units), "问题": ("合计", found)}
        made = {}
        for n, (name, (label, parts)) in enumerate(lines.items()):
            row = _FIGURES + 1 + 2 * n
            whole = f"SUM({address(row, 3)}:{address(row, 2 + len(parts))})"
            total = sum(float(formula.value) for _, formula in parts)
            made[name] = [(label, Formula(whole, total)), *parts]
        return made

    def _count(self, listing: str, header: str, word: str, value: int) -> Formula:
        over = self.lists[listing]
        return Formula(
            f'COUNTIF({quote_sheet(over.name)}!{over.column_cells(header)},"{word}")', float(value)
        )

    def _severities(self) -> dict[Severity, int]:
        return {s: sum(f.finding.severity == s for f in self.states.findings) for s in SEVERITY_NAMES}

    def _chart(self, row: int) -> Chart:
        """How many units have reported."""
        sheet, labels = quote_sheet(OVERVIEW), _FIGURES + 2
        series = Series(
            "单位数",
            f"={sheet}!$C${labels}:$E${labels}",
            f"={sheet}!$C${labels + 1}:$E${labels + 1}",
            look.ACCENT,
        )
        return Chart("column", "各单位报送情况（个）", row, 1, (series,), 620, 260)

    def _step(self) -> str:
        """One sentence: what to do now."""
        states = self.states
        held, missing, rejected = states.count(HELD), states.count(MISSING), states.report.count("rejected")
        if not states.report.files:
            return "“回收”里还没有文件，把收到的填报表（或压缩包）放进去后再校验。"
        steps = []
        if held:
            steps.append(f"把“退回”里的副本发给 {held} 个待改单位，改好后放进“回收”")
        if rejected:
            steps.append(f"请报送单位重发 {rejected} 个未能读取的文件（见“{lists.REGISTER}”）")
        if missing:
            steps.append(f"催报 {missing} 个未报单位（见“{lists.ABSENT}”）")
        if not steps:
            return "各单位都已报齐并采用，可以生成汇总表。"
        return f"{'；'.join(steps)}；然后再校验一次。"


_VERDICTS: tuple[Verdict, ...] = ("accepted", "held", "rejected", "skipped")
