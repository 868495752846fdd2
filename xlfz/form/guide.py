"""填表说明: how to fill in and send back, made from the columns' own declarations.

Takes the tables and a heading; gives a sheet to read and print. Forbids a second wording: the
requirement of a column is the one that its dropdown, its check and its error use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.plan import Merge, Page, Protection, Put, Row, Sheet
from xlfz.form import watch
from xlfz.form.heading import day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.form.heading import Heading
    from xlfz.form.tables import Grid

SHEET = "填表说明"
_HEADERS = ("工作表", "填写项", "是否必填", "填写要求", "说明")
_WIDTHS = (11, 25, 14, 44, 56)
_MEND_WORDS = {"错误": "", "提醒": "（不符时只作提醒）"}

FILLING = (
    "只填浅黄色格；灰色格不用填，其他格已锁定，不要增删行列、不要改动编号、分值等固定内容。",
    "变成黄色的格还没有填，变成红色的格填得不对，改好后颜色自动消失。",
    "从别处复制内容时，请用“选择性粘贴—数值”，以免带入公式和格式；不要合并单元格。",
    "选“不适用”的，自评分留空；本项未设分值的不打分；没有做不要填 0 分代替，请如实选择完成情况。",
)
"""How to fill in, whatever the columns are."""

SENDING = (
    "填完后看“自查”表：显示“可以报送”再报送；还有要改的，按“去填写”逐列改好。",
    "以 Excel 工作簿（.xlsx）报送，不要转成 PDF、图片或 Word，不要设打开密码，文件名可以不变。",
    "一个单位只报一份；需要更正的，改好后重新报送全表，并说明以新的一份为准。",
    "被退回的，“退回修改清单”列出了要改的地方；在退回的表上直接修改后重新报送即可。",
)
"""How to send back."""


def guide_sheet(grids: Sequence[Grid], heading: Heading) -> Sheet:
    """The 填表说明 sheet of a form."""
    cells: list[Put] = []
    merges = [Merge(1, 1, 1, len(_HEADERS), "填表说明", look.TITLE)]
    rows = [Row(1, 36)]
    whole = look.merged_width(_WIDTHS)
    at = 2
    spec = grids[0].spec
    sending = (_deadline(heading), *(spec.sending or SENDING))
    for title, lines in (("一、怎样填", spec.filling or FILLING), ("二、怎样报", sending)):
        merges.append(Merge(at, 1, at, len(_HEADERS), title, look.SECTION))
        rows.append(Row(at, 26))
        for number, line in enumerate(lines, 1):
            at += 1
            text = f"{number}．{line}"
            merges.append(Merge(at, 1, at, len(_HEADERS), text, look.PLAIN.but(size=11)))
            rows.append(Row(at, look.fit_height([(text, whole)], 11, 21)))
        at += 1
    merges.append(Merge(at, 1, at, len(_HEADERS), "三、各项填写要求", look.SECTION))
    rows.append(Row(at, 26))
    at += 1
    header = at
    cells += [Put(at, c, title, look.HEADER) for c, title in enumerate(_HEADERS, 1)]
    rows.append(Row(at, 24))
    for grid in grids:
        for column in grid.table.columns:
            at += 1
            asks = watch.requirement(column) + _MEND_WORDS.get(column.strictness, "")
            texts = (grid.sheet, column.title, watch.needed_words(column), asks, column.help)
            cells += [
                Put(at, c, text, look.BODY_CENTER if c in (1, 3) else look.BODY_LEFT)
                for c, text in enumerate(texts, 1)
            ]
            rows.append(Row(at, look.fit_height(list(zip(texts, _WIDTHS, strict=True)), 10.5, 24)))
    return Sheet(
        SHEET,
        cells=tuple(cells),
        merges=tuple(merges),
        columns=look.columns(_WIDTHS),
        rows=tuple(rows),
        cursor=(1, 1),
        tab=look.GREY,
        protection=Protection(heading.password),
        page=Page(repeat=(header, header), margins=(0.5, 0.5, 0.6, 0.6)),
    )


def _deadline(heading: Heading) -> str:
    by = f"{day(heading.due)}前" if heading.due else "通知要求的时间内"
    return f"请于{by}报送{heading.organ or '主办单位'}，报送期次为{heading.period}。"
