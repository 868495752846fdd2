"""The declared formulas: readable text, worksheet semantics, and LibreOffice's opinion on both sides."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.scoring.laid import differences, laid
from xlfz.scheme import SOURCES, Ceiling, Scheme
from xlfz.scoring import formulas
from xlfz.scoring.formula import Declared
from xlfz.scoring.functions import Column, round_half_up

if TYPE_CHECKING:
    from tests.scoring.laid import Case
    from xlfz.scoring.functions import Scalar

STATUSES = ("已完成", "部分完成", "未完成", "不适用", None)
TYPED = (None, 0.0, 3.0, 5.0, 5.01, -1.0, "好", "8分", "", "  ", True, 0.1)
LEVELS = (90.0, 80.0, 60.0)


@settings(max_examples=300)
@given(
    st.sampled_from(["考核优先", "自评", "考核"]),
    st.sampled_from(STATUSES),
    st.one_of(st.none(), st.floats(0, 5)),
    st.one_of(st.sampled_from(TYPED), st.floats(-1, 6)),
)
def test_the_counted_score_follows_the_source(
    source: str, status: str | None, own: float | None, assessed: Scalar
) -> None:
    """不适用 first, then what the source says; what is typed wrongly leaves the row without a score."""
    valid = isinstance(assessed, float) and 0 <= assessed <= 5
    nothing = assessed is None or (isinstance(assessed, str) and not assessed.strip())
    if status == "不适用":
        want: object = "不适用"
    elif source == "自评" or (source == "考核优先" and nothing):
        want = "" if own is None else own
    else:
        want = assessed if valid else ""
    counted = formulas.counted(source)  # type: ignore[arg-type]
    got = counted.value(完成情况=status, 自评分=own, 考核分=assessed, 分值=5.0)
    assert got == want


def test_an_error_value_in_an_open_cell_poisons_nothing() -> None:
    """A pasted #N/A counts as typed wrongly: the row has no score, the total no error."""
    text = formulas.counted("考核优先").text(完成情况="A1", 自评分="B1", 考核分="C1", 分值="D1")
    assert text == (
        'IF(A1="不适用","不适用",IFERROR(IF(TRIM(C1)="",IF(ISNUMBER(B1),B1,""),'
        'IF(AND(ISNUMBER(C1),C1>=0,C1<=D1),C1,"")),""))'
    )


def test_parameters_stay_as_names_of_the_workbook() -> None:
    """Names without an address are left in the text; an address for no name is an error."""
    text = formulas.RATE.text(总分="F4")
    assert text == 'IF(ISNUMBER(F4),ROUND(F4/满分,10),"")'
    with pytest.raises(ValueError, match="没有"):
        formulas.RATE.text(没有="F4")


@pytest.mark.parametrize("text", ["SUM(得分", "得分+", "XLOOKUP(得分)", "得分)", "'表'!A1", "1 2"])
def test_what_cannot_be_read_is_refused_when_it_is_declared(text: str) -> None:
    """Unbalanced, unknown to old Excel, or more than a formula."""
    with pytest.raises(ValueError, match=r"formula"):
        Declared(text)


@settings(max_examples=300)
@given(st.integers(-10_000_000, 10_000_000), st.integers(0, 3))
def test_rounding_goes_half_away_from_zero(thousandths: int, digits: int) -> None:
    """On the decimal number that is meant, not on its binary neighbour."""
    step = 10 ** (3 - digits)
    whole, rest = divmod(abs(thousandths), step)
    want = (whole + (2 * rest >= step)) / 10**digits
    assert round_half_up(thousandths / 1000, digits) == (want if thousandths >= 0 else -want)


def test_a_column_counts_like_a_plain_area() -> None:
    """The sorted shortcut gives what counting one by one gives."""
    values = [5.0, "", None, 7.0, 5.0, "未报", 0.0]
    tie = formulas.RANK["并列占位"]
    plain = [tie.value(总分=v, 全部总分=values) for v in values if v is not None]
    assert plain == [tie.value(总分=v, 全部总分=Column(values)) for v in values if v is not None]


@oracle.libreoffice
def test_libreoffice_calculates_every_formula_as_we_do() -> None:
    """A thousand random cases over every declared formula, halves included."""
    rng = random.Random(20261123)
    book, expected = laid({name: (f, [_case(rng, f) for _ in range(60)]) for name, f in _all().items()})
    assert len(expected) > 1000
    assert differences(expected, oracle.recalculate(book)) == []


def _all() -> dict[str, Declared]:
    scheme = Scheme(ceilings=(Ceiling("甲", 2, "优秀"), Ceiling("乙", 1, "良好")))
    ways = itertools.product(SOURCES, (False, True), (False, True))
    found = {f"取分{n}": formulas.counted(s, first=f, deducts=d) for n, (s, f, d) in enumerate(ways)}
    found |= {"合计": formulas.summed((True, False)), "加权": formulas.weighted(2)}
    found |= {"加分": formulas.extra("加分", (True, False)), "减分": formulas.extra("减分", (False, True))}
    shares = (("优秀", 1), ("良好", 2))
    found |= {"比例": formulas.grade((1,), (1, 2)), "说明": formulas.why_lowered(('两"起"',), shares)}
    found |= {f"名次{n}": f for n, f in enumerate(formulas.RANK.values())}
    found |= {f"组内{n}": f for n, f in enumerate(formulas.TEAM_RANK.values())}
    found |= {"等级": formulas.grade(()), "限级": formulas.grade(formulas.barred_places(scheme))}
    found |= {n: f for n, f in vars(formulas).items() if isinstance(f, Declared)}
    return found


def _case(rng: random.Random, declared: Declared) -> Case:
    """One value for every name that any formula knows; areas of five columns."""
    whole = rng.random() < 0.5

    def score() -> Scalar:
        return rng.choice([0.0, 5.0, 4.5, 0.1, 0.2, rng.randint(0, 1000) / 100, "不适用", "", None])

    def total() -> Scalar:
        return rng.choice([90.0, 80.0, 89.99, 60.0, "", 75.5])

    totals = [total() for _ in range(5)]
    teams = [float(rng.randint(0, 2)) for _ in range(5)]
    place = rng.randrange(5)
    scores = [score() for _ in range(5)]
    if whole:
        scores = [rng.randint(0, 2000) / 200 for _ in range(5)]
    counts = [rng.choice([None, 0.0, 1.0, 2.0, "两起"]) for _ in range(2)]
    return {
        "完成情况": rng.choice(STATUSES),
        "自评分": rng.choice([None, 0.0, 2.5, 5.0]),
        # Not True: LibreOffice takes truth values for numbers, Excel does not.
        "考核分": rng.choice([*(t for t in TYPED if t is not True), rng.randint(0, 500) / 100]),
        "分值": [5.0, 4.5, 0.3, 10.0, 2.0] if declared is formulas.BASE else rng.choice([5.0, 0.0]),
        "得分": scores,
        "参评分值": rng.choice([21.8, 100.0, 0.0]),
        "报送": rng.choice(["已采用", "已采用", "已报待改", "未报"]),
        "参评项数": float(rng.randint(0, 5)),
        "待评项数": float(rng.randint(0, 1)),
        "计分基数": rng.choice([0.0, 21.8, 100.0, 97.3]),
        "加分上限": rng.choice(["不限", 3.0]),
        "减分上限": rng.choice(["不限", 3.0]),
        "状态": rng.choice(["已评分", "已评分", "待评"]),
        "得分合计": rng.choice([28.5, 2.675, 1.005, 87.445, rng.randint(0, 10000) / 200]),
        "缺项折算": rng.choice(["是", "否"]),
        "满分": rng.choice([100.0, 33.3]),
        "加分": rng.choice([0.0, 0.125, 2.0]),
        "减分": rng.choice([0.0, 0.1, 60.0]),
        "小数位数": float(rng.randint(0, 3)),
        "项数": float(rng.randint(1, 5)),
        "应得": rng.choice([0.0, 25.0]),
        "总分": totals[place],
        "全部总分": totals,
        "此前总分": ["总分", *totals[:place]],
        "首次": [float(totals[i] != "" and totals[i] not in totals[:i]) for i in range(5)],
        "组别": teams[place],
        "全部组别": teams,
        "此前组别": ["组别", *teams[:place]],
        "组内首次": [1.0, 0.0, 1.0, 1.0, 1.0],
        "扣分": rng.choice([None, 0.0, 1.5, 5.0, 6.0, "两分", " "]),
        "初审分": rng.choice([None, 3.25, 5.0, "不一致"]),
        "复核意见": rng.choice([None, " ", "同意"]),
        "确认": rng.choice([None, "是", "否", " 是"]),
        "申诉内容": rng.choice([None, None, " ", "有误", 5.0]),
        "申诉处理": rng.choice([None, "维持"]),
        "自评权重": 0.3,
        "考核权重": 0.7,
        "得分1": scores[:2],
        "得分2": scores[2:],
        "分值1": [5.0, 4.5],
        "分值2": [0.3, 10.0, 2.0],
        "参评1": rng.choice([9.5, 5.0]),
        "参评2": rng.choice([12.3, 0.0]),
        "计分1": rng.choice([4.5, 0.0]),
        "计分2": rng.choice([2.675, 0.0]),
        "章节上限1": 6.0,
        "章节权重1": 0.4,
        "章节权重2": 0.6,
        "加分上限1": 3.0,
        "减分上限2": 2.0,
        "等级比例1": rng.choice([0.3, 0.2]),
        "等级比例2": 0.6,
        "排名": rng.choice([1.0, 2.0]),
        "加权得分率": rng.choice([0.87445, 0.9, "", 1.0]),
        "章节上限": 6.0,
        "得分率": rng.choice([0.9, 0.6, 0.59999, 0.95, "", 0.0]),
        "绿灯线": 0.9,
        "黄灯线": 0.6,
        "等级线": list(LEVELS),
        "等级名称": ["优秀", "良好", "合格", "不合格"],
        "计数": counts,
        "计数1": counts[0],
        "计数2": counts[1],
        "限制1": 2.0,
        "限制2": 1.0,
    }
