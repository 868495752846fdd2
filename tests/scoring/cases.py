"""Hypothesis strategies for schemes, boards and entries, and a reference that shares no code with xlfz.

The reference reckons in fractions, row by row, as the rules are told in words; it knows nothing of
formulas.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from xlfz.catalogue import Catalogue, Indicator
from xlfz.scheme import Ceiling, Grade, Scheme
from xlfz.scoring.units import Board, Entry, board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.scoring.functions import Scalar

CENTS = st.integers(0, 2000).map(lambda n: n / 100)
COUNTS = st.one_of(st.none(), st.integers(0, 4).map(float), st.sampled_from(["两起", True]))


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """Any scheme that a workbench can hold."""
    lines = draw(st.lists(st.integers(0, 120), min_size=1, max_size=4, unique=True).map(sorted))
    grades = tuple(Grade(f"等{n}", float(line)) for n, line in enumerate(reversed(lines)))
    ceilings = draw(
        st.lists(st.tuples(st.integers(0, 3), st.sampled_from(grades)), max_size=2).map(
            lambda found: tuple(
                Ceiling(f"事项{n}", float(limit), grade.name) for n, (limit, grade) in enumerate(found)
            )
        )
    )
    cap = st.one_of(st.none(), CENTS)
    return Scheme(
        full=draw(st.sampled_from([100.0, 100.0, 150.0, 33.3])),
        rescale=draw(st.booleans()),
        ranking=draw(st.sampled_from(["并列占位", "并列不占位"])),
        decimals=draw(st.integers(0, 3)),
        grades=grades,
        lowest="末等",
        bonus_cap=draw(cap),
        penalty_cap=draw(cap),
        ceilings=ceilings,
    )


@st.composite
def boards(draw: st.DrawFn) -> Board:
    """Up to nine indicators in up to three chapters, with bonus and penalty rows."""
    kinds = st.sampled_from(["指标", "指标", "指标", "任务", "加分", "减分"])
    rows = draw(
        st.lists(st.tuples(kinds, st.sampled_from(["一", "二", ""]), st.one_of(st.none(), CENTS)), max_size=9)
    )
    indicators = tuple(
        Indicator(str(n), chapter=chapter, kind=kind, points=points)
        for n, (kind, chapter, points) in enumerate(rows, 1)
    )
    return board(Catalogue(indicators))


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Scheme, Board, tuple[Entry, ...]]:
    """A scheme, a board, and entries whose totals often tie."""
    scheme, plan = draw(schemes()), draw(boards())
    width = len(plan.columns)
    entries = []
    for _ in range(draw(st.integers(0, 6))):
        reported = draw(st.sampled_from(["已采用", "已采用", "已采用", "已报待改", "未报"]))
        assigned = draw(st.lists(st.sampled_from([True, True, False]), min_size=width, max_size=width))
        scores: list[Scalar] = []
        for indicator, has in zip(plan.columns, assigned, strict=True):
            points = indicator.points or 0.0
            any_score = st.sampled_from([points, points, round(points / 2, 2), 0.0, "不适用", ""])
            scores.append(draw(any_score) if has and reported == "已采用" else None)
        counts = tuple(draw(COUNTS) for _ in scheme.ceilings)
        entries.append(Entry(reported, draw(st.integers(0, 2)), tuple(assigned), scores, counts))
    return scheme, plan, tuple(entries)


@dataclass
class Reckoned:
    """What the reference says of one unit."""

    state: str
    total: float | None
    rank: int | None = None
    team_rank: int | None = None
    grade: str = ""
    light: str = ""
    subtotals: tuple[float | None, ...] = ()


def reckon(scheme: Scheme, plan: Board, entries: Sequence[Entry]) -> list[Reckoned]:
    """All units, by the rules as they are told in words."""
    results = [_unit(scheme, plan, entry) for entry in entries]
    for one, entry in zip(results, entries, strict=True):
        if one.total is None:
            continue
        rivals = [r.total for r in results if r.total is not None]
        one.rank = _place(one.total, rivals, scheme.ranking)
        mates = [
            r.total
            for r, e in zip(results, entries, strict=True)
            if r.total is not None and e.team == entry.team
        ]
        one.team_rank = _place(one.total, mates, scheme.ranking) if entry.team else None
        one.grade = _grade(scheme, one.total, entry.counts)
        rate = _exact(one.total) / _exact(scheme.full)
        one.light = "绿" if rate >= Fraction(9, 10) else "黄" if rate >= Fraction(6, 10) else "红"
    for one, entry in zip(results, entries, strict=True):
        one.subtotals = tuple(_subtotal(plan, members, entry) for _, members in plan.chapters)
    return results


def _exact(value: float) -> Fraction:
    return Fraction(str(value))


def _unit(scheme: Scheme, plan: Board, entry: Entry) -> Reckoned:
    if entry.reported != "已采用":
        return Reckoned(entry.reported, None)
    base = possible = bonus = penalty = Fraction(0)
    waiting = False
    for indicator, has, score in zip(plan.columns, entry.assigned, entry.scores, strict=True):
        number = _exact(score) if isinstance(score, float) else None
        if indicator.kind == "加分":
            bonus += number or 0
        elif indicator.kind == "减分":
            penalty += number or 0
        elif has and score != "不适用":
            possible += _exact(indicator.points or 0.0)
            waiting = waiting or number is None
            base += number or 0
    if possible == 0:
        return Reckoned("不计分", None)
    if waiting:
        return Reckoned("待评", None)
    if scheme.bonus_cap is not None:
        bonus = min(bonus, _exact(scheme.bonus_cap))
    if scheme.penalty_cap is not None:
        penalty = min(penalty, _exact(scheme.penalty_cap))
    total = base * _exact(scheme.full) / possible if scheme.rescale else base
    return Reckoned("已评分", _rounded(total + bonus - penalty, scheme.decimals))


def _subtotal(plan: Board, members: tuple[Indicator, ...], entry: Entry) -> float | None:
    """A chapter's points, once every row of it that applies has a score and at least one does."""
    rows = zip(plan.columns, entry.assigned, entry.scores, strict=True)
    scores = [score for indicator, has, score in rows if has and indicator in members and score != "不适用"]
    if not scores or not all(isinstance(score, float) for score in scores):
        return None
    return float(sum(map(_exact, scores)))  # type: ignore[arg-type]


def _rounded(value: Fraction, digits: int) -> float:
    """Half away from zero."""
    shifted = abs(value) * 10**digits
    whole = floor(shifted + Fraction(1, 2))
    return float(Fraction(whole if value >= 0 else -whole, 10**digits))


def _place(total: float, rivals: list[float], ranking: str) -> int:
    better = [r for r in rivals if r > total]
    return 1 + (len(better) if ranking == "并列占位" else len(set(better)))


def _grade(scheme: Scheme, total: float, counts: Sequence[Scalar]) -> str:
    if any(c is not None and not isinstance(c, float) for c in counts):
        return "待核"
    names = [g.name for g in scheme.grades] + [scheme.lowest]
    allowed = set(names)
    for ceiling, count in zip(scheme.ceilings, counts, strict=True):
        if count is not None and count >= ceiling.limit:
            allowed -= set(names[: names.index(ceiling.barred) + 1])
    for grade in scheme.grades:
        if total >= grade.minimum and grade.name in allowed:
            return grade.name
    return scheme.lowest
