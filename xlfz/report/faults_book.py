"""工作台检查: what is wrong with the workbench, as a workbook whose links lead to the cells.

Takes the findings of a workbench and its file name; gives a plan. It belongs into 汇总/: its links
are relative. Errors come first, then in the order of the sheets as they were found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.plan import Conditional, Workbook
from xlfz.findings import SEVERITY_NAMES
from xlfz.listing import CENTER, COUNT, FIRST_ROW, LEFT, LINK, ListColumn, Listing, source_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from xlfz.excel.plan import Style, Value
    from xlfz.findings import Finding, Severity

FAULTS = "工作台检查"
_COLUMNS = (
    ListColumn("序号", 6, COUNT),
    ListColumn("级别", 7, CENTER),
    ListColumn("工作表", 12, CENTER),
    ListColumn("单元格", 10, LINK.but(align="center", wrap=False)),
    ListColumn("问题", 56, LEFT),
    ListColumn("怎么改", 50, LEFT),
)
_LOOKS: dict[Severity, Style] = {"error": look.MARK_ERROR, "warn": look.MARK_WARN}
FIRST_FAULT = f"D{FIRST_ROW}"
"""The cell of the first fault's link."""


def plan(findings: Sequence[Finding], file: str, created: datetime) -> Workbook:
    """工作台检查.xlsx as a plan; `file` is the workbench's name, `created` the day that it bears."""
    found = sorted(findings, key=lambda f: list(SEVERITY_NAMES).index(f.severity))
    counts = "，".join(
        f"{name} {n} 处" for s, name in SEVERITY_NAMES.items() if (n := sum(f.severity == s for f in found))
    )
    rows: list[Sequence[Value]] = [
        (n, f.severity_name, f.sheet, _link(f, file), f.message, f.remedy) for n, f in enumerate(found, 1)
    ]
    listing = Listing(
        FAULTS,
        FAULTS,
        f"{counts}。点“单元格”可跳到工作台的该处；改完保存，再点一次“检查工作台”。" if found else "",
        _COLUMNS,
        rows,
        empty="没有发现问题。",
        tab="C00000" if any(f.severity == "error" for f in found) else "",
    )
    if found:
        first, cells = f"${listing.letter('级别')}{FIRST_ROW}", listing.column_cells("级别")
        listing.extra["conditionals"] = tuple(
            Conditional(cells, f'={first}="{SEVERITY_NAMES[s]}"', style) for s, style in _LOOKS.items()
        )
    return Workbook((listing.sheet(),), FAULTS, created=created)


def _link(found: Finding, file: str) -> Value:
    cell = found.cell.partition(":")[0]
    return source_link(file, found.sheet, cell, text=found.cell) if found.sheet and cell else found.cell
