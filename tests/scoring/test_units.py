"""Totals, ranks and grades: the formulas' values against a reference in fractions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings

from tests.scoring.cases import reckon, rounds
from xlfz.catalogue import Catalogue, Indicator
from xlfz.scheme import Ceiling, Scheme
from xlfz.scoring.units import Entry, UnitScore, board, score_units

if TYPE_CHECKING:
    from tests.scoring.cases import Reckoned
    from xlfz.scoring.units import Board

BOARD = board(
    Catalogue(
        (
            Indicator("1", chapter="一", points=60.0),
            Indicator("2", chapter="二", points=40.0),
            Indicator("3", chapter="一"),
            Indicator("加", kind="加分", points=5.0),
            Indicator("减", kind="减分", points=5.0),
        )
    )
)


def entry(*scores: object, reported: str = "已采用", team: int = 1, counts: tuple[object, ...] = ()) -> Entry:
    """A unit with every row of BOARD: 1, 2, 加, 减."""
    return Entry(reported, team, (True,) * 4, scores, counts)  # type: ignore[arg-type]


def shown(score: UnitScore) -> tuple[object, ...]:
    """State, total, ranks, grade, nothing as None."""
    return tuple(
        None if v == "" else v for v in (score.state, score.total, score.rank, score.team_rank, score.grade)
    )


@settings(max_examples=400, deadline=None)
@given(rounds())
def test_every_unit_scores_as_the_rules_say(case: tuple[Scheme, Board, tuple[Entry, ...]]) -> None:
    """Any scheme, any scores, blanks, 不适用, ties, teams and ceilings."""
    scheme, plan, entries = case
    scores = score_units(scheme, plan, entries)
    want: list[Reckoned] = reckon(scheme, plan, entries)
    assert [s.light for s in scores] == [w.light for w in want]
    assert [tuple(None if v == "" else v for v in s.subtotals) for s in scores] == [w.subtotals for w in want]
    got = [shown(score) for score in scores]
    assert got == [(w.state, w.total, w.rank, w.team_rank, w.grade or None) for w in want]


def test_a_blank_is_not_zero() -> None:
    """A unit with a scored row that has no score has no total and no rank; a zero has both."""
    blank, zero = score_units(Scheme(), BOARD, [entry(60.0, "", "", ""), entry(60.0, 0.0, "", "")])
    assert shown(blank) == ("待评", None, None, None, None)
    assert shown(zero) == ("已评分", 60.0, 1.0, 1.0, "合格")


def test_units_without_an_accepted_return_are_never_scored() -> None:
    """未报 and 已报待改 keep their word and nothing else."""
    missing, held = score_units(
        Scheme(), BOARD, [entry(*[None] * 4, reported="未报"), entry(*[None] * 4, reported="已报待改")]
    )
    assert shown(missing) == ("未报", None, None, None, None)
    assert shown(held) == ("已报待改", None, None, None, None)
    assert missing.bonus == ""


def test_what_is_not_applicable_leaves_the_base() -> None:
    """30 of 60 points that apply are 50 of 100; without 缺项折算 they stay 30."""
    rows = [entry(30.0, "不适用", "", "")]
    assert score_units(Scheme(), BOARD, rows)[0].total == 50.0
    assert score_units(Scheme(rescale=False), BOARD, rows)[0].total == 30.0


def test_a_unit_to_which_nothing_applies_is_not_scored() -> None:
    """All rows 不适用: 不计分, no division by zero."""
    assert shown(score_units(Scheme(), BOARD, [entry("不适用", "不适用", "", "")])[0])[:2] == ("不计分", None)


def test_a_half_is_rounded_away_from_zero() -> None:
    """28.5 is 29 with no decimals although 0.285*100 falls short of it in floats; 2.675 is 2.68."""
    plan = board(Catalogue((Indicator("1", chapter="一", points=100.0),)))

    def total(score: float, decimals: int) -> object:
        one = Entry("已采用", 1, (True,), (score,))
        return score_units(Scheme(decimals=decimals), plan, [one])[0].total

    assert [total(28.5, 0), total(2.675, 2), total(1.005, 2), total(0.285, 2)] == [29.0, 2.68, 1.01, 0.29]


def test_a_ceiling_bars_its_grade_and_all_above() -> None:
    """Two lost cases bar 优秀, one does not; a count that is no number leaves the grade open."""
    scheme = Scheme(ceilings=(Ceiling("败诉", 2, "优秀"), Ceiling("缺席", 1, "良好")))
    counts = [(None, None), (1.0, 0.0), (2.0, None), (None, 1.0), (3.0, 4.0), ("两起", None)]
    scores = score_units(scheme, BOARD, [entry(60.0, 38.0, "", "", counts=c) for c in counts])
    assert [s.grade for s in scores] == ["优秀", "优秀", "良好", "合格", "合格", "待核"]


def test_equal_totals_share_a_rank() -> None:
    """90, 90, 80: 1, 1, 3 with 并列占位 and 1, 1, 2 without; in teams of their own too."""
    rows = [entry(50.0, 40.0, "", "", team=t) for t in (1, 2)] + [entry(40.0, 40.0, "", "", team=1)]
    seats = [(s.rank, s.team_rank) for s in score_units(Scheme(), BOARD, rows)]
    dense = [(s.rank, s.team_rank) for s in score_units(Scheme(ranking="并列不占位"), BOARD, rows)]
    assert seats == [(1.0, 1.0), (1.0, 1.0), (3.0, 2.0)]
    assert dense == [(1.0, 1.0), (1.0, 1.0), (2.0, 2.0)]


def test_the_board_groups_scattered_chapters_and_leaves_out_what_has_no_points() -> None:
    """Columns come by chapter, then 加分, then 减分; an indicator without 分值 has no column."""
    assert [i.number for i in BOARD.columns] == ["1", "2", "加", "减"]
    assert BOARD.spans == ((0, 1), (1, 2))


def test_lights_change_on_their_lines() -> None:
    """90% is green, 60% amber, less red; without a total there is no light."""
    rows = [entry(first, 40.0, "", "") for first in (50.0, 49.99, 20.0, 19.99, "")]
    assert [s.light for s in score_units(Scheme(), BOARD, rows)] == ["绿", "黄", "黄", "红", ""]
