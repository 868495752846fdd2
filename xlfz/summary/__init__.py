"""The summary (汇总表): a consolidation as one live workbook.

Takes a `Consolidation`, gives a plan whose every formula has its value; writes nothing. `carry`
reads back from an earlier summary what staff had typed into it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.excel.plan import Name, Workbook
from xlfz.summary import analysis, detail, lists, rules
from xlfz.summary.matrix import Matrix
from xlfz.summary.overview import Overview
from xlfz.summary.ranking import Ranking

if TYPE_CHECKING:
    from datetime import datetime

    from xlfz.consolidation import Consolidation
    from xlfz.workbench.model import Workbench

__all__ = ["plan"]


def plan(consolidation: Consolidation, workbench: Workbench, created: datetime) -> Workbook:
    """汇总表.xlsx as a plan; `created` is its day. It belongs into 汇总/: its links are relative."""
    details = detail.detail(consolidation, workbench)
    matrix = Matrix(consolidation, workbench, details)
    ranking = Ranking(matrix)
    parameters = rules.Rules(consolidation, workbench)
    sheets = [
        Overview(matrix, ranking, created).sheet(),
        ranking.listing.sheet(),
        matrix.sheet(),
        details.sheet(),
        *([detail.materials(consolidation).sheet()] if consolidation.materials else []),
        analysis.analysis(matrix).sheet(),
        analysis.duties(consolidation, workbench),
        lists.reminders(consolidation, workbench).sheet(),
        lists.problems(consolidation).sheet(),
        lists.ledger(consolidation, workbench).sheet(),
        lists.register(consolidation).sheet(),
        *([lists.lost(consolidation.lost).sheet()] if consolidation.lost else []),
        parameters.sheet(),
        rules.guide(workbench, len(consolidation.lost)),
    ]
    areas = tuple(Name(name, f"={where}") for name, where in detail.names(details).items())
    return Workbook(
        tuple(sheets),
        title=f"{workbench.settings.title}汇总表",
        author=workbench.settings.organ,
        created=created,
        names=(*parameters.names, *areas),
    )
