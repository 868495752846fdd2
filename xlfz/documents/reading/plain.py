"""Text files: lines with their numbers, or a table where every line has the same fields.

Takes bytes in UTF-8, UTF-16 or GB18030 (told apart by the bytes); gives a `Source`. Forbids losing
what cannot be decoded: the line is kept with a mark and named in a finding.
"""

from __future__ import annotations

import codecs
import csv
import re

from xlfz.documents.model import Block, Paragraph, Place, Source, SourceCell, SourceTable
from xlfz.errors import refuse
from xlfz.findings import Finding, finding
from xlfz.text import visible

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MARK = "\ufffd"
_LINES = re.compile(r"\r\n|\r|\n|\x0b|\x0c|\u2028|\u2029|\x85")
_ENOUGH = 3
"""So many lines with the same number of fields are a table, fewer may be chance."""


def read_text(data: bytes, name: str) -> Source:
    """A text file as lines; blank lines are left out but counted, so that places hold."""
    text, findings = decode(data)
    if not text.strip():
        raise refuse(finding("E_IMPORT_EMPTY"))
    lines = _LINES.split(text)
    table = _as_table(lines)
    if table is not None:
        return Source(name, "csv", (table,), findings)
    blocks: list[Block] = [
        Paragraph(line.rstrip(), Place(paragraph=number))
        for number, line in enumerate(lines, 1)
        if visible(line)
    ]
    return Source(name, "txt", tuple(blocks), findings)


def decode(data: bytes, declared: str = "") -> tuple[str, tuple[Finding, ...]]:
    """Bytes as text. `declared`: what the document says of itself, tried before a guess."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decoded(data[len(bom) :], encoding)
    for encoding in dict.fromkeys((_known(declared), "utf-8", "gb18030")):
        if encoding:
            try:
                return data.decode(encoding), ()
            except UnicodeDecodeError:
                continue  # the next one; the last resort below says what is lost
    return _decoded(data, "gb18030")


def _known(declared: str) -> str:
    """A declared encoding as Python knows it; Chinese ones as the standard that holds them all."""
    try:
        encoding = codecs.lookup(declared).name if declared else ""
    except LookupError:
        return ""
    return "gb18030" if encoding in ("gb2312", "gbk") else encoding


def _decoded(data: bytes, encoding: str) -> tuple[str, tuple[Finding, ...]]:
    text = data.decode(encoding, "replace")
    bad = [n for n, line in enumerate(_LINES.split(text), 1) if _MARK in line]
    if not bad:
        return text, ()
    listed = "、".join(map(str, bad[:5])) + (" 等" if len(bad) > len(bad[:5]) else "")
    return text, (finding("W_IMPORT_BYTES", n=len(bad), 行=listed),)


def _as_table(lines: list[str]) -> SourceTable | None:
    """The lines as a table when every one has the same two or more fields."""
    numbered = [(n, line) for n, line in enumerate(lines, 1) if visible(line)]
    if len(numbered) < _ENOUGH:
        return None
    for delimiter in ("\t", ","):
        if any(delimiter not in line for _, line in numbered) and '"' not in lines[0]:
            continue
        rows = list(csv.reader(lines, delimiter=delimiter))
        rows = [row for row in rows if any(map(visible, row))]
        width = len(rows[0])
        if width > 1 and len(rows) >= _ENOUGH and all(len(row) == width for row in rows):
            grid = tuple(
                tuple(
                    SourceCell(visible(text), Place(table=1, row=r, column=c))
                    for c, text in enumerate(row, 1)
                )
                for r, row in enumerate(rows, 1)
            )
            return SourceTable(grid, Place(table=1, row=1))
    return None
