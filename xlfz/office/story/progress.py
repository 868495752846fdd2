"""Simulated units that follow tasks by month: a 进展表 filled in as a unit fills it in.

Takes an issued form, a seed, the unit's name and which month it is of how many; gives the filled form.
The same task of the same unit moves on from month to month and never back.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from xlfz.form.progress import IDLE, LASTING, NAME, RUNNING
from xlfz.form.spec import DONE
from xlfz.office.story.hands import Paper
from xlfz.office.typist import Package

if TYPE_CHECKING:
    from datetime import date

    from xlfz.office.typist import Typed

_PROGRESS = (
    "召开协调会 1 次，明确分工和完成节点。",
    "完成初稿并征求 12 个部门的意见。",
    "开展专项检查 2 次，发现问题 5 个，已整改 3 个。",
    "组织业务培训 1 期，培训执法人员 46 人。",
)
_RESULTS = ("印发工作方案 1 份。", "办结率较上月提高 4 个百分点。", "群众满意度有所提高。")
_NEXT = ("下月完成征求意见稿。", "抓紧整改剩余问题，月底前销号。", "按节点推进，确保按期完成。")
_OBSTACLES = ("经办人员调整，尚未衔接到位。", "上级配套文件尚未印发。")


def fill(form: bytes, seed: int, unit: str, step: int, steps: int, today: date) -> bytes:
    """The form of the month `step` of `steps` (from 1), filled in without a fault on `today`."""
    paper = Paper.of(form, NAME, "status")
    typed: dict[str, Typed] = {}
    for row_id, row in paper.rows.items():
        for column, value in _answers(f"{seed}:{unit}:{row_id}", step, steps, today).items():
            typed[row[column][0]] = value
    package = Package.open(form)
    package.type(NAME, typed)
    return package.close()


def _answers(of: str, step: int, steps: int, today: date) -> dict[str, Typed]:
    """What a unit says of one task: its character is drawn once, its words every month."""
    character, words = random.Random(of), random.Random(f"{of}:{step}")
    lasting, start = character.random() < 0.15, character.randrange(1, 3)
    pace = character.uniform(0.5, 1.3) * 100 / steps
    said: dict[str, Typed] = {"statement": words.choice(_PROGRESS), "result": words.choice(_RESULTS)}
    if lasting:
        return said | {"status": LASTING, "percent": min(99, round(pace * step))}
    if step < start:
        return {
            "status": IDLE, "percent": 0, "next": words.choice(_NEXT), "reason": words.choice(_OBSTACLES),
        }  # fmt: skip
    percent = min(100, round(pace * (step - start + 1)))
    if percent == 100:
        return said | {"status": DONE, "percent": 100, "done_on": today}
    return said | {"status": RUNNING, "percent": percent, "next": words.choice(_NEXT)}
