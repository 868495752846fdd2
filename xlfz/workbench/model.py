"""What a workbench holds once it has been read and found in order.

Frozen types only. `Workbench` is what every later stage starts from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from xlfz.assignment import Assignment, assign
from xlfz.catalogue import Catalogue, Declared, even_split
from xlfz.form.spec import FormSpec, form_spec
from xlfz.roster import Roster
from xlfz.scheme import Scheme

if TYPE_CHECKING:
    from datetime import date

    from xlfz.assignment import Duty
    from xlfz.catalogue import Indicator
    from xlfz.findings import Finding

PointsMode = Literal["留空", "平均分配"]
POINTS_MODES: tuple[PointsMode, ...] = ("留空", "平均分配")


@dataclass(frozen=True, slots=True)
class Settings:
    """The 设置 sheet. Dates are whole days; word limits in 字."""

    title: str = "指标考核"
    """工作名称, the title of forms and summary."""
    organ: str = ""
    """主办单位."""
    year: int | None = None
    round: str = "年度"
    """期次: 年度, 第一季度, 2026-03 …; part of the form's identity."""
    form_kind: str = "自评表"
    start: date | None = None
    due: date | None = None
    report_day: int = 5
    """每月报送日: the day of the following month by which a month's 进展表 is due."""
    near_days: int = 5
    """黄灯天数: so many days before its deadline a task turns from 绿 to 黄."""
    points_mode: PointsMode = "留空"
    word_usual: int = 500
    word_limit: int = 1000
    password: str = ""
    """Protection password of the forms; empty is none."""
    level: str = ""
    form_version: int = 1
    """Raised by staff when they change forms that have gone out."""


@dataclass(frozen=True)
class Workbench:
    """Settings, catalogue, roster, form and scheme of one round, checked together.

    `findings` are the warnings that came with it (open slots, missing leads …): a workbench with
    errors is never built, `workbench.reading` raises Refused instead.
    """

    settings: Settings = Settings()
    catalogue: Catalogue = Catalogue()
    roster: Roster = Roster()
    form: FormSpec = form_spec()
    scheme: Scheme = Scheme()
    declared: Declared = Declared()
    findings: tuple[Finding, ...] = ()
    duties: tuple[Duty, ...] | None = None
    """Who fills in which rows, where no roles say so: set for the forms of a further collection."""

    @cached_property
    def scoring_catalogue(self) -> Catalogue:
        """The catalogue with the points that apply: as set, or evenly split where 设置 says so."""
        if self.settings.points_mode == "留空":
            return self.catalogue
        shares = even_split(self.catalogue, self.scheme.full, dict(self.scheme.chapters))
        return self.catalogue.with_points(shares)

    @cached_property
    def assignment(self) -> Assignment:
        """Who reports what, with the points that apply."""
        if self.duties is not None:
            return Assignment(self.duties)
        return assign(self.scoring_catalogue, self.roster)

    @cached_property
    def by_number(self) -> dict[str, Indicator]:
        """Indicator by number, with the points that apply."""
        return dict(self.scoring_catalogue.by_number)
