"""进展表 of earlier months: all months' returns lie in 回收 together, each is checked as what it is.

Takes the workbench of the month that is being collected; gives that of an earlier month: the same
tasks and units under the earlier 期次. The month itself is the workbench's own round and no projection.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.form.progress import NAME
from xlfz.kinds.model import Given, Kind, of_the_round
from xlfz.months import Month, month

if TYPE_CHECKING:
    from xlfz.workbench.model import Workbench


def current(workbench: Workbench) -> Month | None:
    """The month that a workbench collects; None when it is no 进展表 or 期次 is no month."""
    settings = workbench.settings
    return month(settings.round, settings.year) if settings.form_kind == NAME else None


def project(workbench: Workbench, _: Given, period: str) -> Workbench | None:
    """The workbench of an earlier month, as its forms wrote it; None for any other period."""
    now, asked = current(workbench), month(period)
    if now is None or asked is None or asked >= now:
        return None
    settings = replace(workbench.settings, year=asked.year, round=period, start=None, due=None)
    made = replace(workbench, settings=settings, findings=())
    return made if of_the_round(made) == period else None


KIND = Kind(NAME, project)
