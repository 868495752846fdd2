"""Which items of an outline are the tasks.

Takes an `Outline`; gives the indices of the tasks in reading order, and what was left out. Where the
document assigns units, the items that are assigned are the tasks, with those beside them; where it
assigns none, the deepest items below the chapters that hold tasks. Forbids silence: chapters with
items that were not taken are named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlfz.documents import fields
from xlfz.documents.prose.assignments import Assigned, Named, assigned
from xlfz.documents.prose.outline import DASHED, UNNUMBERED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlfz.documents.prose.outline import Item, Outline, Piece

_NO_TASKS = re.compile(
    r"指导思想|总体要求|总体思路|总体目标|基本原则|工作原则|工作目标|主要目标|目标任务$|创建目标|保障措施|组织保障|组织领导|组织实施"
    r"|工作要求|有关要求|相关要求|实施步骤|工作步骤|方法步骤|时间步骤|时间安排|进度安排|附则|背景|重要意义|衡量标准|适用范围"
    r"|考核办法|考核方式|评分办法|结果运用|编制说明|存在(?:的)?(?:主要)?问题|职责分工$|机构设置|人员组成|几点要求|工作保障|保障机制"
)
_TASKS = re.compile(
    r"任务|措施|重点工作|工作内容|工作重点|主要工作|举措|行动|工程|指标|要点|改革事项|工作安排|主要内容|责任分解|工作计划|建设内容"
    r"|下一步|整改"
)
_CONTAINER = re.compile(
    r"^(?:(?:[20\d年度\s]*)?(?:主要|重点|工作|具体|目标|改革|创建|建设|整改|总体|年度)*"
    r"(?:任务|措施|举措|内容|工作|要点|指标|安排|事项|分工|分解|清单)(?:和|及|与|、)?"
    r"(?:具体|主要|重点|工作|责任|保障)*(?:任务|措施|举措|内容|分工|要求|安排|分解|清单)?)+$"
)
_SUB_STYLES = frozenset({"一是", "①", "(1)", "1)", DASHED})


@dataclass(frozen=True, slots=True)
class Task:
    """One task: its item, the items that belong to its text, and its assignment."""

    index: int
    parts: tuple[int, ...]
    assigned: Assigned
    lines: tuple[tuple[str, Piece], ...] = ()
    """The text of the parts without what it assigns: the printed number, empty within an item."""
    inherited: tuple[Assigned, ...] = ()
    """Of the items above it, nearest first."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tasks, and the headings of chapters whose items were not taken with their number."""

    tasks: tuple[Task, ...] = ()
    left: tuple[tuple[str, int], ...] = ()
    by_assignment: bool = False


@dataclass(slots=True)
class _Choice:
    outline: Outline
    own: dict[int, Assigned]
    kids: dict[int, tuple[int, ...]] = field(default_factory=dict)


def choose(outline: Outline, *, report: bool = False) -> Chosen:
    """The tasks of a document; of a `report`, the measures of every chapter alike."""
    own = {n: assigned(item) for n, item in enumerate(outline.items)}
    kids: dict[int, list[int]] = {}
    for n, item in enumerate(outline.items):
        kids.setdefault(item.parent, []).append(n)
    choice = _Choice(outline, own, {k: tuple(v) for k, v in kids.items()})
    _lift(choice)
    with_units = sum(bool(a.units) for a in choice.own.values())
    deepest = _by_depth(choice, report)
    # One or two items of many that end in 由…负责 do not make a plan that assigns its tasks.
    if with_units * 5 <= len(deepest.tasks):
        return deepest
    return _by_assignment(choice)


def heading_of(item: Item) -> str:
    """The first line of an item, up to its first full stop."""
    text = next((p.text for p in item.pieces if p.text), "")
    return re.split(r"[。；;：:]", text, maxsplit=1)[0]


def is_container(item: Item) -> bool:
    """True for a chapter that only says that tasks follow: 二、重点任务."""
    text = re.sub(r"[（(].*?[)）]|\s", "", heading_of(item))
    return bool(_CONTAINER.fullmatch(text))


def _no_tasks(choice: _Choice, index: int) -> bool:
    """True when the item or one above it is a chapter of aims, principles or safeguards."""
    return any(
        _NO_TASKS.search(heading_of(choice.outline.items[n])) and not choice.own[n].units
        for n in (index, *choice.outline.ancestors(index))
        if len(heading_of(choice.outline.items[n])) <= 24
    )


def _lift(choice: _Choice) -> None:
    """An assignment behind the last of several items that have none is that of all of them.

    So it is unless other groups of the same style have theirs item by item.
    """
    groups: list[tuple[int, int]] = []
    full: dict[str, int] = {}
    for parent, members in choice.kids.items():
        with_units = [n for n in members if choice.own[n].units]
        style = choice.outline.items[members[0]].style
        if parent >= 0 and len(members) > 1 and with_units == [members[-1]] and not choice.own[parent].units:
            if any(choice.own[n].units for m in members[:-1] for n in choice.outline.below(m)):
                continue
            groups.append((parent, members[-1]))
        elif len(with_units) > 1 or (with_units and len(members) == 1):
            full[style] = full.get(style, 0) + 1
    for parent, last in groups:
        if full.get(choice.outline.items[last].style, 0) == 0:
            choice.own[parent] = choice.own[last].doubted("分工写在最后一点之后，按管整项任务读，请确认。")
            choice.own[last] = choice.own[last].without_units()


def _by_assignment(choice: _Choice) -> Chosen:
    items = choice.outline.items
    with_units = [n for n, a in choice.own.items() if a.units]
    # An item with assigned items below it is a section, even when it is assigned itself.
    sections = {up for n in with_units for up in choice.outline.ancestors(n)}
    chosen = {n for n in with_units if n not in sections}
    for n in list(chosen):
        children = [c for c in choice.kids.get(n, ()) if not items[c].inline]
        early = choice.own[n].before_children
        if items[n].depth == 0 and len(children) > 1 and early:
            # 一、… （牵头单位：甲） with 1. 2. 3. below: each of them is a task of 甲.
            chosen.discard(n)
            sections.add(n)
            chosen.update(children)
    styles = {(items[n].style, items[n].depth) for n in chosen}
    for parent, style in sorted({(items[n].parent, items[n].style) for n in chosen}):
        alike = [n for n in choice.kids.get(parent, ()) if items[n].style == style]
        chosen.update(n for n in alike if n not in sections and not _no_tasks(choice, n))
    tops = {choice.outline.ancestors(n)[-1] if choice.outline.ancestors(n) else n for n in chosen}
    for n, item in enumerate(items):
        ups = choice.outline.ancestors(n)
        covered = n in sections or n in chosen or any(up in chosen for up in ups)
        if covered or _no_tasks(choice, n):
            continue
        beside = (item.style, item.depth) in styles
        # A sibling of sections with a text of its own and nothing below it.
        lone = not choice.kids.get(n) and any(s in sections for s in choice.kids.get(item.parent, ()))
        with_tasks = bool(ups) and ups[-1] in tops and (beside or lone)
        if with_tasks or (ups and beside and _TASKS.search(heading_of(items[ups[-1]]))):
            chosen.add(n)
    chosen = {n for n in chosen if not any(up in chosen for up in choice.outline.ancestors(n))}
    return Chosen(_tasks(choice, sorted(chosen)), _left(choice, chosen), True)


def _by_depth(choice: _Choice, report: bool) -> Chosen:
    """Where nobody is assigned: the deepest items, the points of a task's own text apart."""
    items = choice.outline.items
    tops = choice.kids.get(-1, ())
    eligible = [n for n in tops if not _no_tasks(choice, n)]
    named = [n for n in eligible if not report and choice.kids.get(n) and _TASKS.search(heading_of(items[n]))]
    chosen: set[int] = set()
    for top in named or eligible:
        chosen.update(_leaves(choice, top))
    if not any(choice.kids.get(n) for n in tops):
        chosen = {n for n in tops if not _no_tasks(choice, n)}
    elif not named:
        # Chapters without items beside chapters with some are introductions.
        deep = {items[n].style for n in eligible if choice.kids.get(n)}
        chosen -= {n for n in chosen if items[n].parent < 0 and items[n].style in deep}
    _by_unit(choice, chosen)
    return Chosen(_tasks(choice, sorted(chosen)), _left(choice, chosen), False)


def _by_unit(choice: _Choice, chosen: set[int]) -> None:
    """Where the headings above the tasks are all names of units, those are who answers for them."""
    items = choice.outline.items
    above = sorted({items[n].parent for n in chosen if items[n].parent >= 0})
    names = {n: heading_of(items[n]).strip() for n in above}
    if len(above) < 2 or not all(fields.looks_like_unit(name) for name in names.values()):
        return
    for n, name in names.items():
        unit = fields.UnitName(name, "责任", "这一章的标题是单位名称，按由它负责读，请确认。")
        text = next((p.text for p in items[n].pieces if p.text), "")
        choice.own[n] = replace(choice.own[n], units=(Named(unit, items[n].place, text),))


def _leaves(choice: _Choice, top: int) -> list[int]:
    children = choice.kids.get(top, ())
    items = choice.outline.items
    if not children:
        return [top]
    if items[top].parent >= 0 and all(items[c].style in _SUB_STYLES for c in children):
        return [top]
    found: list[int] = []
    deep = [c for c in children if choice.kids.get(c)]
    # Where only some items go deeper, what is below them are points of theirs.
    stop = 0 < len(deep) <= len(children) / 2
    for child in children:
        found += [child] if stop else _leaves(choice, child)
    return found


def _tasks(choice: _Choice, chosen: Sequence[int]) -> tuple[Task, ...]:
    tasks: list[Task] = []
    for n in chosen:
        parts = choice.outline.below(n)
        ups = choice.outline.ancestors(n)
        own = choice.own[n]
        for part in parts:
            own = own.plus(choice.own[part])
        inherited = tuple(choice.own[up] for up in ups if choice.own[up].units or choice.own[up].any_deadline)
        why = ""
        if choice.outline.items[n].style in (UNNUMBERED, DASHED):
            why = "原文没有编号，编号是按次序加的。"
        lines = [
            (_printed(choice.outline.items[part]) if first else "", piece)
            for part in parts
            for first, piece in _firsts(choice.own[part].body)
        ]
        tasks.append(Task(n, parts, own, tuple(lines), inherited, why))
    return tuple(tasks)


def _printed(item: Item) -> str:
    return item.number.printed if item.number else ""


def _firsts(pieces: Sequence[Piece]) -> Iterator[tuple[bool, Piece]]:
    for n, piece in enumerate(pieces):
        yield n == 0, piece


def _left(choice: _Choice, chosen: set[int]) -> tuple[tuple[str, int], ...]:
    """Chapters whose numbered items are no tasks: heading and number of items."""
    found: list[tuple[str, int]] = []
    for top in choice.kids.get(-1, ()):
        below = choice.outline.below(top)
        if below and top not in chosen and not any(n in chosen for n in below):
            item = choice.outline.items[top]
            printed = item.number.printed if item.number else ""
            found.append((f"{printed}{heading_of(item)}"[:30], len(below)))
    return tuple(found)
