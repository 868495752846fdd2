"""The assignment: indicator x unit x role, and which unit hands in which material.

Takes a catalogue and a roster; gives one frozen `Duty` a unit, and the names that nobody knows.
The one rule of who reports what lives here:

- a unit has an indicator in the strongest role in which it is named, alone or through a group
  (牵头 before 责任 before 配合);
- a material with units of its own goes to those units only, and gives them the indicator in role
  责任 if they had none;
- a material without units of its own goes to the indicator's 牵头 and 责任 units, and to its 配合
  units when it has neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xlfz.catalogue import ROLES, Catalogue, Indicator, Material, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfz.roster import Roster, Unit

Field = Literal["牵头单位", "责任单位", "配合单位"]


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator for one unit: its role, and the materials it hands in (only needed ones)."""

    indicator: Indicator
    role: Role
    materials: tuple[Material, ...] = ()
    facts: tuple[tuple[str, str | float | None], ...] = ()
    """(fixed column id, value): what a further kind of form shows beside the indicator's own."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Everything one unit reports, in the catalogue's order. `items` may be empty."""

    unit: Unit
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that resolves to nobody: where it stands, and the nearest known name."""

    name: str
    nearest: str
    column: Field
    indicator: str
    material: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Duties in the roster's order (active units), and the names nobody knows."""

    duties: tuple[Duty, ...]
    unknown: tuple[Unknown, ...] = ()

    def of(self, code: str) -> Duty | None:
        """The duty of a unit, None when the roster's active units do not have it."""
        return next((d for d in self.duties if d.unit.code == code), None)

    @property
    def reported(self) -> frozenset[str]:
        """Numbers of the indicators that somebody reports."""
        return frozenset(item.indicator.number for duty in self.duties for item in duty.items)


def assign(catalogue: Catalogue, roster: Roster) -> Assignment:
    """Who reports what. Only live indicators and active units take part."""
    items: dict[str, list[Item]] = {u.code: [] for u in roster.active}
    unknown: list[Unknown] = []
    for indicator in catalogue.live:
        roles, strange = _roles(indicator, roster)
        unknown += strange
        # Who was named for the indicator itself: whom one material draws in does not get the others.
        named = dict(roles)
        hands: dict[str, list[Material]] = {}
        for material in catalogue.materials_of(indicator.number):
            holders, strange = _holders(material, named, roster)
            unknown += strange
            for code in holders:
                roles.setdefault(code, "责任")
                if material.needed:
                    hands.setdefault(code, []).append(material)
        # Most units have an indicator alike: they share one item.
        alike: dict[tuple[object, ...], Item] = {}
        for code, role in roles.items():
            given = hands.get(code, ())
            key = (role, *[m.index for m in given])
            if key not in alike:
                alike[key] = Item(indicator, role, tuple(given))
            items[code].append(alike[key])
    return Assignment(tuple(Duty(u, tuple(items[u.code])) for u in roster.active), tuple(unknown))


def _roles(indicator: Indicator, roster: Roster) -> tuple[dict[str, Role], list[Unknown]]:
    roles: dict[str, Role] = {}
    unknown: list[Unknown] = []
    columns: dict[Role, Field] = {"牵头": "牵头单位", "责任": "责任单位", "配合": "配合单位"}
    for role in ROLES:
        codes, strange = _codes(indicator.named(role), roster, columns[role], indicator.number, None)
        unknown += strange
        for code in codes:
            roles.setdefault(code, role)
    return roles, unknown


def _holders(material: Material, roles: dict[str, Role], roster: Roster) -> tuple[list[str], list[Unknown]]:
    leads, strange_leads = _codes(material.lead, roster, "牵头单位", material.indicator, material.index)
    others, strange_others = _codes(
        material.responsible, roster, "责任单位", material.indicator, material.index
    )
    if material.lead or material.responsible:
        return list(dict.fromkeys([*leads, *others])), strange_leads + strange_others
    strong = [code for code, role in roles.items() if role != "配合"]
    return strong or list(roles), []


def _codes(
    named: Iterable[str], roster: Roster, column: Field, indicator: str, material: int | None
) -> tuple[list[str], list[Unknown]]:
    codes: list[str] = []
    unknown: list[Unknown] = []
    for name in named:
        resolved = roster.resolve(name)
        codes += [u.code for u in resolved.units]
        if not resolved.known:
            unknown.append(Unknown(name, resolved.nearest, column, indicator, material))
    return codes, unknown
