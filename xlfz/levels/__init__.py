"""Levels: what a county's form says, from what its townships returned.

Takes a column's rule as the upper form declares it and the validated values of the level below; gives
a value, or the reason why there is none. Pure. Forbids guesses: a sum, a share, a state or a last day
of some of the units is no sum, share, state or day of all; a mean and a list say of how many they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

from xlfz.form.spec import DONE, GIVEN, NOT_APPLICABLE, NOT_GIVEN, PARTLY
from xlfz.form.upward import OWN, Declared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xlfz.check.model import Answer

_WHOLE = frozenset(("合计", "完成占比", "汇总状态", "最迟日期"))
"""Rules that need every unit of the level below."""
_CENT = Decimal("0.01")
_CUT = "……等{}个单位"
WRITTEN_HERE: Final = "由本级填写"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the file as found below the working folder, its sha256, sheet and cell."""

    file: str
    sha256: str
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Lower:
    """What one unit below says in one cell. `place` is None when its return does not count (yet)."""

    unit: str
    state: Answer | None = None
    """Its 完成情况 or 提供情况 in that row."""
    value: Answer | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A value and the units it is made of; without a value `why` says what stood in the way."""

    value: Answer | None = None
    why: str = ""
    used: tuple[Lower, ...] = ()
    missing: int = 0
    """Units that should have reported and are not in it."""
    cut: bool = False
    """Whether a list did not fit within the column's 字数上限."""


def reckon(declared: Declared, lower: Sequence[Lower]) -> Reckoned:
    """The value of one cell by its rule."""
    rule = declared.rule
    here = tuple(one for one in lower if one.place is not None)
    missing = len(lower) - len(here)
    if rule == OWN:
        return Reckoned(why=WRITTEN_HERE)
    if not lower:
        return Reckoned(why="下级没有填报这一项")
    if not here:
        return Reckoned(why="下级单位都还没有报来", missing=missing)
    if missing and rule in _WHOLE:
        return Reckoned(why=f"还有 {missing} 个下级单位没有报来", missing=missing)
    if rule == "文本列表":
        return _listed(here, declared.limit, missing)
    concerned = tuple(one for one in here if one.state != NOT_APPLICABLE)
    if not concerned and rule != "汇总状态":
        return Reckoned(why=f"报来的下级单位都填“{NOT_APPLICABLE}”", missing=missing)
    value = _RULES[rule](concerned)
    if isinstance(value, _Why):
        return Reckoned(why=value, missing=missing)
    return Reckoned(value, used=concerned or here, missing=missing)


class _Why(str):
    """A reason instead of a value."""

    __slots__ = ()


def _numbers(concerned: Sequence[Lower]) -> list[Decimal] | _Why:
    blank = sum(not isinstance(one.value, (int, float)) for one in concerned)
    if blank:
        return _Why(f"有 {blank} 个下级单位没有填这一格")
    return [Decimal(repr(one.value)) for one in concerned]


def _sum(concerned: Sequence[Lower]) -> Answer | _Why:
    numbers = _numbers(concerned)
    return numbers if isinstance(numbers, _Why) else float(sum(numbers, Decimal()))


def _mean(concerned: Sequence[Lower]) -> Answer | _Why:
    numbers = _numbers(concerned)
    return numbers if isinstance(numbers, _Why) else _rounded(sum(numbers, Decimal()), len(numbers))


def _share(concerned: Sequence[Lower]) -> Answer | _Why:
    return _rounded(Decimal(100 * sum(one.state == DONE for one in concerned)), len(concerned))


def _rounded(total: Decimal, count: int) -> float:
    """A quotient to hundredths, half-way ones away from zero, as Excel's ROUND does."""
    return float((total / count).quantize(_CENT, ROUND_HALF_UP))


def _state(concerned: Sequence[Lower]) -> Answer | _Why:
    said = {one.value for one in concerned}
    if not concerned:
        return NOT_APPLICABLE
    if len(said) == 1 and None not in said:
        return str(said.pop())
    if None in said:
        return _Why(f"有 {sum(one.value is None for one in concerned)} 个下级单位没有填这一格")
    if said <= {GIVEN, NOT_GIVEN}:
        return NOT_GIVEN
    return PARTLY if DONE in said or PARTLY in said else _Why("下级单位填的各不相同")


def _last_day(concerned: Sequence[Lower]) -> Answer | _Why:
    if any(one.state != DONE for one in concerned):
        return _Why("下级单位没有全部完成")
    days = [one.value for one in concerned if isinstance(one.value, date)]
    return max(days) if len(days) == len(concerned) else _Why("有下级单位没有填日期")


def _listed(here: Sequence[Lower], limit: int | None, missing: int) -> Reckoned:
    """`柳溪镇：……；东山镇：……`, whole entries only; what did not fit is counted."""
    told = [one for one in here if one.value not in (None, "")]
    if not told:
        return Reckoned(why="下级单位都没有填这一格", missing=missing)
    texts = [f"{one.unit}：{str(one.value).strip().rstrip('。；;')}" for one in told]
    whole = "；".join(texts)
    if limit is None or len(whole) <= limit:
        return Reckoned(whole, used=tuple(told), missing=missing)
    end = _CUT.format(len(told))
    room = limit - len(end)
    if room < 1:
        return Reckoned(why=f"字数上限 {limit} 字放不下", missing=missing)
    kept = ""
    for text in texts:
        longer = f"{kept}；{text}" if kept else text
        if len(longer) > room:
            break
        kept = longer
    return Reckoned((kept or texts[0][:room]) + end, used=tuple(told), missing=missing, cut=True)


_RULES: dict[str, Callable[[Sequence[Lower]], Answer | _Why]] = {
    "合计": _sum,
    "平均": _mean,
    "完成占比": _share,
    "汇总状态": _state,
    "最迟日期": _last_day,
}
