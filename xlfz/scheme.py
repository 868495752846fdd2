"""The scheme (评分办法): how points become totals, ranks and grades, as data.

Gives the frozen rules; the formulas and values that follow from them live in `scoring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["考核优先", "自评", "考核"]
Ranking = Literal["并列占位", "并列不占位"]

SOURCES: tuple[Source, ...] = ("考核优先", "自评", "考核")
RANKINGS: tuple[Ranking, ...] = ("并列占位", "并列不占位")


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the smallest total that earns it."""

    name: str
    minimum: float


@dataclass(frozen=True, slots=True)
class Ceiling:
    """等级限制: when the counted fact reaches `limit`, the grade `barred` and all above are barred."""

    fact: str
    limit: float
    barred: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The rules of one assessment. Points and totals are in 分."""

    full: float = 100.0
    source: Source = "考核优先"
    """考核优先: the assessor's score where there is one, else the unit's own."""
    rescale: bool = True
    """不适用 leaves the base and the total is rescaled to full marks (缺项折算)."""
    ranking: Ranking = "并列占位"
    decimals: int = 2
    grades: tuple[Grade, ...] = (Grade("优秀", 90.0), Grade("良好", 80.0), Grade("合格", 60.0))
    """From the highest down; a total below the last one is `lowest`."""
    lowest: str = "不合格"
    bonus_cap: float | None = None
    penalty_cap: float | None = None
    chapters: tuple[tuple[str, float], ...] = ()
    """Points of the chapters for which the source prints them."""
    ceilings: tuple[Ceiling, ...] = ()
