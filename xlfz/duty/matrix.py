"""分工矩阵: indicators in rows, units in columns, a sign for the role.

The counts on 单位统计 are formulas over it. Many units are printed on several pages side by side,
with the indicators repeated at the left.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from xlfz.duty.frame import (
    FIRST_ROW,
    HEADER_ROW,
    LEGEND,
    MATRIX,
    POINTS_STYLE,
    SYMBOLS,
    duty_text,
    points,
)
from xlfz.excel import look
from xlfz.excel.address import area, column_name
from xlfz.excel.plan import Block, Columns, Conditional, Page, Put, Row, Sheet, Style, Value

if TYPE_CHECKING:
    from xlfz.duty.frame import Part, Plan

_NUMBER, _TEXT, _POINTS, _UNIT = 6.5, 38.0, 6.5, 3.6
_PER_PAGE = 30
_SIGN = look.BODY_CENTER.but(wrap=False)
_VERTICAL = 270
"""XlsxWriter's word for letters below one another."""
_LETTER_SIZES = (10.5, 9.0, 8.0, 7.0)
_TITLE = look.TITLE.but(align="left", size=18, wrap=False)
_FACTS = look.PLAIN.but(wrap=False)


def matrix_sheet(plan: Plan) -> Sheet:
    """The sheet 分工矩阵."""
    left: list[tuple[str, float, Style]] = [
        ("编号", _NUMBER, look.KEY),
        ("指标内容", _TEXT, look.BODY_LEFT),
    ]
    if plan.has_points:
        left.append(("分值", _POINTS, POINTS_STYLE))
    fixed = len(left)
    count = fixed + len(plan.parts)
    signs = [{i.indicator.number: SYMBOLS[i.role] for i in p.duty.items} for p in plan.parts]
    rows: list[list[Value]] = []
    heights = []
    for indicator in plan.live:
        text = duty_text(indicator)
        own: list[Value] = [indicator.number, text]
        own += [points(indicator)] if plan.has_points else []
        rows.append([*own, *(given.get(indicator.number) for given in signs)])
        heights.append(look.fit_height([(text, _TEXT)]))
    size, tall = _header(plan.parts)
    header = look.HEADER.but(rotation=_VERTICAL, size=size, wrap=False)
    cells = [Put(HEADER_ROW, n, title, look.HEADER) for n, (title, _, _) in enumerate(left, 1)]
    cells += [Put(HEADER_ROW, p.column, p.name, header) for p in plan.parts]
    cells += [Put(1, 1, f"{plan.title}{MATRIX}", _TITLE), Put(2, 1, f"图例：{LEGEND}", _FACTS)]
    styles = (*(style for _, _, style in left), *(_SIGN for _ in plan.parts))
    units: tuple[Columns, ...] = ()
    conditionals: tuple[Conditional, ...] = ()
    if plan.parts:
        units = (Columns(fixed + 1, count, _UNIT),)
        first = f"{column_name(fixed + 1)}{FIRST_ROW}"
        lead = Conditional(
            area(FIRST_ROW, fixed + 1, plan.last_row, count),
            f'={first}="{SYMBOLS["牵头"]}"',
            Style(colour=look.ACCENT, fill=look.TINT, bold=True),
        )
        conditionals = (lead,)
    pages = max(1, ceil(len(plan.parts) / _PER_PAGE))
    on_page = ceil(len(plan.parts) / pages)
    return Sheet(
        MATRIX,
        cells=tuple(cells),
        blocks=(Block(FIRST_ROW, 1, styles, rows, heights),),
        columns=(*look.columns([w for _, w, _ in left]), *units),
        rows=(Row(1, 36.0), Row(2, 20.0), Row(HEADER_ROW, tall)),
        conditionals=conditionals,
        freeze=(FIRST_ROW, fixed + 1),
        cursor=(FIRST_ROW, 1),
        zoom=90,
        page=Page(
            landscape=len(plan.parts) > 12,
            repeat=(HEADER_ROW, HEADER_ROW),
            repeat_columns=(1, fixed),
            fit_wide=pages,
            column_breaks=tuple(fixed + on_page * n for n in range(1, pages)),
        ),
    )


def _header(parts: tuple[Part, ...]) -> tuple[float, float]:
    """Size of the vertical letters and height of the header row, so that the longest name shows whole."""
    longest = max((len(p.name) for p in parts), default=0)
    fitting = (s for s in _LETTER_SIZES if longest * s * look.LINE + 8 <= look.MAX_HEIGHT)
    size = next(fitting, _LETTER_SIZES[-1])
    tall = ceil((longest * size * look.LINE + 8) / 0.75) * 0.75
    return size, min(look.MAX_HEIGHT, max(60.0, tall))
