"""Small catalogues and rosters for the tests of the 责任分工表, and plain looks into its plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from xlfz.catalogue import KINDS, Catalogue, Deadline, Indicator, Material
from xlfz.excel.plan import Formula, Link
from xlfz.roster import Roster, Unit
from xlfz.workbench.model import Settings, Workbench

if TYPE_CHECKING:
    from xlfz.excel.plan import Sheet

CREATED = datetime(2026, 11, 2)
SETTINGS = Settings(title="法治政府建设考核", organ="县依法治县办", year=2026, due=date(2026, 11, 30))
_CHAPTERS = ("", "一、依法履职", "二、化解矛盾", "三、" + "规范公正文明执法" * 6)
_SECTIONS = ("", "1.清单", "2.决策")
_AWKWARD = (
    "甲镇人民政府", "a/b:c*d?e", "A/B:C*D?E", "'引号'", "分工矩阵", "history", "单位统计",
    "长" * 40, "长" * 41, "[方括号]", "\\", "   乙   镇", "𠮷" * 20, "=1+1", "丙局~*?", "丁局，\n戊局",
)  # fmt: skip
_texts = st.one_of(
    st.just(""),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=30),
    st.integers(1, 900).map(lambda n: "加强督导检查" * (n // 6)),
)


@st.composite
def workbenches(draw: st.DrawFn) -> Workbench:
    """Up to six units with awkward names, up to nine indicators in any state, some with materials."""
    names = draw(st.lists(st.sampled_from(_AWKWARD), max_size=6, unique=True))
    units = tuple(
        Unit(f"K{n}", name, groups=("群",) if draw(st.booleans()) else (), active=draw(st.integers(0, 5)) > 0)
        for n, name in enumerate(names)
    )
    who = st.lists(st.sampled_from(("群", "全体", "没有这个单位", *(u.code for u in units))), max_size=3)
    indicators = []
    materials = []
    for n in range(draw(st.integers(0, 9))):
        number = f"{n + 1}"
        indicators.append(
            Indicator(
                number,
                draw(_texts),
                draw(st.sampled_from(_CHAPTERS)),
                draw(st.sampled_from(_SECTIONS)),
                draw(_texts),
                draw(_texts),
                kind=draw(st.sampled_from(KINDS)),
                state=draw(st.sampled_from(("启用", "启用", "启用", "空缺", "停用"))),
                points=draw(st.one_of(st.none(), st.integers(1, 1000).map(lambda p: p / 100))),
                lead=tuple(draw(who)),
                responsible=tuple(draw(who)),
                supporting=tuple(draw(who)),
                deadline=Deadline(draw(st.sampled_from(("", "2026年6月底前")))),
            )
        )
        materials += [
            Material(
                number,
                k + 1,
                draw(_texts) or "清单",
                lead=tuple(draw(who)) if draw(st.booleans()) else (),
                word_limit=draw(st.one_of(st.none(), st.integers(1, 9999))),
                needed=draw(st.booleans()),
            )
            for k in range(draw(st.integers(0, 3)))
        ]
    return Workbench(SETTINGS, Catalogue(tuple(indicators), tuple(materials)), Roster(units))


def everyone(units: int, indicators: int) -> Workbench:
    """Every unit has the same list."""
    made = tuple(
        Indicator(
            str(n),
            f"第{n}项：审批事项清单全部公开，统一目录、编码并动态管理，依限办结，继续压缩时限",
            f"第{n // 20 + 1}章",
            f"{n // 6 + 1}.行政审批制度改革全面推行",
            thresholds="公开率100%",
            points=1.0,
            lead=("全体",),
        )
        for n in range(1, indicators + 1)
    )
    given = tuple(Material(i.number, k, f"情况说明{k}", word_limit=2000) for i in made for k in (1, 2))
    return Workbench(
        SETTINGS, Catalogue(made, given), Roster(tuple(Unit(f"X{n}", f"第{n}镇") for n in range(units)))
    )


def several(units: int = 25) -> Workbench:
    """Unit n has n indicators or so, in all roles, 甲室 and 乙室 as many as each other.

    There are bonus points, an open slot and idle units.
    """
    made = [
        Indicator(
            f"1.{n}",
            "行政调解",
            "一、履职" if n < 9 else "二、化解",
            points=0.5,
            lead=(f"第{n}局",),
            responsible=tuple(f"第{k}局" for k in range(n + 1, units)),
            supporting=("第1局", "甲室", "乙室"),
        )
        for n in range(1, units)
    ]
    made += [
        Indicator("加1", "典型经验", kind="加分", points=2.0, lead=("第1局",)),
        Indicator("★1", "未列出", state="空缺", lead=("第1局",)),
        Indicator("停1", "不再考核", state="停用", lead=("第1局",)),
    ]
    given = (Material("1.1", 1, "台账"), Material("1.1", 2, "说明", lead=("第3局",), word_limit=2000))
    roster = (
        *(Unit(f"K{n}", f"第{n}局") for n in range(1, units)),
        Unit("Z", "闲置办"),
        Unit("Y", "乙室"),
        Unit("J", "甲室"),
    )
    return Workbench(SETTINGS, Catalogue(tuple(made), given), Roster(roster))


def with_points(workbench: Workbench, points: float | None) -> Workbench:
    """The workbench with the same points for every indicator."""
    catalogue = workbench.catalogue
    made = tuple(replace(i, points=points) for i in catalogue.indicators)
    return replace(workbench, catalogue=replace(catalogue, indicators=made))


def grid(sheet: Sheet) -> dict[tuple[int, int], Any]:
    """(row, column) -> what the cell shows: formulas by their cached value, merges at their first cell."""
    found: dict[tuple[int, int], Any] = {(p.row, p.column): p.value for p in sheet.cells}
    found |= {(m.first_row, m.first_column): m.value for m in sheet.merges}
    for block in sheet.blocks:
        for r, row in enumerate(block.rows, block.first_row):
            found |= {(r, c): value for c, value in enumerate(row, block.first_column)}
    return {place: _shown(value) for place, value in found.items() if _shown(value) not in (None, "")}


def _shown(value: Any) -> Any:
    if isinstance(value, Formula):
        return value.value
    return value.text if isinstance(value, Link) else value


def headers(sheet: Sheet, row: int = 3) -> dict[str, int]:
    """Header -> column."""
    return {str(value): column for (r, column), value in reversed(grid(sheet).items()) if r == row}
