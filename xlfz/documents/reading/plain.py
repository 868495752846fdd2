"""Text files: lines with their numbers, or a table where every line has the same fields.

Takes bytes in UTF-8, UTF-16 or GB18030 (told apart by the bytes); gives a `Source`. Forbids losing
what cannot be decoded: the line is kept with a mark and named in a finding.
"""

from __future__ import annotations

import codecs
import csv
import re
import string

from xlfz.documents.model import Block, Paragraph, Place, Source, SourceCell, SourceTable
from xlfz.errors import refuse
from xlfz.findings import Finding, finding
from xlfz.text import visible

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MARK = "\ufffd"
_LINES = re.compile(r"\r\n|\r|\n|\x0b|\x0c|\u2028|\u2029|\x85")
_PRINTED = frozenset(string.printable) | frozenset("·—‘’“”…①②③④⑤⑥⑦⑧⑨⑩★☆●■")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_DIVIDERS = frozenset("\n\r ，。、：；（")
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


def wide_without_mark(data: bytes) -> str:
    """The UTF-16 encoding of text that has no mark at its beginning; empty for anything else."""
    head = data[: 4096 - 4096 % 2]
    if 0 not in head:
        return ""  # every line end, blank and figure has a zero byte
    best = max(("utf-16-le", "utf-16-be"), key=lambda encoding: _usual(head.decode(encoding, "replace")))
    text = head.decode(best, "replace")
    # Two letters of ASCII are a Chinese character too; but then nothing divides the characters.
    return best if _usual(text) * 10 >= len(text) * 9 and _DIVIDERS & set(text) else ""


def _usual(text: str) -> int:
    """How many of the characters are such as Chinese offices use."""
    return sum(
        "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f" or "\uff00" <= c <= "\uffee" or c in _PRINTED
        for c in text
    )


def mostly_text(head: bytes) -> bool:
    """Whether control characters are so few among the bytes that they are damage, not a format."""
    return len(_CONTROL.findall(head)) * 100 <= len(head)


def decode(data: bytes, declared: str = "") -> tuple[str, tuple[Finding, ...]]:
    """Bytes as text; what is no text at all is marked and told by its line."""
    text = _text(data, declared).removesuffix("\x1a")  # how DOS ended a file
    text = _CONTROLS.sub(_MARK, text)
    bad = [n for n, line in enumerate(_LINES.split(text), 1) if _MARK in line]
    if not bad:
        return text, ()
    listed = "、".join(map(str, bad[:5])) + (" 等" if len(bad) > len(bad[:5]) else "")
    return text, (finding("W_IMPORT_BYTES", n=len(bad), 行=listed),)


def _text(data: bytes, declared: str) -> str:
    """The characters. `declared`: what the document says of itself, for bytes that may be either."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    if wide := wide_without_mark(data):
        return data.decode(wide, "replace")
    said = _known(declared)
    utf8 = data.decode("utf-8", "replace")
    lost, foreign = utf8.count(_MARK), sum(c > "\x7f" for c in utf8)
    # Chinese takes three bytes in UTF-8; two of GB18030 may look like one of its Latin or Cyrillic
    # letters (“联通” does). A few bad bytes do not make UTF-8 another encoding, although GB18030
    # would take them as characters.
    if not lost and sum(c > "\u07ff" for c in utf8) * 2 >= foreign:
        return utf8
    if lost and lost * 10 < foreign:
        return utf8
    for encoding in dict.fromkeys((said, "gb18030")):
        if encoding:
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue  # the next one; the last resort below says what is lost
    return data.decode("gb18030", "replace")


def _known(declared: str) -> str:
    """A declared encoding as Python knows it; Chinese ones as the standard that holds them all."""
    try:
        encoding = codecs.lookup(declared).name if declared else ""
        b"text".decode(encoding or "ascii")
    except (LookupError, UnicodeError):
        return ""  # unknown, or an encoding of bytes into bytes
    return "gb18030" if encoding in ("gb2312", "gbk") else encoding


def _as_table(lines: list[str]) -> SourceTable | None:
    """The lines as a table when every one has the same two or more fields."""
    numbered = [(n, line) for n, line in enumerate(lines, 1) if visible(line)]
    if len(numbered) < _ENOUGH:
        return None
    for delimiter in ("\t", ","):
        if all(delimiter not in line for _, line in numbered):
            continue
        try:
            # With their ends, which a quoted field keeps.
            rows = list(csv.reader([f"{line}\n" for line in lines], delimiter=delimiter, strict=True))
        except csv.Error:
            continue  # a quotation mark in running text: not a table
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
