"""The lines of 单位核对 and 设置核对.

Takes what was understood of each document, and the roster of the folder's workbench where there is
one; gives `Line`s. Forbids deciding who a name is: a collective name and one that the roster does not
know wait for a person, the nearest known name is only shown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.documents.confirm.lines import Line, cleaned, made
from xlfz.documents.confirm.specs import CHAPTER_POINTS, NAME_ROWS, SETTING_ROWS
from xlfz.documents.model import Found
from xlfz.excel.content import Cell
from xlfz.findings import Finding
from xlfz.roster import EVERYONE, means_everyone
from xlfz.text import fold, names
from xlfz.workbench.sheets import written
from xlfz.workbench.tables import FORM_KINDS, NO, SETTINGS, UNITS, YES
from xlfz.workbench.values import convert

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from xlfz.documents.confirm.lines import Document
    from xlfz.documents.model import Proposal
    from xlfz.roster import Roster

_COLLECTIVE = re.compile("各|有关|相关|其他|其它|等$")
_ALIKE = 83.0
"""Six characters of which one differs."""
_PLACES = re.compile("(政府|街道|街道办|办事处|[省市县区乡镇村])$")
"""Names of places are alike because places are: 东关镇 and 城关镇."""
_UNITS = ("lead", "responsible", "supporting")
_ALWAYS = ("title", "organ", "year", "form_kind")
_WHO = "这是统称，请在“对应单位”写明是哪些单位；还定不下来的可以留空。"


def name_lines(documents: Sequence[Document], roster: Roster | None) -> list[Line]:
    """One line for each name, in the order of the documents."""
    several = sum(1 for d in documents if d.rows) > 1
    found: dict[str, tuple[str, Found, str]] = {}
    for document in documents:
        for name, known in _met(document):
            found.setdefault(fold(name), (name, known, document.name if several else ""))
    lines = [_name(name, known, roster, of) for name, known, of in found.values() if name]
    return _alike(lines)


def _met(document: Document) -> Iterator[tuple[str, Found]]:
    """The names as the document explains them, then those that only its rows name."""
    if document.proposal is None:
        return
    yield from document.proposal.names.items()
    for row in document.proposal.rows:
        for given in (row.fields, *row.materials):
            for field_id in _UNITS:
                if field_id in given:
                    for name in names(str(given[field_id].value)):
                        yield name, replace(given[field_id], value="", sure="确定", why="")


def _alike(lines: list[Line]) -> list[Line]:
    """A name to be registered that is almost one before it is asked about: it may be the same unit."""
    from rapidfuzz import fuzz, process

    before: list[str] = []
    asked = []
    for line in lines:
        name = str(line.values["name"])
        if line.values.get("register") != YES or _PLACES.search(name):
            asked.append(line)
            continue
        best = process.extractOne(name, before, scorer=fuzz.ratio, score_cutoff=_ALIKE) if before else None
        before.append(name)
        asked.append(line if best is None else _same(line, best[0]))
    return asked


def _same(line: Line, other: str) -> Line:
    why = f"与前面的“{other}”只差一点：是同一单位的，这里不登记，在“对应单位”写“{other}”。"
    return replace(line, doubts={**line.doubts, "register": Found(YES, sure="存疑", why=why)})


def _name(name: str, found: Found, roster: Roster | None, document: str) -> Line:
    targets, register, near, sure, why = _known(name, found), NO, "", found.sure, found.why
    if roster is not None and roster.resolve(name).known:
        near = name if roster.unit(name) is None else roster.unit(name).name  # type: ignore[union-attr]
        targets, sure, why = "", "确定", ""
    elif means_everyone(name):
        targets = EVERYONE
    elif targets:
        pass
    elif roster is not None and roster.units:
        near = roster.nearest(name)
        sure, why = "存疑", why or "名册里没有这个名称，请写明对应名册中的谁，或者登记为单位。"
    elif sure == "确定" and _COLLECTIVE.search(name):
        sure, why = "存疑", _WHO
    elif sure == "确定" and len(name) <= UNITS.field("name").limit:
        register = YES
    given = {
        "name": Found(name, found.place, found.text),
        "register": Found(register),
        "targets": Found(targets, found.place, found.text, sure, why),
    }
    line = made(NAME_ROWS, given, document=document)
    return Line({**line.values, "near": near}, line.doubts, line.told, line.place, line.source)


def _known(name: str, found: Found) -> str:
    """Whom the document itself says that the name stands for."""
    value = str(found.value)
    return "" if fold(value) == fold(name) else value


def setting_lines(documents: Sequence[Document], today: date) -> list[Line]:
    """The settings that matter, as the documents say them, and the points of chapters."""
    read = [d for d in documents if d.proposal and d.proposal.rows]
    proposals = [d.proposal for d in read if d.proposal]
    told: dict[str, Found] = {}
    for proposal in reversed(proposals):
        told |= proposal.settings
    if read:
        stem = read[0].name.rpartition(".")[0] or read[0].name
        told.setdefault("title", Found(stem[:60], sure="存疑", why="没有读出标题，暂用文件名，请核对。"))
    told.setdefault("organ", Found(""))
    guess = "文件里没有年度，暂按今年填，请核对。"
    told.setdefault("year", Found(float(today.year), sure="存疑", why=guess))
    told.setdefault("form_kind", _form_kind(proposals))
    lines = []
    for setting in SETTINGS:
        if setting.id not in told or (setting.id not in _ALWAYS and told[setting.id].value == ""):
            continue
        found = told[setting.id]
        value = written(setting, cleaned(found.value))
        fault = convert(Cell("text", str(value)), setting) if value else None
        sure, why = found.sure, found.why
        if isinstance(fault, Finding) and sure == "确定":
            sure, why = "存疑", fault.at(cell="读出的值").text
        shown = f"{value:g}" if isinstance(value, int | float) else str(value or "")
        given = {
            "item": Found(setting.title),
            "value": Found(shown, found.place, found.text, sure, why),
        }
        line = made(SETTING_ROWS, given)
        about = setting.help
        lines.append(Line({**line.values, "about": about}, line.doubts, (), line.place, line.source))
    return [*lines, *_chapters(proposals)]


def _form_kind(proposals: Sequence[Proposal]) -> Found:
    """Tasks without points are followed up by their progress: a choice that a person confirms."""
    rows = [row.fields for p in proposals for row in p.rows]
    tasks = rows and all(_text(row, "kind") == "任务" and not _text(row, "points") for row in rows)
    if not tasks:
        return Found(FORM_KINDS[0])
    return Found(FORM_KINDS[1], sure="存疑", why="各项都是没有分值的任务，建议用进展表；要打分的改为自评表。")


def _text(row: Mapping[str, Found], field_id: str) -> str:
    return str(row[field_id].value) if field_id in row else ""


def _chapters(proposals: Sequence[Proposal]) -> list[Line]:
    lines = []
    for proposal in proposals:
        for chapter, found in proposal.chapters.items():
            points = f"{found.value:g}" if isinstance(found.value, int | float) else str(found.value)
            given = {
                "item": Found(CHAPTER_POINTS),
                "target": Found(chapter),
                "value": Found(points, found.place, found.text, found.sure, found.why),
            }
            line = made(SETTING_ROWS, given)
            lines.append(line)
    return lines
