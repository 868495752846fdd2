"""评分办法 and 说明: the scheme's parameters as cells that the formulas refer to, and how to read it all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.plan import Columns, Merge, Name, Page, Put, Row, Sheet, Style, Validation, Value
from xlfz.listing import CENTER, LEFT, NOTE
from xlfz.scoring import formulas
from xlfz.scoring.functions import round_half_up
from xlfz.scoring.units import chapter_names, kind_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlfz.consolidation import Consolidation
    from xlfz.workbench.model import Workbench

RULES, GUIDE = "评分办法", "说明"
CEILINGS = "等级限制"
"""Heads the lines of the counted facts, up to the next empty row: `carry` finds them by it."""
_WIDTHS = (30.0, 16.0, 66.0)
_PARAMETER = look.INPUT_NUMBER.but(align="center")
_SOURCES = {
    "考核优先": "有考核分的用考核分，没有的用自评分",
    "自评": "用自评分",
    "考核": "用考核分，没有考核分的待评",
    "加权": "自评分和考核分按权重加权，缺一项的待评",
}


@dataclass(frozen=True)
class _Line:
    """One line: a label, its value, a remark; `name` is the defined name of the value's cell."""

    label: str
    value: Value = None
    remark: str = ""
    name: str = ""
    header: bool = False
    open: bool = False
    """True for a value that staff may change."""


@dataclass(frozen=True)
class Rules:
    """The sheet 评分办法 and the names it gives to the formulas."""

    consolidation: Consolidation
    workbench: Workbench

    @cached_property
    def lines(self) -> tuple[_Line, ...]:
        """The lines from row 3 on; an empty label is an empty row."""
        return tuple(self._lines())

    @property
    def names(self) -> tuple[Name, ...]:
        """The parameters' defined names."""
        rows = {line.name: row for row, line in enumerate(self.lines, 3) if line.name}
        made = [Name(name, f"={RULES}!$B${row}") for name, row in rows.items()]
        count = len(self.workbench.scheme.grades)
        top = next(row for row, line in enumerate(self.lines, 3) if line.header and line.label == "等级") + 1
        made.append(Name("等级名称", f"={RULES}!$A${top}:$A${top + count}"))
        made.append(Name("等级线", f"={RULES}!$B${top}:$B${top + max(count, 1) - 1}"))
        return tuple(made)

    def sheet(self) -> Sheet:
        """The sheet as a plan."""
        cells: list[Put] = []
        heights = [Row(1, 34.0), Row(2, 34.0)]
        for row, line in enumerate(self.lines, 3):
            if not line.label:
                heights.append(Row(row, 12.0))
                continue
            styles: tuple[Style, Style, Style] = (LEFT, CENTER, LEFT)
            if line.header:
                styles = (look.HEADER, look.HEADER, look.HEADER)
            elif line.open:
                styles = (LEFT, _PARAMETER, LEFT)
            for column, (value, style) in enumerate(
                zip((line.label, line.value, line.remark), styles, strict=True), 1
            ):
                cells.append(Put(row, column, value, style))
            texts = zip((line.label, "", line.remark), _WIDTHS, strict=True)
            heights.append(Row(row, look.fit_height(texts, minimum=22.0)))
        note = (
            "浅黄色单元格可以改动，总分、排名、等级随即重算，便于试算。"
            "重新汇总时以工作台的“评分办法”为准；要长期生效，请改工作台。"
        )
        return Sheet(
            name=RULES,
            cells=tuple(cells),
            merges=(Merge(1, 1, 1, 3, "评分办法", look.TITLE), Merge(2, 1, 2, 3, note, NOTE)),
            columns=tuple(Columns(i, i, width) for i, width in enumerate(_WIDTHS, 1)),
            rows=tuple(heights),
            validations=tuple(self._rules()),
            cursor=(4, 2),
            page=Page(landscape=False),
        )

    def _lines(self) -> Iterator[_Line]:
        scheme, board = self.workbench.scheme, self.consolidation.board
        named = formulas.parameters(scheme)

        def parameter(name: str, remark: str) -> _Line:
            value = named[name]
            return _Line(name, value if isinstance(value, str | float) else None, remark, name, open=True)

        yield _Line("项目", "数值", "含义", header=True)
        yield parameter("满分", "总分按此折算")
        yield _Line("取分方式", scheme.source, f"{_SOURCES[scheme.source]}（在工作台修改后重新汇总）")
        yield parameter(
            "缺项折算", "是：总分＝得分合计×满分÷计分基数，计分基数不含不适用的指标；否：总分＝得分合计"
        )
        if scheme.source == "加权":
            yield parameter("自评权重", "自评分所占的权重")
            yield parameter("考核权重", "考核分所占的权重，两项合计为 1")
        yield parameter("加分上限", "加分项合计最多计入的分数，不限的写“不限”")
        yield parameter("减分上限", "减分项合计最多扣减的分数，不限的写“不限”")
        for name, value in kind_names(scheme, board).items():
            kinds = board.bonus_kinds if name.startswith("加分") else board.penalty_kinds
            kind = kinds[int(name[4:]) - 1][0]
            yield _Line(f"{name[:4]}：{kind}", value, f"“{kind}”一类最多计入的分数", name, open=True)
        yield parameter("小数位数", "总分保留的小数位数，四舍五入")
        yield _Line("排名方式", scheme.ranking, self._ranking())
        yield parameter("绿灯线", "得分率达到此值的亮绿灯")
        yield parameter("黄灯线", "得分率达到此值、未到绿灯线的亮黄灯，低于此值的亮红灯")
        yield _Line("")
        yield _Line("等级", "最低分", "含义", header=True)
        for grade in scheme.grades:
            yield _Line(grade.name, float(grade.minimum), "总分达到此分数的", open=True)
        yield _Line(scheme.lowest, None, "低于以上各级的")
        limited = [g for g in scheme.grades if g.share is not None]
        if limited:
            yield _Line("")
            yield _Line("等级比例", "最多占", "含义", header=True)
        for n, grade in enumerate(limited, 1):
            remark = f"“{grade.name}”及以上最多占参加排名单位的比例；同分的要么都评、要么都不评"
            yield _Line(f"{grade.name}比例", grade.share, remark, f"等级比例{n}", open=True)
        if scheme.ceilings:
            yield _Line("")
            yield _Line(CEILINGS, "达到次数", "限制", header=True)
            for n, ceiling in enumerate(scheme.ceilings, 1):
                remark = f"不能评为“{ceiling.barred}”及以上"
                if ceiling.veto:
                    remark = f"一票否决：评为“{scheme.lowest}”"
                remark += f"（{ceiling.note}）" if ceiling.note else ""
                yield _Line(ceiling.fact, float(ceiling.limit), remark, f"限制{n}", open=True)
        if board.chapters:
            yield _Line("")
            yield _Line("一级指标", "分值", "计分的指标", header=True)
            for name, members in board.chapters:
                points = round_half_up(sum(i.points or 0 for i in members), 10)
                yield _Line(name, points, f"{len(members)} 项")
        yield from self._limits()

    def _limits(self) -> Iterator[_Line]:
        """What chapters have besides points."""
        scheme, board = self.workbench.scheme, self.consolidation.board
        limits = chapter_names(scheme, board)
        if limits:
            yield _Line("")
            yield _Line("一级指标的上限和权重", "数值", "含义", header=True)
        for name, value in limits.items():
            chapter = board.chapters[int(name[4:]) - 1][0]
            cap = name.startswith("章节上限")
            remark = "本章最多计入的分数" if cap else "本章得分率在总分中的权重，各章合计为 1"
            yield _Line(f"{name[:4]}：{chapter}", value, remark, name, open=True)
        if scheme.deducting:
            yield _Line("")
            yield _Line("扣分制", "", "这些指标由考核人员填扣多少分，得分＝分值－扣分", header=True)
            for item in scheme.deducting:
                yield _Line(item, None, "")

    def _rules(self) -> Iterator[Validation]:
        """What may stand in the open cells; caps are free, they may say 不限."""
        for row, line in enumerate(self.lines, 3):
            cell = f"B{row}"
            if line.name == "缺项折算":
                yield Validation(cell, "list", options=("是", "否"))
            elif line.name == "小数位数":
                yield Validation(cell, "whole", minimum=0, maximum=6, error="请填 0 到 6 的整数。")
            elif line.name in ("绿灯线", "黄灯线"):
                yield Validation(cell, "decimal", minimum=0, maximum=1, error="请填 0 到 1 的小数。")
            elif line.open and line.name not in ("加分上限", "减分上限"):
                yield Validation(cell, "decimal", minimum=0, maximum=100_000, error="请填不小于 0 的数字。")

    def _ranking(self) -> str:
        if self.workbench.scheme.ranking == "并列占位":
            return "总分相同的名次相同，其后的名次跳过（1、1、3）"
        return "总分相同的名次相同，其后的名次不跳过（1、1、2）"


def _total(workbench: Workbench) -> str:
    if workbench.scheme.chapter_weights:
        return "总分＝满分×加权得分率＋加分－减分；加权得分率是各章得分率按权重的平均，整章不适用的不计权重。"
    return "缺项折算时，总分＝得分合计×满分÷计分基数＋加分－减分。"


_ASSESSED = (
    ("考核组评分", ""),
    ("", "“明细”的初审分来自考核组交回的考核评分表，点击“初审来源”可打开原表；填了考核分的，以考核分为准。"),
    ("", "两个考核组评的分不一样的，初审分写“不一致”，暂不计分，核对后填考核分。"),
    ("", "复核、确认、申诉写在“考核记录”，写明由谁、何时；要改分的，只在“明细”的考核分里改。"),
)


def guide(workbench: Workbench, lost: int, *, assessed: bool = False) -> Sheet:
    """说明."""
    lines = [
        ("数据从哪里来", ""),
        (
            "",
            "只汇总校验无误的填报表。已报待改和未报的单位列在“未报催报”，没有分数，也不按 0 分计。",
        ),
        (
            "",
            "“明细”每一行都写明来源文件和单元格，点击可打开原表（本表须放在工作文件夹的“汇总”里）。",
        ),
        ("怎样评分", ""),
        ("", "在“明细”的考核分、扣分原因、审核意见三列填写（浅黄色），总分、排名、等级、图表随即更新。"),
        ("", "考核分填 0 到本项分值之间的数字；填错的（文字、超出分值）标红，该行暂不计分，单位显示“待评”。"),
        ("", "单位填“不适用”的指标不计分，也不进入计分基数；认为应当评分的，请退回单位改填。"),
        ("", "应计分的指标还有没有分数的，该单位为“待评”，没有总分，不排名：空白不等于 0 分。"),
        ("", "“明细”和“排名”没有保护，可以排序、筛选、做数据透视表；请不要删除行，也不要改“采用分”的公式。"),
        ("", "“得分”“指标分析”全是公式，已加保护（无密码）。"),
        *(_ASSESSED if assessed else ()),
        ("总分怎样算", ""),
        ("", f"取分方式：{workbench.scheme.source}（{_SOURCES[workbench.scheme.source]}）。"),
        ("", _total(workbench)),
        ("", "计分基数为本单位各计分指标的分值之和，减去不适用的指标的分值。"),
        ("", "“排名”中的等级限制次数由工作人员填写，填写的不是数字的，等级显示“待核”。"),
        ("重新汇总", ""),
        ("", "有新的填报表时，放入“回收”后重新汇总：手填的内容按单位和指标沿用，原表移到“汇总/历史”。"),
        (
            "",
            "找不到对应位置的手填内容放在“未对应内容”表，不会丢失。"
            + (f"本次有 {lost} 处。" if lost else ""),
        ),
        ("整改和销号", ""),
        ("", "“整改台账”一个单位一项指标一行，整改号编定后不变。浅黄色各栏由工作人员填写，重新汇总时沿用。"),
        ("", "下发和收回整改回执后重新汇总，回执状态自动更新；问题没有了的写明“已无此项”，仍要核验才销号。"),
        ("", "核验结论选“通过”，并填核验人、核验日期的，即为已销号；销号后问题再次出现的，重新列入。"),
    ]
    cells: list[Put] = []
    heights = [Row(1, 34.0)]
    for row, (title, text) in enumerate(lines, 2):
        cells.append(Put(row, 1, title or text, look.SECTION if title else look.PLAIN.but(indent=1)))
        heights.append(Row(row, 28.0 if title else look.fit_height([(text, 104.0)], minimum=21.0)))
    return Sheet(
        name=GUIDE,
        cells=(Put(1, 1, "汇总表使用说明", look.TITLE), *cells),
        columns=(Columns(1, 1, 110.0),),
        rows=tuple(heights),
        page=Page(landscape=True),
    )
