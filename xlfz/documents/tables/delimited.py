"""Tables written as lines of text, a row a line: cells between | or tabs, or wide gaps.

Takes the paragraphs of a document; gives proper tables, with the rows that have fewer cells than the
header (a web page's merged cells, not printed again) laid under the columns that they look like.
Forbids doing so in silence: `short` names those rows, and what stands in them is doubtful.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xlfz.documents.model import Place, SourceCell, SourceTable
from xlfz.documents.tables.headers import columns, duty_of
from xlfz.documents.tables.looks import alikeness
from xlfz.documents.tables.marks import heading
from xlfz.text import fold, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlfz.documents.model import Paragraph
    from xlfz.documents.tables.headers import Column
    from xlfz.documents.tables.record import Gathered, Piece

_PIPE, _TAB, _GAP = re.compile(r"[|｜│]"), re.compile(r"\t"), re.compile(r"\s{2,}|\t")
_SPACE = re.compile(r"\s+")
"""One space between cells: only for a header of nothing but labels, with rows just as wide."""
_RULE = re.compile(r"[\s|｜│:：—–+=-]+")
_STRAY_LINES = 2
"""So many lines without a separator may stand in a table: a cell's own line ends."""
SHORT_WHY = "这一行的格子数与表头不同，是按内容对到各列的，请对照原文核对。"


@dataclass(frozen=True, slots=True)
class Delimited:
    """One table of lines. `short`: the places of rows with too few cells."""

    table: SourceTable
    short: frozenset[Place]
    paragraphs: frozenset[int]
    """Which paragraphs of the document it is made of, from 0."""


def delimited_tables(paragraphs: Sequence[Paragraph]) -> list[Delimited]:
    """Every table of lines, in order."""
    found: list[Delimited] = []
    n = 0
    while n < len(paragraphs):
        table = _table_at(paragraphs, n)
        if table is None:
            n += 1
        else:
            found.append(table)
            n = max(table.paragraphs) + 1
    return found


def doubted(gathered: Gathered, short: frozenset[Place], why: str = SHORT_WHY) -> Gathered:
    """The same rows, with what stands in these places marked: `why` it is to be looked at."""
    for record in gathered.records:
        for duty, pieces in record.cells.items():
            record.cells[duty] = [_doubt(piece, short, why) for piece in pieces]
        for part in record.parts:
            part.materials = [_doubt(piece, short, why) for piece in part.materials]
            part.units = {duty: [_doubt(p, short, why) for p in own] for duty, own in part.units.items()}
    return gathered


def _doubt(piece: Piece, short: frozenset[Place], why: str) -> Piece:
    return replace(piece, sure="存疑", why=piece.why or why) if piece.place in short else piece


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The cells of a line; the outer separators of a | a | b | line are none."""
    plain = text.replace("\u00a0", " ")
    if separator in (_GAP, _SPACE):
        return separator.split(plain.strip())
    parts = separator.split(plain)
    if separator is _PIPE:
        if len(parts) > 1 and not visible(parts[0]):
            parts = parts[1:]
        if len(parts) > 1 and not visible(parts[-1]):
            parts = parts[:-1]
    return [visible(part) for part in parts]


def _table_at(paragraphs: Sequence[Paragraph], start: int) -> Delimited | None:
    """The table whose header is a paragraph, None when it is no header."""
    for separator in (_PIPE, _TAB, _GAP, _SPACE):
        titles = _split(paragraphs[start].text, separator)
        known = [title for title in titles if duty_of(title)]
        if len(titles) < 3 or len(known) < 3 or len(known) * 2 < len(titles):
            continue
        found = columns(titles)
        if not any(c.duty == "text" for c in found):
            continue
        if separator is _SPACE and len(known) < len(titles):
            continue
        if separator in (_GAP, _SPACE):
            below = [_split(p.text, separator) for p in paragraphs[start + 1 : start + 7]]
            if sum(len(cells) == len(titles) for cells in below) < 2:
                continue
        rows, used, short = _rows(paragraphs, start, separator, found)
        if len(rows) > 1:
            place = replace(paragraphs[start].place, row=0)
            return Delimited(SourceTable(tuple(rows), place), frozenset(short), frozenset(used))
    return None


def _rows(
    paragraphs: Sequence[Paragraph], start: int, separator: re.Pattern[str], found: tuple[Column, ...]
) -> tuple[list[tuple[SourceCell, ...]], list[int], set[Place]]:
    """The rows from the header on, which paragraphs they are, and the places of the short ones."""
    width = len(found)
    rows: list[tuple[SourceCell, ...]] = []
    used: list[int] = []
    short: set[Place] = set()
    stray = 0
    for n in range(start, len(paragraphs)):
        text, place = paragraphs[n].text, paragraphs[n].place
        if not visible(text) or _RULE.fullmatch(text):
            continue
        cells = _split(text, separator)
        if len(cells) == 1:
            if heading(cells[0]) and len(fold(cells[0])) <= 40:
                rows.append(tuple(SourceCell(cells[0], place, c == 0) for c in range(width)))
                used.append(n)
                stray = 0
                continue
            stray += 1
            if stray > _STRAY_LINES or not rows or n == start + 1 or separator in (_GAP, _SPACE):
                break
            last = rows[-1][-1]
            rows[-1] = (*rows[-1][:-1], replace(last, text=f"{last.text}\n{cells[0]}".strip()))
            used.append(n)
            continue
        stray = 0
        if len(cells) > width and any(visible(cell) for cell in cells[width:]):
            cells = [*cells[: width - 1], " ".join(cells[width - 1 :])]
            if separator is _SPACE:
                short.add(place)  # a space within some cell: which one, nobody can tell
        if len(cells) < width:
            cells = _laid_out(cells, found)
            short.add(place)
        rows.append(tuple(SourceCell(cell, place) for cell in cells[:width]))
        used.append(n)
    return rows, used, short


def _laid_out(cells: Sequence[str], found: tuple[Column, ...]) -> list[str]:
    """Too few cells under the columns, in their order, where each looks most at home."""
    width = len(found)
    looks = [[alikeness(cell, found, c) if cell else 0.0 for c in range(width)] for cell in cells]
    best: list[list[tuple[float, tuple[int, ...]]]] = [[(0.0, ())] * (width + 1)]
    for k in range(1, len(cells) + 1):
        row: list[tuple[float, tuple[int, ...]]] = [(float("-inf"), ())] * (width + 1)
        for c in range(k, width + 1):
            score, chosen = best[k - 1][c - 1]
            taken = (score + looks[k - 1][c - 1], (*chosen, c - 1))
            row[c] = max(taken, row[c - 1], key=lambda entry: entry[0])
        best.append(row)
    placed = [""] * width
    for cell, c in zip(cells, best[-1][width][1], strict=True):
        placed[c] = cell
    return placed
