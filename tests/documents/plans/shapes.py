"""The shapes that responsibility plans come in, each a function of a city and a style.

Takes a `Style` (how numbers, brackets, labels and separators are printed) and gives a `Document`: the
invented plan with what an import must make of it. Forbids formats: see `writers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.documents.plans.model import Cell, Document, Grid, Line, Material, Want
from tests.documents.plans.pool import (
    CHAPTERS,
    CITIES,
    COLLECTIVE,
    MATERIALS,
    OPEN,
    SEPARATED,
    TASKS,
    TERMS,
    UNITS,
    Term,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DIGITS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Style:
    """How a plan is printed. Everything here may change without changing what the plan says."""

    chapter: str = "一、"
    number: str = "1."
    colon: str = "："
    brackets: str = "（）"
    between: str = "、"
    lead: str = "牵头单位"
    responsible: str = "责任单位"
    supporting: str = "配合单位"
    term: str = "完成时限"
    task: str = "工作任务"
    points: str = "分值"
    material: str = "上报资料"
    spaced: bool = False
    """Labels and headers are letter-spaced (责 任 单 位)."""
    indent: str = ""
    wide_digits: bool = False
    order: tuple[int, int, int] = (0, 1, 2)
    """In which order lead, responsible and term stand in a bracket."""

    def bracket(self, text: str) -> str:
        """The text in the style's brackets."""
        return f"{self.brackets[0]}{text}{self.brackets[1]}"

    def label(self, text: str) -> str:
        """A label as printed."""
        return " ".join(text) if self.spaced else text

    def units(self, names: Sequence[str]) -> str:
        """A list of units as printed: one with a separator in its name stands last."""
        return self.between.join(names)

    def digits(self, text: str) -> str:
        """Figures as printed."""
        wide = str.maketrans("0123456789", "０１２３４５６７８９")
        return text.translate(wide) if self.wide_digits else text


def numeral(n: int) -> str:
    """n in Chinese, to 99."""
    tens, ones = divmod(n, 10)
    return (
        ("" if tens < 2 else DIGITS[tens - 1]) + ("十" if tens else "") + (DIGITS[ones - 1] if ones else "")
    )


def numbered(sample: str, n: int) -> str:
    """The n-th label of the kind that `sample` is the first of: `（一）` -> `（三）`."""
    if sample[0] in "⒈①⑴":
        return chr(ord(sample[0]) + n - 1) + sample[1:]
    if "1" in sample:
        return sample.replace("1", str(n))
    if "１" in sample:
        return sample.replace("１", "".join(chr(0xFF10 + int(c)) for c in str(n)))
    return sample.replace("一", numeral(n))


def picked(city: int, count: int, per_chapter: int, *, restart: bool = False) -> list[Want]:
    """`count` tasks of one city with units and deadlines; `number` counts on or begins anew."""
    wants = []
    for n in range(count):
        at = city * 7 + n
        heading, detail = TASKS[at % len(TASKS)]
        lead = (
            (UNITS[at % len(UNITS)],)
            if n % 5 != 3
            else (UNITS[at % len(UNITS)], UNITS[(at + 9) % len(UNITS)])
        )
        responsible = [UNITS[(at + 3) % len(UNITS)], UNITS[(at + 14) % len(UNITS)]][: 1 + n % 2]
        if n % 4 == 1:
            responsible.append(COLLECTIVE[n % len(COLLECTIVE)])
        if n % 7 == 4:
            responsible.append(OPEN[n % len(OPEN)])
        chapter = CHAPTERS[(city + n // per_chapter) % len(CHAPTERS)]
        number = n % per_chapter + 1 if restart else n + 1
        wants.append(
            Want(
                str(number),
                heading,
                detail,
                chapter,
                lead,
                tuple(responsible),
                term=TERMS[(city + n) % len(TERMS)],
            )
        )
    return wants


def chaptered(wants: Sequence[Want]) -> list[tuple[str, list[Want]]]:
    """The tasks by chapter, in order."""
    groups: list[tuple[str, list[Want]]] = []
    for want in wants:
        if not groups or groups[-1][0] != want.chapter:
            groups.append((want.chapter, []))
        groups[-1][1].append(want)
    return groups


def front(city: int, what: str) -> tuple[str, list[Line]]:
    """Title and opening of a plan."""
    title = f"{CITIES[city]}2026年{what}"
    return title, [
        Line(title, heading=1),
        Line("为把今年确定的事情逐件落到实处，结合我市实际，制定本方案。"),
    ]


def closing(city: int) -> list[Line]:
    """Signature below a plan."""
    return [Line(f"{CITIES[city]}人民政府办公室"), Line("2026年1月20日")]


# --- prose -----------------------------------------------------------------------------------------


def prose_labels(style: Style, city: int = 0) -> Document:
    """Tasks counted through the chapters; units and deadline on labelled lines of their own."""
    title, blocks = front(city, "重点工作实施方案")
    wants = picked(city, 12, 4)
    wants[2] = wants[2].with_(supporting=(UNITS[(city + 20) % len(UNITS)],))
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered(style.chapter, c), heading=2))
        for want in tasks:
            blocks.append(Line(sentence(want, style), numbered(style.number, int(want.number))))
            for label, text in labelled(want, style):
                blocks.append(Line(f"{style.indent}{style.label(label)}{style.colon}{text}"))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_brackets(style: Style, city: int = 1) -> Document:
    """Numbers begin anew in every chapter; labelled units and deadline in brackets at a task's end."""
    title, blocks = front(city, "任务分工方案")
    wants = picked(city, 12, 3, restart=True)
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered(style.chapter, c), heading=2))
        for want in tasks:
            inner = "；".join(f"{label}{style.colon}{text}" for label, text in labelled(want, style))
            text = sentence(want, style) + style.bracket(inner)
            blocks.append(Line(style.indent + text, numbered(style.number, int(want.number))))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_one_line(style: Style, city: int = 2) -> Document:
    """The same with everything in one single line, as a web page's text comes out of the clipboard."""
    made = prose_brackets(style, city)
    printed = [block.printed for block in made.blocks if isinstance(block, Line)]
    text = "".join(line + ("" if line.endswith("。") else " ") for line in printed)
    return Document(made.title, (Line(text),), made.wants)


def prose_verbs(style: Style, city: int = 3) -> Document:
    """Roles in words inside the bracket: 甲牵头，乙、丙按职责分工负责，何时完成."""
    title, blocks = front(city, "重点任务分工")
    wants = picked(city, 12, 6)
    wants[5] = wants[5].with_(responsible=(*wants[5].responsible, SEPARATED[0]))
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered(style.chapter, c), heading=2))
        for want in tasks:
            duty = "负责" if len(want.responsible) == 1 else "按职责分工负责"
            inner = f"{style.units(want.lead)}牵头，{style.units(want.responsible)}{duty}，{want.term.text}"
            text = sentence(want, style) + style.bracket(inner)
            blocks.append(Line(style.indent + text, numbered(style.number, int(want.number))))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_rule(style: Style, city: int = 4) -> Document:
    """Who leads is said once for all: 列第一位者为牵头单位."""
    title, blocks = front(city, "工作要点")
    blocks.append(Line("各项任务的责任单位中，列第一位者为牵头单位。"))
    wants = [want.with_(lead=want.lead[:1]) for want in picked(city, 10, 5)]
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered(style.chapter, c), heading=2))
        for want in tasks:
            pairs = (
                (style.responsible, style.units((*want.lead, *want.responsible))),
                (style.term, want.term.text),
            )
            inner = "；".join(f"{style.label(label)}{style.colon}{text}" for label, text in pairs)
            text = sentence(want, style) + style.bracket(inner)
            blocks.append(Line(style.indent + text, numbered(style.number, int(want.number))))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_articles(style: Style, city: int = 5) -> Document:
    """第X条 through chapters called 第X章, labels on lines of their own."""
    title, blocks = front(city, "目标责任清单")
    wants = [want.with_(number=numeral(int(want.number))) for want in picked(city, 14, 5)]
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(f"第{numeral(c)}章 {chapter}", heading=2))
        for want in tasks:
            blocks.append(Line(f"第{want.number}条 {sentence(want, style)}"))
            for label, text in labelled(want, style):
                blocks.append(Line(f"{style.indent}{style.label(label)}{style.colon}{text}"))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_several(style: Style, city: int = 6) -> Document:
    """One task with several measures, each given to somebody else."""
    title, blocks = front(city, "为民实事分解方案")
    wants = []
    for want in picked(city, 8, 4):
        first, second = want.lead[0], want.responsible[0]
        other = TASKS[(int(want.number) * 11 + 30) % len(TASKS)][1]
        wants.append(want.with_(lead=(), responsible=(), term=Term(""), any_role=(first, second)))
        duties = style.bracket(first + "负责"), style.bracket(second + "负责")
        text = f"{sentence(want, style)}{duties[0]}{other}。{duties[1]}"
        if int(want.number) % 4 == 1:
            chapter = numbered(style.chapter, (int(want.number) + 3) // 4)
            blocks.append(Line(want.chapter, chapter, heading=2))
        blocks.append(Line(style.indent + text, numbered(style.number, int(want.number))))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_joint(style: Style, city: int = 13) -> Document:
    """甲会同乙、丙负责; 甲、乙等负责; 下同 behind a unit."""
    title, blocks = front(city, "专项行动方案")
    wants = []
    for want in picked(city, 9, 3):
        first, second, third = want.lead[0], UNITS[(city + int(want.number) * 5) % len(UNITS)], COLLECTIVE[0]
        named = {
            0: f"{first}会同{second}、{third}负责",
            1: f"{first}、{second}等按职责分工负责",
            2: f"{first}牵头，{second}、{third}（下同）配合",
        }
        kind = int(want.number) % 3
        units = (first, second) if kind == 1 else (first, second, third)
        wants.append(want.with_(lead=(), responsible=(), term=Term(""), any_role=units, open_end=kind == 1))
        if kind == 1:
            blocks.append(Line(want.chapter, numbered(style.chapter, int(want.number) // 3 + 1), heading=2))
        text = sentence(want, style) + style.bracket(named[kind])
        blocks.append(Line(style.indent + text, numbered(style.number, int(want.number))))
    return Document(title, (*blocks, *closing(city)), tuple(wants))


def prose_points(style: Style, city: int = 7) -> Document:
    """Points in the chapters' headings and in brackets behind the tasks, labels in 【】."""
    title, blocks = front(city, "考核办法")
    wants = [want.with_(points=float(2 + n % 4)) for n, want in enumerate(picked(city, 12, 4))]
    chapters = {}
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        chapters[chapter] = sum(want.points or 0 for want in tasks)
        heading = f"{chapter}{style.bracket(f'{chapters[chapter]:g}分')}"
        blocks.append(Line(heading, numbered(style.chapter, c), heading=2))
        for want in tasks:
            text = f"{want.heading}{style.bracket(f'{want.points:g}分')}。{style.digits(want.detail)}。"
            blocks.append(Line(text, numbered(style.number, int(want.number))))
            for label, value in labelled(want, style):
                blocks.append(Line(f"{style.indent}【{label}】{value}"))
    return Document(title, (*blocks, *closing(city)), tuple(wants), chapters)


def prose_default(style: Style, city: int = 8) -> Document:
    """A deadline said once for every task that has none of its own."""
    title, blocks = front(city, "整治行动方案")
    blocks.append(Line("各项任务除本方案有明确时间要求外，原则上应当在2026年11月底前完成。"))
    wants = [want if n % 3 == 0 else want.with_(term=Term("")) for n, want in enumerate(picked(city, 10, 5))]
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        blocks.append(Line(chapter, numbered(style.chapter, c), heading=2))
        for want in tasks:
            inner = "；".join(f"{label}{style.colon}{text}" for label, text in labelled(want, style))
            text = sentence(want, style) + style.bracket(inner)
            blocks.append(Line(style.indent + text, numbered(style.number, int(want.number))))
    return Document(title, (*blocks, *closing(city)), tuple(wants), default_term="2026-11-30")


# --- tables ----------------------------------------------------------------------------------------


def table_indicators(style: Style, city: int = 9) -> Document:
    """一级、二级、三级指标 with merged cells, several materials in a cell, units and points."""
    title = f"{CITIES[city]}2026年示范创建指标体系责任分工表"
    wants = []
    for n, want in enumerate(picked(city, 12, 6)):
        materials = [Material(MATERIALS[(n + k) % len(MATERIALS)]) for k in range(1 + n % 3)]
        if n % 4 == 2:
            materials[-1] = Material(materials[-1].name, 1500)
        wants.append(want.with_(materials=tuple(materials), points=float(3 + n % 3), term=Term("")))
    header = [style.label(h) for h in ("序号", "一级指标", "二级指标", "三级指标")]
    header += [style.label(h) for h in (style.material, style.lead, style.responsible, style.points)]
    rows = [tuple(Cell(h) for h in header)]
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        for n, want in enumerate(tasks):
            row = [Cell(want.number)]
            if n == 0:
                row.append(Cell(numbered(style.chapter, c) + chapter, rows=len(tasks)))
            if n % 3 == 0:
                row.append(Cell(f"{n // 3 + 1}.{chapter[:4]}类指标", rows=min(3, len(tasks) - n)))
            row += [
                Cell(f"{want.heading}。{style.digits(want.detail)}。"),
                Cell(_materials(want.materials)),
                Cell(style.units(want.lead)),
                Cell(style.units(want.responsible)),
                Cell(f"{want.points:g}"),
            ]
            rows.append(tuple(row))
    return Document(title, (Line(title, heading=1), Grid(tuple(rows))), tuple(wants))


def table_grouped(style: Style, city: int = 10) -> Document:
    """A header of two rows with 责任分工 over three columns, chapters with points across the table."""
    title = f"{CITIES[city]}2026年任务分解表"
    wants = []
    for n, want in enumerate(picked(city, 12, 4)):
        support = (UNITS[(city + n * 5 + 11) % len(UNITS)],) if n % 2 else ()
        wants.append(want.with_(supporting=support))
    top = [Cell(style.label(h), rows=2) for h in ("序号", style.task, "工作要求")]
    top.append(Cell(style.label("责任分工"), columns=3))
    top.append(Cell(style.label(style.term), rows=2))
    rows: list[tuple[Cell, ...]] = [
        (Cell(title, columns=7),),
        tuple(top),
        tuple(Cell(style.label(h)) for h in (style.lead, style.responsible, style.supporting)),
    ]
    chapters = {}
    for c, (chapter, tasks) in enumerate(chaptered(wants), 1):
        chapters[chapter] = 10.0 + 7 * c
        heading = f"{numbered(style.chapter, c)}{chapter}{style.bracket(f'{chapters[chapter]:g}分')}"
        rows.append((Cell(heading, columns=7),))
        rows += [
            (
                Cell(want.number),
                Cell(want.heading),
                Cell(style.digits(want.detail) + "。"),
                Cell(style.units(want.lead)),
                Cell(style.units(want.responsible)),
                Cell(style.units(want.supporting)),
                Cell(want.term.text),
            )
            for want in tasks
        ]
    rows.append((Cell("填表人：某某", columns=3), Cell("联系电话：0000000", columns=4)))
    return Document(title, (Grid(tuple(rows)),), tuple(wants), chapters)


def table_continued(style: Style, city: int = 11) -> Document:
    """One list in two tables with its header repeated, once in mid-table; one column of units and a rule."""
    title = f"{CITIES[city]}2026年重点工作台账"
    wants = [want.with_(lead=want.lead[:1], chapter="") for want in picked(city, 14, 14)]
    header = tuple(Cell(style.label(h)) for h in ("序号", style.task, style.responsible, style.term))
    rows = [
        (
            Cell(want.number),
            Cell(f"{want.heading}。{style.digits(want.detail)}。"),
            Cell(style.units((*want.lead, *want.responsible))),
            Cell(want.term.text),
        )
        for want in wants
    ]
    first = Grid((header, *rows[:4], header, *rows[4:8]))
    second = Grid((header, *rows[8:]))
    note = Line("注：责任单位列第一位的为牵头单位。")
    return Document(title, (Line(title, heading=1), note, first, second), tuple(wants))


def table_torn(style: Style, city: int = 12) -> Document:
    """A table that was copied out of a PDF: every cell, and every line of a cell, is a line of its own."""
    made = table_indicators(style, city)
    lines: list[Line] = []
    for block in made.blocks:
        if isinstance(block, Line):
            lines += [block, Line("")]
            continue
        for row in block.rows:
            for cell in row:
                lines += [part for text in _torn(cell.text) for part in (Line(text), Line(""))]
    return Document(made.title, tuple(lines), made.wants)


PROSE: dict[str, Callable[[Style], Document]] = {
    "labels": prose_labels,
    "brackets": prose_brackets,
    "verbs": prose_verbs,
    "rule": prose_rule,
    "articles": prose_articles,
    "several": prose_several,
    "joint": prose_joint,
    "points": prose_points,
    "default": prose_default,
    "one_line": prose_one_line,
}
TABLES: dict[str, Callable[[Style], Document]] = {
    "indicators": table_indicators,
    "grouped": table_grouped,
    "continued": table_continued,
}
TORN: dict[str, Callable[[Style], Document]] = {"torn": table_torn}


def sentence(want: Want, style: Style) -> str:
    """Heading and detail as printed."""
    return f"{want.heading}。{style.digits(want.detail)}。"


def labelled(want: Want, style: Style) -> list[tuple[str, str]]:
    """Label and text of the units and the deadline, in the style's order."""
    known = [
        (style.lead, style.units(want.lead)),
        (style.responsible, style.units(want.responsible)),
        (style.term, want.term.text),
    ]
    pairs = [known[i] for i in style.order]
    if want.supporting:
        pairs.insert(2, (style.supporting, style.units(want.supporting)))
    return [(label, text) for label, text in pairs if text]


def _materials(materials: Sequence[Material]) -> str:
    texts = [m.name + (f"，字数不超过{m.limit}字" if m.limit else "") for m in materials]
    if len(texts) == 1:
        return texts[0] + "。"
    return "；".join(f"({n}){text}" for n, text in enumerate(texts, 1)) + "。"


def _torn(text: str, width: int = 22) -> list[str]:
    """A cell's text as a narrow column breaks it."""
    return [text[at : at + width] for at in range(0, len(text), width)] or [""]
