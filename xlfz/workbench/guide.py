"""说明: how every sheet is to be filled in, made from the declarations that read it back.

Takes what the user must know of this workbench's source; gives a sheet to read and print. Forbids a
second wording: what stands here is what the prompts and the errors say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.plan import Merge, Page, Put, Row, Sheet
from xlfz.workbench.rules import AT_LEAST, RULES
from xlfz.workbench.tables import GUIDE, SCHEME, SETTINGS, SHEETS, TYPE_WORDS, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.excel.plan import Style

_WIDTHS = (17, 13, 26, 78)
_GENERAL = (
    "各表可以插入行、删除行、排序、筛选，可以在右侧另加自己的列；列标题不要改，列可以换位置。",
    "黄色格是必须填写而没有填的；灰色行不参与下发。",
    "只填文字和数字，不填公式（“建议分值”等自动列除外）。编号、编码先设为文本再填，以免变成日期。",
    "几个单位、几个别名用“、”隔开；名称本身带“、”的，这一格改用“；”隔开。",
    "生成、校验、汇总时先读本工作簿；有错的逐格列出，改完保存再运行，不会生成任何半成品。",
)
_CONDITION = f"条件一律写 {AT_LEAST}。"


def guide(notes: Sequence[str]) -> Sheet:
    """The 说明 sheet. `notes` are the gaps and doubts of the source."""
    page = _Page()
    page.merges.append(Merge(1, 1, 1, len(_WIDTHS), "填写说明", look.TITLE))
    page.rows.append(Row(1, 36))
    page.section("一、通则")
    page.lines(_GENERAL)
    if notes:
        page.section("二、本套指标的来源和存疑")
        page.lines(notes)
    page.section(f"{'三' if notes else '二'}、各表各列")
    page.table(("列名", "是否必填", "填什么", "说明"))
    for spec in SHEETS:
        page.band(f"{spec.title}：{spec.note}")
        fields = SETTINGS if spec is SHEETS[0] else [f for f in spec.fields if not f.hidden]
        for field in fields:
            page.row((field.title, field.needed_words, _asks(field), field.help))
    page.section(f"{'四' if notes else '三'}、评分办法的规则")
    page.table(("规则", "写几行", "要填的列", "说明"))
    for rule in RULES:
        titles = "、".join(SCHEME.field(part).title for part in rule.needs)
        words = rule.help + (_CONDITION if "condition" in rule.needs else "")
        if rule.options:
            words += f"结果可填：{'、'.join(rule.options)}。"
        page.row((rule.name, _times(rule.single, rule.required), titles, words))
    return page.sheet()


def _asks(field: Field) -> str:
    words = TYPE_WORDS[field.type]
    if field.choices:
        words = f"{words}：{'、'.join(field.choices)}"
    elif field.type in ("number", "whole"):
        words = f"{words}，{field.range_text}"
    if field.derived:
        return "不填"
    return f"{words}。留空按“{field.default}”" if field.default and not field.required else words


def _times(single: bool, required: bool) -> str:
    return ("一行" if single else "至少一行") if required else ("可写一行" if single else "可写多行")


class _Page:
    """A sheet of sections, lines and tables, filled from the top."""

    def __init__(self) -> None:
        self.cells: list[Put] = []
        self.merges: list[Merge] = []
        self.rows: list[Row] = []
        self.at = 1

    def section(self, title: str) -> None:
        """A heading over all columns."""
        self._across(title, look.SECTION, 28)

    def band(self, title: str) -> None:
        """A heading within a table."""
        self._across(title, look.BODY_LEFT.but(font=look.HEITI, fill="F2F2F2"), 24)

    def lines(self, lines: Sequence[str]) -> None:
        """Numbered sentences."""
        for number, line in enumerate(lines, 1):
            self._across(f"{number}．{line}", look.PLAIN, 20)

    def table(self, titles: Sequence[str]) -> None:
        """The header of a table."""
        self.at += 1
        self.cells += [Put(self.at, c, title, look.HEADER) for c, title in enumerate(titles, 1)]
        self.rows.append(Row(self.at, 24))

    def row(self, texts: Sequence[str]) -> None:
        """One row of a table."""
        self.at += 1
        self.cells += [
            Put(self.at, c, text, look.BODY_CENTER if c == 2 else look.BODY_LEFT)
            for c, text in enumerate(texts, 1)
        ]
        self.rows.append(Row(self.at, look.fit_height(list(zip(texts, _WIDTHS, strict=True)), 10.5, 22)))

    def _across(self, text: str, style: Style, least: float) -> None:
        self.at += 1
        self.merges.append(Merge(self.at, 1, self.at, len(_WIDTHS), text, style))
        height = look.fit_height([(text, look.merged_width(_WIDTHS))], style.size, least)
        self.rows.append(Row(self.at, height))

    def sheet(self) -> Sheet:
        """The finished sheet."""
        return Sheet(
            GUIDE,
            cells=tuple(self.cells),
            merges=tuple(self.merges),
            columns=look.columns(_WIDTHS),
            rows=tuple(self.rows),
            tab=look.GREY,
            page=Page(),
        )
