"""The 责任分工表 as a workbook: who does what, for the wall, the meeting and each unit.

Takes a `Workbench`; gives a plan: the full table, the matrix of indicators and units, the counts of
each unit, and one sheet for each unit. The counts are live formulas over the matrix. Forbids roles
of its own: who has what is the assignment's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.duty.counts import counts_sheet
from xlfz.duty.frame import Plan
from xlfz.duty.matrix import matrix_sheet
from xlfz.duty.table import table_sheet
from xlfz.duty.units import UnitSheets
from xlfz.excel.plan import Workbook

if TYPE_CHECKING:
    from datetime import datetime

    from xlfz.workbench.model import Workbench

__all__ = ["plan"]


def plan(workbench: Workbench, created: datetime) -> Workbook:
    """责任分工表.xlsx as a plan; `created` is the day it bears.

    Indicators that are switched off (停用) do not show, open slots (空缺) show in the table only.
    Units without any duty are named on 单位统计 and have no sheet.
    """
    made = Plan.of(workbench, created)
    units = UnitSheets(made)
    sheets = (
        table_sheet(made),
        matrix_sheet(made),
        counts_sheet(made),
        *(units.sheet(part) for part in made.parts),
    )
    return Workbook(sheets, f"{made.title}责任分工表", workbench.settings.organ, created)
