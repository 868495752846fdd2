"""The catalogue: lookups, copies, and an even split that adds up to the last hundredth."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from xlfz.catalogue import KINDS, STATES, Catalogue, Deadline, Indicator, Material, even_split

CHAPTERS = ("一", "二", "三", "")


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Up to a dozen indicators of all kinds and states, some with points in hundredths."""
    indicators = [
        Indicator(
            str(number),
            chapter=draw(st.sampled_from(CHAPTERS)),
            kind=draw(st.sampled_from((*KINDS, "指标", "指标"))),
            state=draw(st.sampled_from((*STATES, "启用", "启用"))),
            points=draw(st.one_of(st.none(), st.none(), st.integers(0, 2000).map(lambda n: n / 100))),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    return Catalogue(tuple(indicators))


own_points = st.dictionaries(st.sampled_from(("一", "二")), st.integers(0, 5000).map(lambda n: n / 100))
totals = st.integers(0, 20_000).map(lambda n: n / 100)


def cents(value: float) -> int:
    """A number of points in hundredths, which it must be exactly."""
    whole = round(value * 100)
    assert abs(Fraction(value) * 100 - whole) < Fraction(1, 10**6)
    return whole


def pot(indicator: Indicator, own: dict[str, float]) -> str | None:
    """The chapter whose own points an indicator shares, None for what is left of the total."""
    return indicator.chapter if indicator.chapter in own else None


@given(catalogues(), totals, own_points)
def test_an_even_split_adds_up_exactly(catalogue: Catalogue, total: float, own: dict[str, float]) -> None:
    """In every chapter with points of its own, and in the rest, set points and shares make the sum."""
    shares = even_split(catalogue, total, own)
    counted = [i for i in catalogue.live if i.scored]
    for chapter in {pot(i, own) for i in counted}:
        members = [i for i in counted if pot(i, own) == chapter]
        blank = [i for i in members if i.points is None]
        whole = cents(total) - sum(map(cents, own.values())) if chapter is None else cents(own[chapter])
        rest = whole - sum(cents(i.points) for i in members if i.points is not None)
        given_out = [cents(shares[i.number]) for i in blank if i.number in shares]
        if blank and rest >= len(blank):
            assert len(given_out) == len(blank)
            assert sum(given_out) == rest
            assert max(given_out) - min(given_out) <= 1
            assert given_out == sorted(given_out, reverse=True)
        else:
            assert not given_out


@given(catalogues(), totals, own_points)
def test_only_blank_live_scored_indicators_get_a_share(
    catalogue: Catalogue, total: float, own: dict[str, float]
) -> None:
    """Points that the office has set, open slots, bonus and penalty are left alone."""
    shares = even_split(catalogue, total, own)
    after = catalogue.with_points(shares).indicators
    for before, now in zip(catalogue.indicators, after, strict=True):
        if before.number in shares:
            assert before.live
            assert before.scored
            assert before.points is None
            assert now.points is not None
            assert now.points >= 0.01
        else:
            assert now == before


def test_chapters_keep_their_points() -> None:
    """A chapter with 4 points gives them to its own indicators, the rest share what is left."""
    catalogue = Catalogue(
        (
            Indicator("1", chapter="一"),
            Indicator("2", chapter="一"),
            Indicator("3", chapter="一", points=1.0),
            Indicator("4", chapter="二"),
            Indicator("5", chapter="三"),
            Indicator("6"),
        )
    )
    assert even_split(catalogue, 14, {"一": 4}) == {"1": 1.5, "2": 1.5, "4": 3.34, "5": 3.33, "6": 3.33}


def test_indicators_without_a_chapter_may_have_points_of_their_own() -> None:
    """A pot for the empty chapter name is not the pot of everything else."""
    catalogue = Catalogue((Indicator("1"), Indicator("2", chapter="一")))
    assert even_split(catalogue, 10, {"": 4}) == {"1": 4.0, "2": 6.0}


def test_nothing_is_split_when_the_rest_is_too_small() -> None:
    """Less than a hundredth each, or less than nothing, is not given out."""
    blank = tuple(Indicator(str(n)) for n in range(3))
    assert even_split(Catalogue(blank), 0.02) == {}
    assert even_split(Catalogue((*blank, Indicator("x", points=101.0))), 100) == {}
    assert even_split(Catalogue(blank), 0.03) == {"0": 0.01, "1": 0.01, "2": 0.01}


def test_materials_are_found_by_their_indicator_in_order() -> None:
    """Identity is the indicator's number and the place in it."""
    one, two, other = Material("86", 1, "甲"), Material("86", 2, "乙"), Material("8", 1, "丙")
    catalogue = Catalogue((Indicator("86"), Indicator("8")), (one, other, two))
    assert catalogue.materials_of("86") == (one, two)
    assert catalogue.materials_of("9") == ()
    assert two.id == "86#2"


def test_for_everyone_leaves_no_other_assignment() -> None:
    """Every indicator is led by the group, and no material has units of its own."""
    catalogue = Catalogue(
        (Indicator("1", lead=("甲",), responsible=("乙",), supporting=("丙",)),),
        (Material("1", 1, "资料", lead=("丁",), responsible=("戊",)),),
    )
    changed = catalogue.for_everyone()
    assert changed.indicators == (Indicator("1", lead=("全体",)),)
    assert changed.materials == (Material("1", 1, "资料"),)
    assert catalogue.indicators[0].lead == ("甲",)


def test_chapters_and_sections_keep_the_order_of_the_source() -> None:
    """First appearance decides; empty names are no names."""
    catalogue = Catalogue(
        (
            Indicator("1", chapter="二", section="a"),
            Indicator("2", chapter="一", section="a"),
            Indicator("3", chapter="二", section=""),
            Indicator("4"),
        )
    )
    assert catalogue.chapters == ("二", "一")
    assert catalogue.sections == (("二", "a"), ("一", "a"))


def test_only_rows_in_use_are_live() -> None:
    """Open slots and rows switched off are not sent out."""
    catalogue = Catalogue((Indicator("1"), Indicator("2", state="空缺"), Indicator("3", state="停用")))
    assert [i.number for i in catalogue.live] == ["1"]


def test_a_deadline_is_true_when_the_source_says_anything() -> None:
    """No text, no day and no recurrence is no deadline."""
    assert not Deadline()
    assert Deadline(recurrence=("每年",))
    assert Deadline("长期坚持")
