"""Months of 进展表 in one folder: forms, history, lights and trends, reckoned a second time."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests import oracle
from tests.acceptance.desk import receive
from tests.office.typed import row_ids, typed
from xlfz.form.progress import NAME
from xlfz.office.making import write_workbench
from xlfz.office.service import Office
from xlfz.workbench.draft import Draft

if TYPE_CHECKING:
    from pathlib import Path

UNITS = ("市司法局", "市财政局", "市教育局")
TASKS = (
    ("1", "编制权责清单", "2026年5月底前", UNITS[0], UNITS[1]),
    ("2", "规范性文件清理", "2026年6月底前", UNITS[1], ""),
    ("3", "开展普法宣传", "每季度", UNITS[2], UNITS[0]),
    ("4", "落实学法制度", "长期坚持", UNITS[0], ""),
)
RUNNING = {"status": "推进中", "statement": "已召开部署会。", "next": "下月完成初稿。"}
LASTING = {"status": "长期坚持", "statement": "组织学法 1 次。"}


def workbench(root: Path) -> Path:
    """A folder whose workbench follows four tasks of three units by month; it is in its first one."""
    draft = Draft(
        indicators=tuple(
            {
                "编号": n,
                "一级指标": "依法行政",
                "指标内容": t,
                "完成时限": d,
                "牵头单位": lead,
                "责任单位": more,
            }
            for n, t, d, lead, more in TASKS
        ),
        units=tuple({"单位编码": f"D{n}", "单位名称": u} for n, u in enumerate(UNITS, 1)),
    )
    for name, value in {"工作名称": "任务清单", "年度": 2026, "表单类型": NAME, "期次": "1月"}.items():
        draft = draft.with_setting(name, value)
    return write_workbench(root, draft, date(2026, 1, 30), macros=False).folder


def turn_to(folder: Path, month: str) -> None:
    """What staff do each month: type the next 期次."""
    path = folder / "工作台.xlsx"
    book = openpyxl.load_workbook(path)
    (row,) = [r for r in book["设置"].iter_rows() if r[0].value == "期次"]
    row[1].value = month
    book.save(path)


def answered(form: bytes, percent: int, **also: Any) -> bytes:
    """A form filled in: the lasting task lasts, the others are so far."""
    rows = {i: (LASTING if i == "4" else RUNNING) | {"percent": percent} | also for i in row_ids(form)}
    return typed(form, rows)


def month(folder: Path, number: int, percents: dict[str, int], today: date) -> dict[str, bytes]:
    """One month: forms go out and come back from the units of `percents`."""
    turn_to(folder, f"{number}月")
    office = Office.open(folder, workers=1, today=today)
    forms = {p.name.partition("_")[0]: p.read_bytes() for p in office.generate().forms}
    receive(folder, {f"{number}月/{u}.xlsx": answered(forms[u], p) for u, p in percents.items()})
    return forms


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The summary of six months: one unit late in April, one missing in June, one held in May."""
    folder = workbench(tmp_path_factory.mktemp("六月") / "任务")
    for number in range(1, 7):
        reported = {u: 10 * number + n for n, u in enumerate(UNITS)}
        late = reported.pop(UNITS[1]) if number == 4 else None
        if number == 6:
            reported.pop(UNITS[2])
        forms = month(folder, number, reported, date(2026, number, 28))
        if number == 5:
            receive(folder, {f"5月/{UNITS[0]}.xlsx": answered(forms[UNITS[0]], 50, statement=None)})
        Office.open(folder, workers=1, today=date(2026, number, 28)).check()
        if late is not None:
            receive(folder, {f"4月/{UNITS[1]}.xlsx": answered(forms[UNITS[1]], late)})
            Office.open(folder, workers=1, today=date(2026, 5, 9)).check()
    made = Office.open(folder, workers=1, today=date(2026, 6, 28)).consolidate()
    return made.summary.read_bytes()


def rows(data: bytes, sheet: str) -> list[tuple[Any, ...]]:
    """The values of a sheet of the summary, header row first."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return [tuple(c.value for c in r) for r in book[sheet].iter_rows(min_row=3)]


def test_every_month_stands_as_its_files_say(summary: bytes) -> None:
    """已报, 迟报, 待改, 未报, from the files in 回收 and the day each was first seen."""
    header, *found = rows(summary, "单位报送")
    assert header[1:] == tuple(f"2026年{n}月" for n in range(1, 7))
    good = "已报"
    assert found == [
        (UNITS[0], good, good, good, good, "待改", good),
        (UNITS[1], good, good, good, "迟报", good, good),
        (UNITS[2], good, good, good, good, good, "未报"),
    ]


def test_a_task_s_trend_is_its_lead_s_progress_by_month(summary: bytes) -> None:
    """A month without the lead's accepted report is blank, and nothing is compared with it."""
    _, *found = rows(summary, "月度趋势")
    assert [r[2:] for r in found] == [
        (10, 20, 30, 40, None, 60, None),
        (11, 21, 31, 41, 51, 61, "上升"),
        (12, 22, 32, 42, 52, None, None),
        (10, 20, 30, 40, None, 60, None),
    ]


def test_the_lights_follow_the_day_that_the_summary_is_made(summary: bytes) -> None:
    """Task 1 is overdue since May, task 2 is near, 3 ends with the quarter, 4 lasts."""
    header, *found = rows(summary, "任务进展")
    light, due = header.index("灯"), header.index("到期日")
    heads = [r for r in found if r[light]]
    assert [r[light] for r in heads] == ["红", "黄", "黄", "绿"]
    assert [r[due] and r[due].date() for r in heads[:3]] == [
        date(2026, 5, 31), date(2026, 6, 30), date(2026, 6, 30),
    ]  # fmt: skip
    assert [(r[0], r[header.index("单位")], r[header.index("报送")]) for r in found] == [
        ("1", UNITS[0], "已报"), ("1", UNITS[1], "已报"), ("2", UNITS[1], "已报"),
        ("3", UNITS[2], "未报"), ("3", UNITS[0], "已报"), ("4", UNITS[0], "已报"),
    ]  # fmt: skip
    _, counted, *_ = rows(summary, "亮灯统计")
    assert counted[:5] == ("依法行政", 1, 2, 1, 4)


def test_the_state_demands_what_belongs_to_it(tmp_path: Path) -> None:
    """已完成 is 100 and dated, 未启动 is 0 and explained, 推进中 says what was done and comes next."""
    folder = workbench(tmp_path / "任务")
    form = month(folder, 3, {}, date(2026, 3, 30))[UNITS[0]]
    said = {
        "1": {"status": "已完成", "percent": 90},
        "3": {"status": "未启动", "percent": 5, "next": "四月启动。"},
        "4": {"status": "推进中", "percent": 10},
    }
    receive(folder, {"甲.xlsx": typed(form, said)})
    found = Office.open(folder, workers=1, today=date(2026, 3, 30)).check().findings
    errors = sorted((f.indicator, f.code) for f in found if f.severity == "error")
    assert errors == [
        ("1", "E_DONE_NO_DATE"), ("1", "E_PROGRESS_CLASH"), ("3", "E_PROGRESS_CLASH"),
        ("3", "E_PROGRESS_IDLE"), ("4", "E_PROGRESS_BLANK"), ("4", "E_PROGRESS_NEXT"),
    ]  # fmt: skip


def test_a_month_still_to_come_is_not_taken(tmp_path: Path) -> None:
    """The form of April, returned while March is collected, is held or refused and counted nowhere."""
    folder = workbench(tmp_path / "任务")
    month(folder, 4, {UNITS[0]: 40}, date(2026, 4, 28))
    turn_to(folder, "3月")
    report = Office.open(folder, workers=1, today=date(2026, 4, 28)).check().report
    assert report.count("accepted") == 0


def test_the_summary_passes_the_sdk_s_rules(summary: bytes) -> None:
    """Every kind of workbook does."""
    assert oracle.audit(summary) == []


@oracle.libreoffice
def test_the_summary_recalculates_to_what_it_says(summary: bytes) -> None:
    """Lights, days, counts and trends."""
    assert oracle.recalculate(summary) == oracle.values(summary)
