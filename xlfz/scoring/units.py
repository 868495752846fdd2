"""From detail scores to one result a unit: totals, ranks, grades, by the formulas' own values.

Takes the scheme, the board (which indicators are scored, in the order of 得分's columns) and one
`Entry` a unit; gives one `UnitScore` a unit, in the same order. Holds no rule of its own: every
number comes from a formula of `formulas`, so that it equals what the summary's cell shows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from xlfz.scoring import formulas
from xlfz.scoring.functions import Column, Result, Scalar, round_half_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.catalogue import Catalogue, Indicator
    from xlfz.scheme import Scheme
    from xlfz.scoring.formula import Names

Reported = Literal["已采用", "已报待改", "未报"]
OTHER_CHAPTER = "其他"


@dataclass(frozen=True)
class Board:
    """The indicators that have points: first what counts towards the full marks, by chapter."""

    chapters: tuple[tuple[str, tuple[Indicator, ...]], ...] = ()
    bonus: tuple[Indicator, ...] = ()
    penalty: tuple[Indicator, ...] = ()

    @cached_property
    def scored(self) -> tuple[Indicator, ...]:
        """指标 and 任务, chapter by chapter."""
        return tuple(i for _, members in self.chapters for i in members)

    @cached_property
    def columns(self) -> tuple[Indicator, ...]:
        """All of it: scored, then 加分, then 减分."""
        return (*self.scored, *self.bonus, *self.penalty)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """(first, after the last) position of each chapter's columns."""
        ends = [0]
        for _, members in self.chapters:
            ends.append(ends[-1] + len(members))
        return tuple(pairwise(ends))


def board(catalogue: Catalogue) -> Board:
    """The board of a catalogue with the points that apply: live indicators with 分值 only."""
    with_points = [i for i in catalogue.live if i.points is not None]
    chapters: dict[str, list[Indicator]] = {}
    for indicator in with_points:
        if indicator.scored:
            chapters.setdefault(indicator.chapter or OTHER_CHAPTER, []).append(indicator)
    return Board(
        tuple((name, tuple(members)) for name, members in chapters.items()),
        tuple(i for i in with_points if i.kind == "加分"),
        tuple(i for i in with_points if i.kind == "减分"),
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """What one unit brings. `scores` are aligned to the board's columns: None where it has no such row.

    `team` numbers its 考核组 from 1, 0 for none; `counts` are the counted facts of the ceilings.
    """

    reported: Reported
    team: int
    assigned: tuple[bool, ...]
    """Which of the board's columns are this unit's duty, reported or not."""
    scores: Sequence[Scalar]
    counts: tuple[Scalar, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitScore:
    """One unit's result; a Result that is "" shows as an empty cell."""

    state: str
    total: Result
    sum: Result
    points: float
    """Points of the scored rows that are its duty (参评分值)."""
    base: Result
    """The same without the rows that are 不适用 (计分基数)."""
    items: int
    waiting: Result
    bonus: Result
    penalty: Result
    subtotals: tuple[Result, ...]
    chapter_items: tuple[int, ...]
    rank: Result = ""
    team_rank: Result = ""
    grade: Result = ""
    rate: Result = ""
    light: Result = ""
    first: Result = 0.0
    team_first: Result = 0.0


def score_units(scheme: Scheme, board: Board, entries: Sequence[Entry]) -> tuple[UnitScore, ...]:
    """The results of all units, in the order given."""
    named = formulas.parameters(scheme)
    parts = [_totals(named, board, entry) for entry in entries]
    totals = Column(part.total for part in parts)
    teams = Column(float(entry.team) for entry in entries)
    dense = scheme.ranking == "并列不占位"
    firsts, team_firsts = _firsts(totals, teams) if dense else ((), ())
    shared: Names = {"全部总分": totals, "全部组别": teams, "首次": firsts, "组内首次": team_firsts}
    rank, team_rank = formulas.RANK[scheme.ranking], formulas.TEAM_RANK[scheme.ranking]
    grade = formulas.grade(formulas.barred_places(scheme))
    results = []
    for place, (entry, part) in enumerate(zip(entries, parts, strict=True)):
        counts = {f"计数{n}": value for n, value in enumerate(entry.counts, 1)}
        rate = formulas.RATE.value(named, 总分=part.total)
        results.append(
            replace(
                part,
                rank=rank.value(shared, 总分=part.total),
                team_rank=team_rank.value(shared, 总分=part.total, 组别=teams[place]),
                grade=grade.value({**named, **counts}, 总分=part.total, 计数=entry.counts),
                rate=rate,
                light=formulas.LIGHT.value(named, 得分率=rate),
                first=firsts[place] if dense else 0.0,
                team_first=team_firsts[place] if dense else 0.0,
            )
        )
    return tuple(results)


def _totals(named: Names, board: Board, entry: Entry) -> UnitScore:
    """One unit's result before it is compared with the others."""
    width = len(board.scored)
    after_bonus = width + len(board.bonus)
    scores = entry.scores[:width]
    points = tuple(i.points for i in board.scored)
    mine = [i.points or 0.0 for i, has in zip(board.scored, entry.assigned, strict=False) if has]
    items, given = len(mine), round_half_up(sum(mine), 10)
    base = formulas.BASE.value(参评分值=given, 得分=scores, 分值=points)
    waiting = formulas.WAITING.value(报送=entry.reported, 参评项数=float(items), 得分=scores)
    state = formulas.STATE.value(报送=entry.reported, 计分基数=base, 待评项数=waiting)
    achieved = formulas.SUM.value(得分=scores)
    bonus = formulas.BONUS.value(named, 报送=entry.reported, 得分=entry.scores[width:after_bonus])
    penalty = formulas.PENALTY.value(named, 报送=entry.reported, 得分=entry.scores[after_bonus:])
    total = formulas.TOTAL.value(
        named, 状态=state, 得分合计=achieved, 计分基数=base, 加分=bonus, 减分=penalty
    )
    chapter_items = tuple(sum(entry.assigned[a:b]) for a, b in board.spans)
    subtotals = tuple(
        formulas.SUBTOTAL.value(得分=entry.scores[a:b], 项数=float(n))
        for (a, b), n in zip(board.spans, chapter_items, strict=True)
    )
    return UnitScore(
        state=str(state),
        total=total,
        sum=achieved,
        points=given,
        base=base,
        items=items,
        waiting=waiting,
        bonus=bonus,
        penalty=penalty,
        subtotals=subtotals,
        chapter_items=chapter_items,
    )


def _firsts(totals: Column, teams: Column) -> tuple[tuple[Result, ...], tuple[Result, ...]]:
    """Which units are the first of their total, over all and within their team."""
    places = range(len(totals))
    overall = tuple(formulas.FIRST.value(总分=totals[i], 此前总分=totals[:i]) for i in places)
    within = tuple(
        formulas.TEAM_FIRST.value(总分=totals[i], 组别=teams[i], 此前总分=totals[:i], 此前组别=teams[:i])
        for i in places
    )
    return overall, within
