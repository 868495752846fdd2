"""The demonstration: the whole job in a new folder, with simulated returns.

Takes a folder, a number of units and a seed; gives the result of the consolidation and what was
put in. Deterministic: the key comes from the seed, the day is fixed, so that two runs with the same
arguments write the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from xlfz.errors import refuse
from xlfz.findings import finding
from xlfz.office.making import write_workbench
from xlfz.office.service import Office, no_progress
from xlfz.office.simulate import Defects, simulate
from xlfz.workbench import presets

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlfz.office.checking import Progress
    from xlfz.office.results import Consolidated, Generated

PRESET, ROSTER = "puyang-130", "shangcai-57"
DEMO_DAY = date(2026, 11, 16)
_SENT_BACK_AT = datetime(2026, 11, 10, 9, 0).timestamp()
SETTINGS = {
    "工作名称": "法治政府建设年度考核",
    "主办单位": "某县法治政府建设领导小组办公室",
    "年度": "2026",
    "期次": "年度",
    "开始日期": "2026-01-01",
    "截止日期": "2026-11-15",
    "分值分配": "平均分配",
}


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demonstration made."""

    folder: Path
    generated: Generated
    returned: int
    consolidated: Consolidated


def demo(
    path: str | Path,
    *,
    units: int = 57,
    defects: Defects = "typical",
    seed: int = 1,
    workers: int | None = None,
    progress: Progress = no_progress,
    said: Callable[[str], None] = lambda _: None,
) -> Demo:
    """Run the demonstration in `path` (new or empty). Raises Refused when it is neither.

    `units` beyond the roster's 57 are invented. `said` hears one Chinese sentence a step.
    """
    root = Path(path)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise refuse(finding("E_FOLDER_EXISTS", 名=str(path)))
    draft = presets.load(PRESET, units_from=ROSTER).for_everyone().first_units(units)
    for name, value in SETTINGS.items():
        draft = draft.with_setting(name, value)
    made = write_workbench(root, draft, DEMO_DAY)
    said(f"建好工作台：{made.indicators} 行指标，{made.units} 个单位。")
    key = hashlib.sha256(f"xlfz demo {seed}".encode()).digest()
    (made.folder / ".xlfz" / "key").write_bytes(key)
    office = Office.open(root, today=DEMO_DAY, progress=progress, workers=workers or os.cpu_count() or 1)
    generated = office.generate()
    said(f"生成填报表 {len(generated.forms)} 份，压缩包 {len(generated.archives)} 个。")
    returned = _send_back(office, generated, seed, defects)
    said(f"模拟各单位报回 {returned} 个文件，放进“回收”。")
    consolidated = office.consolidate()
    return Demo(made.folder, generated, returned, consolidated)


def _send_back(office: Office, generated: Generated, seed: int, defects: Defects) -> int:
    """Put the simulated returns into 回收/."""
    duties = [d for d in office.workbench().assignment.duties if d.items]
    forms = {d.unit.code: (p.name, p.read_bytes()) for d, p in zip(duties, generated.forms, strict=True)}
    files = simulate(duties, forms, seed, defects)
    for name, data in files:
        target = office.folder.received / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.utime(target, (_SENT_BACK_AT, _SENT_BACK_AT))
    return len(files)
