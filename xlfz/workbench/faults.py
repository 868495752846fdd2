"""Faults that show only across rows and sheets: names, parents, materials, sums.

Takes the model that was read and the sheets it was read from; adds every fault at its cell. One
fault of a cell is not reported again as its consequence elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from xlfz.findings import finding
from xlfz.roster import EVERYONE, means_everyone
from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlfz.catalogue import Indicator
    from xlfz.workbench.model import Workbench
    from xlfz.workbench.rows import Faults, Record, Table
    from xlfz.workbench.settings import SettingsRead

_CENT = 0.005
"""Sums are compared to the hundredth of a point."""


@dataclass(frozen=True)
class Sources:
    """The sheets that a workbench was read from, so that what is said of it can name cells."""

    settings: SettingsRead
    indicators: Table
    materials: Table
    units: Table
    names: Table
    items: Table
    scheme: Table


def cross_check(workbench: Workbench, sources: Sources, faults: Faults) -> None:
    """Add every fault that shows only across rows and sheets."""
    _check_materials(workbench, sources, faults)
    _check_name_clashes(sources, faults)
    looped = _check_loops(sources, faults)
    _check_parents(workbench, sources, faults)
    _check_names(workbench, sources, looped, faults)
    _check_points(workbench, sources, faults)


def _check_materials(workbench: Workbench, sources: Sources, faults: Faults) -> None:
    """Materials of indicators that are not there."""
    table = sources.indicators
    if not table.complete or any(not r.text("number") for r in table.records):
        return
    known = {fold(number) for number in workbench.catalogue.by_number}
    for record in sources.materials.records:
        number = record.text("indicator")
        if number and fold(number) not in known:
            faults.add(finding("E_WB_MATERIAL", 值=number), record.table.sheet, record.ref("indicator"))


class _Claim(NamedTuple):
    """A name, and whom it is to lead to. Claims of one `owner` do not clash."""

    name: str
    owner: str
    record: Record
    column: str


def _check_name_clashes(sources: Sources, faults: Faults) -> None:
    """A name that leads to two things: units, groups, 单位对照 and 全体 share one set of names."""
    held: dict[str, _Claim] = {}
    for claim in _claims(sources):
        first = held.setdefault(fold(claim.name), claim)
        if means_everyone(claim.name) and (claim.column != "name" or claim.record.table is sources.units):
            other = EVERYONE
        elif first.owner != claim.owner:
            other = f"{first.record.table.sheet} {first.record.ref(first.column)} {first.owner}"
        else:
            continue
        fault = finding("E_WB_NAME_CLASH", 值=claim.name, 另处=other)
        faults.add(fault, claim.record.table.sheet, claim.record.ref(claim.column))


def _claims(sources: Sources) -> Iterator[_Claim]:
    """Names before codes, aliases, groups and 单位对照: the fault lies with the weaker of two.

    Doubled names and codes of units, and doubled names of 单位对照, are faults of their own.
    """
    units = sources.units.records
    for column in ("name", "code"):
        for record in _first_of_each(units, column).values():
            yield _Claim(record.text(column), record.text("name"), record, column)
    for record in units:
        for alias in record.names("aliases"):
            yield _Claim(alias, record.text("name"), record, "aliases")
    groups: set[str] = set()
    for record in units:
        for group in record.names("groups"):
            groups.add(fold(group))
            yield _Claim(group, f"群组“{group}”", record, "groups")
    for folded, record in _first_of_each(sources.names.records, "name").items():
        # A name without targets waits for the group of that name to be filled.
        waiting = folded in groups and not record.names("targets")
        if not waiting:
            yield _Claim(record.text("name"), f"单位对照“{record.text('name')}”", record, "name")


def _first_of_each(records: Iterable[Record], column: str) -> dict[str, Record]:
    """Folded text -> the first row that has it, in order; rows without any are left out."""
    first: dict[str, Record] = {}
    for record in records:
        if record.text(column):
            first.setdefault(fold(record.text(column)), record)
    return first


def _check_loops(sources: Sources, faults: Faults) -> frozenset[str]:
    """单位对照 names that lead back to themselves; gives their folded names."""
    rows = _first_of_each(sources.names.records, "name")
    targets = {name: [fold(t) for t in r.names("targets")] for name, r in rows.items()}
    looped: set[str] = set()
    for name, record in rows.items():
        if name not in looped and (loop := _loop(name, targets)):
            looped |= loop
            fault = finding("E_WB_NAME_LOOP", 值=record.text("name"))
            faults.add(fault, record.table.sheet, record.ref("targets"))
    return frozenset(looped)


def _loop(start: str, targets: Mapping[str, list[str]]) -> set[str]:
    """The names on a way from `start` back to it, empty when there is none."""
    ways = [[start]]
    visited: set[str] = set()
    while ways:
        way = ways.pop()
        for target in targets.get(way[-1], ()):
            if target == start:
                return set(way)
            if target in targets and target not in visited:
                visited.add(target)
                ways.append([*way, target])
    return set()


def _check_parents(workbench: Workbench, sources: Sources, faults: Faults) -> None:
    """Units that are above themselves. A parent that is no unit is a mere grouping name."""
    codes: dict[str, str] = {}
    for unit in workbench.roster.units:
        codes |= {fold(name): unit.code for name in (unit.name, unit.code, *unit.aliases)}
    above = {u.code: codes[fold(u.parent)] for u in workbench.roster.units if fold(u.parent) in codes}
    reported: set[str] = set()
    for record in sources.units.records:
        code = record.text("code")
        loop = _parent_loop(code, above)
        if loop and not loop & reported:
            reported |= loop
            fault = finding("E_WB_PARENT", 值=record.text("parent"))
            faults.add(fault, record.table.sheet, record.ref("parent"))


def _parent_loop(code: str, above: Mapping[str, str]) -> set[str]:
    way = [code]
    while way[-1] in above:
        upper = above[way[-1]]
        if upper == code:
            return set(way)
        if upper in way:
            return set()
        way.append(upper)
    return set()


def _check_names(workbench: Workbench, sources: Sources, looped: frozenset[str], faults: Faults) -> None:
    """Unknown units where work is given out, and in 单位对照. Without a roster nothing can be known."""
    roster = workbench.roster
    named = all(r.text("name") and r.text("code") and not r.bad for r in sources.units.records)
    if not roster.units or not named or not sources.units.complete or not sources.names.complete:
        return
    mapped = {fold(name) for name, _ in roster.names}
    known: dict[str, bool] = {}
    columns = [
        (sources.indicators, ("lead", "responsible", "supporting")),
        (sources.materials, ("lead", "responsible")),
        (sources.names, ("targets",)),
    ]
    for table, field_ids in columns:
        for record in table.records:
            for field_id in field_ids:
                for name in record.names(field_id):
                    if name not in known:
                        # A name of 单位对照 whose targets are unknown is a fault there, not here.
                        known[name] = fold(name) in mapped | looped or roster.resolve(name).known
                    if not known[name]:
                        fault = finding("E_WB_UNIT", 值=name, 近似=roster.nearest(name))
                        faults.add(fault, table.sheet, record.ref(field_id))


def _check_points(workbench: Workbench, sources: Sources, faults: Faults) -> None:
    """Points that do not add up: chapters against 章节分值, all against 满分, 满分 against the declared."""
    full = workbench.scheme.full
    declared = workbench.declared.points
    if declared is not None and abs(declared - full) > _CENT and "value" not in _bad(sources.scheme):
        reason = f"与“评分办法”的满分 {full:g} 不一致"
        fault = finding("E_WB_SETTING", 名="声明总分", 值=f"{declared:g}", 原因=reason, 范围=f"{full:g}")
        faults.add(fault, sources.settings.table.sheet, sources.settings.places["declared_points"])
    # A row that could not be read would be missing from every sum.
    unread = _bad(sources.indicators) & {"points", "kind", "state", "chapter"}
    if (
        unread
        or not sources.indicators.complete
        or any(not r.text("number") for r in sources.indicators.records)
    ):
        return
    before = len(faults.found)
    scored = [i for i in workbench.catalogue.live if i.scored]
    own = {fold(name): (name, points) for name, points in workbench.scheme.chapters}
    for folded, (name, points) in own.items():
        _compare([i for i in scored if fold(i.chapter) == folded], points, f"“{name}”", sources, faults)
    if own:
        total = sum(points for _, points in own.values())
        everywhere = all(fold(i.chapter) in own for i in scored)
        if total > full + _CENT or (everywhere and abs(total - full) > _CENT):
            rows = [r for r in sources.scheme.records if r.text("rule") == "章节分值"]
            _sum_fault("各章节", total, full, sources.scheme, rows[0].ref("value"), faults)
    # Where a chapter is wrong the whole is wrong too: it is said once.
    if len(faults.found) == before:
        _compare(scored, full, "各项指标", sources, faults)


def _compare(
    members: Iterable[Indicator], wanted: float, area: str, sources: Sources, faults: Faults
) -> None:
    """All points set and another sum, or more than there is already."""
    points = [i.points for i in members]
    total = sum(p for p in points if p is not None)
    complete = bool(points) and None not in points
    if total > wanted + _CENT or (complete and abs(total - wanted) > _CENT):
        table = sources.indicators
        _sum_fault(area, total, wanted, table, table.header_ref("points"), faults)


def _sum_fault(area: str, total: float, wanted: float, table: Table, cell: str, faults: Faults) -> None:
    fault = finding("E_WB_SUM", 范围=area, 实=f"{round(total, 2):g}", 应=f"{wanted:g}")
    faults.add(fault, table.sheet, cell)


def _bad(table: Table) -> set[str]:
    return {field_id for record in table.records for field_id in record.bad}
