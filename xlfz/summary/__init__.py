"""The summary (汇总表): a consolidation as one live workbook.

Takes a `Consolidation`, gives a plan whose every formula has its value; writes nothing. `carry`
reads back from an earlier summary what staff had typed into it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.consolidation import ASSESSED, DEDUCTED
from xlfz.excel.plan import Name, Workbook
from xlfz.findings import by_weight
from xlfz.ledger import NO_ITEMS, Book, Drawn
from xlfz.listing import FIRST_ROW
from xlfz.summary import analysis, detail, lists, review, rules
from xlfz.summary.matrix import Matrix
from xlfz.summary.overview import Overview
from xlfz.summary.ranking import RANKING, Ranking

if TYPE_CHECKING:
    from datetime import datetime

    from xlfz.consolidation import Consolidation
    from xlfz.findings import Finding
    from xlfz.workbench.model import Workbench

__all__ = ["located", "plan"]

_TYPED_FAULT = "E_CARRY_VALUE"


def located(consolidation: Consolidation, workbench: Workbench) -> Consolidation:
    """The same, every fault in what staff typed (E_CARRY_VALUE) with its cell in the summary to come.

    Only the summary knows where its rows and columns stand; it is planned from what this gives.
    """
    if not any(f.code == _TYPED_FAULT for f in consolidation.findings):
        return consolidation
    details = detail.detail(consolidation, workbench)
    ranking = Ranking(Matrix(consolidation, workbench, details))
    cells = {
        (detail.DETAIL, row.unit.name, row.item.indicator.number, column): f"{details.letter(column)}{line}"
        for line, row in enumerate(consolidation.rows, FIRST_ROW)
        for column, typed in ((ASSESSED, row.assessed), (DEDUCTED, row.deducted))
        if typed is not None
    }
    for line, place in enumerate(ranking.order, FIRST_ROW):
        for ceiling in workbench.scheme.ceilings:
            unit = consolidation.units[place].unit.name
            cells[RANKING, unit, "", ceiling.fact] = f"{ranking.listing.letter(ceiling.fact)}{line}"

    def at_its_cell(found: Finding) -> Finding:
        if found.code != _TYPED_FAULT:
            return found
        facts = dict(found.facts)
        cell = cells[found.sheet, found.unit, found.indicator, str(facts["列"])]
        facts["ref"] = f"{cell} {facts['ref']}"
        return replace(found, cell=cell, facts=tuple(facts.items()))

    return replace(
        consolidation,
        findings=tuple(map(at_its_cell, consolidation.findings)),
        problems=tuple(sorted(map(at_its_cell, consolidation.problems), key=by_weight)),
    )


def plan(
    consolidation: Consolidation, workbench: Workbench, created: datetime, ledger: Book = NO_ITEMS
) -> Workbook:
    """汇总表.xlsx as a plan; `created` is its day. It belongs into 汇总/: its links are relative."""
    details = detail.detail(consolidation, workbench)
    matrix = Matrix(consolidation, workbench, details)
    ranking = Ranking(matrix)
    items = Drawn(ledger, created.date())
    parameters = rules.Rules(consolidation, workbench)
    sheets = [
        Overview(matrix, ranking, created, items).sheet(),
        ranking.listing.sheet(),
        matrix.sheet(),
        details.sheet(),
        *([review.review(consolidation, workbench).sheet()] if consolidation.assessed else []),
        *([detail.materials(consolidation).sheet()] if consolidation.materials else []),
        analysis.analysis(matrix).sheet(),
        analysis.duties(consolidation, workbench),
        lists.reminders(consolidation, workbench).sheet(),
        lists.problems(consolidation).sheet(),
        items.sheet(),
        lists.register(consolidation).sheet(),
        *([lists.lost(consolidation.lost).sheet()] if consolidation.lost else []),
        parameters.sheet(),
        rules.guide(workbench, len(consolidation.lost), assessed=bool(consolidation.assessed)),
        *items.memory(),
    ]
    areas = tuple(Name(name, f"={where}") for name, where in detail.names(details).items())
    return Workbook(
        tuple(sheets),
        title=f"{workbench.settings.title}汇总表",
        author=workbench.settings.organ,
        created=created,
        names=(*parameters.names, *areas),
    )
