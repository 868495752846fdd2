"""Figures as an official document writes them; 得分 with the scheme's decimals, points without idle zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.consolidation import as_text
from xlfz.form.heading import day, period
from xlfz.scoring.functions import is_number, round_half_up

if TYPE_CHECKING:
    from datetime import date

    from xlfz.consolidation import Typed, UnitRow
    from xlfz.scoring.functions import Result
    from xlfz.workbench.model import Settings

NONE = "—"


def total(value: Result, decimals: int) -> str:
    """A total with all its decimals: 97.50."""
    return f"{round_half_up(value, decimals):.{decimals}f}" if is_number(value) else NONE


def why_lowered(unit: UnitRow) -> str:
    """Why a unit cannot have a higher grade, in brackets; empty where nothing stands in its way."""
    told = str(unit.score.lowered).rstrip("；")
    return f"（{told}）" if told else ""


def points(value: Typed | None) -> str:
    """Points or what stands in their place: 9.5, 不适用; — for nothing."""
    if value is None or value == "":
        return NONE
    if isinstance(value, int | float) and not isinstance(value, bool):
        return as_text(round_half_up(value, 10))
    return as_text(value)


def share(part: float, whole: float) -> str:
    """A percentage with one decimal, half up: 66.7%."""
    return f"{round_half_up(100 * part / whole, 1):.1f}%" if whole else NONE


def shared(settings: Settings, today: date) -> dict[str, str]:
    """The texts that every notice may use."""
    return {
        "工作名称": settings.title,
        "期次": period(settings.year, settings.round),
        "表名": settings.form_kind,
        "主办单位": settings.organ,
        "日期": day(today),
    }
