"""A task -> one proposed row: number, chapters, text, units, deadline, figures, materials.

Takes the outline, the task and what holds for all of them; gives a `ProposedRow`. The document is the
office's own: its sentences are carried over as they stand, the first as 指标内容, the rest as 工作要求.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.documents import fields
from xlfz.documents.model import Found, Place, ProposedRow
from xlfz.documents.prose.assignments import Named
from xlfz.documents.prose.forms import DOCUMENT
from xlfz.documents.prose.tasks import heading_of, is_container
from xlfz.documents.tables.text import materials as split_materials
from xlfz.documents.tables.text import not_needed
from xlfz.text import visible
from xlfz.workbench.tables import INDICATORS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlfz.catalogue import Role
    from xlfz.documents.prose.assignments import Assigned, Words
    from xlfz.documents.prose.outline import Item, Outline
    from xlfz.documents.prose.standing import Standing
    from xlfz.documents.prose.tasks import Task

_ROLE_FIELDS: tuple[tuple[str, Role], ...] = (
    ("lead", "牵头"),
    ("responsible", "责任"),
    ("supporting", "配合"),
)
_SEVERAL = "原文在几处写了分工，已合在一起，各管哪一部分见工作要求。"
_EVERYONE = "原文总的规定各项任务都涉及这个单位、不再列出，已补入，请确认。"
_NO_UNITS = "原文没有写明由谁负责，请填写。"
_NO_LEAD = "原文这一项没有写牵头单位，请确认。"
_NO_RESPONSIBLE = "原文其他各项大多写了责任单位，这一项没有，请确认。"
_HEADING_END = re.compile(r"[。！!；;]|\s*(?=[（(]\s*1\s*[）)]|①)")


def plain_number(outline: Outline, task: Task, level: int) -> str:
    """The number with so many numbers of chapters before it."""
    item = outline.items[task.index]
    label = item.label
    taken = 0
    for up in outline.ancestors(task.index):
        above = _label(outline, up)
        if taken == level:
            break
        if above and label:
            joint = "" if above.endswith(("）", ")")) or label.startswith(("（", "(")) else "."
            label = f"{above}{joint}{label}"
            taken += 1
    return label[:20]


def _label(outline: Outline, index: int) -> str:
    """The number of an item above; a heading without one is counted among those beside it."""
    item = outline.items[index]
    if item.label or not item.style.startswith("标题"):
        return item.label
    beside = [n for n in outline.children(item.parent) if outline.items[n].style == item.style]
    return str(beside.index(index) + 1) if len(beside) > 1 else ""


def row(
    outline: Outline, task: Task, number: Found, rules: Standing, expected: frozenset[str]
) -> ProposedRow:
    """One task as a row. `expected`: the units that the document's tasks have, missing where not named."""
    item = outline.items[task.index]
    found: dict[str, Found] = {"number": number, "kind": Found("任务", *_source_of(item))}
    found |= _path(outline, task)
    found |= _texts(outline, task)
    found |= _units(task, rules, item.place, expected)
    found |= _deadline(task, rules)
    if task.assigned.points is not None:
        found["points"] = task.assigned.points
    note = _note(task.assigned)
    if note:
        found["note"] = note
    return ProposedRow({k: _fit(k, v) for k, v in found.items()}, _materials(task.assigned))


def _source_of(item: Item) -> tuple[Place, str]:
    """The first words of an item and where they stand: the number may stand alone on the line above."""
    first = next((p for p in item.pieces if p.text), None)
    return (first.place, first.text) if first else (item.place, _printed(item))


def _fit(key: str, value: Found) -> Found:
    """A text that is longer than the workbench's cell takes is cut, and that is said."""
    limit = INDICATORS.field(key).limit
    if isinstance(value.value, float) or len(value.value) <= limit or key in ("day", "points"):
        return value
    why = f"原文超过 {limit} 字，已截断，请压缩成要点。"
    return replace(value, value=value.value[: limit - 1] + "…", sure="存疑", why=value.why + why)


def _path(outline: Outline, task: Task) -> dict[str, Found]:
    """一级 and 二级指标: the headings above, without the one that only says that tasks follow."""
    ups = [outline.items[n] for n in reversed(outline.ancestors(task.index))]
    ups = [up for up in ups if not (up.number is None and DOCUMENT.search(heading_of(up)))]
    while len(ups) > 1 and is_container(ups[0]):
        ups = ups[1:]
    found: dict[str, Found] = {}
    for key, up in zip(("chapter", "section"), ups, strict=False):
        where, text = _source_of(up)
        text = text if any(p.text for p in up.pieces) else ""
        printed = up.number.printed if up.number else ""
        heading = fields.without_points(_HEADING_END.split(text, maxsplit=1)[0])
        heading = re.sub(r"[：:]$", "", heading)
        if printed + heading:
            gap = " " if re.search("[章节条分]$", printed) else ""
            found[key] = Found(f"{printed}{gap}{heading}", where, text or printed)
    return found


def _texts(outline: Outline, task: Task) -> dict[str, Found]:
    item = outline.items[task.index]
    pieces = list(task.assigned.body) or [p for p in item.pieces if p.text]
    lines: list[tuple[str, Place]] = [(p.text, p.place) for p in pieces]
    found: dict[str, Found] = {}
    own = task.assigned.labelled("text")
    heading, rest = "", ""
    if lines:
        heading, rest = _first_sentence(lines[0][0])
        source = next((p.text for p in item.pieces if p.place == lines[0][1] and p.text), lines[0][0])
        found["text"] = Found(heading, lines[0][1], source)
    elif own:
        found["text"] = Found(own[0].text, own[0].place, own[0].source)
        own = own[1:]
    else:
        found["text"] = Found("", item.place, "", "缺失", "原文这一项只有编号，没有内容。")
    more = [rest, *(text for text, _ in lines[1:])]
    more += [f"{printed}{piece.text}" for printed, piece in task.lines]
    more += [words.text for words in own] + [w.text for w in task.assigned.labelled("requirement")]
    requirement = "\n".join(text for text in map(visible, more) if text)
    if requirement:
        place, source = _where(outline, task, lines, rest)
        found["requirement"] = Found(requirement, place, source)
    figures = _figures(outline, task, lines)
    if figures:
        found["thresholds"] = figures
    return found


def _printed(item: Item) -> str:
    return item.number.printed if item.number else ""


def _where(outline: Outline, task: Task, lines: Sequence[tuple[str, Place]], rest: str) -> tuple[Place, str]:
    """Where the requirement begins, and the source text there."""
    item = outline.items[task.index]
    if rest or not (len(lines) > 1 or task.parts):
        if rest or not task.assigned.labelled("requirement"):
            return _source_of(item)
        first = task.assigned.labelled("requirement")[0]
        return first.place, first.source
    if len(lines) > 1:
        return lines[1][1], next((p.text for p in item.pieces if p.place == lines[1][1]), lines[1][0])
    part = next((n for n in task.parts if outline.items[n].pieces), task.index)
    return _source_of(outline.items[part])


def _first_sentence(text: str) -> tuple[str, str]:
    """The heading without its full stop, and what follows it."""
    match = _HEADING_END.search(text)
    if match is None or match.start() == 0:
        return text, ""
    return text[: match.start()], text[match.end() :]


def _figures(outline: Outline, task: Task, lines: Sequence[tuple[str, Place]]) -> Found | None:
    """Every clause with a binding figure, and what stands behind labels like 量化指标."""
    labelled = task.assigned.labelled("thresholds")
    parts = [(piece.text, piece.place) for _, piece in task.lines]
    hits = [f for text, place in [*lines, *parts] if (f := fields.thresholds(text, place))]
    values = [w.text for w in labelled] + [str(f.value) for f in hits]
    if not values:
        return None
    first = Found("", labelled[0].place, labelled[0].source) if labelled else hits[0]
    if not labelled:
        # The source as it stands, with the brackets that were taken out of the text.
        whole = (p for n in (task.index, *task.parts) for p in outline.items[n].pieces)
        first = replace(first, text=next((p.text for p in whole if p.place == first.place), first.text))
    return replace(first, value="；".join(dict.fromkeys(values)))


def _units(task: Task, rules: Standing, place: Place, expected: frozenset[str]) -> dict[str, Found]:
    """Lead, responsible and supporting units: its own, those of the items above, the standing rule."""
    own = task.assigned
    whys: dict[str, tuple[str, ...]] = {}
    names: dict[str, tuple[Named, ...]] = {}
    for key, role in _ROLE_FIELDS:
        names[key] = own.of(role)
        whys[key] = own.whys
        if not names[key]:
            for above in task.inherited:
                if above.of(role):
                    names[key] = above.of(role)
                    told = any(n.unit.why for n in names[key])
                    whys[key] = () if told else ("单位写在上一级标题下，按管本项读，请确认。",)
                    break
    if not names["lead"] and names["responsible"] and (own.first_leads or rules.first_leads):
        names["lead"], names["responsible"] = names["responsible"][:1], names["responsible"][1:]
    leads = {n.unit.name for n in names["lead"]}
    names["responsible"] = tuple(n for n in names["responsible"] if n.unit.name not in leads)
    named = {n.unit.name for members in names.values() for n in members}
    if rules.everyone is not None and rules.everyone[0] not in named:
        who, where, text = rules.everyone
        unit = Named(fields.UnitName(who, "责任", _EVERYONE), where, text)
        names["responsible"] = (*names["responsible"], unit)
    several = (_SEVERAL,) if own.groups > 1 else ()
    found: dict[str, Found] = {}
    for key, _ in _ROLE_FIELDS:
        if names[key]:
            found[key] = _cell(names[key], whys[key] + (several if key != "supporting" else ()))
    if not any(names.values()):
        found["lead"] = Found("", place, "", "缺失", _NO_UNITS)
    for key, why in (("lead", _NO_LEAD), ("responsible", _NO_RESPONSIBLE)):
        if key in expected and not names[key] and key not in found:
            found[key] = Found("", place, "", "缺失", why)
    return found


def _cell(names: Sequence[Named], extra: tuple[str, ...]) -> Found:
    whys = tuple(dict.fromkeys([n.unit.why for n in names if n.unit.why] + list(extra)))
    return Found(
        fields.cell_of(n.unit.name for n in names),
        names[0].place,
        names[0].text,
        "存疑" if whys else "确定",
        "".join(whys),
    )


def _deadline(task: Task, rules: Standing) -> dict[str, Found]:
    """The deadline of the task, of the items above it, of its text, or of the general rule."""
    own = task.assigned.deadlines
    found: dict[str, Found] = {}
    if own:
        found = _several(own, rules.year)
    else:
        for above in task.inherited:
            if above.deadlines:
                found = _doubted(
                    _several(above.deadlines, rules.year), "时限写在上一级标题下，按管本项读，请确认。"
                )
                break
    if not found:
        found = _in_text(task, rules.year)
    if rules.deadline is not None and "day" not in found and not _lasting(found):
        text, piece = rules.deadline
        general = fields.deadline(text, piece.place, rules.year)
        why = "本项没有写明期限，按文件总的时限推定，请确认。"
        general = {k: replace(f, text=piece.text) for k, f in general.items()}
        if found:
            general.pop("deadline", None)
            general.pop("recurrence", None)
        found |= _doubted(general, why)
    return found


def _lasting(found: Mapping[str, Found]) -> bool:
    """True for a deadline that is a recurrence and nothing else: 长期坚持 needs no day."""
    words = str(found["deadline"].value) if "deadline" in found else ""
    return "recurrence" in found and not re.search("明确时间|明确时限", words)


def _several(words: Sequence[Words], year: int | None) -> dict[str, Found]:
    texts = tuple(dict.fromkeys(w.text.rstrip("。；;") for w in words))
    found = fields.deadline("；".join(texts), words[0].place, year)
    source = words[0].source
    found = {k: replace(f, text=source) for k, f in found.items()}
    if len(texts) > 1:
        return _doubted(found, "原文写了几个时限，截止日期取最晚的，请确认。")
    if words[0].why:
        return _doubted(found, words[0].why)
    return found


def _doubted(found: Mapping[str, Found], why: str) -> dict[str, Found]:
    return {
        k: replace(f, sure="存疑" if f.sure == "确定" else f.sure, why=f.why + why) for k, f in found.items()
    }


def _in_text(task: Task, year: int | None) -> dict[str, Found]:
    """The deadlines that the task's own sentences name; which part each governs is for a person."""
    for piece in task.assigned.body:
        texts = fields.deadlines_in(piece.text)
        if texts:
            found = fields.deadline("；".join(texts), piece.place, year)
            found = {k: replace(f, text=piece.text) for k, f in found.items()}
            return _doubted(found, "时限写在正文里，可能只管其中一部分，请确认。")
    return {}


def _note(assigned: Assigned) -> Found | None:
    notes = [(words, word) for kind, words, word in assigned.texts if kind == "note"]
    if not notes:
        return None
    value = "；".join(f"{word}：{words.text.rstrip('。；;')}" for words, word in notes)
    return Found(value, notes[0][0].place, notes[0][0].source)


def _materials(assigned: Assigned) -> tuple[dict[str, Found], ...]:
    """Materials one by one."""
    found: list[dict[str, Found]] = []
    for words in assigned.labelled("materials"):
        for name in split_materials(words.text):
            item = {"name": Found(name, words.place, words.source)}
            limit = fields.word_limit(name, words.place)
            if limit:
                item["word_limit"] = limit
            if not_needed(name):
                item["needed"] = Found("不需提供", words.place, words.source)
            found.append(item)
    return tuple(found)
