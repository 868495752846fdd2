"""Every table of a document -> one proposal.

Takes a `Source`; gives a `Proposal`, or None where the document has nothing in the shape of a table.
Tables that follow one another with the same columns are one table over several pages. Forbids
silence: each table that gave no rows is named.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.documents.fields import first_leads
from xlfz.documents.model import Paragraph, Place, Proposal, SourceTable
from xlfz.documents.tables.checks import chapter_sums, numbered, sums
from xlfz.documents.tables.delimited import delimited_tables, doubted
from xlfz.documents.tables.grid import gather, header_columns
from xlfz.documents.tables.headers import UNIT_DUTIES
from xlfz.documents.tables.marks import heading
from xlfz.documents.tables.record import Piece
from xlfz.documents.tables.rows import Context, proposed
from xlfz.documents.tables.torn import torn_tables
from xlfz.findings import finding
from xlfz.text import shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xlfz.documents.model import ProposedRow, Source
    from xlfz.documents.tables.headers import Column
    from xlfz.documents.tables.record import Gathered
    from xlfz.findings import Finding

_YEAR = re.compile(r"(20\d\d)\s*(?:年|[-—–至]\s*20\d\d\s*年)")

_UNRULED_WHY = "原文的表没有框线，是按文字的位置分的列，请对照原文核对。"


def propose_tables(source: Source) -> Proposal | None:
    """What the tables of a document say, None when it has none at all."""
    tables, findings = _gathered(source)
    if not tables and not findings:
        return None
    context = Context(
        _year(source),
        any(first_leads("".join(text.split())) for text in _texts(source)),
        _known_names(tables),
    )
    rows: list[ProposedRow] = []
    taken: dict[str, str] = {}
    for n, table in enumerate(tables, 1):
        where = place_of(table.place) or f"表{n}"
        shared = {k for k, record in enumerate(table.records) if (p := record.first("number")) and p.shared}
        own, told = numbered(proposed(table, context), taken, f"表{n}-", frozenset(shared))
        taken |= {str(r.fields["number"].value): where for r in own if r.fields["number"].value}
        findings += told + sums(own, table, where) + _skipped(table.skipped, where)
        rows += own
    findings += chapter_sums(rows, context.chapters)
    return Proposal(
        source.name, tuple(rows), names=context.names, chapters=context.chapters, findings=tuple(findings)
    )


def _gathered(source: Source) -> tuple[list[Gathered], list[Finding]]:
    """The tables in the document's order, those over several pages put together."""
    found: list[Gathered] = []
    findings: list[Finding] = []
    columns: tuple[Column, ...] | None = None
    above: Piece | None = None
    for block in source.blocks:
        if not isinstance(block, SourceTable):
            text = visible(block.text)
            if text:
                above = Piece(text, block.place) if heading(text) and len(text) <= 40 else None
            continue
        own = header_columns(block)
        table = gather(block, columns, found[-1] if found else None, above)
        under, above = above, None
        if table is None:
            if _has_content(block):
                findings.append(_unread(block, own))
            continue
        if block.unruled:
            table = doubted(table, frozenset(c.place for row in block.rows for c in row), _UNRULED_WHY)
        same = own is None or (under is None and own == columns and not table.title and _goes_on(table))
        if found and same:
            found[-1] = _joined(found[-1], table)
        elif table.records:
            found.append(table)
        columns = own or columns
    paragraphs = [block for block in source.blocks if isinstance(block, Paragraph)]
    used: set[int] = set()
    for lines in delimited_tables(paragraphs):
        table = gather(lines.table)
        if table is not None and table.records:
            found.append(doubted(table, lines.short))
            used |= lines.paragraphs
    torn, told = torn_tables([p for n, p in enumerate(paragraphs) if n not in used])
    return found + torn, findings + told


def _joined(above: Gathered, below: Gathered) -> Gathered:
    return replace(
        above,
        records=above.records + below.records,
        stated_points=below.stated_points or above.stated_points,
        skipped=above.skipped + below.skipped,
    )


def _goes_on(below: Gathered) -> bool:
    """True unless the table counts from 1 again."""
    first = below.records[0].first("number") if below.records else None
    return first is None or not re.fullmatch(r"\D*1\D*", first.text)


def _has_content(table: SourceTable) -> bool:
    cells = [cell for row in table.rows for cell in row if cell.origin and visible(cell.text)]
    return len(table.rows) > 1 and len(table.rows[0]) > 1 and len(cells) > 3


def _unread(table: SourceTable, columns: tuple[Column, ...] | None) -> Finding:
    first = next((visible(c.text) for row in table.rows for c in row if visible(c.text)), "")
    where = place_of(table.place) or "一张表"
    if columns is None:
        return finding("W_IMPORT_NO_HEADER", 表=where, 开头=shorten(first, 20))
    return finding("I_IMPORT_NO_TASKS", 表=where, 列="、".join(c.title for c in columns if c.title))


def _skipped(pieces: Iterable[Piece], where: str) -> list[Finding]:
    texts = [shorten(piece.text, 24) for piece in pieces]
    if not texts:
        return []
    return [finding("I_IMPORT_SKIPPED", 表=where, n=len(texts), 列表="；".join(texts[:5]))]


def place_of(place: Place) -> str:
    """A table's place in words: `第3页表2`, `Sheet1`; empty when nothing is known of it."""
    if place.sheet:
        return f"工作表“{place.sheet}”"
    page = f"第{place.page}页" if place.page else ""
    if place.table:
        return f"{page}表{place.table}"
    return f"{page}第{place.paragraph}行起的表" if place.paragraph else ""


def _texts(source: Source) -> Iterable[str]:
    for block in source.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in row if cell.origin)


def _year(source: Source) -> int | None:
    """The year of the document: of its title, else the first that it names."""
    for text in (
        source.title,
        *[b.text for b in source.blocks if isinstance(b, Paragraph)][:40],
        *[b.title + b.rows[0][0].text for b in source.blocks if isinstance(b, SourceTable) and b.rows],
        source.name,
    ):
        match = _YEAR.search(text)
        if match:
            return int(match[1])
    return None


def _known_names(tables: Iterable[Gathered]) -> frozenset[str]:
    """Names that fill a cell of one line: they are whole."""
    return frozenset(
        visible(piece.text)
        for table in tables
        for record in table.records
        for duty in UNIT_DUTIES
        for piece in record.cells.get(duty, ())
        if "\n" not in piece.text.strip() and len(piece.text) <= 20
    )
