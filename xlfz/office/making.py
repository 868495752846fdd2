"""A new working folder with its workbench: from a preset, from nothing, or from a draft.

Takes a path and what the workbench is to hold; gives what was made. Writes only where there is nothing.
"""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.errors import refuse
from xlfz.excel.reader import read_workbook
from xlfz.excel.writer import write
from xlfz.findings import finding
from xlfz.form.progress import NAME as PROGRESS
from xlfz.office import folder as folders
from xlfz.office.results import Made
from xlfz.storage import write_atomic
from xlfz.workbench import reading

if TYPE_CHECKING:
    from xlfz.workbench.writing import Draft


def new(
    path: str | Path,
    *,
    preset: str = "",
    level: str = "",
    units_from: str = "",
    even_split: bool = False,
    everyone: bool = False,
    macros: bool = True,
    today: date | None = None,
) -> Made:
    """Make a working folder with its workbench. Raises Refused when the folder is not empty.

    `preset` names a ready catalogue (none: an empty workbench), `level` one of the preset's levels,
    `units_from` a preset whose roster is used, `even_split` sets points by an even split,
    `everyone` gives every indicator to the group 全体. With `macros` the workbench is 工作台.xlsm and
    has buttons, without it is 工作台.xlsx.
    """
    from xlfz.workbench import presets

    root = Path(path)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise refuse(finding("E_FOLDER_EXISTS", 名=str(path)))
    if preset:
        draft = presets.load(preset, level=level or None, units_from=units_from or None)
    else:
        draft = presets.empty()
        if units_from:
            draft = draft.with_roster_of(presets.load(units_from))
    if everyone:
        draft = draft.for_everyone()
    if even_split:
        draft = draft.with_setting("分值分配", "平均分配")
    day = today or date.today()
    if not preset:
        draft = draft.with_setting("工作名称", root.name)
    if not draft.settings.get("年度"):
        # Without a year the forms of next year could not be told from these.
        draft = draft.with_setting("年度", day.year)
    return write_workbench(root, draft, day, macros=macros)


def write_workbench(root: Path, draft: Draft, today: date, *, macros: bool = True) -> Made:
    """Write a draft as the workbench of a new working folder, and read it back."""
    from xlfz.workbench import writing

    if draft.settings.get("表单类型") == PROGRESS and draft.settings.get("期次") in (None, "", "年度"):
        draft = draft.with_setting("期次", f"{today.month}月")
    name = folders.WITH_MACROS if macros else folders.WITHOUT_MACROS
    folder = folders.Folder(root.resolve(), root.resolve() / name)
    folder.make()
    data = write(writing.plan(draft, datetime.combine(today, time()), macros=macros))
    written = write_atomic(folder.workbench, data)
    if written.finding is not None:
        raise refuse(written.finding)
    workbench = reading.read(read_workbook(data, name=folder.workbench.name))
    return Made(
        workbench.findings,
        folder.root,
        folder.workbench,
        len(workbench.catalogue.indicators),
        len(workbench.roster.units),
    )
