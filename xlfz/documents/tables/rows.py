"""Gathered rows -> proposed rows: every field read, with its place and how sure it is.

Takes `Gathered` and what the whole document says (`Context`); gives `ProposedRow`s, the names of
units met and the points of chapters. The reading of units, deadlines and figures is `fields`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlfz.documents import fields
from xlfz.documents.model import Found, Place, ProposedRow
from xlfz.documents.tables.headers import UNIT_DUTIES
from xlfz.documents.tables.marks import numeral
from xlfz.documents.tables.text import joined, materials, not_needed, tidy, unit_lines
from xlfz.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.catalogue import Role
    from xlfz.documents.model import Sureness
    from xlfz.documents.tables.headers import Duty
    from xlfz.documents.tables.record import Gathered, Part, Piece, Record

ROLES: dict[Duty, Role] = {"lead": "牵头", "responsible": "责任", "supporting": "配合"}
DUTY_OF: dict[Role, Duty] = {role: duty for duty, role in ROLES.items()}
_TASK_WORDS = re.compile("任务|措施|举措|事项|工作|问题")
_EXTRA_KINDS = (("加分", re.compile("加分|附加分|奖励分")), ("减分", re.compile("减分|扣分项|倒扣")))
_LABEL = re.compile(
    r"(牵头|主办|主责|责任|承办|负责|落实|配合|协办|协助|参与)(?:责任)?(?:单位|部门|科室|处室)?\s*[:：]"
)
_MARKED = re.compile(r"[(（]\s*(牵头|主办|责任|配合|协办)(?:单位|部门)?\s*[)）]")
_WORD_ROLES: dict[str, Role] = {
    "牵头": "牵头", "主办": "牵头", "主责": "牵头",
    "责任": "责任", "承办": "责任", "负责": "责任", "落实": "责任",
    "配合": "配合", "协办": "配合", "协助": "配合", "参与": "配合",
}  # fmt: skip


@dataclass(slots=True)
class Context:
    """What holds for the whole document, and what was met on the way."""

    year: int | None = None
    first_leads: bool = False
    """列第一位者为牵头单位, said once for all."""
    known: frozenset[str] = frozenset()
    """Names of units that stand whole somewhere."""
    names: dict[str, Found] = field(default_factory=dict)
    chapters: dict[str, Found] = field(default_factory=dict)


def proposed(gathered: Gathered, context: Context) -> list[ProposedRow]:
    """The rows of one table."""
    default_kind = "任务" if _TASK_WORDS.search(gathered.main_title) else ""
    return [_row(record, gathered, context, default_kind) for record in gathered.records]


def _row(record: Record, gathered: Gathered, context: Context, default_kind: str) -> ProposedRow:
    found: dict[str, Found] = {}
    number, body = _number(record, gathered)
    found["number"] = number
    if record.first("level"):
        found["level"] = _text(record.cells["level"])
    for duty in ("chapter", "section"):
        if record.first(duty):
            found[duty] = _path(record.cells[duty], duty, context)
    found["text"] = body
    if record.first("requirement"):
        found["requirement"] = _text(record.cells["requirement"])
    kind = _kind(found, default_kind)
    if kind:
        found["kind"] = kind
    _figures(found, record, context)
    found |= _units(record, gathered, context)
    for duty, title in record.missing:
        why = f"原文没有印出本项的“{title}”，其他各项多有，请对照原文核对。"
        found.setdefault(duty, Found("", _place_of(record), "", "缺失", why))
    note = _note(record)
    if note:
        found["note"] = note
    items = _materials(record, context)
    if not items and gathered.torn and "material" in gathered.duties:
        why = "上报资料栏没有印出内容：可能不需提供，也可能与上一项合用一格，请对照原文补填。"
        told = f"{note.value}；" if note else ""
        place = note.place if note else found["text"].place
        found["note"] = Found(f"{told}上报资料栏原文空白", place, note.text if note else "", "存疑", why)
    return ProposedRow(found, tuple(items))


def _sure(doubtful: bool) -> Sureness:
    return "存疑" if doubtful else "确定"


def _worst(pieces: Sequence[Piece]) -> tuple[Sureness, str]:
    """How sure the pieces are together, and why not."""
    whys = tuple(dict.fromkeys(p.why for p in pieces if p.why))
    doubtful = any(p.sure != "确定" for p in pieces)
    return (_sure(doubtful)), "".join(whys)


def _text(pieces: Sequence[Piece]) -> Found:
    """Pieces as one text."""
    sure, why = _worst(pieces)
    value = joined(line for piece in pieces for line in piece.text.splitlines())
    return Found(value, pieces[0].place, _source(pieces), sure, why)


def _at(found: Found, pieces: Sequence[Piece]) -> Found:
    """A value read out of a longer text, with the place of the very line that holds it."""
    wanted = fold(found.text)[:6]
    for piece in [part for whole in pieces for part in (*whole.parts, whole)]:
        if wanted and wanted in fold(piece.source):
            return replace(found, place=piece.place, text=piece.source if piece.parts else found.text)
    # It runs over several lines: then all of them are its source.
    return replace(found, text=_source(pieces)) if pieces else found


def _source(pieces: Sequence[Piece]) -> str:
    return "\n".join(piece.source for piece in pieces)


def _number(record: Record, gathered: Gathered) -> tuple[Found, Found]:
    """The number as printed and the text; a number at the head of the text counts when no column has one."""
    pieces = record.cells.get("text", [])
    body = (
        _text(pieces)
        if pieces
        else Found("", _place_of(record), "", "缺失", "原文此行没有指标或任务的内容，请补充。")
    )
    piece = record.first("number")
    if piece is not None:
        mark = numeral(piece.text)
        printed = mark.printed if mark else tidy(piece.text)
        value = mark.proper if mark else printed
        if mark and not mark.whole:
            why = piece.why or f"编号印作“{piece.text}”，疑有缺损，请核对。"
            return Found(value, piece.place, piece.source, "存疑", why), body
        sure = piece.sure if piece.sure != "确定" or mark else "存疑"
        why = piece.why or ("" if mark else "编号的写法不认识，请核对。")
        return Found(value, piece.place, piece.source, sure, why), body
    if "number" not in gathered.duties and isinstance(body.value, str):
        head = fields.number_at(body.value)
        if head and head.style not in ("一是",) and body.value[head.end :].strip():
            rest = body.value[head.end :].strip()
            return Found(head.label, body.place, head.printed), replace(body, value=rest)
        return Found("", body.place, body.text), body
    return Found("", body.place, "", "缺失", "原文此行没有编号，请补编。"), body


def _place_of(record: Record) -> Place:
    for pieces in record.cells.values():
        if pieces:
            return pieces[0].place
    return Place()


def _path(pieces: Sequence[Piece], duty: Duty, context: Context) -> Found:
    """Chapter or section without its points; a chapter's points are kept for 评分办法."""
    found = _text(pieces)
    value = "".join(str(found.value).splitlines())
    if duty == "chapter":
        cut = re.search(r"[(（]\s*(\d{1,3}(?:\.\d)?)\s*$", value)
        if cut:
            # （16: the end of the bracket was lost.
            value = value[: cut.start()].strip()
            why = f"分值印作“{cut[0].strip()}”，疑有缺字，请核对。"
            points = Found(float(cut[1]), found.place, cut[0], "存疑", why)
            context.chapters.setdefault(value, _at(points, pieces))
        stated = fields.points(value, found.place)
        value = fields.without_points(value)
        if stated and stated.sure == "确定":
            context.chapters.setdefault(value, _at(replace(stated, sure=found.sure, why=found.why), pieces))
    return replace(found, value=value)


def _kind(found: dict[str, Found], default: str) -> Found | None:
    for name, pattern in _EXTRA_KINDS:
        for duty in ("section", "chapter"):
            if duty in found and pattern.search(str(found[duty].value)):
                return replace(found[duty], value=name)
    return Found(default, found["text"].place) if default else None


def _figures(found: dict[str, Found], record: Record, context: Context) -> None:
    """Points, deadline, thresholds."""
    piece = record.first("points")
    text = found["text"]
    if piece is not None:
        points = fields.points(tidy(record.text("points")), piece.place)
        if points is None:
            points = Found(
                "", piece.place, piece.source, "存疑", f"分值写作“{tidy(piece.text)}”，读不出数字，请填写。"
            )
        elif piece.shared:
            why = f"分值 {points.value:g} 与上一项合用一格，请确认本项是多少分。"
            points = Found("", piece.place, piece.source, "存疑", why)
        elif piece.sure != "确定":
            points = replace(points, sure="存疑", why=piece.why)
        found["points"] = points
    else:
        stated = fields.points(str(text.value), text.place)
        if stated and stated.sure == "确定":
            found["points"] = stated
    when = record.cells.get("deadline")
    if when:
        read = fields.deadline(tidy(record.text("deadline")), when[0].place, context.year)
        sure, why = _worst(when)
        if sure == "确定" and "deadline" in read and "。" in str(read["deadline"].value):
            # 5月底前 | 建成中心。 | 年底前: a task of the next row got between two deadlines.
            sure, why = "存疑", "时限里夹有整句的话，可能混进了别的任务，请核对。"
        for name, value in read.items():
            found[name] = replace(value, sure="存疑", why=why) if sure == "存疑" else value
    both = "\n".join(str(found[n].value) for n in ("text", "requirement") if n in found)
    figures = fields.thresholds(both, text.place)
    if figures:
        found["thresholds"] = _at(
            figures, [*record.cells.get("text", []), *record.cells.get("requirement", [])]
        )


def _units(record: Record, gathered: Gathered, context: Context) -> dict[str, Found]:
    """The three fields of units, from all columns that hold any."""
    by_role: dict[Duty, list[tuple[fields.UnitName, Piece, str]]] = {}
    for duty in UNIT_DUTIES:
        for piece, name, role, why in _named(record.cells.get(duty, []), duty, gathered, context):
            by_role.setdefault(DUTY_OF[role], []).append((name, piece, why))
    found: dict[str, Found] = {}
    for duty, named in by_role.items():
        whys = dict.fromkeys(why for name, piece, why in named for why in (name.why, piece.why, why) if why)
        doubtful = bool(whys) or any(piece.sure != "确定" for _, piece, _ in named)
        pieces = list(dict.fromkeys(piece for _, piece, _ in named))
        value = fields.cell_of(name.name for name, _, _ in named)
        found[duty] = Found(value, pieces[0].place, _source(pieces), _sure(doubtful), "".join(whys))
        for name, piece, _ in named:
            context.names.setdefault(
                name.name,
                Found(name.name, piece.place, piece.source, _sure(bool(name.why)), name.why),
            )
    expected: list[Duty] = [d for d in ("lead", "responsible") if d in gathered.duties]
    if expected and not any(d in found for d in UNIT_DUTIES):
        titles = {"lead": "牵头单位", "responsible": "责任单位"}
        why = f"原文没有印出本项的{titles[expected[0]]}，可能空白，也可能与上一项合用一格，请核对。"
        found[expected[0]] = Found("", _place_of(record), "", "缺失", why)
    return found


def _named(
    pieces: Sequence[Piece], duty: Duty, gathered: Gathered, context: Context
) -> list[tuple[Piece, fields.UnitName, Role, str]]:
    """Every name under one column with the role that its words or its column give it."""
    result: list[tuple[Piece, fields.UnitName, Role, str]] = []
    first_leads = context.first_leads and duty == "responsible" and "lead" not in gathered.duties
    for piece in pieces:
        text, doubtful = unit_lines(piece.text.splitlines(), context.known)
        why = "单位名称分在几行，断处请核对。" if doubtful else ""
        parts = _labelled(text, ROLES[duty])
        # The standing rule is for cells that do not say themselves who leads.
        leads = first_leads and [role for role, _ in parts] == [ROLES[duty]]
        for role, segment in parts:
            # 甲局及其他行政执法单位: two, whatever the second is.
            plain = re.sub("及(?=其[他它])", "、", segment)
            read = fields.duties(plain, role, first_lead=leads)
            result += [
                (piece, name, name.role or role, why + _cut_name(name.name, context)) for name in read.names
            ]
    return result


def _cut_name(name: str, context: Context) -> str:
    """What to ask of a name that stands longer elsewhere: its end was lost."""
    longer = [known for known in context.known if known.startswith(name) and 0 < len(known) - len(name) <= 2]
    if fields.looks_like_unit(name) or name in context.known or not longer:
        return ""
    return f"“{name}”疑有缺字，别处印作“{longer[0]}”，请核对。"


def _labelled(text: str, default: Role) -> list[tuple[Role, str]]:
    """`牵头单位：甲；配合单位：乙、丙`, `甲（牵头）、乙` -> the parts with their roles."""
    spots = list(_LABEL.finditer(text))
    if spots:
        parts = [(default, text[: spots[0].start()])] if text[: spots[0].start()].strip("；;，, ") else []
        ends = [spot.start() for spot in spots[1:]] + [len(text)]
        return parts + [
            (_WORD_ROLES[spot[1]], text[spot.end() : end].strip("；;，,。 "))
            for spot, end in zip(spots, ends, strict=True)
        ]
    if _MARKED.search(text):
        parts = []
        for name in re.split("[、，,；;]", text):
            mark = _MARKED.search(name)
            parts.append((_WORD_ROLES[mark[1]] if mark else default, _MARKED.sub("", name)))
        return parts
    return [(default, text)]


def _materials(record: Record, context: Context) -> list[dict[str, Found]]:
    """The materials one by one; with the units of their part where parts have different units."""
    parts = [part for part in record.parts if part.materials]
    named = {tuple(p.text for ps in part.units.values() for p in ps) for part in record.parts}
    apart = len(parts) > 1 and len(named) > 1
    result: list[dict[str, Found]] = []
    for part in parts:
        sure, why = _worst(part.materials)
        whole = joined(line for piece in part.materials for line in piece.text.splitlines())
        place = part.materials[0].place
        source = _source(part.materials)
        for name in materials(whole):
            item = {"name": Found(name, place, source, sure, why)}
            limit = fields.word_limit(name, place)
            if limit:
                item["word_limit"] = _at(limit, part.materials)
            if not_needed(name):
                item["needed"] = Found("不需提供", place, source)
            if apart:
                item |= _part_units(part, context)
            result.append(item)
    return result


def _part_units(part: Part, context: Context) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for duty, pieces in part.units.items():
        if duty not in ("lead", "responsible"):
            continue
        text, _ = unit_lines([line for p in pieces for line in p.text.splitlines()], context.known)
        names = [name.name for name in fields.duties(text, ROLES[duty]).names]
        if names:
            sure, why = _worst(pieces)
            found[duty] = Found(
                fields.cell_of(names),
                pieces[0].place,
                _source(pieces),
                sure,
                why,
            )
    return found


def _note(record: Record) -> Found | None:
    """The note column, and what stood under columns that no field takes, each with its title."""
    pieces = list(record.cells.get("note", ()))
    lines = [tidy(piece.text) for piece in pieces]
    for title, piece in record.extra:
        pieces.append(piece)
        lines.append(f"{title}：{tidy(piece.text)}" if title and piece.text else tidy(piece.text))
    if not pieces:
        return None
    sure, why = _worst(pieces)
    value = "；".join(line for line in lines if line)
    return Found(value, pieces[0].place, _source(pieces), sure, why)
