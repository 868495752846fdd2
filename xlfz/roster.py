"""The roster: who reports, and how a name written in a document finds its units.

Takes units and the 单位对照 names; gives `resolve`: a name -> units, through names, aliases, groups
and 单位对照. Forbids assuming: an unknown name yields no unit, only the nearest known name as a
suggestion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYONE = "全体"
_EVERYONE_FOLDED = frozenset(map(fold, (EVERYONE, "全体单位", "所有单位", "各单位", "各有关单位")))
_NEAR = 55.0


def means_everyone(name: str) -> bool:
    """True for 全体 and its other spellings, which stand for every active unit."""
    return fold(name) in _EVERYONE_FOLDED


@dataclass(frozen=True, slots=True)
class Unit:
    """One reporting unit. `code` is unique; `groups` are its kinds (群组), `team` its 考核组."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    parent: str = ""
    team: str = ""
    contact: str = ""
    phone: str = ""
    active: bool = True
    note: str = ""

    @property
    def teams(self) -> tuple[str, ...]:
        """The 考核组 that score it: mostly one, several are written with 、 between them."""
        return tuple(dict.fromkeys(filter(None, map(str.strip, self.team.split("、")))))


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name stands for. `known` False: nobody knows it, and `nearest` is the best suggestion."""

    units: tuple[Unit, ...]
    known: bool
    nearest: str = ""


@dataclass(frozen=True)
class Roster:
    """Units in order, and names met in documents -> unit names or groups (单位对照).

    A name with no targets is known, but stands for nobody yet: a group that still has to be filled.
    """

    units: tuple[Unit, ...] = ()
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @cached_property
    def by_code(self) -> Mapping[str, Unit]:
        """Unit by code."""
        return {u.code: u for u in self.units}

    @cached_property
    def active(self) -> tuple[Unit, ...]:
        """The units that report."""
        return tuple(u for u in self.units if u.active)

    @cached_property
    def groups(self) -> Mapping[str, tuple[Unit, ...]]:
        """Active units by group name."""
        found: dict[str, list[Unit]] = {}
        for unit in self.active:
            for group in unit.groups:
                found.setdefault(group, []).append(unit)
        return {group: tuple(members) for group, members in found.items()}

    @cached_property
    def _units(self) -> Mapping[str, Unit]:
        exact = {fold(alias): u for u in self.units for alias in u.aliases}
        return exact | {fold(u.code): u for u in self.units} | {fold(u.name): u for u in self.units}

    @cached_property
    def _groups(self) -> Mapping[str, tuple[Unit, ...]]:
        """By folded name; a group whose units are all retired is known, but nobody."""
        known: dict[str, tuple[Unit, ...]] = {fold(g): () for u in self.units for g in u.groups}
        return known | {fold(group): members for group, members in self.groups.items()}

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        return {fold(name): targets for name, targets in self.names}

    @cached_property
    def _spellings(self) -> tuple[str, ...]:
        """Every name a person could have meant, for suggestions."""
        known = [n for u in self.active for n in (u.name, *u.aliases)]
        return tuple(dict.fromkeys([*known, *self.groups, *(n for n, _ in self.names), EVERYONE]))

    def unit(self, name: str) -> Unit | None:
        """The one active unit of this name, alias or code; None when it is a group or unknown.

        A row of 单位对照 with one unit is a name of that unit; a group is never one, even with one member.
        """
        folded, seen = fold(name), set[str]()
        while folded not in self._units and folded not in self._groups and folded not in seen:
            seen.add(folded)
            targets = self._names.get(folded, ())
            folded = fold(targets[0]) if len(targets) == 1 else folded
        unit = self._units.get(folded)
        return unit if unit and unit.active else None

    def resolve(self, name: str) -> Resolved:
        """The active units that a name stands for, in the roster's order, each once."""
        found = self._find(fold(name), {})
        if found is None:
            return Resolved((), False, self.nearest(name))
        chosen = {u.code for u in found}
        return Resolved(tuple(u for u in self.active if u.code in chosen), True)

    def nearest(self, name: str) -> str:
        """The known name most like this one, or 无相近名称."""
        from rapidfuzz import fuzz, process  # an unknown name is rare

        best = process.extractOne(name, self._spellings, scorer=fuzz.WRatio, processor=fold)
        return best[0] if best[1] >= _NEAR else "无相近名称"

    def _find(self, folded: str, mapped: dict[str, tuple[Unit, ...] | None]) -> tuple[Unit, ...] | None:
        """Units of a folded name; None when it, or any name it is mapped to, is unknown.

        `mapped` remembers the names of 单位对照 that were met: one met again before it is answered is
        a loop, and unknown.
        """
        if folded in self._units:
            return (self._units[folded],)
        if folded in self._groups:
            return self._groups[folded]
        if folded in self._names:
            if folded not in mapped:
                mapped[folded] = None
                parts = [self._find(fold(t), mapped) for t in self._names[folded]]
                known = [p for p in parts if p is not None]
                if len(known) == len(parts):
                    mapped[folded] = tuple(dict.fromkeys(u for part in known for u in part))
            return mapped[folded]
        return self.active if folded in _EVERYONE_FOLDED else None


COLLECTION = "|"
"""Between the name of a further collection and the code of who reports to it; no code contains it."""


def reporting(collection: str, code: str) -> str:
    """The code under which a unit or team reports to a further collection (进展表 of a month …)."""
    return f"{collection}{COLLECTION}{code}"


def reporter(names: Mapping[str, str], code: str) -> str:
    """Who reports under a code, as staff read it: `甲局`, `甲局（2026年3月进展表）`; empty for nobody."""
    collection, _, own = code.rpartition(COLLECTION)
    name = names.get(own, own if collection else "")
    return f"{name}（{collection}）" if collection else name


class Reporters(Mapping[str, str]):
    """Code -> name of everybody who reports: units, and 考核组 under their own name.

    A code of a further collection (`2026年度考核评分表|第一考核组`) finds the name as well.
    """

    def __init__(self, roster: Roster) -> None:
        self._names = {team: team for u in roster.units for team in u.teams}
        self._names |= {u.code: u.name for u in roster.units}

    def __getitem__(self, code: str) -> str:
        return self._names[code.rpartition(COLLECTION)[2]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
