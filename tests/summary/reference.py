"""A second reckoning of totals, ranks and grades, in decimals and without a formula.

Takes the scheme, the indicators and what each unit and its assessors say; gives what 排名 should
show. Written from the rules as 评分办法 words them, not from the code.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlfz.catalogue import Indicator
    from xlfz.scheme import Scheme

NA = "不适用"


@dataclass
class Said:
    """One unit: its answers by number (a score, 不适用 or nothing), 考核分, 扣分, counted facts, its team."""

    team: str
    own: Mapping[str, float | str | None]
    assessed: Mapping[str, float] = field(default_factory=dict)
    deducted: Mapping[str, float] = field(default_factory=dict)
    counts: Sequence[int] = ()


@dataclass
class Standing:
    """What 排名 shows; None where it shows nothing."""

    total: Decimal | None
    rank: int | None = None
    team_rank: int | None = None
    grade: str | None = None


def exact(value: float) -> Decimal:
    """The decimal number that is meant."""
    return Decimal(repr(value))


def rounded(value: Decimal, digits: int) -> Decimal:
    """Half away from zero."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def standings(scheme: Scheme, indicators: Sequence[Indicator], units: Sequence[Said]) -> list[Standing]:
    """One for each unit, in order."""
    found = [Standing(_total(scheme, indicators, unit)) for unit in units]
    totals = [s.total for s in found if s.total is not None]
    for unit, one in zip(units, found, strict=True):
        if one.total is None:
            continue
        mates = [
            s.total for u, s in zip(units, found, strict=True) if u.team == unit.team and s.total is not None
        ]
        one.rank = _rank(scheme, one.total, totals)
        one.team_rank = _rank(scheme, one.total, mates) if unit.team else None
        one.grade = _grade(scheme, one.total, totals, unit.counts)
    return found


def _rank(scheme: Scheme, total: Decimal, among: Sequence[Decimal]) -> int:
    above = [t for t in among if t > total]
    return 1 + (len(above) if scheme.ranking == "并列占位" else len(set(above)))


def _grade(scheme: Scheme, total: Decimal, totals: Sequence[Decimal], counts: Sequence[int]) -> str:
    ladder = [*scheme.grades]
    step = next((n for n, g in enumerate(ladder) if total >= exact(g.minimum)), len(ladder))
    for n, grade in enumerate(ladder):
        if grade.share is None:
            continue
        room = (exact(grade.share) * len(totals)).to_integral_value(ROUND_FLOOR)
        if sum(t >= total for t in totals) > room:
            step = max(step, n + 1)
    for ceiling, count in zip(scheme.ceilings, counts, strict=True):
        if count >= ceiling.limit:
            step = max(step, [g.name for g in ladder].index(ceiling.barred) + 1)
    return [*(g.name for g in ladder), scheme.lowest][step]


def _total(scheme: Scheme, indicators: Sequence[Indicator], unit: Said) -> Decimal | None:
    counted = {i.number: _counted(scheme, i, unit) for i in indicators}
    scored = [i for i in indicators if i.kind not in ("加分", "减分")]
    applies = [i for i in scored if counted[i.number] != NA]
    base = sum((exact(i.points or 0) for i in applies), Decimal(0))
    if base <= 0 or any(counted[i.number] is None for i in applies):
        return None
    caps, weights = dict(scheme.chapter_caps), dict(scheme.chapter_weights)
    got, rate, weight = Decimal(0), Decimal(0), Decimal(0)
    for chapter in dict.fromkeys(i.chapter for i in scored):
        members = [i for i in applies if i.chapter == chapter]
        score = sum((_number(counted[i.number]) for i in members), Decimal(0))
        if chapter in caps:
            score = min(score, exact(caps[chapter]))
        got += score
        points = sum((exact(i.points or 0) for i in members), Decimal(0))
        if weights and points > 0:
            rate += exact(weights[chapter]) * score / points
            weight += exact(weights[chapter])
    full = exact(scheme.full)
    if weights:
        value = full * rounded(rate / weight, 10)
    else:
        value = got * full / base if scheme.rescale else got
    value += _extra(scheme.bonus_cap, dict(scheme.bonus_caps), "加分", indicators, counted)
    value -= _extra(scheme.penalty_cap, dict(scheme.penalty_caps), "减分", indicators, counted)
    return rounded(rounded(value, 10), scheme.decimals)


def _extra(
    cap: float | None,
    caps: Mapping[str, float],
    kind: str,
    indicators: Sequence[Indicator],
    counted: Mapping[str, Decimal | str | None],
) -> Decimal:
    kinds: Counter[str] = Counter()
    sums: dict[str, Decimal] = {}
    for indicator in indicators:
        if indicator.kind == kind:
            name = indicator.section or indicator.chapter
            kinds[name] += 1
            sums[name] = sums.get(name, Decimal(0)) + _number(counted[indicator.number])
    total = sum((min(s, exact(caps[n])) if n in caps else s for n, s in sums.items()), Decimal(0))
    return total if cap is None else min(total, exact(cap))


def _number(value: Decimal | str | None) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _counted(scheme: Scheme, indicator: Indicator, unit: Said) -> Decimal | str | None:
    number = indicator.number
    said = unit.own.get(number)
    if said == NA:
        return NA
    own = exact(said) if isinstance(said, float) else None
    judged = None
    if number in unit.assessed:
        judged = exact(unit.assessed[number])
    elif number in unit.deducted and scheme.deducts(number, indicator.chapter):
        judged = exact(indicator.points or 0) - exact(unit.deducted[number])
    if scheme.source == "自评":
        return own
    if scheme.source == "考核":
        return judged
    if scheme.source == "考核优先":
        return own if judged is None else judged
    if own is None or judged is None:
        return None
    return rounded(own * exact(scheme.weights[0]) + judged * exact(scheme.weights[1]), 10)
