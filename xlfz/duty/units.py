"""One sheet for each unit: its indicators, its role, its points and the materials it hands in.

Takes a duty; gives a sheet whose name is legal and unique, with a link back to the counts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlfz.duty.table import material_line
from xlfz.excel import look
from xlfz.excel.plan import Block, Link, Merge, Page, Put, Row, Sheet, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.assignment import Duty
    from xlfz.workbench.model import Workbench

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST = 31
_TAKEN = ("责任分工表", "分工矩阵", "单位统计")
_HEADER_ROW = 3
_WIDTHS = (7, 20, 40, 24, 8, 8, 46, 16)
_HEADERS = ("编号", "二级指标", "指标内容", "量化要求", "分工", "分值", "本单位报送的资料", "完成时限")


def sheet_names(units: Sequence[str]) -> list[str]:
    """A sheet name for each unit: at most 31 characters, none that Excel forbids, each once."""
    seen = {name.lower() for name in _TAKEN}
    names = []
    for unit in units:
        base = _FORBIDDEN.sub("", unit).strip()[:_LONGEST] or "单位"
        name, number = base, 1
        while name.lower() in seen:
            number += 1
            suffix = f"({number})"
            name = f"{base[: _LONGEST - len(suffix)]}{suffix}"
        seen.add(name.lower())
        names.append(name)
    return names


def unit_sheet(duty: Duty, name: str, workbench: Workbench) -> Sheet:
    """The sheet of one unit."""
    rows: list[tuple[Value, ...]] = []
    heights = []
    for item in duty.items:
        i = item.indicator
        materials = "\n".join(material_line(m, len(item.materials)) for m in item.materials)
        text = "\n".join(part for part in (i.text, i.requirement) if part)
        due = i.deadline.text or "、".join(i.deadline.recurrence)
        rows.append((i.number, i.section, text, i.thresholds, item.role, i.points, materials, due))
        shown = zip((i.number, i.section, text, i.thresholds, "", "", materials, due), _WIDTHS, strict=True)
        heights.append(look.fit_height(shown, minimum=24))
    center = look.BODY_CENTER.but(number="General")
    styles = (look.KEY, *(look.BODY_LEFT for _ in range(3)), center, center, look.BODY_LEFT, look.BODY_LEFT)
    count = sum(len(i.materials) for i in duty.items)
    told = f"共 {len(duty.items)} 项，报送资料 {count} 份。"
    return Sheet(
        name,
        cells=(
            Put(2, 1, Link("internal:'单位统计'!A1", "← 返回"), look.LINK.but(border="", wrap=False)),
            *(Put(_HEADER_ROW, n, t, look.HEADER) for n, t in enumerate(_HEADERS, 1)),
        ),
        merges=(
            Merge(1, 1, 1, len(_HEADERS), f"{duty.unit.name}分工清单", look.TITLE.but(size=18)),
            Merge(2, 2, 2, len(_HEADERS), told, look.NOTE.but(size=10)),
        ),
        blocks=(Block(_HEADER_ROW + 1, 1, styles, rows, heights),),
        columns=look.columns(_WIDTHS),
        rows=(Row(1, 34), Row(2, 20), Row(_HEADER_ROW, 26)),
        freeze=(_HEADER_ROW + 1, 2),
        cursor=(_HEADER_ROW + 1, 1),
        page=Page(repeat=(1, _HEADER_ROW)),
    )
