"""A document as read -> one proposal: its tables, its running text, and what contradicts itself.

Takes a `Source`; gives a `Proposal` with every finding of the way. A table's rows win over the prose
that introduces it. Forbids silence: no task found is an error that says what was looked for, and
tasks that were left out are counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.documents.model import Proposal
from xlfz.documents.prose import propose_prose
from xlfz.documents.prose.standing import settings
from xlfz.documents.tables import propose_tables
from xlfz.findings import finding
from xlfz.text import fold, names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.model import Found, ProposedRow, Source
    from xlfz.findings import Finding

_UNITS = ("lead", "responsible", "supporting")
_LOOKED_FOR = "带“序号、工作任务、责任单位”一类表头的表，“一、（一）1.”一类的编号，“责任单位：”一类的标签"
_EXTRA = ("加分", "减分")


def propose(source: Source) -> Proposal:
    """What was understood of a document, to be confirmed by a person."""
    tables = propose_tables(source)
    prose = propose_prose(source)
    rows, findings = _merged(tables, prose)
    told = settings(source)
    findings = [*source.findings, *findings, *_counts(rows, told)]
    if not rows:
        findings.append(finding("E_IMPORT_NOTHING", 找过=_LOOKED_FOR))
    parts = [part for part in (tables, prose) if part is not None]
    kept = _names(rows, parts)
    chapters: dict[str, Found] = {}
    for part in reversed(parts):
        chapters |= part.chapters
    return Proposal(source.name, tuple(rows), told, kept, chapters, tuple(dict.fromkeys(findings)))


def _merged(tables: Proposal | None, prose: Proposal | None) -> tuple[list[ProposedRow], list[Finding]]:
    """The rows of both, and their findings; prose that only introduces the table is left out."""
    if tables is None or not tables.rows:
        early = list(tables.findings) if tables else []
        return (list(prose.rows) if prose else []), early + (list(prose.findings) if prose else [])
    findings = list(tables.findings)
    if prose is None or not prose.rows:
        return list(tables.rows), findings
    inside = _paragraphs_of(tables)
    outside = [row for row in prose.rows if row.fields["text"].place.paragraph not in inside]
    assigned = [row for row in outside if any(f in row.fields and row.fields[f].value for f in _UNITS)]
    known = fold("".join(_words(row) for row in tables.rows))
    fresh = [row for row in assigned if fold(str(row.fields["text"].value)) not in known]
    if 2 * len(fresh) < len(assigned) or not fresh:
        if outside:
            findings.append(finding("I_IMPORT_PROSE", n=len(outside)))
        return list(tables.rows), findings
    findings += prose.findings
    if len(assigned) < len(outside):
        findings.append(finding("I_IMPORT_PROSE", n=len(outside) - len(assigned)))
    taken = {fold(str(row.fields["number"].value)) for row in tables.rows}
    marked = [_clash(row) if fold(str(row.fields["number"].value)) in taken else row for row in assigned]
    return [*tables.rows, *marked], findings


def _paragraphs_of(tables: Proposal) -> range:
    """The paragraphs that tables were put together from: from the first row's to the last one's."""
    places = [f.place for row in tables.rows for f in row.fields.values()]
    lines = [p.paragraph for p in places if p.paragraph and not p.table and not p.sheet]
    return range(min(lines), max(lines) + 1) if lines else range(0)


def _words(row: ProposedRow) -> str:
    return "".join(str(row.fields[f].value) for f in ("text", "requirement") if f in row.fields)


def _clash(row: ProposedRow) -> ProposedRow:
    number = row.fields["number"]
    why = f"编号“{number.value}”与表格里的编号重复，请改成不重复的编号。"
    return replace(row, fields={**row.fields, "number": replace(number, sure="存疑", why=number.why + why)})


def _counts(rows: Sequence[ProposedRow], told: dict[str, Found]) -> list[Finding]:
    """What the document says of its own numbers and what was read."""
    if not rows:
        return []
    scored = [r for r in rows if "kind" not in r.fields or r.fields["kind"].value not in _EXTRA]
    chapters = {str(r.fields["chapter"].value) for r in scored if "chapter" in r.fields}
    sections = {
        (str(r.fields["chapter"].value), str(r.fields["section"].value))
        for r in scored
        if "chapter" in r.fields and "section" in r.fields
    }
    found: list[Finding] = []
    for key, name, count in (
        ("declared_indicators", "任务或指标", len(scored)),
        ("declared_first", "一级指标", len(chapters)),
        ("declared_second", "二级指标", len(sections)),
    ):
        stated = told.get(key)
        if stated is not None and stated.sure == "确定" and float(stated.value) != count:
            found.append(finding("W_IMPORT_COUNT", 名=name, 应=f"{float(stated.value):g}", 实=count))
    stated = told.get("declared_points")
    points = [r.fields["points"].value for r in scored if "points" in r.fields]
    numbers = [p for p in points if isinstance(p, float | int)]
    if stated is not None and stated.sure == "确定" and numbers and len(numbers) == len(scored):
        total = sum(round(100 * p) for p in numbers) / 100
        if total != float(stated.value):
            found.append(finding("W_IMPORT_SUM", 表="全文", 应=f"{float(stated.value):g}", 实=f"{total:g}"))
    return found


def _names(rows: Sequence[ProposedRow], parts: Sequence[Proposal]) -> dict[str, Found]:
    """The names that the kept rows use, as the parts know them."""
    used = {
        name
        for row in rows
        for given in (row.fields, *row.materials)
        for f in _UNITS
        if f in given
        for name in names(str(given[f].value))
    }
    known: dict[str, Found] = {}
    for part in parts:
        known |= {name: found for name, found in part.names.items() if name in used and name not in known}
    return known
