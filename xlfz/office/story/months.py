"""A city's tasks followed for six months: 进展表 out and back every month, one 汇总表 at the end.

Takes a new folder, the number of units and a seed; gives what happened, month by month. Some units report
late and one now and then not at all. Deterministic.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from xlfz.form.progress import NAME as KIND
from xlfz.months import Month
from xlfz.office.making import write_workbench
from xlfz.office.service import Office
from xlfz.office.story import progress as filler
from xlfz.office.story.hands import receive, type_into
from xlfz.office.story.told import Months, Step
from xlfz.workbench import presets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xlfz.office.checking import Progress

PRESET, NAME = "loudi-45", "重点任务进展"
MONTHS = tuple(Month(2017, n) for n in range(1, 7))
"""The plan's own days begin to fall due in that half year."""
LATE_BY = 3
"""Days after the due day on which the late reports come."""
_SETTINGS = {"主办单位": "某市法治政府建设领导小组办公室", "年度": "2017", "期次": "1月", "每月报送日": "5"}


@dataclass(frozen=True, slots=True)
class _Played:
    """What is the same for every month."""

    root: Path
    seed: int
    workers: int
    progress: Progress

    def office(self, today: date) -> Office:
        return Office.open(self.root, today=today, workers=self.workers, progress=self.progress)


def play(
    root: Path, *, units: int, seed: int, workers: int, progress: Progress, said: Callable[[str], None]
) -> Months:
    """Play the months in `root`, a new folder; `said` hears a sentence a step."""
    played = _Played(root, seed, workers, progress)
    draft = presets.load(PRESET).for_everyone().first_units(units)
    for name, value in _SETTINGS.items():
        draft = draft.with_setting(name, value)
    made = write_workbench(root, draft, MONTHS[0].end)
    key = hashlib.sha256(f"xlfz story {seed}".encode()).digest()
    (root / ".xlfz" / "key").write_bytes(key)
    steps: list[Step] = []
    states: dict[Month, dict[str, str]] = {}
    for number, month in enumerate(MONTHS, 1):
        step, states[month] = _month(played, month, number, made.workbench)
        steps.append(step)
        said(step.sentence())
    last = MONTHS[-1].due(5) + timedelta(days=LATE_BY)
    done = played.office(last).consolidate()
    what = f"六个月的进展汇总成一张表：{done.units} 个单位，采用 {done.report.count('accepted')} 份。"
    steps.append(Step(last, what, done.counts(), (done.summary,)))
    said(steps[-1].sentence())
    return Months(root, tuple(steps), done, states)


def _month(played: _Played, month: Month, number: int, workbench: Path) -> tuple[Step, dict[str, str]]:
    """The forms of a month go out; by the due day most come back, some late, some never."""
    type_into(workbench, "设置", "设置项", {"期次": {"填写内容": f"{month.month}月"}})
    due = month.due(5)
    office = played.office(month.end)
    generated = office.generate()
    states: dict[str, str] = {}
    came: dict[str, list[tuple[str, bytes]]] = {"已报": [], "迟报": [], "未报": []}
    for duty, form in zip(
        (d for d in office.workbench().assignment.duties if d.items), generated.forms, strict=True
    ):
        unit = duty.unit
        state = states[unit.code] = _state(played.seed, unit.code, number)
        data = form.read_bytes()
        filled = filler.fill(data, played.seed, unit.code, number, len(MONTHS), month.end)
        came[state].append((form.name, filled))
    receive(played.root, due, came["已报"])
    checking = played.office(due).check()
    late = due + timedelta(days=LATE_BY)
    if came["迟报"]:
        receive(played.root, late, came["迟报"])
        checking = played.office(late).check()
    n = {state: len(files) for state, files in came.items()}
    what = f"{month.month}月{KIND}：按期 {n['已报']} 个，迟报 {n['迟报']} 个，未报 {n['未报']} 个。"
    return Step(late, what, {**checking.counts(), **n}, (played.root / "回收",)), states


def _state(seed: int, code: str, number: int) -> str:
    draw = random.Random(f"{seed}:{code}:{number}:报送").random()
    return "未报" if draw < 0.08 else "迟报" if draw < 0.25 else "已报"
