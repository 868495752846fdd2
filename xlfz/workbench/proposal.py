"""建议分值: the even split as live formulas in the 指标 sheet, each with the value that it has now.

Takes the grids of 指标 and 评分办法; gives the derived columns. The formulas say what
`catalogue.even_split` computes: chapters with points of their own share those, the others share the
rest of the full marks, in whole hundredths, the odd ones to the first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.excel.address import address
from xlfz.excel.plan import Formula
from xlfz.workbench.sheets import FIRST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlfz.excel.plan import Value
    from xlfz.workbench.sheets import Grid

_UNSCORED = ("加分", "减分")
_OUT = ("空缺", "停用")


@dataclass(frozen=True)
class _Pots:
    """What there is to share: full marks less what chapters have of their own."""

    full: float
    own: Mapping[str, float]

    def of(self, row: Mapping[str, Value]) -> str:
        """The chapter whose own points a row shares; empty: it shares the rest."""
        chapter = str(row.get("chapter", ""))
        return chapter if chapter in self.own else ""

    def whole(self, pot: str) -> float:
        """The points that a pot has."""
        return self.own[pot] if pot else self.full - sum(self.own.values())


def proposals(indicators: Grid, scheme: Grid) -> dict[str, list[Formula]]:
    """Field id -> one formula for each bordered row, for the derived columns of 指标."""
    pots = _pots(scheme)
    waiting: Counter[str] = Counter()
    spent: defaultdict[str, float] = defaultdict(float)
    for row in indicators.rows:
        if counted(row):
            waiting[pots.of(row)] += row.get("points") is None
            spent[pots.of(row)] += points(row)
    made: dict[str, list[Formula]] = {i: [] for i in ("counts", "pot", "waiting", "cents", "proposal")}
    placed: Counter[str] = Counter()
    for number in range(FIRST, indicators.bordered + 1):
        row = indicators.rows[number - FIRST] if number - FIRST < len(indicators.rows) else {}
        pot = pots.of(row) if counted(row) else ""
        blank = counted(row) and row.get("points") is None
        placed[pot] += blank
        count = waiting[pot] if blank else 0
        cents = round(100 * (pots.whole(pot) - spent[pot])) if blank else 0
        fits = blank and cents >= count
        values: dict[str, str | float] = {
            "counts": int(counted(row)),
            "pot": pot,
            "waiting": count,
            "cents": cents,
            "proposal": (cents // count + (placed[pot] <= cents % count)) / 100 if fits else "",
        }
        for field_id, text in _formulas(indicators, scheme, number).items():
            made[field_id].append(Formula(text, values[field_id]))
    return made


def counted(row: Mapping[str, Value]) -> bool:
    """Whether a row, as it is written, counts towards the full marks: live and scored."""
    return bool(row.get("number")) and row.get("kind") not in _UNSCORED and row.get("state") not in _OUT


def points(row: Mapping[str, Value]) -> float:
    """The points of a row as a formula sees them: text counts nothing."""
    value = row.get("points")
    return value if isinstance(value, int | float) else 0.0


def full_formula(scheme: Grid) -> str:
    """The full marks."""
    return f'SUMPRODUCT(({scheme.outside("rule")}="满分")*1,{scheme.outside("value")})'


def full_value(scheme: Grid) -> float:
    """Its value now."""
    return sum(_number(row.get("value")) for row in scheme.rows if row.get("rule") == "满分")


def _pots(scheme: Grid) -> _Pots:
    own: dict[str, float] = {}
    for row in scheme.rows:
        if row.get("rule") == "章节分值" and row.get("target"):
            chapter = str(row["target"])
            own[chapter] = own.get(chapter, 0.0) + _number(row.get("value"))
    return _Pots(full_value(scheme), own)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _formulas(indicators: Grid, scheme: Grid, row: int) -> dict[str, str]:
    def cell(field_id: str) -> str:
        return address(row, indicators.spec.column(field_id))

    def so_far(field_id: str) -> str:
        name = address(FIRST, indicators.spec.column(field_id)).rstrip("0123456789")
        return f"{name}${FIRST}:{name}{row}"

    rule, target, value = (scheme.outside(i) for i in ("rule", "target", "value"))
    own = f'({rule}="章节分值")'
    mine = f"({indicators.span('counts')}=1)*({indicators.span('pot')}={cell('pot')})"
    unset = f"(LEN({indicators.span('points')})=0)"
    kinds = "".join(f',{cell("kind")}<>"{kind}"' for kind in _UNSCORED)
    states = "".join(f',{cell("state")}<>"{state}"' for state in _OUT)
    whole = (
        f'IF({cell("pot")}="",{full_formula(scheme)}-SUMPRODUCT({own}*1,{value}),'
        f"SUMPRODUCT({own}*({target}={cell('pot')}),{value}))"
    )
    before = f"SUMPRODUCT(({so_far('counts')}=1)*({so_far('pot')}={cell('pot')})*(LEN({so_far('points')})=0))"
    each, odd = f"INT({cell('cents')}/{cell('waiting')})", f"MOD({cell('cents')},{cell('waiting')})"
    return {
        "counts": f"IF(AND(LEN({cell('number')})>0{kinds}{states}),1,0)",
        "pot": f"IF(AND({cell('counts')}=1,LEN({cell('chapter')})>0),"
        f'IF(SUMPRODUCT({own}*({target}={cell("chapter")}))>0,{cell("chapter")},""),"")',
        "waiting": f"IF(AND({cell('counts')}=1,LEN({cell('points')})=0),SUMPRODUCT({mine}*{unset}),0)",
        "cents": f"IF({cell('waiting')}>0,"
        f"ROUND(100*({whole}-SUMPRODUCT({mine},{indicators.span('points')})),0),0)",
        "proposal": f"IF(AND({cell('waiting')}>0,{cell('cents')}>={cell('waiting')}),"
        f'({each}+IF({before}<={odd},1,0))/100,"")',
    }
