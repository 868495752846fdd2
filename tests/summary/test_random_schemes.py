"""Random schemes and scores: Python, the cached values, LibreOffice and a second reckoning agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.summary.build import filled
from tests.summary.reference import NA, Said, standings
from tests.summary.test_plan import unlike
from xlfz.catalogue import Catalogue, Indicator
from xlfz.consolidation import ASSESSED, DEDUCTED, Carried, CarriedValue, consolidate, row_key
from xlfz.excel.writer import write
from xlfz.roster import Roster, Unit
from xlfz.scheme import RANKINGS, SOURCES, TEAMS_BY, Ceiling, Grade, Scheme
from xlfz.summary import plan
from xlfz.workbench.model import Settings, Workbench

if TYPE_CHECKING:
    from xlfz.consolidation import Consolidation
    from xlfz.excel.plan import Workbook as Book

EXAMPLES = 200
CHAPTERS = ("一、依法决策", "二、执法规范")
POINTS = (10.0, 5.0, 2.5, 3.35, 0.3)
Case = tuple[Workbench, "list[Said]"]


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """One of these, or none."""
    return st.none() | values


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """Any rules that 评分办法 may hold together."""
    own = draw(st.sampled_from((0.3, 0.5, 0.25)))
    first = draw(st.sampled_from((0.4, 0.5, 0.35)))
    shares = sorted(draw(st.tuples(*[st.sampled_from((0.3, 0.5, 0.25, 1.0))] * 2)))
    limited = draw(st.sampled_from(((), (0,), (0, 1))))
    grades = tuple(
        Grade(name, line, shares[n] if n in limited else None)
        for n, (name, line) in enumerate((("优秀", 90.0), ("良好", 75.5), ("合格", 60.0)))
    )
    ceilings = draw(
        st.sampled_from(
            (
                (),
                (Ceiling("败诉", 2, "优秀"),),
                (Ceiling("败诉", 2, "优秀"), Ceiling("事故", 1, "合格", veto=True)),
            )
        )
    )
    return Scheme(
        full=draw(st.sampled_from((100.0, 120.0))),
        source=draw(st.sampled_from(SOURCES)),
        weights=(own, 1 - own),
        rescale=draw(st.booleans()),
        ranking=draw(st.sampled_from(RANKINGS)),
        decimals=draw(st.integers(0, 3)),
        grades=grades,
        bonus_cap=draw(maybe(st.sampled_from((1.0, 2.5)))),
        penalty_cap=draw(maybe(st.sampled_from((1.0, 2.5)))),
        bonus_caps=draw(st.sampled_from(((), (("表彰", 1.5),)))),
        penalty_caps=draw(st.sampled_from(((), (("通报", 0.5),)))),
        chapter_caps=draw(st.sampled_from(((), ((CHAPTERS[0], 7.25),)))),
        chapter_weights=draw(st.sampled_from(((), ((CHAPTERS[0], first), (CHAPTERS[1], 1 - first))))),
        deducting=draw(st.sampled_from(((), ("1",), (CHAPTERS[1],)))),
        team_by=draw(st.sampled_from(TEAMS_BY)),
        ceilings=ceilings,
    )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A workbench, and what each of its units and their assessors say."""
    scheme = draw(schemes())
    sizes = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    indicators = [
        Indicator(str(n), "办好一件事", chapter, points=draw(st.sampled_from(POINTS)), lead=("全体",))
        for n, chapter in enumerate(
            (c for c, size in zip(CHAPTERS, sizes, strict=True) for _ in range(size)), 1
        )
    ]
    indicators += [
        Indicator(f"加{n}", "表彰", "加分项", kind, kind="加分", points=2.0, lead=("全体",))
        for n, kind in enumerate(("表彰", "创新", "表彰")[: draw(st.integers(0, 3))], 1)
    ]
    indicators += [
        Indicator(f"减{n}", "通报", "减分项", kind, kind="减分", points=2.0, lead=("全体",))
        for n, kind in enumerate(("通报", "事故")[: draw(st.integers(0, 2))], 1)
    ]
    units, said = [], []
    for n in range(draw(st.integers(1, 4))):
        team, group = draw(st.sampled_from(("甲组", "乙组", ""))), draw(st.sampled_from(("镇", "局")))
        units.append(Unit(f"U{n}", f"单位{n}", team=team, groups=(group,)))
        own: dict[str, float | str | None] = {}
        assessed, deducted = {}, {}
        for indicator in indicators:
            points = indicator.points or 0.0
            score = st.sampled_from((points, points, 0.0, round(points / 3, 3), round(points * 0.7, 2)))
            own[indicator.number] = draw(
                st.sampled_from((NA, None)) | score if draw(st.booleans()) else score
            )
            if draw(st.booleans()):
                assessed[indicator.number] = draw(score)
            elif scheme.deducts(indicator.number, indicator.chapter) and draw(st.booleans()):
                deducted[indicator.number] = draw(score)
        counts = tuple(draw(st.integers(0, 3)) for _ in scheme.ceilings)
        said.append(Said(team if scheme.team_by == "考核组" else group, own, assessed, deducted, counts))
    book = Workbench(Settings(year=2026), Catalogue(tuple(indicators)), Roster(tuple(units)), scheme=scheme)
    return book, said


def consolidated(case: Case) -> Consolidation:
    """The case as the product sees it: returns, and what staff typed into the earlier summary."""
    book, said = case
    answers: dict[str, dict[str, dict[str, Any]]] = {}
    typed: list[CarriedValue] = []
    for unit, one in zip(book.roster.units, said, strict=True):
        rows: dict[str, dict[str, Any]] = {}
        for number, own in one.own.items():
            rows[number] = {"status": NA if own == NA else "已完成"} | (
                {"score": own} if isinstance(own, float) else {}
            )
            for column, values in ((ASSESSED, one.assessed), (DEDUCTED, one.deducted)):
                if number in values:
                    typed.append(CarriedValue("明细", row_key(unit.code, number), column, values[number]))
        answers[unit.code] = rows
        typed += [
            CarriedValue("排名", unit.code, ceiling.fact, float(count))
            for ceiling, count in zip(book.scheme.ceilings, one.counts, strict=True)
        ]
    return consolidate(book, filled(book, answers), Carried(tuple(typed)))


def told(table: Consolidation) -> list[tuple[Any, ...]]:
    """Total, ranks and grade of each unit, by the Python side."""
    shown = [(u.score.total, u.score.rank, u.score.team_rank, u.score.grade) for u in table.units]
    return [tuple(Decimal(repr(v)).normalize() if isinstance(v, float) else v for v in row) for row in shown]


def reckoned(case: Case) -> list[tuple[Any, ...]]:
    """The same by the second reckoning."""
    book, said = case
    rows = []
    for one in standings(book.scheme, book.catalogue.indicators, said):
        values = (one.total, one.rank, one.team_rank, one.grade)
        rows.append(
            tuple("" if v is None else v if isinstance(v, str) else Decimal(v).normalize() for v in values)
        )
    return rows


@settings(max_examples=150, deadline=None)
@given(cases())
def test_totals_ranks_and_grades_are_those_of_a_second_reckoning(case: Case) -> None:
    """Every rule of the scheme in any combination, half-way scores among them."""
    assert told(consolidated(case)) == reckoned(case)


def reckoning(whole: Book) -> Book:
    """The sheets on which scores become totals, ranks and grades: the others only show them."""
    wanted = ("明细", "得分", "排名", "评分办法")
    return replace(whole, sheets=tuple(s for s in whole.sheets if s.name in wanted))


@oracle.libreoffice
def test_libreoffice_reckons_random_schemes_alike() -> None:
    """Two hundred summaries of as many schemes: every formula shows what was cached."""
    found: list[Case] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def gather(case: Case) -> None:
        found.append(case)

    gather()
    assert len(found) >= EXAMPLES
    books = [write(reckoning(plan(consolidated(case), case[0], datetime(2026, 11, 25)))) for case in found]
    again = oracle.recalculate_all(books)
    wrong = [unlike(one, oracle.values(book, quick=True)) for one, book in zip(again, books, strict=True)]
    assert [w for w in wrong if w] == []
