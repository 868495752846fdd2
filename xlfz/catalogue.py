"""The catalogue: what must be done, by numbered indicators and the materials each needs.

Takes nothing from a file; gives frozen `Indicator`, `Material`, `Catalogue` and the even split of
points. Names of units are kept as written: who they are is the roster's business.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Kind = Literal["指标", "任务", "加分", "减分"]
State = Literal["启用", "空缺", "停用"]
Role = Literal["牵头", "责任", "配合"]

KINDS: tuple[Kind, ...] = ("指标", "任务", "加分", "减分")
STATES: tuple[State, ...] = ("启用", "空缺", "停用")
ROLES: tuple[Role, ...] = ("牵头", "责任", "配合")
RECURRENCES = ("一次性", "每月", "每季度", "每半年", "每年", "长期")


@dataclass(frozen=True, slots=True)
class Deadline:
    """When an indicator is due: as written, plus the last day and the recurrences it means."""

    text: str = ""
    day: date | None = None
    recurrence: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text or self.day or self.recurrence)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One 指标 or task. `number` is as printed and unique; `points` None means none are set."""

    number: str
    text: str = ""
    chapter: str = ""
    section: str = ""
    requirement: str = ""
    thresholds: str = ""
    level: str = ""
    kind: Kind = "指标"
    state: State = "启用"
    points: float | None = None
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()
    deadline: Deadline = Deadline()
    note: str = ""

    @property
    def live(self) -> bool:
        """True when it is sent out."""
        return self.state == "启用"

    @property
    def scored(self) -> bool:
        """True for what counts towards the full marks (加分 and 减分 do not)."""
        return self.kind in ("指标", "任务")

    def named(self, role: Role) -> tuple[str, ...]:
        """The unit names written for a role."""
        return {"牵头": self.lead, "责任": self.responsible, "配合": self.supporting}[role]


def kind_name(indicator: Indicator) -> str:
    """The kind of a 加分 or 减分 item, by which it is capped: its 二级指标, else its 一级指标."""
    return indicator.section or indicator.chapter


@dataclass(frozen=True, slots=True)
class Material:
    """One 上报资料 of an indicator. Without units of its own it falls to the indicator's."""

    indicator: str
    index: int
    name: str
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    word_limit: int | None = None
    needed: bool = True
    """False where the source says 不需提供."""
    note: str = ""

    @property
    def id(self) -> str:
        """Identity within a catalogue, `86#2`."""
        return f"{self.indicator}#{self.index}"


@dataclass(frozen=True)
class Catalogue:
    """Indicators and materials in the order of the source."""

    indicators: tuple[Indicator, ...] = ()
    materials: tuple[Material, ...] = ()
    title: str = ""

    @cached_property
    def by_number(self) -> Mapping[str, Indicator]:
        """Indicator by its number."""
        return {i.number: i for i in self.indicators}

    @cached_property
    def _materials(self) -> Mapping[str, tuple[Material, ...]]:
        found: dict[str, list[Material]] = {}
        for material in self.materials:
            found.setdefault(material.indicator, []).append(material)
        return {number: tuple(items) for number, items in found.items()}

    @cached_property
    def live(self) -> tuple[Indicator, ...]:
        """The indicators that are sent out, in order."""
        return tuple(i for i in self.indicators if i.live)

    @cached_property
    def chapters(self) -> tuple[str, ...]:
        """First-level names in order of appearance, without the empty one."""
        return tuple(dict.fromkeys(i.chapter for i in self.indicators if i.chapter))

    @cached_property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """(chapter, section) in order of appearance, without empty sections."""
        return tuple(dict.fromkeys((i.chapter, i.section) for i in self.indicators if i.section))

    def materials_of(self, number: str) -> tuple[Material, ...]:
        """The materials of one indicator."""
        return self._materials.get(number, ())

    def with_points(self, points: Mapping[str, float]) -> Catalogue:
        """A copy in which the named indicators have these points."""
        return replace(
            self,
            indicators=tuple(
                replace(i, points=points[i.number]) if i.number in points else i for i in self.indicators
            ),
        )

    def for_everyone(self, group: str = "全体") -> Catalogue:
        """A copy in which every indicator is led by one group and materials have no units of their own."""
        return replace(
            self,
            indicators=tuple(
                replace(i, lead=(group,), responsible=(), supporting=()) for i in self.indicators
            ),
            materials=tuple(replace(m, lead=(), responsible=()) for m in self.materials),
        )


@dataclass(frozen=True, slots=True)
class Declared:
    """What the source says of itself; None where it says nothing."""

    indicators: int | None = None
    first_level: int | None = None
    second_level: int | None = None
    points: float | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
    """Cumulative number of indicators per level."""


def even_split(
    catalogue: Catalogue, total: float, chapters: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Points for the live scored indicators that have none, so that the sums come out exactly.

    `total` is the full marks, `chapters` the points of the chapters that have their own. What is
    already set stays and is subtracted first. Shares are whole hundredths of a point; the odd
    hundredths go to the first ones. Gives nothing where nothing (or a negative rest) is left.
    """
    shares: dict[str, float] = {}
    own = dict(chapters or {})
    pots: dict[str | None, list[Indicator]] = {}  # None: the chapters without points of their own
    for indicator in catalogue.live:
        if indicator.scored:
            pots.setdefault(indicator.chapter if indicator.chapter in own else None, []).append(indicator)
    for pot, members in pots.items():
        whole = total - sum(own.values()) if pot is None else own[pot]
        blank = [i for i in members if i.points is None]
        cents = round(100 * whole) - round(100 * sum(i.points or 0 for i in members))
        if not blank or cents < len(blank):
            continue
        share, odd = divmod(cents, len(blank))
        for position, indicator in enumerate(blank):
            shares[indicator.number] = (share + (position < odd)) / 100
    return shares
