"""Who does an item, and until when: from its labels, its brackets and its last sentence.

Takes an `Item`; gives `Assigned`: the units with their roles, deadlines, points and the other labelled
texts, each with its place, and the item's text without what was taken out of it. Forbids reading a
name in the middle of a sentence as an assignment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from xlfz.documents import fields
from xlfz.documents.prose.forms import ROLE_WORD
from xlfz.documents.prose.labels import Kind, kind_of, labels_in
from xlfz.text import visible

if TYPE_CHECKING:
    from xlfz.catalogue import Role
    from xlfz.documents.model import Found, Place
    from xlfz.documents.prose.outline import Item, Labelled, Piece

_ROLES: dict[Kind, Role] = {"lead": "牵头", "responsible": "责任", "supporting": "配合", "duty": "责任"}
_OPENING, _CLOSING = "（(【〔[［", "）)】〕]］"
_DUE = re.compile(r"[前底末旬日每]|完成|长期|持续|常态|全年|季度")
"""What makes a time in a bracket a deadline: （2016—2020年） is part of a title."""
_BY = re.compile(
    r"由(?P<who>[^。；;]{2,200}?)(?:研究提出[^。；;，]*|制定[^。；;，]*|提出[^。；;，]*意见)?[。；;]?\s*$"
)
_LAST_SENTENCE = re.compile(r"(?:^|(?<=[。；;！]))([^。；;！]{4,200})[。；;]?\s*$")


@dataclass(frozen=True, slots=True)
class Named:
    """One unit with where it stands. `text` is the source of the whole list."""

    unit: fields.UnitName
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text with its place: a deadline, a note."""

    text: str
    place: Place
    source: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Assigned:
    """What an item's labels and brackets say. `body` is its text without them."""

    units: tuple[Named, ...] = ()
    deadlines: tuple[Words, ...] = ()
    points: Found | None = None
    texts: tuple[tuple[Kind, Words, str], ...] = ()
    """Other labelled texts: kind, words, the label as printed."""
    body: tuple[Piece, ...] = ()
    first_leads: bool = False
    before_children: bool = True
    groups: int = 0
    """How many assignments stand in the item: several are told of."""
    whys: tuple[str, ...] = ()

    @property
    def any_deadline(self) -> bool:
        """True when a deadline was found."""
        return bool(self.deadlines)

    def doubted(self, why: str) -> Assigned:
        """A copy in which every unit is in doubt for this reason, standing behind the children."""
        return replace(self, whys=(*self.whys, why), body=(), before_children=False)

    def without_units(self) -> Assigned:
        """A copy that assigns nobody: its assignment was given to the item above."""
        return replace(self, units=(), deadlines=(), texts=(), groups=0)

    def plus(self, other: Assigned) -> Assigned:
        """With what an item of the same task says too."""
        return replace(
            self,
            units=self.units + other.units,
            deadlines=self.deadlines + other.deadlines,
            points=self.points or other.points,
            texts=self.texts + other.texts,
            groups=self.groups + other.groups,
            whys=self.whys + other.whys,
        )

    def of(self, role: Role) -> tuple[Named, ...]:
        """The units in a role, each once."""
        kept = {named.unit.name: named for named in reversed(self.units) if named.unit.role == role}
        return tuple(reversed(kept.values()))

    def labelled(self, kind: Kind) -> tuple[Words, ...]:
        """The texts behind labels of a kind."""
        return tuple(words for own, words, _ in self.texts if own == kind)


@dataclass(slots=True)
class _Gathering:
    units: list[Named] = field(default_factory=list)
    deadlines: list[Words] = field(default_factory=list)
    points: Found | None = None
    texts: list[tuple[Kind, Words, str]] = field(default_factory=list)
    first_leads: bool = False
    groups: int = 0

    def value(self, kind: Kind, word: str, text: str, place: Place, source: str, why: str = "") -> None:
        """One labelled value."""
        role = _ROLES.get(kind)
        if role is not None:
            self.assign(text, role, place, source, why)
        elif kind == "deadline":
            if visible(text):
                self.deadlines.append(Words(visible(text), place, source, why))
        elif kind == "points":
            self.points = self.points or fields.points(text, place) or fields.points(f"{word}：{text}", place)
        elif visible(text):
            self.texts.append((kind, Words(visible(text), place, source, why), word))

    def assign(self, text: str, role: Role | None, place: Place, source: str, why: str = "") -> None:
        """A list of units."""
        found = fields.duties(text, role)
        first, _, rest = text.partition("。")
        if visible(rest) and not all(_is_name(u) for u in found.names):
            # What follows the list's full stop is a sentence, no list.
            found = fields.duties(first, role)
            self.texts.append(("requirement", Words(visible(rest), place, source), ""))
        self.first_leads = self.first_leads or found.first_leads
        self.groups += bool(found.names) and role not in ("牵头", "配合")
        for unit in found.names:
            doubted = replace(unit, why=unit.why + why) if why else unit
            self.units.append(Named(doubted, place, source))
        if found.deadline:
            self.deadlines.append(Words(found.deadline, place, source))


def assigned(item: Item) -> Assigned:
    """Everything that the item's own labels, brackets and last sentence assign."""
    gathered = _Gathering()
    body: list[Piece] = []
    for piece in item.pieces:
        text = fields.without_everyone(_brackets(piece, gathered))
        body.append(replace(piece, text=visible(text)))
    for labelled in item.labels:
        _labelled(labelled, gathered)
    if not gathered.units and body:
        _last_sentence(body, gathered)
    return Assigned(
        tuple(gathered.units),
        tuple(gathered.deadlines),
        gathered.points,
        tuple(gathered.texts),
        tuple(piece for piece in body if piece.text),
        gathered.first_leads,
        groups=gathered.groups,
    )


def _labelled(labelled: Labelled, gathered: _Gathering) -> None:
    value = labelled.value
    if fields.first_leads(labelled.note):
        value = f"{value}（{labelled.note.strip('（）()')}）"
    gathered.value(labelled.kind, labelled.word, value, labelled.place, labelled.text, labelled.why)


def _brackets(piece: Piece, gathered: _Gathering) -> str:
    """The text without the brackets that assign something."""
    text = piece.text
    kept = ""
    at = 0
    for start, end in _spans(text):
        inner = text[start + 1 : end - 1]
        if kind_of(inner):
            continue
        if _bracket(inner, text[:start], text[end:], piece.place, text[start:end], gathered):
            kept += text[at:start]
            at = end
            # A full stop behind the bracket is the sentence's own when there is none before it.
            if kept.rstrip().endswith(("。", "；", ";")) and text[at : at + 1] in "。；;":
                at += 1
    return kept + text[at:]


def _spans(text: str) -> list[tuple[int, int]]:
    """Brackets at the outermost level, from opening to behind closing; one left open ends with the text."""
    spans: list[tuple[int, int]] = []
    depth = start = 0
    for n, char in enumerate(text):
        if char in _OPENING:
            if depth == 0:
                start = n
            depth += 1
        elif char in _CLOSING and depth:
            depth -= 1
            if depth == 0:
                spans.append((start, n + 1))
    if depth and labels_in(text[start + 1 :]):
        spans.append((start, len(text) + 1))
    return spans


def _bracket(inner: str, before: str, after: str, place: Place, source: str, gathered: _Gathering) -> bool:
    """True when the bracket assigned something, which is then gathered."""
    labels = labels_in(inner)
    if labels and labels[0].start <= len(inner) - len(inner.lstrip()) + 1:
        for n, label in enumerate(labels):
            end = labels[n + 1].start if n + 1 < len(labels) else len(inner)
            value = inner[label.end : end].strip("；;，, \u3000")
            gathered.value(label.kind, label.word, value, place, source, label.why)
        return True
    if labels and labels[0].start:
        # 甲局牵头，乙局配合；完成时限：6月底前: what stands before the first label assigns by its words.
        head, rest = inner[: labels[0].start].rstrip("；;，, \u3000"), inner[labels[0].start :]
        if _bracket(head, before, after, place, source, gathered):
            return _bracket(rest, before, after, place, source, gathered)
        return False
    if fields.everyone(inner) and not visible(fields.without_everyone(inner)).strip("。；;，,"):
        return True  # said once for all, see `standing`
    if fields.is_deadline(inner) and _DUE.search(inner) and before.count("《") == before.count("》"):
        gathered.deadlines.append(Words(visible(inner), place, source))
        return True
    found = fields.points(f"（{inner}）", place)
    if found is not None and found.sure == "确定":
        gathered.points = gathered.points or replace(found, text=source)
        return True
    inner = _with_rule(inner)
    if len(inner) > 400 or re.search(r"[。！？《]", inner.rstrip("。")):
        return False
    told = fields.duties(inner)
    if not told.names:
        return False
    explicit = [u for u in told.names if u.role]
    unitlike = [u for u in told.names if fields.looks_like_unit(u.name) or u.open_ended]
    if explicit and ROLE_WORD.search(inner) and len(unitlike) * 2 >= len(told.names):
        gathered.assign(inner, "责任", place, source)
        return True
    ends = not visible(after).strip("。；;")
    # 甲事（一局、二局）；乙事（三局）。: each part of a sentence has its own.
    part = len(told.names) > 1 and visible(after)[:1] in ("；", ";", "。")
    part = part or (ends and bool(visible(after)))
    if len(unitlike) == len(told.names) and (
        part or (ends and (before.rstrip().endswith(("。", "；", ";")) or not after))
    ):
        if len(told.names) == 1 and fields.looks_like_unit(re.split("[。；;，,、]", before)[-1]):
            return False  # 市纪委（市监委）: another name of the unit before it
        why = "" if told.first_leads else "括号里只有单位，没有写明职责，按责任单位读。"
        gathered.assign(inner, "责任", place, source, why)
        return True
    return False


def _with_rule(inner: str) -> str:
    """（甲牵头。列首位的为牵头部门，有要求的除外，下同）: the rule's sentence in its shortest form."""
    parts = [part for part in inner.split("。") if visible(part)]
    kept = [part for part in parts if not fields.first_leads(part)]
    if not kept or len(kept) == len(parts):
        return inner
    return "。".join(kept) + "，列第一位的为牵头单位"


def _last_sentence(body: list[Piece], gathered: _Gathering) -> None:
    """`市发改委牵头，市财政局配合。` as the last sentence of an item."""
    piece = body[-1]
    match = _LAST_SENTENCE.search(piece.text)
    if match is None or not re.search(r"牵头|负责|参与|配合|落实", match[1]):
        _by_whom(piece, gathered)
        return
    told = fields.duties(match[1])
    if not told.names or any(u.role is None or not _is_name(u) for u in told.names):
        _by_whom(piece, gathered)
        return
    if len(match[1]) == len(visible(piece.text).rstrip("。；;")) and len(body) == 1:
        return  # the sentence is all there is: it is the task itself
    gathered.assign(match[1], None, piece.place, match[1])
    body[-1] = replace(piece, text=piece.text[: match.start(1)])


def _is_name(unit: fields.UnitName) -> bool:
    return unit.open_ended or fields.looks_like_unit(unit.name)


def _by_whom(piece: Piece, gathered: _Gathering) -> None:
    """`关于…的问题，由财政部会同教育部负责落实。`: the clause stays in the text."""
    starts = [m.start() for m in re.finditer("(?<=[，,；;。])由", piece.text)]
    match = _BY.match(piece.text, starts[-1]) if starts else None
    if match is None:
        return
    told = fields.duties(match["who"], "责任")
    if told.names and all(_is_name(u) for u in told.names):
        gathered.assign(match["who"], "责任", piece.place, match[0])
