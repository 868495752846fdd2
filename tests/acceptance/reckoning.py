"""The year reckoned again from what people typed: no formula, table or score of xlfz is used.

Takes the folder of a played year; gives what each unit must have got. The units' own scores are what the
simulation typed into their forms, the assessors' stand in the returned 考核评分表, read by calamine.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from tests.acceptance.desk import duties, form_of, table
from xlfz.office.simulate import Places, fill

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from xlfz.assignment import Duty

GRADES = (("优秀", 90), ("良好", 80), ("合格", 60), ("不合格", -1))
LIMITS = {"年度败诉案件数": 2, "主要负责人应出庭未出庭次数": 1}
"""Counted facts that bar a unit from 优秀, and from how many on."""


def half_up(value: Fraction, digits: int) -> Decimal:
    """As Excel's ROUND does."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(10) ** -10, ROUND_HALF_UP).quantize(Decimal(10) ** -digits, ROUND_HALF_UP)


def exact(value: object) -> Fraction:
    """The decimal number that was typed, not its binary neighbour."""
    return Fraction(repr(value))


@dataclass(frozen=True)
class Unit:
    """One unit's year: what it said, and what of it counts in the end."""

    code: str
    name: str
    team: str
    points: Mapping[str, Fraction]
    status: Mapping[str, str]
    own: Mapping[str, Fraction]
    scores: dict[str, Fraction] = field(default_factory=dict)
    """What counts: without the indicators that do not apply."""
    facts: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def exact_total(self) -> Fraction:
        """Of a hundred, the indicators that do not apply left out."""
        return sum(self.scores.values()) / sum(self.points[n] for n in self.scores) * 100

    @cached_property
    def total(self) -> Decimal:
        """With two decimals."""
        return half_up(self.exact_total, 2)

    @property
    def grade(self) -> str:
        """By the thresholds, never 优秀 where a counted fact bars it."""
        barred = any(self.facts.get(fact, 0) >= limit for fact, limit in LIMITS.items())
        allowed = GRADES[1:] if barred else GRADES
        return next(name for name, least in allowed if self.total >= least)

    @property
    def lost(self) -> dict[str, Fraction]:
        """Indicator -> points lost, for every shortfall: unfinished ones too, even where no point is lost."""
        return {
            number: self.points[number] - score
            for number, score in self.scores.items()
            if score < self.points[number] or self.status[number] in ("部分完成", "未完成")
        }


@dataclass(frozen=True)
class Year:
    """All units of the roster that reported, in its order, and who did not."""

    units: tuple[Unit, ...]
    silent: tuple[str, ...]
    lowered: Mapping[tuple[str, str], Fraction]

    @cached_property
    def ranked(self) -> list[tuple[int, Unit]]:
        """Rank and unit, best first; equal totals share the better rank, the roster's order among them."""
        return rank(self.units)

    def in_team(self, unit: Unit) -> int:
        """A unit's rank within its 考核组."""
        peers = rank(u for u in self.units if u.team == unit.team)
        return next(place for place, peer in peers if peer is unit)

    @property
    def grades(self) -> Counter[str]:
        """How many units have each grade."""
        return Counter(u.grade for u in self.units)


def rank(units: Iterable[Unit]) -> list[tuple[int, Unit]]:
    """By totals, as competitions rank."""
    listed = list(units)
    placed = [(1 + sum(other.total > u.total for other in listed), u) for u in listed]
    return sorted(placed, key=lambda of: of[0])


def reckon(
    folder: Path, seed: int, silent: Iterable[str], facts: Mapping[str, Mapping[str, int]], appeals: int
) -> Year:
    """The year from the issued forms, the returned 考核评分表, and what was typed into 排名."""
    absent, units = set(silent), []
    names: dict[str, str] = {}
    for duty in duties(folder):
        names[duty.unit.name] = duty.unit.code
        if duty.unit.code not in absent:
            units.append(_unit(folder, duty, seed, facts))
    own = {(u.code, n): s for u in units for n, s in u.own.items()}
    lowered: dict[tuple[str, str], Fraction] = {}
    for path in sorted((folder / "回收" / "12月8日").iterdir()):
        for row in table(path, "考核评分表", "number", "unit", "assessed"):
            place = names.get(row["unit"], ""), str(row["number"]).removesuffix(".0")
            if place in own and exact(float(row["assessed"])) < own[place]:
                lowered[place] = exact(float(row["assessed"]))
    for code in sorted({code for code, _ in lowered})[:appeals]:
        del lowered[next(place for place in lowered if place[0] == code)]
    for unit in units:
        unit.scores.update({n: lowered.get((unit.code, n), s) for n, s in unit.own.items()})
    return Year(tuple(units), tuple(absent), lowered)


_PLACES: dict[Path, Places] = {}


def _unit(folder: Path, duty: Duty, seed: int, facts: Mapping[str, Mapping[str, int]]) -> Unit:
    form = form_of(folder, duty.unit.name).read_bytes()
    places = _PLACES.get(folder) or _PLACES.setdefault(folder, Places.of(form))
    values = fill(duty, form, places, seed).values
    return Unit(
        duty.unit.code,
        duty.unit.name,
        duty.unit.team,
        {i.indicator.number: exact(i.indicator.points) for i in duty.items},
        {row: str(v) for (_, row, column), v in values.items() if column == "status"},
        {row: exact(v) for (_, row, column), v in values.items() if column == "score"},
        {},
        facts.get(duty.unit.code, {}),
    )
