"""From detail scores to one result a unit: totals, ranks, grades, by the formulas' own values.

Takes the scheme, the board (which indicators are scored, in the order of 得分's columns) and one
`Entry` a unit; gives one `UnitScore` a unit, in the same order. Holds no rule of its own: every
number comes from a formula of `formulas`, so that it equals what the summary's cell shows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal

from xlfz.catalogue import kind_name
from xlfz.scoring import formulas
from xlfz.scoring.functions import Column, Result, Scalar, round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlfz.catalogue import Catalogue, Indicator
    from xlfz.scheme import Scheme
    from xlfz.scoring.formula import Declared, Names
    from xlfz.scoring.functions import Value

Reported = Literal["已采用", "已报待改", "未报"]
OTHER_CHAPTER = "其他"


@dataclass(frozen=True)
class Board:
    """The indicators that have points: first what counts towards the full marks, by chapter."""

    chapters: tuple[tuple[str, tuple[Indicator, ...]], ...] = ()
    bonus: tuple[Indicator, ...] = ()
    penalty: tuple[Indicator, ...] = ()

    @cached_property
    def bonus_kinds(self) -> tuple[tuple[str, int], ...]:
        """The kinds of 加分, and how many neighbouring columns each has."""
        return _kinds(self.bonus)

    @cached_property
    def penalty_kinds(self) -> tuple[tuple[str, int], ...]:
        """The kinds of 减分, likewise."""
        return _kinds(self.penalty)

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
        _by_kind(i for i in with_points if i.kind == "加分"),
        _by_kind(i for i in with_points if i.kind == "减分"),
    )


def _by_kind(indicators: Iterable[Indicator]) -> tuple[Indicator, ...]:
    """Those of one kind stand together, in the catalogue's order."""
    kinds: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        kinds.setdefault(kind_name(indicator), []).append(indicator)
    return tuple(i for members in kinds.values() for i in members)


def _kinds(indicators: Iterable[Indicator]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(map(kind_name, indicators)).items())


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
    weighted: Result = ""
    """加权得分率, where chapters have weights."""
    chapter_points: tuple[float, ...] = ()
    """Points of each chapter's rows that are the unit's duty."""
    tied: Result = ""
    lowered: Result = ""
    first: Result = 0.0
    team_first: Result = 0.0


def score_units(scheme: Scheme, board: Board, entries: Sequence[Entry]) -> tuple[UnitScore, ...]:
    """The results of all units, in the order given."""
    named = formulas.parameters(scheme)
    parts = [_totals(scheme, named, board, entry) for entry in entries]
    totals = Column(part.total for part in parts)
    teams = Column(float(entry.team) for entry in entries)
    dense = scheme.ranking == "并列不占位"
    firsts, team_firsts = _firsts(totals, teams) if dense else ((), ())
    shared: Names = {"全部总分": totals, "全部组别": teams, "首次": firsts, "组内首次": team_firsts}
    rank, team_rank = formulas.RANK[scheme.ranking], formulas.TEAM_RANK[scheme.ranking]
    grade = formulas.grade(formulas.barred_places(scheme), formulas.share_places(scheme))
    why = lowered(scheme)
    results = []
    for place, (entry, part) in enumerate(zip(entries, parts, strict=True)):
        counts = {f"计数{n}": value for n, value in enumerate(entry.counts, 1)}
        rate = formulas.RATE.value(named, 总分=part.total)
        ranked = rank.value(shared, 总分=part.total)
        judged: dict[str, Value] = {**named, **counts, "总分": part.total, "全部总分": totals}
        results.append(
            replace(
                part,
                rank=ranked,
                team_rank=team_rank.value(shared, 总分=part.total, 组别=teams[place]),
                grade=grade.value(judged, 计数=entry.counts),
                tied=formulas.TIED.value(总分=part.total, 全部总分=totals, 排名=ranked),
                lowered=why.value(judged) if why is not None else "",
                rate=rate,
                light=formulas.LIGHT.value(named, 得分率=rate),
                first=firsts[place] if dense else 0.0,
                team_first=team_firsts[place] if dense else 0.0,
            )
        )
    return tuple(results)


def chapter_names(scheme: Scheme, board: Board) -> dict[str, float]:
    """章节上限n and 章节权重n of the board's chapters that have one."""
    caps, weights = dict(scheme.chapter_caps), dict(scheme.chapter_weights)
    named: dict[str, float] = {}
    for n, (chapter, _) in enumerate(board.chapters, 1):
        if chapter in caps:
            named[f"章节上限{n}"] = caps[chapter]
        if weights:
            named[f"章节权重{n}"] = weights.get(chapter, 0.0)
    return named


def kind_names(scheme: Scheme, board: Board) -> dict[str, float]:
    """加分上限n and 减分上限n of the board's kinds that have one."""
    sides = (
        ("加分上限", board.bonus_kinds, dict(scheme.bonus_caps)),
        ("减分上限", board.penalty_kinds, dict(scheme.penalty_caps)),
    )
    return {
        f"{word}{n}": caps[kind]
        for word, kinds, caps in sides
        for n, (kind, _) in enumerate(kinds, 1)
        if kind in caps
    }


def lowered(scheme: Scheme) -> Declared | None:
    """等级说明 of this scheme; None where nothing can lower a grade."""
    reasons = tuple(
        f"{c.fact}达到规定次数，{'一票否决' if c.veto else f'不得评为{c.barred}及以上'}"
        for c in scheme.ceilings
    )
    shares = tuple((scheme.grades[place - 1].name, place) for place in formulas.share_places(scheme))
    return formulas.why_lowered(reasons, shares) if reasons or shares else None


def spans(lengths: Iterable[int], start: int = 0) -> list[tuple[int, int]]:
    """(first, after the last) of neighbouring runs of these lengths."""
    return list(pairwise(accumulate(lengths, initial=start)))


def _totals(scheme: Scheme, named: Names, board: Board, entry: Entry) -> UnitScore:
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
    named = {**named, **chapter_names(scheme, board), **kind_names(scheme, board)}
    mine_of = tuple(
        round_half_up(sum(i.points or 0.0 for i, has in pairs if has), 10)
        for pairs in (zip(board.scored[a:b], entry.assigned[a:b], strict=True) for a, b in board.spans)
    )
    by_chapter: dict[str, Value] = {f"得分{n}": scores[a:b] for n, (a, b) in enumerate(board.spans, 1)}
    capped = tuple(f"章节上限{n}" in named for n in range(1, len(board.chapters) + 1))
    achieved = (
        formulas.summed(capped).value({**named, **by_chapter}, 得分=scores)
        if any(capped)
        else formulas.SUM.value(得分=scores)
    )
    bonus, penalty = (
        formulas.extra(word, tuple(f"{word}上限{n}" in named for n in range(1, len(kinds) + 1))).value(
            {**named, **{f"得分{n}": entry.scores[a:b] for n, (a, b) in enumerate(spans(sizes, at), 1)}},
            报送=entry.reported,
        )
        for word, kinds, sizes, at in (
            ("加分", board.bonus_kinds, [n for _, n in board.bonus_kinds], width),
            ("减分", board.penalty_kinds, [n for _, n in board.penalty_kinds], after_bonus),
        )
    )
    rated: Result = ""
    if scheme.chapter_weights:
        by_chapter |= {f"分值{n}": points[a:b] for n, (a, b) in enumerate(board.spans, 1)}
        by_chapter |= {f"参评{n}": value for n, value in enumerate(mine_of, 1)}
        for n, (a, b) in enumerate(board.spans, 1):
            one = formulas.counts(capped[n - 1])
            limit = named.get(f"章节上限{n}")
            by_chapter[f"计分{n}"] = one.value({"章节上限": limit} if capped[n - 1] else {}, 得分=scores[a:b])
        rated = formulas.weighted(len(board.chapters)).value({**named, **by_chapter}, 得分=scores)
        total = formulas.WEIGHTED_TOTAL.value(named, 状态=state, 加权得分率=rated, 加分=bonus, 减分=penalty)
    else:
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
        weighted=rated,
        chapter_points=mine_of,
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
