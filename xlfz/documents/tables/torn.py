"""Torn tables, copied out of a PDF or a web page with one cell, or one line of a cell, on each line.

Takes the paragraphs of a document; gives gathered rows as proper tables do. `regions` finds the
tables, `lines` and `decode` say which column each line belongs to, `assemble` puts the rows together.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xlfz.documents.tables.assemble import assembled
from xlfz.documents.tables.decode import Decoded, decode
from xlfz.documents.tables.headers import Column
from xlfz.documents.tables.lines import lines_of, vocabulary
from xlfz.documents.tables.regions import Region, regions
from xlfz.findings import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.model import Paragraph
    from xlfz.documents.tables.lines import Line
    from xlfz.documents.tables.record import Gathered
    from xlfz.findings import Finding

FEWEST_ROWS = 2
"""A torn table of fewer rows is a chance meeting of words."""


def torn_tables(paragraphs: Sequence[Paragraph]) -> tuple[list[Gathered], list[Finding]]:
    """Every torn table of a document's lines, and what is to be said of them."""
    found: list[Gathered] = []
    findings: list[Finding] = []
    known = vocabulary(paragraphs)
    for region in regions(paragraphs):
        table = _table(region, known)
        where = f"第{region.header.place.paragraph}行起的表"
        if table is None or len(table.records) < FEWEST_ROWS:
            findings.append(finding("W_IMPORT_TORN_UNREAD", 表=where))
            continue
        findings.append(finding("W_IMPORT_TORN", 表=where, n=len(table.records)))
        for first, later in region.renamed:
            findings.append(finding("W_IMPORT_HEADER_CHANGES", 表=where, 先=first, 后=later))
        found.append(table)
    return found, findings


def _table(region: Region, known: frozenset[str]) -> Gathered | None:
    duties = frozenset(column.duty for column in region.columns)
    lines, left = lines_of(region.paragraphs, known, duties)
    if not lines:
        return None
    best: tuple[tuple[Column, ...], Decoded] | None = None
    for columns in _variants(region.columns, lines):
        decoded = decode(lines, columns)
        if best is None or decoded.score > best[1].score:
            best = (columns, decoded)
    if best is None:
        return None
    return assembled(replace(region, columns=best[0]), lines, best[1], left)


def _variants(columns: tuple[Column, ...], lines: Sequence[Line]) -> list[tuple[Column, ...]]:
    """The columns; with a column for the numbers where lines show some and the header names none."""
    duties = [column.duty for column in columns]
    if "number" in duties or sum(line.number is not None for line in lines) < 3:
        return [columns]
    number = Column("number", "")
    main = duties.index("text")
    return [(*columns[:at], number, *columns[at:]) for at in sorted({0, main})]
