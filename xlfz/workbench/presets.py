"""Presets: ready catalogues as drafts of a workbench.

Takes the id of a folder below `xlfz/presets/`; gives a `Draft`. The folder's files are the
workbench's sheets written as CSV: the same declarations read them. Raises Refused with
E_PRESET_UNKNOWN and E_LEVEL_UNKNOWN; a preset that breaks its own format raises ValueError.
"""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import TYPE_CHECKING

from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.workbench import rules
from xlfz.workbench.draft import Draft
from xlfz.workbench.tables import INDICATORS, MATERIALS, NAMES, SCHEME, UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from xlfz.workbench.draft import Raw, Row
    from xlfz.workbench.tables import SheetSpec

_DECLARED = {
    "indicators": "声明指标数",
    "first_level": "声明一级指标数",
    "second_level": "声明二级指标数",
    "points": "声明总分",
}


@dataclass(frozen=True)
class About:
    """`preset.toml`: what a preset is, and what its source says of itself."""

    id: str
    title: str
    summary: str = ""
    source: str = ""
    form: str = "自评表"
    notes: tuple[str, ...] = ()
    declared: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)
    """Cumulative number of indicators by level, from the highest level down."""
    settings: Mapping[str, str] = field(default_factory=dict)


def empty() -> Draft:
    """A workbench without indicators and units: default settings, form columns and scheme."""
    return Draft()


def names() -> list[tuple[str, str]]:
    """(id, title) of every preset, by id."""
    return [(preset_id, about(preset_id).title) for preset_id in _folders()]


def about(preset_id: str) -> About:
    """What a preset is. Raises Refused (E_PRESET_UNKNOWN)."""
    told = tomllib.loads(_folder(preset_id).joinpath("preset.toml").read_text(encoding="utf-8"))
    declared = dict(told.get("declared", {}))
    levels = declared.pop("levels", {})
    if told["id"] != preset_id or not declared.keys() <= _DECLARED.keys():
        raise ValueError(f"preset.toml of {preset_id}: id or [declared]")
    return About(
        preset_id,
        told["title"],
        told.get("summary", ""),
        told.get("source", ""),
        told.get("form", "自评表"),
        tuple(told.get("notes", ())),
        declared,
        levels,
        told.get("settings", {}),
    )


def load(
    preset_id: str, *, level: str | None = None, units_from: str | None = None, even_split: bool = False
) -> Draft:
    """A preset as a draft.

    `level` keeps the indicators up to that level; rows without a level stay. `units_from` takes the
    roster of another preset; names that it does not know are put into 单位对照, to be filled in.
    `even_split` sets 分值分配 to 平均分配. Raises Refused (E_PRESET_UNKNOWN, E_LEVEL_UNKNOWN).
    """
    told = about(preset_id)
    folder = _folder(preset_id)
    draft = Draft(
        indicators=_rows(folder, INDICATORS),
        materials=_rows(folder, MATERIALS),
        units=_rows(folder, UNITS),
        names=_rows(folder, NAMES),
        scheme=_scheme(folder, told),
        notes=((f"来源：{told.source}。",) if told.source else ()) + told.notes,
    )
    for title, value in _settings(told).items():
        draft = draft.with_setting(title, value)
    if level is not None:
        draft = _up_to(level, draft, told)
    if units_from is not None:
        draft = draft.with_roster_of(load(units_from))
    return draft.with_setting("分值分配", "平均分配") if even_split else draft


def _folders() -> dict[str, Traversable]:
    root = resources.files("xlfz").joinpath("presets")
    found = {item.name: item for item in root.iterdir() if item.joinpath("preset.toml").is_file()}
    return dict(sorted(found.items()))


def _folder(preset_id: str) -> Traversable:
    folders = _folders()
    if preset_id not in folders:
        raise refuse(finding("E_PRESET_UNKNOWN", 名=preset_id, 列表="、".join(folders)))
    return folders[preset_id]


def _rows(folder: Traversable, spec: SheetSpec) -> tuple[Row, ...]:
    """One CSV as rows; its header is the sheet's own."""
    text = folder.joinpath(f"{spec.id}.csv").read_text(encoding="utf-8")
    reader = csv.DictReader(io.StringIO(text))
    titles = [f.title for f in spec.read]
    if list(reader.fieldnames or ()) != titles:
        raise ValueError(f"{folder.name}/{spec.id}.csv: the header is not {','.join(titles)}")
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise ValueError(f"{folder.name}/{spec.id}.csv line {reader.line_num}: not {len(titles)} fields")
        rows.append({title: value for title, value in row.items() if value})
    return tuple(rows)


def _scheme(folder: Traversable, told: About) -> tuple[Row, ...]:
    """The default rules with the preset's own, and its declared points as 满分."""
    own = list(_rows(folder, SCHEME))
    points = told.declared.get("points")
    if points is not None and not any(row["规则"] == "满分" for row in own):
        own.append({"规则": "满分", "数值": points})
    return rules.merged(rules.default_rows(), own)


def _settings(told: About) -> dict[str, Raw]:
    levels = "、".join(f"{level}{count}" for level, count in told.levels.items())
    return {
        "工作名称": told.title,
        "表单类型": told.form,
        **{_DECLARED[name]: value for name, value in told.declared.items()},
        "声明分级指标数": levels,
        **told.settings,
    }


def _up_to(level: str, draft: Draft, told: About) -> Draft:
    order = list(told.levels)
    if level not in order:
        raise refuse(finding("E_LEVEL_UNKNOWN", 名=told.id, 级别=level, 列表="、".join(order) or "无"))
    wanted = order[: order.index(level) + 1]
    kept = tuple(row for row in draft.indicators if row.get("级别", "") in ("", *wanted))
    numbers = {row["编号"] for row in kept}
    draft = replace(
        draft,
        indicators=kept,
        materials=tuple(row for row in draft.materials if row["指标编号"] in numbers),
    )
    counts = "、".join(f"{name}{told.levels[name]}" for name in wanted)
    draft = draft.with_setting("级别", level).with_setting("声明分级指标数", counts)
    draft = draft.with_setting("声明指标数", told.levels[level])
    # What the source declares of chapters and sections holds for all its levels together.
    for title in ("声明一级指标数", "声明二级指标数") if level != order[-1] else ():
        draft = draft.with_setting(title, "")
    return draft
