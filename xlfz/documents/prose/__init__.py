"""Running text -> proposed tasks: a plan whose tasks are numbered paragraphs, on many lines or on one.

Takes a `Source`; gives a `Proposal`, or None where the text has no numbered items at all. What could
be a task and was not taken is named; a task whose unit is missing is a row that says so.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from xlfz.documents import fields
from xlfz.documents.model import Found, Proposal
from xlfz.documents.prose.assignments import Named
from xlfz.documents.prose.building import outline
from xlfz.documents.prose.outline import DASHED
from xlfz.documents.prose.rows import plain_number, row
from xlfz.documents.prose.standing import settings, standing
from xlfz.documents.prose.tasks import choose
from xlfz.documents.tables.checks import chapter_sums
from xlfz.findings import finding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfz.documents.model import ProposedRow, Source
    from xlfz.documents.prose.outline import Outline, Piece
    from xlfz.documents.prose.standing import Standing
    from xlfz.documents.prose.tasks import Chosen, Task
    from xlfz.findings import Finding


_UNITS = ("lead", "responsible", "supporting")
_ENOUGH = 5
"""So many tasks show a habit; of fewer, one without responsible units may well have none."""
_NEARLY_ALL = 0.8


def propose_prose(source: Source) -> Proposal | None:
    """The tasks of a document's running text, None when nothing in it is numbered or labelled."""
    plan = outline(source)
    chosen = choose(plan)
    measures = _in_measures(plan)
    if measures:
        finer = outline(source, points=True)
        again = choose(finer, report=True)
        if len(again.tasks) > len(chosen.tasks):
            plan, chosen = finer, again
    measures = measures or _told_in_measures(plan, chosen)
    if not plan.items:
        return None
    told = settings(source)
    year = told.get("year")
    rules = standing(source, _common(plan, chosen), int(year.value) if year and year.value else None)
    numbers, findings = _numbers(plan, chosen.tasks)
    expected = _expected(chosen.tasks)
    rows = [
        row(plan, task, number, rules, expected) for task, number in zip(chosen.tasks, numbers, strict=True)
    ]
    if measures:
        rows = [_doubted(r) for r in rows]
        findings.append(finding("W_IMPORT_MEASURES", n=len(rows)))
    chapters = _chapters(rows)
    findings += chapter_sums(rows, chapters)
    findings += [finding("I_IMPORT_LEFT", 章=chapter, n=n) for chapter, n in chosen.left]
    if rows and not any(r.fields.get(f) and r.fields[f].value for r in rows for f in _UNITS):
        findings.append(finding("W_IMPORT_NO_UNITS", n=len(rows)))
    return Proposal(
        source.name,
        tuple(rows),
        told,
        _names(chosen.tasks, rules),
        chapters,
        tuple(findings),
    )


def _expected(tasks: tuple[Task, ...]) -> frozenset[str]:
    """The units that a task without them lacks: a lead where any has one, others where nearly all do."""
    expected = {"lead"} if any(t.assigned.of("牵头") for t in tasks) else set()
    responsible = sum(bool(t.assigned.of("责任")) for t in tasks)
    if len(tasks) >= _ENOUGH and len(tasks) > responsible >= _NEARLY_ALL * len(tasks):
        expected.add("responsible")
    return frozenset(expected)


def _in_measures(plan: Outline) -> bool:
    """True when most chapters have no items, but 一是…二是… inside their paragraphs."""
    tops = [n for n, item in enumerate(plan.items) if item.parent < 0]
    told = [
        n
        for n in tops
        if any(re.search("一是.*二是", piece.text) for piece in plan.items[n].pieces) and not plan.children(n)
    ]
    return len(told) >= 2 and 2 * len(told) > len(tops)


def _told_in_measures(plan: Outline, chosen: Chosen) -> bool:
    """True when the tasks are 一是, 二是 … of a running text."""
    return bool(chosen.tasks) and all(plan.items[t.index].style in ("一是", DASHED) for t in chosen.tasks)


def _common(plan: Outline, chosen: Chosen) -> Iterable[Piece]:
    """The text that is no task's: before, between and behind them, and of the items above them."""
    taken = {n for task in chosen.tasks for n in (task.index, *task.parts)}
    yield from plan.loose
    for n, item in enumerate(plan.items):
        if n not in taken:
            yield from item.pieces


def _numbers(plan: Outline, tasks: tuple[Task, ...]) -> tuple[list[Found], list[Finding]]:
    """A number for each task: as printed where that tells them apart, else with the chapter's.

    A number that stands twice in one list of the source stays as it is, and is told of.
    """
    findings: list[Finding] = []
    level = 0
    labels = [plain_number(plan, task, 0) for task in tasks]
    for level in range(4):
        labels = [plain_number(plan, task, level) for task in tasks]
        if len(set(filter(None, labels))) == len([label for label in labels if label]):
            break
        if not _restarts(plan, tasks, labels):
            break
    counts = Counter(label for label in labels if label)
    free = (str(n) for n in count(1) if str(n) not in counts)
    found: list[Found] = []
    for task, label in zip(tasks, labels, strict=True):
        item = plan.items[task.index]
        printed = item.number.printed if item.number else ""
        if not label:
            why = task.why or "原文没有编号，编号是按次序加的。"
            found.append(Found(next(free), item.place, "", "存疑", why))
        elif counts[label] > 1:
            why = f"编号“{label}”在原文里出现 {counts[label]} 次，请改成不重复的编号。"
            found.append(Found(label, item.place, printed, "存疑", why))
        else:
            found.append(Found(label, item.place, printed))
    twice = [label for label, n in counts.items() if n > 1]
    if twice:
        findings.append(finding("W_IMPORT_NUMBER_TWICE", 列表="、".join(twice[:10])))
    if level and not twice:
        findings.append(finding("I_IMPORT_RENUMBERED", 例=next(filter(None, labels), "")))
    return found, findings


def _restarts(plan: Outline, tasks: tuple[Task, ...], labels: list[str]) -> bool:
    """True when the numbers that are equal stand in different lists."""
    seen: dict[tuple[str, int], int] = {}
    for task, label in zip(tasks, labels, strict=True):
        key = (label, plan.items[task.index].parent)
        seen[key] = seen.get(key, 0) + 1
    return all(n == 1 for (label, _), n in seen.items() if label) or any(
        labels.count(label) > n for (label, _), n in seen.items() if label
    )


def _doubted(proposed: ProposedRow) -> ProposedRow:
    """A row of a text that reads like a report: whether it is a task is for a person."""
    text = proposed.fields["text"]
    why = "原文是成段叙述，不像任务清单，请确认是否作为一项任务。"
    return replace(proposed, fields={**proposed.fields, "text": replace(text, sure="存疑", why=why)})


def _names(tasks: tuple[Task, ...], rules: Standing) -> dict[str, Found]:
    """Every name met, where it was met first, and whether it names somebody."""
    met = [named for task in tasks for given in (task.assigned, *task.inherited) for named in given.units]
    if rules.everyone is not None:
        name, place, text = rules.everyone
        met.append(Named(fields.UnitName(name, "责任"), place, text))
    found: dict[str, Found] = {}
    for named in met:
        unit = named.unit
        if unit.open_ended:
            found.setdefault(unit.name, Found("", named.place, named.text, "存疑", fields.OPEN_WHY))
        elif not fields.looks_like_unit(unit.name):
            found.setdefault(unit.name, Found("", named.place, named.text, "存疑", fields.SUSPECT_WHY))
        else:
            found.setdefault(unit.name, Found("", named.place, named.text))
    return found


def _chapters(rows: list[ProposedRow]) -> dict[str, Found]:
    """The points that the headings of chapters state."""
    found: dict[str, Found] = {}
    for proposed in rows:
        chapter = proposed.fields.get("chapter")
        if chapter is not None and str(chapter.value) not in found:
            stated = fields.points(chapter.text, chapter.place)
            if stated is not None and stated.sure == "确定":
                found[str(chapter.value)] = stated
    return found
