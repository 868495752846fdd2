"""What one cell of an upper form becomes, by its rule, from what the units below say."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlfz.form.spec import DONE, GIVEN, NOT_APPLICABLE, NOT_GIVEN, PARTLY, UNDONE
from xlfz.form.upward import UPWARD, Declared
from xlfz.levels import Lower, Place, reckon

HERE = Place("回收/甲.xlsx", "0" * 64, "自评表", "H6")
WHOLE = ("合计", "完成占比", "汇总状态", "最迟日期")


def lower(*told: tuple[object, object]) -> list[Lower]:
    """Units that reported (state, value)."""
    return [Lower(f"{n}镇", s, v, HERE) for n, (s, v) in enumerate(told, 1)]  # type: ignore[arg-type]


cents = st.lists(st.integers(0, 10_000), min_size=1, max_size=9)


@given(cents)
def test_a_mean_is_rounded_half_way_up(numbers: list[int]) -> None:
    """As Excel's ROUND does, whatever binary fractions make of it."""
    made = reckon(Declared("平均"), lower(*[(DONE, n / 100) for n in numbers]))
    assert isinstance(made.value, float)
    exact = Fraction(sum(numbers), len(numbers))
    assert round(made.value * 100) == int(exact + Fraction(1, 2))


@given(cents)
def test_a_sum_is_exact(numbers: list[int]) -> None:
    """Hundredths add up to hundredths."""
    made = reckon(Declared("合计"), lower(*[(DONE, n / 100) for n in numbers]))
    assert made.value == sum(numbers) / 100


def test_half_way_means() -> None:
    """2.675 is 2.68 although its nearest binary fraction is below."""
    assert reckon(Declared("平均"), lower((DONE, 2.67), (DONE, 2.68))).value == 2.68
    assert reckon(Declared("平均"), lower((DONE, 1.0), (DONE, 1.01))).value == 1.01


def test_not_applicable_leaves_the_base() -> None:
    """A unit to which it does not apply counts in no mean, sum or share."""
    told = lower((DONE, 8.0), (NOT_APPLICABLE, None), (UNDONE, 0.0))
    assert reckon(Declared("平均"), told).value == 4.0
    assert reckon(Declared("合计"), told).value == 8.0
    assert reckon(Declared("完成占比"), told).value == 50.0
    only = lower((NOT_APPLICABLE, None))
    assert reckon(Declared("平均"), only).value is None


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ((DONE, DONE), DONE),
        ((UNDONE, UNDONE), UNDONE),
        ((NOT_APPLICABLE, NOT_APPLICABLE), NOT_APPLICABLE),
        ((DONE, NOT_APPLICABLE), DONE),
        ((DONE, UNDONE), PARTLY),
        ((PARTLY, UNDONE), PARTLY),
        ((GIVEN, GIVEN), GIVEN),
        ((GIVEN, NOT_GIVEN), NOT_GIVEN),
        ((GIVEN, None), None),
        (("甲类", "乙类"), None),
    ],
)
def test_states_come_together(said: tuple[str | None, ...], value: str | None) -> None:
    """Done is what all have done; answers of an office's own are never merged into a third."""
    assert reckon(Declared("汇总状态"), lower(*[(s, s) for s in said])).value == value


def test_the_last_day_when_all_have_done_it() -> None:
    """And no day before."""
    days = (date(2025, 3, 1), date(2025, 6, 2))
    assert reckon(Declared("最迟日期"), lower(*[(DONE, d) for d in days])).value == days[1]
    assert reckon(Declared("最迟日期"), lower((DONE, days[0]), (PARTLY, None))).value is None


@pytest.mark.parametrize("rule", UPWARD)
def test_blank_is_never_zero(rule: str) -> None:
    """Nobody reported: nothing is filled in. One is missing: no rule of all is, and the others say so."""
    nobody = reckon(Declared(rule, 99), [Lower("甲镇"), Lower("乙镇")])  # type: ignore[arg-type]
    assert nobody.value is None
    assert nobody.why
    value: object = {"汇总状态": DONE, "最迟日期": date(2025, 1, 1), "文本列表": "甲"}.get(rule, 5.0)
    one = reckon(Declared(rule, 99), [*lower((DONE, value)), Lower("乙镇")])  # type: ignore[arg-type]
    if rule in WHOLE:
        assert (one.value, one.missing) == (None, 1)
    elif rule != "留空":
        assert one.value is not None
        assert one.missing == 1


def test_a_blank_score_among_others_stops_the_mean() -> None:
    """It is neither zero nor passed over."""
    assert reckon(Declared("平均"), lower((DONE, 8.0), (DONE, None))).value is None


@given(st.lists(st.text("甲乙丙丁", max_size=30), min_size=1, max_size=12), st.integers(12, 200))
def test_a_list_keeps_within_its_limit_and_says_when_cut(texts: list[str], limit: int) -> None:
    """Every text with its unit; what does not fit is counted."""
    made = reckon(Declared("文本列表", limit), lower(*[(DONE, t) for t in texts]))
    told = [f"{n}镇：{t}" for n, t in enumerate(texts, 1) if t]
    if not told:
        assert made.value is None
        return
    assert isinstance(made.value, str)
    assert len(made.value) <= limit
    assert made.cut == (made.value != "；".join(told))
    assert not made.cut or made.value.endswith(f"……等{len(told)}个单位")
    assert len(made.used) == len(told)
