"""排名: one row for each unit with its total, ranks, grade, chapters, and the counted facts.

The figures are 得分's; the grade is reckoned here, because the facts that cap it are typed here. The
rows stand in the order of the ranks of the day; every reference to 得分 is absolute, so that staff
may sort the sheet again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlfz.excel import look
from xlfz.excel.plan import Conditional, Formula, Validation, Value
from xlfz.listing import CENTER, COUNT, FIRST_ROW, LEFT, RATE, SCORE, TOTAL, ListColumn, Listing, rounded
from xlfz.scoring import formulas
from xlfz.scoring.functions import Result, is_number
from xlfz.scoring.units import lowered
from xlfz.summary.matrix import TOP, Matrix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.consolidation import UnitRow
    from xlfz.scheme import Ceiling
    from xlfz.scoring.formula import Declared

RANKING: Final = "排名"
CODE = "单位编码"
LOWERED, TIED = "等级说明", "同分说明"
_INPUT_COUNT = look.INPUT_NUMBER.but(align="center")


@dataclass(frozen=True)
class Ranking:
    """The sheet 排名 and where everything stands on it."""

    matrix: Matrix

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Places in the roster's order, best rank first, the unranked last."""
        units = self.matrix.consolidation.units
        last = len(units) + 1

        def weight(place: int) -> float:
            rank = units[place].score.rank
            return rank if is_number(rank) else last

        return tuple(sorted(range(len(units)), key=weight))

    @cached_property
    def headers(self) -> tuple[ListColumn, ...]:
        """The columns that this scheme and catalogue make."""
        consolidation, scheme = self.matrix.consolidation, self.matrix.workbench.scheme
        board, no_teams = consolidation.board, not consolidation.teams
        return (
            ListColumn(CODE, 12, CENTER, hidden=True),
            ListColumn("排名", 7, TOTAL),
            ListColumn("单位", 26, LEFT),
            ListColumn(scheme.team_by, 13, CENTER, hidden=no_teams),
            ListColumn("组内排名", 7, COUNT, hidden=no_teams),
            ListColumn("总分", 10, rounded(TOTAL, scheme.decimals)),
            ListColumn("等级", 9, CENTER),
            ListColumn("得分率", 9, RATE),
            ListColumn("亮灯", 7, CENTER),
            ListColumn("状态", 10, CENTER),
            *(ListColumn(header, 11, rounded(SCORE, 2)) for header in self.chapters),
            *((ListColumn("加分", 8, SCORE),) if board.bonus else ()),
            *((ListColumn("减分", 8, SCORE),) if board.penalty else ()),
            *(ListColumn(ceiling.fact, 12, _INPUT_COUNT, open=True) for ceiling in scheme.ceilings),
            *((ListColumn(LOWERED, 26, LEFT),) if lowered(scheme) is not None else ()),
            ListColumn(TIED, 24, LEFT),
        )

    @cached_property
    def chapters(self) -> tuple[str, ...]:
        """The headers of the chapters' columns, with their points."""
        board = self.matrix.consolidation.board
        return tuple(
            f"{name}\n（{sum(i.points or 0 for i in members):g}分）" for name, members in board.chapters
        )

    @cached_property
    def listing(self) -> Listing:
        """The sheet before it is a plan."""
        settings, scheme = self.matrix.workbench.settings, self.matrix.workbench.scheme
        note = "未报、待改、待评的单位不排名。可按任一列排序。"
        if scheme.rescale:
            note += "一级指标各列为原始得分，总分已按缺项折算。"
        if scheme.ceilings:
            note += "浅黄色列填写次数，达到评分办法规定次数的限制等级。"
        listing = Listing(
            RANKING,
            f"{settings.title}排名",
            note,
            self.headers,
            list(self._rows()),
            empty="没有需要填报的单位。",
            frozen=4,
            tab=look.ACCENT,
        )
        if listing.rows:
            listing.extra.update(validations=self._rules(listing), conditionals=_marks(listing))
        return listing

    def _rows(self) -> Iterator[list[Value]]:
        for line, place in enumerate(self.order, FIRST_ROW):
            yield self._row(line, TOP + place, self.matrix.consolidation.units[place])

    def _row(self, line: int, source: int, unit: UnitRow) -> list[Value]:
        matrix, score = self.matrix, unit.score
        board = matrix.consolidation.board
        letters = Listing(RANKING, "", "", self.headers, ())

        def taken(header: str, value: Result) -> Formula:
            return Formula(matrix.cell(header, source), value)

        total = {"总分": f"${letters.letter('总分')}{line}"}
        subtotals: list[Value] = []
        for (first, after), items, value in zip(
            board.spans, score.chapter_items, score.subtotals, strict=True
        ):
            areas = {"得分": matrix.scores(first, after, source, source), "项数": str(items)}
            subtotals.append(Formula(formulas.SUBTOTAL.text(**areas), value) if items else "—")
        return [
            unit.unit.code,
            taken("排名", score.rank),
            unit.unit.name,
            unit.team,
            taken("组内排名", score.team_rank),
            taken("总分", score.total),
            self._grade(line, unit, letters),
            Formula(formulas.RATE.text(**total), score.rate),
            Formula(formulas.LIGHT.text(得分率=f"${letters.letter('得分率')}{line}"), score.light),
            taken("状态", score.state),
            *subtotals,
            *((taken("加分", score.bonus),) if board.bonus else ()),
            *((taken("减分", score.penalty),) if board.penalty else ()),
            *unit.counts,
            *self._lowered(line, unit, letters),
            self._tied(line, source, unit, letters),
        ]

    def _grade(self, line: int, unit: UnitRow, letters: Listing) -> Formula:
        scheme = self.matrix.workbench.scheme
        declared = formulas.grade(formulas.barred_places(scheme), formulas.share_places(scheme))
        return Formula(self._judged(declared, line, letters), unit.score.grade)

    def _lowered(self, line: int, unit: UnitRow, letters: Listing) -> list[Value]:
        declared = lowered(self.matrix.workbench.scheme)
        if declared is None:
            return []
        return [Formula(self._judged(declared, line, letters), unit.score.lowered)]

    def _tied(self, line: int, source: int, unit: UnitRow, letters: Listing) -> Formula:
        addresses = {"排名": self.matrix.cell("排名", source)}
        return Formula(self._judged(formulas.TIED, line, letters, **addresses), unit.score.tied)

    def _judged(self, declared: Declared, line: int, letters: Listing, **addresses: str) -> str:
        """The text of a formula over a unit's total, the totals of all and its counted facts."""
        addresses |= {"总分": f"${letters.letter('总分')}{line}", "全部总分": self.matrix.column("总分")}
        ceilings = self.matrix.workbench.scheme.ceilings
        facts = [f"${letters.letter(ceiling.fact)}{line}" for ceiling in ceilings]
        if facts:
            addresses |= {f"计数{n}": address for n, address in enumerate(facts, 1)}
            addresses["计数"] = f"{facts[0]}:{facts[-1]}"
        return declared.text(**{name: a for name, a in addresses.items() if name in declared.names})

    def _rules(self, listing: Listing) -> tuple[Validation, ...]:
        return tuple(
            Validation(
                listing.column_cells(ceiling.fact),
                "whole",
                minimum=0,
                maximum=100_000,
                prompt_title="次数",
                prompt=f"填 0 或正整数；达到 {ceiling.limit:g} 的，{_barred(ceiling)}。",
                error_title="次数有误",
                error="请填 0 或正整数。",
            )
            for ceiling in self.matrix.workbench.scheme.ceilings
        )


def _barred(ceiling: Ceiling) -> str:
    return "一票否决，评为最低等级" if ceiling.veto else f"不能评为“{ceiling.barred}”及以上"


def _marks(listing: Listing) -> tuple[Conditional, ...]:
    state, light = (f"${listing.letter(h)}{FIRST_ROW}" for h in ("状态", "亮灯"))
    states, lights = (listing.column_cells(h) for h in ("状态", "亮灯"))
    return (
        Conditional(states, f'=OR({state}="未报",{state}="已报待改")', look.MARK_ERROR),
        Conditional(states, f'={state}="{formulas.PENDING}"', look.MARK_WARN),
        Conditional(lights, f'={light}="{formulas.GREEN}"', look.MARK_OK),
        Conditional(lights, f'={light}="{formulas.AMBER}"', look.MARK_WARN),
        Conditional(lights, f'={light}="{formulas.RED}"', look.MARK_ERROR),
    )
