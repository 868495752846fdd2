"""What a person confirmed, taken into a workbench's draft: a new one, or one that is there already.

Takes a `Confirmation` and for an existing workbench its draft and roster; gives a `Draft` and what has
to be said. What is there is never changed: numbers that are taken are faults, settings, points and
names of the workbench stand. Sums that the source contradicts are kept as its rows say, and flagged.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.documents.confirm.specs import FIRST_OF_BOOK, SETTING_ROWS
from xlfz.errors import Refused
from xlfz.findings import Finding, finding
from xlfz.roster import means_everyone
from xlfz.text import fold, names
from xlfz.workbench import rules
from xlfz.workbench.draft import Draft, raw
from xlfz.workbench.tables import ACTIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlfz.documents.confirm.reading import Confirmation
    from xlfz.roster import Roster
    from xlfz.workbench.draft import Row

_CENT = 0.005
_DECLARED = "声明总分"
_LISTED = 10


def new_draft(confirmed: Confirmation, year: int) -> tuple[Draft, list[Finding]]:
    """The draft of a new workbench. `year` stands in where nobody gave one."""
    draft = Draft()
    for title, value in confirmed.settings.items():
        draft = draft.with_setting(title, value)
    if not draft.settings.get("年度"):
        draft = draft.with_setting("年度", year)
    units, mapped = _people(confirmed, set())
    draft = replace(
        draft,
        indicators=confirmed.indicators,
        materials=confirmed.materials,
        units=units,
        names=mapped,
    )
    return _with_points(draft, confirmed)


def added_draft(confirmed: Confirmation, draft: Draft, roster: Roster) -> tuple[Draft, list[Finding]]:
    """The draft of a workbench with the confirmed rows after its own. Raises Refused: numbers taken."""
    taken = {fold(str(row.get("编号", ""))) for row in draft.indicators}
    clashes = [
        finding("E_IMPORT_NUMBER_TAKEN", 值=_number(row)).at(
            sheet=FIRST_OF_BOOK, cell=confirmed.cells[fold(_number(row))]
        )
        for row in confirmed.indicators
        if fold(_number(row)) in taken
    ]
    if clashes:
        raise Refused(clashes)
    findings: list[Finding] = []
    there = [n.name for n in confirmed.names if roster.resolve(n.name).known]
    kept = [n.name for n in confirmed.names if n.name in there and (n.register or n.targets)]
    if kept:
        findings.append(finding("W_IMPORT_NAMES_KEPT", n=len(kept), 列表=_some(kept)))
    if confirmed.settings or confirmed.chapters:
        findings.append(finding("I_IMPORT_SETTINGS_KEPT"))
    codes = {fold(str(row.get("单位编码", ""))) for row in draft.units}
    codes |= {fold(name) for unit in roster.units for name in (unit.code, *unit.aliases, *unit.groups)}
    units, mapped = _people(confirmed, codes, set(map(fold, there)))
    return (
        replace(
            draft,
            indicators=(*draft.indicators, *confirmed.indicators),
            materials=(*draft.materials, *confirmed.materials),
            units=(*draft.units, *units),
            names=(*draft.names, *mapped),
        ),
        findings,
    )


def _people(
    confirmed: Confirmation, codes: set[str], there: Iterable[str] = ()
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """The rows of 单位 and 单位对照 that the confirmed names make; codes D001, D002 … that are free."""
    known = set(there)
    used = {fold(n) for row in (*confirmed.indicators, *confirmed.materials) for n in _named(row)}
    used |= {fold(target) for name in confirmed.names for target in name.targets}
    units: list[Row] = []
    mapped: list[Row] = []
    taken = codes | {fold(name.name) for name in confirmed.names}
    number = 0
    for name in confirmed.names:
        if fold(name.name) in known:
            continue
        if name.register:
            number += 1
            while fold(f"D{number:03d}") in taken:
                number += 1
            row: Row = {"单位编码": f"D{number:03d}", "单位名称": name.name, "状态": ACTIVE}
            units.append({**row, "备注": name.note} if name.note else row)
        elif name.targets or (fold(name.name) in used and not means_everyone(name.name)):
            row = {"名称": name.name, "对应单位": raw(name.targets), "备注": name.note}
            mapped.append({title: value for title, value in row.items() if value})
    return tuple(units), tuple(mapped)


def _named(row: Row) -> Iterable[str]:
    return (n for title in ("牵头单位", "责任单位", "配合单位") for n in names(str(row.get(title, ""))))


def _with_points(draft: Draft, confirmed: Confirmation) -> tuple[Draft, list[Finding]]:
    """满分 and 章节分值 that agree with the rows; what the source says otherwise is left out, and said."""
    findings: list[Finding] = []
    members: defaultdict[str, list[float | None]] = defaultdict(list)
    for row in confirmed.indicators:
        if row.get("类型") not in ("加分", "减分") and row.get("状态", "启用") == "启用":
            members[fold(str(row.get("一级指标", "")))].append(_points(row))
    own: dict[str, float] = {}
    scheme: list[Row] = []
    for chapter in confirmed.chapters:
        inside = members.get(fold(chapter.name))
        if inside is None:
            fault = finding("W_IMPORT_CHAPTER", 值=chapter.name, file="")
            findings.append(fault.at(sheet=SETTING_ROWS.title, cell=chapter.cell))
        elif not _fits(inside, chapter.points):
            total = f"{sum(p or 0 for p in inside):g}"
            fault = finding("W_IMPORT_POINTS", 范围=f"“{chapter.name}”", 应=f"{chapter.points:g}", 实=total)
            findings.append(fault.at(sheet=SETTING_ROWS.title, cell=chapter.cell))
        else:
            own[fold(chapter.name)] = chapter.points
            scheme.append({"规则": "章节分值", "对象": chapter.name, "数值": chapter.points})
    every = [p for inside in members.values() for p in inside]
    covered = bool(own) and all(name in own for name in members)
    stated = draft.settings.get(_DECLARED)
    full = _full(every, own, covered=covered, stated=stated if isinstance(stated, int | float) else None)
    if stated is not None and abs(float(str(stated)) - full) > _CENT:
        draft = draft.with_setting(_DECLARED, "")
        findings.append(finding("W_IMPORT_POINTS", 范围="全部", 应=f"{float(str(stated)):g}", 实=f"{full:g}"))
    scheme.append({"规则": "满分", "数值": full})
    return replace(draft, scheme=rules.merged(draft.scheme, scheme)), findings


def _fits(inside: Sequence[float | None], stated: float) -> bool:
    """Whether rows can have these points together: exactly, or with room for those without any."""
    total = sum(p or 0 for p in inside)
    return total <= stated + _CENT if None in inside else abs(total - stated) <= _CENT


def _full(
    every: Sequence[float | None], own: dict[str, float], *, covered: bool, stated: float | None
) -> float:
    """The full marks that the rows allow: as stated, else 100, else what the rows add up to."""
    spent = round(sum(p or 0 for p in every), 2)
    if every and None not in every:
        return spent or 100.0
    if covered:
        return round(sum(own.values()), 2)
    least = max(spent, sum(own.values()))
    return max(stated if stated is not None else 100.0, round(least, 2))


def _points(row: Row) -> float | None:
    value = row.get("分值")
    return float(value) if isinstance(value, int | float) else None


def _number(row: Row) -> str:
    return str(row.get("编号", ""))


def _some(words: Sequence[str]) -> str:
    return "、".join(words[:_LISTED]) + (" 等" if len(words) > _LISTED else "")
