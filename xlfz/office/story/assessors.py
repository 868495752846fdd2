"""Simulated assessors: a 考核评分表 filled in as a 考核组 fills it in.

Takes an issued form and a seed; gives the filled form and the scores that differ from the units' own.
Every score below the points has its reason; `forgetful` leaves one out, as happens. What the unit said
does not apply to it is not scored.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.form.spec import NOT_APPLICABLE
from xlfz.kinds.assessment import NAME
from xlfz.office.story.hands import Paper
from xlfz.office.typist import Package

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from xlfz.office.typist import Typed

_DEDUCTED = 0.06
"""Of the rows in which the assessors see less than the unit does."""
_REASONS = (
    "现场核查佐证材料不全，酌情扣分。",
    "台账更新不及时，部分事项无办结记录。",
    "制度已建立，抽查两件未按程序落实。",
    "公示内容不完整，缺救济渠道。",
)
_AGREED = "未达到满分标准，按自评分核定。"


@dataclass(frozen=True, slots=True)
class Scored:
    """A returned 考核评分表."""

    data: bytes
    lowered: Mapping[str, tuple[float, str]]
    """Row id -> the score that the assessors gave below the unit's own, and why."""


def score(form: bytes, seed: int, team: str, day: date, *, forgetful: bool = False) -> Scored:
    """Fill in the form of one 考核组."""
    rng = random.Random(f"{seed}:{team}")
    paper = Paper.of(form, NAME, "assessed")
    typed: dict[str, Typed] = {}
    lowered: dict[str, tuple[float, str]] = {}
    for row_id, row in paper.rows.items():
        typed[row["assessor"][0]], typed[row["assessed_on"][0]] = f"{team}评分人", day
        if row["status"][1] == NOT_APPLICABLE:
            typed[row["skipped"][0]] = "是"
            continue
        points, own = float(str(row["points"][1])), row["own"][1]
        believed = own if isinstance(own, float) else points
        given, reason = believed, _AGREED
        if isinstance(own, float) and own and rng.random() < _DEDUCTED:
            given, reason = round(own * rng.choice((0.5, 0.6, 0.8)), 2), rng.choice(_REASONS)
            lowered[row_id] = given, reason
        typed[row["assessed"][0]] = given
        if given < points:
            typed[row["deduction"][0]] = reason
    if forgetful and lowered:
        del typed[paper.rows[next(iter(lowered))]["deduction"][0]]
    package = Package.open(form)
    package.type(NAME, typed)
    return Scored(package.close(), lowered)
