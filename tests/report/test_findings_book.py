"""校验报告: every file and every finding once, errors first, figures that live."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.duty.build import grid
from tests.oracle import libreoffice
from tests.summary import build
from xlfz.catalogue import Catalogue, Indicator, Material
from xlfz.check.model import VERDICT_NAMES, Checked, CheckReport, FileOutcome
from xlfz.excel.plan import Formula
from xlfz.excel.writer import write
from xlfz.findings import finding
from xlfz.report import findings_book
from xlfz.roster import Roster, Unit
from xlfz.workbench.model import Settings, Workbench

if TYPE_CHECKING:
    from xlfz.excel.plan import Sheet
    from xlfz.excel.plan import Workbook as Plan
    from xlfz.findings import Finding

CREATED = datetime(2026, 11, 20)
UNITS = (
    Unit("K1", "甲*局", team="第一考核组", contact="赵某", phone="0394-6920001", parent="县政府"),
    Unit("K2", "甲乙局"),
    Unit("K3", "<>丙局"),
    Unit("K4", "=丁局"),
    Unit("K5", "闲置办"),
    Unit("K6", "甲乙局（乡）", active=False),
)
INDICATORS = (Indicator("1", "公开清单", lead=("K1", "K2", "K3", "K4")), Indicator("2", "调解", lead=("K1",)))
WORKBENCH = Workbench(
    Settings(title="考核", organ="县办", due=date(2026, 11, 30)),
    Catalogue(INDICATORS, (Material("1", 1, "清单"),)),
    Roster(UNITS),
)
_CODES = ("E_REQUIRED", "E_CHOICE", "W_NUM_TEXT", "W_ROW_EXTRA", "I_TRIMMED", "I_SHEET_EXTRA")
_PATHS = (
    "回收/甲.xlsx",
    "回收/乡镇.zip/乙.xlsx",
    "回收/二月/a#b.xlsx",
    '回收/"引号".xlsx',
    "回收/100%41.xlsx",
    "回收/" + "长" * 200 + ".xlsx",
)
many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def reports(draw: st.DrawFn) -> CheckReport:
    """Files of any verdict, of units with and without a duty or of nobody, with any findings."""
    files = []
    for n in range(draw(st.integers(0, 7))):
        verdict = draw(st.sampled_from(("accepted", "held", "rejected", "skipped")))
        unit = "" if verdict == "rejected" else draw(st.sampled_from(("", *(u.code for u in UNITS))))
        path = draw(st.sampled_from(_PATHS)).replace(".xlsx", f"{n}.xlsx")
        found = []
        for _ in range(draw(st.integers(0, 5))):
            one = finding(
                draw(st.sampled_from(_CODES)),
                file=path,
                sheet=draw(st.sampled_from(("", "自评表", "我的'表"))),
                cell=draw(st.sampled_from(("", "H6", "H12", "H9:I9"))),
                unit=draw(st.sampled_from(("", "甲乙局", "没有的单位"))),
                indicator=draw(st.sampled_from(("", "1", "1.10"))),
                值=draw(st.sampled_from(("九", "=1+1", "控制\x01符", '"'))),
                列="自评分",
            )
            found.append(one)
        size, modified = draw(st.integers(0, 10**7)), draw(st.sampled_from((0.0, 1.7e9, 1e12)))
        checked = Checked(verdict, unit, findings=tuple(found))
        files.append(FileOutcome(path, "0" * 64, size, modified, checked))
    return CheckReport(tuple(files))


def table(sheet: Sheet) -> list[dict[str, Any]]:
    """The rows of a list, by header; links by their text."""
    cells = grid(sheet)
    titles = {c: str(v) for (r, c), v in cells.items() if r == 3}
    rows = sorted({r for b in sheet.blocks for r in range(b.first_row, b.first_row + len(b.rows))})
    return [{t: cells.get((r, c), "") for c, t in titles.items()} for r in rows]


def plan(report: CheckReport, workbench: Workbench = WORKBENCH) -> dict[str, Sheet]:
    """The sheets of the report by name."""
    made: Plan = findings_book.plan(report, workbench, CREATED)
    return {s.name: s for s in made.sheets}


def text(found: Finding) -> tuple[str, ...]:
    """What staff see of a finding."""
    return (found.severity_name, found.sheet, found.cell, found.indicator, found.message, found.remedy)


@many
@given(reports())
def test_every_finding_is_listed_exactly_once(report: CheckReport) -> None:
    """Errors and warnings on 问题清单 with the errors first, infos on 提示 and nowhere else."""
    sheets = plan(report)
    columns = ("级别", "工作表", "单元格", "指标", "问题", "怎么改")
    shown = [
        [(row["文件"], *(row[c] for c in columns)) for row in table(sheets[name])]
        for name in ("问题清单", "提示")
    ]
    wanted = [(f.path.removeprefix("回收/"), *text(x)) for f in report.files for x in f.checked.findings]
    assert Counter(shown[0] + shown[1]) == Counter(wanted)
    levels = [row[1] for row in shown[0]]
    assert levels == sorted(levels, key=["错误", "提醒"].index)
    assert {row[1] for row in shown[1]} <= {"提示"}


@many
@given(reports())
def test_every_file_is_in_the_register_with_its_verdict(report: CheckReport) -> None:
    """In the report's order, with what became of it; why, unless it was taken."""
    rows = table(plan(report)["报送台账"])
    assert [(r["文件"], r["结论"]) for r in rows] == [
        (f.path.removeprefix("回收/"), VERDICT_NAMES[f.checked.verdict]) for f in report.files
    ]
    for row, file in zip(rows, report.files, strict=True):
        told = file.checked.verdict != "accepted" and bool(file.checked.findings)
        assert bool(row["原因"]) == told
        assert row["大小（KB）"] == -(-file.size // 1024)


@many
@given(reports())
def test_units_and_figures_follow_from_the_files(report: CheckReport) -> None:
    """已采用 before 已报待改 before 未报; every fault is counted for one line; the sums come out."""
    sheets = plan(report)
    rows = table(sheets["按单位"])
    states = {r["单位"]: r["状态"] for r in rows}
    for unit in UNITS[:4]:
        verdicts = {f.checked.verdict for f in report.files if f.checked.unit == unit.code}
        wanted = "已采用" if "accepted" in verdicts else "已报待改" if "held" in verdicts else "未报"
        assert states[unit.name] == wanted
    missing = [u.name for u in UNITS[:4] if states[u.name] == "未报"]
    assert [r["单位"] for r in table(sheets["未报单位"])] == missing
    problems = table(sheets["问题清单"])
    listed = sum(r["错误"] + r["提醒"] for r in rows)
    named = [r for r in problems if r["单位"] in states or any(x["单位"] == "（未能识别单位）" for x in rows)]
    assert listed == len(named)
    assert sum(r["收到文件"] for r in rows) == len(report.files)
    cells = grid(sheets["概况"])
    figures = {(cells[r, 1], v): cells[r + 1, c] for (r, c), v in cells.items() if r in (5, 7, 9) and c > 1}
    assert figures["文件", "找到"] == len(report.files)
    assert {w: figures["文件", w] for w in VERDICT_NAMES.values()} == {
        w: report.count(v) for v, w in VERDICT_NAMES.items()
    }
    assert figures["单位", "应报"] == 4
    assert figures["单位", "未报"] == len(missing)
    assert figures["问题", "合计"] == len(report.findings)
    assert write(findings_book.plan(report, WORKBENCH, CREATED))


def one(path: str, verdict: Any = "held", unit: str = "K1", **place: str) -> CheckReport:
    """A report of one file with one finding."""
    found = finding("E_REQUIRED", file=path, 列="完成情况", **place)
    return CheckReport((build.outcome(path, Checked(verdict, unit, findings=(found,))),))


def link(report: CheckReport) -> str:
    """The formula of the first 单元格."""
    sheet = plan(report)["问题清单"]
    value = next(v for v in sheet.blocks[0].rows[0] if isinstance(v, Formula) and v.value == "H12")
    return value.text


def test_the_cell_links_to_the_returned_file_at_that_cell() -> None:
    """Relative to 汇总/; a file inside an archive cannot be opened at a cell, so the archive opens."""
    place = {"sheet": "自评表", "cell": "H12"}
    assert link(one("回收/二月/甲.xlsx", **place)) == 'HYPERLINK("../回收/二月/甲.xlsx#\'自评表\'!H12","H12")'
    assert link(one("回收/乡镇.zip/甲.xlsx", **place)) == 'HYPERLINK("../回收/乡镇.zip","H12")'
    odd = plan(one("回收/a#b.xlsx", **place))["问题清单"]
    assert table(odd)[0]["单元格"] == "H12"
    assert not any(isinstance(v, Formula) for v in odd.blocks[0].rows[0])


def test_a_fault_that_names_a_unit_is_its_own_even_where_the_file_is_not() -> None:
    """A form of another round is nobody's file, but it tells whom to call."""
    found = finding(
        "E_OTHER_ROUND", file="回收/旧.xlsx", unit="甲乙局", 实="2025年度自评表", 应="2026年度自评表"
    )
    report = CheckReport((build.outcome("回收/旧.xlsx", Checked("rejected", findings=(found,))),))
    sheets = plan(report)
    rows = {r["单位"]: r for r in table(sheets["按单位"])}
    assert (rows["甲乙局"]["状态"], rows["甲乙局"]["错误"]) == ("未报", 1.0)
    told = {r["单位"]: r["说明"] for r in table(sheets["未报单位"])}
    assert told["甲乙局"] == "来过但不能采用：旧.xlsx"


def test_missing_units_come_with_their_contacts() -> None:
    """Whom to call, and how much they owe."""
    row = table(plan(CheckReport(()))["未报单位"])[0]
    wanted = {"单位": "甲*局", "上级单位": "县政府", "联系人": "赵某", "联系电话": "0394-6920001"}
    assert row.items() >= (wanted | {"应报指标": 2, "应报资料": 1}).items()


def step(report: CheckReport) -> str:
    """The sentence that says what to do next."""
    return str(grid(plan(report)["概况"])[3, 1])


def test_the_next_step_is_what_the_case_needs() -> None:
    """Nothing came, something is held, something is broken, somebody is missing, all is well."""
    assert "放进去" in step(CheckReport(()))
    assert "1 个待改单位" in step(one("回收/甲.xlsx"))
    assert "重发 1 个" in step(one("回收/甲.xlsx", "rejected", ""))
    assert "催报 3 个" in step(one("回收/甲.xlsx"))
    good = CheckReport(
        tuple(build.outcome(f"回收/{u.code}.xlsx", Checked("accepted", u.code)) for u in UNITS[:4])
    )
    assert "可以生成汇总表" in step(good)


def test_lists_are_filtered_frozen_and_printed_with_their_headers() -> None:
    """Every list that has rows."""
    sheets = plan(build.report(build.workbench(40, 12)), build.workbench(40, 12))
    for name in ("问题清单", "按单位", "未报单位", "报送台账", "提示"):
        assert sheets[name].filter
        assert sheets[name].freeze is not None
        assert sheets[name].page.repeat == (1, 3)
        assert sheets[name].page.fit_wide == 1


@libreoffice
def test_libreoffice_counts_the_same() -> None:
    """Also with names in which COUNTIF would see wildcards and comparisons."""
    workbench = build.workbench(40, 12)
    stars = tuple(one(f"回收/{u.code}.xlsx", unit=u.code).files[0] for u in UNITS[:4])
    twice = replace(stars[1], path="回收/又.xlsx")
    for made in (
        findings_book.plan(build.report(workbench), workbench, CREATED),
        findings_book.plan(CheckReport((*stars, twice)), WORKBENCH, CREATED),
        findings_book.plan(CheckReport(()), WORKBENCH, CREATED),
    ):
        data = write(made)
        assert oracle.audit(data) == []
        assert oracle.recalculate(data) == oracle.values(data)
