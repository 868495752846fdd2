"""What the sheets of the 责任分工表 share: the units and where each stands, texts, names of sheets.

Takes a `Workbench`, gives `Plan`; knows which row and column of 分工矩阵 belongs to whom, so that
formulas elsewhere can point there. Forbids sheet names that Excel refuses (`sheet_names`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from xlfz.excel import look
from xlfz.excel.address import absolute, quote_sheet
from xlfz.form.heading import day
from xlfz.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from xlfz.assignment import Duty
    from xlfz.catalogue import Indicator, Material, Role
    from xlfz.excel.plan import Value
    from xlfz.workbench.model import Workbench

TABLE, MATRIX, COUNTS = "责任分工表", "分工矩阵", "单位统计"
SYMBOLS: Final[dict[Role, str]] = {"牵头": "●", "责任": "○", "配合": "△"}
LEGEND = "　".join(f"{symbol} {role}" for role, symbol in SYMBOLS.items())
HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1
"""Every sheet has its title in row 1, a line of facts in row 2, the header in row 3."""
POINTS_STYLE = look.BODY_CENTER.but(number="General")

_FORBIDDEN_IN_SHEET = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
_MAX_SHEET_NAME = 31
_RESERVED = "history"
"""Excel keeps this name for itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part: its duty, the name of its sheet, its column in 分工矩阵."""

    duty: Duty
    sheet: str
    column: int

    @property
    def name(self) -> str:
        """The unit's name."""
        return self.duty.unit.name

    def count(self, role: Role) -> int:
        """How many indicators the unit has in this role."""
        return sum(item.role == role for item in self.duty.items)

    @property
    def materials(self) -> int:
        """How many materials the unit hands in."""
        return sum(len(item.materials) for item in self.duty.items)

    @property
    def points(self) -> float:
        """Points of the unit's indicators that count towards the full marks."""
        return round(sum(i.indicator.points or 0.0 for i in self.duty.items if i.indicator.scored), 10)


@dataclass(frozen=True)
class Plan:
    """The duties of one round, placed on sheets."""

    workbench: Workbench
    created: datetime
    parts: tuple[Part, ...]
    """Units with something to do, in the roster's order."""
    idle: tuple[str, ...]
    """Names of active units with nothing to do."""

    @classmethod
    def of(cls, workbench: Workbench, created: datetime) -> Plan:
        """The duties of a workbench, placed."""
        duties = workbench.assignment.duties
        busy = [d for d in duties if d.items]
        sheets = sheet_names((d.unit.name for d in busy), (TABLE, MATRIX, COUNTS))
        first = 3 + _has_points(workbench)
        parts = tuple(Part(d, s, c) for c, (d, s) in enumerate(zip(busy, sheets, strict=True), first))
        return cls(workbench, created, parts, tuple(d.unit.name for d in duties if not d.items))

    @property
    def title(self) -> str:
        """What the work is called."""
        return self.workbench.settings.title

    @property
    def made_by(self) -> str:
        """Who made the table and when, as one line."""
        organ = self.workbench.settings.organ
        by = f"编制单位：{organ}　　　　" if organ else ""
        return f"{by}编制日期：{day(self.created)}"

    @cached_property
    def live(self) -> tuple[Indicator, ...]:
        """The indicators that are sent out, with the points that apply."""
        return self.workbench.scoring_catalogue.live

    @cached_property
    def listed(self) -> tuple[Indicator, ...]:
        """The live indicators and the open slots (空缺) among them."""
        return tuple(i for i in self.workbench.scoring_catalogue.indicators if i.state != "停用")

    @property
    def has_points(self) -> bool:
        """Whether any indicator has points."""
        return _has_points(self.workbench)

    @property
    def last_row(self) -> int:
        """The last row of data of 分工矩阵; at least one is kept."""
        return FIRST_ROW + max(1, len(self.live)) - 1

    def matrix(self, column: int) -> str:
        """A column of 分工矩阵 as formulas elsewhere name it."""
        return f"{quote_sheet(MATRIX)}!{absolute(FIRST_ROW, column)}:{absolute(self.last_row, column)}"

    @cached_property
    def alike(self) -> bool:
        """True when several units have exactly the same to do."""
        return len(self.parts) > 1 and len({same(p.duty) for p in self.parts}) == 1


def _has_points(workbench: Workbench) -> bool:
    return any(i.points is not None for i in workbench.scoring_catalogue.live)


def same(duty: Duty) -> tuple[object, ...]:
    """Equal for two units that have the same to do: within one catalogue the numbers say everything."""
    return tuple((i.indicator.number, i.role, tuple(m.index for m in i.materials)) for i in duty.items)


def points(indicator: Indicator) -> Value:
    """Points as they stand in a cell. 加分 and 减分 are text: they do not count towards the full marks."""
    if indicator.points is None or indicator.scored:
        return indicator.points
    return f"{indicator.kind[0]}{indicator.points:g}"


def duty_text(indicator: Indicator) -> str:
    """指标内容 and 工作要求 in one cell."""
    kind = f"【{indicator.kind}项】" if not indicator.scored else ""
    return "\n".join(t for t in (kind + indicator.text, indicator.requirement) if t)


def deadline_text(indicator: Indicator) -> str:
    """完成时限 as written, or as day and recurrence where nothing is written."""
    deadline = indicator.deadline
    day_ = f"{deadline.day:%Y-%m-%d}" if deadline.day else ""
    return deadline.text or "、".join(t for t in (day_, *deadline.recurrence) if t)


def material_lines(materials: Sequence[Material]) -> str:
    """Materials numbered, one a line: `1.年度工作总结（牵头：司法局；2000字以内）`."""
    lines = []
    for material in materials:
        facts = [
            f"{role}：{'、'.join(names)}"
            for role, names in (("牵头", material.lead), ("责任", material.responsible))
            if names
        ]
        facts += [f"{material.word_limit}字以内"] if material.word_limit else []
        number = f"{material.index}." if material.needed else ""
        lines.append(f"{number}{material.name}" + (f"（{'；'.join(facts)}）" if facts else ""))
    return "\n".join(lines)


def sheet_names(names: Iterable[str], taken: Iterable[str]) -> list[str]:
    """A legal and unique sheet name for each name, like the name itself where that can be.

    Excel allows 31 characters (UTF-16 units), none of []:*?/\\, no apostrophe at the ends, and takes
    two names that differ in case for one.
    """
    used = {name.lower() for name in taken} | {_RESERVED}
    made = []
    for name in names:
        plain = _FORBIDDEN_IN_SHEET.sub(" ", visible(name)).strip(" '") or "单位"
        number, candidate = 1, _cut(plain, "")
        while candidate.lower() in used:
            number += 1
            candidate = _cut(plain, f"({number})")
        used.add(candidate.lower())
        made.append(candidate)
    return made


def _cut(name: str, suffix: str) -> str:
    """The name with its suffix, cut so that both fit."""
    room = _MAX_SHEET_NAME - len(suffix)
    while len(name.encode("utf-16-le", "replace")) // 2 > room:
        name = name[:-1]
    return name.rstrip(" '") + suffix
