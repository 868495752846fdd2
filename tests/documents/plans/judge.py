"""What is wrong in a proposal, and what of it is dishonest.

`judge(document, proposal)` compares with what a person reads in an invented plan. `wrong`: not as it
should be. `dishonest`: wrong, and nobody is told to look: the field passes as 确定, or is missing without
a word. An import may be wrong; it must not be dishonest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.documents import seeds
from tests.documents.plans.model import Line
from tests.documents.plans.pool import OPEN
from tests.documents.plans.shapes import numeral
from tests.documents.seeds import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.documents.plans.model import Document, Want
    from xlfz.documents.model import Found, Proposal, ProposedRow

_CHINESE = [numeral(n) for n in range(1, 100)]
_FIGURE = re.compile(r"\d+(?:\.\d+)?(?:%|个工作日|学时)")
_OPEN = {plain(name) for name in OPEN}
_REST = {"等", "有关部门", "等有关部门", "有关单位", "等单位", "等部门", "其他单位", "其他有关单位"}
"""What may stand for the open end of a list."""
_ONCE = ("", plain("一次性"))


@dataclass(slots=True)
class Verdict:
    """What was found, in words."""

    wrong: list[str] = field(default_factory=list)
    dishonest: list[str] = field(default_factory=list)

    def note(self, words: str, *, doubted: bool) -> None:
        """Something is wrong; dishonest too unless a person is told to look."""
        self.wrong.append(words)
        if not doubted:
            self.dishonest.append(words)


def judge(document: Document, proposal: Proposal) -> Verdict:
    """Compares every task of the plan with the row that has its words."""
    verdict = Verdict()
    left = list(proposal.rows)
    order = []
    for want in document.wants:
        row = next((r for r in left if plain(want.heading) in seeds.words(r)), None)
        if row is None:
            verdict.note(
                f"{want.number} {want.heading}: no row", doubted=not proposal.rows and bool(proposal.findings)
            )
            continue
        left.remove(row)
        order.append(proposal.rows.index(row))
        _row(document, want, row, verdict)
    if order != sorted(order):
        verdict.note("the tasks are out of order", doubted=False)
    for row in left:
        words = f"a row that is no task: {seeds.value(row, 'number')} {seeds.words(row)[:30]}"
        verdict.note(words, doubted=any(map(seeds.doubted, row.fields.values())))
    title = proposal.settings.get("title")
    headings = [plain(b.printed) for b in document.blocks if isinstance(b, Line) and b.heading == 1]
    if title and not seeds.doubted(title):
        got = plain(title.value)
        if got not in plain(document.title) and plain(document.title) not in got and got not in headings:
            verdict.note(f"title {title.value!r}, not {document.title!r}", doubted=False)
    for chapter, points in document.chapters.items():
        found = next((f for name, f in proposal.chapters.items() if plain(chapter) in plain(name)), None)
        if found is None or float(found.value) != points:
            verdict.note(
                f"{chapter}: {found.value if found else 'no'} points, not {points}", doubted=_told(found)
            )
    return verdict


def ordinal(label: str) -> int:
    """The number at the end of a label in any digits: 3 for 三、, （三）, 第三条, ⒊ and 2.3; 0 for none."""
    parts = re.findall(r"\d+|[一二三四五六七八九十]+", plain(label))
    if not parts:
        return 0
    return int(parts[-1]) if parts[-1].isdigit() else _CHINESE.index(parts[-1]) + 1


def _row(document: Document, want: Want, row: ProposedRow, verdict: Verdict) -> None:
    fields = row.fields
    say = f"{want.number} {want.heading}"

    label = plain(fields["number"].value) if "number" in fields else ""
    if ordinal(label) != ordinal(want.number):
        verdict.note(f"{say}: number {label!r}", doubted=_told(fields.get("number")))
    others = {w.chapter for w in document.wants if w.chapter and w.chapter != want.chapter}
    path = seeds.chapter(row)
    if plain(want.chapter) not in path or any(plain(o) in path for o in others):
        verdict.note(f"{say}: chapter {path!r}", doubted=_told(fields.get("chapter")))
    text = seeds.value(row, "text")
    if not text.startswith((plain(want.heading), plain(want.detail)[:6])):
        verdict.note(f"{say}: text {text[:20]!r}", doubted=_told(fields.get("text")))
    kept = seeds.words(row)
    if plain(want.detail) not in kept:
        verdict.note(f"{say}: the text is cut: {kept[-30:]!r}", doubted=_told(fields.get("text")))
    if re.search(r"(?:单位|时限|责任部门)[:】]", kept):
        verdict.note(f"{say}: labels in the text: {kept[-40:]!r}", doubted=_told(fields.get("text")))

    if want.any_role:
        named = {u for role in ("lead", "responsible", "supporting") for u in seeds.units(row, role)}
        if named - (_REST if want.open_end else set()) != {plain(u) for u in want.any_role}:
            told = any(_told(fields.get(role), row) for role in ("lead", "responsible", "supporting"))
            verdict.note(f"{say}: units {named}, not {want.any_role}", doubted=told)
        elif want.open_end and not any(
            _told(fields.get(r), row) for r in ("lead", "responsible", "supporting")
        ):
            verdict.note(f"{say}: the list of units goes on, and nobody is told", doubted=False)
    else:
        for role in ("lead", "responsible", "supporting"):
            _units(say, role, getattr(want, role), row, verdict)
    _term(say, document, want, row, verdict)
    _points(say, want, fields, verdict)
    _materials(say, want, row, verdict)
    for figure in _FIGURE.findall(plain(want.detail)):
        if figure not in seeds.value(row, "thresholds"):
            verdict.wrong.append(f"{say}: {figure} is not in 量化要求 {seeds.value(row, 'thresholds')!r}")


def _units(say: str, role: str, due: tuple[str, ...], row: ProposedRow, verdict: Verdict) -> None:
    found = row.fields.get(role)
    got = seeds.units(row, role)
    expected = [plain(u) for u in due]
    if got != expected:
        told = _told(found, row) if due else seeds.doubted(found)
        verdict.note(f"{say}: {role} {got}, not {expected}", doubted=told)
    elif _OPEN & set(expected) and not seeds.doubted(found):
        verdict.note(f"{say}: {role} {got} is open and not marked", doubted=False)


def _term(say: str, document: Document, want: Want, row: ProposedRow, verdict: Verdict) -> None:
    fields = row.fields
    got, day, often = (seeds.value(row, name) for name in ("deadline", "day", "recurrence"))
    if not want.term.text:
        for name in ("deadline", "day"):
            found = fields.get(name)
            fits = document.default_term and (name != "day" or plain(document.default_term) == day)
            if found and found.value and not seeds.doubted(found) and not fits:
                verdict.note(f"{say}: {name} {found.value!r} was not said", doubted=False)
        return
    if got != plain(want.term.text):
        verdict.note(
            f"{say}: deadline {got!r}, not {want.term.text!r}", doubted=_told(fields.get("deadline"), row)
        )
        return
    if day != want.term.day and not (want.term.first and day == plain(want.term.first)):
        told = seeds.doubted(fields.get("deadline")) or ("day" in fields and seeds.doubted(fields["day"]))
        verdict.note(f"{say}: day {day!r} for {want.term.text}", doubted=told)
    if often != plain(want.term.recurrence) and not (often in _ONCE and not want.term.recurrence):
        told = seeds.doubted(fields.get("deadline")) or _told(fields.get("recurrence"))
        verdict.note(f"{say}: recurrence {often!r} for {want.term.text}", doubted=told)


def _points(say: str, want: Want, fields: Mapping[str, Found], verdict: Verdict) -> None:
    found = fields.get("points")
    if want.points is None:
        if found and found.value != "" and not seeds.doubted(found):
            verdict.note(f"{say}: points {found.value!r} were not given", doubted=False)
    elif found is None or found.value == "" or float(found.value) != want.points:
        verdict.note(
            f"{say}: points {found.value if found else ''!r}, not {want.points}", doubted=_told(found)
        )


def _materials(say: str, want: Want, row: ProposedRow, verdict: Verdict) -> None:
    got = [plain(m["name"].value) for m in row.materials]
    limits = [float(m["word_limit"].value or 0) if "word_limit" in m else 0 for m in row.materials]
    due = [plain(m.name) for m in want.materials]
    told = bool(row.findings) or any(map(seeds.doubted, (m["name"] for m in row.materials)))
    if len(got) != len(due) or any(d not in g for d, g in zip(due, got, strict=False)):
        verdict.note(f"{say}: materials {got}, not {due}", doubted=told)
    elif limits != [m.limit for m in want.materials]:
        verdict.note(f"{say}: word limits {limits}", doubted=told)


def _told(found: Found | None, row: ProposedRow | None = None) -> bool:
    """Whether a person is told: the field is there and not 确定, or the row has a finding."""
    return bool(found and found.sure != "确定") or bool(row and row.findings)
