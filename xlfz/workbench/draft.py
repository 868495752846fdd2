"""A workbench before it is written: raw rows by column title, so that a preset, an import and an
empty workbench are written the same way.

Gives `Draft` and its changes, each a copy. Forbids judging: a draft may be incomplete or wrong,
reading the written workbench says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from xlfz.roster import EVERYONE
from xlfz.text import fold, names
from xlfz.workbench import items, rules
from xlfz.workbench.tables import (
    INACTIVE,
    INDICATORS,
    ITEMS,
    MATERIALS,
    NAMES,
    SCHEME,
    SETTINGS,
    UNITS,
    setting,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfz.workbench.tables import SheetSpec

Raw = str | float | int | date
Row: TypeAlias = "Mapping[str, Raw]"
"""Column title -> what is typed there; a title that is missing is an empty cell."""

_ROLE_TITLES = ("牵头单位", "责任单位", "配合单位")


def _default_settings() -> dict[str, Raw]:
    return {f.title: f.default for f in SETTINGS if f.default}


@dataclass(frozen=True)
class Draft:
    """The raw rows of each sheet. Settings are title -> value."""

    settings: Mapping[str, Raw] = field(default_factory=_default_settings)
    indicators: tuple[Row, ...] = ()
    materials: tuple[Row, ...] = ()
    units: tuple[Row, ...] = ()
    names: tuple[Row, ...] = ()
    items: tuple[Row, ...] = field(default_factory=items.default_rows)
    scheme: tuple[Row, ...] = field(default_factory=rules.default_rows)
    notes: tuple[str, ...] = ()
    """What the user must know of the source's gaps; shown on 说明."""

    def rows(self, sheet: str) -> tuple[Row, ...]:
        """The rows of the sheet of that id (not of 设置)."""
        return {
            INDICATORS.id: self.indicators,
            MATERIALS.id: self.materials,
            UNITS.id: self.units,
            NAMES.id: self.names,
            ITEMS.id: self.items,
            SCHEME.id: self.scheme,
        }[sheet]

    def with_setting(self, name: str, value: Raw) -> Draft:
        """A copy with one setting changed; an empty value clears it. KeyError: no such setting."""
        known = setting(name)
        if known is None:
            raise KeyError(name)
        kept = {title: old for title, old in self.settings.items() if title != known.title}
        changed = replace(self, settings=kept if value == "" else {**kept, known.title: value})
        if self.items != items.default_rows(self._form_kind):
            return changed  # somebody's own columns stay
        return replace(changed, items=items.default_rows(changed._form_kind))

    @property
    def _form_kind(self) -> str:
        return str(self.settings.get("表单类型", ""))

    def for_everyone(self, group: str = EVERYONE) -> Draft:
        """A copy in which every indicator is led by one group, and nobody else is named."""
        return replace(
            self,
            indicators=tuple({**_without(row, _ROLE_TITLES), "牵头单位": group} for row in self.indicators),
            materials=tuple(_without(row, _ROLE_TITLES) for row in self.materials),
            # Names that stand for nobody were there for the sake of the units now gone.
            names=tuple(row for row in self.names if row.get("对应单位")),
        )

    def first_units(self, count: int) -> Draft:
        """A copy with the first `count` active units; those that the roster has not got are invented.

        单位对照 keeps only names whose units and groups are all still there.
        """
        units = [row for row in self.units if row.get("状态") != INACTIVE][:count]
        taken = {str(row.get("单位编码")) for row in units}
        units += [_invented(n, taken, units) for n in range(len(units) + 1, count + 1)]
        known = {fold(EVERYONE)} | {fold(name) for row in units for name in _spellings(row)}
        kept = tuple(
            row for row in self.names if all(fold(t) in known for t in names(str(row.get("对应单位", ""))))
        )
        return replace(self, units=tuple(units), names=kept)

    def with_roster_of(self, other: Draft) -> Draft:
        """A copy with the units and 单位对照 of another draft.

        A name that this draft uses and that roster does not know gets a row in 单位对照 without
        units, to be filled in by the office.
        """
        known = {fold(name) for row in other.units for name in _spellings(row)}
        known |= {fold(str(row.get("名称", ""))) for row in other.names} | {fold(EVERYONE)}
        used = [
            name
            for row in (*self.indicators, *self.materials)
            for title in _ROLE_TITLES
            for name in names(str(row.get(title, "")))
        ]
        strange = {fold(name): name for name in reversed(used) if fold(name) not in known}
        added: list[Row] = [
            {"名称": name, "备注": "来源文件中的叫法，请写明对应本名册中的谁"}
            for name in reversed(strange.values())
        ]
        return replace(self, units=other.units, names=(*other.names, *added))


def typed(spec: SheetSpec, values: Mapping[str, object]) -> dict[str, Raw]:
    """Values as read (field id -> value) as a raw row of the sheet; other ids are left out."""
    return {f.title: raw(values[f.id]) for f in spec.read if values.get(f.id) not in (None, "", ())}


def raw(value: object) -> Raw:
    """One value as read, as it is typed. A name that contains 、 keeps whole by a semicolon."""
    if isinstance(value, tuple):
        parts = [str(part) for part in value]
        if any(len(names(part)) > 1 for part in parts):
            return "；".join(parts) + ("；" if len(parts) == 1 else "")
        return "、".join(parts)
    return value if isinstance(value, str | float | int | date) else str(value)


def _without(row: Row, titles: Iterable[str]) -> dict[str, Raw]:
    return {title: value for title, value in row.items() if title not in set(titles)}


def _spellings(unit: Row) -> list[str]:
    """Every name that finds a unit: its own, its aliases, its groups, its code."""
    several = [n for title in ("简称别名", "群组") for n in names(str(unit.get(title, "")))]
    return [str(unit.get("单位名称", "")), str(unit.get("单位编码", "")), *several]


def _invented(number: int, taken: set[str], like: list[Row]) -> Row:
    code = f"D{number:04d}"
    while code in taken:
        code = f"{code}D"
    taken.add(code)
    row: dict[str, Raw] = {"单位编码": code, "单位名称": f"示例单位{number:04d}", "状态": "启用"}
    # Invented units join the assessment groups of the real ones in turn.
    team = like[number % len(like)].get("考核组") if like else None
    return {**row, "考核组": team} if team else row
