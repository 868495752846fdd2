"""Every score formula, declared once: from one detail row to grades, averages and lights.

Gives `Declared` formulas whose names are the words of the summary; names that are parameters of the scheme
(满分, 缺项折算, 等级线 …) are the workbook's defined names, so that a change there moves everything.
The rules that stand behind them:

- A blank is never zero. A unit has a total only when it has reported (已采用) and every scored row
  that applies to it has a score; until then it is 待评, and a unit without a usable return stays
  未报 or 已报待改. None of these is ranked.
- 不适用 leaves the base. With 缺项折算 the total is `得分合计×满分÷计分基数`, where 计分基数 are the points
  of the unit's rows that apply: units with different duties are comparable.
- An 考核分 that is no number between 0 and 分值 leaves its row without a score: falling back to the
  unit's own score would hide the slip.
- 加分 is added and 减分 subtracted after the rescaling, each up to its cap. Rows of these kinds may
  stay blank.
- Sums go through ROUND(…,10) first: 0.1+0.2 must not decide on which side of a half a total falls.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from xlfz.scoring.formula import Declared

if TYPE_CHECKING:
    from xlfz.scheme import Ranking, Scheme, Source
    from xlfz.scoring.functions import Scalar, Value

SCORED, PENDING, UNSCORED = "已评分", "待评", "不计分"
"""States of a unit that has reported: with a total, waiting for scores, nothing to score."""
UNCLEAR = "待核"
"""The grade of a unit whose counted facts hold something that is no number."""
UNLIMITED = "不限"
GREEN, AMBER, RED = "绿", "黄", "红"
GREEN_LINE, AMBER_LINE = 0.9, 0.6
"""Score rates from which the lights are green and amber."""

EMPTY = '""'
_ASSESSED = 'IF(AND(ISNUMBER(考核分),考核分>=0,考核分<=分值),考核分,"")'
_OWN = 'IF(ISNUMBER(自评分),自评分,"")'

_DEDUCTED = 'IF(AND(ISNUMBER(扣分),扣分>=0,扣分<=分值),ROUND(分值-扣分,10),"")'


@cache
def counted(source: Source, *, first: bool = False, deducts: bool = False) -> Declared:
    """采用分 of one detail row that has 分值: a number, 不适用, or empty while there is none.

    What staff typed into 考核分 stands before everything; then, for an indicator scored by deduction
    (`deducts`), what they typed into 扣分; then, where assessors hand in forms (`first`), their 初审分.
    """

    def assessed(otherwise: str) -> str:
        if first:
            # A text is a score that two groups disagree about: nothing counts until staff decide.
            otherwise = f'IF(ISNUMBER(初审分),初审分,IF(TRIM(初审分)="",{otherwise},""))'
        if deducts:
            otherwise = f'IF(TRIM(扣分)="",{otherwise},{_DEDUCTED})'
        return f'IF(TRIM(考核分)="",{otherwise},{_ASSESSED})'

    if source == "自评":
        value = _OWN
    elif source == "加权":
        both = assessed('""')
        value = (
            f"IFERROR(IF(AND(ISNUMBER({both}),ISNUMBER(自评分)),"
            f'ROUND(自评分*自评权重+{both}*考核权重,10),""),"")'
        )
    elif source == "考核" and not first and not deducts:
        value = f'IFERROR({_ASSESSED},"")'
    else:
        value = f'IFERROR({assessed(_OWN if source == "考核优先" else EMPTY)},"")'
    return Declared(f'IF(完成情况="不适用","不适用",{value})')


LOST: Final = Declared('IF(ISNUMBER(初审分),ROUND(分值-初审分,10),"")')
"""扣分 of an assessors' score."""
STAGE: Final = Declared(
    'IF(TRIM(申诉内容)<>"",IF(TRIM(申诉处理)<>"","申诉已处理","申诉中"),'
    'IF(TRIM(确认)="是","已确认",IF(TRIM(确认)="否","退回复核",IF(TRIM(复核意见)<>"","已复核","初审"))))'
)
"""环节 of a line of 考核记录, from what staff have written there."""

SUM: Final = Declared('IF(COUNT(得分)=0,"",ROUND(SUM(得分),10))')
BASE: Final = Declared('ROUND(参评分值-SUMIF(得分,"不适用",分值),10)')
WAITING: Final = Declared('IF(报送="已采用",参评项数-COUNT(得分)-COUNTIF(得分,"不适用"),"")')


@cache
def summed(capped: tuple[bool, ...]) -> Declared:
    """得分合计 of the chapters 得分1, 得分2 …; a chapter that is `capped` gives 章节上限n at most."""
    parts = (f"MIN(SUM(得分{n}),章节上限{n})" if c else f"SUM(得分{n})" for n, c in enumerate(capped, 1))
    return Declared(f'IF(COUNT(得分)=0,"",ROUND({"+".join(parts)},10))')


@cache
def extra(word: Literal["加分", "减分"], kinds: tuple[bool, ...]) -> Declared:
    """The 加分 (or 减分) of a unit: of each kind (得分1 …) at most 加分上限n if it has a cap."""
    parts = [f"MIN(SUM(得分{n}),{word}上限{n})" if c else f"SUM(得分{n})" for n, c in enumerate(kinds, 1)]
    total = "+".join(parts) or "0"
    return Declared(
        f'IF(报送="已采用",ROUND(IF(ISNUMBER({word}上限),MIN({total},{word}上限),{total}),10),"")'
    )


@cache
def counts(capped: bool) -> Declared:
    """What counts of a chapter's scores."""
    return Declared("MIN(SUM(得分),章节上限)" if capped else "SUM(得分)")


@cache
def weighted(chapters: int) -> Declared:
    """加权得分率: the chapters' rates by their weights. A chapter of which nothing applies leaves its weight.

    参评n are a unit's points in chapter n, 得分n its scores there, 计分n what of them counts (`counts`),
    分值n the points of its columns.
    """
    base = [f'(参评{n}-SUMIF(得分{n},"不适用",分值{n}))' for n in range(1, chapters + 1)]
    rates = "+".join(f"IF({b}>0,章节权重{n}*计分{n}/{b},0)" for n, b in enumerate(base, 1))
    whole = "+".join(f"IF({b}>0,章节权重{n},0)" for n, b in enumerate(base, 1))
    return Declared(f'IF(COUNT(得分)=0,"",IFERROR(ROUND(({rates})/({whole}),10),""))')


STATE: Final = Declared(
    f'IF(报送<>"已采用",报送,IF(计分基数<=0,"{UNSCORED}",IF(待评项数>0,"{PENDING}","{SCORED}")))'
)
TOTAL: Final = Declared(
    f'IF(状态="{SCORED}",ROUND(ROUND(IF(缺项折算="是",得分合计*满分/计分基数,得分合计)+加分-减分,10),小数位数),"")'
)
WEIGHTED_TOTAL: Final = Declared(
    f'IF(状态="{SCORED}",ROUND(ROUND(满分*加权得分率+加分-减分,10),小数位数),"")'
)
"""The total where chapters have weights: what does not apply is left out of its chapter's rate anyway."""
SUBTOTAL: Final = Declared(
    'IF(OR(COUNT(得分)=0,COUNT(得分)+COUNTIF(得分,"不适用")<项数),"",ROUND(SUM(得分),10))'
)
"""A chapter's points, as scored (not rescaled); empty until all of its rows that apply have a score."""

FIRST: Final = Declared("IF(ISNUMBER(总分),IF(COUNTIF(此前总分,总分)=0,1,0),0)")
TEAM_FIRST: Final = Declared("IF(ISNUMBER(总分),IF(COUNTIFS(此前组别,组别,此前总分,总分)=0,1,0),0)")
"""1 for the first of units with equal totals: what 并列不占位 counts."""
RANK: Final[dict[Ranking, Declared]] = {
    "并列占位": Declared('IF(ISNUMBER(总分),RANK(总分,全部总分),"")'),
    "并列不占位": Declared('IF(ISNUMBER(总分),COUNTIFS(全部总分,">"&总分,首次,1)+1,"")'),
}
TEAM_RANK: Final[dict[Ranking, Declared]] = {
    "并列占位": Declared('IF(AND(ISNUMBER(总分),组别>0),COUNTIFS(全部组别,组别,全部总分,">"&总分)+1,"")'),
    "并列不占位": Declared(
        'IF(AND(ISNUMBER(总分),组别>0),COUNTIFS(全部组别,组别,全部总分,">"&总分,组内首次,1)+1,"")'
    ),
}

RATE: Final = Declared('IF(ISNUMBER(总分),ROUND(总分/满分,10),"")')
LIGHT: Final = Declared(
    f'IF(ISNUMBER(得分率),IF(得分率>=绿灯线,"{GREEN}",IF(得分率>=黄灯线,"{AMBER}","{RED}")),"")'
)

MEAN: Final = Declared('IF(COUNT(得分)=0,"",ROUND(ROUND(AVERAGE(得分),10),小数位数))')
HIGHEST: Final = Declared('IF(COUNT(得分)=0,"",MAX(得分))')
LOWEST: Final = Declared('IF(COUNT(得分)=0,"",MIN(得分))')
SCORE_RATE: Final = Declared('IF(COUNT(得分)=0,"",IF(分值<=0,"",ROUND(AVERAGE(得分)/分值,10)))')
TEAM_MEAN: Final = Declared(
    'IF(COUNTIFS(全部组别,组别,全部总分,">-1000000")=0,"",'
    "ROUND(ROUND(AVERAGEIF(全部组别,组别,全部总分),10),小数位数))"
)
CHAPTER_RATE: Final = Declared('IF(COUNT(得分)=0,"",IFERROR(ROUND(SUM(得分)/应得,10),""))')
"""Of all units: what was scored in a chapter, of what could have been where there is a score."""
NUMBERS: Final = Declared("COUNT(得分)")
"""How many scores there are."""


TIED: Final = Declared(
    'IF(ISNUMBER(总分),IF(COUNTIF(全部总分,总分)>1,"与其他"&(COUNTIF(全部总分,总分)-1)&"个单位同分，并列第"&排名&"名",""),"")'
)
"""同分说明: with how many a unit shares its total, and its rank."""


@cache
def grade(barred: tuple[int, ...], shares: tuple[int, ...] = ()) -> Declared:
    """The grade of a total: `barred` are the places (from 1) of the grades that the ceilings bar.

    Ceiling n counts in 计数n against its limit 限制n; 计数 is the area of all counts. Counts that
    are no numbers leave the grade 待核: ignoring them would be in the unit's favour. `shares` are the
    places of the grades that are limited by 等级比例n: a unit has such a grade only if those with its
    total or a higher one are not more than that share of all that have a total.
    """
    lowered = "".join(
        f",IF(AND(ISNUMBER(计数{n}),计数{n}>=限制{n}),{place + 1},1)" for n, place in enumerate(barred, 1)
    )
    lowered += "".join(
        f',IF(COUNTIF(全部总分,">="&总分)>INT(ROUND(COUNT(全部总分)*等级比例{n},6)),{place + 1},1)'
        for n, place in enumerate(shares, 1)
    )
    place = 'COUNTIF(等级线,">"&总分)+1'
    if lowered:
        place = f"MIN(COUNT(等级线)+1,MAX({place}{lowered}))"
    named = f"INDEX(等级名称,{place})"
    if barred:
        named = f'IF(COUNTA(计数)<>COUNT(计数),"{UNCLEAR}",{named})'
    return Declared(f'IF(ISNUMBER(总分),{named},"")')


@cache
def why_lowered(reasons: tuple[str, ...], shares: tuple[tuple[str, int], ...]) -> Declared:
    """等级说明: the ceilings that a unit has met (`reasons`, as words), and the shares that were full.

    `shares`: name and place of each limited grade; it is said where the total alone would earn it.
    """
    met = [
        f'IF(AND(ISNUMBER(计数{n}),计数{n}>=限制{n}),"{_quoted(reason)}；","")'
        for n, reason in enumerate(reasons, 1)
    ]
    full = [
        f'IF(AND(COUNTIF(等级线,">"&总分)+1<={place},'
        f'COUNTIF(全部总分,">="&总分)>INT(ROUND(COUNT(全部总分)*等级比例{n},6))),'
        f'"{_quoted(name)}的名额已满；","")'
        for n, (name, place) in enumerate(shares, 1)
    ]
    return Declared(f'IF(ISNUMBER(总分),{"&".join((*met, *full))},"")')


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def barred_places(scheme: Scheme) -> tuple[int, ...]:
    """For `grade`: the place of each ceiling's barred grade. Raises ValueError for an unknown grade."""
    names = [g.name for g in scheme.grades]
    return tuple(names.index(ceiling.barred) + 1 for ceiling in scheme.ceilings)


def parameters(scheme: Scheme) -> dict[str, Value]:
    """The scheme's parameters by the names that the formulas know them by."""
    own, assessed = scheme.weights
    named: dict[str, Value] = {
        "自评权重": float(own),
        "考核权重": float(assessed),
        "满分": float(scheme.full),
        "缺项折算": "是" if scheme.rescale else "否",
        "加分上限": _cap(scheme.bonus_cap),
        "减分上限": _cap(scheme.penalty_cap),
        "小数位数": float(scheme.decimals),
        "等级线": tuple(float(g.minimum) for g in scheme.grades),
        "等级名称": (*(g.name for g in scheme.grades), scheme.lowest),
        "绿灯线": GREEN_LINE,
        "黄灯线": AMBER_LINE,
    }
    shares = [g.share for g in scheme.grades if g.share is not None]
    named |= {f"等级比例{n}": float(share) for n, share in enumerate(shares, 1)}
    return named | {f"限制{n}": float(c.limit) for n, c in enumerate(scheme.ceilings, 1)}


def share_places(scheme: Scheme) -> tuple[int, ...]:
    """For `grade`: the places of the grades that are limited by a share."""
    return tuple(n for n, g in enumerate(scheme.grades, 1) if g.share is not None)


def _cap(cap: float | None) -> Scalar:
    return UNLIMITED if cap is None else float(cap)
