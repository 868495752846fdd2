"""首页: the work's title, what to do next, and where things stand by live formulas.

Takes the grids of the data sheets; gives the plan of the sheet and the names of the cells in which
the add-in leaves its state. Every formula has the value that it has now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlfz.excel import look
from xlfz.excel.address import address
from xlfz.excel.plan import Conditional, Formula, Merge, Name, Page, Put, Row, Sheet
from xlfz.form import heading
from xlfz.workbench import proposal
from xlfz.workbench.model import POINTS_MODES
from xlfz.workbench.tables import FRONT, HEADER_ROW, INACTIVE, NOT_NEEDED, SETTINGS, SETTINGS_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xlfz.excel.plan import Style, Value
    from xlfz.workbench.sheets import Grid

_WIDTHS = (7, 22, 14, 60, 30)
_LAST = len(_WIDTHS)
_SPLIT = POINTS_MODES[1]

STEPS = (
    (
        "核对",
        "在本工作簿里核对设置、指标、上报资料、单位和分工，保存并关闭。有错的，生成时会逐格列出。",
        "xlfz generate",
    ),
    ("下发", "“下发”文件夹里每个单位一份填报表，有上级单位的另有压缩包；发给各单位。", ""),
    ("回收", "收到的填报表（或压缩包）原样放进“回收”文件夹，不用改名，可以分子文件夹。", ""),
    ("校验", "逐格校验，写出校验报告；要改的，在“退回”文件夹里有标注好的副本，发回改正。", "xlfz check"),
    ("汇总", "校验通过的汇入“汇总”文件夹的汇总表，旧表存入“历史”；可反复运行。", "xlfz consolidate"),
    ("催报", "看哪些单位已报、待改、未报，逐一催办；名单也在汇总表的“未报催报”里。", "xlfz status"),
)
"""What to do, in order: name, how, command (empty where it is done by hand)."""

BUTTON_ROW = 4
"""The row that is kept free for buttons."""
STATES = ("运行操作", "运行时间", "运行结果")
"""Names of the cells for what ran last, when, and what came of it."""


@dataclass(frozen=True, slots=True)
class _Count:
    """One figure, and what it means: in words, or `none` when it is zero."""

    title: str
    figure: Formula
    words: str | Formula
    none: str = ""
    bad: bool = False
    """True when a figure above zero asks for attention."""


def front(grids: Mapping[str, Grid], settings: Mapping[str, Value]) -> tuple[Sheet, tuple[Name, ...]]:
    """The sheet, and the names of its state cells. `settings`: setting id -> value as written."""
    merges = [
        Merge(1, 1, 1, _LAST, _setting("title", settings), look.TITLE),
        Merge(2, 1, 2, _LAST, _subtitle(settings), look.SUBTITLE),
        _section(3, "一、操作按钮"),
    ]
    rows = [Row(1, 40), Row(2, 24), Row(3, 26), Row(BUTTON_ROW, 40)]
    cells: list[Put] = []
    merges.append(
        Merge(BUTTON_ROW, 1, BUTTON_ROW, _LAST, "没有按钮时，照下面的步骤在本文件夹里运行命令。", look.NOTE)
    )
    at = _steps(BUTTON_ROW + 1, cells, merges, rows)
    at, marks = _counts(at, grids, settings, cells, merges, rows)
    at, names = _state(at, merges, rows)
    sheet = Sheet(
        FRONT,
        cells=tuple(cells),
        merges=tuple(merges),
        columns=look.columns(_WIDTHS),
        rows=tuple(rows),
        conditionals=tuple(marks),
        tab=look.ACCENT,
        page=Page(fit_tall=1),
    )
    return sheet, names


def _section(row: int, title: str) -> Merge:
    return Merge(row, 1, row, _LAST, title, look.SECTION)


def _setting(setting_id: str, settings: Mapping[str, Value]) -> Formula:
    """The live value of a setting as text."""
    row = HEADER_ROW + 1 + next(n for n, f in enumerate(SETTINGS) if f.id == setting_id)
    value = settings.get(setting_id)
    shown = f"{value:.15g}" if isinstance(value, int | float) else str(value or "")
    return Formula(f"'{SETTINGS_SHEET.title}'!{address(row, 2)}&\"\"", shown)


def _subtitle(settings: Mapping[str, Value]) -> Formula:
    organ, year, period = (_setting(i, settings) for i in ("organ", "year", "round"))
    whole = f'IF(LEFT({period.text},1)="年","","年")&{period.text}'
    named = f'OR({year.text}="",LEFT({period.text},4)={year.text})'
    text = f'{organ.text}&"　"&IF({named},{period.text},{year.text}&{whole})'
    said = heading.period(int(str(year.value)) if year.value else None, str(period.value))
    return Formula(text, f"{organ.value}　{said}")


def _steps(at: int, cells: list[Put], merges: list[Merge], rows: list[Row]) -> int:
    merges.append(_section(at, "二、办理步骤"))
    rows.append(Row(at, 28))
    at += 1
    _header(at, ("步骤", "事项", "怎么做", "", "命令"), cells, merges)
    rows.append(Row(at, 24))
    wide = look.merged_width(_WIDTHS[2:4])
    for number, (name, how, command) in enumerate(STEPS, 1):
        at += 1
        cells += [
            Put(at, 1, number, look.BODY_CENTER),
            Put(at, 2, name, look.BODY_CENTER),
            Put(at, 5, command or "（人工）", look.BODY_CENTER),
        ]
        merges.append(Merge(at, 3, at, 4, how, look.BODY_LEFT))
        rows.append(Row(at, look.fit_height([(how, wide)], 10.5, 24)))
    return at + 1


def _counts(
    at: int,
    grids: Mapping[str, Grid],
    settings: Mapping[str, Value],
    cells: list[Put],
    merges: list[Merge],
    rows: list[Row],
) -> tuple[int, list[Conditional]]:
    merges.append(_section(at, "三、目前情况"))
    rows.append(Row(at, 28))
    at += 1
    _header(at, ("序号", "项目", "数量", "说明", ""), cells, merges)
    rows.append(Row(at, 24))
    marks = []
    for number, count in enumerate(_figures(grids, settings), 1):
        at += 1
        figure = address(at, 3)
        cells += [
            Put(at, 1, number, look.BODY_CENTER),
            Put(at, 2, count.title, look.BODY_CENTER),
            Put(at, 3, count.figure, look.BODY_CENTER.but(number="General", font=look.HEITI)),
        ]
        merges.append(Merge(at, 4, at, 5, _words(count, figure), look.BODY_LEFT))
        rows.append(Row(at, 24))
        if count.bad:
            marks.append(Conditional(figure, formula=f"{figure}>0", style=look.MARK_WARN))
    return at + 1, marks


def _words(count: _Count, figure: str) -> Value:
    """What a figure means: one text when there is something, another when there is nothing."""
    if not count.none:
        return count.words
    some = count.words if isinstance(count.words, Formula) else Formula(f'"{count.words}"', count.words)
    positive = float(count.figure.value) > 0
    return Formula(f'IF({figure}>0,{some.text},"{count.none}")', some.value if positive else count.none)


def _unset(settings: Mapping[str, Value]) -> Formula:
    """What becomes of indicators without points, by 分值分配."""
    mode = _setting("points_mode", settings)
    split = "下发时平分余下的分值，每项多少见“指标”表的“建议分值”。"
    left = "不打分；或把“设置”的“分值分配”改为“平均分配”，每项多少见“指标”表的“建议分值”。"
    return Formula(f'IF({mode.text}="{_SPLIT}","{split}","{left}")', split if mode.value == _SPLIT else left)


def _figures(grids: Mapping[str, Grid], settings: Mapping[str, Value]) -> Iterable[_Count]:
    """Every figure with the value that its formula has now."""
    items, materials, units, scheme = (grids[i] for i in ("indicators", "materials", "units", "scheme"))
    number, kind, state, points, lead = (
        items.outside(i) for i in ("number", "kind", "state", "points", "lead")
    )
    there = f"(LEN({number})>0)"
    main = f'({kind}<>"加分")*({kind}<>"减分")'
    live = f'({state}<>"空缺")*({state}<>"停用")'
    scored = [row for row in items.rows if proposal.counted(row)]
    present = [r for r in items.rows if r.get("number") and r.get("state") != INACTIVE]
    yield _Count(
        "指标数",
        Formula(
            f'SUMPRODUCT({there}*{main}*({state}<>"{INACTIVE}"))',
            sum(r.get("kind") not in ("加分", "减分") for r in present),
        ),
        "含空缺行，不含加分项、减分项和停用行。",
    )
    needed = materials.outside("needed")
    yield _Count(
        "上报资料数",
        Formula(
            f'SUMPRODUCT((LEN({materials.outside("indicator")})>0)*({needed}<>"{NOT_NEEDED}"))',
            sum(bool(r.get("indicator")) and r.get("needed") != NOT_NEEDED for r in materials.rows),
        ),
        "不含写明不需提供的。",
    )
    yield _Count(
        "填报单位数",
        Formula(
            f'SUMPRODUCT((LEN({units.outside("name")})>0)*({units.outside("state")}<>"{INACTIVE}"))',
            sum(bool(r.get("name")) and r.get("state") != INACTIVE for r in units.rows),
        ),
        "不含停用的单位。",
        "还没有单位：请先在“单位”表登记。",
    )
    yield _Count(
        "满分", Formula(proposal.full_formula(scheme), proposal.full_value(scheme)), "见“评分办法”。"
    )
    yield _Count(
        "分值合计",
        Formula(
            f"ROUND(SUMPRODUCT({there}*{main}*{live},{points}),2)",
            round(sum(proposal.points(r) for r in scored), 2),
        ),
        "已填分值的合计；各项都填了分值时应等于满分。",
    )
    yield _Count(
        "未设分值的项",
        Formula(
            f"SUMPRODUCT({there}*{main}*{live}*(LEN({points})=0))",
            sum(r.get("points") is None for r in scored),
        ),
        _unset(settings),
        "各项都有分值。",
        bad=True,
    )
    yield _Count(
        "空缺的行",
        Formula(
            f'SUMPRODUCT({there}*({state}="空缺"))',
            sum(bool(r.get("number")) and r.get("state") == "空缺" for r in items.rows),
        ),
        "来源文件没有列出内容，不下发；补齐后把状态改为“启用”。",
        "没有空缺。",
        bad=True,
    )
    yield _Count(
        "没有牵头单位的项",
        Formula(
            f"SUMPRODUCT({there}*{live}*(LEN({lead})=0))",
            sum(r.get("state") != "空缺" and not r.get("lead") for r in present),
        ),
        "请在“指标”表补填；有责任单位的照样下发给责任单位。",
        "各项都有牵头单位。",
        bad=True,
    )


def _state(at: int, merges: list[Merge], rows: list[Row]) -> tuple[int, tuple[Name, ...]]:
    """Empty cells in which the add-in says what ran last."""
    merges.append(_section(at, "四、运行情况"))
    rows.append(Row(at, 28))
    names = []
    for title in STATES:
        at += 1
        merges.append(Merge(at, 1, at, 2, title, look.BODY_CENTER))
        merges.append(Merge(at, 3, at, _LAST, None, look.BODY_LEFT))
        rows.append(Row(at, 24))
        names.append(Name(title, f"='{FRONT}'!$C${at}"))
    return at + 1, tuple(names)


def _header(row: int, titles: tuple[str, ...], cells: list[Put], merges: list[Merge]) -> None:
    """Header cells; an empty title is merged into the one before it."""
    style: Style = look.HEADER
    for column, title in enumerate(titles, 1):
        if column < len(titles) and not titles[column]:
            merges.append(Merge(row, column, row, column + 1, title, style))
        elif title:
            cells.append(Put(row, column, title, style))
