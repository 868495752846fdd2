"""Shapes that mix: labels within a line, roles in brackets, deep numbers, notices with annexes, merged units.

Like `shapes`, of which this is the continuation: each function takes a `Style` and gives a `Document`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.documents.plans.model import NONE, Cell, Document, Grid, Line, Material
from tests.documents.plans.pool import CITIES, MATERIALS, UNITS
from tests.documents.plans.shapes import chaptered, closing, front, labelled, numbered, picked, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.documents.plans.shapes import Style


def prose_inline(style: Style, city: int = 14) -> Document:
    """Labels behind the task's text in the same paragraph, each ended by a full stop."""
    title, blocks = front(city, "攻坚行动方案")
    wants = picked(city, 10, 5)
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered(style.chapter, c), heading=2))
        for want in tasks:
            labels = "".join(f"{label}{style.colon}{text}。" for label, text in labelled(want, style))
            blocks.append(Line(sentence(want, style) + labels, numbered(style.number, int(want.number))))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_one_label_line(style: Style, city: int = 15) -> Document:
    """All labels on one line below the task, parted by spaces."""
    title, blocks = front(city, "提升年工作安排")
    wants = picked(city, 10, 5)
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered(style.chapter, c), heading=2))
        for want in tasks:
            blocks.append(Line(sentence(want, style), numbered(style.number, int(want.number))))
            labels = "　　".join(f"{label}{style.colon}{text}" for label, text in labelled(want, style))
            blocks.append(Line(style.indent + labels))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_marked(style: Style, city: int = 16) -> Document:
    """One list of units in which the leading one is marked: 甲（牵头）、乙、丙."""
    title, blocks = front(city, "专项整治任务清单")
    wants = [want.with_(lead=want.lead[:1]) for want in picked(city, 10, 5)]
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered(style.chapter, c), heading=2))
        for want in tasks:
            blocks.append(Line(sentence(want, style), numbered(style.number, int(want.number))))
            listed = style.between.join([f"{want.lead[0]}（牵头）", *want.responsible])
            blocks.append(Line(f"{style.indent}{style.label(style.responsible)}{style.colon}{listed}"))
            blocks.append(Line(f"{style.indent}{style.label(style.term)}{style.colon}{want.term.text}"))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_deep(style: Style, city: int = 17) -> Document:
    """Chapters, sections, tasks: only the last level is a task, and it is counted anew in each section."""
    title, blocks = front(city, "三年行动计划")
    wants = picked(city, 12, 2, restart=True)
    for n, (chapter, tasks) in enumerate(chaptered(wants)):
        if n % 3 == 0:
            blocks.append(Line(f"第{n // 3 + 1}板块工作", "一二"[n // 3] + "、", heading=2))
        blocks.append(Line(chapter + "。", f"（{'一二三'[n % 3]}）", heading=2))
        for want in tasks:
            inner = "；".join(f"{label}{style.colon}{text}" for label, text in labelled(want, style))
            blocks.append(Line(sentence(want, style) + style.bracket(inner), f"{want.number}."))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_decimal(style: Style, city: int = 18) -> Document:
    """Numbers as 2.3 below chapters 1, 2, 3."""
    title, blocks = front(city, "建设工作规划")
    wants = picked(city, 9, 3, restart=True)
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(f"{c} {chapter}", heading=2))
        for want in tasks:
            blocks.append(Line(f"{c}.{want.number} {sentence(want, style)}"))
            for label, text in labelled(want, style):
                blocks.append(Line(f"{style.indent}{style.label(label)}{style.colon}{text}"))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def table_notice(style: Style, city: int = 19) -> Document:
    """A notice with numbered requests, and the tasks in a table annexed to it."""
    title = f"{CITIES[city]}2026年重点任务分工表"
    wants = [want.with_(chapter="") for want in picked(city, 9, 9)]
    notice = [
        Line(f"{CITIES[city]}人民政府办公室关于印发重点任务分工表的通知", heading=1),
        Line("各县（区）人民政府，市直各部门："),
        Line("现将分工表印发给你们，请认真组织落实。", ""),
        Line("提高认识。把任务落实摆上重要位置，主要领导亲自过问。", "一、"),
        Line("压实责任。各单位要在一周内细化措施，明确专人。", "二、"),
        Line("强化督查。进展缓慢的予以通报。", "三、"),
        Line("附件：重点任务分工表"),
        *closing(city),
        Line("附件"),
        Line(title, heading=1),
    ]
    header = ("序号", style.task, style.lead, style.responsible, style.term)
    rows = [tuple(Cell(style.label(h)) for h in header)]
    rows += [
        (
            Cell(want.number),
            Cell(sentence(want, style)),
            Cell(style.units(want.lead)),
            Cell(style.units(want.responsible)),
            Cell(want.term.text),
        )
        for want in wants
    ]
    return Document(title, (*notice, Grid(tuple(rows))), tuple(wants))


def table_messy(style: Style, city: int = 20) -> Document:
    """Blank rows, subtotals, a total, a rule in the header, units on lines of their own in a cell."""
    title = f"{CITIES[city]}2026年绩效考核指标分解表"
    wants = []
    for n, want in enumerate(picked(city, 12, 4)):
        wants.append(want.with_(lead=want.lead[:1], term=NONE, points=float(2 + n % 3)))
    header = (
        "一级指标",
        "序号",
        "考核内容",
        style.points,
        f"{style.responsible}（列第一位的为牵头单位）",
        "备注",
    )
    rows: list[tuple[Cell, ...]] = [(Cell("制表日期：2026年1月　单位：分", columns=6),)]
    rows.append(tuple(Cell(h if "列" in h else style.label(h)) for h in header))
    for chapter, tasks in chaptered(wants):
        for n, want in enumerate(tasks):
            row = [Cell(chapter, rows=len(tasks))] if n == 0 else []
            units = "\n".join((*want.lead, *want.responsible))
            row += [
                Cell(want.number),
                Cell(sentence(want, style)),
                Cell(f"{want.points:g}分"),
                Cell(units),
                Cell(""),
            ]
            rows.append(tuple(row))
        total = sum(want.points or 0 for want in tasks)
        rows.append((Cell("小计", columns=3), Cell(f"{total:g}"), Cell(""), Cell("")))
    total = sum(want.points or 0 for want in wants)
    rows.append((Cell("合　计", columns=3), Cell(f"{total:g}"), Cell(""), Cell("")))
    rows.append((Cell("说明：同一事项重复扣分的只扣一次。", columns=6),))
    return Document(title, (Line(title, heading=1), Grid(tuple(rows))), tuple(wants))


def table_shared(style: Style, city: int = 21) -> Document:
    """One cell of units and one of materials for several tasks that stand below each other."""
    title = f"{CITIES[city]}2026年创建任务责任清单"
    wants = []
    for n, want in enumerate(picked(city, 12, 6)):
        block = n // 3
        wants.append(
            want.with_(
                lead=(UNITS[block * 5],), responsible=(UNITS[block * 5 + 1], UNITS[block * 5 + 3]), term=NONE,
                materials=(Material(MATERIALS[block]), Material(MATERIALS[block + 4])),
            )
        )  # fmt: skip
    header = ("序号", "项目", style.task, style.material, style.lead, style.responsible)
    rows = [tuple(Cell(style.label(h)) for h in header)]
    for n, want in enumerate(wants):
        row = [Cell(want.number)]
        if n % 6 == 0:
            row.append(Cell(want.chapter, rows=6))
        row.append(Cell(sentence(want, style)))
        if n % 3 == 0:
            names = [m.name for m in want.materials]
            row.append(Cell(f"1.{names[0]}；\n2.{names[1]}。", rows=3))
            row += [Cell(style.units(want.lead), rows=3), Cell(style.units(want.responsible), rows=3)]
        rows.append(tuple(row))
    return Document(title, (Line(title, heading=1), Grid(tuple(rows))), tuple(wants))


def torn_pages(style: Style, city: int = 22) -> Document:
    """Torn out of a PDF of several pages: page numbers, the header again, narrow cells cut in lines."""
    title = f"{CITIES[city]}2026年考核指标责任分工表"
    wants = []
    for n, want in enumerate(picked(city, 16, 8)):
        materials = tuple(Material(MATERIALS[(n + k) % len(MATERIALS)]) for k in range(1 + n % 2))
        wants.append(want.with_(lead=want.lead[:1], responsible=(), term=NONE, materials=materials))
    lines = [title, ""]
    for page in range(4):
        for header in ("一级指标", "二级指标", "三级指标", style.material, style.lead):
            lines += [style.label(header), ""]
        for n in range(page * 4, page * 4 + 4):
            want = wants[n]
            if n % 8 == 0 or n % 4 == 0:
                lines += [*_cut(numbered(style.chapter, n // 8 + 1) + want.chapter, 5), "", ""]
            if n % 4 == 0:
                lines += [*_cut(f"{n // 4 % 2 + 1}.{want.chapter[:2]}分类目标", 6), ""]
            lines += [str(want.number), "", *_cut(sentence(want, style), 30), ""]
            names = [m.name for m in want.materials]
            listed = "；".join(f"({k}){name}" for k, name in enumerate(names, 1)) if names[1:] else names[0]
            lines += [*_cut(listed + "。", 16), "", *_cut(want.lead[0], 9), "", ""]
        lines += [f"— {page + 3} —", "", ""]
    blocks = tuple(Line(line) for line in lines)
    return Document(title, blocks, tuple(wants))


def torn_in_lines(style: Style, city: int = 23) -> Document:
    """A table of tasks copied with each row's cells on lines of their own and no blank line between."""
    title = f"{CITIES[city]}2026年任务清单"
    wants = [want.with_(chapter="") for want in picked(city, 12, 12)]
    lines = [
        title,
        *(style.label(h) for h in ("序号", style.task, style.lead, style.responsible, style.term)),
    ]
    for want in wants:
        units = (style.units(want.lead), style.units(want.responsible))
        lines += [want.number, sentence(want, style), *units, want.term.text]
    return Document(title, tuple(Line(line) for line in lines), tuple(wants))


def _cut(text: str, width: int) -> list[str]:
    """A cell's text as a narrow column breaks it."""
    return [text[at : at + width] for at in range(0, len(text), width)]


MORE_TORN: dict[str, Callable[[Style], Document]] = {
    "torn_pages": torn_pages,
    "torn_in_lines": torn_in_lines,
}
MORE_PROSE: dict[str, Callable[[Style], Document]] = {
    "inline": prose_inline,
    "one_label_line": prose_one_label_line,
    "marked": prose_marked,
    "deep": prose_deep,
    "decimal": prose_decimal,
}
MORE_TABLES: dict[str, Callable[[Style], Document]] = {
    "notice": table_notice,
    "messy": table_messy,
    "shared": table_shared,
}
