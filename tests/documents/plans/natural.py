"""Shapes with what surrounds the tasks in issued documents: contents, closing parts, sub-items, annexes.

Like `shapes`: each function takes a `Style` and gives a `Document`. What surrounds is no task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.documents.plans.model import NONE, Cell, Document, Grid, Line
from tests.documents.plans.pool import CITIES, TASKS, UNITS, Term
from tests.documents.plans.shapes import chaptered, closing, front, labelled, numbered, picked, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.documents.plans.shapes import Style


def with_contents(style: Style, city: int = 24) -> Document:
    """A list of contents before, tasks as a heading with paragraphs below, requests and annexes behind."""
    title, opening = front(city, "法治建设实施方案")
    wants = picked(city, 12, 4)
    groups = chaptered(wants)
    blocks = [opening[0], Line("目　　录")]
    blocks += [Line(f"{chapter}……{n}", numbered("一、", n)) for n, (chapter, _) in enumerate(groups, 1)]
    blocks += [opening[1]]
    for c, (chapter, tasks) in enumerate(groups, 1):
        blocks.append(Line(chapter, numbered("一、", c), heading=2))
        blocks.append(Line("这一方面的工作事关群众切身利益，要抓紧抓实。"))
        for want in tasks:
            blocks.append(Line(want.heading, numbered(style.number, int(want.number))))
            blocks.append(Line(style.indent + style.digits(want.detail) + "。"))
            blocks.append(Line(style.indent + "工作中遇到的问题要及时研究解决。"))
            for label, text in labelled(want, style):
                blocks.append(Line(f"{style.indent}{style.label(label)}{style.colon}{text}"))
    blocks += [
        Line("组织保障", numbered("一、", len(groups) + 1), heading=2),
        Line("加强领导。成立工作专班，定期听取汇报。", "（一）"),
        Line("严格考核。把完成情况纳入年度评价。", "（二）"),
        *closing(city),
        Line("附件：1.任务台账样式"),
        Line("　　　2.联络员名单"),
        Line("（联系人：某某，电话：0000-0000000）"),
    ]
    return Document(title, tuple(blocks), tuple(wants))


def with_sub_items(style: Style, city: int = 25) -> Document:
    """Tasks with (1) (2) (3) inside, which are no tasks; units in brackets on a line of their own."""
    title, blocks = front(city, "优化环境工作要点")
    wants = picked(city, 10, 5)
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered("一、", c), heading=2))
        for want in tasks:
            other = TASKS[(int(want.number) * 13 + 7) % len(TASKS)][1]
            inside = f"重点做好以下工作：(1)完善制度；(2){other}；(3)总结经验。"
            blocks.append(Line(sentence(want, style) + inside, f"{want.number}."))
            inner = "；".join(f"{label}{style.colon}{text}" for label, text in labelled(want, style))
            blocks.append(Line(style.indent + style.bracket(inner)))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def as_a_council_writes(style: Style, city: int = 26) -> Document:
    """（一） through all chapters, brackets in mid-sentence, A牵头 B等按职责分工负责 and a day."""
    title, blocks = front(city, "深化改革重点任务分工方案")
    wants = []
    number = 0
    for c, (chapter, tasks) in enumerate(chaptered(picked(city, 12, 4)), 1):
        blocks.append(Line(chapter, numbered("一、", c), heading=2))
        for want in tasks:
            number += 1
            year = (Term("2026年底前完成", "2026-12-31"), Term("持续推进", recurrence="长期"))[number % 2]
            plain = want.with_(responsible=tuple(u for u in want.responsible if u in UNITS), term=year)
            wants.append(plain.with_(detail=f"推行“一件事”（含关联事项）集成办理，{want.detail}"))
            duty = "负责" if len(plain.responsible) == 1 else "按职责分工负责"
            inner = f"{'、'.join(plain.lead)}牵头，{'、'.join(plain.responsible)}{duty}，{year.text}"
            text = f"{want.heading}。推行“一件事”（含关联事项）集成办理，{want.detail}。（{inner}）"
            blocks.append(Line(text, numbered("（一）", number)))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def table_of_measures(style: Style, city: int = 27) -> Document:
    """Measures counted within a cell, a person in charge, and a standard with points of its own."""
    title = f"{CITIES[city]}2026年考核细则"
    wants = []
    for n, want in enumerate(picked(city, 10, 5)):
        wants.append(want.with_(lead=(), points=float(4 + n % 4), term=NONE))
    names = ("序号", "考核项目", "考核内容", style.points, "评分标准", style.responsible, "责任领导", "备注")
    rows = [tuple(Cell(style.label(name)) for name in names)]
    for chapter, tasks in chaptered(wants):
        total = sum(want.points or 0 for want in tasks)
        for n, want in enumerate(tasks):
            row = [Cell(want.number)]
            if n == 0:
                row.append(Cell(f"{chapter}（{total:g}分）", rows=len(tasks)))
            row += [
                Cell(sentence(want, style)),
                Cell(f"{want.points:g}"),
                Cell("1.未开展的不得分；\n2.每少一次扣0.5分，扣完为止。"),
                Cell(style.units(want.responsible)),
                Cell("某某某"),
                Cell(""),
            ]
            rows.append(tuple(row))
    points = {chapter: sum(w.points or 0 for w in tasks) for chapter, tasks in chaptered(wants)}
    return Document(title, (Line(title, heading=1), Grid(tuple(rows))), tuple(wants), points)


def collective_units(style: Style, city: int = 28) -> Document:
    """Units whose names hold separators or 和, 及, 与; lists joined with 及 and 和; 负责 behind them."""
    title, blocks = front(city, "联动工作方案")
    groups = (
        ("市财政局", "各区、县级市人民政府"),
        ("市司法局", "各县（市、区）人民政府"),
        ("市教育局", "各市、州、县人民政府"),
        ("市文化和旅游局", "市人力资源和社会保障局"),
        ("市住房和城乡建设局", "市自然资源和规划局", "各乡镇人民政府（街道办事处）"),
        ("市发展和改革委员会", "市工业和信息化局", "市国有资产监督管理委员会"),
        ("人民银行某某市中心支行", "国家税务总局某某市税务局"),
        ("市纪委（市监委）", "市委组织部"),
    )
    wants = []
    for want, names in zip(picked(city, 8, 4), groups, strict=True):
        wants.append(want.with_(lead=("市政府办公室",), responsible=names))
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered("一、", c), heading=2))
        for want in tasks:
            blocks.append(Line(sentence(want, style), numbered(style.number, int(want.number))))
            last = want.responsible[-1]
            listed = "、".join(want.responsible[:-1]) + ("、" if "、" in last else "和") + last
            blocks.append(Line(f"{style.indent}{style.label(style.lead)}{style.colon}{'、'.join(want.lead)}"))
            duty = "按职责分工分别负责"
            blocks.append(
                Line(f"{style.indent}{style.label(style.responsible)}{style.colon}{listed}{duty}。")
            )
            blocks.append(Line(f"{style.indent}{style.label(style.term)}{style.colon}{want.term.text}"))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


NATURAL_PROSE: dict[str, Callable[[Style], Document]] = {
    "contents": with_contents,
    "sub_items": with_sub_items,
    "council": as_a_council_writes,
    "collectives": collective_units,
}
NATURAL_TABLES: dict[str, Callable[[Style], Document]] = {"measures": table_of_measures}
