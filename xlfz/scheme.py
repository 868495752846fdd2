"""The scheme (评分办法): how points become totals, ranks and grades, as data.

Gives the frozen rules; the formulas and values that follow from them live in `scoring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["考核优先", "自评", "考核", "加权"]
Ranking = Literal["并列占位", "并列不占位"]

TeamBy = Literal["考核组", "群组"]

SOURCES: tuple[Source, ...] = ("考核优先", "自评", "考核", "加权")
RANKINGS: tuple[Ranking, ...] = ("并列占位", "并列不占位")
TEAMS_BY: tuple[TeamBy, ...] = ("考核组", "群组")


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the smallest total that earns it.

    `share`: of all ranked units, so many (0 to 1) may at most have this grade or a higher one. Units
    with equal totals get it all or none.
    """

    name: str
    minimum: float
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """等级限制: when the counted fact reaches `limit`, the grade `barred` and all above are barred.

    一票否决 (`veto`) bars every grade but the lowest.
    """

    fact: str
    limit: float
    barred: str
    note: str = ""
    veto: bool = False


@dataclass(frozen=True, slots=True)
class Scheme:
    """The rules of one assessment. Points and totals are in 分."""

    full: float = 100.0
    source: Source = "考核优先"
    """考核优先: the assessor's score where there is one, else the unit's own. 加权: of both, by `weights`."""
    weights: tuple[float, float] = (0.0, 1.0)
    """Of the unit's own score and the assessor's, where `source` is 加权; they add up to 1."""
    rescale: bool = True
    """不适用 leaves the base and the total is rescaled to full marks (缺项折算)."""
    ranking: Ranking = "并列占位"
    decimals: int = 2
    grades: tuple[Grade, ...] = (Grade("优秀", 90.0), Grade("良好", 80.0), Grade("合格", 60.0))
    """From the highest down; a total below the last one is `lowest`."""
    lowest: str = "不合格"
    bonus_cap: float | None = None
    penalty_cap: float | None = None
    bonus_caps: tuple[tuple[str, float], ...] = ()
    """Caps of the 加分 items of one 二级指标 (or 一级指标, where they have none), by its name."""
    penalty_caps: tuple[tuple[str, float], ...] = ()
    chapters: tuple[tuple[str, float], ...] = ()
    """Points of the chapters for which the source prints them."""
    chapter_caps: tuple[tuple[str, float], ...] = ()
    """So many points of a chapter count at most."""
    chapter_weights: tuple[tuple[str, float], ...] = ()
    """Weights of all chapters, adding up to 1; empty: points count as they are."""
    deducting: tuple[str, ...] = ()
    """扣分制: numbers or chapters whose assessors say how much is deducted, not how much is given."""
    team_by: TeamBy = "考核组"
    """What 组内排名 compares units within."""
    ceilings: tuple[Ceiling, ...] = ()

    def deducts(self, number: str, chapter: str) -> bool:
        """Whether an indicator is scored by deduction."""
        return number in self.deducting or chapter in self.deducting
