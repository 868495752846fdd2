"""考核记录: what each 考核组 said of each indicator of its units, and what became of it.

Takes the consolidation and where 明细 stands; gives a listing in which staff write 复核, 确认 and 申诉
with who and when. A score is changed in one place only: 考核分 in 明细.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from xlfz.consolidation import REVIEW_COLUMNS, REVIEW_DAYS
from xlfz.consolidation.tables import REVIEW_TEXTS, as_cell
from xlfz.excel import look
from xlfz.excel.plan import Conditional, Formula, Validation
from xlfz.listing import CENTER, COUNT, FIRST_ROW, LEFT, LINK, SCORE, TOTAL, ListColumn, Listing, source_link
from xlfz.scoring import formulas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.consolidation import AssessedRow, Consolidation
    from xlfz.excel.plan import Value
    from xlfz.workbench.model import Workbench

REVIEW: Final = "考核记录"
KEY, STAGE = "单位编码|编号", "环节"
CONFIRMED = "确认"
_CHOICES = ("是", "否")
_READ = ("确认", "复核意见", "申诉内容", "申诉处理")
"""What 环节 follows from."""


def review(consolidation: Consolidation, workbench: Workbench) -> Listing:
    """考核记录."""
    columns = (
        ListColumn(KEY, 14, CENTER, hidden=True),
        ListColumn("序号", 7, COUNT),
        ListColumn("考核组", 13, CENTER),
        ListColumn("单位", 20, LEFT),
        ListColumn("编号", 7, look.KEY),
        ListColumn("指标内容", 32, LEFT),
        ListColumn("分值", 7, SCORE),
        ListColumn("自评分", 8, SCORE),
        ListColumn("初审分", 8, SCORE),
        ListColumn("扣分", 7, SCORE),
        ListColumn("扣分原因", 26, LEFT),
        ListColumn("初审人", 15, CENTER),
        ListColumn("初审日期", 12, look.DATE),
        ListColumn("采用分", 8, TOTAL),
        ListColumn(STAGE, 11, CENTER),
        *(_open(name) for name in REVIEW_COLUMNS),
        ListColumn("初审来源", 40, LINK),
    )
    shape = Listing(REVIEW, "", "", columns, ())
    lines = consolidation.assessed
    listing = Listing(
        REVIEW,
        f"{workbench.settings.title}评分复核申诉记录",
        "浅黄色各列由工作人员填写，重新汇总时沿用；“环节”随之变化。"
        "复核或申诉后要改分的，只在“明细”的考核分里改，这里的采用分随之变化。",
        columns,
        [_line(shape, place, line) for place, line in enumerate(lines)],
        wide=True,
        frozen=6,
        pages_wide=2,
        tab=look.ACCENT,
    )
    stage = f"${listing.letter(STAGE)}{FIRST_ROW}"
    cells = listing.column_cells(STAGE)
    choice = Validation(
        listing.column_cells(CONFIRMED),
        "list",
        options=_CHOICES,
        error_title="确认有误",
        error="请选“是”或“否”。",
    )
    listing.extra.update(
        validations=(choice,),
        conditionals=(
            Conditional(cells, f'={stage}="申诉中"', look.MARK_ERROR),
            Conditional(cells, f'={stage}="退回复核"', look.MARK_WARN),
            Conditional(cells, f'={stage}="已确认"', look.MARK_OK),
        ),
    )
    return listing


def _open(name: str) -> ListColumn:
    if name in REVIEW_DAYS:
        return ListColumn(name, 12, look.INPUT_DATE, open=True)
    if name in REVIEW_TEXTS:
        return ListColumn(name, 24, look.INPUT, open=True)
    return ListColumn(name, 10, look.INPUT_CHOICE, open=True)


def _line(shape: Listing, place: int, line: AssessedRow) -> Sequence[Value]:
    row, indicator, at = line.row, line.row.item.indicator, FIRST_ROW + place
    typed = dict(zip(REVIEW_COLUMNS, line.review, strict=True))
    lost = formulas.LOST.text(初审分=f"{shape.letter('初审分')}{at}", 分值=f"{shape.letter('分值')}{at}")
    stage = formulas.STAGE.text(**{name: f"{shape.letter(name)}{at}" for name in _READ})
    counted = f'IFERROR(INDEX(采用分列,MATCH({shape.letter(KEY)}{at},明细键,0)),"")'
    value = "" if row.counted is None else row.counted
    return (
        row.key,
        place + 1,
        line.team,
        row.unit.name,
        indicator.number,
        indicator.text,
        indicator.points,
        row.own,
        row.first,
        Formula(lost, formulas.LOST.value(初审分=row.first, 分值=indicator.points)),
        row.first_reason,
        line.assessor,
        line.day,
        Formula(counted, value),
        Formula(stage, formulas.STAGE.value(**{name: as_cell(typed[name]) for name in _READ})),
        *line.review,
        source_link(*row.source) if row.source else "",
    )
